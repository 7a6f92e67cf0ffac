"""Value chains in the report: verdict, bottleneck and supplier of each, and the worst one drawn."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from verdikart.reports.content import parts
from verdikart.reports.document.draft import Draft
from verdikart.reports.document.model import Block, Cell, Column, Section, Table

Row = dict[str, Any]
# The order of verdicts, what a reader must act on first.
ORDER: Final = ("vulnerable", "open", "concentrated_allied", "not_concentrated", "not_needed")


def ordered(draft: Draft, rows: Sequence[Row]) -> list[Row]:
    """Chains by verdict, then by the share at the bottleneck."""
    return sorted(
        rows,
        key=lambda r: (
            ORDER.index(r["verdict"]),
            -(r["bottleneck_risk"] or 0.0),
            draft.voice.name(r),
        ),
    )


def chains(draft: Draft) -> Iterator[Section]:
    """Deep chains in a table, the worst drawn, the shallow ones for reading."""
    title = draft.say("Value chains")
    rows = ordered(draft, draft.saved.own("chains"))
    deep = [r for r in rows if r["depth"] == "deep"]
    shallow = [r for r in rows if r["depth"] != "deep"]
    if not rows:
        text = draft.say("The mapping holds no value chains.")
        yield Section("chains", title, (parts.prose(draft, text),))
        return
    blocks: list[Block] = [
        _table(draft, "chains-deep", draft.say("Chains mapped in depth"), deep),
    ]
    worst = next((r for r in deep if r["verdict"] == "vulnerable"), None)
    if worst is not None:
        blocks.append(parts.diagram(draft, worst["chain"]))
    blocks.append(
        _table(draft, "chains-shallow", draft.say("Chains mapped in outline"), shallow, True)
    )
    yield Section("chains", title, tuple(blocks))


def _table(
    draft: Draft, table_id: str, title: str, rows: Sequence[Row], detail: bool = False
) -> Table:
    heads = (
        Column("chain", draft.say("Value chain"), width=1.5),
        draft.head("chains", "verdict", width=1.1),
        draft.head("chains", "bottleneck_product", width=2.2),
        draft.head("chains", "bottleneck_supplier", width=1.2),
        draft.head("chains", "bottleneck_share"),
        draft.head("chains", "steps_seen"),
        draft.head("chains", "steps_needed"),
    )
    body = [
        (
            Cell(draft.voice.name(r), r["chain"]),
            draft.named(r, "verdict"),
            draft.named(r, "bottleneck_product"),
            draft.cell(r, "bottleneck_supplier"),
            draft.cell(r, "bottleneck_share"),
            draft.cell(r, "steps_seen"),
            draft.cell(r, "steps_needed"),
        )
        for r in rows
    ]
    return draft.table(table_id, title, heads, body, detail=detail)
