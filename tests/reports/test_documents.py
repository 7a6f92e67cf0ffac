"""Every template as a document: bound, owned, noted, in one language, with its scope."""

from __future__ import annotations

import pytest

from verdikart.core.errors import UnknownName, UsageProblem
from verdikart.mapping.audience import Mark
from verdikart.mapping.bindings import KEYS, bind, parse, resolve, rows_of
from verdikart.mapping.provenance import of_trade
from verdikart.mapping.statements import told
from verdikart.reports.document.model import Chart, Diagram, Paragraph, Points, Table

ABOUT = {
    "whole": (),
    "material": ("nickel",),
    "chain": ("aluminium",),
    "partner": ("CHN",),
    "homes": (),
    "change": (),
}


def test_keys_tell_the_rows_of_every_table_apart(saved):
    for table in KEYS:
        names = {str(bind(saved, row, "x")) for row in rows_of(saved, table)}
        assert len(names) == len(rows_of(saved, table)), table


def test_a_binding_leads_back_to_its_cell_and_to_the_next_mapping(saved, shelf):
    row = next(r for r in saved.own("assessments") if r["top_share"])
    binding = parse(str(bind(saved, row, "top_share")))
    assert resolve(saved, binding).value == row["top_share"]
    earlier = next(e for e in shelf.entries() if e.year == 2023)
    other = resolve(shelf.open(earlier.name), binding)
    assert other.found == "ok"
    assert other.row["year"] == 2023


@pytest.mark.parametrize("lang", ["nb", "en"])
def test_every_saved_finding_falls_into_its_parts(shelf, lang):
    rows = [row for e in shelf.entries() for row in shelf.open(e.name).rows("findings")]
    assert rows
    for row in rows:
        parts = told(row, lang)
        assert f"{parts.body} {parts.action} ({parts.use})" == row[f"text_{lang}"]
        assert parts.body.endswith(".")


def test_a_finding_that_an_older_version_worded_otherwise_is_said_whole(saved):
    row = next(r for r in saved.rows("findings") if r["action"] == "agree_with_allies")
    older = {**row, "text_en": "Coal: 66% from Colombia. Ask around. (for: x)"}
    assert told(older, "en").body == older["text_en"]
    assert told(older, "en").action == told(row, "en").action


@pytest.mark.parametrize("lang", ["nb", "en"])
@pytest.mark.parametrize("template", ABOUT)
def test_figures_of_a_document_are_those_of_the_mapping(document, saved, template, lang):
    made = document(template, ABOUT[template], lang=lang)
    figures = [f for f in made.figures if "@" not in str(f.binding)]
    assert figures
    for figure in figures:
        found = resolve(saved, figure.binding)
        assert found.found == "ok", figure.binding
        assert figure.raw == found.value, figure.binding


@pytest.mark.parametrize("template", ABOUT)
def test_whatever_rests_on_trade_has_a_note_on_coverage(document, template):
    made = document(template, ABOUT[template])
    for block in made.blocks:
        if isinstance(block, (Table, Chart, Diagram)):
            table = block if isinstance(block, Table) else block.table
            cells = [cell for row in table.rows for cell in row]
            figures = [cell.figure for cell in cells if cell.figure]
            _noted(made, figures, block.notes)
        elif isinstance(block, (Paragraph, Points)):
            for statement in block.statements:
                assert statement.owner
                _noted(made, statement.figures, statement.notes)
    assert dict(made.scope)
    assert made.footer


def _noted(made, figures, notes):
    if any(of_trade(source) for figure in figures for source in figure.sources):
        texts = [made.note(number).text for number in notes]
        assert any("Coverage:" in text and "withheld" in text for text in texts)


def test_a_marked_figure_is_withheld_with_every_statement_on_it(document, saved):
    row = next(r for r in saved.own("assessments") if r["subject"] == "HS92:260200" and r["mix"])
    figure = f"{row['mix']}/top_share"
    text = f"{100 * row['top_share']:.1f}"
    open_ = document("material", ["manganese"])
    assert any(text in s.text for s in open_.statements)
    marked = document("material", ["manganese"], marks=[Mark(figure, "internal")])
    assert not any(text in s.text for s in marked.statements)
    assert not any(f.raw == row["top_share"] for f in marked.figures)
    assert any(f.withheld for f in marked.figures)
    inside = document(
        "material", ["manganese"], marks=[Mark(figure, "internal")], audience="internal"
    )
    assert any(text in s.text for s in inside.statements)


def test_what_cannot_be_asked_is_said(document):
    with pytest.raises(UnknownName, match="nickel"):
        document("material", ["nikel"])
    with pytest.raises(UsageProblem, match="--about"):
        document("material", [])
    with pytest.raises(UnknownName, match="whole"):
        document("hole")


def test_a_heading_with_two_meanings_has_both_in_the_definitions(document):
    terms = {t.term: t.definition for t in document("whole").terms}
    assert "supply risk reaches 1.0" in terms["Verdict"]
    assert "Value chains: " in terms["Verdict"]


def test_a_code_of_several_materials_has_the_name_of_the_one_asked_about(document, saved):
    """HS 811292 is hafnium, gallium, germanium and more: hafnium's sheet is not about gallium."""
    rows = [r for r in saved.own("assessments") if "hafnium" in (r["materials"] or ())]
    assert any(r["products"][0] != "hafnium_metal" for r in rows)
    made = document("material", ["hafnium"], lang="en")
    text = " ".join(s.text for s in made.statements)
    goods = [t for t in made.tables if t.table_id != "chains"]
    cells = {row[0].text for table in goods for row in table.rows}
    assert "Hafnium, unwrought" in text
    assert not any("Gallium" in said for said in (text, *cells))


def test_a_unit_stands_once_in_a_heading(document):
    made = document("whole", lang="nb")
    partners = next(
        t
        for t in made.tables
        if t.table_id == "trade-partners" or "Import derfra" in str(t.columns)
    )
    titles = [f"{c.title} {c.unit}" for c in partners.columns]
    assert all(title.count("mill. kr") <= 1 for title in titles)
    assert any("mill. kr" in title for title in titles)


def test_causes_without_a_part_have_no_column(document):
    """Two years of the same data differ by the year alone: no columns of noughts, and a note why."""
    made = document("change", lang="nb")
    scores = next(t for t in made.tables if t.table_id == "scores")
    causes = {"period", "data", "method", "reference"}
    shown = [n for n, c in enumerate(scores.columns) if c.key in causes]
    assert shown
    for place in shown:
        assert any(row[place].raw for row in scores.rows)
    said = " ".join(made.note(n).text for n in scores.notes)
    assert ("utelatt" in said) == (len(shown) < len(causes))


def test_groups_of_countries_are_named_in_the_language(document):
    said = {
        lang: {
            part
            for table in document("material", ["zinc"], lang=lang).tables
            for place, column in enumerate(table.columns)
            if column.key == "alignment"
            for row in table.rows
            for part in row[place].text.split(", ")
        }
        for lang in ("nb", "en")
    }
    assert {"EU", "EØS", "Norden", "NATO"} <= said["nb"]
    assert {"EU", "EEA", "Nordic countries", "NATO"} <= said["en"]
    assert not {"EEA", "NORDIC"} & said["nb"]
