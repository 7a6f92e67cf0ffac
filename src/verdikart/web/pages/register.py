"""The capability register: Norwegian plants, mines, deposits and projects, to search and filter."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from verdikart.mapping.register import Filters, find
from verdikart.reference.names import name
from verdikart.reports import words
from verdikart.web.ask import Ask
from verdikart.web.blocks import Cell, Field, Form, Note, Page, Section, Table
from verdikart.web.listing import listing, sortable
from verdikart.web.pages import position_plant
from verdikart.web.pages.position_links import (
    amount,
    chain_of,
    chosen,
    english,
    members,
    plant,
    step,
)
from verdikart.web.values import cell, head

Row = dict[str, Any]
# Columns to choose among; those at the beginning are shown unless others are asked for.
COLUMNS = (
    "product",
    "status",
    "place",
    "owner_group",
    "kind",
    "region",
    "capacity",
    "material",
    "stage",
    "chains",
    "sourcing",
    "feeds",
    "feed_countries",
    "processes",
    "certificates",
    "production",
    "headquarters",
    "as_of",
    "resource",
    "note",
)
SHOWN = COLUMNS[:4]
WORDS = {"kind": "facility_kind", "status": "facility_status", "sourcing": "sourcing"}
FIGURES = ("capacity", "production")
ENGLISH = ("resource", "note")
LISTS = {"chains": "chain", "feeds": "product", "feed_countries": "country"}
NO_CERTIFICATE = "none"


def register(ask: Ask) -> Page:
    """The page ``/position/register``, or one record of it where ``id`` is given."""
    say, rows = ask.say, ask.saved.rows("facilities")
    title = say("Capability register")
    crumbs = ((say("Norway’s position"), ask.url("position")),)
    if ask.query.text("id"):
        return position_plant.record(ask, ask.query.text("id"), rows)
    if not rows:
        note = Note(
            say("The plant register is not in this mapping. Make a new mapping to get it."),
            links=((say("New mapping"), ask.url("runs")),),
        )
        return Page(title, (Section("list", "", (note,)),), crumbs=crumbs)
    form, kept, columns = _filtered(ask, rows)
    working = sum(r["status"] == "operating" for r in rows)
    lead = say(
        "{count} records of what Norway has: plants, mines, deposits and projects, one record for each "
        "good that a plant makes. {working} are in operation. Every record names its source and how "
        "sure it is; what is not known says so.",
        count=len(rows),
        working=working,
    )
    return Page(
        title,
        (Section("list", "", (form, _table(ask, kept, columns))),),
        lead=lead,
        crumbs=crumbs,
        main="register",
        wide=True,
    )


def _filtered(ask: Ask, rows: list[Row]) -> tuple[Form, list[Row], list[str]]:
    say, lang, query = ask.say, ask.lang, ask.query
    text, product = query.text("search"), query.choice("product", [r["product"] for r in rows])
    choices: list[tuple[str, str, dict[str, str], Callable[[Row, str], bool]]] = [
        (
            "chain",
            say("Value chain"),
            {c: name("chain", c, lang) for r in rows for c in r["chains"]},
            lambda r, v: v in r["chains"],
        ),
        (
            "stage",
            say("Stage"),
            {r["stage"]: name("stage", r["stage"], lang) for r in rows},
            _equal("stage"),
        ),
        (
            "region",
            say("Region"),
            {part: part for r in rows if r["region"] for part in r["region"].split(" / ")},
            lambda r, v: bool(r["region"]) and v in r["region"].split(" / "),
        ),
        (
            "certificate",
            say("Certificate"),
            {
                NO_CERTIFICATE: say("none on record"),
                **{c: c for r in rows for c in r["certificates"]},
            },
            lambda r, v: v in r["certificates"] or (v == NO_CERTIFICATE and not r["certificates"]),
        ),
    ]
    labels = {"kind": say("Kind"), "status": say("Status"), "sourcing": say("Sourcing")}
    for key, vocabulary in WORDS.items():
        options = {r[key]: words.word(vocabulary, r[key], lang) for r in rows}
        choices.append((key, labels[key], options, _equal(key)))
    kept, fields = (
        rows,
        [
            Field(
                "search",
                say("Search"),
                "search",
                text,
                hint=say("plant, owner, place, good, process; typing errors are forgiven"),
            )
        ],
    )
    for key, label, options, holds in choices:
        value, field = chosen(ask, key, options, label)
        fields.append(field)
        if value:
            kept = [r for r in kept if holds(r, value)]
    if product:
        kept = [r for r in kept if r["product"] == product]
        fields.append(
            Field(
                "product",
                say("Good"),
                "select",
                product,
                (("", say("all")), (product, name("product", product, lang))),
            )
        )
    if text:
        place = {p.record_id: n for n, p in enumerate(find(Filters(search=text)))}
        kept = sorted(
            (r for r in kept if r["record_id"] in place), key=lambda r: place[r["record_id"]]
        )
    columns = query.several("columns", COLUMNS) or list(SHOWN)
    heads = tuple((c, head(ask, "facilities", c).title) for c in COLUMNS)
    fields.append(Field("columns", say("Columns"), "checks", columns, heads))
    form = Form("register-filter", tuple(fields), say("Show"), reset=ask.url("position/register"))
    return form, kept, columns


def _equal(column: str) -> Callable[[Row, str], bool]:
    return lambda row, value: bool(row[column] == value)


def _table(ask: Ask, rows: list[Row], columns: list[str]) -> Table:
    say = ask.say
    keys: dict[str, Callable[[Row], Any]] = {
        "producer": lambda r: r["producer"].casefold(),
        **{c: partial(_order, ask, c) for c in columns},
        "confidence": lambda r: r["confidence"],
    }
    searched = bool(ask.query.text("search"))
    found = listing(ask, rows, sorts=keys, default="" if searched else "producer")
    chains = chain_of(ask)
    body = tuple(
        (
            Cell(
                r["producer"],
                r["producer"],
                href=plant(ask, r["record_id"]),
                small=r["record_id"],
            ),
            *(_cell(ask, r, c, chains) for c in columns),
            cell(ask, r, "confidence", why=False),
            english(ask, r, "source"),
        )
        for r in found.rows
    )
    heads = (
        head(ask, "facilities", "producer"),
        *(head(ask, "facilities", c) for c in columns),
        head(ask, "facilities", "confidence"),
        head(ask, "facilities", "source"),
    )
    count = len(rows)
    caption = say("{count} records of the register", count=count)
    return Table(
        "register",
        say("One record of the register") if count == 1 else caption,
        sortable(heads, keys),
        body,
        notes=(say("Sources and notes stand as they were written in the register, in English."),),
        empty=say("No record meets the search. Take out a filter, or reset."),
        pager=found.pager,
        sorted_by=found.sorted_by,
        sort_links=found.sort_links,
    )


def _order(ask: Ask, column: str, row: Row) -> Any:  # noqa: ANN401 - numbers or texts
    """What a column is ordered by: a number, else its text in the page's language."""
    if row[column] in (None, []):
        return None
    return row[column] if column in FIGURES else _cell(ask, row, column, {}).text.casefold()


def _cell(ask: Ask, row: Row, column: str, chains: dict[str, str]) -> Cell:
    if column == "product":
        href = step(ask, chains, (row["product"],), (row["material"],))
        return Cell(ask.voice.name(row), row["product"], href=href)
    if column == "material":
        href = ask.url(f"materials/{row['material']}")
        return Cell(ask.voice.of(row, "material"), row["material"], href=href)
    if column in LISTS or column in ("processes", "certificates"):
        return listed(ask, row, column)
    if column in ENGLISH:
        return english(ask, row, column)
    if column in FIGURES:
        return amount(ask, row, column)
    return cell(ask, row, column, why=False)


def listed(ask: Ask, row: Row, column: str) -> Cell:
    """Several values in one cell; none on record is a gap and no nought."""
    held = row[column]
    if not held:
        return Cell(ask.say("not known"), None, "missing")
    if column in LISTS:
        return members(ask, LISTS[column], held)
    texts = row[f"processes_{ask.lang}"] if column == "processes" else held
    return Cell(", ".join(texts), list(held))
