"""The quality of trade statistics: mirror gaps, transit, hidden figures, masses."""

from __future__ import annotations

from dataclasses import replace
from math import exp

import pytest

from verdikart.core.errors import Problems, UsageProblem
from verdikart.core.figure import MixId, Status
from verdikart.indicators import hidden, mirror, transit, unit_values
from verdikart.indicators.concentration import hhi_bounds
from verdikart.mapping import (
    quality_cells,
    quality_hidden,
    quality_masses,
    quality_mirror,
    quality_transit,
)
from verdikart.mapping.library import Library, makers, makers_by_source
from verdikart.mapping.quality_rows import question
from verdikart.reference.load import load
from verdikart.reference.quality import KnownSuppression, TradeHub

LIMITS = mirror.Limits()


def report(exporter, value, side="exporter", importer="NOR", valuation="", **more):
    return mirror.Report(
        "HS17:750210", 2024, exporter, importer, side, value, "USD", None, valuation, "s",
        float(value), **more,
    )  # fmt: skip


@pytest.fixture(scope="module")
def library():
    return Library()


# --- mirror ---------------------------------------------------------------------------------------


def test_difference_is_symmetric_and_bounded():
    assert mirror.difference(100, 300) == mirror.difference(300, 100) == 0.5
    assert mirror.difference(0, 5) == 1.0
    assert mirror.difference(0, 0) is None


@pytest.mark.parametrize(
    ("fob", "cif", "left"),
    [
        (100, 110, 0.0),  # freight of a tenth
        (100, 120, 0.0),  # of a fifth, the limit
        (100, 240, 1 / 3),  # 240 / 1.2 = 200 against 100
        (150, 100, 0.2),  # an export larger than the import: freight explains nothing
    ],
)
def test_freight_explains_only_what_it_can(fob, cif, left):
    assert mirror.beyond_freight(fob, cif, 0.2) == pytest.approx(left)


def test_silence_is_nothing_only_of_a_country_that_reports():
    told = [report("CAN", 100), report("RUS", 50), report("AUS", 10)]
    heard = [report("CAN", 80, side="importer")]
    gaps = {g.told.exporter: g for g in mirror.compare(told, heard, LIMITS)}
    assert (gaps["CAN"].agreement, gaps["RUS"].agreement) == ("differs", "silent")
    assert (gaps["RUS"].low, gaps["RUS"].high) == (0.0, 50.0)
    assert gaps["RUS"].gap is None
    # Canada reports exports to Norway, Russia reports nothing: its silence says nothing.
    gaps = {
        g.told.exporter: g
        for g in mirror.compare([told[0]], [*heard, report("RUS", 50, side="importer")], LIMITS)
    }
    assert gaps["RUS"].agreement == "no_report"
    assert (gaps["RUS"].low, gaps["RUS"].high) == (50.0, 50.0)


def test_a_telling_tells_a_flow_once():
    with pytest.raises(ValueError, match="two reports of one flow"):
        mirror.compare([report("CAN", 1), report("CAN", 2)], [], LIMITS)


def test_freight_is_weighed_only_between_fob_and_cif():
    gap = mirror.compare(
        [report("CAN", 100, valuation="FOB")],
        [report("CAN", 115, side="importer", valuation="CIF")],
        LIMITS,
    )[0]
    assert (gap.gap, gap.agreement) == (0.0, "agrees")
    assert gap.difference == pytest.approx(15 / 215)
    assert gap.low == pytest.approx(115 / 1.2)
    same = mirror.compare([report("CAN", 100)], [report("CAN", 115, side="importer")], LIMITS)[0]
    assert same.gap == pytest.approx(15 / 215)
    assert same.agreement == "differs"


def test_interval_of_two_suppliers_by_hand():
    """A is told 60 and 40, B 40 and 40: the extremes are 60/100 and 40/80."""
    told = [report("A", 60), report("B", 40)]
    heard = [report("A", 40, side="importer"), report("B", 40, side="importer")]
    mix = mirror.mix_interval(mirror.compare(told, heard, LIMITS), "exporter")
    assert (mix.share_first, mix.share_second) == (0.6, 0.5)
    assert (mix.share_low, mix.share_high) == (0.5, 0.6)
    assert mix.hhi_low == 0.5
    # 0.52 is the most that a choice gives; the chord of 40–60 allows (3200 + 1600) / 96².
    assert mix.hhi_high == pytest.approx(4800 / 96**2)


def test_range_of_one_supplier_and_of_none():
    assert mirror.hhi_range([(0.0, 5.0)]) == (1.0, 1.0)
    assert mirror.hhi_range([(0.0, 0.0)]) is None
    # 10–30 and 20: equal at 20; 5/9 at 10 and 20 is the most, 4/7 what the chord allows.
    assert mirror.hhi_range([(10, 30), (20, 20)]) == (0.5, pytest.approx(4 / 7))


def test_summary_weighs_by_value():
    told = [report("A", 100), report("B", 1)]
    heard = [report("A", 100, side="importer"), report("B", 3, side="importer")]
    found = mirror.summary(mirror.compare(told, heard, LIMITS))
    assert found.mean == pytest.approx(0.5 * 4 / 204)
    assert (found.median, found.agree, found.compared) == (0.25, 1, 2)


def test_reports_of_a_file_and_its_faults(tmp_path, library):
    head = ",".join(quality_mirror.COLUMNS)
    good = tmp_path / "reports.csv"
    good.write_text(
        f"{head}\n"
        "HS17:750210,2023,CAN,NOR,exporter,1000,USD,50,FOB,comtrade\n"
        "HS17:750210,2023,CAN,NOR,importer,1100,USD,,CIF,comtrade\n"
        "HS17:750210,2023,RUS,NOR,importer,500,USD,,CIF,comtrade\n"
        "HS17:750210,2023,CAN,DEU,exporter,9,USD,1,FOB,comtrade\n",
        encoding="utf-8",
    )
    found = quality_mirror.from_file(good, library, "NOR", "import", LIMITS)
    assert [(c.kind, len(c.gaps)) for c in found] == [("mirror", 2)]
    asked = question(library, "NOR", 2023)
    rows = quality_mirror.flow_rows(asked, found)
    assert [(r["exporter"], r["agreement"]) for r in rows] == [
        ("CAN", "agrees"),
        ("RUS", "no_report"),
    ]
    assert (rows[0]["first_quantity_t"], rows[0]["second_quantity_t"]) == (0.05, None)
    assert rows[0]["second_quantity_t_status"] == "missing"
    bad = tmp_path / "bad.csv"
    bad.write_text(
        f"{head}\n750210,2023,CAN,NOR,exporter,1,USD,,,x\nHS17:750210,2023,CAN,NOR,both,1,USD,,,x\n"
        "HS17:750210,2023,CAN,NOR,exporter,1,USD,,,x\nHS17:750210,2023,CAN,NOR,exporter,1,USD,,,x\n",
        encoding="utf-8",
    )
    with pytest.raises(Problems) as raised:
        quality_mirror.read_reports(bad)
    assert len(raised.value.problems) == 3
    assert "write exporter or importer" in str(raised.value)
    assert "tells the same flow twice" in str(raised.value)
    bad.write_text("code,year\n", encoding="utf-8")
    with pytest.raises(Problems, match="lacks the column"):
        quality_mirror.read_reports(bad)


def test_two_sources_are_named_as_such(library):
    rows = quality_mirror.product_rows(
        asked := question(library, "EU27", 2024), quality_mirror.two_sources(asked, LIMITS)
    )
    nickel = next(r for r in rows if r["code"] == "HS17:750210")
    assert (nickel["kind"], nickel["first_source"], nickel["second_source"]) == (
        "two_sources", "baci_hs17", "comext_cn8",
    )  # fmt: skip
    assert nickel["mean_gap_status"] == "estimated"  # the euro rate of 2024 is not confirmed
    assert "two_sources" in nickel["reasons"]
    for row in rows:
        for which in ("first", "second"):
            if row[f"hhi_{which}"] is not None:
                assert row[f"hhi_{which}_low"] <= row[f"hhi_{which}"] + 1e-12
                assert row[f"hhi_{which}"] <= row[f"hhi_{which}_high"] + 1e-12


# --- transit --------------------------------------------------------------------------------------


def signs(producers=(), complete=True, hubs=(), imports=None, exports=None):
    return transit.suspicion(
        "NLD", producers=producers, complete=complete, hubs=hubs, imports=imports,
        exports=exports, limits=transit.Limits(),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("found", "level", "score"),
    [
        (signs({"CHN"}), "likely", 0.5),  # two could be asked: producer and hub
        (signs({"CHN"}, complete=False), "unknown", 0.0),  # a shared code can come from others
        (signs({"NLD"}, hubs={"NLD"}, imports=9, exports=10), "sign", 2 / 3),
        (signs((), hubs={"NLD"}, imports=5, exports=10), "possible", 1.0),
        (signs((), hubs={"NLD"}, imports=4, exports=10), "sign", 0.5),
        (signs({"NLD"}, imports=4, exports=10), "none", 0.0),
        (signs({"NLD"}, imports=4, exports=0), "none", 0.0),  # nothing exported: not asked
    ],
)
def test_signs_make_a_level(found, level, score):
    assert (found.level, found.score) == (level, pytest.approx(score))
    assert found.suspect == (level in ("likely", "possible"))


def test_suspects_supply_is_of_unknown_origin():
    found = transit.reassigned([("A", 50), ("NLD", 30), ("B", 20)], {"NLD"})
    assert (found.hhi, found.suspected) == (0.38, 30)
    assert (found.hhi_low, found.hhi_high) == hhi_bounds([50, 20], 30)
    assert (found.top_share_low, found.top_share_high) == (0.5, 0.8)
    clear = transit.reassigned([("A", 50), ("B", 50)], set())
    assert (clear.hhi_low, clear.hhi_high, clear.top_share_high) == (0.5, 0.5, 0.5)


def test_the_verdict_rests_on_the_same_rule(library):
    """Baryte from the Netherlands: the caveat of the mapping is the first sign here."""
    asked = question(library, "NOR", 2024, codes=("HS92:251110",))
    evidence = library.evidence(MixId("NOR", 2024, "baci_hs92", "HS92:251110", "import"))
    top = evidence.mix.suppliers[0].iso3
    assert transit.does_not_produce(top, evidence.producers, evidence.producers_complete)
    row = quality_transit.partner_rows(asked, transit.Limits())[0]
    assert (row["partner"], row["level"]) == (top, "likely") == ("NLD", "likely")
    assert row["signs"] == ["not_a_producer", "hub"]
    assert row["imports_over_exports"] == pytest.approx(0.49, abs=0.01)
    assert "Rotterdam" in row["text_nb"]


def test_a_survey_adds_producers_and_makes_no_list():
    by_source = makers_by_source("HS17:280469", 2024)
    assert {"KAZ", "MYS"} <= by_source["usgs_2026"] - by_source["eu_crm_2023"]
    assert "NOR" in by_source["facilities"]
    assert makers("HS17:280469", 2024) == frozenset().union(*by_source.values())
    # No production table lists permanent magnets, so the survey and the register say nothing.
    assert makers_by_source("HS17:850511", 2024) == {}


def test_zinc_concentrate_from_france_is_suspected(library):
    rows = quality_transit.product_rows(question(library, "NOR", 2024), transit.Limits())
    zinc = next(r for r in rows if r["code"] == "HS92:260800")
    assert zinc["suspects"][0] == "FRA"
    assert zinc["suspected_share"] == pytest.approx(0.1355, abs=1e-4)
    assert zinc["hhi_low"] < zinc["hhi"] < zinc["hhi_high"]


def test_hubs_have_a_source_and_say_what_is_from_memory():
    hubs = {hub.iso3: hub for hub in load(TradeHub)}
    assert {"NLD", "BEL", "SGP", "HKG", "ARE", "CHE"} <= hubs.keys()
    for hub in hubs.values():
        assert hub.source.startswith("from memory") == (hub.confidence == "memory, unverified")


# --- hidden ---------------------------------------------------------------------------------------


def test_bounds_with_a_hidden_part():
    found = hidden.bounds([60, 20], 20)
    assert (found.hhi, found.hidden_share) == (0.625, 0.2)
    assert (found.hhi_low, found.hhi_high) == (0.4, pytest.approx(0.68))
    assert (found.top_share_low, found.top_share_high) == (0.6, 0.8)
    nothing = hidden.bounds([60, 20], None)
    assert (nothing.hidden, nothing.hhi_low, nothing.hhi_high) == (None, 0.0, 1.0)


def test_residual_is_never_negative():
    assert hidden.residual(100, [60, 30]).value == 10
    over = hidden.residual(100, [60, 50])
    assert (over.value, over.status, over.reason) == (
        None, Status.NOT_COMPUTABLE, "visible_exceeds_total",
    )  # fmt: skip
    assert hidden.residual(None, [1]).status is Status.MISSING


def test_suppressed_missing_and_zero_are_three_things():
    cells = [
        hidden.Cell("c", 2023, "SWE", 60, Status.OK),
        hidden.Cell("c", 2023, "DEU", 0, Status.ZERO),
        hidden.Cell("c", 2023, "CHN", None, Status.SUPPRESSED),
        hidden.Cell("c", 2023, "USA", None, Status.MISSING),
    ]
    open_ended = hidden.coverage(cells)
    assert (open_ended.shown, open_ended.suppressed, open_ended.missing) == (2, 1, 1)
    assert (open_ended.bounds.hhi_low, open_ended.bounds.hhi_high) == (0.0, 1.0)
    sized = hidden.coverage(cells, total=80)
    assert (sized.bounds.hidden, sized.bounds.top_share_low) == (20, 0.75)
    # Nothing withheld: a missing cell does not widen the interval.
    assert hidden.coverage([cells[0], cells[3]]).bounds.hhi_high == 1.0 == open_ended.bounds.hhi


def test_a_gap_stands_between_two_years_with_trade():
    assert hidden.gaps_in_series([1, 2, 3, 4, 5], [9, None, 9, 0, 1], floor=5) == [2]
    assert hidden.gaps_in_series([1, 2, 3], [None, 9, None], floor=5) == []


def test_known_suppressions_of_norway(library):
    rows = quality_hidden.rows(question(library, "NOR", None), any_year=True)
    known = {r["code"]: r for r in rows if r["kind"].endswith("_suppression")}
    assert known["HS17:750110"]["hidden"] == 1_778_270_431
    phosphate = known["HS17:251010"]
    assert (phosphate["hidden"], phosphate["hidden_status"]) == (None, "suppressed")
    assert (phosphate["hhi_low"], phosphate["hhi_high"]) == (0.0, 1.0)
    headings = {r["code"]: r for r in rows if r["kind"] == "heading_residual"}
    assert headings["HS17:7502"]["hidden"] == 2_085_239 - headings["HS17:7502"]["visible"]
    assert headings["HS17:2818"]["visible"] is None  # not embedded, not zero
    exported = quality_hidden.rows(question(library, "NOR", None, "export"), any_year=True)
    withheld = next(r for r in exported if r["code"] == "99999999")
    assert (withheld["hidden"], withheld["year"], withheld["value_unit"]) == (
        55_000_000_000, 2023, "NOK",
    )  # fmt: skip


def test_evidence_of_suppressions_is_in_both_languages():
    for row in load(KnownSuppression):
        assert row.evidence_en
        assert row.evidence_nb
        assert row.source
        assert (row.amount is None) == (row.amount_year is None)


def test_cells_of_a_file(tmp_path, library):
    path = tmp_path / "cells.csv"
    path.write_text(
        "nomenclature,code,year,flow,partner,value,currency,status_code\n"
        "HS17,310520,2023,export,SWE,60,NOK,ok\n"
        "HS17,310520,2023,export,DEU,,NOK,suppressed\n"
        "HS17,310520,2023,export,WORLD,100,NOK,ok\n"
        "HS17,310520,2022,export,SWE,5,NOK,provisional\n"
        "NO8,99999999,2023,export,,55000,NOK,ok\n",
        encoding="utf-8",
    )
    rows = quality_cells.rows(question(library, "NOR", None, "export"), path, any_year=True)
    assert [(r["code"], r["kind"], r["hidden"]) for r in rows] == [
        ("HS17:310520", "suppressed_cells", 40),
        ("NO8:99999999", "sum_of_suppressed", 55000),
    ]
    assert (rows[0]["hhi_low"], rows[0]["hhi_high"]) == (pytest.approx(0.36), 1.0)
    path.write_text(
        "code,year,flow,partner,value,status_code\nHS17:1,2023,export,SWE,1,fine\n",
        encoding="utf-8",
    )
    with pytest.raises(Problems, match="is no status"):
        quality_cells.rows(question(library, "NOR", None, "export"), path, any_year=True)


# --- masses ---------------------------------------------------------------------------------------

PRICES = [9.0, 9.5, 9.8, 10.0, 10.0, 10.2, 10.4, 10.6, 11.0, 12.0]


def world(extra=()):
    found = [
        unit_values.Flow(f"E{i}", "NOR", 2_000_000, round(2_000_000 / price))
        for i, price in enumerate(PRICES)
    ]
    return [*found, *extra]


def test_an_outlier_has_an_expected_mass():
    odd = unit_values.Flow("ODD", "NOR", 2_000_000, 2_000_000)  # a tenth of the others' price
    limits = unit_values.Limits()
    tested = unit_values.score_flows(
        [*world(), odd], limits, unit_values.spreads(world([odd]), limits)
    )
    assert [t.flow.exporter for t in tested if t.outlier] == ["ODD"]
    last = tested[-1]
    assert last.centre == pytest.approx(10_000)
    assert last.expected == pytest.approx(200_000)
    assert last.low < last.expected < last.high
    # Eleven flows: the least believed spread is ten per cent.
    assert last.high / last.expected == pytest.approx(exp(3.5 * 0.0953))


def test_a_small_class_uses_all_flows_and_a_small_code_none():
    limits = unit_values.Limits()
    small = unit_values.Flow("S", "NOR", 500, 1)
    spreads = unit_values.spreads(world([small]), limits)
    assert [s.flows for s in spreads] == [11, 11, 10]
    few = unit_values.spreads(world()[:4], limits)
    tested = unit_values.score_flows(world()[:4], limits, few)
    assert {t.outlier for t in tested} == {False}
    assert tested[0].score is None


def test_effect_on_concentration_by_mass():
    odd = unit_values.Flow("ODD", "NOR", 2_000_000, 20_000_000)
    limits = unit_values.Limits()
    flows = [*world(), odd, unit_values.Flow("GAP", "NOR", 2_000_000, None)]
    tested = unit_values.score_flows(flows, limits, unit_values.spreads(flows, limits))
    found = unit_values.effect(tested, "exporter")
    assert (found.outliers, found.largest_told) == (1, "ODD")
    assert found.largest_without == "E0"
    assert found.hhi_told > 0.8
    assert found.hhi_without == pytest.approx(0.1, abs=0.01)
    assert found.hhi_expected == pytest.approx(1 / 12, abs=0.01)


def test_missing_mass_is_counted_and_not_nought():
    flows = [
        unit_values.Flow("A", "NOR", 60, 6),
        unit_values.Flow("B", "NOR", 30, None),
        unit_values.Flow("C", "NOR", 10, 0),
    ]
    found = unit_values.missing(flows)
    assert (found.unmeasured_flows, found.value_share, found.quantity) == (2, 0.4, 6)
    assert unit_values.missing(flows[1:]).quantity is None


def test_norwegian_rare_earth_metals_have_an_odd_mass(library):
    """709.9 t for 2.39 MUSD from China: a tenth of what others pay a tonne."""
    asked = question(library, "NOR", 2024, codes=("HS92:280530",))
    row = quality_masses.outlier_rows(asked, unit_values.Limits())[0]
    assert (row["exporter"], row["quantity_t"]) == ("CHN", pytest.approx(709.9, abs=0.1))
    assert row["expected_quantity_t_high"] < row["quantity_t"]
    effect = quality_masses.effect_rows(asked, unit_values.Limits())[0]
    assert effect["hhi_quantity"] > effect["hhi_quantity_expected"]


def test_a_source_without_all_pairs_is_refused(library):
    asked = question(library, "NOR", 2024, codes=("HS17:280469",))
    with pytest.raises(UsageProblem, match="baci_hs92"):
        quality_masses.missing_rows(asked, "product")
    with pytest.raises(UsageProblem, match="one nomenclature"):
        question(library, "NOR", 2024, codes=("HS17:280469", "HS92:260200"))
    assert replace(asked, codes=("HS17:nothing",)).subjects == ()
