"""What the EU study and the USGS say of our goods, through the table ``study_links``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

from verdikart.core.figure import MixId
from verdikart.mapping import stage_sources
from verdikart.mapping.library import Library
from verdikart.reference.figures import EuAssessment, StudyLink, UsgsFigure
from verdikart.reference.load import by_key, load, load_where

EU, US = "eu_crm_2023", "usgs_2026"
AREAS = {EU: "EU27", US: "USA"}
US_STATISTIC = "Import sources"
# Critical in the EU study: both reached, at one decimal as published.
RISK_LIMIT, IMPORTANCE_LIMIT = 1.0, 2.8


@dataclass(frozen=True, slots=True)
class Reading:
    """What one study says of one good by one measure; ``fault`` is why it cannot be compared."""

    link: StudyLink
    indicator: str
    period: str
    shares: tuple[tuple[str, float], ...] = ()
    score: float | None = None
    at_risk: bool | None = None
    figure: str | None = None
    fault: str | None = None
    notes: tuple[str, ...] = ()

    @property
    def item(self) -> str:
        """The study's item as it names it: material@stage, or commodity and form."""
        if self.link.source == EU:
            return stage_sources.subject(self.link.item, self.link.stage)
        return f"{self.link.item}: {self.link.form}"


@cache
def links() -> dict[str, tuple[StudyLink, ...]]:
    """The studies' items by good."""
    grouped: dict[str, list[StudyLink]] = {}
    for link in load(StudyLink):
        grouped.setdefault(link.product_id, []).append(link)
    return {key: tuple(rows) for key, rows in grouped.items()}


def _links_of(products: Sequence[str], source: str, stage: str) -> list[StudyLink]:
    """A study's items for some goods; those of another stage only where none has the finding's."""
    found: dict[tuple[str, str, str], StudyLink] = {}
    for product in products:
        for link in links().get(product, ()):
            if link.source == source:
                found.setdefault((link.item, link.form, link.stage), link)
    same = [link for link in found.values() if link.stage == stage]
    return same or list(found.values())


def readings(
    products: Sequence[str], stage: str, library: Library, *, position: bool
) -> list[Reading]:
    """Everything the studies say of some goods at a stage, each with its fault where it has one."""
    found: list[Reading] = []
    for link in _links_of(products, EU, stage):
        found.append(_eu_sourcing(link, library))
        if not position:
            found.append(_eu_risk(link))
    found += [_us_imports(link) for link in _links_of(products, US, stage)]
    return [_unlike(reading, stage) for reading in found]


def _unlike(reading: Reading, stage: str) -> Reading:
    if reading.link.stage != stage:
        return replace(reading, fault="different_stage")
    return (
        replace(reading, fault="different_form") if reading.link.scope == "other_form" else reading
    )


def _eu_sourcing(link: StudyLink, library: Library) -> Reading:
    """Shares of EU sourcing; unusable where they repeat the world's or the rest could be larger."""
    subject = stage_sources.subject(link.item, link.stage)
    identity = MixId("EU27", stage_sources.PERIOD[1], EU, subject, stage_sources.FLOWS[EU])
    reading = Reading(
        link,
        "eu_sourcing",
        _period(*stage_sources.PERIOD),
        notes=("study_includes_own_production",),
    )
    mix = library.find(identity)
    if mix is None or not mix.suppliers:
        return replace(reading, fault="study_lacks_figure")
    amounts = mix.amounts("quantity")
    fault = None
    if "repeats_world" in mix.caveats:
        fault = "repeats_world"
    elif amounts.residual >= amounts.known[0][1]:
        fault = "residual_share"
    shares = tuple((iso3, float(a / amounts.total)) for iso3, a in amounts.known)
    return replace(reading, shares=shares, figure=str(identity), fault=fault)


def _eu_risk(link: StudyLink) -> Reading:
    """The supply risk of the link's own stage, not of the stage the study reports as the material's."""
    row = by_key(EuAssessment)[link.item]
    score = row.sr_extraction if link.stage == "extraction" else row.sr_processing
    reading = Reading(
        link, "eu_supply_risk", _period(*stage_sources.PERIOD), notes=("study_weighs_governance",)
    )
    if score is None or row.economic_importance is None:
        return replace(reading, fault="study_lacks_figure")
    notes = reading.notes
    if row.recompute_status == "mismatch" and row.stage_assessed == link.stage:
        notes += ("study_value_doubtful",)
    at_risk = round(score, 1) >= RISK_LIMIT and row.economic_importance >= IMPORTANCE_LIMIT
    return replace(reading, score=score, at_risk=at_risk, notes=notes)


@cache
def us_sources(commodity: str) -> dict[str, tuple[str, tuple[tuple[str, float], ...]]]:
    """Period and leading sources of US imports by form, largest first."""
    grouped: dict[str, tuple[str, list[tuple[str, float]]]] = {}
    for row in load_where(UsgsFigure, "commodity", commodity):
        # Rows that name several countries at once name no largest supplier.
        if row.statistic.startswith(US_STATISTIC) and row.value is not None and row.iso3:
            grouped.setdefault(row.detail, (row.period, []))[1].append((row.iso3, row.value / 100))
    return {
        form: (period, tuple(sorted(shares, key=lambda s: (-s[1], s[0]))))
        for form, (period, shares) in grouped.items()
    }


def _us_imports(link: StudyLink) -> Reading:
    period, shares = us_sources(link.item).get(link.form, ("", ()))
    fault = None if shares else "study_lacks_figure"
    return Reading(
        link, "us_import", period, shares=shares, fault=fault, notes=("study_of_us_imports",)
    )


def _period(first: int, last: int) -> str:
    return f"{first}-{last}"
