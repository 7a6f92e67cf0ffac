"""What stands beside an opportunity's score: the gap, the markets, and Norway's plants and barriers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from verdikart.mapping.saved import only
from verdikart.mapping.statements import upper_first
from verdikart.reference.names import name
from verdikart.reports import words
from verdikart.reports.view import Tag
from verdikart.web.ask import Ask
from verdikart.web.blocks import Block, Cell, Column, Facts, Note, Section, Table
from verdikart.web.pages.opportunities import factor_name
from verdikart.web.values import cell, gap_text, head, heads, plain

Row = dict[str, Any]
MARKETS = ("imports_usd", "top_share", "norway_share", "norway_value_usd", "imports_hhi")


def term(ask: Ask, table: str, column: str) -> str:
    """A column's name with its unit, for a list of terms."""
    about = head(ask, table, column)
    return f"{about.title}, {about.unit}" if about.unit else about.title


def band_value(ask: Ask, row: Row) -> Cell:
    """The number that a band was cut from; many bands are judged or counted and have none."""
    if row["value"] is None:
        return Cell("–", None)
    found = cell(ask, row, "value")
    if row["unit"] == "USD":
        text = ask.say("USD {amount} million", amount=ask.voice.millions(row["value"]))
        return replace(found, text=text)
    return found


def gap(ask: Ask, row: Row) -> Section:
    """What an allied home buys, from whom, and how much of it from Norway."""
    say = ask.say
    title = say("What allies lack")
    if row["gap_home"] is None:
        empty = say(
            "No embedded trade shows what allies lack of this product, so the gap is unknown."
        )
        return Section("gap", title, (Note(empty),))
    supplier = row["gap_supplier"]
    facts = [
        (
            head(ask, "opportunities", "gap_home").title,
            plain(row["gap_home"], name("home", row["gap_home"], ask.lang)),
        )
    ]
    if supplier:
        facts.append(
            (
                head(ask, "opportunities", "gap_supplier").title,
                plain(supplier, ask.voice.country(supplier), ask.url(f"countries/{supplier}")),
            )
        )
    facts += [
        (term(ask, "opportunities", c), cell(ask, row, c))
        for c in ("gap_share", "gap_imports_usd", "home_share")
    ]
    blocks: list[Block] = [Facts(tuple(facts))]
    if row["shared_code"]:
        text = say(
            "The trade code is shared with other goods, so the gap is larger than the product’s own."
        )
        blocks.append(Note(text, "warning"))
    return Section("gap", title, tuple(blocks))


def markets(ask: Ask, product: str) -> Section:
    """Who imports the good, and how Norway stands there."""
    say, lang = ask.say, ask.lang
    title = say("Markets")
    rows = only(ask.saved.rows("markets"), product_id=product)
    if not rows:
        text = say(
            "Markets are listed for what Norwegian plants make today; no plant in the register makes this."
        )
        return Section("markets", title, (Note(text),))
    traded = [r for r in rows if r["market"]]
    if not traded:
        text = say("No embedded trade shows the markets of this product.")
        return Section("markets", title, (Note(text),))
    columns = (
        Column("market", say("Market")),
        *heads(ask, "markets", MARKETS[:2]),
        head(ask, "markets", "top_supplier"),
        *heads(ask, "markets", MARKETS[2:]),
        Column("tariff", head(ask, "markets", "tariff").title, wide=True),
    )
    body = []
    for row in traded:
        bond = say("in the EU") if row["in_eu"] else say("allied") if row["allied"] else ""
        tags = (Tag(bond, "ally"),) if bond else ()
        tariff = row.get(f"tariff_{lang}")
        body.append(
            (
                Cell(
                    ask.voice.country(row["market"]),
                    row["market"],
                    href=ask.url(f"countries/{row['market']}"),
                    tags=tags,
                ),
                *(cell(ask, row, c) for c in MARKETS[:2]),
                cell(ask, row, "top_supplier"),
                *(cell(ask, row, c) for c in MARKETS[2:]),
                Cell(tariff, tariff) if tariff else Cell(say("not on record"), None, "missing"),
            )
        )
    own = traded[0]
    figures = ("exports_usd", "exports_top_share", "exports_hhi", "eol_rir")
    facts = [(term(ask, "markets", c), cell(ask, own, c)) for c in figures]
    facts += [
        (term(ask, "markets", c), cell(ask, own, c))
        for c in ("recycling_threat", "specialisation")
        if own[c]
    ]
    table = Table("markets-table", say("Markets of the good"), columns, tuple(body))
    return Section("markets", title, (table, Facts(tuple(facts), say("Norway’s own exports"))))


def norway(ask: Ask, row: Row, own: list[Row]) -> Section:
    """Plants, barriers, lead time and environment on record."""
    say, lang = ask.say, ask.lang
    product = row["product_id"]
    plants = [p for p in ask.saved.rows("facilities") if p["product"] == product]
    body = tuple(
        (
            Cell(p["producer"], p["record_id"], href=ask.url("position/register", q=p["producer"])),
            Cell(p[f"status_{lang}"], p["status"]),
            Cell(p[f"kind_{lang}"], p["kind"]),
            Cell(", ".join(t for t in (p["place"], p["region"]) if t), p["place"]),
            cell(ask, p, "capacity"),
        )
        for p in plants
    )
    columns = (
        Column("producer", say("Plant or project")),
        Column("status", say("Status")),
        Column("kind", say("Kind")),
        Column("place", say("Place")),
        head(ask, "facilities", "capacity"),
    )
    plant_table = Table(
        "plants",
        say("Norwegian plants and projects of the product"),
        columns,
        body,
        empty=say("The register has none."),
    )
    barriers = tuple(
        (
            Cell(upper_first(words.word("barrier", r["kind"], lang)), r["kind"]),
            Cell(words.word("band", r["band"], lang), r["band"]),
            Cell(ask.voice.of(r, "text"), ask.voice.of(r, "text")),
            Cell(r["region"] or say("everywhere"), r["region"]),
            Cell(words.cited(r["source"], lang), r["source"]),
        )
        for r in own
        if r["item"] is not None
    )
    barrier_table = Table(
        "barriers",
        say("Barriers on record"),
        (
            Column("kind", say("Barrier")),
            Column("severity", say("How severe")),
            Column("text", say("In words"), wide=True),
            Column("region", say("Region")),
            Column("source", say("Source")),
        ),
        barriers,
        empty=say("No barrier is on record, which does not mean that there is none."),
    )
    lead = next((r for r in own if r["factor"] == "lead_time" and r["item"] is None), None)
    facts = []
    if lead is not None:
        facts.append((factor_name(ask, "lead_time"), _lead(ask, lead)))
    nature = row[f"environment_{lang}"]
    facts.append(
        (
            head(ask, "opportunities", "environment").title,
            Cell(nature, nature) if nature else Cell(say("nothing on record"), None, "missing"),
        )
    )
    return Section("norway", say("In Norway"), (plant_table, barrier_table, Facts(tuple(facts))))


def _lead(ask: Ask, row: Row) -> Cell:
    """Lead time in years, or its band or reason where no number is on record."""
    if row["value"] is not None:
        return band_value(ask, row)
    reason = gap_text(row["reason"], ask.lang) if row["reason"] else ""
    return Cell(words.word("band", row["band"], ask.lang), None, "missing", reason=reason)
