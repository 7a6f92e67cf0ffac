"""What a native chart is dressed in: axes, colours, labels, the line of a limit, its workbook."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final
from xml.sax.saxutils import escape, quoteattr

from verdikart.chains.text_fit import width as wide
from verdikart.reports.document.model import Chart
from verdikart.reports.formats.slides_design import POINT, Area
from verdikart.reports.formats.slides_text import LOCALES, A, R
from verdikart.reports.palette import PAPER
from verdikart.reports.voice import Voice, short

if TYPE_CHECKING:
    from verdikart.reports.formats.slides_charts import Scale

C: Final = "http://schemas.openxmlformats.org/drawingml/2006/chart"
CDR: Final = "http://schemas.openxmlformats.org/drawingml/2006/chartDrawing"
SHAPES: Final = "application/vnd.openxmlformats-officedocument.drawingml.chartshapes+xml"
NAME: Final = 11.0  # size of a point's name
SHEET: Final = "Sheet1"
SIGNS: Final = ("circle", "diamond", "triangle", "square", "x")  # no series by colour alone
Ends = tuple[tuple[float, float], tuple[float, float]]


def workbook(chart: Chart, code: str, voice: Voice) -> bytes:
    """The numbers of a chart where the chart looks for them, without a time of its own."""
    from datetime import UTC, datetime

    from xlsxwriter import Workbook

    held = io.BytesIO()
    with Workbook(held, {"in_memory": True}) as book:
        book.set_properties({"created": datetime(1980, 1, 1, tzinfo=UTC)})
        sheet = book.add_worksheet(SHEET)
        number, bold = book.add_format({"num_format": code}), book.add_format({"bold": True})
        sheet.set_column(0, 0, 40)
        if chart.kind == "scatter":
            row = 0
            blocks = [
                (s.name, list(zip(s.xs, s.values, strict=True)), chart.categories)
                for s in chart.series
            ]
            blocks += [(name, list(ends), ()) for name, ends in limits(chart, voice)]
            for name, points, names in blocks:
                sheet.write_string(row, 1, name, bold)
                for n, (x, y) in enumerate(points, start=row + 1):
                    sheet.write(n, 0, x)
                    sheet.write(n, 1, y, number)
                    if names:
                        sheet.write_string(n, 2, names[n - row - 1])
                row += len(points) + 2
            return_width = 24
        else:
            for n, category in enumerate(chart.categories, start=1):
                sheet.write_string(n, 0, category)
            columns = [(s.name, s.values) for s in chart.series]
            if chart.kind == "line" and chart.limit is not None:
                columns.append((chart.limit_text, (chart.limit,) * len(chart.categories)))
            for place, (name, values) in enumerate(columns, start=1):
                sheet.write_string(0, place, name, bold)
                for n, value in enumerate(values, start=1):
                    if value is not None:
                        sheet.write_number(n, place, value, number)
            return_width = 18
        sheet.set_column(1, 6, return_width)
    return held.getvalue()


def limits(chart: Chart, voice: Voice) -> list[tuple[str, Ends]]:
    """Lines of a scatter chart's limits, as series of two points."""
    from verdikart.reports.formats.slides_charts import scale

    across = scale([*(x for s in chart.series for x in s.xs), chart.x_limit], chart.x_unit)
    up = scale([*(v for s in chart.series for v in s.values), chart.limit], chart.unit)
    found: list[tuple[str, Ends]] = []
    if chart.limit is not None:
        ends = ((across.low, chart.limit), (across.high, chart.limit))
        found.append((chart.limit_text or chart.axis, ends))
    if chart.x_limit is not None:
        ends = ((chart.x_limit, up.low), (chart.x_limit, up.high))
        found.append((f"{chart.x_axis}: {voice.number(chart.x_limit, 1)}", ends))
    return found


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


def ink(font: Any, *, soft: bool = False) -> None:  # noqa: ANN401
    """The template's ink for a text."""
    from pptx.enum.dml import MSO_THEME_COLOR

    font.color.theme_color = MSO_THEME_COLOR.TEXT_1
    if soft:
        font.color.brightness = 0.25


def _rgb(colour: str) -> Any:  # noqa: ANN401
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
    axis.major_gridlines.format.line.color.rgb = _rgb(PAPER.grid)
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
    names.format.line.color.rgb = _rgb(PAPER.quiet)
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
    series.format.fill.fore_color.rgb = _rgb(colours[0])
    series.invert_if_negative = False
    for n, colour in enumerate(colours):
        if colour != colours[0]:
            fill = series.points[n].format.fill
            fill.solid()
            fill.fore_color.rgb = _rgb(colour)


def on_colour(labels: Any, colour: str) -> None:  # noqa: ANN401
    """Ink that stands out on a colour."""
    channels = [int(colour[n : n + 2], 16) for n in (1, 3, 5)]
    light = 0.299 * channels[0] + 0.587 * channels[1] + 0.114 * channels[2] > 150
    labels.font.color.rgb = _rgb(PAPER.ink if light else "#ffffff")
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
    axis.format.line.color.rgb = _rgb(PAPER.quiet)
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
    series.format.line.color.rgb = _rgb(colour)
    series.format.line.width = 9 * POINT // 4
    _marker(series.marker, colour, place)


def _marker(marker: Any, colour: str, place: int) -> None:  # noqa: ANN401
    from pptx.enum.chart import XL_MARKER_STYLE

    styles = [getattr(XL_MARKER_STYLE, sign.upper()) for sign in SIGNS]
    marker.style, marker.size = styles[place % len(styles)], 7
    marker.format.fill.solid()
    marker.format.fill.fore_color.rgb = _rgb(colour)
    marker.format.line.color.rgb = _rgb(colour)


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

    series.format.line.color.rgb = _rgb(PAPER.limit)
    series.format.line.width = 3 * POINT // 2
    series.format.line.dash_style = MSO_LINE.DASH
    series.marker.style = XL_MARKER_STYLE.NONE
    series.smooth = False


Named = dict[int, tuple[str, str]]  # point → its name as shown, and on which side


def named_points(chart: Chart, across: Scale, up: Scale, inner: Area) -> list[Named]:
    """Names of points, those that matter first, as far as they stand clear of each other."""
    order = ("risk", "ally", "other", "doubt", "quiet")
    points = sorted(
        (
            (order.index(series.tone(n)), -abs(y) - abs(x), place, n, x, y)
            for place, series in enumerate(chart.series)
            for n, (x, y) in enumerate(zip(series.xs, series.values, strict=True))
            if x is not None and y is not None
        ),
    )
    spots = [(across.part(x) * inner.w, (1 - up.part(y)) * inner.h) for *_, x, y in points]
    taken = [(x - 4, y - 4, x + 4, y + 4) for x, y in spots]
    if chart.limit is not None:
        level = (1 - up.part(chart.limit)) * inner.h
        taken.append((0.0, level - 1, inner.w, level + 1))
    if chart.x_limit is not None:
        upright = across.part(chart.x_limit) * inner.w
        taken.append((upright - 1, 0.0, upright + 1, inner.h))
    found: list[Named] = [{} for _ in chart.series]
    for (_, _, place, n, _, _), (x, y) in zip(points, spots, strict=True):
        name = short(chart.categories[n])
        w, h = wide(name, NAME) * 1.08 + 4, NAME * 1.3
        boxes = {
            "r": (x + 6, y - h / 2, x + 6 + w, y + h / 2),
            "l": (x - 6 - w, y - h / 2, x - 6, y + h / 2),
            "t": (x - w / 2, y - 6 - h, x + w / 2, y - 6),
            "b": (x - w / 2, y + 6, x + w / 2, y + 6 + h),
        }
        for side, box in boxes.items():
            within = box[0] >= 0 and box[2] <= inner.w + 20 and box[1] >= 0 and box[3] <= inner.h
            if within and not any(_meet(box, other) for other in taken):
                taken.append(box)
                found[place][n] = (name, side)
                break
    return found


def _meet(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    across = one[0] < other[2] and other[0] < one[2]
    return across and one[1] < other[3] and other[1] < one[3]


def dots(series: Any, colours: Sequence[str], names: Named, place: int, lang: str) -> None:  # noqa: ANN401
    """Points without a line, each in its colour, with its name where that stands clear."""
    from lxml import etree

    series.format.line.fill.background()
    _marker(series.marker, colours[0] if colours else PAPER.quiet, place)
    for n, colour in enumerate(colours):
        if colour != colours[0]:
            _marker(series.points[n].marker, colour, place)
    flags = "".join(
        f'<c:{tag} val="{{shown}}"/>'
        for tag in ("showVal", "showCatName", "showSerName", "showPercent", "showBubbleSize")
    )
    key = '<c:showLegendKey val="0"/>'
    labels = "".join(
        f'<c:dLbl><c:idx val="{n}"/><c:tx><c:rich><a:bodyPr wrap="none"/><a:lstStyle/><a:p><a:r>'
        f'<a:rPr lang="{LOCALES[lang]}" sz="{round(NAME * 100)}"/><a:t>{escape(name)}</a:t></a:r>'
        f'</a:p></c:rich></c:tx><c:dLblPos val="{side}"/>{key}'
        + flags.format(shown=0).replace('showVal val="0"', 'showVal val="1"')
        + "</c:dLbl>"
        for n, (name, side) in sorted(names.items())
    )
    whole = f'<c:dLbls xmlns:c="{C}" xmlns:a="{A}">{labels}{key}{flags.format(shown=0)}</c:dLbls>'
    series._element.find(f"{{{C}}}xVal").addprevious(etree.fromstring(whole))
