"""Keys of providers: where they come from, and what keeps them from going anywhere else."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from verdikart.reference.entities import Source
from verdikart.reference.feeds import Feed
from verdikart.reference.load import by_key
from verdikart.sources.model import Piece, SourceProblem

if TYPE_CHECKING:
    import httpx


def key_of(feed: Feed) -> str:
    """The feed's key, from the environment or the keyring; empty where there is none.

    Raises SourceProblem where the feed cannot be asked without one.
    """
    if not feed.credentials:
        return ""
    found = os.environ.get(feed.credentials, "").strip()
    if not found:
        try:
            import keyring

            found = keyring.get_password("verdikart", feed.credentials) or ""
        except Exception:  # noqa: BLE001 - a machine without a keyring has no key in it
            found = ""
    if not found and not feed.key_optional:
        raise SourceProblem(
            f"{feed.source_id} needs a key: set {feed.credentials} in the environment, or store it with "
            f"`python -m keyring set verdikart {feed.credentials}`; the provider gives it at "
            f"{feed.key_address or by_key(Source)[feed.source_id].address}"
        )
    if not (found.isascii() and found.isprintable()):
        raise SourceProblem(
            f"{feed.source_id}: the key in {feed.credentials} holds a line break or a character that no "
            "key has; copy it again from the provider's page"
        )
    return found


def guarded(piece: Piece, url: str) -> dict[str, Any]:
    """What :func:`guard` must know of a request; httpx hands it on to those it is redirected to."""
    return {"verdikart": (url, tuple(piece.secret_headers))}


def guard(request: httpx.Request) -> None:
    """Take the key off a request that was redirected to another place than it is for."""
    url, names = request.extensions["verdikart"]
    meant = urlsplit(url)
    if (request.url.scheme, request.url.netloc.decode()) != (meant.scheme, meant.netloc.lower()):
        for name in names:
            request.headers.pop(name, None)


def hidden(piece: Piece, text: str) -> str:
    """A provider's words without the key, which some repeat."""
    for secret in piece.secret_headers.values():
        for word in secret.split():
            text = text.replace(word, "…")
    return text
