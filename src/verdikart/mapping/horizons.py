"""Two horizons for materials and for chains, which are different objects with scores of their own.

A material is the raw material at extraction and processing. A chain is the goods its edges name,
from ore and reagents to the last good made in it. A chain's scores come from its own goods and
their bottleneck (:mod:`mapping.chain_stages`): nothing is taken over from a material, and the
comparison of the two is made afterwards, by :func:`compare`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Literal

from verdikart.chains.graph import ChainGraph
from verdikart.core.figure import Value
from verdikart.indicators import horizon_criteria as criteria
from verdikart.indicators.assessment import MaterialScore
from verdikart.indicators.horizon_criteria import Use
from verdikart.indicators.horizons import (
    Criterion,
    Kind,
    Scales,
    Score,
    combine,
    criterion,
    over,
)
from verdikart.mapping.assess import Assessment, scope_materials
from verdikart.mapping.chain_stages import ChainResult, judge_chains
from verdikart.mapping.chain_steps import Steps
from verdikart.mapping.chain_view import ChainView
from verdikart.mapping.horizon_goods import HomeGoods, primary, product_uses, uses_of
from verdikart.mapping.library import Library
from verdikart.mapping.links import products_of
from verdikart.mapping.lists import ancestors
from verdikart.reference.entities import Material, Product
from verdikart.reference.load import by_key, load
from verdikart.reference.value_chains import Chain

STAGES = ("extraction", "processing")  # the stages of a raw material, as in the EU assessment
# Edges that make a good inside the chain; the others lead out of it to whoever uses its goods.
MAKING = ("main input", "recycling", "by-product input", "by-product output", "co-product output")
# Edges whose input is the chain's own matter rather than a reagent, a host or an alloying metal.
CARRYING = ("main input", "recycling", "co-product output")
Weights = Mapping[str, float]
Served = Mapping[str, Sequence[Use]]
Unlike = Literal["chain_only", "material_only", "material_only_as_far_as_seen"]


@dataclass(frozen=True, slots=True)
class Horizons:
    """One object on both horizons. ``critical``: the home's two axes for a material, the bottleneck
    over the supply-risk threshold for a chain; None where the data leave it open.

    ``named``: its record. ``materials``: the material itself, or the raw materials of a chain.
    ``products``: the goods looked at, of a chain those that the home needs. ``goods``: a chain's own.
    """

    kind: Kind
    object_id: str
    named: Chain | Material
    home: str
    year: int
    on: date
    short: Score
    long: Score
    critical: bool | None
    materials: tuple[str, ...]
    products: tuple[str, ...]
    goods: ChainGoods | None = None

    @property
    def bottleneck(self) -> dict[str, object]:
        """Stage, subject and supplier of the worst good seen; empty where none is."""
        name = "supply_bottleneck" if self.kind == "chain" else "non_allied_exposure"
        return dict(self.short.criterion(name).inputs)


@dataclass(frozen=True, slots=True)
class ChainGoods:
    """Goods of a chain: ``own`` are those it earns with, ``users`` what its goods go into outside it.

    ``materials``: its raw materials.
    """

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
    alone = () if products else goods.restrictions(None, (material,))
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
        by_key(Material)[material],
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
    assessments: Sequence[Assessment],
    on: date,
    *,
    judged: Sequence[ChainResult] | None = None,
    served: Served | None = None,
    scales: Scales | None = None,
    weights: Weights | None = None,
) -> list[Horizons]:
    """Both scores of every chain, from its own goods; no material's score is an argument.

    ``judged``: the chains as judged for the home, where that is at hand.
    ``served``: technologies that a product serves, from the tables where none are given; never those
    of a chain's materials.
    """
    goods = HomeGoods(library, home, year, assessments, on)
    known = product_uses() if served is None else served
    if judged is None:
        view = ChainView(library, home, year, on=on, judged={home: assessments})
        judged = judge_chains(Steps(view))
    return [_chain(goods, row, known, scales or Scales(), weights) for row in judged]


def _chain(
    goods: HomeGoods,
    judged: ChainResult,
    served: Served,
    scales: Scales,
    weights: Weights | None,
) -> Horizons:
    chain = chain_goods(judged.graph)
    needed = [judged.steps[p].product for p in judged.counts]
    found = goods.goods(needed)
    narrow = bottleneck(judged, scales)
    short = (
        narrow,
        criteria.at_stake(found, goods.allies, scales),
        criteria.restrictions(found, scales),
    )
    tied = [served[p.product_id] for p in (*chain.own, *chain.users) if p.product_id in served]
    known = tuple(use for uses in tied for use in uses) if tied else None
    long = (
        *criteria.uses(known, scales, "no_product_technology_link"),
        criteria.export_income(goods.incomes(chain.own), scales),
    )
    return Horizons(
        "chain",
        judged.graph.chain_id,
        judged.graph.chain,
        goods.home_id,
        goods.year,
        goods.on,
        combine("short", short, weights),
        combine("long", long, weights),
        over(narrow.raw, scales.sr_threshold),
        chain.materials,
        tuple(judged.counts),
        chain,
    )


def bottleneck(judged: ChainResult, scales: Scales) -> Criterion:
    """Supply risk of a chain at its bottleneck, on the scale of supply risk.

    It is the part of supply risk that lies with the home's own suppliers: no recycling, no
    substitutes, no trade parameter.
    """
    opened, first = judged.whole.open_steps, judged.riskiest
    inputs: dict[str, Value] = {
        "goods": len(judged.counts),
        "seen": len(judged.counts) - len(opened),
        "open": len(opened),
    }
    marks: list[str] = []
    if first is not None:
        step = judged.steps[first.product_id]
        row = step.row
        inputs |= {"stage": step.product.stage, "subject": row.subject}
        if row.other_top:
            inputs |= {"supplier": row.other_top[0], "supplier_share": row.other_top[1]}
        inputs["mix"] = str(row.mix)
        marks += ["shared_code"] if step.shared_code else []
        marks += ["eu_sourcing"] if row.basis == "eu_sourcing" else []
        marks += ["suspected_transit"] if row.outcome == "transit" else []
        partly = first.risk.low < step.risk.low
        marks += ["route_shares_unknown"] if partly else []
    reason = None
    if judged.risk.value is None:
        reason = "goods_unseen" if opened else "route_shares_unknown"
    return criterion(
        "supply_bottleneck",
        judged.risk,
        scales,
        reason=reason,
        lacks=opened if reason else (),
        marks=marks,
        inputs=inputs,
    )


@cache
def chain_goods(graph: ChainGraph) -> ChainGoods:
    """Goods of a chain by its edges.

    What only a use edge leads to (a warship from plate) is a user. What a chain makes, and the raw
    goods it makes it of, are its own; where it makes nothing, what it takes in is.
    """
    known, rows = graph.products, graph.edges
    inputs = dict.fromkeys(row.input_product for row in rows)
    made = dict.fromkeys(row.output_product for row in rows if row.relation in MAKING)
    raw = dict.fromkeys(row.input_product for row in rows if row.relation in CARRYING)
    # A host counts as a raw good where nothing is mined for the chain itself.
    main = [r.input_product for r in rows if r.relation == MAKING[0]]
    main = main if any(known[p].stage == STAGES[0] for p in main) else []
    own = tuple(known[p] for p in ((raw | made) if made else inputs))
    users = (row.output_product for row in rows if row.output_product not in (inputs | made))
    return ChainGoods(
        own,
        tuple(known[p] for p in dict.fromkeys(users)),
        raw_materials(graph.chain_id, own, [known[p] for p in main or raw]),
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
