"""What a home and a partner lack together, and what the partner could supply instead of another."""

from __future__ import annotations

from typing import Any, Final

from verdikart.reference import names
from verdikart.reports.content import parts
from verdikart.reports.content.partner_seen import Partner
from verdikart.reports.document.model import Cell, Column, Section, Statement

Row = dict[str, Any]
WEAK: Final = "vulnerable"
MOVE: Final = ">"  # between the country left and the country moved to in a plan's moves


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
            "Largest joint gap: {good}. {country} has {own} of the imports of {home} and {others} of "
            "those of {bloc}.",
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
        return Section("joint", title, (parts.prose(draft, text),))
    pairs = joint(p)
    if not pairs:
        text = draft.say(
            "No good is on record in which {home} and a bloc with {country} are vulnerable to the same "
            "country.",
            home=p.home,
            country=p.name,
        )
        return Section("joint", title, (parts.prose(draft, text),))
    share = draft.say("Share of the imports of {home}", home=p.home)
    heads = (
        Column("good", draft.say("Good"), width=2.4),
        Column("third", draft.say("Country that both rest on"), width=1.5),
        draft.head("assessments", "other_top_share", title=share),
        Column("bloc", draft.say("Bloc"), width=1.2),
        draft.head(
            "assessments", "other_top_share", title=draft.say("Share of the imports of the bloc")
        ),
    )
    body = [
        (
            Cell(parts.product(draft, mine), mine["subject"]),
            draft.cell(mine, "other_top"),
            draft.cell(mine, "other_top_share"),
            draft.named(theirs, "home"),
            draft.cell(theirs, "other_top_share"),
        )
        for mine, theirs in pairs
    ]
    note = draft.note(
        draft.say(
            "The mapping has no verdicts for {country} alone; the gap is that of the bloc it is in.",
            country=p.name,
        )
    )
    named = draft.say("Goods in which both are vulnerable to the same country")
    return Section("joint", title, (draft.table("joint", named, heads, body, notes=(note,)),))


def alternatives(p: Partner) -> Section:
    """Vulnerable goods of the home that the partner exports, and what comes from it today."""
    draft = p.draft
    title = draft.say("What {country} could supply instead", country=p.name)
    bought = {r["subject"]: r for r in p.flows("import")}
    moved = {
        r["subject"]
        for r in draft.saved.own("diversification")
        if any(f"{MOVE}{p.country}:" in move for move in r["moves"] or ())
    }
    rows = [
        r
        for r in draft.saved.rows("findings")
        if r["kind"] == "vulnerability"
        and r["partner"] != p.country
        and (p.country in (r["alternatives"] or ()) or r["subject"] in moved)
    ]
    if not rows:
        text = (
            draft.say(
                "{country} is named as an alternative for none of the vulnerable goods.",
                country=p.name,
            )
            if p.allied
            else draft.say(
                "{country} counts as no ally of {home}, and no plan to spread the imports moves any "
                "there.",
                country=p.name,
                home=p.home,
            )
        )
        return Section("alternatives", title, (parts.prose(draft, text),))
    now = draft.say("Share from {country} today", country=p.name)
    heads = (
        Column("good", draft.say("Good"), width=2.4),
        Column("partner", draft.say("Gets it from"), width=1.3),
        draft.head("findings", "partner_share", title=draft.say("Share from there")),
        draft.head("findings", "at_stake_nok"),
        draft.head("flows", "value_share", title=now),
        Column("plan", draft.say("In a plan to spread the imports"), width=1.3),
    )
    body = [
        (
            Cell(parts.product(draft, r), r["subject"]),
            Cell(draft.voice.of(r, "partner"), r["partner"]),
            draft.cell(r, "partner_share"),
            draft.cell(r, "at_stake_nok"),
            draft.cell(bought[r["subject"]], "value_share")
            if r["subject"] in bought
            else Cell(draft.say("none on record"), None, "missing"),
            Cell(
                draft.say("yes") if r["subject"] in moved else draft.say("no"),
                r["subject"] in moved,
            ),
        )
        for r in rows
    ]
    note = draft.note(
        draft.say(
            "An alternative exports the good today. Whether it has capacity to spare is not on record."
        )
    )
    table = draft.table("alternatives", title, heads, body, notes=(note,))
    return Section("alternatives", title, (table,))
