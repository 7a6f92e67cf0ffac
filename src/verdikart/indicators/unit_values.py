"""Missing quantities and odd unit values: how much has no mass, and which masses look wrong.

A unit value is a flow's value over its mass. Within one code and year it spreads over grades and
countries; a value far outside that spread is more often a wrong mass than a wrong price. The test
is robust (median, median absolute deviation), on logarithms, and by size of flow, because small
flows spread more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, fsum, log
from statistics import median

from verdikart.indicators.concentration import hhi
from verdikart.indicators.mix import Amount, exact_sum

CONSISTENT = 1.4826  # MAD times this estimates the standard deviation of a normal distribution


@dataclass(frozen=True, slots=True)
class Limits:
    """``score``: modified z above which a unit value is an outlier; 3.5 is Iglewicz and Hoaglin's
    (1993) recommendation. ``spread``: least standard deviation of the logarithm that is believed;
    ln 1.1 is own choice, so that a code with one price list does not make outliers of its rounding.
    ``least``: flows that a class needs of its own; with fewer, all flows of the code and year are
    used, and with fewer than that in all none is tested. ``classes``: lower ends of the size
    classes, in the currency of the value.
    """

    score: float = 3.5
    spread: float = 0.0953
    least: int = 10
    classes: tuple[int, ...] = (0, 10_000, 1_000_000)


@dataclass(frozen=True, slots=True)
class Flow:
    """One flow of a code and year: value in whole currency, mass in kg (None if unknown)."""

    exporter: str
    importer: str
    value: int
    quantity: int | None


@dataclass(frozen=True, slots=True)
class Tested:
    """A flow with its unit value (currency per tonne) against its class.

    ``score``: distance from the median in robust standard deviations of the logarithm, None where
    the flow has no unit value or the class is too small; ``expected``: the mass (kg) that the
    median unit value gives, ``low, high`` at the limit.
    """

    flow: Flow
    unit_value: float | None
    centre: float | None
    score: float | None
    outlier: bool
    compared_with: int
    expected: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Spread:
    """Median of ln(unit value in currency per kg), robust standard deviation, and flows behind."""

    centre: float
    deviation: float
    flows: int


def spreads(flows: Sequence[Flow], limits: Limits) -> list[Spread | None]:
    """The spread of each size class; that of all flows for a class with too few of its own."""
    logs = [
        (flow.value, log(flow.value / flow.quantity))
        for flow in flows
        if flow.value and flow.quantity
    ]
    whole = _spread([x for _, x in logs], limits)
    found = []
    for place in range(len(limits.classes)):
        own = [x for value, x in logs if size_class(value, limits) == place]
        found.append(_spread(own, limits) or whole)
    return found


def _spread(logs: Sequence[float], limits: Limits) -> Spread | None:
    if len(logs) < limits.least:
        return None
    centre = median(logs)
    deviation = CONSISTENT * median(abs(x - centre) for x in logs)
    return Spread(centre, max(deviation, limits.spread), len(logs))


def size_class(value: int, limits: Limits) -> int:
    """Which size class a flow belongs to."""
    return sum(value >= start for start in limits.classes) - 1


def score_flows(
    flows: Sequence[Flow], limits: Limits, known: Sequence[Spread | None]
) -> list[Tested]:
    """Test flows against the spreads of their code and year (from :func:`spreads`)."""
    return [_tested(flow, known[size_class(flow.value, limits)], limits) for flow in flows]


def _tested(flow: Flow, spread: Spread | None, limits: Limits) -> Tested:
    own = flow.value / (flow.quantity / 1000) if flow.quantity and flow.value else None
    if spread is None:
        return Tested(flow, own, None, None, False, 0, None, None, None)
    reach = limits.score * spread.deviation
    expected = flow.value / exp(spread.centre)
    score = (log(own / 1000) - spread.centre) / spread.deviation if own else None
    return Tested(
        flow,
        own,
        exp(spread.centre) * 1000,
        score,
        score is not None and abs(score) > limits.score,
        spread.flows,
        expected,
        expected * exp(-reach),
        expected * exp(reach),
    )


@dataclass(frozen=True, slots=True)
class Effect:
    """What outliers and missing masses do to concentration by mass: as told, without the outliers,
    and with the expected mass in place of both. ``largest``: partner with the most mass.
    """

    outliers: int
    outlier_value_share: float | None
    hhi_told: float | None
    hhi_without: float | None
    hhi_expected: float | None
    largest_told: str | None
    largest_without: str | None
    largest_expected: str | None


def effect(tested: Sequence[Tested], partner: str) -> Effect:
    """HHI by mass of one mix with and without its outliers; ``partner``: exporter or importer."""

    def masses(rows: Sequence[tuple[str, Amount | None]]) -> dict[str, Amount]:
        found: dict[str, Amount] = {}
        for name, mass in rows:
            if mass:
                found[name] = found.get(name, 0) + mass
        return found

    def name(row: Tested) -> str:
        return str(getattr(row.flow, partner))

    told = masses([(name(t), t.flow.quantity) for t in tested])
    without = masses([(name(t), t.flow.quantity) for t in tested if not t.outlier])
    expected = masses(
        [
            (name(t), t.expected if t.outlier or not t.flow.quantity else t.flow.quantity)
            for t in tested
        ]
    )
    value = sum(t.flow.value for t in tested)
    odd = sum(t.flow.value for t in tested if t.outlier)
    return Effect(
        sum(t.outlier for t in tested),
        odd / value if value else None,
        hhi(list(told.values())),
        hhi(list(without.values())),
        hhi(list(expected.values())),
        _largest(told),
        _largest(without),
        _largest(expected),
    )


def _largest(masses: dict[str, Amount]) -> str | None:
    return min(masses, key=lambda name: (-masses[name], name)) if masses else None


@dataclass(frozen=True, slots=True)
class Missing:
    """Flows without a mass. ``value_share`` of the value, ``flow_share`` of the flows (0–1)."""

    flows: int
    unmeasured_flows: int
    value: int
    unmeasured_value: int
    quantity: Amount | None

    @property
    def value_share(self) -> float | None:
        """Share of the value that has no mass; None without value."""
        return self.unmeasured_value / self.value if self.value else None


def missing(flows: Sequence[Flow]) -> Missing:
    """Count what has no mass. A mass of nothing beside a value is no mass."""
    lacking = [flow for flow in flows if not flow.quantity]
    known = [flow.quantity for flow in flows if flow.quantity]
    return Missing(
        len(flows),
        len(lacking),
        sum(flow.value for flow in flows),
        sum(flow.value for flow in lacking),
        exact_sum(known) if known else None,
    )


def weighted_unit_value(flows: Sequence[Flow]) -> float | None:
    """Currency per tonne over the flows that have a mass."""
    mass = fsum(flow.quantity for flow in flows if flow.quantity)
    return fsum(f.value for f in flows if f.quantity) / (mass / 1000) if mass else None
