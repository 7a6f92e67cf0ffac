"""Sectors and technologies: which materials each needs, and one sector with what it is exposed to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from verdikart.core.errors import UnknownName
from verdikart.reference.entities import StrategicSector, Technology
from verdikart.reference.load import by_key, load
from verdikart.reference.names import name
from verdikart.web.ask import Ask
from verdikart.web.blocks import Cell, Column, Field, Form, Page, Section, Table
from verdikart.web.listing import Key, Row, listing, sortable
from verdikart.web.pages.sector_parts import (
    goods_of,
    industries,
    judged,
    materials_of,
    technologies_of,
    worst_of,
)

WEIGHTS = ("H", "M", "L")


@dataclass(slots=True)
class Ties:
    """The ties behind one cell of the matrix, each technology or plant once, and their weights."""

    weights: dict[str, str] = field(default_factory=dict)  # technology or plant → importance

    def add(self, row: Row) -> None:
        """Take in a link."""
        self.weights[row["via"]] = min(
            self.weights.get(row["via"], "L"), row["importance"], key=WEIGHTS.index
        )

    @property
    def high(self) -> int:
        """How many are of high importance."""
        return sum(weight == "H" for weight in self.weights.values())

    @property
    def level(self) -> int:
        """Shade: 0 none, 1 low, 2 medium at most, 3 one or two of high importance, 4 three or more."""
        if not self.weights:
            return 0
        if self.high:
            return 4 if self.high > 2 else 3
        return 2 if "M" in self.weights.values() else 1


def sectors(ask: Ask) -> Page:
    """The page ``/sectors``: a matrix of sectors by materials, or by technologies."""
    say, query = ask.say, ask.query
    by = query.choice("rows", ("materials", "technologies"), "materials")
    technology = query.choice("technology", tuple(by_key(Technology)))
    least = query.choice("importance", WEIGHTS)
    links = [
        r
        for r in ask.saved.rows("links")
        if (not technology or r["via"] == technology)
        and (not least or WEIGHTS.index(r["importance"]) <= WEIGHTS.index(least))
        and (by == "materials" or r["via_kind"] == "technology")
    ]
    table = _matrix(ask, links, by)
    form = Form(
        "filter",
        (
            Field("q", say("Search"), "search", query.text("q")),
            Field(
                "rows",
                say("Rows"),
                "select",
                by,
                (("materials", say("Materials")), ("technologies", say("Technologies"))),
            ),
            Field("technology", say("Technology"), "select", technology, _technologies(ask)),
            Field("importance", say("Importance"), "select", least, _weights(ask)),
        ),
        say("Show"),
        reset=ask.url("sectors"),
    )
    return Page(
        say("Sectors and technologies"),
        (Section("matrix", "", (form, table)),),
        lead=_lead(ask),
        main="matrix-table",
    )


def _lead(ask: Ask) -> str:
    links = ask.saved.rows("links")
    if not links:
        return ask.say("This mapping has no links between materials and sectors.")
    materials: dict[str, set[str]] = defaultdict(set)
    for row in links:
        materials[row["sector"]].add(row["material"])
    most = max(materials, key=lambda s: (len(materials[s]), s))
    return ask.say(
        "{all} materials are tied to the five sectors, most of them to {sector} ({n}). Every "
        "number leads to what stands behind it.",
        all=len({r["material"] for r in links}),
        sector=name("sector", most, ask.lang).lower(),
        n=len(materials[most]),
    )


def _technologies(ask: Ask) -> tuple[tuple[str, str], ...]:
    named = sorted((t.name(ask.lang), t.technology_id) for t in load(Technology))
    return (("", ask.say("all")), *((key, text) for text, key in named))


def _weights(ask: Ask) -> tuple[tuple[str, str], ...]:
    return (
        ("", ask.say("all")),
        ("H", ask.say("high")),
        ("M", ask.say("medium or high")),
    )


def _matrix(ask: Ask, links: Sequence[Row], by: str) -> Table:
    say = ask.say
    known = load(StrategicSector)
    ties: dict[str, dict[str, Ties]] = defaultdict(lambda: defaultdict(Ties))
    for row in links:
        key, other = (
            (row["material"], row["via"]) if by == "materials" else (row["via"], row["material"])
        )
        ties[key][row["sector"]].add({**row, "via": other})
    named = _names(ask, by)
    rows = [{"key": key, "name": named.get(key, key), "cells": held} for key, held in ties.items()]
    rated = judged(ask) if by == "materials" else {}
    keys: dict[str, Key] = {"name": lambda r: r["name"]}
    found = listing(ask, rows, search=("name", "key"), sorts=keys, default="name")
    columns = (
        Column("name", say("Material") if by == "materials" else say("Technology")),
        *(
            Column(
                s.strategic_sector,
                s.name(ask.lang),
                number=True,
                href=ask.url(f"sectors/{s.strategic_sector}"),
            )
            for s in known
        ),
        *([Column("verdict", say("Worst verdict"))] if by == "materials" else []),
    )
    return Table(
        "matrix-table",
        say("Uses and plants that tie a material to a sector")
        if by == "materials"
        else say("Materials that a technology ties to a sector"),
        sortable(columns, keys),
        tuple(
            (
                _head(ask, r, by),
                *(
                    _tied(ask, r["cells"].get(s.strategic_sector, Ties()), s, r["key"], by)
                    for s in known
                ),
                *([worst_of(ask, r["key"], rated)] if by == "materials" else []),
            )
            for r in found.rows
        ),
        notes=(
            say(
                "The number counts ties; beneath it, how many are of high importance. The shade "
                "follows importance: palest low, then medium, then one or two high, darkest three "
                "or more."
            ),
            say(
                "Importance is a judgement recorded with each tie, with its source and its "
                "confidence; see the table of links."
            ),
        ),
        empty=say("Nothing meets the search."),
        pager=found.pager,
        sorted_by=found.sorted_by,
        sort_links=found.sort_links,
        matrix=True,
    )


def _names(ask: Ask, by: str) -> dict[str, str]:
    if by == "technologies":
        return {t.technology_id: t.name(ask.lang) for t in load(Technology)}
    return {r["material"]: ask.voice.name(r) for r in ask.saved.rows("materials")}


def _head(ask: Ask, row: Row, by: str) -> Cell:
    href = (
        ask.url(f"materials/{row['key']}")
        if by == "materials"
        else ask.url("sectors", technology=row["key"])
    )
    return Cell(row["name"], row["key"], href=href)


def _tied(ask: Ask, ties: Ties, sector: StrategicSector, key: str, by: str) -> Cell:
    count = len(ties.weights)
    if not count:
        return Cell("0", 0, "zero", level=0)
    small = ask.say("{n} high", n=ties.high) if ties.high else ""
    anchor = "materials" if by == "materials" else "technologies"
    href = ask.url(f"sectors/{sector.strategic_sector}", only=key) + f"#{anchor}"
    return Cell(str(count), count, small=small, level=ties.level, href=href)


def sector(ask: Ask) -> Page:
    """The page ``/sectors/{sector}``. Raises :class:`UnknownName` for an unknown id."""
    say, wanted = ask.say, ask.ids["sector"]
    known = by_key(StrategicSector)
    if wanted not in known:
        names = {s.strategic_sector: (s.name_en, s.name_nb) for s in load(StrategicSector)}
        raise UnknownName("sector", wanted, names, ", ".join(names))
    title = known[wanted].name(ask.lang)
    links = [r for r in ask.saved.rows("links") if r["sector"] == wanted]
    tied = {r["material"] for r in links}
    rated = {m: rows for m, rows in judged(ask).items() if m in tied}
    weak = {
        r["subject"]: r for rows in rated.values() for r in rows if r["outcome"] == "vulnerable"
    }
    exposed = [m for m, rows in rated.items() if any(r["subject"] in weak for r in rows)]
    lead = (
        say(
            "{materials} materials are tied to {sector}, and {exposed} of them have a good that "
            "is vulnerable for {home}: {goods} goods in all.",
            materials=len(tied),
            sector=title.lower(),
            exposed=len(exposed),
            home=name("home", ask.saved.home, ask.lang),
            goods=len(weak),
        )
        if tied
        else say("No material is tied to this sector in this mapping.")
    )
    only = ask.query.text("only")
    return Page(
        title,
        (
            goods_of(ask, list(weak.values())),
            materials_of(ask, links, rated, only),
            technologies_of(ask, links, rated, only),
            industries(ask, wanted),
        ),
        lead=lead,
        crumbs=((say("Sectors and technologies"), ask.url("sectors")),),
        main="materials-table",
    )
