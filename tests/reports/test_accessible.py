"""Every template in every format passes the written check of accessibility, and Office's demands.

The rules stand in ``accessible.py`` and ``packages.py``; here files are held against them, and files
with planted faults show that each rule can fail.
"""

from __future__ import annotations

import io
import shutil
import subprocess
import zipfile

import accessible
import docx
import packages
import pytest
from lxml import etree
from pptx import Presentation

from verdikart.mapping.audience import Marks
from verdikart.reports.document import record
from verdikart.reports.produce import produce

SOFFICE = shutil.which("soffice")
TEMPLATES = {
    "whole": ((), "nb"),
    "material": (("nickel",), "en"),
    "chain": (("aluminium",), "nb"),
    "partner": (("DEU",), "en"),
    "homes": ((), "nb"),
    "change": ((), "en"),
}


@pytest.fixture(scope="module", params=[*TEMPLATES, "hard"])
def files(request, tmp_path_factory, document, hard, saved):
    """A document in every format, and its language."""
    about, lang = TEMPLATES.get(request.param, ((), "nb"))
    made = hard(lang) if request.param == "hard" else document(request.param, about, lang=lang)
    folder = tmp_path_factory.mktemp("open")
    kinds = {"pptx": "slides", "docx": "note", "pdf": "note", "xlsx": "workbook"}
    paths = {s: folder / f"made.{s}" for s in kinds}
    for suffix, product in kinds.items():
        produce(made, product, paths[suffix], saved, Marks(saved))
    return paths, lang


def test_whoever_cannot_see_can_read_it(files, request):
    paths, lang = files
    assert accessible.slides(paths["pptx"], lang) == []
    typed = "typed as a list" if request.node.callspec.params["files"] == "hard" else "\0"
    assert [f for f in accessible.note(paths["docx"], lang) if typed not in f] == []
    assert accessible.workbook(paths["xlsx"]) == []
    assert accessible.pdf(paths["pdf"], lang) == []


def test_office_has_nothing_to_repair(files):
    paths, _ = files
    assert {s: packages.faults(paths[s]) for s in ("pptx", "docx", "xlsx")} == {
        "pptx": [],
        "docx": [],
        "xlsx": [],
    }


@pytest.fixture(scope="module")
def nickel(tmp_path_factory, document, saved):
    """The nickel sheet as a deck and as a note."""
    made = document("material", ["nickel"], lang="nb")
    folder = tmp_path_factory.mktemp("nickel")
    deck = produce(made, "slides", folder / "n.pptx", saved, Marks(saved))
    return deck, produce(made, "note", folder / "n.docx", saved, Marks(saved))


def _slide_with(deck, wanted):
    return next(s for s in deck.slides if any(wanted(shape) for shape in s.shapes))


def _untitled(deck):
    deck.slides[2].shapes.title.text_frame.text = ""


def _twice(deck):
    deck.slides[3].shapes.title.text_frame.text = deck.slides[2].shapes.title.text_frame.text


def _silent(deck):
    frame = next(s for s in _slide_with(deck, lambda s: s.has_chart).shapes if s.has_chart)
    frame._element.nvGraphicFramePr.cNvPr.set("descr", " ")


def _headless(deck):
    frame = next(s for s in _slide_with(deck, lambda s: s.has_table).shapes if s.has_table)
    frame.table.first_row = False


def _upside_down(deck):
    tree = _slide_with(deck, lambda s: s.has_table).shapes._spTree
    title = tree[2]
    tree.remove(title)
    tree.append(title)


def _foreign(deck):
    next(deck.slides[1]._element.iter("{*}rPr")).set("lang", "sv-SE")


def _faint(deck):
    run = deck.slides[1].shapes.title.text_frame.paragraphs[0].runs[0]
    from pptx.dml.color import RGBColor

    run.font.color.rgb = RGBColor(0xCC, 0xCC, 0xCC)


def _tiny(deck):
    from pptx.util import Pt

    deck.slides[1].shapes.title.text_frame.paragraphs[0].runs[0].font.size = Pt(6)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (_untitled, "no title"),
        (_twice, "slides have the title"),
        (_silent, "no alternative text"),
        (_headless, "no header row"),
        (_upside_down, "not read first"),
        (_foreign, "no language, or another"),
        (_faint, "contrast"),
        (_tiny, "6.0 points"),
    ],
)
def test_the_check_of_slides_finds_what_is_planted(nickel, tmp_path, change, fault):
    deck = Presentation(nickel[0])
    change(deck)
    deck.save(tmp_path / "planted.pptx")
    assert any(fault in f for f in accessible.slides(tmp_path / "planted.pptx", "nb"))


def _skipped(word):
    heading = next(p for p in word.paragraphs if p.style.name == "Heading 1")
    heading.style = word.styles["Heading 3"]


def _blind(word):
    next(word.element.body.iter("{*}docPr")).set("descr", "")


def _no_header_row(word):
    held = next(word.element.body.iter(f"{accessible.W}tblHeader"))
    held.getparent().remove(held)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (_skipped, "level 3 after"),
        (_blind, "no alternative text"),
        (_no_header_row, "header row"),
        (lambda word: word.add_paragraph(""), "is empty"),
        (lambda word: word.add_paragraph("– et punkt"), "typed as a list"),
    ],
)
def test_the_check_of_notes_finds_what_is_planted(nickel, tmp_path, change, fault):
    word = docx.Document(nickel[1])
    change(word)
    word.save(tmp_path / "planted.docx")
    assert any(fault in f for f in accessible.note(tmp_path / "planted.docx", "nb"))


@pytest.mark.parametrize(
    ("part", "old", "new", "fault"),
    [
        ("ppt/slides/slide2.xml", b'id="2"', b'id="3"', "not unique"),
        ("ppt/slides/_rels/slide2.xml.rels", b"notesSlide2", b"notesSlide99", "not there"),
        ("ppt/charts/chart1.xml", b"<c:autoTitleDeleted", b"<c:plotVisOnly/><c:autoTitleDeleted", ": chart:"),
        ("ppt/charts/chart1.xml", b'<c:axId val="', b'<c:axId val="-', "ids of axes"),
        ("[Content_Types].xml", b'PartName="/ppt/slides/slide2.xml"', b'PartName="/x.xml"', "plain XML"),
        ("ppt/slides/slide2.xml", b"</p:sld>", b"", "slide2.xml"),
    ],
)  # fmt: skip
def test_the_check_of_files_finds_what_is_planted(nickel, tmp_path, part, old, new, fault):
    path = tmp_path / "planted.pptx"
    with zipfile.ZipFile(nickel[0]) as file, zipfile.ZipFile(path, "w") as made:
        for name in file.namelist():
            data = file.read(name)
            assert name != part or old in data
            made.writestr(name, data.replace(old, new) if name == part else data)
    assert any(fault in f for f in packages.faults(path))


def test_a_record_is_kept_by_the_libraries_and_named_as_office_wants(nickel, tmp_path):
    for path, again in zip(nickel, (Presentation, docx.Document), strict=True):
        held = record.read(path)
        copy = tmp_path / path.name
        again(path).save(copy)
        assert record.read(copy) == held
        assert packages.faults(copy) == []
        with zipfile.ZipFile(path) as file:
            properties = etree.fromstring(file.read("customXml/itemProps1.xml"))
        assert properties.tag.endswith("}datastoreItem")
        assert [e.get(k) for e in properties.iter() for k in e.attrib][1:] == [record.NAMESPACE]


def test_a_record_is_kept_by_libreoffice(nickel, tmp_path):
    if SOFFICE is None:
        pytest.skip("LibreOffice is not installed: nothing was saved with it")
    for path in nickel:
        asked = [SOFFICE, f"-env:UserInstallation=file://{tmp_path}/office", "--headless"]
        asked += ["--convert-to", path.suffix[1:], "--outdir", str(tmp_path), str(path)]
        subprocess.run(asked, check=True, capture_output=True, timeout=240)
        assert record.read(tmp_path / path.name) == record.read(path)


def _corporate(lang="nb"):
    """An organisation's template: slides of its own with notes, comments, a chart, data, a password."""
    from pptx.chart.data import CategoryChartData
    from pptx.enum.chart import XL_CHART_TYPE
    from pptx.opc.package import Part
    from pptx.opc.packuri import PackURI
    from pptx.util import Inches

    deck = Presentation()
    for place in range(3):
        slide = deck.slides.add_slide(deck.slide_layouts[5])
        slide.shapes.title.text = f"Gammelt {place}"
        slide.notes_slide.notes_text_frame.text = "Et gammelt notat"
        data = CategoryChartData()
        data.categories = ["a"]
        data.add_series("gammel", [1.5])
        slide.shapes.add_chart(XL_CHART_TYPE.PIE, 0, 0, Inches(3), Inches(3), data)
    authors = (
        '<p:cmAuthorLst xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main">'
        '<p:cmAuthor id="0" name="Kari Nordmann" initials="KN" lastIdx="1" clrIdx="0"/></p:cmAuthorLst>'
    )
    base = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    types = "application/vnd.openxmlformats-officedocument.presentationml.commentAuthors+xml"
    for uri, kind, content, text in (
        ("/ppt/commentAuthors.xml", f"{base}/commentAuthors", types, authors),
        ("/customXml/item1.xml", f"{base}/customXml", "application/xml", "<a>Kari Nordmann</a>"),
    ):
        part = Part(PackURI(uri), content, deck.part.package, text.encode())
        deck.part.relate_to(part, kind)
    held = io.BytesIO()
    deck.save(held)
    return held.getvalue()


def test_what_an_organisations_template_held_leaves_nothing_behind(document, saved, tmp_path):
    design = tmp_path / "house.pptx"
    design.write_bytes(_corporate())
    made = document("material", ["nickel"], lang="nb")
    out = produce(made, "slides", tmp_path / "n.pptx", saved, Marks(saved), design)
    assert packages.faults(out) == []
    assert accessible.slides(out, "nb") == []
    with zipfile.ZipFile(out) as file:
        for name in file.namelist():
            data = file.read(name)
            assert b"Nordmann" not in data, name
            assert b"ammel" not in data, name
