"""A deck in the making: slides from layouts, with title, footer, number, speaker notes, language."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final
from xml.sax.saxutils import escape

from verdikart.chains.text_fit import SLACK, wrap
from verdikart.chains.text_fit import width as wide
from verdikart.reference.i18n import Lang
from verdikart.reports.formats.slides_design import (
    BODY,
    POINT,
    TITLE,
    Area,
    Design,
    placeholder,
)
from verdikart.reports.formats.slides_foot import foot
from verdikart.reports.formats.slides_shapes import own_size, parsed, write
from verdikart.reports.formats.slides_text import HARD, LOCALES, MARK, A, P, Para, xml

KICKER: Final = 20  # index of the house's placeholder for the section's name
KICKER_SIZE: Final = 12.0  # as the house's layouts have it
LEAST_TITLE: Final = 16.0
MEASURED: Final = ("arial", "helvetica", "liberation sans")  # fonts of the widths measured with
WIDER: Final = 1.15  # any other may be as wide, or be set in a wide one where it is not installed


@dataclass(slots=True)
class Deck:
    """Adds slides to a design. ``wider``: the template's body font against Arial."""

    design: Design
    lang: Lang
    footer: str
    wider: float = field(init=False)

    def __post_init__(self) -> None:
        self.wider = _wider(self.design.presentation)

    @property
    def slides(self) -> Any:  # noqa: ANN401
        """The presentation's slides."""
        return self.design.presentation.slides

    def add(self, role: str, title: str, kicker: str = "") -> Any:  # noqa: ANN401
        """A slide with title, section's name, footer and number; other placeholders are there yet."""
        slide = self.slides.add_slide(self.design.layouts[role])
        holder = placeholder(slide, TITLE)
        self._titled(holder, title)
        self._first(slide, holder)
        for shape in list(slide.placeholders):
            if shape.placeholder_format.idx == KICKER:
                if kicker:
                    small = wide(kicker, KICKER_SIZE) * SLACK > shape.width / POINT
                    more = f' sz="{round(MARK * 100)}"' if small else ""
                    write(shape, f"<a:p>{self._plain(kicker, more)}</a:p>")
                else:
                    drop(shape)
        return slide

    def finish(self, slide: Any, notes: str) -> None:  # noqa: ANN401
        """Drop what was left empty, and add footer, number and speaker notes."""
        for shape in list(slide.placeholders):
            if shape.has_text_frame and not shape.text_frame.text:
                drop(shape)
        foot(slide, self.design, self.footer, self.lang)
        lines = notes.split("\n")
        write(
            slide.notes_slide.notes_placeholder,
            "".join(f"<a:p>{self._plain(line)}</a:p>" for line in lines),
        )

    def body(self, slide: Any, paras: list[Para]) -> None:  # noqa: ANN401
        """Paragraphs in the layout's content placeholder."""
        shape = placeholder(slide, BODY)
        write(shape, "".join(xml(para, self.lang) for para in paras), framed=True)

    def lines(self, shape: Any, held: list[tuple[str, float]]) -> None:  # noqa: ANN401
        """Lines in a placeholder, in its own ink, each in its size."""
        text = "".join(
            f'<a:p><a:pPr><a:spcBef><a:spcPts val="400"/></a:spcBef></a:pPr>'
            f"{self._plain(line, f' sz={chr(34)}{round(size * 100)}{chr(34)}')}</a:p>"
            for line, size in held
        )
        write(shape, text)

    @staticmethod
    def place(shape: Any, at: Area) -> None:  # noqa: ANN401
        """Put a shape somewhere."""
        sides = (round(v * POINT) for v in (at.x, at.y, at.w, at.h))
        shape.left, shape.top, shape.width, shape.height = sides

    @staticmethod
    def next_id(slide: Any) -> int:  # noqa: ANN401
        """An id that no shape of a slide has."""
        return max(int(n) for n in slide.shapes._spTree.xpath("//p:cNvPr/@id")) + 1

    @staticmethod
    def insert(slide: Any, text: str) -> None:  # noqa: ANN401
        """Add a shape given as XML."""
        slide.shapes._spTree.append(parsed(text))

    @staticmethod
    def name(frame: Any, name: str, alt: str) -> None:  # noqa: ANN401
        """Name a graphic, and say what it shows."""
        held = frame._element.nvGraphicFramePr.cNvPr
        held.set("name", name)
        held.set("descr", alt)

    def text(self, slide: Any, at: Area, paras: list[Para]) -> None:  # noqa: ANN401
        """Paragraphs in a box of their own."""
        from pptx.util import Emu

        box = slide.shapes.add_textbox(*(Emu(round(v * POINT)) for v in (at.x, at.y, at.w, at.h)))
        write(box, "".join(xml(para, self.lang) for para in paras), framed=True)

    def _plain(self, text: str, more: str = "") -> str:
        return (
            f'<a:r><a:rPr lang="{LOCALES[self.lang]}"{more} dirty="0"/>'
            f"<a:t>{escape(text)}</a:t></a:r>"
        )

    def _titled(self, holder: Any, title: str) -> None:  # noqa: ANN401
        """A title, in a smaller size where it is too long for its room at the layout's own."""
        size = fitted(title, holder, self.wider)
        more = f' sz="{round(size * 100)}"' if size else ""
        write(holder, f"<a:p>{self._plain(title, more)}</a:p>")

    @staticmethod
    def _first(slide: Any, holder: Any) -> None:  # noqa: ANN401
        """The title is read first: it is the first shape."""
        tree = slide.shapes._spTree
        tree.remove(holder._element)
        tree.insert(2, holder._element)


def drop(shape: Any) -> None:  # noqa: ANN401
    """Take a shape off its slide."""
    shape._element.getparent().remove(shape._element)


def title_size(holder: Any) -> float:  # noqa: ANN401
    """The size of a slide's title as layout and master have it."""
    slide_layout = holder.part.slide_layout
    of_layout = placeholder(slide_layout, TITLE)
    of_master = placeholder(slide_layout.slide_master, TITLE)
    for shape in (of_layout, of_master):
        if shape is not None and (found := own_size(shape)):
            return found
    root = slide_layout.slide_master._element
    for element in root.iterfind(f".//{{{P}}}titleStyle/{{{A}}}lvl1pPr/{{{A}}}defRPr"):
        if element.get("sz"):
            return int(element.get("sz")) / 100
    return 44.0


def fitted(title: str, holder: Any, wider: float = 1.0) -> float:  # noqa: ANN401
    """The size at which a title fits its placeholder; 0 where the layout's own does."""
    own = title_size(holder)
    width = ((holder.width or 0) / POINT - 14.4) / wider
    height = (holder.height or 0) / POINT - 7.2
    size = own
    while size > LEAST_TITLE:
        count = len(wrap(title.translate(HARD), max(width, 60.0), size, bold=True))
        if count * size * 1.2 <= height + 7.2 * (count == 1):
            break
        size -= 2
    return 0.0 if size == own else size


def _wider(presentation: Any) -> float:  # noqa: ANN401
    """How much wider than Arial a template's body font is taken to run."""
    from lxml import etree

    for relation in presentation.slide_masters[0].part.rels.values():
        if relation.reltype.endswith("/theme"):
            theme = etree.fromstring(relation.target_part.blob)
            font = theme.find(f".//{{{A}}}minorFont/{{{A}}}latin")
            name = font.get("typeface", "") if font is not None else ""
            return 1.0 if name.casefold() in MEASURED else WIDER
    return 1.0


__all__ = ["Deck", "drop", "fitted", "title_size"]
