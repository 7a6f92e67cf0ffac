"""Writes a result as a table, JSON, CSV or Parquet; JSON has plain numbers, null where missing."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any

from verdikart.core.errors import UsageProblem

Record = Mapping[str, Any]


class Format(StrEnum):
    """Formats that every command can answer in."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    PARQUET = "parquet"


def emit_json(result: object) -> None:
    """Write one JSON document to standard output."""
    sys.stdout.write(json.dumps(result, ensure_ascii=False, indent=2, allow_nan=False) + "\n")


def emit_rows(rows: Sequence[Record], fmt: Format, out: Path | None) -> None:
    """Write flat rows as CSV (standard output or ``out``) or Parquet (``out`` or a pipe)."""
    if fmt is Format.CSV:
        text = _csv(rows)
        if out:
            out.write_text(text, encoding="utf-8", newline="")
        else:
            sys.stdout.write(text)
    elif fmt is Format.PARQUET:
        _parquet(rows, out)
    else:
        emit_json([dict(row) for row in rows])


def _flat(value: object) -> object:
    if isinstance(value, (list, tuple)):
        return ";".join(str(v) for v in value)
    return value


def _csv(rows: Sequence[Record]) -> str:
    text = io.StringIO()
    columns = list(dict.fromkeys(key for row in rows for key in row))
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        cells = (_flat(row.get(c)) for c in columns)
        writer.writerow(["" if cell is None else cell for cell in cells])
    return text.getvalue()


def _parquet(rows: Sequence[Record], out: Path | None) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns = list(dict.fromkeys(key for row in rows for key in row))
    table = pa.table({c: [_flat(row.get(c)) for row in rows] for c in columns})
    if out:
        pq.write_table(table, out, compression="zstd")
        return
    if sys.stdout.isatty():
        raise UsageProblem("Parquet is binary: name a file with --output FILE, or use a pipe")
    buffer = pa.BufferOutputStream()
    pq.write_table(table, buffer, compression="zstd")
    sys.stdout.buffer.write(buffer.getvalue().to_pybytes())
