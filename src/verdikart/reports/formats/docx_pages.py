"""Pages of a note: upright and lying sections, and the footer that stands on each."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field
from string import Formatter
from typing import Any, Final, Literal

from docx.oxml.ns import nsdecls, qn
from docx.oxml.parser import parse_xml
from docx.oxml.text.paragraph import CT_P

from verdikart.reports.document.model import Block, Diagram, Document, Table
from verdikart.reports.formats import docx_xml as x
from verdikart.reports.formats.docx_base import Base
from verdikart.reports.formats.docx_widths import TWIPS, lies
from verdikart.reports.voice import Voice

Way = Literal["upright", "lying"]
LETTER: Final = 12  # size of a drawing's texts, in its own pixels
READABLE: Final = 6.5  # the size that they are to have on paper, in points
# Of a page's height, for a picture: the rest is for heading and caption.
TALLEST: Final[dict[Way, float]] = {"upright": 0.86, "lying": 0.78}
TEXT: Final = 0.12  # what a short text above it takes of that
TURNED: Final = {"top": "right", "right": "bottom", "bottom": "left", "left": "top"}


@dataclass(slots=True)
class Pages:
    """Turns the paper as wide blocks ask for it. ``way``: how the page being written lies."""

    base: Base
    document: Document
    way: Way = "upright"
    _setups: dict[Way, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Set up both ways of laying the paper, with their footers."""
        upright = self.base.word.element.body.find(qn("w:sectPr"))
        self._setups = {"upright": deepcopy(upright), "lying": _turned(deepcopy(upright))}
        for way, setup in self._setups.items():
            self._footers(setup, way)
        for held in upright.findall(qn("w:footerReference")):  # each way has its copy by now
            del self.base.word.part.rels[held.get(qn("r:id"))]
            upright.remove(held)

    def width(self, way: Way) -> int:
        """The width that text has, in twentieths of a point."""
        return self._room(way, "w", "left", "right")

    def height(self, way: Way) -> int:
        """The height that text has, in twentieths of a point."""
        return self._room(way, "h", "top", "bottom")

    def _room(self, way: Way, side: str, *margins: str) -> int:
        setup = self._setups[way]
        size, edges = setup.find(qn("w:pgSz")), setup.find(qn("w:pgMar"))
        taken = sum(abs(_twips(edges, name)) for name in margins)
        return _twips(size, side) - taken

    def room(self, way: Way, *, under_text: bool = False) -> tuple[int, int]:
        """Width and height that a picture may take, in twentieths of a point."""
        part = TALLEST[way] - (TEXT if under_text and way == "lying" else 0)
        return self.width(way), int(self.height(way) * part)

    def way_of(self, block: Block) -> Way:
        """How the paper lies for a block by itself: on its side for what is wide."""
        if isinstance(block, Table):
            return (
                "lying"
                if block.rows and lies(block, self.width("upright") / self.base.stretch)
                else "upright"
            )
        if isinstance(block, Diagram):
            upright, lying = (self._scale(block, way) for way in ("upright", "lying"))
            fits = upright * LETTER >= READABLE or upright > 0.95 * lying
            return "upright" if fits else "lying"
        return "upright"

    def _scale(self, block: Diagram, way: Way) -> float:
        """Points on paper for a pixel of a drawing."""
        across, down = self.room(way)
        return min(across / block.drawing.width, down / block.drawing.height) / TWIPS

    def turn(self, way: Way) -> None:
        """Go on upon a page that lies so; nothing where it does already."""
        if way == self.way:
            return
        body = self.base.word.element.body
        last = body[-2] if len(body) > 1 else None  # the very last is the document's own set-up
        if not isinstance(last, CT_P):
            empty = x.paragraph(self.base.style("Verdikart Section End"), "")
            body.insert(len(body) - 1, x.elements(empty)[0])
            last = body[-2]
        setup = self._setups[self.way]
        last.get_or_add_pPr().append(deepcopy(setup))
        _going_on(setup)
        self.way = way

    def close(self) -> None:
        """Give the last section its set-up."""
        body = self.base.word.element.body
        body.replace(body[-1], deepcopy(self._setups[self.way]))

    def _footers(self, setup: Any, way: Way) -> None:  # noqa: ANN401 - python-docx has no types
        """Put the footer line into every footer that a page of the section can have."""
        part = self.base.word.part
        wanted = ["default"]
        if setup.find(qn("w:titlePg")) is not None:
            wanted.append("first")
        if self.base.word.settings.odd_and_even_pages_header_footer:
            wanted.append("even")
        held = {r.get(qn("w:type")): r for r in setup.findall(qn("w:footerReference"))}
        for kind in wanted:
            footer, relation = part.add_footer_part()
            if kind in held:
                old = part.related_parts[held[kind].get(qn("r:id"))]
                for child in list(footer.element):
                    footer.element.remove(child)
                for child in old.element:
                    footer.element.append(deepcopy(child))
                for rel in old.rels.values():
                    target = rel.target_ref if rel.is_external else rel.target_part
                    footer.rels.add_relationship(rel.reltype, target, rel.rId, rel.is_external)
                setup.remove(held[kind])
            elif len(footer.element):
                footer.element.remove(footer.element[0])
            for element in x.elements(self._line(way)):
                footer.element.append(element)
            setup.insert(
                0,
                parse_xml(
                    f'<w:footerReference {nsdecls("w", "r")} w:type="{kind}" r:id="{relation}"/>'
                ),
            )

    def _line(self, way: Way) -> str:
        """What the document is of, and the number of the page."""
        voice = Voice(self.document.about.lang)
        said = []
        for text, name, _, _ in Formatter().parse(voice.say("page {page} of {pages}")):
            said.append(x.run(text) if text else "")
            if name:
                said.append(x.field("PAGE" if name == "page" else "NUMPAGES", "1"))
        stop = f'<w:tabs><w:tab w:val="right" w:pos="{self.width(way)}"/></w:tabs>'
        inner = x.run(self.document.footer) + x.tab() + "".join(said)
        return x.paragraph(self.base.style("Verdikart Footer"), inner, stop)


def _twips(element: Any, name: str) -> int:  # noqa: ANN401 - as above
    return int(float(element.get(qn(f"w:{name}")) or 0))


def _turned(setup: Any) -> Any:  # noqa: ANN401 - as above
    """The set-up of a page laid on its side."""
    size, margins = setup.find(qn("w:pgSz")), setup.find(qn("w:pgMar"))
    across, down = size.get(qn("w:w")), size.get(qn("w:h"))
    size.attrib.update({qn("w:w"): down, qn("w:h"): across, qn("w:orient"): "landscape"})
    old = {side: margins.get(qn(f"w:{side}")) for side in TURNED}
    for side, source in TURNED.items():
        margins.set(qn(f"w:{side}"), old[source])
    _going_on(setup)
    return setup


def _going_on(setup: Any) -> None:  # noqa: ANN401 - as above
    """Take out what is for the first section alone: a first page of its own, the count's beginning."""
    for name in ("titlePg", "pgNumType"):
        for held in setup.findall(qn(f"w:{name}")):
            setup.remove(held)


__all__ = ["Pages", "Way"]
