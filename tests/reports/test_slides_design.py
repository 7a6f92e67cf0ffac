"""Templates of slides: the house's own, a user's with its layouts by name, and what is wrong with one."""

from __future__ import annotations

import io
import zipfile
from dataclasses import asdict

import pytest
from pptx import Presentation
from pptx.util import Emu

from verdikart.core.errors import UsageProblem
from verdikart.mapping.audience import Marks
from verdikart.reports.formats.slides_design import folded, opened
from verdikart.reports.formats.slides_house import save, template
from verdikart.reports.palette import PAPER
from verdikart.reports.produce import produce

NORWEGIAN = {
    "Title Slide": "Tittellysbilde",
    "Title and Content": "1_Tittel  og innhold",
    "Section Header": "DELOVERSKRIFT",
    "Title Only": "Bare tittel",
}


@pytest.fixture
def own(tmp_path):
    """Makes a template of a user's own: a change to PowerPoint's usual one, in 4:3."""

    def make(change=lambda deck: None, name="own.pptx"):
        deck = Presentation()
        change(deck)
        held = io.BytesIO()
        deck.save(held)
        path = tmp_path / name
        if path.suffix == ".potx":
            with zipfile.ZipFile(held) as old, zipfile.ZipFile(path, "w") as new:
                for entry in old.namelist():
                    data = old.read(entry)
                    new.writestr(entry, data.replace(b"presentation.main", b"template.main"))
        else:
            path.write_bytes(held.getvalue())
        return path

    return make


def _in_norwegian(deck):
    for layout in deck.slide_layouts:
        layout.name = NORWEGIAN.get(layout.name, layout.name)
    slide = deck.slides.add_slide(deck.slide_layouts[0])
    slide.shapes.title.text = "Et gammelt lysbilde"
    deck.core_properties.last_modified_by = "Kari Nordmann"


def test_the_house_has_its_layouts_and_the_colours_of_the_palette(tmp_path):
    file = save(tmp_path / "house.pptx")
    deck = Presentation(file)
    assert [layout.name for layout in deck.slide_layouts] == [
        "Title Slide",
        "Title and Content",
        "Section Header",
        "Title Only",
    ]
    assert len(deck.slides) == 0
    with zipfile.ZipFile(file) as held:
        theme = held.read("ppt/theme/theme1.xml").decode()
    colours = asdict(PAPER)
    assert all(colours[n][1:].upper() in theme for n in ("ink", "ally", "risk", "other", "doubt"))
    assert file.read_bytes() == template()
    with pytest.raises(UsageProblem, match="pptx"):
        save(tmp_path / "house.ppt")
    with pytest.raises(UsageProblem, match="does not exist"):
        save(tmp_path / "none" / "house.pptx")


@pytest.mark.parametrize("name", ["own.pptx", "own.potx"])
def test_a_users_template_is_taken_with_its_norwegian_names(document, saved, own, tmp_path, name):
    doc = document("material", ["nickel"], lang="nb")
    out = tmp_path / "deck.pptx"
    produce(doc, "slides", out, saved, Marks(saved), own(_in_norwegian, name))
    deck = Presentation(out)
    assert (deck.slide_width, deck.slide_height) == (Emu(9144000), Emu(6858000))
    titles = [slide.shapes.title.text_frame.text for slide in deck.slides]
    assert titles[0] == doc.title
    assert "Et gammelt lysbilde" not in titles
    assert {slide.slide_layout.name for slide in deck.slides} <= set(NORWEGIAN.values())
    with zipfile.ZipFile(out) as held:
        assert not any(b"Nordmann" in held.read(n) for n in held.namelist())
        assert not any(b"gammelt" in held.read(n) for n in held.namelist())
    for slide in deck.slides:
        for shape in slide.shapes:
            assert shape.left + shape.width <= deck.slide_width, shape.name
            assert shape.top + shape.height <= deck.slide_height, shape.name


def test_what_a_template_lacks_is_listed_whole(own, saved, document, tmp_path):
    def without(deck):
        for layout in deck.slide_layouts:
            if layout.name in ("Section Header", "Title Only"):
                layout.name = f"House {layout.name}"
            if layout.name == "Title and Content":
                for shape in list(layout.placeholders):
                    if shape.placeholder_format.idx == 1:
                        shape._element.getparent().remove(shape._element)

    doc = document("material", ["nickel"])
    with pytest.raises(UsageProblem) as caught:
        produce(doc, "slides", tmp_path / "x.pptx", saved, Marks(saved), own(without))
    said = str(caught.value)
    for part in ("Section Header", "Title Only", "content", "It has:", "House Title Only"):
        assert part in said
    assert not list(tmp_path.glob("*x.pptx"))


@pytest.mark.parametrize(
    ("data", "match"),
    [
        (b"", "empty"),
        (b"no zip at all", "as a PowerPoint file"),
        (None, "cannot be read"),
        ("docx", "no presentation"),
        ("torn", "cannot be read as a presentation"),
    ],
)
def test_a_broken_template_is_said_to_be_so(tmp_path, own, data, match):
    path = tmp_path / "broken.pptx"
    if data == "docx":
        from docx import Document as Word

        Word().save(path)
    elif data == "torn":
        with zipfile.ZipFile(own()) as old, zipfile.ZipFile(path, "w") as new:
            for entry in old.namelist():
                if "slideMaster1.xml" not in entry:
                    new.writestr(entry, old.read(entry))
    elif data is not None:
        path.write_bytes(data)
    with pytest.raises(UsageProblem, match=match):
        opened(path)


def test_names_of_layouts_are_compared_without_case_and_spaces():
    assert folded("1_Tittel  og innhold") == folded("tittel og Innhold")
    assert folded("Bare tittel") != folded("Tittel")
