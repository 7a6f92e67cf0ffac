"""Options that several verbs take, declared once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from verdikart.cli.output import Format
from verdikart.core.errors import UsageProblem
from verdikart.reference.i18n import LANGS, Lang, default_lang

FormatOption = Annotated[
    Format, typer.Option("--format", "-f", help="How to write the result.", case_sensitive=False)
]
OutputOption = Annotated[
    Path | None, typer.Option("--output", "-o", help="Write CSV or Parquet to this file.")
]
LangOption = Annotated[
    str | None, typer.Option("--lang", help="nb or en (default: the environment's language).")
]
HomeOption = Annotated[
    str, typer.Option("--home", help="ISO3 country or group: NOR, EU27, NORDIC, NATO_EX_NOR …")
]
HomesFile = Annotated[
    Path | None, typer.Option("--homes-file", help="YAML file with homes of your own.")
]
ChainFiles = Annotated[
    list[Path] | None,
    typer.Option("--chain-file", help="YAML or CSV file with a chain of your own; repeatable."),
]
VintageOption = Annotated[
    list[str] | None,
    typer.Option(
        "--vintage",
        help="SOURCE@VINTAGE to use in the place of embedded data; repeatable. "
        "VERDIKART_VINTAGES does the same for every verb.",
    ),
]
KeepGoing = Annotated[
    bool, typer.Option("--keep-going", help="Answer for the valid ids and list the failed ones.")
]


def choose_vintages(names: list[str] | None) -> None:
    """Use these vintages in the place of the embedded data. Raises for one that is not here."""
    if names:
        from verdikart.store.selection import choose

        choose(names)


def language(asked: str | None) -> Lang:
    """The language asked for, else the environment's. Raises for any but nb and en."""
    if asked is None:
        return default_lang()
    for lang in LANGS:
        if asked == lang:
            return lang
    raise UsageProblem(f"unknown language {asked!r}; available: {', '.join(LANGS)}")
