"""Rows of saved tables as the interface gives them: chosen, ordered, cut into pages, plain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, is_dataclass
from datetime import date
from math import isfinite
from typing import Any
from urllib.parse import quote, urlencode

from starlette.requests import Request

from verdikart.core.errors import UnknownName, UsageProblem
from verdikart.mapping.saved import AT

Row = dict[str, Any]
HERE = "at"  # a row's address in an answer
WORDS = {True: ("true", "yes", "1"), False: ("false", "no", "0")}


def plain(value: Any) -> Any:  # noqa: ANN401 - any saved value
    """A value as JSON holds it: no NaN, no record, a row's address under ``at``."""
    if isinstance(value, float):
        return value if isfinite(value) else None
    if value is None or isinstance(value, (str, int)):
        return value
    if isinstance(value, Mapping):
        return {HERE if key == AT else str(key): plain(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(part) for part in value]
    if isinstance(value, (set, frozenset)):
        return sorted(plain(part) for part in value)
    if isinstance(value, date):
        return value.isoformat()
    if is_dataclass(value) and not isinstance(value, type):
        return plain(asdict(value))
    return str(value)


def picked(row: Row, columns: Sequence[str]) -> Row:
    """Some columns of a row, its address first."""
    return {HERE: row[AT], **{name: row[name] for name in columns}}


def check(asked: str, columns: Sequence[str]) -> str:
    """The name of a column. Raises :class:`UnknownName` with the nearest."""
    if asked not in columns:
        raise UnknownName("column", asked, columns, ", ".join(columns))
    return asked


def chosen(text: Sequence[str], columns: Sequence[str]) -> list[str]:
    """Columns asked for, in the order of the question; all where none is named."""
    asked = [name for part in text for name in part.split(",") if name]
    return [check(name, columns) for name in dict.fromkeys(asked)] or list(columns)


def filtered(rows: Sequence[Row], where: Sequence[str], columns: Sequence[str]) -> list[Row]:
    """Rows that meet every ``column:value``; an empty value means that there is none."""
    found = list(rows)
    for text in where:
        name, _, value = text.partition(":")
        check(name, columns)
        found = [row for row in found if meets(row[name], value)]
    return found


def meets(held: Any, asked: str) -> bool:  # noqa: ANN401 - any cell
    """Whether a cell is what a text says; of a list, whether it holds it."""
    if held is None:
        return not asked
    if isinstance(held, bool):
        return asked.casefold() in WORDS[held]
    if isinstance(held, (int, float)):
        try:
            return float(asked) == held
        except ValueError:
            return False
    if isinstance(held, (list, tuple)):
        return any(meets(part, asked) for part in held) if asked else not held
    return bool(held == asked)


def ordered(rows: Sequence[Row], sort: str, columns: Sequence[str]) -> list[Row]:
    """Rows by a column, downwards with a minus before its name; those without a value last."""
    if not sort:
        return list(rows)
    name = check(sort.removeprefix("-"), columns)
    held = [row for row in rows if row[name] is not None]
    if any(isinstance(row[name], (dict, list)) for row in held[:1]):
        raise UsageProblem(f"rows cannot be sorted by {name}: it holds lists")
    held.sort(key=lambda row: row[name], reverse=sort.startswith("-"))
    return held + [row for row in rows if row[name] is None]


@dataclass(frozen=True, slots=True)
class Part:
    """A page of rows: which, of how many, and the addresses of the pages beside it."""

    rows: list[Row]
    total: int
    limit: int
    offset: int
    links: dict[str, str]

    @property
    def about(self) -> Row:
        """What stands around the rows in an answer."""
        return {
            "total": self.total,
            "limit": self.limit,
            "offset": self.offset,
            "links": {name: self.links.get(name) for name in ("next", "prev")},
        }

    @property
    def headers(self) -> tuple[tuple[str, str], ...]:
        """The header ``Link``, where there are pages beside this one."""
        told = ", ".join(f'<{address}>; rel="{name}"' for name, address in self.links.items())
        return (("link", told),) if told else ()


def part(request: Request, rows: Sequence[Row], limit: int, offset: int) -> Part:
    """Cut a page out of rows."""
    links = {}
    if offset + limit < len(rows):
        links["next"] = _at(request, offset + limit)
    if offset > 0:
        links["prev"] = _at(request, max(0, min(offset, len(rows)) - limit))
    return Part(list(rows[offset : offset + limit]), len(rows), limit, offset, links)


def _at(request: Request, offset: int) -> str:
    kept = [(k, v) for k, v in request.query_params.multi_items() if k != "offset"]
    path = quote(request.url.path, safe="/:@")
    return f"{path}?{urlencode([*kept, ('offset', offset)])}"
