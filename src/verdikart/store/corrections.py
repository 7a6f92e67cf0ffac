"""Corrections of published figures: rows with a reason and an end, that fail when they no longer match."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from verdikart.core.errors import Problem, Problems
from verdikart.core.sql import text_literal
from verdikart.reference.feeds import DataCorrection
from verdikart.reference.load import load as load_table
from verdikart.store.vintages import Correction

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb


def apply(
    source_id: str,
    name: str,
    query: str,
    con: duckdb.DuckDBPyConnection,
    rows: Sequence[DataCorrection] | None = None,
    today: date | None = None,
) -> tuple[str, list[Correction]]:
    """Return the query of a table's part with its corrections, and those that were made.

    A correction that has ended is left out. One whose row is there with another figure than the one
    to correct raises Problems: the provider has changed it, so the correction must be looked at.
    One whose row is not among what was asked for does nothing.
    """
    day = today or date.today()  # noqa: DTZ011
    known = load_table(DataCorrection) if rows is None else rows
    due = [
        row
        for row in known
        if row.source_id == source_id
        and row.table_name == name
        and (not row.until or day <= row.until)
    ]
    made: list[Correction] = []
    problems: list[Problem] = []
    plain = query
    for row in due:
        where = " AND ".join(
            f'CAST("{key}" AS VARCHAR) = {text_literal(value)}'
            for key, value in (pair.split("=", 1) for pair in row.row)
        )
        found = con.sql(
            f'SELECT CAST("{row.column}" AS VARCHAR) FROM ({plain}) WHERE {where}'  # noqa: S608
        ).fetchall()
        if not found:
            continue
        if {value or "" for (value,) in found} != {row.before}:
            problems.append(
                Problem(
                    "corrections.csv",
                    f"{source_id}, {name}, {', '.join(row.row)}: the figure to correct is no longer "
                    f"{row.before!r}",
                    column=row.column,
                    value=str(found[0][0]),
                    remedy="look at what the provider changed, then mend or delete the correction",
                )
            )
            continue
        after = f"CAST({text_literal(row.after)} AS VARCHAR)" if row.after else "NULL"
        query = (
            f'SELECT * REPLACE (CASE WHEN {where} THEN {after} ELSE CAST("{row.column}" AS VARCHAR) '  # noqa: S608
            f'END AS "{row.column}") FROM ({query})'
        )
        made.append(
            Correction(
                name, ", ".join(row.row), row.column, row.before, row.after, row.reason,
                row.until.isoformat() if row.until else "",
            )
        )  # fmt: skip
    if problems:
        raise Problems(problems)
    return query, made
