"""A file of marks: what is not for everybody, read and held against the mapping it is for."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import Final

from verdikart.core.errors import Problem, Problems, UsageProblem
from verdikart.mapping.audience import LEVELS, Mark, marked
from verdikart.mapping.bindings import COUNT, KEYS, rows_of
from verdikart.mapping.saved import AT, Saved

COLUMNS: Final = ("figure", "level", "reason")


def read_marks(path: Path, mappings: Iterable[Saved]) -> tuple[Mark, ...]:
    """Marks from a CSV file, each of a figure of one of the mappings; the first is asked first.

    Raises :class:`UsageProblem` for a file that is no CSV, and :class:`Problems` with every faulty
    row at once: a level or table that there is not, and a mark that names nothing, since whoever
    wrote it believes a figure to be kept.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            heads = [(name or "").strip() for name in reader.fieldnames or ()]
            reader.fieldnames = heads
            rows = list(reader)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise UsageProblem(f"{path}: cannot be read as CSV in UTF-8 ({error})") from error
    lacking = [name for name in COLUMNS[:2] if name not in heads]
    if lacking:
        remedy = f"have the columns {', '.join(COLUMNS)}, with commas between them"
        raise Problems(
            [Problem(str(path), f"the column {n} is missing", 1, n, "", remedy) for n in lacking]
        )
    held = _Lazy(mappings)
    found, faults = [], []
    for number, row in enumerate(rows, start=2):
        figure, level = ((row[name] or "").strip() for name in COLUMNS[:2])
        if not figure and not level:
            continue
        mark, fault = _mark(
            str(path), number, figure, level, (row.get("reason") or "").strip(), held
        )
        if fault is not None:
            faults.append(fault)
        elif mark is not None:
            found.append(mark)
    if faults:
        raise Problems(faults)
    return tuple(found)


def _mark(
    file: str, number: int, figure: str, asked: str, reason: str, mappings: Iterable[Saved]
) -> tuple[Mark | None, Problem | None]:
    """The mark of a row, or what is wrong with it."""

    def fault(message: str, column: str, value: str, remedy: str = "") -> tuple[None, Problem]:
        return None, Problem(file, message, number, column, value, remedy)

    level = next((known for known in LEVELS if known == asked), None)
    if level is None:
        return fault("no such level", "level", asked, f"write one of {', '.join(LEVELS)}")
    mark = Mark(figure, level, reason)
    try:
        binding = mark.binding
    except UsageProblem as error:
        return fault("names no figure", "figure", figure, str(error).partition("; ")[2])
    if binding.table not in KEYS:
        near = get_close_matches(binding.table, KEYS, 3) or list(KEYS)
        return fault("no such table", "figure", figure, f"tables: {', '.join(near)}")
    said = ""
    for saved in mappings:
        if next(marked(saved, mark), None) is not None:
            return mark, None
        said = said or _lacking(saved, mark)
    return fault("names nothing in the mapping, so it would keep nothing", "figure", figure, said)


def _lacking(saved: Saved, mark: Mark) -> str:
    """What a mark asks for that the mapping has not."""
    binding = mark.binding
    rows = rows_of(saved, binding.table)
    if mark.by_id:
        indicator = mark.figure.rpartition("/")[2]
        like = [r["id"] for r in rows if str(r["id"]).endswith(f"/{indicator}")]
        near = get_close_matches(mark.figure, like, 2)
        return f"nearest: {', '.join(near)}" if near else "'verdikart explain ID' shows a figure"
    if not rows:
        return f"the mapping has no rows of {binding.table}"
    known = [name for name in rows[0] if name != AT]
    wrong = [name for name, _ in binding.where if name not in known]
    if binding.column != COUNT and binding.column not in {*known, *(n[:-3] for n in known)}:
        wrong.append(binding.column)
    if wrong:
        near = get_close_matches(wrong[0], known, 3) or known[:12]
        return f"{binding.table} has no column {wrong[0]}; nearest: {', '.join(near)}"
    return f"no row of {binding.table} has these values; a row is told by {', '.join(KEYS[binding.table])}"


class _Lazy:
    """Mappings that are opened when they are first asked for, and then kept."""

    def __init__(self, mappings: Iterable[Saved]) -> None:
        self._rest = iter(mappings)
        self._held: list[Saved] = []

    def __iter__(self) -> Iterator[Saved]:
        yield from list(self._held)
        for saved in self._rest:
            self._held.append(saved)
            yield saved


__all__ = ["read_marks"]
