"""The main report on a mapping: what matters first, then the ground that it stands on."""

from __future__ import annotations

from collections.abc import Sequence

from verdikart.mapping.saved import Shelf
from verdikart.reference import names
from verdikart.reports.content import (
    whole_chains,
    whole_criticality,
    whole_goals,
    whole_lists,
    whole_method,
    whole_partners,
    whole_positions,
    whole_short,
    whole_unknown,
    whole_vulnerable,
    whole_ways,
)
from verdikart.reports.document.draft import Draft
from verdikart.reports.document.model import Document


def build(draft: Draft, about: Sequence[str], _shelf: Shelf) -> Document:
    """The report of a whole mapping, whatever its home and however little it holds."""
    home = names.name("home", draft.saved.home, draft.lang)
    sections = (
        whole_short.short(draft),
        whole_short.actions(draft),
        whole_vulnerable.vulnerabilities(draft),
        *whole_positions.positions(draft),
        whole_criticality.criticality(draft),
        whole_chains.chains(draft),
        *whole_goals.goals(draft),
        *whole_ways.ways(draft),
        *whole_partners.partners(draft),
        *whole_lists.lists(draft),
        *whole_unknown.unknown(draft),
        whole_method.method(draft),
    )
    title = draft.say("Critical and strategic value chains: {home}", home=home)
    subtitle = draft.say(
        "What {home} is exposed to, and what others need from it, {year}",
        home=home,
        year=str(draft.saved.year),
    )
    return draft.finish("whole", about, title, subtitle, sections)
