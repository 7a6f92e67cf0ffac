"""The method in brief: its seven steps, and the limits that the verdicts were made with."""

from __future__ import annotations

from verdikart.reports import words
from verdikart.reports.content import parts
from verdikart.reports.document.draft import Draft
from verdikart.reports.document.model import Cell, Column, Points, Section, Statement, Table


def method(draft: Draft) -> Section:
    """The steps as a list in their order, and the parameters of this mapping."""
    text = draft.say(
        "A verdict is about concentration of direct supply in one year. It is no forecast, and says "
        "nothing of price or stocks. What is not concentrated is not therefore safe, and what could "
        "not be judged is not therefore harmless."
    )
    steps = Points(_steps(draft), draft.say("The seven steps"), ordered=True)
    title = draft.say("The method in brief")
    return Section("method", title, (steps, parts.prose(draft, text), _parameters(draft)))


def _steps(draft: Draft) -> tuple[Statement, ...]:
    say = draft.say
    steps = (
        (
            say("Reference lists"),
            say(
                "Start from the lists of the EU and NATO, and set those of other countries beside them."
            ),
        ),
        (
            say("Norwegian supplement"),
            say(
                "Add what Norwegian industry stands on and the lists leave out, each with its reason."
            ),
        ),
        (
            say("Link to use"),
            say(
                "Tie materials and goods to technologies, plants and the sectors that count: defence, "
                "energy and process industry."
            ),
        ),
        (
            say("Find vulnerable stages"),
            say(
                "Ask of each stage whether over 65% comes from one country, whether it is an ally, and "
                "how large the flow is. Follow the chain from raw material to component."
            ),
        ),
        (
            say("Find the home’s position"),
            say(
                "Ask what others get from the home, in which role, and what they would lose without it."
            ),
        ),
        (
            say("Rest it on evidence"),
            say("Put trade and production under every verdict, and say what is not known."),
        ),
        (
            say("Act and repeat"),
            say(
                "Turn findings into measures and opportunities, and make the mapping again when the data "
                "change."
            ),
        ),
    )
    return tuple(draft.stated([f"{title}: {parts.inside(text)}"]) for title, text in steps)


def _parameters(draft: Draft) -> Table:
    heads = (
        Column("parameter", draft.say("Parameter"), width=3),
        Column("value", draft.say("Value")),
    )
    body = [
        (
            Cell(words.parameter(name, draft.lang), name),
            Cell(words.setting(name, value, draft.voice), value),
        )
        for name, value in draft.saved.parameters.items()
    ]
    return draft.table("parameters", draft.say("Limits and choices"), heads, body, detail=True)
