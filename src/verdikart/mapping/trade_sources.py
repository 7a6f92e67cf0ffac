"""Trade sources: mixes from embedded bilateral flows and from regional trade by partner."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cache

from verdikart.core.figure import MixId
from verdikart.indicators.evidence import ExportTotals
from verdikart.indicators.mix import Mix, Supplier, merged, ordered
from verdikart.indicators.trade import (
    Flow,
    Row,
    home_trade,
    mixes,
    summed,
    without_member,
    world_trade,
)
from verdikart.reference.countries import iso3_of_baci, unspecified
from verdikart.reference.entities import Country
from verdikart.reference.figures import RegionalTrade
from verdikart.reference.homes import Home
from verdikart.reference.load import distinct, load, load_where
from verdikart.store import engine
from verdikart.store.selection import exports_of_all

NOMENCLATURE = {"baci_hs92": "HS92", "baci_hs17": "HS17", "comext_cn8": "CN8"}
BASIS = {
    "import": "imports by country of origin, reconciled",
    "export": "exports by destination, reconciled",
}
INTRA = "EU27_INTRA"
FLOWS: tuple[Flow, ...] = ("import", "export")
NUMBERS = 1000  # BACI's country numbers are below
REPORTER = "NOR"  # the one country whose own rows the regional sources have
CAVEATS = {"suspected_suppression", "exporters_over_floor_only"}


@cache
def _numbers() -> dict[str, tuple[int, ...]]:
    grouped: dict[str, list[int]] = defaultdict(list)
    for country in load(Country):
        if country.baci_code is not None:
            grouped[country.iso3].append(country.baci_code)
    return {iso3: tuple(codes) for iso3, codes in grouped.items()}


def numbers_of(home: Home, year: int) -> list[int]:
    """BACI's country numbers of a home's members in a year."""
    return [number for iso3 in home.members(year) for number in _numbers().get(iso3, ())]


def bilateral_mixes(
    home: Home | None, years: Sequence[int], flow: Flow, window: Sequence[int]
) -> dict[tuple[str, int], Mix]:
    """Mixes of all embedded BACI codes by (code, year); ``home`` None is the world's exports.

    The flows of ``window`` are held in memory for the next call.
    """
    flows = engine.trade_window(tuple(sorted(window)))
    frame = (
        world_trade(flows, years)
        if home is None
        else home_trade(flows, {year: numbers_of(home, year) for year in years}, flow)
    )
    return _named(home, flow, engine.collect(frame, "baci_hs92.parquet"))


def year_mixes(homes: Sequence[Home | None], year: int, flow: Flow) -> dict[MixId, Mix]:
    """One flow of many homes in one year, every code, from one reading of the year.

    A query a home costs more than adding up columns that are at hand. ``None`` is the world, which
    has exports alone.
    """
    asked = [home for home in homes if home is not None or flow == "export"]
    mixed = [_named(home, flow, _year_rows(home, year, flow)) for home in asked]
    return {mix.id: mix for one in mixed for mix in one.values()}


def _year_rows(home: Home | None, year: int, flow: Flow) -> list[Row]:
    """Sums by code and partner, as those of :func:`verdikart.indicators.trade.home_trade`."""
    import numpy as np

    flows = engine.year_flows(year)
    own = np.zeros(NUMBERS, dtype=bool)
    own[numbers_of(home, year) if home else []] = True
    side, other = ("importer", "exporter") if flow == "import" else ("exporter", "importer")
    if home is None:
        other, mine = "exporter", np.full(len(flows["code"]), fill_value=True)
    else:
        mine = own[flows[side]]
    # Rows of one code and partner side by side, so that each run of a key is one sum.
    key = flows["code"][mine].astype(np.int64) * NUMBERS + flows[other][mine]
    order = key.argsort(kind="stable")
    key = key[order]
    first = np.flatnonzero(np.diff(key, prepend=-1))
    value = flows["value"][mine][order].astype(np.int64)
    unknown = np.isnan(flows["quantity"][mine][order])
    quantity = np.where(unknown, 0, flows["quantity"][mine][order]).astype(np.int64)
    sums = [
        np.add.reduceat(column, first).tolist() if len(first) else []
        for column in (value, quantity, ~unknown * 1, np.where(unknown, value, 0))
    ]
    return [
        (
            f"{at // NUMBERS:06d}",
            year,
            at % NUMBERS,
            bool(own[at % NUMBERS]),
            v,
            q if known else None,
            u,
        )
        for at, v, q, known, u in zip(key[first].tolist(), *sums, strict=True)
    ]


def code_mixes(
    home: Home | None, years: Sequence[int], flow: Flow, code: str, window: tuple[int, int]
) -> dict[tuple[str, int], Mix]:
    """Mixes of one BACI code; the rows of ``window`` (first, last year) are read once."""
    rows = [row for row in engine.code_flows(code, *window) if row[1] in years]
    members = None if home is None else {y: numbers_of(home, y) for y in years}
    return _named(home, flow, summed(rows, members, flow))


def _listed(numbers: Iterable[int]) -> str:
    return ", ".join(str(number) for number in numbers)


def yearly_values(home: Home, years: Sequence[int], flow: Flow) -> dict[str, dict[int, int]]:
    """A home's flow with the world outside it by code and year, in USD, from one reading."""
    side, other = ("importer", "exporter") if flow == "import" else ("exporter", "importer")
    spells: dict[tuple[int, ...], list[int]] = defaultdict(list)
    for year in years:
        spells[tuple(numbers_of(home, year))].append(year)
    asked = " OR ".join(
        f"(year IN ({_listed(spell)}) AND {side} IN ({_listed(own)}) AND {other} NOT IN ({_listed(own)}))"
        for own, spell in spells.items()
        if own
    )
    query = f"SELECT code, year, sum(value_usd) FROM {{file}} WHERE {asked} GROUP BY ALL"  # noqa: S608
    found: dict[str, dict[int, int]] = defaultdict(dict)
    for code, year, value in engine.rows(query, "baci_hs92.parquet"):
        found[code][year] = int(value)
    return found


def _named(home: Home | None, flow: Flow, rows: list[Row]) -> dict[tuple[str, int], Mix]:
    home_id = home.home_id if home else "WORLD"
    return mixes(
        rows,
        name=lambda code, year: MixId(home_id, year, "baci_hs92", f"HS92:{code}", flow),
        country=iso3_of_baci,
        unspecified=frozenset(unspecified()),
        basis=BASIS[flow],
    )


def export_totals(home: Home | None, year: int) -> ExportTotals | None:
    """Exports of all products, of a home's members together and of the world, USD.

    None where the flows in use are of some products only, as the embedded ones.
    """
    by_country = exports_of_all(year)
    if home is None or not by_country:
        return None
    own = sum(by_country.get(number, 0) for number in numbers_of(home, year))
    return ExportTotals(own, sum(by_country.values()))


Key = tuple[str, str, str, int]


@cache
def _rows_of(code: str) -> dict[Key, list[RegionalTrade]]:
    """Rows of one code by source, region, flow and year; parsed alone, the table is long."""
    grouped: dict[Key, list[RegionalTrade]] = defaultdict(list)
    for row in load_where(RegionalTrade, "code", code):
        grouped[row.source, row.region, row.flow, row.year].append(row)
    return dict(grouped)


def _rows(identity: MixId, region: str, flow: str) -> list[RegionalTrade]:
    code = identity.subject.partition(":")[2]
    return _rows_of(code).get((identity.source, region, flow, identity.year), [])


@cache
def _held() -> frozenset[tuple[str, str, str, int]]:
    """(source, region, code, year) of every regional row."""
    return distinct(RegionalTrade, "source", "region", "code", "year")


@cache
def regional_homes(source: str) -> list[str]:
    """Homes a regional source has rows for, derived ones included."""
    found = sorted({region for src, region, _, _ in _held() if src == source})
    derived = [
        f"{bloc}_EX_{REPORTER}" for bloc in ("NORDIC", "NATO") if {bloc, REPORTER} <= {*found}
    ]
    return found + derived


def regional_codes(source: str) -> dict[str, tuple[int, ...]]:
    """Codes of a regional source with the years they have rows for."""
    found: dict[str, set[int]] = defaultdict(set)
    for src, _, code, year in _held():
        if src == source:
            found[code].add(year)
    return {code: tuple(sorted(years)) for code, years in sorted(found.items())}


def regional_years(source: str, code: str) -> tuple[int, ...]:
    """Years in which a regional source has rows of one code."""
    return tuple(sorted({year for src, _, _, year in _rows_of(code) if src == source}))


def regional_mix(identity: MixId, home: Home | None) -> Mix | None:
    """One mix of a regional source, or None where it has no rows for the question.

    A home ``<BLOC>_EX_<MEMBER>`` is derived from the bloc's and the member's own rows.
    """
    bloc, _, member = identity.home.partition("_EX_")
    if not member:
        rows = _rows(identity, bloc, identity.flow)
        return _mix(identity, rows) if rows else None
    opposite = "export" if identity.flow == "import" else "import"

    def part(region: str, flow: str) -> Mix | None:
        rows = _rows(identity, region, flow)
        return _mix(identity, rows) if rows else None

    whole = part(bloc, identity.flow)
    if whole is None or home is None or member != REPORTER:
        return None
    nothing = Mix(identity, ())
    return without_member(
        whole,
        part(member, identity.flow) or nothing,
        part(member, opposite) or nothing,
        member=member,
        members=frozenset(home.members(identity.year)),
        name=identity,
    )


def _norwegian(identity: MixId) -> list[RegionalTrade]:
    """Norway's own rows where it is a member of the home: their caveats hold for the bloc too."""
    if identity.home not in ("NORDIC", "NATO"):
        return []
    return _rows(identity, REPORTER, identity.flow)


def _mix(identity: MixId, rows: Sequence[RegionalTrade]) -> Mix:
    outside: list[Supplier] = []
    nowhere: list[Supplier] = []
    inside: list[Supplier] = []
    for row in rows:
        lacking = row.value if row.quantity_kg is None else 0
        supplier = Supplier(row.partner, row.value, row.quantity_kg, lacking)
        if row.partner == INTRA:
            inside.append(supplier)
        else:
            (nowhere if row.partner in unspecified() else outside).append(supplier)
    notes = {row.note_code for row in [*rows, *_norwegian(identity)]} & CAVEATS
    return Mix(
        identity,
        ordered(outside, "value"),
        ordered(nowhere, "value"),
        merged(inside, "INTRA"),
        rows[0].value_unit,
        basis=BASIS[identity.flow],
        caveats=tuple(sorted(notes)),
    )
