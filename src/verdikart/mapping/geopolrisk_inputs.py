"""What GeoPolRisk is computed from: flows, production and instability of a year, as arrays.

Each function takes the set of ``DIFFERENCES`` from the published form that apply.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from verdikart.indicators.geopolrisk import (
    Flags,
    Floats,
    Flows,
    Ints,
    Supply,
    instability,
    production_hhi,
)
from verdikart.mapping.trade_sources import numbers_of
from verdikart.reference.countries import iso3_of_baci, unspecified
from verdikart.reference.entities import Country
from verdikart.reference.figures import GeoPolRiskMaterial
from verdikart.reference.homes import Home
from verdikart.reference.load import load
from verdikart.store import engine

Words: TypeAlias = NDArray[np.str_]
Mined: TypeAlias = list[tuple[str, float | None, str]]

DIFFERENCES = frozenset(
    {
        "intra_bloc_left_out",  # a bloc's inner trade leaves F too
        "density_assumed",  # gas in tonnes
        "no_flows",  # no data, no score; a blank cell is no zero
        "governance_missing",  # no instability is an interval, not 0.5
        "own_rows",  # Taiwan, Guyana and French Guiana are read by their own rows
        "unlike_bases",  # metal content is not added to gross weight
        "missing_quantity",  # flows without tonnes widen the interval and stay out of the price
        "shared_code",  # 270112 counts once
        "fractional_production",  # production is not cut to whole units
    }
)

T_PER_MM3 = 800.0
"""Tonnes in a million cubic metres of natural gas at 0.8 kg/m³: an assumption."""
T_PER_MM3_BOUNDS = (680.0, 900.0)
"""From pure methane at 15 °C and 1 atm (0.68 kg/m³) to a rich gas (assumed)."""

PUBLISHED_DEFAULT = 0.5  # what the published form gives an exporter it finds no score for
AREAS = 1000  # BACI's country numbers have three digits


@dataclass(frozen=True, slots=True)
class Trade:
    """The year's flows, one element for each flow and material it counts for."""

    material: Ints
    exporter: Ints
    importer: Ints
    value: Floats  # kUSD
    tonnes: Floats  # nan where not known
    left_out: Flags


@dataclass(frozen=True, slots=True)
class Imports:
    """The homes' import flows; and for each pair of home and material what is told of them."""

    flows: Flows
    covered: Flags  # trade has rows of the material that year
    inner: Flags  # a bloc trades within itself
    left_out: Flags  # imports counted with another material that shares the code


@dataclass(frozen=True, slots=True)
class Production:
    """Production by home (row) and material (column) in tonnes, or Mm3 of gas if not converted."""

    amount: Floats
    blank: Flags  # a member's figure is left blank
    hhi: Floats  # by material
    world_blank: Flags  # by material


@cache
def raw_materials() -> tuple[GeoPolRiskMaterial, ...]:
    """The raw materials, in the order every array here has them."""
    return load(GeoPolRiskMaterial)


def importers(year: int) -> list[str]:
    """ISO3 codes of every country and territory that imports one of the codes in a year."""
    names = {iso3_of_baci(int(number)) for number in np.unique(trade_of(year).importer)}
    return sorted(names - unspecified())


@lru_cache(maxsize=4)
def trade_of(year: int) -> Trade:
    """The flows of a year in all codes; a flow stands twice where two materials share its code."""
    links = sorted(
        (int(code), place, code in material.left_out)
        for place, material in enumerate(raw_materials())
        for code in material.hs92
    )
    code, material, left_out = (np.array(column) for column in zip(*links, strict=True))
    raw = engine.arrays(
        "SELECT CAST(code AS INTEGER) AS code, exporter, importer, value_usd / 1000 AS value, "
        "coalesce(quantity_kg / 1000, CAST('nan' AS DOUBLE)) AS tonnes FROM {file} WHERE year = ?",
        "baci_hs92.parquet",
        [year],
    )
    first = np.searchsorted(code, raw["code"], "left")
    times = np.searchsorted(code, raw["code"], "right") - first
    flow = np.repeat(np.arange(len(first)), times)
    nth = np.arange(len(flow)) - np.repeat(np.cumsum(times) - times, times)
    link = first[flow] + nth
    return Trade(
        material=material[link],
        exporter=raw["exporter"][flow].astype(np.intp),
        importer=raw["importer"][flow].astype(np.intp),
        value=raw["value"][flow],
        tonnes=raw["tonnes"][flow],
        left_out=left_out[link],
    )


@lru_cache(maxsize=4)
def _estimates(year: int) -> dict[str, float | None]:
    query = "SELECT iso3, estimate FROM {file} WHERE year = ?"
    return dict(engine.rows(query, "wgi_pv.parquet", [year]))


def _instability(year: int, applied: frozenset[str]) -> Floats:
    """Instability by BACI's country number; nan where there is none and none is put in."""
    estimates = _estimates(year)
    found = np.full(AREAS, np.nan if "governance_missing" in applied else PUBLISHED_DEFAULT)
    for country in load(Country):
        if country.baci_code is None:
            continue
        score = instability(estimates.get(country.iso3))
        if "own_rows" not in applied:
            # The published table files Taiwan under no number, and French Guiana under Guyana's.
            if country.iso3 == "TWN":
                score = None
            elif country.iso3 == "GUY":
                first = estimates.get("GUF")
                score = score if first is None else instability(first)
        if score is not None:
            found[country.baci_code] = score
    return found


def flows_of(trade: Trade, places: Sequence[Home], year: int, applied: frozenset[str]) -> Imports:
    """The homes' import flows, with inner trade and shared codes as the differences have it."""
    size = len(raw_materials())
    once = "shared_code" in applied
    used = ~trade.left_out if once else np.ones(len(trade.material), dtype=bool)
    score = _instability(year, applied)[trade.exporter]
    single = np.full(AREAS, -1, dtype=np.intp)
    parts: list[tuple[Ints, Ints, Floats]] = []
    inner = np.zeros(len(places) * size, dtype=bool)
    left_out = np.zeros(len(places) * size, dtype=bool)
    for place, area in enumerate(places):
        if area.single:
            single[numbers_of(area, year)] = place
            continue
        member = np.zeros(AREAS, dtype=bool)
        member[numbers_of(area, year)] = True
        flow = np.flatnonzero(member[trade.importer])
        inside = member[trade.exporter[flow]]
        pair = place * size + trade.material[flow]
        left_out[pair[trade.left_out[flow] & ~inside]] = once
        flow, pair, inside = (column[used[flow]] for column in (flow, pair, inside))
        inner[pair[inside]] = True
        if "intra_bloc_left_out" in applied:
            flow, pair, inside = flow[~inside], pair[~inside], inside[~inside]
        parts.append((flow, pair, np.where(inside, 0.0, score[flow])))
    at = single[trade.importer]
    hidden = np.flatnonzero(trade.left_out & (at >= 0))
    left_out[at[hidden] * size + trade.material[hidden]] = once
    flow = np.flatnonzero(used & (at >= 0))
    parts.append((flow, at[flow] * size + trade.material[flow], score[flow]))
    flow = np.concatenate([part[0] for part in parts])
    tonnes = trade.tonnes[flow]
    if "missing_quantity" not in applied:
        tonnes = np.nan_to_num(tonnes, nan=0.0)
    flows = Flows(
        pair=np.concatenate([part[1] for part in parts]),
        tonnes=tonnes,
        value=trade.value[flow],
        instability=np.concatenate([part[2] for part in parts]),
    )
    covered = np.bincount(trade.material[used], minlength=size) > 0
    return Imports(flows, np.tile(covered, len(places)), inner, left_out)


@lru_cache(maxsize=4)
def _mined(year: int) -> dict[str, Mined]:
    grouped: dict[str, Mined] = defaultdict(list)
    query = (
        "SELECT series, iso3, quantity, unit FROM {file} WHERE year = ? ORDER BY series, country"
    )
    for series, iso3, quantity, unit in engine.rows(query, "wmd.parquet", [year]):
        grouped[series].append((iso3, quantity, unit))
    return dict(grouped)


def production_of(year: int, places: Sequence[Home], applied: frozenset[str]) -> Production:
    """Production of each home, and the concentration of the world's, by material."""
    every, mined = raw_materials(), _mined(year)
    owners: dict[str, list[int]] = defaultdict(list)
    for place, area in enumerate(places):
        for iso3 in area.members(year):
            owners[iso3].append(place)
    if "own_rows" in applied:  # trade of French Guiana is within France's, so its mines are too
        for country in load(Country):
            if country.trade_within and country.baci_code is None:
                both = owners[country.iso3] + owners[country.trade_within]
                owners[country.iso3] = list(dict.fromkeys(both))
    amount = np.zeros((len(places), len(every)))
    blank = np.zeros(amount.shape, dtype=bool)
    hhi = np.full(len(every), np.nan)
    world_blank = np.zeros(len(every), dtype=bool)
    for column, material in enumerate(every):
        rows = mined.get(material.series, [])
        known = [quantity for _, quantity, _ in rows if quantity is not None]
        if "fractional_production" not in applied:
            known = [float(int(quantity)) for quantity in known]
        index = production_hhi(known)
        hhi[column] = np.nan if index is None else index
        world_blank[column] = len(known) < len(rows)
        if "own_rows" not in applied:
            rows = _first_of_guyana(rows)
        for iso3, quantity, unit in rows:
            for place in owners.get(iso3, ()):
                blank[place, column] |= quantity is None
                amount[place, column] += _tonnes(quantity or 0.0, unit, applied)
    return Production(amount, blank, hhi, world_blank)


def _first_of_guyana(
    rows: Mined,
) -> Mined:
    """The published table numbers French Guiana's row as Guyana's and reads the first of the two."""
    if not any(iso3 == "GUF" for iso3, _, _ in rows):
        return rows
    return [("GUY" if row[0] == "GUF" else row[0], *row[1:]) for row in rows if row[0] != "GUY"]


def _tonnes(quantity: float, unit: str, applied: frozenset[str]) -> float:
    if unit == "kg":
        return quantity / 1000.0
    if unit == "Mm3" and "density_assumed" in applied:
        return quantity * T_PER_MM3
    return quantity


def supply_of(made: Production, flows: Flows, applied: frozenset[str]) -> tuple[Supply, Words]:
    """Production on the basis of trade with its bounds, and each pair's basis, "" where it does not count.

    It counts only where a home both produces and imports, and where its difference applies.
    """
    homes = len(made.amount)
    amount = made.amount.ravel()
    imports = np.bincount(flows.pair, minlength=len(amount)) > 0
    basis = np.tile(np.array([m.basis for m in raw_materials()]), homes)
    basis = np.where(imports & (amount > 0), basis, "")
    exact, low, high = amount.copy(), amount.copy(), amount.copy()
    if "density_assumed" in applied:
        for bound, factor in zip((low, high), T_PER_MM3_BOUNDS, strict=True):
            bound[basis == "volume"] *= factor / T_PER_MM3
    else:
        basis[basis == "volume"] = ""
    if "unlike_bases" in applied:
        apart = (basis == "content") | (basis == "unlike")
        exact[apart], high[apart], low[basis == "unlike"] = np.nan, np.inf, 0.0
    else:
        basis[(basis == "content") | (basis == "unlike")] = ""
    if "no_flows" in applied:
        unknown = made.blank.ravel()
        exact[unknown], high[unknown] = np.nan, np.inf
    return Supply(np.tile(made.hhi, homes), exact, low, high), basis
