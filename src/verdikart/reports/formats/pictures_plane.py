"""Charts in a plane as pictures: lines over years, and points with their names."""

from __future__ import annotations

from typing import Any, Final

from verdikart.reports.document.model import Chart
from verdikart.reports.formats.pictures_parts import (
    DASHES,
    EDGE,
    LEAD,
    SHAPES,
    WIDE,
    Box,
    Scale,
    Sheet,
    axis_text,
    block,
    colour,
    extent,
    known,
    legend,
    lines,
    meet,
    pixel,
    scale,
    shades,
    value_text,
)
from verdikart.reports.palette import PAPER
from verdikart.reports.voice import Voice

Row = dict[str, Any]
TALL: Final = 250.0
PLANE: Final = 330.0
FEW: Final = 6  # years of which every value is written, and not the last alone
NAMED: Final = 190.0  # the longest name that stands at its point
CORNERS: Final = ((8, -9, "left"), (-8, -9, "right"), (8, 10, "left"), (-8, 10, "right"))


def line(chart: Chart, voice: Voice) -> Sheet:
    """A line a series over its categories, broken where a value is missing."""
    count = len(chart.categories)
    limits = [] if chart.limit is None else [chart.limit]
    axis = scale(
        [*(v for one in chart.series for v in known(one.values)), *limits], chart.unit, wanted=5
    )
    rows = _over_time(chart, voice)
    last = {row["series"]: row for row in rows if row["value"] is not None}
    left = EDGE + 8 + max(map(extent, axis.written(voice)))
    ends = [extent(row["text"]) for row in last.values()]
    half = max([0.0, *map(extent, chart.categories)]) / 2
    across = WIDE - EDGE - left - max([half, *(12 + end for end in ends)])
    sheet = Sheet(across, TALL, left=left)
    margin = 0.5 if count < 2 else 0.02 * (count - 1)
    x = {
        "field": "place",
        "type": "quantitative",
        "scale": {"domain": [-margin, max(count - 1, 0) + margin], "nice": False, "zero": False},
        "axis": None,
    }
    inside = across / (max(count - 1, 0) + 2 * margin)
    _up_axis(sheet, axis, axis_text(chart.axis, chart.unit, voice), voice)
    _years(sheet, chart.categories, x, inside, margin)
    _limit_across(sheet, chart, axis)
    y = axis.channel("value")
    for number, _ in enumerate(chart.series):
        own = [row for row in rows if row["series"] == number]
        shade = own[0]["shade"] if own else 1.0
        stroke = {"stroke": own[-1]["colour"] if own else PAPER.quiet, "opacity": shade}
        dash = {"strokeWidth": 2, "strokeDash": DASHES[number % len(DASHES)]}
        sheet.add({"type": "line", **stroke, **dash}, own, x=x, y=y)
    _points(sheet, [row for row in rows if row["value"] is not None], x, y)
    written = [r for r in rows if r["value"] is not None and (count <= FEW or r in last.values())]
    for row in written:
        row["px"] = (row["place"] + margin) * inside
        row["up"] = (1 - axis.part(row["value"])) * TALL
    _values(sheet, written, list(last.values()))
    legend(sheet, chart, [SHAPES[n % len(SHAPES)] for n in range(len(chart.series))])
    return sheet


def _over_time(chart: Chart, voice: Voice) -> list[Row]:
    strength = shades(chart.series)
    return [
        {
            "series": number,
            "place": place,
            "category": chart.categories[place],
            "value": value,
            "text": value_text(one, place, chart.unit, voice),
            "colour": colour(one.tone(place)),
            "shade": strength[number],
            "shape": SHAPES[number % len(SHAPES)],
        }
        for number, one in enumerate(chart.series)
        for place, value in enumerate(one.values)
    ]


def _points(sheet: Sheet, rows: list[Row], x: Row, y: Row, size: int = 42) -> None:
    sheet.add(
        {"type": "point", "filled": True, "size": size, "stroke": "#ffffff", "strokeWidth": 1},
        rows,
        x=x,
        y=y,
        shape={"field": "shape", "type": "nominal", "scale": None},
        color={"field": "colour", "type": "nominal", "scale": None},
        opacity={"field": "shade", "type": "quantitative", "scale": None},
    )


def _up_axis(sheet: Sheet, axis: Scale, title: str, voice: Voice) -> None:
    """The ticks' numbers left of the plot; what is measured stands above them, not on its side."""
    ticks = [
        {"tick": value, "text": text, "px": -8.0}
        for value, text in zip(axis.ticks, axis.written(voice), strict=True)
    ]
    sheet.texts(ticks, pixel("px"), axis.channel("tick"), align="right", fill=PAPER.soft)
    said = block(title, WIDE - 2 * EDGE - 20)
    above = {"px": EDGE - sheet.left, "py": -10 - LEAD * (lines(said) - 0.5), "text": said}
    sheet.texts([above], pixel("px"), pixel("py"), align="left", fill=PAPER.soft)
    sheet.top += 10 + LEAD * lines(said)


def _years(sheet: Sheet, categories: tuple[str, ...], x: Row, inside: float, margin: float) -> None:
    """As many of the categories under the plot as there is room for, the last one always."""
    sheet.bottom = 20 + EDGE
    if not categories:
        return
    long = max(map(extent, categories)) + 12
    stride = max(1, -int(-long // inside)) if len(categories) > 1 else 1
    last = len(categories) - 1
    rows = [
        {"place": n, "text": categories[n], "py": sheet.down + 14}
        for n in range(last % stride, len(categories), stride)
        if (n + margin) * inside - extent(categories[n]) / 2 > -sheet.left
    ]
    sheet.texts(rows, x, pixel("py"), align="center", fill=PAPER.soft)


def _limit_across(sheet: Sheet, chart: Chart, axis: Scale) -> None:
    if chart.limit is None:
        return
    rule = {"type": "rule", "stroke": PAPER.limit, "strokeDash": [4, 3], "strokeWidth": 1.5}
    sheet.add(rule, [{"limit": chart.limit}], y=axis.channel("limit"))
    said = block(chart.limit_text, sheet.across - 10)
    row = {"px": 4, "limit": chart.limit, "text": said}
    up = {"dy": -9 - LEAD * (lines(said) - 1)}
    sheet.texts([row], pixel("px"), axis.channel("limit"), halo=True, align="left", **up)


def _values(sheet: Sheet, rows: list[Row], last: list[Row]) -> None:
    """The last values right of the lines, moved apart; others over or under their point."""
    moved = sorted((row for row in rows if row in last), key=lambda r: r["up"])
    for number, row in enumerate(moved):
        before = moved[number - 1]["label_py"] + LEAD - 1 if number else -1e9
        row["label_py"] = max(row["up"], before)
    over = max([0.0, *(row["label_py"] - sheet.down for row in moved)])
    for row in moved:
        row["label_py"] -= over
    beside = [{**row, "label_px": row["px"] + 8} for row in moved]
    sheet.texts(beside, pixel("label_px"), pixel("label_py"), halo=True, align="left")
    taken = [(r["px"] - 4, r["up"] - 4, r["px"] + 4, r["up"] + 4) for r in rows]
    held = []
    for row in (row for row in rows if row not in last):
        half = extent(row["text"]) / 2
        middle = max(row["px"], half - sheet.left / 2)
        for away in (-12, 13):
            box = (middle - half, row["up"] + away - 6, middle + half, row["up"] + away + 6)
            if box[3] < sheet.down and not any(meet(box, other) for other in taken):
                taken.append(box)
                held.append({**row, "label_px": middle, "label_py": row["up"] + away})
                break
    sheet.texts(held, pixel("label_px"), pixel("label_py"), halo=True, align="center")


def scatter(chart: Chart, voice: Voice) -> Sheet:
    """Points with their names, or with numbers and the names below where names have no room."""
    rows = _dots(chart)
    shown = [r for r in rows if r["value"] is not None and r["across"] is not None]
    ys = [r["value"] for r in shown] + ([] if chart.limit is None else [chart.limit])
    xs = [r["across"] for r in shown] + ([] if chart.x_limit is None else [chart.x_limit])
    up, along = scale(ys, chart.unit), scale(xs, chart.x_unit or "number", wanted=6)
    left = EDGE + 8 + max(map(extent, up.written(voice)))
    across = WIDE - EDGE - left - extent(along.written(voice)[-1]) / 2
    sheet = Sheet(across, PLANE, left=left)
    _up_axis(sheet, up, axis_text(chart.axis, chart.unit, voice), voice)
    _along_axis(sheet, along, axis_text(chart.x_axis, chart.x_unit, voice), voice)
    _limit_across(sheet, chart, up)
    if chart.x_limit is not None:
        rule = {"type": "rule", "stroke": PAPER.limit, "strokeDash": [4, 3], "strokeWidth": 1.5}
        sheet.add(rule, [{"limit": chart.x_limit}], x=along.channel("limit"))
    _points(sheet, shown, along.channel("across"), up.channel("value"), 80)
    for row in shown:
        row["px"] = along.part(row["across"]) * across
        row["py"] = (1 - up.part(row["value"])) * PLANE
    if not _named(sheet, shown, "name"):
        _named(sheet, shown, "number")
        ordered = sorted(shown, key=lambda row: int(row["number"]))
        _key(sheet, [f"{row['number']}  {row['name']}" for row in ordered])
    drawn = {row["name"] for row in shown}  # a gap in one series may be a point in another
    hidden = dict.fromkeys(row["name"] for row in rows if row["name"] not in drawn)
    if hidden:
        said = voice.say("Not drawn, since a value is not known: {names}.", names=", ".join(hidden))
        _key(sheet, [said])
    legend(sheet, chart, [SHAPES[n % len(SHAPES)] for n in range(len(chart.series))])
    return sheet


def _dots(chart: Chart) -> list[Row]:
    strength = shades(chart.series)
    return [
        {
            "name": name,
            "number": str(place + 1),
            "value": one.values[place],
            "across": one.xs[place] if place < len(one.xs) else None,
            "colour": colour(one.tone(place)),
            "shade": strength[number],
            "shape": SHAPES[number % len(SHAPES)],
        }
        for number, one in enumerate(chart.series)
        for place, name in enumerate(chart.categories)
    ]


def _along_axis(sheet: Sheet, axis: Scale, title: str, voice: Voice) -> None:
    ticks = [
        {"tick": value, "text": text, "py": sheet.down + 14}
        for value, text in zip(axis.ticks, axis.written(voice), strict=True)
    ]
    sheet.texts(ticks, axis.channel("tick"), pixel("py"), align="center", fill=PAPER.soft)
    said = block(title, WIDE - 2 * EDGE - 20)
    room = min(sheet.across, WIDE - EDGE - sheet.left - 2)
    start = max(room, extent(said) - sheet.left + EDGE)
    under = {"px": start, "py": sheet.down + 34, "text": said}
    sheet.texts([under], pixel("px"), pixel("py"), align="right", fill=PAPER.soft)
    sheet.bottom = 34 + lines(said) * LEAD - LEAD / 2 + EDGE


def _named(sheet: Sheet, rows: list[Row], field: str) -> bool:
    """Write a field at every point where it covers nothing; False where a point has no room.

    Nothing is written then, unless the field is the number, which is put where there is most room.
    """
    taken: list[Box] = [(r["px"] - 5, r["py"] - 5, r["px"] + 5, r["py"] + 5) for r in rows]
    placed: list[Row] = []
    for row in rows:
        long = extent(row[field])
        if field == "name" and long > NAMED:
            return False
        for dx, dy, align in CORNERS:
            start = row["px"] + dx if align == "left" else row["px"] + dx - long
            box = (start, row["py"] + dy - 6, start + long, row["py"] + dy + 6)
            inside = start > 0 and box[2] < sheet.across and box[1] > 0 and box[3] < sheet.down
            if inside and not any(meet(box, other) for other in taken):
                break
        else:
            if field == "name":
                return False
        taken.append(box)
        placed.append({"label_px": start, "label_py": row["py"] + dy, "text": row[field]})
    sheet.texts(placed, pixel("label_px"), pixel("label_py"), halo=True, align="left")
    return True


def _key(sheet: Sheet, texts: list[str]) -> None:
    """Texts below everything, in two columns where they are short."""
    room = WIDE - 2 * EDGE - 10
    columns = 2 if all(extent(text) < room / 2 - 10 for text in texts) and len(texts) > 1 else 1
    blocks = [block(text, room / columns - 10) for text in texts]
    half = -(-len(blocks) // columns)
    rows, deepest, top = [], 0.0, sheet.down + sheet.bottom + 6
    for column in range(columns):
        y = 0.0
        for text in blocks[column * half : (column + 1) * half]:
            at = {"px": EDGE - sheet.left + column * room / 2, "py": top + y + LEAD / 2}
            rows.append({**at, "text": text})
            y += lines(text) * LEAD
        deepest = max(deepest, y)
    sheet.texts(rows, pixel("px"), pixel("py"), align="left")
    sheet.bottom += 6 + deepest


__all__ = ["line", "scatter"]
