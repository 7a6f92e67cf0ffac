"""The two horizons: formulas by hand, and materials and chains of the embedded data."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from datetime import date
from importlib.resources import files
from math import inf

import pytest

from verdikart.core.errors import UnknownName, UsageProblem
from verdikart.core.figure import MixId, Status
from verdikart.indicators import horizon_criteria as criteria
from verdikart.indicators import horizons as pure
from verdikart.indicators.assessment import MaterialScore, Range
from verdikart.indicators.horizon_criteria import Good, Income, Restriction, Use
from verdikart.indicators.mix import Mix, Supplier
from verdikart.mapping import eu_study, horizon_goods
from verdikart.mapping.assess import assess, scope_materials
from verdikart.mapping.chain_graphs import graphs
from verdikart.mapping.chain_measures import EXPORT_MEASURES
from verdikart.mapping.chain_stages import judge_chains
from verdikart.mapping.chain_steps import Steps
from verdikart.mapping.chain_view import ChainView
from verdikart.mapping.horizon_rows import (
    chain_rows,
    criteria_rows,
    difference_rows,
    material_rows,
)
from verdikart.mapping.horizons import (
    chain_goods,
    chain_horizons,
    compare,
    material_horizons,
    ranked,
)
from verdikart.mapping.library import Library, governance
from verdikart.reference.entities import Reason, Word
from verdikart.reference.load import by_key, load
from verdikart.reference.value_chains import TradeMeasure

TABLES = files("verdikart.reference") / "tables"
DAY = date(2024, 12, 31)
PLAIN = pure.Scales()
ALLIES = frozenset({"SWE", "DEU"})
RATE = 10.7433


def mix(amounts, lost=0, caveats=()):
    rows = tuple(Supplier(iso3, value, None) for iso3, value in amounts.items())
    nowhere = (Supplier("_899", lost, None),) if lost else ()
    name = MixId("NOR", 2024, "baci_hs92", "HS92:260200", "import")
    return Mix(name, rows, nowhere, caveats=caveats)


def good(amounts=None, subject="A", stage="processing", **more):
    found = None if amounts is None else mix(amounts)
    return Good(subject, stage, (subject,), found, nok_per_unit=10.0, **more)


def scored(material, sr, ei, critical=None):
    sr = sr if isinstance(sr, Range) else Range.exact(sr)
    ei = ei if isinstance(ei, Range) else Range.exact(ei)
    return MaterialScore(material, (), None, sr, ei, critical, ())


@pytest.fixture(scope="module")
def library():
    found = Library()
    found.read_all(["NOR", "WORLD"], [2022, 2023, 2024])
    return found


@pytest.fixture(scope="module")
def rows(library):
    return assess(library, "NOR", 2024)


@pytest.fixture(scope="module")
def scores():
    """A plain score for every material that has one in the study: its published numbers."""
    return {
        row.material_id: scored(
            row.material_id, row.supply_risk, row.economic_importance, row.meets_thresholds
        )
        for row in eu_study.by_material().values()
        if row.supply_risk is not None and row.economic_importance is not None
    }


@pytest.fixture(scope="module")
def materials(library, rows, scores):
    found = material_horizons(library, "NOR", 2024, rows, scores, DAY)
    return {row.object_id: row for row in found}


@pytest.fixture(scope="module")
def chains(library, rows):
    return {row.object_id: row for row in chain_horizons(library, "NOR", 2024, rows, DAY)}


# Scales and scores


def test_the_threshold_is_worth_one_half_and_nothing_tops_one():
    assert criteria.supply_risk(Range.exact(1.0), PLAIN).scaled.value == 0.5
    assert criteria.economic_vulnerability(Range.exact(2.8), PLAIN).scaled.value == 0.5
    assert criteria.supply_risk(Range.exact(3.0), PLAIN).scaled.value == 0.75
    assert pure.saturating(inf, 1.0) == 1.0
    assert pure.saturating(0.0, 1.0) == 0.0
    with pytest.raises(UsageProblem):
        pure.saturating(-0.1, 1.0)
    with pytest.raises(UsageProblem):
        pure.saturating(1.0, 0.0)


def test_a_score_is_the_mean_of_its_criteria():
    found = pure.combine(
        "short",
        [
            criteria.supply_risk(Range.exact(1.0), PLAIN),
            criteria.economic_vulnerability(Range.exact(0.0), PLAIN),
        ],
    )
    assert found.value == 0.25
    assert (found.low, found.high, found.reason, found.lacking) == (0.25, 0.25, None, ())
    tilted = pure.combine("short", found.criteria, {"supply_risk": 3, "economic_vulnerability": 1})
    assert tilted.value == 0.375
    assert tilted.weights == (0.75, 0.25)


def test_a_missing_criterion_leaves_an_interval_and_is_named():
    known = criteria.supply_risk(Range.exact(1.0), PLAIN)
    absent = criteria.economic_vulnerability(None, PLAIN)
    found = pure.combine("short", [known, absent])
    assert found.value is None
    assert (found.low, found.high) == (0.25, 0.75)
    assert found.status is Status.NOT_COMPUTABLE
    assert (found.reason, found.lacking) == ("criteria_missing", ("economic_vulnerability",))
    assert (absent.status, absent.reason) == (Status.MISSING, "not_assessed")
    # What weighs nothing cannot be missed.
    assert pure.combine("short", [known, absent], {"supply_risk": 1}).value == 0.5


def test_weights_are_checked():
    rows = [criteria.supply_risk(Range.exact(1.0), PLAIN)]
    with pytest.raises(UnknownName):
        pure.combine("short", rows, {"suply_risk": 1})
    with pytest.raises(UsageProblem):
        pure.combine("short", rows, {"supply_risk": -1})
    with pytest.raises(UsageProblem):
        pure.combine("short", rows, {"economic_vulnerability": 1})
    with pytest.raises(UsageProblem):
        pure.combine("long", rows)


def test_a_verdict_from_bounds():
    assert pure.over(Range.exact(0.95), 1.0) is True  # as the lists print it: 1.0
    assert pure.over(Range.exact(0.94), 1.0) is False
    assert pure.over(Range(None, 1.2, 3.0), 1.0) is True
    assert pure.over(Range(None, 0.0, 0.9), 1.0) is False
    assert pure.over(Range(None, 0.0, inf), 1.0) is None


def test_the_worst_has_a_value_only_where_nothing_unknown_can_be_worse():
    assert pure.worst([Range.exact(0.3), Range(None, 0.0, 0.2)]) == Range(0.3, 0.3, 0.3)
    assert pure.worst([Range.exact(0.3), Range(None, 0.1, 0.9)]).value is None
    assert pure.worst([Range.exact(0.3), Range(None, 0.4, 0.9)]).low == 0.4


# Criteria


def test_exposure_is_the_largest_share_of_no_ally_at_the_worst_good():
    goods = [good({"SWE": 60, "CHN": 30, "IND": 10}), good({"BRA": 45, "DEU": 55}, "B")]
    found = criteria.exposure(goods, ALLIES, PLAIN)
    assert found.scaled.value == 0.45
    assert dict(found.inputs) | {"subject": "B", "supplier": "BRA"} == dict(found.inputs)
    allied = criteria.exposure([good({"SWE": 1})], ALLIES, PLAIN)
    assert (allied.scaled.value, allied.status) == (0.0, Status.ZERO)


def test_goods_that_are_not_seen_are_no_zero():
    found = criteria.exposure([good({"CHN": 30, "SWE": 70}), good(subject="B")], ALLIES, PLAIN)
    assert found.scaled.value is None
    assert (found.scaled.low, found.scaled.high) == (0.3, 1.0)
    assert (found.reason, found.lacks) == ("goods_unseen", ("B",))
    nothing = criteria.exposure([], ALLIES, PLAIN)
    assert (nothing.scaled.low, nothing.scaled.high, nothing.reason) == (0.0, 1.0, "no_own_goods")


def test_small_flows_and_hidden_ones_bound_without_a_value():
    small = criteria.exposure([good({"CHN": 30, "SWE": 70}, small=True)], ALLIES, PLAIN)
    assert (small.scaled.value, small.scaled.low, small.scaled.high) == (None, 0.0, 0.3)
    assert small.reason == "below_floor"
    hidden = Good("A", "extraction", (), mix({"MAR": 9}, caveats=("suspected_suppression",)))
    found = criteria.exposure([hidden], ALLIES, PLAIN)
    assert (found.scaled.value, found.scaled.high) == (None, 1.0)
    assert found.reason == "suspected_suppression"


def test_areas_of_no_country_widen_the_share():
    lost = Good("A", "extraction", (), mix({"CHN": 40, "SWE": 40}, lost=20))
    found = criteria.non_allied_share(lost, ALLIES)
    assert (found.value, found.low, found.high) == (0.5, 0.4, 0.6)


def test_a_step_weighs_governance_among_those_who_are_no_allies():
    risk = criteria.weighted_non_allied
    step = good({"CHN": 80, "SWE": 20})
    assert risk(step, ALLIES, {"CHN": 5.0, "SWE": 1.0}).value == pytest.approx(0.8**2 * 5.0)
    assert risk(step, ALLIES, {"SWE": 1.0}) == Range(None, 0.0, pytest.approx(0.8**2 * 10))


def test_restrictions_count_the_suppliers_they_bind():
    whole = Restriction("m1", frozenset({"CHN"}))
    part = Restriction("m2", frozenset({"IND"}), whole=False, marks=("memory_unverified",))
    flows = {"CHN": 50, "IND": 20, "SWE": 30}
    found = criteria.restrictions([good(flows, restrictions=(whole,))], PLAIN)
    assert found.scaled.value == 0.5
    both = criteria.restrictions([good(flows, restrictions=(whole, part))], PLAIN)
    assert (both.scaled.value, both.scaled.low, both.scaled.high) == (None, 0.5, 0.7)
    assert both.reason == "part_of_group"
    assert {"memory_unverified", "known_measures_only"} <= set(both.marks)
    none = criteria.restrictions([good(flows)], PLAIN)
    assert (none.scaled.value, none.status) == (0.0, Status.ZERO)
    alone = criteria.restrictions([], PLAIN, [whole])
    assert (alone.scaled.value, alone.reason) == (None, "no_own_goods")


def test_imports_at_stake_add_up_in_kroner():
    goods = [good({"CHN": 6e7, "IND": 1e7}), good({"BRA": 4e7, "SWE": 9e7}, "B")]
    found = criteria.at_stake(goods, ALLIES, PLAIN)
    assert found.raw.value == pytest.approx(1e9)
    assert found.scaled.value == pytest.approx(0.5)
    assert criteria.at_stake([*goods, good(subject="C")], ALLIES, PLAIN).lacks == ("C",)


def test_uses_count_a_technology_once_with_its_highest_importance():
    uses = [
        Use("radar", "defence", "L"),
        Use("radar", "defence", "H"),
        Use("tanks", "defence", "M"),
        Use("radar", "digital", "L"),
        Use("feed", "food", "L"),
    ]
    found = {row.name: row for row in criteria.uses(uses, PLAIN)}
    assert found["use_defence"].raw.value == 1.5
    assert found["use_defence"].scaled.value == pytest.approx(0.6)
    assert found["use_digital"].raw.value == 0.25
    assert found["use_energy"].status is Status.ZERO
    assert found["technology_demand"].raw.value == 2  # radar and tanks; L alone is no demand
    none = criteria.uses(None, PLAIN)
    assert {row.reason for row in none} == {"no_technology_rows"}
    assert all(row.scaled.value is None for row in none)


def test_rows_of_a_group_only_raise_the_upper_bound():
    uses = [Use("radar", "defence", "M"), Use("radar", "defence", "H", own=False)]
    found = criteria.uses(uses, PLAIN)[0]
    assert found.raw == Range(None, 0.5, 1.0)
    assert (found.reason, "inherited_group" in found.marks) == ("group_rows_only", True)


def test_export_income_is_open_where_a_code_is():
    known = [Income("A", Range.exact(3e9)), Income("B", Range.exact(2e9))]
    assert criteria.export_income(known, PLAIN).scaled.value == 0.5
    partly = criteria.export_income(
        [*known, Income("C", Range.unknown(0, inf), "exports_unknown")], PLAIN
    )
    assert (partly.scaled.value, partly.scaled.low, partly.scaled.high) == (None, 0.5, 1.0)
    assert (partly.reason, partly.lacks) == ("exports_unknown", ("C",))


# Materials and chains of the embedded data


def test_every_material_in_scope_and_every_chain_has_all_criteria(materials, chains):
    assert tuple(materials) == scope_materials()
    assert tuple(chains) == tuple(graphs())
    for kind, rows in (("material", materials), ("chain", chains)):
        for row in rows.values():
            for score in (row.short, row.long):
                names = {c.name for c in score.criteria}
                assert names == set(pure.criteria_of(kind, score.horizon))


def test_manganese_by_hand(materials, chains):
    exposure = materials["manganese"].short.criterion("non_allied_exposure")
    assert exposure.raw.low == pytest.approx(148776812 / 272470593)
    assert exposure.raw.value is None  # the alloys' imports are in no embedded source
    assert "silicomanganese" in exposure.lacks
    narrow = chains["manganese"].short.criterion("supply_bottleneck")
    assert dict(narrow.inputs)["subject"] == "HS92:260200"
    assert dict(narrow.inputs)["stage"] == "extraction"
    assert narrow.raw.low == pytest.approx(2.855, abs=0.001)
    stake = chains["manganese"].short.criterion("import_at_stake")
    assert stake.raw.low == pytest.approx(148776812 * RATE)
    assert chains["manganese"].critical is True


def test_shared_codes_and_headings_are_added_once(materials):
    nickel = materials["nickel"].long.criterion("export_income")
    with (TABLES / "trade_headings_2024.csv").open(encoding="utf-8", newline="") as file:
        headings = {r["heading"]: int(r["exports_usd"]) for r in csv.DictReader(file)}
    # Ore by code; matte and unwrought metal by heading, of which the metal's code is a part.
    expected = (headings["7501"] + headings["7502"] + 1_764_629) * RATE
    assert nickel.raw.low == pytest.approx(expected, rel=2e-3)
    assert nickel.raw.value is None  # sulphates and ferro-nickel are not seen


def test_a_heading_of_several_goods_is_only_an_upper_bound(library, rows):
    goods = horizon_goods.HomeGoods(library, "NOR", 2024, rows, DAY)
    alloy = goods.incomes([by_key_product("silicomanganese")])
    assert len(alloy) == 1
    assert alloy[0].subject == "HS17:7202"
    assert (alloy[0].nok.value, alloy[0].nok.low) == (None, 0.0)
    assert 0 < alloy[0].nok.high <= 1_332_917_164 * RATE
    assert alloy[0].reason == "heading_of_more_goods"


def by_key_product(name):
    from verdikart.reference.entities import Product

    return by_key(Product)[name]


def test_a_good_without_a_plant_brings_no_income_only_in_norway(library, rows):
    tungsten = [by_key_product("apt_tungstates")]
    norway = horizon_goods.HomeGoods(library, "NOR", 2024, rows, DAY).incomes(tungsten)[0]
    assert (norway.nok.value, norway.marks) == (0.0, ("no_plant_zero",))
    sweden = horizon_goods.HomeGoods(library, "SWE", 2024, (), DAY).incomes(tungsten)[0]
    assert sweden.nok.value is None


def test_the_uses_of_a_chain_are_those_of_its_goods(library, rows, chains):
    linked = horizon_goods.product_uses()
    for chain, goods in ((n, chain_goods(g)) for n, g in graphs().items()):
        uses = [u for p in (*goods.own, *goods.users) for u in linked.get(p.product_id, ())]
        found = chains[chain].long.criterion("technology_demand")
        if not uses:
            assert (found.scaled.value, found.reason) == (None, "no_product_technology_link")
        else:
            needed = {u.technology for u in uses if u.importance in ("H", "M")}
            assert found.raw.value == len(needed)
            assert "author_judgement" in found.marks
    bare = chain_horizons(library, "NOR", 2024, rows, DAY, served={})
    assert {row.long.criterion("use_food").reason for row in bare} == {"no_product_technology_link"}


def test_a_link_from_product_to_technology_fills_a_chain(library, rows):
    served = {"warships": (Use("def_surface_ships", "defence", "H"),)}
    found = chain_horizons(library, "NOR", 2024, rows, DAY, served=served)
    use = {row.object_id: row.long.criterion("use_defence").scaled.value for row in found}
    assert (use["steel"], use["aluminium"], use["nickel"]) == (0.5, 0.5, None)


def test_restrictions_follow_the_day(library, rows, scores):
    def held(day, material):
        found = material_horizons(library, "NOR", 2024, rows, scores, day)
        row = next(row for row in found if row.object_id == material)
        return row.short.criterion("export_restrictions")

    assert held(date(2023, 1, 1), "antimony").scaled.value == 0.0
    assert held(DAY, "antimony").scaled.value is None
    # Some of the light rare earths are under licence from April 2025: a part of the group.
    assert held(DAY, "lree").scaled.value == 0.0
    later = held(date(2025, 6, 1), "lree")
    assert (later.scaled.value, later.scaled.low, later.scaled.high) == (None, 0.0, 1.0)


def test_a_measure_holds_for_the_goods_it_is_read_as(library, rows):
    goods = horizon_goods.HomeGoods(library, "NOR", 2024, rows, DAY)

    def held(product, materials):
        return {r.measure_id: r.whole for r in goods.restrictions(product, materials)}

    named = "2023-12-01_CHN"
    assert held(by_key_product("graphite_flake"), ["natural_graphite"])[named] is True
    assert named not in held(by_key_product("graphite_electrodes"), ["synthetic_graphite"])
    assert held(None, ["natural_graphite"])[named] is True
    read = [row for row in load(TradeMeasure) if row.measure in EXPORT_MEASURES]
    assert all(row.product_ids for row in read)


def test_compare_finds_chains_and_materials_that_differ(materials, chains):
    found = {(d.chain.object_id, d.material.object_id): d for d in compare([*materials.values()], [*chains.values()])}  # fmt: skip # noqa: E501
    # Coal from Colombia is critical, but its code is that of two goods, of which furnaces take one.
    assert found["steel", "coking_coal"].kind == "material_only_as_far_as_seen"
    steel, ore = replace(chains["steel"], critical=True), materials["iron_ore"]
    assert ore.critical is False
    kinds = {
        d.material.object_id: d.kind for d in compare([ore, materials["coking_coal"]], [steel])
    }
    assert kinds == {"iron_ore": "chain_only"}
    vanadium = found["vanadium", "vanadium"]
    assert vanadium.kind == "material_only_as_far_as_seen"
    # Where nothing of a chain is seen, nothing is said.
    assert "gallium" not in {chain for chain, _ in found}


def test_a_by_product_is_income_and_no_need(chains):
    zinc = chain_goods(graphs()["zinc"])
    assert "zinc_ore" in chains["zinc"].products
    assert "silver_unwrought" not in chains["zinc"].products
    assert "silver_unwrought" in {p.product_id for p in zinc.own}


def test_users_are_no_part_of_a_chain(chains):
    for goods in map(chain_goods, graphs().values()):
        users = {p.product_id for p in goods.users}
        assert not users & {p.product_id for p in goods.own}
    steel = {p.product_id for p in chain_goods(graphs()["steel"]).users}
    assert "warships" in steel
    assert "warships" not in chains["steel"].products


def test_rows_are_flat_and_every_word_is_known(materials, chains):
    objects = [*materials.values(), *chains.values()]
    tables = {
        "materials": material_rows([*materials.values()]),
        "chains": chain_rows([*chains.values()]),
        "criteria": criteria_rows(objects),
        "differences": difference_rows(compare([*materials.values()], [*chains.values()])),
    }
    assert json.loads(json.dumps(tables, allow_nan=False)) == tables
    assert len(tables["criteria"]) == len(materials) * 10 + len(chains) * 9
    reasons, words = by_key(Reason), {(w.vocabulary, w.term) for w in load(Word)}
    for row in tables["criteria"]:
        assert row["reason"] is None or row["reason"] in reasons
        assert ("horizon_criterion", row["criterion"]) in words
        assert {("horizon_mark", mark) for mark in row["marks"]} <= words
        assert row["low"] <= row["high"]
    for row in (*tables["materials"], *tables["chains"]):
        assert ("short" in row, "long" in row) == (True, True)
        assert row["short"] is None or row["short_low"] <= row["short"] <= row["short_high"]
        assert "strategic" not in row
    for row in tables["differences"]:
        assert ("chain_material", row["kind"]) in words
    places = sorted(row["short_rank"] for row in tables["materials"])
    assert places == list(range(1, len(places) + 1))


def test_ranked_by_what_is_sure(materials):
    found = ranked([*materials.values()], "short")
    assert [row.short.low for row in found] == sorted((r.short.low for r in found), reverse=True)


def test_the_bottleneck_is_that_of_the_chain(library, rows, chains):
    view = ChainView(library, "NOR", 2024, on=DAY, judged={"NOR": rows})
    for judged in judge_chains(Steps(view)):
        narrow = chains[judged.graph.chain_id].short.criterion("supply_bottleneck")
        assert narrow.raw == judged.risk
        first = judged.riskiest
        subject = judged.steps[first.product_id].row.subject if first else None
        assert dict(narrow.inputs).get("subject") == subject
    magnesium = chains["magnesium"]
    assert magnesium.bottleneck["supplier"] == "CHN"
    share = magnesium.bottleneck["supplier_share"]
    assert magnesium.short.criterion("supply_bottleneck").raw.low >= share**2 * governance()["CHN"]
