"""World Mining Data: production by mineral and country, 2018-2024."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pyarrow as pa

from tools.snapshot.download import GEOPOLRISK, Packages, Say, SnapshotError
from tools.snapshot.manifest import Built, Source, clean_text, write_parquet

MEMBER = "geopolrisk/lib/world_mining_data.db"
NOT_SERIES = {"HS Code Map", "Country_ISO", "logging"}
SERIES, COUNTRIES, COUNTRY_ROWS = 65, 167, 1_954
YEARS = range(2018, 2025)
UNITS = {"metr. t": "t", "kg": "kg", "ct": "ct", "Mio m3": "Mm3"}
ORIGINS = {"r": "reported", "e": "estimated", "p": "provisional", "nan": None}

# The package joined ISO codes on by name and through BACI's list, which lacks these three.
# Keyed by printed name and wrong code, so that a mended package makes the build fail.
ISO3_CORRECTIONS = {
    ("French Guiana", "GUY"): "GUF",
    ("Kosovo", "R20"): "XKX",
    ("Taiwan", "S19"): "TWN",
}

SOURCE = Source(
    source_id="wmd",
    licence="LicenseRef-World-Mining-Data",
    licence_text="Free of charge; the source must be cited",
    licence_evidence=(
        "From general knowledge: the publisher asks that the source be cited. Exact terms of "
        "reuse are to be confirmed; the carrier package states none for the data."
    ),
    attribution=(
        "World Mining Data, Federal Ministry of Finance of Austria (BMF) and International "
        "Organizing Committee for the World Mining Congresses; table 6.4, Production of Mineral "
        "Raw Materials of individual Countries by Minerals."
    ),
    vintage="World Mining Data with years 2018–2024 (table 6.4); edition not stated in the package",
    caveats={
        "en": (
            "Mine output plus a few refined metals; the basis differs by series (contained metal, "
            "oxide or gross) and units differ: t, kg, carats, million m3. Series of unlike basis "
            "must not be added. Zero means none or not reported: the source does not "
            "distinguish. Origin (reported, estimated, provisional) is given by row, not by year. "
            "For perlite 2020–2022 the countries add up to 39–48 % more than the printed total."
        ),
        "nb": (
            "Gruveproduksjon og noen få raffinerte metaller; grunnlaget varierer mellom seriene "
            "(innhold av metall, oksid eller bruttovekt), og enhetene likeså: t, kg, karat, "
            "millioner m3. Serier med ulikt grunnlag skal ikke summeres. Null betyr ingen eller "
            "ikke rapportert: kilden skiller ikke. Opphav (rapportert, anslått, foreløpig) er "
            "gitt per rad, ikke per år. For perlitt 2020–2022 er summen av landene 39–48 % "
            "høyere enn den trykte totalen."
        ),
    },
)

PRODUCTION = pa.schema(
    [
        pa.field("series", pa.string(), nullable=False),
        pa.field("year", pa.int16(), nullable=False),
        pa.field("iso3", pa.string(), nullable=False),
        pa.field("country", pa.string(), nullable=False),
        pa.field("quantity", pa.float64()),
        pa.field("unit", pa.string(), nullable=False),
        pa.field("origin", pa.string()),
    ]
)
TOTALS = pa.schema(
    [
        pa.field("series", pa.string(), nullable=False),
        pa.field("year", pa.int16(), nullable=False),
        pa.field("printed_total", pa.float64()),
        pa.field("unit", pa.string(), nullable=False),
    ]
)

Row = tuple[object, ...]


def build(packages: Packages, folder: Path, say: Say) -> list[Built]:
    """Write production by country and the printed totals; return their manifest entries."""
    say("wmd: reading 65 series")
    with packages.sqlite(GEOPOLRISK, MEMBER) as (connection, origin):
        production, totals, applied = _read(connection)
    if applied != set(ISO3_CORRECTIONS):
        raise SnapshotError(f"WMD corrections without a row: {set(ISO3_CORRECTIONS) - applied}")
    table = _table(production, PRODUCTION)
    printed = _table(totals, TOTALS)
    _check(table, printed)
    names = ["series", "iso3", "country", "unit", "origin", "year"]
    write_parquet(table, folder / "wmd.parquet", dictionary=names)
    write_parquet(printed, folder / "wmd_totals.parquet", dictionary=["series", "unit", "year"])
    coverage = {"years": [YEARS[0], YEARS[-1]], "series": SERIES, "countries": COUNTRIES}
    return [
        Built(
            file="wmd.parquet",
            source=SOURCE,
            title={
                "en": "Mineral production by country, 2018–2024",
                "nb": "Mineralproduksjon etter land, 2018–2024",
            },
            origin=origin,
            rows=table.num_rows,
            coverage={**coverage, "null_quantities": table["quantity"].null_count},
            cleaning=[
                "The Total row that stands among the countries of every table is left out (it is "
                "in wmd_totals.parquet); some countries follow after it.",
                "French Guiana carried Guyana's code GUY: corrected to GUF by the country's name. "
                "Kosovo R20 to XKX, Taiwan S19 to TWN.",
                "Names trimmed, and UTF-8 misread as cp1252 restored.",
                "Units renamed: 'metr. t' t, 'Mio m3' Mm3. Origin r, e, p spelled out; the text "
                "'nan' is null.",
                "Blank quantities stay null and zero stays zero.",
            ],
            schema=PRODUCTION,
            units={"quantity": "see column unit", "year": "year"},
        ),
        Built(
            file="wmd_totals.parquet",
            source=SOURCE,
            title={
                "en": "World totals as printed, only for checking: stale, not for shares",
                "nb": "Verdenstotaler slik de er trykt, bare til kontroll: utdaterte, ikke til "
                "andeler",
            },
            origin=origin,
            rows=printed.num_rows,
            coverage={"years": [YEARS[0], YEARS[-1]], "series": SERIES},
            cleaning=[
                "The Total rows of the package, unchanged. They leave out countries added later "
                "and must never be a denominator: sum wmd.parquet instead.",
            ],
            schema=TOTALS,
            units={"printed_total": "see column unit", "year": "year"},
        ),
    ]


def _read(connection: sqlite3.Connection) -> tuple[list[Row], list[Row], set[tuple[str, str]]]:
    production: list[Row] = []
    totals: list[Row] = []
    applied: set[tuple[str, str]] = set()
    years = ", ".join(f'"{year}"' for year in YEARS)
    for series in _series(connection):
        query = f'SELECT Country, Country_ISO, unit, data_source, {years} FROM "{series}"'
        for name, code, unit_text, source, *values in connection.execute(query):
            country, unit = clean_text(name), UNITS[unit_text.strip()]
            numbers = [None if value is None else float(value) for value in values]
            if country == "Total":
                totals += [
                    (series, year, number, unit)
                    for year, number in zip(YEARS, numbers, strict=True)
                ]
                continue
            iso3 = code.strip()
            if (country, iso3) in ISO3_CORRECTIONS:
                applied.add((country, iso3))
                iso3 = ISO3_CORRECTIONS[country, iso3]
            production += [
                (series, year, iso3, country, number, unit, ORIGINS[source.strip()])
                for year, number in zip(YEARS, numbers, strict=True)
            ]
    return production, totals, applied


def _series(connection: sqlite3.Connection) -> list[str]:
    query = "SELECT name FROM sqlite_master WHERE type = 'table'"
    return sorted({name for (name,) in connection.execute(query)} - NOT_SERIES)


def _table(rows: list[Row], schema: pa.Schema) -> pa.Table:
    ordered = sorted(rows, key=lambda row: row[:3] if len(schema) == len(PRODUCTION) else row[:2])
    columns = zip(*ordered, strict=True)
    arrays = [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)]
    return pa.Table.from_arrays(arrays, schema=schema)


def _check(table: pa.Table, printed: pa.Table) -> None:
    keys = table.group_by(["series", "year", "iso3"]).aggregate([])
    codes = set(table["iso3"].unique().to_pylist())
    found = {
        "country rows": (table.num_rows, COUNTRY_ROWS * len(YEARS)),
        "distinct rows": (keys.num_rows, table.num_rows),
        "totals": (printed.num_rows, SERIES * len(YEARS)),
        "series": (len(table["series"].unique()), SERIES),
        "countries": (len(codes), COUNTRIES),
        "names": (len(table["country"].unique()), COUNTRIES),
        "odd codes": (sorted(code for code in codes if not _is_iso3(code)), []),
    }
    wrong = [
        f"{what}: {got}, expected {want}" for what, (got, want) in found.items() if got != want
    ]
    if wrong:
        raise SnapshotError("WMD is not what the recipe expects: " + "; ".join(wrong))


def _is_iso3(code: str) -> bool:
    return len(code) == 3 and code.isascii() and code.isalpha() and code.isupper()
