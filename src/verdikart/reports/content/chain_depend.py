"""Who depends on the home for a good: its part of what each buyer gets from outside, as bars."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from verdikart.reports.content import parts
from verdikart.reports.document.draft import Draft
from verdikart.reports.document.model import Cell, Chart, Column

Row = dict[str, Any]
NAMED: Final = 10  # dependences with a bar of their own
IMPORTS: Final = "imports"  # basis of the mapped year; the others are of studies and older


def depended(draft: Draft) -> list[Row]:
    """Buyers that get a part worth naming from the home in the mapped year, the largest first."""
    floor = draft.saved.parameters["position_floor"]
    rows = [
        r
        for r in draft.saved.rows("reverse_dependency")
        if r["supplier"] == draft.saved.home
        and r["basis"] == IMPORTS
        and (r["supplier_share"] or 0) >= floor
    ]
    return sorted(rows, key=lambda r: (-r["supplier_share"], r["subject"], r["buyer"]))


def apart(names: Sequence[str], subjects: Sequence[str]) -> tuple[str, ...]:
    """Names for the bars of a chart; those of several goods of one name have the code with them."""
    return tuple(
        name if names.count(name) == 1 else f"{name} ({subject.rpartition(':')[2]})"
        for name, subject in zip(names, subjects, strict=True)
    )


def weightiest(rows: Sequence[Row]) -> Row | None:
    """The dependence that is worth most in kroner."""
    return max(rows, key=lambda r: r["value_nok"] or 0.0, default=None)


def bars(draft: Draft, chart_id: str, title: str, rows: Sequence[Row]) -> Chart:
    """Dependences as bars. ``rows``: at least one, of one basis, the largest share first."""
    shown = list(rows)[:NAMED]
    one_buyer = len({row["buyer"] for row in shown}) == 1
    figures = tuple(draft.figure(row, "supplier_share") for row in shown)
    goods = apart(
        [
            parts.product(draft, row)
            if one_buyer
            else f"{parts.capital(draft.voice.of(row, 'buyer'))}: "
            f"{parts.inside(parts.product(draft, row))}"
            for row in shown
        ],
        [row["subject"] for row in shown],
    )
    heads = (
        Column("good", draft.say("Good"), width=2.4),
        draft.head("reverse_dependency", "buyer", width=1.4),
        draft.head("reverse_dependency", "supplier_share"),
        draft.head("reverse_dependency", "supplier_rank"),
        draft.head("reverse_dependency", "value_nok"),
    )
    body = [
        (
            Cell(parts.product(draft, row), row["subject"]),
            Cell(draft.voice.of(row, "buyer"), row["buyer"]),
            draft.cell(row, "supplier_share"),
            draft.cell(row, "supplier_rank"),
            draft.cell(row, "value_nok"),
        )
        for row in shown
    ]
    table = draft.table(chart_id, title, heads, body)
    alt = draft.statement(
        "Longest bar: {label}, with {share} of what the buyer imports from outside.",
        label=goods[0],
        share=figures[0],
    )
    axis = draft.say("Share of the buyer’s imports from outside")
    return parts.bars(draft, f"{chart_id}-chart", alt, goods, figures, ("ally",), table, axis)
