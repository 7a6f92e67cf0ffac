"""Norges Bank's exchange rates against kroner: averages of years and months, through its SDMX service.

``/data/EXR/A.USD+EUR.NOK.SP``: frequency, base currency (empty: all), quote currency, tenor. The CSV
of the service has semicolons and, for each code, a column with its text. A rate is of ``10 ^
UNIT_MULT`` units: 100 for SEK, DKK and JPY. Files saved by hand may be that CSV or SDMX-JSON.

sdmx1 is not used: its reader builds pandas series, drops UNIT_MULT from the figures it gives, and
is slower to import than this whole adapter takes; the two flat formats need no model of structures.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Sequence
from typing import Any

from verdikart.core.errors import Problem, Problems, UsageProblem
from verdikart.reference.feeds import Feed
from verdikart.sources.adapters.pxweb_reader import period
from verdikart.sources.model import Ask, Column, Loaded, Piece, RawFile, Table, Workbench
from verdikart.sources.norwegian import number, text_of
from verdikart.sources.notes import Note
from verdikart.sources.transport import Client

TABLES = {"A": "rates", "M": "rates_monthly"}
NEEDED = ("FREQ", "BASE_CUR", "QUOTE_CUR", "UNIT_MULT", "TIME_PERIOD", "OBS_VALUE")
INDICES = {"TWI", "I44"}  # indices of the krone that the service lists among currencies
COLUMNS = (
    Column("currency", "VARCHAR", "key"),
    Column("year", "SMALLINT", "key"),
    Column("month", "SMALLINT", "key"),
    Column("nok_per_unit", "DOUBLE", "measure", "NOK"),
    Column("status", "VARCHAR"),
    Column("source", "VARCHAR"),
    Column("status_code", "VARCHAR"),
    Column("quoted", "DOUBLE", "measure", "NOK"),
    Column("units", "INTEGER"),
)
SHOWN = 10
Row = dict[str, Any]


def plan(feed: Feed, ask: Ask, client: Client) -> Sequence[Piece]:  # noqa: ARG001
    """One request a frequency; ``ask.codes`` are currencies."""
    if ask.release:
        raise UsageProblem(f"{feed.source_id} has no editions; leave --release out")
    query = [("format", "csv"), ("locale", "en")]
    if ask.years:
        query += [("startPeriod", str(min(ask.years))), ("endPeriod", str(max(ask.years)))]
    wanted = "+".join(code.upper() for code in ask.codes)
    base = f"{feed.endpoint.rstrip('/')}/data/EXR"
    return [
        Piece(f"EXR-{frequency}.csv", f"{base}/{frequency}.{wanted}.NOK.SP", "csv", tuple(query))
        for frequency in TABLES
    ]


def read(feed: Feed, files: Sequence[RawFile], ask: Ask, bench: Workbench) -> Loaded:
    """``rates`` has the columns of the built-in table of exchange rates, and ``rates_monthly`` a
    month more.
    """
    remedy = f"fetch it again: `verdikart fetch {feed.source_id}`"
    wanted = {code.upper() for code in ask.codes}
    found: dict[str, list[Row]] = {name: [] for name in TABLES.values()}
    problems: list[Problem] = []
    left: set[str] = set()
    for file in files:
        try:
            observed = list(_observed(file, remedy))
        except Problems as error:
            problems += error.problems
            continue
        for line, one in observed:
            table = TABLES.get(one["FREQ"])
            fault = _fault(one)
            if fault:
                problems.append(Problem(file.name, fault[0], line, fault[1], one[fault[1]], remedy))
            elif table is None or one["BASE_CUR"] in INDICES:
                left.add(f"frequency {one['FREQ']}" if table is None else one["BASE_CUR"])
            elif not wanted or one["BASE_CUR"] in wanted:
                row = _row(one, file)
                if not ask.years or row["year"] in ask.years:
                    found[table].append(row)
    if problems:
        more = len(problems) - SHOWN
        raise Problems(
            [*problems[:SHOWN], *([Problem(files[0].name, f"and {more} more")] * (more > 0))]
        )
    if not any(found.values()):
        raise Problems([Problem(f.name, "holds no yearly or monthly rate", remedy="ask for "
                                "frequency A or M") for f in files])  # fmt: skip
    tables = {
        name: _table(name, rows, bench, files, remedy) for name, rows in found.items() if rows
    }
    return Loaded(tables, "", tuple(_notes(ask, found, wanted, left)))


def _observed(file: RawFile, remedy: str) -> Iterator[tuple[int, Row]]:
    text, _ = text_of(file.path, file.name, remedy)
    if text.lstrip()[:1] == "{":
        yield from _from_json(file, text, remedy)
        return
    if text.lstrip()[:1] == "<":
        raise Problems([Problem(file.name, "is SDMX-ML", remedy="ask for format=csv or sdmx-json")])
    lines = csv.reader(text.splitlines(), delimiter=";")
    head = [cell.strip() for cell in next(lines, [])]
    missing = [name for name in NEEDED if name not in head]
    if missing:
        raise Problems(
            [Problem(file.name, f"the column {name} is missing (there are {', '.join(head)})", 1, name,
                     remedy=remedy) for name in missing]
        )  # fmt: skip
    cut = []
    for line, cells in enumerate(lines, 2):
        if len(cells) != len(head):
            cut.append(Problem(file.name, f"has {len(cells)} cells and the head {len(head)}", line,
                               remedy=remedy))  # fmt: skip
            continue
        yield line, {name: cells[head.index(name)].strip() for name in NEEDED}
    if cut:
        raise Problems(cut[:SHOWN])


def _from_json(file: RawFile, text: str, remedy: str) -> Iterator[tuple[int, Row]]:
    """Series of SDMX-JSON: keys are places in lists of codes."""
    try:
        content = json.loads(text)["data"]
        structure = content["structure"]
        keys = structure["dimensions"]["series"]
        periods = structure["dimensions"]["observation"][0]["values"]
        marks = structure["attributes"]["series"]
        line = 0
        for one in content["dataSets"]:
            for key, series in one["series"].items():
                row = {
                    d["id"]: d["values"][int(at)]["id"]
                    for d, at in zip(keys, key.split(":"), strict=True)
                }
                row |= {
                    a["id"]: a["values"][at]["id"]
                    for a, at in zip(marks, series["attributes"], strict=False)
                    if at is not None
                }
                for at, values in series["observations"].items():
                    line += 1
                    every = {
                        **row,
                        "TIME_PERIOD": periods[int(at)]["id"],
                        "OBS_VALUE": str(values[0] or ""),
                    }
                    yield line, {name: every[name] for name in NEEDED}
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise Problems(
            [Problem(file.name, f"is no SDMX-JSON of exchange rates ({error!r})", remedy=remedy)]
        ) from error


def _fault(one: Row) -> tuple[str, str] | None:
    """What is wrong with an observation, and in which column."""
    if one["QUOTE_CUR"] != "NOK":
        return "is not a rate in kroner", "QUOTE_CUR"
    if not one["UNIT_MULT"].isdigit():
        return "is not how many tens the units are", "UNIT_MULT"
    year, _, month = period(one["TIME_PERIOD"].replace("-", "M", 1))
    if one["FREQ"] in TABLES and (year is None or (one["FREQ"] == "M") != (month is not None)):
        return f"is no period of frequency {one['FREQ']}", "TIME_PERIOD"
    try:
        number(_bare(one["OBS_VALUE"]))
    except ValueError:
        return "is not a number", "OBS_VALUE"
    return None


def _bare(text: str) -> str:
    return "" if text.casefold() == "nan" else text


def _row(one: Row, file: RawFile) -> Row:
    year, _, month = period(one["TIME_PERIOD"].replace("-", "M", 1))
    quoted, units = number(_bare(one["OBS_VALUE"])), 10 ** int(one["UNIT_MULT"])
    # A file of the year itself has the average of the part that has been.
    now, retrieved = f"{year}-{month or 12:02}", file.retrieved[:7]
    open_ = now >= retrieved
    code = "missing" if quoted is None else "provisional" if open_ else "ok"
    return {
        "currency": one["BASE_CUR"], "year": year, "month": month,
        "nok_per_unit": None if quoted is None else quoted / units,
        "status": "from the publisher, period not over" if open_ else "from the publisher",
        "source": f"Norges Bank, {'monthly' if month else 'annual'} average, retrieved {file.retrieved}",
        "status_code": code, "quoted": quoted, "units": units,
    }  # fmt: skip


def _table(
    name: str, rows: Sequence[Row], bench: Workbench, files: Sequence[RawFile], remedy: str
) -> Table:
    import pyarrow as pa

    columns = tuple(c for c in COLUMNS if c.name != "month" or name == "rates_monthly")
    by_key: dict[tuple[Any, ...], Row] = {}
    for row in rows:
        key = tuple(row[c.name] for c in columns if c.role == "key")
        other = by_key.setdefault(key, row)
        if other["quoted"] != row["quoted"]:
            raise Problems(
                [Problem(", ".join(f.name for f in files), f"has two rates of {' '.join(map(str, key))}",
                         value=f"{other['quoted']}, {row['quoted']}", remedy=remedy)]
            )  # fmt: skip
    kinds = {
        "VARCHAR": pa.string(),
        "SMALLINT": pa.int16(),
        "INTEGER": pa.int32(),
        "DOUBLE": pa.float64(),
    }
    schema = pa.schema([(c.name, kinds[c.type]) for c in columns])
    picked = [{c.name: row[c.name] for c in columns} for row in by_key.values()]
    bench.con.register(f"nb_{name}", pa.Table.from_pylist(picked, schema))
    order = tuple(c.name for c in columns if c.role == "key")
    return Table(columns, [("", f"SELECT * FROM nb_{name}")], order)  # noqa: S608 - one of two names


def _notes(
    ask: Ask, found: dict[str, list[Row]], wanted: set[str], left: set[str]
) -> Iterator[Note]:
    yield Note(
        "A rate is kroner for one unit; quoted is what Norges Bank gives for the units beside it."
    )
    have = {row["currency"] for rows in found.values() for row in rows}
    if absent := sorted(wanted - have):
        yield Note("Norges Bank has no rate of {codes} in these years.", codes=", ".join(absent))
    years = {row["year"] for row in found["rates"]}
    if missing := sorted(set(ask.years) - years):
        yield Note("There is no yearly rate of {years}.", years=", ".join(map(str, missing)))
    if left:
        yield Note("Left out: {codes}.", codes=", ".join(sorted(left)))
