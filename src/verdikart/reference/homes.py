"""Homes: the country or bloc a mapping is made for, and who its allies are.

A home is every country (``NOR``), every group (``EU27``), or a group without one country
(``NORDIC_EX_NOR``), and what a user adds in a YAML file (see :mod:`verdikart.reference.custom`).
Membership is asked year by year. A historic aggregate (Belgium–Luxembourg) belongs where all
its successors belong in that year, in the years that trade data use it, so that old data net
out correctly.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from verdikart.core.errors import UnknownName
from verdikart.reference.entities import Country, Group, GroupMember
from verdikart.reference.load import by_key, load

ALLIANCES = ("EU", "EEA", "NATO", "NORDIC")
"""Groups whose members count as allies of each other."""

ALIGNMENTS = ("EU", "EEA", "EFTA", "NATO", "NORDIC", "MSP")
"""Groups shown beside a supplier, in this order."""


@dataclass(frozen=True, slots=True)
class Span:
    """Membership of one country; years are inclusive, ``None`` is without limit."""

    iso3: str
    first: int | None = None
    last: int | None = None

    def holds(self, year: int) -> bool:
        """Tell whether the membership holds on 31 December of ``year``."""
        return (self.first is None or self.first <= year) and (
            self.last is None or year <= self.last
        )


@dataclass(frozen=True, slots=True)
class Home:
    """A country or bloc; ``single`` is true for one country."""

    home_id: str
    name_en: str
    name_nb: str
    single: bool
    spans: tuple[Span, ...]

    def name(self, lang: str = "en") -> str:
        """Return the bokmål name for ``"nb"``, the English one for any other language."""
        return self.name_nb if lang == "nb" else self.name_en

    def members(self, year: int) -> tuple[str, ...]:
        """Return the iso3 of all members in ``year``, sorted, historic aggregates among them."""
        if self.single:
            return tuple(span.iso3 for span in self.spans)
        current = {span.iso3 for span in self.spans if span.holds(year)}
        return tuple(sorted(current | _aggregates(current, year)))


def _aggregates(members: set[str], year: int) -> set[str]:
    return {
        row.iso3
        for row in load(Country)
        if row.until is not None and year <= row.until and members.issuperset(row.successors)
    }


@cache
def _spans(group: str) -> tuple[Span, ...]:
    return tuple(
        Span(row.iso3, row.from_year, row.to_year)
        for row in load(GroupMember)
        if row.group_id == group
    )


def _country_home(row: Country) -> Home:
    return Home(row.iso3, row.name_en, row.name_nb, single=True, spans=(Span(row.iso3),))


def _group_home(row: Group) -> Home:
    return Home(row.group_id, row.name_en, row.name_nb, False, _spans(row.group_id))


def _without(group: Group, iso3: str) -> Home | None:
    left = by_key(Country).get(iso3)
    spans = _spans(group.group_id)
    if left is None or iso3 not in {span.iso3 for span in spans}:
        return None
    return Home(
        f"{group.group_id}_EX_{iso3}",
        f"{group.name_en} without {left.name_en}",
        f"{group.name_nb} uten {left.name_nb}",
        single=False,
        spans=tuple(span for span in spans if span.iso3 != iso3),
    )


def home(home_id: str, custom: Path | None = None) -> Home:
    """Return the home called ``home_id``; ``custom`` is a YAML file with further homes.

    Raises ``UnknownName`` with the nearest ids, and ``Problems`` where the file has faults.
    """
    if custom is not None:
        from verdikart.reference.custom import custom_homes

        own = custom_homes(custom)
    else:
        own = {}
    found = own.get(home_id) or _built_in(home_id)
    if found is None:
        raise _unknown(home_id, own)
    return found


def _built_in(home_id: str) -> Home | None:
    land = by_key(Country).get(home_id)
    if land is not None and land.kind != "unspecified":
        return _country_home(land)
    group = by_key(Group).get(home_id)
    if group is not None:
        return _group_home(group)
    name, parted, iso3 = home_id.partition("_EX_")
    group = by_key(Group).get(name) if parted else None
    return None if group is None else _without(group, iso3)


def _unknown(asked: str, own: dict[str, Home]) -> UnknownName:
    names: dict[str, Sequence[str]] = {
        row.iso3: (row.name_en, row.name_nb) for row in load(Country) if row.kind != "unspecified"
    }
    names |= {row.group_id: (row.name_en, row.name_nb) for row in load(Group)}
    names |= {key: (value.name_en, value.name_nb) for key, value in own.items()}
    for row in load(Group):
        names |= {f"{row.group_id}_EX_{span.iso3}": () for span in _spans(row.group_id)}
    groups = ", ".join(row.group_id for row in load(Group))
    more = f"; from the file: {', '.join(own)}" if own else ""
    available = f"any ISO3 country; groups {groups}; a group without a member (NATO_EX_NOR){more}"
    return UnknownName("home", asked, names, available)


def group_members(group: str, year: int) -> frozenset[str]:
    """Return the members of a group in ``year``, historic aggregates among them."""
    return frozenset(home(group).members(year))


def alignment(iso3: str, year: int) -> tuple[str, ...]:
    """Return which of ``ALIGNMENTS`` a country is a member of in ``year``, in that order."""
    return tuple(group for group in ALIGNMENTS if iso3 in _members(group, year))


@cache
def _members(group: str, year: int) -> frozenset[str]:
    return group_members(group, year)


def allies(of: Home, year: int) -> frozenset[str]:
    """Return the allies of a home in ``year``: ids of countries, its own members included.

    An alliance of the home is one of ``ALLIANCES`` that every member of the home belongs to in
    that year; allies are all members of any of those. So Norway is allied with EEA, NATO and
    NORDIC members (and through the EEA with the EU), EU27 with EU and EEA members, NATO with
    NATO members. Switzerland has none but itself.
    """
    own = {iso3 for iso3 in of.members(year) if by_key(Country)[iso3].kind != "historic"}
    found = set(of.members(year))
    for group in ALLIANCES:
        members = _members(group, year)
        if own and own <= members:
            found |= members
    return frozenset(found)
