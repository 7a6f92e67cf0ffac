"""A wrong question is told what was asked, the nearest valid names and what there is."""

from __future__ import annotations

import pytest

from verdikart.core.errors import UnknownName, UsageProblem
from verdikart.core.figure import MixId
from verdikart.mapping import catalogue, questions
from verdikart.mapping.library import Library, goods_of, same_good

GOOD = MixId("NOR", 2024, "baci_hs92", "HS92:260200", "import")


def refused(**changes) -> str:
    asked = {k: getattr(GOOD, k) for k in ("home", "year", "source", "subject", "flow")} | changes
    with pytest.raises(UsageProblem) as caught:
        catalogue.check(MixId(**asked))
    assert caught.value.exit_code == 2
    return str(caught.value)


def test_a_good_question_passes_unchanged():
    assert catalogue.check(GOOD) == GOOD


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"home": "NORG"}, ("'NORG'", "NOR", "NORDIC", "EU27", "NATO_EX_NOR")),
        ({"home": "Norge"}, ("'Norge'", "nearest: NOR")),
        ({"home": "NATO_EX_CHE"}, ("'NATO_EX_CHE'", "NATO_EX_")),
        ({"year": 1890}, ("1890", "baci_hs92", "1995–2024")),
        ({"year": 2025}, ("2025", "1995–2024")),
        ({"source": "baci"}, ("'baci'", "baci_hs92", "comext_cn8", "wmd", "eu_crm_2023")),
        ({"flow": "imports"}, ("'imports'", "import", "export")),
        ({"subject": "260200"}, ("'260200'", "without its revision", "HS92:260200", "CN8")),
        ({"subject": "HS93:260200"}, ("'HS93'", "HS92", "HS22")),
        ({"subject": "HS92:26020"}, ("'26020'", "nearest: 260200", "74 codes")),
        ({"subject": "HS17:260200"}, ("baci_hs92", "HS92", "HS17")),
        ({"source": "baci_hs17", "subject": "HS17:280469", "home": "SWE"}, ("SWE", "baci_hs17", "NORDIC")),
        ({"home": "WORLD"}, ("export",)),
    ],
)  # fmt: skip
def test_trade(changes, said):
    message = refused(**changes)
    for part in said:
        assert part in message, message


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"subject": "nikkel@extraction"}, ("'nikkel'", "nearest: nickel", "114")),
        ({"subject": "nickel@mining"}, ("'mining'", "extraction", "processing")),
        ({"subject": "nickel"}, ("'nickel'", "material@stage")),
        ({"home": "NOR"}, ("wmd", "WORLD", "NOR")),
        ({"year": 2017}, ("2017", "2018")),
        ({"subject": "silicon_metal@extraction"}, ("silicon_metal@extraction", "wmd")),
    ],
)
def test_production(changes, said):
    asked = {"home": "WORLD", "year": 2022, "source": "wmd", "subject": "nickel@extraction"}
    message = refused(**(asked | changes))
    for part in said:
        assert part in message, message


def test_a_code_that_exists_but_is_not_embedded_is_not_called_unknown():
    message = refused(subject="HS92:280469")
    assert "exists" in message
    assert "ilicon" in message
    assert "ssb_08801" in message
    with pytest.raises(UnknownName):
        catalogue.check(MixId("NOR", 2024, "baci_hs92", "HS92:999991", "import"))


def test_a_code_that_ended_says_when():
    """811230, germanium, was last in the HS of 2002; countries use old codes for some years."""
    message = refused(subject="HS92:811230")
    assert "2024" in message
    assert "1995–2016" in message
    assert "HS02" in message
    earlier = MixId("NOR", 2005, "baci_hs92", "HS92:811230", "import")
    assert catalogue.check(earlier) == earlier


def test_the_study_answers_for_its_period():
    found = catalogue.check(MixId("EU27", 2023, "eu_crm_2023", "nickel@processing", "supply"))
    assert found.year == 2020


def test_names_are_looked_up_in_both_languages():
    with pytest.raises(UnknownName) as caught:
        catalogue.check_product("manganmalm")
    assert "manganese_ore" in caught.value.nearest
    with pytest.raises(UnknownName) as caught:
        catalogue.check_material("silisium")
    assert "silicon_metal" in caught.value.nearest
    with pytest.raises(UnknownName) as caught:
        catalogue.check_country("Sverige")
    assert caught.value.nearest[0] == "SWE"


def test_only_revisions_that_a_source_holds_have_a_default():
    assert catalogue.default_source("HS92") == "baci_hs92"
    assert catalogue.default_source("HS17") == "baci_hs17"
    with pytest.raises(UsageProblem, match="HS12") as caught:
        catalogue.default_source("HS12")
    assert "HS92 (baci_hs92)" in str(caught.value)


def test_years_as_text():
    assert catalogue.span((1995, 1996, 1997)) == "1995–1997"
    assert catalogue.span((2022, 2024)) == "2022, 2024"
    assert catalogue.span((2024,)) == "2024"


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (lambda lib: questions.dependency(lib, "NORGE", 2022), "'NORGE'"),
        (lambda lib: questions.dependency(lib, "NOR", 1990), "1995–2024"),
        (lambda lib: questions.dependency(lib, "NOR", 2022, "wmd"), "'wmd'"),
        (lambda lib: questions.dependency(lib, "SWE", 2024, "baci_hs17"), "SWE"),
        (lambda lib: questions.dependency(lib, "WORLD", 2022), "export"),
    ],
)
def test_a_wrong_screening_is_no_shorter_table(ask, said):
    with pytest.raises(UsageProblem) as caught:
        ask(Library())
    assert said in str(caught.value)


def test_a_code_that_several_goods_share_is_no_twin():
    """Nickel has one code in each source; 811292 holds gallium, indium and more."""
    assert ("comext_cn8", "CN8:75021000") in same_good("HS17:750210")
    assert len(goods_of("HS17:811292")) > 1
    assert same_good("HS17:811292") == []
