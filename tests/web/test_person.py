"""What a person does with the pages, in both languages, by mouse and by keyboard."""

from __future__ import annotations

import csv
import io
import json
import re

import pytest

LANGS = ("nb", "en")
WORDS = {
    "nb": {
        "china": "Kina",
        "sandbox": "Sandkasse",
        "compare": "Sammenlign",
        "cancelled": "avbrutt",
    },
    "en": {"china": "China", "sandbox": "Sandbox", "compare": "Compare", "cancelled": "cancelled"},
}


def share_of(text: str) -> float:
    """The first per cent in a text."""
    return float(re.search(r"(\d+(?:[.,]\d+)?)\s?%", text)[1].replace(",", "."))


@pytest.mark.parametrize("lang", LANGS)
def test_find_magnesium_see_who_supplies_it_and_ask_why(visit, lang):
    tab = visit(f"/{lang}/current")
    tab.keyboard.press("/")
    assert tab.evaluate("document.activeElement.id") == "find"
    tab.keyboard.type("magnesium", delay=10)
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/*magnesium*")
    if "/search" in tab.url:
        tab.locator(f'main a[href="/{lang}/current/materials/magnesium"]').first.click()
    tab.wait_for_url(f"**/{lang}/current/materials/magnesium")
    lead = tab.locator("main .lead").first.inner_text()
    assert WORDS[lang]["china"] in lead
    assert 85 < share_of(lead) < 95
    shown = tab.locator("#short a.why", has_text="%").first
    figure = share_of(shown.inner_text())
    assert 85 < figure < 95
    address = tab.url
    shown.click()
    dialog = tab.locator("dialog#card[open]")
    dialog.wait_for()
    dialog.locator("#card-title").wait_for()
    assert share_of(dialog.locator("dd").first.inner_text()) == pytest.approx(figure, abs=0.06)
    assert WORDS[lang]["china"] in dialog.inner_text()
    assert "BACI" in dialog.inner_text()
    assert "verdikart " in dialog.locator("#citation").inner_text()
    tab.keyboard.press("Escape")
    assert not dialog.is_visible()
    assert tab.url == address


@pytest.mark.parametrize("lang", LANGS)
def test_without_scripts_the_same_question_is_answered(visit, lang):
    tab = visit(f"/{lang}/current/materials/magnesium", scripts=False)
    tab.locator("#short a.why", has_text="%").first.click()
    tab.wait_for_url("**/why/**")
    assert WORDS[lang]["china"] in tab.locator("main").inner_text()


@pytest.mark.parametrize("lang", LANGS)
def test_a_threshold_is_changed_and_the_link_carries_it(visit, lang):
    tab = visit(f"/{lang}/current/sandbox")
    tab.locator("#method-basis").select_option("study")
    tab.wait_for_url("**basis=study**")
    slider = tab.locator("#method-sr_threshold")
    slider.focus()
    tab.keyboard.press("ArrowRight")
    tab.keyboard.press("ArrowRight")
    tab.wait_for_url("**sr_threshold=1.2**")
    tab.locator("#moves").wait_for()
    moved = tab.locator("#moves tbody th").all_inner_texts()
    assert len(moved) == 3
    assert tab.evaluate("document.activeElement.id") == "method-sr_threshold"
    shared = visit(tab.url.split("://", 1)[1].partition("/")[2].join(["/", ""]))
    assert shared.locator("#moves tbody th").all_inner_texts() == moved
    assert shared.locator("#method-sr_threshold").input_value() == "1.2"


@pytest.mark.parametrize("lang", LANGS)
def test_a_value_that_cannot_be_read_is_told_in_its_form(visit, lang):
    tab = visit(f"/{lang}/current/sandbox")
    tab.locator("#method-set").fill("foo.bar=2")
    told = tab.locator("#method .refused")
    told.wait_for()
    assert "foo" in told.inner_text() or "bar" in told.inner_text()
    assert tab.locator("#method-set").input_value() == "foo.bar=2"


@pytest.mark.parametrize("lang", LANGS)
def test_a_table_is_downloaded_and_says_the_same(visit, lang):
    tab = visit(f"/{lang}/current/sandbox?share=50")
    first = tab.locator("#moved tbody tr").first
    name, cells = first.locator("th a").inner_text(), first.locator("td").all_inner_texts()
    share = next(share_of(text) for text in cells if "%" in text)
    with tab.expect_download() as waited:
        tab.locator("footer a", has_text="CSV").click()
    text = waited.value.path().read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";" if lang == "nb" else ","))
    row = next(r for r in rows if r["name"] == name)
    written = row["top_share"].replace(",", ".")
    assert 100 * float(written) == pytest.approx(share, abs=0.06)


@pytest.mark.parametrize("lang", LANGS)
def test_a_chart_is_walked_by_keyboard(visit, lang):
    tab = visit(f"/{lang}/current")
    chart = tab.locator(".chart").first
    chart.focus()
    tab.keyboard.press("ArrowRight")
    said = tab.locator("#told").inner_text()
    assert said
    tab.keyboard.press("ArrowRight")
    assert tab.locator("#told").inner_text() != said
    points = json.loads(tab.locator(f"#{chart.get_attribute('id')}-points").inner_text())
    assert said == points[0][0]


@pytest.mark.parametrize("lang", LANGS)
def test_two_mappings_are_compared(visit, lang):
    tab = visit(f"/{lang}/current")
    tab.locator(".menu a", has_text=WORDS[lang]["compare"]).click()
    tab.wait_for_url(f"**/{lang}/current/compare")
    text = tab.locator("main").inner_text()
    assert "2023" in text
    assert "2024" in text
    assert tab.locator("main table").count() > 1


@pytest.mark.parametrize("lang", LANGS)
def test_a_mapping_is_started_survives_a_reload_and_is_cancelled(visit, saved_out, lang):
    before = {path.name for path in saved_out.iterdir()}
    tab = visit(f"/{lang}/current/runs")
    tab.locator("#new-home").select_option("SWE")
    tab.locator("#new button[type=submit]").click()
    tab.wait_for_url(f"**/{lang}/current/runs/*")
    bar = tab.locator("progress")
    bar.wait_for()
    # It moves by itself, and a reload finds it where it is.
    tab.locator("progress:not([value='0'])").wait_for()
    tab.reload()
    assert bar.count() == 1
    tab.locator("button[id^=cancel-]").click()
    tab.wait_for_load_state("load")
    assert tab.locator("button[id^=cancel-]").count() == 0
    assert bar.count() == 0
    assert WORDS[lang]["cancelled"] in tab.locator("main").inner_text().lower()
    assert {path.name for path in saved_out.iterdir()} == before


def test_the_language_switch_keeps_page_and_state(visit):
    tab = visit("/nb/current/sandbox?share=50")
    tab.locator(".languages a", has_text="English").click()
    tab.wait_for_url("**/en/current/sandbox?share=50")
    assert tab.locator("#limits-share").input_value() == "50"


def test_a_telephone_opens_its_menu_and_goes_on(visit):
    tab = visit("/nb/current/materials/magnesium", width=390)
    link = tab.locator(".menu a", has_text="Verdikjeder")
    assert not link.is_visible()
    tab.locator(".menu summary", has_text="Meny").click()
    link.click()
    tab.wait_for_url("**/nb/current/chains")
