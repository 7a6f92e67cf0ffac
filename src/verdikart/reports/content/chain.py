"""A value chain: verdict and bottleneck, drawn, stage by stage, and what it calls for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

from verdikart.mapping.saved import Saved, Shelf
from verdikart.reports import words
from verdikart.reports.content import chain_behind, chain_beside, chain_home, chain_stages, parts
from verdikart.reports.content.chain_seen import Seen, bounded, ranged, seen
from verdikart.reports.document.draft import Draft
from verdikart.reports.document.model import (
    Block,
    Cell,
    Column,
    Document,
    Points,
    Section,
    Statement,
)

Row = dict[str, Any]
DRAWN: Final = 3  # steps whose suppliers are drawn


def known(saved: Saved) -> dict[str, tuple[str, ...]]:
    """Chains of a mapping with their names."""
    return {r["chain"]: (r["name_en"], r["name_nb"]) for r in saved.own("chains")}


def build(draft: Draft, about: Sequence[str], _shelf: Shelf) -> Document:
    """The document of one value chain."""
    s = seen(draft, about[0])
    sections = (
        _short(s),
        Section("drawing", draft.say("The chain drawn"), (parts.diagram(draft, s.chain),)),
        chain_stages.stages(s),
        chain_stages.steps(s),
        _suppliers(s),
        chain_behind.exposure(s),
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
            "Seen from {home}, the value chain for {name} is {verdict}.",
            home=s.home,
            name=parts.inside(s.title),
            verdict=draft.figure(row, "verdict"),
        ),
        *_bottleneck(s),
        _seen(s),
        _at_risk(s),
        *chain_home.short(s),
        *chain_stages.unlike(s),
    ]
    return Section("short", draft.say("In short"), (Points(tuple(statements)),))


def _seen(s: Seen) -> Statement:
    """How many steps are needed, seen and undecided."""
    draft, row = s.draft, s.row
    if row["steps_open"]:
        message = (
            "{home} needs {needed} of the chain’s {steps} steps. Own supply is on record for {seen}; "
            "{open} remain undecided, some of them seen but too small or withheld."
        )
    else:
        message = (
            "{home} needs {needed} of the chain’s {steps} steps. Own supply is on record for {seen}; "
            "{open} remain undecided."
        )
    return draft.statement(
        message,
        home=parts.capital(s.home),
        needed=draft.figure(row, "steps_needed"),
        steps=draft.figure(row, "steps"),
        seen=draft.figure(row, "steps_seen"),
        open=draft.figure(row, "steps_open"),
    )


def _at_risk(s: Seen) -> Statement:
    draft, row = s.draft, s.row
    part = ranged(draft, row, "part_at_risk", 0)
    if row["part_at_risk"] is None:
        message = "How much of the chain hangs on vulnerable steps cannot be said: {part}."
    else:
        message = "Part of the chain that hangs on vulnerable steps: {part}."
    return draft.statement(message, part=part)


def _bottleneck(s: Seen) -> list[Statement]:
    """The bottleneck with its supplier, how sure it is, and how long a way round takes."""
    draft, row = s.draft, s.row
    product, world = row["bottleneck_product"], row["world_product"]
    if row["verdict"] == "not_needed":
        message = "{home} has no need of the chain on record."
        bound = [draft.figure(row, "verdict")]
        return [draft.statement(message, home=parts.capital(s.home), bound=bound)]
    if product is None:
        message = "No bottleneck can be named: no step that is seen reaches the risk that counts."
        found = [draft.statement(message, bound=[draft.figure(row, "risk")])]
        if world is not None:
            message = "In the world’s supply {good} stands out, with {share} from {country}."
            found.append(
                draft.statement(
                    message,
                    good=draft.figure(row, "world_product", text=parts.inside(s.name(world))),
                    share=draft.figure(row, "world_share"),
                    country=draft.figure(row, "world_supplier"),
                )
            )
        return found
    found = [
        draft.statement(
            "Bottleneck among the goods seen: {good}, with {share} of the imports from {country}.",
            good=draft.figure(row, "bottleneck_product", text=parts.inside(s.name(product))),
            share=draft.figure(row, "bottleneck_share"),
            country=draft.figure(row, "bottleneck_supplier"),
        )
    ]
    step = s.steps.get(product)
    if step is not None and step["lead_years_low"] is not None:
        found.append(
            draft.statement(
                "New supply of it takes {low}–{high} years.",
                low=draft.figure(step, "lead_years_low"),
                high=draft.figure(step, "lead_years_high"),
            )
        )
    return found


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
    rows.sort(key=lambda r: -(r["value_nok"] or 0))
    charts = [parts.suppliers(draft, row) for row in rows[:DRAWN]]
    blocks: list[Block] = [chart for chart in charts if chart is not None]
    if not blocks:
        text = draft.say(
            "No step that is judged by the home’s own imports is vulnerable or a bottleneck."
        )
        blocks.append(parts.prose(draft, text))
    return Section(
        "suppliers",
        draft.say("Who supplies the vulnerable steps and the bottleneck"),
        tuple(blocks),
    )


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
    nothing = Cell("–")
    body = [
        (
            draft.named(row, "home"),
            draft.named(row, "verdict"),
            draft.named(row, "bottleneck_product"),
            draft.named(row, "bottleneck_supplier"),
            draft.cell(row, "bottleneck_share") if row["bottleneck_product"] else nothing,
            bounded(draft, row, "part_at_risk", 0),
            draft.cell(row, "steps_seen"),
            draft.cell(row, "steps_needed"),
        )
        for row in rows
    ]
    title = draft.say("The chain as each home sees it")
    return Section("homes", title, (draft.table("homes", title, heads, body),))


def _actions(s: Seen) -> Section:
    draft, held = s.draft, set(s.steps)
    rows = [r for r in draft.saved.rows("findings") if held & set(r["products"] or ())]
    blocks: list[Block] = list(parts.findings_by_use(draft, rows))
    if not blocks:
        text = draft.say("None of the mapping’s findings is about a good of this chain.")
        blocks.append(parts.prose(draft, text))
    return Section("actions", draft.say("What it calls for"), tuple(blocks))


def _gaps(s: Seen) -> Section:
    """Goods without data, and the source that would fill most of them."""
    draft = s.draft
    rows = [r for r in draft.saved.rows("gaps") if r["product"] in s.steps]
    title = draft.say("What is not known")
    if not rows:
        text = draft.say("No good of the chain lacks data.")
        return Section("gaps", title, (parts.prose(draft, text),))
    rows.sort(key=lambda r: (-(r["heading_imports_usd"] or 0), r["product"]))
    blocks: list[Block] = []
    sources = Counter(r["would_fill"] for r in rows if r["would_fill"])
    if sources:
        source = words.source_title(sources.most_common(1)[0][0], draft.voice)
        message = (
            "Steps that are needed and undecided: {open}. The source that would fill most of the gaps "
            "is {source}."
        )
        open_ = draft.figure(s.row, "steps_open")
        blocks.append(parts.prose(draft, draft.statement(message, open=open_, source=source)))
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
    listed = draft.say("Goods without data")
    blocks.append(draft.table("gaps", listed, heads, body, notes=tuple(notes), detail=True))
    return Section("gaps", title, tuple(blocks))
