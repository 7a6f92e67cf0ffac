"""The workbook: numbers as numbers, one sheet a table, with definitions, notes, sources and codes."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Final

from xlsxwriter import Workbook

from verdikart.mapping.audience import Marks
from verdikart.mapping.saved import Saved
from verdikart.reports.document.datasets import datasets
from verdikart.reports.document.model import Chart, Document
from verdikart.reports.formats import workbook_front as front
from verdikart.reports.formats.workbook_about import about
from verdikart.reports.formats.workbook_book import Book
from verdikart.reports.formats.workbook_charts import charts
from verdikart.reports.formats.workbook_looks import FONT, SIZE, Looks

# What looks like a number, formula or address in a text stays text.
OPTIONS: Final = {
    "in_memory": True,  # else its parts lie in a temporary folder, and stay there on a full disk
    "strings_to_numbers": False,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "default_format_properties": {"font_name": FONT, "font_size": SIZE, "font_scheme": ""},
}


def write(
    document: Document, target: Path, saved: Saved, marks: Marks, design: Path | None
) -> None:
    """Write a document as a workbook; a workbook takes no design.

    Raises :class:`OSError` where the file cannot be written.
    """
    del design
    held = BytesIO()  # the library leaves a file open that it cannot finish, as on a full disk
    workbook = Workbook(held, dict(OPTIONS))
    workbook.set_properties(
        {
            "title": document.title,
            "subject": document.subtitle,
            "author": "verdikart",
            "keywords": f"verdikart; {document.footer}",
            # The same mapping makes the same file, whenever it is written.
            "created": datetime(document.about.year, 1, 1, tzinfo=UTC).replace(tzinfo=None),
        }
    )
    book = Book(workbook, document, Looks(workbook))
    _fill(book, saved, marks)
    workbook.close()
    target.write_bytes(held.getvalue())


def _fill(book: Book, saved: Saved, marks: Marks) -> None:
    """All sheets: those that explain come first, and are filled last, when the data are known."""
    say, document = book.voice.say, book.document
    opening = book.sheet(say("About"))
    said = book.sheet(say("Statements"))
    bound = book.sheet(say("Figures behind the statements"))
    drawn = [block for block in document.blocks if isinstance(block, Chart)]
    if drawn:
        charts(book, book.sheet(say("Charts")), drawn)
    meanings = book.sheet(say("Definitions"))
    codes = book.sheet(say("Codes"))
    notes = book.sheet(say("Notes"))
    sources = book.sheet(say("Sources"))
    places = [book.data(dataset) for dataset in datasets(document, saved, marks)]
    front.statements(book, said, bound)
    front.definitions(book, meanings, places)
    front.codes(book, codes)
    front.notes(book, notes)
    front.sources(book, sources)
    about(book, opening, saved)


__all__ = ["write"]
