"""The sandbox's result as flat rows and one document, and the summary in a sentence."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

from verdikart.mapping.sandbox import Point, Result, Row, Side
from verdikart.mapping.tipping import LEVERS
from verdikart.reference.entities import Material
from verdikart.reference.i18n import Lang, translator
from verdikart.reference.load import by_key

Record = dict[str, Any]


def name_of(material: str, lang: Lang) -> str:
    """A material's name; its id where the tables lack it."""
    found = by_key(Material).get(material)
    return material if found is None else found.name(lang)


def _scores(side: Side, label: str) -> Record:
    row: Record = {}
    for key, score in (("sr", side.sr), ("ei", side.ei)):
        row[f"{key}_{label}"] = score.value
        row[f"{key}_{label}_low"] = score.low
        row[f"{key}_{label}_high"] = score.high
    return row | {f"critical_{label}": side.critical}


def _row(row: Row, lang: Lang) -> Record:
    tip = row.tipping
    flat: Record = {
        "material": row.material,
        "name": name_of(row.material, lang),
        "member_of": row.member_of,
        "lists": list(row.lists),
        "move": row.move,
        "causes": list(row.causes),
        "together": row.together,
        **_scores(row.before, "before"),
        **_scores(row.after, "after"),
        "assessed_before": row.before.assessed,
        "assessed": row.after.assessed,
        "missing": list(row.after.missing),
        "sr_distance": tip.sr_distance,
        "ei_distance": tip.ei_distance,
        "sr_tipping": tip.sr_threshold,
        "ei_tipping": tip.ei_threshold,
    }
    for name in LEVERS:
        lever = tip.levers.get(name)
        flat[name] = lever.value if lever else None
        flat[f"{name}_tipping"] = lever.tipping if lever else None
        if name.startswith("top_"):
            flat[name.removesuffix("_share")] = lever.supplier if lever else None
    return flat


def rows(result: Result, lang: Lang, only: Sequence[str] = ()) -> list[Record]:
    """One row a material, members of groups too; ``only`` these where any are named."""
    return [_row(row, lang) for row in result.rows if not only or row.material in only]


def points(found: Iterable[Point]) -> list[Record]:
    """One row a threshold."""
    return [
        {
            "threshold": p.threshold,
            "count": len(p.materials),
            "materials": list(p.materials),
            "undetermined": list(p.undetermined),
        }
        for p in found
    ]


def document(
    result: Result,
    lang: Lang,
    only: Sequence[str] = (),
    found: Iterable[Point] | None = None,
    **question: object,
) -> Record:
    """Everything as one object; ``question`` stands first in it."""
    return {
        **question,
        "scores": result.scores,
        "summary": summary(result, lang),
        "choices_before": asdict(result.base),
        "choices_after": asdict(result.changed),
        "changes": [asdict(change) for change in result.changes],
        "counts": counts(result),
        "enters": list(result.moved("enters")),
        "leaves": list(result.moved("leaves")),
        "becomes_undetermined": list(result.moved("becomes_undetermined")),
        "settles_on": list(result.moved("settles_on")),
        "settles_off": list(result.moved("settles_off")),
        "materials": rows(result, lang, only),
        "sweep": None if found is None else points(found),
    }


def counts(result: Result) -> dict[str, int]:
    """Units, and how many of them are on the list or undetermined before and after."""
    return {
        "units": result.units,
        "before": len(result.on_list("before")),
        "after": len(result.on_list("after")),
        "undetermined_before": len(result.undetermined("before")),
        "undetermined_after": len(result.undetermined("after")),
    }


def summary(result: Result, lang: Lang) -> str:
    """One line: who enters and leaves, and the counts."""
    _ = translator(lang)
    said = (
        (result.moved("enters"), _("{n} enters"), _("{n} enter")),
        (result.moved("leaves"), _("{n} leaves"), _("{n} leave")),
        (
            result.moved("becomes_undetermined"),
            _("{n} becomes undetermined"),
            _("{n} become undetermined"),
        ),
        (result.moved("settles_on"), _("{n} is now surely on"), _("{n} are now surely on")),
        (result.moved("settles_off"), _("{n} is now surely off"), _("{n} are now surely off")),
    )
    parts = []
    for units, one, many in said:
        if units:
            names = ", ".join(name_of(unit, lang) for unit in units)
            parts.append(f"{(one if len(units) == 1 else many).format(n=len(units))}: {names}")
    number = counts(result)
    tail = _("{before} → {after} of {units} on the list").format(**number)
    if number["undetermined_before"] or number["undetermined_after"]:
        tail += ", " + _("undetermined {undetermined_before} → {undetermined_after}").format(
            **number
        )
    return f"{'; '.join(parts) or _('nothing changes')} ({tail})"
