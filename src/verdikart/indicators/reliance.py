"""Apparent consumption, net import reliance, and the 65 % test on consumption."""

from __future__ import annotations

from dataclasses import dataclass, replace

from verdikart.core.figure import Answer, Status
from verdikart.core.registry import Threshold, indicator
from verdikart.indicators.evidence import Evidence
from verdikart.indicators.mix import Mix

ART_5 = "Regulation (EU) 2024/1252 Art. 5(1)(b): at most 65 % of annual consumption"


def apparent_consumption(production: float, imports: float, exports: float) -> float:
    """Apparent consumption C = P + M − X, all in the same unit and basis."""
    return production + imports - exports


def net_import_reliance(production: float, imports: float, exports: float) -> float | None:
    """Net import reliance (M − X) / (P + M − X); None where consumption is not positive.

    Source: European Commission 2017 study p. 48; negative for a net exporter, not clipped here.
    """
    consumption = apparent_consumption(production, imports, exports)
    return (imports - exports) / consumption if consumption > 0 else None


@dataclass(frozen=True, slots=True)
class Balance:
    """Tonnes of production, imports and exports, or the reason why they cannot be combined.

    ``estimated``: production is none reported; ``lacking``: some flows carry no quantity;
    ``suppressed``: imports may be withheld, so they are a lower bound.
    """

    production: float = 0.0
    imports: float = 0.0
    exports: float = 0.0
    reason: str | None = None
    estimated: bool = False
    lacking: bool = False
    suppressed: bool = False

    @property
    def inputs(self) -> dict[str, float]:
        """The three figures, for a trace."""
        return {
            "production_t": self.production,
            "imports_t": self.imports,
            "exports_t": self.exports,
        }


def balance(evidence: Evidence) -> Balance:
    """Put production and trade on one footing, or say why that cannot be done.

    Refused: quantities unknown, production unknown, unlike bases (gross ore against contained
    metal), exports above production plus imports, consumption not positive.
    """
    imports = _tonnes(evidence.mix)
    if imports is None:
        return Balance(reason="no_quantity_measure")
    if evidence.exports is None:
        return Balance(imports=imports, reason="exports_unknown")
    exports = _tonnes(evidence.exports)
    if exports is None:
        return Balance(imports=imports, reason="no_quantity_measure")
    production = evidence.production
    if production is None:
        return Balance(imports=imports, exports=exports, reason="production_unknown")
    flows = (evidence.mix, evidence.exports)
    known = Balance(
        production.amount,
        imports,
        exports,
        estimated=production.estimated,
        lacking=any(mix.unmeasured_share > 0 for mix in flows),
        suppressed="suspected_suppression" in evidence.mix.caveats,
    )
    reason = None
    if production.amount > 0 and production.basis != evidence.trade_basis:
        reason = "unlike_bases"
    elif exports > production.amount + imports:
        reason = "exports_exceed_supply"
    elif apparent_consumption(production.amount, imports, exports) <= 0:
        reason = "consumption_not_positive"
    return replace(known, reason=reason)


def _tonnes(mix: Mix) -> float | None:
    total = mix.total("quantity")
    if total is None or mix.quantity_unit != "kg":
        return 0.0 if total is None and not mix.suppliers else None
    return float(total) / 1000


def _status(known: Balance) -> tuple[Status | None, str | None]:
    if known.suppressed:
        return Status.SUPPRESSED, "suspected_suppression"
    if known.estimated:
        return Status.ESTIMATED, "production_assumed_zero"
    return (Status.ESTIMATED, "missing_quantity") if known.lacking else (None, None)


@indicator(
    "apparent_consumption",
    name=("Apparent consumption", "Tilsynelatende forbruk"),
    definition=(
        "Production plus imports minus exports, in tonnes of the same basis.",
        "Produksjon pluss import minus eksport, i tonn på samme grunnlag.",
    ),
    formula="C = P + M − X",
    unit="t",
    source="Eurostat and USGS usage",
)
def consumption(evidence: Evidence) -> Answer:
    """Apparent consumption in tonnes; refused for unlike bases or a non-positive result."""
    known = balance(evidence)
    if known.reason:
        return Answer.none(known.reason, inputs=known.inputs)
    status, reason = _status(known)
    amount = apparent_consumption(known.production, known.imports, known.exports)
    low = amount if known.suppressed else None
    return Answer.of(amount, low, None, reason, status, known.inputs)


@indicator(
    "net_import_reliance",
    name=("Net import reliance", "Netto importavhengighet"),
    definition=(
        "Net imports as a share of apparent consumption; negative for a net exporter.",
        "Nettoimport som andel av tilsynelatende forbruk; negativ for en nettoeksportør.",
    ),
    formula="IR = (M − X) / (P + M − X)",
    unit="ratio",
    direction="higher is riskier",
    source="European Commission 2017 study p. 48",
)
def import_reliance(evidence: Evidence) -> Answer:
    """Net import reliance in tonnes."""
    known = balance(evidence)
    if known.reason:
        return Answer.none(known.reason, inputs=known.inputs)
    status, reason = _status(known)
    result = net_import_reliance(known.production, known.imports, known.exports)
    low, high = (result, 1.0) if known.suppressed else (None, None)
    return Answer.of(result, low, high, reason, status, known.inputs)


@indicator(
    "top_share_consumption",
    name=("Largest supplier's share of consumption", "Største leverandørs andel av forbruket"),
    definition=(
        "Tonnes from the largest supplier over apparent consumption: the base the regulation uses. "
        "Exports may be that supplier’s goods, which bounds the share from below; tonnes above "
        "consumption are surely sent on, and then there is no share.",
        "Tonn fra største leverandør over tilsynelatende forbruk: grunnlaget forordningen bruker. "
        "Eksporten kan være den leverandørens varer, som avgrenser andelen nedad; tonn ut over "
        "forbruket går sikkert videre, og da finnes ingen andel.",
    ),
    formula="M₁ / (P + M − X)",
    unit="share",
    direction="higher is riskier",
    source=ART_5,
    thresholds=(Threshold(0.65, "over_65_consumption", ART_5),),
)
def top_share_of_consumption(evidence: Evidence) -> Answer:
    """Largest supplier's tonnes over apparent consumption, between (M₁ − X) / C and 1.

    None where the tonnes exceed consumption: a part of a whole cannot.
    """
    known = balance(evidence)
    if known.reason:
        return Answer.none(known.reason, inputs=known.inputs)
    first = evidence.mix.amounts("quantity").known
    if not first:
        return Answer.none("no_quantity_measure", Status.MISSING, inputs=known.inputs)
    status, reason = _status(known)
    consumed = apparent_consumption(known.production, known.imports, known.exports)
    tonnes = float(first[0][1]) / 1000
    share = tonnes / consumed
    # All that is exported may be the largest supplier's, or none of it.
    low, high = max(0.0, tonnes - known.exports) / consumed, min(1.0, share)
    if known.suppressed:  # withheld imports can be the largest supplier's or anyone else's
        low, high = 0.0, 1.0
    elif share > 1:
        status, reason = Status.NOT_COMPUTABLE, "imports_exceed_consumption"
    return Answer.of(
        share if share <= 1 else None,
        low,
        high,
        reason,
        status,
        inputs={"top_supplier": first[0][0], "top_tonnes": tonnes, **known.inputs},
    )
