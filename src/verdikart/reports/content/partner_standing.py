"""Agreements, terms of trade, measures and plants that tie a partner country to the home."""

from __future__ import annotations

from typing import Any, Final

from verdikart.mapping.partners import memberships
from verdikart.reference import homes, names
from verdikart.reference.entities import Country, Group, GroupMember
from verdikart.reference.load import by_key, load
from verdikart.reference.value_chains import TradeMeasure
from verdikart.reports import words
from verdikart.reports.content import material_uses, parts
from verdikart.reports.content.partner_seen import Partner
from verdikart.reports.document.model import Cell, Column, Section, Statement

Row = dict[str, Any]
LISTED: Final = 6  # duties that a slide takes
# Groups that are ways of counting, or repeat another, and are no agreement.
COUNTED: Final = frozenset({"EU27", "EEA_EFTA", "NORDIC3"})


def _groups(p: Partner) -> list[GroupMember]:
    """Memberships of the country that hold in the mapped year."""
    year = p.draft.saved.year
    return [
        m
        for m in memberships(p.country)
        if m.group_id not in COUNTED
        and (m.from_year or 0) <= year
        and (m.to_year is None or year <= m.to_year)
    ]


def standing(p: Partner) -> Statement:
    """Ally or not, and by which groups."""
    draft = p.draft
    held = [by_key(Group)[m.group_id].name(draft.lang) for m in _groups(p)]
    if not held:
        text = draft.say(
            "{country} counts as no ally of {home} and is in none of the groups on record.",
            country=p.name,
            home=p.home,
        )
        return draft.stated([text])
    groups = draft.voice.join(held)
    text = (
        draft.say(
            "{country} counts as an ally of {home}. Memberships: {groups}.",
            country=p.name,
            home=p.home,
            groups=groups,
        )
        if p.allied
        else draft.say(
            "{country} counts as no ally of {home}. Memberships: {groups}.",
            country=p.name,
            home=p.home,
            groups=groups,
        )
    )
    return draft.stated([text])


def agreements(p: Partner) -> Section:
    """Memberships on record, and whether the home is in the group too."""
    draft, lang = p.draft, p.draft.lang
    title = draft.say("Agreements and memberships")
    unknown = draft.say(
        "Only memberships of groups are on record. Bilateral agreements on trade or raw materials are "
        "not, which is not the same as none."
    )
    rows = _groups(p)
    if not rows:
        text = draft.say(
            "{country} is in none of the groups on record.",
            country=p.name,
        )
        return Section("agreements", title, (parts.prose(draft, text, unknown),))
    home = p.draft.saved.home
    own = {m.group_id for m in memberships(home)}
    one = home in by_key(Country)  # a bloc is itself in no group
    heads = (
        Column("group", draft.say("Group or agreement"), width=1.8),
        Column("from", draft.say("From"), width=1.2),
        *([Column("own", draft.say("{home} too", home=p.home))] if one else []),
        Column("note", draft.say("Note"), width=2.6),
    )
    body = []
    for m in rows:
        group = by_key(Group)[m.group_id]
        since = str(m.from_year) if m.from_year else draft.say("as far back as recorded")
        both = draft.say("yes") if m.group_id in own else draft.say("no")
        body.append(
            (
                Cell(parts.capital(group.name(lang)), m.group_id),
                Cell(since, m.from_year),
                *([Cell(both, m.group_id in own)] if one else []),
                Cell(group.description_nb if lang == "nb" else group.description_en, m.group_id),
            )
        )
    table = draft.table("agreements", title, heads, body, notes=(draft.note(unknown),))
    return Section("agreements", title, (table,))


def terms(p: Partner) -> Section:
    """Duties that goods from Norway meet there, as far as they are on record."""
    draft, lang = p.draft, p.draft.lang
    title = draft.say("Duties that Norwegian goods meet")
    rows = {
        r["product_id"]: r
        for r in draft.saved.rows("markets")
        if r["market"] == p.country and r["tariff"]
    }
    if not rows:
        text = draft.say(
            "No duty of {country} on Norwegian goods is on record, which is not the same as none.",
            country=p.name,
        )
        return Section("terms", title, (parts.prose(draft, text),))
    heads = (
        Column("good", draft.say("Good and stage"), width=2.2),
        draft.head("markets", "tariff_pct"),
        Column("terms", draft.say("Terms of entry"), width=2.8),
        Column("basis", draft.say("Confidence"), width=1.6),
    )
    body = [
        (
            Cell(draft.voice.name(r), product, small=words.stage(r["stage"], lang)),
            draft.cell(r, "tariff_pct"),
            Cell(draft.voice.of(r, "tariff"), r["tariff"]),
            Cell(words.confidence(r["tariff_confidence"], lang), r["tariff_confidence"]),
        )
        for product, r in rows.items()
    ]
    return Section(
        "terms", title, (draft.table("terms", title, heads, body, detail=len(body) > LISTED),)
    )


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
        Column("goods", draft.say("Raw materials"), width=2),
        Column("traded", draft.say("Traded with {home}", home=p.home), width=1.1),
    )
    traded = {
        wide
        for flow in ("import", "export")
        for row in p.flows(flow)
        for material in (p.judged.get(row["subject"]) or {}).get("materials") or ()
        for wide in material_uses.measured(draft, material)
    }
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
            Cell(
                draft.say("yes") if traded & set(m.material_ids) else draft.say("not on record"),
                bool(traded & set(m.material_ids)),
            ),
        )
        for m in load(TradeMeasure)
        if m.imposed_by in by
    ]
    title = draft.say("Trade measures")
    said = draft.say(
        "The register of trade measures has none imposed by {country}. The register holds the best "
        "known measures on raw materials and is not complete.",
        country=p.name,
    )
    if not body:
        return Section("measures", title, (parts.prose(draft, said),))
    return Section("measures", title, (draft.table("measures", title, heads, body),))


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
    said = draft.say(
        "No plant in the register is owned from {country} or known to get feed from there.",
        country=p.name,
    )
    if not body:
        return Section("plants", title, (parts.prose(draft, said),))
    return Section("plants", title, (draft.table("plants", title, heads, body),))
