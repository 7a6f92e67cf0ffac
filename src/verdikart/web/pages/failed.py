"""The page of a fault: what is wrong, what resembles it, and ways on. It needs no mapping."""

from __future__ import annotations

from verdikart.mapping.saved import Shelf
from verdikart.reference.i18n import Lang
from verdikart.reports.voice import Voice
from verdikart.web.ask import address
from verdikart.web.faults import Fault, headline
from verdikart.web.render import environment, mapping_label

MOST = 8


def failed(fault: Fault, lang: Lang, shelf: Shelf, part: bool = False) -> str:
    """The fault as HTML; ``part``: without the document around it."""
    voice = Voice(lang)
    entries = shelf.entries()
    ways = []
    if any(e.is_current for e in entries):
        ways.append((voice.say("Overview"), address(lang, "current")))
        ways.append((voice.say("Search"), address(lang, "current", "search")))
    ways += [(mapping_label(e, voice), address(lang, e.name)) for e in entries[:MOST]]
    ways.append((voice.say("New mapping"), "/{}/{}/runs".format(lang, "current")))
    html: str = (
        environment()
        .get_template("failed.html.j2")
        .render(
            fault=fault,
            headline=headline(fault.status, lang),
            lang=lang,
            nearest=[(name, "") for name in fault.nearest],
            ways=ways,
            part=part,
            _=voice.say,
        )
    )
    return html
