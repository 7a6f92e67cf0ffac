"""From import through process to export, and who depends on what comes out."""

from __future__ import annotations

from typing import Any

from verdikart.reference.names import name
from verdikart.reports import words
from verdikart.web.ask import Ask
from verdikart.web.blocks import Block, Cell, Column, Field, Form, Note, Prose, Section, Table
from verdikart.web.listing import listing, sortable
from verdikart.web.pages.position_links import (
    PER_PAGE,
    carried,
    chain_of,
    chosen,
    members,
    plants,
    sentence,
    step,
)
from verdikart.web.values import cell, head, heads, named

Row = dict[str, Any]
FEED, EXPORT = "feed", "export"
SORTS = ("supplier_share", "value_nok", "buyer_share_of_exports")
OWN = ("dq", "buyer", "needs", "dsort")
FEWER = 5  # rows of the last table of the page


def patterns(ask: Ask) -> Section:
    """What Norwegian plants take in, and where what they make goes."""
    say, rows = ask.say, ask.saved.rows("trade_patterns")
    title = say("From import to export")
    if not rows:
        note = Note(
            say("This mapping was made without the chains. Make a new one to get the patterns.")
        )
        return Section("patterns", title, (note,))
    goods: dict[str, list[Row]] = {}
    for row in rows:
        goods.setdefault(row["product"], []).append(row)
    names = {product: ask.voice.name(held[0]) for product, held in goods.items()}
    asked, field = chosen(ask, "made", names, say("Every country for"))
    form = Form(
        "patterns-filter",
        (field, *carried(ask, ("made",))),
        say("Show"),
        title=say("Choose a good"),
        reset=ask.here(made=None),
    )
    lead = say(
        "Norway often stands in the middle: raw material is brought in, worked up with Norwegian power "
        "and skill, and sold on. The position is then no stronger than the raw material."
    )
    blocks: list[Block] = [Prose((lead,)), form]
    if asked:
        blocks.append(_countries(ask, asked, goods[asked]))
    blocks.append(_overview(ask, goods))
    return Section("patterns", title, tuple(blocks))


def _first(rows: list[Row], flow: str) -> list[Row]:
    """The largest country of each good of a flow; where none is known, what is said instead."""
    best: dict[str, Row] = {}
    for row in rows:
        if row["flow"] == flow and (row["rank"] or 1) == 1:
            best.setdefault(row["good"], row)
    return list(best.values())


def _overview(ask: Ask, goods: dict[str, list[Row]]) -> Table:
    say = ask.say
    columns = (
        Column("feed", say("Raw material and its main origin"), wide=True),
        Column("feed_share", say("Share of that origin")),
        head(ask, "trade_patterns", "role"),
        Column("plants", say("Plants"), wide=True),
        Column("market", say("Largest market")),
        Column("market_share", say("Share of that market"), number=True),
        head(ask, "trade_patterns", "total_value", title=say("Exports identified")),
    )
    chains = chain_of(ask)
    largest = [
        {
            "product": product,
            "exports": max(r["total_value"] or 0 for r in held if r["flow"] == EXPORT),
        }
        for product, held in goods.items()
    ]
    found = listing(
        ask,
        largest,
        sorts={"exports": lambda r: r["exports"]},
        default="-exports",
        per_page=PER_PAGE,
        prefix="t",
    )
    body = []
    for row in found.rows:
        product, held = row["product"], goods[row["product"]]
        feeds, sold = _first(held, FEED), _first(held, EXPORT)
        main = next((f for f in feeds if f["share"] is not None), feeds[0] if feeds else None)
        body.append(
            (
                named(ask, held[0], href=step(ask, chains, (product,), ())),
                Cell(
                    _origins(ask, feeds) if feeds else "–",
                    [f["good"] for f in feeds],
                ),
                cell(ask, main, "share", small=ask.voice.of(main, "good"))
                if main
                else Cell("–", None),
                cell(ask, held[0], "role", why=False),
                plants(ask, held[0]["plant_ids"] or (), held[0]["plants"] or (), product),
                _place(ask, sold[0]) if sold else Cell(say("not known"), None, "missing"),
                cell(ask, sold[0], "share") if sold else Cell(say("not known"), None, "missing"),
                cell(ask, sold[0], "total_value")
                if sold
                else Cell(say("not known"), None, "missing"),
            )
        )
    return Table(
        "patterns-table",
        say("Goods made in Norway: what comes in and where it goes, the largest exports first"),
        (Column("good", say("Good")), *columns),
        tuple(body),
        pager=found.pager,
        folded=""
        if ask.query.text("tpage")
        else say("Goods made in Norway: what comes in and where it goes"),
    )


def _origins(ask: Ask, feeds: list[Row]) -> str:
    parts = []
    for row in feeds:
        country = ask.voice.of(row, "country") or ask.say("origin not known")
        parts.append(f"{ask.voice.of(row, 'good')}: {country}")
    return "; ".join(parts)


def _place(ask: Ask, row: Row) -> Cell:
    """A country, or what is said where none is known."""
    if row["country"]:
        return Cell(
            ask.voice.of(row, "country"),
            row["country"],
            href=ask.url(f"countries/{row['country']}"),
        )
    text = ask.voice.of(row, "country")
    return Cell(sentence(text), text) if text else Cell(ask.say("not known"), None, "missing")


def _countries(ask: Ask, product: str, rows: list[Row]) -> Table:
    say = ask.say
    flows = {FEED: say("in: raw material"), EXPORT: say("out: the good")}
    columns = (
        Column("flow", say("Way")),
        *heads(ask, "trade_patterns", ("good", "country", "share", "value_nok", "quantity_t")),
        head(ask, "trade_patterns", "basis"),
    )
    body = tuple(
        (
            Cell(flows[r["flow"]], r["flow"]),
            cell(ask, r, "good", why=False),
            _place(ask, r),
            *(cell(ask, r, c) for c in ("share", "value_nok", "quantity_t")),
            _basis(ask, r["basis"]),
        )
        for r in rows
    )
    caption = say("{good}: every country in and out", good=name("product", product, ask.lang))
    return Table("pattern", caption, columns, body)


def _basis(ask: Ask, basis: str | None) -> Cell:
    if basis is None:
        return Cell(ask.say("not known"), None, "missing")
    if basis == "facilities":
        return Cell(ask.say("the plant register"), basis)
    return Cell(words.source_title(basis, ask.voice), basis)


def dependence(ask: Ask) -> Section:
    """Buyers by good: what they would lose, who would be next, and whether others could cover it."""
    say, rows = ask.say, ask.saved.rows("reverse_dependency")
    title = say("Who depends on Norway")
    if not rows:
        note = Note(
            say(
                "This mapping was made without the chains. Make a new one to get who depends on whom."
            )
        )
        return Section("dependence", title, (note,))
    lang = ask.lang
    buyers = {r["buyer"]: ask.voice.of(r, "buyer") for r in rows}
    used = {c: name("chain", c, lang) for r in rows for c in r["chains"] or ()}
    buyer, by_buyer = chosen(ask, "buyer", buyers, say("Buyer"))
    chain, by_chain = chosen(ask, "needs", used, say("Value chain"))
    kept = [
        r
        for r in rows
        if (not buyer or r["buyer"] == buyer) and (not chain or chain in (r["chains"] or ()))
    ]
    keys = {"name": ask.voice.name} | {c: (lambda r, c=c: r[c]) for c in SORTS}
    found = listing(
        ask,
        kept,
        search=("name_en", "name_nb", "subject", "buyer_en", "buyer_nb", "products"),
        sorts=keys,
        default="-supplier_share",
        per_page=FEWER,
        prefix="d",
    )
    form = Form(
        "dependence-filter",
        (
            Field("dq", say("Search for a good"), "search", ask.query.text("dq")),
            by_buyer,
            by_chain,
            *carried(ask, OWN),
        ),
        say("Show"),
        title=say("Search who depends on Norway"),
        reset=ask.here(**dict.fromkeys(OWN), dpage=None),
    )
    columns = (
        Column("name", say("Good")),
        head(ask, "reverse_dependency", "buyer"),
        head(
            ask,
            "reverse_dependency",
            "supplier_share",
            title=say("Norway’s share: lost if it stops"),
        ),
        *heads(ask, "reverse_dependency", ("supplier_rank", "value_nok", "share_of_consumption")),
        Column("next", say("Next suppliers"), wide=True),
        *heads(
            ask, "reverse_dependency", ("could_cover", "rest_of_world", "buyer_share_of_exports")
        ),
        Column("sectors", say("Sectors")),
        Column("chains", say("Value chains")),
    )
    chains = chain_of(ask)
    sheet = Table(
        "dependence-table",
        say("Buyers of what Norway delivers"),
        sortable(columns, keys),
        tuple(_buyer(ask, r, chains) for r in found.rows),
        notes=(
            say(
                "What others could cover is unknown throughout: spare capacity is in no embedded "
                "source. The exports of the rest of the world show how large the market is that they "
                "would have to turn to. Countries that hold the bulk of a bloc’s imports can pass "
                "goods on, so shares of single countries are less sure than those of blocs."
            ),
        ),
        empty=say("No buyer meets the search. Take out a filter, or reset."),
        pager=found.pager,
        sorted_by=found.sorted_by,
        sort_links=found.sort_links,
    )
    return Section("dependence", title, (form, sheet))


def _buyer(ask: Ask, row: Row, chains: dict[str, str]) -> tuple[Cell, ...]:
    voice, lang = ask.voice, ask.lang
    after = [
        f"{country} {voice.percent(share, 0)}"
        for country, share in zip(
            row[f"next_suppliers_{lang}"] or (), row["next_shares"] or (), strict=False
        )
    ]
    one = row["buyer_kind"] == "country"
    sectors = Cell(", ".join(row[f"sectors_{lang}"] or ()), list(row["sectors"] or ()))
    if not sectors.raw:
        sectors = Cell(ask.say("no link on record"), None, "missing")
    return (
        named(
            ask,
            row,
            href=step(ask, chains, row["products"] or (), ()),
            small=name("stage", row["stage"], lang).lower(),
        ),
        Cell(
            voice.of(row, "buyer"),
            row["buyer"],
            href=ask.url(f"countries/{row['buyer']}") if one else "",
        ),
        cell(ask, row, "supplier_share", small=voice.of(row, "denominator")),
        *(cell(ask, row, c) for c in ("supplier_rank", "value_nok", "share_of_consumption")),
        Cell("; ".join(after) or "–", list(row["next_suppliers"] or ())),
        cell(ask, row, "could_cover", why=False),
        *(cell(ask, row, c) for c in ("rest_of_world", "buyer_share_of_exports")),
        sectors,
        members(ask, "chain", row["chains"]),
    )
