"""The plane of what a home is exposed to against what others need from it, one mark a good.

:func:`pairs` joins the two from saved rows; :func:`plane` draws any rows with two shares.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from verdikart.reports.palette import PAPER, Palette, Rows, dressed

Row = dict[str, Any]
LANE = -0.08  # where a mark stands whose share of imports is not known
HEIGHT = 440
WIDE, NARROW = 860, 320  # pixels that labels are placed for: names, and numbers on a telephone
TICKS = (0.0, 0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 1.0)
Box = tuple[float, float, float, float]
CORNERS = ((8, -8, "left"), (-8, -8, "right"), (8, 10, "left"), (-8, 10, "right"))


@dataclass(frozen=True, slots=True)
class Pair:
    """A good: how the home's imports of it were judged, and who needs the home's supply the most.

    ``exposed``: the row of ``assessments``, None where the home's imports are not known.
    ``needed``: the row of ``positions`` with the largest share, None where no delivery is on record.
    """

    subject: str
    exposed: Row | None
    needed: Row | None

    @property
    def row(self) -> Row:
        """A row with the good's names, stage, products and materials."""
        found = self.exposed or self.needed
        assert found is not None  # noqa: S101 - a pair has one of them
        return found

    @property
    def exposure(self) -> float | None:
        """Share of the largest supplier that is no ally; 0 where every supplier known is one."""
        if self.exposed is None:
            return None
        share = self.exposed["other_top_share"]
        return float(share) if share is not None else 0.0

    @property
    def need(self) -> float:
        """The home's largest share of a bloc's supply; 0 where no delivery is on record."""
        return float(self.needed["supplier_share"]) if self.needed else 0.0


def pairs(assessments: Sequence[Row], positions: Sequence[Row], floor: float) -> list[Pair]:
    """The goods that the plane shows, the most exposed first.

    ``assessments``: rows of one home; of them those on its own imports count, as shares of world
    supply are of another kind. ``positions``: rows of the same home. A good that is not imported
    has no exposure to show and is left out; one whose imports are not known stands beside the plane.
    Deliveries below ``floor`` count only where there is no larger one: a large share of next to
    nothing is no dependence.
    """
    own = [r for r in assessments if r["basis"] == "own_imports" and r["outcome"] != "not_imported"]
    none = {r["subject"] for r in assessments if r["outcome"] == "not_imported"}
    best: dict[str, Row] = {}
    for row in positions:
        if row["supplier_share"] is not None:
            held = best.get(row["subject"])
            if held is None or _weight(row, floor) > _weight(held, floor):
                best[row["subject"]] = row
    found = [Pair(r["subject"], r, best.pop(r["subject"], None)) for r in own]
    seen = {product for r in own for product in r["products"] or ()}
    for subject, row in best.items():
        if subject not in none and seen.isdisjoint(row["products"] or ()):
            found.append(Pair(subject, None, row))
    return sorted(found, key=lambda p: (-(p.exposure or 0.0), -p.need, p.subject))


def _weight(row: Row, floor: float) -> tuple[bool, float]:
    """Published shares have no value and count by their share."""
    return row["value"] is None or row["value"] >= floor, float(row["supplier_share"])


def plane(
    rows: Rows,
    limits: tuple[float, float],
    titles: tuple[str, str],
    quadrants: tuple[str, str, str, str],
    groups: dict[str, tuple[str, str]],
    unknown: str = "",
    palette: Palette = PAPER,
) -> dict[str, Any]:
    """The specification of marks in a plane of two shares that two limits cut in four.

    ``rows``: x (None: not known), y, group, number, label (empty: not named), text. ``limits``:
    of x and y. ``titles``: of x and y. ``quadrants``: top left, top right, bottom left, bottom right.
    ``groups``: group → (shape, colour). ``unknown`` names the lane of marks without x. The vertical
    scale is of square roots, since most shares are small.
    """
    high = max([row["y"] for row in rows] + [limits[1] * 2])
    top = high * 1.2  # room for the quadrants' names above every mark
    lane = any(row["x"] is None for row in rows)
    drawn = [{**row, "at": LANE if row["x"] is None else row["x"]} for row in rows]
    _place(drawn, (_left(lane), 1.04), top)
    spec = _frame(limits, titles, quadrants, groups, unknown, top, lane, palette)
    spec["datasets"]["rows"] = drawn
    return spec


def _left(lane: bool) -> float:
    return LANE * 2 if lane else -0.02


def _frame(
    limits: tuple[float, float],
    titles: tuple[str, str],
    quadrants: tuple[str, str, str, str],
    groups: dict[str, tuple[str, str]],
    unknown: str,
    top: float,
    lane: bool,
    palette: Palette,
) -> dict[str, Any]:
    """All but the marks' own data, written as Vega-Lite: the front page does not wait for Altair."""
    left = _left(lane)
    x = {
        **_number("at"),
        "scale": {"domain": [left, 1.04], "nice": False},
        "axis": {"values": [0, 0.25, 0.5, limits[0], 1], "format": ".0%", "title": titles[0]},
    }
    y = {
        **_number("y"),
        "scale": {"type": "sqrt", "domain": [0, top], "nice": False},
        "axis": {
            "values": sorted({t for t in TICKS if t <= min(top, 1.0)} | {limits[1]}),
            "format": ".0%",
            "title": titles[1],
            "titleAngle": 0,
            "titleAlign": "left",
            "titleAnchor": "end",
            "titleX": 0,
            "titleY": -12,
        },
    }
    rule = {"type": "rule", "strokeDash": [4, 3], "strokeWidth": 1.5, "stroke": palette.limit}
    corner = {"type": "rect", "fill": palette.track, "opacity": 0.7}
    layers = [
        _layer("corner", corner, x=x, x2={"field": "x_end"}, y=y, y2={"field": "y_end"}),
        _layer("limits", rule, x=x),
        _layer("limits", rule, y=y),
        *(_name(place, palette) for place in range(4)),
        _layer(
            "rows",
            {"type": "point", "filled": True, "size": 95, "opacity": 0.9},
            x=x,
            y=y,
            shape=_scale({group: shape for group, (shape, _) in groups.items()}),
            color=_scale({group: colour for group, (_, colour) in groups.items()}),
            tooltip=_text("text"),
        ),
        _layer("rows", _labels("label", "width >= 600", palette), x=x, y=y),
        _layer("rows", _labels("number", "width < 600", palette), x=x, y=y),
    ]
    if lane:
        edge = {"type": "rule", "stroke": palette.grid, "strokeWidth": 1.5}
        # Beside the marks, from the bottom up, where there is least of them.
        said = {
            "type": "text",
            "align": "left",
            "baseline": "middle",
            "fill": palette.soft,
            "fontSize": 11,
            "dx": 6,
            "angle": 270,
        }
        layers += [
            _layer("edge", edge, x=x),
            _layer("edge", said, x=_number("said"), y=_number("floor"), text=_text("name")),
        ]
    ends = [(limits[0], top), (1.04, top), (limits[0], limits[1]), (1.04, limits[1])]
    corners = [{"x": ends[n][0], "y": ends[n][1], "name": quadrants[n]} for n in range(4)]
    data: dict[str, Any] = {
        "corner": [{"at": limits[0], "x_end": 1.04, "y": 0, "y_end": limits[1]}],
        "limits": [{"at": limits[0], "y": limits[1]}],
        "edge": [{"at": LANE / 8, "said": left + 0.02, "floor": 0, "name": unknown}],
        **{f"name{n}": [row] for n, row in enumerate(corners)},
    }
    spec = {"width": "container", "height": HEIGHT, "layer": layers, "datasets": data}
    return dressed(spec, palette)


def _layer(data: str, mark: dict[str, Any], **encoding: dict[str, Any]) -> dict[str, Any]:
    return {"data": {"name": data}, "mark": mark, "encoding": encoding}


def _number(field: str) -> dict[str, Any]:
    return {"field": field, "type": "quantitative"}


def _text(field: str) -> dict[str, Any]:
    return {"field": field, "type": "nominal"}


def _scale(values: dict[str, str]) -> dict[str, Any]:
    """Groups to shapes or colours."""
    scale = {"domain": list(values), "range": list(values.values())}
    return {**_text("group"), "scale": scale, "legend": None}


def _name(place: int, palette: Palette) -> dict[str, Any]:
    """A quadrant's name in its upper right corner."""
    mark = {
        "type": "text",
        "align": "right",
        "baseline": "top",
        "dx": -4,
        "dy": 5,
        "fill": palette.soft,
        "fontStyle": "italic",
        "limit": {"expr": f"width * {0.31 if place % 2 else 0.5}"},
    }
    return _layer(f"name{place}", mark, x=_number("x"), y=_number("y"), text=_text("name"))


def _labels(field: str, when: str, palette: Palette) -> dict[str, Any]:
    """Names of marks where there is room, else their numbers."""
    return {
        "type": "text",
        **{name: {"expr": f"datum.{field}_{name}"} for name in ("dx", "dy", "align")},
        "fontSize": 11,
        "fontWeight": "bold",
        "fill": palette.ink,
        "text": {"expr": f"{when} && datum.{field}_dx ? datum.{field} : ''"},
    }


def _place(rows: Rows, ends: tuple[float, float], top: float) -> None:
    """Put names and numbers at the corner of their mark where they cover the least; else nowhere."""
    for field, width, size in (("label", WIDE, 6.6), ("number", NARROW, 7.0)):
        across = width / (ends[1] - ends[0])
        at = [((r["at"] - ends[0]) * across, HEIGHT * (1 - (r["y"] / top) ** 0.5)) for r in rows]
        taken: list[Box] = [(x - 5, y - 5, x + 5, y + 5) for x, y in at]
        for row, (px, py) in zip(rows, at, strict=True):
            row[f"{field}_dx"], row[f"{field}_dy"], row[f"{field}_align"] = 0, 0, "left"
            if not row["label"]:
                continue
            long = size * len(row[field])
            for dx, dy, align in CORNERS:
                left = px + dx if align == "left" else px + dx - long
                box = (left, py + dy - 6, left + long, py + dy + 6)
                inside = left >= 0 and left + long <= width and box[1] >= 0 and box[3] <= HEIGHT
                if inside and not any(_meet(box, other) for other in taken):
                    taken.append(box)
                    row.update({f"{field}_dx": dx, f"{field}_dy": dy, f"{field}_align": align})
                    break


def _meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
