"""verdikart compare: what changed between two mappings, and why."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from verdikart.cli.options import FormatOption, LangOption, OutputOption, language
from verdikart.cli.output import Format, emit_json, emit_rows

HELP = """What changed between two mappings of a home: scores, ranks and verdicts, split into new
period, data revision, method and reference tables so that the parts sum to the change.

A and B are result folders, the first digits of a content hash, or current.

Examples: verdikart compare 3281c5d6 current · verdikart compare old-result new-result

One material, as a file: verdikart compare 3281 c08d --material cobalt --format csv -o cobalt.csv
"""


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command("compare", help=HELP)(compare)


def compare(
    a: Annotated[str, typer.Argument(help="The mapping before.", metavar="A")],
    b: Annotated[str, typer.Argument(help="The mapping after.", metavar="B")],
    material: Annotated[
        list[str] | None, typer.Option("--material", help="Only these (may be repeated).")
    ] = None,
    mapping: Annotated[
        Path | None,
        typer.Option("--mapping", help="Folder that content hashes and 'current' are found in."),
    ] = None,
    fmt: FormatOption = Format.TABLE,
    output: OutputOption = None,
    lang: LangOption = None,
) -> None:
    """Compare A with B; an unknown mapping or material, or two homes, is an error."""
    from verdikart.mapping import compare as comparing
    from verdikart.mapping import save

    tongue = language(lang)
    out = mapping or save.DEFAULT_OUT
    first, second = (comparing.read(comparing.find(text, out)) for text in (a, b))
    found = comparing.compare(first, second)
    rows = found.materials
    if material:
        asked = comparing.check_materials(found, material)
        rows = [row for row in rows if row["material_id"] in asked]
    if fmt is Format.JSON:
        emit_json(comparing.summary(found, rows))
    elif fmt is Format.TABLE:
        from verdikart.cli.compare_view import print_comparison

        print_comparison(found, rows, tongue)
    else:
        emit_rows(rows, fmt, output)
