"""Why this number? The card of any figure: of an indicator, recomputed; of a cell, as it was saved."""

from __future__ import annotations

from verdikart.web.ask import Ask
from verdikart.web.blocks import Page


def why(ask: Ask) -> Page:
    """The page ``/why/{reference}``: a figure's id, or ``table/row/column``."""
    return Page(ask.say("Why this number?"), ())
