"""Pure formulas and verdicts: what the case files do not reach."""

from __future__ import annotations

from dataclasses import replace
from math import sqrt

import pytest

from verdikart.core.figure import MixId
from verdikart.indicators import advantage, concentration, dependency, governance, reliance
from verdikart.indicators.evidence import Evidence, Parameters, Quantity
from verdikart.indicators.mix import Mix, Supplier, exact_sum, merged, ordered
from verdikart.indicators.verdict import borderline_band, judge, sharpness

IMPORT = MixId("NOR", 2024, "baci_hs92", "HS92:260200", "import")


def mix(values, *, lost=None, **more):
    rows = [Supplier(iso3, value, value) for iso3, value in values.items()]
    nowhere = [Supplier("_899", lost, None, lost)] if lost else []
    return Mix(IMPORT, ordered(rows, "value"), tuple(nowhere), **more)


def test_big_integers_are_squared_exactly():
    """Beyond 2**53 a float would lose the last dollar."""
    amounts = [10**12 + 1, 10**12 - 1]
    assert concentration.hhi(amounts) == (2 * 10**24 + 2) / (4 * 10**24)
    assert exact_sum([2**60, 1]) == 2**60 + 1
    assert exact_sum([0.1] * 10) == 1.0


def test_nothing_to_divide_by():
    assert concentration.hhi([]) is None
    assert concentration.hhi([0, 0]) is None
    assert concentration.top_share([]) is None
    assert concentration.hhi_bounds([], 0) is None
    assert concentration.effective_suppliers(0.0) == 0.0
    assert dependency.cdi2(0, 0) is None
    assert dependency.cdi3(5, 0) is None
    assert reliance.net_import_reliance(10, 5, 15) is None
    assert advantage.rca(1, 0, 1, 1) is None
    assert governance.hhi_governance([], {}) == (None, 0.0, 10.0)


def test_all_unknown_may_be_one_supplier_or_many():
    assert concentration.hhi_bounds([], 10) == (0.0, 1.0)


def test_the_smallest_top_share_over_the_hhi_limit():
    """HHI <= s1, so 0.4 needs a top share above 0.4; above sqrt(0.4) it is certain."""
    limit = sqrt(0.4)
    over = round(1e6 * limit) + 1
    assert concentration.hhi([over, 10**6 - over]) > 0.4
    assert concentration.hhi([over, *[1] * (10**6 - over)]) > 0.4


def test_order_and_unknown_amounts():
    rows = [Supplier("SWE", None, 1), Supplier("FIN", 5, 1), Supplier("DNK", 5, 1)]
    assert [s.iso3 for s in ordered(rows, "value")] == ["DNK", "FIN", "SWE"]


def test_merged_keeps_an_unknown_quantity_only_where_none_is_known():
    assert merged([Supplier("A", 1, None, 1), Supplier("B", 2, 7)], "X") == Supplier("X", 3, 7, 1)
    assert merged([Supplier("A", 1, None, 1)], "X") == Supplier("X", 1, None, 1)
    assert merged([], "X") is None


def test_a_known_zero_beside_unknown_quantities_is_no_total():
    rows = (Supplier("A", 5, None, 5), Supplier("B", 1, 0))
    assert Mix(IMPORT, rows).total("quantity") is None
    assert Mix(IMPORT, rows[1:]).total("quantity") == 0
    assert Mix(IMPORT, rows).total("value") == 6


def test_a_bloc_moves_its_suppliers_to_the_inside():
    whole = mix({"CHN": 60, "SWE": 30, "DNK": 10}, intra=Supplier("INTRA", 5, 5))
    seen = Evidence(whole, bloc=frozenset({"SWE", "DNK", "FIN"}))
    outside = seen.outside()
    assert [s.iso3 for s in outside.suppliers] == ["CHN"]
    assert outside.intra.value == 45
    assert outside.total("value") + outside.intra.value == 105
    assert Evidence(whole).outside() is whole
    assert Evidence(whole, bloc=frozenset({"FIN"})).outside() is whole


@pytest.mark.parametrize(
    ("share", "outcome", "borderline"),
    [
        (65, "vulnerable", True),  # not over 65 %, but HHI over 0.4
        (66, "vulnerable", True),
        (69, "vulnerable", True),
        (70, "vulnerable", False),
        (61, "vulnerable", True),
        (60, "vulnerable", False),
    ],
)
def test_the_limit_is_strict_and_the_band_four_points(share, outcome, borderline):
    found = judge(Evidence(mix({"CHN": share, "USA": 100 - share}), parameters=Parameters(floor=0)))
    assert ("over_65_imports" in found.flags) == (share > 65)
    assert ("borderline" in found.flags) == borderline
    assert found.outcome == outcome


def test_the_band_widens_to_the_gap_between_sources():
    """Norway's part of extra-EU nickel: 42.3 % by BACI, 32.8 % by Comext."""
    one, two = mix({"NOR": 423, "USA": 577}), mix({"NOR": 328, "USA": 672})
    assert borderline_band(Evidence(one)) == 0.04
    # The gap is in the share of the first source's largest supplier.
    first = replace(one, suppliers=(Supplier("NOR", 600, 1), Supplier("USA", 400, 1)))
    second = replace(two, suppliers=(Supplier("NOR", 500, 1), Supplier("USA", 500, 1)))
    assert borderline_band(Evidence(first, other_sources=(second,))) == pytest.approx(0.1)
    assert borderline_band(Evidence(one, other_sources=(two,))) == pytest.approx(0.672 - 0.577)


def test_both_65_tests_are_told_apart():
    """75 % of imports and 60 % of consumption."""
    imports = Mix(
        IMPORT, (Supplier("CHN", 60, 60_000), Supplier("USA", 20, 20_000)), value_unit="USD"
    )
    known = Evidence(
        imports,
        exports=Mix(replace(IMPORT, flow="export"), (Supplier("SWE", 30, 30_000),)),
        production=Quantity(50, "t", "gross", "case"),
        trade_basis="gross",
        parameters=Parameters(floor=0),
    )
    flags = judge(known).flags
    assert "over_65_imports" in flags
    assert "over_65_consumption" not in flags
    less = replace(known, production=Quantity(20, "t", "gross", "case"))
    assert {"over_65_imports", "over_65_consumption"} <= set(judge(less).flags)


def test_an_ally_at_100_per_cent_is_concentrated_and_allied():
    known = Evidence(mix({"SWE": 10**7}), allies=frozenset({"SWE"}))
    verdict = judge(known)
    assert {"concentrated", "over_65_imports", "allied"} <= set(verdict.flags)
    assert verdict.outcome == "concentrated_allied"
    assert sharpness(known) == 0.0


def test_the_floor_is_one_million():
    below, at = mix({"CHN": 999_999}), mix({"CHN": 1_000_000})
    assert judge(Evidence(below)).outcome == "small"
    assert judge(Evidence(at)).outcome == "vulnerable"
    assert "over_65_imports" in judge(Evidence(below)).flags  # the figure is shown all the same


def test_sharpness_is_the_largest_foreign_share_times_the_value():
    known = Evidence(mix({"SWE": 60, "CHN": 30, "USA": 10}), allies=frozenset({"SWE"}))
    assert sharpness(known) == pytest.approx(0.3 * 100)


def test_two_of_three_years():
    strong, weak = mix({"CHN": 9, "USA": 1}), mix({"CHN": 1, "USA": 1, "AUS": 1})
    limits = Parameters()
    assert dependency.persistent([weak, strong, strong], limits) is True
    assert dependency.persistent([strong, weak, weak], limits) is False
    assert dependency.persistent([strong, strong], limits) is None
    assert dependency.persistent([strong, weak, weak, strong], limits) is False


def test_the_worked_examples_of_the_eu_study():
    """Tungsten, EU sourcing, without t: China 0.31² × 5.676 = 0.5455; Austria 0.19² × 2.107."""
    rows = [("CHN", 31.0), ("AUT", 19.0)]
    value, *_ = governance.hhi_governance(rows, {"CHN": 5.676, "AUT": 2.107}, 100.0)
    assert value == pytest.approx(0.5455 + 0.0608 / 0.8, abs=2e-4)


def test_production_of_none_does_not_clash_with_another_basis():
    known = Evidence(
        mix({"CHN": 1000}),
        exports=Mix(replace(IMPORT, flow="export"), ()),
        production=Quantity(0.0, "t", "contained metal", "wmd", estimated=True),
        trade_basis="gross",
    )
    assert reliance.balance(known).reason is None
    some = replace(known, production=Quantity(0.1, "t", "contained metal", "wmd"))
    assert reliance.balance(some).reason == "unlike_bases"
