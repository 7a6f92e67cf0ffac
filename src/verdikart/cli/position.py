"""verdikart position: Norway's place in the chains, and who depends on it."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

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

HELP = """Norway's role at every step of a chain, where feed comes from and goods go, who depends on it.

Examples: verdikart position --chain titanium · verdikart position --table reverse --country DEU ·
verdikart position --product silicomanganese --table patterns
"""


class Table(StrEnum):
    """What can be asked for alone."""

    ROLES = "roles"
    FUNCTIONS = "functions"
    PATTERNS = "patterns"
    REVERSE = "reverse"


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command("position", help=HELP)(position)


def position(
    chain: Annotated[str | None, typer.Option("--chain", help="Chain id.")] = None,
    product: Annotated[str | None, typer.Option("--product", help="Product id.")] = None,
    country: Annotated[
        str | None, typer.Option("--country", help="Country or bloc that delivers or buys.")
    ] = None,
    table: Annotated[
        Table | None,
        typer.Option("--table", help="roles, functions, patterns or reverse (default: all)."),
    ] = None,
    home: HomeOption = "NOR",
    year: Annotated[int | None, typer.Option("--year", help="Default: the latest.")] = None,
    fmt: FormatOption = Format.TABLE,
    output: OutputOption = None,
    lang: LangOption = None,
    homes_file: HomesFile = None,
    chain_files: ChainFiles = None,
) -> None:
    """Show positions; unknown chains, products and countries fail with the nearest."""
    from verdikart.mapping import chain_position, chain_view
    from verdikart.mapping.chain_lint import with_files
    from verdikart.mapping.library import Library

    tongue = language(lang)
    graphs = with_files(chain_files or [])
    view = chain_view.view(home, year, Library(custom=homes_file), graphs)
    found = chain_position.asked(view, chain, product, country)
    if fmt is Format.JSON:
        if table is not None:
            emit_json(found[table])
        else:
            emit_json({"home": home, "year": view.year, "on": view.on.isoformat(), **found})
    elif fmt is not Format.TABLE:
        emit_rows(found[table or Table.ROLES], fmt, output)
    else:
        from verdikart.cli import position_tables as shown

        if table in (None, Table.FUNCTIONS):
            shown.functions_table(found["functions"], tongue)
        # Every step of every chain is too much to read at once: a chain or a product is named first.
        if table is Table.ROLES or (table is None and (chain or product)):
            shown.roles_table(found["roles"], tongue)
        if table in (None, Table.PATTERNS):
            shown.patterns_table(found["patterns"], tongue)
        if table in (None, Table.REVERSE):
            shown.reverse_table(found["reverse"], tongue)
