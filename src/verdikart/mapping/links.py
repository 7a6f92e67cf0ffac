"""Step 3: materials ↔ products ↔ technologies ↔ strategic sectors, and weight in the economy."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from typing import Any

from verdikart.mapping.library import OPERATING, materials_of
from verdikart.mapping.lists import ancestors
from verdikart.reference.entities import (
    Material,
    MaterialTechnology,
    Product,
    Sector,
    StrategicSector,
    Technology,
)
from verdikart.reference.load import by_key, load
from verdikart.reference.value_chains import Facility


@dataclass(frozen=True, slots=True)
class Link:
    """One tie between a material and a strategic sector through a technology or a plant."""

    material_id: str
    sector_id: str
    via: str
    via_kind: str
    importance: str
    confidence: str


@cache
def links() -> dict[str, tuple[Link, ...]]:
    """Links by material: technologies that use it, and Norwegian plants that make it.

    A material inherits the links of its group, and a group those of its members; an inherited
    link keeps the material it was recorded for.
    """
    sectors = by_key(Sector)
    own: dict[str, list[Link]] = defaultdict(list)
    for row in load(MaterialTechnology):
        sector = sectors[row.sector_id].strategic_sector
        own[row.material_id].append(
            Link(
                row.material_id,
                sector,
                row.technology_id,
                "technology",
                row.importance,
                row.confidence,
            )
        )
    for plant in load(Facility):
        if plant.stage != "extraction" and plant.status in OPERATING:
            own[plant.material_id].append(
                Link(
                    plant.material_id,
                    "process_industry",
                    plant.record_id,
                    "plant",
                    "H",
                    plant.confidence,
                )
            )
    found = {}
    for material in load(Material):
        rows = [*own.get(material.material_id, ())]
        for other in load(Material):
            if other.material_id in ancestors(material.material_id) or (
                material.material_id in ancestors(other.material_id)
            ):
                rows += own.get(other.material_id, ())
        found[material.material_id] = tuple(dict.fromkeys(rows))
    return found


def sectors_of(material_id: str) -> tuple[str, ...]:
    """Strategic sectors a material is tied to, in the order of the sectors table."""
    tied = {link.sector_id for link in links()[material_id]}
    return tuple(s.strategic_sector for s in load(StrategicSector) if s.strategic_sector in tied)


def default_scope() -> tuple[str, ...]:
    """Sectors in the default scope: defence, energy, process industry."""
    return tuple(s.strategic_sector for s in load(StrategicSector) if s.default_scope)


@cache
def products_of(material_id: str) -> tuple[Product, ...]:
    """Products that are a primary form of a material."""
    return tuple(p for p in load(Product) if material_id in materials_of(p.product_id))


def link_rows(materials: list[str], lang: str = "en") -> list[dict[str, Any]]:
    """The material × technology × sector table for some materials."""
    technologies = by_key(Technology)
    plants = by_key(Facility)
    sectors = by_key(StrategicSector)
    rows = []
    for material_id in materials:
        for link in links()[material_id]:
            if link.via_kind == "technology":
                technology = technologies[link.via]
                name = technology.name_nb if lang == "nb" else technology.name_en
            else:
                name = plants[link.via].producer
            sector = sectors[link.sector_id]
            rows.append(
                {
                    "material": material_id,
                    "sector": link.sector_id,
                    "sector_name": sector.name_nb if lang == "nb" else sector.name_en,
                    "in_scope": sector.default_scope,
                    "via": link.via,
                    "via_kind": link.via_kind,
                    "via_name": name,
                    "importance": link.importance,
                    "confidence": link.confidence,
                    "inherited_from": link.material_id if link.material_id != material_id else None,
                }
            )
    return rows
