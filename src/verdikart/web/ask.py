"""One request for a page: which mapping, which language, which ids, and what the query says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import isfinite
from typing import Any
from urllib.parse import quote, urlencode

from verdikart.core.errors import UsageProblem
from verdikart.mapping.saved import Saved, Shelf
from verdikart.reference.i18n import Lang
from verdikart.reports.voice import Voice

LONGEST = 200  # characters of a text in a query
MOST = 64  # values of one name


@dataclass(frozen=True, slots=True)
class Query:
    """The query of an address, read with bounds. What cannot be read raises and names its remedy."""

    items: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def text(self, name: str, default: str = "") -> str:
        """A text. Raises where it is too long."""
        found = self.items.get(name, ())
        value = found[-1].strip() if found else default
        if len(value) > LONGEST:
            raise UsageProblem(f"{name} is longer than {LONGEST} characters; shorten it")
        return value

    def several(self, name: str, known: Sequence[str]) -> list[str]:
        """Those of the known values that were chosen, in their own order."""
        chosen = [v for text in self.items.get(name, ())[:MOST] for v in text.split(",")]
        for value in chosen:
            if value and value not in known:
                raise UsageProblem(f"{name} is {value[:40]!r}; choose among {', '.join(known)}")
        return [value for value in known if value in chosen]

    def choice(self, name: str, known: Sequence[str], default: str = "") -> str:
        """One of the known values; the default where the query has none or an empty one."""
        value = self.text(name)
        if not value:
            return default
        if value not in known:
            raise UsageProblem(f"{name} is {value[:40]!r}; choose among {', '.join(known)}")
        return value

    def number(self, name: str, low: float, high: float, default: float) -> float:
        """A number between two bounds; a decimal comma is read too."""
        text = self.text(name)
        if not text:
            return default
        try:
            value = float(text.replace(",", ".").replace("\u00a0", ""))
        except ValueError:
            value = float("nan")
        if not isfinite(value) or not low <= value <= high:
            raise UsageProblem(f"{name} is {text[:40]!r}; write a number from {low:g} to {high:g}")
        return value

    def whole(self, name: str, low: int, high: int, default: int) -> int:
        """A whole number between two bounds."""
        value = self.number(name, low, high, default)
        if value != int(value):
            raise UsageProblem(f"{name} is {value:g}; write a whole number from {low} to {high}")
        return int(value)

    def flag(self, name: str, default: bool = False) -> bool:
        """Whether a box is ticked."""
        return {"": default, "1": True, "yes": True, "0": False, "no": False}.get(
            self.text(name), default
        )


@dataclass(frozen=True, slots=True)
class Ask:
    """What a page's builder is given. ``token`` is how the address names the mapping."""

    saved: Saved
    shelf: Shelf
    lang: Lang
    token: str
    path: str
    ids: Mapping[str, str] = field(default_factory=dict)
    query: Query = field(default_factory=Query)
    server: Any = None  # what the server holds, for pages of things that change

    @property
    def voice(self) -> Voice:
        """The page's language."""
        return Voice(self.lang)

    def say(self, message: str, **values: object) -> str:
        """A message of the catalogue."""
        return self.voice.say(message, **values)

    def url(self, path: str = "", **query: object) -> str:
        """The address of a page of the same mapping and language: ``url("materials/zinc")``."""
        return address(self.lang, self.token, path, **query)

    def why(self, reference: str) -> str:
        """The address of a figure's card, tied to this very mapping."""
        return address(self.lang, self.saved.name, f"why/{reference}")

    def here(self, **changes: object) -> str:
        """This page's address with parts of its query changed; None takes a part out."""
        kept = {name: list(values) for name, values in self.query.items.items()}
        for name, value in changes.items():
            kept.pop(name, None)
            if isinstance(value, (list, tuple)):
                kept[name] = [str(v) for v in value]
            elif value is not None:
                kept[name] = [str(value)]
        return address(self.lang, self.token, self.path, **kept)


def address(lang: str, token: str, path: str = "", **query: object) -> str:
    """An address inside the application, escaped."""
    tail = urlencode({k: v for k, v in query.items() if v not in (None, "")}, doseq=True)
    return (
        f"/{lang}/{token}"
        + (f"/{quote(path, safe='/@:')}" if path else "")
        + (f"?{tail}" if tail else "")
    )
