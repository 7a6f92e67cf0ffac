"""What Norway and its neighbours have of a chain: functions, roles by step, plants, opportunities."""

from __future__ import annotations

from typing import Any

from verdikart.reports import words
from verdikart.web.blocks import Cell, Column, Section, Table
from verdikart.web.pages.chain_seen import Seen
from verdikart.web.values import cell, head

Row = dict[str, Any]
NEIGHBOURS = ("nor", "swe", "fin")
SHORT = 20  # rows of a table that stands open


def sections(s: Seen) -> tuple[Section, ...]:
    """Functions and roles, plants, opportunities."""
    say = s.ask.say
    return (
        Section("norway", say("Norway, Sweden and Finland"), (_functions(s), _roles(s))),
        Section("plants", say("Norwegian plants, projects and deposits"), (plants(s),)),
        Section("opportunities", say("Opportunities for Norway"), (opportunities(s),)),
    )


def _functions(s: Seen) -> Table:
    say, voice = s.ask.say, s.ask.voice
    rows = [r for r in s.ask.saved.rows("chain_functions") if r["chain"] == s.chain]
    body = [
        (
            Cell(voice.of(r, "function"), r["function"]),
            Cell(voice.of(r, "state"), r["state"]),
            Cell(", ".join(map(s.name, r["products"])), r["products"]),
            Cell(", ".join(r["plants"]), r["plants"]),
            Cell(voice.of(r, "note"), voice.of(r, "note")),
        )
        for r in rows
    ]
    return Table(
        "chain-functions",
        say("Functions of the chain in Norway"),
        (
            Column("function", say("Function")),
            Column("state", say("In Norway")),
            Column("products", say("Goods"), wide=True),
            Column("plants", say("Plants")),
            Column("note", say("Note"), wide=True),
        ),
        tuple(body),
        empty=say("No functions are recorded for this chain; only the deep chains have them."),
    )


def _roles(s: Seen) -> Table:
    say, ask = s.ask.say, s.ask
    rows = [r for r in ask.saved.rows("chain_roles") if r["chain"] == s.chain]
    order = {p: n for n, p in enumerate(s.steps)}
    rows.sort(key=lambda r: order.get(r["product"], len(order)))
    body = [
        (
            s.step(r["product"], words.stage(r["stage"], ask.lang)),
            Cell(ask.voice.of(r, "role"), r["role"], small=", ".join(r["plants"] or ())),
            *(_neighbour(s, r, country) for country in NEIGHBOURS),
        )
        for r in rows
    ]
    return Table(
        "chain-roles",
        say("Who has which step"),
        (
            Column("product", say("Step and stage")),
            Column("role", say("Norway’s role"), wide=True),
            Column("nor", say("Norway")),
            Column("swe", say("Sweden")),
            Column("fin", say("Finland")),
        ),
        tuple(body),
        empty=say("The mapping holds no roles for this chain."),
        folded=say("Show all {count} steps", count=len(rows)) if len(rows) > SHORT else "",
    )


def _neighbour(s: Seen, row: Row, country: str) -> Cell:
    """Whether a country has the step, with the amount that shows it."""
    ask, state = s.ask, row[f"{country}_state"]
    said = words.word("nordic_step", state, ask.lang)
    amount, unit = row[f"{country}_amount"], row[f"{country}_unit"]
    if amount is None or unit == "plants":
        return Cell(said, state, "missing" if state == "unknown" else "ok")
    found = cell(ask, row, f"{country}_amount", small=f"{said}, {row[f'{country}_year']}")
    if unit != "percent":
        return found
    text = ask.voice.percent(amount / 100)
    return Cell(text, amount, unit="percent", why=found.why, small=found.small)


def plants(s: Seen, product: str = "") -> Table:
    """Rows of the register for the chain's goods, or for one of them."""
    say, ask, voice = s.ask.say, s.ask, s.ask.voice
    wanted = {product} if product else set(s.steps)
    rows = [r for r in ask.saved.rows("facilities") if r["product"] in wanted]
    rows.sort(key=lambda r: (r["status"] != "operating", r["producer"], r["product"]))
    body = [
        (
            Cell(
                r["producer"],
                r["record_id"],
                href=ask.url("position/register", q=r["producer"]),
                small=r["place"],
            ),
            s.step(r["product"]),
            Cell(voice.of(r, "status"), r["status"]),
            cell(ask, r, "capacity"),
            Cell(r["owner_group"] or "–", r["owner_group"]),
            Cell(
                words.cited(r["source"], ask.lang),
                r["source"],
                small=words.confidence(r["confidence"], ask.lang),
            ),
        )
        for r in rows
    ]
    return Table(
        "chain-plants",
        say("Plants, projects and deposits in Norway"),
        (
            Column("record_id", say("Plant and place")),
            Column("product", say("Good")),
            Column("status", say("Status")),
            head(ask, "facilities", "capacity"),
            Column("owner_group", say("Owner group")),
            Column("source", say("Source"), wide=True),
        ),
        tuple(body),
        empty=say("The register holds none, which is not the same as none."),
        folded=say("Show all {count} rows", count=len(rows)) if len(rows) > SHORT else "",
    )


def opportunities(s: Seen, product: str = "") -> Table:
    """Where Norway could move in this chain, or at one step of it."""
    say, ask = s.ask.say, s.ask
    rows = [r for r in ask.saved.rows("opportunities") if s.chain in (r["chains"] or ())]
    rows = [r for r in rows if not product or r["product_id"] == product]
    body = [
        (
            Cell(
                ask.voice.name(r),
                r["product_id"],
                href=ask.url(f"opportunities/{r['chain_id']}/{r['product_id']}"),
                small=words.word("opportunity_type", r["type"], ask.lang),
            ),
            cell(ask, r, "score_middle"),
            cell(ask, r, "rank_best"),
            cell(ask, r, "rank_worst"),
            Cell(ask.voice.of(r, "text"), ask.voice.of(r, "text")),
        )
        for r in rows
    ]
    return Table(
        "chain-opportunities",
        say("Where Norway could fill a gap of its allies"),
        (
            Column("product_id", say("Good and type")),
            head(ask, "opportunities", "score_middle"),
            head(ask, "opportunities", "rank_best"),
            head(ask, "opportunities", "rank_worst"),
            Column("text", say("In words"), wide=True),
        ),
        tuple(body),
        empty=say(
            "None is scored. Opportunities are scored for the deep chains of a mapping of Norway."
        ),
        folded=say("Show all {count} opportunities", count=len(rows)) if len(rows) > SHORT else "",
    )
