"""The application: pages, their twins, files, forms and the interface for programs."""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from anyio import to_thread
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route as Address
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from verdikart.core.errors import VerdikartError
from verdikart.mapping.save import POINTER
from verdikart.mapping.saved import GoneError, Shelf, nothing
from verdikart.reference.i18n import LANGS, Lang
from verdikart.web import assets, render, twins
from verdikart.web.ask import Ask, Query
from verdikart.web.cache import Held, Kept, hold
from verdikart.web.faults import Fault, NotFoundError, fault
from verdikart.web.guard import Guard
from verdikart.web.pages.failed import failed
from verdikart.web.readers import LOCAL, Reader
from verdikart.web.routes import Route, find, menu
from verdikart.web.runs import Queue
from verdikart.web.visit import Visit

LOG = logging.getLogger("verdikart.web")
LOOPBACK = ("127.0.0.1", "localhost", "[::1]", "testserver")
KINDS = {"json": "application/json", "csv": "text/csv; charset=utf-8"}
HTML = "text/html; charset=utf-8"
FOREVER = "public, max-age=31536000, immutable"
THREADS = 4  # pages built at a time; more only wait for each other
CHECK = "private, no-cache"  # keep it, but ask whether it still holds


@dataclass(slots=True)
class State:
    """What the application holds: the shelf of mappings, the queue of new ones, kept answers, its reader."""

    shelf: Shelf
    queue: Queue
    reader: Reader = LOCAL
    kept: Kept = field(default_factory=Kept)


def create(
    out: Path, hosts: Sequence[str] = LOOPBACK, reader: Reader = LOCAL, workers: int = 1
) -> Starlette:
    """Build the application over the mappings saved in ``out``.

    ``hosts`` are names it answers to; ``workers`` how many new mappings it makes at a time.
    """
    from verdikart.web.api import PREFIX, Programs
    from verdikart.web.forms import FORMS

    state = State(Shelf(out), Queue(out, workers), reader)
    programs = Programs(state)
    app = Starlette(
        routes=[
            Address("/", _front),
            Address("/static/{digest}/{name}", _file),
            Address("/favicon.ico", _icon),
            Address(PREFIX, programs),
            Address(PREFIX + "/{path:path}", programs),
            Address("/{lang}", _page),
            Address("/{lang}/{token}", _page),
            Address("/{lang}/{token}/{path:path}", _page),
            *(Address(path, form, methods=["POST"]) for path, form in FORMS),
        ],
        lifespan=_life,
        exception_handlers=HANDLERS,
    )
    app.router.redirect_slashes = False
    app.state.web = state
    app.add_middleware(Catch)
    app.add_middleware(Guard, hosts=tuple(hosts))
    return app


@asynccontextmanager
async def _life(app: Starlette) -> AsyncIterator[None]:
    """While it serves; no mapping is left in the making when it stops."""
    to_thread.current_default_thread_limiter().total_tokens = THREADS
    yield
    state: State = app.state.web
    await to_thread.run_sync(state.queue.close)


def _front(request: Request) -> Response:
    """To the overview, in the language the browser asks for."""
    wanted = request.headers.get("accept-language", "").casefold()[:200]
    order = [part.split(";")[0].strip()[:2] for part in wanted.split(",")]
    lang = next(("en" if o == "en" else "nb" for o in order if o in ("nb", "nn", "no", "en")), "nb")
    return RedirectResponse(f"/{lang}/current", 303)


def _icon(_request: Request) -> Response:
    return RedirectResponse(assets.address("favicon.svg"), 308)


def _file(request: Request) -> Response:
    found = assets.by_address().get(request.url.path)
    if found is None:
        raise NotFoundError("no such file")
    headers = {"cache-control": FOREVER, "vary": "accept-encoding"}
    if found.packed is not None and _takes_gzip(request):
        return Response(found.packed, 200, {**headers, "content-encoding": "gzip"}, found.kind)
    return Response(found.body, 200, headers, found.kind)


def _takes_gzip(request: Request) -> bool:
    return "gzip" in request.headers.get("accept-encoding", "")


async def _page(request: Request) -> Response:
    """A page: from memory at once, else built in a thread of a few."""
    lang, token = request.path_params["lang"], request.path_params.get("token", POINTER)
    path = request.path_params.get("path", "")
    if lang not in LANGS:
        raise NotFoundError(f"no page at {request.url.path[:100]}; languages: {', '.join(LANGS)}")
    tongue: Lang = "nb" if lang == "nb" else "en"
    path, kind = _kind(path.strip("/"))
    if not path and kind == "html" and request.url.path.endswith("/"):
        return RedirectResponse(f"/{lang}/{token}", 308)
    state: State = request.app.state.web
    found = find(path)
    if found is None:
        raise NotFoundError(f"no page {path[:100]!r}")
    route, ids = found
    query = tuple(sorted(request.query_params.multi_items()))
    if not route.lasting:
        visit = Visit(state.queue, state.reader.may_map, request.cookies)
        return await to_thread.run_sync(changing, request, tongue, token, path, visit, kind)
    saved = state.shelf.open(token)
    part = "hx-request" in request.headers
    # The day belongs to it: pages that tell what is to come count from today.
    day = datetime.now(UTC).date()
    key = (saved.name, token, tongue, path, kind, query, part, state.shelf.version, day)
    held = state.kept.get(key)
    if held is None:
        ask = Ask(saved, state.shelf, tongue, token, path, ids, _query(query))
        held = await to_thread.run_sync(_answer, ask, route, kind, part)
        if held.status == 200:
            state.kept.put(key, held)
    return respond(request, held)


def changing(
    request: Request, lang: Lang, token: str, path: str, visit: Visit, kind: str = "html"
) -> Response:
    """A page of things that change: never kept; it works before there is any mapping."""
    state: State = request.app.state.web
    found = find(path)
    if found is None:
        raise NotFoundError(f"no page {path[:100]!r}")
    route, ids = found
    try:
        saved = state.shelf.open(token)
    except GoneError:
        saved = nothing()
    query = _query(tuple(request.query_params.multi_items()))
    ask = Ask(saved, state.shelf, lang, token, path, ids, query, visit)
    held = _answer(ask, route, kind, "hx-request" in request.headers)
    headers = {"cache-control": "no-store", **dict(held.headers)}
    if visit.set_cookie:
        headers["set-cookie"] = visit.set_cookie
    return Response(held.body, held.status, headers, held.kind)


def _kind(path: str) -> tuple[str, str]:
    """A path and what is wanted of it: the page, or one of its twins."""
    stem, _, ending = path.rpartition(".")
    if ending in KINDS and stem:
        return ("" if stem == "index" else stem), ending
    return path, "html"


def _query(items: Sequence[tuple[str, str]]) -> Query:
    found: dict[str, list[str]] = {}
    for name, value in items:
        found.setdefault(name, []).append(value)
    return Query(found)


def _answer(ask: Ask, route: Route, kind: str, part: bool) -> Held:
    page = route.build(ask)
    if kind == "json":
        text = json.dumps(twins.document(ask, page), ensure_ascii=False)
        return hold(page.status, KINDS[kind], text)
    if kind == "csv":
        text = "\ufeff" + twins.sheet(page, ask.query.text("table"), ask.lang)
        name = (ask.path or "overview").replace("/", "-")
        disposition = f'attachment; filename="verdikart-{_plain(name)}-{ask.lang}.csv"'
        return hold(page.status, KINDS[kind], text, (("content-disposition", disposition),))
    html = render.part(ask, page) if part else render.page(ask, page, _menu(ask))
    return hold(page.status, HTML, html)


def _plain(name: str) -> str:
    return "".join(c if c.isascii() and (c.isalnum() or c in "-_") else "-" for c in name)[:80]


def _menu(ask: Ask) -> render.Nav:
    here = ask.path.partition("/")[0]
    return tuple(
        (group, tuple((text, ask.url(path), path == here) for text, path in links))
        for group, links in menu(ask.lang)
    )


def respond(request: Request, held: Held) -> Response:
    """Send an answer: only its tag where the reader has it, compressed where it is understood."""
    headers = {
        "cache-control": CHECK,
        "etag": held.etag,
        "vary": "accept-encoding, hx-request",
        **dict(held.headers),
    }
    asked = {
        tag.strip().removeprefix("W/")
        for tag in request.headers.get("if-none-match", "").split(",")
    }
    if held.status == 200 and held.etag in asked:
        return Response(None, 304, headers)
    if held.packed is not None and _takes_gzip(request):
        headers["content-encoding"] = "gzip"
        return Response(held.packed, held.status, headers, held.kind)
    return Response(held.body, held.status, headers, held.kind)


def _own(request: Request, error: Exception) -> Response:
    return tell(request, fault(error))


def _of_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for it alone
    codes = {404: "not_found", 405: "method_not_allowed", 408: "refused", 413: "refused"}
    code = codes.get(error.status_code, "usage")
    told = tell(request, Fault(error.status_code, code, str(error.detail)))
    told.headers.update(error.headers or {})
    return told


# Every error in one shape: a page for who reads pages, else JSON.
HANDLERS = {VerdikartError: _own, HTTPException: _of_http}


class Catch:
    """Answers what nobody caught, inside the guard: a status, no internals, and a line in the log."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; tell of an error where the answer has not begun."""
        begun = False

        async def noted(message: Message) -> None:
            nonlocal begun
            begun = begun or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, noted)
        except Exception as error:
            LOG.exception("no answer to %s", scope.get("path", "")[:200])
            if begun or scope["type"] != "http":
                raise
            await tell(Request(scope), fault(error))(scope, receive, send)


def tell(request: Request, told: Fault) -> Response:
    """A fault as a page in the address's language, or as JSON."""
    parts = request.url.path.strip("/").split("/")
    twin = parts[-1].rpartition(".")[2] in KINDS
    if parts[0] not in LANGS or twin:
        return Response(json.dumps(told.json, ensure_ascii=False), told.status, None, KINDS["json"])
    lang: Lang = "nb" if parts[0] == "nb" else "en"
    state: State = request.app.state.web
    return Response(
        failed(told, lang, state.shelf, "hx-request" in request.headers), told.status, None, HTML
    )


__all__ = ["HANDLERS", "State", "changing", "create", "respond", "tell"]
