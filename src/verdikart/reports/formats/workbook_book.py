"""The workbook in the making: names of sheets, and how every sheet with rows is laid out.

Row 1 has the title, row 2 the way back and what a row is, row 3 the headings; the data begin in row 4.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import ceil
from typing import Any, Final

from xlsxwriter import Workbook

from verdikart.reports.document.datasets import Dataset
from verdikart.reports.document.model import Document
from verdikart.reports.formats.workbook_columns import Codes, Shown, shown
from verdikart.reports.formats.workbook_looks import Looks
from verdikart.reports.formats.workbook_rows import FORMULA, RowSheet
from verdikart.reports.palette import PAPER
from verdikart.reports.voice import Voice

HEAD: Final = 2  # row of the headings, from 0
DATA: Final = HEAD + 1
LONGEST_NAME: Final = 31
FOOTER: Final = 250  # characters that Excel holds in a footer
A3, A4 = 8, 9  # Excel's numbers for sizes of paper
A4_WIDTH, A3_WIDTH = 200, 330  # characters across before the letters are too small to read
SHORT: Final = 100  # rows of a sheet that shows its texts whole
MOST_LINES: Final = 8
LINE: Final = 13.5  # points
MARKS: Final = re.compile(r"[\[\]:*?/\\']")
Headings = Sequence[tuple[str, float]]  # heading and width in characters


@dataclass(frozen=True, slots=True)
class Held:
    """A sheet as the contents list it."""

    name: str
    title: str
    about: str
    rows: int


@dataclass(frozen=True, slots=True)
class Place:
    """A dataset on its sheet: its columns, and those left out for being the same in every row."""

    held: Held
    columns: tuple[Shown, ...]
    constant: tuple[Shown, ...]


@dataclass(eq=False)
class Book:
    """One workbook of one document."""

    workbook: Workbook
    document: Document
    looks: Looks
    codes: Codes = field(default_factory=dict)
    contents: list[Held] = field(default_factory=list)
    _names: set[str] = field(default_factory=set)

    @property
    def voice(self) -> Voice:
        """How the document's language writes."""
        return Voice(self.document.about.lang)

    @property
    def listed(self) -> list[Held]:
        """The sheets in their order, the first one apart."""
        order = [sheet.get_name() for sheet in self.workbook.worksheets()]
        return sorted(self.contents, key=lambda held: order.index(held.name))

    def sheet(self, title: str) -> RowSheet:
        """A new sheet with a name that no other has."""
        sheet: RowSheet = self.workbook.add_worksheet(self._name(title), RowSheet)
        sheet.hide_gridlines(2)
        return sheet

    def _name(self, title: str) -> str:
        """A title as a sheet's name: of the allowed signs, short enough, unique."""
        clean = " ".join(MARKS.sub(" ", title.replace(": ", " – ")).split()) or "–"
        name, number = _cut(clean, LONGEST_NAME), 1
        while name.casefold() in self._names or name.casefold() in ("history", "historikk"):
            number += 1
            name = f"{_cut(clean, LONGEST_NAME - 1 - len(str(number)))} {number}"
        self._names.add(name.casefold())
        return name

    def head(self, sheet: RowSheet, title: str, about: str, headings: Headings) -> None:
        """Title, way back to the first sheet, and headings."""
        looks = self.looks
        sheet.write_string(0, 0, title, looks.title)
        first = self.workbook.worksheets()[0].get_name()
        sheet.write_url(1, 0, to(first), looks.link, f"← {first}")
        if about:
            sheet.write_string(1, 1, about, looks.soft)
        for place, (heading, _) in enumerate(headings):
            sheet.write_string(HEAD, place, heading, looks.head)

    def finish(self, sheet: RowSheet, headings: Headings, rows: int) -> None:
        """Widths, frozen headings and first column, filter, and how it prints."""
        for place, (_, width) in enumerate(headings):
            sheet.set_column(place, place, width)
        lines = max(_lines(heading, max(4, 0.87 * width - 3)) for heading, width in headings)
        sheet.set_row(HEAD, LINE * min(lines, 5) + 6)
        sheet.freeze_panes(DATA, 1)
        sheet.autofilter(HEAD, 0, HEAD + max(rows, 1), len(headings) - 1)
        wide = sum(width for _, width in headings)
        self.page(sheet, wide)
        sheet.repeat_rows(HEAD)
        if wide > A3_WIDTH:
            sheet.repeat_columns(0)

    def page(self, sheet: RowSheet, wide: float) -> None:
        """Print lying, on a page or pages that leave letters to be read, with the footer."""
        sheet.set_landscape()
        sheet.set_paper(A4 if wide <= A4_WIDTH else A3)
        sheet.fit_to_pages(1 if wide <= A4_WIDTH else ceil(wide / A3_WIDTH), 0)
        sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
        footer = self.document.footer.replace("&", "&&")[: FOOTER - 20]
        sheet.set_footer(f"&L&8{footer}&R&8&P / &N")

    def data(self, dataset: Dataset) -> Place:
        """A sheet of a dataset."""
        columns, constant = shown(dataset, self.voice, self.codes)
        sheet = self.sheet(dataset.title)
        sheet.set_tab_color(PAPER.heat2)
        headings = [(c.heading, c.width) for c in columns]
        self.head(sheet, dataset.title, self._about(dataset), headings)
        if dataset.rows:
            ends = [c.ends(sheet, self.looks, self.voice) for c in columns]
            sheet.fill(DATA, ends, _heights(columns) if len(dataset.rows) <= SHORT else ())
        else:
            sheet.write_string(DATA, 0, dataset.empty, self.looks.soft)
        self.finish(sheet, headings, len(dataset.rows))
        held = Held(sheet.get_name(), dataset.title, dataset.definition, len(dataset.rows))
        self.contents.append(held)
        return Place(held, tuple(columns), tuple(constant))

    def _about(self, dataset: Dataset) -> str:
        if not dataset.notes:
            return dataset.definition
        notes = self.voice.say("Notes: {numbers}", numbers=", ".join(map(str, dataset.notes)))
        return f"{dataset.definition}. {notes}" if dataset.definition else notes

    def prose(
        self,
        sheet: RowSheet,
        title: str,
        about: str,
        headings: Headings,
        rows: Iterable[Sequence[Any]],
    ) -> None:
        """Fill a sheet of few, long rows: whole texts in rows as high as they need.

        A cell is text, a number, a number with its format (``(0.5, "0.0%")``), a :class:`Link`, or
        None.
        """
        self.head(sheet, title, about, headings)
        count = 0
        widths = [width for _, width in headings]
        for count, row in enumerate(rows, start=1):
            self.row(sheet, HEAD + count, row, widths)
        self.finish(sheet, headings, count)
        self.contents.append(Held(sheet.get_name(), title, about, count))

    def row(
        self, sheet: RowSheet, number: int, row: Sequence[Any], widths: Sequence[float]
    ) -> None:
        """A row of texts, as high as the longest of them needs; programs differ in doing it."""
        lines = [
            _lines(cell, width) for cell, width in zip(row, widths, strict=False) if _wraps(cell)
        ]
        sheet.set_row(number, LINE * min(max(lines, default=1), 30) + 2)
        for place, cell in enumerate(row):
            self.cell(sheet, number, place, cell)

    def cell(self, sheet: RowSheet, row: int, place: int, cell: Any) -> None:  # noqa: ANN401
        """One cell of a sheet of texts."""
        looks = self.looks
        if isinstance(cell, Link):
            sheet.write_url(row, place, cell.to, looks.link, cell.text)
        elif isinstance(cell, tuple):
            sheet.write_number(row, place, cell[0], looks.number(cell[1]))
        elif isinstance(cell, (int, float)):
            sheet.write_number(row, place, cell, looks.place)
        elif cell:
            form = looks.quoted if cell.startswith(FORMULA) else looks.text
            sheet.write_string(row, place, cell, form)


@dataclass(frozen=True, slots=True)
class Link:
    """A text that leads somewhere."""

    to: str
    text: str


def to(sheet: str) -> str:
    """The address of a sheet within the workbook."""
    return f"internal:'{sheet}'!A1"


def _wraps(cell: Any) -> bool:  # noqa: ANN401 - any cell
    return isinstance(cell, (str, Link))


def _heights(columns: Sequence[Shown]) -> list[int]:
    """Lines of each row, for its longest text."""
    texts = [[_lines(text, c.width - 2) for text in c.texts] for c in columns if c.texts]
    return [min(MOST_LINES, max(lines)) for lines in zip(*texts, strict=True)]


def _lines(cell: str | Link, width: float) -> int:
    """Lines that a text takes in a width of so many characters."""
    text = cell.text if isinstance(cell, Link) else cell
    return sum(max(1, ceil(0.95 * len(part) / width)) for part in text.split("\n"))


def _cut(text: str, longest: int) -> str:
    """A text at most so long; where it is cut, it shows."""
    return text if len(text) <= longest else text[: longest - 1].rstrip(" ,–-(") + "…"


__all__ = ["Book", "Held", "Link", "Place", "to"]
