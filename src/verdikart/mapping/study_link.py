"""Which row of the EU study speaks of a home's material or good, and what it lends."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from math import fsum

from verdikart.indicators.assessment import Range, Supply, Use
from verdikart.mapping import eu_study
from verdikart.reference.entities import Material
from verdikart.reference.load import by_key

# Goods and materials whose row in the study has another name.
ALIASES = {"titanium_minerals": "titanium"}


@dataclass(frozen=True, slots=True)
class Counterpart:
    """What the study says of a material at a stage. ``trade``: its trade parameters by country."""

    materials: tuple[str, ...]
    world: Supply | None
    trade: Mapping[str, float]
    eol_rir: Range
    si_sr: Range
    si_ei: Range
    uses: tuple[Use, ...]


def counterpart(
    material: str, products: tuple[str, ...] = (), stage: str | None = None
) -> Counterpart | None:
    """The study's row of a good (palladium), else of its material, else of a group's members."""
    rows = eu_study.by_material()
    for name in (*(products if len(products) == 1 else ()), material):
        known = ALIASES.get(name, name)
        if known in rows and known not in eu_study.members_of():
            return _of((known,), stage)
    members = tuple(
        m.material_id
        for m in by_key(Material).values()
        if material in (m.parent_id, _grandparent(m)) and m.material_id in rows
    )
    members = tuple(m for m in members if m not in eu_study.members_of())
    return _of(members, stage) if members else None


def _grandparent(material: Material) -> str | None:
    parent = by_key(Material).get(material.parent_id or "")
    return parent.parent_id if parent else None


@cache
def _of(materials: tuple[str, ...], stage: str | None) -> Counterpart:
    rows = [eu_study.by_material()[m] for m in materials]
    world = _shared(materials, stage) if stage else None
    trade: dict[str, float] = {}
    for supply in _printed(materials, stage) or _printed(materials, None):
        for part in supply.parts:
            trade[part.iso3] = max(part.trade, trade.get(part.iso3, 0.0))
    return Counterpart(
        materials,
        world,
        trade,
        _mean([eu_study.eol_rir(row) for row in rows]),
        _mean([eu_study.si_sr(row) for row in rows]),
        _mean([eu_study.si_ei(row) for row in rows]),
        _mean_uses(materials),
    )


def _world(material: str, stage: str) -> Supply | None:
    return eu_study.supply(material, stage, "global_supply")


def _printed(materials: tuple[str, ...], stage: str | None) -> list[Supply]:
    """Every published supply of a stage, or of both; the trade parameters stand there."""
    found = (
        eu_study.supply(material, at, scope)
        for material in materials
        for at in ([stage] if stage else eu_study.STAGES)
        for scope in eu_study.STEPS
    )
    return [supply for supply in found if supply]


def _shared(materials: tuple[str, ...], stage: str) -> Supply | None:
    """World supply of a material; of a group only where its members share one (rare earths)."""
    supplies = [_world(m, stage) for m in materials]
    same = len({s.parts if s else None for s in supplies}) == 1
    return supplies[0] if same else None


def _mean(rows: list[Range]) -> Range:
    """Mean of the members that have a value; the range spans all of them."""
    values = [r.value for r in rows if r.value is not None]
    if not values:
        return Range.unknown()
    known = [r for r in rows if r.value is not None]
    return Range(fsum(values) / len(values), min(r.low for r in known), max(r.high for r in known))


def _mean_uses(materials: tuple[str, ...]) -> tuple[Use, ...]:
    """Use shares averaged over the members whose shares are printed."""
    printed = [uses for m in materials if (uses := eu_study.uses(m))]
    if len(printed) <= 1:
        return printed[0] if printed else ()
    total: dict[str | None, float] = defaultdict(float)
    spread: dict[str | None, float] = {}
    for uses in printed:
        for use in uses:
            total[use.sector] += use.share / len(printed)
            spread[use.sector] = max(use.spread, spread.get(use.sector, 0.0))
    return tuple(Use(sector, share, spread[sector]) for sector, share in total.items())
