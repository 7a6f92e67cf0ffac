"""The seven steps on the embedded data: ranking, positions, roles, gaps, transit."""

from __future__ import annotations

import csv
from dataclasses import replace
from fractions import Fraction
from importlib.resources import files

import pytest

from verdikart.core.figure import FigureId
from verdikart.mapping import lists
from verdikart.mapping.assess import Assessment, Headline, headline, sharpest
from verdikart.mapping.explain import explain
from verdikart.mapping.library import Library
from verdikart.mapping.position import others_of, positions, strongest, works
from verdikart.mapping.run import Mapping, run
from verdikart.mapping.tables import gap_rows
from verdikart.reference.homes import home
from verdikart.reference.load import load
from verdikart.reference.value_chains import Facility

TABLES = files("verdikart.reference") / "tables"
FLOOR = 1_000_000
YEAR = 2024


@pytest.fixture(scope="module")
def mapping() -> Mapping:
    return run("NOR", YEAR)


@pytest.fixture(scope="module")
def norway(mapping) -> list[Assessment]:
    return mapping.assessments["NOR"]


def allies_of_norway():
    """Members of EU, EEA, NATO and NORDIC in the year, from the plain table."""
    with (TABLES / "group_members.csv").open(encoding="utf-8", newline="") as file:
        return {
            r["iso3"]
            for r in csv.DictReader(file)
            if r["group_id"] in ("EU", "EEA", "NATO", "NORDIC")
            and (not r["from_year"] or int(r["from_year"]) <= YEAR)
            and (not r["to_year"] or int(r["to_year"]) >= YEAR)
        }


def concentration(row):
    """(HHI, largest share, largest non-allied share × value) from the suppliers alone, exactly."""
    amounts = {s.iso3: s.value for s in row.evidence.mix.suppliers if s.value}
    total = sum(amounts.values())
    shares = {iso3: Fraction(value, total) for iso3, value in amounts.items()}
    friends = allies_of_norway()
    foreign = [share for iso3, share in shares.items() if iso3 not in friends]
    everything = total + sum(s.value or 0 for s in row.evidence.mix.unspecified)
    index = sum(share**2 for share in shares.values())
    return index, max(shares.values()), max(foreign, default=Fraction(0)) * everything, everything


def test_the_sharpest_vulnerabilities_recomputed(norway):
    ranked = []
    for row in norway:
        if row.basis != "own_imports" or not row.evidence.mix.suppliers:
            continue
        index, first, sharp, total = concentration(row)
        consumption = row.answers["top_share_consumption"].value or 0
        passes = index > Fraction(4, 10) or first > Fraction(65, 100) or consumption > 0.65
        top = row.evidence.mix.suppliers[0].iso3
        hidden = "suspected_suppression" in row.evidence.mix.caveats
        transit = row.evidence.producers and top not in row.evidence.producers
        foreign = top not in allies_of_norway() or hidden or transit
        if total >= FLOOR and passes and foreign and sharp > 0:
            ranked.append((-sharp, -index, row.subject))
    found = [row.subject for row in sharpest(norway)]
    assert len(found) == 10
    assert found == [subject for *_, subject in sorted(ranked)][:10]


def test_the_sharpest_hold_what_the_issue_names(norway):
    found = {row.subject: row for row in sharpest(norway)}
    assert {"HS92:260200", "HS92:270112", "HS17:810411", "HS17:280469", "HS17:251010"} <= set(found)
    assert found["HS17:251010"].outcome == "bounds_only"
    assert found["HS17:810411"].other_top[0] == "CHN"


def test_the_headline_is_a_count_of_rows(norway, mapping):
    told = mapping.headlines["NOR"]
    assert isinstance(told, Headline)
    mixes = [
        r for r in norway
        if r.evidence and r.evidence.mix.suppliers
        and "suspected_suppression" not in r.evidence.mix.caveats
    ]  # fmt: skip
    assert told.assessed == len(mixes)
    over = [r for r in mixes if (r.answers["top_share"].value or 0) > 0.65]
    assert told.over_65 == len(over)
    friends = allies_of_norway()
    foreign = [r for r in over if r.answers["top_supplier"].value not in friends]
    assert told.not_allied == len(foreign)
    above = [
        r for r in foreign
        if r.basis == "own_imports" and r.answers["value"].value >= FLOOR
    ]  # fmt: skip
    assert told.above_floor == len(above)
    assert told.not_computable + told.not_imported + told.assessed == len(norway)
    assert headline([]) == Headline(0, 0, 0, 0, 0, 0)


def test_a_code_or_stage_is_assessed_once(mapping):
    for rows in mapping.assessments.values():
        subjects = [r.subject for r in rows]
        assert len(subjects) == len(set(subjects))


def test_every_product_in_scope_is_answered(mapping):
    from verdikart.mapping.assess import scope_products

    for rows in mapping.assessments.values():
        assert {p for r in rows for p in r.products} == {p.product_id for p in scope_products()}


def test_gaps_name_a_reason_and_a_source(mapping):
    gaps = mapping.tables["gaps"]
    assert len(gaps) > 100
    for row in gaps:
        assert row["reason"] in (
            "not_in_embedded_data",
            "not_a_trade_product",
            "suspected_suppression",
        )
        if row["reason"] == "not_in_embedded_data":
            assert row["would_fill"] == "ssb_08801", row["subject"]
    by_product = {r["product"]: r for r in gaps}
    # Large inputs of Norwegian process industry that the embedded flows do not have.
    for product in ("alumina", "nickel_matte"):
        assert by_product[product]["heading_imports_usd"] > 10**9


def test_headings_of_norway_stand_in_no_other_homes_gaps(norway):
    assert any(row["heading_imports_usd"] for row in gap_rows(norway))
    others = gap_rows([replace(row, home="SWE") for row in norway])
    assert others
    assert not any(row["heading"] or row["heading_imports_usd"] for row in others)


def test_a_gap_has_no_figures(norway):
    for row in norway:
        if row.basis == "none":
            assert row.outcome == "not_computable"
            assert (row.mix, row.evidence, row.answers, row.sharpness) == (None, None, {}, 0.0)


def test_positions_are_asked_of_homes_without_norway(mapping):
    others = others_of(Library(), "NOR", YEAR)
    assert set(others) == {"EU27", "NORDIC_EX_NOR", "NATO_EX_NOR"}
    for other in others:
        assert "NOR" not in home(other).members(YEAR)
    for place in mapping.positions:
        assert place.other in others
        own = place.evidence.mix.supplier("NOR")
        assert own is not None
        inside = set(home(place.other).members(YEAR))
        if place.basis == "imports":
            assert not inside & {s.iso3 for s in place.evidence.mix.suppliers}


def test_other_homes_follow_the_home():
    library = Library()
    assert others_of(library, "SWE", YEAR) == ("EU27_EX_SWE", "NORDIC_EX_SWE", "NATO_EX_SWE")
    assert others_of(library, "SWE", 2020)[2] == "NATO"
    assert others_of(library, "CHL", YEAR) == ("EU27", "NORDIC", "NATO")
    assert others_of(library, "EU27", YEAR) == ()


def test_a_country_inside_a_bloc_is_measured_in_the_rest_of_it():
    library = Library()
    rows = [p for p in positions(library, "SWE", YEAR) if p.subject == "HS92:260112"]
    assert {p.other for p in rows} >= {"EU27_EX_SWE", "NATO_EX_SWE"}
    for place in rows:
        assert place.mix.source == "baci_hs92"
        assert "SWE" not in home(place.other).members(YEAR)


def test_the_strongest_positions_recomputed(mapping):
    """Share × the supply's value is what the other home buys from Norway."""
    best = {}
    for place in mapping.positions:
        mix = place.evidence.mix
        own = mix.supplier("NOR").value
        if place.basis != "imports" or not own:
            continue
        supply = sum(s.value for s in (*mix.suppliers, *mix.unspecified))
        share = Fraction(own, supply)
        if share >= Fraction(5, 100):
            best[place.subject] = max(best.get(place.subject, 0), share * supply)
    expected = sorted(best, key=lambda subject: -best[subject])[:10]
    found = strongest(mapping.positions)
    assert [p.subject for p in found] == expected
    assert found[0].subject == "HS17:750210"  # nickel
    assert found[1].subject == "HS17:280469"  # silicon
    assert all(p.share >= 0.05 for p in found)


def test_other_homes_have_positions_but_no_plant_register():
    rows = positions(Library(), "CHL", YEAR)
    assert rows
    assert {r.role for r in rows} == {"unknown"}
    lithium = next(r for r in rows if r.other == "EU27" and r.subject == "HS92:283691")
    assert lithium.share > 0.5


def test_roles_of_norway(mapping):
    role = {r["product"]: r["role"] for r in mapping.tables["roles"]}
    assert role["nickel_refined"] == "processor_imported_feed"
    assert role["manganese_ore"] == "deposit_only"  # crusts on the sea floor
    assert role["bauxite"] == "absent"
    assert role["ilmenite_rutile"] == "extractor"
    assert role["graphite_flake"] == "extractor"
    assert role["primary_aluminium"] == "processor_imported_feed"
    assert role["zinc_refined_shg"] == "processor_imported_feed"
    assert role["alumina"] == "absent"
    assert role["magnesium_metal"] == "absent"


def test_a_plant_that_closed_later_still_worked():
    plant = load(Facility)[0]
    fields = {name: getattr(plant, name) for name in type(plant).__slots__}

    def with_status(status, since=""):
        return Facility(**(fields | {"status": status, "status_date": since}))

    assert works(with_status("operating"), YEAR)
    assert works(with_status("closed", "2025-03"), YEAR)
    assert not works(with_status("closed", "2002"), YEAR)
    assert not works(with_status("closed"), YEAR)
    assert not works(with_status("project"), YEAR)


def test_a_top_supplier_that_does_not_produce_is_suspected_transit(norway):
    """Barytes from the Netherlands, which mines none."""
    row = next(r for r in norway if r.subject == "HS92:251110")
    assert row.answers["top_supplier"].value == "NLD"
    assert "suspected_transit" in row.verdict.caveats
    assert row.outcome not in ("vulnerable", "concentrated_allied")
    ore = next(r for r in norway if r.subject == "HS92:260200")
    assert "suspected_transit" not in ore.verdict.caveats


def unlike(mapping, wanted):
    """Figures that differ from what their id gives when it is asked alone."""
    library = Library(mapping.parameters)
    return [
        text
        for text, told in mapping.figures.items()
        if wanted(FigureId.parse(text)) and library.figure(FigureId.parse(text)) != told
    ]


def of_criticality(figure_id):
    return figure_id.indicator in ("supply_risk", "economic_importance")


def from_one_viewpoint(figure_id):
    return figure_id.mix.home == "WORLD" and figure_id.indicator == "ally_share"


def test_figures_of_the_mapping_can_be_recomputed_from_their_ids(mapping):
    assert len(mapping.figures) > 5000
    assert all(str(FigureId.parse(text)) == text for text in mapping.figures)
    plain = unlike(mapping, lambda f: not (from_one_viewpoint(f) or of_criticality(f)))
    assert plain == []


def test_the_scores_of_the_mapping_can_be_recomputed_too(mapping):
    """They explain one by one; a tenth of them is asked here, and all that stand at world supply."""
    library = Library(mapping.parameters)
    asked = [text for text in mapping.figures if of_criticality(FigureId.parse(text))]
    assert len(asked) > 200
    for text in dict.fromkeys((*asked[::10], *(t for t in asked if t.startswith("WORLD/")))):
        card, told = explain(library, text)["figure"], mapping.figures[text]
        assert (card["value"], card["low"], card["high"]) == (told.value, told.low, told.high)
        assert (card["status"], card["reason"]) == (str(told.status), told.reason)


def test_the_allies_share_of_world_supply_can_be_recomputed_too(mapping):
    assert unlike(mapping, from_one_viewpoint) == []


def test_a_mapping_is_the_same_twice(mapping):
    again = run("NOR", YEAR)
    assert again.tables == mapping.tables
    assert again.figures == mapping.figures


def test_scope_follows_the_lists_and_the_supplement(mapping):
    rows = {r["material"]: r for r in mapping.tables["materials"]}
    for row in rows.values():
        listed = any(
            row[k] in ("by_name", "by_group") for k in ("eu_critical", "eu_strategic", "nato")
        )
        assert row["in_scope"] == (listed or row["norwegian_supplement"])
        if row["norwegian_supplement"]:
            assert row["reason_en"]
            assert row["reason_nb"]
            assert row["reason_en"] != row["reason_nb"]
    assert any(not r["in_scope"] for r in rows.values())  # merely tracked


def test_groups_and_members_are_related_both_ways():
    assert lists.related("natural_graphite", "graphite")
    assert lists.related("graphite", "natural_graphite")
    assert lists.related("neodymium", "rare_earth_elements")
    assert not lists.related("natural_graphite", "nickel")
    assert lists.coverage("neodymium", "EU_CRMA_ANNEX_I") == "by_group"
    assert lists.coverage("copper", "NATO_DCRM_2024") is None


def test_an_unknown_list_is_told_the_lists():
    from verdikart.core.errors import UnknownName

    with pytest.raises(UnknownName) as caught:
        lists.diff("EU_CRMA", "EU_CRM_2020")
    assert "EU_CRMA_ANNEX_II" in str(caught.value)
