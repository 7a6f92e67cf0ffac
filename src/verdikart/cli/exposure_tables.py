"""Exposure as terminal tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from verdikart.cli.fitting import Column, print_table
from verdikart.cli.tables import Row, console, home_words, word
from verdikart.reference.entities import Product
from verdikart.reference.i18n import Lang, number, percent, translator
from verdikart.reference.load import by_key
from verdikart.reference.texts import reason_text

UNKNOWN, OTHER = "UNKNOWN", "OTHER"
LEAST = 0.005


def chain_tables(
    targets: Sequence[Row], lines: Sequence[Row], lang: Lang, *, whole: bool, country: str | None
) -> None:
    """Targets with everybody behind them, and their lines; else one row a target."""
    _ = translator(lang)
    if not targets:
        console.print(_("No product of the chains has inputs there."))
        return
    first = targets[0]
    home = home_words(first["home"], lang)
    title = f"{_('Exposure along product chains')} · {home} {first['year']}"
    shown = list(targets) if whole or country else _foremost(targets)
    _print_targets(title, shown, lang)
    if whole:
        _print_lines(_("Input lines"), lines, lang)
    _notes([*shown, *(lines if whole else ())], lang)


def _foremost(rows: Sequence[Row]) -> list[Row]:
    """One row a target: the foreign country with most behind it, else what is unknown."""
    found: dict[tuple[str, str], Row] = {}
    for row in rows:
        if row["country"] == row["home"] or row["country"] == OTHER:
            continue
        key = (row["chain_id"], row["product_id"])
        best = found.get(key)
        if best is None or _rank(row) > _rank(best):
            found[key] = row
    return list(found.values())


def _rank(row: Row) -> tuple[bool, float, bool]:
    unknown = row["country"] == UNKNOWN
    # Where nobody has a share, it is the unknown that is shown, and no country by chance.
    return (not unknown and bool(row["total"]), row["total"] or 0.0, unknown)


def _print_targets(title: str, rows: Sequence[Row], lang: Lang) -> None:
    _ = translator(lang)
    depth = [word("chain_depth", r["depth"], lang) for r in rows]
    columns = [
        Column(_("chain"), _once([r[f"chain_{lang}"] for r in rows]), 12),
        Column(_("depth"), _once(depth), 6, drop=2),
        Column(_("product"), _once([r[f"name_{lang}"] for r in rows]), 20),
        Column(_("country"), [r[f"country_{lang}"] for r in rows], 10),
        *_shares(rows, lang),
        Column(_("via"), [_carried(r["inputs"], lang) for r in rows], 18, drop=3),
    ]
    print_table(title, columns, lang)


def _print_lines(title: str, rows: Sequence[Row], lang: Lang) -> None:
    _ = translator(lang)
    columns = [
        Column(_("product"), _once([r[f"name_{lang}"] for r in rows]), 14),
        Column(_("input"), _once([r[f"input_{lang}"] for r in rows]), 14),
        Column(_("weight"), [_short(r, "weight", lang) for r in rows], drop=2),
        Column(_("country"), [r[f"country_{lang}"] for r in rows], 10),
        *_shares(rows, lang),
        Column(_("via"), [_carried(r["stages"], lang) for r in rows], 18, drop=3),
    ]
    print_table(title, columns, lang)


def _shares(rows: Sequence[Row], lang: Lang) -> list[Column]:
    _ = translator(lang)
    return [
        Column(_("bought\nfrom"), [_short(r, "face", lang) for r in rows]),
        Column(_("stands\nbehind"), [_short(r, "total", lang) for r in rows]),
        Column(_("interval"), [_interval(r, lang) for r in rows]),
        Column(_("of which\nindirect"), [_short(r, "indirect", lang) for r in rows], drop=4),
        Column(_("hidden,\npoints"), [_points(r, lang, 0) for r in rows]),
    ]


def _once(names: Sequence[str]) -> list[str]:
    """A name once, and blanks under it."""
    return [n if k == 0 or names[k - 1] != n else "" for k, n in enumerate(names)]


def _carried(parts: Sequence[str], lang: Lang) -> str:
    """``product=share`` in words, a line each; what would round to nothing is left out."""
    found = []
    for product, _sign, share in (part.partition("=") for part in parts):
        known = by_key(Product).get(product)
        if float(share) >= LEAST:
            found.append(
                f"{known.name(lang) if known else product} {percent(float(share), lang, 0)}"
            )
    return "\n".join(found)


def _short(row: Row, name: str, lang: Lang) -> str:
    """A share in whole per cents; a difference that rounds to nothing has no sign."""
    value = row.get(name)
    return percent(0.0 if value is not None and -LEAST < value < 0 else value, lang, 0)


def _points(row: Row, lang: Lang, decimals: int) -> str:
    """A difference of two shares, in percentage points."""
    value = row.get("hidden")
    if value is None:
        return "–"
    return number(round(value * 100, decimals) or 0.0, lang, decimals)


def _interval(row: Row, lang: Lang) -> str:
    low, high = row.get("total_low"), row.get("total_high")
    if low is None or high is None or high - low < 0.005:
        return ""
    return f"{percent(low, lang, 0)}–{percent(high, lang, 0)}"


def sector_tables(rows: Sequence[Row], lang: Lang, *, whole: bool) -> None:
    """Industries × countries; without a choice, of each industry the most hidden country."""
    _ = translator(lang)
    computed = [r for r in rows if r["country"] is not None]
    if not computed:
        _notes(rows, lang)
        return
    shown = computed if whole else _most_hidden(computed)
    first = computed[0]
    home = home_words(first["home"], lang)
    title = f"{_('Exposure of industries')} · {home} {first['year']}"
    columns = [
        Column(_("id"), _once([r["sector_id"] for r in shown]), 6),
        Column(_("industry"), _once([r[f"name_{lang}"] for r in shown]), 16),
        Column(_("inputs\nUSD m"), [number(r["inputs_musd"], lang) for r in shown], drop=1),
        Column(_("country"), [r[f"country_{lang}"] for r in shown], 10),
        Column(_("bought\nfrom"), [percent(r["face"], lang) for r in shown]),
        Column(_("stands\nbehind"), [percent(r["look_through"], lang) for r in shown]),
        Column(_("hidden,\npoints"), [_points(r, lang, 1) for r in shown]),
        Column(
            _("gross\nreading"), [percent(r["gross_look_through"], lang) for r in shown], drop=2
        ),
        Column(_("via"), [", ".join(r["carried_by"]) for r in shown], 10, drop=3),
    ]
    print_table(title, columns, lang)
    _notes(rows, lang)


def _most_hidden(rows: Sequence[Row]) -> list[Row]:
    found: dict[str, Row] = {}
    for row in rows:
        if row["country"] in (row["home"], OTHER, UNKNOWN):
            continue
        best = found.get(row["sector_id"])
        if best is None or row["hidden"] > best["hidden"]:
            found[row["sector_id"]] = row
    return list(found.values())


def _notes(rows: Iterable[Row], lang: Lang) -> None:
    """Assumptions and gaps of the rows, each once."""
    codes: dict[str, None] = {}
    for row in rows:
        codes |= dict.fromkeys(row.get("caveats", ()))
        codes |= {v: None for k, v in row.items() if k.endswith("_reason") and v}
    for code in codes:
        console.print(f"• {reason_text(code, lang)}")
