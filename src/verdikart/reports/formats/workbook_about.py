"""The first sheet: what the workbook is of, how it is read, what stands where, what it was made from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from verdikart.mapping.saved import Saved
from verdikart.reference.entities import Word
from verdikart.reference.load import load
from verdikart.reports import words
from verdikart.reports.document.datasets import WHOLE
from verdikart.reports.formats.workbook_book import Book, Link, to
from verdikart.reports.formats.workbook_rows import RowSheet
from verdikart.reports.voice import Voice

WIDTHS: Final = (38, 100, 9)  # columns, in characters
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


__all__ = ["about"]
