"""The factors of opportunities from the data at hand: a band each, with what it rests on.

What no table knows is unknown, never low. The one exception is ``plants``: the register is meant to
be complete, so a product without any row there has band low.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from math import log10

from verdikart.chains.graph import ChainGraph
from verdikart.chains.opportunity import NOT_APPLICABLE, UNKNOWN, Band, cut, least
from verdikart.core.figure import MixId
from verdikart.indicators.alignment import top_other
from verdikart.indicators.dependency import persistent_figure
from verdikart.indicators.mix import Mix
from verdikart.mapping import catalogue, register
from verdikart.mapping.assess import Assessment, trade_subjects
from verdikart.mapping.chain_view import ChainView
from verdikart.mapping.library import ENDED, goods_of, materials_of, works
from verdikart.mapping.money import dollars
from verdikart.mapping.position import others_of
from verdikart.reference.entities import Product, ProductCode
from verdikart.reference.load import load
from verdikart.reference.value_chains import Barrier, LeadTime, OpportunityBand, SideStream

SIZE = (8.0, 9.0)  # log10 of USD a year: 100 million, 1 billion
CONCENTRATION = (1 / 3, 0.65)  # share of the largest supplier that is no ally
YEARS = (7.0, 3.0)  # lead time at most this long is medium, high
FOOTHOLD = 0.05  # smallest share of an allied home's imports that is a position to hold
JUDGED = ("skills", "research_base", "host_attractiveness", "partner_priority")
SEVERITY = {"low": Band.of("high"), "medium": Band.of("medium"), "high": Band.of("low")}
KINDS = {"extraction": "new_mine", "scrap": "recycling_plant"}
NEARNESS = {"": 0, "NOR": 1, "WORLD": 2}


@dataclass(frozen=True, slots=True)
class Factor:
    """One factor: its band, the number it was cut from, and the records it rests on."""

    name: str
    band: Band
    value: float | None = None
    unit: str = ""
    evidence: tuple[str, ...] = ()
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Gap:
    """What an allied home buys of a product, and how much from one supplier that is no ally.

    ``imports`` in USD a year is None for published shares; so is ``shared_code``, whether the code
    holds other goods too, of which the figures then are as well.
    """

    other: str
    mix: str
    imports: float | None
    supplier: str | None
    share: float
    persistent: bool | None
    home_share: float
    shared_code: bool | None = None

    @property
    def lacking(self) -> float:
        """USD a year from the largest supplier that is no ally; 0 where no value is known."""
        return (self.imports or 0.0) * self.share


def read(view: ChainView) -> None:
    """Read the imports of other homes, all codes at once; alone, a question reads code by code."""
    for year in _years(view):
        view.library.read_year(others_of(view.library, view.home, view.year), year, ("import",))


def _years(view: ChainView) -> list[int]:
    first = view.year - view.library.parameters.persistence_years + 1
    span = catalogue.source_years("baci_hs92")
    return [y for y in range(first, view.year + 1) if y in span]


def gap_of(view: ChainView, product: Product) -> Gap | None:
    """The allied home with the largest gap; None where neither trade nor a study covers it."""
    others = others_of(view.library, view.home, view.year)
    codes = view.codes(product.product_id)
    found = [
        gap
        for other in others
        for identity in trade_subjects(product, other, view.year, codes)
        if (gap := _traded(view, product, other, identity)) is not None
    ]
    if not found and "EU27" in others:
        found = [_published(view, r) for r in view.rows(product.product_id, "EU27") if _shown(r)]
    return max(found, key=lambda g: (g.lacking, g.imports or 0.0), default=None)


def _traded(view: ChainView, product: Product, other: str, identity: MixId) -> Gap | None:
    mix = view.library.mix(identity)
    total = mix.total("value")
    if not total:
        return None
    span = catalogue.source_years(identity.source)
    years = [y for y in reversed(_years(view)) if y != identity.year]
    before = [view.library.mix(replace(identity, year=y)) for y in years if y in span]
    evidence = view.library.seen_from(view.library.context(identity), other)
    first = top_other(evidence)
    lasting = persistent_figure(replace(evidence, earlier=tuple(before))).value
    return Gap(
        other,
        str(identity),
        dollars(float(total), mix.value_unit, identity.year),
        first[0] if first else None,
        first[1] if first else 0.0,
        lasting if isinstance(lasting, bool) else None,
        _held(mix, view.home, float(total)),
        _shared_code(product.product_id, identity.subject),
    )


@cache
def _shared() -> frozenset[tuple[str, str]]:
    """(product, code) where the code is known to hold goods besides the product."""
    return frozenset(
        (row.product_id, f"{row.nomenclature}:{row.code}")
        for row in load(ProductCode)
        if row.scope in ("shared", "basket")
    )


def _shared_code(product_id: str, subject: str) -> bool:
    """Whether a code holds other goods than the product, of ours or of none of ours."""
    heading = f"HS22:{subject[4:10]}" if subject.startswith("CN8:") else subject
    return len(goods_of(subject)) > 1 or (product_id, heading) in _shared()


def _held(mix: Mix, home: str, total: float) -> float:
    own = mix.supplier(home)
    amount = (own.value if mix.primary == "value" else own.quantity) if own else None
    return float(amount or 0) / total


def _shown(row: Assessment) -> bool:
    return row.basis == "eu_sourcing" and row.evidence is not None


def _published(view: ChainView, row: Assessment) -> Gap:
    """Shares of EU sourcing as a study prints them: no value, one period."""
    mix = view.library.mix(row.mix) if row.mix else None
    first = row.other_top
    return Gap(
        row.home,
        str(row.mix),
        None,
        first[0] if first else None,
        first[1] if first else 0.0,
        None,
        _held(mix, view.home, mix.declared_total or 100.0) if mix else 0.0,
    )


def kind_of(product_id: str, gap: Gap | None, year: int) -> str:
    """``hold``, ``strengthen``, ``restart`` or ``enter``, by the register and the share held.

    A position to hold is a known share of what an allied home imports, and no plant under way.
    """
    held = register.of_product(product_id)
    if register.working(product_id, year):
        growing = any(p.status in (*register.PLANNED, "ramp_up") for p in held)
        placed = gap is not None and gap.home_share >= FOOTHOLD
        return "hold" if placed and not growing else "strengthen"
    return "restart" if any(p.status in ENDED for p in held) else "enter"


def factors(
    view: ChainView, graphs: Sequence[ChainGraph], product: Product
) -> tuple[str, Gap | None, list[Factor]]:
    """Kind of opportunity, the allied gap, and every factor; the first chain is the product's own."""
    gap = gap_of(view, product)
    year = view.on.year  # plants and deposits as they are now, whatever year the trade is of
    kind = kind_of(product.product_id, gap, year)
    found = [
        *_gap_factors(view, product, gap),
        _plants(product, year),
        _adjacent(graphs, product.product_id, year),
        _deposits(product, year),
        _side_streams(product),
        *(_recorded(graphs[0].chain_id, product.product_id, name) for name in JUDGED),
        _barriers(graphs[0].chain_id, product.product_id, kind),
        _lead_time(product, kind),
    ]
    return kind, gap, found


def _gap_factors(view: ChainView, product: Product, gap: Gap | None) -> list[Factor]:
    if gap is None:
        return _world_gap(view, product)
    seen = (gap.mix,)
    size = None if gap.imports is None else log10(gap.imports)
    untold = "published_shares_only" if size is None else None
    lasting = {True: Band.of("high"), False: Band.of("low")}
    persistent = UNKNOWN if gap.persistent is None else lasting[gap.persistent]
    return [
        Factor("ally_size", cut(size, *SIZE), gap.imports, "USD", seen, untold),
        Factor("ally_concentration", cut(gap.share, *CONCENTRATION), gap.share, "share", seen),
        Factor("ally_persistence", persistent, None, "", seen, untold),
    ]


def _world_gap(view: ChainView, product: Product) -> list[Factor]:
    """Without trade, how concentrated world supply is in one country that is no ally."""
    row = view.rows(product.product_id)[0]
    reason = row.reason or "not_in_embedded_data"
    share = row.other_top[1] if row.other_top and row.basis == "world_supply" else None
    seen = (str(row.mix),) if share is not None else ()
    told = "world_supply_only" if share is not None else reason
    return [
        Factor("ally_size", UNKNOWN, reason=reason),
        Factor("ally_concentration", cut(share, *CONCENTRATION), share, "share", seen, told),
        Factor("ally_persistence", UNKNOWN, reason=reason),
    ]


def _plants(product: Product, year: int) -> Factor:
    held = register.of_product(product.product_id)
    working = any(works(p, year) for p in held)
    coming = any(p.status in ("project", "construction", "built") for p in held)
    word = "high" if working else "medium" if coming else "low"
    return Factor("plants", Band.of(word), evidence=tuple(p.record_id for p in held))


def _adjacent(graphs: Sequence[ChainGraph], product_id: str, year: int) -> Factor:
    """One step along the chain from what Norway makes; stands in for product-space proximity."""
    before = {e.input_product for g in graphs for e in g.into(product_id)}
    after = {e.output_product for g in graphs for e in g.out_of(product_id)}
    made = [{p for p in side if register.working(p, year)} for side in (before, after)]
    word = ("low", "medium", "high")[sum(bool(side) for side in made)]
    if register.working(product_id, year):
        word = "high"
    seen = tuple(sorted(made[0] | made[1]))
    return Factor("adjacent", Band.of(word), evidence=seen, reason="proximity_not_computable")


def _deposits(product: Product, year: int) -> Factor:
    kin = set(materials_of(product.product_id))
    if product.stage not in ("extraction", "processing") or not kin:
        return Factor("deposits", NOT_APPLICABLE)
    rows = [p for p in register.plants() if p.stage == "extraction" and p.material_id in kin]
    if not rows:
        return Factor("deposits", UNKNOWN, reason="no_deposit_on_record")
    surest = {"viable": "high", "potentially_viable": "medium", "non_viable": "low"}
    words = {surest[p.unfc] for p in rows if p.unfc in surest}
    words |= {"high" for p in rows if works(p, year)}
    words |= {"medium" for p in rows if p.status in ("project", "construction", "built")}
    best = next((word for word in ("high", "medium", "low") if word in words), "low")
    return Factor("deposits", Band.of(best), evidence=tuple(p.record_id for p in rows))


def _side_streams(product: Product) -> Factor:
    kin = set(materials_of(product.product_id))
    own = [s for s in load(SideStream) if s.product_id == product.product_id]
    holds = [s for s in load(SideStream) if kin & set(s.holds)]
    seen = tuple(dict.fromkeys(s.stream_id for s in (*own, *holds)))
    if not seen:
        return Factor("side_streams", UNKNOWN, reason="no_stream_on_record")
    return Factor("side_streams", Band.of("high" if own else "medium"), evidence=seen)


@cache
def _bands() -> dict[tuple[str, str | None, str], OpportunityBand]:
    return {(r.chain_id, r.product_id, r.factor): r for r in load(OpportunityBand)}


def _recorded(chain_id: str, product_id: str, name: str) -> Factor:
    row = _bands().get((chain_id, product_id, name)) or _bands().get((chain_id, None, name))
    if row is None:
        return Factor(name, UNKNOWN, reason="not_judged")
    return Factor(name, Band.of(row.band), evidence=(row.source,))


def barriers_of(chain_id: str, product_id: str, kind: str) -> tuple[Barrier, ...]:
    """Barriers on record: of each kind those of the product, else of the chain, else of any.

    Barriers to anything new do not stand in the way of what runs already.
    """
    levels: dict[str, dict[int, list[Barrier]]] = {}
    for row in load(Barrier):
        if row.product_id == product_id and row.chain_id in (None, chain_id):
            level = 0
        elif row.product_id is None and row.chain_id == chain_id:
            level = 1
        elif row.product_id is None and row.chain_id is None and kind in ("enter", "restart"):
            level = 2
        else:
            continue
        levels.setdefault(row.kind, {}).setdefault(level, []).append(row)
    return tuple(row for held in levels.values() for row in held[min(held)])


def _barriers(chain_id: str, product_id: str, kind: str) -> Factor:
    """The worst kind counts, of each kind the mildest region: a plant can be built there."""
    rows = barriers_of(chain_id, product_id, kind)
    if not rows:
        return Factor("barriers", UNKNOWN, reason="no_barrier_on_record")
    by_kind: dict[str, list[Band]] = {}
    for row in rows:
        by_kind.setdefault(row.kind, []).append(SEVERITY.get(row.severity, UNKNOWN))
    mildest = [
        Band(_best([b.low for b in held]), _best([b.high for b in held]))
        for held in by_kind.values()
    ]
    return Factor("barriers", least(mildest), evidence=tuple(r.barrier_id for r in rows))


def _best(words: list[str]) -> str:
    return max(words, key=("low", "medium", "high").index)


def _lead_time(product: Product, kind: str) -> Factor:
    """Years until new supply runs; of the product, else of its stage, nearest region first."""
    if kind == "hold":
        return Factor("lead_time", Band.of("high"), 0.0, "years", reason="runs_already")
    wanted = {"strengthen": "expansion", "restart": "restart"}.get(
        kind, KINDS.get(product.stage, "new_plant")
    )
    rows = [
        r for r in load(LeadTime)
        if r.kind == wanted
        and (r.product_id == product.product_id or (r.product_id is None and r.stage == product.stage))
    ]  # fmt: skip
    if not rows:
        return Factor("lead_time", UNKNOWN, reason="no_lead_time_on_record")

    def nearness(row: LeadTime) -> tuple[bool, int]:
        return (row.product_id is None, NEARNESS.get(row.region, 3))

    first = min(rows, key=nearness)
    rows = [r for r in rows if nearness(r) == nearness(first)]
    slow, fast = max(r.years_high for r in rows), min(r.years_low for r in rows)
    band = Band(_speed(slow), _speed(fast))
    return Factor("lead_time", band, slow, "years", tuple(r.lead_time_id for r in rows))


def _speed(years: float) -> str:
    return "high" if years <= YEARS[1] else "medium" if years <= YEARS[0] else "low"
