"""verdikart facilities: the register of Norwegian plants, searched, filtered and matched."""

from __future__ import annotations

from typing import Annotated

import typer

from verdikart.cli.options import FormatOption, LangOption, OutputOption, language
from verdikart.cli.output import Format, emit_rows

HELP = """The register of Norwegian plants, mines, deposits and projects, each row with its day.

Examples: verdikart facilities --search nikkelverk · verdikart facilities --chain titanium ·
verdikart facilities --region Nordland --status operating · verdikart facilities --match zinc_alloys
"""


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command("facilities", help=HELP)(facilities)


def facilities(
    search: Annotated[
        str | None,
        typer.Option("--search", help="Words of a name, good, process or place; typos forgiven."),
    ] = None,
    product: Annotated[str | None, typer.Option("--product", help="Product id.")] = None,
    material: Annotated[str | None, typer.Option("--material", help="Material id.")] = None,
    chain: Annotated[str | None, typer.Option("--chain", help="Chain id.")] = None,
    stage: Annotated[str | None, typer.Option("--stage", help="Stage id.")] = None,
    region: Annotated[str | None, typer.Option("--region", help="County.")] = None,
    status: Annotated[
        str | None, typer.Option("--status", help="operating, ramp_up, curtailed, project …")
    ] = None,
    owner: Annotated[str | None, typer.Option("--owner", help="Owner or owner group.")] = None,
    kind: Annotated[
        str | None, typer.Option("--kind", help="plant, mine, deposit, project or recycler.")
    ] = None,
    match: Annotated[
        str | None,
        typer.Option("--match", help="Product wanted: who makes it, then who is one step away."),
    ] = None,
    process: Annotated[
        str | None, typer.Option("--process", help="Process that a match must have.")
    ] = None,
    capacity: Annotated[
        float | None, typer.Option("--capacity", help="Least capacity of a match, in its unit.")
    ] = None,
    certificate: Annotated[
        str | None, typer.Option("--certificate", help="Certificate that a match must have.")
    ] = None,
    fmt: FormatOption = Format.TABLE,
    output: OutputOption = None,
    lang: LangOption = None,
) -> None:
    """List or match the register; unknown ids, regions and statuses fail with the nearest."""
    from verdikart.core.errors import UsageProblem
    from verdikart.mapping import register as held
    from verdikart.mapping import suppliers

    tongue = language(lang)
    matching = match is not None or any(x is not None for x in (process, capacity, certificate))
    filters = held.Filters(search, product, material, chain, stage, region, status, owner, kind)
    if matching:
        if match and (product or material):
            raise UsageProblem(
                "--match names the product wanted; leave out --product and --material"
            )
        allowed = {p.record_id for p in held.find(filters)}
        found = suppliers.match(match or product, material, process, capacity, certificate)
        rows = suppliers.rows(m for m in found if m.plant.record_id in allowed)
    else:
        rows = held.rows(held.find(filters))
    if fmt is not Format.TABLE:
        emit_rows(rows, fmt, output)
        return
    from verdikart.cli.position_tables import facilities_table

    facilities_table(rows, tongue)
