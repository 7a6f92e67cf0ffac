"""A chart of a document as a Vega-Lite specification: lying bars here, lines and points beside.

The specification holds the chart's own values (field ``value``, of points ``across`` too) and the
texts that stand at them, in the document's language.
"""

from __future__ import annotations

from typing import Any, Final

from verdikart.reference.i18n import Lang
from verdikart.reports import values
from verdikart.reports.document.model import Chart
from verdikart.reports.formats.pictures_parts import (
    EDGE,
    LEAD,
    WIDE,
    Scale,
    Sheet,
    axis_text,
    block,
    colour,
    extent,
    known,
    legend,
    lines,
    pixel,
    scale,
    shades,
    value_text,
)
from verdikart.reports.formats.pictures_plane import line, scatter
from verdikart.reports.palette import PAPER
from verdikart.reports.voice import Voice

NAMES: Final = 236.0  # room of a category's name beside its bars
BAR: Final = 15.0
GAP: Final = 9.0  # between categories
PALE: Final = ("other",)  # tones that dark letters are read on
Row = dict[str, Any]


def specification(chart: Chart, lang: Lang) -> dict[str, Any]:
    """The specification of a chart, :data:`pictures_parts.WIDE` pixels across."""
    voice = Voice(lang)
    builders = {"bar": _bars, "stacked": _bars, "line": line, "scatter": scatter}
    return builders[chart.kind](chart, voice).specification()


def _bars(chart: Chart, voice: Voice) -> Sheet:
    """Lying bars, one a series or one of parts, each category's name on their left."""
    stacked = chart.kind == "stacked"
    rows = _parts(chart, voice) if stacked else _single(chart, voice)
    names = [block(name, NAMES) for name in chart.categories]
    deep = BAR * (1 if stacked else max(1, len(chart.series)))
    step = max([deep, *(lines(name) * LEAD for name in names)]) + GAP
    for row in rows:
        row["py"] += row["place"] * step + (step - deep) / 2
        row["end_py"] = row["py"] + BAR - 1
        row["mid_py"] = row["py"] + (BAR - 1) / 2
    ends = known([row["end"] for row in rows])
    limits = [] if chart.limit is None else [chart.limit]
    axis = scale([*ends, *limits], chart.unit)
    left = EDGE + 8 + max([0.0, *map(extent, names)])
    sheet = Sheet(_across(rows, axis, left, voice, stacked), step * len(names), left=left)
    _value_axis(sheet, axis, axis_text(chart.axis, chart.unit, voice), voice)
    beside = [
        {"px": -8, "py": (n + 0.5) * step - (lines(name) - 1) * LEAD / 2, "text": name}
        for n, name in enumerate(names)
    ]
    sheet.texts(beside, pixel("px"), pixel("py"), align="right")
    drawn = [row for row in rows if row["value"] is not None]
    sheet.add(
        {"type": "rect", "stroke": "#ffffff", "strokeWidth": 1 if stacked else 0},
        drawn,
        x=axis.channel("start"),
        x2={"field": "end"},
        y=pixel("py"),
        y2={"field": "end_py"},
        color={"field": "colour", "type": "nominal", "scale": None},
        opacity={"field": "shade", "type": "quantitative", "scale": None},
    )
    zero = {"start": 0.0, "py": 0, "end_py": sheet.down}
    rule = {"type": "rule", "stroke": PAPER.quiet}
    sheet.add(rule, [zero], x=axis.channel("start"), y=pixel("py"), y2={"field": "end_py"})
    _limit(sheet, chart, axis)
    if stacked:
        _inside(sheet, drawn, axis, chart.limit)
    _at_ends(sheet, [r for r in rows if not stacked or r["value"] is None], axis)
    legend(sheet, chart, ["square"] * len(chart.series))
    return sheet


def _single(chart: Chart, voice: Voice) -> list[Row]:
    """A row for every value of every series; bars of a category lie below each other."""
    strength = shades(chart.series)
    return [
        {
            "place": place,
            "value": value,
            "start": 0.0,
            "end": value or 0.0,
            "py": number * BAR,
            "text": value_text(one, place, chart.unit, voice),
            "colour": colour(one.tone(place)),
            "shade": strength[number],
        }
        for number, one in enumerate(chart.series)
        for place, value in enumerate(one.values)
    ]


def _parts(chart: Chart, voice: Voice) -> list[Row]:
    """A row for every part; a category of which nothing is known has one row that says so."""
    strength = shades(chart.series)
    rows: list[Row] = []
    for place in range(len(chart.categories)):
        reached = 0.0
        for number, one in enumerate(chart.series):
            value = one.values[place]
            if value is None:
                continue
            pale = one.tone(place) in PALE or strength[number] < 1
            rows.append(
                {
                    "place": place,
                    "value": value,
                    "start": reached,
                    "end": reached + value,
                    "py": 0.0,
                    "text": value_text(one, place, chart.unit, voice),
                    "colour": colour(one.tone(place)),
                    "ink": PAPER.ink if pale else "#ffffff",
                    "shade": strength[number],
                }
            )
            reached += value
        if all(one.values[place] is None for one in chart.series):
            gap = values.gap("missing", voice)
            empty = {"place": place, "value": None, "start": 0.0, "end": 0.0, "py": 0.0}
            rows.append({**empty, "text": gap, "colour": PAPER.quiet, "shade": 1.0})
    return rows


def _across(rows: list[Row], axis: Scale, left: float, voice: Voice, stacked: bool) -> float:
    """The plot's width, so that what stands right of a bar or under the last tick is whole."""
    free = WIDE - EDGE - left
    most = free - extent(axis.written(voice)[-1]) / 2
    for row in rows:
        part = axis.part(max(row["end"], 0.0))
        if part > 0 and (not stacked or row["value"] is None):
            most = min(most, (free - 6 - extent(row["text"])) / part)
    return max(most, 120.0)


def _value_axis(sheet: Sheet, axis: Scale, title: str, voice: Voice) -> None:
    """The ticks' numbers under the plot, and under these what is measured."""
    ticks = [
        {"tick": value, "text": text, "py": sheet.down + 12}
        for value, text in zip(axis.ticks, axis.written(voice), strict=True)
    ]
    x = axis.channel("tick")
    sheet.texts(ticks, x, pixel("py"), align="center", fill=PAPER.soft)
    said = block(title, WIDE - 2 * EDGE - 20)
    right = max(sheet.across, extent(said) - sheet.left + EDGE)
    under = {"px": right, "py": sheet.down + 32, "text": said}
    sheet.texts([under], pixel("px"), pixel("py"), align="right", fill=PAPER.soft)
    sheet.bottom = 32 + lines(said) * LEAD - LEAD / 2 + EDGE


def _limit(sheet: Sheet, chart: Chart, axis: Scale) -> None:
    """The limit as a line over all bars, its name above the plot."""
    if chart.limit is None:
        return
    at = {"limit": chart.limit, "py": -5, "end_py": sheet.down}
    rule = {"type": "rule", "stroke": PAPER.limit, "strokeDash": [4, 3], "strokeWidth": 1.5}
    sheet.add(rule, [at], x=axis.channel("limit"), y=pixel("py"), y2={"field": "end_py"})
    said = block(chart.limit_text, 300)
    half = extent(said) / 2
    middle = axis.part(chart.limit) * sheet.across
    middle = min(max(middle, half + EDGE - sheet.left), WIDE - EDGE - sheet.left - half)
    above = {"px": middle, "py": -8 - LEAD * (lines(said) - 0.5), "text": said}
    sheet.texts([above], pixel("px"), pixel("py"), align="center")
    sheet.top += 8 + LEAD * lines(said)


def _inside(sheet: Sheet, rows: list[Row], axis: Scale, limit: float | None) -> None:
    """The values in the parts that are wide enough for them; the rest stand in the table."""
    line = None if limit is None else axis.part(limit) * sheet.across
    held = []
    for row in rows:
        ends = (axis.part(row["start"]) * sheet.across, axis.part(row["end"]) * sheet.across)
        middle = _beside(ends, extent(row["text"]) / 2 + 3, line)
        if middle is not None:
            held.append({**row, "px": middle})
    ink = {"field": "ink", "type": "nominal", "scale": None}
    mark = {"type": "text", "align": "center", "baseline": "middle"}
    said = {"field": "text", "type": "nominal"}
    sheet.add(mark, held, x=pixel("px"), y=pixel("mid_py"), text=said, color=ink)


def _beside(ends: tuple[float, float], half: float, line: float | None) -> float | None:
    """The middle of a text between two ends, as near theirs as a line through it allows."""
    middle = sum(ends) / 2
    if line is not None and abs(middle - line) < half:
        moved = [x for x in (line - half, line + half) if ends[0] + half <= x <= ends[1] - half]
        return min(moved, key=lambda x: abs(x - middle), default=None)
    return middle if ends[1] - ends[0] >= 2 * half else None


def _at_ends(sheet: Sheet, rows: list[Row], axis: Scale) -> None:
    """The values at the bars' ends; of a bar to the left of zero on the right of zero."""
    held = [{**row, "right": max(row["end"], 0.0)} for row in rows]
    for there in (True, False):
        style = {} if there else {"fontStyle": "italic", "fill": PAPER.soft}
        found = [row for row in held if (row["value"] is not None) is there]
        sheet.texts(
            found, axis.channel("right"), pixel("mid_py"), halo=True, align="left", dx=5, **style
        )
