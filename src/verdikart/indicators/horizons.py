"""Two horizons as two scores: criticality in the short term, importance in the long run.

A score is the weighted mean of its criteria, each put on 0–1 (higher is riskier or more important).
A criterion that lacks data has no value but bounds, and a score has a value only where each of its
criteria has one; else it has the interval that the missing ones leave. So what is not known widens
a score and never moves it. Pure functions; the criteria themselves are in ``horizon_criteria``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import fsum, isfinite, isinf
from typing import Literal

from verdikart.core.errors import UnknownName, UsageProblem
from verdikart.core.figure import Status, Value
from verdikart.indicators.assessment import Range
from verdikart.indicators.criticality import EI_THRESHOLD, SR_THRESHOLD, reaches

Horizon = Literal["short", "long"]
Kind = Literal["material", "chain"]
SECTORS = ("defence", "energy", "food", "digital")


@dataclass(frozen=True, slots=True)
class Definition:
    """What a criterion is: its formula, the scale it is put on and where its numbers come from.

    ``half``: which field of :class:`Scales` gives the raw amount that is worth one half; empty
    where the raw number is a share already.
    """

    name: str
    horizon: Horizon
    kinds: tuple[Kind, ...]
    formula: str
    unit: str
    half: str
    source: str


USES = "material_technologies × sectors; importance H, M, L is the author's judgement"
DEFINITIONS: dict[str, Definition] = {
    row.name: row
    for row in (
        Definition(
            "supply_risk",
            "short",
            ("material",),
            "SR / (SR + threshold)",
            "index",
            "sr_threshold",
            "the home's assessment (doi:10.2873/769526)",
        ),
        Definition(
            "economic_vulnerability",
            "short",
            ("material",),
            "EI / (EI + threshold)",
            "index",
            "ei_threshold",
            "the home's assessment (doi:10.2873/769526)",
        ),
        Definition(
            "non_allied_exposure",
            "short",
            ("material",),
            "max over goods, of max over suppliers i that are no ally, of mᵢ / Σ m",
            "share",
            "",
            "the home's own supply mixes",
        ),
        Definition(
            "supply_bottleneck",
            "short",
            ("chain",),
            "x / (x + threshold); x of a step = Σ over suppliers i that are no ally of sᵢ²·WGIᵢ; joint "
            "steps: the highest x, alternative routes: the mean by share",
            "index",
            "sr_threshold",
            "the home's own supply mixes; World Bank WGI",
        ),
        Definition(
            "import_at_stake",
            "short",
            ("chain",),
            "v / (v + half); v = Σ over codes of imports from the largest supplier that is no ally",
            "NOK",
            "stake_half_nok",
            "the home's own supply mixes; exchange_rates",
        ),
        Definition(
            "export_restrictions",
            "short",
            ("material", "chain"),
            "max over goods of Σ over suppliers i with an export restriction in force of mᵢ / Σ m",
            "share",
            "",
            "trade_measures; the home's own supply mixes",
        ),
        *(
            Definition(
                f"use_{sector}",
                "long",
                ("material", "chain"),
                "p / (p + 1); p = Σ over the sector's technologies of H 1, M ½, L ¼",
                "points",
                "use_half",
                USES,
            )
            for sector in SECTORS
        ),
        Definition(
            "export_income",
            "long",
            ("material", "chain"),
            "v / (v + half); v = Σ over codes, each once, of the home's exports",
            "NOK",
            "export_half_nok",
            "the home's exports by code and heading; exchange_rates",
        ),
        Definition(
            "technology_demand",
            "long",
            ("material", "chain"),
            "n / (n + half); n = technologies that need it with importance H or M",
            "count",
            "technologies_half",
            USES,
        ),
    )
}


@dataclass(frozen=True, slots=True)
class Scales:
    """What is chosen: the raw amount worth one half on each scale, and points by importance.

    The thresholds are the EU's. The amounts of kroner and the counts are the author's.
    """

    sr_threshold: float = SR_THRESHOLD
    ei_threshold: float = EI_THRESHOLD
    export_half_nok: float = 5e9
    stake_half_nok: float = 1e9
    technologies_half: float = 5.0
    use_half: float = 1.0
    points: Mapping[str, float] = field(default_factory=lambda: {"H": 1.0, "M": 0.5, "L": 0.25})


@dataclass(frozen=True, slots=True)
class Criterion:
    """One criterion of one object: the raw number, the number on 0–1, and what stands behind it.

    ``lacks`` names what is missing (goods, measures, inputs); ``marks`` are caveats that follow
    the number to wherever it is shown, such as ``memory_unverified``.
    """

    name: str
    raw: Range
    scaled: Range
    status: Status
    reason: str | None = None
    lacks: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()
    inputs: tuple[tuple[str, Value], ...] = ()

    @property
    def horizon(self) -> Horizon:
        """The horizon it counts in."""
        return DEFINITIONS[self.name].horizon


@dataclass(frozen=True, slots=True)
class Score:
    """One horizon of one object. ``value`` is None where a criterion with weight has none.

    ``low, high``: every missing criterion at its lower and at its upper bound. ``weights`` add up
    to 1, in the order of ``criteria``; ``lacking`` names the criteria without a value.
    """

    horizon: Horizon
    value: float | None
    low: float
    high: float
    criteria: tuple[Criterion, ...]
    weights: tuple[float, ...]
    status: Status
    reason: str | None
    lacking: tuple[str, ...]
    marks: tuple[str, ...]

    def criterion(self, name: str) -> Criterion:
        """One of the criteria. Raises :class:`UnknownName`."""
        for row in self.criteria:
            if row.name == name:
                return row
        raise UnknownName("criterion", name, [row.name for row in self.criteria])


def criteria_of(kind: Kind, horizon: Horizon) -> tuple[str, ...]:
    """Names of the criteria of a kind of object on one horizon."""
    rows = DEFINITIONS.values()
    return tuple(row.name for row in rows if row.horizon == horizon and kind in row.kinds)


def saturating(amount: float, half: float) -> float:
    """Put an amount from 0 up on 0–1: x / (x + half), so ``half`` is worth ½ and nothing tops 1."""
    if not (isfinite(half) and half > 0):
        raise UsageProblem(f"half is {half}; give the amount worth one half on the scale, above 0")
    if not amount >= 0:
        raise UsageProblem(f"the amount is {amount}; only amounts from 0 up have a place on 0–1")
    return 1.0 if isinf(amount) else amount / (amount + half)


def on_scale(raw: Range, half: float | None) -> Range:
    """A raw range on 0–1; without ``half`` it is a share already."""
    if half is None:
        return raw
    value = None if raw.value is None else saturating(raw.value, half)
    return Range(value, saturating(raw.low, half), saturating(raw.high, half), raw.origin)


def criterion(
    name: str,
    raw: Range,
    scales: Scales,
    *,
    reason: str | None = None,
    lacks: Sequence[str] = (),
    marks: Sequence[str] = (),
    inputs: Mapping[str, Value] | None = None,
) -> Criterion:
    """Put a raw number on its scale; what rests on judgement, memory or an assumption is estimated."""
    half = DEFINITIONS[name].half
    scaled = on_scale(raw, getattr(scales, half) if half else None)
    kept = tuple(dict.fromkeys(marks))
    if raw.value is None:
        status = Status.MISSING if raw.low == 0 else Status.NOT_COMPUTABLE
    elif raw.value == 0:
        status = Status.ZERO
    else:
        status = Status.ESTIMATED if set(kept) & JUDGED else Status.OK
    return Criterion(
        name, raw, scaled, status, reason, tuple(lacks), kept, tuple((inputs or {}).items())
    )


JUDGED = frozenset({"author_judgement", "memory_unverified", "no_plant_zero"})


def normalised(names: Sequence[str], weights: Mapping[str, float] | None = None) -> list[float]:
    """Weights that add up to 1, in the order of ``names``; equal where none are given.

    Raises :class:`UnknownName` for a weight of no criterion at all and :class:`UsageProblem` for
    a negative weight or none above zero. A criterion that is not named weighs nothing.
    """
    if weights is None:
        return [1 / len(names)] * len(names)
    for name, weight in weights.items():
        if name not in DEFINITIONS:
            raise UnknownName("criterion", name, list(DEFINITIONS))
        if not (isfinite(weight) and weight >= 0):
            raise UsageProblem(f"the weight of {name} is {weight}; give a number from 0 up")
    found = [weights.get(name, 0.0) for name in names]
    whole = fsum(found)
    if not whole > 0:
        raise UsageProblem(f"no criterion has a weight; weigh at least one of {', '.join(names)}")
    return [weight / whole for weight in found]


def combine(
    horizon: Horizon, criteria: Sequence[Criterion], weights: Mapping[str, float] | None = None
) -> Score:
    """The score of one horizon: the weighted mean of its criteria, or the interval they leave."""
    strays = [row.name for row in criteria if row.horizon != horizon]
    if strays or not criteria:
        raise UsageProblem(
            f"{', '.join(strays) or 'nothing'} cannot make a {horizon} score; "
            f"give criteria of that horizon"
        )
    shares = normalised([row.name for row in criteria], weights)
    counted = [(row, w) for row, w in zip(criteria, shares, strict=True) if w > 0]
    lacking = tuple(row.name for row, _ in counted if row.scaled.value is None)
    low = fsum(w * row.scaled.low for row, w in counted)
    high = min(1.0, fsum(w * row.scaled.high for row, w in counted))
    value = None if lacking else fsum(w * (row.scaled.value or 0.0) for row, w in counted)
    marks = tuple(dict.fromkeys(mark for row, _ in counted for mark in row.marks))
    if value is None:
        status, reason = Status.NOT_COMPUTABLE, "criteria_missing"
    else:
        reason = None
        status = Status.ESTIMATED if set(marks) & JUDGED else Status.OK
        status = Status.ZERO if value == 0 else status
    return Score(
        horizon, value, low, high, tuple(criteria), tuple(shares), status, reason, lacking, marks
    )


def over(raw: Range, threshold: float) -> bool | None:
    """Whether a raw number reaches a threshold at one decimal; None where its bounds leave it open.

    A value decides; without one, a lower bound that reaches it or an upper one that does not.
    """
    if raw.value is not None:
        return reaches(raw.value, threshold)
    if reaches(raw.low, threshold):
        return True
    return None if isinf(raw.high) or reaches(raw.high, threshold) else False


def worst(rows: Sequence[Range]) -> Range:
    """The highest of several numbers. It has a value where no unknown one can be higher."""
    low = max(row.low for row in rows)
    high = max(row.high for row in rows)
    known = [row.value for row in rows if row.value is not None]
    top = max(known, default=None)
    sure = top is not None and all(row.value is not None or row.high <= top for row in rows)
    return Range(top if sure else None, low, high)


def total(rows: Sequence[Range]) -> Range:
    """The sum of several numbers; without a value where one of them has none."""
    values = [row.value for row in rows]
    value = None if any(v is None for v in values) else fsum(v or 0.0 for v in values)
    return Range(value, fsum(row.low for row in rows), fsum(row.high for row in rows))
