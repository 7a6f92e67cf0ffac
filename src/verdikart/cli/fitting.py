"""Terminal tables that fit their window: words wrap, numbers do not, the least needed goes first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from rich.cells import cell_len

from verdikart.cli.tables import console, grid
from verdikart.reference.i18n import Lang, translator

LEAST = 16  # width that words wrap down to
BETWEEN = 3  # blanks between two columns; one less in all at the edges


@dataclass(frozen=True, slots=True)
class Column:
    """A column with its cells. With ``least`` it holds words, which wrap down to that width;
    numbers never wrap. Where the window is narrow, the lowest ``drop`` above 0 is left out first.
    """

    heading: str
    cells: Sequence[str]
    least: int = 0
    drop: int = 0

    @property
    def natural(self) -> int:
        """Width of the longest line."""
        lines = (line for text in (self.heading, *self.cells) for line in text.split("\n"))
        return max(cell_len(line) for line in lines)

    @property
    def narrowest(self) -> int:
        """Width below which words would break or numbers be lost."""
        if not self.least:
            return self.natural
        return min(self.natural, max([self.least, *map(cell_len, self.heading.split())]))


def fitted(columns: Sequence[Column], room: int) -> list[tuple[Column, int]]:
    """The columns that the room holds, in order, with their widths."""
    least = [c.narrowest for c in columns]
    free = room + 1 - sum(least) - BETWEEN * len(columns)
    out: list[int] = []
    for place in sorted(
        (i for i, c in enumerate(columns) if c.drop), key=lambda i: columns[i].drop
    ):
        if free < 0:
            out.append(place)
            free += least[place] + BETWEEN
    for place in reversed(out[:]):  # a wide column that went may leave room for a narrow one
        if least[place] + BETWEEN <= free:
            out.remove(place)
            free -= least[place] + BETWEEN
    widths = {i: width for i, width in enumerate(least) if i not in out}
    wants = {i: columns[i].natural - width for i, width in widths.items()}
    for place in sorted(wants, key=lambda i: wants[i]):  # those that lack least are made whole
        more = min(max(free, 0), wants[place])
        free -= more
        widths[place] += more
    return [(columns[i], width) for i, width in widths.items()]


def print_table(title: str, columns: Sequence[Column], lang: Lang) -> list[Column]:
    """Print the table under its title, and name the columns that the window has no room for.

    Returns the columns shown.
    """
    _ = translator(lang)
    found = fitted(columns, console.width)
    table = grid("", [(c.heading, "left" if c.least else "right") for c, _width in found])
    for held, (_column, width) in zip(table.columns, found, strict=True):
        held.width = width
    for cells in zip(*(column.cells for column, _width in found), strict=True):
        table.add_row(*cells)
    console.print(f"[italic]{title}[/]")
    console.print(table)
    kept = [column for column, _width in found]
    out = [c.heading.replace("-\n", "").replace("\n", " ") for c in columns if c not in kept]
    if out := [heading for heading in out if heading]:
        text = _("Left out for want of room: {columns}. A wider window or --format csv shows them.")
        console.print(text.format(columns=", ".join(out)))
    return kept


def broken(heading: str) -> str:
    """A heading over two lines, at its first blank."""
    return heading.replace(" ", "\n", 1)


def print_rows(
    title: str,
    heads: Sequence[tuple[str, str]],
    rows: Sequence[Sequence[str]],
    lang: Lang,
    first_out: Sequence[int] = (),
) -> None:
    """Print rows under (heading, left or right); nothing is cut off where the window is narrow.

    Words wrap, then headings of numbers break at their blanks, then columns go: ``first_out`` in
    order, the others from the right; never the first.
    """
    rest = [i for i in range(len(heads) - 1, 0, -1) if i not in first_out]
    drop = {place: rank for rank, place in enumerate([*first_out, *rest], 1)}
    columns = [
        Column(heading, [row[i] for row in rows], LEAST if justify == "left" else 0, drop.get(i, 0))
        for i, (heading, justify) in enumerate(heads)
    ]
    if sum(c.narrowest + BETWEEN for c in columns) > console.width + 1:
        columns = [
            c if c.least else replace(c, heading=c.heading.replace(" ", "\n")) for c in columns
        ]
    print_table(title, columns, lang)
