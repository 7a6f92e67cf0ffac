"""Circularity as a lever: arithmetic by hand, and what the embedded data allow."""

from __future__ import annotations

from dataclasses import replace

import pytest

from verdikart.chains.circularity import (
    displaced,
    metal_from_scrap,
    reliance_after,
    reliance_at_rate,
    reliance_of_input,
    top_at_rate,
    top_share_after,
)
from verdikart.indicators.assessment import Range
from verdikart.mapping import circularity
from verdikart.mapping.chain_view import view
from verdikart.mapping.library import Library

MATERIALS = ("aluminium", "magnesium", "silicon_metal", "manganese", "titanium", "copper")


@pytest.fixture(scope="module")
def library():
    return Library()


@pytest.fixture(scope="module")
def union(library):
    return circularity.rows(view("EU27", 2024, library), MATERIALS)


@pytest.fixture(scope="module")
def norway(library):
    return circularity.rows(view("NOR", 2024, library), MATERIALS)


def test_metal_from_scrap():
    known = metal_from_scrap(105.0, Range(1.05, 1.0, 1.25))
    assert (known.value, known.low, known.high) == pytest.approx((100, 84, 105))
    unknown = metal_from_scrap(100.0, None)
    assert (unknown.value, unknown.low, unknown.high) == (None, 0.0, 100.0)


def test_a_gain_replaces_the_largest_then_whoever_is_the_largest():
    after = top_share_after([50.0, 30.0, 20.0], Range.exact(20.0))
    assert after.value == pytest.approx(0.30)
    # 30 t: the first down to 30, then the first two together by 5 each.
    assert top_share_after([50.0, 30.0, 20.0], Range.exact(30.0)).value == pytest.approx(0.25)
    assert top_share_after([50.0, 30.0, 20.0], Range.exact(500.0)).value == 0
    assert top_share_after([], Range.exact(5.0)).value == 0


def test_reliance_with_kept_scrap():
    before = (50.0, 80.0, 30.0)  # consumption 100, net imports 50
    assert reliance_after(*before, Range.exact(10.0)).value == pytest.approx(0.4)
    assert reliance_after(*before, Range.exact(1000.0)).value == 0
    assert reliance_after(0.0, 10.0, 20.0, Range.exact(5.0)) is None
    assert displaced(80.0, Range.exact(20.0)).value == pytest.approx(0.25)
    assert displaced(0.0, Range.exact(20.0)).value == 0


def test_rate_raised_to_the_benchmark():
    reliance, rate = Range.exact(1.0), Range.exact(0.13)
    assert reliance_of_input(reliance, rate).value == pytest.approx(0.87)
    assert reliance_at_rate(reliance, rate, 0.25).value == pytest.approx(0.75)
    # A rate at the benchmark gains nothing.
    assert reliance_at_rate(reliance, Range.exact(0.25), 0.25).value == pytest.approx(0.75)
    top = top_at_rate([Range.exact(0.97), Range.exact(0.02)], rate, 0.25)
    assert top.value == pytest.approx(0.97 * 0.87 - 0.12)
    assert top_at_rate([], rate, 0.25).value == 0


def test_magnesium_of_the_union(union):
    row = next(r for r in union if r["material_id"] == "magnesium" and r["lever"] == "raise_rate")
    assert row["dependency_before"] == pytest.approx(0.87)
    assert row["dependency_after"] == pytest.approx(0.75)
    assert (row["top_supplier"], row["verdict_before"], row["verdict_after"]) == (
        "CHN",
        "not_met",
        "met",
    )
    assert row["top_share_after"] < row["top_share_before"]
    assert "87" in row["text_en"]


def test_recycling_threatens_a_primary_producer(union):
    row = next(
        r for r in union if r["material_id"] == "silicon_metal" and r["lever"] == "raise_rate"
    )
    assert row["top_supplier"] == "NOR"
    assert row["top_share_after"] < 0.1 < row["top_share_before"]


def test_a_rate_above_the_benchmark_has_nothing_to_gain(union):
    row = next(r for r in union if r["material_id"] == "aluminium" and r["lever"] == "raise_rate")
    assert row["reason"] == "rate_above_target"
    assert row["verdict_before"] == "met"
    assert row["dependency_after"] is None


def test_what_has_no_footing_is_not_computed(norway):
    assert {r["reason"] for r in norway if r["lever"] == "raise_rate"} == {"rate_is_of_eu"}
    for row in norway:
        for name in (*circularity.FIGURES, *circularity.SHARES):
            assert (row[name] is None) == (row[f"{name}_status"] == "not_computable")
        assert (
            row["reason"]
            or row["dependency_after"] is not None
            or row["imports_displaced"] is not None
        )
        assert row["text_en"]
        assert row["text_nb"]


def test_side_streams_are_norwegian_and_keep_unknown_amounts(norway, union):
    streams = [r for r in norway if r["lever"] == "side_stream"]
    assert streams
    assert not [r for r in union if r["lever"] == "side_stream"]
    tailings = next(r for r in streams if r["stream_id"] == "titania_tailings")
    assert tailings["amount_t"] == 2_000_000
    assert tailings["reason"] == "content_unknown"
    butts = next(r for r in streams if r["stream_id"] == "spl")
    assert butts["amount_t"] is None
    assert butts["reason"] == "amount_unknown"


def test_recovery_comes_from_the_recycling_edge(norway):
    scrap = [r for r in norway if r["lever"] == "keep_scrap" and r["material_id"] == "copper"]
    assert ("copper_scrap", "copper_cathode") in {
        (r["from_product"], r["to_product"]) for r in scrap
    }
    assert all(r["edge_id"] for r in scrap)
    assert all(r["would_fill"] for r in scrap if r["reason"] == "not_in_embedded_data")


def test_of_several_routes_the_same_edge_stands_in_any_order(library):
    """Steel takes scrap in both furnaces, in neither as the only metal."""
    graph = view("NOR", 2024, library).graphs["steel"]
    for edges in (graph.edges, graph.edges[::-1]):
        seen = view("NOR", 2024, library, graphs={"steel": replace(graph, edges=edges)})
        held = [r for r in circularity.rows(seen, ["steel"]) if r["from_product"] == "steel_scrap"]
        assert [(r["to_product"], r["edge_id"]) for r in held] == [("steel_semis", "E325")]


def test_less_scrap_than_metal_is_no_yield(library):
    graphs = view("NOR", 2024, library).graphs
    edge = {e.edge_id: e for g in graphs.values() for e in g.edges}
    assert circularity._scrap_per_tonne(edge["E017"]) == Range(1.05, 1.02, 1.15)
    # 0.71 t of scrap to a tonne of steel: iron gives the rest.
    assert circularity._scrap_per_tonne(edge["E326"]) is None
