"""verdikart dependency: the EU dependency indicators for every code of a source."""

from __future__ import annotations

from typing import Annotated

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

HELP = """CDI1–3, concentration and flags for every code with flows in a source.

Example: verdikart dependency --home EU27 --year 2022 --format json
"""


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command("dependency", help=HELP)(dependency)


def dependency(
    home: HomeOption = "NOR",
    year: Annotated[
        int | None, typer.Option("--year", help="Default: the source's latest.")
    ] = None,
    source: Annotated[str, typer.Option("--source", help="Trade source id.")] = "baci_hs92",
    bloc: Annotated[
        str | None, typer.Option("--bloc", help="Count suppliers in this group as inside (EEA …).")
    ] = None,
    cdi3_exports: Annotated[
        str,
        typer.Option("--cdi3-exports", help="CDI3 denominator: all or extra (outside the bloc)."),
    ] = "all",
    fmt: FormatOption = Format.TABLE,
    output: OutputOption = None,
    lang: LangOption = None,
    homes_file: HomesFile = None,
) -> None:
    """Screen every code; unknown homes, years and sources fail with what is available."""
    from verdikart.core.errors import UnknownName
    from verdikart.indicators.evidence import Parameters
    from verdikart.mapping import catalogue, questions
    from verdikart.mapping.library import Library

    if cdi3_exports not in ("all", "extra"):
        raise UnknownName("CDI3 denominator", cdi3_exports, ("all", "extra"), "all, extra")
    if bloc:
        catalogue.check_home(bloc, homes_file)
    catalogue.check_source(source, catalogue.TRADE)
    limits = Parameters(bloc=bloc, cdi3_exports=cdi3_exports)
    chosen = catalogue.source_years(source)[-1] if year is None else year
    rows = questions.dependency(Library(limits, homes_file), home, chosen, source)
    if fmt is Format.JSON:
        emit_json(rows)
    elif fmt is Format.TABLE:
        from verdikart.cli.tables import dependency_table

        dependency_table(rows, language(lang))
    else:
        emit_rows(rows, fmt, output)
