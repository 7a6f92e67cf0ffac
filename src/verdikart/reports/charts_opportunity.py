"""Charts of opportunities, supply plans and changes: intervals, before and after, parts of a change."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from verdikart.reports.charts import (
    PAPER,
    START,
    TIP,
    Palette,
    Rows,
    drawn_on,
    layered,
    specification,
    text_of,
    unchecked,
)

if TYPE_CHECKING:
    import altair as alt

LANE = 46  # pixels a row


def _lanes(rows: Rows, sort: bool = True) -> alt.Y:
    import altair as alt

    order = [row["key"] for row in rows] if sort else "ascending"
    scale = alt.Scale(paddingInner=0, paddingOuter=0)
    return alt.Y("key:N", sort=order, axis=None, scale=scale)


def _axis(field: str, domain: tuple[float, float], **axis: Any) -> alt.X:  # noqa: ANN401 - of Altair
    import altair as alt

    return alt.X(
        f"{field}:Q",
        scale=alt.Scale(domain=list(domain), nice=False, zero=False),
        axis=alt.Axis(title=None, orient="top", **axis),
    )


def _labels(y: alt.Y) -> alt.Chart:
    made: alt.Chart = (
        drawn_on("rows")
        .mark_text(align="left", dy=-11, fontWeight="bold", fontSize=13)
        .encode(y=y, x=START, text=text_of("label"))
    )
    return made


def intervals(
    rows: Rows, domain: tuple[float, float], palette: Palette = PAPER, form: str = ",.0f"
) -> alt.LayerChart:
    """Intervals from ``start`` to ``end`` with a diamond at ``middle``, one lane a row.

    ``rows``: key (lanes stand in its order), label, start, end, middle, text. ``form``: Vega's
    format of the axis.
    """
    import altair as alt

    y, x = _lanes(rows, sort=False), _axis("start", domain, format=form, tickCount=6)
    base = drawn_on("rows").encode(y=y, tooltip=TIP)
    line = base.mark_rule(yOffset=10, strokeWidth=5, stroke=palette.ally, opacity=0.55)
    ends = base.mark_tick(orient="vertical", thickness=2, size=14, yOffset=10, color=palette.ally)
    middle = base.mark_point(
        filled=True, shape="diamond", size=95, yOffset=10, opacity=1, fill=palette.ink
    )
    layers = [
        line.encode(x=x, x2=alt.X2("end:Q")),
        ends.encode(x=x),
        ends.encode(x=alt.X("end:Q")),
        middle.encode(x=alt.X("middle:Q")),
        _labels(y),
    ]
    return layered(layers, LANE * len(rows), rows=rows)


@lru_cache(maxsize=32)
def _interval_frame(
    count: int, domain: tuple[float, float], palette: Palette, form: str
) -> dict[str, Any]:
    blank = [{"key": ""}] * count
    with unchecked():
        return specification(intervals(blank, domain, palette, form), palette)


def interval_specification(
    rows: Rows, domain: tuple[float, float], palette: Palette = PAPER, form: str = ",.0f"
) -> dict[str, Any]:
    """The specification of :func:`intervals`; what does not depend on the rows is made once."""
    frame = _interval_frame(len(rows), domain, palette, form)
    return {**frame, "datasets": {"rows": list(rows)}}


def before_after(rows: Rows, limit: float, palette: Palette = PAPER) -> alt.LayerChart:
    """Shares before (hollow circle) and after (filled square), joined, with the limit as a line.

    ``rows``: key, label, before, after (None where there is none), text.
    """
    import altair as alt

    whole = [row for row in rows if row["after"] is not None]
    y = _lanes(rows)
    axis = {"format": ".0%", "values": [0, 0.25, 0.5, 0.75, 1]}
    x = _axis("before", (0, 1), **axis)
    mark = {"yOffset": 10, "opacity": 1}
    joined = (
        drawn_on("whole")
        .mark_rule(yOffset=10, strokeWidth=2, stroke=palette.soft)
        .encode(y=y, x=x, x2=alt.X2("after:Q"))
    )
    before = (
        drawn_on("rows")
        .mark_point(filled=False, shape="circle", size=110, stroke=palette.soft, **mark)
        .encode(y=y, x=x, tooltip=TIP)
    )
    after = (
        drawn_on("whole")
        .mark_point(filled=True, shape="square", size=95, fill=palette.ally, **mark)
        .encode(y=y, x=alt.X("after:Q"), tooltip=TIP)
    )
    line = (
        drawn_on("limit")
        .mark_rule(strokeDash=[4, 3], stroke=palette.limit, strokeWidth=1.5)
        .encode(x=alt.X("share:Q"))
    )
    return layered(
        [line, joined, before, after, _labels(y)],
        LANE * len(rows),
        rows=rows,
        whole=whole,
        limit=[{"share": limit}],
    )


def signed_parts(
    rows: Rows, parts: Rows, groups: dict[str, str], palette: Palette = PAPER
) -> alt.LayerChart:
    """Parts of a change as bars to both sides of zero, each with its letter; a diamond is the sum.

    ``rows``: key, label, change, text. ``parts``: key, group, start, end, letter, text.
    ``groups``: group → colour.
    """
    import altair as alt

    ends = [abs(p[side]) for p in parts for side in ("start", "end")]
    most = 1.08 * max([*ends, *(abs(r["change"]) for r in rows), 1e-6])
    y, x = _lanes(rows), _axis("start", (-most, most), format="+.2~f", tickCount=5)
    colour = alt.Color(
        "group:N",
        scale=alt.Scale(domain=list(groups), range=list(groups.values())),
        legend=None,
    )
    bars = (
        drawn_on("parts")
        .mark_bar(height=14, yOffset=10, opacity=0.85)
        .encode(y=y, x=x, x2=alt.X2("end:Q"), color=colour, tooltip=TIP)
    )
    letters = (
        drawn_on("letters")
        .mark_text(yOffset=10, fontSize=11, fontWeight="bold", fill=palette.track)
        .encode(y=y, x=alt.X("middle:Q"), text=text_of("letter"))
    )
    sums = (
        drawn_on("rows")
        .mark_point(filled=True, shape="diamond", size=70, yOffset=10, opacity=1, fill=palette.ink)
        .encode(y=y, x=alt.X("change:Q"), tooltip=TIP)
    )
    zero = drawn_on("zero").mark_rule(stroke=palette.soft).encode(x=alt.X("share:Q"))
    wide = [
        {**p, "middle": (p["start"] + p["end"]) / 2}
        for p in parts
        if abs(p["end"] - p["start"]) > 0.06 * most
    ]
    return layered(
        [zero, bars, letters, sums, _labels(y)],
        LANE * len(rows),
        rows=rows,
        parts=parts,
        letters=wide,
        zero=[{"share": 0}],
    )
