"""verdikart production: world production by country, side by side from three statistics."""

from __future__ import annotations

from typing import Annotated

import typer

from verdikart.cli.options import FormatOption, LangOption, OutputOption, language
from verdikart.cli.output import Format, emit_json, emit_rows
from verdikart.core.errors import UsageProblem

HELP = """World production of a material by country from World Mining Data, USGS and BGS, and why they differ.

Two are embedded; the BGS is read where it was fetched: verdikart fetch bgs --codes 'cobalt, mine'

verdikart production cobalt --year 2023

verdikart production rare_earth_elements --format json

Figure 3.1 of the Norwegian minerals strategy, from the BGS: verdikart production --world-output
"""


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command("production", help=HELP)(production)


def production(
    material: Annotated[
        str | None, typer.Argument(help="Material: cobalt, nickel, rare_earth_elements …")
    ] = None,
    year: Annotated[
        int | None,
        typer.Option("--year", help="Default: the newest that most of the statistics have."),
    ] = None,
    vintage: Annotated[
        list[str] | None,
        typer.Option("--vintage", help="SOURCE@VINTAGE to read (default: newest); repeatable."),
    ] = None,
    world_output: Annotated[
        bool,
        typer.Option("--world-output", help="Figure 3.1 of the minerals strategy (default 2021)."),
    ] = False,
    top: Annotated[int, typer.Option("--top", min=1, help="Countries printed as a table.")] = 15,
    fmt: FormatOption = Format.TABLE,
    output: OutputOption = None,
    lang: LangOption = None,
) -> None:
    """Set the statistics side by side; unknown materials, years and vintages fail with what there is."""
    names = list(vintage or ())
    embedded = [name for name in names if name.partition("@")[0] == "wmd"]
    if embedded:
        from verdikart.cli.options import choose_vintages

        choose_vintages(embedded)
    if world_output == (material is not None):
        raise UsageProblem("name a material, or ask for --world-output, and not both")
    tongue = language(lang)
    if world_output:
        from verdikart.mapping.world_output import YEAR
        from verdikart.mapping.world_output import world_output as rebuild

        found = rebuild(YEAR if year is None else year, names)
        rows = found["entries"]
    else:
        from verdikart.mapping.production import flat
        from verdikart.mapping.production import production as compare

        found = compare(str(material), year, names)
        rows = flat(found)
    if fmt is Format.JSON:
        emit_json(found)
    elif fmt is not Format.TABLE:
        emit_rows(rows, fmt, output)
    elif world_output:
        from verdikart.cli.production_table import output_table

        output_table(found, tongue)
    else:
        from verdikart.cli.production_table import production_table

        production_table(found, top, tongue)
