"""What others need from the home: its share of their supply, and what it means to be the one."""

from __future__ import annotations

from typing import Any

from verdikart.reference.names import name
from verdikart.reports import words
from verdikart.reports.view import Tag
from verdikart.web.ask import Ask
from verdikart.web.blocks import Cell, Column, Field, Form, Note, Prose, Section, Table
from verdikart.web.listing import listing, sortable
from verdikart.web.pages.position_links import (
    NORWAY,
    PER_PAGE,
    carried,
    chain_of,
    chosen,
    members,
    plants,
    step,
)
from verdikart.web.values import cell, head, heads, named

Row = dict[str, Any]
SORTS = ("supplier_share", "supplier_rank", "value_nok", "quantity_t")
OWN = ("q", "other", "at", "sort")


def table(ask: Ask) -> Section:
    """Positions: one row a good and other home, to search, filter and order."""
    say, rows = ask.say, ask.saved.own("positions")
    title = say("Who needs what from us")
    if not rows:
        return Section("positions", title, (absent(ask),))
    others = {r["other"]: name("home", r["other"], ask.lang) for r in rows}
    stages = {r["stage"]: name("stage", r["stage"], ask.lang) for r in rows}
    other, by_other = chosen(ask, "other", others, say("Whose supply"))
    stage, by_stage = chosen(ask, "at", stages, say("Stage"))
    kept = [
        r for r in rows if (not other or r["other"] == other) and (not stage or r["stage"] == stage)
    ]
    keys = {"name": ask.voice.name} | {c: (lambda r, c=c: r[c]) for c in SORTS}
    found = listing(
        ask,
        kept,
        search=("name_en", "name_nb", "subject", "products", "materials"),
        sorts=keys,
        default="-value_nok",
        per_page=PER_PAGE,
    )
    columns = (
        Column("name", say("Good")),
        head(ask, "positions", "other", title=say("Whose supply")),
        head(ask, "positions", "supplier_share", title=say("Share from {home}", home=_home(ask))),
        head(ask, "positions", "supplier_rank", title=say("Place among suppliers")),
        *heads(ask, "positions", ("value_nok", "quantity_t")),
        *_ours(ask),
        Column("feeds", say("Raw materials in")),
        Column("source", head(ask, "positions", "source").title, wide=True),
    )
    chains, producers = chain_of(ask), _producers(ask)
    body = tuple(_row(ask, r, chains, producers) for r in found.rows)
    form = Form(
        "positions-filter",
        (
            Field("q", say("Search for a good"), "search", ask.query.text("q")),
            by_other,
            by_stage,
            *carried(ask, OWN),
        ),
        say("Show"),
        title=say("Search the positions"),
        reset=ask.here(**dict.fromkeys(OWN), page=None),
    )
    sheet = Table(
        "positions-table",
        say("What others get from {home}, and how much of their supply that is", home=_home(ask)),
        sortable(columns, keys),
        body,
        notes=(
            say(
                "The share is of what the other imports from outside itself; for published European "
                "figures it is of the whole supply, and no value goes with it."
            ),
        ),
        empty=say("No position meets the search. Take out a filter, or reset."),
        pager=found.pager,
        sorted_by=found.sorted_by,
        sort_links=found.sort_links,
    )
    return Section("positions", title, (form, sheet))


def _ours(ask: Ask) -> tuple[Column, ...]:
    """Role and plants are known for Norway alone."""
    if ask.saved.home != NORWAY:
        return ()
    return (head(ask, "positions", "role"), Column("plants", ask.say("Plants"), wide=True))


def absent(ask: Ask) -> Note:
    """Why a home has no positions."""
    say = ask.say
    return Note(
        say(
            "This mapping has no positions for {home}: a bloc contains those whose supply is measured, "
            "and a country may deliver nothing on record. What Norway delivers stands further down.",
            home=_home(ask),
        ),
        links=((say("Other mappings and homes"), ask.url("runs")),),
    )


def _home(ask: Ask) -> str:
    return name("home", ask.saved.home, ask.lang)


def _producers(ask: Ask) -> dict[str, str]:
    return {r["record_id"]: r["producer"] for r in ask.saved.rows("facilities")}


def _row(ask: Ask, row: Row, chains: dict[str, str], producers: dict[str, str]) -> tuple[Cell, ...]:
    products, materials = row["products"] or (), row["materials"] or ()
    ours: tuple[Cell, ...] = ()
    if row["home"] == NORWAY:
        known = [p for p in row["plants"] or () if p in producers]
        made = plants(ask, known, [producers[p] for p in known], products[0] if products else "")
        ours = (cell(ask, row, "role", why=False), made)
    return (
        named(
            ask,
            row,
            href=step(ask, chains, products, materials),
            small=words.stage(row["stage"], ask.lang),
        ),
        cell(ask, row, "other", why=False),
        *(cell(ask, row, c) for c in SORTS),
        *ours,
        members(ask, "product", row["feeds"]),
        Cell(words.source_title(row["source"], ask.voice), row["source"]),
    )


def risks(ask: Ask) -> Section | None:
    """The strongest positions as what they are: a strength, and something to look after."""
    say = ask.say
    lines = [r for r in ask.saved.rows("findings") if r["kind"] == "position"]
    if not lines:
        return None
    best = {(r["subject"], r["other"]): r for r in ask.saved.own("positions")}
    sold: dict[str, Row] = {}
    for row in ask.saved.rows("reverse_dependency"):
        if row["supplier"] == ask.saved.home and row["top_market_share"] is not None:
            sold.setdefault(row["subject"], row)
    body = tuple(
        _risk(ask, line, best[line["subject"], line["partner"]], sold.get(line["subject"]))
        for line in lines
        if (line["subject"], line["partner"]) in best
    )
    columns = (
        Column("good", say("Good")),
        Column("rests", say("What to look after"), wide=True),
        head(ask, "positions", "supplier_share", title=say("Share of imports")),
        head(ask, "positions", "supplier_rank", title=say("Place among suppliers")),
        head(ask, "positions", "value_nok"),
        Column("feeds", say("Raw material at issue")),
        Column("next", say("Next suppliers")),
        head(ask, "reverse_dependency", "top_market_share", title=say("Largest market")),
    )
    lead = say(
        "To be a key supplier is a position and a risk at once: others have reason to hold on to us, "
        "and a fault here – one plant that stops, one raw material that fails, one market that closes – "
        "is felt there. The table names what each position rests on."
    )
    table = Table("key-goods", say("The strongest positions and what they rest on"), columns, body)
    return Section(
        "key-supplier", say("Key supplier: a position and a risk"), (Prose((lead,)), table)
    )


def _risk(ask: Ask, line: Row, row: Row, sold: Row | None) -> tuple[Cell, ...]:
    """A strong position: the finding’s own buyer and share, and the weak points in words."""
    say, ours = ask.say, row["home"] == NORWAY
    count = len(row["plants"] or ())
    tags, feeds = [], members(ask, "product", None)
    if count == 1:
        tags.append(Tag(say("one plant"), "risk"))
    if not count and ours:
        tags.append(Tag(say("no plant in the register"), "doubt"))
    if line["unseen_feeds"]:
        tags.append(Tag(say("origin of raw material not in the data"), "doubt"))
        feeds = members(ask, "product", line["unseen_feeds"])
    if line["weak_feeds"]:
        tags.append(Tag(say("vulnerable raw material"), "risk"))
        feeds = members(ask, "product", line["weak_feeds"])
    market = Cell(say("not known"), None, "missing")
    if sold is not None:
        where = name("country", sold["top_market"], ask.lang)
        market = cell(ask, sold, "top_market_share", small=where)
        if sold["top_market_share"] >= ask.saved.parameters["share_threshold"]:
            tags.append(Tag(say("one market"), "risk"))
    href = step(ask, chain_of(ask), row["products"] or (), row["materials"] or ())
    return (
        named(ask, row, href=href),
        Cell("" if tags else "–", [t.text for t in tags], tags=tuple(tags)),
        cell(ask, row, "supplier_share", small=name("home", row["other"], ask.lang)),
        cell(ask, row, "supplier_rank"),
        cell(ask, row, "value_nok"),
        feeds,
        members(ask, "country", line["alternatives"]),
        market,
    )
