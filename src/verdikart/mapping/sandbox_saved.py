"""The sandbox asked of a saved mapping: its own saved inputs, or the EU study's, scored otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from verdikart.core.errors import DataProblem, UsageProblem
from verdikart.indicators.assessment import Choices, MaterialInputs, Setting
from verdikart.mapping import eu_study, home_inputs, sandbox_question, stage_sources
from verdikart.mapping.inputs_table import TABLE, rebuild
from verdikart.mapping.sandbox import Result, sandbox
from verdikart.mapping.saved import Saved
from verdikart.mapping.settings import settings
from verdikart.reference.homes import group_members, home

Basis = Literal["home", "study"]


@dataclass(frozen=True, slots=True)
class Asked:
    """What the sandbox starts from: whose inputs, of which year, and the choices they came with."""

    home: str
    year: int
    materials: tuple[MaterialInputs, ...]
    setting: Setting
    area: frozenset[str]
    base: Choices


def start(saved: Saved, basis: Basis) -> Asked:
    """The inputs of a saved mapping, or of the EU study. Raises where the mapping holds none."""
    if basis == "study":
        area = frozenset(group_members(sandbox_question.EU, stage_sources.PERIOD[1]))
        return Asked(
            sandbox_question.EU,
            stage_sources.STUDY_YEAR,
            eu_study.inputs(),
            eu_study.setting(),
            area,
            Choices(),
        )
    rows = saved.rows(TABLE)
    if not rows:
        raise DataProblem(
            f"the mapping {saved.name} holds no table {TABLE}; make it anew, or ask of the EU study"
        )
    found = rebuild(rows)
    area = home_inputs.area(home(saved.home), found.year)
    return Asked(found.home, found.year, found.materials, found.setting, area, found.choices)


def tried(asked: Asked, choices: Sequence[str], edits: Sequence[str]) -> Result:
    """The list under other choices (``sr_threshold=1.2``) and inputs (``silver.eol_rir=19%``).

    Raises :class:`UsageProblem` for a name or value that is none.
    """
    _, changed = settings(choices)
    check(changed)
    own = sandbox_question.edits_of(None, edits, asked.materials, asked.setting, asked.area)
    listed = sandbox_question.lists_of(asked.materials)
    return sandbox(asked.materials, asked.setting, asked.base, changed, own, listed)


def check(choices: Choices) -> None:
    """Each choice within its range; nan is in none. All faults at once."""
    wrong = [
        f"{name} is {getattr(choices, name)}; it lies from {low:g} to {high:g}"
        for name, (low, high) in sandbox_question.RANGES.items()
        if not low <= getattr(choices, name) <= high
    ]
    if wrong:
        raise UsageProblem("\n".join(wrong))
