"""The interface for programs, under ``/api/v1``, and the forms that change something."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fastapi import APIRouter


def routers() -> list[APIRouter]:
    """The routers of the application."""
    return []
