"""Statistics of production side by side, as terminal tables."""

from __future__ import annotations

from verdikart.cli.tables import Row, console, grid, word
from verdikart.reference.entities import Stage
from verdikart.reference.i18n import Lang, number, percent, translator
from verdikart.reference.load import by_key


def production_table(found: Row, top: int, lang: Lang) -> None:
    """Result of :func:`verdikart.mapping.production.production`."""
    _ = translator(lang)
    for stage in found["stages"]:
        place = by_key(Stage)[stage["stage"]]
        title = f"{found[f'name_{lang}']} · {place.name(lang)} · {found['year']}"
        _sources(title, stage, lang)
        _countries(stage, top, lang)
        for note in stage["notes"]:
            head = word("production_aspect", note["aspect"], lang)
            console.print(f"• {head}: {note[f'text_{lang}']} ({note['evidence']})")
        console.print()


def _sources(title: str, stage: Row, lang: Lang) -> None:
    _ = translator(lang)
    table = grid(
        title,
        [
            (_("statistic"), "left"),
            (_("edition"), "left"),
            (_("what is weighed"), "left"),
            (_("sum, tonnes"), "right"),
            (_("printed total"), "right"),
            (_("countries"), "right"),
            (_("estimated"), "right"),
        ],
    )
    for one in stage["sources"]:
        name = word("production_statistic", one["statistic"], lang)
        if one["status"] != "ok":
            table.add_row(name, one["vintage"] or "", one[f"text_{lang}"], "", "", "", "")
            continue
        basis = one[f"basis_{lang}"]
        if not one["comparable"]:
            basis += f" ({_('not set against the others')})"
        table.add_row(
            name,
            one["vintage"],
            basis,
            _tonnes(one["world_t"], one["world_t_status"], lang),
            _tonnes(one["printed_t"], one["printed_t_status"], lang),
            str(one["producers"]),
            percent(one["estimated_share"], lang, 0),
        )
    console.print(table)
    for one in stage["sources"]:
        if one["status"] == "ok" and one[f"text_{lang}"]:
            name = word("production_statistic", one["statistic"], lang)
            console.print(f"{name}: {one[f'text_{lang}']}")


def _countries(stage: Row, top: int, lang: Lang) -> None:
    _ = translator(lang)
    kinds = [one["statistic"] for one in stage["sources"] if one["status"] == "ok"]
    if not kinds:
        return
    columns = [(_("country"), "left")]
    columns += [(word("production_statistic", kind, lang), "right") for kind in kinds]
    columns += [(_("difference"), "right"), ("", "right")]
    table = grid(_("tonnes; e: estimated"), columns)
    for row in stage["countries"][:top]:
        cells = [_tonnes(row[f"{kind}_t"], row[f"{kind}_t_status"], lang) for kind in kinds]
        gap = row["difference_t"]
        table.add_row(
            row[f"name_{lang}"],
            *cells,
            "" if gap is None else number(gap, lang),
            "" if gap is None else percent(row["difference_share"], lang, 0),
        )
    console.print(table)
    if len(stage["countries"]) > top:
        text = _("{shown} of {count} countries; --top shows more")
        console.print(text.format(shown=top, count=len(stage["countries"])))


def output_table(found: Row, lang: Lang) -> None:
    """Result of :func:`verdikart.mapping.world_output.world_output`."""
    _ = translator(lang)
    table = grid(
        _("World output of metals and ores {year}, {vintage}").format(**found),
        [
            (_("entry"), "left"),
            (_("part"), "left"),
            (_("printed in figure 3.1"), "right"),
            (_("rebuilt, tonnes"), "right"),
            (_("rebuilt / printed"), "right"),
            (_("countries"), "right"),
        ],
    )
    for row in found["entries"]:
        table.add_row(
            row[f"name_{lang}"],
            word("output_part", row["part"], lang),
            row["printed"],
            _tonnes(row["rebuilt_t"], "missing", lang),
            number(row["ratio"], lang, 3) if row["ratio"] is not None else "",
            str(row["countries"]) if row["rebuilt_t"] is not None else "",
        )
    console.print(table)
    for part in found["sums"]:
        text = _(
            "{part}: printed {printed} t; of {reached} of {entries} entries {same} t, rebuilt {rebuilt}"
        )
        console.print(
            text.format(
                part=word("output_part", part["part"], lang),
                printed=number(part["printed_t"], lang),
                reached=part["reached"],
                entries=part["entries"],
                same=number(part["printed_of_reached_t"], lang),
                rebuilt=_tonnes(part["rebuilt_t"], part["rebuilt_t_status"], lang),
            )
        )
    text = _("iron ore: {printed} of all as printed, {rebuilt} rebuilt; without a series: {gaps}")
    console.print(
        text.format(
            printed=percent(found["iron_share_printed"], lang),
            rebuilt=percent(found["iron_share_rebuilt"], lang),
            gaps=", ".join(found["gaps"]) or "–",
        )
    )


def _tonnes(value: float | None, status: str, lang: Lang) -> str:
    """Whole tonnes, or tenths of small amounts; the status in words where there is none."""
    if value is None:
        return word("status", status, lang)
    small = value != int(value) and value < 1000
    return number(value, lang, 1 if small else 0) + (" e" if status == "estimated" else "")
