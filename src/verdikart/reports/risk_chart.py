"""The chart of supply risk against economic importance."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import altair as alt

from verdikart.reports.charts import PAPER, TIP, Palette, Rows, drawn_on, layered, text_of

SHAPES = {
    "critical": ("diamond", "risk"),
    "undetermined": ("triangle-up", "doubt"),
    "net_exporter": ("square", "ally"),
    "not_critical": ("circle", "quiet"),
    "small": ("cross", "quiet"),
}
Box = tuple[float, float, float, float]
# Where a number can stand beside its point, in pixels, the first the best.
CORNERS = ((6, -7, "left"), (-6, -7, "right"), (6, 8, "left"), (-6, 8, "right"))
NARROW, HEIGHT = 320, 420  # the drawing on a telephone


def importance_and_risk(
    rows: Rows,
    limits: tuple[float, float],
    ends: tuple[float, float],
    titles: tuple[str, str],
    palette: Palette = PAPER,
) -> alt.LayerChart:
    """Points with their intervals, and the thresholds as lines; the critical corner is shaded.

    ``rows``: ei, ei_low, ei_high, sr, sr_low, sr_high, group, known (drawn filled), number,
    text; where the number stands is added. ``limits`` and ``ends``: of EI and SR.
    """
    colours = asdict(palette)
    x = alt.X(
        "ei:Q",
        scale=alt.Scale(domain=[0, ends[0]], nice=False, clamp=True),
        axis=alt.Axis(title=titles[0], values=_ticks(limits[0], ends[0]), format=".1~f"),
    )
    y = alt.Y(
        "sr:Q",
        scale=alt.Scale(domain=[0, ends[1]], nice=False, clamp=True),
        axis=alt.Axis(
            title=titles[1],
            values=_ticks(limits[1], ends[1]),
            format=".1~f",
            titleAngle=0,
            titleAlign="left",
            titleAnchor="end",
            titleX=0,
            titleY=-8,
        ),
    )
    colour = _scale(alt.Color, [colours[tone] for _shape, tone in SHAPES.values()])
    shape = _scale(alt.Shape, [name for name, _tone in SHAPES.values()])
    corner = drawn_on("corner").mark_rect(fill=palette.track)
    corner = corner.encode(x=x, x2=alt.X2("ei_end:Q"), y=y, y2=alt.Y2("sr_end:Q"))
    rule = alt.MarkDef(type="rule", strokeDash=[4, 3], strokeWidth=1.5, stroke=palette.limit)
    at_ei = drawn_on("corner").mark_rule(**_plain(rule)).encode(x=x)
    at_sr = drawn_on("corner").mark_rule(**_plain(rule)).encode(y=y)
    base = drawn_on("rows")
    wide = base.mark_rule(strokeWidth=1, opacity=0.45).encode(
        x=alt.X("ei_low:Q"), x2=alt.X2("ei_high:Q"), y=y, color=colour, tooltip=TIP
    )
    tall = base.mark_rule(strokeWidth=1, opacity=0.45).encode(
        x=x, y=alt.Y("sr_low:Q"), y2=alt.Y2("sr_high:Q"), color=colour, tooltip=TIP
    )
    marks = {"size": 85, "opacity": 1, "strokeWidth": 1.5}
    open_ = drawn_on("open").mark_point(filled=False, **marks)
    open_ = open_.encode(x=x, y=y, color=colour, shape=shape, tooltip=TIP)
    known = drawn_on("known").mark_point(filled=True, **marks)
    known = known.encode(x=x, y=y, color=colour, shape=shape, tooltip=TIP)
    beside = {name: alt.ExprRef(f"datum.{name}") for name in ("dx", "dy", "align")}
    label = base.mark_text(**beside, fontWeight="bold", fontSize=11)
    label = label.encode(x=x, y=y, text=text_of("number"))
    data: dict[str, Rows] = {
        "rows": rows,
        "known": [r for r in rows if r["known"]],
        "open": [r for r in rows if not r["known"]],
        "corner": [{"ei": limits[0], "sr": limits[1], "ei_end": ends[0], "sr_end": ends[1]}],
    }
    _place_numbers(rows, ends)
    layers = (corner, at_ei, at_sr, wide, tall, open_, known, label)
    return layered(layers, HEIGHT, **data)


def _place_numbers(rows: Rows, ends: tuple[float, float]) -> None:
    """Put each number at a corner of its point where, on a telephone, it covers the least."""
    across, down = NARROW / ends[0], HEIGHT / ends[1]
    at = [(row["ei"] * across, -row["sr"] * down) for row in rows]
    taken = [(x - 5, y - 5, x + 5, y + 5) for x, y in at]
    for row, (x, y) in zip(rows, at, strict=True):
        width = 7 * len(row["number"])
        best: tuple[float, dict[str, Any]] | None = None
        for dx, dy, align in CORNERS:
            left = x + dx if align == "left" else x + dx - width
            box = (left, y + dy - 5, left + width, y + dy + 5)
            # Out of the drawing is worse than on another number.
            cost = sum(_covers(box, other) for other in taken)
            cost += 500 * (left + width > NARROW or left < 0 or y + dy > -5)
            if best is None or cost < best[0]:
                best = (cost, {"dx": dx, "dy": dy, "align": align, "box": box})
        if best is not None:
            taken.append(best[1].pop("box"))
            row.update(best[1])


def _covers(one: Box, other: Box) -> float:
    across = min(one[2], other[2]) - max(one[0], other[0])
    down = min(one[3], other[3]) - max(one[1], other[1])
    return max(0.0, across) * max(0.0, down)


def _scale(channel: Any, values: list[str]) -> Any:  # noqa: ANN401 - one of Altair's channels
    scale = alt.Scale(domain=list(SHAPES), range=values)
    return channel("group:N", scale=scale, legend=None)


def _plain(mark: alt.MarkDef) -> dict[str, Any]:
    return {k: v for k, v in mark.to_dict(validate=False).items() if k != "type"}


def _ticks(limit: float, end: float) -> list[float]:
    """Whole numbers, and the threshold; a number that would stand on it is left out."""
    whole = [float(n) for n in range(int(end) + 1) if abs(n - limit) >= 0.5]
    return sorted([*whole, limit])
