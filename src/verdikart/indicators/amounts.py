"""How much: value, quantity and unit value of a mix, in total and per supplier."""

from __future__ import annotations

from verdikart.core.figure import Answer, Status
from verdikart.core.registry import indicator
from verdikart.indicators.evidence import Evidence
from verdikart.indicators.mix import Amount, Mix, Supplier


def unit_value(value: Amount | None, quantity_kg: Amount | None) -> float | None:
    """Currency per tonne; None where either side is unknown or the quantity is zero."""
    if value is None or not quantity_kg:
        return None
    return value / (float(quantity_kg) / 1000)


def _quantity_status(mix: Mix) -> tuple[Status | None, str | None]:
    return (Status.ESTIMATED, "missing_quantity") if mix.unmeasured_share else (None, None)


@indicator(
    "value",
    name=("Value", "Verdi"),
    definition=(
        "Value of the flow in the year, from or to outside the home; of one partner if named.",
        "Verdien av strømmen i året, fra eller til utenfor hjemmet; for én partner om den er oppgitt.",
    ),
    formula="Σᵢ vᵢ",
    unit="as the mix",
    source="trade statistics as reconciled or published by the source",
    argument="partner (ISO3, optional)",
)
def value(evidence: Evidence, partner: str | None = None) -> Answer:
    """Total value, identified or not; or that of one partner (zero where it supplies none)."""
    mix = evidence.mix
    if mix.value_unit is None:
        return Answer.none("no_value_measure")
    if partner:
        row = mix.supplier(partner)
        return Answer.of(row.value if row else 0, inputs={"partner": partner})
    total = mix.total("value")
    if total is None:
        return Answer.none("no_flows", Status.MISSING)
    suppressed = "suspected_suppression" in mix.caveats
    return Answer.of(
        total,
        low=float(total) if suppressed else None,
        reason="suspected_suppression" if suppressed else None,
        status=Status.SUPPRESSED if suppressed else None,
        inputs={"partners": len(mix.suppliers)},
    )


@indicator(
    "quantity",
    name=("Quantity", "Mengde"),
    definition=(
        "Mass of the flow in the year (for published shares the per cent as printed); flows without a "
        "quantity are left out and said.",
        "Massen av strømmen i året (for publiserte andeler prosenten slik den er trykt); strømmer uten "
        "mengde er utelatt, og det sies.",
    ),
    formula="Σᵢ qᵢ",
    unit="as the mix",
    source="trade or production statistics",
    argument="partner (ISO3, optional)",
)
def quantity(evidence: Evidence, partner: str | None = None) -> Answer:
    """Total quantity in the mix's unit; or that of one partner."""
    mix = evidence.mix
    if partner:
        row = mix.supplier(partner)
        if row is None:
            return Answer.of(0, inputs={"partner": partner})
        if row.quantity is None:
            return Answer.none("missing_quantity", Status.MISSING, inputs={"partner": partner})
        estimated = row.unmeasured > 0
        return Answer.of(
            row.quantity,
            reason="missing_quantity" if estimated else None,
            status=Status.ESTIMATED if estimated else None,
            inputs={"partner": partner},
        )
    total = mix.total("quantity")
    if total is None:
        return Answer.none("no_quantity_measure" if mix.suppliers else "no_flows", Status.MISSING)
    status, reason = _quantity_status(mix)
    return Answer.of(
        total,
        low=float(total) if status else None,
        reason=reason,
        status=status,
        inputs={"value_without_quantity": mix.unmeasured_share},
    )


@indicator(
    "unit_value",
    name=("Unit value", "Enhetsverdi"),
    definition=(
        "Value per tonne over the flows that have both; not a price: grades differ.",
        "Verdi per tonn for strømmene som har begge; ikke en pris: kvaliteter er ulike.",
    ),
    formula="Σᵢ vᵢ / Σᵢ qᵢ over flows with a quantity",
    unit="as the mix",
    source="definition",
    argument="partner (ISO3, optional)",
)
def unit_value_figure(evidence: Evidence, partner: str | None = None) -> Answer:
    """Unit value of the whole mix or one partner, from flows that have a quantity."""
    mix = evidence.mix
    if mix.value_unit is None:
        return Answer.none("no_value_measure")
    rows: tuple[Supplier, ...] = (*mix.suppliers, *mix.unspecified)
    if partner:
        row = mix.supplier(partner)
        rows = (row,) if row else ()
    measured = [(r.value - r.unmeasured, r.quantity) for r in rows if r.value and r.quantity]
    result = unit_value(sum(v for v, _ in measured), sum(q for _, q in measured))
    if result is None:
        return Answer.none("no_quantity_measure" if rows else "no_flows", Status.MISSING)
    return Answer.of(
        result,
        inputs={"value": sum(v for v, _ in measured), "quantity_kg": sum(q for _, q in measured)},
    )


@indicator(
    "unspecified_share",
    name=("Supply without a country", "Tilførsel uten land"),
    definition=(
        "Part of the supply from partners that are no country, or missing from published shares.",
        "Del av tilførselen fra partnere som ikke er land, eller som mangler i publiserte andeler.",
    ),
    formula="U / (Σᵢ mᵢ + U)",
    unit="share",
    direction="higher is riskier",
    source="definition",
)
def unspecified_share(evidence: Evidence) -> Answer:
    """Share lost to areas not specified, free zones, bunkers, or unpublished suppliers."""
    share = evidence.mix.unspecified_share
    if share is None:
        return Answer.none("no_flows", Status.MISSING)
    residual = evidence.mix.amounts(evidence.mix.primary).residual
    return Answer.of(float(share), inputs={"unspecified": residual})
