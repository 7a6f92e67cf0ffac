"""A partner country's brief: what the home supplies, what it needs, joint gaps, agreements."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from verdikart.mapping.bindings import PARTNERS, rows_of
from verdikart.mapping.saved import Saved, Shelf
from verdikart.reference.load import by_key
from verdikart.reference.records import Country
from verdikart.reports import words
from verdikart.reports.content import partner_joint, partner_standing, parts
from verdikart.reports.content.chain_home import bars
from verdikart.reports.content.partner_seen import Partner, seen
from verdikart.reports.document.draft import Draft
from verdikart.reports.document.model import (
    Block,
    Cell,
    Chart,
    Column,
    Document,
    Paragraph,
    Points,
    Section,
    Series,
    Statement,
    Table,
    Tone,
)

Row = dict[str, Any]
CHARTED: Final = 8  # goods with a bar of their own
LISTED: Final = 12  # goods in a table that a slide takes


def known(saved: Saved) -> dict[str, tuple[str, ...]]:
    """Countries that the home trades with in the mapping, with their names."""
    found = by_key(Country)
    ids = [r["country"] for r in rows_of(saved, PARTNERS)]
    return {c: (found[c].name_en, found[c].name_nb) for c in ids if c in found}


def build(draft: Draft, about: Sequence[str], _shelf: Shelf) -> Document:
    """The brief on one country."""
    p = seen(draft, about[0])
    sections = (
        _short(p),
        _supplied(p),
        _needed(p),
        partner_joint.gaps(p),
        partner_joint.alternatives(p),
        partner_standing.agreements(p),
        partner_standing.measures(p),
        partner_standing.plants(p),
        _actions(p),
    )
    title = draft.say("{country} and {home}: partner brief", country=p.name, home=p.home)
    subtitle = draft.say("{home}, {year}", home=p.home, year=str(draft.saved.year))
    return draft.finish("partner", about, title, subtitle, sections)


def _short(p: Partner) -> Section:
    draft, total = p.draft, p.total
    statements: list[Statement] = []
    if total is not None:
        if total["exported_goods"]:
            statements.append(
                draft.statement(
                    "{home} sells {goods} of the mapping’s goods to {country}, for {value}.",
                    home=p.home,
                    goods=draft.figure(total, "exported_goods"),
                    country=p.name,
                    value=draft.money(total, "exports_nok"),
                )
            )
        if total["imported_goods"]:
            statements.append(
                draft.statement(
                    "{home} buys {goods} of them from {country}, for {value}. {country} is the "
                    "largest supplier of {largest}, and has over {limit} of the imports of {over}.",
                    home=p.home,
                    goods=draft.figure(total, "imported_goods"),
                    country=p.name,
                    value=draft.money(total, "imports_nok"),
                    largest=draft.figure(total, "largest_of"),
                    over=draft.figure(total, "over_65_of"),
                    limit=draft.voice.percent(draft.saved.parameters["share_threshold"], 0),
                )
            )
    statements.append(partner_standing.standing(p))
    statements += partner_joint.short(p)
    return Section("short", draft.say("In short"), (Points(tuple(statements)),))


def _supplied(p: Partner) -> Section:
    draft = p.draft
    title = draft.say("What {home} supplies", home=p.home)
    rows = p.flows("export")
    if not rows:
        text = draft.say(
            "No export to {country} is on record among the goods of this mapping.", country=p.name
        )
        return Section("supplied", title, (Paragraph((draft.stated([text]),)),))
    blocks: list[Block] = []
    named = draft.say("What {home} sells to {country}", home=p.home, country=p.name)
    chart = _bars(p, "exports", named, rows, "ally")
    blocks += [chart] if chart else []
    blocks.append(_flows(p, "exports-all", named, rows))
    blocks += _dependence(p)
    return Section("supplied", title, tuple(blocks))


def _bars(p: Partner, chart_id: str, title: str, rows: Sequence[Row], tone: Tone) -> Chart | None:
    """The largest goods by value as bars; None where none has a value in kroner."""
    draft = p.draft
    shown = [r for r in rows if r["value_nok"]][:CHARTED]
    if len(shown) < 2:
        return None
    figures = tuple(draft.figure(row, "value_nok") for row in shown)
    goods = tuple(p.good(row["subject"]) for row in shown)
    table = _flows(p, chart_id, title, shown)
    alt = draft.statement(
        "The largest good is {good}, {value}; {count} goods are shown.",
        good=parts.inside(goods[0]),
        value=draft.money(shown[0]),
        count=str(len(shown)),
    )
    axis = draft.say("Value in NOK")
    return Chart(
        f"{chart_id}-chart",
        title,
        alt.text,
        "bar",
        goods,
        (Series(axis, tuple(f.raw for f in figures), (tone,), figures),),
        "nok",
        axis,
        table,
        notes=table.notes,
    )


def _flows(p: Partner, table_id: str, title: str, rows: Sequence[Row]) -> Table:
    draft = p.draft
    out = bool(rows) and rows[0]["flow"] == "export"
    heads = (
        Column("good", draft.say("Good and stage"), width=2.6),
        draft.head("flows", "value_nok"),
        draft.head(
            "flows",
            "value_share",
            title=draft.say("Share of the exports") if out else draft.say("Share of the imports"),
        ),
        draft.head("flows", "quantity_t"),
    )
    body = [
        (
            good(p, row["subject"]),
            draft.cell(row, "value_nok"),
            draft.cell(row, "value_share"),
            draft.cell(row, "quantity_t"),
        )
        for row in rows
    ]
    return draft.table(table_id, title, heads, body, detail=len(rows) > LISTED)


def good(p: Partner, subject: str) -> Cell:
    """A good as a table's cell, with its stage beneath where the home has judged it."""
    row = p.judged.get(subject)
    small = words.stage(row["stage"], p.draft.lang) if row else ""
    return Cell(p.good(subject), subject, small=small)


def _dependence(p: Partner) -> list[Block]:
    """The home's part of what the country, or a bloc that it is in, gets from outside."""
    draft = p.draft
    rows = [
        r
        for r in draft.saved.rows("reverse_dependency")
        if r["buyer"] == p.country and r["supplier_share"] and r["supplier"] == draft.saved.home
    ]
    rows.sort(key=lambda r: -r["supplier_share"])
    if rows:
        title = draft.say("How much {country} depends on {home}", country=p.name, home=p.home)
        return [bars(draft, "dependence", title, rows)]
    text = draft.say(
        "How much of its imports {country} gets from {home} is not computed: the mapping has no "
        "total for the country’s own imports.",
        country=p.name,
        home=p.home,
    )
    return [Paragraph((draft.stated([text]),))]


def _needed(p: Partner) -> Section:
    draft = p.draft
    title = draft.say("What {home} needs", home=p.home)
    rows = p.flows("import")
    if not rows:
        text = draft.say(
            "No import from {country} is on record among the goods that are judged by own imports.",
            country=p.name,
        )
        return Section("needed", title, (Paragraph((draft.stated([text]),)),))
    blocks: list[Block] = []
    named = draft.say("What {home} buys from {country}", home=p.home, country=p.name)
    chart = _bars(p, "imports", named, rows, "ally" if p.allied else "other")
    blocks += [chart] if chart else []
    blocks.append(_flows(p, "imports-all", named, rows))
    largest = draft.say("Goods of which {country} is the largest supplier", country=p.name)
    if p.largest:
        blocks.append(parts.goods(draft, "largest", largest, p.largest))
    else:
        text = draft.say("{country} is the largest supplier of none of the goods.", country=p.name)
        blocks.append(Paragraph((draft.stated([text]),)))
    return Section("needed", title, tuple(blocks))


def _actions(p: Partner) -> Section:
    draft = p.draft
    rows = [
        r
        for r in draft.saved.rows("findings")
        if r["partner"] == p.country or p.country in (r["alternatives"] or ())
    ]
    blocks: list[Block] = list(parts.findings_by_use(draft, rows))
    if not blocks:
        text = draft.say("None of the mapping’s findings names {country}.", country=p.name)
        blocks.append(Paragraph((draft.stated([text]),)))
    return Section("actions", draft.say("What it calls for"), tuple(blocks))


__all__ = ["build", "known"]
