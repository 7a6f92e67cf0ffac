"""Input lines added up by value: weights with bounds, and the bounds of a weighted sum. Pure.

Tonnes of unlike inputs are never added; a line counts by what it is worth per unit of the output.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from verdikart.chains.exposure import HIGH, LOW, VALUE
from verdikart.indicators.assessment import Range

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]


def weights(worths: Sequence[Range]) -> Array:
    """Each line's weight among all, from what they are worth (layers × lines).

    The value is of what the lines with a known worth cost together, nan for the others; the bounds
    hold whatever those are worth. A line alone has all the weight.
    """
    import numpy as np

    if len(worths) == 1:
        return np.ones((3, 1))
    least = np.array([w.low for w in worths])
    most = np.array([w.high for w in worths])
    value = np.array([np.nan if w.value is None else w.value for w in worths])
    whole = np.nansum(value)
    shares = value / whole if whole > 0 else np.full(len(worths), np.nan)
    return np.stack([_share(least, most), shares, _share(most, least)])


def added(weight: Array, lines: Array) -> Array:
    """Lines added up by weight (layers × lines): layers × lines × figures become layers × figures.

    The value is of the lines that have one (nan: none of any weight has); what the others weigh is
    left out and never shared among them.
    """
    import numpy as np

    if weight.shape[1] == 1:
        found: Array = lines[:, 0]
        return found
    known = np.nan_to_num(weight[VALUE]) @ np.nan_to_num(lines[VALUE])
    some = (weight[VALUE] > 0) @ ~np.isnan(lines[VALUE])
    return np.stack(
        [
            _extreme(weight[LOW], weight[HIGH], lines[LOW], least=True),
            np.where(some, known, np.nan),
            _extreme(weight[LOW], weight[HIGH], lines[HIGH], least=False),
        ]
    )


def _share(one: Array, others: Array) -> Array:
    """Each line's share with itself at ``one`` and the rest at ``others``; 1 where it is unbounded."""
    import numpy as np

    rest = others.sum() - others if np.isfinite(others).all() else _without(others)
    with np.errstate(invalid="ignore"):
        whole = one + rest
        return np.where(
            np.isinf(one), 1.0, np.where(whole > 0, one / np.where(whole > 0, whole, 1), 0.0)
        )


def _without(amounts: Array) -> Array:
    """The sum of all but each, where some are infinite."""
    import numpy as np

    return np.array([np.delete(amounts, k).sum() for k in range(len(amounts))])


def _extreme(low: Array, high: Array, origins: Array, *, least: bool) -> Array:
    """The least or most of Σ w·origins over weights inside their bounds that sum to 1, per country."""
    import numpy as np

    order = np.argsort(origins if least else -origins, axis=0, kind="stable")
    ordered = np.take_along_axis(origins, order, axis=0)
    room = (high - low)[order]
    left = max(0.0, 1.0 - low.sum())
    filled = np.minimum(np.cumsum(room, axis=0), left)
    taken = np.diff(filled, axis=0, prepend=0.0)
    found: Array = low @ origins + (taken * ordered).sum(axis=0)
    return np.clip(found, 0.0, 1.0)
