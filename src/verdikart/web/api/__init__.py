"""The interface for programs, under ``/api/v1``, and the forms that change something."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fastapi import APIRouter


def routers() -> list[APIRouter]:
    """The routers of the application. The last one answers for what is nowhere."""
    from verdikart.web.api import service

    return [*_parts(), *_forms(), service.anywhere]


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


def _forms() -> list[APIRouter]:
    from verdikart.web.api import forms

    return [forms.router]


@cache
def document() -> dict[str, Any]:
    """The OpenAPI description of everything under ``/api/v1``."""
    from verdikart.web.api.document import describe

    return describe(_parts())
