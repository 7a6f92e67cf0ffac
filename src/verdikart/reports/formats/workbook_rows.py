"""A sheet that takes whole columns: a mapping has some 700,000 cells, and calls cost more than cells.

XlsxWriter keeps an object a cell and writes each by a chain of calls, some ten seconds for a whole
mapping. Here a column becomes the ends of its cells in one pass, equal texts once, and the rows are
put together as they are written; all else of the sheet is XlsxWriter's.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from math import isfinite
from typing import Any, Final

from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

HEIGHT: Final = 15  # points: a row that shows the first line of its texts
LINE: Final = 13  # points: each further line
LONGEST: Final = 32_767  # characters that a cell of Excel holds
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")  # what a program may take for a formula
EPOCH: Final = date(1899, 12, 30)


class RowSheet(Worksheet):  # type: ignore[misc] # XlsxWriter is not read by the type checker
    """A worksheet whose data are given a column at a time, after the rows that are written singly."""

    def __init__(self) -> None:
        super().__init__()
        self._lines: list[str] = []

    def fill(self, first: int, columns: Sequence[Sequence[str]], lines: Sequence[int] = ()) -> None:
        """Put columns of cell ends (see below), as long as each other, from row ``first`` (from 0).

        ``lines``: how many lines of text each row shows; one unless given.
        """
        placed = []
        for place, ends in enumerate(columns):
            letter = xl_col_to_name(place)
            placed.append(
                [
                    f'<c r="{letter}{row}{end}' if end else ""
                    for row, end in enumerate(ends, first + 1)
                ]
            )
        heights = [HEIGHT + LINE * (count - 1) for count in lines] or [HEIGHT] * len(columns[0])
        self._lines = [
            f'<row r="{row}" ht="{height}" customHeight="1">{"".join(cells)}</row>'
            for row, (height, *cells) in enumerate(zip(heights, *placed, strict=True), first + 1)
        ]
        self._check_dimensions(first + len(self._lines) - 1, len(columns) - 1)

    def _write_rows(self) -> None:
        super()._write_rows()
        self.fh.write("".join(self._lines))
        self._lines = []

    def _xml_number_element(
        self, number: float, attributes: Sequence[tuple[str, object]] = ()
    ) -> None:
        """A number as exact as it is; XlsxWriter's own way rounds to 16 digits."""
        said = "".join(f' {name}="{value}"' for name, value in attributes)
        self.fh.write(f"<c{said}><v>{number!r}</v></c>")

    def numbers(self, values: Iterable[float | None], form: Format) -> list[str]:
        """Ends of cells that hold numbers, each as exact as it is; none for None."""
        middle = f'" s="{form._get_xf_index()}"><v>'
        return [
            "" if value is None or not isfinite(value) else f"{middle}{value!r}</v></c>"
            for value in values
        ]

    def texts(self, values: Sequence[str], form: Format, quoted: Format) -> list[str]:
        """Ends of cells that hold text, never a formula; none for an empty text."""
        known = {"": ""}
        table, plain, marked = self.str_table, form._get_xf_index(), quoted._get_xf_index()
        for value in dict.fromkeys(values):
            if value:
                index = table._get_shared_string_index(value[:LONGEST])
                chosen = marked if value.startswith(FORMULA) else plain
                known[value] = f'" s="{chosen}" t="s"><v>{index}</v></c>'
        ends = [known[value] for value in values]
        table.count += len(ends) - ends.count("") - (len(known) - 1)
        return ends


def serial(text: str) -> int | None:
    """Excel's number of a whole ISO date; None for a month, a year or other text."""
    try:
        return (date.fromisoformat(text) - EPOCH).days
    except ValueError:
        return None


def value_of(raw: Any) -> bool:  # noqa: ANN401 - any cell
    """Whether a cell holds anything."""
    return not (raw is None or raw in ("", [], (), {}))


__all__ = ["FORMULA", "RowSheet", "serial", "value_of"]
