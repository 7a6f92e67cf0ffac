"""verdikart screen: concentration of every importer × product of a flow table, of any size."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from verdikart.cli.options import FormatOption, HomeOption, HomesFile, LangOption, language
from verdikart.cli.output import Format
from verdikart.reference.i18n import Lang, translator

if TYPE_CHECKING:
    from verdikart.mapping.screen import Progress

HELP = """Concentration of every importer and bloc × every product, year by year in little memory.

The most concentrated imports of a home:

verdikart screen --home NOR

Everything, to a file; a folder gets one file a year:

verdikart screen --flows flows/ --years 2015-2024 --bloc EU27 --bloc NATO --out screened/

On Apache Spark: verdikart screen --flows flows/ --engine spark://master:7077 --out all.parquet
"""


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command("screen", help=HELP)(screen)


def screen(
    home: HomeOption = "NOR",
    flows: Annotated[
        Path | None,
        typer.Option("--flows", help="Flow table of your own: file, folder or pattern in quotes."),
    ] = None,
    source: Annotated[
        str, typer.Option("--source", help="BACI source, or SOURCE@VINTAGE for an older edition.")
    ] = "baci_hs92",
    nomenclature: Annotated[
        str, typer.Option("--nomenclature", help="Nomenclature of the codes in --flows.")
    ] = "HS92",
    years: Annotated[
        str | None, typer.Option("--years", help="2024, 2015-2024 or 2020,2024; default: latest.")
    ] = None,
    bloc: Annotated[
        list[str] | None, typer.Option("--bloc", help="Group as one importer; may be repeated.")
    ] = None,
    full: Annotated[
        bool, typer.Option("--full", help="Also governance-weighted HHI, CDI1–3, RCA, 65 % flag.")
    ] = False,
    engine: Annotated[
        str,
        typer.Option(
            "--engine", help="duckdb, local[2], spark://…, sc://… or a YAML file with settings."
        ),
    ] = "duckdb",
    memory: Annotated[
        str, typer.Option("--memory", help="Limit of the embedded engine: 500MB, 1GB …")
    ] = "1GB",
    threads: Annotated[
        int | None, typer.Option("--threads", min=1, help="Of the embedded engine (default: all).")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="FILE.parquet, or a folder for one file a year: every home."),
    ] = None,
    floor: Annotated[
        float, typer.Option("--floor", min=0.0, help="MUSD of imports a year (without --out).")
    ] = 1.0,
    top: Annotated[int, typer.Option("--top", min=1, help="Rows printed as a table.")] = 20,
    fmt: FormatOption = Format.TABLE,
    lang: LangOption = None,
    homes_file: HomesFile = None,
) -> None:
    """Screen a flow table; unknown years, columns and groups fail with what is available."""
    from verdikart.mapping import screen as screening
    from verdikart.store.flow_engine import opened

    tongue = language(lang)
    groups = list(bloc or ())
    if out is None and not screening.is_country(home) and home not in groups:
        groups.append(home)
    asked = screening.question(
        flows, source, nomenclature, years, groups, full=full, custom=homes_file
    )
    with opened(engine, memory, threads) as chosen, _progress(tongue) as progress:
        if out is not None:
            _, count = screening.screen(asked, chosen, out, progress)
        else:
            rows = screening.rows_of(asked, chosen, home, floor * 1e6, progress)
    _ = translator(tongue)
    if out is not None:
        typer.echo(_("{count} rows written to {path}").format(count=count, path=out))
    elif fmt is Format.JSON:
        from verdikart.cli.output import emit_json

        emit_json(rows)
    elif fmt is Format.TABLE:
        from verdikart.cli.screen_table import screen_table

        screen_table(rows[:top], len(rows), asked, home, floor, tongue)
    else:
        from verdikart.cli.output import emit_rows

        emit_rows(rows, fmt, None)


@contextmanager
def _progress(lang: Lang) -> Iterator[Progress]:
    """A bar on standard error, a step a year; only on a terminal."""
    if not sys.stderr.isatty():
        yield lambda *_: None
        return
    from rich.console import Console
    from rich.progress import Progress as Bar

    with Bar(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(translator(lang)("Screening year by year …"), total=None)

        def step(done: int, of: int, year: int) -> None:
            bar.update(task, completed=done, total=of, description=str(year))

        yield step
