"""The plane on the overview: what the home is exposed to against what its allies need from it."""

from __future__ import annotations

from verdikart.reference.names import name
from verdikart.reports import words
from verdikart.reports.charts_plane import Pair, Row, pairs, plane
from verdikart.reports.palette import Palette
from verdikart.reports.view import Key
from verdikart.reports.voice import short
from verdikart.web.ask import Ask
from verdikart.web.blocks import Block, Cell, Chart, Column, Note, Point, Section, Table
from verdikart.web.pages.overview_goods import good_url
from verdikart.web.values import cell, head, named

MARKS = {
    "vulnerable": ("diamond", "risk", "◆"),
    "no_verdict": ("triangle-up", "doubt", "▲"),
    "concentrated_allied": ("square", "ally", "■"),
    "not_concentrated": ("circle", "quiet", "●"),
    "small": ("cross", "quiet", "✚"),
    "not_known": ("triangle-down", "soft", "▼"),
}


def section(ask: Ask) -> Section:
    """The plane with its table; a sentence where nothing is known of what others need."""
    return Section("plane", ask.say("Exposed and needed"), (block(ask),))


def block(ask: Ask) -> Block:
    """The chart, or what is missing and the way on."""
    say, voice, saved = ask.say, ask.voice, ask.saved
    own, positions = saved.own("assessments"), saved.own("positions")
    home = name("home", saved.home, ask.lang)
    if not positions:
        return Note(
            say(
                "This mapping does not measure what others get from {home}: it is itself part of the "
                "blocs compared with, or delivers nothing to them. What it is exposed to stands below.",
                home=home,
            ),
            links=((say("The materials"), ask.url("materials")),),
        )
    parameters = saved.parameters
    limit, least = parameters["share_threshold"], parameters["position_floor"]
    found = pairs(own, positions, parameters["floor"])
    rows, points = [], []
    for number, pair in enumerate(found, start=1):
        group = _group(pair.exposed)
        stands_out = group != "small" and ((pair.exposure or 0) >= limit or pair.need >= least)
        label = short(voice.name(pair.row))
        text = _said(ask, voice.name(pair.row), pair, home)
        rows.append(
            {
                "x": pair.exposure,
                "y": pair.need,
                "group": group,
                "number": str(number),
                "label": label if stands_out else "",
                "text": text,
            }
        )
        points.append(Point(f"{number}. {text}", good_url(ask, pair.row)))
    groups = {g: (shape, f"var(--{tone})") for g, (shape, tone, _) in MARKS.items()}
    spec = plane(
        rows,
        (limit, least),
        (
            say("Share of the largest supplier that is no ally"),
            say("Share of a bloc’s imports that comes from {home}", home=home),
        ),
        (
            say("Needed, not exposed"),
            say("Exposed and needed"),
            say("Neither"),
            say("Exposed, nothing to set against it"),
        ),
        groups,
        say("own imports not known"),
        Palette.css(),
    )
    return Chart(
        "plane-chart",
        say("What {home} is exposed to, and what its allies need from it", home=home),
        _summary(ask, found, limit, least),
        spec,
        _table(ask, found),
        _legend(ask, {_group(pair.exposed) for pair in found}),
        tuple(points),
    )


def _group(row: Row | None) -> str:
    if row is None:
        return "not_known"
    outcome = str(row["outcome"])
    return outcome if outcome in MARKS else "no_verdict"


def _said(ask: Ask, good: str, pair: Pair, home: str) -> str:
    say, voice = ask.say, ask.voice
    row, need = pair.exposed, pair.needed
    if row is None:
        first = say("own imports not known")
    elif row["other_top"] is None:
        first = say("no supplier outside the alliances")
    else:
        first = f"{voice.percent(row['other_top_share'])} {voice.country(row['other_top'])}"
    if need is None:
        second = say("no delivery from {home} on record", home=home)
    else:
        second = say(
            "{home} delivers {share} to {other}",
            home=home,
            share=voice.percent(need["supplier_share"]),
            other=name("home", need["other"], ask.lang),
        )
    return f"{good}: {first}; {second}"


def _summary(ask: Ask, found: list[Pair], limit: float, least: float) -> str:
    """How many marks stand in each quarter, and which are both; small flows, which get no verdict, aside."""
    say, voice = ask.say, ask.voice
    found = [p for p in found if _group(p.exposed) != "small"]
    both = [p for p in found if (p.exposure or 0) >= limit and p.need >= least]
    exposed = [p for p in found if (p.exposure or 0) >= limit and p.need < least]
    needed = [p for p in found if p.exposure is not None and p.exposure < limit and p.need >= least]
    names = voice.join([short(voice.name(p.row)) for p in both[:5]])
    text = say(
        "{exposed} goods come for {limit} or more from one country that is no ally and have no "
        "delivery of weight to set against it; {needed} are needed by allies without being exposed "
        "so; {both} are both. Small flows are not counted.",
        exposed=len(exposed),
        needed=len(needed),
        both=len(both),
        limit=voice.percent(limit, 0),
    )
    return f"{text} " + say("Both: {names}.", names=names) if names else text


def _legend(ask: Ask, used: set[str]) -> tuple[Key, ...]:
    say = ask.say
    texts = {
        "no_verdict": say("no verdict: bounds or origin in doubt"),
        "not_known": say("own imports not known"),
    }
    return tuple(
        Key(mark, f"var(--{tone})", texts.get(group) or words.outcome(group, ask.lang).text)
        for group, (_, tone, mark) in MARKS.items()
        if group in used
    )


def _table(ask: Ask, found: list[Pair]) -> Table:
    say = ask.say
    columns = (
        Column("good", say("Good and stage")),
        Column("number", say("Number in the chart"), number=True),
        head(ask, "assessments", "other_top_share"),
        head(ask, "assessments", "other_top"),
        Column("verdict", say("Verdict")),
        head(ask, "positions", "supplier_share"),
        Column("other", say("Who needs it")),
        head(ask, "positions", "quantity_t"),
        head(ask, "positions", "value_nok"),
    )
    return Table(
        "plane-table",
        say("Every good of the chart, the most exposed first"),
        columns,
        tuple(_row(ask, number, pair) for number, pair in enumerate(found, start=1)),
    )


def _row(ask: Ask, number: int, pair: Pair) -> tuple[Cell, ...]:
    say = ask.say
    row, need = pair.exposed, pair.needed
    unseen = Cell(say("not known"), None, "missing")
    none = Cell(say("no delivery on record"), None)
    verdict = words.outcome(row["outcome"], ask.lang) if row else None
    return (
        named(ask, pair.row, good_url(ask, pair.row), words.stage(pair.row["stage"], ask.lang)),
        Cell(str(number), number),
        cell(ask, row, "other_top_share") if row and row["other_top"] else _allied(ask, row),
        cell(ask, row, "other_top") if row and row["other_top"] else Cell("–"),
        Cell("", verdict.text, tags=(verdict,)) if verdict else unseen,
        cell(ask, need, "supplier_share") if need else none,
        Cell(name("home", need["other"], ask.lang), need["other"]) if need else Cell("–"),
        cell(ask, need, "quantity_t") if need else Cell("–"),
        cell(ask, need, "value_nok") if need else Cell("–"),
    )


def _allied(ask: Ask, row: Row | None) -> Cell:
    """No supplier outside the alliances is a true zero; no imports on record is a gap."""
    if row is None:
        return Cell(ask.say("not known"), None, "missing")
    return Cell(ask.voice.percent(0.0), 0.0, "zero", small=ask.say("allies only"))
