"""Ways on in the report: opportunities with their intervals of rank, and diversification plans."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from verdikart.reports import words
from verdikart.reports.content import parts
from verdikart.reports.document.draft import Draft
from verdikart.reports.document.model import (
    Cell,
    Column,
    Section,
    Statement,
    Table,
)

Row = dict[str, Any]
PLAN: Final = (
    "top_share_before",
    "top_share_after",
    "moved",
    "extra_cost_nok",
    "ally_share_after",
)
FIRST: Final = 8  # opportunities shown


def ways(draft: Draft) -> Iterator[Section]:
    """What could be done, and what it would take."""
    yield from _opportunities(draft)
    yield from _plans(draft)


def _opportunities(draft: Draft) -> Iterator[Section]:
    rows = draft.saved.own("opportunities")
    title = draft.say("Opportunities")
    if not rows:
        text = draft.say(
            "The mapping has no opportunities: they are scored for the deep chains of Norway alone."
        )
        yield Section("opportunities", title, (parts.prose(draft, text),))
        return
    shown = rows[:FIRST]
    how = draft.say(
        "Each step of the deep chains is scored by what allies lack, what Norway can do and what "
        "stands in the way, each in bands from low to high. A factor that is not known makes the "
        "score and the rank an interval and never a zero."
    )
    yield Section(
        "opportunities",
        title,
        (
            parts.prose(draft, overlap(draft, rows)),
            _ranked(draft, shown),
            parts.prose(draft, how, detail=True),
            _factors(draft, shown),
            _types(draft),
        ),
    )


def overlap(draft: Draft, rows: Sequence[Row]) -> Statement:
    """How little the order says: the first may be far down, and one far down may be the first."""
    first = rows[0]
    last = max(
        (r for r in rows if r["rank_best"] == 1), key=lambda r: r["rank_worst"], default=first
    )
    return draft.statement(
        "The ranks overlap almost wholly. Of {every} products the one listed first, {first}, may be "
        "number {best} or number {worst}; {other} may be number {other_best} or number {other_worst}. "
        "The list is by the middle of the score and says no more than that: read the factors, not "
        "the place.",
        every=draft.counted("opportunities", home=draft.saved.home),
        first=parts.inside(draft.voice.name(first)),
        best=draft.figure(first, "rank_best"),
        worst=draft.figure(first, "rank_worst"),
        other=parts.inside(draft.voice.name(last)),
        other_best=draft.figure(last, "rank_best"),
        other_worst=draft.figure(last, "rank_worst"),
    )


def _ranked(draft: Draft, rows: Sequence[Row]) -> Table:
    heads = (
        Column("product", draft.say("Product"), width=2.2),
        draft.head("opportunities", "type", width=1.1),
        draft.head("opportunities", "rank_best"),
        draft.head("opportunities", "rank_worst"),
        draft.head("opportunities", "gap_home", width=1.5),
        draft.head("opportunities", "gap_supplier", width=1.3),
        draft.head("opportunities", "gap_share"),
    )
    body = [
        (
            Cell(draft.voice.name(row), row["product_id"]),
            draft.named(row, "type"),
            draft.cell(row, "rank_best"),
            draft.cell(row, "rank_worst"),
            parts.word(draft, row, "gap_home"),
            parts.word(draft, row, "gap_supplier"),
            draft.cell(row, "gap_share") if row["gap_supplier"] else Cell("–"),
        )
        for row in rows
    ]
    title = draft.say(
        "The first opportunities by the middle of the score, with the interval of rank"
    )
    return draft.table("opportunities", title, heads, body)


def _factors(draft: Draft, rows: Sequence[Row]) -> Table:
    """What is not known of the first, and how wide that makes their scores."""
    heads = (
        Column("product", draft.say("Product and stage"), width=2.2),
        draft.head("opportunities", "score", width=1.2),
        draft.head("opportunities", "unknown", width=4),
    )
    body = [
        (
            Cell(
                draft.voice.name(row),
                row["product_id"],
                small=words.stage(row["stage"], draft.lang),
            ),
            draft.cell(row, "score"),
            draft.named(row, "unknown"),
        )
        for row in rows
    ]
    title = draft.say("What is not known of the first opportunities")
    return draft.table("opportunity-unknown", title, heads, body, detail=True)


def _types(draft: Draft) -> Table:
    """How many products are to be held, strengthened, restarted or entered."""
    home = draft.saved.home
    kinds = dict.fromkeys(row["type"] for row in draft.saved.own("opportunities"))
    heads = (
        draft.head("opportunities", "type", width=2),
        Column("count", draft.say("Products"), "count", number=True),
    )
    body = [
        (
            Cell(words.word("opportunity_type", kind, draft.lang), kind),
            parts.of_figure(draft.counted("opportunities", home=home, type=kind)),
        )
        for kind in kinds
    ]
    title = draft.say("All opportunities by type")
    return draft.table("opportunity-types", title, heads, body, detail=True)


def _plans(draft: Draft) -> Iterator[Section]:
    rows = draft.saved.own("diversification")
    if not rows:
        return
    limit = draft.voice.percent(rows[0]["target"], 0)
    how = draft.say(
        "For each of the sharpest vulnerabilities the least costly set of suppliers was sought that "
        "brings the largest share down to {limit}, where each can sell what it sells the home now "
        "and a part of what it sells others. That spare capacity is assumed, not known; prices are "
        "those of the trade.",
        limit=limit,
    )
    heads = (
        Column("good", draft.say("Good"), width=2.2),
        Column("status", draft.say("Result"), width=1.4),
        *(draft.head("diversification", column) for column in PLAN),
    )
    body = [
        (
            Cell(parts.product(draft, row), row["subject"]),
            Cell(_status(draft, row["status"]), row["status"]),
            *(_planned_cell(draft, row, column) for column in PLAN),
        )
        for row in rows
    ]
    reasons = [n for row in rows for n in draft.reason(row["reason"])]
    title = draft.say("Diversification: what it would take")
    table = draft.table("plans", draft.say("Least-cost plans"), heads, body, notes=reasons)
    yield Section(
        "plans",
        title,
        (parts.prose(draft, _planned(draft)), parts.prose(draft, how, detail=True), table),
        level=2,
    )


def _planned_cell(draft: Draft, row: Row, column: str) -> Cell:
    """A figure of a plan; where there is no plan, the column of results says so."""
    if row[column] is None and row["status"] in ("unreachable", "not_computable"):
        return Cell("–", None, "not_computable")
    return draft.cell(row, column)


def _planned(draft: Draft) -> Statement:
    home = draft.saved.home
    return draft.statement(
        "Plans: {met} where the limit is kept already by the measure used, {reached} where it can be "
        "reached, {beyond} where it cannot within what is assumed, and {unknown} that cannot be "
        "computed.",
        met=draft.counted("diversification", home=home, status="met"),
        reached=draft.counted("diversification", home=home, status="reached"),
        beyond=draft.counted("diversification", home=home, status="unreachable"),
        unknown=draft.counted("diversification", home=home, status="not_computable"),
    )


def _status(draft: Draft, status: str) -> str:
    return {
        "met": draft.say("kept already"),
        "reached": draft.say("can be reached"),
        "unreachable": draft.say("out of reach"),
        "not_computable": draft.say("not computable"),
    }.get(status, status)
