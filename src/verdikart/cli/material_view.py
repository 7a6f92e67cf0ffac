"""How critical a material is, in a few lines: the home, the EU, the methods, the two horizons."""

from __future__ import annotations

from typing import Any

from verdikart.cli.criticality_tables import scored
from verdikart.cli.tables import console, word
from verdikart.mapping.methods import METHODS
from verdikart.mapping.statements import home_name
from verdikart.reference.i18n import Lang, number, percent, translator
from verdikart.reference.texts import reason_text

Row = dict[str, Any]


def print_criticality(result: Row, home: str, lang: Lang) -> None:
    """Print the lines; what a table has no row for is said and not left out."""
    _ = translator(lang)
    title = _("Criticality")
    own, study = result["criticality"], result["criticality_eu"]
    for row, name in (
        (own, home_name(home, lang)),
        (study, _("EU study 2023, recomputed")),
    ):
        if row is None:
            console.print(f"{title}, {name}: {_('not assessed')}")
        else:
            console.print(f"{title}, {name}: {_verdict(row, lang)}")
    if own or study:
        console.print(f"  • {reason_text('trade_parameter_2016_2020', lang)}", style="dim")
    _methods(result["methods"], lang)
    _horizons(result["horizons"], lang)


def _verdict(row: Row, lang: Lang) -> str:
    """Verdict, how sure, both scores, chance and rank, and what is not known."""
    _ = translator(lang)
    text = word("criticality", row["verdict"], lang)
    if row["verdict"] in ("critical", "not_critical") and row["sureness"]:
        text += f" ({word('sureness', row['sureness'], lang)})"
    parts = [
        text,
        f"SR {scored(row, 'supply_risk', lang)}",
        f"EI {scored(row, 'economic_importance', lang)}",
    ]
    if row["chance_critical"] is not None:
        parts.append(
            _("chance of critical {chance}").format(chance=percent(row["chance_critical"], lang, 0))
        )
    if row["rank"] is not None:
        parts.append(_("rank {rank}").format(rank=row["rank"]))
    if row["rank_low"] is not None:
        parts.append(
            _("rank interval {low}–{high}").format(low=row["rank_low"], high=row["rank_high"])
        )
    if row["missing"]:
        lacking = (word("critical_input", m.partition(":")[0], lang) for m in row["missing"])
        parts.append(f"{_('not known')}: {', '.join(dict.fromkeys(lacking))}")
    if row["borrowed"]:
        parts.append(_("inputs borrowed from the EU"))
    return " · ".join(parts)


def _methods(row: Row | None, lang: Lang) -> None:
    _ = translator(lang)
    if row is None:
        return
    found = []
    for name in METHODS:
        mark = {True: " ●", False: " ○", None: ""}[row[f"{name}_verdict"]]
        rank = row[f"{name}_rank"]
        place = f"{rank}/{row[f'{name}_of']}" if rank is not None else "–"
        found.append(f"{METHODS[name].short.in_(lang)} {place}{mark}")
    legend = _("rank by each method; ● critical by its verdict, ○ not")
    console.print(f"{_('Methods')} ({legend}): {' · '.join(found)}")
    console.print(
        "  "
        + _(
            "{critical} of {verdicts} verdicts say critical; driver of disagreement: {driver}"
        ).format(
            critical=row["critical_verdicts"],
            verdicts=row["verdicts"],
            driver=word("driver", row["driver"], lang),
        )
    )


def _horizons(row: Row | None, lang: Lang) -> None:
    """Each horizon's score, or the range its missing criteria leave and which they are."""
    _ = translator(lang)
    if row is None:
        return
    for name in ("short", "long"):
        if row[name] is not None:
            text = number(row[name], lang, 2)
        else:
            low, high = number(row[f"{name}_low"], lang, 2), number(row[f"{name}_high"], lang, 2)
            lacking = ", ".join(word("horizon_criterion", c, lang) for c in row[f"{name}_lacking"])
            text = f"[{low}–{high}] ({_('not known')}: {lacking})"
        label = word("horizon", name, lang)
        place = _("rank {rank}").format(rank=row[f"{name}_rank"])
        console.print(f"{label[:1].upper()}{label[1:]}: {text} · {place}")
