"""What every route shares: how it is declared, how its parameters are checked, how it answers."""

from __future__ import annotations

import json
from collections.abc import Callable, Coroutine
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query
from fastapi.dependencies.models import Dependant
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from verdikart.core.errors import UnknownName, UsageProblem, nearest
from verdikart.mapping.saved import Saved, Shelf
from verdikart.web.api import PREFIX as PREFIX
from verdikart.web.api.rows import plain
from verdikart.web.app import State, respond, tell
from verdikart.web.cache import hold
from verdikart.web.faults import Fault

Row = dict[str, Any]
Headers = tuple[tuple[str, str], ...]
JSON = "application/json"
# Ids, and the names that a slip of the pen may put in their place.
NAME = r"^[A-Za-z0-9ÆØÅæøå_.:@ -]+$"
WORD = r"^[A-Za-z0-9_]+$"


# Address → the methods that its routes together answer to.
METHODS: dict[str, set[str]] = {}


class Strict(APIRoute):
    """A route that answers HEAD as well as GET, and no query that it does not know."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **more: Any) -> None:  # noqa: ANN401 - handed on
        super().__init__(path, endpoint, **more)
        if self.methods and "GET" in self.methods:
            self.methods.add("HEAD")
        METHODS.setdefault(path, set()).update(self.methods or ())

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer; a wrong method is told all the methods of the address, not this route's alone."""
        allowed = METHODS[self.path]
        if scope["method"] not in allowed:
            raise HTTPException(405, headers={"Allow": ", ".join(sorted(allowed))})
        await super().handle(scope, receive, send)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler, behind a check of the names in the query."""
        answer = super().get_route_handler()
        known = sorted(_names(self.dependant))

        async def checked(request: Request) -> Response:
            for name in request.query_params:
                if name not in known:
                    raise UsageProblem(_unknown(name, known))
            return await answer(request)

        return checked


def _names(dependant: Dependant) -> set[str]:
    """Names of the query that a route, or what it depends on, reads."""
    own = {parameter.alias for parameter in dependant.query_params}
    return own.union(*map(_names, dependant.dependencies))


def _unknown(name: str, known: list[str]) -> str:
    near = nearest(name, dict.fromkeys(known, ()))
    hint = f"; nearest: {', '.join(near)}" if near else ""
    return f"unknown parameter {name[:40]!r}{hint}; available: {', '.join(known) or 'none'}"


def router(tag: str) -> APIRouter:
    """A router of the interface; an operation's id is its function's name."""
    return APIRouter(
        prefix=PREFIX,
        tags=[tag],
        route_class=Strict,
        generate_unique_id_function=lambda route: route.name,
    )


def example(value: object, about: str = "The answer") -> dict[int | str, dict[str, Any]]:
    """The answer of a route as its description shows it."""
    headers = {
        "ETag": {
            "description": "Names this very answer; send it back as If-None-Match.",
            "required": True,
            "schema": {"type": "string", "pattern": '^"[0-9a-f]{20}"$'},
        },
        "Cache-Control": {"schema": {"type": "string"}},
    }
    content = {JSON: {"example": value}}
    return {
        200: {"description": about, "headers": headers, "content": content},
        304: {"description": "The reader has this answer already (If-None-Match)"},
    }


def paged(value: object, about: str = "A page of rows") -> dict[int | str, dict[str, Any]]:
    """The answer of a route that has pages."""
    found = example(value, about)
    link = 'Pages beside this one: <…>; rel="next", <…>; rel="prev"'
    found[200]["headers"]["Link"] = {"description": link, "schema": {"type": "string"}}
    return found


Token = Annotated[
    str,
    Path(
        description="The mapping: its name of 16 digits, or `current`.",
        max_length=40,
        pattern=r"^[A-Za-z0-9]+$",
        examples=["current"],
    ),
]
Tongue = Annotated[
    Literal["en", "nb"],
    Query(description="Language of texts: en, or nb for bokmål.", examples=["nb"]),
]
HomeName = Annotated[
    str | None,
    Query(
        description="A home of the mapping, the mapped one unless another is named.",
        max_length=20,
        pattern=WORD,
        examples=["NOR"],
    ),
]


def named(kind: str, shown: str, about: str = "") -> Any:  # noqa: ANN401 - a parameter's declaration
    """The declaration of an id in the path."""
    return Path(
        description=about or f"Id of the {kind}.",
        min_length=1,
        max_length=80,
        pattern=NAME,
        examples=[shown],
    )


def state(request: Request) -> State:
    """What the server holds."""
    found: State = request.app.state.web
    return found


def shelf(request: Request) -> Shelf:
    """The saved mappings."""
    return state(request).shelf


def home_of(saved: Saved, asked: str | None) -> str:
    """The home asked for. Raises :class:`UnknownName` where the mapping has nothing on it."""
    if asked is None:
        return saved.home
    if asked not in saved.homes:
        raise UnknownName("home of this mapping", asked, saved.homes, ", ".join(saved.homes))
    return asked


def about(saved: Saved) -> Row:
    """Which mapping an answer is of."""
    return {"name": saved.name, "home": saved.home, "year": saved.year}


def lasting(request: Request, of: str, build: Callable[[], Row | tuple[Row, Headers]]) -> Response:
    """Answer with what never changes for a mapping (``of``: its name), kept once it is built."""
    kept = state(request).kept
    key = ("api", of, request.url.path, tuple(sorted(request.query_params.multi_items())))
    held = kept.get(key)
    if held is None:
        built = build()
        body, headers = built if isinstance(built, tuple) else (built, ())
        held = hold(200, JSON, written(body), headers)
        kept.put(key, held)
    return respond(request, held)


def fresh(request: Request, body: Row) -> Response:
    """Answer with what may change from one request to the next."""
    return respond(request, hold(200, JSON, written(body)))


def written(body: Row) -> str:
    """An answer as text. NaN cannot get into it."""
    return json.dumps(plain(body), ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def invalid(request: Request, error: Exception) -> Response:
    """Tell of parameters and bodies that do not fit their description."""
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for it alone
    faults = "; ".join(
        f"{'.'.join(map(str, e['loc'][1:])) or e['loc'][0]}: {e['msg']}" for e in error.errors()[:5]
    )
    return tell(request, Fault(422, "validation", faults[:500]))
