"""The tables of a mapping that speak of chains: risk, exposure, benchmarks, position, opportunities."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from verdikart.mapping import (
    chain_position,
    chain_rows,
    chain_stage_rows,
    chain_tracker,
    circularity,
    diversify,
    exposure_rows,
    opportunities,
    sector_exposure,
)
from verdikart.mapping.chain_stages import ChainResult, judge_chains
from verdikart.mapping.chain_steps import Steps

Row = dict[str, Any]
# What is asked of the mapped home alone; stage risk and benchmarks are asked of the allied homes too.
OF_THE_HOME = (
    exposure_rows,
    sector_exposure,
    circularity,
    chain_position,
    opportunities,
    diversify,
)


def tables(
    steps: Mapping[str, Steps], home: str, judged: Sequence[ChainResult]
) -> dict[str, list[Row]]:
    """Every table on chains, from the steps of every home; ``judged``: the chains of the mapped one."""
    view = steps[home].view
    found: dict[str, list[Row]] = {"chain_edges": chain_rows.edge_rows(view.graphs)}
    for home_id, own in steps.items():
        results = judged if home_id == home else judge_chains(own)
        asked = chain_stage_rows.tables(own, results) | chain_tracker.tables(own.view)
        for name, rows in asked.items():
            found.setdefault(name, []).extend(rows)
    for family in OF_THE_HOME:
        found |= family.tables(view)
    return found
