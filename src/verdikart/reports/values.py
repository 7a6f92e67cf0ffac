"""Values in words: a cell of a saved mapping written by its column's kind, and its gap in words.

The dictionary of columns (reference/tables/columns.csv) says what a column holds; nothing here
knows a table.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from math import copysign, floor, log10
from typing import Any, Final

from verdikart.core.registry import REGISTRY
from verdikart.mapping.saved import AT
from verdikart.reference import names
from verdikart.reference.columns import Column as Described
from verdikart.reference.columns import describe
from verdikart.reference.i18n import Lang
from verdikart.reference.texts import reason_text
from verdikart.reports import words
from verdikart.reports.voice import Voice

Row = dict[str, Any]
NUMBERS: Final = frozenset(
    [
        "share",
        "index",
        "score",
        "usd",
        "nok",
        "tonnes",
        "amount",
        "given",
        "count",
        "rank",
        "year",
        "years",
        "number",
    ]
)
WITH_UNIT: Final = frozenset(["amount", "given"])
"""Kinds whose unit stands in another column of the row."""


def of(row: Row, column: str) -> Described:
    """What the dictionary says of a row's column."""
    return describe(row[AT].partition("/")[0] if AT in row else "", column)


def written(
    raw: Any,  # noqa: ANN401 - any cell
    about: Described,
    row: Row,
    voice: Voice,
    decimals: int | None = None,
) -> str:
    """A value as its kind is written in the voice's language."""
    kind = about.kind
    if isinstance(raw, bool) or kind == "flag":
        return voice.say("yes") if raw else voice.say("no")
    if isinstance(raw, (list, tuple)):
        return ", ".join(_part(part, about.items, about.vocabulary, voice) for part in raw)
    if kind in WRITERS and isinstance(raw, (int, float)):
        return WRITERS[kind](voice, float(raw), decimals)
    if kind in WITH_UNIT and isinstance(raw, (int, float)):
        write = _amount if kind == "amount" else _given
        return write(voice, float(raw), unit_of(about, row))
    return _part(raw, kind, about.vocabulary, voice)


def _part(raw: Any, kind: str, vocabulary: str, voice: Voice) -> str:  # noqa: ANN401 - any cell
    """An id, code or word in words."""
    text = str(raw)
    if kind == "country" and vocabulary and len(text) != 3:
        return words.word(vocabulary, text.lower(), voice.lang)
    if kind == "date":
        return voice.day(text)
    if kind == "group":
        return words.group(text, voice.lang)
    if kind == "word":
        return words.word(vocabulary, text, voice.lang)
    if kind == "reason":
        return gap_text(text, voice.lang)
    return names.name(kind, text, voice.lang) if kind in names.KINDS else text


def _decimals(value: float, least: int) -> int:
    return least if abs(value) < 100 else 0


# Units that are no unit of measure, and the kind that their amounts are written as.
WRITTEN_AS: Final = {
    "share": "share",
    "percent": "percent",
    "index": "index",
    "index_0_10": "score",
    "ratio": "ratio",
    "count": "count",
}


def _amount(voice: Voice, value: float, unit: str) -> str:
    """An amount with its unit: whole from 100 on, below that three digits that say something."""
    if unit in WRITTEN_AS:
        return WRITERS[WRITTEN_AS[unit]](voice, value, None)
    digits = 2 - floor(log10(abs(value))) if 0 < abs(value) < 100 else 0
    short = round(value, digits)
    while digits > 0 and short == round(value, digits - 1):
        digits -= 1
    return f"{voice.number(short, digits)} {_unit(voice, unit)}".strip()


def _unit(voice: Voice, unit: str) -> str:
    return {"years": voice.say("years"), "t/y": voice.say("t/y")}.get(unit, unit)


def _given(voice: Voice, value: float, unit: str) -> str:
    """An amount with the decimals and the unit that its table gives it."""
    decimals = max(0, -int(Decimal(str(value)).normalize().as_tuple().exponent))
    if unit in ("share", "percent"):
        whole = unit == "percent"
        return voice.percent(
            value / 100 if whole else value, decimals if whole else max(0, decimals - 2)
        )
    said = "" if unit in WRITTEN_AS else _unit(voice, unit)
    return f"{voice.number(value, decimals)}\u00a0{said}".strip()


def _number(voice: Voice, value: float, decimals: int) -> str:
    """A number; one that is not zero is never written as zero."""
    least = 10.0**-decimals
    if 0 < abs(value) <= least / 2:
        return ("<" if value > 0 else ">") + voice.number(copysign(least, value), decimals)
    return voice.number(value, decimals)


WRITERS: Final[dict[str, Callable[[Voice, float, int | None], str]]] = {
    "share": lambda v, x, d: v.percent(x, 1 if d is None else d),
    "index": lambda v, x, d: _number(v, x, 3 if d is None else d),
    "score": lambda v, x, d: _number(v, x, 2 if d is None else d),
    "ratio": lambda v, x, d: _number(v, x, _decimals(x, 2) if d is None else d),
    "percent": lambda v, x, d: v.percent(x / 100, 1 if d is None else d),
    "usd": lambda v, x, _: v.millions(x),
    "nok": lambda v, x, _: v.millions(x),
    "tonnes": lambda v, x, _: v.tonnes(x),
    "count": lambda v, x, _: v.number(x, 0 if x.is_integer() else 1),
    "rank": lambda v, x, _: v.number(x, 0 if x.is_integer() else 1),
    "year": lambda _v, x, _d: str(int(x)),
    "years": lambda v, x, _: v.number(x, 0 if x.is_integer() else 1),
    "number": lambda v, x, d: _number(v, x, _decimals(x, 2) if d is None else d),
}


def meaning(about: Described, lang: Lang) -> tuple[str, str]:
    """A column's definition and formula; those of its indicator where it is one."""
    indicator = REGISTRY.indicators.get(about.indicator)
    if indicator is None:
        return about.definition(lang), about.formula
    return (indicator.definition.nb if lang == "nb" else indicator.definition.en), indicator.formula


def column_unit(about: Described, voice: Voice) -> str:
    """The unit that stands in a column's heading."""
    return {
        "usd": voice.say("USD million"),
        "nok": voice.say("NOK million"),
        "tonnes": voice.say("tonnes"),
        "years": voice.say("years"),
    }.get(about.kind, "")


def unit_of(about: Described, row: Row) -> str:
    """The unit of the raw value."""
    if about.unit_column:
        return str(row.get(about.unit_column) or "")
    units = {"share": "share", "index": "index", "usd": "USD", "nok": "NOK", "tonnes": "t"}
    return units.get(about.kind, "")


def gap(status: str, voice: Voice) -> str:
    """A word for a value that is not there; each status has its own."""
    return {
        "missing": voice.say("not known"),
        "suppressed": voice.say("withheld"),
        "not_computable": voice.say("not computable"),
        "estimated": voice.say("estimated"),
        "zero": "0",
    }.get(status, voice.say("not known"))


def gap_text(code: str, lang: str) -> str:
    """The sentence of a reason; a text that is no code is a sentence already."""
    return code if " " in code else reason_text(code, lang)


def interval(
    low: float | None,
    high: float | None,
    about: Described,
    row: Row,
    voice: Voice,
    decimals: int | None,
) -> str:
    """Bounds as ``low–high`` in the value's own way of writing; empty where there are none."""
    if low is None and high is None:
        return ""
    ends = [
        written(end, about, row, voice, decimals) if end is not None else "…" for end in (low, high)
    ]
    return f"{ends[0]}–{ends[1]}"
