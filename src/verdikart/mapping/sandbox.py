"""The threshold sandbox: other thresholds, choices or inputs, and who then stands on the list.

Two scorings of the same materials are compared: as they are, and as changed. For every material
that moves, the single changes are tried alone to say which of them did it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any, Literal

from verdikart.core.errors import UsageProblem
from verdikart.indicators.assessment import (
    Choices,
    MaterialInputs,
    MaterialScore,
    Range,
    Setting,
    score_all,
    verdict,
)
from verdikart.indicators.criticality import TEN
from verdikart.mapping.analyst import Edits, apply
from verdikart.mapping.tipping import Lever, Tipping, distances, levers

Move = Literal["enters", "leaves", "becomes_undetermined", "settles_on", "settles_off"]
MOVES: dict[tuple[bool | None, bool | None], Move] = {
    (False, True): "enters",
    (True, False): "leaves",
    (True, None): "becomes_undetermined",
    (False, None): "becomes_undetermined",
    (None, True): "settles_on",
    (None, False): "settles_off",
}
THRESHOLDS = ("sr_threshold", "ei_threshold")
EI_INPUTS = ("si_ei", "use_share", "value_added", "scale")
MOST_STEPS = 1000


@dataclass(frozen=True, slots=True)
class Printed:
    """Scores as published, in place of computed ones. ``sr`` None: only EI is taken as printed."""

    ei: Mapping[str, float]
    sr: Mapping[str, float] | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """One thing changed: a choice, or an input. ``file`` and ``row`` say where an input stands."""

    name: str
    before: float | str | bool | None
    after: float | str | bool | None
    file: str | None = None
    row: int | None = None


@dataclass(frozen=True, slots=True)
class Side:
    """A material's scores on one side of the change; ``critical`` None where undetermined."""

    sr: Range
    ei: Range
    critical: bool | None
    assessed: str | None = None
    missing: tuple[str, ...] = ()
    held: Literal["net_exporter", "small"] | None = None

    def at(self, choices: Choices) -> bool | None:
        """The verdict under other thresholds; net exports and small flows stay what they are."""
        if self.held is not None:
            return False if self.held == "net_exporter" else None
        return verdict(self.sr, self.ei, choices)


@dataclass(frozen=True, slots=True)
class Row:
    """One material before and after. ``causes``: names of the changes that did it; each alone
    suffices, or with ``together`` they only do it jointly. ``tipping`` is of the changed state.
    """

    material: str
    member_of: str | None
    before: Side
    after: Side
    move: Move | None
    causes: tuple[str, ...]
    together: bool
    lists: tuple[str, ...]
    tipping: Tipping


@dataclass(frozen=True, slots=True)
class Result:
    """All materials, the changes, and counts of units (materials that are no group's members)."""

    base: Choices
    changed: Choices
    changes: tuple[Change, ...]
    rows: tuple[Row, ...]
    scores: Literal["recomputed", "published", "published_ei"] = "recomputed"
    units: int = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "units", sum(row.member_of is None for row in self.rows))

    def moved(self, *moves: Move) -> tuple[str, ...]:
        """Units that moved so."""
        return tuple(r.material for r in self.rows if r.member_of is None and r.move in moves)

    def on_list(self, side: Literal["before", "after"]) -> tuple[str, ...]:
        """Units that are critical by the thresholds."""
        return self._units(side, True)

    def undetermined(self, side: Literal["before", "after"]) -> tuple[str, ...]:
        """Units of which it cannot be said."""
        return self._units(side, None)

    def _units(self, side: str, wanted: bool | None) -> tuple[str, ...]:
        rows = (r for r in self.rows if r.member_of is None)
        return tuple(
            r.material
            for r in rows
            if (r.before if side == "before" else r.after).critical is wanted
        )


@dataclass(frozen=True, slots=True)
class Point:
    """The list at one threshold: units on it, and units of which it cannot be said."""

    threshold: float
    materials: tuple[str, ...]
    undetermined: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Case:
    """Everything a scoring depends on."""

    materials: Sequence[MaterialInputs]
    setting: Setting
    printed: Printed | None
    scored: dict[tuple[Choices, Edits], dict[str, MaterialScore]] = field(default_factory=dict)

    def scores(self, choices: Choices, edits: Edits) -> dict[str, MaterialScore]:
        found = self.scored.get((choices, edits))
        if found is None:
            found = score_all(*apply(self.materials, self.setting, edits), choices)
            self.scored[choices, edits] = found
        return found

    def sides(self, choices: Choices, edits: Edits) -> dict[str, Side]:
        if self.printed is None or self.printed.sr is None:
            found = self.scores(choices, edits)
            return {name: _side(row, choices, self.printed) for name, row in found.items()}
        sides = {}
        for m in self.materials:
            sr, ei = _fixed(self.printed.sr, m.material), _fixed(self.printed.ei, m.material)
            sides[m.material] = Side(sr, ei, verdict(sr, ei, choices), m.assessed)
        return sides


def _fixed(printed: Mapping[str, float], material: str) -> Range:
    value = printed.get(material)
    return Range.unknown(0.0, TEN) if value is None else Range.exact(value)


def _side(score: MaterialScore, choices: Choices, printed: Printed | None) -> Side:
    ei, missing = score.ei, score.missing
    if printed is not None:
        ei = _fixed(printed.ei, score.material)
        own = ("use_shares", "si_ei")
        missing = tuple(m for m in missing if m not in own and not m.startswith("value_added:"))
    held: Literal["net_exporter", "small"] | None = None
    if printed is None and score.stage is not None:
        held = (
            "small" if score.small else "net_exporter" if score.stage.inputs.net_exporter else None
        )
    side = Side(score.sr, ei, None, score.assessed, missing, held)
    return replace(side, critical=side.at(choices))


def sandbox(
    materials: Sequence[MaterialInputs],
    setting: Setting,
    base: Choices,
    changed: Choices,
    edits: Edits | None = None,
    lists: Mapping[str, Iterable[str]] | None = None,
    *,
    printed: Printed | None = None,
) -> Result:
    """Compare the list before and after other choices and inputs.

    ``lists`` are published lists, id → materials, shown beside the result. With ``printed`` scores
    only what they leave open can change: thresholds, or with printed EI alone everything of SR.
    Raises :class:`UsageProblem` for a change that could have no effect.
    """
    given = edits or Edits()
    _check(changed, base, given, printed)
    fixed = printed is not None and printed.sr is not None
    case = _Case(materials if fixed else released(materials, setting, base), setting, printed)
    before, after = case.sides(base, Edits()), case.sides(changed, given)
    parent = {x: m.material for m in materials for x in m.members}
    moves = {n: MOVES.get((before[n].critical, after[n].critical)) for n in before if n in after}
    causes = _causes(case, base, changed, given, after, moves)
    computed = _levers(case, changed, given)
    held = {name: frozenset(rows) for name, rows in (lists or {}).items()}
    rows = []
    for m in materials:
        if m.material not in after:
            continue
        name, side = m.material, after[m.material]
        did, together = causes.get(name, ((), False))
        fast = side.held is not None
        tip = replace(
            distances(side.sr, side.ei, changed, held=fast),
            levers={} if fast else computed.get(name, {}),
        )
        on = tuple(key for key, named in held.items() if name in named)
        row = Row(name, parent.get(name), before[name], side, moves[name], did, together, on, tip)
        rows.append(row)
    kind: Literal["recomputed", "published", "published_ei"] = "recomputed"
    if printed is not None:
        kind = "published_ei" if printed.sr is None else "published"
    changes = (*_choices(base, changed), *(_change(case, atom) for atom in given.atoms()))
    return Result(base, changed, changes, tuple(rows), kind)


def _check(changed: Choices, base: Choices, edits: Edits, printed: Printed | None) -> None:
    if printed is None:
        return
    names = [c.name for c in _choices(base, changed)]
    if printed.sr is not None:
        other = [name for name in names if name not in THRESHOLDS] + [e.name for e in edits.edits]
        if other:
            raise UsageProblem(
                f"published scores are fixed: only the thresholds can change, not "
                f"{', '.join(dict.fromkeys(other))}; leave out --published to recompute"
            )
    wrong = [e.name for e in edits.edits if e.input in EI_INPUTS]
    if wrong:
        raise UsageProblem(
            f"the published EI is fixed: it cannot change with {', '.join(dict.fromkeys(wrong))}; "
            "leave out --published-ei to recompute"
        )


def released(
    materials: Sequence[MaterialInputs], setting: Setting, choices: Choices
) -> tuple[MaterialInputs, ...]:
    """Materials whose published stage is the one the stage rule gives are left to the rule.

    Then a change of inputs can move the bottleneck. Where the recomputation contradicts the
    published stage, that stage stays, so that nothing moves without a change.
    """
    free = tuple(replace(m, assessed=None) if m.assessed else m for m in materials)
    found = score_all([m for m in free if not m.members], setting, choices)
    return tuple(
        ruled if m.material in found and found[m.material].assessed == m.assessed else m
        for m, ruled in zip(materials, free, strict=True)
    )


def _levers(case: _Case, choices: Choices, edits: Edits) -> dict[str, dict[str, Lever]]:
    if case.printed is not None and case.printed.sr is not None:
        return {}
    materials, setting = apply(case.materials, case.setting, edits)
    scores = case.scores(choices, edits)
    return {
        m.material: levers(m, scores[m.material], setting, choices)
        for m in materials
        if not m.members
    }


def _choices(base: Choices, changed: Choices) -> list[Change]:
    return [
        Change(f.name, getattr(base, f.name), getattr(changed, f.name))
        for f in fields(Choices)
        if getattr(base, f.name) != getattr(changed, f.name)
    ]


def _with(choices: Choices, name: str, value: Any) -> Choices:  # noqa: ANN401 - of any field
    return replace(choices, **{name: value})


def _change(case: _Case, atom: Edits) -> Change:
    first = atom.edits[0]
    value = first.value if len(atom.edits) == 1 else None
    return Change(first.name, _current(case, atom), value, first.file, first.row)


def _current(case: _Case, atom: Edits) -> float | str | None:
    """The value that an edit replaces; None for a set of shares or where there was none."""
    edit = atom.edits[0]
    if edit.input == "scale":
        return case.setting.scale
    if edit.input == "governance":
        return case.setting.governance.get(edit.key)
    if edit.input == "value_added":
        return case.setting.value_added[edit.key].value
    inputs = next(m for m in case.materials if m.material == edit.material)
    if edit.input == "si_ei":
        return inputs.si_ei.value
    stage = next((s for s in inputs.stages if s.subject in edit.subjects), None)
    if stage is None:
        return None
    if edit.input == "supply_used":
        return stage.supply_used
    if edit.input in ("eol_rir", "si_sr", "import_reliance"):
        held: Range = getattr(stage, edit.input)
        return held.value
    if edit.input == "trade_parameter":
        supplies = (*((stage.world,) if stage.world else ()), *stage.home)
        parts = (p for s in supplies for p in s.parts if p.iso3 == edit.key)
        return next((p.trade for p in parts), None)
    return None


def _causes(
    case: _Case,
    base: Choices,
    changed: Choices,
    edits: Edits,
    after: Mapping[str, Side],
    moves: Mapping[str, Move | None],
) -> dict[str, tuple[tuple[str, ...], bool]]:
    """For each material that moved, the changes that alone do it, else those it takes together."""
    moved = {name for name, move in moves.items() if move}
    if not moved:
        return {}
    members = {x for m in case.materials if m.material in moved for x in m.members}
    part = _Case(
        [m for m in case.materials if m.material in moved | members], case.setting, case.printed
    )
    names = {m.material for m in part.materials}
    atoms = [atom for atom in edits.atoms() if atom.edits[0].material in names | {""}]
    choices = _choices(base, changed)
    single = [(c.name, _with(base, c.name, c.after), Edits()) for c in choices]
    single += [(atom.edits[0].name, base, atom) for atom in atoms]
    did = _matching(part, single, moved, after, wanted=True)
    open_ = {name for name in moved if not did[name]}
    found = {name: (tuple(dict.fromkeys(did[name])), False) for name in moved - open_}
    if open_:
        rest = [(c.name, _with(changed, c.name, c.before), edits) for c in choices]
        rest += [(atom.edits[0].name, changed, edits.without(atom)) for atom in atoms]
        needed = _matching(part, rest, open_, after, wanted=False)
        every = [label for label, _, _ in rest]
        for name in open_:
            found[name] = (tuple(dict.fromkeys(needed[name] or every)), True)
    return found


def _matching(
    case: _Case,
    options: Sequence[tuple[str, Choices, Edits]],
    names: Iterable[str],
    after: Mapping[str, Side],
    *,
    wanted: bool,
) -> dict[str, list[str]]:
    """For each name the options under which its verdict is the final one, or is not."""
    found: dict[str, list[str]] = {name: [] for name in names}
    for label, choices, edits in options:
        sides = case.sides(choices, edits)
        for name, labels in found.items():
            if (sides[name].critical is after[name].critical) is wanted:
                labels.append(label)
    return found


def sweep(result: Result, which: Literal["sr", "ei"], thresholds: Iterable[float]) -> list[Point]:
    """The list at each threshold, the changed scores and the other threshold held."""
    points = []
    for threshold in thresholds:
        choices = _with(result.changed, f"{which}_threshold", threshold)
        units = [r for r in result.rows if r.member_of is None]
        said = {r.material: r.after.at(choices) for r in units}
        on = tuple(name for name, critical in said.items() if critical)
        doubtful = tuple(name for name, critical in said.items() if critical is None)
        points.append(Point(threshold, on, doubtful))
    return points


def steps(first: float, last: float, step: float) -> list[float]:
    """Thresholds from ``first`` to ``last``, both in; raises :class:`UsageProblem`."""
    if not (0 <= first <= last <= TEN and step > 0):
        raise UsageProblem(
            f"a sweep goes from {first:g} to {last:g} by {step:g}: give FROM ≤ TO within 0–10 and "
            "a step above 0, such as sr:0.5:2.0:0.1"
        )
    count = int((last - first) / step + 1e-9) + 1
    if count > MOST_STEPS:
        raise UsageProblem(f"a sweep of {count} steps is too fine; at most {MOST_STEPS}")
    return [round(first + i * step, 10) for i in range(count)]
