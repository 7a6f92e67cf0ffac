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


def edge_rows(graphs: Mapping[str, ChainGraph]) -> list[Row]:
    """Table ``chain_edges``: every edge of every chain, as the mapping used it."""
    return [
        {
            "chain": graph.chain_id,
            "depth": graph.depth,
            "edge": e.edge_id,
            "input": e.input_product,
            "output": e.output_product,
            "process": e.process,
            "relation": e.relation,
            "choice": e.choice or None,
            "route": e.route or None,
            "route_share": e.route_share,
            "route_share_low": e.route_low,
            "route_share_high": e.route_high,
            "coefficient": e.coefficient,
            "coefficient_low": e.coef_low,
            "coefficient_high": e.coef_high,
            "unit": e.coef_unit or None,
            "meaning": e.coef_meaning or None,
            "basis": e.coef_basis or None,
            "confidence": e.coef_confidence or None,
            "source": e.source or None,
        }
        for graph in graphs.values()
        for e in graph.edges
    ]
