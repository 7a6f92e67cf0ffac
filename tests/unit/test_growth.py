"""The exact split of growth: hand-worked cases, limits, and Norwegian exports."""

from __future__ import annotations

import re
from math import log
from pathlib import Path

import pytest

from verdikart.core.errors import UsageProblem
from verdikart.core.figure import Status
from verdikart.indicators.growth import EFFECTS, Limits, Traded, logarithmic_mean, split, total
from verdikart.mapping import quality_growth
from verdikart.mapping.library import Library
from verdikart.mapping.quality_rows import question

LIMITS = Limits()


@pytest.fixture(scope="module")
def library():
    return Library()


def terms(found):
    return [found.terms[name] for name in EFFECTS]


def test_logarithmic_mean():
    assert logarithmic_mean(4, 1) == pytest.approx(3 / log(4))
    assert logarithmic_mean(7, 7) == 7
    assert logarithmic_mean(0, 7) == 0
    assert logarithmic_mean(1 + 1e-13, 1) == pytest.approx(1, abs=1e-12)


def test_twice_the_mass_at_twice_the_price():
    """100 → 400: L = 300/ln 4, each factor has ln 2 of ln 4, so half of the change."""
    found = split({"DEU": Traded(100, 10)}, {"DEU": Traded(400, 20)}, (1.0, 1.0))
    assert terms(found) == pytest.approx([0, 150, 0, 150])


def test_exchange_rate_alone():
    found = split({"DEU": Traded(100, 10)}, {"DEU": Traded(100, 10)}, (10.0, 11.0))
    assert terms(found) == pytest.approx([100, 0, 0, 0])


def test_partner_mix_by_hand():
    """Two partners, prices 1 and 3, mass 10 in all; 5 tonnes move from the dear to the cheap."""
    start = {"A": Traded(5, 5), "B": Traded(15, 5)}
    end = {"A": Traded(9, 9), "B": Traded(3, 1)}
    found = split(start, end, (1.0, 1.0))
    assert terms(found) == pytest.approx([0, 0, -8, 0])


def test_a_new_partner_is_mix():
    start, end = {"A": Traded(10, 10)}, {"A": Traded(10, 10), "B": Traded(5, 5)}
    found = split(start, end, (1.0, 1.0))
    assert found.new_and_lost == 5
    assert sum(terms(found)) == pytest.approx(5)
    # A keeps its tonnes: the growth of the total and the fall of its share cancel.
    assert found.terms["volume"] == pytest.approx(10 * log(1.5))
    assert found.terms["mix"] == pytest.approx(5 - 10 * log(1.5))


def test_much_without_mass_is_not_computable():
    start, end = {"A": Traded(100, None, 100)}, {"A": Traded(150, None, 150)}
    found = split(start, end, (1.0, 2.0))
    exchange, volume = found.effect("exchange_rate", LIMITS), found.effect("volume", LIMITS)
    assert exchange.value == pytest.approx(200 / log(3) * log(2))
    assert (volume.value, volume.status) == (None, Status.NOT_COMPUTABLE)
    assert volume.low == 0
    assert volume.high == pytest.approx(200 - exchange.value)
    assert found.unsplit + exchange.value == pytest.approx(found.change) == pytest.approx(200)


def test_little_without_mass_is_an_estimate():
    start = {"A": Traded(100, 10), "B": Traded(1, None, 1)}
    end = {"A": Traded(120, 12), "B": Traded(2, None, 2)}
    volume = split(start, end, (1.0, 1.0)).effect("volume", LIMITS)
    assert volume.status is Status.ESTIMATED
    assert (volume.low, volume.high) == (pytest.approx(20), pytest.approx(21))


def test_measured_in_one_year_only_is_neither_new_nor_lost():
    found = split({"A": Traded(100, 10)}, {"A": Traded(110, None, 110)}, (1.0, 1.0))
    assert (found.new_and_lost, found.unsplit, found.terms["mix"]) == (0, 10, 0)


def test_partly_measured_partner_keeps_its_measured_part():
    start, end = {"A": Traded(110, 10, 10)}, {"A": Traded(220, 20, 20)}
    found = split(start, end, (1.0, 1.0))
    assert found.terms["volume"] == pytest.approx(100)
    assert found.unsplit == 10


def test_no_rate_leaves_the_source_currency():
    found = split({"A": Traded(100, 10)}, {"A": Traded(200, 20)}, None)
    assert found.effect("exchange_rate", LIMITS).status is Status.NOT_COMPUTABLE
    assert found.effect("volume", LIMITS).value == pytest.approx(100)


def test_terms_add_up_over_goods():
    one = split({"A": Traded(100, 10)}, {"A": Traded(150, 12)}, (9.0, 10.0))
    two = split({"B": Traded(10, None, 10)}, {"B": Traded(12, None, 12)}, (9.0, 10.0))
    both = total([one, two])
    assert sum(both.terms.values()) + both.unsplit == pytest.approx(both.change)
    assert both.lacking == (90, 120)
    assert both.effect("volume", LIMITS).status is Status.NOT_COMPUTABLE
    assert both.effect("volume", Limits(0.5)).status is Status.ESTIMATED


def row(library, start, end, code, **more):
    asked = question(
        library, more.pop("home", "NOR"), end, more.pop("flow", "export"), codes=(code,)
    )
    return quality_growth.rows(asked, start, LIMITS)[0]


@pytest.mark.parametrize("code", ["HS92:760110", "HS92:261400"])
@pytest.mark.parametrize("span", [(2020, 2022), (2022, 2023), (2020, 2023)])
def test_norwegian_exports_sum_exactly(library, code, span):
    found = row(library, *span, code)
    parts = [found[f"{name}_effect"] for name in EFFECTS]
    assert sum(parts) + found["unsplit_change"] == pytest.approx(found["nominal_change"], abs=1e-3)
    # Kroner for a dollar: 9.400, 9.625 and 10.565 as Norges Bank's averages.
    assert found["exchange_rate_effect_status"] == "ok"
    assert found["exchange_rate_effect"] > 0


def test_aluminium_2020_to_2023_grew_in_kroner_and_shrank_in_tonnes(library):
    """122.6 kt → 85.1 kt; 248 → 228 MUSD; 2,330 → 2,409 MNOK."""
    found = row(library, 2020, 2023, "HS92:760110")
    assert found["value_from"] == pytest.approx(247_879_903 * 9.4)
    assert found["nominal_change"] > 0 > found["volume_effect"]
    assert found["volume_effect"] == pytest.approx(-751.7e6, abs=1e5)
    assert found["price_effect"] == pytest.approx(493.7e6, abs=1e5)


def test_silicon_into_the_union_has_no_mass(library):
    found = row(library, 2022, 2024, "CN8:28046900", home="EU27", flow="import")
    assert (found["volume_effect"], found["volume_effect_status"]) == (None, "not_computable")
    assert found["volume_effect_low"] < found["volume_effect_high"]
    assert found["exchange_rate_effect_status"] == "estimated"  # 2024 is not confirmed
    assert found["status"] == "not_computable"


def test_years_without_a_rate_keep_dollars(library):
    found = row(library, 2005, 2010, "HS92:760110")
    assert (found["currency"], found["exchange_rate_effect"]) == ("USD", None)


def test_first_year_must_come_before(library):
    with pytest.raises(UsageProblem, match="not before"):
        row(library, 2023, 2023, "HS92:760110")


PAGE = Path(__file__).parents[2] / "docs/methods/quality.md"


def test_the_table_of_the_method_page_is_computed(library):
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith("| Norwegian exports"))
    code, checked = "", 0
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        name, *cells = [cell.strip() for cell in line.strip("|").split("|")]
        named = re.search(r"HS92:\d{6}", name)
        code = named.group() if named else code
        years = [int(year) for year in re.findall(r"\b20\d\d\b", name)]
        found = row(library, *years, code)
        keys = ["value_from", "value_to", "nominal_change"]
        keys += [f"{term}_effect" for term in ("volume", "mix", "price", "exchange_rate")]
        printed = [float(cell.replace(",", "").replace("−", "-")) for cell in cells]
        assert printed == pytest.approx([found[key] / 1e6 for key in keys], abs=0.051), name
        checked += 1
    assert checked == 4
