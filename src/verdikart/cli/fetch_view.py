"""What a fetch shows: bars while it runs, the plan, the vintage it made."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Self

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TransferSpeedColumn,
)

from verdikart.cli.tables import console, grid
from verdikart.reference.feeds import Feed
from verdikart.reference.i18n import Lang, number, translator
from verdikart.sources.model import Piece
from verdikart.store.fetching import Planned
from verdikart.store.vintages import Vintage

STEPS = {
    "read": ("Checking what came", "Kontrollerer det som kom"),
    "write": ("Writing the tables", "Skriver tabellene"),
}


class Bars:
    """Progress on standard error, on a terminal only."""

    def __init__(self, lang: Lang) -> None:
        self._lang = lang
        self._say = translator(lang)
        self._bars = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            DownloadColumn(),
            TransferSpeedColumn(),
            console=Console(stderr=True),
            transient=True,
            disable=not sys.stderr.isatty(),
        )
        self._task = self._bars.add_task("", total=None)

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._bars.stop()

    def piece(self, at: int, of: int, piece: Piece) -> None:
        """A piece is begun."""
        self._bars.reset(self._task, total=None, description=f"{at}/{of} {piece.name}")

    def bytes(self, name: str, done: int, total: int | None) -> None:
        """Bytes of a piece came."""
        del name
        self._bars.update(self._task, completed=done, total=total)

    def step(self, step: str) -> None:
        """What came is read, or written."""
        text = STEPS[step][self._lang == "nb"] if step in STEPS else step
        self._bars.reset(self._task, total=None, description=text)

    def tell(self, why: str, seconds: float) -> None:
        """A request is tried again after a pause."""
        if not self._bars.disable:
            waits = self._say("trying again in {seconds} s").format(
                seconds=number(seconds, self._lang, 1)
            )
            self._bars.console.print(f"{why}: {waits}", style="dim", highlight=False)


def size(count: int | None, lang: Lang) -> str:
    """Bytes in a unit that suits them; a dash where the size is not known."""
    if count is None:
        return "–"
    for unit, power in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if count >= power:
            return f"{number(count / power, lang, 1)} {unit}"
    return f"{count} B"


def show_plan(plan: Sequence[Planned], feed: Feed, lang: Lang) -> None:
    """What would be fetched."""
    _ = translator(lang)
    table = grid(
        _("Would be fetched for {source}").format(source=feed.source_id),
        [(_("File"), "left"), (_("Address"), "left"), (_("Size"), "right"), (_("Here"), "left")],
    )
    for piece in plan[:50]:
        table.add_row(
            piece.piece.name, piece.address, size(piece.bytes, lang), _("yes") if piece.here else ""
        )
    console.print(table)
    if len(plan) > 50:
        console.print(_("… and {count} more").format(count=number(len(plan) - 50, lang)))
    known = [p.bytes for p in plan if p.bytes is not None and not p.here]
    unknown = sum(p.bytes is None for p in plan)
    text = _("{count} files, {size} to fetch").format(
        count=number(len(plan), lang), size=size(sum(known), lang)
    )
    if unknown:
        text += _("; the provider does not say the size of {count}").format(
            count=number(unknown, lang)
        )
    if feed.per_minute:
        text += _("; at most {count} requests a minute").format(count=number(feed.per_minute, lang))
    console.print(text)


def show_vintage(made: Vintage, lang: Lang) -> None:
    """What was loaded."""
    _ = translator(lang)
    console.print(made.id, style="bold", soft_wrap=True)
    table = grid("", [(_("Table"), "left"), (_("Rows"), "right"), (_("Size"), "right")])
    for entry in made.tables:
        table.add_row(
            entry.name, number(entry.rows, lang), size(sum(f.bytes for f in entry.files), lang)
        )
    console.print(table)
    for note in made.notes:
        console.print(f"• {note.said(lang)}", markup=False)
    for done in made.corrections:
        console.print(
            _("Corrected: {row}, {column}: {before} → {after} ({reason})").format(
                row=done.row, column=done.column, before=done.before or "–",
                after=done.after or "–", reason=done.reason,
            )
        )  # fmt: skip
