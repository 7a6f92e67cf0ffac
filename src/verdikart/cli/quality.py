"""verdikart quality: what trade statistics get wrong, hide or blur, table by table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

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
from verdikart.core.errors import UnknownName

if TYPE_CHECKING:
    from verdikart.mapping.quality_rows import Question
    from verdikart.reference.i18n import Lang

Row = dict[str, Any]
SHOWN = 40
HELP = "What trade statistics get wrong, hide or blur: six tables, each row with its source."
MIRROR = """Flows as two reports tell them: two embedded sources, or both sides' reports from a file.

By product: the interval that the two reports leave the concentration and the largest share in.

Example: verdikart quality mirror --home EU27 --code HS17:750210 --by flow

A file:  verdikart quality mirror --reports reports.csv --home NOR
"""
TRANSIT = """Suppliers that may pass a good on: no known producer, hub, imports what it exports.

By product: what goes through suspects, and the concentration with their supply of unknown origin.

Example: verdikart quality transit --home NOR --by partner --code HS92:251110
"""
CONFIDENTIAL = """What is hidden: known suppressions, heading residuals, unnamed partners, gaps in series.

Example: verdikart quality confidential --home NOR

A table: verdikart quality confidential --cells norway_trade.parquet --flow export
"""
QUANTITIES = """Value without a mass, by product or partner.

Example: verdikart quality quantities --home EU27 --year 2023 --by partner
"""
UNIT_VALUES = """Flows whose value per tonne is far from the others', and what that does to shares by mass.

Example: verdikart quality unit-values --home NOR --by product --format json
"""
GROWTH = """The change of trade between two years, split into volume, mix, price and exchange rate.

Example: verdikart quality growth --home NOR --flow export --from 2020 --year 2023 --code HS92:760110
"""

YearOption = Annotated[
    int | None, typer.Option("--year", help="Default: the latest of the source.")
]
CodeOption = Annotated[
    list[str] | None,
    typer.Option("--code", help="NOMENCLATURE:CODE; repeatable. Default: every code."),
]
FlowOption = Annotated[str, typer.Option("--flow", help="import or export.")]
SourceOption = Annotated[
    str | None, typer.Option("--source", help="Trade source id; follows from the codes.")
]
LimitOption = Annotated[
    int, typer.Option("--limit", min=1, help="Rows printed; other formats have all.")
]


def register(app: typer.Typer) -> None:
    """Add the verbs."""
    group = typer.Typer(help=HELP, no_args_is_help=True)
    group.command("mirror", help=MIRROR)(mirror)
    group.command("transit", help=TRANSIT)(transit)
    group.command("confidential", help=CONFIDENTIAL)(confidential)
    group.command("quantities", help=QUANTITIES)(quantities)
    group.command("unit-values", help=UNIT_VALUES)(unit_values)
    group.command("growth", help=GROWTH)(growth)
    app.add_typer(group, name="quality")


def mirror(
    home: HomeOption = "NOR",
    year: YearOption = None,
    code: CodeOption = None,
    flow: FlowOption = "import",
    reports: Annotated[
        Path | None, typer.Option("--reports", help="CSV or Parquet with both sides' reports.")
    ] = None,
    by: Annotated[str, typer.Option("--by", help="product, partner or flow.")] = "product",
    freight: Annotated[
        float, typer.Option("--freight", min=0, help="Most by which CIF may exceed FOB.")
    ] = 0.20,
    limit: LimitOption = SHOWN,
    fmt: FormatOption = Format.TABLE,
    output: OutputOption = None,
    lang: LangOption = None,
    homes_file: HomesFile = None,
) -> None:
    """Compare two tellings."""
    from verdikart.indicators.mirror import Limits
    from verdikart.mapping import quality_mirror as made

    _choice("--by", by, ("product", "partner", "flow"))
    limits = Limits(freight=freight)
    embedded = year if reports is None else None  # a file may have years of its own
    asked = _question(home, embedded, code, flow, None, homes_file, other_codes=True)
    if reports is None:
        found = made.two_sources(asked, limits)
    else:
        found = [
            one
            for one in made.from_file(reports, asked.library, home, asked.flow, limits)
            if (not code or one.subject in code) and year in (None, one.year)
        ]
    rows = {
        "product": made.product_rows,
        "partner": made.partner_rows,
        "flow": made.flow_rows,
    }[by](asked, found)
    _emit(rows, f"mirror_{by}", limit, fmt, output, language(lang))


def transit(
    home: HomeOption = "NOR",
    year: YearOption = None,
    code: CodeOption = None,
    source: SourceOption = None,
    by: Annotated[str, typer.Option("--by", help="product or partner.")] = "product",
    pass_through: Annotated[
        float,
        typer.Option("--pass-through", min=0, help="Imports over exports that count as a sign."),
    ] = 0.5,
    limit: LimitOption = SHOWN,
    fmt: FormatOption = Format.TABLE,
    output: OutputOption = None,
    lang: LangOption = None,
    homes_file: HomesFile = None,
) -> None:
    """Look for signs; of imports, since a customer that makes none of a good simply uses it."""
    from verdikart.indicators.transit import Limits
    from verdikart.mapping import quality_transit as made

    _choice("--by", by, ("product", "partner"))
    asked = _question(home, year, code, "import", source, homes_file)
    limits = Limits(pass_through)
    rows = (made.product_rows if by == "product" else made.partner_rows)(asked, limits)
    _emit(rows, f"transit_{by}", limit, fmt, output, language(lang))


def confidential(
    home: HomeOption = "NOR",
    year: YearOption = None,
    code: CodeOption = None,
    flow: FlowOption = "import",
    source: SourceOption = None,
    cells: Annotated[
        Path | None, typer.Option("--cells", help="CSV or Parquet whose cells keep their status.")
    ] = None,
    limit: LimitOption = SHOWN,
    fmt: FormatOption = Format.TABLE,
    output: OutputOption = None,
    lang: LangOption = None,
    homes_file: HomesFile = None,
) -> None:
    """List what is hidden; without --year also of other years."""
    from verdikart.mapping import quality_cells, quality_hidden

    if cells is None:
        asked = _question(home, year, code, flow, source, homes_file, other_codes=True)
        rows = quality_hidden.rows(asked, any_year=year is None)
    else:
        asked = _question(home, None, None, flow, source, homes_file)
        asked = replace(asked, codes=tuple(code or ()), year=year or asked.year)
        rows = quality_cells.rows(asked, cells, any_year=year is None)
    _emit(rows, "confidential", limit, fmt, output, language(lang))


def quantities(
    home: HomeOption = "NOR",
    year: YearOption = None,
    code: CodeOption = None,
    flow: FlowOption = "import",
    by: Annotated[str, typer.Option("--by", help="product or partner.")] = "product",
    limit: LimitOption = SHOWN,
    fmt: FormatOption = Format.TABLE,
    output: OutputOption = None,
    lang: LangOption = None,
    homes_file: HomesFile = None,
) -> None:
    """Say how much has no mass."""
    from verdikart.mapping import quality_masses as made

    _choice("--by", by, ("product", "partner"))
    asked = _question(home, year, code, flow, None, homes_file)
    rows = made.missing_rows(asked, by)
    rows.sort(key=lambda r: (-(r["unmeasured_share"] or 0.0), -(r["value"] or 0)))
    _emit(rows, f"quantities_{by}", limit, fmt, output, language(lang))


def unit_values(
    home: HomeOption = "NOR",
    year: YearOption = None,
    code: CodeOption = None,
    flow: FlowOption = "import",
    by: Annotated[str, typer.Option("--by", help="flow or product.")] = "flow",
    score: Annotated[
        float, typer.Option("--score", min=0, help="Robust standard deviations that count as far.")
    ] = 3.5,
    limit: LimitOption = SHOWN,
    fmt: FormatOption = Format.TABLE,
    output: OutputOption = None,
    lang: LangOption = None,
    homes_file: HomesFile = None,
) -> None:
    """List the odd flows, or their effect."""
    from verdikart.indicators.unit_values import Limits
    from verdikart.mapping import quality_masses as made

    _choice("--by", by, ("flow", "product"))
    asked = _question(home, year, code, flow, None, homes_file)
    limits = Limits(score=score)
    rows = (made.outlier_rows if by == "flow" else made.effect_rows)(asked, limits)
    _emit(rows, f"unit_values_{by}", limit, fmt, output, language(lang))


def growth(
    home: HomeOption = "NOR",
    start: Annotated[
        int | None, typer.Option("--from", help="First year. Default: the year before.")
    ] = None,
    year: YearOption = None,
    code: CodeOption = None,
    flow: FlowOption = "export",
    source: SourceOption = None,
    unmeasured: Annotated[
        float,
        typer.Option("--unmeasured", min=0, max=1, help="Value without mass that is borne."),
    ] = 0.05,
    limit: LimitOption = SHOWN,
    fmt: FormatOption = Format.TABLE,
    output: OutputOption = None,
    lang: LangOption = None,
    homes_file: HomesFile = None,
) -> None:
    """Split the change."""
    from verdikart.indicators.growth import Limits
    from verdikart.mapping import quality_growth as made

    asked = _question(home, year, code, flow, source, homes_file)
    first = asked.year - 1 if start is None else start
    rows = made.rows(asked, first, Limits(unmeasured))
    _emit(rows, "growth", limit, fmt, output, language(lang))


def _question(
    home: str,
    year: int | None,
    codes: list[str] | None,
    flow: str,
    source: str | None,
    homes_file: Path | None,
    *,
    other_codes: bool = False,
) -> Question:
    """Check the question. ``other_codes``: codes may be of any nomenclature, or headings."""
    from verdikart.mapping import catalogue
    from verdikart.mapping.library import Library
    from verdikart.mapping.quality_rows import question

    given = tuple(codes or ())
    library = Library(custom=homes_file)
    if not other_codes:
        return question(library, home, year, flow, source, given)
    for code in given:
        catalogue.parse_code(code)
    return replace(question(library, home, year, flow, source), codes=given)


def _choice(option: str, asked: str, choices: tuple[str, ...]) -> None:
    if asked not in choices:
        raise UnknownName(option, asked, choices, ", ".join(choices))


def _emit(
    rows: list[Row], name: str, limit: int, fmt: Format, output: Path | None, lang: Lang
) -> None:
    if fmt is Format.JSON:
        emit_json(rows)
    elif fmt is Format.TABLE:
        from verdikart.cli import quality_tables

        show: Callable[[list[Row], int, Lang], None] = getattr(quality_tables, name)
        show(rows, limit, lang)
    else:
        emit_rows(rows, fmt, output)
