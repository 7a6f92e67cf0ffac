"""Changes in score, rank and verdict between two mappings, divided over their causes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from itertools import combinations
from typing import Any

from verdikart.indicators.assessment import MaterialScore, score_all
from verdikart.indicators.ranking import ranks
from verdikart.indicators.shapley import shapley
from verdikart.mapping.combine import CAUSES, Cause, Combiner, Subset

Row = dict[str, Any]
Cells = list[float | None]
MEASURES = ("supply_risk", "economic_importance", "rank", "critical")
NEAR = 1e-9


def rows(combiner: Combiner, live: Sequence[Cause]) -> list[Row]:
    """One row a material, those that change most first. ``live``: causes for which anything
    differs; the others get exactly 0.
    """

    @cache
    def scored(subset: Subset) -> dict[str, MaterialScore]:
        mixed = combiner.combine(subset)
        return score_all(mixed.materials, mixed.setting, mixed.choices)

    every = [frozenset(s) for size in range(len(live) + 1) for s in combinations(live, size)]
    units = _units(combiner, [scored(subset) for subset in every])
    both = [m for m in combiner.a.materials if m in combiner.b.materials]

    def worth(subset: Subset) -> list[float | None]:
        scores = scored(subset)
        places = _places(
            {name: value for name in units if (value := _sr(scores, name)) is not None}
        )
        cells: Cells = []
        for name in both:
            score = scores.get(name)
            sure = None if score is None or score.critical is None else float(score.critical)
            cells += [_sr(scores, name), score.ei.value if score else None, places.get(name), sure]
            cells.append(float(sure is None))
        return cells

    first, last = worth(frozenset()), worth(frozenset(live))
    parts = shapley(live, worth)
    width = len(MEASURES) + 1
    ends = (scored(frozenset()), scored(frozenset(live)))
    found = []
    for place, name in enumerate(both):
        cells = slice(place * width, (place + 1) * width)
        split = {c: parts[c][cells] if c in parts else None for c in CAUSES}
        found.append(_kept(name, (first[cells], last[cells]), split, ends, combiner, name in units))
    found += [_lone(name, cause, ends) for name, cause in combiner.only.items()]
    return sorted(found, key=_order)


def _sr(scores: Mapping[str, MaterialScore], name: str) -> float | None:
    return scores[name].sr.value if name in scores else None


def _placed(scores: Mapping[str, MaterialScore], name: str) -> bool:
    return name in scores and scores[name].ranked


def _units(combiner: Combiner, every: Sequence[Mapping[str, MaterialScore]]) -> frozenset[str]:
    """Materials that are ranked: in both mappings, no member of a group in either, and with a
    value in every combination, so that each rank is among the same.
    """
    sides = (combiner.a, combiner.b)
    inside = {m for side in sides for g in side.inputs.materials for m in g.members}
    both = set(combiner.a.materials) & set(combiner.b.materials)
    return frozenset(
        name for name in both - inside if all(_placed(scores, name) for scores in every)
    )


def _places(values: Mapping[str, float]) -> dict[str, float]:
    """Rank by SR, 1 the highest; equal values share a rank."""
    return {name: float(rank) for name, rank in ranks(values).items()}


def _kept(
    name: str,
    ends: tuple[Cells, Cells],
    split: Mapping[Cause, Cells | None],
    scores: tuple[dict[str, MaterialScore], dict[str, MaterialScore]],
    combiner: Combiner,
    ranked: bool,
) -> Row:
    """The row of a material in both mappings."""
    row: Row = {"material_id": name, "change": "kept", "change_causes": []}
    for side, held in zip("ab", scores, strict=True):
        row[f"subject_{side}"] = held[name].assessed if name in held else None
    for place, measure in enumerate(MEASURES):
        old, new = ends[0][place], ends[1][place]
        parts = {c: _part(cells, place, old, new) for c, cells in split.items()}
        row |= _cells(measure, old, new, parts)
        row[f"{measure}_reason"] = _why(old, new, parts, measure == "rank" and not ranked)
    verdict = [None if e[3] is None else bool(e[3]) for e in ends]
    row |= {"critical_a": verdict[0], "critical_b": verdict[1]}
    row["verdict_change"] = kind = _turn(*verdict)
    at = 4 if kind in ("becomes_undetermined", "becomes_determined") else 3
    row["verdict_causes"] = _most(split, at, ends) if kind else []
    row["notes"] = sorted(combiner.notes.get(name, ()))
    return row


def _part(cells: Cells | None, place: int, old: float | None, new: float | None) -> float | None:
    """The part of one cause; exactly 0 for one in which nothing differs."""
    if cells is not None:
        return cells[place]
    return None if old is None or new is None else 0.0


def _cells(measure: str, old: object, new: object, parts: Mapping[Cause, float | None]) -> Row:
    numbers = isinstance(old, float) and isinstance(new, float)
    row: Row = {f"{measure}_a": old, f"{measure}_b": new}
    row[f"{measure}_change"] = new - old if numbers else None  # type: ignore[operator]
    whole = all(part is not None for part in parts.values())
    return row | {f"{measure}_{c}": part if whole else None for c, part in parts.items()}


def _why(
    old: float | None, new: float | None, parts: Mapping[Cause, float | None], unranked: bool
) -> str | None:
    """Why a change has no parts."""
    if unranked:
        return "not_ranked"
    if old is None or new is None:
        return "no_value"
    return "no_value_between" if any(part is None for part in parts.values()) else None


def _turn(old: bool | None, new: bool | None) -> str | None:
    """What happened to a verdict."""
    if old == new:
        return None
    if new is None:
        return "becomes_undetermined"
    if old is None:
        return "becomes_determined"
    return "enters" if new else "leaves"


def _most(split: Mapping[Cause, Cells | None], at: int, ends: tuple[Cells, Cells]) -> list[Cause]:
    """The cause that carries most of a change; several where they carry alike."""
    sign = 1 if (ends[1][at] or 0) > (ends[0][at] or 0) else -1
    carried = {
        cause: sign * part
        for cause, cells in split.items()
        if cells is not None and (part := cells[at]) is not None
    }
    top = max(carried.values(), default=0.0)
    return [cause for cause, part in carried.items() if top > NEAR and part > top - NEAR]


def _lone(
    name: str,
    cause: Cause,
    scores: tuple[dict[str, MaterialScore], dict[str, MaterialScore]],
) -> Row:
    """The row of a material that only one of the mappings has: values of that one, no parts."""
    row: Row = {
        "material_id": name,
        "change": "removed" if name in scores[0] else "added",
        "change_causes": [cause],
    }
    nothing: dict[Cause, float | None] = dict.fromkeys(CAUSES)
    ends = [held.get(name) for held in scores]
    for side, score in zip("ab", ends, strict=True):
        row[f"subject_{side}"] = score.assessed if score else None
    known = [(s.sr.value, s.ei.value, None, s.critical) if s else (None,) * 4 for s in ends]
    for place, measure in enumerate(MEASURES):
        row |= _cells(measure, known[0][place], known[1][place], nothing)
        row[f"{measure}_reason"] = "in_one_mapping"
    critical = [bool(pair[3]) for pair in known]
    row["verdict_change"] = _turn(*critical)
    row["verdict_causes"] = [cause] if row["verdict_change"] else []
    row["notes"] = []
    return row


def _order(row: Row) -> tuple[bool, bool, float, float, str]:
    """Verdict changes first, then what is in one mapping only, then the largest change."""
    sizes = [abs(row[f"{m}_change"] or 0.0) for m in ("supply_risk", "economic_importance")]
    kept = row["change"] == "kept"
    return (not row["verdict_change"], kept, -sizes[0], -sizes[1], row["material_id"])
