"""What the two horizons are made of: goods with the home's own supply, restrictions, incomes, uses."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from functools import cache

from verdikart.core.figure import MixId
from verdikart.indicators.assessment import Range
from verdikart.indicators.horizon_criteria import Good, Income, Restriction, Use
from verdikart.indicators.mix import Mix
from verdikart.mapping import catalogue
from verdikart.mapping.assess import Assessment, trade_subjects
from verdikart.mapping.chain_measures import (
    EXPORT_MEASURES,
    MEMORY,
    concerns,
    imposers,
    measures_on,
)
from verdikart.mapping.library import Library, codes_of, goods_of, has_plant, materials_of
from verdikart.mapping.links import links
from verdikart.mapping.lists import ancestors
from verdikart.mapping.money import money
from verdikart.reference.entities import MaterialTechnology, Product, Sector
from verdikart.reference.figures import TradeHeading
from verdikart.reference.homes import allies
from verdikart.reference.load import by_key, load
from verdikart.reference.value_chains import ProductTechnology

OWN_SUPPLY = ("own_imports", "eu_sourcing")
HEADINGS_OF = ("NOR", 2024)  # whose trade the table of headings holds, and of which year
ZERO = Range.exact(0.0)
OPEN = Range.unknown(0.0, float("inf"))


class HomeGoods:
    """Goods of a home in a year, each code read once; ``on`` is the day restrictions are asked for."""

    def __init__(
        self,
        library: Library,
        home: str,
        year: int,
        assessments: Iterable[Assessment],
        on: date,
    ) -> None:
        self.library, self.home_id, self.year, self.on = library, home, year, on
        found = library.home(home)
        self.members = frozenset(found.members(year)) if found else frozenset[str]()
        self.allies = allies(found, year) if found else frozenset[str]()
        self._measures = measures_on(self.members, year, on)
        self._judged = {row.subject: row for row in assessments if row.basis in OWN_SUPPLY}
        self._published: dict[str, list[str]] = {}
        for subject, row in self._judged.items():
            if "@" in subject:
                for product in row.products:
                    self._published.setdefault(product, []).append(subject)
        self._identities: dict[str, list[MixId]] = {}
        self._seen: dict[MixId, tuple[Mix, Mix | None]] = {}
        self._exports: dict[str, dict[str, Income]] = {}

    def identities(self, product: Product) -> list[MixId]:
        """The product's codes in the source that has them."""
        if product.product_id not in self._identities:
            found = trade_subjects(product, self.home_id, self.year)
            self._identities[product.product_id] = found
        return self._identities[product.product_id]

    def flows(self, identity: MixId) -> tuple[Mix, Mix | None]:
        """Imports and exports of one code; no exports where the source does not tell them."""
        if identity not in self._seen:
            row = self._judged.get(identity.subject)
            evidence = row.evidence if row is not None and row.mix == identity else None
            if evidence is not None:
                self._seen[identity] = evidence.mix, evidence.exports
            else:
                source, subject = identity.source, identity.subject
                out = MixId(identity.home, identity.year, source, subject, "export")
                exports = self.library.find(out)
                if exports is None and source != "comext_cn8":
                    exports = Mix(out, ())
                self._seen[identity] = self.library.mix(identity), exports
        return self._seen[identity]

    def goods(self, products: Iterable[Product], family: Sequence[str] | None = None) -> list[Good]:
        """Goods of some products, each subject once; a product no source shows is one unseen good.

        Restrictions are those on what a product is made of, within ``family`` where one is given.
        """
        found: dict[str, Good] = {}
        for product in products:
            made_of = materials_of(product.product_id)
            wanted = [m for m in made_of if family is None or m in family]
            held = self.restrictions(product, wanted)
            for good in self._of(product, wanted):
                before = found.get(good.subject)
                both = dict.fromkeys((*(before.restrictions if before else ()), *held))
                found[good.subject] = replace(before or good, restrictions=tuple(both))
        return list(found.values())

    def _of(self, product: Product, materials: Sequence[str]) -> Iterable[Good]:
        identities = self.identities(product)
        for identity in identities:
            yield self._good(identity, product)
        published = () if identities else self._published.get(product.product_id, ())
        sourced = [s for s in published if s.partition("@")[0] in materials]
        for subject in sourced:
            row = self._judged[subject]
            mix = row.evidence.mix if row.evidence else None
            yield Good(subject, product.stage, row.products, mix, marks=("eu_sourcing",))
        if not sourced and not _complete(product, identities):
            name = product.product_id
            yield Good(name, product.stage, (name,), None, "not_in_embedded_data")

    def _good(self, identity: MixId, product: Product) -> Good:
        mix, _ = self.flows(identity)
        names = tuple(p.product_id for p in goods_of(identity.subject))
        whole = mix.total("value")
        row = self._judged.get(identity.subject)
        marks = ["shared_code"] if len(names) > 1 else []
        if row is not None and row.outcome == "transit":
            marks.append("suspected_transit")
        unit = money(1.0, mix.value_unit, identity.year)
        return Good(
            identity.subject,
            product.stage,
            names or (product.product_id,),
            mix,
            small=whole is not None and 0 < whole < self.library.parameters.floor,
            nok_per_unit=unit.nok,
            rate_marks=_rate(unit.rate_status),
            marks=tuple(marks),
        )

    def restrictions(
        self, product: Product | None, materials: Sequence[str]
    ) -> tuple[Restriction, ...]:
        """Export restrictions in force on a good, or on materials alone where it is None."""
        found = []
        for row, side in self._measures:
            hit = concerns(row, product, materials)
            if side == "against_supply" and row.measure in EXPORT_MEASURES and hit is not None:
                marks = ("memory_unverified",) if row.confidence == MEMORY else ()
                by = imposers(row, self.year) - self.members
                found.append(Restriction(row.measure_id, by, hit, marks))
        return tuple(found)

    def incomes(self, products: Sequence[Product]) -> list[Income]:
        """Exports of some products in kroner, each code in one income.

        What the codes lack is looked for under the heading; Norway's is taken as nothing where the
        register has no plant of the good.
        """
        found: dict[str, Income] = {}
        unseen = []
        for product in products:
            identities = self.identities(product)
            for identity in identities:
                code = identity.subject.partition(":")[2][:6]
                if code not in found:
                    found[code] = self._income(identity)
            if not _complete(product, identities):
                unseen.append(product)
        left = []
        for product in unseen:
            heading = self._heading(product)
            if heading is None:
                left.append(product)
            elif heading not in found:
                found[heading] = self._residual(heading, {p.product_id for p in products})
        for product in left:
            name = product.product_id
            if self.home_id == "NOR" and not has_plant(product, self.year):
                found[name] = Income(name, ZERO, marks=("no_plant_zero",))
            else:
                found[name] = Income(name, OPEN, "exports_unknown")
        return list(found.values())

    def _income(self, identity: MixId) -> Income:
        _, exports = self.flows(identity)
        if exports is None:
            return Income(identity.subject, OPEN, "exports_unknown")
        amount = exports.total("value")
        worth = money(float(amount or 0), exports.value_unit, identity.year)
        if worth.nok is None:
            return Income(identity.subject, OPEN, "no_exchange_rate")
        return Income(identity.subject, Range.exact(worth.nok), marks=_rate(worth.rate_status))

    def _heading(self, product: Product) -> str | None:
        """The heading on record that holds all of a product's codes."""
        if (self.home_id, self.year) != HEADINGS_OF:
            return None
        held = {row.heading for row in load(TradeHeading)}
        found = {code[:4] for code in codes_of(product.product_id, "HS17")}
        return found.pop() if len(found) == 1 and found <= held else None

    def _residual(self, heading: str, own: set[str]) -> Income:
        """What a heading holds beyond the codes seen: ours if all its goods are, else at most ours."""
        row = next(r for r in load(TradeHeading) if r.heading == heading)
        seen: dict[str, float] = {}
        for source, nomenclature in (("baci_hs17", "HS17"), ("baci_hs92", "HS92")):
            for code in catalogue.source_codes(source):
                if code.startswith(heading) and code not in seen:
                    subject = f"{nomenclature}:{code}"
                    flow = MixId(self.home_id, self.year, source, subject, "export")
                    mix = self.library.find(flow)
                    seen[code] = float((mix.total("value") if mix else 0) or 0)
        rest = max(0.0, row.exports_usd - sum(seen.values()))
        worth = money(rest, "USD", self.year)
        subject = f"{row.nomenclature}:{heading}"
        if worth.nok is None:
            return Income(subject, OPEN, "no_exchange_rate")
        marks = ("heading", *_rate(worth.rate_status))
        if _goods_under(heading) <= own:
            return Income(subject, Range.exact(worth.nok), marks=marks)
        return Income(subject, Range(None, 0.0, worth.nok), "heading_of_more_goods", marks)


def _rate(status: str | None) -> tuple[str, ...]:
    return ("rate_unverified",) if status == MEMORY else ()


@cache
def _goods_under(heading: str) -> frozenset[str]:
    return frozenset(
        p.product_id
        for p in load(Product)
        if any(code.startswith(heading) for code in codes_of(p.product_id, "HS17"))
    )


def _complete(product: Product, identities: Sequence[MixId]) -> bool:
    """Whether a source has every code of the product."""
    if not identities:
        return False
    nomenclature = identities[0].subject.partition(":")[0]
    revision = "HS22" if nomenclature == "CN8" else nomenclature
    return len(identities) == len(codes_of(product.product_id, revision))


def uses_of(material: str) -> tuple[Use, ...] | None:
    """Technologies that need a material, with its strategic sector; None where none is on record.

    What is recorded for a member of the material counts as its own; what is recorded for a group
    above it does not.
    """
    above = set(ancestors(material))
    rows = [row for row in links()[material] if row.via_kind == "technology"]
    if not rows:
        return None
    return tuple(
        Use(
            row.via,
            row.sector_id,
            row.importance,
            row.material_id not in above,
            _marks(row.material_id, row.via),
        )
        for row in rows
    )


@cache
def product_uses() -> dict[str, tuple[Use, ...]]:
    """Technologies that a product goes into, with their strategic sector."""
    found: dict[str, list[Use]] = {}
    for row in load(ProductTechnology):
        sector = by_key(Sector)[row.sector_id].strategic_sector
        marks = ("memory_unverified",) if row.confidence == MEMORY else ()
        use = Use(row.technology_id, sector, row.importance, True, ("author_judgement", *marks))
        found.setdefault(row.product_id, []).append(use)
    return {product: tuple(uses) for product, uses in found.items()}


@cache
def _judged_rows() -> dict[tuple[str, str], tuple[str, ...]]:
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for row in load(MaterialTechnology):
        marks = ["author_judgement"] if "author judgement" in row.importance_basis else []
        marks += ["memory_unverified"] if row.confidence == MEMORY else []
        key = (row.material_id, row.technology_id)
        found[key] = tuple(dict.fromkeys((*found.get(key, ()), *marks)))
    return found


def _marks(material: str, technology: str) -> tuple[str, ...]:
    return _judged_rows().get((material, technology), ())


def primary(products: Iterable[Product]) -> tuple[str, ...]:
    """Materials that some products are primary forms of."""
    return tuple(dict.fromkeys(m for p in products for m in materials_of(p.product_id)))
