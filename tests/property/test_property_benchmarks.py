"""Properties of benchmark shares and levers on generated amounts."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from verdikart.chains.benchmarks import BENCHMARKS, covered, from_one, verdict
from verdikart.chains.circularity import (
    displaced,
    metal_from_scrap,
    reliance_after,
    reliance_at_rate,
    reliance_of_input,
    top_at_rate,
    top_share_after,
)
from verdikart.indicators.assessment import Range

EPS = 1e-9
TONNES = st.floats(0, 1e6)
SHARE = st.floats(0, 1)


@st.composite
def ranges(draw, numbers=TONNES):
    low, value, high = sorted((draw(numbers), draw(numbers), draw(numbers)))
    return Range(draw(st.sampled_from((value, None))), low, high)


def ordered(share):
    assert share.low <= share.high + EPS
    if share.value is not None:
        assert share.low - EPS <= share.value <= share.high + EPS


@given(ranges(), ranges(), TONNES)
def test_own_part_is_an_interval_within_0_and_1(production, imports, exports):
    share = covered(production, imports, exports)
    if share is None:
        return
    ordered(share)
    assert share.low >= -EPS
    assert share.high <= 1 + EPS


@given(TONNES, TONNES, TONNES, TONNES)
def test_more_production_never_lowers_the_own_part(production, more, imports, exports):
    before = covered(Range.exact(production), Range.exact(imports), exports)
    after = covered(Range.exact(production + more), Range.exact(imports), exports)
    if before is not None and after is not None:
        assert after.value >= before.value - EPS


@given(TONNES, TONNES, TONNES, TONNES, SHARE)
def test_more_production_never_raises_the_largest_supplier(
    production, more, imports, exports, part
):
    before = from_one(part * imports, Range.exact(production), imports, exports)
    after = from_one(part * imports, Range.exact(production + more), imports, exports)
    assert after.low <= before.low + EPS
    assert after.high <= before.high + EPS
    if before.value is not None and imports > 0:
        assert after.value <= before.value + EPS


@given(ranges(), TONNES, TONNES, SHARE)
def test_the_largest_supplier_is_an_interval(production, imports, exports, part):
    ordered(from_one(part * imports, production, imports, exports))


@given(ranges(SHARE), st.sampled_from(sorted(BENCHMARKS)), st.sampled_from((0.0, 0.04)))
def test_a_verdict_holds_for_every_value_of_the_interval(share, name, margin):
    benchmark = BENCHMARKS[name]
    found = verdict(share, benchmark, margin)
    for point in (share.low, share.high):
        alone = verdict(Range.exact(point), benchmark)
        if found in ("met", "not_met"):
            assert alone == found
    if share.value is None and share.low <= 0 and share.high >= 1:
        assert found == "not_computable"


@given(st.lists(TONNES, min_size=1, max_size=6), TONNES, TONNES)
def test_a_larger_gain_never_raises_concentration(amounts, gain, more):
    before = top_share_after(amounts, Range.exact(gain))
    after = top_share_after(amounts, Range.exact(gain + more))
    assert after.value <= before.value + EPS
    if sum(amounts) > 0:
        assert before.value <= max(amounts) / sum(amounts) + EPS
        # What is left of the largest, times how many there are, is at least what is left of all.
        left = max(0.0, sum(amounts) - gain)
        assert before.value * sum(amounts) * len(amounts) >= left * (1 - 1e-9) - 1e-3


@given(TONNES, st.none() | st.tuples(st.floats(1, 2), st.floats(1, 2), st.floats(1, 2)))
def test_metal_never_exceeds_the_scrap(scrap, coefficient):
    known = None
    if coefficient is not None:
        low, value, high = sorted(coefficient)
        known = Range(value, low, high)
    gain = metal_from_scrap(scrap, known)
    ordered(gain)
    assert gain.high <= scrap + EPS


@given(TONNES, TONNES, TONNES, ranges())
def test_kept_scrap_never_raises_reliance(production, imports, exports, gain):
    after = reliance_after(production, imports, exports, gain)
    none = reliance_after(production, imports, exports, Range.exact(0.0))
    if after is None:
        assert none is None
        return
    ordered(after)
    assert after.high <= none.value + EPS
    ordered(displaced(imports, gain))


@given(ranges(SHARE), ranges(SHARE), st.floats(0.05, 0.5))
def test_a_raised_rate_is_an_interval_below_what_it_was(reliance, rate, target):
    after = reliance_at_rate(reliance, rate, target)
    ordered(after)
    assert after.low >= 0
    before = reliance_of_input(reliance, rate)
    assert after.high <= before.high + EPS
    assert after.low <= before.low + EPS


@given(st.lists(SHARE, min_size=1, max_size=5), ranges(SHARE), st.floats(0.05, 0.5))
def test_the_largest_at_a_raised_rate_is_an_interval(raw, rate, target):
    whole = sum(raw) or 1.0
    shares = [Range.exact(s / whole) for s in sorted(raw, reverse=True)]
    after = top_at_rate(shares, rate, target)
    ordered(after)
    assert after.high <= shares[0].high + EPS
