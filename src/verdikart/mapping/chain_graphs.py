"""The chains as graphs, from the reference tables."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from verdikart.chains.graph import ChainGraph
from verdikart.core.errors import UnknownName
from verdikart.reference.entities import Product
from verdikart.reference.load import by_key, load
from verdikart.reference.value_chains import Chain, ChainEdge, ChainMembership

DEEP = "deep"


@cache
def graphs() -> dict[str, ChainGraph]:
    """Every chain that has edges, the deep ones first, each group by id."""
    edges = by_key(ChainEdge)
    held: dict[str, list[ChainEdge]] = {}
    for row in load(ChainMembership):
        held.setdefault(row.chain_id, []).append(edges[row.edge_id])
    chains = sorted(load(Chain), key=lambda c: (c.depth != DEEP, c.chain_id))
    products = by_key(Product)
    return {
        c.chain_id: ChainGraph(c, tuple(held[c.chain_id]), products)
        for c in chains
        if c.chain_id in held
    }


def check_chain(chain_id: str, among: Mapping[str, ChainGraph] | None = None) -> ChainGraph:
    """Return a chain by id, of the package where none are given. Raises :class:`UnknownName`."""
    known = graphs() if among is None else among
    if chain_id in known:
        return known[chain_id]
    names = {c: (g.chain.name_en, g.chain.name_nb) for c, g in known.items()}
    raise UnknownName("chain", chain_id, names, f"{len(names)} ids, see 'verdikart chain list'")
