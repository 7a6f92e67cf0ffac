"""Supply risk and economic importance as registered figures of a scored material."""

from __future__ import annotations

from typing import TYPE_CHECKING

from verdikart.core.figure import Answer, Status, Value
from verdikart.core.registry import Threshold, indicator
from verdikart.indicators.criticality import EI_THRESHOLD, SR_THRESHOLD
from verdikart.indicators.evidence import Evidence

if TYPE_CHECKING:
    from verdikart.indicators.assessment import MaterialScore, Range, StageScore, Supply

GUIDELINES = "European Commission 2017, doi:10.2873/769526; 2023 study, doi:10.2873/725585"
TERMS = 8  # suppliers named in a trace; the mix has them all
PERIOD = (
    "The trade parameter t is of 2016–2020, before the export controls since 2023.",
    "Handelsparameteren t er fra 2016–2020, før eksportkontrollen fra 2023 og senere.",
)


@indicator(
    "supply_risk",
    name=("Supply risk (EU method)", "Forsyningsrisiko (EUs metode)"),
    definition=(
        "Governance- and trade-weighted concentration of world supply and of the home's own supply, "
        "less what recycling and substitution take off. Critical from 1.0 at one decimal.",
        "Konsentrasjonen i verdens tilførsel og i hjemmets egen, vektet med styresett og "
        "handelshindre, minus det gjenvinning og substitusjon tar bort. Kritisk fra 1,0 med én "
        "desimal.",
    ),
    formula="SR = [HHI_GS·IR/2 + HHI_home·(1 − IR/2)]·(1 − EoL_RIR)·SI_SR; HHI = Σ S²·WGI·t",
    unit="index_0_10",
    direction="higher is riskier",
    source=GUIDELINES,
    thresholds=(Threshold(SR_THRESHOLD, "", GUIDELINES),),
    caveats=(
        PERIOD,
        (
            "For a home other than the EU, recycling and substitution are the EU's and say so.",
            "For andre hjem enn EU er gjenvinning og substitusjon EUs tall, og det står det.",
        ),
    ),
    argument="material",
)
def supply_risk_figure(evidence: Evidence, material: str) -> Answer:
    """SR of the stage that the evidence was scored for; ``material`` names it for shared codes."""
    scored = evidence.score
    if scored is None or scored.material != material or evidence.stage is None:
        return Answer.none("not_scored", Status.MISSING)
    return stage_answer(evidence.stage)


def stage_answer(stage: StageScore) -> Answer:
    """SR of one stage with what its formula was filled with."""
    row = stage.inputs
    inputs: dict[str, Value] = {
        "supply_used": row.supply_used,
        "hhi_global": _value(stage.hhi_world),
        "hhi_home": _value(stage.hhi_home),
        "global_terms": _terms(row.world),
        "home_terms": _terms(row.home[0] if row.home else None),
        "import_reliance": row.import_reliance.value,
        "eol_rir": row.eol_rir.value,
        "si_sr": row.si_sr.value,
        "import_reliance_origin": row.import_reliance.origin,
        "eol_rir_origin": row.eol_rir.origin,
        "si_sr_origin": row.si_sr.origin,
    }
    return _answer(stage.sr, stage.missing, bool(stage.borrowed), inputs)


@indicator(
    "economic_importance",
    name=("Economic importance (EU method)", "Økonomisk betydning (EUs metode)"),
    definition=(
        "Value added of the industries that use the material, by share of use, less what "
        "substitutes offer; 10 is the largest manufacturing industry. Critical from 2.8.",
        "Verdiskapingen i næringene som bruker råvaren, etter andel av bruken, minus det "
        "erstatninger tilbyr; 10 er den største industrinæringen. Kritisk fra 2,8.",
    ),
    formula="EI = Σ_s A_s·Q_s · SI_EI · 10 / max Q",
    unit="index_0_10",
    source=GUIDELINES,
    thresholds=(Threshold(EI_THRESHOLD, "", GUIDELINES),),
    caveats=(
        (
            "End-use shares are the EU's; for another home only the value added is its own.",
            "Bruksandelene er EUs; for andre hjem er bare verdiskapingen deres egen.",
        ),
        (
            "An industry outside manufacturing (oil and gas) can lift the score above 10.",
            "En næring utenfor industrien (olje og gass) kan løfte tallet over 10.",
        ),
    ),
    argument="material",
)
def economic_importance_figure(evidence: Evidence, material: str) -> Answer:
    """EI of the material that the evidence was scored for."""
    scored = evidence.score
    if scored is None or scored.material != material:
        return Answer.none("not_scored", Status.MISSING)
    # Where the study gives no EU sourcing its figures stand at the world's mix, and are the EU's still.
    borrowed = evidence.mix.id.home not in ("EU27", "WORLD")
    return importance_answer(scored, borrowed=borrowed)


def importance_answer(scored: MaterialScore, *, borrowed: bool) -> Answer:
    """EI of one material; uses taken from the EU make it an estimate."""
    inputs: dict[str, Value] = {"industries": scored.uses}
    if scored.ei_given:
        row = scored.ei
        return Answer.of(row.value, row.low, row.high, "ei_as_published", inputs=inputs)
    if scored.si_ei is not None:
        inputs["si_ei"] = scored.si_ei
    return _answer(scored.ei, scored.missing_ei, borrowed, inputs)


def _answer(
    row: Range, missing: tuple[str, ...], borrowed: bool, inputs: dict[str, Value]
) -> Answer:
    if row.value is None:
        named = {**inputs, "missing": ", ".join(missing)}
        return Answer.none(f"missing_{kind(missing)}", low=row.low, high=row.high, inputs=named)
    if borrowed:
        reason, status = "borrowed_eu_inputs", Status.ESTIMATED
        return Answer.of(row.value, row.low, row.high, reason, status, inputs)
    return Answer.of(row.value, row.low, row.high, inputs=inputs)


def kind(missing: tuple[str, ...]) -> str:
    """The first input that is lacking, without its argument: value_added:C24 → value_added."""
    return missing[0].partition(":")[0] if missing else "input"


def _terms(supply: Supply | None) -> str | None:
    """A supply as its mix and its largest shares with their trade parameters, for a trace."""
    if supply is None:
        return None
    ordered = sorted(supply.parts, key=lambda part: (-part.share, part.iso3))
    shown = [
        f"{p.iso3} {p.share:.4f} (t {p.trade:g}{'*' if p.preferential else ''})" for p in ordered
    ]
    more = f"; {len(shown) - TERMS} more" if len(shown) > TERMS else ""
    return f"{supply.mix}: {'; '.join(shown[:TERMS])}{more}"


def _value(row: Range | None) -> float | None:
    return None if row is None else row.value
