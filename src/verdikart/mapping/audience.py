"""Who may see a figure: levels, marks on figures, and the highest level that a cell has.

Every figure is public unless a mark says otherwise. Marks are data: a CSV file with the columns
``figure`` (a figure's id, or a binding, whose column may be ``*`` for the whole row), ``level`` and
``reason``.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from math import isclose
from pathlib import Path
from typing import Any, Final, Literal

from verdikart.core.errors import Problem, Problems, UsageProblem
from verdikart.mapping.bindings import COUNT, KEYS, Binding, fitting, parse, rows_of
from verdikart.mapping.cards import is_figure
from verdikart.mapping.saved import AT, Saved

Level = Literal["public", "group", "internal"]
Row = dict[str, Any]
LEVELS: Final[tuple[Level, ...]] = ("public", "group", "internal")  # the lowest first
COLUMNS: Final = ("figure", "level", "reason")


@dataclass(frozen=True, slots=True)
class Mark:
    """One mark: what is marked, who may see it, and why."""

    figure: str
    level: Level
    reason: str = ""

    @property
    def binding(self) -> Binding:
        """What is marked, as a binding; a figure's id is one of the table ``figures``."""
        if is_figure(self.figure) and "?" not in self.figure:
            return Binding("figures", (("id", self.figure),), "value")
        return parse(self.figure)


def above(level: Level, audience: Level) -> bool:
    """Whether a level is not for an audience."""
    return LEVELS.index(level) > LEVELS.index(audience)


@dataclass(eq=False)
class Marks:
    """The marks of one saved mapping.

    A number that is marked in one table is marked wherever the same number stands, since tables
    repeat each other (a finding holds the share that its assessment has).
    """

    saved: Saved
    marks: tuple[Mark, ...] = ()
    others: list[Marks] = field(default_factory=list, repr=False)

    def on(self, saved: Saved) -> Marks:
        """The same marks on another mapping that a document shows beside this one."""
        made = Marks(saved, self.marks)
        self.others.append(made)
        return made

    @cached_property
    def _cells(self) -> dict[tuple[str, str], Level]:
        """Address of a row and column → level."""
        found: dict[tuple[str, str], Level] = {}
        for mark in self.marks:
            binding = mark.binding
            for row in fitting(self.saved, _open(self.saved, binding)):
                names = [c for c in row if c != AT] if binding.column == COUNT else [binding.column]
                for name in names:
                    place = (row[AT], name)
                    found[place] = max(found.get(place, "public"), mark.level, key=LEVELS.index)
        return found

    @cached_property
    def _figures(self) -> dict[str, Level]:
        """Id of a figure → level, of the figures that are marked by id."""
        return {m.figure: m.level for m in self.marks if m.binding.table == "figures"}

    @cached_property
    def values(self) -> list[tuple[float, Level, str]]:
        """Marked numbers that say something by themselves, with level and the name of the figure."""
        found = []
        for (at, column), level in self._cells.items():
            table, _, number = at.partition("/")
            row = rows_of(self.saved, table)[int(number)]
            value = row.get(column)
            if isinstance(value, (int, float)) and _telling(value):
                found.append((float(value), level, f"{at}/{column}"))
        return found

    def level(self, row: Row, column: str) -> Level:
        """The level of a row's cell: its own, that of its figures, that of an equal number."""
        if not self.marks:
            return "public"
        value = row.get(column)
        levels: list[Level] = [self._cells.get((row.get(AT, ""), column), "public")]
        levels += [self._figures.get(name, "public") for name in self._named(row, column)]
        if isinstance(value, (int, float)) and _telling(value):
            levels += [
                level
                for held, level, _ in self.values
                if isclose(held, value, rel_tol=1e-12, abs_tol=0.0)
            ]
        return max(levels, key=LEVELS.index)

    @staticmethod
    def _named(row: Row, column: str) -> Iterable[str]:
        """Ids of the figures that a cell is or rests on."""
        if row.get("mix"):
            yield f"{row['mix']}/{column}"
        if row.get("figure"):
            yield str(row["figure"])
        yield from map(str, row.get("figures") or ())


def _open(saved: Saved, binding: Binding) -> Binding:
    """A binding with the mapped year left open, as rows are indexed."""
    where = tuple((n, v.replace(f"/{saved.year}/", "/{year}/")) for n, v in binding.where)
    return Binding(binding.table, where, binding.column)


def _telling(value: float) -> bool:
    """Whether a number is its own fingerprint: not a small whole number, a flag or a round share."""
    if isinstance(value, bool) or value != value:
        return False
    return abs(value) >= 1000 if float(value).is_integer() else len(f"{value:.12g}") > 4


def read_marks(path: Path) -> tuple[Mark, ...]:
    """Marks from a CSV file. Raises :class:`Problems` with every fault at once."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            heads = [name.strip() for name in reader.fieldnames or ()]
            rows = list(reader)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise UsageProblem(f"{path}: cannot be read as CSV in UTF-8 ({error})") from error
    missing = [name for name in COLUMNS[:2] if name not in heads]
    if missing:
        raise Problems(
            [
                Problem(
                    str(path),
                    f"the column {name} is missing",
                    1,
                    remedy=f"have {', '.join(COLUMNS)}",
                )
                for name in missing
            ]
        )
    found, faults = [], []
    for number, row in enumerate(rows, start=2):
        figure, level = ((row[name] or "").strip() for name in COLUMNS[:2])
        if level not in LEVELS:
            remedy = f"write one of {', '.join(LEVELS)}"
            faults.append(Problem(str(path), "no such level", number, "level", level, remedy))
            continue
        mark = Mark(figure, level, (row.get("reason") or "").strip())
        try:
            table = mark.binding.table
        except UsageProblem as error:
            faults.append(Problem(str(path), str(error), number, "figure", figure))
            continue
        if table not in KEYS:
            remedy = f"tables: {', '.join(KEYS)}"
            faults.append(Problem(str(path), "no such table", number, "figure", figure, remedy))
            continue
        found.append(mark)
    if faults:
        raise Problems(faults)
    return tuple(found)


__all__ = ["LEVELS", "Level", "Mark", "Marks", "above", "read_marks"]
