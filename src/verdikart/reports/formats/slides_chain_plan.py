"""A chain laid out anew for slides: whole where it is legible, else an overview and then its columns.

The drawing of the page is up to 2,000 pixels wide, which a slide would show in type too small to
read. Columns, order and lanes of the drawing are kept; the boxes are set anew in type of 8 points
at least. Pure geometry, in points from the upper left of the drawing's area.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final, Literal

from verdikart.chains.drawing import Badge, Box, Drawing, Line
from verdikart.reports.formats.slides_text import LEADING, lines

Form = Literal["full", "compact", "names"]
SIGNS: Final = {"risk": "▲", "ally": "◊", "plain": "●", "doubt": "○"}
LEAST: Final = 8.0  # the smallest type
INSIDE, AROUND = 4.0, 2.5  # inside a box, beside and above its text
BOX_GAP, LANE_GAP, LANE = 6.0, 3.5, 1.0
CHIP: Final = 24.0  # beside a window: how many links go on elsewhere
WIRES: Final[dict[Form, float]] = {"full": 34.0, "compact": 34.0, "names": 22.0}
BADGE: Final[dict[Form, tuple[float, float]]] = {  # width and height of "or"
    "full": (26.0, 13.0),
    "compact": (26.0, 13.0),
    "names": (7.0, 7.0),
}
STUB: Final = 9.0
WIDEST: Final = 280.0
STYLES: Final[tuple[tuple[Form, float], ...]] = (
    ("full", 12.0),
    ("full", 11.0),
    ("full", 10.0),
    ("full", 9.0),
    ("compact", 10.0),
    ("compact", 9.0),
    ("compact", LEAST),
)
Node = tuple[str, int]  # a product and 0, or a lane: the line's place among the lines, and column


@dataclass(frozen=True, slots=True)
class Spot:
    """Where something stands."""

    x: float
    y: float
    w: float
    h: float

    @property
    def middle(self) -> float:
        """Height of its middle."""
        return self.y + self.h / 2


@dataclass(frozen=True, slots=True)
class Wire:
    """A link between two spots by key; ``arrow`` at its end."""

    kind: str
    source: str
    target: str
    arrow: bool


@dataclass(slots=True)
class View:
    """What one slide shows of a chain. Keys of spots: a product, ``via:…`` of lanes, ``or:…``.

    ``before`` and ``after``: by product, how many of its links lead to what is not shown.
    """

    form: Form
    size: float
    first: int
    last: int
    boxes: tuple[Box, ...]
    spots: dict[str, Spot] = field(default_factory=dict)
    wires: list[Wire] = field(default_factory=list)
    before: dict[str, int] = field(default_factory=dict)
    after: dict[str, int] = field(default_factory=dict)

    @property
    def small(self) -> float:
        """Size of the lesser texts."""
        return max(LEAST, self.size - 1)


def texts(box: Box, view: View) -> list[tuple[str, float, bool]]:
    """The lines of a box: text, size, bold."""
    label = box.label
    sign = SIGNS.get(label.tone, "")
    plants = " ".join(
        f"{mark}\u00a0{count}"
        for mark, count in (("■", label.plants), ("□", label.planned))
        if count
    )
    verdict = f"{sign}\u00a0{label.verdict}".strip() if label.verdict else ""
    if view.form == "names":
        return [(f"{sign}\u00a0{label.name}" if sign else label.name, view.size, False)]
    stage = f"{label.stage_name}   {plants}".strip()
    if view.form == "compact":
        below = " · ".join(part for part in (verdict, stage) if part)
        return [(label.name, view.size, False), (below, view.small, False)]
    found = [(stage, view.small, False), (label.name, view.size, False)]
    return [*found, (verdict, view.small, True)] if verdict else found


def views(drawing: Drawing, width: float, height: float) -> list[View]:
    """The slides of a chain, each with everything in its place."""
    count = len(drawing.columns)
    for form, size in STYLES[:-1]:
        whole = _view(drawing, form, size, range(count), drawing.boxes, width, height)
        if whole is not None:
            return [whole]
    found: list[View] = []
    for size in (10.0, 9.0, LEAST):
        overview = _view(drawing, "names", size, range(count), drawing.boxes, width, height)
        if overview is not None:
            found.append(overview)
            break
    return [*found, *_windows(drawing, width, height)]


def _windows(drawing: Drawing, width: float, height: float) -> list[View]:
    """Columns in turn, each window beginning with the last column of the one before.

    As many columns a slide as make the fewest slides and break the fewest columns.
    """
    count = len(drawing.columns)
    best: list[View] = []
    least = 0
    for size in (2, 3, 4):
        if size > count > 1:
            continue
        spans = _spans(count, size)
        made = [_split(drawing, span, _held(drawing, span), width, height) for span in spans]
        cost = sum(2 * len(views_) - 1 for views_ in made)
        if not best or cost < least:
            best, least = [view for views_ in made for view in views_], cost
    return best


def _spans(count: int, size: int) -> list[range]:
    """Windows of about equal size, each sharing a column with the next."""
    number = max(1, -(-(count - 1) // (size - 1))) if size > 1 else count
    edges = [round(n * (count - 1) / number) for n in range(number + 1)]
    return [range(a, b + 1) for a, b in pairwise(edges)] or [range(count)]


def _held(drawing: Drawing, span: range) -> tuple[Box, ...]:
    return tuple(box for box in drawing.boxes if box.column in span)


def _split(
    drawing: Drawing, span: range, boxes: Sequence[Box], width: float, height: float
) -> list[View]:
    """A window whose columns are too long, as its upper and its lower part."""
    for form, size in STYLES:
        view = _view(drawing, form, size, span, boxes, width, height)
        if view is not None:
            return [view]
    if len(boxes) < 2:
        view = _view(drawing, *STYLES[-1], span, boxes, width, 1e6)
        return [view] if view else []
    upper: list[Box] = []
    for column in span:
        held = sorted((b for b in boxes if b.column == column), key=lambda b: b.y)
        upper += held[: (len(held) + 1) // 2]
    lower = [box for box in boxes if box not in upper]
    return [
        view
        for part in (upper, lower)
        if part
        for view in _split(drawing, span, part, width, height)
    ]


def _view(
    drawing: Drawing,
    form: Form,
    size: float,
    span: range,
    boxes: Sequence[Box],
    width: float,
    height: float,
) -> View | None:
    """Some boxes of some columns set in a style; None where they do not fit."""
    view = View(form, size, span[0], span[-1], tuple(boxes))
    shown = {box.product_id for box in boxes}
    crossing: dict[int, list[tuple[int, Line]]] = {column: [] for column in span}
    for number, line in enumerate(drawing.lines):
        if line.source in shown and line.target in shown:
            for column in _between(drawing, line):
                crossing[column].append((number, line))
        else:
            for end, counts in ((line.source, view.after), (line.target, view.before)):
                if end in shown:
                    counts[end] = counts.get(end, 0) + 1
    left, right = CHIP * bool(view.before), CHIP * bool(view.after)
    gaps = [0.0] + [_gap(drawing, column, shown, form) for column in span[1:]]
    room = min(WIDEST, (width - left - right - sum(gaps)) / len(span))
    spare = width - left - right - sum(gaps) - room * len(span)
    if room < 50:
        return None
    x = left
    tall = max(b.y + b.h for b in drawing.boxes)
    for place, (column, gap) in enumerate(zip(span, gaps, strict=True)):
        x += gap + (spare / (len(span) - 1) if place and len(span) > 1 else 0.0)
        held = [box for box in boxes if box.column == column]
        if not _stack(drawing, view, held, crossing[column], column, (x, room, height, tall)):
            return None
        x += room
    _wire(drawing, view, shown)
    return view


def _gap(drawing: Drawing, column: int, shown: set[str], form: Form) -> float:
    """Room before a column: for its lines, and for the word *or* where there are routes."""
    products = {b.product_id for b in drawing.boxes if b.column == column} & shown
    badges = any(badge.product_id in products for badge in drawing.badges)
    return WIRES[form] + (BADGE[form][0] + STUB) * badges


def _between(drawing: Drawing, line: Line) -> range:
    place = {box.product_id: box.column for box in drawing.boxes}
    return range(place[line.source] + 1, place[line.target])


def _stack(
    drawing: Drawing,
    view: View,
    boxes: Sequence[Box],
    crossing: Iterable[tuple[int, Line]],
    column: int,
    frame: tuple[float, float, float, float],
) -> bool:
    """Set a column's boxes and lanes as near their places in the drawing as they go."""
    x, room, height, tall = frame
    entries: list[tuple[float, float, float, str]] = []  # middle, height, gap, key
    for box in boxes:
        badges = [b for b in drawing.badges if b.product_id == box.product_id]
        high = max(box_height(box, view, room), len(badges) * (BADGE[view.form][1] + 2))
        entries.append(((box.y + box.h / 2) * height / tall, high, BOX_GAP, box.product_id))
    end = drawing.columns[column].x + drawing.columns[column].w
    for number, line in crossing:
        level = next((y for px, y in line.points if abs(px - end) < 1), None)
        if level is not None:
            entries.append((level * height / tall, LANE, LANE_GAP, f"via:{number}:{column}"))
    entries.sort()
    needed = sum(high for _, high, _, _ in entries)
    needed += sum(max(a[2], b[2]) for a, b in pairwise(entries))
    if needed > height:
        return False
    tops: list[float] = []
    for place, (middle, high, gap, _) in enumerate(entries):
        least = 0.0
        if place:
            _, above, gap_above, _ = entries[place - 1]
            least = tops[-1] + above + max(gap, gap_above)
        tops.append(max(least, middle - high / 2))
    floor = height
    for place in range(len(entries) - 1, -1, -1):
        _, high, gap, key = entries[place]
        tops[place] = min(tops[place], floor - high)
        above_gap = entries[place - 1][2] if place else 0.0
        floor = tops[place] - max(gap, above_gap)
        view.spots[key] = Spot(x, tops[place], room, high)
    return True


def box_height(box: Box, view: View, room: float) -> float:
    """Height of a box: its texts and the space around them."""
    wide = room - 2 * INSIDE
    strip = 2 * AROUND + (1.0 if view.form == "full" else 3.0)
    return strip + sum(
        lines(text, wide, size, bold=bold) * size * LEADING for text, size, bold in texts(box, view)
    )


def _wire(drawing: Drawing, view: View, shown: set[str]) -> None:
    """Lines by the keys of what they join: box, lanes, badge, box."""
    wide, high = BADGE[view.form]
    for product in shown:
        held = [b for b in drawing.badges if b.product_id == product]
        spot = view.spots[product]
        top = spot.middle - (len(held) * (high + 2) - 2) / 2
        for place, badge in enumerate(sorted(held, key=lambda b: b.y)):
            if not any(
                line.target == product and _ends_at(line, badge) and line.source in shown
                for line in drawing.lines
            ):
                continue
            y = top + place * (high + 2)
            key = _key(badge)
            view.spots[key] = Spot(spot.x - STUB - wide, y, wide, high)
            view.wires.append(Wire("main", key, product, arrow=True))
    for number, line in enumerate(drawing.lines):
        if line.source not in shown or line.target not in shown:
            continue
        target = line.target
        if not line.arrow:
            met = (b for b in drawing.badges if b.product_id == target and _ends_at(line, b))
            target = next(map(_key, met), target)
        stops = [line.source]
        for column in _between(drawing, line):
            key = f"via:{number}:{column}"
            if key in view.spots:
                stops.append(key)
        stops.append(target)
        last = len(stops) - 2
        for place, (one, other) in enumerate(pairwise(stops)):
            arrow = place == last and not target.startswith("or:")
            view.wires.append(Wire(line.kind, one, other, arrow))


def _ends_at(line: Line, badge: Badge) -> bool:
    x, y = line.points[-1]
    return not line.arrow and abs(x - badge.x) < 1 and badge.y - 1 <= y <= badge.y + badge.h + 1


def _key(badge: Badge) -> str:
    return f"or:{badge.product_id}:{badge.choice}"


__all__ = ["BADGE", "INSIDE", "SIGNS", "Spot", "View", "Wire", "texts", "views"]
