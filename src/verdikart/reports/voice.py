"""One language's way of writing names, numbers, amounts and gaps on the page."""

from __future__ import annotations

from collections.abc import Mapping as Dict
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Any

from verdikart.reference import countries, i18n
from verdikart.reference.i18n import Lang, translator
from verdikart.reference.texts import reason_text

DASH = "–"
# The page writes the same few thousand numbers many times.
percent = lru_cache(maxsize=8192)(i18n.percent)
_written = lru_cache(maxsize=16_384)(i18n.number)
Row = Dict[str, Any]


def number(value: float | None, lang: Lang, decimals: int = 0) -> str:
    """As :func:`verdikart.reference.i18n.number`, which rounds in the same way."""
    if value is None:
        return DASH
    return _written(Decimal(str(value)).quantize(Decimal(1).scaleb(-decimals)), lang, decimals)


@dataclass(frozen=True, slots=True)
class Voice:
    """Says things in one language; ``prefix`` keeps the ids of the two halves of a page apart."""

    lang: Lang

    def say(self, message: str, **values: object) -> str:
        """A message of the catalogue with its placeholders filled."""
        text = translator(self.lang)(message)
        return text.format(**values) if values else text

    def of(self, row: Row, column: str) -> str:
        """A column that the row has in both languages."""
        return str(row[f"{column}_{self.lang}"] or "")

    def name(self, row: Row) -> str:
        """The row's name."""
        return self.of(row, "name")

    def country(self, iso3: str | None) -> str:
        """A country's name, or a dash."""
        return countries.name(iso3, self.lang) if iso3 else DASH

    def percent(self, share: float | None, decimals: int = 1) -> str:
        """A share as per cent."""
        return percent(share, self.lang, decimals)

    def number(self, value: float | None, decimals: int = 0) -> str:
        """A number."""
        return number(value, self.lang, decimals)

    def day(self, when: str) -> str:
        """A date, month or year given as ISO."""
        return i18n.day(when, self.lang)

    def millions(self, amount: float | None) -> str:
        """An amount in millions; one too small to show is ``<0.1``, never 0."""
        return self._least(None if amount is None else amount / 1e6)

    def tonnes(self, mass: float | None) -> str:
        """A mass in tonnes; one too small to show is ``<0.1``, never 0."""
        return self._least(mass)

    def _least(self, value: float | None) -> str:
        if value is None:
            return DASH
        if 0 < value < 0.1:
            return "<" + number(0.1, self.lang, 1)
        if -0.05 <= value < 0:
            return ">" + number(-0.1, self.lang, 1)
        return number(value, self.lang, 0 if value >= 100 or value == 0 else 1)

    def join(self, names: list[str]) -> str:
        """Names in a row: ``a, b and c``."""
        if len(names) < 2:
            return "".join(names)
        return self.say("{first} and {last}", first=", ".join(names[:-1]), last=names[-1])


LABEL = 44


def short(name: str) -> str:
    """A name that fits above a bar on a telephone; the table beside the chart has it in full."""
    name = name.split(" (")[0]
    if len(name) <= LABEL:
        return name
    cut = name[:LABEL].rpartition(", ")[0] or name[:LABEL].rpartition(" ")[0]
    return f"{cut} …"


@dataclass(slots=True)
class Notes:
    """Footnotes of one table: each reason once, marked by a letter in the order of first use."""

    voice: Voice
    texts: dict[str, str] = field(default_factory=dict)

    def reason(self, code: str | None) -> str:
        """The letter of a reason code; empty where there is none."""
        return self.text(reason_text(code, self.voice.lang)) if code else ""

    def reasons(self, codes: list[str]) -> str:
        """The letters of several reasons."""
        return " ".join(dict.fromkeys(self.reason(code) for code in codes))

    def text(self, sentence: str) -> str:
        """The letter of a sentence."""
        if sentence not in self.texts:
            self.texts[sentence] = _letter(len(self.texts))
        return self.texts[sentence]

    @property
    def listed(self) -> list[tuple[str, str]]:
        """Letter and sentence, in order."""
        return [(letter, text) for text, letter in self.texts.items()]


def _letter(place: int) -> str:
    return chr(ord("a") + place) if place < 26 else f"a{place - 25}"
