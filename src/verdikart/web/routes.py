"""The pages: their address, their name in the menu, and who builds them. Imported when first asked for."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module

from verdikart.reference.i18n import Lang, translator
from verdikart.web.ask import Ask
from verdikart.web.blocks import Page

Build = Callable[[Ask], Page]


@dataclass(frozen=True, slots=True)
class Route:
    """A page: ``path`` with its ids in braces, the module under ``web.pages`` and its function.

    ``lasting``: whether the page is a function of its address, the mapping and the shelf alone.
    """

    name: str
    path: str
    maker: str
    lasting: bool = True
    pattern: re.Pattern[str] = field(init=False)

    def __post_init__(self) -> None:
        parts = re.sub(r"\{(\w+):path\}", r"(?P<\1>.+)", self.path)
        parts = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", parts)
        object.__setattr__(self, "pattern", re.compile(parts))

    @property
    def build(self) -> Build:
        """The function that builds the page."""
        return _import(self.maker)


@cache
def _import(maker: str) -> Build:
    module, _, function = maker.partition(":")
    found: Build = getattr(import_module(f"verdikart.web.pages.{module}"), function)
    return found


ROUTES = (
    Route("overview", "", "overview:overview"),
    Route("materials", "materials", "materials:materials"),
    Route("material", "materials/{material}", "material:material"),
    Route("chains", "chains", "chains:chains"),
    Route("chain", "chains/{chain}", "chain:chain"),
    Route("step", "chains/{chain}/{product}", "chain_step:step"),
    Route("sectors", "sectors", "sectors:sectors"),
    Route("sector", "sectors/{sector}", "sectors:sector"),
    Route("countries", "countries", "countries:countries"),
    Route("country", "countries/{country}", "country:country"),
    Route("position", "position", "position:position"),
    Route("register", "position/register", "register:register"),
    Route("opportunities", "opportunities", "opportunities:opportunities"),
    Route("opportunity", "opportunities/{chain}/{product}", "opportunity:opportunity"),
    Route("planner", "opportunities/planner", "planner:planner"),
    Route("sandbox", "sandbox", "sandbox:sandbox"),
    Route("compare", "compare", "compare:compare"),
    Route("data", "data", "data:data"),
    Route("table", "data/{table}", "data:table"),
    Route("terms", "terms", "terms:terms"),
    Route("term", "terms/{indicator}", "terms:indicator"),
    Route("about", "about", "about:about"),
    Route("accessibility", "about/accessibility", "accessibility:accessibility"),
    Route("search", "search", "search:search"),
    Route("runs", "runs", "runs:runs", lasting=False),
    Route("run", "runs/{run}", "runs:run", lasting=False),
    Route("why", "why/{reference:path}", "why:why"),
)
# Fixed addresses are tried before those with ids in them.
ORDERED = sorted(ROUTES, key=lambda route: route.path.count("{"))


def find(path: str) -> tuple[Route, dict[str, str]] | None:
    """The page at a path, and the ids in it."""
    for route in ORDERED:
        if met := route.pattern.fullmatch(path):
            return route, met.groupdict()
    return None


def menu(lang: Lang) -> list[tuple[str, list[tuple[str, str]]]]:
    """The menu: its groups, and the text and path of each page in them."""
    _ = translator(lang)
    return [
        (
            _("See"),
            [
                (_("Overview"), ""),
                (_("Materials"), "materials"),
                (_("Value chains"), "chains"),
                (_("Sectors and technologies"), "sectors"),
                (_("Countries"), "countries"),
                (_("Norway’s position"), "position"),
                (_("Opportunities"), "opportunities"),
            ],
        ),
        (
            _("Ask"),
            [(_("Sandbox"), "sandbox"), (_("Compare"), "compare"), (_("New mapping"), "runs")],
        ),
        (
            _("Read"),
            [
                (_("Data and sources"), "data"),
                (_("Terms and method"), "terms"),
                (_("About"), "about"),
            ],
        ),
    ]
