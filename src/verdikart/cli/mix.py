"""verdikart mix: one supply mix, or several."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from verdikart.cli.options import (
    FormatOption,
    HomesFile,
    KeepGoing,
    LangOption,
    OutputOption,
    language,
)
from verdikart.cli.output import Format, emit_json, emit_rows
from verdikart.core.errors import UsageProblem, VerdikartError
from verdikart.core.figure import MixId


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command("mix", help=HELP)(mix)


HELP = """Who supplies how much: one supply mix with its concentration.

Trade:      verdikart mix --home NOR --product HS92:260200 --year 2024

Production: verdikart mix --material rare_earth_elements --stage extraction --source wmd --year 2022

Published:  verdikart mix --material silicon --stage processing --source eu_crm_2023 --home EU27
"""


def mix(
    home: Annotated[
        str | None,
        typer.Option("--home", help="ISO3 country, group or WORLD (default NOR; WORLD with wmd)."),
    ] = None,
    product: Annotated[
        list[str] | None, typer.Option("--product", help="NOMENCLATURE:CODE; may be repeated.")
    ] = None,
    material: Annotated[
        list[str] | None, typer.Option("--material", help="Material id; may be repeated.")
    ] = None,
    stage: Annotated[str | None, typer.Option("--stage", help="Stage of the material.")] = None,
    year: Annotated[
        int | None, typer.Option("--year", help="Default: the source's latest.")
    ] = None,
    flow: Annotated[str, typer.Option("--flow", help="import or export.")] = "import",
    source: Annotated[str | None, typer.Option("--source", help="Source id.")] = None,
    fmt: FormatOption = Format.TABLE,
    output: OutputOption = None,
    lang: LangOption = None,
    homes_file: HomesFile = None,
    keep_going: KeepGoing = False,
) -> None:
    """Answer each question; one unknown id fails the whole unless --keep-going."""
    from verdikart.mapping.library import Library
    from verdikart.mapping.questions import supply_mix

    tongue = language(lang)
    library = Library(custom=homes_file)
    results: list[dict[str, Any]] = []
    failed: list[dict[str, str]] = []
    for asked in _subjects(product, material, stage):
        try:
            identity = _identity(home, asked, year, flow, source)
            results.append(supply_mix(library, identity, tongue))
        except VerdikartError as error:
            if not keep_going:
                raise
            failed.append({"asked": asked, "error": str(error)})
    if not results and failed:
        raise UsageProblem("; ".join(f["error"] for f in failed))
    if fmt is Format.JSON:
        several = len(results) + len(failed) > 1
        emit_json({"mixes": results, "failed": failed} if several else results[0])
    elif fmt is Format.TABLE:
        from verdikart.cli.tables import mix_table

        for result in results:
            mix_table(result, tongue)
    else:
        emit_rows([_row(r, s) for r in results for s in r["suppliers"]], fmt, output)
    for item in failed:
        typer.echo(f"failed: {item['asked']}: {item['error']}", err=True)
    if failed:
        raise typer.Exit(1)


def _subjects(
    product: list[str] | None, material: list[str] | None, stage: str | None
) -> list[str]:
    if bool(product) == bool(material):
        raise UsageProblem("name either --product NOMENCLATURE:CODE or --material ID with --stage")
    if product:
        return product
    if stage is None:
        raise UsageProblem("--material needs --stage: extraction or processing")
    return [f"{m}@{stage}" for m in material or []]


def _identity(
    home: str | None, subject: str, year: int | None, flow: str, source: str | None
) -> MixId:
    from verdikart.mapping import catalogue
    from verdikart.mapping.stage_sources import FLOWS, PERIOD

    if "@" in subject:
        chosen = catalogue.check_source(source or "wmd", catalogue.STAGED)
        fallback = PERIOD[1] if chosen == "eu_crm_2023" else catalogue.source_years(chosen)[-1]
        return MixId(home or "WORLD", year or fallback, chosen, subject, FLOWS[chosen])
    nomenclature, _ = catalogue.parse_code(subject)
    chosen = source or catalogue.default_source(nomenclature)
    catalogue.check_source(chosen, catalogue.TRADE)
    return MixId(home or "NOR", year or catalogue.source_years(chosen)[-1], chosen, subject, flow)


def _row(result: dict[str, Any], supplier: dict[str, Any]) -> dict[str, Any]:
    head = {key: result[key] for key in ("home", "year", "source", "subject", "flow")}
    return head | supplier
