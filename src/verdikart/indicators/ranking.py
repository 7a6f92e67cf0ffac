"""Ranks and their agreement."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations


def ranks(values: Mapping[str, float]) -> dict[str, int]:
    """Rank of each item, 1 the highest value; equal values get equal ranks."""
    ordered = sorted(values.values(), reverse=True)
    first: dict[float, int] = {}
    for place, value in enumerate(ordered, start=1):
        first.setdefault(value, place)
    return {name: first[value] for name, value in values.items()}


def places(values: Mapping[str, float]) -> dict[str, float]:
    """Place of each item from 0 (lowest) to 1 (highest); ties share the mean of their places."""
    if len(values) < 2:
        return dict.fromkeys(values, 0.5)
    ordered = sorted(values.values())
    held: dict[float, list[int]] = {}
    for place, value in enumerate(ordered):
        held.setdefault(value, []).append(place)
    last = len(ordered) - 1
    return {name: sum(held[v]) / len(held[v]) / last for name, v in values.items()}


def kendall_tau(one: Mapping[str, float], other: Mapping[str, float]) -> float | None:
    """Kendall's τ-b over the items that both rank: 1 same order, −1 reversed.

    None where either says nothing (fewer than two items, or all tied). Source: Kendall 1945.
    """
    common = sorted(one.keys() & other.keys())
    score = 0
    apart = [0, 0]
    for a, b in combinations(common, 2):
        first = (one[a] > one[b]) - (one[a] < one[b])
        second = (other[a] > other[b]) - (other[a] < other[b])
        score += first * second
        apart[0] += first != 0
        apart[1] += second != 0
    return score / (apart[0] * apart[1]) ** 0.5 if apart[0] and apart[1] else None
