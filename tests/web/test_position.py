"""Norway's position and the capability register: figures, filters, map, gaps and bad questions."""

from __future__ import annotations

import csv
import io

import pytest

from verdikart.mapping.saved import Shelf
from verdikart.reports import plant_map


@pytest.fixture(scope="module")
def saved(saved_out):
    """The current mapping as it was saved."""
    return Shelf(saved_out).open("current")


def block(document: dict, kind: str, block_id: str) -> dict:
    """A block of a page's JSON twin."""
    return next(
        b
        for s in document["sections"]
        for b in s["blocks"]
        if (b["kind"], b.get("id")) == (kind, block_id)
    )


def document(client, path: str) -> dict:
    answer = client.get(path)
    assert answer.status_code == 200, answer.text[:300]
    return answer.json()


def test_positions_are_the_saved_ones_and_both_twins_agree(client, saved):
    page = document(client, "/en/current/position.json?page=all")
    assert page["title"] == "Norway’s position"
    rows = block(page, "table", "positions-table")["rows"]
    expected = sorted((r["supplier_share"] for r in saved.own("positions")), reverse=True)
    assert sorted((r["supplier_share"]["value"] for r in rows), reverse=True) == expected
    nickel = rows[0]
    # Norway supplies more than half of the nickel that the rest of NATO gets from outside.
    assert nickel["name"]["text"].startswith("Refined nickel")
    assert nickel["supplier_share"]["value"] == pytest.approx(0.533, abs=0.01)
    assert nickel["plants"]["text"] == "Glencore Nikkelverk"
    assert nickel["supplier_share"]["why"].endswith("supplier_share")
    assert client.get(nickel["name"]["href"]).status_code == 200
    sheet = client.get("/en/current/position.csv?page=all").text
    read = list(csv.DictReader(io.StringIO(sheet)))
    assert [float(r["supplier_share"]) for r in read] == [
        r["supplier_share"]["value"] for r in rows
    ]


def test_a_key_good_has_the_share_of_the_buyer_that_the_finding_is_about(client, saved):
    """A good has several positions; the table must show the one that the finding is about."""
    page = document(client, "/en/current/position.json")
    rows = block(page, "table", "key-goods")["rows"]
    lines = [r for r in saved.rows("findings") if r["kind"] == "position"]
    assert len(rows) == len(lines) > 5
    for row, line in zip(rows, lines, strict=True):
        assert row["supplier_share"]["value"] == pytest.approx(line["partner_share"])


@pytest.mark.parametrize(
    ("query", "table", "holds"),
    [
        ("other=EU27", "positions-table", lambda r: r["other"]["value"] == "EU27"),
        ("buyer=DEU", "dependence-table", lambda r: r["buyer"]["value"] == "DEU"),
        ("needs=nickel", "dependence-table", lambda r: "nickel" in r["chains"]["value"]),
        ("kind=mine", "plants", lambda r: r["kind"]["value"] == "mine"),
        (
            "made=nickel_refined",
            "pattern",
            lambda r: r["good"]["value"] in ("nickel_matte", "nickel_refined"),
        ),
    ],
)
def test_filters_keep_what_they_say(client, query, table, holds):
    rows = block(document(client, f"/nb/current/position.json?{query}"), "table", table)["rows"]
    assert rows
    assert all(map(holds, rows))


def test_missing_is_not_zero(client):
    page = document(client, "/nb/current/position.json?buyer=DEU")
    row = block(page, "table", "dependence-table")["rows"][0]
    assert row["share_of_consumption"]["value"] is None
    assert row["share_of_consumption"]["status"] == "not_computable"
    assert row["share_of_consumption"]["text"] == "lar seg ikke beregne"
    record = document(client, "/nb/current/position/register.json?id=NO134")
    facts = {
        f["term"]: f
        for s in record["sections"]
        for b in s["blocks"]
        if b["kind"] == "facts"
        for f in b["items"]
    }
    assert facts["Breddegrad"]["status"] == "missing"
    assert facts["Breddegrad"]["text"] == "ikke kjent"


def test_claims_stand_beside_what_can_be_computed(client, saved):
    rows = block(document(client, "/en/current/position.json"), "table", "claims-table")["rows"]
    assert len(rows) == len({r["claim"] for r in saved.rows("claims")})
    computed = {r["share"] for r in saved.rows("claims") if r["share"] is not None}
    shown = {c["value"] for r in rows for k, c in r.items() if k not in ("good", "said", "claimed")}
    assert shown - {None} == computed
    silicon = next(r for r in rows if r["good"]["value"] == "silicon_metal")
    assert any(c.get("tags") == ["higher"] for c in silicon.values())


def test_the_register_is_searched_filtered_ordered_and_cut_to_columns(client, saved):
    path = "/en/current/position/register.json"
    everything = block(document(client, f"{path}?page=all"), "table", "register")["rows"]
    assert len(everything) == len(saved.rows("facilities"))
    assert all(r["source"]["text"] and r["confidence"]["text"] for r in everything)
    # A typing error is forgiven.
    found = block(document(client, f"{path}?search=glencor+nikelverk"), "table", "register")["rows"]
    assert {r["producer"]["text"] for r in found} == {"Glencore Nikkelverk"}
    some = block(
        document(client, f"{path}?chain=nickel&columns=capacity&columns=region&sort=-capacity"),
        "table",
        "register",
    )
    assert [c["key"] for c in some["columns"]] == [
        "producer",
        "region",
        "capacity",
        "confidence",
        "source",
    ]
    capacities = [r["capacity"]["value"] for r in some["rows"]]
    known = [c for c in capacities if c is not None]
    assert known == sorted(known, reverse=True)
    assert capacities[len(known) :] == [None] * (len(capacities) - len(known))
    nothing = client.get("/nb/current/position/register?search=zzzzzz")
    assert nothing.status_code == 200
    assert "Ingen oppføring passer til søket" in nothing.text


def test_one_plant_has_its_record_its_chains_and_what_rests_on_it(client):
    page = client.get("/nb/current/position/register?id=NO035")
    assert page.status_code == 200
    for text in (
        "Glencore Nikkelverk",
        "Canada",
        "/nb/current/chains/nickel/nickel_refined",
        "53,3",
    ):
        assert text in page.text


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("position/register?id=NO999", 404),
        ("position?kind=castle", 400),
        ("position?sort=-nonsense", 400),
        ("position?dpage=x", 400),
        ("position/register?columns=password", 400),
        ("position/register?search=" + "x" * 300, 400),
        ("position?material=%22%3E%3Cscript%3E", 400),
    ],
)
def test_bad_questions_get_a_plain_answer(client, path, status):
    answer = client.get(f"/en/current/{path}")
    assert answer.status_code == status
    assert "<script>" not in answer.text.split("<main")[1]


def test_an_empty_map_says_so_and_keeps_the_table(client):
    page = client.get("/nb/current/position?kind=recycler&status=closed")
    assert page.status_code == 200
    assert 'class="plants"' not in page.text
    assert "Ingen oppføring passer til valget" in page.text


def test_marks_of_the_map_are_walked_from_north_to_south_by_keyboard(visit):
    tab = visit("/en/current/position?chain=manganese")
    marks = tab.locator("svg.plants a")
    names = [marks.nth(n).get_attribute("aria-label") for n in range(marks.count())]
    assert "Eramet Norway Sauda, ferro-manganese, >2% C, operating" in names
    tab.locator("#plants-map").focus()
    walked = []
    for _ in names:
        tab.keyboard.press("Tab")
        walked.append(tab.evaluate("document.activeElement.getAttribute('aria-label')"))
    assert walked == names
    assert (
        tab.evaluate("getComputedStyle(document.activeElement.querySelector('.sign')).strokeWidth")
        == "4px"
    )
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/position/register?id=*")
    assert tab.locator("h1").inner_text().startswith(walked[-1].partition(",")[0])
    assert not tab.said


def test_position_and_register_fit_a_telephone(visit):
    for path in ("/nb/current/position", "/nb/current/position/register"):
        tab = visit(path, width=390)
        assert tab.evaluate("document.documentElement.scrollWidth") == 390


def test_marks_stand_apart_and_a_lone_one_where_it_belongs():
    places = plant_map.spread([(50.0, 50.0), (50.0, 50.0), (52.0, 50.0), (200.0, 80.0)], 10)
    assert places[0] == (50.0, 50.0)
    assert places[3] == (200.0, 80.0)
    for n, (x, y) in enumerate(places):
        assert all((x - u) ** 2 + (y - v) ** 2 >= 95 for u, v in places[:n])


def test_the_projection_keeps_true_distances_along_its_standard_parallels():
    """A degree of longitude at 60° N is 6371 · cos 60° · π/180 km; and north is up at 15° E."""
    west, east = plant_map.project(14.5, 60), plant_map.project(15.5, 60)
    assert east[0] - west[0] == pytest.approx(55.6, abs=0.1)
    low, high = plant_map.project(15, 60), plant_map.project(15, 70)
    assert low[0] == pytest.approx(high[0])
    assert high[1] > low[1]
