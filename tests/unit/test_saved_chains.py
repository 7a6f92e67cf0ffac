"""Chains rebuilt from a saved mapping are the chains that were mapped."""

from __future__ import annotations

import pytest

from verdikart.chains.layout import draw
from verdikart.core.errors import UnknownName
from verdikart.mapping.chain_graphs import graphs
from verdikart.mapping.chain_rows import edge_rows
from verdikart.mapping.saved_chains import chain_row, saved_graph
from verdikart.reports.chain_labels import labels, legend
from verdikart.reports.voice import Voice


class Stored:
    """A saved mapping of these chains as far as a graph needs it."""

    def __init__(self, held):
        self.tables = {
            "chain_edges": edge_rows(held),
            "chains": [
                {
                    "home": "NOR",
                    "chain": c,
                    "name_en": g.chain.name_en,
                    "name_nb": g.chain.name_nb,
                    "depth": g.depth,
                    "cross_cutting": g.chain.cross_cutting,
                }
                for c, g in held.items()
            ],
            "chain_steps": [
                {
                    "home": "NOR",
                    "chain": c,
                    "product": p.product_id,
                    "stage": p.stage,
                    "name_en": p.name_en,
                    "name_nb": p.name_nb,
                    "ghost": True,
                    "fed_from": [],
                    "bottleneck": False,
                }
                for c, g in held.items()
                for p in g.nodes
            ],
        }

    def rows(self, table):
        return self.tables[table]

    def own(self, table, home=None):
        return [r for r in self.tables[table] if r["home"] == (home or "NOR")]


@pytest.fixture(scope="module")
def saved():
    return Stored(graphs())


def shape(graph):
    return [
        (n.choice, [(r.name, r.share, [e.edge_id for e in r.edges]) for r in n.routes])
        for p in graph.nodes
        for n in graph.needs(p.product_id)
    ]


def drawing(graph, rows):
    return draw(graph, labels(rows, Voice("nb"), lambda _: (1, 2)), legend(Voice("nb")))


@pytest.mark.parametrize("chain", graphs())
def test_the_saved_graph_equals_the_packaged_one(saved, chain):
    one, other = saved_graph(saved, chain), graphs()[chain]
    assert [(p.product_id, p.stage, p.name_nb) for p in one.nodes] == [
        (p.product_id, p.stage, p.name_nb) for p in other.nodes
    ]
    assert one.layers == other.layers
    assert shape(one) == shape(other)
    assert one.depth == other.depth
    rows = [r for r in saved.own("chain_steps") if r["chain"] == chain]
    assert drawing(one, rows) == drawing(other, rows)


def test_an_unknown_chain_names_the_nearest(saved):
    with pytest.raises(UnknownName) as found:
        chain_row(saved, "nikkel")
    assert "nickel" in str(found.value)
