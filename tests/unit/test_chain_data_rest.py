"""Chain data of fertiliser, explosives, graphite, rare earths and batteries; routes; technologies."""

from __future__ import annotations

from collections import defaultdict
from math import isclose

import pytest

from verdikart.chains.graph import KINDS, OUTPUTS, cycle, needs
from verdikart.mapping.chain_graphs import DEEP, graphs
from verdikart.reference.entities import Product, Sector, Stage, StrategicSector
from verdikart.reference.load import by_key, load
from verdikart.reference.value_chains import (
    Chain,
    ChainEdge,
    ChainFunction,
    ChainMembership,
    ProductTechnology,
)

MINE = ("explosives", "fertiliser", "graphite", "lithium", "ree")
# Ways of making a product, as opposed to what goes in beside: reagents, parts, alloying metal.
SOURCES = ("main input", "by-product input", "recycling", *OUTPUTS)
FUNCTIONS = {"mining", "processing", "specialisation", "recycling"}
# Nitrogen by mass fraction: 14.007 × atoms / molar mass; nitrocellulose of 2.5 nitrate groups.
NITROGEN = {
    "ammonia": 14.007 / 17.031,
    "ammonium_nitrate": 2 * 14.007 / 80.043,
    "ammonium_perchlorate": 14.007 / 117.49,
    "calcium_nitrate": 12 * 14.007 / 1080.6,  # 5Ca(NO3)2.NH4NO3.10H2O
    "can_fertiliser": 0.27,
    "dap": 0.18,
    "hexamine": 4 * 14.007 / 140.19,
    "map": 0.11,
    "nitric_acid": 14.007 / 63.013,
    "nitrocellulose": 2.5 * 14.007 / 274.6,
    "rdx_hmx": 6 * 14.007 / 222.12,
    "tnt": 3 * 14.007 / 227.13,
    "uan": 0.30,
    "urea": 2 * 14.007 / 60.056,
}
# Sold as nitrogen of typical grade; the typical coefficient may bring a little more.
GRADES = ("can_fertiliser", "dap", "map", "uan", "nitric_acid", "urea")


def _into(product_id):
    return [e for e in load(ChainEdge) if e.output_product == product_id]


def _reaches(graph, start, goal):
    found, waiting = {start}, [start]
    while waiting:
        for edge in graph.out_of(waiting.pop()):
            if edge.output_product not in found:
                found.add(edge.output_product)
                waiting.append(edge.output_product)
    return goal in found


@pytest.mark.parametrize("chain_id", MINE)
def test_the_chain_is_deep_and_says_why_and_what_norway_has(chain_id):
    chain = by_key(Chain)[chain_id]
    assert chain.depth == DEEP
    assert chain.why_en
    assert chain.why_nb
    rows = [f for f in load(ChainFunction) if f.chain_id == chain_id]
    assert {f.function for f in rows} == FUNCTIONS
    held = {p.product_id for p in graphs()[chain_id].nodes}
    for row in rows:
        assert row.note_en
        assert row.note_nb
        assert row.source
        assert set(row.product_ids) <= held, row.function


@pytest.mark.parametrize(
    ("chain_id", "start", "goal"),
    [
        ("explosives", "ammonia", "nitric_acid"),
        ("explosives", "nitric_acid", "ammonium_nitrate"),
        ("explosives", "ammonium_nitrate", "explosives"),
        ("explosives", "natural_gas", "munitions"),
        ("explosives", "cellulose_pulp", "propellants"),
        ("fertiliser", "natural_gas", "npk"),
        ("fertiliser", "phosphate_rock_unground", "calcium_nitrate"),
        ("fertiliser", "potash_other", "npk"),
        ("fertiliser", "organic_residues", "npk"),
        ("graphite", "graphite_flake", "li_ion_cell"),
        ("graphite", "petcoke_green", "graphite_anode_material"),
        ("lithium", "lithium_concentrate", "electric_vehicles"),
        ("lithium", "battery_scrap", "cathode_material"),
        ("ree", "ree_ore", "traction_motors"),
        ("ree", "ree_ore", "wind_gensets"),
        ("ree", "monazite", "munitions"),
        ("ree", "magnet_scrap", "permanent_magnets"),
    ],
)
def test_one_product_leads_to_another(chain_id, start, goal):
    graph = graphs()[chain_id]
    assert _reaches(graph, start, goal)
    assert not _reaches(graph, goal, start)


@pytest.mark.parametrize("product_id", sorted(set(NITROGEN) - {"ammonia"}))
def test_nitrogen_in_is_nitrogen_out(product_id):
    edges = [e for e in _into(product_id) if e.input_product in NITROGEN]
    assert edges
    total = sum(e.coefficient * NITROGEN[e.input_product] for e in edges)
    if product_id in GRADES:
        assert NITROGEN[product_id] * 0.99 <= total <= NITROGEN[product_id] * 1.06
        least = sum(e.coef_low * NITROGEN[e.input_product] for e in edges)
        assert least <= NITROGEN[product_id] * 1.001
    else:
        assert isclose(total, NITROGEN[product_id], rel_tol=2e-3)


def test_hydrogen_of_ammonia_and_phosphorus_of_its_products_balance():
    (hydrogen,) = [e for e in _into("ammonia") if e.input_product == "hydrogen"]
    assert isclose(hydrogen.coef_low, 3 * 1.008 / 17.031, rel_tol=1e-3)
    # Phosphorus is counted as P2O5; the acid is in tonnes of it, rock holds 32 per cent.
    acid = {e.output_product: e for e in load(ChainEdge) if e.input_product == "phosphoric_acid"}
    assert acid["dap"].coef_low <= 0.46 <= acid["dap"].coef_high
    assert acid["map"].coef_low <= 0.52 <= acid["map"].coef_high
    rock = {e.route: e for e in _into("superphosphates") if "rock" in e.input_product}
    triple = acid["superphosphates"].coefficient + 0.32 * rock["triple"].coefficient
    assert 0.44 <= triple <= 0.48
    assert 0.16 <= 0.32 * rock["single"].coefficient <= 0.22


def test_lithium_salt_and_hydroxide_hold_the_lithium_that_goes_in():
    into = {e.input_product: e for e in _into("lithium_hexafluorophosphate")}
    lithium = into["lithium_carbonate"].coefficient * 2 * 6.94 / 73.89
    fluorine = into["hydrofluoric_acid"].coefficient * 18.998 / 20.006
    phosphorus = into["phosphorus_trichloride"].coefficient * 30.974 / 137.33
    assert isclose(lithium, 6.94 / 151.91, rel_tol=2e-3)
    assert isclose(fluorine, 6 * 18.998 / 151.91, rel_tol=2e-3)
    assert isclose(phosphorus, 30.974 / 151.91, rel_tol=2e-3)
    carbonate = next(
        e for e in _into("lithium_hydroxide") if e.input_product == "lithium_carbonate"
    )
    assert isclose(carbonate.coef_low, 73.89 / (2 * 41.96), rel_tol=1e-3)


def test_every_edge_is_in_a_chain_and_no_edges_close_a_circle():
    held = {row.edge_id for row in load(ChainMembership)}
    assert held == set(by_key(ChainEdge))
    assert cycle(load(ChainEdge)) == ()


def test_main_inputs_go_forward_and_by_products_have_their_own_unit():
    order = {s.stage_id: s.order for s in load(Stage)}
    products = by_key(Product)
    for edge in load(ChainEdge):
        first, last = (products[p].stage for p in (edge.input_product, edge.output_product))
        if edge.relation == "main input" and first != "scrap":
            assert order[first] <= order[last], edge.edge_id
        if edge.coefficient is not None:
            assert edge.coef_unit, edge.edge_id
            assert (edge.coef_low or 0.0) <= edge.coefficient, edge.edge_id
            assert edge.coef_high is None or edge.coefficient <= edge.coef_high, edge.edge_id
            assert edge.coef_meaning.startswith(
                "output" if edge.relation in OUTPUTS else "input"
            ), edge.edge_id


# Joint by what they are, though one is made from scrap or falls out of another: anode butts go
# back into the mix with fresh coke and pitch, and GaAs wafers need both metals.
JOINT = {"gallium_wafers", "prebaked_anodes"}


def test_ways_of_making_a_product_are_alternatives_or_one_process():
    """Sources without a choice are all needed: so there is one process, and no scrap among them."""
    by_output = defaultdict(list)
    for edge in load(ChainEdge):
        by_output[edge.output_product].append(edge)
    for output, edges in by_output.items():
        loose = [e for e in edges if e.relation in SOURCES and not e.choice]
        if len(loose) < 2 or output in JOINT:
            continue
        assert {e.relation for e in loose} == {"main input"}, output
        assert len({e.process for e in loose}) == 1, output


def test_a_choice_has_two_routes_or_a_stated_share_and_shares_below_one():
    by_output = defaultdict(list)
    for edge in load(ChainEdge):
        assert bool(edge.choice) == bool(edge.route), edge.edge_id
        by_output[edge.output_product].append(edge)
    for output, edges in by_output.items():
        for need in needs(edges):
            if need.choice:
                # A lone route says how much it is of; the rest comes of what no product stands for.
                rest = need.routes[0].share.low < 1
                assert len(need.routes) > 1 or rest, (output, need.choice)
                assert sum(r.share.low for r in need.routes) <= 1 + 1e-9, (output, need.choice)
    for edge in load(ChainEdge):
        shared = (edge.route_share, edge.route_low, edge.route_high)
        if any(part is not None for part in shared):
            assert edge.route_source, edge.edge_id


@pytest.mark.parametrize(
    ("output", "choice", "routes"),
    [
        ("npk", "potash", {"chloride", "sulphate"}),
        ("graphite_anode_material", "graphite", {"spherical", "synthetic"}),
        ("dri", "reductant", {"hydrogen", "natural_gas"}),
        ("steel_semis", "steelmaking", {"bf_bof", "scrap_eaf", "dri_eaf"}),
        ("phosphoric_acid", "process", {"wet", "thermal"}),
        ("hydrogen", "source", {"natural_gas", "ethane", "coal", "electrolysis"}),
        ("calcium_nitrate", "calcium", {"phosphate_rock", "limestone"}),
        ("permanent_magnets", "magnet", {"ndfeb", "samarium_cobalt"}),
        ("li_ion_cell", "cathode", {"nmc", "lfp"}),
    ],
)
def test_named_alternatives(output, choice, routes):
    need = next(n for n in needs(_into(output)) if n.choice == choice)
    assert {route.name for route in need.routes} == routes


def test_steel_is_not_counted_twice_by_route_and_by_pig_iron():
    inputs = {e.input_product for e in _into("steel_semis")}
    assert not inputs & {"iron_ore_fines", "coking_coal", "coke"}


def test_technologies_need_the_product_itself_not_its_ore():
    """A raw good is linked only where it is used as it is: added, burnt off or spread."""
    spread = {"phosphate_rock_ground"}
    products = by_key(Product)
    used = {
        e.input_product
        for e in load(ChainEdge)
        if KINDS[e.relation] in ("use", "reagent", "energy_reductant")
    }
    for row in load(ProductTechnology):
        if products[row.product_id].stage == "extraction":
            assert row.product_id in used | spread, row.product_id


def test_a_product_does_not_take_over_the_technologies_of_its_material():
    links = defaultdict(set)
    for row in load(ProductTechnology):
        links[row.product_id].add(row.technology_id)
    assert links["permanent_magnets"] >= {"wind_turbines", "traction_motors", "drones"}
    for upstream in ("ree_ore", "ree_mixed_concentrate", "ree_metals", "ndfeb_alloy"):
        assert upstream not in links
    assert links["aluminium_rolled"] >= {"def_surface_ships", "def_fighter_aircraft"}
    assert not links["bauxite"]
    assert links["npk"] == {"agri_npk"}
    assert "def_ammunition" in links["military_explosives"]


def test_every_strategic_sector_is_reached_by_a_deep_chain_and_every_technology_by_a_product():
    sector = {s.sector_id: s.strategic_sector for s in load(Sector)}
    links = defaultdict(set)
    for row in load(ProductTechnology):
        links[row.product_id].add(sector[row.sector_id])
        assert row.source
    reached = {
        s
        for graph in graphs().values()
        if graph.chain.depth == DEEP
        for product in graph.nodes
        for s in links[product.product_id]
    }
    assert reached == {s.strategic_sector for s in load(StrategicSector)}
    for graph in graphs().values():
        if graph.chain.depth == DEEP:
            assert any(links[p.product_id] for p in graph.nodes), graph.chain_id
