"""Whose supply: allies and others, and one country's part in another home's supply."""

from __future__ import annotations

from verdikart.core.figure import Answer, Status
from verdikart.core.registry import indicator
from verdikart.indicators.evidence import Evidence
from verdikart.indicators.mix import Amount, exact_sum


@indicator(
    "ally_share",
    name=("Share from allies", "Andel fra allierte"),
    definition=(
        "Identified supply from members of any alliance the home belongs to (EU, EEA, NATO, NORDIC). "
        "World supply has allies only as seen from a home.",
        "Identifisert tilførsel fra medlemmer av en allianse hjemmet hører til (EU, EØS, NATO, Norden). "
        "Verdens tilførsel har allierte bare sett fra et hjem.",
    ),
    formula="Σᵢ∈A mᵢ / Σᵢ mᵢ",
    unit="share",
    direction="lower is riskier",
    source="own definition over dated group membership",
    argument="home whose allies are meant (optional; needed for world supply)",
)
def ally_share(evidence: Evidence, viewpoint: str | None = None) -> Answer:
    """Share of the primary measure that comes from allies.

    With a ``viewpoint`` the evidence must carry that home's allies.
    """
    if evidence.allies is None:
        return Answer.none("viewpoint_needed")
    amounts = evidence.mix.amounts(evidence.mix.primary)
    if not amounts.known:
        return Answer.none("no_flows", Status.MISSING)
    own = exact_sum([a for iso3, a in amounts.known if iso3 in evidence.allies])
    whole = amounts.total
    low = high = None
    if amounts.residual > 0:
        base = whole if evidence.mix.declared_total is not None else whole + amounts.residual
        low, high = float(own / base), float((own + amounts.residual) / base)
    inputs = {"allies_of": viewpoint or evidence.mix.id.home, "from_allies": own, "total": whole}
    if "suspected_suppression" in evidence.mix.caveats:
        suppressed = Status.SUPPRESSED
        return Answer.of(float(own / whole), 0.0, 1.0, "suspected_suppression", suppressed, inputs)
    reason = None
    if amounts.residual > 0:
        published = evidence.mix.declared_total is not None
        reason = "residual_share" if published else "unspecified_partners"
    return Answer.of(float(own / whole), low, high, reason, inputs=inputs)


def top_other(evidence: Evidence) -> tuple[str, float] | None:
    """The largest supplier that is no ally and its share of the identified supply, if any."""
    amounts = evidence.mix.amounts(evidence.mix.primary)
    for iso3, amount in amounts.known:
        if iso3 not in (evidence.allies or ()):
            return iso3, float(amount / amounts.total)
    return None


def _share(evidence: Evidence, partner: str | None, *, with_intra: bool, by: str) -> Answer:
    if not partner:
        return Answer.none("no_flows", Status.MISSING)
    mix = evidence.mix
    measure = mix.primary if by == "primary" else "quantity"
    row = mix.supplier(partner)
    amount: Amount | None = 0
    if row is not None:
        amount = row.value if measure == "value" else row.quantity
    total = mix.total(measure) if mix.declared_total is None else mix.declared_total
    if amount is None or not total:
        return Answer.none("no_quantity_measure" if mix.suppliers else "no_flows", Status.MISSING)
    if with_intra:
        if mix.intra is None and not evidence.single_home:
            return Answer.none("no_intra_known")
        inside = (mix.intra.value if measure == "value" else mix.intra.quantity) if mix.intra else 0
        total += inside or 0
    suspected = "suspected_suppression" in mix.caveats
    estimated = measure == "quantity" and mix.unmeasured_share > 0
    status = Status.SUPPRESSED if suspected else Status.ESTIMATED if estimated else None
    reason = "suspected_suppression" if suspected else "missing_quantity" if estimated else None
    return Answer.of(
        float(amount / total),
        reason=reason,
        status=status,
        inputs={"partner": partner, "amount": amount, "total": total},
    )


@indicator(
    "supplier_share",
    name=("Share of one supplier", "Andel fra én leverandør"),
    definition=(
        "One country's part of the home's supply from outside its bloc, by the primary measure.",
        "Ett lands del av hjemmets tilførsel utenfra, etter verdi der den er kjent.",
    ),
    formula="mₚ / Σᵢ∉B mᵢ",
    unit="share",
    source="definition; denominator: supply from outside the home",
    argument="partner (ISO3)",
)
def supplier_share(evidence: Evidence, partner: str | None = None) -> Answer:
    """Share of a partner in supply from outside the home."""
    return _share(evidence, partner, with_intra=False, by="primary")


@indicator(
    "supplier_share_all",
    name=("Share of one supplier in all imports", "Andel fra én leverandør av all import"),
    definition=(
        "One country's part of all imports of the members, trade inside the bloc included.",
        "Ett lands del av all import til medlemmene, også handelen innad i blokken.",
    ),
    formula="mₚ / (Σᵢ∉B mᵢ + M_intra)",
    unit="share",
    source="definition; denominator: extra- plus intra-bloc imports",
    argument="partner (ISO3)",
)
def supplier_share_all(evidence: Evidence, partner: str | None = None) -> Answer:
    """Share of a partner in all imports, the bloc's internal trade included."""
    return _share(evidence, partner, with_intra=True, by="primary")


@indicator(
    "supplier_share_quantity",
    name=("Share of one supplier by quantity", "Andel fra én leverandør etter mengde"),
    definition=(
        "One country's part of the home's supply from outside its bloc, by mass.",
        "Ett lands del av hjemmets tilførsel utenfra, etter mengde.",
    ),
    formula="qₚ / Σᵢ∉B qᵢ",
    unit="share",
    source="definition; denominator: supply from outside the home",
    argument="partner (ISO3)",
)
def supplier_share_quantity(evidence: Evidence, partner: str | None = None) -> Answer:
    """Share of a partner in supply from outside the home, by quantity."""
    return _share(evidence, partner, with_intra=False, by="quantity")


@indicator(
    "supplier_rank",
    name=("Rank among suppliers", "Plass blant leverandørene"),
    definition=(
        "Place of one country among the home's suppliers; 1 is the largest.",
        "Plassen ett land har blant hjemmets leverandører; 1 er størst.",
    ),
    formula="1 + #{i: mᵢ > mₚ}",
    unit="count",
    source="definition",
    argument="partner (ISO3)",
)
def supplier_rank(evidence: Evidence, partner: str | None = None) -> Answer:
    """Rank of a partner by the primary measure; missing where it supplies nothing."""
    amounts = evidence.mix.amounts(evidence.mix.primary)
    own = dict(amounts.known).get(partner or "")
    if own is None:
        return Answer.none("no_flows", Status.MISSING, inputs={"partner": partner})
    return Answer.of(1 + sum(a > own for _, a in amounts.known), inputs={"partner": partner})
