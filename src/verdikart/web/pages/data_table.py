"""Any table of the mapping: searched, ordered and paged, with every column."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from verdikart.core.errors import UnknownName
from verdikart.reference.columns import base, describe
from verdikart.web.ask import Ask
from verdikart.web.blocks import Cell, Column, Field, Form, Links, Page, Pager, Section, Table
from verdikart.web.listing import Key, Listing, listing
from verdikart.web.values import cell, head

Row = dict[str, Any]
WIDE, PER_PAGE, FEWER = 25, 50, 20  # columns of a wide table; rows of a page, and of a wide table
LONGEST = 120  # characters of a cell; the CSV file has it in full
FIRST = ("name", "title", "chain", "material", "subject", "id")


def table(ask: Ask) -> Page:
    """The page ``/data/{table}``. Raises :class:`UnknownName` for a table the mapping has not."""
    say, saved, name = ask.say, ask.saved, ask.ids["table"]
    raw = saved.columns(name)
    rows = saved.rows(name)
    title, text = _about(ask, name)
    crumbs = ((say("Data and sources"), ask.url("data")),)
    if not rows:
        empty = Table("rows", title, (), (), empty=say("The mapping has no rows of this kind."))
        return Page(title, (Section("rows-part", "", (empty,)),), lead=text, crumbs=crumbs)
    shown = _shown(name, raw)
    keys = {column: _key(column, ask.lang) for column in shown if _ordered(rows, column, ask.lang)}
    searched = _texts(rows, raw)

    def listed(per_page: int) -> Listing:
        return listing(ask, rows, search=searched, sorts=keys, per_page=per_page)

    def whole() -> tuple[Sequence[str], Iterable[Sequence[Any]]]:
        """The rows that were asked for as they were saved, all of them, for the CSV file."""
        return raw, ([row[column] for column in raw] for row in listed(len(rows)).rows)

    found = listed(FEWER if len(shown) > WIDE else PER_PAGE)
    columns = tuple(head(ask, name, column, sort=column in keys) for column in shown)
    block = Table(
        "rows",
        say("{table}: {count} rows", table=title, count=ask.voice.number(len(rows))),
        columns,
        tuple(tuple(_cell(ask, row, column) for column in shown) for row in found.rows),
        empty=say("No row meets the search."),
        pager=_pager(found.pager),
        sorted_by=found.sorted_by,
        sort_links=found.sort_links,
        whole=whole,
    )
    form = Form(
        "filter",
        (
            Field(
                "q",
                say("Search in names, codes and ids"),
                "search",
                ask.query.text("q"),
            ),
        ),
        say("Search"),
        reset=ask.url(ask.path),
    )
    links = Links(
        (
            (
                say("Download the whole table (CSV)"),
                ask.url(f"{ask.path}.csv"),  # without the search
                say(
                    "{columns} columns, {rows} rows",
                    columns=len(raw),
                    rows=ask.voice.number(len(rows)),
                ),
            ),
            (
                say("The rows as JSON, a page at a time"),
                f"/api/v1/mappings/{saved.name}/tables/{name}",
                "",
            ),
        )
    )
    section = Section("rows-part", "", (links, form, block))
    meaning = Section("columns", say("What the columns are"), (_columns(ask, name, shown),))
    return Page(title, (section, meaning), lead=text, crumbs=crumbs, main="rows", wide=True)


def _about(ask: Ask, name: str) -> tuple[str, str]:
    try:
        found = describe(name, "")
    except UnknownName:
        return name, ""
    text = ask.say("A row is: {row}.", row=_lower(found.definition(ask.lang)))
    return found.name(ask.lang), text


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _shown(name: str, raw: Sequence[str]) -> list[str]:
    """The columns by what they say: status, bounds and languages go with the column they qualify."""
    found = list(dict.fromkeys(base(name, column, raw)[0] for column in raw))
    return sorted(found, key=lambda c: FIRST.index(c) if c in FIRST else len(FIRST))


def _value(row: Row, column: str, lang: str) -> Any:  # noqa: ANN401 - any cell
    return row[column] if column in row else row.get(f"{column}_{lang}")


def _key(column: str, lang: str) -> Key:
    return lambda row: _value(row, column, lang)


def _ordered(rows: Sequence[Row], column: str, lang: str) -> bool:
    """Whether a table can be ordered by a column: numbers or texts alone."""
    first = next((v for r in rows if (v := _value(r, column, lang)) is not None), None)
    return isinstance(first, (int, float, str))


def _texts(rows: Sequence[Row], raw: Sequence[str]) -> list[str]:
    """Columns that can be searched: those that hold texts or lists in the first rows."""
    some = rows[:200]
    return [c for c in raw if any(isinstance(r[c], (str, list)) for r in some)]


def _cell(ask: Ask, row: Row, column: str) -> Cell:
    found = cell(ask, row, column)
    if len(found.text) > LONGEST:
        return replace(found, text=found.text[:LONGEST].rpartition(" ")[0] + " …")
    return found


def _pager(pager: Pager | None) -> Pager | None:
    """Without the way to all rows at once: thousands of rows belong in the file."""
    return replace(pager, everything="") if pager else None


def _columns(ask: Ask, name: str, shown: Sequence[str]) -> Table:
    """The dictionary of the table's columns."""
    say = ask.say
    columns = (
        Column("column", say("Column")),
        Column("definition", say("What it is"), wide=True),
        Column("formula", say("Formula")),
        Column("indicator", say("Indicator")),
    )
    body = []
    for key in shown:
        about = describe(name, key)
        text = about.definition(ask.lang)
        known = about.indicator
        body.append(
            (
                Cell(about.name(ask.lang), key, small=key),
                Cell(text or "–", text or None),
                Cell(about.formula or "–", about.formula or None, code=bool(about.formula)),
                Cell(known or "–", known or None, href=ask.url(f"terms/{known}") if known else ""),
            )
        )
    fold = say("Columns and their meaning ({count})", count=len(body))
    return Table("columns-table", say("Columns of the table"), columns, tuple(body), folded=fold)
