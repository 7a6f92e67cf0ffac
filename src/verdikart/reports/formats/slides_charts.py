"""Charts of slides: native, with their numbers in the workbook behind them, free to edit.

A lying chart's limit is a named line drawn inside the chart; in the other kinds it is a series.
Colours say what a value means, so they are the house's in any template, and values stand beside.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import ceil
from typing import Any, Final

from verdikart.chains.text_fit import width as wide
from verdikart.reports.document.model import Chart, Series
from verdikart.reports.formats import slides_chart_parts as parts
from verdikart.reports.formats import slides_chart_points as points
from verdikart.reports.formats.slides_chart_book import workbook
from verdikart.reports.formats.slides_chart_scale import scale
from verdikart.reports.formats.slides_design import POINT, Area
from verdikart.reports.formats.slides_text import LEADING, LOCALES, lines
from verdikart.reports.palette import PAPER
from verdikart.reports.voice import Voice

SIZE: Final = 12.0
BAR, MOST, PAD = 19.0, 72.0, 5.0  # a bar's room at least and at most; around its label
LEGEND, AXIS, TOP, RIGHT = 26.0, 46.0, 22.0, 64.0  # kept free inside a chart
LABELS: Final = 0.40  # of the width for names at most
# Unit → format of the axis, and of a value, in Excel's codes, which take on the reader's locale.
FORMATS: Final[dict[str, tuple[str, str]]] = {
    "share": (r"0\ %", r"0.0\ %"),
    "percent": (r"0\ \%", r"0.0\ \%"),
    "index": ("0.0##", "0.000"),
    "score": ("0.0", "0.00"),
    "usd": ("#,##0.##,,", "#,##0.0,,"),
    "nok": ("#,##0.##,,", "#,##0.0,,"),
    "tonnes": ("#,##0", "#,##0"),
    "count": ("0", "0"),
    "rank": ("0", "0"),
    "year": ("0", "0"),
    "years": ("0.#", "0.#"),
}
LOCALE: Final = {"nb": "[$-414]", "en": "[$-809]"}  # LCIDs of Norwegian bokmål and British English
GAP: Final = "\\ "  # a space in a code; English writes none before the sign of per cent
OTHER: Final = ("General", "#,##0.0#")


def pages(chart: Chart, width: float, room: float, wider: float = 1.0) -> list[Chart]:
    """A lying chart in as many as its names need; any other as it is."""
    if chart.kind not in ("bar", "stacked"):
        return [chart]
    free = room - TOP - AXIS - LEGEND * _legend_rows(chart, width)
    heights = [_bar(name, width, wider) for name in chart.categories]
    count = max(1, ceil(sum(heights) / free))
    size = ceil(len(heights) / count)
    cuts = range(0, len(heights), max(size, 1))
    return [_part(chart, start, start + size) for start in cuts] or [chart]


def _bar(name: str, width: float, wider: float) -> float:
    return max(BAR, lines(name, (LABELS * width - PAD) / wider, SIZE) * SIZE * LEADING + PAD)


def _part(chart: Chart, start: int, end: int) -> Chart:
    def taken(series: Series) -> Series:
        tones = series.tones[start:end] if len(series.tones) > 1 else series.tones
        return replace(series, values=series.values[start:end], tones=tones)

    return replace(
        chart, categories=chart.categories[start:end], series=tuple(map(taken, chart.series))
    )


def draw(slide: Any, chart: Chart, whole: Chart, at: Area, voice: Voice) -> Any:  # noqa: ANN401
    """Put a chart on a slide. ``whole``: the chart that it is a part of, whose scale it keeps."""
    from pptx.util import Emu

    data, kind = _data(chart, voice)
    if chart.kind in ("bar", "stacked"):  # few bars are not blown up
        at = replace(at, h=min(at.h, TOP + AXIS + LEGEND * 2 + MOST * len(chart.categories)))
    place = (Emu(round(v * POINT)) for v in (at.x, at.y, at.w, at.h))
    frame = slide.shapes.add_chart(kind, *place, data)
    made = frame.chart
    book = workbook(chart, formats(chart.unit, voice.lang)[1], voice)
    made.part.chart_workbook.update_from_xlsx_blob(book)
    made.has_title = False
    space = made._chartSpace
    parts.language(space, LOCALES[voice.lang])
    parts.axes(space)
    made.font.size = Emu(round(SIZE * POINT))
    parts.ink(made.font)
    if chart.kind == "scatter":
        _scatter(made, chart, at, voice)
    elif chart.kind == "line":
        _line(made, chart, at, voice)
    else:
        _lying(made, chart, whole, at, voice)
    return frame


def formats(unit: str, lang: str) -> tuple[str, str]:
    """Excel's codes for the axis and for a value, with the document's language.

    A share that is not nought is never shown as nought.
    """
    axis, value = FORMATS.get(unit, OTHER)
    locale = LOCALE[lang]
    if unit == "share":
        least = '"<0,1\u00a0%"' if lang == "nb" else '"<0.1%"'
        value = rf"{locale}[=0]0\ %;[<0.0005]{least};{value}"
        both = f"{locale}{axis}", value
        return both if lang == "nb" else (both[0].replace(GAP, ""), both[1].replace(GAP, ""))
    return f"{locale}{axis}", f"{locale}{value}"


def axis_title(text: str, unit: str, voice: Voice) -> str:
    """What is measured, with the unit that the numbers are shown in."""
    said = {
        "usd": voice.say("USD million"),
        "nok": voice.say("NOK million"),
        "tonnes": voice.say("tonnes"),
    }.get(unit, "")
    return f"{text}, {said}" if said and said not in text else text


def _data(chart: Chart, voice: Voice) -> tuple[Any, Any]:
    from pptx.chart.data import CategoryChartData, XyChartData
    from pptx.enum.chart import XL_CHART_TYPE

    if chart.kind == "scatter":
        cloud = XyChartData()
        for series in chart.series:
            held = cloud.add_series(series.name)
            for x, y in zip(series.xs, series.values, strict=True):
                held.add_data_point(x, y)
        for name, ends in points.limits(chart, voice):
            line = cloud.add_series(name)
            for x, y in ends:
                line.add_data_point(x, y)
        return cloud, XL_CHART_TYPE.XY_SCATTER
    data = CategoryChartData()
    data.categories = chart.categories
    for series in chart.series:
        data.add_series(series.name, series.values)
    if chart.kind == "line" and chart.limit is not None:
        data.add_series(chart.limit_text, [chart.limit] * len(chart.categories))
    return data, {
        "bar": XL_CHART_TYPE.BAR_CLUSTERED,
        "stacked": XL_CHART_TYPE.BAR_STACKED,
        "line": XL_CHART_TYPE.LINE_MARKERS,
    }[chart.kind]


def _lying(made: Any, chart: Chart, whole: Chart, at: Area, voice: Voice) -> None:  # noqa: ANN401
    from pptx.enum.chart import XL_LABEL_POSITION

    stacked = chart.kind == "stacked"
    ends = scale([*_sums(whole, stacked=stacked), chart.limit], chart.unit)
    parts.value_axis(
        made.value_axis,
        ends,
        formats(chart.unit, voice.lang)[0],
        axis_title(chart.axis, chart.unit, voice),
    )
    parts.first_on_top(made)
    several = len(chart.series) > 1
    rows = _legend_rows(chart, at.w)
    names = max((_wide(name) for name in chart.categories), default=0.0) + PAD + 4
    left = min(names, LABELS * at.w)
    below = AXIS + LEGEND * rows
    inner = Area(left, TOP, at.w - left - RIGHT, at.h - TOP - below)
    parts.inside(made, inner, at)
    plot = made.plots[0]
    plot.gap_width = 45
    plot.overlap = 100 if stacked else 0
    for place, series in enumerate(chart.series):
        drawn = plot.series[place]
        colours = shades(chart.series, place)
        parts.filled(drawn, colours)
        labels = drawn.data_labels
        labels.show_value = True
        labels.number_format = formats(chart.unit, voice.lang)[1]
        labels.number_format_is_linked = False
        if stacked:
            labels.position = XL_LABEL_POSITION.CENTER
            least = 18 if chart.unit in ("count", "rank") else 44  # a label's width
            narrow = [
                n
                for n, v in enumerate(series.values)
                if v is not None and abs(v) / (ends.high - ends.low) * inner.w < least
            ]
            parts.on_colour(labels, colours[0])
            parts.unlabelled(drawn, narrow)
        else:
            labels.position = XL_LABEL_POSITION.OUTSIDE_END
    parts.legend(made, shown=several)
    if chart.limit is not None:
        parts.limit_line(made, chart.limit_text, ends.part(chart.limit), inner, at)


def _legend_rows(chart: Chart, width: float) -> int:
    """Rows that a legend takes below a chart; none for a single series."""
    if len(chart.series) < 2:
        return 0
    held = [_wide(series.name) + 40 for series in chart.series]
    across = max(1, int(width * 0.9 // max(held)))
    return -(-len(held) // across)


def _wide(name: str) -> float:
    return wide(name, SIZE) * 1.06


def _sums(chart: Chart, *, stacked: bool) -> list[float | None]:
    if not stacked:
        return [v for series in chart.series for v in series.values]
    rows = zip(*(series.values for series in chart.series), strict=True)
    return [sum(v for v in row if v is not None) for row in rows]


def shades(several: Sequence[Series], place: int) -> list[str]:
    """Colours of a series, one a value or one for all; a tone used before is lighter each time."""
    before = sum(s.tones == several[place].tones for s in several[:place])
    return [parts.lighter(getattr(PAPER, tone), 0.4 * before) for tone in several[place].tones]


def _line(made: Any, chart: Chart, at: Area, voice: Voice) -> None:  # noqa: ANN401
    values = [v for series in chart.series for v in series.values]
    ends = scale([*values, chart.limit], chart.unit)
    axis, code = formats(chart.unit, voice.lang)
    parts.value_axis(made.value_axis, ends, axis, axis_title(chart.axis, chart.unit, voice))
    parts.years(made, len(chart.categories), at.w)
    plot = made.plots[0]
    for place in range(len(chart.series)):
        parts.stroke(plot.series[place], shades(chart.series, place)[0], place)
        parts.last_value(plot.series[place], chart.series[place].values, code)
    if chart.limit is not None:
        parts.dashed(plot.series[len(chart.series)])
    parts.legend(made, shown=len(chart.series) > 1 or chart.limit is not None)


def _scatter(made: Any, chart: Chart, at: Area, voice: Voice) -> None:  # noqa: ANN401
    across = scale([*(x for s in chart.series for x in s.xs), chart.x_limit], chart.x_unit)
    up = scale([*(v for s in chart.series for v in s.values), chart.limit], chart.unit)
    x_title = axis_title(chart.x_axis, chart.x_unit, voice)
    parts.value_axis(made.category_axis, across, formats(chart.x_unit, voice.lang)[0], x_title)
    parts.value_axis(
        made.value_axis,
        up,
        formats(chart.unit, voice.lang)[0],
        axis_title(chart.axis, chart.unit, voice),
    )
    plot = made.plots[0]
    inner = Area(0, 0, at.w - 80, at.h - AXIS - LEGEND)
    named = points.named_points(chart, across, up, inner)
    for place, series in enumerate(chart.series):
        tones = [getattr(PAPER, series.tone(n)) for n in range(len(series.values))]
        points.dots(plot.series[place], tones, named[place], place, voice.lang)
    limits = points.limits(chart, voice)
    for place in range(len(limits)):
        parts.dashed(plot.series[len(chart.series) + place])
    parts.legend(made, shown=len(chart.series) > 1 or bool(limits))
