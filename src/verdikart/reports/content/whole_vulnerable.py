"""What the home is exposed to: the sharpest vulnerabilities drawn and listed, then every good."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from verdikart.reference import names
from verdikart.reports import words
from verdikart.reports.content import parts
from verdikart.reports.content.whole_short import in_words, of_kind
from verdikart.reports.document.draft import Draft
from verdikart.reports.document.model import (
    Block,
    Cell,
    Chart,
    Column,
    Figure,
    Section,
    Statement,
    Table,
    Tone,
)
from verdikart.reports.voice import short

Row = dict[str, Any]
UNSEEN: Final = "not_computable"
DRAWN: Final = 8  # bars that a slide holds
DOUBTED: Final = ("bounds_only", "transit", "small")  # outcomes without a verdict


def vulnerabilities(draft: Draft) -> Section:
    """Counts, the sharpest as bars and as a table, and every good that could be judged."""
    home = names.name("home", draft.saved.home, draft.lang)
    rows = of_kind(draft, "vulnerability")
    seen = [r for r in draft.saved.own("assessments") if r["outcome"] != UNSEEN]
    blocks: list[Block] = []
    if seen:
        blocks.append(parts.prose(draft, outcomes(draft), *_by_the_world(draft)))
    if rows:
        blocks += [_chart(draft, rows[:DRAWN]), parts.prose(draft, _ranked(draft), detail=True)]
        blocks += [_table(draft, rows), in_words(draft, rows)]
    else:
        text = draft.say(
            "No good stands out: none is both large and concentrated on a country that is no ally."
        )
        blocks.append(parts.prose(draft, text))
    if seen:
        title = draft.say("Every good and stage that could be judged, the worst first")
        blocks.append(parts.goods(draft, "goods", title, seen, detail=True))
    else:
        text = draft.say("None of the goods could be judged on the data of this mapping.")
        blocks.append(parts.prose(draft, text))
    title = draft.say("Vulnerabilities: what {home} is exposed to", home=home)
    return Section("vulnerabilities", title, tuple(blocks))


def _ranked(draft: Draft) -> str:
    return draft.say(
        "The sharpest are ranked by the share of the largest supplier that is no ally times the value "
        "of the imports. What is at stake is what would have to be replaced in a year if that "
        "supplier stopped."
    )


def _by_the_world(draft: Draft) -> list[Statement]:
    """How many assessments rest on the world's supply and on no imports of the home."""
    world = draft.counted("assessments", home=draft.saved.home, basis="world_supply")
    if world.raw == 0:
        return []
    message = "{world} of them are judged by the world’s supply, since own imports are not known."
    return [draft.statement(message, world=world)]


def outcomes(draft: Draft) -> Statement:
    """How the assessments of the mapped home fell out."""

    def of(outcome: str) -> Figure:
        return draft.counted("assessments", home=draft.saved.home, outcome=outcome)

    return draft.statement(
        "Verdicts: {vulnerable} vulnerable, {allied} concentrated on an ally, {spread} not "
        "concentrated. Without a verdict: {small} small flows, {bounds} known by bounds only, "
        "{transit} suspected of transit, {none} not imported.",
        vulnerable=of("vulnerable"),
        allied=of("concentrated_allied"),
        spread=of("not_concentrated"),
        small=of("small"),
        bounds=of("bounds_only"),
        transit=of("transit"),
        none=of("not_imported"),
    )


def _chart(draft: Draft, rows: Sequence[Row]) -> Chart:
    figures = [draft.figure(row, "partner_share") for row in rows]
    outcome = {r["subject"]: r["outcome"] for r in draft.saved.own("assessments")}
    tones: list[Tone] = [
        "doubt" if outcome.get(row["subject"]) in DOUBTED else "risk" for row in rows
    ]
    labels = tuple(
        f"{short(parts.product(draft, row))} ({parts.partner(draft, row)})" for row in rows
    )
    title = draft.say("The sharpest vulnerabilities: share of the supplier that is no ally")
    axis = draft.say("Share of imports by value")
    alt = draft.statement(
        "Bars, one a good, ordered by what is at stake; a line marks the limit. The first is {good} "
        "with {share}.",
        good=labels[0],
        share=figures[0],
    )
    twin = parts.twin(
        draft,
        "vulnerabilities-drawn",
        title,
        (draft.say("Good and supplier"), *labels),
        draft.head("findings", "partner_share"),
        [draft.cell(row, "partner_share") for row in rows],
    )
    key: dict[Tone, str] = {
        "risk": draft.say("Vulnerable"),
        "doubt": draft.say("Without a verdict"),
    }
    return parts.bars(
        draft,
        "vulnerabilities-chart",
        alt,
        labels,
        figures,
        tones,
        twin,
        axis,
        limited=True,
        key=key,
    )


def _table(draft: Draft, rows: Sequence[Row]) -> Table:
    heads = (
        Column("good", draft.say("Good and stage"), width=2.6),
        Column("partner", draft.say("Supplier that is no ally"), width=1.4),
        draft.head("findings", "partner_share", title=draft.say("Share")),
        draft.head("findings", "at_stake_t"),
        draft.head("findings", "at_stake_nok"),
        draft.head("findings", "alternatives", title=draft.say("Allies that export it"), width=2.0),
    )
    body = [
        (
            Cell(
                parts.product(draft, row),
                row["subject"],
                small=words.stage(row["stage"], draft.lang),
            ),
            parts.of_figure(parts.partner(draft, row)),
            draft.cell(row, "partner_share"),
            draft.cell(row, "at_stake_t"),
            draft.cell(row, "at_stake_nok"),
            parts.word(draft, row, "alternatives"),
        )
        for row in rows
    ]
    title = draft.say("The sharpest vulnerabilities and what is at stake in a year")
    return draft.table("vulnerabilities", title, heads, body, detail=True)
