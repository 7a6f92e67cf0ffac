"""The card of a cell: what was saved with it, its row, and its sources."""

from __future__ import annotations

from typing import Any

from verdikart.core.errors import UnknownName
from verdikart.mapping import cards
from verdikart.mapping.saved import AT
from verdikart.reference import columns as dictionary
from verdikart.reports import words
from verdikart.web.ask import Ask
from verdikart.web.blocks import (
    Block,
    Cell,
    Column,
    Facts,
    Links,
    Page,
    Prose,
    Section,
    Table,
)
from verdikart.web.pages.why_parts import again, inputs
from verdikart.web.values import cell, plain, written

Row = dict[str, Any]
IDENTITY = ("chain", "material", "product", "country", "home", "stage", "sector")


def page(ask: Ask, reference: str) -> Page:
    """The card of ``table/row/column``."""
    say, saved = ask.say, ask.saved
    card = cards.cell_card(saved, reference, ask.lang)
    row, about, column = card["row"], card["about"], card["column"]
    shown = cell(ask, row, column, why=False)
    of = _identity(ask, row, card["table"])
    facts = [(say("Value"), shown), (say("Status"), plain(_status(ask, shown)))]
    facts += [(term, plain(text)) for term, text in of]
    first: list[Block] = [Facts(tuple(facts))]
    lines = []
    if card["formula"]:
        lines.append((say("Formula"), plain(card["formula"], code=True)))
    computed: list[Block] = [Facts(tuple(lines))] if lines else []
    computed += inputs(ask, card)
    computed.append(_whole_row(ask, card))
    links = [(name, ask.why(name), "") for name in card["figures"]]
    if row.get("mix"):
        links.append(
            (row["mix"], ask.why(f"{row['mix']}/hhi_value"), say("the supply mix behind it"))
        )
    definition = about.definition(ask.lang)
    sections = [
        Section("value", "", tuple(first)),
        Section("formula", say("How it is computed"), tuple(computed)),
        Section("source", say("Source"), _row_sources(ask, card, links)),
        again(ask, f"{card['table']}/{card['number']}/{column}", shown.raw, card["recompute"]),
    ]
    title = about.name(ask.lang)
    name = next((text for term, text in of if term == say("Name")), "")
    return Page(
        f"{title}: {name}" if name else title,
        tuple(sections),
        lead=definition,
        crumbs=(
            (say("Data and sources"), ask.url("data")),
            (
                dictionary.describe(card["table"], "").name(ask.lang),
                ask.url(f"data/{card['table']}"),
            ),
        ),
        sources=tuple(s["id"] for s in card["sources"] if s["id"]) or None,
    )


def _status(ask: Ask, shown: Cell) -> str:
    return words.word("status", shown.status, ask.lang)


def _identity(ask: Ask, row: Row, table: str) -> list[tuple[str, str]]:
    """What the row is of: its name, and the ids in it, in words."""
    found = []
    if row.get(f"name_{ask.lang}"):
        found.append((ask.say("Name"), str(row[f"name_{ask.lang}"])))
    for column in row:
        if column == AT or row[column] in (None, "", []):
            continue
        try:
            about = dictionary.describe(table, column)
        except UnknownName:
            continue
        if about.kind in IDENTITY or about.kind == "year":
            text = written(row[column], about, row, ask.voice)
            if all(text != known for _, known in found):
                found.append((about.name(ask.lang), text))
    return found[:8]


def _whole_row(ask: Ask, card: Row) -> Table:
    """The row that the cell stands in: what it was computed beside."""
    say, row, table = ask.say, card["row"], card["table"]
    known = ask.saved.columns(table)
    body = []
    for column in known:
        stem, part = dictionary.base(table, column, known)
        if part and (part != ask.lang or f"{stem}_{ask.lang}" not in known):
            continue
        about = dictionary.describe(table, stem)
        if row.get(column) in (None, "", []) and f"{stem}_status" not in known:
            continue
        body.append((plain(stem, about.name(ask.lang), small=stem), cell(ask, row, stem)))
    return Table(
        "row",
        say("The whole row"),
        (Column("column", say("Column")), Column("value", say("Value"), wide=True)),
        tuple(body),
        folded=say("The whole row that it stands in"),
    )


def _row_sources(ask: Ask, card: Row, links: list[tuple[str, str, str]]) -> tuple[Block, ...]:
    say = ask.say
    facts = []
    for source in card["sources"]:
        record = source["record"]
        if record is None:
            facts.append((say("Source"), plain(source["text"])))
            if source["vintage"]:
                facts.append(
                    (say("Vintage"), plain(words.vintage(str(source["vintage"]), ask.lang)))
                )
            continue
        facts += [
            (
                say("Source"),
                plain(words.source_title(source["id"], ask.voice), small=record.provider),
            ),
            (say("Vintage"), plain(words.vintage(str(source["vintage"]), ask.lang))),
            (say("Licence"), plain(record.licence)),
            (say("To cite it"), plain(record.citation)),
        ]
    blocks: list[Block] = []
    if facts:
        blocks.append(Facts(tuple(facts)))
    else:
        blocks.append(
            Prose(
                (
                    say(
                        "Computed from the sources at the foot of the page; the row names no single one."
                    ),
                )
            )
        )
    if card["caveats"]:
        blocks.append(Prose(tuple(card["caveats"])))
    if links:
        blocks.append(Links(tuple(links), say("Figures behind it")))
    return tuple(blocks)
