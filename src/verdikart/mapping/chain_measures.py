"""Trade measures in force on a day: whom they bind, on which goods, and on which side of a home."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import Literal

from verdikart.mapping.lists import ancestors
from verdikart.reference.entities import Group, Material, Product
from verdikart.reference.homes import group_members
from verdikart.reference.load import by_key, load
from verdikart.reference.value_chains import TradeMeasure

Role = Literal["against_supply", "against_exports", "own"]
# Goods can be held back by these; announcements hold nothing back now, and a ban on technology
# leaves the goods free.
EXPORT_MEASURES = ("export_ban", "export_licence", "export_suspension_then_quota")
ANNOUNCED = "export_ban_announced"
MEMORY = "memory, unverified"


def in_force(row: TradeMeasure, on: date) -> bool:
    """Whether a measure holds on a day; an announcement never does."""
    if row.measure == ANNOUNCED:
        return False
    return row.from_date <= on and (row.to_date is None or on <= row.to_date)


def imposers(row: TradeMeasure, year: int) -> frozenset[str]:
    """Countries that impose a measure."""
    if row.imposed_by in by_key(Group):
        return group_members(row.imposed_by, year)
    return frozenset({row.imposed_by})


def bound(row: TradeMeasure, members: frozenset[str], year: int) -> frozenset[str]:
    """Which of some countries a measure binds, by its wording: all, all but a bloc, or by name."""
    words = re.findall(r"[\w-]+", row.against)
    others = members - imposers(row, year)
    if "All" in words:
        return others
    if "non-EU" in words:
        exempt = group_members("EEA", year) if "exempt" in words else frozenset[str]()
        return others - group_members("EU27", year) - exempt
    return others & {*words}


def concerns(row: TradeMeasure, product: Product | None, materials: Iterable[str]) -> bool | None:
    """Whether a measure holds for a good (True), for some forms of it (False), or not (None).

    By the goods it is read as, and by what they are made of: a measure on some members of a group
    holds for part of a good of the group. ``product`` None: by material alone.
    """
    if product is not None and row.product_ids and product.product_id not in row.product_ids:
        return None
    named = product is not None and product.product_id in row.product_ids
    hits = [hit for material in materials if (hit := _hit(row, material)) is not None]
    if hits:
        return any(hits)
    return True if named else None


def _hit(row: TradeMeasure, material: str) -> bool | None:
    """Whether a measure holds for the material (True), for some members of it (False), or not."""
    named = row.material_ids
    if material in named or set(named) & set(ancestors(material)):
        return True
    members = [m.material_id for m in load(Material) if material in ancestors(m.material_id)]
    held = [m for m in members if m in named or set(named) & set(ancestors(m))]
    return len(held) == len(members) if held else None


def roles(row: TradeMeasure, members: frozenset[str], year: int) -> tuple[Role, ...]:
    """On which side of a home a measure stands: on what it buys, on what it sells, or its own."""
    found: list[Role] = []
    if bound(row, members, year):
        held_back = row.measure in EXPORT_MEASURES or row.measure == "technology_export_ban"
        found.append("against_supply" if held_back else "against_exports")
    if imposers(row, year) & members:
        found.append("own")
    return tuple(found)


def measures_on(
    members: frozenset[str], year: int, on: date
) -> tuple[tuple[TradeMeasure, Role], ...]:
    """Measures in force on a day, with their side of a home; the oldest first."""
    rows = sorted(load(TradeMeasure), key=lambda row: (row.from_date, row.measure_id))
    return tuple(
        (row, role) for row in rows if in_force(row, on) for role in roles(row, members, year)
    )
