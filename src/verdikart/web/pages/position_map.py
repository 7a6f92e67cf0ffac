"""The map of plants, mines, deposits and projects, its filters and its table."""

from __future__ import annotations

from typing import Any

from verdikart.reference.names import name
from verdikart.reports import plant_map, words
from verdikart.reports.view import Key
from verdikart.web import assets
from verdikart.web.ask import Ask
from verdikart.web.blocks import Block, Cell, Column, Drawing, Form, Links, Prose, Section, Table
from verdikart.web.pages.position_links import carried, chosen, inline, plant
from verdikart.web.values import heads

Row = dict[str, Any]
FILTERS = ("material", "chain", "stage", "kind", "status")
VOCABULARY = {"kind": "facility_kind", "status": "facility_status"}


def section(ask: Ask) -> Section:
    """The map with what belongs to it."""
    say, rows = ask.say, ask.saved.rows("facilities")
    if not rows:
        text = say("The plant register is not in this mapping. Make a new mapping to get it.")
        return Section("map", say("Plants, deposits and projects"), (Prose((text,)),))
    form, found = _filtered(ask, rows)
    shown = [r for r in found if r["latitude"] is not None]
    blocks: list[Block] = [form]
    if shown:
        blocks += [_drawing(ask, shown, len(found)), _past(ask)]
    elif found:
        blocks.append(
            Prose((say("None of those found has a position on record; the table has them."),))
        )
    blocks.append(_table(ask, found))
    return Section("map", say("Plants, deposits and projects in Norway"), tuple(blocks))


def _filtered(ask: Ask, rows: list[Row]) -> tuple[Form, list[Row]]:
    say, lang = ask.say, ask.lang
    options: dict[str, dict[str, str]] = {
        "material": {r["material"]: name("material", r["material"], lang) for r in rows},
        "chain": {c: name("chain", c, lang) for r in rows for c in r["chains"]},
        "stage": {r["stage"]: name("stage", r["stage"], lang) for r in rows},
        **{
            key: {r[key]: words.word(vocabulary, r[key], lang) for r in rows}
            for key, vocabulary in VOCABULARY.items()
        },
    }
    labels = {
        "material": say("Material"),
        "chain": say("Value chain"),
        "stage": say("Stage"),
        "kind": say("Kind"),
        "status": say("Status"),
    }
    fields, found = [], list(rows)
    for key in FILTERS:
        value, field = chosen(ask, key, options[key], labels[key])
        fields.append(field)
        if value and key == "chain":
            found = [r for r in found if value in r["chains"]]
        elif value:
            found = [r for r in found if r[key] == value]
    form = Form(
        "map-filter",
        (*fields, *carried(ask, FILTERS)),
        say("Show"),
        title=say("What the map shows"),
        reset=ask.here(**dict.fromkeys(FILTERS)),
    )
    return form, found


def _drawing(ask: Ask, rows: list[Row], total: int) -> Drawing:
    say, lang = ask.say, ask.lang
    marks = [
        plant_map.Plant(
            said(ask, r),
            plant(ask, r["record_id"]),
            r["kind"],
            r["status"],
            r["longitude"],
            r["latitude"],
        )
        for r in rows
    ]
    title = say("Plants, mines, deposits and projects in Norway")
    land = plant_map.ground(assets.STATIC / "nordic.json")
    kinds = [k for k in plant_map.GLYPHS if any(r["kind"] == k for r in rows)]
    legend = [
        Key(plant_map.GLYPHS[k], "var(--ally)", words.word("facility_kind", k, lang)) for k in kinds
    ]
    looks = {
        "working": Key("■", "var(--ally)", say("filled: operating")),
        "partly": Key("▣", "var(--ally)", say("with a dot: ramping up or partly curtailed")),
        "planned": Key("□", "var(--doubt)", say("hollow: project, exploration, building")),
        "ended": Key("☒", "var(--risk)", say("crossed out: closed or bankrupt")),
        "unchecked": Key("⬚", "var(--quiet)", say("broken line: status not verified")),
    }
    used = {plant_map.LOOKS.get(r["status"], "unchecked") for r in rows}
    legend += [key for look, key in looks.items() if look in used]
    texts = [
        say(
            "{count} of {total} records have a position. The shape tells the kind and the filling the "
            "status. Where several stand in one place, the marks are set around it with a thread to "
            "the place. Every mark leads to its record; by keyboard they come from north to south.",
            count=len(rows),
            total=total,
        )
    ]
    if len(rows) < total:
        texts.append(say("Those without a position stand in the table below."))
    return Drawing(
        "plants-map", title, " ".join(texts), plant_map.draw(marks, land, title), tuple(legend)
    )


def said(ask: Ask, row: Row) -> str:
    """A mark's name: plant, good and status."""
    status = words.word("facility_status", row["status"], ask.lang)
    return f"{row['producer']}, {inline(ask.voice.name(row))}, {status}"


def _past(ask: Ask) -> Links:
    """A way round the many marks for whoever goes by keyboard."""
    say = ask.say
    return Links(
        ((say("Search the register"), ask.url("position/register"), say("with every field")),)
    )


def _table(ask: Ask, rows: list[Row]) -> Table:
    say = ask.say
    columns = (
        Column("producer", say("Plant")),
        Column("good", say("Good")),
        *heads(ask, "facilities", ("kind", "status", "place", "latitude", "longitude")),
    )
    order = sorted(rows, key=lambda r: (r["producer"].casefold(), r["record_id"]))
    body = tuple(
        (
            Cell(r["producer"], r["producer"], href=plant(ask, r["record_id"])),
            Cell(ask.voice.name(r), r["product"]),
            *(Cell(ask.voice.of(r, c), r[c]) for c in ("kind", "status")),
            Cell(r["place"], r["place"]),
            *(_degrees(ask, r[c]) for c in ("latitude", "longitude")),
        )
        for r in order
    )
    return Table(
        "plants",
        say("The map as a table"),
        columns,
        body,
        empty=say("No record meets the choice. Take out a filter, or reset."),
        folded=say("The map as a table ({count} records)", count=len(rows)) if rows else "",
    )


def _degrees(ask: Ask, value: float | None) -> Cell:
    if value is None:
        return Cell(ask.say("not known"), None, "missing")
    return Cell(ask.voice.number(value, 2), value)
