"""Figures of the user's own tables, beside the mapping's: chosen as vintages, never mixed into them."""

from __future__ import annotations

from typing import Any

from verdikart.reference.entities import Material, Product
from verdikart.reference.load import by_key
from verdikart.store.selection import own_rows

Row = dict[str, Any]


def own_figures() -> list[Row]:
    """One row a figure of the chosen own tables, named by material or product where it has one."""
    return [_row(row) for row in own_rows()]


def _row(row: Row) -> Row:
    material, product = by_key(Material).get(row["material"]), by_key(Product).get(row["product"])
    thing = material or product
    return {
        "own_source": row["source"],
        "own_vintage": row["vintage"],
        "material": row["material"],
        "product": row["product"],
        "nomenclature": row["nomenclature"],
        "code": row["code"],
        "name_en": thing.name_en if thing else row["code"],
        "name_nb": thing.name_nb if thing else row["code"],
        "country": row["country"],
        "partner": row["partner"],
        "year": row["year"],
        "other": row["other"],
        "measure": row["measure"],
        "measure_en": row["name_en"],
        "measure_nb": row["name_nb"],
        "own_value": row["value"],
        "own_value_status": row["status_code"],
        "unit": row["unit"],
        "mark": row["status"],
        "note": row["note"],
        "own_about_en": row["about_en"],
        "own_about_nb": row["about_nb"],
    }
