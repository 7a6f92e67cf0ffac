"""What stands before and after a note's sections: title, scope, contents; notes, words, sources."""

from __future__ import annotations

from verdikart.reports.formats import docx_xml as x
from verdikart.reports.formats.docx_sections import table
from verdikart.reports.formats.docx_sheet import (
    ANNEX,
    NOTES,
    SOURCES,
    TERMS,
    Sheet,
    note_name,
    section_name,
)
from verdikart.reports.formats.docx_table import pairs_xml


def front(sheet: Sheet) -> None:
    """Title, scope as a table, and who stands behind what names nobody."""
    say, document = sheet.voice.say, sheet.document
    sheet.text("Title", x.run(document.title))
    if document.subtitle:
        sheet.text("Subtitle", x.run(document.subtitle))
    rows = ((say("Scope"), say("This document")), *document.scope)
    sheet.put(pairs_xml(say("Scope"), rows, sheet.pages.width("upright"), sheet.base.style))
    if sheet.owners.reading:
        sheet.text("Verdikart Legend", x.run(sheet.owners.reading))


def contents(sheet: Sheet) -> None:
    """Contents as a field, filled in with links: page numbers come when Word updates it.

    A page's number is known only once the text is set, and a wrong one is worse than none.
    """
    say, document = sheet.voice.say, sheet.document
    sheet.text("TOC Heading", x.run(say("Contents")))
    entries = [(min(s.level, 2), s.title, section_name(n)) for n, s in enumerate(document.sections)]
    lists = (
        (sheet.plan.annex, say("Figures as tables"), ANNEX),
        (document.notes, say("Notes"), NOTES),
        (document.terms, say("Definitions"), TERMS),
        (document.sources, say("Sources"), SOURCES),
    )
    entries += [(1, title, name) for held, title, name in lists if held]
    begin, end = x.around('TOC \\o "1-2" \\h \\z \\u')
    for place, (level, title, name) in enumerate(entries):
        before = begin if place == 0 else ""
        after = end if place == len(entries) - 1 else ""
        sheet.text(f"toc {level}", before + x.link(x.run(title), anchor=name) + after)


def annex(sheet: Sheet) -> None:
    """What the figures show, as tables."""
    for place, (held, figure) in enumerate(sheet.plan.annex):
        sheet.pages.turn(sheet.pages.way_of(held))
        if place == 0:
            sheet.heading(1, sheet.voice.say("Figures as tables"), ANNEX)
        table(sheet, held, figure)


def notes(sheet: Sheet) -> None:
    """The numbered notes."""
    kinds = {"source": sheet.voice.say("Source:"), "caveat": sheet.voice.say("Caveat:")}
    _begin(sheet, sheet.voice.say("Notes"), NOTES, bool(sheet.document.notes))
    for note in sheet.document.notes:
        inner = sheet.run(f"{kinds[note.kind]} ", "Strong") + x.run(note.text)
        sheet.text("Verdikart Note Text", sheet.marked(note_name(note.number), inner))


def terms(sheet: Sheet) -> None:
    """What the words of the document mean."""
    _begin(sheet, sheet.voice.say("Definitions"), TERMS, bool(sheet.document.terms))
    for term in sheet.document.terms:
        inner = sheet.run(term.term, "Strong") + x.run(f": {term.definition}")
        if term.formula:
            said = f"\n{sheet.voice.say('Formula:')} {term.formula}"
            inner += sheet.run(said, "Verdikart Quiet")
        sheet.text("Verdikart Definition", inner)


def sources(sheet: Sheet) -> None:
    """The sources, each with licence, citation, address and the hashes of its embedded files."""
    say = sheet.voice.say
    _begin(sheet, say("Sources"), SOURCES, bool(sheet.document.sources))
    for source in sheet.document.sources:
        title = ", ".join(part for part in (source.title, source.vintage) if part)
        inner = sheet.run(f"{title}.", "Strong")
        if source.licence:
            licence = sheet.address(source.licence, source.licence_url)
            inner += x.run(f" {say('Licence')}: ") + licence + x.run(".")
        if source.citation:
            inner += x.run(f"\n{source.citation}")
        if source.address:
            inner += x.run("\n") + sheet.address(source.address, source.address)
        if source.sha256:
            inner += x.run(f"\n{say('SHA-256 of the embedded files:')}")
            inner += sheet.run("\n".join(("", *source.sha256)), "Verdikart Hash")
        sheet.text("Verdikart Source", inner)


def _begin(sheet: Sheet, title: str, name: str, held: bool) -> None:
    """The heading of a list, if it lists anything."""
    if held:
        sheet.pages.turn("upright")
        sheet.heading(1, title, name)


__all__ = ["annex", "contents", "front", "notes", "sources", "terms"]
