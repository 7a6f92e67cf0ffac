"""The tables of a mapping that speak of chains: risk, exposure, benchmarks, position, opportunities."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from verdikart.chains.graph import ChainGraph
from verdikart.mapping import (
    chain_exposure,
    chain_position,
    chain_rows,
    chain_stage_rows,
    chain_tracker,
    circularity,
    sector_exposure,
)
from verdikart.mapping.assess import Assessment
from verdikart.mapping.chain_view import ChainView
from verdikart.mapping.library import Library

Row = dict[str, Any]
# What is asked of the mapped home alone; stage risk is asked of the allied homes too.
OF_THE_HOME = (
    chain_exposure,
    sector_exposure,
    chain_tracker,
    circularity,
    chain_position,
)


def tables(
    library: Library,
    home: str,
    year: int,
    judged: Mapping[str, Sequence[Assessment]],
    graphs: Mapping[str, ChainGraph],
) -> dict[str, list[Row]]:
    """Every table on chains. ``judged``: assessments by home, the mapped one among them."""
    views = {
        h: ChainView(library, h, year, judged={h: rows}, graphs=graphs)
        for h, rows in judged.items()
    }
    found: dict[str, list[Row]] = {"chain_edges": chain_rows.edge_rows(graphs)}
    for view in views.values():
        for name, rows in chain_stage_rows.tables(view).items():
            found.setdefault(name, []).extend(rows)
    for family in OF_THE_HOME:
        found |= family.tables(views[home])
    return found
