"""Tipping points: how far a score is from its threshold, and which single value would cross it.

Scores are compared at one decimal, halves up, so a threshold of 1.0 is reached from 0.95. All
solutions are closed: SR is linear in import reliance, recycling and substitution, and quadratic in
the share of one supplier whose change the others make up for in proportion.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import ceil, fsum, sqrt

from verdikart.indicators.assessment import (
    FLAT_GOVERNANCE,
    Choices,
    MaterialInputs,
    MaterialScore,
    Part,
    Range,
    Setting,
    StageScore,
    Supply,
    trade_of,
)
from verdikart.indicators.assessment import score as assess
from verdikart.indicators.criticality import reaches, shown

BEYOND = 1e-7  # a step past a tipping point, to see that it flips
NOTHING = 1e-12
LEVERS = ("eol_rir", "si_sr", "import_reliance", "top_world_share", "top_home_share")


@dataclass(frozen=True, slots=True)
class Lever:
    """One input: its value, and the value at which SR meets its threshold (None: no value does).

    ``supplier``: whose share it is.
    """

    value: float | None
    tipping: float | None = None
    supplier: str | None = None


@dataclass(frozen=True, slots=True)
class Tipping:
    """Distances to the thresholds and what would flip a material.

    ``sr_distance`` and ``ei_distance``: score at one decimal less threshold. ``sr_threshold``: the
    highest SR threshold at which the material is on the list, None where its EI keeps it off at
    any; ``ei_threshold`` likewise. ``levers``: single inputs of SR, the rest held.
    """

    sr_distance: float | None = None
    ei_distance: float | None = None
    sr_threshold: float | None = None
    ei_threshold: float | None = None
    levers: Mapping[str, Lever] = field(default_factory=dict)


def cut(threshold: float) -> float:
    """The least unrounded score that reaches a threshold: 0.95 for 1.0."""
    return (ceil(threshold * 10 - 1e-8) - 0.5) / 10


def distances(sr: Range, ei: Range, choices: Choices, *, held: bool = False) -> Tipping:
    """Distances, and the thresholds at which a material would flip, the other score held.

    ``held``: net exports or a small flow, which no threshold flips.
    """

    def away(score: Range, threshold: float) -> float | None:
        return None if score.value is None else round(shown(score.value) - threshold, 6)

    def flip(score: Range, other: Range, limit: float) -> float | None:
        # The other score decides by its value, or by bounds that leave no doubt.
        if held:
            return None
        least = other.low if other.value is None else other.value
        return shown(score.value) if score.value is not None and reaches(least, limit) else None

    return Tipping(
        away(sr, choices.sr_threshold),
        away(ei, choices.ei_threshold),
        flip(sr, ei, choices.ei_threshold),
        flip(ei, sr, choices.sr_threshold),
    )


def levers(
    inputs: MaterialInputs, score: MaterialScore, setting: Setting, choices: Choices
) -> dict[str, Lever]:
    """What each single input of SR would have to be for the material's SR to cross its threshold.

    Recycling and substitution are the material's and change at every stage; import reliance and
    shares change at the assessed one. Every solution is tried: where another stage would take
    over and hold the material on its side, there is none.
    """
    chosen = next((s for s in score.stages if s.inputs.subject == score.assessed), None)
    if chosen is None or chosen.sr.value is None:
        return {}
    limit = cut(choices.sr_threshold)
    ruled = [s for s in score.stages if s.sr.value is not None]
    bare = [(_concentration(s, choices), *_factors(s, choices)) for s in ruled]
    _, kept, index = bare[ruled.index(chosen)]
    target = limit / (kept * index) if kept * index > 0 else None
    found = _sourcing(chosen, target, setting, choices)
    roots = {name: [lever.tipping] for name, lever in found.items()}
    found["eol_rir"] = Lever(chosen.inputs.eol_rir.value)
    found["si_sr"] = Lever(chosen.inputs.si_sr.value)
    if choices.recycling:
        roots["eol_rir"] = [_inside(1 - limit / (c * si)) for c, _, si in bare if c * si > 0]
    if choices.substitution:
        roots["si_sr"] = [_inside(limit / (c * k)) for c, k, _ in bare if c * k > 0]
    now = reaches(chosen.sr.value, choices.sr_threshold)

    def flips(name: str, now_at: float, root: float) -> bool:
        beyond = min(1.0, max(0.0, root + (BEYOND if root > now_at else -BEYOND)))
        tried = assess(moved(inputs, chosen.inputs.subject, name, beyond), setting, choices).sr
        return tried.value is not None and reaches(tried.value, choices.sr_threshold) is not now

    for name, lever in found.items():
        at = lever.value
        if at is None:
            continue
        near = sorted((r for r in roots.get(name, ()) if r is not None), key=lambda r: abs(r - at))
        tip = next((r for r in near if flips(name, at, r)), None)
        found[name] = replace(lever, tipping=tip)
    return {name: found[name] for name in LEVERS if name in found}


def moved(inputs: MaterialInputs, subject: str, lever: str, value: float) -> MaterialInputs:
    """A material with one lever at another value; shares and reliance at ``subject`` alone."""
    given = Range.exact(value, "analyst")
    stages = []
    for stage in inputs.stages:
        if lever == "eol_rir":
            stages.append(replace(stage, eol_rir=given))
        elif lever == "si_sr":
            stages.append(replace(stage, si_sr=given))
        elif stage.subject != subject:
            stages.append(stage)
        elif lever == "import_reliance":
            stages.append(replace(stage, import_reliance=given))
        elif lever == "top_world_share" and stage.world:
            stages.append(replace(stage, world=_shifted(stage.world, value)))
        else:
            home = (_shifted(stage.home[0], value), *stage.home[1:])
            stages.append(replace(stage, home=home))
    return replace(inputs, stages=tuple(stages))


def _top(supply: Supply) -> Part:
    return max(supply.parts, key=lambda part: (part.share, part.iso3))


def _shifted(supply: Supply, value: float) -> Supply:
    """The largest supplier's share at another value, the others' and the rest in proportion."""
    top = _top(supply)
    whole = _whole(supply)
    left = whole - top.share
    factor = max(0.0, whole - value) / left if left > NOTHING else 1.0
    parts = tuple(replace(p, share=value if p is top else p.share * factor) for p in supply.parts)
    return replace(supply, parts=parts, residual=supply.residual * factor)


def _whole(supply: Supply) -> float:
    return fsum(part.share for part in supply.parts) + supply.residual


def _weight(stage: StageScore, choices: Choices) -> float:
    """Weight of world supply; the stage has a value, so what this needs is known."""
    used = stage.inputs.supply_used if choices.supply == "as_assessed" else choices.supply
    if used != "GS+EU":
        return 1.0 if used == "GS" else 0.0
    return choices.world_weight * (stage.inputs.import_reliance.value or 0.0)


def _values(stage: StageScore) -> tuple[float | None, float | None]:
    world = stage.hhi_world.value if stage.hhi_world else None
    home = stage.hhi_home.value if stage.hhi_home else None
    return world, home


def _concentration(stage: StageScore, choices: Choices) -> float:
    """SR before recycling and substitution."""
    weight = _weight(stage, choices)
    world, home = _values(stage)
    return weight * (world or 0.0) + (1 - weight) * (home or 0.0)


def _factors(stage: StageScore, choices: Choices) -> tuple[float, float]:
    """What recycling leaves, and substitution."""
    kept = 1 - (stage.inputs.eol_rir.value or 0.0) if choices.recycling else 1.0
    index = stage.inputs.si_sr.value if choices.substitution else 1.0
    return kept, index or 0.0


def _sourcing(
    stage: StageScore, target: float | None, setting: Setting, choices: Choices
) -> dict[str, Lever]:
    """Levers of one stage's sourcing; ``target`` is the concentration to meet, None for none."""
    found = {}
    weight = _weight(stage, choices)
    world, home = _values(stage)
    used = stage.inputs.supply_used if choices.supply == "as_assessed" else choices.supply
    reliance = stage.inputs.import_reliance.value
    tip = None
    if target is not None and used == "GS+EU" and world is not None and home is not None:
        slope = choices.world_weight * (world - home)
        tip = _inside((target - home) / slope) if slope else None
    found["import_reliance"] = Lever(reliance, tip)
    sides: tuple[tuple[str, Supply | None, float, float], ...] = (
        ("top_world_share", stage.inputs.world, weight, (1 - weight) * (home or 0.0)),
        (
            "top_home_share",
            stage.inputs.home[0] if stage.inputs.home else None,
            1 - weight,
            weight * (world or 0.0),
        ),
    )
    for name, supply, part, other in sides:
        if supply is not None and supply.parts and part > 0:
            want = None if target is None else (target - other) / part
            found[name] = _largest(supply, want, setting, choices)
    return found


def _largest(supply: Supply, want: float | None, setting: Setting, choices: Choices) -> Lever:
    """Share of the largest supplier at which the supply's concentration is ``want``.

    The others, known or not, keep their proportions and share what is left of the supply.
    """
    rows = [(p, _risk(p.iso3, setting, choices) * trade_of(p, choices)) for p in supply.parts]
    top = _top(supply)
    risk = next(r for p, r in rows if p is top)
    if want is None or supply.hidden:
        return Lever(top.share, None, top.iso3)
    whole = _whole(supply)
    left = whole - top.share
    rest = (
        fsum((p.share / left) ** 2 * r for p, r in rows if p is not top) if left > NOTHING else 0.0
    )
    roots = [
        x
        for x in _roots(risk + rest, -2 * rest * whole, rest * whole * whole - want)
        if -1e-12 <= x <= min(whole, 1.0) + 1e-12
    ]
    tip = min(roots, key=lambda x: abs(x - top.share), default=None)
    return Lever(top.share, None if tip is None else _inside(tip), top.iso3)


def _risk(iso3: str, setting: Setting, choices: Choices) -> float:
    return setting.governance.get(iso3, 0.0) if choices.governance else FLAT_GOVERNANCE


def _roots(a: float, b: float, c: float) -> Sequence[float]:
    """Where a parabola crosses zero; a touch is no crossing."""
    if a == 0:
        return [-c / b] if b else []
    inner = b * b - 4 * a * c
    if inner <= 0:
        return []
    return [(-b - sqrt(inner)) / (2 * a), (-b + sqrt(inner)) / (2 * a)]


def _inside(value: float | None) -> float | None:
    """A fraction, or None outside 0–1."""
    if value is None or not -1e-12 <= value <= 1 + 1e-12:
        return None
    return min(1.0, max(0.0, value))
