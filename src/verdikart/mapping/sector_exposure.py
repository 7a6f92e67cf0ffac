"""Exposure of a home's industries in the inter-country input-output table: face value and behind it.

An industry of the table is broad (copper and gold are both other metals), so nothing here is said of
any one material.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import cache
from typing import TYPE_CHECKING, Any

from verdikart.chains.network import Network, SectorOrigins, origins
from verdikart.core.errors import DataProblem, UnknownName
from verdikart.core.figure import Status
from verdikart.mapping.chain_view import ChainView
from verdikart.reference import countries
from verdikart.reference.entities import Word
from verdikart.reference.homes import Home
from verdikart.reference.load import load
from verdikart.store import engine

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]

Row = dict[str, Any]
SOURCE, YEAR = "icio_2022", 2022
FLOWS, VECTORS = "icio_2022_flows.parquet", "icio_2022_vectors.parquet"
ALL, MANUFACTURING, FINAL_DEMAND = "ALL", "MANUFACTURING", "FINAL_DEMAND"
OTHER, UNKNOWN = "OTHER", "UNKNOWN"
SHOWN, LEAST = 10, 0.01
CARRIERS = 3
FORMULA = "look_through_c = Σ_(i in c) v_i (L b)_i / Σ b; hidden = look_through − face"
CAVEATS = ("icio_broad_sectors", "icio_no_rest_of_world", "icio_small_flows_left_out")
_INDEX = """
WITH c AS (SELECT unnest($1::VARCHAR[]) AS name, unnest(range(len($1))) AS at),
     s AS (SELECT unnest($2::VARCHAR[]) AS name, unnest(range(len($2))) AS at)
SELECT (oc.at * len($2) + os.at)::INTEGER AS seller, (dc.at * len($2) + ds.at)::INTEGER AS buyer,
       value_musd::DOUBLE AS value
FROM {file} JOIN c oc ON oc.name = origin_country JOIN s os ON os.name = origin_sector
            JOIN c dc ON dc.name = dest_country JOIN s ds ON ds.name = dest_sector
"""


@cache
def network() -> Network:
    """The network of 2022, million USD; read once."""
    from scipy.sparse import csr_matrix

    vectors = engine.arrays(
        "SELECT country, sector, output_musd AS output, intermediate_inputs_musd AS bought "
        "FROM {file} ORDER BY country, sector",
        VECTORS,
    )
    lands, industries = sorted(set(vectors["country"])), sorted(set(vectors["sector"]))
    nodes = len(lands) * len(industries)
    if len(vectors["output"]) != nodes:
        raise DataProblem(f"{VECTORS}: {nodes} nodes expected; install the package anew")
    cells = engine.arrays(_INDEX, FLOWS, [lands, industries])
    flows = csr_matrix((cells["value"], (cells["seller"], cells["buyer"])), (nodes, nodes))
    return Network(tuple(lands), tuple(industries), flows, vectors["output"], vectors["bought"])


def members_of(home: Home) -> tuple[str, ...]:
    """Members of a home that the table has. Raises :class:`UnknownName` where it has none."""
    held = network().countries
    found = tuple(m for m in home.members(YEAR) if m in held)
    if not found:
        names = {c: (countries.name(c, "en"), countries.name(c, "nb")) for c in held}
        raise UnknownName("home of the input-output table", home.home_id, names, ", ".join(held))
    return found


def check_sector(sector: str) -> str:
    """A sector id of the table. Raises :class:`UnknownName` with those of similar names."""
    names = {s: (sector_name(s, "en"), sector_name(s, "nb")) for s in sector_ids()}
    if sector not in names:
        raise UnknownName("sector", sector, names, ", ".join(names))
    return sector


def sector_ids() -> tuple[str, ...]:
    """Ids that can be asked for: all inputs of all industries, of manufacturing, each industry."""
    return (ALL, MANUFACTURING, *network().sectors)


@cache
def _names() -> dict[str, Word]:
    return {w.term: w for w in load(Word) if w.vocabulary == "icio_sector"}


def sector_name(sector: str, lang: str) -> str:
    """An industry's name."""
    return _names()[sector].name(lang)


def _belongs(sector: str, wanted: str) -> bool:
    return wanted in (ALL, sector) or (wanted == MANUFACTURING and sector.startswith("C"))


def tables(view: ChainView) -> dict[str, list[Row]]:
    """The table ``sector_exposure`` of a view's home; a single row where the table lacks the home."""
    home = view.library.home(view.home)
    if home is None or not set(home.members(YEAR)) & set(network().countries):
        gone = _nothing(view.home, ALL, "icio_lacks_home")
        return {"sector_exposure": [gone]}
    return {"sector_exposure": rows_of(home)}


def rows_of(home: Home, keep: Collection[str] = ()) -> list[Row]:
    """Sectors of a home × countries: those with a hundredth or among the ten largest, the rest summed.

    Each sector's rows sum to 1, with what the table leaves out as ``UNKNOWN``. Countries to ``keep``
    have rows of their own however small.
    """
    import numpy as np

    table = network()
    members = members_of(home)
    inside = np.isin(np.array(table.countries), members)
    wanted = sector_ids()
    picks = np.array([[_belongs(s, w) for w in wanted] for s in table.sectors], dtype=float)
    buyers = np.kron(inside.astype(float)[:, None], picks)
    found = origins(table, buyers)
    lacking = len(members) < len(home.members(YEAR))
    caveats = (*CAVEATS, *(("icio_lacks_members",) if lacking else ()))
    rows: list[Row] = []
    for at, sector in enumerate(wanted):
        if found.spent[at] > 0:
            rows += _sector_rows(home, sector, at, found, (inside, caveats, keep))
        else:
            rows.append(_nothing(home.home_id, sector, "icio_no_output"))
    return [*rows, _nothing(home.home_id, FINAL_DEMAND, "icio_no_final_demand")]


def _nothing(home: str, sector: str, reason: str) -> Row:
    row = _head(home, sector, None, None) | {"caveats": list(CAVEATS)}
    for name in ("face", "look_through", "hidden", "gross_look_through"):
        row |= {
            name: None,
            f"{name}_status": str(Status.NOT_COMPUTABLE),
            f"{name}_reason": reason,
        }
    return row


def _head(home: str, sector: str, country: str | None, spent: float | None) -> Row:
    return {
        "home": home,
        "year": YEAR,
        "source": SOURCE,
        "sector_id": sector,
        "name_en": sector_name(sector, "en"),
        "name_nb": sector_name(sector, "nb"),
        "inputs_musd": spent,
        "country": country,
    }


def _sector_rows(
    home: Home,
    sector: str,
    at: int,
    found: SectorOrigins,
    shared: tuple[Array, tuple[str, ...], Collection[str]],
) -> Iterator[Row]:
    table, (inside, caveats, keep) = network(), shared
    readings: dict[str, dict[str, float]] = {}
    for name, shares, unlisted in (
        ("face", found.face[:, at], found.face_unlisted[at]),
        ("look_through", found.look_through[:, at], found.look_through_unlisted[at]),
        ("gross_look_through", found.gross[:, at], 0.0),
    ):
        named = {
            c: float(x)
            for c, x, own in zip(table.countries, shares, inside, strict=True)
            if not own
        }
        named[home.home_id] = float(shares[inside].sum())
        readings[name] = named | {UNKNOWN: float(unlisted)}
    foreign = [c for c in readings["face"] if c not in (home.home_id, UNKNOWN)]
    ranked = sorted(foreign, key=lambda c: (-readings["look_through"][c], c))
    shown = [
        c
        for at_rank, c in enumerate(ranked)
        if c in keep or at_rank < SHOWN or max(r[c] for r in readings.values()) >= LEAST
    ]
    for reading in readings.values():
        reading[OTHER] = sum(reading[c] for c in foreign if c not in shown)
    abroad = {name: sum(reading[c] for c in foreign) for name, reading in readings.items()}
    for country in (home.home_id, *shown, OTHER, UNKNOWN):
        row = _head(home.home_id, sector, country, float(found.spent[at]))
        row |= country_names(country, home)
        for name, reading in readings.items():
            row[name] = reading[country]
            row[f"{name}_status"] = str(Status.OK)
        row["hidden"] = row["look_through"] - row["face"]
        row["hidden_status"] = str(Status.OK)
        is_foreign = country not in (home.home_id, UNKNOWN)
        for name in ("face", "look_through"):
            row[f"{name}_of_foreign"] = (
                readings[name][country] / abroad[name] if is_foreign and abroad[name] else None
            )
        row["carried_by"] = _carriers(country, found.added[:, at]) if country in foreign else []
        row |= {"formula": FORMULA, "caveats": list(caveats)}
        yield row


def country_names(country: str, home: Home) -> Row:
    """Names of a row's country: the home, a country, what is left of them, or unknown."""
    if country == home.home_id:
        return {"country_en": home.name_en, "country_nb": home.name_nb}
    if country in (OTHER, UNKNOWN):
        word = _words()[country.lower()]
        return {"country_en": word.name_en, "country_nb": word.name_nb}
    return {
        "country_en": countries.name(country, "en"),
        "country_nb": countries.name(country, "nb"),
    }


@cache
def _words() -> dict[str, Word]:
    return {w.term: w for w in load(Word) if w.vocabulary == "exposure_row"}


def _carriers(country: str, added: Array) -> list[str]:
    """The industries of a country that add most of the value found there, largest first."""
    table = network()
    size = len(table.sectors)
    first = table.countries.index(country) * size
    own = added[first : first + size]
    return [table.sectors[s] for s in (-own).argsort(kind="stable")[:CARRIERS] if own[s] > 0]
