"""Reads and checks an analyst's own inputs; every fault of a file is reported at once.

Columns ``material, stage, input, key, value`` and, if wanted, ``note``; UTF-8; separated by comma
with decimal point, or by semicolon with decimal comma. The header tells which.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import fsum
from pathlib import Path
from typing import Literal

from verdikart.core.errors import DataProblem, Problem, Problems, UsageProblem, nearest
from verdikart.indicators.assessment import COMPLETE, MaterialInputs
from verdikart.indicators.criticality import SUPPLY_USED
from verdikart.mapping.analyst import REST, SHARES, Edit, Edits, Known
from verdikart.mapping.analyst_numbers import NotNumber, number, printed, within
from verdikart.mapping.eu_study import ROUNDING

COLUMNS = ("material", "stage", "input", "key", "value")
OPTIONAL = ("note",)


@dataclass(frozen=True, slots=True)
class Spec:
    """What an input needs. ``stage``: none, all (empty means every stage), or one."""

    stage: Literal["none", "all", "one"] = "none"
    key: Literal["", "supplier", "country", "sector", "use"] = ""
    material: bool = True
    fraction: bool = True
    low: float = 0.0
    high: float = 1.0


INPUTS: dict[str, Spec] = {
    "world_share": Spec("one", "supplier"),
    "home_share": Spec("one", "supplier"),
    "import_reliance": Spec("one"),
    "eol_rir": Spec("all"),
    "si_sr": Spec("all"),
    "si_ei": Spec(),
    "supply_used": Spec("one"),
    "use_share": Spec("none", "use"),
    "value_added": Spec("none", "sector", material=False, fraction=False, high=float("inf")),
    "scale": Spec(material=False, fraction=False, low=1e-9, high=float("inf")),
    "governance": Spec("none", "country", material=False, fraction=False, high=10.0),
    "trade_parameter": Spec("one", "country", fraction=False, low=0.5, high=2.0),
}


def read(path: Path, known: Known) -> Edits:
    """Edits of a file. Raises ``Problems`` with all faults; then nothing is to be applied."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise DataProblem(f"{path}: cannot be read ({error.strerror}) — check the path") from None
    except UnicodeDecodeError as error:
        raise DataProblem(
            f"{path}: is not UTF-8 text ({error.reason}) — save it as UTF-8"
        ) from None
    check = _Check(path.name, known)
    rows = _rows(text, check)
    check.comma = _separator(text) == ";"
    for line, row in rows:
        check.row(line, row)
    return check.finish()


def parse_sets(texts: Sequence[str], known: Known) -> Edits:
    """Edits of ``--set`` texts: MATERIAL[@STAGE].INPUT[.KEY]=VALUE, or INPUT[.KEY]=VALUE.

    Raises :class:`UsageProblem` with all faults; rows count the texts from 1.
    """
    check = _Check("--set", known)
    for place, text in enumerate(texts, start=1):
        left, sign, value = text.partition("=")
        head, *rest = left.strip().split(".")
        name, _, stage = head.partition("@")
        material, given = ("", [head, *rest]) if head in INPUTS else (name, rest)
        if not sign or not given or len(given) > 2:
            remedy = "write MATERIAL.INPUT=VALUE or MATERIAL@STAGE.INPUT.KEY=VALUE"
            check.fault("cannot be read", place, None, text, remedy)
            continue
        cells = (material, stage if material else "", given[0], (*given, "")[1], value.strip())
        check.row(place, dict(zip(COLUMNS, cells, strict=True)))
    try:
        return check.finish()
    except Problems as problems:
        raise UsageProblem(str(problems)) from None


def _separator(text: str) -> str:
    return ";" if ";" in next(iter(text.splitlines()), "") else ","


def _rows(text: str, check: _Check) -> list[tuple[int, dict[str, str]]]:
    """Line number and cells by column; blank lines are left out."""
    separator = _separator(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    found: list[tuple[int, dict[str, str]]] = []
    try:
        header = [cell.strip().lower() for cell in next(reader, [])]
        if not _header(header, check):
            return []
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) != len(header):
                remedy = (
                    "write decimals with a point, or separate the columns with ;"
                    if separator == ","
                    else "check semicolons and quotes"
                )
                message = f"row has {len(cells)} cells, the header {len(header)}"
                check.fault(message, reader.line_num, None, separator.join(cells), remedy)
                continue
            trimmed = (cell.strip() for cell in cells)
            found.append((reader.line_num, dict(zip(header, trimmed, strict=True))))
    except csv.Error as error:
        remedy = "check quotes and line ends"
        check.fault(f"is no valid CSV ({error})", reader.line_num, None, None, remedy)
    return found


def _header(header: list[str], check: _Check) -> bool:
    before = len(check.problems)
    for name in COLUMNS:
        if name not in header:
            remedy = f"the header has the columns {', '.join(COLUMNS)}, separated by , or ;"
            check.fault("column is missing", 1, name, None, remedy)
    valid: dict[str, Sequence[str]] = dict.fromkeys((*COLUMNS, *OPTIONAL), ())
    for place, name in enumerate(header, start=1):
        if name not in valid:
            close = nearest(name, valid, 1)
            remedy = f"did you mean {close[0]}?" if close else f"columns: {', '.join(valid)}"
            check.fault("column is not known", 1, name or f"number {place}", None, remedy)
        elif header.index(name) != place - 1:
            check.fault("column stands twice", 1, name, None, "keep one of them")
    return len(check.problems) == before


@dataclass
class _Set:
    """A set of shares: its rows, their values, and whether every row had one."""

    name: str
    rows: list[int] = field(default_factory=list)
    values: list[float] = field(default_factory=list)
    whole: bool = True


class _Check:
    """Checks rows one by one and gathers faults and edits."""

    def __init__(self, file: str, known: Known) -> None:
        self.file, self.known = file, known
        self.comma = False
        self.problems: list[Problem] = []
        self.edits: list[Edit] = []
        self.seen: dict[tuple[str, ...], int] = {}
        self.sets: dict[tuple[str, str, str], _Set] = {}

    def fault(
        self, message: str, row: int | None, column: str | None, value: str | None, remedy: str
    ) -> None:
        """Note one fault."""
        self.problems.append(Problem(self.file, message, row, column, value, remedy))

    def row(self, line: int, cells: Mapping[str, str]) -> None:
        """Check one row; each of its cells can be at fault."""
        name = cells["input"]
        spec = INPUTS.get(name)
        if spec is None:
            self._unknown("input", line, "input", name, dict.fromkeys(INPUTS, ()))
            return
        before = len(self.problems)
        inputs = self._material(line, cells, spec)
        subjects = self._subjects(line, cells, spec, inputs) if inputs else ()
        key = self._key(line, cells, spec)
        value = self._value(line, cells, spec)
        self._share(line, cells, subjects, value)
        for subject in subjects or ("",):
            mark = (name, cells["material"], subject or cells["stage"], key)
            first = self.seen.setdefault(mark, line)
            if first != line:
                said = ".".join(text for text in (cells["material"], name, key) if text)
                self.fault(f"repeats row {first}", line, None, said, "keep one of the two rows")
                break
        if len(self.problems) == before and value is not None:
            material = cells["material"]
            self.edits.append(Edit(name, material, subjects, key, value, self.file, line))

    def _material(self, line: int, cells: Mapping[str, str], spec: Spec) -> MaterialInputs | None:
        asked = cells["material"]
        if not spec.material:
            self._empty(line, cells, "material")
            return None
        found = self.known.materials.get(asked)
        if found is None:
            self._unknown("material", line, "material", asked, self.known.names)
        elif found.members:
            remedy = f"give its members: {', '.join(found.members)}"
            self.fault("is a group, the mean of its members", line, "material", asked, remedy)
            return None
        return found

    def _subjects(
        self, line: int, cells: Mapping[str, str], spec: Spec, inputs: MaterialInputs
    ) -> tuple[str, ...]:
        asked = cells["stage"]
        if spec.stage == "none":
            self._empty(line, cells, "stage")
            return ()
        stages = tuple(dict.fromkeys(s.stage for s in inputs.stages))
        found = tuple(s.subject for s in inputs.stages if asked in ("", s.stage, s.subject))
        available = f"stages with data: {', '.join(stages) or 'none'}"
        if not found:
            message = f"{inputs.material} has no data for this stage"
            self.fault(message, line, "stage", asked, available)
        elif not asked and spec.stage == "one" and len(stages) > 1:
            self.fault("stage is missing", line, "stage", asked, available)
        return found

    def _key(self, line: int, cells: Mapping[str, str], spec: Spec) -> str:
        asked = cells["key"]
        if not spec.key:
            self._empty(line, cells, "key")
            return ""
        if spec.key in ("supplier", "use") and asked.casefold() == REST:
            return REST
        places = spec.key in ("supplier", "country")
        names = self.known.countries if places else self.known.sectors
        if asked not in names:
            kind = "country (ISO3)" if places else "NACE division"
            self._unknown(kind, line, "key", asked, names)
        return asked

    def _value(self, line: int, cells: Mapping[str, str], spec: Spec) -> float | str | None:
        text = cells["value"]
        if cells["input"] == "supply_used":
            if text in SUPPLY_USED:
                return text
            remedy = f"one of {', '.join(SUPPLY_USED)} (world and home, world only, home only)"
            self.fault("is no choice of supply", line, "value", text, remedy)
            return None
        try:
            value = number(text, comma=self.comma, fraction=spec.fraction)
        except NotNumber as error:
            self.fault(error.message, line, "value", text, error.remedy)
            return None
        wrong = within(cells["input"], value, text, spec.low, spec.high, fraction=spec.fraction)
        if wrong:
            message, remedy = wrong
            self.fault(message, line, "value", text, remedy)
        return value

    def _share(
        self,
        line: int,
        cells: Mapping[str, str],
        subjects: tuple[str, ...],
        value: float | str | None,
    ) -> None:
        name, material = cells["input"], cells["material"]
        if name not in SHARES:
            return
        stage = ",".join(subjects) or cells["stage"]
        said = f"{name} of {material}" + (f" at {cells['stage']}" if cells["stage"] else "")
        held = self.sets.setdefault((name, material, stage), _Set(said))
        held.rows.append(line)
        if isinstance(value, float):
            held.values.append(value)
        else:
            held.whole = False

    def _empty(self, line: int, cells: Mapping[str, str], column: str) -> None:
        if cells[column]:
            message = f"{cells['input']} has no {column}"
            self.fault(message, line, column, cells[column], "leave the cell empty")

    def _unknown(self, kind: str, line: int, column: str, asked: str, names: object) -> None:
        valid: dict[str, Sequence[str]] = dict(names) if isinstance(names, Mapping) else {}
        close = nearest(asked, valid)
        listed = ", ".join(close) if close else ", ".join(list(valid)[:20])
        if len(valid) > 20 and not close:
            listed += ", …"
        remedy = f"{'nearest' if close else 'available'}: {listed}"
        self.fault(
            f"is no known {kind}" if asked else f"{kind} is missing", line, column, asked, remedy
        )

    def _sums(self) -> None:
        for (name, _, _), held in self.sets.items():
            total = fsum(held.values)
            slack = COMPLETE[1] - 1 if name == "use_share" else ROUNDING
            if not held.whole or abs(total - 1) <= slack + 1e-9:
                continue
            lines = ", ".join(str(line) for line in held.rows)
            where = f"rows {lines}" if len(held.rows) > 1 else f"row {lines}"
            remedy = "the set replaces the whole: shares of a set sum to 1"
            if total < 1:
                remedy += f"; what nobody known has goes in a row with key {REST}"
            message = f"shares do not sum to 1: {held.name}, {where}"
            self.fault(message, held.rows[0], "value", f"sum {printed(total)}", remedy)

    def _suppliers(self) -> None:
        """A trade parameter needs a supplier that it can be of, perhaps one given in this file."""
        given = {
            (e.material, s, e.key) for e in self.edits if e.key != REST for s in e.subjects
            if e.input in ("world_share", "home_share")
        }  # fmt: skip
        for edit in self.edits:
            if edit.input != "trade_parameter":
                continue
            parts = {
                part.iso3
                for stage in self.known.materials[edit.material].stages
                if stage.subject in edit.subjects
                for supply in (*((stage.world,) if stage.world else ()), *stage.home)
                for part in supply.parts
            } | {
                key
                for material, s, key in given
                if material == edit.material and s in edit.subjects
            }
            if edit.key not in parts:
                remedy = f"suppliers: {', '.join(sorted(parts)) or 'none'}"
                message = f"is no supplier of {edit.material} at this stage"
                self.fault(message, edit.row, "key", edit.key, remedy)

    def finish(self) -> Edits:
        """The edits, or every fault in the order of the rows."""
        self._sums()
        self._suppliers()
        if self.problems:
            raise Problems(sorted(self.problems, key=lambda p: p.row or 0))
        return Edits(tuple(self.edits), self.known.area)
