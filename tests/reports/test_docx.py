"""Word notes: the mapping's figures, captions and notes that lead somewhere, marks for readers by ear."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from itertools import pairwise

import docx
import pytest
from docx.oxml.ns import qn
from docx.shared import RGBColor

from verdikart.core.errors import UsageProblem
from verdikart.mapping.audience import Marks
from verdikart.reports.document.model import Chart, Diagram, Paragraph
from verdikart.reports.formats import docx_widths
from verdikart.reports.formats.docx import write
from verdikart.reports.produce import produce

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
REFERENCE = re.compile(r"REF (\S+)")


@pytest.fixture(scope="module")
def note(saved, tmp_path_factory):
    """Writes a document as a Word note: ``note(document) -> (path, python-docx document)``."""

    def make(document, design=None):
        path = tmp_path_factory.mktemp("note") / "note.docx"
        produce(document, "note", path, saved, Marks(saved), design)
        return path, docx.Document(path)

    return make


@pytest.fixture(scope="module")
def nickel(document, note):
    made = document("material", ["nickel"], lang="nb")
    return made, *note(made)


@pytest.fixture(scope="module")
def hard_note(hard, note):
    made = hard("nb")
    return made, *note(made)


def texts(word) -> str:
    return "\n".join(p.text for p in word.paragraphs)


def names(root, tag, attribute="name") -> list[str]:
    return [e.get(f"{W}{attribute}") for e in root.iter(f"{W}{tag}")]


def test_figures_in_text_and_tables_are_the_documents(nickel):
    made, _, word = nickel
    written = texts(word)
    for statement in made.statements:
        assert statement.text in written
    printed = word.tables[1:]  # the first is the scope
    tables = [t for t in made.tables if t.rows]
    assert len(printed) == len(tables)
    captions = [p.text for p in word.paragraphs if p.style.name == "Caption" and "Tabell" in p.text]
    assert len(captions) == len(tables)
    checked = 0
    for table in tables:
        place = next(n for n, text in enumerate(captions) if f". {table.title}" in text)
        for row, cells in zip(table.rows, printed[place].rows[1:], strict=True):
            for cell, shown in zip(row, cells.cells, strict=True):
                text = shown.text.replace("\u200b", "")
                assert text == "\n".join(filter(None, (cell.text, cell.small)))
                checked += cell.figure is not None
    assert checked > 50


def test_headings_stand_in_order_and_the_language_and_title_are_set(nickel):
    made, path, word = nickel
    levels = [int(p.style.name[-1]) for p in word.paragraphs if p.style.name.startswith("Heading ")]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert word.paragraphs[0].style.name == "Title"
    assert all(p.text.strip() or p._p.xpath(".//w:drawing") for p in word.paragraphs)
    defaults = word.styles.element.find(qn("w:docDefaults"))
    assert names(defaults, "lang", "val") == ["nb-NO"]
    known = word.core_properties
    assert (known.title, known.language, known.author) == (made.title, "nb-NO", "verdikart")
    assert not known.last_modified_by
    with zipfile.ZipFile(path) as file:
        assert "docProps/thumbnail.jpeg" not in file.namelist()
    assert made.footer in word.sections[0].footer.paragraphs[0].text


def test_tables_have_a_header_row_whole_rows_and_a_description(hard_note):
    made, _, word = hard_note
    for table in word.tables:
        first, *rest = table.rows
        assert first._tr.xpath("./w:trPr/w:tblHeader")
        assert not any(row._tr.xpath("./w:trPr/w:tblHeader") for row in rest)
        assert all(row._tr.xpath("./w:trPr/w:cantSplit") for row in table.rows)
        assert names(table._tbl.tblPr, "tblCaption", "val")[0]
        assert names(table._tbl.tblPr, "tblDescription", "val")[0]
        assert table._tbl.tblPr.xpath("./w:tblLook/@w:firstColumn") == ["1"]
        widths = [int(w) for w in names(table._tbl.tblGrid, "gridCol", "w")]
        assert min(widths) > 300
    empty = next(t for t in made.tables if not t.rows)
    assert f"{empty.title}: {empty.empty}" in texts(word)


def test_pictures_say_what_they_show(hard_note):
    made, _, word = hard_note
    drawn = [b for b in made.blocks if isinstance(b, (Chart, Diagram))]
    said = [p.get("descr") for p in word.element.body.iter() if p.tag.endswith("}docPr")]
    assert said == [b.alt for b in drawn]


@pytest.mark.parametrize("which", ["nickel", "hard_note"])
def test_every_reference_leads_to_a_bookmark_and_every_note_is_referred_to(which, request):
    made, _, word = request.getfixturevalue(which)
    marked = names(word.element.body, "bookmarkStart")
    assert len(marked) == len(set(marked))
    fields = " ".join(e.text for e in word.element.body.iter(f"{W}instrText"))
    asked = set(REFERENCE.findall(fields))
    assert asked <= set(marked)
    assert {f"_RefNote{n.number}" for n in made.notes} <= asked
    figures = [b for b in made.blocks if isinstance(b, (Chart, Diagram))]
    for block in figures:
        title = next(
            p for p in word.paragraphs if p.style.name == "Caption" and f". {block.title}" in p.text
        )
        assert title.text.startswith("Figur ")
    assert fields.count("SEQ Figur") == len(figures)
    assert fields.count("SEQ Tabell") == len(word.tables) - 1


def test_kind_and_owner_of_statements_are_said(nickel):
    made, _, word = nickel
    written = texts(word)
    assert any(s.kind == "recommendation" for s in made.statements)
    for statement in made.statements:
        if statement.kind == "recommendation":
            assert f"Anbefaling: {statement.text}" in written
        if statement.kind != "computed":
            assert statement.owner in written
    computed = next(s for s in made.statements if s.kind == "computed")
    assert computed.owner in written


def test_who_advises_is_said_once(document, note):
    """Not after each recommendation, unless it is another than most."""
    made = document("whole", lang="en", owner="Analyst A")
    advice = [s for s in made.statements if s.kind == "recommendation"]
    assert {s.owner for s in advice} == {"Analyst A"}
    assert len(advice) > 3
    written = texts(note(made)[1])
    assert written.count("Analyst A") == 1
    assert "Behind recommendations that name nobody stands Analyst A." in written
    other = replace(advice[0], owner="Analyst B")
    first, *rest = made.sections
    moved = replace(first, blocks=(Paragraph((other,)), *first.blocks))
    written = texts(note(replace(made, sections=(moved, *rest)))[1])
    assert written.count("(Analyst B)") == 1


def test_last_rows_of_a_table_stay_together(hard_note):
    made, _, word = hard_note
    many = next(n for n, t in enumerate((t for t in made.tables if t.rows), 1) if len(t.rows) == 80)
    kept = [bool(row._tr.xpath(".//w:keepNext")) for row in word.tables[many].rows]
    assert kept[-4:] == [False, True, True, True]  # the last with the notes beneath


def test_contents_of_a_whole_mapping_name_its_sections(document, note):
    made = document("whole", lang="en")
    _, word = note(made)
    entries = [p.text for p in word.paragraphs if p.style.name.startswith("toc ")]
    assert entries[: len(made.sections)] == [s.title for s in made.sections]
    marked = set(names(word.element.body, "bookmarkStart"))
    assert set(names(word.element.body, "hyperlink", "anchor")) - {None} <= marked


def test_the_same_document_gives_the_same_bytes(document, saved, tmp_path):
    made = document("material", ["nickel"])
    for name in "ab":
        write(made, tmp_path / f"{name}.docx", saved, Marks(saved), None)
    assert (tmp_path / "a.docx").read_bytes() == (tmp_path / "b.docx").read_bytes()


# Designs of others


def design(path, *, without=(), template=False):
    """A Word file in a design of its own, as a Norwegian Word would save it."""
    word = docx.Document()
    word.styles["Heading 1"].font.color.rgb = RGBColor(0x11, 0x77, 0x33)
    for style in list(word.styles.element.findall(qn("w:style"))):
        if style.find(qn("w:name")).get(qn("w:val")) in without:
            word.styles.element.remove(style)
    word.add_paragraph("Kari Nordmann skrev dette", style="Heading 1")
    word.sections[0].footer.paragraphs[0].text = "Departementet"
    word.sections[0].header.paragraphs[0].text = "Brevhode"
    word.core_properties.author = "Kari Nordmann"
    word.core_properties.last_modified_by = "Kari Nordmann"
    held = io.BytesIO()
    word.save(held)
    with zipfile.ZipFile(held) as made, zipfile.ZipFile(path, "w") as file:
        for name in made.namelist():
            data = made.read(name).replace(b'"Heading1"', b'"Overskrift1"')
            if template and name == "[Content_Types].xml":
                data = data.replace(
                    b"wordprocessingml.document.main", b"wordprocessingml.template.main"
                )
            file.writestr(name, data)
    return path


@pytest.mark.parametrize("suffix", [".docx", ".dotx"])
def test_a_design_of_ones_own_gives_the_looks_and_nothing_else(document, note, tmp_path, suffix):
    made = document("material", ["nickel"], lang="nb")
    given = design(tmp_path / f"design{suffix}", template=suffix == ".dotx")
    path, word = note(made, given)
    heading = next(p for p in word.paragraphs if p.text == made.sections[0].title)
    assert heading.style.style_id == "Overskrift1"
    assert heading.style.font.color.rgb == RGBColor(0x11, 0x77, 0x33)
    assert word.sections[0].header.paragraphs[0].text == "Brevhode"
    footer = [p.text for p in word.sections[0].footer.paragraphs]
    assert footer[0] == "Departementet"
    assert made.footer in footer[1]
    with zipfile.ZipFile(path) as file:
        parts = [file.read(name) for name in file.namelist()]
    assert not any(b"Nordmann" in part for part in parts)


def test_a_design_that_cannot_be_used_is_told_and_leaves_nothing(document, saved, tmp_path):
    made = document("material", ["nickel"])
    out = tmp_path / "out" / "note.docx"
    out.parent.mkdir()
    lacking = design(tmp_path / "lacking.docx", without=("caption", "List Number"))
    broken = tmp_path / "broken.docx"
    broken.write_bytes(b"PK\x03\x04 no Word file")
    other = tmp_path / "other.docx"
    with zipfile.ZipFile(other, "w") as file:
        file.writestr("readme.txt", "a zip")
    faults = {
        lacking: "List Number, Caption",
        broken: "cannot be read as a Word file",
        other: "cannot be read as a Word file",
        tmp_path / "none.docx": "no such file",
        tmp_path / "design.pdf": r"\.docx or \.dotx",
    }
    for given, fault in faults.items():
        with pytest.raises(UsageProblem, match=fault):
            produce(made, "note", out, saved, Marks(saved), given)
    assert not list(out.parent.iterdir())


# Widths


def test_widths_fill_the_room_and_break_no_word(hard):
    for table in hard("nb").tables:
        if table.rows:
            for room in (9412, 14344):
                assert sum(docx_widths.widths(table, room)) == room
    tables = {t.table_id: t for t in hard("nb").tables}
    assert docx_widths.lies(tables["wide"], 9412)
    assert not docx_widths.lies(tables["many"], 9412)


# Looking at it


@pytest.mark.parametrize("lang", ["nb", "en"])
def test_libreoffice_sets_it_with_every_reference_resolved(hard, note, office, lang):
    from pypdf import PdfReader

    made = hard(lang)
    path, _ = note(made)
    pages = office(path)
    reader = PdfReader(pages[0].parent / f"{path.stem}.pdf")
    text = [page.extract_text() for page in reader.pages]
    assert len(pages) == len(text) > 8
    joined = re.sub(r"\s+", " ", " ".join(text))
    assert "Error" not in joined
    assert "Feil:" not in joined
    assert all(re.sub(r"\s+", "", made.footer) in re.sub(r"\s+", "", page) for page in text)
    label = "Tabell" if lang == "nb" else "Table"
    assert f"{label} 1. " in joined
    sizes = {page.mediabox.width > page.mediabox.height for page in reader.pages}
    assert sizes == {True, False}
