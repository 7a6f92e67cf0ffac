"""The composed assessment: plain inputs of materials and stages → scores with sure bounds.

Everything a score depends on is in :class:`MaterialInputs`, :class:`Setting` and :class:`Choices`,
so the same inputs can be scored again with one of them changed: a sandbox, a Monte Carlo, a
comparison of two mappings.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import fsum
from typing import Literal

from verdikart.indicators.criticality import (
    EI_THRESHOLD,
    PREFERENTIAL,
    SR_THRESHOLD,
    TEN,
    WORLD_WEIGHT,
    SupplyUsed,
    bottleneck,
    group_mean,
    is_critical,
    reaches,
)

Origin = Literal["published", "own", "assumed", "borrowed_eu", "unknown", "analyst"]
FLAT_GOVERNANCE = 5.0  # every supplier alike, the middle of the scale, where governance is left out
SURE = 1.645  # standard errors on each side: 90 % of a normal distribution
SMALL = "below_floor"  # note of a stage whose flow is below the small-flow floor
ASSESSED_STAGES = ("extraction", "processing")  # the stages of the EU method
# End-use shares with a sector are complete within rounding; outside this the EI has no value.
COMPLETE = (0.97, 1.03)


@dataclass(frozen=True, slots=True)
class Range:
    """A number and where it can lie. ``value`` is None where only the range is known."""

    value: float | None
    low: float
    high: float
    origin: Origin = "published"

    @property
    def width(self) -> float:
        """How much is not known."""
        return self.high - self.low

    @classmethod
    def exact(cls, value: float, origin: Origin = "published") -> Range:
        """A number without error."""
        return cls(value, value, value, origin)

    @classmethod
    def printed(cls, value: float, step: float, origin: Origin = "published") -> Range:
        """A fraction printed in steps: it lies within half a step, and within 0–1."""
        return cls(value, max(0.0, value - step / 2), min(1.0, value + step / 2), origin)

    @classmethod
    def unknown(cls, low: float = 0.0, high: float = 1.0) -> Range:
        """Nothing but the range."""
        return cls(None, low, high, "unknown")


@dataclass(frozen=True, slots=True)
class Part:
    """One supplier of a supply: its share 0–1, half-width of that share, trade parameter.

    ``preferential`` marks a supplier inside the home's trade area; its parameter is a choice.
    """

    iso3: str
    share: float
    spread: float = 0.0
    trade: float = 1.0
    preferential: bool = False


@dataclass(frozen=True, slots=True)
class Supply:
    """Who supplies which share. ``residual``: share of no known supplier; ``hidden``: flows seem
    to be withheld, so the shares bound nothing. ``measure``: quantity, value or published.
    """

    mix: str
    parts: tuple[Part, ...]
    residual: float = 0.0
    hidden: bool = False
    measure: str = "published"


@dataclass(frozen=True, slots=True)
class StageInputs:
    """Inputs of one stage. ``home`` holds the latest supply first, earlier years after it.

    ``subject`` is the code or material@stage that the home's supply is of; ``notes`` are reason
    codes that go with every score.
    """

    material: str
    stage: str
    subject: str
    supply_used: SupplyUsed
    world: Supply | None
    home: tuple[Supply, ...]
    import_reliance: Range
    eol_rir: Range
    si_sr: Range
    net_exporter: bool = False
    feed_for: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Use:
    """A share of end use in one sector (None: printed without a sector)."""

    sector: str | None
    share: float
    spread: float = 0.0


@dataclass(frozen=True, slots=True)
class MaterialInputs:
    """Inputs of one material. ``members``: a group is the mean of these. ``assessed``: the
    subject that stands for the material, or None for the highest. ``given_ei``: an EI as
    published, that counts where the uses are not known well enough to compute one.
    """

    material: str
    stages: tuple[StageInputs, ...] = ()
    uses: tuple[Use, ...] = ()
    si_ei: Range = field(default_factory=Range.unknown)
    members: tuple[str, ...] = ()
    assessed: str | None = None
    given_ei: Range | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Setting:
    """What all materials of a home share: governance, value added by sector, its scale.

    ``scale_bounds``: where the scale can lie, when the largest industry is known only in a range.
    """

    governance: Mapping[str, float]
    governance_error: Mapping[str, float]
    value_added: Mapping[str, Range]
    scale: float
    scale_bounds: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Choices:
    """What is chosen rather than measured; the defaults are the EU's."""

    sr_threshold: float = SR_THRESHOLD
    ei_threshold: float = EI_THRESHOLD
    world_weight: float = WORLD_WEIGHT
    preferential: float = PREFERENTIAL
    governance: bool = True
    trade_parameter: bool = True
    recycling: bool = True
    substitution: bool = True
    supply: Literal["as_assessed", "GS", "EU"] = "as_assessed"


@dataclass(frozen=True, slots=True)
class StageScore:
    """SR of one stage with its parts; a value is None where an input is lacking."""

    inputs: StageInputs
    hhi_world: Range | None
    hhi_home: Range | None
    sr: Range
    missing: tuple[str, ...]

    @property
    def borrowed(self) -> tuple[str, ...]:
        """Inputs taken from the EU study for want of the home's own."""
        rows = {"eol_rir": self.inputs.eol_rir, "si_sr": self.inputs.si_sr}
        return tuple(name for name, row in rows.items() if row.origin == "borrowed_eu")


@dataclass(frozen=True, slots=True)
class MaterialScore:
    """SR and EI of one material. ``assessed`` is the subject whose SR stands for it.

    ``critical`` is None where the bounds leave it open or the flow is small, and False of what the
    home is a net exporter of: its own making is no exposure, the feed stands beside it. ``uses``:
    end-use shares in words.
    """

    material: str
    stages: tuple[StageScore, ...]
    assessed: str | None
    sr: Range
    ei: Range
    critical: bool | None
    missing_sr: tuple[str, ...] = ()
    missing_ei: tuple[str, ...] = ()
    si_ei: float | None = None
    uses: str = ""
    ei_given: bool = False

    @property
    def stage(self) -> StageScore | None:
        """The stage that stands for the material."""
        return next((s for s in self.stages if s.inputs.subject == self.assessed), None)

    @property
    def small(self) -> bool:
        """Whether the flow it stands on is below the floor: its figures get no verdict, no rank."""
        return self.stage is not None and SMALL in self.stage.inputs.notes

    @property
    def ranked(self) -> bool:
        """Whether it takes a place among the others."""
        return self.sr.value is not None and not self.small

    @property
    def missing(self) -> tuple[str, ...]:
        """Inputs lacking for either score."""
        return (*self.missing_sr, *self.missing_ei)


def trade_of(part: Part, choices: Choices) -> float:
    """The trade parameter in force for one supplier."""
    if not choices.trade_parameter:
        return 1.0
    return choices.preferential if part.preferential else part.trade


def weighted(supply: Supply, setting: Setting, choices: Choices) -> Range:
    """HHI_WGI,t of one supply with sure bounds (rounding of shares, error of governance)."""
    if supply.hidden:
        return Range(None, 0.0, TEN, "unknown")
    value, low, high = [], [], []
    complete = True
    worst, cap = 0.0, TEN if supply.residual else 0.0
    for part in supply.parts:
        t = trade_of(part, choices)
        score = setting.governance.get(part.iso3) if choices.governance else FLAT_GOVERNANCE
        error = SURE * setting.governance_error.get(part.iso3, 0.0) if choices.governance else 0.0
        least, most = (0.0, TEN) if score is None else (score - error, score + error)
        least, most = max(0.0, least), min(TEN, most)
        complete = complete and (score is not None or part.share == 0)
        most_share = part.share + part.spread
        value.append(part.share**2 * (score or 0.0) * t)
        low.append(max(0.0, part.share - part.spread) ** 2 * least * t)
        high.append(most_share**2 * most * t)
        cap = max(cap, most * t)
        # The unknown rest may be all this supplier's.
        more = (most_share + supply.residual) ** 2 - most_share**2
        worst = max(worst, more * most * t)
    worst = max(worst, supply.residual**2 * TEN) if supply.residual else 0.0
    known = fsum(value) if complete and supply.parts else None
    # Shares that add up to 1 cannot give more than the worst supplier alone.
    top = max(min(cap, fsum(high) + worst), known or 0.0)
    return Range(known, min(fsum(low), top), top)


def _over_years(supplies: Sequence[Supply], setting: Setting, choices: Choices) -> Range | None:
    if not supplies:
        return None
    rows = [weighted(supply, setting, choices) for supply in supplies]
    return Range(rows[0].value, min(r.low for r in rows), max(r.high for r in rows), rows[0].origin)


def score_stage(inputs: StageInputs, setting: Setting, choices: Choices) -> StageScore:
    """SR of one stage, with bounds that no value inside the inputs' ranges can leave."""
    world = weighted(inputs.world, setting, choices) if inputs.world else None
    home = _over_years(inputs.home, setting, choices)
    used = inputs.supply_used if choices.supply == "as_assessed" else choices.supply
    reliance = inputs.import_reliance
    nothing = Range.unknown(0.0, TEN)
    # World weight at the ends of import reliance; 1 and 0 where only one supply is used.
    ends = {"GS": (1.0, 1.0), "EU": (0.0, 0.0)}.get(
        used, (choices.world_weight * reliance.low, choices.world_weight * reliance.high)
    )
    at = {"GS": 1.0, "EU": 0.0}.get(
        used, None if reliance.value is None else choices.world_weight * reliance.value
    )
    missing = []
    if world is None or world.value is None:
        missing += ["world_supply"] if at is None or at > 0 else []
    if home is None or home.value is None:
        missing += ["home_supply"] if at is None or at < 1 else []
    missing += ["import_reliance"] if at is None else []
    first, second = world or nothing, home or nothing
    lows = [w * first.low + (1 - w) * second.low for w in ends]
    highs = [w * first.high + (1 - w) * second.high for w in ends]
    low, high = min(lows), max(highs)
    value = None
    if at is not None and not missing:
        value = at * (first.value or 0.0) + (1 - at) * (second.value or 0.0)
    if choices.recycling:
        missing += ["eol_rir"] if inputs.eol_rir.value is None else []
        value = _scaled(value, inputs.eol_rir.value, complement=True)
        low, high = low * (1 - inputs.eol_rir.high), high * (1 - inputs.eol_rir.low)
    if choices.substitution:
        missing += ["si_sr"] if inputs.si_sr.value is None else []
        value = _scaled(value, inputs.si_sr.value)
        low, high = low * inputs.si_sr.low, high * inputs.si_sr.high
    return StageScore(inputs, world, home, Range(value, low, high), tuple(missing))


def _scaled(value: float | None, factor: float | None, *, complement: bool = False) -> float | None:
    if value is None or factor is None:
        return None
    return value * (1 - factor if complement else factor)


def importance(
    inputs: MaterialInputs, setting: Setting, choices: Choices
) -> tuple[Range, list[str]]:
    """EI of one material with bounds, and which inputs are lacking.

    Shares printed without a sector, or not printed at all, can belong to any manufacturing
    industry: they widen the upper bound by the largest. So does an industry without a value added.
    Where more than rounding is lacking there is no value.
    """
    whole = fsum(use.share for use in inputs.uses if use.sector)
    complete = COMPLETE[0] - 1e-9 <= whole <= COMPLETE[1] + 1e-9
    if not complete and inputs.given_ei is not None:
        return inputs.given_ei, []
    missing = [] if complete else ["use_shares"]
    value, low, high = [], [], [max(0.0, 1 - whole) * setting.scale]
    for use in inputs.uses:
        if use.sector is None:
            continue
        added = setting.value_added.get(use.sector)
        if added is None:
            missing.append(f"value_added:{use.sector}")
            high.append((use.share + use.spread) * setting.scale)
            continue
        value.append(use.share * (added.value or 0.0))
        low.append(max(0.0, use.share - use.spread) * added.low)
        high.append((use.share + use.spread) * added.high)
        if added.value is None:
            missing.append(f"value_added:{use.sector}")
    index = Range.exact(1.0) if not choices.substitution else inputs.si_ei
    missing += ["si_ei"] if index.value is None else []
    least, most = setting.scale_bounds or (setting.scale, setting.scale)
    if not inputs.uses:
        return Range.unknown(0.0, TEN), missing
    known = None if missing else fsum(value) * (index.value or 0.0) * TEN / setting.scale
    lowest, highest = fsum(low) * index.low * TEN / most, fsum(high) * index.high * TEN / least
    return Range(known, lowest, highest), missing


def score(inputs: MaterialInputs, setting: Setting, choices: Choices) -> MaterialScore:
    """Score one material that is no group."""
    stages = tuple(score_stage(stage, setting, choices) for stage in inputs.stages)
    ei, lacking = importance(inputs, setting, choices)
    assessed = inputs.assessed or _assessed(stages)
    chosen = next((s for s in stages if s.inputs.subject == assessed), None)
    sr = chosen.sr if chosen else Range.unknown(0.0, TEN)
    return MaterialScore(
        inputs.material,
        stages,
        assessed,
        sr,
        ei,
        judged(chosen, sr, ei, choices),
        chosen.missing if chosen else ("supply",),
        tuple(lacking),
        inputs.si_ei.value,
        _told(inputs, setting),
        ei is inputs.given_ei,
    )


def _told(inputs: MaterialInputs, setting: Setting) -> str:
    """Uses in words: industry, share × value added; the trace of an EI."""
    words = []
    for use in inputs.uses:
        added = setting.value_added.get(use.sector or "")
        value = "?" if added is None or added.value is None else f"{added.value:,.0f}"
        words.append(f"{use.sector or '?'} {use.share:.2f} × {value}")
    return f"{'; '.join(words)}; / {setting.scale:,.0f}" if words else ""


def _assessed(stages: Sequence[StageScore]) -> str | None:
    """Stage rule: the highest SR stands for the material, among the stages that say most of it.

    Imports above the floor come first, then what the home is a net exporter of, then small flows,
    then world supply alone; raw and processed goods before what is made of them. A stage without
    a value goes by its upper bound.
    """
    tiers: dict[tuple[int, bool], dict[str, float]] = {}
    for stage in stages:
        value = stage.sr.value
        # Without a value, a good whose world supply is known says more than one without.
        tier = (_tier(stage), value is None and "world_supply" in stage.missing)
        scores = tiers.setdefault(tier, {})
        scores[stage.inputs.subject] = stage.sr.high if value is None else value
    return bottleneck(tiers[min(tiers)]) if tiers else None


def _tier(stage: StageScore) -> int:
    inputs, known = stage.inputs, stage.sr.value is not None
    late = 10 if inputs.stage not in ASSESSED_STAGES else 0
    if SMALL in inputs.notes:
        return late + (3 if known else 4)
    if inputs.net_exporter:
        return late + 2
    if not inputs.home:
        return late + (5 if inputs.world else 6)
    return late + (0 if known else 1)


def judged(chosen: StageScore | None, sr: Range, ei: Range, choices: Choices) -> bool | None:
    """The verdict of a material by the stage that stands for it.

    What the home is a net exporter of is not critical to it; a small flow gets no verdict.
    """
    if chosen is not None and SMALL in chosen.inputs.notes:
        return None
    if chosen is not None and chosen.inputs.net_exporter:
        return False
    return verdict(sr, ei, choices)


def verdict(sr: Range, ei: Range, choices: Choices) -> bool | None:
    """Critical or not by the values; where a value is lacking, by bounds that leave no doubt."""
    if sr.value is not None and ei.value is not None:
        return is_critical(sr.value, ei.value, choices.sr_threshold, choices.ei_threshold)
    limits = ((sr, choices.sr_threshold), (ei, choices.ei_threshold))
    tops = [row.value if row.value is not None else row.high for row, _ in limits]
    floors = [row.value if row.value is not None else row.low for row, _ in limits]
    if not all(reaches(top, limit) for top, (_, limit) in zip(tops, limits, strict=True)):
        return False
    if all(reaches(least, limit) for least, (_, limit) in zip(floors, limits, strict=True)):
        return True
    return None


def score_all(
    inputs: Sequence[MaterialInputs], setting: Setting, choices: Choices
) -> dict[str, MaterialScore]:
    """Score every material; groups after their members, as arithmetic means."""
    found = {m.material: score(m, setting, choices) for m in inputs if not m.members}
    for group in inputs:
        members = [found[m] for m in group.members if m in found]
        if members:
            sr, ei = _mean([m.sr for m in members]), _mean([m.ei for m in members])
            critical = verdict(sr, ei, choices)
            found[group.material] = MaterialScore(
                group.material,
                (),
                None,
                sr,
                ei,
                critical,
                tuple(dict.fromkeys(name for m in members for name in m.missing_sr)),
                tuple(dict.fromkeys(name for m in members for name in m.missing_ei)),
            )
    return found


def _mean(rows: Sequence[Range]) -> Range:
    count = len(rows)
    values = [r.value for r in rows if r.value is not None]
    value = group_mean(values) if len(values) == count else None
    return Range(value, fsum(r.low for r in rows) / count, fsum(r.high for r in rows) / count)
