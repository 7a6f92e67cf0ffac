"""GeoPolRisk: concentration of world production times the instability of the home's suppliers.

    score = HHI · Σᵢ gᵢ fᵢ / (p + F)        factor = score · price / 0.409412948

HHI of world production by country; gᵢ instability of exporter i (0–1); fᵢ the home's imports from
it and F their sum, in tonnes; p the home's own production, in tonnes of the same basis. Source:
Santillán-Saldivar et al. 2022, Koyamparambath et al. 2024. Scalars are plain Python;
:func:`score_table` does any number of pairs of home and material at once. numpy is imported here,
so the package of indicators does not import this module.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import fsum
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
Ints: TypeAlias = NDArray[np.intp]
Flags: TypeAlias = NDArray[np.bool_]

COPPER = 0.409412948
"""Score times price (kUSD/t) of copper, mean of OECD countries 2017–2021: the unit of the factor."""


def instability(estimate: float | None) -> float | None:
    """Instability 0 (best) to 1 (worst) from the World Bank's estimate, about −2.5 to 2.5."""
    return None if estimate is None else min(1.0, max(0.0, 0.5 - estimate / 5.0))


def production_hhi(amounts: Iterable[float]) -> float | None:
    """HHI (0–1) of production by country; None where nothing is produced."""
    rows = list(amounts)
    total = fsum(rows)
    return fsum(a * a for a in rows) / (total * total) if total > 0 else None


def geopolrisk(
    hhi: float | None,
    weighted_imports: float | None,
    imports: float | None,
    production: float | None,
) -> float | None:
    """The score; None where an input is missing, or where nothing is imported or produced.

    ``weighted_imports`` is Σ gᵢ fᵢ; tonnes of one basis throughout.
    """
    if hhi is None or weighted_imports is None or imports is None or production is None:
        return None
    supply = imports + production
    return hhi * weighted_imports / supply if supply > 0 else None


def characterization_factor(score: float | None, price: float | None) -> float | None:
    """Kilograms of copper-equivalents a kilogram, from the score and a price in kUSD/t."""
    return None if score is None or price is None else score * price / COPPER


@dataclass(frozen=True, slots=True)
class Flows:
    """Import flows, one element each. ``pair`` is the place of its home and material in a Supply.

    ``tonnes`` is nan where the quantity is not known, ``instability`` where the exporter has none;
    ``value`` in kUSD.
    """

    pair: Ints
    tonnes: Floats
    value: Floats
    instability: Floats


@dataclass(frozen=True, slots=True)
class Supply:
    """What a pair of home and material has beside its imports; all arrays have one element a pair.

    ``production`` in tonnes of the basis of trade, nan where it is not known; ``production_low``
    and ``production_high`` are its bounds (``inf`` where there is none); ``hhi`` of the world.
    """

    hhi: Floats
    production: Floats
    production_low: Floats
    production_high: Floats


@dataclass(frozen=True, slots=True)
class ScoreTable:
    """The result, one element a pair; nan where there is no figure.

    ``low`` and ``high`` bound the score and equal it where it is exact. ``imports`` in measured
    tonnes; ``price`` in kUSD/t of the measured flows; ``flows`` counts all of them;
    ``unmeasured`` is the part of their value without a quantity; ``unscored`` tells that an
    exporter has no instability.
    """

    score: Floats
    low: Floats
    high: Floats
    import_risk: Floats
    price: Floats
    factor: Floats
    imports: Floats
    flows: Ints
    unmeasured: Floats
    unscored: Flags


def score_table(flows: Flows, supply: Supply) -> ScoreTable:
    """Score every pair of ``supply`` at once, with bounds for what is not known.

    An exporter without instability may have any from 0 to 1. A flow without quantity may weigh
    from nothing to what its value buys at the pair's own mean price. Where a needed input is
    missing altogether the score is nan and only the bounds are left. Cost: a few passes over
    the flows.
    """
    size = len(supply.hhi)
    with np.errstate(divide="ignore", invalid="ignore"):
        return _table(flows, supply, size)


def _sums(pair: Ints, weights: Floats | Flags, size: int) -> Floats:
    return np.bincount(pair, weights=weights, minlength=size).astype(np.float64, copy=False)


def _table(flows: Flows, supply: Supply, size: int) -> ScoreTable:
    lacking = np.isnan(flows.tonnes)
    tonnes = np.where(lacking, 0.0, flows.tonnes)
    unknown = np.isnan(flows.instability)
    lowest = np.where(unknown, 0.0, flows.instability)
    highest = np.where(unknown, 1.0, flows.instability)

    count = np.bincount(flows.pair, minlength=size)
    imports = _sums(flows.pair, tonnes, size)
    weighted_low = _sums(flows.pair, lowest * tonnes, size)
    weighted_high = _sums(flows.pair, highest * tonnes, size)
    value = _sums(flows.pair, flows.value, size)
    measured_value = _sums(flows.pair, np.where(lacking, 0.0, flows.value), size)
    price = np.where(imports > 0, measured_value / imports, np.nan)
    unscored = _sums(flows.pair, unknown, size) > 0

    # A flow of unknown size in a pair without a measured one cannot be sized by price.
    sized = lacking & (imports > 0)[flows.pair] & (flows.value > 0)
    extra = flows.pair[sized], flows.value[sized] / price[flows.pair[sized]]
    low = _extreme(
        weighted_low, supply.production_high + imports, (*extra, lowest[sized]), highest=False
    )
    high = _extreme(
        weighted_high, supply.production_low + imports, (*extra, highest[sized]), highest=True
    )
    unsized = (_sums(flows.pair, lacking, size) > 0) & (imports <= 0)
    worst = np.zeros(size)
    np.maximum.at(worst, flows.pair, highest)
    low = np.where(unsized, 0.0, low)
    high = np.where(unsized, worst, high)

    known = ~unscored & ~unsized
    risk = np.where(known, weighted_low / (supply.production + imports), np.nan)
    score = supply.hhi * risk
    return ScoreTable(
        score=score,
        low=supply.hhi * low,
        high=supply.hhi * high,
        import_risk=risk,
        price=price,
        factor=score * price / COPPER,
        imports=imports,
        flows=count,
        unmeasured=np.where(value > 0, (value - measured_value) / value, 0.0),
        unscored=unscored,
    )


def _extreme(
    weighted: Floats, total: Floats, extra: tuple[Ints, Floats, Floats], *, highest: bool
) -> Floats:
    """The least or greatest of (weighted + Σ g u) / (total + Σ u), each u from 0 to its limit.

    ``extra`` holds pair, limit and g of each flow. The ratio is a mediant, so a flow belongs in
    exactly when its g lies beyond the ratio reached; what is in can only fall out as the ratio
    moves, so the passes end.
    """
    pair, limit, g = extra
    size = len(weighted)
    ratio = np.where(total > 0, weighted / total, np.nan)
    for _ in range(len(pair) + 1):
        beyond = g > ratio[pair] if highest else g < ratio[pair]
        chosen = np.where(beyond, limit, 0.0)
        reached = (weighted + _sums(pair, chosen * g, size)) / (total + _sums(pair, chosen, size))
        if np.array_equal(reached, ratio, equal_nan=True):
            break
        ratio = reached
    return ratio
