"""A chain on a slide: native boxes in one group, joined by connectors that hold on to them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from verdikart.chains.drawing import Box, Drawing
from verdikart.chains.text_fit import SLACK, wrap
from verdikart.chains.text_fit import width as wide
from verdikart.reports.chain_drawing import STAGES, style
from verdikart.reports.formats.slides_chain_legend import (
    LEGEND,
    ROW,
    SAMPLE,
    Entry,
    legend,
    legend_height,
    legend_rows,
)
from verdikart.reports.formats.slides_chain_plan import (
    AROUND,
    INSIDE,
    LEAST,
    SIGNS,
    Spot,
    View,
    Wire,
    texts,
)
from verdikart.reports.formats.slides_design import POINT, Area
from verdikart.reports.formats.slides_text import LEADING, LOCALES, NS
from verdikart.reports.palette import PAPER
from verdikart.reports.voice import Voice

CURVED: Final = 32.0  # from this distance on a connector is a curve
FONT: Final = "Arial"  # in any template: the boxes are as tight as they were measured
STRIP: Final = 3.0  # the band of a stage without a text
RIGHT, LEFT = (
    3,
    1,
)  # connection sites of a rectangle (presetShapeDefinitions: top, left, bottom, right)
DASHES: Final = {
    "reagent": "dash",
    "energy_reductant": "dashDot",
    "recycling": "sysDash",
    "by_product": "sysDot",
}
WIDTHS: Final = {"main": 1.5, "joint": 1.25, "recycling": 1.5, "by_product": 1.25}


@cache
def colours() -> dict[str, str]:
    """The drawing's own colours on white paper: bands, fills and lines by name."""
    light = style().partition("@media")[0]
    return dict(re.findall(r"--(\w+): #(\w{6})", light))


def _line_colour(kind: str) -> str:
    named = {"energy_reductant": "energy"}.get(kind, kind)
    fallback = PAPER.ink if kind == "main" else PAPER.soft
    return colours().get(named, fallback.removeprefix("#"))


@dataclass(slots=True)
class _Group:
    """Shapes of a group in the making; ``ids`` of what connectors hold on to."""

    at: Area
    number: int
    lang: str
    shapes: list[str] = field(default_factory=list)
    wires: list[str] = field(default_factory=list)
    ids: dict[str, int] = field(default_factory=dict)

    def next(self) -> int:
        self.number += 1
        return self.number

    def emu(self, spot: Spot) -> str:
        x, y = round((self.at.x + spot.x) * POINT), round((self.at.y + spot.y) * POINT)
        w, h = round(spot.w * POINT), round(spot.h * POINT)
        return f'<a:off x="{x}" y="{y}"/><a:ext cx="{w}" cy="{h}"/>'


def group(drawing: Drawing, view: View, number: int, at: Area, alt: str, voice: Voice) -> str:
    """The drawing of a view as one group with an alternative text.

    ``number``: id of the group; those of its shapes follow it.
    """
    made = _Group(at, number, voice.lang)
    for box in sorted(view.boxes, key=lambda b: (b.column, b.y)):
        _box(made, box, view)
    for key, spot in list(view.spots.items()):
        if key.startswith("or:"):
            _badge(made, key, spot, drawing, view)
        elif key.startswith("via:"):
            _lane(made, key, spot, view)
    for wire in view.wires:
        _wire(made, wire, view)
    for product, count in view.before.items():
        _chip(made, view.spots[product], count, before=True)
    for product, count in view.after.items():
        _chip(made, view.spots[product], count, before=False)
    rows = legend_rows(legend(drawing, view, voice), at.w)
    top = at.h - legend_height(len(rows)) + 8
    for place, row in enumerate(rows):
        for entry, x in row:
            _entry(made, entry, x, top + place * ROW)
    # Lines first, so that they pass behind the boxes.
    inner = "".join((*made.wires, *made.shapes))
    name = f"Drawing {number}"
    whole = _grouped(number, name, alt, made.emu(Spot(0, 0, at.w, at.h)), inner)
    return whole.replace("<p:grpSp>", f"<p:grpSp {NS}>", 1)


def _shape(
    made: _Group,
    spot: Spot,
    name: str,
    body: str = "",
    *,
    form: str = "rect",
    fill: str = "",
    line: str = "",
    anchor: str = "t",
    inside: float = 0.0,
    above: float = 0.0,
) -> int:
    """A shape with text; ``fill`` and ``line`` are DrawingML, none where empty."""
    number = made.next()
    edge = "".join(f' {side}Ins="{round(inside * POINT)}"' for side in ("l", "r"))
    text = body or f'<a:p><a:endParaRPr lang="{LOCALES[made.lang]}" sz="800"/></a:p>'
    top = round(above * POINT)
    made.shapes.append(
        f'<p:sp><p:nvSpPr><p:cNvPr id="{number}" name={quoteattr(name)}/><p:cNvSpPr/><p:nvPr/>'
        f"</p:nvSpPr><p:spPr><a:xfrm>{made.emu(spot)}</a:xfrm>"
        f'<a:prstGeom prst="{form}"><a:avLst/></a:prstGeom>{fill or "<a:noFill/>"}'
        f"{line or '<a:ln><a:noFill/></a:ln>'}</p:spPr><p:txBody>"
        f'<a:bodyPr wrap="square"{edge} tIns="{top}" bIns="0" anchor="{anchor}">'
        f"<a:noAutofit/></a:bodyPr><a:lstStyle/>{text}</p:txBody></p:sp>"
    )
    return number


def _solid(colour: str) -> str:
    return f'<a:solidFill><a:srgbClr val="{colour.removeprefix("#").upper()}"/></a:solidFill>'


def _stroke(colour: str, points: float, dash: str = "") -> str:
    dashed = f'<a:prstDash val="{dash}"/>' if dash else ""
    return f'<a:ln w="{round(points * POINT)}">{_solid(colour)}{dashed}</a:ln>'


def _text(
    text: str,
    size: float,
    lang: str,
    *,
    bold: bool = False,
    align: str = "l",
    ink: str = "",
    room: float = 0.0,
) -> str:
    """A paragraph. In a ``room`` too narrow for its longest word it is broken with hyphens."""
    look = (
        f'<a:rPr lang="{LOCALES[lang]}" sz="{round(size * 100)}" b="{int(bold)}" dirty="0">'
        f'{_solid(ink or PAPER.ink)}<a:latin typeface="{FONT}"/></a:rPr>'
    )
    parts = [text]
    if room and any(wide(word, size, bold=bold) * SLACK > room for word in text.split()):
        held = text.replace("\u00a0", "\u00ad")  # as wide, and no place to break
        parts = [part.replace("\u00ad", "\u00a0") for part in wrap(held, room, size, bold=bold)]
    runs = "<a:br/>".join(f"<a:r>{look}<a:t>{escape(part)}</a:t></a:r>" for part in parts)
    return (
        f'<a:p><a:pPr algn="{align}"><a:lnSpc><a:spcPct val="100000"/></a:lnSpc>'
        '<a:spcBef><a:spcPts val="0"/></a:spcBef></a:pPr>'
        f"{runs}</a:p>"
    )


def _box(made: _Group, box: Box, view: View) -> None:
    """A product as a group of its own: its texts, its outline by verdict, the band of its stage."""
    label, spot = box.label, view.spots[box.product_id]
    held = colours()
    tone = "" if label.ghost else label.tone
    if label.bottleneck:
        line = _stroke(PAPER.ink, 2.5)
    elif label.ghost:
        line = _stroke(PAPER.soft, 1.0, "dash")
    else:
        line = _stroke(getattr(PAPER, tone if tone in ("risk", "ally", "doubt") else "quiet"), 1.0)
    written = texts(box, view)
    top = written[:1] if view.form == "full" else []
    deep = view.small * LEADING + AROUND if top else STRIP
    outer, made.shapes = made.shapes, []
    group_id = made.next()
    body = "".join(
        _text(text, size, made.lang, bold=bold, room=spot.w - 2 * INSIDE)
        for text, size, bold in written[len(top) :]
    )
    made.ids[box.product_id] = _shape(
        made,
        spot,
        label.name,
        body,
        fill=_solid(held.get(f"{tone}fill", "FFFFFF")),
        line=line,
        inside=INSIDE,
        above=deep + (0.0 if top else AROUND),
    )
    band = Spot(spot.x + 0.75, spot.y + 0.75, spot.w - 1.5, deep)
    said = "".join(_text(text, size, made.lang) for text, size, _ in top)
    fill = _solid(held[STAGES.get(label.stage, "s2")])
    _shape(made, band, label.stage_name, said, fill=fill, inside=INSIDE, anchor="ctr")
    inner, made.shapes = made.shapes, outer
    made.shapes.append(_grouped(group_id, label.name, "", made.emu(spot), "".join(inner)))


def _grouped(number: int, name: str, alt: str, place: str, shapes: str) -> str:
    """Shapes as a group whose inner coordinates are the slide's."""
    child = place.replace("a:off", "a:chOff").replace("a:ext", "a:chExt")
    said = f" descr={quoteattr(alt)}" if alt else ""
    return (
        f'<p:grpSp><p:nvGrpSpPr><p:cNvPr id="{number}" name={quoteattr(name)}{said}/>'
        "<p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr>"
        f"<p:grpSpPr><a:xfrm>{place}{child}</a:xfrm></p:grpSpPr>{shapes}</p:grpSp>"
    )


def _badge(made: _Group, key: str, spot: Spot, drawing: Drawing, view: View) -> None:
    """The word *or*; in the overview a dot."""
    word = next(b.text.text for b in drawing.badges)
    small = view.form == "names"
    made.ids[key] = _shape(
        made,
        spot,
        word,
        "" if small else _text(word, LEAST, made.lang, align="ctr"),
        form="rect" if small else "roundRect",
        fill=_solid("FFFFFF"),
        line=_stroke(PAPER.ink, 1.0),
        anchor="ctr",
    )


def _wire(made: _Group, wire: Wire, view: View) -> None:
    """A connector from the right side of one thing to the left side of another.

    It holds on to boxes and badges; where it passes a column its pieces meet at the lane's ends.
    """
    one, other = view.spots[wire.source], view.spots[wire.target]
    start, end = made.ids.get(wire.source), made.ids.get(wire.target)
    held = (f'<a:stCxn id="{start}" idx="{RIGHT}"/>' if start else "") + (
        f'<a:endCxn id="{end}" idx="{LEFT}"/>' if end else ""
    )
    ends = (one.x + one.w, one.middle, other.x, other.middle)
    made.wires.append(_connector(made, wire.kind, ends, held, arrow=wire.arrow))


def _lane(made: _Group, key: str, spot: Spot, view: View) -> None:
    """The piece of a line that passes a column."""
    kind = next(w.kind for w in view.wires if key in (w.source, w.target))
    ends = (spot.x, spot.middle, spot.x + spot.w, spot.middle)
    made.wires.append(_connector(made, kind, ends, "", arrow=False))


def _connector(
    made: _Group, kind: str, ends: tuple[float, float, float, float], held: str, *, arrow: bool
) -> str:
    x0, y0, x1, y1 = ends
    flat = abs(y1 - y0) < 0.5
    turn = ' flipV="1"' if y1 < y0 and not flat else ""
    place = made.emu(Spot(x0, min(y0, y1), x1 - x0, 0.0 if flat else abs(y1 - y0)))
    # A curve needs room to leave and to arrive in; LibreOffice leads it around the box without.
    form = "straightConnector1" if flat or x1 - x0 < CURVED else "curvedConnector3"
    dash = f'<a:prstDash val="{DASHES[kind]}"/>' if kind in DASHES else ""
    head = '<a:tailEnd type="triangle" w="med" len="med"/>' if arrow else ""
    number = made.next()
    return (
        f'<p:cxnSp><p:nvCxnSpPr><p:cNvPr id="{number}" name="Connector {number}"/>'
        f"<p:cNvCxnSpPr>{held}</p:cNvCxnSpPr><p:nvPr/></p:nvCxnSpPr>"
        f"<p:spPr><a:xfrm{turn}>{place}</a:xfrm>"
        f'<a:prstGeom prst="{form}"><a:avLst/></a:prstGeom>'
        f'<a:ln w="{round(WIDTHS.get(kind, 1.0) * POINT)}">{_solid(_line_colour(kind))}'
        f"{dash}{head}</a:ln></p:spPr></p:cxnSp>"
    )


def _chip(made: _Group, spot: Spot, count: int, *, before: bool) -> None:
    """How many links of a step lead to other slides."""
    text = f"◄{count}" if before else f"{count}►"
    x = spot.x - 22 if before else spot.x + spot.w + 2
    place = Spot(x, spot.middle - 6, 20, 12)
    body = _text(text, LEAST, made.lang, align="r" if before else "l", ink=PAPER.soft)
    _shape(made, place, text, body, anchor="ctr")


def _entry(made: _Group, entry: Entry, x: float, y: float) -> None:
    """An entry of the legend."""
    sample = Spot(x, y + 2, SAMPLE - 5, ROW - 5)
    _sample(made, entry.kind, sample)
    room = wide(entry.text, LEGEND) * 1.08 + 6
    body = _text(entry.text, LEGEND, made.lang)
    _shape(made, Spot(x + SAMPLE, y, room, ROW), entry.text, body, anchor="ctr")


def _sample(made: _Group, kind: str, spot: Spot) -> None:
    """What an entry of the legend explains, drawn small."""
    sort, _, name = kind.partition(":")
    sign = {"plants": "■", "planned": "□", "chip": "2►"}.get(kind, SIGNS.get(name, ""))
    if sort == "stage":
        _shape(made, spot, kind, fill=_solid(colours()[STAGES.get(name, "s2")]))
    elif sort == "tone":
        fill = _solid(colours().get(f"{name}fill", "FFFFFF"))
        line = _stroke(getattr(PAPER, name if name != "plain" else "quiet"), 1.0)
        body = _text(sign, LEAST, made.lang, align="ctr")
        _shape(made, spot, kind, body, fill=fill, line=line, anchor="ctr")
    elif sign:
        _shape(made, spot, kind, _text(sign, LEGEND, made.lang, align="ctr"), anchor="ctr")
    elif kind in ("ghost", "bottleneck"):
        line = _stroke(PAPER.soft, 1.0, "dash") if kind == "ghost" else _stroke(PAPER.ink, 2.5)
        _shape(made, spot, kind, fill=_solid("FFFFFF"), line=line)
    elif kind == "choice":
        _shape(
            made,
            spot,
            kind,
            form="roundRect",
            fill=_solid("FFFFFF"),
            line=_stroke(PAPER.ink, 1.0),
        )
    else:
        ends = (spot.x, spot.middle, spot.x + spot.w, spot.middle)
        made.wires.append(_connector(made, kind, ends, "", arrow=False))
