"""Languages: translated texts from the gettext catalogue, numbers and dates as each locale writes them."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Callable
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from typing import Literal

Lang = Literal["nb", "en"]
# Letters that decompose to nothing plainer, as they are typed without a Nordic keyboard.
PLAIN = str.maketrans({"æ": "ae", "ø": "o", "ð": "d", "þ": "th", "ł": "l", "ß": "ss"})
LANGS: tuple[Lang, ...] = ("nb", "en")


def default_lang() -> Lang:
    """Bokmål where the environment's locale is Norwegian (or ``VERDIKART_LANG`` says nb)."""
    chosen = (
        os.environ.get("VERDIKART_LANG") or os.environ.get("LC_ALL") or os.environ.get("LANG", "")
    )
    return "nb" if chosen[:2] in ("nb", "nn", "no") else "en"


def catalogue_paths(lang: str) -> list[Path]:
    """The catalogues of a language in the package: ``nb.po`` and, part by part, ``nb_*.po``."""
    return sorted((Path(__file__).parent / "locale").glob(f"{lang}*.po"))


@cache
def translations(lang: Lang) -> dict[str, str]:
    """Message id → translation; empty for English, which the messages are written in."""
    if lang == "en":
        return {}
    from babel.messages.pofile import read_po

    found: dict[str, str] = {}
    for path in catalogue_paths(lang):
        with path.open(encoding="utf-8") as file:
            found |= {str(m.id): str(m.string) for m in read_po(file) if m.id and m.string}
    return found


def translator(lang: Lang) -> Callable[[str], str]:
    """Return a function from an English message to the text in ``lang``."""
    found = translations(lang)
    return lambda message: found.get(message, message)


@lru_cache(maxsize=8192)
def number(value: float | None, lang: Lang, decimals: int = 0) -> str:
    """A number as the locale writes it: thin groups and decimal comma in Norwegian."""
    if value is None:
        return "–"
    from babel.numbers import format_decimal

    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    text: str = format_decimal(value, format=pattern, locale="nb_NO" if lang == "nb" else "en_GB")
    return text


def day(when: str, lang: Lang) -> str:
    """An ISO date, month or year as the language writes it; what is none of them stays as it is."""
    from babel.dates import format_date

    if not re.fullmatch(r"\d{4}-\d\d(-\d\d)?", when):
        return when
    parts = [int(part) for part in when.split("-")]
    moment = date(parts[0], parts[1], parts[2] if len(parts) == 3 else 1)
    form = ("d. MMMM y" if lang == "nb" else "d MMMM y") if len(parts) == 3 else "MMMM y"
    text: str = format_date(moment, form, locale="nb_NO" if lang == "nb" else "en_GB")
    return text


def tenths(value: float | None, lang: Lang) -> str:
    """A number with one decimal; what is not zero is not printed as zero."""
    if value is not None and 0 < value < 0.05:
        return "<" + number(0.1, lang, 1)
    return number(value, lang, 1)


def percent(value: float | None, lang: Lang, decimals: int = 1) -> str:
    """A share as per cent, with the hard space Norwegian wants.

    A share just below 1 is never rounded up to 100, nor one just above 0 down to nothing: 99.98 %
    is shown as ``>99.9 %``, 0.02 % as ``<0.1 %`` and −0.02 % as ``>-0.1 %``.
    """
    if value is None:
        return "–"
    sign = "\u00a0%" if lang == "nb" else "%"
    most = 100 - 10**-decimals
    if most < 100 * value < 100 and round(100 * value, decimals) >= 100:
        return ">" + number(most, lang, decimals) + sign
    if 0 < 100 * value < 10**-decimals / 2:
        return "<" + number(10**-decimals, lang, decimals) + sign
    if -(10**-decimals) / 2 < 100 * value < 0:
        return ">" + number(-(10**-decimals), lang, decimals) + sign
    return number(100 * value, lang, decimals) + sign


def fold(text: str) -> str:
    """A text for comparing: lower case, without accents, Nordic letters as typed without them."""
    plain = unicodedata.normalize("NFKD", text.casefold().translate(PLAIN))
    return "".join(c for c in plain if not unicodedata.combining(c))
