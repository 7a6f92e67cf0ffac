"""Two homes' inputs mixed by cause: period, data revision, method and reference tables of A or B.

A set of causes names what is taken from B; all else is A's. The empty set gives A's inputs as they
are and the full set B's. Rules: docs/methods/compare.md.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from math import fsum
from typing import Literal

from verdikart.indicators.assessment import (
    MaterialInputs,
    Part,
    Range,
    Setting,
    StageInputs,
    Supply,
)
from verdikart.mapping.inputs_table import (
    Inputs,
    stage_layer,
    supply_layer,
    supply_year,
    value_layer,
)

Cause = Literal["period", "data", "method", "reference"]
CAUSES: tuple[Cause, ...] = ("period", "data", "method", "reference")
Subset = frozenset[str]
StageKey = tuple[str, str, int]
OTHER_VINTAGE = "period_in_one_vintage"
OTHER_PERIOD = "reliance_of_other_vintage"
NEAR_ALL = 1 - 1e-9


@dataclass(frozen=True)
class Side:
    """One mapping's inputs, with its stages by material and what it says of a country's trade."""

    inputs: Inputs

    @cached_property
    def materials(self) -> dict[str, MaterialInputs]:
        """Materials by id."""
        return {m.material: m for m in self.inputs.materials}

    @cached_property
    def stages(self) -> dict[str, dict[StageKey, StageInputs]]:
        """Stages by material, and by stage, subject and how many such came before."""
        found: dict[str, dict[StageKey, StageInputs]] = {}
        for material in self.inputs.materials:
            seen: Counter[tuple[str, str]] = Counter()
            of = found.setdefault(material.material, {})
            for stage in material.stages:
                of[stage.stage, stage.subject, seen[stage.stage, stage.subject]] = stage
                seen[stage.stage, stage.subject] += 1
        return found

    @cached_property
    def years(self) -> frozenset[tuple[str, int]]:
        """Years that this mapping's data hold supply of, by source."""
        supplies = [s for m in self.inputs.materials for g in m.stages for s in g.home]
        return frozenset(
            (_source(s), y)
            for s in supplies
            if supply_layer(s) == "data" and (y := supply_year(s)) is not None
        )

    def traded(self, material: str) -> frozenset[StageKey]:
        """Stages of a material that are there because of data."""
        found = self.stages[material].items()
        return frozenset(key for key, stage in found if stage_layer(stage) == "data")

    @cached_property
    def inside(self) -> dict[str, bool]:
        """Whether a supplier is in the home's trade area."""
        return {
            part.iso3: part.preferential
            for material in self.inputs.materials
            for stage in material.stages
            for supply in (*stage.home, *([stage.world] if stage.world else []))
            for part in supply.parts
        }

    @cached_property
    def trade(self) -> dict[tuple[str, str, str, str], float]:
        """Trade parameter by material, subject, world or home, and country."""
        found: dict[tuple[str, str, str, str], float] = {}
        for material in self.inputs.materials:
            for stage in material.stages:
                world = [("world", stage.world)] if stage.world else []
                for role, supply in (*(("home", s) for s in stage.home), *world):
                    for part in supply.parts:
                        key = (material.material, stage.subject, role, part.iso3)
                        found.setdefault(key, part.trade)
        return found

    def trade_of(self, stage: StageInputs, role: str, part: Part) -> float:
        """The parameter of a supplier as this mapping has it; one it does not have keeps its own."""
        return self.trade.get((stage.material, stage.subject, role, part.iso3), part.trade)


@dataclass
class Combiner:
    """Mixes of two mappings. ``revised``: their data vintages differ; ``recoded``: their code does.
    ``only``: materials that one of them lacks, with the cause that brings or removes them.
    """

    a: Side
    b: Side
    revised: bool
    recoded: bool
    only: Mapping[str, Cause] = field(default_factory=dict)
    notes: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    @property
    def moved(self) -> bool:
        """Whether the two are of different years."""
        return self.a.inputs.year != self.b.inputs.year

    @property
    def data_cause(self) -> Cause:
        """The cause that differences in data figures count with. Without another vintage they
        come from the year, else from the code, else from the tables that assign data to goods.
        """
        if self.revised:
            return "data"
        if self.moved:
            return "period"
        return "method" if self.recoded else "reference"

    def stage_cause(self, material: str, key: StageKey) -> Cause:
        """The cause that brings or removes a stage that stands on published shares.

        Such a stage stands in where a year shows no trade, so it comes and goes with the data,
        unless the material's traded stages are the same in both.
        """
        one, other = self.a, self.b
        if (key in one.stages[material]) == (key in other.stages[material]):
            return "reference"
        if self.moved:
            return "period"
        same = one.traded(material) == other.traded(material)
        return "reference" if same else self.data_cause

    def side(self, cause: Cause, subset: Subset) -> Side:
        """The mapping that a cause is taken from."""
        return self.b if cause in subset else self.a

    def combine(self, subset: Subset) -> Inputs:
        """The inputs with these causes taken from B and the others from A."""
        names = dict.fromkeys((*self.a.materials, *self.b.materials))
        found = [m for name in names if (m := self._material(name, subset)) is not None]
        period = self.side("period", subset).inputs
        choices = self.side("method", subset).inputs.choices
        return Inputs(period.home, period.year, tuple(found), self._setting(subset), choices)

    def _setting(self, subset: Subset) -> Setting:
        tables = self.side("reference", subset).inputs.setting
        printed = all(value_layer(s.inputs.setting) == "reference" for s in (self.a, self.b))
        added = self.side("reference" if printed else self.data_cause, subset).inputs.setting
        return replace(
            tables,
            value_added=added.value_added,
            scale=added.scale,
            scale_bounds=added.scale_bounds,
        )

    def _material(self, name: str, subset: Subset) -> MaterialInputs | None:
        cause = self.only.get(name)
        if cause is not None:
            return self.side(cause, subset).materials.get(name)
        tables = self.side("reference", subset).materials[name]
        method = self.side("method", subset).materials[name]
        keys = dict.fromkeys((*self.a.stages[name], *self.b.stages[name]))
        stages = [s for key in keys if (s := self._stage(name, key, subset)) is not None]
        return replace(
            tables,
            stages=tuple(stages),
            si_ei=_picked(tables.si_ei, method.si_ei) or tables.si_ei,
            given_ei=_picked(tables.given_ei, method.given_ei),
        )

    def _stage(self, name: str, key: StageKey, subset: Subset) -> StageInputs | None:
        tables = self.side("reference", subset)
        sides = (self.a.stages[name], self.b.stages[name])
        held = [side[key] for side in sides if key in side]
        if any(stage_layer(s) == "data" for s in held):
            origin, base = self._traded(name, key, subset)
        else:
            origin = self.side(self.stage_cause(name, key), subset)
            base = origin.stages[name].get(key)
        if base is None:
            return None
        printed = tables.stages[name].get(key, base)
        method = self.side("method", subset).stages[name].get(key, base)
        measured = any(s.world is not None and supply_layer(s.world) == "data" for s in held)
        world = base.world if measured else printed.world
        world_from = origin if measured or printed is base else tables
        return replace(
            base,
            world=self._seen(world, "world", base, world_from, subset) if world else None,
            home=tuple(self._seen(h, "home", base, origin, subset) for h in base.home),
            import_reliance=_picked(base.import_reliance, method.import_reliance)
            or base.import_reliance,
            eol_rir=_picked(printed.eol_rir, method.eol_rir) or printed.eol_rir,
            si_sr=_picked(printed.si_sr, method.si_sr) or printed.si_sr,
            feed_for=printed.feed_for,
        )

    def _seen(
        self, supply: Supply, role: str, stage: StageInputs, origin: Side, subset: Subset
    ) -> Supply:
        """A supply with the trade parameters of the tables in force. Membership of the trade area
        is dated, so between two years it goes with the period.
        """
        tables = self.side("reference", subset)
        area = self.side("period", subset) if self.moved else tables
        if tables is origin and area is origin:
            return supply
        parts = tuple(
            replace(
                part,
                trade=tables.trade_of(stage, role, part),
                preferential=area.inside.get(part.iso3, part.preferential),
            )
            for part in supply.parts
        )
        return replace(supply, parts=parts)

    def _traded(self, name: str, key: StageKey, subset: Subset) -> tuple[Side, StageInputs | None]:
        """The stage as the data show it: of the period in force, in the vintage in force."""
        vintage = self.side(self.data_cause, subset)
        if not self.moved:
            return vintage, vintage.stages[name].get(key)
        period = self.side("period", subset)
        own, other = period.stages[name].get(key), vintage.stages[name].get(key)
        if vintage is period:
            return period, own
        entries = self._entries(vintage, period.inputs.year, other)
        if entries is None:
            self.notes[name].add(OTHER_VINTAGE)
            return period, own
        if not entries or other is None:
            return vintage, None  # the vintage holds the period and shows no supply in it
        self.notes[name].add(OTHER_PERIOD)
        if own is None:
            return vintage, replace(other, home=entries)
        # Only supplies are held by year; own production and import reliance are the period's.
        home = _produced(entries, own, self.a.inputs.home)
        return vintage, replace(own, home=home)

    @staticmethod
    def _entries(
        vintage: Side, period: int, stage: StageInputs | None
    ) -> tuple[Supply, ...] | None:
        """Supply of a period and before it as a later mapping holds it.

        None where it does not hold the period; nothing where it does and this stage has none.
        """
        if stage is None or not stage.home or vintage.inputs.year < period:
            return None
        latest = supply_year(stage.home[0])
        if latest is None or supply_layer(stage.home[0]) != "data":
            return None
        wanted = period - (vintage.inputs.year - latest)
        if (_source(stage.home[0]), wanted) not in vintage.years:
            return None
        earlier = [s for s in stage.home if (supply_year(s) or 0) <= wanted]
        return tuple(earlier) if earlier and supply_year(earlier[0]) == wanted else ()


def _source(supply: Supply) -> str:
    return supply.mix.split("/")[2]


def _picked(tables: Range | None, method: Range | None) -> Range | None:
    """A printed input goes with the tables; one that an analyst set on either side, with method."""
    set_here = any(r is not None and r.origin == "analyst" for r in (tables, method))
    return method if set_here else tables


def _produced(entries: tuple[Supply, ...], own: StageInputs, home: str) -> tuple[Supply, ...]:
    """Purchases of the entries beside the home's own production in ``own``."""
    if not own.home:
        return entries
    made = [p for p in own.home[0].parts if p.iso3 == home]
    if fsum(p.share for p in made) > NEAR_ALL:
        return own.home
    found = []
    for supply in entries:
        bought = [p for p in supply.parts if p.iso3 != home]
        before = fsum(p.share for p in supply.parts if p.iso3 == home)
        if before > NEAR_ALL:
            return own.home  # nothing is known of what was bought
        scale = (1 - fsum(p.share for p in made)) / (1 - before)
        parts = (
            *made,
            *(replace(p, share=p.share * scale, spread=p.spread * scale) for p in bought),
        )
        found.append(replace(supply, parts=parts, residual=supply.residual * scale))
    return tuple(found)
