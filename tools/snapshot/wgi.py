"""World Bank WGI: Political Stability and Absence of Violence, the only dimension carried."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pyarrow as pa

from tools.snapshot.download import GEOPOLRISK, Packages, Say, SnapshotError
from tools.snapshot.manifest import Built, Source, clean_text, write_parquet

MEMBER = "geopolrisk/lib/wgi.db"
YEARS = (1996, 1998, 2000, *range(2002, 2025))
TABLES = ("Estimate", "StdErr", "NumSrc", "Rank", "Lower", "Upper")
PLACES = 217
# From this year the package's Rank, Lower and Upper hold the 0-100 score of the revised method:
# score = 65.894393 + 17.081600 * estimate to seven digits in both years. Before it, ranks.
FIRST_SCORE_YEAR = 2023
SCORE_CONSTANT, SCORE_SLOPE = 65.89439, 17.0816

# The package replaced the names and codes by BACI's. Its rows stand in the order of the World
# Bank's own codes, which tells what the first three are; keyed by (row, name, code).
CORRECTIONS = {
    # between GTM and GUM: GUF. The other Guyana row stands after GUM.
    (80, "Guyana", "GUY"): ("GUF", "French Guiana"),
    # between LVA and MAC: LWI, the World Bank's former code for Kosovo.
    (118, "Europe EFTA, nes", "R20"): ("XKX", "Kosovo"),
    # cannot be told: no ISO code, no values for 2023 and 2024.
    (208, "US Misc. Pacific Isds", "PUS"): None,
}
# Joined by code, French Guiana was given Guyana's values where the two rows agree.
COPIED_FROM_GUYANA = (2023, 2024)

SOURCE = Source(
    source_id="wgi_pv",
    licence="CC-BY-4.0",
    licence_text="Creative Commons Attribution 4.0 International",
    licence_evidence=(
        "Licence of the publisher (World Bank) from general knowledge; the carrier package does "
        "not state a licence for the data."
    ),
    attribution=(
        "World Bank, Worldwide Governance Indicators, Political Stability and Absence of "
        "Violence/Terrorism. Kaufmann, D. and Kraay, A."
    ),
    vintage="WGI with years 1996–2024; 2023 and 2024 follow the revised method, earlier years do not",
    caveats={
        "en": (
            "One dimension of six: Political Stability and Absence of Violence/Terrorism. Never "
            "present it as the WGI as such. The years 2023 and 2024 come from a release with a "
            "revised method; do not read the step from 2022 to 2023 as a change in the country. "
            "Ranks exist to 2022 and scores from 2023; they are different quantities."
        ),
        "nb": (
            "Én dimensjon av seks: politisk stabilitet og fravær av vold/terrorisme. Må ikke "
            "framstilles som WGI i sin helhet. Årene 2023 og 2024 kommer fra en utgave med "
            "revidert metode; spranget fra 2022 til 2023 er ikke en endring i landet. "
            "Persentilrang finnes til 2022 og skår fra 2023; det er ulike størrelser."
        ),
    },
)

SCHEMA = pa.schema(
    [
        pa.field("iso3", pa.string(), nullable=False),
        pa.field("year", pa.int16(), nullable=False),
        pa.field("country", pa.string(), nullable=False),
        pa.field("estimate", pa.float64()),
        pa.field("std_error", pa.float64()),
        pa.field("num_sources", pa.int16()),
        pa.field("rank", pa.float64()),
        pa.field("lower", pa.float64()),
        pa.field("upper", pa.float64()),
        pa.field("score", pa.float64()),
        pa.field("score_lower", pa.float64()),
        pa.field("score_upper", pa.float64()),
    ]
)

Row = tuple[object, ...]
Cells = dict[str, float | None]


def build(packages: Packages, folder: Path, say: Say) -> list[Built]:
    """Write one row for each country and year; return the manifest entry."""
    say("wgi_pv: reading")
    with packages.sqlite(GEOPOLRISK, MEMBER) as (connection, origin):
        rows = _read(connection)
    columns = zip(*sorted(rows, key=lambda row: row[:2]), strict=True)
    arrays = [pa.array(column, field.type) for column, field in zip(columns, SCHEMA, strict=True)]
    table = pa.Table.from_arrays(arrays, schema=SCHEMA)
    _check(table)
    write_parquet(table, folder / "wgi_pv.parquet", dictionary=["iso3", "country", "year"])
    return [
        Built(
            file="wgi_pv.parquet",
            source=SOURCE,
            title={
                "en": "Political stability and absence of violence (WGI), 1996–2024",
                "nb": "Politisk stabilitet og fravær av vold (WGI), 1996–2024",
            },
            origin=origin,
            rows=table.num_rows,
            coverage={
                "years": [YEARS[0], YEARS[-1]],
                "missing_years": [1997, 1999, 2001],
                "countries": len(table["iso3"].unique()),
                "null_estimates": table["estimate"].null_count,
            },
            cleaning=[
                "The texts 'nan' and 'None' are null.",
                "Guyana stood twice: the row in French Guiana's place is GUF; its 2023 and 2024 "
                "values are copies of Guyana's and are set to null.",
                "'Europe EFTA, nes' (R20) stands in Kosovo's place: XKX.",
                "'US Misc. Pacific Isds' (PUS) is left out: which place it is cannot be told.",
                "The package's rank, lower and upper hold percentile ranks to 2022 and 0–100 "
                "scores from 2023 (score = 65.894 + 17.0816 × estimate, exact in all rows); "
                "kept apart in six columns.",
                "The package's own table Normalized (0.5 − estimate/5) is left out.",
            ],
            schema=SCHEMA,
            units={
                "estimate": "standard normal units, about −2.5 to 2.5",
                "std_error": "standard normal units",
                "rank": "percentile rank 0–100",
                "lower": "percentile rank 0–100",
                "upper": "percentile rank 0–100",
                "score": "score 0–100",
                "score_lower": "score 0–100",
                "score_upper": "score 0–100",
                "year": "year",
            },
        )
    ]


def _read(connection: sqlite3.Connection) -> list[Row]:
    tables = {name: list(connection.execute(_query(name))) for name in TABLES}
    keys = [[row[:3] for row in rows] for rows in tables.values()]
    if len(keys[0]) != PLACES or any(other != keys[0] for other in keys):
        raise SnapshotError("WGI: the tables no longer hold the same places in the same order")
    if not set(CORRECTIONS) <= {(number, clean_text(name), code) for number, name, code in keys[0]}:
        raise SnapshotError("WGI: a correction no longer matches its row")
    rows: list[Row] = []
    for place, (number, name, code) in enumerate(keys[0]):
        corrected = CORRECTIONS.get((number, clean_text(name), code), (code, clean_text(name)))
        if corrected is None:
            continue
        for index, year in enumerate(YEARS):
            cells = {table: _number(tables[table][place][3 + index]) for table in TABLES}
            rows.append(_row(*corrected, year, cells))
    return rows


def _query(table: str) -> str:
    years = ", ".join(f'"{year}"' for year in YEARS)
    return f'SELECT rowid, "Country/Territory", Code, {years} FROM "{table}" ORDER BY rowid'


def _number(text: str | None) -> float | None:
    return None if text is None or text.strip() in {"nan", "None", ""} else float(text)


def _row(iso3: str, country: str, year: int, cells: Cells) -> Row:
    if iso3 == "GUF" and year in COPIED_FROM_GUYANA:
        cells = dict.fromkeys(cells)
    sources = cells["NumSrc"]
    ranks: Row = (cells["Rank"], cells["Lower"], cells["Upper"])
    nothing: Row = (None, None, None)
    return (
        iso3,
        year,
        country,
        cells["Estimate"],
        cells["StdErr"],
        None if sources is None else int(sources),
        *(ranks + nothing if year < FIRST_SCORE_YEAR else nothing + ranks),
    )


def _check(table: pa.Table) -> None:
    wrong = []
    keys = table.group_by(["iso3", "year"]).aggregate([]).num_rows
    if not keys == table.num_rows == (PLACES - 1) * len(YEARS):
        wrong.append(f"{table.num_rows} rows, {keys} distinct")
    for row in table.select(["iso3", "year", "estimate", "score"]).to_pylist():
        score, estimate = row["score"], row["estimate"]
        if score is not None and abs(SCORE_CONSTANT + SCORE_SLOPE * estimate - score) > 1e-4:
            wrong.append(f"{row['iso3']} {row['year']}: score {score} does not follow the estimate")
    if wrong:
        raise SnapshotError("WGI is not what the recipe expects: " + "; ".join(wrong))
