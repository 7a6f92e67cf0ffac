"""The sections of a note: statements, tables, charts and drawings."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Final

from docx.image.image import Image
from docx.shared import Twips

from verdikart.reports.document.model import (
    Block,
    Chart,
    Diagram,
    Paragraph,
    Points,
    Section,
    Statement,
    Table,
)
from verdikart.reports.formats import docx_xml as x
from verdikart.reports.formats import pictures
from verdikart.reports.formats.docx_pages import Way
from verdikart.reports.formats.docx_plan import Caption
from verdikart.reports.formats.docx_sheet import Sheet, section_name
from verdikart.reports.formats.docx_styles import NUMBERS
from verdikart.reports.formats.docx_table import table_xml
from verdikart.reports.formats.docx_widths import heading

SHORT: Final = 500  # letters of a text that may stand above a wide block on its page


def section(sheet: Sheet, part: Section, place: int, *, new_page: bool = False) -> None:
    """A section: its heading and its blocks, each on paper that lies as it needs."""
    ways = _ways(sheet, part.blocks)
    sheet.pages.turn(ways[0] if ways else "upright")
    sheet.heading(min(part.level, 2), part.title, section_name(place), new_page=new_page)
    if not part.blocks:
        sheet.text("Body Text", x.run(sheet.voice.say("Nothing on record.")))
    captions = list(sheet.plan.captions(part))
    told = False  # whether text stands before the block
    for block, way in zip(part.blocks, ways, strict=True):
        if isinstance(block, (Paragraph, Points)):
            told = True
        elif told and captions:
            see = sheet.sentence(sheet.voice.say("See {places}."), captions)
            sheet.text("Verdikart Pointer", see)
            captions = []
        elif sheet.plan.caption(block):
            captions = captions[1:]  # it stood there before any text could refer to it
        sheet.pages.turn(way)
        _block(sheet, block, part.level, told)


def _ways(sheet: Sheet, blocks: Sequence[Block]) -> list[Way]:
    """How the paper lies for each block: a short text goes with the wide block that follows."""
    ways = [sheet.pages.way_of(block) for block in blocks]
    for place in range(len(blocks) - 2, -1, -1):
        if ways[place + 1] == "lying" and _short(blocks[place]):
            ways[place] = "lying"
    return ways


def _short(block: Block) -> bool:
    """Whether a block is a few lines of text."""
    if isinstance(block, (Paragraph, Points)):
        return sum(len(s.text) for s in block.statements) < SHORT
    return isinstance(block, Table) and not block.rows


def _block(sheet: Sheet, block: Block, level: int, told: bool) -> None:
    if isinstance(block, Paragraph):
        _paragraph(sheet, block)
    elif isinstance(block, Points):
        _points(sheet, block, level)
    elif isinstance(block, Table):
        table(sheet, block)
    else:
        _figure(sheet, block, told)


# Statements


def _paragraph(sheet: Sheet, block: Paragraph) -> None:
    """Statements as running text; a recommendation stands by itself."""
    running: list[str] = []
    for statement in (*block.statements, None):
        if statement is not None and statement.kind != "recommendation":
            running.append(_said(sheet, statement))
            continue
        if running:
            sheet.text("Body Text", x.run(" ").join(running))
            running = []
        if statement is not None:
            _recommendation(sheet, statement)


def _points(sheet: Sheet, block: Points, level: int) -> None:
    """Statements as a list; an action stands under the finding that calls for it."""
    if block.title:
        sheet.heading(min(level, 2) + 1, block.title)
    if not block.statements:
        sheet.text("Body Text", x.run(block.empty or sheet.voice.say("Nothing on record.")))
        return
    number = ""
    if block.ordered:
        held = sheet.base.numbering(NUMBERS)
        number = f'<w:numPr><w:ilvl w:val="0"/><w:numId w:val="{held}"/></w:numPr>'
    look = "List Number" if block.ordered else "List Bullet"
    for place, statement in enumerate(block.statements, start=1):
        if statement.kind == "recommendation":
            _recommendation(sheet, statement)
            continue
        after = block.statements[place] if place < len(block.statements) else None
        keep = "<w:keepNext/>" if after and after.kind == "recommendation" else ""
        sheet.text(look, _said(sheet, statement), keep + number)


def _recommendation(sheet: Sheet, statement: Statement) -> None:
    label = sheet.run(sheet.voice.say("Recommendation:"), "Verdikart Label")
    sheet.text("Verdikart Recommendation", f"{label}{x.run(' ')}{_said(sheet, statement)}")


def _said(sheet: Sheet, statement: Statement) -> str:
    """A statement with its note marks, and who stands behind it where that is not the usual."""
    tag = sheet.owners.tag(statement)
    quiet = sheet.run(f" ({tag})", "Verdikart Quiet") if tag else ""
    return x.run(statement.text) + sheet.marks(statement.notes) + quiet


# Tables and figures


def table(sheet: Sheet, held: Table, of: Caption | None = None) -> None:
    """A table with its caption, or the sentence that stands for an empty one.

    ``of``: the figure that it is the twin of.
    """
    caption = sheet.plan.table(held)
    if caption is None:
        title = sheet.run(held.title, "Strong")
        sheet.text("Body Text", f"{title}{x.run(f': {held.empty}')}{sheet.marks(held.notes)}")
        return
    sheet.caption(caption, held.title, of)
    said = sheet.voice.say(
        "{rows} rows; columns: {columns}",
        rows=str(len(held.rows)),
        columns="; ".join(map(heading, held.columns)),
    )
    room = sheet.pages.width(sheet.pages.way)
    sheet.put(table_xml(held, said, room, sheet.base.stretch, sheet.base.style))
    sheet.beneath(held.notes)


def _figure(sheet: Sheet, block: Chart | Diagram, told: bool) -> None:
    """A chart or drawing as a picture, with its caption and where the same stands as a table.

    ``told``: text stands before it.
    """
    caption = sheet.plan.figure(block)
    sheet.caption(caption, block.title)
    lang = sheet.document.about.lang
    _picture(
        sheet,
        pictures.chart_png(block, lang)
        if isinstance(block, Chart)
        else pictures.diagram_png(block, lang),
        caption.text,
        block.alt,
        sheet.pages.room(sheet.pages.way, under_text=told),
    )
    twin = sheet.plan.table(block.table)
    same = sheet.voice.say("The same as a table: {places}.")
    sheet.beneath(block.notes, sheet.sentence(same, [twin]) if twin is not None else "")


def _picture(sheet: Sheet, image: bytes, name: str, alt: str, room: tuple[int, int]) -> None:
    """A picture as wide as the text, or as high as the page."""
    across, down = room
    seen = Image.from_blob(image)
    wide = min(across, down * seen.px_width / seen.px_height)
    high = wide * seen.px_height / seen.px_width
    inline = sheet.base.word.part.new_pic_inline(
        io.BytesIO(image), Twips(int(wide)), Twips(int(high))
    )
    number = next(sheet.pictures)
    for held in (inline.docPr, inline.graphic.graphicData.pic.nvPicPr.cNvPr):
        held.id, held.name = number, name
        held.set("descr", alt)
    sheet.text("Verdikart Figure", "<w:r><w:drawing/></w:r>")
    run = sheet.base.word.element.body[-2].r_lst[0]
    run.drawing_lst[0].append(inline)


__all__ = ["section", "table"]
