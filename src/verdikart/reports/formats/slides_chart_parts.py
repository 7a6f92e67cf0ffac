"""What a native chart is dressed in: axes, colours, labels, legend, the line of a limit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final
from xml.sax.saxutils import escape, quoteattr

from verdikart.chains.text_fit import width as wide
from verdikart.reports.formats.slides_design import POINT, Area
from verdikart.reports.formats.slides_text import A, R
from verdikart.reports.palette import PAPER

if TYPE_CHECKING:
    from verdikart.reports.formats.slides_chart_scale import Scale

C: Final = "http://schemas.openxmlformats.org/drawingml/2006/chart"
CDR: Final = "http://schemas.openxmlformats.org/drawingml/2006/chartDrawing"
SHAPES: Final = "application/vnd.openxmlformats-officedocument.drawingml.chartshapes+xml"
SIGNS: Final = ("circle", "diamond", "triangle", "square", "x")  # no series by colour alone


def language(space: Any, locale: str) -> None:  # noqa: ANN401 - the chart's root element
    """Set the language that a chart's texts and numbers are in."""
    from lxml import etree

    lang = space.find(f"{{{C}}}lang")
    if lang is None:
        lang = etree.Element(f"{{{C}}}lang")
        after = [f"{{{C}}}date1904"]
        place = max((n + 1 for n, e in enumerate(space) if e.tag in after), default=0)
        space.insert(place, lang)
    lang.set("val", locale)


def axes(space: Any) -> None:  # noqa: ANN401
    """Number the axes anew: the library's numbers are below nought, where the schema has none."""
    held = list(space.iter(f"{{{C}}}axId", f"{{{C}}}crossAx"))
    numbers = {e.get("val"): str(n) for n, e in enumerate(held, start=1) if e.tag.endswith("axId")}
    for element in held:
        element.set("val", numbers[element.get("val")])


def ink(font: Any, *, soft: bool = False) -> None:  # noqa: ANN401
    """The template's ink for a text."""
    from pptx.enum.dml import MSO_THEME_COLOR

    font.color.theme_color = MSO_THEME_COLOR.TEXT_1
    if soft:
        font.color.brightness = 0.25


def rgb(colour: str) -> Any:  # noqa: ANN401
    """A colour for the library."""
    from pptx.dml.color import RGBColor

    return RGBColor.from_string(colour.removeprefix("#").upper())


def lighter(colour: str, part: float) -> str:
    """A colour so much nearer to white."""
    channels = [int(colour[n : n + 2], 16) for n in (1, 3, 5)]
    return "#" + "".join(f"{round(c + (255 - c) * min(part, 0.8)):02x}" for c in channels)


def value_axis(axis: Any, ends: Scale, code: str, title: str) -> None:  # noqa: ANN401
    """A measured axis: ends, steps, faint lines, its title."""
    axis.minimum_scale, axis.maximum_scale, axis.major_unit = ends.low, ends.high, ends.step
    axis.has_major_gridlines = True
    axis.major_gridlines.format.line.color.rgb = rgb(PAPER.grid)
    axis.major_gridlines.format.line.width = POINT * 3 // 4
    axis.format.line.fill.background()
    axis.tick_labels.number_format = code
    axis.tick_labels.number_format_is_linked = False
    ink(axis.tick_labels.font, soft=True)
    axis.tick_labels.font.size = 12 * POINT
    if title:
        axis.has_title = True
        axis.axis_title.text_frame.text = title
        font = axis.axis_title.text_frame.paragraphs[0].runs[0].font
        font.size, font.bold = 12 * POINT, False
        ink(font, soft=True)


def first_on_top(made: Any) -> None:  # noqa: ANN401
    """Categories from the top down, the measured axis below them."""
    from pptx.enum.chart import XL_TICK_LABEL_POSITION, XL_TICK_MARK

    names = made.category_axis
    names.reverse_order = True
    names.has_major_gridlines = False
    names.major_tick_mark = XL_TICK_MARK.NONE
    names.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    names.format.line.color.rgb = rgb(PAPER.quiet)
    names.tick_labels.font.size = 12 * POINT
    ink(names.tick_labels.font)
    crosses = made.value_axis._element.find(f"{{{C}}}crosses")
    crosses.set("val", "max")


def inside(made: Any, inner: Area, at: Area) -> None:  # noqa: ANN401
    """Where the plot itself stands, so that names have their room and a limit its place."""
    from lxml import etree

    area = made._chartSpace.chart.plotArea
    for old in area.findall(f"{{{C}}}layout"):
        area.remove(old)
    text = "".join(
        f'<c:{tag} val="{value}"/>'
        for tag, value in (
            ("layoutTarget", "inner"),
            ("xMode", "edge"),
            ("yMode", "edge"),
            ("x", f"{inner.x / at.w:.5f}"),
            ("y", f"{inner.y / at.h:.5f}"),
            ("w", f"{inner.w / at.w:.5f}"),
            ("h", f"{inner.h / at.h:.5f}"),
        )
    )
    layout = f'<c:layout xmlns:c="{C}"><c:manualLayout>{text}</c:manualLayout></c:layout>'
    area.insert(0, etree.fromstring(layout))


def filled(series: Any, colours: Sequence[str]) -> None:  # noqa: ANN401
    """Colour of a series, and of its points where they differ."""
    series.format.fill.solid()
    series.format.fill.fore_color.rgb = rgb(colours[0])
    series.invert_if_negative = False
    for n, colour in enumerate(colours):
        if colour != colours[0]:
            fill = series.points[n].format.fill
            fill.solid()
            fill.fore_color.rgb = rgb(colour)


def on_colour(labels: Any, colour: str) -> None:  # noqa: ANN401
    """Ink that stands out on a colour."""
    channels = [int(colour[n : n + 2], 16) for n in (1, 3, 5)]
    light = 0.299 * channels[0] + 0.587 * channels[1] + 0.114 * channels[2] > 150
    labels.font.color.rgb = rgb(PAPER.ink if light else "#ffffff")
    labels.font.size = 12 * POINT


def unlabelled(series: Any, places: Sequence[int]) -> None:  # noqa: ANN401
    """No label on parts that are too narrow for one; the numbers stay in the workbook."""
    from lxml import etree

    labels = series._element.find(f"{{{C}}}dLbls")
    for n, place in enumerate(places):
        one = etree.fromstring(
            f'<c:dLbl xmlns:c="{C}"><c:idx val="{place}"/><c:delete val="1"/></c:dLbl>'
        )
        labels.insert(n, one)


def legend(made: Any, *, shown: bool) -> None:  # noqa: ANN401
    """A legend below, where there is more than one thing to tell apart."""
    from pptx.enum.chart import XL_LEGEND_POSITION

    made.has_legend = shown
    if shown:
        made.legend.position = XL_LEGEND_POSITION.BOTTOM
        made.legend.include_in_layout = False
        made.legend.font.size = 12 * POINT
        ink(made.legend.font)


def limit_line(made: Any, text: str, part: float, inner: Area, at: Area) -> None:  # noqa: ANN401
    """A named line over the plot with its text, as shapes of the chart itself."""
    from pptx.opc.package import Part
    from pptx.opc.packuri import PackURI

    x = (inner.x + part * inner.w) / at.w
    top, bottom = (inner.y - 3) / at.h, (inner.y + inner.h) / at.h
    half = (wide(text, 12) * 1.1 + 8) / 2 / at.w
    left = min(max(x - half, 0.0), 1.0 - 2 * half)
    ink_ = f'<a:solidFill><a:srgbClr val="{PAPER.limit[1:].upper()}"/></a:solidFill>'

    def anchored(box: tuple[float, float, float, float], inner_xml: str) -> str:
        (x0, y0, x1, y1) = (f"{v:.5f}" for v in box)
        return (
            f"<cdr:relSizeAnchor><cdr:from><cdr:x>{x0}</cdr:x><cdr:y>{y0}</cdr:y></cdr:from>"
            f"<cdr:to><cdr:x>{x1}</cdr:x><cdr:y>{y1}</cdr:y></cdr:to>{inner_xml}"
            "</cdr:relSizeAnchor>"
        )

    line = (
        f'<cdr:cxnSp macro=""><cdr:nvCxnSpPr><cdr:cNvPr id="2" name={quoteattr(text)}/>'
        "<cdr:cNvCxnSpPr/></cdr:nvCxnSpPr><cdr:spPr>"
        '<a:xfrm><a:off x="0" y="0"/><a:ext cx="0" cy="0"/></a:xfrm>'
        f'<a:prstGeom prst="line"><a:avLst/></a:prstGeom><a:ln w="19050">{ink_}'
        '<a:prstDash val="dash"/></a:ln></cdr:spPr></cdr:cxnSp>'
    )
    label = (
        f'<cdr:sp macro="" textlink=""><cdr:nvSpPr><cdr:cNvPr id="3" name={quoteattr(text)}/>'
        '<cdr:cNvSpPr txBox="1"/></cdr:nvSpPr><cdr:spPr>'
        '<a:xfrm><a:off x="0" y="0"/><a:ext cx="0" cy="0"/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:noFill/></cdr:spPr><cdr:txBody>'
        '<a:bodyPr wrap="none" lIns="0" tIns="0" rIns="0" bIns="0" anchor="b"/><a:lstStyle/>'
        f'<a:p><a:pPr algn="ctr"/><a:r><a:rPr sz="1200">{ink_}<a:latin typeface="+mn-lt"/></a:rPr>'
        f"<a:t>{escape(text)}</a:t></a:r></a:p></cdr:txBody></cdr:sp>"
    )
    drawn = (
        f'<c:userShapes xmlns:c="{C}" xmlns:a="{A}" xmlns:cdr="{CDR}">'
        + anchored((x, top, x, bottom), line)
        + anchored((left, max(0.0, top - 18 / at.h), left + 2 * half, top), label)
        + "</c:userShapes>"
    )
    number = made.part.partname.rpartition("/chart")[2].removesuffix(".xml")
    place = PackURI(f"/ppt/drawings/drawing{number}.xml")
    held = Part(place, SHAPES, made.part.package, drawn.encode())
    key = made.part.relate_to(held, f"{R}/chartUserShapes")
    shapes = made._chartSpace.makeelement(f"{{{C}}}userShapes", {f"{{{R}}}id": key})
    made._chartSpace.append(shapes)


def years(made: Any, count: int, width: float) -> None:  # noqa: ANN401
    """Years along the foot, as many as stand free of each other."""
    from pptx.enum.chart import XL_TICK_LABEL_POSITION, XL_TICK_MARK

    axis = made.category_axis
    axis.has_major_gridlines = False
    axis.major_tick_mark = XL_TICK_MARK.OUTSIDE
    axis.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    axis.format.line.color.rgb = rgb(PAPER.quiet)
    axis.tick_labels.font.size = 12 * POINT
    ink(axis.tick_labels.font)
    every = -(-count * 40 // max(round(width - 80), 1))
    turn = axis._element.find(f".//{{{A}}}bodyPr")
    turn.set("rot", "-2700000" if every > 1 else "0")
    turn.set("vert", "horz")
    if every > 1:
        element = axis._element
        before = element.find(f"{{{C}}}noMultiLvlLbl")
        for tag in ("tickLblSkip", "tickMarkSkip"):
            made_ = element.makeelement(f"{{{C}}}{tag}", {"val": str(every)})
            if before is not None:
                before.addprevious(made_)
            else:
                element.append(made_)


def stroke(series: Any, colour: str, place: int) -> None:  # noqa: ANN401
    """A line with marks of its own kind."""
    series.smooth = False
    series.format.line.color.rgb = rgb(colour)
    series.format.line.width = 9 * POINT // 4
    marked(series.marker, colour, place)


def marked(marker: Any, colour: str, place: int) -> None:  # noqa: ANN401
    """The sign of a point, of its own kind for each series."""
    from pptx.enum.chart import XL_MARKER_STYLE

    styles = [getattr(XL_MARKER_STYLE, sign.upper()) for sign in SIGNS]
    marker.style, marker.size = styles[place % len(styles)], 7
    marker.format.fill.solid()
    marker.format.fill.fore_color.rgb = rgb(colour)
    marker.format.line.color.rgb = rgb(colour)


def last_value(series: Any, values: Sequence[float | None], code: str) -> None:  # noqa: ANN401
    """The value at the end of a line."""
    from lxml import etree

    places = [n for n, v in enumerate(values) if v is not None]
    if not places:
        return
    flags = "".join(
        f'<c:{tag} val="{int(tag == "showVal")}"/>'
        for tag in ("showLegendKey", "showVal", "showCatName", "showSerName", "showPercent")
    )
    flags += '<c:showBubbleSize val="0"/>'
    form = f'<c:numFmt formatCode={quoteattr(code)} sourceLinked="0"/>'
    one = f'<c:dLbl><c:idx val="{places[-1]}"/>{form}<c:spPr/><c:dLblPos val="t"/>{flags}</c:dLbl>'
    none = flags.replace('showVal val="1"', 'showVal val="0"')
    element = series._element
    labels = etree.fromstring(f'<c:dLbls xmlns:c="{C}">{one}{none}</c:dLbls>')
    element.find(f"{{{C}}}cat").addprevious(labels)


def dashed(series: Any) -> None:  # noqa: ANN401
    """The line of a limit."""
    from pptx.enum.chart import XL_MARKER_STYLE
    from pptx.enum.dml import MSO_LINE

    series.format.line.color.rgb = rgb(PAPER.limit)
    series.format.line.width = 3 * POINT // 2
    series.format.line.dash_style = MSO_LINE.DASH
    series.marker.style = XL_MARKER_STYLE.NONE
    series.smooth = False
