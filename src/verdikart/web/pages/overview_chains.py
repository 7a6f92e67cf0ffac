"""The value chains on the overview: which are vulnerable, where, and how much of each is seen."""

from __future__ import annotations

from collections import Counter
from typing import Any

from verdikart.reference.names import name
from verdikart.reports import words
from verdikart.reports.view import Tag
from verdikart.web.ask import Ask
from verdikart.web.blocks import Block, Cell, Column, Links, Prose, Section, Table
from verdikart.web.values import cell, head

Row = dict[str, Any]
TONES = {"vulnerable": "risk", "open": "doubt", "concentrated_allied": "ally"}
ORDER = ("vulnerable", "open", "concentrated_allied", "not_concentrated", "not_needed")


def section(ask: Ask) -> Section:
    """Vulnerable and complete chains, the vulnerable ones first."""
    say = ask.say
    rows = ask.saved.own("chains")
    shown = [r for r in rows if r["depth"] == "deep" or r["verdict"] == "vulnerable"]
    shown.sort(key=lambda r: (ORDER.index(r["verdict"]), r["depth"] != "deep", ask.voice.name(r)))
    counts = Counter(r["verdict"] for r in rows)
    said = ask.voice.join([_counted(ask, v, counts[v]) for v in ORDER if counts[v]])
    blocks: list[Block] = []
    if rows:
        blocks.append(
            Prose(
                (
                    say("Of {count} value chains: {said}.", count=len(rows), said=said)
                    + " "
                    + say(
                        "A chain is open where steps it needs are not seen in the data; that is no "
                        "all-clear."
                    ),
                )
            )
        )
    blocks.append(_table(ask, shown))
    blocks.append(
        Links(((say("All value chains"), ask.url("chains"), say("drawn stage by stage")),))
    )
    return Section("chains", say("Value chains: vulnerable or open"), tuple(blocks))


def _counted(ask: Ask, verdict: str, count: int) -> str:
    """A number of chains and their verdict; bokmål has a plural of its own."""
    say = ask.say
    if count == 1:
        return f"1 {words.word('chain_verdict', verdict, ask.lang)}"
    return {
        "vulnerable": say("{count} vulnerable", count=count),
        "open": say("{count} open", count=count),
        "concentrated_allied": say("{count} concentrated on an ally", count=count),
        "not_concentrated": say("{count} not concentrated", count=count),
        "not_needed": say("{count} not needed", count=count),
    }[verdict]


def _table(ask: Ask, rows: list[Row]) -> Table:
    say = ask.say
    columns = (
        Column("chain", say("Value chain")),
        Column("verdict", say("Verdict")),
        Column("bottleneck", say("Bottleneck among the steps seen")),
        head(ask, "chains", "bottleneck_share"),
        head(ask, "chains", "steps_seen"),
        head(ask, "chains", "steps_needed"),
    )
    return Table(
        "chains-table",
        say("The complete chains, and the vulnerable ones of the others"),
        columns,
        tuple(_row(ask, row) for row in rows),
        empty=say("This mapping has no value chains for its home; make it anew to get them."),
    )


def _row(ask: Ask, row: Row) -> tuple[Cell, ...]:
    product = row["bottleneck_product"]
    bottleneck = Cell(
        name("product", product, ask.lang) if product else "–",
        product,
        href=ask.url(f"chains/{row['chain']}/{product}") if product else "",
        small=ask.voice.country(row["bottleneck_supplier"]) if product else "",
    )
    word = words.word("chain_verdict", row["verdict"], ask.lang)
    return (
        Cell(
            ask.voice.name(row),
            row["chain"],
            href=ask.url(f"chains/{row['chain']}"),
            small=words.word("chain_depth", row["depth"], ask.lang),
        ),
        Cell("", row["verdict"], tags=(Tag(word, TONES.get(row["verdict"], "plain")),)),
        bottleneck,
        cell(ask, row, "bottleneck_share") if product else Cell("–"),
        cell(ask, row, "steps_seen"),
        cell(ask, row, "steps_needed"),
    )
