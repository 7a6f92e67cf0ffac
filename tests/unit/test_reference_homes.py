"""Homes, groups year by year, allies, and country names and codes."""

from __future__ import annotations

import pytest

from verdikart.core.errors import DataProblem, Problems, UnknownName
from verdikart.reference import countries
from verdikart.reference.entities import Country
from verdikart.reference.homes import Home, alignment, allies, home
from verdikart.reference.load import load

HISTORIC = {row.iso3 for row in load(Country) if row.kind == "historic"}


@pytest.mark.parametrize("year", range(1995, 2027))
def test_eu27_is_the_same_27_in_all_years(year):
    assert len(set(home("EU27").members(year)) - HISTORIC) == 27
    assert "GBR" not in home("EU27").members(year)
    assert "NOR" in home("EEA").members(year)


def test_membership_follows_the_dates():
    assert "GBR" in home("EU").members(2019)
    assert "GBR" not in home("EU").members(2020)
    assert "FIN" not in home("NATO").members(2022)
    assert "FIN" in home("NATO").members(2023)
    assert "SWE" not in home("NATO").members(2023)
    assert "SWE" in home("NATO").members(2024)
    assert len(home("NATO").members(2024)) == 32
    assert len(home("EU").members(2024)) == 27
    assert "HRV" in home("EU").members(2013)
    assert "HRV" not in home("EEA").members(2013)
    assert len(home("EEA").members(2024)) == 30
    assert {"AUT", "FIN", "SWE"} <= set(home("EEA").members(1994))


def test_homes_without_one_country():
    assert home("NORDIC_EX_NOR").members(2024) == ("DNK", "FIN", "ISL", "SWE")
    assert len(home("EU27_EX_DEU").members(2024)) == 26
    assert home("NATO_EX_NOR").name("nb") == "NATO uten Norge"
    assert not home("NORDIC_EX_NOR").single


def test_historic_aggregates_belong_where_all_successors_do_while_in_use():
    assert "BLX" in home("EU27").members(1998)
    assert "BLX" not in home("EU27").members(1999)
    assert "SCG" not in home("NATO").members(2004)
    assert home("BLX").members(2024) == ("BLX",)


def test_countries_are_homes():
    norway = home("NOR")
    assert norway.single
    assert (norway.name(), norway.name("nb")) == ("Norway", "Norge")
    assert norway.members(1995) == ("NOR",)


@pytest.mark.parametrize("asked", ["NORDICS", "NATO_EX_CHN", "_697", "X_EX_NOR", "NATO_EX_", ""])
def test_unknown_homes_say_what_there_is(asked):
    with pytest.raises(UnknownName, match=r"groups EEA, .*NATO") as caught:
        home(asked)
    assert caught.value.kind == "home"


def test_names_lead_to_the_id():
    with pytest.raises(UnknownName) as caught:
        home("Norge")
    assert caught.value.nearest[0] == "NOR"


def test_alignment_is_a_list_in_order():
    assert alignment("SWE", 2024) == ("EU", "EEA", "NATO", "NORDIC", "MSP")
    assert alignment("SWE", 2021) == ("EU", "EEA", "NORDIC")
    assert alignment("NOR", 2024) == ("EEA", "EFTA", "NATO", "NORDIC", "MSP")
    assert alignment("CHN", 2024) == ()


def test_allies_are_members_of_the_homes_own_alliances():
    norway = allies(home("NOR"), 2024)
    assert {"NOR", "SWE", "ISL", "USA", "TUR", "AUT", "LIE"} <= norway
    assert not {"CHN", "RUS", "CHE", "AUS"} & norway
    union = allies(home("EU27"), 2024)
    assert {"NOR", "DEU"} <= union
    assert "USA" not in union
    assert allies(home("NATO"), 2024) == frozenset(home("NATO").members(2024))
    assert "LIE" in allies(home("NORDIC_EX_NOR"), 2024)
    assert allies(home("CHE"), 2024) == {"CHE"}
    assert "FIN" in allies(home("NATO_EX_NOR"), 2023)


GOOD = """
homes:
  BALTIC:
    name_en: Baltic states
    name_nb: De baltiske landene
    members: [EST, {iso3: LVA, from: 2004, to: 2020}, LTU]
"""


def test_custom_homes(tmp_path):
    file = tmp_path / "homes.yaml"
    file.write_text(GOOD, encoding="utf-8")
    baltic = home("BALTIC", file)
    assert isinstance(baltic, Home)
    assert baltic.members(2010) == ("EST", "LTU", "LVA")
    assert baltic.members(2024) == ("EST", "LTU")
    assert baltic.name("nb") == "De baltiske landene"
    assert home("NOR", file).single
    with pytest.raises(UnknownName, match="from the file: BALTIC") as caught:
        home("BALTICS", file)
    assert caught.value.nearest[0] == "BALTIC"


BAD = """
homes:
  NATO: {name_en: a, name_nb: b, members: [EST]}
  lower: {name_en: a, name_nb: b, members: [EST]}
  PLAIN: text
  EMPTY: {name_en: a, name_nb: b, members: []}
  NAMELESS: {name_en: "", members: [EST], colour: red}
  WRONG:
    name_en: a
    name_nb: b
    members: [ESTT, 5, {iso3: LVA, from: x}, {iso3: LTU, from: 2010, to: 2000}, {iso3: FIN, since: 1}]
  TWICE: {name_en: a, name_nb: b, members: [EST, {iso3: EST, from: 2004}]}
"""


def test_custom_homes_report_every_fault_at_once(tmp_path):
    file = tmp_path / "homes.yaml"
    file.write_text(BAD, encoding="utf-8")
    with pytest.raises(Problems) as caught:
        home("WRONG", file)
    problems = caught.value.problems
    assert {p.column for p in problems} == {
        "homes.NATO",
        "homes.lower",
        "homes.PLAIN",
        "homes.EMPTY.members",
        "homes.NAMELESS.name_en",
        "homes.NAMELESS.name_nb",
        "homes.NAMELESS.colour",
        "homes.WRONG.members[1].iso3",
        "homes.WRONG.members[2]",
        "homes.WRONG.members[3].from",
        "homes.WRONG.members[4]",
        "homes.WRONG.members[5].since",
        "homes.TWICE.members",
    }
    assert all(p.file == str(file) and p.remedy and p.value is not None for p in problems)
    assert "EST" in next(p.remedy for p in problems if p.value == "ESTT")


@pytest.mark.parametrize("text", ["", "homes: [1]", "homes: {}", "other: {}"])
def test_custom_files_without_homes(tmp_path, text):
    file = tmp_path / "homes.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(Problems, match="has no homes"):
        home("X", file)


def test_custom_files_that_cannot_be_read(tmp_path):
    with pytest.raises(DataProblem, match="cannot be read"):
        home("X", tmp_path / "none.yaml")
    (tmp_path / "a.yaml").write_text("homes: [", encoding="utf-8")
    with pytest.raises(DataProblem, match="not valid YAML"):
        home("X", tmp_path / "a.yaml")
    (tmp_path / "b.yaml").write_bytes(b"homes: \xff")
    with pytest.raises(DataProblem, match="not UTF-8"):
        home("X", tmp_path / "b.yaml")


@pytest.mark.parametrize(
    ("code", "iso3"),
    [
        (490, "TWN"),
        (251, "FRA"),
        (579, "NOR"),
        (699, "IND"),
        (757, "CHE"),
        (842, "USA"),
        (180, "COD"),
        (58, "BLX"),
        (516, "NAM"),
        (697, "_697"),
    ],
)
def test_baci_codes(code, iso3):
    assert countries.iso3_of_baci(code) == iso3


def test_all_238_baci_codes_are_known():
    codes = [row.baci_code for row in load(Country) if row.baci_code is not None]
    assert len(codes) == len(set(codes)) >= 238
    with pytest.raises(UnknownName):
        countries.iso3_of_baci(999)


def test_unspecified_areas_name_no_country():
    assert {"_697", "_899"} <= countries.unspecified()
    assert "TWN" not in countries.unspecified()
    assert all(countries.name(area, "nb") for area in countries.unspecified())


@pytest.mark.parametrize("text", ["NOR", "no", "Norge", "norway", " NORGE "])
def test_countries_resolve_from_any_spelling(text):
    assert countries.resolve(text).iso3 == "NOR"


def test_unknown_countries_say_the_nearest():
    with pytest.raises(UnknownName) as caught:
        countries.resolve("Norwey")
    assert "NOR" in caught.value.nearest
    with pytest.raises(UnknownName):
        countries.country("XXX")
