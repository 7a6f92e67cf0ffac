"""Splits a question that is too large for one request of a provider."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import prod

Choice = dict[str, tuple[str, ...]]


def split(choice: Mapping[str, Sequence[str]], most: int) -> list[Choice]:
    """Choices that together are ``choice``, none with more than ``most`` combinations of values.

    The dimension with most values is halved first; a choice of one value in each dimension is left
    as it is, whatever ``most`` is.
    """
    whole = {name: tuple(values) for name, values in choice.items()}
    if prod(map(len, whole.values())) <= most or all(len(v) <= 1 for v in whole.values()):
        return [whole]
    longest = max(whole, key=lambda name: len(whole[name]))
    values = whole[longest]
    middle = len(values) // 2
    return [
        part
        for half in (values[:middle], values[middle:])
        for part in split({**whole, longest: half}, most)
    ]
