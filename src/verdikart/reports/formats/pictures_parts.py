"""What the pictures of charts are put together from: marks at pixels, ticks, legends, labels.

Every length is a pixel of a picture :data:`WIDE` pixels across; on a page with 16 cm of text a pixel
is 0.73 points, so that no letter is below 8 points. Places are worked out here and not left to Vega,
since only so is it sure that nothing is cut. Every text is written by the house's own functions: the
pictures hold no number format of their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import ceil, floor, log10
from typing import Any, Final

from verdikart.chains.text_fit import width, wrap
from verdikart.reports import values
from verdikart.reports.document.model import Chart, Series, Tone
from verdikart.reports.palette import PAPER
from verdikart.reports.voice import Voice

Layer = dict[str, Any]
Row = dict[str, Any]
Box = tuple[float, float, float, float]
WIDE: Final = 620.0
SIZE: Final = 12.0  # of letters
LEAD: Final = 15.0  # from one line to the next
FONT: Final = "Liberation Sans, Arial, Helvetica, sans-serif"
EDGE: Final = 4.0  # kept free around the picture
SHADES: Final = (1.0, 0.6, 0.32)  # of series that share a tone
SHAPES: Final = ("circle", "square", "diamond", "triangle-up", "cross")
DASHES: Final = ([1, 0], [7, 4], [2, 3], [9, 3, 2, 3])


@dataclass(slots=True)
class Sheet:
    """A picture in the making: the plot's size, what is kept free around it, and its layers."""

    across: float
    down: float
    left: float = EDGE
    top: float = EDGE
    bottom: float = EDGE
    layers: list[Layer] = field(default_factory=list)

    def specification(self) -> dict[str, Any]:
        """The Vega-Lite specification, always :data:`WIDE` across."""
        return {
            "width": self.across,
            "height": self.down,
            "autosize": {"type": "none"},
            "padding": {
                "left": self.left,
                "right": WIDE - self.left - self.across,
                "top": self.top,
                "bottom": self.bottom,
            },
            "layer": self.layers,
            "config": {
                "aria": False,
                "background": "#ffffff",
                "font": FONT,
                "view": {"stroke": None},
                "axis": {"gridColor": PAPER.grid, "domain": False, "ticks": False, "labels": False},
                "text": {"fontSize": SIZE, "lineHeight": LEAD, "lineBreak": "\n"},
            },
        }

    def add(self, mark: Layer, rows: Sequence[Row], **encoding: Layer) -> None:
        """A layer of marks; without rows none."""
        if rows:
            data = {"values": list(rows)}
            self.layers.append({"data": data, "mark": mark, "encoding": encoding})

    def texts(
        self, rows: Sequence[Row], x: Layer, y: Layer, *, halo: bool = False, **mark: object
    ) -> None:
        """Texts; ``halo`` keeps what they stand on from running through them."""
        shared = {"type": "text", "fill": PAPER.ink, "baseline": "middle", **mark}
        said = {"field": "text", "type": "nominal"}
        if halo:
            around = {"stroke": "#ffffff", "strokeWidth": 4, "strokeJoin": "round"}
            self.add({**shared, **around}, rows, x=x, y=y, text=said)
        self.add(shared, rows, x=x, y=y, text=said)


def pixel(name: str) -> Layer:
    """A field that is a place in pixels."""
    return {"field": name, "type": "quantitative", "scale": None, "axis": None}


@dataclass(frozen=True, slots=True)
class Scale:
    """A scale of values: its ticks, which end it, and how they are written."""

    ticks: tuple[float, ...]
    unit: str

    @property
    def low(self) -> float:
        """The least value."""
        return self.ticks[0]

    @property
    def high(self) -> float:
        """The largest value."""
        return self.ticks[-1]

    def part(self, value: float) -> float:
        """How far along the scale a value is, 0–1."""
        return (value - self.low) / (self.high - self.low)

    def channel(self, name: str, *, grid: bool = True) -> Layer:
        """The channel of a field on this scale."""
        axis = {"values": list(self.ticks), "grid": grid, "title": None}
        scale = {"domain": [self.low, self.high], "nice": False, "zero": False}
        return {"field": name, "type": "quantitative", "scale": scale, "axis": axis}

    def written(self, voice: Voice) -> list[str]:
        """The ticks' texts, all with as many decimals as the step needs."""
        step = self.ticks[1] - self.ticks[0]
        return [_tick(value, step, self.unit, voice) for value in self.ticks]


def scale(known: Sequence[float], unit: str, wanted: int = 5) -> Scale:
    """A scale from 0 over every value, its ends at ticks; a share ends at 1."""
    low, high = min([0.0, *known]), max([0.0, *known])
    if low == high:
        high = 1.0
    raw = (high - low) / wanted
    size = 10.0 ** floor(log10(raw))
    step = next(m * size for m in (1, 2, 2.5, 5, 10) if m * size >= raw * 0.999)
    if unit in ("count", "rank", "year", "years"):
        step = max(1.0, ceil(step))
    first, last = floor(low / step + 1e-9), ceil(high / step - 1e-9)
    return Scale(tuple(round(n * step, 12) for n in range(first, last + 1)), unit)


def _tick(value: float, step: float, unit: str, voice: Voice) -> str:
    factor = {"share": 100.0, "nok": 1e-6, "usd": 1e-6}.get(unit, 1.0)
    if unit == "year":
        return str(int(value))
    digits = next((d for d in range(7) if abs(round(step * factor, d) - step * factor) < 1e-9), 6)
    return voice.percent(value, digits) if unit == "share" else voice.number(value * factor, digits)


def axis_text(text: str, unit: str, voice: Voice) -> str:
    """What an axis measures, with the unit that its numbers are in."""
    said = {
        "nok": voice.say("NOK million"),
        "usd": voice.say("USD million"),
        "tonnes": voice.say("tonnes"),
        "years": voice.say("years"),
    }.get(unit, "")
    return f"{text} ({said})" if said and said.casefold() not in text.casefold() else text


def value_text(series: Series, place: int, unit: str, voice: Voice) -> str:
    """A value as the document writes it; one that is not there is a word."""
    figure = series.figures[place] if place < len(series.figures) else None
    if figure is not None:
        return figure.text
    value = series.values[place]
    if value is None:
        return values.gap("missing", voice)
    writer = values.WRITERS.get(unit, values.WRITERS["number"])
    return writer(voice, float(value), None)


def known(series: Sequence[float | None]) -> list[float]:
    """The values that there are."""
    return [float(v) for v in series if v is not None]


def colour(tone: Tone) -> str:
    """The colour of a tone on paper."""
    return str(getattr(PAPER, tone))


def shades(series: Sequence[Series]) -> list[float]:
    """How strong each series' colour is, so that those of one tone can be told apart."""
    seen: dict[str, int] = {}
    found = []
    for one in series:
        tone = one.tone(0) if one.values else one.tones[0]
        found.append(SHADES[min(seen.get(tone, 0), len(SHADES) - 1)])
        seen[tone] = seen.get(tone, 0) + 1
    return found


def block(text: str, room: float) -> str:
    """A text in lines no longer than the room."""
    return "\n".join(wrap(text, room, SIZE))


def lines(text: str) -> int:
    """How many lines a text takes."""
    return text.count("\n") + 1


def extent(text: str, *, bold: bool = False) -> float:
    """The width of the widest line, with a little over."""
    return max(width(line, SIZE, bold=bold) for line in text.split("\n")) * 1.04


def legend(sheet: Sheet, chart: Chart, marks: Sequence[str]) -> float:
    """What colours and shapes mean in rows from the picture's left edge, above all else; their height.

    These are the names of several series; of one alone what its tones mean, where that is said.
    ``marks``: for each series ``square`` or the shape of its points.
    """
    entries = [
        (one.name, one.tone(0), shade, mark)
        for one, shade, mark in zip(chart.series, shades(chart.series), marks, strict=True)
    ]
    if len(entries) < 2:
        entries = [(text, tone, 1.0, mark) for tone, text in chart.key for mark in marks]
    if not entries:
        return 0.0
    x, y, deep = EDGE, 0.0, 0.0
    swatches: list[Row] = []
    names: list[Row] = []
    for name, tone, shade, mark in entries:
        text = block(name, WIDE - 2 * EDGE - 20)
        long = 20 + extent(text)
        if x > EDGE and x + long > WIDE - EDGE:
            x, y, deep = EDGE, y + deep, 0.0
        at = {"px": x + 6 - sheet.left, "py": y + 8, "colour": colour(tone)}
        swatches.append({**at, "shade": shade, "shape": mark})
        names.append({"px": x + 18 - sheet.left, "py": y + 8, "text": text})
        x, deep = x + long + 16, max(deep, lines(text) * LEAD + 4)
    total = y + deep + 4
    for row in (*swatches, *names):
        row["py"] -= total + sheet.top  # the plot begins below
    sheet.add(
        {"type": "point", "filled": True, "size": 110},
        swatches,
        x=pixel("px"),
        y=pixel("py"),
        shape={"field": "shape", "type": "nominal", "scale": None},
        color={"field": "colour", "type": "nominal", "scale": None},
        opacity={"field": "shade", "type": "quantitative", "scale": None},
    )
    sheet.texts(names, pixel("px"), pixel("py"), align="left", baseline="line-top", dy=-7)
    sheet.top += total
    return total


def meet(one: Box, other: Box) -> bool:
    """Whether two boxes overlap."""
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
