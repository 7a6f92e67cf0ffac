"""The layered drawing of a chain as SVG: on the page in its colours, or as a file of its own."""

from __future__ import annotations

import re
from functools import cache
from html import escape
from pathlib import Path

from verdikart.chains.drawing import Badge, Box, Drawing, Line, Mark, Point, Sample, Text
from verdikart.chains.layout import BADGE, SAMPLE

TEMPLATES = Path(__file__).parent / "templates"
ROUND = 4
HEAD = 6.0  # arrow
STAGES = {
    "extraction": "s1",
    "processing": "s2",
    "semi-manufacture": "s3",
    "component": "s4",
    "scrap": "s5",
}
# Signs in a square of 10, so that no verdict rests on colour alone.
SIGNS = {
    "risk": "m5 0 5 9.5H0z",
    "ally": "m5 0 5 5-5 5-5-5z",
    "plain": "M1 5a4 4 0 1 0 8 0a4 4 0 1 0-8 0z",
    "doubt": "M1 5a4 4 0 1 0 8 0a4 4 0 1 0-8 0zM3.2 5h3.6",
    "plant": "M0 10V4l3 2V4l3 2V0h3l1 10z",
    "planned": "M.6 9.4V5l2.8 1.8V5l2.8 1.8V.6h2l1.2 8.8z",
}


def style(variables: str = "") -> str:
    """Rules of the drawing; ``variables`` of a style sheet are written out in their place."""
    text = (TEMPLATES / "drawing.css").read_text(encoding="utf-8")
    if not variables:
        return text
    values = dict(re.findall(r"--(\w+): (#\w+)", text + variables.split("@media")[0]))
    return re.sub(r"var\(--(\w+)\)", lambda m: values[m[1]], text)


@cache
def _paper() -> str:
    return style((TEMPLATES / "page.css").read_text(encoding="utf-8"))


def alone(drawing: Drawing, title: str, summary: str, lang: str) -> str:
    """A file of its own, on white paper."""
    back = f'<path d="M0 0h{_n(drawing.width)}v{_n(drawing.height)}H0z" fill="#fff"/>'
    inner = f"<style>{_paper()}</style>{back}"
    return svg(drawing, title, summary, lang, inner)


def svg(drawing: Drawing, title: str, summary: str, lang: str, inner: str = "") -> str:
    """The drawing in the page's colours (see :func:`style`). Title and summary are read aloud."""
    size = f'width="{_n(drawing.width)}" height="{_n(drawing.height)}"'
    tall = max((b.y + b.h for b in drawing.boxes), default=0.0) + 4
    stripes = "".join(
        f"M{_n(c.x - 5)} 4h{_n(c.w + 10)}v{_n(tall)}h-{_n(c.w + 10)}z" for c in drawing.columns
    )
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chain" role="img" lang="{lang}" {size} '
        f'viewBox="0 0 {_n(drawing.width)} {_n(drawing.height)}">',
        f"<title>{escape(title, quote=False)}</title><desc>{escape(summary, quote=False)}</desc>",
        inner,
        f'<path class="column" d="{stripes}"/>',
        *_lines(drawing.lines),
        *(_badge(b) for b in drawing.badges),
        *(_box(b) for b in drawing.boxes),
        *(_sample(s) for s in drawing.legend),
        "</svg>",
    ]
    return "".join(parts)


def _lines(lines: tuple[Line, ...]) -> list[str]:
    """Lines of one kind are one element; arrows are drawn whole whatever the dashes of the line."""
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
    (x, y), rest = points[0], points[1:]
    found = f"M{_n(x)} {_n(y)}"
    for first, second, end in zip(rest[::3], rest[1::3], rest[2::3], strict=True):
        if {first[1], second[1], end[1]} == {y}:
            found += f"H{_n(end[0])}"
        else:
            found += "C" + " ".join(f"{_n(a)} {_n(b)}" for a, b in (first, second, end))
        y = end[1]
    return found


def _head(end: Point) -> str:
    x, y = end
    return f"M{_n(x)} {_n(y)}l-{_n(HEAD)}-3.5v7z"


def _box(box: Box) -> str:
    label = box.label
    classes = [label.tone, "ghost" if label.ghost else "", "bottleneck" if label.bottleneck else ""]
    given = " ".join(c for c in classes if c)
    kind = f' class="{given}"' if given else ""
    outline = f"M{_n(box.x)} {_n(box.y)}h{_n(box.w)}v{_n(box.h)}h-{_n(box.w)}z"
    band = f"M{_n(box.x + 0.5)} {_n(box.y + 0.5)}h{_n(box.w - 1)}v{_n(box.band)}h-{_n(box.w - 1)}z"
    tint = f'<path class="tint" d="{outline}"/>' if label.tone not in ("", "plain") else ""
    return (
        f'<g data-p="{escape(box.product_id)}"{kind}>'
        f'<path class="box" d="{outline}"/>{tint}'
        f'<path class="{STAGES.get(label.stage, "s2")}" d="{band}"/>'
        f"{''.join(_mark(m) for m in box.marks)}{''.join(_text(t) for t in box.texts)}</g>"
    )


def _mark(mark: Mark) -> str:
    kind = mark.kind if mark.kind in ("plant", "planned") else "sign"
    return (
        f'<path class="{kind}" transform="translate({_n(mark.x)} {_n(mark.y)})" '
        f'd="{SIGNS[mark.kind]}"/>'
    )


def _text(text: Text) -> str:
    kind = f' class="{text.role}"' if text.role in ("name", "verdict", "count") else ""
    return f'<text{kind} x="{_n(text.x)}" y="{_n(text.y)}">{escape(text.text, quote=False)}</text>'


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
        drawn = _mark(
            Mark("plant" if sample.kind == "plants" else "planned", x + SAMPLE - 12, y - 5)
        )
    elif sample.kind in ("ghost", "bottleneck"):
        wide = _n(SAMPLE - 4)
        box = f'<path class="box" d="M{_n(x + 2)} {_n(y - 6)}h{wide}v12h-{wide}z"/>'
        drawn = f'<g class="{sample.kind}">{box}</g>'
    elif sample.kind == "choice":
        drawn = (
            f'<rect class="badge" x="{_n(x + 2)}" y="{_n(y - 6)}" width="26" height="12" rx="6"/>'
        )
    else:
        drawn = f'<path class="line {sample.kind}" d="M{_n(x)} {_n(y)}h{_n(SAMPLE)}"/>'
    return drawn + _text(sample.text)


def _n(value: float) -> str:
    """A number with one decimal at most."""
    return f"{value:.1f}".removesuffix(".0")
