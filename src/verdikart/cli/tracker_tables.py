"""The tracker in the terminal: one line a material and benchmark, one column a home."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from verdikart.cli.fitting import Column, print_table
from verdikart.cli.tables import console, country_words, home_words, word
from verdikart.mapping.chain_graphs import check_chain
from verdikart.mapping.chain_tracker import combined, interval
from verdikart.reference.i18n import Lang, percent, translator
from verdikart.reference.texts import reason_text

Row = dict[str, Any]
# Figures that say what a lever does, not only what there is.
EFFECTS = ("dependency_after", "top_share_after", "imports_displaced")


def tracker_table(rows: list[Row], homes: Sequence[str], chain: str | None, lang: Lang) -> None:
    """Shares and verdicts, then how many materials keep each benchmark, then what it is to whom."""
    _ = translator(lang)
    groups: dict[tuple[str, str], dict[str, list[Row]]] = {}
    for row in rows:
        key = (row["material_id"], _part(row, lang))
        groups.setdefault(key, {}).setdefault(row["home"], []).append(row)
    if not groups:
        console.print(_("No material of the question is in scope."))
        return
    first = [next(iter(held.values()))[0] for held in groups.values()]
    title = _("Benchmarks of the Critical Raw Materials Act for 2030")
    if chain is not None:
        graph = check_chain(chain).chain
        name = graph.name_nb if lang == "nb" else graph.name_en
        title += f" · {name} ({word('chain_depth', graph.depth, lang)})"
    columns = [
        Column(_("material"), [row[f"name_{lang}"] for row in first], least=20),
        Column(_("stage"), [part for _material, part in groups], least=10),
        Column(_("benchmark"), [_limit(row, lang) for row in first]),
    ]
    for home in homes:
        cells = [_cell(held.get(home, []), lang) for held in groups.values()]
        columns.append(Column(home_words(home, lang), cells, least=14))
    print_table(title, columns, lang)
    for home in homes:
        console.print(_counted(rows, home, lang))
    console.print(
        _(
            "Binding for the Union (the first three in aggregate); elsewhere a corresponding benchmark."
        )
    )


def _part(row: Row, lang: Lang) -> str:
    """The benchmark in words; the limit on one country names its stage."""
    name = word("benchmark", row["benchmark"], lang)
    if row["benchmark"] != "single_country":
        return name
    return f"{name}, {word('benchmark', row['stage'], lang)}"


def _limit(row: Row, lang: Lang) -> str:
    return ("≥ " if row["at_least"] else "≤ ") + percent(row["target"], lang, 0)


def _cell(rows: list[Row], lang: Lang) -> str:
    """Share and verdict; of several goods the span of their shares."""
    if not rows:
        return "–"
    result = combined(rows)
    told = word("benchmark_verdict", result, lang)
    known = [row for row in rows if row["verdict"] != "not_computable"]
    if not known:
        return told
    low = min(row["share_low"] for row in known)
    high = max(row["share_high"] for row in known)
    one = known[0]["share"] if len(known) == 1 else None
    shown = interval(one, low, high, lang)
    who = known[0]["supplier"] if len(known) == 1 else None
    return f"{shown} {country_words(who, lang)}, {told}" if who else f"{shown}, {told}"


def _counted(rows: list[Row], home: str, lang: Lang) -> str:
    """One line a home: how many materials keep each benchmark."""
    _ = translator(lang)
    held: dict[str, dict[str, list[Row]]] = {}
    for row in rows:
        if row["home"] == home:
            held.setdefault(row["benchmark"], {}).setdefault(row["material_id"], []).append(row)
    parts = []
    for benchmark, materials in held.items():
        counts = Counter(combined(group) for group in materials.values())
        told = ", ".join(
            f"{counts[v]} {word('benchmark_verdict', v, lang)}"
            for v in ("met", "not_met", "borderline", "open", "not_computable")
            if counts[v]
        )
        parts.append(f"{word('benchmark', benchmark, lang)}: {told}")
    return _("{home} (materials): {counts}").format(
        home=home_words(home, lang), counts="; ".join(parts)
    )


def levers_table(rows: list[Row], lang: Lang) -> None:
    """What more recycling would do, one line a lever and material; then what is not computable."""
    _ = translator(lang)
    shown = [row for row in rows if any(row[f"{name}_high"] is not None for name in EFFECTS)]
    columns = [
        Column(_("home"), [home_words(row["home"], lang) for row in shown], least=4),
        Column(_("material"), [row[f"name_{lang}"] for row in shown], least=20),
        Column(_("lever"), [word("lever", row["lever"], lang) for row in shown], least=14),
        Column(_("effect"), [row[f"text_{lang}"] for row in shown], least=40),
    ]
    if shown:
        print_table(_("Circularity as a lever"), columns, lang)
    left = Counter((row["lever"], row["reason"]) for row in rows if row not in shown)
    for (lever, reason), count in left.most_common():
        told = _("{lever}, not computable ({count}): {reason}").format(
            lever=word("lever", lever, lang),
            count=count,
            reason=reason_text(reason, lang) if reason else "–",
        )
        console.print(told)
