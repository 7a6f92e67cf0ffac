"""Sources by material and stage: world production and the EU study's published shares."""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from math import fsum

from verdikart.core.figure import MixId
from verdikart.core.units import UNITS
from verdikart.indicators.evidence import Quantity
from verdikart.indicators.mix import Mix, Supplier, ordered
from verdikart.reference.figures import ProductionSeries, PublishedShare, UsgsFigure
from verdikart.reference.load import load, load_where
from verdikart.store import engine
from verdikart.store.snapshot import manifest

# The EU study prints averages of five years; its mixes carry the last of them.
PERIOD = (2016, 2020)
STUDY_YEAR = 2023
# Shares are printed to one decimal or to whole per cent: smaller differences are rounding.
OVER_100 = 100.5
SAME_POINTS = 1.0
SCOPES = {"WORLD": "global_supply", "EU27": "eu_sourcing"}
FLOWS = {"wmd": "production", "eu_crm_2023": "supply"}
# Products whose makers a yearly survey lists: commodity and detail there.
SURVEYED = {
    "alumina": ("Alumina", "Alumina, refinery production"),
    "ammonia": ("Nitrogen (Fixed)—Ammonia", "Plant production"),
    "copper_cathode": ("Copper", "Refinery production"),
    "ferrosilicon_75": ("Silicon", "Ferrosilicon"),
    "magnesium_metal": ("Magnesium Metal", "Smelter production"),
    "silicon_metal": ("Silicon", "Silicon metal"),
    "titanium_sponge": ("Titanium Sponge Metal", "Titanium sponge metal production"),
}


def subject(material_id: str, stage: str) -> str:
    """The subject of a material-stage mix."""
    return f"{material_id}@{stage}"


@cache
def series_of() -> dict[str, list[ProductionSeries]]:
    """World Mining Data series by subject (material@stage)."""
    grouped: dict[str, list[ProductionSeries]] = defaultdict(list)
    for row in load(ProductionSeries):
        grouped[subject(row.material_id, row.stage)].append(row)
    return dict(grouped)


Produced = tuple[str, list[tuple[str | None, float | None]]]


@cache
def _produced(year: int) -> dict[str, Produced]:
    """A year's rows by series: questions are of one year, and one query costs as much as another."""
    query = "SELECT series, unit, iso3, sum(quantity) FROM {file} WHERE year = ? GROUP BY ALL"
    grouped: dict[str, Produced] = {}
    for series, unit, iso3, amount in engine.rows(query, "wmd.parquet", [year]):
        grouped.setdefault(series, (unit, []))[1].append((iso3, amount))
    return grouped


@cache
def production_years() -> tuple[int, ...]:
    """Years of the production source."""
    first, last = manifest().entry("wmd.parquet").coverage["years"]
    return tuple(range(first, last + 1))


def production_mix(identity: MixId) -> Mix | None:
    """World production of a material-stage by country; None without a series.

    Countries are summed (printed totals are stale). A zero is *none or not reported*. The
    material-stages at hand have one series each, so unlike bases are never added.
    """
    found = series_of().get(identity.subject)
    if not found:
        return None
    series = found[0]
    unit, rows = _produced(identity.year).get(series.series, ("t", []))
    kilograms = UNITS[unit][0] == "mass"
    factor = float(UNITS[unit][1]) if kilograms else 1.0
    scaled = [(iso3, None if amount is None else amount * factor) for iso3, amount in rows]
    suppliers = [Supplier(iso3, None, amount) for iso3, amount in scaled if iso3]
    nowhere = [Supplier("_899", None, amount) for iso3, amount in scaled if not iso3]
    return Mix(
        identity,
        ordered(suppliers, "quantity"),
        tuple(nowhere),
        value_unit=None,
        quantity_unit="kg" if kilograms else unit,
        basis=f"production, {series.basis}",
    )


def production_of(identity: MixId, members: frozenset[str]) -> Quantity | None:
    """A home's own production in tonnes of one material-stage and year; None without a series.

    A home without any row counts as none reported: the amount is 0 and marked estimated.
    """
    mix = production_mix(identity)
    if mix is None or mix.quantity_unit != "kg":
        return None
    own = [s for s in mix.suppliers if s.iso3 in members and s.quantity]
    amount = sum(float(s.quantity or 0) for s in own) / 1000
    basis = series_of()[identity.subject][0].basis
    return Quantity(amount, "t", basis, "wmd", estimated=not own)


@cache
def _published(material_id: str) -> dict[tuple[str, str], list[PublishedShare]]:
    """Published rows of one material by scope and stage; parsed alone, the table is long."""
    grouped: dict[tuple[str, str], list[PublishedShare]] = defaultdict(list)
    for row in load_where(PublishedShare, "material_id", material_id):
        grouped[row.scope, subject(row.material_id, row.stage)].append(row)
    return dict(grouped)


def published_mix(identity: MixId) -> Mix | None:
    """Published shares of world supply (WORLD) or EU sourcing (EU27), as printed; else None.

    Shares are never rescaled; what they lack to 100 % is the residual. "Below 0.1 %" has no
    amount. EU rows that only repeat the world rows carry the caveat ``repeats_world``.
    """
    scope = SCOPES.get(identity.home)
    published = _published(identity.subject.partition("@")[0])
    rows = published.get((scope, identity.subject)) if scope else None
    if not rows:
        return None
    amounts = {r.iso3: None if r.below else r.share_pct for r in rows}
    caveats = []
    if any(r.below for r in rows):
        caveats.append("published_below")
    if fsum(r.share_pct or 0.0 for r in rows if not r.below) > OVER_100:
        caveats.append("shares_exceed_total")
    world = published.get(("global_supply", identity.subject), [])
    if scope == "eu_sourcing" and world and _same(rows, world):
        caveats.append("repeats_world")
    return Mix(
        identity,
        ordered([Supplier(iso3, None, share) for iso3, share in amounts.items()], "quantity"),
        value_unit=None,
        quantity_unit="percent",
        declared_total=100.0,
        basis=f"published shares, {rows[0].period}",
        caveats=tuple(caveats),
    )


def _same(one: list[PublishedShare], other: list[PublishedShare]) -> bool:
    """Whether two sets of shares differ by no more than rounding; EU rows have whole per cents."""
    shares = [{r.iso3: r.share_pct or 0.0 for r in rows if not r.below} for rows in (one, other)]
    countries = shares[0].keys() | shares[1].keys()
    return all(abs(shares[0].get(c, 0.0) - shares[1].get(c, 0.0)) <= SAME_POINTS for c in countries)


@cache
def subjects(source: str, home: str = "WORLD") -> list[str]:
    """Material-stages that a source has a mix for."""
    if source == "wmd":
        return sorted(series_of())
    rows = (r for r in load(PublishedShare) if r.scope == SCOPES.get(home))
    return sorted({subject(r.material_id, r.stage) for r in rows})


def producers_by_source(subject_id: str, year: int) -> dict[str, frozenset[str]]:
    """Countries known to produce a material-stage, by the embedded source that lists them."""
    known: set[str] = set()
    last = min(year, production_years()[-1])
    for y in (last, last - 1, last - 2):
        mix = production_mix(MixId("WORLD", y, "wmd", subject_id, "production"))
        known |= {s.iso3 for s in mix.suppliers if s.quantity} if mix else set()
    study = published_mix(MixId("WORLD", PERIOD[1], "eu_crm_2023", subject_id, "supply"))
    listed = frozenset(s.iso3 for s in study.suppliers) if study else frozenset[str]()
    found = {"wmd": frozenset(known), "eu_crm_2023": listed}
    return {source: countries for source, countries in found.items() if countries}


def producers(subject_id: str, year: int) -> frozenset[str]:
    """Countries known to produce a material-stage, by any embedded source; empty if none lists it."""
    return frozenset[str]().union(*producers_by_source(subject_id, year).values())


def surveyed(product_id: str) -> set[str]:
    """Countries that a yearly survey names as makers of a product; it names the larger ones only."""
    found = SURVEYED.get(product_id)
    if found is None:
        return set()
    return {
        row.iso3
        for row in load_where(UsgsFigure, "commodity", found[0])
        if row.detail == found[1] and row.statistic == "Production" and row.iso3
    }
