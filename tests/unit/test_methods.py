"""Methods side by side: values, ranks, verdicts, agreement, and what drives a disagreement."""

from __future__ import annotations

from itertools import pairwise

import pytest

from verdikart.core.errors import UnknownName
from verdikart.indicators.ranking import kendall_tau
from verdikart.mapping import eu_study
from verdikart.mapping.criticality import assess_home
from verdikart.mapping.library import Library
from verdikart.mapping.method_values import VOTERS, votes
from verdikart.mapping.methods import METHODS, compare_methods
from verdikart.reference.entities import ListEntry, Word
from verdikart.reference.load import load


@pytest.fixture(scope="module")
def library():
    return Library()


@pytest.fixture(scope="module")
def norway(library):
    return compare_methods(library, "NOR", 2024)


@pytest.fixture(scope="module")
def rows(norway):
    return {row["material_id"]: row for row in norway.rows}


def test_every_material_of_the_home_and_of_the_study_has_a_row(library, rows):
    inside = {m for group in eu_study.members_of().values() for m in group}
    own = assess_home(library, "NOR", 2024, draws=0)
    # The study calls the titanium minerals titanium.
    assert set(rows) == (set(own.scores) | set(eu_study.by_material())) - inside - {"titanium"}
    for row in rows.values():
        for method in METHODS:
            assert row[f"{method}_status"]
            # A value without a rank would hide something, unless it is of a small flow.
            unranked = row[f"{method}_rank"] is None
            small = method == "eu2023" and row["eu2023_reason"] == "below_floor"
            assert unranked == (row[method] is None or small), (row["material_id"], method)
            if row[method] is None:
                assert row[f"{method}_reason"], (row["material_id"], method)


def test_ranks_follow_values(rows):
    for method in METHODS:
        ranked = sorted(
            (
                (r[method], r[f"{method}_rank"])
                for r in rows.values()
                if r[f"{method}_rank"] is not None
            ),
            key=lambda pair: -pair[0],
        )
        assert ranked
        assert ranked[0][1] == 1
        for (a, first), (b, second) in pairwise(ranked):
            assert (first == second) if a == b else (first < second)


def test_each_method_says_what_its_own_module_says(library, rows):
    from verdikart.mapping.geopolrisk import scores

    published = scores(2024, ["NOR"], ["tungsten"])[0]
    assert rows["tungsten"]["geopolrisk"] == published["score"]
    corrected = scores(2024, ["NOR"], ["tungsten"], "corrected")[0]
    assert rows["tungsten"]["geopolrisk_corrected"] == corrected["score"]
    assert rows["magnesium"]["eu_published"] == 4.1
    own = assess_home(library, "NOR", 2024, draws=0)
    assert rows["manganese"]["eu2023"] == own.scores["manganese"].sr.value
    # World production 2024 of tungsten, by hand from the statistics.
    from verdikart.core.figure import MixId

    mix = library.mix(MixId("WORLD", 2024, "wmd", "tungsten@extraction", "production"))
    whole = sum(s.quantity for s in mix.suppliers if s.quantity)
    by_hand = sum((s.quantity / whole) ** 2 for s in mix.suppliers if s.quantity)
    assert rows["tungsten"]["production"] >= by_hand - 1e-12


def test_geopolrisk_has_no_verdict_and_its_zero_for_want_of_data_no_rank(rows):
    for row in rows.values():
        assert row["geopolrisk_verdict"] is None
        assert row["geopolrisk_corrected_verdict"] is None
    assert rows["germanium"]["geopolrisk"] is None
    assert rows["germanium"]["geopolrisk_reason"]


def test_a_net_exporter_gets_a_rank_and_no_verdict(rows):
    assert rows["silicon_metal"]["eu2023_verdict"] is None
    assert rows["silicon_metal"]["eu2023_reason"] == "net_exporter"
    assert rows["silicon_metal"]["eu2023_rank"] is not None


def test_votes_of_the_lists_by_hand():
    entries = {}
    for entry in load(ListEntry):
        entries.setdefault(entry.list_id, set()).add(entry.material_id)
    assert "UK_2024_FULL_UNVERIFIED" in entries
    assert not any("UK" in name for names in VOTERS.values() for name in names)
    named = [v for v, names in VOTERS.items() if any("cobalt" in entries[n] for n in names)]
    assert list(votes("cobalt")) == named == list(VOTERS)
    assert "NATO" not in votes("copper")
    assert "USA 2025" in votes("copper")
    assert "USA 2022" not in votes("copper")
    # NATO names rare earths and graphite as groups; their members stand on it too.
    assert "NATO" in votes("neodymium")
    assert "NATO" in votes("natural_graphite")


def test_members_are_folded_into_their_group(rows):
    assert "neodymium" not in rows
    assert "platinum" not in rows
    pgm = rows["pgm"]
    assert pgm["geopolrisk_basis"].startswith(("Platinum", "Palladium", "Rhodium"))
    assert rows["lree"]["geopolrisk_basis"].startswith("Rare earth")


def test_agreement_is_kendalls_tau_over_what_both_rank(norway, rows):
    pair = next(
        a for a in norway.agreement if (a["method"], a["other"]) == ("eu_published", "production")
    )
    first = {m: r["eu_published"] for m, r in rows.items() if r["eu_published"] is not None}
    second = {m: r["production"] for m, r in rows.items() if r["production"] is not None}
    assert pair["ranked"] == len(first.keys() & second.keys()) > 50
    assert pair["kendall_tau"] == pytest.approx(kendall_tau(first, second))
    assert pair["judged"] > 50
    count = len(METHODS)
    assert len(norway.agreement) == count * (count - 1) // 2
    none = [
        a for a in norway.agreement if "geopolrisk" in a["method"] or "geopolrisk" in a["other"]
    ]
    assert none
    assert all(a["same_verdict"] is None and a["judged"] == 0 for a in none)


def test_kendalls_tau_of_a_known_case():
    """Kendall 1945: ranks 1 2 3 4 against 1 3 2 4 have five concordant pairs and one reversed."""
    one = {"a": 1.0, "b": 2.0, "c": 3.0, "d": 4.0}
    other = {"a": 1.0, "b": 3.0, "c": 2.0, "d": 4.0}
    assert kendall_tau(one, other) == pytest.approx(4 / 6)
    tied = {"a": 1.0, "b": 1.0, "c": 2.0}
    assert kendall_tau(tied, {"a": 1.0, "b": 2.0, "c": 3.0}) == pytest.approx(2 / (2 * 3) ** 0.5)
    assert kendall_tau({"a": 1.0}, {"b": 1.0}) is None


def test_the_driver_brings_the_place_nearer_to_the_other_methods(rows):
    words = {w.term for w in load(Word) if w.vocabulary == "driver"}
    named = [r for r in rows.values() if r["driver_effect"] is not None]
    assert len(named) > 8
    for row in rows.values():
        assert row["driver"] in words
    for row in named:
        gap = abs(row["place"] - row["place_elsewhere"])
        assert 0 < row["driver_effect"] <= gap + 1e-12
        assert gap >= 0.10
    assert {r["driver"] for r in named} & {"concentration_base", "stage", "recycling", "governance"}
    unknown = rows["germanium"]
    assert unknown["driver"] == "not_computed"


def test_unanimity(rows):
    assert rows["magnesium"]["agreement"] == 1.0
    for row in rows.values():
        if row["verdicts"] < 2:
            assert row["agreement"] is None
        else:
            most = max(row["critical_verdicts"], row["verdicts"] - row["critical_verdicts"])
            assert row["agreement"] == most / row["verdicts"]


def test_one_method_alone_and_an_unknown_one(library):
    found = compare_methods(library, "NOR", 2024, method="lists")
    assert "lists_rank" in found.rows[0]
    assert "cdi" not in found.rows[0]
    assert found.agreement == []
    with pytest.raises(UnknownName, match="nearest: geopolrisk"):
        compare_methods(library, "NOR", 2024, method="geopolrisks")


def test_the_eu_by_its_study(library):
    found = {r["material_id"]: r for r in compare_methods(library, "EU27", draws=0).rows}
    assert found["magnesium"]["eu2023"] == pytest.approx(4.09, abs=0.005)
    assert found["magnesium"]["eu_published"] == 4.1
    assert found["coking_coal"]["eu2023_verdict"] is False
    assert found["coking_coal"]["eu_published_verdict"] is True
