"""Search, filters, order and pages of a table, all in the address, so that they work without scripts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from verdikart.reference.i18n import fold
from verdikart.web.ask import Ask
from verdikart.web.blocks import Column, Pager

Row = dict[str, Any]
PER_PAGE = 50
Key = Callable[[Row], Any]


@dataclass(frozen=True, slots=True)
class Listing:
    """The rows that are asked for, and what a table needs to say of them."""

    rows: list[Row]
    pager: Pager | None
    sorted_by: str
    sort_links: dict[str, str]


def listing(
    ask: Ask,
    rows: Sequence[Row],
    *,
    search: Sequence[str] = (),
    sorts: Mapping[str, Key] | None = None,
    default: str = "",
    per_page: int = PER_PAGE,
    prefix: str = "",
) -> Listing:
    """Search (``q``), order (``sort``: key or -key) and cut (``page``) rows by the address.

    ``search``: columns searched, accents and case aside. ``sorts``: key → value of a row; rows
    without a value come last either way. ``prefix`` keeps two tables of a page apart.
    """
    query, known = ask.query, dict(sorts or {})
    wanted = fold(query.text(f"{prefix}q"))
    found = [
        row for row in rows if all(word in fold(_text(row, search)) for word in wanted.split())
    ]
    choices = [sign + key for key in known for sign in ("", "-")]
    order = query.choice(f"{prefix}sort", choices, default)
    if order:
        found = ordered(found, known[order.lstrip("-")], order.startswith("-"))
    links = {
        key: ask.here(
            **{f"{prefix}sort": f"-{key}" if order == key else key, f"{prefix}page": None}
        )
        for key in known
    }
    total = len(found)
    everything = query.text(f"{prefix}page") == "all"
    asked = 1 if everything else query.whole(f"{prefix}page", 1, 100_000, 1)
    pages = max(1, -(-total // per_page))
    if everything or pages == 1:
        return Listing(found, None, order, links)
    page = min(asked, pages)
    first = (page - 1) * per_page
    shown = found[first : first + per_page]
    pager = Pager(
        first + 1,
        first + len(shown),
        total,
        ask.here(**{f"{prefix}page": page - 1}) if page > 1 else "",
        ask.here(**{f"{prefix}page": page + 1}) if page < pages else "",
        ask.here(**{f"{prefix}page": "all"}),
    )
    return Listing(shown, pager, order, links)


def ordered(rows: Sequence[Row], key: Key, down: bool = False) -> list[Row]:
    """Rows in order of a value; those without one come last."""
    have = [row for row in rows if key(row) is not None]
    lack = [row for row in rows if key(row) is None]
    return sorted(have, key=key, reverse=down) + lack


def sortable(columns: Sequence[Column], keys: Mapping[str, Key]) -> tuple[Column, ...]:
    """Columns with ``sort`` set where their key can be ordered by."""
    return tuple(replace(c, sort=c.key) if c.key in keys else c for c in columns)


def _text(row: Row, columns: Sequence[str]) -> str:
    return " ".join(str(row[name]) for name in columns if row.get(name) is not None)
