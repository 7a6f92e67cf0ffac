"""A map of plants, mines, deposits and projects as SVG; every mark is a link that says what it is.

Shape tells the kind, filling the status, so that nothing rests on colour. Marks come in order from
north to south, which is the order of the keyboard. Colours come from the page's style sheet.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from html import escape
from math import atan2, cos, hypot, log, pi, radians, sin, tan
from pathlib import Path

Point = tuple[float, float]

# Lambert's conformal conic projection on a sphere (Snyder, Map Projections, USGS 1987, eq. 15-1 to
# 15-4), with standard parallels a sixth in from the ends of Norway.
PARALLELS = (radians(60), radians(69))
MERIDIAN, ORIGIN = radians(15), radians(64)
RADIUS = 6371.0  # km
CONE = log(cos(PARALLELS[0]) / cos(PARALLELS[1])) / log(
    tan(pi / 4 + PARALLELS[1] / 2) / tan(pi / 4 + PARALLELS[0] / 2)
)
SCALE = cos(PARALLELS[0]) * tan(pi / 4 + PARALLELS[0] / 2) ** CONE / CONE

WIDTH = 620.0
MARGIN = 50.0  # room for marks moved off the coast
APART = 15.0  # least distance between two marks
SVALBARD = 76.0  # degrees north, beyond which a plant stands in the inset
INSET, RIM = 130.0, 12.0  # width of the inset, and its margin
# A sign from its middle, within about 6 either way.
SHAPES = {
    "plant": "m-5-5h10v10h-10z",
    "mine": "m0-6.5 6.2 11h-12.4z",
    "deposit": "m-5.5 0a5.5 5.5 0 1 0 11 0a5.5 5.5 0 1 0-11 0z",
    "project": "m0-7 7 7-7 7-7-7z",
    "recycler": "m0 6.5 6.2-11h-12.4z",
}
GLYPHS = {"plant": "■", "mine": "▲", "deposit": "●", "project": "◆", "recycler": "▼"}
# How a status looks: filled, with a dot, hollow, crossed out, broken line.
LOOKS = {
    "operating": "working",
    "ramp_up": "partly",
    "curtailed": "partly",
    "project": "planned",
    "construction": "planned",
    "exploration": "planned",
    "built": "planned",
    "closed": "ended",
    "bankrupt": "ended",
    "unknown": "unchecked",
}
OVER = {
    "partly": '<path class="dot" d="M{x} {y}m-2 0a2 2 0 1 0 4 0a2 2 0 1 0-4 0z"/>',
    "ended": '<path class="cross" d="M{x} {y}m-3-3l6 6m0-6l-6 6"/>',
}


@dataclass(frozen=True, slots=True)
class Plant:
    """A mark: its name as it is read aloud, the page behind it, kind, status, and degrees."""

    text: str
    href: str
    kind: str
    status: str
    longitude: float
    latitude: float


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """Outlines: area → polygons of rings of (longitude, latitude)."""

    areas: dict[str, list[list[list[Point]]]]


@cache
def ground(path: Path) -> Ground:
    """The outlines of a file, read once."""
    return Ground(json.loads(path.read_text(encoding="utf-8"))["areas"])


@dataclass(frozen=True, slots=True)
class View:
    """Kilometres to the drawing: scale, and where the upper left corner lies."""

    scale: float
    left: float
    top: float

    def at(self, longitude: float, latitude: float) -> Point:
        """The place of a point in the drawing."""
        x, y = project(longitude, latitude)
        return (x - self.left) * self.scale, (self.top - y) * self.scale


def project(longitude: float, latitude: float) -> Point:
    """Degrees to kilometres east and north of the map's origin."""

    def reach(phi: float) -> float:
        return float(SCALE / tan(pi / 4 + phi / 2) ** CONE)

    rho, angle = reach(radians(latitude)), CONE * (radians(longitude) - MERIDIAN)
    return RADIUS * rho * sin(angle), RADIUS * (reach(ORIGIN) - rho * cos(angle))


def ordered(plants: Sequence[Plant]) -> list[Plant]:
    """From north to south, then from west to east."""
    return sorted(plants, key=lambda p: (-p.latitude, p.longitude, p.text))


def draw(
    plants: Sequence[Plant], land: Ground, title: str, home: str = "NOR", inset: str = "Svalbard"
) -> str:
    """The map as an SVG element. ``home``: the area that the map is cut to and set apart.

    ``inset`` names the box with what lies beyond 76° north, drawn only if a plant does.
    """
    view, height, background = _sheet(land, home)
    near = [p for p in plants if p.latitude <= SVALBARD]
    far = [p for p in plants if p.latitude > SVALBARD]
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="plants" role="group" '
        f'viewBox="0 0 {WIDTH:.0f} {height:.0f}" aria-label="{escape(title)}">',
        background,
    ]
    if far:
        parts += _inset(far, land, inset)
    parts += _marks(ordered(near), view)
    return "".join([*parts, "</svg>"])


@lru_cache(maxsize=8)
def _sheet(land: Ground, home: str) -> tuple[View, float, str]:
    """What is the same on every map of a home: view, height, and countries behind the marks."""
    view, height = _fit(land.areas[home], WIDTH, MARGIN)
    return view, height, "".join(_background(land, home, view, height))


def _fit(polygons: list[list[list[Point]]], width: float, margin: float) -> tuple[View, float]:
    """The view that shows some polygons at a width, and the height it takes."""
    points = [project(*p) for polygon in polygons for p in polygon[0]]
    left, right = min(x for x, _ in points), max(x for x, _ in points)
    low, high = min(y for _, y in points), max(y for _, y in points)
    scale = (width - 2 * margin) / (right - left)
    rim = margin / scale
    return View(scale, left - rim, high + rim), (high - low + 2 * rim) * scale


def _background(land: Ground, home: str, view: View, height: float) -> list[str]:
    """Countries as one element each, the home last; what lies wholly outside is left out."""
    order = sorted(land.areas, key=lambda area: (area == home, area))
    found = []
    for area in order:
        kept = [
            path
            for polygon in land.areas[area]
            for ring in polygon
            if (path := _ring([view.at(*p) for p in ring], WIDTH, height))
        ]
        if kept:
            kind = "home" if area == home else "land"
            found.append(f'<path class="{kind}" d="{"".join(kept)}"/>')
    return found


def _ring(points: list[Point], width: float, height: float) -> str:
    """A closed line in whole tenths; empty where it lies outside or is too small to see."""
    across, down = [x for x, _ in points], [y for _, y in points]
    if max(across) < 0 or min(across) > width or max(down) < 0 or min(down) > height:
        return ""
    if max(across) - min(across) < 1 and max(down) - min(down) < 1:
        return ""
    kept = [points[0]]
    for point in points[1:]:
        if hypot(point[0] - kept[-1][0], point[1] - kept[-1][1]) >= 0.8:
            kept.append(point)
    return f"M{' '.join(f'{x:.1f} {y:.1f}' for x, y in kept)}z"


def _inset(plants: list[Plant], land: Ground, name: str) -> list[str]:
    """Svalbard in a box of its own in the upper left corner."""
    polygons = [p for p in land.areas["SJM"] if p[0][0][1] > SVALBARD]
    view, height = _fit(polygons, INSET, RIM)
    rings = [
        _ring([view.at(*p) for p in ring], INSET, height) for poly in polygons for ring in poly
    ]
    return [
        f'<g transform="translate(8 8)"><path class="box" d="M0 0h{INSET:.0f}v{height + 22:.0f}'
        f'h-{INSET:.0f}z"/><text x="8" y="{height + 14:.0f}">{escape(name)}</text>'
        f'<path class="home" d="{"".join(rings)}"/>',
        *_marks(ordered(plants), view),
        "</g>",
    ]


def _marks(plants: Sequence[Plant], view: View) -> list[str]:
    """Every plant at its place, or beside it on a thread where others stand there already."""
    true = [view.at(p.longitude, p.latitude) for p in plants]
    placed = spread(true, APART)
    threads = [
        f"M{x:.1f} {y:.1f}L{px:.1f} {py:.1f}"
        for (x, y), (px, py) in zip(true, placed, strict=True)
        if (x, y) != (px, py)
    ]
    found = [f'<path class="thread" d="{"".join(threads)}"/>'] if threads else []
    for plant, (x, y) in zip(plants, placed, strict=True):
        look = LOOKS.get(plant.status, "unchecked")
        over = OVER.get(look, "").format(x=f"{x:.1f}", y=f"{y:.1f}")
        text = escape(plant.text)
        found.append(
            f'<a href="{escape(plant.href)}" class="{look}" aria-label="{text}">'
            f"<title>{text}</title>"
            f'<path class="sign" d="M{x:.1f} {y:.1f}{SHAPES.get(plant.kind, SHAPES["plant"])}"/>'
            f"{over}</a>"
        )
    return found


def spread(points: Sequence[Point], apart: float) -> list[Point]:
    """Points moved no farther than needed for none to be nearer to another than ``apart``.

    The first stay; later ones take the nearest free place on circles around their own.
    """
    least = (apart * 0.99) ** 2
    # Squares of the least distance: only those beside a place can hold one that is too near.
    squares: dict[tuple[int, int], list[Point]] = {}
    middle = _middle(points) if points else (0.0, 0.0)

    def free(place: Point) -> bool:
        x, y = place
        column, row = int(x // apart), int(y // apart)
        return all(
            (x - u) ** 2 + (y - v) ** 2 >= least
            for i in (column - 1, column, column + 1)
            for j in (row - 1, row, row + 1)
            for u, v in squares.get((i, j), ())
        )

    found = []
    for point in points:
        place = next(filter(free, _around(point, apart, middle)))
        squares.setdefault((int(place[0] // apart), int(place[1] // apart)), []).append(place)
        found.append(place)
    return found


def _middle(points: Sequence[Point]) -> Point:
    count = len(points)
    return sum(x for x, _ in points) / count, sum(y for _, y in points) / count


def _around(point: Point, apart: float, middle: Point) -> Iterator[Point]:
    """The point itself, then places on ever wider circles, those away from the middle first."""
    yield point
    start = atan2(point[1] - middle[1], point[0] - middle[0])
    ring = 0
    while True:
        ring += 1
        steps = 6 * ring
        for step in range(steps):
            # Alternately to either side of the way outwards.
            side = (step + 1) // 2 * (1 if step % 2 else -1)
            angle = start + side * 2 * pi / steps
            yield point[0] + ring * apart * cos(angle), point[1] + ring * apart * sin(angle)
