"""The sandbox page: at the mapping's own limits nothing moves; the address carries the rest."""

from __future__ import annotations

import pytest

from verdikart.mapping.limits import Limits, judged
from verdikart.mapping.saved import Shelf


def tables(client, path):
    answer = client.get(path)
    assert answer.status_code == 200, answer.text[:500]
    blocks = [b for s in answer.json()["sections"] for b in s["blocks"]]
    return {b["id"]: b for b in blocks if b["kind"] == "table"}


def test_at_its_own_limits_every_saved_verdict_is_reproduced(saved_out):
    saved = Shelf(saved_out).open("current")
    found = judged(saved.rows("assessments"), Limits.of(saved.parameters))
    assert len(found) > 200
    assert [j for j in found if j.moved] == []


def test_a_lower_limit_adds_goods_and_a_higher_one_takes_them_away(saved_out):
    saved = Shelf(saved_out).open("current")
    rows = saved.own("assessments")
    counts = [
        sum(j.after == "vulnerable" for j in judged(rows, Limits(share, 1.0, 1e6)))
        for share in (0.3, 0.5, 0.65, 0.8, 0.95)
    ]
    assert counts == sorted(counts, reverse=True)
    assert counts[0] > counts[-1]


def test_nothing_moves_until_something_is_set(client):
    found = tables(client, "/en/current/sandbox.json")
    assert found["moved"]["rows"] == []
    assert found["moves"]["rows"] == []


def test_a_threshold_in_the_address_moves_the_studys_list(client):
    found = tables(client, "/en/current/sandbox.json?basis=study&sr_threshold=1.2")
    moved = {r["material"]["value"]: r["move"]["value"] for r in found["moves"]["rows"]}
    assert moved == {"arsenic": "leaves", "fluorspar": "leaves", "silver": "leaves"}


def test_the_page_says_what_its_twin_says(client):
    path = "/nb/current/sandbox?share=50"
    rows = tables(client, "/nb/current/sandbox.json?share=50")["moved"]["rows"]
    page = client.get(path).text
    assert rows
    for row in rows:
        assert row["name"]["text"] in page
        assert row["top_share"]["text"] in page


@pytest.mark.parametrize(
    "query",
    ["share=abc", "share=101", "sr_threshold=nan", "set=foo.bar%3D2", "basis=x", "hhi=-1"],
)
def test_what_cannot_be_read_is_a_clear_fault(client, query):
    answer = client.get(f"/en/current/sandbox.json?{query}")
    assert answer.status_code == 400
    assert answer.json()["error"]["message"]
