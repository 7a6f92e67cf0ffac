"""verdikart convert: codes and amounts from one nomenclature to another, or to industries."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from verdikart.cli.options import FormatOption, KeepGoing, LangOption, OutputOption, language
from verdikart.cli.output import Format, emit_json, emit_rows

HELP = """What a code became, or a table of amounts converted: HS92 to HS22, CN8 by year, industries.

Weights sum to 1 and totals are kept; each converted figure has low and high, since no published
table says how much goes where. --families needs no weights: codes that exchange goods together.

Examples:

verdikart convert 811291 --from HS92 --to HS22

verdikart convert 76012010 --from CN8 --to CN8 --years 2012-2024

verdikart convert 28046900 --from CN2024 --to-industry NACE2

verdikart convert flows.csv --from HS17 --to HS22 --weights principal -f csv -o flows-hs22.csv

verdikart convert flows.csv --from HS02 --to HS22 --families
"""


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command("convert", help=HELP)(convert)


def convert(
    item: Annotated[str, typer.Argument(metavar="CODE|FILE", help="A code, or a CSV or Parquet.")],
    source: Annotated[
        str, typer.Option("--from", help="HS92 … HS22, CN1988 … CN2025, or HS, CN8 with years.")
    ],
    target: Annotated[str | None, typer.Option("--to", help="As --from.")] = None,
    to_industry: Annotated[
        str | None, typer.Option("--to-industry", help="NACE2, ISIC4, or CPA (from CN8 only).")
    ] = None,
    years: Annotated[
        str | None, typer.Option("--years", help="YEAR or FIRST-LAST, for HS and CN8.")
    ] = None,
    families: Annotated[
        bool, typer.Option("--families", help="Exact totals by families of codes; no weights.")
    ] = False,
    weights: Annotated[
        str, typer.Option("--weights", help="equal, or principal (the UN's conversion tables).")
    ] = "equal",
    reference: Annotated[
        Path | None,
        typer.Option("--reference", help="Weigh by these amounts: nomenclature,code,value."),
    ] = None,
    cpa: Annotated[
        Path | None, typer.Option("--cpa", help="A CN–CPA table of your own: cn_prefix,cpa.")
    ] = None,
    cpa_year: Annotated[int, typer.Option("--cpa-year", help="The CN year of --cpa.")] = 2021,
    code_column: Annotated[str, typer.Option("--code-column", help="Column of the code.")] = "code",
    measure: Annotated[
        list[str] | None,
        typer.Option(
            "--measure", help="Column of amounts; repeatable (default: value, quantity …)."
        ),
    ] = None,
    keep_going: KeepGoing = False,
    fmt: FormatOption = Format.TABLE,
    output: OutputOption = None,
    lang: LangOption = None,
) -> None:
    """Explain a code or convert a table; faulty codes fail with the nearest revision that has them."""
    from rich.console import Console

    from verdikart.core.errors import UsageProblem
    from verdikart.mapping import conversion, conversion_table, editions
    from verdikart.mapping.nomenclature import assumptions
    from verdikart.reference.i18n import translator

    chosen = language(lang)
    if bool(target) == bool(to_industry):
        raise UsageProblem("say where to: either --to HS22 or --to-industry NACE2")
    span = editions.parse_years(years)
    amounts = conversion_table.reference_amounts(reference) if reference else None
    assumed = assumptions(weights, amounts, cpa, cpa_year)
    goal = target or str(to_industry)
    file = Path(item)
    if file.is_file() or file.suffix in (".csv", ".parquet"):
        table = conversion_table.Table(
            source, goal, span, code_column, tuple(measure or ()), families, keep_going
        )
        _ = translator(chosen)
        with Console(stderr=True).status(_("Converting {name} …").format(name=file.name)):
            rows, faults = conversion_table.convert_file(file, table, assumed)
        for fault in faults:
            typer.echo(f"  • {fault}", err=True)
        if fmt is Format.TABLE:
            from verdikart.cli.convert_tables import converted_table

            converted_table(rows, chosen)
        else:
            emit_rows(rows, fmt, output)
        return
    begin = editions.edition(source, span[0] if span else None)
    end = editions.edition(goal, span[1] if span else None)
    code = item.replace(" ", "").replace(".", "").removeprefix(f"{begin}:")
    found = conversion.explain(code, begin, end, assumed)
    if fmt is Format.JSON:
        emit_json(found)
    elif fmt is Format.TABLE:
        from verdikart.cli.convert_tables import explained

        explained(found, chosen, families)
    else:
        emit_rows(found["targets"], fmt, output)
