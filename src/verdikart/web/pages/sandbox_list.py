"""The list of critical materials tried under other thresholds, weights and inputs."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from verdikart.mapping import sandbox_rows, sandbox_saved
from verdikart.mapping.sandbox import Result, sweep
from verdikart.mapping.sandbox import Row as Scored
from verdikart.mapping.sandbox_question import RANGES
from verdikart.reference import names
from verdikart.reports import words
from verdikart.web import fields
from verdikart.web.ask import Ask
from verdikart.web.blocks import (
    Block,
    Cell,
    Column,
    Facts,
    Field,
    Form,
    Note,
    Prose,
    Table,
)
from verdikart.web.values import plain

SWITCHES = ("governance", "trade_parameter", "recycling", "substitution")
SUPPLIES = ("as_assessed", "GS", "EU")
OWN = (*RANGES, *SWITCHES, "basis", "supply", "set")  # fields of the form
NEAREST = 15
CURVE = tuple(round(0.5 + 0.1 * n, 1) for n in range(26))


def list_of(ask: Ask) -> tuple[Block, ...]:
    """The form, what enters and leaves, what is nearest to it, and the list by threshold."""
    say, query = ask.say, ask.query
    basis: sandbox_saved.Basis = (
        "study" if query.choice("basis", ("home", "study"), "home") == "study" else "home"
    )
    asked = sandbox_saved.start(ask.saved, basis)
    base = asdict(asked.base)
    chosen = {
        name: query.number(name, low, high, base[name]) for name, (low, high) in RANGES.items()
    }
    flags = {name: query.flag(name, base[name]) for name in SWITCHES}
    supply = query.choice("supply", SUPPLIES, base["supply"])
    edits = [part.strip() for part in query.text("set").split(";") if part.strip()]
    choices = [f"{name}={value!r}" for name, value in chosen.items()]
    choices += [f"{name}={'yes' if on else 'no'}" for name, on in flags.items()]
    choices.append(f"supply={supply}")
    result = sandbox_saved.tried(asked, choices, edits)
    home = names.name("home", asked.home, ask.lang)
    counts = sandbox_rows.counts(result)
    return (
        _form(ask, basis, chosen, flags, supply, base),
        Prose(
            (
                say("{home} {year}:", home=home, year=asked.year)
                + " "
                + sandbox_rows.summary(result, ask.lang)
                + ".",
            )
        ),
        Facts(
            (
                (say("On the list in the mapping"), plain(counts["before"])),
                (say("On the list as set here"), plain(counts["after"])),
                (say("Undetermined as set here"), plain(counts["undetermined_after"])),
                (say("Materials scored"), plain(counts["units"])),
            )
        ),
        _moves(ask, result),
        _near(ask, result),
        _curve(ask, result),
        Note(
            say(
                "Scores are compared at one decimal, as the EU study does: 0.95 reaches a threshold "
                "of 1.0. Undetermined means that the known bounds lie on both sides of a threshold."
            )
        ),
    )


def _form(
    ask: Ask,
    basis: str,
    chosen: dict[str, float],
    flags: dict[str, bool],
    supply: str,
    base: dict[str, Any],
) -> Form:
    say = ask.say
    steps = {"sr_threshold": 0.1, "ei_threshold": 0.1, "world_weight": 0.05, "preferential": 0.05}
    tops = {"sr_threshold": 5.0, "ei_threshold": 8.0, "world_weight": 1.0, "preferential": 1.5}
    sliders = tuple(
        Field(
            name,
            words.parameter(name, ask.lang),
            "range",
            f"{value:g}",
            low=0.5 if name == "preferential" else 0,
            high=tops[name],
            step=steps[name],
            hint=say("{usual} in the mapping", usual=ask.voice.number(base[name], 2)),
        )
        for name, value in chosen.items()
    )
    supplies = {
        "as_assessed": say("as the assessment says"),
        "GS": say("world supply alone"),
        "EU": say("the home’s supply alone"),
    }
    home = names.name("home", ask.saved.home, ask.lang)
    return Form(
        "method",
        (
            *fields.carried(ask, OWN),
            Field(
                "basis",
                say("Inputs"),
                "select",
                basis,
                (
                    (
                        "home",
                        say("{home} {year}, as in the mapping", home=home, year=ask.saved.year),
                    ),
                    ("study", say("the EU study of 2023")),
                ),
            ),
            *sliders,
            Field(
                "supply",
                words.parameter("supply", ask.lang),
                "select",
                supply,
                tuple(supplies.items()),
            ),
            *(Field(n, words.parameter(n, ask.lang), "flag", on) for n, on in flags.items()),
            Field(
                "set",
                say("Inputs of your own"),
                "text",
                ask.query.text("set"),
                hint=say("MATERIAL.INPUT=VALUE, several parted by ; – such as silver.eol_rir=19%"),
            ),
        ),
        say("Try it"),
        reset=ask.here(**dict.fromkeys(OWN)),
        title=say("Thresholds and weights of the EU method"),
    )


def _score(ask: Ask, scored: Any) -> Cell:  # noqa: ANN401 - a range of the indicators
    voice = ask.voice
    if scored.value is not None:
        return plain(scored.value, voice.number(scored.value, 2))
    text = f"{voice.number(scored.low, 1)}–{voice.number(scored.high, 1)}"
    return Cell(text, None, "not_computable", scored.low, scored.high)


def _named(ask: Ask, row: Scored) -> Cell:
    return plain(
        row.material,
        sandbox_rows.name_of(row.material, ask.lang),
        href=ask.url(f"materials/{row.material}"),
    )


def _moves(ask: Ask, result: Result) -> Table:
    say = ask.say
    said = {
        "enters": say("enters"),
        "leaves": say("leaves"),
        "becomes_undetermined": say("becomes undetermined"),
        "settles_on": say("now surely on"),
        "settles_off": say("now surely off"),
    }
    rows = [r for r in result.rows if r.move and r.member_of is None]
    body = tuple(
        (
            _named(ask, r),
            plain(r.move, said[str(r.move)]),
            _score(ask, r.before.sr),
            _score(ask, r.after.sr),
            _score(ask, r.before.ei),
            _score(ask, r.after.ei),
            plain(
                list(r.causes),
                (" + " if r.together else ", ").join(
                    words.parameter(c, ask.lang) for c in r.causes
                ),
            ),
        )
        for r in sorted(rows, key=lambda r: (list(said).index(str(r.move)), r.material))
    )
    columns = (
        Column("material", say("Material")),
        Column("move", say("What happens")),
        Column("sr_before", say("Supply risk in the mapping"), number=True),
        Column("sr_after", say("as set here"), number=True),
        Column("ei_before", say("Economic importance in the mapping"), number=True),
        Column("ei_after", say("as set here"), number=True),
        Column("causes", say("Because of"), wide=True),
    )
    return Table(
        "moves",
        say("Materials that enter, leave or become undetermined"),
        columns,
        body,
        empty=say("Nothing changes. Move a slider, or pick the EU study’s inputs."),
    )


def _distance(row: Scored) -> float:
    tip = row.tipping
    ways = ((tip.sr_distance, tip.sr_threshold), (tip.ei_distance, tip.ei_threshold))
    return min((abs(d) for d, flip in ways if d is not None and flip is not None), default=99.0)


def _near(ask: Ask, result: Result) -> Table:
    say, voice = ask.say, ask.voice
    units = [r for r in result.rows if r.member_of is None and _distance(r) < 1]
    status = {True: say("on the list"), False: say("off the list"), None: say("undetermined")}
    body = tuple(
        (
            _named(ask, r),
            plain(r.after.critical, status[r.after.critical]),
            _score(ask, r.after.sr),
            plain(r.tipping.sr_threshold, voice.number(r.tipping.sr_threshold, 1)),
            _score(ask, r.after.ei),
            plain(r.tipping.ei_threshold, voice.number(r.tipping.ei_threshold, 1)),
        )
        for r in sorted(units, key=_distance)[:NEAREST]
    )
    columns = (
        Column("material", say("Material")),
        Column("status", say("As set here")),
        Column("sr", say("Supply risk"), number=True),
        Column("sr_flips", say("flips at a threshold of"), number=True),
        Column("ei", say("Economic importance"), number=True),
        Column("ei_flips", say("flips at a threshold of"), number=True),
    )
    return Table(
        "nearest",
        say("Nearest to flipping"),
        columns,
        body,
        empty=say("No material is within one point of a threshold."),
    )


def _curve(ask: Ask, result: Result) -> Table:
    say, voice = ask.say, ask.voice
    body: list[tuple[Cell, ...]] = []
    before: tuple[str, ...] = ()
    for point in sweep(result, "sr", CURVE):
        gone = [m for m in before if m not in point.materials]
        body.append(
            (
                plain(point.threshold, voice.number(point.threshold, 1)),
                plain(len(point.materials)),
                plain(len(point.undetermined)),
                plain(gone, ", ".join(sandbox_rows.name_of(m, ask.lang) for m in gone)),
            )
        )
        before = point.materials
    columns = (
        Column("threshold", say("Threshold of supply risk"), number=True),
        Column("on", say("on the list"), number=True),
        Column("undetermined", say("undetermined"), number=True),
        Column("gone", say("not from here on"), wide=True),
    )
    caption = say("The list by threshold of supply risk")
    return Table("curve", caption, columns, tuple(body), folded=caption)
