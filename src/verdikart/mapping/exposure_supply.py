"""Supply of every product in every country, for tracing a chain: trade mixes, own making, unit values.

Assumptions, all of them visible in the intervals: every use of a good in a country has the same
mix of imports and own making; who sells a good made it, unless known not to make it; a net exporter
whose production is not known uses its own, and so does a country that may make a good of which the
embedded data hold no trade. Of an importer whose production is not known, the value takes the
least production that its exports tell of, sold and used alike: exports / (exports + imports).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from verdikart.chains.exposure import Supply, passed_on
from verdikart.core.figure import MixId
from verdikart.indicators.assessment import Range
from verdikart.mapping import catalogue, stage_sources
from verdikart.mapping.assess import scope_materials
from verdikart.mapping.library import (
    PRODUCING_STAGES,
    codes_of,
    goods_of,
    has_plant,
    materials_of,
    works,
)
from verdikart.reference.entities import Country, Product
from verdikart.reference.figures import RegionalTrade
from verdikart.reference.load import by_key, load, load_where
from verdikart.reference.value_chains import Facility
from verdikart.store import engine

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]

SALES = 8  # how many sales between countries a good is followed back to its maker
PRICE_YEARS = 3
# Products that the makers of a material-stage with several products are makers of.
STANDS_FOR = {
    "antimony_metal": "antimony@processing",
    "arsenic_trioxide": "arsenic@processing",
    "ferrochrome": "chromium@processing",
    "ferroniobium": "niobium@processing",
    "gallium_metal": "gallium@processing",
    "germanium_metal": "germanium@processing",
    "lead_refined": "lead@processing",
    "nickel_refined": "nickel@processing",
    "phosphorus_p4": "phosphorus@processing",
    "primary_aluminium": "aluminium@processing",
    "zinc_refined_shg": "zinc@processing",
}


@cache
def lands() -> tuple[str, ...]:
    """Countries that trade data name, by ISO3; the order of every array."""
    return tuple(
        sorted(
            {c.iso3 for c in load(Country) if c.baci_code is not None and c.kind != "unspecified"}
        )
    )


@cache
def at() -> dict[str, int]:
    """Index of each country."""
    return {iso3: k for k, iso3 in enumerate(lands())}


@dataclass(frozen=True)
class Trade:
    """Flows of one product in one year (sellers × buyers): USD, tonnes; ``unmeasured`` USD without.

    ``nowhere``: USD that each country buys from no country known.
    """

    value: Array
    tonnes: Array
    unmeasured: Array
    nowhere: Array


@cache
def _numbers() -> Array:
    import numpy as np

    found = np.full(1000, -1)
    for country in load(Country):
        if country.baci_code is not None and country.iso3 in at():
            found[country.baci_code] = at()[country.iso3]
    return found


@cache
def _flows(year: int) -> dict[str, dict[str, Array]]:
    import numpy as np

    columns = engine.year_flows(year)
    codes, first = np.unique(columns["code"], return_index=True)
    last = [*first[1:], len(columns["code"])]
    rest = ("exporter", "importer", "value", "quantity")
    return {
        f"{code:06d}": {name: columns[name][a:b] for name in rest}
        for code, a, b in zip(codes, first, last, strict=True)
    }


def codes(product: str, year: int) -> tuple[str, ...]:
    """Codes of a product that the bilateral source has flows of in a year."""
    return tuple(c for c in codes_of(product, "HS92") if c in _flows(year))


@cache
def trade(product: str, year: int) -> Trade | None:
    """World trade of a product in a year; None where no embedded source has both ends of it."""
    import numpy as np

    found = codes(product, year)
    if not found:
        return None
    size = len(lands())
    value, tonnes, unmeasured = (np.zeros((size, size)) for _ in range(3))
    nowhere = np.zeros(size)
    for code in found:
        rows = _flows(year)[code]
        seller, buyer = _numbers()[rows["exporter"]], _numbers()[rows["importer"]]
        known = (seller >= 0) & (buyer >= 0) & (seller != buyer)
        pair = (seller[known], buyer[known])
        amount, weight = rows["value"][known], rows["quantity"][known]
        np.add.at(value, pair, amount)
        np.add.at(tonnes, pair, np.nan_to_num(weight) / 1000)
        np.add.at(unmeasured, pair, np.where(np.isnan(weight), amount, 0.0))
        lost = (seller < 0) & (buyer >= 0)
        np.add.at(nowhere, buyer[lost], rows["value"][lost])
    return Trade(value, tonnes, unmeasured, nowhere)


@dataclass(frozen=True)
class Making:
    """What is known of who makes a product. ``makers``: false for a country known not to; ``sure``:
    taken to make it where nothing more is known.

    ``tonnes`` by country, nan unknown; ``floor``: they are of content, the good weighs more.
    """

    makers: Array
    sure: Array
    tonnes: Array
    floor: bool = False


@cache
def _sharing() -> dict[str, list[str]]:
    """Products by material-stage."""
    found: dict[str, list[str]] = {}
    for product in load(Product):
        for material in materials_of(product.product_id):
            key = stage_sources.subject(material, product.stage)
            found.setdefault(key, []).append(product.product_id)
    return found


def _subjects(product: Product) -> tuple[str, ...]:
    """Material-stages whose makers are the product's: those it has to itself, and any mined."""
    if product.product_id in STANDS_FOR:
        return (STANDS_FOR[product.product_id],)
    every = [stage_sources.subject(m, product.stage) for m in materials_of(product.product_id)]
    mined = product.stage == "extraction"
    return tuple(s for s in every if mined or _sharing()[s] == [product.product_id])


@cache
def _plants(year: int) -> frozenset[str]:
    return frozenset(p.product_id for p in load(Facility) if works(p, year))


@cache
def making(product_id: str, year: int) -> Making:
    """Who makes a product, from production statistics, published shares and the plant register."""
    import numpy as np

    product = by_key(Product).get(product_id)
    tonnes, floor = np.full(len(lands()), np.nan), False
    listed = stage_sources.surveyed(product_id)
    for subject in () if product is None or listed else _subjects(product):
        last = min(year, stage_sources.production_years()[-1])
        mix = stage_sources.production_mix(MixId("WORLD", last, "wmd", subject, "production"))
        if mix is not None and mix.quantity_unit == "kg" and mix.suppliers:
            listed |= {s.iso3 for s in mix.suppliers if s.quantity}
            if product_id in STANDS_FOR or _sharing()[subject] == [product_id]:
                basis = stage_sources.series_of()[subject][0].basis
                floor = not basis.startswith(("gross", "metal"))
                amounts = {s.iso3: float(s.quantity or 0) / 1000 for s in mix.suppliers}
                tonnes = np.array([amounts.get(iso3, 0.0) for iso3 in lands()])
        else:
            listed |= stage_sources.producers(subject, year)
    makers = np.array([not listed or iso3 in listed for iso3 in lands()])
    sure = makers.copy()
    home = at()["NOR"]
    if product is not None and not tonnes[home] > 0:
        # The register counts plants that statistics leave out, and for materials of the mapping it
        # knows where there is none.
        plant = product_id in _plants(year)
        kin = plant or has_plant(product, year)
        covered = set(materials_of(product_id)) & set(scope_materials())
        makers[home] = kin or not covered or product.stage not in PRODUCING_STAGES
        sure[home] = plant
        tonnes[home] = np.nan
    return Making(makers, sure, np.where(makers, tonnes, 0.0), floor)


def own_share(made: float, floor: bool, maker: bool, bought: float, sold: float) -> Range:
    """Own making's share of what a country uses, from what it made (nan: unknown), bought and sold.

    Exports can come from own making (low), from imports passed on (high) or from both alike
    (value). Tonnes of content are a floor of the good's own weight. Without any trade the value
    is unknown.
    """
    if not maker or made == 0:
        return Range.exact(0.0)
    if made > 0:
        if bought <= 0:
            return Range.exact(1.0)
        kept = max(0.0, made - sold)
        low, alike = kept / (kept + bought), made / (made + bought)
        return Range(alike, low, 1.0 if floor else made / (made + max(0.0, bought - sold)))
    if bought <= 0:
        return Range.exact(1.0) if sold > 0 else Range.unknown()
    return Range(1.0 if sold >= bought else sold / (sold + bought), 0.0, 1.0)


def scaled_up(tonnes: Array, value: Array, unmeasured: Array) -> Array:
    """Tonnes scaled up for flows without a weight (``unmeasured`` of ``value``), at the unit value
    of the others.
    """
    import numpy as np

    measured = 1 - unmeasured / np.maximum(value, 1e-9)
    found: Array = tonnes / np.maximum(measured, 1e-9)
    return found


@cache
def supply(product_id: str, year: int) -> Supply:
    """Who supplies a product in every country."""
    import numpy as np
    from scipy.sparse import csr_matrix

    known, flows = making(product_id, year), trade(product_id, year)
    if flows is None:
        # Without trade data, who may make it is taken to make its own.
        own = np.stack([np.zeros(len(lands())), known.sure * 1.0, known.makers * 1.0])
        return Supply(csr_matrix((len(lands()), len(lands()))), own, known.makers)
    sums = [flows.value.sum(axis=axis) for axis in (0, 1)]
    shares = csr_matrix(flows.value.T / np.maximum(sums[0] + flows.nowhere, 1e-9)[:, None])
    tonnes = [
        scaled_up(flows.tonnes.sum(axis=k), sums[k], flows.unmeasured.sum(axis=k)) for k in (0, 1)
    ]
    rows = []
    for k, made in enumerate(known.tonnes):
        into, out = (tonnes[0][k], tonnes[1][k]) if made > 0 else (sums[0][k], sums[1][k])
        share = own_share(made, known.floor, bool(known.makers[k]), into, out)
        rows.append((share.low, share.value or 0.0, share.high))
    return Supply(passed_on(shares, known.makers, SALES), np.array(rows).T, known.makers)


def seen_by(
    product_id: str, year: int, members: Iterable[str]
) -> tuple[Array, Range, Array, float] | None:
    """A home's own view: sellers' shares of its imports, own making's share, weights of its makers,
    and the imports in USD.

    A bloc buys from outside only; its own making is that of all members. None without trade data.
    """
    import numpy as np

    flows, known = trade(product_id, year), making(product_id, year)
    if flows is None:
        return None
    inside = np.zeros(len(lands()), dtype=bool)
    inside[[at()[m] for m in members if m in at()]] = True
    into = flows.value[~inside][:, inside].sum(axis=1)
    whole = into.sum() + flows.nowhere[inside].sum()
    shares = np.zeros(len(lands()))
    if whole > 0:
        shares[~inside] = into / whole
    made = known.tonnes[inside]
    amount = float(made.sum())
    if amount > 0:
        bought, sold = (
            float(
                scaled_up(
                    *(x[a][:, b].sum() for x in (flows.tonnes, flows.value, flows.unmeasured))
                )
            )
            for a, b in ((~inside, inside), (inside, ~inside))
        )
    else:
        bought, sold = float(into.sum()), float(flows.value[inside][:, ~inside].sum())
    maker = bool(known.makers[inside].any())
    own = own_share(amount, known.floor, maker, bought, sold)
    if shared_code(product_id, year) and maker and not amount > 0 and sold >= bought:
        own = Range.unknown()  # what is exported may be another good of the code
    weight = np.zeros(len(lands()))
    # Who makes the bloc's own: by tonnes, else by what members sell, among those that may make it.
    weight[inside] = made if amount > 0 else flows.value[inside].sum(axis=1) * known.makers[inside]
    return shares, own, weight / weight.sum() if weight.sum() > 0 else weight, float(whole)


@cache
def price(product_id: str, year: int) -> Range | None:
    """World unit value of a product, USD a tonne: in the year, and its range over three years.

    From all bilateral trade whose weight is known; else from the trade by partner at hand.
    """
    span = catalogue.source_years("baci_hs92")
    found = [
        value
        for y in range(year, year - PRICE_YEARS, -1)
        if y in span and (value := _unit_value(product_id, y)) is not None
    ]
    if found:
        return Range(found[0], min(found), max(found))
    return _regional_price(product_id, year)


def _unit_value(product_id: str, year: int) -> float | None:
    import numpy as np

    value = weight = 0.0
    for code in codes(product_id, year):
        rows = _flows(year)[code]
        known = ~np.isnan(rows["quantity"])
        value += float(rows["value"][known].sum())
        weight += float(rows["quantity"][known].sum()) / 1000
    return value / weight if weight > 0 else None


@cache
def _regional(code: str) -> Sequence[tuple[int, float, float]]:
    """Year, USD and tonnes of the weighed imports under a code of the trade by partner."""
    return [
        (row.year, float(row.value), row.quantity_kg / 1000)
        for row in load_where(RegionalTrade, "code", code)
        if row.nomenclature == "HS17"
        and row.quantity_kg
        and row.value
        and row.value_unit == "USD"
        and row.flow == "import"
    ]


def _regional_price(product_id: str, year: int) -> Range | None:
    found: list[float] = []
    for y in range(year, year - PRICE_YEARS, -1):
        rows = [
            row for code in codes_of(product_id, "HS17") for row in _regional(code) if row[0] == y
        ]
        if rows:
            found.append(sum(r[1] for r in rows) / sum(r[2] for r in rows))
    return Range(found[0], min(found), max(found)) if found else None


@cache
def shared_code(product_id: str, year: int) -> bool:
    """Whether the trade of a product is that of a code with other goods in it."""
    subjects = [f"HS92:{code}" for code in codes(product_id, year)]
    subjects = subjects or [f"HS17:{code}" for code in codes_of(product_id, "HS17")]
    return any(len(goods_of(subject)) > 1 for subject in subjects)
