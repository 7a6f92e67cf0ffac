"""Lists side by side: counts of items, overlaps, changes, and flags that stay apart."""

from __future__ import annotations

import pytest

EU = ("EU_CRMA_ANNEX_II", "EU_CRMA_ANNEX_I", "NATO_DCRM_2024")
# NATO, 11 December 2024: twelve defence-critical raw materials, as the press release names them.
NATO_ITEMS = {
    "aluminium", "beryllium", "cobalt", "gallium", "germanium", "graphite", "lithium", "manganese",
    "platinum", "rare_earth_elements", "titanium", "tungsten",
}  # fmt: skip
DIFF = {  # Regulation (EU) 2024/1252 Annex II against COM(2020) 474 Annex 1
    "added": {"arsenic", "copper", "feldspar", "helium", "manganese", "nickel"},
    "removed": {"indium", "natural_rubber"},
    "regrouped": {"graphite", "natural_graphite", "titanium", "titanium_metal"},
}


@pytest.fixture(scope="module")
def lists(command):
    return {row["list"]: row for row in command("lists")}


@pytest.fixture(scope="module")
def overlap(command):
    return {row["list"]: row for row in command("lists", "--overlap")}


@pytest.fixture(scope="module")
def materials(command):
    return {row["material"]: row for row in command("lists", "--materials")}


def test_items(lists):
    assert [lists[name]["items"] for name in EU] == [34, 17, 12]


def test_each_list_says_what_it_is_for_and_on_what_basis(lists):
    for name in EU:
        for key in ("purpose", "issuer", "legal_basis", "title"):
            assert lists[name][key], (name, key)
    assert len({lists[name]["purpose"] for name in EU}) == 3
    assert "2024/1252" in lists["EU_CRMA_ANNEX_I"]["legal_basis"]
    assert "2024/1252" in lists["EU_CRMA_ANNEX_II"]["legal_basis"]


@pytest.mark.parametrize("material", ["copper", "nickel"])
def test_copper_and_nickel_are_strategic_and_critical_but_below_the_thresholds(materials, material):
    row = materials[material]
    assert row["eu_strategic"] == "by_name"
    assert row["eu_critical"] == "by_name"
    assert row["above_eu_thresholds"] is False


def test_the_only_critical_items_below_the_thresholds(materials):
    """Article 4(2): strategic materials are critical whatever the assessment says."""
    below = {
        m
        for m, row in materials.items()
        if row["eu_critical"] == "by_name" and row["above_eu_thresholds"] is False
    }
    assert {"copper", "nickel"} <= below
    for material in below:
        assert materials[material]["eu_strategic"], material


@pytest.mark.parametrize("material", ["titanium_metal", "tungsten"])
def test_titanium_and_tungsten_are_on_the_lists_of_both(materials, material):
    """INC-27: a seed presents them as NATO extras."""
    row = materials[material]
    assert row["eu_critical"]
    assert row["eu_strategic"]
    assert row["nato"]


def test_nato_names_twelve(materials):
    named = {m for m, row in materials.items() if row["nato"] == "by_name"}
    assert named == NATO_ITEMS


def test_every_strategic_item_is_covered_by_the_critical_list(overlap):
    assert overlap["EU_CRMA_ANNEX_I"]["EU_CRMA_ANNEX_II"] == 17
    assert overlap["EU_CRMA_ANNEX_II"]["EU_CRMA_ANNEX_II"] == 34
    assert overlap["NATO_DCRM_2024"]["EU_CRMA_ANNEX_II"] == 12


def test_a_list_overlaps_itself_wholly_and_never_more_than_its_items(overlap):
    for name, row in overlap.items():
        assert row[name] == row["items"], name
        for other in overlap:
            assert 0 <= row[other] <= row["items"], (name, other)


def test_overlap_none_of_one_means_none_of_the_other(overlap):
    for one in overlap:
        for other in overlap:
            assert (overlap[one][other] == 0) == (overlap[other][one] == 0), (one, other)


def test_what_changed_in_the_eu_list(command):
    rows = command("lists", "diff", "EU_CRM_2020", "EU_CRMA_ANNEX_II")
    for change, expected in DIFF.items():
        assert {r["material"] for r in rows if r["change"] == change} == expected
    before = [r for r in rows if r["before"]]
    after = [r for r in rows if r["after"]]
    assert len({r["before"] for r in before}) == 30
    assert len({r["after"] for r in after}) == 34


def test_the_diff_backwards_swaps_added_and_removed(command):
    rows = command("lists", "diff", "EU_CRMA_ANNEX_II", "EU_CRM_2020")
    found = {
        change: {r["material"] for r in rows if r["change"] == change}
        for change in ("added", "removed", "regrouped")
    }
    assert found["added"] == DIFF["removed"]
    assert found["removed"] == DIFF["added"]
    assert found["regrouped"] == DIFF["regrouped"]


def test_a_list_does_not_differ_from_itself(command):
    rows = command("lists", "diff", "NATO_DCRM_2024", "NATO_DCRM_2024")
    assert len(rows) == 12
    assert {r["change"] for r in rows} == {"kept"}
