"""Writes a figure of an old document as it would be written of another mapping, in the same way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from verdikart.mapping.bindings import COUNT
from verdikart.mapping.statements import nok_text, round_number
from verdikart.reference.columns import Column, base, describe
from verdikart.reference.i18n import Lang
from verdikart.reports import values, words
from verdikart.reports.voice import Voice

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Shown:
    """What a cell holds: its value, its bounds, and how it stands where it has no value."""

    value: Any
    low: float | None
    high: float | None
    status: str

    @property
    def wide(self) -> bool:
        """Whether its bounds say more than the value."""
        return (self.low is not None or self.high is not None) and self.low != self.high


Way = Callable[[Shown], str]


def again(held: Row, row: Row, column: str, lang: Lang) -> str:
    """A cell's value now, written in the way that the record's figure was.

    How a figure was written is not on record; it is found by writing the old value in each of the
    ways there are. Where none gives the old text, the column's own way is taken.
    """
    voice = Voice(lang)
    if column == COUNT:
        return voice.number(row[column])
    ways = list(_ways(row, column, voice))
    then = Shown(held["value"], held["low"], held["high"], str(held["status"]))
    now = Shown(
        row[column],
        row.get(f"{column}_low"),
        row.get(f"{column}_high"),
        row.get(f"{column}_status") or "missing",
    )
    asked = str(held["text"])
    for way in ways:
        text = _written(way, then)
        if text == asked:
            return way(now)
        if text.casefold() == asked.casefold():  # it began or stood inside a sentence
            said = way(now)
            return (said[:1].upper() if asked[:1].isupper() else said[:1].lower()) + said[1:]
    return ways[0](now)


def _written(way: Way, shown: Shown) -> str:
    try:
        return way(shown)
    except (AttributeError, KeyError, TypeError, ValueError):  # of another kind than it was then
        return ""


def _ways(row: Row, column: str, voice: Voice) -> Iterator[Way]:
    """The ways in which documents write a cell, the column's own first."""
    table = str(row["@"]).partition("/")[0]
    stem, part = base(table, column, row)
    about = describe(table, stem)

    def known(write: Callable[[Any], str]) -> Way:
        """A way of writing a value; a gap is written as a gap."""
        return lambda s: values.gap(s.status, voice) if s.value is None else write(s.value)

    if about.kind == "text" or part in ("en", "nb"):
        yield known(str)
        return
    if column == "outcome":
        yield known(lambda raw: words.outcome(raw, voice.lang).text)
    named = row.get(f"{column}_{voice.lang}")
    if isinstance(named, str):
        yield known(lambda raw: named if raw == row[column] else "")
    for decimals in (None, 0, 1, 2, 3):
        own = known(partial(_own, about, row, voice, decimals))
        yield own
        yield _ranged(own, about, row, voice, decimals, alone=False)
        yield _ranged(own, about, row, voice, decimals, alone=True)
    if about.kind in values.NUMBERS:
        yield _or(lambda raw: nok_text(raw, voice.lang), voice.say("a value not known"))
        said = voice.say("{tonnes} tonnes")
        tonnes = _or(
            lambda raw: said.format(tonnes=round_number(raw, voice.lang)),
            voice.say("an amount not known"),
        )
        yield tonnes
        for decimals in (0, 1, 2, 3):
            yield known(partial(voice.number, decimals=decimals))


def _own(about: Column, row: Row, voice: Voice, decimals: int | None, raw: object) -> str:
    return values.written(raw, about, row, voice, decimals)


def _or(write: Callable[[Any], str], gap: str) -> Way:
    return lambda shown: gap if shown.value is None else write(shown.value)


def _ranged(
    own: Way, about: Column, row: Row, voice: Voice, decimals: int | None, alone: bool
) -> Way:
    """A value with its interval, ``0.89 (0.37–1.59)``, or the interval alone."""

    def write(shown: Shown) -> str:
        if not shown.wide:
            return own(shown)
        span = values.interval(shown.low, shown.high, about, row, voice, decimals)
        return span if alone or shown.value is None else f"{own(shown)} ({span})"

    return write


__all__ = ["again"]
