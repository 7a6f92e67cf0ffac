"""Stage risk and bottleneck: what every step, stage and chain is to a home, and why.

The verdict of a chain comes from its stages and theirs from their steps (:mod:`chains.verdicts`);
no material's verdict is asked for. The bottleneck is the step that alone brings most risk to what
the home makes or uses.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from verdikart.chains import verdicts
from verdikart.chains.graph import ChainGraph
from verdikart.chains.reach import Reach, aside, consumed, reach_of
from verdikart.chains.verdicts import ChainVerdict, Counts, Narrow, Result
from verdikart.core.errors import UnknownName
from verdikart.indicators.assessment import Range
from verdikart.indicators.criticality import TEN
from verdikart.mapping.chain_context import Context, context, replaceable
from verdikart.mapping.chain_steps import Step, Steps
from verdikart.mapping.chain_view import ChainView
from verdikart.reference.entities import Stage
from verdikart.reference.load import load

Row = dict[str, Any]
# Reasons for which a step's own figures say nothing of the risk that comes through it.
UNSEEN = ("step_unseen", "world_supply_only", "stage_share_only", "through_suppliers")


@dataclass(frozen=True, slots=True)
class ChainResult:
    """One chain for one home. ``counts``: how each needed step counts, ``reasons``: why, where its
    own verdict does not say so. ``aside``: by-products, hosts, loose scrap and users, which are no
    need. ``risk``: at the worst end, on the scale of supply risk. ``narrows``: the steps that reach
    its threshold, the bottleneck first; ``risk.value`` None: an unseen one may be worse.
    """

    graph: ChainGraph
    steps: Mapping[str, Step]
    context: Mapping[str, Context]
    reach: Reach
    aside: frozenset[str]
    counts: Mapping[str, Counts]
    reasons: Mapping[str, str | None]
    stages: Mapping[str, Result]
    whole: Result
    verdict: ChainVerdict
    risk: Range
    narrows: tuple[Narrow, ...]

    @property
    def bottlenecks(self) -> tuple[Narrow, ...]:
        """The bottleneck and its ties."""
        return verdicts.bottlenecks(self.narrows)

    @property
    def riskiest(self) -> Narrow | None:
        """The step with most risk, whether or not it can be replaced."""
        rows = self.narrows
        return max(rows, key=lambda row: (row.risk.low, row.risk.high), default=None)

    @property
    def bottleneck(self) -> Step | None:
        """The worst step seen."""
        return self.steps[self.bottlenecks[0].product_id] if self.bottlenecks else None

    @property
    def seen(self) -> tuple[str, ...]:
        """Needed steps with own supply on record."""
        return tuple(p for p in self.counts if self.steps[p].own)

    @property
    def ghosts(self) -> tuple[str, ...]:
        """Steps that no source covers, needed or not."""
        return tuple(p for p, step in self.steps.items() if step.ghost)


def judge_chain(steps: Steps, graph: ChainGraph) -> ChainResult:
    """Judge one chain for the home of the steps."""
    needed = steps.needs[graph.chain_id]
    found = {product: steps[product] for product in needed}
    entries = {p: step.entry for p, step in found.items()}
    beside = aside(graph)
    reach = reach_of(needed, entries, beside, steps.used, consumed(graph))
    standing = {
        p: verdicts.standing(
            step.row.outcome,
            "stage_share" if step.stage_share else step.row.basis,
            step.entry,
            direct=p in reach.direct,
            net_exporter=step.net_exporter,
            complete=step.complete,
        )
        for p, step in found.items()
        if p in reach.needed
    }
    counts = {p: counted for p, (counted, _) in standing.items()}
    risks = {p: _risk(found[p], *standing[p]) for p in standing}
    by_stage: dict[str, list[str]] = {}
    for p, step in found.items():
        by_stage.setdefault(step.product.stage, []).append(p)
    stages = {
        row.stage_id: verdicts.judged(reach, counts, by_stage[row.stage_id])
        for row in sorted(load(Stage), key=lambda s: s.order)
        if row.stage_id in by_stage
    }
    whole = verdicts.judged(reach, counts, found)
    beside_steps = {p: context(steps, graph, p) for p in found}
    return ChainResult(
        graph,
        found,
        beside_steps,
        reach,
        beside,
        counts,
        {p: reason for p, (_, reason) in standing.items()},
        stages,
        whole,
        verdicts.chain_verdict(whole, stages.values()),
        verdicts.over_ends(reach, risks, TEN),
        verdicts.narrows(reach, risks, counts, replaceable(reach, beside_steps)),
    )


def _risk(step: Step, counted: Counts, reason: str | None) -> Range:
    """The risk that counts: none where the step is sound by other facts, open where it is unseen."""
    if counted == "sound" and reason is not None:
        return Range.exact(0.0)
    if reason in UNSEEN:
        return Range.unknown(0.0, TEN)
    if reason == "codes_unseen":
        return Range(None, step.risk.low, TEN)
    return step.risk


def judge_chains(steps: Steps) -> list[ChainResult]:
    """Judge every chain of a view."""
    return [judge_chain(steps, graph) for graph in steps.view.graphs.values()]


def judge_one(steps: Steps, chain_id: str) -> ChainResult:
    """Judge one chain of a view. Raises :class:`UnknownName`."""
    graphs = steps.view.graphs
    if chain_id not in graphs:
        names = {c: (g.chain.name_en, g.chain.name_nb) for c, g in graphs.items()}
        raise UnknownName("chain", chain_id, names, f"{len(names)} ids, see 'verdikart chain list'")
    return judge_chain(steps, graphs[chain_id])


def step_verdicts(view: ChainView, chain_id: str) -> dict[str, Row]:
    """For a drawing: every product's verdict, part in the chain, ghost flag and Norwegian plants."""
    found = judge_one(Steps(view), chain_id)
    narrow = {row.product_id for row in found.bottlenecks}
    return {
        product: {
            "outcome": step.row.outcome,
            "basis": step.row.basis,
            "counts_as": found.counts.get(product),
            "reason": found.reasons.get(product),
            "need": need_of(found, product),
            "entry": entry_of(step),
            "ghost": step.ghost,
            "bottleneck": product in narrow,
            "plants": [row.producer for row in step.plants],
        }
        for product, step in found.steps.items()
    }


def entry_of(step: Step) -> str:
    """The home's part in a step, in a word of the vocabulary ``chain_entry``."""
    made, taken_in = step.entry.made, step.entry.taken_in
    if made:
        return "makes_and_takes_in" if taken_in else "makes"
    if taken_in:
        return "takes_in"
    return "not_entered" if step.entry.entered is False else "unknown"


def need_of(found: ChainResult, product_id: str) -> str:
    """How the home needs a step, in a word of the vocabulary ``chain_need``."""
    if product_id in found.reach.direct:
        return "direct"
    if product_id in found.reach.possible:
        return "possible"
    if product_id in found.reach.needed:
        return "through_suppliers"
    return "aside" if product_id in found.aside else "not_needed"
