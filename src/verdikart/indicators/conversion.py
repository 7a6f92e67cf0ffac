"""Converts amounts between nomenclatures: weights, intervals, families. Pure.

A code never travels without its edition: everything takes pairs ``(edition, code)``, such as
``("HS17", "811292")``, ``("CN2021", "81129221")`` or ``("NACE2", "24.45")``; a bare code raises
:class:`UsageProblem`.

**Weights.** A :class:`Step` says, for each code of one edition, which codes of the next hold its
goods. The published tables say *which*, never *how much*, so :func:`weigh` has to assume:

- ``equal``: w(s→t) = 1 / number of t;
- ``principal``: all to the pairs the publisher marks as principal (equally where several are),
  equal split where none is;
- with ``reference`` amounts r of the target codes: w(s→t) = r(t) / Σ r, equal where Σ r is 0.

Weights are fractions and sum to exactly 1 for each source code. What has no successor goes to
:data:`UNATTRIBUTED`, a target like any other. A :class:`Chain` multiplies steps:
w(s→t) = Σ over paths Π w.

**Amounts** are integers and totals are preserved exactly: :func:`apportion` divides each amount by
the method of largest remainders.

**Interval.** Weights are an assumption; which codes a good *can* be under is not. So each figure
has ``low`` = Σ amounts of sources that can only be under the target and ``high`` = Σ amounts of
sources that can be under it at all, whatever the weights.

**Families** (:func:`families`) need no weights: codes that exchange goods, directly or by way of
others, form one connected component. Its total is exact. The price is coarseness.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import lcm
from typing import Literal

from verdikart.core.errors import UsageProblem

UNATTRIBUTED = ""
Code = tuple[str, str]
Weights = Mapping[str, Fraction]
Method = Literal["equal", "principal"]
METHODS: tuple[Method, ...] = ("equal", "principal")


def checked(item: object) -> Code:
    """Return ``item`` as (edition, code). Raises :class:`UsageProblem` for a code without edition."""
    if isinstance(item, tuple) and len(item) == 2:
        edition, code = item
        if isinstance(edition, str) and isinstance(code, str) and edition:
            return edition, code
    raise UsageProblem(
        f"{item!r} is a code without its revision; give (edition, code), e.g. ('HS17', '811292')"
    )


def weigh(
    pairs: Iterable[tuple[str, str, bool]],
    method: Method = "equal",
    reference: Mapping[str, int] | None = None,
) -> dict[str, dict[str, Fraction]]:
    """Weights of each source code from (source, target, principal) pairs; 0 is kept as a weight.

    A target of weight 0 still belongs to the interval: the goods may be there.
    """
    targets: dict[str, dict[str, bool]] = {}
    for source, target, principal in pairs:
        targets.setdefault(source, {})[target] = principal
    return {s: _weights(found, method, reference) for s, found in targets.items()}


def _weights(
    targets: Mapping[str, bool], method: Method, reference: Mapping[str, int] | None
) -> dict[str, Fraction]:
    if reference is not None:
        known = {t: max(reference.get(t, 0), 0) for t in targets}
        total = sum(known.values())
        if total:
            return {t: Fraction(amount, total) for t, amount in known.items()}
    chosen = {t for t, main in targets.items() if main} if method == "principal" else set()
    chosen = chosen or set(targets)
    return {t: Fraction(t in chosen, len(chosen)) for t in targets}


@dataclass(frozen=True, slots=True)
class Step:
    """From one edition to the next. ``lookup`` gives a code's weights, empty where it has none."""

    source: str
    target: str
    lookup: Callable[[str], Weights]

    def weights(self, code: str) -> Weights:
        """Weights of a code, summing to 1; all to :data:`UNATTRIBUTED` where it has no successor."""
        if code == UNATTRIBUTED:
            return {UNATTRIBUTED: Fraction(1)}
        return self.lookup(code) or {UNATTRIBUTED: Fraction(1)}


@dataclass(frozen=True, slots=True)
class Chain:
    """Steps one after the other; ``chain.weights(("HS92", "811291"))`` multiplies them."""

    steps: tuple[Step, ...]
    source: str
    _known: dict[str, Weights] = field(default_factory=dict, compare=False, repr=False)

    def __post_init__(self) -> None:
        at = self.source
        for step in self.steps:
            if step.source != at:
                raise UsageProblem(f"a step from {step.source} cannot follow {at}")
            at = step.target

    @property
    def target(self) -> str:
        """Edition the chain ends in."""
        return self.steps[-1].target if self.steps else self.source

    def weights(self, item: Code) -> Weights:
        """Target code → weight, summing to exactly 1. Raises for a code of another edition."""
        edition, code = checked(item)
        if edition != self.source:
            raise UsageProblem(
                f"{edition}:{code} is no code of {self.source}, where this conversion begins"
            )
        if code not in self._known:
            *_, last = self.path(item)
            self._known[code] = last
        return self._known[code]

    def path(self, item: Code) -> Iterator[Weights]:
        """What the code has become after no step, after the first, and so on."""
        at: dict[str, Fraction] = {checked(item)[1]: Fraction(1)}
        yield at
        for step in self.steps:
            after: dict[str, Fraction] = {}
            for code, weight in at.items():
                for target, part in step.weights(code).items():
                    after[target] = after.get(target, Fraction(0)) + weight * part
            at = dict(sorted(after.items()))
            yield at


def apportion(amount: int, weights: Weights) -> dict[str, int]:
    """Divide a whole number by weights that sum to 1; the parts are whole and sum to it exactly.

    Largest remainders; among equal remainders the lower code comes first. A negative amount (a
    correction) is divided as its opposite. Raises :class:`ValueError` for weights of another sum.
    """
    whole = lcm(*(weight.denominator for weight in weights.values()))
    shares = {c: w.numerator * (whole // w.denominator) for c, w in weights.items()}
    if sum(shares.values()) != whole:
        raise ValueError(f"weights sum to {sum(weights.values())}, not to 1")
    size = abs(amount)
    parts = {code: share * size // whole for code, share in shares.items()}
    left = size - sum(parts.values())
    if left:
        ranked = sorted(shares, key=lambda code: (-(shares[code] * size % whole), code))
        for code in ranked[:left]:
            parts[code] += 1
    return parts if amount >= 0 else {code: -part for code, part in parts.items()}


@dataclass(frozen=True, slots=True)
class Amount:
    """A converted amount and its interval; None is unknown, never 0.

    ``unknown`` counts source amounts that were not known and can be under this code: with any,
    ``value`` sums the known ones and ``high`` is not known.
    """

    value: int | None
    low: int | None
    high: int | None
    unknown: int = 0


@dataclass(frozen=True, slots=True)
class Converted:
    """What arrives at one target code: one amount per measure, and the codes it comes from."""

    code: Code
    amounts: tuple[Amount, ...]
    sources: tuple[Code, ...]

    @property
    def certain(self) -> bool:
        """Whether no weight was needed: the interval is a point."""
        return all(a.low == a.high and a.value == a.low for a in self.amounts)


class _Sum:
    """Adds up one measure at one target code."""

    def __init__(self) -> None:
        self.parts: list[int] = []
        self.low = self.high = self.unknown = 0

    def add(self, amount: int | None, part: int, sure: bool) -> None:
        if amount is None:
            self.unknown += 1
            return
        self.parts.append(part)
        # A negative amount widens the interval downwards.
        self.low += amount if sure else min(amount, 0)
        self.high += amount if sure else max(amount, 0)

    def result(self) -> Amount:
        if not self.parts:
            return Amount(None, None, None, self.unknown)
        return Amount(sum(self.parts), self.low, None if self.unknown else self.high, self.unknown)


def convert(
    flows: Iterable[tuple[Code, Sequence[int | None]]], chain: Chain
) -> tuple[Converted, ...]:
    """Amounts per target code, sorted; :data:`UNATTRIBUTED` is a row of its own where it occurs.

    ``flows`` are (code, amounts by measure). For every measure the known amounts in and the values
    out have the same sum.
    """
    sums: dict[str, list[_Sum]] = {}
    origins: dict[str, dict[Code, None]] = {}
    for item, amounts in flows:
        weights = chain.weights(item)
        divided = [apportion(amount or 0, weights) for amount in amounts]
        for target in weights:
            held = sums.setdefault(target, [_Sum() for _ in amounts])
            origins.setdefault(target, {})[checked(item)] = None
            for place, amount in enumerate(amounts):
                held[place].add(amount, divided[place][target], len(weights) == 1)
    return tuple(
        Converted(
            (chain.target, code),
            tuple(s.result() for s in sums[code]),
            tuple(sorted(origins[code])),
        )
        for code in sorted(sums)
    )


@dataclass(frozen=True, slots=True)
class Family:
    """Codes that exchange goods, over all editions of a span; ``family_id`` names the first code."""

    family_id: str
    codes: tuple[Code, ...]


def families(
    links: Iterable[tuple[Code, Code]], editions: Sequence[str], alone: Iterable[Code] = ()
) -> tuple[Family, ...]:
    """Connected components of the links, every code in exactly one; ``alone`` adds unlinked codes.

    The id is ``FIRST-LAST/EDITION:CODE`` with the lowest code of the family's first edition: it
    depends on the span and on the published tables, and on nothing else.
    """
    order = {edition: place for place, edition in enumerate(editions)}
    parent: dict[Code, Code] = {}

    def root(item: Code) -> Code:
        parent.setdefault(item, item)
        while parent[item] != item:
            parent[item] = parent[parent[item]]
            item = parent[item]
        return item

    def rank(item: Code) -> tuple[int, str]:
        return order[item[0]], item[1]

    for one, other in links:
        first, second = sorted((root(checked(one)), root(checked(other))), key=rank)
        parent[second] = first
    for item in alone:
        root(checked(item))
    groups: dict[Code, list[Code]] = {}
    for item in sorted(parent, key=rank):
        groups.setdefault(root(item), []).append(item)
    span = f"{editions[0]}-{editions[-1]}"
    return tuple(
        Family(f"{span}/{edition}:{code}", tuple(members))
        for (edition, code), members in groups.items()
    )
