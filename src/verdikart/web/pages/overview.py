"""The overview: what a reader with half a minute needs, and the ways on to everything else."""

from __future__ import annotations

from typing import Any

from verdikart.mapping.statements import nok_text, round_number
from verdikart.reference.names import name
from verdikart.web.ask import Ask, address
from verdikart.web.blocks import Block, Cell, Fragment, Page, Section
from verdikart.web.pages import (
    overview_cards,
    overview_chains,
    overview_dates,
    overview_known,
    overview_plane,
)
from verdikart.web.values import cell, plain

Row = dict[str, Any]
OFFERED = ("NOR", "SWE", "FIN", "DNK", "EU27", "NORDIC", "NATO")


def overview(ask: Ask) -> Page:
    """The page ``/``."""
    say = ask.say
    title = say(
        "{home} {year}: what it is exposed to, and what others need from it",
        home=capital(name("home", ask.saved.home, ask.lang)),
        year=ask.saved.year,
    )
    sections = (
        Section("short", "", _opening(ask)),
        overview_plane.section(ask),
        overview_cards.vulnerabilities(ask),
        overview_cards.positions(ask),
        overview_chains.section(ask),
        overview_dates.section(ask),
        overview_known.gaps(ask),
        overview_known.data(ask),
    )
    return Page(title, sections, lead=one_line(ask), main="vulnerabilities-table")


def capital(text: str) -> str:
    """A text with a capital first letter."""
    return text[:1].upper() + text[1:]


def _head(ask: Ask) -> Row | None:
    return next(iter(ask.saved.own("headline")), None)


def one_line(ask: Ask) -> str:
    """The line that says it all: how many goods hang on one country, and where most is at stake."""
    say, voice, head = ask.say, ask.voice, _head(ask)
    home = name("home", ask.saved.home, ask.lang)
    if head is None:
        return say("This mapping holds no count of vulnerabilities; make it anew to get one.")
    limit = voice.percent(ask.saved.parameters["share_threshold"], 0)
    if not head["assessed"]:
        return say("No good could be judged for {home} in {year}.", home=home, year=head["year"])
    text = say(
        "Of the {assessed} goods and stages that could be judged for {home} in {year}, {foreign} come "
        "for more than {limit} from one country that is no ally.",
        assessed=voice.number(head["assessed"]),
        home=home,
        year=head["year"],
        foreign=voice.number(head["not_allied"]),
        limit=limit,
    )
    worst = next((f for f in ask.saved.rows("findings") if f["kind"] == "vulnerability"), None)
    if worst is None:
        return text
    stake = {
        "good": lower(overview_cards.title(ask, worst)),
        "share": voice.percent(worst["partner_share"]),
        "partner": voice.of(worst, "partner"),
        "amount": _amount(ask, worst),
    }
    # A good is vulnerable by its HHI too, so the largest at stake may lie under the limit just named.
    if (worst["partner_share"] or 0) < ask.saved.parameters["share_threshold"]:
        more = say(
            "Most is at stake in {good}, though its share is lower: {share} from {partner}, "
            "{amount} a year.",
            **stake,
        )
    else:
        more = say("Most is at stake in {good}: {share} from {partner}, {amount} a year.", **stake)
    return f"{text} {more}"


def lower(text: str) -> str:
    """A name inside a sentence; an abbreviation keeps its capitals."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def _amount(ask: Ask, row: Row) -> str:
    parts = []
    if row["at_stake_t"] is not None:
        parts.append(ask.say("{tonnes} tonnes", tonnes=round_number(row["at_stake_t"], ask.lang)))
    if row["at_stake_nok"] is not None:
        parts.append(nok_text(row["at_stake_nok"], ask.lang))
    return ask.voice.join(parts) or ask.say("an amount not known")


def _opening(ask: Ask) -> tuple[Block, ...]:
    head = _head(ask)
    blocks: list[Block] = [_homes(ask)]
    if head is not None:
        blocks.append(_numbers(ask, head))
    return tuple(blocks)


def _numbers(ask: Ask, head: Row) -> Fragment:
    say, saved = ask.say, ask.saved
    chains = saved.own("chains")
    vulnerable = sum(r["verdict"] == "vulnerable" for r in chains)
    limit = ask.voice.percent(saved.parameters["share_threshold"], 0)
    items: list[tuple[str, Cell]] = [
        (say("goods and stages judged"), cell(ask, head, "assessed")),
        (
            say("over {limit} from one country that is no ally", limit=limit),
            cell(ask, head, "not_allied"),
        ),
        (say("of these imports of a size that counts"), cell(ask, head, "above_floor")),
        (
            say("value chains with a vulnerable step, of {count}", count=len(chains)),
            plain(vulnerable, href=ask.url("chains")),
        ),
        (say("goods that could not be judged"), cell(ask, head, "not_computable")),
    ]
    data = [{"term": term, "value": item.raw, "why": item.why} for term, item in items]
    return Fragment("overview_numbers.html.j2", {"numbers": items}, {"numbers": data})


def _homes(ask: Ask) -> Fragment:
    """The home mapped, the others on the shelf, and those that could be mapped."""
    say, saved = ask.say, ask.saved
    newest: dict[str, str] = {saved.home: ask.token}
    for entry in ask.shelf.entries():
        newest.setdefault(entry.home, "current" if entry.is_current else entry.name)
    mapped = [
        {"text": capital(name("home", home, ask.lang)), "href": address(ask.lang, token)}
        for home, token in newest.items()
    ]
    others = [
        {"text": capital(name("home", home, ask.lang)), "href": ask.url("runs", home=home)}
        for home in OFFERED
        if home not in newest
    ]
    content = {
        "label": say("Choose the home that is mapped"),
        "mapped": mapped,
        "others": others,
        "make": say("Map another:"),
    }
    return Fragment("overview_homes.html.j2", content, {"mapped": mapped, "not_mapped_yet": others})
