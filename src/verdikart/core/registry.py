"""The indicator registry: each indicator is one function with its definition beside it.

Documentation pages, the command line's listing and the glossary of a page are generated from here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, TypeVar

from verdikart.core.errors import UnknownName
from verdikart.core.figure import Answer
from verdikart.core.units import UNITS

Direction = Literal["higher is riskier", "lower is riskier", "neutral"]


@dataclass(frozen=True, slots=True)
class Threshold:
    """A limit in use for an indicator, the flag it sets (or none), and where it comes from."""

    value: float
    flag: str
    source: str


@dataclass(frozen=True, slots=True)
class Text:
    """One text in English and Norwegian bokmål."""

    en: str
    nb: str

    def in_(self, lang: str) -> str:
        """The text in ``nb`` or else English."""
        return self.nb if lang == "nb" else self.en


@dataclass(frozen=True, slots=True)
class Indicator:
    """An indicator's definition and the pure function that computes it from evidence."""

    id: str
    name: Text
    definition: Text
    formula: str
    unit: str
    direction: Direction
    source: str
    compute: Callable[..., Answer]
    thresholds: tuple[Threshold, ...] = ()
    caveats: tuple[Text, ...] = ()
    argument: str | None = None


@dataclass(slots=True)
class Registry:
    """Indicators by id, in the order of registration."""

    indicators: dict[str, Indicator] = field(default_factory=dict)

    def get(self, indicator_id: str) -> Indicator:
        """Return an indicator. Raises :class:`UnknownName` with the nearest ids."""
        try:
            return self.indicators[indicator_id]
        except KeyError:
            names = {i.id: (i.name.en, i.name.nb) for i in self.indicators.values()}
            raise UnknownName(
                "indicator", indicator_id, names, "see 'verdikart indicators'"
            ) from None

    def add(self, entry: Indicator) -> None:
        """Register an indicator once, with a unit of the vocabulary."""
        if entry.id in self.indicators:
            raise ValueError(f"indicator {entry.id!r} is registered twice")
        if entry.unit not in UNITS and entry.unit != "as the mix":
            raise ValueError(
                f"indicator {entry.id!r}: unit {entry.unit!r} is not in the vocabulary"
            )
        self.indicators[entry.id] = entry


REGISTRY = Registry()
Compute = TypeVar("Compute", bound=Callable[..., Answer])


def indicator(
    indicator_id: str,
    *,
    name: tuple[str, str],
    definition: tuple[str, str],
    formula: str,
    unit: str,
    source: str,
    direction: Direction = "neutral",
    thresholds: tuple[Threshold, ...] = (),
    caveats: tuple[tuple[str, str], ...] = (),
    argument: str | None = None,
) -> Callable[[Compute], Compute]:
    """Register the decorated function as an indicator; texts are (English, bokmål) pairs."""

    def register(compute: Compute) -> Compute:
        REGISTRY.add(
            Indicator(
                id=indicator_id,
                name=Text(*name),
                definition=Text(*definition),
                formula=formula,
                unit=unit,
                direction=direction,
                source=source,
                compute=compute,
                thresholds=thresholds,
                caveats=tuple(Text(*pair) for pair in caveats),
                argument=argument,
            )
        )
        return compute

    return register
