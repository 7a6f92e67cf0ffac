"""The plant register: what it says, how it is searched, who it finds for a good."""

from __future__ import annotations

import pytest

from verdikart.core.errors import UnknownName
from verdikart.mapping import register, suppliers
from verdikart.mapping.register import Filters, find
from verdikart.reference.load import load
from verdikart.reference.value_chains import Facility


def ids(**asked) -> list[str]:
    return [p.record_id for p in find(Filters(**asked))]


def test_every_process_and_region_is_known():
    words = {t for v, t in register._vocabulary() if v == "process"}
    assert {p for row in load(Facility) for p in row.processes} <= words
    regions = {part for row in load(Facility) for part in row.region.split(" / ")}
    assert not regions & {"Viken", "Vestfold og Telemark", "Troms og Finnmark"}


def test_what_is_from_memory_says_so():
    for row in load(Facility):
        if row.confidence == "memory, unverified":
            assert "memory" in row.source
        if row.certificates:
            assert "certificate from memory" in row.note


def test_a_row_has_its_day_and_no_figure_where_none_is_known():
    odda = register.row(next(p for p in load(Facility) if p.record_id == "NO041"))
    assert odda["as_of"] == "2025-03-17"
    assert odda["capacity"] == 350_000
    assert odda["owner_group"] == "Boliden"
    assert odda["headquarters_nb"] == "Sverige"
    assert odda["feed_countries"] == ["SWE", "PRT", "IRL", "FRA"]
    salten = register.row(next(p for p in load(Facility) if p.record_id == "NO014"))
    assert salten["capacity"] is None
    assert salten["capacity_status"] == "missing"
    assert salten["processes_nb"] == ["lysbueovn"]


@pytest.mark.parametrize(
    ("asked", "first"),
    [
        ("nikelverk", "NO035"),  # a letter missing
        ("Aardal", "NO005"),  # å typed as aa
        ("hoyanger", "NO006"),  # ø without its stroke
        ("Eramett Saude", "NO031"),  # two words misspelt
        ("titanslagg", "NO046"),
        ("zinc odda", "NO041"),
    ],
)
def test_search_forgives(asked, first):
    assert ids(search=asked)[0] == first


def test_search_wants_every_word_and_guesses_only_where_nothing_is_spelt_so():
    assert ids(search="odda nikkel") == []
    assert ids(search="xyzzy") == []
    found = {p.place.split(",")[0] for p in find(Filters(search="Glomfjord"))}
    assert found == {"Glomfjord"}


def test_filters_narrow():
    everything = len(ids())
    assert everything == len(load(Facility))
    assert set(ids(chain="titanium", region="rogaland")) >= {"NO045"}
    assert "NO046" not in ids(chain="titanium", region="Rogaland")
    assert {p.owner_group for p in find(Filters(owner="eramet"))} == {"Eramet"}
    assert {p.status for p in find(Filters(status="bankrupt"))} == {"bankrupt"}
    assert "NO062" in ids(material="lree", kind="project")


@pytest.mark.parametrize(
    ("asked", "near"),
    [({"region": "Nordlnd"}, "Nordland"), ({"status": "operatin"}, "operating")],
)
def test_unknown_filters_name_the_nearest(asked, near):
    with pytest.raises(UnknownName, match=near):
        ids(**asked)


def test_match_has_makers_first_then_one_step_away_with_reasons():
    found = suppliers.match("titanium_pigment")
    how = {m.plant.record_id: m.how for m in found}
    assert found[0].plant.record_id == "NO048"
    assert how["NO048"] == "makes"
    assert how["NO046"] == how["NO045"] == "input"
    assert "Titandioksidpigment" in next(m for m in found if m.how == "input").reason_nb
    # Electricity and reagents are no matter in common: the acid plants are not offered.
    assert not {"NO039", "NO044"} & set(how)


def test_match_by_capacity_process_and_certificate():
    large = suppliers.match("titanium_pigment", minimum=50_000)
    assert "NO048" not in {m.plant.record_id for m in large}
    unknown = next(m for m in large if m.plant.record_id == "NO045")
    assert "capacity not known" in unknown.reason_en
    asi = suppliers.match("primary_aluminium", certificate="ASI")
    assert asi
    assert all("ASI Performance Standard" in m.plant.certificates for m in asi)
    acheson = suppliers.match(process="acheson")
    assert {m.plant.product_id for m in acheson} == {"silicon_carbide"}


def test_state_of_several_plants():
    def state(product):
        return register.state(register.of_product(product), 2026)

    assert state("titanium_slag") == "operating"
    assert state("ree_ore") == "project"
    assert state("polysilicon") == "closed"
    assert state("gallium_metal") == "none"
