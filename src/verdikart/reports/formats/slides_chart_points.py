"""Points of a scatter chart: their names where they stand clear, and the lines of limits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final
from xml.sax.saxutils import escape

from verdikart.chains.text_fit import width as wide
from verdikart.reports.document.model import Chart
from verdikart.reports.formats.slides_chart_parts import C, marked
from verdikart.reports.formats.slides_chart_scale import Scale, scale
from verdikart.reports.formats.slides_design import Area
from verdikart.reports.formats.slides_text import LOCALES, A
from verdikart.reports.palette import PAPER
from verdikart.reports.voice import Voice, short

NAME: Final = 11.0  # size of a point's name
Ends = tuple[tuple[float, float], tuple[float, float]]


def limits(chart: Chart, voice: Voice) -> list[tuple[str, Ends]]:
    """Lines of a scatter chart's limits, as series of two points."""
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
    marked(series.marker, colours[0] if colours else PAPER.quiet, place)
    for n, colour in enumerate(colours):
        if colour != colours[0]:
            marked(series.points[n].marker, colour, place)
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
