"""Records of value chains: their edges, uses, plants, lead times, substitutes, barriers, markets.

Each class is the schema of one table, as in :mod:`verdikart.reference.entities`. An empty cell is
unknown: no band, share or year is taken for granted where none is written.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from verdikart.reference.entities import Named, Record


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Chain(Named):
    """A value chain. ``depth``: *deep* chains are complete and read through, *shallow* ones not.

    ``cross_cutting`` chains feed others; ``why``: what makes a deep chain matter to Norway.
    """

    TABLE: ClassVar[str] = "chains"

    chain_id: str
    name_en: str
    name_nb: str
    depth: str
    cross_cutting: bool
    why_en: str
    why_nb: str


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class ChainEdge(Record):
    """One product going into another, with a technical coefficient where one is known.

    ``choice`` names a choice among alternatives at the output, ``route`` the alternative that the
    edge belongs to: routes of one choice are OR, different choices and edges without one are AND.
    ``route_share`` is the part of the output made by the route (0–1) in the world; empty is unknown.
    """

    TABLE: ClassVar[str] = "chain_edges"

    edge_id: str
    input_product: str
    output_product: str
    input_materials: tuple[str, ...]
    output_materials: tuple[str, ...]
    process: str
    relation: str
    choice: str
    route: str
    route_share: float | None
    route_low: float | None
    route_high: float | None
    route_source: str
    coefficient: float | None
    coef_low: float | None
    coef_high: float | None
    coef_unit: str
    coef_meaning: str
    coef_basis: str
    companion_note: str
    link_confidence: str
    coef_confidence: str
    source: str


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class ChainMembership(Record):
    """An edge as part of a chain; an edge can be part of several."""

    TABLE: ClassVar[str] = "chain_membership"

    chain_id: str
    edge_id: str


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class ChainFunction(Record):
    """The goods of a chain that stand for one function: mining, processing, specialisation, recycling.

    Whether Norway has it follows from the plant register; without products, none is recorded.
    """

    TABLE: ClassVar[str] = "chain_functions"

    chain_id: str
    function: str
    product_ids: tuple[str, ...]
    note_en: str
    note_nb: str
    source: str


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class ProductTechnology(Record):
    """A technology, in a sector, that a product goes into."""

    TABLE: ClassVar[str] = "product_technologies"

    product_id: str
    technology_id: str
    sector_id: str
    importance: str
    use_en: str
    use_nb: str
    source: str
    confidence: str


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Substitute(Record):
    """What can stand in for an input in one use; bands are empty where unknown.

    The use is a product, a technology, or both empty for any use. ``same_origin``: whether the
    substitute comes from the same countries.
    """

    TABLE: ClassVar[str] = "substitutes"

    substitute_id: str
    input_product: str
    use_product: str | None
    use_technology: str | None
    substitute_product: str | None
    substitute_material: str | None
    substitute_en: str
    substitute_nb: str
    performance_loss: str
    readiness: str
    same_origin: str
    note_en: str
    note_nb: str
    source: str
    confidence: str


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class LeadTime(Record):
    """Years from one event to another until new supply runs; of a product, or of any at a stage."""

    TABLE: ClassVar[str] = "lead_times"

    lead_time_id: str
    stage: str
    product_id: str | None
    kind: str
    region: str
    years_low: float
    years_high: float
    start_en: str
    start_nb: str
    end_en: str
    end_nb: str
    source: str
    confidence: str


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Facility(Record):
    """A plant, mine, deposit or project in Norway and one product of it.

    ``capacity`` in ``capacity_unit`` of ``capacity_of`` (the product itself where empty). ``status``
    is as of ``as_of``; ``status_date`` (YYYY, YYYY-MM or YYYY-MM-DD) is when it began or is planned.
    ``feeds`` are the product's inputs, ``feed_countries`` where they come from, ``sourcing`` how
    they are got. ``owner_group`` and ``headquarters`` are of the ultimate owner.
    """

    TABLE: ClassVar[str] = "facilities"

    record_id: str
    kind: str
    material_id: str
    product_id: str
    stage: str
    producer: str
    owner: str
    owner_group: str
    headquarters: str | None
    place: str
    region: str
    latitude: float | None
    longitude: float | None
    coordinate_source: str
    capacity: float | None
    capacity_low: float | None
    capacity_high: float | None
    capacity_unit: str
    capacity_of: str
    capacity_class: str
    production: float | None
    production_unit: str
    production_period: str
    status: str
    status_date: str
    status_note: str
    as_of: date | None
    processes: tuple[str, ...]
    certificates: tuple[str, ...]
    sourcing: str
    feeds: tuple[str, ...]
    feed_countries: tuple[str, ...]
    input_origin: str
    unfc: str
    resource: str
    source: str
    confidence: str
    note: str


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class TradeMeasure(Record):
    """A dated restriction of trade. ``product_ids``: goods it is read as; empty for goods named only
    by material.
    """

    TABLE: ClassVar[str] = "trade_measures"

    measure_id: str
    from_date: date
    to_date: date | None
    imposed_by: str
    measure: str
    material_ids: tuple[str, ...]
    products: str
    product_ids: tuple[str, ...]
    against: str
    description_en: str
    description_nb: str
    confidence: str


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class SideStream(Record):
    """A stream beside a plant's product: what it holds, how much, and where it goes."""

    TABLE: ClassVar[str] = "side_streams"

    stream_id: str
    facility: str | None
    product_id: str | None
    name_en: str
    name_nb: str
    holds: tuple[str, ...]
    low: float | None
    high: float | None
    unit: str
    period: str
    use_en: str
    use_nb: str
    source: str
    confidence: str


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Barrier(Record):
    """What stands in the way of a product in a region; empty product: of any in the chain."""

    TABLE: ClassVar[str] = "barriers"

    barrier_id: str
    kind: str
    chain_id: str | None
    product_id: str | None
    region: str
    severity: str
    text_en: str
    text_nb: str
    source: str
    confidence: str


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class OpportunityBand(Record):
    """A recorded band of one factor of an opportunity; no row is unknown, which is no zero."""

    TABLE: ClassVar[str] = "opportunity_bands"

    chain_id: str
    product_id: str | None
    factor: str
    band: str
    reason_en: str
    reason_nb: str
    source: str
    confidence: str


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Specialisation(Record):
    """How tailored a Norwegian product is, and to whom it is sold."""

    TABLE: ClassVar[str] = "specialisations"

    product_id: str
    degree: str
    customers: str
    note_en: str
    note_nb: str
    source: str
    confidence: str


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Tariff(Record):
    """What Norwegian goods meet at a border: a duty, a quota or free access, as of a day."""

    TABLE: ClassVar[str] = "tariffs"

    product_id: str
    market: str
    kind: str
    rate_pct: float | None
    rate_text_en: str
    rate_text_nb: str
    as_of: date | None
    source: str
    confidence: str


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class ChainFault(Record):
    """A fault that the lint of a chain can find; names in braces in its texts are filled in."""

    TABLE: ClassVar[str] = "chain_faults"

    fault: str
    severity: str
    text_en: str
    text_nb: str
    remedy_en: str
    remedy_nb: str
