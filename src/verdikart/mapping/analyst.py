"""An analyst's own inputs: a checked set of edits, applied to a home's inputs.

The file is read by :mod:`verdikart.mapping.analyst_file`, which reports every fault at once; what
reaches :func:`apply` has been checked against :class:`Known`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, cast

from verdikart.indicators.assessment import (
    MaterialInputs,
    Part,
    Range,
    Setting,
    StageInputs,
    Supply,
    Use,
)
from verdikart.indicators.criticality import SupplyUsed
from verdikart.reference.entities import Country, Material
from verdikart.reference.figures import EuUseShare
from verdikart.reference.load import load

REST = "rest"  # the key of a share that no known supplier or sector has
ORIGIN: Literal["analyst"] = "analyst"
SHARES = ("world_share", "home_share", "use_share")  # inputs given as a whole set
Names = dict[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Known:
    """What a file may name: the home's materials, countries, sectors.

    ``names`` hold other spellings, for hints. ``area``: countries of the home's own trade area.
    """

    materials: Mapping[str, MaterialInputs]
    names: Names
    countries: Names
    sectors: Names
    area: frozenset[str] = frozenset()


def known(materials: Sequence[MaterialInputs], setting: Setting, area: Iterable[str] = ()) -> Known:
    """What a file for these inputs may name."""
    held = {m.material: m for m in materials}
    spelled = {row.material_id: (row.name_en, row.name_nb) for row in load(Material)}
    labels = {row.nace2: (row.nace2_label.partition(" - ")[2],) for row in load(EuUseShare)}
    countries: Names = {
        row.iso3: (row.iso2, row.name_en, row.name_nb)
        for row in load(Country)
        if row.kind != "unspecified"
    }
    seen = {
        part.iso3
        for m in materials
        for stage in m.stages
        for supply in (*((stage.world,) if stage.world else ()), *stage.home)
        for part in supply.parts
        if part.preferential
    }
    return Known(
        held,
        {name: spelled.get(name, ()) for name in held},
        countries,
        {sector: labels.get(sector, ()) for sector in setting.value_added},
        frozenset(area) | seen,
    )


@dataclass(frozen=True, slots=True)
class Edit:
    """One row: an input, what it is of, its value. ``subjects``: the stages it applies to."""

    input: str
    material: str
    subjects: tuple[str, ...]
    key: str
    value: float | str
    file: str
    row: int

    @property
    def name(self) -> str:
        """The input as ``--set`` spells it; shares are named by their set."""
        stages = "" if self.input in ("eol_rir", "si_sr") else ",".join(_stages(self.subjects))
        of = f"{self.material}@{stages}" if stages else self.material
        key = "" if self.input in SHARES else self.key
        return ".".join(text for text in (of, self.input, key) if text)


def _stages(subjects: Iterable[str]) -> list[str]:
    return [subject.partition("@")[2] or subject for subject in subjects]


@dataclass(frozen=True, slots=True)
class Edits:
    """Checked edits, in the order given; a later one wins. ``area`` as in :class:`Known`."""

    edits: tuple[Edit, ...] = ()
    area: frozenset[str] = frozenset()

    def __add__(self, other: Edits) -> Edits:
        """Both, the second over the first: a set of shares given again replaces the first's."""
        again = {(e.input, e.material, s) for e in other.edits for s in e.subjects or ("",)}
        kept = tuple(
            e
            for e in self.edits
            if e.input not in SHARES
            or not any((e.input, e.material, s) in again for s in e.subjects or ("",))
        )
        return Edits(kept + other.edits, self.area | other.area)

    def without(self, other: Edits) -> Edits:
        """These but for the other's."""
        gone = set(other.edits)
        return Edits(tuple(e for e in self.edits if e not in gone), self.area)

    def atoms(self) -> tuple[Edits, ...]:
        """Single changes: a set of shares is one, every other row is one."""
        grouped: dict[tuple[object, ...], list[Edit]] = {}
        for edit in self.edits:
            whole = edit.input in SHARES
            own = edit.subjects if whole else (edit.file, edit.row)
            grouped.setdefault((edit.input, edit.material, own), []).append(edit)
        return tuple(Edits(tuple(rows), self.area) for rows in grouped.values())


def read(path: Path, known: Known) -> Edits:
    """Edits of a CSV file. Raises ``Problems`` with every fault of the file; see ``analyst_file``."""
    from verdikart.mapping import analyst_file

    return analyst_file.read(path, known)


def apply(
    materials: Sequence[MaterialInputs], setting: Setting, edits: Edits
) -> tuple[tuple[MaterialInputs, ...], Setting]:
    """The inputs with the edits in them, origin ``analyst``; without edits, the same inputs."""
    of: dict[str, list[Edit]] = {}
    for edit in edits.edits:
        of.setdefault(edit.material, []).append(edit)
    changed = tuple(
        _material(m, of[m.material], edits.area) if m.material in of else m for m in materials
    )
    return changed, _setting(setting, of[""]) if "" in of else setting


def _setting(setting: Setting, edits: Iterable[Edit]) -> Setting:
    governance, errors = dict(setting.governance), dict(setting.governance_error)
    added, scale, bounds = dict(setting.value_added), setting.scale, setting.scale_bounds
    for edit in edits:
        value = float(edit.value)
        if edit.input == "governance":
            governance[edit.key], errors[edit.key] = value, 0.0
        elif edit.input == "value_added":
            added[edit.key] = Range.exact(value, ORIGIN)
        else:
            scale, bounds = value, None
    return Setting(governance, errors, added, scale, bounds)


def _material(inputs: MaterialInputs, edits: list[Edit], area: frozenset[str]) -> MaterialInputs:
    stages = tuple(
        _stage(stage, own, area)
        if (own := [e for e in edits if stage.subject in e.subjects])
        else stage
        for stage in inputs.stages
    )
    changed = replace(inputs, stages=stages)
    if uses := [e for e in edits if e.input == "use_share"]:
        found = (Use(None if e.key == REST else e.key, float(e.value)) for e in uses)
        changed = replace(changed, uses=tuple(found))
    for edit in edits:
        if edit.input == "si_ei":
            value = float(edit.value)
            given = _rescaled(inputs, value)
            changed = replace(changed, si_ei=Range.exact(value, ORIGIN), given_ei=given)
    return changed


def _rescaled(inputs: MaterialInputs, index: float) -> Range | None:
    """A published EI under another substitution index, to which it is proportional."""
    given, before = inputs.given_ei, inputs.si_ei.value
    if given is None or given.value is None or not before:
        return given
    factor = index / before
    return Range(given.value * factor, given.low * factor, given.high * factor, ORIGIN)


def _stage(stage: StageInputs, edits: list[Edit], area: frozenset[str]) -> StageInputs:
    world, home = stage.world, stage.home
    if rows := [e for e in edits if e.input == "world_share"]:
        world = _supply(stage, rows, (*((world,) if world else ()), *home), area)
    if rows := [e for e in edits if e.input == "home_share"]:
        first = (*stage.home, *((stage.world,) if stage.world else ()))
        home = (_supply(stage, rows, first, area),)
    changed = replace(stage, world=world, home=home)
    for edit in edits:
        if edit.input in ("eol_rir", "si_sr", "import_reliance"):
            given = Range.exact(float(edit.value), ORIGIN)
            if edit.input == "eol_rir":
                changed = replace(changed, eol_rir=given)
            elif edit.input == "si_sr":
                changed = replace(changed, si_sr=given)
            else:
                exporter = changed.net_exporter and given.high == 0
                changed = replace(changed, import_reliance=given, net_exporter=exporter)
        elif edit.input == "supply_used":
            changed = replace(changed, supply_used=cast("SupplyUsed", edit.value))
        elif edit.input == "trade_parameter":
            changed = _traded(changed, edit.key, float(edit.value))
    return changed


def _supply(
    stage: StageInputs, rows: list[Edit], before: Sequence[Supply], area: frozenset[str]
) -> Supply:
    """Shares as given; a country keeps the trade parameter it had at this stage."""
    trade: dict[str, tuple[float, bool]] = {}
    for supply in before:
        for part in supply.parts:
            trade.setdefault(part.iso3, (part.trade, part.preferential))
    parts = []
    for edit in rows:
        if edit.key != REST:
            t, preferential = trade.get(edit.key, (1.0, edit.key in area))
            parts.append(Part(edit.key, float(edit.value), 0.0, t, preferential))
    rest = sum(float(e.value) for e in rows if e.key == REST)
    mix = before[0].mix if before else stage.subject
    return Supply(mix, tuple(parts), rest, hidden=False, measure=ORIGIN)


def _traded(stage: StageInputs, iso3: str, value: float) -> StageInputs:
    def renewed(supply: Supply) -> Supply:
        parts = tuple(
            replace(p, trade=value, preferential=False) if p.iso3 == iso3 else p
            for p in supply.parts
        )
        return replace(supply, parts=parts)

    world = renewed(stage.world) if stage.world else None
    return replace(stage, world=world, home=tuple(renewed(s) for s in stage.home))
