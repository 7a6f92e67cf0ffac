"""The two horizons as flat rows: materials, chains, their criteria, and where the two differ."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import isinf
from typing import Any

from verdikart.indicators.assessment import Range
from verdikart.indicators.horizons import DEFINITIONS, Score
from verdikart.mapping.horizons import Difference, Horizons, ranked
from verdikart.reference.entities import Word
from verdikart.reference.load import load

Row = dict[str, Any]


def material_rows(rows: Sequence[Horizons]) -> list[Row]:
    """Table ``material_horizons``: one row a material with both scores."""
    return _objects(rows)


def chain_rows(rows: Sequence[Horizons]) -> list[Row]:
    """Table ``chain_horizons``: one row a chain with both scores and its bottleneck."""
    return [
        line
        | {
            "own_products": [p.product_id for p in row.goods.own] if row.goods else [],
            "used_in": [p.product_id for p in row.goods.users] if row.goods else [],
        }
        for row, line in zip(rows, _objects(rows), strict=True)
    ]


def _objects(rows: Sequence[Horizons]) -> list[Row]:
    places = {
        horizon: {row.object_id: n for n, row in enumerate(ranked(rows, horizon), start=1)}
        for horizon in ("short", "long")
    }
    result = []
    for row in rows:
        named = _name(row)
        line: Row = {
            "home": row.home,
            "year": row.year,
            "measures_on": row.on.isoformat(),
            row.kind: row.object_id,
            **named,
        }
        for score in (row.short, row.long):
            line |= _score(score) | {f"{score.horizon}_rank": places[score.horizon][row.object_id]}
        found = row.bottleneck
        line |= {
            "critical": row.critical,
            "bottleneck_stage": found.get("stage"),
            "bottleneck_subject": found.get("subject"),
            "bottleneck_supplier": found.get("supplier"),
            "bottleneck_share": found.get("supplier_share"),
            "bottleneck_mix": found.get("mix"),
            "goods": found.get("goods", 0),
            "goods_seen": found.get("seen", 0),
            "goods_open": found.get("open", 0),
            "products": list(row.products),
        }
        if row.kind == "chain":
            line["materials"] = list(row.materials)
        result.append(line)
    return result


def _score(score: Score) -> Row:
    name = score.horizon
    return {
        name: score.value,
        f"{name}_status": str(score.status),
        f"{name}_low": score.low,
        f"{name}_high": score.high,
        f"{name}_reason": score.reason,
        f"{name}_lacking": list(score.lacking),
        f"{name}_marks": list(score.marks),
    }


def criteria_rows(rows: Iterable[Horizons]) -> list[Row]:
    """Table ``horizon_criteria``: every criterion of every object, long.

    ``raw`` is the number before it is put on 0–1; an upper bound that is not known is None.
    """
    words = {w.term: w for w in load(Word) if w.vocabulary == "horizon_criterion"}
    result = []
    for row in rows:
        for score in (row.short, row.long):
            for found, weight in zip(score.criteria, score.weights, strict=True):
                definition = DEFINITIONS[found.name]
                result.append(
                    {
                        "home": row.home,
                        "year": row.year,
                        "kind": row.kind,
                        "object": row.object_id,
                        "horizon": score.horizon,
                        "criterion": found.name,
                        "name_en": words[found.name].name_en,
                        "name_nb": words[found.name].name_nb,
                        "weight": weight,
                        "value": found.scaled.value,
                        "status": str(found.status),
                        "low": found.scaled.low,
                        "high": found.scaled.high,
                        "reason": found.reason,
                        "lacks": list(found.lacks),
                        "marks": list(found.marks),
                        **_raw(found.raw),
                        "raw_unit": definition.unit,
                        "formula": definition.formula,
                        "inputs": dict(found.inputs),
                    }
                )
    return result


def _raw(raw: Range) -> Row:
    return {
        "raw": raw.value,
        "raw_low": raw.low,
        "raw_high": None if isinf(raw.high) else raw.high,
    }


def difference_rows(rows: Iterable[Difference]) -> list[Row]:
    """Chains and materials that are judged unlike, with what each verdict stands on."""
    result = []
    for row in rows:
        chain, material = _name(row.chain), _name(row.material)
        found = row.chain.bottleneck
        result.append(
            {
                "home": row.chain.home,
                "year": row.chain.year,
                "kind": row.kind,
                "chain": row.chain.object_id,
                "chain_en": chain["name_en"],
                "chain_nb": chain["name_nb"],
                "chain_critical": row.chain.critical,
                "material": row.material.object_id,
                "material_en": material["name_en"],
                "material_nb": material["name_nb"],
                "material_critical": row.material.critical,
                **_prefixed("chain_risk", row.chain.short.criterion("supply_bottleneck").raw),
                **_prefixed("material_sr", row.material.short.criterion("supply_risk").raw),
                **_prefixed(
                    "material_ei", row.material.short.criterion("economic_vulnerability").raw
                ),
                "bottleneck_stage": found.get("stage"),
                "bottleneck_subject": found.get("subject"),
                "bottleneck_supplier": found.get("supplier"),
                "bottleneck_share": found.get("supplier_share"),
                "goods": found.get("goods", 0),
                "goods_seen": found.get("seen", 0),
            }
        )
    return result


def _prefixed(name: str, raw: Range) -> Row:
    return {key.replace("raw", name): value for key, value in _raw(raw).items()}


def _name(row: Horizons) -> dict[str, str]:
    return {"name_en": row.named.name_en, "name_nb": row.named.name_nb}
