"""The full ranked list of inputs, as a map of points and as a table."""

from __future__ import annotations

from typing import Any

from verdikart.mapping.run import Mapping
from verdikart.reports import charts, words
from verdikart.reports.opening import nok_note
from verdikart.reports.supply import CSS, kroner, share_cell
from verdikart.reports.view import Cell, ChartView, Head, Key, Section, Table, Tag
from verdikart.reports.voice import Notes, Voice

Row = dict[str, Any]
POINT = {
    "vulnerable": "risk",
    "transit": "doubt",
    "bounds_only": "doubt",
    "concentrated_allied": "ally",
    "not_concentrated": "quiet",
    "small": "small",
}


def inputs(m: Mapping, voice: Voice) -> Section:
    """Every good with imports, ranked by import value."""
    say, rows = voice.say, m.tables["inputs"]
    table = _table(m, rows, voice)
    small = sum("small" in r["flags"] for r in rows)
    transit = sum("suspected_transit" in r["caveats"] for r in rows)
    return Section(
        "inputs",
        say("All inputs, ranked"),
        "inputs.html.j2",
        {
            "lead": say(
                "{count} goods with imports in {year}, ranked by import value. {small} are small "
                "direct imports below the floor: see also indirect exposure, which is not mapped "
                "here. {transit} carry a suspicion of transit.",
                count=len(rows),
                year=m.year,
                small=small,
                transit=transit,
            ),
            "note": nok_note(m, voice),
            "chart": _chart(m, rows, voice) if rows else None,
            "table": table,
        },
    )


def _table(m: Mapping, rows: list[Row], voice: Voice) -> Table:
    say, notes = voice.say, Notes(voice)
    heads = (
        Head(say("Rank, good and stage")),
        Head(say("Imports, NOK million"), number=True),
        Head(say("Imports, tonnes"), number=True),
        Head(say("Largest supplier")),
        Head(say("Its share"), number=True),
        Head(say("Allies’ share"), number=True),
        Head(say("HHI"), number=True),
        Head(say("Imports ÷ consumption"), number=True),
        Head(say("Verdict and flags")),
    )
    return Table(
        "inputs-table",
        say("Inputs of the mapping by import value, {year}", year=m.year),
        heads,
        tuple(_row(r, notes, voice) for r in rows),
        tuple(notes.listed),
    )


def _row(r: Row, notes: Notes, voice: Voice) -> tuple[Cell, ...]:
    suppressed = r["top_share_status"] == "suppressed"
    allied = words.flag("allied", voice.lang)  # said beside the supplier's name
    flags = [tag for tag in words.flags(r, voice.lang) if tag != allied]
    code = str(r["subject"]).replace(":", " ")
    stage = f"{words.stage(r['stage'], voice.lang)} · {code}"
    if r["shared_code"]:
        stage += f" · {voice.say('code shared by {count} goods', count=len(r['products']))}"
    return (
        Cell(f"{r['rank']}. {voice.name(r)}", small=stage),
        kroner(r["value_nok"], r["value"], r["value_unit"], notes, voice),
        Cell(
            voice.tonnes(r["quantity_t"]),
            mark="" if r["quantity_t"] is not None else notes.reason("missing_quantity"),
        ),
        Cell(
            voice.country(r["top_supplier"]),
            tags=(Tag(voice.say("allied"), "ally"),) if "allied" in r["flags"] else (),
        ),
        share_cell(r, r["top_share"], notes, voice),
        figure_cell(r, "ally_share", notes, voice),
        _index(r, notes, voice) if not suppressed else _bounds(r, notes, voice),
        Cell(
            voice.percent(r["import_share_of_consumption"], 0),
            mark=notes.reason(r["import_share_reason"]),
        ),
        Cell("", tags=(words.outcome(r["outcome"], voice.lang), *flags)),
    )


def figure_cell(row: Row, name: str, notes: Notes, voice: Voice) -> Cell:
    """A share with the letter of its reason where its status is not plain."""
    return Cell(voice.percent(row[name]), mark=notes.reason(row.get(f"{name}_reason")))


def _index(row: Row, notes: Notes, voice: Voice) -> Cell:
    return Cell(voice.number(row["hhi_value"], 2), mark=notes.reason(row.get("hhi_value_reason")))


def _bounds(row: Row, notes: Notes, voice: Voice) -> Cell:
    text = voice.say(
        "{low} to {high}",
        low=voice.number(row.get("hhi_value_low"), 2),
        high=voice.number(row.get("hhi_value_high"), 2),
    )
    return Cell(text, mark=notes.reason(row.get("hhi_value_reason")))


def _chart(m: Mapping, rows: list[Row], voice: Voice) -> ChartView:
    say = voice.say
    ranked = {f["subject"]: f["rank"] for f in m.tables["findings"] if f["kind"] == "vulnerability"}
    in_nok = all(r["value_nok"] is not None for r in rows)
    column = "value_nok" if in_nok else "value"
    points = []
    for r in rows:
        if not r[column]:
            continue
        share = r["other_top_share"] or 0.0
        where = voice.country(r["other_top"]) if r["other_top"] else say("allies only")
        points.append(
            {
                "value": round(r[column] / 1e6, 6),
                "share": round(share, 6),
                "group": POINT[r["outcome"]],
                "number": str(ranked.get(r["subject"], "")),
                "number_left": "",
                "text": f"{voice.name(r)}: {where} {voice.percent(share)}",
            }
        )
    _spread(points)
    rates = [r["value_nok"] / r["value"] for r in rows if in_nok and r["value"]]
    floor = m.parameters.floor / 1e6 * (max(rates) if rates else 1)
    limit = m.parameters.share_threshold
    axis = say("Imports a year, NOK million (log scale)")
    if not in_nok:
        axis = say("Imports a year, million of the source’s currency (log scale)")
    chart = charts.map_of_inputs(points, limit, floor, (axis, ""), CSS)
    above = [p for p in points if p["share"] > limit and p["value"] > floor]
    title = say("All inputs: value against the share of the largest supplier that is no ally")
    summary = say(
        "{title}. {count} goods; {above} lie above both the {limit} line and the floor.",
        title=title,
        count=len(points),
        above=len(above),
        limit=voice.percent(limit, 0),
    )
    lang = voice.lang
    legend = (
        Key("◆", CSS.risk, words.outcome("vulnerable", lang).text),
        Key("▲", CSS.doubt, say("bounds only or suspected transit, no verdict")),
        Key("■", CSS.ally, words.outcome("concentrated_allied", lang).text),
        Key("●", CSS.quiet, words.outcome("not_concentrated", lang).text),
        Key("✚", CSS.quiet, words.outcome("small", lang).text),
        Key("┆", CSS.limit, say("the limit, {limit}", limit=voice.percent(limit, 0))),
        Key("┊", CSS.soft, say("the floor for small flows")),
        Key("1", CSS.ink, say("number among the sharpest vulnerabilities")),
    )
    return ChartView("inputs-chart", title, summary, charts.specification(chart, CSS), legend, None)


def _spread(points: list[Row]) -> None:
    """Put a number to the left of its point where a neighbour's would stand on it."""
    numbered = [p for p in points if p["number"]]
    for point in numbered:
        for other in numbered:
            ratio = other["value"] / point["value"]
            if (
                other is not point
                and 1 <= ratio < 4
                and abs(other["share"] - point["share"]) < 0.06
            ):
                point["number"], point["number_left"] = "", point["number"] or point["number_left"]
