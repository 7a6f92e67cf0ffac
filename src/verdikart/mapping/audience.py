"""Who may see a figure: levels, marks on figures, and the highest level that a cell has.

Every figure is public unless a mark says otherwise. Marks are data: a CSV file with the columns
``figure`` (a figure's id, or a binding, whose column may be ``*`` for every figure of the row),
``level`` and ``reason``; see :mod:`verdikart.mapping.marks_file`.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from math import isclose
from typing import Any, Final, Literal

from verdikart.mapping.bindings import COUNT, KEYS, Binding, fitting, left_open, parse, rows_of
from verdikart.mapping.cards import is_figure
from verdikart.mapping.forms import Forms, says, telling
from verdikart.mapping.saved import AT, Saved
from verdikart.reference.columns import base

Level = Literal["public", "group", "internal"]
Row = dict[str, Any]
LEVELS: Final[tuple[Level, ...]] = ("public", "group", "internal")  # the lowest first
DIGIT: Final = re.compile(r"\d")
SENTENCE: Final = 25  # characters from which on a marked text is looked for in files

# Columns that say what a row is of. They are no figures: a mark on a whole row leaves them.
NAMING: Final = frozenset(
    (
        *("home", "year", "name_en", "name_nb", "stage", "source", "mix", "figure", "figures"),
        *("product", "products", "material", "materials", "material_id", "chain", "subject"),
    )
)


@dataclass(frozen=True, slots=True)
class Mark:
    """One mark: what is marked, who may see it, and why."""

    figure: str
    level: Level
    reason: str = ""

    @property
    def by_id(self) -> bool:
        """Whether it names a figure by its id."""
        return is_figure(self.figure) and "?" not in self.figure

    @property
    def binding(self) -> Binding:
        """What is marked, as a binding; a figure's id is one of the table ``figures``."""
        if self.by_id:
            return Binding("figures", (("id", self.figure),), "value")
        return parse(self.figure)


@dataclass(frozen=True, slots=True)
class Secret:
    """What a mark keeps from some: the name of the figure, and who may see it."""

    figure: str
    level: Level


def above(level: Level, audience: Level) -> bool:
    """Whether a level is not for an audience."""
    return LEVELS.index(level) > LEVELS.index(audience)


def highest(levels: Iterable[Level]) -> Level:
    """The highest of some levels; public for none."""
    return max(levels, key=LEVELS.index, default="public")


@dataclass(eq=False)
class Marks:
    """The marks of one saved mapping, and of those that a document shows beside it.

    A number that is marked in one table is marked wherever the same number stands, since tables
    repeat each other (a finding holds the share that its assessment has); so is a text that says it.
    """

    saved: Saved
    marks: tuple[Mark, ...] = ()
    others: list[Marks] = field(default_factory=list, repr=False)

    def on(self, saved: Saved) -> Marks:
        """The same marks on another mapping that a document shows beside this one."""
        made = Marks(saved, self.marks)
        self.others.append(made)
        return made

    def __bool__(self) -> bool:
        return bool(self.marks)

    @cached_property
    def cells(self) -> dict[tuple[str, str], Secret]:
        """Address of a row and column → what is marked there."""
        found: dict[tuple[str, str], Secret] = {}
        for mark in self.marks:
            for row, columns in marked(self.saved, mark):
                for name in columns:
                    place = (row[AT], name)
                    held = found.get(place)
                    if held is None or above(mark.level, held.level):
                        one = mark.by_id or mark.binding.column != COUNT
                        figure = mark.figure if one else f"{mark.figure.rpartition('#')[0]}#{name}"
                        found[place] = Secret(figure, mark.level)
        return found

    @cached_property
    def _ids(self) -> dict[str, Level]:
        """Id of a figure → level, of the figures that are marked by id."""
        return {m.figure: m.level for m in self.marks if m.by_id}

    @cached_property
    def _held(self) -> list[tuple[Any, Secret]]:
        """Values of the marked cells."""
        found = []
        for (at, column), secret in self.cells.items():
            table, _, number = at.partition("/")
            found.append((rows_of(self.saved, table)[int(number)].get(column), secret))
        return found

    def forms(self, audience: Level) -> Forms[Secret]:
        """What is above an audience and is known again by itself, here and in the other mappings."""
        held = [pair for marks in (self, *self.others) for pair in marks._held]
        return _forms(held, audience)

    @cached_property
    def _said(self) -> Forms[Secret]:
        return _forms(self._held, "public")

    def level(self, row: Row, column: str) -> Level:
        """The level of a row's cell: its own, that of its figures, that of an equal number or of a
        number that its text says.
        """
        if not self.marks:
            return "public"
        found = self.cells.get((row.get(AT, ""), column))
        levels: list[Level] = [found.level] if found else []
        if self._ids and column not in NAMING:
            levels += [self._ids.get(name, "public") for name in _rests_on(row, column)]
        value = row.get(column)
        if value is not None and column not in NAMING:
            levels += self._holds(value)
            if isinstance(value, str):
                levels += self._beside(row, value)
        return highest(levels) if levels else "public"

    def _holds(self, value: object) -> Iterator[Level]:
        """Levels of the marked numbers that a value is, says or holds."""
        if isinstance(value, (int, float)):
            if telling(value):
                yield from self._equal(value)
        elif isinstance(value, str):
            if value not in self._read:
                hit = self._said.find(value) if DIGIT.search(value) else None
                self._read[value] = hit.of.level if hit else "public"
            yield self._read[value]
        elif isinstance(value, (list, dict)):
            for member in value.values() if isinstance(value, dict) else value:
                yield from self._holds(member)

    def _beside(self, row: Row, text: str) -> Iterator[Level]:
        """Levels of the row's own marked numbers that a text of it says."""
        if row.get(AT) not in self._rows or not DIGIT.search(text):
            return
        for name, value in row.items():
            found = self.cells.get((row[AT], name))
            if found and isinstance(value, (int, float)) and says(text, value):
                yield found.level

    @cached_property
    def _rows(self) -> frozenset[str]:
        return frozenset(at for at, _ in self.cells)

    def _equal(self, value: float) -> Iterator[Level]:
        """Levels of the marked numbers that are this one."""
        place = max(bisect_left(self._sizes, value) - 1, 0)
        for held, secret in self._said.sorted[place:]:
            if isclose(held, value, rel_tol=1e-10, abs_tol=0.0):
                yield secret.level
            elif held > value:
                return

    @cached_property
    def _sizes(self) -> list[float]:
        return [size for size, _ in self._said.sorted]

    @cached_property
    def _read(self) -> dict[str, Level]:
        """Texts that were read for marked numbers, with what they are; ids come again and again."""
        return {}


def _forms(held: Iterable[tuple[Any, Secret]], audience: Level) -> Forms[Secret]:
    numbers, texts = [], []
    for value, secret in held:
        if not above(secret.level, audience):
            continue
        if telling(value):
            numbers.append((float(value), secret))
        elif isinstance(value, str) and len(value) >= SENTENCE and " " in value:
            texts.append((value, secret))
    return Forms(numbers, texts)


def marked(saved: Saved, mark: Mark) -> Iterator[tuple[Row, list[str]]]:
    """Rows that a mark is of, with their marked columns; nothing where the mapping has no such."""
    if mark.by_id:
        yield from _by_id(saved, mark.figure)
        return
    binding = mark.binding
    if binding.mapping not in ("", saved.name):
        return
    for row in fitting(saved, _open(saved, binding)):
        keys = KEYS.get(binding.table, ())
        if binding.column == COUNT:
            yield row, [c for c in row if c != AT and c not in keys and c not in NAMING]
        else:
            columns = _parts(binding.table, binding.column, row)
            if columns:
                yield row, columns


def _by_id(saved: Saved, figure: str) -> Iterator[tuple[Row, list[str]]]:
    """The figure's own row, and the cells of other tables that are the figure."""
    for row in fitting(saved, Binding("figures", (("id", figure),), "value")):
        yield row, _parts("figures", "value", row)
    mix, _, indicator = figure.rpartition("/")
    for table in saved.table_names:
        rows = saved.rows(table)
        if rows and "mix" in rows[0] and indicator in rows[0]:
            for row in fitting(saved, Binding(table, (("mix", left_open(saved, mix)),), indicator)):
                yield row, _parts(table, indicator, row)
    measure = indicator.partition(":")[0]
    for table in saved.table_names:
        rows = saved.rows(table)
        if rows and table != "figures" and "figure" in rows[0] and measure in rows[0]:
            for row in rows:
                if row["figure"] == figure:
                    yield row, _parts(table, measure, row)


def _parts(table: str, column: str, row: Row) -> list[str]:
    """A column with its bounds, or in both languages."""
    known = [name for name in row if name != AT]
    stem, part = base(table, column, known)
    if part not in ("en", "nb"):
        stem = column
    return [
        name
        for name in known
        if name == stem or (stem, True) == _bound_or_language(base(table, name, known))
    ]


def _bound_or_language(pair: tuple[str, str]) -> tuple[str, bool]:
    return pair[0], pair[1] in ("low", "high", "en", "nb")


def _rests_on(row: Row, column: str) -> Iterator[str]:
    """Ids of the figures that a cell is or rests on."""
    if row.get("mix"):
        yield f"{row['mix']}/{column}"
    if row.get("figure"):
        yield str(row["figure"])
    yield from map(str, row.get("figures") or ())


def _open(saved: Saved, binding: Binding) -> Binding:
    """A binding with the mapped year left open, as rows are indexed."""
    where = tuple((name, left_open(saved, value)) for name, value in binding.where)
    return Binding(binding.table, where, binding.column)


__all__ = ["LEVELS", "Level", "Mark", "Marks", "Secret", "above", "highest", "marked"]
