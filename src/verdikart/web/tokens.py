"""Forms that change something are this server's own: a token in the form that fits a cookie.

The cookie is a random text that no other site is sent or can read; the token is its keyed hash, and
the key is drawn when the server starts. A browser also says where a form comes from; what comes
from elsewhere is refused whatever it holds. A page that only shows something sets no cookie.
"""

from __future__ import annotations

import hmac
import re
import secrets
from collections.abc import Mapping
from hashlib import sha256
from urllib.parse import urlsplit

from verdikart.web.faults import ForbiddenError

COOKIE = "verdikart-form"
FIELD = "form_token"
_KEY = secrets.token_bytes(32)
_VISITOR = re.compile(r"[0-9a-f]{32}")


def visitor(cookies: Mapping[str, str]) -> tuple[str, str]:
    """Who fills in a form: the text of the cookie, and the header that sets it where it is new."""
    known = cookies.get(COOKIE, "")
    if _VISITOR.fullmatch(known):
        return known, ""
    new = secrets.token_hex(16)
    return new, f"{COOKIE}={new}; Path=/; HttpOnly; SameSite=Strict"


def token(who: str) -> str:
    """The token of a visitor's forms."""
    return hmac.new(_KEY, who.encode(), sha256).hexdigest()


def check_origin(headers: Mapping[str, str]) -> None:
    """Refuse what a page of another site sends. Raises :class:`ForbiddenError`."""
    # A program says neither; a browser says one of the two of every request that changes something.
    site = headers.get("sec-fetch-site", "same-origin")
    origin = headers.get("origin")
    same = origin is None or urlsplit(origin).netloc == headers.get("host")
    if site not in ("same-origin", "none") or not same:
        raise ForbiddenError("this came from a page of another site; open the form here")


def check(headers: Mapping[str, str], cookies: Mapping[str, str], given: str) -> None:
    """Check that a form is this server's own. Raises :class:`ForbiddenError`."""
    check_origin(headers)
    who = cookies.get(COOKIE, "")
    fits = hmac.compare_digest(token(who).encode(), given.encode())
    if not (_VISITOR.fullmatch(who) and fits):
        raise ForbiddenError(
            "the form does not fit this visit; open it again (cookies of this address must be allowed)"
        )
