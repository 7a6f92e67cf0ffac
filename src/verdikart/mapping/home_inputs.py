"""Any home's own inputs to the EU method: own import mix, own production, own using sectors.

World supply, recycling, substitution and end uses are the EU study's; what is not the home's own
is marked *borrowed* and ranges widely, and never stands in silence. See docs/methods/eu2023.md.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from math import fsum

from verdikart.core.figure import MixId
from verdikart.indicators.assessment import (
    SMALL,
    MaterialInputs,
    Origin,
    Part,
    Range,
    Setting,
    StageInputs,
    Supply,
)
from verdikart.indicators.evidence import Evidence
from verdikart.indicators.mix import Measure, Mix
from verdikart.indicators.reliance import Balance, balance
from verdikart.mapping import catalogue, eu_study, stage_sources, studies
from verdikart.mapping.assess import Assessment, assess
from verdikart.mapping.industries import setting
from verdikart.mapping.library import Library, goods_of, has_plant, materials_of, works
from verdikart.mapping.lists import related
from verdikart.mapping.position import plant_feeds
from verdikart.mapping.study_link import ALIASES, Counterpart, counterpart
from verdikart.reference.figures import StudyLink, UsgsFigure
from verdikart.reference.homes import Home, group_members
from verdikart.reference.load import load, load_where
from verdikart.reference.value_chains import ChainEdge, Facility

# Half-width of a share of trade, relative to share × (1 − share), where no second source shows
# how far two reports of the same flow lie apart.
MIRROR_SPREAD = 0.10
BORROWED_FLOOR = 0.10  # a borrowed recycling rate ranges from none to twice the EU's, or to this
UNMEASURED = 0.05  # up to this part of the value without a quantity, shares are by quantity
# World production of feed that the EU study has no stage for.
USGS_FEED = {"alumina": ("Alumina", "Alumina, refinery production", 2024)}
SKIPPED = ("scrap",)
LINKED = {"wider": "study_wider", "narrower": "study_narrower"}


def inputs(
    library: Library,
    home: str,
    year: int,
    rows: Sequence[Assessment] | None = None,
    measure: Measure | None = None,
) -> tuple[tuple[MaterialInputs, ...], Setting]:
    """Inputs of every material that the home imports, makes, or has a world supply for.

    ``rows``: the assessments of the same library, home and year, where they are at hand;
    ``measure`` counts shares by value or quantity throughout, by default as :func:`_measure` says.
    """
    viewpoint = catalogue.check_home(home, library.custom)
    assert viewpoint is not None  # noqa: S101 - the world is no home; check_home has said so
    assessed = assess(library, home, year) if rows is None else rows
    stages: dict[str, list[StageInputs]] = defaultdict(list)
    for row in assessed:
        if row.home != home or row.stage in SKIPPED:
            continue
        feed = feeds(row.products, year) if home == "NOR" else ()
        for material in row.materials:
            stage = _stage(row, material, viewpoint, year, feed, measure)
            if stage is not None:
                stages[material].append(stage)
    materials = tuple(_material(m, tuple(found)) for m, found in sorted(stages.items()))
    return materials, setting(viewpoint, year)


def _material(material: str, stages: tuple[StageInputs, ...]) -> MaterialInputs:
    study = counterpart(material)
    if study is None:
        return MaterialInputs(material, stages, notes=("not_in_study",))
    index = replace(study.si_ei, origin="borrowed_eu")
    return MaterialInputs(material, stages, study.uses, index)


def _stage(
    row: Assessment,
    material: str,
    home: Home,
    year: int,
    feed: tuple[str, ...],
    measure: Measure | None,
) -> StageInputs | None:
    """Inputs of one subject, or None for a gap that is no feed of the home."""
    link = _link(row.products, material)
    # The study's item for the good can stand at another stage: its trade parameters go with it.
    stage = link.stage if link else row.stage
    study = counterpart(material, row.products, stage)
    notes = [] if study else ["not_in_study"]
    world, note = _world(row, link, study, home, year)
    notes += [note] if note else []
    recycling = _borrowed(study.eol_rir) if study else Range.unknown()
    substitution = replace(study.si_sr, origin="borrowed_eu") if study else Range.unknown()
    if home.home_id == "EU27" and study:
        recycling, substitution = study.eol_rir, study.si_sr
    base = StageInputs(
        material,
        row.stage,
        row.subject,
        "GS+EU",
        world,
        (),
        Range.unknown(),
        recycling,
        substitution,
        feed_for=feed,
        notes=tuple(notes),
    )
    if row.basis == "own_imports" and row.evidence is not None:
        notes += _caveats(row)
        shared = len(row.materials) > 1
        traded = _traded(base, row.evidence, study, home, year, measure, shared=shared)
        if traded is None:
            return None
        return replace(traded, notes=tuple(dict.fromkeys((*traded.notes, *notes))))
    if row.basis == "none":
        # A gap is only worth a line where a plant of the home stands on it.
        notes.append("not_in_embedded_data")
        return replace(base, notes=tuple(notes)) if feed else None
    # The world's supply is not the home's: it gives a figure of its own and bounds, no score.
    notes.append("world_supply_only")
    if world is None and row.evidence is not None:
        world = _supply([row.evidence.mix], study, home, year)[0]
    return replace(base, world=world, notes=tuple(notes)) if world else None


def _world(
    row: Assessment, link: StudyLink | None, study: Counterpart | None, home: Home, year: int
) -> tuple[Supply | None, str | None]:
    """World supply of a good, and a note where the study's item is not quite the good."""
    if len(row.products) == 1 and row.products[0] in USGS_FEED:
        return _usgs(row.products[0], home, year), "world_supply_usgs"
    # What no trade figure shows is a good of its own; its material's stage is not its supply.
    if study is None or study.world is None or row.basis == "none":
        return None, None
    if link is None:
        return _seen(study.world, home, year), None
    # A magnet's supply is not its oxide's.
    if link.scope == "other_form" or row.stage not in eu_study.STAGES:
        return None, None
    note = "world_other_stage" if link.stage != row.stage else LINKED.get(link.scope)
    return _seen(study.world, home, year), note


def _link(products: tuple[str, ...], material: str) -> StudyLink | None:
    """The study's item for the goods of a code, where it is of this material."""
    for product in products:
        for link in studies.links().get(product, ()):
            if link.source == eu_study.SOURCE and related(
                link.item, ALIASES.get(material, material)
            ):
                return link
    return None


def _traded(
    base: StageInputs,
    evidence: Evidence,
    study: Counterpart | None,
    home: Home,
    year: int,
    measure: Measure | None,
    *,
    shared: bool,
) -> StageInputs | None:
    """``shared``: the code holds goods of several materials, so nobody's net exports show."""
    if not evidence.mix.suppliers:
        return None
    notes = list(base.notes)
    known = balance(evidence)
    reliance, exporter, why = _reliance(
        known, evidence, not shared and _makes(evidence, home, year)
    )
    notes += [why] if why else []
    if why == "production_unknown" and _made_somewhere(evidence, home, year):
        notes.append("production_wider")
    mixes = [m for m in (evidence.mix, *evidence.earlier) if m.suppliers]
    supplies = _supply(mixes, study, home, year, evidence.other_sources, measure)
    own = _own_production(known, evidence, exporter)
    if own is not None and supplies:
        supplies = [_with_own(s, own, home, year) for s in supplies]
        notes += ["production_bounded"] if own.value is None else []
    elif exporter and own is not None:
        supplies = [Supply(str(evidence.mix.id), _members(home, year, Range.exact(1.0)))]
    notes += ["world_supply_missing"] if base.world is None else []
    flow = evidence.exports if exporter else evidence.mix
    if ((flow.total("value") if flow else None) or 0) < evidence.parameters.floor:
        notes.append(SMALL)
    if any(s.measure == "value" for s in supplies):
        notes.append("shares_by_value")
    if "suspected_suppression" in evidence.mix.caveats:
        notes.append("suspected_suppression")
        reliance = reliance if exporter else Range.unknown()
    return replace(
        base,
        home=tuple(supplies),
        import_reliance=reliance,
        net_exporter=exporter,
        notes=tuple(dict.fromkeys(notes)),
    )


def _caveats(row: Assessment) -> list[str]:
    """What is said of the trade figures themselves, carried to the score."""
    evidence, found = row.evidence, []
    if evidence is not None and not evidence.producers_complete:
        found.append("shared_code")
    if row.outcome == "transit":
        found.append("suspected_transit")
    return found


def _makes(evidence: Evidence, home: Home, year: int) -> bool:
    """Whether the home is known to make the good, so that exports above imports are its own."""
    if evidence.production is not None and evidence.production.amount > 0:
        return True
    goods = goods_of(evidence.mix.id.subject)
    if home.home_id == "NOR" and any(has_plant(product, year) for product in goods):
        return True
    members = set(home.members(year))
    return any(members & stage_sources.producers(s, year) for s in _stages_of(evidence))


def _stages_of(evidence: Evidence) -> set[str]:
    """The material-stages that the goods of a code belong to."""
    return {
        stage_sources.subject(material, product.stage)
        for product in goods_of(evidence.mix.id.subject)
        for material in materials_of(product.product_id)
    }


def _made_somewhere(evidence: Evidence, home: Home, year: int) -> bool:
    """Whether production statistics know the home's production of a wider good."""
    when = min(year, stage_sources.production_years()[-1])
    members = frozenset(home.members(year))
    for subject in _stages_of(evidence) & set(stage_sources.series_of()):
        asked = MixId("WORLD", when, "wmd", subject, "production")
        found = stage_sources.production_of(asked, members)
        if found is not None and found.amount > 0:
            return True
    return False


def _reliance(known: Balance, evidence: Evidence, makes: bool) -> tuple[Range, bool, str | None]:
    """Import reliance, whether the home is a net exporter, and why it is not a plain figure.

    (M − X) / (P + M − X) has the sign of M − X whatever the production: a net exporter's is
    negative, and 0 by the method, also where production is not known.
    """
    if known.reason is None:
        consumed = known.production + known.imports - known.exports
        value = (known.imports - known.exports) / consumed
        if value < 0:
            return Range.exact(0.0, "own"), True, "net_exporter"
        known_as: Origin = "assumed" if known.estimated else "own"
        return Range.exact(min(1.0, value), known_as), False, None
    flows = _flows(evidence)
    if flows is not None and makes and flows[1] > flows[0]:
        return Range.exact(0.0, "own"), True, "net_exporter"
    return Range.unknown(), False, known.reason


def _flows(evidence: Evidence) -> tuple[float, float] | None:
    """Imports and exports by tonnes where both are known, else by value; None where neither is."""
    if evidence.exports is None:
        return None
    for measure in ("quantity", "value"):
        pair = [m.total(measure) for m in (evidence.mix, evidence.exports)]
        known = [
            a if a is not None else (0 if not m.suppliers else None)
            for a, m in zip(pair, (evidence.mix, evidence.exports), strict=True)
        ]
        if known[0] is not None and known[1] is not None:
            return float(known[0]), float(known[1])
    return None


def _own_production(known: Balance, evidence: Evidence, exporter: bool) -> Range | None:
    """The home's own part of its supply P / (P + M), or None where it has none or none is known.

    Of a net exporter it is at least the net exports over all it must have had.
    """
    if known.reason is None and known.production > 0:
        return Range.exact(known.production / (known.production + known.imports), "own")
    flows = _flows(evidence)
    if not exporter or flows is None:
        return None
    imports, exports = flows
    least = exports - imports
    return Range(None, least / (least + imports) if least + imports else 1.0, 1.0, "unknown")


def _members(home: Home, year: int, share: Range) -> tuple[Part, ...]:
    """The home's own supply; of a group it is one supplier of the group's mean governance."""
    middle = (share.low + share.high) / 2
    value = middle if share.value is None else share.value
    members = home.members(year)
    # A group is one supplier: whose production it is cannot be told apart.
    iso3 = members[0] if home.single else home.home_id
    return (Part(iso3, value, share.width / 2, 1.0, preferential=True),)


def _with_own(supply: Supply, own: Range, home: Home, year: int) -> Supply:
    """The imports made room for the home's own production."""
    parts = _members(home, year, own)
    left = 1 - parts[0].share
    bought = tuple(
        replace(p, share=p.share * left, spread=p.spread * left + p.share * own.width / 2)
        for p in supply.parts
    )
    return replace(supply, parts=(*parts, *bought), residual=supply.residual * left)


def _supply(
    mixes: Sequence[Mix],
    study: Counterpart | None,
    home: Home,
    year: int,
    others: Sequence[Mix] = (),
    asked: Measure | None = None,
) -> list[Supply]:
    """Mixes as supplies, the latest first; a second source of the latest shows its spread."""
    found = []
    for mix in mixes:
        measure = asked if asked and mix.value_unit else _measure(mix)
        amounts = mix.amounts(measure)
        whole = float(amounts.total if mix.declared_total else amounts.total + amounts.residual)
        if not whole > 0:
            continue
        same = [o for o in others if o.id.year == mix.id.year and o.suppliers]
        parts = []
        for iso3, amount in amounts.known:
            share = float(amount) / whole
            lacking = mix.unmeasured_share if measure == "quantity" else 0.0
            spread = _spread(iso3, share, same, measure, lacking)
            parts.append(_part(iso3, share, spread, study, home, year))
        residual = float(amounts.residual) / whole
        hidden = "suspected_suppression" in mix.caveats
        found.append(Supply(str(mix.id), tuple(parts), residual, hidden, measure))
    return found


def _measure(mix: Mix) -> Measure:
    """Tonnes, as the EU study counts, unless too much of the value carries none."""
    known = mix.amounts("quantity").total
    return "quantity" if known and mix.unmeasured_share <= UNMEASURED else "value"


def _spread(
    iso3: str, share: float, others: Sequence[Mix], measure: Measure, lacking: float
) -> float:
    gaps = []
    for other in others:
        amounts = other.amounts(measure)
        if amounts.total:
            theirs = dict(amounts.known).get(iso3, 0)
            gaps.append(abs(share - float(theirs) / float(amounts.total)))
    mirrored = max(gaps) if gaps else MIRROR_SPREAD * share * (1 - share)
    return mirrored + lacking * (1 - share)


def _part(
    iso3: str, share: float, spread: float, study: Counterpart | None, home: Home, year: int
) -> Part:
    printed = study.trade.get(iso3, 1.0) if study else 1.0
    inside = iso3 in area(home, year)
    # 0.8 is printed for EU members as the EU sees them; from outside they are ordinary suppliers.
    return Part(iso3, share, spread, max(1.0, printed), inside)


def _seen(supply: Supply, home: Home, year: int) -> Supply:
    """World supply with the trade parameters of this home's viewpoint."""
    inside = area(home, year)
    parts = tuple(
        replace(p, trade=max(1.0, p.trade), preferential=p.iso3 in inside) for p in supply.parts
    )
    return replace(supply, parts=parts)


@cache
def _area(home_id: str, members: tuple[str, ...], year: int) -> frozenset[str]:
    eea, union = group_members("EEA", year), group_members("EU27", year)
    own = frozenset(members)
    if own <= union:
        return union | {home_id}
    if own <= eea:
        return eea | {home_id}
    # An alliance is no trade area: among its members nothing is preferred, but its own making is.
    return own | {home_id} if len(own) == 1 else frozenset({home_id})


def area(home: Home, year: int) -> frozenset[str]:
    """The home's trade area: the Union for its members, the EEA for others in it, else itself."""
    return _area(home.home_id, tuple(home.members(year)), year)


def _borrowed(rate: Range) -> Range:
    """A rate of the EU taken for another home: from none to twice the EU's."""
    if rate.value is None:
        return rate
    return Range(rate.value, 0.0, min(1.0, max(2 * rate.value, BORROWED_FLOOR)), "borrowed_eu")


def _usgs(product: str, home: Home, year: int) -> Supply | None:
    if product not in USGS_FEED:
        return None
    commodity, detail, when = USGS_FEED[product]
    rows = [
        row
        for row in load_where(UsgsFigure, "commodity", commodity)
        if row.detail == detail
        and row.statistic == "Production"
        and row.period == str(when)
        and row.iso3
        and row.value
    ]
    total = fsum(row.value or 0.0 for row in rows)
    inside = area(home, year)
    parts = tuple(
        Part(str(row.iso3), (row.value or 0.0) / total, 0.0, 1.0, row.iso3 in inside)
        for row in rows
    )
    return Supply(f"WORLD/{when}/usgs_2026/{product}/production", parts) if parts else None


@cache
def feeds(products: tuple[str, ...], year: int) -> tuple[str, ...]:
    """Goods that working Norwegian plants make of these as their main input, as the register has it."""
    made = {
        row.product_id for row in load(Facility) if row.stage != "extraction" and works(row, year)
    }
    return tuple(
        dict.fromkeys(
            edge.output_product
            for edge in load(ChainEdge)
            if edge.relation == "main input"
            and edge.input_product in products
            and edge.output_product in made
            and edge.input_product in plant_feeds(edge.output_product, year)
        )
    )
