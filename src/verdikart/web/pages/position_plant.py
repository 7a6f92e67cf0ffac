"""One record of the register: everything that is known of it, and what is not."""

from __future__ import annotations

from typing import Any

from verdikart.core.errors import UnknownName
from verdikart.reference.names import name
from verdikart.web.ask import Ask
from verdikart.web.blocks import Block, Cell, Column, Facts, Links, Page, Prose, Section, Table
from verdikart.web.pages.position_links import (
    amount,
    chain_of,
    english,
    inline,
    members,
    plant,
    sentence,
    step,
)
from verdikart.web.values import cell, head, heads, named, of

Row = dict[str, Any]


def record(ask: Ask, record_id: str, rows: list[Row]) -> Page:
    """The page of one record. Raises :class:`UnknownName` for an id that the register lacks."""
    say = ask.say
    found = next((r for r in rows if r["record_id"] == record_id), None)
    if found is None:
        raise UnknownName("plant", record_id, [r["record_id"] for r in rows])
    good = ask.voice.name(found)
    status = cell(ask, found, "status", why=False).text
    kind = cell(ask, found, "kind", why=False).text
    sections = [
        Section("record", say("The record"), (_what(ask, found), _owner(ask, found))),
        Section("running", say("Capacity, raw materials and processes"), _running(ask, found)),
        Section("where", say("Where"), (_where(ask, found),)),
        Section("evidence", say("Source and certainty"), (_evidence(ask, found),)),
        _chains(ask, found),
        _positions(ask, found),
        _beside(ask, found, rows),
    ]
    return Page(
        say("{plant}: {good}", plant=found["producer"], good=inline(good)),
        tuple(s for s in sections if s is not None),
        lead=say(
            "{kind} in {place}, {status}.",
            kind=sentence(kind),
            place=found["place"],
            status=status,
        ),
        crumbs=(
            (say("Norway’s position"), ask.url("position")),
            (say("Capability register"), ask.url("position/register")),
        ),
    )


def _fact(ask: Ask, row: Row, column: str) -> tuple[str, Cell]:
    return of(row, column).name(ask.lang), cell(ask, row, column, why=False)


def _text(ask: Ask, row: Row, column: str) -> tuple[str, Cell]:
    return of(row, column).name(ask.lang), english(ask, row, column)


def _several(ask: Ask, row: Row, column: str, kind: str = "") -> tuple[str, Cell]:
    held = row[column]
    term = of(row, column).name(ask.lang)
    if not held:
        return term, Cell(ask.say("not known"), None, "missing")
    if kind:
        return term, members(ask, kind, held)
    return term, Cell(", ".join(row.get(f"{column}_{ask.lang}") or held), list(held))


def _what(ask: Ask, row: Row) -> Facts:
    href = step(ask, chain_of(ask), (row["product"],), (row["material"],))
    return Facts(
        (
            (of(row, "product").name(ask.lang), named(ask, row, href=href)),
            (
                of(row, "material").name(ask.lang),
                Cell(
                    ask.voice.of(row, "material"),
                    row["material"],
                    href=ask.url(f"materials/{row['material']}"),
                ),
            ),
            *(_fact(ask, row, c) for c in ("stage", "kind", "status", "status_date")),
            _text(ask, row, "status_note"),
        ),
        ask.say("What it is"),
    )


def _owner(ask: Ask, row: Row) -> Facts:
    return Facts(
        (
            *(_text(ask, row, c) for c in ("owner", "owner_group")),
            _fact(ask, row, "headquarters"),
            _several(ask, row, "certificates"),
        ),
        ask.say("Owner and certificates"),
    )


def _running(ask: Ask, row: Row) -> tuple[Block, ...]:
    figures = (
        (of(row, "capacity").name(ask.lang), amount(ask, row, "capacity")),
        _fact(ask, row, "capacity_class"),
        (of(row, "production").name(ask.lang), amount(ask, row, "production")),
        _text(ask, row, "production_period"),
        _text(ask, row, "resource"),
        _fact(ask, row, "unfc"),
    )
    flows = (
        _several(ask, row, "processes"),
        _several(ask, row, "feeds", "product"),
        _several(ask, row, "feed_countries", "country"),
        _fact(ask, row, "sourcing"),
        _text(ask, row, "input_origin"),
    )
    return Facts(figures, ask.say("Amounts")), Facts(flows, ask.say("What goes in and how"))


def _where(ask: Ask, row: Row) -> Facts:
    say = ask.say
    items = [_fact(ask, row, "place"), _fact(ask, row, "region")]
    for column in ("latitude", "longitude"):
        found = cell(ask, row, column, why=False, decimals=4)
        items.append((of(row, column).name(ask.lang), found))
    items.append(_text(ask, row, "coordinate_source"))
    items.append(
        (say("On the map"), Cell(say("the map of plants"), True, href=ask.url("position") + "#map"))
    )
    return Facts(tuple(items))


def _evidence(ask: Ask, row: Row) -> Facts:
    return Facts(
        (
            _text(ask, row, "source"),
            _fact(ask, row, "confidence"),
            _fact(ask, row, "as_of"),
            _text(ask, row, "note"),
            (
                of(row, "record_id").name(ask.lang),
                Cell(row["record_id"], row["record_id"], code=True),
            ),
        )
    )


def _chains(ask: Ask, row: Row) -> Section:
    """Steps of chains that the plant stands for, and those that take in what it makes."""
    say = ask.say
    steps = [r for r in ask.saved.rows("chain_roles") if row["record_id"] in (r["plant_ids"] or ())]
    if not steps:
        steps = [r for r in ask.saved.rows("chain_roles") if r["product"] == row["product"]]
    title = say("Where it stands in the chains")
    if not steps:
        text = say("No chain of this mapping has {good} as a step.", good=ask.voice.name(row))
        return Section("chains", title, (Prose((text,)),))
    columns = (
        Column("chain", say("Value chain")),
        Column("step", say("Step")),
        *heads(ask, "chain_roles", ("stage", "role", "missing")),
    )
    body = tuple(
        (
            Cell(ask.voice.of(r, "chain"), r["chain"], href=ask.url(f"chains/{r['chain']}")),
            named(ask, r, href=ask.url(f"chains/{r['chain']}/{r['product']}")),
            *(cell(ask, r, c, why=False) for c in ("stage", "role", "missing")),
        )
        for r in steps
    )
    return Section("chains", title, (Table("chains", say("Steps of chains"), columns, body),))


def _positions(ask: Ask, row: Row) -> Section | None:
    """Positions in others' supply that rest on the plant."""
    say = ask.say
    rows = [r for r in ask.saved.own("positions") if row["record_id"] in (r["plants"] or ())]
    if not rows:
        return None
    columns = (
        Column("other", say("Whose supply")),
        head(ask, "positions", "subject"),
        *heads(ask, "positions", ("supplier_share", "supplier_rank", "value_nok")),
        Column("plants", say("Plants behind it"), number=True),
    )
    body = tuple(
        (
            Cell(name("home", r["other"], ask.lang), r["other"]),
            cell(ask, r, "subject", why=False),
            *(cell(ask, r, c) for c in ("supplier_share", "supplier_rank", "value_nok")),
            Cell(ask.voice.number(len(r["plants"])), len(r["plants"])),
        )
        for r in rows
    )
    table = Table("rests", say("Positions that rest on this plant"), columns, body)
    return Section("positions", say("Who needs what it makes"), (table,))


def _beside(ask: Ask, row: Row, rows: list[Row]) -> Section | None:
    """Other records of the same plant, and others that make the same."""
    say = ask.say
    same = [
        r for r in rows if r["producer"] == row["producer"] and r["record_id"] != row["record_id"]
    ]
    alike = [r for r in rows if r["product"] == row["product"] and r["producer"] != row["producer"]]
    blocks: list[Block] = []
    if same:
        items = tuple((ask.voice.name(r), plant(ask, r["record_id"]), r["place"]) for r in same)
        blocks.append(Links(items, say("The same plant or owner also has")))
    if alike:
        items = tuple((r["producer"], plant(ask, r["record_id"]), r["place"]) for r in alike)
        blocks.append(Links(items, say("Others of the same good")))
    return Section("beside", say("Beside it"), tuple(blocks)) if blocks else None
