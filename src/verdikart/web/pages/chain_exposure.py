"""What a chain rests on behind its suppliers, the benchmarks of its materials, and what goes round."""

from __future__ import annotations

from typing import Any

from verdikart.reference.names import name
from verdikart.reports import words
from verdikart.web.blocks import Cell, Column, Section, Table
from verdikart.web.listing import ordered
from verdikart.web.pages.chain_seen import (
    Seen,
    country_cell,
    material_cell,
    verdict_cell,
)
from verdikart.web.values import cell, heads

Row = dict[str, Any]
NO_COUNTRY = ("OTHER", "UNKNOWN")
SHARES = ("direct", "indirect", "hidden", "total")
SHORT = 15


def sections(s: Seen) -> tuple[Section, ...]:
    """Exposure, benchmarks, circularity."""
    say = s.ask.say
    return (
        Section("exposure", say("Exposure, direct and look-through"), exposure(s)),
        Section("benchmarks", say("Benchmarks of the chain’s materials"), (_tracker(s),)),
        Section("circularity", say("What can go round"), (_circularity(s),)),
    )


def exposure(s: Seen, product: str = "") -> tuple[Table, ...]:
    """The goods that the home makes, and their inputs: the country that each rests on most."""
    say, ask = s.ask.say, s.ask
    own = f" {say('Exposure is computed for the mapped home alone: {home}.', home=_mapped(s))}"
    found = []
    for table, keys, caption in (
        ("chain_exposure", ("product_id",), say("Goods made at home: what they rest on")),
        (
            "chain_exposure_lines",
            ("product_id", "input_id"),
            say("Their inputs, one by one: what they rest on"),
        ),
    ):
        rows = [r for r in ask.saved.rows(table) if r["chain_id"] == s.chain]
        rows = [r for r in rows if not product or r["product_id"] == product]
        best = ordered(_worst(rows, keys, ask.saved.home), lambda r: r["total"], down=True)
        made = keys[-1] == "input_id"
        body = [
            (
                *([s.step(r["input_id"])] if made else []),
                s.step(r["product_id"]),
                _country(s, r),
                *(cell(ask, r, column, decimals=0) for column in SHARES),
            )
            for r in best
        ]
        found.append(
            Table(
                table.replace("_", "-"),
                caption,
                (
                    *([Column("input_id", say("Input"))] if made else []),
                    Column("product_id", say("Goes into") if made else say("Good")),
                    Column("country", say("Country it rests on most")),
                    *heads(ask, table, SHARES),
                ),
                tuple(body),
                empty=say("No good of this chain is made at home with inputs that can be traced.")
                + own,
                notes=(
                    say(
                        "Direct: the country sells the input. Indirect: its value is in what others "
                        "sell. Hidden: what the seller’s name does not show. The country shown is the "
                        "foreign one with the largest share in all."
                    )
                    + own,
                ),
                folded=say("Show all {count} rows", count=len(best)) if len(best) > SHORT else "",
            )
        )
    return tuple(found)


def _mapped(s: Seen) -> str:
    return name("home", s.ask.saved.home, s.ask.lang)


def _worst(rows: list[Row], keys: tuple[str, ...], home: str) -> list[Row]:
    """For each good or input the row of the foreign country with most; one without where none has."""
    found: dict[tuple[str, ...], Row] = {}
    for row in rows:
        key = tuple(row[k] for k in keys)
        foreign = row["country"] not in (*NO_COUNTRY, home)
        held = found.get(key)
        if held is None or _weight(row, foreign) > _weight(
            held, held["country"] not in (*NO_COUNTRY, home)
        ):
            found[key] = row
    return list(found.values())


def _weight(row: Row, foreign: bool) -> tuple[bool, float]:
    return foreign and bool(row["total"]), row["total"] or 0.0


def _country(s: Seen, row: Row) -> Cell:
    if row["total"] is None:
        return Cell(s.ask.say("not known"), None, "missing")
    if row["country"] in NO_COUNTRY:
        return Cell(s.ask.voice.of(row, "country"), row["country"])
    return country_cell(s.ask, row, "country")


def _tracker(s: Seen) -> Table:
    say, ask, held = s.ask.say, s.ask, set(s.materials)
    rows = [
        r
        for r in ask.saved.own("tracker", s.home)
        if s.chain in (r["chain_ids"] or ()) or r["material_id"] in held
    ]
    body = [
        (
            material_cell(ask, r["material_id"]),
            Cell(words.word("benchmark", r["benchmark"], ask.lang), r["benchmark"]),
            verdict_cell(ask, r["verdict"], "benchmark_verdict"),
            cell(ask, r, "share", decimals=0),
            cell(ask, r, "target", decimals=0),
            country_cell(ask, r, "supplier"),
        )
        for r in rows
    ]
    return Table(
        "chain-benchmarks",
        say(
            "Benchmarks of the Critical Raw Materials Act, as {home} stands",
            home=name("home", s.home, ask.lang),
        ),
        (
            Column("material_id", say("Material")),
            Column("benchmark", say("Benchmark")),
            Column("verdict", say("Verdict")),
            *heads(ask, "tracker", ("share", "target", "supplier")),
        ),
        tuple(body),
        empty=say("None of the chain’s materials has a benchmark in this mapping."),
        folded=say("Show all {count} rows", count=len(rows)) if len(rows) > SHORT else "",
    )


def _circularity(s: Seen) -> Table:
    say, ask, held = s.ask.say, s.ask, set(s.materials)
    rows = [
        r
        for r in ask.saved.rows("circularity")
        if r["material_id"] in held or r["from_product"] in s.steps or r["to_product"] in s.steps
    ]
    rows = ordered(rows, lambda r: r["gain_t"], down=True)
    body = [
        (
            material_cell(ask, r["material_id"]),
            Cell(words.word("lever", r["lever"], ask.lang), r["lever"]),
            s.step(r["from_product"] or r["to_product"]),
            cell(ask, r, "gain_t"),
            cell(ask, r, "dependency_before", decimals=0),
            cell(ask, r, "dependency_after", decimals=0),
            Cell(ask.voice.of(r, "text"), ask.voice.of(r, "text")),
        )
        for r in rows
    ]
    return Table(
        "chain-circularity",
        say("Recycling and side streams: what they would give"),
        (
            Column("material_id", say("Material")),
            Column("lever", say("Lever")),
            Column("product", say("Good")),
            *heads(ask, "circularity", ("gain_t", "dependency_before", "dependency_after")),
            Column("text", say("In words"), wide=True),
        ),
        tuple(body),
        empty=say("No side stream or recycling is on record for this chain."),
        folded=say("Show all {count} rows", count=len(rows)) if len(rows) > SHORT else "",
    )
