"""The written check of accessibility: what every slide, note, workbook and PDF must hold.

Each function reads a finished file and returns what is wrong with it, as lines; none means that it
passes. Rules follow WCAG 2.1 (AA) where it can be computed, PDF/UA-1 for what pypdf can see, and the
checks that Office's own accessibility checker makes.
"""

from __future__ import annotations

import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import docx
from lxml import etree
from pptx import Presentation
from pypdf import PdfReader

A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
LOCALE = {"nb": "nb-NO", "en": "en-GB"}
CONTRAST = 4.5  # of text against what is behind it, WCAG 1.4.3
SLIDE_TYPE = {"graphicFrame": 12.0, "grpSp": 8.0, "sp": 10.0}  # least size by kind of shape
NOTE_TYPE = 7.0  # hashes alone are as small
TYPED_LIST = re.compile(r"^\s*(?:[-–•*·]|\d{1,2}[.)])\s")
SAYS_NOTHING = re.compile(
    r"^(?:her|here|link|lenke|klikk her|click here|les mer|read more)\.?$", re.IGNORECASE
)


# ---------------------------------------------------------------------------------- colours


def luminance(colour: str) -> float:
    """Relative luminance of ``RRGGBB`` (WCAG 2.1)."""
    parts = [int(colour[n : n + 2], 16) / 255 for n in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Contrast of two colours, 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


class Theme:
    """Colours of a theme as a master maps them."""

    def __init__(self, theme: bytes, mapping: dict[str, str]) -> None:
        slots = etree.fromstring(theme).find(f".//{A}clrScheme")
        self.slots = {
            etree.QName(slot).localname: slot[0].get("lastClr") or slot[0].get("val")
            for slot in slots
        }
        self.mapping = mapping

    def colour(self, fill: Any) -> str | None:
        """The colour of an ``a:solidFill``, changes of lightness applied; None if it is unknown."""
        if fill is None or not len(fill):
            return None
        held = fill[0]
        name = held.get("val")
        if held.tag == f"{A}schemeClr":
            name = self.slots.get(self.mapping.get(name, name))
        elif held.tag != f"{A}srgbClr":
            return None
        if name is None:
            return None
        changes = {etree.QName(c).localname: int(c.get("val")) / 100_000 for c in held}
        if set(changes) - {"lumMod", "lumOff", "alpha"}:
            return None
        return _lighter(name, changes.get("lumMod", 1.0), changes.get("lumOff", 0.0))


def _lighter(colour: str, times: float, more: float) -> str:
    from colorsys import hls_to_rgb, rgb_to_hls

    hue, light, saturation = rgb_to_hls(*(int(colour[n : n + 2], 16) / 255 for n in (0, 2, 4)))
    made = hls_to_rgb(hue, min(1.0, light * times + more), saturation)
    return "".join(f"{round(c * 255):02X}" for c in made)


# ---------------------------------------------------------------------------------- slides


def slides(path: Path, lang: str) -> list[str]:
    """What is wrong with a deck."""
    deck = Presentation(path)
    faults: list[str] = []
    if not deck.core_properties.title:
        faults.append("the deck has no title")
    if deck.core_properties.language != LOCALE[lang]:
        faults.append(f"the deck's language is {deck.core_properties.language!r}")
    titles: Counter[str] = Counter()
    for number, slide in enumerate(deck.slides, start=1):
        title = slide.shapes.title
        titles[title.text_frame.text.strip() if title is not None else ""] += 1
        faults += [f"slide {number}: {fault}" for fault in _slide(slide, lang)]
    faults += [
        f"{count} slides have the title {text!r}" for text, count in titles.items() if count > 1
    ]
    if "" in titles:
        faults.append("a slide has no title")
    return faults


def _slide(slide: Any, lang: str) -> Iterator[str]:
    shapes = list(slide.shapes._spTree.iterchildren(*(f"{P}{t}" for t in DRAWN)))
    title = slide.shapes.title
    if title is not None and shapes[0] is not title._element:
        yield "the title is not read first"
    if slide._element.get("show") == "0":
        yield "is hidden"
    yield from _order(slide)
    master = slide.slide_layout.slide_master
    theme = next(r.target_part for r in master.part.rels.values() if r.reltype.endswith("/theme"))
    colours = Theme(theme.blob, dict(master._element.find(f"{P}clrMap").attrib))
    paper = _paper(slide, colours)
    for shape in shapes:
        yield from _alternative(shape)
        yield from _runs(shape, lang)
        for table in shape.iter(f"{A}tbl"):
            yield from _slide_table(table)
        yield from _slide_contrast(shape, colours, paper)


DRAWN = ("sp", "pic", "graphicFrame", "grpSp", "cxnSp")


def _alternative(shape: Any) -> Iterator[str]:
    """Whatever is not text has an alternative text, or is marked as decoration."""
    properties = shape.find(".//{*}cNvPr")
    kind = etree.QName(shape).localname
    said = (properties.get("descr") or "").strip()
    decorative = properties.find(".//{*}decorative")
    if decorative is not None and decorative.get("val") in ("1", "true"):
        if said:
            yield f"{properties.get('name')}: is decoration and has an alternative text"
        return
    silent = kind == "sp" and not "".join(shape.itertext()).strip()
    if (kind != "sp" or silent) and not said:
        yield f"{properties.get('name')} ({kind}): has no alternative text"
    if re.search(r"\.(png|jpe?g|svg|emf)$", said, re.IGNORECASE):
        yield f"{properties.get('name')}: its alternative text is the name of a file"


def _order(slide: Any) -> Iterator[str]:
    """After the title and the section's name, content from the top down; footer and number last."""
    ends = {15, 16, 13}  # footer, date, number
    content, foot = [], False
    for shape in slide.shapes:
        kind = shape.placeholder_format.type if shape.is_placeholder else None
        if kind in ends:
            foot = True
            continue
        if foot:
            yield f"{shape.name}: is read after the footer"
        if shape.is_placeholder and shape.placeholder_format.idx in (0, 20):
            continue
        content.append(shape)
    for before, after in pairwise(content):
        if after.top + 12_700 < before.top:
            yield f"{after.name}: is read after {before.name}, which stands below it"


def _runs(shape: Any, lang: str) -> Iterator[str]:
    least = SLIDE_TYPE.get(etree.QName(shape).localname, 10.0)
    for run in shape.iter(f"{A}r", f"{A}fld"):
        properties = run.find(f"{A}rPr")
        text = run.findtext(f"{A}t") or ""
        if properties is None or properties.get("lang") != LOCALE[lang]:
            yield f"{text[:30]!r}: has no language, or another"
        elif properties.get("sz") and int(properties.get("sz")) < least * 100:
            yield f"{text[:30]!r}: is set in {int(properties.get('sz')) / 100} points"


def _slide_table(table: Any) -> Iterator[str]:
    if table.find(f"{A}tblPr").get("firstRow") != "1":
        yield "a table has no header row"
    rows = table.findall(f"{A}tr")
    for cell in rows[0].findall(f"{A}tc"):
        if not "".join(cell.itertext()).strip():
            yield "a heading of a table is empty"
    for cell in table.iter(f"{A}tc"):
        if {"gridSpan", "rowSpan", "hMerge", "vMerge"} & set(cell.attrib):
            yield "cells of a table are merged"


def _paper(slide: Any, colours: Theme) -> str | None:
    """The background: the slide's own, else its layout's, else its master's; None for a picture."""
    layout = slide.slide_layout
    for holder in (slide, layout, layout.slide_master):
        background = holder._element.find(f"{P}cSld/{P}bg")
        if background is None:
            continue
        reference = background.find(f"{P}bgRef")
        held = reference if reference is not None else background.find(f"{P}bgPr/{A}solidFill")
        return colours.colour(held)
    return colours.slots[colours.mapping["bg1"]]


def _slide_contrast(shape: Any, colours: Theme, paper: str | None) -> Iterator[str]:
    """Text with a colour of its own, against the nearest fill that is around it."""
    for run in shape.iter(f"{A}r"):
        fill = run.find(f"{A}rPr/{A}solidFill")
        ink = colours.colour(fill)
        behind = _behind(run, colours, paper)
        if ink and behind and contrast(ink, behind) < CONTRAST:
            said = run.findtext(f"{A}t")[:30]
            yield f"{said!r}: {ink} on {behind} has a contrast of {contrast(ink, behind):.1f}"


def _behind(run: Any, colours: Theme, paper: str | None) -> str | None:
    for holder in run.iterancestors(f"{A}tc", f"{P}sp"):
        if holder.tag == f"{A}tc":
            fill = holder.find(f"{A}tcPr/{A}solidFill")
        else:
            fill = holder.find(f"{P}spPr/{A}solidFill")
        if fill is not None:
            return colours.colour(fill)
    return paper


# ---------------------------------------------------------------------------------- Word notes


def note(path: Path, lang: str) -> list[str]:
    """What is wrong with a Word note."""
    word = docx.Document(path)
    return [
        *_note_properties(word, lang),
        *_headings(word),
        *_paragraphs(word),
        *_note_tables(word),
        *_pictures(word),
        *_links(word),
        *_styles(word),
    ]


def _note_properties(word: Any, lang: str) -> Iterator[str]:
    held = word.core_properties
    if not held.title:
        yield "the document has no title"
    defaults = word.styles.element.find(f"{W}docDefaults//{W}lang")
    for found in (held.language, defaults.get(f"{W}val") if defaults is not None else None):
        if found != LOCALE[lang]:
            yield f"the document's language is {found!r}"


def _headings(word: Any) -> Iterator[str]:
    if word.paragraphs[0].style.name != "Title":
        yield "the first paragraph is not the title"
    levels = [0]
    for paragraph in word.paragraphs:
        found = re.fullmatch(r"Heading (\d)", paragraph.style.name)
        if found:
            levels.append(int(found[1]))
            if not paragraph.text.strip():
                yield "a heading is empty"
            if levels[-1] > levels[-2] + 1:
                yield f"{paragraph.text!r}: level {levels[-1]} after {levels[-2]}"
    if len(levels) == 1:
        yield "there is no heading"


def _paragraphs(word: Any) -> Iterator[str]:
    """No empty paragraph for space, and no list that is only typed as one."""
    for paragraph in word.element.body.iter(f"{W}p"):
        text = "".join(t.text or "" for t in paragraph.iter(f"{W}t"))
        if not text.strip() and paragraph.find(f".//{W}drawing") is None:
            turns = paragraph.find(f"{W}pPr/{W}sectPr") is not None  # the only way to turn a page
            if paragraph.getparent().tag != f"{W}tc" and not turns:
                yield "a paragraph is empty"
        elif TYPED_LIST.match(text) and paragraph.getparent().tag != f"{W}tc":
            yield f"{text[:40]!r}: is typed as a list"


def _note_tables(word: Any) -> Iterator[str]:
    for table in word.element.body.iter(f"{W}tbl"):
        name = table.find(f"{W}tblPr/{W}tblCaption")
        said = name.get(f"{W}val") if name is not None else ""
        if not said:
            yield "a table has no title in its properties"
        rows = table.findall(f"{W}tr")
        heads = [row.find(f"{W}trPr/{W}tblHeader") is not None for row in rows]
        if heads != [True] + [False] * (len(rows) - 1):
            yield f"{said}: its first row, and that alone, is not its header row"
        if next(table.iter(f"{W}gridSpan", f"{W}vMerge"), None) is not None:
            yield f"{said}: has merged cells"
        if next(table.iterdescendants(f"{W}tbl"), None) is not None:
            yield f"{said}: holds another table"
        for cell in rows[0].findall(f"{W}tc"):
            if not "".join(cell.itertext()).strip():
                yield f"{said}: a heading is empty"
        wide = {len(row.findall(f"{W}tc")) for row in rows}
        if len(wide) != 1:
            yield f"{said}: its rows have {wide} cells"


def _pictures(word: Any) -> Iterator[str]:
    for picture in word.element.body.iter("{*}docPr"):
        if not (picture.get("descr") or "").strip():
            yield f"{picture.get('name')}: has no alternative text"
    if next(word.element.body.iter("{*}anchor"), None) is not None:
        yield "a picture floats: it is read out of order"


def _links(word: Any) -> Iterator[str]:
    for link in word.element.body.iter(f"{W}hyperlink"):
        text = "".join(t.text or "" for t in link.iter(f"{W}t")).strip()
        if not text or SAYS_NOTHING.match(text):
            yield f"a link says {text!r}"


def _styles(word: Any) -> Iterator[str]:
    """Ink of the styles in use against their own shading or the paper, and sizes."""
    shown = [p for p in word.element.body.iter(f"{W}p") if next(p.iter(f"{W}t"), None) is not None]
    used = {e.get(f"{W}val") for p in shown for e in p.iter(f"{W}pStyle", f"{W}rStyle")}
    for style in word.styles.element.findall(f"{W}style"):
        if style.get(f"{W}styleId") not in used:
            continue
        name = style.find(f"{W}name").get(f"{W}val")
        ink, shade = style.find(f"{W}rPr/{W}color"), style.find(f".//{W}shd")
        behind = (shade.get(f"{W}fill") if shade is not None else None) or "FFFFFF"
        colour = ink.get(f"{W}val") if ink is not None else "auto"
        behind = "FFFFFF" if behind == "auto" else behind
        if colour != "auto" and contrast(colour, behind) < CONTRAST:
            yield f"style {name}: {colour} on {behind} has a contrast of {contrast(colour, behind):.1f}"
        size = style.find(f"{W}rPr/{W}sz")
        if size is not None and int(size.get(f"{W}val")) / 2 < NOTE_TYPE:
            yield f"style {name}: is set in {int(size.get(f'{W}val')) / 2} points"


# ---------------------------------------------------------------------------------- workbooks


def workbook(path: Path) -> list[str]:
    """What is wrong with a workbook."""
    faults: list[str] = []
    with zipfile.ZipFile(path) as file:
        files = {name: file.read(name) for name in file.namelist()}
    book = etree.fromstring(files["xl/workbook.xml"])
    sheets = [s.get("name") for s in book.iter(f"{S}sheet")]
    faults += [f"sheet {n!r} says nothing" for n in sheets if re.fullmatch(r"(Sheet|Ark)\d+", n)]
    faults += [
        f"sheet {s.get('name')!r} is hidden" for s in book.iter(f"{S}sheet") if s.get("state")
    ]
    if b"<dc:title>" not in files["docProps/core.xml"]:
        faults.append("the workbook has no title")
    for place, name in enumerate(sheets, start=1):
        data = files[f"xl/worksheets/sheet{place}.xml"]
        if b"<mergeCell" in data and place > 1:
            faults.append(f"sheet {name!r} has merged cells")
        if b"<row" not in data:
            faults.append(f"sheet {name!r} is empty")
        rels = files.get(f"xl/worksheets/_rels/sheet{place}.xml.rels", b"")
        if b"/table" in rels and b'state="frozen"' not in data:
            faults.append(f"sheet {name!r}: its headings are not frozen")
    return [*faults, *_sheet_parts(files)]


def _sheet_parts(files: dict[str, bytes]) -> Iterator[str]:
    """Tables with their headings, drawings with their alternative texts."""
    for name, data in files.items():
        if re.match(r"xl/tables/table\d+\.xml", name):
            table = etree.fromstring(data)
            if table.get("headerRowCount") == "0":
                yield f"{name}: has no header row"
            columns = [c.get("name") for c in table.iter(f"{S}tableColumn")]
            if not all((c or "").strip() for c in columns) or len(columns) != len(set(columns)):
                yield f"{name}: its headings are empty or not unique"
        if re.match(r"xl/drawings/drawing\d+\.xml", name):
            for shape in etree.fromstring(data).iter("{*}cNvPr"):
                if not (shape.get("descr") or "").strip():
                    yield f"{name}: {shape.get('name')} has no alternative text"


# ---------------------------------------------------------------------------------- PDF


def pdf(path: Path, lang: str) -> list[str]:
    """What is wrong with a PDF."""
    reader = PdfReader(path)
    root = reader.trailer["/Root"]
    checks = {
        "is not marked as tagged": bool(root.get("/MarkInfo", {}).get("/Marked")),
        "has no structure": "/StructTreeRoot" in root,
        f"its language is {root.get('/Lang')}": root.get("/Lang") == LOCALE[lang],
        "shows its file's name for a title": bool(
            root["/ViewerPreferences"].get("/DisplayDocTitle")
        ),
        "says nothing of PDF/UA": b"pdfuaid:part" in root["/Metadata"].get_object().get_data(),
        "has no title": bool(reader.metadata and reader.metadata.title),
        "has no bookmarks": bool(reader.outline),
    }
    faults = [fault for fault, holds in checks.items() if not holds]
    elements = list(_tree(root["/StructTreeRoot"]))
    faults += _structure(elements)
    for number, page in enumerate(reader.pages, start=1):
        if "/Annots" in page and page.get("/Tabs") != "/S":
            faults.append(f"page {number}: the tabulator does not follow the structure")
        for held in page.get("/Annots", ()):
            link = held.get_object()
            if link["/Subtype"] == "/Link" and not (
                link.get("/Contents") and "/StructParent" in link
            ):
                faults.append(f"page {number}: a link says nothing")
        faults += [f"page {number}: {fault}" for fault in _fonts(page)]
    return faults


def _tree(node: Any) -> Iterator[Any]:
    node = node.get_object()
    if isinstance(node, list):
        for child in node:
            yield from _tree(child)
    elif isinstance(node, dict):
        if "/S" in node:
            yield node
        if "/K" in node:
            yield from _tree(node["/K"])


def _structure(elements: list[Any]) -> Iterator[str]:
    level = 0
    for element in elements:
        kind = element["/S"]
        if kind in ("/Figure", "/Formula") and not str(element.get("/Alt", "")).strip():
            yield "a figure has no alternative text"
        if kind == "/Table":
            heads = [e for e in _tree(element["/K"]) if e["/S"] == "/TH"]
            if not heads:
                yield "a table has no header cell"
            for head in heads:
                held = head.get("/A", [])
                held = held if isinstance(held, list) else [held]
                if not any("/Scope" in a.get_object() for a in held):
                    yield "a header cell does not say what it heads"
        found = re.fullmatch(r"/H(\d)", str(kind))
        if found:
            if int(found[1]) > level + 1:
                yield f"a heading of level {found[1]} after {level}"
            level = int(found[1])
    if level == 0:
        yield "there is no heading"


def _fonts(page: Any) -> Iterator[str]:
    fonts = page["/Resources"].get("/Font", {})
    for name in fonts:
        font = fonts[name].get_object()
        inner = font["/DescendantFonts"][0].get_object() if "/DescendantFonts" in font else font
        described = inner.get("/FontDescriptor", {})
        if not {"/FontFile", "/FontFile2", "/FontFile3"} & set(described):
            yield f"the font {font.get('/BaseFont')} is not in the file"
        if "/ToUnicode" not in font:
            yield f"the font {font.get('/BaseFont')} cannot be read aloud"
