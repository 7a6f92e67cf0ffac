"""Eurostat Prodcom DS-059358: sold production of manufactured goods, with the trade set beside it.

The data set puts units and marks among the figures, as observations of indicators of their own
(``QNTUNIT``, ``PVALFLAG``): one row here gathers what is told of a product, country and year. Marks:
``:C`` confidential and ``:U`` too uncertain to be shown, which are in the totals of the Union all
the same, ``:E`` estimated, ``:R`` rounded to a base, ``:`` not available, ``-`` not applicable. A
cell that is withheld comes with 0 or nothing, and neither is production of nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from verdikart.core.errors import Problem, Problems
from verdikart.reference.feeds import Feed
from verdikart.sources.areas import eurostat, register, unknown
from verdikart.sources.eurostat import (
    edition,
    follow,
    frequency_of,
    observations,
    requests,
    structure,
)
from verdikart.sources.model import Ask, Column, Loaded, Piece, RawFile, Table, Workbench
from verdikart.sources.notes import Note
from verdikart.sources.sql import absent, among
from verdikart.sources.transport import Client

if TYPE_CHECKING:
    import duckdb

__all__ = ["follow", "plan", "read"]

DIMENSIONS = ("freq", "reporter", "product", "indicators")
YEARS_BACK = 3
AMOUNT = "DECIMAL(24, 3)"
# Column → indicator. Figures first, then what is text.
FIGURES = {"value": "PRODVAL", "quantity": "PRODQNT", "rounded_to": "PVALBASE",
           "quantity_rounded_to": "PQNTBASE", "export_value": "EXPVAL", "export_quantity": "EXPQNT",
           "import_value": "IMPVAL", "import_quantity": "IMPQNT"}  # fmt: skip
TEXTS = {"quantity_unit": "QNTUNIT", "mark": "PVALFLAG", "quantity_mark": "PQNTFLAG"}
PRODUCTION = (
    Column("code", "VARCHAR", "key"),
    Column("nomenclature", "VARCHAR", "key"),
    Column("year", "SMALLINT", "key"),
    Column("reporter", "VARCHAR"),
    Column("reporter_code", "VARCHAR", "key"),
    Column("value", AMOUNT, "measure", "EUR"),
    Column("currency", "VARCHAR"),
    Column("rounded_to", AMOUNT, unit="EUR"),
    Column("status", "VARCHAR"),
    Column("status_code", "VARCHAR"),
    Column("confidentiality", "VARCHAR"),
    Column("quantity", AMOUNT, "measure", "see quantity_unit"),
    Column("quantity_unit", "VARCHAR"),
    Column("quantity_kg", AMOUNT, "measure", "kg"),
    Column("quantity_rounded_to", AMOUNT, unit="see quantity_unit"),
    Column("quantity_status", "VARCHAR"),
    Column("quantity_status_code", "VARCHAR"),
    Column("export_value", AMOUNT, "measure", "EUR"),
    Column("export_quantity", AMOUNT, "measure", "see quantity_unit"),
    Column("import_value", AMOUNT, "measure", "EUR"),
    Column("import_quantity", AMOUNT, "measure", "see quantity_unit"),
)
KEYS = ("code", "year", "reporter_code")


def plan(feed: Feed, ask: Ask, client: Client) -> Sequence[Piece]:
    """Requests by year and products; without codes the whole list."""
    found = structure(feed, client, DIMENSIONS)
    reporters = found.positions.get("reporter", ())
    if ask.countries:
        asked = [code for code in reporters if eurostat(code).area in ask.countries]
        missing = set(ask.countries) - {str(eurostat(code).area) for code in asked}
        reporters = (*asked, *found.known("reporter of Prodcom", "reporter", sorted(missing)))
    products = (
        found.known("code of Prodcom", "product", ask.codes)
        if ask.codes
        else found.positions.get("product", ())
    )
    this = date.today().year  # noqa: DTZ011 - the user's own day
    years = ask.years or tuple(range(this - YEARS_BACK, this))
    choice = {"freq": (frequency_of(feed),), "reporter": reporters, "product": products}
    return requests(feed, found, choice, ("reporter", "product"), years)


def read(feed: Feed, files: Sequence[RawFile], ask: Ask, bench: Workbench) -> Loaded:
    """Production of countries, and apart from it that of the Union and other groups."""
    remedy = f"fetch it again: `verdikart fetch {feed.source_id}`"
    con = bench.con
    observations(files, bench, DIMENSIONS, "VARCHAR", remedy)
    _figures(con, files, remedy)
    register(con, "SELECT DISTINCT reporter FROM told", eurostat)
    _gathered(con, ask)
    tables = {"production": Table(PRODUCTION, [("", _select("NOT is_total"))], KEYS)}
    if con.execute("SELECT 1 FROM gathered WHERE is_total LIMIT 1").fetchall():
        tables["totals"] = Table(PRODUCTION, [("", _select("is_total"))], KEYS)
    notes = (
        Note(
            "Sold production; what a plant uses itself is not in it. Codes are those of the Prodcom list of "
            "each year."
        ),
        Note(
            "Totals of the Union hold production that is withheld for countries, so the sum of countries "
            "can be less."
        ),
    )
    return Loaded(tables, edition(files), (*notes, *absent(con, "gathered", ask), *unknown(con)))


def _figures(con: duckdb.DuckDBPyConnection, files: Sequence[RawFile], remedy: str) -> None:
    """Raise Problems where an indicator that is a figure is told as something else."""
    wrong = con.execute(
        "SELECT reporter, product, TIME_PERIOD, indicators, OBS_VALUE FROM told "  # noqa: S608
        f"WHERE indicators IN ({among(FIGURES.values())}) AND OBS_VALUE IS NOT NULL "
        f"AND TRY_CAST(OBS_VALUE AS {AMOUNT}) IS NULL ORDER BY ALL LIMIT 10"
    ).fetchall()
    if wrong:
        names = ", ".join(file.name for file in files[:3])
        raise Problems([
            Problem(names, f"{indicator} of {' '.join(row)} is no number", column="OBS_VALUE",
                    value=value, remedy=remedy)
            for *row, indicator, value in wrong
        ])  # fmt: skip


def _gathered(con: duckdb.DuckDBPyConnection, ask: Ask) -> None:
    wanted = ["TRUE"]
    if ask.codes:
        wanted.append(f"product IN ({among(ask.codes)})")
    if ask.years:
        wanted.append(f"TIME_PERIOD[:4] IN ({among(map(str, ask.years))})")
    if ask.countries:
        wanted.append(f"area IN ({among(ask.countries)})")
    figures = ", ".join(
        f"max(TRY_CAST(OBS_VALUE AS {AMOUNT})) FILTER (WHERE indicators = '{name}') AS {column}"
        for column, name in FIGURES.items()
    )
    texts = ", ".join(
        f"max(OBS_VALUE) FILTER (WHERE indicators = '{name}') AS {column}"
        for column, name in TEXTS.items()
    )
    con.execute(f"""
        CREATE TEMP TABLE gathered AS
        WITH wide AS (
            SELECT product, TIME_PERIOD, reporter, {figures}, {texts},
                   max(flag) FILTER (WHERE indicators = 'PRODVAL') AS value_flag,
                   max(flag) FILTER (WHERE indicators = 'PRODQNT') AS quantity_flag,
                   max(confidentiality) FILTER (WHERE indicators = 'PRODVAL') AS secret,
                   max(confidentiality) FILTER (WHERE indicators = 'PRODQNT') AS quantity_secret
            FROM told GROUP BY ALL
        ), marked AS (
            SELECT *, coalesce(mark, value_flag) AS status,
                   coalesce(quantity_mark, quantity_flag) AS quantity_status
            FROM wide
        ), judged AS (
            SELECT *, {_status("status", "value", "secret")} AS status_code,
                   {_status("quantity_status", "quantity", "quantity_secret")} AS quantity_status_code
            FROM marked
        ), told_or_not AS (
            SELECT * REPLACE (
                CASE WHEN status_code IN ('suppressed', 'missing', 'not_applicable') THEN NULL
                ELSE value END AS value,
                CASE WHEN quantity_status_code IN ('suppressed', 'missing', 'not_applicable')
                THEN NULL ELSE quantity END AS quantity)
            FROM judged
        )
        SELECT product AS code, 'PRODCOM' || TIME_PERIOD[:4] AS nomenclature,
               TIME_PERIOD[:4]::SMALLINT AS year, area AS reporter, reporter AS reporter_code,
               value, 'EUR' AS currency, rounded_to, status, status_code,
               secret AS confidentiality, quantity, quantity_unit,
               CASE WHEN lower(quantity_unit) = 'kg' THEN quantity END AS quantity_kg,
               quantity_rounded_to, quantity_status, quantity_status_code, export_value,
               export_quantity, import_value, import_quantity, kind = 'total' AS is_total
        FROM told_or_not JOIN areas ON area_code = reporter WHERE {" AND ".join(wanted)}
    """)  # noqa: S608 - values are numbers, codes of countries and what among() quotes


def _status(mark: str, value: str, secret: str) -> str:
    """SQL for the normalised status of a cell, from its mark; a mark weighs more than a figure."""
    return f"""CASE
        WHEN regexp_matches(coalesce({mark}, ''), '[CUc]') OR coalesce({secret}, 'F') <> 'F'
        THEN 'suppressed'
        WHEN trim({mark}) = '-' THEN 'not_applicable'
        WHEN trim({mark}) = ':' OR {value} IS NULL THEN 'missing'
        WHEN regexp_matches(coalesce({mark}, ''), '[Ee]') THEN 'estimated'
        WHEN regexp_matches(coalesce({mark}, ''), '[Pp]') THEN 'provisional'
        WHEN {value} = 0 THEN 'zero'
        ELSE 'ok' END"""


def _select(where: str) -> str:
    return f"SELECT * EXCLUDE (is_total) FROM gathered WHERE {where}"  # noqa: S608
