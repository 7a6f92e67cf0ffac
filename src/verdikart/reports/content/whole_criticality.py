"""Criticality in the report: supply risk against economic importance, with verdicts and intervals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from verdikart.reference import names
from verdikart.reports import words
from verdikart.reports.content import parts
from verdikart.reports.document.draft import Draft
from verdikart.reports.document.model import (
    Block,
    Cell,
    Chart,
    Column,
    Figure,
    Section,
    Series,
    Statement,
    Table,
    Tone,
)

Row = dict[str, Any]
TONES: Final[dict[str, Tone]] = {
    "critical": "risk",
    "not_critical": "other",
    "net_exporter": "ally",
    "small": "quiet",
    "undetermined": "doubt",
}
CRITICAL: Final = "critical"
JUDGED: Final = ("not_critical", "net_exporter")


def criticality(draft: Draft) -> Section:
    """The materials in the plane of both scores, those with a verdict listed, the others after."""
    home = names.name("home", draft.saved.home, draft.lang)
    title = draft.say("Criticality seen from {home}", home=home)
    rows = draft.saved.own("criticality")
    if not rows:
        text = draft.say("The mapping holds no score of criticality for {home}.", home=home)
        return Section("criticality", title, (parts.prose(draft, text),))
    method = draft.say(
        "The method is the EU’s, with the home’s own trade and production and, where the home has "
        "none, the EU’s recycling, substitution and end uses. A material is critical where both "
        "scores reach their thresholds."
    )
    blocks: list[Block] = [parts.prose(draft, _counts(draft))]
    chart = _chart(draft, rows)
    if chart is not None:
        blocks.append(chart)
    blocks.append(parts.prose(draft, method, detail=True))
    critical = [r for r in rows if r["verdict"] == CRITICAL]
    judged = [r for r in rows if r["verdict"] in JUDGED]
    others = [r for r in rows if r["verdict"] not in (CRITICAL, *JUDGED)]
    if critical:
        blocks.append(table(draft, "critical", draft.say("Critical materials"), critical))
    if judged:
        said = draft.say("Materials that are not critical or net exported")
        blocks.append(table(draft, "not-critical", said, judged, detail=True))
    if others:
        said = draft.say("Materials without a verdict, and what is lacking")
        blocks.append(_open(draft, said, others))
    return Section("criticality", title, tuple(blocks))


def _counts(draft: Draft) -> Statement:
    home = draft.saved.home

    def of(verdict: str) -> Figure:
        return draft.counted("criticality", home=home, verdict=verdict)

    return draft.statement(
        "Of {every} materials: {critical} critical, {clear} not critical, {exported} net exported (the "
        "risk then lies in what the plants live on), {small} small flows without a verdict and "
        "{undetermined} undetermined (an input is lacking, and the bounds lie on both sides of a "
        "threshold).",
        every=draft.counted("criticality", home=home),
        critical=of("critical"),
        clear=of("not_critical"),
        exported=of("net_exporter"),
        small=of("small"),
        undetermined=of("undetermined"),
    )


def _chart(draft: Draft, rows: Sequence[Row]) -> Chart | None:
    both = [r for r in rows if None not in (r["supply_risk"], r["economic_importance"])]
    if not both:
        return None
    risks = [draft.figure(r, "supply_risk") for r in both]
    importance = [draft.figure(r, "economic_importance") for r in both]
    limits = draft.saved.parameters
    top = max(range(len(both)), key=lambda place: both[place]["supply_risk"])
    alt = draft.statement(
        "Points, one a material: economic importance to the right, supply risk upwards, a line at "
        "each threshold. Highest stands {material} with a supply risk of {risk} and an economic "
        "importance of {importance}. Materials with only one score are not drawn.",
        material=parts.inside(draft.voice.name(both[top])),
        risk=risks[top],
        importance=importance[top],
    )
    title = draft.say("Supply risk and economic importance")
    heads = (
        Column("material", draft.say("Material"), width=2),
        draft.head("criticality", "supply_risk"),
        draft.head("criticality", "economic_importance"),
    )
    body = [
        (
            Cell(draft.voice.name(r), r["material_id"]),
            draft.cell(r, "supply_risk"),
            draft.cell(r, "economic_importance"),
        )
        for r in both
    ]
    twin = draft.table("criticality-drawn", title, heads, body)
    kinds = [(v, t) for v, t in TONES.items() if any(r["verdict"] == v for r in both)]
    series = tuple(
        _points(draft, both, risks, importance, verdict, tone) for verdict, tone in kinds
    )
    return Chart(
        "criticality-chart",
        title,
        alt.text,
        "scatter",
        tuple(draft.voice.name(r) for r in both),
        series,
        "score",
        draft.say("Supply risk (EU method)"),
        twin,
        x_axis=draft.say("Economic importance (EU method)"),
        x_unit="score",
        limit=limits["sr_threshold"],
        limit_text=draft.say("limit {share}", share=draft.voice.number(limits["sr_threshold"], 1)),
        x_limit=limits["ei_threshold"],
        notes=twin.notes,
    )


def _points(
    draft: Draft,
    rows: Sequence[Row],
    risks: Sequence[Figure],
    importance: Sequence[Figure],
    verdict: str,
    tone: Tone,
) -> Series:
    """The materials with one verdict; the others are gaps in this series."""
    held = [row["verdict"] == verdict for row in rows]
    return Series(
        parts.capital(words.word("criticality", verdict, draft.lang)),
        tuple(f.raw if mine else None for f, mine in zip(risks, held, strict=True)),
        (tone,),
        tuple(f if mine else None for f, mine in zip(risks, held, strict=True)),
        tuple(f.raw if mine else None for f, mine in zip(importance, held, strict=True)),
    )


def table(
    draft: Draft, table_id: str, title: str, rows: Sequence[Row], *, detail: bool = False
) -> Table:
    """Materials with both scores and their intervals, the verdict and how sure it is."""
    heads = (
        Column("material", draft.say("Material"), width=2),
        draft.head("criticality", "supply_risk"),
        draft.head("criticality", "economic_importance"),
        draft.head("criticality", "verdict", width=1.3),
        draft.head("criticality", "sureness", width=1.1),
        draft.head("criticality", "chance_critical"),
    )
    body = []
    caveats: dict[int, None] = {}
    for row in rows:
        body.append(
            (
                Cell(draft.voice.name(row), row["material_id"]),
                draft.cell(row, "supply_risk"),
                draft.cell(row, "economic_importance"),
                draft.cell(row, "verdict"),
                parts.word(draft, row, "sureness"),
                draft.cell(row, "chance_critical", decimals=0)
                if row["chance_critical"] is not None
                else Cell(draft.say("not given")),
            )
        )
        if row["supply_risk"] is not None:
            caveats.update(dict.fromkeys(draft.reason(row["supply_risk_reason"])))
    return draft.table(table_id, title, heads, body, notes=tuple(caveats), detail=detail)


def _open(draft: Draft, title: str, rows: Sequence[Row]) -> Table:
    heads = (
        Column("material", draft.say("Material"), width=1.8),
        draft.head("criticality", "verdict", width=1.2),
        draft.head("criticality", "supply_risk"),
        draft.head("criticality", "economic_importance"),
        draft.head("criticality", "missing", width=2.6),
    )
    body = [
        (
            Cell(draft.voice.name(row), row["material_id"]),
            draft.cell(row, "verdict"),
            draft.cell(row, "supply_risk"),
            draft.cell(row, "economic_importance"),
            draft.named(row, "missing"),
        )
        for row in rows
    ]
    return draft.table("criticality-open", title, heads, body, detail=True)
