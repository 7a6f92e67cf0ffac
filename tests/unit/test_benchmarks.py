"""The benchmarks: shares of consumption, verdicts, and what the embedded data say."""

from __future__ import annotations

from math import inf

import pytest

from verdikart.chains.benchmarks import (
    BENCHMARKS,
    covered,
    from_one,
    inside,
    largest_outside,
    together,
    verdict,
)
from verdikart.core.errors import UnknownName
from verdikart.indicators.assessment import Part, Range
from verdikart.mapping import chain_tracker
from verdikart.mapping.chain_graphs import check_chain
from verdikart.mapping.chain_steps import Steps
from verdikart.mapping.chain_view import ChainView, view
from verdikart.mapping.library import Library

UNKNOWN = Range(None, 0.0, inf)
EXTRACTION, SINGLE = BENCHMARKS["extraction"], BENCHMARKS["single_country"]
MATERIALS = (
    "aluminium",
    "manganese",
    "magnesium",
    "neodymium",
    "nickel",
    "gallium",
    "natural_graphite",
)


@pytest.fixture(scope="module")
def library():
    return Library()


@pytest.fixture(scope="module")
def union(library):
    return rows_of(library, "EU27")


@pytest.fixture(scope="module")
def norway(library):
    return rows_of(library, "NOR")


def rows_of(library, home):
    return chain_tracker.rows(view(home, 2024, library), MATERIALS)


def one(rows, material, benchmark, stage=None, subject=None):
    found = [
        r for r in rows
        if r["material_id"] == material and r["benchmark"] == benchmark
        and stage in (None, r["stage"]) and subject in (None, r["subject"])
    ]  # fmt: skip
    assert len(found) == 1, found
    return found[0]


def test_limits_are_those_of_the_article():
    assert {b.benchmark_id: b.target for b in BENCHMARKS.values()} == {
        "extraction": 0.10, "processing": 0.40, "recycling": 0.25, "single_country": 0.65,
    }  # fmt: skip
    assert [b.at_least for b in BENCHMARKS.values()] == [True, True, True, False]


@pytest.mark.parametrize(
    ("production", "imports", "exports", "share"),
    [
        (Range.exact(20.0), Range.exact(100.0), 20.0, Range.exact(0.2)),
        (Range.exact(0.0), Range.exact(100.0), 20.0, Range.exact(0.0)),
        (UNKNOWN, Range.exact(100.0), 20.0, Range(None, 0.0, 1.0)),
        (UNKNOWN, Range.exact(20.0), 100.0, Range.exact(1.0)),
        (Range(None, 10.0, 30.0), Range.exact(100.0), 10.0, Range(None, 0.1, 0.25)),
        (Range.exact(0.0), Range.exact(5.0), 5.0, None),
        # Imports that may be withheld: the share has no lower bound.
        (Range.exact(20.0), Range(100.0, 100.0, inf), 20.0, Range(0.2, 0.0, 0.2)),
    ],
)
def test_own_part_of_consumption(production, imports, exports, share):
    found = covered(production, imports, exports)
    if share is None:
        assert found is None
        return
    assert (found.low, found.high) == pytest.approx((share.low, share.high))
    assert found.value == (None if share.value is None else pytest.approx(share.value))


def test_largest_supplier_of_consumption():
    known = from_one(40.0, Range.exact(20.0), 80.0, 20.0)
    # All 20 t that leave may be that supplier's: (40 − 20) / 80.
    assert (known.value, known.low, known.high) == pytest.approx((0.5, 0.25, 0.5))
    unknown = from_one(30.0, UNKNOWN, 80.0, 20.0)
    assert (unknown.value, unknown.low, unknown.high) == (None, 0.0, 0.5)
    # 90 t are no part of 40 t: at least 50 are sent on, and 30 stay whoever's the 60 are.
    over = from_one(90.0, Range.exact(0.0), 100.0, 60.0)
    assert (over.value, over.low, over.high) == (None, 0.75, 1.0)
    assert from_one(0.0, Range.exact(0.0), 0.0, 10.0).value == 0.0


def test_one_supplier_of_what_is_mostly_sent_on_is_not_sure():
    # Norwegian helium 2024: 31 % of the imports are British, and five sixths are sent on.
    share = from_one(48.191, Range.exact(0.0), 155.367, 130.087)
    assert (share.value, share.low, share.high) == (None, 0.0, 1.0)
    assert verdict(share, SINGLE) not in ("met", "not_met")


def test_parts_of_a_sourcing_table():
    parts = [Part("DEU", 0.2, 0.01), Part("CHN", 0.6, 0.01), Part("NOR", 0.15, 0.01)]
    own = inside(parts, frozenset({"DEU"}), residual=0.05)
    assert (own.value, own.low, own.high) == pytest.approx((0.2, 0.19, 0.26))
    country, share = largest_outside(parts, frozenset({"DEU"}), residual=0.05)
    assert country == "CHN"
    assert (share.value, share.low, share.high) == pytest.approx((0.6, 0.59, 0.66))
    assert largest_outside(parts[:1], frozenset({"DEU"}))[0] is None


@pytest.mark.parametrize(
    ("share", "benchmark", "margin", "expected"),
    [
        (Range.exact(0.10), EXTRACTION, 0.0, "met"),
        (Range.exact(0.0999), EXTRACTION, 0.0, "not_met"),
        (Range(0.11, 0.08, 0.14), EXTRACTION, 0.0, "open"),
        (Range(None, 0.0, 0.05), EXTRACTION, 0.0, "not_met"),
        (Range(None, 0.0, 1.0), EXTRACTION, 0.0, "not_computable"),
        (None, EXTRACTION, 0.0, "not_computable"),
        (Range.exact(0.65), SINGLE, 0.0, "met"),
        (Range.exact(0.6501), SINGLE, 0.0, "not_met"),
        (Range.exact(0.65), SINGLE, 0.04, "borderline"),
        (Range.exact(0.61), SINGLE, 0.04, "borderline"),
        (Range.exact(0.69), SINGLE, 0.04, "borderline"),
        (Range.exact(0.60), SINGLE, 0.04, "met"),
        (Range.exact(0.70), SINGLE, 0.04, "not_met"),
        (Range(None, 0.0, 0.58), SINGLE, 0.04, "met"),
        (Range(None, 0.0, 0.9), SINGLE, 0.04, "open"),
    ],
)
def test_verdicts(share, benchmark, margin, expected):
    assert verdict(share, benchmark, margin) == expected


def test_one_good_over_the_limit_decides_and_unlike_goods_leave_it_open():
    assert together(["met", "not_met", "not_computable"], SINGLE) == "not_met"
    assert together(["met", "borderline"], SINGLE) == "borderline"
    assert together(["met", "not_met"], EXTRACTION) == "open"
    assert together(["met", "not_computable"], EXTRACTION) == "met"
    assert together(["not_computable"], EXTRACTION) == "not_computable"
    assert together([], SINGLE) == "not_computable"


def test_aluminium_of_the_union_from_two_readings(union):
    row = one(union, "aluminium", "extraction")
    assert row["share"] == pytest.approx(1 - 0.89)
    assert row["share_low"] < 0.11 < row["share_high"]
    assert row["standing"] == "binding_in_aggregate"
    assert row["source"] == "eu_crm_2023"
    assert one(union, "aluminium", "processing")["verdict"] == "open"
    assert one(union, "aluminium", "recycling")["share"] == pytest.approx(0.32)
    assert one(union, "aluminium", "recycling")["verdict"] == "met"


def test_magnesium_of_the_union_is_china_s(union):
    row = one(union, "magnesium", "single_country", "processing")
    assert (row["supplier"], row["share"], row["verdict"]) == ("CHN", 0.97, "not_met")
    assert row["standing"] == "binding"
    assert one(union, "gallium", "single_country", "processing")["verdict"] == "borderline"


def test_a_reliance_that_nobody_stands_behind_meets_nothing(union):
    """The study prints 80 % reliance for rare-earth ore that no member mines."""
    row = one(union, "neodymium", "extraction")
    assert row["share"] is None
    assert row["share_reason"] == "readings_differ"
    assert row["share_low"] == 0
    assert row["verdict"] == "open"


def test_norway_by_production_and_trade(norway):
    ore = one(norway, "manganese", "extraction", subject="HS92:260200")
    assert (ore["share"], ore["share_status"], ore["verdict"]) == (0.0, "estimated", "not_met")
    assert ore["standing"] == "corresponding"
    largest = one(norway, "manganese", "single_country", "extraction", "HS92:260200")
    assert largest["supplier"] == "ZAF", "tonnes, not value"
    assert largest["share"] == pytest.approx(0.536, abs=0.002)
    nickel = one(norway, "nickel", "processing", subject="HS17:750210")
    assert (nickel["share"], nickel["share_reason"]) == (1.0, "net_exporter")
    magnesium = one(norway, "magnesium", "single_country", "processing", "HS17:810411")
    assert magnesium["verdict"] == "not_met"


def test_no_home_but_the_union_has_a_recycling_rate(norway):
    found = [r for r in norway if r["benchmark"] == "recycling"]
    assert {r["share_reason"] for r in found} == {"rate_is_of_eu"}
    assert {r["verdict"] for r in found} == {"not_computable"}
    assert all(r["text_nb"].startswith("Lar seg ikke beregne fordi") for r in found)


def test_a_code_of_several_metals_says_nothing_of_one(norway):
    """Gallium shares its code with germanium, indium and others."""
    found = [r for r in norway if r["material_id"] == "gallium" and r["benchmark"] == "processing"]
    assert {r["share_reason"] for r in found} == {"shared_code"}
    # Flake exports are no processing, though spherical graphite has the same code.
    graphite = [
        r for r in norway
        if r["material_id"] == "natural_graphite" and r["benchmark"] == "processing"
    ]  # fmt: skip
    assert {r["verdict"] for r in graphite} == {"not_computable"}


@pytest.mark.parametrize(
    ("home", "material", "code"),
    [("EU27", "pgm", "HS92:261690"), ("NOR", "helium", "HS17:280429")],  # also gold ores; neon
)
def test_a_code_that_other_materials_share_says_nothing_of_one(library, home, material, code):
    seen = view(home, 2024, library)
    found = [r for r in chain_tracker.rows(seen, [material]) if r["subject"] == code]
    assert {r["benchmark"] for r in found} == {"extraction", "single_country"}
    assert {(r["verdict"], r["share_reason"]) for r in found} == {("not_computable", "shared_code")}


def test_a_shared_code_makes_no_net_exporter(library):
    ore = Steps(view("EU27", 2024, library))["pgm_ore"]
    assert ore.shared_code
    assert not ore.net_exporter


def test_every_row_can_be_traced_or_says_why_not(union, norway):
    for row in (*union, *norway):
        assert row["text_en"]
        assert row["text_nb"]
        if row["verdict"] == "not_computable":
            assert row["share_reason"]
        else:
            assert row["source"]
            assert row["formula"]
            assert row["share_low"] <= row["share_high"]
        if row["share"] is not None:
            assert row["share_low"] - 1e-12 <= row["share"] <= row["share_high"] + 1e-12
        assert len(row["chain_ids"]) == len(row["depths"])


def test_the_aggregate_is_counted_not_added(library):
    seen = view("EU27", 2024, library)
    rows = chain_tracker.rows(seen, MATERIALS)
    summary = {r["benchmark"]: r for r in chain_tracker.summary(seen, rows)}
    for row in summary.values():
        parts = ("met", "not_met", "borderline", "open", "not_computable")
        assert sum(row[p] for p in parts) == row["materials"]
        assert row["aggregate"] is None
    assert summary["extraction"]["aggregate_reason"] == "unlike_materials"
    assert summary["recycling"]["materials"] == len(MATERIALS)


def test_groups_are_not_counted_beside_their_members(library):
    seen = view("EU27", 2024, library)
    rows = chain_tracker.rows(seen)
    counted = {r["material_id"] for r in rows if r["strategic"] and r["benchmark"] == "recycling"}
    groups = {"pgm", "graphite", "rare_earth_elements_permanent_magnets"}
    assert groups | {"platinum", "natural_graphite", "neodymium"} <= counted
    held = {r["benchmark"]: r["materials"] for r in chain_tracker.summary(seen, rows)}
    assert held["recycling"] == held["processing"] == len(counted - groups) == 28


def test_a_chain_asks_for_its_materials_only(library):
    found = chain_tracker.ask(library, ["EU27"], 2024, "magnesium", "recycling")
    materials = chain_tracker.materials_in(check_chain("magnesium"))
    assert {r["material_id"] for r in found} <= materials
    assert "magnesium" in {r["material_id"] for r in found}
    assert {r["benchmark"] for r in found} == {"recycling"}


def test_unknown_names_are_refused(library):
    with pytest.raises(UnknownName, match="single_country"):
        chain_tracker.ask(library, ["NOR"], 2024, "magnesium", "one_country")
    with pytest.raises(UnknownName, match="magnesium"):
        chain_tracker.ask(library, ["NOR"], 2024, "magnesum")


def test_a_view_without_chains_still_answers(library):
    rows = chain_tracker.rows(ChainView(library, "NOR", 2024, graphs={}), ["magnesium"])
    assert rows
    assert all(row["chain_ids"] == [] for row in rows)


def test_ore_says_nothing_where_plants_take_the_material_in_later():
    """Norway exports some nickel ore and refines Canadian matte; manganese plants take ore."""
    from verdikart.mapping.tracker_readings import _enters_later

    assert _enters_later("NOR", "nickel", "extraction") == "enters_at_later_stage"
    assert _enters_later("NOR", "manganese", "extraction") is None
    assert _enters_later("EU27", "nickel", "extraction") is None
