"""Mirror gaps: a flow as two reports tell it, how far apart they are, and what that makes of a mix.

Two *tellings* are compared: the exporter's and the importer's reports (a mirror), or the same side
as two sources tell it. Values are put in one currency by the caller; no report is ever replaced by
the other, and a flow that only one side tells is said to be so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import fsum
from statistics import median
from typing import Literal

Side = Literal["exporter", "importer"]
Agreement = Literal["agrees", "differs", "silent", "no_report"]
Key = tuple[str, int, str, str]  # code, year, exporter, importer
Box = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Report:
    """One side's report of one flow. ``code`` carries its nomenclature (``HS17:750210``).

    ``value`` in ``currency``; ``quantity`` in kg, None if unknown; ``valuation`` FOB, CIF or empty
    where it is not known; ``common``: the value in the one currency of the comparison (None where
    no rate is known); ``told_as``: the code in the source's own nomenclature.
    """

    code: str
    year: int
    exporter: str
    importer: str
    reporter_side: Side
    value: int
    currency: str
    quantity: int | None
    valuation: str
    source: str
    common: float | None
    told_as: str = ""

    @property
    def key(self) -> Key:
        """The flow that the report is of."""
        return (self.code, self.year, self.exporter, self.importer)

    @property
    def reporter(self) -> str:
        """The country or bloc whose report it is."""
        return self.exporter if self.reporter_side == "exporter" else self.importer


@dataclass(frozen=True, slots=True)
class Limits:
    """What a gap may be before it counts.

    ``freight``: the most by which a CIF value may exceed the FOB value of the same goods. Growth
    Lab's mirroring of Comtrade lets it lie in 0–0.20; CEPII clips product medians at 0.30.
    ``equal``: two values count as equal below this symmetric difference (Growth Lab: |ln| < 0.05,
    which is 0.025 here).
    """

    freight: float = 0.20
    equal: float = 0.025


@dataclass(frozen=True, slots=True)
class Gap:
    """One flow with both reports. ``difference`` and ``gap`` are on 0–1, None with one report.

    ``gap`` is what freight and insurance cannot explain. ``low, high``: the values in the common
    currency between which the reports leave the flow.
    """

    first: Report | None
    second: Report | None
    difference: float | None
    gap: float | None
    agreement: Agreement
    low: float
    high: float

    @property
    def told(self) -> Report:
        """A report of the flow; the first telling's where there are two."""
        found = self.first or self.second
        if found is None:
            raise ValueError("a gap needs a report")
        return found


def difference(one: float, other: float) -> float | None:
    """Symmetric relative difference |a − b| / (a + b): 0 equal, 1 where one is nothing.

    Source: Growth Lab, Harvard (comtrade-mirroring). None where both are zero.
    """
    return abs(one - other) / (one + other) if one + other > 0 else None


def beyond_freight(fob: float, cif: float, freight: float) -> float | None:
    """What of the difference freight cannot explain: to the nearest of CIF/(1+freight) … CIF."""
    lowest = cif / (1 + freight)
    if lowest <= fob <= cif:
        return 0.0 if cif else None
    return difference(fob, lowest if fob < lowest else cif)


def compare(first: Iterable[Report], second: Iterable[Report], limits: Limits) -> list[Gap]:
    """Put two tellings side by side, flow by flow, in the order of their keys.

    ``silent``: the other side reports that year, but not this flow, which may then be nothing;
    ``no_report``: it reports nothing at all that year, so its silence says nothing. Two rows of a
    telling for one flow are an error of the caller. Reports without ``common`` are left out.
    """
    one, other = _by_flow(first), _by_flow(second)
    speaks = [{(r.reporter, r.year) for r in told.values()} for told in (one, other)]
    sides = [next((r.reporter_side for r in told.values()), None) for told in (one, other)]
    found = []
    for key in sorted(one.keys() | other.keys()):
        a, b = one.get(key), other.get(key)
        if a and b:
            found.append(_both(a, b, limits))
            continue
        told = a or b
        missing = 1 if a else 0
        reporter = key[2] if sides[missing] == "exporter" else key[3]
        silent = (reporter, key[1]) in speaks[missing]
        if told is None or told.common is None:
            continue
        low = 0.0 if silent else told.common
        how: Agreement = "silent" if silent else "no_report"
        found.append(Gap(a, b, None, None, how, low, told.common))
    return found


def _by_flow(reports: Iterable[Report]) -> dict[Key, Report]:
    found: dict[Key, Report] = {}
    for report in reports:
        if report.common is None:
            continue
        if report.key in found:
            raise ValueError(f"two reports of one flow in one telling: {report.key}")
        found[report.key] = report
    return found


def _both(a: Report, b: Report, limits: Limits) -> Gap:
    x, y = a.common or 0.0, b.common or 0.0
    raw, beyond = difference(x, y), difference(x, y)
    low, high = min(x, y), max(x, y)
    if {a.valuation, b.valuation} == {"FOB", "CIF"}:
        fob, cif = (x, y) if a.valuation == "FOB" else (y, x)
        beyond = beyond_freight(fob, cif, limits.freight)
        low = min(fob, cif / (1 + limits.freight))
    agrees = beyond is None or beyond <= limits.equal
    return Gap(a, b, raw, beyond, "agrees" if agrees else "differs", low, high)


@dataclass(frozen=True, slots=True)
class MixInterval:
    """The concentration of one mix by each telling, and between what bounds any choice leaves it.

    ``top``: largest partner by the first telling (by the second where the first is empty); its
    share by each telling and its bounds. All None where a telling has no flow.
    """

    first_total: float
    second_total: float
    hhi_first: float | None
    hhi_second: float | None
    hhi_low: float | None
    hhi_high: float | None
    top: str | None
    top_second: str | None
    share_first: float | None
    share_second: float | None
    share_low: float | None
    share_high: float | None


def mix_interval(gaps: Sequence[Gap], partner: Side) -> MixInterval:
    """What the gaps of one mix (one code, year and home) leave open.

    ``partner``: the side whose shares are asked for (``exporter`` for a home's imports).
    """
    boxes: dict[str, Box] = {}
    tellings: tuple[dict[str, float], dict[str, float]] = ({}, {})
    for gap in gaps:
        name = gap.told.exporter if partner == "exporter" else gap.told.importer
        low, high = boxes.get(name, (0.0, 0.0))
        boxes[name] = (low + gap.low, high + gap.high)
        for told, report in zip(tellings, (gap.first, gap.second), strict=True):
            if report:
                told[name] = told.get(name, 0.0) + (report.common or 0.0)
    totals = [fsum(t.values()) for t in tellings]
    tops = [_largest(told) for told in tellings]
    top = tops[0] or tops[1]
    bounds = hhi_range(list(boxes.values()))
    share = share_range(boxes, top) if top else None

    def of(which: int) -> float | None:
        return tellings[which].get(top, 0.0) / totals[which] if top and totals[which] else None

    return MixInterval(
        totals[0],
        totals[1],
        _hhi(tellings[0]),
        _hhi(tellings[1]),
        bounds[0] if bounds else None,
        bounds[1] if bounds else None,
        tops[0],
        tops[1],
        of(0),
        of(1),
        share[0] if share else None,
        share[1] if share else None,
    )


def _largest(told: dict[str, float]) -> str | None:
    return min(told, key=lambda name: (-told[name], name)) if told else None


def _hhi(told: dict[str, float]) -> float | None:
    whole = fsum(told.values())
    return fsum(v * v for v in told.values()) / whole**2 if whole else None


def hhi_range(boxes: Sequence[Box]) -> tuple[float, float] | None:
    """Bounds of Σx²/(Σx)² where each amount lies anywhere in its own interval.

    The lower bound is exact (the index is quasi-convex: free amounts are equal at its minimum).
    The upper one replaces each square by its chord, for which filling intervals in the order of
    low + high is the best at every sum: no choice of reports lies above it, and few reach it. None
    without supply.
    Own derivation, tested against every choice of two reports.
    """
    known = [box for box in boxes if box[1] > 0]
    if not known:
        return None
    return _least(known), min(1.0, _most(known))


def _least(boxes: Sequence[Box]) -> float:
    edges = sorted({edge for box in boxes for edge in box})
    best = 1.0
    for level in [*edges, *(_between(boxes, a, b) for a, b in pairwise(edges))]:
        amounts = [min(max(level, low), high) for low, high in boxes]
        whole = fsum(amounts)
        if whole > 0:
            best = min(best, fsum(x * x for x in amounts) / whole**2)
    return best


def _between(boxes: Sequence[Box], start: float, end: float) -> float:
    """The level inside a segment at which the amounts that follow it are all Q/S."""
    fixed = [high if high <= start else low for low, high in boxes if high <= start or low >= end]
    whole = fsum(fixed)
    level = fsum(x * x for x in fixed) / whole if whole else end
    return min(max(level, start), end)


def _most(boxes: Sequence[Box]) -> float:
    squares, whole = fsum(low * low for low, _ in boxes), fsum(low for low, _ in boxes)
    best = squares / whole**2 if whole else 0.0
    for low, high in sorted(boxes, key=lambda box: -(box[0] + box[1])):
        slope, width = low + high, high - low
        if width <= 0:
            continue
        turn = whole - 2 * squares / slope
        for step in (turn, width):
            if 0 < step <= width:
                best = max(best, (squares + slope * step) / (whole + step) ** 2)
        squares, whole = squares + slope * width, whole + width
    return best


def share_range(boxes: dict[str, Box], name: str) -> tuple[float, float] | None:
    """Exact bounds of one partner's share where each amount lies in its own interval."""
    low, high = boxes[name]
    rest_low = fsum(box[0] for other, box in boxes.items() if other != name)
    rest_high = fsum(box[1] for other, box in boxes.items() if other != name)
    if high <= 0:
        return None
    return (low / (low + rest_high) if low else 0.0), high / (high + rest_low)


@dataclass(frozen=True, slots=True)
class Summary:
    """Gaps of a reporter or a product taken together; ``mean`` is weighted by value."""

    flows: int
    compared: int
    agree: int
    silent: int
    no_report: int
    mean: float | None
    median: float | None
    first_total: float
    second_total: float


def summary(gaps: Sequence[Gap]) -> Summary:
    """Sum up gaps: Σ gap · (a + b) / Σ (a + b) over the flows with two reports."""
    known = [(g.gap, g.low + g.high) for g in gaps if g.gap is not None]
    weight = fsum(w for _, w in known)
    count: dict[str, int] = defaultdict(int)
    for gap in gaps:
        count[gap.agreement] += 1
    return Summary(
        len(gaps),
        len(known),
        count["agrees"],
        count["silent"],
        count["no_report"],
        fsum(g * w for g, w in known) / weight if weight else None,
        median(g for g, _ in known) if known else None,
        fsum(g.first.common or 0.0 for g in gaps if g.first),
        fsum(g.second.common or 0.0 for g in gaps if g.second),
    )
