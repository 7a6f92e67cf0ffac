"""Tables of the chain verb in the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from rich.table import Table

from verdikart.cli.tables import console, grid, home_words, word
from verdikart.mapping.chain_graphs import DEEP
from verdikart.reference import countries
from verdikart.reference.entities import Stage
from verdikart.reference.i18n import Lang, number, percent, translator
from verdikart.reference.load import by_key

if TYPE_CHECKING:
    from verdikart.mapping.run import Mapping

Row = dict[str, Any]


def list_table(rows: list[Row], lang: Lang) -> None:
    """The chains that there are."""
    _ = translator(lang)
    stages = by_key(Stage)
    table = grid(
        _("Value chains"),
        [
            (_("chain"), "left"),
            (_("name"), "left"),
            (_("depth"), "left"),
            (_("products"), "right"),
            (_("edges"), "right"),
            (_("with coefficient"), "right"),
            (_("stages"), "left"),
            (_("why"), "left"),
        ],
    )
    for row in rows:
        table.add_row(
            row["chain"],
            row[f"name_{lang}"],
            word("chain_depth", row["depth"], lang),
            *(number(row[n], lang) for n in ("products", "edges", "edges_with_coefficient")),
            ", ".join(stages[s].name(lang) for s in row["stages"]),
            row[f"why_{lang}"],
        )
    console.print(table)


def print_chains(mapping: Mapping, lang: Lang) -> None:
    """The deep chains of a mapping: verdict, bottleneck, and how much of what the home needs is seen."""
    _ = translator(lang)
    columns = [
        (_("chain"), "left"),
        (_("verdict"), "left"),
        (_("seen"), "right"),
        (_("bottleneck among the goods seen"), "left"),
    ]
    table = grid(_("The deep value chains"), columns)
    own = [r for r in mapping.tables["chains"] if r["home"] == mapping.home]
    names = {r["product"]: r[f"name_{lang}"] for r in mapping.tables["chain_steps"]}
    for row in (r for r in own if r["depth"] == DEEP):
        narrow, supplier = row["bottleneck_product"], row["bottleneck_supplier"]
        text = names[narrow] if narrow else "–"
        if narrow and supplier:
            share = percent(row["bottleneck_share"], lang, 0)
            text += f" ({countries.name(supplier, lang)} {share})"
        table.add_row(
            row[f"name_{lang}"],
            word("chain_verdict", row["verdict"], lang),
            f"{row['steps_seen']}/{row['steps_needed']}",
            text,
        )
    console.print(table)
    shallow = sum(r["depth"] != DEEP for r in own)
    console.print(
        _("{count} shallow chains beside them; one in full: verdikart chain show ID").format(
            count=shallow
        ),
        style="dim",
    )


def show_tables(found: Row, lang: Lang) -> None:
    """One chain: its verdict in words, its stages, its steps, and what stands beside them."""
    _ = translator(lang)
    chain = found["chain"]
    depth = word("chain_depth", chain["depth"], lang)
    home = home_words(chain["home"], lang)
    console.print(f"{chain[f'name_{lang}']} · {home} {chain['year']} · {depth}")
    console.print(chain[f"text_{lang}"])
    console.print(_("Bottleneck: {text}").format(text=chain[f"bottleneck_{lang}"]))
    console.print(_stage_table(found, lang))
    console.print(_step_table(found, lang))
    for line in _beside(found, lang):
        console.print(f"• {line}")


def _stage_table(found: Row, lang: Lang) -> Table:
    _ = translator(lang)
    columns = [(_("stage"), "left"), (_("verdict"), "left"), (_("in words"), "left")]
    table = grid(_("Stages"), columns)
    for row in found["stages"]:
        verdict = word("chain_verdict", row["verdict"], lang)
        table.add_row(row[f"name_{lang}"], verdict, row[f"text_{lang}"])
    return table


def _step_table(found: Row, lang: Lang) -> Table:
    _ = translator(lang)
    columns = [
        (_("step"), "left"),
        (_("stage"), "left"),
        (_("part of the home"), "left"),
        (_("supply"), "left"),
        (_("plants"), "left"),
    ]
    table = grid(_("Steps"), columns)
    stages = by_key(Stage)
    for row in found["steps"]:
        mark = f" ({_('bottleneck')})" if row["bottleneck"] else ""
        table.add_row(
            row[f"name_{lang}"] + mark,
            stages[row["stage"]].name(lang),
            word("chain_entry", row["entry"], lang),
            row[f"text_{lang}"],
            ", ".join(
                dict.fromkeys(p["producer"] for p in found["beside"][row["product"]]["plants"])
            ),
        )
    return table


def _beside(found: Row, lang: Lang) -> Iterator[str]:
    """Measures, lead times and substitutes of the steps that are vulnerable or the bottleneck."""
    _ = translator(lang)
    for row in found["steps"]:
        if not (row["bottleneck"] or row["counts_as"] == "vulnerable"):
            continue
        name, beside = row[f"name_{lang}"], found["beside"][row["product"]]
        for measure in beside["measures"]:
            since, text = measure["from_date"], measure[f"text_{lang}"]
            yield _("{name}: measure in force from {since}: {text}").format(
                name=name, since=since, text=text
            )
        for time in beside["lead_times"]:
            ends = dict.fromkeys(_years(time[f"years_{end}"], lang) for end in ("low", "high"))
            yield _("{name}: {kind} takes {years} years, from {start} to {end}").format(
                name=name,
                kind=word("lead_time_kind", time["kind"], lang),
                years="–".join(ends),
                start=time[f"start_{lang}"],
                end=time[f"end_{lang}"],
            )
        if not beside["substitutes"]:
            text = _(
                "{name}: no substitute on record for its uses in the chain, not the same as none"
            )
            yield text.format(name=name)
        pairs = ((s[f"use_{lang}"], s[f"name_{lang}"]) for s in beside["substitutes"])
        for use, other in dict.fromkeys(pairs):
            text = (
                _("{name}: substitute in {use}: {other}")
                if use
                else _("{name}: substitute: {other}")
            )
            yield text.format(name=name, use=use, other=other)


def _years(value: float, lang: Lang) -> str:
    """As many decimals as it takes: 3, 16.5, 1.25."""
    return number(value, lang, next(n for n in (0, 1, 2) if n == 2 or round(value, n) == value))


def lint_table(rows: list[Row], lang: Lang) -> None:
    """What the lint found, with the count of each severity last."""
    _ = translator(lang)
    columns = [
        (_("place"), "left"),
        (_("severity"), "left"),
        (_("fault"), "left"),
        (_("remedy"), "left"),
    ]
    table = grid(_("Faults of chains"), columns)
    for row in rows:
        where = _("{file}, line {line}").format(**row) if row["line"] else row["file"]
        severity = word("severity", row["severity"], lang)
        table.add_row(where, severity, row[f"text_{lang}"], row[f"remedy_{lang}"])
    if rows:
        console.print(table)
    counts = {s: sum(r["severity"] == s for r in rows) for s in ("error", "warning", "note")}
    console.print(
        _("{error} errors, {warning} warnings, {note} notes").format(
            **{s: number(n, lang) for s, n in counts.items()}
        )
    )
