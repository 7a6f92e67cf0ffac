"""The criteria of the two horizons, from plain facts: goods with their mixes, incomes, uses.

Every function gives a :class:`~verdikart.indicators.horizons.Criterion`. Nothing is taken over from
one kind of object to another: a chain's criteria see its own goods and never a material's score.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import inf

from verdikart.core.figure import Value
from verdikart.indicators.assessment import Range
from verdikart.indicators.criticality import TEN
from verdikart.indicators.governance import governance_bounds, hhi_governance
from verdikart.indicators.horizons import SECTORS, Criterion, Scales, criterion, total, worst
from verdikart.indicators.mix import Amount, Mix


@dataclass(frozen=True, slots=True)
class Restriction:
    """An export restriction in force. ``whole`` is false where it holds for part of the good only."""

    measure_id: str
    imposed_by: frozenset[str]
    whole: bool = True
    marks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Good:
    """One traded good with the home's own supply; ``mix`` None where no source shows it (``reason``).

    ``small``: the flow is below the floor, so it is shown and bounds the result without a value of
    its own. ``nok_per_unit`` puts the mix's values in kroner.
    """

    subject: str
    stage: str
    products: tuple[str, ...]
    mix: Mix | None
    reason: str | None = None
    small: bool = False
    nok_per_unit: float | None = None
    rate_marks: tuple[str, ...] = ()
    restrictions: tuple[Restriction, ...] = ()
    marks: tuple[str, ...] = ()

    @property
    def shown(self) -> bool:
        """Whether a source shows suppliers of it above the floor."""
        return self.mix is not None and bool(self.mix.suppliers) and not self.small


@dataclass(frozen=True, slots=True)
class Income:
    """The home's exports under one code or heading in kroner; unknown from above: high is infinite."""

    subject: str
    nok: Range
    reason: str | None = None
    marks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Use:
    """A technology of a sector that needs the object.

    ``own``: recorded for the object itself, not for a group it belongs to.
    """

    technology: str
    sector: str
    importance: str
    own: bool = True
    marks: tuple[str, ...] = ()


Measured = Callable[[Good], Range]


def supply_risk(sr: Range | None, scales: Scales, marks: Sequence[str] = ()) -> Criterion:
    """Supply risk of the home's assessment over its threshold."""
    return _assessed("supply_risk", sr, scales, marks)


def economic_vulnerability(
    ei: Range | None, scales: Scales, marks: Sequence[str] = ()
) -> Criterion:
    """Economic importance of the home's assessment over its threshold."""
    return _assessed("economic_vulnerability", ei, scales, marks)


def _assessed(name: str, found: Range | None, scales: Scales, marks: Sequence[str]) -> Criterion:
    raw = found or Range.unknown(0.0, inf)
    reason = None
    if raw.value is None:
        reason = "not_assessed" if found is None else "assessment_incomplete"
    return criterion(name, raw, scales, reason=reason, marks=marks)


def exposure(goods: Sequence[Good], allies: frozenset[str], scales: Scales) -> Criterion:
    """Largest share of one supplier that is no ally in the home's own mix, at the worst good."""
    rows = [(good, non_allied_share(good, allies)) for good in goods]
    return _worst("non_allied_exposure", rows, scales, 1.0, lambda g: _other(g, allies))


def restrictions(
    goods: Sequence[Good], scales: Scales, on_object: Sequence[Restriction] = ()
) -> Criterion:
    """Share of the home's own mix from suppliers under an export restriction, at the worst good.

    Only restrictions on record count, so a zero says that none is known. ``on_object``: those in
    force on an object that has no goods of its own, which leave the share open.
    """
    rows = [(good, restricted_share(good)) for good in goods if good.restrictions]
    marks = ("known_measures_only",)
    if not rows and not on_object:
        return criterion("export_restrictions", Range.exact(0.0), scales, marks=marks)
    measures = [*(r for good, _ in rows for r in good.restrictions), *on_object]
    found = _worst(
        "export_restrictions",
        rows,
        scales,
        1.0,
        lambda _: {"measures": ";".join(dict.fromkeys(r.measure_id for r in measures))},
    )
    more = (*marks, *found.marks, *(m for r in measures for m in r.marks))
    return criterion(
        found.name,
        found.raw,
        scales,
        reason=found.reason,
        lacks=found.lacks,
        marks=more,
        inputs=dict(found.inputs),
    )


def at_stake(goods: Sequence[Good], allies: frozenset[str], scales: Scales) -> Criterion:
    """Imports from the largest supplier that is no ally, code by code, in kroner."""
    rows = [_stake(good, allies) for good in goods]
    raw = total(rows) if rows else Range.unknown(0.0, inf)
    lacks = [g.subject for g, row in zip(goods, rows, strict=True) if row.value is None]
    counted = [g for g, row in zip(goods, rows, strict=True) if row.high > 0 and g.mix]
    marks = [mark for good in counted for mark in (*good.marks, *good.rate_marks)]
    reason = ("goods_unseen" if rows else "no_own_goods") if raw.value is None else None
    return criterion("import_at_stake", raw, scales, reason=reason, lacks=lacks, marks=marks)


def export_income(incomes: Sequence[Income], scales: Scales) -> Criterion:
    """The home's exports in kroner; each code stands in one income, so none is added twice."""
    raw = total([row.nok for row in incomes]) if incomes else Range.unknown(0.0, inf)
    lacking = [row for row in incomes if row.nok.value is None]
    reason = None
    if raw.value is None:
        reason = (lacking[0].reason or "exports_unknown") if lacking else "no_own_goods"
    marks = [mark for row in incomes for mark in row.marks]
    largest = max(incomes, key=lambda r: (r.nok.low, r.subject), default=None)
    inputs: dict[str, Value] = {"codes": len(incomes)}
    if largest is not None and largest.nok.low > 0:
        inputs |= {"largest": largest.subject, "largest_nok": largest.nok.low}
    return criterion(
        "export_income",
        raw,
        scales,
        reason=reason,
        lacks=[row.subject for row in lacking],
        marks=marks,
        inputs=inputs,
    )


def uses(
    found: Sequence[Use] | None, scales: Scales, reason: str = "no_technology_rows"
) -> tuple[Criterion, ...]:
    """Use in each sector, and the number of technologies; ``None`` where nothing is on record.

    A technology counts once a sector, with its highest importance. Rows recorded for a group that
    the object belongs to may or may not concern it: they raise the upper bound alone.
    """
    if found is None:
        names = (*(f"use_{sector}" for sector in SECTORS), "technology_demand")
        return tuple(criterion(n, Range.unknown(0.0, inf), scales, reason=reason) for n in names)
    rows = []
    for sector in SECTORS:
        mine = [use for use in found if use.sector == sector]
        rows.append(_counted(f"use_{sector}", mine, lambda i: scales.points.get(i, 0.0), scales))
    needed = [use for use in found if use.importance in ("H", "M")]
    return (*rows, _counted("technology_demand", needed, lambda _: 1.0, scales))


def _counted(
    name: str, found: Sequence[Use], worth: Callable[[str], float], scales: Scales
) -> Criterion:
    def points(rows: Sequence[Use]) -> float:
        best: dict[str, float] = {}
        for use in rows:
            best[use.technology] = max(best.get(use.technology, 0.0), worth(use.importance))
        return sum(best.values())

    low, high = points([use for use in found if use.own]), points(found)
    raw = Range(low if low == high else None, low, high)
    group = any(not use.own for use in found)
    reason = "group_rows_only" if raw.value is None else None
    marks = [mark for use in found for mark in use.marks] + (["inherited_group"] if group else [])
    named = ";".join(dict.fromkeys(use.technology for use in found))
    return criterion(name, raw, scales, reason=reason, marks=marks, inputs={"technologies": named})


def non_allied_share(good: Good, allies: frozenset[str]) -> Range:
    """Share of the largest supplier that is no ally, with what the unspecified part could change."""
    return _of_others(good, allies, lambda rows: rows[0][1] if rows else 0)


def restricted_share(good: Good) -> Range:
    """Share of the good from suppliers under restriction; a part of the good bounds it from above."""
    whole = frozenset(c for r in good.restrictions if r.whole for c in r.imposed_by)
    partly = frozenset(c for r in good.restrictions for c in r.imposed_by)

    def among(names: frozenset[str]) -> Range:
        return _of_others(
            good, frozenset(), lambda rows: sum(a for iso3, a in rows if iso3 in names)
        )

    sure, most = among(whole), among(partly)
    return Range(sure.value if sure.value == most.value else None, sure.low, most.high)


def weighted_non_allied(
    good: Good, allies: frozenset[str], governance: Mapping[str, float]
) -> Range:
    """Σ s²·WGI over suppliers that are no ally, 0–10: the risk of a step of a chain."""
    mix = good.mix
    if mix is None or "suspected_suppression" in mix.caveats:
        return Range.unknown(0.0, TEN)
    amounts = mix.amounts(mix.primary)
    if not amounts.total > 0:
        return Range.exact(0.0)
    others = [row for row in amounts.known if row[0] not in allies]
    value, low, high = hhi_governance(others, governance, amounts.total)
    if amounts.residual > 0:
        declared = mix.declared_total is not None
        whole = amounts.total if declared else amounts.total + amounts.residual
        low, high = governance_bounds(others, governance, whole, amounts.residual)
    return _if_large(good, Range(value, min(low, value or low), max(high, value or 0.0)))


def _of_others(
    good: Good,
    allies: frozenset[str],
    picked: Callable[[Sequence[tuple[str, Amount]]], Amount],
) -> Range:
    """A part of the identified supply that lies with suppliers that are no ally."""
    mix = good.mix
    if mix is None or "suspected_suppression" in mix.caveats:
        return Range.unknown()
    amounts = mix.amounts(mix.primary)
    declared = mix.declared_total is not None
    whole = amounts.total if declared else amounts.total + amounts.residual
    if not amounts.total > 0:
        return Range.exact(0.0)
    part = picked([row for row in amounts.known if row[0] not in allies])
    high = min(1.0, float((part + amounts.residual) / whole))
    return _if_large(good, Range(float(part / amounts.total), float(part / whole), high))


def _if_large(good: Good, found: Range) -> Range:
    """Below the floor no value is drawn: the figure is an upper bound."""
    if not good.small or found.high == 0:
        return found
    return Range(None, 0.0, found.high)


def _stake(good: Good, allies: frozenset[str]) -> Range:
    mix = good.mix
    if mix is None or mix.value_unit is None or good.nok_per_unit is None:
        return Range.unknown(0.0, inf)
    amounts = mix.amounts("value")
    rate = good.nok_per_unit
    if "suspected_suppression" in mix.caveats:
        return Range.unknown(0.0, inf)
    part = next((a for iso3, a in amounts.known if iso3 not in allies), 0)
    return Range(part * rate, part * rate, float(part + amounts.residual) * rate)


def _other(good: Good, allies: frozenset[str]) -> dict[str, Value]:
    if good.mix is None:
        return {}
    amounts = good.mix.amounts(good.mix.primary)
    top = next(((iso3, a) for iso3, a in amounts.known if iso3 not in allies), None)
    if top is None:
        return {}
    return {"supplier": top[0], "supplier_share": float(top[1] / amounts.total)}


def _worst(
    name: str,
    rows: Sequence[tuple[Good, Range]],
    scales: Scales,
    top: float,
    more: Callable[[Good], Mapping[str, Value]],
) -> Criterion:
    """The worst good; those without a value that could be worse are named."""
    if not rows:
        return criterion(name, Range.unknown(0.0, top), scales, reason="no_own_goods")
    raw = worst([found for _, found in rows])
    open_goods = [g for g, f in rows if f.value is None and f.high > raw.low]
    seen = [row for row in rows if row[1].low > 0 or row[1].value is not None]
    good = max(seen, key=lambda row: (row[1].low, row[0].subject), default=(None, None))[0]
    inputs: dict[str, Value] = {
        "goods": len(rows),
        "seen": sum(1 for good, _ in rows if good.shown),
        "open": len(open_goods),
    }
    if good is not None:
        inputs |= {"stage": good.stage, "subject": good.subject, **more(good)}
        inputs |= {"mix": str(good.mix.id)} if good.mix else {}
    marks = (*good.marks, *(["below_floor"] if good.small else [])) if good else ()
    return criterion(
        name,
        raw,
        scales,
        reason=_why(open_goods) if raw.value is None else None,
        lacks=[g.subject for g in open_goods] if raw.value is None else (),
        marks=marks,
        inputs=inputs,
    )


def _why(goods: Sequence[Good]) -> str:
    if any(good.mix is None for good in goods):
        return "goods_unseen"
    if any("suspected_suppression" in good.mix.caveats for good in goods if good.mix):
        return "suspected_suppression"
    if any(good.small for good in goods):
        return "below_floor"
    return "part_of_group"
