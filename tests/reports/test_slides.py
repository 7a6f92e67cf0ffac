"""Slides: native charts with the mapping's numbers, titles, alternative texts, notes, language."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from pptx import Presentation
from pptx.util import Emu

from verdikart.mapping.audience import Marks
from verdikart.mapping.bindings import resolve
from verdikart.reports.document.model import Chart, Table
from verdikart.reports.formats import slides_ends, slides_plan
from verdikart.reports.formats.slides_design import opened
from verdikart.reports.produce import produce
from verdikart.reports.voice import Voice

A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
LOCALE = {"nb": "nb-NO", "en": "en-GB"}


@pytest.fixture(scope="session")
def decks(tmp_path_factory, saved, document, hard):
    """Documents and their decks: ``decks("hard", "nb") -> (document, file)``, each made once."""
    made = {}

    def make(name, lang):
        if (name, lang) not in made:
            doc = hard(lang) if name == "hard" else document("material", [name], lang=lang)
            out = tmp_path_factory.mktemp("slides") / f"{name}-{lang}.pptx"
            made[name, lang] = doc, produce(doc, "slides", out, saved, Marks(saved))
        return made[name, lang]

    return make


def charts(deck):
    """Every chart of a deck with its frame."""
    for slide in deck.slides:
        for shape in slide.shapes:
            if shape.has_chart:
                yield shape


def book(chart):
    """Rows of the workbook behind a chart, empty cells as None."""
    with zipfile.ZipFile(io.BytesIO(chart.part.chart_workbook.xlsx_part.blob)) as file:
        sheet = ET.fromstring(file.read("xl/worksheets/sheet1.xml"))
        shared = ET.fromstring(file.read("xl/sharedStrings.xml"))
    texts = ["".join(item.itertext()) for item in shared]
    rows = {}
    for cell in sheet.iter(f"{S}c"):
        column, number = ord(cell.get("r")[0]) - ord("A"), int(cell.get("r")[1:])
        value = cell.findtext(f"{S}v")
        held = texts[int(value)] if cell.get("t") == "s" else float(value)
        rows.setdefault(number, {})[column] = held
    wide = 1 + max(column for row in rows.values() for column in row)
    return [[rows.get(n, {}).get(c) for c in range(wide)] for n in range(1, max(rows) + 1)]


def test_charts_are_native_and_hold_the_numbers_of_the_mapping(decks, saved):
    doc, file = decks("nickel", "en")
    wanted = {b.title: b for b in doc.blocks if isinstance(b, Chart)}
    assert wanted
    seen = set()
    for frame in charts(Presentation(file)):
        chart = wanted[frame.name]
        rows = book(frame.chart)
        assert [row[0] for row in rows[1:]] == list(chart.categories)
        for place, series in enumerate(chart.series, start=1):
            assert rows[0][place] == series.name
            held = [row[place] for row in rows[1:]]
            assert held == pytest.approx(series.values, rel=1e-14)  # Excel keeps 15 digits
            drawn = frame.chart.plots[0].series[place - 1]
            assert tuple(drawn.values) == series.values
            for figure, value in zip(series.figures, drawn.values, strict=True):
                assert resolve(saved, figure.binding).value == value
        seen.add(frame.name)
    assert seen == set(wanted)


def test_every_kind_of_chart_keeps_its_numbers_its_gaps_and_its_limit(decks):
    doc, file = decks("hard", "nb")
    wanted = {b.title: b for b in doc.blocks if isinstance(b, Chart)}
    held = {title: [] for title in wanted}
    for frame in charts(Presentation(file)):
        chart = wanted[frame.name]
        held[frame.name] += frame.chart.plots[0].series[0].values
        root = frame.chart._chartSpace
        assert root.find(".//{*}dispBlanksAs").get("val") == "gap"
        if chart.kind in ("bar", "stacked"):
            drawing = next(
                r.target_part
                for r in frame.chart.part.rels.values()
                if r.reltype.endswith("chartUserShapes")
            )
            assert chart.limit_text in drawing.blob.decode()
        else:
            assert chart.limit_text in [s.name for s in frame.chart.plots[0].series]
    for title, chart in wanted.items():
        values = chart.series[0].values
        assert held[title] == list(values), title
        assert None in values


@pytest.mark.parametrize("lang", ["nb", "en"])
@pytest.mark.parametrize("name", ["hard", "nickel"])
def test_a_deck_is_open_to_whoever_cannot_see_it(decks, name, lang):
    doc, file = decks(name, lang)
    deck = Presentation(file)
    titles = []
    for number, slide in enumerate(deck.slides, start=1):
        title = slide.shapes.title
        assert title is not None
        assert title.text_frame.text.strip(), number
        assert slide.shapes[0].shape_id == title.shape_id  # read first
        assert slide._element.get("show") is None  # none is hidden
        titles.append(title.text_frame.text)
        for shape in slide.shapes:
            if shape.has_chart or shape.has_table or shape.shape_type == 6:
                alt = shape._element.xpath(".//p:cNvPr/@descr")
                assert alt, (number, shape.name)
                assert alt[0].strip()
            if shape.has_table:
                assert shape.table.first_row
            if shape.is_placeholder and shape.has_text_frame:
                assert shape.text_frame.text.strip(), (number, shape.name)
        foot = [s for s in slide.placeholders if s.placeholder_format.type == 15]
        assert [s.text_frame.text for s in foot] == [doc.footer]
    assert len(titles) == len(set(titles))
    for slide in deck.slides:
        for properties in slide._element.iter(f"{A}rPr"):
            assert properties.get("lang") == LOCALE[lang]
    held = deck.core_properties
    assert (held.title, held.author, held.language) == (doc.title, "verdikart", LOCALE[lang])
    assert held.last_modified_by == ""


def test_everything_of_the_document_stands_in_the_deck(decks):
    doc, file = decks("nickel", "nb")
    shown, spoken, cells = _texts(Presentation(file))
    assert all(statement.text in shown for statement in doc.statements)
    assert all(text in shown for _, text in doc.scope)
    assert all(f"{note.number}. {note.text}" in shown for note in doc.notes)
    for source in doc.sources:
        assert source.title in cells
        assert source.citation in spoken
    for block in doc.blocks:
        if isinstance(block, Table) and not block.detail:
            assert all(doc.note(number).text in spoken for number in block.notes)
            for cell in (cell for row in block.rows for cell in row):
                assert any(text.startswith(cell.text) for text in cells), cell.text


def _texts(deck):
    """Text on slides, in speaker notes, and in cells of tables."""
    shown, spoken, cells = "", "", set()
    for slide in deck.slides:
        spoken += slide.notes_slide.notes_text_frame.text + "\n"
        for shape in slide.shapes:
            if shape.has_text_frame:
                shown += shape.text_frame.text + "\n"
            if shape.has_table:
                cells |= {cell.text for row in shape.table.rows for cell in row.cells}
    return shown, spoken, cells


def test_notes_of_a_slide_hold_its_sources(decks):
    doc, file = decks("nickel", "en")
    tables = {t.title: t for t in doc.blocks if isinstance(t, Table) and t.notes and t.rows}
    found = 0
    for slide in Presentation(file).slides:
        title = slide.shapes.title.text_frame.text.split("\u00a0")[0]
        table = tables.get(title.removesuffix(" (1"))
        if table is not None:
            spoken = slide.notes_slide.notes_text_frame.text
            assert all(doc.note(n).text in spoken for n in table.notes)
            found += 1
    assert found


@pytest.mark.parametrize("lang", ["nb", "en"])
def test_nothing_is_set_higher_than_its_slide(hard, lang):
    made = opened(None)
    planner = slides_plan.Planner(made.area.w, made.area.h, 1.0, Voice(lang))
    for page in planner.document(hard(lang)):
        assert page.height <= planner.room + 1 or page.section, page.title


@pytest.mark.parametrize("lang", ["nb", "en"])
def test_a_deck_renders_slide_by_slide_within_its_edges(decks, office, lang):
    _, file = decks("hard", lang)
    deck = Presentation(file)
    assert len(office(file)) == len(deck.slides)
    for number, slide in enumerate(deck.slides, start=1):
        for shape in slide.shapes:
            assert shape.left >= 0
            assert shape.top >= 0
            assert shape.left + shape.width <= deck.slide_width, (number, shape.name)
            assert shape.top + shape.height <= deck.slide_height, (number, shape.name)


def test_type_is_never_too_small_to_read(decks):
    _, file = decks("hard", "nb")
    least = {"table": 12, "group": 8, "text": 10}
    for slide in Presentation(file).slides:
        for shape in slide.shapes:
            kind = "table" if shape.has_table else "group" if shape.shape_type == 6 else "text"
            for run in shape._element.iter(f"{A}r"):
                size = run.find(f"{A}rPr").get("sz")
                assert size is None or int(size) >= 100 * least[kind], shape.name
    for frame in charts(Presentation(file)):
        assert frame.chart.font.size >= Emu(12 * 12700)


def test_the_same_document_gives_the_same_bytes(tmp_path, saved, decks):
    doc, file = decks("nickel", "nb")
    again = produce(doc, "slides", tmp_path / "again.pptx", saved, Marks(saved))
    assert again.read_bytes() == Path(file).read_bytes()


def test_sections_of_a_sentence_share_a_slide(document):
    made = opened(None)
    planner = slides_plan.Planner(made.area.w, made.area.h, 1.0, Voice("nb"))
    doc = document("material", ["caesium"], lang="nb")
    found = planner.document(doc)
    assert len(found) < len(doc.sections)
    texts = [p.text for page in found for part in page.parts for u in part.units for p in u.paras]
    for section in doc.sections:
        assert any(text.endswith(section.title) for text in [*texts, *(p.title for p in found)])


def test_short_lists_at_the_end_share_a_slide_and_lose_nothing(document):
    made = opened(None)
    for template, about in (("partner", ["CHN"]), ("whole", ())):
        doc = document(template, about, lang="nb")
        planner = slides_plan.Planner(made.area.w, made.area.h, 1.0, Voice("nb"))
        found = slides_ends.closing(doc, planner, planner.document(doc))
        rows = [p.piece for page in found for p in page.parts if isinstance(p, slides_plan.Rows)]
        listed = [p for p in rows if p.table.table_id == "sources"]
        assert sum(len(p.rows) for p in listed) == len(doc.sources)
        assert all(page.height <= planner.room for page in found)
        if template == "partner":
            assert found[0].title == "Merknader og kilder"
