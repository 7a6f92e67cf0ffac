"""verdikart opportunity: what a home could hold, strengthen, restart or enter, factor by factor."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from verdikart.cli.options import (
    ChainFiles,
    FormatOption,
    HomeOption,
    HomesFile,
    LangOption,
    OutputOption,
    language,
)
from verdikart.cli.output import Format, emit_json, emit_rows
from verdikart.core.errors import UnknownName, UsageProblem
from verdikart.reference.i18n import Lang

Row = dict[str, Any]
TABLES = ("opportunities", "factors", "markets")
SHOWN = 30
HELP = """Every step of the deep chains as an opportunity, ranked, with its factors and barriers.

A score is an interval where factors are unknown, and so is a rank. Nothing is left out.

Example:  verdikart opportunity --chain silicon --weight ally_gap=2 --weight barriers=0.5

Factors:  verdikart opportunity --product permanent_magnets --table factors

Markets:  verdikart opportunity --product silicon_metal --table markets
"""


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command("opportunity", help=HELP)(opportunity)


def opportunity(
    home: HomeOption = "NOR",
    year: Annotated[
        int | None, typer.Option("--year", help="Default: the latest of the trade data.")
    ] = None,
    chain: Annotated[
        str | None, typer.Option("--chain", help="One chain, also a shallow one.")
    ] = None,
    product: Annotated[str | None, typer.Option("--product", help="One product id.")] = None,
    weight: Annotated[
        list[str] | None,
        typer.Option("--weight", help="Factor or group=times its default weight; repeatable."),
    ] = None,
    table: Annotated[str, typer.Option("--table", help=", ".join(TABLES))] = "opportunities",
    limit: Annotated[
        int, typer.Option("--limit", min=1, help="Rows printed; other formats have all.")
    ] = SHOWN,
    fmt: FormatOption = Format.TABLE,
    output: OutputOption = None,
    lang: LangOption = None,
    homes_file: HomesFile = None,
    chain_files: ChainFiles = None,
) -> None:
    """Rank; unknown chains, products and factors fail with what is available."""
    from verdikart.mapping import catalogue, chain_graphs, markets
    from verdikart.mapping import opportunities as made
    from verdikart.mapping.chain_lint import with_files
    from verdikart.mapping.chain_view import view
    from verdikart.mapping.library import Library

    tongue = language(lang)
    if table not in TABLES:
        raise UnknownName("table", table, TABLES, ", ".join(TABLES))
    if home != made.HOME:
        raise UsageProblem(
            f"plants and barriers on record are Norwegian: ask for --home {made.HOME}"
        )
    chosen = made.asked_weights(weight or [])
    if product is not None:
        catalogue.check_product(product)
    seen = view(home, year, Library(custom=homes_file), with_files(chain_files or []))
    if chain is not None:
        chain_graphs.check_chain(chain, seen.graphs)
    if table == "markets":
        rows = markets.rows(seen, product)
        if chain is not None:
            held = {p.product_id for p in seen.graphs[chain].nodes}
            rows = [row for row in rows if row["product_id"] in held]
    else:
        found = [
            idea
            for idea in made.ideas(seen, chosen, chain)
            if product in (None, idea.product.product_id)
        ]
        rows = (
            [made.row(idea, seen) for idea in found]
            if table == "opportunities"
            else [row for idea in found for row in made.factor_rows(idea, chosen)]
        )
    if not rows and chain is not None and product is not None:
        raise UsageProblem(f"{product} is no step of the chain {chain} that can be an opportunity")
    if fmt is Format.JSON:
        emit_json(rows)
    elif fmt is Format.TABLE:
        if table == "opportunities":
            names = {c: graph.chain.name(tongue) for c, graph in seen.graphs.items()}
            _ideas(rows[:limit], names, tongue)
        else:
            {"factors": _factors, "markets": _markets}[table](rows[:limit], tongue)
        _rest(len(rows) - limit, tongue)
    else:
        emit_rows(rows, fmt, output)


def _rest(more: int, lang: Lang) -> None:
    from verdikart.cli.tables import console
    from verdikart.reference.i18n import translator

    if more > 0:
        text = translator(lang)("… and {count} more (--format json shows all)")
        console.print(text.format(count=more))


def _ideas(rows: list[Row], names: dict[str, str], lang: Lang) -> None:
    from verdikart.cli.tables import console, grid, word
    from verdikart.reference.i18n import number, translator

    _ = translator(lang)
    columns = [
        (_("product"), "left"),
        (_("chain"), "left"),
        (_("type"), "left"),
        (_("score"), "right"),
        (_("rank"), "right"),
        (_("why"), "left"),
        (_("barriers"), "left"),
    ]
    table = grid(_("Opportunities"), columns)
    for row in rows:
        low, high = number(row["score_low"], lang, 2), number(row["score_high"], lang, 2)
        barriers = [item.partition(":") for item in row["barrier_items"]]
        table.add_row(
            row[f"name_{lang}"],
            f"{names[row['chain_id']]} ({word('chain_depth', row['depth'], lang)})",
            word("opportunity_type", row["type"], lang),
            low if low == high else f"{low}–{high}",
            f"{row['rank_best']}–{row['rank_worst']}",
            row[f"text_{lang}"],
            ", ".join(
                f"{word('barrier', kind, lang)} ({word('band', severity, lang)})"
                for kind, _colon, severity in barriers
            ),
        )
    console.print(table)
    console.print(
        _(
            "Score: 0.33 all low to 1 all high; an interval where factors are unknown (--table factors). "
            "Ranks overlap widely: the order is by the middle of the interval and no more than that."
        )
    )


def _factors(rows: list[Row], lang: Lang) -> None:
    from verdikart.cli.tables import console, grid, word
    from verdikart.reference.i18n import number, translator

    _ = translator(lang)
    columns = [
        (_("product"), "left"),
        (_("factor"), "left"),
        (_("band"), "left"),
        (_("weight"), "right"),
        (_("evidence"), "left"),
        (_("source"), "left"),
    ]
    table = grid(_("Factors"), columns)
    for row in rows:
        name = word("opportunity_factor", row["factor"], lang)
        if row["item"]:
            name = f"  {word('barrier', row['kind'], lang)} · {_region(row['region'], lang)}"
        evidence = row[f"text_{lang}"] or ", ".join(_named(e, lang) for e in row["evidence"][:3])
        if row["shared_code"]:
            evidence += ". " + _("The code is shared with other goods.")
        weight = number(row["weight"], lang, 2) if row["weight"] is not None else ""
        table.add_row(
            row[f"name_{lang}"], name, word("band", row["band"], lang), weight, evidence,
            row["source"] or "",
        )  # fmt: skip
    console.print(table)


def _named(evidence: str, lang: Lang) -> str:
    """A product by its name; figures, plants and sources keep their ids."""
    from verdikart.reference.entities import Product
    from verdikart.reference.load import by_key

    product = by_key(Product).get(evidence)
    return product.name(lang) if product else evidence


def _region(region: str, lang: Lang) -> str:
    from verdikart.cli.tables import country_words

    return country_words(region, lang) if len(region) == 3 and region.isupper() else region


def _markets(rows: list[Row], lang: Lang) -> None:
    from verdikart.cli.tables import console, country_words, grid, word
    from verdikart.reference.i18n import number, percent, translator

    _ = translator(lang)
    columns = [
        (_("product"), "left"),
        (_("market"), "left"),
        (_("imports, million USD"), "right"),
        (_("largest"), "left"),
        (_("share"), "right"),
        ("HHI", "right"),
        (_("from Norway"), "right"),
        (_("tariff"), "left"),
        (_("threat from recycling"), "left"),
    ]
    table = grid(_("Markets"), columns)
    for row in rows:
        value = row["imports_usd"]
        table.add_row(
            row[f"name_{lang}"],
            country_words(row["market"], lang),
            number(value / 1e6, lang, 1) if value is not None else "–",
            country_words(row["top_supplier"], lang),
            percent(row["top_share"], lang),
            number(row["imports_hhi"], lang, 2),
            percent(row["norway_share"], lang),
            row[f"tariff_{lang}"] or word("band", "unknown", lang),
            word("band", row["recycling_threat"], lang),
        )
    console.print(table)
