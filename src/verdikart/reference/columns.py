"""The dictionary of the mapping's columns: what each cell is, how it reads and how it is made.

A row is of one column of one table, or of a column that means the same in every table
(``*.column``). A row with the table's name and no column says what a row of that table is.
Columns that only qualify another (its status, bounds, reason or formula, or one of two languages)
have no row of their own.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import ClassVar

from verdikart.core.errors import UnknownName
from verdikart.reference.entities import Named

LANGUAGES = ("en", "nb")
QUALIFIERS = ("status", "low", "high", "reason", "formula")
EVERY = "*"


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Column(Named):
    """A column of the mapping's tables; ``kind`` says how a cell reads.

    ``items``: kind of the members of a list. ``vocabulary``: where a word has its names.
    ``unit_column``: the column of the same row that holds the unit. ``indicator``: the registered
    indicator, which then has the definition and formula.
    """

    TABLE: ClassVar[str] = "columns"

    column_key: str
    table: str
    column: str
    kind: str
    items: str
    vocabulary: str
    unit_column: str
    indicator: str
    name_en: str
    name_nb: str
    definition_en: str
    definition_nb: str
    formula: str

    def definition(self, lang: str = "en") -> str:
        """Return the definition in ``lang``; empty where the indicator's registry has it."""
        return self.definition_nb if lang == "nb" else self.definition_en


def describe(table: str, column: str) -> Column:
    """Return what a column of ``table`` is; ``column`` empty: what a row of the table is.

    A column that only qualifies another is looked up by its :func:`base`. Raises
    :class:`UnknownName` with the nearest keys.
    """
    known = _dictionary()
    found = known.get(f"{table}.{column}") or known.get(f"{EVERY}.{column}")
    if found is None:
        near = {key: () for key in known if key.startswith((f"{table}.", f"{EVERY}."))}
        raise UnknownName("column", f"{table}.{column}", near or dict.fromkeys(known, ()))
    return found


def base(table: str, column: str, columns: Collection[str]) -> tuple[str, str]:
    """Split a column of ``table`` into the one it belongs to and what it adds to that.

    ``columns`` are all of the table. ``("top_share", "low")`` for ``top_share_low``,
    ``("name", "nb")`` for ``name_nb``, ``("lead_years_low", "")`` where it has a row of its own.
    """
    known = _dictionary()
    if f"{table}.{column}" in known or f"{EVERY}.{column}" in known:
        return column, ""
    stem, _, suffix = column.rpartition("_")
    if suffix in LANGUAGES or (suffix in QUALIFIERS and stem in columns):
        return stem, suffix
    return column, ""


def _dictionary() -> dict[str, Column]:
    from verdikart.reference.load import by_key  # the loader imports every record class

    return by_key(Column)
