"""What a drawing of a chain is made of: boxes, lines, badges and texts with their places.

Lengths are in pixels of a screen; the origin is the upper left corner. Page, report and slide draw
the same figures, each with its own means.
"""

from __future__ import annotations

from dataclasses import dataclass

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Label:
    """What the drawing says of a product, in one language.

    ``tone`` of the verdict: risk, ally, plain, doubt, or empty for none. ``ghost``: no data show
    it. ``plants`` and ``planned``: Norwegian ones at work, and on the way.
    """

    name: str
    stage: str
    stage_name: str
    verdict: str = ""
    tone: str = ""
    ghost: bool = False
    bottleneck: bool = False
    plants: int = 0
    planned: int = 0


@dataclass(frozen=True, slots=True)
class Text:
    """A line of text; ``x`` and ``y`` of its beginning on the base line. ``role``: stage, name,
    verdict, count, badge or legend.
    """

    text: str
    x: float
    y: float
    size: float
    role: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A sign in a square of ``size`` from its upper left corner: a tone, ``plant`` or ``planned``."""

    kind: str
    x: float
    y: float
    size: float = 10.0


@dataclass(frozen=True, slots=True)
class Box:
    """A product. ``band`` is the height of the stage's band."""

    product_id: str
    column: int
    x: float
    y: float
    w: float
    h: float
    band: float
    label: Label
    texts: tuple[Text, ...]
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """The band behind one layer."""

    index: int
    x: float
    w: float


@dataclass(frozen=True, slots=True)
class Line:
    """A link: the start and, for each piece, two control points and the end (cubic curves).

    ``kind`` is a value of :data:`verdikart.chains.graph.KINDS`. A line to a badge has no arrow.
    """

    kind: str
    edge_ids: tuple[str, ...]
    source: str
    target: str
    points: tuple[Point, ...]
    arrow: bool


@dataclass(frozen=True, slots=True)
class Badge:
    """The word *or* before a product: one of the routes whose lines end here.

    Lines that meet belong to one route.

    ``end`` is where the arrow from the badge meets the box.
    """

    product_id: str
    choice: str
    x: float
    y: float
    w: float
    h: float
    text: Text
    end: Point


@dataclass(frozen=True, slots=True)
class Sample:
    """An entry of the legend: what is drawn in the ``SAMPLE`` pixels before its text."""

    kind: str
    x: float
    y: float
    text: Text


@dataclass(frozen=True, slots=True)
class Drawing:
    """A chain drawn. ``legend`` holds what the drawing shows, and no more."""

    chain_id: str
    width: float
    height: float
    columns: tuple[Column, ...]
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]
    badges: tuple[Badge, ...]
    legend: tuple[Sample, ...]
