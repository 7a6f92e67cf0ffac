"""What statistics hide: confidential cells, partners and codes, their size where it can be inferred.

A hidden amount is never spread over the visible suppliers. It widens an interval: all of it can be
the largest supplier's, or that of many (:func:`verdikart.indicators.concentration.hhi_bounds`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from verdikart.core.figure import Answer, Status
from verdikart.indicators.concentration import hhi, hhi_bounds, top_share
from verdikart.indicators.mix import Amount, exact_sum


@dataclass(frozen=True, slots=True)
class Bounds:
    """Concentration of the visible suppliers, and with the hidden amount added."""

    visible: Amount
    hidden: Amount | None
    hidden_share: float | None
    hhi: float | None
    hhi_low: float | None
    hhi_high: float | None
    top_share: float | None
    top_share_low: float | None
    top_share_high: float | None


def bounds(visible: Sequence[Amount], hidden: Amount | None) -> Bounds:
    """Bounds with ``hidden`` added; a hidden amount of unknown size leaves anything open (0–1).

    With a known size, the largest visible supplier holds between its visible part and that plus all
    that is hidden, which is also the most that any other supplier could hold.
    """
    whole, index, share = exact_sum(visible), hhi(visible), top_share(visible)
    if hidden is None:
        return Bounds(whole, None, None, index, 0.0, 1.0, share, 0.0, 1.0)
    every = whole + hidden
    first = max(visible, default=0)
    edges = hhi_bounds(visible, hidden)
    return Bounds(
        whole,
        hidden,
        float(hidden / every) if every else None,
        index,
        edges[0] if edges else None,
        edges[1] if edges else None,
        share,
        float(first / every) if every else None,
        min(1.0, float((first + hidden) / every)) if every else None,
    )


def residual(total: Amount | None, visible: Iterable[Amount]) -> Answer:
    """What a published total holds beyond its visible parts; in the unit of both.

    More visible than the total is a contradiction of the sources: no negative amount is given.
    """
    if total is None:
        return Answer.none("no_total", Status.MISSING)
    parts = exact_sum(visible)
    inputs = {"total": total, "visible": parts}
    if parts > total:
        return Answer.none("visible_exceeds_total", inputs=inputs)
    return Answer.of(total - parts, inputs=inputs)


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a source that keeps its flags. ``value`` None where it is not shown."""

    code: str
    year: int
    partner: str
    value: Amount | None
    status: Status


@dataclass(frozen=True, slots=True)
class Coverage:
    """Cells of one code and year by what is known of them, and the concentration with bounds.

    ``missing`` cells may be anything; they are counted and do not widen the interval.
    """

    shown: int
    suppressed: int
    missing: int
    bounds: Bounds


def coverage(cells: Sequence[Cell], total: Amount | None = None) -> Coverage:
    """Count the cells of one code and year; ``total``: the published sum over all partners.

    Without a total the size of suppressed cells is unknown, and so is the concentration.
    """
    shown = [c.value for c in cells if c.value is not None and c.status is not Status.SUPPRESSED]
    suppressed = sum(c.status is Status.SUPPRESSED for c in cells)
    missing = sum(c.value is None and c.status is not Status.SUPPRESSED for c in cells)
    hidden: Amount | None = 0
    if suppressed:
        found = residual(total, shown).value
        hidden = found if isinstance(found, (int, float)) else None
    return Coverage(len(shown), suppressed, missing, bounds(shown, hidden))


def gaps_in_series(
    years: Sequence[int], values: Sequence[Amount | None], floor: Amount
) -> list[int]:
    """Years without a flow between two years with one of at least ``floor``.

    A trade that stops for a year and comes back may have stopped, or may have been hidden.
    """
    present = {y for y, v in zip(years, values, strict=True) if v is not None and v >= floor}
    absent = [y for y, v in zip(years, values, strict=True) if not v]
    return [y for y in absent if {y - 1, y + 1} <= present]
