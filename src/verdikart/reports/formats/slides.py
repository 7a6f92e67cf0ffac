"""Slides: a document as a deck of native text, tables, charts and drawings, free to edit."""

from __future__ import annotations

import io
import zipfile
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from verdikart.mapping.audience import Marks
from verdikart.mapping.saved import Saved
from verdikart.reports.document.model import Document
from verdikart.reports.formats import slides_chains, slides_charts, slides_house, slides_tables
from verdikart.reports.formats.slides_deck import Deck
from verdikart.reports.formats.slides_design import BODY, POINT, Area, opened, placeholder
from verdikart.reports.formats.slides_ends import closing, front
from verdikart.reports.formats.slides_plan import (
    CAPTION,
    GAP,
    SUBHEAD,
    Bars,
    Drawn,
    Page,
    Part,
    Planner,
    Rows,
    Words,
)
from verdikart.reports.formats.slides_shapes import parsed
from verdikart.reports.formats.slides_text import BODY as BODY_TEXT
from verdikart.reports.formats.slides_text import (
    LOCALES,
    MARK,
    NS,
    Para,
    Run,
    heading,
)
from verdikart.reports.voice import Voice

LARGE, FEW = 20.0, 90.0  # type of a short text alone on a slide, and its height at most
HARD_SPACE: Final = "\u00a0"
SECTIONS: Final = "{521415D9-36F7-43E2-AB2F-B90AF26B5E84}"  # extension that holds sections
P14: Final = "http://schemas.microsoft.com/office/powerpoint/2010/main"


def write(
    document: Document, target: Path, saved: Saved, marks: Marks, design: Path | None
) -> None:
    """Write a document as slides, in the house's template or in the user's own.

    Raises :class:`verdikart.core.errors.UsageProblem` for a template that cannot be used.
    """
    del saved, marks  # the document holds what may be shown
    made = opened(design)
    deck = Deck(made, document.about.lang, document.footer)
    voice = Voice(document.about.lang)
    planner = Planner(made.area.w, made.area.h, deck.wider, voice)
    body = planner.document(document)
    last = closing(document, planner, body)
    first = front(document, deck, voice)
    everything = [*first, *body, *last]
    titles = _titles(everything, voice)
    for page, title in zip(everything, titles, strict=True):
        _slide(deck, page, title, document, voice)
    _described(made.presentation, document)
    _listed(made.presentation)
    target.write_bytes(_saved(made.presentation))


def _titles(everything: list[Page], voice: Voice) -> list[str]:
    """Titles of which no two are the same: ``… (2 of 3)``."""
    total = Counter(page.title for page in everything)
    seen: Counter[str] = Counter()
    found = []
    for page in everything:
        seen[page.title] += 1
        if total[page.title] == 1:
            found.append(page.title)
        else:
            place = voice.say(
                "({number} of {count})", number=seen[page.title], count=total[page.title]
            )
            found.append(f"{page.title} {place.replace(' ', HARD_SPACE)}")
    return found


def _slide(deck: Deck, page: Page, title: str, document: Document, voice: Voice) -> None:
    """Make a page's slide."""
    alone = all(isinstance(part, Words) for part in page.parts)
    role = "section" if page.section else "content" if alone else "only"
    slide = deck.add(role, title, page.kicker)
    area = deck.design.area
    room = Area(area.x, area.y, area.w, area.h - CAPTION)
    if page.section:
        _contents(deck, slide, page)
    elif alone:
        holder = placeholder(slide, BODY)
        deck.place(holder, room)
        deck.body(slide, _enlarged(_paras(page.parts), room.w, deck.wider))
    else:
        _parts(deck, slide, page, title, room, voice)
    caption = _caption(page, voice)
    if caption:
        at = Area(area.x, area.y + area.h - MARK * 1.3, area.w, MARK * 1.3)
        deck.text(slide, at, [Para((Run(caption, MARK, quiet=True),), before=0.0)])
    deck.finish(slide, _notes(page, title, document, voice))


def _contents(deck: Deck, slide: Any, page: Page) -> None:  # noqa: ANN401
    """What a section holds, as far as its slide has room."""
    holder = placeholder(slide, BODY)
    if holder is None:
        return
    width, height = holder.width / POINT - 10, holder.height / POINT
    held: list[Para] = []
    for para in _paras(page.parts):
        if sum(p.height(width, deck.wider) for p in (*held, para)) > height:
            break
        held.append(para)
    if held:
        deck.body(slide, held)


def _paras(parts: Iterable[Part]) -> list[Para]:
    """The paragraphs of a page's texts."""
    units = [unit for part in parts if isinstance(part, Words) for unit in part.units]
    return [para for unit in units for para in unit.paras]


def _enlarged(paras: list[Para], width: float, wider: float) -> list[Para]:
    """A sentence or two that have a slide to themselves, in larger type."""
    if any(run.size < BODY_TEXT for para in paras for run in para.runs):
        return paras
    if sum(para.height(width, wider) for para in paras) > FEW:
        return paras
    return [
        replace(para, runs=tuple(replace(run, size=LARGE) for run in para.runs)) for para in paras
    ]


def _parts(deck: Deck, slide: Any, page: Page, title: str, room: Area, voice: Voice) -> None:  # noqa: ANN401
    """A page's parts below each other; a chart or drawing takes what is left."""
    y = room.y
    for part in page.parts:
        left = Area(room.x, y, room.w, room.y + room.h - y)
        if isinstance(part, Words):
            deck.text(slide, Area(left.x, y, left.w, part.height), _paras([part]))
        elif isinstance(part, Rows):
            if part.head:
                head = heading(part.head).paras[0]
                deck.text(slide, Area(left.x, y, left.w, SUBHEAD - 2), [head])
            at = Area(left.x, y + (SUBHEAD if part.head else 0.0), left.w, 0)
            alt = part.head or title
            deck.insert(
                slide, slides_tables.frame(part.piece, deck.next_id(slide), at, alt, deck.lang)
            )
        elif isinstance(part, Bars):
            frame = slides_charts.draw(slide, part.chart, part.whole, left, voice)
            deck.name(frame, part.chart.title, f"{part.chart.title}. {part.chart.alt}")
        elif isinstance(part, Drawn):
            deck.insert(
                slide,
                slides_chains.group(
                    part.diagram.drawing, part.view, deck.next_id(slide), left, part.alt, voice
                ),
            )
        y += part.height + GAP


def _caption(page: Page, voice: Voice) -> str:
    """A quiet line at the foot: the notes of the slide, and who stands behind what is unmarked."""
    said = []
    if page.notes:
        listed = ", ".join(map(str, sorted(page.notes)))
        said.append(voice.say("Notes: {numbers}", numbers=listed))
    if page.usual:
        said.append(voice.say("Statements without a mark are computed: {owner}", owner=page.usual))
    if page.adviser:
        said.append(voice.say("Recommendations: {owner}", owner=page.adviser))
    return " · ".join(said)


def _notes(page: Page, title: str, document: Document, voice: Voice) -> str:
    """Speaker notes: the numbered notes and sources of the slide, and how its columns are computed."""
    found = [title]
    if page.notes:
        found += ["", voice.say("Notes and sources")]
        found += [f"{n}. {document.note(n).text}" for n in sorted(page.notes)]
    terms = [t for t in document.terms if t.term in page.terms]
    if terms:
        found += ["", voice.say("Method")]
        found += [
            f"{t.term}: {t.definition}" + (f" [{t.formula}]" if t.formula else "") for t in terms
        ]
    for part in page.parts:
        if isinstance(part, Bars) and part.chart.kind == "scatter":  # not every point is named
            rows_of = (" · ".join(cell.text for cell in row) for row in part.chart.table.rows)
            found += ["", *rows_of]
        if isinstance(part, Rows) and part.piece.table.table_id == "sources":
            held = {source.title: source for source in document.sources}
            rows = (part.piece.table.rows[n][0].text for n, _ in part.piece.rows)
            found.append("")
            for source in (held[name] for name in rows):
                hashes = " ".join(f"sha256:{value}" for value in source.sha256)
                texts = (source.citation, source.address, source.licence_url, hashes)
                found.append(f"{source.title}: {' '.join(t for t in texts if t)}")
        if isinstance(part, Rows) and part.piece.table.table_id == "definitions":
            rows_ = {part.piece.table.rows[n][0].text for n, _ in part.piece.rows}
            found += [
                f"{t.term}: {t.formula}" for t in document.terms if t.formula and t.term in rows_
            ]
    return "\n".join((*found, "", document.footer))


def _described(presentation: Any, document: Document) -> None:  # noqa: ANN401
    """The file's own properties; whatever a template says of its maker is dropped."""
    held = presentation.core_properties
    about = document.about
    held.title, held.subject, held.author = document.title, document.subtitle, "verdikart"
    held.language = LOCALES[about.lang]
    held.keywords = ", ".join(("verdikart", about.template, *about.about, about.mapping))
    held.last_modified_by = held.comments = held.category = held.content_status = ""
    held.identifier = held.version = ""
    root = held._element
    for element in list(root):
        if element.tag.rpartition("}")[2] in ("created", "modified", "lastPrinted", "revision"):
            root.remove(element)
    defaults = presentation.part._element.find("{*}defaultTextStyle")
    if defaults is not None:
        for element in defaults.iter("{*}defRPr"):
            if element.get("lang"):
                element.set("lang", LOCALES[about.lang])


def _listed(presentation: Any) -> None:  # noqa: ANN401
    """List the master of the speaker notes, which the library adds without saying so."""
    root = presentation.part._element
    if root.find("{*}notesMasterIdLst") is not None:
        return
    key = next(k for k, r in presentation.part.rels.items() if r.reltype.endswith("/notesMaster"))
    held = f'<p:notesMasterIdLst {NS}><p:notesMasterId r:id="{key}"/></p:notesMasterIdLst>'
    root.find("{*}sldMasterIdLst").addnext(parsed(held))


def _saved(presentation: Any) -> bytes:  # noqa: ANN401
    """The package as bytes without the time of writing."""
    held = io.BytesIO()
    presentation.save(held)
    with zipfile.ZipFile(held) as package:
        files = {entry: package.read(entry) for entry in package.namelist()}
    return slides_house.zipped(files)
