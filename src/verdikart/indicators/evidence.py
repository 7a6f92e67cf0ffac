"""What an indicator is computed from: a mix and the facts around it. Plain data, no I/O."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from verdikart.indicators.mix import Mix, Supplier, merged

if TYPE_CHECKING:  # a fiftieth of a second that most commands need not pay
    from verdikart.indicators.assessment import MaterialScore, StageScore


@dataclass(frozen=True, slots=True)
class Parameters:
    """Every choice a verdict depends on, with its default.

    ``share_threshold``: Regulation (EU) 2024/1252 Art. 5(1)(b), 65 % of consumption from one
    third country; the same limit is applied to imports as the seven-step method asks.
    ``floor``: smallest flow a year that gets a verdict, in the currency of the source;
    ``position_floor``: smallest share of another home's supply that counts as a position;
    ``alternative_floor``: smallest world export, as a part of what is lost, that makes an ally an
    alternative. ``hhi_threshold, cdi2_threshold, cdi3_threshold``: European Commission SWD(2021)
    352.
    """

    share_threshold: float = 0.65
    hhi_threshold: float = 0.4
    cdi2_threshold: float = 0.5
    cdi3_threshold: float = 1.0
    world_hhi_threshold: float = 0.4
    floor: int = 1_000_000
    borderline_points: float = 0.04
    persistence_years: int = 3
    persistence_needed: int = 2
    cdi3_exports: str = "all"
    position_floor: float = 0.05
    alternative_floor: float = 0.05
    bloc: str | None = None


@dataclass(frozen=True, slots=True)
class Quantity:
    """An amount of production or another stock figure: number, unit, what it is a mass of."""

    amount: float
    unit: str
    basis: str
    source: str
    estimated: bool = False


@dataclass(frozen=True, slots=True)
class ExportTotals:
    """Exports of all products, of the home and of the world; only a complete source gives them."""

    home: int
    world: int


@dataclass(frozen=True, slots=True)
class Evidence:
    """A mix with the counterpart flows and the context its indicators need.

    ``exports``: the home's exports of the same code, partner by partner (``intra`` inside the
    bloc); ``world``: exports of all countries; ``production``: the home's own; ``earlier``: the
    same question in the years before, latest first; ``other_sources``: the same question put to
    other sources; ``members``: the home's own countries; ``allies``: None where the viewpoint is
    the world; ``producers``: countries known to produce the good, where a table lists them
    (``producers_complete`` is false for a basket or shared code, which can come from others too);
    ``score, stage``: the material as scored by the EU method, and the stage that is asked of.
    """

    mix: Mix
    exports: Mix | None = None
    world: Mix | None = None
    production: Quantity | None = None
    trade_basis: str | None = None
    allies: frozenset[str] | None = frozenset()
    members: frozenset[str] = frozenset()
    bloc: frozenset[str] = frozenset()
    governance: Mapping[str, float] = field(default_factory=dict)
    producers: frozenset[str] = frozenset()
    producers_complete: bool = True
    earlier: tuple[Mix, ...] = ()
    other_sources: tuple[Mix, ...] = ()
    single_home: bool = True
    all_products: ExportTotals | None = None
    parameters: Parameters = Parameters()
    score: MaterialScore | None = None
    stage: StageScore | None = None

    def outside(self, mix: Mix | None = None) -> Mix:
        """The mix without suppliers inside the chosen bloc; they are added to its intra flow."""
        mix = mix or self.mix
        if not self.bloc:
            return mix
        inside = [s for s in mix.suppliers if s.iso3 in self.bloc]
        if not inside:
            return mix
        own: list[Supplier] = [*inside, *([mix.intra] if mix.intra else [])]
        kept = tuple(s for s in mix.suppliers if s.iso3 not in self.bloc)
        return Mix(
            mix.id,
            kept,
            mix.unspecified,
            merged(own, "INTRA"),
            mix.value_unit,
            mix.quantity_unit,
            mix.declared_total,
            mix.basis,
            mix.caveats,
        )
