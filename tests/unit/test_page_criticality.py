"""Criticality on the page: its numbers are the tables', its counts are computed, its caveats stand."""

from __future__ import annotations

import re

import pytest

import verdikart.indicators  # noqa: F401 - registers the indicators
from verdikart.indicators.montecarlo import CLEAR
from verdikart.mapping.run import run
from verdikart.reference.i18n import translations
from verdikart.reference.load import by_key
from verdikart.reference.texts import reason_text
from verdikart.reference.value_chains import TradeMeasure
from verdikart.reports import eu_list, page, scores
from verdikart.reports.methods import NO, YES
from verdikart.reports.risk_chart import SHAPES
from verdikart.reports.voice import DASH, Notes, Voice

LANGS = ("nb", "en")
OWN = ("criticality", "eu-list", "methods", "studies", "horizons")
SCORED = ("criticality", "eu-list", "methods", "studies", "horizons")


@pytest.fixture(scope="module")
def mapping():
    return run("NOR", 2024)


@pytest.fixture(scope="module")
def sections(mapping):
    return {lang: {s.anchor: s for s in page.half(mapping, lang)["sections"]} for lang in LANGS}


@pytest.fixture(scope="module")
def html(mapping):
    return page.render(mapping, "nb")


def part(html, lang, anchor):
    found = re.search(rf'<section id="{lang}-{anchor}".*?</section>', html, re.DOTALL)
    assert found, anchor
    return found.group()


def table(section, table_id):
    """A table by its id, wherever the section keeps it."""
    held = [v for v in section.content.values() if getattr(v, "table_id", "") == table_id]
    for block in section.content.get("blocks", ()):
        held += [t for t in (block.table, block.rest) if t and t.table_id == table_id]
    assert held, table_id
    return held[0]


@pytest.mark.parametrize("lang", LANGS)
def test_scores_on_the_page_are_those_of_the_table(mapping, sections, lang):
    voice, rows = Voice(lang), mapping.tables["criticality"]
    shown = table(sections[lang]["criticality"], "criticality-table").rows
    assert len(shown) == len(rows) > 40
    for n, (row, cells) in enumerate(zip(rows, shown, strict=True), start=1):
        assert cells[0].text == f"{n}. {voice.name(row)}"
        assert cells[1].text == voice.number(row["supply_risk"], 2)
        assert cells[2].text == voice.number(row["supply_risk_without_preference"], 2)
        assert cells[3].text == voice.number(row["economic_importance"], 2)
        assert cells[6].text == voice.number(row["rank"])
        assert cells[9].text == (row["figure"] or voice.say("none"))


@pytest.mark.parametrize("lang", LANGS)
def test_a_missing_score_is_a_dash_with_range_and_reason_and_never_zero(mapping, sections, lang):
    shown = table(sections[lang]["criticality"], "criticality-table")
    letters = {letter for letter, _ in shown.notes}
    missing = 0
    for row, cells in zip(mapping.tables["criticality"], shown.rows, strict=True):
        for name, cell in (("supply_risk", cells[1]), ("economic_importance", cells[3])):
            if row[name] is None:
                missing += 1
                assert cell.text == DASH
                assert cell.small
                assert cell.mark in letters
    assert missing > 10


@pytest.mark.parametrize("lang", LANGS)
def test_every_figure_id_of_a_supply_risk_is_a_figure_of_the_mapping(mapping, sections, lang):
    shown = table(sections[lang]["criticality"], "criticality-table")
    ids = [cells[9].text for cells in shown.rows if cells[9].code]
    assert len(ids) > 30
    assert set(ids) <= set(mapping.figures)


@pytest.mark.parametrize("lang", LANGS)
def test_the_period_of_the_trade_parameter_is_told_wherever_a_supply_risk_stands(html, lang):
    for anchor in SCORED:
        assert reason_text(scores.PERIOD, lang) in part(html, lang, anchor), anchor


@pytest.mark.parametrize("lang", LANGS)
def test_materials_and_measures_that_came_since_are_named_and_keep_their_mark(
    mapping, sections, html, lang
):
    voice, text = Voice(lang), part(html, lang, "criticality")
    hit = [r for r in mapping.tables["criticality"] if r["measures_since"]]
    assert len(hit) > 5
    for row in hit:
        assert scores.plain_name(row, voice) in text
    measures = sections[lang]["criticality"].content["measures"]
    asked = {m for r in hit for m in r["measures_since"]}
    assert len(measures.rows) == len(asked)
    known = by_key(TradeMeasure)
    unverified = sum("memory" in known[m].confidence for m in asked)
    words = {"nb": "ikke kontrollert", "en": "unverified"}
    assert sum(words[lang] in row[-1].text for row in measures.rows) == unverified > 0


def test_inputs_borrowed_from_the_eu_are_labelled_on_every_row(mapping, sections):
    shown = table(sections["en"]["criticality"], "criticality-table")
    for row, cells in zip(mapping.tables["criticality"], shown.rows, strict=True):
        assert ("recycling" in cells[8].text) == ("eol_rir" in row["borrowed"])
        if row["borrowed"] and row["economic_importance"] is not None:
            assert "end-use shares" in cells[8].text
    assert (
        "end uses are the EU’s, applied to Norway"
        in sections["en"]["criticality"].content["notes"][1]
    )


def test_a_net_exporter_shows_the_stage_that_feeds_it(mapping, sections):
    shown = table(sections["nb"]["criticality"], "criticality-table")
    named = {
        r["material_id"]: cells[4]
        for r, cells in zip(mapping.tables["criticality"], shown.rows, strict=True)
    }
    fed = [r["material_id"] for r in mapping.tables["criticality"] if r["feed"]]
    assert fed
    assert all("innsatsvare: " in named[m].small for m in fed)
    assert "Nikkelmatte" in named["nickel"].small
    assert not named["manganese"].small


@pytest.mark.parametrize("lang", LANGS)
def test_counts_of_the_lead_add_up(mapping, sections, lang):
    rows = mapping.tables["criticality"]
    by = scores.counts(rows)
    assert sum(by[v] for v in SHAPES) == len(rows)
    first = [int(n) for n in re.findall(r"\d+", sections[lang]["criticality"].content["lead"])]
    assert first[:3] == [by["critical"], len(rows), by["borderline"]]
    assert {r["verdict"] for r in rows} <= set(SHAPES)


def test_the_word_clear_means_what_the_draws_mean(sections):
    told = " ".join(sections["en"]["criticality"].content["reading"])
    assert f"Clear: {round(100 * CLEAR)} of 100 draws or more agree" in told


def test_the_chart_draws_every_material_or_says_why_not(mapping, sections):
    content = sections["en"]["criticality"].content
    drawn = {r["number"] for r in content["chart"].spec["datasets"]["rows"]}
    told = " ".join(content["left_out"])
    for n, row in enumerate(mapping.tables["criticality"], start=1):
        assert (str(n) in drawn) != (f"{n}. {row['name_en']}" in told), row["material_id"]
    groups = {r["group"] for r in content["chart"].spec["datasets"]["rows"]}
    assert groups <= set(SHAPES)
    assert len({shape for shape, _colour in SHAPES.values()}) == len(SHAPES)  # not colour alone


def test_the_eu_list_is_counted_from_the_rows(mapping, sections):
    rows = mapping.tables["criticality_eu"]
    found = eu_list.tally(rows)
    assert (found["within"], found["stages"]) == (64, 86)
    assert (found["published"], found["units"]) == (32, 70)
    assert (found["annex_ii"], found["thresholds"], found["strategic"]) == (34, 32, 2)
    changed = [r | {"within_0_1": False} if r["material_id"] == "baryte" else r for r in rows]
    assert eu_list.tally(changed)["within"] == found["within"] - 1
    counts = table(sections["nb"]["eu-list"], "eu-counts")
    assert [c[1].text for c in counts.rows] == ["64", "32", "32", "2", "34", "32", "2"]
    assert "kobber" in counts.rows[-1][0].text
    assert "nikkel" in counts.rows[-1][0].text


@pytest.mark.parametrize("lang", LANGS)
def test_flips_and_rows_that_do_not_recompute_are_explained(mapping, sections, lang):
    voice, section = Voice(lang), sections[lang]["eu-list"]
    rows = mapping.tables["criticality_eu"]
    flips = [r for r in rows if r["flips"]]
    told = " ".join(text for block in section.content["blocks"] for text in block.texts)
    assert {r["material_id"] for r in flips} == {"coking_coal", "silver"}
    for row in flips:
        assert f"SR {voice.number(row['supply_risk'], 2)} (" in told
    apart = [r for r in rows if r["within_0_1"] is False and not r["flips"]]
    shown = table(section, "eu-apart").rows
    assert len(shown) == len(apart)
    assert all(cells[-1].text and not cells[-1].lang for cells in shown)
    assert len(table(section, "eu-all").rows) == len(rows)


def test_every_known_cause_has_a_bokmaal_text(mapping):
    parts = {
        part.strip()
        for row in mapping.tables["criticality_eu"]
        for part in (row["cause"] or "").split("; ")
        if part
    }
    assert len(parts) > 20
    assert not parts - translations("nb").keys()


@pytest.mark.parametrize("lang", LANGS)
def test_methods_show_rank_value_and_verdict_of_every_material(mapping, sections, lang):
    voice, section = Voice(lang), sections[lang]["methods"]
    rows = {voice.name(r): r for r in mapping.tables["methods"]}
    shown = [*table(section, "methods-own").rows, *table(section, "methods-other").rows]
    assert len(shown) == len(rows)
    for cells in shown:
        row = rows[cells[0].text]
        mark = {True: f" {YES}", False: f" {NO}", None: ""}[row["cdi_verdict"]]
        text = DASH if row["cdi"] is None else str(row["cdi_rank"])
        assert cells[5].text == text + mark
        assert cells[9].text.startswith(str(row["critical_verdicts"]))


def test_methods_without_a_verdict_are_named(sections):
    lead = sections["en"]["methods"].content["lead"]
    assert "GeoPolRisk, published form and GeoPolRisk, corrected form" in lead


def test_agreement_of_methods_is_drawn_once_a_pair_and_half(mapping, sections):
    chart = sections["nb"]["methods"].content["chart"]
    cells = {(c["row"], c["column"]): c["count"] for c in chart.spec["datasets"]["cells"]}
    assert len(cells) == 2 * len(mapping.tables["method_agreement"])
    voice = Voice("nb")
    first = mapping.tables["method_agreement"][0]
    assert cells["EU-studien", "EU-metoden, hjem"] == voice.number(first["kendall_tau"], 2)
    assert cells["EU-metoden, hjem", "EU-studien"] == voice.percent(first["same_verdict"], 0)


@pytest.mark.parametrize("lang", LANGS)
def test_every_comparison_has_a_relation_and_a_reason_in_words(mapping, sections, lang):
    section = sections[lang]["studies"]
    shown = [*table(section, "studies-ranked").rows, *table(section, "studies-other").rows]
    assert len(shown) == len(mapping.tables["crosswalk"])
    assert all(cells[3].tags[0].text and cells[4].text for cells in shown)
    assert not [c for cells in shown for c in cells if "_" in c.text]


@pytest.mark.parametrize("lang", LANGS)
def test_horizons_show_materials_and_chains_apart_with_their_criteria(mapping, sections, lang):
    voice, section = Voice(lang), sections[lang]["horizons"]
    for kind, count in (("material", 77), ("chain", len(mapping.chains))):
        rows = mapping.tables[f"{kind}_horizons"]
        shown = [
            *table(section, f"horizons-{kind}").rows,
            *table(section, f"horizons-{kind}-rest").rows,
        ]
        assert len(shown) == len(rows) == count
        ranked = sorted(rows, key=lambda r: r["short_rank"])
        for row, cells in zip(ranked, shown, strict=True):
            assert cells[0].text == voice.name(row)
            if row["long"] is not None:
                assert cells[2].text == voice.number(row["long"], 2)
            else:
                span = scores.span(row["long_low"], row["long_high"], voice)
                assert cells[2].text == (span or voice.number(row["long_low"], 2))
                assert cells[2].text not in ("", "–")
        assert len(table(section, f"criteria-{kind}").rows) == count
    differ = table(section, "horizons-differ")
    assert len(differ.rows) == len(mapping.tables["horizon_differences"])


def test_a_row_behind_a_click_keeps_the_notes_it_uses(sections):
    for lang in LANGS:
        for anchor in OWN:
            for block in sections[lang][anchor].content.get("blocks", ()):
                for held in (block.table, block.rest):
                    if held is None:
                        continue
                    marks = {m for row in held.rows for c in row for m in c.mark.split()}
                    assert marks <= {letter for letter, _ in held.notes}, held.table_id


def test_a_range_without_ends_is_empty_and_a_point_has_none():
    voice = Voice("nb")
    assert scores.span(None, 1.0, voice) == ""
    assert scores.span(1.0, 1.001, voice) == ""
    assert scores.span(0.5, 10.0, voice) == "0,50–10,00"
    row = {"supply_risk": None, "supply_risk_low": 0.0, "supply_risk_high": 10.0}
    cell = scores.score(row, "supply_risk", Notes(voice), voice)
    assert (cell.text, cell.small, cell.mark) == (DASH, "0–10", "a")


def test_another_home_has_the_sections_too():
    other = run("EU27", 2023)
    shown = page.render(other, "en")
    for anchor in OWN:
        assert f'id="en-{anchor}"' in shown
    assert "end uses are the EU’s, applied to" not in shown
