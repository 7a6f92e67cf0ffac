"""The pattern import → process → export: where a step's feed comes from and where the product goes."""

from __future__ import annotations

from typing import Any

from verdikart.core.figure import FigureId, MixId
from verdikart.indicators.mix import Amount, Mix
from verdikart.indicators.verdict import judge
from verdikart.mapping import register
from verdikart.mapping.assess import trade_subjects
from verdikart.mapping.chain_view import ChainView
from verdikart.mapping.library import Library, codes_of
from verdikart.mapping.money import money
from verdikart.mapping.position import plant_feeds, role
from verdikart.reference import countries
from verdikart.reference.entities import Product
from verdikart.reference.figures import TradeHeading
from verdikart.reference.load import load

Row = dict[str, Any]
PROCESSORS = ("processor_own_feed", "processor_imported_feed")
# Countries with a smaller share of a flow are shown together.
SMALL = 0.01
HOME = "NOR"
HEADING_YEAR = 2024  # the year of the table of headings


def trade_patterns(view: ChainView) -> list[Row]:
    """One row a product, flow and country, for every step of a chain that Norway processes at.

    ``flow`` *feed*: Norway's imports of what the plants take in; *export*: its exports of what they
    make. ``share`` is the country's part of the identified value of the flow. Where no embedded
    source has the feed, or the register says that it is Norwegian, the countries are the register's
    (``basis`` *facilities*) and their shares unknown.
    """
    products = {p.product_id: p for g in view.graphs.values() for p in g.nodes}
    rows: list[Row] = []
    when = view.on.year
    for product in products.values():
        found = role(product, when, exported=False)
        if found not in PROCESSORS:
            continue
        head = _head(view, product, found)
        for feed_id in plant_feeds(product.product_id, when):
            feed = view.product(feed_id)
            named = register.origins(product.product_id, feed_id, when)
            rows += [
                {**head, "flow": "feed", **_good(feed), **row}
                for row in _origins(view.library, feed, view.year, named)
            ]
        sold = _flow(view.library, product, view.year, "export")
        sold = sold or _heading(product, view.year, "export") or [_unknown()]
        rows += [{**head, "flow": "export", **_good(product), **row} for row in sold]
    return rows


def _head(view: ChainView, product: Product, found: str) -> Row:
    names = register.term("role", found)
    plants = register.working(product.product_id, view.on.year)
    return {
        "product": product.product_id,
        "name_en": product.name_en,
        "name_nb": product.name_nb,
        **register.chains_of((product.product_id,), view.graphs),
        "stage": product.stage,
        "role": found,
        "role_en": names[0],
        "role_nb": names[1],
        "plants": [p.producer for p in plants],
        "plant_ids": [p.record_id for p in plants],
    }


def _good(good: Product) -> Row:
    return {"good": good.product_id, "good_en": good.name_en, "good_nb": good.name_nb}


def _flow(library: Library, good: Product, year: int, flow: str) -> list[Row]:
    """Countries of one flow of a good, largest first; small ones in one row without a country."""
    rows: list[Row] = []
    for identity in trade_subjects(good, HOME, year):
        asked = MixId(HOME, year, identity.source, identity.subject, flow)
        mix = library.find(asked)
        if mix is not None and mix.suppliers:
            rows += _countries(library, mix)
    return rows


def _countries(library: Library, mix: Mix) -> list[Row]:
    amounts = mix.amounts("value")
    if not amounts.total:
        return []
    hhi = library.answer(FigureId(mix.id, "hhi_value"), library.context(mix.id))
    # What seems to be withheld is nobody's share, as in the verdict on the same flows.
    imported = mix.id.flow == "import"
    withheld = imported and judge(library.evidence(mix.id)).outcome == "bounds_only"

    def part(amount: Amount) -> float | None:
        return None if withheld else float(amount / amounts.total)

    common = {
        "share_status": "suppressed" if withheld else "ok",
        "share_reason": "suspected_suppression" if withheld else None,
        "formula": "value / total_value",
        "total_value": amounts.total,
        "value_unit": mix.value_unit,
        "hhi": hhi.value,
        "hhi_status": hhi.status,
        "basis": mix.id.source,
        "mix": str(mix.id),
        "year": mix.id.year,
    }
    large = [(c, a) for c, a in amounts.known if a / amounts.total >= SMALL]
    rest = [(c, a) for c, a in amounts.known if a / amounts.total < SMALL]
    rows = []
    for rank, (iso3, amount) in enumerate(large, start=1):
        supplier = mix.supplier(iso3)
        mass = supplier.quantity if supplier and mix.quantity_unit == "kg" else None
        rows.append(
            {
                "rank": rank,
                **_country(iso3),
                "share": part(amount),
                "value": amount,
                "value_nok": money(float(amount), mix.value_unit, mix.id.year).nok,
                "quantity_t": None if mass is None else float(mass) / 1000,
                **common,
            }
        )
    if rest:
        amount = sum(a for _, a in rest)
        rows.append(
            {
                "rank": None,
                "country": None,
                "country_en": f"{len(rest)} others",
                "country_nb": f"{len(rest)} andre",
                "share": part(amount),
                "value": amount,
                "value_nok": money(float(amount), mix.value_unit, mix.id.year).nok,
                "quantity_t": None,
                **common,
            }
        )
    return rows


def _country(iso3: str) -> Row:
    return {
        "country": iso3,
        "country_en": countries.name(iso3, "en"),
        "country_nb": countries.name(iso3, "nb"),
    }


def _origins(library: Library, feed: Product, year: int, named: list[str]) -> list[Row]:
    """Where a feed comes from: what is Norwegian by the register, then Norway's imports of it.

    Imports are left out where the register names Norway alone: they go to other plants.
    """
    at_home = [_register_row(HOME)] if HOME in named else []
    traded = [] if named == [HOME] else _flow(library, feed, year, "import")
    abroad = [] if traded else [_register_row(c) for c in named if c != HOME]
    whole = [] if traded or named == [HOME] else _heading(feed, year, "import")
    return [*at_home, *traded, *abroad, *whole] or [_unknown()]


def _heading(good: Product, year: int, flow: str) -> list[Row]:
    """The total of the good's heading, where its code is in no embedded source; no countries.

    The totals are of one year, and a heading can hold other goods too.
    """
    headings = {code[:4] for code in codes_of(good.product_id, "HS17")}
    rows = []
    for total in load(TradeHeading) if year == HEADING_YEAR else ():
        value = total.imports_usd if flow == "import" else total.exports_usd
        if total.heading in headings:
            subject = f"{total.nomenclature}:{total.heading}"
            known = {
                "country_en": f"all countries, heading {total.heading}",
                "country_nb": f"alle land, posisjon {total.heading}",
                "value": value,
                "value_nok": money(float(value), "USD", year).nok,
                "value_unit": "USD",
                "total_value": value,
                "basis": total.source,
                "mix": f"{HOME}/{year}/{total.source}/{subject}/{flow}",
                "year": year,
            }
            rows.append({**_unknown("heading_of_more_goods"), **known})
    return rows


def _register_row(iso3: str) -> Row:
    return {**_unknown("share_not_in_register"), **_country(iso3), "basis": "facilities"}


def _unknown(reason: str = "not_in_embedded_data") -> Row:
    """A row without a figure: the flow is in no embedded source."""
    return {
        "rank": None,
        "country": None,
        "country_en": None,
        "country_nb": None,
        "share": None,
        "value": None,
        "value_nok": None,
        "quantity_t": None,
        "share_status": "missing",
        "share_reason": reason,
        "formula": None,
        "total_value": None,
        "value_unit": None,
        "hhi": None,
        "hhi_status": "missing",
        "basis": None,
        "mix": None,
        "year": None,
    }
