"""The form of a new mapping: home, year, sources, limits and choices; what was typed is kept."""

from __future__ import annotations

from verdikart.reference.entities import Source
from verdikart.reference.load import load
from verdikart.reports import words
from verdikart.web import tokens, wanted
from verdikart.web.ask import Ask
from verdikart.web.blocks import Block, Field, Fragment, Note
from verdikart.web.visit import Visit


def new(ask: Ask, visit: Visit) -> tuple[Block, ...]:
    """The form, filled with what was typed, else what the address says, else defaults."""
    say = ask.say
    if not visit.may_map:
        text = say(
            "This server only shows mappings. Whoever runs it makes new ones with "
            "'verdikart map', or starts it without --read-only."
        )
        return (Note(text, "info", say("No new mappings from here")),)
    known = wanted.defaults()

    def typed(field: str, default: object) -> str:
        return visit.given.get(field, ask.query.text(field, str(default)))

    def fault(field: str) -> str:
        return visit.faults.get(field, "")

    years = tuple((str(y), str(y)) for y in wanted.years())
    asked = (
        Field(
            "home",
            say("Home"),
            "select",
            typed("home", "NOR"),
            tuple(wanted.homes(ask.lang)),
            error=fault("home"),
        ),
        Field(
            "year", say("Year"), "select", typed("year", years[0][0]), years, error=fault("year")
        ),
    )
    current = typed("make_current", "0") == "1"
    content = {
        "action": ask.url("runs"),
        "token": visit.token(),
        "token_name": tokens.FIELD,
        "fields": asked,
        "sources": _sources(ask),
        "parameters": [
            _parameter(ask, key, value, typed(key, _shown(value)), fault(key))
            for key, value in known.items()
        ],
        "opened": any(key in visit.faults for key in known),
        "make_current": Field(
            "make_current",
            say("Make it the current mapping"),
            "flag",
            current,
            hint=say("The current mapping is the one that addresses without a name show."),
        ),
    }
    blocks: list[Block] = [
        Fragment("new_run.html.j2", content, {"home": asked[0].value, "year": asked[1].value})
    ]
    if visit.faults:
        labels = {"home": say("Home"), "year": say("Year")}
        told = [
            f"{labels.get(key) or words.parameter(key, ask.lang)}: {text}"
            for key, text in visit.faults.items()
        ]
        blocks.insert(0, Note(" ".join(told), "danger", say("The form holds faults")))
    return tuple(blocks)


def _shown(value: bool | float | str) -> str:
    return ("no", "yes")[value] if isinstance(value, bool) else str(value)


def _parameter(ask: Ask, key: str, default: bool | float | str, typed: str, error: str) -> Field:
    label = words.parameter(key, ask.lang)
    if isinstance(default, bool):
        options = (("yes", ask.say("yes")), ("no", ask.say("no")))
        return Field(key, label, "select", typed, options, error=error)
    if isinstance(default, str):
        choices = tuple((w, words.setting(key, w, ask.voice)) for w in wanted.words_of(key))
        return Field(key, label, "select", typed, choices, error=error)
    low, high = wanted.BOUNDS[key]
    step = 1 if isinstance(default, int) else None
    hint = ask.say("From {low} to {high}.", low=ask.voice.number(low), high=ask.voice.number(high))
    return Field(key, label, "number", typed, (), low, high, step, hint, error)


def _sources(ask: Ask) -> str:
    titles = [words.source_title(s.source_id, ask.voice) for s in load(Source) if s.embedded]
    return ask.say(
        "all {count} in the package: {titles}. There is one set of them, so there is nothing to "
        "choose.",
        count=len(titles),
        titles="; ".join(titles),
    )
