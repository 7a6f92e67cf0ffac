"""Whole tasks by keyboard alone; the bottleneck of a chain and the marks of the map have their own files."""

from __future__ import annotations

import pytest

LANGS = ("nb", "en")
ACTIVE = "document.activeElement"
# The focus is to be seen: an outline, or the ring or the sign of a box in a drawing.
SEEN = """() => {
  const e = document.activeElement, s = getComputedStyle(e);
  if (s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2) return true;
  const ring = e.querySelector('.ring, .sign');
  return Boolean(ring) && getComputedStyle(ring).stroke !== 'none'
    && parseFloat(getComputedStyle(ring).strokeWidth) >= 2;
}"""


def press(tab, *keys):
    """Keys one after the other."""
    for key in keys:
        tab.keyboard.press(key)


def tab_to(tab, selector, most=150):
    """Tab until the focus is on what the selector names; it is seen on the whole way."""
    for _ in range(most):
        press(tab, "Tab")
        assert tab.evaluate(SEEN), tab.evaluate(f"{ACTIVE}.outerHTML.slice(0, 200)")
        if tab.evaluate(f"s => {ACTIVE}.matches(s)", selector):
            return
    raise AssertionError(f"{selector} is not reached by {most} steps of Tab")


def test_the_first_stop_leads_past_the_menu(visit):
    tab = visit("/nb/current/materials")
    press(tab, "Tab")
    assert tab.evaluate(f"{ACTIVE}.className") == "ds-skip-link"
    press(tab, "Enter", "Tab")
    assert tab.evaluate(f"{ACTIVE}.closest('main') !== null")


@pytest.mark.parametrize("lang", LANGS)
def test_a_card_is_opened_walked_and_closed_and_the_focus_comes_back(visit, lang):
    tab = visit(f"/{lang}/current/materials/magnesium")
    tab_to(tab, "main a.why")
    opener = tab.evaluate_handle(ACTIVE)
    press(tab, "Enter")
    tab.wait_for_selector("#card-title:focus")
    assert tab.get_by_role("dialog", name=tab.locator("#card-title").inner_text()).count() == 1
    for _ in range(25):  # round and out to the browser's own bar, never into the page beneath
        press(tab, "Tab")
        assert tab.evaluate(f"{ACTIVE} === document.body || {ACTIVE}.closest('#card') !== null")
    assert tab.evaluate(
        "() => { const n = [...document.querySelectorAll('[id]')].map(e => e.id);"
        " return n.length === new Set(n).size; }"
    )
    press(tab, "Escape")
    assert tab.evaluate(f"e => e === {ACTIVE}", opener)
    press(tab, "Enter")
    tab.wait_for_selector("#card-title:focus")
    press(tab, "Shift+Tab", "Enter")
    assert not tab.locator("#card").is_visible()
    assert tab.evaluate(f"e => e === {ACTIVE}", opener)
    assert tab.said == []


@pytest.mark.parametrize("lang", LANGS)
def test_a_slider_is_moved_and_the_answer_is_told(visit, lang):
    tab = visit(f"/{lang}/current/sandbox")
    tab_to(tab, "#limits-share")
    before = tab.locator("main section p").first.inner_text()
    with tab.expect_response(lambda answer: "share=" in answer.url):
        press(tab, "ArrowLeft", "ArrowLeft", "ArrowLeft")
    tab.wait_for_function("() => document.getElementById('told').textContent !== ''")
    assert tab.evaluate(f"{ACTIVE}.id") == "limits-share"
    assert tab.evaluate(SEEN)
    told = tab.locator("#told").text_content()
    assert told
    assert told != before
    assert told in tab.locator("main").inner_text()


def test_a_table_is_sorted_and_says_so_to_those_who_cannot_see_it(visit):
    tab = visit("/en/current/materials")
    tab_to(tab, "th a.sort")
    head = tab.evaluate(f"{ACTIVE}.closest('th').cellIndex")
    with tab.expect_navigation():
        press(tab, "Enter")
    order = tab.locator("thead th").nth(head).get_attribute("aria-sort")
    assert order in ("ascending", "descending")
    assert tab.locator("thead th[aria-sort=ascending], th[aria-sort=descending]").count() == 1


def test_search_suggests_and_opens_what_is_chosen(visit):
    tab = visit("/en/current/about")
    press(tab, "/")
    tab.keyboard.type("nikel")
    tab.wait_for_selector("#find-list [role=option]")
    press(tab, "ArrowDown")
    assert tab.get_by_role("option", selected=True).inner_text().startswith("Nickel")
    press(tab, "Enter")
    tab.wait_for_url("**/en/current/materials/nickel", wait_until="commit")


def test_the_menu_of_a_telephone_is_opened_and_followed(visit):
    tab = visit("/nb/current/materials/magnesium", width=390)
    tab_to(tab, ".menu > details > summary")
    press(tab, "Enter")
    tab_to(tab, '.menu a[href$="/chains"]')
    with tab.expect_navigation():
        press(tab, "Enter")
    assert tab.url.endswith("/nb/current/chains")


def test_what_the_pointer_brings_up_goes_away_with_escape(visit):
    tab = visit("/nb/current/materials/magnesium")
    tab.wait_for_selector(".chart[data-state=drawn]")
    mark = tab.locator(".chart").first.locator(".mark-rect path").first
    mark.hover()
    tip = tab.locator("#vg-tooltip-element")
    tip.wait_for(state="visible")
    press(tab, "Escape")
    assert not tip.is_visible()


def test_a_chart_says_its_marks_in_the_order_of_its_table(visit):
    tab = visit("/en/current/materials/magnesium")
    chart = tab.locator(".chart[role=application]").first
    figure = tab.locator("figure", has=chart).first
    assert chart.get_attribute("aria-label") == figure.locator("figcaption").inner_text()
    chart.focus()
    assert tab.evaluate(SEEN)
    press(tab, "ArrowRight")
    first = tab.locator("#told").text_content()
    press(tab, "ArrowRight", "ArrowLeft")
    assert tab.locator("#told").text_content() == first
    row = figure.locator(".twin tbody tr").first.text_content()
    assert "China" in first
    assert "China" in row
