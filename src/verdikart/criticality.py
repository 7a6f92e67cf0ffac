"""Criticality for notebooks and scripts: ``vk.criticality``.

>>> import verdikart as vk
>>> round(vk.criticality.supply_risk(4.667, 5.341, 1.0, 0.13, 0.94), 2)
4.09
>>> use = {"C20": 0.08, "C25": 0.06, "C27": 0.06, "C28": 0.79}
>>> added = {"C20": 132361, "C25": 163568, "C27": 89422, "C28": 204200}
>>> round(vk.criticality.economic_importance(use, added, 0.95, scale=204200), 1)
8.7

The pure functions take every input as an argument. ``assess`` composes them from the embedded
tables, ``methods`` sets other methods beside, ``sandbox`` moves thresholds and inputs, ``compare``
tells what changed between two mappings.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from verdikart.indicators.assessment import Choices
from verdikart.indicators.criticality import (
    economic_importance,
    group_mean,
    hhi_weighted,
    is_critical,
    reaches,
    supply_risk,
)
from verdikart.indicators.montecarlo import Spread
from verdikart.mapping.library import Library
from verdikart.reference.i18n import Lang

Row = dict[str, Any]


def assess(
    home: str = "NOR",
    year: int | None = None,
    *,
    basis: str | None = None,
    choices: Choices | None = None,
    spread: Spread | None = None,
    draws: int = 10_000,
    inputs: Path | None = None,
    library: Library | None = None,
) -> list[Row]:
    """The EU method for a home: one row a material, as ``verdikart criticality --format json``.

    EU27 is the study of 2023, any other home its own trade and industries; ``basis`` "trade" asks
    for EU27's own trade. ``inputs`` is a CSV file with inputs of your own; ``draws`` 0 leaves the
    Monte Carlo out.
    """
    from verdikart.mapping.criticality import assess_home, material_rows

    result = assess_home(
        library or Library(),
        home,
        year,
        basis=basis,
        choices=choices,
        spread=spread,
        draws=draws,
        inputs_file=inputs,
    )
    return material_rows(result)


def methods(home: str = "NOR", year: int | None = None, library: Library | None = None) -> Row:
    """Every method beside another: ``rows`` one a material, ``agreement`` one a pair of methods."""
    from verdikart.mapping.methods import compare_methods

    found = compare_methods(library or Library(), home, year)
    return {"rows": found.rows, "agreement": found.agreement}


def geopolrisk(
    year: int = 2022,
    homes: list[str] | None = None,
    materials: list[str] | None = None,
    form: str = "published",
) -> list[Row]:
    """GeoPolRisk: one row for each home and raw material asked, by default all of them.

    ``form`` is ``published`` or ``corrected``.
    """
    from verdikart.mapping import geopolrisk as scores

    return scores.scores(year, homes, materials, form)  # type: ignore[arg-type]


def sandbox(
    home: str = "EU27",
    changed: Choices | None = None,
    *,
    year: int | None = None,
    inputs: Path | None = None,
    sets: Sequence[str] = (),
    lang: Lang = "en",
) -> Row:
    """Who enters and leaves the list under other choices and inputs, and what would flip each.

    ``sets`` are texts such as ``"silver.eol_rir=19%"``; ``inputs`` a CSV file of the same.
    """
    from verdikart.mapping import sandbox as engine
    from verdikart.mapping import sandbox_question as asking
    from verdikart.mapping import sandbox_rows

    materials, setting, area, of = asking.inputs_of(home, year, None)
    edits = asking.edits_of(inputs, sets, materials, setting, area)
    beside = asking.lists_of(materials)
    found = engine.sandbox(materials, setting, Choices(), changed or Choices(), edits, beside)
    return sandbox_rows.document(found, lang, home=home, year=of)


def compare(a: str | Path, b: str | Path, folder: Path | None = None) -> Row:
    """What changed between two saved mappings, split over its four causes.

    ``a, b``: folders, first digits of a content hash, or ``current``, in ``folder``.
    """
    from verdikart.mapping import compare as comparing
    from verdikart.mapping import save

    out = folder or save.DEFAULT_OUT
    first, second = (comparing.read(comparing.find(str(text), out)) for text in (a, b))
    return comparing.summary(comparing.compare(first, second))


__all__ = [
    "Choices",
    "Spread",
    "assess",
    "compare",
    "economic_importance",
    "geopolrisk",
    "group_mean",
    "hhi_weighted",
    "is_critical",
    "methods",
    "reaches",
    "sandbox",
    "supply_risk",
]
