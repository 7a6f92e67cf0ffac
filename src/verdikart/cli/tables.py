"""Results as terminal tables, in the user's language."""

from __future__ import annotations

import sys
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table

from verdikart.core.errors import UnknownName
from verdikart.reference import countries
from verdikart.reference.entities import Word
from verdikart.reference.i18n import Lang, number, percent, translator
from verdikart.reference.load import load

Row = dict[str, Any]
# Piped output has no width of its own; tables then get room instead of broken words.
console = Console(highlight=False, width=None if sys.stdout.isatty() else 150)


def grid(title: str, columns: list[tuple[str, str]]) -> Table:
    """An empty table; ``columns`` are (heading, left or right)."""
    table = Table(title=title, title_justify="left", box=box.SIMPLE, pad_edge=False)
    for heading, justify in columns:
        right = justify == "right"
        table.add_column(
            heading, justify="right" if right else "left", no_wrap=right, overflow="fold"
        )
    return table


def word(vocabulary: str, term: str, lang: Lang) -> str:
    """A term of a vocabulary in words; the term itself where the table lacks it."""
    for row in load(Word):
        if row.vocabulary == vocabulary and row.term == term:
            return row.name_nb if lang == "nb" else row.name_en
    return term


def flag_words(flags: list[str], lang: Lang) -> str:
    """Flags in words."""
    return ", ".join(word("flag", flag, lang) for flag in flags)


def share(row: Row, name: str, lang: Lang) -> str:
    """A share as per cent, with its interval where there is one, or the status where it has none."""
    if row.get(name) is None:
        return word("status", str(row.get(f"{name}_status", "missing")), lang)
    text = percent(row[name], lang)
    low, high = row.get(f"{name}_low"), row.get(f"{name}_high")
    if low is not None and high is not None and high - low >= 0.0005:
        text += f" [{percent(low, lang)}–{percent(high, lang)}]"
    return text


def mix_table(result: Row, lang: Lang) -> None:
    """One supply mix."""
    _ = translator(lang)
    unit = result["value_unit"]
    head = " ".join(str(result[k]) for k in ("home", "year", "subject", "flow"))
    columns = [
        (_("partner"), "left"),
        (f"{_('million')} {unit}" if unit else "", "right"),
        (_("share of value"), "right"),
        (_("tonnes"), "right"),
        (_("share of quantity"), "right"),
        (_("alignment"), "left"),
    ]
    table = grid(f"{head} · {result['source']} ({result['vintage']})", columns)
    for supplier in (*result["suppliers"], *result["unspecified"]):
        table.add_row(
            f"{supplier['iso3']} {supplier['name']}",
            number(supplier["value"] / 1e6, lang, 3) if supplier["value"] is not None else "",
            percent(supplier["value_share"], lang, 2),
            number(supplier["quantity_t"], lang, 1),
            percent(supplier["quantity_share"], lang, 2),
            ", ".join(supplier["alignment"]),
        )
    console.print(table)
    if not result["suppliers"]:
        console.print(_("No flows: the source covers the code, and the home has none this year."))
    for name in ("hhi_value", "hhi_quantity", "hhi_governance", "effective_suppliers"):
        if result[name] is not None:
            console.print(
                f"{name} {number(result[name], lang, 4)}  [dim]{result['figures'][name]}[/]"
            )
    for name in ("top_share", "top_share_quantity", "cr3", "ally_share"):
        if result[name] is not None:
            console.print(f"{name} {share(result, name, lang)}  [dim]{result['figures'][name]}[/]")
    console.print(f"{_('flags')}: {flag_words(result['flags'], lang) or '–'}")
    for caveat in result["caveats"]:
        console.print(f"• {caveat['text']}")


def dependency_table(rows: list[Row], lang: Lang) -> None:
    """The dependency screening of a home."""
    _ = translator(lang)
    first = rows[0]
    columns = [
        (_("code"), "left"),
        (_("product"), "left"),
        (f"{_('million')} {first['value_unit']}", "right"),
        ("HHI", "right"),
        (_("largest"), "left"),
        (_("share"), "right"),
        ("CDI2", "right"),
        ("CDI3", "right"),
        (_("flags"), "left"),
    ]
    table = grid(f"{first['home']} {first['year']} {first['source']}", columns)
    ranked = sorted(rows, key=lambda r: -(r["hhi_value"] if r["hhi_value"] is not None else -1))
    for row in ranked:
        value = row["imports_value"]
        table.add_row(
            row["product"],
            ", ".join(row["products"]),
            number(value / 1e6, lang, 3) if value is not None else "–",
            number(row["hhi_value"], lang, 3),
            row["top_supplier"] or "–",
            share(row, "top_share", lang),
            number(row["cdi2"], lang, 3),
            number(row["cdi3"], lang, 3),
            flag_words(row["flags"], lang),
        )
    console.print(table)


def explain_card(card: Row, lang: Lang) -> None:
    """A derivation card."""
    _ = translator(lang)
    figure, indicator = card["figure"], card["indicator"]
    value = figure["value"]
    shown = (
        number(value, lang, 6)
        if isinstance(value, float)
        else str(value if value is not None else "–")
    )
    console.print(f"[bold]{figure['id']}[/]")
    console.print(
        f"{indicator['name']}: [bold]{shown}[/] ({figure['unit']}, {word('status', figure['status'], lang)})"
    )
    if figure["low"] is not None or figure["high"] is not None:
        low, high = number(figure["low"], lang, 6), number(figure["high"], lang, 6)
        console.print(f"{_('interval')}: {low} – {high}")
    if figure["reason_text"]:
        console.print(f"• {figure['reason_text']}")
    console.print(f"\n{indicator['definition']}")
    console.print(f"{_('formula')}: {indicator['formula']}  ({indicator['method_source']})")
    for name, amount in card["inputs"].items():
        text = (
            number(amount, lang, 6 if isinstance(amount, float) else 0)
            if isinstance(amount, (int, float))
            else str(amount)
        )
        console.print(f"    {name} = {text}")
    for caveat in indicator["caveats"]:
        console.print(f"• {caveat}")
    for good in card["goods"]:
        console.print(f"{_('product')}: {good['product']} ({good['name']})")
    source = card["source"]
    console.print(f"\n{source['title']} · {source['vintage']} · {source['licence']}")
    console.print(f"{source['citation']}")
    rows = card["source_rows"]
    columns = [
        (str(key), "right" if key in ("value", "quantity_kg") else "left")
        for key in (rows[0] if rows else {})
    ]
    table = grid(_("source rows ({count})").format(count=len(rows)), columns)
    for row in rows[:15]:
        table.add_row(
            *(
                number(v, lang) if isinstance(v, (int, float)) else str(v if v is not None else "–")
                for v in row.values()
            )
        )
    console.print(table)
    if len(rows) > 15:
        console.print(
            _("… and {count} more (--format json shows all)").format(count=len(rows) - 15)
        )
    for command in card["recompute"]:
        console.print(f"[dim]{command}[/]")


def plain_table(title: str, rows: list[Row], lang: Lang) -> None:
    """Any flat rows."""
    if not rows:
        return
    keys = list(rows[0])
    numeric = {k for k in keys if all(isinstance(r[k], (int, float)) or r[k] is None for r in rows)}
    _ = translator(lang)
    table = grid(title, [(_(k), "right" if k in numeric else "left") for k in keys])
    for row in rows:
        table.add_row(*(_cell(row[k], lang) for k in keys))
    console.print(table)


def _cell(value: object, lang: Lang) -> str:
    if value is None:
        return "–"
    if isinstance(value, bool):
        return ("ja" if value else "nei") if lang == "nb" else ("yes" if value else "no")
    if isinstance(value, float):
        return number(value, lang, 3)
    if isinstance(value, (list, tuple)):
        return ", ".join(str(v) for v in value)
    return str(value)


def home_words(home_id: str, lang: Lang) -> str:
    """A home's name as the head of a line; one of a file of the user's own by its id."""
    from verdikart.mapping.statements import home_name, upper_first

    try:
        return upper_first(home_name(home_id, lang))
    except UnknownName:
        return home_id


def country_words(iso3: str | None, lang: Lang) -> str:
    """A country's name, or a dash."""
    return countries.name(iso3, lang) if iso3 else "–"
