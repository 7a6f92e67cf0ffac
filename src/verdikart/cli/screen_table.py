"""The most concentrated imports of a home, as a terminal table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from verdikart.cli.tables import Row, console, country_words, grid, home_words, share
from verdikart.reference.i18n import Lang, number, translator

if TYPE_CHECKING:
    from verdikart.mapping.screen import Asked


def screen_table(
    rows: list[Row], found: int, asked: Asked, home: str, floor: float, lang: Lang
) -> None:
    """Rows of :func:`verdikart.mapping.screen.rows_of`; ``found`` is how many there are in all."""
    _ = translator(lang)
    columns = [
        (_("year"), "right"),
        (_("code"), "left"),
        (f"{_('million')} USD", "right"),
        ("HHI", "right"),
        (_("largest"), "left"),
        (_("share"), "right"),
        (_("suppliers"), "right"),
    ]
    if asked.full:
        columns += [(_("governance-weighted"), "right"), ("CDI2", "right"), ("CDI3", "right")]
        columns += [("RCA", "right")]
    table = grid(f"{home_words(home, lang)} · {asked.source}", columns)
    for row in rows:
        cells = [
            str(row["year"]),
            f"{row['nomenclature']}:{row['code']}",
            number(row["imports_usd"] / 1e6, lang, 3),
            number(row["hhi_value"], lang, 3),
            country_words(row["top_supplier"], lang),
            share(row | {"top_share_status": row["hhi_value_status"]}, "top_share", lang),
            number(row["suppliers"], lang),
        ]
        if asked.full:
            figures = ("hhi_governance", "cdi2", "cdi3", "rca")
            cells += [number(row[name], lang, 3) for name in figures]
        table.add_row(*cells)
    console.print(table)
    console.print(
        _("{shown} of {count} codes with imports of at least {floor} million USD").format(
            shown=len(rows), count=found, floor=number(floor, lang, 1)
        )
    )
