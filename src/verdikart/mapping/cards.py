"""Why this number, for a saved mapping: the card of any figure and of any cell of its tables.

A figure of an indicator is recomputed from its id under the mapping's own parameters and set
beside the saved value. Any other cell is explained by what was saved with it: formula, inputs,
source, caveats, and the row it stands in.
"""

from __future__ import annotations

import json
from collections.abc import Mapping as MappingOf
from dataclasses import asdict, fields
from threading import Lock
from typing import Any, Final

from verdikart.core.errors import UnknownName, UsageProblem, VerdikartError
from verdikart.core.version import VERSION
from verdikart.indicators.assessment import Choices
from verdikart.indicators.evidence import Parameters
from verdikart.mapping.explain import explain
from verdikart.mapping.library import Library
from verdikart.mapping.saved import Saved
from verdikart.reference import columns as dictionary
from verdikart.reference.entities import Source
from verdikart.reference.load import by_key
from verdikart.reference.texts import reason_text
from verdikart.store.selection import fetched
from verdikart.store.snapshot import manifest

Row = dict[str, Any]
FIGURE_PARTS = 6  # home/year/source/subject/flow/indicator
LASTING = 200  # figures that one library answers before its memory is given back

# Indicator → its formula with places for the inputs, where the inputs fill it whole.
FILLED: Final[dict[str, str]] = {
    "hhi_value": "{sum_of_squares} / {total}²",
    "hhi_quantity": "{sum_of_squares} / {total}²",
    "top_share": "{top_amount} / {total}",
    "top_share_quantity": "{top_amount} / {total}",
    "effective_suppliers": "1 / {hhi}",
    "ally_share": "{from_allies} / {total}",
    "supplier_share": "{amount} / {total}",
    "supplier_share_quantity": "{amount} / {total}",
    "supplier_share_all": "{amount} / {total}",
    "cdi2": "{extra_imports} / ({extra_imports} + {intra_imports})",
    "cdi3": "{extra_imports} / {exports}",
    "unit_value": "{value} / ({quantity_kg} / 1000)",
    "apparent_consumption": "{production_t} + {imports_t} − {exports_t}",
    "net_import_reliance": "({imports_t} − {exports_t}) / ({production_t} + {imports_t} − {exports_t})",
    "top_share_consumption": "{top_tonnes} / ({production_t} + {imports_t} − {exports_t})",
}

# Indicator → sources that every figure of it rests on besides the one in its id.
FURTHER: Final[dict[str, tuple[str, ...]]] = {
    "hhi_governance": ("wgi_2021",),
    "supply_risk": ("eu_crm_2023", "wgi_2021"),
    "economic_importance": ("eu_crm_2023",),
}

OWN_TABLE: Final = "own_figures"

_lock = Lock()
_libraries: dict[Parameters, tuple[Library, int]] = {}


def is_figure(reference: str) -> bool:
    """Whether a reference is a figure's id rather than a cell's address."""
    return len(reference.split("/")) >= FIGURE_PARTS


def figure_card(saved: Saved, figure_id: str, lang: str) -> Row:
    """The derivation of a figure as :func:`verdikart.mapping.explain.explain` gives it, and more.

    Added: ``filled`` (the formula with its inputs, or empty), ``saved`` (the value as this mapping
    holds it, absent where the mapping has no such figure), ``differs`` (why the two may differ).
    """
    limits = _parameters(saved)
    with _lock:
        library, used = _libraries.pop(limits, (None, 0))
        if library is None or used >= LASTING:
            library, used = Library(limits), 0
        _libraries.clear()
        _libraries[limits] = (library, used + 1)
        card = explain(library, figure_id, lang)
    kept = next((r for r in saved.rows("figures") if r["id"] == card["figure"]["id"]), None)
    if kept is not None:
        card["saved"] = kept
    card["differs"] = stale(saved)
    card["also"] = _also(card)
    card["filled"] = filled(card["indicator"]["id"], card["inputs"])
    again = command(saved)
    if again != _usual(saved):
        # 'explain' knows the usual parameters and data only; these are not.
        card["recompute"] = [*card["recompute"], again]
    return card


def _also(card: Row) -> list[Source]:
    """Sources behind a figure besides its own: those of its mixes, of governance, of the EU study."""
    indicator, known = card["indicator"]["id"], by_key(Source)
    parts = {part for value in card["inputs"].values() for part in str(value).split("/")}
    named = {name for name in known if name in parts} | set(FURTHER.get(indicator, ()))
    return [known[name] for name in sorted(named - {card["source"]["id"]})]


def filled(indicator: str, inputs: MappingOf[str, object]) -> str:
    """The formula with its inputs written in; empty where the inputs do not fill it whole."""
    template = FILLED.get(indicator, "")
    try:
        return template.format_map(
            {name: _written(value) for name, value in inputs.items() if value is not None}
        )
    except KeyError:
        return ""


def _written(value: object) -> str:
    if not isinstance(value, (int, float)):
        return str(value)
    return f"{value:.0f}" if float(value).is_integer() else f"{value:.10g}"


def stale(saved: Saved) -> str:
    """Why a figure computed now may differ from the saved one: ``code``, ``data``, or empty."""
    if saved.manifest["code"]["version"] != VERSION:
        return "code"
    same = {entry.file: entry.sha256 for entry in manifest().files}
    return "" if saved.manifest["snapshot"] == same else "data"


def cell_card(saved: Saved, reference: str, lang: str) -> Row:
    """The card of ``table/row/column``.

    Keys: ``table``, ``number``, ``column``, ``about`` (the dictionary's row), ``row`` (the row
    itself), ``formula``, ``inputs`` (name → value as saved), ``sources``, ``caveats`` (sentences),
    ``figures`` (ids of figures behind the row), ``recompute``. Raises :class:`UnknownName` for what
    the mapping has not, and :class:`UsageProblem` for a reference of another form.
    """
    parts = reference.split("/")
    if len(parts) != 3 or not parts[1].isdigit() or len(parts[1]) > 9:
        raise UsageProblem(
            f"{reference[:80]!r} names no figure; write a figure's id or TABLE/ROW/COLUMN"
        )
    table, number, asked = parts[0], int(parts[1]), parts[2]
    known = saved.columns(table)
    row = saved.row(table, number)
    column, _ = dictionary.base(table, asked, known)
    if not any(name in known for name in (column, f"{column}_en", f"{column}_status")):
        raise UnknownName("column", asked, known, ", ".join(known))
    about = dictionary.describe(table, column)
    return {
        "table": table,
        "number": number,
        "column": column,
        "about": about,
        "row": row,
        "formula": row.get(f"{column}_formula") or about.formula or _own_formula(row),
        "inputs": inputs_of(row),
        "sources": [*_sources(row, saved), *_own_source(row, saved, lang)],
        "caveats": [_sentence(code, lang) for code in row.get("caveats") or ()],
        "figures": _figures(row),
        "recompute": recompute(saved, row),
    }


def _own_formula(row: Row) -> str:
    return str(row.get("formula") or row.get("part_formula") or "")


def inputs_of(row: Row) -> dict[str, Any]:
    """The inputs saved with a row: a record, or a text such as ``a=1; b=2``."""
    held = row.get("inputs")
    if isinstance(held, dict):
        return {name: value for name, value in held.items() if value is not None}
    if isinstance(held, str):
        pairs = (part.partition("=") for part in held.split("; ") if part)
        return {name.strip(): value if sign else "" for name, sign, value in pairs}
    if isinstance(held, (list, tuple)):
        return {str(number): part for number, part in enumerate(held, start=1)}
    return {}


def _sources(row: Row, saved: Saved) -> list[Row]:
    """What the row says of its source: an id of the sources table, or words of its own."""
    known, vintages = by_key(Source), saved.manifest["vintages"]
    named = [str(row[key]) for key in ("source", "specialisation_source") if row.get(key)]
    named += [str(row["mix"]).split("/")[2]] if row.get("mix") else []
    found = []
    for name in dict.fromkeys(named):
        source = known.get(name)
        found.append(
            {
                "id": name if source else "",
                "text": name,
                "record": source,
                "vintage": vintages.get(name, ""),
                "period": row.get("period") or row.get("year"),
            }
        )
    return found


def _own_source(row: Row, saved: Saved, lang: str) -> list[Row]:
    """The user's own table that a row comes from: title, author and licence as it gives them."""
    if not row.get("own_source"):
        return []
    return [
        {
            "id": "",
            "text": row[f"own_about_{lang}"],
            "record": None,
            "vintage": saved.manifest["vintages"].get(row["own_source"], ""),
            "period": row["year"],
        }
    ]


def _sentence(code: str, lang: str) -> str:
    try:
        return reason_text(code, lang)
    except VerdikartError:
        return code


def _figures(row: Row) -> list[str]:
    held = [row.get("figure"), *(row.get("figures") or ())]
    return [str(name) for name in dict.fromkeys(held) if name and "/" in str(name)]


def recompute(saved: Saved, row: Row) -> list[str]:
    """Commands that make the row anew, and those of its mix and figure where it has them."""
    return [command(saved), *(f"verdikart explain {figure}" for figure in _figures(row)[:1])]


def command(saved: Saved) -> str:
    """The command that makes the mapping anew: with its fetched vintages, and its settings if unusual."""
    usual = {**asdict(Parameters()), **asdict(Choices())}
    changed = {
        name: value
        for name, value in saved.parameters.items()
        if name in usual and value != usual[name]
    }
    return (
        _usual(saved)
        + "".join(f" --vintage {name}" for name in fetched(saved.manifest["vintages"]))
        + "".join(f" --set {name}={_setting(value)}" for name, value in changed.items())
    )


def _usual(saved: Saved) -> str:
    return f"verdikart map --home {saved.home} --year {saved.year}"


def _setting(value: object) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def _parameters(saved: Saved) -> Parameters:
    known = {item.name for item in fields(Parameters)}
    return Parameters(**{k: v for k, v in saved.parameters.items() if k in known})


def citation(saved: Saved, reference: str, value: object) -> str:
    """A line to cite a figure by: program, mapping, figure and value; it holds no date of its own.

    A figure of a user's own table is under that table's licence.
    """
    shown = json.dumps(value, ensure_ascii=False)
    terms = "CC BY 4.0"
    table, _, place = reference.partition("/")
    if table == OWN_TABLE:
        terms = str(saved.row(table, int(place.partition("/")[0]))["own_about_en"])
    return (
        f"verdikart {saved.manifest['code']['version']}, mapping {saved.name} "
        f"({saved.home} {saved.year}): {reference} = {shown}. {terms}."
    )
