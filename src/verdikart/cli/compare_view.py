"""The terminal view of a comparison: what differs, whose verdict changes, what carries it."""

from __future__ import annotations

from typing import Any

from verdikart.cli.fitting import Column, broken, print_table
from verdikart.cli.tables import console
from verdikart.mapping.compare import Comparison
from verdikart.reference.i18n import Lang, number, translator

Row = dict[str, Any]
MOST = 20
NEAR = 1e-9
CAUSES = ("period", "data", "method", "reference")


def print_comparison(found: Comparison, rows: list[Row], lang: Lang) -> None:
    """Print a comparison; ``rows`` are the materials asked for."""
    _ = translator(lang)
    a, b = found.a.about, found.b.about
    console.print(
        f"[bold]{a['home']}[/]  A {a['year']} ({found.a.name}) → B {b['year']} ({found.b.name})"
    )
    if found.identical:
        console.print(_("The two mappings are identical."))
        return
    _differences(found, lang)
    _verdicts([row for row in rows if row["verdict_change"]], lang)
    alone = [row for row in rows if row["change"] != "kept"]
    for kind, text in (("added", _("Only in B")), ("removed", _("Only in A"))):
        named = [
            f"{row[f'name_{lang}']} ({_causes(row, lang)})"
            for row in alone
            if row["change"] == kind
        ]
        if named:
            console.print(f"{text}: {', '.join(named)}")
    _scores(rows, lang)
    _unsplit(rows, lang)
    _inputs(found, lang)


def cause_name(cause: str, lang: Lang) -> str:
    """A cause in words."""
    _ = translator(lang)
    return {
        "period": _("new period"),
        "data": _("data revision"),
        "method": _("method"),
        "reference": _("reference tables"),
    }[cause]


def _causes(row: Row, lang: Lang) -> str:
    named = row["verdict_causes"] or row["change_causes"]
    return ", ".join(cause_name(cause, lang) for cause in named) or "–"


def _differences(found: Comparison, lang: Lang) -> None:
    """What the two were made of, a line each; long lists are named and counted."""
    _ = translator(lang)
    kinds = {
        "year": _("Year"),
        "code": _("Code version"),
        "vintage": _("Vintage"),
        "parameter": _("Parameter"),
        "choice": _("Choice"),
    }
    for row in found.differences:
        if row["kind"] in kinds:
            name = "" if row["kind"] in ("year", "code") else f" {row['name']}"
            console.print(f"{kinds[row['kind']]}{name}: {_plain(row['a'])} → {_plain(row['b'])}")
    files = [row["name"] for row in found.differences if row["kind"] == "data_file"]
    if files:
        console.print(f"{_('Data files that differ')}: {', '.join(files)}")
    edited = [row["name"] for row in found.differences if row["kind"] == "reference_table"]
    if edited:
        console.print(f"{_('Reference tables that differ')}: {', '.join(edited)}")
    if not any(row["cause"] for row in found.differences):
        tables = [row["name"] for row in found.differences if row["kind"] == "table"]
        console.print(
            f"{_('No input of the assessment differs; other tables do')}: {', '.join(tables)}"
        )


def _inputs(found: Comparison, lang: Lang) -> None:
    """How many rows of the inputs differ, and by which cause."""
    _ = translator(lang)
    for cause in CAUSES:
        named = [
            f"{row['name']} {row['a']}/{row['b']}"
            for row in found.differences
            if row["kind"] == "input" and row["cause"] == cause
        ]
        if named:
            text = _("Inputs that differ by {cause} (rows only in A/only in B)")
            console.print(f"{text.format(cause=cause_name(cause, lang))}: {', '.join(named)}")


def _plain(value: object) -> str:
    return "–" if value is None else str(value)


def _verdicts(rows: list[Row], lang: Lang) -> None:
    _ = translator(lang)
    if not rows:
        console.print(_("No verdict changes."))
        return
    words = {
        "enters": _("becomes critical"),
        "leaves": _("is no longer critical"),
        "becomes_undetermined": _("becomes undetermined"),
        "becomes_determined": _("becomes determined"),
    }
    columns = [
        Column(_("material"), [row[f"name_{lang}"] for row in rows], 16),
        Column(_("change"), [words[row["verdict_change"]] for row in rows], 16),
        Column(_("carried by"), [_causes(row, lang) for row in rows], 16),
    ]
    print_table(_("Verdicts that change"), columns, lang)


def _moved(row: Row, *names: str) -> bool:
    return any(abs(row[f"{name}_change"] or 0.0) > NEAR for name in names)


def _scores(rows: list[Row], lang: Lang) -> None:
    """Scores that change, with the part of each cause."""
    _ = translator(lang)
    moved = [row for row in rows if _moved(row, "supply_risk", "economic_importance")]
    if not moved:
        console.print(_("No score changes."))
        return
    lines = [
        (row, name)
        for row in moved[:MOST]
        for name in ("supply_risk", "economic_importance")
        if name == "supply_risk" or abs(row[f"{name}_change"] or 0.0) > NEAR
    ]
    first = [name == "supply_risk" for _row, name in lines]

    def values(part: str) -> list[float | None]:
        return [row[f"{name}_{part}"] for row, name in lines]

    names = [
        row[f"name_{lang}"] if top else "" for (row, _n), top in zip(lines, first, strict=True)
    ]
    places = [
        f"{_place(row['rank_a'])} → {_place(row['rank_b'])}" if top else ""
        for (row, _n), top in zip(lines, first, strict=True)
    ]
    columns = [
        Column(_("material"), names, 16),
        Column("", ["SR" if top else "EI" for top in first], 2),
        Column("A", [number(value, lang, 2) for value in values("a")], drop=6),
        Column("B", [number(value, lang, 2) for value in values("b")], drop=7),
        Column(_("change"), [_signed(value, lang) for value in values("change")]),
    ]
    for place, cause in enumerate(CAUSES):
        parts = values(cause)
        # Causes that carry nothing go first, then the rank, then the causes least often at work.
        drop = 11 - place if any(parts) else 1
        heading = broken(cause_name(cause, lang))
        columns.append(Column(heading, [_signed(part, lang) for part in parts], drop=drop))
    columns.append(Column(_("rank"), places, drop=5))
    title = _("Scores that change (SR supply risk, EI economic importance)")
    print_table(title, columns, lang)
    if len(moved) > MOST:
        console.print(
            _("… and {count} more (--format json shows all)").format(count=len(moved) - MOST)
        )

    pushed = sum(_moved(row, "rank") for row in rows if row not in moved)
    if pushed:
        text = (
            _("{count} more material only changes rank, because others move.")
            if pushed == 1
            else _("{count} more materials only change rank, because others move.")
        )
        console.print("• " + text.format(count=pushed))


def _place(rank: float | None) -> str:
    return "–" if rank is None else f"{rank:.0f}"


def _signed(value: float | None, lang: Lang) -> str:
    """A change with its sign; only nothing at all is a plain 0."""
    if value is None:
        return "–"
    if value == 0:
        return "0"
    sign = "+" if value > 0 else "−"
    least = "<" + number(0.01, lang, 2)
    return sign + (least if abs(value) < 0.005 else number(abs(value), lang, 2))


def _unsplit(rows: list[Row], lang: Lang) -> None:
    """What has no parts, and what was taken from the other mapping for want of its own."""
    _ = translator(lang)
    between = [r[f"name_{lang}"] for r in rows if "no_value_between" in _reasons(r)]
    if between:
        text = _("No parts, because a mix of the two has no score")
        console.print(f"• {text}: {', '.join(between)}")
    lacking = [r for r in rows if r["change"] == "kept" and r["supply_risk_reason"] == "no_value"]
    if lacking:
        text = (
            _("{count} material has no supply risk in A or in B, and so no change of it.")
            if len(lacking) == 1
            else _("{count} materials have no supply risk in A or in B, and so no change of it.")
        )
        console.print("• " + text.format(count=len(lacking)))
    notes = {note for row in rows for note in row["notes"]}
    if "period_in_one_vintage" in notes:
        console.print(
            "• "
            + _("A vintage that does not hold a period takes that period's figures from the other.")
        )
    if "reliance_of_other_vintage" in notes:
        console.print(
            "• "
            + _("Import reliance and own production are those of the mapping made for the period.")
        )


def _reasons(row: Row) -> list[str | None]:
    return [row[f"{name}_reason"] for name in ("supply_risk", "economic_importance", "critical")]
