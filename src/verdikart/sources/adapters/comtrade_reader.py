"""Reads what UN Comtrade answers: JSON of its API, or tab-separated bulk files, packed or not.

Only rows with every customs procedure, mode of transport and second partner in one are taken: the
others repeat them in part. Imports are valued CIF where a CIF value is told, else FOB.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from verdikart.core.errors import Problem, Problems
from verdikart.reference.feeds import Feed
from verdikart.sources.archives import plain
from verdikart.sources.areas import comtrade, comtrade_number, register, unknown
from verdikart.sources.delimited import Field, delimited
from verdikart.sources.model import Ask, Column, Loaded, RawFile, Table, Workbench
from verdikart.sources.notes import Note
from verdikart.sources.sql import absent, among, renamed

if TYPE_CHECKING:
    import duckdb

NUMBER = Field("DECIMAL(20, 3)")
FLAG = Field("BOOLEAN")
NAME = Field(required=True)
FIELDS = {
    "freqCode": NAME,
    "period": NAME,
    "reporterCode": NAME,
    "flowCode": NAME,
    "partnerCode": NAME,
    "partner2Code": Field(),
    "classificationCode": NAME,
    "cmdCode": NAME,
    "customsCode": Field(),
    "motCode": Field(),
    "qtyUnitCode": Field(),
    "qty": NUMBER,
    "isQtyEstimated": FLAG,
    "netWgt": NUMBER,
    "isNetWgtEstimated": FLAG,
    "cifvalue": NUMBER,
    "fobvalue": NUMBER,
    "primaryValue": NUMBER,
    "legacyEstimationFlag": Field(),
    "isReported": FLAG,
    "isAggregate": FLAG,
}
LIMITS = (500, 100_000, 250_000)  # rows at which an answer of the API is cut off
REVISIONS = {"H0": "HS92", "H1": "HS96", "H2": "HS02", "H3": "HS07", "H4": "HS12", "H5": "HS17",
             "H6": "HS22"}  # fmt: skip
# Kinds of flow; the others (for processing, domestic) are parts of exports and imports.
FLOWS = {"M": "import", "X": "export", "RX": "re-export", "RM": "re-import"}
# Units of quantity, by UN Comtrade's own numbers (from memory of its reference table, unverified).
UNITS = {"2": "m2", "3": "1000 kWh", "4": "m", "5": "items", "6": "pairs", "7": "l", "8": "kg",
         "9": "1000 items", "10": "packages", "11": "dozens", "12": "m3", "13": "carats"}  # fmt: skip
TRADE = (
    Column("code", "VARCHAR", "key"),
    Column("nomenclature", "VARCHAR", "key"),
    Column("period", "VARCHAR", "key"),
    Column("year", "SMALLINT"),
    Column("month", "TINYINT"),
    Column("reporter", "VARCHAR"),
    Column("reporter_code", "VARCHAR", "key"),
    Column("partner", "VARCHAR"),
    Column("partner_code", "VARCHAR", "key"),
    Column("partner_kind", "VARCHAR"),
    Column("flow", "VARCHAR", "key"),
    Column("value", "DECIMAL(20, 3)", "measure", "USD"),
    Column("currency", "VARCHAR"),
    Column("valuation", "VARCHAR"),
    Column("cif_value", "DECIMAL(20, 3)", "measure", "USD"),
    Column("fob_value", "DECIMAL(20, 3)", "measure", "USD"),
    Column("quantity_kg", "DECIMAL(20, 3)", "measure", "kg"),
    Column("supplementary_quantity", "DECIMAL(20, 3)", "measure", "see supplementary_unit"),
    Column("supplementary_unit", "VARCHAR"),
    Column("status", "VARCHAR"),
    Column("status_code", "VARCHAR"),
    Column("quantity_status_code", "VARCHAR"),
    Column("is_reported", "BOOLEAN"),
    Column("is_aggregate", "BOOLEAN"),
)
REPORTS = (
    Column("code", "VARCHAR", "key"),
    Column("nomenclature", "VARCHAR", "key"),
    Column("year", "SMALLINT", "key"),
    Column("exporter", "VARCHAR", "key"),
    Column("importer", "VARCHAR", "key"),
    Column("reporter_side", "VARCHAR", "key"),
    Column("value", "BIGINT", "measure", "USD"),
    Column("currency", "VARCHAR"),
    Column("valuation", "VARCHAR"),
    Column("quantity_kg", "BIGINT", "measure", "kg"),
    Column("source", "VARCHAR"),
)


def read(feed: Feed, files: Sequence[RawFile], ask: Ask, bench: Workbench) -> Loaded:
    """Trade as reported, the same without groups as reports of exporters and importers, and totals."""
    remedy = f"fetch it again: `verdikart fetch {feed.source_id}`"
    problems: list[Problem] = []
    con = bench.con
    for at, file in enumerate(files):
        try:
            rows = _rows(file, bench, remedy)
        except Problems as error:
            problems += error.problems
            continue
        con.execute(f"{'INSERT INTO told' if at else 'CREATE TEMP TABLE told AS'} {rows}")
    if problems:
        raise Problems(problems)
    register(con, CODES, comtrade)
    _typed(con, ask)
    tables = {"trade": Table(TRADE, _years(con, "NOT is_total"), KEYS)}
    if _any(con, "is_total"):
        tables["totals"] = Table(TRADE, [("", _select("is_total"))], KEYS)
    reports = "NOT is_total AND month IS NULL AND flow IN ('import', 'export')"
    if _any(con, reports):
        sql = REPORT.format(source="'" + feed.source_id + "'", where=reports)
        tables["reports"] = Table(REPORTS, [("", sql)], ("code", "year", "importer", "exporter"))
    return Loaded(tables, notes=_notes(con, ask))


KEYS = ("code", "period", "reporter_code", "partner_code", "flow")
CODES = "SELECT reporterCode FROM told UNION SELECT partnerCode FROM told"
REPORT = """
SELECT code, nomenclature, year,
       CASE flow WHEN 'export' THEN reporter ELSE partner END AS exporter,
       CASE flow WHEN 'export' THEN partner ELSE reporter END AS importer,
       CASE flow WHEN 'export' THEN 'exporter' ELSE 'importer' END AS reporter_side,
       round(sum(value))::BIGINT AS value, 'USD' AS currency,
       CASE WHEN count(DISTINCT valuation) = 1 THEN max(valuation) END AS valuation,
       -- a sum of weights with one unknown is unknown
       CASE WHEN count(*) = count(quantity_kg) THEN round(sum(quantity_kg))::BIGINT END
         AS quantity_kg,
       {source} AS source
FROM typed WHERE {where} GROUP BY ALL
"""


def _rows(file: RawFile, bench: Workbench, remedy: str) -> str:
    path = plain(file, bench.folder, remedy)
    with path.open("rb") as stream:
        is_json = stream.read(64).lstrip(b"\xef\xbb\xbf \r\n\t").startswith((b"{", b"["))
    if is_json:
        path = _as_table(file, path, bench.folder, remedy)
    separator = "\t"
    if not is_json and file.name.lower().endswith(".csv"):
        separator = ","
    return delimited(bench.con, path, file.name, FIELDS, separator=separator, remedy=remedy)


def _as_table(file: RawFile, path: Path, folder: Path, remedy: str) -> Path:
    """Write an answer of the API as a table; refuse one that is an error or was cut at the limit."""
    try:
        answer: Any = json.loads(path.read_bytes())
    except ValueError as error:
        raise Problems(
            [Problem(file.name, f"is no whole JSON ({error})", remedy=remedy)]
        ) from error
    rows = answer.get("data") if isinstance(answer, dict) else None
    said = (answer.get("error") or answer.get("message")) if isinstance(answer, dict) else None
    if said or not isinstance(rows, list):
        raise Problems([Problem(file.name, f"the provider answered: {said or 'no list of data'}",
                                remedy=remedy)])  # fmt: skip
    if len(rows) in _limits(file.name):
        raise Problems([Problem(
            file.name, f"holds {len(rows)} rows, at which UN Comtrade cuts an answer off: rows are "
            "missing", remedy="ask for fewer codes or reporters at a time: `verdikart fetch comtrade "
            "--codes … --countries …`")])  # fmt: skip
    names = list(dict.fromkeys(name for row in rows for name in row)) or list(FIELDS)
    table = folder / f"{file.sha256}.tsv"
    with table.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, delimiter="\t", lineterminator="\n")
        writer.writerow(names)
        writer.writerows([_text(row.get(name)) for name in names] for row in rows)
    return table


def _limits(name: str) -> tuple[int, ...]:
    told = re.match(r"comtrade-(data|preview)-", name)
    if told is None:
        return LIMITS
    return LIMITS[:1] if told[1] == "preview" else LIMITS[1:]


def _text(value: object) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _typed(con: duckdb.DuckDBPyConnection, ask: Ask) -> None:
    """The rows that are whole flows, typed; nothing that was not asked for."""
    wanted = [
        f"coalesce({column}, '{whole}') IN ('{whole}', '')"
        for column, whole in (("partner2Code", "0"), ("customsCode", "C00"), ("motCode", "0"))
    ]
    wanted.append(f"flowCode IN ({among(FLOWS)})")
    if ask.codes:
        wanted.append(f"cmdCode IN ({among(ask.codes)})")
    if ask.years:
        wanted.append(f"period[:4] IN ({among(map(str, ask.years))})")
    if ask.countries:
        wanted.append(f"reporterCode IN ({among(map(comtrade_number, ask.countries))})")
    # A weight of 0 beside a value is how the provider writes that it has none.
    weight = "CASE WHEN netWgt = 0 AND primaryValue > 0 THEN NULL ELSE netWgt END"
    con.execute(f"""
        CREATE TEMP TABLE typed AS
        SELECT cmdCode AS code, {renamed("classificationCode", REVISIONS)} AS nomenclature, period,
               period[:4]::SMALLINT AS year, nullif(period[5:6], '')::TINYINT AS month,
               r.area AS reporter, reporterCode AS reporter_code,
               p.area AS partner, partnerCode AS partner_code, p.kind AS partner_kind,
               {renamed("flowCode", FLOWS)} AS flow, primaryValue AS value, 'USD' AS currency,
               CASE WHEN primaryValue = cifvalue THEN 'CIF' WHEN primaryValue = fobvalue THEN 'FOB'
               END AS valuation,
               cifvalue AS cif_value, fobvalue AS fob_value, {weight} AS quantity_kg,
               CASE WHEN qtyUnitCode IN ({among(UNITS)}) AND NOT (qty = 0 AND primaryValue > 0)
               THEN qty END AS supplementary_quantity,
               {renamed("qtyUnitCode", UNITS, "NULL")} AS supplementary_unit,
               legacyEstimationFlag AS status,
               CASE WHEN primaryValue IS NULL THEN 'missing' WHEN primaryValue = 0 THEN 'zero'
               ELSE 'ok' END AS status_code,
               CASE WHEN {weight} IS NULL THEN 'missing' WHEN isNetWgtEstimated THEN 'estimated'
               WHEN netWgt = 0 THEN 'zero' ELSE 'ok' END AS quantity_status_code,
               isReported AS is_reported, isAggregate AS is_aggregate,
               p.kind = 'total' OR r.kind = 'total' AS is_total
        FROM told JOIN areas r ON r.area_code = reporterCode JOIN areas p ON p.area_code = partnerCode
        WHERE {" AND ".join(wanted)}
    """)  # noqa: S608 - values are numbers, codes of countries and what among() quotes


def _years(con: duckdb.DuckDBPyConnection, where: str) -> list[tuple[str, str]]:
    years = con.execute(f"SELECT DISTINCT year FROM typed WHERE {where} ORDER BY 1").fetchall()  # noqa: S608
    return [(str(year), _select(f"{where} AND year = {year}")) for (year,) in years]


def _select(where: str) -> str:
    return f"SELECT * EXCLUDE (is_total) FROM typed WHERE {where}"  # noqa: S608


def _any(con: duckdb.DuckDBPyConnection, where: str) -> bool:
    return bool(con.execute(f"SELECT 1 FROM typed WHERE {where} LIMIT 1").fetchall())  # noqa: S608


def _notes(con: duckdb.DuckDBPyConnection, ask: Ask) -> tuple[Note, ...]:
    notes = [
        Note(
            "Each row is what one side reports; exports and re-exports overlap, as re-exports are within "
            "exports where a country reports general trade."
        ),
        Note(
            "A row that is not reported but aggregated (is_aggregate) is the provider's sum of reported ones."
        ),
        Note("A weight of 0 beside a value above 0 is kept as unknown."),
    ]
    return (*notes, *absent(con, "typed", ask), *unknown(con))
