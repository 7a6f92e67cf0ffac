"""Who depends on a country: its share of each ally's supply, and what if it stops delivering.

Every share names its denominator: imports from outside the buyer, all imports (trade inside a bloc
too), apparent consumption, or the imports a published table counts. Being a key supplier is also a
risk of one's own, so the supplier's concentration of markets stands beside.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from verdikart.core.figure import Answer, FigureId, MixId, Status
from verdikart.core.registry import REGISTRY
from verdikart.indicators.evidence import Evidence
from verdikart.indicators.mix import Mix
from verdikart.mapping import register, stage_sources, studies
from verdikart.mapping.assess import trade_subjects
from verdikart.mapping.chain_view import ChainView
from verdikart.mapping.library import Library, goods_of
from verdikart.mapping.money import dollars, money
from verdikart.mapping.position import others_of
from verdikart.mapping.questions import put
from verdikart.reference import countries as names
from verdikart.reference.entities import Product, Sector
from verdikart.reference.homes import home as home_of
from verdikart.reference.i18n import LANGS, percent
from verdikart.reference.load import by_key, load
from verdikart.reference.value_chains import ProductTechnology

Row = dict[str, Any]
# Allied countries whose supply is looked at one by one, beside the blocs.
ALLIES = (
    "BEL",
    "CAN",
    "DEU",
    "DNK",
    "ESP",
    "FIN",
    "FRA",
    "GBR",
    "ITA",
    "JPN",
    "KOR",
    "NLD",
    "NOR",
    "POL",
    "SWE",
    "USA",
)
# A delivery is shown from this value in USD, or from this share of the buyer's imports from outside if it
# is worth the lesser value: shares of next to nothing are noise.
VALUE, SHARE, LEAST = 1_000_000, 0.01, 100_000
FIGURES = ("supplier_share", "supplier_share_all", "supplier_share_quantity", "supplier_rank")
NEXT = 3
# Items of the USGS table that a group of our goods makes up; the other links are in study_links.
US_GOODS = {
    ("Abrasives (Manufactured)", "Silicon carbide, ground and refined"): ("silicon_carbide",),
    ("Manganese", "Ferromanganese"): ("ferromanganese_hc", "ferromanganese_refined"),
}


def supplier_of(view: ChainView) -> str:
    """The country depended on: the view's home, or Norway where that is a bloc."""
    home = view.library.home(view.home)
    return view.home if home is not None and home.single else "NOR"


def reverse_dependency(view: ChainView, also: Sequence[str] = ()) -> list[Row]:
    """One row a buyer and trade code that the supplier delivers, the largest values first.

    Buyers are the blocs, :data:`ALLIES` and ``also``. Limited to deliveries of at least 1 MUSD, or of
    1 % of the buyer's imports from outside and 0.1 MUSD. Rows of basis *us_import_sources* are
    published shares of US imports over several years, *eu_sourcing* of what the Union was supplied.
    """
    library, year, supplier = view.library, view.year, supplier_of(view)
    blocs = list(others_of(library, supplier, year))
    buyers = [b for b in dict.fromkeys((*blocs, *ALLIES, *also)) if b != supplier]
    library.read_year((supplier, *buyers, "WORLD"), year)
    goods = {p.product_id: p for g in view.graphs.values() for p in g.nodes}
    rows = []
    for buyer in buyers:
        seen: set[MixId] = set()
        for product in goods.values():
            for identity in trade_subjects(product, buyer, year):
                if identity not in seen:
                    seen.add(identity)
                    rows += _delivery(view, identity, goods)
    rows.sort(key=lambda r: (-(r["value_nok"] or r["value"] or 0.0), r["buyer"], r["subject"]))
    return [_said(row) for row in (*rows, *eu_sourcing(view), *us_sources(view))]


def _said(row: Row) -> Row:
    """What a stop would mean, in both languages."""
    for lang in LANGS:
        who, lost = names.name(row["supplier"], lang), percent(row["supplier_share"], lang)
        of, buyer = row[f"denominator_{lang}"], row[f"buyer_{lang}"]
        after = ", ".join(row[f"next_suppliers_{lang}"])
        if lang == "nb":
            head = f"Stanser {who}, faller {lost} bort av {of} ({buyer})"
            tail = f"neste leverandører: {after}" if after else "ingen andre leverandører er kjent"
        else:
            head = f"If {who} stops, {lost} is lost of {of} ({buyer})"
            tail = f"next suppliers: {after}" if after else "no other supplier is known"
        row[f"text_{lang}"] = f"{head}; {tail}."
    return row


def _delivery(view: ChainView, identity: MixId, goods: dict[str, Product]) -> list[Row]:
    library, supplier = view.library, supplier_of(view)
    mix = library.find(identity)
    own = mix.supplier(supplier) if mix is not None else None
    if mix is None or own is None or not own.value:
        return []
    amounts = mix.amounts("value")
    share = own.value / amounts.total
    worth = dollars(float(own.value), mix.value_unit, identity.year) or float(own.value)
    if worth < VALUE and (share < SHARE or worth < LEAST):
        return []
    evidence = library.context(identity)
    answers = {n: library.answer(FigureId(identity, n, supplier), evidence) for n in FIGURES}
    answers["buyer_hhi"] = library.answer(FigureId(identity, "hhi_value"), evidence)
    answers["share_of_consumption"] = _of_consumption(library, identity, evidence, own.quantity)
    products = [p.product_id for p in goods_of(identity.subject) if p.product_id in goods]
    kilos = mix.quantity_unit == "kg" and own.quantity is not None
    rest = [(c, float(a / amounts.total)) for c, a in amounts.known if c != supplier][:NEXT]
    row: Row = {
        **_who(view, identity.home, products, identity.subject),
        "basis": "imports",
        "source": identity.source,
        "period": str(identity.year),
        "mix": str(identity),
        "figure": str(FigureId(identity, "supplier_share", supplier)),
        "value": own.value,
        "value_unit": mix.value_unit,
        "value_nok": money(float(own.value), mix.value_unit, identity.year).nok,
        "quantity_t": float(own.quantity) / 1000 if kilos and own.quantity else None,
    }
    for name, answer in answers.items():
        put(row, name, answer)
    row["denominator_en"] = "the buyer's imports from outside"
    row["denominator_nb"] = "kjøperens import utenfra"
    return [_if_stopped({**row, **_next(rest)}, library, supplier, identity)]


def _who(view: ChainView, buyer: str, products: Sequence[str], subject: str) -> Row:
    first = by_key(Product)[products[0]] if products else None
    found = home_of(buyer)
    uses = [r for r in load(ProductTechnology) if r.product_id in products]
    sectors = [by_key(Sector)[s] for s in dict.fromkeys(u.sector_id for u in uses)]
    return {
        "supplier": supplier_of(view),
        "buyer": buyer,
        "buyer_en": found.name("en"),
        "buyer_nb": found.name("nb"),
        "buyer_kind": "country" if found.single else "bloc",
        "subject": subject,
        "products": list(products),
        "name_en": first.name_en if first else None,
        "name_nb": first.name_nb if first else None,
        "stage": first.stage if first else None,
        **register.chains_of(products, view.graphs),
        "sectors": [s.sector_id for s in sectors],
        "sectors_en": [s.name_en for s in sectors],
        "sectors_nb": [s.name_nb for s in sectors],
        "sectors_status": "ok" if uses else "missing",
        "sectors_reason": None if uses else "no_product_technology_link",
    }


def _next(rest: Sequence[tuple[str, float]]) -> Row:
    return {
        "next_suppliers": [c for c, _ in rest],
        "next_suppliers_en": [names.name(c, "en") for c, _ in rest],
        "next_suppliers_nb": [names.name(c, "nb") for c, _ in rest],
        "next_shares": [share for _, share in rest],
    }


def _of_consumption(
    library: Library, identity: MixId, evidence: Evidence, kilograms: float | None
) -> Answer:
    """The supplier's tonnes over the buyer's apparent consumption (production + imports − exports)."""
    exports = library.find(
        MixId(identity.home, identity.year, identity.source, identity.subject, "export")
    )
    if exports is None and identity.source != "comext_cn8":
        exports = Mix(
            MixId(identity.home, identity.year, identity.source, identity.subject, "export"), ()
        )
    production, basis = library.production(identity, library.home(identity.home))
    whole = REGISTRY.get("apparent_consumption").compute(
        Evidence(
            evidence.mix,
            exports=exports,
            production=production,
            trade_basis=basis,
            single_home=evidence.single_home,
            parameters=evidence.parameters,
        )
    )
    if not isinstance(whole.value, (int, float)) or not whole.value or kilograms is None:
        return Answer.none(whole.reason or "missing_quantity", whole.status)
    tonnes = float(kilograms) / 1000
    if tonnes > whole.value:
        return Answer.none("delivery_exceeds_consumption")
    return Answer(
        tonnes / whole.value,
        whole.status,
        tonnes / whole.high if whole.high else None,
        tonnes / whole.low if whole.low else None,
        whole.reason,
        (("tonnes", tonnes), ("apparent_consumption", whole.value)),
    )


def _if_stopped(row: Row, library: Library, supplier: str, identity: MixId) -> Row:
    """What a stop of the supplier would mean, and how the supplier's own markets are spread.

    ``rest_of_world``: exports of all others to anyone. Where even that is less than the value lost,
    it could not be covered; else it is unknown, for nobody's spare capacity is known here.
    """
    world = library.find(MixId("WORLD", identity.year, identity.source, identity.subject, "export"))
    sold_id = MixId(supplier, identity.year, identity.source, identity.subject, "export")
    sold = library.find(sold_id)
    rest = None
    if world is not None and world.value_unit == row["value_unit"]:
        own = world.supplier(supplier)
        rest = float(world.total("value") or 0) - float(own.value or 0 if own else 0)
    could = "no" if rest is not None and rest < row["value"] else "unknown"
    markets = sold.amounts("value") if sold is not None and sold.suppliers else None
    top = markets.known[0] if markets and markets.known else None
    spread = (
        library.answer(FigureId(sold_id, "hhi_value"), library.context(sold_id))
        if markets
        else Answer.none("exports_unknown", Status.MISSING)
    )
    row |= {
        "lost_share": row["supplier_share"],
        "rest_of_world": rest,
        "rest_of_world_status": "missing" if rest is None else "ok",
        "could_cover": could,
        "could_cover_reason": "spare_capacity_unknown" if could == "unknown" else None,
        "top_market": top[0] if top else None,
        "top_market_share": float(top[1] / markets.total) if top and markets else None,
        "top_market_share_status": "ok" if top else "missing",
        "buyer_share_of_exports": _part(row, sold),
    }
    row["buyer_share_of_exports_status"] = (
        "missing" if row["buyer_share_of_exports"] is None else "ok"
    )
    put(row, "market_hhi", spread)
    return row


def _part(row: Row, sold: Mix | None) -> float | None:
    """The buyer's part of the supplier's exports of the good, at most 1."""
    whole = sold.amounts("value").total if sold is not None else 0
    if not whole or sold is None or sold.value_unit != row["value_unit"]:
        return None
    return min(1.0, float(row["value"]) / float(whole))


def eu_sourcing(view: ChainView) -> list[Row]:
    """The country's shares of EU sourcing in the EU study, where they do not repeat the world's.

    EU sourcing holds the Union's own production too; for all goods together that the study's item
    is (``study_links``), in the order of their ids.
    """
    library, supplier = view.library, supplier_of(view)
    goods = {p.product_id for g in view.graphs.values() for p in g.nodes}
    rows = []
    for subject in stage_sources.subjects(studies.EU, "EU27"):
        asked = MixId("EU27", stage_sources.PERIOD[1], studies.EU, subject, "supply")
        mix = library.mix(asked)
        own = mix.supplier(supplier)
        products = [p for p in _studied().get(subject, ()) if p in goods]
        if own is None or not own.quantity or "repeats_world" in mix.caveats or not products:
            continue
        made = [p for p in products if supplier == "NOR" and register.working(p, view.on.year)]
        evidence = library.context(asked)
        row = _who(view, "EU27", made or products, subject)
        period = "–".join(str(year) for year in stage_sources.PERIOD)
        row |= _unpriced("eu_sourcing", studies.EU, period, str(asked))
        row["figure"] = str(FigureId(asked, "supplier_share", supplier))
        for name in ("supplier_share", "supplier_rank"):
            put(row, name, library.answer(FigureId(asked, name, supplier), evidence))
        put(row, "buyer_hhi", library.answer(FigureId(asked, "hhi_quantity"), evidence))
        known = mix.amounts("quantity").known
        row |= _next([(c, float(a) / 100) for c, a in known if c != supplier][:NEXT])
        row["denominator_en"] = f"EU sourcing {period}, own production included"
        row["denominator_nb"] = f"EUs tilførsel {period}, egen produksjon medregnet"
        rows.append({**row, "lost_share": row["supplier_share"]})
    return sorted(rows, key=lambda r: -(r["supplier_share"] or 0.0))


@cache
def _studied() -> dict[str, list[str]]:
    """Goods that an item of the EU study is, at their own stage, by item and in order of ids."""
    found: dict[str, list[str]] = {}
    for product_id, links in sorted(studies.links().items()):
        for link in links:
            same_stage = link.stage == by_key(Product)[product_id].stage
            if link.source == studies.EU and link.scope != "other_form" and same_stage:
                item = stage_sources.subject(link.item, link.stage)
                found.setdefault(item, []).append(product_id)
    return found


def us_sources(view: ChainView) -> list[Row]:
    """The country's shares of US imports as the USGS publishes them, with a basis of their own."""
    goods = {key: list(found) for key, found in US_GOODS.items()}
    for product_id, links in studies.links().items():
        for link in links:
            if link.source == studies.US:
                goods.setdefault((link.item, link.form), []).append(product_id)
    rows = []
    for (commodity, form), products in sorted(goods.items()):
        period, shares = studies.us_sources(commodity).get(form, ("", ()))
        own = dict(shares).get(supplier_of(view))
        if own is None:
            continue
        row = _who(view, "USA", products, f"{commodity}: {form}")
        row |= _unpriced("us_import_sources", studies.US, period, None)
        put(row, "supplier_share", Answer(own))
        # As published the shares are rounded, and equal ones share the best rank.
        put(row, "supplier_rank", Answer(1 + sum(share > own for _, share in shares)))
        put(row, "buyer_hhi", Answer.none("no_value_measure", Status.MISSING))
        row |= _next([(c, s) for c, s in shares if c != supplier_of(view)][:NEXT])
        row["denominator_en"] = f"US imports {period}, as published"
        row["denominator_nb"] = f"USAs import {period}, som publisert"
        rows.append({**row, "lost_share": own})
    return sorted(rows, key=lambda r: -r["supplier_share"])


def _unpriced(basis: str, source: str, period: str, mix: str | None) -> Row:
    """Columns that published shares leave empty."""
    row: Row = {"basis": basis, "source": source, "period": period, "mix": mix}
    row |= dict.fromkeys(("figure", "value", "value_unit", "value_nok", "quantity_t"))
    missing = Answer.none("no_value_measure", Status.MISSING)
    for name in (
        "supplier_share_all",
        "supplier_share_quantity",
        "share_of_consumption",
        "market_hhi",
    ):
        put(row, name, missing)
    return row | {
        "rest_of_world": None,
        "rest_of_world_status": "missing",
        "could_cover": "unknown",
        "could_cover_reason": "spare_capacity_unknown",
        "top_market": None,
        "top_market_share": None,
        "top_market_share_status": "missing",
        "buyer_share_of_exports": None,
        "buyer_share_of_exports_status": "missing",
    }
