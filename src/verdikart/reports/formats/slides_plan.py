"""What stands on which slide: a document's blocks measured and laid on pages of one size.

Short texts stand above what they lead to, small tables share a slide; the rest goes on as many
slides as it takes. Measures are in points.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Final

from verdikart.reports.document.model import (
    Block,
    Chart,
    Diagram,
    Document,
    Paragraph,
    Points,
    Section,
    Table,
)
from verdikart.reports.formats import slides_chain_legend, slides_charts, slides_tables
from verdikart.reports.formats import slides_chain_plan as chains
from verdikart.reports.formats.slides_text import (
    Para,
    Run,
    Unit,
    heading,
    pages,
    plain,
    stated,
)
from verdikart.reports.voice import Voice

CAPTION: Final = 18.0  # at the foot of a slide: its notes and who stands behind it
LEAD: Final = 90.0  # a text of this height at most stands above a table, chart or drawing
LEAD_SIZE: Final = 14.0
GAP, SUBHEAD = 10.0, 26.0
HEADED: Final = 4  # slides from which on a section has a slide of its own before them


@dataclass(frozen=True, slots=True)
class Words:
    """Text on a slide."""

    units: tuple[Unit, ...]
    height: float


@dataclass(frozen=True, slots=True)
class Rows:
    """A table or a part of one; ``head`` where it shares its slide."""

    piece: slides_tables.Piece
    head: str = ""

    @property
    def height(self) -> float:
        """Height with its heading."""
        return self.piece.height + (SUBHEAD if self.head else 0.0)


@dataclass(frozen=True, slots=True)
class Bars:
    """A chart or a part of one."""

    chart: Chart
    whole: Chart
    height: float = 0.0  # all that is left


@dataclass(frozen=True, slots=True)
class Drawn:
    """A view of a chain."""

    diagram: Diagram
    view: chains.View
    alt: str
    height: float = 0.0


Part = Words | Rows | Bars | Drawn


@dataclass(slots=True)
class Page:
    """A slide to be. ``section``: the heading of a section, with what it holds in ``parts``."""

    title: str
    kicker: str
    parts: list[Part]
    notes: tuple[int, ...] = ()
    terms: tuple[str, ...] = ()
    usual: str = ""
    adviser: str = ""
    section: bool = False

    @property
    def height(self) -> float:
        """Height of its parts with the gaps between them."""
        return sum(part.height for part in self.parts) + GAP * (len(self.parts) - 1)


@dataclass(slots=True)
class Planner:
    """Lays blocks on pages of one size. ``wider``: of the template's font against Arial."""

    width: float
    height: float
    wider: float
    voice: Voice
    adviser: str = ""  # who stands behind most recommendations
    _pages: list[Page] = field(default_factory=list)

    @property
    def room(self) -> float:
        """Height for content, without the caption."""
        return self.height - CAPTION

    def document(self, document: Document) -> list[Page]:
        """Every page between the title slide and the closing ones, with titles of their own."""
        owners = Counter(s.owner for s in document.statements if s.kind == "recommendation")
        self.adviser = owners.most_common(1)[0][0] if owners else ""
        found: list[Page] = []
        parent, number = "", 0
        for section in document.sections:
            if section.level == 1:
                parent = f"{number + 1}. {section.title}"
            made = self._section(section, parent)
            number += section.level == 1 and bool(made)
            if section.level == 1 and len(made) >= HEADED:
                found.append(self._header(section, parent, made))
            found += made
        return self._gathered(found)

    def _gathered(self, found: list[Page]) -> list[Page]:
        """Sections of a sentence or two that follow each other share a slide, each under its heading.

        The first slide stays as it is: it is what the document says in short.
        """
        made: list[Page] = found[:1]
        for short, held in groupby(found[1:], self._short):
            several = list(held)
            if not short or len(several) == 1:
                made += several
                continue
            units: list[Unit] = []
            for page in several:
                units += [heading(page.kicker), *_units(page)]
            for part in pages(units, self.width, self.room, self.wider):
                shared = Page(
                    self.voice.say("Other points in brief"),
                    "",
                    [Words(tuple(part), self._high(part))],
                )
                _take(shared, part)
                made.append(shared)
        return made

    def _short(self, page: Page) -> bool:
        """Whether a page is all that a section has to say, and that is little."""
        if page.section or not all(isinstance(part, Words) for part in page.parts):
            return False
        whole = page.kicker.partition(" ")[2] == page.title
        return whole and page.height <= LEAD and not any(unit.heads for unit in _units(page))

    def _header(self, section: Section, title: str, made: Iterable[Page]) -> Page:
        """The slide before a section: its number, its title and what it holds."""
        heads: dict[str, None] = {}
        for page in made:
            heads |= dict.fromkeys(_heads(page) if page.title == section.title else [page.title])
        units = tuple(Unit((Para((Run(text),), "point", 4.0),)) for text in heads)
        return Page(title, "", [Words(units, 0.0)], section=True)

    def _section(self, section: Section, parent: str) -> list[Page]:
        self._pages = []
        text: list[Unit] = []
        titles: list[str] = []
        kicker = parent
        for block in section.blocks:
            units, title = self._words(block, section)
            if units is not None:
                text += units
                titles.append(title)
                continue
            lead: list[Unit] = []
            if text and not any(u.heads for u in text) and self._leads(block, text):
                lead, text, titles = _led(text), [], []
            self._flush(text, titles, section, kicker)
            text, titles = [], []
            self._block(block, lead, section, kicker)
        self._flush(text, titles, section, kicker)
        made, self._pages = self._pages, []
        return made

    def _leads(self, block: Block, text: list[Unit]) -> bool:
        """Whether a text is so short that it stands above a block without more slides for that."""
        lead = _led(text)
        if self._high(lead) > LEAD:
            return False
        return len(self._pages_of(block, lead, "")) <= len(self._pages_of(block, [], ""))

    def _pages_of(self, block: Block, lead: list[Unit], kicker: str) -> list[Page]:
        if isinstance(block, Table):
            return list(self._table(block, lead, kicker))
        if isinstance(block, Chart):
            return list(self._chart(block, lead, kicker))
        return list(self._diagram(block, lead, kicker)) if isinstance(block, Diagram) else []

    def _high(self, units: Iterable[Unit]) -> float:
        return sum(unit.height(self.width, self.wider) for unit in units)

    def _words(self, block: Block, section: Section) -> tuple[list[Unit] | None, str]:
        """A block as text with its title, or None; a table without rows is what it says."""
        if isinstance(block, (Paragraph, Points)) and block.detail:
            return [], ""
        if isinstance(block, Paragraph):
            return stated(block.statements, self.voice, self.adviser), ""
        if isinstance(block, Points):
            body = stated(block.statements, self.voice, self.adviser, block) or (
                [plain(block.empty)] if block.empty else []
            )
            title = block.title if block.title != section.title else ""
            return ([heading(title), *body] if title and body else body), title
        if isinstance(block, Table) and not block.rows:
            title = block.title if block.title != section.title else ""
            body = [plain(block.empty)]
            return ([heading(title), *body] if title else body), title
        if isinstance(block, Table) and block.detail:
            return [], ""
        return None, ""

    def _flush(self, text: list[Unit], titles: list[str], section: Section, kicker: str) -> None:
        """Text on pages of its own; a short one below the table before it, where it fits."""
        if not text:
            return
        high = self._high(text)
        last = self._pages[-1] if self._pages else None
        small = high <= 2 * LEAD
        if (
            last is not None
            and isinstance(last.parts[-1], Rows)
            and small
            and last.height + GAP + high <= self.room
        ):
            last.parts.append(Words(tuple(text), high))
            _take(last, text)
            return
        named = [title for title in titles if title]
        title = section.title
        if len(titles) == 1 and named:
            title = named[0]
            text = [unit for unit in text if not (unit.heads and unit.paras[0].text == title)]
        for held in pages(text, self.width, self.room, self.wider):
            page = Page(title, kicker, [Words(tuple(held), self._high(held))])
            _take(page, held)
            self._pages.append(page)

    def _block(self, block: Block, lead: list[Unit], section: Section, kicker: str) -> None:
        made = self._pages_of(block, lead, kicker)
        alone = isinstance(block, Table) and len(made) == 1 and not lead
        if alone and self._shared(made[0], section):
            return
        _take(made[0], lead)
        self._pages += made

    def _shared(self, page: Page, section: Section) -> bool:
        """Put a small table below the one before it, each under its own heading."""
        if not self._pages:
            return False
        last, (rows,) = self._pages[-1], page.parts
        if not isinstance(rows, Rows) or not all(isinstance(p, Rows) for p in last.parts):
            return False
        first = last.parts[0]
        if not isinstance(first, Rows) or len(first.piece.rows) < len(first.piece.table.rows):
            return False  # the end of a longer table
        more = GAP + SUBHEAD + rows.height + (0.0 if first.head else SUBHEAD)
        if last.height + more > self.room:
            return False
        if not first.head:
            last.parts[0] = replace(first, head=first.piece.table.title)
            last.title = section.title
        last.parts.append(replace(rows, head=rows.piece.table.title))
        last.notes = tuple(dict.fromkeys((*last.notes, *rows.piece.table.notes)))
        last.terms = tuple(dict.fromkeys((*last.terms, *page.terms)))
        return True

    def _lead(self, lead: list[Unit]) -> list[Part]:
        return [Words(tuple(lead), self._high(lead))] if lead else []

    def _table(self, table: Table, lead: list[Unit], kicker: str) -> Iterator[Page]:
        above = self._lead(lead)
        room = self.room - sum(part.height + GAP for part in above)
        terms = tuple(column.title for column in table.columns)
        for piece in slides_tables.pieces(table, self.width, room, self.wider):
            yield Page(table.title, kicker, [*above, Rows(piece)], table.notes, terms)
            above = []

    def _chart(self, chart: Chart, lead: list[Unit], kicker: str) -> Iterator[Page]:
        above = self._lead(lead)
        room = self.room - sum(part.height + GAP for part in above)
        terms = (chart.axis, *(series.name for series in chart.series))
        for part in slides_charts.pages(chart, self.width, room, self.wider):
            yield Page(chart.title, kicker, [*above, Bars(part, chart)], chart.notes, terms)
            above = []

    def _diagram(self, diagram: Diagram, lead: list[Unit], kicker: str) -> Iterator[Page]:
        above = self._lead(lead)
        room = self.room - sum(part.height + GAP for part in above)
        drawing, voice = diagram.drawing, self.voice
        legend = slides_chain_legend.legend_height(4)
        views = chains.views(drawing, self.width, room - legend)
        # What the legend does not need is given to the drawing.
        most = max(
            len(
                slides_chain_legend.legend_rows(
                    slides_chain_legend.legend(drawing, v, voice), self.width
                )
            )
            for v in views
        )
        if most != 4:
            views = chains.views(
                drawing, self.width, room - slides_chain_legend.legend_height(max(most, 1))
            )
        count = len(drawing.columns)
        for view in views:
            if view.form == "names":
                title = voice.say("{title}: overview", title=diagram.title)
            elif view.last - view.first + 1 < count:
                title = voice.say(
                    "{title}: columns {first}–{last} of {count}",
                    title=diagram.title,
                    first=view.first + 1,
                    last=view.last + 1,
                    count=count,
                )
            else:
                title = diagram.title
            names = "; ".join(box.label.name for box in view.boxes)
            alt = diagram.alt if len(views) == 1 else f"{diagram.alt} {title}: {names}."
            yield Page(title, kicker, [*above, Drawn(diagram, view, alt)], diagram.notes)
            above = []


def _units(page: Page) -> list[Unit]:
    """The texts of a page."""
    return [unit for part in page.parts if isinstance(part, Words) for unit in part.units]


def _heads(page: Page) -> list[str]:
    """Headings inside a page of text."""
    return [unit.paras[0].text for unit in _units(page) if unit.heads]


def _led(units: Iterable[Unit]) -> list[Unit]:
    """Text that stands above something else, in the smaller size."""
    return [
        replace(
            unit,
            paras=tuple(
                replace(
                    para,
                    before=min(para.before, 4.0),
                    runs=tuple(replace(r, size=min(r.size, LEAD_SIZE)) for r in para.runs),
                )
                for para in unit.paras
            ),
        )
        for unit in units
    ]


def _take(page: Page, units: Iterable[Unit]) -> None:
    """Take the notes of units, and who stands behind them, into a page."""
    held = list(units)
    page.notes = tuple(dict.fromkeys((*page.notes, *(n for unit in held for n in unit.notes))))
    owners = [unit.usual for unit in held if unit.usual]
    if owners and not page.usual:
        page.usual = Counter(owners).most_common(1)[0][0]
    page.adviser = page.adviser or next((unit.adviser for unit in held if unit.adviser), "")


__all__ = [
    "CAPTION",
    "GAP",
    "SUBHEAD",
    "Bars",
    "Drawn",
    "Page",
    "Planner",
    "Rows",
    "Words",
]
