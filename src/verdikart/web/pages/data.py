"""Data and sources: where the numbers come from, every table of the mapping, and how statistics mislead."""

from __future__ import annotations

from collections import Counter
from typing import Any

from verdikart.core.errors import UnknownName
from verdikart.reference.columns import describe
from verdikart.reference.entities import Source
from verdikart.reference.load import load
from verdikart.reports import words
from verdikart.web.ask import Ask
from verdikart.web.blocks import Block, Cell, Column, Facts, Links, Page, Prose, Section, Table
from verdikart.web.pages.data_pitfalls import pitfalls
from verdikart.web.pages.data_table import table

Row = dict[str, Any]


def data(ask: Ask) -> Page:
    """The page ``/data``."""
    say = ask.say
    lead = say(
        "Every number goes back to the sources below. They lie in the package, each with its vintage and "
        "hash, so nothing is fetched while you read. What they do not cover is said to be unknown."
    )
    sections = (
        Section("sources", say("Sources"), (_sources(ask), _missing(ask))),
        Section("tables", say("Tables of this mapping"), _tables(ask)),
        Section("parameters", say("Choices made in this mapping"), _parameters(ask)),
        pitfalls(ask),
        Section("files", say("What the mapping was made of"), _files(ask)),
    )
    return Page(say("Data and sources"), sections, lead=lead, main="sources-table")


def _sources(ask: Ask) -> Table:
    """The sources that the mapping has read."""
    used = Counter(r["source"] for r in ask.saved.own("assessments") if r["source"])
    vintages = ask.saved.manifest["vintages"]
    rows = [s for s in load(Source) if s.source_id in vintages]
    rows.sort(key=lambda s: (-used[s.source_id], s.source_id))
    return _table(ask, "sources-table", ask.say("Sources that the mapping has read"), rows, used)


def _missing(ask: Ask) -> Table:
    """Sources that are not in the package and would fill its gaps."""
    vintages = ask.saved.manifest["vintages"]
    wanted = Counter(r["would_fill"] for r in ask.saved.rows("gaps") if r["would_fill"])
    rows = [s for s in load(Source) if s.source_id not in vintages]
    rows.sort(key=lambda s: (-wanted[s.source_id], s.source_id))
    caption = ask.say("Known sources that are not in the package")
    return _table(ask, "sources-missing", caption, rows, wanted, gaps=True)


def _table(
    ask: Ask,
    table_id: str,
    caption: str,
    rows: list[Source],
    counts: Counter[str],
    gaps: bool = False,
) -> Table:
    say, nb = ask.say, ask.lang == "nb"
    vintages = ask.saved.manifest["vintages"]
    count = say("Goods it would fill") if gaps else say("Goods judged on it")
    columns = (
        Column("source", say("Source")),
        Column("vintage", say("Vintage")),
        Column("licence", say("Licence")),
        Column("coverage", say("Covers"), wide=True),
        Column("limits", say("Limits"), wide=True),
        Column("goods", count, number=True),
        Column("citation", say("Citation"), wide=True),
    )
    body = []
    for row in rows:
        number = counts[row.source_id]
        vintage = vintages.get(row.source_id) or row.vintage
        body.append(
            (
                Cell(
                    row.title_nb if nb else row.title_en,
                    row.source_id,
                    href=row.address,
                    small=f"{words.provider(row.provider, ask.lang)} · {row.source_id}",
                ),
                Cell(words.vintage(vintage, ask.lang) if vintage else "–", vintage or None),
                Cell(row.licence, row.licence, href=row.licence_url, lang="en"),
                _plain(row.coverage_nb if nb else row.coverage_en),
                _plain(row.limits_nb if nb else row.limits_en),
                Cell(ask.voice.number(number) if number else "–", number),
                Cell(row.citation, row.citation, lang="en"),
            )
        )
    return Table(
        table_id,
        caption,
        columns,
        tuple(body),
        notes=(say("The titles lead to the publishers’ own pages and so out on the net."),),
    )


def _plain(text: str) -> Cell:
    return Cell(text or "–", text or None)


def _tables(ask: Ask) -> tuple[Block, ...]:
    """Every table with its rows, its downloads and its hash."""
    say, saved = ask.say, ask.saved
    columns = (
        Column("table", say("Table")),
        Column("row", say("A row is"), wide=True),
        Column("rows", say("Rows"), number=True),
        Column("csv", say("Download")),
        Column("api", say("For programs")),
        Column("sha256", say("Hash of the file (SHA-256)")),
    )
    body = []
    for name, about in saved.manifest["tables"].items():
        title, text = _about(ask, name)
        path = f"data/{name}"
        body.append(
            (
                Cell(title, name, href=ask.url(path), small=name),
                _plain(text),
                Cell(ask.voice.number(about["rows"]), about["rows"]),
                Cell("CSV", href=ask.url(f"{path}.csv")),
                Cell("JSON", href=f"/api/v1/mappings/{saved.name}/tables/{name}"),
                Cell(about["sha256"][:16] + " …", about["sha256"], code=True),
            )
        )
    text = say(
        "All that the pages show stands in these tables. In bokmål the CSV files have semicolons and "
        "decimal commas, in English commas and points."
    )
    caption = say("The {count} tables of the mapping", count=len(body))
    return (Prose((text,)), Table("tables-table", caption, columns, tuple(body)))


def _about(ask: Ask, name: str) -> tuple[str, str]:
    """A table's title and what a row of it is; its id where the dictionary lacks it."""
    try:
        found = describe(name, "")
    except UnknownName:
        return name, ""
    return found.name(ask.lang), found.definition(ask.lang)


def _parameters(ask: Ask) -> tuple[Block, ...]:
    say = ask.say
    columns = (Column("parameter", say("Parameter")), Column("value", say("Value"), number=True))
    body = tuple(
        (
            Cell(words.parameter(name, ask.lang), name, small=name),
            Cell(words.setting(name, value, ask.voice), value),
        )
        for name, value in ask.saved.parameters.items()
    )
    way = (say("What if they were others?"), ask.url("sandbox"), say("try it in the sandbox"))
    return (Table("parameters-table", say("Parameters"), columns, body), Links((way,)))


def _files(ask: Ask) -> tuple[Block, ...]:
    """The mapping's name and the hashes of what went into it."""
    say, manifest = ask.say, ask.saved.manifest
    code = manifest["code"]
    facts = Facts(
        (
            (
                say("Content hash"),
                Cell(manifest["content_hash"], manifest["content_hash"], code=True),
            ),
            (say("Made by"), Cell(f"{code['name']} {code['version']}")),
        )
    )
    text = say(
        "The same data, parameters and program give the same content hash on every machine. Who doubts "
        "a number can make the mapping again and compare."
    )
    blocks: list[Block] = [Prose((text,)), facts]
    for key, title in (
        ("snapshot", say("Embedded data")),
        ("reference", say("Reference tables")),
    ):
        held = manifest.get(key) or {}
        columns = (Column("file", say("File")), Column("sha256", say("Hash of the file (SHA-256)")))
        body = tuple(
            (Cell(file, file, code=True), Cell(digest, digest, code=True))
            for file, digest in held.items()
        )
        fold = say("{title}: {count} files", title=title, count=len(body))
        blocks.append(Table(f"files-{key}", title, columns, body, folded=fold))
    return tuple(blocks)


__all__ = ["data", "table"]
