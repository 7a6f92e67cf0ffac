"""Circularity as a lever: what more recycling does to dependency, in plain arithmetic.

Amounts are tonnes of one basis, shares fractions 0–1. Every function is monotone, so bounds of the
inputs give bounds of the result.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from verdikart.indicators.assessment import Range


def metal_from_scrap(scrap: float, scrap_per_tonne: Range | None) -> Range:
    """Tonnes of metal from tonnes of scrap: scrap / a, where a tonne of metal takes a of scrap.

    With a unknown the metal lies between none and the scrap itself.
    """
    if scrap_per_tonne is None:
        return Range(None, 0.0, scrap)
    value, low, high = scrap_per_tonne.value, scrap_per_tonne.low, scrap_per_tonne.high
    return Range(None if value is None else scrap / value, scrap / high, scrap / low)


def top_share_after(amounts: Sequence[float], gain: Range) -> Range:
    """Largest supplier's part of today's imports, once ``gain`` replaces the largest one's.

    The rest of the gain, if any, replaces whoever is then the largest. Supply stays what it was,
    so the denominator does too.
    """
    whole = sum(amounts)

    def after(tonnes: float) -> float:
        return _cut(amounts, tonnes) / whole if whole > 0 else 0.0

    return _falling(gain, after)


def _cut(amounts: Sequence[float], tonnes: float) -> float:
    """The largest amount that is left when ``tonnes`` are taken off the largest, level by level."""
    left = sorted(amounts, reverse=True)
    for position, amount in enumerate(left, 1):
        lower = left[position] if position < len(left) else 0.0
        step = (amount - lower) * position
        if tonnes < step:
            return amount - tonnes / position
        tonnes -= step
    return 0.0


def displaced(imports: float, gain: Range) -> Range:
    """Part of today's imports that ``gain`` can replace: min(1, gain / M)."""

    def part(tonnes: float) -> float:
        return min(1.0, tonnes / imports) if imports > 0 else 0.0

    value = None if gain.value is None else part(gain.value)
    return Range(value, part(gain.low), part(gain.high))


def reliance_after(production: float, imports: float, exports: float, gain: Range) -> Range | None:
    """Net import reliance when ``gain`` replaces imports: (M − g − X) / (P + M − X), not below 0.

    None where consumption is not positive.
    """
    consumed = production + imports - exports
    if consumed <= 0:
        return None

    def after(tonnes: float) -> float:
        return max(0.0, (imports - min(tonnes, imports) - exports) / consumed)

    return _falling(gain, after)


def reliance_of_input(reliance: Range, rate: Range) -> Range:
    """Import reliance of all input, primary and recycled: IR · (1 − r).

    ``reliance`` is of primary supply, ``rate`` the recycled part of all input.
    """
    known = reliance.value is not None and rate.value is not None
    value = (reliance.value or 0.0) * (1 - (rate.value or 0.0)) if known else None
    return Range(value, reliance.low * (1 - rate.high), reliance.high * (1 - rate.low))


def reliance_at_rate(reliance: Range, rate: Range, target: float) -> Range:
    """Import reliance of all input at a recycling rate of ``target``, the gain replacing imports.

    IR · (1 − r) − max(0, t − r), not below 0. As r grows it rises up to t, for what recycling
    already gives is no longer to be gained, and falls beyond, where nothing is to be gained.
    """

    def after(primary: float, recycled: float) -> float:
        return max(0.0, primary * (1 - recycled) - max(0.0, target - recycled))

    known = reliance.value is not None and rate.value is not None
    return Range(
        after(reliance.value or 0.0, rate.value or 0.0) if known else None,
        min(after(reliance.low, recycled) for recycled in (rate.low, rate.high)),
        max(after(reliance.high, recycled) for recycled in _turns(rate, target)),
    )


def _turns(rate: Range, target: float) -> tuple[float, float, float]:
    """Where a figure that rises up to the target and falls beyond can be highest."""
    return rate.low, min(max(target, rate.low), rate.high), rate.high


def top_at_rate(shares: Sequence[Range], rate: Range, target: float) -> Range:
    """Largest supplier's part of all input at a recycling rate of ``target``.

    ``shares`` are of primary supply, the largest first. The gain replaces the largest supplier's,
    then whoever is the largest. Level by level it is the greatest of straight lines in the rate, so
    its bounds lie where the rate ends or meets the target.
    """

    def after(parts: Sequence[float], recycled: float) -> float:
        return _cut([part * (1 - recycled) for part in parts], max(0.0, target - recycled))

    if not shares:
        return Range.exact(0.0)
    known = [part.value for part in shares if part.value is not None]
    whole = rate.value is not None and len(known) == len(shares)
    highs = [part.high for part in shares]
    return Range(
        after(known, rate.value or 0.0) if whole else None,
        min(after([part.low for part in shares], recycled) for recycled in (rate.low, rate.high)),
        max(after(highs, recycled) for recycled in _turns(rate, target)),
    )


def _falling(gain: Range, after: Callable[[float], float]) -> Range:
    """Bounds of what falls as the gain grows."""
    value = None if gain.value is None else after(gain.value)
    return Range(value, after(gain.high), after(gain.low))
