"""verdikart criticality: the EU assessment of any home, and other methods beside it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from verdikart.cli.options import (
    FormatOption,
    HomeOption,
    HomesFile,
    LangOption,
    OutputOption,
    language,
)
from verdikart.cli.output import Format, emit_json, emit_rows
from verdikart.core.errors import UsageProblem

Form = Literal["published", "corrected"]
GEOPOLRISK: dict[str, Form] = {"geopolrisk": "published", "geopolrisk_corrected": "corrected"}
HELP = """Supply risk and economic importance by the EU method, how sure each verdict is, and other
methods beside it.

EU27 is the published study of 2023, recomputed; any other home is seen from its own imports,
production and industries.

Example:    verdikart criticality --home EU27 --material tungsten

Norway:     verdikart criticality

Methods:    verdikart criticality --home NOR --method all --format csv --output methods.csv

GeoPolRisk: verdikart criticality --method geopolrisk --home ALL --year 2022 --format csv
"""


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command("criticality", help=HELP)(criticality)


def criticality(
    home: HomeOption = "NOR",
    year: Annotated[
        int | None, typer.Option("--year", help="Default: the latest of the trade data.")
    ] = None,
    method: Annotated[
        str,
        typer.Option(
            "--method",
            help="eu2023, geopolrisk, geopolrisk_corrected, cdi, geodep, production, lists or all.",
        ),
    ] = "eu2023",
    material: Annotated[
        list[str] | None, typer.Option("--material", help="Material id; may be repeated.")
    ] = None,
    basis: Annotated[
        str | None,
        typer.Option("--basis", help="study (EU27 only, its default) or trade (own trade)."),
    ] = None,
    stages: Annotated[
        bool, typer.Option("--stages", help="Every stage, not only the one that stands for it.")
    ] = False,
    draws: Annotated[
        int, typer.Option("--draws", min=0, help="Draws of the Monte Carlo; 0 leaves it out.")
    ] = 10_000,
    inputs: Annotated[
        Path | None, typer.Option("--inputs", help="CSV with inputs of your own.")
    ] = None,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Seed of the draws.")] = 2023,
    fmt: FormatOption = Format.TABLE,
    output: OutputOption = None,
    lang: LangOption = None,
    homes_file: HomesFile = None,
) -> None:
    """Assess a home; unknown homes, materials and methods fail with what is available."""
    from verdikart.mapping import catalogue, methods
    from verdikart.mapping.library import Library

    tongue = language(lang)
    methods.check_method(method)
    for name in material or []:
        catalogue.check_material(name)
    if method != "eu2023" and (inputs is not None or stages):
        raise UsageProblem("--inputs and --stages go with the EU method; leave --method out")
    library = Library(custom=homes_file)
    answer: Any
    summary: list[dict[str, Any]] = []
    if method == "eu2023":
        from verdikart.mapping.criticality import assess_home, material_rows, stage_rows

        result = assess_home(
            library, home, year, basis=basis, draws=draws, seed=seed, inputs_file=inputs
        )
        rows = _only(stage_rows(result) if stages else material_rows(result), material)
        answer = rows
    elif method in GEOPOLRISK:
        rows = _only(_geopolrisk(home, year, GEOPOLRISK[method], homes_file), material)
        answer = rows
    else:
        found = methods.compare_methods(library, home, year, method=method, basis=basis)
        rows, summary = _only(found.rows, material), found.agreement
        answer = {"rows": rows, "agreement": summary}
    if fmt is Format.JSON:
        emit_json(answer)
    elif fmt is Format.TABLE:
        from verdikart.cli import criticality_tables as tables

        if method in GEOPOLRISK:
            tables.geopolrisk_table(rows, tongue)
        elif method != "eu2023":
            tables.methods_table(rows, summary, home, tongue)
        elif stages:
            tables.stages_table(rows, tongue)
        else:
            tables.materials_table(rows, tongue)
    else:
        emit_rows(rows, fmt, output)


def _only(rows: list[dict[str, Any]], materials: list[str] | None) -> list[dict[str, Any]]:
    return [row for row in rows if not materials or row["material_id"] in materials]


def _geopolrisk(
    home: str, year: int | None, form: Form, homes_file: Path | None
) -> list[dict[str, Any]]:
    from verdikart.mapping import geopolrisk
    from verdikart.mapping.stage_sources import production_years

    when = production_years()[-1] if year is None else year
    homes = None if home == "ALL" else [home]
    return geopolrisk.scores(when, homes, form=form, custom=homes_file)
