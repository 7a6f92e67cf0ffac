"""Conversions for any tables: totals, bounds, round trips, families."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from verdikart.core.errors import UsageProblem
from verdikart.indicators.conversion import Chain, Step, apportion, convert, families, weigh

FAST = settings(max_examples=60, deadline=None)
OLD, NEW = "abcde", "pqrst"
PAIRS = st.sets(
    st.tuples(st.sampled_from(OLD), st.sampled_from(NEW), st.booleans()), min_size=1, max_size=14
)
AMOUNTS = st.dictionaries(st.sampled_from(OLD), st.integers(-(10**12), 10**15), min_size=1)
METHODS = st.sampled_from(("equal", "principal"))


def step(source, target, pairs, method="equal"):
    found = weigh(pairs, method)
    return Step(source, target, lambda code: found.get(code, {}))


def flows(edition, amounts):
    return [((edition, code), [amount]) for code, amount in amounts.items()]


@FAST
@given(PAIRS, METHODS, st.none() | st.dictionaries(st.sampled_from(NEW), st.integers(0, 99)))
def test_weights_of_a_code_sum_to_one(pairs, method, reference):
    found = weigh(pairs, method, reference)
    assert all(sum(w.values()) == 1 for w in found.values())
    assert {(s, t) for s, w in found.items() for t in w} == {(s, t) for s, t, _ in pairs}


@FAST
@given(st.integers(-(10**15), 10**15), st.lists(st.integers(0, 10**6), min_size=1, max_size=9))
def test_parts_are_within_one_of_their_share(amount, sizes):
    total = sum(sizes)
    weights = (
        {str(i): Fraction(s, total) for i, s in enumerate(sizes)} if total else {"0": Fraction(1)}
    )
    parts = apportion(amount, weights)
    assert sum(parts.values()) == amount
    assert all(abs(parts[c] - amount * w) < 1 for c, w in weights.items())


@FAST
@given(PAIRS, PAIRS, METHODS, AMOUNTS)
def test_totals_are_kept_and_bounds_hold_through_a_chain(first, second, method, amounts):
    again = {(t, s, p) for s, t, p in second}
    chain = Chain((step("A", "B", first, method), step("B", "C", again, method)), "A")
    found = convert(flows("A", amounts), chain)
    assert sum(c.amounts[0].value for c in found) == sum(amounts.values())
    for row in found:
        amount = row.amounts[0]
        # A part may be rounded up by less than one for each source.
        assert amount.low - len(amounts) < amount.value < amount.high + len(amounts)
    assert all(sum(chain.weights(("A", code)).values()) == 1 for code in OLD)


@FAST
@given(PAIRS, st.dictionaries(st.sampled_from(OLD), st.integers(0, 10**12), min_size=1), METHODS)
def test_there_and_back_is_within_the_bounds(pairs, amounts, method):
    back = {(t, s, p) for s, t, p in pairs}
    known = {s for s, _, _ in pairs}
    amounts = {code: a for code, a in amounts.items() if code in known}
    chain = Chain((step("A", "B", pairs, method), step("B", "A", back, method)), "A")
    found = {c.code[1]: c.amounts[0] for c in convert(flows("A", amounts), chain)}
    for code, amount in amounts.items():
        assert found[code].low <= amount <= found[code].high


@FAST
@given(AMOUNTS)
def test_codes_that_did_not_change_keep_their_amounts(amounts):
    same = step("A", "B", {(c, c, True) for c in OLD})
    found = convert(flows("A", amounts), Chain((same,), "A"))
    assert {c.code[1]: c.amounts[0].value for c in found} == amounts
    assert all(c.certain for c in found)


@FAST
@given(PAIRS)
def test_families_partition_the_codes_and_lose_no_link(pairs):
    links = [(("A", s), ("B", t)) for s, t, _ in pairs]
    alone = [("A", c) for c in OLD] + [("B", c) for c in NEW]
    found = families(links, ("A", "B"), alone)
    members = [code for family in found for code in family.codes]
    assert sorted(members) == sorted(alone)
    assert len({f.family_id for f in found}) == len(found)
    of = {code: f.family_id for f in found for code in f.codes}
    assert all(of[one] == of[other] for one, other in links)
    assert found == families(reversed(links), ("A", "B"), reversed(alone))


@FAST
@given(st.sampled_from(OLD), st.sampled_from(("", None, 5)))
def test_no_code_without_its_revision(code, edition):
    chain = Chain((), "A")
    for item in (code, (edition, code), [code]):
        with pytest.raises(UsageProblem):
            chain.weights(item)
