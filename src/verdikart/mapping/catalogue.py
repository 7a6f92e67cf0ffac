"""What can be asked: checks a question's names and says what is available when one is wrong."""

from __future__ import annotations

from functools import cache, lru_cache
from pathlib import Path

from verdikart.core.errors import UnknownName, UsageProblem
from verdikart.core.figure import MixId
from verdikart.mapping import stage_sources, trade_sources
from verdikart.reference.entities import (
    CodeValidity,
    Country,
    Material,
    Nomenclature,
    Product,
    ProductCode,
    Source,
    Stage,
)
from verdikart.reference.homes import Home, home
from verdikart.reference.load import by_key, load
from verdikart.store import engine
from verdikart.store.selection import in_use
from verdikart.store.snapshot import manifest

TRADE = tuple(trade_sources.NOMENCLATURE)
STAGED = tuple(stage_sources.FLOWS)
SOURCES = TRADE + STAGED
DEFAULT_SOURCE = {
    nomenclature: source for source, nomenclature in trade_sources.NOMENCLATURE.items()
}
REVISION = {"HS92": "hs92", "HS96": "hs96", "HS02": "hs02", "HS07": "hs07", "HS12": "hs12"}
REVISION |= {"HS17": "hs17", "HS22": "hs22"}
COLUMNS = 12


def check_home(home_id: str, custom: Path | None = None) -> Home | None:
    """Return the home, or None for ``WORLD``. Raises :class:`UnknownName`."""
    return None if home_id == "WORLD" else home(home_id, custom)


def check_time(home_id: str, year: int) -> None:
    """Check that a country still was one in a year. Raises :class:`UsageProblem` with its heirs."""
    country = by_key(Country).get(home_id)
    if country is None or country.kind != "historic":
        return
    if country.until is None or year > country.until:
        heirs = ", ".join(country.successors) or "no single country"
        raise UsageProblem(f"{home_id} ({country.name_en}) is no home in {year}; ask for {heirs}")


def check_material(material_id: str) -> Material:
    """Return a material by id. Raises :class:`UnknownName` with ids of similar names."""
    known = by_key(Material)
    if material_id in known:
        return known[material_id]
    names = {m.material_id: (m.name_en, m.name_nb) for m in load(Material)}
    raise UnknownName("material", material_id, names, f"{len(names)} ids, see 'verdikart lists'")


def check_product(product_id: str) -> Product:
    """Return a product by id. Raises :class:`UnknownName` with ids of similar names."""
    known = by_key(Product)
    if product_id in known:
        return known[product_id]
    names = {p.product_id: (p.name_en, p.name_nb) for p in load(Product)}
    raise UnknownName("product", product_id, names, f"{len(names)} product ids")


def check_country(iso3: str) -> Country:
    """Return a country by ISO3. Raises :class:`UnknownName` with ids of similar names."""
    known = by_key(Country)
    if iso3 in known:
        return known[iso3]
    names = {c.iso3: (c.name_en, c.name_nb) for c in load(Country) if c.kind != "unspecified"}
    raise UnknownName("country", iso3, names, "ISO 3166-1 alpha-3 codes")


def check_source(source: str, among: tuple[str, ...] = SOURCES) -> str:
    """Return the id of an embedded source. Raises :class:`UnknownName`."""
    if source in among:
        return source
    names = {s.source_id: (s.title_en, s.title_nb) for s in load(Source) if s.source_id in among}
    raise UnknownName("source", source, names, ", ".join(among))


@cache
def source_codes(source: str) -> dict[str, tuple[int, ...]]:
    """Codes with flows in a trade source, each with the years it has flows in."""
    if source != "baci_hs92":
        return trade_sources.regional_codes(source)
    query = "SELECT code, list(DISTINCT year ORDER BY year) FROM {file} GROUP BY code ORDER BY code"
    return {c: tuple(int(y) for y in years) for c, years in engine.rows(query, "baci_hs92.parquet")}


@lru_cache(maxsize=8192)  # a code may be any text that is asked for
def code_years(source: str, code: str) -> tuple[int, ...]:
    """Years in which a trade source has flows of one code; empty where it has none."""
    if source != "baci_hs92":
        return trade_sources.regional_years(source, code)
    query = "SELECT DISTINCT year FROM {file} WHERE code = ? ORDER BY year"
    return tuple(int(y) for (y,) in engine.rows(query, "baci_hs92.parquet", [code]))


@cache
def source_years(source: str) -> tuple[int, ...]:
    """Years a source covers."""
    if source == "wmd":
        return stage_sources.production_years()
    if source == "eu_crm_2023":
        first, last = stage_sources.PERIOD
        return (*range(first, last + 1), stage_sources.STUDY_YEAR)
    if source == "baci_hs92":
        first, last = manifest().entry("baci_hs92.parquet").coverage["years"]
        return tuple(range(first, last + 1))
    entry = by_key(Source)[source]
    if entry.first_year and entry.last_year:
        return tuple(range(entry.first_year, entry.last_year + 1))
    return tuple(sorted({year for years in source_codes(source).values() for year in years}))


def vintage_of(source: str) -> str:
    """The vintage of a source that is in use: a chosen one, else the embedded one."""
    found: str = in_use().get(source) or by_key(Source)[source].vintage
    return found


def installed() -> dict[str, str]:
    """Source → vintage, of every source that answers come from."""
    return {s.source_id: s.vintage for s in load(Source) if s.embedded} | in_use()


def span(years: tuple[int, ...]) -> str:
    """Years as text, a run written with a dash."""
    if len(years) > 2 and years[-1] - years[0] == len(years) - 1:
        return f"{years[0]}–{years[-1]}"
    return ", ".join(str(year) for year in years)


def check_year(source: str, year: int) -> int:
    """Return the year a source answers for. Raises :class:`UsageProblem` with those available."""
    years = source_years(source)
    if year not in years:
        raise UsageProblem(f"year {year} is not in {source}; available: {span(years)}")
    return stage_sources.PERIOD[1] if source == "eu_crm_2023" else year


def parse_code(text: str) -> tuple[str, str]:
    """Split ``NOMENCLATURE:CODE``. Raises for a code without revision or an unknown revision."""
    nomenclature, colon, code = text.partition(":")
    known = {n.nomenclature: (n.name_en, n.name_nb) for n in load(Nomenclature)}
    if not colon:
        raise UsageProblem(
            f"{text!r} is a code without its revision; write NOMENCLATURE:CODE, e.g. "
            f"HS92:260200 (nomenclatures: {', '.join(known)})"
        )
    if nomenclature not in known:
        raise UnknownName("nomenclature", nomenclature, known, ", ".join(known))
    return nomenclature, code


def default_source(nomenclature: str) -> str:
    """The embedded source whose codes are of this revision. Raises where there is none."""
    if nomenclature in DEFAULT_SOURCE:
        return DEFAULT_SOURCE[nomenclature]
    held = ", ".join(f"{n} ({s})" for n, s in DEFAULT_SOURCE.items())
    raise UsageProblem(
        f"no embedded source has codes of revision {nomenclature}; available: {held}"
    )


def check_code(source: str, nomenclature: str, code: str, year: int) -> None:
    """Check that a source has flows of a code in a year, or say precisely what it lacks."""
    if nomenclature != trade_sources.NOMENCLATURE[source]:
        held = trade_sources.NOMENCLATURE[source]
        raise UsageProblem(f"{source} holds codes of {held}, not {nomenclature}")
    years = code_years(source, code)
    if years:
        if year not in years:
            hint = _later_code(nomenclature, code)
            raise UsageProblem(
                f"{nomenclature}:{code} has no flows in {source} in {year}; "
                f"it has in {span(years)}{hint}"
            )
        return
    codes = source_codes(source)
    titles = code_names(nomenclature)
    valid = by_key(CodeValidity).get(code)
    column = REVISION.get(nomenclature)
    if valid is not None and column and getattr(valid, column):
        raise UsageProblem(
            f"{nomenclature}:{code} ({valid.description_first}) exists, but the embedded {source} "
            f"has no flows of it; a complete trade source would (baci_full, ssb_08801). "
            f"{source} holds {len(codes)} codes: {', '.join(list(codes)[:COLUMNS])} …"
        )
    names = {c: titles.get(c, ()) for c in codes}
    shown = f"{len(codes)} codes in {source}: {', '.join(list(codes)[:COLUMNS])} …"
    raise UnknownName(f"{nomenclature} code", code, names, shown)


def _later_code(nomenclature: str, code: str) -> str:
    valid = by_key(CodeValidity).get(code)
    if valid is None or valid.last_revision in (nomenclature, "HS22"):
        return ""
    return f" (the code ended with {valid.last_revision})"


@cache
def code_names(nomenclature: str) -> dict[str, tuple[str, ...]]:
    """Names by which a code can be searched: its products in both languages."""
    named: dict[str, list[str]] = {}
    products = by_key(Product)
    for row in load(ProductCode):
        if row.nomenclature == nomenclature:
            product = products[row.product_id]
            named.setdefault(row.code, []).extend((product.name_en, product.name_nb))
    return {code: tuple(names) for code, names in named.items()}


def check_stage(stage: str) -> str:
    """Return a stage id. Raises :class:`UnknownName`."""
    names = {s.stage_id: (s.name_en, s.name_nb) for s in load(Stage)}
    if stage not in names:
        raise UnknownName("stage", stage, names, ", ".join(names))
    return stage


def check(identity: MixId, custom: Path | None = None) -> MixId:
    """Check every name of a question and return it in canonical form.

    Raises :class:`UnknownName` or :class:`UsageProblem` saying what was asked, the nearest valid
    names and what is available.
    """
    check_home(identity.home, custom)
    check_source(identity.source)
    year = check_year(identity.source, identity.year)
    check_time(identity.home, year)
    if identity.source in TRADE:
        nomenclature, code = parse_code(identity.subject)
        if identity.flow not in ("import", "export"):
            raise UnknownName("flow", identity.flow, ("import", "export"), "import, export")
        check_code(identity.source, nomenclature, code, year)
        if identity.source != "baci_hs92":
            held = trade_sources.regional_homes(identity.source)
            if identity.home not in held:
                raise UsageProblem(
                    f"{identity.source} is embedded for {', '.join(held)} only, "
                    f"not {identity.home}; baci_hs92 answers for every home"
                )
        if identity.home == "WORLD" and identity.flow == "import":
            raise UsageProblem("the world imports from nobody; ask for --flow export")
        return MixId(identity.home, year, identity.source, identity.subject, identity.flow)
    material, at, stage = identity.subject.partition("@")
    if not at:
        raise UsageProblem(f"{identity.subject!r} is not of the form material@stage")
    check_material(material)
    check_stage(stage)
    homes = ("WORLD",) if identity.source == "wmd" else tuple(stage_sources.SCOPES)
    if identity.home not in homes:
        raise UsageProblem(
            f"{identity.source} answers for {' and '.join(homes)}, not {identity.home}"
        )
    held_subjects = stage_sources.subjects(identity.source, identity.home)
    if identity.subject not in held_subjects:
        same = [s for s in held_subjects if s.startswith(f"{material}@")]
        kin = _kin(material, held_subjects)
        hint = same or kin
        elsewhere = [
            f"--source {other} --home {viewpoint}"
            for other in STAGED
            for viewpoint in stage_sources.SCOPES
            if (other, viewpoint) != (identity.source, identity.home)
            and (other != "wmd" or viewpoint == "WORLD")
            and identity.subject in stage_sources.subjects(other, viewpoint)
        ]
        raise UsageProblem(
            f"{identity.source} has no {identity.subject} for {identity.home}"
            + (f"; it has {', '.join(hint)}" if hint else "")
            + (f"; {' and '.join(elsewhere)} would answer" if elsewhere else "")
            + f" ({len(held_subjects)} material-stages in all)"
        )
    flow = stage_sources.FLOWS[identity.source]
    return MixId(identity.home, year, identity.source, identity.subject, flow)


def _kin(material: str, held: list[str]) -> list[str]:
    parent = by_key(Material)[material].parent_id
    near = {m.material_id for m in load(Material) if material in (m.parent_id, m.material_id)}
    near |= {parent} if parent else set()
    return [s for s in held if s.partition("@")[0] in near]
