"""The sandbox: other limits, thresholds, weights and inputs, and what then enters or leaves."""

from __future__ import annotations

from verdikart.web.ask import Ask
from verdikart.web.blocks import (
    Page,
    Section,
)
from verdikart.web.pages.sandbox_list import list_of
from verdikart.web.pages.sandbox_tests import tests


def sandbox(ask: Ask) -> Page:
    """The page ``/sandbox``. Its whole state is in the address."""
    say = ask.say
    return Page(
        say("Sandbox"),
        (
            Section("share", say("The test of supply: who is over the limit"), tests(ask)),
            Section("list", say("The list of critical materials"), list_of(ask)),
        ),
        lead=say(
            "Change a limit, a threshold or a weight and see what enters and leaves. Nothing is "
            "saved: the address of this page carries everything that was set, so the link can be "
            "shared."
        ),
        main="moved",
    )
