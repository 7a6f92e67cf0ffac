"""Opportunities, one of them opened, and the diversification planner, asked as a reader asks."""

from __future__ import annotations

from math import isclose, prod

import pytest

from verdikart.mapping import reweigh
from verdikart.mapping.saved import Shelf

SILICON = "HS92:280469"


@pytest.fixture(scope="module")
def saved(saved_out):
    return Shelf(saved_out).open("current")


def blocks(page, kind, block_id=None):
    found = [b for s in page["sections"] for b in s["blocks"] if b["kind"] == kind]
    found += [
        b["table"]
        for s in page["sections"]
        for b in s["blocks"]
        if kind == "table" and b["kind"] == "chart"
    ]
    return [b for b in found if block_id is None or b.get("id") == block_id]


def table(page, table_id):
    (found,) = blocks(page, "table", table_id)
    return found["rows"]


def test_default_weights_give_the_saved_scores_and_ranks_in_the_saved_order(saved):
    rows = saved.rows("opportunities")
    found = reweigh.weigh(rows, saved.rows("opportunity_factors"))
    assert [w.row for w in found] == rows
    for w in found:
        row = w.row
        assert (w.score.value, w.score.low, w.score.high) == (
            row["score"],
            row["score_low"],
            row["score_high"],
        )
        assert (w.best, w.worst, w.score.product) == (
            row["rank_best"],
            row["rank_worst"],
            row["product_score"],
        )
        assert w.climbs == 0


def test_weights_in_the_address_rank_anew_and_nothing_is_left_out(client, saved):
    weights = {"w_ally_gap": "3", "w_barriers": "0"}
    usual = client.get("/en/current/opportunities.json", params={"page": "all"}).json()
    other = client.get(
        "/en/current/opportunities.json",
        params={"page": "all", **weights},
    ).json()
    asked = reweigh.multipliers({"ally_gap": 3, "barriers": 0})
    expected = reweigh.weigh(saved.rows("opportunities"), saved.rows("opportunity_factors"), asked)
    shown = table(other, "opportunities")
    assert [r["score"]["value"] for r in shown] == [w.score.middle for w in expected]
    assert [r["rank_worst"]["value"] for r in shown] == [w.worst for w in expected]
    assert len(shown) == len(saved.rows("opportunities")) == len(table(usual, "opportunities"))
    first = table(other, "climbers")[0]
    assert first["places"]["value"] == first["usual"]["value"] - first["place"]["value"] > 0
    assert not blocks(usual, "table", "climbers")


def test_a_filter_keeps_the_ranks_among_all_and_the_weights(client, saved):
    page = client.get("/nb/current/opportunities", params={"chain": "silicon", "w_plants": "2"})
    assert page.status_code == 200
    assert 'name="w_plants" value="2"' in page.text
    rows = table(
        client.get("/nb/current/opportunities.json", params={"chain": "silicon"}).json(),
        "opportunities",
    )
    assert 0 < len(rows) < len(saved.rows("opportunities"))
    ranks = {r["product_id"]: r["rank_worst"] for r in saved.rows("opportunities")}
    assert max(r["rank_worst"]["value"] for r in rows) > len(rows)
    assert {r["rank_worst"]["value"] for r in rows} <= set(ranks.values())


def test_all_weights_zero_is_said_and_nonsense_is_refused(client):
    zero = {f"w_{group}": "0" for group in reweigh.GROUPS}
    page = client.get("/en/current/opportunities", params=zero)
    assert page.status_code == 200
    assert "Every weight is 0" in page.text
    for bad in ({"w_plants": "9"}, {"w_plants": "much"}, {"chain": "nonsense"}, {"type": "x"}):
        assert client.get("/en/current/opportunities", params=bad).status_code == 400, bad


def test_opened_factors_multiply_to_the_score(client, saved):
    row = next(r for r in saved.rows("opportunities") if r["product_id"] == "silicon_metal")
    for query in ({}, {"w_barriers": "2"}):
        page = client.get(
            "/en/current/opportunities/silicon/silicon_metal.json", params=query
        ).json()
        parts = [
            r["multiplies"]
            for r in table(page, "factors-table")
            if r["multiplies"]["status"] == "ok"
        ]
        low, high = (prod(p[end] for p in parts) for end in ("low", "high"))
        if not query:
            assert isclose(low, row["score_low"]), (low, row["score_low"])
            assert isclose(high, row["score_high"])
        else:
            assert not isclose(low, row["score_low"])
        assert isclose(sum(r["weight"]["value"] or 0 for r in table(page, "factors-table")), 1)
    html = client.get("/nb/current/opportunities/silicon/silicon_metal").text
    assert "/chains/silicon/silicon_metal" in html
    assert "Elkem" in html


def test_every_opportunity_opens(client, saved):
    for row in saved.rows("opportunities")[::12]:
        for chain in row["chains"]:
            path = f"/nb/current/opportunities/{chain}/{row['product_id']}"
            assert client.get(path).status_code == 200, path


def test_unknown_chain_or_product_is_not_found(client):
    for path in ("nonsense/platinum", "nickel/nonsense", "silicon/platinum"):
        answer = client.get(f"/en/current/opportunities/{path}")
        assert answer.status_code == 404, path


def test_saved_plans_are_shown_without_computing(client, saved):
    page = client.get("/en/current/opportunities/planner.json").json()
    rows = table(page, "plans")
    plans = saved.own("diversification")
    assert [r["name"]["value"] for r in rows] == [p["subject"] for p in plans]
    assert [r["top_share_before"]["value"] for r in rows] == [p["top_share_before"] for p in plans]
    assert not blocks(page, "table", "plan-shares")


def test_a_plan_on_request_is_the_saved_one_and_a_stricter_one_costs_more(client, saved):
    plan = next(p for p in saved.own("diversification") if p["status"] == "reached")
    params = {"good": plan["subject"]}
    page = client.get("/en/current/opportunities/planner.json", params=params).json()
    shares = {r["supplier"]["value"]: r for r in table(page, "plan-shares")}
    top = shares[plan["top_supplier_before"]]
    assert isclose(top["before"]["value"], plan["top_share_before"])
    assert isclose(top["after"]["value"], plan["target"])
    moves = table(page, "plan-moves")
    assert isclose(sum(m["amount"]["value"] for m in moves), plan["moved"])
    assert isclose(sum(m["cost_nok"]["value"] for m in moves), plan["extra_cost_nok"])
    html = client.get("/en/current/opportunities/planner", params=params).text
    assert f"why/{plan['@']}/extra_cost_nok" in html
    tighter = client.get(
        "/en/current/opportunities/planner.json", params={**params, "target": "60"}
    ).json()
    assert (
        sum(m["cost_nok"]["value"] for m in table(tighter, "plan-moves")) > plan["extra_cost_nok"]
    )


def test_what_cannot_be_reached_says_why(client, saved):
    plan = next(p for p in saved.own("diversification") if p["status"] == "reached")
    params = {"good": plan["subject"], "target": "5", "spare": "0"}
    html = client.get("/en/current/opportunities/planner", params=params).text
    assert "cannot be reached by 2030, because" in html
    barred = {"good": plan["subject"], "exclude": plan["top_supplier_before"], "spare": "0"}
    assert "lack" in client.get("/en/current/opportunities/planner", params=barred).text


def test_what_the_planner_cannot_read_is_said_in_the_form_or_refused(client):
    for bad in (
        {"good": "HS92:1"},
        {"target": "1"},
        {"spare": "nan"},
        {"base": "x"},
        {"by": "1990"},
    ):
        assert client.get("/en/current/opportunities/planner", params=bad).status_code == 400, bad
    page = client.get("/en/current/opportunities/planner", params={"avoid": "Atlantis"})
    assert page.status_code == 200
    assert "Atlantis: no such country" in page.text
    named = client.get("/nb/current/opportunities/planner", params={"avoid": "Kina, RUS"})
    assert "finner ikke landet" not in named.text


def test_a_slider_moved_ranks_anew_and_the_address_keeps_it(visit):
    tab = visit("/en/current/opportunities")
    assert tab.locator("#climbers").count() == 0
    slider = tab.get_by_label("Allied gap")
    slider.focus()
    for _ in range(4):
        tab.keyboard.press("ArrowRight")
    tab.wait_for_selector("#climbers")
    tab.wait_for_function("() => location.search.includes('w_ally_gap=2')")
    assert tab.evaluate("document.activeElement.name") == "w_ally_gap"
    tab.wait_for_selector("#rank-chart[data-state=drawn]")
    assert not tab.said


def test_an_answer_that_comes_after_a_further_change_does_not_undo_it(visit):
    tab = visit("/en/current/opportunities")
    held = []
    tab.route("**/opportunities?*", lambda route: held.append(route))
    tab.get_by_label("Allied gap").focus()
    with tab.expect_request("**/opportunities?*"):
        tab.keyboard.press("ArrowRight")
    with tab.expect_request("**/opportunities?*"):
        tab.keyboard.press("ArrowRight")
    while len(held) < 2:
        tab.wait_for_timeout(20)
    first, second = held
    with tab.expect_event("requestfinished"):
        second.continue_()
    tab.wait_for_function("() => location.search.includes('w_ally_gap=1.5')")
    with tab.expect_event("requestfinished"):
        first.continue_()
    tab.wait_for_timeout(200)
    assert tab.get_by_label("Allied gap").input_value() == "1.5"
    assert "w_ally_gap=1.5" in tab.url
