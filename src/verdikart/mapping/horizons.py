"""Two horizons for materials and for chains, which are different objects with scores of their own.

A material is the raw material at extraction and processing. A chain is the goods its edges name,
from ore and reagents to the last good made in it. A chain's scores come from its own goods: nothing
is taken over from a material, and the comparison of the two is made afterwards, by :func:`compare`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Literal

from verdikart.indicators import horizon_criteria as criteria
from verdikart.indicators.assessment import MaterialScore
from verdikart.indicators.horizon_criteria import Use
from verdikart.indicators.horizons import Kind, Scales, Score, combine, over
from verdikart.mapping.assess import Assessment, scope_materials
from verdikart.mapping.chain_graphs import graphs
from verdikart.mapping.horizon_goods import HomeGoods, primary, uses_of
from verdikart.mapping.library import Library, governance
from verdikart.mapping.links import products_of
from verdikart.mapping.lists import ancestors
from verdikart.reference.entities import Material, Product
from verdikart.reference.load import by_key, load
from verdikart.reference.value_chains import ChainEdge

STAGES = ("extraction", "processing")  # the stages of a raw material, as in the EU assessment
# Edges that make a good inside the chain; the others lead out of it to whoever uses its goods.
BESIDE = ("by-product output", "co-product output")
MAKING = ("main input", "recycling", "by-product input", *BESIDE)
# Edges whose input is the chain's own matter rather than a reagent, a host or an alloying metal.
CARRYING = ("main input", "recycling", "co-product output")
Weights = Mapping[str, float]
Served = Mapping[str, Sequence[Use]]
Unlike = Literal["chain_only", "material_only", "material_only_as_far_as_seen"]


@dataclass(frozen=True, slots=True)
class Horizons:
    """One object on both horizons. ``critical``: the home's two axes for a material, the bottleneck
    over the supply-risk threshold for a chain; None where the data leave it open.

    ``materials``: the material itself, or the raw materials of a chain. ``products``: the goods looked at.
    """

    kind: Kind
    object_id: str
    home: str
    year: int
    on: date
    short: Score
    long: Score
    critical: bool | None
    materials: tuple[str, ...]
    products: tuple[str, ...]

    @property
    def bottleneck(self) -> dict[str, object]:
        """Stage, subject and supplier of the worst good seen; empty where none is."""
        name = "supply_bottleneck" if self.kind == "chain" else "non_allied_exposure"
        return dict(self.short.criterion(name).inputs)


@dataclass(frozen=True, slots=True)
class ChainGoods:
    """Goods of a chain: ``supplied`` are taken in or made, ``own`` are those it earns with.

    ``users``: the goods outside it that its goods go into. ``materials``: its raw materials.
    """

    chain_id: str
    supplied: tuple[Product, ...]
    own: tuple[Product, ...]
    users: tuple[Product, ...]
    materials: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """A chain and a material of it that are judged unlike."""

    chain: Horizons
    material: Horizons
    kind: Unlike


def material_horizons(
    library: Library,
    home: str,
    year: int,
    assessments: Iterable[Assessment],
    scores: Mapping[str, MaterialScore],
    on: date,
    *,
    scales: Scales | None = None,
    weights: Weights | None = None,
) -> list[Horizons]:
    """Both scores of every material in scope, for one home.

    ``scores`` are the home's criticality scores; ``assessments`` its subjects. Restrictions are
    those in force ``on`` a day. ``weights`` by criterion, equal where none are given.
    """
    goods = HomeGoods(library, home, year, assessments, on)
    return [
        _material(goods, m, scores.get(m), scales or Scales(), weights) for m in scope_materials()
    ]


def _material(
    goods: HomeGoods,
    material: str,
    score: MaterialScore | None,
    scales: Scales,
    weights: Weights | None,
) -> Horizons:
    members = _members()[material]
    products = tuple(
        dict.fromkeys(p for m in (material, *members) for p in products_of(m) if p.stage in STAGES)
    )
    found = goods.goods(products, (material, *members))
    alone = () if products else goods.restrictions(STAGES[1], (material,))
    marks = _marks(score)
    short = (
        criteria.supply_risk(score.sr if score else None, scales, marks),
        criteria.economic_vulnerability(score.ei if score else None, scales),
        criteria.exposure(found, goods.allies, scales),
        criteria.restrictions(found, scales, alone),
    )
    long = (
        *criteria.uses(uses_of(material), scales),
        criteria.export_income(goods.incomes(products), scales),
    )
    return Horizons(
        "material",
        material,
        goods.home_id,
        goods.year,
        goods.on,
        combine("short", short, weights),
        combine("long", long, weights),
        score.critical if score else None,
        (material,),
        tuple(p.product_id for p in products),
    )


def _marks(score: MaterialScore | None) -> tuple[str, ...]:
    """Where the home's supply risk stands on inputs borrowed from the EU study."""
    stages = score.stages if score else ()
    assessed = [row for row in stages if row.inputs.subject == score.assessed] if score else []
    return ("borrowed_eu",) if any(row.borrowed for row in assessed) else ()


def chain_horizons(
    library: Library,
    home: str,
    year: int,
    assessments: Iterable[Assessment],
    on: date,
    *,
    served: Served | None = None,
    scales: Scales | None = None,
    weights: Weights | None = None,
) -> list[Horizons]:
    """Both scores of every chain, from its own goods; no material's score is an argument.

    ``served``: technologies that a product serves. The tables hold no such link, so without it
    the uses of a chain are missing; they are never taken from its materials.
    """
    goods = HomeGoods(library, home, year, assessments, on)
    chosen = scales or Scales()
    return [_chain(goods, row, served, chosen, weights) for row in chain_goods().values()]


def _chain(
    goods: HomeGoods,
    chain: ChainGoods,
    served: Served | None,
    scales: Scales,
    weights: Weights | None,
) -> Horizons:
    found = goods.goods(chain.supplied)
    narrow = criteria.bottleneck(found, goods.allies, governance(), scales)
    short = (
        narrow,
        criteria.at_stake(found, goods.allies, scales),
        criteria.restrictions(found, scales),
    )
    made = (*chain.own, *chain.users)
    tied = [served[p.product_id] for p in made if served and p.product_id in served]
    known = tuple(use for uses in tied for use in uses) if tied else None
    long = (
        *criteria.uses(known, scales, "no_product_technology_link"),
        criteria.export_income(goods.incomes(chain.own), scales),
    )
    return Horizons(
        "chain",
        chain.chain_id,
        goods.home_id,
        goods.year,
        goods.on,
        combine("short", short, weights),
        combine("long", long, weights),
        over(narrow.raw, scales.sr_threshold),
        chain.materials,
        tuple(p.product_id for p in chain.supplied),
    )


@cache
def chain_goods() -> dict[str, ChainGoods]:
    """Goods of every chain by its edges.

    What only a use edge leads to (a warship from plate) is a user. What a chain makes, and the raw
    goods it makes it of, are its own; where it makes nothing, what it takes in is. By-products of
    other materials bring income, but the chain does not need a supply of them.
    """
    return {graph.chain_id: _split(graph.chain_id, graph.edges) for graph in graphs().values()}


def _split(chain: str, rows: Sequence[ChainEdge]) -> ChainGoods:
    known = by_key(Product)
    inputs = dict.fromkeys(row.input_product for row in rows)
    made = dict.fromkeys(row.output_product for row in rows if row.relation in MAKING)
    raw = dict.fromkeys(row.input_product for row in rows if row.relation in CARRYING)
    own = tuple(known[p] for p in ((raw | made) if made else inputs))
    materials = raw_materials(chain, own, [known[p] for p in raw])
    needed = {row.input_product for row in rows if row.relation not in BESIDE}
    needed |= {row.output_product for row in rows if row.relation in MAKING[:3]}
    beside = {
        row.output_product
        for row in rows
        if row.relation in BESIDE
        and row.output_product not in needed
        and not set(primary((known[row.output_product],))) & set(materials)
    }
    users = (row.output_product for row in rows if row.output_product not in (inputs | made))
    return ChainGoods(
        chain,
        tuple(known[p] for p in inputs | made if p not in beside),
        own,
        tuple(known[p] for p in dict.fromkeys(users)),
        materials,
    )


def raw_materials(chain: str, own: Sequence[Product], raw: Sequence[Product]) -> tuple[str, ...]:
    """The raw materials of a chain: what it is named after, and what its own raw goods are made of.

    A chain with another name has one: what its raw goods are made of, or where these are of several
    materials or none, what most of its own goods at the stages of a raw material are made of.
    """
    names = {chain, f"{chain}_metal"}
    made = [p for p in own if p.stage in STAGES]
    named = [m for m in primary(made) if m in names or names & set(ancestors(m))]
    if chain in by_key(Material):
        named.insert(0, chain)
    mined = primary(p for p in raw if p.stage == STAGES[0])
    if named or len(mined) == 1:
        return tuple(dict.fromkeys((*named, *mined)))
    counts = Counter(m for p in made for m in primary((p,)))
    return (min(counts, key=lambda m: (-counts[m], m)),) if counts else ()


def compare(materials: Sequence[Horizons], chains: Sequence[Horizons]) -> list[Difference]:
    """Chains that are critical where a raw material of theirs is not, and the reverse.

    Where a chain has goods that are not seen and shows nothing critical in those that are, a
    critical material differs from it only as far as seen; where nothing is seen, nothing is said.
    """
    judged = {row.object_id: row for row in materials if row.critical is not None}
    found = []
    for chain in chains:
        for material in (judged[m] for m in chain.materials if m in judged):
            kind = _unlike(chain, material)
            if kind is not None:
                found.append(Difference(chain, material, kind))
    return found


def _unlike(chain: Horizons, material: Horizons) -> Unlike | None:
    if chain.critical is True:
        return None if material.critical else "chain_only"
    if not material.critical:
        return None
    if chain.critical is False:
        return "material_only"
    return "material_only_as_far_as_seen" if chain.bottleneck.get("seen") else None


@cache
def _members() -> dict[str, tuple[str, ...]]:
    """Members of every group, at any depth."""
    rows = [row.material_id for row in load(Material)]
    return {m: tuple(other for other in rows if m in ancestors(other)) for m in rows}


def ranked(rows: Sequence[Horizons], horizon: Literal["short", "long"]) -> list[Horizons]:
    """Objects by what is sure: the lower bound, then the upper, then the id."""

    def rank(row: Horizons) -> tuple[float, float, str]:
        score = row.short if horizon == "short" else row.long
        return (-score.low, -score.high, row.object_id)

    return sorted(rows, key=rank)
