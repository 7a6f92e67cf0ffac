"""What holds for the scores of both horizons, whatever the numbers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from math import inf

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from verdikart.core.figure import MixId
from verdikart.indicators import horizon_criteria as criteria
from verdikart.indicators import horizons as pure
from verdikart.indicators.assessment import MaterialScore, Range
from verdikart.indicators.horizon_criteria import Good, Income, Use
from verdikart.indicators.mix import Mix, Supplier
from verdikart.mapping.assess import assess
from verdikart.mapping.horizons import chain_horizons, compare, material_horizons
from verdikart.mapping.library import Library

settings.register_profile("horizons", max_examples=80, deadline=None, derandomize=True)
settings.load_profile("horizons")

TINY = 1e-12
PLAIN = pure.Scales()
ALLIES = frozenset({"SWE", "DEU"})
SCORES = {"CHN": 5.4, "BRA": 5.1, "SWE": 1.0, "DEU": 1.4, "GAB": 6.9}
SHORT, LONG = pure.criteria_of("material", "short"), pure.criteria_of("material", "long")
amount = st.floats(0, 1e12, allow_nan=False)
share = st.floats(0, 1, allow_nan=False)


def raw_of(name):
    return share if pure.DEFINITIONS[name].half == "" else amount


@st.composite
def criterion(draw, name):
    """A criterion with a value inside its bounds, or without one."""
    low, value, high = sorted(draw(st.tuples(raw_of(name), raw_of(name), raw_of(name))))
    known = draw(st.booleans())
    return pure.criterion(name, Range(value if known else None, low, high), PLAIN)


@st.composite
def known(draw, names):
    return [pure.criterion(n, Range.exact(draw(raw_of(n))), PLAIN) for n in names]


@st.composite
def weights(draw, names):
    found = {name: draw(st.floats(0, 100)) for name in names}
    found[draw(st.sampled_from(names))] = draw(st.floats(0.1, 100))
    return found


def horizon_rows(horizon):
    names = SHORT if horizon == "short" else LONG
    return st.tuples(*(criterion(name) for name in names)), weights(names)


@pytest.mark.parametrize("horizon", ["short", "long"])
@given(data=st.data())
def test_a_score_lies_in_its_interval_and_on_the_scale(horizon, data):
    rows, given_weights = (data.draw(s) for s in horizon_rows(horizon))
    found = pure.combine(horizon, rows, given_weights)
    assert 0 <= found.low <= found.high + TINY
    assert found.high <= 1
    assert sum(found.weights) == pytest.approx(1)
    if found.value is not None:
        assert found.low - TINY <= found.value <= found.high + TINY
    counted = [r for r, w in zip(rows, found.weights, strict=True) if w > 0]
    assert (found.value is None) == any(r.scaled.value is None for r in counted)


@pytest.mark.parametrize("names", [SHORT, LONG])
@given(data=st.data())
def test_higher_in_one_criterion_is_never_lower_in_the_score(names, data):
    horizon = pure.DEFINITIONS[names[0]].horizon
    rows = data.draw(known(names))
    place = data.draw(st.integers(0, len(names) - 1))
    more = max(rows[place].raw.value, data.draw(raw_of(names[place])))
    raised = [*rows]
    raised[place] = pure.criterion(names[place], Range.exact(more), PLAIN)
    before, after = pure.combine(horizon, rows), pure.combine(horizon, raised)
    assert after.value >= before.value - TINY
    if raised[place].scaled.value > rows[place].scaled.value + 1e-9:
        assert after.value > before.value


@pytest.mark.parametrize("names", [SHORT, LONG])
@given(data=st.data())
def test_what_is_missing_widens_and_never_moves(names, data):
    horizon = pure.DEFINITIONS[names[0]].horizon
    rows = data.draw(known(names))
    place = data.draw(st.integers(0, len(names) - 1))
    top = 1.0 if pure.DEFINITIONS[names[place]].half == "" else inf
    lost = [*rows]
    lost[place] = pure.criterion(names[place], Range.unknown(0.0, top), PLAIN)
    before, after = pure.combine(horizon, rows), pure.combine(horizon, lost)
    assert after.value is None
    assert after.lacking == (names[place],)
    assert after.low - TINY <= before.value <= after.high + TINY
    assert after.high - after.low == pytest.approx(1 / len(names))


@given(data=st.data(), factor=st.floats(0.01, 1000))
def test_equal_inputs_give_equal_scores_and_weights_only_count_in_proportion(data, factor):
    rows, chosen = (data.draw(s) for s in horizon_rows("long"))
    one = pure.combine("long", rows, chosen)
    assert pure.combine("long", rows, chosen) == one
    scaled = pure.combine("long", rows, {k: v * factor for k, v in chosen.items()})
    assert scaled.low == pytest.approx(one.low)
    assert scaled.high == pytest.approx(one.high)
    equal = pure.combine("long", rows, dict.fromkeys(LONG, factor))
    assert equal.low == pytest.approx(pure.combine("long", rows).low)


# Goods: what a source does not show can only widen


@st.composite
def goods(draw, least=1):
    found = []
    for n in range(draw(st.integers(least, 4))):
        names = draw(st.lists(st.sampled_from(sorted(SCORES)), min_size=1, unique=True))
        suppliers = tuple(Supplier(i, draw(st.integers(1, 10**9)), None) for i in names)
        lost = draw(st.integers(0, 10**8))
        mix = Mix(
            MixId("NOR", 2024, "baci_hs92", f"HS92:{n}", "import"),
            suppliers,
            (Supplier("_899", lost, None),) if lost else (),
        )
        found.append(Good(f"G{n}", "processing", (f"g{n}",), mix, nok_per_unit=10.0))
    return found


def narrow(rows, allies):
    """Joint steps of a chain: the highest risk counts."""
    risks = [criteria.weighted_non_allied(row, allies, SCORES) for row in rows]
    return pure.criterion("supply_bottleneck", pure.worst(risks), PLAIN)


def measured(rows):
    return (
        criteria.exposure(rows, ALLIES, PLAIN),
        narrow(rows, ALLIES),
        criteria.at_stake(rows, ALLIES, PLAIN),
    )


@given(goods(), st.data())
def test_hiding_a_good_gives_bounds_that_hold_the_value_seen(rows, data):
    place = data.draw(st.integers(0, len(rows) - 1))
    hidden = [replace(g, mix=None) if n == place else g for n, g in enumerate(rows)]
    for before, after in zip(measured(rows), measured(hidden), strict=True):
        assert before.scaled.value is not None
        assert after.scaled.low - TINY <= before.scaled.value <= after.scaled.high + TINY
        assert after.scaled.low <= before.scaled.low + TINY
        if after.scaled.value is not None:
            assert after.scaled.value == before.scaled.value


@given(goods())
def test_criteria_of_goods_lie_on_the_scale_and_in_their_bounds(rows):
    for found in measured(rows):
        assert 0 <= found.scaled.low <= found.scaled.value + TINY
        assert found.scaled.value <= found.scaled.high + TINY
        assert found.scaled.high <= 1 + TINY


@given(goods(), st.data())
def test_one_more_ally_never_raises_the_short_criteria(rows, data):
    friend = data.draw(st.sampled_from(sorted(SCORES)))
    wider = ALLIES | {friend}
    pairs = (
        (criteria.exposure(rows, ALLIES, PLAIN), criteria.exposure(rows, wider, PLAIN)),
        (narrow(rows, ALLIES), narrow(rows, wider)),
        (criteria.at_stake(rows, ALLIES, PLAIN), criteria.at_stake(rows, wider, PLAIN)),
    )
    for before, after in pairs:
        assert after.scaled.value <= before.scaled.value + TINY


use = st.builds(
    Use,
    st.sampled_from(["t1", "t2", "t3", "t4"]),
    st.sampled_from(pure.SECTORS),
    st.sampled_from("HML"),
    st.booleans(),
)


@given(st.lists(use, max_size=8), use)
def test_one_more_use_never_lowers_a_criterion(rows, extra):
    before, after = criteria.uses(rows, PLAIN), criteria.uses([*rows, extra], PLAIN)
    for one, other in zip(before, after, strict=True):
        assert other.scaled.low >= one.scaled.low
        assert other.scaled.high >= one.scaled.high


@given(st.lists(amount, min_size=1, max_size=6), amount)
def test_more_exports_never_lower_the_income(rows, extra):
    def income(found):
        flows = [Income(str(n), Range.exact(v)) for n, v in enumerate(found)]
        return criteria.export_income(flows, PLAIN).scaled.value

    assert income([*rows, extra]) >= income(rows) - TINY


# Objects of the embedded data


@pytest.fixture(scope="module")
def norway():
    library = Library()
    library.read_all(["NOR", "WORLD"], [2022, 2023, 2024])
    return library, assess(library, "NOR", 2024)


@settings(max_examples=8)
@given(sr=st.floats(0, 10), ei=st.floats(0, 10), critical=st.booleans())
def test_a_chain_does_not_change_when_its_material_does(norway, sr, ei, critical):
    library, rows = norway
    day = date(2024, 12, 31)
    score = MaterialScore("nickel", (), None, Range.exact(sr), Range.exact(ei), critical, ())
    before = chain_horizons(library, "NOR", 2024, rows, day)
    materials = material_horizons(library, "NOR", 2024, rows, {"nickel": score}, day)
    compare(materials, before)
    assert chain_horizons(library, "NOR", 2024, rows, day) == before
    nickel = next(row for row in materials if row.object_id == "nickel")
    assert nickel.short.criterion("supply_risk").raw.value == sr
    others = [row for row in materials if row.object_id != "nickel"]
    assert {row.short.criterion("supply_risk").reason for row in others} == {"not_assessed"}
