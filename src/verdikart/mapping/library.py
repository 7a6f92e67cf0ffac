"""The library: one place that answers which mix and which evidence, from all embedded sources.

What has been read is kept, so a mapping reads each flow once and a single question reads one code.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

from verdikart.core.figure import Answer, Figure, FigureId, MixId
from verdikart.core.registry import REGISTRY
from verdikart.indicators.evidence import Evidence, ExportTotals, Parameters, Quantity
from verdikart.indicators.mix import Mix
from verdikart.indicators.trade import Flow
from verdikart.mapping import catalogue, stage_sources, trade_sources
from verdikart.reference.entities import Product, ProductCode, ProductMaterial
from verdikart.reference.figures import Governance
from verdikart.reference.homes import Home, allies, group_members
from verdikart.reference.load import by_key, load, load_where
from verdikart.reference.value_chains import Facility

OPERATING = ("operating", "ramp_up", "curtailed")
ENDED = ("closed", "bankrupt")
REGISTER = "NOR"  # the country of the plant register
PRODUCING_STAGES = ("extraction", "processing")


class Library:
    """Mixes and evidence under one set of parameters; ``custom`` is a YAML file of homes."""

    def __init__(self, parameters: Parameters | None = None, custom: Path | None = None) -> None:
        self.parameters = parameters or Parameters()
        self.custom = custom
        self._mixes: dict[MixId, Mix | None] = {}
        self._read: set[tuple[str, str, int]] = set()
        self._exports: dict[tuple[str, int], ExportTotals | None] = {}

    def _totals(self, home: Home | None, year: int) -> ExportTotals | None:
        key = (home.home_id if home else "WORLD", year)
        if key not in self._exports:
            self._exports[key] = trade_sources.export_totals(home, year)
        return self._exports[key]

    def home(self, home_id: str) -> Home | None:
        """The home, or None for the world."""
        return catalogue.check_home(home_id, self.custom)

    def read_all(
        self, homes: Sequence[str], years: Sequence[int], window: Sequence[int] | None = None
    ) -> None:
        """Read every code of the bilateral source for some homes and years in one pass each.

        ``window``: the years to hold in memory, where several calls share them.
        """
        for home_id in homes:
            flows: tuple[Flow, ...] = ("export",) if home_id == "WORLD" else ("import", "export")
            for flow in flows:
                found = trade_sources.bilateral_mixes(
                    self.home(home_id), years, flow, window or years
                )
                self._mixes.update({mix.id: mix for mix in found.values()})
                self._read |= {(home_id, flow, year) for year in years}

    def read_year(
        self, homes: Sequence[str], year: int, flows: Sequence[Flow] = trade_sources.FLOWS
    ) -> None:
        """Read every code of the bilateral source for many homes in one year, where not yet read."""
        for flow in flows:
            wanted = [h for h in dict.fromkeys(homes) if (h, flow, year) not in self._read]
            found = trade_sources.year_mixes([self.home(name) for name in wanted], year, flow)
            self._mixes.update(found)
            self._read |= {(name, flow, year) for name in wanted}

    def held(self, home_id: str, year: int) -> bool:
        """Whether every code of the bilateral source has been read for a home and year."""
        return (home_id, "export", year) in self._read

    def mix(self, identity: MixId) -> Mix:
        """One mix; empty (no suppliers) where the source has no flow for a valid question."""
        found = self.find(identity)
        if found is not None:
            return found
        unit = None if identity.source in stage_sources.FLOWS else "USD"
        return Mix(identity, (), value_unit=unit)

    def find(self, identity: MixId) -> Mix | None:
        """One mix, or None where the source has no flow for the question."""
        if identity in self._mixes:
            return self._mixes[identity]
        if identity.source == "baci_hs92":
            if (identity.home, identity.flow, identity.year) in self._read:
                return None
            self._read_code(identity)
        elif identity.source in catalogue.TRADE:
            home = self.home(identity.home)
            self._mixes[identity] = trade_sources.regional_mix(identity, home)
        elif identity.source == "wmd":
            self._mixes[identity] = stage_sources.production_mix(identity)
        else:
            self._mixes[identity] = stage_sources.published_mix(identity)
        return self._mixes[identity]

    def _read_code(self, identity: MixId) -> None:
        """Read one code for one home, with the years before that persistence asks for."""
        code = identity.subject.partition(":")[2]
        flow: Flow = "import" if identity.flow == "import" else "export"
        span = catalogue.source_years("baci_hs92")
        first = max(span[0], identity.year - self.parameters.persistence_years + 1)
        years = range(first, identity.year + 1)
        for year in years:
            self._mixes[MixId(identity.home, year, "baci_hs92", identity.subject, flow)] = None
        home = self.home(identity.home)
        found = trade_sources.code_mixes(home, years, flow, code, (first, identity.year))
        self._mixes.update({mix.id: mix for mix in found.values()})

    def context(self, identity: MixId) -> Evidence:
        """A mix alone, for figures that ask of nothing around it (a supplier's share, rank, value)."""
        home = self.home(identity.home)
        return Evidence(
            self.mix(identity),
            single_home=home.single if home else False,
            parameters=self.parameters,
        )

    def evidence(self, identity: MixId) -> Evidence:
        """A mix with the flows and facts around it that indicators need."""
        limits = self.parameters
        mix = self.mix(identity)
        home = self.home(identity.home)
        year = identity.year
        single = home.single if home else False
        bloc = group_members(limits.bloc, year) if limits.bloc else frozenset[str]()
        around = {
            "allies": allies(home, year) if home else None,
            "members": frozenset(home.members(year)) if home else frozenset[str](),
            "governance": governance(),
            "parameters": limits,
            "single_home": single,
            "all_products": self._totals(home, year) if identity.source == "baci_hs92" else None,
        }
        if identity.source not in catalogue.TRADE:
            return Evidence(mix, **around)  # type: ignore[arg-type]
        world = MixId("WORLD", year, identity.source, identity.subject, "export")
        if identity.flow == "export":
            return Evidence(mix, exports=mix, world=self.find(world), **around)  # type: ignore[arg-type]
        exports = self.find(MixId(identity.home, year, identity.source, identity.subject, "export"))
        if exports is None and identity.source != "comext_cn8":
            exports = Mix(
                MixId(identity.home, year, identity.source, identity.subject, "export"), ()
            )
        production, basis = self.production(identity, home)
        return Evidence(
            mix,
            exports=exports,
            world=self.find(world),
            production=production,
            trade_basis=basis,
            bloc=bloc,
            producers=makers(identity.subject, year),
            producers_complete=exact_code(identity.subject),
            earlier=self._earlier(identity),
            other_sources=self._others(identity),
            **around,  # type: ignore[arg-type]
        )

    def seen_from(self, evidence: Evidence, home_id: str) -> Evidence:
        """A mix as it looks from one home: with that home's allies in the mix's year."""
        home = self.home(home_id)
        return replace(evidence, allies=allies(home, evidence.mix.id.year) if home else None)

    def _earlier(self, identity: MixId) -> tuple[Mix, ...]:
        span = catalogue.source_years(identity.source)
        years = range(identity.year - 1, identity.year - self.parameters.persistence_years, -1)
        ids = [
            MixId(identity.home, y, identity.source, identity.subject, identity.flow)
            for y in years
            if y in span
        ]
        return tuple(self.mix(i) for i in ids) if len(ids) == len(years) else ()

    def _others(self, identity: MixId) -> tuple[Mix, ...]:
        found = []
        for source, subject in same_good(identity.subject):
            if identity.year in catalogue.source_years(source):
                other = MixId(identity.home, identity.year, source, subject, identity.flow)
                mix = self.find(other)
                if mix is not None and mix.suppliers:
                    found.append(mix)
        return tuple(found)

    def production(self, identity: MixId, home: Home | None) -> tuple[Quantity | None, str | None]:
        """The home's production of the good, where code and production series match one to one."""
        if home is None:
            return None, None
        goods = goods_of(identity.subject)
        if len(goods) != 1:
            return None, None
        product = goods[0]
        basis = "gross" if product.stage == "extraction" else "metal"
        stages = {stage_sources.subject(m, product.stage) for m in materials_of(product.product_id)}
        series = [s for s in stages if s in stage_sources.series_of()]
        if series:
            if _codes_of_stage(series[0]) != 1:
                return None, None
            year = min(identity.year, stage_sources.production_years()[-1])
            asked = MixId("WORLD", year, "wmd", series[0], "production")
            found = stage_sources.production_of(asked, frozenset(home.members(identity.year)))
            silent = found is not None and found.estimated and home.home_id == "NOR"
            if silent and has_plant(product, identity.year):
                # No reported production is no zero where the register knows a working plant.
                return None, basis
            if found is not None and found.basis.startswith("gross"):
                found = Quantity(found.amount, found.unit, "gross", found.source, found.estimated)
            return found, basis
        if (
            home.home_id == "NOR"
            and product.stage in PRODUCING_STAGES
            and not has_plant(product, identity.year)
        ):
            return Quantity(0.0, "t", basis, "facilities", estimated=True), basis
        return None, None

    def figure(self, figure_id: FigureId, evidence: Evidence | None = None) -> Figure:
        """Compute one figure; its trace is the answer's inputs."""
        return as_figure(figure_id, self.answer(figure_id, evidence), self.mix(figure_id.mix))

    def answer(self, figure_id: FigureId, evidence: Evidence | None = None) -> Answer:
        """Compute one indicator with the inputs its formula was filled with."""
        entry = REGISTRY.get(figure_id.indicator)
        known = evidence or self.evidence(figure_id.mix)
        if figure_id.indicator == "ally_share" and figure_id.argument:
            known = self.seen_from(known, figure_id.argument)
        return entry.compute(known, figure_id.argument) if entry.argument else entry.compute(known)


def as_figure(figure_id: FigureId, answer: Answer, mix: Mix) -> Figure:
    """An answer under its id, with the unit that the mix gives it."""
    unit = REGISTRY.get(figure_id.indicator).unit
    if unit == "as the mix":
        money = mix.value_unit or ""
        unit = {
            "value": money or "count",
            "quantity": mix.quantity_unit,
            "unit_value": f"{money}/t",
        }[figure_id.indicator]
    return Figure(
        str(figure_id), answer.value, unit, answer.status, answer.low, answer.high, answer.reason
    )


@cache
def governance() -> dict[str, float]:
    """Scaled governance by country, 0 best to 10 worst: six dimensions, mean 2016–2020."""
    return {row.iso3: row.scaled_0_10 for row in load(Governance)}


@cache
def _links() -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]:
    by_subject: dict[str, list[str]] = {}
    for row in load(ProductCode):
        subject = f"{row.nomenclature}:{row.code}"
        known = by_subject.setdefault(subject, [])
        if row.product_id not in known:
            known.append(row.product_id)
    by_product: dict[str, list[str]] = {}
    for link in load(ProductMaterial):
        if link.relation == "primary":
            by_product.setdefault(link.product_id, []).append(link.material_id)
    return (
        {k: tuple(v) for k, v in by_subject.items()},
        {k: tuple(v) for k, v in by_product.items()},
    )


def goods_of(subject: str) -> tuple[Product, ...]:
    """Products that a code stands for; a CN8 code ending 00 stands for its HS22 heading's."""
    if subject.startswith("CN8:") and subject.endswith("00"):
        subject = f"HS22:{subject[4:10]}"
    return tuple(by_key(Product)[p] for p in _links()[0].get(subject, ()))


def materials_of(product_id: str) -> tuple[str, ...]:
    """Materials a product is a primary form of."""
    return _links()[1].get(product_id, ())


@cache
def _codes() -> dict[tuple[str, str], tuple[str, ...]]:
    grouped: dict[tuple[str, str], dict[str, None]] = {}
    for row in load(ProductCode):
        grouped.setdefault((row.product_id, row.nomenclature), {})[row.code] = None
    return {key: tuple(codes) for key, codes in grouped.items()}


def codes_of(product_id: str, nomenclature: str) -> tuple[str, ...]:
    """Codes of a product in one revision."""
    return _codes().get((product_id, nomenclature), ())


@cache
def _codes_of_stage(subject: str) -> int:
    """How many HS92 codes the goods of a material-stage are spread over."""
    material, _, stage = subject.partition("@")
    products = [
        p.product_id
        for p in load(Product)
        if p.stage == stage and material in materials_of(p.product_id)
    ]
    return len({code for product in products for code in codes_of(product, "HS92")})


@cache
def same_good(subject: str) -> list[tuple[str, str]]:
    """(source, subject) of the same good in other sources, where codes match one to one."""
    nomenclature = subject.partition(":")[0]
    goods = goods_of(subject)
    found: list[tuple[str, str]] = []
    if len(goods) != 1:
        return found
    for source, other in trade_sources.NOMENCLATURE.items():
        if other == nomenclature:
            continue
        codes = codes_of(goods[0].product_id, "HS22" if other == "CN8" else other)
        if len(codes) != 1:
            continue
        twin = f"{other}:{codes[0]}00" if other == "CN8" else f"{other}:{codes[0]}"
        same = goods_of(twin) == goods
        if same and catalogue.code_years(source, twin.partition(":")[2]):
            found.append((source, twin))
    return found


@cache
def code_links(subject: str) -> tuple[ProductCode, ...]:
    """Rows that map products to a code; a CN8 code has those of its HS22 heading."""
    nomenclature, _, code = subject.partition(":")
    if nomenclature == "CN8":
        nomenclature, code = "HS22", code[:6]
    rows = load_where(ProductCode, "code", code)
    return tuple(row for row in rows if row.nomenclature == nomenclature)


def exact_code(subject: str) -> bool:
    """Whether every product of a code has it to itself."""
    return all(row.scope == "exact" for row in code_links(subject))


def is_shared(subject: str) -> bool:
    """Whether a code trades several products, or other materials too that are no products here."""
    return len(goods_of(subject)) > 1 or any(r.scope == "basket" for r in code_links(subject))


@cache
def makers_by_source(subject: str, year: int) -> dict[str, frozenset[str]]:
    """Countries known to produce the good of a code, by the source that lists them; else empty.

    A survey of the larger producers and the Norwegian plant register add to a list of producers:
    alone they make none, since who is not in them can produce all the same.
    """
    found: dict[str, set[str]] = {}
    goods = [p for p in goods_of(subject) if p.stage in PRODUCING_STAGES]
    for product in goods:
        for material in materials_of(product.product_id):
            stage = stage_sources.subject(material, product.stage)
            for source, listed in stage_sources.producers_by_source(stage, year).items():
                found.setdefault(source, set()).update(listed)
    if found:
        for product in goods:
            found.setdefault("usgs_2026", set()).update(stage_sources.surveyed(product.product_id))
            if has_plant(product, year):
                found.setdefault("facilities", set()).add(REGISTER)
    return {source: frozenset(listed) for source, listed in found.items() if listed}


@cache
def makers(subject: str, year: int) -> frozenset[str]:
    """Countries known to produce the good of a code; empty where no table lists producers."""
    return frozenset[str]().union(*makers_by_source(subject, year).values())


def has_plant(product: Product, year: int) -> bool:
    """Whether the register has a Norwegian plant of the product, or its stage, that works then."""
    materials = materials_of(product.product_id)
    return any(
        works(row, year)
        and (
            row.product_id == product.product_id
            or (row.material_id in materials and row.stage == product.stage)
        )
        for row in load(Facility)
    )


def works(plant: Facility, year: int) -> bool:
    """Whether a plant works in a year; one that closed later than that still did."""
    if plant.status in OPERATING:
        return True
    ended = plant.status in ENDED and plant.status_date
    return bool(ended) and int(plant.status_date[:4]) > year
