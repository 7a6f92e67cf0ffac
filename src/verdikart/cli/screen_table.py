"""The most concentrated imports of a home, as a terminal table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from verdikart.cli.fitting import print_rows
from verdikart.cli.tables import Row, console, country_words, home_words, share
from verdikart.reference.i18n import Lang, number, translator

if TYPE_CHECKING:
    from verdikart.mapping.screen import Asked


def screen_table(
    rows: list[Row], found: int, asked: Asked, home: str, floor: float, lang: Lang
) -> None:
    """Rows of :func:`verdikart.mapping.screen.rows_of`; ``found`` is how many there are in all."""
    from verdikart.mapping.library import goods_of

    _ = translator(lang)
    columns = [
        (_("year"), "right"),
        (_("product"), "left"),
        (f"{_('million')} USD", "right"),
        ("HHI", "right"),
        (_("largest"), "left"),
        (_("share"), "right"),
        (_("suppliers"), "right"),
    ]
    if asked.full:
        columns += [(_("governance-weighted"), "right"), ("CDI2", "right"), ("CDI3", "right")]
        columns += [("RCA", "right")]
    lines = []
    for row in rows:
        subject = f"{row['nomenclature']}:{row['code']}"
        goods = goods_of(subject)
        names = "; ".join(g.name_nb if lang == "nb" else g.name_en for g in goods)
        cells = [
            str(row["year"]),
            f"{subject} {names}".strip(),
            number(row["imports_usd"] / 1e6, lang, 3),
            number(row["hhi_value"], lang, 3),
            country_words(row["top_supplier"], lang),
            share(row | {"top_share_status": row["hhi_value_status"]}, "top_share", lang),
            number(row["suppliers"], lang),
        ]
        if asked.full:
            figures = ("hhi_governance", "cdi2", "cdi3", "rca")
            cells += [number(row[name], lang, 3) for name in figures]
        lines.append(cells)
    print_rows(f"{home_words(home, lang)} · {asked.source}", columns, lines, lang, (6, 0))
    console.print(
        _("{shown} of {count} codes with imports of at least {floor} million USD").format(
            shown=len(rows), count=found, floor=number(floor, lang, 1)
        )
    )
