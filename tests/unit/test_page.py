"""The self-contained page: complete, in two languages, with nothing fetched and nothing invented."""

from __future__ import annotations

import ast
import json
import re
import string
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

import verdikart.indicators  # noqa: F401 - registers the indicators
from verdikart.mapping.run import run
from verdikart.reference.i18n import translations
from verdikart.reports import charts, page
from verdikart.reports.opening import nok_note
from verdikart.reports.voice import DASH, Notes, Voice

REPORTS = Path(page.__file__).parent
VOID = {"meta", "input", "br", "hr", "img", "link"}


class Reader(HTMLParser):
    """Collects elements with their language, and the text a reader sees in each language."""

    def __init__(self):
        super().__init__()
        self.elements = []
        self.stack = []
        self.texts = []
        self.problems = []

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.elements.append((tag, attrs, self.language()))
        if tag not in VOID:
            self.stack.append((tag, attrs))

    def handle_endtag(self, tag):
        if not self.stack or self.stack[-1][0] != tag:
            self.problems.append((tag, self.getpos()))
            return
        self.stack.pop()

    def handle_data(self, data):
        if data.strip() and not {"script", "style"} & {tag for tag, _ in self.stack}:
            self.texts.append((self.language(), data.strip()))

    def language(self):
        return next((a["lang"] for _, a in reversed(self.stack) if a.get("lang")), "")

    def all(self, tag):
        return [(attrs, lang) for found, attrs, lang in self.elements if found == tag]


@pytest.fixture(scope="module")
def mapping():
    return run("NOR", 2024)


@pytest.fixture(scope="module")
def html(mapping):
    return page.render(mapping, "nb")


@pytest.fixture(scope="module")
def read(html):
    reader = Reader()
    reader.feed(html)
    return reader


def test_equal_input_gives_equal_text_and_the_language_only_moves_the_switch(mapping, html):
    assert page.render(mapping, "nb") == html
    english = page.render(mapping, "en")
    assert english.startswith('<!doctype html>\n<html lang="en">')
    nb, en = html.splitlines(), english.splitlines()
    assert len(nb) == len(en)
    differ = [line for line, other in zip(nb, en, strict=True) if line != other]
    assert len(differ) == 4  # html, title and the two radio buttons


def test_every_element_is_closed_and_every_id_is_used_once(read):
    assert read.problems == []
    ids = [attrs["id"] for _, attrs, _ in read.elements if "id" in attrs]
    assert len(ids) == len(set(ids))
    targets = [a["href"][1:] for a, _ in read.all("a") if a["href"].startswith("#")]
    assert set(targets) <= set(ids)


def test_nothing_is_fetched(html, read):
    loaders = {"link", "img", "iframe", "object", "embed", "source", "video", "audio", "base"}
    assert not [tag for tag, _, _ in read.elements if tag in loaders]
    assert not [attrs for attrs, _ in read.all("script") if "src" in attrs]
    outside = [a for a, _ in read.all("a") if not a["href"].startswith("#")]
    assert outside
    assert all(a["href"].startswith("https://") for a in outside)
    assert all(a["rel"] == "external noreferrer" for a in outside)
    assert "sourceMappingURL" not in html
    style = (REPORTS / "templates" / "page.css").read_text(encoding="utf-8")
    assert "url(" not in style
    assert "@import" not in style
    assert "default-src 'none'" in html


@pytest.mark.parametrize("lang", ["nb", "en"])
def test_every_chart_has_a_caption_a_summary_and_a_table(mapping, lang):
    half = page.half(mapping, lang)
    drawn = [
        found
        for section in half["sections"]
        for value in section.content.values()
        for found in ([value] if hasattr(value, "spec") else [])
    ]
    drawn += [p["chart"] for s in half["sections"] for p in s.content.get("parts", ())]
    assert len(drawn) == 11
    for chart in drawn:
        section = next(
            s
            for s in half["sections"]
            if chart in s.content.values()
            or chart in [p["chart"] for p in s.content.get("parts", ())]
        )
        twin = chart.table or section.content["table"]
        assert twin.rows, chart.chart_id
        assert len(chart.summary) > len(chart.title) > 10
        assert chart.legend
        assert json.loads(chart.json)["datasets"]


def test_headings_follow_one_another_and_tables_have_captions_and_scopes(read):
    for lang in ("nb", "en"):
        levels = [
            int(t[1]) for t, _, at in read.elements if re.fullmatch(r"h[1-6]", t) and at == lang
        ]
        assert levels[0] == 1
        assert levels.count(1) == 1
        assert all(b - a <= 1 for a, b in pairwise(levels))
    tables = len(read.all("table"))
    assert len(read.all("caption")) == tables
    assert all(attrs.get("scope") in ("col", "row") for attrs, _ in read.all("th"))
    assert all(a.get("aria-label") for _, a, _ in read.elements if a.get("role") == "img")


def test_the_two_halves_say_the_same_things(read):
    shapes = {}
    for lang in ("nb", "en"):
        shapes[lang] = [
            (tag, attrs.get("id", "").removeprefix(f"{lang}-"))
            for tag, attrs, at in read.elements
            if at == lang and tag in ("section", "table", "figure", "h2", "h3", "li", "tr")
        ]
    assert sorted(shapes["nb"]) == sorted(shapes["en"])


def messages():
    """Message → file, for every message the page's code and templates use."""
    found = {}
    for file in sorted(REPORTS.glob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args:
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                first = node.args[0]
                if name in ("_", "say") and isinstance(first, ast.Constant):
                    found[first.value] = file.name
    environment = Environment(autoescape=True)
    for file in sorted((REPORTS / "templates").glob("*.j2")):
        for call in environment.parse(file.read_text(encoding="utf-8")).find_all(nodes.Call):
            if isinstance(call.node, nodes.Name) and call.node.name == "_":
                found[call.args[0].value] = file.name
    return found


def test_every_message_of_the_page_has_a_bokmaal_text_with_the_same_placeholders():
    catalogue, found = translations("nb"), messages()
    assert len(found) > 250
    assert not {m: f for m, f in found.items() if not catalogue.get(m)}

    def fields(text):
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    assert not [m for m in found if fields(m) != fields(catalogue[m])]


def test_no_english_sentence_is_left_in_the_bokmaal_half(read):
    marks = re.compile(r"\b(the|and|of the|imports|share of|not|which|from one)\b")
    titles = ("and", "not")  # inside names of works and firms
    left = {
        text
        for lang, text in read.texts
        if lang == "nb" and (m := marks.search(text)) and m.group() not in titles
    }
    assert not left


def test_the_line_that_says_it_all_is_on_the_page_in_both_languages(mapping, html):
    count = mapping.headlines["NOR"]
    assert f"Norge 2024: {count.assessed} ledd vurdert" in html
    assert f"Norway 2024: {count.assessed} stages assessed" in html


def test_every_finding_is_shown_with_its_figure_ids(mapping, html):
    for finding in mapping.tables["findings"]:
        for figure in finding["figures"]:
            assert html.count(f"<code>{figure}</code>") >= 2


def test_a_heading_total_is_shown_once_a_language(mapping, html):
    headings = {g["heading"] for g in mapping.tables["gaps"] if g["heading"]}
    assert headings
    for heading in headings:
        assert html.count(f'<th scope="row">{heading.replace(":", " ")}') == 2


def test_missing_is_never_shown_as_zero():
    for lang in ("nb", "en"):
        voice = Voice(lang)
        for write in (voice.percent, voice.number, voice.millions, voice.tonnes):
            assert write(None) == DASH
        assert voice.country(None) == DASH
    assert Voice("nb").millions(284) == "<0,1"
    assert Voice("en").tonnes(0.038) == "<0.1"
    assert Voice("en").tonnes(0.0) == "0"


def test_a_cell_without_a_value_names_its_reason(mapping):
    inputs = next(s for s in page.half(mapping, "en")["sections"] if s.anchor == "inputs")
    table = inputs.content["table"]
    marks = {letter for letter, _ in table.notes}
    cells = [cell for row in table.rows for cell in row if cell.text == DASH]
    assert cells
    assert all(cell.mark in marks for cell in cells)


def test_notes_give_each_reason_one_letter():
    notes = Notes(Voice("en"))
    assert [notes.reason(c) for c in ("no_flows", "unlike_bases", "no_flows", None)] == [
        "a",
        "b",
        "a",
        "",
    ]
    assert [letter for letter, _ in notes.listed] == ["a", "b"]


def test_bounds_carry_no_flag_of_a_verdict(mapping):
    section = next(s for s in page.half(mapping, "en")["sections"] if s.anchor == "vulnerabilities")
    bounded = [c for c in section.content["cards"] if c.tags[0].text == "bounds only, no verdict"]
    assert bounded
    assert not [t for c in bounded for t in c.tags if t.tone == "risk"]


def test_kroner_stand_beside_the_status_of_their_rate(mapping, html):
    assert "memory, unverified" in nok_note(mapping, Voice("en"))
    assert nok_note(mapping, Voice("nb")) in html


def test_charts_write_numbers_as_the_language_does():
    assert charts.locale("nb")["decimal"] == ","
    assert charts.locale("nb")["thousands"] == "\u00a0"
    assert charts.locale("en")["decimal"] == "."


def test_written_at_once_and_readable_by_others(mapping, html, tmp_path):
    (tmp_path / "index.html").write_text("before", encoding="utf-8")
    path = page.write(mapping, tmp_path, "nb")
    assert path == tmp_path / "index.html"
    assert path.read_text(encoding="utf-8") == html
    assert [p.name for p in tmp_path.iterdir()] == ["index.html"]
    assert path.stat().st_mode & 0o444 == 0o444
    assert path.stat().st_size < 3_000_000


def test_another_home_and_year_has_a_page_too():
    other = page.render(run("EU27", 2019), "en")
    assert "Critical and strategic value chains: the EU27 2019" in other
    assert "Quoted shares are on record for Norway only." in other
