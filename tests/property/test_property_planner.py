"""Properties of the planner on generated problems."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from verdikart.chains.planner import Capacity, Limits, Problem, Source, amounts, plan, shares
from verdikart.chains.planner_limits import relaxed, shortfall

EPS = 1e-6
COUNTRIES = ("AAA", "BBB", "CCC", "DDD", "EEE")


@st.composite
def problems(draw):
    amount, price = st.integers(0, 40), st.integers(1, 30)
    sources = tuple(
        Source(name, draw(amount), draw(st.integers(0, 300)), draw(price), draw(st.booleans()),
               draw(st.sampled_from((True, True, True, False))),
               draw(st.sampled_from((False, False, False, True))))
        for name in COUNTRIES[: draw(st.integers(2, 5))]
    )  # fmt: skip
    if not sum(s.present for s in sources):
        sources = (replace(sources[0], present=10), *sources[1:])
    options = tuple(
        Capacity(f"plant{i}", draw(st.integers(0, 10)), draw(price),
                 draw(st.sampled_from((None, sources[-1].name))))
        for i in range(draw(st.integers(0, 2)))
    )  # fmt: skip
    demand = sum(s.present for s in sources)
    limits = Limits(
        draw(st.floats(0.15, 0.95)),
        draw(st.floats(0, 0.5)),
        draw(st.none() | st.floats(0, 0.9)),
        draw(st.none() | st.floats(0.6 * demand, 2.0 * demand)),
        draw(st.floats(0, 5)),
    )
    return Problem(sources, options, limits)


def with_limits(problem, **changed):
    return Problem(problem.sources, problem.capacities, replace(problem.limits, **changed))


@settings(deadline=None, max_examples=60)
@given(problems())
def test_a_plan_keeps_every_limit(problem):
    found, limits = plan(problem), problem.limits
    if found.status == "unreachable":
        return
    held = amounts(problem, found.moves)
    base = limits.base or sum(held.values())
    size = EPS * problem.demand
    for s in problem.sources:
        assert held[s.name] >= -size
        if s.barred:
            assert held[s.name] <= size + sum(
                c.amount for c in problem.capacities if c.country == s.name
            )
        if s.capped:
            assert held[s.name] <= limits.target * base + size
        gained = sum(m.amount for m in found.moves if m.to == s.name)
        assert gained <= (0 if s.barred else limits.spare * s.elsewhere) + size
    for c in problem.capacities:
        assert sum(m.amount for m in found.moves if m.to == c.name) <= c.amount + size
    if limits.allies_min is not None:
        foreign = sum(held[s.name] for s in problem.sources if not s.allied)
        assert foreign <= (1 - limits.allies_min) * base + size
    own = sum(m.amount for m in found.moves if m.to not in held and _own(problem, m.to))
    assert sum(held.values()) + own == pytest.approx(problem.demand)
    assert found.cost >= limits.switching * found.moved - size
    assert found.after == shares(problem, found.moves)


def _own(problem, name):
    return any(c.name == name and c.country is None for c in problem.capacities)


@settings(deadline=None, max_examples=60)
@given(problems(), st.floats(0, 0.3))
def test_loosening_a_limit_never_costs_more(problem, step):
    strict = plan(problem)
    if strict.status == "unreachable":
        return
    limits = problem.limits
    looser = [
        with_limits(problem, target=limits.target + step),
        with_limits(problem, spare=limits.spare + step),
        with_limits(problem, allies_min=None),
        Problem(
            tuple(replace(s, barred=False) for s in problem.sources), problem.capacities, limits
        ),
        Problem(
            problem.sources, (*problem.capacities, Capacity("more", 5, 1.0, COUNTRIES[0])), limits
        ),
    ]
    for easier in looser:
        found = plan(easier)
        assert found.status != "unreachable"
        assert found.cost <= strict.cost + EPS * (1 + strict.cost)


@settings(deadline=None, max_examples=60)
@given(problems())
def test_the_lowest_share_divides_reachable_from_not(problem):
    own = sum(c.amount for c in problem.capacities if c.country is None)
    # Where the home can make all of it, imports can be none and their shares nothing.
    assume(problem.limits.base is not None or own < problem.demand)
    lowest, _ = relaxed(problem, "share")
    if lowest is None:
        assert plan(problem).status == "unreachable"
        return
    assert plan(with_limits(problem, target=lowest + 1e-6)).status != "unreachable"
    if lowest > 1e-3:
        assert plan(with_limits(problem, target=lowest - 1e-4)).status == "unreachable"


@settings(deadline=None, max_examples=60)
@given(problems())
def test_why_not_holds(problem):
    if plan(problem).status != "unreachable":
        return
    why = shortfall(problem)
    if why.lowest_share is not None:
        assert why.lowest_share > problem.limits.target - EPS
    if why.spare_needed is None:
        assert plan(with_limits(problem, spare=1.0)).status == "unreachable"
    else:
        assert why.spare_needed > problem.limits.spare - EPS
        assert plan(with_limits(problem, spare=why.spare_needed + EPS)).status != "unreachable"


@settings(deadline=None, max_examples=60)
@given(problems())
def test_shadow_prices_bound_what_a_small_step_saves(problem):
    found = plan(problem)
    if found.status != "reached":
        return
    saves = {s.limit: s.saves for s in found.shadows if s.of is None}
    limits, step = problem.limits, 1e-4
    # Cost is convex in each limit, so a step saves no more than the slope here says.
    for limit, sign in (("target", 1), ("spare", 1), ("allies_min", -1)):
        value = getattr(limits, limit)
        # Where own capacity makes the base smaller, share limits are not linear in the plan.
        curved = limit != "spare" and limits.base is None and bool(problem.capacities)
        if value is None or curved:
            continue
        easier = plan(with_limits(problem, **{limit: value + sign * step}))
        assert found.cost - easier.cost <= saves.get(limit, 0.0) * step + EPS * (1 + found.cost)
        harder = plan(with_limits(problem, **{limit: value - sign * step}))
        if harder.status == "reached" and value - sign * step > 0:
            assert harder.cost - found.cost >= saves.get(limit, 0.0) * step - EPS * (1 + found.cost)
