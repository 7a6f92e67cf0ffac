"""Opportunity scores: unknown is no zero, weights, rank intervals; and what the tables say."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from verdikart.chains.opportunity import (
    BANDS,
    FACTORS,
    GROUPS,
    NOT_APPLICABLE,
    UNKNOWN,
    Band,
    cut,
    least,
    rank_intervals,
    score,
    weights,
)
from verdikart.core.errors import UsageProblem
from verdikart.mapping import opportunities
from verdikart.mapping.chain_view import view
from verdikart.mapping.library import Library
from verdikart.mapping.money import money

spans = st.sampled_from([Band(a, b) for i, a in enumerate(BANDS) for b in BANDS[i:]])
ideas = st.fixed_dictionaries(dict.fromkeys(FACTORS, spans | st.just(NOT_APPLICABLE)))


def every(band):
    return dict.fromkeys(FACTORS, Band.of(band))


def test_an_unknown_factor_neither_makes_zero_nor_certainty():
    bands = every("high") | {"deposits": UNKNOWN}
    found = score(bands, weights())
    assert found.value is None
    assert found.product is None
    assert found.high == pytest.approx(1)
    # A third to the power of a sixth of a third, by hand.
    assert found.low == pytest.approx((1 / 3) ** (1 / 18))
    assert score({}, weights()).low == pytest.approx(1 / 3)


def test_the_product_is_gap_times_capability_times_feasibility():
    bands = every("high")
    for group, band in zip(GROUPS.values(), ("high", "medium", "low"), strict=True):
        bands |= dict.fromkeys(group, Band.of(band))
    found = score(bands, weights())
    assert found.product == pytest.approx(1 * 2 / 3 * 1 / 3)
    assert found.value == pytest.approx(found.product ** (1 / 3))


def test_what_does_not_apply_has_no_part():
    assert score(every("medium") | {"deposits": NOT_APPLICABLE}, weights()).value == pytest.approx(
        2 / 3
    )


def test_weights_change_the_order_as_they_should():
    wanted, able = every("medium"), every("medium")
    wanted |= dict.fromkeys(GROUPS["ally_gap"], Band.of("high")) | {"plants": Band.of("low")}
    able |= dict.fromkeys(GROUPS["ally_gap"], Band.of("low")) | {"plants": Band.of("high")}
    plain = weights()
    assert score(wanted, plain).value > score(able, plain).value
    turned = weights({"ally_gap": 0.1, "plants": 10})
    assert score(wanted, turned).value < score(able, turned).value
    with pytest.raises(ValueError, match="negative"):
        weights({"plants": -1})
    with pytest.raises(ValueError, match="all weights"):
        weights(dict.fromkeys(GROUPS, 0))
    with pytest.raises(KeyError):
        weights({"luck": 1})


def test_bands_from_numbers():
    assert [cut(v, 1, 2).word for v in (0.9, 1, 2, None)] == ["low", "medium", "high", "unknown"]
    assert least([Band.of("high"), UNKNOWN]) == UNKNOWN
    assert least([Band.of("low"), UNKNOWN]) == Band.of("low")
    assert least([]) == UNKNOWN
    with pytest.raises(ValueError, match="upside down"):
        Band("high", "low")


@given(ideas, st.sampled_from(FACTORS))
def test_raising_a_band_never_lowers_a_score(bands, factor):
    band = bands[factor]
    if not band.applies:
        return
    up = {b: BANDS[min(i + 1, 2)] for i, b in enumerate(BANDS)}
    higher = score(bands | {factor: Band(up[band.low], up[band.high])}, weights())
    now = score(bands, weights())
    assert higher.low >= now.low - 1e-12
    assert higher.high >= now.high - 1e-12


@settings(deadline=None)
@given(st.lists(ideas, min_size=1, max_size=6), st.randoms(use_true_random=False))
def test_rank_intervals_hold_every_rank_over_fillings(found, chance):
    scores = [score(bands, weights()) for bands in found]
    intervals = rank_intervals(scores)
    for _ in range(5):
        filled = []
        for bands in found:
            one = {}
            for f, b in bands.items():
                span = BANDS[BANDS.index(b.low) : BANDS.index(b.high) + 1]
                one[f] = Band.of(chance.choice(span)) if b.applies else b
            filled.append(score(one, weights()).middle)
        for (best, worst), value in zip(intervals, filled, strict=True):
            assert best <= 1 + sum(v > value + 1e-9 for v in filled)
            assert 1 + sum(v > value + 1e-12 for v in filled) <= worst


def test_rank_intervals_are_reached():
    a, b = {"plants": UNKNOWN}, {"plants": Band.of("medium")}
    same = {f: Band.of("medium") for f in FACTORS if f != "plants"}
    scores = [score(same | x, weights()) for x in (a, b)]
    assert rank_intervals(scores) == [(1, 2), (1, 2)]
    clear = [score(every(band), weights()) for band in ("low", "high", "high")]
    assert rank_intervals(clear) == [(3, 3), (1, 1), (1, 1)]


@pytest.fixture(scope="module")
def norway():
    return view("NOR", 2024, Library())


@pytest.fixture(scope="module")
def listed(norway):
    return {i.product.product_id: i for i in opportunities.ideas(norway)}


def _in_dollars(euros):
    rate = money(1.0, "EUR", 2024).nok / money(1.0, "USD", 2024).nok
    return euros * rate


@pytest.mark.parametrize("product", ["polysilicon", "nickel_matte", "potassium_sulphate"])
def test_a_gap_read_in_euros_is_given_in_dollars(norway, listed, product):
    gap = listed[product].gap
    assert "/comext_cn8/" in gap.mix  # else the case is gone
    identity = next(r.mix for r in norway.rows(product, "EU27") if str(r.mix) == gap.mix)
    mix = norway.library.mix(identity)
    assert mix.value_unit == "EUR"
    dollars = _in_dollars(float(mix.total("value")))
    assert gap.imports == pytest.approx(dollars, rel=1e-6)


def test_the_size_band_is_cut_in_the_unit_that_it_is_given_in(listed):
    # 96.5 million euros are 104 million dollars: over the limit of 100 million for medium.
    band = next(f for f in listed["polysilicon"].factors if f.name == "ally_size").band
    assert band.word == "medium"


def test_a_closed_mine_is_no_plant_that_runs(listed):
    words = Counter()
    for idea in listed.values():
        runs = next(f for f in idea.factors if f.name == "plants").band.word == "high"
        words[runs, idea.kind in ("hold", "strengthen")] += 1
    assert not words[False, True]
    assert not words[True, False]
    assert (
        listed["reductant_coal"].kind == "restart"
    )  # Gruve 7 closed in 2025, after the trade year


def test_a_product_is_named_after_its_own_chain(listed):
    first = {p: listed[p].chain_id for p in ("iron_ore_pellets", "steel_scrap", "caustic_soda")}
    assert first == {
        "iron_ore_pellets": "steel",
        "steel_scrap": "steel",
        "caustic_soda": "chloralkali",
    }
    assert listed["cadmium_metal"].chain_id == "zinc"  # comes out of a deep chain
    assert listed["silicon_metal"].chain_id == "silicon"


def test_a_gap_of_a_shared_code_is_marked(norway, listed):
    assert {p: listed[p].gap.shared_code for p in ("reductant_coal", "silicon_metal", "npk")
            if listed[p].gap} == {"reductant_coal": True, "silicon_metal": False}  # fmt: skip
    assert listed["silicomanganese"].gap.shared_code is None  # shares of a study have no code
    assert (
        "shared with other goods" in opportunities.row(listed["reductant_coal"], norway)["text_en"]
    )


@pytest.mark.parametrize("text", ["plants=inf", "plants=nan", "plants=many", "plants"])
def test_a_weight_is_a_finite_number(text):
    with pytest.raises(UsageProblem, match="is no weight"):
        opportunities.asked_weights([text])
