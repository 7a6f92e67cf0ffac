"""The application: verbs by name, each imported only when it is asked for."""

from __future__ import annotations

from importlib import import_module
from typing import Annotated

import typer

# verb -> module; the help lists them in this order.
VERBS = {
    "map": "map_",
    "serve": "serve",
    "report": "report",
    "show": "show",
    "mix": "mix",
    "dependency": "dependency",
    "quality": "quality",
    "screen": "screen",
    "criticality": "criticality",
    "opportunity": "opportunity",
    "diversify": "diversify",
    "complexity": "complexity",
    "production": "production",
    "sandbox": "sandbox",
    "chain": "chain",
    "tracker": "tracker",
    "position": "position",
    "facilities": "facilities",
    "exposure": "exposure",
    "explain": "explain",
    "compare": "compare",
    "lists": "lists",
    "indicators": "indicators",
    "convert": "convert",
    "fetch": "fetch",
    "data": "data",
}
HELP = """Maps critical and strategic value chains: where a home is vulnerable, what others need
from it, and the evidence behind every figure.

Start with: verdikart map
"""


def _version(value: bool) -> None:
    if value:
        from verdikart import __version__

        typer.echo(f"verdikart {__version__}")
        raise typer.Exit


def top(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Common to all verbs."""


def build(asked: str | None = None) -> typer.Typer:
    """Return the application with the verb asked for, or with all of them for help and typos.

    Typer builds every option of every verb it knows, which costs more than most answers.
    """
    app = typer.Typer(
        name="verdikart",
        help=HELP,
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    app.callback()(top)
    chosen = [VERBS[asked]] if asked in VERBS else list(VERBS.values())
    for module in chosen:
        import_module(f"verdikart.cli.{module}").register(app)
    return app
