"""Diversification plans from the embedded trade: who else could deliver, at which cost, and why not.

A plan is in tonnes where the trade has them, else in value. What a country could send more is a part
(*spare*) of what it sells elsewhere today beyond what it buys: goods that only pass through are
nobody's to redirect. A country that no table knows as a producer sends no more. Prices are unit
values of the home's imports, else of the country's exports to the world, else of all exports, kept
within a factor of the last. Method: docs/methods/diversify.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

from verdikart.chains.planner import Capacity, Limits, Plan, Problem, Source, amounts, plan
from verdikart.chains.planner_limits import Shortfall, shortfall
from verdikart.core.errors import UsageProblem
from verdikart.core.figure import MixId
from verdikart.indicators.evidence import Evidence
from verdikart.indicators.mix import Mix, Supplier
from verdikart.indicators.reliance import apparent_consumption, balance
from verdikart.indicators.transit import does_not_produce
from verdikart.mapping import catalogue, register
from verdikart.mapping.assess import scope_products, sharpest, trade_subjects
from verdikart.mapping.chain_view import ChainView
from verdikart.mapping.library import codes_of, goods_of
from verdikart.reference import countries
from verdikart.store import engine

BASES = ("imports", "consumption")
BY = 2030
SPARE = 0.1
SWITCHING = 0.05  # of the average unit value, for each unit that changes supplier
PRICE_FACTOR = 3.0
LEAST_LOT = (
    0.1  # part of the home's imports that a new supplier must sell elsewhere to count as one
)
LEAST_CONSUMED = 0.1  # part of imports below which consumption is no base for shares
MOST_UNMEASURED = 0.5  # part of the value without quantity above which a plan is in value
# Under broad sanctions of the EU that Norway takes part in (from memory, unverified; the EU sanctions
# map would confirm): what they sell today may go on, but no plan turns to them unless asked to.
AVOID = ("BLR", "IRN", "PRK", "RUS", "SYR")
BUILDING = ("project", "construction", "built")


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of a plan; ``capped``: all suppliers, or the ``others`` that are no allies;
    ``exclude``: nothing is bought from these; ``avoid``: no more than today is.
    """

    target: float = 0.65
    by: int = BY
    base: str = "imports"
    spare: float = SPARE
    allies_min: float | None = None
    exclude: tuple[str, ...] = ()
    capped: str = "all"
    switching: float = SWITCHING
    avoid: tuple[str, ...] = AVOID


@dataclass(slots=True)
class Answered:
    """A plan with what it was made from; ``reason`` says why there is none."""

    identity: MixId | None
    question: Question
    products: tuple[str, ...]
    evidence: Evidence | None = None
    problem: Problem | None = None
    plan: Plan | None = None
    shortfall: Shortfall | None = None
    reason: str | None = None
    measure: str = "quantity"
    clipped: list[str] = field(default_factory=list)
    borrowed: list[str] = field(default_factory=list)
    transit: list[str] = field(default_factory=list)
    left_out: list[tuple[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def status(self) -> str:
        """``met``, ``reached``, ``unreachable`` or ``not_computable``."""
        return self.plan.status if self.plan else "not_computable"


def subjects(view: ChainView, asked: str) -> tuple[MixId, ...]:
    """Import flows of a product, or of a code with its revision. Raises for an unknown one."""
    if ":" in asked:
        nomenclature, _ = catalogue.parse_code(asked)
        source = catalogue.default_source(nomenclature)
        asked_flow = MixId(view.home, view.year, source, asked, "import")
        return (catalogue.check(asked_flow, view.library.custom),)
    product = catalogue.check_product(asked)
    return tuple(trade_subjects(product, view.home, view.year))


def answers(view: ChainView, asked: str, question: Question) -> list[Answered]:
    """One plan a trade code of the product; one row with the reason where no code is embedded."""
    check(view, question)
    found = subjects(view, asked)
    if not found:
        known = any(codes_of(asked, n) for n in ("HS92", "HS12", "HS17", "HS22"))
        reason = "not_in_embedded_data" if known else "not_a_trade_product"
        return [Answered(None, question, (asked,), reason=reason)]
    return [answer(view, identity, question) for identity in found]


def check(view: ChainView, question: Question) -> None:
    """Refuse limits that mean nothing."""
    for name, value in (("target", question.target), ("spare", question.spare)):
        if not 0 <= value <= 1:
            raise UsageProblem(f"--{name} {value} is no share; write a number from 0 to 1")
    if question.allies_min is not None and not 0 <= question.allies_min <= 1:
        raise UsageProblem(f"--allies-min {question.allies_min} is no share; write 0 to 1")
    if question.base not in BASES:
        raise UsageProblem(f"unknown base {question.base!r}; available: {', '.join(BASES)}")
    if question.by < view.year:
        raise UsageProblem(f"--by {question.by} lies before the year of the trade, {view.year}")
    for iso3 in (*question.exclude, *question.avoid):
        catalogue.check_country(iso3)


def answer(view: ChainView, identity: MixId, question: Question) -> Answered:
    """Plan one code."""
    evidence = view.library.evidence(identity)
    goods = tuple(p.product_id for p in goods_of(identity.subject))
    found = Answered(identity, question, goods, evidence)
    mix = evidence.mix
    if not mix.amounts("value").total:
        found.reason = "no_flows"
    elif "suspected_suppression" in mix.caveats:
        found.reason = "suspected_suppression"
    elif evidence.world is None:
        found.reason = "not_in_embedded_data"
    if found.reason:
        return found
    base, lacking = None, False
    if question.base == "consumption":
        known = balance(evidence)
        if known.reason:
            found.reason = known.reason
            return found
        base = apparent_consumption(known.production, known.imports, known.exports)
        lacking = known.lacking
        if known.estimated:
            found.notes.append("production_assumed_zero")
    found.notes += evidence.world.caveats if evidence.world else ()
    if len(goods) > 1:
        found.notes.append("shared_code")
    found.problem = _problem(view.home, found, base)
    if base is not None and base < LEAST_CONSUMED * found.problem.demand:
        # Demand counts the tonnes of unmeasured flows by their price; consumption leaves them out.
        found.reason = "missing_quantity" if lacking else "most_sent_on"
        return found
    found.plan = plan(found.problem)
    if found.plan.status == "unreachable":
        found.shortfall = shortfall(found.problem)
    return found


def _problem(home: str, found: Answered, base: float | None) -> Problem:
    evidence, question = found.evidence, found.question
    if evidence is None or evidence.world is None:
        raise ValueError("a plan needs the world's exports")
    mix, world = evidence.mix, evidence.world
    if mix.unmeasured_share > MOST_UNMEASURED or mix.quantity_unit != "kg":
        found.measure = "value"
        found.notes.append("shares_by_value")
    average = _unit_value(world.suppliers) or _unit_value(mix.suppliers) or 1.0
    own = {*evidence.members, home}
    present = {s.iso3: s for s in mix.suppliers if s.value}
    others = {s.iso3: s for s in world.suppliers if s.value}
    allied = evidence.allies or frozenset()
    taken_in = _imports(mix.id.subject.partition(":")[2], mix.id.year) if _all_pairs(mix) else {}
    if not taken_in:
        found.notes.append("re_exports_unknown")
    sources = []
    for name in (n for n in {**present, **others} if n not in own):
        price = _price(found, name, [present.get(name), others.get(name)], average)
        bought = _amount(present.get(name), found.measure, price)
        elsewhere = max(0.0, _amount(others.get(name), found.measure, price) - bought)
        elsewhere = max(0.0, elsewhere - _amount(taken_in.get(name), found.measure, price))
        if _buys_more(taken_in.get(name), others.get(name)):
            elsewhere = 0.0
        if does_not_produce(name, evidence.producers, evidence.producers_complete):
            found.transit.append(name)
            elsewhere = 0.0
        if name in question.avoid:
            elsewhere = 0.0
        friend = name in allied
        capped, barred = question.capped == "all" or not friend, name in question.exclude
        sources.append(Source(name, bought, elsewhere, price, friend, capped, barred))
    lot = LEAST_LOT * sum(s.present for s in sources)
    sources = [s for s in sources if s.present > 0 or s.elsewhere >= lot]
    paid = sum(s.present * s.price for s in sources) / sum(s.present for s in sources)
    capacities = _capacities(found, paid, own) if found.measure == "quantity" else ()
    limits = Limits(
        question.target, question.spare, question.allies_min, base, question.switching * paid
    )
    return Problem(tuple(sources), capacities, limits)


def _all_pairs(mix: Mix) -> bool:
    """Whether the source holds every country's trade, so that what a country buys is known too."""
    return mix.id.source == "baci_hs92"


def _buys_more(bought: Supplier | None, sold: Supplier | None) -> bool:
    """Whether a country buys more than it sells, by value: cheap tonnes out of dear ones are no supply."""
    return bought is not None and sold is not None and (bought.value or 0) >= (sold.value or 0)


@cache
def _imports(code: str, year: int) -> dict[str, Supplier]:
    """What every country buys of a code; value in USD, quantity in kg."""
    found: dict[str, list[int]] = {}
    for _, _, _, importer, value, kilos in engine.code_flows(code, year, year):
        held = found.setdefault(countries.iso3_of_baci(importer), [0, 0, 0])
        held[0] += value
        held[1] += kilos or 0
        held[2] += 0 if kilos else value
    return {iso3: Supplier(iso3, v, kilos, without) for iso3, (v, kilos, without) in found.items()}


def _price(found: Answered, name: str, rows: Sequence[Supplier | None], average: float) -> float:
    """USD a tonne: the home's imports, else the country's exports, else all exports; clipped."""
    if found.measure == "value":
        return 1.0
    seen = (_unit_value([row]) for row in rows if row is not None)
    price = next((p for p in seen if p is not None), None)
    if price is None:
        found.borrowed.append(name)
        return average
    kept = min(max(price, average / PRICE_FACTOR), average * PRICE_FACTOR)
    if kept != price:
        found.clipped.append(name)
    return kept


def _capacities(found: Answered, price: float, own: set[str]) -> tuple[Capacity, ...]:
    """Registered Norwegian projects of the goods that run by the year; the rest with the reason."""
    kept, left = [], found.left_out
    for product_id in found.products:
        for plant in register.planned(product_id):
            begins = plant.status_date[:4]
            if plant.status not in BUILDING:
                left.append((plant.record_id, "not_decided"))
            elif plant.capacity is None or plant.capacity_unit != "t/y" or plant.capacity_of:
                left.append((plant.record_id, "capacity_unknown"))
            elif not begins:
                left.append((plant.record_id, "start_unknown"))
            elif int(begins) > found.question.by:
                left.append((plant.record_id, "starts_too_late"))
            else:
                country = None if "NOR" in own else "NOR"
                kept.append(Capacity(plant.record_id, plant.capacity, price, country))
    return tuple(kept)


def _unit_value(rows: Sequence[Supplier]) -> float | None:
    """USD a tonne over the flows that carry a quantity; None where none does."""
    measured = [s for s in rows if s.quantity and s.value is not None]
    tonnes = sum(s.quantity or 0 for s in measured) / 1000
    value = sum((s.value or 0) - s.unmeasured for s in measured)
    return value / tonnes if tonnes > 0 and value > 0 else None


def _amount(row: Supplier | None, measure: str, price: float) -> float:
    """Tonnes, those of unmeasured flows by the price, or the value."""
    if row is None:
        return 0.0
    if measure == "value":
        return float(row.value or 0)
    lacking = row.unmeasured if row.quantity is not None else (row.value or 0)
    return float(row.quantity or 0) / 1000 + lacking / price


def ally_share(found: Answered, after: bool) -> float | None:
    """Share of imports from allies before or after the plan."""
    if found.problem is None or found.plan is None:
        return None
    held = amounts(found.problem, found.plan.moves if after else ())
    whole = sum(held.values())
    allied = sum(held[s.name] for s in found.problem.sources if s.allied)
    return allied / whole if whole else None


def sharpest_answers(view: ChainView, count: int = 10) -> list[Answered]:
    """Plans at default limits for the home's sharpest vulnerabilities."""
    judged = {row.subject: row for p in scope_products() for row in view.rows(p.product_id)}
    question = Question(target=view.library.parameters.share_threshold)
    worst = sharpest(list(judged.values()), count)
    return [answer(view, row.mix, question) for row in worst if row.mix]
