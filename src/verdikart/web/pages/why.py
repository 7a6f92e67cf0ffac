"""Why this number? The card of any figure: of an indicator, recomputed; of a cell, as it was saved."""

from __future__ import annotations

from verdikart.mapping import cards
from verdikart.web.ask import Ask
from verdikart.web.blocks import (
    Page,
)
from verdikart.web.pages.why_cell import page as cell
from verdikart.web.pages.why_figure import page as figure


def why(ask: Ask) -> Page:
    """The page ``/why/{reference}``: a figure's id, or ``table/row/column``."""
    reference = ask.ids["reference"]
    return figure(ask, reference) if cards.is_figure(reference) else cell(ask, reference)
