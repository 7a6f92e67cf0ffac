"""The page's charts: pure functions from prepared rows to Altair charts.

Rows carry their labels in the reader's language, so a chart holds no words of its own. Labels
stand above the bars and not beside them, so that the same drawing fits a desk and a telephone.
Colours come from a palette: on the page CSS variables (light, dark and print from one drawing),
in notebooks plain colours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

import altair as alt

from verdikart.reference.i18n import Lang

FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif'
Rows = Sequence[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours by role; the defaults are for white paper."""

    ink: str = "#1b2430"
    soft: str = "#51606f"
    grid: str = "#d5dbe1"
    track: str = "#edf0f3"
    risk: str = "#a33a0b"
    other: str = "#d5803a"
    ally: str = "#2463a5"
    doubt: str = "#6b4fa0"
    quiet: str = "#66737f"
    limit: str = "#1b2430"
    heat0: str = "#f3f6f9"
    heat1: str = "#d3e2f0"
    heat2: str = "#9fc1de"
    heat3: str = "#2f6ca8"
    heat4: str = "#16406d"
    heatink0: str = "#1b2430"
    heatink1: str = "#1b2430"
    heatink2: str = "#1b2430"
    heatink3: str = "#ffffff"
    heatink4: str = "#ffffff"

    @classmethod
    def css(cls) -> Palette:
        """Names of CSS variables, which the page's style sheet sets."""
        return cls(**{f.name: f"var(--{f.name})" for f in fields(cls)})


PAPER = Palette()


def locale(lang: Lang) -> dict[str, Any]:
    """Vega's number locale for a language: hard spaces and decimal comma in Norwegian."""
    if lang == "nb":
        return {
            "decimal": ",",
            "thousands": "\u00a0",
            "grouping": [3],
            "currency": ["", "\u00a0kr"],
            "percent": "\u00a0%",
            "minus": "−",
        }
    return {
        "decimal": ".",
        "thousands": ",",
        "grouping": [3],
        "currency": ["NOK\u00a0", ""],
        "minus": "−",
    }


def specification(chart: alt.Chart | alt.LayerChart, palette: Palette = PAPER) -> dict[str, Any]:
    """The Vega-Lite specification of a chart, dressed for the page."""
    spec: dict[str, Any] = chart.to_dict(validate=False)
    spec.pop("$schema", None)
    spec["autosize"] = {"type": "fit-x", "contains": "padding"}
    spec["config"] = {
        "aria": False,
        "background": "transparent",
        "font": FONT,
        "padding": 2,
        "view": {"stroke": None},
        "axis": {
            "labelColor": palette.soft,
            "titleColor": palette.soft,
            "gridColor": palette.grid,
            "domain": False,
            "ticks": False,
            "labelFontSize": 12,
            "titleFontSize": 12,
            "titleFontWeight": "normal",
            "labelPadding": 6,
        },
        "text": {"fontSize": 12, "fill": palette.ink},
    }
    return spec


def _data(rows: Rows) -> alt.Data:
    return alt.Data(values=list(rows))


def _share_axis(limit: float | None) -> alt.X:
    values = [0, 0.25, 0.5, 0.75, 1.0] if limit is None else [0, 0.25, 0.5, limit, 1.0]
    axis = alt.Axis(values=values, format=".0%", title=None, orient="top")
    return alt.X("start:Q", scale=alt.Scale(domain=[0, 1], nice=False), axis=axis)


def shares(
    rows: Rows, parts: Rows, limit: float | None, groups: dict[str, str], palette: Palette = PAPER
) -> alt.LayerChart:
    """Horizontal bars of shares from 0 to 1, made of parts; name and detail stand above each.

    ``rows``: key, label, detail. ``parts``: key, group, start, end, text, faint. ``groups``:
    group → colour. ``limit`` draws a dashed line.
    """
    order = [row["key"] for row in rows]
    y = alt.Y("key:N", sort=order, axis=None, scale=alt.Scale(paddingInner=0, paddingOuter=0))
    names = alt.Chart(_data(rows))
    label = names.mark_text(align="left", dy=-17, fontWeight="bold", fontSize=13).encode(
        y=y, x=alt.value(0), text="label:N"
    )
    detail = names.mark_text(align="left", dy=0, fill=palette.soft).encode(
        y=y, x=alt.value(0), text="detail:N"
    )
    track = names.mark_bar(height=12, yOffset=17, fill=palette.track).encode(
        y=y, x=alt.datum(0), x2=alt.datum(1)
    )
    bars = (
        alt.Chart(_data(parts))
        .mark_bar(height=12, yOffset=17)
        .encode(
            y=y,
            x=_share_axis(limit),
            x2="end:Q",
            color=alt.Color(
                "group:N",
                scale=alt.Scale(domain=list(groups), range=list(groups.values())),
                legend=None,
            ),
            opacity=alt.condition("datum.faint", alt.value(0.45), alt.value(1)),
            tooltip=alt.Tooltip("text:N"),
        )
    )
    layers = [track, bars, label, detail]
    if limit is not None:
        rule = alt.Chart(_data([{"start": limit}])).mark_rule(
            strokeDash=[4, 3], stroke=palette.limit, strokeWidth=1.5
        )
        layers.append(rule.encode(x="start:Q"))
    return alt.layer(*layers).properties(width="container", height=62 * len(rows))


def map_of_inputs(
    rows: Rows, limit: float, floor: float, titles: tuple[str, str], palette: Palette = PAPER
) -> alt.LayerChart:
    """Every input by value (log) and the share of its largest supplier that is no ally.

    ``rows``: value, share, group (risk, doubt, ally, quiet, small), number, text.
    """
    shape = {"risk": "diamond", "doubt": "triangle-up", "ally": "square", "quiet": "circle"}
    shape["small"] = "cross"
    colours = asdict(palette) | {"small": palette.quiet}
    lowest = min((row["value"] for row in rows), default=1.0)
    x = alt.X(
        "value:Q",
        scale=alt.Scale(type="log", nice=False, domainMin=min(lowest, floor) / 2),
        axis=alt.Axis(
            title=titles[0], values=[10.0**n for n in range(-4, 6)], format=",", labelOverlap=True
        ),
    )
    y = alt.Y(
        "share:Q",
        scale=alt.Scale(domain=[0, 1.04], nice=False),
        axis=alt.Axis(format=".0%", values=[0, 0.25, 0.5, limit, 1], title=None),
    )
    base = alt.Chart(_data(rows))
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
        tooltip=alt.Tooltip("text:N"),
    )
    numbers = base.mark_text(dx=8, dy=-7, align="left", fontWeight="bold").encode(
        x=x, y=y, text="number:N"
    )
    share_line = (
        alt.Chart(_data([{"share": limit}]))
        .mark_rule(strokeDash=[4, 3], stroke=palette.limit, strokeWidth=1.5)
        .encode(y="share:Q")
    )
    floor_line = (
        alt.Chart(_data([{"value": floor}]))
        .mark_rule(strokeDash=[1, 3], stroke=palette.soft, strokeWidth=1.5)
        .encode(x="value:Q")
    )
    return alt.layer(share_line, floor_line, points, numbers).properties(
        width="container", height=360
    )


def claims(
    rows: Rows,
    ranges: Rows,
    points: Rows,
    kinds: dict[str, tuple[str, str]],
    palette: Palette = PAPER,
) -> alt.LayerChart:
    """Stated shares as pale bands, computed ones as points, one lane a good.

    ``rows``: key, label. ``ranges``: key, start, end, text. ``points``: key, share, kind, text.
    ``kinds``: kind → (shape, colour).
    """
    order = [row["key"] for row in rows]
    y = alt.Y("key:N", sort=order, axis=None, scale=alt.Scale(paddingInner=0, paddingOuter=0))
    label = (
        alt.Chart(_data(rows))
        .mark_text(align="left", dy=-15, fontWeight="bold", fontSize=13)
        .encode(y=y, x=alt.value(0), text="label:N")
    )
    track = (
        alt.Chart(_data(rows))
        .mark_rule(yOffset=10, stroke=palette.grid)
        .encode(y=y, x=alt.datum(0), x2=alt.datum(1))
    )
    bands = (
        alt.Chart(_data(ranges))
        .mark_bar(height=24, yOffset=10, opacity=0.28, fill=palette.quiet)
        .encode(y=y, x=_share_axis(None), x2="end:Q", tooltip=alt.Tooltip("text:N"))
    )
    domain = list(kinds)
    dots = (
        alt.Chart(_data(points))
        .mark_point(filled=True, size=120, opacity=1, yOffset=10)
        .encode(
            y=y,
            x="share:Q",
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
            tooltip=alt.Tooltip("text:N"),
        )
    )
    return alt.layer(track, bands, dots, label).properties(width="container", height=62 * len(rows))


def heat(cells: Rows, order: list[str], palette: Palette = PAPER) -> alt.LayerChart:
    """A matrix of counts shaded in five levels. ``cells``: row, column, count, level, text."""
    levels = [0, 1, 2, 3, 4]
    colours = asdict(palette)
    x = alt.X(
        "column:N",
        sort=order,
        axis=alt.Axis(orient="top", labelAngle=-50, title=None, labelLimit=140, labelOverlap=False),
    )
    y = alt.Y("row:N", sort=order, axis=alt.Axis(title=None, labelLimit=160))
    base = alt.Chart(_data(cells)).encode(x=x, y=y)

    def shade(name: str) -> alt.Color:
        scale = alt.Scale(domain=levels, range=[colours[f"{name}{n}"] for n in levels])
        return alt.Color("level:O", scale=scale, legend=None)

    squares = base.mark_rect(stroke=palette.track, strokeWidth=1).encode(
        color=shade("heat"), tooltip=alt.Tooltip("text:N")
    )
    counts = base.mark_text(fontSize=11).encode(text="count:N", color=shade("heatink"))
    return (
        alt.layer(squares, counts)
        .resolve_scale(color="independent")
        .properties(width="container", height=30 * len(order))
    )


def stacked_counts(
    rows: Rows, parts: Rows, groups: dict[str, str], most: int, palette: Palette = PAPER
) -> alt.LayerChart:
    """Bars of counts made of parts. ``rows``: key, label, detail. ``parts``: as in :func:`shares`."""
    order = [row["key"] for row in rows]
    y = alt.Y("key:N", sort=order, axis=None, scale=alt.Scale(paddingInner=0, paddingOuter=0))
    names = alt.Chart(_data(rows))
    label = names.mark_text(align="left", dy=-13, fontWeight="bold", fontSize=13).encode(
        y=y, x=alt.value(0), text="label:N"
    )
    bars = (
        alt.Chart(_data(parts))
        .mark_bar(height=14, yOffset=6)
        .encode(
            y=y,
            x=alt.X(
                "start:Q",
                scale=alt.Scale(domain=[0, most], nice=True),
                axis=alt.Axis(title=None, orient="top", tickMinStep=1),
            ),
            x2="end:Q",
            color=alt.Color(
                "group:N",
                scale=alt.Scale(domain=list(groups), range=list(groups.values())),
                legend=None,
            ),
            tooltip=alt.Tooltip("text:N"),
        )
    )
    return alt.layer(bars, label).properties(width="container", height=48 * len(rows))
