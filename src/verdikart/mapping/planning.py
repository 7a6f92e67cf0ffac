"""Diversification plans on request for a saved mapping: one view each, kept, one question at a time.

A plan needs flows that no mapping saves (what every supplier sells elsewhere), so it is computed
from the installed data, by the saved mapping's own parameters.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from threading import Lock
from typing import Any

from verdikart.core.errors import DataProblem, UnknownName
from verdikart.indicators.evidence import Parameters
from verdikart.mapping import catalogue, diversify
from verdikart.mapping.chain_view import ChainView, view
from verdikart.mapping.library import Library
from verdikart.mapping.money import money
from verdikart.mapping.saved import Saved
from verdikart.mapping.supply_plans import AVOID, BASES, SPARE, SWITCHING, Question, answers
from verdikart.store.snapshot import manifest

Row = dict[str, Any]
PATIENCE = 20.0  # seconds a question waits for those before it
VIEWS = 2  # mappings whose flows are kept
PLANS = 128
LEAST_TARGET = 0.05  # below it nothing but a handful of suppliers each could do


@dataclass(slots=True)
class Planner:
    """Plans of saved mappings. Threads may share it; one at a time computes."""

    _views: OrderedDict[str, ChainView] = field(default_factory=OrderedDict)
    _plans: OrderedDict[tuple[str, str, Question], list[Row]] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def plans(self, saved: Saved, subject: str, question: Question) -> list[Row] | None:
        """Plans of a code as :func:`verdikart.mapping.diversify.details` has them, each move with its
        cost in kroner; None where others are computed for longer than one can wait.

        Raises :class:`UnknownName` for a subject that no source has, and :class:`DataProblem` for a
        home that only a file of its own describes.
        """
        key = (saved.name, subject, question)
        with self._turn() as mine:
            if not mine:
                return None
            if key not in self._plans:
                seen = self._view(saved)
                found = answers(seen, subject, question)
                self._plans[key] = [_in_kroner(diversify.details(a, seen), seen) for a in found]
            self._plans.move_to_end(key)
            while len(self._plans) > PLANS:
                self._plans.popitem(last=False)
            return self._plans[key]

    @contextmanager
    def _turn(self) -> Iterator[bool]:
        mine = self._lock.acquire(timeout=PATIENCE)
        try:
            yield mine
        finally:
            if mine:
                self._lock.release()

    def _view(self, saved: Saved) -> ChainView:
        if saved.name not in self._views:
            held = {f.name: saved.parameters[f.name] for f in fields(Parameters)}
            try:
                self._views[saved.name] = view(saved.home, saved.year, Library(Parameters(**held)))
            except UnknownName as error:
                raise DataProblem(
                    f"the home {saved.home} is described in a file of its own, which the mapping does "
                    "not hold; 'verdikart diversify --homes-file' plans for it"
                ) from error
        self._views.move_to_end(saved.name)
        while len(self._views) > VIEWS:
            self._views.popitem(last=False)
        return self._views[saved.name]


def _in_kroner(plan: Row, seen: ChainView) -> Row:
    """A plan with the cost of each move a year, in dollars and kroner."""
    moves = []
    for move in plan["moves"]:
        cost = move["amount"] * move["unit_cost_usd"]
        moves.append({**move, "cost_usd": cost, "cost_nok": money(cost, "USD", seen.year).nok})
    return {**plan, "moves": moves}


def other_data(saved: Saved) -> list[tuple[str, str, str]]:
    """Sources whose installed vintage is another than the mapping's: id, the mapping's, the installed.

    A data file that changed without a new vintage is named by its file and first digits.
    """
    installed = catalogue.installed()
    files = {entry.file: entry.sha256[:12] for entry in manifest().files}
    then = {name: digest[:12] for name, digest in saved.manifest.get("snapshot", {}).items()}
    found = []
    for old, new in ((saved.manifest["vintages"], installed), (then, files)):
        found += [
            (name, str(old.get(name) or ""), str(new.get(name) or ""))
            for name in dict.fromkeys((*old, *new))
            if old.get(name) != new.get(name)
        ]
    return found


__all__ = [
    "AVOID",
    "BASES",
    "LEAST_TARGET",
    "SPARE",
    "SWITCHING",
    "Planner",
    "Question",
    "other_data",
]
