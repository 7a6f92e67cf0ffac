"""Charts and chain drawings as pictures, SVG and PNG, drawn by vl-convert without a browser.

Texts are set in Liberation Sans, which vl-convert carries with it, so that a picture looks the same
on every machine.
"""

from __future__ import annotations

import re
from typing import Any, Final

from verdikart.reference.i18n import Lang
from verdikart.reports.chain_drawing import alone
from verdikart.reports.document.model import Chart, Diagram
from verdikart.reports.formats.pictures_parts import FONT, WIDE
from verdikart.reports.formats.pictures_spec import specification

VEGA_LITE: Final = "6.4"  # named, so that a new vl-convert draws the same


def chart_svg(chart: Chart, lang: Lang, font: str = FONT) -> str:
    """A chart as SVG, 620 pixels across, in a font no wider than Arial."""
    import vl_convert

    spec = specification(chart, lang)
    spec["config"]["font"] = font
    return str(vl_convert.vegalite_to_svg(spec, VEGA_LITE))


def chart_png(chart: Chart, lang: Lang, width_px: int = 1400) -> bytes:
    """A chart as PNG so many pixels across."""
    return _png(chart_svg(chart, lang), width_px / WIDE)


def diagram_svg(diagram: Diagram, lang: Lang, font: str = FONT) -> str:
    """A chain drawing as SVG, a unit a pixel of the drawing, in a font no wider than Arial."""
    drawn = alone(diagram.drawing, diagram.title, diagram.alt, lang)
    return re.sub(r"font-family:[^;}]*", f"font-family: {font}", drawn)


def diagram_png(diagram: Diagram, lang: Lang, width_px: int = 3000) -> bytes:
    """A chain drawing as PNG so many pixels across."""
    return _png(diagram_svg(diagram, lang), width_px / diagram.drawing.width)


def _png(svg: str, scale: float) -> bytes:
    import vl_convert

    made: Any = vl_convert.svg_to_png(svg, scale=scale)
    return bytes(made)


__all__ = ["chart_png", "chart_svg", "diagram_png", "diagram_svg"]
