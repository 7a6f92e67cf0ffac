"""Every kind of page in both languages: complete, silent, without barriers, without the net."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from tests.web.addresses import EXAMPLES, FAULTS, PATHS, at

from verdikart.web.routes import ROUTES

LANGS = ("nb", "en")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]


def test_every_kind_of_page_has_an_example():
    assert {route.name for route in ROUTES} == set(EXAMPLES)


def violations(tab):
    found = Axe().run(tab, options={"runOnly": RULES})
    return [
        (
            v["id"],
            [n["target"] for n in v["nodes"]][:5],
            v["nodes"][0].get("failureSummary", "")[:300],
        )
        for v in found.response["violations"]
    ]


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("path", [*PATHS, *FAULTS])
def test_no_barrier_no_complaint_no_foreign_request(visit, address, lang, path):
    tab = visit(at(lang, path))
    charts = tab.locator(".chart")
    for number in range(charts.count()):
        charts.nth(number).scroll_into_view_if_needed()
    tab.wait_for_function(
        "() => [...document.querySelectorAll('.chart')].every(c => c.dataset.state === 'drawn')"
    )
    assert violations(tab) == []
    # A page of a fault is itself a failed request; the browser says so.
    said = [text for text in tab.said if not (path in FAULTS and "Failed to load" in text)]
    assert said == []
    assert [url for url in tab.asked if not url.startswith((address, "data:"))] == []
    assert tab.locator("h1").count() == 1
    assert tab.evaluate("document.documentElement.lang") == lang


@pytest.mark.parametrize("path", PATHS)
def test_dark_colours_have_contrast_and_a_telephone_needs_no_sideways_scroll(visit, path):
    tab = visit(at("nb", path), width=390, scheme="dark")
    assert tab.evaluate("document.documentElement.scrollWidth") <= 390
    assert violations(tab) == []


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("path", PATHS)
def test_pages_are_complete_without_scripts(client, lang, path):
    answer = client.get(at(lang, path))
    assert answer.status_code == 200, answer.text[:500]
    text = answer.text
    assert text.count("<h1") == 1
    assert "</html>" in text
    assert " style=" not in text
    assert "<style" not in text
    assert "onclick" not in text
    assert "{{" not in text
    assert len(answer.content) < 900_000


@pytest.mark.parametrize("path", PATHS)
def test_twins_answer_for_every_page(client, path):
    stem, _, query = path.partition("?")
    tail = f"?{query}" if query else ""
    document = client.get(at("nb", f"{stem or 'index'}.json") + tail)
    assert document.status_code == 200
    body = document.json()
    assert body["mapping"]["home"] == "NOR"
    assert body["licence"] == "CC-BY-4.0"
    tables = [
        b.get("table", b)
        for s in body["sections"]
        for b in s["blocks"]
        if b["kind"] in ("table", "chart")
    ]
    sheet = client.get(at("nb", f"{stem or 'index'}.csv") + tail)
    if tables:
        assert sheet.status_code == 200
        assert sheet.headers["content-disposition"].startswith("attachment")
        assert len(sheet.text.splitlines()) >= 1
    else:
        assert sheet.status_code == 404
