"""The layered drawing of a chain, as plain figures: boxes, lines and texts with their places.

One column a layer, a box a product with its stage as a band, its name, its verdict and its
Norwegian plants. Whoever draws it (page, report, slide) adds colours and nothing else.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from verdikart.chains import layering
from verdikart.chains.drawing import (
    Badge,
    Box,
    Column,
    Drawing,
    Label,
    Line,
    Mark,
    Point,
    Sample,
    Text,
)
from verdikart.chains.graph import KINDS, ChainGraph
from verdikart.chains.layering import Layered, Link, is_product
from verdikart.chains.text_fit import balanced, width, wrap
from verdikart.reference.value_chains import ChainEdge

WIDTH = 170.0
PAD = 8.0
BAND = 18.0  # the stage's band at the top of a box
SMALL, NAME = 11.0, 12.5  # sizes of text
LINE, SMALL_LINE = 15.0, 13.5
MARK = 10.0  # signs of verdict and plant
MARGIN = 10.0
BELOW = {True: 16.0, False: 11.0}  # free space under a box, and beside a line that passes
GAP, STEEP, WIDEST_GAP = 44.0, 0.09, 96.0  # between columns: least, by height of a rise, most
PORT = 11.0  # between lines at one side of a box
BADGE, BADGE_HEIGHT, STUB = 32.0, 17.0, 14.0  # "or" beside a box, and its arrow
SAMPLE, LEGEND_LINE = 30.0, 20.0
LEGEND_WIDTH = 345.0  # a telephone shows it without scrolling


@dataclass(slots=True)
class _Slot:
    """A place at the left side of a box: one line, or a badge with its lines."""

    choice: str
    links: list[Link]
    routes: list[str]
    height: float
    middle: float = 0.0
    ports: dict[Link, float] = field(default_factory=dict)


def arrange(graph: ChainGraph) -> Layered:
    """Columns and order of a chain, which hold for every language."""
    links = dict.fromkeys((e.input_product, e.output_product) for e in graph.edges)
    return layering.arrange(layering.forward(graph.edges, graph.layers), tuple(links))


def draw(
    graph: ChainGraph,
    labels: Mapping[str, Label],
    words: Mapping[str, str],
    layered: Layered | None = None,
) -> Drawing:
    """Lay a chain out. ``labels``: by product; ``words``: ``or`` and the texts of the legend, by kind.

    Kinds of the legend: those of lines, ``choice``, ``plants``, ``planned``, ``ghost``, ``bottleneck``.
    ``layered``: the chain as :func:`arrange` has it, where that is at hand.
    """
    links: dict[Link, list[ChainEdge]] = {}
    for edge in graph.edges:
        links.setdefault((edge.input_product, edge.output_product), []).append(edge)
    layered = layered or arrange(graph)
    column = {p: n for n, nodes in enumerate(layered.columns) for p in nodes if is_product(p)}
    slots = {p: _slots(graph, p) for p in column}
    # A box is as tall as its text asks for, and as the lines into it.
    size = {p: max(_height(labels[p]), sum(s.height for s in slots[p]) + PAD) for p in column}
    middle = {n: y + MARGIN for n, y in layering.heights(layered, size, BELOW).items()}
    at = _columns(layered, slots, middle)
    boxes = {
        p: _box(p, column[p], (at[column[p]].x, middle[p] - size[p] / 2), size[p], labels[p])
        for p in column
    }
    lines, badges = _lines(layered, links, slots, boxes, middle, at, words["or"])
    across = at[-1].x + at[-1].w + MARGIN
    down = max(middle[p] + size[p] / 2 for p in column) + MARGIN
    legend, bottom = _legend(lines, badges, labels.values(), words, max(across, 360.0), down)
    return Drawing(
        graph.chain_id,
        max(across, 360.0),
        bottom,
        tuple(at),
        tuple(boxes.values()),
        lines,
        badges,
        legend,
    )


def _height(label: Label) -> float:
    names, verdict = _wrapped(label)
    return BAND + 5 + LINE * len(names) + SMALL_LINE * len(verdict) + (9 if verdict else 6)


def _wrapped(label: Label) -> tuple[tuple[str, ...], tuple[str, ...]]:
    room = WIDTH - 2 * PAD
    verdict = wrap(label.verdict, room - MARK - 4, SMALL, bold=True) if label.verdict else ()
    return balanced(label.name, room, NAME), verdict


def _box(product_id: str, column: int, corner: Point, height: float, label: Label) -> Box:
    names, verdict = _wrapped(label)
    x, y = corner
    left = x + PAD
    texts = [Text(label.stage_name, left, y + 13, SMALL, "stage")]
    base = y + BAND + 5 - 3.5
    texts += [Text(t, left, base + LINE * n, NAME, "name") for n, t in enumerate(names, start=1)]
    marks = []
    below = base + LINE * len(names) + 2.5
    if label.tone and verdict:
        marks.append(Mark(label.tone, left, below + 4))
    indent = left + (MARK + 4 if label.tone else 0)
    texts += [
        Text(t, indent, below + SMALL_LINE * n, SMALL, "verdict")
        for n, t in enumerate(verdict, start=1)
    ]
    right = x + WIDTH - PAD + 2
    for kind, count in (("planned", label.planned), ("plant", label.plants)):
        if count:
            right -= width(str(count), SMALL, bold=True)
            texts.append(Text(str(count), right, y + 13, SMALL, "count"))
            right -= MARK + 2
            marks.append(Mark(kind, right, y + 4))
            right -= 4
    return Box(product_id, column, x, y, WIDTH, height, BAND, label, tuple(texts), tuple(marks))


def _slots(graph: ChainGraph, product: str) -> list[_Slot]:
    """Lines into a product: alternatives gathered, the rest one by one."""
    found: list[_Slot] = []
    held: set[Link] = set()
    for need in graph.needs(product):
        several = len(need.routes) > 1
        lines: dict[Link, str] = {}
        for route in need.routes:
            for edge in route.edges:
                link = (edge.input_product, edge.output_product)
                if link not in held:
                    lines.setdefault(link, route.name)
        held |= set(lines)
        if several and lines:
            tall = max(BADGE_HEIGHT, PORT * (len(set(lines.values())) - 1) + 10)
            found.append(_Slot(need.choice, list(lines), list(lines.values()), tall + 5))
        else:
            found += [_Slot("", [link], [""], PORT) for link in lines]
    return found


def _columns(
    layered: Layered, slots: Mapping[str, Sequence[_Slot]], middle: Mapping[str, float]
) -> list[Column]:
    """Where the columns stand: the steeper the lines between two, the further apart."""
    rise = [0.0] * len(layered.columns)
    place = {n: c for c, nodes in enumerate(layered.columns) for n in nodes}
    for one, other in layered.links:
        rise[place[other]] = max(rise[place[other]], abs(middle[other] - middle[one]))
    found: list[Column] = []
    x = MARGIN
    for index, nodes in enumerate(layered.columns):
        if index:
            x += WIDTH + min(WIDEST_GAP, GAP + STEEP * rise[index]) + _reserve(nodes, slots)
        found.append(Column(index, x, WIDTH))
    return found


def _reserve(nodes: Sequence[str], slots: Mapping[str, Sequence[_Slot]]) -> float:
    """Room for the badges before a column."""
    return BADGE + STUB if any(s.choice for n in nodes for s in slots.get(n, ())) else 0.0


def _lines(
    layered: Layered,
    links: Mapping[Link, Sequence[ChainEdge]],
    slots: Mapping[str, Sequence[_Slot]],
    boxes: Mapping[str, Box],
    middle: Mapping[str, float],
    at: Sequence[Column],
    either: str,
) -> tuple[tuple[Line, ...], tuple[Badge, ...]]:
    starts: dict[Link, float] = {}
    badges: list[Badge] = []
    ends: dict[Link, Point] = {}
    choosing: set[Link] = set()
    for product, box in boxes.items():
        out = [link for link in links if link[0] == product]
        out.sort(key=lambda link: middle[layered.paths[link][1]])
        starts |= _ports(out, box)
        _place(slots[product], box, {k: middle[p[-2]] for k, p in layered.paths.items()})
        for slot in slots[product]:
            if not slot.choice:
                ends[slot.links[0]] = (box.x, slot.middle)
                continue
            badge = _badge(product, slot, box, either)
            badges.append(badge)
            choosing |= set(slot.links)
            ends |= {link: (badge.x, y) for link, y in slot.ports.items()}
    reserve = [_reserve(nodes, slots) for nodes in layered.columns]
    found = []
    for link, edges in links.items():
        box = boxes[link[0]]
        points: list[Point] = [(box.x + box.w, starts[link])]
        for index, node in enumerate(layered.paths[link][1:-1], start=box.column + 1):
            _curve(points, (at[index].x - reserve[index], middle[node]))
            _straight(points, at[index].x + at[index].w)
        last = boxes[link[1]].column
        end = ends[link]
        _curve(points, (at[last].x - reserve[last], end[1]))
        if end[0] > points[-1][0]:
            _straight(points, end[0])
        kinds = [KINDS[e.relation] for e in edges]
        kind = next(k for k in dict.fromkeys(KINDS.values()) if k in kinds)
        ids = tuple(e.edge_id for e in edges)
        found.append(Line(kind, ids, *link, tuple(points), link not in choosing))
    return tuple(found), tuple(badges)


def _curve(points: list[Point], end: Point) -> None:
    """A curve that leaves and arrives level."""
    start = points[-1]
    half = (start[0] + end[0]) / 2
    points += [(half, start[1]), (half, end[1]), end]


def _straight(points: list[Point], x: float) -> None:
    """A level piece, written as a curve so that all pieces are alike."""
    start = points[-1]
    points += [start, (x, start[1]), (x, start[1])]


def _ports(links: Sequence[Link], box: Box) -> dict[Link, float]:
    """Where lines leave a box, from the top."""
    step = min(PORT, (box.h - 2 * PAD) / max(len(links) - 1, 1))
    top = box.y + box.h / 2 - step * (len(links) - 1) / 2
    return {link: top + step * n for n, link in enumerate(links)}


def _place(slots: Sequence[_Slot], box: Box, comes_from: Mapping[Link, float]) -> None:
    """Heights of the slots of a box and of the ports of its badges, in the order of what comes in."""

    def mean(slot: _Slot) -> float:
        return sum(comes_from[link] for link in slot.links) / len(slot.links)

    y = box.y + box.h / 2 - sum(s.height for s in slots) / 2
    for slot in sorted(slots, key=mean):
        slot.middle = y + slot.height / 2
        y += slot.height
        routes: dict[str, list[Link]] = {}
        for link, route in zip(slot.links, slot.routes, strict=True):
            routes.setdefault(route, []).append(link)
        ordered = sorted(routes.values(), key=lambda r: sum(comes_from[k] for k in r) / len(r))
        for n, route_links in enumerate(ordered):
            port = slot.middle + PORT * (n - (len(ordered) - 1) / 2)
            slot.ports |= dict.fromkeys(route_links, port)


def _badge(product: str, slot: _Slot, box: Box, either: str) -> Badge:
    tall = slot.height - 5
    x, y = box.x - STUB - BADGE, slot.middle - tall / 2
    text_x = x + (BADGE - width(either, SMALL)) / 2
    text = Text(either, text_x, slot.middle + 3.8, SMALL, "badge")
    return Badge(product, slot.choice, x, y, BADGE, tall, text, (box.x, slot.middle))


def _legend(
    lines: Sequence[Line],
    badges: Sequence[Badge],
    labels: Collection[Label],
    words: Mapping[str, str],
    across: float,
    top: float,
) -> tuple[tuple[Sample, ...], float]:
    """Samples of what is drawn, in two columns under the drawing, and where they end.

    What is too long for a column has a row of its own.
    """
    shown = list(dict.fromkeys(KINDS.values()))
    shown = [k for k in shown if any(line.kind == k for line in lines)]
    if badges:
        shown.append("choice")
    for kind in ("plants", "planned", "ghost", "bottleneck"):
        if any(getattr(label, kind) for label in labels):
            shown.append(kind)
    half = (min(across, LEGEND_WIDTH) - MARGIN) / 2
    found, x, y = [], MARGIN, top + LEGEND_LINE
    for kind in shown:
        long = SAMPLE + 6 + width(words[kind], SMALL) * 1.04
        if x > MARGIN + half or (x > MARGIN and long > half):
            x, y = MARGIN, y + LEGEND_LINE
        text = Text(words[kind], x + SAMPLE + 6, y, SMALL, "legend")
        found.append(Sample(kind, x, y - 4, text))
        x += half if long <= half else 2 * half
    return tuple(found), y + MARGIN
