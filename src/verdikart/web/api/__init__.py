"""The interface for programs, under ``/api/v1``, built when it is first asked for."""

from __future__ import annotations

from functools import cache
from threading import Lock
from typing import TYPE_CHECKING, Any

from anyio import to_thread
from starlette.types import ASGIApp, Receive, Scope, Send

if TYPE_CHECKING:
    from fastapi import APIRouter, FastAPI

    from verdikart.web.app import State

PREFIX = "/api/v1"


class Programs:
    """The interface as an application of its own: its imports are half of a start, so they wait."""

    def __init__(self, state: State) -> None:
        self.state = state
        self._lock = Lock()
        self._built: tuple[FastAPI, ASGIApp] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if self._built is None:
            await to_thread.run_sync(self._build)
        assert self._built is not None  # noqa: S101 - the line above has built it
        app, stack = self._built
        scope["app"] = app
        await stack(scope, receive, send)

    def _build(self) -> None:
        from fastapi import FastAPI
        from fastapi.exceptions import RequestValidationError

        from verdikart.web.api.common import invalid
        from verdikart.web.app import HANDLERS

        with self._lock:
            if self._built is None:
                app = FastAPI(
                    openapi_url=None,  # one of its routes serves its own description
                    docs_url=None,
                    redoc_url=None,
                    redirect_slashes=False,
                )
                for kind, answer in {**HANDLERS, RequestValidationError: invalid}.items():
                    app.add_exception_handler(kind, answer)
                app.state.web = self.state
                for router in routers():
                    app.include_router(router)
                # What nobody caught goes on to the application around this one.
                stack: ASGIApp = app.build_middleware_stack().app  # type: ignore[attr-defined]
                self._built = app, stack


def routers() -> list[APIRouter]:
    """The routers of the application. The last one answers for what is nowhere."""
    from verdikart.web.api import service

    return [*_parts(), service.anywhere]


def _parts() -> list[APIRouter]:
    from verdikart.web.api import figures, mappings, reference, runs, sandbox, service, views

    return [
        service.router,
        mappings.router,
        views.router,
        figures.router,
        sandbox.router,
        runs.router,
        reference.router,
    ]


@cache
def document() -> dict[str, Any]:
    """The OpenAPI description of everything under ``/api/v1``."""
    from verdikart.web.api.openapi import describe

    return describe(_parts())
