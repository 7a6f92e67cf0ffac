"""verdikart show: one material, product, country or sector."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from verdikart.cli.options import (
    FormatOption,
    HomeOption,
    KeepGoing,
    LangOption,
    OutputOption,
    language,
)
from verdikart.cli.output import Format, emit_json, emit_rows
from verdikart.core.errors import DataProblem, UnknownName, UsageProblem

HELP = """What the mapping says of a material, product, country or sector.

Reads the current result; where there is none for the home, the mapping is made in memory.

Examples: verdikart show material nickel manganese · verdikart show country CHN · verdikart show sector defence
"""


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command("show", help=HELP)(show)


def show(
    kind: Annotated[str, typer.Argument(help="material, product, country or sector.")],
    ids: Annotated[list[str], typer.Argument(metavar="ID...", help="One or more ids.")],
    home: HomeOption = "NOR",
    year: Annotated[int | None, typer.Option("--year", help="Default: the latest.")] = None,
    mapping: Annotated[
        Path | None, typer.Option("--mapping", help="Result folder to read.")
    ] = None,
    fmt: FormatOption = Format.TABLE,
    output: OutputOption = None,
    lang: LangOption = None,
    keep_going: KeepGoing = False,
) -> None:
    """Show each id; one unknown id fails the whole unless --keep-going."""
    from verdikart.mapping import catalogue
    from verdikart.mapping import show as view

    tongue = language(lang)
    failed: list[dict[str, str]] = []
    valid: list[str] = []
    for key in ids:
        try:
            view.check(kind, key)
            valid.append(key)
        except UnknownName as error:
            if not keep_going:
                raise
            failed.append({"asked": key, "error": str(error)})
    if not valid:
        raise UsageProblem("; ".join(f["error"] for f in failed))
    catalogue.check_home(home)
    tables = _tables(home, year, mapping)
    results = [view.show(tables, kind, key, home, tongue) for key in valid]
    if fmt is Format.JSON:
        several = len(ids) > 1
        emit_json({"results": results, "failed": failed} if several else results[0])
    elif fmt is Format.TABLE:
        from verdikart.cli.views import print_view

        for result in results:
            print_view(result, home, tongue)
    else:
        emit_rows([row for r in results for row in _rows(r)], fmt, output)
    for item in failed:
        typer.echo(f"failed: {item['asked']}: {item['error']}", err=True)
    if failed:
        raise typer.Exit(1)


def _tables(home: str, year: int | None, folder: Path | None) -> dict[str, list[dict[str, Any]]]:
    from verdikart.mapping import save
    from verdikart.mapping.show import NEEDED

    try:
        current = save.current(folder or save.DEFAULT_OUT)
    except DataProblem:
        if folder is not None:
            raise
        current = None
    if current is not None and save.fits(current, (home, year)):
        return save.read_tables(current, NEEDED)
    if folder is not None:
        raise DataProblem(
            f"{folder} holds another home, year or data; run 'verdikart map --home {home} --out {folder}'"
        )
    from verdikart.mapping.run import run

    typer.echo("no saved mapping of this home and year: making one in memory …", err=True)
    return run(home, year).tables


def _rows(result: dict[str, Any]) -> list[dict[str, Any]]:
    rows = result.get("assessments") or result.get("largest_supplier_of") or []
    return [
        {
            "kind": result["kind"],
            "id": result["id"],
            **{k: v for k, v in r.items() if k != "figures"},
        }
        for r in rows
    ]
