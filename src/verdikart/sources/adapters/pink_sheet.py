"""World Bank commodity prices (the Pink Sheet): one workbook of monthly prices since 1960.

The address of the workbook changes with each edition, so it is found as the link on the page of the
commodity markets. The sheet "Monthly Prices" has series in columns: names in one row, units in
brackets in the next, then a row a month (``1960M01``). "…" marks a month without a price. A series
whose name ends in ``**`` is one of those that the sheet "Description" explains a change of.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from verdikart.core.errors import Problem, Problems
from verdikart.reference.feeds import Feed
from verdikart.sources.model import (
    Ask,
    Column,
    Loaded,
    Piece,
    RawFile,
    Workbench,
)
from verdikart.sources.notes import Note
from verdikart.sources.pages import linked
from verdikart.sources.tabular import Row, number, table, twice, workbook
from verdikart.sources.transport import Client

FILE = "CMO-Historical-Data-Monthly.xlsx"
SHEET = "Monthly Prices"
MONTH = re.compile(r"(\d{4})M(\d{2})")
NO_PRICE = ("…", "...", "..", "")
PRICES = (
    Column("series", "VARCHAR", "key"),
    Column("month", "VARCHAR", "key"),
    Column("year", "SMALLINT"),
    Column("price", "DOUBLE", "measure", "see column unit"),
    Column("unit", "VARCHAR"),
    Column("series_as_published", "VARCHAR"),
    Column("status", "VARCHAR"),
    Column("status_code", "VARCHAR"),
)


def plan(feed: Feed, ask: Ask, client: Client) -> Sequence[Piece]:  # noqa: ARG001
    """The workbook that the page of the commodity markets links to."""
    return [Piece(FILE, linked(feed, client, re.escape(FILE)), "xlsx")]


def read(feed: Feed, files: Sequence[RawFile], ask: Ask, bench: Workbench) -> Loaded:
    """Prices by series and month."""
    remedy = f"fetch it again: `verdikart fetch {feed.source_id}`"
    if len(files) != 1:
        raise Problems([Problem(f.name, "one workbook makes one vintage", remedy="add one file")
                        for f in files])  # fmt: skip
    with workbook(files[0], remedy) as book:
        rows = book.rows(SHEET)
    first = next((at for at, (_, row) in enumerate(rows) if _month(row[0])), None)
    if first is None or first < 2:
        raise Problems([Problem(files[0].name, f"the sheet {SHEET} has no rows of months (1960M01)",
                                remedy=remedy)])  # fmt: skip
    series = _series(
        rows[first - 2][1], rows[first - 1][1], rows[first - 1][0], files[0].name, remedy
    )
    wanted = set(ask.codes)
    found, problems = [], []
    for row_number, row in rows[first:]:
        month = _month(row[0])
        if month is None:
            problems.append(
                Problem(
                    files[0].name,
                    "not a month such as 1960M01",
                    row_number,
                    "A",
                    str(row[0]),
                    remedy,
                )
            )
            continue
        year = int(month[:4])
        if ask.years and year not in ask.years:
            continue
        for at, (name, unit, published) in series.items():
            cell = row[at] if at < len(row) else None
            price = number(cell)
            if price is None and cell is not None and str(cell).strip() not in NO_PRICE:
                problems.append(
                    Problem(files[0].name, "not a price", row_number, published, str(cell), remedy)
                )
            elif not wanted or name in wanted:
                mark = "" if price is not None else str(cell or "")
                status = "missing" if price is None else "zero" if price == 0 else "ok"
                found.append((name, month, year, price, unit, published, mark, status))
    problems += twice(files[0].name, ((row[:2], row[5]) for row in found), remedy)
    if problems:
        raise Problems(problems)
    return Loaded(
        {"prices": table(bench, "prices", PRICES, found, ("series", "month"))},
        _release(rows[:first]),
        (
            Note(
                "Monthly averages in nominal US dollars, or cents where the unit says so; the natural gas "
                "index is 2010 = 100."
            ),
        ),
    )


def _month(cell: object) -> str | None:
    found = MONTH.fullmatch(str(cell).strip())
    return f"{found[1]}-{found[2]}" if found else None


def _series(
    names: Row, units: Row, row: int, file: str, remedy: str
) -> dict[int, tuple[str, str, str]]:
    """Column → (name, unit, name as published). Raises Problems for a series without its unit."""
    found, problems = {}, []
    for at, name in enumerate(names):
        if at == 0 or not isinstance(name, str):
            continue
        unit = str(units[at] or "").strip() if at < len(units) else ""
        published = name.strip()
        if not re.fullmatch(r"\(.+\)", unit):
            problems.append(
                Problem(
                    file,
                    f"the series {published} has no unit in brackets",
                    row,
                    published,
                    unit,
                    remedy,
                )
            )
        found[at] = (published.rstrip("* "), unit.strip("()"), published)
    if not found:
        problems.append(Problem(file, "has no names of series above the units", row, remedy=remedy))
    if problems:
        raise Problems(problems)
    return found


def _release(head: Sequence[tuple[int, Row]]) -> str:
    """The day in "Updated on June 02, 2026", as an ISO date; empty where it is not said."""
    for _, row in head:
        found = re.search(r"Updated on (\w+ \d{1,2}, \d{4})", str(row[0]))
        if found:
            return datetime.strptime(found[1], "%B %d, %Y").date().isoformat()  # noqa: DTZ007
    return ""
