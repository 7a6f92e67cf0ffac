"""Tables of the verbs of ``data`` that are about sources and vintages."""

from __future__ import annotations

from collections.abc import Sequence

from verdikart.cli.fetch_view import size
from verdikart.cli.tables import Row, console, country_words, grid, word
from verdikart.core.errors import UnknownName
from verdikart.reference.countries import iso3_of_baci
from verdikart.reference.i18n import Lang, day, number, translator
from verdikart.store.depot import Depot
from verdikart.store.diff import Difference
from verdikart.store.status import Standing


def show_sources(rows: Sequence[Row], lang: Lang) -> None:
    """The registry."""
    _ = translator(lang)
    table = grid(
        "",
        [(_("Source"), "left"), (_("Title"), "left"), (_("Provider"), "left"), (_("Licence"), "left"),
         (_("New edition"), "left"), (_("Size"), "right"), (_("Access key"), "left")],
    )  # fmt: skip
    for row in rows:
        key = row["key"] or ""
        if key and row["key_optional"]:
            key += f" ({_('optional')})"
        megabytes = row["megabytes"]
        table.add_row(
            row["source"], row["title"], row["provider"], row["licence"],
            word("rhythm", row["rhythm"], lang),
            size(None if megabytes is None else int(megabytes * 1e6), lang), key,
        )  # fmt: skip
    console.print(table)


def show_status(lines: Sequence[Standing], place: Depot, lang: Lang) -> None:
    """What is here, the sources that are not last and in one line."""
    _ = translator(lang)
    here = [line for line in lines if line.newest or line.damaged]
    if here:
        table = grid(
            str(place.root),
            [(_("Vintage"), "left"), (_("Fetched"), "left"), (_("Age in days"), "right"),
             (_("State"), "left"), (_("Vintages"), "right"), (_("Size"), "right")],
        )  # fmt: skip
        for line in here:
            newest = line.newest
            table.add_row(
                newest.id if newest else line.feed.source_id,
                day(newest.retrieved, lang) if newest else "",
                number(line.age_days, lang),
                word("data_state", line.state, lang),
                number(line.vintages, lang),
                size(line.bytes, lang) if newest else "–",
            )
        console.print(table)
    else:
        console.print(
            _("Nothing is fetched yet; the embedded data are in use. They are kept apart from {place}.").format(
                place=place.root
            )
        )  # fmt: skip
    for line in here:
        for fault in line.damaged:
            console.print(fault, style="red")
    absent = [line.feed.source_id for line in lines if line.state == "not_here"]
    if absent:
        console.print(_("Not here: {sources}").format(sources=", ".join(absent)))


def _value(by: str, value: str, lang: Lang) -> str:
    """A value; a country number of BACI with the country's name."""
    if by not in ("exporter", "importer") or not value.isdigit():
        return value
    try:
        return f"{value} {country_words(iso3_of_baci(int(value)), lang)}"
    except UnknownName:
        return value


def show_difference(found: Difference, lang: Lang) -> None:
    """One table of two vintages."""
    _ = translator(lang)
    console.print(
        _("{table}: {added} rows added, {removed} removed, {revised} revised, {same} as before").format(
            table=found.table,
            added=number(found.added, lang),
            removed=number(found.removed, lang),
            revised=number(found.revised, lang),
            same=number(found.unchanged, lang),
        ),
        style="bold",
    )  # fmt: skip
    if found.measure:
        console.print(
            _("Sum of {measure}: {before} → {after}").format(
                measure=found.measure,
                before=number(found.sum_before, lang),
                after=number(found.sum_after, lang),
            )
        )
    if found.only:
        console.print(_("Only in one of them: {names}").format(names=", ".join(found.only)))
    if not found.moved:
        return
    table = grid(
        _("Moved most"),
        [(_("Grouped by"), "left"), (_("Value"), "left"), (_("Before"), "right"), (_("After"), "right"),
         (_("Change"), "right"), (_("Rows"), "right")],
    )  # fmt: skip
    for row in found.moved:
        table.add_row(
            row.by, _value(row.by, row.value, lang), number(row.before, lang), number(row.after, lang),
            number(row.change, lang), number(row.rows, lang),
        )  # fmt: skip
    console.print(table)
