"""Share of the largest plant and of the largest owner group in the capacity of a step.

The denominator is the capacity of the plants given, all of one product and in one unit. What is not
known is not left out: a plant without a capacity on record can hold anything, and a plant without
an owner can belong to any group, so the share is then an interval.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import inf

from verdikart.indicators.assessment import Range
from verdikart.indicators.horizons import total

LIMIT = 0.65


@dataclass(frozen=True, slots=True)
class Plant:
    """One plant: its capacity in a unit shared by all, and the group that owns it ('' unknown)."""

    name: str
    group: str
    capacity: Range


@dataclass(frozen=True, slots=True)
class Largest:
    """The largest share; ``name`` None where it is not known whose it is.

    ``over``: above 65 % for sure (True), surely not (False), or open (None).
    """

    name: str | None
    share: Range

    @property
    def over(self) -> bool | None:
        """Whether it is above the limit."""
        if self.share.low > LIMIT:
            return True
        return False if self.share.high <= LIMIT else None


def largest_plant(plants: Sequence[Plant]) -> Largest | None:
    """The largest plant's share of the capacity; None without plants."""
    return _largest(_summed((row.name, row.capacity) for row in plants), ())


def largest_group(plants: Sequence[Plant]) -> Largest | None:
    """The largest owner group's share of the capacity; None without plants."""
    groups = _summed((row.group, row.capacity) for row in plants if row.group)
    return _largest(groups, [row.capacity for row in plants if not row.group])


def _summed(rows: Iterable[tuple[str, Range]]) -> dict[str, Range]:
    found: dict[str, list[Range]] = {}
    for name, amount in rows:
        found.setdefault(name, []).append(amount)
    return {name: total(amounts) for name, amounts in found.items()}


def _largest(named: Mapping[str, Range], loose: Sequence[Range]) -> Largest | None:
    """``loose`` amounts belong to any one of the named, or to others."""
    if not named and not loose:
        return None
    if len(named) == 1 and not loose:
        return Largest(next(iter(named)), Range.exact(1.0))
    spare = sum(row.high for row in loose)
    low, high = {}, {}
    for name, mine in named.items():
        others = [row for other, row in named.items() if other != name]
        low[name] = _part(mine.low, sum(row.high for row in others) + spare)
        high[name] = _part(mine.high + spare, sum(row.low for row in others))
    alone = _part(spare, sum(row.low for row in named.values())) if loose else 0.0
    # Of n holders the largest has one n-th or more.
    least = max(*low.values(), 1 / (len(named) + len(loose))) if low else 1 / len(loose)
    found = Range(None, least, max(*high.values(), alone) if high else 1.0)
    known = [row.value for row in named.values()]
    if not loose and None not in known and sum(v or 0.0 for v in known) > 0:
        top = max(named, key=lambda name: (named[name].value or 0.0, name))
        found = Range(_part(named[top].value or 0.0, _rest(named, top)), found.low, found.high)
        return Largest(top, found)
    return Largest(next((name for name, share in low.items() if share > 1 / 2), None), found)


def _rest(named: Mapping[str, Range], top: str) -> float:
    return sum(row.value or 0.0 for name, row in named.items() if name != top)


def _part(mine: float, others: float) -> float:
    if mine == inf:
        return 1.0
    return mine / (mine + others) if mine + others > 0 else 0.0
