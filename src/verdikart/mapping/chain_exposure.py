"""Exposure of a home along the product chains: each input line, and the lines added up by value."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from verdikart.chains.exposure import (
    HIGH,
    LOW,
    SIDE,
    TONNE,
    VALUE,
    Line,
    Origins,
    Supply,
    Tracing,
    added,
    input_value,
    inputs_of,
    weights,
)
from verdikart.chains.graph import KINDS, ChainGraph
from verdikart.core.errors import UnknownName
from verdikart.core.figure import Status
from verdikart.indicators.assessment import Range
from verdikart.mapping import exposure_supply as sources
from verdikart.mapping.chain_view import ChainView
from verdikart.mapping.library import works
from verdikart.mapping.sector_exposure import OTHER, UNKNOWN, country_names
from verdikart.reference.homes import Home
from verdikart.reference.load import load
from verdikart.reference.value_chains import ChainEdge, Facility

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]

Row = dict[str, Any]
LEAST = 0.01
SHOWN, SHOWN_OF_LINE = 10, 5
CARRIERS = 3
FORMULA = "made = ω·maker + Σ w_i·used_i; used = d·made + (1−d)·Σ m_s·made_s; w_i = a_i·π_i/π"
FIGURES = ("face", "direct", "indirect", "total")


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
        every = (edge.input_product for found in self.inputs.values() for edge, _ in found)
        self.products = tuple(dict.fromkeys(every))
        self._weights: dict[str, Array] = {}
        self._bought: dict[str, list[Bought]] = {}

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
    def lines(self) -> tuple[tuple[Line, str], ...]:
        """Each input as the home gets it, and which source says so (empty: none)."""
        return tuple(_line(self.view, product, self.members) for product in self.products)

    @cached_property
    def origins(self) -> Origins:
        """Origins of all lines."""
        return self.tracing.follow([line for line, _ in self.lines])

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
        at = {product: k for k, product in enumerate(self.products)}
        edges = (edge for edge, _ in found)
        return [Bought(e, w, at[e.input_product]) for e, w in zip(edges, worths, strict=True)]


def targets(graph: ChainGraph, view: ChainView) -> tuple[str, ...]:
    """What a home makes or uses: for Norway goods of working plants, else the chain's end products.

    Only goods whose inputs the chain knows.
    """
    made = {node.product_id for node in graph.nodes if inputs_of(graph, node.product_id)}
    ends = tuple(
        n.product_id for n in graph.nodes if n.product_id in made and not graph.out_of(n.product_id)
    )
    if view.home != "NOR":
        return ends
    plants = {f.product_id for f in load(Facility) if works(f, view.year)}
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


def _line(view: ChainView, product: str, members: Sequence[str]) -> tuple[Line, str]:
    """How the home gets a product: bilateral trade, else its own trade by partner, else unknown."""
    import numpy as np

    seen = sources.seen_by(product, view.year, members)
    if seen is not None:
        return Line(product, *seen), "baci_hs92"
    known = sources.making(product, view.year)
    inside = np.array([iso3 in members for iso3 in sources.lands()])
    able = inside & known.makers
    weight = able / able.sum() if able.any() else np.zeros(len(inside))
    sellers, bought, sold, source = np.zeros(len(inside)), 0.0, 0.0, ""
    for row in view.rows(product):
        if row.basis != "own_imports" or row.evidence is None or row.mix is None:
            continue
        mix, exports = row.evidence.mix, row.evidence.exports
        for supplier in mix.suppliers:
            if supplier.iso3 in sources.at() and supplier.iso3 not in members:
                sellers[sources.at()[supplier.iso3]] += float(supplier.value or 0)
        bought += float(mix.total("value") or 0)
        sold += float(exports.total("value") or 0) if exports else 0.0
        source = row.mix.source
    own = sources.own_share(float("nan"), False, bool(able.any()), bought, sold)
    return Line(product, sellers / bought if bought else sellers, own, weight), source


def tables(view: ChainView) -> dict[str, list[Row]]:
    """``chain_exposure`` (targets) and ``chain_exposure_lines`` (their inputs) of a view's home."""
    found: dict[str, list[Row]] = {"chain_exposure": [], "chain_exposure_lines": []}
    if view.library.home(view.home) is None:
        return found
    for graph in view.graphs.values():
        exposure = ChainExposure(view, graph)
        found["chain_exposure"] += target_rows(exposure)
        found["chain_exposure_lines"] += line_rows(exposure)
    return found


def _head(exposure: ChainExposure, target: str) -> Row:
    product = exposure.graph.products[target]
    return {
        "chain_id": exposure.graph.chain_id,
        "depth": exposure.graph.chain.depth,
        "home": exposure.view.home,
        "year": exposure.view.year,
        "product_id": target,
        "name_en": product.name_en,
        "name_nb": product.name_nb,
    }


def target_rows(exposure: ChainExposure, keep: Collection[str] = ()) -> list[Row]:
    """Targets × countries: all lines of a target together, by value.

    Not computable where an input that is no reagent or energy has no known worth, unless it is the
    only one: what is left would not stand for the whole. The bounds then hold for any worth.
    """
    rows: list[Row] = []
    for target in exposure.targets:
        bought = exposure.bought(target)
        lacking = [b.edge.input_product for b in bought if b.worth.value is None]
        main = [b for b in bought if b.worth.value is None and KINDS[b.edge.relation] not in SIDE]
        alone = len(bought) == 1
        valued = alone or (not main and len(lacking) < len(bought))
        weight = exposure.weights(target)
        figures = dict(zip(FIGURES, exposure.added(target), strict=True))
        head = _head(exposure, target) | {
            "value_basis": "only_line" if alone else "value" if valued else None,
            "lines": len(bought),
            "lines_without_value": [] if alone else lacking,
        }
        caveats = _caveats(exposure, [b.line for b in bought])
        shares = [exposure.origins.total[VALUE, b.line] for b in bought]
        for row in _country_rows(exposure, figures, SHOWN, keep, valued=valued):
            carried = row.pop("at")
            parts = {
                b.edge.input_product: float(w * share[carried])
                for b, w, share in zip(bought, weight[VALUE], shares, strict=True)
                if valued and carried is not None and w > 0 and share[carried] > 0
            }
            rows.append(
                head | row | {"inputs": _largest(parts), "formula": FORMULA, "caveats": caveats}
            )
    return rows


def line_rows(exposure: ChainExposure, keep: Collection[str] = ()) -> list[Row]:
    """Targets × input lines × countries."""
    rows: list[Row] = []
    origins = exposure.origins
    for target in exposure.targets:
        weight = exposure.weights(target)
        for k, item in enumerate(exposure.bought(target)):
            line, source = exposure.lines[item.line]
            head = _head(exposure, target) | _line_head(exposure, item, line, source)
            head |= _range("weight", *(float(x) for x in weight[:, k]))
            figures = {name: getattr(origins, name)[:, item.line] for name in FIGURES}
            caveats = _caveats(exposure, [item.line])
            for row in _country_rows(exposure, figures, SHOWN_OF_LINE, keep):
                at = row.pop("at")
                stages = {
                    p: float(s[item.line, at])
                    for p, s in origins.stages.items()
                    if at is not None and s[item.line, at] > 0
                }
                rows.append(
                    head
                    | row
                    | {"stages": _largest(stages), "formula": FORMULA, "caveats": caveats}
                )
    return rows


def _line_head(exposure: ChainExposure, item: Bought, line: Line, source: str) -> Row:
    edge = item.edge
    product = exposure.graph.products[edge.input_product]
    price = exposure.tracing.prices.get(edge.input_product)
    recorded = {
        c for f in load(Facility) if edge.input_product in f.feeds for c in f.feed_countries
    }
    return {
        "input_id": edge.input_product,
        "input_en": product.name_en,
        "input_nb": product.name_nb,
        "edge_id": edge.edge_id,
        "relation": edge.relation,
        "route": edge.route,
        "coefficient": edge.coefficient,
        "coef_unit": edge.coef_unit,
        "coef_confidence": edge.coef_confidence,
        "unit_value_usd_t": price.value if price else None,
        "source": source or None,
        "recorded_origins": sorted(recorded) if exposure.view.home == "NOR" else [],
        **_range("own_share", line.own.low, line.own.value, line.own.high),
    }


def _range(name: str, low: float, value: float | None, high: float) -> Row:
    """A figure with bounds as JSON keys; nan is no value."""
    known = None if value is None or value != value else value
    status = Status.NOT_COMPUTABLE if known is None else Status.ESTIMATED
    if known is not None and high - low < 1e-9:
        status = Status.ZERO if known == 0 else Status.OK
    return {name: known, f"{name}_status": str(status), f"{name}_low": low, f"{name}_high": high}


def _largest(parts: dict[str, float]) -> list[str]:
    """The largest parts as ``product=share``."""
    ranked = sorted(parts.items(), key=lambda item: (-item[1], item[0]))
    return [f"{product}={share:.4f}" for product, share in ranked[:CARRIERS]]


def _caveats(exposure: ChainExposure, lines: Iterable[int]) -> list[str]:
    """Reason codes of what was assumed for some lines."""
    found: dict[str, None] = {"exposure_sellers_made": None}
    stages = exposure.origins.stages
    for k in lines:
        product = exposure.products[k]
        if not exposure.lines[k][1]:
            found["exposure_no_supply"] = None
        if sources.shared_code(product, exposure.view.year):
            found["exposure_shared_code"] = None
        passed = [p for p, amounts in stages.items() if amounts[k].any()]
        parts = [part for p in passed for part in exposure.tracing.parts(p)]
        if any(part.assumed for part in parts):
            found["exposure_even_split"] = None
    return list(found)


def _country_rows(
    exposure: ChainExposure,
    figures: dict[str, Array],
    most: int,
    keep: Collection[str],
    *,
    valued: bool = True,
) -> Iterator[Row]:
    """One row a country of note or to ``keep``, home first, the rest summed, and what is unknown.

    ``at`` is the country's index, for what carries it; None where the row is no single country.
    """
    home, lands, inside = exposure.home, sources.lands(), exposure.inside
    total, face = figures["total"][VALUE], figures["face"][VALUE]
    size = (total.clip(face) * ~inside).round(9)
    ranked = (-size).argsort(kind="stable")[:most]
    shown = [int(k) for k in ranked if size[k] >= LEAST]
    shown += [at for c in keep if not inside[at := sources.at().get(c, 0)] and at not in shown]
    rest = ~inside
    rest[shown] = False
    groups: list[tuple[str, Any]] = [(home.home_id, inside.nonzero()[0])]
    groups += [(lands[k], [k]) for k in shown]
    groups += [(OTHER, rest)] if size[rest].sum() > 1e-9 else []
    for country, members in groups:
        row: Row = {"country": country, **country_names(country, home)}
        for name in FIGURES:
            layers = figures[name][:, members].sum(axis=1).clip(max=1.0)
            row |= _figure(name, layers, valued)
        row |= _hidden(row)
        single = country != OTHER and len(members) == 1
        row["at"] = int(members[0]) if single else None
        yield row
    row = {"country": UNKNOWN, **country_names(UNKNOWN, home)}
    for name in FIGURES:
        gone = 1 - figures[name][VALUE].sum() if name in ("face", "total") else None
        known = None if gone is None or not valued else float(max(0.0, gone))
        row[name] = known
        row[f"{name}_status"] = str(Status.OK if known is not None else Status.NOT_COMPUTABLE)
    yield row | _hidden(row) | {"at": None}


def _figure(name: str, layers: Array, valued: bool) -> Row:
    low, high = float(layers[LOW]), float(layers[HIGH])
    if valued:
        return _range(name, low, float(layers[VALUE]), high)
    return _range(name, low, None, high) | {f"{name}_reason": "exposure_lines_without_value"}


def _hidden(row: Row) -> Row:
    """Look-through less face value."""
    known = row["total"] is not None and row["face"] is not None
    hidden = row["total"] - row["face"] if known else None
    return {"hidden": hidden, "hidden_status": row["total_status"]}
