"""Diversification: the least-cost set of suppliers that brings every share under a target.

Amounts are in one unit (tonnes, or currency where tonnes are not known), prices in USD a unit. A
plan moves amounts from what is bought today to other suppliers or to new capacity, at the cost

    cost = Σᵢⱼ yᵢⱼ · (switching + max(0, pⱼ − pᵢ)),    yᵢⱼ ≥ 0 moved from i to j,

subject to the limits in :class:`Limits`. No saving is counted where the new supplier is cheaper:
unit values differ by grade, and a real saving would have been taken already. Then nothing is moved
that no limit asks for. Linear program, solved by HiGHS (Huangfu and Hall 2018).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True)
class Source:
    """A supplier country: what it sells the home today and to all others, at which price.

    ``elsewhere`` is 0 for a country that cannot be turned to (no known producer). ``capped``: the
    target holds for it; ``barred``: nothing may be bought from it.
    """

    name: str
    present: float
    elsewhere: float
    price: float
    allied: bool = False
    capped: bool = True
    barred: bool = False


@dataclass(frozen=True, slots=True)
class Capacity:
    """New supply that exists by the year; ``country`` None is the home's own and no import."""

    name: str
    amount: float
    price: float
    country: str | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """What a plan must keep to. ``target``: largest share of one capped supplier; ``spare``: part of
    a supplier's other exports that can be turned to the home; ``allies_min``: smallest share that
    is not from non-allies; ``base``: what shares are of, None for imports; ``switching``: cost a unit
    moved.
    """

    target: float = 0.65
    spare: float = 0.1
    allies_min: float | None = None
    base: float | None = None
    switching: float = 0.0


@dataclass(frozen=True, slots=True)
class Problem:
    """One question: suppliers, new capacity, limits. Demand is what is bought today."""

    sources: tuple[Source, ...]
    capacities: tuple[Capacity, ...]
    limits: Limits

    @property
    def demand(self) -> float:
        """What is bought today and must be had from somewhere."""
        return sum(s.present for s in self.sources)


@dataclass(frozen=True, slots=True)
class Move:
    """An amount moved from one supplier to another or to new capacity, and its cost a unit."""

    source: str
    to: str
    amount: float
    unit_cost: float


@dataclass(frozen=True, slots=True)
class Shadow:
    """What relaxing a limit by one unit saves, in USD; ``of`` names the supplier or capacity.

    Limits: ``target`` and ``spare`` per 1 (divide by 100 for a point), ``allies_min`` the same,
    ``barred``, ``supplier`` and ``capacity`` per unit of amount.
    """

    limit: str
    of: str | None
    saves: float


@dataclass(frozen=True, slots=True)
class Plan:
    """The answer. ``status``: met (nothing to do), reached, or unreachable (see
    :func:`verdikart.chains.planner_limits.shortfall` for why).
    """

    status: str
    moves: tuple[Move, ...]
    cost: float
    before: dict[str, float]
    after: dict[str, float]
    shadows: tuple[Shadow, ...]

    @property
    def moved(self) -> float:
        """Amount that changes supplier."""
        return sum(m.amount for m in self.moves)


def plan(problem: Problem) -> Plan:
    """Find the cheapest plan, or that there is none. Raises ``ValueError`` without demand."""
    if problem.demand <= 0:
        raise ValueError("nothing is bought today, so there is nothing to move")
    before = shares(problem, ())
    if _kept(problem):
        return Plan("met", (), 0.0, before, before, ())
    found = _cheapest(problem)
    if found is None:
        return Plan("unreachable", (), 0.0, before, {}, ())
    moves, shadows = found
    cost = sum(m.amount * m.unit_cost for m in moves)
    return Plan("reached", moves, cost, before, shares(problem, moves), shadows)


def amounts(problem: Problem, moves: Sequence[Move]) -> dict[str, float]:
    """Amount by supplier country after some moves; the home's own new capacity is left out."""
    country = {c.name: c.country for c in problem.capacities}
    found = {s.name: s.present for s in problem.sources}
    for move in moves:
        found[move.source] -= move.amount
        to = country.get(move.to, move.to)
        if to is not None:
            found[to] = found.get(to, 0.0) + move.amount
    return found


def shares(problem: Problem, moves: Sequence[Move]) -> dict[str, float]:
    """Share of each supplier country, of imports or of the base, after some moves."""
    held = amounts(problem, moves)
    base = problem.limits.base or sum(held.values())
    return {name: amount / base if base else 0.0 for name, amount in held.items()}


def _kept(problem: Problem) -> bool:
    limits, held = problem.limits, shares(problem, ())
    over = any(held[s.name] > limits.target + TOLERANCE for s in problem.sources if s.capped)
    barred = any(s.present > 0 for s in problem.sources if s.barred)
    foreign = sum(held[s.name] for s in problem.sources if not s.allied)
    few = limits.allies_min is not None and foreign > 1 - limits.allies_min + TOLERANCE
    return not (over or barred or few)


def _least_base(problem: Problem) -> float:
    """The base when all of the home's own new capacity is used."""
    own = sum(c.amount for c in problem.capacities if c.country is None)
    return problem.limits.base or max(0.0, problem.demand - own)


def _cheapest(problem: Problem) -> tuple[tuple[Move, ...], tuple[Shadow, ...]] | None:
    """Solve the program over moves; None if infeasible.

    Only suppliers that a limit can press on give anything up: moving from any other would never
    be cheaper, because costs are none below the switching cost and a detour costs more.
    """
    import numpy as np
    from scipy.optimize import linprog

    limits, demand = problem.limits, problem.demand
    cap = limits.target * _least_base(problem)
    givers = [
        s
        for s in problem.sources
        if s.present > 0
        and (
            s.barred
            or (s.capped and s.present > cap - TOLERANCE * demand)
            or (limits.allies_min is not None and not s.allied)
        )
    ]
    takers: list[Source | Capacity] = [
        s for s in problem.sources if not s.barred and s.elsewhere > 0
    ]
    takers += [c for c in problem.capacities if c.amount > 0]
    pairs = [(i, j) for i, g in enumerate(givers) for j, t in enumerate(takers) if t.name != g.name]
    if not pairs:
        return None
    giver, taker = (np.array(side) for side in zip(*pairs, strict=True))
    price_from = np.array([g.price for g in givers])
    price_to = np.array([t.price for t in takers])
    unit_cost = limits.switching + np.maximum(0.0, price_to[taker] - price_from[giver])
    scale = float(unit_cost.max()) or 1.0
    rows = _rows(problem, givers, takers, giver, taker)
    result = linprog(
        unit_cost / scale,
        A_ub=np.array([row for _, _, row, _ in rows]),
        b_ub=np.array([limit for *_, limit in rows]) / demand,
        method="highs",
    )
    if result.status != 0:
        return None
    moved = result.x * demand
    moves = tuple(
        Move(givers[i].name, takers[j].name, float(amount), float(cost))
        for (i, j), amount, cost in zip(pairs, moved, unit_cost, strict=True)
        if amount > TOLERANCE * demand
    )
    duals = -result.ineqlin.marginals * scale
    return moves, _shadows(problem, rows, duals, moves)


Row = tuple[str, str | None, "np.ndarray[Any, Any]", float]


def _rows(
    problem: Problem,
    givers: Sequence[Source],
    takers: Sequence[Source | Capacity],
    giver: np.ndarray[Any, Any],
    taker: np.ndarray[Any, Any],
) -> list[Row]:
    """Constraints as (limit, of whom, coefficients of the moves, right-hand side)."""
    import numpy as np

    limits = problem.limits
    names = np.array([g.name for g in givers])[giver]
    # None (the home's own) compares equal to no country.
    to = np.array([t.country if isinstance(t, Capacity) else t.name for t in takers], dtype=object)
    to = to[taker]
    own = np.array([name is None for name in to])
    # Moves to the home's own capacity make imports, the base, smaller.
    shrink = own * 1.0 if limits.base is None else np.zeros(len(own))
    base = limits.base or problem.demand
    rows: list[Row] = [
        ("present", g.name, (giver == i) * 1.0, g.present) for i, g in enumerate(givers)
    ]
    for j, t in enumerate(takers):
        kind = "capacity" if isinstance(t, Capacity) else "supplier"
        room = t.amount if isinstance(t, Capacity) else limits.spare * t.elsewhere
        rows.append((kind, t.name, (taker == j) * 1.0, room))
    for s in problem.sources:
        change = (to == s.name) * 1.0 - (names == s.name) * 1.0
        if s.barred and s.present > 0:
            rows.append(("barred", s.name, -((names == s.name) * 1.0), -s.present))
        if s.capped:
            row = change + limits.target * shrink
            rows.append(("target", s.name, row, limits.target * base - s.present))
    if limits.allies_min is not None:
        foreign = {s.name for s in problem.sources if not s.allied}
        change = np.array(
            [(b in foreign) * 1.0 - (a in foreign) for a, b in zip(names, to, strict=True)]
        )
        most = 1 - limits.allies_min
        held = sum(s.present for s in problem.sources if not s.allied)
        rows.append(("allies_min", None, change + most * shrink, most * base - held))
    return rows


def _shadows(
    problem: Problem, rows: Sequence[Row], duals: np.ndarray[Any, Any], moves: Sequence[Move]
) -> tuple[Shadow, ...]:
    """Marginals of the program as savings by limit (the envelope theorem, see the method page)."""
    limits = problem.limits
    base = limits.base or sum(amounts(problem, moves).values())
    elsewhere = {s.name: s.elsewhere for s in problem.sources}
    whole = {"target": 0.0, "spare": 0.0}
    found: list[Shadow] = []
    for (limit, of, _, _), dual in zip(rows, duals, strict=True):
        saves = float(dual)
        if saves <= TOLERANCE:
            continue
        if limit == "target":
            whole["target"] += saves * base
        elif limit == "allies_min":
            found.append(Shadow("allies_min", None, saves * base))
        elif limit != "present":
            found.append(Shadow(limit, of, saves))
            if limit == "supplier":
                whole["spare"] += saves * elsewhere[of or ""]
    total = [Shadow(limit, None, saves) for limit, saves in whole.items() if saves > 0]
    return (*total, *sorted(found, key=lambda s: (s.limit, -s.saves, s.of or "")))
