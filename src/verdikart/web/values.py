"""Cells from rows: a value written by its column's kind, with its gap in words and its card."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from verdikart.core.errors import UnknownName
from verdikart.core.registry import REGISTRY
from verdikart.mapping.saved import AT
from verdikart.reference.columns import Column as Described
from verdikart.reference.columns import describe
from verdikart.reports.values import (
    NUMBERS,
    column_unit,
    gap,
    gap_text,
    interval,
    of,
    unit_of,
    written,
)
from verdikart.web.ask import Ask
from verdikart.web.blocks import Cell, Column, Raw, Status

Row = dict[str, Any]


def cell(
    ask: Ask,
    row: Row,
    column: str,
    *,
    href: str = "",
    small: str = "",
    why: bool = True,
    decimals: int | None = None,
) -> Cell:
    """The value of a row's column as its kind is written, linked to the card that explains it.

    ``why``: False for a value that is no figure. Raises :class:`UnknownName` for a column that
    the dictionary lacks.
    """
    voice = ask.voice
    about = of(row, column)
    raw = row[column] if column in row else row.get(f"{column}_{ask.lang}")
    status: Status = row.get(f"{column}_status") or ("missing" if raw is None else "ok")
    low, high = row.get(f"{column}_low"), row.get(f"{column}_high")
    reason = row.get(f"{column}_reason")
    said = gap_text(reason, ask.lang) if reason else ""
    figure = about.kind in NUMBERS | {"flag", "country"} and why
    text = written(raw, about, row, voice, decimals) if raw is not None else gap(status, voice)
    limits = interval(low, high, about, row, voice, decimals)
    if limits and (raw is None or low != high):
        small = "; ".join(part for part in (limits, small) if part)
    return Cell(
        text,
        raw,
        status,
        low,
        high,
        unit_of(about, row),
        why="" if href or not figure or AT not in row else ask.why(reference(row, column, about)),
        href=href,
        small=small,
        reason=said,
    )


def reference(row: Row, column: str, about: Described | None = None) -> str:
    """A figure's id where the column is an indicator of the row's mix, else the cell's address."""
    found = about or of(row, column)
    entry = REGISTRY.indicators.get(found.indicator)
    if entry is not None and entry.argument is None and row.get("mix"):
        return f"{row['mix']}/{found.indicator}"
    return f"{row[AT]}/{column}"


def head(ask: Ask, table: str, column: str, *, title: str = "", sort: bool = False) -> Column:
    """A column's heading from the dictionary."""
    about = describe(table, column)
    return Column(
        column,
        title or about.name(ask.lang),
        about.kind in NUMBERS,
        about.kind == "text",
        column_unit(about, ask.voice),
        column if sort else "",
    )


def plain(value: Raw, text: str = "", href: str = "", small: str = "", code: bool = False) -> Cell:
    """A cell that is no figure: a name, a code, a sentence."""
    shown = text or ("" if value is None else str(value))
    return Cell(shown, value, href=href, small=small, code=code)


def named(ask: Ask, row: Row, href: str = "", small: str = "", prefix: str = "name") -> Cell:
    """The row's name in the page's language."""
    text = ask.voice.of(row, prefix)
    return Cell(text, text, href=href, small=small)


def heads(ask: Ask, table: str, columns: Sequence[str]) -> tuple[Column, ...]:
    """Headings of several columns of a table."""
    return tuple(head(ask, table, column) for column in columns)


__all__ = [
    "UnknownName",
    "cell",
    "gap",
    "gap_text",
    "head",
    "heads",
    "named",
    "of",
    "plain",
    "reference",
    "written",
]
