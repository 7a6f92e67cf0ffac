"""Economic complexity as terminal tables."""

from __future__ import annotations

from typing import Any

from verdikart.cli.tables import console, grid, word
from verdikart.reference.i18n import Lang, number, percent, translator
from verdikart.reference.texts import reason_text

Row = dict[str, Any]


def show(result: Row, shown: str, top: int, lang: Lang) -> None:
    """What was computed, then one list; where nothing was, why and what would help."""
    _ = translator(lang)
    head = f"{result['home']} {result['year']} · {result['source']} ({result['nomenclature']})"
    if result["status"] != "ok":
        console.print(f"[bold]{head}[/]: {word('status', result['status'], lang)}")
        console.print(f"• {reason_text(result['reason'], lang)}")
        console.print(f"• {result[f'text_{lang}']}", soft_wrap=True)
        return
    _summary(result, head, lang)
    if "product" in result:
        _one(result["product"], top, lang)
        return
    rows = result[shown]
    PRINTED[shown](rows[:top], lang)
    if len(rows) > top:
        console.print(
            _("{shown} of {all} rows; --top shows more, --format csv all of them").format(
                shown=top, all=number(len(rows), lang, 0)
            )
        )


def _summary(result: Row, head: str, lang: Lang) -> None:
    _ = translator(lang)
    out = result["left_out"]
    console.print(
        f"[bold]{head}[/]: "
        + _("{countries} countries, {products} products; left out: {out}").format(
            countries=number(len(result["countries"]), lang, 0),
            products=number(len(result["products"]), lang, 0),
            out=number(len(out), lang, 0),
        ),
        soft_wrap=True,
    )
    if result["reason"]:
        console.print(f"• {reason_text(result['reason'], lang)}")
    own = next(row for row in result["countries"] if row["iso3"] == result["home"])
    console.print(
        _(
            "{home}: ECI {eci} (number {rank} of {all}), outlook {coi}, advantage in {count} products"
        ).format(
            home=own[f"name_{lang}"],
            eci=number(own["eci"], lang, 3),
            rank=own["rank"] or "–",
            all=len(result["countries"]),
            coi=number(own["coi"], lang, 3),
            count=number(own["diversity"], lang, 0),
        )
    )
    if result["inner_usd"]:
        console.print(
            _(
                "Counted as one exporter; {amount} million USD between its members are left out."
            ).format(amount=number(result["inner_usd"] / 1e6, lang, 0))
        )


def _opportunities(rows: list[Row], lang: Lang) -> None:
    _ = translator(lang)
    table = grid(
        _("Products without advantage yet"),
        [
            (_("code"), "left"),
            (_("product"), "left"),
            ("RCA", "right"),
            (_("density"), "right"),
            (_("distance"), "right"),
            ("PCI", "right"),
            (_("opportunity gain"), "right"),
            (_("world exports, million USD"), "right"),
        ],
    )
    for row in rows:
        table.add_row(
            row["product"],
            row["name_en"] or "–",
            number(row["rca"], lang, 3),
            percent(row["density"], lang),
            percent(row["distance"], lang),
            number(row["pci"], lang, 3),
            number(row["cog"], lang, 3),
            number(row["world_exports_usd"] / 1e6, lang, 0),
        )
    console.print(table)


def _countries(rows: list[Row], lang: Lang) -> None:
    _ = translator(lang)
    table = grid(
        _("Countries by economic complexity"),
        [
            ("", "right"),
            (_("country"), "left"),
            ("ECI", "right"),
            (_("outlook"), "right"),
            (_("products with advantage"), "right"),
            (_("exports, million USD"), "right"),
        ],
    )
    for row in rows:
        table.add_row(
            str(row["rank"] or "–"),
            f"{row['iso3']} {row[f'name_{lang}']}",
            number(row["eci"], lang, 3),
            number(row["coi"], lang, 3),
            number(row["diversity"], lang, 0),
            number(row["exports_usd"] / 1e6, lang, 0),
        )
    console.print(table)


def _products(rows: list[Row], lang: Lang) -> None:
    _ = translator(lang)
    table = grid(
        _("Products by complexity"),
        [
            (_("code"), "left"),
            (_("product"), "left"),
            ("PCI", "right"),
            (_("countries with advantage"), "right"),
            (_("world exports, million USD"), "right"),
        ],
    )
    for row in rows:
        table.add_row(
            row["product"],
            row["name_en"] or "–",
            number(row["pci"], lang, 3),
            number(row["ubiquity"], lang, 0),
            number(row["world_exports_usd"] / 1e6, lang, 0),
        )
    console.print(table)


def _left_out(rows: list[Row], lang: Lang) -> None:
    _ = translator(lang)
    columns = [("", "left"), (_("exports, million USD"), "right"), (_("reason"), "left")]
    table = grid(_("Left out"), columns)
    for row in rows:
        name = row.get(f"name_{lang}") or row["name_en"] or ""
        amount = number(row["exports_usd"] / 1e6, lang, 1)
        table.add_row(f"{row['id']} {name}", amount, reason_text(row["reason"], lang))
    console.print(table)


PRINTED = {
    "opportunities": _opportunities,
    "countries": _countries,
    "products": _products,
    "left_out": _left_out,
}


def _one(row: Row, top: int, lang: Lang) -> None:
    """One product of the home with its nearest ones."""
    _ = translator(lang)
    console.print(f"\n[bold]{row['product']}[/] {row['name_en']}", soft_wrap=True)
    if row["rca"] is None:
        console.print(f"• {reason_text(row['rca_reason'], lang)}")
        return
    for name, text in (
        (
            f"RCA ({_('advantage') if row['has'] else _('no advantage')})",
            number(row["rca"], lang, 3),
        ),
        (_("density"), percent(row["density"], lang)),
        (_("distance"), percent(row["distance"], lang)),
        ("PCI", number(row["pci"], lang, 3)),
        (_("opportunity gain"), number(row["cog"], lang, 3)),
        (_("countries with advantage"), number(row["ubiquity"], lang, 0)),
    ):
        console.print(f"{name}: {text}")
    columns = [(_("code"), "left"), (_("product"), "left")]
    columns += [(_("proximity"), "right"), (_("advantage"), "left")]
    table = grid(_("Nearest products"), columns)
    for near in row["nearest"][:top]:
        has = _("yes") if near["has"] else _("no")
        table.add_row(
            near["product"], near["name_en"] or "–", number(near["proximity"], lang, 3), has
        )
    console.print(table)
