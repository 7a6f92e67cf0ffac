"""verdikart diversify: the least-cost way to bring the largest supplier under a share."""

from __future__ import annotations

from typing import Annotated, Any

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
from verdikart.reference.i18n import Lang

HELP = """Who else could deliver a product, at which cost, so that no supplier has more than a share.

Says what each limit costs, and why where no plan exists.

Example:  verdikart diversify silicon_metal --target 0.5 --spare 0.2

Without some suppliers:  verdikart diversify HS17:810411 --exclude CHN,RUS --allies-min 0.3
"""


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command("diversify", help=HELP)(diversify)


def diversify(
    subject: Annotated[str, typer.Argument(help="Product id, or a code: HS92:260200.")],
    home: HomeOption = "NOR",
    year: Annotated[
        int | None, typer.Option("--year", help="Default: the latest of the trade data.")
    ] = None,
    target: Annotated[
        float, typer.Option("--target", help="Largest share of one supplier.")
    ] = 0.65,
    by: Annotated[int, typer.Option("--by", help="Year that new capacity must run in.")] = 2030,
    base: Annotated[
        str, typer.Option("--base", help="Shares of: imports or consumption.")
    ] = "imports",
    spare: Annotated[
        float,
        typer.Option("--spare", help="Part of what suppliers sell elsewhere that can be had."),
    ] = 0.1,
    allies_min: Annotated[
        float | None, typer.Option("--allies-min", help="Smallest share not from non-allies.")
    ] = None,
    exclude: Annotated[
        str | None, typer.Option("--exclude", help="Countries not to buy from: RUS,CHN.")
    ] = None,
    avoid: Annotated[
        str, typer.Option("--avoid", help="Countries to buy no more from than today; '' for none.")
    ] = "BLR,IRN,PRK,RUS,SYR",
    others_only: Annotated[
        bool, typer.Option("--others-only", help="The target holds for non-allies only.")
    ] = False,
    switching: Annotated[
        float,
        typer.Option("--switching", min=0.0, help="Cost of a change, part of the unit value."),
    ] = 0.05,
    fmt: FormatOption = Format.TABLE,
    output: OutputOption = None,
    lang: LangOption = None,
    homes_file: HomesFile = None,
) -> None:
    """Plan; unknown products, codes, homes and countries fail with what is available."""
    from verdikart.mapping import diversify as plans
    from verdikart.mapping.chain_view import view
    from verdikart.mapping.library import Library
    from verdikart.mapping.supply_plans import Question, answers

    tongue = language(lang)
    question = Question(
        target,
        by,
        base,
        spare,
        allies_min,
        tuple(exclude.split(",")) if exclude else (),
        "others" if others_only else "all",
        switching,
        tuple(avoid.split(",")) if avoid else (),
    )
    seen = view(home, year, Library(custom=homes_file))
    found = answers(seen, subject, question)
    if fmt is Format.JSON:
        emit_json([plans.details(plan, seen) for plan in found])
    elif fmt is Format.TABLE:
        for plan in found:
            _show(plans.details(plan, seen), tongue)
    else:
        emit_rows([plans.row(plan, seen) for plan in found], fmt, output)


def _show(plan: dict[str, Any], lang: Lang) -> None:
    """The plan in words, then shares before and after, and moves."""
    from verdikart.cli.tables import console, country_words, grid, home_words
    from verdikart.reference.i18n import number, percent, translator
    from verdikart.reference.texts import reason_text

    _ = translator(lang)
    home = home_words(plan["home"], lang)
    console.print(f"[bold]{home} {plan['year']} {plan['subject'] or ''}[/]")
    console.print(plan[f"text_{lang}"], soft_wrap=True)
    if plan["shares"]:
        columns = [(_("supplier"), "left"), (_("before"), "right"), (_("after"), "right")]
        table = grid(_("Shares"), columns)
        moved_to = {move["to"] for move in plan["moves"]}
        for row in plan["shares"]:
            if row["before"] >= 0.01 or row["iso3"] in moved_to:
                after = percent(row["after"], lang)
                table.add_row(country_words(row["iso3"], lang), percent(row["before"], lang), after)
        console.print(table)
    if plan["moves"]:
        columns = [(_("from"), "left"), (_("to"), "left"), (plan["unit"], "right")]
        cost = _("cost, USD per {unit}").format(unit=plan["unit"])
        table = grid(_("Moved"), [*columns, (cost, "right")])
        for move in plan["moves"]:
            to = move["to"]
            names = (
                country_words(move["from"], lang),
                country_words(to, lang) if len(to) == 3 else to,
            )
            table.add_row(*names, number(move["amount"], lang), number(move["unit_cost_usd"], lang))
        console.print(table)
    for note in plan["notes"]:
        console.print(f"• {reason_text(note, lang)}")
