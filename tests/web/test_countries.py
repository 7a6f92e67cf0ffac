"""Pages of countries and sectors: what they say is what the saved tables hold."""

from __future__ import annotations

import csv
import io

import pytest

from verdikart.mapping.partners import alignment, partners, worst
from verdikart.mapping.saved import Shelf


@pytest.fixture(scope="module")
def saved(saved_out):
    return Shelf(saved_out).open("current")


def table(client, path, table_id):
    """A table of a page's JSON twin, by its id."""
    page = client.get(path).json()
    for section in page["sections"]:
        for block in section["blocks"]:
            found = block.get("table", block)
            if found.get("id") == table_id:
                return found
    raise AssertionError(f"no table {table_id} at {path}")


def test_china_is_about_nine_tenths_of_norways_magnesium_on_page_and_in_twins(client, saved):
    (wanted,) = (
        r["value_share"]
        for r in saved.own("supply")
        if (r["subject"], r["partner"], r["flow"]) == ("HS17:810411", "CHN", "import")
    )
    assert wanted == pytest.approx(0.9, abs=0.02)
    rows = table(client, "/nb/current/countries/CHN.json", "imports-table")["rows"]
    (row,) = (r for r in rows if r["good"]["value"] == "HS17:810411")
    assert row["value_share"]["value"] == wanted
    assert row["value_share"]["why"].startswith(f"/nb/{saved.name}/why/")
    assert "størst, over grensen" in row["verdict"]["tags"]
    text = client.get("/nb/current/countries/CHN.csv?table=imports-table").text.lstrip("\ufeff")
    sheet = {r["good"]: r for r in csv.DictReader(io.StringIO(text), delimiter=";")}
    assert float(sheet["HS17:810411"]["value_share"].replace(",", ".")) == wanted
    html = client.get("/nb/current/countries/CHN").text
    assert row["value_share"]["text"] in html
    assert "chains/magnesium/magnesium_metal" in row["good"]["href"]


def test_the_list_counts_what_the_verdicts_say(client, saved):
    own = saved.own("assessments")
    rows = table(client, "/en/current/countries.json?page=all", "countries")["rows"]
    listed = {r["country"]["value"]: r for r in rows}
    for iso3 in ("CHN", "SWE", "USA"):
        largest = [r for r in own if r["basis"] == "own_imports" and r["top_supplier"] == iso3]
        assert listed[iso3]["largest"]["value"] == len(largest)
        over = [r for r in largest if "over_65_imports" in r["flags"]]
        assert listed[iso3]["over"]["value"] == len(over)
    assert listed["CHN"]["over"]["value"] >= 4
    assert sum(r["largest"]["value"] for r in rows) == sum(
        1 for r in own if r["basis"] == "own_imports" and r["top_supplier"]
    )


def test_the_list_is_searched_sorted_and_cut_by_group(client):
    rows = table(client, "/en/current/countries.json?q=sverige", "countries")["rows"]
    assert [r["country"]["value"] for r in rows] == ["SWE"]
    rows = table(client, "/en/current/countries.json?sort=-imports&page=all", "countries")["rows"]
    values = [r["imports"]["value"] for r in rows if r["imports"]["value"] is not None]
    assert values == sorted(values, reverse=True)
    rows = table(client, "/en/current/countries.json?group=NORDIC", "countries")["rows"]
    assert {r["country"]["value"] for r in rows} <= {"SWE", "DNK", "FIN", "ISL"}
    assert client.get("/en/current/countries?group=OPEC").status_code == 400
    assert client.get("/en/current/countries?sort=secret").status_code == 400


def test_a_countrys_page_has_look_through_needs_measures_and_groups(client, saved):
    rows = table(client, "/en/current/countries/CHN.json", "sector-exposure")["rows"]
    wide = next(r for r in saved.rows("sector_exposure") if r["country"] == "CHN")
    assert rows[0]["look_through"]["value"] == wide["look_through"]
    measures = table(client, "/en/current/countries/CHN.json", "measures-table")["rows"]
    assert "2023-08-01_CHN" in {r["measure"]["value"] for r in measures}
    needs = table(client, "/en/current/countries/DEU.json", "needs-table")["rows"]
    wanted = [r for r in saved.rows("reverse_dependency") if r["buyer"] == "DEU"]
    assert len(needs) == len(wanted) > 5
    groups = table(client, "/en/current/countries/SWE.json", "groups")["rows"]
    nato = next(r for r in groups if r["group"]["value"] == "NATO")
    assert nato["from"]["value"] == 2024
    assert "2016–2020" in client.get("/en/current/countries/CHN").text


def test_the_home_and_a_country_without_flows_have_pages_that_say_so(client):
    home = client.get("/nb/current/countries/NOR")
    assert home.status_code == 200
    assert "Kartleggingen er gjort for Norge." in home.text
    empty = client.get("/nb/current/countries/TUV")
    assert empty.status_code == 200
    assert "ikke registrert handel mellom Norge og Tuvalu i 2024" in empty.text
    assert client.get("/nb/current/countries/TUV.csv").status_code == 200
    unknown = client.get("/nb/current/countries/KNA2")
    assert unknown.status_code == 404
    assert "KNA" in unknown.text


def test_a_good_in_two_sources_is_counted_once_and_groups_go_by_year(saved):
    found = partners(saved)
    for partner in found.values():
        subjects = [r["subject"] for r in partner.exports]
        assert len(subjects) == len(set(subjects))
    assert "NATO" not in alignment("SWE", 2023)
    assert "NATO" in alignment("SWE", 2024)
    mild = {"outcome": "small", "top_share": 1.0}
    grave = {"outcome": "vulnerable", "top_share": 0.6}
    assert worst([mild, grave]) is grave
    assert worst([]) is None


def test_the_matrix_counts_each_technology_or_plant_once(client, saved):
    rows = table(client, "/en/current/sectors.json?page=all", "matrix-table")["rows"]
    shown = {r["name"]["value"]: r for r in rows}
    links = [r for r in saved.rows("links") if r["material"] == "nickel"]
    for sector in ("defence", "energy", "process_industry"):
        wanted = len({r["via"] for r in links if r["sector"] == sector})
        assert shown["nickel"][sector]["value"] == wanted
    html = client.get("/en/current/sectors").text
    assert '<a class="ds-link" href="/en/current/sectors/defence">Defence</a>' in html
    few = table(client, "/en/current/sectors.json?technology=robotics&importance=H", "matrix-table")
    wanted = {
        r["material"]
        for r in saved.rows("links")
        if r["via"] == "robotics" and r["importance"] == "H"
    }
    assert {r["name"]["value"] for r in few["rows"]} == wanted
    assert client.get("/en/current/sectors?importance=X").status_code == 400


def test_a_sectors_page_names_its_vulnerable_goods(client, saved):
    tied = {r["material"] for r in saved.rows("links") if r["sector"] == "defence"}
    wanted = {
        r["subject"]: r["top_share"]
        for r in saved.own("assessments")
        if r["outcome"] == "vulnerable" and tied & set(r["materials"] or ())
    }
    rows = table(client, "/nb/current/sectors/defence.json", "goods-table")["rows"]
    assert {r["good"]["value"]: r["top_share"]["value"] for r in rows} == wanted
    assert "HS17:810411" in wanted
    one = table(client, "/nb/current/sectors/defence.json?only=nickel", "materials-table")["rows"]
    assert [r["name"]["value"] for r in one] == ["nickel"]
    assert client.get("/nb/current/sectors/defense").status_code == 404


def test_the_chart_of_a_country_is_walked_by_keyboard_and_never_scrolls_the_page(visit):
    tab = visit("/nb/current/countries/CHN", width=390)
    tab.wait_for_selector("#flows svg")
    assert tab.evaluate("document.documentElement.scrollWidth") <= 390
    assert tab.locator("#flows svg text", has_text="Silisiummetall").count() == 1
    assert [text for text in tab.said if "error" in text.casefold()] == []
