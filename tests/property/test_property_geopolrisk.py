"""What holds for GeoPolRisk whatever the numbers."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from verdikart.indicators.geopolrisk import (
    Flows,
    Supply,
    geopolrisk,
    production_hhi,
    score_table,
)

settings.register_profile("verdikart", max_examples=60, deadline=None, derandomize=True)
settings.load_profile("verdikart")

NAN = float("nan")
mass = st.floats(min_value=0.001, max_value=1e8)
share = st.floats(min_value=0.0, max_value=1.0)
hhis = st.floats(min_value=0.01, max_value=1.0)
flow = st.tuples(mass, mass, share)
unmeasured = st.tuples(st.just(NAN), mass, share)
unscored = st.tuples(mass, mass, st.just(NAN))


def table(flows, production, hhi, low=None, high=None):
    """One pair; flows are (tonnes, value, instability)."""
    columns = [np.array(c, dtype=float) for c in zip(*flows, strict=True)]
    bounds = [np.array([production if b is None else b]) for b in (production, low, high)]
    pair = np.zeros(len(flows), dtype=np.intp)
    return score_table(Flows(pair, *columns), Supply(np.array([hhi]), *bounds))


@given(st.lists(flow, min_size=1, max_size=6), mass, hhis, st.data())
def test_rises_with_the_instability_of_an_exporter(flows, production, hhi, data):
    place = data.draw(st.integers(0, len(flows) - 1))
    tonnes, value, score = flows[place]
    worse = list(flows)
    worse[place] = (tonnes, value, data.draw(st.floats(min_value=score, max_value=1.0)))
    one, other = (table(rows, production, hhi).score[0] for rows in (flows, worse))
    assert other >= one * (1 - 1e-12)
    if worse[place][2] > score + 1e-3 and tonnes > 1e-3 * (sum(f[0] for f in flows) + production):
        assert other > one


@given(st.lists(flow, min_size=1, max_size=6), mass, mass, hhis)
def test_falls_with_domestic_production(flows, production, more, hhi):
    one, other = (table(flows, p, hhi).score[0] for p in (production, production + more))
    assert other <= one * (1 + 1e-12)
    assume(one > 0 and more > 1e-3 * (production + sum(f[0] for f in flows)))
    assert other < one


@given(
    st.lists(st.one_of(flow, unmeasured), min_size=1, max_size=6),
    mass,
    hhis,
    st.floats(min_value=1e-3, max_value=1e3),
)
def test_the_unit_of_mass_does_not_matter(flows, production, hhi, factor):
    one = table(flows, production, hhi)
    scaled = [(t * factor, v, g) for t, v, g in flows]
    other = table(scaled, production * factor, hhi)
    for name in ("score", "low", "high"):
        found, same = getattr(one, name)[0], getattr(other, name)[0]
        assert same == pytest.approx(found, rel=1e-9, abs=1e-15, nan_ok=True)


@given(st.lists(flow, min_size=1, max_size=6), mass, hhis)
def test_exact_inputs_give_the_scalar_and_no_interval(flows, production, hhi):
    found = table(flows, production, hhi)
    weighted, total = sum(t * g for t, _, g in flows), sum(t for t, _, _ in flows)
    assert found.score[0] == pytest.approx(geopolrisk(hhi, weighted, total, production), rel=1e-9)
    assert found.low[0] == found.high[0]
    assert 0 <= found.score[0] <= hhi * (1 + 1e-12)


@given(st.lists(flow, max_size=4), st.lists(unscored, min_size=1, max_size=3), mass, hhis)
def test_never_a_score_where_an_exporter_has_no_instability(flows, without, production, hhi):
    found = table(flows + without, production, hhi)
    assert np.isnan(found.score[0])
    assert np.isnan(found.factor[0])
    for g in (0.0, 0.5, 1.0):
        filled = [(t, v, g) for t, v, _ in without]
        score = table(flows + filled, production, hhi).score[0]
        assert found.low[0] * (1 - 1e-12) <= score <= found.high[0] * (1 + 1e-12)


@given(st.lists(flow, min_size=1, max_size=4), hhis, st.sampled_from(["production", "hhi"]))
def test_never_a_score_where_production_or_its_concentration_is_missing(flows, hhi, what):
    if what == "hhi":
        assert np.isnan(table(flows, 1.0, NAN).score[0])
    else:
        found = table(flows, NAN, hhi, low=0.0, high=np.inf)
        assert np.isnan(found.score[0])
        assert found.low[0] == 0
        assert found.high[0] == pytest.approx(table(flows, 0.0, hhi).score[0])


@given(st.lists(unmeasured, min_size=1, max_size=4), mass, hhis)
def test_never_a_score_where_no_flow_is_measured(flows, production, hhi):
    found = table(flows, production, hhi)
    assert np.isnan(found.score[0])
    assert np.isnan(found.price[0])
    for size in (1e-3, 1.0, 1e6):
        score = table([(size, v, g) for _, v, g in flows], production, hhi).score[0]
        assert found.low[0] <= score <= found.high[0] * (1 + 1e-12)


@given(
    st.lists(flow, min_size=1, max_size=3),
    st.lists(unmeasured, min_size=1, max_size=4),
    mass,
    hhis,
)
def test_bounds_of_unmeasured_flows_are_the_extremes(flows, without, production, hhi):
    # The ratio is monotone in each flow's size, so its extremes lie at none or all of each.
    found = table(flows + without, production, hhi)
    price = sum(v for _, v, _ in flows) / sum(t for t, _, _ in flows)
    reached = [
        table(
            flows + [(v / price * on, v, g) for (_, v, g), on in zip(without, chosen, strict=True)],
            production,
            hhi,
        ).score[0]
        for chosen in product((0.0, 1.0), repeat=len(without))
    ]
    assert found.low[0] == pytest.approx(min(reached), rel=1e-9, abs=1e-15)
    assert found.high[0] == pytest.approx(max(reached), rel=1e-9, abs=1e-15)
    assert found.score[0] == pytest.approx(table(flows, production, hhi).score[0])


@given(st.lists(mass, min_size=1, max_size=12), st.floats(min_value=1e-3, max_value=1e3))
def test_concentration_of_production(amounts, factor):
    hhi = production_hhi(amounts)
    assert 1 / len(amounts) * (1 - 1e-9) <= hhi <= 1 + 1e-9
    assert production_hhi([a * factor for a in amounts]) == pytest.approx(hhi)
    assert production_hhi([*amounts, 0.0]) == pytest.approx(hhi)
