"""Exposure of a home along the product chains: each input line, and the lines added up by value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from verdikart.chains.exposure import (
    TONNE,
    Line,
    Origins,
    Supply,
    Tracing,
    input_value,
    inputs_of,
)
from verdikart.chains.graph import ChainGraph
from verdikart.chains.line_weights import added, weights
from verdikart.core.errors import UnknownName
from verdikart.indicators.assessment import Range
from verdikart.mapping import exposure_supply as sources
from verdikart.mapping.assess import trade_subjects
from verdikart.mapping.chain_view import ChainView
from verdikart.mapping.library import works
from verdikart.mapping.money import dollars
from verdikart.reference.homes import Home
from verdikart.reference.load import load
from verdikart.reference.value_chains import ChainEdge, Facility

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]

REGISTER = "NOR"  # the home whose plants the register lists
FIGURES = ("face", "direct", "indirect", "total")


@dataclass(frozen=True)
class Seen:
    """A line as the home gets it, which source says so (empty: none), and its imports in USD.

    ``registered``: how much of it is the home's own is said by the plant register.
    """

    line: Line
    source: str
    imports: float | None = None
    registered: bool = False


@dataclass(frozen=True)
class Bought:
    """One input of a target: the edge, what it is worth per unit of output, which line it is."""

    edge: ChainEdge
    worth: Range
    line: int


class ChainExposure:
    """One chain seen from a view's home: its targets, their input lines, and the lines' origins."""

    def __init__(self, view: ChainView, graph: ChainGraph, only: str | None = None) -> None:
        self.view, self.graph = view, graph
        home = view.library.home(view.home)
        if home is None:
            raise UnknownName("home of an exposure", view.home, (), "a country or a group")
        self.home: Home = home
        self.targets = (only,) if only else targets(graph, view)
        self.inputs = {t: inputs_of(graph, t) for t in self.targets}
        # Each input once, and once more for targets whose plants the register knows the origin of.
        self._keys = tuple(
            dict.fromkeys(
                self._key(target, edge)
                for target in self.targets
                for edge, _ in self.inputs[target]
            )
        )
        self.products = tuple(product for product, _ in self._keys)
        self._weights: dict[str, Array] = {}
        self._bought: dict[str, list[Bought]] = {}

    def _key(self, target: str, edge: ChainEdge) -> tuple[str, float | None]:
        """Which line an edge of a target is: the input, and its own share by the plant register."""
        product = edge.input_product
        if self.view.home != REGISTER:
            return product, None
        return product, registered_share(target, product, self.view.year)

    @cached_property
    def members(self) -> tuple[str, ...]:
        """Members of the home that trade data know."""
        return tuple(m for m in self.home.members(self.view.year) if m in sources.at())

    @cached_property
    def tracing(self) -> Tracing:
        """The chain with supplies and unit values of the view's year."""
        year = self.view.year
        ids = [node.product_id for node in self.graph.nodes]
        supplies: dict[str, Supply] = {p: sources.supply(p, year) for p in ids}
        prices = {p: found for p in ids if (found := sources.price(p, year)) is not None}
        return Tracing(self.graph, len(sources.lands()), supplies, prices)

    @cached_property
    def lines(self) -> tuple[Seen, ...]:
        """Each input as the home gets it."""
        found = {product: _line(self.view, product, self.members) for product in self.products}
        return tuple(
            found[p] if own is None else _as_registered(found[p], own) for p, own in self._keys
        )

    @cached_property
    def origins(self) -> Origins:
        """Origins of all lines."""
        return self.tracing.follow([seen.line for seen in self.lines])

    @cached_property
    def _figures(self) -> Array:
        """All figures of all lines (layers × lines × figures × countries)."""
        import numpy as np

        return np.stack([getattr(self.origins, name) for name in FIGURES], axis=2)

    def weights(self, target: str) -> Array:
        """Weights of a target's lines (layers × lines)."""
        if target not in self._weights:
            self._weights[target] = weights([b.worth for b in self.bought(target)])
        return self._weights[target]

    def added(self, target: str) -> Array:
        """Every figure of a target's lines added up (figures × layers × countries)."""
        lines = self._figures[:, [b.line for b in self.bought(target)]]
        found = added(self.weights(target), lines.reshape(3, lines.shape[1], -1))
        return found.reshape(3, len(FIGURES), -1).swapaxes(0, 1)

    @cached_property
    def inside(self) -> Array:
        """Which countries are the home's."""
        import numpy as np

        return np.isin(sources.lands(), self.members)

    def bought(self, target: str) -> list[Bought]:
        """Inputs of a target, worth in USD per unit of output where coefficient and price are known.

        Coefficients per unlike units of output cannot be compared: only the commonest unit counts.
        A line of unknown worth is worth at most what the others leave of the target's own price.
        """
        if target not in self._bought:
            self._bought[target] = self._compared(target)
        return self._bought[target]

    def _compared(self, target: str) -> list[Bought]:
        found = [
            (edge, input_value(edge, share, self.tracing.prices.get(edge.input_product)))
            for edge, share in self.inputs[target]
        ]
        units = [e.coef_unit.partition("/")[2] for e, worth in found if worth.value is not None]
        unit = max(sorted(set(units)), key=units.count, default="")
        same = "t" if unit in TONNE else unit

        def comparable(edge: ChainEdge) -> bool:
            own = edge.coef_unit.partition("/")[2]
            return (own in TONNE and same == "t") or own == unit

        worths = [w if comparable(e) else Range.unknown(0.0, float("inf")) for e, w in found]
        price = self.tracing.prices.get(target)
        if price is not None and same == "t":
            least = sum(w.low for w in worths)
            worths = [
                Range(w.value, w.low, max(w.low, min(w.high, price.high - least + w.low)))
                if w.value is None
                else w
                for w in worths
            ]
        at = {key: k for k, key in enumerate(self._keys)}
        edges = (edge for edge, _ in found)
        return [Bought(e, w, at[self._key(target, e)]) for e, w in zip(edges, worths, strict=True)]


def targets(graph: ChainGraph, view: ChainView) -> tuple[str, ...]:
    """What a home makes or uses: for Norway goods of working plants, else the chain's end products.

    Only goods whose inputs the chain knows.
    """
    made = {node.product_id for node in graph.nodes if inputs_of(graph, node.product_id)}
    ends = tuple(
        n.product_id for n in graph.nodes if n.product_id in made and not graph.out_of(n.product_id)
    )
    if view.home != REGISTER:
        return ends
    plants = {f.product_id for f in load(Facility) if works(f, view.on.year)}
    own = tuple(n.product_id for n in graph.nodes if n.product_id in made & plants)
    return own or ends


def making(graphs: Sequence[ChainGraph], product: str) -> list[ChainGraph]:
    """Chains that know the inputs of a product. Raises :class:`UnknownName` where none does."""
    found = [g for g in graphs if inputs_of(g, product)]
    if not found:
        able = {
            n.product_id: (n.name_en, n.name_nb)
            for g in graphs
            for n in g.nodes
            if inputs_of(g, n.product_id)
        }
        raise UnknownName("product with inputs in a chain", product, able, f"{len(able)} products")
    return found


def check_target(graph: ChainGraph, product: str) -> str:
    """A product of the chain that has inputs there. Raises :class:`UnknownName` for any other."""
    able = {
        n.product_id: (n.name_en, n.name_nb) for n in graph.nodes if inputs_of(graph, n.product_id)
    }
    if product not in able:
        kind = f"product with inputs in the chain {graph.chain_id}"
        raise UnknownName(kind, product, able, ", ".join(able))
    return product


def _line(view: ChainView, product: str, members: Sequence[str]) -> Seen:
    """How the home gets a product: bilateral trade, else its own trade by partner, else unknown."""
    import numpy as np

    seen = sources.seen_by(product, view.year, members)
    if seen is not None:
        return Seen(Line(product, *seen[:3]), "baci_hs92", seen[3])
    known = sources.making(product, view.year)
    inside = np.array([iso3 in members for iso3 in sources.lands()])
    able = inside & known.makers
    weight = able / able.sum() if able.any() else np.zeros(len(inside))
    sellers, bought, sold, source, rated = np.zeros(len(inside)), 0.0, 0.0, "", True
    # Assessed only where there is trade: published shares of a material are not of this product.
    traded = trade_subjects(view.product(product), view.home, view.year)
    for row in view.rows(product) if traded else ():
        if row.basis != "own_imports" or row.evidence is None or row.mix is None:
            continue
        mix, exports = row.evidence.mix, row.evidence.exports
        rate = dollars(1.0, mix.value_unit, view.year)
        rated = rated and rate is not None
        rate = rate or 1.0  # shares need none
        for supplier in mix.suppliers:
            if supplier.iso3 in sources.at() and supplier.iso3 not in members:
                sellers[sources.at()[supplier.iso3]] += rate * float(supplier.value or 0)
        bought += rate * float(mix.total("value") or 0)
        sold += rate * float(exports.total("value") or 0) if exports else 0.0
        source = row.mix.source
    own = sources.own_share(float("nan"), False, bool(able.any()), bought, sold)
    line = Line(product, sellers / bought if bought else sellers, own, weight)
    return Seen(line, source, bought if source and rated else None)


def registered_share(target: str, product: str, year: int) -> float | None:
    """Own making's share of an input of a target by the plant register: 0 where each working plant
    names only other countries for it, 1 where each names only the home; else None.

    The countries that the register has of a plant are those of its first feed.
    """
    plants = [f for f in load(Facility) if f.product_id == target and works(f, year)]
    if not plants or any(f.feeds[:1] != (product,) or not f.feed_countries for f in plants):
        return None
    named = {country for f in plants for country in f.feed_countries}
    return None if len(named) > 1 and REGISTER in named else float(REGISTER in named)


def _as_registered(seen: Seen, own: float) -> Seen:
    """A line with own making's share by the plant register, as far as statistics leave it open."""
    known = seen.line.own
    if known.high - known.low <= 0:
        return seen
    share = Range(min(known.high, max(known.low, own)), known.low, known.high)
    return replace(seen, line=replace(seen.line, own=share), registered=True)
