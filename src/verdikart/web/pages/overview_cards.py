"""The sharpest vulnerabilities and strongest positions as cards, with all of them in a table."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from verdikart.mapping.statements import Told, told
from verdikart.reference.names import name
from verdikart.reports import words
from verdikart.reports.view import Tag
from verdikart.web.ask import Ask
from verdikart.web.blocks import Block, Card, Cards, Cell, Column, Links, Prose, Section, Table
from verdikart.web.pages.overview_goods import good_url, step_of
from verdikart.web.values import cell, head, plain

Row = dict[str, Any]
SHOWN, FEWER = 6, 4


def vulnerabilities(ask: Ask) -> Section:
    """What would be lost if the largest supplier that is no ally stopped."""
    say, rows = ask.say, _of(ask, "vulnerability")
    text = say(
        "Ranked by the share of the largest supplier that is no ally times the value of the imports. "
        "Tonnes and kroner are what would have to be replaced in a year if that supplier stopped."
    )
    empty = say(
        "No good stands out: none comes both in size and in concentration from a country that is no "
        "ally. What could not be judged stands further down."
    )
    blocks: list[Block] = [Prose((text,))] if rows else []
    blocks.append(Cards(tuple(_card(ask, row) for row in rows[:SHOWN]), numbered=True, empty=empty))
    if rows:
        blocks.append(
            _table(ask, rows, "vulnerabilities-table", say("All sharpest vulnerabilities"))
        )
    ways = (
        (say("All materials"), ask.url("materials"), say("search, filter and sort")),
        (say("Other thresholds"), ask.url("sandbox"), say("see who enters and who leaves")),
        (say("Where could we move?"), ask.url("opportunities"), ""),
    )
    blocks.append(Links(ways))
    return Section("vulnerabilities", say("The sharpest vulnerabilities"), tuple(blocks))


def positions(ask: Ask) -> Section:
    """What others get from the home."""
    say, rows = ask.say, _of(ask, "position")
    home = name("home", ask.saved.home, ask.lang)
    text = say(
        "Ranked by the share that {home} has of a bloc’s imports from outside times their value. "
        "Being needed is also a responsibility, and a risk if the raw material comes from few.",
        home=home,
    )
    empty = say(
        "This mapping has no positions for {home}: it is itself part of the blocs compared with, or "
        "delivers nothing of weight to them.",
        home=home,
    )
    blocks: list[Block] = [Prose((text,))] if rows else []
    blocks.append(Cards(tuple(_card(ask, row) for row in rows[:FEWER]), numbered=True, empty=empty))
    if rows:
        blocks.append(_table(ask, rows, "positions-table", say("All strongest positions")))
    blocks.append(
        Links(
            (
                (say("The whole position"), ask.url("position"), say("roles, plants, who depends")),
                (say("The capability register"), ask.url("position/register"), ""),
            )
        )
    )
    return Section("positions", say("The strongest positions"), tuple(blocks))


def _of(ask: Ask, kind: str) -> list[Row]:
    return [row for row in ask.saved.rows("findings") if row["kind"] == kind]


def title(ask: Ask, row: Row) -> str:
    """The good that a finding is about."""
    return name("product", row["products"][0], ask.lang)


def _told(ask: Ask, row: Row) -> Told:
    """A finding's parts, its first without the good's name, which stands above it."""
    parts = told(row, ask.lang)
    body = parts.body.removeprefix(f"{title(ask, row)}: ")
    return replace(parts, body=f"{body[:1].upper()}{body[1:]}")


def _card(ask: Ask, row: Row) -> Card:
    say = ask.say
    parts = _told(ask, row)
    facts = [
        (ask.voice.of(row, "partner"), cell(ask, row, "partner_share")),
        (say("At stake a year, tonnes"), cell(ask, row, "at_stake_t")),
        (say("At stake a year, NOK million"), cell(ask, row, "at_stake_nok")),
    ]
    if (step := step_of(ask, row["products"])) is not None:
        chain = name("chain", step["chain"], ask.lang)
        href = ask.url(f"chains/{step['chain']}/{step['product']}")
        facts.append((say("In the chain"), plain(step["chain"], chain, href)))
    return Card(
        title(ask, row),
        parts.body,
        (Tag(parts.use),),
        tuple(facts),
        href=good_url(ask, row),
        action=say("Action: {action}", action=parts.action),
    )


def _table(ask: Ask, rows: list[Row], table_id: str, caption: str) -> Table:
    say = ask.say
    columns = (
        Column("good", say("Good and stage")),
        Column("partner", say("Counterpart")),
        head(ask, "findings", "partner_share"),
        head(ask, "findings", "at_stake_t"),
        head(ask, "findings", "at_stake_nok"),
        Column("action", say("Action"), wide=True),
    )
    body = tuple(
        (
            plain(
                row["subject"],
                f"{row['rank']}. {title(ask, row)}",
                good_url(ask, row),
                words.stage(row["stage"], ask.lang),
            ),
            Cell(ask.voice.of(row, "partner"), row["partner"]),
            cell(ask, row, "partner_share"),
            cell(ask, row, "at_stake_t"),
            cell(ask, row, "at_stake_nok"),
            plain(told(row, ask.lang).action),
        )
        for row in rows
    )
    return Table(
        table_id, caption, columns, body, folded=say("All {count} in a table", count=len(rows))
    )
