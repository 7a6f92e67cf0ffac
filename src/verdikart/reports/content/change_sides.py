"""Two mappings in one document: a figure then, the same figure now, and what lies between."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from verdikart.mapping.changes import Changes, Pair
from verdikart.reports import words
from verdikart.reports.content import parts
from verdikart.reports.document.draft import Draft
from verdikart.reports.document.model import Cell, Figure
from verdikart.reports.voice import Voice

Row = dict[str, Any]
CAUSES: Final = ("period", "data", "method", "reference")
Worded = Callable[[Row], str]


@dataclass(frozen=True, slots=True)
class Sides:
    """The draft of the mapping now, the one on the earlier mapping, and what changed between."""

    now: Draft
    then: Draft
    found: Changes

    @property
    def then_name(self) -> str:
        """The earlier mapping in a heading."""
        return self._name(self.then)

    @property
    def now_name(self) -> str:
        """The mapping now in a heading."""
        return self._name(self.now)

    def _name(self, draft: Draft) -> str:
        """Its year; where both have the same, the first digits of its name too."""
        year = str(draft.saved.year)
        same = self.then.saved.year == self.now.saved.year
        return f"{year} ({draft.saved.name[:8]})" if same else year

    def head(self, title: str, side: Draft) -> str:
        """A heading with which of the two it is of."""
        return f"{title}, {self._name(side)}"

    def good(self, row: Row) -> str:
        """The name of an assessed good; of a whole stage of a material, with the stage."""
        name = parts.product(self.now, row)
        whole = "@" in row["subject"]
        return f"{name} ({words.stage(row['stage'], self.now.lang)})" if whole else name

    def figures(self, pair: Pair, column: str) -> list[Figure]:
        """A column of both rows of a pair, where there are two."""
        drafts = (self.then, self.now)
        return [d.figure(r, column) for d, r in zip(drafts, pair, strict=True) if r is not None]

    def cells(self, pair: Pair, column: str, *, decimals: int | None = None) -> tuple[Cell, Cell]:
        """A number then and now."""
        then, now = (
            Cell(self.now.say("not assessed"), None, "missing")
            if row is None
            else draft.cell(row, column, decimals=decimals)
            for draft, row in zip((self.then, self.now), pair, strict=True)
        )
        return then, now

    def worded(self, pair: Pair, column: str, said: Worded) -> tuple[Cell, Cell]:
        """A verdict or name then and now, in words, bound as a figure is."""
        then, now = (
            Cell(self.now.say("not assessed"), None, "missing")
            if row is None
            else _worded(draft, row, column, said)
            for draft, row in zip((self.then, self.now), pair, strict=True)
        )
        return then, now

    def scored(self, row: Row, column: str) -> list[Figure]:
        """A column of a material's scores, of each mapping that has them."""
        pair = self.scores(row)
        return self.figures(pair, column)

    def scores(self, row: Row) -> Pair:
        """A compared material's saved scores."""
        then, now = (
            next((r for r in s.own("criticality") if r["material_id"] == row["material_id"]), None)
            for s in (self.then.saved, self.now.saved)
        )
        return then, now


def _worded(draft: Draft, row: Row, column: str, said: Worded) -> Cell:
    figure = draft.figure(row, column, text=said(row))
    return Cell(figure.text, figure.raw, figure.status, figure=figure)


def either(pair: Pair) -> Row:
    """The row now, else the row then."""
    row = pair[1] or pair[0]
    if row is None:
        raise ValueError("a pair without rows")
    return row


def change(value: float | None, ends: tuple[Cell, Cell], draft: Draft, decimals: int = 2) -> Cell:
    """A change with its sign; withheld where either end is."""
    if any(cell.figure is not None and cell.figure.withheld for cell in ends):
        return Cell(draft.say("withheld"), None, "suppressed")
    if value is None:
        return Cell("–", None, "not_computable")
    return Cell(signed(value, draft.voice, decimals), value)


def signed(value: float, voice: Voice, decimals: int) -> str:
    """A change with its sign; only nothing at all is a plain 0, and next to nothing is +0.00."""
    if value == 0:
        return "0"
    return ("+" if value > 0 else "−") + voice.number(abs(value), decimals)


def cause_name(draft: Draft, cause: str) -> str:
    """A cause in words."""
    return {
        "period": draft.say("new period"),
        "data": draft.say("data revision"),
        "method": draft.say("method"),
        "reference": draft.say("reference tables"),
    }[cause]


__all__ = ["CAUSES", "Sides", "cause_name", "change", "either", "signed"]
