"""Stage risk: the rules by hand on small chains, and the chains of the embedded data."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from math import inf

import pytest

from verdikart.chains.concentration import Plant, largest_group, largest_plant
from verdikart.chains.graph import ChainGraph
from verdikart.chains.reach import Entry, aside, consumed, necessary, reach_of
from verdikart.chains.verdicts import bottlenecks, exceeds, judged, narrows, standing
from verdikart.cli.chain_tables import _beside, show_tables
from verdikart.core.errors import UnknownName
from verdikart.indicators.assessment import Range
from verdikart.mapping import chain_stage_rows
from verdikart.mapping.assess import assess
from verdikart.mapping.chain_measures import bound, concerns, in_force, roles
from verdikart.mapping.chain_stage_rows import chain_report
from verdikart.mapping.chain_stages import judge_chains, judge_one, step_verdicts
from verdikart.mapping.chain_steps import Steps
from verdikart.mapping.chain_view import ChainView
from verdikart.mapping.library import Library
from verdikart.reference.entities import Product, Reason, Word
from verdikart.reference.homes import group_members
from verdikart.reference.load import by_key
from verdikart.reference.value_chains import Chain, ChainEdge, TradeMeasure

HOMES = ("NOR", "EU27", "NORDIC", "NATO")
CHAIN = Chain("c", "C", "C", "shallow", False, "", "")
MADE, BOUGHT, ABSENT, UNSEEN = (
    Entry(True, False),
    Entry(False, True),
    Entry(False, False),
    Entry(None, None),
)


def tables(view):
    steps = Steps(view)
    return chain_stage_rows.tables(steps, judge_chains(steps))


def edge(source, target, relation="main input", choice="", route="", share=None):
    return ChainEdge(
        f"{source}-{target}-{route}", source, target, (), (), "", relation, choice, route, share,
        None, None, "", None, None, None, "", "", "", "", "high", "none", "test",
    )  # fmt: skip


def graph(*edges):
    names = dict.fromkeys(p for e in edges for p in (e.input_product, e.output_product))
    return ChainGraph(CHAIN, edges, {p: Product(p, "processing", p, p) for p in names})


def reach(chain, default=UNSEEN, **entries):
    needed = necessary(chain)
    return reach_of(needed, {p: entries.get(p, default) for p in needed}, aside(chain))


def verdict(chain, counts, **entries):
    found = reach(chain, ABSENT, **entries)
    return judged(found, {p: counts.get(p, "sound") for p in found.needs}, list(found.needs))


# What is a need


def test_scrap_and_by_products_are_no_need_and_a_by_product_needs_its_host():
    chain = graph(
        edge("ore", "metal"),
        edge("scrap", "metal", "recycling"),
        edge("ore", "slag", "by-product output"),
        edge("slag", "paint"),
        edge("ore", "dust", "by-product output"),
        edge("metal", "ship", "used in"),
    )
    needed = necessary(chain)
    assert [e.input_product for n in needed["metal"] for r in n.routes for e in r.edges] == ["ore"]
    assert [r.name for r in needed["slag"][0].routes] == ["ore"]
    assert aside(chain) == {"scrap", "dust", "ship"}
    # Nobody needs dust, but paint is made of slag, and slag comes with the ore.
    assert verdict(chain, {"dust": "vulnerable"}, metal=MADE).verdict == "not_concentrated"
    assert verdict(chain, {"ore": "vulnerable"}, paint=MADE).verdict == "vulnerable"


def test_a_chain_of_by_products_alone_is_about_them():
    chain = graph(edge("lead", "bismuth", "by-product output"))
    assert "bismuth" not in aside(chain)


def test_what_plants_are_fed_with_is_their_route():
    chain = graph(
        edge("coal", "gas", choice="way", route="coal"),
        edge("water", "gas", choice="way", route="power"),
    )
    only = necessary(chain, {"gas": {"water"}})["gas"][0].routes
    assert [(r.name, r.share) for r in only] == [("power", Range.exact(1.0))]
    assert len(necessary(chain, {"gas": {"oil"}})["gas"][0].routes) == 2


def test_imports_for_another_chain_are_only_a_possible_need():
    chain = graph(edge("ore", "sulphate"), edge("sulphate", "cell"))
    needed = necessary(chain)
    entries = {"ore": BOUGHT, "sulphate": UNSEEN, "cell": UNSEEN}
    assert reach_of(needed, entries).sure == {"ore"}
    assert reach_of(needed, entries, used={"ore"}).sure == frozenset()
    # Of what it does not make itself it needs the inputs through suppliers alone.
    assert "ore" in reach_of(needed, entries | {"cell": BOUGHT}).direct
    foreign = reach_of(needed, entries | {"sulphate": ABSENT, "cell": BOUGHT})
    assert "ore" in foreign.needed
    assert "ore" not in foreign.direct


def test_imports_that_no_step_of_the_home_uses_are_only_a_possible_need():
    chain = graph(
        edge("coal", "gas", choice="way", route="coal"),
        edge("water", "gas", choice="way", route="power"),
        edge("gas", "ammonia"),
    )
    entries = {"coal": BOUGHT, "water": MADE, "gas": MADE, "ammonia": MADE}

    def found(feeds, **more):
        return reach_of(
            necessary(chain, feeds), entries | more, aside(chain), consumed=consumed(chain)
        )

    assert found({}).sure == {"ammonia"}
    # The home's plants run on water, so what it buys coal for is not this chain's gas.
    dropped = found({"gas": {"water"}})
    assert dropped.sure == {"ammonia"}
    assert "coal" in dropped.possible
    # Nor is it where the home surely takes no part in anything made of it.
    absent = found({}, gas=ABSENT, ammonia=ABSENT)
    assert "coal" in absent.possible
    assert "coal" not in absent.sure
    # What it makes itself is an end whoever uses it, and what may be used is one.
    assert "coal" in found({"gas": {"water"}}, coal=MADE).sure
    assert "coal" in found({}, gas=UNSEEN, ammonia=UNSEEN).sure


# How a step counts


def test_how_a_step_counts():
    def counts(outcome, basis="own_imports", entry=BOUGHT, **more):
        flags = {"direct": True, "net_exporter": False, "complete": True} | more
        return standing(outcome, basis, entry, **flags)

    assert counts("vulnerable") == ("vulnerable", None)
    assert counts("concentrated_allied") == ("allied", None)
    assert counts("not_concentrated", complete=False) == ("open", "codes_unseen")
    assert counts("vulnerable", complete=False) == ("vulnerable", None)
    assert counts("vulnerable", net_exporter=True) == ("sound", "net_exporter")
    assert counts("vulnerable", direct=False) == ("open", "through_suppliers")
    assert counts("vulnerable", "world_supply") == ("open", "world_supply_only")
    assert counts("not_computable", "none") == ("open", "step_unseen")
    assert counts("vulnerable", "stage_share") == ("open", "stage_share_only")
    assert counts("small", entry=MADE) == ("sound", "own_plants")
    assert counts("small", entry=ABSENT) == ("open", "below_floor")
    assert counts("transit") == ("open", "suspected_transit")
    assert counts("bounds_only") == ("open", "suspected_suppression")


def test_a_code_of_several_goods_counts_for_what_plants_are_fed_with(views):
    norway, union = Steps(views["NOR"]), Steps(views["EU27"])
    # 270112 is coal for coking and as a reductant; silicon furnaces are fed with the latter.
    assert norway["coking_coal"].row.subject == norway["reductant_coal"].row.subject
    assert norway["reductant_coal"].entry.taken_in is True
    assert norway["coking_coal"].entry == Entry(False, None)
    assert union["reductant_coal"].entry.taken_in is None
    assert norway["magnesium_metal"].entry.taken_in is True


# From steps to a verdict


def test_joint_needs_are_and():
    chain = graph(edge("ore", "metal"), edge("acid", "metal", "reagent"))
    assert verdict(chain, {}, metal=MADE).verdict == "not_concentrated"
    assert verdict(chain, {"acid": "allied"}, metal=MADE).verdict == "concentrated_allied"
    assert verdict(chain, {"acid": "open"}, metal=MADE).verdict == "open"
    found = verdict(chain, {"acid": "vulnerable", "ore": "open"}, metal=MADE)
    assert (found.verdict, found.vulnerable_steps) == ("vulnerable", ("acid",))
    assert verdict(chain, {"acid": "vulnerable"}).verdict == "not_needed"


@pytest.mark.parametrize(
    ("share", "expected", "part"),
    [
        (0.85, "vulnerable", 0.85),
        (0.65, "not_concentrated", 0.65),  # strictly above, as a supplier's share
        (None, "open", None),
    ],
)
def test_routes_are_or_and_count_by_their_share(share, expected, part):
    other = None if share is None else 1 - share
    chain = graph(
        edge("dolomite", "metal", choice="way", route="thermal", share=share),
        edge("brine", "metal", choice="way", route="electrolysis", share=other),
    )
    found = verdict(chain, {"dolomite": "vulnerable"}, metal=MADE)
    assert (found.verdict, found.part.value) == (expected, part)
    if share is None:
        assert (found.part.low, found.part.high) == (0.0, 1.0)
        assert found.reason == "route_shares_unknown"
    both = verdict(chain, {"dolomite": "vulnerable", "brine": "vulnerable"}, metal=MADE)
    assert both.verdict == "vulnerable"


def test_the_bottleneck_is_the_step_that_alone_brings_most():
    chain = graph(
        edge("ore", "metal"),
        edge("coke", "metal", choice="heat", route="coke", share=0.25),
        edge("power", "metal", choice="heat", route="power", share=0.75),
    )
    risks = {"ore": Range.exact(2.0), "coke": Range.exact(6.0), "power": Range.exact(0.01)}
    metal = reach(chain, ABSENT, metal=MADE)
    found = bottlenecks(narrows(metal, risks))
    assert [(r.product_id, r.risk.value) for r in found] == [("ore", 2.0)]
    tied = bottlenecks(narrows(metal, risks | {"coke": Range.exact(8.0)}))
    assert [r.product_id for r in tied] == ["coke", "ore"]
    assert bottlenecks(narrows(reach(chain, ABSENT), risks)) == ()
    # What a substitute in use replaces comes after the rest, however risky.
    coke = risks | {"coke": Range.exact(9.0)}
    assert [r.product_id for r in narrows(metal, coke)] == ["coke", "ore"]
    counts = {"ore": "vulnerable", "coke": "vulnerable", "power": "open"}
    rows = narrows(metal, coke, counts, {"coke"})
    assert [(r.product_id, r.replaceable) for r in rows] == [("ore", False), ("coke", True)]
    assert [r.product_id for r in bottlenecks(rows)] == ["ore"]
    # It stays first where no other step is vulnerable.
    rows = narrows(metal, coke, {"ore": "sound", "coke": "vulnerable"}, {"coke"})
    assert [r.product_id for r in rows] == ["coke", "ore"]


# Plants and owners


def test_largest_plant_and_group_by_hand():
    def plant(name, group, capacity=None):
        return Plant(name, group, Range.exact(capacity) if capacity else Range.unknown(0, inf))

    rows = [plant("a", "X", 50), plant("b", "X", 20), plant("c", "Y", 30)]
    assert (largest_plant(rows).name, largest_plant(rows).share.value) == ("a", 0.5)
    group = largest_group(rows)
    assert (group.name, group.share.value, group.over) == ("X", 0.7, True)
    # An unknown capacity leaves it open; an unknown owner may be anybody.
    assert largest_group([*rows, plant("d", "Z")]).over is None
    unowned = largest_group([plant("a", "X", 40), plant("b", "", 60)])
    assert (unowned.name, unowned.share, unowned.over) == (None, Range(None, 0.5, 1.0), None)
    assert largest_group([plant("a", "X", 70), plant("b", "", 30)]).over is True
    assert largest_plant([plant("a", "")]).share == Range.exact(1.0)
    assert largest_plant([]) is None


# Trade measures


def test_measures_bind_by_their_wording():
    rows = by_key(TradeMeasure)
    nor, eu = frozenset({"NOR"}), group_members("EU27", 2024)
    safeguard, border = rows["2025-11-18_EU27"], rows["2026-01-01_EU27"]
    graphite, usa = rows["2023-12-01_CHN"], rows["2024-12-03_CHN"]
    assert bound(safeguard, nor, 2024) == nor
    assert roles(safeguard, nor, 2024) == ("against_exports",)
    assert roles(safeguard, eu, 2024) == ("own",)
    assert roles(border, nor, 2024) == ()  # the ETS states of the EEA are exempt
    assert roles(graphite, nor, 2024) == ("against_supply",)
    assert roles(usa, nor, 2024) == ()
    assert roles(usa, frozenset({"NOR", "USA"}), 2024) == ("against_supply",)
    assert not in_force(safeguard, date(2025, 1, 1))
    assert in_force(safeguard, date(2026, 11, 22))
    assert not in_force(rows["2029-01-01_GAB"], date(2030, 1, 1))  # announced, never in force
    product = by_key(Product)
    assert concerns(safeguard, product["ferrosilicon_75"], ["ferrosilicon"]) is True
    assert concerns(safeguard, product["silicon_metal"], ["silicon_metal"]) is None


# The chains of the embedded data


@pytest.fixture(scope="module")
def library():
    found = Library()
    found.read_all([*HOMES, "WORLD"], [2022, 2023, 2024])
    return found


@pytest.fixture(scope="module")
def views(library):
    return {home: ChainView(library, home, 2024) for home in HOMES}


@pytest.fixture(scope="module")
def results(views):
    return {home: tables(view) for home, view in views.items()}


def row(rows, **at):
    (found,) = [r for r in rows if all(r[k] == v for k, v in at.items())]
    return found


@pytest.mark.parametrize(
    ("home", "chain", "product", "supplier"),
    [
        ("NOR", "magnesium", "magnesium_metal", "CHN"),
        ("NOR", "aluminium", "magnesium_metal", "CHN"),
        # Steel scrap replaces ore pellets in ferrosilicon, at a small loss.
        ("NOR", "silicon", "ree_metals", "CHN"),
        ("NOR", "manganese", "manganese_ore", "GAB"),
        ("EU27", "manganese", "manganese_ore", "ZAF"),
        ("EU27", "graphite", "graphite_flake", "CHN"),
        ("EU27", "ree", "permanent_magnets", "CHN"),
    ],
)
def test_known_bottlenecks(results, home, chain, product, supplier):
    found = row(results[home]["chains"], chain=chain)
    assert (found["bottleneck_product"], found["bottleneck_supplier"]) == (product, supplier)
    step = row(results[home]["chain_steps"], chain=chain, product=product)
    assert step["bottleneck"] is True
    assert found["bottleneck_mix"] in step["mixes"]
    stage = row(results[home]["chain_stages"], chain=chain, stage=found["bottleneck_stage"])
    assert stage["bottleneck_product"] == product


def test_norways_bottleneck_of_the_rare_earths_is_in_china(results):
    found = row(results["NOR"]["chains"], chain="ree")
    # Magnets are what Norway takes in; cerium, which magnets do not hold, is no part of the chain.
    assert (found["verdict"], found["bottleneck_supplier"]) == ("open", "CHN")
    assert found["bottleneck_product"] == "permanent_magnets"


def test_a_chain_can_be_vulnerable_where_its_raw_material_is_not_and_the_reverse(results):
    steps = results["NOR"]["chain_steps"]
    # Aluminium: the metal and its ore are not, an alloying metal is.
    assert row(results["NOR"]["chains"], chain="aluminium")["verdict"] == "vulnerable"
    metal = row(steps, chain="aluminium", product="primary_aluminium")
    ore = row(steps, chain="aluminium", product="bauxite")
    assert "vulnerable" not in (metal["outcome"], ore["outcome"])
    # Titanium: all imported ilmenite is from Senegal, but Norway sells more than it buys.
    ore = row(steps, chain="titanium", product="ilmenite_rutile")
    assert (ore["outcome"], ore["top_supplier"]) == ("vulnerable", "SEN")
    assert (ore["counts_as"], ore["reason"]) == ("sound", "net_exporter")
    assert row(results["NOR"]["chains"], chain="titanium")["verdict"] == "open"


def test_chain_verdicts_follow_from_stages(results):
    order = ("not_needed", "not_concentrated", "concentrated_allied", "open", "vulnerable")
    for found in results.values():
        for chain in found["chains"]:
            stages = [r for r in found["chain_stages"] if r["chain"] == chain["chain"]]
            worst = max(order.index(r["verdict"]) for r in stages)
            assert order.index(chain["verdict"]) >= worst
            if chain["verdict"] == "open":
                assert chain["open_steps"] or chain["reason"] == "route_shares_unknown"


def test_assessments_at_hand_change_nothing(library, results):
    """A mapping hands over its assessments; a single question makes its own."""
    for home in ("NOR", "EU27"):
        judged = {home: assess(library, home, 2024)}
        assert tables(ChainView(library, home, 2024, judged=judged)) == results[home]


def test_shares_of_a_stage_stand_only_for_the_good_that_the_study_names(results):
    """Those of aluminium metal say nothing of alumina; of alloys they say something, not enough."""
    steps = results["EU27"]["chain_steps"]
    alumina = row(steps, chain="aluminium", product="alumina")
    assert (alumina["basis"], alumina["reason"]) == ("none", "step_unseen")
    alloys = row(steps, chain="aluminium", product="aluminium_alloys")
    assert (alloys["counts_as"], alloys["reason"]) == ("open", "stage_share_only")


def test_ghosts_are_open_and_have_no_figures(results):
    ghosts = [r for r in results["NOR"]["chain_steps"] if r["ghost"]]
    assert ghosts
    for step in ghosts:
        assert step["counts_as"] in ("open", None)
        assert (step["basis"], step["risk"], step["top_share"]) == ("none", None, None)
        assert (step["risk_status"], step["mix"]) == ("missing", None)
    coke = row(results["NOR"]["chain_steps"], chain="manganese", product="coke")
    assert (coke["counts_as"], coke["reason"]) == ("open", "world_supply_only")


def test_rows_are_flat_and_every_word_is_known(results):
    reasons = by_key(Reason)
    words = {(w.vocabulary, w.term) for w in by_key(Word).values()}
    for found in results.values():
        assert json.loads(json.dumps(found, allow_nan=False)) == found
        for name, rows in found.items():
            for line in rows:
                assert line["depth"] in ("deep", "shallow")
                assert line["text_en"]
                assert line["text_nb"]
                assert line["text_en"] != line["text_nb"]
                codes = [v for k, v in line.items() if k.endswith("reason") and v]
                assert set(codes) <= set(reasons), (name, codes)
                for key, value in line.items():
                    if f"{key}_status" in line and value is not None:
                        assert line[f"{key}_status"] in ("ok", "zero", "estimated", "suppressed")
        for step in found["chain_steps"]:
            assert ("chain_entry", step["entry"]) in words
            assert ("chain_need", step["need"]) in words
            assert ("chain_fed_by", step["fed_by"]) in words
            assert step["counts_as"] is None or ("chain_counts", step["counts_as"]) in words
        for line in (*found["chains"], *found["chain_stages"]):
            assert ("chain_verdict", line["verdict"]) in words


def test_what_stands_beside_a_step(results, views):
    magnesium = row(results["NOR"]["chain_steps"], chain="magnesium", product="magnesium_metal")
    assert (magnesium["lead_years_low"], magnesium["lead_years_high"]) == (3, 6)
    alloy = row(results["NOR"]["chain_steps"], chain="silicon", product="ferrosilicon_75")
    assert "2025-11-18_EU27" in alloy["measures_against_exports"]
    union = row(results["EU27"]["chain_steps"], chain="silicon", product="ferrosilicon_75")
    assert "2025-11-18_EU27" in union["measures_own"]
    assert alloy["plants"]
    assert alloy["largest_group_over_65"] in ("yes", "no", "open")
    assert alloy["capacity_of"] == "NOR"
    assert union["plants"] == []
    earlier = ChainView(views["NOR"].library, "NOR", 2024, on=date(2025, 1, 1))
    report = chain_report(earlier, "silicon")
    before = row(report["steps"], product="ferrosilicon_75")
    assert "2025-11-18_EU27" not in before["measures_against_exports"]


def test_a_report_and_a_drawing_of_one_chain(views, results):
    report = chain_report(views["NOR"], "magnesium")
    assert report["chain"] == row(results["NOR"]["chains"], chain="magnesium")
    assert set(report["beside"]) == {r["product"] for r in report["steps"]}
    lead = report["beside"]["magnesium_metal"]["lead_times"][0]
    assert {"start_en", "end_nb", "source"} <= set(lead)
    drawn = step_verdicts(views["NOR"], "magnesium")
    assert drawn["magnesium_metal"]["bottleneck"] is True
    assert drawn["magnesium_metal"]["outcome"] == "vulnerable"
    assert {p for p, d in drawn.items() if d["ghost"]} == set(report["chain"]["ghosts"])
    with pytest.raises(UnknownName):
        chain_report(views["NOR"], "magnesum")


def test_a_user_of_norwegian_plants_alone_takes_their_route(views):
    norway = judge_one(Steps(views["NOR"]), "manganese")
    # Norwegian furnaces are fed with ore: it is no alternative to slag there.
    assert norway.stages["extraction"].verdict == "vulnerable"


def test_texts_name_the_next_steps_with_imports_and_what_can_be_replaced(results):
    found = row(results["NOR"]["chains"], chain="silicon")
    assert found["over_threshold"][:3] == ["ree_metals", "magnesium_metal", "iron_ore_pellets"]
    assert "iron_ore_pellets" in found["replaceable"]
    after = found["bottleneck_en"].split("Next over the threshold: ")[1]
    assert after.startswith("unwrought magnesium >=99.8% (imports for 44 million USD); iron ore")
    assert "imports for 6.4 million USD, set behind, for a substitute" in after
    assert "44 mill. USD" in found["bottleneck_nb"]
    coal = row(results["NOR"]["chains"], chain="carbon")
    assert "202 million USD under a code of several goods" in coal["bottleneck_en"]


def test_no_supplier_of_a_small_share_is_named(results):
    for chain, country in (("lithium", "Morocco"), ("zinc", "Peru")):
        text = row(results["NOR"]["chains"], chain=chain)["bottleneck_en"]
        assert country not in text
        assert "allied or spread" in text
    # A step that counts as sound is not the highest risk of those seen.
    assert "Senegal" not in row(results["NOR"]["chains"], chain="titanium")["bottleneck_en"]


def test_steps_of_which_only_bounds_are_known_are_named(results):
    found = row(results["NOR"]["chains"], chain="fertiliser")
    assert "May be worse: phosphate rock, unground" in found["text_en"]
    assert "(supply risk up to 10; on paper >99% from Morocco)" in found["text_en"]
    assert "Kan være verre: " in found["text_nb"]
    assert "May be worse" not in row(results["NOR"]["chains"], chain="magnesium")["text_en"]


def test_the_register_tells_where_unseen_inputs_come_from_without_a_verdict(results):
    steps = results["NOR"]["chain_steps"]
    for chain, product, country, name in (
        ("nickel", "nickel_matte", "CAN", "Canada"),
        ("aluminium", "alumina", "BRA", "Brazil"),
    ):
        step = row(steps, chain=chain, product=product)
        assert step["fed_from"] == [country]
        assert f"By the plant register it comes from {name}" in step["text_en"]
        assert (step["counts_as"], step["top_supplier"]) == ("open", None)
    # Trade shows manganese ore; of fluorspar's plants nobody can tell which input is from where.
    assert row(steps, chain="manganese", product="manganese_ore")["fed_from"] == []
    union = results["EU27"]["chain_steps"]
    assert all(step["fed_from"] == [] for step in union)


def test_substitutes_are_for_uses_in_the_chain(views):
    report = chain_report(views["NOR"], "silicon")
    # Sodium for titanium sponge and scrap for steel are other chains' matters.
    metal = report["beside"]["magnesium_metal"]["substitutes"]
    uses = {r["use_product"] for r in metal}
    names = {r["product"] for r in report["steps"]}
    assert uses <= names | {None}
    assert "titanium_sponge" not in uses
    ore = report["beside"]["iron_ore_pellets"]["substitutes"]
    assert [(r["use_product"], r["use_en"]) for r in ore] == [
        ("ferrosilicon_75", "Ferro-silicon, >55% Si")
    ]


def test_lead_times_are_of_the_home_or_the_world(views):
    norway = chain_report(views["NOR"], "silicon")["beside"]
    union = chain_report(views["EU27"], "silicon")["beside"]
    found = [
        {t["region"] for rows in report.values() for t in rows["lead_times"]}
        for report in (norway, union)
    ]
    assert found == [{"NOR", "WORLD"}, {"EU27", "WORLD"}]
    # Those of the product come before any of the stage.
    magnesium = norway["magnesium_metal"]["lead_times"]
    assert [t["lead_time"] for t in magnesium] == ["magnesium"]


def test_lines_beside_a_step_name_the_use_once(views, capsys):
    report = chain_report(views["NOR"], "silicon")
    lines = list(_beside(report, "nb"))
    assert len(lines) == len(set(lines))
    ore = [t for t in lines if t.startswith("Jernmalm") and "erstatning" in t]
    assert ore[0].split(": ")[1].startswith("erstatning i Ferrosilisium")
    assert not [t for t in lines if "1,2–1,2" in t or "titansvamp" in t.lower()]
    # A producer with two rows of one good is named once.
    plants = report["beside"]["quartzite"]["plants"]
    report["beside"]["quartzite"]["plants"] = [*plants, *plants]
    show_tables(report, "nb")
    assert capsys.readouterr().out.count("Elkem Mårnes") == 1


def test_an_analysts_chain_is_judged_by_the_same_rule(library):
    products = dict(by_key(Product)) | {"widget": Product("widget", "component", "Widget", "Dings")}
    mine = ChainGraph(replace(CHAIN, name_nb="Min"), (edge("magnesium_metal", "widget"),), products)
    view = ChainView(library, "NOR", 2024, graphs={"c": mine})
    found = row(tables(view)["chains"], chain="c")
    assert (found["verdict"], found["bottleneck_product"]) == ("vulnerable", "magnesium_metal")
    assert found["ghosts"] == ["widget"]


def test_over_the_limit_means_sure_whatever_the_shares_are():
    assert exceeds(Range(0.66, 0.60, 0.70)) is None
    assert exceeds(Range(None, 0.66, 0.70)) is True
    assert exceeds(Range(0.60, 0.50, 0.65)) is False
