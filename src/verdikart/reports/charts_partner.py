"""Trade with one country: what comes and what goes, two bars a good."""

from __future__ import annotations

import altair as alt

from verdikart.reports.charts import PAPER, Palette, Rows

BAND = 58  # height of one good's lane


def flows(rows: Rows, bars: Rows, title: str, palette: Palette = PAPER) -> alt.LayerChart:
    """Imports above exports for each good, from 0 in one currency.

    ``rows``: key, label. ``bars``: key, flow (import or export), amount, said, text.
    """
    order = [row["key"] for row in rows]
    y = alt.Y("key:N", sort=order, axis=None, scale=alt.Scale(paddingInner=0, paddingOuter=0))
    most = max((bar["amount"] for bar in bars), default=1) or 1
    x = alt.X(
        "amount:Q",
        scale=alt.Scale(domain=[0, 1.25 * most], nice=False),
        axis=alt.Axis(title=title, orient="top", tickCount=4, format=","),
    )
    label = (
        alt.Chart(alt.NamedData("rows"))
        .mark_text(align="left", dy=-19, fontWeight="bold", fontSize=13)
        .encode(y=y, x=alt.XValue(0), text=alt.Text("label:N"))
    )
    layers = [label]
    for flow, place, colour in (("import", 0, palette.other), ("export", 15, palette.ally)):
        base = alt.Chart(alt.NamedData(flow)).encode(y=y, x=x)
        layers.append(
            base.mark_bar(height=11, yOffset=place, fill=colour).encode(
                x2=alt.XDatum(0), tooltip=alt.Tooltip("text:N")
            )
        )
        layers.append(
            base.mark_text(align="left", dx=5, dy=place, fontSize=11).encode(
                text=alt.Text("said:N")
            )
        )
    chart = alt.layer(*layers, width="container", height=BAND * len(rows))
    chart.datasets = {
        "rows": list(rows),
        **{flow: [b for b in bars if b["flow"] == flow] for flow in ("import", "export")},
    }
    return chart
