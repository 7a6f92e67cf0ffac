"""verdikart criticality: the EU assessment of any home, and other methods beside it."""

from __future__ import annotations

from collections.abc import Mapping
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
Row = dict[str, Any]
GEOPOLRISK: dict[str, Form] = {"geopolrisk": "published", "geopolrisk_corrected": "corrected"}
METHOD_IDS = (
    "eu2023",
    "eu_published",
    *GEOPOLRISK,
    "cdi",
    "geodep",
    "production",
    "lists",
)
DRAWS, MOST_DRAWS, SEED = 10_000, 200_000, 2023
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
        str, typer.Option("--method", help=f"{', '.join(METHOD_IDS)} or all.")
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
        int | None,
        typer.Option(
            "--draws",
            min=0,
            max=MOST_DRAWS,
            help=f"Draws of the Monte Carlo; 0 leaves it out.  [default: {DRAWS}]",
        ),
    ] = None,
    inputs: Annotated[
        Path | None, typer.Option("--inputs", help="CSV with inputs of your own.")
    ] = None,
    seed: Annotated[
        int | None, typer.Option("--seed", min=0, help=f"Seed of the draws.  [default: {SEED}]")
    ] = None,
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
    own = {"draws": draws, "seed": seed, "inputs": inputs, "stages": stages or None}
    _check_options(method, basis, own)
    library = Library(custom=homes_file)
    every: list[Row]
    summary: list[Row] | None = None
    if method == "eu2023":
        from verdikart.mapping.criticality import assess_home, material_rows, stage_rows

        result = assess_home(
            library,
            home,
            year,
            basis=basis,
            draws=DRAWS if draws is None else draws,
            seed=SEED if seed is None else seed,
            inputs_file=inputs,
        )
        every = stage_rows(result) if stages else material_rows(result)
    elif method in GEOPOLRISK:
        every = _geopolrisk(home, year, GEOPOLRISK[method], homes_file)
    else:
        found = methods.compare_methods(library, home, year, method=method, basis=basis)
        every, summary = found.rows, found.agreement
    rows = _only(every, material)
    if fmt is Format.JSON:
        emit_json(rows if summary is None else {"rows": rows, "agreement": summary})
    elif fmt is Format.TABLE:
        from verdikart.cli import criticality_tables as tables

        held = tables.covered(every, method)
        if material:
            rows = _only(held, material)
        if rows and method in GEOPOLRISK:
            tables.geopolrisk_table(rows, tongue)
        elif rows and summary is not None:
            tables.methods_table(rows, summary, home, tongue)
        elif rows and stages:
            tables.stages_table(rows, tongue)
        elif rows:
            tables.materials_table(rows, tongue)
        tables.not_covered(held, material or [], method, tongue)
    else:
        emit_rows(rows, fmt, output)


def _check_options(method: str, basis: str | None, own: Mapping[str, object]) -> None:
    """Options that the method has no use for are refused; ``own`` are those of the EU method."""
    unused = [f"--{name}" for name, value in own.items() if value is not None]
    if method == "eu2023":
        return
    if unused:
        raise UsageProblem(
            f"--method {method} does not use {', '.join(unused)}; leave out, or ask for eu2023, "
            "the EU method"
        )
    if basis is not None and method in GEOPOLRISK:
        raise UsageProblem(f"--method {method} does not use --basis; leave it out")


def _only(rows: list[Row], materials: list[str] | None) -> list[Row]:
    return [row for row in rows if not materials or row["material_id"] in materials]


def _geopolrisk(home: str, year: int | None, form: Form, homes_file: Path | None) -> list[Row]:
    from verdikart.mapping import geopolrisk
    from verdikart.mapping.stage_sources import production_years

    when = production_years()[-1] if year is None else year
    homes = None if home == "ALL" else [home]
    return geopolrisk.scores(when, homes, form=form, custom=homes_file)
