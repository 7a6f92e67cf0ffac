"""The overview, data, terms and about pages over HTTP: what they say is what the mapping holds."""

from __future__ import annotations

import csv
import io
from datetime import date

import pyarrow.parquet as pq
import pytest

from verdikart.core.registry import REGISTRY
from verdikart.mapping.agenda import agenda, changes, span
from verdikart.reference.entities import MaterialList
from verdikart.reference.load import load
from verdikart.reference.value_chains import Facility, TradeMeasure
from verdikart.reports.charts_plane import pairs

ON = date(2026, 11, 22)
PAGES = ("", "data", "data/assessments", "terms", "terms/hhi_value", "terms/ghost", "about")


def saved(out, table, which="current"):
    """Rows of a table as they lie on disk."""
    name = (out / "current").read_text().strip() if which == "current" else which
    return pq.read_table(out / name / "tables" / f"{table}.parquet").to_pylist()


def blocks(document):
    """Every block of a page's JSON twin by its id."""
    return {b["id"]: b for s in document["sections"] for b in s["blocks"] if "id" in b}


@pytest.mark.parametrize("lang", ["nb", "en"])
@pytest.mark.parametrize("path", [*PAGES, "about/accessibility"])
def test_every_page_answers_in_both_languages_with_its_twins(client, lang, path):
    page = client.get(f"/{lang}/current/{path}".rstrip("/"))
    assert page.status_code == 200
    assert f'<html lang="{lang}"' in page.text
    assert "style=" not in page.text
    twin = client.get(f"/{lang}/current/{path or 'index'}.json").json()
    assert twin["title"] in page.text.replace("&#39;", "'")
    sheet = client.get(f"/{lang}/current/{path or 'index'}.csv")
    assert sheet.status_code == (404 if path == "terms/ghost" else 200)  # a word has no table


def test_the_line_that_says_it_all_holds_the_mapping_s_own_numbers(client, saved_out):
    head = next(r for r in saved(saved_out, "headline") if r["home"] == "NOR")
    worst = saved(saved_out, "findings")[0]
    lead = client.get("/nb/current/index.json").json()["lead"]
    assert f"Av de {head['assessed']} varene" in lead
    assert f"kommer {head['not_allied']} for over 65\u00a0%" in lead
    assert worst["partner_nb"] in lead
    assert "512\u00a0000 tonn" in lead  # Gabon's manganese ore in 2024


def test_sharpest_and_strongest_are_the_findings_with_cards_for_their_numbers(client, saved_out):
    found = saved(saved_out, "findings")
    held = blocks(client.get("/en/current/index.json").json())
    for kind, table in (
        ("vulnerability", "vulnerabilities-table"),
        ("position", "positions-table"),
    ):
        want = [f for f in found if f["kind"] == kind]
        rows = held[table]["rows"]
        assert [r["partner_share"]["value"] for r in rows] == [f["partner_share"] for f in want]
        assert [r["at_stake_nok"]["value"] for r in rows] == [f["at_stake_nok"] for f in want]
        assert all("/why/findings/" in r["at_stake_t"]["why"] for r in rows)
    magnesium = next(
        r for r in held["vulnerabilities-table"]["rows"] if r["good"]["value"] == "HS17:810411"
    )
    assert magnesium["partner"]["value"] == "CHN"
    assert magnesium["partner_share"]["value"] == pytest.approx(0.908, abs=5e-4)
    # The action is a sentence of its own, without what it is for.
    assert magnesium["action"]["text"].startswith("Build cover: ")
    assert magnesium["action"]["text"].endswith("recycling.")


def test_the_plane_shows_own_imports_against_the_weightiest_need_and_keeps_gaps_apart(
    client, saved_out
):
    own = [r for r in saved(saved_out, "assessments") if r["home"] == "NOR"]
    found = pairs(own, saved(saved_out, "positions"), 1_000_000)
    rows = blocks(client.get("/en/current/index.json").json())["plane-chart"]["table"]["rows"]
    assert len(rows) == len(found) > 60
    nickel = next(r for r in rows if r["good"]["text"].startswith("Refined nickel"))
    assert nickel["supplier_share"]["value"] == pytest.approx(0.533, abs=5e-4)
    unseen = [r for r in rows if r["verdict"]["status"] == "missing"]
    assert unseen
    assert all(r["other_top_share"]["value"] is None for r in unseen)
    assert not {"not_imported", "not_computable"} & {
        p.exposed["outcome"] for p in found if p.exposed
    }


def test_a_large_share_of_next_to_nothing_is_no_need():
    good = {"subject": "X", "products": ["x"], "materials": [], "basis": "imports"}
    tiny = {**good, "supplier_share": 0.99, "value": 10.0}
    real = {**good, "supplier_share": 0.20, "value": 5e6}
    assert pairs([], [tiny, real], 1e6)[0].needed is real
    assert pairs([], [tiny], 1e6)[0].needed is tiny


def test_what_changed_since_the_mapping_before_is_told_with_the_way_to_compare(client, saved_out):
    names = {p.name for p in saved_out.iterdir() if p.is_dir()}
    before = (names - {(saved_out / "current").read_text().strip()}).pop()
    now = [r for r in saved(saved_out, "assessments") if r["home"] == "NOR"]
    then = [r for r in saved(saved_out, "assessments", before) if r["home"] == "NOR"]
    found = changes(now, then)
    text = client.get("/en/current").text
    assert "Since the mapping of 2023" in text
    assert f"compare?a={before}&amp;b=" in text
    for row in found.became[:4]:
        assert row["name_en"].replace("<", "&lt;").replace(">", "&gt;") in text
    # The earlier of the two has nothing before it.
    assert "only mapping" not in text
    assert "nothing to compare it with" in client.get(f"/en/{before}").text


def test_dates_are_told_from_the_day_they_are_asked_on():
    events = agenda("NOR", ON, load(TradeMeasure), load(MaterialList), load(Facility))
    keyed = {(e.key, e.kind): e for e in events}
    gabon = keyed["2029-01-01_GAB", "measure_from"]
    assert (gabon.state, gabon.side) == ("upcoming", "supply")
    ends = keyed["2025-11-18_EU27", "measure_to"]
    assert (ends.when, ends.side) == ("2028-11-17", "exports")
    assert keyed["NO061", "plant"].state == "under_way"  # known to the year alone: 2026
    later = agenda("NOR", date(2030, 1, 1), load(TradeMeasure))
    assert all(e.state == "past" for e in later if e.key == "2029-01-01_GAB")
    # Plants are Norwegian: the Union has none; what the Union imposes does not bind it.
    union = agenda("EU27", ON, load(TradeMeasure), (), load(Facility))
    assert not [e for e in union if e.kind == "plant"]
    assert {e.side for e in union if e.key == "2025-11-18_EU27"} == {""}
    assert [e.first for e in events] == sorted(e.first for e in events)


@pytest.mark.parametrize(
    ("when", "first", "last"),
    [
        ("2027", "2027-01-01", "2027-12-31"),
        ("2027-12", "2027-12-01", "2027-12-31"),
        ("2028-02", "2028-02-01", "2028-02-29"),
        ("2028-11-17", "2028-11-17", "2028-11-17"),
    ],
)
def test_a_date_known_in_part_is_a_span(when, first, last):
    assert [d.isoformat() for d in span(when)] == [first, last]


def test_gaps_by_reason_add_up(client, saved_out):
    rows = blocks(client.get("/en/current/index.json").json())["gaps-table"]["rows"]
    assert sum(r["goods"]["value"] for r in rows) == len(saved(saved_out, "gaps"))


def test_every_table_of_the_mapping_can_be_opened_and_downloaded_whole(client, saved_out):
    listed = blocks(client.get("/en/current/data.json").json())["tables-table"]["rows"]
    names = [r["table"]["value"] for r in listed]
    folder = saved_out / (saved_out / "current").read_text().strip() / "tables"
    assert set(names) == {p.stem for p in folder.glob("*.parquet")}
    for name in names:
        assert client.get(f"/nb/current/data/{name}").status_code == 200, name
    want = saved(saved_out, "positions")
    text = client.get("/en/current/data/positions.csv").content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [r["subject"] for r in rows] == [w["subject"] for w in want]
    assert float(rows[0]["supplier_share"]) == want[0]["supplier_share"]
    norwegian = client.get("/nb/current/data/positions.csv?q=HS17:750210").content.decode(
        "utf-8-sig"
    )
    found = list(csv.DictReader(io.StringIO(norwegian), delimiter=";"))
    assert {r["subject"] for r in found} == {"HS17:750210"}
    assert "," in found[0]["supplier_share"]


def test_a_table_is_searched_ordered_and_paged_by_its_address(client, saved_out):
    page = client.get("/en/current/data/figures.json?q=/hhi_value&sort=-value&page=2").json()
    table = blocks(page)["rows"]
    assert table["shown"]["first"] == 51
    values = [r["value"]["value"] for r in table["rows"]]
    assert values == sorted(values, reverse=True)
    assert all("hhi_value" in r["id"]["value"] for r in table["rows"])
    assert "No row meets" in client.get("/en/current/data/gaps?q=zzzz").text
    assert client.get("/en/current/data/gaps?sort=nonsense").status_code == 400
    assert client.get("/en/current/data/asessments").status_code == 404


def test_terms_are_the_registry_and_the_glossary(client):
    held = blocks(client.get("/en/current/terms.json").json())
    assert {r["indicator"]["value"] for r in held["indicators-table"]["rows"]} == set(
        REGISTRY.indicators
    )
    hhi = client.get("/en/current/terms/hhi_value").text
    entry = REGISTRY.get("hhi_value")
    assert entry.formula in hhi
    assert entry.caveats[0].en in hhi if entry.caveats else True
    searched = blocks(client.get("/nb/current/terms.json?q=flaskehals").json())
    assert "bottleneck" in {r["term"]["value"] for r in searched["glossary-table"]["rows"]}
    missing = client.get("/en/current/terms/hhi_valeu")
    assert missing.status_code == 404
    assert "hhi_value" in missing.text


def test_the_statement_marks_what_the_body_must_fill_in_itself(client):
    text = client.get("/nb/current/about/accessibility").text
    assert text.count("fylles ut av virksomheten") >= 5
    assert "Tilsynet for universell utforming av ikt" in text
    assert "WCAG 2.1" in text


def test_the_overview_is_whole_on_a_telephone_and_its_chart_can_be_walked(visit):
    tab = visit("/nb/current", width=390)
    assert tab.evaluate("document.documentElement.scrollWidth") <= 390
    chart = tab.locator("#plane-chart")
    tab.wait_for_function("() => document.getElementById('plane-chart').dataset.state == 'drawn'")
    chart.focus()
    tab.keyboard.press("ArrowRight")
    assert "Titanmalm" in tab.locator("#told").inner_text()
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/materials/titanium_minerals")
    assert not tab.said
