"""Saved opportunities at other weights: the saved bands under the very formula they were scored by.

Nothing but the weights changes, so default weights give the saved scores and ranks. Formula and
rank intervals: chains/opportunity.py; method: docs/methods/opportunity.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from verdikart.chains.opportunity import (
    BASE,
    GROUPS,
    NOT_APPLICABLE,
    VALUES,
    Band,
    Score,
    rank_intervals,
    score,
    weights,
)
from verdikart.core.errors import UsageProblem

Row = dict[str, Any]
MOST = 3.0  # largest multiplier that is asked for; beyond it one factor decides alone


@dataclass(frozen=True, slots=True)
class Weighed:
    """A saved opportunity scored at some weights; ``place`` by the middle of the score, from 1.

    ``usual`` is its place at default weights.
    """

    row: Row
    score: Score
    best: int
    worst: int
    place: int
    usual: int

    @property
    def climbs(self) -> int:
        """Places up against default weights; negative where it falls."""
        return self.usual - self.place


@dataclass(frozen=True, slots=True)
class Part:
    """What one factor does to a score: its part of all weight, and what it multiplies by.

    A factor with band b and part w of the weight multiplies by b^w; the score is the product. The
    bounds are those of an unknown band.
    """

    factor: str
    weight: float
    low: float
    high: float


def multipliers(asked: Mapping[str, float]) -> dict[str, float]:
    """Weight of every factor. Raises :class:`UsageProblem` where nothing is left to weigh."""
    try:
        return weights(asked)
    except ValueError as error:
        raise UsageProblem(f"weights: {error}") from None


def bands(rows: Sequence[Row]) -> dict[str, dict[str, Band]]:
    """Bands by product and factor from saved ``opportunity_factors``; rows of barriers are left out."""
    found: dict[str, dict[str, Band]] = {}
    for row in rows:
        if row["item"] is None:
            known = row["band_low"] is not None
            band = Band(row["band_low"], row["band_high"]) if known else NOT_APPLICABLE
            found.setdefault(row["product_id"], {})[row["factor"]] = band
    return found


def weigh(
    rows: Sequence[Row], factors: Sequence[Row], weight: Mapping[str, float] | None = None
) -> list[Weighed]:
    """Saved ``opportunities`` at some weights, in order of the middle; all are ranked together.

    ``rows`` are all of the table in their saved order, which is that of default weights.
    """
    held = bands(factors)
    chosen = weight or weights()
    scores = [score(held.get(row["product_id"], {}), chosen) for row in rows]
    ranks = rank_intervals(scores)
    # Ties by id, as when they were saved.
    key = [(-s.middle, row["product_id"]) for s, row in zip(scores, rows, strict=True)]
    order = sorted(range(len(rows)), key=key.__getitem__)
    return [
        Weighed(rows[n], scores[n], *ranks[n], place, n + 1)
        for place, n in enumerate(order, start=1)
    ]


def sure_pairs(found: Sequence[Weighed]) -> tuple[int, int]:
    """How many pairs stand in a sure order, one wholly above the other, and how many pairs there are."""
    pairs = [(one.score, other.score) for one, other in combinations(found, 2)]
    sure = sum(a.low > b.high or b.low > a.high for a, b in pairs)
    return sure, len(pairs)


def parts(held: Mapping[str, Band], weight: Mapping[str, float]) -> list[Part]:
    """A score taken apart: one part a factor that counts; their product is the score."""
    counted = {f: b for f, b in held.items() if b.applies and weight[f] > 0}
    whole = sum(weight[f] for f in counted)
    return [
        Part(f, w, VALUES[b.low] ** w, VALUES[b.high] ** w)
        for f, b in counted.items()
        if (w := weight[f] / whole)
    ]


__all__ = [
    "BASE",
    "GROUPS",
    "MOST",
    "Part",
    "Weighed",
    "bands",
    "multipliers",
    "parts",
    "sure_pairs",
    "weigh",
]
