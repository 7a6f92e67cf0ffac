"""Finds every fault of a chain at once: cycles, dangling products, codes, floors, units, stages.

Works on a :class:`Draft`, which a package table or a user's file is read into; what is known of
codes, stoichiometry and coverage is handed in as :class:`Knowledge`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from verdikart.chains.graph import KINDS, OUTPUTS, cycle, needs
from verdikart.core.errors import nearest
from verdikart.reference.entities import Product
from verdikart.reference.value_chains import Chain, ChainEdge

FUNCTIONS = ("mining", "processing", "specialisation", "recycling")
LANGUAGES = {"nb": "bokmål", "en": "English"}
TOLERANCE = 1e-9
SUGGESTED = (
    10  # unknown products that like-named ones are looked for: each is held against all names
)
Code = tuple[str, str]  # nomenclature ("" where none is written), code


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault. ``fault`` is a row of the table ``chain_faults``; ``values`` fill its texts in.

    ``line`` is that of the file, None where the chain stands in the package's tables.
    """

    fault: str
    subject: str
    line: int | None
    values: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Draft:
    """A chain before it is trusted.

    ``own``: products that the draft itself declares. ``lines``: line by subject (chain, product or
    edge id). ``untraded``: products that are said to have no trade code.
    """

    chain: Chain
    edges: tuple[ChainEdge, ...]
    products: Mapping[str, Product]
    own: tuple[str, ...] = ()
    codes: Mapping[str, Sequence[Code]] = field(default_factory=dict)
    untraded: AbstractSet[str] = frozenset()
    lines: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What a chain is checked against.

    ``stages``: stage → order. ``revisions``: code → nomenclatures it exists in. ``floors``:
    (input, output) → least input per output. ``covered``: products some source shows, or None
    where that is not asked. ``functions``: functions that the chain has a statement on.
    """

    stages: Mapping[str, int]
    revisions: Mapping[str, Sequence[str]]
    floors: Mapping[tuple[str, str], float]
    covered: AbstractSet[str] | None = None
    functions: AbstractSet[str] = frozenset()


def lint(draft: Draft, known: Knowledge) -> list[Finding]:
    """Return all findings, in the order of the file's lines and then of the checks."""
    found = [finding for check in CHECKS for finding in check(draft, known)]
    return sorted(found, key=lambda f: f.line if f.line is not None else 0)


def _found(draft: Draft, fault: str, subject: str, **values: object) -> Finding:
    line = draft.lines.get(subject, draft.lines.get(draft.chain.chain_id))
    return Finding(fault, subject, line, {k: _text(v) for k, v in values.items()})


def _text(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _cycles(draft: Draft, _: Knowledge) -> Iterator[Finding]:
    ring = cycle(draft.edges)
    if ring:
        closing = next(e for e in draft.edges if (e.input_product, e.output_product) == ring[-2:])
        yield _found(draft, "cycle", closing.edge_id, path=" → ".join(ring))


def _edges(draft: Draft, known: Knowledge) -> Iterator[Finding]:
    if not draft.edges:
        yield _found(draft, "no_edges", draft.chain.chain_id)
    seen: dict[tuple[str, ...], str] = {}
    close: dict[str, str] = {}
    for edge in draft.edges:
        ends = (edge.input_product, edge.output_product)
        for product in ends:
            if product not in draft.products:
                if product not in close:
                    close[product] = _nearest(draft, product) if len(close) < SUGGESTED else "–"
                values = {"product": product, "nearest": close[product]}
                yield _found(draft, "product_unknown", edge.edge_id, **values)
        if edge.relation not in KINDS:
            words = ", ".join(KINDS)
            yield _found(
                draft, "relation_unknown", edge.edge_id, relation=edge.relation, known=words
            )
        key = (*ends, edge.process, edge.choice, edge.route)
        if key in seen:
            values = dict(zip(("input", "output", "process"), (*ends, edge.process), strict=True))
            yield _found(draft, "edge_twice", edge.edge_id, **values)
        seen[key] = edge.edge_id
        yield from _backwards(draft, known, edge)


def _nearest(draft: Draft, product: str) -> str:
    names = {p.product_id: (p.name_en, p.name_nb) for p in draft.products.values()}
    return ", ".join(nearest(product, names, 3)) or "–"


def _backwards(draft: Draft, known: Knowledge, edge: ChainEdge) -> Iterator[Finding]:
    ends = [draft.products.get(p) for p in (edge.input_product, edge.output_product)]
    if edge.relation != "main input" or None in ends:
        return
    first, last = (p.stage for p in ends if p is not None)
    if first == "scrap" or first not in known.stages or last not in known.stages:
        return
    if known.stages[first] > known.stages[last]:
        yield _found(
            draft,
            "stage_backwards",
            edge.edge_id,
            input=edge.input_product,
            output=edge.output_product,
            input_stage=first,
            output_stage=last,
        )


def _products(draft: Draft, known: Knowledge) -> Iterator[Finding]:
    used = {p for e in draft.edges for p in (e.input_product, e.output_product)}
    for product_id in draft.own:
        product = draft.products[product_id]
        if product_id not in used:
            yield _found(draft, "product_dangling", product_id, product=product_id)
        if product.stage not in known.stages:
            words = ", ".join(known.stages)
            yield _found(draft, "stage_unknown", product_id, stage=product.stage, known=words)
        yield from _names(draft, product_id, product)
    yield from _names(draft, draft.chain.chain_id, draft.chain)


def _names(draft: Draft, thing: str, named: Product | Chain) -> Iterator[Finding]:
    for lang, language in LANGUAGES.items():
        if not named.name(lang).strip():
            name = f"name_{lang}"
            yield _found(
                draft, "translation_missing", thing, thing=thing, lang=language, field=name
            )


def _parts(draft: Draft, _: Knowledge) -> Iterator[Finding]:
    """Products that no edge joins to the first one, whatever the direction."""
    beside: dict[str, set[str]] = {}
    for edge in draft.edges:
        beside.setdefault(edge.input_product, set()).add(edge.output_product)
        beside.setdefault(edge.output_product, set()).add(edge.input_product)
    parts: list[set[str]] = []
    for product in beside:
        if any(product in part for part in parts):
            continue
        part, waiting = {product}, [product]
        while waiting:
            new = beside[waiting.pop()] - part
            part |= new
            waiting += new
        parts.append(part)
    largest = max(parts, key=len, default=set[str]())
    for part in parts:
        if part is not largest:
            first = next(p for p in beside if p in part)
            edge = next(e for e in draft.edges if first in (e.input_product, e.output_product))
            yield _found(draft, "chain_split", edge.edge_id, product=first)


def _codes(draft: Draft, known: Knowledge) -> Iterator[Finding]:
    for product_id in draft.own:
        codes = draft.codes.get(product_id, ())
        if not codes and product_id not in draft.untraded:
            yield _found(draft, "code_missing", product_id, product=product_id)
        for nomenclature, code in codes:
            values = {"product": product_id, "code": code}
            if not nomenclature:
                yield _found(draft, "code_no_revision", product_id, **values)
            elif nomenclature == "CN8":
                continue  # CN8 changes every year; no table of its codes is kept
            elif code not in known.revisions:
                yield _found(draft, "code_unknown", product_id, **values)
            elif nomenclature not in known.revisions[code]:
                held = ", ".join(known.revisions[code])
                values |= {"nomenclature": nomenclature, "known": held}
                yield _found(draft, "code_not_in_revision", product_id, **values)


def _coefficients(draft: Draft, known: Knowledge) -> Iterator[Finding]:
    for edge in draft.edges:
        value, low, high = edge.coefficient, edge.coef_low, edge.coef_high
        ends = {"input": edge.input_product, "output": edge.output_product}
        if low is not None and high is not None and low > high:
            yield _found(draft, "range_reversed", edge.edge_id, low=low, high=high)
        if value is None:
            if KINDS.get(edge.relation) == "main":
                yield _found(draft, "coefficient_missing", edge.edge_id, **ends)
            continue
        if (low is not None and value < low - TOLERANCE) or (
            high is not None and value > high + TOLERANCE
        ):
            bounds = {"low": 0.0 if low is None else low, "high": "∞" if high is None else high}
            yield _found(draft, "coefficient_order", edge.edge_id, value=value, **bounds)
        if not edge.coef_unit:
            yield _found(draft, "coefficient_no_unit", edge.edge_id, value=value)
        floor = known.floors.get((edge.input_product, edge.output_product))
        if floor is not None and edge.relation not in OUTPUTS and value < floor * (1 - 1e-4):
            yield _found(draft, "below_floor", edge.edge_id, value=value, floor=floor, **ends)


def unit_of_output(unit: str) -> str:
    """What a coefficient is per: ``t`` of ``kg/t``, ``kWh`` of ``kg/kWh``, ``t P2O5`` of ``t/t P2O5``."""
    parts = re.split(r"\s+per\s+|/", unit.strip(), maxsplit=1)
    return parts[1].strip() if len(parts) == 2 else ""


def _units(draft: Draft, _: Knowledge) -> Iterator[Finding]:
    for output, edges in _by_output(draft.edges).items():
        per: dict[str, str] = {}
        for edge in edges:
            if edge.coefficient is not None and edge.relation not in OUTPUTS and edge.coef_unit:
                per.setdefault(unit_of_output(edge.coef_unit), edge.edge_id)
        if len(per) > 1:
            last = list(per.values())[-1]
            yield _found(draft, "unit_clash", last, output=output, units=", ".join(sorted(per)))


def _by_output(edges: Sequence[ChainEdge]) -> dict[str, list[ChainEdge]]:
    found: dict[str, list[ChainEdge]] = {}
    for edge in edges:
        found.setdefault(edge.output_product, []).append(edge)
    return found


def _routes(draft: Draft, _: Knowledge) -> Iterator[Finding]:
    for output, edges in _by_output(draft.edges).items():
        for edge in edges:
            if edge.route and not edge.choice:
                yield _found(draft, "route_without_choice", edge.edge_id, route=edge.route)
            if edge.choice and not edge.route:
                values = {"choice": edge.choice, "output": output}
                yield _found(draft, "choice_without_route", edge.edge_id, **values)
        for need in needs(edges):
            if not need.choice:
                continue
            first = need.routes[0].edges[0].edge_id
            values = {"choice": need.choice, "output": output}
            if len(need.routes) == 1:
                route = need.routes[0].name
                yield _found(draft, "choice_single", first, route=route, **values)
            least = sum(route.share.low for route in need.routes)
            if least > 1 + 1e-6:
                yield _found(draft, "route_share_sum", first, sum=round(least, 4), **values)
        loose = [e for e in edges if e.relation == "main input" and not e.choice]
        processes = dict.fromkeys(e.process for e in loose if e.process)
        if len(processes) > 1:
            names = " · ".join(processes)
            yield _found(
                draft, "routes_unmarked", loose[-1].edge_id, output=output, processes=names
            )


def _coverage(draft: Draft, known: Knowledge) -> Iterator[Finding]:
    if known.covered is not None:
        used = dict.fromkeys(p for e in draft.edges for p in (e.input_product, e.output_product))
        for product in used:
            if product in draft.products and product not in known.covered:
                yield _found(draft, "ghost", product, product=product)
    if draft.chain.depth == "deep":
        for function in FUNCTIONS:
            if function not in known.functions:
                yield _found(draft, "function_missing", draft.chain.chain_id, function=function)


CHECKS: tuple[Callable[[Draft, Knowledge], Iterator[Finding]], ...] = (
    _edges,
    _cycles,
    _products,
    _parts,
    _codes,
    _coefficients,
    _units,
    _routes,
    _coverage,
)
