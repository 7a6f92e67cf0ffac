"""Re-exports and transit: signs that a supplier passes a good on, and a mix without such suppliers.

A sign is an observation with a source, never a verdict: a country can be a hub, import what it
exports, and still make the good. What cannot be asked (no list of producers, no trade of its own)
is left out of the score, not counted as innocence.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

from verdikart.indicators.concentration import hhi, hhi_bounds, top_share
from verdikart.indicators.mix import Amount, exact_sum

Level = Literal["likely", "possible", "sign", "none", "unknown"]
SIGNS = ("not_a_producer", "hub", "passes_through")


@dataclass(frozen=True, slots=True)
class Limits:
    """``pass_through``: smallest imports over exports of the same code and year that is a sign.

    Own choice: at half, at least half of what leaves could be what came in. The export potential
    indicator of ITC nets re-exports by the same ratio, min(1, exports / imports).
    """

    pass_through: float = 0.5


@dataclass(frozen=True, slots=True)
class Suspicion:
    """The signs of one supplier: True seen, False looked for and not seen, None cannot be asked.

    ``score``: signs seen over signs asked, None where nothing could be asked.
    """

    not_a_producer: bool | None
    hub: bool
    passes_through: bool | None
    ratio: float | None

    @property
    def signs(self) -> tuple[str, ...]:
        """The signs seen."""
        every = (self.not_a_producer, self.hub, self.passes_through)
        return tuple(name for name, seen in zip(SIGNS, every, strict=True) if seen)

    @property
    def score(self) -> float:
        """Signs seen over signs that could be asked for."""
        every = (self.not_a_producer, self.hub, self.passes_through)
        asked = [sign for sign in every if sign is not None]
        return sum(asked) / len(asked)

    @property
    def level(self) -> Level:
        """*likely*: known not to produce; *possible*: hub and passes through; else a *sign*.

        Neither hub nor pass-through is enough alone: refiners import and export the same code.
        A known producer is at most a sign.
        """
        if self.not_a_producer:
            return "likely"
        if self.not_a_producer is None and self.hub and self.passes_through:
            return "possible"
        if self.signs:
            return "sign"
        return "unknown" if self.not_a_producer is None else "none"

    @property
    def suspect(self) -> bool:
        """Whether the supply is counted as passed on where bounds are drawn."""
        return self.level in ("likely", "possible")


def does_not_produce(iso3: str, producers: Collection[str], complete: bool) -> bool | None:
    """Whether a country is known not to produce a good; None where no complete list says.

    The one rule behind *suspected transit*: ``producers`` are those that any embedded source
    lists, ``complete`` is false for a basket or shared code, which can come from others too.
    """
    if not producers or not complete:
        return None
    return iso3 not in producers


def pass_through(imports: Amount | None, exports: Amount | None) -> float | None:
    """A country's imports over its exports of one code and year; None without exports.

    Above 1 it takes in more than it sends out. Amounts in one unit.
    """
    return None if imports is None or not exports else float(imports / exports)


def suspicion(
    iso3: str,
    *,
    producers: Collection[str],
    complete: bool,
    hubs: Collection[str],
    imports: Amount | None,
    exports: Amount | None,
    limits: Limits,
) -> Suspicion:
    """Look for the three signs at one supplier of one code and year."""
    ratio = pass_through(imports, exports)
    return Suspicion(
        does_not_produce(iso3, producers, complete),
        iso3 in hubs,
        None if ratio is None else ratio >= limits.pass_through,
        ratio,
    )


@dataclass(frozen=True, slots=True)
class Reassigned:
    """A mix as told, and its bounds where the suspects' supply is of unknown origin."""

    total: Amount
    suspected: Amount
    hhi: float | None
    hhi_low: float | None
    hhi_high: float | None
    top_share: float | None
    top_share_low: float | None
    top_share_high: float | None


def reassigned(known: Sequence[tuple[str, Amount]], suspects: Collection[str]) -> Reassigned:
    """Take the suspects' supply as of unknown origin: spread over many, or all the largest's."""
    every = [amount for _, amount in known]
    kept = [amount for iso3, amount in known if iso3 not in suspects]
    passed = exact_sum(amount for iso3, amount in known if iso3 in suspects)
    whole = exact_sum(every)
    bounds = hhi_bounds(kept, passed) if passed else None
    first = max(kept, default=0)
    as_told, share = hhi(every), top_share(every)
    return Reassigned(
        whole,
        passed,
        as_told,
        bounds[0] if bounds else as_told,
        bounds[1] if bounds else as_told,
        share,
        float(first / whole) if passed and whole else share,
        min(1.0, float((first + passed) / whole)) if passed and whole else share,
    )
