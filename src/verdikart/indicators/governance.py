"""Concentration weighted by how suppliers are governed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import fsum

from verdikart.core.figure import Answer, Status
from verdikart.core.registry import indicator
from verdikart.indicators.evidence import Evidence
from verdikart.indicators.mix import Amount, exact_sum

WORST = 10.0  # the scaled governance score runs from 0 (best) to 10 (worst)


def hhi_governance(
    amounts: Sequence[tuple[str, Amount]],
    scores: Mapping[str, float],
    total: Amount | None = None,
) -> tuple[float | None, float, float]:
    """Governance-weighted HHI on 0–10: sum of squared shares times the supplier's scaled score.

    Returns (value, low, high). The value is None where a supplier has no score; the bounds then
    give that supplier 0 and 10. Source: EU methodology for critical raw materials (2017), HHI_WGI.
    """
    whole = exact_sum([amount for _, amount in amounts]) if total is None else total
    if not whole > 0:
        return None, 0.0, WORST
    known = fsum((a / whole) ** 2 * scores[iso3] for iso3, a in amounts if iso3 in scores)
    unknown = fsum((a / whole) ** 2 for iso3, a in amounts if iso3 not in scores)
    complete = unknown == 0
    return (known if complete else None), known, known + WORST * unknown


def governance_bounds(
    amounts: Sequence[tuple[str, Amount]],
    scores: Mapping[str, float],
    total: Amount,
    residual: Amount,
) -> tuple[float, float]:
    """Bounds of the governance-weighted HHI when ``residual`` has no known supplier.

    ``total`` holds the residual. Lower: spread over many; upper: all of it belongs to the supplier
    where it weighs most, a known one or a new one with the worst score.
    """
    _, low, high = hhi_governance(amounts, scores, total)
    extra = [WORST * (residual / total) ** 2] + [
        scores.get(iso3, WORST) * (((a + residual) / total) ** 2 - (a / total) ** 2)
        for iso3, a in amounts
    ]
    return low, min(WORST, high + max(extra))


@indicator(
    "hhi_governance",
    name=("Governance-weighted concentration", "Styringsvektet konsentrasjon"),
    definition=(
        "HHI with each squared share multiplied by the supplier's governance score, scaled 0 "
        "(best) to 10 (worst): mean of the six World Bank dimensions 2016–2020, as in the EU study.",
        "HHI der hver kvadrerte andel ganges med leverandørens styringsindikator, skalert 0 (best) "
        "til 10 (dårligst): snittet av Verdensbankens seks dimensjoner 2016–2020, som i EU-studien.",
    ),
    formula="HHI_WGI = Σᵢ (mᵢ/M)² · WGIᵢ",
    unit="index_0_10",
    direction="higher is riskier",
    source="European Commission 2017, doi:10.2873/769526; World Bank WGI",
    caveats=(
        (
            "Without the trade parameter t; a supplier without a score gives an interval.",
            "Uten handelsparameteren t; en leverandør uten indikator gir et intervall.",
        ),
    ),
)
def governance_weighted(evidence: Evidence) -> Answer:
    """Governance-weighted HHI by the primary measure; not computable where a score is missing."""
    amounts = evidence.mix.amounts(evidence.mix.primary)
    if not amounts.known:
        return Answer.none("no_flows", Status.MISSING)
    mix = evidence.mix
    value, low, high = hhi_governance(amounts.known, evidence.governance, amounts.total)
    if amounts.residual > 0:
        declared = mix.declared_total is not None
        whole = amounts.total if declared else amounts.total + amounts.residual
        low, high = governance_bounds(amounts.known, evidence.governance, whole, amounts.residual)
    if "suspected_suppression" in mix.caveats:
        low, high = 0.0, WORST
    lacking = [iso3 for iso3, _ in amounts.known if iso3 not in evidence.governance]
    if value is None:
        return Answer.none(
            "governance_missing", low=low, high=high, inputs={"without_score": ", ".join(lacking)}
        )
    inputs = {"suppliers": len(amounts.known)}
    if "suspected_suppression" in mix.caveats:
        suppressed = Status.SUPPRESSED
        return Answer.of(value, low, high, "suspected_suppression", suppressed, inputs)
    if amounts.residual > 0:
        reason = "residual_share" if mix.declared_total is not None else "unspecified_partners"
        return Answer.of(value, low, high, reason, inputs=inputs)
    return Answer.of(value, inputs=inputs)
