"""What a page of things that change is given besides the mapping: the queue, and who fills in forms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from verdikart.web import tokens
from verdikart.web.runs import Queue


@dataclass(slots=True)
class Visit:
    """One request for such a page. ``given`` and ``faults``: a form that could not be read.

    ``set_cookie`` is filled when the page holds a form and its reader has no cookie yet.
    """

    queue: Queue
    may_map: bool
    cookies: Mapping[str, str] = field(default_factory=dict)
    given: Mapping[str, str] = field(default_factory=dict)
    faults: Mapping[str, str] = field(default_factory=dict)
    set_cookie: str = ""

    def token(self) -> str:
        """The token of a form on the page."""
        who, header = tokens.visitor({tokens.COOKIE: self._new} if self._new else self.cookies)
        self.set_cookie = self.set_cookie or header
        return tokens.token(who)

    @property
    def _new(self) -> str:
        """The text of the cookie that the answer sets."""
        return self.set_cookie.partition(";")[0].partition("=")[2]
