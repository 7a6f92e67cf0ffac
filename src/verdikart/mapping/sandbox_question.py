"""What the sandbox is asked of: a home's inputs, the analyst's changes, the lists beside them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from verdikart.core.errors import UsageProblem
from verdikart.indicators.assessment import MaterialInputs, Setting
from verdikart.mapping import analyst, analyst_file, catalogue, eu_study, home_inputs, stage_sources
from verdikart.mapping.analyst import Edits
from verdikart.mapping.library import Library
from verdikart.mapping.lists import coverage
from verdikart.reference.homes import group_members

EU = "EU27"
# Choices that are numbers, and the range that each lies in.
RANGES = {
    "sr_threshold": (0.0, 10.0),
    "ei_threshold": (0.0, 10.0),
    "world_weight": (0.0, 1.0),
    "preferential": (0.5, 2.0),
}
LISTS = ("EU_CRMA_ANNEX_II", "EU_CRMA_ANNEX_I")


def inputs_of(
    home: str, year: int | None, homes_file: Path | None
) -> tuple[tuple[MaterialInputs, ...], Setting, frozenset[str], int]:
    """Inputs, their setting, the home's trade area, and the year they are of."""
    if home == EU and year is None:
        last = stage_sources.PERIOD[1]
        area = frozenset(group_members(EU, last))
        return eu_study.inputs(), eu_study.setting(), area, stage_sources.STUDY_YEAR
    viewpoint = catalogue.check_home(home, homes_file)
    if viewpoint is None:
        raise UsageProblem("the world imports nothing; name a country or group with --home")
    known = catalogue.source_years("baci_hs92")
    chosen = known[-1] if year is None else year
    catalogue.check_year("baci_hs92", chosen)
    catalogue.check_time(home, chosen)
    library = Library(custom=homes_file)
    materials, setting = home_inputs.inputs(library, home, chosen)
    return materials, setting, home_inputs.area(viewpoint, chosen), chosen


def edits_of(
    file: Path | None,
    sets: Sequence[str],
    materials: Sequence[MaterialInputs],
    setting: Setting,
    area: frozenset[str],
) -> Edits:
    """The analyst's changes from a file and from texts; a text wins over the file."""
    if file is None and not sets:
        return Edits()
    known = analyst.known(materials, setting, area)
    own = analyst_file.read(file, known) if file else Edits()
    return own + analyst_file.parse_sets(sets, known)


def lists_of(materials: Sequence[MaterialInputs]) -> dict[str, list[str]]:
    """Which of the materials stand on the lists of the Act, by name or through their group."""
    return {
        name: [
            m.material for m in materials if coverage(m.material, name) in ("by_name", "by_group")
        ]
        for name in LISTS
    }
