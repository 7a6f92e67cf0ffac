"""Opportunities: what allies lack × what Norway can do × what stands in the way, in bands.

Every factor is a band, or a span of bands where it is not known. With b = 1/3, 2/3, 1 for low,
medium and high and the user's weights w,

    score = Π b_f^(w_f / Σw),    product = gap × capability × feasibility = Π b_f^(w_f),

so a low factor lowers and none ever makes zero. An unknown factor leaves an interval: the score
with the band at its lowest and at its highest. The product is formed only where all are known.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp, fsum, log, sqrt

VALUES = {"low": 1 / 3, "medium": 2 / 3, "high": 1.0}
BANDS = tuple(VALUES)
GAP = ("ally_size", "ally_concentration", "ally_persistence")
CAPABILITY = ("plants", "adjacent", "deposits", "side_streams", "skills", "research_base")
FEASIBILITY = ("barriers", "lead_time", "host_attractiveness", "partner_priority")
GROUPS = {"ally_gap": GAP, "capability": CAPABILITY, "feasibility": FEASIBILITY}
FACTORS = (*GAP, *CAPABILITY, *FEASIBILITY)
# Each group weighs 1 in all, divided evenly among its factors; the user's weights multiply these.
BASE = {factor: 1 / len(group) for group in GROUPS.values() for factor in group}


@dataclass(frozen=True, slots=True)
class Band:
    """A factor's band as a span from ``low`` to ``high``; the whole span is unknown.

    ``applies`` is False where the question has no meaning (a deposit of a component): such a factor
    has no part in the score.
    """

    low: str = "low"
    high: str = "high"
    applies: bool = True

    def __post_init__(self) -> None:
        if BANDS.index(self.low) > BANDS.index(self.high):
            raise ValueError(f"a band from {self.low} to {self.high} is upside down")

    @classmethod
    def of(cls, band: str) -> Band:
        """A known band."""
        return cls(band, band)

    @property
    def known(self) -> bool:
        """Whether it is one band."""
        return self.low == self.high

    @property
    def word(self) -> str:
        """The band, ``unknown``, or ``not_applicable``."""
        if not self.applies:
            return "not_applicable"
        return self.low if self.known else "unknown"


UNKNOWN = Band()
NOT_APPLICABLE = Band(applies=False)


@dataclass(frozen=True, slots=True)
class Score:
    """A score from ``low`` to ``high`` (1/3–1); ``product`` and ``value`` only where all is known."""

    value: float | None
    low: float
    high: float
    product: float | None

    @property
    def middle(self) -> float:
        """Geometric middle of the interval: what opportunities are listed by."""
        return sqrt(self.low * self.high)


def cut(value: float | None, medium: float, high: float) -> Band:
    """A number as a band: at least ``high``, at least ``medium``, else low; None is unknown."""
    if value is None:
        return UNKNOWN
    return Band.of("high" if value >= high else "medium" if value >= medium else "low")


def least(bands: Sequence[Band]) -> Band:
    """The lowest of several: what stands most in the way; unknown without any."""
    if not bands:
        return UNKNOWN
    return Band(
        min((b.low for b in bands), key=BANDS.index), min((b.high for b in bands), key=BANDS.index)
    )


def weights(asked: Mapping[str, float] | None = None) -> dict[str, float]:
    """Weight of every factor; ``asked`` multiplies the default. A group's name stands for all its
    factors. Raises ``ValueError`` for a negative weight or when all are 0, ``KeyError`` for a name
    that is neither.
    """
    found = dict(BASE)
    for name, factor in (asked or {}).items():
        if factor < 0:
            raise ValueError(f"weight of {name} is negative")
        for member in GROUPS.get(name, (name,)):
            found[member] *= factor
    if not any(found.values()):
        raise ValueError("all weights are 0")
    return found


def score(bands: Mapping[str, Band], weight: Mapping[str, float]) -> Score:
    """Score one opportunity; factors without a band are unknown."""
    held = {f: bands.get(f, UNKNOWN) for f in FACTORS}
    counted = {f: b for f, b in held.items() if b.applies and weight[f] > 0}
    whole = fsum(weight[f] for f in counted)
    if not whole:
        return Score(None, VALUES["low"], 1.0, None)
    low = fsum(weight[f] * log(VALUES[b.low]) for f, b in counted.items())
    high = fsum(weight[f] * log(VALUES[b.high]) for f, b in counted.items())
    known = all(b.known for b in counted.values())
    return Score(
        exp(low / whole) if known else None,
        exp(low / whole),
        exp(high / whole),
        exp(low) if known else None,
    )


def rank_intervals(scores: Sequence[Score]) -> list[tuple[int, int]]:
    """Best and worst rank of each, 1 the best, over all that unknown factors could be.

    Unknowns are independent, so the best rank of one is when it is at its highest and the others at
    their lowest. Equal scores share the better rank.
    """
    from bisect import bisect_right

    lows, highs = sorted(s.low for s in scores), sorted(s.high for s in scores)
    count, found = len(scores), []
    for s in scores:
        best = 1 + count - bisect_right(lows, s.high + 1e-12)
        above = count - bisect_right(highs, s.low + 1e-12)
        itself = s.high > s.low + 1e-12
        found.append((best, 1 + above - itself))
    return found
