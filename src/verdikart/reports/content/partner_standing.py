"""Agreements, trade measures and plants that tie a partner country to the home."""

from __future__ import annotations

from typing import Any

from verdikart.mapping.partners import memberships
from verdikart.reference import homes, names
from verdikart.reference.load import by_key, load
from verdikart.reference.records import Group
from verdikart.reference.value_chains import TradeMeasure
from verdikart.reports import words
from verdikart.reports.content.partner_seen import Partner
from verdikart.reports.document.model import Cell, Column, Section, Statement

Row = dict[str, Any]


def _groups(p: Partner) -> list[str]:
    """Groups that the country is in in the mapped year."""
    year = p.draft.saved.year
    return [
        m.group_id
        for m in memberships(p.country)
        if (m.from_year or 0) <= year and (m.to_year is None or year <= m.to_year)
    ]


def standing(p: Partner) -> Statement:
    """Ally or not, and by which groups."""
    draft = p.draft
    held = [by_key(Group)[g].name(draft.lang) for g in _groups(p)]
    if not held:
        text = draft.say(
            "{country} is in none of the groups that the mapping knows, and counts as no ally of {home}.",
            country=p.name,
            home=p.home,
        )
    elif p.allied:
        text = draft.say(
            "{country} counts as an ally of {home}. It is in {groups}.",
            country=p.name,
            home=p.home,
            groups=draft.voice.join(held),
        )
    else:
        text = draft.say(
            "{country} counts as no ally of {home}. It is in {groups}.",
            country=p.name,
            home=p.home,
            groups=draft.voice.join(held),
        )
    return draft.stated([text])


def agreements(p: Partner) -> Section:
    """Memberships that are on record, for both sides."""
    draft, lang = p.draft, p.draft.lang
    held = {m.group_id: m for m in memberships(p.country)}
    own = {m.group_id for m in memberships(p.draft.saved.home)}
    heads = (
        Column("group", draft.say("Group or agreement"), width=2.2),
        Column("from", draft.say("From"), width=1),
        Column("to", draft.say("To"), width=1),
        Column("own", draft.say("{home} too", home=p.home), width=1),
        Column("note", draft.say("Note"), width=2),
    )
    body = []
    for group_id, m in held.items():
        group = by_key(Group)[group_id]
        body.append(
            (
                Cell(group.name(lang), group_id),
                Cell(
                    str(m.from_year) if m.from_year else draft.say("as far back as recorded"),
                    m.from_year,
                ),
                Cell(str(m.to_year) if m.to_year else draft.say("still"), m.to_year),
                Cell(draft.say("yes") if group_id in own else draft.say("no"), group_id in own),
                Cell(group.description_nb if lang == "nb" else group.description_en, group_id),
            )
        )
    title = draft.say("Agreements and memberships")
    empty = draft.say("{country} is in none of the groups that the mapping knows.", country=p.name)
    note = draft.note(
        draft.say(
            "Only memberships of groups are on record. Bilateral agreements, such as trade or raw "
            "material partnerships, are not, which is not the same as none."
        )
    )
    table = draft.table("agreements", title, heads, body, empty=empty, notes=(note,))
    return Section("agreements", title, (table,))


def measures(p: Partner) -> Section:
    """Trade measures that the country, or the EU that it is in, has imposed."""
    draft, lang = p.draft, p.draft.lang
    inside = p.country in homes.home("EU27").members(draft.saved.year)
    by = {p.country, *(["EU27"] if inside else [])}
    heads = (
        Column("measure", draft.say("Measure"), width=3),
        Column("kind", draft.say("Kind"), width=1.4),
        Column("from", draft.say("From"), width=1.2),
        Column("to", draft.say("To"), width=1.2),
        Column("goods", draft.say("Goods"), width=2),
    )
    body = [
        (
            Cell(
                m.description_nb if lang == "nb" else m.description_en,
                m.measure_id,
                small=words.confidence(m.confidence, lang),
            ),
            Cell(words.word("measure", m.measure, lang), m.measure),
            Cell(draft.voice.day(str(m.from_date)), m.from_date.isoformat()),
            Cell(
                draft.voice.day(str(m.to_date)) if m.to_date else draft.say("still"),
                m.to_date.isoformat() if m.to_date else None,
            ),
            Cell(
                ", ".join(names.name("material", key, lang) for key in m.material_ids),
                list(m.material_ids),
            ),
        )
        for m in load(TradeMeasure)
        if m.imposed_by in by
    ]
    title = draft.say("Trade measures")
    empty = draft.say(
        "The register of trade measures has none imposed by {country}. The register holds the best "
        "known measures on raw materials and is not complete.",
        country=p.name,
    )
    return Section("measures", title, (draft.table("measures", title, heads, body, empty=empty),))


def plants(p: Partner) -> Section:
    """Plants in the register that get feed from the country, or are owned from there."""
    draft = p.draft
    rows = [
        r
        for r in draft.saved.rows("facilities")
        if p.country in (r["feed_countries"] or ()) or r["headquarters"] == p.country
    ]
    heads = (
        Column("plant", draft.say("Plant and place"), width=2),
        Column("product", draft.say("Product"), width=2),
        Column("status", draft.say("Status")),
        Column("feed", draft.say("Gets feed from there")),
        Column("owner", draft.say("Owned from there"), width=1.4),
    )
    body = [
        (
            Cell(r["producer"], r["record_id"], small=r["place"] or ""),
            draft.named(r, "name"),
            draft.named(r, "status"),
            Cell(
                ", ".join(r[f"feeds_{draft.lang}"] or ()) or draft.say("yes")
                if p.country in (r["feed_countries"] or ())
                else "–",
                p.country in (r["feed_countries"] or ()),
            ),
            Cell(
                r["owner_group"] or "–" if r["headquarters"] == p.country else "–",
                r["headquarters"] == p.country,
            ),
        )
        for r in rows
    ]
    title = draft.say("Norwegian plants tied to {country}", country=p.name)
    empty = draft.say(
        "No plant in the register is owned from {country} or known to get feed from there.",
        country=p.name,
    )
    return Section("plants", title, (draft.table("plants", title, heads, body, empty=empty),))
