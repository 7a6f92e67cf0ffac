"""A figure: a value with a unit, a status, an interval where the data justify one, and an id.

The id *is* the question, ``HOME/YEAR/SOURCE/SUBJECT/FLOW/INDICATOR``, so it is the same on every
machine and the answer can be recomputed from it::

    NOR/2024/baci_hs92/HS92:260200/import/hhi_value
    WORLD/2022/wmd/rare_earth_elements@extraction/production/top_share
    EU27/2024/baci_hs17/HS17:280469/import/supplier_share:NOR
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from verdikart.core.errors import UsageProblem

Value = float | int | str | bool | None


class Status(StrEnum):
    """What kind of answer a figure is. Missing is never zero."""

    OK = "ok"
    MISSING = "missing"
    ZERO = "zero"
    SUPPRESSED = "suppressed"
    ESTIMATED = "estimated"
    NOT_COMPUTABLE = "not_computable"


@dataclass(frozen=True, slots=True)
class MixId:
    """Which supply mix is asked for: home, year, source, subject (code or material@stage), flow."""

    home: str
    year: int
    source: str
    subject: str
    flow: str

    def __str__(self) -> str:
        return f"{self.home}/{self.year}/{self.source}/{self.subject}/{self.flow}"

    def figure(self, indicator: str, argument: str | None = None) -> str:
        """Return the id of one figure of this mix."""
        return f"{self}/{indicator}" + (f":{argument}" if argument else "")


@dataclass(frozen=True, slots=True)
class FigureId:
    """A parsed figure id; ``argument`` is the part after the indicator's colon."""

    mix: MixId
    indicator: str
    argument: str | None = None

    def __str__(self) -> str:
        return self.mix.figure(self.indicator, self.argument)

    @classmethod
    def parse(cls, text: str) -> FigureId:
        """Read an id. Raises :class:`UsageProblem` naming the form when it does not parse."""
        parts = text.strip().split("/")
        if len(parts) != 6 or not all(parts) or not parts[1].isdigit():
            raise UsageProblem(
                f"{text!r} is not a figure id; the form is HOME/YEAR/SOURCE/SUBJECT/FLOW/INDICATOR, "
                "e.g. NOR/2024/baci_hs92/HS92:260200/import/hhi_value"
            )
        home, year, source, subject, flow, last = parts
        indicator, _, argument = last.partition(":")
        return cls(MixId(home, int(year), source, subject, flow), indicator, argument or None)


@dataclass(frozen=True, slots=True)
class Figure:
    """One answer. ``reason`` is a code of the reasons table and says why a status is not plain ok."""

    id: str
    value: Value
    unit: str
    status: Status
    low: float | None = None
    high: float | None = None
    reason: str | None = None

    @property
    def number(self) -> float | None:
        """The value where it is a number, else None."""
        if isinstance(self.value, (int, float)) and not isinstance(self.value, bool):
            return float(self.value)
        return None


@dataclass(frozen=True, slots=True)
class Answer:
    """What an indicator returns: the result and the inputs its formula was filled with."""

    value: Value
    status: Status = Status.OK
    low: float | None = None
    high: float | None = None
    reason: str | None = None
    inputs: tuple[tuple[str, Value], ...] = ()

    @classmethod
    def none(
        cls,
        reason: str,
        status: Status = Status.NOT_COMPUTABLE,
        low: float | None = None,
        high: float | None = None,
        inputs: Mapping[str, Value] | None = None,
    ) -> Answer:
        """No value, and why; bounds where something is known all the same."""
        return cls(None, status, low, high, reason, tuple((inputs or {}).items()))

    @classmethod
    def of(
        cls,
        value: Value,
        low: float | None = None,
        high: float | None = None,
        reason: str | None = None,
        status: Status | None = None,
        inputs: Mapping[str, Value] | None = None,
    ) -> Answer:
        """A value; its status is ``zero`` for a plain 0 and ``ok`` otherwise unless given."""
        if status is None:
            number = isinstance(value, (int, float)) and not isinstance(value, bool)
            status = Status.ZERO if number and value == 0 else Status.OK
        return cls(value, status, low, high, reason, tuple((inputs or {}).items()))
