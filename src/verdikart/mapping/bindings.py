"""Names for figures that outlive the mapping they were read from.

A binding names a cell of a saved mapping by its table, by what its row is about and by its column:
``assessments?basis=own_imports&home=NOR&mix=NOR/{year}/…&subject=HS92:260200#top_share``. It holds
no row number, and the mapped year is written ``{year}``, so that a document made from one mapping
can be held against the next one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final, Literal
from urllib.parse import quote, unquote
from weakref import WeakKeyDictionary

from verdikart.core.errors import UsageProblem
from verdikart.mapping.partners import partners, rates
from verdikart.mapping.saved import AT, Saved

Row = dict[str, Any]
Key = tuple[tuple[str, str], ...]
COUNT = "*"  # column of a binding to the number of rows
PARTNERS = "partners"  # computed from the tables: what comes from and goes to each country
FLOWS = "flows"  # computed likewise: each good that comes from or goes to a country, in kroner
YEAR = "{year}"

# Table → columns that tell its rows apart.
KEYS: Final[dict[str, tuple[str, ...]]] = {
    "lists": ("list",),
    "list_overlap": ("list",),
    "materials": ("material",),
    "links": ("material", "sector", "via", "via_kind", "inherited_from"),
    "assessments": ("home", "subject", "basis", "mix"),
    "positions": ("home", "other", "subject", "basis", "mix"),
    "roles": ("product",),
    "supply": ("mix", "partner", "part"),
    "claims": ("claim", "figure", "source"),
    "findings": ("kind", "subject", "partner"),
    "inputs": ("home", "subject", "basis", "mix"),
    "gaps": ("subject", "product"),
    "chain_edges": ("chain", "edge"),
    "chains": ("home", "chain"),
    "chain_stages": ("home", "chain", "stage"),
    "chain_steps": ("home", "chain", "product"),
    "tracker": ("home", "benchmark", "stage", "material_id", "subject"),
    "tracker_summary": ("home", "benchmark", "standing"),
    "chain_exposure": ("home", "chain_id", "product_id", "value_basis", "country"),
    "chain_exposure_lines": ("home", "chain_id", "product_id", "edge_id", "country"),
    "sector_exposure": ("home", "sector_id", "country"),
    "circularity": (
        "home",
        "lever",
        "material_id",
        "from_product",
        "to_product",
        "stream_id",
        "edge_id",
    ),
    "facilities": ("record_id",),
    "chain_roles": ("chain", "product"),
    "chain_functions": ("chain", "function"),
    "trade_patterns": ("product", "flow", "good", "rank", "basis", "country"),
    "reverse_dependency": ("supplier", "buyer", "subject", "basis", "mix"),
    "opportunities": ("chain_id", "product_id", "type"),
    "opportunity_factors": ("chain_id", "product_id", "factor", "item", "region"),
    "markets": ("product_id", "subject", "market"),
    "diversification": ("subject", "measure"),
    "criticality": ("home", "material_id", "basis"),
    "criticality_stages": ("material_id", "subject", "stage", "basis"),
    "criticality_eu": ("home", "material_id", "basis"),
    "methods": ("home", "material_id"),
    "method_agreement": ("method", "other"),
    "crosswalk": ("kind", "subject", "partner", "indicator", "study", "study_item", "study_stage"),
    "material_horizons": ("material",),
    "chain_horizons": ("chain",),
    "horizon_criteria": ("kind", "object", "horizon", "criterion"),
    "horizon_differences": ("kind", "chain", "material"),
    "headline": ("home",),
    "figures": ("id",),
    PARTNERS: ("country",),
    FLOWS: ("country", "flow", "subject"),
}

_INDEX: WeakKeyDictionary[Saved, dict[tuple[str, tuple[str, ...]], dict[Key, list[Row]]]] = (
    WeakKeyDictionary()
)


@dataclass(frozen=True, slots=True)
class Binding:
    """The name of one cell. ``where``: column and value as text, in the order of the columns' names.

    ``mapping``: the name of the mapping that the cell is of, for a document on two of them; empty
    for whichever mapping the document is of or held against. As text it stands last: ``…#top_share@8d7e…``.
    """

    table: str
    where: Key
    column: str
    mapping: str = ""

    def __str__(self) -> str:
        parts = "&".join(f"{name}={quote(value, safe=':/{},;+ ')}" for name, value in self.where)
        return f"{self.table}?{parts}#{self.column}{'@' if self.mapping else ''}{self.mapping}"


@dataclass(frozen=True, slots=True)
class Found:
    """What a binding leads to. ``found`` is ``absent`` where the mapping has no such row."""

    found: Literal["ok", "absent", "several"]
    value: Any = None
    status: str = "missing"
    low: float | None = None
    high: float | None = None
    row: Row | None = None


def parse(text: str) -> Binding:
    """A binding from its text. Raises :class:`UsageProblem` for another form."""
    table, mark, rest = text.partition("?")
    where, sharp, name = rest.rpartition("#")
    column, _, mapping = name.partition("@")
    pairs = [part.partition("=") for part in where.split("&") if part]
    if not (table and mark and sharp and column and all(sign for _, sign, _ in pairs)):
        raise UsageProblem(
            f"{text[:80]!r} names no figure; write TABLE?COLUMN=VALUE&…#COLUMN, such as "
            "assessments?home=NOR&subject=HS92:260200#top_share"
        )
    return Binding(
        table, tuple(sorted((n, unquote(value)) for n, _, value in pairs)), column, mapping
    )


def bind(saved: Saved, row: Row, column: str) -> Binding:
    """The name of a row's cell. Raises KeyError for a table that :data:`KEYS` lacks."""
    table = row[AT].partition("/")[0]
    return Binding(table, _key(saved, row, sorted(KEYS[table])), column)


def count(table: str, **where: str) -> Binding:
    """The name of the number of rows of a table with these values."""
    return Binding(table, tuple(sorted(where.items())), COUNT)


def rows_of(saved: Saved, table: str) -> list[Row]:
    """Rows of a table, the computed ones among them; none where the mapping lacks it."""
    if table == FLOWS:
        return _flows(saved)
    return _partners(saved) if table == PARTNERS else saved.rows(table)


def fitting(saved: Saved, binding: Binding) -> list[Row]:
    """The rows that a binding names."""
    names = tuple(name for name, _ in binding.where)
    held = _INDEX.setdefault(saved, {})
    place = (binding.table, names)
    if place not in held:
        index: dict[Key, list[Row]] = {}
        rows = rows_of(saved, binding.table)
        if rows and all(name in rows[0] for name in names):
            for row in rows:
                index.setdefault(_key(saved, row, names), []).append(row)
        held[place] = index
    return held[place].get(binding.where, [])


def resolve(saved: Saved, binding: Binding) -> Found:
    """What a mapping holds where a binding points."""
    rows = fitting(saved, binding)
    if binding.column == COUNT:
        return Found("ok", len(rows), "ok")
    if len(rows) != 1 or binding.column not in rows[0]:
        return Found("several" if len(rows) > 1 else "absent")
    row, column = rows[0], binding.column
    value = row[column]
    status = row.get(f"{column}_status") or ("missing" if value is None else "ok")
    return Found("ok", value, status, row.get(f"{column}_low"), row.get(f"{column}_high"), row)


def _key(saved: Saved, row: Row, names: Iterable[str]) -> Key:
    return tuple((name, _text(saved, row[name])) for name in names)


def _text(saved: Saved, value: object) -> str:
    """A key's value as text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (list, tuple)):
        return "+".join(map(str, value))
    return left_open(saved, str(value))


def left_open(saved: Saved, text: str) -> str:
    """A text with the mapped year in it left open, as keys hold it."""
    return text.replace(f"/{saved.year}/", f"/{YEAR}/")


_PARTNERS: WeakKeyDictionary[Saved, list[Row]] = WeakKeyDictionary()


def _partners(saved: Saved) -> list[Row]:
    if saved not in _PARTNERS:
        _PARTNERS[saved] = [
            {
                AT: f"{PARTNERS}/{number}",
                "country": partner.country,
                "mixes": [
                    *dict.fromkeys(
                        part["mix"]
                        for part in (*partner.imports, *partner.exports, *partner.largest)
                    )
                ],
                "imports_nok": partner.imports_nok,
                "exports_nok": partner.exports_nok,
                "imported_goods": len(partner.imports),
                "exported_goods": len(partner.exports),
                "largest_of": len(partner.largest),
                "over_65_of": len(partner.over),
            }
            for number, partner in enumerate(partners(saved).values())
        ]
    return _PARTNERS[saved]


_FLOWS: WeakKeyDictionary[Saved, list[Row]] = WeakKeyDictionary()


def _flows(saved: Saved) -> list[Row]:
    if saved not in _FLOWS:
        kroner = rates(saved)
        rows = [r for p in partners(saved).values() for r in (*p.imports, *p.exports)]
        _FLOWS[saved] = [
            {
                AT: f"{FLOWS}/{number}",
                "country": row["partner"],
                "flow": row["flow"],
                "subject": row["subject"],
                "value_nok": row["value"] * kroner[row["value_unit"]]
                if row["value"] is not None and row["value_unit"] in kroner
                else None,
                "value_share": row["value_share"],
                "quantity_t": row["quantity_t"],
                "mix": row["mix"],
                "year": row["year"],
            }
            for number, row in enumerate(rows)
        ]
    return _FLOWS[saved]


__all__ = [
    "COUNT",
    "FLOWS",
    "KEYS",
    "PARTNERS",
    "Binding",
    "Found",
    "bind",
    "count",
    "fitting",
    "left_open",
    "parse",
    "resolve",
    "rows_of",
]
