"""What stands beside the steps of a chain: substitutes, lead times, trade measures.

The mapping names the records; what they say is read from the reference tables.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from verdikart.mapping.chain_context import use_of
from verdikart.reference.entities import Country
from verdikart.reference.load import by_key
from verdikart.reference.names import name
from verdikart.reference.value_chains import LeadTime, Substitute, TradeMeasure
from verdikart.reports import words
from verdikart.web.blocks import Cell, Column, Section, Table
from verdikart.web.pages.chain_seen import Seen

SIDES = ("measures_against_supply", "measures_against_exports", "measures_own")
SHORT = 12


def sections(s: Seen) -> tuple[Section, ...]:
    """One section on all ways out and ways in."""
    found = (substitutes(s), lead_times(s), measures(s))
    return (Section("beside", s.ask.say("Substitutes, lead times and trade measures"), found),)


def _records(s: Seen, column: str, kind: type, wanted: str) -> list[tuple[str, Any]]:
    """Product and record, as far as the reference tables still know it."""
    known: dict[str, Any] = by_key(kind)
    return [
        (product, known[record])
        for product, row in s.steps.items()
        if not wanted or product == wanted
        for record in row[column] or ()
        if record in known
    ]


def _folded(s: Seen, rows: Sequence[object]) -> str:
    return s.ask.say("Show all {count} rows", count=len(rows)) if len(rows) > SHORT else ""


def substitutes(s: Seen, product: str = "") -> Table:
    """What could stand in for the chain's goods, or for one."""
    say, lang = s.ask.say, s.ask.lang
    body = []
    for step, r in _records(s, "substitutes", Substitute, product):
        text = r.substitute_nb if lang == "nb" else r.substitute_en
        body.append(
            (
                s.step(step),
                Cell(text, r.substitute_id),
                Cell(use_of(r, lang) or say("any use"), r.use_product or r.use_technology),
                *(
                    _band(s, column, getattr(r, column))
                    for column in ("readiness", "performance_loss", "same_origin")
                ),
                Cell(
                    words.cited(r.source, lang),
                    r.source,
                    small=words.confidence(r.confidence, lang),
                ),
            )
        )
    return Table(
        "chain-substitutes",
        say("Substitutes on record"),
        (
            Column("product", say("Good")),
            Column("substitute", say("Substitute")),
            Column("use", say("Use")),
            Column("readiness", say("Readiness")),
            Column("performance_loss", say("Loss of performance")),
            Column("same_origin", say("Risk of the same origin")),
            Column("source", say("Source"), wide=True),
        ),
        tuple(body),
        empty=say("None is on record, which is not the same as none."),
        folded=_folded(s, body),
    )


def _band(s: Seen, vocabulary: str, value: str) -> Cell:
    if not value:
        return Cell(s.ask.say("not known"), None, "missing")
    return Cell(words.word(vocabulary, value, s.ask.lang), value)


def lead_times(s: Seen, product: str = "") -> Table:
    """Years until new supply runs: of a good of its own, else of its stage."""
    say, lang, voice = s.ask.say, s.ask.lang, s.ask.voice
    held: dict[str, tuple[LeadTime, list[str]]] = {}
    for step, r in _records(s, "lead_times", LeadTime, product):
        held.setdefault(r.lead_time_id, (r, []))[1].append(step)
    body = []
    for r, steps in held.values():
        low, high = (
            voice.number(y, 0 if float(y).is_integer() else 1) for y in (r.years_low, r.years_high)
        )
        start, end = (r.start_nb, r.end_nb) if lang == "nb" else (r.start_en, r.end_en)
        of_stage = say("any good at the stage {stage}", stage=words.stage(r.stage, lang))
        body.append(
            (
                s.step(r.product_id) if r.product_id else Cell(of_stage, r.stage),
                Cell(
                    low if low == high else f"{low}–{high}",
                    [r.years_low, r.years_high],
                    unit="years",
                ),
                Cell(
                    say("from {start} to {end}", start=start, end=end), f"{r.start_en} – {r.end_en}"
                ),
                Cell(str(len(steps)), len(steps)),
                Cell(
                    words.cited(r.source, lang),
                    r.source,
                    small=words.confidence(r.confidence, lang),
                ),
            )
        )
    return Table(
        "chain-lead-times",
        say("Time until new supply runs"),
        (
            Column("product", say("Good")),
            Column("years", say("Years"), number=True),
            Column("span", say("Counted"), wide=True),
            Column("steps", say("Steps of the chain"), number=True),
            Column("source", say("Source"), wide=True),
        ),
        tuple(body),
        empty=say("None is on record, which is not the same as none."),
        folded=_folded(s, body),
    )


def measures(s: Seen, product: str = "") -> Table:
    """Trade measures in force on the day of the mapping."""
    say, lang = s.ask.say, s.ask.lang
    titles = {
        SIDES[0]: say("against the home’s supply"),
        SIDES[1]: say("against the home’s exports"),
        SIDES[2]: say("the home’s own side"),
    }
    held: dict[tuple[str, str], tuple[TradeMeasure, list[str]]] = {}
    for side in SIDES:
        for step, r in _records(s, side, TradeMeasure, product):
            held.setdefault((side, r.measure_id), (r, []))[1].append(step)
    body = []
    for (side, _), (r, steps) in held.items():
        text = r.description_nb if lang == "nb" else r.description_en
        known = r.imposed_by in by_key(Country)
        href = s.ask.url(f"countries/{r.imposed_by}") if known else ""
        body.append(
            (
                Cell(
                    name("country" if known else "home", r.imposed_by, lang),
                    r.imposed_by,
                    href=href,
                ),
                Cell(titles[side], side),
                Cell(s.ask.voice.day(str(r.from_date)), r.from_date.isoformat()),
                Cell(", ".join(map(s.name, steps)), steps),
                Cell(text, r.measure_id, small=words.confidence(r.confidence, lang)),
            )
        )
    return Table(
        "chain-measures",
        say("Trade measures in force on {day}", day=s.ask.voice.day(str(s.row["measures_on"]))),
        (
            Column("imposed_by", say("Imposed by")),
            Column("side", say("Works")),
            Column("from_date", say("From")),
            Column("products", say("Goods"), wide=True),
            Column("measure", say("Measure"), wide=True),
        ),
        tuple(body),
        empty=say("None is on record, which is not the same as none."),
        folded=_folded(s, body),
    )
