"""Where the nodes of a layered drawing stand: columns, order inside them, heights.

The method of Sugiyama, Tagawa and Toda (1981): nodes in layers, long edges through place-holders
in the layers they pass, fewer crossings by sweeps of barycentres and exchanges of neighbours, and
positions by least squares under the distances that boxes need. Nothing is left to chance, so equal
graphs give equal drawings.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from verdikart.chains.graph import topological
from verdikart.reference.value_chains import ChainEdge

Link = tuple[str, str]
SWEEPS, PATIENCE = 24, 6  # at most, and without gain
STRAIGHT = 6.0  # pull of a place-holder on its like: long edges run straight


@dataclass(frozen=True, slots=True)
class Layered:
    """Nodes column by column, from the top; ``links`` join neighbouring columns only.

    ``paths``: the nodes that the edge between two products passes, both ends included. Place-holders
    begin with a space, which no product id does.
    """

    columns: tuple[tuple[str, ...], ...]
    links: tuple[Link, ...]
    paths: Mapping[Link, tuple[str, ...]]


def is_product(node: str) -> bool:
    """Whether a node is a product and no place-holder."""
    return not node.startswith(" ")


def forward(edges: Sequence[ChainEdge], layers: Mapping[str, int]) -> dict[str, int]:
    """Columns in which every edge runs to the right.

    ``layers`` look only at what carries matter forward. Where a side input comes out no earlier than
    what it is used in, that product and what follows it move on; what nothing goes into then
    stands one column before its first use.
    """
    order = topological(edges)
    into: dict[str, list[str]] = {p: [] for p in order}
    after: dict[str, list[str]] = {p: [] for p in order}
    for edge in edges:
        into[edge.output_product].append(edge.input_product)
        after[edge.input_product].append(edge.output_product)
    column: dict[str, int] = {}
    for product in order:
        column[product] = max([layers[product], *(column[p] + 1 for p in into[product])])
    for product in order:
        if not into[product] and after[product]:
            column[product] = min(column[p] for p in after[product]) - 1
    first = min(column.values(), default=0)
    return {product: place - first for product, place in column.items()}


def arrange(column: Mapping[str, int], links: Sequence[Link]) -> Layered:
    """Put the nodes of every column in an order with few crossings."""
    columns: list[list[str]] = [[] for _ in range(max(column.values(), default=-1) + 1)]
    for product, place in column.items():
        columns[place].append(product)
    paths: dict[Link, tuple[str, ...]] = {}
    for one, other in links:
        held = [f" {one} {other} {place}" for place in range(column[one] + 1, column[other])]
        for place, node in enumerate(held, start=column[one] + 1):
            columns[place].append(node)
        paths[one, other] = (one, *held, other)
    steps = tuple(dict.fromkeys(pair for path in paths.values() for pair in pairwise(path)))
    best = min(
        (_untangled(start, steps) for start in (columns, [c[::-1] for c in columns])),
        key=lambda found: found[0],
    )[1]
    return Layered(tuple(map(tuple, best)), steps, paths)


def crossings(columns: Sequence[Sequence[str]], links: Sequence[Link]) -> int:
    """How often links between neighbouring columns cross."""
    at = {node: (c, r) for c, column in enumerate(columns) for r, node in enumerate(column)}
    gaps: dict[int, list[tuple[int, int]]] = {}
    for one, other in links:
        gaps.setdefault(at[one][0], []).append((at[one][1], at[other][1]))
    count = 0
    for pairs in gaps.values():
        pairs.sort()
        for i, (_, right) in enumerate(pairs):
            count += sum(1 for left, end in pairs[:i] if end > right and left < pairs[i][0])
    return count


def _untangled(
    start: Sequence[Sequence[str]], links: Sequence[Link]
) -> tuple[int, list[list[str]]]:
    columns = [list(c) for c in start]
    before, after = _neighbours(links)
    best, least, since = [list(c) for c in columns], crossings(columns, links), 0
    for sweep in range(SWEEPS):
        if least == 0 or since == PATIENCE:
            break
        ahead = sweep % 2 == 0
        beside = before if ahead else after
        places = range(1, len(columns)) if ahead else range(len(columns) - 2, -1, -1)
        for place in places:
            fixed = {n: r for r, n in enumerate(columns[place - 1 if ahead else place + 1])}
            columns[place] = _by_barycentre(columns[place], beside, fixed)
        _exchange(columns, before, after)
        count = crossings(columns, links)
        since += 1
        if count < least:
            best, least, since = [list(c) for c in columns], count, 0
    return least, best


def _neighbours(links: Sequence[Link]) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    before: dict[str, list[str]] = {}
    after: dict[str, list[str]] = {}
    for one, other in links:
        before.setdefault(other, []).append(one)
        after.setdefault(one, []).append(other)
    return before, after


def _by_barycentre(
    column: Sequence[str], beside: Mapping[str, Sequence[str]], fixed: Mapping[str, int]
) -> list[str]:
    """Sort by the mean place of the neighbours; what has none keeps its place."""
    scale = len(fixed) / max(len(column), 1)

    def centre(pair: tuple[int, str]) -> float:
        places = [fixed[n] for n in beside.get(pair[1], ())]
        return sum(places) / len(places) if places else pair[0] * scale

    return [node for _, node in sorted(enumerate(column), key=lambda p: (centre(p), p[0]))]


def _exchange(
    columns: list[list[str]],
    before: Mapping[str, Sequence[str]],
    after: Mapping[str, Sequence[str]],
) -> None:
    """Exchange neighbours in a column as long as that takes crossings away."""
    at = {node: r for column in columns for r, node in enumerate(column)}

    def tangled(upper: str, lower: str) -> int:
        return sum(
            1
            for side in (before, after)
            for u in side.get(upper, ())
            for w in side.get(lower, ())
            if at[u] > at[w]
        )

    for _ in range(SWEEPS):
        gained = False
        for column in columns:
            for r in range(len(column) - 1):
                upper, lower = column[r], column[r + 1]
                if tangled(upper, lower) > tangled(lower, upper):
                    column[r], column[r + 1] = lower, upper
                    at[upper], at[lower] = r + 1, r
                    gained = True
        if not gained:
            return


def heights(
    layered: Layered, size: Mapping[str, float], room: Mapping[bool, float]
) -> dict[str, float]:
    """Middle of every node. ``size``: heights of products; ``room``: free space below a product
    (True) and a place-holder (False).
    """
    middle: dict[str, float] = {}
    for column in layered.columns:
        y = 0.0
        for node in column:
            half = size.get(node, 0.0) / 2
            middle[node] = y + half
            y += 2 * half + room[is_product(node)]
    before, after = _neighbours(layered.links)
    for sweep in range(SWEEPS):
        ahead = sweep % 2 == 0
        for column in layered.columns if ahead else layered.columns[::-1]:
            wanted = [_wanted(node, before, after, middle) for node in column]
            apart = [
                (size.get(one, 0.0) + size.get(other, 0.0)) / 2
                + room[is_product(one) and is_product(other)]
                for one, other in pairwise(column)
            ]
            middle |= zip(column, spread(wanted, apart), strict=True)
    top = min((y - size.get(n, 0.0) / 2 for n, y in middle.items()), default=0.0)
    return {node: y - top for node, y in middle.items()}


def _wanted(
    node: str,
    before: Mapping[str, Sequence[str]],
    after: Mapping[str, Sequence[str]],
    middle: Mapping[str, float],
) -> tuple[float, float]:
    """Where a node would best stand, and how much that matters."""
    near = [*before.get(node, ()), *after.get(node, ())]
    if not near:
        return middle[node], 0.01
    pull = [1.0 if is_product(n) and is_product(node) else STRAIGHT for n in near]
    total = sum(pull)
    return sum(p * middle[n] for p, n in zip(pull, near, strict=True)) / total, total


def spread(wanted: Sequence[tuple[float, float]], apart: Sequence[float]) -> list[float]:
    """Places nearest to the wanted ones (place, weight) by least squares, at least ``apart``.

    Pool adjacent violators on the places less the distances before them.
    """
    offset = [0.0]
    for gap in apart:
        offset.append(offset[-1] + gap)
    pools: list[list[float]] = []  # weighted sum, weight, count
    for (place, weight), shift in zip(wanted, offset, strict=False):
        pools.append([(place - shift) * weight, weight, 1])
        while len(pools) > 1 and pools[-2][0] / pools[-2][1] > pools[-1][0] / pools[-1][1]:
            last = pools.pop()
            for i in range(3):
                pools[-1][i] += last[i]
    flat = [total / weight for total, weight, count in pools for _ in range(int(count))]
    return [place + shift for place, shift in zip(flat, offset, strict=False)]
