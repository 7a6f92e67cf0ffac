"""Terminal views of one material, product, country or sector."""

from __future__ import annotations

from typing import Any

from verdikart.cli.material_view import print_criticality
from verdikart.cli.tables import console, country_words, grid, share, word
from verdikart.mapping.statements import home_name, nok_text, round_number, stage_name
from verdikart.reference.entities import Material
from verdikart.reference.i18n import Lang, number, percent, tenths, translator
from verdikart.reference.load import by_key
from verdikart.reference.texts import reason_text

Row = dict[str, Any]
MOST = 20


def print_view(result: Row, home: str, lang: Lang) -> None:
    """Print one view."""
    console.rule(f"[bold]{result['name']}[/] ({result['id']})", align="left")
    if result["kind"] == "country":
        _country(result, home, lang)
        return
    if result["kind"] == "material":
        _standing(result, lang)
        print_criticality(result, home, lang)
    elif result["kind"] == "product":
        _product(result, lang)
    else:
        _ = translator(lang)
        console.print(f"{_('materials')}: {', '.join(result['materials'])}")
    _assessments(result["assessments"], lang)
    _positions(result.get("positions", []), lang)
    _plants(result.get("plants", []), lang)
    for finding in result.get("findings", []):
        console.print(f"• {finding[f'text_{lang}']}")
    for measure in result.get("measures", []):
        console.print(
            f"• {measure['from']} {measure['by']}: {measure['description']} ({measure['confidence']})"
        )


def _standing(result: Row, lang: Lang) -> None:
    _ = translator(lang)
    for key, label in (
        ("eu_critical", _("EU critical (Annex II)")),
        ("eu_strategic", _("EU strategic (Annex I)")),
        ("nato", _("NATO")),
    ):
        how = result[key]
        console.print(f"{label}: {word('coverage', how, lang) if how else '–'}")
    above = result["above_eu_thresholds"]
    text = {True: _("yes"), False: _("no"), None: _("not assessed")}[above]
    console.print(f"{_('Above the EU thresholds')}: {text}")
    if result["norwegian_supplement"]:
        console.print(f"{_('Norwegian supplement')}: {result[f'reason_{lang}']}")
    console.print(f"{_('Sectors')}: {', '.join(result['sectors']) or '–'}")
    products = [f"{p['product']} ({stage_name(p['stage'], lang)})" for p in result["products"]]
    console.print(f"{_('Products')}: {', '.join(products) or '–'}")


def _product(result: Row, lang: Lang) -> None:
    _ = translator(lang)
    console.print(f"{_('Stage')}: {stage_name(result['stage'], lang)}")
    codes = [f"{n}:{c}" for n, found in result["codes"].items() for c in found]
    scopes = result["scopes"]
    console.print(f"{_('Codes')}: {', '.join(f'{c} ({scopes[c]})' for c in codes) or '–'}")
    console.print(f"{_('Main inputs')}: {', '.join(result['feeds']) or '–'}")
    if result["role"]:
        console.print(f"{_('Role of Norway')}: {word('role', result['role'], lang)}")
    if result["gap"]:
        console.print(
            f"{reason_text(result['gap']['reason'], lang)} ({result['gap']['would_fill']})"
        )


def _assessments(rows: list[Row], lang: Lang) -> None:
    _ = translator(lang)
    known = [r for r in rows if r["mix"]]
    if not known:
        console.print(_("No mix can be computed from the embedded data."))
        return
    columns = [
        ("#", "right"),
        (_("home"), "left"),
        (_("good"), "left"),
        (_("basis"), "left"),
        (_("NOK million"), "right"),
        (_("largest"), "left"),
        (_("share"), "right"),
        ("HHI", "right"),
        (_("allies"), "right"),
        (_("verdict"), "left"),
    ]
    table = grid(_("Supply"), columns)
    for place, row in enumerate(known[:MOST], start=1):
        index = row["hhi_value"] if row["hhi_value"] is not None else row["hhi_quantity"]
        nok = row["value_nok"]
        table.add_row(
            str(place),
            row["home"],
            _good(row, lang),
            f"{word('basis', row['basis'], lang)} {row['year']}",
            tenths(nok / 1e6, lang) if nok is not None else "–",
            country_words(row["top_supplier"], lang),
            share(row, "top_share", lang),
            number(index, lang, 3),
            percent(row["ally_share"], lang, 0),
            word("outcome", row["outcome"], lang),
        )
    console.print(table)
    _ids(known, "top_share", lang)


def _good(row: Row, lang: Lang) -> str:
    """What a row is about: a product, or a material at a stage where no code is."""
    material, _at, stage = row["subject"].partition("@")
    if not stage:
        return str(row[f"name_{lang}"])
    return f"{by_key(Material)[material].name(lang)}, {stage_name(stage, lang)}"


def _ids(rows: list[Row], name: str, lang: Lang) -> None:
    """Figure ids whole on lines of their own, so that they can be copied; and what was cut."""
    _ = translator(lang)
    for place, row in enumerate(rows[:MOST], start=1):
        console.print(f"{place:>3} {row['figures'][name]}", style="dim", soft_wrap=True)
    if len(rows) > MOST:
        console.print(
            _("… and {count} more (--format json shows all)").format(count=len(rows) - MOST)
        )


def _positions(rows: list[Row], lang: Lang) -> None:
    _ = translator(lang)
    if not rows:
        return
    columns = [
        ("#", "right"),
        (_("other home"), "left"),
        (_("good"), "left"),
        (_("share"), "right"),
        (_("of all imports"), "right"),
        (_("by tonnes"), "right"),
        (_("rank"), "right"),
        (_("value"), "right"),
        (_("tonnes"), "right"),
        (_("source"), "left"),
    ]
    table = grid(_("Position"), columns)
    for place, row in enumerate(rows[:MOST], start=1):
        table.add_row(
            str(place),
            home_name(row["other"], lang),
            _good(row, lang),
            share(row, "supplier_share", lang),
            share(row, "supplier_share_all", lang),
            share(row, "supplier_share_quantity", lang),
            str(row["supplier_rank"] or "–"),
            nok_text(row["value_nok"], lang) if row["value_nok"] is not None else "–",
            round_number(row["quantity_t"], lang),
            f"{row['source']} {row['year']}",
        )
    console.print(table)
    _ids(rows, "supplier_share", lang)


def _plants(rows: list[Row], lang: Lang) -> None:
    _ = translator(lang)
    if not rows:
        return
    names = ("producer", "product", "place", "capacity", "status", "confidence")
    table = grid(_("Plants, projects and deposits in Norway"), [(_(n), "left") for n in names])
    for row in rows:
        capacity = (
            f"{number(row['capacity'], lang)} {row['capacity_unit']}" if row["capacity"] else "–"
        )
        table.add_row(
            row["producer"],
            row["product"],
            row["place"],
            capacity,
            row["status"],
            row["confidence"],
        )
    console.print(table)


def _country(result: Row, home: str, lang: Lang) -> None:
    _ = translator(lang)
    if result["id"] == home:
        console.print(_("This is the home itself; see verdikart map and show --home of another."))
        return
    console.print(f"{_('alignment')}: {', '.join(result['alignment']) or '–'}")
    for key, title in (
        ("imports_from", _("What comes from there")),
        ("exports_to", _("What goes there")),
    ):
        columns = [
            (_("code"), "left"),
            (_("million"), "right"),
            ("", "left"),
            (_("tonnes"), "right"),
            (_("share of value"), "right"),
        ]
        table = grid(f"{title} ({home})", columns)
        rows = result[key]
        for row in rows[:MOST]:
            value = row["value"]
            table.add_row(
                row["subject"],
                number(value / 1e6, lang, 3) if value is not None else "–",
                row["value_unit"] or "",
                round_number(row["quantity_t"], lang),
                percent(row["value_share"], lang),
            )
        console.print(table)
        if len(rows) > MOST:
            console.print(
                _("… and {count} more (--format json shows all)").format(count=len(rows) - MOST)
            )
    _assessments(result["largest_supplier_of"], lang)
