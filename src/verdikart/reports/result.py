"""From a question to a saved result: run the mapping, write its tables and its page."""

from __future__ import annotations

import json
from collections.abc import Mapping as MappingOf
from collections.abc import Sequence
from pathlib import Path

from verdikart.chains.graph import ChainGraph
from verdikart.mapping import save
from verdikart.mapping.run import STEPS as RUN_STEPS
from verdikart.mapping.run import Mapping, Progress, run
from verdikart.mapping.settings import settings
from verdikart.reference.i18n import Lang
from verdikart.reports import page

STEPS = (*RUN_STEPS, "tables", "page")


def make(
    out: Path,
    home: str,
    year: int | None,
    changes: Sequence[str],
    lang: Lang,
    tell: Progress,
    homes_file: Path | None = None,
    chains: MappingOf[str, ChainGraph] | None = None,
    make_current: bool = True,
) -> tuple[Mapping, Path]:
    """Map a home and save the result in ``out``; the mapping and its folder.

    ``changes``: parameters as NAME=VALUE. ``lang``: the language in which the page opens. ``tell``
    is called with each of :data:`STEPS` as it begins. Raises what the mapping raises.
    """
    limits, choices = settings(changes)
    mapping = run(
        home,
        year,
        limits,
        homes_file,
        lambda step, number, _: tell(step, number, len(STEPS)),
        choices,
        chains,
    )
    with save.result_folder(out, mapping, make_current) as folder:
        tell("tables", len(RUN_STEPS), len(STEPS))
        save.write_tables(mapping, folder)
        tell("page", len(RUN_STEPS) + 1, len(STEPS))
        page.write(mapping, folder / "index.html", lang)
        described = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    return mapping, out / described["content_hash"][:16]
