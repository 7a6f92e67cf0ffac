"""The page on the mapping's tables, from the dictionary of columns: docs/generate.py writes it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

import verdikart.indicators  # noqa: F401 - registers the indicators
from verdikart.core.registry import REGISTRY
from verdikart.mapping.run import run
from verdikart.mapping.save import all_columns
from verdikart.reference.columns import Column, base, describe
from verdikart.reference.entities import Word
from verdikart.reference.load import by_key

PAGE = Path(__file__).with_name("tables.md")
INTRO = """\
# Tables of a mapping

<!-- Written by docs/generate.py from columns.csv. Do not edit: change the row, then run it. -->

What `verdikart map` saves, table by table, in the order the columns are written. The same dictionary
stands behind headings, formats and explanations wherever a cell is shown; it is the reference table
`columns.csv`, in both languages.

Beside a column *x* there can be *x*`_status`, *x*`_low`, *x*`_high` and *x*`_reason`, and texts come as
*x*`_en` and *x*`_nb`: they are not listed by themselves. Shares are 0–1. An empty cell is not known,
never zero."""


def page(tables: Mapping[str, Collection[str]]) -> str:
    """The page as text; ``tables``: the columns of each table, in the order they are written."""
    return "\n".join(_lines(tables)) + "\n"


def columns() -> dict[str, list[str]]:
    """The columns of each table of a mapping of Norway, which has every table."""
    return {name: list(held) for name, held in all_columns(run("NOR", 2024)).items()}


def _lines(tables: Mapping[str, Collection[str]]) -> Iterator[str]:
    yield INTRO
    for table, names in sorted(tables.items()):
        whole = describe(table, "")
        yield f"\n## {table}\n"
        yield f"**{whole.name_en}** · *{whole.name_nb}*. One row: {_lowered(whole.definition_en)}.\n"
        yield "| column | name | bokmål | reads as | definition |\n|---|---|---|---|---|"
        for stem in dict.fromkeys(base(table, name, names)[0] for name in names):
            found = describe(table, stem)
            cells = (f"`{stem}`", found.name_en, found.name_nb, _kind(found), _definition(found))
            yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _lowered(text: str) -> str:
    return text[:1].lower() + text[1:]


def _kind(found: Column) -> str:
    words = by_key(Word)
    text = words["column_kind", found.kind].name_en
    if found.items:
        text += f" of {words['column_kind', found.items].name_en}"
    if found.vocabulary:
        text += f" (`{found.vocabulary}`)"
    return f"{text} (unit in `{found.unit_column}`)" if found.unit_column else text


def _definition(found: Column) -> str:
    if found.indicator:
        entry = REGISTRY.get(found.indicator)
        return f"{entry.definition.en} [`{entry.id}`](indicators.md#{entry.id})"
    return f"{found.definition_en}. `{found.formula}`" if found.formula else found.definition_en
