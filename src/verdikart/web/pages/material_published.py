"""Of one material: the EU assessment as published, and as it is computed anew."""

from __future__ import annotations

from verdikart.mapping.saved import only
from verdikart.reference.figures import EuAssessment
from verdikart.reference.load import load
from verdikart.reports import words
from verdikart.web.blocks import (
    Block,
    Cell,
    Column,
    Facts,
    Prose,
    Section,
    Table,
)
from verdikart.web.pages.material_seen import Seen, near
from verdikart.web.values import cell, gap, head, plain


def published(seen: Seen) -> Section | None:
    """The EU assessment of 2023 as published, and as the package computes it anew."""
    ask, say, voice = seen.ask, seen.ask.say, seen.ask.voice
    rows = [a for a in load(EuAssessment) if a.material_id == seen.key]
    again = next(iter(only(ask.saved.rows("criticality_eu"), material_id=seen.key)), None)
    title = say("The EU’s own assessment")
    if not rows and again is None:
        text = say("The EU study of 2023 did not assess it.")
        return Section("eu", title, (Prose((text,)), *near(seen, "criticality_eu")))
    blocks: list[Block] = []
    if again is not None:
        names = (
            "published_supply_risk",
            "published_economic_importance",
            "published_critical",
            "supply_risk",
            "economic_importance",
            "within_0_1",
        )
        blocks.append(
            Facts(
                tuple((head(ask, "criticality_eu", c).title, cell(ask, again, c)) for c in names),
                title=say("Published, and computed anew from the study’s inputs"),
            )
        )
    columns = (
        Column("label", say("In the study")),
        Column("stage", say("Stage assessed")),
        Column("supply_risk", say("Supply risk"), number=True),
        Column("economic_importance", say("Economic importance"), number=True),
        Column("import_reliance", say("Import reliance"), number=True),
        Column("recycling", say("Recycled share of the input"), number=True),
        Column("meets", say("Above both thresholds")),
    )
    body = tuple(
        (
            Cell(a.label, a.label, lang="en"),
            plain(a.stage_assessed, words.stage(a.stage_assessed, ask.lang)),
            _score(seen, a.supply_risk),
            _score(seen, a.economic_importance),
            _percent(seen, a.import_reliance_pct),
            _percent(seen, a.eol_rir_pct),
            plain(a.meets_thresholds, say("yes") if a.meets_thresholds else say("no")),
        )
        for a in rows
    )
    source = say(
        "Source: the European Commission’s study on the critical raw materials for the EU 2023, "
        "as published; seen from the EU, averages 2016–2020."
    )
    blocks.append(
        Table(
            "eu-table",
            say("{name} in the EU study of 2023", name=voice.name(seen.row)),
            columns,
            body,
            notes=(source,),
            empty=say("The study’s own line is not in the package."),
        )
    )
    return Section("eu", title, tuple(blocks))


def _score(seen: Seen, value: float | None) -> Cell:
    if value is None:
        return Cell(gap("missing", seen.ask.voice), None, "missing")
    return plain(value, seen.ask.voice.number(value, 1))


def _percent(seen: Seen, value: float | None) -> Cell:
    if value is None:
        return Cell(gap("missing", seen.ask.voice), None, "missing")
    return plain(value / 100, seen.ask.voice.percent(value / 100, 0))
