"""verdikart explain: why this number."""

from __future__ import annotations

from typing import Annotated

import typer

from verdikart.cli.options import FormatOption, HomesFile, LangOption, OutputOption, language
from verdikart.cli.output import Format, emit_json, emit_rows

HELP = """The derivation of any figure, down to the source rows; nothing needs to be saved first.

Example: verdikart explain NOR/2024/baci_hs92/HS92:260200/import/hhi_value
"""


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command("explain", help=HELP)(explain)


def explain(
    figure: Annotated[
        list[str], typer.Argument(help="Figure ids, as map, show and mix print them.")
    ],
    fmt: FormatOption = Format.TABLE,
    output: OutputOption = None,
    lang: LangOption = None,
    homes_file: HomesFile = None,
) -> None:
    """Recompute each figure from its id and show formula, inputs, source rows and licence."""
    from verdikart.mapping import explain as derive
    from verdikart.mapping.library import Library

    tongue = language(lang)
    library = Library(custom=homes_file)
    cards = [derive.explain(library, text, tongue) for text in figure]
    if fmt is Format.JSON:
        emit_json(cards[0] if len(cards) == 1 else cards)
    elif fmt is Format.TABLE:
        from verdikart.cli.tables import explain_card

        for card in cards:
            explain_card(card, tongue)
    else:
        rows = [{"figure": c["figure"]["id"], **row} for c in cards for row in c["source_rows"]]
        emit_rows(rows, fmt, output)
