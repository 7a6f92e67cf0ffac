"""`verdikart mix` gives the golden headline numbers."""

from __future__ import annotations

from importlib.resources import files

import duckdb
import pytest

EXACT = 1.0e-6
NORWAY = ("HS92:260200", "HS92:251020", "HS92:760110")
UNION = ("HS92:284690", "HS92:250410", "HS92:261400", "HS92:283691")
MINED = ("cobalt", "rare_earth_elements", "titanium_minerals")
REFINED = ("aluminium", "gallium")
# golden id → (home or stage, subject, country, which share)
SHARE_OF = {
    "G02s": ("NOR", "HS92:260200", "GAB", "value_share"),
    "G04": ("NOR", "HS92:251020", "FIN", "value_share"),
    "G17": ("NOR", "HS92:760110", "RUS", "value_share"),
    "G06c": ("EU27", "HS92:284690", "CHN", "value_share"),
    "G07": ("EU27", "HS92:250410", "NOR", "value_share"),
    "G08": ("EU27", "HS92:261400", "NOR", "quantity_share"),
    "G09": ("EU27", "HS92:283691", "CHL", "value_share"),
    "G01": ("WORLD", "rare_earth_elements@extraction", "CHN", "quantity_share"),
    "G11": ("WORLD", "aluminium@processing", "NOR", "quantity_share"),
    "G13": ("WORLD", "gallium@processing", "CHN", "quantity_share"),
    "G15": ("WORLD", "titanium_minerals@extraction", "NOR", "quantity_share"),
}
HHI_OF = {
    "G06": ("EU27", "HS92:284690", "hhi_value"),
    "G12": ("WORLD", "cobalt@extraction", "hhi_quantity"),
}
NAMED = {"G02": ("Gabon (266)", "GAB"), "G03": ("South Africa (710)", "ZAF")}


@pytest.fixture(scope="module")
def asked(command, mixes):
    found = {("NOR", s): m for s, m in mixes(NORWAY, "--home", "NOR", "--year", "2022").items()} | {
        ("EU27", s): m for s, m in mixes(UNION, "--home", "EU27", "--year", "2022").items()
    }
    for stage, materials in (("extraction", MINED), ("processing", REFINED)):
        named = [f"--material={m}" for m in materials]
        rows = command("mix", *named, f"--stage={stage}", "--source=wmd", "--year=2022")
        found |= {("WORLD", m["subject"]): m for m in rows["mixes"]}
    return found


def supplier(mix, iso3):
    return next(s for s in mix["suppliers"] if s["iso3"] == iso3)


def test_every_golden_number_has_a_test(headline):
    assert set(headline) == {*SHARE_OF, *HHI_OF, *NAMED, "G01b"}


@pytest.mark.parametrize("number", SHARE_OF)
def test_share(asked, headline, number):
    home, subject, iso3, measure = SHARE_OF[number]
    share = supplier(asked[home, subject], iso3)[measure]
    assert share == pytest.approx(float(headline[number]["result"]), abs=EXACT)


@pytest.mark.parametrize("number", HHI_OF)
def test_hhi(asked, headline, number):
    home, subject, name = HHI_OF[number]
    assert asked[home, subject][name] == pytest.approx(float(headline[number]["result"]), abs=EXACT)


def test_gabon_first_by_value_south_africa_first_by_tonnes(asked, headline):
    ore = asked["NOR", "HS92:260200"]
    for number, key in (("G02", "top_supplier"), ("G03", "top_supplier_quantity")):
        printed, iso3 = NAMED[number]
        assert headline[number]["result"] == printed
        assert ore[key] == iso3
    assert ore["suppliers"][0]["iso3"] == "GAB"
    assert max(ore["suppliers"], key=lambda s: s["quantity_t"] or 0)["iso3"] == "ZAF"


def test_the_stale_total_is_not_used(asked, headline):
    """World Mining Data's own total omits countries: with it China would have 70.7 %."""
    mix = asked["WORLD", "rare_earth_elements@extraction"]
    totals = files("verdikart.store") / "data" / "wmd_totals.parquet"
    ((printed, unit),) = duckdb.sql(
        f"SELECT printed_total, unit FROM read_parquet('{totals}') "
        "WHERE series = 'Rare Earths (REO)' AND year = 2022"
    ).fetchall()
    assert unit == "t"
    trap = float(headline["G01b"]["result"])
    china = supplier(mix, "CHN")
    assert china["quantity_t"] / printed == pytest.approx(trap, abs=EXACT)
    assert china["quantity_share"] == pytest.approx(0.703, abs=0.0005)
    assert china["quantity_share"] < trap - 0.004
    assert mix["total_quantity_t"] > printed


def test_shares_of_identified_supply_add_up(asked):
    for mix in asked.values():
        measure = f"{mix['measure']}_share"
        assert sum(s[measure] or 0 for s in mix["suppliers"]) == pytest.approx(1, abs=1e-12)


def test_largest_first(asked):
    for mix in asked.values():
        key = "value" if mix["measure"] == "value" else "quantity_t"
        amounts = [s[key] or 0 for s in mix["suppliers"]]
        assert amounts == sorted(amounts, reverse=True)
