"""Norway's place in the chains: roles by sourcing, Nordic evidence, patterns, who depends on Norway."""

from __future__ import annotations

from dataclasses import replace

import pytest

from verdikart.chains.graph import ChainGraph
from verdikart.core.errors import UnknownName
from verdikart.core.figure import MixId
from verdikart.mapping import chain_position, chain_view, position, register
from verdikart.mapping import chain_trade_pattern as pattern
from verdikart.mapping import reverse_dependency as reverse
from verdikart.mapping.library import Library
from verdikart.reference.entities import Product
from verdikart.reference.load import by_key, load
from verdikart.reference.value_chains import Facility

GOOD = by_key(Product)


@pytest.fixture(scope="module")
def view():
    return chain_view.view("NOR", 2024)


@pytest.fixture(scope="module")
def tables(view):
    return chain_position.tables(view)


@pytest.mark.parametrize(
    ("product", "role"),
    [
        ("titanium_slag", "processor_imported_feed"),  # Senegal, though Norway mines ilmenite
        ("titanium_pigment", "processor_own_feed"),  # Titania, the group's own mine
        ("silicon_metal", "processor_own_feed"),  # Salten has its own quartzite
        ("nickel_refined", "processor_imported_feed"),
        ("cobalt_intermediate_metal", "processor_imported_feed"),
        ("prebaked_anodes", "processor_imported_feed"),  # bought on the market, from unknown places
        ("portland_cement", "processor_own_feed"),
        ("ilmenite_rutile", "extractor"),
        ("battery_scrap", "recycler"),
        ("ree_ore", "deposit_only"),
        ("bauxite", "absent"),
    ],
)
def test_role(product, role):
    assert position.role(GOOD[product], 2026, exported=False) == role


def test_a_plants_own_word_comes_before_what_the_chain_would_say():
    plants = {p.record_id: p for p in load(Facility)}
    # Norwegian ilmenite is mined, which is all that the chain table knows.
    assert register.working("ilmenite_rutile", 2026)
    assert position.own_feed(plants["NO048"], 2026)
    assert not position.own_feed(plants["NO046"], 2026)


def test_power_and_reagents_are_no_feeds():
    assert position.feeds_of("primary_aluminium") == ("alumina",)
    assert "sulphuric_acid" not in position.plant_feeds("titanium_pigment", 2026)


def test_a_closed_mine_is_none_whatever_the_statistics_of_earlier_years():
    assert position.role(GOOD["reductant_coal"], 2024, exported=False) == "extractor"
    assert position.role(GOOD["reductant_coal"], 2026, exported=False) == "absent"


def test_nordic_steps_and_their_evidence(tables):
    rows = {r["product"]: r for r in tables["chain_roles"]}
    zinc = rows["zinc_ore"]
    assert (zinc["swe_state"], zinc["swe_basis"]) == ("yes", "wmd")
    assert zinc["swe_amount"] > 100_000
    assert zinc["nor_state"] == "none_recorded"
    assert zinc["missing"] == "no"
    # No source tells who makes titanium slag: what is not known is not counted as missing.
    slag = rows["titanium_slag"]
    assert (slag["nor_state"], slag["swe_state"]) == ("yes", "unknown")
    # Several goods stand for nickel at this stage: Finland's part is of them together.
    assert rows["nickel_refined"]["fin_state"] == "stage_only"
    assert rows["manganese_ore"]["missing"] == "yes"
    assert rows["electricity"]["role"] == rows["electricity"]["missing"] == "unknown"
    assert {r["depth"] for r in tables["chain_roles"]} == {"deep", "shallow"}


def test_functions_follow_from_the_register(tables):
    state = {(r["chain"], r["function"]): r["state"] for r in tables["chain_functions"]}
    assert state["titanium", "mining"] == "operating"
    assert state["ree", "mining"] == "project"
    assert state["magnesium", "processing"] == "closed"
    assert state["lithium", "mining"] == "none"
    assert state["helium", "mining"] == "not_recorded"


def test_patterns_join_origins_plants_and_destinations(tables):
    rows = [r for r in tables["trade_patterns"] if r["product"] == "titanium_slag"]
    feed = next(r for r in rows if r["flow"] == "feed")
    assert (feed["good"], feed["country"]) == ("ilmenite_rutile", "SEN")
    assert feed["share"] > 0.9
    assert feed["plants"] == ["INEOS Tyssedal"]
    sold = next(r for r in rows if r["flow"] == "export")
    assert (sold["share"], sold["share_status"]) == (None, "missing")
    # The pigment works has its own mine: the country's imports of ilmenite are not its feed.
    pigment = [
        r
        for r in tables["trade_patterns"]
        if r["product"] == "titanium_pigment" and r["flow"] == "feed"
    ]
    assert [(r["country"], r["basis"], r["share"]) for r in pigment] == [
        ("NOR", "facilities", None)
    ]


def test_a_heading_gives_the_value_where_no_code_does(tables):
    """Matte is in no embedded source: the register has Canada, the heading 1.78 billion USD."""
    rows = [r for r in tables["trade_patterns"] if r["good"] == "nickel_matte"]
    first, whole = [r for r in rows if r["product"] == "nickel_refined"]
    assert (first["country"], first["value"], first["share_reason"]) == (
        "CAN",
        None,
        "share_not_in_register",
    )
    assert (whole["country"], whole["value"]) == (None, 1_778_270_431)
    assert (whole["share"], whole["share_reason"]) == (None, "heading_of_more_goods")


def test_shares_of_a_flow_sum_to_one_and_values_are_in_kroner_too(tables):
    found = {}
    for row in tables["trade_patterns"]:
        if row["share"] is not None:
            found.setdefault((row["product"], row["flow"], row["mix"]), []).append(row)
    assert len(found) > 20
    for rows in found.values():
        assert sum(r["share"] for r in rows) == pytest.approx(1, abs=1e-12)
        assert sum(r["value"] for r in rows) == rows[0]["total_value"]
        assert all(r["value_nok"] > r["value"] for r in rows)


def test_published_us_import_sources_from_norway(tables):
    """Mineral Commodity Summaries 2026: cobalt 26 %, ferromanganese 16 %, silicon 12 %, nickel 11 %."""
    rows = [r for r in tables["reverse_dependency"] if r["basis"] == "us_import_sources"]
    share = {r["subject"]: r["supplier_share"] for r in rows}
    assert share["Cobalt: Metal, oxide, and salts"] == 0.26
    assert share["Manganese: Ferromanganese"] == 0.16
    assert share["Silicon: Silicon metal"] == 0.12
    assert share["Nickel: Primary nickel"] == 0.11
    assert all("published" in r["denominator_en"] for r in rows)
    # The trade of one year tells the same of cobalt, under the code's own denominator.
    traded = _row(tables, "USA", "HS92:810510")
    assert traded["supplier_share"] == pytest.approx(0.26, abs=0.01)


def test_published_eu_sourcing_has_its_own_denominator(tables):
    rows = [r for r in tables["reverse_dependency"] if r["basis"] == "eu_sourcing"]
    share = {r["subject"]: r["supplier_share"] for r in rows}
    assert share["silicon_metal@processing"] == pytest.approx(0.33)
    assert share["manganese@processing"] == pytest.approx(0.21)
    assert all("own production included" in r["denominator_en"] for r in rows)


def _row(tables, buyer, subject):
    return next(
        r for r in tables["reverse_dependency"] if (r["buyer"], r["subject"]) == (buyer, subject)
    )


def test_denominators_are_told_apart(view, tables):
    """Recomputed from the mixes: imports from outside, all imports, apparent consumption."""
    row = _row(tables, "NATO_EX_NOR", "HS92:810510")
    mix = view.library.mix(MixId("NATO_EX_NOR", 2024, "baci_hs92", "HS92:810510", "import"))
    own = mix.supplier("NOR").value
    outside = sum(s.value for s in mix.suppliers)
    assert row["supplier_share"] == pytest.approx(own / outside)
    inside = mix.intra.value
    everything = outside + inside + sum(s.value for s in mix.unspecified)
    assert row["supplier_share_all"] == pytest.approx(own / everything)
    assert row["share_of_consumption"] is None
    assert row["share_of_consumption_reason"] == "production_unknown"
    ilmenite = _row(tables, "DEU", "HS92:261400")
    found = view.library.mix(MixId("DEU", 2024, "baci_hs92", "HS92:261400", "import"))
    sold = view.library.mix(MixId("DEU", 2024, "baci_hs92", "HS92:261400", "export"))
    used = found.total("quantity") - sold.total("quantity")  # Germany mines none
    assert ilmenite["share_of_consumption"] == pytest.approx(
        found.supplier("NOR").quantity / used, rel=1e-6
    )


def test_more_than_is_consumed_is_no_share(tables):
    poland = _row(tables, "POL", "HS92:261400")
    assert poland["share_of_consumption"] is None
    assert poland["share_of_consumption_reason"] == "delivery_exceeds_consumption"


def test_what_if_norway_stops(view, tables):
    row = _row(tables, "USA", "HS92:810510")
    assert row["lost_share"] == row["supplier_share"]
    assert "NOR" not in row["next_suppliers"]
    world = view.library.mix(MixId("WORLD", 2024, "baci_hs92", "HS92:810510", "export"))
    assert row["rest_of_world"] == world.total("value") - world.supplier("NOR").value
    assert (row["could_cover"], row["could_cover_reason"]) == ("unknown", "spare_capacity_unknown")
    assert row["top_market"] == "USA"
    assert row["market_hhi"] > 0.5
    assert "25.7%" in row["text_en"]
    assert row["text_nb"].startswith("Stanser Norge")


def test_rows_keep_to_the_stated_limits(tables):
    traded = [r for r in tables["reverse_dependency"] if r["basis"] == "imports"]
    assert all(r["value"] >= reverse.LEAST for r in traded)
    assert all(r["value"] >= reverse.VALUE or r["supplier_share"] >= reverse.SHARE for r in traded)
    assert not [r for r in traded if r["buyer"] == "NOR"]
    assert {"EU27", "NORDIC_EX_NOR", "NATO_EX_NOR", "DEU", "JPN"} <= {r["buyer"] for r in traded}


def test_another_country_can_be_asked_about():
    rows = reverse.reverse_dependency(chain_view.view("FIN", 2024))
    assert {r["supplier"] for r in rows} == {"FIN"}
    assert "FIN" not in {r["buyer"] for r in rows}
    cobalt = next(r for r in rows if r["basis"] == "us_import_sources")
    assert cobalt["supplier"] == "FIN"


def test_a_question_of_one_chain_and_country():
    found = chain_position.asked(chain_view.view("NOR", 2024), "zinc", None, "DEU")
    assert {r["chain"] for r in found["roles"]} == {"zinc"}
    assert {r["buyer"] for r in found["reverse"]} <= {"DEU"}
    assert {r["country"] for r in found["patterns"]} <= {"DEU"}
    with pytest.raises(UnknownName, match="zinc"):
        chain_position.asked(chain_view.view("NOR", 2024), "zink", None, None)


def test_a_reading_of_many_homes_is_that_of_each_alone():
    many, one = Library(), Library()
    many.read_year(("DEU", "NORDIC_EX_NOR", "WORLD"), 2024)
    one.read_all(("DEU", "NORDIC_EX_NOR", "WORLD"), (2024,))
    for home in ("DEU", "NORDIC_EX_NOR", "WORLD"):
        for flow in ("import", "export") if home != "WORLD" else ("export",):
            asked = MixId(home, 2024, "baci_hs92", "HS92:260200", flow)
            assert many.find(asked) == one.find(asked)
    assert many.held("DEU", 2024)
    assert not many.held("SWE", 2024)


def test_small_countries_are_shown_together(view):
    rows = pattern._flow(view.library, GOOD["nickel_refined"], 2024, "export")
    assert [r["country"] for r in rows][-1] is None
    assert all(r["share"] >= pattern.SMALL for r in rows[:-1])


def test_a_chain_of_the_users_own_is_read_like_the_others(view):
    graph = view.graphs["titanium"]
    mine = ChainGraph(replace(graph.chain, chain_id="mine", depth="shallow"), graph.edges, GOOD)
    own = chain_view.ChainView(view.library, "NOR", 2024, graphs={"mine": mine})
    found = chain_position.tables(own)
    assert {r["chain"] for r in found["chain_roles"]} == {"mine"}
    slag = next(r for r in found["trade_patterns"] if r["product"] == "titanium_slag")
    assert (slag["chains"], slag["depth"]) == (["mine"], "shallow")
    ilmenite = _row(found, "DEU", "HS92:261400")
    assert ilmenite["chains"] == ["mine"]


def test_ties_in_published_shares_share_the_rank(view):
    row = next(r for r in reverse.us_sources(view) if r["subject"] == "Manganese: Ferromanganese")
    assert row["supplier_share"] == 0.16  # Australia has as much, only Malaysia more
    assert row["supplier_rank"] == 2


def test_shares_of_the_metal_are_not_named_after_its_fluoride(view):
    row = next(r for r in reverse.eu_sourcing(view) if r["subject"] == "aluminium@processing")
    assert "aluminium_fluoride" not in row["products"]
    assert row["name_en"] != "Aluminium fluoride"
    rows = {r["subject"]: r["products"] for r in reverse.eu_sourcing(view)}
    assert rows["aluminium@processing"] == ["aluminium_alloys", "primary_aluminium"]
    assert rows["silicon_metal@processing"] == ["silicon_metal"]
    assert rows["titanium_metal@processing"] == ["titanium_sponge"]


def test_withheld_imports_are_nobodys_share_in_the_pattern(tables):
    """Unground phosphate rock: Morocco on paper, and bounds in the assessment."""
    rows = [
        r
        for r in tables["trade_patterns"]
        if r["flow"] == "feed" and r["good"] == "phosphate_rock_unground" and r["mix"]
    ]
    assert rows
    assert {(r["share"], r["share_status"]) for r in rows} == {(None, "suppressed")}
    assert all(r["value"] for r in rows)
