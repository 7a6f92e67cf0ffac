"""The data of the metal chains and of carbon: balances, alternatives, energy, functions."""

from __future__ import annotations

from itertools import pairwise
from math import fsum

import pytest

from verdikart.chains.graph import KINDS, OUTPUTS, cycle
from verdikart.mapping.chain_graphs import graphs
from verdikart.mapping.chain_lint import lint_chain
from verdikart.mapping.position import feeds_of
from verdikart.reference.entities import Product, ProductCode, Stage, Word
from verdikart.reference.figures import Fact, NorwayStatistic
from verdikart.reference.load import by_key, load
from verdikart.reference.value_chains import Chain, ChainEdge, ChainFunction, Facility

DEEP = (
    "aluminium",
    "carbon",
    "magnesium",
    "manganese",
    "nickel",
    "silicon",
    "titanium",
    "zinc",
)
FUNCTIONS = {"mining", "processing", "specialisation", "recycling"}
ATOMS = {
    "H": 1.008,
    "Li": 6.94,
    "C": 12.011,
    "O": 15.999,
    "F": 18.998,
    "Na": 22.990,
    "Mg": 24.305,
    "Al": 26.982,
    "Si": 28.086,
    "S": 32.06,
    "Cl": 35.45,
    "Ca": 40.078,
    "Ti": 47.867,
    "Mn": 54.938,
    "Co": 58.933,
    "Ni": 58.693,
    "Zn": 65.38,
}


def weigh(**atoms: float) -> float:
    """Molar mass, g/mol."""
    return fsum(ATOMS[name] * count for name, count in atoms.items())


PCAM = weigh(Ni=0.8, Co=0.1, Mn=0.1, O=2, H=2)
CAM = weigh(Li=1, Ni=0.8, Co=0.1, Mn=0.1, O=2)
ACID = weigh(H=2, S=1, O=4)
TICL4 = weigh(Ti=1, Cl=4)
ALF3 = weigh(Al=1, F=3)
NISO4 = weigh(Ni=1, S=1, O=10, H=12)
# (input, output) -> least input per output
FLOORS = {
    ("aluminium_hydroxide", "alumina"): 2 * weigh(Al=1, O=3, H=3) / weigh(Al=2, O=3),
    ("alumina", "primary_aluminium"): weigh(Al=2, O=3) / weigh(Al=2),
    ("hydrofluoric_acid", "aluminium_fluoride"): 3 * weigh(H=1, F=1) / ALF3,
    ("aluminium_hydroxide", "aluminium_fluoride"): weigh(Al=1, O=3, H=3) / ALF3,
    ("fluorspar_acid", "hydrofluoric_acid"): weigh(Ca=1, F=2) / weigh(H=2, F=2),
    ("sulphuric_acid", "hydrofluoric_acid"): ACID / weigh(H=2, F=2),
    ("quartz_lump", "silicon_metal"): weigh(Si=1, O=2) / weigh(Si=1),
    ("quartzite", "silicon_metal"): weigh(Si=1, O=2) / weigh(Si=1),
    ("quartzite", "ferrosilicon_75"): 0.75 * weigh(Si=1, O=2) / weigh(Si=1),
    ("manganese_metal", "manganese_sulphate"): weigh(Mn=1) / weigh(Mn=1, S=1, O=5, H=2),
    ("sulphuric_acid", "manganese_sulphate"): ACID / weigh(Mn=1, S=1, O=5, H=2),
    ("manganese_sulphate", "battery_precursor"): 0.1 * weigh(Mn=1, S=1, O=5, H=2) / PCAM,
    ("nickel_refined", "nickel_sulphate"): weigh(Ni=1) / NISO4,
    ("sulphuric_acid", "nickel_sulphate"): ACID / NISO4,
    ("nickel_sulphate", "battery_precursor"): 0.8 * NISO4 / PCAM,
    ("cobalt_sulphate", "battery_precursor"): 0.1 * weigh(Co=1, S=1, O=11, H=14) / PCAM,
    ("caustic_soda", "battery_precursor"): 2 * weigh(Na=1, O=1, H=1) / PCAM,
    ("battery_precursor", "cathode_material"): PCAM / CAM,
    ("lithium_hydroxide", "cathode_material"): weigh(Li=1, O=2, H=3) / CAM,
    ("titanium_tetrachloride", "titanium_sponge"): TICL4 / weigh(Ti=1),
    ("magnesium_metal", "titanium_sponge"): 2 * weigh(Mg=1) / weigh(Ti=1),
    ("titanium_tetrachloride", "titanium_pigment"): TICL4 / weigh(Ti=1, O=2),
    ("petcoke_calcined", "titanium_tetrachloride"): weigh(C=1) / TICL4,
    ("zinc_refined_shg", "zinc_oxide"): weigh(Zn=1) / weigh(Zn=1, O=1),
    ("dolomite", "magnesium_metal"): 2 * weigh(Ca=1, Mg=1, C=2, O=6) / weigh(Mg=2),
    ("ferrosilicon_75", "magnesium_metal"): weigh(Si=1) / weigh(Mg=2) / 0.75,
    ("magnesium_chloride", "magnesium_metal"): weigh(Mg=1, Cl=2) / weigh(Mg=1),
    ("magnesia", "magnesium_chloride"): weigh(Mg=1, O=1) / weigh(Mg=1, Cl=2),
    ("magnesite", "magnesia"): weigh(Mg=1, C=1, O=3) / weigh(Mg=1, O=1),
}


def edges(source: str, target: str) -> list[ChainEdge]:
    """Edges between two products, of any chain."""
    return [e for e in load(ChainEdge) if (e.input_product, e.output_product) == (source, target)]


def one(source: str, target: str) -> ChainEdge:
    """The only edge between two products."""
    (edge,) = edges(source, target)
    return edge


@pytest.mark.parametrize("pair", FLOORS, ids="-".join)
def test_coefficients_keep_the_stoichiometric_floor(pair):
    edge, floor = one(*pair), FLOORS[pair]
    assert edge.coef_low == pytest.approx(floor, rel=2e-3)
    assert floor * 0.998 <= edge.coefficient <= (edge.coef_high or edge.coefficient)
    assert edge.coef_unit == "t/t"


@pytest.mark.parametrize("chain", DEEP)
def test_coefficients_lie_in_their_own_range_and_shares_are_shares(chain):
    for edge in graphs()[chain].edges:
        low, value, high = edge.coef_low, edge.coefficient, edge.coef_high
        if value is not None:
            assert low is not None, edge.edge_id
            assert high is not None, edge.edge_id
            assert 0 <= low <= value <= high, edge.edge_id
            assert edge.coef_unit, edge.edge_id
            assert edge.coef_confidence != "none", edge.edge_id
        assert edge.source, edge.edge_id
        parts = (edge.route_low, edge.route_share, edge.route_high)
        given = [part for part in parts if part is not None]
        assert given == sorted(given), edge.edge_id
        assert all(0 <= part <= 1 for part in given), edge.edge_id
        assert bool(given) == bool(edge.route_source), edge.edge_id


def test_bauxite_hydroxide_and_alumina_are_one_line():
    assert not edges("bauxite", "alumina")
    (first,), (second,) = (
        edges("bauxite", "aluminium_hydroxide"),
        edges("aluminium_hydroxide", "alumina"),
    )
    assert {first.relation, second.relation} == {"main input"}
    assert first.coefficient * second.coefficient == pytest.approx(3.0, abs=0.01)
    graph = graphs()["aluminium"]
    assert [n.routes[0].edges[0].input_product for n in graph.needs("alumina")] == [
        "aluminium_hydroxide"
    ]
    # Per tonne of metal: about 5.8 t bauxite, the reagents counted once.
    metal = one("alumina", "primary_aluminium").coefficient * second.coefficient
    assert metal * first.coefficient == pytest.approx(5.79, abs=0.05)
    assert metal * one("caustic_soda", "aluminium_hydroxide").coefficient == pytest.approx(
        0.19, abs=0.01
    )


def test_the_worked_example_of_nickel_is_whole():
    """Ore → matte → metal or sulphate → precursor → cathode → cell, with the co-products."""
    graph = graphs()["nickel"]
    held = {(e.input_product, e.output_product): e for e in graph.edges}
    line = [
        "nickel_ore",
        "nickel_matte",
        "nickel_sulphate",
        "battery_precursor",
        "cathode_material",
        "li_ion_cell",
        "electric_vehicles",
    ]
    for pair in pairwise(line):
        assert KINDS[held[pair].relation] in ("main", "joint"), pair
    columns = [graph.layers[product] for product in line]
    assert columns == sorted(set(columns))
    for output in ("nickel_sulphate", "nickel_refined"):
        assert ("nickel_matte", output) in held
    assert ("nickel_refined", "nickel_sulphate") in held
    besides = {e.output_product for e in graph.out_of("nickel_matte") if e.relation in OUTPUTS}
    assert besides == {
        "copper_cathode",
        "cobalt_intermediate_metal",
        "sulphuric_acid",
        "pgm_concentrate",
    }
    (sulphate,) = [n for n in graph.needs("nickel_sulphate") if n.choice]
    assert {r.name for r in sulphate.routes} == {"matte", "metal", "mhp", "recycled"}
    assert all((r.share.low, r.share.high) == (0.0, 1.0) for r in sulphate.routes)


def test_nickel_follows_through_to_the_cell():
    sulphate = one("nickel_sulphate", "battery_precursor").coefficient
    precursor = one("battery_precursor", "cathode_material").coefficient
    metal = sulphate * precursor * one("nickel_refined", "nickel_sulphate").coefficient
    assert metal == pytest.approx(0.8 * ATOMS["Ni"] / CAM, rel=1e-3)  # 0.4827 t Ni per t NMC811
    by_matte = one("nickel_matte", "nickel_sulphate")
    assert by_matte.coef_low * 0.5 == pytest.approx(ATOMS["Ni"] / NISO4, rel=2e-3)
    per_kwh = metal * one("cathode_material", "li_ion_cell").coefficient
    assert 0.6 < per_kwh < 0.95  # kg Ni per kWh


def test_by_product_ratios_of_the_refinery_hold_against_statistics():
    made = {r.record_id: r.value for r in load(NorwayStatistic)}
    nickel, copper, cobalt = made["NOB08"], made["NOB02"], made["NOB01"]
    for product, tonnes in (("copper_cathode", copper), ("cobalt_intermediate_metal", cobalt)):
        edge = one("nickel_matte", product)
        assert edge.coef_low * 0.999 <= tonnes / nickel <= edge.coef_high, product


def test_power_of_norwegian_smelters_adds_up_to_the_statistics():
    """Coefficients × production against the energy account of 2023 (SSB table 11561), GWh."""
    per = {e.output_product: e for e in load(ChainEdge) if e.relation == "energy"}
    made = {r.record_id: r.value for r in load(NorwayStatistic)}

    def gwh(product, tonnes):
        return per[product].coefficient * tonnes / 1000

    account = {f.fact_id: float(f.value) for f in load(Fact) if f.fact_id in ("F-0422", "F-0406")}
    non_ferrous = (
        gwh("primary_aluminium", 1_321_229)  # 2023, note of NO010
        + gwh("nickel_refined", made["NOB08"])
        + gwh("zinc_refined_shg", 200_000)  # capacity before the expansion
    )
    assert 0.80 < non_ferrous / account["F-0422"] < 1.05
    ferro = (
        gwh("ferrosilicon_75", made["NOB06"])
        + gwh("ferromanganese_hc", made["NOB03"])
        + gwh("silicomanganese", made["NOB04"])
    )
    assert 0.70 < ferro / account["F-0406"] < 1.05


@pytest.mark.parametrize(
    ("chain", "products"),
    [
        ("aluminium", ("primary_aluminium",)),
        ("silicon", ("silicon_metal", "ferrosilicon_75")),
        ("manganese", ("ferromanganese_hc", "silicomanganese")),
        ("nickel", ("nickel_refined",)),
        ("titanium", ("titanium_slag", "titanium_sponge")),
        ("zinc", ("zinc_refined_shg",)),
        ("magnesium", ("magnesium_metal",)),
        ("carbon", ("synthetic_graphite",)),
    ],
)
def test_power_is_an_input_and_no_feed(chain, products):
    for product in products:
        found = [e for e in graphs()[chain].into(product) if e.relation == "energy"]
        assert [e.input_product for e in found] == ["electricity"], product
        assert found[0].coef_unit == "MWh/t"
        assert "electricity" not in feeds_of(product)


@pytest.mark.parametrize("chain", DEEP)
def test_ways_to_make_a_product_are_declared_as_alternatives(chain):
    """Main inputs by unlike processes, and recycled beside primary, are routes and not joint needs."""
    for node in graphs()[chain].nodes:
        into = graphs()[chain].into(node.product_id)
        kinds = {KINDS[e.relation] for e in into if not e.choice}
        if {"main", "recycling"} <= kinds:
            assert node.product_id == "prebaked_anodes"  # butts go into every anode
        if "by_product" in kinds:
            assert len([e for e in into if KINDS[e.relation] in ("main", "by_product")]) == 1
        for need in graphs()[chain].needs(node.product_id):
            assert fsum(r.share.low for r in need.routes) <= 1 + 1e-9, need
            assert all(route.name for route in need.routes) or not need.choice


@pytest.mark.parametrize(
    ("product", "choice", "routes"),
    [
        ("silicon_metal", "source", {"quartz", "quartzite", "recycled"}),
        ("silicon_metal", "reductant", {"coal", "coke", "charcoal", "wood_chips"}),
        ("titanium_pigment", "process", {"sulphate", "sulphate_slag", "chloride"}),
        ("titanium_tetrachloride", "source", {"rutile", "slag"}),
        ("magnesium_metal", "process", {"thermal", "electrolytic"}),
        ("aluminium_alloys", "source", {"primary", "recycled", "dross"}),
        ("silicomanganese", "source", {"ore", "slag"}),
        ("zinc_refined_shg", "source", {"ore", "recycled"}),
    ],
)
def test_alternatives_of_the_mandate(product, choice, routes):
    rows = [e for e in load(ChainEdge) if e.output_product == product and e.choice == choice]
    assert {e.route for e in rows} == routes


def test_magnesium_is_mostly_thermal_by_a_published_count():
    (need,) = graphs()["magnesium"].needs("magnesium_metal")
    shares = {r.name: r.share for r in need.routes}
    assert shares["thermal"].value + shares["electrolytic"].value == pytest.approx(1.0)
    assert shares["thermal"].low > 0.85
    thermal = next(r for r in need.routes if r.name == "thermal")
    assert {e.input_product for e in thermal.edges} == {
        "dolomite",
        "ferrosilicon_75",
        "fluorspar_acid",
    }


@pytest.mark.parametrize("chain", DEEP)
def test_deep_chains_say_why_and_what_norway_has(chain):
    row = by_key(Chain)[chain]
    assert row.depth == "deep"
    assert row.why_en.endswith(".")
    assert row.why_nb.endswith(".")
    assert row.why_en != row.why_nb
    assert row.cross_cutting is (chain == "carbon")
    said = {f.function: f for f in load(ChainFunction) if f.chain_id == chain}
    assert set(said) == FUNCTIONS
    known = {p.product_id for p in graphs()[chain].nodes}
    for function, note in said.items():
        assert note.note_en, function
        assert note.note_nb, function
        assert note.source, function
        assert set(note.product_ids) <= known, function
        if note.note_en.startswith("None in Norway"):
            works = {"operating", "ramp_up", "curtailed"}
            plants = [
                f for f in load(Facility) if f.product_id in note.product_ids and f.status in works
            ]
            assert not plants, (function, [p.record_id for p in plants])


@pytest.mark.parametrize("chain", DEEP)
def test_no_cycle_and_no_step_back_along_main_inputs(chain):
    graph = graphs()[chain]
    assert cycle(graph.edges) == ()
    order = {s.stage_id: s.order for s in load(Stage)}
    for edge in graph.edges:
        if edge.relation == "main input":
            first = by_key(Product)[edge.input_product].stage
            last = by_key(Product)[edge.output_product].stage
            # Scrap can replace a primary feed (iron in ferrosilicon).
            assert first == "scrap" or order[first] <= order[last], edge.edge_id


@pytest.mark.parametrize("chain", DEEP)
def test_the_lint_finds_only_what_is_open_on_purpose(chain):
    found = {f.fault for f in lint_chain(chain)}
    assert found <= {"choice_single", "coefficient_missing"}


@pytest.mark.parametrize("chain", DEEP)
def test_a_chain_ends_in_components(chain):
    graph = graphs()[chain]
    ends = {p.product_id for p in graph.nodes if not graph.out_of(p.product_id)}
    if chain != "carbon":  # carbon ends in the metals
        assert any(by_key(Product)[p].stage == "component" for p in ends)
    else:
        assert {"primary_aluminium", "silicon_metal", "silicomanganese"} <= ends


def test_ferrosilicon_is_part_of_the_silicon_chain_and_solar_is_shallow():
    chains = by_key(Chain)
    assert "ferrosilicon" not in chains
    assert "errosilicon" in chains["silicon"].name_en
    assert "ferrosilisium" in chains["silicon"].name_nb
    assert chains["solar"].depth == "shallow"
    assert "ferrosilicon_75" in {p.product_id for p in graphs()["silicon"].nodes}


def test_germanium_gallium_and_indium_are_a_potential_only():
    for metal in ("germanium_metal", "gallium_metal", "indium_metal"):
        edge = one("zinc_ore", metal)
        assert "no Norwegian recovery" in edge.companion_note
        (need,) = graphs()["zinc"].needs(metal)
        assert (need.routes[0].share.low, need.routes[0].share.high) == (0.0, 1.0)
        assert not [f for f in load(Facility) if f.product_id == metal]


def test_reductant_coal_is_told_apart_from_coking_coal():
    assert not edges("coking_coal", "silicon_metal")
    assert one("reductant_coal", "silicon_metal").relation == "reductant"
    codes = {
        (r.product_id, r.nomenclature): (r.code, r.scope)
        for r in load(ProductCode)
        if r.product_id in ("reductant_coal", "charcoal", "coking_coal")
    }
    assert codes["reductant_coal", "HS17"] == ("270112", "shared")
    assert codes["charcoal", "HS92"][0] == "440200"
    assert codes["charcoal", "HS22"][0] == "440290"


def test_every_choice_and_route_has_a_name_in_both_languages():
    words = {(w.vocabulary, w.term) for w in load(Word)}
    for edge in load(ChainEdge):
        if edge.choice:
            assert ("edge_choice", edge.choice) in words, edge.edge_id
            assert ("edge_route", edge.route) in words, edge.edge_id
