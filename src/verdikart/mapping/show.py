"""One material, product, country or sector seen through a mapping's tables."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from verdikart.core.errors import UnknownName
from verdikart.mapping import catalogue
from verdikart.mapping.library import codes_of, materials_of
from verdikart.mapping.lists import standings
from verdikart.mapping.position import feeds_of
from verdikart.reference.entities import Product, ProductCode, StrategicSector
from verdikart.reference.figures import EuAssessment
from verdikart.reference.homes import alignment
from verdikart.reference.load import by_key, load
from verdikart.reference.value_chains import Facility, TradeMeasure

Row = dict[str, Any]
Tables = dict[str, list[Row]]
NEEDED = (
    "materials",
    "links",
    "assessments",
    "positions",
    "roles",
    "supply",
    "findings",
    "gaps",
    "criticality",
    "criticality_eu",
    "methods",
    "material_horizons",
    "horizon_criteria",
)
KINDS = ("material", "product", "country", "sector")
NOMENCLATURES = ("HS92", "HS12", "HS17", "HS22")


def check(kind: str, key: str) -> None:
    """Check an id. Raises :class:`UnknownName` with the nearest ids."""
    if kind == "material":
        catalogue.check_material(key)
    elif kind == "product":
        catalogue.check_product(key)
    elif kind == "country":
        catalogue.check_country(key)
    elif kind == "sector":
        known = by_key(StrategicSector)
        if key not in known:
            names = {s.strategic_sector: (s.name_en, s.name_nb) for s in load(StrategicSector)}
            raise UnknownName("sector", key, names, ", ".join(names))
    else:
        raise UnknownName("kind", kind, KINDS, ", ".join(KINDS))


def show(tables: Tables, kind: str, key: str, home: str, lang: str) -> Row:
    """Everything the mapping says of one id; each assessment and position names its figure ids."""
    check(kind, key)
    view = {"material": _material, "product": _product, "country": _country, "sector": _sector}
    return {"kind": kind, "id": key, **view[kind](tables, key, home, lang)}


def _with_figures(rows: Sequence[Row], names: Sequence[str], argument: str = "") -> list[Row]:
    tail = f":{argument}" if argument else ""
    return [
        row | {"figures": {n: _id(row, n, tail) for n in names} if row["mix"] else {}}
        for row in rows
    ]


def _id(row: Row, name: str, tail: str) -> str:
    """A figure's id; the allies' share of world supply names the home it is seen from."""
    if name == "ally_share" and row["basis"] == "world_supply":
        tail = f":{row['home']}"
    return f"{row['mix']}/{name}{tail}"


ASSESSED = ("top_share", "top_share_quantity", "hhi_value", "hhi_quantity", "ally_share", "cdi3")
PLACED = ("supplier_share", "supplier_share_quantity", "supplier_rank")


def _material(tables: Tables, key: str, home: str, lang: str) -> Row:
    standing = standings()[key]
    row = next(r for r in tables["materials"] if r["material"] == key)
    measures = [m for m in load(TradeMeasure) if key in m.material_ids]
    published = [a for a in load(EuAssessment) if a.material_id == key]
    return {
        "name": standing.material.name(lang),
        **{k: v for k, v in row.items() if k not in ("material", "kind", "name_en", "name_nb")},
        "material_kind": row["kind"],
        "products": [
            {"product": p.product_id, "name": p.name(lang), "stage": p.stage}
            for p in load(Product)
            if key in materials_of(p.product_id)
        ],
        "eu_assessment_2023": [
            {
                "label": a.label,
                "stage": a.stage_assessed,
                "supply_risk": a.supply_risk,
                "economic_importance": a.economic_importance,
                "meets_thresholds": a.meets_thresholds,
            }
            for a in published
        ],
        "criticality": _one(tables["criticality"], "material_id", key),
        "criticality_eu": _one(tables["criticality_eu"], "material_id", key),
        "methods": _one(tables["methods"], "material_id", key),
        "horizons": _horizons(tables, key),
        "assessments": _with_figures(
            [r for r in tables["assessments"] if key in r["materials"]], ASSESSED
        ),
        "positions": _with_figures(
            [r for r in tables["positions"] if key in r["materials"]], PLACED, home
        ),
        "plants": _plants(lambda p: p.material_id == key),
        "links": [r for r in tables["links"] if r["material"] == key],
        "findings": [r for r in tables["findings"] if key in r["materials"]],
        "measures": [
            {
                "from": m.from_date.isoformat(),
                "by": m.imposed_by,
                "measure": m.measure,
                "description": m.description_nb if lang == "nb" else m.description_en,
                "confidence": m.confidence,
            }
            for m in measures
        ],
    }


def _one(rows: Sequence[Row], column: str, key: str) -> Row | None:
    """The row of an id; None where the table has none (members may stand in their group)."""
    return next((r for r in rows if r[column] == key), None)


def _horizons(tables: Tables, key: str) -> Row | None:
    """Both horizons of a material with the criteria behind them."""
    row = _one(tables["material_horizons"], "material", key)
    if row is None:
        return None
    criteria = [
        r | {"inputs": {k: v for k, v in r["inputs"].items() if v is not None}}
        for r in tables["horizon_criteria"]
        if r["kind"] == "material" and r["object"] == key
    ]
    return row | {"criteria": criteria}


def _product(tables: Tables, key: str, home: str, lang: str) -> Row:
    product = by_key(Product)[key]
    codes = {n: list(codes_of(key, n)) for n in NOMENCLATURES}
    scopes = {
        f"{c.nomenclature}:{c.code}": c.scope for c in load(ProductCode) if c.product_id == key
    }
    role = next((r for r in tables["roles"] if r["product"] == key), None)
    return {
        "name": product.name(lang),
        "stage": product.stage,
        "materials": list(materials_of(key)),
        "codes": codes,
        "scopes": scopes,
        "feeds": list(feeds_of(key)),
        "role": role["role"] if role else None,
        "plants": _plants(lambda p: p.product_id == key),
        "assessments": _with_figures(
            [r for r in tables["assessments"] if key in r["products"]], ASSESSED
        ),
        "positions": _with_figures(
            [r for r in tables["positions"] if key in r["products"]], PLACED, home
        ),
        "gap": next((r for r in tables["gaps"] if r["product"] == key), None),
    }


def _country(tables: Tables, key: str, home: str, lang: str) -> Row:
    country = catalogue.check_country(key)
    flows = [r for r in tables["supply"] if r["partner"] == key and r["home"] == home]
    comes = [r for r in flows if r["flow"] == "import"]
    goes = [r for r in flows if r["flow"] == "export"]
    year = max((r["year"] for r in tables["supply"]), default=0)
    largest = [
        r for r in tables["assessments"] if r.get("top_supplier") == key and r["home"] == home
    ]
    return {
        "name": country.name(lang),
        "alignment": list(alignment(key, year)),
        "imports_from": sorted(comes, key=lambda r: -(r["value"] or 0)),
        "exports_to": sorted(goes, key=lambda r: -(r["value"] or 0)),
        "largest_supplier_of": _with_figures(largest, ASSESSED),
        "findings": [r for r in tables["findings"] if r["partner"] == key],
    }


def _sector(tables: Tables, key: str, home: str, lang: str) -> Row:
    sector = by_key(StrategicSector)[key]
    links = [r for r in tables["links"] if r["sector"] == key]
    materials = {r["material"] for r in links}
    rows = [
        r
        for r in tables["assessments"]
        if r["home"] == home
        and materials & set(r["materials"])
        and r["outcome"] != "not_computable"
    ]
    return {
        "name": sector.name(lang),
        "in_scope": sector.default_scope,
        "materials": sorted(materials),
        "technologies": sorted({r["via"] for r in links if r["via_kind"] == "technology"}),
        "links": links,
        "assessments": _with_figures(sorted(rows, key=lambda r: -(r["sharpness"] or 0)), ASSESSED),
    }


def _plants(test: Callable[[Facility], bool]) -> list[Row]:
    return [
        {
            "id": p.record_id,
            "producer": p.producer,
            "product": p.product_id,
            "place": p.place,
            "capacity": p.capacity,
            "capacity_unit": p.capacity_unit,
            "status": p.status,
            "input_origin": p.input_origin,
            "source": p.source,
            "confidence": p.confidence,
        }
        for p in load(Facility)
        if test(p)
    ]
