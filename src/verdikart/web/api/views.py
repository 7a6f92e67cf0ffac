"""One material, product, country, sector or chain, seen through a mapping's tables."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Query
from starlette.requests import Request
from starlette.responses import Response

from verdikart.core.errors import UnknownName
from verdikart.mapping.saved import Saved, only
from verdikart.mapping.show import NEEDED, check, show
from verdikart.web.api import common, models
from verdikart.web.api.common import HomeName, Token, Tongue, named
from verdikart.web.api.listing import Listing, page
from verdikart.web.api.mappings import OF

Row = dict[str, Any]
router = common.router("views")
# Part of a chain's view → table, and the column that names the chain (a list in some).
CHAIN = {
    "stages": ("chain_stages", "chain"),
    "steps": ("chain_steps", "chain"),
    "edges": ("chain_edges", "chain"),
    "exposure": ("chain_exposure", "chain_id"),
    "roles": ("chain_roles", "chain"),
    "functions": ("chain_functions", "chain"),
    "horizons": ("chain_horizons", "chain"),
    "tracker": ("tracker", "chain_ids"),
    "plants": ("facilities", "chains"),
}
ROWS = {
    "mapping": OF,
    "table": "materials",
    "total": 114,
    "limit": 1,
    "offset": 0,
    "links": {"next": "/api/v1/mappings/current/materials?limit=1&offset=1", "prev": None},
    "columns": ["material", "name_en"],
    "rows": [{"at": "materials/0", "material": "aluminium", "name_en": "Aluminium"}],
}
ListName = Annotated[
    str | None,
    Query(
        alias="list",
        description="Only materials on this list.",
        max_length=60,
        pattern=common.WORD,
        examples=["EU_CRMA_ANNEX_II"],
    ),
]
SectorName = Annotated[
    str | None,
    Query(
        description="Only materials of this sector.",
        max_length=60,
        pattern=common.WORD,
        examples=["defence"],
    ),
]


def _show(
    request: Request, mapping: str, kind: str, key: str, home: str | None, lang: str
) -> Response:
    saved = common.shelf(request).open(mapping)

    def build() -> Row:
        check(kind, key)
        seen = common.home_of(saved, home)
        tables = {name: saved.rows(name) for name in NEEDED}
        if kind == "material":  # one that the tables know and this older mapping does not
            held = [row["material"] for row in tables["materials"]]
            if key not in held:
                raise UnknownName("material of this mapping", key, held)
        return {"mapping": common.about(saved), **show(tables, kind, key, seen, lang)}

    return common.lasting(request, saved.name, build)


@router.get(
    "/mappings/{mapping}/materials",
    response_model=models.Rows,
    responses=common.paged(ROWS),
)
def materials(
    request: Request,
    mapping: Token,
    asked: Listing,
    on_list: ListName = None,
    sector: SectorName = None,
) -> Response:
    """The materials with their lists and sectors."""
    saved = common.shelf(request).open(mapping)

    def build() -> tuple[Row, common.Headers]:
        rows = saved.rows("materials")
        for column, wanted in (("lists", on_list), ("sectors", sector)):
            if wanted is not None:
                held = sorted({part for row in rows for part in row[column] or ()})
                if wanted not in held:
                    raise UnknownName(column[:-1], wanted, held, ", ".join(held))
                rows = [row for row in rows if wanted in (row[column] or ())]
        return page(request, saved, "materials", rows, asked)

    return common.lasting(request, saved.name, build)


@router.get(
    "/mappings/{mapping}/materials/{material}",
    response_model=models.MaterialView,
    responses=common.example(
        {
            "mapping": OF,
            "kind": "material",
            "id": "magnesium",
            "name": "Magnesium",
            "material_kind": "element",
            "lists": ["EU_CRMA_ANNEX_II"],
            "products": [],
            "criticality": None,
            "criticality_eu": None,
            "methods": None,
            "horizons": None,
            "assessments": [
                {
                    "at": "assessments/7",
                    "subject": "HS92:810411",
                    "home": "NOR",
                    "top_supplier": "CHN",
                    "top_share": 0.9,
                    "top_share_status": "ok",
                    "figures": {"top_share": "NOR/2024/baci_hs92/HS92:810411/import/top_share"},
                }
            ],
            "positions": [],
            "plants": [],
            "links": [],
            "findings": [],
            "measures": [],
        }
    ),
)
def material(
    request: Request,
    mapping: Token,
    material: Annotated[str, named("material", "magnesium")],
    lang: Tongue = "en",
) -> Response:
    """Everything the mapping says of a material."""
    return _show(request, mapping, "material", material, None, lang)


@router.get(
    "/mappings/{mapping}/products/{product}",
    response_model=models.ProductView,
    responses=common.example(
        {
            "mapping": OF,
            "kind": "product",
            "id": "nickel_matte",
            "name": "Nickel matte",
            "stage": "processing",
            "materials": ["nickel"],
            "codes": {"HS92": ["750110"]},
            "feeds": [],
            "role": None,
            "plants": [],
            "assessments": [],
            "positions": [],
            "gap": None,
        }
    ),
)
def product(
    request: Request,
    mapping: Token,
    product: Annotated[str, named("product", "nickel_matte")],
    lang: Tongue = "en",
) -> Response:
    """Everything the mapping says of a product, a step of the chains."""
    return _show(request, mapping, "product", product, None, lang)


@router.get(
    "/mappings/{mapping}/countries/{country}",
    response_model=models.CountryView,
    responses=common.example(
        {
            "mapping": OF,
            "kind": "country",
            "id": "CHN",
            "name": "China",
            "alignment": [],
            "imports_from": [],
            "exports_to": [],
            "largest_supplier_of": [],
            "findings": [],
        }
    ),
)
def country(
    request: Request,
    mapping: Token,
    country: Annotated[str, named("country", "CHN", "ISO 3166-1 alpha-3 code of the country.")],
    home: HomeName = None,
    lang: Tongue = "en",
) -> Response:
    """A partner as a home sees it: what comes from there and what goes there."""
    return _show(request, mapping, "country", country, home, lang)


@router.get(
    "/mappings/{mapping}/sectors/{sector}",
    response_model=models.SectorView,
    responses=common.example(
        {
            "mapping": OF,
            "kind": "sector",
            "id": "defence",
            "name": "Defence",
            "in_scope": True,
            "materials": ["magnesium"],
            "technologies": [],
            "links": [],
            "assessments": [],
        }
    ),
)
def sector(
    request: Request,
    mapping: Token,
    sector: Annotated[str, named("sector", "defence")],
    home: HomeName = None,
    lang: Tongue = "en",
) -> Response:
    """A strategic sector: its materials, technologies, and exposed mixes, the sharpest first."""
    return _show(request, mapping, "sector", sector, home, lang)


@router.get(
    "/mappings/{mapping}/chains",
    response_model=models.Rows,
    responses=common.paged(
        {
            **ROWS,
            "table": "chains",
            "total": 48,
            "links": {"next": None, "prev": None},
            "columns": ["chain", "depth"],
            "rows": [{"at": "chains/0", "chain": "nickel", "depth": "deep"}],
        }
    ),
)
def chains(request: Request, mapping: Token, asked: Listing, home: HomeName = None) -> Response:
    """The value chains as a home sees them: depth, verdict, bottleneck."""
    saved = common.shelf(request).open(mapping)

    def build() -> tuple[Row, common.Headers]:
        rows = saved.own("chains", common.home_of(saved, home))
        return page(request, saved, "chains", rows, asked)

    return common.lasting(request, saved.name, build)


@router.get(
    "/mappings/{mapping}/chains/{chain}",
    response_model=models.ChainView,
    responses=common.example(
        {
            "mapping": OF,
            "chain": "nickel",
            "home": "NOR",
            "summary": {"at": "chains/20", "chain": "nickel", "depth": "deep"},
            **{name: [] for name in CHAIN},
        }
    ),
)
def chain(
    request: Request,
    mapping: Token,
    chain: Annotated[str, named("chain", "nickel")],
    home: HomeName = None,
) -> Response:
    """A value chain as a home sees it: stages, steps, edges, exposure, tracker and plants."""
    saved = common.shelf(request).open(mapping)

    def build() -> Row:
        seen = common.home_of(saved, home)
        known = saved.own("chains", seen)
        summary = only(known, chain=chain)
        if not summary:
            names = {row["chain"]: (row["name_en"], row["name_nb"]) for row in known}
            raise UnknownName("chain", chain, names, ", ".join(names))
        return {
            "mapping": common.about(saved),
            "chain": chain,
            "home": seen,
            "summary": summary[0],
            **{
                part: _of_chain(saved, table, column, chain, seen)
                for part, (table, column) in CHAIN.items()
            },
        }

    return common.lasting(request, saved.name, build)


def _of_chain(saved: Saved, table: str, column: str, chain: str, home: str) -> list[Row]:
    """A table's rows on a chain, and on a home where the table has homes."""
    found = []
    for row in saved.rows(table):
        held = row[column] or ()
        named = held == chain if isinstance(held, str) else chain in held
        if named and row.get("home", home) == home:
            found.append(row)
    return found
