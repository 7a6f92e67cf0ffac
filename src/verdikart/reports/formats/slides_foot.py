"""Footer and number of a slide: the layout's, else the master's, else a box of their own."""

from __future__ import annotations

from copy import deepcopy
from typing import Any, Final
from xml.sax.saxutils import escape

from verdikart.chains.text_fit import wrap
from verdikart.reference.i18n import Lang
from verdikart.reports.formats.slides_design import POINT, Design, placeholder
from verdikart.reports.formats.slides_shapes import own_size, parsed
from verdikart.reports.formats.slides_text import LOCALES, MARK, NS, A, P

NUMBER: Final = "{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}"  # of the field that numbers slides


def foot(slide: Any, design: Design, footer: str, lang: Lang) -> None:  # noqa: ANN401
    """Add a slide's footer and number."""
    tree = slide.shapes._spTree
    layout = slide.slide_layout
    for kind in ("ftr", "sldNum"):
        own = placeholder(layout, (kind,))
        shape = own if own is not None else placeholder(layout.slide_master, (kind,))
        number = max(int(n) for n in tree.xpath("//p:cNvPr/@id")) + 1
        if shape is None:
            if kind == "ftr":
                tree.append(_box(number, design, footer, lang))
            continue
        made = deepcopy(shape._element)
        made.nvSpPr.cNvPr.set("id", str(number))
        if own is not None:  # its place is the layout's
            made.spPr.clear()
        look = _look(shape, layout, kind, footer)
        properties = f'lang="{LOCALES[lang]}" dirty="0"'
        if kind == "ftr":
            run = f"<a:r><a:rPr {properties}/><a:t>{escape(footer)}</a:t></a:r>"
        else:
            place = len(design.presentation.slides)
            run = (
                f'<a:fld id="{NUMBER}" type="slidenum"><a:rPr {properties}/>'
                f"<a:t>{place}</a:t></a:fld>"
            )
        align = f'<a:pPr algn="{look.get("algn")}"/>' if look.get("algn") else ""
        paragraph = parsed(f"<a:p {NS}>{align}{run}</a:p>")
        _dress(paragraph.find(f".//{{{A}}}rPr"), look)
        body = made.find(f"{{{P}}}txBody")
        for old in [*body.findall(f"{{{A}}}p"), *body.find(f"{{{A}}}lstStyle")]:
            old.getparent().remove(old)
        body.append(paragraph)
        tree.append(made)


def _look(shape: Any, layout: Any, kind: str, footer: str) -> dict[str, Any]:  # noqa: ANN401
    """Alignment, size, colour and font that layout and master give.

    They are written out on the slide, since LibreOffice takes them over from no layout. A footer
    that would not fit in its place is set in 10 points.
    """
    found: dict[str, Any] = {}
    master = placeholder(layout.slide_master, (kind,))
    for holder in (shape, master):
        if holder is None:
            continue
        level = holder._element.find(f".//{{{A}}}lvl1pPr")
        if level is None:
            continue
        if level.get("algn"):
            found.setdefault("algn", level.get("algn"))
        style = level.find(f"{{{A}}}defRPr")
        if style is not None:
            if style.get("sz"):
                found.setdefault("sz", style.get("sz"))
            for tag in ("solidFill", "latin"):
                element = style.find(f"{{{A}}}{tag}")
                if element is not None:
                    found.setdefault(tag, element)
    if kind == "ftr":
        width, height = (shape.width or 0) / POINT, (shape.height or 0) / POINT
        size = own_size(shape) or 12.0
        count = len(wrap(footer, max(width - 14.4, 60.0), size))
        if size > MARK and count * size * 1.2 > height:
            found["sz"] = str(round(MARK * 100))
    return found


def _dress(properties: Any, look: dict[str, Any]) -> None:  # noqa: ANN401
    if look.get("sz"):
        properties.set("sz", look["sz"])
    for tag in ("solidFill", "latin"):
        if tag in look:
            properties.append(deepcopy(look[tag]))


def _box(number: int, design: Design, footer: str, lang: Lang) -> Any:  # noqa: ANN401
    """A footer where the template has no place for one."""
    area, page = design.area, design.page
    x, y, w, h = (round(v * POINT) for v in (area.x, page.h - 24, page.w * 0.8, 16))
    return parsed(
        f'<p:sp {NS}><p:nvSpPr><p:cNvPr id="{number}" name="Footer {number}"/>'
        '<p:cNvSpPr txBox="1"/><p:nvPr/></p:nvSpPr>'
        f'<p:spPr><a:xfrm><a:off x="{x}" y="{y}"/><a:ext cx="{w}" cy="{h}"/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:noFill/></p:spPr><p:txBody>'
        '<a:bodyPr wrap="square" lIns="0" tIns="0" rIns="0" bIns="0"/><a:lstStyle/><a:p><a:r>'
        f'<a:rPr lang="{LOCALES[lang]}" sz="{round(MARK * 100)}" dirty="0"/>'
        f"<a:t>{escape(footer)}</a:t></a:r></a:p></p:txBody></p:sp>"
    )
