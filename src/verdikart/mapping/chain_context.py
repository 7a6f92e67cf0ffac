"""What stands beside a step's supply: hosts, substitutes, recycling, lead times, trade measures.

Nothing recorded is unknown, never none: empty lists say that no row is on record.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from verdikart.chains.graph import KINDS, ChainGraph
from verdikart.chains.reach import Reach, inputs
from verdikart.indicators.assessment import Range
from verdikart.mapping import eu_study
from verdikart.mapping.chain_measures import Role, concerns
from verdikart.mapping.chain_steps import Steps
from verdikart.mapping.library import materials_of
from verdikart.reference.entities import Product, Technology
from verdikart.reference.i18n import Lang
from verdikart.reference.load import by_key, load
from verdikart.reference.value_chains import (
    ChainEdge,
    LeadTime,
    ProductTechnology,
    Substitute,
    TradeMeasure,
)

NEW_SUPPLY = ("new_mine", "new_plant")
SMALL = ("none", "small")  # losses of performance that hardly matter
OTHER_SUPPLY = ("restart", "expansion", "recycling_plant")


@dataclass(frozen=True, slots=True)
class Context:
    """What is recorded beside a step.

    ``hosts``: edges from products that it is a by- or co-product of; ``by_product_only``: nothing
    else makes it. ``eol_rir``: end-of-life recycling input rate of its materials in the EU.
    ``substitutes``: for its uses in the chain, and for any use. ``lead_times``: of the product, else
    of its stage, for the home or the world; new mines and plants where they are on record. The
    first is the longest, and is the one that counts.
    """

    hosts: tuple[ChainEdge, ...]
    by_product_only: bool
    recycled: tuple[ChainEdge, ...]
    eol_rir: Range | None
    substitutes: tuple[Substitute, ...]
    lead_times: tuple[LeadTime, ...]
    measures: tuple[tuple[TradeMeasure, Role], ...]

    @property
    def lead_years(self) -> tuple[float, float] | None:
        """Shortest and longest time to new supply."""
        if not self.lead_times:
            return None
        return self.lead_times[0].years_low, self.lead_times[0].years_high

    def measures_of(self, role: Role) -> tuple[TradeMeasure, ...]:
        """Measures on one side of the home."""
        return tuple(row for row, side in self.measures if side == role)


def context(steps: Steps, graph: ChainGraph, product_id: str) -> Context:
    """Everything beside a step of one chain."""
    product = steps[product_id].product
    into = graph.into(product_id)
    hosts = tuple(edge for edge in into if KINDS[edge.relation] == "by_product")
    recycled = tuple(edge for edge in into if KINDS[edge.relation] == "recycling")
    view = steps.view
    return Context(
        hosts,
        bool(hosts) and len(hosts) + len(recycled) == len(into),
        recycled,
        _eol_rir(materials_of(product_id)),
        _substitutes_in(graph, product_id),
        _lead_times(product_id, product.stage, view.home),
        tuple(
            (row, role)
            for row, role in steps.measures
            if concerns(row, product, materials_of(product_id)) is not None
        ),
    )


def replaceable(reach: Reach, found: Mapping[str, Context]) -> frozenset[str]:
    """Needed steps that a substitute of no or small loss, in use today, replaces in all their uses.

    The uses are the needed steps of the chain that the step goes into.
    """
    uses: dict[str, set[str]] = {}
    for product in reach.needed:
        for item in inputs(reach.needs[product]):
            uses.setdefault(item, set()).add(product)
    ready = {
        p: [r for r in row.substitutes if r.readiness == "in_use" and r.performance_loss in SMALL]
        for p, row in found.items()
        if p in uses
    }
    return frozenset(
        p
        for p, rows in ready.items()
        if any(r.use_product is None and r.use_technology is None for r in rows)
        or uses[p] <= {r.use_product for r in rows}
    )


def use_of(row: Substitute, lang: Lang) -> str:
    """What a substitute is for, in words; empty where it is for any use."""
    if row.use_product is not None:
        return by_key(Product)[row.use_product].name(lang)
    return by_key(Technology)[row.use_technology].name(lang) if row.use_technology else ""


def _eol_rir(materials: Sequence[str]) -> Range | None:
    study = eu_study.by_material()
    found = [eu_study.eol_rir(study[m]) for m in materials if m in study]
    known = [row for row in found if row.value is not None]
    if not known:
        return None
    value = known[0].value if len({row.value for row in known}) == 1 else None
    return Range(value, min(r.low for r in known), max(r.high for r in known))


@cache
def _substitutes() -> dict[str, tuple[Substitute, ...]]:
    found: dict[str, list[Substitute]] = {}
    for row in load(Substitute):
        found.setdefault(row.input_product, []).append(row)
    return {product: tuple(rows) for product, rows in found.items()}


def _substitutes_in(graph: ChainGraph, product_id: str) -> tuple[Substitute, ...]:
    """Substitutes for uses that the chain has: its products, and technologies that these go into."""
    here = {p.product_id for p in graph.nodes}
    served = {t for p in here for t in _technologies().get(p, ())}
    return tuple(
        row
        for row in _substitutes().get(product_id, ())
        if (row.use_product is None or row.use_product in here)
        and (row.use_technology is None or row.use_technology in served)
    )


@cache
def _technologies() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for row in load(ProductTechnology):
        found.setdefault(row.product_id, set()).add(row.technology_id)
    return {product: frozenset(held) for product, held in found.items()}


@cache
def _lead_times(product_id: str, stage: str, home: str) -> tuple[LeadTime, ...]:
    here = [row for row in load(LeadTime) if row.region in (home, "WORLD")]
    own = [row for row in here if row.product_id == product_id]
    general = [row for row in here if row.product_id is None and row.stage == stage]
    for rows in (own, general):
        for kinds in (NEW_SUPPLY, OTHER_SUPPLY):
            found = [row for row in rows if row.kind in kinds]
            if found:
                found.sort(key=lambda r: (-r.years_high, r.lead_time_id))
                return tuple(found)
    return ()
