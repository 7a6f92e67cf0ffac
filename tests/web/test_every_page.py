"""Every kind of page in both languages: complete, silent, without barriers, without the net.

One tab per language walks all pages. Axe's work grows with the elements of a page, so before it looks
rows are taken out whose cells are all of shapes that the table has already shown: the same
elements, classes and attributes with other words and numbers.
"""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from tests.web.addresses import EXAMPLES, FAULTS, PATHS, at

from verdikart.web.routes import ROUTES

LANGS = ("nb", "en")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]
COLOURS = ["color-contrast", "link-in-text-block"]

DRAWN = "() => [...document.querySelectorAll('.chart')].every(c => c.dataset.state === 'drawn')"
UNFOLD = "() => document.querySelectorAll('details').forEach(fold => { fold.open = true; })"
THIN = """() => {
  for (const body of document.querySelectorAll('tbody')) {
    const seen = new Set();
    for (const row of [...body.rows]) {
      const shapes = [...row.cells].map((cell, place) => place + cell.outerHTML
        .replace(/>[^<]+/g, '>').replace(/ (href|data-[a-z]+)="[^"]*"/g, ''));
      if (shapes.every(shape => seen.has(shape))) row.remove();
      shapes.forEach(shape => seen.add(shape));
    }
  }
}"""
# What axe leaves out or asks only of a part: ids met twice, names that point nowhere, headings that
# jump, two landmarks of one name, tables without caption or heads, links without words.
STRUCTURE = """() => {
  const wrong = [], ids = {}, marks = {};
  const all = (what, each) => document.querySelectorAll(what).forEach(each);
  all('[id]', e => { if (ids[e.id]) wrong.push(`id twice: ${e.id}`); ids[e.id] = e; });
  ids['card-title'] = ids['card-title'] || document.body;
  for (const kind of ['aria-labelledby', 'aria-describedby', 'aria-controls', 'aria-errormessage', 'for'])
    all(`[${kind}]`, e => e.getAttribute(kind).split(' ').forEach(id => {
      if (!ids[id]) wrong.push(`${kind} leads nowhere: ${id}`); }));
  let last = 0;
  all('main :is(h1, h2, h3, h4, h5, h6)', h => {
    const level = Number(h.tagName[1]);
    if (level > last + 1) wrong.push(`heading jumps: ${h.textContent}`);
    last = level; });
  all('nav, [role=region], main section, footer section', e => {
    const name = e.getAttribute('aria-label') || (ids[e.getAttribute('aria-labelledby')] || {}).textContent;
    if (!name) return;
    const mark = (e.tagName === 'NAV' ? 'nav ' : 'region ') + name.trim();
    if (marks[mark]) wrong.push(`landmark twice: ${mark}`);
    marks[mark] = true; });
  all('table', t => {
    if (!t.caption || !t.caption.textContent.trim()) wrong.push(`no caption: ${t.id}`);
    if (t.querySelector('th:not([scope])')) wrong.push(`a head without scope: ${t.id}`);
    if ([...t.tBodies[0].rows].some(r => r.cells.length !== t.tHead.rows[0].cells.length))
      wrong.push(`uneven rows: ${t.id}`); });
  all('a[href]', a => {
    if (!(a.getAttribute('aria-label') || a.textContent).trim()) wrong.push(`no words: ${a.href}`); });
  return wrong;
}"""


@pytest.fixture(scope="module")
def tab(browser, address):
    """One tab for all pages; it keeps what was asked for and complained about since it was cleared."""
    context = browser.new_context(
        viewport={"width": 1280, "height": 900}, base_url=address, reduced_motion="reduce"
    )
    found = context.new_page()
    found.asked, found.said = [], []
    found.on("request", lambda request: found.asked.append(request.url))
    found.on("console", lambda message: found.said.append(message.text))
    found.on("pageerror", lambda error: found.said.append(str(error)))
    yield found
    context.close()


def violations(tab, **options):
    """What axe has against the page: the rule, how many places, and the first of them."""
    found = Axe().run(tab, options={"resultTypes": ["violations"], **options})
    return [
        (v["id"], len(v["nodes"]), v["nodes"][0]["target"], v["nodes"][0]["failureSummary"])
        for v in found.response["violations"]
    ]


def test_every_kind_of_page_has_an_example():
    assert {route.name for route in ROUTES} == set(EXAMPLES)


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("path", [*PATHS, *FAULTS])
def test_no_barrier_no_complaint_no_foreign_request(tab, address, lang, path):
    tab.asked.clear()
    tab.said.clear()
    tab.set_viewport_size({"width": 1280, "height": 900})
    tab.emulate_media(color_scheme="light")
    tab.goto(at(lang, path))
    tab.wait_for_function(DRAWN)
    # A page of a fault is itself a failed request; the browser says so.
    said = [text for text in tab.said if not (path in FAULTS and "Failed to load" in text)]
    assert said == []
    assert [url for url in tab.asked if not url.startswith((address, "data:"))] == []
    assert tab.locator("h1").count() == 1
    assert tab.evaluate("document.documentElement.lang") == lang
    assert tab.evaluate(STRUCTURE) == []
    tab.evaluate(UNFOLD)
    for width in (390, 320):
        tab.set_viewport_size({"width": width, "height": 800})
        assert tab.evaluate("document.documentElement.scrollWidth") <= width
    tab.evaluate(THIN)
    if lang == "nb":  # colours are the same in both languages
        tab.emulate_media(color_scheme="dark")
        assert violations(tab, runOnly=COLOURS) == [], "dark, telephone"
        tab.emulate_media(color_scheme="light")
        tab.set_viewport_size({"width": 1280, "height": 900})
        assert violations(tab, runOnly=RULES) == [], "light, wide"
    else:
        rules = {rule: {"enabled": False} for rule in COLOURS}
        assert violations(tab, runOnly=RULES, rules=rules) == [], "telephone"


@pytest.mark.parametrize("lang", LANGS)
def test_titles_tell_pages_apart(client, lang):
    titles = {}
    for path in {path.partition("?")[0] for path in PATHS}:
        title = re.search(r"<title>(.+?)</title>", client.get(at(lang, path)).text)[1]
        titles.setdefault(title, []).append(path)
    assert {title: paths for title, paths in titles.items() if len(paths) > 1} == {}


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
