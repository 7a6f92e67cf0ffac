"""The home's position: what others need from it, through which stage, from where, and how sure."""

from __future__ import annotations

from functools import lru_cache

from verdikart.mapping.saved import Saved, Shelf
from verdikart.reference.i18n import Lang
from verdikart.reference.names import name
from verdikart.web.ask import Ask
from verdikart.web.blocks import Links, Page, Section
from verdikart.web.pages import (
    overview_plane,
    position_claims,
    position_map,
    position_roles,
    position_strength,
    position_trade,
)
from verdikart.web.pages.position_links import NORWAY, inline


def position(ask: Ask) -> Page:
    """The page ``/position``."""
    say = ask.say
    own = ask.saved.home == NORWAY
    home = name("home", ask.saved.home, ask.lang)
    sections = [
        _plane(ask.saved, ask.shelf, ask.lang, ask.token) if ask.saved.own("positions") else None,
        position_strength.table(ask),
        position_strength.risks(ask),
        position_map.section(ask),
        position_roles.section(ask),
        position_trade.patterns(ask),
        position_trade.dependence(ask),
        position_claims.section(ask),
        _on(ask),
    ]
    return Page(
        say("Norway’s position") if own else say("The position of {home}", home=home),
        tuple(s for s in sections if s is not None),
        lead=_lead(ask, home),
        main="positions-table",
        wide=True,
    )


@lru_cache(maxsize=4)
def _plane(saved: Saved, shelf: Shelf, lang: Lang, token: str) -> Section:
    """The plane is the same whatever the filters, and dear to draw."""
    return overview_plane.section(Ask(saved, shelf, lang, token, "position"))


def _lead(ask: Ask, home: str) -> str:
    """The answer in words: how many positions, the strongest, and what it rests on."""
    say, voice = ask.say, ask.voice
    rows = ask.saved.own("positions")
    if not rows:
        return say(
            "No positions are computed for {home}. The plant register, Norway’s roles in the chains "
            "and those who depend on Norway are the same in every mapping, and follow here.",
            home=home,
        )
    floor = ask.saved.parameters["position_floor"]
    delivered = {r["subject"] for r in rows}
    strong = {r["subject"] for r in rows if (r["supplier_share"] or 0) >= floor}
    line = next((r for r in ask.saved.rows("findings") if r["kind"] == "position"), None)
    text = say(
        "{home} delivers {count} of the mapped goods to the homes it is compared with; for {strong} of "
        "them at least {floor} of another’s supply comes from {home}.",
        home=home,
        count=len(delivered),
        strong=len(strong),
        floor=voice.percent(floor, 0),
    )
    if line is None:
        return text
    row = next(r for r in rows if r["subject"] == line["subject"])
    first = say(
        "The strongest is {good}: {share} of what {other} gets from outside.",
        good=inline(voice.name(row)),
        share=voice.percent(line["partner_share"]),
        other=name("home", line["partner"], ask.lang),
    )
    return f"{text} {first}"


def _on(ask: Ask) -> Section:
    say = ask.say
    ways = (
        (
            say("Capability register"),
            ask.url("position/register"),
            say("every plant, mine and project"),
        ),
        (say("Opportunities"), ask.url("opportunities"), say("where Norway could move")),
        (say("Value chains"), ask.url("chains"), say("step by step")),
        (say("Countries"), ask.url("countries"), say("the other side of the trade")),
    )
    return Section("on", say("Ways on"), (Links(ways),))
