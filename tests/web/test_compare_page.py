"""Two mappings compared on the page: parts that sum, verdicts that turn, and pairs that cannot be."""

from __future__ import annotations

from math import isclose

import pytest

from verdikart.mapping.changes import before, changes, turned
from verdikart.mapping.saved import Entry, Shelf

CAUSES = ("period", "data", "method", "reference")


@pytest.fixture(scope="module")
def pair(saved_out):
    """Names of the mappings of 2023 and 2024."""
    by_year = {e.year: e.name for e in Shelf(saved_out).entries()}
    return by_year[2023], by_year[2024]


def table(page, table_id):
    found = [
        b
        for s in page["sections"]
        for b in s["blocks"]
        if b["kind"] == "table" and b["id"] == table_id
    ]
    assert len(found) == 1, table_id
    return found[0]["rows"]


def test_the_parts_on_the_page_sum_to_the_change(client, pair):
    page = client.get("/en/current/compare.json", params={"a": pair[0], "b": pair[1]}).json()
    rows = table(page, "scores")
    assert len(rows) > 10
    split = 0
    for row in rows:
        change = row["change"]["value"]
        assert isclose(row["b"]["value"] - row["a"]["value"], change, abs_tol=1e-12)
        parts = [row[c]["value"] for c in CAUSES]
        if None not in parts:
            split += 1
            assert isclose(sum(parts), change, abs_tol=1e-9), row["material"]
    assert split > 10


def test_the_usual_pair_is_the_current_one_and_the_year_before(client, pair):
    usual = client.get("/nb/current/compare.json").json()
    asked = client.get("/nb/current/compare.json", params={"a": pair[0], "b": pair[1]}).json()
    assert table(usual, "scores") == table(asked, "scores")
    assert usual["lead"] == asked["lead"]
    assert "Norge 2023" in usual["lead"]
    assert "Norge 2024" in usual["lead"]


def test_counts_outcomes_and_chains_are_those_of_the_two(client, saved_out, pair):
    shelf = Shelf(saved_out)
    a, b = (shelf.open(name) for name in pair)
    page = client.get("/en/current/compare.json").json()
    for row in table(page, "counts"):
        column = row["count"]["value"]
        old, new = (side.own("headline")[0][column] for side in (a, b))
        assert (row["a"]["value"], row["b"]["value"], row["change"]["value"]) == (
            old,
            new,
            new - old,
        )
        assert pair[0] in row["a"]["why"]
        assert pair[1] in row["b"]["why"]
    outcomes = [{r["subject"]: r["outcome"] for r in side.own("assessments")} for side in (a, b)]
    both = outcomes[0].keys() & outcomes[1].keys()
    shown = {r["name"]["value"]: r for r in table(page, "assessments")}
    assert shown.keys() & both == {s for s in both if outcomes[0][s] != outcomes[1][s]}
    for subject in shown.keys() & both:
        row = shown[subject]
        assert [row[f"outcome_{side}"]["value"] for side in "ab"] == [o[subject] for o in outcomes]
    verdicts = [{r["chain"]: r["verdict"] for r in side.own("chains")} for side in (a, b)]
    turns = {c for c in verdicts[1] if verdicts[0].get(c) != verdicts[1][c]}
    found = [bl for s in page["sections"] for bl in s["blocks"] if bl.get("id") == "chains"]
    assert {r["chain"]["value"] for r in found[0]["rows"]} == turns


def test_turned_around_every_sign_turns(client, pair):
    there = client.get("/en/current/compare.json", params={"a": pair[0], "b": pair[1]}).json()
    back = client.get("/en/current/compare.json", params={"a": pair[1], "b": pair[0]}).json()

    def of(page):
        return {
            (r["material"]["value"], r["measure"]["value"]): r["change"]["value"]
            for r in table(page, "scores")
        }

    assert of(there) == {key: -change for key, change in of(back).items()}


def test_the_same_mapping_twice_is_identical(client, pair):
    page = client.get("/en/current/compare", params={"a": pair[1], "b": pair[1]})
    assert page.status_code == 200
    assert "so the two are identical" in page.text
    assert 'id="scores"' not in page.text


def test_an_unknown_mapping_is_not_found(client, pair):
    for params in ({"a": "0" * 16}, {"b": "nonsense"}, {"a": "../../etc", "b": pair[0]}):
        assert client.get("/nb/current/compare", params=params).status_code == 404, params


def test_two_homes_or_one_mapping_alone_are_explained(tmp_path, saved_out, pair):
    import json
    import shutil

    from fastapi.testclient import TestClient

    from verdikart.web.app import create

    out = tmp_path / "result"
    other = out / ("f" * 16)
    for source, target in ((saved_out / pair[1], out / pair[1]), (saved_out / pair[0], other)):
        shutil.copytree(source, target)
    (out / "current").write_text(pair[1])
    manifest = json.loads((other / "manifest.json").read_text())
    del manifest["tables"]["opportunities"]
    (other / "manifest.json").write_text(json.dumps({**manifest, "home": "EU27"}))
    with TestClient(create(out)) as client:
        alone = client.get("/en/current/compare")
        assert alone.status_code == 200
        assert "there is nothing to compare it with" in alone.text
        homes = client.get("/en/current/compare", params={"a": other.name})
        assert homes.status_code == 200
        assert "only within one home" in homes.text
        # Another home has no opportunities, and its page says so.
        absent = client.get(f"/en/{other.name}/opportunities")
        assert absent.status_code == 200
        assert "found for Norway alone" in absent.text


def test_the_pair_to_hold_a_mapping_against():
    def entry(name, home, year, when):
        return Entry(name, home, year, "0.1.0", when, False)

    now = entry("now", "NOR", 2024, 10)
    old, older = entry("old", "NOR", 2023, 1), entry("older", "NOR", 2022, 5)
    twin, foreign = entry("twin", "NOR", 2024, 9), entry("eu", "EU27", 2023, 11)
    assert before([now, older, foreign, old, twin], now) == old
    assert before([now, foreign, twin], now) == twin
    assert before([old, now], old) == now
    assert before([now, foreign], now) is None


def test_turned_pairs_keep_rows_of_one_side_and_put_the_vulnerable_first():
    old = [{"k": "a", "v": "small"}, {"k": "b", "v": "vulnerable"}, {"k": "c", "v": "x"}]
    new = [{"k": "a", "v": "vulnerable"}, {"k": "c", "v": "x"}, {"k": "d", "v": "small"}]
    found = turned(old, new, "k", "v")
    assert found == [(old[0], new[0]), (old[1], None), (None, new[2])]


def test_a_good_seen_through_another_code_is_one_pair():
    old = [{"k": "metal", "v": "unknown", "p": ["m"]}, {"k": "ore", "v": "x", "p": ["o"]}]
    new = [
        {"k": "HS17:1", "v": "vulnerable", "p": ["m"]},
        {"k": "HS17:2", "v": "unknown", "p": ["m"]},
    ]
    found = turned(old, new, "k", "v", "p")
    assert found == [(old[0], new[0]), (None, new[1]), (old[1], None)]
    same = [{"k": "HS17:1", "v": "unknown", "p": ["m"]}]
    assert turned(old[:1], same, "k", "v", "p") == []


def test_a_comparison_twice_is_made_once(saved_out, pair):
    from verdikart.mapping.changes import Changed

    shelf = Shelf(saved_out)
    a, b = (shelf.open(name) for name in pair)
    kept = Changed()
    first = kept.between(a, b)
    assert kept.between(a, b) is first
    assert first.scores.materials == changes(a, b).scores.materials
