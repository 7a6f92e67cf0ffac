"""Trade with one country: what comes and what goes, two bars a good."""

from __future__ import annotations

from functools import cache
from typing import Any

import altair as alt

from verdikart.reports.charts import PAPER, Palette, Rows, specification, unchecked

BAND = 58  # height of one good's lane
ROOM = 1.3  # axis beyond the longest bar, for the number at its end


def flows(palette: Palette = PAPER) -> alt.LayerChart:
    """Imports above exports for each good, from 0 in one currency; the data come by name.

    ``rows``: key, label, room (where the axis ends). ``import`` and ``export``: key, amount, said,
    text. Goods stand in the order of ``rows``.
    """
    y = alt.Y("key:N", sort=None, axis=None, scale=alt.Scale(paddingInner=0, paddingOuter=0))
    axis = alt.Axis(title=None, orient="top", tickCount=4, format=",f")
    x = alt.X("amount:Q", scale=alt.Scale(nice=False, zero=True), axis=axis)
    rows = alt.Chart(alt.NamedData("rows")).encode(y=y)
    layers = [
        rows.mark_text(align="left", dy=-19, fontWeight="bold", fontSize=13).encode(
            x=alt.XValue(0), text=alt.Text("label:N")
        ),
        rows.mark_point(opacity=0).encode(x=alt.X("room:Q")),
    ]
    for flow, place, colour in (("import", 0, palette.other), ("export", 15, palette.ally)):
        base = alt.Chart(alt.NamedData(flow)).encode(y=y, x=x)
        layers += [
            base.mark_bar(height=11, yOffset=place, fill=colour).encode(
                x2=alt.XDatum(0), tooltip=alt.Tooltip("text:N")
            ),
            base.mark_text(align="left", dx=5, dy=place, fontSize=11).encode(
                text=alt.Text("said:N")
            ),
        ]
    return alt.layer(*layers, width="container")


@cache
def _drawing(palette: Palette) -> dict[str, Any]:
    with unchecked():
        return specification(flows(palette), palette)


def flows_specification(rows: Rows, bars: Rows, palette: Palette = PAPER) -> dict[str, Any]:
    """The specification of :func:`flows` with its data. ``bars`` have a flow beside the amount."""
    room = ROOM * max((bar["amount"] for bar in bars), default=1)
    return {
        **_drawing(palette),
        "height": BAND * len(rows),
        "datasets": {
            "rows": [{**row, "room": room} for row in rows],
            **{flow: [b for b in bars if b["flow"] == flow] for flow in ("import", "export")},
        },
    }
