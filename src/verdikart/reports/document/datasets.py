"""What a document's tables hold as data: for a whole mapping its own tables, else the document's.

Workbook and data package write the same datasets, so that their numbers are the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from verdikart.mapping.audience import Marks, above
from verdikart.mapping.saved import AT, Saved
from verdikart.reference.columns import LANGUAGES, base, describe
from verdikart.reports.document.model import Document, Table
from verdikart.reports.voice import Voice

WHOLE = "whole"
SUPPRESSED = "suppressed"


@dataclass(frozen=True, slots=True)
class Field:
    """A column of a dataset. ``kind`` is that of the dictionary of columns.

    ``of``: the column that it qualifies, with ``part`` (status, low, high, reason, formula) or the
    language; both empty for a column of its own.
    """

    key: str
    title: str
    definition: str = ""
    formula: str = ""
    kind: str = "text"
    unit: str = ""
    of: str = ""
    part: str = ""


@dataclass(frozen=True, slots=True)
class Dataset:
    """A table as data: raw values, one tuple a row, in the order of ``fields``. Lists stay lists."""

    name: str
    title: str
    definition: str
    fields: tuple[Field, ...]
    rows: list[tuple[Any, ...]]


def datasets(document: Document, saved: Saved, marks: Marks | None = None) -> Iterator[Dataset]:
    """The datasets of a document. What is above its audience is None, its status ``suppressed``."""
    if document.about.template == WHOLE:
        for name in saved.table_names:
            if saved.rows(name):
                yield _of_mapping(document, saved, name, marks)
        return
    for table in document.tables:
        yield _of_document(table)


def _of_mapping(document: Document, saved: Saved, name: str, marks: Marks | None) -> Dataset:
    voice = Voice(document.about.lang)
    known = saved.columns(name)
    about = describe(name, "")
    rows: Iterable[dict[str, Any]] = saved.rows(name)
    if marks is not None and marks.marks:
        rows = (_shown(row, document, marks) for row in rows)
    return Dataset(
        name,
        about.name(voice.lang),
        about.definition(voice.lang),
        tuple(_field(name, column, known, voice) for column in known),
        [tuple(row[column] for column in known) for row in rows],
    )


def _shown(row: dict[str, Any], document: Document, marks: Marks) -> dict[str, Any]:
    """The row without what its audience may not see; texts that rest on it are gone too."""
    audience = document.about.audience
    hidden = [c for c in row if c != AT and above(marks.level(row, c), audience)]
    if not hidden:
        return row
    shown = dict(row)
    for column in hidden:
        shown[column] = None
        for part in ("low", "high", "reason", "formula"):
            if f"{column}_{part}" in shown:
                shown[f"{column}_{part}"] = None
        if f"{column}_status" in shown:
            shown[f"{column}_status"] = SUPPRESSED
    for column in ("inputs", *(f"text_{lang}" for lang in LANGUAGES)):
        if column in shown:
            shown[column] = None
    return shown


def _field(table: str, column: str, known: tuple[str, ...], voice: Voice) -> Field:
    stem, part = base(table, column, known)
    about = describe(table, stem)
    if not part:
        return Field(
            column,
            about.name(voice.lang),
            about.definition(voice.lang),
            about.formula,
            about.kind,
            _unit(about.kind, voice),
        )
    kind = about.kind if part in ("low", "high") else "text"
    return Field(column, _title(about.name(voice.lang), part, voice), "", "", kind, "", stem, part)


def _unit(kind: str, voice: Voice) -> str:
    """The unit of raw values: a share is 0–1, money is whole."""
    return {
        "usd": "USD",
        "nok": "NOK",
        "tonnes": voice.say("tonnes"),
        "years": voice.say("years"),
        "share": voice.say("share, 0–1"),
    }.get(kind, "")


def _title(name: str, part: str, voice: Voice) -> str:
    said = {
        "status": voice.say("{name}: status", name=name),
        "low": voice.say("{name}: lower bound", name=name),
        "high": voice.say("{name}: upper bound", name=name),
        "reason": voice.say("{name}: reason", name=name),
        "formula": voice.say("{name}: formula", name=name),
        "en": voice.say("{name} (English)", name=name),
        "nb": voice.say("{name} (bokmål)", name=name),
    }
    return said[part]


def _of_document(table: Table) -> Dataset:
    fields = tuple(
        Field(column.key, column.title, kind=column.kind, unit=column.unit)
        for column in table.columns
    )
    rows = [tuple(cell.raw for cell in row) for row in table.rows]
    return Dataset(table.table_id.replace("-", "_"), table.title, "", fields, rows)


__all__ = ["SUPPRESSED", "WHOLE", "Dataset", "Field", "datasets"]
