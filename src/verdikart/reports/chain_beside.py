"""What stands beside the steps of a chain that matter most: substitutes and measures in force."""

from __future__ import annotations

from typing import Any

from verdikart.mapping.chain_context import use_of
from verdikart.reference.load import by_key
from verdikart.reference.value_chains import Substitute, TradeMeasure
from verdikart.reports import words
from verdikart.reports.voice import Voice

Row = dict[str, Any]


def beside(steps: list[Row], voice: Voice) -> tuple[str, ...]:
    """Substitutes, measures and dominant companies of the steps that are vulnerable or the bottleneck."""
    say, found = voice.say, []
    for row in steps:
        if not (row["bottleneck"] or row["counts_as"] == "vulnerable"):
            continue
        name = voice.name(row)
        parts = [_substitute(by_key(Substitute)[s], voice) for s in row["substitutes"]]
        text = "; ".join(dict.fromkeys(parts))
        text = text or say(
            "none on record for its uses in the chain, which is not the same as none"
        )
        found.append(say("{name}: substitutes: {text}.", name=name, text=text))
        rows = [by_key(TradeMeasure)[i] for i in row["measures_against_supply"]]
        for measure in rows:
            what = measure.description_nb if voice.lang == "nb" else measure.description_en
            found.append(
                say(
                    "{name}: measure in force from {day} by {who}: {text}",
                    name=name,
                    day=measure.from_date.isoformat(),
                    who=voice.country(measure.imposed_by),
                    text=what,
                )
            )
    return tuple(found)


def _substitute(row: Substitute, voice: Voice) -> str:
    name = row.substitute_nb if voice.lang == "nb" else row.substitute_en
    said = (
        ("{word}", "readiness", row.readiness),
        (voice.say("loss of performance: {word}"), "performance_loss", row.performance_loss),
        (voice.say("risk of the same origin: {word}"), "same_origin", row.same_origin),
    )
    known = [
        text.format(word=words.word(vocabulary, value, voice.lang))
        for text, vocabulary, value in said
        if value
    ]
    if use := use_of(row, voice.lang):
        known.insert(0, voice.say("in {use}", use=use))
    return f"{name} ({', '.join(known)})" if known else name
