"""The comparison's scores: who enters and leaves, and every change with its parts by cause."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from verdikart.mapping.changes import Changes
from verdikart.mapping.statements import upper_first
from verdikart.reports.charts import Palette, specification, unchecked
from verdikart.reports.view import Key, Tag
from verdikart.reports.voice import short
from verdikart.web.ask import Ask
from verdikart.web.blocks import Cell, Chart, Column, Point, Prose, Section, Table
from verdikart.web.values import cell, gap_text

Row = dict[str, Any]
CAUSES = ("period", "data", "method", "reference")
NEAR = 1e-9
DRAWN = 12


def cause_name(ask: Ask, cause: str, first: bool = False) -> str:
    """A cause in words; ``first``: with a capital."""
    text = {
        "period": ask.say("new period"),
        "data": ask.say("data revision"),
        "method": ask.say("method"),
        "reference": ask.say("reference tables"),
    }[cause]
    return upper_first(text) if first else text


def causes(ask: Ask, found: list[str]) -> str:
    """Several causes in words."""
    return ask.voice.join([cause_name(ask, c) for c in found])


def verdicts(ask: Ask, found: Changes) -> Section:
    """Who becomes critical, who no longer is, and what carries it."""
    say = ask.say
    kinds = {
        "enters": Tag(say("becomes critical"), "risk"),
        "leaves": Tag(say("is no longer critical"), "ally"),
        "becomes_undetermined": Tag(say("becomes undetermined"), "doubt"),
        "becomes_determined": Tag(say("becomes determined"), "plain"),
    }
    body = []
    for row in found.scores.verdicts:
        kind = row["verdict_change"]
        body.append(
            (
                _material(ask, row),
                Cell("", kind, tags=(kinds[kind],)),
                *(_verdict(ask, row[f"critical_{side}"]) for side in "ab"),
                Cell(causes(ask, row["verdict_causes"]) or "–", row["verdict_causes"]),
            )
        )
    columns = (
        Column("material", say("Material")),
        Column("change", say("Change")),
        Column("critical_a", say("Verdict in A")),
        Column("critical_b", say("Verdict in B")),
        Column("causes", say("Carried by")),
    )
    table = Table(
        "verdicts",
        say("Verdicts that change"),
        columns,
        tuple(body),
        empty=say("No material changes its verdict."),
    )
    alone = [r for r in found.scores.materials if r["change"] != "kept"]
    texts = [
        say("Only in {side}: {names}.", side=side, names=names)
        for kind, side in (("removed", "A"), ("added", "B"))
        if (
            names := ask.voice.join(
                [
                    f"{ask.voice.name(r)} ({causes(ask, r['change_causes'])})"
                    for r in alone
                    if r["change"] == kind
                ]
            )
        )
    ]
    blocks = (Prose(tuple(texts)), table) if texts else (table,)
    return Section("verdicts-section", say("Who enters and leaves"), blocks)


def _verdict(ask: Ask, critical: bool | None) -> Cell:
    if critical is None:
        return Cell(ask.say("undetermined"), None, "not_computable")
    return Cell(ask.say("critical") if critical else ask.say("not critical"), critical)


def _material(ask: Ask, row: Row) -> Cell:
    material = row["material_id"]
    text = ask.voice.name(row)
    return Cell(text, material, href=ask.url(f"materials/{material}"))


def scores(ask: Ask, found: Changes) -> Section:
    """Supply risk and economic importance before and after, and the parts that sum to the change."""
    say = ask.say
    rows = found.scores.materials
    moved = [r for r in rows if _moved(r, "supply_risk") or _moved(r, "economic_importance")]
    columns = (
        Column("material", say("Material")),
        Column("measure", say("Score")),
        Column("a", "A", True),
        Column("b", "B", True),
        Column("change", say("Change"), True),
        *(Column(c, cause_name(ask, c, first=True), True) for c in CAUSES),
    )
    body = [
        _line(ask, found, row, measure)
        for row in moved
        for measure in ("supply_risk", "economic_importance", "rank")
        if _moved(row, measure)
    ]
    notes = (
        say(
            "The four parts sum to the change. Rank 1 has the highest supply risk; a fall in the number is "
            "a rise in rank."
        ),
        *_unsplit(ask, rows),
    )
    table = Table(
        "scores",
        say("Scores that change, with their parts by cause"),
        columns,
        tuple(body),
        notes,
        say("No score changes."),
    )
    drawn = [r for r in moved if r["supply_risk_reason"] is None and _moved(r, "supply_risk")]
    drawn = sorted(drawn, key=lambda r: -abs(r["supply_risk_change"]))[:DRAWN]
    blocks = (_chart(ask, drawn), table) if drawn else (table,)
    return Section("scores-section", say("What changed in the scores, and why"), blocks)


def _moved(row: Row, measure: str) -> bool:
    return bool(abs(row[f"{measure}_change"] or 0) > NEAR)


def _line(ask: Ask, found: Changes, row: Row, measure: str) -> tuple[Cell, ...]:
    say = ask.say
    about = {
        "supply_risk": say("Supply risk"),
        "economic_importance": say("Economic importance"),
        "rank": say("Rank"),
    }[measure]
    whole = measure == "rank"
    ends = [_end(ask, found, row, measure, side) for side in "ab"]
    reason = row[f"{measure}_reason"]
    change = _signed(ask, row[f"{measure}_change"], whole)
    parts = [
        replace(_signed(ask, row[f"{measure}_{c}"], False), reason=_reason(ask, reason))
        for c in CAUSES
    ]
    return (_material(ask, row), Cell(about, measure), *ends, change, *parts)


def _end(ask: Ask, found: Changes, row: Row, measure: str, side: str) -> Cell:
    """A score of one mapping, linked to its card there; ranks are of the comparison alone."""
    value = row[f"{measure}_{side}"]
    if value is None:
        return Cell(ask.say("not known"), None, "missing")
    if measure == "rank":
        return Cell(ask.voice.number(value), value)
    saved = {"a": found.a, "b": found.b}[side]
    there = replace(ask, saved=saved, token=saved.name)
    rows = [r for r in saved.own("criticality") if r["material_id"] == row["material_id"]]
    text = ask.voice.number(value, 2)
    return (
        replace(cell(there, rows[0], measure), text=text, raw=value) if rows else Cell(text, value)
    )


def _reason(ask: Ask, code: str | None) -> str:
    return {
        "not_ranked": ask.say("not ranked"),
        "no_value": ask.say("no value in A or B"),
        "no_value_between": ask.say("a mix of the two has no score"),
        "in_one_mapping": ask.say("in one mapping only"),
    }.get(code or "", gap_text(code, ask.lang) if code else "")


def _signed(ask: Ask, value: float | None, whole: bool) -> Cell:
    """A change with its sign; only nothing at all is a plain 0."""
    if value is None:
        return Cell("–", None, "not_computable")
    if value == 0:
        return Cell("0", 0.0, "zero")
    sign = "+" if value > 0 else "−"
    places = 0 if whole else 2
    if abs(value) < 0.005:
        return Cell(f"{sign}<{ask.voice.number(0.01, 2)}", value)
    return Cell(sign + ask.voice.number(abs(value), places), value)


def _unsplit(ask: Ask, rows: list[Row]) -> list[str]:
    """What has no parts or moves only because others do."""
    say, found = ask.say, []
    between = [
        r for r in rows if "no_value_between" in (r["supply_risk_reason"], r["critical_reason"])
    ]
    if between:
        names = ask.voice.join([ask.voice.name(r) for r in between])
        found.append(say("No parts, because a mix of the two has no score: {names}.", names=names))
    pushed = [r for r in rows if _moved(r, "rank") and not _moved(r, "supply_risk")]
    pushed = [r for r in pushed if not _moved(r, "economic_importance")]
    if pushed:
        found.append(say("{count} more change rank only because others move.", count=len(pushed)))
    lacking = [r for r in rows if r["change"] == "kept" and r["supply_risk_reason"] == "no_value"]
    if lacking:
        found.append(
            say(
                "{count} have no supply risk in A or in B, and so no change of it.",
                count=len(lacking),
            )
        )
    return found


def _chart(ask: Ask, drawn: list[Row]) -> Chart:
    from verdikart.reports.charts_opportunity import signed_parts

    say, voice = ask.say, ask.voice
    palette = Palette.css()
    colours = dict(
        zip(CAUSES, (palette.ally, palette.doubt, palette.risk, palette.quiet), strict=True)
    )
    letters = {c: str(n) for n, c in enumerate(CAUSES, start=1)}
    rows, parts, points = [], [], []
    for row in drawn:
        about, key = voice.name(row), row["material_id"]
        change = row["supply_risk_change"]
        text = say(
            "{name}: {change}, from {a} to {b}",
            name=about,
            change=_signed(ask, change, False).text,
            a=voice.number(row["supply_risk_a"], 2),
            b=voice.number(row["supply_risk_b"], 2),
        )
        rows.append({"key": key, "label": short(about), "change": change, "text": text})
        points.append(Point(text, ask.url(f"materials/{key}")))
        reach = {1: 0.0, -1: 0.0}
        for cause in CAUSES:
            size = row[f"supply_risk_{cause}"]
            if abs(size) <= NEAR:
                continue
            way = 1 if size > 0 else -1
            start, reach[way] = reach[way], reach[way] + size
            said = f"{about} – {cause_name(ask, cause)}: {_signed(ask, size, False).text}"
            parts.append(
                {
                    "key": key,
                    "group": cause,
                    "start": start,
                    "end": reach[way],
                    "letter": letters[cause],
                    "text": said,
                }
            )
    top = drawn[0]
    summary = say(
        "Largest changes in supply risk: {name} by {change}, from {a} to {b}. Bars to the right raise the "
        "risk, bars to the left lower it; the diamond is their sum.",
        name=voice.name(top),
        change=_signed(ask, top["supply_risk_change"], False).text,
        a=voice.number(top["supply_risk_a"], 2),
        b=voice.number(top["supply_risk_b"], 2),
    )
    with unchecked():
        spec = specification(signed_parts(rows, parts, colours, palette), palette)
    columns = (
        Column("material", say("Material")),
        Column("change", say("Change"), True),
        *(Column(c, cause_name(ask, c, first=True), True) for c in CAUSES),
    )
    body = tuple(
        (
            _material(ask, r),
            _signed(ask, r["supply_risk_change"], False),
            *(_signed(ask, r[f"supply_risk_{c}"], False) for c in CAUSES),
        )
        for r in drawn
    )
    title = say("Changes in supply risk by cause")
    legend = tuple(Key(letters[c], colours[c], cause_name(ask, c)) for c in CAUSES)
    legend += (Key("◆", palette.ink, say("the change")),)
    twin = Table("risk-parts", title, columns, body)
    return Chart("parts-chart", title, summary, spec, twin, legend, tuple(points))
