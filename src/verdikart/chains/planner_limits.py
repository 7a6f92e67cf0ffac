"""Why a diversification plan does not exist: programs in which one limit gives and the rest hold.

Each variable is the amount of a supplier or of new capacity, divided by the imports or the base.
Dividing by a base that itself depends on the plan keeps the program linear (Charnes and Cooper
1962). Solved by HiGHS.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from verdikart.chains.planner import TOLERANCE, Problem

Free = Literal["share", "spare", "foreign"]
Terms = dict[int, float]


@dataclass(frozen=True, slots=True)
class Shortfall:
    """Why no plan exists: ``because`` supply_short, allies_unreachable or spare_too_small.

    ``lowest_share``: least top share that the other limits allow; ``spare_needed``: the part of
    other exports that would be enough, None where not even all of them are; ``short``: amount that
    nobody can deliver; ``best_allies``: largest share that is not from non-allies; ``binding``: the
    limits that hold the lowest share up.
    """

    because: str
    lowest_share: float | None
    spare_needed: float | None
    short: float
    best_allies: float | None
    binding: tuple[str, ...]


def shortfall(problem: Problem) -> Shortfall:
    """Say what stands in the way of an unreachable plan."""
    limits = problem.limits
    most = sum(c.amount for c in problem.capacities) + sum(
        s.present + limits.spare * s.elsewhere for s in problem.sources if not s.barred
    )
    short = problem.demand - most
    share, binding = relaxed(problem, "share")
    spare, _ = relaxed(problem, "spare")
    foreign = None if limits.allies_min is None else relaxed(problem, "foreign")[0]
    if short > TOLERANCE * problem.demand:
        because = "supply_short"
    elif foreign is not None and foreign > 1 - (limits.allies_min or 0.0) + TOLERANCE:
        because = "allies_unreachable"
    else:
        because = "spare_too_small"
    best = None if foreign is None else 1 - foreign
    return Shortfall(because, share, spare, max(0.0, short), best, binding)


def relaxed(problem: Problem, free: Free) -> tuple[float | None, tuple[str, ...]]:
    """Least value of one limit that the others allow, and the limits that are tight there.

    ``share``: top share of a capped supplier; ``spare``: part of other exports; ``foreign``: share
    from non-allies, with no cap on single suppliers. None where the others clash among themselves.
    """
    import numpy as np
    from scipy.optimize import linprog

    places = len(problem.sources) + len(problem.capacities)
    scale, level = places, places + 1
    everything = dict.fromkeys(range(places), 1.0)
    base = _base(problem)
    rows = _rows(problem, free)

    def dense(lines: list[Terms]) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
        found = np.zeros((len(lines), places + 2))
        for number, terms in enumerate(lines):
            for place, factor in terms.items():
                found[number, place] += factor
        return found

    result = linprog(
        dense([{level: 1.0}])[0],
        A_ub=dense([terms for _, terms in rows]),
        b_ub=np.zeros(len(rows)),
        # Spare is a part of fixed amounts, so there the whole is 1; elsewhere the base is.
        A_eq=dense([{**everything, scale: -1.0}, everything if free == "spare" else base]),
        b_eq=np.array([0.0, 1.0]),
        bounds=[*[(0, None)] * level, (0, 1 if free == "spare" else None)],
        method="highs",
    )
    if result.status != 0:
        return None, ()
    tight = (
        limit
        for (limit, _), dual in zip(rows, result.ineqlin.marginals, strict=True)
        if -dual > TOLERANCE and limit != "target"
    )
    return float(result.fun), tuple(dict.fromkeys(tight))


def _of_country(problem: Problem) -> dict[str, list[int]]:
    """Places of the variables that count as one country's supply."""
    at = {s.name: [i] for i, s in enumerate(problem.sources)}
    for k, c in enumerate(problem.capacities, start=len(problem.sources)):
        if c.country is not None:
            at.setdefault(c.country, []).append(k)
    return at


def _base(problem: Problem) -> Terms:
    """What shares are of: all from abroad, or the fixed base times the scale."""
    if problem.limits.base is not None:
        scale = len(problem.sources) + len(problem.capacities)
        return {scale: problem.limits.base / problem.demand}
    return {i: 1.0 for own in _of_country(problem).values() for i in own}


def _rows(problem: Problem, free: Free) -> list[tuple[str, Terms]]:
    """The limits as terms that must not exceed zero, one of them against the free level."""
    limits, sources, demand = problem.limits, problem.sources, problem.demand
    scale = len(sources) + len(problem.capacities)
    level = scale + 1
    at, base = _of_country(problem), _base(problem)

    def within(part: Terms, limit: float, freed: Free) -> Terms:
        if free == freed:
            return {**part, level: -1.0}
        return {i: part.get(i, 0.0) - limit * base.get(i, 0.0) for i in part | base}

    rows: list[tuple[str, Terms]] = []
    for i, s in enumerate(sources):
        if s.barred:
            rows.append(("barred", {i: 1.0}))
        elif free == "spare":
            room = {scale: -s.present / demand, level: -s.elsewhere / demand}
            rows.append(("spare", {i: 1.0, **room}))
        else:
            most = s.present + limits.spare * s.elsewhere
            rows.append(("spare", {i: 1.0, scale: -most / demand}))
        if s.capped and free != "foreign":
            part = dict.fromkeys(at[s.name], 1.0)
            rows.append(("target", within(part, limits.target, "share")))
    for k, c in enumerate(problem.capacities, start=len(sources)):
        rows.append(("capacity", {k: 1.0, scale: -c.amount / demand}))
    if limits.allies_min is not None:
        part = {i: 1.0 for s in sources if not s.allied for i in at[s.name]}
        rows.append(("allies_min", within(part, 1 - limits.allies_min, "foreign")))
    return rows
