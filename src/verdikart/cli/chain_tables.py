"""Tables of the chain verb in the terminal."""

from __future__ import annotations

from typing import Any

from verdikart.cli.tables import console, grid, word
from verdikart.reference.entities import Stage
from verdikart.reference.i18n import Lang, number, translator
from verdikart.reference.load import by_key

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
