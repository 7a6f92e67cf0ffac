"""verdikart tracker: homes held against the benchmarks of the Critical Raw Materials Act."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from verdikart.cli.options import FormatOption, HomesFile, LangOption, OutputOption, language
from verdikart.cli.output import Format, emit_json, emit_rows

Row = dict[str, Any]
HOMES = ("NOR", "NORDIC", "EU27", "NATO")
HELP = """How much of consumption a home extracts, processes and recycles, and whether one country
has over 65 %. Binding for the Union, a corresponding benchmark for other homes.

Examples: verdikart tracker · verdikart tracker --home EEA --stage processing · verdikart tracker
--chain manganese · verdikart tracker --home EU27 --levers
"""


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command("tracker", help=HELP)(tracker)


def tracker(
    homes: Annotated[
        list[str] | None,
        typer.Option(
            "--home", help="Country or group; repeatable (default: NOR NORDIC EU27 NATO)."
        ),
    ] = None,
    year: Annotated[int | None, typer.Option("--year", help="Default: the latest.")] = None,
    chain: Annotated[
        str | None, typer.Option("--chain", help="Only the materials of this chain.")
    ] = None,
    stage: Annotated[
        str | None,
        typer.Option("--stage", help="extraction, processing, recycling or single_country."),
    ] = None,
    every: Annotated[
        bool, typer.Option("--all", help="Show materials that are not strategic too.")
    ] = False,
    levers: Annotated[
        bool, typer.Option("--levers", help="Show what more recycling would do instead.")
    ] = False,
    fmt: FormatOption = Format.TABLE,
    output: OutputOption = None,
    lang: LangOption = None,
    homes_file: HomesFile = None,
) -> None:
    """Answer for every home asked for; unknown names fail with those there are."""
    from verdikart.mapping import chain_tracker, circularity
    from verdikart.mapping.library import Library

    library = Library(custom=homes_file)
    asked = list(dict.fromkeys(homes or HOMES))
    if levers:
        rows = circularity.ask(library, asked, year, chain)
    else:
        rows = chain_tracker.ask(library, asked, year, chain, stage, every=every)
    if fmt is Format.JSON:
        emit_json(rows)
    elif fmt is Format.TABLE:
        from verdikart.cli.tracker_tables import levers_table, tracker_table

        if levers:
            levers_table(rows, language(lang))
        else:
            tracker_table(rows, asked, chain, language(lang))
    else:
        emit_rows(rows, fmt, output)
