"""Fields that forms of many pages have: a choice with *all*, the home, and the rest of the address."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from verdikart.reference.names import name
from verdikart.web.ask import Ask
from verdikart.web.blocks import Field


def choice(ask: Ask, key: str, label: str, options: Mapping[str, str]) -> Field:
    """One of several, as the address has it; empty stands for all.

    Raises :class:`UsageProblem` for what is none of them.
    """
    value = ask.query.choice(key, list(options))
    return Field(key, label, "select", value, (("", ask.say("all")), *options.items()))


def home(ask: Ask, chosen: str, label: str = "") -> Field:
    """The choice among the homes of the mapping."""
    options = tuple((h, name("home", h, ask.lang)) for h in ask.saved.homes)
    return Field("home", label or ask.say("Home"), "select", chosen, options)


def carried(ask: Ask, own: Collection[str]) -> tuple[Field, ...]:
    """What the address holds beside a form's own fields, so that one form does not undo another.

    Pages of a table are left out: what is sent begins at the first.
    """
    return tuple(
        Field(key, "", "hidden", value)
        for key, values in ask.query.items.items()
        if key not in own and not key.endswith("page")
        for value in values
        if value
    )
