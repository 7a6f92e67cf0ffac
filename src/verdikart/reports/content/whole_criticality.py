"""Criticality in the report: supply risk against economic importance, with verdicts and intervals."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from verdikart.reference import names
from verdikart.reports.content import parts
from verdikart.reports.document.draft import Draft
from verdikart.reports.document.model import (
    Cell,
    Chart,
    Column,
    Section,
    Series,
    Table,
    Tone,
)

Row = dict[str, Any]
TONES: dict[str, Tone] = {"critical": "risk", "net_exporter": "ally", "not_critical": "other"}


def criticality(draft: Draft) -> Iterator[Section]:
    """The materials in the plane of both scores, and all of them in a table."""
    home = names.name("home", draft.saved.home, draft.lang)
    title = draft.say("Criticality seen from {home}", home=home)
    rows = draft.saved.own("criticality")
    if not rows:
        text = draft.say("The mapping holds no score of criticality for {home}.", home=home)
        yield Section("criticality", title, (parts.prose(draft, text),))
        return
    chart = _chart(draft, rows)
    shown = (chart,) if chart else ()
    yield Section("criticality", title, (*shown, table(draft, rows)))


def _chart(draft: Draft, rows: list[Row]) -> Chart | None:
    both = [r for r in rows if None not in (r["supply_risk"], r["economic_importance"])]
    if not both:
        return None
    risks = [draft.figure(r, "supply_risk") for r in both]
    importance = [draft.figure(r, "economic_importance") for r in both]
    parameters = draft.saved.parameters
    alt = draft.statement(
        "Points, one a material: economic importance to the right, supply risk upwards. Highest "
        "stands {material} with a supply risk of {risk}.",
        material=parts.inside(draft.voice.name(both[0])),
        risk=risks[0],
    )
    twin = table(draft, both)
    return Chart(
        "criticality-chart",
        draft.say("Supply risk and economic importance"),
        alt.text,
        "scatter",
        tuple(draft.voice.name(r) for r in both),
        (
            Series(
                draft.say("Materials"),
                tuple(f.raw for f in risks),
                tuple(TONES.get(r["verdict"], "doubt") for r in both),
                tuple(risks),
                tuple(f.raw for f in importance),
            ),
        ),
        "score",
        draft.say("Supply risk"),
        twin,
        x_axis=draft.say("Economic importance"),
        x_unit="score",
        limit=parameters["sr_threshold"],
        limit_text=draft.say(
            "limit {share}", share=draft.voice.number(parameters["sr_threshold"], 1)
        ),
        x_limit=parameters["ei_threshold"],
        notes=twin.notes,
    )


def table(draft: Draft, rows: list[Row]) -> Table:
    """Materials with both scores, their intervals and the verdict."""
    heads = (
        Column("material", draft.say("Material"), width=2),
        draft.head("criticality", "supply_risk"),
        draft.head("criticality", "economic_importance"),
        draft.head("criticality", "verdict", width=1.3),
        draft.head("criticality", "sureness", width=1.2),
        draft.head("criticality", "chance_critical"),
    )
    body = [
        (
            Cell(draft.voice.name(r), r["material_id"]),
            draft.cell(r, "supply_risk"),
            draft.cell(r, "economic_importance"),
            draft.named(r, "verdict"),
            draft.named(r, "sureness"),
            draft.cell(r, "chance_critical", decimals=0),
        )
        for r in rows
    ]
    return draft.table("criticality", draft.say("Materials by supply risk"), heads, body)
