"""The card of a figure: how it is computed from its inputs, and the rows of the source behind it."""

from __future__ import annotations

from typing import Any

from verdikart.mapping import cards
from verdikart.reference import names
from verdikart.reports import words
from verdikart.web.ask import Ask
from verdikart.web.blocks import (
    Block,
    Cell,
    Column,
    Facts,
    Fragment,
    Note,
    Page,
    Prose,
    Section,
    Table,
)
from verdikart.web.pages.why_parts import again, input_cell, input_name, inputs
from verdikart.web.values import gap, plain

Row = dict[str, Any]

MOST_ROWS = 60

UNITS = {"USD": "USD", "EUR": "EUR", "NOK": "NOK", "t": "t", "kg": "kg", "share": "", "index": ""}


def page(ask: Ask, reference: str) -> Page:
    """The card of a figure's id."""
    say, voice = ask.say, ask.voice
    card = cards.figure_card(ask.saved, reference, ask.lang)
    figure, indicator, source = card["figure"], card["indicator"], card["source"]
    home, year, _, subject, flow, _ = figure["id"].split("/", 5)
    shown = _figure_cell(ask, figure)
    goods = ", ".join(g["name"] for g in card["goods"]) or subject.replace(":", " ")
    facts = (
        (say("Value"), shown),
        (say("Status"), plain(words.word("status", figure["status"], ask.lang))),
        (say("Interval"), _interval(ask, figure)),
        (say("What it is of"), plain(goods, small=subject.replace(":", " "))),
        (say("Seen from"), plain(names.name("home", home, ask.lang), small=_flow(ask, flow))),
        (say("Year"), plain(int(year), year)),
    )
    first: list[Block] = [Facts(tuple(f for f in facts if f[1].text))]
    if figure["reason_text"]:
        first.append(Note(figure["reason_text"], "warning"))
    first += _against_saved(ask, card)
    return Page(
        f"{indicator['name']}: {goods}",
        (
            Section("value", "", tuple(first)),
            Section("formula", say("How it is computed"), _computed(ask, card)),
            Section("rows", say("The rows behind it"), _behind(ask, card)),
            Section(
                "source",
                say("Source"),
                (
                    Facts(
                        (
                            (say("Source"), plain(source["title"], small=source["provider"])),
                            (say("Vintage"), plain(words.vintage(source["vintage"], ask.lang))),
                            (say("Licence"), plain(source["licence"])),
                            (say("To cite it"), plain(source["citation"])),
                            *(
                                (
                                    say("Also behind it"),
                                    plain(
                                        words.source_title(s.source_id, voice),
                                        small=f"{s.provider}; {s.licence}",
                                    ),
                                )
                                for s in card["also"]
                            ),
                        )
                    ),
                    *((Prose((source["limits"],)),) if source["limits"] else ()),
                ),
            ),
            again(ask, figure["id"], figure["value"], card["recompute"]),
        ),
        lead=indicator["definition"],
        tags=(),
        crumbs=((voice.say("Overview"), ask.url()),),
        sources=(source["id"], *(s.source_id for s in card["also"])),
    )


def _figure_cell(ask: Ask, figure: Row) -> Cell:
    value, unit, voice = figure["value"], figure["unit"], ask.voice
    status = figure["status"]
    if value is None:
        return Cell(gap(status, voice), None, status, figure["low"], figure["high"], unit)
    return Cell(_amount(ask, value, unit), value, status, figure["low"], figure["high"], unit)


def _amount(ask: Ask, value: object, unit: str) -> str:
    """A value to the last digit that means something: a card is where one comes for them."""
    voice = ask.voice
    if isinstance(value, bool):
        return voice.say("yes") if value else voice.say("no")
    if isinstance(value, str):
        return voice.country(value) if unit == "country" else value
    if not isinstance(value, (int, float)):
        return ""
    if unit == "share":
        return voice.percent(value, 2)
    if float(value).is_integer():
        return f"{voice.number(value)} {UNITS.get(unit, '')}".strip()
    return f"{voice.number(value, 4 if abs(value) < 100 else 1)} {UNITS.get(unit, '')}".strip()


def _interval(ask: Ask, figure: Row) -> Cell:
    low, high = figure["low"], figure["high"]
    if low is None and high is None:
        return plain(None)
    ends = [_amount(ask, end, figure["unit"]) if end is not None else "…" for end in (low, high)]
    return plain([low, high], f"{ends[0]} – {ends[1]}")


def _flow(ask: Ask, flow: str) -> str:
    say = ask.say
    return {
        "import": say("imports"),
        "export": say("exports"),
        "production": say("production"),
        "supply": say("supply"),
    }.get(flow, flow)


def _against_saved(ask: Ask, card: Row) -> list[Block]:
    """The value as this mapping holds it, where it is another, and why that may be."""
    say, kept = ask.say, card.get("saved")
    found: list[Block] = []
    if card["differs"] == "code":
        found.append(
            Note(
                say(
                    "The mapping was made by another version of the program; the derivation below "
                    "is by the one that runs now."
                )
            )
        )
    elif card["differs"] == "data":
        found.append(
            Note(
                say(
                    "The mapping was made on other data than those installed now; the derivation "
                    "below is on the data of now."
                )
            )
        )
    if kept is not None and kept["value"] is not None:
        now = card["figure"]["value"]
        if isinstance(now, (int, float)) and abs(now - kept["value"]) > 1e-9 * max(1, abs(now)):
            text = say(
                "The mapping holds {value}.", value=_amount(ask, kept["value"], kept["unit"])
            )
            found.append(Note(text, "warning"))
    return found


def _computed(ask: Ask, card: Row) -> tuple[Block, ...]:
    say, indicator = ask.say, card["indicator"]
    lines = [(say("Formula"), plain(indicator["formula"], code=True))]
    if card["filled"]:
        value = _figure_cell(ask, card["figure"]).text
        lines.append((say("With its inputs"), plain(f"{card['filled']} = {value}", code=True)))
    lines.append((say("Method"), plain(indicator["method_source"])))
    lines += [
        (say("Limit"), plain(t["value"], _limit(ask, t["value"], indicator), small=t["source"]))
        for t in indicator["thresholds"]
    ]
    parts: list[Block] = [Facts(tuple(lines))]
    parts += inputs(ask, card)
    if indicator["caveats"]:
        parts.append(Prose(tuple(indicator["caveats"])))
    parts.append(
        Fragment(
            "way.html.j2",
            {
                "text": say("The indicator among the terms"),
                "href": ask.url(f"terms/{indicator['id']}"),
            },
        )
    )
    return tuple(parts)


def _limit(ask: Ask, value: float, indicator: Row) -> str:
    share = indicator["id"].endswith("share") or "share" in indicator["id"]
    return ask.voice.percent(value, 0) if share else ask.voice.number(value, 2)


def _behind(ask: Ask, card: Row) -> tuple[Block, ...]:
    """Suppliers with their shares, and the rows of the source as they stand there."""
    say, voice, mix = ask.say, ask.voice, card["mix"]
    blocks: list[Block] = []
    suppliers = mix["suppliers"]
    if suppliers:
        body = tuple(
            (
                plain(s["iso3"], s["name"], href=ask.url(f"countries/{s['iso3']}")),
                plain(s["value_share"], voice.percent(s["value_share"])),
                plain(s["quantity_share"], voice.percent(s["quantity_share"])),
                plain(s["value"], voice.number(s["value"]) if s["value"] is not None else "–"),
                plain(s["quantity_t"], voice.tonnes(s["quantity_t"])),
                plain(list(s["alignment"]), ", ".join(s["alignment"]) or "–"),
            )
            for s in suppliers[:MOST_ROWS]
        )
        heads = (
            Column("country", say("Country")),
            Column("value_share", say("Share by value"), number=True),
            Column("quantity_share", say("Share by quantity"), number=True),
            Column("value", say("Value"), number=True, unit=mix["value_unit"] or ""),
            Column("quantity_t", say("Quantity"), number=True, unit=say("tonnes")),
            Column("alignment", say("Belongs to")),
        )
        blocks.append(Table("mix", say("Who supplies how much"), heads, body, _cut(ask, suppliers)))
    rows = card["source_rows"]
    if rows:
        keys = list(rows[0])
        columns = tuple(
            Column(k, input_name(ask, k), number=k in ("value", "quantity_kg")) for k in keys
        )
        table = Table(
            "source-rows",
            say("Rows of the source ({count})", count=len(rows)),
            columns,
            tuple(tuple(input_cell(ask, k, row[k]) for k in keys) for row in rows[:MOST_ROWS]),
            _cut(ask, rows),
            folded=say("Rows of the source, as they stand there ({count})", count=len(rows)),
        )
        blocks.append(table)
    return tuple(blocks) or (Prose((say("No rows: the source has no flow for this question."),)),)


def _cut(ask: Ask, rows: list[Row]) -> tuple[str, ...]:
    if len(rows) <= MOST_ROWS:
        return ()
    return (
        ask.say(
            "The {shown} largest of {total}; the command below gives all.",
            shown=MOST_ROWS,
            total=len(rows),
        ),
    )
