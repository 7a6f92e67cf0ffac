"""Shapley values: a change split over its causes, so that the parts sum to the whole.

The part of a cause is its contribution averaged over every order in which the causes can be taken,
so no order has to be chosen. Exact: every subset is evaluated (2ⁿ), nothing is drawn. Shapley 1953,
doi:10.1515/9781400881970-018.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import combinations
from math import factorial, fsum, gcd

Worth = Callable[[frozenset[str]], Sequence[float | None]]
MOST = 10  # causes; every one more doubles the subsets
# The parts of one element sum to its whole within this part of the largest worth: each part is
# rounded twice, once as an exact sum and once as that sum divided by a whole number.
TOLERANCE = 2**-48


def shapley(names: Sequence[str], worth: Worth) -> dict[str, list[float | None]]:
    """Part of each cause in worth(all) − worth(none), element by element.

    ``worth`` takes the set of causes in force and returns one number an element (a score of every
    material, say); it is called once for each of the 2ⁿ subsets. An element that has no number
    (None) for some subset has no parts. A cause that changes no subset's worth gets exactly 0,
    and the result does not depend on the order of ``names``.
    """
    if len(set(names)) != len(names) or len(names) > MOST:
        raise ValueError(f"name each cause once, at most {MOST}: {', '.join(names)}")
    found = {
        subset: worth(subset)
        for size in range(len(names) + 1)
        for subset in map(frozenset, combinations(names, size))
    }
    lengths = {len(values) for values in found.values()}
    if len(lengths) > 1:
        raise ValueError(f"worth must return equally many numbers each time, not {sorted(lengths)}")
    weights = _weights(len(names))
    return {
        name: [_part(name, found, element, weights) for element in range(max(lengths))]
        for name in names
    }


def _weights(count: int) -> list[int]:
    """|S|!·(n − |S| − 1)! by size of S, as the smallest whole numbers in that proportion."""
    plain = [factorial(k) * factorial(count - k - 1) for k in range(count)]
    shared = gcd(*plain)
    return [weight // shared for weight in plain]


def _part(
    name: str,
    found: dict[frozenset[str], Sequence[float | None]],
    element: int,
    weights: Sequence[int],
) -> float | None:
    terms: list[float] = []
    orders = 0
    for subset, values in found.items():
        if name in subset:
            continue
        before, after = values[element], found[subset | {name}][element]
        if before is None or after is None:
            return None
        weight = weights[len(subset)]
        orders += weight
        # Repeated rather than multiplied: fsum of whole repeats is rounded once.
        terms += [after, -before] * weight
    return fsum(terms) / orders
