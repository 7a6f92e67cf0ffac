"""How wide each column of a printed table is, and whether its page must lie."""

from __future__ import annotations

import re
from math import ceil
from typing import Final

from verdikart.chains.text_fit import width
from verdikart.reports.document.model import Table

SIZE: Final = 9.0
SERIF: Final = 0.97  # the note's letters are narrower than those that are measured
PADDING: Final = 8.0
STANDING: Final = 453.5  # points of text across a page of A4
LYING: Final = 751.0  # the same on a page on its side
WORD: Final = 70.0  # a longer word may be broken
LINE: Final = 11.0  # from one line to the next
HEADING: Final = 64.0  # what the heading of a column of numbers may ask for
TEXT: Final = 190.0  # a column of text grows no further
Widths = tuple[float, ...]


def columns(table: Table) -> tuple[Widths, bool]:
    """Points of each column, and whether the table needs a page on its side.

    Each column gets the room of its longest word, and what is left over goes to those that have
    most to say.
    """
    least = [_least(table, place) for place in range(len(table.columns))]
    wanted = [max(a, _wanted(table, place)) for place, a in enumerate(least)]
    lying = sum(least) > STANDING
    room = LYING if lying else STANDING
    if sum(least) > room:
        return tuple(room * part / sum(least) for part in least), lying
    more = [w - a for w, a in zip(wanted, least, strict=True)]
    left = room - sum(least)
    if 0 < left < sum(more):
        found = [a + left * m / sum(more) for a, m in zip(least, more, strict=True)]
    else:
        rest = left - sum(more)
        heavy = [w if not c.number else w / 3 for w, c in zip(wanted, table.columns, strict=True)]
        found = [w + rest * h / sum(heavy) for w, h in zip(wanted, heavy, strict=True)]
    return tuple(round(value, 2) for value in found), lying


def height(table: Table, widths: Widths) -> float:
    """About how many points of a page the rows take."""
    return sum(
        PADDING
        + LINE
        * max(
            ceil(_long(cell.text) / max(w - PADDING, 1.0)) + bool(cell.small)
            for cell, w in zip(row, widths, strict=True)
        )
        for row in table.rows
    )


def _texts(table: Table, place: int) -> list[str]:
    held = [text for row in table.rows for text in (row[place].text, row[place].small)]
    column = table.columns[place]
    return [column.title, column.unit, *held]


def _least(table: Table, place: int) -> float:
    """The longest word, or the longest number whole."""
    words = [w for text in _texts(table, place) for w in re.split(r"[ \n]|(?<=[-–/])", text)]
    longest = max((_long(word) for word in words), default=0.0)
    if table.columns[place].number:
        body = max((_long(row[place].text) for row in table.rows), default=0.0)
        return max(min(longest, WORD), min(body, TEXT)) + PADDING
    return min(longest, WORD) + PADDING


def _wanted(table: Table, place: int) -> float:
    """What the longest text of the column takes on one line; of a number's heading half."""
    column = table.columns[place]
    title = _long(column.title) / 2 + SIZE
    if column.number:
        return min(title, HEADING) + PADDING
    body = [_long(text) for row in table.rows for text in (row[place].text, row[place].small)]
    return min(max([title, *body]), TEXT) + PADDING


def _long(text: str) -> float:
    return width(text, SIZE) * SERIF


__all__ = ["LYING", "STANDING", "columns", "height"]
