"""Reads the tables: each once, on first use, with the standard library alone.

``load(Material)`` returns every row of ``materials.csv`` as a tuple of ``Material``. The types
come from the annotations of the record class; nothing else describes the columns.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable
from dataclasses import fields
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from verdikart.core.errors import DataProblem, Problem, Problems, UnknownName
from verdikart.reference.entities import Record

R = TypeVar("R", bound=Record)


def _flag(text: str) -> bool:
    if text not in ("yes", "no"):
        raise ValueError
    return text == "yes"


def _tuple(text: str) -> tuple[str, ...]:
    return tuple(text.split(";")) if text else ()


def _optional(parse: Callable[[str], object]) -> Callable[[str], object]:
    return lambda text: parse(text) if text else None


_TYPES: dict[str, tuple[Callable[[str], object], str]] = {
    "str": (str, "write text"),
    "int": (int, "write a whole number"),
    "float": (float, "write a number with a decimal point"),
    "bool": (_flag, "write yes or no"),
    "date": (date.fromisoformat, "write a date as YYYY-MM-DD"),
    "tuple[str, ...]": (_tuple, "separate the values with ;"),
}


def columns(record: type[Record]) -> dict[str, tuple[Callable[[str], object], str]]:
    """Return column name → (parser, remedy) of ``record``, from its annotations."""
    found = {}
    for field in fields(record):
        name = str(field.type)
        bare = name.removesuffix(" | None")
        parse, remedy = _TYPES[bare]
        found[field.name] = (
            (_optional(parse), f"{remedy}, or leave the cell empty")
            if name != bare
            else (parse, remedy)
        )
    return found


def path(table: str) -> Path:
    """Return where ``table`` lies inside the installed package.

    Wheels are installed unpacked, so this is a plain path; ``importlib.resources`` would give the
    same and cost 25 ms of import.
    """
    found = Path(__file__).parent / "tables" / f"{table}.csv"
    if not (table.isidentifier() and found.is_file()):
        from verdikart.reference.records import TABLES

        raise UnknownName("table", table, list(TABLES))
    return found


@cache
def meta(table: str) -> dict[str, Any]:
    """Return the description of ``table``: title, source, licence, vintage, key, foreign keys."""
    text = path(table).with_name(f"{table}.meta.yaml").read_text(encoding="utf-8")
    found = parse_yaml(text)
    if not isinstance(found, dict):
        raise DataProblem(f"{table}.meta.yaml: is no mapping — restore it from the package")
    return found


def parse_yaml(text: str) -> object:
    """Return ``text`` read as plain YAML; yaml is imported here because it costs 20 ms."""
    import yaml

    return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506


def parse(
    record: type[R], lines: Iterable[str], file: str
) -> tuple[list[tuple[int, R]], list[Problem]]:
    """Read CSV ``lines`` as ``record``; return (row number, row) of good rows, and all problems.

    Rows count from 2, the header being row 1, as an editor shows them.
    """
    wanted = columns(record)
    reader = csv.reader(lines)
    header = next(reader, [])
    problems = [
        Problem(file, "column is missing", 1, name, remedy="add the column to the header")
        for name in wanted
        if name not in header
    ]
    problems += [
        Problem(file, "column is not known", 1, name, remedy=f"columns: {', '.join(wanted)}")
        for name in header
        if name not in wanted
    ]
    if problems:
        return [], problems
    order = [(name, header.index(name), *wanted[name]) for name in wanted]
    lines_read = list(reader)
    if all(len(cells) == len(header) for cells in lines_read):
        # Whole columns first, which is several times faster; row by row only to name what is wrong.
        cells_of = list(zip(*lines_read, strict=True)) or [()] * len(header)
        try:
            read_columns = [map(read, cells_of[place]) for _, place, read, _ in order]
            return list(enumerate(map(record, *read_columns), start=2)), []
        except ValueError:
            pass
    rows: list[tuple[int, R]] = []
    for number, cells in enumerate(lines_read, start=2):
        if len(cells) != len(header):
            text = f"row has {len(cells)} cells, the header {len(header)}"
            problems.append(Problem(file, text, number, remedy="check commas and quotes"))
            continue
        values = []
        for name, place, read, remedy in order:
            try:
                values.append(read(cells[place]))
            except ValueError:
                problems.append(Problem(file, "cannot be read", number, name, cells[place], remedy))
        if len(values) == len(order):
            rows.append((number, record(*values)))
    return rows, problems


@cache
def _load(record: type[Record]) -> tuple[Any, ...]:
    with path(record.TABLE).open(encoding="utf-8", newline="") as stream:
        rows, problems = parse(record, stream, f"{record.TABLE}.csv")
    if problems:
        raise Problems(problems)
    return tuple(row for _, row in rows)


def load(record: type[R]) -> tuple[R, ...]:
    """Return all rows of the table that ``record`` describes, in the order of its key.

    Raises ``Problems`` naming file, row, column, value and remedy where a cell cannot be read.
    """
    return _load(record)  # type: ignore[arg-type]  # mypy takes a class with __hash__ for unhashable


@cache
def _cells(table: str, column: str) -> tuple[list[str], dict[str, list[list[str]]]]:
    """Header, and the unparsed rows by what ``column`` reads."""
    grouped: dict[str, list[list[str]]] = {}
    with path(table).open(encoding="utf-8", newline="") as stream:
        reader = csv.reader(stream)
        header = next(reader)
        place = header.index(column)
        for row in reader:
            grouped.setdefault(row[place] if len(row) > place else "", []).append(row)
    return header, grouped


def load_where(record: type[R], column: str, value: str) -> tuple[R, ...]:
    """Return the rows whose cell in ``column`` reads ``value``; the other rows are not parsed.

    For single questions to large tables. Raises ``Problems`` as :func:`load` does.
    """
    header, grouped = _cells(record.TABLE, column)
    text = io.StringIO()
    csv.writer(text).writerows([header, *grouped.get(value, [])])
    text.seek(0)
    rows, problems = parse(record, text, f"{record.TABLE}.csv")
    if problems:
        raise Problems(problems)
    return tuple(row for _, row in rows)


def distinct(record: type[R], *names: str) -> frozenset[tuple[Any, ...]]:
    """Return what some columns hold together, each once; the other columns are not parsed."""
    with path(record.TABLE).open(encoding="utf-8", newline="") as stream:
        reader = csv.reader(stream)
        header = next(reader)
        places = [header.index(name) for name in names]
        found = {tuple(row[place] for place in places) for row in reader}
    reads = [columns(record)[name][0] for name in names]
    return frozenset(
        tuple(read(cell) for read, cell in zip(reads, cells, strict=True)) for cells in found
    )


@cache
def _by_key(record: type[Record]) -> dict[Any, Any]:
    rows = _load(record)  # type: ignore[arg-type]
    first = fields(record)[0].name
    found = {getattr(row, first): row for row in rows}
    if len(found) == len(rows):
        return found
    # Only a key of several columns needs the description, which is dearer to read than the table.
    key = meta(record.TABLE)["key"]
    return {tuple(getattr(row, name) for name in key): row for row in rows}


def by_key(record: type[R]) -> dict[Any, R]:
    """Return key → row; the key is the first column, or a tuple where several columns form it.

    The dictionary is shared: do not change it.
    """
    return _by_key(record)  # type: ignore[arg-type]
