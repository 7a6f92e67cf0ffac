"""Properties of exposure: conservation, sure bounds, nothing from nothing."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_matrix

from verdikart.chains.exposure import HIGH, LOW, VALUE, Line, Supply, Tracing
from verdikart.chains.graph import ChainGraph
from verdikart.chains.line_weights import added, weights
from verdikart.chains.network import Network, origins, solve
from verdikart.indicators.assessment import Range
from verdikart.reference.entities import Product
from verdikart.reference.value_chains import Chain, ChainEdge

COUNTRIES = 4
GOODS = ("ore", "concentrate", "metal", "alloy", "part")
SEEDS = st.integers(0, 2**32 - 1)
FAST = settings(max_examples=60, deadline=None)


def edge(source: str, target: str, coefficient: float | None, **ends: float) -> ChainEdge:
    """A main input with a coefficient in t/t."""
    fields: dict[str, object] = dict.fromkeys(ChainEdge.__slots__, "")
    fields |= dict.fromkeys(("input_materials", "output_materials"), ())
    fields |= dict.fromkeys(("route_share", "route_low", "route_high", "coef_low", "coef_high"))
    fields |= {"edge_id": f"{source}>{target}", "input_product": source, "output_product": target}
    fields |= {"relation": "main input", "coefficient": coefficient, "coef_unit": "t/t"}
    return ChainEdge(**(fields | ends))


def graph(*edges: ChainEdge) -> ChainGraph:
    """A chain of edges."""
    names = {p for e in edges for p in (e.input_product, e.output_product)}
    products = {n: Product(n, "processing", n, n) for n in names}
    return ChainGraph(Chain("test", "test", "test", "deep", False, "", ""), edges, products)


class World:
    """A random chain with ranges, and exact points inside them."""

    def __init__(self, seed: int, *, spread: float = 0.3, lacking: bool = True) -> None:
        self.rng = np.random.default_rng(seed)
        rng = self.rng
        self.coefficients: dict[tuple[str, str], tuple[float, float]] = {}
        for k, target in enumerate(GOODS[1:], 1):
            for source in GOODS[:k]:
                if source == GOODS[k - 1] or rng.random() < 0.3:
                    low = rng.uniform(0.05, 0.3)
                    self.coefficients[source, target] = (low, low * (1 + spread * rng.random()))
        self.own = {p: np.sort(rng.random((2, COUNTRIES)), axis=0) for p in GOODS}
        self.makers = {p: rng.random(COUNTRIES) < 0.8 for p in GOODS}
        self.bought = {p: self._mix(lacking) for p in GOODS}
        self.sellers = rng.dirichlet(np.ones(COUNTRIES))
        self.home_own = np.sort(rng.random(2))

    def _mix(self, lacking: bool) -> np.ndarray:
        shares = self.rng.dirichlet(np.ones(COUNTRIES), COUNTRIES)
        if lacking:
            shares *= self.rng.uniform(0.5, 1.0, (COUNTRIES, 1))
        np.fill_diagonal(shares, 0.0)
        return shares if lacking else shares / shares.sum(axis=1, keepdims=True)

    def graph(self, points: dict[tuple[str, str], float] | None = None) -> ChainGraph:
        """The chain: coefficients in their ranges, or at some points."""
        rows = []
        for (source, target), (low, high) in self.coefficients.items():
            at = points[source, target] if points else (low + high) / 2
            ends = (
                {"coef_low": at, "coef_high": at}
                if points
                else {
                    "coef_low": low,
                    "coef_high": high,
                }
            )
            rows.append(edge(source, target, at, **ends))
        return graph(*rows)

    def supplies(self, own: dict[str, np.ndarray] | None = None) -> dict[str, Supply]:
        """Supplies: own making in its range, or at some points. Who makes none makes none for itself."""
        found = {}
        for product in GOODS:
            low, high = self.own[product] * self.makers[product]
            if own is not None:
                low = high = own[product] * self.makers[product]
            layers = np.stack([low, (low + high) / 2, high])
            able = self.makers[product]
            found[product] = Supply(csr_matrix(self.bought[product] * able), layers, able)
        return found

    def line(self, own: float | None = None) -> Line:
        low, high = self.home_own if own is None else (own, own)
        share = Range((low + high) / 2, low, high)
        return Line(GOODS[-1], self.sellers, share, np.eye(COUNTRIES)[0])


PRICES = {p: Range.exact(10.0) for p in GOODS}


@FAST
@given(SEEDS)
def test_parts_never_exceed_the_whole_and_bounds_hold_the_value(seed):
    world = World(seed)
    found = Tracing(world.graph(), COUNTRIES, world.supplies(), PRICES).follow([world.line()])
    assert found.total[VALUE].sum() <= 1 + 1e-9
    assert found.total.min() >= 0
    assert found.unknown.min() >= -1e-9
    for layers in (found.face, found.direct, found.total, found.indirect):
        assert (layers[LOW] <= layers[VALUE] + 1e-9).all()
        assert (layers[VALUE] <= layers[HIGH] + 1e-9).all()
    assert found.direct[VALUE] + found.indirect[VALUE] == pytest.approx(found.total[VALUE])
    stages = sum(found.stages.values())
    assert stages == pytest.approx(found.total[VALUE])


@FAST
@given(SEEDS)
def test_where_every_seller_is_known_nothing_is_lost(seed):
    world = World(seed, lacking=False)
    world.makers = {p: np.ones(COUNTRIES, dtype=bool) for p in GOODS}
    found = Tracing(world.graph(), COUNTRIES, world.supplies(), PRICES).follow([world.line()])
    assert found.unknown == pytest.approx([0.0], abs=1e-9)
    assert found.face[VALUE].sum() == pytest.approx(1.0)


@FAST
@given(SEEDS)
def test_no_point_inside_the_ranges_leaves_the_bounds(seed):
    world = World(seed)
    bounds = Tracing(world.graph(), COUNTRIES, world.supplies(), PRICES).follow([world.line()])
    rng = world.rng
    for _ in range(5):
        points = {k: rng.uniform(*ends) for k, ends in world.coefficients.items()}
        own = {p: rng.uniform(*world.own[p]) for p in GOODS}
        exact = Tracing(world.graph(points), COUNTRIES, world.supplies(own), PRICES)
        found = exact.follow([world.line(rng.uniform(*world.home_own))])
        # What is unknown at the point may be anybody's, so the sure part is what can be compared.
        assert (found.total[VALUE] >= bounds.total[LOW] - 1e-9).all()
        assert (found.total[VALUE] <= bounds.total[HIGH] + 1e-9).all()


@FAST
@given(SEEDS)
def test_a_chain_at_home_has_no_exposure(seed):
    world = World(seed)
    alone = {
        p: Supply(s.bought, np.ones((3, COUNTRIES)), s.makers) for p, s in world.supplies().items()
    }
    found = Tracing(world.graph(), COUNTRIES, alone, PRICES).follow([world.line(own=1.0)])
    assert found.total[:, 0, 1:] == pytest.approx(np.zeros((3, COUNTRIES - 1)), abs=1e-9)
    assert found.total[:, 0, 0] == pytest.approx([1, 1, 1])


@FAST
@given(SEEDS)
def test_an_edge_with_coefficient_zero_changes_nothing(seed):
    world = World(seed)
    plain = world.graph()
    target = GOODS[world.rng.integers(1, len(GOODS))]
    more = graph(*plain.edges, edge("salt", target, 0.0))
    supplies, lines = world.supplies(), [world.line()]
    assert Tracing(more, COUNTRIES, supplies, PRICES).follow(lines).total == pytest.approx(
        Tracing(plain, COUNTRIES, supplies, PRICES).follow(lines).total
    )


@FAST
@given(SEEDS)
def test_a_forgotten_coefficient_only_widens(seed):
    world = World(seed)
    known = world.graph()
    # Where inputs surely cost more than the product, what is known contradicts itself.
    spent = {p: sum(c[0] for (_, at), c in world.coefficients.items() if at == p) for p in GOODS}
    assume(max(spent.values()) <= 1)
    forgotten = world.rng.integers(len(known.edges))
    edges = [
        edge(e.input_product, e.output_product, None) if k == forgotten else e
        for k, e in enumerate(known.edges)
    ]
    supplies, lines = world.supplies(), [world.line()]
    narrow = Tracing(known, COUNTRIES, supplies, PRICES).follow(lines)
    wide = Tracing(graph(*edges), COUNTRIES, supplies, PRICES).follow(lines)
    assert (wide.total[LOW] <= narrow.total[LOW] + 1e-9).all()
    assert (wide.total[HIGH] >= narrow.total[HIGH] - 1e-9).all()


@FAST
@given(
    st.lists(st.tuples(st.floats(0, 50), st.floats(0, 50)), min_size=1, max_size=5),
    SEEDS,
)
def test_lines_added_up_stay_between_their_bounds(ends, seed):
    rng = np.random.default_rng(seed)
    worths = [Range((a + b) / 2, min(a, b), max(a, b)) for a, b in ends]
    assume(sum(w.low for w in worths) > 0.1)
    lines = np.sort(rng.random((3, len(worths), 6)), axis=0)
    found = added(weights(worths), lines)
    assert (found[LOW] <= found[HIGH] + 1e-9).all()
    for _ in range(5):
        exact = np.array([rng.uniform(w.low, w.high) for w in worths])
        inside = rng.uniform(lines[LOW], lines[HIGH])
        total = exact @ inside / exact.sum()
        assert (found[LOW] - 1e-9 <= total).all()
        assert (total <= found[HIGH] + 1e-9).all()


@FAST
@given(SEEDS, st.integers(1, 4), st.integers(2, 5))
def test_any_network_is_solved_and_conserved(seed, sectors, countries):
    rng = np.random.default_rng(seed)
    nodes = countries * sectors
    flows = rng.random((nodes, nodes)) * (rng.random((nodes, nodes)) < 0.5)
    output = flows.sum(axis=0) / rng.uniform(0.2, 0.95, nodes) + 0.01
    technical = csr_matrix(flows / output)
    wanted = rng.random((nodes, 3))
    dense = np.linalg.solve(np.eye(nodes) - technical.toarray(), wanted)
    assert solve(technical, sectors, wanted) == pytest.approx(dense, abs=1e-9)
    names = tuple(map(str, range(countries))), tuple(map(str, range(sectors)))
    network = Network(*names, csr_matrix(flows), output, flows.sum(axis=0) * 1.05)
    buyers = np.ones((nodes, 1))
    assume(network.bought.sum() > 0)
    found = origins(network, buyers)
    whole = found.look_through.sum(axis=0) + found.look_through_unlisted
    assert whole == pytest.approx([1.0], abs=1e-9)
    assert found.look_through.min() > -1e-9  # inputs cost less than the output here
