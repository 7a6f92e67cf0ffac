"""The twins of a page: the same cells as JSON, and its main table as CSV."""

from __future__ import annotations

import csv
import io
from typing import Any

from verdikart.core.errors import UnknownName
from verdikart.core.version import VERSION
from verdikart.mapping.saved import Saved
from verdikart.web.ask import Ask
from verdikart.web.blocks import (
    Block,
    Cards,
    Cell,
    Chart,
    Drawing,
    Facts,
    Form,
    Fragment,
    Links,
    Note,
    Page,
    Prose,
    Section,
    Table,
    tables,
)
from verdikart.web.render import source_lines

Row = dict[str, Any]


def document(ask: Ask, page: Page) -> Row:
    """The page as plain values. Every figure keeps its status, bounds and the address of its card."""
    saved = ask.saved
    return {
        "title": page.title,
        "lead": page.lead,
        "lang": ask.lang,
        "mapping": _mapping(saved) if saved.name else None,
        "address": ask.here(),
        "sections": [_section(section) for section in page.sections],
        "sources": [
            {"title": title, "vintage": vintage, "licence": licence}
            for title, vintage, licence in source_lines(ask, page.sources)
        ],
        "licence": "CC-BY-4.0",
        "made_by": f"verdikart {VERSION}",
    }


def _mapping(saved: Saved) -> Row:
    version = saved.manifest["code"]["version"]
    return {"name": saved.name, "home": saved.home, "year": saved.year, "code": version}


def _section(section: Section) -> Row:
    return {
        "id": section.anchor,
        "title": section.title,
        "blocks": [found for b in section.blocks if (found := _block(b)) is not None],
    }


def _block(block: Block) -> Row | None:
    if isinstance(block, Table):
        return {"kind": "table", **_table(block)}
    if isinstance(block, Chart):
        summary = {"id": block.chart_id, "title": block.title, "summary": block.summary}
        return {"kind": "chart", **summary, "table": _table(block.table)}
    if isinstance(block, Prose):
        return {"kind": "text", "texts": list(block.texts)}
    if isinstance(block, Facts):
        return {"kind": "facts", "title": block.title, "items": _facts(block.items)}
    if isinstance(block, Note):
        return {"kind": "note", "tone": block.tone, "title": block.title, "text": block.text}
    if isinstance(block, Cards):
        cards = [
            {
                "title": c.title,
                "text": c.text,
                "tags": [t.text for t in c.tags],
                "facts": _facts(c.facts),
                "action": c.action,
                "href": c.href,
            }
            for c in block.items
        ]
        return {"kind": "cards", "items": cards}
    if isinstance(block, Links):
        items = [{"text": text, "href": href, "about": about} for text, href, about in block.items]
        return {"kind": "links", "title": block.title, "items": items}
    if isinstance(block, Drawing):
        summary = {"id": block.drawing_id, "title": block.title, "summary": block.summary}
        return {"kind": "drawing", **summary}
    if isinstance(block, Form):
        chosen = {f.name: f.value for f in block.fields if f.kind != "hidden"}
        return {"kind": "form", "id": block.form_id, "chosen": chosen}
    return _fragment(block)


def _fragment(block: Fragment) -> Row | None:
    return None if block.data is None else {"kind": "data", "data": block.data}


def _facts(items: tuple[tuple[str, Cell], ...]) -> list[Row]:
    return [{"term": term, **value(cell)} for term, cell in items]


def _table(table: Table) -> Row:
    found: Row = {
        "id": table.table_id,
        "caption": table.caption,
        "columns": [
            {"key": c.key, "title": c.title, **({"unit": c.unit} if c.unit else {})}
            for c in table.columns
        ],
        "rows": [
            {column.key: value(cell) for column, cell in zip(table.columns, row, strict=True)}
            for row in table.rows
        ],
        "notes": list(table.notes),
    }
    if table.pager:
        pager = table.pager
        found["shown"] = {"first": pager.first, "last": pager.last, "total": pager.total}
    return found


def value(cell: Cell) -> Row:
    """A cell: its raw value and its text; what is not plain beside them."""
    found: Row = {"value": cell.raw, "text": cell.text, "status": cell.status}
    for name in ("low", "high"):
        if (bound := getattr(cell, name)) is not None:
            found[name] = bound
    for name in ("unit", "reason", "why", "href", "small"):
        if text := getattr(cell, name):
            found[name] = text
    if cell.tags:
        found["tags"] = [tag.text for tag in cell.tags]
    return found


def sheet(page: Page, wanted: str, lang: str) -> str:
    """One table of a page as CSV: raw values, and a column of statuses where any is not plain.

    Bokmål has semicolons and decimal commas, as its spreadsheets expect. Raises
    :class:`UnknownName` where the page has no such table.
    """
    found = {table.table_id: table for table in tables(page)}
    name = wanted or (page.main if page.main in found else next(iter(found), ""))
    if name not in found:
        raise UnknownName("table of this page", name, list(found), ", ".join(found) or "none")
    table = found[name]
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";" if lang == "nb" else ",", lineterminator="\r\n")
    if table.whole is not None:
        heads, rows = table.whole()
        writer.writerow(heads)
        writer.writerows([_written(part, lang) for part in row] for row in rows)
        return text.getvalue()
    spread = [_spread(table, place) for place in range(len(table.columns))]
    writer.writerow([head for heads, _ in spread for head in heads])
    for number in range(len(table.rows)):
        writer.writerow([_written(part, lang) for _, rows in spread for part in rows[number]])
    return text.getvalue()


def _spread(table: Table, place: int) -> tuple[list[str], list[list[Any]]]:
    """A column as one to four: value, labels, status, bounds, as far as any row has them."""
    key = table.columns[place].key
    cells = [row[place] for row in table.rows]
    heads, parts = (
        [key],
        [[cell.text if cell.raw is None and _named(cell) else cell.raw] for cell in cells],
    )
    if any(cell.tags for cell in cells):
        heads.append(f"{key}_labels")
        for part, cell in zip(parts, cells, strict=True):
            part.append("; ".join(tag.text for tag in cell.tags))
    if any(cell.status not in ("ok", "zero") for cell in cells):
        heads.append(f"{key}_status")
        for part, cell in zip(parts, cells, strict=True):
            part.append(cell.status)
    if any(cell.low is not None or cell.high is not None for cell in cells):
        heads += [f"{key}_low", f"{key}_high"]
        for part, cell in zip(parts, cells, strict=True):
            part += [cell.low, cell.high]
    return heads, parts


def _named(cell: Cell) -> bool:
    """Whether a cell's text is its value: no figure that is missing."""
    return cell.status in ("ok", "zero")


def _written(part: Any, lang: str) -> str:  # noqa: ANN401 - any cell
    if part is None:
        return ""
    if isinstance(part, bool):
        return "true" if part else "false"
    if isinstance(part, (list, tuple)):
        return " | ".join(map(str, part))
    if isinstance(part, float):
        text = repr(part)
        return text.replace(".", ",") if lang == "nb" else text
    text = str(part)
    # A text that a spreadsheet would run as a formula is kept a text.
    return f"'{text}" if text[:1] in ("=", "+", "@", "\t") else text
