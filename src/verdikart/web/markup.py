"""Cells and tables as HTML. Written in Python: a page has thousands of cells, a template is slow.

No inline style and no script: the content security policy forbids both.
"""

from __future__ import annotations

from html import escape

from markupsafe import Markup

from verdikart.reports.view import Tag
from verdikart.reports.voice import Voice
from verdikart.web.blocks import Cell, Column, Table

WIDTHS = {"w4": 200, "w3": 110, "w2": 60, "w1": 32}  # letters from which a column is so wide
SIGNS = {"estimated": "≈ "}  # set before a value; the words are in the cell's own text for readers


def tag(given: Tag) -> str:
    """A label; its tone is a colour and a border, its word the meaning."""
    return f'<span class="tag {escape(given.tone)}">{escape(given.text)}</span>'


def inner(cell: Cell, voice: Voice) -> str:
    """What stands in a cell: text or gap, its link, labels and second line."""
    text = escape(cell.text)
    if cell.status not in ("ok", "zero"):
        text = f'<span class="status {cell.status}">{SIGNS.get(cell.status, "")}{text}</span>'
    if cell.code:
        text = f"<code>{text}</code>"
    if cell.why:
        said = voice.say("why this number?")
        text = (
            f'<a class="why" href="{escape(cell.why)}">{text}'
            f'<span class="vh"> – {escape(said)}</span></a>'
        )
    elif cell.href:
        away = ' rel="external noreferrer"' if cell.href.startswith("http") else ""
        text = f'<a class="ds-link" href="{escape(cell.href)}"{away}>{text}</a>'
    if cell.tags:
        text += (" " if text else "") + " ".join(map(tag, cell.tags))
    if cell.small:
        text += f"<small>{escape(cell.small)}</small>"
    return text


def value(cell: Cell, voice: Voice) -> Markup:
    """A cell outside a table."""
    body = inner(cell, voice)
    if cell.lang and cell.lang != voice.lang:
        body = f'<span lang="{escape(cell.lang)}">{body}</span>'
    return Markup(body)  # noqa: S704 - every part is escaped above


def table(given: Table, voice: Voice) -> Markup:
    """A table with caption and heads that can be sorted by; it scrolls sideways in its own region."""
    name = f"{given.table_id}-caption"
    kind = " matrix" if given.matrix else ""
    parts = [
        f'<div class="scroll{kind}" role="region" tabindex="0" aria-labelledby="{name}">'
        f'<table class="ds-table" id="{escape(given.table_id)}">'
        f'<caption id="{name}"><span>{escape(given.caption)}</span></caption><thead><tr>'
    ]
    parts += [
        _head(column, given, width)
        for column, width in zip(given.columns, _widths(given), strict=True)
    ]
    parts.append("</tr></thead><tbody>")
    numbers = [column.number for column in given.columns]
    for row in given.rows:
        parts.append("<tr>")
        for place, cell in enumerate(row):
            kinds = [k for k in ("n" if numbers[place] else "", _level(cell)) if k]
            shape = f' class="{" ".join(kinds)}"' if kinds else ""
            if cell.lang and cell.lang != voice.lang:
                shape += f' lang="{escape(cell.lang)}"'
            body = inner(cell, voice)
            if place:
                parts.append(f"<td{shape}>{body}</td>")
            else:
                parts.append(f'<th scope="row"{shape}>{body}</th>')
        parts.append("</tr>")
    parts.append("</tbody></table></div>")
    return Markup("".join(parts))  # noqa: S704 - every part is escaped


def _level(cell: Cell) -> str:
    return "" if cell.level is None else f"h{cell.level}"


def _widths(given: Table) -> list[str]:
    """A class for each column by its longest text, so that none becomes a tall and narrow pillar."""
    found = []
    for place, column in enumerate(given.columns):
        cells = [row[place] for row in given.rows] if place else []
        longest = max((max(len(c.text), len(c.small)) for c in cells), default=0)
        tags = max((sum(len(t.text) + 4 for t in c.tags) for c in cells), default=0)
        size = next((name for name, least in WIDTHS.items() if longest + tags >= least), "")
        found.append("n" if column.number else size or ("w" if column.wide else ""))
    return found


def _head(column: Column, given: Table, width: str) -> str:
    kind = f' class="{width}"' if width else ""
    title = escape(column.title)
    if column.unit:
        title += f' <span class="unit">{escape(column.unit)}</span>'
    link = given.sort_links.get(column.sort)
    if column.href:
        title = f'<a class="ds-link" href="{escape(column.href)}">{title}</a>'
    if not link or column.href:
        return f'<th scope="col"{kind}>{title}</th>'
    order = {column.sort: "ascending", f"-{column.sort}": "descending"}.get(given.sorted_by, "none")
    sign = {"ascending": "↑", "descending": "↓", "none": "↕"}[order]
    return (
        f'<th scope="col"{kind} aria-sort="{order}"><a class="sort" href="{escape(link)}">{title}'
        f'<span aria-hidden="true"> {sign}</span></a></th>'
    )
