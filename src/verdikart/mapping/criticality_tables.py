"""The tables of a mapping that speak of criticality, made from what the run has at hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from verdikart.core.figure import Answer, Figure
from verdikart.indicators.assessment import Choices
from verdikart.indicators.criticality_figures import importance_answer, stage_answer
from verdikart.mapping import crosswalk, horizon_rows, horizons, inputs_table, methods
from verdikart.mapping.assess import Assessment
from verdikart.mapping.chain_stages import ChainResult
from verdikart.mapping.chain_view import LOOKED_OVER
from verdikart.mapping.criticality import (
    Result,
    assess_home,
    figure_id,
    material_rows,
    stage_rows,
)
from verdikart.mapping.library import Library
from verdikart.mapping.position import Position

Row = dict[str, Any]
DRAWS = 1_000  # of a mapping; the command draws ten times as many


@dataclass(frozen=True, slots=True)
class Criticality:
    """A home's assessment in a mapping: the results and their tables."""

    own: Result
    study: Result
    tables: dict[str, list[Row]]
    figures: dict[str, Figure]


def criticality(
    library: Library,
    home: str,
    year: int,
    choices: Choices,
    rows: Sequence[Assessment],
    placed: Sequence[Position],
    chains: Sequence[ChainResult],
) -> Criticality:
    """Assess the home by its own trade, and the EU by its study; compare, cross-walk, score."""
    own = assess_home(library, home, year, basis="trade", choices=choices, draws=DRAWS, rows=rows)
    study = assess_home(library, "EU27", choices=choices, draws=DRAWS)
    compared = methods.compare_methods(library, home, year, result=own, rows=rows)
    materials = horizons.material_horizons(library, home, year, rows, own.scores, LOOKED_OVER)
    judged = horizons.chain_horizons(library, home, year, rows, LOOKED_OVER, judged=chains)
    tables = {
        "criticality": material_rows(own),
        "criticality_stages": stage_rows(own),
        "criticality_eu": material_rows(study),
        inputs_table.TABLE: inputs_table.rows(home, year, own.inputs, own.setting, choices),
        "methods": compared.rows,
        "method_agreement": compared.agreement,
        "crosswalk": crosswalk.crosswalk_rows(crosswalk.crosswalk(home, rows, placed, library)),
        "material_horizons": horizon_rows.material_rows(materials),
        "chain_horizons": horizon_rows.chain_rows(judged),
        "horizon_criteria": horizon_rows.criteria_rows([*materials, *judged]),
        "horizon_differences": horizon_rows.difference_rows(horizons.compare(materials, judged)),
    }
    return Criticality(own, study, tables, {**figures(own), **figures(study)})


def figures(result: Result) -> dict[str, Figure]:
    """SR of every stage that has an id, and EI beside the stage that stands for its material."""
    found: dict[str, Figure] = {}
    for score in result.scores.values():
        for stage in score.stages:
            name = figure_id(result, stage)
            if name is None:
                continue
            found[name] = _figure(name, stage_answer(stage))
            if stage.inputs.subject == score.assessed:
                name = name.replace("/supply_risk:", "/economic_importance:")
                answer = importance_answer(score, borrowed=result.home != "EU27")
                found[name] = _figure(name, answer)
    return found


def _figure(name: str, answer: Answer) -> Figure:
    return Figure(
        name, answer.value, "index_0_10", answer.status, answer.low, answer.high, answer.reason
    )
