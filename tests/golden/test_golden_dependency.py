"""`verdikart dependency` gives the golden numbers of Norway and EU27, 2022, to 1e-6."""

from __future__ import annotations

import pytest

from verdikart.core.figure import MixId
from verdikart.mapping.library import Library
from verdikart.mapping.questions import supply_mix

HOMES = ("NOR", "EU27")
SAME_NAME = {"S19": "TWN"}  # BACI's 490, Other Asia not specified
EXACT = 1.0e-6
SHARES = {"hhi_value": "hhi_v", "hhi_quantity": "hhi_q", "top_share": "top_share"}


def close(found, golden: str) -> bool:
    return found == pytest.approx(float(golden), abs=EXACT, rel=1e-9)


def asked(command, home, *more):
    rows = command("dependency", "--home", home, "--year", "2022", *more)
    return {row["product"]: row for row in rows}


@pytest.fixture(scope="module", params=HOMES)
def pair(request, command, dependency_rows):
    """(home, rows of the command, golden rows)."""
    return request.param, asked(command, request.param), dependency_rows[request.param]


def test_every_code_of_the_source_has_a_row(pair, dependency_rows):
    _, rows, golden = pair
    assert len(rows) == 71
    assert set(rows) == set(dependency_rows["EU27"])
    assert set(golden) <= set(rows)


def test_codes_without_imports_are_missing_not_zero(command, dependency_rows):
    rows = asked(command, "NOR")
    empty = set(rows) - set(dependency_rows["NOR"])
    assert len(empty) == 5
    for code in empty:
        for name in ("hhi_value", "top_supplier", "top_share", "cdi1", "cdi2", "cdi3"):
            assert rows[code][name] is None
            assert rows[code][f"{name}_status"] == "missing"
        assert rows[code]["imports_value"] is None
        assert rows[code]["flags"] == []


def test_imports_and_exports(pair):
    home, rows, golden = pair
    for code, row in golden.items():
        assert rows[code]["value_unit"] == "USD"
        assert rows[code]["imports_value"] == pytest.approx(1000 * float(row["import_v"]), abs=0.6)
        if home == "NOR":
            exports = rows[code]["exports_value"] or 0
            assert exports == pytest.approx(1000 * float(row["export_v"]), abs=0.6)


@pytest.mark.parametrize("name", SHARES)
def test_concentration(pair, name):
    _, rows, golden = pair
    wrong = [c for c, row in golden.items() if not close(rows[c][name], row[SHARES[name]])]
    assert wrong == []


def test_top_supplier(pair):
    _, rows, golden = pair
    for code, row in golden.items():
        assert rows[code]["top_supplier"] == SAME_NAME.get(row["top_iso3"], row["top_iso3"]), code


def test_top_supplier_by_quantity(command, dependency_rows):
    rows = asked(command, "NOR")
    for code, row in dependency_rows["NOR"].items():
        expected = SAME_NAME.get(row["top_iso3_q"], row["top_iso3_q"])
        assert rows[code]["top_supplier_quantity"] == expected, code
        assert close(rows[code]["top_share_quantity"], row["top_share_q"]), code


def test_norway_imports_over_exports_and_zero_exports(command, dependency_rows):
    rows = asked(command, "NOR")
    infinite = [c for c, r in dependency_rows["NOR"].items() if r["imp_exp_ratio"] == "inf"]
    assert len(infinite) > 5
    for code, row in dependency_rows["NOR"].items():
        if code in infinite:
            assert rows[code]["cdi3"] is None
            assert rows[code]["cdi3_status"] == "not_computable"
            assert rows[code]["cdi3_reason"] == "zero_denominator"
        else:
            assert close(rows[code]["cdi3"], row["imp_exp_ratio"]), code
        # CDI2 of a single country is 1 by definition, and says so.
        assert rows[code]["cdi2"] == 1
        assert rows[code]["cdi2_reason"] == "single_country_home"


def test_eu_cdi2_and_both_readings_of_cdi3(command, dependency_rows):
    all_exports = asked(command, "EU27")
    outside = asked(command, "EU27", "--cdi3-exports", "extra")
    for code, row in dependency_rows["EU27"].items():
        assert close(all_exports[code]["cdi2"], row["cdi2_extra_share"]), code
        assert close(all_exports[code]["cdi3"], row["cdi3_total_exports"]), code
        assert close(outside[code]["cdi3"], row["cdi3_extra_exports_only"]), code


def test_flags(pair):
    home, rows, golden = pair
    for code, row in golden.items():
        flags = set(rows[code]["flags"])
        assert ("concentrated" in flags) == (row["flag_hhi04"] == "True"), code
        assert ("cdi1" in flags) == (row["flag_hhi04"] == "True"), code
        assert ("over_65_imports" in flags) == (row["flag_top65"] == "True"), code
        if home == "EU27":
            all_three = {"cdi1", "cdi2", "cdi3"} <= flags
            assert all_three == (float(row["cdi_all3"]) == 1), code


def test_eu_all_three_criteria_with_extra_exports_only(command, dependency_rows):
    rows = asked(command, "EU27", "--cdi3-exports", "extra")
    expected = {c for c, r in dependency_rows["EU27"].items() if float(r["cdi_all3_extraX"]) == 1}
    found = {c for c, r in rows.items() if {"cdi1", "cdi2", "cdi3"} <= set(r["flags"])}
    assert found == expected
    assert len(found) == 12  # nine with all exports as the denominator


def test_geodep_counts_no_exports_as_fully_dependent(command, dependency_rows):
    rows = asked(command, "NOR")
    for code, row in dependency_rows["NOR"].items():
        assert rows[code]["geodep"] is (float(row["geodep_1to3"]) == 1), code


def test_world_exports(dependency_rows):
    library = Library()
    library.read_all(["WORLD"], [2022])
    for code, row in dependency_rows["EU27"].items():
        world = supply_mix(library, MixId("WORLD", 2022, "baci_hs92", code, "export"))
        assert close(world["hhi_value"], row["world_export_hhi"]), code
