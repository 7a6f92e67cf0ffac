"""Steps four and five in the report: what the home is exposed to, and what others get from it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
    Paragraph,
    Section,
    Series,
    Statement,
    Table,
    Tone,
)
from verdikart.reports.voice import short

Row = dict[str, Any]
SEEN: Final = "not_computable"
# Outcomes without a verdict, shown in the tone of doubt.
DOUBTED: Final = ("bounds_only", "transit", "small")


def _of(draft: Draft, kind: str) -> list[Row]:
    rows = [r for r in draft.saved.rows("findings") if r["kind"] == kind]
    return sorted(rows, key=lambda r: r["rank"])


def vulnerabilities(draft: Draft) -> Iterator[Section]:
    """The sharpest, drawn and listed, then every good that could be judged."""
    home = names.name("home", draft.saved.home, draft.lang)
    rows = _of(draft, "vulnerability")
    title = draft.say("Vulnerabilities: what {home} is exposed to", home=home)
    if rows:
        blocks: list[Block] = [
            Paragraph((_ranked(draft),)),
            _chart(draft, "vulnerability", rows),
            _table(draft, "vulnerability", rows),
        ]
    else:
        text = draft.say(
            "No good stands out: none is both large and concentrated on a country that is no ally."
        )
        blocks = [parts.prose(draft, text)]
    seen = [r for r in draft.saved.own("assessments") if r["outcome"] != SEEN]
    if seen:
        every = draft.say("Every good and stage that could be judged")
        blocks.append(parts.goods(draft, "goods", every, seen, detail=True))
    else:
        text = draft.say("None of the goods could be judged on the data of this mapping.")
        blocks.append(parts.prose(draft, text))
    yield Section("vulnerabilities", title, tuple(blocks))


def _ranked(draft: Draft) -> Statement:
    return draft.stated(
        [
            draft.say(
                "Ranked by the share of the largest supplier that is no ally times the value of the "
                "imports. What is at stake is what would have to be replaced in a year if that "
                "supplier stopped."
            )
        ]
    )


def positions(draft: Draft) -> Iterator[Section]:
    """What others get from the home, and who hangs on it."""
    home = names.name("home", draft.saved.home, draft.lang)
    rows = _of(draft, "position")
    title = draft.say("Positions: what others get from {home}", home=home)
    if not rows:
        text = draft.say(
            "The mapping has no positions for {home}: it is itself part of the blocs compared with, "
            "or delivers nothing of weight to them.",
            home=home,
        )
        yield Section("positions", title, (parts.prose(draft, text),))
        return
    said = draft.stated(
        [
            draft.say(
                "Ranked by the share that {home} has of a bloc’s imports from outside times their "
                "value. To be needed is a strength and a responsibility, and a risk where the raw "
                "material comes from few.",
                home=home,
            )
        ]
    )
    yield Section(
        "positions",
        title,
        (
            Paragraph((said,)),
            _chart(draft, "position", rows),
            _table(draft, "position", rows),
        ),
    )


def _partner(draft: Draft, row: Row) -> str:
    return draft.voice.of(row, "partner")


def _chart(draft: Draft, kind: str, rows: Sequence[Row]) -> Chart:
    vulnerable = kind == "vulnerability"
    figures = [draft.figure(row, "partner_share") for row in rows]
    limit = draft.saved.parameters["share_threshold"]
    outcomes = {r["subject"]: r["outcome"] for r in draft.saved.own("assessments")}
    tones: list[Tone] = [
        ("doubt" if outcomes.get(row["subject"]) in DOUBTED else "risk") if vulnerable else "ally"
        for row in rows
    ]
    title = (
        draft.say("The sharpest vulnerabilities: share of the supplier that is no ally")
        if vulnerable
        else draft.say("The strongest positions: share of the bloc’s imports from outside")
    )
    axis = (
        draft.say("Share of imports by value")
        if vulnerable
        else draft.say("Share of the bloc’s imports from outside")
    )
    labels = tuple(f"{short(parts.product(draft, row))} ({_partner(draft, row)})" for row in rows)
    alt = draft.statement(
        "Bars, one a good, in the order of what is at stake. The first is {good} with {share}.",
        good=labels[0],
        share=figures[0],
    )
    table = _table(draft, kind, rows)
    return Chart(
        f"{kind}-chart",
        title,
        alt.text,
        "bar",
        labels,
        (Series(axis, tuple(f.raw for f in figures), tuple(tones), tuple(figures)),),
        "share",
        axis,
        table,
        limit=limit if vulnerable else None,
        limit_text=draft.say("limit {share}", share=draft.voice.percent(limit, 0))
        if vulnerable
        else "",
        notes=table.notes,
    )


def _table(draft: Draft, kind: str, rows: Sequence[Row]) -> Table:
    vulnerable = kind == "vulnerability"
    heads = (
        Column("good", draft.say("Good and stage"), width=2.6),
        Column("partner", draft.say("Supplier") if vulnerable else draft.say("Bloc"), width=1.4),
        draft.head("findings", "partner_share"),
        draft.head("findings", "at_stake_t"),
        draft.head("findings", "at_stake_nok"),
        draft.head("findings", "action", width=2.2),
    )
    body = [
        (
            Cell(
                parts.product(draft, row),
                row["subject"],
                small=words.stage(row["stage"], draft.lang),
            ),
            Cell(_partner(draft, row), row["partner"]),
            draft.cell(row, "partner_share"),
            draft.cell(row, "at_stake_t"),
            draft.cell(row, "at_stake_nok"),
            draft.named(row, "action"),
        )
        for row in rows
    ]
    title = (
        draft.say("The sharpest vulnerabilities")
        if vulnerable
        else draft.say("The strongest positions")
    )
    return draft.table(f"{kind}-table", title, heads, body)
