"""The sheets before the data: what the workbook is, what is said in it, and what its words mean."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from verdikart.mapping.saved import Saved
from verdikart.reference.entities import Word
from verdikart.reference.load import load
from verdikart.reports import values, words
from verdikart.reports.document.datasets import WHOLE
from verdikart.reports.document.model import Paragraph, Points, Statement, StatementKind, Use
from verdikart.reports.formats.workbook_book import Book, Link, Place, to
from verdikart.reports.formats.workbook_columns import Shown
from verdikart.reports.formats.workbook_looks import code
from verdikart.reports.formats.workbook_rows import RowSheet
from verdikart.reports.voice import Voice

WIDTHS: Final = (38, 100, 9)  # of the first sheet's columns, in characters
VINTAGE: Final = "vintage:"
Row = Sequence[Any]


def about(book: Book, sheet: RowSheet, saved: Saved) -> None:
    """The first sheet: title, scope, how to read, contents, vintages and parameters."""
    document, looks, voice = book.document, book.looks, book.voice
    for place, width in enumerate(WIDTHS):
        sheet.set_column(place, place, width)
    sheet.write_string(0, 0, document.title, looks.title)
    sheet.write_string(1, 0, document.subtitle, looks.soft)
    parts: tuple[tuple[str, Sequence[Row]], ...] = (
        (voice.say("Scope"), _scope(book, saved)),
        (voice.say("How to read the sheets"), _reading(book)),
        (
            voice.say("Contents"),
            [
                (Link(to(h.name), h.name), _holds(h.title, h.name, h.about), h.rows)
                for h in book.listed
            ],
        ),
        (voice.say("Sources and their releases"), _vintages(book)),
        (voice.say("Parameters"), _parameters(saved, voice)),
    )
    row = 3
    for title, lines in parts:
        if not lines:
            continue
        sheet.write_string(row, 0, title, looks.part)
        sheet.write_blank(row, 1, None, looks.part)
        counted = len(lines[0]) > 2
        if counted:
            sheet.write_string(row, 2, voice.say("Rows"), looks.part)
        for row, line in enumerate(lines, start=row + 1):  # noqa: B020 - goes on below
            book.row(sheet, row, line, WIDTHS)
            if isinstance(line[0], str):
                sheet.write_string(row, 0, line[0], looks.term)
        row += 2
    book.page(sheet, sum(WIDTHS))
    sheet.activate()


def _scope(book: Book, saved: Saved) -> list[Row]:
    document, say = book.document, book.voice.say
    rows: list[Row] = list(document.scope)
    if document.about.owner:
        rows.append((say("Stands behind the recommendations"), document.about.owner))
    rows.append((say("Hash of the content"), str(saved.manifest["content_hash"])))
    return rows


def _reading(book: Book) -> list[Row]:
    """How numbers, gaps and words are written."""
    say, whole = book.voice.say, book.document.about.template == WHOLE
    statuses = "; ".join(
        f"{word.name(book.voice.lang)}: {meaning}" for word, meaning in _statuses(book.voice)
    )
    return [
        (
            say("Numbers"),
            say(
                "Numbers are numbers, as exact as they were computed; only their format rounds them. "
                "A share is 0 to 1 and is shown as per cent. Amounts of money are whole units."
            ),
        ),
        (
            say("Gaps"),
            say(
                "An empty cell is a value that is not there; it is never zero. The status beside it "
                "says why: {statuses}. A status that is ok in every row has no column.",
                statuses=statuses,
            ),
        ),
        (
            say("Words and codes"),
            say(
                "What has a name stands by its name, so that it can be filtered on; the same name is "
                "the same thing on every sheet. The sheet “{codes}” leads back to the codes of the "
                "data package. Ids of goods, figures, supply mixes, plants and sources stand as they "
                "are. Texts quoted from a source keep its language.",
                codes=say("Codes"),
            ),
        ),
        *(
            [
                (
                    say("Left out"),
                    say(
                        "Columns that say nothing are left out: the other language, a status that "
                        "is ok in every row, bounds and reasons that are empty in every row. A formula "
                        "that is the same in every row stands on the sheet “{definitions}”. The data "
                        "package has every column.",
                        definitions=say("Definitions"),
                    ),
                )
            ]
            if whole
            else []
        ),
    ]


def _statuses(voice: Voice) -> Iterator[tuple[Word, str]]:
    """Status words but for the plain one, with what they mean."""
    meanings = {
        "missing": voice.say("no value is on record"),
        "not_computable": voice.say("what it is computed from is missing"),
        "suppressed": voice.say("withheld by the source, or for this audience"),
        "estimated": voice.say("a value with bounds"),
        "zero": voice.say("zero on record"),
    }
    for word in load(Word):
        if word.vocabulary == "status" and word.term in meanings:
            yield word, meanings[word.term]


def _holds(title: str, name: str, about_: str) -> str:
    """What a sheet holds; its title too where the name is cut."""
    return ". ".join(part for part in (title if title != name else "", about_) if part)


def _vintages(book: Book) -> list[Row]:
    held = [
        (k.removeprefix(VINTAGE), v)
        for k, v in book.document.about.states
        if k[: len(VINTAGE)] == VINTAGE
    ]
    return [
        (f"{words.source_title(name, book.voice)}", words.vintage(vintage, book.voice.lang))
        for name, vintage in held
    ]


def _parameters(saved: Saved, voice: Voice) -> list[Row]:
    return [
        (words.parameter(name, voice.lang), words.setting(name, value, voice))
        for name, value in saved.parameters.items()
    ]


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
    book.prose(
        sheet,
        say("Codes"),
        say("Words of this workbook and the codes that stand for them in the data package"),
        ((say("Column"), 44), (say("Word"), 70), (say("Code"), 44)),
        sorted(
            ((heading, text, raw) for (_, raw, _), (heading, text) in book.codes.items()),
            key=lambda row: tuple(map(str.casefold, row)),
        ),
    )
