"""A material's fact sheet: its share, where it comes from and goes, why it matters, what to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from verdikart.mapping.material_rows import severity, stages
from verdikart.mapping.saved import Saved, Shelf
from verdikart.reference import names
from verdikart.reports import words
from verdikart.reports.content import material_flows, material_scores, material_uses, parts
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
ON_LIST: Final = ("by_name", "by_group")
SMALL: Final = "small"
VERDICTS: Final = ("vulnerable", "concentrated_allied", "open", "not_concentrated", "not_needed")


def known(saved: Saved) -> dict[str, tuple[str, ...]]:
    """Materials of a mapping with their names."""
    return {r["material"]: (r["name_en"], r["name_nb"]) for r in saved.rows("materials")}


def build(draft: Draft, about: Sequence[str], _shelf: Shelf) -> Document:
    """The fact sheet of one material."""
    material = about[0]
    draft = replace(draft, material=material)
    row = next(r for r in draft.saved.rows("materials") if r["material"] == material)
    name = draft.voice.name(row)
    home = names.name("home", draft.saved.home, draft.lang)
    told = stages(draft.saved.own("assessments"), draft.saved.rows("materials"), {})[material]
    sections = (
        _short(draft, row, told.rows),
        material_uses.uses(draft, material),
        material_flows.supply(draft, told.rows, told.through),
        material_flows.position(draft, material),
        material_scores.criticality(draft, material),
        _chains(draft, material),
        material_uses.measures(draft, material),
        material_uses.recycling(draft, material),
        _actions(draft, material),
        _gaps(draft, material),
    )
    title = draft.say("{name}: fact sheet", name=name)
    subtitle = draft.say("{home}, {year}", home=home, year=str(draft.saved.year))
    return draft.finish("material", about, title, subtitle, sections)


def _short(draft: Draft, row: Row, rows: Sequence[Row]) -> Section:
    statements = [_lists(draft, row)]
    own = [r for r in rows if r["value"] is not None and r["basis"] == "own_imports"]
    large = [r for r in own if r["outcome"] != SMALL] or own  # a small flow is no headline
    if large:
        statements.append(supplied(draft, min(large, key=severity)))
    statements += material_scores.short(draft, row["material"])
    strong = material_flows.strongest(draft, row["material"])
    if strong is not None:
        statements.append(material_flows.delivered(draft, strong))
    reason = draft.voice.of(row, "reason")
    if reason:
        text = draft.say("Why it is on the Norwegian supplement: {reason}", reason=reason)
        owner = draft.say("Norwegian supplement of verdikart")
        statements.append(draft.stated([text], kind="expert", owner=owner))
    return Section("short", draft.say("In short"), (Points(tuple(statements)),))


def _lists(draft: Draft, row: Row) -> Statement:
    """On which lists it stands."""
    held = []
    if row["eu_strategic"] in ON_LIST and row["eu_critical"] in ON_LIST:
        held.append(draft.say("strategic and critical by the EU’s regulation"))
    elif row["eu_strategic"] in ON_LIST:
        held.append(draft.say("strategic by the EU’s regulation"))
    elif row["eu_critical"] in ON_LIST:
        held.append(draft.say("critical by the EU’s regulation"))
    if row["nato"] in ON_LIST:
        held.append(draft.say("defence-critical by NATO"))
    if row["norwegian_supplement"]:
        held.append(draft.say("on the Norwegian supplement"))
    bound = [draft.figure(row, name) for name in ("eu_strategic", "eu_critical", "nato")]
    if not held:
        message = "{name} is on none of the lists that count in the mapping."
        return draft.statement(message, name=draft.voice.name(row), bound=bound)
    return draft.statement(
        "{name} is {lists}.", name=draft.voice.name(row), lists=draft.voice.join(held), bound=bound
    )


def supplied(draft: Draft, row: Row) -> Statement:
    """An assessed good: the largest supplier, its share, the verdict."""
    name = parts.product(draft, row)
    home = names.name("home", row["home"], draft.lang)
    verdict = words.outcome(row["outcome"], draft.lang).text
    if row["top_supplier"] is None:
        return draft.statement(
            "{name}: {home} imports for {value}; the largest supplier is not known. "
            "Verdict: {verdict}.",
            name=name,
            home=home,
            value=draft.money(row),
            verdict=verdict,
        )
    return draft.statement(
        "{name}: {share} of the imports of {home} come from {partner}, of {value} in all. "
        "Verdict: {verdict}.",
        name=name,
        home=home,
        share=draft.figure(row, "top_share"),
        partner=draft.figure(row, "top_supplier"),
        value=draft.money(row),
        verdict=verdict,
    )


def _chains(draft: Draft, material: str) -> Section:
    """The chains that it is in, those that are vulnerable first."""
    saved = draft.saved
    chains = {r["chain"]: r for r in saved.own("chains")}
    steps = [r for r in saved.own("chain_steps") if material in (r["materials"] or ())]
    held = [chains[c] for c in dict.fromkeys(r["chain"] for r in steps) if c in chains]
    held.sort(key=lambda r: (VERDICTS.index(r["verdict"]), r["depth"] != "deep", r["chain"]))
    title = draft.say("Value chains it is in")
    if not held:
        text = draft.say("It is in none of the mapping’s value chains.")
        return Section("chains", title, (parts.prose(draft, text),))
    heads = (
        Column("chain", draft.say("Value chain"), width=1.5),
        draft.head("chains", "verdict", width=1.2),
        draft.head("chains", "bottleneck_product", width=2.5),
        draft.head("chains", "bottleneck_supplier", width=1.3),
        draft.head("chains", "bottleneck_share"),
    )
    nothing = Cell("–")
    body = [
        (
            Cell(draft.voice.name(row), row["chain"]),
            draft.named(row, "verdict"),
            draft.named(row, "bottleneck_product"),
            draft.cell(row, "bottleneck_supplier") if row["bottleneck_product"] else nothing,
            draft.cell(row, "bottleneck_share") if row["bottleneck_product"] else nothing,
        )
        for row in held
    ]
    note = draft.note(
        draft.say("The bottleneck is that of the chain, and may be another material than this.")
    )
    return Section("chains", title, (draft.table("chains", title, heads, body, notes=(note,)),))


def _actions(draft: Draft, material: str) -> Section:
    rows = [r for r in draft.saved.rows("findings") if material in (r["materials"] or ())]
    blocks: list[Block] = list(parts.findings_by_use(draft, rows))
    if not blocks:
        text = draft.say(
            "The mapping has no finding that calls for action: nothing here is both large and "
            "concentrated on a country that is no ally, and no position stands out."
        )
        blocks.append(parts.prose(draft, text))
    return Section("actions", draft.say("What it calls for"), tuple(blocks))


def _gaps(draft: Draft, material: str) -> Section:
    """Goods without data; why they lack them stands in the notes."""
    rows = [r for r in draft.saved.rows("gaps") if material in (r["materials"] or ())]
    title = draft.say("What is not known")
    if not rows:
        text = draft.say("No good of it lacks data.")
        return Section("gaps", title, (parts.prose(draft, text),))
    rows.sort(key=lambda r: (-(r["heading_imports_usd"] or 0), r["product"]))
    first = draft.say(
        "Goods of this material that no figure is given for: {names}.",
        names=draft.voice.join([parts.inside(draft.voice.name(r)) for r in rows[:3]]),
    )
    more = draft.say(
        "Goods of this material that no figure is given for: {names}, and {count} more.",
        names=", ".join([parts.inside(draft.voice.name(r)) for r in rows[:3]]),
        count=len(rows) - 3,
    )
    heads = (
        Column("good", draft.say("Good and stage"), width=2.4),
        draft.head("gaps", "would_fill", title=draft.say("Source that would fill it"), width=2.4),
        draft.head("gaps", "heading_imports_usd"),
    )
    body = [
        (
            Cell(draft.voice.name(r), r["product"], small=words.stage(r["stage"], draft.lang)),
            Cell(words.source_title(r["would_fill"], draft.voice), r["would_fill"]),
            draft.cell(r, "heading_imports_usd"),
        )
        for r in rows
    ]
    notes = dict.fromkeys(n for r in rows for n in draft.reason(r["reason"]))
    listed = draft.say("Goods without data")
    table = draft.table("gaps", listed, heads, body, notes=tuple(notes), detail=True)
    said = parts.prose(draft, first if len(rows) <= 3 else more)
    return Section("gaps", title, (said, table))
