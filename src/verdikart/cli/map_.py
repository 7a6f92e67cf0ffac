"""verdikart map: the seven steps for a home."""

from __future__ import annotations

import gc
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
    VintageOption,
    choose_vintages,
    language,
)
from verdikart.cli.output import Format, emit_json, emit_rows
from verdikart.core.errors import UsageProblem

HELP = """Map a home's critical value chains on the embedded data and save the result.

Writes tables (Parquet, CSV), figures, datapackage.json, manifest.json and a self-contained page
to OUT/<hash>/ and points OUT/current at it.

Example: verdikart map --home NOR --year 2024 --lang nb

Fetched data: verdikart map --vintage baci_hs92@V202601

Changed: verdikart map --set share_threshold=0.5 --set recycling=no --out other-result
"""


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command("map", help=HELP)(map_home)


def map_home(
    home: HomeOption = "NOR",
    year: Annotated[
        int | None, typer.Option("--year", help="Default: the latest in the trade data.")
    ] = None,
    changes: Annotated[
        list[str] | None,
        typer.Option("--set", help="NAME=VALUE of a parameter; may be repeated."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="Result folder (default verdikart-result).")
    ] = None,
    lang: LangOption = None,
    fmt: FormatOption = Format.TABLE,
    output: OutputOption = None,
    homes_file: HomesFile = None,
    chain_files: ChainFiles = None,
    vintages: VintageOption = None,
) -> None:
    """Run the mapping, save it, print what an analyst needs first."""
    # A mapping makes millions of small objects and no cycles worth a search: a fifth of its time.
    gc.disable()
    from rich.console import Console
    from rich.progress import Progress

    from verdikart.mapping import save
    from verdikart.mapping.chain_lint import with_files
    from verdikart.reports.result import STEPS, make

    tongue = language(lang)
    choose_vintages(vintages)
    if out is not None and out == Path():
        raise UsageProblem("--out is empty or the current folder; name a folder for the result")
    target = out or save.DEFAULT_OUT
    chains = with_files(chain_files or [])
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=len(STEPS))

        def tell(step: str, number: int, _total: int) -> None:
            bar.update(task, completed=number, description=step)

        mapping, folder = make(target, home, year, changes or [], tongue, tell, homes_file, chains)
    if fmt is Format.JSON:
        emit_json(_summary(mapping, folder))
    elif fmt is Format.TABLE:
        from verdikart.cli.map_view import print_mapping

        print_mapping(mapping, folder, tongue)
    else:
        emit_rows(mapping.tables["assessments"], fmt, output)


def _summary(mapping: Any, folder: Path) -> dict[str, Any]:  # noqa: ANN401 - lazily imported type
    import json

    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    tables = mapping.tables
    return {
        "home": mapping.home,
        "year": mapping.year,
        "folder": str(folder),
        "content_hash": manifest["content_hash"],
        "headline": tables["headline"],
        "findings": tables["findings"],
        "inputs": tables["inputs"],
        "positions": tables["positions"],
        "gaps": tables["gaps"],
        "claims": tables["claims"],
        "tables": {name: len(rows) for name, rows in tables.items()},
        "figures": len(mapping.figures),
    }
