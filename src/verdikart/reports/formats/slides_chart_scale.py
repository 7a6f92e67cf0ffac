"""The ends and steps of a measured axis."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil, floor, log10


@dataclass(frozen=True, slots=True)
class Scale:
    """The ends of an axis and its steps."""

    low: float
    high: float
    step: float

    def part(self, value: float) -> float:
        """Where a value stands between the ends, 0–1."""
        return (value - self.low) / (self.high - self.low)


def scale(values: Iterable[float | None], unit: str) -> Scale:
    """Round ends that hold every value and nought; a share ends at 100 % at most."""
    held = [v for v in values if v is not None]
    low, high = min([0.0, *held]), max([0.0, *held])
    if low == high:
        high = 1.0
    rough = (high - low) / 5
    power = 10.0 ** floor(log10(rough))
    step = power * next(n for n in (1, 2, 2.5, 5, 10) if n * power >= rough * 0.999)
    top = step * ceil(high / step - 1e-9)
    if top < high + 0.02 * (high - low):
        top += step
    if unit == "share" and high <= 1:
        top = min(top, 1.0)
    return Scale(step * floor(low / step + 1e-9), top, step)
