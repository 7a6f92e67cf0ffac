"""Properties of the quality measures that hold for any data."""

from __future__ import annotations

from itertools import product
from math import fsum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verdikart.indicators import growth, hidden, mirror, transit, unit_values
from verdikart.indicators.concentration import hhi

AMOUNTS = st.integers(1, 10**9)
BOXES = st.lists(st.tuples(st.integers(0, 1000), st.integers(0, 1000)), min_size=1, max_size=6)
NAMES = ("AUS", "BRA", "CHN", "DEU")


@st.composite
def traded(draw):
    value = draw(st.integers(1, 10**9))
    measured = draw(st.sampled_from(["all", "part", "none"]))
    mass = float(draw(st.integers(1, 10**7)))
    if measured == "all":
        return growth.Traded(value, mass)
    if measured == "none":
        return growth.Traded(value, None, value)
    return growth.Traded(value + 1, mass, draw(st.integers(1, value)))


TOLD = st.dictionaries(st.sampled_from(NAMES), traded(), max_size=4)
RATES = st.none() | st.tuples(st.floats(0.5, 20), st.floats(0.5, 20))


@given(TOLD, TOLD, RATES)
def test_growth_is_split_exactly(start, end, rates):
    found = growth.split(start, end, rates)
    scale = max(found.start, found.end, 1.0)
    assert fsum([*found.terms.values(), found.unsplit]) == pytest.approx(
        found.change, abs=1e-9 * scale
    )


@given(TOLD, TOLD, RATES)
def test_growth_reverses_with_time(start, end, rates):
    forth = growth.split(start, end, rates)
    back = growth.split(end, start, rates and (rates[1], rates[0]))
    scale = max(forth.start, forth.end, 1.0)
    for name in growth.EFFECTS:
        assert back.terms[name] == pytest.approx(-forth.terms[name], abs=1e-9 * scale)
    assert back.unsplit == pytest.approx(-forth.unsplit, abs=1e-9 * scale)


@given(TOLD, TOLD, RATES, st.integers(2, 1000))
def test_growth_does_not_depend_on_the_unit_of_mass(start, end, rates, factor):
    def scaled(told):
        return {
            n: growth.Traded(
                t.value, None if t.quantity is None else t.quantity * factor, t.unmeasured
            )
            for n, t in told.items()
        }

    one, other = growth.split(start, end, rates), growth.split(scaled(start), scaled(end), rates)
    scale = max(one.start, one.end, 1.0)
    for name in growth.EFFECTS:
        assert other.terms[name] == pytest.approx(one.terms[name], abs=1e-9 * scale)


@given(TOLD, TOLD)
def test_without_change_of_rate_there_is_no_effect_of_it(start, end):
    assert growth.split(start, end, (9.0, 9.0)).terms["exchange_rate"] == 0


@given(st.integers(0, 10**9), st.integers(1, 10**9), st.floats(0, 1))
def test_freight_never_widens_a_gap(fob, cif, freight):
    plain, left = mirror.difference(fob, cif), mirror.beyond_freight(fob, cif, freight)
    assert 0 <= left <= plain + 1e-12 <= 1 + 1e-12


@given(BOXES)
def test_every_choice_of_reports_lies_in_the_interval(pairs):
    boxes = [(float(min(p)), float(max(p))) for p in pairs]
    found = mirror.hhi_range(boxes)
    choices = [c for c in product(*boxes) if sum(c) > 0]
    if not choices:
        assert found is None
        return
    seen = [hhi(choice) for choice in choices]
    assert found[0] <= min(seen) + 1e-9
    assert found[1] >= max(seen) - 1e-9


@given(BOXES, st.lists(st.floats(0, 1), min_size=6, max_size=6))
def test_amounts_between_the_reports_lie_in_the_interval_too(pairs, steps):
    boxes = [(float(min(p)), float(max(p))) for p in pairs]
    inside = [low + (high - low) * t for (low, high), t in zip(boxes, steps, strict=False)]
    if sum(inside) > 1e-6:
        low, high = mirror.hhi_range(boxes)
        assert low - 1e-9 <= hhi(inside) <= high + 1e-9


@given(st.lists(AMOUNTS, min_size=1, max_size=8))
def test_equal_reports_leave_no_interval(amounts):
    low, high = mirror.hhi_range([(float(a), float(a)) for a in amounts])
    assert low == pytest.approx(high) == pytest.approx(hhi(amounts))


@given(st.lists(AMOUNTS, min_size=2, max_size=8), st.integers(0, 7))
def test_bounds_with_suspects_hold_whoever_made_it(amounts, suspect):
    known = [(f"S{i}", a) for i, a in enumerate(amounts)]
    name = f"S{suspect % len(amounts)}"
    found = transit.reassigned(known, {name})
    passed = dict(known)[name]
    for maker in range(len(amounts)):
        given_to = [
            a + (passed if i == maker else 0) for i, (n, a) in enumerate(known) if n != name
        ]
        if sum(given_to) == sum(amounts):
            assert found.hhi_low - 1e-12 <= hhi(given_to) <= found.hhi_high + 1e-12


@given(
    st.lists(AMOUNTS, min_size=1, max_size=8), AMOUNTS, st.lists(AMOUNTS, min_size=1, max_size=4)
)
def test_bounds_of_the_hidden_hold_for_any_split(visible, amount, weights):
    found = hidden.bounds(visible, amount)
    parts = [amount * w / sum(weights) for w in weights]
    assert found.hhi_low - 1e-9 <= hhi([*visible, *parts]) <= found.hhi_high + 1e-9


@given(
    st.lists(st.tuples(AMOUNTS, st.integers(1, 10**6)), min_size=10, max_size=30),
    st.integers(2, 50),
)
def test_outliers_do_not_depend_on_the_currency(pairs, factor):
    limits = unit_values.Limits(classes=(0,))
    flows = [unit_values.Flow(f"E{i}", "NOR", v, q) for i, (v, q) in enumerate(pairs)]
    dearer = [unit_values.Flow(f.exporter, "NOR", f.value * factor, f.quantity) for f in flows]
    scores = [
        [t.score for t in unit_values.score_flows(told, limits, unit_values.spreads(told, limits))]
        for told in (flows, dearer)
    ]
    assert scores[0] == pytest.approx(scores[1], abs=1e-6)
