"""The leak check: a marked figure is found wherever a file can hide it, and nothing else is."""

from __future__ import annotations

import io
import json
import re
import struct
import zipfile
import zlib
from types import SimpleNamespace

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from verdikart.mapping.audience import Mark, Marks, Secret
from verdikart.mapping.bindings import bind
from verdikart.mapping.forms import Forms
from verdikart.mapping.saved import AT
from verdikart.reports.document import leaks, record
from verdikart.reports.document.file_texts import parts
from verdikart.reports.produce import produce

SHARE = 0.5460288773254881
WRITTEN = "54,6\u00a0%"
HELD = Forms([(SHARE, Secret("NOR/2024/…/top_share", "internal"))])


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


PNG = (
    b"\x89PNG\r\n\x1a\n"
    + _chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    + _chunk(b"IDAT", zlib.compress(b"\0\0"))
    + _chunk(b"IEND", b"")
)


def caught(path) -> str:
    """The place that the check names."""
    with pytest.raises(leaks.LeakError) as found:
        leaks.scan(path, HELD)
    text = str(found.value)
    assert "top_share" in text
    assert "internal" in text
    assert "--audience internal" in text
    return re.search(r"in the file: (.*?)( as |\. Nothing)", text)[1]


# PowerPoint


def deck(tmp_path, plant):
    from pptx import Presentation
    from pptx.util import Inches

    made = Presentation()
    for number in range(3):
        slide = made.slides.add_slide(made.slide_layouts[5])
        slide.shapes.title.text = f"Slide {number + 1}, 54,6 and 1 %"
    inches = SimpleNamespace(box=[Inches(1)] * 4)
    plant(made, made.slides[1], inches.box)
    path = tmp_path / "deck.pptx"
    made.save(str(path))
    return path


def split_runs(_made, slide, box):
    paragraph = slide.shapes.add_textbox(*box).text_frame.paragraphs[0]
    for number, text in enumerate(("Andelen er 5", "4,", "6", "\u00a0", "% nå")):
        run = paragraph.add_run()
        run.text = text
        run.font.bold = number % 2 == 0


def table_cell(_made, slide, box):
    slide.shapes.add_table(2, 2, *box).table.cell(1, 1).text = WRITTEN


def notes(_made, slide, _box):
    slide.notes_slide.notes_text_frame.text = f"Sagt slik: {WRITTEN}"


def hidden(_made, slide, box):
    slide._element.set("show", "0")
    slide.shapes.add_textbox(*box).text_frame.text = WRITTEN


def alt(_made, slide, box):
    shape = slide.shapes.add_picture(io.BytesIO(PNG), *box)
    shape._element.nvPicPr.cNvPr.set("descr", f"Kart med {WRITTEN}")


def native_chart(_made, slide, box):
    from pptx.chart.data import CategoryChartData
    from pptx.enum.chart import XL_CHART_TYPE

    data = CategoryChartData()
    data.categories = ("Gabon", "Ghana")
    data.add_series("Andel", (SHARE, 0.2))
    slide.shapes.add_chart(XL_CHART_TYPE.BAR_CLUSTERED, *box, data)


def chart_sheet_alone(made, slide, box):
    """The cache on the slide is mended, the sheet behind it is not."""
    native_chart(made, slide, box)
    chart = next(s for s in slide.shapes if s.has_chart).chart
    for value in chart.part._element.iter("{*}v"):
        if value.text and value.text.startswith("0.54"):
            value.text = "0"


def core(made, _slide, _box):
    made.core_properties.comments = f"Andel {SHARE}"


def off_slide(_made, slide, box):
    from pptx.util import Inches

    slide.shapes.add_textbox(Inches(-50), *box[1:]).text_frame.text = WRITTEN


def layout(made, _slide, box):
    made.slide_layouts[0].shapes._spTree.append(_text_box(made, box))


def _text_box(made, box):
    shape = made.slides[0].shapes.add_textbox(*box)
    shape.text_frame.text = WRITTEN
    element = shape._element
    element.getparent().remove(element)
    return element


@pytest.mark.parametrize(
    ("plant", "place"),
    [
        (split_runs, "slide 2"),
        (table_cell, "slide 2"),
        (notes, "slide 2, speaker notes"),
        (hidden, "slide 2 (hidden)"),
        (alt, "slide 2"),
        (off_slide, "slide 2"),
        (native_chart, "slide 2, chart"),
        (chart_sheet_alone, "slide 2, data sheet of a chart: sheet Sheet1"),
        (core, "file properties"),
        (layout, "layout of slides"),
    ],
)
def test_a_secret_in_a_deck_is_found(tmp_path, plant, place):
    assert place in caught(deck(tmp_path, plant))


def test_a_deck_without_it_passes(tmp_path):
    leaks.scan(deck(tmp_path, lambda *_: None), HELD)


# Word


def words(tmp_path, plant):
    from docx import Document

    made = Document()
    made.add_paragraph("54,6 and 154,6 %, then 2024.")
    plant(made)
    path = tmp_path / "note.docx"
    made.save(str(path))
    return path


def runs(made):
    paragraph = made.add_paragraph("Andelen er ")
    paragraph.add_run("54").bold = True
    paragraph.add_run(",6")
    paragraph.add_run(" %")


def after_tab(made):
    made.add_paragraph("2024\t54,6 %")


def footer(made):
    made.sections[0].footer.paragraphs[0].text = WRITTEN


def cell(made):
    made.add_table(1, 2).cell(0, 1).text = WRITTEN


def title(made):
    made.core_properties.title = WRITTEN


def comment(made):
    made.add_comment(made.paragraphs[0].runs, text=f"Egentlig {WRITTEN}", author="x", initials="x")


def picture(made):
    made.add_picture(io.BytesIO(PNG))
    made.inline_shapes[0]._inline.docPr.set("descr", WRITTEN)


@pytest.mark.parametrize(
    ("plant", "place"),
    [
        (runs, "text"),
        (after_tab, "text"),
        (cell, "text"),
        (picture, "text"),
        (footer, "footer"),
        (comment, "comments"),
        (title, "file properties"),
    ],
)
def test_a_secret_in_a_note_is_found(tmp_path, plant, place):
    assert caught(words(tmp_path, plant)).startswith(place)


def test_a_secret_in_the_record_is_found(tmp_path):
    path = words(tmp_path, lambda _made: None)
    leaks.scan(path, HELD)
    record.embed(path, {"schema": 1, "statements": [], "value": SHARE})
    assert caught(path) == "record of figures"


def test_properties_of_ones_own_are_read(tmp_path):
    path = words(tmp_path, lambda _made: None)
    with zipfile.ZipFile(path, "a") as file:
        file.writestr(
            "docProps/custom.xml",
            '<Properties xmlns="urn:x" xmlns:vt="urn:y"><property name="Andel"><vt:lpwstr>54,6 %'
            "</vt:lpwstr></property></Properties>",
        )
    assert caught(path) == "file properties"


# Excel


@pytest.mark.parametrize("hide", [False, True])
def test_a_secret_in_a_workbook_is_found(tmp_path, hide):
    import xlsxwriter

    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        book.add_worksheet("Front").write(0, 0, "54.6")
        sheet = book.add_worksheet("Deep")
        sheet.write_number(3, 3, SHARE, book.add_format({"num_format": "0"}))
        if hide:
            sheet.hide()
    assert caught(path).startswith("sheet Deep (hidden)" if hide else "sheet Deep")


def test_texts_comments_and_settings_of_a_workbook_are_read(tmp_path):
    import xlsxwriter

    def book(plant):
        path = tmp_path / "book.xlsx"
        with xlsxwriter.Workbook(str(path)) as made:
            plant(made, made.add_worksheet("A"))
        return path

    bold = book(lambda made, sheet: sheet.write_rich_string(0, 0, "5", made.add_format(), "4,6 %"))
    assert caught(bold) == "texts of cells"
    assert "comments" in caught(book(lambda _made, sheet: sheet.write_comment("A1", WRITTEN)))
    assert "sheet A" in caught(book(lambda _made, sheet: sheet.set_footer(WRITTEN)))
    assert caught(book(lambda made, _sheet: made.set_properties({"subject": WRITTEN})))
    index = book(lambda _made, sheet: [sheet.write(n, 0, f"t{n}") for n in range(50)])
    leaks.scan(index, HELD)


# Data


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.csv", f"good,share\nore,{SHARE}\nrest,0.1\n"),
        ("a.csv", f'good,share\n"ore, raw",{SHARE}\n'),
        ("a.csv", f"good;share\nore;{str(SHARE).replace('.', ',')}\n"),
        ("a.csv", "good,text\nore,come from Gabon: 54.6%\n"),
        ("a.csv", f"1,2\n{SHARE},2,3\n"),
        ("a.json", json.dumps({"a": [1, {"b": SHARE}]}, separators=(",", ":"))),
        ("a.jsonld", json.dumps({"a": f"Andelen er {WRITTEN}"})),
        ("a.md", f"| Gabon | {WRITTEN} |"),
        ("a.ttl", f"ex:share {SHARE} ."),
        ("a.svg", f"<svg><text><tspan>54</tspan><tspan>,6 %</tspan></text>{WRITTEN}</svg>"),
    ],
)
def test_a_secret_in_data_is_found(tmp_path, name, data):
    (tmp_path / name).write_text(data, "utf-8")
    caught(tmp_path / name)


def test_a_secret_in_columns_is_found(tmp_path):
    for held in ([0.1, SHARE], ["x", WRITTEN], [{"b": 1.0}, {"b": SHARE}], [[1.0], [SHARE]]):
        path = tmp_path / "a.parquet"
        pq.write_table(pa.table({"a": held}), path)
        caught(path)
    pq.write_table(pa.table({"a": [0.1, 0.546, 54.6]}), path)
    leaks.scan(path, HELD)


def test_files_inside_files_are_read(tmp_path):
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as file:
        file.writestr("deep/data.csv", f"a,b\n1,{SHARE}\n")
    path = tmp_path / "package.zip"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("readme.md", "nothing")
        file.writestr("more.zip", inner.getvalue())
    assert caught(path) == "more.zip: deep/data.csv"
    folder = tmp_path / "package"
    folder.mkdir()
    (folder / "more.zip").write_bytes(inner.getvalue())
    assert caught(folder) == "more.zip: deep/data.csv"


def test_what_cannot_be_read_is_a_fault(tmp_path):
    path = tmp_path / "package.zip"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("picture.png", PNG)
    leaks.scan(path, HELD)
    with zipfile.ZipFile(path, "a") as file:
        file.writestr("what.dat", b"\xff\xfe\x00\x9c\x80")
    with pytest.raises(leaks.LeakError, match=r"what\.dat: cannot be read"):
        leaks.scan(path, HELD)


# PDF


def pdf(tmp_path, body, attach=""):
    import typst

    source = tmp_path / "a.typ"
    (tmp_path / "held.json").write_text(json.dumps({"value": attach}), "utf-8")
    (tmp_path / "dot.png").write_bytes(PNG)
    held = '#pdf.attach("held.json", mime-type: "application/json")\n' if attach else ""
    source.write_text(f'#set text(lang: "nb")\n{held}{body}\n', "utf-8")
    path = tmp_path / "a.pdf"
    typst.compile(str(source), output=str(path), root=str(tmp_path))
    return path


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ("Andelen er *54*,6 % nå.", "page 1"),
        ("Første\n#pagebreak()\nAndelen er 54,6\u00a0%.", "page 2"),
        ('#set document(title: "Andel 54,6 %")\nTekst', "file properties"),
        ('#set document(keywords: ("54,6 %",))\nTekst', "file properties"),
        ('#figure(image("dot.png", alt: "Kart, 54,6 %"))', "alternative text"),
        ('#link("https://example.org/?share=54,6 %")[her]', "comment"),
    ],
)
def test_a_secret_in_a_pdf_is_found(tmp_path, body, place):
    assert caught(pdf(tmp_path, body)) == place


def test_a_secret_attached_to_a_pdf_is_found(tmp_path):
    assert caught(pdf(tmp_path, "Tekst", SHARE)) == "attachment held.json"
    leaks.scan(pdf(tmp_path, "Tekst", 0.2), HELD)


# Whole reports


@pytest.fixture(scope="module")
def row(saved):
    return next(r for r in saved.own("assessments") if r["subject"] == "HS92:260200" and r["mix"])


@pytest.fixture(scope="module")
def marked(saved, row):
    """Three ways of marking the same figure."""
    return {
        "figure": Mark(f"{row['mix']}/top_share", "group"),
        "binding": Mark(str(bind(saved, row, "top_share")), "internal"),
        "row": Mark(str(bind(saved, row, "*")), "internal"),
    }


ABOUT = {
    "whole": (),
    "material": ("manganese",),
    "chain": ("manganese",),
    "partner": ("GAB",),
    "homes": (),
    "change": (),
}
# Template → where its document shows the figure at all.
SHOWN = ("whole", "material", "partner")


@pytest.mark.parametrize("way", ["figure", "binding", "row"])
@pytest.mark.parametrize("template", ABOUT)
def test_no_document_for_everybody_has_a_marked_figure(document, saved, marked, row, template, way):
    mark = marked[way]
    made = document(template, ABOUT[template], lang="nb", marks=[mark])
    held = leaks.secrets(Marks(saved, (mark,)), made)
    assert held
    leaks.check(made, held)
    assert not any(figure.raw == row["top_share"] for figure in made.figures)
    text = "\n".join(statement.text for statement in made.statements)
    if template in SHOWN:
        assert any(figure.withheld for figure in made.figures)
        inside = document(template, ABOUT[template], lang="nb", marks=[mark], audience="internal")
        assert any(figure.raw == row["top_share"] for figure in inside.figures)
        assert not leaks.secrets(Marks(saved, (mark,)), inside)
    assert "Gabon (54,6" not in text


@pytest.mark.parametrize(
    ("product", "name"),
    [
        ("note", "a.docx"),
        ("note", "a.pdf"),
        ("slides", "a.pptx"),
        ("workbook", "a.xlsx"),
        ("package", "a.zip"),
    ],
)
def test_no_product_for_everybody_has_a_marked_figure(
    tmp_path, document, saved, marked, row, product, name
):
    marks = Marks(saved, (marked["row"],))
    for audience, there in (("public", False), ("internal", True)):
        whole = product == "package" and not there
        template, about = ("whole", ()) if whole else ("material", ["manganese"])
        made = document(template, about, lang="nb", marks=marks.marks, audience=audience)
        out = produce(made, product, tmp_path / name, saved, marks)
        # Read anew and without the check's own reckoning of what is allowed.
        forms = marks.forms("public")
        found = {hit.form for part in parts(out) for hit in forms.every(part.text)}
        numbers = [part for part in parts(out) if forms.equal(part.numbers)]
        if there:
            assert found or numbers
            continue
        assert not numbers
        assert repr(row["top_share"]) not in found


def test_a_leak_writes_nothing_and_keeps_what_is_there(tmp_path, document, saved, row, monkeypatch):
    """A writer that lets a marked figure slip through is caught, and the file of before stays."""
    from verdikart.reports.formats import docx

    mark = Mark(f"{row['mix']}/top_share", "internal")
    made = document("material", ["manganese"], lang="nb", marks=[mark])
    out = tmp_path / "a.docx"
    out.write_text("the file of before")

    def careless(document, target, saved, marks, design):
        write(document, target, saved, marks, design)
        from docx import Document

        file = Document(str(target))
        file.paragraphs[0].add_run(f" {100 * row['top_share']:.1f} %".replace(".", ","))
        file.save(str(target))

    write = docx.write
    monkeypatch.setattr(docx, "write", careless)
    with pytest.raises(leaks.LeakError, match="text as '54,6%'"):
        produce(made, "note", out, saved, Marks(saved, (mark,)))
    assert out.read_text() == "the file of before"
    assert [p.name for p in tmp_path.iterdir()] == ["a.docx"]


def test_a_document_without_marks_is_not_read(tmp_path, document, saved, monkeypatch):
    def no(*_):
        raise AssertionError("read")

    monkeypatch.setattr("verdikart.reports.document.leaks.parts", no)
    made = document("material", ["nickel"])
    produce(made, "note", tmp_path / "a.docx", saved, Marks(saved))


def test_marks_that_say_too_little_raise_no_alarm(document, saved):
    """A rank of 1, a share of all, a verdict: withheld where they stand, and no text is refused."""
    held = [
        next(r for r in saved.own("criticality") if r["rank"] == 1),
        next(r for r in saved.own("assessments") if r["top_share"] == 1.0),
        saved.own("headline")[0],
    ]
    columns = ("rank", "top_share", "not_allied")
    marks = [Mark(str(bind(saved, r, c)), "internal") for r, c in zip(held, columns, strict=True)]
    made = document("whole", lang="nb", marks=marks)
    secrets = leaks.secrets(Marks(saved, tuple(marks)), made)
    assert not secrets
    leaks.check(made, secrets)
    assert any(figure.withheld for figure in made.figures)


def test_saved_sentences_with_a_marked_number_are_withheld(document, saved):
    """The second largest supplier by tonnes stands in a finding's words, and in no column of its."""
    finding = next(r for r in saved.rows("findings") if "Etter tonn er" in r["text_nb"])
    row = next(
        r for r in saved.own("assessments") if r["subject"] == finding["subject"] and r["mix"]
    )
    mark = Mark(str(bind(saved, row, "top_share_quantity")), "internal")
    said = re.search(r"Etter tonn er .*?%\)", finding["text_nb"])[0]
    material = finding["materials"][0]
    open_ = document("material", [material], lang="nb")
    assert any(said in s.text for s in open_.statements)
    made = document("material", [material], lang="nb", marks=[mark])
    assert not any(said in s.text for s in made.statements)
    leaks.check(made, leaks.secrets(Marks(saved, (mark,)), made))


def test_rows_of_every_table_are_withheld_in_data(saved, document, row):
    from verdikart.reports.document.datasets import SUPPRESSED, datasets

    mark = Mark(str(bind(saved, row, "top_share")), "internal")
    made = document("whole", marks=[mark])
    held = {d.name: d for d in datasets(made, saved, Marks(saved, (mark,)))}
    data = held["assessments"]
    keys = [field.key for field in data.fields]
    number = int(row[AT].partition("/")[2])
    shown = dict(zip(keys, data.rows[number], strict=True))
    assert shown["top_share"] is None
    assert shown["top_share_status"] == SUPPRESSED
    assert shown["name_nb"] == row["name_nb"]
    flat = [value for d in held.values() for line in d.rows for value in line]
    assert row["top_share"] not in [value for value in flat if isinstance(value, float)]
