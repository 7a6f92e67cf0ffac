"""Growth of trade split exactly into volume, partner mix, price and exchange rate.

The value in home currency is V = e · Q · Σᵢ sᵢ pᵢ: exchange rate, total mass, partners' shares of
the mass, partners' unit values. The change is split by the additive logarithmic mean Divisia
index (LMDI-I): each partner's change is shared out by the logarithms of its factors, weighted by
the logarithmic mean of its two values. It was chosen over Bennet's indicator because it is exact
for any number of factors in closed form (Bennet's for four needs all orders), reverses its sign
with time, adds up over partners, and has a limit for partners that come or go: their whole value
is then a change of mix.
Source: Ang (2005), Energy Policy 33; Ang and Liu (2007), Energy Policy 35, for zeros.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import expm1, fsum, log

from verdikart.core.figure import Status

EFFECTS = ("exchange_rate", "volume", "mix", "price")


@dataclass(frozen=True, slots=True)
class Limits:
    """``unmeasured``: largest share of value without a mass, in either year, that is borne.

    Up to it the split is an estimate with an interval, above it there is none. Own choice.
    """

    unmeasured: float = 0.05


@dataclass(frozen=True, slots=True)
class Traded:
    """One partner in one year: value in source currency, mass in kg, value of flows without mass."""

    value: int
    quantity: float | None
    unmeasured: int = 0


@dataclass(frozen=True, slots=True)
class Effect:
    """One term of the split in home currency, with bounds where masses are missing."""

    value: float | None
    low: float | None
    high: float | None
    status: Status
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Growth:
    """A change of value in home currency between two years, and its terms.

    ``start, end``: values in home currency (source currency where no rate is known);
    ``terms``: exchange_rate, volume, mix and price of what could be split; ``unsplit``: the change,
    at constant rates, of value without mass, which is volume or price in unknown parts. Terms and
    ``unsplit`` sum to ``change``. ``new_and_lost``: what of the mix term is partners that came or
    went; ``lacking``: value without mass, in home currency at start and end.
    """

    start: float
    end: float
    terms: Mapping[str, float]
    unsplit: float
    new_and_lost: float
    lacking: tuple[float, float]
    rate: Status

    @property
    def change(self) -> float:
        """The nominal change."""
        return self.end - self.start

    @property
    def unmeasured_share(self) -> float:
        """The larger of the two years' shares of value that could not be split."""
        sides = zip(self.lacking, (self.start, self.end), strict=True)
        return max(part / whole if whole else 0.0 for part, whole in sides)

    def effect(self, name: str, limits: Limits) -> Effect:
        """One term with its status, and bounds where masses are missing.

        The bounds take what has no mass as wholly this effect, or not at all of it.
        """
        value = self.terms[name]
        if name == "exchange_rate":
            if self.rate is Status.NOT_COMPUTABLE:
                return Effect(None, None, None, self.rate, "no_exchange_rate")
            reason = None if self.rate is Status.OK else "exchange_rate_unverified"
            return Effect(value, None, None, self.rate, reason)
        share = self.unmeasured_share
        if not share:
            return Effect(value, None, None, Status.OK)
        low, high = value + min(0.0, self.unsplit), value + max(0.0, self.unsplit)
        if share > limits.unmeasured:
            return Effect(None, low, high, Status.NOT_COMPUTABLE, "missing_quantity")
        return Effect(value, low, high, Status.ESTIMATED, "missing_quantity")


def total(parts: Sequence[Growth]) -> Growth:
    """Several goods taken together: LMDI-I terms add up. The worst rate status holds for all."""
    order = (Status.NOT_COMPUTABLE, Status.ESTIMATED, Status.OK)
    rates = {part.rate for part in parts}
    return Growth(
        fsum(p.start for p in parts),
        fsum(p.end for p in parts),
        {name: fsum(p.terms[name] for p in parts) for name in EFFECTS},
        fsum(p.unsplit for p in parts),
        fsum(p.new_and_lost for p in parts),
        (fsum(p.lacking[0] for p in parts), fsum(p.lacking[1] for p in parts)),
        next((status for status in order if status in rates), Status.OK),
    )


def logarithmic_mean(one: float, other: float) -> float:
    """L(a, b) = (a − b) / ln(a/b), a if equal, 0 if either is 0."""
    if one <= 0 or other <= 0:
        return 0.0
    x = log(one / other)
    return other * (expm1(x) / x if x else 1.0)


def split(
    start: Mapping[str, Traded],
    end: Mapping[str, Traded],
    rates: tuple[float, float] | None,
    rate: Status = Status.OK,
) -> Growth:
    """Split a change between two years of one good by partner.

    ``rates``: home currency for one unit of the source's, at start and end; None leaves the result
    in source currency without an exchange-rate effect. ``rate``: how sure the rates are.
    """
    e0, e1 = rates or (1.0, 1.0)
    measured, rest = _parts(start, end)
    q0 = fsum(pair[0][1] for pair in measured.values())
    q1 = fsum(pair[1][1] for pair in measured.values())
    terms: dict[str, list[float]] = {name: [] for name in EFFECTS}
    turnover = []
    by_rate = log(e1 / e0)
    for (value0, mass0), (value1, mass1) in measured.values():
        a, b = value0 * e0, value1 * e1
        if not a or not b:
            turnover.append(b - a)
            continue
        weight = logarithmic_mean(b, a)
        terms["exchange_rate"].append(weight * by_rate)
        terms["volume"].append(weight * log(q1 / q0))
        terms["mix"].append(weight * log((mass1 / q1) / (mass0 / q0)))
        terms["price"].append(weight * log((value1 / mass1) / (value0 / mass0)))
    unsplit = []
    for value0, value1 in rest:
        a, b = value0 * e0, value1 * e1
        own = logarithmic_mean(b, a) * by_rate
        terms["exchange_rate"].append(own)
        unsplit.append(b - a - own)
    terms["mix"] += turnover
    return Growth(
        fsum(t.value for t in start.values()) * e0,
        fsum(t.value for t in end.values()) * e1,
        {name: fsum(found) for name, found in terms.items()},
        fsum(unsplit),
        fsum(turnover),
        (fsum(pair[0] for pair in rest) * e0, fsum(pair[1] for pair in rest) * e1),
        rate if rates else Status.NOT_COMPUTABLE,
    )


Pair = tuple[tuple[float, float], tuple[float, float]]
NOTHING = Traded(0, None)


def _parts(
    start: Mapping[str, Traded], end: Mapping[str, Traded]
) -> tuple[dict[str, Pair], list[tuple[float, float]]]:
    """Partners with a mass (value, kg in each year), and the values that have none.

    A partner measured in one year and unmeasured in the other has no comparable mass: it did not
    come or go, so all of it is without.
    """
    measured: dict[str, Pair] = {}
    rest: list[tuple[float, float]] = []
    for name in sorted(start.keys() | end.keys()):
        a, b = start.get(name, NOTHING), end.get(name, NOTHING)
        sides = [(float(t.value - t.unmeasured), float(t.quantity or 0)) for t in (a, b)]
        whole = [bool(value) and bool(mass) for value, mass in sides]
        absent = [t.value == 0 for t in (a, b)]
        if all(w or x for w, x in zip(whole, absent, strict=True)) and any(whole):
            measured[name] = (
                sides[0] if whole[0] else (0.0, 0.0),
                sides[1] if whole[1] else (0.0, 0.0),
            )
            left = (float(a.unmeasured), float(b.unmeasured))
        else:
            left = (float(a.value), float(b.value))
        if any(left):
            rest.append(left)
    return measured, rest
