"""Steps 4 and 6: which supply is vulnerable, with the trade evidence under every verdict.

The two steps are a loop: a stage is assessed on the best evidence at hand, and a verdict that
lacks evidence asks for more. Each row of the result is one *subject* of a home: a trade code (with
every product that shares it, so a code is never counted twice), a material-stage where only
production or published shares exist, or a product for which nothing is embedded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from verdikart.core.figure import Answer, FigureId, MixId
from verdikart.indicators.alignment import top_other
from verdikart.indicators.evidence import Evidence
from verdikart.indicators.verdict import Verdict, judge, sharpness
from verdikart.mapping import catalogue, stage_sources, trade_sources
from verdikart.mapping.library import REGISTER, Library, codes_of, goods_of, materials_of, works
from verdikart.mapping.links import products_of
from verdikart.mapping.lists import standings
from verdikart.mapping.money import rank_value
from verdikart.reference.entities import Product, Stage
from verdikart.reference.figures import StudyLink
from verdikart.reference.load import by_key, load
from verdikart.reference.value_chains import Facility

FIGURES = (
    "value",
    "quantity",
    "unit_value",
    "hhi_value",
    "hhi_quantity",
    "top_supplier",
    "top_share",
    "top_supplier_quantity",
    "top_share_quantity",
    "cr3",
    "effective_suppliers",
    "hhi_governance",
    "ally_share",
    "unspecified_share",
    "apparent_consumption",
    "net_import_reliance",
    "top_share_consumption",
    "cdi1",
    "cdi2",
    "cdi3",
    "geodep",
    "persistent",
    "rca",
)
# Which source outside the package would fill a gap, by home; national before reconciled.
WOULD_FILL = {"NOR": "ssb_08801", "EU27": "comext_full"}


@dataclass(frozen=True, slots=True)
class Assessment:
    """One subject of a home with its verdict. ``basis``: own_imports, eu_sourcing, world_supply, none."""

    home: str
    subject: str
    basis: str
    products: tuple[str, ...]
    materials: tuple[str, ...]
    stage: str
    mix: MixId | None
    evidence: Evidence | None
    verdict: Verdict | None
    answers: dict[str, Answer]
    sharpness: float = 0.0
    other_top: tuple[str, float] | None = None
    reason: str | None = None
    would_fill: str | None = None

    @property
    def outcome(self) -> str:
        """The verdict in a word; ``not_imported`` or ``not_computable`` where there is none."""
        if self.verdict is None or self.evidence is None:
            return "not_computable"
        return self.verdict.outcome if self.evidence.mix.suppliers else "not_imported"

    @property
    def computed(self) -> bool:
        """Whether a concentration could be computed."""
        return self.outcome not in ("not_computable", "not_imported")


@cache
def scope_materials() -> tuple[str, ...]:
    """Materials of the mapping: on the EU or NATO lists, or in the Norwegian supplement."""
    return tuple(m for m, standing in standings().items() if standing.in_scope)


@cache
def scope_products() -> tuple[Product, ...]:
    """Products that are a primary form of a material in scope, in the order of stages."""
    wanted = {p.product_id for m in scope_materials() for p in products_of(m)}
    order = {s.stage_id: s.order for s in load(Stage)}
    found = [p for p in load(Product) if p.product_id in wanted]
    return tuple(sorted(found, key=lambda p: (order[p.stage], p.product_id)))


@cache
def _scope_ids() -> frozenset[str]:
    return frozenset(p.product_id for p in scope_products())


def scoped(products: Iterable[Product]) -> tuple[Product, ...]:
    """Those products that are in scope."""
    return tuple(p for p in products if p.product_id in _scope_ids())


def fed_first(goods: tuple[Product, ...], home: str, year: int) -> tuple[Product, ...]:
    """Goods of a code with those first that working plants take in: they name the code.

    Norway's bituminous coal is the reductant of its furnaces; it has no coke ovens.
    """
    if home != REGISTER or len(goods) < 2:
        return goods
    fed = {feed for p in load(Facility) if works(p, year) for feed in p.feeds}
    return tuple(sorted(goods, key=lambda g: g.product_id not in fed))


def trade_subjects(
    product: Product, home: str, year: int, own: Sequence[tuple[str, str]] = ()
) -> list[MixId]:
    """The product's codes in the first embedded source that has it for the home and year.

    ``own``: (nomenclature, code) of a product that the tables do not know.
    """

    def codes_in(nomenclature: str) -> tuple[str, ...]:
        given = tuple(code for n, code in own if n == nomenclature)
        return given or codes_of(product.product_id, nomenclature)

    for source, nomenclature in trade_sources.NOMENCLATURE.items():
        if year not in catalogue.source_years(source):
            continue
        if source != "baci_hs92" and home not in trade_sources.regional_homes(source):
            continue
        held = catalogue.source_codes(source)
        cn8 = nomenclature == "CN8"
        codes = [f"{c}00" for c in codes_in("HS22")] if cn8 else list(codes_in(nomenclature))
        found = [c for c in codes if c in held and year in held[c]]
        if found:
            return [MixId(home, year, source, f"{nomenclature}:{c}", "import") for c in found]
    return []


def assess(library: Library, home: str, year: int) -> list[Assessment]:
    """Assess every product in scope for one home: trade first, then published shares, else a gap."""
    rows: list[Assessment] = []
    seen: set[MixId] = set()
    traded: set[str] = set()
    uncovered: list[Product] = []
    for product in scope_products():
        identities = trade_subjects(product, home, year)
        if not identities:
            uncovered.append(product)
            continue
        for identity in identities:
            traded |= _material_stages([product])
            if identity not in seen:
                seen.add(identity)
                goods = fed_first(scoped(goods_of(identity.subject)), home, year)
                rows.append(_judged(library, identity, "own_imports", goods))
    open_stages = sorted(_material_stages(uncovered) - traded)
    for subject in open_stages:
        rows += _published(library, home, subject, year, uncovered)
    rows += [gap(product, home) for product in uncovered]
    return rows


def assess_product(
    library: Library,
    home: str,
    product: Product,
    year: int,
    codes: Sequence[tuple[str, str]] = (),
) -> list[Assessment]:
    """Assess one product, in scope or not: its trade codes, else published shares, else a gap.

    Shares of a material's stage stand only for a good that the study's item is (``study_links``):
    those of aluminium metal say nothing of alumina. ``codes``: (nomenclature, code) of a product
    that the tables do not know.
    """
    identities = trade_subjects(product, home, year, codes)
    if identities:
        known = {i: fed_first(goods_of(i.subject), home, year) for i in identities}
        goods = {i: g if product in g else (product, *g) for i, g in known.items()}
        return [_judged(library, i, "own_imports", goods[i]) for i in identities]
    for subject in sorted(_material_stages([product])) if product.product_id in _studied() else ():
        rows = _published(library, home, subject, year, [product])
        if rows:
            return rows
    return [gap(product, home)]


@cache
def _studied() -> frozenset[str]:
    """Goods that an item of the EU study is, at their own stage."""
    return frozenset(
        row.product_id
        for row in load(StudyLink)
        if row.source == "eu_crm_2023"
        and row.scope != "other_form"
        and row.stage == by_key(Product)[row.product_id].stage
    )


def _material_stages(products: Iterable[Product]) -> set[str]:
    in_scope = set(scope_materials())
    return {
        stage_sources.subject(m, p.stage)
        for p in products
        for m in materials_of(p.product_id)
        if m in in_scope
    }


def _published(
    library: Library, home: str, subject: str, year: int, products: list[Product]
) -> list[Assessment]:
    """The best mix of a material-stage without trade flows: EU sourcing, production, world shares."""
    choices = (
        ("EU27", "eu_crm_2023", "eu_sourcing") if home == "EU27" else None,
        ("WORLD", "wmd", "world_supply"),
        ("WORLD", "eu_crm_2023", "world_supply"),
    )
    for choice in choices:
        if choice is None:
            continue
        viewpoint, source, basis = choice
        if subject not in stage_sources.subjects(source, viewpoint):
            continue
        last = stage_sources.PERIOD[1]
        when = last if source == "eu_crm_2023" else min(year, stage_sources.production_years()[-1])
        identity = MixId(viewpoint, when, source, subject, stage_sources.FLOWS[source])
        mix = library.mix(identity)
        # Published EU rows that only repeat the world's say nothing of the EU's own sourcing.
        if "repeats_world" in mix.caveats or not mix.suppliers:
            continue
        goods = tuple(p for p in products if subject in _material_stages([p]))
        return [_judged(library, identity, basis, goods, home)]
    return []


def figure_of(identity: MixId, name: str, home: str | None = None) -> FigureId:
    """The id of a figure as seen from a home: world supply has allies only for somebody."""
    seen = home if name == "ally_share" and home != identity.home else None
    return FigureId(identity, name, seen)


def _judged(
    library: Library,
    identity: MixId,
    basis: str,
    goods: tuple[Product, ...],
    home: str | None = None,
) -> Assessment:
    evidence = library.evidence(identity)
    if home is not None and home != identity.home:
        evidence = library.seen_from(evidence, home)
    answers = {name: library.answer(figure_of(identity, name, home), evidence) for name in FIGURES}
    verdict = judge(evidence)
    in_scope = scope_materials()
    if "@" in identity.subject:
        materials: tuple[str, ...] = (identity.subject.partition("@")[0],)
        stage = identity.subject.partition("@")[2]
    else:
        found = (m for g in goods for m in materials_of(g.product_id) if m in in_scope)
        materials = tuple(dict.fromkeys(found))
        stage = goods[0].stage
    return Assessment(
        home or identity.home,
        identity.subject,
        basis,
        tuple(g.product_id for g in goods),
        materials,
        stage,
        identity,
        evidence,
        verdict,
        answers,
        sharpness(evidence),
        top_other(evidence),
        answers["top_share"].reason,
    )


def gap(product: Product, home: str) -> Assessment:
    """A product for which the embedded data hold no flows: says so, and which source would."""
    goods = any(codes_of(product.product_id, n) for n in ("HS92", "HS12", "HS17", "HS22"))
    materials = tuple(m for m in materials_of(product.product_id) if m in scope_materials())
    return Assessment(
        home,
        product.product_id,
        "none",
        (product.product_id,),
        materials,
        product.stage,
        None,
        None,
        None,
        {},
        reason="not_in_embedded_data" if goods else "not_a_trade_product",
        would_fill=WOULD_FILL.get(home, "baci_full") if goods else None,
    )


@dataclass(frozen=True, slots=True)
class Headline:
    """Counts of one home: the line that says it all."""

    assessed: int
    over_65: int
    not_allied: int
    above_floor: int
    not_imported: int
    not_computable: int


def headline(rows: list[Assessment]) -> Headline:
    """Count stages assessed, over 65 %, of these not allied, of these above the floor, and gaps.

    A suspected suppression has bounds and no verdict: it counts as not computable.
    """

    def count(test: Callable[[Assessment], bool]) -> int:
        return sum(1 for row in rows if test(row))

    def over(row: Assessment) -> bool:
        flags = row.verdict.flags if row.computed and row.verdict else ()
        return row.outcome != "bounds_only" and "over_65_imports" in flags

    def foreign(row: Assessment) -> bool:
        return over(row) and row.verdict is not None and "allied" not in row.verdict.flags

    def large(row: Assessment) -> bool:
        return (
            foreign(row)
            and row.basis == "own_imports"
            and row.verdict is not None
            and "small" not in row.verdict.flags
        )

    return Headline(
        count(lambda r: r.computed and r.outcome != "bounds_only"),
        count(over),
        count(foreign),
        count(large),
        count(lambda r: r.outcome == "not_imported"),
        count(lambda r: r.outcome in ("not_computable", "bounds_only")),
    )


def _worth(row: Assessment) -> float:
    """Sharpness in kroner, so that dollars and euros rank alike."""
    if row.evidence is None or row.mix is None:
        return 0.0
    return rank_value(row.sharpness, row.evidence.mix.value_unit, row.mix.year)


def sharpest(rows: list[Assessment], count: int = 10) -> list[Assessment]:
    """Vulnerabilities by share of the largest supplier that is no ally × value; ties by HHI.

    Rows that pass a concentration test and get more than the floor from a supplier that is no ally.
    """
    passed = ("concentrated", "over_65_imports", "over_65_consumption")
    fit = [
        row
        for row in rows
        if row.basis == "own_imports"
        and row.verdict is not None
        and row.evidence is not None
        and row.outcome in ("vulnerable", "transit", "bounds_only")
        and "small" not in row.verdict.flags
        and (row.outcome == "bounds_only" or set(row.verdict.flags) & set(passed))
        and row.sharpness >= row.evidence.parameters.floor
    ]

    def rank(row: Assessment) -> tuple[float, float, str]:
        index = row.answers["hhi_value"].value
        return (-_worth(row), -index if isinstance(index, float) else 0.0, row.subject)

    return sorted(fit, key=rank)[:count]
