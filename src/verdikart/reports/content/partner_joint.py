"""What a home and a partner lack together, and what the partner could supply instead of another."""

from __future__ import annotations

from typing import Any, Final

from verdikart.reference import names
from verdikart.reports.content import parts
from verdikart.reports.content.partner_seen import Partner
from verdikart.reports.document.model import Block, Cell, Column, Paragraph, Section, Statement

Row = dict[str, Any]
WEAK: Final = "vulnerable"


def joint(p: Partner) -> list[tuple[Row, Row]]:
    """Goods that the home and a bloc with the partner are both vulnerable in, on the same country."""
    own = {
        r["subject"]: r
        for r in p.judged.values()
        if r["outcome"] == WEAK and r["other_top"] != p.country
    }
    found = []
    for bloc in p.blocs:
        for row in p.draft.saved.own("assessments", bloc):
            mine = own.get(row["subject"])
            if row["outcome"] == WEAK and mine and row["other_top"] == mine["other_top"]:
                found.append((mine, row))
    return sorted(found, key=lambda pair: (-(pair[0]["value_nok"] or 0), pair[1]["home"]))


def short(p: Partner) -> list[Statement]:
    """The largest joint gap in a sentence."""
    draft, pairs = p.draft, joint(p)
    if not pairs:
        return []
    mine, theirs = pairs[0]
    return [
        draft.statement(
            "Joint gap: {good}. {country} has {own} of the imports of {home} and {others} of those of "
            "{bloc}.",
            good=parts.inside(parts.product(draft, mine)),
            country=draft.figure(mine, "other_top"),
            own=draft.figure(mine, "other_top_share"),
            home=p.home,
            others=draft.figure(theirs, "other_top_share"),
            bloc=names.name("home", theirs["home"], draft.lang),
        )
    ]


def gaps(p: Partner) -> Section:
    """Goods where both sides rest on the same third country."""
    draft, title = p.draft, p.draft.say("Joint gaps")
    if not p.blocs:
        text = draft.say(
            "{country} is in none of the blocs that the mapping looks from, so joint gaps cannot be "
            "told.",
            country=p.name,
        )
        return Section("joint", title, (Paragraph((draft.stated([text]),)),))
    heads = (
        Column("good", draft.say("Good"), width=2.4),
        Column("third", draft.say("Country that both rest on"), width=1.5),
        draft.head("assessments", "other_top_share", title=draft.say("Share, {home}", home=p.home)),
        Column("bloc", draft.say("Bloc"), width=1.2),
        draft.head("assessments", "other_top_share", title=draft.say("Share, the bloc")),
    )
    body = [
        (
            Cell(parts.product(draft, mine), mine["subject"]),
            draft.named(mine, "other_top"),
            draft.cell(mine, "other_top_share"),
            draft.named(theirs, "home"),
            draft.cell(theirs, "other_top_share"),
        )
        for mine, theirs in joint(p)
    ]
    empty = draft.say(
        "No good is on record where {home} and a bloc with {country} are vulnerable to the same country.",
        home=p.home,
        country=p.name,
    )
    note = draft.note(
        draft.say(
            "The mapping has no verdicts for {country} alone; the gap is that of the bloc it is in.",
            country=p.name,
        )
    )
    table = draft.table("joint", title, heads, body, empty=empty, notes=(note,))
    return Section("joint", title, (table,))


def alternatives(p: Partner) -> Section:
    """Goods that the home gets concentrated elsewhere and that the partner exports."""
    draft = p.draft
    title = draft.say("What {country} could supply instead", country=p.name)
    rows = [
        r
        for r in draft.saved.rows("findings")
        if r["kind"] == "vulnerability" and p.country in (r["alternatives"] or ())
    ]
    blocks: list[Block] = []
    heads = (
        Column("good", draft.say("Good"), width=2.4),
        Column("partner", draft.say("Gets it from"), width=1.3),
        draft.head("findings", "partner_share"),
        draft.head("findings", "at_stake_nok"),
    )
    body = [
        (
            Cell(parts.product(draft, r), r["subject"]),
            Cell(draft.voice.of(r, "partner"), r["partner"]),
            draft.cell(r, "partner_share"),
            draft.cell(r, "at_stake_nok"),
        )
        for r in rows
    ]
    empty = (
        draft.say(
            "{country} is named as an alternative for none of the vulnerable goods.", country=p.name
        )
        if p.allied
        else draft.say(
            "{country} is no ally of {home}, so it is not looked at as an alternative.",
            country=p.name,
            home=p.home,
        )
    )
    blocks.append(draft.table("alternatives", title, heads, body, empty=empty))
    return Section("alternatives", title, tuple(blocks))
