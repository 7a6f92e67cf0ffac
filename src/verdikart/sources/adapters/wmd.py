"""World Mining Data, table 6.4: one workbook, a sheet a mineral, a row a country, a column a year.

The tables are as those embedded: ``wmd`` without the row "Total", which stands in among the countries
and leaves out some that come after it, and ``wmd_totals`` with those rows as printed, for checking
only. Units and the letter of the data source (r reported, e estimated, p provisional) stand in each
row; an empty cell is unknown, and 0 may mean none or not reported.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from verdikart.core.errors import Problem, Problems
from verdikart.reference.countries import spelled
from verdikart.reference.feeds import Feed
from verdikart.sources.model import Ask, Column, Loaded, Piece, RawFile, Workbench
from verdikart.sources.notes import Note
from verdikart.sources.pages import linked
from verdikart.sources.tabular import Row, number, table, twice, workbook
from verdikart.sources.transport import Client

NAME = r"6\.4\.[\s_]*Production.*by[\s_]Minerals.*\.xlsx"
UNITS = {"metr. t": "t", "t": "t", "kg": "kg", "ct": "ct", "mio m3": "Mm3"}
ORIGINS = {"r": "reported", "e": "estimated", "p": "provisional", "": None, "nan": None}
TOTAL = "total"
YEAR = re.compile(r"(?:19|20)\d\d")
WMD = (
    Column("series", "VARCHAR", "key"),
    Column("year", "SMALLINT", "key"),
    Column("iso3", "VARCHAR"),
    Column("country", "VARCHAR", "key"),
    Column("quantity", "DOUBLE", "measure", "see column unit"),
    Column("unit", "VARCHAR"),
    Column("origin", "VARCHAR"),
)
TOTALS = (
    Column("series", "VARCHAR", "key"),
    Column("year", "SMALLINT", "key"),
    Column("printed_total", "DOUBLE", "measure", "see column unit"),
    Column("unit", "VARCHAR"),
)


@dataclass(frozen=True, slots=True)
class _Head:
    """Where the columns of a sheet are."""

    at: int  # among the rows that hold anything
    country: int
    unit: int
    origin: int
    years: dict[int, int]  # year → column


def plan(feed: Feed, ask: Ask, client: Client) -> Sequence[Piece]:  # noqa: ARG001
    """The workbook that the page of the data section links to."""
    address = linked(feed, client, NAME)
    return [Piece("6.4_production_by_minerals.xlsx", address, "xlsx")]


def read(feed: Feed, files: Sequence[RawFile], ask: Ask, bench: Workbench) -> Loaded:
    """Production by series, country and year; and the printed totals."""
    remedy = f"fetch it again: `verdikart fetch {feed.source_id}`"
    if len(files) != 1:
        raise Problems([Problem(f.name, "one workbook makes one vintage", remedy="add one file")
                        for f in files])  # fmt: skip
    problems: list[Problem] = []
    production: list[Row] = []
    totals: list[Row] = []
    with workbook(files[0], remedy) as book:
        for sheet in book.names:
            rows = book.rows(sheet)
            where = f"{files[0].name}, sheet {sheet}"
            if ask.codes and sheet.strip() not in ask.codes:
                continue
            head = _head(rows)
            if isinstance(head, str):
                problems.append(Problem(where, head, remedy=remedy))
                continue
            for row_number, row in rows[head.at + 1 :]:
                _row(
                    sheet.strip(),
                    row,
                    row_number,
                    head,
                    where,
                    remedy,
                    production,
                    totals,
                    problems,
                )
    problems += twice(
        files[0].name,
        (((series, country), f"sheet {series}") for series, year, _, country, *_ in production
         if year == production[0][1]),
        remedy,
    )  # fmt: skip
    if problems:
        raise Problems(problems)
    keep = [row for row in production if not ask.years or row[1] in ask.years]
    years = sorted({row[1] for row in keep})
    unnamed = sorted({str(row[3]) for row in keep if row[2] is None})
    return Loaded(
        {
            "wmd": table(bench, "wmd", WMD, keep, ("series", "year", "iso3", "country")),
            "wmd_totals": table(
                bench, "wmd_totals", TOTALS,
                [row for row in totals if not ask.years or row[1] in ask.years], ("series", "year"),
            ),
        },
        f"{years[0]}-{years[-1]}" if years else "",
        (
            Note("The printed totals leave out countries added later and are no denominator."),
            Note("Zero means none or not reported: the source does not tell which. The letter of the data "
            "source is given by row, not by year."),
            *((Note("Names that are no country known here: {names}.", names=", ".join(unnamed)),)
              if unnamed else ()),
        ),
    )  # fmt: skip


def _head(rows: Sequence[tuple[int, Row]]) -> _Head | str:
    """The columns of a sheet, or what is missing in it."""
    for at, (_, row) in enumerate(rows[:6]):
        names = [_text(cell).casefold() for cell in row]
        if "country" not in names:
            continue
        years = {
            int(float(name)): column
            for column, name in enumerate(names)
            if YEAR.fullmatch(name.removesuffix(".0"))
        }
        missing = [name for name in ("unit", "data source") if name not in names]
        if not years:
            missing.append("the years")
        if missing:
            return f"the column {', '.join(missing)} is missing (there are {', '.join(filter(None, names))})"
        return _Head(
            at, names.index("country"), names.index("unit"), names.index("data source"), years
        )
    first = ", ".join(_text(cell) for _, row in rows[:2] for cell in row if cell is not None)
    return f"the column Country is missing (the sheet begins {first})"


def _row(
    series: str,
    row: Row,
    row_number: int,
    head: _Head,
    where: str,
    remedy: str,
    production: list[Row],
    totals: list[Row],
    problems: list[Problem],
) -> None:
    """Append a row's figures by year, or its faults."""
    country = _text(row[head.country])
    unit = UNITS.get(_text(row[head.unit]).casefold())
    letter = _text(row[head.origin]).casefold()
    if not country:
        return  # a footnote under the table
    if unit is None:
        problems.append(Problem(where, "not a unit known here", row_number, "unit",
                                _text(row[head.unit]), remedy))  # fmt: skip
        return
    if letter not in ORIGINS:
        problems.append(
            Problem(where, "not one of r, e, p", row_number, "data source", letter, remedy)
        )
    for year, column in head.years.items():
        cell = row[column] if column < len(row) else None
        quantity = number(cell)
        if quantity is None and _text(cell) not in ("", "nan"):
            problems.append(
                Problem(where, "not a number", row_number, str(year), str(cell), remedy)
            )
        elif country.casefold() == TOTAL:
            totals.append((series, year, quantity, unit))
        else:
            production.append(
                (series, year, spelled(country), country, quantity, unit, ORIGINS.get(letter))
            )


def _text(cell: object) -> str:
    """A cell as text: trimmed, and UTF-8 that was read as cp1252 put right."""
    text = " ".join(str("" if cell is None else cell).split())
    if not text.isascii():
        try:
            return text.encode("cp1252").decode("utf-8")
        except UnicodeError:
            return text
    return text
