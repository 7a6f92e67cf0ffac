"""The engine: one embedded DuckDB connection, and the embedded tables as lazy frames or rows."""

from __future__ import annotations

import os
from collections.abc import Iterable
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from verdikart.core.sql import text_literals
from verdikart.store.snapshot import data_file, reading

if TYPE_CHECKING:
    import duckdb
    import narwhals as nw
    import numpy as np


@cache
def connection() -> duckdb.DuckDBPyConnection:
    """Return the process's in-memory connection; extensions are never fetched."""
    import duckdb

    settings = {"autoinstall_known_extensions": False, "autoload_known_extensions": False}
    return duckdb.connect(":memory:", config=settings)


def reader(memory: str = "2GB") -> duckdb.DuckDBPyConnection:
    """A connection of its own for work over large tables.

    What does not fit in memory is spilled to the system's folder for temporary files.
    """
    from tempfile import gettempdir

    import duckdb

    settings = {
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "memory_limit": memory,
        "temp_directory": f"{gettempdir()}/verdikart-{os.getpid()}",
    }
    return duckdb.connect(":memory:", config=settings)


def bilateral_trade() -> nw.LazyFrame[Any]:
    """The embedded BACI flows: code, year, exporter, importer, value (USD), quantity (kg or null).

    Countries are BACI's numbers. Nothing is read before a result is asked for.
    """
    import narwhals as nw

    columns = "code, year, exporter, importer, value_usd AS value, quantity_kg AS quantity"
    source = relation("baci_hs92.parquet")
    with reading("baci_hs92.parquet"):
        flows = connection().sql(f"SELECT {columns} FROM {source}")  # noqa: S608
    return nw.from_native(flows)


@cache
def trade_window(years: tuple[int, ...]) -> nw.LazyFrame[Any]:
    """The flows of some years, all codes, kept in memory: many homes ask for the same window."""
    import narwhals as nw

    name = "window_" + "_".join(str(year) for year in years)
    window = bilateral_trade().filter(nw.col("year").is_in(list(years))).to_native()
    with reading("baci_hs92.parquet"):
        window.create(name)
    return nw.from_native(connection().table(name))


@lru_cache(maxsize=256)
def code_flows(
    code: str, first: int, last: int
) -> list[tuple[str, int, int, int, int, int | None]]:
    """The flows of one code in a span of years, as rows of :func:`bilateral_trade`."""
    query = (
        "SELECT code, year, exporter, importer, value_usd, quantity_kg FROM {file} "
        "WHERE code = ? AND year BETWEEN ? AND ?"
    )
    return rows(query, "baci_hs92.parquet", [code, first, last])


@cache
def year_flows(year: int) -> dict[str, np.ndarray[Any, Any]]:
    """The flows of one year by code, as columns of :func:`bilateral_trade`; unknown kg are nan.

    ``code`` is a number; values are whole, and kilograms too as far as they go.
    """
    query = (
        "SELECT code::INTEGER AS code, exporter, importer, value_usd AS value, "
        "coalesce(quantity_kg::DOUBLE, 'nan'::DOUBLE) AS quantity FROM {file} WHERE year = ? "
        "ORDER BY code"
    )
    return arrays(query, "baci_hs92.parquet", [year])


def collect(frame: nw.LazyFrame[Any], file: str) -> list[tuple[Any, ...]]:
    """Run a lazy frame and return its rows; a corrupt ``file`` is named with its remedy."""
    with reading(file):
        found: list[tuple[Any, ...]] = frame.to_native().fetchall()
        return found


def relation(file: str) -> str:
    """SQL for the rows of an embedded file, or of the vintage that was chosen in its place."""
    if os.environ.get("VERDIKART_VINTAGES"):
        from verdikart.store import selection

        found = selection.relation(file)
        if found is not None:
            return found
    return parquet([data_file(file)])


def parquet(files: Iterable[Path]) -> str:
    """SQL for the rows of some Parquet files."""
    return f"read_parquet([{text_literals(files)}])"


def rows(query: str, file: str, parameters: list[Any] | None = None) -> list[tuple[Any, ...]]:
    """Run SQL in which ``{file}`` stands for one embedded Parquet file; return its rows."""
    source = relation(file)
    with reading(file):
        text = query.format(file=source)
        found: list[tuple[Any, ...]] = connection().execute(text, parameters or []).fetchall()
        return found


def arrays(
    query: str, file: str, parameters: list[Any] | None = None
) -> dict[str, np.ndarray[Any, Any]]:
    """Run SQL as :func:`rows` does; return each column as an array, for sums over many rows.

    The query must turn nulls into nan or leave them out: a null would come as a masked array.
    """
    source = relation(file)
    with reading(file):
        text = query.format(file=source)
        found: dict[str, np.ndarray[Any, Any]] = (
            connection().execute(text, parameters or []).fetchnumpy()
        )
        return found
