"""verdikart exposure: who sells a home its inputs, and who stands behind them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from verdikart.cli.options import (
    ChainFiles,
    FormatOption,
    HomeOption,
    HomesFile,
    LangOption,
    OutputOption,
    language,
)
from verdikart.cli.output import Format, emit_json, emit_rows
from verdikart.core.errors import UnknownName, UsageProblem

Row = dict[str, Any]
LEVELS = ("chain", "sector")
HELP = """Exposure at face value (who sells) and looked through (who stands behind), with what is hidden.

Along the product chains it is per input line and by value; at sector level it is the value added in
each country along all flows between industries, which says nothing of any one material.

Chain:   verdikart exposure --chain ree

Country: verdikart exposure --country CHN

Sector:  verdikart exposure --level sector --sector C24B --home NOR
"""


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command("exposure", help=HELP)(exposure)


def exposure(
    chain: Annotated[
        str | None, typer.Option("--chain", help="One chain; see 'verdikart chain list'.")
    ] = None,
    product: Annotated[
        str | None, typer.Option("--product", help="A product made from inputs in the chains.")
    ] = None,
    sector: Annotated[
        str | None,
        typer.Option("--sector", help="An industry, ALL or MANUFACTURING; means --level sector."),
    ] = None,
    country: Annotated[
        str | None, typer.Option("--country", help="Only exposure to this country (ISO3).")
    ] = None,
    level: Annotated[str | None, typer.Option("--level", help="chain (default) or sector.")] = None,
    lines: Annotated[
        bool, typer.Option("--lines", help="Every input line instead of targets (CSV, Parquet).")
    ] = False,
    home: HomeOption = "NOR",
    year: Annotated[
        int | None, typer.Option("--year", help="Default: the latest of the trade data.")
    ] = None,
    fmt: FormatOption = Format.TABLE,
    output: OutputOption = None,
    lang: LangOption = None,
    homes_file: HomesFile = None,
    chain_files: ChainFiles = None,
) -> None:
    """Answer for a home; unknown chains, products, sectors and countries fail with the valid ones."""
    tongue = language(lang)
    asked = level or ("sector" if sector else "chain")
    if asked not in LEVELS:
        raise UnknownName("level", asked, LEVELS, ", ".join(LEVELS))
    if country is not None:
        _check_country(country)
    if asked == "sector":
        given: dict[str, object] = {"--chain": chain, "--product": product, "--year": year}
        given |= {"--lines": lines or None, "--chain-file": chain_files or None}
        _unused(given, asked)
        rows = _sectors(home, sector, country, homes_file)
        if fmt is Format.JSON:
            emit_json(rows)
        elif fmt is Format.TABLE:
            from verdikart.cli.exposure_tables import sector_tables

            sector_tables(rows, tongue, whole=sector is not None or country is not None)
        else:
            emit_rows(rows, fmt, output)
        return
    _unused({"--sector": sector}, asked)
    targets, inputs = _chains(home, year, chain, product, country, homes_file, chain_files or ())
    if fmt is Format.JSON:
        emit_json({"targets": targets, "lines": inputs})
    elif fmt is Format.TABLE:
        from verdikart.cli.exposure_tables import chain_tables

        chain_tables(targets, inputs, tongue, whole=bool(chain or product), country=country)
    else:
        emit_rows(inputs if lines else targets, fmt, output)


def _unused(given: Mapping[str, object], level: str) -> None:
    wrong = [name for name, value in given.items() if value is not None]
    if wrong:
        raise UsageProblem(f"--level {level} does not use {', '.join(wrong)}; leave out")


def _check_country(country: str) -> None:
    from verdikart.reference.entities import Country
    from verdikart.reference.load import load

    names = {c.iso3: (c.name_en, c.name_nb) for c in load(Country) if c.kind != "unspecified"}
    if country not in names:
        raise UnknownName("country", country, names, "any ISO3 country")


def _sectors(
    home: str, sector: str | None, country: str | None, homes_file: Path | None
) -> list[Row]:
    from verdikart.core.errors import DataProblem
    from verdikart.mapping import sector_exposure
    from verdikart.mapping.library import Library

    found = Library(custom=homes_file).home(home)
    if found is None:
        raise UnknownName("home of the input-output table", home, (), "a country or a group")
    sector_exposure.members_of(found)
    if sector is not None:
        sector_exposure.check_sector(sector)
    if country is not None and country not in sector_exposure.network().countries:
        raise DataProblem(f"the input-output table does not have {country}; it is summed in others")
    keep = {country} if country else set()
    return [
        row
        for row in sector_exposure.rows_of(found, keep)
        if sector in (None, row["sector_id"]) and country in (None, row["country"])
    ]


def _chains(
    home: str,
    year: int | None,
    chain: str | None,
    product: str | None,
    country: str | None,
    homes_file: Path | None,
    chain_files: Sequence[Path],
) -> tuple[list[Row], list[Row]]:
    from verdikart.mapping import chain_exposure, exposure_rows
    from verdikart.mapping.chain_graphs import check_chain
    from verdikart.mapping.chain_lint import with_files
    from verdikart.mapping.chain_view import view
    from verdikart.mapping.library import Library

    seen = view(home, year, Library(custom=homes_file), with_files(chain_files))
    graphs = [check_chain(chain, seen.graphs)] if chain else list(seen.graphs.values())
    if product and chain:
        chain_exposure.check_target(graphs[0], product)
    elif product:
        graphs = chain_exposure.making(graphs, product)
    targets: list[Row] = []
    inputs: list[Row] = []
    keep = {country} if country else set()
    for graph in graphs:
        found = chain_exposure.ChainExposure(seen, graph, product)
        targets += exposure_rows.target_rows(found, keep)
        inputs += exposure_rows.line_rows(found, keep)
    if country:
        targets = [row for row in targets if row["country"] == country]
        inputs = [row for row in inputs if row["country"] == country]
    return targets, inputs
