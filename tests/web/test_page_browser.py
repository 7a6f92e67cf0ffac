"""The page in a real browser: drawn, silent, switched without scripts, fit for a telephone."""

from __future__ import annotations

import shutil

import pytest

import verdikart.indicators  # noqa: F401 - registers the indicators
from verdikart.mapping.run import run
from verdikart.reports import page

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")
LANGS = ("nb", "en")
OTHER = {"nb": "en", "en": "nb"}
CHARTS = 11


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / "index.html"
    return page.write(run("NOR", 2024), path, "nb").as_uri()


@pytest.fixture
def visit(browser, address):
    """Opens the page; keeps what the browser asked for and complained about."""
    contexts = []

    def _open(width=1280, scripts=True, scheme="light", fragment=""):
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            java_script_enabled=scripts,
            color_scheme=scheme,
        )
        contexts.append(context)
        tab = context.new_page()
        tab.asked, tab.said = [], []
        tab.on("request", lambda request: tab.asked.append(request.url))
        tab.on("console", lambda message: tab.said.append(message.text))
        tab.on("pageerror", lambda error: tab.said.append(str(error)))
        tab.goto(address + fragment)
        return tab

    yield _open
    for context in contexts:
        context.close()


def drawn(tab, lang):
    """Wait until every chart of a language has been tried; return their states."""
    tab.wait_for_function(
        "lang => [...document.querySelectorAll(`#${lang} .chart`)]"
        ".every(c => ['drawn', 'failed'].includes(c.dataset.state))",
        arg=lang,
    )
    return tab.eval_on_selector_all(f"#{lang} .chart", "all => all.map(c => c.dataset.state)")


def switch(tab, lang):
    tab.locator(f'label[for="show-{lang}"]').click()


def test_charts_are_drawn_in_both_languages_without_a_word_or_a_request(visit):
    tab = visit()
    for lang in LANGS:
        switch(tab, lang)
        assert drawn(tab, lang) == ["drawn"] * CHARTS
        assert tab.locator(f"#{lang} .chart svg").count() == CHARTS
        assert tab.evaluate("document.documentElement.lang") == lang
        assert tab.title() == tab.locator(f"#{lang} h1").inner_text()
    assert tab.said == []
    assert [url for url in tab.asked if not url.startswith("file:")] == []
    assert len(tab.asked) == 1


def test_numbers_on_the_charts_follow_the_language(visit):
    tab = visit()
    for lang, share in (("nb", "65\u00a0%"), ("en", "65%")):
        switch(tab, lang)
        drawn(tab, lang)
        axis = tab.locator(
            f"#{lang}-vulnerabilities-chart .role-axis-label text"
        ).all_text_contents()
        assert share in axis


def test_the_switch_works_without_scripts(visit):
    tab = visit(scripts=False)
    for lang in ("en", "nb"):
        switch(tab, lang)
        assert tab.locator(f"#{lang} h1").is_visible()
        assert not tab.locator(f"#{OTHER[lang]} h1").is_visible()
    twin = tab.locator("#nb-vulnerabilities details.twin")
    twin.locator("summary").first.click()
    assert twin.locator("table").is_visible()


def test_the_switch_works_from_the_keyboard(visit):
    tab = visit()
    tab.keyboard.press("Tab")
    tab.keyboard.press("ArrowRight")
    assert tab.locator("#en h1").is_visible()
    outline = "getComputedStyle(document.querySelector('label[for=show-en]')).outlineStyle"
    assert tab.evaluate(outline) == "solid"


def test_a_link_to_the_hidden_language_shows_it(visit):
    tab = visit(fragment="#en-claims")
    tab.wait_for_selector("#en-claims", state="visible")
    assert not tab.locator("#nb h1").is_visible()


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_the_page_never_scrolls_sideways(visit, width):
    tab = visit(width=width)
    for lang in LANGS:
        switch(tab, lang)
        drawn(tab, lang)
        tab.eval_on_selector_all(f"#{lang} details", "all => all.forEach(d => { d.open = true; })")
        assert tab.evaluate("document.documentElement.scrollWidth") <= width


def test_labels_on_a_telephone_stay_inside_their_chart(visit):
    tab = visit(width=390)
    for lang in LANGS:
        switch(tab, lang)
        drawn(tab, lang)
        outside = tab.evaluate(
            """lang => [...document.querySelectorAll(`#${lang} .chart svg text`)].filter(text => {
                const box = text.getBoundingClientRect();
                const edge = text.closest('svg').getBoundingClientRect();
                return box.width && (box.right > edge.right + 1 || box.left < edge.left - 1);
            }).map(text => text.textContent)""",
            lang,
        )
        assert outside == []


CONTRAST = """() => {
  const tone = c => {
    const p = c.match(/[\\d.]+/g).map(Number);
    return p.length > 3 && p[3] === 0 ? null : p; };
  const light = p => {
    const f = v => (v /= 255) <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4;
    return .2126 * f(p[0]) + .7152 * f(p[1]) + .0722 * f(p[2]); };
  const behind = e => { for (; e; e = e.parentElement) { const t = tone(getComputedStyle(e).backgroundColor);
    if (t) return t; } return [255, 255, 255]; };
  const low = new Set();
  for (const e of document.querySelectorAll('body *')) {
    if (!e.offsetParent || e.closest('svg') || e.matches('.key, .vh')) continue;
    if (![...e.childNodes].some(n => n.nodeType === 3 && n.data.trim())) continue;
    const style = getComputedStyle(e);
    const [a, b] = [light(tone(style.color)), light(behind(e))];
    const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
    if (ratio < 4.5) low.add(`${e.tagName}.${e.className} ${ratio.toFixed(2)}`);
  }
  return [...low];
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_has_the_contrast_that_wcag_asks_for(visit, scheme):
    tab = visit(scheme=scheme)
    tab.eval_on_selector_all("details", "all => all.forEach(d => { d.open = true; })")
    assert tab.evaluate(CONTRAST) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_colours_of_marks_stand_out_from_the_paper(visit, scheme):
    tab = visit(scheme=scheme)
    low = tab.evaluate(
        """() => {
          const style = getComputedStyle(document.documentElement);
          const rgb = name => style.getPropertyValue(name).trim().replace(/^#(.)(.)(.)$/, '#$1$1$2$2$3$3')
            .match(/[0-9a-f]{2}/gi).map(h => parseInt(h, 16));
          const light = p => {
            const f = v => (v /= 255) <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4;
            return .2126 * f(p[0]) + .7152 * f(p[1]) + .0722 * f(p[2]); };
          const paper = light(rgb('--paper'));
          return ['--risk', '--other', '--ally', '--doubt', '--quiet', '--limit'].filter(name => {
            const mark = light(rgb(name));
            return (Math.max(mark, paper) + .05) / (Math.min(mark, paper) + .05) < 3;
          });
        }"""
    )
    assert low == []


# Texts of every drawing as a browser sets them: beside the box they stand in, or on one another.
MISPLACED = """lang => {
  const wrong = [];
  for (const svg of document.querySelectorAll(`#${lang} svg.chain`)) {
    const boxes = [...svg.querySelectorAll('path.box')].flatMap(p =>
      [...p.getAttribute('d').matchAll(/M(\\d+) (\\d+)h(\\d+)v(\\d+)/g)].map(m => m.slice(1).map(Number)));
    const edge = svg.viewBox.baseVal;
    const texts = [...svg.querySelectorAll('text')].map(t => [t.textContent, t.getBBox()]);
    for (const [text, b] of texts) {
      const [x, y] = [b.x + b.width / 2, b.y + b.height / 2];
      const box = boxes.find(([l, t, w, h]) => l < b.x && b.x < l + w && t < y && y < t + h);
      if (box && (b.x + b.width > box[0] + box[2] || b.y < box[1] - 1 || b.y + b.height > box[1] + box[3] + 1))
        wrong.push(`out of its box: ${text}`);
      if (b.x + b.width > edge.width || b.y + b.height > edge.height) wrong.push(`cut: ${text}`);
    }
    texts.forEach(([one, a], i) => texts.slice(i + 1).forEach(([other, b]) => {
      const across = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
      const down = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
      if (across > 0 && down > 3) wrong.push(`${one} on ${other}`);
    }));
    if (boxes.length < 5 || texts.length < 3 * boxes.length - 5) wrong.push('nothing measured');
  }
  return wrong;
}"""


def test_texts_of_the_drawings_stay_in_their_boxes_and_off_each_other(visit):
    tab = visit()
    for lang in LANGS:
        switch(tab, lang)
        tab.eval_on_selector_all(f"#{lang} details", "all => all.forEach(d => { d.open = true; })")
        assert tab.locator(f"#{lang} svg.chain").count() >= 13
        assert tab.evaluate(MISPLACED, lang) == []


def test_a_wide_drawing_scrolls_in_its_frame_and_its_text_stays_legible(visit):
    tab = visit(width=390)
    frame = tab.locator("#nb .drawing").first
    assert frame.evaluate("f => f.scrollWidth > f.clientWidth && f.clientWidth <= 390")
    sizes = tab.evaluate(
        "[...document.querySelectorAll('#nb svg.chain text')]"
        ".map(t => parseFloat(getComputedStyle(t).fontSize))"
    )
    assert min(sizes) >= 11
    scale = "s => s.getBoundingClientRect().width / s.viewBox.baseVal.width"
    assert frame.locator("svg").evaluate(scale) == pytest.approx(1)


def test_a_link_to_a_chain_opens_it(visit):
    tab = visit(fragment="#nb-chain-nickel")
    tab.wait_for_function("() => document.getElementById('nb-chain-nickel').open")
    assert tab.locator("#nb-chain-nickel svg").is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_of_the_drawings_have_contrast_to_what_they_stand_on(visit, scheme):
    tab = visit(scheme=scheme)
    low = tab.evaluate(
        """() => {
          const svg = document.querySelector('svg.chain');
          const light = c => {
            const f = v => (v /= 255) <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4;
            const p = c.match(/[\\d.]+/g).map(Number);
            return .2126 * f(p[0]) + .7152 * f(p[1]) + .0722 * f(p[2]); };
          const ink = light(getComputedStyle(svg.querySelector('text')).fill);
          return [...svg.querySelectorAll('path.box, path.s1, path.s2, path.s3, path.s4, path.s5')].map(p =>
            [p.getAttribute('class'), light(getComputedStyle(p).fill)]).filter(([, under]) =>
            (Math.max(ink, under) + .05) / (Math.min(ink, under) + .05) < 4.5);
        }"""
    )
    assert low == []
