"""Value chains on the web: the list, a chain with its drawing, a step; read, questioned and walked."""

from __future__ import annotations

import csv
import io
import re

import pytest

from verdikart.mapping.saved import Saved, Shelf
from verdikart.web import render
from verdikart.web.ask import Ask
from verdikart.web.pages.chains import chains as chains_page

LANGS = ("nb", "en")
KINDS = ("table", "chart")


@pytest.fixture(scope="module")
def saved(saved_out):
    return Shelf(saved_out).open("current")


def chain_of(saved, chain, home="NOR"):
    return next(r for r in saved.own("chains", home) if r["chain"] == chain)


def step_of(saved, chain, product, home="NOR"):
    rows = saved.own("chain_steps", home)
    return next(r for r in rows if (r["chain"], r["product"]) == (chain, product))


def table(client, path, table_id):
    page = client.get(path).json()
    blocks = [b for s in page["sections"] for b in s["blocks"]]
    found = [b if b["kind"] == "table" else b["table"] for b in blocks if b["kind"] in KINDS]
    return next(t["rows"] for t in found if t["id"] == table_id)


def test_the_list_holds_the_saved_verdicts_and_its_csv_the_same_numbers(client, saved):
    rows = {r["name"]["value"]: r for r in table(client, "/en/current/chains.json", "chains")}
    assert rows.keys() == {r["chain"] for r in saved.own("chains")}
    for own in saved.own("chains"):
        shown = rows[own["chain"]]
        assert shown["verdict"]["value"] == own["verdict"]
        assert shown["bottleneck_share"]["value"] == own["bottleneck_share"]
    magnesium = rows["magnesium"]
    assert magnesium["bottleneck_supplier"]["value"] == "CHN"
    assert magnesium["bottleneck_share"]["value"] == pytest.approx(0.9, abs=0.03)
    assert "/why/chains/" in magnesium["bottleneck_share"]["why"]
    text = client.get("/nb/current/chains.csv").text.lstrip("\ufeff")
    line = next(
        r for r in csv.DictReader(io.StringIO(text), delimiter=";") if r["name"] == "magnesium"
    )
    assert (
        float(line["bottleneck_share"].replace(",", ".")) == magnesium["bottleneck_share"]["value"]
    )


def test_the_list_is_filtered_searched_and_seen_from_another_home(client, saved):
    hit = table(client, "/nb/current/chains.json?verdict=vulnerable&depth=deep", "chains")
    expected = {
        r["chain"]
        for r in saved.own("chains")
        if (r["verdict"], r["depth"]) == ("vulnerable", "deep")
    }
    assert {r["name"]["value"] for r in hit} == expected != set()
    found = table(client, "/nb/current/chains.json?q=nikkel", "chains")
    assert [r["name"]["value"] for r in found] == ["nickel"]
    abroad = table(client, "/nb/current/chains.json?home=EU27&q=nikkel", "chains")[0]
    assert (
        abroad["bottleneck_product"]["value"]
        == chain_of(saved, "nickel", "EU27")["bottleneck_product"]
    )
    assert abroad["name"]["href"].endswith("chains/nickel?home=EU27")


@pytest.mark.parametrize(
    ("path", "status", "says"),
    [
        ("chains/nikel", 404, "nickel"),
        ("chains/nickel/nickel_mate", 404, "nickel_matte"),
        ("chains?verdict=bad", 400, "vulnerable"),
        ("chains/nickel?home=XXX", 400, "EU27"),
    ],
)
def test_what_is_not_there_is_told_with_the_nearest(client, path, status, says):
    answer = client.get(f"/en/current/{path}")
    assert answer.status_code == status
    assert says in answer.text


@pytest.mark.parametrize("chain", ["nickel", "magnesium"])
@pytest.mark.parametrize("home", ["NOR", "EU27"])
def test_every_box_of_the_drawing_is_a_named_link_to_a_step(client, saved, chain, home):
    path = f"/en/current/chains/{chain}" + ("" if home == "NOR" else f"?home={home}")
    html = client.get(path).text
    svg = html[html.index("<svg") : html.index("</svg>")]
    assert "style=" not in html
    boxes = dict(re.findall(r'<a class="step why" id="box-(\w+)" [^>]*aria-label="([^"]+)"', svg))
    steps = [r for r in saved.own("chain_steps", home) if r["chain"] == chain]
    assert boxes.keys() == {r["product"] for r in steps}
    for row in steps:
        name = boxes[row["product"]]
        assert name.endswith("; bottleneck") == row["bottleneck"]
        if not row["ghost"] and row["top_other"]:
            assert "%" in name
    ids = re.findall(r'\bid="([^"]+)"', html)
    assert len(ids) == len(set(ids))


def test_every_step_of_a_chain_has_its_page_and_short_page(client, saved):
    for product in [r["product"] for r in saved.own("chain_steps") if r["chain"] == "nickel"]:
        for query in ("", "?brief=1"):
            answer = client.get(f"/nb/current/chains/nickel/{product}{query}")
            assert answer.status_code == 200, product
            assert "style=" not in answer.text


def test_a_step_shows_the_suppliers_that_were_saved(client, saved):
    row = step_of(saved, "magnesium", "magnesium_metal")
    mix = {r["partner"]: r for r in saved.rows("supply") if r["mix"] == row["mixes"][0]}
    path = "/en/current/chains/magnesium/magnesium_metal.json"
    shown = table(client, path, "step-suppliers")
    assert {r["partner"]["value"]: r["value_share"]["value"] for r in shown} == {
        iso3: r["value_share"] for iso3, r in mix.items()
    }
    first = shown[0]
    assert first["partner"]["value"] == "CHN"
    assert first["ally"]["value"] is False
    assert first["value_share"]["value"] == pytest.approx(0.908, abs=0.005)
    assert next(r for r in shown if r["partner"]["value"] == "ITA")["ally"]["value"] is True


def test_an_unknown_step_says_so_and_shows_no_number(client, saved):
    row = step_of(saved, "nickel", "nickel_matte")
    assert row["ghost"]
    page = client.get("/en/current/chains/nickel/nickel_matte").text
    assert "who supplies it is not known" in page
    assert "By the plant register it comes from Canada" in page
    figures = client.get("/en/current/chains/nickel/nickel_matte.json").json()
    facts = next(b for b in figures["sections"][0]["blocks"] if b["kind"] == "facts")
    assert all(i["value"] is None and i["status"] != "ok" for i in facts["items"])


def test_a_mapping_without_chains_says_so(saved_out, saved):
    tables = {n: t for n, t in saved.manifest["tables"].items() if not n.startswith("chain")}
    bare = Saved(saved.folder, {**saved.manifest, "tables": tables})
    ask = Ask(bare, Shelf(saved_out), "en", "current", "chains")
    html = render.page(ask, chains_page(ask), ())
    assert "made without value chains" in html


def focused(tab):
    return tab.evaluate(
        "() => { const e = document.activeElement; "
        "return (e.getAttribute('aria-label') || e.textContent || '').trim() }"
    )


def tab_to(tab, text, most=120):
    """Press Tab until what has the focus begins with a text."""
    for _ in range(most):
        tab.keyboard.press("Tab")
        if focused(tab).startswith(text):
            return
    raise AssertionError(f"{text!r} is not reached by {most} steps of Tab")


GO = {
    ("nb", True): "Gå til flaskehalsen: ",
    ("en", True): "Go to the bottleneck: ",
    ("nb", False): "Gå til varen som skiller seg ut i verdens tilførsel: ",
    ("en", False): "Go to what stands out in the world’s supply: ",
}


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("home", ["NOR", "EU27"])
def test_the_bottleneck_of_nickel_is_reached_by_keyboard_alone(visit, saved, lang, home):
    row = chain_of(saved, "nickel", home)
    named = row["bottleneck_product"] is not None
    product = row["bottleneck_product"] or row["world_product"]
    goal = step_of(saved, "nickel", product, home)
    query = "" if home == "NOR" else f"?home={home}"
    tab = visit(f"/{lang}/current/chains{query}")
    for text in (row[f"name_{lang}"], GO[lang, named]):
        tab_to(tab, text)
        with tab.expect_navigation():
            tab.keyboard.press("Enter")
    assert tab.inner_text("h1") == goal[f"name_{lang}"]
    assert f"/chains/nickel/{product}" in tab.url
    if home == "EU27":
        tags = tab.inner_text("p.tags")
        assert {"nb": "flaskehals", "en": "bottleneck"}[lang] in tags
    assert tab.said == []


def test_the_drawing_is_walked_along_its_lines_and_a_box_shows_its_mix(visit):
    tab = visit("/en/current/chains/nickel?home=EU27")
    tab_to(tab, "Find it in the drawing")
    tab.keyboard.press("Enter")
    at = "() => document.activeElement.id"
    assert tab.evaluate(at) == "box-nickel_matte"
    assert tab.evaluate("() => document.activeElement.matches(':focus-visible')")
    tab.keyboard.press("ArrowLeft")
    before = tab.evaluate(at)
    assert "box-nickel_matte" in tab.get_attribute(f"#{before}", "data-to")
    tab.focus("#box-nickel_matte")
    tab.keyboard.press("Enter")
    tab.wait_for_selector("#card[open] table")
    assert "Russia" in tab.inner_text("#card-body tbody")
    tab_to(tab, "Everything on this step", 5)
    tab.keyboard.press("Escape")
    assert tab.evaluate(at) == "box-nickel_matte"
    assert tab.said == []


def test_without_scripts_a_box_leads_to_its_step(visit):
    tab = visit("/nb/current/chains/magnesium", scripts=False)
    tab.focus("#box-magnesium_metal")
    with tab.expect_navigation():
        tab.keyboard.press("Enter")
    assert tab.url.endswith("/chains/magnesium/magnesium_metal")
    assert "Kina" in (tab.text_content("#step-suppliers") or "")


@pytest.mark.parametrize("path", ["chains", "chains/nickel", "chains/magnesium/magnesium_metal"])
def test_no_page_is_wider_than_a_telephone(visit, path):
    tab = visit(f"/nb/current/{path}", width=390)
    assert tab.evaluate("document.documentElement.scrollWidth") <= 390
    assert tab.said == []
