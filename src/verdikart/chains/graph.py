"""The chain as a graph: products as nodes, edges with relations, alternatives and joint inputs.

Edges into a product are joint (AND) unless they name a ``choice``: then each ``route`` of the choice
is an alternative (OR), and edges of one route are joint again. By- and co-products point from
their host to the by-product.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from verdikart.indicators.assessment import Range
from verdikart.reference.entities import Product
from verdikart.reference.value_chains import Chain, ChainEdge

# relation -> what kind of relation it is
KINDS = {
    "main input": "main",
    "by-product input": "main",
    "recycling": "recycling",
    "component": "joint",
    "alloying": "joint",
    "binder": "joint",
    "coating": "joint",
    "additive": "joint",
    "micronutrient": "joint",
    "reagent": "reagent",
    "flux": "reagent",
    "catalyst": "reagent",
    "auxiliary": "reagent",
    "reductant": "energy_reductant",
    "energy": "energy_reductant",
    "by-product output": "by_product",
    "co-product output": "by_product",
    "used in": "use",
}
OUTPUTS = ("by-product output", "co-product output")


@dataclass(frozen=True, slots=True)
class Route:
    """One alternative: its edges are needed together. ``share``: part of the output made so, 0–1."""

    name: str
    share: Range
    edges: tuple[ChainEdge, ...]


@dataclass(frozen=True, slots=True)
class Need:
    """Something a product cannot be made without: one of ``routes``. ``choice`` is empty for a single
    joint input.
    """

    choice: str
    routes: tuple[Route, ...]


@dataclass(frozen=True, eq=False)
class ChainGraph:
    """A chain's edges and the products they join. The edges must form no cycle (see the lint).

    ``codes``: (nomenclature, code) of products that no reference table knows.
    """

    chain: Chain
    edges: tuple[ChainEdge, ...]
    products: Mapping[str, Product]
    codes: Mapping[str, Sequence[tuple[str, str]]] = field(default_factory=dict)

    @property
    def chain_id(self) -> str:
        """The chain's id."""
        return self.chain.chain_id

    @property
    def depth(self) -> str:
        """*deep* or *shallow*; printed with whatever is said of the chain."""
        return self.chain.depth

    @cached_property
    def nodes(self) -> tuple[Product, ...]:
        """Products of the chain, inputs before what is made of them."""
        return tuple(self.products[p] for p in topological(self.edges))

    @cached_property
    def _into(self) -> dict[str, tuple[ChainEdge, ...]]:
        return _grouped(self.edges, "output_product")

    @cached_property
    def _out_of(self) -> dict[str, tuple[ChainEdge, ...]]:
        return _grouped(self.edges, "input_product")

    def into(self, product_id: str) -> tuple[ChainEdge, ...]:
        """Edges that end in a product."""
        return self._into.get(product_id, ())

    def out_of(self, product_id: str) -> tuple[ChainEdge, ...]:
        """Edges that begin in a product."""
        return self._out_of.get(product_id, ())

    def needs(self, product_id: str) -> tuple[Need, ...]:
        """What a product is made of: joint needs, each with its alternatives."""
        return needs(self.into(product_id))

    @cached_property
    def layers(self) -> dict[str, int]:
        """Column of every product, see :func:`layers`."""
        return layers(self.edges)


def _grouped(edges: Iterable[ChainEdge], end: str) -> dict[str, tuple[ChainEdge, ...]]:
    found: dict[str, list[ChainEdge]] = {}
    for edge in edges:
        found.setdefault(getattr(edge, end), []).append(edge)
    return {product: tuple(rows) for product, rows in found.items()}


def needs(edges: Sequence[ChainEdge]) -> tuple[Need, ...]:
    """Joint needs of one product from the edges into it; edges of one choice form one need."""
    found: dict[tuple[str, str], list[ChainEdge]] = {}
    for edge in edges:
        key = (edge.choice, "") if edge.choice else ("", edge.edge_id)
        found.setdefault(key, []).append(edge)
    return tuple(
        Need(choice, _routes(rows))
        if choice
        else Need("", (Route("", Range.exact(1.0), tuple(rows)),))
        for (choice, _), rows in found.items()
    )


def _routes(edges: Sequence[ChainEdge]) -> tuple[Route, ...]:
    """Routes of one choice. An unknown share lies between none and what the known ones leave."""
    named: dict[str, list[ChainEdge]] = {}
    for edge in edges:
        named.setdefault(edge.route, []).append(edge)
    given = {route: _share(rows) for route, rows in named.items()}
    taken = sum(share.low for share in given.values() if share is not None)
    rest = max(0.0, 1.0 - taken)
    alone = len(named) == 1
    return tuple(
        Route(
            route,
            given[route] or (Range.exact(1.0) if alone else Range(None, 0.0, rest)),
            tuple(rows),
        )
        for route, rows in named.items()
    )


def _share(edges: Sequence[ChainEdge]) -> Range | None:
    for edge in edges:
        known = (edge.route_share, edge.route_low, edge.route_high)
        if any(part is not None for part in known):
            share, low, high = known
            least = low if low is not None else share if share is not None else 0.0
            most = high if high is not None else share if share is not None else 1.0
            return Range(share, least, most)
    return None


def topological(edges: Sequence[ChainEdge]) -> tuple[str, ...]:
    """Products so that each comes after its inputs. Raises ``ValueError`` naming a cycle."""
    products = dict.fromkeys(p for e in edges for p in (e.input_product, e.output_product))
    waiting = dict.fromkeys(products, 0)
    after: dict[str, list[str]] = {p: [] for p in products}
    for edge in edges:
        waiting[edge.output_product] += 1
        after[edge.input_product].append(edge.output_product)
    ready = [p for p, count in waiting.items() if count == 0]
    found: list[str] = []
    for product in ready:  # grows while it is read
        found.append(product)
        for follower in after[product]:
            waiting[follower] -= 1
            if waiting[follower] == 0:
                ready.append(follower)
    if len(found) < len(products):
        raise ValueError(" → ".join(cycle(edges)))
    return tuple(found)


def cycle(edges: Sequence[ChainEdge]) -> tuple[str, ...]:
    """Products of one cycle, the first repeated at the end; empty where there is none."""
    after: dict[str, list[str]] = {}
    for edge in edges:
        after.setdefault(edge.input_product, []).append(edge.output_product)
    done: set[str] = set()
    for start in after:
        path: dict[str, None] = {}
        stack = [(start, iter(after.get(start, ())))]
        while stack:
            product, rest = stack[-1]
            path[product] = None
            for follower in rest:
                if follower in path:
                    ring = list(path)
                    return (*ring[ring.index(follower) :], follower)
                if follower not in done:
                    stack.append((follower, iter(after.get(follower, ()))))
                    break
            else:
                done.add(product)
                del path[product]
                stack.pop()
    return ()


def layers(edges: Sequence[ChainEdge]) -> dict[str, int]:
    """Column of every product: the longest path to it, so that every edge goes from left to right.

    All relations count: an anode with a line of its own would else stand after the metal it makes.
    What nothing goes into stands one column before the first product that needs it.
    """
    order = topological(edges)
    into = _grouped(edges, "output_product")
    after = _grouped(edges, "input_product")
    column: dict[str, int] = {}
    for product in order:
        before = [column[e.input_product] for e in into.get(product, ())]
        column[product] = max(before) + 1 if before else 0
    for product in order:
        if product not in into:
            column[product] = min(column[e.output_product] for e in after[product]) - 1
    first = min(column.values(), default=0)
    return {product: column[product] - first for product in order}
