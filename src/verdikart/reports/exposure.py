"""Exposure: what a country adds to a chain's inputs and to an industry's, at face value and behind it."""

from __future__ import annotations

from typing import Any

from verdikart.mapping.chain_graphs import DEEP
from verdikart.mapping.run import Mapping
from verdikart.reports import scores
from verdikart.reports.chains import own
from verdikart.reports.view import Block, Cell, Head, Section, Table
from verdikart.reports.voice import DASH, Notes, Voice

Row = dict[str, Any]
SHOWN = 10
NO_COUNTRY = ("OTHER", "UNKNOWN")
WIDE = "MANUFACTURING"

NAMED = 3  # goods named beside an input


def exposure(m: Mapping, voice: Voice) -> Section | None:
    """Both levels of exposure; None where the mapping has neither."""
    chain, sector = own(m, "chain_exposure_lines"), own(m, "sector_exposure")
    if not (chain or sector):
        return None
    say = voice.say
    blocks: list[Block] = []
    if chain:
        table = _inputs(m.home, chain, voice)
        first, rest = scores.split(table, SHOWN)
        label = say("Show the other {count}", count=len(table.rows) - SHOWN)
        blocks.append(Block(say("In product chains"), table=first, rest=rest, label=label))
    computed = [r for r in sector if r["look_through"] is not None]
    if computed:
        text = say(
            "Industries are broad: nothing here is said of any one material. The figures are of {year}.",
            year=computed[0]["year"],
        )
        blocks.append(
            Block(
                say("In industries"),
                texts=(text,),
                table=_countries(m.home, computed, voice),
                rest=_industries(m.home, computed, voice),
                label=say("Industry by industry"),
            )
        )
    return Section(
        "exposure",
        say("Exposure, direct and look-through"),
        "blocks.html.j2",
        {
            "lead": say(
                "At face value an input counts for the country that sells it; looked through, for the "
                "countries where the value was made, through all stages upstream. The difference is "
                "hidden exposure. Unlike inputs are never added in tonnes: value is what is shared out."
            ),
            "notes": (),
            "chart": None,
            "blocks": tuple(blocks),
        },
    )


def _inputs(home: str, rows: list[Row], voice: Voice) -> Table:
    """One row an input of the deep chains: the foreign country that it rests on most."""
    say, notes = voice.say, Notes(voice)
    best: dict[str, Row] = {}
    unknown: dict[tuple[str, str], Row] = {}
    goods: dict[str, dict[str, None]] = {}
    for row in rows:
        if row["depth"] != DEEP or not row["total"]:
            continue
        line = row["input_id"]
        goods.setdefault(line, {})[voice.name(row)] = None
        if row["country"] == "UNKNOWN":
            unknown[line, row["product_id"]] = row
        elif row["country"] not in (*NO_COUNTRY, home):
            known = best.get(line)
            if known is None or row["total"] > known["total"]:
                best[line] = row
    body = []
    for line, row in sorted(best.items(), key=lambda p: (-p[1]["total"], p[0])):
        gone, made = unknown.get((line, row["product_id"])), list(goods[line])
        more = " …" if len(made) > NAMED else ""
        text = say("goes into {goods}", goods=", ".join(made[:NAMED]) + more)
        body.append(
            (
                Cell(voice.of(row, "input"), small=text),
                Cell(voice.of(row, "country")),
                _share(row, "face", notes, voice),
                _share(row, "total", notes, voice),
                _share(row, "hidden", notes, voice),
                Cell(voice.percent(gone["total"] if gone else 0.0, 0)),
            )
        )
    heads = (
        Head(say("Input")),
        Head(say("Country it rests on most")),
        Head(say("At face value"), number=True),
        Head(say("Looked through"), number=True),
        Head(say("Hidden"), number=True),
        Head(say("Unknown origin"), number=True),
    )
    caption = say("Inputs of the deep chains with known origin")
    return Table("exposure-inputs", caption, heads, tuple(body), tuple(notes.listed))


def _share(row: Row, name: str, notes: Notes, voice: Voice) -> Cell:
    """A share with its bounds where it is estimated."""
    value = row[name]
    if value is None:
        return Cell(DASH, mark=notes.reason(row.get(f"{name}_reason") or "missing_input"))
    low, high = row.get(f"{name}_low"), row.get(f"{name}_high")
    if low is None or high is None or high - low < 0.005:
        return Cell(voice.percent(value, 0))
    return Cell(voice.percent(value, 0), small=span(low, high, voice))


def span(low: float, high: float, voice: Voice) -> str:
    """An interval of shares."""
    sign = "\u00a0%" if voice.lang == "nb" else "%"
    return f"{voice.number(100 * low)}–{voice.number(100 * high)}{sign}"


def _countries(home: str, rows: list[Row], voice: Voice) -> Table:
    """Countries behind the inputs of all manufacturing, the largest first."""
    wide = [r for r in rows if r["sector_id"] == WIDE and r["country"] not in (*NO_COUNTRY, home)]
    wide.sort(key=lambda r: -r["look_through"])
    body = [(Cell(voice.of(r, "country")), *_readings(r, voice)) for r in wide[:SHOWN]]
    heads = (Head(voice.say("Country")), *_heads(voice))
    caption = voice.say("Inputs of all manufacturing, by country, the home left out")
    return Table("exposure-countries", caption, heads, tuple(body))


def _industries(home: str, rows: list[Row], voice: Voice) -> Table:
    """For each industry the country with most hidden exposure."""
    say = voice.say
    best: dict[str, Row] = {}
    for row in rows:
        if row["country"] in (*NO_COUNTRY, home):
            continue
        known = best.get(row["sector_id"])
        if known is None or row["hidden"] > known["hidden"]:
            best[row["sector_id"]] = row
    body = [
        (Cell(voice.name(r)), Cell(voice.of(r, "country")), *_readings(r, voice))
        for r in sorted(best.values(), key=lambda r: -r["hidden"])
    ]
    heads = (Head(say("Industry")), Head(say("Country with most hidden exposure")), *_heads(voice))
    caption = say("Inputs of each industry: where most is hidden")
    return Table("exposure-industries", caption, heads, tuple(body))


def _heads(voice: Voice) -> tuple[Head, ...]:
    say = voice.say
    return (
        Head(say("At face value"), number=True),
        Head(say("Looked through"), number=True),
        Head(say("Hidden"), number=True),
        Head(say("Looked through, gross"), number=True),
    )


def _readings(row: Row, voice: Voice) -> tuple[Cell, ...]:
    names = ("face", "look_through", "hidden", "gross_look_through")
    return tuple(Cell(voice.percent(row[name])) for name in names)
