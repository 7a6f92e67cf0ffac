"""Chains as flat rows: what there is, before anything is asked of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from verdikart.chains.graph import ChainGraph
from verdikart.reference.entities import Stage
from verdikart.reference.load import load

Row = dict[str, Any]


def chain_list(graphs: Mapping[str, ChainGraph]) -> list[Row]:
    """One row a chain: depth, size, stages, known coefficients and why it was chosen."""
    order = [s.stage_id for s in sorted(load(Stage), key=lambda s: s.order)]
    rows = []
    for graph in graphs.values():
        chain = graph.chain
        held = {p.stage for p in graph.nodes}
        rows.append(
            {
                "chain": chain.chain_id,
                "name_en": chain.name_en,
                "name_nb": chain.name_nb,
                "depth": chain.depth,
                "cross_cutting": chain.cross_cutting,
                "products": len(graph.nodes),
                "edges": len(graph.edges),
                "edges_with_coefficient": sum(e.coefficient is not None for e in graph.edges),
                "stages": [s for s in order if s in held],
                "why_en": chain.why_en,
                "why_nb": chain.why_nb,
            }
        )
    return rows
