"""A page object as HTML: the whole document, or the part that a script asks for."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from verdikart.core.version import VERSION
from verdikart.mapping.saved import Entry
from verdikart.reference.entities import Source
from verdikart.reference.i18n import LANGS
from verdikart.reference.load import load
from verdikart.reference.names import name
from verdikart.reports import words
from verdikart.reports.voice import Voice
from verdikart.web import assets, markup
from verdikart.web.ask import Ask, address
from verdikart.web.blocks import Chart, Drawing, Page

# Group of the menu, and its links: text, address, whether it is where the reader is.
Nav = tuple[tuple[str, tuple[tuple[str, str, bool], ...]], ...]
TEMPLATES = Path(__file__).parent / "templates"


@cache
def environment() -> Any:  # noqa: ANN401 - jinja2 is imported on first use
    """The templates; every value is escaped unless its maker has done so."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    found = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters["value"] = markup.value
    found.filters["table"] = markup.table
    found.globals["asset"] = assets.address
    return found


def page(ask: Ask, given: Page, nav: Nav) -> str:
    """The whole document."""
    return _render("page.html.j2", ask, given, nav=nav, **frame(ask, given))


def part(ask: Ask, given: Page) -> str:
    """The page's content alone, for a dialog or a part that is replaced."""
    return _render("part.html.j2", ask, given)


def _render(template: str, ask: Ask, given: Page, **more: object) -> str:
    voice = ask.voice
    html: str = (
        environment()
        .get_template(template)
        .render(ask=ask, page=given, lang=ask.lang, voice=voice, _=voice.say, **more)
    )
    return html


def frame(ask: Ask, given: Page) -> dict[str, Any]:
    """What stands around every page: languages, mapping, sources, twins, version."""
    others = [
        (code, {"nb": "Bokmål", "en": "English"}[code], _in(ask, code), code == ask.lang)
        for code in LANGS
    ]
    entries = ask.shelf.entries()
    return {
        "languages": others,
        "mappings": [(e, mapping_label(e, ask.voice), _at(ask, e)) for e in entries],
        "sources": source_lines(ask, given.sources),
        "charts": any(isinstance(b, Chart) for s in given.sections for b in s.blocks),
        "drawings": any(isinstance(b, Drawing) for s in given.sections for b in s.blocks),
        "permanent": address(ask.lang, ask.saved.name, ask.path, **dict(ask.query.items)),
        "twins": {kind: twin(ask, kind) for kind in ("json", "csv")},
        "version": VERSION,
        "home": name("home", ask.saved.home, ask.lang),
    }


def mapping_label(entry: Entry, voice: Voice) -> str:
    """A mapping by home, year and the first digits of its name."""
    label = f"{name('home', entry.home, voice.lang)} {entry.year} · {entry.name[:8]}"
    return f"{label} ({voice.say('current')})" if entry.is_current else label


def twin(ask: Ask, kind: str) -> str:
    """The address of the page's twin as JSON or CSV."""
    return address(ask.lang, ask.token, f"{ask.path or 'index'}.{kind}", **dict(ask.query.items))


def source_lines(ask: Ask, wanted: tuple[str, ...] | None) -> list[tuple[str, str, str]]:
    """Title, vintage and licence of the sources behind a page."""
    voice = ask.voice
    vintages = ask.saved.manifest["vintages"]
    known = [s for s in load(Source) if s.source_id in vintages]
    return [
        (
            words.source_title(s.source_id, voice),
            words.vintage(str(vintages[s.source_id]), ask.lang),
            s.licence,
        )
        for s in known
        if wanted is None or s.source_id in wanted
    ]


def _in(ask: Ask, lang: str) -> str:
    return address(lang, ask.token, ask.path, **dict(ask.query.items))


def _at(ask: Ask, entry: Entry) -> str:
    return address(ask.lang, "current" if entry.is_current else entry.name, ask.path)
