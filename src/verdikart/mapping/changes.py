"""What changed between two saved mappings: the split scores, and the verdicts beside them."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from verdikart.mapping import compare
from verdikart.mapping.saved import Entry, Saved

Row = dict[str, Any]
# A row of each mapping, None where it has none.
Pair = tuple[Row | None, Row | None]
KEPT = 6


@dataclass(frozen=True, slots=True)
class Changes:
    """Two mappings of a home: the comparison of their scores, and pairs of saved rows that differ."""

    a: Saved
    b: Saved
    scores: compare.Comparison
    headline: Pair
    assessments: list[Pair]
    chains: list[Pair]


@dataclass(slots=True)
class Changed:
    """The latest comparisons. Threads may share it; saved mappings never change, so nor do these."""

    _held: OrderedDict[tuple[str, str], Changes] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def between(self, a: Saved, b: Saved) -> Changes:
        """What changed from A to B. Raises :class:`UsageProblem` for two homes and
        :class:`DataProblem` for a mapping without its inputs.
        """
        key = (a.name, b.name)
        with self._lock:
            if key not in self._held:
                self._held[key] = changes(a, b)
            self._held.move_to_end(key)
            while len(self._held) > KEPT:
                self._held.popitem(last=False)
            return self._held[key]


def changes(a: Saved, b: Saved) -> Changes:
    """Compare two saved mappings of one home."""
    scores = compare.compare(compare.read(a.folder), compare.read(b.folder))
    heads = [next(iter(side.own("headline")), None) for side in (a, b)]
    return Changes(
        a,
        b,
        scores,
        (heads[0], heads[1]),
        turned(a.own("assessments"), b.own("assessments"), "subject", "outcome", "products"),
        turned(a.own("chains"), b.own("chains"), "chain", "verdict"),
    )


def turned(
    old: Sequence[Row], new: Sequence[Row], key: str, verdict: str, also: str = ""
) -> list[Pair]:
    """Pairs of rows by a key whose verdict differs, and rows of one side only.

    Rows are paired by :func:`paired`, so that a good is one also where another code or source shows
    it in the other year.
    What is vulnerable after comes first, then what was, then the rest, each in its own order.
    """

    def said(row: Row | None) -> str | None:
        return None if row is None else str(row[verdict])

    def place(pair: Pair) -> int:
        return 0 if said(pair[1]) == "vulnerable" else 1 if said(pair[0]) == "vulnerable" else 2

    pairs = paired(old, new, key, also)
    return sorted((pair for pair in pairs if said(pair[0]) != said(pair[1])), key=place)


def paired(old: Sequence[Row], new: Sequence[Row], key: str, also: str = "") -> list[Pair]:
    """Rows of two sides by a key, and those of one side alone by the first member of ``also``."""
    was, now = ({row[key]: row for row in rows} for rows in (old, new))
    pairs: list[Pair] = [(was.get(name), now.get(name)) for name in dict.fromkeys((*now, *was))]
    return _joined(pairs, also) if also else pairs


def _joined(pairs: list[Pair], also: str) -> list[Pair]:
    """Rows without a partner, put together by the first member of a list column, each once."""
    left: dict[str, list[Row]] = {}
    for old, new in pairs:
        if new is None and old is not None and old[also]:
            left.setdefault(str(old[also][0]), []).append(old)
    found: list[Pair] = []
    taken = set()
    for old, new in pairs:
        if old is None and new is not None and new[also] and left.get(str(new[also][0])):
            old = left[str(new[also][0])].pop(0)
            taken.add(id(old))
        found.append((old, new))
    return [(old, new) for old, new in found if not (new is None and id(old) in taken)]


def before(entries: Sequence[Entry], after: Entry) -> Entry | None:
    """The mapping that another is best held against: of the same home the latest earlier year, else
    the newest of the same year, else any other; None where it stands alone.
    """
    others = [e for e in entries if e.home == after.home and e.name != after.name]

    def order(entry: Entry) -> tuple[bool, int, float]:
        gap = after.year - entry.year
        return (gap <= 0, gap if gap > 0 else -gap, -entry.when)

    return min(others, key=order, default=None)
