"""verdikart complexity: advantage, relatedness and complexity over all products of a year."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from verdikart.cli.options import (
    FormatOption,
    HomeOption,
    HomesFile,
    LangOption,
    OutputOption,
    language,
)
from verdikart.cli.output import Format, emit_json, emit_rows

HELP = """Economic complexity: ECI and outlook of countries, PCI of products, and how near a home
is to what it does not make yet. Needs the exports of all products, so a vintage of BACI.

Example: verdikart complexity --home NOR --year 2024 --top 20

One product and what is nearest to it: verdikart complexity --product HS92:280461

Your own flow table: verdikart complexity --flows "flows/*.parquet" --home EU27 --table countries
"""


class Shown(StrEnum):
    """The list that is printed, or written as CSV or Parquet."""

    OPPORTUNITIES = "opportunities"
    COUNTRIES = "countries"
    PRODUCTS = "products"
    LEFT_OUT = "left_out"


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command("complexity", help=HELP)(complexity)


def complexity(
    home: HomeOption = "NOR",
    year: Annotated[int | None, typer.Option("--year", help="Default: the latest there.")] = None,
    source: Annotated[
        str, typer.Option("--source", help="BACI source, or SOURCE@VINTAGE for an older edition.")
    ] = "baci_hs92",
    flows: Annotated[
        Path | None,
        typer.Option("--flows", help="Flow table of your own: file, folder or pattern in quotes."),
    ] = None,
    nomenclature: Annotated[
        str, typer.Option("--nomenclature", help="Revision of the codes in --flows.")
    ] = "HS92",
    product: Annotated[
        str | None, typer.Option("--product", help="One code, as HS92:280461.")
    ] = None,
    shown: Annotated[
        Shown, typer.Option("--table", help="The list printed, or written as CSV or Parquet.")
    ] = Shown.OPPORTUNITIES,
    order: Annotated[
        str, typer.Option("--by", help="Order of opportunities: cog, density, distance or pci.")
    ] = "cog",
    top: Annotated[int, typer.Option("--top", min=1, help="Rows printed as a table.")] = 20,
    threshold: Annotated[
        float, typer.Option("--threshold", min=0.01, help="RCA that counts as an advantage.")
    ] = 1.0,
    country_floor: Annotated[
        float,
        typer.Option(
            "--country-floor", min=0.0, help="MUSD of exports below which a country is out."
        ),
    ] = 1000.0,
    fmt: FormatOption = Format.TABLE,
    output: OutputOption = None,
    lang: LangOption = None,
    homes_file: HomesFile = None,
) -> None:
    """Answer from the flows; an extract of them is refused with the reason."""
    from rich.console import Console

    from verdikart.mapping.complexity import Asked, answer
    from verdikart.mapping.export_matrix import source_of
    from verdikart.reference.homes import home as home_of
    from verdikart.reference.i18n import translator

    tongue = language(lang)
    _ = translator(tongue)
    asked = Asked(home_of(home, homes_file), threshold, country_floor * 1e6, order)
    with Console(stderr=True).status(_("Reading flows and comparing all countries and products …")):
        result = answer(source_of(source, flows, nomenclature), year, asked, product)
    if fmt is Format.JSON:
        emit_json(result)
    elif fmt is Format.TABLE:
        from verdikart.cli.complexity_tables import show

        show(result, str(shown), top, tongue)
    else:
        emit_rows(_rows(result, shown, product), fmt, output)


def _rows(result: dict[str, Any], shown: Shown, product: str | None) -> list[dict[str, Any]]:
    """The rows of a list; of one product, those nearest to it."""
    if product and "product" in result:
        one = dict(result["product"])
        return [{**one, "nearest": [n["product"] for n in one["nearest"]]}]
    rows: list[dict[str, Any]] = result[shown]
    if rows or result["status"] == "ok":
        return rows
    return [{k: result[k] for k in ("home", "year", "source", "status", "reason")}]
