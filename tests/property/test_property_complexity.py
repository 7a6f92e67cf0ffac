"""What holds of the complexity set whatever the exports are."""

from __future__ import annotations

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from verdikart.indicators.complexity import complexity

CLOSE = 1e-9
shapes = st.tuples(st.integers(3, 9), st.integers(3, 14))
matrices = shapes.flatmap(
    lambda shape: hnp.arrays(
        np.float64, shape, elements=st.one_of(st.just(0), st.integers(1, 10**9)).map(float)
    )
).filter(lambda values: values.any())


def near(one, other):
    return np.allclose(one, other, rtol=CLOSE, atol=CLOSE)


@given(matrices)
@settings(max_examples=60, deadline=None)
def test_bounds_and_symmetry(values):
    found = complexity(values)
    phi = found.proximity
    assert near(phi, phi.T)
    assert near(np.diag(phi), 1)
    assert phi.min() >= 0
    assert phi.max() <= 1 + 1e-12
    assert found.density.min() >= 0
    assert found.density.max() <= 1
    assert found.diversity.min() >= 1
    assert found.ubiquity.min() >= 1
    assert found.diversity.sum() == found.ubiquity.sum() == found.present.sum()
    kept = sorted([*found.countries, *found.left_countries])
    assert kept == list(range(values.shape[0]))
    assert (found.indices is None) == (found.reason is not None)


@given(matrices)
@settings(max_examples=60, deadline=None)
def test_indices_are_what_they_are_defined_as(values):
    found = complexity(values)
    assume(found.indices is not None)
    index, m = found.indices, found.present
    assert near(index.eci.mean(), 0)
    assert near(index.eci.std(), 1)
    assert near(index.eci, (m @ index.pci) / found.diversity)
    assert np.corrcoef(index.eci, found.diversity)[0, 1] > 0
    assert not (index.cog * m).any()
    second, third = found.eigenvalues
    assert 0 <= third < second <= 1
    # Averaging over products and back shrinks the vector by the eigenvalue, about its own zero.
    there = (m / found.ubiquity).T @ index.eci
    back = (m @ there) / found.diversity
    moved = back - second * index.eci
    assert np.allclose(moved, moved[0], atol=1e-8)


@given(matrices, st.integers(-20, 20))
@settings(max_examples=40, deadline=None)
def test_the_currency_unit_does_not_matter(values, power):
    found, scaled = complexity(values), complexity(values * 2.0**power)
    assert np.array_equal(found.present, scaled.present)
    assert near(found.rca, scaled.rca)
    assert near(found.density, scaled.density)
    assert found.reason == scaled.reason
    if found.indices:
        assert near(found.indices.eci, scaled.indices.eci)
        assert near(found.indices.cog, scaled.indices.cog)


@given(matrices, st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_order_does_not_matter(values, random):
    rows, columns = list(range(values.shape[0])), list(range(values.shape[1]))
    random.shuffle(rows)
    random.shuffle(columns)
    found, mixed = complexity(values), complexity(values[np.ix_(rows, columns)])
    back = np.argsort(np.array(rows)[mixed.countries])
    order = np.argsort(np.array(columns)[mixed.products])
    assert np.array_equal(np.array(rows)[mixed.countries][back], found.countries)
    assert near(found.rca, mixed.rca[np.ix_(back, order)])
    assert near(found.proximity, mixed.proximity[np.ix_(order, order)])
    assert near(found.density, mixed.density[np.ix_(back, order)])
    # So near a limit that rounding decides, one order may have an answer and another none.
    if found.indices and mixed.indices and found.eigenvalues[0] - found.eigenvalues[1] > 1e-3:
        assert np.allclose(found.indices.eci, mixed.indices.eci[back], atol=1e-7)
        assert np.allclose(found.indices.pci, mixed.indices.pci[order], atol=1e-7)
        assert np.allclose(found.indices.coi, mixed.indices.coi[back], atol=1e-6)


@given(matrices, st.integers(0, 8), st.integers(0, 13))
@settings(max_examples=40, deadline=None)
def test_what_exports_nothing_changes_nothing(values, row, column):
    row, column = min(row, values.shape[0]), min(column, values.shape[1])
    wider = np.insert(np.insert(values, row, 0, axis=0), column, 0, axis=1)
    found, more = complexity(values), complexity(wider)
    assert row in more.left_countries
    assert column in more.left_products
    assert np.array_equal(found.present, more.present)
    assert near(found.density, more.density)
