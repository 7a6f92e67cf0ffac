"""What holds for any supply mix, whatever the numbers."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from math import fsum

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from verdikart.core.figure import MixId
from verdikart.indicators import alignment, amounts, concentration, governance
from verdikart.indicators.evidence import Evidence, Parameters
from verdikart.indicators.mix import Mix, Supplier, ordered
from verdikart.indicators.verdict import FLAGS, judge

settings.register_profile("verdikart", max_examples=60, deadline=None, derandomize=True)
settings.load_profile("verdikart")

NAMES = [a + b + "X" for a in "ABCDEFGH" for b in "KLMN"]
TINY = 1e-12
money = st.integers(min_value=1, max_value=10**12)
mass = st.one_of(st.none(), st.integers(min_value=1, max_value=10**13))
tonnes = st.floats(min_value=0.001, max_value=1e9, allow_nan=False)
PLAIN = ("hhi_value", "top_share", "cr3")


def identity(flow="import"):
    return MixId("NOR", 2024, "baci_hs92", "HS92:260200", flow)


@st.composite
def suppliers(draw, most=12, least=1):
    names = draw(st.lists(st.sampled_from(NAMES), min_size=least, max_size=most, unique=True))
    rows = []
    for name in names:
        value, kilograms = draw(money), draw(mass)
        part = draw(st.one_of(st.just(0), st.integers(0, value - 1)))
        unmeasured = value if kilograms is None else part
        rows.append(Supplier(name, value, kilograms, unmeasured))
    return rows


@st.composite
def trade(draw, nowhere=True):
    rows = draw(suppliers())
    lost = draw(st.one_of(st.just(()), money.map(lambda v: (Supplier("_899", v, None, v),))))
    return Mix(identity(), ordered(rows, "value"), lost if nowhere else ())


@st.composite
def production(draw):
    names = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=12, unique=True))
    rows = [Supplier(n, None, draw(tonnes)) for n in names]
    return Mix(identity("production"), ordered(rows, "quantity"), value_unit=None)


@st.composite
def published(draw):
    """Shares to one decimal that leave something unexplained."""
    tenths = draw(st.lists(st.integers(1, 300), min_size=1, max_size=8))
    assume(sum(tenths) <= 1000)
    rows = [Supplier(n, None, t / 10) for n, t in zip(NAMES, tenths, strict=False)]
    return Mix(
        identity("supply"), ordered(rows, "quantity"), value_unit=None, quantity_unit="percent",
        declared_total=100.0,
    )  # fmt: skip


anything = st.one_of(trade(), production(), published())


def answers(mix):
    known = Evidence(mix)
    return {
        "hhi_value": concentration.hhi_value(known),
        "hhi_quantity": concentration.hhi_quantity(known),
        "top_supplier": concentration.top_supplier(known),
        "top_share": concentration.top_share_primary(known),
        "top_supplier_quantity": concentration.top_supplier_quantity(known),
        "top_share_quantity": concentration.top_share_quantity(known),
        "cr3": concentration.cr3(known),
        "effective_suppliers": concentration.effective_supplier_count(known),
        "hhi_governance": governance.governance_weighted(
            replace(known, governance=dict.fromkeys(NAMES, 3.7))
        ),
        "ally_share": alignment.ally_share(replace(known, allies=frozenset(NAMES[:8]))),
        "value": amounts.value(known),
        "quantity": amounts.quantity(known),
        "unit_value": amounts.unit_value_figure(known),
        "unspecified_share": amounts.unspecified_share(known),
    }


def primary_hhi(mix):
    found = answers(mix)
    return found["hhi_value" if mix.primary == "value" else "hhi_quantity"].value


@given(anything)
def test_hhi_is_at_most_the_top_share_and_at_least_equal_parts(mix):
    known = mix.amounts(mix.primary)
    share = concentration.top_share(known.numbers, known.total)
    index = primary_hhi(mix)
    assert 0 < index <= share * (1 + TINY)
    assert share <= 1 + TINY
    assert index >= share * share * (1 - TINY)
    if mix.declared_total is None:
        assert index >= (1 / len(known.known)) * (1 - TINY)


@given(anything)
def test_a_share_over_65_implies_an_index_over_04225(mix):
    known = mix.amounts(mix.primary)
    share = concentration.top_share(known.numbers, known.total)
    if share > 0.65:
        assert primary_hhi(mix) > 0.4225


@given(st.floats(0.6501, 1.0), st.lists(st.floats(0.0, 1.0), min_size=1, max_size=10))
def test_the_same_for_any_split_of_the_rest(first, weights):
    assume(fsum(weights) > 0)
    rest = [(1 - first) * w / fsum(weights) for w in weights]
    index = concentration.hhi([first, *rest])
    assert index > 0.4225


@given(st.one_of(trade(), production()))
def test_shares_add_up_to_one(mix):
    for measure in ("value", "quantity"):
        known = mix.amounts(measure)
        if known.known:
            exact = sum(Fraction(n) / Fraction(known.total) for n in known.numbers)
            assert float(exact) == pytest.approx(1, abs=1e-12)
            assert fsum(n / known.total for n in known.numbers) == pytest.approx(1, abs=1e-12)


@given(published())
def test_published_shares_are_not_rescaled(mix):
    known = mix.amounts("quantity")
    printed = sum(Fraction(s.quantity).limit_denominator(10) for s in mix.suppliers)
    assert fsum(known.numbers) + known.residual == pytest.approx(100)
    assert float(printed) == pytest.approx(100 - known.residual)
    assert known.total == 100


@given(anything, st.data())
def test_a_zero_supplier_changes_nothing(mix, data):
    new = data.draw(st.sampled_from([n for n in NAMES if mix.supplier(n) is None]))
    nothing = data.draw(st.sampled_from([0, None]))
    zero = Supplier(new, 0, nothing) if mix.value_unit else Supplier(new, None, 0)
    more = replace(mix, suppliers=(zero, *mix.suppliers))
    without, within = answers(mix), answers(more)
    for name, answer in without.items():
        other = within[name]
        assert (other.value, other.status, other.low, other.high, other.reason) == (
            answer.value, answer.status, answer.low, answer.high, answer.reason
        ), name  # fmt: skip


@given(anything, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_not_one_bit(mix, chance):
    rows, lost = list(mix.suppliers), list(mix.unspecified)
    chance.shuffle(rows)
    chance.shuffle(lost)
    other = replace(mix, suppliers=tuple(rows), unspecified=tuple(lost))
    for name, answer in answers(mix).items():
        again = answers(other)[name]
        for key in ("value", "low", "high", "status", "reason"):
            assert getattr(again, key) == getattr(answer, key), (name, key)
    assert judge(Evidence(mix)) == judge(Evidence(other))


@given(trade(), st.integers(2, 10**6))
def test_another_currency_unit_changes_no_share(mix, factor):
    def scaled(rows):
        return tuple(
            Supplier(
                s.iso3, s.value * factor, s.quantity and s.quantity * factor, s.unmeasured * factor
            )
            for s in rows
        )

    other = replace(mix, suppliers=scaled(mix.suppliers), unspecified=scaled(mix.unspecified))
    before, after = answers(mix), answers(other)
    for name in ("hhi_value", "hhi_quantity", "top_share", "top_share_quantity", "cr3",
                 "ally_share", "hhi_governance", "unspecified_share"):  # fmt: skip
        for key in ("value", "low", "high"):
            one, two = getattr(before[name], key), getattr(after[name], key)
            assert (one is None) == (two is None), (name, key)
            assert one is None or two == pytest.approx(one, rel=1e-12), (name, key)
    assert after["top_supplier"].value == before["top_supplier"].value


@st.composite
def allocations(draw, most=6):
    """A mix with a residual, and one way that the residual could really be split."""
    mix = draw(st.one_of(published(), trade().filter(lambda m: bool(m.unspecified))))
    known = mix.amounts(mix.primary)
    assume(known.residual > 0)
    parts = draw(st.lists(st.integers(0, 1000), min_size=1, max_size=most))
    assume(sum(parts) > 0)
    whose = draw(
        st.lists(st.sampled_from(NAMES), min_size=len(parts), max_size=len(parts), unique=True)
    )
    real = dict(known.known)
    for name, part in zip(whose, parts, strict=True):
        real[name] = real.get(name, 0) + float(known.residual) * part / sum(parts)
    return mix, {k: v for k, v in real.items() if v > 0}


def inside(answer, truth):
    slack = 1e-9
    assert answer.low is not None
    assert answer.high is not None
    assert answer.low - slack <= truth <= answer.high + slack


@given(allocations())
def test_bounds_hold_whoever_supplied_the_residual(case):
    mix, real = case
    found = answers(mix)
    total = fsum(real.values())
    shares = {name: amount / total for name, amount in real.items()}
    index = fsum(s * s for s in shares.values())
    inside(found["hhi_value" if mix.primary == "value" else "hhi_quantity"], index)
    inside(found["effective_suppliers"], 1 / index)
    first = mix.amounts(mix.primary).known[0][0]
    inside(found["top_share"], shares[first])
    allied = fsum(s for name, s in shares.items() if name in NAMES[:8])
    inside(found["ally_share"], allied)
    leaders = [name for name, _ in mix.amounts(mix.primary).known[:3]]
    inside(found["cr3"], fsum(shares[name] for name in leaders))
    inside(found["hhi_governance"], 3.7 * index)


@given(anything)
def test_a_value_lies_within_its_own_bounds(mix):
    for name, answer in answers(mix).items():
        if isinstance(answer.value, float):
            if answer.low is not None:
                assert answer.low <= answer.value * (1 + TINY), name
            if answer.high is not None:
                assert answer.high >= answer.value * (1 - TINY), name


@given(
    st.lists(st.tuples(st.sampled_from(NAMES), money), min_size=1, max_size=10, unique_by=lambda p: p[0]),
    st.dictionaries(st.sampled_from(NAMES), st.floats(0, 10), max_size=20),
)  # fmt: skip
def test_a_missing_governance_score_lies_between_best_and_worst(rows, scores):
    value, low, high = governance.hhi_governance(rows, scores)
    complete = {name for name, _ in rows} <= set(scores)
    assert (value is not None) == complete
    for guess in (0.0, 5.0, 10.0):
        filled = {name: scores.get(name, guess) for name, _ in rows}
        whole, *_ = governance.hhi_governance(rows, filled)
        assert low - 1e-9 <= whole <= high + 1e-9
    assert 0 <= low <= high <= 10 + 1e-9


@given(anything)
def test_effective_suppliers_undo_the_index(mix):
    count = answers(mix)["effective_suppliers"].value
    assert count * primary_hhi(mix) == pytest.approx(1, rel=1e-12)
    if mix.declared_total is None:
        assert count <= len(mix.suppliers) * (1 + TINY)


@given(trade(), st.sets(st.sampled_from(NAMES)), st.integers(0, 10**12))
def test_flags_agree_with_each_other(mix, allies, floor):
    limits = Parameters(floor=floor)
    known = Evidence(mix, allies=frozenset(allies), parameters=limits)
    verdict = judge(known)
    flags = set(verdict.flags)
    assert flags <= set(FLAGS)
    if "over_65_imports" in flags:
        assert "concentrated" in flags
    assert ("cdi1" in flags) == ("concentrated" in flags)  # no bloc chosen
    top = concentration.top_supplier(known).value
    assert ("allied" in flags) == (top in allies)
    assert ("small" in flags) == (mix.total("value") < floor)
    passed = flags & {"concentrated", "over_65_imports", "over_65_consumption"}
    expected = (
        "small" if "small" in flags
        else "not_concentrated" if not passed
        else "concentrated_allied" if "allied" in flags
        else "vulnerable"
    )  # fmt: skip
    assert verdict.outcome == expected
    assert verdict.band >= 0.04


@given(trade())
def test_a_suspected_suppression_never_gets_a_verdict(mix):
    hidden = replace(mix, caveats=("suspected_suppression",))
    known = Evidence(hidden, parameters=Parameters(floor=0))
    verdict = judge(known)
    assert verdict.outcome == "bounds_only"
    assert "confidential" in verdict.flags
    for name in ("hhi_value", "top_share", "cr3", "ally_share"):
        answer = answers(hidden)[name]
        assert str(answer.status) == "suppressed", name
        assert (answer.low, answer.high) == (0.0, 1.0), name


@given(trade(), st.data())
def test_a_top_supplier_that_does_not_produce_gets_no_country_verdict(mix, data):
    top = concentration.top_supplier(Evidence(mix)).value
    others = [n for n in NAMES if n != top]
    makers = data.draw(st.sets(st.sampled_from(others), min_size=1))
    verdict = judge(Evidence(mix, producers=frozenset(makers), parameters=Parameters(floor=0)))
    assert "suspected_transit" in verdict.caveats
    assert verdict.outcome in ("transit", "not_concentrated")
    known = judge(Evidence(mix, producers=frozenset({*makers, top})))
    assert "suspected_transit" not in known.caveats


@pytest.mark.parametrize("name", PLAIN)
def test_nothing_supplied_is_missing_and_not_zero(name):
    answer = answers(Mix(identity(), ()))[name]
    assert answer.value is None
    assert str(answer.status) == "missing"
