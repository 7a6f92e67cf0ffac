"""The table of materials and the page of one, through HTTP: the saved values, filters, gaps, errors."""

from __future__ import annotations

import csv
import io
import re

import pyarrow.parquet as pq
import pytest

LANGS = ("nb", "en")
GOOD = "HS17:810411"  # unwrought magnesium


@pytest.fixture(scope="module")
def saved(saved_out):
    """Tables of the current mapping, as they were saved."""
    folder = saved_out / (saved_out / "current").read_text().strip()

    def rows(table):
        return pq.read_table(folder / "tables" / f"{table}.parquet").to_pylist()

    return rows


def blocks(document, kind):
    return [b for s in document["sections"] for b in s["blocks"] if b["kind"] == kind]


def table(document, name):
    found = {b["id"]: b for b in blocks(document, "table")}
    found |= {b["table"]["id"]: b["table"] for b in blocks(document, "chart")}
    return found[name]


def text(html):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


@pytest.mark.parametrize(
    ("lang", "share", "country", "sentence"),
    [
        ("en", "90.8%", "China", "Norway is vulnerable: 90.8% of the imports"),
        ("nb", "90,8\u00a0%", "Kina", "Norge er sårbart: Etter verdi kom 90,8\u00a0% av importen"),
    ],
)
def test_china_supplies_nine_tenths_of_norways_magnesium(
    client, saved, lang, share, country, sentence
):
    row = next(r for r in saved("assessments") if (r["home"], r["subject"]) == ("NOR", GOOD))
    assert row["top_supplier"] == "CHN"
    assert row["top_share"] == pytest.approx(0.9, abs=0.02)
    page = client.get(f"/{lang}/current/materials/magnesium")
    assert page.status_code == 200
    lead = re.search(r'<p class="lead">(.*?)</p>', page.text, re.DOTALL).group(1)
    assert sentence in lead
    assert country in lead
    link = rf'href="/{lang}/[0-9a-f]{{16}}/why/NOR/2024/[^"]*{GOOD}[^"]*/top_share"[^>]*>{share}'
    assert re.search(link, page.text)
    document = client.get(f"/{lang}/current/materials/magnesium.json").json()
    stage = table(document, "stages-table")["rows"][0]
    assert stage["top_share"]["value"] == row["top_share"]
    assert stage["top_supplier"]["text"] == country
    bar = table(document, "mix-0-table")["rows"][0]
    assert (bar["supplier"]["text"], bar["share"]["value"]) == (country, row["top_share"])
    answer = client.get(f"/{lang}/current/materials/magnesium.csv").content.decode("utf-8-sig")
    line = next(csv.DictReader(io.StringIO(answer), delimiter=";" if lang == "nb" else ","))
    assert float(line["top_share"].replace(",", ".")) == pytest.approx(row["top_share"])


def test_homes_stand_side_by_side_and_allies_are_told_in_words(client):
    document = client.get("/en/current/materials/magnesium.json").json()
    rows = table(document, "mix-0-table")["rows"]
    assert {r["home"]["text"].split(",")[0] for r in rows} >= {"Norway", "NATO"}
    assert {r["allied"]["text"] for r in rows} == {"ally", "no ally"}
    for home in {r["home"]["text"] for r in rows}:
        shares = [r["share"]["value"] for r in rows if r["home"]["text"] == home]
        assert sum(shares) == pytest.approx(1)


def test_time_takes_the_other_years_of_the_home_from_the_shelf(client):
    document = client.get("/en/current/materials/magnesium.json").json()
    rows = table(document, "time-table")["rows"]
    assert {r["year"]["value"] for r in rows} == {2023, 2024}
    older = next(r for r in rows if r["year"]["value"] == 2023)
    newer = next(r for r in rows if r["year"]["value"] == 2024)
    assert older["top_share"]["why"].split("/")[2] != newer["top_share"]["why"].split("/")[2]


def test_scores_methods_and_gaps_equal_the_saved_tables(client, saved):
    document = client.get("/en/current/materials/magnesium.json").json()
    row = next(r for r in saved("methods") if r["material_id"] == "magnesium")
    shown = {r["method"]["value"]: r for r in table(document, "methods-table")["rows"]}
    assert shown["eu2023"]["value"]["value"] == row["eu2023"]
    assert shown["geopolrisk"]["value"]["value"] is None
    assert shown["geopolrisk"]["value"]["status"] == "missing"
    assert shown["cdi"]["rank"]["value"] == row["cdi_rank"]
    scored = next(r for r in saved("criticality") if r["material_id"] == "magnesium")
    own = table(document, "intervals-table")["rows"][0]
    assert own["value"]["value"] == scored["supply_risk"]
    assert (own["p05"]["value"], own["p95"]["value"]) == (scored["sr_p05"], scored["sr_p95"])
    open_ = [r["name_en"] for r in saved("gaps") if "magnesium" in r["materials"]]
    assert [r["good"]["text"] for r in table(document, "gaps-table")["rows"]] == open_


@pytest.mark.parametrize("lang", LANGS)
def test_the_most_vulnerable_stand_first_and_the_counter_counts(client, saved, lang):
    document = client.get(f"/{lang}/current/materials.json").json()
    found = table(document, "materials")
    scope = [r for r in saved("materials") if r["in_scope"]]
    assert len(found["rows"]) == len(scope)
    assert str(len(scope)) in found["caption"]
    assert str(len(saved("materials"))) in found["caption"]
    verdicts = [r["verdict"]["value"] for r in found["rows"]]
    assert verdicts[0] == "vulnerable"
    assert verdicts[-1] in ("not_computable", None)
    last = max(n for n, v in enumerate(verdicts) if v == "vulnerable")
    assert set(verdicts[: last + 1]) == {"vulnerable"}


def test_filters_order_and_columns_are_kept_in_the_address(client, saved):
    query = "list=EU_CRMA_ANNEX_I&verdict=vulnerable&sort=-supply_risk&cols=supply_risk&cols=value"
    found = table(client.get(f"/en/current/materials.json?{query}").json(), "materials")
    assert [c["key"] for c in found["columns"]] == ["name", "supply_risk", "value_nok"]
    strategic = {
        r["name_en"] for r in saved("materials") if "EU_CRMA_ANNEX_I" in (r["lists"] or ())
    }
    names = [r["name"]["text"] for r in found["rows"]]
    assert "Magnesium" in names
    assert set(names) <= strategic
    risks = [r["supply_risk"]["value"] for r in found["rows"]]
    known = [v for v in risks if v is not None]
    assert known == sorted(known, reverse=True)
    assert risks[: len(known)] == known
    page = client.get(f"/en/current/materials?{query}").text
    assert 'name="cols" value="supply_risk" checked' in page
    assert re.search(r'type="hidden" name="list" value="EU_CRMA_ANNEX_I"', page)
    supplement = client.get("/en/current/materials.json?list=NORWEGIAN_SUPPLEMENT").json()
    added = {r["name_en"] for r in saved("materials") if r["norwegian_supplement"]}
    assert {r["name"]["text"] for r in table(supplement, "materials")["rows"]} == added


def test_a_search_without_hits_says_so_and_nonsense_is_refused(client):
    empty = client.get("/en/current/materials?q=unobtainium")
    assert empty.status_code == 200
    assert "No material meets the search" in empty.text
    for query in ("sector=moon", "verdict=x", "sort=secret", "cols=passwd", "list=../etc"):
        assert client.get(f"/en/current/materials?{query}").status_code == 400


def test_an_unknown_material_names_the_nearest(client):
    for lang in LANGS:
        answer = client.get(f"/{lang}/current/materials/magnesum")
        assert answer.status_code == 404
        assert "magnesium" in answer.text


@pytest.mark.parametrize("lang", LANGS)
def test_a_member_is_seen_through_its_group_and_a_blind_one_says_what_is_lacking(client, lang):
    member = client.get(f"/{lang}/current/materials/neodymium")
    assert member.status_code == 200
    assert {"en": "seen through", "nb": "sett gjennom"}[lang] in text(member.text)
    blind = client.get(f"/{lang}/current/materials/olivine")
    assert {"en": "Not known: none of the", "nb": "Ikke kjent: Ingen av"}[lang] in text(blind.text)
    document = client.get(f"/{lang}/current/materials/olivine.json").json()
    assert table(document, "gaps-table")["rows"]


def test_every_material_has_a_page_without_repeated_ids(client, saved):
    for row in saved("materials")[::6]:
        html = client.get(f"/nb/current/materials/{row['material']}").text
        ids = re.findall(r'\sid="([^"]+)"', html)
        assert len(ids) == len(set(ids)), row["material"]
        assert "style=" not in html


@pytest.mark.parametrize("width", [390, 1280])
def test_charts_are_drawn_and_nothing_scrolls_sideways(visit, width):
    tab = visit("/nb/current/materials/magnesium", width=width)
    tab.wait_for_function(
        "() => { const all = [...document.querySelectorAll('.chart')];"
        " return all.length >= 4 && all.every(c => c.dataset.state === 'drawn'); }"
    )
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    assert tab.said == []
    tab.locator("#mix-0").focus()
    tab.keyboard.press("ArrowRight")
    assert "Kina 90,8" in tab.locator("#told").text_content()
    tab.goto(tab.url.replace("/magnesium", ""))
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
