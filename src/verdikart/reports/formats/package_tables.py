"""Tables of a data package: typed columns, and the same rows as CSV, Norwegian CSV and Parquet.

A list is one cell with bars between its parts, named values are one cell of JSON, in both CSV files;
an empty cell is a missing value.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final, Literal

import pyarrow as pa
import pyarrow.parquet as pq

from verdikart.reports.document.datasets import Dataset, Field
from verdikart.reports.values import NUMBERS

Type = Literal["boolean", "integer", "number", "string", "list", "object"]
BAR: Final = "|"
_ARROW: Final[dict[str, pa.DataType]] = {
    "boolean": pa.bool_(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "string": pa.string(),
}


@dataclass(frozen=True)
class Column:
    """A column with its values; ``of_numbers``: a list's parts are numbers."""

    field: Field
    type: Type
    values: tuple[Any, ...]
    of_numbers: bool = False


@dataclass(frozen=True)
class Sheet:
    """A table of the package. ``name`` is the resource's name and the files' stem."""

    name: str
    dataset: Dataset
    columns: tuple[Column, ...]

    @cached_property
    def by_key(self) -> dict[str, Column]:
        """Column by key."""
        return {column.field.key: column for column in self.columns}


def sheets(datasets: Iterable[Dataset], taken: Iterable[str] = ()) -> Iterator[Sheet]:
    """The tables with names of their own, in lower case as the standard asks; ``taken`` are not free."""
    names = dict.fromkeys(taken)
    for dataset in datasets:
        stem = "".join(c if c.isascii() and c.isalnum() else "-" for c in dataset.name.lower())
        name = _free(stem.strip("-") or "table", names, "-")
        cells = list(zip(*dataset.rows, strict=True)) or [()] * len(dataset.fields)
        keys: dict[str, None] = {}
        columns = []
        for field, values in zip(dataset.fields, cells, strict=True):
            key = _free(field.key, keys, "_")
            columns.append(_column(replace(field, key=key), values))
        yield Sheet(name, dataset, tuple(columns))


def _free(wanted: str, taken: dict[str, None], joint: str) -> str:
    name, number = wanted, 2
    while name in taken:
        name, number = f"{wanted}{joint}{number}", number + 1
    taken[name] = None
    return name


def _column(field: Field, values: Sequence[Any]) -> Column:
    """The column with the narrowest type that holds every value; an empty one is of its kind."""
    kinds = set(map(type, values)) - {type(None)}
    if not kinds:
        number = field.kind in NUMBERS
        flag = field.kind == "flag"
        return Column(field, "number" if number else "boolean" if flag else "string", tuple(values))
    if kinds <= {list, tuple}:
        parts = {type(part) for value in values if value for part in value}
        numbers = bool(parts) and parts <= {int, float}
        return Column(field, "list", tuple(values), numbers)
    if kinds == {str}:
        return Column(field, "string", tuple(values))
    if kinds == {bool}:
        return Column(field, "boolean", tuple(values))
    if kinds == {dict}:
        return Column(field, "object", tuple(values))
    if kinds == {int}:
        return Column(field, "integer", tuple(values))
    if kinds <= {int, float}:
        return Column(
            field, "number", tuple(None if value is None else float(value) for value in values)
        )
    return Column(field, "string", tuple(None if v is None else _text(v) for v in values))


def _text(value: Any) -> str:  # noqa: ANN401 - any cell
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, tuple)):
        return BAR.join(map(_text, value))
    if isinstance(value, dict):
        held = {name: part for name, part in value.items() if part is not None}
        return json.dumps(held, ensure_ascii=False, allow_nan=False)
    return repr(value) if isinstance(value, float) else str(value)


def plain_csv(sheet: Sheet) -> bytes:
    """Comma between cells, full stop in numbers, UTF-8."""
    return _csv(sheet, ",", ".").encode("utf-8")


def norwegian_csv(sheet: Sheet) -> bytes:
    """Semicolon between cells, comma in numbers, UTF-8 with a byte order mark, which Excel needs."""
    return _csv(sheet, ";", ",").encode("utf-8-sig")


def _csv(sheet: Sheet, delimiter: str, point: str) -> str:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\n")
    writer.writerow(sheet.by_key)
    writer.writerows(zip(*(_cells(column, point) for column in sheet.columns), strict=True))
    return out.getvalue()


def _cells(column: Column, point: str) -> Sequence[Any]:
    """Cells as text; the writer itself turns None into an empty cell."""
    if column.type in ("string", "integer"):
        return column.values
    if column.type == "number":
        if point == ".":
            return column.values
        return [None if v is None else repr(v).replace(".", point) for v in column.values]
    texts = [None if v is None else _text(v) for v in column.values]
    if point == "." or not column.of_numbers:
        return texts
    return [text and text.replace(".", point) for text in texts]


def parquet(sheet: Sheet) -> bytes:
    """The table as Parquet; titles, definitions and units stand in the columns' metadata."""
    fields, arrays = [], []
    for column in sheet.columns:
        if column.type == "list":
            kind = pa.list_(pa.float64() if column.of_numbers else pa.string())
            values = [
                v if v is None or column.of_numbers else [*map(_text, v)] for v in column.values
            ]
        elif column.type == "object":
            values = list(column.values)
            kind = pa.infer_type(values)
        else:
            kind, values = _ARROW[column.type], list(column.values)
        told = {"title": column.field.title, "description": column.field.definition}
        told |= {"unit": column.field.unit}
        metadata = {key: text for key, text in told.items() if text}
        fields.append(pa.field(column.field.key, kind, metadata=metadata))
        arrays.append(pa.array(values, kind))
    told = {"title": sheet.dataset.title, "description": sheet.dataset.definition}
    schema = pa.schema(fields, metadata={key: text for key, text in told.items() if text})
    out = io.BytesIO()
    pq.write_table(pa.Table.from_arrays(arrays, schema=schema), out, compression="zstd")
    return out.getvalue()


__all__ = ["BAR", "Column", "Sheet", "norwegian_csv", "parquet", "plain_csv", "sheets"]
