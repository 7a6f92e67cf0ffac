"""``python -m tools.snapshot.nordic``: the background map of the web application.

Outlines of the Nordic countries and the pieces of their neighbours inside a frame, taken from the
embedded country outlines (TopoJSON, 1:50 million), rounded to a hundredth of a degree. Svalbard
with Jan Mayen is kept apart from mainland Norway. Shared borders stay shared: an arc is thinned
once, before the polygons are put together from it.
"""

from __future__ import annotations

import itertools
import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
ATLAS = ROOT / "src/verdikart/store/data/countries-50m.json"
TARGET = ROOT / "src/verdikart/web/static/nordic.json"

Point = tuple[float, float]
Ring = list[Point]

# ISO 3166-1 numeric codes of the atlas and the names used here. Neighbours are cut to the frame.
NORDIC = {"578": "NOR", "752": "SWE", "246": "FIN", "208": "DNK"}
NEIGHBOURS = {
    "248": "ALA",
    "643": "RUS",
    "233": "EST",
    "428": "LVA",
    "440": "LTU",
    "112": "BLR",
    "616": "POL",
    "276": "DEU",
    "528": "NLD",
    "826": "GBR",
}
FRAME = (-2.0, 53.0, 36.0, 72.0)  # west, south, east, north, in degrees
GREENWICH = 0.0  # Jan Mayen lies west of it
NORTH_CAPE = 71.3  # Svalbard lies wholly north of it
HALF_TURN = 180.0  # degrees
TOLERANCE = 0.01  # degrees; what thinning may move a line
SMALLEST = 0.004  # square degrees; islets below it are left out


def main() -> int:
    """Write the outlines."""
    text = json.dumps(outlines(json.loads(ATLAS.read_text(encoding="utf-8"))), ensure_ascii=False)
    TARGET.write_text(text.replace(", ", ",").replace(": ", ":") + "\n", encoding="utf-8")
    print(f"{TARGET.name}: {TARGET.stat().st_size} bytes", file=sys.stderr)
    return 0


def outlines(atlas: dict[str, Any]) -> dict[str, Any]:
    """Return the frame and, by area, polygons as lists of rings of [longitude, latitude]."""
    arcs = [thinned(arc, TOLERANCE) for arc in decoded(atlas)]
    areas: dict[str, list[list[Ring]]] = {}
    for geometry in atlas["objects"]["countries"]["geometries"]:
        code = geometry.get("id")
        if code in NORDIC:
            for polygon in polygons(geometry, arcs):
                areas.setdefault(_area(NORDIC[code], polygon[0]), []).append(polygon)
        elif code in NEIGHBOURS:
            cut = [
                [clipped(ring, FRAME) for ring in polygon] for polygon in polygons(geometry, arcs)
            ]
            areas[NEIGHBOURS[code]] = [[ring for ring in polygon if ring] for polygon in cut]
    return {
        "schema_version": 1,
        "built_by": "python -m tools.snapshot.nordic",
        "source": "Natural Earth 1:50m (world-atlas 2.0.2)",
        "frame": FRAME,
        "areas": {area: kept for area, found in sorted(areas.items()) if (kept := _rounded(found))},
    }


def decoded(atlas: dict[str, Any]) -> Iterator[Ring]:
    """Yield the arcs in degrees: TopoJSON stores whole steps from the point before."""
    (scale_x, scale_y), (left, bottom) = (
        atlas["transform"]["scale"],
        atlas["transform"]["translate"],
    )
    for arc in atlas["arcs"]:
        x = y = 0
        points = []
        for step_x, step_y in arc:
            x, y = x + step_x, y + step_y
            points.append((x * scale_x + left, y * scale_y + bottom))
        yield points


def polygons(geometry: dict[str, Any], arcs: list[Ring]) -> Iterator[list[Ring]]:
    """Yield a geometry's polygons, each a list of closed rings joined from its arcs."""
    several = geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]
    for polygon in several:
        yield [_joined(ring, arcs) for ring in polygon]


def _joined(numbers: Iterable[int], arcs: list[Ring]) -> Ring:
    ring: Ring = []
    for number in numbers:  # ~n means arc n backwards; arcs share their end points
        arc = arcs[number] if number >= 0 else arcs[~number][::-1]
        ring.extend(arc[1:] if ring else arc)
    return unwrapped(ring)


def unwrapped(ring: Ring) -> Ring:
    """Let a ring that crosses the 180th meridian go on beyond it instead of jumping to -180."""
    turns, result = 0, []
    for i, (x, y) in enumerate(ring):
        if i and abs(x - ring[i - 1][0]) > HALF_TURN:
            turns += 1 if x < ring[i - 1][0] else -1
        result.append((x + turns * 2 * HALF_TURN, y))
    east = 2 * HALF_TURN if min(x for x, _ in result) < -HALF_TURN else 0
    return [(x + east, y) for x, y in result]


def thinned(line: Ring, tolerance: float) -> Ring:
    """Drop points nearer than the tolerance to the line left (Ramer, Douglas and Peucker)."""
    keep = {0, len(line) - 1}
    spans = [(0, len(line) - 1)]
    while spans:
        first, last = spans.pop()
        distances = [_distance(line[i], line[first], line[last]) for i in range(first + 1, last)]
        if distances and max(distances) > tolerance:
            middle = first + 1 + distances.index(max(distances))
            keep.add(middle)
            spans += [(first, middle), (middle, last)]
    return [line[i] for i in sorted(keep)]


def _distance(point: Point, start: Point, end: Point) -> float:
    (x, y), (x1, y1), (x2, y2) = point, start, end
    across, up = x2 - x1, y2 - y1
    length = across * across + up * up
    along = ((x - x1) * across + (y - y1) * up) / length if length else 0.0
    along = min(1.0, max(0.0, along))
    return float(((x - x1 - along * across) ** 2 + (y - y1 - along * up) ** 2) ** 0.5)


def clipped(ring: Ring, frame: tuple[float, float, float, float]) -> Ring:
    """Cut a closed ring to the frame, one side after the other (Sutherland and Hodgman)."""
    west, south, east, north = frame
    for axis, limit, sign in ((0, west, 1), (1, south, 1), (0, east, -1), (1, north, -1)):
        cut: Ring = []
        for here, there in itertools.pairwise(ring):
            inside = sign * (here[axis] - limit) >= 0
            if inside:
                cut.append(here)
            if inside != (sign * (there[axis] - limit) >= 0):
                share = (limit - here[axis]) / (there[axis] - here[axis])
                cut.append(
                    (
                        here[0] + share * (there[0] - here[0]),
                        here[1] + share * (there[1] - here[1]),
                    )
                )
        ring = [*cut, cut[0]] if cut else []
    return ring


def _area(country: str, outer: Ring) -> str:
    """Norway's far islands lie north of the North Cape's islands or west of Greenwich."""
    if country != "NOR":
        return country
    far = min(y for _, y in outer) > NORTH_CAPE or max(x for x, _ in outer) < GREENWICH
    return "SJM" if far else "NOR"


def size(ring: Ring) -> float:
    """Return the area a closed ring encloses, in square degrees (shoelace formula)."""
    pairs = itertools.pairwise(ring)
    return abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairs)) / 2


def _rounded(found: list[list[Ring]]) -> list[list[Ring]]:
    """Round to hundredths, drop repeated points, and leave out what is too small to see."""
    result = []
    for polygon in found:
        rings = []
        for ring in polygon:
            points = [(round(x, 2), round(y, 2)) for x, y in ring]
            points = [p for i, p in enumerate(points) if i == 0 or p != points[i - 1]]
            if size(points) >= SMALLEST:
                rings.append(points)
        if rings:
            result.append(rings)
    return result


if __name__ == "__main__":
    sys.exit(main())
