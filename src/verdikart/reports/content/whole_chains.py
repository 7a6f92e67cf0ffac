"""Value chains in the report: verdict, bottleneck and supplier of each, and the worst one drawn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from verdikart.reports.content import parts
from verdikart.reports.document.draft import Draft
from verdikart.reports.document.model import (
    Block,
    Cell,
    Chart,
    Column,
    Points,
    Section,
    Statement,
    Table,
    Tone,
)

Row = dict[str, Any]
# The order of verdicts, what a reader must act on first.
ORDER: Final = ("vulnerable", "open", "concentrated_allied", "not_concentrated", "not_needed")
READABLE: Final = 20  # steps that a page or slide holds in a size to be read
DEEP: Final = "deep"
VULNERABLE: Final = "vulnerable"


def ordered(draft: Draft, rows: Sequence[Row]) -> list[Row]:
    """Chains by verdict, then by the risk of the bottleneck."""
    return sorted(
        rows,
        key=lambda r: (
            ORDER.index(r["verdict"]),
            -(r["bottleneck_risk"] or 0.0),
            draft.voice.name(r),
        ),
    )


def chains(draft: Draft) -> Section:
    """The deep chains in words and in a table, the worst of them drawn, the others for reading."""
    title = draft.say("Value chains")
    rows = ordered(draft, draft.saved.own("chains"))
    if not rows:
        text = draft.say("The mapping holds no value chains.")
        return Section("chains", title, (parts.prose(draft, text),))
    deep = [r for r in rows if r["depth"] == DEEP]
    shallow = [r for r in rows if r["depth"] != DEEP]
    rule = draft.say(
        "A chain is judged by the steps that the home needs, never by the raw material alone. The "
        "bottleneck is the step that alone brings most risk, among the steps that are seen."
    )
    blocks: list[Block] = [parts.prose(draft, counts(draft))]
    chart = _chart(draft, deep)
    if chart is not None:
        blocks.append(chart)
    blocks.append(parts.prose(draft, rule, detail=True))
    if deep:
        blocks.append(_table(draft, "chains-deep", draft.say("The deep value chains"), deep))
    worst = [r for r in deep if r["verdict"] == VULNERABLE]
    if worst:
        said = tuple(
            draft.text(r, rests_on=("part_at_risk", "steps_needed", "steps_open")) for r in worst
        )
        named = tuple(
            _named(draft, row, statement) for row, statement in zip(worst, said, strict=True)
        )
        title_in_words = draft.say("The vulnerable ones in words")
        blocks.append(Points(named, title_in_words, detail=True))
        drawn = _telling(worst)["chain"]
        if any(step["chain"] == drawn for step in draft.saved.own("chain_steps")):
            blocks.append(parts.diagram(draft, drawn))
    if shallow:
        blocks.append(_table(draft, "chains-shallow", draft.say("The shallow chains"), shallow))
    return Section("chains", title, tuple(blocks))


def _telling(rows: Sequence[Row]) -> Row:
    """The worst chain that can be read at a glance; the worst where all of them are long."""
    return next((r for r in rows if r["steps"] <= READABLE), rows[0])


def counts(draft: Draft) -> Statement:
    """How the chains of the mapped home fell out, by depth."""
    home = draft.saved.home
    return draft.statement(
        "Deep chains, complete and read through: {deep}, of these vulnerable {vulnerable} and open "
        "{open}. Shallow chains, not complete: {shallow}, of these vulnerable {grazed}. Open means "
        "that steps that decide are not seen in the data, which is no all-clear.",
        deep=draft.counted("chains", home=home, depth=DEEP),
        vulnerable=draft.counted("chains", home=home, depth=DEEP, verdict=VULNERABLE),
        open=draft.counted("chains", home=home, depth=DEEP, verdict="open"),
        shallow=draft.counted("chains", home=home, depth="shallow"),
        grazed=draft.counted("chains", home=home, depth="shallow", verdict=VULNERABLE),
    )


def _named(draft: Draft, row: Row, said: Statement) -> Statement:
    """A chain's saved verdict in words, after its name."""
    if any(figure.withheld for figure in said.figures):
        return said
    return draft.stated([f"{draft.voice.name(row)}: ", *said.runs], bound=said.bound)


def _chart(draft: Draft, rows: Sequence[Row]) -> Chart | None:
    """The share of the supplier at the bottleneck, of the chains where one can be named."""
    found = [r for r in rows if r["bottleneck_share"] is not None]
    if not found:
        return None
    found.sort(key=lambda r: -r["bottleneck_share"])
    figures = [draft.figure(row, "bottleneck_share") for row in found]
    tones: list[Tone] = ["risk" if r["verdict"] == VULNERABLE else "doubt" for r in found]
    labels = tuple(
        f"{draft.voice.name(row)} ({draft.figure(row, 'bottleneck_supplier')})" for row in found
    )
    title = draft.say("The deep chains: share of the supplier at the bottleneck")
    axis = draft.say("Share of the supply of the bottleneck")
    alt = draft.statement(
        "Bars, one a value chain with a named bottleneck. The highest is {chain} with {share}. Chains "
        "where none can be named are left out.",
        chain=labels[0],
        share=figures[0],
    )
    twin = parts.twin(
        draft,
        "bottlenecks-drawn",
        title,
        (draft.say("Value chain and supplier"), *labels),
        draft.head("chains", "bottleneck_share"),
        [draft.cell(row, "bottleneck_share") for row in found],
    )
    key: dict[Tone, str] = {"risk": draft.say("Vulnerable chain"), "doubt": draft.say("Open chain")}
    return parts.bars(
        draft, "bottlenecks-chart", alt, labels, figures, tones, twin, axis, limited=True, key=key
    )


def _table(draft: Draft, table_id: str, title: str, rows: Sequence[Row]) -> Table:
    heads = (
        Column("chain", draft.say("Value chain"), width=1.5),
        draft.head("chains", "verdict", width=1.1),
        draft.head("chains", "bottleneck_product", width=2.2),
        draft.head("chains", "bottleneck_supplier", width=1.2),
        draft.head("chains", "bottleneck_share"),
        draft.head("chains", "steps_seen", title=draft.say("Needed steps seen")),
        draft.head("chains", "steps_needed"),
    )
    body = [
        (
            Cell(draft.voice.name(r), r["chain"]),
            draft.cell(r, "verdict"),
            parts.word(draft, r, "bottleneck_product"),
            parts.word(draft, r, "bottleneck_supplier"),
            draft.cell(r, "bottleneck_share") if r["bottleneck_product"] else Cell("–"),
            draft.cell(r, "steps_seen"),
            draft.cell(r, "steps_needed"),
        )
        for r in rows
    ]
    return draft.table(table_id, title, heads, body, detail=rows[0]["depth"] != DEEP)
