"""A table in a file of the user's own, as rows: CSV or Parquet."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from verdikart.core.errors import DataProblem
from verdikart.store.engine import connection

READERS = {
    ".csv": "read_csv(?, header = true, all_varchar = true)",
    ".parquet": "read_parquet(?)",
}


def read(path: Path) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Header and rows. Cells of CSV are text, None where empty. Raises :class:`DataProblem`."""
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise DataProblem(f"{path.name} is neither .csv nor .parquet; save it as one of them")
    if not path.is_file():
        raise DataProblem(f"no file {path}; check the name")
    import duckdb

    try:
        found = connection().execute(f"SELECT * FROM {reader}", [str(path)])  # noqa: S608
        rows: list[tuple[Any, ...]] = found.fetchall()
    except duckdb.Error as error:
        reason = str(error).partition("\n")[0]
        raise DataProblem(f"{path.name} is not readable as {path.suffix[1:]}: {reason}") from error
    return [column[0] for column in found.description], rows
