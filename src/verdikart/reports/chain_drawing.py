"""The layered drawing of a chain as SVG: on the page in its colours, or as a file of its own.

Written short, for a page holds many: whole pixels, one element for everything of a kind, colours
from a style sheet.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path

from verdikart.chains.drawing import Badge, Box, Drawing, Line, Mark, Point, Sample, Text
from verdikart.chains.layout import BADGE, SAMPLE

TEMPLATES = Path(__file__).parent / "templates"
HEAD = 6  # length of an arrow
STAGES = {
    "extraction": "s1",
    "processing": "s2",
    "semi-manufacture": "s3",
    "component": "s4",
    "scrap": "s5",
}
# Signs in a square of 10 from its upper left corner, so that no verdict rests on colour alone.
SIGNS = {
    "risk": (5, 0, "l5 10h-10z"),
    "ally": (5, 0, "l5 5-5 5-5-5z"),
    "plain": (1, 5, "a4 4 0 1 0 8 0a4 4 0 1 0-8 0z"),
    "doubt": (1, 5, "a4 4 0 1 0 8 0a4 4 0 1 0-8 0zm2.2 0h3.6"),
    "plant": (0, 10, "v-6l3 2v-2l3 2v-6h3l1 10z"),
    "planned": (0, 10, "v-5l3 2v-2l3 2v-7h3l1 10z"),
}
ROLES = {"name": "n", "verdict": "v", "count": "v"}
RING = 4  # how far outside a box the mark of focus stands


@dataclass(frozen=True, slots=True)
class Link:
    """Where a box leads: its page, its name for who hears it, and a short page to show over it."""

    href: str
    name: str
    short: str = ""


def style() -> str:
    """Rules of the drawing for a page that sets the colours."""
    return (TEMPLATES / "drawing.css").read_text(encoding="utf-8")


@cache
def _paper() -> str:
    """The same rules on white paper, with every colour written out."""
    page = (TEMPLATES / "palette.css").read_text(encoding="utf-8")
    light = {
        name: value
        for text in (style(), page)
        for name, value in re.findall(r"--(\w+): (#\w+)", text.partition("@media")[0])
    }
    rules = re.sub(r"@media[^{]*\{[^{}]*\{[^}]*\}\s*\}", "", style())
    return re.sub(r"var\(--(\w+)\)", lambda found: light[found[1]], rules)


def alone(drawing: Drawing, title: str, summary: str, lang: str) -> str:
    """A file of its own, on white paper."""
    size = f"{_n(drawing.width)}v{_n(drawing.height)}"
    back = f'<path d="M0 0h{size}H0z" fill="#fff"/>'
    said = f"<title>{escape(title, quote=False)}</title><desc>{escape(summary, quote=False)}</desc>"
    return svg(drawing, title, lang, f"{said}<style>{_paper()}</style>{back}")


def svg(
    drawing: Drawing,
    summary: str,
    lang: str,
    inner: str = "",
    links: Mapping[str, Link] | None = None,
) -> str:
    """The drawing in the page's colours (see :func:`style`). The summary is read aloud.

    ``links`` by product: every box is a link then, named and in reading order, and the drawing a
    group and no picture.
    """
    across, down = _n(drawing.width), _n(drawing.height)
    tall = _n(max((b.y + b.h for b in drawing.boxes), default=0.0) + 4)
    stripes = "".join(
        f"M{_n(c.x - 5)} 4h{_n(c.w + 10)}V{tall}h-{_n(c.w + 10)}z" for c in drawing.columns
    )
    role = "group" if links else "img"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chain" role="{role}" lang="{lang}" '
        f'width="{across}" height="{down}" viewBox="0 0 {across} {down}" '
        f'aria-label="{escape(summary)}">',
        inner,
        f'<path class="column" d="{stripes}"/>',
        *_lines(drawing.lines),
        *map(_badge, drawing.badges),
        *(_linked(drawing, links) if links else _boxes(drawing.boxes)),
        *map(_sample, drawing.legend),
        "</svg>",
    ]
    return "".join(parts)


def _lines(lines: tuple[Line, ...]) -> list[str]:
    """Lines of one kind are one element; arrows are whole whatever the dashes of the line."""
    paths: dict[str, list[str]] = {}
    heads: dict[str, list[str]] = {}
    for line in lines:
        paths.setdefault(line.kind, []).append(_path(line.points))
        if line.arrow:
            heads.setdefault(line.kind, []).append(_head(line.points[-1]))
    found = [f'<path class="line {kind}" d="{"".join(d)}"/>' for kind, d in paths.items()]
    found += [f'<path class="head {kind}" d="{"".join(d)}"/>' for kind, d in heads.items()]
    return found


def _path(points: tuple[Point, ...]) -> str:
    """Curves relative to the whole pixel that the last one ended on."""
    whole = [(round(x), round(y)) for x, y in points]
    (x, y), rest = whole[0], whole[1:]
    found = f"M{x} {y}"
    for first, second, end in zip(rest[::3], rest[1::3], rest[2::3], strict=True):
        if first[1] == end[1] == y:
            found += f"H{end[0]}"
        else:
            pairs = (f"{a - x} {b - y}" for a, b in (first, second, end))
            found += "c" + " ".join(pairs)
        x, y = end
    return found


def _head(end: Point) -> str:
    return f"M{_n(end[0])} {_n(end[1])}l-{HEAD}-3.5v7z"


def _boxes(boxes: tuple[Box, ...]) -> list[str]:
    """Outlines, bands and signs of one kind in one element each; over them the texts, by role."""
    shapes: dict[str, list[str]] = {}
    texts: dict[str, list[str]] = {}
    for box in boxes:
        label = box.label
        state = "ghost" if label.ghost else label.tone or "plain"
        neck = " neck" if label.bottleneck else ""
        x, y, w, h = map(round, (box.x, box.y, box.w, box.h))
        shapes.setdefault(f"0box {state}{neck}", []).append(f"M{x} {y}h{w}v{h}h-{w}z")
        stage = STAGES.get(label.stage, "s2")
        band = f"M{x + 1} {y + 1}h{w - 2}v{_n(box.band)}h-{w - 2}z"
        shapes.setdefault(f"1{stage}", []).append(band)
        for mark in box.marks:
            shapes.setdefault(f"2sign {mark.kind}", []).append(_sign(mark))
        for text in box.texts:
            texts.setdefault(ROLES.get(text.role, ""), []).append(_text(text))
    found = [f'<path class="{kind[1:]}" d="{"".join(shapes[kind])}"/>' for kind in sorted(shapes)]
    found += [
        f'<g class="{role}">{"".join(held)}</g>' if role else "".join(held)
        for role, held in texts.items()
    ]
    return found


def _linked(drawing: Drawing, links: Mapping[str, Link]) -> list[str]:
    """Each box as a link of its own; ``data-to`` names the boxes that its lines lead to."""
    after: dict[str, list[str]] = {}
    for line in drawing.lines:
        after.setdefault(line.source, []).append(line.target)
    found = []
    for box in drawing.boxes:
        link = links[box.product_id]
        x, y, w, h = map(round, (box.x - RING, box.y - RING, box.w + 2 * RING, box.h + 2 * RING))
        short = f' data-card="{escape(link.short)}"' if link.short else ""
        to = " ".join(f"box-{escape(p)}" for p in dict.fromkeys(after.get(box.product_id, ())))
        found.append(
            f'<a class="step{" why" if link.short else ""}" id="box-{escape(box.product_id)}" '
            f'href="{escape(link.href)}"{short} data-column="{box.column}" data-to="{to}" '
            f'aria-label="{escape(link.name)}">'
            f'<path class="ring" d="M{x} {y}h{w}v{h}h-{w}z"/>{"".join(_boxes((box,)))}</a>'
        )
    return found


def _sign(mark: Mark) -> str:
    right, down, shape = SIGNS[mark.kind]
    return f"M{_n(mark.x + right)} {_n(mark.y + down)}{shape}"


def _text(text: Text) -> str:
    return f'<text x="{_n(text.x)}" y="{_n(text.y)}">{escape(text.text, quote=False)}</text>'


def _badge(badge: Badge) -> str:
    place = f'x="{_n(badge.x)}" y="{_n(badge.y)}"'
    size = f'width="{_n(badge.w)}" height="{_n(badge.h)}"'
    stub = f"M{_n(badge.x + BADGE)} {_n(badge.end[1])}H{_n(badge.end[0])}"
    return (
        f'<path class="line main" d="{stub}"/><path class="head main" d="{_head(badge.end)}"/>'
        f'<rect class="badge" {place} {size} rx="8"/>{_text(badge.text)}'
    )


def _sample(sample: Sample) -> str:
    x, y = sample.x, sample.y
    if sample.kind in ("plants", "planned"):
        kind = "plant" if sample.kind == "plants" else "planned"
        sign = _sign(Mark(kind, x + 2, y - 5))
        drawn = f'<path class="sign {kind}" d="{sign}"/>'
    elif sample.kind in ("ghost", "bottleneck"):
        kind = "neck" if sample.kind == "bottleneck" else "ghost"
        outline = f"M{_n(x + 2)} {_n(y - 6)}h{_n(SAMPLE - 4)}v12h-{_n(SAMPLE - 4)}z"
        drawn = f'<path class="box {kind}" d="{outline}"/>'
    elif sample.kind == "choice":
        place = f'x="{_n(x + 2)}" y="{_n(y - 6)}"'
        drawn = f'<rect class="badge" {place} width="26" height="12" rx="6"/>'
    else:
        drawn = f'<path class="line {sample.kind}" d="M{_n(x)} {_n(y)}h{_n(SAMPLE)}"/>'
    return drawn + _text(sample.text)


def _n(value: float) -> str:
    """A whole number of pixels."""
    return str(round(value))
