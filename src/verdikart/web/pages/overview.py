"""The overview."""

from __future__ import annotations

from verdikart.web.ask import Ask
from verdikart.web.blocks import Page


def overview(ask: Ask) -> Page:
    """The page ``/``."""
    return Page(ask.say("Overview"), ())
