"""Tables of a note: a header row that repeats, rows kept whole, an alternative text."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final
from xml.sax.saxutils import quoteattr

from verdikart.reports.document.model import Cell, Column, Table
from verdikart.reports.formats import docx_xml as x
from verdikart.reports.formats.docx_widths import heading, softener, widths

SMALL_TABLE: Final = 6  # rows that are kept on one page
TOGETHER: Final = 3  # first rows of a longer table that stay with its heading, and last ones
KEEP: Final = "<w:keepNext/>"
Style = Callable[[str], str]


def table_xml(table: Table, said: str, room: int, stretch: float, style: Style) -> str:
    """A table as an element. ``said``: its description; ``style``: the id of a style by name.

    ``stretch``: how much wider its type may be than the type that texts are measured in.
    """
    across = widths(table, room, stretch)
    soften = softener(table, room / stretch)
    kept = len(table.rows) if len(table.rows) <= SMALL_TABLE else TOGETHER
    head = "".join(
        _cell(_heading(column, soften, style), wide)
        for column, wide in zip(table.columns, across, strict=True)
    )
    rows = [f"<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{head}</w:tr>"]
    for place, row in enumerate(table.rows, start=1):
        left = len(table.rows) - place
        # The last rows stay together, and the very last with the line beneath.
        keep = place < kept or (0 < left < TOGETHER) or (left == 0 and bool(table.notes))
        cells = "".join(
            _cell(_body(cell, column, soften, KEEP if keep else "", style), wide)
            for cell, column, wide in zip(row, table.columns, across, strict=True)
        )
        rows.append(f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{cells}</w:tr>")
    return f"{_opening(table.title, said, across, style)}{''.join(rows)}</w:tbl>"


def pairs_xml(title: str, rows: Sequence[tuple[str, str]], room: int, style: Style) -> str:
    """A table of terms and what is said of each; the first row heads the columns."""
    across = (room // 4, room - room // 4)
    looks = [style(f"Verdikart Table {kind}") for kind in ("Heading", "Text")]
    said = []
    for place, row in enumerate(rows):
        cells = "".join(
            _cell(x.paragraph(looks[0] if place == 0 else look, x.run(text)), wide)
            for text, wide, look in zip(row, across, looks, strict=True)
        )
        head = "<w:tblHeader/>" if place == 0 else ""
        said.append(f"<w:tr><w:trPr><w:cantSplit/>{head}</w:trPr>{cells}</w:tr>")
    return f"{_opening(title, title, across, style)}{''.join(said)}</w:tbl>"


def _opening(title: str, said: str, across: Sequence[int], style: Style) -> str:
    """The beginning of a table: style, widths, header row and first column marked, alternative text."""
    grid = "".join(f'<w:gridCol w:w="{wide}"/>' for wide in across)
    return (
        f'<w:tbl><w:tblPr><w:tblStyle w:val="{style("Verdikart Table")}"/>'
        f'<w:tblW w:w="{sum(across)}" w:type="dxa"/><w:tblLayout w:type="fixed"/>'
        '<w:tblLook w:val="06A0" w:firstRow="1" w:lastRow="0" w:firstColumn="1" '
        'w:lastColumn="0" w:noHBand="1" w:noVBand="1"/>'
        f"<w:tblCaption w:val={quoteattr(title)}/><w:tblDescription w:val={quoteattr(said)}/>"
        f"</w:tblPr><w:tblGrid>{grid}</w:tblGrid>"
    )


def _heading(column: Column, soften: Style, style: Style) -> str:
    look = "Verdikart Table Heading Number" if column.number else "Verdikart Table Heading"
    return x.paragraph(style(look), x.run(soften(heading(column))))


def _body(cell: Cell, column: Column, soften: Style, keep: str, style: Style) -> str:
    look = "Verdikart Table Number" if column.number else "Verdikart Table Text"
    gap = cell.raw is None and cell.status != "ok"
    inner = x.run(soften(cell.text), style("Verdikart Gap") if gap else "")
    if cell.small:
        inner += x.run(f"\n{soften(cell.small)}", style("Verdikart Small"))
    return x.paragraph(style(look), inner, keep)


def _cell(inner: str, wide: int) -> str:
    return f'<w:tc><w:tcPr><w:tcW w:w="{wide}" w:type="dxa"/></w:tcPr>{inner}</w:tc>'


__all__ = ["pairs_xml", "table_xml"]
