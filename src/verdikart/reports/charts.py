"""The page's charts: pure functions from prepared rows to Altair charts.

Rows carry their labels in the reader's language, so a chart holds no words of its own. Labels
stand above the bars and not beside them, so that the same drawing fits a desk and a telephone.
Colours come from a palette: on the page CSS variables (light, dark and print from one drawing),
in notebooks plain colours.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

import altair as alt
from altair.utils.schemapi import debug_mode

# The palette is given on to whoever builds charts.
from verdikart.reports.palette import PAPER as PAPER
from verdikart.reports.palette import Palette as Palette
from verdikart.reports.palette import Rows as Rows
from verdikart.reports.palette import dressed
from verdikart.reports.palette import locale as locale


def specification(chart: alt.Chart | alt.LayerChart, palette: Palette = PAPER) -> dict[str, Any]:
    """The Vega-Lite specification of a chart, dressed for the page."""
    # The data go in as they are: Altair would copy every number of them.
    data, chart.datasets = chart.datasets, alt.Undefined
    spec: dict[str, Any] = chart.to_dict(validate=False)
    chart.datasets = data
    if data is not alt.Undefined:
        spec["datasets"] = data
    spec.pop("$schema", None)
    return dressed(spec, palette)


def drawn_on(name: str) -> alt.Chart:
    """A chart on a named data set; the data are joined once, in :func:`layered`."""
    return alt.Chart(alt.NamedData(name))


def layered(layers: Sequence[alt.Chart], height: int, **data: Rows) -> alt.LayerChart:
    """Charts on named data one above the other, with their data."""
    chart = alt.layer(*layers, width="container", height=height)
    chart.datasets = {name: list(rows) for name, rows in data.items()}
    return chart


@contextmanager
def unchecked() -> Iterator[None]:
    """Build charts without Altair's own checks, which cost more than everything else on the page.

    The specifications are drawn, and so tested, in a browser.
    """
    with debug_mode(False):
        yield


def text_of(field: str) -> alt.Text:
    """A field of texts."""
    return alt.Text(f"{field}:N")


TIP = alt.Tooltip("text:N")
START = alt.XValue(0)


def share_axis(limit: float | None) -> alt.X:
    """Shares from 0 to 1 above the chart, with the limit among the ticks."""
    values = [0, 0.25, 0.5, 0.75, 1.0] if limit is None else [0, 0.25, 0.5, limit, 1.0]
    axis = alt.Axis(values=values, format=".0%", title=None, orient="top")
    return alt.X("start:Q", scale=alt.Scale(domain=[0, 1], nice=False), axis=axis)


def shares(
    rows: Rows, parts: Rows, limit: float | None, groups: dict[str, str], palette: Palette = PAPER
) -> alt.LayerChart:
    """Horizontal bars of shares from 0 to 1, made of parts; name and detail stand above each.

    ``rows``: key, label, detail. ``parts``: key, group, start, end, text, opacity. ``groups``:
    group → colour. ``limit`` marks a limit on every bar.
    """
    order = [row["key"] for row in rows]
    y = alt.Y("key:N", sort=order, axis=None, scale=alt.Scale(paddingInner=0, paddingOuter=0))
    names = drawn_on("rows")
    label = names.mark_text(align="left", dy=-17, fontWeight="bold", fontSize=13).encode(
        y=y, x=START, text=text_of("label")
    )
    detail = names.mark_text(align="left", dy=0, fill=palette.soft).encode(
        y=y, x=START, text=text_of("detail")
    )
    track = names.mark_bar(height=12, yOffset=17, fill=palette.track).encode(
        y=y, x=alt.XDatum(0), x2=alt.X2Datum(1)
    )
    bars = (
        drawn_on("parts")
        .mark_bar(height=12, yOffset=17)
        .encode(
            y=y,
            x=share_axis(limit),
            x2=alt.X2("end:Q"),
            color=alt.Color(
                "group:N",
                scale=alt.Scale(domain=list(groups), range=list(groups.values())),
                legend=None,
            ),
            opacity=alt.Opacity("opacity:Q", scale=None, legend=None),
            tooltip=TIP,
        )
    )
    layers = [track, bars, label, detail]
    if limit is not None:
        # One short mark a bar: a line through the whole chart would strike out the labels.
        mark = names.mark_tick(
            orient="vertical", thickness=2, size=18, yOffset=17, color=palette.limit, opacity=1
        )
        layers.append(mark.encode(y=y, x=alt.XDatum(limit)))
    return layered(layers, 62 * len(rows), rows=rows, parts=parts)


def map_of_inputs(
    rows: Rows, limit: float, floor: float, titles: tuple[str, str], palette: Palette = PAPER
) -> alt.LayerChart:
    """Every input by value (log) and the share of its largest supplier that is no ally.

    ``rows``: value, share, group (risk, doubt, ally, quiet, small), number,
    number_left, text.
    """
    shape = {"risk": "diamond", "doubt": "triangle-up", "ally": "square", "quiet": "circle"}
    shape["small"] = "cross"
    colours = asdict(palette) | {"small": palette.quiet}
    ends = [row["value"] for row in rows] or [floor]
    domain = [min(*ends, floor) / 2, max(*ends, floor) * 1.5]
    x = alt.X(
        "value:Q",
        scale=alt.Scale(type="log", nice=False, domain=domain),
        axis=alt.Axis(
            title=titles[0], values=[10.0**n for n in range(-4, 6)], format=",", labelOverlap=True
        ),
    )
    y = alt.Y(
        "share:Q",
        scale=alt.Scale(domain=[0, 1.04], nice=False),
        axis=alt.Axis(format=".0%", values=[0, 0.25, 0.5, limit, 1], title=None),
    )
    base = drawn_on("rows")
    points = base.mark_point(filled=True, size=90, opacity=0.9).encode(
        x=x,
        y=y,
        shape=alt.Shape(
            "group:N", scale=alt.Scale(domain=list(shape), range=list(shape.values())), legend=None
        ),
        color=alt.Color(
            "group:N",
            scale=alt.Scale(domain=list(shape), range=[colours[g] for g in shape]),
            legend=None,
        ),
        tooltip=TIP,
    )
    right = base.mark_text(dx=8, dy=-7, align="left", fontWeight="bold").encode(
        x=x, y=y, text=text_of("number")
    )
    left = base.mark_text(dx=-7, dy=-7, align="right", fontWeight="bold").encode(
        x=x, y=y, text=text_of("number_left")
    )
    share_line = (
        drawn_on("limit")
        .mark_rule(strokeDash=[4, 3], stroke=palette.limit, strokeWidth=1.5)
        .encode(y=alt.Y("share:Q"))
    )
    floor_line = (
        drawn_on("floor")
        .mark_rule(strokeDash=[1, 3], stroke=palette.soft, strokeWidth=1.5)
        .encode(x=alt.X("value:Q"))
    )
    lines = {"limit": [{"share": limit}], "floor": [{"value": floor}]}
    return layered((share_line, floor_line, points, left, right), 360, rows=rows, **lines)


def claims(
    rows: Rows,
    ranges: Rows,
    points: Rows,
    kinds: dict[str, tuple[str, str]],
    palette: Palette = PAPER,
) -> alt.LayerChart:
    """Stated shares as pale bands, computed ones as points, one lane a good.

    ``rows``: key, label. ``ranges``: key, start, end, open, text. ``points``: key, share, kind, text.
    ``kinds``: kind → (shape, colour).
    """
    order = [row["key"] for row in rows]
    y = alt.Y("key:N", sort=order, axis=None, scale=alt.Scale(paddingInner=0, paddingOuter=0))
    label = (
        drawn_on("rows")
        .mark_text(align="left", dy=-15, fontWeight="bold", fontSize=13)
        .encode(y=y, x=START, text=text_of("label"))
    )
    track = (
        drawn_on("rows")
        .mark_rule(yOffset=10, stroke=palette.grid)
        .encode(y=y, x=alt.XDatum(0), x2=alt.X2Datum(1))
    )
    bands = (
        drawn_on("ranges")
        .mark_bar(height=24, yOffset=10, opacity=0.32, fill=palette.quiet)
        .encode(y=y, x=share_axis(None), x2=alt.X2("end:Q"), tooltip=TIP)
    )
    open_ended = (
        drawn_on("open_ended")
        .mark_bar(height=5, yOffset=10, opacity=0.32, fill=palette.quiet)
        .encode(y=y, x=share_axis(None), x2=alt.X2("end:Q"), tooltip=TIP)
    )
    domain = list(kinds)
    dots = (
        drawn_on("points")
        .mark_point(filled=True, size=120, opacity=1, yOffset=10)
        .encode(
            y=y,
            x=alt.X("share:Q"),
            shape=alt.Shape(
                "kind:N",
                scale=alt.Scale(domain=domain, range=[kinds[k][0] for k in domain]),
                legend=None,
            ),
            color=alt.Color(
                "kind:N",
                scale=alt.Scale(domain=domain, range=[kinds[k][1] for k in domain]),
                legend=None,
            ),
            tooltip=TIP,
        )
    )
    data = {
        "rows": rows,
        "ranges": [r for r in ranges if not r["open"]],
        "open_ended": [r for r in ranges if r["open"]],
        "points": points,
    }
    return layered((track, bands, open_ended, dots, label), 62 * len(rows), **data)


def heat(cells: Rows, order: list[str], palette: Palette = PAPER) -> alt.LayerChart:
    """A matrix of counts shaded in five levels. ``cells``: row, column, count, level, text."""
    levels = [0, 1, 2, 3, 4]
    colours = asdict(palette)
    x = alt.X(
        "column:N",
        sort=order,
        axis=alt.Axis(orient="top", labelAngle=-90, title=None, labelLimit=140, labelOverlap=False),
    )
    y = alt.Y("row:N", sort=order, axis=alt.Axis(title=None, labelLimit=160))
    base = drawn_on("cells").encode(x=x, y=y)

    def shade(name: str) -> alt.Color:
        scale = alt.Scale(domain=levels, range=[colours[f"{name}{n}"] for n in levels])
        return alt.Color("level:O", scale=scale, legend=None)

    squares = base.mark_rect(stroke=palette.track, strokeWidth=1).encode(
        color=shade("heat"), tooltip=TIP
    )
    counts = base.mark_text(fontSize=11).encode(text=text_of("count"), color=shade("heatink"))
    chart = layered((squares, counts), 30 * len(order), cells=cells)
    chart.resolve = alt.Resolve(scale=alt.LegendResolveMap(color="independent"))
    return chart


def stacked_counts(rows: Rows, parts: Rows, groups: dict[str, str], most: int) -> alt.LayerChart:
    """Bars of counts made of parts. ``rows``: key, label, detail. ``parts``: as in :func:`shares`."""
    order = [row["key"] for row in rows]
    y = alt.Y("key:N", sort=order, axis=None, scale=alt.Scale(paddingInner=0, paddingOuter=0))
    names = drawn_on("rows")
    label = names.mark_text(align="left", dy=-13, fontWeight="bold", fontSize=13).encode(
        y=y, x=START, text=text_of("label")
    )
    bars = (
        drawn_on("parts")
        .mark_bar(height=14, yOffset=6)
        .encode(
            y=y,
            x=alt.X(
                "start:Q",
                scale=alt.Scale(domain=[0, most], nice=True),
                axis=alt.Axis(title=None, orient="top", tickMinStep=1, tickCount=6),
            ),
            x2=alt.X2("end:Q"),
            color=alt.Color(
                "group:N",
                scale=alt.Scale(domain=list(groups), range=list(groups.values())),
                legend=None,
            ),
            tooltip=TIP,
        )
    )
    return layered((bars, label), 48 * len(rows), rows=rows, parts=parts)
