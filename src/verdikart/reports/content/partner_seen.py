"""A partner country of a mapping as its document sees it: flows, verdicts, blocs, names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from verdikart.mapping.bindings import FLOWS, PARTNERS, rows_of
from verdikart.mapping.material_rows import severity
from verdikart.mapping.partners import OWN
from verdikart.reference import homes, names
from verdikart.reports.document.draft import Draft

Row = dict[str, Any]
OVER: Final = "over_65_imports"


@dataclass(frozen=True, slots=True)
class Partner:
    """One country. ``judged``: the home's assessments by own imports, by subject."""

    draft: Draft
    country: str
    judged: dict[str, Row]

    @property
    def name(self) -> str:
        """The country's name."""
        return names.name("country", self.country, self.draft.lang)

    @property
    def home(self) -> str:
        """The mapped home's name."""
        return names.name("home", self.draft.saved.home, self.draft.lang)

    @property
    def allied(self) -> bool:
        """Whether the country counts as an ally of the home in the mapped year."""
        saved = self.draft.saved
        return self.country in homes.allies(homes.home(saved.home), saved.year)

    @property
    def total(self) -> Row | None:
        """The country's row of the partners."""
        rows = rows_of(self.draft.saved, PARTNERS)
        return next((r for r in rows if r["country"] == self.country), None)

    @property
    def groups(self) -> tuple[str, ...]:
        """Blocs whose dependence on the home is computed and that the country is in."""
        saved = self.draft.saved
        buyers = {r["buyer"] for r in saved.rows("reverse_dependency") if r["buyer_kind"] == "bloc"}
        return tuple(b for b in sorted(buyers) if self.country in homes.home(b).members(saved.year))

    @property
    def blocs(self) -> tuple[str, ...]:
        """Other homes of the mapping that the country is in."""
        saved = self.draft.saved
        return tuple(
            h
            for h in saved.homes
            if h != saved.home and self.country in homes.home(h).members(saved.year)
        )

    def flows(self, flow: str) -> list[Row]:
        """Goods that come from there (``import``) or go there (``export``), the largest first."""
        rows = rows_of(self.draft.saved, FLOWS)
        held = [r for r in rows if r["country"] == self.country and r["flow"] == flow]
        return sorted(held, key=lambda r: (-(r["value_nok"] or 0.0), r["subject"]))

    @property
    def largest(self) -> list[Row]:
        """Goods of which the country is the home's largest supplier, the worst first."""
        return sorted(
            (r for r in self.judged.values() if r["top_supplier"] == self.country), key=severity
        )

    def good(self, subject: str) -> str:
        """The name of a good by its subject."""
        row = self.judged.get(subject) or next(
            (r for r in self.draft.saved.rows("assessments") if r["subject"] == subject), None
        )
        if row is None:
            return subject
        if row["products"]:
            return names.name("product", row["products"][0], self.draft.lang)
        return self.draft.voice.name(row)


def seen(draft: Draft, country: str) -> Partner:
    """A country as the mapping has it."""
    judged = {
        r["subject"]: r for r in draft.saved.own("assessments") if r["mix"] and r["basis"] == OWN
    }
    return Partner(draft, country, judged)
