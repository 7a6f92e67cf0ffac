"""Exposure along a product chain: who sells an input, and who stands behind it. Pure.

A unit of product p made in country s is worth 1. Each input i takes the part w_i = a_i π_i / π_p
of it (coefficient × unit value), and what is left, ω = 1 − Σ w_i, is added by the making itself,
in s. With d_u the own making's share of what country u uses and m_us the mix of its imports::

    made_p(s) = ω · s + Σ w_i · used_i(s)
    used_i(u) = d_u · made_i(u) + (1 − d_u) · Σ_s m_us · made_i(s)

This is value added traced along the chain, so parts sum to 1 and tonnes of unlike inputs are never
added. It is followed from the input line that a home buys towards the ores, for all lines at once:
a vector by country at each product, never a matrix of everybody's origins.

Three readings are carried along: the value; what is sure (lowest parts, so a lower bound); and what
is possible (highest parts). An upper bound is the lesser of what is possible and what the sure parts of
all others leave. Where a part is unknown its range is 0–1 and its value an even split, see ``parts``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from verdikart.chains.graph import KINDS, OUTPUTS, ChainGraph, Need
from verdikart.indicators.assessment import Range
from verdikart.reference.value_chains import ChainEdge

if TYPE_CHECKING:
    import numpy as np
    from scipy.sparse import csr_matrix

    Array = np.ndarray[Any, np.dtype[Any]]

LOW, VALUE, HIGH = 0, 1, 2
NOTHING = 1e-6  # shares below are not followed on; they stay of unknown origin
# Tonnes of the input itself in the numerator, and per tonne of the output itself below the line;
# contents (t Ni, t P2O5) have another price than the good.
MASS = {"t": 1.0, "kg": 0.001, "t conc": 1.0, "t slag": 1.0}
TONNE = frozenset({"t", "t net", "t gross", "t buy-to-fly", "t crude steel", "t steel", "t matte"})
# What such an input is worth stays with its maker where it is not known, as labour does.
SIDE = ("reagent", "energy_reductant")


@dataclass(frozen=True)
class Supply:
    """Who supplies one product in every country.

    ``bought`` (users × makers): shares of a user's imports, rows sum to at most 1, the rest is from
    an unknown maker. ``own`` (low, value, high × users): own making's share of what is used.
    ``makers``: false for a country known not to make it.
    """

    bought: csr_matrix
    own: Array
    makers: Array


@dataclass(frozen=True)
class Line:
    """An input as a home gets it: sellers' shares of its imports (sum to at most 1, the rest unknown),
    own making's share of what it uses, and which countries make that own (sum 1).
    """

    product: str
    sellers: Array
    own: Range
    own_makers: Array


@dataclass(frozen=True, slots=True)
class Part:
    """The part of an output's value that one input takes; ``assumed``: its value is an even split."""

    edge: ChainEdge
    share: Range
    assumed: bool = False


@dataclass(frozen=True)
class Origins:
    """Where lines come from; arrays are lines × countries, parts of each line's value.

    A line whose own making's share has no value has none (nan), only bounds.

    ``face``, ``direct``, ``total`` have layers (low, value, high). ``direct`` is added by who sells the
    line or makes it at home, ``total`` at all stages; the rest, ``indirect``, at earlier ones.
    ``stages``: value added by product, in order of the chain.
    """

    face: Array
    direct: Array
    total: Array
    stages: Mapping[str, Array]

    @property
    def indirect(self) -> Array:
        """What earlier stages add (layers × lines × countries)."""
        import numpy as np

        low = np.maximum(0.0, self.total[LOW] - self.direct[HIGH])
        high = np.minimum(1.0, self.total[HIGH] - self.direct[LOW])
        return np.stack([low, self.total[VALUE] - self.direct[VALUE], high])

    @property
    def unknown(self) -> Array:
        """The part of each line whose origin is not known."""
        import numpy as np

        found: Array = 1.0 - np.nansum(self.total[VALUE], axis=1)
        return found


def passed_on(bought: csr_matrix, makers: Array, stages: int) -> csr_matrix:
    """Shares by maker instead of seller: what a country that makes none sells, it bought.

    Followed over ``stages`` sales; what is still on its way then is of unknown origin.
    """
    import numpy as np

    def split(shares: csr_matrix) -> tuple[csr_matrix, csr_matrix]:
        made, rest = shares.copy(), shares.copy()
        own = makers[shares.indices]
        made.data = np.where(own, shares.data, 0.0)
        rest.data = np.where(own | (shares.data < NOTHING), 0.0, shares.data)
        made.eliminate_zeros()
        rest.eliminate_zeros()
        return made, rest

    found, on_its_way = split(bought.tocsr())
    for _ in range(stages):
        if on_its_way.nnz == 0:
            break
        arrived, on_its_way = split(on_its_way @ bought)
        found = found + arrived
    return found


def input_value(edge: ChainEdge, share: Range, price: Range | None) -> Range:
    """Worth of an input per unit of the output, USD; high is infinite where nothing bounds it."""
    factor = MASS.get(edge.coef_unit.partition("/")[0])
    if edge.coefficient is None or price is None or factor is None:
        return Range.unknown(0.0, float("inf"))
    least = edge.coefficient if edge.coef_low is None else edge.coef_low
    most = edge.coefficient if edge.coef_high is None else edge.coef_high
    known = None
    if share.value is not None and price.value is not None:
        known = share.value * edge.coefficient * price.value * factor
    low = share.low * least * price.low * factor
    return Range(known, low, share.high * most * price.high * factor)


class Tracing:
    """Follows lines through one chain. ``prices``: USD a tonne. ``countries``: how many there are."""

    def __init__(
        self,
        graph: ChainGraph,
        countries: int,
        supplies: Mapping[str, Supply],
        prices: Mapping[str, Range],
    ) -> None:
        self.graph, self.countries = graph, countries
        self.supplies, self.prices = supplies, prices
        self._parts: dict[str, tuple[Part, ...]] = {}

    def parts(self, product: str) -> tuple[Part, ...]:
        """The part of a product's value that each input takes.

        A reagent or energy of unknown worth stays with the maker. What known parts leave is split
        evenly between the maker and each need of unknown worth, alternatives of one need sharing
        alike; such a value is assumed, and its range stays open. Inputs that cost more than the
        product at their lowest show that prices do not fit together: all parts are then unknown.
        """
        if product not in self._parts:
            self._parts[product] = tuple(self._split(product))
        return self._parts[product]

    def _split(self, product: str) -> list[Part]:
        needs = self.graph.needs(product)
        found = [(need, self._part(product, e, r)) for need, e, r in _inputs(needs)]
        if sum(part.low for _, (_, part) in found) > 1:
            found = [(n, (e, Range.unknown(0.0, min(1.0, p.high)))) for n, (e, p) in found]
        if sum(part.value or 0.0 for _, (_, part) in found) > 1:
            found = [(n, (e, Range(None, p.low, p.high))) for n, (e, p) in found]
        open_needs = [n for n, (e, p) in found if p.value is None and not _side(e)]
        left = 1 - sum(
            p.low if p.value is None and _side(e) else p.value or 0 for _, (e, p) in found
        )
        among = 1 + len({id(n) for n in open_needs})
        rows = []
        for need, (edge, part) in found:
            if part.value is not None:
                rows.append(Part(edge, part))
                continue
            alike = sum(n is need for n in open_needs)
            guess = part.low if _side(edge) else left / among / alike
            value = min(part.high, max(part.low, guess))
            rows.append(Part(edge, Range(value, part.low, part.high, "assumed"), True))
        return rows

    def _part(self, product: str, edge: ChainEdge, share: Range) -> tuple[ChainEdge, Range]:
        worth = input_value(edge, share, self.prices.get(edge.input_product))
        price = self.prices.get(product)
        if worth.high == 0:
            return edge, Range.exact(0.0)
        if price is None or edge.coef_unit.partition("/")[2] not in TONNE:
            return edge, Range.unknown()
        value = worth.value / price.value if worth.value is not None and price.value else None
        low, high = worth.low / price.high, min(1.0, worth.high / price.low)
        return edge, Range(value, low, max(low, high))

    def own_stage(self, product: str) -> Range:
        """ω: the part of a product's value that its maker adds."""
        parts = self.parts(product)
        low = max(0.0, 1 - sum(p.share.high for p in parts))
        high = max(low, 1 - sum(p.share.low for p in parts))
        value = 1 - sum(p.share.value or 0.0 for p in parts)
        return Range(min(high, max(low, value)), low, high)

    @cached_property
    def _kept(self) -> dict[str, Array]:
        """The least part of a product made in a country that is added in that country, by product."""
        import numpy as np

        found: dict[str, Array] = {}
        for node in self.graph.nodes:
            product, own = node.product_id, self.own_stage(node.product_id)
            sure, least = np.full(self.countries, own.low), np.ones(self.countries)
            for part in self.parts(product):
                supply = self.supplies.get(part.edge.input_product)
                kept = found[part.edge.input_product] * (0.0 if supply is None else supply.own[LOW])
                sure = sure + part.share.low * kept
                least = np.minimum(least, kept) if part.share.high > 0 else least
            # Between maker and inputs: at least what the one with least has in the country.
            found[product] = sure + (own.high - own.low) * least
        return found

    def follow(self, lines: Sequence[Line]) -> Origins:
        """Trace some lines to their origins."""
        import numpy as np

        count = len(lines)
        shape = (3, count, self.countries)
        face, direct, total = np.zeros(shape), np.zeros(shape), np.zeros(shape)
        entering: dict[str, Array] = {}
        used: dict[str, Array] = {}
        for k, line in enumerate(lines):
            face[:, k] = _face(line)
            supply = self.supplies.get(line.product)
            makers = np.ones(self.countries) if supply is None else supply.makers
            begun = entering.setdefault(line.product, np.zeros(shape))
            # Own making is made at home; what sellers do not make themselves they bought.
            at_home = _ends(line.own)[:, None] * line.own_makers
            bought = _ends(_rest(line.own))[:, None] * line.sellers
            begun[:, k] += at_home + bought * makers
            used.setdefault(line.product, np.zeros(shape))[:, k] += bought * (1 - makers)
            lacking = max(0.0, 1 - float(line.sellers.sum()))
            begun[HIGH, k] += (1 - line.own.low) * lacking * makers
            omega = _ends(self.own_stage(line.product))[:, None]
            direct[:, k] = np.minimum(1.0, begun[:, k] * omega)
        stages: dict[str, Array] = {}
        for node in reversed(self.graph.nodes):
            product = node.product_id
            if product not in entering and product not in used:
                continue
            made, came = self._made(product, entering.get(product), used.get(product), shape)
            own = self.own_stage(product)
            stages[product] = made[VALUE] * (own.value or 0.0)
            total[LOW] += came * self._kept[product]
            total[VALUE] += stages[product]
            total[HIGH] += made[HIGH] * own.high
            for part in self.parts(product):
                if part.share.high > 0:
                    going = used.setdefault(part.edge.input_product, np.zeros(shape))
                    going += made * _ends(part.share)[:, None, None]
        others = total[LOW].sum(axis=1, keepdims=True) - total[LOW]
        total[HIGH] = np.fmax(total[VALUE], np.minimum(total[HIGH], 1 - others))
        total[LOW] = np.fmin(total[LOW], total[VALUE])
        return Origins(face, direct, np.clip(total, 0.0, 1.0), stages)

    def _made(
        self, product: str, entering: Array | None, used: Array | None, shape: tuple[int, ...]
    ) -> tuple[Array, Array]:
        """By maker (layers × lines × countries), and what of the sure came from another country."""
        import numpy as np

        begun = np.zeros(shape) if entering is None else entering
        if used is None:
            return np.minimum(begun, 1.0), begun[LOW]
        supply = self.supplies.get(product)
        if supply is None:
            made = begun.copy()
            made[HIGH] += used[HIGH].sum(axis=1, keepdims=True)
            return np.minimum(made, 1.0), begun[LOW]
        abroad = used * (1 - supply.own[::-1])[:, None, :]
        crossed = (abroad.reshape(-1, self.countries) @ supply.bought).reshape(shape)
        lacking = np.maximum(0.0, 1 - np.asarray(supply.bought.sum(axis=1)).ravel())
        crossed[HIGH] += (abroad[HIGH] @ lacking)[:, None] * supply.makers
        made = begun + used * supply.own[:, None, :] + crossed
        return np.minimum(made, 1.0), begun[LOW] + crossed[LOW]


def _inputs(needs: Sequence[Need]) -> list[tuple[Need, ChainEdge, Range]]:
    """Inputs that are bought, and of which something is used.

    By- and co-products are not: what their host costs its main product bears.
    """
    return [
        (need, edge, route.share)
        for need in needs
        for route in need.routes
        for edge in route.edges
        if edge.relation not in OUTPUTS and (edge.coefficient != 0 or edge.coef_high)
    ]


def inputs_of(graph: ChainGraph, product: str) -> list[tuple[ChainEdge, Range]]:
    """Input lines of a product, each with the part of the output that is made so."""
    return [(edge, share) for _, edge, share in _inputs(graph.needs(product))]


def _side(edge: ChainEdge) -> bool:
    return KINDS[edge.relation] in SIDE


def _ends(share: Range) -> Array:
    """A range as layers; a value that is not known is nan, never 0."""
    import numpy as np

    return np.array([share.low, np.nan if share.value is None else share.value, share.high])


def _rest(share: Range) -> Range:
    """1 − share."""
    return Range(None if share.value is None else 1 - share.value, 1 - share.high, 1 - share.low)


def _face(line: Line) -> Array:
    """Who the line is got from: the home's own making, and its sellers (layers × countries)."""
    own = _ends(line.own)[:, None] * line.own_makers
    found: Array = own + _ends(_rest(line.own))[:, None] * line.sellers
    found[HIGH] += (1 - line.own.low) * max(0.0, 1 - float(line.sellers.sum()))
    return found.clip(0.0, 1.0)
