"""GeoPolRisk: the formula by hand, the table of materials, and each difference from the published form."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from verdikart.core.errors import UnknownName, UsageProblem
from verdikart.indicators.geopolrisk import (
    COPPER,
    Flows,
    Supply,
    characterization_factor,
    geopolrisk,
    instability,
    production_hhi,
    score_table,
)
from verdikart.mapping.geopolrisk import scores
from verdikart.mapping.geopolrisk_inputs import DIFFERENCES
from verdikart.reference.entities import Reason
from verdikart.reference.figures import GeoPolRiskMaterial, ProductionSeries
from verdikart.reference.load import by_key, load
from verdikart.store import engine

NAN = float("nan")


def one(home, name, form="corrected", **more):
    (row,) = scores(2022, [home], [name], form, **more)
    return row


# --- the formula, by hand -------------------------------------------------------------------


def test_formula_by_hand():
    # World production 60, 30, 10: HHI 0.36 + 0.09 + 0.01. Imports 300 t from g = 0.5 and 100 t
    # from g = 0.1; 100 t of own production: (150 + 10) / 500 = 0.32.
    hhi = production_hhi([60.0, 30.0, 10.0])
    assert hhi == pytest.approx(0.46)
    score = geopolrisk(hhi, 160.0, 400.0, 100.0)
    assert score == pytest.approx(0.46 * 0.32)
    assert characterization_factor(score, 8.0) == pytest.approx(0.46 * 0.32 * 8 / 0.409412948)


def test_instability_runs_from_zero_to_one():
    # Norway 2022 in the published table: 0.5 - 0.9046 / 5; Afghanistan lies below -2.5.
    assert instability(0.9) == pytest.approx(0.32)
    assert instability(-2.55) == 1.0
    assert instability(2.6) == 0.0
    assert instability(None) is None


@pytest.mark.parametrize("place", range(4))
def test_no_score_without_an_input(place):
    inputs = [0.4, 10.0, 20.0, 5.0]
    assert geopolrisk(*inputs) == pytest.approx(0.16)
    inputs[place] = None
    assert geopolrisk(*inputs) is None


def test_no_score_where_nothing_is_supplied():
    assert geopolrisk(0.4, 0.0, 0.0, 0.0) is None
    assert production_hhi([]) is None
    assert production_hhi([0.0]) is None
    assert characterization_factor(None, 1.0) is None
    assert characterization_factor(0.1, None) is None


# --- the table at once ----------------------------------------------------------------------


def table(flows, production=0.0, low=None, high=None, hhi=0.5):
    """One pair; flows are (tonnes, value, instability)."""
    tonnes, value, score = (np.array(column, dtype=float) for column in zip(*flows, strict=True))
    pair = np.zeros(len(flows), dtype=np.intp)
    bounds = [np.array([production if b is None else b]) for b in (production, low, high)]
    return score_table(Flows(pair, tonnes, value, score), Supply(np.array([hhi]), *bounds))


def test_table_equals_the_scalars():
    found = table([(300.0, 900.0, 0.5), (100.0, 300.0, 0.1)], production=100.0, hhi=0.46)
    assert found.score[0] == pytest.approx(geopolrisk(0.46, 160.0, 400.0, 100.0))
    assert found.low[0] == found.high[0] == found.score[0]
    assert found.price[0] == 3.0
    assert found.factor[0] == pytest.approx(0.46 * 0.32 * 3 / COPPER)


def test_a_supplier_without_instability_gives_an_interval_only():
    found = table([(300.0, 1.0, 0.5), (100.0, 1.0, NAN)])
    assert np.isnan(found.score[0])
    assert np.isnan(found.factor[0])
    assert found.low[0] == pytest.approx(0.5 * 150 / 400)
    assert found.high[0] == pytest.approx(0.5 * 250 / 400)


def test_a_supplier_without_instability_and_without_tonnes_changes_nothing():
    found = table([(300.0, 1.0, 0.5), (0.0, 0.0, 0.9)])
    assert found.low[0] == found.high[0] == found.score[0] == 0.25


def test_flows_without_tonnes_widen_the_interval_by_their_value():
    # 400 t at 2 kUSD/t; the third flow's 200 kUSD would buy 100 t at that price.
    found = table([(300.0, 600.0, 0.5), (100.0, 200.0, 0.1), (NAN, 200.0, 0.9)])
    assert found.score[0] == pytest.approx(0.5 * 160 / 400)
    assert found.low[0] == pytest.approx(0.5 * 160 / 400)
    assert found.high[0] == pytest.approx(0.5 * (160 + 90) / 500)
    assert found.price[0] == 2.0
    assert found.unmeasured[0] == pytest.approx(0.2)


def test_no_tonnes_at_all_leave_the_bounds():
    found = table([(NAN, 5.0, 0.3), (NAN, 5.0, 0.6)])
    assert np.isnan(found.score[0])
    assert (found.low[0], found.high[0]) == (0.0, 0.3)


def test_bounds_of_production():
    found = table([(100.0, 1.0, 0.5)], production=NAN, low=100.0, high=np.inf)
    assert np.isnan(found.score[0])
    assert (found.low[0], found.high[0]) == (0.0, 0.125)


# --- the materials --------------------------------------------------------------------------


def test_materials_pair_known_series_and_codes():
    rows = load(GeoPolRiskMaterial)
    assert len(rows) == 53
    series = dict(engine.rows("SELECT DISTINCT series, unit FROM {file}", "wmd.parquet"))
    traded = {r[0] for r in engine.rows("SELECT DISTINCT code FROM {file}", "baci_hs92.parquet")}
    for row in rows:
        assert row.series in series
        assert (row.basis == "volume") == (series[row.series] == "Mm3")
        assert set(row.left_out) < set(row.hs92) <= traded
    counted = Counter(code for row in rows for code in row.hs92)
    assert [code for code, n in counted.items() if n > 1] == ["270112"]
    assert traded - set(counted) == {
        "711290"
    }  # waste of precious metals other than gold and platinum


def test_one_material_keeps_a_shared_code():
    kept = Counter(
        code for row in load(GeoPolRiskMaterial) for code in row.hs92 if code not in row.left_out
    )
    assert set(kept.values()) == {1}
    assert by_key(GeoPolRiskMaterial)["Coking Coal"].hs92 == ("270112",)


def test_bases_agree_with_those_of_the_production_series():
    basis = {r.series: r.basis for r in load(ProductionSeries) if r.source == "wmd"}
    for row in load(GeoPolRiskMaterial):
        found = basis.get(row.series, "")
        if row.basis in ("content", "element"):
            assert found.startswith("contained") or row.series.startswith("Uranium"), row
        if row.basis == "same":
            assert not found.startswith("contained"), row


# --- each difference from the published form -------------------------------------------------


def test_gas_in_cubic_metres_becomes_tonnes():
    # World Mining Data, Norway 2022: 123,777 million cubic metres; 800 t each.
    assert one("NOR", "Natural gas", "published")["production_t"] == 123_777
    row = one("NOR", "Natural gas")
    assert row["production_t"] == pytest.approx(99_021_600)
    assert row["score_status"] == "estimated"
    assert row["score_reason"] == "density_assumed"
    assert row["score"] < one("NOR", "Natural gas", "published")["score"] / 100
    assert row["score_low"] < row["score"] < row["score_high"]


@pytest.mark.parametrize("name", ["Asbestos", "Uranium", "Zirconium"])
def test_no_data_is_no_score(name):
    row = one("NOR", name)
    assert row["score"] is None
    assert row["score_status"] == "not_computable"
    assert row["score_reason"] == "no_flows"
    assert row["imports_t"] is row["import_risk"] is row["characterization_factor"] is None


def test_a_code_that_ended_says_so_for_every_home():
    # 811230 has no row after 2016.
    rows = scores(2022, None, ["germanium"], "corrected")
    assert len(rows) == 218
    assert {(r["score"], r["score_reason"]) for r in rows} == {(None, "not_in_embedded_data")}


def test_production_without_imports_is_a_zero_that_says_so():
    rows = [r for r in scores(2022, form="corrected") if r["score_status"] == "zero"]
    assert len(rows) > 100
    assert all(r["score"] == 0 and r["production_t"] > 0 for r in rows)
    assert {r["score_reason"] for r in rows} == {"no_flows"}


def test_taiwan_is_read_by_its_own_row():
    # Only a home that buys from Taiwan moves; Norway's lithium comes from there in part.
    before = one("NOR", "Lithium", "published")
    after = one("NOR", "Lithium", differences=["own_rows"])
    (estimate,) = engine.rows(
        "SELECT estimate FROM {file} WHERE iso3 = 'TWN' AND year = 2022", "wgi_pv.parquet"
    )[0]
    (tonnes,) = engine.rows(
        "SELECT sum(quantity_kg) / 1000 FROM {file} WHERE year = 2022 AND importer = 579 AND "
        "exporter = 490 AND code IN ('282520', '283691')",
        "baci_hs92.parquet",
    )[0]
    moved = before["hhi"] * (0.5 - (0.5 - estimate / 5)) * tonnes / before["imports_t"]
    assert moved > 0.01
    assert before["score"] - after["score"] == pytest.approx(moved, rel=1e-9)


def test_an_exporter_without_a_score_gives_an_interval_and_not_half():
    # Gibraltar has no row in the indicators; the EU imported 89,061 t of crude oil from there.
    row = one("EU27", "Crude oil")
    assert row["score"] is None
    assert row["score_reason"] == "governance_missing"
    half = one("EU27", "Crude oil", differences=DIFFERENCES - {"governance_missing"})
    assert row["score_low"] < half["score"] < row["score_high"]


def test_metal_content_is_not_added_to_ore():
    row = one("NOR", "Nickel")
    assert row["score"] is None
    assert row["score_reason"] == "unlike_bases"
    assert row["score_low"] == 0
    # Gross ore is at least its nickel, so the published figure is the upper bound.
    assert row["score_high"] == pytest.approx(one("NOR", "Nickel", "published")["score"])


def test_the_basis_does_not_matter_to_a_home_that_produces_none():
    row = one("NOR", "Copper")
    assert row["score"] == one("NOR", "Copper", "published")["score"]
    assert row["score_status"] == "estimated"
    assert row["score_reason"] == "production_assumed_zero"


def test_values_without_tonnes_leave_the_price():
    published, corrected = (one("NOR", "Palladium", form) for form in ("published", "corrected"))
    kilograms, value = engine.rows(
        "SELECT sum(quantity_kg), sum(value_usd) FROM {file} WHERE year = 2022 AND importer = 579 "
        "AND code IN ('711021', '711029') AND quantity_kg IS NOT NULL",
        "baci_hs92.parquet",
    )[0]
    assert corrected["price"] == pytest.approx(value / kilograms)
    assert corrected["price"] < published["price"]
    assert corrected["score_reason"] == "missing_quantity"
    assert corrected["score_low"] <= corrected["score"] <= corrected["score_high"]


def test_coal_is_counted_once():
    pair = ["Coking Coal", "Steam Coal"]
    published = scores(2022, ["NOR"], pair)
    corrected = scores(2022, ["NOR"], pair, "corrected")
    (twice,) = engine.rows(
        "SELECT sum(quantity_kg) / 1000 FROM {file} WHERE year = 2022 AND importer = 579 AND "
        "code = '270112'",
        "baci_hs92.parquet",
    )[0]
    total = [sum(row["imports_t"] for row in rows) for rows in (published, corrected)]
    assert total[0] - total[1] == pytest.approx(twice)
    assert all("shared_code" in row["caveats"] for row in corrected)
    assert corrected[1]["score_reason"] == "shared_code"


def test_coal_under_the_shared_code_alone_is_no_zero():
    # Fiji and four others bought no other coal than 270112 in 2022: that is not "no imports".
    rows = scores(2022, form="corrected", materials=["Steam Coal"])
    alone = [r for r in rows if r["score_reason"] == "shared_code" and r["score"] is None]
    assert "FJI" in {r["home"] for r in alone}
    assert all(r["score_status"] == "not_computable" for r in alone)


def test_territories_produce_for_the_country_whose_trade_is_theirs():
    # French Guiana's gold mines; BACI counts its trade with France.
    before = one("FRA", "Gold", "published")["production_t"]
    (kilograms,) = engine.rows(
        "SELECT quantity FROM {file} WHERE series = 'Gold' AND iso3 = 'GUF' AND year = 2022",
        "wmd.parquet",
    )[0]
    assert kilograms > 0
    after = one("FRA", "Gold")
    assert after["production_t"] - before == pytest.approx(kilograms / 1000)


def test_a_bloc_has_no_inner_trade():
    row = one("EU27", "Cobalt")
    assert "intra_bloc_left_out" in row["caveats"]
    assert row["imports_t"] < one("EU27", "Cobalt", "published")["imports_t"]
    assert "intra_bloc_left_out" not in one("FRA", "Cobalt")["caveats"]


def test_all_differences_are_the_corrected_form_and_none_the_published():
    homes = ["NOR", "EU27", "NATO_EX_NOR", "CHN"]
    assert scores(2022, homes, differences=DIFFERENCES) == scores(2022, homes, form="corrected")
    assert scores(2022, homes, differences=[]) == scores(2022, homes)


# --- what is asked is answered ----------------------------------------------------------------


@pytest.mark.parametrize("form", ["published", "corrected"])
def test_every_pair_is_answered_in_the_order_asked(form):
    homes, names = ["SWE", "EU27", "NOR", "XKX"], ["Zinc", "Cobalt", "Germanium"]
    rows = scores(2022, homes, names, form)
    assert [(r["home"], r["name"]) for r in rows] == [(h, n) for h in homes for n in names]
    assert {r["form"] for r in rows} == {form}
    assert scores(2022, [], names, form) == []


def test_every_row_without_a_score_says_why():
    known = by_key(Reason)
    for row in scores(2022, form="corrected"):
        assert row["score_reason"] is None or row["score_reason"] in known
        assert set(row["caveats"]) <= set(known)
        assert (row["score"] is None) == (row["score_status"] in ("missing", "not_computable"))
        if row["score"] is None:
            assert row["score_reason"]
            assert row["characterization_factor"] is None
        elif row["score_low"] is not None:
            tiny = 1e-15
            assert row["score_low"] - tiny <= row["score"] <= row["score_high"] + tiny


def test_a_home_that_trade_counts_elsewhere_is_not_a_zero():
    row = one("XKX", "Zinc")
    assert (row["score"], row["score_status"]) == (None, "missing")
    assert row["score_reason"] == "source_lacks_home"


def test_one_bad_name_is_an_error_and_not_fewer_rows():
    with pytest.raises(UnknownName, match="NOR"):
        scores(2022, ["NOR", "NORR"])
    with pytest.raises(UnknownName, match="Cobalt"):
        scores(2022, ["NOR"], ["Nickel", "Colbalt"])
    with pytest.raises(UnknownName, match="published"):
        scores(2022, ["NOR"], form="publisched")
    with pytest.raises(UnknownName, match="unlike_bases"):
        scores(2022, ["NOR"], differences=["unlike_base"])
    with pytest.raises(UsageProblem, match="2018–2024"):
        scores(2017, ["NOR"])


def test_a_material_is_found_by_name_or_id():
    found = [r["name"] for r in scores(2022, ["NOR"], ["aluminium"])]
    assert found == ["Aluminium", "Bauxite"]
    assert scores(2022, ["NOR"], ["iron_ore"])[0]["name"] == "Iron"


@pytest.mark.parametrize("year", range(2018, 2025))
def test_every_year_of_production_is_answered(year):
    rows = scores(year, ["NOR", "EU27"], form="corrected")
    assert len(rows) == 106
    assert sum(r["score"] is not None for r in rows) > 60


# --- sizes the method page gives ---------------------------------------------------------------


@pytest.fixture(scope="module")
def published():
    return scores(2022)


@pytest.mark.parametrize(
    ("name", "pairs"),
    [
        ("density_assumed", 78),
        ("governance_missing", 427),
        ("intra_bloc_left_out", 0),  # no bloc among the importers
        ("no_flows", 5287),
        ("own_rows", 442),
        ("shared_code", 138),
        ("unlike_bases", 514),
    ],
)
def test_pairs_that_a_difference_moves(published, name, pairs):
    other = scores(2022, differences=[name])
    before, after = ([row["score"] for row in rows] for rows in (published, other))
    moved = [b is None or abs(a - b) > 1e-12 for a, b in zip(before, after, strict=True)]
    assert sum(moved) == pairs


def test_whole_units_of_production_make_no_difference_that_shows(published):
    other = scores(2022, differences=["fractional_production"])
    assert max(abs(a["score"] - b["score"]) for a, b in zip(published, other, strict=True)) < 3e-10


def test_coverage_of_the_corrected_form():
    rows = scores(2022, form="corrected")
    assert Counter(row["score_status"].value for row in rows) == {
        "ok": 533,
        "estimated": 4972,
        "zero": 232,
        "not_computable": 5599,
        "missing": 218,
    }
    for name, count in (("NOR", 45), ("EU27", 32)):
        asked = scores(2022, [name], form="corrected")
        assert sum(row["score"] is not None for row in asked) == count
