"""Records of published figures: trade, shares, production, governance, plants, claims.

Each class is the schema of one table, as in :mod:`verdikart.reference.entities`. Units stand in
the field name (``share_pct``, ``quantity_kg``) or in a unit column beside the value.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from verdikart.reference.entities import Named, Record


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class RegionalTrade(Record):
    """One flow of a region with one partner; ``value`` in whole ``value_unit``."""

    TABLE: ClassVar[str] = "regional_trade"

    region: str
    flow: str
    nomenclature: str
    code: str
    partner: str
    year: int
    value: int
    value_unit: str
    quantity_kg: int | None
    source: str
    note_code: str


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class PublishedShare(Record):
    """A country's published share of supply; ``below`` marks an upper bound."""

    TABLE: ClassVar[str] = "published_shares"

    material_id: str
    label: str
    stage: str
    scope: str
    iso3: str
    share_pct: float | None
    below: bool
    trade_parameter: float
    period: str
    source: str


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class EuAssessment(Record):
    """The EU assessment of 2023 for one material, as published and as recomputed."""

    TABLE: ClassVar[str] = "eu_assessment_2023"

    material_id: str
    label: str
    stage_assessed: str
    supply_risk: float | None
    economic_importance: float | None
    meets_thresholds: bool
    import_reliance_pct: float | None
    import_reliance_extraction_pct: float | None
    import_reliance_processing_pct: float | None
    eol_rir_pct: float | None
    si_ei: float | None
    si_sr: float | None
    sr_extraction: float | None
    sr_processing: float | None
    supply_used_extraction: str
    supply_used_processing: str
    sr_annex4: float | None
    ei_annex4: float | None
    hhi_wgit_global_recomputed: float | None
    hhi_wgit_eu_recomputed: float | None
    sr_recomputed: float | None
    recompute_status: str
    eol_rir_geopolrisk: float | None
    note: str
    source: str


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class EuUseShare(Record):
    """A share of a material's use in the EU that goes to one application."""

    TABLE: ClassVar[str] = "eu_use_shares_2023"

    material_id: str
    application: str
    ordinal: int
    label: str
    share_pct: float | None
    as_printed: str
    nace2: str
    nace2_label: str
    value_added_meur: float | None
    source: str


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class NaceSector(Named):
    """A NACE Rev. 2 division and which part of which input-output columns it is."""

    TABLE: ClassVar[str] = "nace_sectors"

    nace2: str
    name_en: str
    name_nb: str
    icio: tuple[str, ...]
    share: float
    share_low: float
    share_high: float
    note_en: str
    note_nb: str


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class ProductionSeries(Record):
    """The material, stage and basis that a production series stands for."""

    TABLE: ClassVar[str] = "production_series"

    source: str
    series: str
    material_id: str
    stage: str
    basis: str
    note: str


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class GeoPolRiskMaterial(Record):
    """The production series and HS92 codes of one raw material of GeoPolRisk.

    ``left_out``: codes that the corrected form counts with another material; ``basis``: how
    production compares with trade.
    """

    TABLE: ClassVar[str] = "geopolrisk_materials"

    raw_material: str
    material_id: str | None
    series: str
    hs92: tuple[str, ...]
    left_out: tuple[str, ...]
    basis: str
    caveats: tuple[str, ...]
    note_en: str
    note_nb: str


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class UsgsFigure(Record):
    """A figure of the USGS Mineral Commodity Summaries 2026; ``text`` holds what is no number."""

    TABLE: ClassVar[str] = "usgs_2026"

    commodity: str
    statistic: str
    detail: str
    area: str
    iso3: str | None
    period: str
    value: float | None
    text: str
    unit: str
    status: str
    source: str


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class StudyLink(Record):
    """The item of a study that a good is compared with, and how much of the good it is."""

    TABLE: ClassVar[str] = "study_links"

    product_id: str
    source: str
    item: str
    form: str
    stage: str
    scope: str
    note: str


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Governance(Record):
    """Governance score of a country: mean of six dimensions, and scaled 0 (best) to 10."""

    TABLE: ClassVar[str] = "governance_wgi"

    iso3: str
    mean_six: float
    scaled_0_10: float
    period: str
    source: str


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class TradeHeading(Record):
    """Norwegian exports and imports of one heading in 2024, in USD."""

    TABLE: ClassVar[str] = "trade_headings_2024"

    nomenclature: str
    heading: str
    exports_usd: int
    imports_usd: int
    note_en: str
    note_nb: str
    source: str


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class NorwayStatistic(Record):
    """A national figure for Norway; ``below`` marks an upper bound."""

    TABLE: ClassVar[str] = "norway_statistics"

    record_id: str
    material_id: str
    product_id: str | None
    stage: str
    metric: str
    value: float | None
    unit: str
    below: bool
    period: str
    kind: str
    detail: str
    source: str
    confidence: str
    note: str


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Actor(Record):
    """A company, plant, project or sector named in a strategy document."""

    TABLE: ClassVar[str] = "actors"

    actor_id: str
    name: str
    owner_or_group: str
    kind: str
    place: str
    stage: str
    input_materials: str
    input_origin: str
    output_materials: str
    status: str
    share_or_capacity: str
    document: str
    basis: str
    note: str


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Fact(Record):
    """A figure stated in a strategy document, with the source that document names."""

    TABLE: ClassVar[str] = "facts"

    fact_id: str
    document: str
    subject: str
    metric: str
    value: str
    unit: str
    period: str
    geography: str
    source_cited: str
    qualifier: str
    note: str


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Claim(Record):
    """A stated share that the mapping can test: a range in per cent of a denominator."""

    TABLE: ClassVar[str] = "claims"

    claim_id: str
    material_id: str
    product_id: str | None
    statement_en: str
    statement_nb: str
    low_pct: float
    high_pct: float | None
    denominator_en: str
    denominator_nb: str
    document: str
    note_en: str
    note_nb: str


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class ExchangeRate(Record):
    """Annual average rate: Norwegian kroner for one unit of the currency."""

    TABLE: ClassVar[str] = "exchange_rates"

    currency: str
    year: int
    nok_per_unit: float
    status: str
    source: str


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Document(Named):
    """A strategy or policy document that facts and actors are taken from."""

    TABLE: ClassVar[str] = "documents"

    document: str
    name_en: str
    name_nb: str
    issuer: str
    year: int | None
    note: str
