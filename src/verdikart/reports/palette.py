"""What every chart is dressed in: colours by role, the page's type, number locales.

Apart from the builders, since a page whose chart is a plain specification need not wait for Altair.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

from verdikart.reference.i18n import Lang

FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif'
Rows = Sequence[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours by role; the defaults are for white paper."""

    ink: str = "#1b2430"
    soft: str = "#51606f"
    grid: str = "#d5dbe1"
    track: str = "#edf0f3"
    risk: str = "#a33a0b"
    other: str = "#d5803a"
    ally: str = "#2463a5"
    doubt: str = "#6b4fa0"
    quiet: str = "#66737f"
    limit: str = "#1b2430"
    heat0: str = "#f3f6f9"
    heat1: str = "#d3e2f0"
    heat2: str = "#9fc1de"
    heat3: str = "#2f6ca8"
    heat4: str = "#16406d"
    heatink0: str = "#1b2430"
    heatink1: str = "#1b2430"
    heatink2: str = "#1b2430"
    heatink3: str = "#ffffff"
    heatink4: str = "#ffffff"

    @classmethod
    def css(cls) -> Palette:
        """Names of CSS variables, which the page's style sheet sets."""
        return cls(**{f.name: f"var(--{f.name})" for f in fields(cls)})


PAPER = Palette()


def locale(lang: Lang) -> dict[str, Any]:
    """Vega's number locale for a language: hard spaces and decimal comma in Norwegian."""
    if lang == "nb":
        return {
            "decimal": ",",
            "thousands": "\u00a0",
            "grouping": [3],
            "currency": ["", "\u00a0kr"],
            "percent": "\u00a0%",
            "minus": "−",
        }
    return {
        "decimal": ".",
        "thousands": ",",
        "grouping": [3],
        "currency": ["NOK\u00a0", ""],
        "minus": "−",
    }


def dressed(spec: dict[str, Any], palette: Palette = PAPER) -> dict[str, Any]:
    """A Vega-Lite specification with the page's type and colours; the specification is changed."""
    spec["autosize"] = {"type": "fit-x", "contains": "padding"}
    spec["config"] = {
        "aria": False,
        "background": "transparent",
        "font": FONT,
        "padding": 2,
        "view": {"stroke": None},
        "axis": {
            "labelColor": palette.soft,
            "titleColor": palette.soft,
            "gridColor": palette.grid,
            "domain": False,
            "ticks": False,
            "labelFontSize": 12,
            "titleFontSize": 12,
            "titleFontWeight": "normal",
            "labelPadding": 6,
        },
        "text": {"fontSize": 12, "fill": palette.ink},
    }
    return spec
