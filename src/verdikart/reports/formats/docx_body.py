"""The running text of a note: front, sections, figures as tables, notes, definitions, sources."""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Final

from docx.image.image import Image
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.shared import Twips

from verdikart.reports.document.datasets import WHOLE
from verdikart.reports.document.model import (
    Block,
    Chart,
    Diagram,
    Document,
    Paragraph,
    Points,
    Section,
    Statement,
    Table,
)
from verdikart.reports.formats import docx_table, pictures
from verdikart.reports.formats import docx_xml as x
from verdikart.reports.formats.docx_base import Base
from verdikart.reports.formats.docx_pages import Pages, Way
from verdikart.reports.formats.docx_plan import Caption, Plan
from verdikart.reports.formats.docx_styles import NUMBERS
from verdikart.reports.voice import Voice

LETTER: Final = 12  # size of a drawing's texts, in its own pixels
READABLE: Final = 6.5  # the size that they are to have on paper, in points
TALLEST: Final = 0.86  # of a page's height for a picture, the rest for heading and caption
TALLEST_LYING: Final = 0.74
SHORT: Final = 600  # letters of a text that may stand above a wide block on its page


@dataclass(slots=True)
class Body:
    """Writes a document into a base, block after block."""

    base: Base
    document: Document
    voice: Voice = field(init=False)
    plan: Plan = field(init=False)
    pages: Pages = field(init=False)
    usual: str = field(init=False)
    _bookmarks: Any = field(default_factory=lambda: count(1))
    _drawn: Any = field(default_factory=lambda: count(1))
    _after_table: bool = False

    def __post_init__(self) -> None:
        """Number captions, set up pages, find who stands behind most of the text."""
        self.voice = Voice(self.document.about.lang)
        self.plan = Plan.of(self.document)
        self.pages = Pages(self.base, self.document)
        owners = Counter(s.owner for s in self.document.statements if s.kind == "computed")
        self.usual = owners.most_common(1)[0][0] if owners else ""

    def write(self) -> None:
        """Write it all."""
        whole = self.document.about.template == WHOLE
        self._front()
        if whole:
            self._contents()
        for place, section in enumerate(self.document.sections):
            self._section(section, place, new_page=whole and place == 0)
        self._annex()
        self._notes()
        self._terms()
        self._sources()
        self.pages.close()

    # Pieces

    def _put(self, xml: str) -> None:
        body = self.base.word.element.body
        for element in x.elements(xml):
            body.insert(len(body) - 1, element)
        self._after_table = xml.endswith("</w:tbl>")

    def _text(self, look: str, inner: str, more: str = "") -> None:
        if look == "Body Text" and self._after_table:
            look = "Verdikart After Table"
        self._put(x.paragraph(self.base.style(look), inner, more))

    def _marked(self, name: str, inner: str) -> str:
        return x.bookmark(name, next(self._bookmarks), inner)

    def _marks(self, notes: Sequence[int]) -> str:
        """Note marks: references to the numbers of the notes."""
        look = self.base.style("Verdikart Note Mark")
        marks = [x.field(f"REF {_note(n)} \\n \\h", str(n), look) for n in sorted(notes)]
        return x.run(", ", look).join(marks)

    def _reference(self, caption: Caption) -> str:
        return x.field(f"REF {caption.bookmark} \\h", caption.text)

    def _sentence(self, message: str, captions: Sequence[Caption]) -> str:
        """A message whose ``{places}`` are references."""
        places = self.voice.join([f"\0{n}\0" for n in range(len(captions))])
        parts = re.split("\0(\\d+)\0", message.replace("{places}", places))
        return "".join(
            self._reference(captions[int(part)]) if place % 2 else x.run(part) if part else ""
            for place, part in enumerate(parts)
        )

    def _caption(
        self, caption: Caption, title: str, notes: Sequence[int], of: Caption | None = None
    ) -> None:
        strong = self.base.style("Strong")
        number = x.field(f"SEQ {caption.label} \\* ARABIC", str(caption.number), strong)
        label = self._marked(caption.bookmark, x.run(f"{caption.label} ", strong) + number)
        told = x.run(f". {title}")
        if of is not None:
            told += x.run(" (") + self._reference(of) + x.run(")")
        self._text("caption", label + told + self._marks(notes))

    def _heading(self, level: int, title: str, name: str = "", new_page: bool = False) -> None:
        inner = x.run(title)
        more = "<w:pageBreakBefore/>" if new_page else ""
        self._text(f"heading {level}", self._marked(name, inner) if name else inner, more)

    # Front

    def _front(self) -> None:
        say, document = self.voice.say, self.document
        self._text("Title", x.run(document.title))
        if document.subtitle:
            self._text("Subtitle", x.run(document.subtitle))
        room = self.pages.width("upright")
        first = room // 4
        text, head = (self.base.style(f"Verdikart Table {kind}") for kind in ("Text", "Heading"))
        rows = "".join(
            "<w:tr><w:trPr><w:cantSplit/></w:trPr>"
            f'<w:tc><w:tcPr><w:tcW w:w="{first}" w:type="dxa"/></w:tcPr>'
            f"{x.paragraph(head, x.run(term))}</w:tc>"
            f'<w:tc><w:tcPr><w:tcW w:w="{room - first}" w:type="dxa"/></w:tcPr>'
            f"{x.paragraph(text, x.run(said))}</w:tc></w:tr>"
            for term, said in ((say("Scope"), say("This document")), *document.scope)
        ).replace("<w:cantSplit/>", "<w:cantSplit/><w:tblHeader/>", 1)
        across = (first, room - first)
        title = say("Scope")
        self._put(docx_table.opening(title, title, across, self.base.style) + rows + "</w:tbl>")
        if self.usual:
            legend = say(
                "What says nothing else is computed: {owner}. Expert judgements and "
                "recommendations say who stands behind them.",
                owner=self.usual,
            )
            self._text("Verdikart Legend", x.run(legend))

    def _contents(self) -> None:
        """Contents as a field, filled in with links: page numbers come when Word updates it."""
        say = self.voice.say
        self._text("TOC Heading", x.run(say("Contents")))
        entries = [
            (min(s.level, 2), s.title, _heading_name(n))
            for n, s in enumerate(self.document.sections)
        ]
        if self.plan.annex:
            entries.append((1, say("Figures as tables"), "_TocAnnex"))
        entries += [(1, title, name) for title, name, held in self._lists() if held]
        code = (
            '<w:r><w:instrText xml:space="preserve"> TOC \\o "1-2" \\h \\z \\u </w:instrText></w:r>'
        )
        begin, separate, end = (
            f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'
            for kind in ("begin", "separate", "end")
        )
        for place, (level, title, name) in enumerate(entries):
            before = begin + code + separate if place == 0 else ""
            after = end if place == len(entries) - 1 else ""
            self._text(f"toc {level}", before + x.link(x.run(title), anchor=name) + after)

    def _lists(self) -> tuple[tuple[str, str, Sequence[object]], ...]:
        """Headings of the lists at the end, with their bookmarks and what they list."""
        say, document = self.voice.say, self.document
        return (
            (say("Notes"), "_TocNotes", document.notes),
            (say("Definitions"), "_TocTerms", document.terms),
            (say("Sources"), "_TocSources", document.sources),
        )

    # Sections

    def _section(self, section: Section, place: int, new_page: bool) -> None:
        ways = self._ways(section.blocks)
        self.pages.turn(ways[0] if ways else "upright")
        self._heading(min(section.level, 2), section.title, _heading_name(place), new_page)
        if not section.blocks:
            self._text("Body Text", x.run(self.voice.say("Nothing on record.")))
        captions = list(self.plan.captions(section))
        told = False
        for block, way in zip(section.blocks, ways, strict=True):
            is_text = isinstance(block, (Paragraph, Points))
            if told and captions and not is_text:
                self._text(
                    "Verdikart Pointer", self._sentence(self.voice.say("See {places}."), captions)
                )
                captions = []
            told = told or is_text
            self.pages.turn(way)
            self._block(block, section.level)

    def _ways(self, blocks: Sequence[Block]) -> list[Way]:
        """How the paper lies for each block: a short text goes with the wide block that follows."""
        ways = [self._way(block) for block in blocks]
        for place in range(len(blocks) - 2, -1, -1):
            if ways[place + 1] == "lying" and _short(blocks[place]):
                ways[place] = "lying"
        return ways

    def _way(self, block: Block) -> Way:
        """How the paper lies for a block by itself."""
        if isinstance(block, Table):
            wide = bool(block.rows) and docx_table.lies(block, self.pages.width("upright"))
            return "lying" if wide else "upright"
        if isinstance(block, Diagram):
            upright, lying = (self._scale(block, way) for way in ("upright", "lying"))
            fits = upright * LETTER >= READABLE or upright > 0.95 * lying
            return "upright" if fits else "lying"
        return "upright"

    def _scale(self, block: Diagram, way: Way) -> float:
        """Points on paper for a pixel of a drawing."""
        across, down = self._room(way)
        return min(across / block.drawing.width, down / block.drawing.height) / docx_table.TWIPS

    def _room(self, way: Way) -> tuple[int, int]:
        """Width and height that a picture may take, in twentieths of a point."""
        part = TALLEST if way == "upright" else TALLEST_LYING
        return self.pages.width(way), int(self.pages.height(way) * part)

    def _block(self, block: Block, level: int) -> None:
        if isinstance(block, Paragraph):
            self._paragraph(block)
        elif isinstance(block, Points):
            self._points(block, level)
        elif isinstance(block, Table):
            self._table(block)
        else:
            self._figure(block)

    def _paragraph(self, block: Paragraph) -> None:
        """Statements as running text; a recommendation stands by itself."""
        running: list[str] = []
        for statement in block.statements:
            if statement.kind == "recommendation":
                if running:
                    self._text("Body Text", x.run(" ").join(running))
                    running = []
                self._recommendation(statement)
            else:
                running.append(self._said(statement))
        if running:
            self._text("Body Text", x.run(" ").join(running))

    def _points(self, block: Points, level: int) -> None:
        if block.title:
            self._heading(min(level, 2) + 1, block.title)
        if not block.statements:
            self._text("Body Text", x.run(block.empty or self.voice.say("Nothing on record.")))
        number = ""
        if block.ordered:
            held = self.base.numbering(NUMBERS)
            number = f'<w:numPr><w:ilvl w:val="0"/><w:numId w:val="{held}"/></w:numPr>'
        nexts = (*block.statements[1:], None)
        for statement, after in zip(block.statements, nexts, strict=False):
            if statement.kind == "recommendation":
                self._recommendation(statement)
                continue
            keep = "<w:keepNext/>" if after and after.kind == "recommendation" else ""
            look = "List Number" if block.ordered else "List Bullet"
            self._text(look, self._said(statement), keep + number)

    def _recommendation(self, statement: Statement) -> None:
        label = x.run(self.voice.say("Recommendation:"), self.base.style("Verdikart Label"))
        self._text("Verdikart Recommendation", f"{label}{x.run(' ')}{self._said(statement)}")

    def _said(self, statement: Statement) -> str:
        """A statement with its note marks, and who stands behind it where that is not the usual."""
        owner = statement.owner
        tag = ""
        if statement.kind == "expert":
            tag = self.voice.say("expert judgement: {owner}", owner=owner)
        elif statement.kind == "recommendation":
            tag = owner
        elif owner != self.usual:
            tag = self.voice.say("computed: {owner}", owner=owner)
        quiet = x.run(f" ({tag})", self.base.style("Verdikart Quiet")) if tag else ""
        return x.run(statement.text) + self._marks(statement.notes) + quiet

    # Tables and figures

    def _table(self, table: Table, of: Caption | None = None) -> None:
        """A table; ``of``: the figure that it is the twin of."""
        caption = self.plan.table(table)
        if caption is None:
            title = x.run(table.title, self.base.style("Strong"))
            self._text("Body Text", f"{title}{x.run(f': {table.empty}')}{self._marks(table.notes)}")
            return
        self._caption(caption, table.title, table.notes, of)
        said = self.voice.say(
            "{rows} rows; columns: {columns}",
            rows=str(len(table.rows)),
            columns="; ".join(docx_table.heading(column) for column in table.columns),
        )
        room = self.pages.width(self.pages.way)
        self._put(docx_table.table_xml(table, said, room, self.base.style))

    def _figure(self, block: Chart | Diagram) -> None:
        caption = self.plan.figure(block)
        self._caption(caption, block.title, block.notes)
        lang = self.document.about.lang
        if isinstance(block, Chart):
            image = pictures.chart_png(block, lang)
        else:
            image = pictures.diagram_png(block, lang)
        self._picture(image, caption.text, block.alt)
        twin = self.plan.table(block.table)
        if twin is not None:
            message = self.voice.say("The same as a table: {places}.")
            self._text("Verdikart Figure Note", self._sentence(message, [twin]))

    def _picture(self, image: bytes, name: str, alt: str) -> None:
        """A picture as wide as the text, or as high as the page."""
        across, down = self._room(self.pages.way)
        seen = Image.from_blob(image)
        wide = min(across, down * seen.px_width / seen.px_height)
        high = wide * seen.px_height / seen.px_width
        inline = self.base.word.part.new_pic_inline(
            io.BytesIO(image), Twips(int(wide)), Twips(int(high))
        )
        number = next(self._drawn)
        for held in (inline.docPr, inline.graphic.graphicData.pic.nvPicPr.cNvPr):
            held.id, held.name = number, name
            held.set("descr", alt)
        self._text("Verdikart Figure", "<w:r><w:drawing/></w:r>")
        run = self.base.word.element.body[-2].r_lst[0]
        run.drawing_lst[0].append(inline)

    # The end

    def _annex(self) -> None:
        if not self.plan.annex:
            return
        self.pages.turn(self._way(self.plan.annex[0][0]))
        self._heading(1, self.voice.say("Figures as tables"), "_TocAnnex")
        for table, figure in self.plan.annex:
            self.pages.turn(self._way(table))
            self._table(table, figure)

    def _ending(self, place: int) -> bool:
        """Begin one of the lists at the end; False where it lists nothing."""
        title, name, held = self._lists()[place]
        if held:
            self.pages.turn("upright")
            self._heading(1, title, name)
        return bool(held)

    def _notes(self) -> None:
        if not self._ending(0):
            return
        kinds = {"source": self.voice.say("Source:"), "caveat": self.voice.say("Caveat:")}
        for note in self.document.notes:
            kind = x.run(f"{kinds[note.kind]} ", self.base.style("Strong"))
            self._text(
                "Verdikart Note Text", self._marked(_note(note.number), kind + x.run(note.text))
            )

    def _terms(self) -> None:
        if not self._ending(1):
            return
        for term in self.document.terms:
            inner = x.run(term.term, self.base.style("Strong")) + x.run(f": {term.definition}")
            if term.formula:
                formula = f"\n{self.voice.say('Formula:')} {term.formula}"
                inner += x.run(formula, self.base.style("Verdikart Quiet"))
            self._text("Verdikart Definition", inner)

    def _sources(self) -> None:
        if not self._ending(2):
            return
        say = self.voice.say
        for source in self.document.sources:
            title = ", ".join(part for part in (source.title, source.vintage) if part)
            inner = x.run(f"{title}.", self.base.style("Strong"))
            if source.licence:
                licence = self._address(source.licence, source.licence_url)
                inner += x.run(f" {say('Licence')}: ") + licence + x.run(".")
            if source.citation:
                inner += x.run(f"\n{source.citation}")
            if source.address:
                inner += x.run("\n") + self._address(source.address, source.address)
            if source.sha256:
                hashes = "\n".join(("", *source.sha256))
                inner += x.run(f"\n{say('SHA-256 of the embedded files:')}")
                inner += x.run(hashes, self.base.style("Verdikart Hash"))
            self._text("Verdikart Source", inner)

    def _address(self, text: str, address: str) -> str:
        """A text with a link where the address is one."""
        if not address.startswith(("http://", "https://")):
            return x.run(text)
        relation = self.base.word.part.relate_to(address, RT.HYPERLINK, is_external=True)
        return x.link(x.run(text, self.base.style("Hyperlink")), relation=relation)


def _short(block: Block) -> bool:
    """Whether a block is a few lines of text."""
    if isinstance(block, (Paragraph, Points)):
        return sum(len(s.text) for s in block.statements) < SHORT
    return isinstance(block, Table) and not block.rows


def _note(number: int) -> str:
    return f"_RefNote{number}"


def _heading_name(place: int) -> str:
    return f"_TocSection{place + 1}"


__all__ = ["Body"]
