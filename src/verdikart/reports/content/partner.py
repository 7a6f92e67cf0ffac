"""A partner country's brief: what the home supplies, what it needs, joint gaps, agreements."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from verdikart.mapping.bindings import PARTNERS, rows_of
from verdikart.mapping.partners import within
from verdikart.mapping.saved import Saved, Shelf
from verdikart.reference import homes
from verdikart.reference.entities import Country
from verdikart.reference.load import by_key
from verdikart.reports.content import partner_flows, partner_joint, partner_standing, parts
from verdikart.reports.content.partner_seen import Partner, seen
from verdikart.reports.document.draft import Draft
from verdikart.reports.document.model import (
    Block,
    Document,
    Points,
    Section,
    Statement,
)

Row = dict[str, Any]
NORWAY: Final = "NOR"


def known(saved: Saved) -> dict[str, tuple[str, ...]]:
    """Countries that the home trades with in the mapping, with their names."""
    found = by_key(Country)
    ids = [r["country"] for r in rows_of(saved, PARTNERS)]
    return {
        c: (found[c].name_en, found[c].name_nb) for c in ids if c in found and not within(saved, c)
    }


def build(draft: Draft, about: Sequence[str], _shelf: Shelf) -> Document:
    """The brief on one country."""
    p = seen(draft, about[0])
    norwegian = draft.saved.home == NORWAY  # duties and plants are on record of Norway alone
    sections = (
        _short(p),
        partner_flows.supplied(p),
        partner_flows.needed(p),
        partner_joint.gaps(p),
        partner_joint.alternatives(p),
        partner_standing.agreements(p),
        *([partner_standing.terms(p)] if norwegian else []),
        partner_standing.measures(p),
        *([partner_standing.plants(p)] if norwegian else []),
        _actions(p),
    )
    title = draft.say("{country}: brief on a partner country", country=p.name)
    subtitle = draft.say("{home}, {year}", home=p.home, year=str(draft.saved.year))
    return draft.finish("partner", about, title, subtitle, sections)


def _short(p: Partner) -> Section:
    draft = p.draft
    statements: list[Statement] = [
        *partner_flows.short(p),
        *partner_joint.short(p),
        partner_standing.standing(p),
    ]
    return Section("short", draft.say("In short"), (Points(tuple(statements)),))


def _actions(p: Partner) -> Section:
    """Findings that the country is part of: supplier, alternative, or one of those who depend."""
    draft = p.draft
    sold = {r["subject"] for r in p.flows("export")}
    rows = [
        r
        for r in draft.saved.rows("findings")
        if r["partner"] == p.country
        or (r["kind"] == "vulnerability" and p.country in (r["alternatives"] or ()))
        or (r["kind"] == "position" and r["subject"] in sold and _inside(p, r["partner"]))
    ]
    blocks: list[Block] = list(parts.findings_by_use(draft, rows))
    if not blocks:
        text = draft.say("None of the mapping’s findings concerns {country}.", country=p.name)
        blocks.append(parts.prose(draft, text))
    return Section("actions", draft.say("What it calls for"), tuple(blocks))


def _inside(p: Partner, bloc: str) -> bool:
    return p.country in homes.home(bloc).members(p.draft.saved.year)
