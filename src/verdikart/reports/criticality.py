"""Criticality seen from the home: scores with intervals, verdicts, and what they stand on."""

from __future__ import annotations

from dataclasses import replace
from math import ceil
from typing import Any

from verdikart.mapping.criticality_tables import DRAWS
from verdikart.mapping.run import Mapping
from verdikart.mapping.statements import home_name
from verdikart.reference.entities import Product
from verdikart.reference.load import by_key
from verdikart.reports import charts, scores, words
from verdikart.reports.risk_chart import SHAPES, importance_and_risk
from verdikart.reports.scores import CSS, SCALE
from verdikart.reports.view import Cell, ChartView, Head, Key, Section, Table
from verdikart.reports.voice import DASH, Notes, Voice

Row = dict[str, Any]
# Said by the verdict or by a column of its own.
SAID = {"net_exporter": ("net_exporter",), "small": ("below_floor", "net_exporter")}
MARKS = {"diamond": ("◆", "◇"), "triangle-up": ("▲", "△"), "square": ("■", "□")}
MARKS |= {"circle": ("●", "○"), "cross": ("✚", "✚")}


def criticality(m: Mapping, voice: Voice) -> Section:
    """Every assessed material by the EU method with the home's own trade and industries."""
    say, rows = voice.say, m.tables["criticality"]
    home = home_name(m.home, voice.lang)
    borrows = any(r["borrowed"] for r in rows)
    hit = any(r["measures_since"] for r in rows)
    notes = [scores.period(rows, voice)]
    if borrows:
        notes.append(
            say(
                "Recycling, substitution and end uses are the EU’s, applied to {home}: the shares "
                "of the EU’s uses are set against the value added of {home}’s own industries.",
                home=home,
            )
        )
    return Section(
        "criticality",
        say("Criticality seen from {home}", home=home),
        "criticality.html.j2",
        {
            "lead": scores.in_words(m, voice)
            + " "
            + say(
                "The EU method of 2017 is used on {home}’s own imports, production and industries "
                "in {year}.",
                home=home,
                year=m.year,
            ),
            "notes": notes,
            "chart": _chart(m, rows, voice) if rows else None,
            "left_out": _left_out(rows, voice),
            "table": _table(m, rows, voice),
            "reading": _reading(m, home, voice),
            "measures": scores.measures(rows, voice) if hit else None,
        },
    )


def _reading(m: Mapping, home: str, voice: Voice) -> tuple[str, ...]:
    say, limits = voice.say, m.settings
    ranked = sum(r["rank"] is not None for r in m.tables["criticality"])
    return (
        say(
            "Supply risk (SR) is the concentration of supply, weighted with governance and trade "
            "barriers, less recycling and substitution. Economic importance (EI) is the value added "
            "of the industries that use the material. Both are indices from 0 to 10."
        ),
        say(
            "Critical: SR reaches {sr} and EI reaches {ei}, at one decimal.",
            sr=voice.number(limits["sr_threshold"], 1),
            ei=voice.number(limits["ei_threshold"], 1),
        ),
        say(
            "Under a score stands the range that its inputs allow. A dash is a score with an input "
            "lacking: it has a range and no value, and is never 0."
        ),
        say(
            "The chance of being critical is the share of {draws} draws of the inputs within their "
            "ranges. Clear: 95 of 100 draws or more agree; else borderline. In brackets: no verdict, "
            "since an input is lacking and is drawn from everything it could be. A net exporter and "
            "a small flow are given no chance.",
            draws=voice.number(DRAWS),
        ),
        say(
            "{ranked} materials are ranked by SR. The rank interval holds nine of ten draws against "
            "these, also for a material without a rank of its own.",
            ranked=ranked,
        ),
        say(
            "Suppliers in the trade area of {home} (for a home in the EEA: the EEA) count with a "
            "trade parameter of {preferential}; a column shows SR with {full} instead.",
            home=home,
            preferential=voice.number(limits["preferential"], 1),
            full=voice.number(1.0, 1),
        ),
        say(
            "A net exporter sells more of the good than it buys; the risk then lies in what its "
            "plants live on, and that stage is shown beside the verdict."
        ),
    )


def _table(m: Mapping, rows: list[Row], voice: Voice) -> Table:
    say, notes = voice.say, Notes(voice)
    names = subject_names(m, voice)
    stages = {stage["subject"]: stage for stage in m.tables["criticality_stages"]}
    body = []
    for n, row in enumerate(rows, start=1):
        fed = [stages[subject] for subject in row["feed"]]
        lacking = (
            words.word("critical_input", part.partition(":")[0], voice.lang)
            for part in row["missing"]
        )
        caveats = [c for c in row["caveats"] if c not in SAID.get(row["verdict"], ())]
        body.append(
            (
                Cell(
                    f"{n}. {voice.name(row)}",
                    small=_place(row, names, voice),
                    mark=notes.reason(scores.PERIOD) if row["measures_since"] else "",
                ),
                _risk(row, notes, voice),
                Cell(
                    voice.number(row["supply_risk_without_preference"], 2),
                    mark=notes.reason(row["supply_risk_reason"])
                    if row["supply_risk_without_preference"] is None
                    else "",
                ),
                scores.score(row, "economic_importance", notes, voice),
                Cell(
                    "",
                    tags=scores.verdict(row, voice),
                    small="; ".join(_feed(f, names, voice) for f in fed),
                ),
                Cell(scores.chance(row, voice)),
                scores.rank(row, voice),
                Cell(scores.listed(lacking, voice), mark=notes.reasons(caveats)),
                Cell(scores.listed(_borrowed(row, voice), voice)),
                Cell(row["figure"], code=True) if row["figure"] else Cell(say("none")),
            )
        )
    heads = (
        Head(say("Material, stage and code")),
        Head(say("Supply risk, SR"), number=True),
        Head(say("SR with trade parameter 1.0"), number=True),
        Head(say("Economic importance, EI"), number=True),
        Head(say("Verdict; feed of a net exporter"), wide=True),
        Head(say("Chance of critical"), number=True),
        Head(say("Rank, rank interval"), number=True),
        Head(say("Not known"), wide=True),
        Head(say("Borrowed from the EU"), wide=True),
        Head(say("Figure id of SR")),
    )
    caption = say(
        "Criticality of materials seen from {home}, {year}, the riskiest first",
        home=home_name(m.home, voice.lang),
        year=m.year,
    )
    return Table("criticality-table", caption, heads, tuple(body), tuple(notes.listed))


def _borrowed(row: Row, voice: Voice) -> list[str]:
    """Inputs that are the EU's; the end uses are where EI has anything to stand on."""
    codes = list(row["borrowed"])
    if row["borrowed"] and "use_shares" not in row["missing"]:
        codes.append("use_shares")
    return [words.word("critical_input", code, voice.lang) for code in codes]


def subject_names(m: Mapping, voice: Voice) -> dict[str, str]:
    """Names of the home's subjects by code."""
    return {r["subject"]: voice.name(r) for r in m.tables["assessments"] if r["home"] == m.home}


def good_name(subject: str, names: dict[str, str], voice: Voice) -> str:
    """What a stage's subject is: a good by its code or id; empty for a material at a stage."""
    if subject in names and "@" not in subject:
        return names[subject]
    product = by_key(Product).get(subject)
    return product.name(voice.lang) if product else ""


def _place(row: Row, names: dict[str, str], voice: Voice) -> str:
    """Stage, good and code that stand for the material."""
    subject = row["subject"] or ""
    stage = words.stage(row["stage"], voice.lang) if row["stage"] else ""
    good = good_name(subject, names, voice)
    code = subject.replace(":", " ") if ":" in subject else ""
    return " · ".join(part for part in (stage, good, code) if part)


def _risk(row: Row, notes: Notes, voice: Voice) -> Cell:
    """SR with its range; beside a missing one, what the world's supply alone would give."""
    cell = scores.score(row, "supply_risk", notes, voice)
    world = row["supply_risk_world_only"]
    if row["supply_risk"] is not None or world is None:
        return cell
    told = voice.say("world supply alone: {value}", value=voice.number(world, 2))
    return replace(cell, small="; ".join(part for part in (cell.small, told) if part))


def _feed(stage: Row, names: dict[str, str], voice: Voice) -> str:
    """A feed stage of a net exporter with its SR."""
    name = good_name(stage["subject"], names, voice) or words.stage(stage["stage"], voice.lang)
    low, high = stage["supply_risk_low"], stage["supply_risk_high"]
    value = stage["supply_risk"]
    text = DASH if value is None else voice.number(value, 2)
    return voice.say(
        "feed: {name}, SR {value} ({span})",
        name=name,
        value=text,
        span=scores.span(low, high, voice),
    )


def _chart(m: Mapping, rows: list[Row], voice: Voice) -> ChartView:
    say, limits = voice.say, m.settings
    found = [_point(n, row, voice) for n, row in enumerate(rows, start=1)]
    drawn = [p for p in found if p is not None and p["ei"] <= SCALE]
    thresholds = (limits["ei_threshold"], limits["sr_threshold"])
    ends = (
        min(SCALE, ceil(max([thresholds[0], *(p["ei"] for p in drawn)])) + 1.0),
        min(SCALE, ceil(max([thresholds[1], *(p["sr"] for p in drawn)])) + 1.0),
    )
    titles = (say("Economic importance, EI"), say("Supply risk, SR"))
    chart = importance_and_risk(drawn, thresholds, ends, titles, CSS)
    title = say("Supply risk against economic importance, with the thresholds and the ranges")
    corner = [p["name"] for p in drawn if p["group"] == "critical"]
    summary = say(
        "{title}. {count} materials drawn; critical: {names}.",
        title=title,
        count=len(drawn),
        names="; ".join(corner) or say("none"),
    )
    legend = [
        Key(MARKS[shape][0], getattr(CSS, tone), words.word("criticality", code, voice.lang))
        for code, (shape, tone) in SHAPES.items()
    ]
    legend += [
        Key("◇", CSS.ink, say("hollow: a score without a value, drawn at the middle of its draws")),
        Key("┼", CSS.soft, say("the range that the inputs allow; at the edge it goes on")),
        Key("┆", CSS.limit, say("the thresholds; the shaded corner is critical")),
        Key("1", CSS.ink, say("number of the row in the table")),
    ]
    spec = charts.specification(chart, CSS)
    return ChartView("criticality-chart", title, summary, spec, tuple(legend), None)


def _left_out(rows: list[Row], voice: Voice) -> tuple[str, ...]:
    """Materials that the chart cannot show, and why."""
    say, open_, off = voice.say, [], []
    for n, row in enumerate(rows, start=1):
        point = _point(n, row, voice)
        if point is None:
            open_.append(f"{n}. {voice.name(row)}")
        elif point["ei"] > SCALE:
            off.append(point["text"])
    said = []
    if open_:
        said.append(
            say("Not drawn, since a score is not known at all: {names}.", names="; ".join(open_))
        )
    if off:
        said.append(
            say(
                "Not drawn, since EI is off the scale: {names}. The scale is the largest "
                "manufacturing industry; here an industry outside manufacturing is larger.",
                names="; ".join(off),
            )
        )
    return tuple(said)


def _point(n: int, row: Row, voice: Voice) -> Row | None:
    """A material on the chart; None where the whole scale is possible for one of its scores."""
    held: Row = {}
    for axis, name, middle in (
        ("sr", "supply_risk", "sr_p50"),
        ("ei", "economic_importance", "ei_p50"),
    ):
        low, high = row[f"{name}_low"], row[f"{name}_high"]
        value = row[name] if row[name] is not None else row[middle]
        if value is None or low is None or (low <= 0 and high >= SCALE):
            return None
        held |= {
            axis: round(value, 4),
            f"{axis}_low": round(low, 4),
            f"{axis}_high": round(high, 4),
        }
    known = row["supply_risk"] is not None and row["economic_importance"] is not None
    word = words.word("criticality", row["verdict"], voice.lang)
    told = [
        f"{axis} {voice.number(row[name], 2)} ({scores.span(row[f'{name}_low'], row[f'{name}_high'], voice)})"
        for axis, name in (("SR", "supply_risk"), ("EI", "economic_importance"))
    ]
    name = f"{n}. {voice.name(row)}"
    return held | {
        "group": row["verdict"],
        "known": known,
        "number": str(n),
        "name": name,
        "text": f"{name}: {told[0]}, {told[1]}, {word}",
    }
