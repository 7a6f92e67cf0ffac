"""The planner against brute force, by hand, and where no plan exists."""

from __future__ import annotations

from itertools import product

import pytest
from scipy.optimize import linear_sum_assignment

from verdikart.chains.planner import Capacity, Limits, Problem, Source, amounts, plan
from verdikart.chains.planner_limits import relaxed, shortfall


def case(sources, capacities=(), **limits):
    return Problem(tuple(sources), tuple(capacities), Limits(**limits))


def cheapest_matching(given, taken, switching):
    """Least cost of moving units at prices ``given`` to prices ``taken``, one to one."""
    if not given:
        return 0.0
    costs = [[switching + max(0, b - a) for b in taken] for a in given]
    rows, columns = linear_sum_assignment(costs)
    return sum(costs[i][j] for i, j in zip(rows, columns, strict=True))


def brute_force(problem):
    """Every whole number from every supplier and capacity; cost by trying every matching."""
    limits, best = problem.limits, None
    rooms = [
        0 if s.barred else int(s.present + limits.spare * s.elsewhere) for s in problem.sources
    ]
    rooms += [int(c.amount) for c in problem.capacities]
    for choice in product(*(range(room + 1) for room in rooms)):
        if sum(choice) != problem.demand:
            continue
        n = len(problem.sources)
        by_country = {s.name: choice[i] for i, s in enumerate(problem.sources)}
        own = 0
        for c, amount in zip(problem.capacities, choice[n:], strict=True):
            if c.country is None:
                own += amount
            else:
                by_country[c.country] += amount
        base = limits.base or problem.demand - own
        if any(
            s.capped and by_country[s.name] > limits.target * base + 1e-9 for s in problem.sources
        ):
            continue
        foreign = sum(by_country[s.name] for s in problem.sources if not s.allied)
        if limits.allies_min is not None and foreign > (1 - limits.allies_min) * base + 1e-9:
            continue
        given, taken = [], []
        for s, amount in zip(problem.sources, choice, strict=False):
            change = amount - int(s.present)
            (taken if change > 0 else given).extend([s.price] * abs(change))
        for c, amount in zip(problem.capacities, choice[n:], strict=True):
            taken.extend([c.price] * amount)
        cost = cheapest_matching(given, taken, limits.switching)
        best = cost if best is None else min(best, cost)
    return best


CHINA = Source("CHN", 8, 100, 10.0)
CASES = {
    "one over": case(
        [CHINA, Source("USA", 1, 20, 12.0, allied=True), Source("ZAF", 1, 30, 11.0)],
        target=0.5, spare=0.1, switching=1.0,
    ),
    "cheaper others": case(
        [CHINA, Source("USA", 2, 20, 7.0, allied=True), Source("ZAF", 0, 30, 9.0)],
        target=0.6, spare=0.1, switching=0.5,
    ),
    "two over": case(
        [Source("CHN", 5, 10, 10.0), Source("RUS", 5, 0, 8.0), Source("USA", 0, 20, 9.0),
         Source("AUS", 0, 20, 11.0)],
        target=0.4, spare=0.1, switching=1.0,
    ),
    "allies": case(
        [CHINA, Source("USA", 1, 20, 14.0, allied=True), Source("CAN", 1, 20, 12.0, allied=True)],
        target=0.8, spare=0.1, switching=1.0, allies_min=0.4,
    ),
    "barred": case(
        [Source("RUS", 2, 50, 6.0, barred=True), Source("USA", 4, 20, 12.0),
         Source("ZAF", 4, 30, 11.0)],
        target=0.6, spare=0.1, switching=1.0,
    ),
    "own plant": case(
        [Source("CHN", 16, 99, 10.0), Source("USA", 4, 20, 20.0, allied=True)],
        [Capacity("plant", 10, 11.0)],
        target=0.5, spare=0.2, switching=1.0,
    ),
    "plant of another": case(
        [CHINA, Source("NOR", 2, 0, 10.0, allied=True)],
        [Capacity("plant", 5, 11.0, "NOR")],
        target=0.5, spare=0.0, switching=1.0,
    ),
    "consumption": case(
        [CHINA, Source("USA", 2, 30, 15.0, allied=True)],
        target=0.5, spare=0.1, switching=1.0, base=12.0,
    ),
    "allies free": case(
        [Source("SWE", 8, 100, 10.0, allied=True, capped=False), Source("CHN", 2, 10, 9.0)],
        target=0.1, spare=0.1, switching=1.0,
    ),
    "unreachable": case(
        [CHINA, Source("USA", 2, 10, 20.0, allied=True)], target=0.5, spare=0.1, switching=1.0,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_least_cost_as_by_trying_everything(name):
    problem = CASES[name]
    tried, found = brute_force(problem), plan(problem)
    assert (tried is None) == (found.status == "unreachable")
    if tried is not None:
        assert found.cost == pytest.approx(tried, abs=1e-9)


def test_the_lowest_cost_by_hand():
    # 3 t leave China: 2 t of South Africa's spare is 3, and it is cheaper than America.
    found = plan(CASES["one over"])
    assert {(m.source, m.to): m.amount for m in found.moves} == {("CHN", "ZAF"): pytest.approx(3)}
    assert found.cost == pytest.approx(3 * (1 + 1))
    assert found.after["CHN"] == pytest.approx(0.5)
    assert found.before == {"CHN": 0.8, "USA": 0.1, "ZAF": 0.1}


def test_met_moves_nothing_although_others_are_cheaper():
    found = plan(case([Source("CHN", 5, 10, 10.0), Source("USA", 5, 90, 1.0)], target=0.6))
    assert (found.status, found.cost, found.moves) == ("met", 0.0, ())


def test_own_plant_makes_the_base_of_imports_smaller():
    found = plan(CASES["own plant"])
    left = amounts(CASES["own plant"], found.moves)
    assert found.after["CHN"] == pytest.approx(left["CHN"] / sum(left.values()))
    assert sum(left.values()) == pytest.approx(10)  # the plant's 10 of 20 are no imports


def saving(problem, **changed):
    """Cost now less cost with limits changed."""
    limits = problem.limits
    values = {name: getattr(limits, name) for name in limits.__slots__} | changed
    return (
        plan(problem).cost
        - plan(Problem(problem.sources, problem.capacities, Limits(**values))).cost
    )


STEP = 1e-5


@pytest.mark.parametrize(
    ("name", "limit"),
    [("one over", "target"), ("allies", "allies_min"), ("consumption", "target"),
     ("own plant", "target"), ("two over", "spare"), ("two over", "target"), ("plant of another", "target")],
)  # fmt: skip
def test_shadow_price_is_the_finite_difference(name, limit):
    problem = CASES[name]
    if name == "two over":  # off the corner, where the slopes to both sides are one
        problem = case(problem.sources, target=0.41, spare=0.08, switching=1.0)
    shadow = next(
        (s.saves for s in plan(problem).shadows if s.limit == limit and s.of is None), 0.0
    )
    value = getattr(problem.limits, limit)
    step = -STEP if limit == "allies_min" else STEP
    assert saving(problem, **{limit: value + step}) / STEP == pytest.approx(shadow, abs=1e-4)
    assert shadow > 0


def test_shadow_of_a_supplier_and_a_plant():
    problem = case(
        [CHINA, Source("ZAF", 2, 10, 10.0)],
        [Capacity("plant", 1, 10.0, "ZAF"), Capacity("dear", 9, 30.0, "USA")],
        target=0.5, spare=0.1, switching=1.0,
    )  # fmt: skip
    saves = {(s.limit, s.of): s.saves for s in plan(problem).shadows}
    # One more unit from either stands in for one from the dear plant, 20 above.
    assert saves["supplier", "ZAF"] == pytest.approx(20)
    assert saves["capacity", "plant"] == pytest.approx(20)
    assert saves["spare", None] == pytest.approx(20 * 10)


def test_unreachable_says_the_lowest_share_and_the_spare_that_would_do():
    problem = CASES["unreachable"]
    found = plan(problem)
    assert (found.status, found.after, found.moves) == ("unreachable", {}, ())
    why = shortfall(problem)
    assert why.because == "spare_too_small"
    assert why.lowest_share == pytest.approx(0.7)  # one unit of ten can be moved
    assert why.spare_needed == pytest.approx(0.3)
    assert why.binding == ("spare",)
    within = case(problem.sources, target=0.7 + 1e-9, spare=0.1)
    assert plan(within).status == "reached"
    assert plan(case(problem.sources, target=0.5, spare=0.3 + 1e-9)).status == "reached"


def test_unreachable_even_with_all_exports():
    why = shortfall(case([CHINA, Source("USA", 2, 1, 20.0)], target=0.5))
    assert why.spare_needed is None
    assert why.lowest_share == pytest.approx(0.79)


def test_lowest_share_counts_an_own_plant():
    problem = case([CHINA, Source("USA", 2, 10, 9.0)], [Capacity("plant", 4, 9.0)], target=0.1)
    # 4 from the plant and 3 from America leave 3 of 6 imports with each.
    assert relaxed(problem, "share")[0] == pytest.approx(0.5)


def test_bars_that_leave_too_little_and_allies_that_have_too_little():
    short = shortfall(case([Source("CHN", 8, 9, 1.0, barred=True), Source("USA", 2, 10, 1.0)]))
    assert (short.because, short.short, short.lowest_share) == ("supply_short", 7.0, None)
    few = shortfall(
        case([CHINA, Source("USA", 2, 10, 20.0, allied=True)], target=1.0, allies_min=0.5)
    )
    assert few.because == "allies_unreachable"
    assert few.best_allies == pytest.approx(0.3)


def test_nothing_bought_is_no_question():
    with pytest.raises(ValueError, match="nothing is bought"):
        plan(case([Source("CHN", 0, 5, 1.0)]))


def test_the_first_point_of_spare_has_a_price():
    sources = [Source("CHN", 90.0, 0.0, 10.0), Source("BRA", 10.0, 100.0, 10.0)]
    plants = [Capacity("plant", 50.0, 30.0, "CAN")]

    def at(spare):
        return plan(case(sources, plants, target=0.65, spare=spare, switching=1.0))

    step = 1e-5
    shadow = sum(s.saves for s in at(0.0).shadows if (s.limit, s.of) == ("spare", None))
    assert shadow == pytest.approx((at(0.0).cost - at(step).cost) / step, rel=1e-3)
