"""The OpenAPI 3.1 description, with every error that a route can meet."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from http import HTTPStatus
from typing import Any, Final

from fastapi import APIRouter
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

from verdikart.core.version import VERSION
from verdikart.web.api import models
from verdikart.web.api.common import JSON

Row = dict[str, Any]
DESCRIPTION = """Saved mappings of critical and strategic value chains, and why each figure is what it is.

A mapping is named by 16 digits of its content hash, or `current`. Numbers are plain and null where
there is none; beside a figure `x` stand `x_status` (ok, zero, missing, suppressed, estimated,
not_computable) and, where they exist, `x_low`, `x_high`, `x_reason`. Missing is never zero. Every
row has its address under `at`; `figures/{reference}` tells why a figure or a cell is what it is.

Answers carry an ETag: send it back as If-None-Match and an unchanged answer is 304. Listings have
`limit`, `offset`, `total` and a Link header. Errors have one shape. The program is under Apache-2.0,
the figures under CC BY 4.0; sources have licences of their own (`/api/v1/sources`)."""
TAGS: Final = (
    ("service", "Index, health, comparison, search"),
    ("mappings", "Saved mappings and the rows of their tables"),
    ("views", "One material, product, country, sector or chain"),
    ("figures", "Figures and their derivation"),
    ("sandbox", "Other limits, thresholds and inputs"),
    ("reference", "Indicators, terms, sources, lists"),
    ("runs", "New mappings"),
)
# Status → what it means, and an example: code, message, nearest.
FAULTS: Final[dict[int, tuple[str, str, str, tuple[str, ...]]]] = {
    400: (
        "The question cannot be read",
        "usage",
        "unknown parameter 'limt'; nearest: limit; available: columns, limit, offset, sort, where",
        (),
    ),
    403: (
        "The reader may not do this, or a page of another site asks",
        "forbidden",
        "this server makes no mappings (it was started with --read-only)",
        (),
    ),
    404: (
        "Something named is not there; the nearest names are given",
        "unknown_name",
        "unknown material 'magnesum'; nearest: magnesium",
        ("magnesium",),
    ),
    405: (
        "The method is not for this address (see Allow)",
        "method_not_allowed",
        "Method Not Allowed",
        (),
    ),
    408: (
        "The request came too slowly",
        "refused",
        "the request was not sent within ten seconds",
        (),
    ),
    413: ("The request is too large", "refused", "the request is larger than 64 kB", ()),
    414: ("The address is too long", "refused", "the address is longer than 4096 characters", ()),
    415: (
        "The body is of another kind than JSON",
        "usage",
        "send the question as application/json",
        (),
    ),
    421: (
        "The server does not answer to that host name",
        "refused",
        "this server does not answer to that host name; see 'serve --help'",
        (),
    ),
    422: (
        "A parameter is out of bounds, or the data cannot answer",
        "validation",
        "limit: Input should be less than or equal to 1000",
        (),
    ),
    429: ("The server is busy", "busy", "the queue is full; try again when a run has ended", ()),
    431: (
        "The headers are too large",
        "refused",
        "the head of the request is larger than 32 kB",
        (),
    ),
    500: (
        "The server could not answer",
        "internal",
        "the server could not answer; its log says why",
        (),
    ),
    503: (
        "There is no whole mapping of that name any more",
        "mapping_unavailable",
        "no mapping has been made yet; run 'verdikart map'",
        (),
    ),
}
OWN = ("HTTPValidationError", "ValidationError")  # shapes that are not this interface's


def describe(routers: Sequence[APIRouter]) -> Row:
    """The description of the routes of some routers."""
    routes = [_get_alone(route) for router in routers for route in router.routes]
    found = get_openapi(
        title="verdikart",
        version=VERSION,
        summary="Critical value chains: figures with status, interval and derivation",
        description=DESCRIPTION,
        routes=routes,
        tags=[{"name": name, "description": text} for name, text in TAGS],
        servers=[{"url": "/", "description": "This machine"}],
        license_info={"name": "Apache-2.0 AND CC-BY-4.0", "identifier": "Apache-2.0 AND CC-BY-4.0"},
    )
    for route in routes:
        _restore_examples(found, route)
    components = found["components"]
    for name in OWN:
        components["schemas"].pop(name, None)
    components["schemas"] |= _error_shapes()
    components["responses"] = {str(status): _response(status) for status in FAULTS}
    for path in found["paths"].values():
        for operation in path.values():
            for status in FAULTS:
                told = {"$ref": f"#/components/responses/{status}"}
                operation["responses"][str(status)] = told
    return found


def _restore_examples(found: Row, route: Any) -> None:  # noqa: ANN401 - routes of any kind
    """Put the examples of answers as they were declared: their nulls are left out on the way."""
    if not isinstance(route, APIRoute) or not route.include_in_schema:
        return
    for method in route.methods or ():
        told = found["paths"][route.path_format][method.lower()]["responses"]
        for status, declared in route.responses.items():
            example = declared.get("content", {}).get(JSON, {}).get("example")
            if example is not None:
                told[str(status)]["content"][JSON]["example"] = example


def _get_alone(route: Any) -> Any:  # noqa: ANN401 - routes of any kind
    """A route without HEAD, which goes without saying wherever there is GET."""
    if not isinstance(route, APIRoute):
        return route
    twin = copy(route)
    twin.methods = set(route.methods or ()) - {"HEAD"}
    return twin


def _error_shapes() -> Row:
    schema = models.ErrorAnswer.model_json_schema(ref_template="#/components/schemas/{model}")
    return {**schema.pop("$defs"), "ErrorAnswer": schema}


def _response(status: int) -> Row:
    text, code, message, nearest = FAULTS[status]
    error: Row = {"status": status, "code": code, "message": message}
    if nearest:
        error["nearest"] = list(nearest)
    found: Row = {
        "description": f"{HTTPStatus(status).phrase}: {text}",
        "content": {
            JSON: {
                "schema": {"$ref": "#/components/schemas/ErrorAnswer"},
                "example": {"error": error},
            }
        },
    }
    if status == 405:
        found["headers"] = {"Allow": {"required": True, "schema": {"type": "string"}}}
    return found
