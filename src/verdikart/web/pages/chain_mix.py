"""The supply mix behind a step: its suppliers as a chart and a table, allied or not."""

from __future__ import annotations

from typing import Any

from verdikart.core.errors import UnknownName
from verdikart.reference.homes import allies, home
from verdikart.reference.names import name
from verdikart.reports import words
from verdikart.reports.view import Key, Tag
from verdikart.web.blocks import Block, Cell, Chart, Column, Note, Point, Table
from verdikart.web.pages.chain_seen import Seen, country_cell
from verdikart.web.values import cell, heads

Row = dict[str, Any]
MAIN = "step-suppliers"
DRAWN, LEAST, DRAWN_ANYHOW = 8, 0.01, 3  # bars of the chart: at most, from which share, at least
IN_BRIEF = 6  # rows in the dialog


def supply(s: Seen, row: Row, *, brief: bool = False) -> tuple[Block, ...]:
    """The step's mixes, or why there is none; ``brief``: the first one's largest suppliers only."""
    say, ask = s.ask.say, s.ask
    if not row["mixes"]:
        return (_unseen(s, row),)
    blocks: list[Block] = []
    for number, mix in enumerate(row["mixes"]):
        found = [r for r in ask.saved.rows("supply") if r["mix"] == mix]
        if not found:
            blocks.append(_not_saved(s, row, mix))
            continue
        measure = "value_share" if found[0]["value_share"] is not None else "quantity_share"
        found = _largest_first(found, measure)
        if brief:
            return (_table(s, mix, found[:IN_BRIEF], len(found), f"{MAIN}-brief"),)
        suffix = f"-{number + 1}" if number else ""
        table = _table(s, mix, found, len(found), f"{MAIN}{suffix}")
        blocks.append(_chart(s, mix, found, measure, table, f"step-mix{suffix}"))
    if len(row["mixes"]) > 1:
        text = say("The good is traded under several codes; each has a mix of its own.")
        blocks.insert(0, Note(text))
    return tuple(blocks)


def _largest_first(rows: list[Row], measure: str) -> list[Row]:
    return sorted(rows, key=lambda r: -(r[measure] or 0.0))


def _unseen(s: Seen, row: Row) -> Note:
    """A step without a mix: what is known all the same, and what would fill it."""
    say, voice = s.ask.say, s.ask.voice
    parts = [say("No source shows the supply of this step: who supplies it is not known.")]
    if row["fed_from"]:
        countries = voice.join([voice.country(c) for c in row["fed_from"]])
        parts.append(say("By the plant register it comes from {countries}.", countries=countries))
    links = ((say("What we do not know, and what would fill it"), s.ask.url("data/gaps")),)
    return Note(" ".join(parts), "warning", say("Unknown step"), links)


def _not_saved(s: Seen, row: Row, mix: str) -> Note:
    """A mix that the step was judged by but that the mapping holds no rows of."""
    text = s.ask.say(
        "The suppliers one by one are not saved in this mapping. The largest that is no ally is "
        "{country} with {share}.",
        country=s.ask.voice.country(row["top_other"]),
        share=s.ask.voice.percent(row["top_other_share"], 0),
    )
    return Note(text, "info", mix_name(s, mix))


def mix_name(s: Seen, mix: str) -> str:
    """A mix in words: whose, what flow, which year, which source."""
    whose, year, source, subject, flow = mix.split("/", 4)

    return s.ask.say(
        "{home}: {flow} {year}, {code} ({source})",
        home=name("home", whose, s.ask.lang),
        flow=flow_name(s, flow),
        year=year,
        code=_subject(s, subject),
        source=words.source_title(source, s.ask.voice),
    )


def _subject(s: Seen, subject: str) -> str:
    """A trade code as it is; a material at a stage by their names."""
    material, at, stage = subject.partition("@")
    if not at:
        return subject
    return f"{name('material', material, s.ask.lang)}, {words.stage(stage, s.ask.lang)}"


def flow_name(s: Seen, flow: str) -> str:
    """What a mix counts."""
    say = s.ask.say
    return {
        "import": say("imports"),
        "export": say("exports"),
        "production": say("production"),
        "supply": say("supply as a study gives it"),
    }.get(flow, flow)


def _allies(s: Seen, year: int) -> frozenset[str]:
    """Allies of the page's home; none are known of a home from an analyst's own file."""
    try:
        return allies(home(s.home), year)
    except UnknownName:
        return frozenset()


def _table(s: Seen, mix: str, rows: list[Row], total: int, table_id: str) -> Table:
    say, ask = s.ask.say, s.ask
    friends = _allies(s, rows[0]["year"])
    body = [
        (
            country_cell(ask, r, "partner"),
            Cell("", r["partner"] in friends, tags=(_ally(s, r["partner"] in friends),)),
            cell(ask, r, "value_share"),
            cell(ask, r, "quantity_share"),
            cell(ask, r, "value"),
            cell(ask, r, "quantity_t") if r["quantity_t"] is not None else cell(ask, r, "quantity"),
        )
        for r in rows
    ]
    rest = total - len(rows)
    return Table(
        table_id,
        mix_name(s, mix),
        (
            Column("partner", say("Supplier")),
            Column("ally", say("Ally")),
            *heads(ask, "supply", ("value_share", "quantity_share", "value", "quantity_t")),
        ),
        tuple(body),
        notes=(say("and {count} more suppliers", count=rest),) if rest else (),
    )


def _ally(s: Seen, friend: bool) -> Tag:
    return Tag(s.ask.say("ally"), "ally") if friend else Tag(s.ask.say("no ally"))


def _chart(s: Seen, mix: str, rows: list[Row], measure: str, table: Table, chart_id: str) -> Chart:
    from verdikart.reports import charts

    say, ask, voice = s.ask.say, s.ask, s.ask.voice
    friends = _allies(s, rows[0]["year"])
    by = say("by value") if measure == "value_share" else say("by quantity")
    limit = float(ask.saved.parameters["share_threshold"])
    shown = [
        r
        for n, r in enumerate(rows[:DRAWN])
        if r[measure] and (n < DRAWN_ANYHOW or r[measure] >= LEAST)
    ]
    bars, parts, points = [], [], []
    for number, r in enumerate(shown):
        friend = r["partner"] in friends
        said = say("ally") if friend else say("no ally")
        share = voice.percent(r[measure])
        label = f"{voice.country(r['partner'])} {share}"
        bars.append({"key": f"{number:02}", "label": label, "detail": said})
        text = f"{label}, {said}"
        points.append(Point(text, ask.url(f"countries/{r['partner']}")))
        group = "ally" if friend else "risk" if r[measure] > limit else "other"
        parts.append(
            {
                "key": f"{number:02}",
                "group": group,
                "start": 0.0,
                "end": round(r[measure], 6),
                "text": text,
                "opacity": 1,
            }
        )
    css = charts.Palette.css()
    groups = {
        "risk": (css.risk, say("no ally, over the limit")),
        "other": (css.other, say("no ally")),
        "ally": (css.ally, say("ally")),
    }
    used = {part["group"] for part in parts}
    with charts.unchecked():
        chart = charts.shares(bars, parts, limit, {g: c for g, (c, _) in groups.items()}, css)
        spec = charts.specification(chart, css)
    legend = [Key("■", colour, text) for g, (colour, text) in groups.items() if g in used]
    legend.append(Key("❘", css.limit, say("the limit, {limit}", limit=voice.percent(limit, 0))))
    first = points[0].text if points else say("not known")
    count = sum(1 for r in rows if r[measure])
    summary = say(
        "{count} suppliers {by}; the largest: {first}. Then: {rest}.",
        count=count,
        by=by,
        first=first,
        rest="; ".join(p.text for p in points[1:4]) or say("none"),
    )
    title = say("Suppliers {by}: {mix}", by=by, mix=mix_name(s, mix))
    return Chart(chart_id, title, summary, spec, table, tuple(legend), tuple(points))
