"""Eurostat's SDMX 2.1 service for Comext and Prodcom: what a data set has, requests, answers.

A request costs reporters × partners × products × flows × indicators × periods cells, counted from
the positions that the data set's constraint lists. Up to 500,000 cells are answered at once; up to
five million as a queued extraction, whose number comes instead of data and whose state is asked
for until it is there; more are refused (413). A request with a code that the data set lacks is
refused whole, so codes are checked against the constraint first.

Structure messages are read by the field's own client, sdmx1. Data are not fetched through it: it
keeps no raw bytes, does not resume or wait for queued extractions, and SDMX-CSV is read faster here.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from math import prod
from pathlib import Path
from typing import Any

from verdikart.core.errors import Problem, Problems, UnknownName, UsageProblem
from verdikart.reference.feeds import Feed
from verdikart.sources.archives import plain
from verdikart.sources.chunks import Choice, split
from verdikart.sources.delimited import Field, delimited, head
from verdikart.sources.model import Piece, RawFile, SourceProblem, Workbench
from verdikart.sources.transport import Client

AT_ONCE = 500_000
MOST = 5_000_000
FEW = 60  # requests: above it, larger ones that are queued are the politer choice
REQUESTS = 500
BYTES_A_CELL = 2  # most cells are empty; a row is about 90 bytes
POLLS, BETWEEN = 60, 10.0
NOTHING = re.compile(rb"NO_RE(SULTS|CORDS)|no results", re.IGNORECASE)
FAULT = re.compile(rb"<faultstring>(.*?)</faultstring>", re.DOTALL)
QUEUED = re.compile(rb"<(?:\w+:)?queued>.*?<(?:\w+:)?id>([\w-]+)</", re.DOTALL)
STATE = re.compile(rb"<(?:\w+:)?status>\s*([A-Z_]+)\s*</")
EMPTY_STATUSES = (404,)
FLAGS = ("OBS_FLAG", "OBS_STATUS")


@dataclass(frozen=True, slots=True)
class Structure:
    """A data set: its dimensions in the order of a key, and the positions that have data."""

    dimensions: tuple[str, ...]
    positions: Mapping[str, tuple[str, ...]]

    def known(self, what: str, dimension: str, asked: Sequence[str]) -> tuple[str, ...]:
        """The codes asked for; one that the data set lacks is an UnknownName with the nearest."""
        have = self.positions.get(dimension, ())
        for code in asked:
            if code not in have:
                raise UnknownName(what, code, have)
        return tuple(asked)


def structure(feed: Feed, client: Client, needed: Sequence[str]) -> Structure:
    """Ask for the dimensions and their positions. Raises where one that is ``needed`` is gone."""
    import sdmx

    dataset = name_of(feed)
    base = f"{feed.endpoint.rstrip('/')}/sdmx/2.1"
    try:
        shape: Any = sdmx.read_sdmx(BytesIO(client.get(Piece(
            "dataflow.xml", f"{base}/dataflow/ESTAT/{dataset}/1.0", "xml",
            (("references", "children"),)))))  # fmt: skip
        (definition,) = shape.structure.values()
        dimensions = [d.id for d in definition.dimensions.components if d.id != "TIME_PERIOD"]
        limits: Any = sdmx.read_sdmx(BytesIO(client.get(Piece(
            "constraint.xml", f"{base}/contentconstraint/ESTAT/{dataset}/1.0", "xml"))))  # fmt: skip
        (constraint,) = limits.constraint.values()
        positions = {
            dimension.id: tuple(str(v.value) for v in member.values)
            for region in constraint.data_content_region
            for dimension, member in region.member.items()
        }
    except SourceProblem:
        raise
    except Exception as error:  # sdmx1 raises whatever the message trips it over
        raise SourceProblem(
            f"{feed.source_id}: the description of {dataset} cannot be read ({error!r}); the provider "
            "may have changed it: fetch the table in a browser and use `verdikart data add`"
        ) from error
    missing = [name for name in needed if name not in dimensions]
    if missing:
        raise SourceProblem(
            f"{feed.source_id}: {dataset} has no dimension {', '.join(missing)} any more (it has "
            f"{', '.join(dimensions)}); fetch the table in a browser and use `verdikart data add`"
        )
    return Structure(tuple(dimensions), positions)


def name_of(feed: Feed) -> str:
    """The data set of a feed's option, as ``DS-045409:A``."""
    return feed.option.partition(":")[0]


def frequency_of(feed: Feed) -> str:
    """``A`` or ``M``."""
    return feed.option.partition(":")[2] or "A"


def requests(
    feed: Feed, found: Structure, choice: Mapping[str, Sequence[str]], over: Sequence[str],
    years: Sequence[int],
) -> list[Piece]:  # fmt: skip
    """One request for each year and part of ``choice``, which is split over the dimensions ``over``.

    Dimensions that ``choice`` leaves out are asked for whole.
    """
    dataset, frequency = name_of(feed), frequency_of(feed)
    periods = 12 if frequency == "M" else 1
    sizes = [
        len(choice.get(name) or found.positions.get(name) or ("every",))
        for name in found.dimensions
        if name not in over
    ]
    rest: int = prod(sizes)
    wide = {name: choice.get(name) or found.positions[name] for name in over}
    parts = split(wide, max(1, AT_ONCE // (rest * periods)))
    if len(parts) * len(years) > FEW:
        parts = split(wide, max(1, MOST // (rest * periods)))
    if len(parts) * len(years) > REQUESTS:
        raise UsageProblem(
            f"{feed.source_id}: that would be {len(parts) * len(years)} requests; ask for fewer with "
            "--codes, --countries or --years, or take the provider's bulk files and use "
            "`verdikart data add`"
        )
    return [
        _request(feed, dataset, found, {**choice, **part}, year, number, rest * periods)
        for year in years
        for number, part in enumerate(parts, 1)
    ]


def _request(
    feed: Feed, dataset: str, found: Structure, choice: Mapping[str, Sequence[str]] | Choice,
    year: int, number: int, cells: int,
) -> Piece:  # fmt: skip
    frequency = frequency_of(feed)
    key = ".".join("+".join(choice.get(name, ())) for name in found.dimensions)
    first, last = (f"{year}-01", f"{year}-12") if frequency == "M" else (str(year), str(year))
    return Piece(
        f"{dataset}-{frequency}-{year}-{number:03}.csv",
        f"{feed.endpoint.rstrip('/')}/sdmx/2.1/data/{dataset}/{key}",
        "csv",
        (
            ("startPeriod", first),
            ("endPeriod", last),
            ("format", "SDMX-CSV"),
            ("compressed", "false"),
        ),
        bytes=cells * BYTES_A_CELL,
        accept=EMPTY_STATUSES,
    )


def follow(feed: Feed, piece: Piece, path: Path, client: Client) -> Piece | None:
    """Where the data of an answer are that only gives the number of a queued extraction."""
    with path.open("rb") as stream:
        start = stream.read(4096)
    queued = QUEUED.search(start) if start.lstrip(b"\xef\xbb\xbf \r\n").startswith(b"<") else None
    if queued is None:
        return None
    number = queued[1].decode()
    at = f"{feed.endpoint.rstrip('/')}/1.0/async"
    state = "SUBMITTED"
    for _ in range(POLLS):
        client.rest(BETWEEN)
        answer = client.get(Piece("status.xml", f"{at}/status/{number}", "xml"), fresh=True)
        told = STATE.findall(answer)
        state = told[-1].decode() if told else _said(answer)
        if state == "AVAILABLE":
            return Piece(piece.name, f"{at}/data/{number}", piece.kind, accept=piece.accept)
        if state not in ("SUBMITTED", "PROCESSING") and not state.startswith("DATA_NOT_YET"):
            break
    raise SourceProblem(
        f"{feed.source_id}: the extraction {number} that {piece.name} waits for is {state}; run the "
        "same command again later: what came so far is kept, and the provider keeps extractions that "
        "are done for some days"
    )


def _said(xml: bytes) -> str:
    fault = FAULT.search(xml)
    return (fault[1] if fault else xml[:200]).decode("utf-8", "replace").strip()


def observations(
    files: Sequence[RawFile], bench: Workbench, dimensions: Sequence[str], value: str, remedy: str
) -> None:
    """Put the observations of SDMX-CSV files into the temporary table ``told``, every fault listed.

    Columns: the dimensions, ``TIME_PERIOD``, ``OBS_VALUE`` of the type ``value``, ``flag`` and
    ``confidentiality`` (both null where the file has no such column). A file that says that nothing
    was found gives no rows.
    """
    names = ", ".join(f'"{d}" VARCHAR' for d in dimensions)
    bench.con.execute(
        f"CREATE TEMP TABLE told ({names}, TIME_PERIOD VARCHAR, OBS_VALUE {value}, flag VARCHAR, "
        "confidentiality VARCHAR)"
    )
    problems: list[Problem] = []
    for file in files:
        try:
            rows = _rows(file, bench, dimensions, value, remedy)
        except Problems as error:
            problems += error.problems
            continue
        if rows:
            bench.con.execute(f"INSERT INTO told {rows}")
    if not problems:
        problems = _contradicted(files, bench, dimensions, remedy)
    if problems:
        raise Problems(problems)


def edition(files: Sequence[RawFile]) -> str:
    """The newest day on which the provider says that it changed the data, as an ISO date; or empty."""
    found = set()
    for file in files:
        with file.path.open(encoding="utf-8", errors="replace", newline="") as text:
            first = next(csv.DictReader(text), None)
        day = re.match(r"(\d\d)/(\d\d)/(\d\d)", (first or {}).get("LAST UPDATE") or "")
        if day:
            found.add(f"20{day[3]}-{day[2]}-{day[1]}")
    return max(found, default="")


def _rows(
    file: RawFile, bench: Workbench, dimensions: Sequence[str], value: str, remedy: str
) -> str | None:
    path = plain(file, bench.folder, remedy)
    with path.open("rb") as stream:
        start = stream.read(4096)
    if start.lstrip(b"\xef\xbb\xbf \r\n").startswith(b"<"):
        if NOTHING.search(start):
            return None
        narrower = "ask for fewer codes, countries or years at a time"
        raise Problems([Problem(
            file.name, f"the provider answered: {_said(start)}",
            remedy=narrower if b"EXTRACTION_TOO_BIG" in start else remedy)])  # fmt: skip
    marks: tuple[str, ...] = ("",) if value == "VARCHAR" else ("", ":")
    fields = {d: Field(required=True) for d in dimensions}
    fields |= {"TIME_PERIOD": Field(required=True), "OBS_VALUE": Field(value, nulls=marks)}
    header = head(path, file.name, "utf-8", ",", remedy)
    notes = [name for name in (*FLAGS, "CONF_STATUS") if name in header]
    rows = delimited(
        bench.con, path, file.name, fields | dict.fromkeys(notes, Field()), remedy=remedy
    )
    flags = ", ".join(name for name in notes if name in FLAGS)
    columns = ", ".join(f'"{name}"' for name in fields)
    flag = f"coalesce({flags})" if flags else "NULL"
    secret = "CONF_STATUS" if "CONF_STATUS" in notes else "NULL"
    return f"SELECT {columns}, {flag}, {secret} FROM ({rows})"  # noqa: S608 - names of columns


def _contradicted(
    files: Sequence[RawFile], bench: Workbench, dimensions: Sequence[str], remedy: str
) -> list[Problem]:
    """Observations that come twice with different figures, as where two editions are mixed."""
    keys = ", ".join(f'"{d}"' for d in (*dimensions, "TIME_PERIOD"))
    twice = bench.con.execute(
        f"SELECT {keys} FROM told GROUP BY ALL HAVING count(DISTINCT OBS_VALUE) > 1 "  # noqa: S608
        "ORDER BY ALL LIMIT 10"
    ).fetchall()
    names = ", ".join(file.name for file in files[:3])
    return [
        Problem(names, f"two different figures of {' '.join(map(str, row))}",
                remedy=f"load one edition at a time; {remedy}")
        for row in twice
    ]  # fmt: skip


def status(value: str, flag: str, confidentiality: str) -> str:
    """SQL for the normalised status of a figure, from Eurostat's flag and SDMX's confidentiality."""
    hidden = f"coalesce({confidentiality}, 'F') <> 'F' OR contains(coalesce({flag}, ''), 'c')"
    return f"""CASE
        WHEN ({hidden}) AND coalesce({value}, 0) = 0 THEN 'suppressed'
        WHEN {value} IS NULL AND contains(coalesce({flag}, ''), 'z') THEN 'not_applicable'
        WHEN {value} IS NULL THEN 'missing'
        WHEN regexp_matches(coalesce({flag}, ''), '[eEs]') THEN 'estimated'
        WHEN regexp_matches(coalesce({flag}, ''), '[pP]') THEN 'provisional'
        WHEN {value} = 0 THEN 'zero'
        ELSE 'ok' END"""
