"""The library for notebooks and scripts: ``import verdikart as vk``.

Every function answers from the embedded data; a wrong name raises an error that says what was
asked, the nearest valid names and what is available.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from verdikart.core.figure import MixId
from verdikart.indicators.evidence import Parameters
from verdikart.mapping import catalogue, questions
from verdikart.mapping import explain as _explain
from verdikart.mapping.chain_lint import with_files
from verdikart.mapping.chain_stage_rows import chain_report
from verdikart.mapping.chain_view import view
from verdikart.mapping.library import Library
from verdikart.mapping.run import Mapping, Progress, run
from verdikart.mapping.stage_sources import FLOWS


def map_home(
    home: str = "NOR",
    year: int | None = None,
    parameters: Parameters | None = None,
    homes_file: Path | None = None,
    progress: Progress | None = None,
    chain_files: Sequence[Path] = (),
) -> Mapping:
    """Run the seven steps (1–6) for a home; ``year`` defaults to the latest of the trade data.

    The result's ``tables`` are lists of flat rows, its ``figures`` a dict by figure id.
    ``chain_files`` add chains of one's own; a faulty one raises with all its faults.
    """
    return run(home, year, parameters, homes_file, progress, chains=with_files(chain_files))


def chain(
    chain_id: str,
    home: str = "NOR",
    year: int | None = None,
    *,
    chain_files: Sequence[Path] = (),
    library: Library | None = None,
) -> dict[str, Any]:
    """One value chain as a home sees it, as ``verdikart chain show --format json`` prints it.

    ``chain``: verdict and bottleneck; ``stages``; ``steps``: suppliers of every product; ``beside``:
    substitutes, lead times, measures and plants by product.
    """
    return chain_report(view(home, year, library, with_files(chain_files)), chain_id)


def mix(
    home: str,
    subject: str,
    year: int,
    flow: str = "import",
    source: str | None = None,
    *,
    library: Library | None = None,
    lang: str = "en",
) -> dict[str, Any]:
    """One supply mix with its concentration, as ``verdikart mix --format json`` prints it.

    ``subject`` is a code with its revision (``HS92:260200``) or ``material@stage``. Give the same
    ``library`` to several questions and what one has read serves the next.
    """
    if "@" in subject:
        chosen = catalogue.check_source(source or "wmd", catalogue.STAGED)
        flow = FLOWS[chosen]
    else:
        chosen = source or catalogue.default_source(catalogue.parse_code(subject)[0])
    identity = MixId(home, year, chosen, subject, flow)
    return questions.supply_mix(library or Library(), identity, lang)


def dependency(
    home: str,
    year: int,
    source: str = "baci_hs92",
    parameters: Parameters | None = None,
) -> list[dict[str, Any]]:
    """CDI1–3, concentration and flags: one row for every code with flows in the source."""
    return questions.dependency(Library(parameters), home, year, source)


def explain(figure_id: str, lang: str = "en", library: Library | None = None) -> dict[str, Any]:
    """The derivation of a figure, down to the source rows."""
    return _explain.explain(library or Library(), figure_id, lang)


__all__ = ["Library", "Mapping", "Parameters", "dependency", "explain", "map_home", "mix"]
