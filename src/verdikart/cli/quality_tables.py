"""The tables of `verdikart quality` on a terminal, in the user's language."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from verdikart.cli.fitting import print_rows
from verdikart.cli.tables import console, country_words, share, word
from verdikart.reference.i18n import Lang, number, percent, translator

Row = dict[str, Any]
Cell = Callable[[Row, Lang], str]
Column = tuple[str, str, Cell]
MILLION = 1e6


def _text(key: str) -> Cell:
    return lambda row, _: str(row[key]) if row[key] is not None else "–"


def _good(row: Row, lang: Lang) -> str:
    return f"{row['code']} {row[f'name_{lang}']}".strip()


def _name(row: Row, lang: Lang) -> str:
    return str(row[f"name_{lang}"])


def _country(key: str) -> Cell:
    return lambda row, lang: country_words(row[key], lang)


def _word(vocabulary: str, key: str) -> Cell:
    return lambda row, lang: word(vocabulary, str(row[key]), lang)


def _words(vocabulary: str, key: str) -> Cell:
    return lambda row, lang: ", ".join(word(vocabulary, term, lang) for term in row[key])


def _millions(key: str, decimals: int = 1) -> Cell:
    def show(row: Row, lang: Lang) -> str:
        if row[key] is None:
            return _status(row, key, lang)
        return _amount(row[key] / MILLION, lang, decimals)

    return show


def _money(key: str) -> Cell:
    """Millions with their currency, where rows differ in it."""
    show = _millions(key)
    return lambda row, lang: (
        show(row, lang) + (f" {row['value_unit']}" if row[key] is not None else "")
    )


def _amount(value: float, lang: Lang, decimals: int) -> str:
    """An amount; one too small for the decimals is not told as nothing."""
    least = 10.0**-decimals
    if 0 < abs(value) < least / 2:
        return f"{'>-' if value < 0 else '<'}{number(least, lang, decimals)}"
    return number(value, lang, decimals)


def _number(key: str, decimals: int) -> Cell:
    def show(row: Row, lang: Lang) -> str:
        if row[key] is None:
            return _status(row, key, lang)
        text = _amount(row[key], lang, decimals)
        return text + _interval(row, key, lambda x: number(x, lang, decimals))

    return show


def _share(key: str) -> Cell:
    return lambda row, lang: share(row, key, lang)


def _term(key: str) -> Cell:
    """An effect in millions; its bounds where there is no value."""

    def show(row: Row, lang: Lang) -> str:
        if row[key] is not None:
            return number(row[key] / MILLION, lang, 1)
        low, high = row.get(f"{key}_low"), row.get(f"{key}_high")
        if low is None or high is None:
            return _status(row, key, lang)
        return " … ".join(number(edge / MILLION, lang, 1) for edge in (low, high))

    return show


def _status(row: Row, key: str, lang: Lang) -> str:
    status = row.get(f"{key}_status")
    return word("status", str(status), lang) if status else "–"


def _interval(row: Row, key: str, show: Callable[[float], str]) -> str:
    low, high = row.get(f"{key}_low"), row.get(f"{key}_high")
    if low is None or high is None or show(low) == show(high):
        return ""
    return f" [{show(low)}–{show(high)}]"


def _table(
    rows: Sequence[Row],
    limit: int,
    lang: Lang,
    title: str,
    columns: Sequence[Column],
    out: Sequence[int] = (),
    hidden: int = 0,
) -> None:
    """Print rows; each heading is a message, and what is not shown is counted.

    ``out``: columns that a narrow window loses first. ``hidden``: rows already left out.
    """
    _ = translator(lang)
    if not rows:
        console.print(_("Nothing found for this question."))
        return
    first = rows[0]
    head = " ".join(str(first[key]) for key in ("home", "flow") if key in first)
    cells = [[cell(row, lang) for _h, _j, cell in columns] for row in rows[:limit]]
    print_rows(f"{head} · {title}", [(h, side) for h, side, _c in columns], cells, lang, out)
    more = len(rows) - limit + hidden
    if more > 0:
        console.print(
            _("… and {count} more (--limit, or --format json shows all)").format(count=more)
        )
    formulas = dict.fromkeys(_(part) for row in rows[:limit] for part in row["formula"].split("; "))
    sources = dict.fromkeys(part for row in rows[:limit] for part in row["source"].split("; "))
    for head, parts in ((_("formula"), formulas), (_("source"), sources)):
        console.print(f"{head}: {'; '.join(parts)}", style="dim", markup=False)


def mirror_product(rows: list[Row], limit: int, lang: Lang) -> None:
    """Intervals from two reports of the same flows."""
    _ = translator(lang)
    rows = sorted(rows, key=lambda r: -(r["mean_gap"] or 0.0))
    columns: list[Column] = [
        (_("product"), "left", _good),
        (_("year"), "right", _text("year")),
        (_("reports"), "left", lambda r, _l: f"{r['first_source']} / {r['second_source']}"),
        (_("million USD"), "right", _pair("first_total_usd", "second_total_usd")),
        (_("mean gap"), "right", _share("mean_gap")),
        (_("largest"), "left", lambda r, _l: f"{r['top_first'] or '–'} / {r['top_second'] or '–'}"),
        (
            _("share by each report, interval"),
            "right",
            _two("share_first", "share_second", percent),
        ),
        (_("HHI by each report, interval"), "right", _two("hhi_first", "hhi_second", _three)),
    ]
    _table(rows, limit, lang, _("two reports of the same flows"), columns, (2, 1, 3))


def _three(value: float | None, lang: Lang) -> str:
    return number(value, lang, 3)


def _pair(one: str, other: str) -> Cell:
    return lambda row, lang: f"{_millions(one)(row, lang)} / {_millions(other)(row, lang)}"


def _two(one: str, other: str, show: Callable[[float | None, Lang], str]) -> Cell:
    def text(row: Row, lang: Lang) -> str:
        values = " / ".join("–" if row[k] is None else show(row[k], lang) for k in (one, other))
        key = one if row[one] is not None else other
        low, high = row.get(f"{key}_low"), row.get(f"{key}_high")
        if low is None or high is None:
            return values
        return f"{values} [{show(low, lang)}–{show(high, lang)}]"

    return text


def mirror_partner(rows: list[Row], limit: int, lang: Lang) -> None:
    """Gaps by partner."""
    _ = translator(lang)
    rows = sorted(rows, key=lambda r: -max(r["first_total_usd"] or 0, r["second_total_usd"] or 0))
    columns: list[Column] = [
        (_("partner"), "left", _name),
        (_("year"), "right", _text("year")),
        (_("reports"), "left", lambda r, _l: f"{r['first_source']} / {r['second_source']}"),
        (_("flows"), "right", _text("flows")),
        (_("agree"), "right", _text("agree")),
        (_("one report"), "right", lambda r, _l: str(r["silent"] + r["no_report"])),
        (_("million USD"), "right", _pair("first_total_usd", "second_total_usd")),
        (_("mean gap"), "right", _share("mean_gap")),
    ]
    _table(rows, limit, lang, _("two reports of the same flows"), columns, (2, 1, 3))


def mirror_flow(rows: list[Row], limit: int, lang: Lang) -> None:
    """Both reports side by side."""
    _ = translator(lang)
    rows = sorted(rows, key=lambda r: -r["value_high_usd"])
    columns: list[Column] = [
        (_("product"), "left", _good),
        (_("from"), "left", _text("exporter")),
        (_("to"), "left", _text("importer")),
        *((_reporters(rows, side, _), "right", _told(side, rows)) for side in ("first", "second")),
        (_("difference"), "right", _share("difference")),
        (_("beyond freight"), "right", _share("gap")),
        (_("agreement"), "left", _word("mirror_agreement", "agreement")),
    ]
    _table(rows, limit, lang, _("two reports of the same flows"), columns, (5, 7))


def _reporters(rows: Sequence[Row], side: str, say: Callable[[str], str]) -> str:
    """A heading with the source, where it is one; else :func:`_told` names it in each row."""
    sources = {row[f"{side}_source"] for row in rows}
    return say("million") + (f" ({sources.pop()})" if len(sources) == 1 else "")


def _told(side: str, rows: Sequence[Row]) -> Cell:
    several = len({row[f"{side}_source"] for row in rows}) > 1

    def text(row: Row, lang: Lang) -> str:
        if row[f"{side}_value"] is None:
            return "–"
        amount = number(row[f"{side}_value"] / MILLION, lang, 2)
        source = row[f"{side}_source"] if several else ""
        return f"{amount} {row[f'{side}_currency']} {row[f'{side}_valuation']} {source}".strip()

    return text


def _unit(rows: Sequence[Row]) -> str:
    """The one currency of a source."""
    return str(rows[0]["value_unit"]) if rows else ""


def transit_product(rows: list[Row], limit: int, lang: Lang) -> None:
    """What goes through suspects."""
    _ = translator(lang)
    rows = sorted(rows, key=lambda r: -(r["suspected_share"] or 0.0) * (r["value"] or 0))
    columns: list[Column] = [
        (_("product"), "left", _good),
        (f"{_('million')} {_unit(rows)}", "right", _millions("value")),
        (_("suspects"), "left", lambda r, _l: ", ".join(r["suspects"]) or "–"),
        (_("share through suspects"), "right", _share("suspected_share")),
        (_("largest"), "left", _text("top_supplier")),
        (_("share"), "right", _share("top_share")),
        ("HHI", "right", _number("hhi", 3)),
    ]
    _table(rows, limit, lang, _("suspected transit"), columns, (5, 4))


def transit_partner(rows: list[Row], limit: int, lang: Lang) -> None:
    """Suppliers with signs."""
    _ = translator(lang)
    rows = sorted(rows, key=lambda r: -(r["value"] or 0))
    columns: list[Column] = [
        (_("product"), "left", _good),
        (_("partner"), "left", _country("partner")),
        (f"{_('million')} {_unit(rows)}", "right", _millions("value", 2)),
        (_("share"), "right", _share("share")),
        (_("level"), "left", _word("transit_level", "level")),
        (_("score"), "right", _number("score", 2)),
        (_("signs"), "left", _words("transit_sign", "signs")),
        (_("imports over exports"), "right", _number("imports_over_exports", 2)),
    ]
    _table(rows, limit, lang, _("signs of transit"), columns, (5, 7, 2))


def confidential(rows: list[Row], limit: int, lang: Lang) -> None:
    """What is hidden."""
    _ = translator(lang)
    columns: list[Column] = [
        (_("kind"), "left", _word("hidden_kind", "kind")),
        (_("code"), "left", _good),
        (_("year"), "right", _text("year")),
        (_("visible, million"), "right", _money("visible")),
        (_("hidden, million"), "right", _money("hidden")),
        ("HHI", "right", _bounded("hhi")),
        (_("what is known"), "left", lambda r, lang: str(r[f"text_{lang}"])),
    ]
    _table(rows, limit, lang, _("hidden figures"), columns, (2, 3))


def _bounded(key: str) -> Cell:
    def text(row: Row, lang: Lang) -> str:
        bounds = _interval(row, key, lambda x: number(x, lang, 3)).strip()
        if row[key] is None:
            return bounds or "–"
        return f"{number(row[key], lang, 3)} {bounds}".strip()

    return text


def quantities_product(rows: list[Row], limit: int, lang: Lang) -> None:
    """Value without mass by product."""
    _quantities(rows, limit, lang, (translator(lang)("product"), "left", _good))


def quantities_partner(rows: list[Row], limit: int, lang: Lang) -> None:
    """Value without mass by partner."""
    _quantities(rows, limit, lang, (translator(lang)("partner"), "left", _name))


def _quantities(rows: list[Row], limit: int, lang: Lang, key: Column) -> None:
    _ = translator(lang)
    columns: list[Column] = [
        key,
        (_("flows"), "right", _text("flows")),
        (_("without quantity"), "right", _text("unmeasured_flows")),
        (_("million USD"), "right", _millions("value", 2)),
        (_("of it without quantity"), "right", _millions("unmeasured_value", 2)),
        (_("share"), "right", _share("unmeasured_share")),
        (_("tonnes"), "right", _number("quantity_t", 1)),
    ]
    _table(rows, limit, lang, _("value without quantity"), columns)


def unit_values_flow(rows: list[Row], limit: int, lang: Lang) -> None:
    """Flows with an odd unit value."""
    _ = translator(lang)
    columns: list[Column] = [
        (_("product"), "left", _good),
        (_("from"), "left", _text("exporter")),
        (_("to"), "left", _text("importer")),
        (_("million USD"), "right", _millions("value", 3)),
        (_("tonnes"), "right", _number("quantity_t", 3)),
        (_("USD a tonne"), "right", _number("unit_value", 0)),
        (_("median"), "right", _number("median_unit_value", 0)),
        (_("deviations"), "right", _number("score", 1)),
        (_("tonnes expected"), "right", _number("expected_quantity_t", 3)),
    ]
    _table(rows, limit, lang, _("unit values out of line"), columns)


def unit_values_product(rows: list[Row], limit: int, lang: Lang) -> None:
    """The effect of odd unit values."""
    _ = translator(lang)
    rows = sorted(rows, key=lambda r: -(r["outlier_value_share"] or 0.0))
    columns: list[Column] = [
        (_("product"), "left", _good),
        (_("flows"), "right", _text("flows")),
        (_("outliers"), "right", _text("outliers")),
        (_("share of value"), "right", _share("outlier_value_share")),
        (_("HHI by quantity"), "right", _number("hhi_quantity", 3)),
        (_("without outliers"), "right", _number("hhi_quantity_without", 3)),
        (_("with expected quantity"), "right", _number("hhi_quantity_expected", 3)),
    ]
    _table(rows, limit, lang, _("unit values out of line"), columns)


def growth(rows: list[Row], limit: int, lang: Lang) -> None:
    """The change and its terms, in millions."""
    _ = translator(lang)
    rows = sorted(rows, key=lambda r: (r["code"] == "ALL", -abs(r["nominal_change"])))
    shown = rows if len(rows) <= limit else [*rows[: limit - 1], rows[-1]]
    columns: list[Column] = [
        (_("product"), "left", _good),
        (str(rows[0]["from_year"]) if rows else "", "right", _millions("value_from")),
        (str(rows[0]["year"]) if rows else "", "right", _millions("value_to")),
        (_("nominal change"), "right", _millions("nominal_change")),
        (_("volume"), "right", _term("volume_effect")),
        (_("partner mix"), "right", _term("mix_effect")),
        (_("price"), "right", _term("price_effect")),
        (_("exchange rate"), "right", _term("exchange_rate_effect")),
        (_("not split"), "right", _millions("unsplit_change")),
    ]
    unit = rows[0]["currency"] if rows else ""
    title = _("change in million {unit}").format(unit=unit)
    _table(shown, len(shown), lang, title, columns, (8, 5, 1), len(rows) - len(shown))
