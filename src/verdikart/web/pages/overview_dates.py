"""What is new and the next dates that matter, seen from today; and what the last mapping said."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from verdikart.core.errors import VerdikartError
from verdikart.mapping.agenda import Event, agenda, changes
from verdikart.mapping.saved import Entry
from verdikart.reference.entities import MaterialList
from verdikart.reference.i18n import day
from verdikart.reference.load import load
from verdikart.reference.names import name
from verdikart.reference.value_chains import Facility, TradeMeasure
from verdikart.reports import words
from verdikart.reports.view import Tag
from verdikart.web.ask import Ask
from verdikart.web.blocks import Block, Cell, Column, Note, Section, Table
from verdikart.web.pages.overview_goods import step_url

Row = dict[str, Any]
RECENT = timedelta(days=730)
NAMED = 4  # goods named in the sentence on what has changed


def section(ask: Ask) -> Section:
    """Dates to come, the latest ones, and changes since the mapping before."""
    say = ask.say
    today = datetime.now(UTC).date()
    events = agenda(ask.saved.home, today, load(TradeMeasure), load(MaterialList), load(Facility))
    coming = [e for e in events if e.state != "past"]
    recent = [e for e in events if e.state == "past" and e.last >= today - RECENT][::-1]
    blocks: list[Block] = [_since(ask)]
    blocks.append(
        _table(
            ask,
            "dates",
            say("Dates to come"),
            coming,
            say("The tables know of no date to come."),
        )
    )
    blocks.append(
        _table(
            ask,
            "news-table",
            say("The last two years, the newest first"),
            recent,
            say("The tables know of nothing in the last two years."),
            folded=say("New in the last two years ({count})", count=len(recent)),
        )
    )
    return Section("news", say("What is new, and the next dates that matter"), tuple(blocks))


def _since(ask: Ask) -> Block:
    """What changed since the mapping before of the same home, if the shelf has one."""
    say, voice = ask.say, ask.voice
    before = _before(ask)
    home = name("home", ask.saved.home, ask.lang)
    if before is None:
        return Note(
            say(
                "This is the only mapping of {home} here, so there is nothing to compare it with yet.",
                home=home,
            ),
            links=((say("Map another year"), ask.url("runs", home=ask.saved.home)),),
        )
    link = (
        say("Compare the two, with the causes of each change"),
        ask.url("compare", a=before.name, b=ask.saved.name),
    )
    try:
        found = changes(
            ask.saved.own("assessments"), ask.shelf.open(before.name).own("assessments")
        )
    except VerdikartError:
        return Note(
            say("The mapping of {year} could no longer be read.", year=before.year), tone="warning"
        )

    def names(rows: tuple[Row, ...]) -> str:
        some = [voice.name(r) for r in rows[:NAMED]]
        if len(rows) > NAMED:
            some.append(say("{count} more", count=len(rows) - NAMED))
        return voice.join(some) or say("none")

    text = say(
        "Since the mapping of {year}: newly vulnerable: {became}. No longer: {ceased}.",
        year=before.year,
        became=names(found.became),
        ceased=names(found.ceased),
    )
    if found.only_now or found.only_before:
        text += " " + say(
            "{now} goods could be judged in this one alone, {before} in the other alone.",
            now=found.only_now,
            before=found.only_before,
        )
    return Note(text, title=say("Since the mapping before"), links=(link,))


def _before(ask: Ask) -> Entry | None:
    """The nearest earlier year of the same home, else the newest other mapping of it."""
    saved = ask.saved
    others = [e for e in ask.shelf.entries() if e.home == saved.home and e.name != saved.name]
    earlier = [e for e in others if e.year < saved.year]
    return max(earlier, key=lambda e: (e.year, e.when), default=None) or max(
        (e for e in others if e.year == saved.year), key=lambda e: e.when, default=None
    )


def _table(
    ask: Ask, table_id: str, caption: str, events: list[Event], empty: str, folded: str = ""
) -> Table:
    say = ask.say
    columns = (
        Column("when", say("Date")),
        Column("what", say("What happens"), wide=True),
        Column("kind", say("Kind")),
        Column("about", say("It is about")),
        Column("sure", say("How well checked")),
    )
    body = tuple(_row(ask, event) for event in events)
    return Table(table_id, caption, columns, body, empty=empty, folded=folded if body else "")


def _row(ask: Ask, event: Event) -> tuple[Cell, ...]:
    home = name("home", ask.saved.home, ask.lang)
    sides = {
        "supply": Tag(ask.say("touches the supply of {home}", home=home), "risk"),
        "exports": Tag(ask.say("touches the exports of {home}", home=home), "risk"),
    }
    tags = (sides[event.side],) if event.side else ()
    when = day(event.when, ask.lang)
    small = ask.say("under way") if event.state == "under_way" else ""
    return (
        Cell(when, event.when, small=small),
        _what(ask, event, tags),
        Cell(_kind(ask, event), event.kind),
        _about(ask, event),
        Cell(words.confidence(event.confidence, ask.lang) if event.confidence else "–"),
    )


def _what(ask: Ask, event: Event, tags: tuple[Tag, ...]) -> Cell:
    say = ask.say
    text = event.text_nb if ask.lang == "nb" else event.text_en
    href = ""
    if event.kind == "measure_to":
        text = say("Ends: {text}", text=text)
    elif event.kind == "list_from":
        text = say("In force: {text}", text=text)
    elif event.kind == "list_to":
        text = say("Lapses: {text}", text=text)
    elif event.kind == "target":
        text = say(
            "Target year of the EU’s benchmarks: 10% extraction, 40% processing, 25% recycling, "
            "at most 65% from one country"
        )
    elif event.kind == "plant":
        status = words.word("facility_status", event.word, ask.lang)
        href = ask.url("position/register", id=event.key)
        if event.state == "past":
            text = f"{text}: {status}"
        else:
            text = say("{plant}: next step planned (now: {status})", plant=text, status=status)
    return Cell(text, href=href, tags=tags)


def _kind(ask: Ask, event: Event) -> str:
    say = ask.say
    if event.kind.startswith("measure"):
        return words.word("measure", event.word, ask.lang)
    if event.kind.startswith("list"):
        return say("list of materials")
    return say("plant or project") if event.kind == "plant" else say("benchmark")


def _about(ask: Ask, event: Event) -> Cell:
    """The good, material or page that the date touches."""
    if event.kind == "target":
        return Cell(ask.say("Regulation (EU) 2024/1252, Article 5"), href=ask.url("chains"))
    if event.kind.startswith("list"):
        return Cell(words.short_list(event.key, ask.lang), event.key, href=ask.url("data/lists"))
    href = step_url(ask, event.products)
    names = [name("material", m, ask.lang) for m in event.materials]
    if len(event.products) == 1:
        names = [name("product", event.products[0], ask.lang)]
    known = {r["material"] for r in ask.saved.rows("materials")}
    if not href and len(event.materials) == 1 and event.materials[0] in known:
        href = ask.url(f"materials/{event.materials[0]}")
    return Cell(", ".join(names), list(event.materials), href=href)
