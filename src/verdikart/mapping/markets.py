"""Possible markets of what Norway makes: who imports it, from whom, on which terms.

Importers come from the embedded bilateral flows. For goods that are embedded by region only, the
markets are Norway's own destinations, and who else delivers there is not known.
"""

from __future__ import annotations

from typing import Any

from verdikart.core.figure import MixId
from verdikart.indicators.mix import Mix
from verdikart.mapping import register
from verdikart.mapping.assess import trade_subjects
from verdikart.mapping.chain_view import ChainView
from verdikart.mapping.library import PRODUCING_STAGES, codes_of, materials_of, works
from verdikart.reference.countries import iso3_of_baci, unspecified
from verdikart.reference.entities import Country, Product
from verdikart.reference.figures import EuAssessment
from verdikart.reference.homes import allies, group_members
from verdikart.reference.load import by_key, load
from verdikart.reference.value_chains import Specialisation, Tariff
from verdikart.store import engine

Row = dict[str, Any]
MOST = 10  # importers shown for each code, largest first
RECYCLED = (5.0, 25.0)  # per cent of demand met from old scrap: medium, high threat to primary
QUERY = """
WITH pairs AS (
  SELECT code, importer, exporter, sum(value_usd) AS v, list_contains(?, exporter) AS nowhere
  FROM {file} WHERE year = ? AND list_contains(?, code) GROUP BY ALL),
homes AS (
  SELECT code, importer, sum(v) AS total, sum(v) FILTER (NOT nowhere) AS known,
    sum(v * v) FILTER (NOT nowhere) AS squares, arg_max(exporter, v) FILTER (NOT nowhere) AS top,
    max(v) FILTER (NOT nowhere) AS top_v, coalesce(sum(v) FILTER (list_contains(?, exporter)), 0) AS own
  FROM pairs WHERE NOT list_contains(?, importer) GROUP BY ALL)
SELECT code, importer, total, known, squares, top, top_v, own FROM homes
QUALIFY row_number() OVER (PARTITION BY code ORDER BY total DESC, importer) <= ?
ORDER BY code, total DESC, importer
"""


def rows(view: ChainView, product_id: str | None = None) -> list[Row]:
    """A row for each product made in Norway and market. Empty for homes without a register."""
    if view.home != "NOR":
        return []
    made = sorted({p.product_id for p in register.plants() if works(p, view.on.year)})
    goods = [view.product(p) for p in made if product_id in (None, p)]
    flows = {
        p.product_id: trade_subjects(p, view.home, view.year, view.codes(p.product_id))
        for p in goods
    }
    codes = {i.subject[5:] for held in flows.values() for i in held if i.source == "baci_hs92"}
    importers = _importers(view, sorted(codes)) if codes else {}
    found: list[Row] = []
    for product in goods:
        common = _of_product(product)
        held = flows[product.product_id]
        if not held:
            traded = any(codes_of(product.product_id, n) for n in ("HS92", "HS12", "HS17", "HS22"))
            reason = "not_in_embedded_data" if traded else "not_a_trade_product"
            found.append(_market(common, view, None, reason))
        for identity in held:
            exports = _exports(view, identity)
            whole = (
                common | {"subject": identity.subject, "source": identity.source} | _spread(exports)
            )
            if identity.source == "baci_hs92":
                entries = importers.get(identity.subject[5:], [])
                found += [_market(whole, view, entry) for entry in entries]
                continue
            for s in exports.suppliers[:MOST]:
                row = _market(whole, view, None, "importers_not_embedded")
                row |= {
                    "market": s.iso3,
                    "norway_value_usd": s.value,
                    "norway_value_usd_status": "ok",
                }
                found.append(row | _terms(view, product.product_id, s.iso3))
    return found


def _importers(view: ChainView, codes: list[str]) -> dict[str, list[tuple[Any, ...]]]:
    numbers = {c.iso3: c.baci_code for c in load(Country) if c.baci_code is not None}
    nowhere = [numbers[i] for i in unspecified() if i in numbers]
    home = [c.baci_code for c in load(Country) if c.iso3 == view.home]
    asked = [nowhere, view.year, codes, home, home, MOST]
    found: dict[str, list[tuple[Any, ...]]] = {}
    for row in engine.rows(QUERY, "baci_hs92.parquet", asked):
        found.setdefault(row[0], []).append(row[1:])
    return found


def _exports(view: ChainView, identity: MixId) -> Mix:
    asked = MixId(view.home, identity.year, identity.source, identity.subject, "export")
    return view.library.mix(asked)


def _spread(exports: Mix) -> Row:
    """How Norway's own exports are spread over destinations."""
    amounts = exports.amounts("value")
    total, known = float(amounts.total), amounts.known
    result: Row = {"exports_mix": str(exports.id)}
    figures = {
        "exports_usd": total if known else None,
        "exports_hhi": sum((float(a) / total) ** 2 for _, a in known) if total else None,
        "exports_top_share": float(known[0][1]) / total if total else None,
    }
    for name, value in figures.items():
        result |= {name: value, f"{name}_status": "missing" if value is None else "ok"}
    return result | {"exports_top_market": known[0][0] if known else None}


def _of_product(product: Product) -> Row:
    """Names, recycling threat and specialisation of a product."""
    special = by_key(Specialisation).get(product.product_id)
    study = by_key(EuAssessment)
    # Scrap takes the place of metals and minerals; whoever makes components of them is no primary
    # producer and buys either.
    primary = materials_of(product.product_id) if product.stage in PRODUCING_STAGES else ()
    rates = [(m, study[m].eol_rir_pct) for m in primary if m in study]
    known = [(rate, m) for m, rate in rates if rate is not None]
    rate = max(known)[0] / 100 if known else None
    threat = "unknown" if primary else "not_applicable"
    if rate is not None:
        threat = (
            "high"
            if 100 * rate >= RECYCLED[1]
            else "medium"
            if 100 * rate >= RECYCLED[0]
            else "low"
        )
    return {
        "product_id": product.product_id,
        "name_en": product.name_en,
        "name_nb": product.name_nb,
        "stage": product.stage,
        "eol_rir": rate,
        "eol_rir_status": "missing" if rate is None else "ok" if rate else "zero",
        "eol_rir_material": max(known)[1] if known else None,
        "recycling_threat": threat,
        "recycling_trend": "unknown",
        "specialisation": special.degree if special else None,
        "customers": special.customers if special else None,
        "specialisation_source": special.source if special else None,
        "subject": None,
        "source": None,
    }


def _market(
    common: Row, view: ChainView, entry: tuple[Any, ...] | None, reason: str | None = None
) -> Row:
    """One market; figures are missing with the reason where importers are not known."""
    figures: dict[str, float | None] = dict.fromkeys(
        ("imports_usd", "imports_hhi", "top_share", "norway_value_usd", "norway_share")
    )
    market = top = None
    if entry is not None:
        number, total, known, squares, first, most, own = entry
        market, top = iso3_of_baci(number), iso3_of_baci(first) if first is not None else None
        figures = {
            "imports_usd": float(total),
            "imports_hhi": float(squares) / float(known) ** 2 if known else None,
            "top_share": float(most) / float(known) if known else None,
            "norway_value_usd": float(own),
            "norway_share": float(own) / float(total) if total else None,
        }
    result = {**_spread_missing(), **common, "home": view.home, "year": view.year}
    result |= {"market": market, "top_supplier": top, "reason": reason}
    for name, value in figures.items():
        result |= {
            name: value,
            f"{name}_status": "missing" if value is None else "ok" if value else "zero",
        }
    return result | _terms(view, common["product_id"], market)


def _spread_missing() -> Row:
    names = ("exports_usd", "exports_hhi", "exports_top_share")
    held = dict.fromkeys(names) | {f"{n}_status": "missing" for n in names}
    return {"exports_mix": None, **held, "exports_top_market": None}


def _terms(view: ChainView, product_id: str, market: str | None) -> Row:
    """Alignment of a market and what Norwegian goods meet at its border, where known."""
    inside = market in group_members("EU", view.year)
    rows = [
        t for t in load(Tariff)
        if t.product_id == product_id and market is not None and t.market in (market, "EU27" if inside else "")
    ]  # fmt: skip
    home = view.library.home(view.home)
    friend = home is not None and market in allies(home, view.year)
    return {
        "in_eu": inside if market else None,
        "allied": friend if market else None,
        "tariff": [t.kind for t in rows],
        "tariff_pct": max((t.rate_pct for t in rows if t.rate_pct is not None), default=None),
        "tariff_en": "; ".join(t.rate_text_en for t in rows) or None,
        "tariff_nb": "; ".join(t.rate_text_nb for t in rows) or None,
        "tariff_confidence": rows[0].confidence if rows else "unknown",
    }
