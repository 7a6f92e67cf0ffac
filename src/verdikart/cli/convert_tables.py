"""Conversions as terminal tables, in the user's language."""

from __future__ import annotations

from typing import Any

from verdikart.cli.tables import console, grid, plain_table, word
from verdikart.reference.i18n import Lang, number, percent, translator

Row = dict[str, Any]
STEPS_SHOWN = 40


def explained(found: Row, lang: Lang, families: bool) -> None:
    """What a code became: the answer, the steps, the parts, the family."""
    _ = translator(lang)
    console.print(f"[bold]{found['from']}:{found['code']}[/]")
    if found["description"]:
        console.print(f"{_('newest wording')}: {found['description']}", style="dim", markup=False)
    console.print(found[f"text_{lang}"])
    if not families:
        _steps(found["steps"], lang)
        _targets(found["targets"], lang)
    family = found["family"]
    if family is not None:
        text = _("family {family}: {count} codes").format(
            family=family["family"], count=family["codes_count"]
        )
        listed = ", ".join(family["codes"])
        more = " …" if family["codes_count"] > len(family["codes"]) else ""
        console.print(f"{text}: {listed}{more}")


def _steps(steps: list[Row], lang: Lang) -> None:
    _ = translator(lang)
    columns = [
        (_("from"), "left"),
        (_("to"), "left"),
        (_("weight"), "right"),
        (_("relationship"), "left"),
        (_("basis"), "left"),
        (_("newest wording"), "left"),
    ]
    table = grid(_("steps"), columns)
    for row in steps[:STEPS_SHOWN]:
        table.add_row(
            f"{row['from']}:{row['from_code'] or '–'}",
            f"{row['to']}:{row['to_code'] or _('unattributed')}",
            percent(row["weight"], lang, 1),
            row["kind"] or "–",
            word("conversion_basis", row["basis"], lang),
            row["description"],
        )
    if steps:
        console.print(table)
    if len(steps) > STEPS_SHOWN:
        left = len(steps) - STEPS_SHOWN
        console.print(_("… and {count} more (--format json shows all)").format(count=left))


def _targets(targets: list[Row], lang: Lang) -> None:
    _ = translator(lang)
    columns = [
        (_("code"), "left"),
        (_("weight"), "right"),
        (_("interval"), "right"),
        (_("newest wording"), "left"),
    ]
    table = grid(_("result"), columns)
    for row in targets:
        low, high = percent(row["weight_low"], lang), percent(row["weight_high"], lang)
        table.add_row(
            f"{row['nomenclature']}:{row['code'] or _('unattributed')}",
            percent(row["weight"], lang, 1),
            high if low == high else f"{low}–{high}",
            row["description"],
        )
    console.print(table)


def converted_table(rows: list[Row], lang: Lang) -> None:
    """Converted rows: keys, code, each amount with its interval, what it was converted from."""
    _ = translator(lang)
    measures = [
        k.removesuffix("_status") for k in (rows[0] if rows else {}) if k.endswith("_status")
    ]
    hidden = {"attributed", "codes", "from_codes", "nomenclature", "method", "steps", "converted"}
    hidden |= {f"{m}{end}" for m in measures for end in ("", "_low", "_high", "_status")}
    shown = []
    for row in rows:
        line = {k: v for k, v in row.items() if k not in hidden}
        name = "family" if "family" in line else "code"
        line[name] = line[name] or _("unattributed")
        for m in measures:
            line[m] = _amount(row, m, lang)
        line[_("from")] = ", ".join(row["from_codes"])
        shown.append(line)
    plain_table("", shown, lang)
    for steps in dict.fromkeys(row["steps"] for row in rows if row.get("steps")):
        console.print(_("converted by these steps: {steps}").format(steps=steps))
    if any(row.get("converted") for row in rows):
        console.print(_("Brackets: the least and the most a figure can be, whatever the weights."))


def _amount(row: Row, name: str, lang: Lang) -> str:
    if row[name] is None:
        return word("status", row[f"{name}_status"], lang)
    text, low, high = (
        "?" if row[key] is None else number(row[key], lang, 2 if isinstance(row[key], float) else 0)
        for key in (name, f"{name}_low", f"{name}_high")
    )
    return text if low == high else f"{text} [{low}–{high}]"
