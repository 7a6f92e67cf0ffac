"""The front of the interface: index, health, description, comparison, and what is nowhere."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Query
from starlette.requests import Request
from starlette.responses import Response

from verdikart.core.version import VERSION
from verdikart.mapping import compare as comparing
from verdikart.mapping import search as searching
from verdikart.mapping.save import POINTER
from verdikart.web.api import common, models
from verdikart.web.api.common import PREFIX, Tongue
from verdikart.web.api.mappings import OF
from verdikart.web.ask import address
from verdikart.web.faults import NotFoundError

Row = dict[str, Any]
LICENCE = "CC-BY-4.0"
router = common.router("service")
anywhere = common.router("service")
LINKS = {
    "openapi": f"{PREFIX}/openapi.json",
    "mappings": f"{PREFIX}/mappings",
    "current": f"{PREFIX}/mappings/current",
    "search": f"{PREFIX}/search?q=magnesium",
    "indicators": f"{PREFIX}/indicators",
    "glossary": f"{PREFIX}/glossary",
    "sources": f"{PREFIX}/sources",
    "lists": f"{PREFIX}/lists",
    "health": f"{PREFIX}/health",
}


@router.get(
    "",
    response_model=models.Index,
    responses=common.example(
        {
            "name": "verdikart",
            "version": "0.1.0",
            "licence": LICENCE,
            "description": "Figures with their status, interval and derivation.",
            "links": {"mappings": f"{PREFIX}/mappings"},
        }
    ),
)
def index(request: Request) -> Response:
    """Where to begin."""
    body = {
        "name": "verdikart",
        "version": VERSION,
        "licence": LICENCE,
        "description": "Saved mappings of critical value chains; every figure with its derivation.",
        "links": LINKS,
    }
    return common.fresh(request, body)


@router.get(
    "/health",
    response_model=models.Health,
    responses=common.example({"status": "ok", "version": "0.1.0", "mappings": 1}),
)
def health(request: Request) -> Response:
    """Whether the server answers, and how many mappings it has."""
    count = len(common.shelf(request).entries())
    return common.fresh(request, {"status": "ok", "version": VERSION, "mappings": count})


@router.get("/openapi.json", include_in_schema=False)
def openapi(request: Request) -> Response:
    """This description."""
    from verdikart.web.api import document

    return common.lasting(request, "", document)


def _token(which: str) -> Any:  # noqa: ANN401 - a parameter's declaration
    return Query(
        description=f"The {which} mapping: its name of 16 digits, or `current`.",
        max_length=40,
        pattern=r"^[A-Za-z0-9]+$",
        examples=["current"],
    )


@router.get(
    "/compare",
    response_model=models.Comparison,
    responses=common.example(
        {
            "home": "NOR",
            **{
                side: {
                    "name": "05be4b82974903b2",
                    "content_hash": "05be4b82974903b20aabaea9c678bb18b66f05271555e337402587ad1d447864",
                    "home": "NOR",
                    "year": 2024,
                    "code": "0.1.0",
                    "materials": 45,
                }
                for side in ("a", "b")
            },
            "identical": True,
            "data_cause": "data",
            "differences": [],
            "verdicts": [],
            "materials": [],
        },
        "The comparison",
    ),
)
def compare(
    request: Request,
    a: Annotated[str, _token("earlier")],
    b: Annotated[str, _token("later")],
) -> Response:
    """What changed from mapping a to mapping b of one home, split over causes that sum to it."""
    shelf = common.shelf(request)
    one, other = shelf.open(a), shelf.open(b)

    def build() -> Row:
        found = comparing.compare(comparing.read(one.folder), comparing.read(other.folder))
        told = comparing.summary(found)
        sides = zip(("a", "b"), (one.name, other.name), strict=True)
        return {**told, **{side: _side(told[side], name) for side, name in sides}}

    return common.lasting(request, f"{one.name} {other.name}", build)


def _side(told: Row, name: str) -> Row:
    """A side without the folder that it was read from."""
    return {"name": name, **{key: value for key, value in told.items() if key != "folder"}}


@router.get(
    "/search",
    response_model=models.Search,
    responses=common.example(
        {
            "mapping": OF,
            "query": "magnesum",
            "meant": "magnesium",
            "total": 1,
            "hits": [
                {
                    "kind": "material",
                    "id": "magnesium",
                    "name": "Magnesium",
                    "detail": "",
                    "near": True,
                    "score": 0.4,
                    "page": "/en/current/materials/magnesium",
                    "href": f"{PREFIX}/mappings/current/materials/magnesium",
                }
            ],
        },
        "What was found",
    ),
)
def search(
    request: Request,
    q: Annotated[
        str,
        Query(
            description="Words, an id or a trade code, in either language; mistypings are forgiven.",
            min_length=1,
            max_length=100,
            pattern=r"^[^\x00-\x1f]+$",
            examples=["magnesum"],
        ),
    ],
    mapping: Annotated[str, _token("searched")] = POINTER,
    limit: Annotated[int, Query(description="Most hits.", ge=1, le=100, examples=[10])] = 20,
    lang: Tongue = "en",
) -> Response:
    """Materials, products, trade codes, countries, chains, plants and terms by their names."""
    saved = common.shelf(request).open(mapping)

    def build() -> Row:
        found = searching.search(searching.index(saved, lang), q, limit)
        return {
            "mapping": common.about(saved),
            "query": found.query,
            "meant": found.meant or None,
            "total": found.total,
            "hits": [_hit(hit, mapping, lang) for hit in found.hits],
        }

    return common.lasting(request, saved.name, build)


# Kind of a hit → where the interface has a view of it.
VIEWS = {"material": "materials", "product": "products", "country": "countries"}
VIEWS |= {"chain": "chains", "sector": "sectors"}


def _hit(hit: searching.Hit, mapping: str, lang: str) -> Row:
    entry = hit.entry
    view = VIEWS.get(entry.kind)
    return {
        "kind": entry.kind,
        "id": entry.key,
        "name": entry.name,
        "detail": entry.detail,
        "near": hit.near,
        "score": hit.score,
        "page": address(lang, mapping, entry.path, **dict(entry.query)),
        "href": f"{PREFIX}/mappings/{mapping}/{view}/{entry.key}" if view else None,
    }


@anywhere.get("/{path:path}", include_in_schema=False)
def nowhere(request: Request) -> Response:
    """Nothing stands at this address."""
    raise NotFoundError(f"nothing at {request.url.path[:100]}; see {PREFIX}/openapi.json")
