"""A note in the making: puts text, headings, captions and references into the base."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Final

from docx.opc.constants import RELATIONSHIP_TYPE as RT

from verdikart.reports.document.model import Document
from verdikart.reports.formats import docx_xml as x
from verdikart.reports.formats.docx_base import Base
from verdikart.reports.formats.docx_pages import Pages
from verdikart.reports.formats.docx_plan import Caption, Plan
from verdikart.reports.formats.note_owners import Owners
from verdikart.reports.voice import Voice

ABOVE: Final = 260  # space above a caption, in twentieths of a point
ANNEX: Final = "_TocAnnex"
NOTES: Final = "_TocNotes"
TERMS: Final = "_TocTerms"
SOURCES: Final = "_TocSources"


@dataclass(slots=True)
class Sheet:
    """Writes into a base."""

    base: Base
    document: Document
    voice: Voice = field(init=False)
    plan: Plan = field(init=False)
    pages: Pages = field(init=False)
    owners: Owners = field(init=False)
    pictures: Iterator[int] = field(default_factory=lambda: count(1))
    _bookmarks: Iterator[int] = field(default_factory=lambda: count(1))
    _after_table: bool = False

    def __post_init__(self) -> None:
        """Number captions, set up pages, find who stands behind the text."""
        self.voice = Voice(self.document.about.lang)
        self.plan = Plan.of(self.document)
        self.pages = Pages(self.base, self.document)
        self.owners = Owners.of(self.document)

    def put(self, xml: str) -> None:
        """Add paragraphs or a table."""
        body = self.base.word.element.body
        for element in x.elements(xml):
            body.insert(len(body) - 1, element)  # before the page set-up, which is the last
        self._after_table = xml.endswith("</w:tbl>")

    def text(self, look: str, inner: str, more: str = "") -> None:
        """Add a paragraph of a style; body text keeps away from a table before it."""
        if look == "Body Text" and self._after_table:
            look = "Verdikart After Table"
        self.put(x.paragraph(self.base.style(look), inner, more))

    def run(self, text: str, look: str = "") -> str:
        """A run of text of a character style."""
        return x.run(text, self.base.style(look) if look else "")

    def heading(self, level: int, title: str, name: str = "", *, new_page: bool = False) -> None:
        """Add a heading; ``name``: the bookmark that the contents lead to."""
        inner = x.run(title)
        more = "<w:pageBreakBefore/>" if new_page else ""
        self.text(f"heading {level}", self.marked(name, inner) if name else inner, more)

    def marked(self, name: str, inner: str) -> str:
        """Fragments with a bookmark."""
        return x.bookmark(name, next(self._bookmarks), inner)

    def marks(self, notes: Sequence[int], look: str = "Verdikart Note Mark") -> str:
        """References to the numbers of notes, raised unless another look is asked for."""
        style = self.base.style(look) if look else ""
        marks = [x.field(f"REF {note_name(n)} \\n \\h", str(n), style) for n in sorted(notes)]
        return x.run(",\u00a0", style).join(marks)  # marks stay in one line

    def reference(self, caption: Caption) -> str:
        """A reference to a caption."""
        return x.field(f"REF {caption.bookmark} \\h", caption.text)

    def sentence(self, message: str, captions: Sequence[Caption]) -> str:
        """A message of the catalogue whose ``{places}`` are references."""
        places = self.voice.join([f"\0{n}\0" for n in range(len(captions))])
        parts = re.split("\0(\\d+)\0", message.replace("{places}", places))
        return "".join(
            self.reference(captions[int(part)]) if place % 2 else x.run(part) if part else ""
            for place, part in enumerate(parts)
        )

    def beneath(self, notes: Sequence[int], before: str = "") -> None:
        """Add the line beneath a table or figure that says which notes hold for it, if any do.

        It also parts a table from what follows: LibreOffice leaves a heading that comes right after
        a table alone at the foot of a page.
        """
        said = [before] if before else []
        if notes:
            head, _, tail = self.voice.say("Notes: {numbers}.").partition("{numbers}")
            said.append(x.run(head) + self.marks(notes, "") + x.run(tail))
        if said:
            self.text("Verdikart Beneath", x.run(" ").join(said))

    def caption(self, caption: Caption, title: str, of: Caption | None = None) -> None:
        """Add a numbered caption; ``of``: the figure that a table is the twin of."""
        strong = self.base.style("Strong")
        number = x.field(f"SEQ {caption.label} \\* ARABIC", str(caption.number), strong)
        label = self.marked(caption.bookmark, x.run(f"{caption.label} ", strong) + number)
        told = x.run(f". {title}")
        if of is not None:
            told += x.run(" (") + self.reference(of) + x.run(")")
        # A design's captions may lack what Word itself gives each: to stay with what follows.
        more = "" if self.base.own else f'<w:keepNext/><w:spacing w:before="{ABOVE}"/>'
        self.text("caption", label + told, more)

    def address(self, text: str, address: str) -> str:
        """A text with a link where the address is one."""
        if not address.startswith(("http://", "https://")):
            return x.run(text)
        relation = self.base.word.part.relate_to(address, RT.HYPERLINK, is_external=True)
        return x.link(self.run(text, "Hyperlink"), relation=relation)


def note_name(number: int) -> str:
    """The bookmark of a note."""
    return f"_RefNote{number}"


def section_name(place: int) -> str:
    """The bookmark of a section's heading."""
    return f"_TocSection{place + 1}"


__all__ = ["ANNEX", "NOTES", "SOURCES", "TERMS", "Sheet", "note_name", "section_name"]
