"""A value chain: verdict and bottleneck, drawn, stage by stage, and what it calls for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from verdikart.mapping.saved import Saved, Shelf
from verdikart.reference import names
from verdikart.reports import words
from verdikart.reports.content import chain_beside, chain_home, parts
from verdikart.reports.content.chain_seen import Seen, ranged, seen
from verdikart.reports.document.draft import Draft
from verdikart.reports.document.model import (
    Block,
    Cell,
    Column,
    Document,
    Paragraph,
    Points,
    Section,
    Statement,
)

Row = dict[str, Any]
DRAWN = 3  # steps whose suppliers are drawn
DECIDED = ("vulnerable", "allied", "sound")


def known(saved: Saved) -> dict[str, tuple[str, ...]]:
    """Chains of a mapping with their names."""
    return {r["chain"]: (r["name_en"], r["name_nb"]) for r in saved.own("chains")}


def build(draft: Draft, about: Sequence[str], _shelf: Shelf) -> Document:
    """The document of one value chain."""
    s = seen(draft, about[0])
    sections = (
        _short(s),
        Section("drawing", draft.say("The chain drawn"), (parts.diagram(draft, s.chain),)),
        _stages(s),
        _steps(s),
        _suppliers(s),
        *chain_home.sections(s),
        *chain_beside.sections(s),
        _homes(s),
        _actions(s),
        _gaps(s),
    )
    title = draft.say("{name}: the value chain", name=s.title)
    subtitle = draft.say("{home}, {year}", home=s.home, year=str(draft.saved.year))
    return draft.finish("chain", about, title, subtitle, sections)


def _short(s: Seen) -> Section:
    draft, row = s.draft, s.row
    statements = [
        draft.statement(
            "Seen from {home}, the chain {name} is {verdict}.",
            home=s.home,
            name=parts.inside(s.title),
            verdict=draft.figure(row, "verdict"),
        ),
        _bottleneck(s),
        draft.statement(
            "{home} needs {needed} of the chain’s {steps} steps. {seen} of them are seen in the data; "
            "{open} cannot be decided, so the verdict holds for what is seen.",
            home=s.home,
            needed=draft.figure(row, "steps_needed"),
            steps=draft.figure(row, "steps"),
            seen=draft.figure(row, "steps_seen"),
            open=draft.figure(row, "steps_open"),
        ),
        draft.statement(
            "Part of the chain at risk: {part}.", part=ranged(draft, row, "part_at_risk", 0)
        ),
        *chain_home.short(s),
        *_differences(s),
    ]
    return Section("short", draft.say("In short"), (Points(tuple(statements)),))


def _bottleneck(s: Seen) -> Statement:
    draft, row = s.draft, s.row
    if row["bottleneck_product"] is not None:
        step = s.steps.get(row["bottleneck_product"], row)
        message = (
            "Bottleneck among the goods seen: {good}. {share} of the imports come from {country}."
            if step.get("basis") == "own_imports"
            else "Bottleneck among the goods seen: {good}. {share} of the world’s supply comes from "
            "{country}."
        )
        return draft.statement(
            message,
            good=draft.figure(
                row, "bottleneck_product", text=parts.inside(s.name(step["product"]))
            ),
            share=draft.figure(row, "bottleneck_share"),
            country=draft.figure(row, "bottleneck_supplier"),
        )
    if row["world_product"] is not None:
        return draft.statement(
            "No bottleneck can be named on the home’s own imports. In the world’s supply {good} stands "
            "out: {share} comes from {country}.",
            good=draft.figure(
                row, "world_product", text=parts.inside(s.name(row["world_product"]))
            ),
            share=draft.figure(row, "world_share"),
            country=draft.figure(row, "world_supplier"),
        )
    return draft.statement(
        "No bottleneck can be named: no step that is seen rests on one supplier that is no ally.",
        bound=[draft.figure(row, "verdict")],
    )


def _differences(s: Seen) -> list[Statement]:
    """Where the chain is critical and its raw material is not, or the reverse."""
    draft, found = s.draft, []
    for row in s.of("horizon_differences"):
        found.append(
            draft.statement(
                "Chain and raw material are judged unlike: {kind} ({material}: supply risk {risk}).",
                kind=draft.figure(row, "kind"),
                material=names.name("material", row["material"], draft.lang),
                risk=ranged(draft, row, "material_sr", 2),
            )
        )
    return found


def _stages(s: Seen) -> Section:
    draft = s.draft
    heads = (
        Column("stage", draft.say("Stage"), width=1.3),
        draft.head("chain_stages", "verdict"),
        draft.head("chain_stages", "part_at_risk"),
        draft.head("chain_stages", "bottleneck_product", width=2),
        Column("norwegian_steps", draft.say("Steps made in Norway"), width=2.5),
    )
    body = [
        (
            Cell(draft.voice.name(row), row["stage"]),
            draft.named(row, "verdict"),
            draft.cell(row, "part_at_risk", decimals=0),
            draft.named(row, "bottleneck_product"),
            s.listed(row["norwegian_steps"]),
        )
        for row in s.of("chain_stages")
    ]
    title = draft.say("Stage by stage")
    return Section("stages", title, (draft.table("stages", title, heads, body),))


def _steps(s: Seen) -> Section:
    """The steps that count with a verdict; the whole list stands with the drawing."""
    draft = s.draft
    rows = [r for r in s.steps.values() if r["counts_as"] in DECIDED]
    rows.sort(key=lambda r: (DECIDED.index(r["counts_as"]), -(r["top_other_share"] or 0)))
    heads = (
        Column("step", draft.say("Step and stage"), width=2.6),
        draft.head("chain_steps", "counts_as"),
        draft.head("chain_steps", "top_supplier", width=1.3),
        draft.head("chain_steps", "top_share"),
        draft.head("chain_steps", "ally_share"),
        draft.head("chain_steps", "value_nok"),
    )
    body = [
        (
            s.step(row["product"]),
            draft.named(row, "counts_as"),
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


def _suppliers(s: Seen) -> Section:
    draft = s.draft
    judged = {r["mix"]: r for r in draft.saved.own("assessments") if r["mix"]}
    rows = [
        judged[r["mix"]]
        for r in s.steps.values()
        if r["mix"] in judged
        and r["basis"] == "own_imports"
        and (r["counts_as"] == "vulnerable" or r["bottleneck"])
    ]
    charts = [parts.suppliers(draft, row) for row in rows[:DRAWN]]
    blocks: list[Block] = [chart for chart in charts if chart is not None]
    if not blocks:
        text = draft.say("No step that is judged by the home’s own imports is vulnerable.")
        blocks.append(Paragraph((draft.stated([text]),)))
    return Section("suppliers", draft.say("Who supplies the vulnerable steps"), tuple(blocks))


def _homes(s: Seen) -> Section:
    draft = s.draft
    rows = [r for r in draft.saved.rows("chains") if r["chain"] == s.chain]
    heads = (
        draft.head("chains", "home", width=1.3),
        draft.head("chains", "verdict"),
        draft.head("chains", "bottleneck_product", width=2.3),
        draft.head("chains", "bottleneck_supplier"),
        draft.head("chains", "bottleneck_share"),
        draft.head("chains", "part_at_risk"),
        draft.head("chains", "steps_seen"),
        draft.head("chains", "steps_needed"),
    )
    body = [
        (
            draft.named(row, "home"),
            draft.named(row, "verdict"),
            draft.named(row, "bottleneck_product"),
            draft.named(row, "bottleneck_supplier"),
            draft.cell(row, "bottleneck_share"),
            draft.cell(row, "part_at_risk", decimals=0),
            draft.cell(row, "steps_seen"),
            draft.cell(row, "steps_needed"),
        )
        for row in rows
    ]
    title = draft.say("Seen from other homes")
    return Section("homes", title, (draft.table("homes", title, heads, body),))


def _actions(s: Seen) -> Section:
    draft, held = s.draft, set(s.steps)
    rows = [r for r in draft.saved.rows("findings") if held & set(r["products"] or ())]
    blocks: list[Block] = list(parts.findings_by_use(draft, rows))
    if not blocks:
        text = draft.say("None of the mapping’s findings is about a good of this chain.")
        blocks.append(Paragraph((draft.stated([text]),)))
    return Section("actions", draft.say("What it calls for"), tuple(blocks))


def _gaps(s: Seen) -> Section:
    draft = s.draft
    rows = [r for r in draft.saved.rows("gaps") if r["product"] in s.steps]
    rows.sort(key=lambda r: -(r["heading_imports_usd"] or 0))
    heads = (
        Column("good", draft.say("Good and stage"), width=2.4),
        draft.head("gaps", "would_fill", title=draft.say("Source that would fill it"), width=2.4),
        draft.head("gaps", "heading_imports_usd"),
    )
    body = [
        (
            s.step(r["product"]),
            Cell(words.source_title(r["would_fill"], draft.voice), r["would_fill"]),
            draft.cell(r, "heading_imports_usd"),
        )
        for r in rows
    ]
    notes = dict.fromkeys(n for r in rows for n in draft.reason(r["reason"]))
    title = draft.say("What is not known")
    empty = draft.say("No good of the chain lacks data.")
    table = draft.table("gaps", title, heads, body, empty=empty, notes=tuple(notes), detail=True)
    return Section("gaps", title, (table,))
