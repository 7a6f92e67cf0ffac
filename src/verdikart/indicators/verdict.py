"""From figures to a verdict: which flags a mix carries, and how sure they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from verdikart.core.figure import Answer
from verdikart.indicators import alignment, concentration, dependency, reliance
from verdikart.indicators.evidence import Evidence
from verdikart.indicators.transit import does_not_produce

FLAGS = (
    "concentrated",
    "over_65_imports",
    "over_65_consumption",
    "cdi1",
    "cdi2",
    "cdi3",
    "persistent",
    "borderline",
    "small",
    "allied",
    "confidential",
)
ROUNDING = 1e-12  # 0.61 is four points from 0.65, whatever binary fractions make of it
Outcome = Literal[
    "vulnerable", "concentrated_allied", "not_concentrated", "small", "bounds_only", "transit"
]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Flags of the vocabulary :data:`FLAGS`, caveats (reason codes) and the one-word outcome.

    Outcomes: ``vulnerable`` over the 65 % limit or HHI limit with a top supplier that is no ally;
    ``concentrated_allied`` the same with an allied one; ``small`` below the floor, no verdict;
    ``bounds_only`` suspected suppression; ``transit`` the top supplier is not known to produce.
    """

    flags: tuple[str, ...]
    caveats: tuple[str, ...]
    outcome: Outcome
    band: float


def borderline_band(evidence: Evidence) -> float:
    """Half-width around a threshold: 4 points or the gap between sources, whichever is larger."""
    shares = [_plain(concentration.top_share_primary(evidence))]
    same = evidence.mix.suppliers[0].iso3 if evidence.mix.suppliers else None
    for other in evidence.other_sources:
        amounts = other.amounts(other.primary)
        if same and amounts.total:
            shares.append(float(dict(amounts.known).get(same, 0) / amounts.total))
    known = [s for s in shares if s is not None]
    gap = max(known) - min(known) if known else 0.0
    return max(evidence.parameters.borderline_points, gap)


def _plain(answer: Answer) -> float | None:
    return answer.value if isinstance(answer.value, (int, float)) else None


def judge(evidence: Evidence) -> Verdict:
    """Set the flags of one import, production or published mix and draw the outcome.

    Every threshold is tested with strict ``>`` as in the Commission's documents.
    """
    limits = evidence.parameters
    mix = evidence.mix
    share = _plain(concentration.top_share_primary(evidence))
    consumption = _plain(reliance.top_share_of_consumption(evidence))
    index = concentration.hhi_value if mix.primary == "value" else concentration.hhi_quantity
    tests = (
        ("concentrated", _plain(index(evidence)), limits.hhi_threshold),
        ("over_65_imports", share, limits.share_threshold),
        ("over_65_consumption", consumption, limits.share_threshold),
        ("cdi1", _plain(dependency.cdi1_figure(evidence)), limits.hhi_threshold),
        ("cdi2", _plain(dependency.cdi2_figure(evidence)), limits.cdi2_threshold),
        ("cdi3", _plain(dependency.cdi3_figure(evidence)), limits.cdi3_threshold),
    )
    met = {flag for flag, value, limit in tests if value is not None and value > limit}
    if dependency.persistent_figure(evidence).value is True:
        met.add("persistent")
    band = borderline_band(evidence)
    near = [(v, limits.share_threshold, band) for v in (share, consumption)]
    near.append((_plain(index(evidence)), limits.hhi_threshold, limits.borderline_points))
    if any(v is not None and abs(v - limit) <= half + ROUNDING for v, limit, half in near):
        met.add("borderline")
    top = mix.amounts(mix.primary).known
    if top and top[0][0] in (evidence.allies or ()):
        met.add("allied")
    total = mix.total("value")
    if mix.value_unit is not None and (total is None or total < limits.floor):
        met.add("small")
    if "suspected_suppression" in mix.caveats:
        # Bounds, not a verdict: no threshold flag is set on withheld figures.
        met = (met & {"small", "allied"}) | {"confidential"}
    caveats = list(mix.caveats)
    if top and does_not_produce(top[0][0], evidence.producers, evidence.producers_complete):
        caveats.append("suspected_transit")
    return Verdict(
        tuple(flag for flag in FLAGS if flag in met),
        tuple(dict.fromkeys(caveats)),
        outcome(met, caveats),
        band,
    )


def outcome(met: set[str], caveats: list[str]) -> Outcome:
    """The one word for a set of flags and caveats."""
    if "confidential" in met:
        return "bounds_only"
    if "small" in met:
        return "small"
    if not met & {"concentrated", "over_65_imports", "over_65_consumption"}:
        return "not_concentrated"
    if "suspected_transit" in caveats:
        return "transit"
    return "concentrated_allied" if "allied" in met else "vulnerable"


def sharpness(evidence: Evidence) -> float:
    """Rank of a vulnerability: share of the largest supplier that is no ally × import value."""
    other = alignment.top_other(evidence)
    total = evidence.mix.total("value")
    return other[1] * float(total) if other and total else 0.0
