"""The EU dependency indicators CDI1–3 and CEPII's GeoDep variant."""

from __future__ import annotations

from collections.abc import Mapping

from verdikart.core.figure import Answer, Status, Value
from verdikart.core.registry import Threshold, indicator
from verdikart.indicators.concentration import hhi
from verdikart.indicators.evidence import Evidence, Parameters
from verdikart.indicators.mix import Amount, Mix

SWD = "European Commission SWD(2021) 352"
GEODEP = "Lefebvre and Wibaux 2024, CEPII GeoDep"


def cdi1(outside: list[Amount]) -> float | None:
    """CDI1: HHI of imports from outside the bloc (threshold 0.4)."""
    return hhi(outside)


def cdi2(outside: Amount, inside: Amount) -> float | None:
    """CDI2: imports from outside the bloc over all imports (threshold 0.5)."""
    total = outside + inside
    return outside / total if total > 0 else None


def cdi3(outside: Amount, exports: Amount) -> float | None:
    """CDI3: imports from outside the bloc over the home's exports (threshold 1)."""
    return outside / exports if exports > 0 else None


def exports_of(evidence: Evidence, base: str) -> Amount | None:
    """The home's exports by value: ``all`` (inside the bloc too) or ``extra`` (outside only)."""
    if evidence.exports is None:
        return None
    if base == "all":
        mix = evidence.exports
        inside = (mix.intra.value or 0) if mix.intra else 0
        return (mix.total("value") or 0) + inside
    return evidence.outside(evidence.exports).total("value") or 0


def geodep(evidence: Evidence, mix: Mix | None = None) -> bool | None:
    """GeoDep criteria 1–3 of one year: import HHI, world export HHI, imports over exports.

    None where one of the three cannot be computed. Exports of zero count as fully dependent,
    as in GeoDep. Source: Lefebvre and Wibaux 2024.
    """
    limits = evidence.parameters
    outside = evidence.outside(mix)
    index = hhi(outside.amounts("value").numbers)
    world = hhi(evidence.world.amounts("value").numbers) if evidence.world else None
    exports = exports_of(evidence, limits.cdi3_exports)
    if index is None or world is None or exports is None:
        return None
    ratio = cdi3(outside.total("value") or 0, exports)
    depends = ratio is None or ratio > limits.cdi3_threshold
    return index > limits.hhi_threshold and world > limits.world_hhi_threshold and depends


def persistent(mixes: list[Mix], limits: Parameters) -> bool | None:
    """Whether CDI1 is above its threshold in enough of the last years; None with too few years.

    Nothing is said of a good that is not imported in the latest year.

    Source: CEPII Policy Brief 2023-41 (at least 2 of 3 years).
    """
    years = mixes[: limits.persistence_years]
    if len(years) < limits.persistence_years:
        return None
    indices = [hhi(m.amounts(m.primary).numbers) for m in years]
    if indices[0] is None:
        return None
    met = sum(1 for index in indices if index is not None and index > limits.hhi_threshold)
    return met >= limits.persistence_needed


@indicator(
    "cdi1",
    name=("CDI1: concentration of extra-bloc imports", "CDI1: konsentrasjon i import utenfra"),
    definition=(
        "HHI of imports from outside the chosen bloc, by value.",
        "HHI for import fra land utenfor den valgte blokken, etter verdi.",
    ),
    formula="CDI1 = Σᵢ∉B (Mᵢ / Σᵢ'∉B Mᵢ')²",
    unit="index",
    direction="higher is riskier",
    source=SWD,
    thresholds=(Threshold(0.4, "cdi1", SWD),),
)
def cdi1_figure(evidence: Evidence) -> Answer:
    """CDI1 by value."""
    if evidence.mix.value_unit is None:
        return Answer.none("no_value_measure")
    outside = evidence.outside()
    result = cdi1(list(outside.amounts("value").numbers))
    if result is None:
        return Answer.none("no_flows", Status.MISSING)
    if "suspected_suppression" in outside.caveats:
        return Answer.of(result, 0.0, 1.0, "suspected_suppression", Status.SUPPRESSED)
    return Answer.of(
        result, inputs={"suppliers": len(outside.suppliers), "bloc": evidence.parameters.bloc or ""}
    )


@indicator(
    "cdi2",
    name=("CDI2: share of imports from outside", "CDI2: andel av importen som kommer utenfra"),
    definition=(
        "Imports from outside the bloc over all imports; 1 by definition for a single country.",
        "Import utenfra over all import; per definisjon 1 for et enkelt land.",
    ),
    formula="CDI2 = M_extra / (M_extra + M_intra)",
    unit="share",
    direction="higher is riskier",
    source=SWD,
    thresholds=(Threshold(0.5, "cdi2", SWD),),
)
def cdi2_figure(evidence: Evidence) -> Answer:
    """CDI2 by value."""
    if evidence.mix.value_unit is None:
        return Answer.none("no_value_measure")
    outside = evidence.outside()
    imports = outside.total("value")
    if imports is None:
        return Answer.none("no_flows", Status.MISSING)
    if outside.intra is None and not evidence.single_home:
        return Answer.none("no_intra_known", inputs={"extra_imports": imports})
    inside = (outside.intra.value or 0) if outside.intra else 0
    definition = evidence.single_home and not evidence.bloc
    result = cdi2(imports, inside)
    inputs = {"extra_imports": imports, "intra_imports": inside}
    if "suspected_suppression" in outside.caveats and not definition:
        suppressed = Status.SUPPRESSED
        return Answer.of(result, result, 1.0, "suspected_suppression", suppressed, inputs)
    return Answer.of(result, reason="single_country_home" if definition else None, inputs=inputs)


@indicator(
    "cdi3",
    name=("CDI3: imports from outside over exports", "CDI3: import utenfra over eksport"),
    definition=(
        "Imports from outside the bloc over the home's exports, a proxy of its own capacity.",
        "Import utenfra over hjemmets eksport, et mål på egen kapasitet.",
    ),
    formula="CDI3 = M_extra / X",
    unit="ratio",
    direction="higher is riskier",
    source=SWD,
    thresholds=(Threshold(1.0, "cdi3", SWD),),
    caveats=(
        (
            "Denominator: all exports of the home unless the parameter cdi3_exports says 'extra'.",
            "Nevner: all eksport fra hjemmet med mindre parameteren cdi3_exports er «extra».",
        ),
    ),
)
def cdi3_figure(evidence: Evidence) -> Answer:
    """CDI3 by value; null with a reason where the home exports nothing."""
    if evidence.mix.value_unit is None:
        return Answer.none("no_value_measure")
    imports = evidence.outside().total("value")
    if imports is None:
        return Answer.none("no_flows", Status.MISSING)
    base = evidence.parameters.cdi3_exports
    exports = exports_of(evidence, base)
    if exports is None:
        return Answer.none("exports_unknown", inputs={"extra_imports": imports})
    result = cdi3(imports, exports)
    if result is None:
        return Answer.none(
            "zero_denominator", inputs={"extra_imports": imports, "exports": exports}
        )
    inputs = {"extra_imports": imports, "exports": exports, "denominator": base}
    if "suspected_suppression" in evidence.mix.caveats:
        # Hidden imports can only add to the ratio.
        suppressed = Status.SUPPRESSED
        return Answer.of(result, result, None, "suspected_suppression", suppressed, inputs)
    return Answer.of(result, inputs=inputs)


@indicator(
    "geodep",
    name=("GeoDep criteria 1–3", "GeoDep-kriteriene 1–3"),
    definition=(
        "Concentrated imports, concentrated world exports and imports above exports, all in the year.",
        "Konsentrert import, konsentrert verdenseksport og import over eksport, alle i året.",
    ),
    formula="HHI_M > 0.4 ∧ HHI_X,world > 0.4 ∧ M/X > 1",
    unit="flag",
    direction="higher is riskier",
    source=GEODEP,
)
def geodep_figure(evidence: Evidence) -> Answer:
    """GeoDep of the year as a flag."""
    met = geodep(evidence)
    if met is None:
        if not evidence.outside().amounts("value").known:
            return Answer.none("no_flows", Status.MISSING)
        return Answer.none("exports_unknown" if evidence.exports is None else "coverage_limited")
    world = evidence.world
    inputs = {"world_hhi": hhi(world.amounts("value").numbers) if world else None}
    return _flag(met, (evidence.mix,), inputs)


def _flag(met: bool, mixes: tuple[Mix, ...], inputs: Mapping[str, Value]) -> Answer:
    """A flag; one that rests on flows that may be withheld is no plain answer."""
    if any("suspected_suppression" in mix.caveats for mix in mixes):
        reason, suppressed = "suspected_suppression", Status.SUPPRESSED
        return Answer.of(met, reason=reason, status=suppressed, inputs=inputs)
    return Answer.of(met, inputs=inputs)


@indicator(
    "persistent",
    name=("Persistent concentration", "Vedvarende konsentrasjon"),
    definition=(
        "HHI above 0.4 in at least 2 of the last 3 years.",
        "HHI over 0,4 i minst 2 av de 3 siste årene.",
    ),
    formula="#{years: HHI > 0.4} ≥ 2 of 3",
    unit="flag",
    direction="higher is riskier",
    source="CEPII Policy Brief 2023-41",
)
def persistent_figure(evidence: Evidence) -> Answer:
    """Persistence over the years at hand; missing where the good is not imported now."""
    if not evidence.mix.amounts(evidence.mix.primary).known:
        return Answer.none("no_flows", Status.MISSING)
    met = persistent([evidence.mix, *evidence.earlier], evidence.parameters)
    if met is None:
        return Answer.none("single_year")
    years = [m.id.year for m in (evidence.mix, *evidence.earlier)]
    mixes = (evidence.mix, *evidence.earlier)
    return _flag(met, mixes, {"years": ", ".join(str(year) for year in years)})
