"""The front of the interface: index, health, description, comparison, and what is nowhere."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Query
from starlette.requests import Request
from starlette.responses import Response

from verdikart.core.version import VERSION
from verdikart.mapping import compare as comparing
from verdikart.web.api import common, models
from verdikart.web.api.common import PREFIX
from verdikart.web.faults import NotFoundError

Row = dict[str, Any]
LICENCE = "CC-BY-4.0"
router = common.router("service")
anywhere = common.router("service")
LINKS = {
    "openapi": f"{PREFIX}/openapi.json",
    "mappings": f"{PREFIX}/mappings",
    "current": f"{PREFIX}/mappings/current",
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


@anywhere.get("/{path:path}", include_in_schema=False)
def nowhere(request: Request) -> Response:
    """Nothing stands at this address."""
    raise NotFoundError(f"nothing at {request.url.path[:100]}; see {PREFIX}/openapi.json")
