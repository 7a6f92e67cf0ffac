"""The note as PDF: the mapping's figures in its text, tagged, bound, safe from what names hold."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from pypdf import PdfReader

from verdikart.core.errors import UsageProblem
from verdikart.mapping.audience import Marks
from verdikart.mapping.bindings import resolve
from verdikart.reports.document import record
from verdikart.reports.document.file_texts import parts
from verdikart.reports.document.model import (
    Cell,
    Chart,
    Column,
    Diagram,
    Figure,
    Paragraph,
    Points,
    Section,
    Table,
)
from verdikart.reports.formats import pdf
from verdikart.reports.formats.pdf_tables import LYING, STANDING, columns
from verdikart.reports.produce import produce

HOSTILE = (
    '#let x = 1 #panic("a") $ x^2 $ \\ \\u{41} @ref <label> "quoted" *bold* _it_ `raw` //c [b] ~ --'
)


@pytest.fixture(scope="module")
def made(saved, tmp_path_factory):
    """Writes a document: the file and its reader."""

    def write(document, name="note.pdf"):
        out = tmp_path_factory.mktemp("pdf") / name
        produce(document, "note", out, saved, Marks(saved, ()))
        return out, PdfReader(out)

    return write


@pytest.fixture(scope="module")
def nickel(document, made):
    """The fact sheet of nickel in bokmål: document, file, reader."""
    held = document("material", ["nickel"], lang="nb")
    return held, *made(held)


@pytest.fixture(scope="module")
def difficult(hard, made):
    """The document that is hard to set."""
    held = hard("nb")
    return held, *made(held)


def _text(reader, footer=None):
    """The text of all pages, without what the end of a line or page puts into it."""
    pages = [_plain(page.extract_text()) for page in reader.pages]
    if footer is not None:
        last = len(pages)
        ends = [_plain(f"{footer} side {n} av {last}") for n in range(1, last + 1)]
        pages = [page.replace(end, "") for page, end in zip(pages, ends, strict=True)]
    return "".join(pages)


def _plain(text):
    return re.sub(r"[\s\u00ad\u200b\u2060\u00a0-]", "", text)


def _elements(reader):
    """The elements of the structure tree in reading order."""

    def walk(node):
        node = node.get_object()
        if isinstance(node, list):
            for child in node:
                yield from walk(child)
        elif isinstance(node, dict):
            if "/S" in node:
                yield node
            if "/K" in node:
                yield from walk(node["/K"])

    return list(walk(reader.trailer["/Root"]["/StructTreeRoot"]))


def test_figures_read_back_are_those_of_the_mapping(nickel, saved):
    held, _, reader = nickel
    text = _text(reader, held.footer)
    said = [run for s in held.statements for run in s.runs if isinstance(run, Figure)]
    cells = [cell.figure for table in held.tables for row in table.rows for cell in row]
    shown = [figure for figure in (*said, *cells) if figure is not None]
    assert len(shown) > 100
    for figure in shown:
        assert resolve(saved, figure.binding).value == figure.raw
        assert _plain(figure.text) in text, figure.binding
    for row in (row for table in held.tables for row in table.rows):  # and beside each other
        assert _plain("".join(cell.text + cell.small for cell in row)) in text
    for statement in held.statements:
        assert _plain(statement.text) in text


def test_nothing_of_a_document_is_left_out(difficult):
    held, _, reader = difficult
    text = _text(reader, held.footer)
    for term, said in held.scope:
        assert _plain(term + said) in text
    for note in held.notes:
        assert _plain(note.text) in text
    for source in held.sources:
        for part in (source.title, source.licence, source.citation, *source.sha256):
            assert _plain(part) in text
    for term in held.terms:
        assert _plain(term.definition) in text
    for number, page in enumerate(reader.pages, start=1):
        end = f"{held.footer} side {number} av {len(reader.pages)}"
        assert _plain(end) in _plain(page.extract_text())
    for table in held.tables:
        for row in table.rows:
            for cell in row:
                assert _plain(cell.small) in text
    assert _plain("Ingenting er registrert.") in text


def test_the_file_is_tagged_with_titles_alternative_texts_and_header_rows(difficult):
    held, _, reader = difficult
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "nb-NO"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert b"pdfuaid:part" in root["/Metadata"].get_object().get_data()
    assert reader.metadata.title == held.title
    assert reader.metadata.author == "verdikart"
    assert reader.metadata.creation_date is None
    elements = _elements(reader)
    kinds = [element["/S"] for element in elements]
    assert kinds.count("/Title") == 1
    assert kinds.count("/H1") >= len(held.sections)
    drawn = [block for block in held.blocks if isinstance(block, (Chart, Diagram))]
    alts = [str(element["/Alt"]) for element in elements if "/Alt" in element]
    assert [alt for alt in alts if alt in {b.alt for b in drawn}] == [b.alt for b in drawn]
    assert kinds.count("/Figure") == len(drawn)
    printed = kinds.count("/Table") - 1  # the scope
    assert kinds.count("/THead") == printed
    assert kinds.count("/Caption") == printed + len(drawn)


def test_every_row_has_a_header_cell(nickel):
    _, _, reader = nickel
    rows = [element for element in _elements(reader) if element["/S"] == "/TR"]
    assert len(rows) > 40
    for row in rows:
        first = row["/K"][0].get_object()
        assert first["/S"] == "/TH"
        assert any(a.get_object().get("/Scope") for a in first["/A"])


def test_no_page_begins_with_the_last_row_of_a_table_alone(difficult):
    """The last rows are kept together, and are rows like the others for who listens to them."""
    held, _, reader = difficult
    many = next(table for table in held.tables if len(table.rows) == 80)
    pages = [_plain(page.extract_text()) for page in reader.pages]
    names = [_plain(row[0].text + row[0].small) for row in many.rows[-3:]]
    assert any(all(name in page for name in names) for page in pages)
    kinds = [element["/S"] for element in _elements(reader)]
    assert "/TFoot" not in kinds
    assert kinds.count("/TBody") > kinds.count("/THead")  # a long table's last rows are a second


def test_an_address_can_be_copied(nickel):
    held, _, reader = nickel
    text = "".join(page.extract_text() for page in reader.pages).replace("\n", "")
    for source in held.sources:
        assert source.address in text


def test_bookmarks_are_the_sections(nickel):
    held, _, reader = nickel
    titles = [entry.title for entry in reader.outline if not isinstance(entry, list)]
    assert titles[: len(held.sections)] == [section.title for section in held.sections]
    assert titles[len(held.sections) :] == [
        "Figurer som tabeller",
        "Merknader",
        "Definisjoner",
        "Kilder",
    ]


def test_marks_and_captions_lead_somewhere(nickel):
    held, _, reader = nickel
    links = [
        note.get_object()
        for page in reader.pages
        for note in page.get("/Annots", ())
        if note.get_object()["/Subtype"] == "/Link"
    ]
    within = [link for link in links if "/Dest" in link or link.get("/A", {}).get("/S") == "/GoTo"]
    marks = sum(len(statement.notes) for statement in held.statements)
    assert len(within) >= marks + 2  # and a table and a figure that refer to each other
    for link in within:
        place = link.get("/Dest", link.get("/A", {}).get("/D")).get_object()
        assert place[0].get_object()["/Type"] == "/Page"


def test_the_record_is_attached(nickel):
    held, path, _ = nickel
    assert record.read(path) == record.record(held)


def test_the_same_document_is_the_same_file(nickel, made):
    held, path, _ = nickel
    again, _ = made(held)
    assert again.read_bytes() == path.read_bytes()


def test_names_that_look_like_markup_come_out_as_they_are(document, made):
    held = document("material", ["nickel"], lang="en")
    endless = "x" * 300
    table = Table(
        "t",
        f"Table {HOSTILE}",
        (Column("a", HOSTILE), Column("b", endless, number=True)),
        ((Cell(HOSTILE, HOSTILE, small=endless), Cell("1", 1)),),
    )
    statement = next(held.statements)
    said = Points((replace(statement, runs=(HOSTILE,), owner=HOSTILE),), HOSTILE)
    chart = next(block for block in held.blocks if isinstance(block, Chart))
    names = tuple(f"{HOSTILE} {endless} {n}" for n in chart.categories)
    section = Section("x", f"Heading {HOSTILE}", (said, table, replace(chart, categories=names)))
    note = replace(held.notes[0], text=HOSTILE + endless)
    hostile = replace(
        held,
        title=f"Title {HOSTILE}",
        footer=HOSTILE,
        sections=(section,),
        notes=(note, *held.notes[1:]),
    )
    path, reader = made(hostile)
    text = _text(reader)
    for part in ("Title", "Table", "Heading"):
        assert _plain(f"{part} {HOSTILE}") in text
    assert text.count(_plain(HOSTILE)) >= 8
    assert endless in text
    assert reader.metadata.title == f"Title {HOSTILE}"
    assert record.read(path)["title"] == f"Title {HOSTILE}"


def test_letters_that_no_font_has_stop_nothing(document, made):
    held = document("material", ["nickel"], lang="en")
    first = replace(next(held.statements), runs=("漢字 \U0001f600 \U000f1234",))
    odd = replace(held, sections=(Section("x", "X", (Paragraph((first,)),)),))
    _, reader = made(odd)
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]


def test_the_leak_check_reads_alternative_texts(document, made):
    held = document("material", ["nickel"])
    chart = next(block for block in held.blocks if isinstance(block, Chart))
    told = Section("x", "X", (replace(chart, alt="It is 7654.321 tonnes."),))
    path, _ = made(replace(held, sections=(told,)))
    assert any("7654.321" in part.text for part in parts(path))


def test_a_wide_table_lies_and_its_columns_fill_the_page(difficult):
    held, _, reader = difficult
    wide = next(table for table in held.tables if table.table_id == "wide")
    widths, lying = columns(wide)
    assert lying
    assert sum(widths) <= LYING + 1
    narrow, standing = columns(next(table for table in held.tables if table.table_id == "one"))
    assert not standing
    assert sum(narrow) <= STANDING + 1
    sizes = {tuple(round(float(side)) for side in page.mediabox[2:]) for page in reader.pages}
    assert (595, 842) in sizes
    assert (842, 595) in sizes


def test_rows_over_pages_have_their_headings_again(difficult):
    held, _, reader = difficult
    many = next(table for table in held.tables if table.table_id == "many")
    heading = _plain(many.columns[1].title + many.columns[2].title)
    first, last = _plain(many.rows[0][0].text), _plain(many.rows[-1][0].text)
    pages = [_plain(page.extract_text()) for page in reader.pages]
    start = next(n for n, page in enumerate(pages) if heading in page and first in page)
    end = next(n for n, page in enumerate(pages) if n > start and heading in page and last in page)
    assert end > start
    assert all(heading in page for page in pages[start : end + 1])


def test_a_design_is_refused(document, saved, tmp_path):
    held = document("material", ["nickel"])
    out = tmp_path / "note.pdf"
    with pytest.raises(UsageProblem, match=r"slides.*\.docx"):
        produce(held, "note", out, saved, Marks(saved, ()), tmp_path / "design.docx")
    assert not list(tmp_path.iterdir())
    with pytest.raises(UsageProblem):
        pdf.write(held, out, saved, Marks(saved, ()), tmp_path / "d.dotx")


def test_second_lines_count_for_the_width_of_a_column():
    """A long name under a short one is not set in a stub of a column beside a wide one."""
    heads = (Column("a", "Råvare"), Column("b", "Hvorfor"))
    why = "Det er ikke rapportert produksjon for hjemmet, så den er satt til null."
    good = "Kobolt, mellomprodukter og ubearbeidd, avfall og skrap"
    rows = tuple((Cell("Kobolt", small=good), Cell(why)) for _ in range(9))
    plain = tuple((Cell("Kobolt"), Cell(why)) for _ in range(9))
    with_small, _ = columns(Table("t", "T", heads, rows))
    without, _ = columns(Table("t", "T", heads, plain))
    assert with_small[0] > 1.5 * without[0]
