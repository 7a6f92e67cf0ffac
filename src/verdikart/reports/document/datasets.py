"""What a document's tables hold as data: for a whole mapping its own tables, else the document's.

Workbook and data package write the same datasets, so that their numbers are the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from operator import itemgetter
from typing import Any

from verdikart.mapping.audience import Marks, above
from verdikart.mapping.saved import AT, Saved
from verdikart.reference.columns import LANGUAGES, base, describe
from verdikart.reference.columns import Column as Described
from verdikart.reports import values
from verdikart.reports.document.model import Cell, Document, Table, Term
from verdikart.reports.voice import Voice

WHOLE = "whole"
SUPPRESSED = "suppressed"


@dataclass(frozen=True, slots=True)
class Field:
    """A column of a dataset. ``kind`` is that of the dictionary of columns.

    ``of``: the column that it qualifies, with ``part`` (status, low, high, reason, formula, unit, text,
    detail) or the language; both empty for a column of its own. ``about``: the dictionary's entry of
    the column, or of the one it qualifies; None in a document's own table.
    """

    key: str
    title: str
    definition: str = ""
    formula: str = ""
    kind: str = "text"
    unit: str = ""
    of: str = ""
    part: str = ""
    about: Described | None = None


@dataclass(frozen=True, slots=True)
class Dataset:
    """A table as data: raw values, one tuple a row, in the order of ``fields``. Lists stay lists.

    ``empty`` is said where there are no rows; ``notes``: numbers of the document's notes.
    """

    name: str
    title: str
    definition: str
    fields: tuple[Field, ...]
    rows: list[tuple[Any, ...]]
    empty: str = ""
    notes: tuple[int, ...] = ()


def datasets(document: Document, saved: Saved, marks: Marks | None = None) -> Iterator[Dataset]:
    """The datasets of a document. What is above its audience is None, its status ``suppressed``."""
    if document.about.template == WHOLE:
        for name in saved.table_names:
            if saved.rows(name):
                yield _of_mapping(document, saved, name, marks)
        return
    terms = {term.term: term for term in document.terms}
    for table in document.tables:
        yield _of_document(table, terms, Voice(document.about.lang))


def _of_mapping(document: Document, saved: Saved, name: str, marks: Marks | None) -> Dataset:
    voice = Voice(document.about.lang)
    known = saved.columns(name)
    about = describe(name, "")
    rows: list[dict[str, Any]] = saved.rows(name)
    added: set[str] = set()
    if marks is not None and marks.marks:
        rows = [_shown(row, document, marks) for row in rows]
        added = set().union(*rows) - {AT, *known}
    fields = []
    for column in known:
        fields.append(_field(name, column, known, voice))
        if f"{column}_status" in added:
            fields.append(_part(fields[-1], "status", voice))
    keys = [f.key for f in fields]
    # A whole mapping has a million cells: rows that have every key are read in one step each.
    cells = itemgetter(*keys) if len(keys) > 1 and not added else None
    return Dataset(
        name,
        about.name(voice.lang),
        about.definition(voice.lang),
        tuple(fields),
        [cells(row) if cells else tuple(map(row.get, keys)) for row in rows],
    )


def _shown(row: dict[str, Any], document: Document, marks: Marks) -> dict[str, Any]:
    """The row without what its audience may not see; texts that rest on it are gone too.

    A figure that has no status of its own is given one, so that no gap is without its reason.
    """
    audience = document.about.audience
    hidden = [
        column
        for column, value in row.items()
        if value is not None and column != AT and above(marks.level(row, column), audience)
    ]
    if not hidden:
        return row
    shown = dict(row)
    for column in hidden:
        shown[column] = None
        for part in ("low", "high", "reason", "formula"):
            if f"{column}_{part}" in shown:
                shown[f"{column}_{part}"] = None
        own = not base(row[AT].partition("/")[0], column, row)[1]
        if f"{column}_status" in row or (own and values.of(row, column).kind in values.NUMBERS):
            shown[f"{column}_status"] = SUPPRESSED
    for column in ("inputs", *(f"text_{lang}" for lang in LANGUAGES)):
        if column in shown:
            shown[column] = None
    return shown


def _field(table: str, column: str, known: tuple[str, ...], voice: Voice) -> Field:
    stem, part = base(table, column, known)
    about = describe(table, stem)
    name, unit = about.name(voice.lang), _unit(about.kind, voice)
    if not part:
        definition, formula = values.meaning(about, voice.lang)
        return Field(column, name, definition, formula, about.kind, unit, about=about)
    bound = part in ("low", "high")
    kind, unit = (about.kind, unit) if bound else ("text", "")
    return Field(column, _title(name, part, voice), "", "", kind, unit, stem, part, about)


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
        "unit": voice.say("{name}: unit", name=name),
        "formula": voice.say("{name}: formula", name=name),
        "detail": voice.say("{name}: detail", name=name),
        "en": voice.say("{name} (English)", name=name),
        "nb": voice.say("{name} (bokmål)", name=name),
    }
    return said[part]


def _part(of: Field, part: str, voice: Voice) -> Field:
    """A column that qualifies another."""
    bound = part in ("low", "high")
    return Field(
        f"{of.key}_{part}",
        _title(of.title, part, voice),
        kind=of.kind if bound else "text",
        unit=of.unit if bound else "",
        of=of.key,
        part=part,
    )


def _of_document(table: Table, terms: dict[str, Term], voice: Voice) -> Dataset:
    """A document's table: beside an id what it is called, beside a figure its status and bounds."""
    fields: list[Field] = []
    columns: list[list[Any]] = []
    for place, column in enumerate(table.columns):
        cells = [row[place] for row in table.rows]
        named = any(_named(cell) for cell in cells)
        title = voice.say("{name}: code", name=column.title) if named else column.title
        unit, term = _unit(column.kind, voice), terms.get(column.title)
        said = (term.definition, term.formula) if term else ("", "")
        own = Field(column.key, title, *said, kind=column.kind, unit=unit)
        whole = replace(own, title=column.title)
        if named:
            fields.append(
                replace(whole, key=f"{own.key}_text", kind="text", of=own.key, part="text")
            )
            columns.append([None if cell.raw is None else cell.text for cell in cells])
        fields.append(own)
        columns.append([cell.raw for cell in cells])
        details = [_detail(cell) for cell in cells]
        if any(details):
            fields.append(_part(whole, "detail", voice))
            columns.append([text or None for text in details])
        figures = [cell.figure for cell in cells]
        for part in ("status", "low", "high", "unit"):
            if part == "unit" and own.kind not in values.WITH_UNIT:
                continue
            held = [getattr(figure, part) if figure else None for figure in figures]
            if part == "status":
                held = [
                    h or (SUPPRESSED if _hidden(c) else None)
                    for h, c in zip(held, cells, strict=True)
                ]
            if any(value not in (None, "") for value in held):
                fields.append(_part(whole, part, voice))
                columns.append(held)
    rows = list(zip(*columns, strict=True))
    name = table.table_id.replace("-", "_")
    return Dataset(name, table.title, "", tuple(fields), rows, table.empty, table.notes)


def _hidden(cell: Cell) -> bool:
    """Whether a name or a word is withheld, which is no figure."""
    return cell.status == SUPPRESSED


def _detail(cell: Cell) -> str:
    """What stands beneath a cell beside the bounds, which have columns of their own."""
    figure = cell.figure
    bounded = figure is not None and not (figure.low is None and figure.high is None)
    if figure is not None and bounded and (figure.raw is None or figure.low != figure.high):
        return cell.small.partition("; ")[2]
    return cell.small


def _named(cell: Cell) -> bool:
    """Whether a cell is written as something else than the id, or the ids, that it holds."""
    if isinstance(cell.raw, (list, tuple)):
        return cell.text != ", ".join(map(str, cell.raw))
    return isinstance(cell.raw, str) and cell.text != cell.raw


__all__ = ["SUPPRESSED", "WHOLE", "Dataset", "Field", "datasets"]
