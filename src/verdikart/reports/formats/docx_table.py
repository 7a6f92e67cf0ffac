"""Tables of a note: widths that no word is broken by, a header row that repeats, rows kept whole."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final
from xml.sax.saxutils import quoteattr

from verdikart.chains.text_fit import SLACK, VOWELS, width
from verdikart.reports.document.model import Cell, Column, Table
from verdikart.reports.formats import docx_xml as x

SIZE: Final = 8.5  # points, as the style of table text has
TWIPS: Final = 20  # a point
PADDING: Final = 200  # left and right in a cell, with a little over, in twentieths of a point
SMALL_TABLE: Final = 6  # rows that are kept on one page
TOGETHER: Final = 3  # first rows of a longer table that stay with its heading
MANY: Final = 9  # columns that ask for the paper's long side
LEAST: Final = 4  # letters on each side of a break in a word
LONG: Final = 11  # letters from which a word may be broken
# Second parts of long words, where a break reads best.
JOINTS: Final = re.compile(
    "(?<=.{4})(?=konsentrasjon|konsentrat|avhengighet|risiko|fordeling|andel|register|restriksjon|"
    "indeks|terskel|område|preferanse|kritisk|indikator|magnet|temperatur|legering|komponent|"
    "leverandør|produksjon|parameter|innsats|industri|gjenvinning|isation|ability|fication)",
    re.IGNORECASE,
)


def heading(column: Column) -> str:
    """A column's heading with its unit."""
    return f"{column.title} ({column.unit})" if column.unit else column.title


def widths(table: Table, room: int) -> list[int]:
    """Widths of the columns by their shares, all in twentieths of a point, ``room`` in sum.

    None is narrower than its longest word where that can be, and none wider than its longest text
    as long as another has too little.
    """
    least = _least(table, finely=_finely(table, room))
    if sum(least) >= room:
        return _whole([need * room / sum(least) for need in least], room)
    most = [max(need, wide) for need, wide in zip(least, _most(table), strict=True)]
    if sum(most) <= room:
        return _whole([wide * room / sum(most) for wide in most], room)
    shares = [column.width for column in table.columns]
    low, high = 0.0, room / min(shares)
    for _ in range(40):  # the one measure at which the columns fill the room, found by halving
        measure = (low + high) / 2
        made = [
            min(max(measure * share, need), wide)
            for share, need, wide in zip(shares, least, most, strict=True)
        ]
        low, high = (measure, high) if sum(made) < room else (low, measure)
    return _whole(made, room)


def _most(table: Table) -> list[float]:
    """What each column would use for its longest text in one line, its heading in two."""
    found = []
    for place, column in enumerate(table.columns):
        head = width(heading(column), SIZE, bold=True) * 0.6
        cells = max((width(row[place].text, SIZE) for row in table.rows), default=0.0)
        found.append(max(head, cells) * SLACK * TWIPS + PADDING)
    return found


def _whole(parts: Sequence[float], room: int) -> list[int]:
    made = [int(part) for part in parts]
    made[0] += room - sum(made)
    return made


def lies(table: Table, room: int) -> bool:
    """Whether a table is set on the paper's long side: many columns, or words too long for it."""
    return len(table.columns) >= MANY or sum(_least(table, finely=True)) > room


def _finely(table: Table, room: int) -> bool:
    """Whether words must be broken between syllables, since breaks between words do not suffice."""
    return sum(_least(table, finely=False)) > room


def _least(table: Table, *, finely: bool) -> list[float]:
    """What each column needs for its longest unbreakable part, in twentieths of a point."""
    found = []
    for place, column in enumerate(table.columns):
        heads = _longest(heading(column), finely, bold=True)
        cells = max((_longest(_text(row[place]), finely) for row in table.rows), default=0.0)
        found.append(max(heads, cells) * TWIPS + PADDING)
    return found


def _text(cell: Cell) -> str:
    return f"{cell.text} {cell.small}"


def _longest(text: str, finely: bool, bold: bool = False) -> float:
    """The widest part of a text that is never broken, in points."""
    words = re.split(r"[ \n]|(?<=[-–/])(?=\w)", softened(text, finely))
    parts = [part for word in words for part in word.split(x.SOFT)]
    return max(width(part, SIZE, bold=bold) for part in parts) * SLACK


def softened(text: str, finely: bool) -> str:
    """A text whose long words may be broken: where two words meet; ``finely``: before syllables."""
    return re.sub(rf"[^\W\d_]{{{LONG},}}", lambda found: _soft(found.group(), finely), text)


def _soft(word: str, finely: bool) -> str:
    joined = JOINTS.sub(x.SOFT, word)
    if not finely:
        return joined
    return x.SOFT.join(
        _syllables(part) if len(part) > LONG else part for part in joined.split(x.SOFT)
    )


def _syllables(word: str) -> str:
    cuts = [0]
    for cut in range(LEAST, len(word) - LEAST + 1):
        onset = word[cut].lower() not in VOWELS and word[cut + 1].lower() in VOWELS
        if onset and cut - cuts[-1] >= LEAST:
            cuts.append(cut)
    return x.SOFT.join(word[a:b] for a, b in zip(cuts, [*cuts[1:], None], strict=True))


def table_xml(table: Table, said: str, room: int, style: Callable[[str], str]) -> str:
    """A table as an element. ``said``: its description; ``style``: the id of a style by name."""
    across = widths(table, room)
    finely = _finely(table, room)
    kept = len(table.rows) if len(table.rows) <= SMALL_TABLE else TOGETHER
    head = "".join(
        _cell(_heading(column, finely, style), wide)
        for column, wide in zip(table.columns, across, strict=True)
    )
    rows = [f"<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{head}</w:tr>"]
    for place, row in enumerate(table.rows, start=1):
        keep = "<w:keepNext/>" if place < kept else ""
        cells = "".join(
            _cell(_body(cell, column, finely, keep, style), wide)
            for cell, column, wide in zip(row, table.columns, across, strict=True)
        )
        rows.append(f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{cells}</w:tr>")
    return f"{opening(table.title, said, across, style)}{''.join(rows)}</w:tbl>"


def opening(
    title: str, said: str, across: Sequence[int], style: Callable[[str], str], *, head: bool = True
) -> str:
    """The beginning of a table: style, widths, header row and first column marked, alternative text."""
    grid = "".join(f'<w:gridCol w:w="{wide}"/>' for wide in across)
    return (
        f'<w:tbl><w:tblPr><w:tblStyle w:val="{style("Verdikart Table")}"/>'
        f'<w:tblW w:w="{sum(across)}" w:type="dxa"/><w:tblLayout w:type="fixed"/>'
        f'<w:tblLook w:val="{"04A0" if head else "0480"}" w:firstRow="{int(head)}" w:lastRow="0" '
        'w:firstColumn="1" w:lastColumn="0" w:noHBand="1" w:noVBand="1"/>'
        f"<w:tblCaption w:val={quoteattr(title)}/><w:tblDescription w:val={quoteattr(said)}/>"
        f"</w:tblPr><w:tblGrid>{grid}</w:tblGrid>"
    )


def _heading(column: Column, finely: bool, style: Callable[[str], str]) -> str:
    look = "Verdikart Table Heading Number" if column.number else "Verdikart Table Heading"
    return x.paragraph(style(look), x.run(softened(heading(column), finely)))


def _body(cell: Cell, column: Column, finely: bool, keep: str, style: Callable[[str], str]) -> str:
    look = "Verdikart Table Number" if column.number else "Verdikart Table Text"
    gap = cell.raw is None and cell.status != "ok"
    inner = x.run(softened(cell.text, finely), style("Verdikart Gap") if gap else "")
    if cell.small:
        inner += x.run(f"\n{softened(cell.small, finely)}", style("Verdikart Small"))
    return x.paragraph(style(look), inner, keep)


def _cell(inner: str, wide: int) -> str:
    return f'<w:tc><w:tcPr><w:tcW w:w="{wide}" w:type="dxa"/></w:tcPr>{inner}</w:tc>'


__all__ = ["heading", "lies", "opening", "softened", "table_xml", "widths"]
