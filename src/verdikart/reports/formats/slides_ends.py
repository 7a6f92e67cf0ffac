"""The first slides and the last ones: title, scope, notes, sources and definitions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from verdikart.reports.document.model import Cell, Column, Document, Table
from verdikart.reports.formats import slides_tables
from verdikart.reports.formats.slides_deck import Deck
from verdikart.reports.formats.slides_design import BODY, POINT, placeholder
from verdikart.reports.formats.slides_plan import GAP, SUBHEAD, Page, Part, Planner, Rows, Words
from verdikart.reports.formats.slides_text import Para, Run, Unit, heading, pages
from verdikart.reports.voice import Voice

NOTE: Final = 11.0  # size of the notes' list


def front(document: Document, deck: Deck, voice: Voice) -> list[Page]:
    """The title slide; the scope on a slide of its own where the title slide has no room."""
    slide = deck.add("title", document.title)
    about = document.about
    scope = [f"{term}: {text}" for term, text in document.scope]
    lines = [(document.subtitle, 20.0)]
    if about.owner:
        lines.append((voice.say("Owner: {name}", name=about.owner), 14.0))
    small = [(line, 14.0) for line in scope]
    holder = placeholder(slide, ("subTitle", *BODY))
    width, height = holder.width / POINT - 14.4, holder.height / POINT - 7.2
    needed = sum(
        Para((Run(text, size),), before=4.0).height(width, deck.wider)
        for text, size in (*lines, *small)
    )
    fits = needed <= height
    signed = document.scope[-1:] if not fits else ()
    lines += small if fits else [(f"{term}: {text}", 14.0) for term, text in signed]
    deck.lines(holder, [(text, size) for text, size in lines if text])
    deck.finish(slide, "\n".join((document.title, *scope, document.footer)))
    if fits:
        return []
    units = tuple(
        Unit((Para((Run(f"{term}: ", bold=True), Run(text)), before=10.0),))
        for term, text in document.scope
    )
    return [Page(voice.say("Scope"), "", [Words(units, 0.0)])]


def closing(document: Document, planner: Planner, body: list[Page]) -> list[Page]:
    """Notes, sources and the definitions of what the slides show."""
    voice = planner.voice
    shown = {term for page in body for term in page.terms}
    said = " ".join(s.text for s in document.statements).casefold()
    terms = [t for t in document.terms if t.term in shown or t.term.casefold() in said]
    sources = Table(
        "sources",
        voice.say("Sources"),
        tuple(
            Column(key, title, width=share)
            for key, title, share in (
                ("title", voice.say("Source"), 3.0),
                ("provider", voice.say("Published by"), 1.5),
                ("vintage", voice.say("Vintage"), 1.2),
                ("licence", voice.say("Licence"), 1.0),
            )
        ),
        tuple(
            tuple(Cell(t or "–", t) for t in (s.title, s.provider, s.vintage, s.licence))
            for s in document.sources
        ),
    )
    definitions = Table(
        "definitions",
        voice.say("Definitions"),
        (
            Column("term", voice.say("Term"), width=1.0),
            Column("meaning", voice.say("Meaning"), width=3.0),
        ),
        tuple((Cell(t.term, t.term), Cell(t.definition, t.definition)) for t in terms),
    )
    parts: list[tuple[str, Part]] = [*_noted(document, planner)]
    room = (planner.width, planner.room, planner.wider)
    for table in (sources, definitions):
        if table.rows:
            made = slides_tables.pieces(table, *room, large=False)
            parts += [(table.title, Rows(piece)) for piece in made]
    return _shared(parts, planner)


def _noted(document: Document, planner: Planner) -> Iterator[tuple[str, Part]]:
    """The notes' list, with its title."""
    units = [
        Unit((Para((Run(f"{note.number}. {note.text}", NOTE),), before=5.0),))
        for note in document.notes
    ]
    for held in pages(units, planner.width, planner.room, planner.wider):
        high = sum(unit.height(planner.width, planner.wider) for unit in held)
        if held:
            yield planner.voice.say("Notes"), Words(tuple(held), high)


def _shared(parts: Sequence[tuple[str, Part]], planner: Planner) -> list[Page]:
    """Lists that are short share a slide, each under its title; one that goes on does not."""
    total = Counter(title for title, _ in parts)
    slides: list[list[tuple[str, Part]]] = []
    for title, part in parts:
        held = slides[-1] if slides else []
        high = sum(p.height + SUBHEAD + GAP for _, p in held) + part.height + SUBHEAD
        if held and high <= planner.room and total[title] == total[held[-1][0]] == 1:
            held.append((title, part))
        else:
            slides.append([(title, part)])
    return [_page(held, planner) for held in slides]


def _page(held: Sequence[tuple[str, Part]], planner: Planner) -> Page:
    """A slide of one list, or of several under a title that names them."""
    if len(held) == 1:
        title, part = held[0]
        if isinstance(part, Rows) and len(part.piece.rows) == len(part.piece.table.rows):
            room = (planner.width, planner.room, planner.wider)
            larger = slides_tables.pieces(part.piece.table, *room)
            part = Rows(larger[0]) if len(larger) == 1 else part
        return Page(title, "", [part])
    first, *others = (title for title, _ in held)
    title = planner.voice.join([first, *(other[:1].lower() + other[1:] for other in others)])
    return Page(title, "", [_under(title, part) for title, part in held])


def _under(title: str, part: Part) -> Part:
    """A list under its title."""
    if isinstance(part, Words):
        return Words((heading(title), *part.units), part.height + SUBHEAD)
    return replace(part, head=title) if isinstance(part, Rows) else part
