"""Tables that do not come as delimited text: sheets of a workbook, answers in JSON, rows made here."""

from __future__ import annotations

import json
import warnings
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from difflib import get_close_matches
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile

from verdikart.core.errors import Problem, Problems
from verdikart.sources.model import Column, RawFile, Table, Workbench

Row = tuple[Any, ...]
BROKEN = (BadZipFile, zlib.error, ParseError, KeyError, ValueError, EOFError, OSError)
_TYPES = {
    "VARCHAR": "string",
    "DOUBLE": "float64",
    "FLOAT": "float32",
    "SMALLINT": "int16",
    "INTEGER": "int32",
    "BIGINT": "int64",
    "BOOLEAN": "bool_",
}


class Sheets:
    """The sheets of an ``.xlsx`` file, read row by row; numbers of rows count from 1 as Excel's do."""

    def __init__(self, book: Any, file: RawFile, remedy: str) -> None:  # noqa: ANN401
        self._book = book
        self._file = file
        self._remedy = remedy
        self.names: list[str] = list(book.sheetnames)

    def rows(self, sheet: str) -> list[tuple[int, Row]]:
        """Rows that hold anything, with their numbers. Raises Problems where there is no such sheet."""
        if sheet not in self.names:
            near = get_close_matches(sheet, self.names, n=3, cutoff=0.4) or self.names
            raise Problems([
                Problem(self._file.name, f"the sheet {sheet} is missing (there are {', '.join(near)})",
                        remedy=self._remedy)
            ])  # fmt: skip
        try:
            found = list(enumerate(self._book[sheet].iter_rows(values_only=True), 1))
        except BROKEN as error:
            raise _cut(self._file, error, self._remedy) from error
        return [(n, row) for n, row in found if any(cell not in (None, "") for cell in row)]


@contextmanager
def workbook(file: RawFile, remedy: str) -> Iterator[Sheets]:
    """Open an ``.xlsx`` file. Raises Problems where it is cut short or no workbook."""
    from openpyxl import load_workbook

    with file.path.open("rb") as stream:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of styles and extensions, which hold no figures
                book = load_workbook(stream, read_only=True, data_only=True)
        except BROKEN as error:
            raise _cut(file, error, remedy) from error
        try:
            yield Sheets(book, file, remedy)
        finally:
            book.close()


def _cut(file: RawFile, error: Exception, remedy: str) -> Problems:
    what = f"cannot be read as an Excel workbook: it is cut short or something else ({error})"
    return Problems([Problem(file.name, what, remedy=remedy)])


def parsed(path: Path, name: str, remedy: str) -> Any:  # noqa: ANN401 - JSON
    """The content of a JSON file. Raises Problems where it is cut short or in another encoding."""
    try:
        return json.loads(path.read_bytes().decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise Problems([
            Problem(name, f"the text is not utf-8 (byte {error.object[error.start]:#04x})", remedy=remedy)
        ]) from error  # fmt: skip
    except ValueError as error:
        raise Problems([
            Problem(name, f"cannot be read as JSON, it may be cut short ({error})", remedy=remedy)
        ]) from error  # fmt: skip


def table(
    bench: Workbench,
    name: str,
    columns: Sequence[Column],
    rows: Iterable[Sequence[Any]],
    order: tuple[str, ...],
) -> Table:
    """A typed table of rows in the order of ``columns``; registered with the workbench as ``name``."""
    import pyarrow as pa

    found = list(rows)
    cells = list(zip(*found, strict=True)) or [()] * len(columns)
    bench.con.register(
        name,
        pa.table({
            c.name: pa.array(values, getattr(pa, _TYPES[c.type])())
            for c, values in zip(columns, cells, strict=True)
        }),
    )  # fmt: skip
    return Table(tuple(columns), [("", f'SELECT * FROM "{name}"')], order)  # noqa: S608


def number(cell: object) -> float | None:
    """A cell as a number, or None where it is none; decimal commas are not guessed at."""
    if isinstance(cell, bool) or cell is None:
        return None
    if isinstance(cell, int | float):
        return float(cell)
    try:
        return float(str(cell).replace(",", "").replace("\u00a0", "").strip())
    except ValueError:
        return None


def twice(file: str, rows: Iterable[tuple[Row, str]], remedy: str) -> list[Problem]:
    """Problems for keys that name more than one row; rows are (key, where it stands)."""
    seen: dict[Row, str] = {}
    problems = []
    for key, where in rows:
        if key in seen:
            name = " · ".join(map(str, key))
            problems.append(
                Problem(file, f"{name} stands twice ({seen[key]} and {where})", remedy=remedy)
            )
        seen[key] = where
    return problems
