"""Values as SQL writes them."""

from __future__ import annotations

from collections.abc import Iterable


def text_literal(value: object) -> str:
    """A value as a literal, such as a path."""
    return "'" + str(value).replace("'", "''") + "'"


def text_literals(values: Iterable[object]) -> str:
    """Values as a list of literals, for ``IN (…)``."""
    return ", ".join(text_literal(value) for value in values)
