"""Tables that say what the others are: columns, the document's statements and notes, sources."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from verdikart.reports import words
from verdikart.reports.document.datasets import Dataset, Field
from verdikart.reports.document.model import Document, Paragraph, Points, Statement
from verdikart.reports.formats.package_tables import Sheet
from verdikart.reports.voice import Voice


def extras(document: Document, sheets: Iterable[Sheet]) -> Iterator[Dataset]:
    """The tables beside a document's own; one without rows is left out."""
    voice = Voice(document.about.lang)
    made = (
        _statements(document, voice),
        _notes(document, voice),
        _sources(document, voice),
        _columns(sheets, voice),
    )
    yield from (dataset for dataset in made if dataset.rows)


def _dataset(
    name: str, title: str, definition: str, heads: Sequence[tuple[str, str]], rows: Iterable[Any]
) -> Dataset:
    fields = tuple(Field(key, said) for key, said in heads)
    return Dataset(name, title, definition, fields, [tuple(row) for row in rows])


def _statements(document: Document, voice: Voice) -> Dataset:
    heads = (
        ("number", voice.say("Number")),
        ("section", voice.say("Section")),
        ("text", voice.say("Statement")),
        ("kind", voice.say("Kind of statement")),
        ("owner", voice.say("Owner")),
        ("use", voice.say("Use")),
        ("figures", voice.say("Figures that it rests on")),
        ("notes", voice.say("Notes")),
    )
    rows = [
        (
            number,
            section,
            statement.text,
            statement.kind,
            statement.owner or None,
            statement.use or None,
            [str(figure.binding) for figure in statement.figures],
            list(statement.notes),
        )
        for number, (section, statement) in enumerate(_stated(document), start=1)
    ]
    about = voice.say(
        "What the document says, sentence by sentence, with the names of the figures behind it."
    )
    return _dataset("statements", voice.say("Statements"), about, heads, rows)


def _stated(document: Document) -> Iterator[tuple[str, Statement]]:
    for section in document.sections:
        for block in section.blocks:
            if isinstance(block, (Paragraph, Points)):
                for statement in block.statements:
                    yield section.title, statement


def _notes(document: Document, voice: Voice) -> Dataset:
    heads = (
        ("number", voice.say("Number")),
        ("kind", voice.say("Kind of note")),
        ("text", voice.say("Note")),
    )
    rows = [(note.number, note.kind, note.text) for note in document.notes]
    about = voice.say("Sources with their coverage and limits, and caveats.")
    return _dataset("notes", voice.say("Notes"), about, heads, rows)


def _sources(document: Document, voice: Voice) -> Dataset:
    heads = (
        ("source", voice.say("Source")),
        ("title", voice.say("Title")),
        ("provider", voice.say("Publisher")),
        ("vintage", voice.say("Vintage")),
        ("licence", voice.say("Licence")),
        ("licence_url", voice.say("Address of the licence")),
        ("citation", voice.say("How to cite")),
        ("address", voice.say("Address")),
        ("coverage", voice.say("Coverage")),
        ("limits", voice.say("Limits")),
        ("sha256", voice.say("Files read, with hash")),
    )
    rows = [
        (
            line.source_id,
            line.title,
            line.provider,
            line.vintage,
            line.licence,
            line.licence_url,
            line.citation,
            line.address,
            line.coverage,
            line.limits,
            list(line.sha256),
        )
        for line in document.sources
    ]
    about = voice.say("What the figures rest on, each with its own licence.")
    return _dataset("sources", voice.say("Sources"), about, heads, rows)


def _columns(sheets: Iterable[Sheet], voice: Voice) -> Dataset:
    heads = (
        ("table", voice.say("Table")),
        ("column", voice.say("Column")),
        ("title", voice.say("Title")),
        ("definition", voice.say("Definition")),
        ("formula", voice.say("Formula")),
        ("kind", voice.say("Kind of value")),
        ("unit", voice.say("Unit")),
        ("qualifies", voice.say("Column that it qualifies")),
    )
    rows = [
        (
            sheet.name,
            field.key,
            field.title,
            field.definition or None,
            field.formula or None,
            words.word("column_kind", field.kind, voice.lang),
            field.unit or None,
            field.of or None,
        )
        for sheet in sheets
        for field in (column.field for column in sheet.columns)
    ]
    about = voice.say("What each column of the package’s tables holds.")
    return _dataset("columns", voice.say("Columns"), about, heads, rows)


__all__ = ["extras"]
