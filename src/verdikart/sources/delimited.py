"""Reads delimited text with DuckDB, and says of every fault where it stands and what to do."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

from verdikart.core.errors import Problem, Problems
from verdikart.core.sql import text_literal

if TYPE_CHECKING:
    import duckdb

SHOWN = 10  # faults of a column that are listed; the rest are counted


@dataclass(frozen=True, slots=True)
class Field:
    """A column that must be there. ``type`` is DuckDB's; ``nulls`` are the marks of no figure."""

    type: str = "VARCHAR"
    nulls: tuple[str, ...] = ("",)
    required: bool = False  # a null is a fault


def delimited(
    con: duckdb.DuckDBPyConnection,
    path: Path,
    name: str,
    fields: Mapping[str, Field],
    *,
    separator: str = ",",
    encoding: str = "utf-8",
    remedy: str,
    check: bool = True,
) -> str:
    """Return SQL that gives ``fields`` of a file, trimmed and typed; other columns are left out.

    ``name`` is what the user knows the file as. Raises Problems: a column missing, a value of the
    wrong type (with its row), text in another encoding, a file that ends in the middle of a row.
    ``check`` False leaves the reading of every value out, for a file that was checked before.
    """
    header = head(path, name, encoding, separator, remedy)
    twice = [field for field in fields if header.count(field) > 1]
    missing = [field for field in fields if field not in header]
    if missing or twice:
        raise Problems(
            [_missing(name, field, header, remedy) for field in missing]
            + [Problem(name, f"the column {field} stands twice in the header", 1, field, remedy=remedy)
               for field in twice]
        )  # fmt: skip
    # DuckDB takes no name twice in any case and no empty one, though nobody asks for the column.
    header = [c if c in fields else f"{c}#{n}" for n, c in enumerate(header)]
    source = (
        f"read_csv({text_literal(path)}, header = true, all_varchar = true, delim = {text_literal(separator)}, "
        f"quote = '\"', escape = '\"', encoding = {text_literal(encoding)}, null_padding = false, "
        "strict_mode = true, sample_size = -1, auto_detect = false, "
        f"columns = {{{', '.join(f'{text_literal(c)}: {text_literal(_VARCHAR)}' for c in header)}}})"
    )
    typed = ", ".join(f'{_cast(field, spec)} AS "{field}"' for field, spec in fields.items())
    if check:
        _checked(con, source, name, fields, remedy)
    return f"SELECT {typed} FROM {source}"  # noqa: S608 - names are those of an adapter


def head(path: Path, name: str, encoding: str, separator: str, remedy: str) -> list[str]:
    """The names of a file's columns. Raises Problems where it is empty or in another encoding."""
    try:
        with path.open(
            encoding="utf-8-sig" if encoding == "utf-8" else encoding, newline=""
        ) as text:
            first = next(csv.reader(text, delimiter=separator), [])
    except UnicodeDecodeError as error:
        raise Problems([_encoding(name, encoding, error, remedy)]) from None
    except csv.Error as error:
        raise Problems([_unreadable(name, error, remedy)]) from None
    if not any(cell.strip() for cell in first):
        raise Problems([Problem(name, "the file is empty or has no header", remedy=remedy)])
    return [cell.strip() for cell in first]


def _checked(
    con: duckdb.DuckDBPyConnection, source: str, name: str, fields: Mapping[str, Field], remedy: str
) -> None:
    """Raise Problems with every value that is no figure of its type, and what DuckDB cannot read."""
    wrong = {field: _wrong(field, spec) for field, spec in fields.items()}
    wrong = {field: test for field, test in wrong.items() if test}
    counts = ", ".join(f"count(*) FILTER (WHERE {test})" for test in wrong.values()) or "0"
    import duckdb

    try:
        found = con.execute(f"SELECT {counts} FROM {source}").fetchall()[0]  # noqa: S608
        problems = [
            problem
            for (field, test), count in zip(wrong.items(), found, strict=True)
            if count
            for problem in _listed(con, source, name, field, test, count, fields[field], remedy)
        ]
    except (duckdb.InvalidInputException, duckdb.ConversionException) as error:
        raise Problems([_unreadable(name, error, remedy)]) from error
    if problems:
        raise Problems(problems)


def _listed(
    con: duckdb.DuckDBPyConnection,
    source: str,
    name: str,
    field: str,
    test: str,
    count: int,
    spec: Field,
    remedy: str,
) -> list[Problem]:
    rows: Sequence[tuple[int, str | None]] = con.sql(
        f'SELECT row, "{field}" FROM (SELECT row_number() OVER () + 1 AS row, * FROM {source}) '  # noqa: S608
        f"WHERE {test} ORDER BY row LIMIT {SHOWN}"
    ).fetchall()
    what = f"not {spec.type}" + (" or empty" if spec.required else "")
    problems = [Problem(name, what, row, field, value or "", remedy) for row, value in rows]
    if count > len(rows):
        problems.append(Problem(name, f"and {count - len(rows)} more values {what}", column=field))
    return problems


_VARCHAR = "VARCHAR"


def _cast(field: str, spec: Field) -> str:
    return f"TRY_CAST({_bare(field, spec)} AS {spec.type})"


def _bare(field: str, spec: Field) -> str:
    text = f'trim("{field}")'
    marks = ", ".join(text_literal(mark) for mark in spec.nulls)
    return f"CASE WHEN {text} IN ({marks}) THEN NULL ELSE {text} END" if marks else text


def _wrong(field: str, spec: Field) -> str:
    bare = _bare(field, spec)
    tests = []
    if spec.type != _VARCHAR:
        value = f"TRY_CAST(({bare}) AS {spec.type})"
        unfit = f"{value} IS NULL"
        if spec.type in ("DOUBLE", "FLOAT"):  # which take the words nan and infinity for figures
            unfit += f" OR NOT isfinite({value})"
        tests.append(f"(({bare}) IS NOT NULL AND ({unfit}))")
    if spec.required:
        tests.append(f"(({bare}) IS NULL)")
    return " OR ".join(tests)


def _missing(name: str, field: str, header: Sequence[str], remedy: str) -> Problem:
    near = get_close_matches(field, header, n=3, cutoff=0.5)
    there = f"nearest: {', '.join(near)}; " if near else ""
    return Problem(
        name, f"the column {field} is missing ({there}there are {', '.join(header)})", row=1,
        column=field, remedy=remedy,
    )  # fmt: skip


def _encoding(name: str, encoding: str, error: UnicodeDecodeError, remedy: str) -> Problem:
    return Problem(
        name, f"the text is not {encoding} (byte {error.object[error.start]:#04x})", remedy=remedy
    )


def _unreadable(name: str, error: Exception, remedy: str) -> Problem:
    text = str(error)
    if "nicode" in text or "encod" in text or "utf" in text.lower():
        return Problem(name, "the text is in another encoding than expected", remedy=remedy)
    first = text.splitlines()[0]
    return Problem(name, f"cannot be read as a table: {first}", remedy=remedy)
