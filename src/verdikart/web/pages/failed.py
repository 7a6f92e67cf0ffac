"""The page of a fault: what is wrong, what resembles it, and ways on. It needs no mapping."""

from __future__ import annotations

from verdikart.mapping.saved import Shelf
from verdikart.reference.i18n import Lang
from verdikart.reference.names import name
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
    make = address(lang, "current", "runs")
    gone = fault.code == "mapping_unavailable"
    if not gone:
        ways.append((voice.say("New mapping"), make))
    html: str = (
        environment()
        .get_template("failed.html.j2")
        .render(
            fault=fault,
            lead=_lead(fault, voice, any_left=bool(entries)),
            make=make if gone else "",
            headline=headline(fault.status, lang),
            lang=lang,
            nearest=[_near(fault.kind, key, lang) for key in fault.nearest],
            ways=ways,
            part=part,
            _=voice.say,
        )
    )
    return html


# What a page's ids are of → the kind of their names, and the folder of their pages.
PAGES = {
    "material": ("material", "materials"),
    "value chain": ("chain", "chains"),
    "country": ("country", "countries"),
}


def _near(kind: str, key: str, lang: Lang) -> tuple[str, str]:
    """A name that resembles the one asked for, and its page where ids of the kind have one."""
    if kind not in PAGES:
        return key, ""
    of, folder = PAGES[kind]
    return name(of, key, lang), address(lang, "current", f"{folder}/{key}")


def _lead(fault: Fault, voice: Voice, *, any_left: bool) -> str:
    """What the fault comes to, in the page's language; its own words stand below in English."""
    if fault.code == "mapping_unavailable":
        if not any_left:
            return voice.say(
                "No mapping has been made here yet. The first takes half a minute or so on the data "
                "in the package, and needs no net."
            )
        return voice.say(
            "The mapping was moved, removed or left half-written. Open another, or make it anew."
        )
    return {
        "not_found": voice.say("Nothing stands at this address."),
        "unknown_name": voice.say("The address names something that is not there."),
        "usage": voice.say("Something in the address or the form cannot be used as it is."),
        "forbidden": voice.say("The server does not do this for whoever asks, or from where."),
        "busy": voice.say("So much is waiting already that the server takes on no more just now."),
        "data_problem": voice.say("The data are missing or do not fit what is asked."),
        "internal": voice.say("The server could not answer. Try again, or go on from here."),
    }.get(fault.code, "")
