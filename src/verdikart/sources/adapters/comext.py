"""Eurostat Comext DS-045409: trade of the Union and its members by CN8, partner, year or month.

``option`` of the feed is the data set and its frequency, ``DS-045409:A`` or ``:M``. Codes of two,
four and six digits are the Union's totals of the same nomenclature, so codes of different length
must not be added up. Codes with letters are trade that is not shown under its own code: ``…SS`` and
the like is withheld, ``…XX`` was never told in more detail. Partners QX, QY and QZ are withheld.
Partners and reporters of more than two letters are groups: they stand in the table ``totals`` alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from verdikart.reference.entities import ProductCode
from verdikart.reference.feeds import Feed
from verdikart.reference.load import load
from verdikart.sources.areas import eurostat, register, unknown
from verdikart.sources.eurostat import (
    edition,
    follow,
    frequency_of,
    observations,
    requests,
    status,
    structure,
)
from verdikart.sources.model import Ask, Column, Loaded, Piece, RawFile, Table, Workbench
from verdikart.sources.notes import Note
from verdikart.sources.sql import absent, among, renamed
from verdikart.sources.transport import Client

if TYPE_CHECKING:
    import duckdb

__all__ = ["follow", "plan", "read"]

DIMENSIONS = ("freq", "reporter", "partner", "product", "flow", "indicators")
UNION = "EU27_2020"
YEARS_BACK = 3
FLOWS = {"1": "import", "2": "export", "3": "re-export"}
NAMED = {"import": "1", "export": "2"}
VALUES = ("VALUE_IN_EUROS", "VALUE_EUR")
WEIGHTS = ("QUANTITY_IN_100KG", "QUANTITY_100KG")
KILOS = ("QUANTITY_KG", "QUANTITY_IN_KG")
SUPPLEMENTARY = ("SUPPLEMENTARY_QUANTITY", "SUP_QUANTITY")
AMOUNT = "DECIMAL(20, 3)"
TRADE = (
    Column("code", "VARCHAR", "key"),
    Column("nomenclature", "VARCHAR", "key"),
    Column("code_kind", "VARCHAR"),
    Column("period", "VARCHAR", "key"),
    Column("year", "SMALLINT"),
    Column("month", "TINYINT"),
    Column("reporter", "VARCHAR"),
    Column("reporter_code", "VARCHAR", "key"),
    Column("partner", "VARCHAR"),
    Column("partner_code", "VARCHAR", "key"),
    Column("partner_kind", "VARCHAR"),
    Column("flow", "VARCHAR", "key"),
    Column("value", AMOUNT, "measure", "EUR"),
    Column("currency", "VARCHAR"),
    Column("quantity_kg", AMOUNT, "measure", "kg"),
    Column("supplementary_quantity", AMOUNT, "measure", "see supplementary_unit"),
    Column("supplementary_unit", "VARCHAR"),
    Column("status", "VARCHAR"),
    Column("status_code", "VARCHAR"),
    Column("confidentiality", "VARCHAR"),
    Column("quantity_status", "VARCHAR"),
    Column("quantity_status_code", "VARCHAR"),
    Column("quantity_confidentiality", "VARCHAR"),
)
CODES = "SELECT reporter FROM told UNION SELECT partner FROM told"
KEYS = ("code", "period", "flow", "reporter_code", "partner_code")
CODE_KIND = """CASE
    WHEN code = 'TOTAL' THEN 'total'
    WHEN regexp_full_match(code, '\\d{8}') THEN 'cn8'
    WHEN regexp_full_match(code, '\\d{6}') THEN 'hs6'
    WHEN regexp_full_match(code, '\\d{4}') THEN 'hs4'
    WHEN regexp_full_match(code, '\\d{2}') AND code <> '00' THEN 'hs2'
    WHEN code = '00' OR regexp_matches(code, '^\\d*S') THEN 'confidential'
    WHEN regexp_full_match(code, '\\d+X+') THEN 'residual'
    ELSE 'special' END"""


def plan(feed: Feed, ask: Ask, client: Client) -> Sequence[Piece]:
    """Requests by year, products and reporters, each small enough; both directions, every partner."""
    found = structure(feed, client, DIMENSIONS)
    have = found.positions.get("reporter", ())
    reporters = [code for code in have if eurostat(code).kind == "country" or code == UNION]
    if ask.countries:
        asked = [code for code in reporters if eurostat(code).area in ask.countries]
        missing = set(ask.countries) - {str(eurostat(code).area) for code in asked}
        reporters = asked + list(found.known("reporter of Comext", "reporter", sorted(missing)))
    if ask.codes:
        codes = found.known("code of Comext", "product", ask.codes)
    else:
        products = set(found.positions.get("product", ()))
        codes = tuple(sorted({r.code for r in load(ProductCode) if r.code in products}))
    this = date.today().year  # noqa: DTZ011 - the user's own day
    choice = {
        "freq": (frequency_of(feed),),
        "reporter": reporters,
        "product": codes,
        "flow": tuple(NAMED.values()),
    }
    years = ask.years or tuple(range(this - YEARS_BACK, this))
    return requests(feed, found, choice, ("reporter", "product"), years)


def read(feed: Feed, files: Sequence[RawFile], ask: Ask, bench: Workbench) -> Loaded:
    """Trade with countries and what stands for them, and apart from it the totals of groups."""
    remedy = f"fetch it again: `verdikart fetch {feed.source_id}`"
    con = bench.con
    observations(files, bench, DIMENSIONS, AMOUNT, remedy)
    register(con, CODES, eurostat)
    _flows(con, ask)
    years = [y for (y,) in con.execute("SELECT DISTINCT year FROM flows ORDER BY 1").fetchall()]
    tables = {
        "trade": Table(
            TRADE, [(str(y), _select(f"NOT is_total AND year = {y}")) for y in years], KEYS
        )
    }
    if con.execute("SELECT 1 FROM flows WHERE is_total LIMIT 1").fetchall():
        tables["totals"] = Table(TRADE, [("", _select("is_total"))], KEYS)
    return Loaded(tables, edition(files), _notes(con, ask))


def _flows(con: duckdb.DuckDBPyConnection, ask: Ask) -> None:
    """One row for each flow, of the observations of its value, weight and supplementary quantity."""
    wanted = ["TRUE"]
    if ask.codes:
        wanted.append(f"product IN ({among(ask.codes)})")
    if ask.years:
        wanted.append(f"TIME_PERIOD[:4] IN ({among(map(str, ask.years))})")
    if ask.countries:
        wanted.append(f"r.area IN ({among(ask.countries)})")
    con.execute(f"""
        CREATE TEMP TABLE flows AS
        WITH wide AS (
            SELECT product AS code, TIME_PERIOD AS period, reporter AS reporter_code,
                   any_value(r.area) AS reporter, partner AS partner_code,
                   any_value(p.area) AS partner, any_value(p.kind) AS partner_kind, flow AS flow_code,
                   any_value(r.kind = 'total' OR p.kind = 'total') AS is_total,
                   {_told(VALUES, "value")},
                   {_told(WEIGHTS, "weight")},
                   {_told(KILOS, "kilos")},
                   {_told(SUPPLEMENTARY, "more")}
            FROM told JOIN areas r ON r.area_code = told.reporter
                 JOIN areas p ON p.area_code = told.partner
            WHERE {" AND ".join(wanted)}
            GROUP BY ALL
        ), summed AS (
            SELECT *, coalesce(kilos, weight * 100)::{AMOUNT} AS kg,
                   coalesce(kilos_flag, weight_flag) AS kg_flag,
                   coalesce(kilos_secret, weight_secret) AS kg_secret,
                   {status("value", "value_flag", "value_secret")} AS status_code,
                   {
        status(
            "coalesce(kilos, weight)",
            "coalesce(kilos_flag, weight_flag)",
            "coalesce(kilos_secret, weight_secret)",
        )
    } AS quantity_status_code
            FROM wide
        )
        SELECT code, 'CN' || period[:4] AS nomenclature, {CODE_KIND} AS code_kind, period,
               period[:4]::SMALLINT AS year, nullif(period[6:7], '')::TINYINT AS month,
               reporter, reporter_code, partner, partner_code, partner_kind,
               {renamed("flow_code", FLOWS)} AS flow,
               CASE WHEN status_code <> 'suppressed' THEN value END AS value, 'EUR' AS currency,
               CASE WHEN quantity_status_code <> 'suppressed' THEN kg END AS quantity_kg,
               more AS supplementary_quantity, NULL AS supplementary_unit,
               value_flag AS status, status_code, value_secret AS confidentiality,
               kg_flag AS quantity_status, quantity_status_code, kg_secret AS quantity_confidentiality,
               is_total
        FROM summed
    """)  # noqa: S608 - values are numbers, codes of countries and what among() quotes


def _told(names: Sequence[str], column: str) -> str:
    """The figure of an indicator, which goes by one of ``names``, with its flag and secrecy."""
    only = f"FILTER (WHERE indicators IN ({among(names)}))"
    return (
        f"max(OBS_VALUE) {only} AS {column}, max(flag) {only} AS {column}_flag, "
        f"max(confidentiality) {only} AS {column}_secret"
    )


def _select(where: str) -> str:
    return f"SELECT * EXCLUDE (is_total) FROM flows WHERE {where}"  # noqa: S608


def _notes(con: duckdb.DuckDBPyConnection, ask: Ask) -> tuple[Note, ...]:
    notes = [
        Note(
            "Codes are those of the Combined Nomenclature of each year; codes of fewer digits are totals "
            "of the longer ones and must not be added to them."
        ),
        Note(
            "Values in euro as published, quantities of 100 kg times 100; supplementary units are not in "
            "the data set: see the nomenclature of the year."
        ),
        Note(
            "Partners QX, QY, QZ and codes of the kind confidential hold what is withheld elsewhere."
        ),
    ]
    return (*notes, *absent(con, "flows", ask), *unknown(con))
