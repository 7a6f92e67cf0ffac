"""Monte Carlo of the composed assessment: how sure is a verdict, and how sure a rank.

Vectorised over materials, stages and draws, in blocks so that memory stays flat. What is shared in
truth is shared in a draw: a country's governance is the same in every supply it takes part in, and
materials with equal inputs get equal draws, so they rank alike. numpy is imported where it is used;
it costs 0.15 s that most commands need not pay.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from verdikart.indicators.assessment import (
    COMPLETE,
    FLAT_GOVERNANCE,
    Choices,
    MaterialInputs,
    MaterialScore,
    Range,
    Setting,
    StageInputs,
    Supply,
)
from verdikart.indicators.criticality import TEN

if TYPE_CHECKING:
    from numpy.random import Generator
    from numpy.typing import NDArray

    Array = NDArray[Any]

Word = Literal["clear", "borderline", "undetermined"]
BLOCK = 500
CLEAR = 0.95  # a verdict is clear where at least this part of the draws agrees


@dataclass(frozen=True, slots=True)
class Spread:
    """Which doubts are drawn. Data: rounding and mirror spread of shares, error of governance,
    the year of the home's supply, every range of an input. Choices: thresholds, weight of world
    supply, strength of the trade parameter.

    ``threshold`` is relative, ``world_weight`` in points of weight; with ``trade_parameter`` the
    parameter's distance from 1 lies between a half and one and a half of its value.
    """

    data: bool = True
    choices: bool = True
    threshold: float = 0.10
    world_weight: float = 0.10
    trade_parameter: bool = True


@dataclass(frozen=True, slots=True)
class Draws:
    """Result of one material: quantiles 5, 50 and 95 %, chances, rank interval, verdict word.

    ``rank`` is by SR among the units that have a place, 1 the riskiest; None for a group's member.
    """

    material: str
    sr: tuple[float, float, float]
    ei: tuple[float, float, float]
    chance_sr: float
    chance_ei: float
    chance_critical: float
    rank: tuple[int, int, int] | None
    word: Word


class _Supplies:
    """All distinct supplies as flat arrays, one row a supplier."""

    def __init__(self, supplies: Sequence[Supply], setting: Setting, choices: Choices) -> None:
        import numpy as np

        self.index = {supply: i for i, supply in enumerate(supplies)}
        parts = [(part, i) for i, supply in enumerate(supplies) for part in supply.parts]
        countries = sorted({part.iso3 for part, _ in parts})
        place = {iso3: i for i, iso3 in enumerate(countries)}
        self.share = np.array([part.share for part, _ in parts])[:, None]
        self.spread = np.array([part.spread for part, _ in parts])[:, None]
        self.exact = not self.spread.any()
        self.country = np.array([place[part.iso3] for part, _ in parts], dtype=np.intp)
        known = [setting.governance.get(c) for c in countries]
        self.score = np.array([FLAT_GOVERNANCE if g is None else g for g in known])[:, None]
        self.lacking = np.array([g is None for g in known])
        error = [setting.governance_error.get(c, 0.0) for c in countries]
        self.error = np.array(error)[:, None]
        if not choices.governance:
            self.score[:], self.error[:], self.lacking[:] = FLAT_GOVERNANCE, 0.0, False
        plain = [choices.preferential if p.preferential else p.trade for p, _ in parts]
        self.trade = np.array(plain)[:, None]
        if not choices.trade_parameter:
            self.trade[:] = 1.0
        lengths = [len(supply.parts) for supply in supplies]
        self.starts = np.concatenate([[0], np.cumsum(lengths)[:-1]]).astype(np.intp)
        self.hidden = np.array([supply.hidden for supply in supplies])
        self.residual = np.array([supply.residual for supply in supplies])[:, None]
        self.leader = np.array(
            [max((part.share for part in supply.parts), default=0.0) for supply in supplies]
        )[:, None]

    def draw(self, rng: Generator, count: int, spread: Spread, strength: Array) -> Array:
        """HHI_WGI,t of every supply: (supplies, count)."""
        import numpy as np

        score = np.broadcast_to(self.score, (len(self.score), count))
        share = np.broadcast_to(self.share, (len(self.share), count))
        if spread.data:
            score = self.score + self.error * rng.standard_normal((len(self.score), count))
            score = np.clip(score, 0.0, TEN)
            if self.lacking.any():
                score[self.lacking] = TEN * rng.random((int(self.lacking.sum()), count))
            if not self.exact:
                share = rng.random((len(self.share), count))
                share *= 2 * self.spread
                share += self.share - self.spread
                np.maximum(share, 0.0, out=share)
        terms = share * share
        terms *= score[self.country]
        terms *= 1 + (self.trade - 1) * strength
        total: Array = np.add.reduceat(terms, self.starts, axis=0)
        if spread.data and self.residual.any():
            # Part of the unknown rest may be the leading supplier's, with an ordinary governance.
            taken = self.residual * rng.random((len(self.residual), count))
            total = total + ((self.leader + taken) ** 2 - self.leader**2) * FLAT_GOVERNANCE
        if spread.data and self.hidden.any():
            total[self.hidden] = TEN * rng.random((int(self.hidden.sum()), count))
        return total


def _uniform(rng: Generator, ranges: Sequence[Range], count: int, data: bool) -> Array:
    import numpy as np

    low = np.array([r.low for r in ranges])[:, None]
    high = np.array([r.high for r in ranges])[:, None]
    if data:
        drawn: Array = low + (high - low) * rng.random((len(ranges), count))
        return drawn
    middle = [(r.low + r.high) / 2 if r.value is None else r.value for r in ranges]
    return np.repeat(np.array(middle)[:, None], count, axis=1)


class _Stages:
    """All distinct stages: which supplies they use, and the ranges of their other inputs."""

    def __init__(self, stages: Sequence[StageInputs], setting: Setting, choices: Choices) -> None:
        import numpy as np

        self.choices = choices
        self.reliance = [s.import_reliance for s in stages]
        self.recycling = [s.eol_rir for s in stages]
        self.substitution = [s.si_sr for s in stages]
        held = dict.fromkeys(
            supply
            for s in stages
            for supply in (*((s.world,) if s.world else ()), *s.home)
            if supply.parts
        )
        self.supplies = _Supplies(list(held), setting, choices) if held else None
        place = self.supplies.index if self.supplies else {}
        used = [
            s.supply_used if choices.supply == "as_assessed" else choices.supply for s in stages
        ]
        self.fixed = np.array([{"GS": 1.0, "EU": 0.0}.get(u, np.nan) for u in used])[:, None]
        self.world = np.array([place.get(s.world, -1) if s.world else -1 for s in stages])
        years = [[place[h] for h in s.home if h in place] or [-1] for s in stages]
        self.years = np.array([len(row) for row in years])
        widest = int(self.years.max())
        self.home = np.array([[row[min(i, len(row) - 1)] for i in range(widest)] for row in years])

    def draw(self, rng: Generator, count: int, spread: Spread) -> Array:
        """SR of every stage: (stages, count)."""
        import numpy as np

        choices = self.choices
        weight: Any = choices.world_weight
        strength: Any = 1.0
        if spread.choices:
            wide = spread.world_weight * (2 * rng.random(count) - 1)
            weight = np.clip(choices.world_weight + wide, 0.0, 1.0)
            strength = 0.5 + rng.random(count) if spread.trade_parameter else 1.0
        nothing = np.broadcast_to(0.0, (1, count))
        if self.supplies is not None:
            hhi = np.vstack([self.supplies.draw(rng, count, spread, strength), nothing])
        else:
            hhi = nothing
        stages, draws = len(self.world), np.arange(count)
        year = np.zeros((stages, count), dtype=np.intp)
        if spread.data:
            year = (rng.random((stages, count)) * self.years[:, None]).astype(np.intp)
        world = hhi[self.world]
        home = hhi[np.take_along_axis(self.home, year, axis=1), draws]
        # No supply known at all: anything on the scale.
        for rows, lacking in ((world, self.world < 0), (home, self.home[:, 0] < 0)):
            if lacking.any():
                guess = rng.random((int(lacking.sum()), count)) if spread.data else 0.5
                rows[lacking] = TEN * guess
        part = weight * _uniform(rng, self.reliance, count, spread.data)
        part = np.where(np.isnan(self.fixed), part, self.fixed)
        sr: Array = world * part + home * (1 - part)
        if choices.recycling:
            sr *= 1 - _uniform(rng, self.recycling, count, spread.data)
        if choices.substitution:
            sr *= _uniform(rng, self.substitution, count, spread.data)
        return sr


class _Uses:
    """End uses of all materials as flat arrays."""

    def __init__(
        self, materials: Sequence[MaterialInputs], setting: Setting, choices: Choices
    ) -> None:
        import numpy as np

        self.scale = setting.scale
        sectors = sorted(setting.value_added)
        # Where the largest industry is not known for sure, each draw has its own.
        self.makers = [i for i, s in enumerate(sectors) if s.startswith("C")]
        self.fixed = setting.scale_bounds is None or not self.makers
        self.added = [setting.value_added[s] for s in sectors] or [Range.exact(0.0)]
        place = {s: i for i, s in enumerate(sectors)}
        self.matrix = np.zeros((len(materials), len(self.added)))
        self.spread = np.zeros_like(self.matrix)
        rest = []
        for row, material in enumerate(materials):
            known = [u for u in material.uses if u.sector in place]
            for use in known:
                column = place[str(use.sector)]
                self.matrix[row, column] += use.share
                self.spread[row, column] = np.hypot(self.spread[row, column], use.spread)
            rest.append(max(0.0, 1 - sum(u.share for u in known)))
        # Rounding of a complete table is no unknown use.
        self.rest = np.array([r if r > 0.03 else 0.0 for r in rest])[:, None]
        given = [(i, g) for i, m in enumerate(materials) if (g := _given(m)) is not None]
        self.given = np.array([i for i, _ in given], dtype=np.intp)
        self.given_ei = [g for _, g in given]
        free = not choices.substitution
        self.index = [Range.exact(1.0) if free else m.si_ei for m in materials]

    def draw(self, rng: Generator, count: int, spread: Spread) -> Array:
        """EI of every material: (materials, count)."""
        added = _uniform(rng, self.added, count, spread.data)
        total: Array = self.matrix @ added
        if spread.data:
            # The rounding errors of a row's shares, as one error in its weighted sum.
            level = added.mean(axis=1)[None, :]
            error = ((self.spread * level) ** 2).sum(axis=1, keepdims=True) ** 0.5 / 3**0.5
            total = total + error * rng.standard_normal(total.shape)
        scale: Any = self.scale if self.fixed else added[self.makers].max(axis=0)
        total = total / scale
        if spread.data:
            total = total + self.rest * rng.random(total.shape)
        total *= _uniform(rng, self.index, count, spread.data) * TEN
        if self.given_ei:
            total[self.given] = _uniform(rng, self.given_ei, count, spread.data)
        return total


def simulate(
    materials: Sequence[MaterialInputs],
    scores: Mapping[str, MaterialScore],
    setting: Setting,
    rng: Generator,
    choices: Choices = Choices(),  # noqa: B008 - frozen
    spread: Spread = Spread(),
    draws: int = 10_000,
) -> dict[str, Draws]:
    """Draw every material's SR and EI ``draws`` times.

    ``scores`` are the point scores of the same inputs (:func:`assessment.score_all`): they say
    which stage stands for a material and which inputs are lacking. An input of which only the
    range is known is drawn evenly from it. Members of a group are not ranked; the group is.
    """
    import numpy as np

    plain = [m for m in materials if not m.members]
    chosen = [_standing(m, scores[m.material]) for m in plain]
    order: dict[StageInputs, int] = {}
    rows = [[order.setdefault(_alike(s), len(order)) for s in stages] for stages in chosen]
    stages = _Stages(list(order), setting, choices)
    kinds: dict[Any, int] = {}
    use_row = [kinds.setdefault((m.uses, m.si_ei, _given(m)), len(kinds)) for m in plain]
    first = {row: m for m, row in reversed(list(zip(plain, use_row, strict=True)))}
    uses = _Uses([first[i] for i in range(len(kinds))], setting, choices)
    names = [m.material for m in materials]
    place = {m.material: i for i, m in enumerate(plain)}
    groups = [(m, [place[x] for x in m.members if x in place]) for m in materials if m.members]
    inside = {x for m in materials for x in m.members}
    units = np.array([i for i, n in enumerate(names) if n not in inside])
    # Ranks are among the units that have a place: one drawn from nothing moves nobody.
    against = np.array([i for i in units if scores[names[i]].ranked], dtype=np.intp)
    sr_all = np.empty((len(names), draws))
    ei_all = np.empty_like(sr_all)
    rank_all = np.empty((len(units), draws), dtype=np.int32)
    met = np.zeros((3, len(names)))
    spots = {name: i for i, name in enumerate(names)}
    for start in range(0, draws, BLOCK):
        count = min(BLOCK, draws - start)
        here = slice(start, start + count)
        sr_stage, ei_kind = stages.draw(rng, count, spread), uses.draw(rng, count, spread)
        sr, ei = sr_all[:, here], ei_all[:, here]
        for material, own, kind in zip(plain, rows, use_row, strict=True):
            sr[spots[material.material]] = sr_stage[own].max(axis=0)
            ei[spots[material.material]] = ei_kind[kind]
        for group, members in groups:
            at = [spots[plain[i].material] for i in members]
            sr[spots[group.material]] = sr[at].mean(axis=0)
            ei[spots[group.material]] = ei[at].mean(axis=0)
        limit_sr, limit_ei = _limits(rng, count, choices, spread)
        over_sr, over_ei = _shown(sr) >= limit_sr - 1e-9, _shown(ei) >= limit_ei - 1e-9
        for row, test in enumerate((over_sr, over_ei, over_sr & over_ei)):
            met[row] += test.sum(axis=1)
        rank_all[:, here] = 1 + (sr[against][None, :, :] > sr[units][:, None, :]).sum(axis=1)
    sr_q = np.quantile(sr_all, (0.05, 0.5, 0.95), axis=1)
    ei_q = np.quantile(ei_all, (0.05, 0.5, 0.95), axis=1)
    ranks = np.quantile(rank_all, (0.05, 0.5, 0.95), axis=1, method="nearest").astype(int)
    unit_of = {int(u): i for i, u in enumerate(units)}
    found = {}
    for i, name in enumerate(names):
        chance = [float(met[row, i] / draws) for row in range(3)]
        rank = tuple(int(r) for r in ranks[:, unit_of[i]]) if i in unit_of else None
        found[name] = Draws(
            name,
            _three(sr_q[:, i]),
            _three(ei_q[:, i]),
            chance[0],
            chance[1],
            chance[2],
            (rank[0], rank[1], rank[2]) if rank else None,
            word(chance[2], scores[name]),
        )
    return found


def word(chance: float, point: MaterialScore) -> Word:
    """How sure a verdict is: *undetermined* where there is none; *clear* where 95 % of the draws
    agree; else *borderline*.
    """
    if point.critical is None:
        return "undetermined"
    return "clear" if chance >= CLEAR or chance <= 1 - CLEAR else "borderline"


def _given(material: MaterialInputs) -> Range | None:
    """The published EI, where it stands in for uses that are not known well enough."""
    whole = sum(use.share for use in material.uses if use.sector)
    return None if COMPLETE[0] - 1e-9 <= whole <= COMPLETE[1] + 1e-9 else material.given_ei


def _standing(material: MaterialInputs, point: MaterialScore) -> list[StageInputs]:
    """The stage that stands for a material."""
    return [s for s in material.stages if s.subject == point.assessed] or [_empty(material)]


def _empty(material: MaterialInputs) -> StageInputs:
    open_ = Range.unknown()
    return StageInputs(material.material, "", "", "GS+EU", None, (), open_, open_, open_)


def _alike(stage: StageInputs) -> StageInputs:
    """The stage without its names: equal inputs are drawn once and so rank alike."""
    return StageInputs(
        "",
        "",
        "",
        stage.supply_used,
        _unnamed(stage.world),
        tuple(s for h in stage.home if (s := _unnamed(h))),
        stage.import_reliance,
        stage.eol_rir,
        stage.si_sr,
    )


def _unnamed(supply: Supply | None) -> Supply | None:
    if supply is None:
        return None
    return Supply("", supply.parts, supply.residual, supply.hidden, "")


def _limits(rng: Generator, count: int, choices: Choices, spread: Spread) -> tuple[Any, Any]:
    if not spread.choices:
        return choices.sr_threshold, choices.ei_threshold
    factors = 1 + spread.threshold * (2 * rng.random((2, count)) - 1)
    return choices.sr_threshold * factors[0], choices.ei_threshold * factors[1]


def _shown(values: Array) -> Array:
    import numpy as np

    rounded: Array = np.floor(values * 10 + 0.5 + 1e-9) / 10
    return rounded


def _three(values: Iterable[float]) -> tuple[float, float, float]:
    low, middle, high = (float(v) for v in values)
    return low, middle, high
