"""Flow tables: Parquet files of bilateral flows, which years each holds, and whether they are sound.

A flow table is one file, or several, with the columns :data:`COLUMNS`: one row for each year, code and
pair of countries.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from verdikart.core.errors import DataProblem, UsageProblem
from verdikart.core.sql import text_literal

if TYPE_CHECKING:
    import duckdb

# What every file must have: name → the kind of type. Other columns are not read.
COLUMNS = {
    "code": "text",
    "year": "whole number",
    "exporter": "whole number",
    "importer": "whole number",
    "value_usd": "whole number",
}
PARQUET = "FORMAT parquet, COMPRESSION zstd, PARQUET_VERSION v2"
"""How to write flow tables with DuckDB: the newer encodings are read in half the time."""
WHOLE = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER")
REMEDY = "; see docs/scale.md for the columns a flow table has"


@dataclass(frozen=True, slots=True)
class FlowTable:
    """The files of a flow table by the years they hold; a file may hold several."""

    files: Mapping[int, tuple[Path, ...]]

    @property
    def years(self) -> tuple[int, ...]:
        """The years there are, ascending."""
        return tuple(sorted(self.files))

    def of(self, year: int) -> tuple[Path, ...]:
        """Files with flows of a year. Raises UsageProblem with the years there are."""
        if year not in self.files:
            held = _spans(self.years)
            raise UsageProblem(f"the flow table has no flows of {year}; available: {held}")
        return self.files[year]


def _spans(years: Sequence[int]) -> str:
    """Years in words: ``1995–2020, 2022``."""
    starts = [y for y in years if y - 1 not in years]
    ends = [y for y in years if y + 1 not in years]
    return ", ".join(str(a) if a == b else f"{a}–{b}" for a, b in zip(starts, ends, strict=True))


def open_table(asked: Path | Sequence[Path]) -> FlowTable:
    """Find the files of a flow table and check their columns, reading footers alone.

    ``asked``: a file, a folder, a pattern, or the files. Raises DataProblem naming the column that is
    missing or has another type, the file that is no Parquet, or a column with negative values.
    """
    import duckdb

    files = _files(asked) if isinstance(asked, Path) else tuple(asked)
    found: dict[int, list[Path]] = {}
    with duckdb.connect(":memory:") as con:
        for path in files:
            try:
                _check(con, path)
                for year in _years(con, path):
                    found.setdefault(year, []).append(path)
            except duckdb.Error as error:
                raise DataProblem(
                    f"{path} cannot be read as Parquet ({first_line(error)}); make the file again"
                ) from error
    if not found:
        raise DataProblem(f"{files[0]} holds no flows{REMEDY}")
    return FlowTable({year: tuple(paths) for year, paths in found.items()})


def _files(asked: Path) -> tuple[Path, ...]:
    if asked.is_dir():
        found = sorted(p for p in asked.glob("*.parquet") if not p.name.startswith("."))
    elif asked.is_file():
        found = [asked]
    else:
        found = sorted(asked.parent.glob(asked.name)) if asked.name else []
    if not found:
        raise UsageProblem(
            f"no flow table at {asked}: name a Parquet file, a folder of them, or a pattern in quotes"
        )
    return tuple(found)


def _check(con: duckdb.DuckDBPyConnection, path: Path) -> None:
    described = con.execute(f"DESCRIBE FROM read_parquet({literal(path)})").fetchall()
    types = {name: kind for name, kind, *_ in described}
    faults = [f"column {name} is missing" for name in COLUMNS if name not in types]
    faults += [
        f"column {name} is {types[name]} and must be a {kind}"
        for name, kind in COLUMNS.items()
        if name in types
        and not (types[name] == "VARCHAR" if kind == "text" else types[name] in WHOLE)
    ]
    if faults:
        raise DataProblem(f"{path} is no flow table: {'; '.join(faults)}{REMEDY}")


def _years(con: duckdb.DuckDBPyConnection, path: Path) -> list[int]:
    """Years of a file, by its footer if that is enough; a negative value is refused.

    Footers hold the least value of each column; files without such notes are taken on trust.
    """
    query = f"""SELECT min(try_cast(stats_min_value AS BIGINT)) FILTER (path_in_schema = 'value_usd'),
        min(try_cast(stats_min_value AS INTEGER)) FILTER (path_in_schema = 'year'),
        max(try_cast(stats_max_value AS INTEGER)) FILTER (path_in_schema = 'year'),
        count(*) FILTER (path_in_schema = 'year' AND stats_min_value IS NULL)
        FROM parquet_metadata({literal(path)})"""  # noqa: S608
    least, first, last, silent = con.execute(query).fetchall()[0]
    if least is not None and least < 0:
        raise DataProblem(f"{path}: column value_usd has a negative value ({least}){REMEDY}")
    if first is not None and first == last and not silent:
        return [int(first)]
    rows = con.execute(
        f"SELECT DISTINCT year FROM read_parquet({literal(path)}) WHERE year IS NOT NULL"  # noqa: S608
    )
    return sorted(int(year) for (year,) in rows.fetchall())


def literal(value: object) -> str:
    """A value as a literal of SQL."""
    if value is None:
        return "NULL"
    if isinstance(value, int | float):
        return repr(value)
    return text_literal(value)


def first_line(error: Exception) -> str:
    """The first line of what an engine says."""
    return str(error).splitlines()[0] if str(error) else type(error).__name__
