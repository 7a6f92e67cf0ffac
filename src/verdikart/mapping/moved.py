"""Figures of a signed-off document held against a mapping: which have moved, by how much, and why.

The document's record says which cell each figure was and what it was; the mapping says what the same
cell is now. Nothing is read of the document itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from math import isclose
from typing import Any, Final, Literal

from verdikart.mapping import compare
from verdikart.mapping.bindings import COUNT, Binding, Found, fitting, left_open, parse, resolve
from verdikart.mapping.causes import Cause, causes
from verdikart.mapping.combine import CAUSES
from verdikart.mapping.saved import Saved
from verdikart.reference.columns import base, describe

Row = dict[str, Any]
# same; only digits beyond those written; another value; another way of not being there, or there now;
# no such row; several such rows; of a mapping named in the document; withheld there
Outcome = Literal["same", "digits", "moved", "status", "gone", "several", "fixed", "withheld"]
Measure = Literal["", "points", "percent", "units"]  # how a difference is counted
SEEN: Final = ("moved", "status", "gone", "several")
AMOUNTS: Final = ("usd", "nok", "tonnes", "amount", "given", "count")
SCORES: Final = ("supply_risk", "economic_importance")
# Writes a cell now as a figure of the record was written: record's figure, row and column now.
Write = Callable[[Row, Row, str], str]


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a share is of, then and now: the partner's amount and that of all."""

    partner: str
    unit: str
    then: tuple[float, float]
    now: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Moved:
    """One figure then and now. ``then`` and ``now`` are as written; ``now`` is empty where there is
    nothing to write. ``difference`` is counted in ``measure``: percentage points of a share, per cent
    of an amount, units of a score. ``parts``: of a score's difference, by cause.
    """

    figure: str
    outcome: Outcome
    then: str
    now: str = ""
    then_value: Any = None
    now_value: Any = None
    difference: float | None = None
    measure: Measure = ""
    why: tuple[Cause, ...] = ()
    parts: Mapping[str, float] = field(default_factory=dict)
    inputs: Inputs | None = None
    elsewhere: str = ""

    @property
    def seen(self) -> bool:
        """Whether a reader of the document would read something else now."""
        return self.outcome in SEEN


@dataclass(eq=False)
class Held:
    """A record held against a mapping. ``earlier``: the mapping it was made from, where it is there."""

    made: Row
    saved: Saved
    earlier: Saved | None
    write: Write

    def figure(self, held: Row) -> Moved:
        """One figure of the record. Raises :class:`UsageProblem` for one that is no binding."""
        name, then = str(held["figure"]), str(held["text"])
        binding = parse(name)
        if held.get("withheld"):
            return Moved(name, "withheld", then)
        if binding.mapping:
            return Moved(name, "fixed", then, then, held["value"], held["value"])
        found = resolve(self.saved, binding)
        if found.found != "ok":
            outcome: Outcome = "several" if found.found == "several" else "gone"
            why = self._why(binding, None)
            other = self._elsewhere(binding)
            return Moved(name, outcome, then, "", held["value"], why=why, elsewhere=other)
        row = found.row or {binding.column: found.value}
        if self._still(held, found):
            return Moved(name, "same", then, then, held["value"], found.value)
        now = self.write(held, row, binding.column)
        gap = (held["value"] is None) != (found.value is None)
        outcome = "digits" if now == then else "status" if gap else "moved"
        difference, measure = _difference(binding, row, held["value"], found.value)
        seen = outcome != "digits"
        return Moved(
            name,
            outcome,
            then,
            now,
            held["value"],
            found.value,
            difference,
            measure,
            self._why(binding, found.row) if seen else (),
            self._parts(binding) if seen else {},
            self._inputs(binding, found.row) if seen else None,
        )

    @staticmethod
    def _still(held: Row, found: Found) -> bool:
        """Whether value, status and bounds are what they were."""
        ends = ((held["low"], found.low), (held["high"], found.high))
        alike = all(_same(then, now) for then, now in (*ends, (held["value"], found.value)))
        return alike and held["status"] == found.status

    def _why(self, binding: Binding, row: Row | None) -> tuple[Cause, ...]:
        return causes(self.made, self.saved, binding.table, binding.column, row)

    @cached_property
    def _scores(self) -> dict[str, Row]:
        """Materials of both mappings with the parts of their changes."""
        if self.earlier is None:
            return {}
        found = compare.compare(compare.read(self.earlier.folder), compare.read(self.saved.folder))
        return {row["material_id"]: row for row in found.materials}

    def _parts(self, binding: Binding) -> dict[str, float]:
        """Parts of a score's difference by cause, which sum to it; only those that are not nothing."""
        if binding.table != "criticality" or binding.column not in SCORES or self.earlier is None:
            return {}
        row = self._scores.get(dict(binding.where).get("material_id", ""), {})
        parts = {c: row.get(f"{binding.column}_{c}") for c in CAUSES}
        return {cause: part for cause, part in parts.items() if part}

    def _inputs(self, binding: Binding, now: Row | None) -> Inputs | None:
        """The amounts behind a share of a supply mix, where both mappings have them."""
        if self.earlier is None or now is None:
            return None
        rows = fitting(self.earlier, binding)
        if len(rows) != 1:
            return None
        ends = [_amounts(s, r, binding) for s, r in ((self.earlier, rows[0]), (self.saved, now))]
        then, after = ends
        if then is None or after is None or then[1] != after[1] or then[0] != after[0]:
            return None
        return Inputs(then[0], then[1], then[2:], after[2:])

    def _elsewhere(self, binding: Binding) -> str:
        """The code through which a good is seen now, where that is another than then."""
        if self.earlier is None or binding.column == COUNT:
            return ""
        rows = fitting(self.earlier, binding)
        if len(rows) != 1 or not rows[0].get("products") or not rows[0].get("subject"):
            return ""
        was = rows[0]
        for row in self.saved.rows(binding.table):
            alike = all(row.get(k) == was.get(k) for k in ("home", "other", "kind", "partner"))
            if (
                alike
                and row["products"][:1] == was["products"][:1]
                and row["subject"] != was["subject"]
            ):
                return str(row["subject"])
        return ""


def is_text(figure: str) -> bool:
    """Whether a figure is a sentence that was saved with the mapping."""
    binding = parse(figure)
    column = binding.column.removesuffix("_nb").removesuffix("_en")
    return binding.column != COUNT and describe(binding.table, column).kind == "text"


def _same(then: object, now: object) -> bool:
    if isinstance(then, float) or isinstance(now, float):
        if isinstance(then, (int, float)) and isinstance(now, (int, float)):
            return isclose(then, now, rel_tol=1e-12, abs_tol=0.0)
        return False
    if isinstance(then, (list, tuple)) and isinstance(now, (list, tuple)):
        return list(then) == list(now)
    return then == now


def _difference(
    binding: Binding, row: Row, then: object, now: object
) -> tuple[float | None, Measure]:
    """The difference of two numbers in the figure's own way of counting."""
    if isinstance(then, bool) or isinstance(now, bool):
        return None, ""
    if not isinstance(then, (int, float)) or not isinstance(now, (int, float)) or _same(then, now):
        return None, ""
    if binding.column == COUNT:
        return float(now - then), "units"
    stem, _ = base(binding.table, binding.column, row)
    kind = describe(binding.table, stem).kind
    if (
        kind in ("amount", "given")
        and row.get(describe(binding.table, stem).unit_column) == "share"
    ):
        kind = "share"
    if kind == "share":
        return 100.0 * (now - then), "points"
    if kind in AMOUNTS and kind != "count":
        return (100.0 * (now / then - 1.0), "percent") if then else (None, "")
    return float(now - then), "units"


# Column of a share → columns of its partner and its mix.
OF_SHARE: Final[dict[tuple[str, str], tuple[str, str]]] = {
    ("assessments", "top_share"): ("top_supplier", "mix"),
    ("assessments", "other_top_share"): ("other_top", "mix"),
    ("inputs", "top_share"): ("top_supplier", "mix"),
    ("inputs", "other_top_share"): ("other_top", "mix"),
    ("chain_steps", "top_share"): ("top_supplier", "mix"),
    ("chain_steps", "top_other_share"): ("top_other", "mix"),
    ("chains", "bottleneck_share"): ("bottleneck_supplier", "bottleneck_mix"),
    ("supply", "value_share"): ("partner", "mix"),
    ("findings", "partner_share"): ("partner", "figures"),
}


def _amounts(saved: Saved, row: Row, binding: Binding) -> tuple[str, str, float, float] | None:
    """Partner, unit, the partner's amount and the whole of a share by value."""
    columns = OF_SHARE.get((binding.table, binding.column))
    if columns is None:
        return None
    partner, mix = row.get(columns[0]), row.get(columns[1])
    if isinstance(mix, list):
        mix = mix[0].rpartition("/")[0] if mix else None
    if not partner or not mix:
        return None
    where = (("mix", left_open(saved, str(mix))), ("part", "identified"), ("partner", str(partner)))
    rows = fitting(saved, Binding("supply", where, "value"))
    if len(rows) != 1 or not rows[0]["value"] or not rows[0]["value_share"]:
        return None
    value = float(rows[0]["value"])
    return str(partner), str(rows[0]["value_unit"]), value, value / rows[0]["value_share"]


__all__ = ["Held", "Inputs", "Moved", "Outcome", "is_text"]
