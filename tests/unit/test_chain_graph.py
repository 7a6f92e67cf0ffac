"""The chain as a graph: alternatives, joint inputs, columns."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from verdikart.chains.graph import ChainGraph, cycle, layers, needs, topological
from verdikart.mapping.chain_graphs import graphs
from verdikart.reference.entities import Product
from verdikart.reference.load import load
from verdikart.reference.value_chains import ChainEdge


def edge(number, before, after, relation="main input", **fields):
    blank = dict.fromkeys(ChainEdge.__slots__, "")
    none = ("route_share", "route_low", "route_high", "coefficient", "coef_low", "coef_high")
    blank |= dict.fromkeys(none)
    blank |= {"edge_id": f"E{number}", "input_product": before, "output_product": after}
    return ChainEdge(**{**blank, "relation": relation, **fields})


def test_edges_without_a_choice_are_joint_and_routes_of_one_choice_are_alternatives():
    edges = (
        edge(1, "lump", "metal", choice="quartz", route="lump", route_share=0.7),
        edge(2, "quartzite", "metal", choice="quartz", route="quartzite"),
        edge(3, "coal", "metal", "reductant"),
    )
    quartz, coal = needs(edges)
    assert quartz.choice == "quartz"
    assert [r.name for r in quartz.routes] == ["lump", "quartzite"]
    assert quartz.routes[0].share.value == 0.7
    unknown = quartz.routes[1].share
    assert unknown.value is None
    assert (unknown.low, unknown.high) == (0.0, pytest.approx(0.3))
    assert coal.choice == ""
    assert coal.routes[0].share.value == 1.0


def test_edges_of_one_route_are_needed_together():
    edges = (
        edge(1, "dolomite", "metal", choice="process", route="thermal"),
        edge(2, "ferrosilicon", "metal", "reductant", choice="process", route="thermal"),
        edge(3, "chloride", "metal", choice="process", route="electrolytic"),
    )
    (process,) = needs(edges)
    assert [len(r.edges) for r in process.routes] == [2, 1]


def test_a_column_is_the_longest_path_and_side_inputs_stand_before_their_use():
    edges = (
        edge(1, "ore", "matte"),
        edge(2, "matte", "metal"),
        edge(3, "ore", "metal"),
        edge(4, "acid", "metal", "reagent"),
    )
    assert layers(edges) == {"ore": 0, "matte": 1, "acid": 1, "metal": 2}
    long = (*edges, edge(5, "coke", "anode"), edge(6, "pitch", "coke"), edge(7, "tar", "pitch"))
    metal = layers((*long, edge(8, "anode", "metal", "reductant")))
    assert metal["metal"] == metal["anode"] + 1 == 4


def test_a_cycle_is_named():
    ring = (edge(1, "a", "b"), edge(2, "b", "c"), edge(3, "c", "a"))
    assert cycle(ring) == ("a", "b", "c", "a")
    with pytest.raises(ValueError, match="a → b → c → a"):
        topological(ring)
    assert cycle(ring[:2]) == ()


@given(
    st.lists(
        st.tuples(st.integers(0, 8), st.integers(0, 8)).filter(lambda p: p[0] < p[1]),
        min_size=1,
        max_size=20,
        unique=True,
    ),
    st.randoms(use_true_random=False),
)
@settings(max_examples=60, deadline=None)
def test_columns_rise_along_every_edge_whatever_the_order(pairs, chance):
    edges = [edge(n, f"p{a}", f"p{b}") for n, (a, b) in enumerate(pairs)]
    column = layers(edges)
    assert all(column[e.input_product] < column[e.output_product] for e in edges)
    chance.shuffle(edges)
    assert layers(edges) == column


def test_every_chain_of_the_package_is_drawn_and_every_edge_is_in_one():
    found = graphs()
    assert {e.edge_id for g in found.values() for e in g.edges} == {
        e.edge_id for e in load(ChainEdge)
    }
    for graph in found.values():
        column = graph.layers
        assert set(column) == {p.product_id for p in graph.nodes}
        assert all(column[e.input_product] < column[e.output_product] for e in graph.edges)


def test_a_graph_finds_the_edges_of_a_product():
    products = {p: Product(p, "processing", p, p) for p in "abc"}
    chain = next(iter(graphs().values())).chain
    graph = ChainGraph(chain, (edge(1, "a", "b"), edge(2, "b", "c")), products)
    assert [e.edge_id for e in graph.into("b")] == ["E1"]
    assert [e.edge_id for e in graph.out_of("b")] == ["E2"]
    assert graph.into("a") == ()
