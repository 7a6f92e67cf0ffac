"""The first slides and the last ones: title, scope, notes, sources and definitions."""

from __future__ import annotations

from typing import Final

from verdikart.reports.document.model import Cell, Column, Document, Table
from verdikart.reports.formats import slides_tables
from verdikart.reports.formats.slides_deck import Deck
from verdikart.reports.formats.slides_design import BODY, POINT, placeholder
from verdikart.reports.formats.slides_plan import Page, Planner, Rows, Words
from verdikart.reports.formats.slides_text import Para, Run, Unit, pages
from verdikart.reports.voice import Voice

NOTE: Final = 12.0  # size of the notes' list


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
    notes = [
        Unit((Para((Run(f"{note.number}. {note.text}", NOTE),), before=5.0),))
        for note in document.notes
    ]
    found = [
        Page(voice.say("Notes"), "", [Words(tuple(held), 0.0)])
        for held in pages(notes, planner.width, planner.room, planner.wider)
    ]
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
    for table in (sources, definitions):
        if table.rows:
            made = slides_tables.pieces(table, planner.width, planner.room, planner.wider)
            found += [Page(table.title, "", [Rows(piece)]) for piece in made]
    return found
