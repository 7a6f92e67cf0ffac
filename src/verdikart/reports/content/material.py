"""A material's fact sheet: its share, where it comes from and goes, why it matters, what to do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from verdikart.mapping.material_rows import severity, stages
from verdikart.mapping.saved import Saved, Shelf
from verdikart.reference import names
from verdikart.reports import words
from verdikart.reports.content import parts
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
ON_LIST = ("by_name", "by_group")
DRAWN = 2  # goods whose suppliers are drawn


def known(saved: Saved) -> dict[str, tuple[str, ...]]:
    """Materials of a mapping with their names."""
    return {r["material"]: (r["name_en"], r["name_nb"]) for r in saved.rows("materials")}


def build(draft: Draft, about: Sequence[str], _shelf: Shelf) -> Document:
    """The fact sheet of one material."""
    material = about[0]
    row = next(r for r in draft.saved.rows("materials") if r["material"] == material)
    name = draft.voice.name(row)
    home = names.name("home", draft.saved.home, draft.lang)
    told = stages(draft.saved.own("assessments"), draft.saved.rows("materials"), {})[material]
    sections = (
        _short(draft, row, told.rows),
        _supply(draft, told.rows, told.through),
        _criticality(draft, material),
        _chains(draft, material),
        _norway(draft, material),
        _actions(draft, material),
        _gaps(draft, material),
    )
    title = draft.say("{name}: fact sheet", name=name)
    subtitle = draft.say("{home}, {year}", home=home, year=str(draft.saved.year))
    return draft.finish("material", about, title, subtitle, sections)


def _short(draft: Draft, row: Row, rows: Sequence[Row]) -> Section:
    statements = [_lists(draft, row)]
    own = [r for r in rows if r["value"] is not None and r["basis"] == "own_imports"]
    if own:
        statements.append(supplied(draft, min(own, key=severity)))
    critical = next(iter(_of(draft, "criticality", row["material"])), None)
    if critical is not None:
        statements.append(_scored(draft, critical))
    strong = _strongest(draft, row["material"])
    if strong is not None:
        statements.append(delivered(draft, strong))
    reason = draft.voice.of(row, "reason")
    if reason:
        text = draft.say("Why it is on the Norwegian supplement: {reason}", reason=reason)
        owner = draft.say("Norwegian supplement of verdikart")
        statements.append(draft.stated([text], kind="expert", owner=owner))
    return Section("short", draft.say("In short"), (Points(tuple(statements)),))


def _lists(draft: Draft, row: Row) -> Statement:
    """On which lists it stands."""
    held = []
    if row["eu_strategic"] in ON_LIST:
        held.append(draft.say("strategic by the EU’s regulation"))
    if row["eu_critical"] in ON_LIST:
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


def delivered(draft: Draft, row: Row) -> Statement:
    """A position: the home's share of another home's imports."""
    return draft.statement(
        "{name}: {home} delivers {share} of what {other} imports from outside, for {value}.",
        name=parts.product(draft, row),
        home=names.name("home", row["home"], draft.lang),
        other=names.name("home", row["other"], draft.lang),
        share=draft.figure(row, "supplier_share"),
        value=draft.money(row),
    )


def _scored(draft: Draft, row: Row) -> Statement:
    return draft.statement(
        "By the EU’s method: supply risk {risk} (limit {risk_limit}), economic importance {importance} "
        "(limit {importance_limit}). Verdict: {verdict}.",
        risk=draft.figure(row, "supply_risk"),
        importance=draft.figure(row, "economic_importance"),
        risk_limit=draft.voice.number(draft.saved.parameters["sr_threshold"], 1),
        importance_limit=draft.voice.number(draft.saved.parameters["ei_threshold"], 1),
        verdict=draft.figure(row, "verdict"),
    )


def _of(draft: Draft, table: str, material: str) -> list[Row]:
    """The home's rows of a table on the material."""
    return [r for r in draft.saved.own(table) if r["material_id"] == material]


def _strongest(draft: Draft, material: str) -> Row | None:
    rows = [
        r
        for r in draft.saved.rows("positions")
        if material in (r["materials"] or ())
        and r["home"] == draft.saved.home
        and (r["supplier_share"] or 0) >= draft.saved.parameters["position_floor"]
    ]
    return max(rows, key=lambda r: r["supplier_share"], default=None)


def _supply(draft: Draft, rows: Sequence[Row], through: Sequence[str]) -> Section:
    blocks: list[Block] = []
    seen = [r for r in rows if r["outcome"] != "not_computable"]
    if through:
        listed = draft.voice.join([names.name("material", m, draft.lang) for m in through])
        text = draft.say(
            "No good of its own could be judged; what follows is of {names}.", names=listed
        )
        blocks.append(Paragraph((draft.stated([text]),)))
    drawn = [r for r in seen if r["mix"] and r["basis"] == "own_imports"][:DRAWN]
    for row in drawn:
        chart = parts.suppliers(draft, row)
        if chart is not None:
            blocks.append(chart)
    empty = draft.say("None of its goods could be judged on the data of this mapping.")
    table = parts.goods(draft, "goods", draft.say("Goods and stages that could be judged"), seen)
    blocks.append(table if seen else Paragraph((draft.stated([empty]),)))
    return Section("supply", draft.say("Where it comes from"), tuple(blocks))


def _criticality(draft: Draft, material: str) -> Section:
    title = draft.say("Criticality, stage by stage")
    rows = [r for r in draft.saved.own("criticality_stages") if r["material_id"] == material]
    empty = draft.say("The method gives it no score: goods, end uses or shares are not on record.")
    table = draft.from_rows(
        "criticality",
        title,
        rows,
        ("stage", "supply_risk", "hhi_home", "hhi_global", "import_reliance", "eol_rir"),
        empty=empty,
        first=1.5,
    )
    return Section("criticality", title, (table,))


def _chains(draft: Draft, material: str) -> Section:
    saved = draft.saved
    chains = {r["chain"]: r for r in saved.own("chains")}
    steps = [r for r in saved.own("chain_steps") if material in (r["materials"] or ())]
    held = list(dict.fromkeys(r["chain"] for r in steps))
    heads = (
        Column("chain", draft.say("Value chain"), width=1.5),
        draft.head("chains", "verdict", width=1.2),
        draft.head("chains", "bottleneck_product", width=2.5),
        draft.head("chains", "bottleneck_supplier", width=1.3),
        draft.head("chains", "bottleneck_share"),
    )
    body = [
        (
            Cell(draft.voice.name(row), row["chain"]),
            draft.named(row, "verdict"),
            draft.named(row, "bottleneck_product"),
            draft.cell(row, "bottleneck_supplier"),
            draft.cell(row, "bottleneck_share"),
        )
        for row in (chains[c] for c in held if c in chains)
    ]
    empty = draft.say("It is in none of the mapping’s value chains.")
    title = draft.say("Value chains it is in")
    return Section("chains", title, (draft.table("chains", title, heads, body, empty=empty),))


def _norway(draft: Draft, material: str) -> Section:
    saved, home = draft.saved, draft.saved.home
    rows = [
        r
        for r in saved.rows("positions")
        if material in (r["materials"] or ()) and r["home"] == home and r["supplier_share"]
    ]
    rows.sort(key=lambda r: -r["supplier_share"])
    heads = (
        Column("good", draft.say("Good and stage"), width=2.5),
        draft.head("positions", "other", width=1.6),
        draft.head("positions", "supplier_share"),
        draft.head("positions", "supplier_rank"),
        draft.head("positions", "value_nok"),
    )
    body = [
        (
            Cell(parts.product(draft, r), r["subject"], small=words.stage(r["stage"], draft.lang)),
            draft.named(r, "other"),
            draft.cell(r, "supplier_share"),
            draft.cell(r, "supplier_rank"),
            draft.cell(r, "value_nok"),
        )
        for r in rows
    ]
    empty = draft.say("No delivery to the blocs compared with is on record.")
    positions = draft.table(
        "positions", draft.say("Share of others’ imports"), heads, body, empty=empty
    )
    held = [r for r in saved.rows("facilities") if r["material"] == material]
    register = parts.plants(draft, "plants", draft.say("Plants, projects and deposits"), held)
    title = draft.say("Position: what others get from here")
    return Section("position", title, (positions, register))


def _actions(draft: Draft, material: str) -> Section:
    rows = [r for r in draft.saved.rows("findings") if material in (r["materials"] or ())]
    blocks: list[Block] = list(parts.findings_by_use(draft, rows))
    if not blocks:
        text = draft.say(
            "The mapping has no finding that calls for action: nothing here is both large and "
            "concentrated on a country that is no ally, and no position stands out."
        )
        blocks.append(Paragraph((draft.stated([text]),)))
    return Section("actions", draft.say("What it calls for"), tuple(blocks))


def _gaps(draft: Draft, material: str) -> Section:
    rows = [r for r in draft.saved.rows("gaps") if material in (r["materials"] or ())]
    heads = (
        Column("good", draft.say("Good"), width=2.0),
        draft.head("gaps", "reason", width=2.5),
        draft.head("gaps", "would_fill", title=draft.say("Source that would fill it"), width=1.5),
        draft.head("gaps", "heading_imports_usd"),
    )
    body = [
        (
            Cell(draft.voice.name(r), r["product"]),
            draft.named(r, "reason"),
            Cell(words.source_title(r["would_fill"], draft.voice), r["would_fill"]),
            draft.cell(r, "heading_imports_usd"),
        )
        for r in rows
    ]
    title = draft.say("What is not known")
    empty = draft.say("No good of it lacks data.")
    return Section("gaps", title, (draft.table("gaps", title, heads, body, empty=empty),))
