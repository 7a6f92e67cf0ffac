"""A StatBank table saved as CSV by hand: codes or texts in front, contents and periods across.

The service writes ISO-8859-1 with commas; the StatBank's own pages write semicolons, may put the
title on the first line, and numbers as Norwegians write them. Marks of cells stand as text. What is
across the head is ``CONTENTS PERIOD`` or one column a content; a file with every variable in front
has one column of figures. Without metadata a variable is known by its heading only.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from itertools import pairwise

from verdikart.core.errors import Problem, Problems
from verdikart.sources.adapters.pxweb_reader import MARKS, RESERVED, period
from verdikart.sources.model import Column, RawFile, Workbench
from verdikart.sources.norwegian import number, text_of
from verdikart.sources.notes import Note

SHOWN = 10
HEADING = re.compile(r"(.*?)\s*\b(\d{4}(?:[MKQUW]\d{1,2}|H\d)?)")
BOTH = re.compile(r"(\S+) - (.+)")
TIME = {"tid", "år", "year", "måned", "month", "kvartal", "quarter", "time", "period"}
FIGURES = (
    Column("period", "VARCHAR", "key"),
    Column("year", "SMALLINT"),
    Column("quarter", "SMALLINT"),
    Column("month", "SMALLINT"),
    Column("contents", "VARCHAR", "key"),
    Column("unit", "VARCHAR"),
    Column("value", "DOUBLE", "measure"),
    Column("status", "VARCHAR"),
    Column("status_code", "VARCHAR"),
)
Row = dict[str, object]


def read_csv(
    files: Sequence[RawFile], bench: Workbench, remedy: str
) -> tuple[list[tuple[str, tuple[Column, ...]]], list[Note]]:
    """Each file as a Parquet file of cells with its columns, and notes. Raises Problems with every
    fault of every file.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    found: list[tuple[str, tuple[Column, ...]]] = []
    notes: list[Note] = []
    problems: list[Problem] = []
    for number_, file in enumerate(files):
        try:
            text, encoding = text_of(file.path, file.name, remedy)
            stub, rows = _rows(file.name, text, remedy)
        except Problems as error:
            problems += error.problems
            continue
        columns = (
            *(Column(name, "VARCHAR", "key") for name in stub),
            *(Column(f"{name}_text", "VARCHAR") for name in stub),
            *FIGURES,
        )
        kinds = {"VARCHAR": pa.string(), "SMALLINT": pa.int16(), "DOUBLE": pa.float64()}
        schema = pa.schema([(c.name, kinds[c.type]) for c in columns])
        path = str(bench.folder / f"csv-{number_:03}.parquet")
        pq.write_table(pa.Table.from_pylist(rows, schema), path)
        found.append((path, columns))
        notes.append(Note("{file} was read as {encoding}.", file=file.name, encoding=encoding))
    for (one, left), (two, right) in pairwise(found):
        if left != right:
            names = ", ".join(c.name for c in right if c not in left) or "fewer"
            problems.append(
                Problem(two, f"has other variables than {one} ({names})", remedy=remedy)
            )
    if not problems and found:
        keys = ", ".join(f'"{c.name}"' for c in found[0][1] if c.role == "key")
        listed = [path for path, _ in found]
        twice = bench.con.execute(
            f"SELECT count(*) FROM (SELECT {keys} FROM read_parquet({listed}) GROUP BY ALL "  # noqa: S608
            "HAVING count(*) > 1)"
        ).fetchall()[0][0]
        if twice:
            problems.append(Problem(files[0].name, f"{twice} cells are there more than once",
                                    remedy="add files that do not overlap"))  # fmt: skip
    if problems:
        raise Problems(problems)
    return found, notes


def _rows(name: str, text: str, remedy: str) -> tuple[list[str], list[Row]]:
    """Names of the variables in front, and the cells."""
    lines = text.splitlines()
    # A title stands alone on its line; an empty line may follow it.
    skipped = 0
    separator = max(";\t,", key=text.count)
    while (
        skipped < len(lines)
        and len(next(csv.reader([lines[skipped]], delimiter=separator), [])) < 2
    ):
        skipped += 1
    table = list(csv.reader(lines[skipped:], delimiter=separator))
    if len(table) < 2:
        raise Problems([Problem(name, "holds no table", remedy=remedy)])
    head = [cell.strip() for cell in table[0]]
    body = [row for row in table[1:] if len(row) > 1]
    width = _width(head, body)
    if not 0 < width < len(head):
        raise Problems([Problem(name, f"has no column of figures (there are {', '.join(head)})",
                                row=skipped + 1, remedy=remedy)])  # fmt: skip
    time = next((at for at in range(width) if head[at].casefold() in TIME), None)
    stub = [_name(head[at]) for at in range(width) if at != time]
    across = [_across(cell) for cell in head[width:]]
    rows: list[Row] = []
    problems: list[Problem] = []
    for line, cells in enumerate(body, skipped + 2):
        if len(cells) != len(head):
            problems.append(Problem(name, f"has {len(cells)} cells and the head {len(head)}", line,
                                    remedy=remedy))  # fmt: skip
            continue
        front: Row = {}
        for at in (at for at in range(width) if at != time):
            both = BOTH.fullmatch(cells[at].strip())
            key = _name(head[at])
            front[key] = both[1] if both else cells[at].strip()
            front[f"{key}_text"] = both[2] if both else None
        for (contents, when), cell in zip(across, cells[width:], strict=True):
            at_time = cells[time].strip() if time is not None else when
            try:
                figures = _figures(cell)
            except ValueError:
                problems.append(Problem(name, "not a number or a mark of Statistics Norway", line,
                                        contents or at_time, cell, remedy))  # fmt: skip
                continue
            year, quarter, month = period(at_time)
            rows.append({**front, "period": at_time, "year": year, "quarter": quarter,
                         "month": month, "contents": contents, **figures})  # fmt: skip
    if problems:
        more = len(problems) - SHOWN
        rest = [Problem(name, f"and {more} more")] if more > 0 else []
        raise Problems([*problems[:SHOWN], *rest])
    return stub, rows


def _figures(cell: str) -> Row:
    mark = cell.strip()
    if mark in MARKS:
        value = 0.0 if mark == "-" else None
        return {"value": value, "status": mark, "status_code": MARKS[mark]}
    starred = mark.endswith("*")
    found = number(mark.rstrip("*"))
    code = (
        "missing" if found is None else "provisional" if starred else "zero" if not found else "ok"
    )
    return {"value": found, "status": "*" if starred else None, "status_code": code}


def _width(head: Sequence[str], body: Sequence[Sequence[str]]) -> int:
    """How many columns stand in front: up to the first whose heading ends in a period, else the last
    that is no figure throughout.
    """
    for at, cell in enumerate(head):
        if HEADING.fullmatch(cell):
            return at
    at = len(head)
    while at and all(_is_figure(row[at - 1]) for row in body[:200] if len(row) == len(head)):
        if head[at - 1].casefold() in TIME:
            break
        at -= 1
    return at


def _is_figure(cell: str) -> bool:
    try:
        _figures(cell)
    except ValueError:
        return False
    return True


def _across(heading: str) -> tuple[str, str]:
    found = HEADING.fullmatch(heading)
    return (found[1], found[2]) if found else (heading, "")


def _name(heading: str) -> str:
    taken = RESERVED | {"period", "contents"}
    return f"{heading}_code" if heading.casefold() in taken else heading
