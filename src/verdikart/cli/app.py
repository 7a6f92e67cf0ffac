"""The application object and the options that several verbs share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from verdikart.cli import data, dependency, explain, indicators, lists, map_, mix, show
from verdikart.cli.output import Format

app = typer.Typer(
    name="verdikart",
    help=(
        "Maps critical and strategic value chains: where a home is vulnerable, what others need "
        "from it, and the evidence behind every figure.\n\n"
        "Start with: verdikart map"
    ),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _version(value: bool) -> None:
    if value:
        from verdikart import __version__

        typer.echo(f"verdikart {__version__}")
        raise typer.Exit


@app.callback()
def top(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Common to all verbs."""


for verb in (map_, show, mix, dependency, explain, lists, indicators, data):
    verb.register(app)

__all__ = ["Format", "Path", "app"]
