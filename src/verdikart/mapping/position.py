"""Step 5: the home's position per stage — its part in allies' supply, its rank, plants and role.

Dependence is told apart: what the stage needs from abroad is step 4's matter; here the two are
only named side by side, since a strong position can stand on a vulnerable feed.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from verdikart.chains.graph import KINDS
from verdikart.core.figure import Answer, FigureId, MixId
from verdikart.indicators.evidence import Evidence
from verdikart.mapping import register, stage_sources
from verdikart.mapping.assess import (
    Assessment,
    scope_materials,
    scope_products,
    scoped,
    trade_subjects,
)
from verdikart.mapping.library import ENDED, Library, goods_of, materials_of, works
from verdikart.mapping.lists import related
from verdikart.mapping.money import rank_value
from verdikart.reference.entities import Product
from verdikart.reference.homes import group_members
from verdikart.reference.load import by_key, load
from verdikart.reference.value_chains import ChainEdge, Facility

# Blocs that the home's supply is measured in; a home that is a member is taken out of them.
BLOCS = ("EU27", "NORDIC", "NATO")
# Kinds of edges that bring the matter a product is made of.
MATTER = {"main", "recycling", "by_product"}
SHARES = (
    "supplier_share",
    "supplier_share_all",
    "supplier_share_quantity",
    "supplier_rank",
    "value",
    "quantity",
)
ROLES = (
    "extractor",
    "processor_own_feed",
    "processor_imported_feed",
    "recycler",
    "transit",
    "deposit_only",
    "absent",
)


@dataclass(frozen=True, slots=True)
class Position:
    """The home's part in one other home's supply of one subject."""

    home: str
    other: str
    subject: str
    basis: str
    products: tuple[str, ...]
    materials: tuple[str, ...]
    stage: str
    mix: MixId
    answers: dict[str, Answer]
    evidence: Evidence
    role: str
    plants: tuple[str, ...]
    feeds: tuple[str, ...]

    @property
    def value(self) -> float:
        """What the other home gets from the home, in the mix's currency; 0 for published shares."""
        amount = self.answers["value"].value
        return float(amount) if isinstance(amount, (int, float)) else 0.0

    @property
    def worth(self) -> float:
        """The value in kroner, so that dollars and euros rank alike."""
        return rank_value(self.value, self.evidence.mix.value_unit, self.mix.year)

    @property
    def share(self) -> float | None:
        """Share of the other home's supply from outside itself."""
        share = self.answers["supplier_share"].value
        return float(share) if isinstance(share, (int, float)) else None


@cache
def feeds_of(product_id: str) -> tuple[str, ...]:
    """Main inputs of a product by the chain table; power, reductants and reagents are no feeds."""
    rows = (e for e in load(ChainEdge) if e.output_product == product_id)
    return tuple(dict.fromkeys(e.input_product for e in rows if KINDS[e.relation] == "main"))


@cache
def plant_feeds(product_id: str, year: int) -> tuple[str, ...]:
    """What working Norwegian plants take in for a product: by the register, else the chain table.

    Of the register's feeds those are left out that the chain table knows as no main input
    (reductants, reagents …).
    """
    rows = (e for e in load(ChainEdge) if e.output_product == product_id)
    kinds: dict[str, set[str]] = {}
    for edge in rows:
        kinds.setdefault(edge.input_product, set()).add(KINDS[edge.relation])
    named = dict.fromkeys(f for plant in register.working(product_id, year) for f in plant.feeds)
    kept = (f for f in named if f not in kinds or kinds[f] & MATTER)
    return tuple(kept) or feeds_of(product_id)


def role(product: Product, year: int, exported: bool) -> str:
    """Norway's role at a stage, one of :data:`ROLES`.

    Processing is of own feed where at least one working plant takes its main feed from Norway, see
    :func:`own_feed`. A mine that only the production statistics know counts as extraction, unless the
    register knows that it has closed since. Exports
    without a plant of the product are a recycler's where the register has one of the material,
    else transit (goods passing through, or a plant the register lacks).
    """
    plants = register.working(product.product_id, year)
    if plants:
        if product.stage == "extraction":
            return "extractor"
        if product.stage == "scrap":
            return "recycler"
        own = any(own_feed(plant, year) for plant in plants)
        return "processor_own_feed" if own else "processor_imported_feed"
    ended = any(p.status in ENDED for p in register.of_product(product.product_id))
    if not ended and _mined(product, year):
        return "extractor"
    if exported:
        kin = materials_of(product.product_id)
        recycled = any(
            p.stage == "scrap" and works(p, year) and any(related(p.material_id, m) for m in kin)
            for p in register.plants()
        )
        return "recycler" if recycled else "transit"
    return "deposit_only" if register.planned(product.product_id) else "absent"


def own_feed(plant: Facility, year: int) -> bool:
    """Whether a plant's main feed is Norwegian.

    The register's word comes first: the main country of the feed (the first named), then how it is
    got: a mine of one's own is Norwegian, a market of unknown countries is not counted as such.
    Where it is silent, the feed is Norwegian if a working Norwegian mine or plant makes the input
    that carries the material.
    """
    if plant.feed_countries:
        return plant.feed_countries[0] == "NOR"
    if plant.sourcing in ("own_mine", "market"):
        return plant.sourcing == "own_mine"
    product = by_key(Product)[plant.product_id]
    feeds = plant.feeds or feeds_of(plant.product_id)
    return any(register.working(f, year) for f in _carrying(product, feeds))


def _carrying(product: Product, feeds: tuple[str, ...]) -> tuple[str, ...]:
    """The main inputs that decide whose feed it is: ores of the material, else forms of it, else all."""
    kin = tuple(f for f in feeds if set(materials_of(f)) & set(materials_of(product.product_id)))
    ores = tuple(f for f in kin if by_key(Product)[f].stage == "extraction")
    return ores or kin or feeds


def _mined(product: Product, year: int) -> bool:
    """Whether production statistics show a Norwegian mine of the product's material."""
    if product.stage != "extraction":
        return False
    last = min(year, stage_sources.production_years()[-1])
    for material in materials_of(product.product_id):
        subject = stage_sources.subject(material, product.stage)
        asked = MixId("WORLD", last, "wmd", subject, "production")
        found = stage_sources.production_of(asked, frozenset({"NOR"}))
        if found is not None and found.amount > 0:
            return True
    return False


def others_of(library: Library, home: str, year: int) -> tuple[str, ...]:
    """Other homes that a country's supply is measured in; none of them contains it.

    A bloc has no positions here: its members would have to be taken out one by one.
    """
    found = library.home(home)
    if found is None or not found.single:
        return ()
    return tuple(
        f"{bloc}_EX_{home}" if home in group_members(bloc, year) else bloc for bloc in BLOCS
    )


def positions(library: Library, home: str, year: int) -> list[Position]:
    """The home's part in each other home's supply of every subject it delivers."""
    rows: list[Position] = []
    others = others_of(library, home, year)
    for other in others:
        seen: set[MixId] = set()
        for product in scope_products():
            for identity in trade_subjects(product, other, year):
                if identity not in seen:
                    seen.add(identity)
                    goods = scoped(goods_of(identity.subject))
                    rows += _position(library, home, other, identity, goods, "imports", year)
    stages = {
        stage_sources.subject(m, p.stage): p
        for p in reversed(scope_products())
        for m in materials_of(p.product_id)
        if m in scope_materials()
    }
    published = stage_sources.subjects("eu_crm_2023", "EU27") if "EU27" in others else []
    for subject in published:
        if subject in stages:
            identity = MixId("EU27", stage_sources.PERIOD[1], "eu_crm_2023", subject, "supply")
            if "repeats_world" not in library.mix(identity).caveats:
                made = (
                    p
                    for p in scope_products()
                    if _makes(p, subject) and register.working(p.product_id, year)
                )
                goods = tuple(made) or (stages[subject],)
                rows += _position(library, home, "EU27", identity, goods, "eu_sourcing", year)
    return sorted(rows, key=lambda p: (-p.worth, -(p.share or 0.0), p.other, p.subject))


def _makes(product: Product, subject: str) -> bool:
    material, _, stage = subject.partition("@")
    return product.stage == stage and material in materials_of(product.product_id)


def _position(
    library: Library,
    home: str,
    other: str,
    identity: MixId,
    goods: tuple[Product, ...],
    basis: str,
    year: int,
) -> list[Position]:
    evidence = library.context(identity)
    own = evidence.mix.supplier(home)
    if own is None or not (own.value or own.quantity):
        return []
    answers = {name: library.answer(FigureId(identity, name, home), evidence) for name in SHARES}
    first = goods[0] if goods else None
    when = max(identity.year, year)
    materials = tuple(dict.fromkeys(m for g in goods for m in materials_of(g.product_id)))
    stage = first.stage if first else identity.subject.partition("@")[2]
    return [
        Position(
            home,
            other,
            identity.subject,
            basis,
            tuple(g.product_id for g in goods),
            materials or (identity.subject.partition("@")[0],),
            stage,
            identity,
            answers,
            evidence,
            role(first, when, exported=True) if first and home == "NOR" else "unknown",
            tuple(p.record_id for g in goods for p in register.working(g.product_id, when))
            if home == "NOR"
            else (),
            tuple(
                dict.fromkeys(
                    f
                    for g in goods
                    for f in (
                        plant_feeds(g.product_id, when) if home == "NOR" else feeds_of(g.product_id)
                    )
                )
            ),
        )
    ]


def strongest(rows: list[Position], count: int = 10) -> list[Position]:
    """Positions by the home's share of the other home's supply × that supply's value.

    One row a subject, in the other home where the product of the two is largest; a share below
    the parameter ``position_floor`` is no position.
    """
    best: dict[str, Position] = {}
    for row in rows:
        floor = row.evidence.parameters.position_floor
        if row.basis == "imports" and (row.share or 0.0) >= floor:
            best.setdefault(row.subject, row)
    return list(best.values())[:count]


def weak_feeds(
    position: Position, assessments: list[Assessment]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Main inputs of a position that step 4 found vulnerable, and those it could not see."""
    by_product: dict[str, str] = {}
    for row in assessments:
        for product in row.products:
            if by_product.get(product) != "vulnerable":
                by_product[product] = row.outcome
    feeds = [f for f in position.feeds if f not in position.products]
    weak = ("vulnerable", "bounds_only", "transit")
    return (
        tuple(f for f in feeds if by_product.get(f) in weak),
        tuple(f for f in feeds if by_product.get(f) == "not_computable"),
    )


def roles(year: int, library: Library, home: str) -> dict[str, str]:
    """Norway's role for every product in scope; empty for other homes (no plant register)."""
    if home != "NOR":
        return {}
    found = {}
    for product in scope_products():
        exported = False
        for identity in trade_subjects(product, home, year):
            exports = library.find(MixId(home, year, identity.source, identity.subject, "export"))
            exported = exported or bool(exports and (exports.total("value") or 0) > 1_000_000)
        found[product.product_id] = role(product, year, exported)
    return found
