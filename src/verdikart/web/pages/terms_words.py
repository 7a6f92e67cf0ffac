"""Verdicts, statuses and kinds of words, each shown as it looks on the pages."""

from __future__ import annotations

from verdikart.reports import words
from verdikart.reports.view import Tag
from verdikart.web.ask import Ask
from verdikart.web.blocks import Cell, Column, Links, Section, Table
from verdikart.web.values import gap

OUTCOMES = (
    "vulnerable",
    "concentrated_allied",
    "not_concentrated",
    "small",
    "bounds_only",
    "transit",
    "not_imported",
    "not_computable",
)
CHAIN = ("vulnerable", "open", "concentrated_allied", "not_concentrated", "not_needed")
TONES = {"vulnerable": "risk", "open": "doubt", "concentrated_allied": "ally"}


def verdicts(ask: Ask) -> Section:
    """The verdicts on a good and on a chain."""
    say = ask.say
    columns = (Column("word", say("Verdict")), Column("meaning", say("Meaning"), wide=True))
    goods = tuple(
        (Cell("", code, tags=(words.outcome(code, ask.lang),)), Cell(text))
        for code, text in zip(OUTCOMES, _outcomes(ask), strict=True)
    )
    chains = tuple(
        (
            Cell(
                "",
                code,
                tags=(Tag(words.word("chain_verdict", code, ask.lang), TONES.get(code, "plain")),),
            ),
            Cell(text),
        )
        for code, text in zip(CHAIN, _chains(ask), strict=True)
    )
    return Section(
        "verdicts",
        say("Verdicts"),
        (
            Table("verdicts-goods", say("Verdicts on a good at a stage"), columns, goods),
            Table("verdicts-chains", say("Verdicts on a value chain"), columns, chains),
        ),
    )


def _outcomes(ask: Ask) -> tuple[str, ...]:
    say, limits, voice = ask.say, ask.saved.parameters, ask.voice
    return (
        say(
            "Passes a test of concentration (over {share} from one country, or HHI over {hhi}), and the "
            "largest supplier is no ally.",
            share=voice.percent(limits["share_threshold"], 0),
            hhi=voice.number(limits["hhi_threshold"], 1),
        ),
        say(
            "As concentrated, but the largest supplier is an ally. It says who, not whether it delivers."
        ),
        say("Passes no test of concentration. That is not the same as safe."),
        say(
            "Imports below {floor} million US dollars or euro a year. The figures are shown, "
            "no verdict is given.",
            floor=voice.number(limits["floor"] / 1e6),
        ),
        say(
            "Flows seem to be withheld in the published figures. What is shown is a bound; "
            "no verdict is given."
        ),
        say(
            "The largest supplier is not known to produce the good, so the origin may be "
            "another country. No verdict is given on the country."
        ),
        say("The source covers the good and shows no imports of it."),
        say(
            "No data in the package can judge it. The reason and what would fill the gap stand beside."
        ),
    )


def _chains(ask: Ask) -> tuple[str, ...]:
    say = ask.say
    return (
        say("At least one step that the home needs is vulnerable, whatever the others are."),
        say(
            "No step seen is vulnerable, but steps that are needed are not seen. It is no all-clear."
        ),
        say("Every needed step is seen; the concentrated ones lie with allies."),
        say("Every needed step is seen, and none is concentrated."),
        say("The home has no end of the chain that needs it."),
    )


def statuses(ask: Ask) -> Section:
    """The statuses of a number, each in its own look."""
    say, voice = ask.say, ask.voice
    columns = (
        Column("look", say("Looks like")),
        Column("status", say("Status")),
        Column("meaning", say("Meaning"), wide=True),
    )
    rows = (
        (Cell(voice.percent(0.546), 0.546), "ok", say("A value computed from the sources.")),
        (
            Cell(voice.percent(0.546), 0.546, "estimated"),
            "estimated",
            say(
                "A value with a reservation: part of the data was missing or filled in. The card says how."
            ),
        ),
        (
            Cell("0", 0, "zero"),
            "zero",
            say("A true zero: the source covers it, and there is nothing."),
        ),
        (
            Cell(gap("missing", voice), None, "missing"),
            "missing",
            say("Nobody has reported it. It is never the same as zero."),
        ),
        (
            Cell(gap("suppressed", voice), None, "suppressed"),
            "suppressed",
            say("The publisher keeps it back, often because few firms are behind it."),
        ),
        (
            Cell(gap("not_computable", voice), None, "not_computable"),
            "not_computable",
            say("The formula lacks an input, or has no meaning here. The reason stands beside."),
        ),
    )
    body = tuple(
        (cell, Cell(words.word("status", code, ask.lang), code), Cell(text))
        for cell, code, text in rows
    )
    table = Table("statuses-table", say("Six statuses of a number"), columns, body)
    return Section("statuses", say("What is known, and what is not"), (table,))


def kinds(ask: Ask) -> Section:
    """Where the words that the tables use are listed in full, and the methods described."""
    say = ask.say
    ways = (
        (say("Tables and their columns"), ask.url("data"), say("each column with its definition")),
        (say("The method in seven steps"), ask.url("about") + "#method", ""),
        (say("Known ways that statistics mislead"), ask.url("data") + "#pitfalls", ""),
    )
    return Section("more", say("More on the method"), (Links(ways),))
