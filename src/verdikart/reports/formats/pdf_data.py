"""A document as the data that the PDF's template sets (``note.typ``).

Only texts, numbers of notes and sizes: the template formats nothing and knows no table.
"""

from __future__ import annotations

from dataclasses import asdict
from itertools import pairwise
from typing import Any, Final

from verdikart.reports.document import record
from verdikart.reports.document.model import (
    Block,
    Cell,
    Chart,
    Diagram,
    Document,
    Paragraph,
    Points,
    Section,
    SourceLine,
    Statement,
    Table,
)
from verdikart.reports.formats import pictures
from verdikart.reports.formats.docx_plan import Caption, Plan
from verdikart.reports.formats.note_owners import Owners
from verdikart.reports.formats.pdf_tables import STANDING, columns, height
from verdikart.reports.palette import PAPER
from verdikart.reports.voice import Voice

Data = dict[str, Any]
WHOLE: Final = "whole"
SERIF: Final = "Libertinus Serif"  # which Typst carries with it
REGIONS: Final = {"nb": "NO", "en": "GB"}
A4_LYING: Final = (297.0, 210.0)
PAPERS: Final = (A4_LYING, (297.0, 420.0), (420.0, 297.0))
MARGIN: Final = (32.0, 38.0)  # of a page for one drawing: both sides, above and below
CAPTION: Final = 70.0  # points for a heading and the caption of a drawing
POINT: Final = 25.4 / 72
LEGIBLE: Final = 0.6  # points a pixel of a drawing, below which a larger page is taken
WHOLE_ROWS: Final = 330.0  # points; a table estimated lower is not cut by the end of a page


class Setter:
    """Sets one document: numbers its captions, and says things in its language."""

    def __init__(self, document: Document) -> None:
        """Number the captions; find out who stands behind what is computed."""
        self.document = document
        self.voice = Voice(document.about.lang)
        self.plan = Plan.of(document)
        self.owners = Owners.of(document)
        self._set: set[str] = set()

    def data(self) -> Data:
        """Everything that the template reads."""
        document, say = self.document, self.voice.say
        about = document.about
        kinds = {"source": say("Source:"), "caveat": say("Caveat:")}
        return {
            "title": document.title,
            "subtitle": document.subtitle,
            "lang": about.lang,
            "region": REGIONS[about.lang],
            "keywords": ["verdikart", about.template, *about.about, about.home, str(about.year)],
            "footer": document.footer,
            "colours": asdict(PAPER),
            "words": self._words(),
            "scope": [list(pair) for pair in document.scope],
            "reading": self.owners.reading,
            "contents": about.template == WHOLE,
            "sections": [self._section(section) for section in document.sections],
            "annex": [self._twin(table, figure) for table, figure in self.plan.annex],
            "notes": [asdict(n) | {"kind": kinds[n.kind]} for n in document.notes],
            "sources": [self._source(line) for line in document.sources],
            "terms": [asdict(term) for term in document.terms],
            "record": {
                "name": record.ATTACHED,
                "description": say("The figures that this document is bound to"),
            },
        }

    def _words(self) -> Data:
        say = self.voice.say
        return {
            "contents": say("Contents"),
            "annex": say("Figures as tables"),
            "notes": say("Notes"),
            "sources": say("Sources"),
            "definitions": say("Definitions"),
            "recommendation": say("Recommendation:"),
            "page": say("page {page} of {pages}"),
            "and_": say("{first} and {last}", first="", last="").strip(),
            "formula": say("Formula:"),
            "licence": say("Licence"),
            "hashes": say("SHA-256 of the embedded files:"),
        }

    def _section(self, section: Section) -> Data:
        blocks = [self._block(block, section.level) for block in section.blocks]
        captions = list(self.plan.captions(section))
        place = _first_shown(section)
        if place and captions:
            see = self.voice.say("See {places}.")
            blocks.insert(place, {"type": "refers", **_refers(captions, see)})
        if not blocks:
            blocks = [_empty(self.voice.say("Nothing on record."))]
        return {"level": section.level, "title": section.title, "blocks": blocks}

    def _block(self, block: Block, level: int) -> Data:
        if isinstance(block, Paragraph):
            said = [self._statement(s) for s in block.statements]
            return {"type": "paragraph", "statements": said}
        if isinstance(block, Points):
            return {
                "type": "points",
                "title": block.title,
                "level": min(level + 1, 3),
                "ordered": block.ordered,
                "empty": block.empty or self.voice.say("Nothing on record."),
                "statements": [self._statement(s) for s in block.statements],
            }
        if isinstance(block, Table):
            return self._table(block)
        return self._picture(block)

    def _statement(self, statement: Statement) -> Data:
        return {
            "kind": statement.kind,
            "text": statement.text,
            "notes": list(statement.notes),
            "tag": self.owners.tag(statement),
        }

    def _table(self, table: Table) -> Data:
        caption = self.plan.table(table)
        widths, lying = columns(table) if table.rows else ((), False)
        heads = [
            {"title": c.title, "unit": c.unit, "number": c.number, "width": w}
            for c, w in zip(table.columns, widths, strict=bool(table.rows))
        ]
        return {
            "type": "table",
            "title": table.title,
            "columns": heads,
            "rows": [[_cell(cell) for cell in row] for row in table.rows],
            "empty": table.empty,
            "notes": list(table.notes),
            "paper": list(A4_LYING) if lying else None,
            "breakable": height(table, widths) > WHOLE_ROWS,
            "refers": None,
            **self._numbered(caption),
        }

    def _twin(self, table: Table, figure: Caption) -> Data:
        """The table behind a figure, which leads back to it."""
        words = self.voice.say("Drawn in {places}.")
        return self._table(table) | {"refers": _refers([figure], words)}

    def _picture(self, block: Chart | Diagram) -> Data:
        lang = self.document.about.lang
        twin = self.plan.table(block.table)
        words = self.voice.say("The same as a table: {places}.")
        if isinstance(block, Chart):
            svg, width, paper = pictures.chart_svg(block, lang, SERIF), STANDING, None
        else:
            svg = pictures.diagram_svg(block, lang, SERIF)
            width, paper = _drawn(block.drawing.width, block.drawing.height)
        return {
            "type": "picture",
            "svg": svg,
            "alt": block.alt or block.title,
            "title": block.title,
            "width": width,
            "paper": paper,
            "notes": list(block.notes),
            "refers": _refers([twin], words) if twin else None,
            **self._numbered(self.plan.figure(block)),
        }

    def _numbered(self, caption: Caption | None) -> Data:
        """What a caption shows, and the label that links lead to: of a table set twice its first."""
        if caption is None:
            return {"supplement": "", "number": "", "label": ""}
        label = caption.bookmark
        while label in self._set:
            label += "-again"
        self._set.add(label)
        return {"supplement": caption.label, "number": str(caption.number), "label": label}

    def _source(self, line: SourceLine) -> Data:
        facts = ", ".join(part for part in (line.provider, line.vintage) if part)
        return {
            "title": line.title,
            "facts": f"{facts}." if facts else "",
            "licence": line.licence,
            "licence_url": line.licence_url if _web(line.licence_url) else "",
            "citation": line.citation,
            "address": line.address,
            "linked": _web(line.address),
            "hashes": list(line.sha256),
        }


def _first_shown(section: Section) -> int:
    """Where what is shown first follows on text; 0 where it does nowhere."""
    texts = [isinstance(block, (Paragraph, Points)) for block in section.blocks]
    pairs = enumerate(pairwise(texts), start=1)
    return next((place for place, (before, here) in pairs if before and not here), 0)


def _refers(captions: list[Caption], words: str) -> Data:
    """A sentence that leads to captions; inside it their labels are in small letters."""
    before, _, after = words.partition("{places}")
    places = [{"label": c.bookmark, "text": f"{c.label.lower()}\u00a0{c.number}"} for c in captions]
    return {"before": before, "after": after, "places": places}


def _cell(cell: Cell) -> Data:
    return {
        "text": cell.text,
        "small": cell.small,
        "gap": cell.figure is not None and cell.raw is None,
    }


def _empty(text: str) -> Data:
    said = {"kind": "computed", "text": text, "notes": [], "tag": ""}
    return {"type": "paragraph", "statements": [said]}


def _web(address: str) -> bool:
    return address.startswith(("https://", "http://"))


def _drawn(across: float, down: float) -> tuple[float, list[float] | None]:
    """Points across of a drawing and the paper it needs: none of its own, else the smallest.

    Where no paper is large enough for letters to be legible, it is the one that shows it largest.
    """
    if STANDING / across >= LEGIBLE and down * STANDING / across < 560:
        return STANDING, None
    scales = {}
    for paper in PAPERS:
        room = [(size - margin) / POINT for size, margin in zip(paper, MARGIN, strict=True)]
        scales[paper] = min(room[0] / across, (room[1] - CAPTION) / down, 1.0)
        if scales[paper] >= LEGIBLE:
            break
    best = max(scales, key=lambda paper: scales[paper])
    return round(scales[best] * across, 1), list(best)


__all__ = ["Setter"]
