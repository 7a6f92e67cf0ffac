"""The sandbox on a terminal: what moved and why, what is nearest to flipping, the curve."""

from __future__ import annotations

from collections.abc import Sequence

from verdikart.cli.fitting import Column, broken, print_table
from verdikart.cli.tables import console
from verdikart.indicators.assessment import Range
from verdikart.mapping.sandbox import Point, Result, Row
from verdikart.mapping.sandbox_rows import name_of, summary
from verdikart.reference.i18n import Lang, number, percent, translator

MOST_CHANGES = 12  # changes named on a terminal
NEAREST = 12  # materials shown as nearest to flipping


def show(
    result: Result,
    lang: Lang,
    home: str,
    year: int,
    only: Sequence[str] = (),
    curve: Sequence[Point] | None = None,
) -> None:
    """Print the result."""
    _ = translator(lang)
    console.print(f"[bold]{home} {year}[/]: {summary(result, lang)}", soft_wrap=True)
    if result.changes:
        said = _changes(result, lang)
        more = len(said) - MOST_CHANGES
        if more > 0:
            tail = _("… and {count} more (--format json shows all)").format(count=more)
            said = [*said[:MOST_CHANGES], tail]
        console.print(f"{_('changed')}: {'; '.join(said)}", soft_wrap=True)
    _moves(result, lang, only)
    if curve is not None:
        _curve(curve, result, lang)
    if only or curve is None:
        _tips(result, lang, only)
        console.print(_("Scores are compared at one decimal: 0.95 reaches a threshold of 1.0."))


def _label(name: str, lang: Lang) -> str:
    """A change in words; inputs as --set spells them."""
    _ = translator(lang)
    words = {
        "sr_threshold": _("threshold of supply risk"),
        "ei_threshold": _("threshold of economic importance"),
        "world_weight": _("weight of world supply"),
        "preferential": _("trade parameter of the own trade area"),
        "governance": _("without governance"),
        "trade_parameter": _("without trade parameter"),
        "recycling": _("without recycling"),
        "substitution": _("without substitution"),
        "supply": _("supply that counts"),
    }
    return words.get(name, name)


def _plain(value: float | str | bool | None, lang: Lang) -> str:
    _ = translator(lang)
    if value is None or isinstance(value, str):
        return _("as assessed") if value == "as_assessed" else value or "–"
    decimals = next((d for d in range(4) if abs(value - round(value, d)) < 1e-9), 4)
    return number(value, lang, decimals)


def _changes(result: Result, lang: Lang) -> list[str]:
    _ = translator(lang)
    said = []
    for change in result.changes:
        text = _label(change.name, lang)
        if not isinstance(change.after, bool) and change.after is not None:
            text += f" {_plain(change.before, lang)} → {_plain(change.after, lang)}"
        if change.file is not None and change.file != "--set":
            text += " (" + _("{file}, row {row}").format(file=change.file, row=change.row) + ")"
        said.append(text)
    return said


def _score(score: Range, lang: Lang) -> str:
    if score.value is not None:
        return number(score.value, lang, 2)
    return f"[{number(score.low, lang, 1)}–{number(score.high, lang, 1)}]"


def _moves(result: Result, lang: Lang, only: Sequence[str]) -> None:
    _ = translator(lang)
    words = {
        "enters": _("enters"),
        "leaves": _("leaves"),
        "becomes_undetermined": _("becomes undetermined"),
        "settles_on": _("now surely on"),
        "settles_off": _("now surely off"),
    }
    rows = [
        r for r in result.rows if r.move and (r.material in only if only else r.member_of is None)
    ]
    if not rows:
        return
    rows = sorted(rows, key=lambda r: (list(words).index(str(r.move)), r.material))
    risk = [f"{_score(r.before.sr, lang)} → {_score(r.after.sr, lang)}" for r in rows]
    importance = [f"{_score(r.before.ei, lang)} → {_score(r.after.ei, lang)}" for r in rows]
    causes = [(" + " if r.together else ", ").join(_label(c, lang) for c in r.causes) for r in rows]
    columns = [
        Column(_("material"), [name_of(row.material, lang) for row in rows], 14),
        Column("", [words[str(row.move)] for row in rows], 11),
        Column(_("supply\nrisk"), risk, drop=2),
        Column(broken(_("economic importance")), importance, drop=1),
        Column(_("because of"), causes, 14),
    ]
    print_table(_("What moves"), columns, lang)


def _status(row: Row, lang: Lang) -> str:
    _ = translator(lang)
    if row.after.critical is None:
        return _("undetermined")
    return _("on the list") if row.after.critical else _("off the list")


def _near(row: Row) -> float:
    """How far the nearest threshold is that alone would flip the material."""
    tip = row.tipping
    ways = (
        (tip.sr_distance, tip.sr_threshold),
        (tip.ei_distance, tip.ei_threshold),
    )
    return min((abs(d) for d, flip in ways if d is not None and flip is not None), default=99.0)


def _tips(result: Result, lang: Lang, only: Sequence[str]) -> None:
    _ = translator(lang)
    units = [r for r in result.rows if r.member_of is None]
    if only:
        rows = [r for r in result.rows if r.material in only]
    else:
        rows = sorted((r for r in units if _near(r) < 1), key=_near)[:NEAREST]
    if not rows:
        return
    columns = [
        Column(_("material"), [name_of(row.material, lang) for row in rows], 14),
        Column(_("status"), [_status(row, lang) for row in rows], 12),
        Column(_("supply\nrisk"), [_score(row.after.sr, lang) for row in rows]),
        Column(broken(_("flips at")), [number(row.tipping.sr_threshold, lang, 1) for row in rows]),
        Column(broken(_("economic importance")), [_score(row.after.ei, lang) for row in rows]),
        Column(broken(_("flips at")), [number(row.tipping.ei_threshold, lang, 1) for row in rows]),
    ]
    title = _("Thresholds that would flip it") if only else _("Nearest to flipping")
    print_table(title, columns, lang)
    if only:
        _levers(rows, lang)


def _levers(rows: Sequence[Row], lang: Lang) -> None:
    """Each input of supply risk: its value, and where it alone would cross the threshold."""
    _ = translator(lang)
    words = {
        "eol_rir": _("recycling"),
        "si_sr": _("substitution"),
        "import_reliance": _("import reliance"),
        "top_world_share": _("largest supplier of the world"),
        "top_home_share": _("largest supplier of the home"),
    }
    lines = []
    for row in rows:
        for name, lever in row.tipping.levers.items():
            digits = name == "si_sr"
            value, tip = (
                number(x, lang, 2) if digits else percent(x, lang)
                for x in (lever.value, lever.tipping)
            )
            label = words[name] + (f" ({lever.supplier})" if lever.supplier else "")
            never = _("at no value") if lever.value is not None else "–"
            crosses = never if lever.tipping is None else tip
            lines.append((name_of(row.material, lang), label, value, crosses))
    if lines:
        names, labels, values, tips = zip(*lines, strict=True)
        columns = [
            Column(_("material"), names, 14),
            Column(_("input"), labels, 18),
            Column(_("value"), values),
            Column(_("crosses at"), tips),
        ]
        title = _("Inputs that alone would take supply risk across its threshold")
        print_table(title, columns, lang)


def _curve(curve: Sequence[Point], result: Result, lang: Lang) -> None:
    """Each step with the units that it drops from the list."""
    _ = translator(lang)
    thresholds, gone = [], []
    before: tuple[str, ...] = ()
    for point in curve:
        decimals = 1 if abs(point.threshold * 10 - round(point.threshold * 10)) < 1e-9 else 3
        thresholds.append(number(point.threshold, lang, decimals))
        gone.append(", ".join(name_of(m, lang) for m in before if m not in point.materials))
        before = point.materials
    columns = [
        Column(_("threshold"), thresholds),
        Column(_("on the list"), [f"{len(p.materials)}/{result.units}" for p in curve]),
        Column(_("undetermined"), [str(len(p.undetermined)) for p in curve]),
        Column(_("not from here on"), gone, 16),
    ]
    print_table(_("The list by threshold"), columns, lang)
