"""Charts of one material: supply mixes as bars of countries, intervals of scores, shares by year.

Pure functions from prepared rows to Vega-Lite specifications. What does not hang on the rows is
built once and kept, since Altair takes longer than the rest of a page. Rows have keys in ascending
order. Allies and others differ in more than colour: others are dark bars with a full edge, allies
pale ones with a dashed edge.
"""

from __future__ import annotations

from functools import lru_cache
from math import ceil
from typing import Any

import altair as alt

from verdikart.reports import charts
from verdikart.reports.charts import PAPER, START, TIP, Palette, Rows, drawn_on, share_axis, text_of

Spec = dict[str, Any]
KEPT = 16  # charts built for other limits or axes
BAND = 74  # pixels a bar with its two lines of text takes
MARKS = ("circle", "square", "diamond", "triangle-up", "cross", "triangle-down")
SIGNS = ("●", "■", "◆", "▲", "✚", "▼")


def mixes(rows: Rows, parts: Rows, limit: float | None, palette: Palette = PAPER) -> Spec:
    """Bars of shares from 0 to 1, one part a country; name and detail stand above each.

    ``rows``: key, label, detail. ``parts``: key, start, end, allied, name (empty where there is no
    room), text. ``limit`` marks a limit on every bar.
    """
    return _filled(
        _mixes(limit, palette),
        BAND * len(rows),
        rows=rows,
        others=[p for p in parts if not p["allied"]],
        allies=[p for p in parts if p["allied"]],
        named=[p for p in parts if p["name"]],
    )


def intervals(rows: Rows, palette: Palette = PAPER) -> Spec:
    """Scores from 0 to 10 with what they can be: one lane a score.

    ``rows``: key, label, detail, low, high (all it can be), p05, p95 (nine of ten draws), value
    (None where there is none), limit, text.
    """
    end = ceil(max([*(r["high"] for r in rows), *(r["limit"] for r in rows), 1.0]) * 1.02)
    return _filled(
        _intervals(end, palette),
        BAND * len(rows),
        rows=rows,
        drawn=[r for r in rows if r["p05"] is not None],
        known=[r for r in rows if r["value"] is not None],
    )


def years(points: Rows, limit: float | None, palette: Palette = PAPER) -> Spec:
    """Shares by year, one line and one shape a series.

    ``points``: year, share, series ("0" to "5"), label, text.
    """
    found = _filled(_years(limit, palette), 260, points=points)
    found["datasets"]["limit"] = [{"share": limit}]
    return found


def _filled(skeleton: Spec, height: int, **data: Rows) -> Spec:
    """A kept specification with its data; the kept one stays as it is."""
    return {**skeleton, "height": height, "datasets": {k: list(v) for k, v in data.items()}}


def _skeleton(layers: list[alt.Chart], palette: Palette) -> Spec:
    return charts.specification(alt.layer(*layers, width="container"), palette)


@lru_cache(maxsize=KEPT)
def _mixes(limit: float | None, palette: Palette) -> Spec:
    with charts.unchecked():
        looks = {
            "others": {"fill": palette.risk, "stroke": palette.risk, "fillOpacity": 0.42},
            "allies": {
                "fill": palette.ally,
                "stroke": palette.ally,
                "fillOpacity": 0.14,
                "strokeDash": [3, 2],
            },
        }
        bars = [
            drawn_on(data)
            .mark_bar(height=24, yOffset=19, strokeWidth=1.4, **look)
            .encode(y=_lanes(), x=share_axis(limit), x2=alt.X2("end:Q"), tooltip=TIP)
            for data, look in looks.items()
        ]
        inside = drawn_on("named").mark_text(align="left", dx=5, dy=19, fontSize=11)
        inside = inside.encode(y=_lanes(), x=alt.X("start:Q"), text=text_of("name"), tooltip=TIP)
        layers = [*bars, inside, *_labels(palette)]
        if limit is not None:
            mark = drawn_on("rows").mark_tick(
                orient="vertical", thickness=2, size=34, yOffset=19, color=palette.limit, opacity=1
            )
            layers.append(mark.encode(y=_lanes(), x=alt.XDatum(limit)))
        return _skeleton(layers, palette)


@lru_cache(maxsize=KEPT)
def _intervals(end: int, palette: Palette) -> Spec:
    with charts.unchecked():
        x = alt.X(
            "low:Q",
            scale=alt.Scale(domain=[0, end], nice=False),
            axis=alt.Axis(title=None, orient="top", tickCount=6, format=".1~f"),
        )
        names = drawn_on("rows")
        whole = names.mark_bar(height=4, yOffset=19, fill=palette.quiet, opacity=0.6)
        whole = whole.encode(y=_lanes(), x=x, x2=alt.X2("high:Q"), tooltip=TIP)
        drawn = drawn_on("drawn").mark_bar(
            height=14, yOffset=19, fill=palette.doubt, fillOpacity=0.4
        )
        drawn = drawn.encode(y=_lanes(), x=alt.X("p05:Q"), x2=alt.X2("p95:Q"), tooltip=TIP)
        limit = names.mark_tick(
            orient="vertical", thickness=2, size=30, yOffset=19, color=palette.limit, opacity=1
        ).encode(y=_lanes(), x=alt.X("limit:Q"))
        point = drawn_on("known").mark_point(
            filled=True, size=110, opacity=1, yOffset=19, shape="diamond", color=palette.ink
        )
        point = point.encode(y=_lanes(), x=alt.X("value:Q"), tooltip=TIP)
        return _skeleton([whole, drawn, limit, point, *_labels(palette)], palette)


@lru_cache(maxsize=KEPT)
def _years(limit: float | None, palette: Palette) -> Spec:
    colours = [palette.risk, palette.ally, palette.doubt, palette.quiet, palette.ink, palette.other]
    domain = [str(n) for n in range(len(MARKS))]
    with charts.unchecked():
        axis = alt.Axis(title=None, labelAngle=0)
        x = alt.X("year:O", axis=axis, scale=alt.Scale(paddingOuter=0.35))
        y = alt.Y(
            "share:Q",
            scale=alt.Scale(domain=[0, 1.05], nice=False),
            axis=alt.Axis(format=".0%", values=[0, 0.25, 0.5, limit or 0.75, 1], title=None),
        )
        colour = alt.Color("series:N", scale=alt.Scale(domain=domain, range=colours), legend=None)
        shape = alt.Shape(
            "series:N", scale=alt.Scale(domain=domain, range=list(MARKS)), legend=None
        )
        base = drawn_on("points")
        lines = base.mark_line(strokeWidth=2).encode(x=x, y=y, color=colour)
        dots = base.mark_point(filled=True, size=110, opacity=1)
        dots = dots.encode(x=x, y=y, color=colour, shape=shape, tooltip=TIP)
        labels = base.mark_text(dy=-13, fontSize=11).encode(x=x, y=y, text=text_of("label"))
        layers = [lines, dots, labels]
        if limit is not None:
            rule = drawn_on("limit").mark_rule(
                strokeDash=[4, 3], stroke=palette.limit, strokeWidth=1.5
            )
            layers.insert(0, rule.encode(y=alt.Y("share:Q")))
        return _skeleton(layers, palette)


def _labels(palette: Palette) -> list[alt.Chart]:
    """The two lines of text above a bar."""
    label = drawn_on("rows").mark_text(align="left", dy=-21, fontWeight="bold", fontSize=13)
    detail = drawn_on("rows").mark_text(align="left", dy=-4, fill=palette.soft)
    return [
        label.encode(y=_lanes(), x=START, text=text_of("label")),
        detail.encode(y=_lanes(), x=START, text=text_of("detail")),
    ]


def _lanes() -> alt.Y:
    return alt.Y("key:N", axis=None, scale=alt.Scale(paddingInner=0, paddingOuter=0))
