"""Partner countries of a home: what comes from each, what goes there, and what they are together.

Sums and counts over rows of a saved mapping; a figure that a table has is never computed anew.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from verdikart.mapping.material_rows import SEVERITY
from verdikart.mapping.saved import Saved
from verdikart.reference import homes
from verdikart.reference.entities import GroupMember
from verdikart.reference.load import load

Row = dict[str, Any]
OWN = "own_imports"


@dataclass(slots=True)
class Partner:
    """One country. ``imports`` and ``exports`` are rows of the table ``supply``, one a good."""

    country: str
    groups: tuple[str, ...] = ()
    imports: list[Row] = field(default_factory=list)
    exports: list[Row] = field(default_factory=list)
    largest: list[Row] = field(default_factory=list)  # assessments where it is largest supplier
    imports_nok: float | None = None
    exports_nok: float | None = None

    @property
    def over(self) -> list[Row]:
        """Assessments where it is largest with more than the share threshold."""
        return [row for row in self.largest if "over_65_imports" in row["flags"]]


def partners(saved: Saved) -> dict[str, Partner]:
    """Partners of the mapped home by id. Only goods judged by the home's own imports count."""
    judged = {r["mix"]: r for r in saved.own("assessments") if r["mix"] and r["basis"] == OWN}
    found: dict[str, Partner] = {}
    for row in saved.own("supply"):
        if row["part"] != "identified":
            continue
        if row["flow"] == "import" and row["mix"] in judged:
            _of(found, row["partner"], saved.year).imports.append(row)
        elif row["flow"] == "export":
            _of(found, row["partner"], saved.year).exports.append(row)
    for row in judged.values():
        if row["top_supplier"]:
            _of(found, row["top_supplier"], saved.year).largest.append(row)
    kroner = rates(saved)
    for partner in found.values():
        partner.exports = _once(partner.exports)
        partner.imports_nok = _total(partner.imports, kroner)
        partner.exports_nok = _total(partner.exports, kroner)
    return found


def rates(saved: Saved) -> dict[str, float]:
    """Kroner for one of each currency, as the mapping's own imports were counted."""
    return {
        r["value_unit"]: r["value_nok"] / r["value"]
        for r in saved.own("assessments")
        if r["mix"] and r["basis"] == OWN and r["value"] and r["value_nok"]
    }


@lru_cache(maxsize=2048)
def alignment(iso3: str, year: int) -> tuple[str, ...]:
    """The groups shown beside a supplier that the country belongs to in a year."""
    return tuple(group for group in homes.ALIGNMENTS if iso3 in homes.home(group).members(year))


def memberships(iso3: str) -> list[GroupMember]:
    """Every recorded membership of a country, by group and year."""
    return [row for row in load(GroupMember) if row.iso3 == iso3]


def within(saved: Saved, iso3: str) -> bool:
    """Whether the country is the mapped home or part of it."""
    return iso3 in homes.home(saved.home).members(saved.year)


def worst(rows: Iterable[Row]) -> Row | None:
    """The assessment with the worst outcome; of equals the one with the largest share."""
    return max(
        rows, key=lambda r: (-SEVERITY.index(r["outcome"]), r["top_share"] or 0), default=None
    )


def _of(found: dict[str, Partner], iso3: str, year: int) -> Partner:
    if iso3 not in found:
        found[iso3] = Partner(iso3, alignment(iso3, year))
    return found[iso3]


def _once(rows: Iterable[Row]) -> list[Row]:
    """One row a subject: a good that two sources tell of is counted once."""
    return list({row["subject"]: row for row in reversed(list(rows))}.values())[::-1]


def _total(rows: Iterable[Row], rates: dict[str, float]) -> float | None:
    """Their value in kroner; None where there is none, or a currency has no rate."""
    values: list[float | None] = [
        row["value"] * rates[row["value_unit"]]
        if row["value"] is not None and row["value_unit"] in rates
        else None
        for row in rows
    ]
    if not values or any(value is None for value in values):
        return None
    return sum(value for value in values if value is not None)


__all__ = ["OWN", "Partner", "alignment", "memberships", "partners", "rates", "within", "worst"]
