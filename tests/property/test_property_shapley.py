"""Shapley values: efficiency, symmetry, null cause, additivity, no order, against the definition."""

from __future__ import annotations

from fractions import Fraction
from itertools import permutations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from verdikart.indicators.shapley import MOST, TOLERANCE, shapley

NAMES = ("period", "data", "method", "reference")
NUMBER = st.floats(-1e6, 1e6, allow_nan=False).map(lambda x: 0.0 if abs(x) < 1e-9 else x)


def subsets(names):
    rows = [frozenset()]
    for name in names:
        rows += [row | {name} for row in rows]
    return rows


@st.composite
def games(draw, most=4, width=2):
    """A number of causes and the worth of each of their subsets, some elements wide."""
    names = NAMES[: draw(st.integers(1, most))]
    row = st.lists(NUMBER, min_size=width, max_size=width)
    return names, {subset: draw(row) for subset in subsets(names)}


def largest(table, element):
    return max(abs(values[element]) for values in table.values())


@given(games())
def test_the_parts_sum_to_the_whole(game):
    names, table = game
    parts = shapley(names, table.__getitem__)
    for element in range(2):
        whole = table[frozenset(names)][element] - table[frozenset()][element]
        total = sum(parts[name][element] for name in names)
        assert abs(total - whole) <= TOLERANCE * largest(table, element)


@given(games(most=3))
def test_each_part_is_the_mean_over_every_order(game):
    """The definition itself, in exact arithmetic."""
    names, table = game
    parts = shapley(names, table.__getitem__)
    orders = list(permutations(names))
    for name in names:
        gains = []
        for order in orders:
            before = frozenset(order[: order.index(name)])
            gains.append(Fraction(table[before | {name}][0]) - Fraction(table[before][0]))
        exact = sum(gains) / len(orders)
        assert abs(Fraction(parts[name][0]) - exact) <= Fraction(TOLERANCE * largest(table, 0))


@given(games(), st.data())
def test_the_order_of_the_names_does_not_matter(game, data):
    names, table = game
    other = data.draw(st.permutations(names))
    assert shapley(other, table.__getitem__) == shapley(names, table.__getitem__)


@given(games(most=3))
def test_a_cause_that_changes_nothing_gets_exactly_nothing(game):
    names, table = game
    parts = shapley((*names, "idle"), lambda subset: table[subset - {"idle"}])
    assert parts["idle"] == [0.0, 0.0]
    # Beside it the others keep their parts.
    alone = shapley(names, table.__getitem__)
    for name in names:
        near = pytest.approx(alone[name], abs=TOLERANCE * 1e6, rel=1e-12)
        assert parts[name] == near


@given(games())
def test_causes_that_do_the_same_get_the_same(game):
    names, table = game
    assume(len(names) >= 2)
    one, other = names[0], names[1]
    swap = {one: other, other: one}

    def even(subset):
        twin = frozenset(swap.get(name, name) for name in subset)
        return [a + b for a, b in zip(table[subset], table[twin], strict=True)]

    parts = shapley(names, even)
    assert parts[one] == parts[other]


@given(games(width=1), st.data())
def test_parts_of_a_sum_are_the_sum_of_the_parts(game, data):
    names, table = game
    more = {subset: [data.draw(NUMBER)] for subset in table}
    both = shapley(names, lambda s: [table[s][0] + more[s][0]])
    one, two = shapley(names, table.__getitem__), shapley(names, more.__getitem__)
    for name in names:
        near = pytest.approx(one[name][0] + two[name][0], abs=1e-8, rel=1e-9)
        assert both[name][0] == near


@given(games(), st.data())
def test_an_element_without_a_number_has_no_parts_and_the_others_keep_theirs(game, data):
    names, table = game
    lacking = data.draw(st.sampled_from(sorted(table, key=sorted)))
    holed = {s: [v[0], None] if s == lacking else v for s, v in table.items()}
    parts = shapley(names, holed.__getitem__)
    whole = shapley(names, table.__getitem__)
    for name in names:
        assert parts[name] == [whole[name][0], None]


def test_worked_example():
    """SR = share² · governance: 0.36 · 4 = 1.44 becomes 0.64 · 5 = 3.20."""
    before, after = {"share": 0.6, "governance": 4.0}, {"share": 0.8, "governance": 5.0}

    def worth(subset):
        used = {name: (after if name in subset else before)[name] for name in before}
        return [used["share"] ** 2 * used["governance"]]

    parts = shapley(("share", "governance"), worth)
    assert parts["share"] == [pytest.approx(((2.56 - 1.44) + (3.2 - 1.8)) / 2)]
    assert parts["governance"] == [pytest.approx(((1.8 - 1.44) + (3.2 - 2.56)) / 2)]


def test_every_subset_is_asked_for_once():
    asked = []

    def worth(subset):
        asked.append(subset)
        return [float(len(subset))]

    assert shapley(NAMES, worth) == {name: [1.0] for name in NAMES}
    assert len(asked) == 16
    assert len(set(asked)) == 16


def test_no_causes_and_no_elements():
    assert shapley((), lambda _: [1.0]) == {}
    assert shapley(("period",), lambda _: []) == {"period": []}


def test_wrong_use_is_refused():
    with pytest.raises(ValueError, match="once"):
        shapley(("data", "data"), lambda _: [0.0])
    with pytest.raises(ValueError, match=f"at most {MOST}"):
        shapley([str(i) for i in range(MOST + 1)], lambda _: [0.0])
    with pytest.raises(ValueError, match="equally many"):
        shapley(("data",), lambda subset: [0.0] * (1 + len(subset)))
