"""Numbers as analysts write them: point or comma, per cent signs, thousands, and what is neither."""

from __future__ import annotations

import re
from math import isinf

_PLAIN = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}(\.\d{3})+")
_SPACES = re.compile(r"(?<=\d)[ \u00a0\u202f](?=\d{3})")
_ENDLESS = re.compile(r"[+-]?(nan|inf|infinity|\u221e)", re.IGNORECASE)


class NotNumber(ValueError):
    """A text that is no finite number; says why and how to mend it."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.message, self.remedy = message, remedy


def number(text: str, *, comma: bool, fraction: bool) -> float:
    """The number a text means; per cent are divided by 100 where the input is a fraction.

    ``comma``: the file writes decimals with a comma. Raises :class:`NotNumber`.
    """
    bare = text.strip()
    if not bare:
        raise NotNumber("value is missing", "give a value, or remove the row")
    per_cent = bare.endswith("%")
    if per_cent and not fraction:
        raise NotNumber("is no number: this input is not in per cent", "write it without the sign")
    bare = _SPACES.sub("", bare.removesuffix("%").strip())
    if _ENDLESS.fullmatch(bare):
        raise NotNumber("is no finite number", "give a value, or remove the row")
    if comma:
        if _THOUSANDS.fullmatch(bare):
            remedy = "write thousands without points, decimals with a comma"
            raise NotNumber("could be thousands or decimals", remedy)
        bare = bare.replace(",", ".", 1) if "." not in bare else bare
    if not _PLAIN.fullmatch(bare):
        example = "0,28 or 28 %" if comma else "0.28 or 28 %"
        remedy = f"write a number such as {example}" if fraction else "write a plain number"
        if not comma and re.fullmatch(r"[+-]?\d+,\d+", bare):
            remedy = "write decimals with a point, or separate the columns with ;"
        raise NotNumber("is no number", remedy)
    value = float(bare)
    if isinf(value):
        raise NotNumber("is no finite number", "give a value, or remove the row")
    return value / 100 if per_cent else value


def within(
    name: str, value: float, text: str, low: float, high: float, *, fraction: bool
) -> tuple[str, str] | None:
    """What is wrong with a value's size and how to mend it, or None."""
    if low <= value <= high:
        return None
    if fraction and value > 1 and value <= 100 and not text.endswith("%"):
        meant = printed(value)
        small = printed(value / 100)
        return "is above 1; it is a fraction", f"{meant} meant as per cent is {small} or {meant} %"
    if fraction:
        most = "100 %" if text.endswith("%") else "1"
        wrong = f"is above {most}" if value > 1 else "is negative"
        return wrong, "give a fraction from 0 to 1, or per cent from 0 % to 100 %"
    if isinf(high):
        least = "cannot be negative" if low == 0.0 else "must be above 0"
        return least, f"give the {name} as a positive amount"
    return f"is outside {low:g}–{high:g}", f"{name} lies from {low:g} to {high:g}"


def printed(value: float) -> str:
    """A number as short as it can be said."""
    return f"{value:.6g}"
