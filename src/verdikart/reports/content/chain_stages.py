"""A chain stage by stage and step by step, and held against its raw materials."""

from __future__ import annotations

from typing import Any, Final

from verdikart.reference import names
from verdikart.reports import words
from verdikart.reports.content.chain_seen import Seen, bounded, ranged, worded
from verdikart.reports.document.model import Block, Cell, Column, Section, Statement, Table

Row = dict[str, Any]
DECIDED: Final = ("vulnerable", "allied", "sound")
JUDGED: Final = {True: "critical", False: "not_critical", None: "undetermined"}


def stages(s: Seen) -> Section:
    """The stages with their verdicts, why, and the chain beside its raw materials."""
    draft = s.draft
    rows = s.of("chain_stages")
    made = Column("norwegian_steps", draft.say("Steps made in Norway"), width=2.8)
    heads = (
        Column("stage", draft.say("Stage"), width=1.3),
        draft.head("chain_stages", "verdict"),
        draft.head("chain_stages", "part_at_risk"),
        draft.head("chain_stages", "bottleneck_product", width=2),
        *([made] if s.norwegian else []),
    )
    body = [
        (
            Cell(draft.voice.name(row), row["stage"]),
            draft.named(row, "verdict"),
            bounded(draft, row, "part_at_risk", 0),
            draft.named(row, "bottleneck_product"),
            *([s.listed(row["norwegian_steps"])] if s.norwegian else []),
        )
        for row in rows
    ]
    title = draft.say("Stage by stage")
    why = (
        Column("stage", draft.say("Stage"), width=1.2),
        Column("text", draft.say("Why"), width=4),
    )
    told = [
        (
            Cell(draft.voice.name(row), row["stage"]),
            worded(draft, row, "text", draft.voice.of(row, "text")),
        )
        for row in rows
    ]
    whole = Cell(draft.say("The whole chain"), s.chain)
    told.insert(0, (whole, worded(draft, s.row, "text", draft.voice.of(s.row, "text"))))
    blocks: tuple[Block, ...] = (
        draft.table("stages", title, heads, body),
        draft.table("stages-why", draft.say("Why each stage is judged so"), why, told, detail=True),
        _horizons(s),
    )
    return Section("stages", title, blocks)


def _horizons(s: Seen) -> Table:
    """The chain and its raw materials: critical or not, in the short term, in the long term."""
    draft = s.draft
    chains = s.of("chain_horizons")
    held = {m for row in chains for m in row["materials"] or ()}
    materials = [r for r in draft.saved.rows("material_horizons") if r["material"] in held]
    heads = (
        Column("object", draft.say("Chain or raw material"), width=2),
        Column("critical", draft.say("Verdict"), width=1.2),
        draft.head("chain_horizons", "short"),
        draft.head("chain_horizons", "long"),
        draft.head(
            "chain_horizons",
            "bottleneck_supplier",
            title=draft.say("Largest supplier that is no ally"),
            width=1.2,
        ),
        draft.head("chain_horizons", "bottleneck_share", title=draft.say("Its share")),
    )
    body = []
    for row in (*chains, *materials):
        code = JUDGED[row["critical"]]
        kind = draft.say("value chain") if "chain" in row else draft.say("raw material")
        supplied = row["bottleneck_supplier"] is not None
        body.append(
            (
                Cell(draft.voice.name(row), row.get("chain") or row["material"], small=kind),
                worded(draft, row, "critical", words.word("criticality", code, draft.lang)),
                *(bounded(draft, row, column, 2) for column in ("short", "long")),
                draft.cell(row, "bottleneck_supplier") if supplied else Cell("–"),
                draft.cell(row, "bottleneck_share") if supplied else Cell("–"),
            )
        )
    marks = dict.fromkeys(
        draft.note(
            draft.say(
                "Where a criterion lacks data, a score is given as the interval that is left."
            )
        )
        for row in (*chains, *materials)
        if row["short"] is None or row["long"] is None
    )
    title = draft.say("The chain and its raw materials: a chain can be critical where they are not")
    empty = draft.say("Neither the chain nor its raw materials are scored in this mapping.")
    return draft.table("horizons", title, heads, body, empty=empty, notes=tuple(marks))


def unlike(s: Seen) -> list[Statement]:
    """Where the chain is critical and its raw material is not, or the reverse."""
    return [
        s.draft.statement(
            "Chain and raw material are judged unlike. {material}: {difference}. The supply risk of "
            "the raw material is {risk}.",
            difference=s.draft.figure(row, "kind"),
            material=names.name("material", row["material"], s.draft.lang),
            risk=ranged(s.draft, row, "material_sr", 2),
        )
        for row in s.of("horizon_differences")
    ]


def steps(s: Seen) -> Section:
    """The steps that count with a verdict; the whole list stands with the drawing."""
    draft = s.draft
    rows = [r for r in s.steps.values() if r["counts_as"] in DECIDED]
    rows.sort(key=lambda r: (DECIDED.index(r["counts_as"]), -(r["top_other_share"] or 0)))
    heads = (
        Column("step", draft.say("Step and stage"), width=2.6),
        draft.head("chain_steps", "counts_as", width=1.3),
        draft.head("chain_steps", "top_supplier", width=1.2),
        draft.head("chain_steps", "top_share"),
        draft.head("chain_steps", "ally_share"),
        draft.head("chain_steps", "value_nok"),
    )
    because = {
        "net_exporter": draft.say("the home sells more than it buys"),
        "own_plants": draft.say("made by plants at home"),
    }
    body = [
        (
            s.step(row["product"]),
            Cell(
                draft.named(row, "counts_as").text,
                row["counts_as"],
                small=because.get(row["reason"] or "", ""),
            ),
            draft.cell(row, "top_supplier"),
            draft.cell(row, "top_share"),
            draft.cell(row, "ally_share"),
            draft.cell(row, "value_nok"),
        )
        for row in rows
    ]
    title = draft.say("Steps that could be decided")
    empty = draft.say("None of the steps that the home needs could be decided.")
    return Section("steps", title, (draft.table("decided", title, heads, body, empty=empty),))
