"""Economic complexity: a case worked by hand, what is left out, and when there is no answer."""

from __future__ import annotations

import numpy as np
import pytest

from verdikart.core.errors import DataProblem
from verdikart.indicators.complexity import complexity, dense

# A makes products 1, 2 and 3, B makes 3 and 4. Both export of 3 exactly their share of the world:
# A 2/6, B 1/3, world 3/9, so RCA is 1 and counts.
VALUES = [[2.0, 2.0, 2.0, 0.0], [0.0, 0.0, 1.0, 2.0]]


def test_the_case_worked_by_hand():
    """M̃ = [[5/6, 1/6], [1/4, 3/4]]: eigenvalues 1 and 7/12, second eigenvector (2, −3)."""
    found = complexity(np.array(VALUES))
    assert found.rca.tolist() == pytest.approx(np.array([[1.5, 1.5, 1, 0], [0, 0, 1, 3]]))
    assert found.diversity.tolist() == [3, 2]
    assert found.ubiquity.tolist() == [1, 1, 2, 1]
    assert found.proximity == pytest.approx(
        np.array([[1, 1, 0.5, 0], [1, 1, 0.5, 0], [0.5, 0.5, 1, 0.5], [0, 0, 0.5, 1]])
    )
    assert found.density == pytest.approx(np.array([[1, 1, 0.8, 1 / 3], [0.2, 0.2, 0.6, 1]]))
    assert found.distance[0, 3] == pytest.approx(2 / 3)
    assert found.eigenvalues == pytest.approx((7 / 12, 0.0))
    assert (found.parts, found.reason) == (1, None)
    # Mean of (2, −3) is −1/2 and its population standard deviation 5/2; the product vector
    # is Mᵀ(2, −3) / (ubiquity · 7/12) = (24, 24, −6, −36) / 7.
    assert found.indices.eci == pytest.approx([1, -1])
    assert found.indices.pci == pytest.approx([11 / 7, 11 / 7, -1 / 7, -13 / 7])
    # Outlook: A 1/3 · −36/7 = −12/7; B 2 · 1/5 · 24/7 = 48/35.
    assert found.indices.coi == pytest.approx([-1, 1])
    # Gain: A on 4 (−36/7)/1.5 / 2.5; B on 1 and 2 (24/7 + 24/7)/2.5 / 2.5.
    gain = [[0, 0, 0, -48 / 35], [192 / 175, 192 / 175, 0, 0]]
    assert found.indices.cog == pytest.approx(np.array(gain))


def test_who_exports_nothing_is_left_out_and_named():
    whole = np.zeros((4, 6))
    whole[np.ix_([1, 3], [0, 1, 3, 5])] = VALUES
    found, plain = complexity(whole), complexity(np.array(VALUES))
    assert found.countries.tolist() == [1, 3]
    assert found.products.tolist() == [0, 1, 3, 5]
    assert found.left_countries.tolist() == [0, 2]
    assert found.left_products.tolist() == [2, 4]
    assert np.array_equal(found.indices.pci, plain.indices.pci)
    assert np.array_equal(found.density, plain.density)


def test_a_higher_threshold_leaves_out_countries_and_the_rest_is_computed():
    """Three specialists and one country with an even basket, which nowhere reaches 1.4."""
    more = np.vstack([np.kron(np.eye(3), [8.0, 4.0]) + 1, [[10.0, 10, 9, 9, 10, 10]]])
    found = complexity(more, 1.4)
    assert found.left_countries.tolist() == [3]
    assert found.left_products.tolist() == []
    assert np.isfinite(found.density).all()
    with pytest.raises(DataProblem, match="RCA of 99"):
        complexity(np.array(VALUES), 99)


def test_equal_shares_are_on_the_threshold_not_below():
    """Countries with the same basket have an RCA of 1 in everything, whatever their size."""
    for seed in range(50):
        basket = np.random.default_rng(seed).integers(1, 10**9, 7)
        found = complexity(np.outer([1, 3, 7, 90], basket).astype(float))
        assert found.present.all()
        assert found.reason == "eigenvalue_degenerate"


def test_no_index_where_the_network_falls_apart():
    apart = np.kron(np.eye(2), [[3.0, 1, 2], [1, 4, 1], [2, 1, 5]])
    found = complexity(apart)
    assert (found.parts, found.reason, found.indices) == (2, "network_disconnected", None)
    assert found.eigenvalues[0] == pytest.approx(1)
    assert (found.density > 0).any()


def test_no_index_where_two_eigenvalues_are_equal():
    """Three countries in a ring: every turn of the ring gives another second eigenvector."""
    found = complexity(np.array([[1.0, 1, 0], [0, 1, 1], [1, 0, 1]]))
    assert found.eigenvalues == pytest.approx((0.25, 0.25))
    assert (found.reason, found.indices) == ("eigenvalue_degenerate", None)
    alone = complexity(np.array([[1.0, 2.0]]))
    assert alone.reason == "eigenvalue_degenerate"


def test_no_index_where_diversity_gives_no_sign():
    found = complexity(np.array([[2.0, 1, 0], [0, 1, 2]]))
    assert (found.reason, found.indices) == ("sign_undetermined", None)


@pytest.mark.parametrize("wrong", [-1.0, np.nan, np.inf])
def test_impossible_values_are_refused(wrong):
    with pytest.raises(DataProblem, match="none below zero"):
        complexity(np.array([[1.0, wrong], [1.0, 2.0]]))


def test_nothing_exported_is_refused():
    with pytest.raises(DataProblem, match="nothing to compute"):
        complexity(np.zeros((2, 2)))


def test_long_rows_of_one_cell_are_summed():
    found = dense(np.array([0, 1, 0]), np.array([1, 2, 1]), np.array([5.0, 1.0, 2.0]), (2, 3))
    assert found.tolist() == [[0, 7, 0], [0, 0, 1]]
