"""verdikart lists: reference lists side by side, their overlap, and what changed between two."""

from __future__ import annotations

from typing import Annotated

import typer

from verdikart.cli.options import FormatOption, LangOption, OutputOption, language
from verdikart.cli.output import Format, emit_rows

HELP = """Reference lists with purpose, legal basis and validity; lists are never merged.

Examples: verdikart lists · verdikart lists --overlap · verdikart lists --materials ·
verdikart lists diff EU_CRM_2020 EU_CRMA_ANNEX_II
"""
DIFF_HELP = """What changed from list A to list B: added, removed, regraded, regrouped, kept.

Example: verdikart lists diff US_USGS_2022 US_USGS_2025
"""


def register(app: typer.Typer) -> None:
    """Add the verb and its diff."""
    group = typer.Typer(help=HELP, invoke_without_command=True)
    group.callback()(lists)
    group.command("diff", help=DIFF_HELP)(diff)
    app.add_typer(group, name="lists")


def lists(
    context: typer.Context,
    overlap: Annotated[
        bool, typer.Option("--overlap", help="Overlap matrix of the lists.")
    ] = False,
    materials: Annotated[
        bool, typer.Option("--materials", help="Flags and lists by material.")
    ] = False,
    fmt: FormatOption = Format.TABLE,
    output: OutputOption = None,
    lang: LangOption = None,
) -> None:
    """Show the lists, their overlap, or where each material stands."""
    from verdikart.mapping import lists as step

    if context.invoked_subcommand:
        return
    tongue = language(lang)
    if overlap:
        rows = step.overlap()
    elif materials:
        rows = step.membership(tongue)
    else:
        rows = step.overview(tongue)
    if fmt is not Format.TABLE:
        emit_rows(rows, fmt, output)
        return
    from verdikart.cli.tables import plain_table

    if overlap:
        ids = [row["list"] for row in rows]
        letters = {name: str(i) for i, name in enumerate(ids, start=1)}
        short = [
            {
                "#": letters[r["list"]],
                "list": r["list"],
                "items": r["items"],
                **{letters[c]: r[c] for c in ids},
            }
            for r in rows
        ]
        plain_table("", short, tongue)
    elif materials:
        keys = (
            "material",
            "name",
            "eu_critical",
            "eu_strategic",
            "above_eu_thresholds",
            "nato",
            "norwegian_supplement",
        )
        plain_table("", [{k: r[k] for k in keys} for r in rows if r["in_scope"]], tongue)
    else:
        keys = ("list", "items", "year", "purpose", "legal_basis", "valid_from", "status")
        plain_table("", [{k: r[k] for k in keys} for r in rows], tongue)


def diff(
    before: Annotated[str, typer.Argument(metavar="A", help="The earlier list.")],
    after: Annotated[str, typer.Argument(metavar="B", help="The later list.")],
    fmt: FormatOption = Format.TABLE,
    output: OutputOption = None,
    lang: LangOption = None,
) -> None:
    """Show what changed; unknown list ids fail with the nearest."""
    from verdikart.mapping import lists as step

    tongue = language(lang)
    rows = step.diff(before, after, tongue)
    if fmt is not Format.TABLE:
        emit_rows(rows, fmt, output)
        return
    from verdikart.cli.tables import plain_table

    plain_table(f"{before} → {after}", rows, tongue)
