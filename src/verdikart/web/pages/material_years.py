"""Of one material: the largest supplier over the years that saved mappings hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from verdikart.mapping.saved import GoneError, Saved
from verdikart.reports import words
from verdikart.reports.view import Key
from verdikart.reports.voice import short
from verdikart.web.blocks import Block, Chart, Column, Note, Point, Prose, Section, Table
from verdikart.web.pages.material_seen import Seen
from verdikart.web.values import cell, gap_text, heads, named, plain

Row = dict[str, Any]
SERIES = 6  # goods drawn over the years
YEARS = 12  # saved mappings looked into


def time(seen: Seen) -> Section:
    """The largest supplier's share over the years that saved mappings of the home hold."""
    ask, say = seen.ask, seen.ask.say
    rows = [r for r in seen.stages.seen if r["basis"] == "own_imports" and r["products"]][:SERIES]
    title = say("Over time")
    if not rows:
        return Section(
            "time",
            title,
            (
                Prose(
                    (
                        say(
                            "No imports of its goods are seen, so there is nothing to follow over "
                            "time."
                        ),
                    )
                ),
            ),
        )
    held, lost = _years(seen)
    texts = _persistence(seen, rows)
    body, points, series, said = [], [], [], []
    for number, row in enumerate(rows):
        label = short(ask.voice.name(row))
        spoken = []
        for year, (saved, found) in sorted(held.items()):
            match = _match(row, found)
            if match is None:
                continue
            there = replace(ask, saved=saved, token=saved.name)
            body.append(
                (
                    named(ask, row, small=words.stage(row["stage"], ask.lang)),
                    plain(year, str(year)),
                    *(
                        cell(there, match, c)
                        for c in (
                            "top_supplier",
                            "top_share",
                            "other_top",
                            "other_top_share",
                            "value_nok",
                        )
                    ),
                )
            )
            if match["top_share"] is None:
                continue
            text = f"{ask.voice.country(match['top_supplier'])} {ask.voice.percent(match['top_share'], 0)}"
            spoken.append(f"{year} {text}")
            points.append(
                {
                    "year": year,
                    "share": round(match["top_share"], 5),
                    "series": f"{number}",
                    "label": text,
                    "text": f"{label} {year}: {text}",
                    "href": cell(there, match, "top_share").why,
                }
            )
        if spoken:
            series.append((f"{number}", label))
            said.append(f"{label}: {', '.join(spoken)}")
    names = ("top_supplier", "top_share", "other_top", "other_top_share", "value_nok")
    caption = say("Largest supplier by year, from the saved mappings of {home}", home=seen.home)
    columns = (
        Column("good", say("Good and stage")),
        Column("year", say("Year"), number=True),
        *heads(ask, "assessments", names),
    )
    blocks: list[Block] = []
    if len(held) > 1:
        texts.insert(
            0,
            say(
                "Years from {count} saved mappings: {years}.",
                count=len(held),
                years=ask.voice.join([str(y) for y in sorted(held)]),
            ),
        )
        blocks.append(
            _over_years(
                seen,
                caption,
                points,
                series,
                said,
                Table("time-table", caption, columns, tuple(body)),
            )
        )
    else:
        texts.insert(
            0,
            say(
                "Only {year} is seen: no other year of {home} is saved. A mapping of another year "
                "makes a line of it.",
                year=seen.ask.saved.year,
                home=seen.home,
            ),
        )
        blocks.append(
            Note(
                say("Make a mapping of an earlier year to see the change."),
                "info",
                links=((say("New mapping"), ask.url("runs")),),
            )
        )
    if lost:
        texts.append(say("{count} saved mappings could not be read and are left out.", count=lost))
    return Section("time", title, (Prose(tuple(texts)), *blocks))


def _persistence(seen: Seen, rows: Sequence[Row]) -> list[str]:
    """How many goods are concentrated year after year, and why others are not tested."""
    ask, say = seen.ask, seen.ask.say
    persistent = [r for r in rows if r["persistent"] is not None]
    texts = []
    if persistent:
        kept = sum(bool(r["persistent"]) for r in persistent)
        texts.append(
            say(
                "Tested for persistence, which is to be concentrated in {needed} of the last "
                "{years} years: goods tested {all}, persistent {kept}.",
                all=len(persistent),
                kept=kept,
                needed=ask.saved.parameters.get("persistence_needed"),
                years=ask.saved.parameters.get("persistence_years"),
            )
        )
    if alone := [r for r in rows if r["persistent"] is None and r.get("persistent_reason")]:
        reasons = dict.fromkeys(gap_text(r["persistent_reason"], ask.lang) for r in alone)
        texts.append(
            say(
                "Goods that could not be tested: {count}. {reason}",
                count=len(alone),
                reason=" ".join(reasons),
            )
        )
    return texts


def _over_years(
    seen: Seen,
    caption: str,
    points: list[Row],
    series: list[tuple[str, str]],
    said: list[str],
    table: Table,
) -> Block:
    from verdikart.reports import charts, charts_material

    if not points:
        return table
    css = charts.Palette.css()
    spec = charts_material.years(points, seen.limit, css)
    colours = (css.risk, css.ally, css.doubt, css.quiet, css.ink, css.other)
    legend = tuple(
        Key(charts_material.SIGNS[n], colours[n], label) for n, (_key, label) in enumerate(series)
    )
    told = tuple(Point(p["text"], p["href"]) for p in points)
    return Chart("time-chart", caption, f"{caption}. {'. '.join(said)}.", spec, table, legend, told)


def _years(seen: Seen) -> tuple[dict[int, tuple[Saved, list[Row]]], int]:
    """Year → mapping of the same home and its assessments; the one asked for first, then the newest."""
    ask = seen.ask
    found = {ask.saved.year: (ask.saved, list(seen.stages.rows))}
    lost = 0
    for entry in ask.shelf.entries()[:YEARS]:
        if entry.home != ask.saved.home or entry.year in found:
            continue
        try:
            other = ask.shelf.open(entry.name)
            rows = [r for r in other.own("assessments") if seen.kin & set(r["materials"])]
        except GoneError:
            lost += 1
            continue
        found[entry.year] = (other, rows)
    return found, lost


def _match(row: Row, rows: Sequence[Row]) -> Row | None:
    """The row of another year on the same goods, stage and kind of figure."""
    return next(
        (
            r
            for r in rows
            if r["stage"] == row["stage"]
            and r["basis"] == row["basis"]
            and set(r["products"]) & set(row["products"])
        ),
        None,
    )
