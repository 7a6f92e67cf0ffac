"""Pieces of SQL that adapters of trade statistics share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from verdikart.core.sql import text_literals
from verdikart.sources.model import Ask
from verdikart.sources.notes import Note

if TYPE_CHECKING:
    import duckdb


def among(values: Iterable[str]) -> str:
    """Values as a list of literals, for ``IN (…)``."""
    return text_literals(values)


def renamed(column: str, names: Mapping[str, str], other: str = "") -> str:
    """A column with its values replaced; a value without a new name stays, or becomes ``other``."""
    when = " ".join(f"WHEN '{code}' THEN '{name}'" for code, name in names.items())
    return f"CASE {column} {when} ELSE {other or column} END"


def absent(con: duckdb.DuckDBPyConnection, table: str, ask: Ask) -> list[Note]:
    """Notes on years, codes and reporters that were asked for and have no row in ``table``."""

    def lacking(column: str, asked: Iterable[str]) -> str:
        have = {v for (v,) in con.execute(f"SELECT DISTINCT {column} FROM {table}").fetchall()}  # noqa: S608
        return ", ".join(value for value in asked if value not in have)

    notes = []
    if years := lacking("year::VARCHAR", map(str, ask.years)):
        notes.append(Note("Years asked for and not in the answer: {years}.", years=years))
    if codes := lacking("code", ask.codes):
        notes.append(Note("Codes asked for and not in the answer: {codes}.", codes=codes))
    if areas := lacking("reporter", ask.countries):
        notes.append(Note("Reporters asked for and not in the answer: {areas}.", areas=areas))
    return notes
