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
GAP: Final = 52.0  # room for a word for a gap, which is broken where it is longer
HEADING: Final = 64.0  # what the heading of a column of numbers may ask for
TEXT: Final = 300.0  # a column of text grows no further
SMALL: Final = 0.87  # size of second lines
AIRY: Final = 1.4  # how much wider than its texts a table is drawn at most
STARVED: Final = 2.2  # so much shorter must a table be on its side for the page to be turned
Widths = tuple[float, ...]


def columns(table: Table) -> tuple[Widths, bool]:
    """Points of each column, and whether the table needs a page on its side.

    It does where its words have no room across a page, or where one column would be starved.
    """
    standing, lying = _across(table, STANDING), _across(table, LYING)
    if sum(standing) <= STANDING + 1 and height(table, standing) < STARVED * height(table, lying):
        return standing, False
    return lying, True


def _across(table: Table, room: float) -> Widths:
    """Each column gets the room of its longest word; what is left goes to those with most to say.

    Wider than the room where the words have none.
    """
    places = range(len(table.columns))
    least = [_least(table, place) for place in places]
    if sum(least) > room:
        return tuple(least) if room < LYING else tuple(room * w / sum(least) for w in least)
    wanted = [max(a, _wanted(table, place)) for place, a in enumerate(least)]
    more = [w - a for w, a in zip(wanted, least, strict=True)]
    left = room - sum(least)
    if sum(more) > left:
        return _shared(least, more, [_weight(table, n, a) for n, a in enumerate(least)], left)
    factor = min(room / sum(wanted), AIRY)
    return tuple(w * factor for w in wanted)


def _shared(least: list[float], more: list[float], weights: list[float], left: float) -> Widths:
    """What is left over shared by weight, no column getting more than it can use."""
    given = [0.0] * len(least)
    while left > 1:
        open_ = [n for n, m in enumerate(more) if weights[n] > 0 and m - given[n] > 0.01]
        if not open_:
            break
        total, share = sum(weights[n] for n in open_), left
        for n in open_:
            part = min(share * weights[n] / total, more[n] - given[n])
            given[n] += part
            left -= part
    return tuple(a + g for a, g in zip(least, given, strict=True))


def _weight(table: Table, place: int, least: float) -> float:
    """How much of a column's text has no room on its line, over all rows; the heading counts more."""
    cells = [row[place] for row in table.rows]
    lines = [long for cell in cells for long in (_long(cell.text), _long(cell.small) * SMALL)]
    heading = min(_long(table.columns[place].title) / 2, HEADING)
    return sum(max(0.0, long + PADDING - least) for long in lines) + (
        len(cells) * 0.3 * max(0.0, heading + PADDING - least)
    )


def height(table: Table, widths: Widths) -> float:
    """About how many points of a page the rows take."""
    return sum(
        PADDING
        + LINE
        * max(
            ceil(_long(cell.text) / max(w - PADDING, 1.0))
            + ceil(_long(cell.small) * SMALL / max(w - PADDING, 1.0))
            for cell, w in zip(row, widths, strict=True)
        )
        for row in table.rows
    )


def _least(table: Table, place: int) -> float:
    """The longest word, or the longest number whole; a word for a gap may stand on two lines."""
    column = table.columns[place]
    cells = [row[place] for row in table.rows]
    texts = [column.title, column.unit, *(cell.text for cell in cells)]
    if not column.number:
        texts += [cell.small for cell in cells]
    words = [word for text in texts for word in re.split(r"[ \n]|(?<=[-–/])", text)]
    longest = min(max(map(_long, words), default=0.0), WORD)
    if column.number:
        whole = [_long(cell.text) for cell in cells if cell.raw is not None]
        small = [min(_long(cell.small) * SMALL, HEADING) for cell in cells]
        gaps = [min(_long(cell.text), GAP) for cell in cells if cell.raw is None]
        longest = max([longest, *(min(value, TEXT) for value in whole), *gaps, *small])
    return longest + PADDING


def _wanted(table: Table, place: int) -> float:
    """What the longest text of the column takes on one line; of a number's heading half."""
    column = table.columns[place]
    title = _long(column.title) / 2 + SIZE
    if column.number:
        gaps = [_long(row[place].text) / 2 + SIZE for row in table.rows]
        return min(max([title, *gaps]), HEADING) + PADDING
    body = [_long(text) for row in table.rows for text in (row[place].text, row[place].small)]
    return min(max([title, *body]), TEXT) + PADDING


def _long(text: str) -> float:
    return width(text, SIZE) * SERIF


__all__ = ["LYING", "STANDING", "columns", "height"]
