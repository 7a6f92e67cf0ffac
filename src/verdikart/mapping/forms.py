"""The forms that a number takes in texts and files, and finding it there again.

A share of 0.5460288773254881 stands as ``54,6 %`` in a sentence, as ``0.54602888`` in a data sheet
and as ``54.60288773`` behind a chart. What is short or round says too little to be known again: see
:func:`telling`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Generic, TypeVar

from verdikart.mapping.statements import nok_text, round_number
from verdikart.reference.i18n import LANGS, Lang, number, percent, translator

T = TypeVar("T")
ROUND: Final = 10_000  # whole numbers below this are counts, years and ranks
LONG: Final = 9  # significant digits from which on the unit does not matter
UNITS: Final = (100.0, 1e-3, 1e-6, 1e-9)  # per cent, thousands, millions, billions
LEAST: Final = 4  # digits of a number in a text without a unit beside it
UNITED: Final = 3  # digits of a number in a text with its unit
SPACES: Final = str.maketrans(
    {
        **dict.fromkeys("\u00a0\u202f\u2009\u2007", " "),
        **dict.fromkeys("\u00ad\u200b\u2060"),  # seen by nobody
        "\u2212": "-",
    }
)
# A number with the spaces, points and commas inside it; not a part of a code, a path or a hash.
RUN: Final = re.compile(r"(?<![A-Za-z0-9_:/])\d++(?:[ .,]\d++)*+(?:[eE][-+]?\d++)?(?![A-Za-z_])")
UNIT: Final = re.compile(r" ?%")


def telling(value: object) -> bool:
    """Whether a number is known again by itself: no small whole number, flag or round share."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    if value != value or abs(value) == float("inf"):
        return False
    if float(value).is_integer():
        return abs(value) >= ROUND and len(significant(str(int(value)))) >= UNITED
    # Most figures have many decimals, which is quick to see.
    return round(value, 8) != value or len(significant(f"{value:.12g}")) >= LEAST


def significant(text: str) -> str:
    """The significant digits of a written number, without its sign, separators and exponent."""
    return re.sub(r"[eE].*|\D", "", text).strip("0")


def plain(text: str) -> str:
    """A text with ordinary spaces and minus signs."""
    return text.translate(SPACES)


@dataclass(frozen=True, slots=True)
class Hit(Generic[T]):
    """A form that was found, and what it is a form of."""

    form: str
    of: T


@dataclass(eq=False)
class Forms(Generic[T]):
    """Numbers and texts to find again, each with what it stands for; see :meth:`find`.

    ``without``: forms that give nothing away, since they stand there by right.
    """

    numbers: Sequence[tuple[float, T]]
    texts: Sequence[tuple[str, T]] = ()
    without: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.numbers or self.texts)

    @cached_property
    def _tokens(self) -> dict[str, T]:
        """Written number → what it is of; a share per cent ends in its sign."""
        return self._gather(written)

    @cached_property
    def _phrases(self) -> dict[str, T]:
        """Numbers with their unit in words, and whole sentences."""
        found = self._gather(phrases)
        for text, of in self.texts:
            found.setdefault(plain(text), of)
        return found

    @cached_property
    def _long(self) -> dict[str, T]:
        """First significant digits of numbers that have many."""
        found: dict[str, T] = {}
        for value, of in self.numbers:
            for digits in (repr(value), f"{value:.{LONG}g}"):
                if len(significant(repr(value))) >= LONG:
                    found.setdefault(significant(digits)[:LONG], of)
        return found

    def _gather(self, forms: Callable[[float], Iterable[str]]) -> dict[str, T]:
        found: dict[str, T] = {}
        for value, of in self.numbers:
            for form in forms(value):
                if form not in self.without:
                    found.setdefault(form, of)
        return found

    @cached_property
    def sorted(self) -> list[tuple[float, T]]:
        """The numbers in order of size, for :meth:`equal`; long ones in other units too."""
        found = []
        for value, of in self.numbers:
            found.append((float(value), of))
            if len(significant(repr(value))) >= LONG:
                found += [(value * unit, of) for unit in UNITS]
        return sorted(found, key=lambda pair: pair[0])

    def equal(self, numbers: Sequence[float]) -> T | None:
        """What one of many numbers is, to ten digits; None where none is known."""
        import numpy as np

        column = np.asarray(numbers, dtype=float)
        if not self.sorted or not len(column):
            return None
        known = np.array([value for value, _ in self.sorted])
        for shift in (0, -1):
            place = np.clip(np.searchsorted(known, column) + shift, 0, len(known) - 1)
            near = np.isclose(column, known[place], rtol=1e-10, atol=0.0)
            if near.any():
                return self.sorted[int(place[int(near.argmax())])][1]
        return None

    def find(self, text: str) -> Hit[T] | None:
        """The first known number or sentence in a text; None where there is none."""
        return next(self.every(text), None)

    def every(self, text: str) -> Iterator[Hit[T]]:
        """Every known number or sentence in a text."""
        if not self:
            return
        text = plain(text)
        for match in RUN.finditer(text):
            run = match.group()
            if len(run) >= UNITED:
                yield from self._in_run(run, UNIT.match(text, match.end()) is not None)
        for phrase, of in self._phrases.items():
            at = text.find(phrase)
            if at >= 0 and not text[max(at - 1, 0) : at].isdigit():
                yield Hit(phrase, of)

    def _in_run(self, run: str, united: bool) -> Iterator[Hit[T]]:
        """The known numbers among those that a run may hold; ``united``: a sign of per cent follows."""
        for part, last in _windows(run) if " " in run or "," in run else ((run, True),):
            if part in self._tokens:
                yield Hit(part, self._tokens[part])
            elif last and united and f"{part}%" in self._tokens:
                yield Hit(f"{part}%", self._tokens[f"{part}%"])
            elif len(part) > LONG:
                head = significant(part)[:LONG]
                if head in self._long:
                    yield Hit(part, self._long[head])


def says(text: str, value: float) -> bool:
    """Whether a text says a number, however short: for a text that is known to be about it."""
    value = abs(value)
    known = {
        form
        for lang in LANGS
        for scale in (1.0, 100.0, 1e-6, 1e-9)
        for decimals in range(4)
        if significant(form := plain(number(value * scale, lang, decimals)))
    } | {plain(round_number(value, lang)) for lang in LANGS}
    runs = (match.group() for match in RUN.finditer(plain(text)))
    return any(part in known for run in runs for part, _ in _windows(run))


def _windows(run: str) -> Iterator[tuple[str, bool]]:
    """The numbers that a run of digits and separators may hold, and whether each ends the run."""
    yield run, True
    groups = re.split(r"([ ,])", run)
    for first in range(0, len(groups), 2):
        for last in range(first, min(first + 10, len(groups)), 2):
            if last - first + 1 < len(groups):
                yield "".join(groups[first : last + 1]), last + 1 == len(groups)


def written(value: float) -> Iterator[str]:
    """A number as files and texts write it, spaces and minus signs plain, without its sign."""
    value = abs(value)
    for scale in (1.0, 100.0) if value < 1 else (1.0,):
        scaled = value * scale
        exact = repr(scaled), *(f"{scaled:.{n}g}" for n in (12, 15, 16))
        short = (f"{scaled:.{n}g}" for n in (5, 6, 7, 8))
        for text in (*exact, *short):
            digits = significant(text)
            if len(digits) >= LEAST or float(text).is_integer():
                yield text.removesuffix(".0")
                yield text.removesuffix(".0").replace(".", ",")
    if float(value).is_integer():
        yield str(int(value))
    for lang in LANGS:
        if value < 1:
            text = plain(percent(value, lang)).replace(" ", "")
            if text[0].isdigit() and len(significant(text)) >= UNITED:
                yield text
        for amount, places in ((value, (0, 1, 2, 3)), (value / 1e6, (0, 1)), (value / 1e9, (1,))):
            for decimals in places:
                text = plain(number(amount, lang, decimals))
                if len(significant(text)) >= LEAST:
                    yield text


def phrases(value: float) -> Iterator[str]:
    """An amount with its unit in words, as sentences write kroner, dollars and tonnes."""
    value = abs(value)
    if value < ROUND:
        return
    for lang in LANGS:
        tonnes = translator(lang)("{tonnes} tonnes").format(tonnes=round_number(value, lang))
        for text in (nok_text(value, lang), _dollars(value, lang), tonnes):
            if len(significant(text)) >= UNITED:
                yield plain(text)


def _dollars(value: float, lang: Lang) -> str:
    said = translator(lang)("{millions} million {currency}")
    return said.format(millions=number(value / 1e6, lang, 1), currency="USD")


__all__ = ["Forms", "Hit", "phrases", "plain", "says", "significant", "telling", "written"]
