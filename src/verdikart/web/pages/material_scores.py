"""Of one material: methods side by side, uncertainty, the two horizons, and the published assessment."""

from __future__ import annotations

from typing import Any

from verdikart.mapping.methods import METHODS
from verdikart.mapping.saved import only
from verdikart.reference.names import name
from verdikart.reports import scores, words
from verdikart.reports.view import Key, Tag
from verdikart.web.blocks import (
    Block,
    Cell,
    Chart,
    Column,
    Facts,
    Point,
    Prose,
    Section,
    Table,
)
from verdikart.web.pages.material_seen import Seen, near
from verdikart.web.values import cell, gap, gap_text, head, heads, plain

Row = dict[str, Any]
DRAWN = ("chance_sr", "chance_ei", "chance_critical", "rank")


def methods(seen: Seen) -> Section:
    """Every method's value, rank and verdict, how far they agree, and what drives the difference."""
    ask, say, voice = seen.ask, seen.ask.say, seen.ask.voice
    title = say("Methods side by side")
    row = next(iter(only(ask.saved.own("methods"), material_id=seen.key)), None)
    if row is None:
        text = say(
            "The methods are not set side by side for this material: none of them names it, or "
            "its group stands for it."
        )
        return Section("methods", title, (Prose((text,)), *near(seen, "methods")))
    body = tuple(
        (
            plain(key, METHODS[key].name.in_(ask.lang), small=words.method_value(key, ask.lang)),
            cell(ask, row, key),
            cell(ask, row, f"{key}_rank", small=_of(seen, row, key)),
            _verdict(seen, row, key),
            plain(METHODS[key].verdict.in_(ask.lang)),
            plain(row[f"{key}_basis"] or "", _basis(seen, row, key)),
        )
        for key in METHODS
        if key in row
    )
    columns = (
        Column("method", say("Method")),
        Column("value", say("Its value"), number=True),
        Column("rank", say("Rank, 1 the riskiest"), number=True),
        Column("verdict", say("Its verdict")),
        Column("rule", say("Critical when")),
        Column("basis", say("Stands on, or why it says nothing"), wide=True),
    )
    table = Table(
        "methods-table", say("{name} by every method", name=voice.name(row)), columns, body
    )
    texts = [
        say(
            "{critical} of {verdicts} verdicts say critical; {share} of them hold with the "
            "majority.",
            critical=row["critical_verdicts"],
            verdicts=row["verdicts"],
            share=voice.percent(row["agreement"], 0),
        )
        if row["verdicts"]
        else say("No method has a verdict on it.")
    ]
    if row["driver"] == "in_agreement":
        texts.append(
            say(
                "Its place seen from {home} agrees with its place in the other methods.",
                home=seen.home,
            )
        )
    elif row["driver"] not in (None, "not_computed"):
        texts.append(
            say(
                "What drives the difference most: {driver}. With that part changed, the place "
                "seen from {home} comes nearest to the others.",
                driver=words.word("driver", row["driver"], ask.lang),
                home=seen.home,
            )
        )
    facts = Facts(
        tuple(
            (head(ask, "methods", c).title, cell(ask, row, c))
            for c in ("agreement", "place", "place_elsewhere", "driver_effect")
        )
    )
    return Section("methods", title, (Prose(tuple(texts)), table, facts))


def _of(seen: Seen, row: Row, key: str) -> str:
    return (
        seen.ask.say("of {count}", count=row[f"{key}_of"]) if row[f"{key}_rank"] is not None else ""
    )


def _verdict(seen: Seen, row: Row, key: str) -> Cell:
    verdict = row[f"{key}_verdict"]
    if verdict is None:
        return Cell(seen.ask.say("no verdict"), None, "missing")
    code = "critical" if verdict else "not_critical"
    tag = Tag(words.word("criticality", code, seen.ask.lang), scores.TONES.get(code, "plain"))
    return Cell("", verdict, tags=(tag,))


def _basis(seen: Seen, row: Row, key: str) -> str:
    """What the method's value stands on, in names; why there is none."""
    ask = seen.ask
    if row[key] is None and row[f"{key}_reason"]:
        return gap_text(row[f"{key}_reason"], ask.lang)
    basis = str(row[f"{key}_basis"] or "")
    subject, *rest = basis.split(" ")
    if "@" in subject:
        material, _, stage = subject.partition("@")
        parts = [name("material", material, ask.lang), words.stage(stage, ask.lang)]
        parts += [p if p.isdigit() else words.source_title(p, ask.voice) for p in rest]
        return ", ".join(parts)
    good = next((r for r in seen.stages.rows if r["subject"] == subject), None)
    return f"{ask.voice.name(good)} ({subject})" if good else basis


def uncertainty(seen: Seen) -> Section:
    """Scores with all they can be and what nine of ten draws give."""
    ask, say = seen.ask, seen.ask.say
    title = say("How sure it is")
    own = next(iter(only(ask.saved.own("criticality"), material_id=seen.key)), None)
    study = next(iter(only(ask.saved.rows("criticality_eu"), material_id=seen.key)), None)
    if (
        study is not None
        and own is not None
        and study["home"] == own["home"]
        and study["basis"] == own["basis"]
    ):
        study = None
    rows = [row for row in (own, study) if row is not None]
    if not rows:
        text = say(
            "The EU method gives no score for this material, so there is no interval to show."
        )
        return Section("uncertainty", title, (Prose((text,)), *near(seen, "criticality")))
    blocks: list[Block] = [Prose(tuple(_said(seen, row) for row in rows))]
    chart = _intervals(seen, rows)
    blocks.append(chart if chart is not None else Prose((say("No interval is known."),)))
    if own is not None and own["caveats"]:
        blocks.append(
            Prose(
                (
                    say(
                        "Caveats: {texts}",
                        texts=" ".join(gap_text(c, ask.lang) for c in own["caveats"]),
                    ),
                )
            )
        )
    return Section("uncertainty", title, tuple(blocks))


def _said(seen: Seen, row: Row) -> str:
    say, voice = seen.ask.say, seen.ask.voice
    where = name("home", row["home"], seen.ask.lang)
    if row["chance_critical"] is None:
        return say(
            "Seen from {home}: {verdict}. No chance is given.",
            home=where,
            verdict=words.word("criticality", row["verdict"], seen.ask.lang),
        )
    return say(
        "Seen from {home}: {verdict}. It is critical in {chance} of the draws of the inputs "
        "within their ranges; its rank lies at {ranks} in nine of ten.",
        home=where,
        verdict=", ".join(t.text for t in scores.verdict(row, voice)),
        chance=voice.percent(row["chance_critical"], 0),
        ranks=scores.rank_interval(row),
    )


def _intervals(seen: Seen, rows: list[Row]) -> Chart | None:
    from verdikart.reports import charts, charts_material

    ask, say, voice = seen.ask, seen.ask.say, seen.ask.voice
    css = charts.Palette.css()
    limits = {"supply_risk": "sr_threshold", "economic_importance": "ei_threshold"}
    lanes: list[Row] = []
    body: list[tuple[Cell, ...]] = []
    for row in rows:
        for axis, draws in (("supply_risk", "sr"), ("economic_importance", "ei")):
            low, high, value = row[f"{axis}_low"], row[f"{axis}_high"], row[axis]
            if low is None or high is None:
                continue
            about = head(ask, "criticality", axis)
            label = f"{about.title.split(' (')[0]} – {name('home', row['home'], ask.lang)}"
            nine = scores.span(row[f"{draws}_p05"], row[f"{draws}_p95"], voice)
            said = (
                voice.number(value, 2)
                if value is not None
                else gap(str(row.get(f"{axis}_status") or "missing"), voice)
            )
            detail = say(
                "{value}; can be {span}",
                value=said,
                span=scores.span(low, high, voice) or voice.number(low, 2),
            )
            if nine:
                detail += "; " + say("nine of ten draws {span}", span=nine)
            limit = float(ask.saved.parameters.get(limits[axis], 1.0))
            lanes.append(
                {
                    "key": f"{len(lanes):02}",
                    "label": label,
                    "detail": detail,
                    "low": low,
                    "high": high,
                    "p05": row[f"{draws}_p05"],
                    "p95": row[f"{draws}_p95"],
                    "value": value,
                    "limit": limit,
                    "text": f"{label}: {detail}",
                    "href": cell(ask, row, axis).why,
                }
            )
            body.append(
                (
                    plain(label),
                    cell(ask, row, axis),
                    *(cell(ask, row, f"{draws}_{p}") for p in ("p05", "p50", "p95")),
                    plain(limit, voice.number(limit, 1)),
                    *(cell(ask, row, c) for c in DRAWN),
                )
            )
    if not lanes:
        return None
    spec = charts_material.intervals(lanes, css)
    title = say("Scores of the EU method, 0 to 10, with their intervals")
    legend = (
        Key("◆", css.ink, say("the score, where it can be computed")),
        Key("▬", css.doubt, say("nine of ten draws (thick)")),
        Key("━", css.quiet, say("all it can be (thin)")),
        Key("❘", css.limit, say("the threshold")),
    )
    columns = (
        Column("score", say("Score")),
        Column("value", say("Value"), number=True),
        Column("p05", say("5 of 100 draws lie below"), number=True),
        Column("p50", say("Middle of the draws"), number=True),
        Column("p95", say("95 of 100 draws lie below"), number=True),
        Column("threshold", say("Threshold"), number=True),
        *heads(ask, "criticality", DRAWN),
    )
    table = Table("intervals-table", title, columns, tuple(body))
    summary = f"{title}. {'. '.join(str(r['text']) for r in lanes)}."
    points = tuple(Point(r["text"], r["href"]) for r in lanes)
    return Chart("intervals", title, summary, spec, table, legend, points)


def horizons(seen: Seen) -> Section:
    """Criticality in the short term and importance in the long run, with their criteria."""
    ask, say = seen.ask, seen.ask.say
    title = say("Two horizons")
    row = next(iter(only(ask.saved.own("material_horizons"), material=seen.key)), None)
    if row is None:
        text = say("The two horizons are not scored for this material.")
        return Section("horizons", title, (Prose((text,)), *near(seen, "material_horizons")))
    body = tuple(
        (
            plain(which, text),
            cell(ask, row, which),
            cell(ask, row, f"{which}_rank"),
            _words(seen, "horizon_criterion", row[f"{which}_lacking"], say("none")),
            _words(seen, "horizon_mark", row[f"{which}_marks"], say("none")),
        )
        for which, text in (("short", say("Short term")), ("long", say("Long term")))
    )
    columns = (
        Column("horizon", say("Horizon")),
        Column("score", say("Score, 0 to 1"), number=True),
        Column("rank", say("Rank, 1 the highest"), number=True),
        Column("lacking", say("Criteria without data"), wide=True),
        Column("marks", say("What it rests on"), wide=True),
    )
    table = Table(
        "horizons-table",
        say("Criticality in the short term and importance in the long run"),
        columns,
        body,
    )
    rows = [
        r
        for r in ask.saved.own("horizon_criteria")
        if r["kind"] == "material" and r["object"] == seen.key
    ]
    criteria = Table(
        "criteria-table",
        say("The criteria of both horizons, each from 0 to 1"),
        (
            Column("criterion", say("Criterion")),
            Column("horizon", say("Horizon")),
            *heads(ask, "horizon_criteria", ("weight", "value")),
            Column("why", say("Why there is no value"), wide=True),
        ),
        tuple(
            (
                plain(r["criterion"], words.word("horizon_criterion", r["criterion"], ask.lang)),
                plain(r["horizon"], words.word("horizon", r["horizon"], ask.lang)),
                cell(ask, r, "weight"),
                _criterion(seen, r),
                plain(r["reason"] or "", gap_text(r["reason"], ask.lang) if r["reason"] else ""),
            )
            for r in rows
        ),
        folded=say("Open the criteria"),
    )
    text = say(
        "Two scores that are never merged: the first is security of supply and economic "
        "vulnerability now, the second what society and its security live on in the long run. "
        "What is not known widens a score’s range and never moves it."
    )
    return Section("horizons", title, (Prose((text,)), table, criteria))


def _criterion(seen: Seen, row: Row) -> Cell:
    """The value, or the range that is left."""
    found = cell(seen.ask, row, "value")
    if row["value"] is not None or row["low"] is None:
        return found
    span = scores.span(row["low"], row["high"], seen.ask.voice)
    return Cell(
        found.text,
        None,
        row["status"],
        row["low"],
        row["high"],
        why=found.why,
        small=span,
        reason=found.reason,
    )


def _words(seen: Seen, vocabulary: str, codes: list[str] | None, none: str) -> Cell:
    listed = [words.word(vocabulary, c, seen.ask.lang) for c in codes or ()]
    return Cell("; ".join(listed) or none, list(codes or ()))
