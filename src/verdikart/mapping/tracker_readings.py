"""Shares of consumption as the embedded sources give them: the EU study, and production with trade.

A reading is one share with what it was made of, or the reason why there is none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from math import inf

from verdikart.chains.benchmarks import between, covered, from_one, inside, largest_outside
from verdikart.core.figure import Answer, MixId, Status
from verdikart.indicators.assessment import Range
from verdikart.mapping import eu_study, stage_sources
from verdikart.mapping.assess import Assessment
from verdikart.mapping.chain_view import LOOKED_OVER
from verdikart.mapping.library import (
    REGISTER,
    Library,
    code_links,
    goods_of,
    materials_of,
    works,
)
from verdikart.reference.entities import Product
from verdikart.reference.figures import EuAssessment
from verdikart.reference.homes import group_members
from verdikart.reference.load import by_key, load
from verdikart.reference.value_chains import Facility

UNION = "EU27"
STUDY_PERIOD = f"{stage_sources.PERIOD[0]}–{stage_sources.PERIOD[1]}"
PER_CENT = 0.01
COVERED = "P / (P + M − X)"
FROM_ONE = "M₁ / (P + M − X), at least (M₁ − X) / (P + M − X)"
# Answers that say no more than that production is not known on the footing of the trade.
UNKNOWN_PRODUCTION = ("production_unknown", "unlike_bases")


@dataclass(frozen=True, slots=True)
class Reading:
    """One share, or a reason. ``subject``: the code or material@stage it is of."""

    share: Range | None
    reason: str | None
    formula: str
    source: str
    period: str
    subject: str
    products: tuple[str, ...] = ()
    status: Status = Status.OK
    supplier: str | None = None
    inputs: Mapping[str, float | str | None] = field(default_factory=dict)

    @property
    def stands(self) -> Status:
        """How the value stands: without one it is not computable, also where bounds are known."""
        if self.share is None or self.share.value is None:
            return Status.SUPPRESSED if self.status is Status.SUPPRESSED else Status.NOT_COMPUTABLE
        if self.status is Status.OK and self.share.value == 0:
            return Status.ZERO
        return self.status


def _none(reason: str, subject: str, products: tuple[str, ...] = ()) -> Reading:
    return Reading(None, reason, "", "", "", subject, products)


def union_domestic(library: Library, row: EuAssessment, stage: str) -> Reading:
    """The Union's own part of a stage, from two published readings of it.

    One less net import reliance has the base of the benchmark (production plus imports less
    exports); the Union's part of its sourcing (production plus imports) is the other. A reliance
    that no named producer in the Union stands behind bounds the share from above only, and
    readings that do not meet leave no value.
    """
    subject = stage_sources.subject(row.material_id, stage)
    sourcing = _sourcing(library, row.material_id, stage)
    reliance = net_reliance(row, stage)
    if isinstance(sourcing, str) and reliance is None:
        return _none(sourcing, subject)
    inputs: dict[str, float | str | None] = {}
    own = None
    if reliance is not None:
        own = Range(1 - (reliance.value or 0.0), 1 - reliance.high, 1 - reliance.low)
        inputs["net_import_reliance"] = reliance.value
    reason = None
    if isinstance(sourcing, str):
        assert own is not None  # noqa: S101 - returned above where both are lacking
        share, reason = Range(None, 0.0, own.high), "no_named_producers"
    else:
        inputs["share_of_sourcing"] = sourcing.value
        share = between([r for r in (own, sourcing) if r is not None])
        # Sourcing leaves exports out, so its share is the lower one; the other way round, or with
        # nobody in the Union named, the two cannot both be right.
        if own is not None and (sourcing.low > own.high or sourcing.high <= 0 < own.low):
            share, reason = replace(share, value=None), "readings_differ"
    return Reading(
        share,
        reason,
        "1 − IR; ΣS(EU)",
        eu_study.SOURCE,
        STUDY_PERIOD,
        subject,
        inputs=inputs,
    )


def union_single(library: Library, material: str, stage: str) -> Reading:
    """The largest third country's part of the Union's sourcing."""
    subject = stage_sources.subject(material, stage)
    refused = refusal(library, material, stage)
    supply = eu_study.supply(material, stage, "eu_sourcing")
    if refused or supply is None:
        return _none(refused or "not_in_study", subject)
    members = group_members(UNION, stage_sources.PERIOD[1])
    country, share = largest_outside(supply.parts, members, supply.residual)
    return Reading(
        share,
        None,
        "max S(third country)",
        eu_study.SOURCE,
        STUDY_PERIOD,
        subject,
        supplier=country,
        inputs={"unnamed_share": supply.residual},
    )


def recycling(home: str, material: str) -> Reading:
    """End-of-life recycling input rate: of the Union only, for no other has one embedded."""
    subject = stage_sources.subject(material, "recycling")
    row = eu_study.by_material().get(material)
    if row is None:
        return _none("not_in_study", subject)
    if home != UNION:
        return _none("rate_is_of_eu", subject)
    if row.eol_rir_pct is None:
        return _none("missing_eol_rir", subject)
    rate = eu_study.eol_rir(row)
    formula = "EOL-RIR"
    return Reading(rate, None, formula, eu_study.SOURCE, STUDY_PERIOD, subject)


def refusal(library: Library, material: str, stage: str) -> str | None:
    """Why the study says nothing of the Union's sourcing of a stage; None where it does."""
    identity = MixId(
        UNION,
        stage_sources.PERIOD[1],
        eu_study.SOURCE,
        stage_sources.subject(material, stage),
        "supply",
    )
    if identity.subject not in stage_sources.subjects(eu_study.SOURCE, UNION):
        return "not_in_study"
    return "repeats_world" if "repeats_world" in library.mix(identity).caveats else None


def _sourcing(library: Library, material: str, stage: str) -> Range | str:
    refused = refusal(library, material, stage)
    supply = eu_study.supply(material, stage, "eu_sourcing")
    if refused or supply is None:
        return refused or "not_in_study"
    members = group_members(UNION, stage_sources.PERIOD[1])
    return inside(supply.parts, members, supply.residual)


def net_reliance(row: EuAssessment, stage: str) -> Range | None:
    """Net import reliance as printed; the study prints 0 for a net exporter."""
    own = (
        row.import_reliance_extraction_pct
        if stage == "extraction"
        else row.import_reliance_processing_pct
    )
    assessed = row.import_reliance_pct if stage == row.stage_assessed else None
    printed = own if assessed is None else assessed
    return None if printed is None else Range.printed(max(0.0, printed) / 100, PER_CENT)


def _unfit(row: Assessment, material: str, stage: str) -> str | None:
    """Why a code says nothing of a material's stage: others share it, or it is not surely its own.

    Scrap of the same material may share a code: it is the same metal.
    """
    goods = goods_of(row.subject)
    alien = any(
        good.stage not in (stage, "scrap") or material not in materials_of(good.product_id)
        for good in goods
    )
    baskets = {
        link.product_id
        for link in code_links(row.subject)
        if link.scope == "basket" or link.confidence == "low"
    }
    return "shared_code" if alien or baskets & {*row.products} else None


def _small(row: Assessment, exports_too: bool) -> bool:
    """Whether the flows are below the floor that a verdict needs."""
    if row.evidence is None:
        return False
    mixes = [row.evidence.mix]
    if exports_too and row.evidence.exports is not None:
        mixes.append(row.evidence.exports)
    floor = row.evidence.parameters.floor
    return all((mix.total("value") or 0) < floor for mix in mixes)


def _enters_later(home: str, material: str, stage: str) -> str | None:
    """Whether the register's plants take a material in after the ore: then ore is not what they need.

    Norway exports some nickel ore, and refines Canadian matte.
    """
    if home != REGISTER or stage != "extraction":
        return None
    known = by_key(Product)
    feeds = {
        feed
        for plant in load(Facility)
        if plant.material_id == material
        and plant.stage == "processing"
        and works(plant, LOOKED_OVER.year)
        for feed in plant.feeds
        if material in materials_of(feed)
    }
    ores = any(known[feed].stage == "extraction" for feed in feeds)
    return "enters_at_later_stage" if feeds and not ores else None


def trade_domestic(row: Assessment, material: str, stage: str) -> Reading:
    """The home's own part of one good, from production and trade in tonnes."""
    answer: Answer | str = (
        _unfit(row, material, stage)
        or _enters_later(row.home, material, stage)
        or _answer(row, "net_import_reliance")
    )
    if not isinstance(answer, str) and _small(row, exports_too=True):
        answer = "below_floor"
    if isinstance(answer, str):
        return _none(answer, row.subject, row.products)
    given = dict(answer.inputs)
    imports, exports = _tonnes(given, "imports_t"), _tonnes(given, "exports_t")
    if imports is None or exports is None:
        return _none(answer.reason or "no_quantity_measure", row.subject, row.products)
    production = _production(answer, given)
    hidden = answer.status is Status.SUPPRESSED or "suspected_suppression" in _caveats(row)
    bought = Range(imports, imports, inf if hidden else imports)
    share = covered(production, bought, exports)
    reason = answer.reason
    if share is None:
        reason = "consumption_not_positive"
    elif exports >= bought.high:
        reason = "net_exporter"
    return _traded(row, share, reason, answer, COVERED, given, None)


def trade_single(row: Assessment, material: str, stage: str) -> Reading:
    """The largest supplier's part of the consumption of one good, in tonnes."""
    answer: Answer | str = _unfit(row, material, stage) or _answer(row, "top_share_consumption")
    if not isinstance(answer, str) and _small(row, exports_too=False):
        answer = "below_floor"
    if isinstance(answer, str):
        return _none(answer, row.subject, row.products)
    given = dict(answer.inputs)
    imports, exports = _tonnes(given, "imports_t"), _tonnes(given, "exports_t")
    first = row.evidence.mix.amounts("quantity").known if row.evidence else ()
    if imports is None or exports is None or not first:
        return _none(answer.reason or "no_quantity_measure", row.subject, row.products)
    country, largest = first[0][0], float(first[0][1]) / 1000
    share, reason = from_one(largest, _production(answer, given), imports, exports), answer.reason
    if "suspected_suppression" in _caveats(row):
        share, reason = Range.unknown(), "suspected_suppression"
    return _traded(row, share, reason, answer, FROM_ONE, {**given, "top_tonnes": largest}, country)


def _answer(row: Assessment, name: str) -> Answer | str:
    """A figure of an own import flow, or why there is none."""
    if row.basis != "own_imports" or row.evidence is None:
        return row.reason if row.basis == "none" and row.reason else "not_in_embedded_data"
    if not row.evidence.mix.suppliers:
        return "no_flows"
    return row.answers[name]


def _caveats(row: Assessment) -> tuple[str, ...]:
    return tuple(row.evidence.mix.caveats) if row.evidence else ()


def _tonnes(given: Mapping[str, object], name: str) -> float | None:
    amount = given.get(name)
    return float(amount) if isinstance(amount, (int, float)) else None


def _production(answer: Answer, given: Mapping[str, object]) -> Range:
    """Production in tonnes; anything where it is unknown on the footing of the trade."""
    if answer.reason in UNKNOWN_PRODUCTION or answer.reason == "exports_exceed_supply":
        return Range(None, 0.0, inf)
    return Range.exact(_tonnes(given, "production_t") or 0.0)


def _traded(
    row: Assessment,
    share: Range | None,
    reason: str | None,
    answer: Answer,
    formula: str,
    given: Mapping[str, float | str | bool | int | None],
    supplier: str | None,
) -> Reading:
    assert row.mix is not None  # noqa: S101 - only own import flows come here
    status = answer.status
    if reason == "net_exporter":
        status = Status.ESTIMATED
    inputs = {k: v for k, v in given.items() if isinstance(v, (int, float, str))}
    if answer.reason in UNKNOWN_PRODUCTION or answer.reason == "exports_exceed_supply":
        inputs.pop("production_t", None)
    return Reading(
        share,
        reason,
        formula,
        row.mix.source,
        str(row.mix.year),
        row.subject,
        row.products,
        status,
        supplier,
        inputs,
    )
