"""One product of a chain as a home sees it: its supply, who makes it at home, what it risks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from math import inf

from verdikart.chains.concentration import Largest, Plant, largest_group, largest_plant
from verdikart.chains.reach import Entry, inputs, necessary
from verdikart.chains.verdicts import OWN_SUPPLY
from verdikart.indicators.assessment import Range
from verdikart.indicators.criticality import TEN
from verdikart.indicators.horizon_criteria import Good, weighted_non_allied
from verdikart.mapping.assess import Assessment, trade_subjects
from verdikart.mapping.chain_measures import Role, measures_on
from verdikart.mapping.chain_view import ChainView
from verdikart.mapping.library import (
    PRODUCING_STAGES,
    codes_of,
    goods_of,
    governance,
    has_plant,
    is_shared,
    works,
)
from verdikart.mapping.links import products_of
from verdikart.reference.entities import Product
from verdikart.reference.homes import allies
from verdikart.reference.load import load
from verdikart.reference.value_chains import Facility, TradeMeasure

REGISTER = "NOR"  # the country whose plants are on record
# Worst first: of several codes of one product, the worst that is imported above the floor counts.
WORST = (
    "vulnerable",
    "transit",
    "bounds_only",
    "concentrated_allied",
    "not_concentrated",
    "small",
    "not_imported",
    "not_computable",
)


@dataclass(frozen=True, slots=True)
class Step:
    """A product with its supply. ``row`` decides among ``rows``, one a trade code; ``risk`` is
    Σ s²·WGI over suppliers that are no ally, of whatever supply is seen.

    ``complete``: a source has every code. ``net_exporter``: exports exceed imports under a code of
    its own. ``stage_share``: the shares are of the whole stage, which other goods with codes are.
    ``fed_from``: countries that plants on record take it from, where no own supply is seen.
    """

    product: Product
    rows: tuple[Assessment, ...]
    row: Assessment
    risk: Range
    entry: Entry
    plants: tuple[Facility, ...]
    net_exporter: bool
    complete: bool
    stage_share: bool
    fed_from: tuple[str, ...]

    @property
    def ghost(self) -> bool:
        """Whether no source shows any supply of it."""
        return self.row.basis == "none"

    @property
    def shared_code(self) -> bool:
        """Whether the supply is of a code that other goods share."""
        return is_shared(self.row.subject)

    def largest_of(self, countries: frozenset[str]) -> tuple[str, float] | None:
        """The largest supplier among some countries with its share of the supply seen."""
        if self.row.evidence is None:
            return None
        amounts = self.row.evidence.mix.amounts(self.row.evidence.mix.primary)
        return next(
            ((c, float(a / amounts.total)) for c, a in amounts.known if c in countries), None
        )

    @property
    def own(self) -> bool:
        """Whether the home's own supply is seen."""
        return self.row.basis in OWN_SUPPLY and not self.stage_share


class Steps:
    """Steps of one home, each product looked up once."""

    def __init__(self, view: ChainView) -> None:
        self.view = view
        home = view.library.home(view.home)
        self.members = frozenset(home.members(view.year)) if home else frozenset[str]()
        self.allies = allies(home, view.year) if home else frozenset[str]()
        self._found: dict[str, Step] = {}
        # What plants abroad are fed with is not on record, so only for Norway alone do they decide.
        feeds = _feeds(view.on.year) if self.members == {REGISTER} else None
        self.needs = {name: necessary(g, feeds) for name, g in view.graphs.items()}

    @cached_property
    def measures(self) -> tuple[tuple[TradeMeasure, Role], ...]:
        """Trade measures in force, with their side of the home."""
        return measures_on(self.members, self.view.year, self.view.on)

    @cached_property
    def used(self) -> frozenset[str]:
        """Products that something with plants of the home's is made of, in any chain."""
        return frozenset(
            item
            for needs in self.needs.values()
            for product, rows in needs.items()
            if self._plants(product)
            for item in inputs(rows)
        )

    def __getitem__(self, product_id: str) -> Step:
        if product_id not in self._found:
            self._found[product_id] = self._step(self.view.product(product_id))
        return self._found[product_id]

    def _step(self, product: Product) -> Step:
        rows = self.view.rows(product.product_id)
        seen = tuple(row for row in rows if row.basis != "none") or rows
        risks = {row.subject: self._risk(row) for row in seen}
        row = min(seen, key=lambda r: (WORST.index(r.outcome), -risks[r.subject].low, r.subject))
        plants = self._plants(product.product_id)
        entry = self._entry(product, seen, bool(plants))
        others = self._of_others(product, row)
        unseen = REGISTER in self.members and (others or row.basis not in OWN_SUPPLY)
        return Step(
            product,
            seen,
            row,
            risks[row.subject],
            entry,
            plants,
            entry.made is not False and _exports_more(row),
            self._complete(product, seen),
            others,
            _fed_from(self.view.on.year).get(product.product_id, ()) if unseen else (),
        )

    def _risk(self, row: Assessment) -> Range:
        if row.evidence is None:
            return Range.unknown(0.0, TEN)
        mix = row.evidence.mix
        good = Good(row.subject, row.stage, row.products, mix, small=row.outcome == "small")
        return weighted_non_allied(good, self.allies, governance())

    def _plants(self, product_id: str) -> tuple[Facility, ...]:
        if REGISTER not in self.members:
            return ()
        year = self.view.on.year
        return tuple(row for row in _register().get(product_id, ()) if works(row, year))

    def _entry(self, product: Product, rows: Sequence[Assessment], plants: bool) -> Entry:
        """What is known of the home's part in a step.

        Without a plant on record Norway makes neither what its trade shows nor, at the stages of a
        raw material, what nobody there makes of the material. Of other homes nothing is known.
        Imports under a code that several goods share are those that plants on record are fed with.
        """
        traded = any(row.basis == "own_imports" for row in rows)
        made = True if plants else None
        if not plants and self.members == {REGISTER}:
            raw = product.stage in PRODUCING_STAGES
            idle = traded or (raw and not has_plant(product, self.view.on.year))
            made = False if idle else None
        if not traded:
            return Entry(made, None)
        above = [
            row
            for row in rows
            if row.basis == "own_imports" and row.outcome not in ("small", "not_imported")
        ]
        fed = REGISTER in self.members and product.product_id in _fed(self.view.on.year)
        own = fed or any(len(goods_of(row.subject)) < 2 for row in above)  # else it may be another
        return Entry(made, (True if own else None) if above else False)

    def _of_others(self, product: Product, row: Assessment) -> bool:
        """Whether published shares of a stage stand for a good though others of it have codes."""
        if row.basis != "eu_sourcing":
            return False
        same = (p for m in row.materials for p in products_of(m) if p.stage == product.stage)
        return any(trade_subjects(p, self.view.home, self.view.year) for p in same)

    def _complete(self, product: Product, rows: Sequence[Assessment]) -> bool:
        identities = [row.mix for row in rows if row.basis == "own_imports" and row.mix]
        if not identities:
            return True
        nomenclature = identities[0].subject.partition(":")[0]
        revision = "HS22" if nomenclature == "CN8" else nomenclature
        own = [code for n, code in self.view.codes(product.product_id) if n == revision]
        return len(identities) >= len(own or codes_of(product.product_id, revision))


@cache
def _register() -> Mapping[str, tuple[Facility, ...]]:
    found: dict[str, list[Facility]] = {}
    for row in load(Facility):
        found.setdefault(row.product_id, []).append(row)
    return {product: tuple(rows) for product, rows in found.items()}


@cache
def _feeds(year: int) -> Mapping[str, frozenset[str]]:
    """What the working plants of a product are fed with, where it is on record for all of them."""
    found = {}
    for product, rows in _register().items():
        working = [row for row in rows if works(row, year)]
        if working and all(row.feeds for row in working):
            found[product] = frozenset(item for row in working for item in row.feeds)
    return found


@cache
def _fed(year: int) -> frozenset[str]:
    """What some working plant is fed with."""
    rows = (row for held in _register().values() for row in held if works(row, year))
    return frozenset(item for row in rows for item in row.feeds)


@cache
def _fed_from(year: int) -> Mapping[str, tuple[str, ...]]:
    """Where working plants take a product from; of plants fed with several, nobody can tell which."""
    found: dict[str, dict[str, None]] = {}
    for row in (row for held in _register().values() for row in held if works(row, year)):
        if len(row.feeds) == 1:
            found.setdefault(row.feeds[0], {}).update(dict.fromkeys(row.feed_countries))
    return {product: tuple(countries) for product, countries in found.items()}


def _exports_more(row: Assessment) -> bool:
    """Whether exports exceed imports, in tonnes where both are known, under a code of one product."""
    if row.basis != "own_imports" or row.evidence is None or row.evidence.exports is None:
        return False
    if not goods_of(row.subject) or is_shared(row.subject):
        return False
    bought, sold = row.evidence.mix, row.evidence.exports
    weights = bought.total("quantity"), sold.total("quantity")
    if None in weights:
        weights = bought.total("value"), sold.total("value")
    return (weights[1] or 0) > (weights[0] or 0)


@dataclass(frozen=True, slots=True)
class Capacity:
    """Largest plant and largest owner group of a step in Norwegian capacity, in one unit."""

    unit: str
    plant: Largest
    group: Largest


def capacity(step: Step) -> Capacity | None:
    """Shares of the largest plant and owner group; None where Norway has no plant of the step.

    Rows of one producer and place are one plant. Where units differ, or a capacity is of another
    good than the product, that capacity counts as unknown.
    """
    if not step.plants:
        return None
    units = [row.capacity_unit for row in step.plants if row.capacity_unit]
    unit = max(set(units), key=lambda u: (units.count(u), u)) if units else ""
    plants = [
        Plant(
            f"{row.producer}, {row.place}" if row.place else row.producer,
            row.owner_group,
            _capacity(row, unit),
        )
        for row in step.plants
    ]
    plant, group = largest_plant(plants), largest_group(plants)
    return Capacity(unit, plant, group) if plant and group else None


def _capacity(row: Facility, unit: str) -> Range:
    known = row.capacity_unit == unit and not row.capacity_of
    if not known or (row.capacity is None and row.capacity_low is None):
        return Range.unknown(0.0, inf)
    low = row.capacity_low if row.capacity_low is not None else row.capacity
    high = row.capacity_high if row.capacity_high is not None else row.capacity
    return Range(row.capacity, low or 0.0, inf if high is None else high)
