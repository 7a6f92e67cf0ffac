"""Opportunities and plans as a user asks for them."""

from __future__ import annotations

import pytest


def test_opportunities_hold_what_the_chains_show(verdikart):
    rows = verdikart("opportunity", "--format", "json").json()
    by_product = {row["product_id"]: row for row in rows}
    assert len(by_product) == len(rows) > 100
    pellets = by_product["iron_ore_pellets"]
    assert (pellets["chains"], pellets["depth"]) == (["steel", "silicon"], "shallow")
    # All bituminous coal, and the Norwegian mine is closed.
    coal = by_product["reductant_coal"]
    assert (coal["type"], coal["shared_code"]) == ("restart", True)
    assert "Koden deles med andre varer" in coal["text_nb"]
    assert not by_product["silicon_metal"]["shared_code"]
    assert by_product["silicon_metal"]["type"] == "hold"
    assert by_product["graphite_anode_material"]["type"] == "strengthen"
    assert by_product["ree_oxides"]["type"] == "enter"
    magnets = by_product["permanent_magnets"]
    assert magnets["gap_supplier"] == "CHN"
    assert magnets["ally_concentration"] == "high"
    for row in rows:
        assert 0.33 < row["score_low"] <= row["score_high"] <= 1
        assert 1 <= row["rank_best"] <= row["rank_worst"] <= len(rows)
        assert (row["score"] is None) == bool(row["unknown"])
    middles = [row["score_middle"] for row in rows]
    assert middles == sorted(middles, reverse=True)


def test_weights_open_in_the_factors(verdikart):
    asked = ["opportunity", "--product", "silicon_metal", "--table", "factors", "--format", "json"]
    plain = {r["factor"]: r for r in verdikart(*asked).json() if r["item"] is None}
    assert plain["plants"]["band"] == "high"
    assert "NO" in plain["plants"]["evidence"][0]
    doubled = verdikart(*asked, "--weight", "plants=2").json()
    weight = next(r["weight"] for r in doubled if r["factor"] == "plants")
    assert weight == pytest.approx(2 * plain["plants"]["weight"])
    assert verdikart("opportunity", "--weight", "luck=2").code == 2
    assert verdikart("opportunity", "--home", "SWE").code == 2


def test_markets_reach_outside_the_union(verdikart):
    rows = verdikart("opportunity", "--table", "markets", "--format", "json").json()
    assert {True, False} <= {row["in_eu"] for row in rows}
    known = [row for row in rows if row["norway_share"] is not None]
    assert known
    assert all(0 <= row["norway_share"] <= 1 and row["market"] != "NOR" for row in known)
    assert any(row["exports_hhi"] for row in rows)
    threats = {(row["stage"], row["recycling_threat"]) for row in rows}
    assert {s for s, threat in threats if threat in ("low", "medium", "high")} <= {
        "extraction", "processing"
    }  # fmt: skip
    assert ("component", "not_applicable") in threats


def test_a_plan_and_why_there_is_none(verdikart):
    (found,) = verdikart("diversify", "silicon_metal", "--format", "json").json()
    assert found["status"] == "reached"
    assert found["top_supplier_before"] == "CHN"
    assert found["top_share_before"] > 0.65
    assert found["top_share_after"] == pytest.approx(0.65)
    assert sum(m["amount"] for m in found["moves"]) == pytest.approx(found["moved"])
    (none,) = verdikart(
        "diversify", "HS17:810411", "--target", "0.1", "--spare", "0", "--format", "json"
    ).json()
    assert none["status"] == "unreachable"
    assert none["lowest_share"] == pytest.approx(none["top_share_before"])
    said = verdikart("diversify", "HS17:810411", "--target", "0.1", "--spare", "0", "--lang", "nb")
    assert "kan ikke nås" in said.out
    assert verdikart("diversify", "silicn_metal").code == 2
    assert verdikart("diversify", "silicon_metal", "--target", "7").code == 2


def test_a_plan_by_consumption_for_a_bloc(verdikart):
    (ore,) = verdikart(
        "diversify", "antimony_ore", "--home", "EU27", "--base", "consumption", "--format", "json"
    ).json()
    assert (ore["status"], ore["base"], ore["unit"]) == ("reached", "consumption", "t")
    assert ore["top_share_after"] <= 0.65 + 1e-9 < ore["top_share_before"]
    # Most of the antimony has no tonnes, so shares of what is measured would be in the thousands.
    (metal,) = verdikart(
        "diversify", "antimony_metal", "--base", "consumption", "--format", "json"
    ).json()
    assert (metal["status"], metal["reason"]) == ("not_computable", "missing_quantity")
