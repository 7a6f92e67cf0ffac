"""Write docs/indicators.md, docs/tables.md, the tables of docs/methods, the list in docs/sources.md: docs/generate.py [--check]."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib import import_module
from itertools import groupby
from pathlib import Path

import verdikart.indicators  # noqa: F401 - registers the indicators
from verdikart.core.figure import Status
from verdikart.core.registry import REGISTRY, Indicator
from verdikart.indicators.verdict import FLAGS
from verdikart.reference.entities import Reason
from verdikart.reference.load import load

PAGE = Path(__file__).with_name("indicators.md")
INTRO = """\
# Indicators

<!-- Written by docs/generate.py from the registry. Do not edit: change the indicator, then run it. -->

Each indicator is a function of a supply mix and the facts around it. Its figures have ids that end in
the indicator's id, with `:PARTNER` after it where it takes one; `verdikart explain ID` shows the
derivation of any of them. The same definitions are listed by `verdikart indicators`.
"""


def page() -> str:
    """The whole page as text."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    entries = sorted(REGISTRY.indicators.values(), key=lambda entry: entry.compute.__module__)
    yield INTRO
    yield from _table(
        ("id", "name", "unit", "threshold"),
        ((f"[`{e.id}`](#{e.id})", e.name.en, e.unit, _limits(e) or "–") for e in entries),
    )
    for module, family in groupby(entries, key=lambda entry: entry.compute.__module__):
        summary = (import_module(module).__doc__ or "").strip().splitlines()[0]
        yield f"\n## {module.rpartition('.')[2].capitalize()}\n\n{summary}"
        for entry in family:
            yield from _entry(entry)
    yield "\n## Flags\n\n" + ", ".join(f"`{flag}`" for flag in FLAGS) + "."
    yield "\n## Statuses\n\n" + ", ".join(f"`{status}`" for status in Status) + "."
    yield "\n## Reasons\n\nWhy a status is not plain `ok`, and the caveats of a verdict.\n"
    yield from _table(
        ("reason", "English", "bokmål"),
        ((f"`{row.reason}`", row.text_en, row.text_nb) for row in load(Reason)),
    )


def _entry(entry: Indicator) -> Iterator[str]:
    yield f"\n### {entry.id}\n\n**{entry.name.en}** · *{entry.name.nb}*\n"
    yield f"{entry.definition.en}\n\n*{entry.definition.nb}*\n"
    yield f"- Formula: `{entry.formula}`"
    yield f"- Unit: {entry.unit}; {entry.direction}"
    if entry.argument:
        yield f"- Argument: {entry.argument}"
    for limit in entry.thresholds:
        yield f"- Threshold: > {limit.value:g} sets `{limit.flag}` ({limit.source})"
    for caveat in entry.caveats:
        yield f"- Caveat: {caveat.en} *{caveat.nb}*"
    yield f"- Source: {entry.source}"


def _limits(entry: Indicator) -> str:
    return ", ".join(f"> {limit.value:g} `{limit.flag}`" for limit in entry.thresholds)


def _table(head: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield "|" + "---|" * len(head)
    for row in rows:
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |"


def main(arguments: list[str]) -> int:
    """Write the pages, or with --check say whether they are current."""
    if arguments not in ([], ["--check"]):
        sys.stderr.write("usage: python docs/generate.py [--check]\n")
        return 2
    import column_tables
    import method_tables
    import source_pages

    wanted = {PAGE: page(), column_tables.PAGE: column_tables.page(column_tables.columns())}
    wanted |= {
        p: method_tables.filled(p.read_text(encoding="utf-8")) for p in method_tables.pages()
    }
    wanted[source_pages.PAGE] = source_pages.filled(source_pages.PAGE.read_text(encoding="utf-8"))
    for path, text in wanted.items():
        if not arguments:
            path.write_text(text, encoding="utf-8", newline="\n")
        elif not path.is_file() or path.read_text(encoding="utf-8") != text:
            sys.stderr.write(f"{path.name} is stale: run python docs/generate.py\n")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
