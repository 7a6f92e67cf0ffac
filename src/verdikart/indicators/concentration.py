"""Concentration of a supply mix: HHI, top supplier, CR3, effective suppliers, bounds.

The pure formulas take amounts (any unit, zeros allowed); the registered indicators take evidence.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from verdikart.core.figure import Answer, Status
from verdikart.core.registry import Threshold, indicator
from verdikart.indicators.evidence import Evidence
from verdikart.indicators.mix import Amount, Amounts, Measure, Mix, exact_sum

HHI_SOURCE = "Hirschman 1945; Herfindahl 1950; threshold 0.4: European Commission SWD(2021) 352"
CRMA_65 = "Regulation (EU) 2024/1252 Art. 5(1)(b): 65 % from one third country, applied to imports"


def hhi(amounts: Sequence[Amount], total: Amount | None = None) -> float | None:
    """Herfindahl–Hirschman index on 0–1: the sum of squared shares.

    ``total`` is the denominator of the shares (default: the sum). Integer amounts are squared and
    added exactly, divided once. None where the total is not positive.
    Source: European Commission SWD(2021) 352 (CDI1); 1/HHI is the number of effective suppliers.
    """
    whole = exact_sum(amounts) if total is None else total
    if not whole > 0:
        return None
    squares = exact_sum(amount * amount for amount in amounts)
    if isinstance(squares, int) and isinstance(whole, int):
        return squares / (whole * whole)
    return float(squares) / (float(whole) * float(whole))


def hhi_bounds(amounts: Sequence[Amount], residual: Amount) -> tuple[float, float] | None:
    """Bounds of the HHI when ``residual`` of the supply has no known supplier.

    Lower: the residual is spread over many; upper: all of it is the largest supplier's.
    None where nothing is supplied. Own derivation: sum(m²)/M² <= HHI <= ((m1+U)² + rest)/M².
    """
    whole = exact_sum([*amounts, residual])
    if not whole > 0:
        return None
    ranked = sorted(amounts, reverse=True)
    first = (ranked[0] if ranked else 0) + residual
    low = hhi(ranked, whole)
    high = hhi([first, *ranked[1:]], whole)
    return (low or 0.0, min(1.0, high or 0.0))


def top_share(amounts: Sequence[Amount], total: Amount | None = None) -> float | None:
    """Share of the largest supplier on 0–1; None where the total is not positive."""
    return concentration_ratio(amounts, 1, total)


def concentration_ratio(
    amounts: Sequence[Amount], count: int, total: Amount | None = None
) -> float | None:
    """Share of the ``count`` largest suppliers on 0–1; None where the total is not positive."""
    whole = exact_sum(amounts) if total is None else total
    if not whole > 0:
        return None
    return float(exact_sum(sorted(amounts, reverse=True)[:count]) / whole)


def effective_suppliers(index: float) -> float:
    """Number of equal suppliers that would give this HHI: 1/HHI."""
    return float(1 / Fraction(index)) if index else 0.0


def _quality(mix: Mix, measure: Measure, amounts: Amounts) -> tuple[Status | None, str | None]:
    """Status and reason that the state of the data gives to a figure of one measure."""
    if "suspected_suppression" in mix.caveats:
        return Status.SUPPRESSED, "suspected_suppression"
    if measure == "quantity" and mix.unmeasured_share > 0:
        return Status.ESTIMATED, "missing_quantity"
    if mix.declared_total is not None and amounts.residual > 0:
        return None, "residual_share"
    return None, "unspecified_partners" if amounts.residual > 0 else None


def _missing(mix: Mix, measure: Measure) -> Answer:
    if measure == "value" and mix.value_unit is None:
        return Answer.none("no_value_measure")
    if measure == "quantity" and mix.suppliers:
        return Answer.none("no_quantity_measure", Status.MISSING)
    return Answer.none("no_flows", Status.MISSING)


def _unmeasured_kg(mix: Mix) -> float:
    """Quantity that the flows without one would have at the unit value of the others."""
    rows = mix.suppliers
    measured = sum((s.value or 0) - s.unmeasured for s in rows if s.quantity)
    known = sum(float(s.quantity) for s in rows if s.quantity)
    return known / measured * sum(s.unmeasured for s in rows) if measured else 0.0


def _hhi(evidence: Evidence, measure: Measure) -> Answer:
    mix = evidence.mix
    amounts = mix.amounts(measure)
    index = hhi(amounts.numbers, amounts.total)
    if index is None or not amounts.known:
        return _missing(mix, measure)
    status, reason = _quality(mix, measure, amounts)
    unknown: Amount = amounts.residual
    if measure == "quantity" and mix.unmeasured_share:
        unknown = unknown + _unmeasured_kg(mix)
    low = high = None
    if status is Status.SUPPRESSED:
        low, high = 0.0, 1.0
    elif unknown > 0:
        low, high = hhi_bounds(amounts.numbers, unknown) or (None, None)
    return Answer.of(
        index,
        low,
        high,
        reason,
        status,
        inputs={
            "sum_of_squares": float(exact_sum(a * a for a in amounts.numbers)),
            "total": amounts.total,
            "suppliers": len(amounts.known),
            "unspecified": amounts.residual,
        },
    )


def _top_share(evidence: Evidence, measure: Measure) -> Answer:
    mix = evidence.mix
    amounts = mix.amounts(measure)
    share = top_share(amounts.numbers, amounts.total)
    if share is None or not amounts.known:
        return _missing(mix, measure)
    status, reason = _quality(mix, measure, amounts)
    low = high = None
    unknown: Amount = amounts.residual
    if measure == "quantity" and mix.unmeasured_share:
        unknown = unknown + _unmeasured_kg(mix)
    first = amounts.numbers[0]
    whole = amounts.total if mix.declared_total is not None else amounts.total + unknown
    if status is Status.SUPPRESSED:
        # The hidden part has neither a known size nor a known supplier.
        low, high = 0.0, 1.0
    elif unknown > 0:
        low, high = float(first / whole), min(1.0, float((first + unknown) / whole))
    return Answer.of(
        share,
        low,
        high,
        reason,
        status,
        inputs={"top_supplier": amounts.known[0][0], "top_amount": first, "total": amounts.total},
    )


def _top_supplier(evidence: Evidence, measure: Measure) -> Answer:
    amounts = evidence.mix.amounts(measure)
    if not amounts.known:
        return _missing(evidence.mix, measure)
    status, reason = _quality(evidence.mix, measure, amounts)
    iso3, first = amounts.known[0]
    return Answer.of(iso3, reason=reason, status=status, inputs={"top_amount": first})


@indicator(
    "hhi_value",
    name=("Supplier concentration, HHI (value)", "Leverandørkonsentrasjon, HHI (verdi)"),
    definition=(
        "Sum of squared supplier shares by value, 0–1; 1 is a single supplier.",
        "Summen av kvadrerte leverandørandeler etter verdi, 0–1; 1 er én leverandør.",
    ),
    formula="HHI = Σᵢ mᵢ² / (Σᵢ mᵢ)²",
    unit="index",
    direction="higher is riskier",
    source=HHI_SOURCE,
    thresholds=(Threshold(0.4, "concentrated", "European Commission SWD(2021) 352, CDI1"),),
    caveats=(
        (
            "Partners that are no country (areas not specified, free zones, bunkers) count in the "
            "total but not in the index; the interval shows what they could change.",
            "Partnere som ikke er land (uspesifiserte områder, frisoner, bunkers) er med i summen, "
            "men ikke i indeksen; intervallet viser hva de kunne endret.",
        ),
    ),
)
def hhi_value(evidence: Evidence) -> Answer:
    """HHI of the mix by value."""
    return _hhi(evidence, "value")


@indicator(
    "hhi_quantity",
    name=("Supplier concentration, HHI (quantity)", "Leverandørkonsentrasjon, HHI (mengde)"),
    definition=(
        "Sum of squared supplier shares by mass, 0–1. For production and published shares this is "
        "the only HHI.",
        "Summen av kvadrerte leverandørandeler etter mengde, 0–1. For produksjon og publiserte "
        "andeler er dette den eneste HHI-en.",
    ),
    formula="HHI = Σᵢ qᵢ² / (Σᵢ qᵢ)²",
    unit="index",
    direction="higher is riskier",
    source=HHI_SOURCE,
    thresholds=(Threshold(0.4, "concentrated", "European Commission SWD(2021) 352, CDI1"),),
    caveats=(
        (
            "Flows without a quantity are left out and the figure is marked estimated.",
            "Strømmer uten mengde er holdt utenfor, og tallet er merket som anslag.",
        ),
    ),
)
def hhi_quantity(evidence: Evidence) -> Answer:
    """HHI of the mix by quantity; estimated where flows lack a quantity."""
    return _hhi(evidence, "quantity")


@indicator(
    "top_supplier",
    name=("Largest supplier", "Største leverandør"),
    definition=(
        "The country with the largest share, by value where values are known, else by quantity.",
        "Landet med størst andel, etter verdi der verdi er kjent, ellers etter mengde.",
    ),
    formula="arg maxᵢ mᵢ (ties: first ISO3)",
    unit="country",
    source="definition",
)
def top_supplier(evidence: Evidence) -> Answer:
    """ISO3 of the largest supplier by the primary measure."""
    return _top_supplier(evidence, evidence.mix.primary)


@indicator(
    "top_share",
    name=("Share of the largest supplier", "Andel fra største leverandør"),
    definition=(
        "Largest supplier's part of all identified supply (value where known, else quantity).",
        "Største leverandørs del av all identifisert tilførsel (verdi der den er kjent, "
        "ellers mengde).",
    ),
    formula="s₁ = maxᵢ mᵢ / Σᵢ mᵢ",
    unit="share",
    direction="higher is riskier",
    source=CRMA_65,
    thresholds=(Threshold(0.65, "over_65_imports", CRMA_65),),
    caveats=(
        (
            "A share of imports is not the regulation's share of consumption; it is the stricter "
            "test while imports are below consumption.",
            "En andel av importen er ikke forordningens andel av forbruket; den er den strengere "
            "prøven så lenge importen er mindre enn forbruket.",
        ),
    ),
)
def top_share_primary(evidence: Evidence) -> Answer:
    """Share of the largest supplier by the primary measure."""
    return _top_share(evidence, evidence.mix.primary)


@indicator(
    "top_supplier_quantity",
    name=("Largest supplier by quantity", "Største leverandør etter mengde"),
    definition=("The country that supplies most by mass.", "Landet som leverer mest etter mengde."),
    formula="arg maxᵢ qᵢ (ties: first ISO3)",
    unit="country",
    source="definition",
)
def top_supplier_quantity(evidence: Evidence) -> Answer:
    """ISO3 of the largest supplier by quantity."""
    return _top_supplier(evidence, "quantity")


@indicator(
    "top_share_quantity",
    name=("Share of the largest supplier by quantity", "Andel fra største leverandør etter mengde"),
    definition=(
        "Largest supplier's part of all identified supply by mass.",
        "Største leverandørs del av all identifisert tilførsel etter mengde.",
    ),
    formula="s₁ = maxᵢ qᵢ / Σᵢ qᵢ",
    unit="share",
    direction="higher is riskier",
    source=CRMA_65,
)
def top_share_quantity(evidence: Evidence) -> Answer:
    """Share of the largest supplier by quantity."""
    return _top_share(evidence, "quantity")


@indicator(
    "cr3",
    name=(
        "Share of the three largest suppliers (CR3)",
        "Andel fra de tre største leverandørene (CR3)",
    ),
    definition=(
        "Three largest suppliers' part of all identified supply by the primary measure.",
        "De tre største leverandørenes del av all identifisert tilførsel.",
    ),
    formula="CR3 = (m₁ + m₂ + m₃) / Σᵢ mᵢ",
    unit="share",
    direction="higher is riskier",
    source="standard industrial-organisation measure",
)
def cr3(evidence: Evidence) -> Answer:
    """Concentration ratio of the three largest suppliers."""
    amounts = evidence.mix.amounts(evidence.mix.primary)
    ratio = concentration_ratio(amounts.numbers, 3, amounts.total)
    if ratio is None or not amounts.known:
        return _missing(evidence.mix, evidence.mix.primary)
    status, reason = _quality(evidence.mix, evidence.mix.primary, amounts)
    low = high = None
    residual = amounts.residual
    if status is Status.SUPPRESSED:
        low, high = 0.0, 1.0
    elif residual > 0:
        declared = evidence.mix.declared_total is not None
        whole = amounts.total if declared else amounts.total + residual
        first = exact_sum(amounts.numbers[:3])
        low, high = float(first / whole), min(1.0, float((first + residual) / whole))
    return Answer.of(
        ratio,
        low,
        high,
        reason,
        status,
        inputs={
            "top_three": ", ".join(iso3 for iso3, _ in amounts.known[:3]),
            "total": amounts.total,
        },
    )


@indicator(
    "effective_suppliers",
    name=("Effective number of suppliers", "Effektivt antall leverandører"),
    definition=(
        "The number of equally large suppliers that would give the same HHI.",
        "Antallet like store leverandører som ville gitt samme HHI.",
    ),
    formula="1 / HHI",
    unit="count",
    direction="lower is riskier",
    source="Adelman 1969, numbers equivalent of the HHI",
)
def effective_supplier_count(evidence: Evidence) -> Answer:
    """Numbers equivalent of the HHI by the primary measure."""
    index = _hhi(evidence, evidence.mix.primary)
    if not isinstance(index.value, float):
        return index
    return Answer.of(
        effective_suppliers(index.value),
        1 / index.high if index.high else None,
        1 / index.low if index.low else None,
        index.reason,
        index.status,
        inputs={"hhi": index.value},
    )
