"""All materials: a table to search, filter, order and cut to the columns one needs."""

from __future__ import annotations

from typing import Any

from verdikart.reference.names import name
from verdikart.reports import words
from verdikart.web.ask import Ask
from verdikart.web.blocks import Cell, Column, Field, Form, Page, Section, Table
from verdikart.web.listing import listing, sortable
from verdikart.web.values import cell, head, named

Row = dict[str, Any]


def materials(ask: Ask) -> Page:
    """The page ``/materials``."""
    say, saved = ask.say, ask.saved
    rows = [r for r in saved.rows("materials") if r["in_scope"] or ask.query.flag("all")]
    critical = {r["material_id"]: r for r in saved.rows("criticality")}
    sector = ask.query.choice("sector", sorted({s for r in rows for s in r["sectors"] or ()}))
    if sector:
        rows = [r for r in rows if sector in (r["sectors"] or ())]
    keys = {
        "name": lambda r: ask.voice.name(r),
        "supply_risk": lambda r: critical.get(r["material"], {}).get("supply_risk"),
    }
    found = listing(
        ask, rows, search=("material", "name_en", "name_nb"), sorts=keys, default="name"
    )
    body = tuple(_row(ask, r, critical.get(r["material"])) for r in found.rows)
    columns = sortable(
        (
            Column("name", say("Material")),
            Column("lists", say("Lists")),
            head(ask, "criticality", "supply_risk"),
        ),
        keys,
    )
    table = Table(
        "materials",
        say("Materials of the mapping"),
        columns,
        body,
        empty=say("No material meets the search."),
        pager=found.pager,
        sorted_by=found.sorted_by,
        sort_links=found.sort_links,
    )
    form = Form(
        "filter",
        (
            Field("q", say("Search"), "search", ask.query.text("q")),
            Field("sector", say("Sector"), "select", sector, _sectors(ask)),
        ),
        say("Show"),
        reset=ask.url("materials"),
    )
    return Page(say("Materials"), (Section("list", "", (form, table)),), main="materials")


def _sectors(ask: Ask) -> tuple[tuple[str, str], ...]:
    known = sorted({s for r in ask.saved.rows("materials") for s in r["sectors"] or ()})
    return (("", ask.say("all")), *((s, name("sector", s, ask.lang)) for s in known))


def _row(ask: Ask, row: Row, scored: Row | None) -> tuple[Cell, ...]:
    lists = [words.short_list(name, ask.lang) for name in row["lists"] or ()]
    return (
        named(ask, row, href=ask.url(f"materials/{row['material']}")),
        Cell(", ".join(lists[:3]), lists),
        cell(ask, scored, "supply_risk")
        if scored
        else Cell(ask.say("not scored"), None, "missing"),
    )
