"""The EU assessment of criticality: supply risk, economic importance, thresholds.

European Commission 2017 (guidelines, doi:10.2873/769526) as used in the 2017, 2020 and 2023 lists.
Pure functions with every input as an argument; nothing is looked up.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import floor, fsum, isfinite
from typing import Literal

from verdikart.core.errors import UsageProblem

SupplyUsed = Literal["GS+EU", "GS", "EU"]
SUPPLY_USED: tuple[SupplyUsed, ...] = ("GS+EU", "GS", "EU")
SR_THRESHOLD = 1.0
EI_THRESHOLD = 2.8
WORLD_WEIGHT = 0.5  # weight of world supply where everything is imported
PREFERENTIAL = 0.8  # trade parameter inside the home's own trade area
TEN = 10.0


def hhi_weighted(parts: Iterable[tuple[float, float, float]]) -> float:
    """HHI_WGI,t = Σ S² · WGI · t of (share 0–1, governance 0–10, trade parameter) triples.

    The result is on 0–10 and above where the trade parameter exceeds 1; it is not normalised.
    """
    return fsum(share * share * governance * trade for share, governance, trade in parts)


def supply_risk(
    hhi_global: float | None,
    hhi_home: float | None,
    import_reliance: float | None,
    eol_rir: float,
    si_sr: float,
    supply_used: SupplyUsed = "GS+EU",
    *,
    world_weight: float = WORLD_WEIGHT,
) -> float:
    """Supply risk SR, unrounded.

    SR = [HHI_global · w·IR + HHI_home · (1 − w·IR)] · (1 − EoL_RIR) · SI_SR with w = ½, so that
    world supply and the home's own sourcing count alike where everything is imported.

    ``hhi_global, hhi_home``: governance- and trade-weighted concentration, 0–10, not held to 1;
    the one that ``supply_used`` leaves out is ignored (``GS``: world supply only; ``EU``: the
    home's sourcing only), and so is ``import_reliance`` then. The other inputs are 0–1; a net
    exporter's negative import reliance is 0 by the method. Raises :class:`UsageProblem` for an
    input out of range or lacking. Source: doi:10.2873/769526; 2017 study p. 48–51.
    """
    if supply_used not in SUPPLY_USED:
        raise UsageProblem(
            f"supply_used is {supply_used!r}; available: {', '.join(SUPPLY_USED)} "
            "(world and home, world only, home only)"
        )
    recycled = _unit("eol_rir", eol_rir)
    substitution = _unit("si_sr", si_sr)
    if supply_used == "GS":
        concentration = _concentration("hhi_global", hhi_global)
    elif supply_used == "EU":
        concentration = _concentration("hhi_home", hhi_home)
    else:
        weight = _unit("world_weight", world_weight) * _unit("import_reliance", import_reliance)
        world = _concentration("hhi_global", hhi_global) if weight > 0 else 0.0
        home = _concentration("hhi_home", hhi_home) if weight < 1 else 0.0
        concentration = world * weight + home * (1 - weight)
    return concentration * (1 - recycled) * substitution


def economic_importance(
    shares: Mapping[str, float] | Sequence[float],
    value_added: Mapping[str, float] | Sequence[float],
    si_ei: float,
    scale: float,
) -> float:
    """Economic importance EI, unrounded: Σ A_s·Q_s · SI_EI · 10 / scale.

    ``shares`` A_s: share of end use in sector s, 0–1; ``value_added`` Q_s: that sector's value
    added. Both are mappings by sector, or sequences in the same order. ``scale``: value added of
    the largest manufacturing sector, in the unit of ``value_added`` (204 200 MEUR, NACE C28, in the
    2023 study). Raises :class:`UsageProblem` for a share outside 0–1, a negative value added, a
    sector without one, or sequences of unlike length. Source: doi:10.2873/769526.
    """
    pairs = _paired(shares, value_added)
    if not (isfinite(scale) and scale > 0):
        raise UsageProblem(
            f"scale is {scale}; give the value added of the largest manufacturing sector, above 0"
        )
    for sector, share, value in pairs:
        _unit(f"share of {sector}", share)
        if not (isfinite(value) and value >= 0):
            raise UsageProblem(f"value added of {sector} is {value}; it cannot be negative")
    weighted = fsum(share * value for _, share, value in pairs)
    return weighted * _unit("si_ei", si_ei) * TEN / scale


def _paired(
    shares: Mapping[str, float] | Sequence[float],
    value_added: Mapping[str, float] | Sequence[float],
) -> list[tuple[str, float, float]]:
    if isinstance(shares, Mapping) and isinstance(value_added, Mapping):
        lacking = [sector for sector in shares if sector not in value_added]
        if lacking:
            raise UsageProblem(
                f"no value added for {', '.join(lacking)}; known: {', '.join(value_added)}"
            )
        return [(sector, share, value_added[sector]) for sector, share in shares.items()]
    if isinstance(shares, Mapping) or isinstance(value_added, Mapping):
        raise UsageProblem("give shares and value_added both by sector, or both as sequences")
    if len(shares) != len(value_added):
        raise UsageProblem(f"{len(shares)} shares and {len(value_added)} values added; pair them")
    pairs = zip(shares, value_added, strict=True)
    return [(f"sector {i}", share, value) for i, (share, value) in enumerate(pairs, start=1)]


def _unit(name: str, value: float | None) -> float:
    if value is None or not isfinite(value) or not 0 <= value <= 1:
        hint = "; a net exporter's is 0 by the method" if name == "import_reliance" else ""
        raise UsageProblem(f"{name} is {value}; it is a fraction from 0 to 1{hint}")
    return value


def _concentration(name: str, value: float | None) -> float:
    if value is None or not isfinite(value) or value < 0:
        raise UsageProblem(
            f"{name} is {value}; it is a weighted concentration from 0, or name in supply_used "
            "the supply that is known"
        )
    return value


def shown(value: float) -> float:
    """A score as the lists print it: one decimal, halves up (the slack is for binary fractions)."""
    return floor(value * 10 + 0.5 + 1e-9) / 10


def reaches(value: float, threshold: float) -> bool:
    """Whether a score reaches or exceeds a threshold at one decimal (0.95 reaches 1.0)."""
    return shown(value) >= threshold - 1e-9


def is_critical(
    sr: float,
    ei: float,
    sr_threshold: float = SR_THRESHOLD,
    ei_threshold: float = EI_THRESHOLD,
) -> bool:
    """Critical by the thresholds: SR ≥ 1.0 and EI ≥ 2.8, compared at one decimal."""
    return reaches(sr, sr_threshold) and reaches(ei, ei_threshold)


def bottleneck(scores: Mapping[str, float]) -> str | None:
    """Stage rule: the stage with the numerically higher SR is assessed; ties by name."""
    return min(scores, key=lambda stage: (-scores[stage], stage)) if scores else None


def group_mean(scores: Iterable[float]) -> float | None:
    """Score of a group (HREE, LREE, PGM): the arithmetic mean of its members."""
    rows = list(scores)
    return fsum(rows) / len(rows) if rows else None
