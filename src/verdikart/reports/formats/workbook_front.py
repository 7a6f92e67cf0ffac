"""The sheets before the data: what is said, what its words mean, and where it comes from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from verdikart.reports import values, words
from verdikart.reports.document.model import Paragraph, Points, Statement, StatementKind, Use
from verdikart.reports.formats.workbook_book import Book, Link, Place, to
from verdikart.reports.formats.workbook_columns import Shown
from verdikart.reports.formats.workbook_looks import code
from verdikart.reports.formats.workbook_rows import RowSheet
from verdikart.reports.voice import Voice

Row = Sequence[Any]


def statements(book: Book, said: RowSheet, bound: RowSheet) -> None:
    """What is said, a statement a row; and on the other sheet the figures that it rests on."""
    say = book.voice.say
    held = list(_statements(book))
    number = say("No.")
    book.prose(
        said,
        say("Statements"),
        say("What the document says, who stands behind it, and what it is to be used for"),
        (
            (number, 6),
            (say("Section"), 26),
            (say("Statement"), 80),
            (say("Kind"), 16),
            (say("Stands behind it"), 28),
            (say("Use"), 24),
            (say("Notes"), 12),
        ),
        (
            (
                place,
                section,
                statement.text,
                kinds(book.voice)[statement.kind],
                statement.owner,
                uses(book.voice)[statement.use],
                ", ".join(map(str, statement.notes)),
            )
            for place, (section, statement) in enumerate(held, start=1)
        ),
    )
    book.prose(
        bound,
        say("Figures behind the statements"),
        say("The figures that each statement is bound to, as exact as the mapping has them"),
        (
            (number, 6),
            (say("As written"), 30),
            (say("Value or code"), 20),
            (say("Lower bound"), 14),
            (say("Upper bound"), 14),
            (say("Unit"), 10),
            (say("Status"), 16),
            (say("Name of the figure"), 90),
            (say("Sources"), 30),
        ),
        (
            row
            for place, (_, statement) in enumerate(held, start=1)
            for row in _figures(place, statement, book.voice)
        ),
    )


def _statements(book: Book) -> Iterator[tuple[str, Statement]]:
    for section in book.document.sections:
        for block in section.blocks:
            if isinstance(block, (Paragraph, Points)):
                yield from ((section.title, statement) for statement in block.statements)


def _figures(place: int, statement: Statement, voice: Voice) -> Iterator[Row]:
    for figure in statement.figures:
        form = code("amount", figure.unit, voice.lang)
        yield (
            place,
            figure.text,
            *(_value(raw, form) for raw in (figure.raw, figure.low, figure.high)),
            words.word("unit", figure.unit, voice.lang),
            words.word("status", figure.status, voice.lang),
            str(figure.binding),
            "; ".join(figure.sources),
        )


def _value(raw: Any, form: str) -> Any:  # noqa: ANN401 - any cell
    """A raw value as a cell: a number with its format, else its code."""
    if raw is None:
        return None
    if isinstance(raw, (int, float)) and not isinstance(raw, bool):
        return (raw, form if abs(raw) < 1 or form != "General" else "General")
    return "; ".join(map(str, raw)) if isinstance(raw, (list, tuple)) else str(raw)


def kinds(voice: Voice) -> dict[StatementKind, str]:
    """Kinds of statements in words."""
    return {
        "computed": voice.say("computed"),
        "expert": voice.say("expert judgement"),
        "recommendation": voice.say("recommendation"),
    }


def uses(voice: Voice) -> dict[Use, str]:
    """What statements are to be used for."""
    return {
        "": "",
        "instruments": voice.say("Targeted instruments"),
        "allied_cooperation": voice.say("Cooperation with allies"),
        "contingency": voice.say("Contingency planning"),
    }


def definitions(book: Book, sheet: RowSheet, places: Sequence[Place]) -> None:
    """Every column of every sheet of data, then the terms of the document."""
    say = book.voice.say
    terms = {term.term: term for term in book.document.terms}
    rows: list[Row] = []
    for place in places:
        link = Link(to(place.held.name), place.held.name)
        for column in (*place.columns, *place.constant):
            own = column.own
            meaning, formula = _meaning(column, book.voice)
            if not meaning and own.title in terms:
                meaning, formula = terms[own.title].definition, terms[own.title].formula
            left = say("the same in every row") if column.constant else ""
            text = "; ".join(part for part in (meaning, left) if part)
            rows.append((link, column.heading, text, column.constant or formula, own.unit, own.key))
    rows += [(None, term.term, term.definition, term.formula) for term in terms.values()]
    book.prose(
        sheet,
        say("Definitions"),
        say("What each column holds, how it is made, and its key in the data package"),
        (
            (say("Sheet"), 30),
            (say("Column or term"), 40),
            (say("Definition"), 80),
            (say("Formula"), 45),
            (say("Unit"), 14),
            (say("Key in the data package"), 30),
        ),
        rows,
    )


def _meaning(column: Shown, voice: Voice) -> tuple[str, str]:
    """What a column holds, and its formula."""
    own, say = column.own, voice.say
    if own.definition:
        return own.definition, own.formula
    said = {
        "status": say("How the value stands"),
        "low": say("The least that the value can be"),
        "high": say("The most that the value can be"),
        "reason": say("Why the value is not there"),
        "unit": say("Unit of the value"),
        "formula": say("How the value is made"),
        "detail": say("What is said beside it"),
    }
    if own.part in said:
        return said[own.part], ""
    if own.about is not None:
        return values.meaning(own.about, voice.lang)
    return say("As the heading says, of what the row is about"), ""


def notes(book: Book, sheet: RowSheet) -> None:
    """The document's numbered notes."""
    say = book.voice.say
    names = {"source": say("source"), "caveat": say("caveat")}
    book.prose(
        sheet,
        say("Notes"),
        say("Numbered notes: sources with coverage and limits, and caveats"),
        ((say("No."), 6), (say("Kind"), 14), (say("Note"), 130)),
        [(note.number, names[note.kind], note.text) for note in book.document.notes],
    )


def sources(book: Book, sheet: RowSheet) -> None:
    """The sources with licence, release and hash of what was read."""
    say = book.voice.say
    book.prose(
        sheet,
        say("Sources"),
        say("Where the figures come from, and the hash of each file that was read"),
        (
            (say("Source"), 44),
            (say("Id"), 14),
            (say("Provider"), 24),
            (say("Vintage"), 18),
            (say("Licence"), 16),
            (say("Coverage"), 50),
            (say("Limits"), 50),
            (say("Citation"), 50),
            (say("Address"), 40),
            (say("File and SHA-256"), 70),
        ),
        [
            (
                source.title,
                source.source_id,
                source.provider,
                source.vintage,
                _linked(source.licence_url, source.licence),
                source.coverage,
                source.limits,
                source.citation,
                _linked(source.address, source.address),
                "\n".join(source.sha256),
            )
            for source in book.document.sources
        ],
    )


def _linked(address: str, text: str) -> Link | str:
    return Link(address, text or address) if address.startswith("https://") else text


def codes(book: Book, sheet: RowSheet) -> None:
    """The words of the sheets and the codes that the data package has for them."""
    say = book.voice.say
    shared = {
        "country": say("Country"),
        "home": say("Home"),
        "material": say("Material"),
        "product": say("Product"),
        "stage": say("Stage"),
        "sector": say("Sector"),
        "chain": say("Value chain"),
        "status": say("Status"),
        "unit": say("Unit"),
        "reason": say("Reason"),
        "flag": say("Yes or no"),
    }
    book.prose(
        sheet,
        say("Codes"),
        say("Words of this workbook and the codes that stand for them in the data package"),
        ((say("Column"), 44), (say("Word"), 70), (say("Code"), 44)),
        sorted(
            (
                (shared.get(vocabulary, heading), text, raw)
                for (vocabulary, raw, _), (heading, text) in book.codes.items()
            ),
            key=lambda row: tuple(map(str.casefold, row)),
        ),
    )


__all__ = ["codes", "definitions", "notes", "sources", "statements"]
