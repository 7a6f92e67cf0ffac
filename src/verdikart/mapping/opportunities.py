"""Opportunities of the deep chains: every step, ranked, with the factors opened. Nothing is left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite, nan
from typing import Any

from verdikart.chains.graph import KINDS, ChainGraph
from verdikart.chains.opportunity import (
    BASE,
    GROUPS,
    Score,
    rank_intervals,
    score,
    weights,
)
from verdikart.core.errors import UnknownName, UsageProblem
from verdikart.mapping import markets
from verdikart.mapping.chain_graphs import DEEP, check_chain
from verdikart.mapping.chain_view import ChainView
from verdikart.mapping.money import money
from verdikart.mapping.opportunity_factors import Factor, Gap, barriers_of, factors, read
from verdikart.mapping.statements import home_name, nok_text
from verdikart.reference import countries
from verdikart.reference.entities import Product
from verdikart.reference.i18n import LANGS, Lang, percent, translator

Row = dict[str, Any]
FORMULA = "Π b_f^(w_f/Σw); low 1/3, medium 2/3, high 1"
HOME = "NOR"
GROUP_OF = {factor: name for name, group in GROUPS.items() for factor in group}


@dataclass(frozen=True, slots=True)
class Idea:
    """One product as an opportunity; ``chains``: its own first, then other deep ones with it."""

    chains: tuple[ChainGraph, ...]
    product: Product
    kind: str
    gap: Gap | None
    factors: tuple[Factor, ...]
    score: Score
    best: int
    worst: int

    @property
    def chain_id(self) -> str:
        """The chain that the product is made in."""
        return self.chains[0].chain_id

    @property
    def depth(self) -> str:
        """How deep that chain is."""
        return self.chains[0].chain.depth


def tables(view: ChainView) -> dict[str, list[Row]]:
    """``opportunities``, ``opportunity_factors`` and ``markets`` at default weights."""
    found = ideas(view)
    return {
        "opportunities": [row(idea, view) for idea in found],
        "opportunity_factors": [r for idea in found for r in factor_rows(idea, weights())],
        "markets": markets.rows(view),
    }


def asked_weights(texts: list[str]) -> dict[str, float]:
    """Weights from ``factor=2`` texts. Raises for unknown factors and for what is no number."""
    found: dict[str, float] = {}
    for text in texts:
        name, equals, amount = text.partition("=")
        if name not in (*BASE, *GROUPS):
            raise UnknownName("factor", name, (*GROUPS, *BASE), ", ".join((*GROUPS, *BASE)))
        try:
            found[name] = float(amount)
        except ValueError:
            found[name] = nan
        if not equals or not isfinite(found[name]):
            raise UsageProblem(f"{text!r} is no weight; write {name}=2")
    try:
        return weights(found)
    except ValueError as error:
        raise UsageProblem(f"weights: {error}") from None


def ideas(
    view: ChainView, weight: Mapping[str, float] | None = None, chain: str | None = None
) -> list[Idea]:
    """Every product of the deep chains, or of one chain, by the middle of its score.

    None for another home than Norway: plants, barriers and judgements on record are Norwegian.
    """
    if view.home != HOME:
        return []
    chosen = weight or weights()
    graphs = [g for g in view.graphs.values() if g.chain.depth == DEEP]
    if chain is not None:
        graphs = [check_chain(chain, view.graphs)]
    else:
        read(view)
    products = {p.product_id: p for g in graphs for p in g.nodes}
    made: list[tuple[Product, list[ChainGraph], str, Gap | None, list[Factor], Score]] = []
    for product in products.values():
        held = _chains_of(
            product.product_id, graphs, graphs if chain else list(view.graphs.values())
        )
        kind, gap, found = factors(view, held, product)
        judged = score({f.name: f.band for f in found}, chosen)
        made.append((product, held, kind, gap, found, judged))
    ranks = rank_intervals([judged for *_, judged in made])
    listed = [
        Idea(tuple(held), product, kind, gap, tuple(found), judged, best, worst)
        for (product, held, kind, gap, found, judged), (best, worst) in zip(
            made, ranks, strict=True
        )
    ]
    return sorted(listed, key=lambda i: (-i.score.middle, i.product.product_id))


def _chains_of(
    product_id: str, graphs: Sequence[ChainGraph], all_graphs: Sequence[ChainGraph]
) -> list[ChainGraph]:
    """The product's own chain of all, then the others of ``graphs`` that have it.

    Its own is where it is made from a main input, else from scrap or beside another good, else
    where it is scrap to be recycled or a main input; a deep chain before a shallow one.
    """

    def place(graph: ChainGraph) -> tuple[int, bool, int, int, str]:
        into, out = graph.into(product_id), graph.out_of(product_id)
        made, used = ({KINDS[e.relation] for e in edges} for edges in (into, out))
        tests = (
            "main" in made,
            not made.isdisjoint({"recycling", "by_product"}),
            "recycling" in used,
            "main" in used,
        )
        tier = tests.index(True) if any(tests) else len(tests)
        return (tier, graph.chain.depth != DEEP, -len(into), -len(out), graph.chain_id)

    def having(held: Sequence[ChainGraph]) -> list[ChainGraph]:
        found = [g for g in held if g.into(product_id) or g.out_of(product_id)]
        return sorted(found, key=place)

    own = having(all_graphs)[0]
    return [own, *(g for g in having(graphs) if g is not own)]


def row(idea: Idea, view: ChainView) -> Row:
    """One opportunity as a flat row."""
    gap, found = idea.gap, idea.score
    bands = {f.name: f.band for f in idea.factors}
    unknown = [f for f, b in bands.items() if b.applies and not b.known]
    reason = "factors_unknown" if unknown else None
    status = "not_computable" if unknown else "ok"
    barriers = barriers_of(idea.chain_id, idea.product.product_id, idea.kind)
    nature = [b for b in barriers if b.kind == "environment"]
    result: Row = {
        "home": view.home,
        "year": view.year,
        "chain_id": idea.chain_id,
        "chains": [g.chain_id for g in idea.chains],
        "depth": idea.depth,
        "product_id": idea.product.product_id,
        "name_en": idea.product.name_en,
        "name_nb": idea.product.name_nb,
        "stage": idea.product.stage,
        "type": idea.kind,
        "score": found.value,
        "score_status": status,
        "score_low": found.low,
        "score_high": found.high,
        "score_reason": reason,
        "score_middle": found.middle,
        "product_score": found.product,
        "product_score_status": status,
        "product_score_reason": reason,
        "rank_best": idea.best,
        "rank_worst": idea.worst,
        "formula": FORMULA,
        "gap_home": gap.other if gap else None,
        "gap_mix": gap.mix if gap else None,
        "gap_supplier": gap.supplier if gap else None,
        "gap_share": gap.share if gap else None,
        "gap_share_status": "ok" if gap else "missing",
        "gap_imports_usd": gap.imports if gap else None,
        "gap_imports_usd_status": "ok" if gap and gap.imports else "missing",
        "shared_code": gap.shared_code if gap else None,
        "home_share": gap.home_share if gap else None,
        "home_share_status": "ok" if gap else "missing",
        "unknown": unknown,
        "barrier_items": [f"{b.kind}:{b.severity or 'unknown'}" for b in barriers],
    }
    result |= {name: band.word for name, band in bands.items()}
    result["environment_en"] = "; ".join(b.text_en for b in nature) or None
    result["environment_nb"] = "; ".join(b.text_nb for b in nature) or None
    return result | {f"text_{lang}": text(idea, view, lang) for lang in LANGS}


def factor_rows(idea: Idea, weight: Mapping[str, float]) -> list[Row]:
    """The score opened: one row a factor, and one a barrier under it."""
    common: Row = {
        "chain_id": idea.chain_id,
        "product_id": idea.product.product_id,
        "name_en": idea.product.name_en,
        "name_nb": idea.product.name_nb,
        "depth": idea.depth,
    }
    shared = idea.gap.shared_code if idea.gap else None
    made: list[Row] = [
        common
        | {
            "factor": f.name,
            "group": GROUP_OF[f.name],
            "item": None,
            "kind": None,
            "region": None,
            "band": f.band.word,
            "band_low": f.band.low if f.band.applies else None,
            "band_high": f.band.high if f.band.applies else None,
            "weight": weight[f.name] if f.band.applies else 0.0,
            "value": f.value,
            "value_status": "missing" if f.value is None else "ok" if f.value else "zero",
            "unit": f.unit,
            "evidence": list(f.evidence),
            "reason": f.reason,
            "shared_code": shared if GROUP_OF[f.name] == "ally_gap" else None,
            "text_en": None,
            "text_nb": None,
            "source": None,
        }
        for f in idea.factors
    ]
    template = dict.fromkeys(made[0])
    barriers = barriers_of(idea.chain_id, idea.product.product_id, idea.kind)
    return made + [
        template
        | common
        | {
            "factor": "barriers",
            "group": GROUP_OF["barriers"],
            "item": b.barrier_id,
            "kind": b.kind,
            "region": b.region,
            "band": b.severity or "unknown",
            "value_status": "missing",
            "unit": "",
            "evidence": [b.barrier_id],
            "text_en": b.text_en,
            "text_nb": b.text_nb,
            "source": b.source,
        }
        for b in barriers
    ]


def text(idea: Idea, view: ChainView, lang: Lang) -> str:
    """The opportunity in a sentence or two."""
    _ = translator(lang)
    head = {
        "hold": _("Norway makes it and has a position to hold."),
        "strengthen": _("Norway makes it and could make more."),
        "restart": _("Norway has made it; plants are closed."),
        "enter": _("Norway does not make it today."),
    }[idea.kind]
    gap = idea.gap
    if gap is None:
        return head + " " + _("No embedded trade shows what allies lack.")
    facts = {
        "home": home_name(gap.other, lang),
        "share": percent(gap.share, lang),
        "country": countries.name(gap.supplier, lang) if gap.supplier else "",
        "own": percent(gap.home_share, lang),
    }
    if gap.imports is None:
        tail = _(
            "{home} gets {share} from {country}, the largest supplier that is no ally; Norway {own}."
        )
        return head + " " + tail.format(**facts) if gap.supplier else head
    worth = money(gap.imports, "USD", view.year)
    total = nok_text(worth.nok, lang) if worth.nok is not None else f"USD {gap.imports:,.0f}"
    tail = _("{home} imports {total}, {share} of it from {country}; Norway delivers {own}.")
    if gap.supplier is None:
        tail = _("{home} imports {total}, all from allies; Norway delivers {own}.")
    said = head + " " + tail.format(total=total, **facts)
    return said + " " + _("The code is shared with other goods.") if gap.shared_code else said
