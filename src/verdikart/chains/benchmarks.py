"""The Union's benchmarks for raw materials, and shares of consumption held against them.

Regulation (EU) 2024/1252, Article 5, for 2030: of the Union's yearly consumption of strategic raw
materials at least 10 % is to be extracted, 40 % processed and 25 % recycled in the Union, and at
most 65 % of each is to come from one third country. For any other home the same arithmetic gives
a corresponding benchmark. All shares are fractions 0–1 of one material in one form.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import fsum, inf
from typing import Literal

from verdikart.indicators.assessment import Part, Range

Verdict = Literal["met", "not_met", "borderline", "open", "not_computable"]


@dataclass(frozen=True, slots=True)
class Benchmark:
    """One benchmark: a share that shall be at least (or at most) ``target``."""

    benchmark_id: str
    target: float
    at_least: bool
    article: str


BENCHMARKS = {
    b.benchmark_id: b
    for b in (
        Benchmark("extraction", 0.10, True, "Art. 5(1)(a)(i)"),
        Benchmark("processing", 0.40, True, "Art. 5(1)(a)(ii)"),
        Benchmark("recycling", 0.25, True, "Art. 5(1)(a)(iii)"),
        Benchmark("single_country", 0.65, False, "Art. 5(1)(b)"),
    )
}


def covered(production: Range, imports: Range, exports: float) -> Range | None:
    """Part of consumption that own production covers: min(1, P / (P + M − X)).

    Amounts in one unit and basis. Who exports at least what is imported covers all of it, also
    where production is unknown. None where nothing is produced and nothing stays in the home.
    """
    if imports.high <= exports:
        return None if production.high <= 0 else Range.exact(1.0)
    low = _covered(production.low, imports.high, exports)
    high = _covered(production.high, imports.low, exports)
    known = production.value is not None and imports.value is not None
    value = _covered(production.value or 0.0, imports.value or 0.0, exports) if known else None
    return Range(value, low, high)


def _covered(production: float, imports: float, exports: float) -> float:
    if imports <= exports:
        return 1.0 if production > 0 else 0.0
    if production == inf:
        return 1.0 if imports < inf else 0.0
    return production / (production + imports - exports)


def from_one(largest: float, production: Range, imports: float, exports: float) -> Range:
    """Part of consumption that one supplier covers, M₁ / C with C = P + M − X.

    What is exported may be that supplier's goods or anyone else's, so the part lies between
    max(0, M₁ − X) / C and min(1, M₁ / C). Where M₁ exceeds C some of it is surely sent on; the
    part then has no value. C not positive bounds nothing from above.
    """

    def part(amount: float, produced: float) -> float:
        consumed = produced + imports - exports
        if consumed <= 0:
            return inf if amount > 0 else 0.0
        return amount / consumed

    value = None if production.value is None else part(largest, production.value)
    return Range(
        value if value is not None and value <= 1 else None,
        min(1.0, part(max(0.0, largest - exports), production.high)),
        min(1.0, part(largest, production.low)),
    )


def inside(parts: Iterable[Part], members: frozenset[str], residual: float = 0.0) -> Range:
    """Part of a supply that comes from ``members``; what no supplier is named for may be theirs."""
    own = [part for part in parts if part.iso3 in members]
    return Range(
        fsum(part.share for part in own),
        max(0.0, fsum(max(0.0, part.share - part.spread) for part in own)),
        min(1.0, fsum(part.share + part.spread for part in own) + residual),
    )


def largest_outside(
    parts: Iterable[Part], members: frozenset[str], residual: float = 0.0
) -> tuple[str | None, Range]:
    """The largest supplier that is no member, and its part; the unnamed rest may be its own."""
    others = [part for part in parts if part.iso3 not in members]
    if not others:
        return None, Range(0.0, 0.0, min(1.0, residual))
    first = max(others, key=lambda part: part.share)
    low = max(max(0.0, part.share - part.spread) for part in others)
    high = max(part.share + part.spread for part in others) + residual
    return first.iso3, Range(first.share, low, min(1.0, high))


def between(readings: Sequence[Range]) -> Range:
    """One share from several readings of it: the first one's value, the bounds of all."""
    low, high = min(r.low for r in readings), max(r.high for r in readings)
    return Range(readings[0].value, low, high)


def verdict(share: Range | None, benchmark: Benchmark, margin: float = 0.0) -> Verdict:
    """Whether a share keeps a benchmark.

    *borderline* within ``margin`` of the limit, *open* where the interval lies on both sides of
    it, *not computable* where nothing bounds the share.
    """
    if share is None or (share.value is None and share.low <= 0 and share.high >= 1):
        return "not_computable"
    target = benchmark.target
    # Differences of floating point are no differences.
    if share.value is not None and abs(share.value - target) <= margin + 1e-12 and margin > 0:
        return "borderline"
    if benchmark.at_least:
        sure, out = share.low >= target - 1e-12, share.high < target - 1e-12
    else:
        sure, out = share.high <= target + 1e-12, share.low > target + 1e-12
    return "met" if sure else "not_met" if out else "open"


def together(verdicts: Iterable[Verdict], benchmark: Benchmark) -> Verdict:
    """One verdict of a material from those of its goods.

    The limit on one country holds at every stage, so one good over it decides; for the others
    goods that differ leave it open. Goods that cannot be computed do not speak.
    """
    found = {v for v in verdicts if v != "not_computable"}
    if not found:
        return "not_computable"
    if not benchmark.at_least:
        for worst in ("not_met", "borderline", "open"):
            if worst in found:
                return worst
    return found.pop() if len(found) == 1 else "open"
