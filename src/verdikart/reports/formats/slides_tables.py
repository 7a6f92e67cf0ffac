"""Tables of slides: columns measured by what they hold, rows on as many slides as they take.

The XML is written whole, for a library that sets cell by cell takes seconds over a large table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from verdikart.chains.text_fit import width as wide
from verdikart.reports.document.model import Cell, Column, Table
from verdikart.reports.formats.slides_design import POINT, Area
from verdikart.reports.formats.slides_text import CELL, HARD, LEADING, LOCALES, NS, lines

LARGE: Final = 14.0  # type of a table that has a slide to itself
SIDE, ABOVE = 5.0, 3.0  # inside a cell, left and right, above and below
LEAST, MOST_WORD = 44.0, 150.0  # widths of a column: least, and the most that one word asks for
PLAIN_STYLE: Final = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"  # no style, no grid
URI: Final = "http://schemas.openxmlformats.org/drawingml/2006/table"


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a table that fits on a slide: some columns and rows, with their measures."""

    table: Table
    columns: tuple[int, ...]
    widths: tuple[float, ...]
    head: float
    rows: tuple[tuple[int, float], ...]  # row and its height
    size: float = CELL

    @property
    def height(self) -> float:
        """Height of the header and the rows."""
        return self.head + sum(height for _, height in self.rows)


def pieces(
    table: Table, width: float, room: float, wider: float = 1.0, *, large: bool = True
) -> list[Piece]:
    """A table on as many slides as it takes; the header, and the first column, on each.

    In the larger type where all of it then stands on one slide, unless that is not asked for.
    """
    if large:
        found = _pieces(table, width, room, wider, LARGE)
        if len(found) == 1 and found[0].height <= room:
            return found
    return _pieces(table, width, room, wider, CELL)


def _pieces(table: Table, width: float, room: float, wider: float, size: float) -> list[Piece]:
    found: list[Piece] = []
    wider *= size / CELL  # larger type is as a wider font
    scale = size / CELL
    for columns in _groups(table, width, wider):
        widths = _widths(table, columns, width, wider)
        head = _row([(_head(table.columns[c]), True) for c in columns], widths, wider) * scale
        heights = [
            _row([(_said(cells[c], table.columns[c]), False) for c in columns], widths, wider)
            * scale
            for cells in table.rows
        ]
        found += [
            Piece(table, columns, widths, head, rows, size) for rows in _even(heights, room - head)
        ]
    return found


def _even(heights: Sequence[float], room: float) -> list[tuple[tuple[int, float], ...]]:
    """Rows on the fewest slides, about as much on each."""
    whole = _filled(heights, room)
    low, high = max(heights), room
    while high - low > 4:
        middle = (low + high) / 2
        if len(_filled(heights, middle)) > len(whole):
            low = middle
        else:
            high = middle
    return _filled(heights, max(high, low))


def _filled(heights: Sequence[float], room: float) -> list[tuple[tuple[int, float], ...]]:
    found: list[list[tuple[int, float]]] = [[]]
    used = 0.0
    for number, height in enumerate(heights):
        if found[-1] and used + height > room:
            found.append([])
            used = 0.0
        found[-1].append((number, height))
        used += height
    return [tuple(rows) for rows in found]


def _head(column: Column) -> str:
    return f"{column.title}, {column.unit}" if column.unit else column.title


def _said(cell: Cell, column: Column) -> str:
    """A cell's text; what is small stands behind words, and below a number."""
    return f"{cell.text}{_between(column)}{cell.small}" if cell.small else cell.text


def _between(column: Column) -> str:
    return "\n" if column.number else " · "


@lru_cache(maxsize=8192)
def _word(text: str, *, bold: bool) -> float:
    """Width of the longest word."""
    words = text.translate(HARD).replace("-", "- ").replace("/", "/ ").split()
    return max((wide(word, CELL, bold=bold) for word in words), default=0.0) * 1.05


def _asked(table: Table, place: int, wider: float) -> tuple[float, float]:
    """The width that a column must have, and the one at which nothing is broken."""
    head = _head(table.columns[place])
    column = table.columns[place]
    texts = [part for row in table.rows for part in _said(row[place], column).split("\n")]
    least = max(_word(head, bold=True), *(_word(text, bold=False) for text in texts), 0.0)
    # A heading may take two lines.
    most = max(wide(head, CELL, bold=True) * 0.6, *(wide(t, CELL) * 1.05 for t in texts), least)
    least = min(MOST_WORD, least)
    inside = 2 * SIDE + 1
    return max(LEAST, least * wider + inside), max(LEAST, most * wider + inside)


def _groups(table: Table, width: float, wider: float) -> list[tuple[int, ...]]:
    """Columns that fit beside each other; the first one stands in every group."""
    least = [_asked(table, place, wider)[0] for place in range(len(table.columns))]
    groups: list[list[int]] = [[0]]
    for place in range(1, len(least)):
        if sum(least[p] for p in groups[-1]) + least[place] > width and len(groups[-1]) > 1:
            groups.append([0])
        groups[-1].append(place)
    return [tuple(group) for group in groups]


def _widths(table: Table, columns: Sequence[int], width: float, wider: float) -> tuple[float, ...]:
    """Least widths first, then what is left by how much each column still lacks."""
    asked = [_asked(table, place, wider) for place in columns]
    least = [
        min(low, width / len(columns)) if sum(a for a, _ in asked) > width else low
        for low, _ in asked
    ]
    over = max(0.0, width - sum(least))
    lacks = [min(max(0.0, high - low), 340.0) for (_, high), low in zip(asked, least, strict=True)]
    whole = sum(lacks)
    if whole <= over:  # everything on one line: the rest by the columns' own shares
        shares = [table.columns[c].width for c in columns]
        rest = over - whole
        return tuple(
            low + lack + rest * share / sum(shares)
            for low, lack, share in zip(least, lacks, shares, strict=True)
        )
    return tuple(low + over * lack / whole for low, lack in zip(least, lacks, strict=True))


def _row(texts: Sequence[tuple[str, bool]], widths: Sequence[float], wider: float) -> float:
    """Height of a row."""
    most = max(
        sum(lines(part, (room - 2 * SIDE) / wider, CELL, bold=bold) for part in text.split("\n"))
        for (text, bold), room in zip(texts, widths, strict=True)
    )
    return most * CELL * LEADING + 2 * ABOVE + 1


def frame(piece: Piece, number: int, at: Area, alt: str, lang: str) -> str:
    """The graphic frame of a piece, with its header row and row headings marked as such."""
    columns = "".join(f'<a:gridCol w="{_emu(w)}"/>' for w in piece.widths)
    heads = [piece.table.columns[c] for c in piece.columns]
    rows = [
        _tr(
            piece.head,
            [
                _tc(_head(column), "", column.number, (lang, piece.size), head=True)
                for column in heads
            ],
        )
    ]
    for place, high in piece.rows:
        cells = [piece.table.rows[place][c] for c in piece.columns]
        rows.append(
            _tr(
                high,
                [
                    _tc(
                        cell.text,
                        cell.small,
                        column.number,
                        (lang, piece.size),
                        soft=cell.status not in FIRM,
                    )
                    for cell, column in zip(cells, heads, strict=True)
                ],
            )
        )
    place_ = (
        f'<p:xfrm><a:off x="{_emu(at.x)}" y="{_emu(at.y)}"/>'
        f'<a:ext cx="{_emu(sum(piece.widths))}" cy="{_emu(piece.height)}"/></p:xfrm>'
    )
    return (
        f"<p:graphicFrame {NS}><p:nvGraphicFramePr>"
        f'<p:cNvPr id="{number}" name={quoteattr(f"Table {number}")} descr={quoteattr(alt)}/>'
        '<p:cNvGraphicFramePr><a:graphicFrameLocks noGrp="1"/></p:cNvGraphicFramePr><p:nvPr/>'
        f"</p:nvGraphicFramePr>{place_}"
        f'<a:graphic><a:graphicData uri="{URI}"><a:tbl><a:tblPr firstRow="1" firstCol="1">'
        f"<a:tableStyleId>{PLAIN_STYLE}</a:tableStyleId></a:tblPr>"
        f"<a:tblGrid>{columns}</a:tblGrid>{''.join(rows)}</a:tbl></a:graphicData></a:graphic>"
        "</p:graphicFrame>"
    )


FIRM: Final = ("ok", "zero", "estimated")


def _emu(points: float) -> int:
    return round(points * POINT)


def _tr(height: float, cells: Sequence[str]) -> str:
    return f'<a:tr h="{_emu(height)}">{"".join(cells)}</a:tr>'


def _tc(
    text: str,
    small: str,
    number: bool,
    look: tuple[str, float],
    *,
    head: bool = False,
    soft: bool = False,
) -> str:
    """A cell. A gap in words is softer than a value; a second line is too."""
    align = "r" if number else "l"
    written = _run(text, look, "bg1" if head else "tx1", bold=head, soft=soft)
    if small and not number:
        written += _run(f" · {small}", look, "tx1", soft=True)
    paras = _p(written, align)
    if small and number:
        paras += _p(_run(small, look, "tx1", soft=True), align)
    line = f'<a:solidFill><a:schemeClr val="{"tx2" if head else "tx1"}">'
    line += (
        "</a:schemeClr></a:solidFill>"
        if head
        else ('<a:lumMod val="25000"/><a:lumOff val="75000"/></a:schemeClr></a:solidFill>')
    )
    fill = '<a:solidFill><a:schemeClr val="tx2"/></a:solidFill>' if head else "<a:noFill/>"
    inside = f'marL="{_emu(SIDE)}" marR="{_emu(SIDE)}" marT="{_emu(ABOVE)}" marB="{_emu(ABOVE)}"'
    anchor = "b" if head else "t"
    return (
        f"<a:tc><a:txBody><a:bodyPr/><a:lstStyle/>{paras}</a:txBody>"
        f'<a:tcPr {inside} anchor="{anchor}"><a:lnB w="9525">{line}</a:lnB>{fill}</a:tcPr></a:tc>'
    )


def _p(runs: str, align: str) -> str:
    return f'<a:p><a:pPr algn="{align}"/>{runs}</a:p>'


def _run(
    text: str, look: tuple[str, float], ink: str, *, bold: bool = False, soft: bool = False
) -> str:
    tone = '<a:lumMod val="75000"/><a:lumOff val="25000"/>' if soft else ""
    lang, size = look
    return (
        f"<a:r><a:rPr lang={quoteattr(LOCALES[lang])} "
        f'sz="{round(size * 100)}" b="{int(bold)}" dirty="0"><a:solidFill>'
        f'<a:schemeClr val="{ink}">{tone}</a:schemeClr></a:solidFill></a:rPr>'
        f"<a:t>{escape(text)}</a:t></a:r>"
    )
