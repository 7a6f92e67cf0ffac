"""Statistics Norway's StatBank through PxWebApi v2 (``option`` is the table's number).

Asked of it: ``/config`` (cells a request may give), ``/tables/ID/metadata`` in both languages and
``/tables/ID/data`` as JSON-stat 2.0, by GET while the address is short (the service answers 404
above some 2,100 characters) and by POST beyond. Dimensions are read from the metadata, never
assumed. Known of the tables, seen in published extracts: 08801 has Varekoder (eight digits with the
first year of their meaning, ``12019090_2012``), ImpEks (1, 2), Land (two letters), ContentsCode
(Verdi, Mengde1, Mengde2) and Tid; 08799 the same by month; 11561 Energibalanse and EnergiProdukt;
14091 Produk2; 09174 NACE; 13470 Region and NACE2007. Of 08311, 07155 and 07336 nothing was seen.

``pxwebpy`` is not used: it gives parsed rows and neither the raw bytes nor the marks of cells, keeps
nothing of a long fetch that breaks off, and reads the rate from ``/config``, where it is now 0.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from itertools import combinations
from urllib.parse import urlencode

from verdikart.core.errors import Problem, Problems, UsageProblem
from verdikart.core.sql import text_literals
from verdikart.reference.feeds import Feed
from verdikart.sources.adapters.pxweb_csv import read_csv
from verdikart.sources.adapters.pxweb_plan import Selection, plan_of
from verdikart.sources.adapters.pxweb_reader import Cube, arrow, column, parse, period, strange
from verdikart.sources.adapters.pxweb_trade import trade
from verdikart.sources.model import (
    Ask,
    Column,
    Loaded,
    Piece,
    RawFile,
    SourceProblem,
    Table,
    Workbench,
)
from verdikart.sources.notes import Note, Quote
from verdikart.sources.transport import Client

CELLS = 800_000
LONGEST = 1_900  # characters of an address
LANGUAGES = ("en", "no")


def plan(feed: Feed, ask: Ask, client: Client) -> Sequence[Piece]:
    """Metadata in both languages, then the requests that fill the budget of cells."""
    if ask.release:
        raise UsageProblem(
            f"{feed.source_id}: Statistics Norway gives the present edition of a table only; leave "
            "--release out"
        )
    base = feed.endpoint.rstrip("/")
    table = f"{base}/tables/{feed.option}"
    config = client.get(Piece("config.json", f"{base}/config", "json"))
    try:
        budget = int(json.loads(config).get("maxDataCells") or CELLS)
    except (ValueError, TypeError, AttributeError):
        budget = CELLS
    meta = _metadata(feed, client.get(_metadata_piece(feed, table, "en"), fresh=True))
    # The edition is in the names, so that what came of an older one is not gone on with.
    edition = "".join(c for c in meta.updated[:16] if c.isdigit()) or "0"
    pieces = [_metadata_piece(feed, table, language, edition) for language in LANGUAGES]
    for number, block in enumerate(plan_of(meta, ask, feed.option, budget), 1):
        pieces.append(_data_piece(f"{feed.option}-{edition}-{number:03}", table, meta, block))
    return pieces


def _metadata_piece(feed: Feed, table: str, language: str, edition: str = "") -> Piece:
    name = "-".join(part for part in (feed.option, edition, "metadata", language) if part)
    query = (("lang", language), ("outputFormat", "json-stat2"))
    return Piece(f"{name}.json", f"{table}/metadata", "json", query)


def _metadata(feed: Feed, answer: bytes) -> Cube:
    try:
        content = json.loads(answer)
        cube = Cube(RawFile("metadata.json", None, "", 0, "", ""), content)  # type: ignore[arg-type]
        known = cube.codes
        if not cube.role("time") or not all(known.values()):
            raise ValueError("no dimension of time")
    except (ValueError, KeyError, TypeError) as error:
        raise SourceProblem(
            f"{feed.source_id}: the metadata of table {feed.option} are no JSON-stat 2.0 ({error}); "
            "the service may have changed: save the table as JSON-stat 2.0 in a browser and use "
            "`verdikart data add`"
        ) from error
    return cube


def _data_piece(name: str, table: str, meta: Cube, block: Selection) -> Piece:
    body = {"selection": [{"variableCode": k, "valueCodes": v} for k, v in block.items()]}
    mark = hashlib.sha256(json.dumps(body).encode()).hexdigest()[:8]
    query = (("lang", "en"), ("outputFormat", "json-stat2"))
    asked = tuple(
        (f"valueCodes[{k}]", "*" if v == meta.codes[k] else ",".join(v)) for k, v in block.items()
    )
    url, file = f"{table}/data", f"{name}-{mark}.json"
    plain = not any("," in code for codes in block.values() for code in codes)
    if plain and len(url) + len(urlencode((*query, *asked))) <= LONGEST:
        return Piece(file, url, "json", (*query, *asked))
    return Piece(file, url, "json", query, "POST", body)


def read(feed: Feed, files: Sequence[RawFile], ask: Ask, bench: Workbench) -> Loaded:
    """Every cell with its codes, texts, unit and mark; tables of goods also in the shape of trade."""
    remedy = f"fetch it again: `verdikart fetch {feed.source_id}`"
    cubes, texts, plain = _sorted(feed, files, remedy)
    dimensions = _agreed(cubes, texts, remedy)
    bare, notes = read_csv(plain, bench, remedy) if plain else ([], [])
    if bare and cubes:
        raise Problems([Problem(plain[0].name, "CSV and JSON of a table cannot be mixed",
                                remedy="add the one or the other")])  # fmt: skip
    columns = bare[0][1] if bare else _columns(dimensions, cubes[0])
    paths = [path for path, _ in bare]
    problems = []
    for number, cube in enumerate(cubes):
        import pyarrow.parquet as pq

        path = str(bench.folder / f"cells-{number:03}.parquet")
        try:
            pq.write_table(arrow(cube, texts), path, compression="zstd")
        except ValueError as error:
            problems.append(
                Problem(cube.file.name, f"a value is no number ({error})", remedy=remedy)
            )
        paths.append(path)
    if problems:
        raise Problems(problems)
    tables = {"cells": Table(columns, [(f"{n:03}" if len(paths) > 1 else "", _from([path]))
                                       for n, path in enumerate(paths)])}  # fmt: skip
    if "trade" in feed.tables and cubes:
        made, told = trade(cubes, texts, paths, bench, remedy)
        tables["trade"] = made
        notes += told
    elif "trade" in feed.tables:
        notes.append(
            Note("A CSV has no codes to build the table of trade from: add JSON-stat 2.0 for it.")
        )
    return Loaded(
        tables,
        max((cube.updated for cube in cubes), default=""),
        (*notes, *_notes(feed, ask, cubes, texts)),
    )


def _from(paths: Sequence[str]) -> str:
    listed = text_literals(paths)
    return f"SELECT * FROM read_parquet([{listed}])"  # noqa: S608 - paths of the workbench


def _sorted(
    feed: Feed, files: Sequence[RawFile], remedy: str
) -> tuple[list[Cube], dict[str, Cube], list[RawFile]]:
    """Documents with cells, metadata by language, and CSV files."""
    cubes, texts, plain, problems = [], {}, [], []
    for file in files:
        if file.name.casefold().endswith((".csv", ".txt")):
            plain.append(file)
            continue
        if not file.name.casefold().endswith(".json"):
            problems.append(
                Problem(file.name, "is neither JSON-stat nor CSV",
                        remedy="save the table as JSON-stat 2.0 (best: it has the codes) or CSV")
            )  # fmt: skip
            continue
        try:
            cube = parse(file, remedy)
        except Problems as found:
            problems += found.problems
            continue
        number = str(cube.content.get("extension", {}).get("px", {}).get("tableid", feed.option))
        if number != feed.option:
            problems.append(Problem(file.name, f"is table {number}, and {feed.source_id} is "
                                    f"{feed.option}", remedy="add it as its own source"))  # fmt: skip
        elif cube.has_cells:
            cubes.append(cube)
        else:
            texts[cube.language] = cube
    if not (cubes or plain or problems):
        problems = [Problem(f.name, "holds metadata only", remedy=remedy) for f in files]
    if problems:
        raise Problems(problems)
    return cubes, texts, plain


def _agreed(cubes: Sequence[Cube], texts: dict[str, Cube], remedy: str) -> list[str]:
    """The dimensions that all documents share; Problems where they differ, overlap or are of two
    editions.
    """
    if not cubes:
        return []
    model = next(iter(texts.values()), cubes[0])
    problems = [
        Problem(cube.file.name, f"the dimension {name} is missing (there are {', '.join(cube.ids)})",
                column=name, remedy=f"the table may have changed; {remedy}")
        for cube in cubes
        for name in model.ids
        if name not in cube.ids
    ]  # fmt: skip
    editions = sorted({cube.updated for cube in cubes} | {cube.updated for cube in texts.values()})
    if len(editions) > 1:
        problems.append(Problem(", ".join(c.file.name for c in cubes), "the table was updated between "
                                f"the requests ({', '.join(editions)})", remedy=remedy))  # fmt: skip
    if not problems:
        problems = [
            Problem(two.file.name, f"has cells that are in {one.file.name} too",
                    remedy="add files that do not overlap")
            for one, two in combinations(cubes, 2)
            if all(not set(one.codes[name]).isdisjoint(two.codes[name]) for name in model.ids)
        ]  # fmt: skip
    if problems:
        raise Problems(problems)
    return list(cubes[0].ids)


def _columns(dimensions: Sequence[str], cube: Cube) -> tuple[Column, ...]:
    found: list[Column] = []
    for name in dimensions:
        found.append(Column(column(name), "VARCHAR", "key"))
        if name == cube.role("time"):
            found += [Column(part, "SMALLINT") for part in ("year", "quarter", "month")]
        else:
            found += [Column(f"{column(name)}_{lang}", "VARCHAR") for lang in ("en", "nb")]
    return (
        *found,
        Column("unit", "VARCHAR"),
        Column("value", "DOUBLE", "measure"),
        Column("status", "VARCHAR"),
        Column("status_code", "VARCHAR"),
    )


def _notes(feed: Feed, ask: Ask, cubes: Sequence[Cube], texts: dict[str, Cube]) -> list[Note]:
    notes = [
        Note(
            "Categories of a dimension may be sums of others: nothing is added up here, and nothing may "
            "be added up without looking at the classification."
        )
    ]
    marks = set().union(*(strange(cube) for cube in cubes)) if cubes else set()
    if marks:
        notes.append(
            Note(
                "Marks that Statistics Norway does not explain are kept: {marks}",
                marks=" ".join(sorted(marks)),
            )
        )
    if not cubes:
        return notes
    time = cubes[0].role("time")
    have = {code for cube in cubes for code in cube.codes[time]}
    every = next((cube.codes[time] for cube in texts.values()), [])
    if every and (left := [code for code in every if code not in have]):
        notes.append(
            Note(
                "Not asked for: {left} of {all} periods, {first} to {last}; ask for them with --years.",
                left=len(left), all=len(every), first=left[0], last=left[-1],
            )
        )  # fmt: skip
    absent = sorted(set(ask.years) - {period(code)[0] or 0 for code in have})
    if absent:
        years = ", ".join(map(str, absent))
        notes.append(Note("The table has none of the years {years}.", years=years))
    english = texts.get("en") or cubes[0]
    notes += _quotes(english, texts.get("no"))
    if english.content.get("extension", {}).get("discontinued"):
        notes.append(Note("Statistics Norway no longer updates table {table}.", table=feed.option))
    return notes


def _quotes(english: Cube, norwegian: Cube | None) -> list[Note]:
    """Statistics Norway's own notes on the table, in both languages where both have them all."""
    said = [str(note) for note in english.content.get("note", [])]
    beside = [str(note) for note in norwegian.content.get("note", [])] if norwegian else []
    if len(beside) != len(said):
        beside = said
    return [Quote(en, nb) for en, nb in zip(said, beside, strict=True)]
