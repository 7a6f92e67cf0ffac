"""A chain as its pages see it: one home's rows, the graph, and the addresses of its steps."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from verdikart.chains.graph import ChainGraph
from verdikart.mapping.library import OPERATING
from verdikart.mapping.register import PLANNED
from verdikart.mapping.saved import Saved
from verdikart.mapping.saved_chains import chain_row, saved_graph
from verdikart.reference.entities import Country
from verdikart.reference.load import by_key
from verdikart.reference.names import name
from verdikart.reports import words
from verdikart.reports.view import Tag
from verdikart.web import fields
from verdikart.web.ask import Ask
from verdikart.web.blocks import Cell, Form
from verdikart.web.values import cell, plain

Row = dict[str, Any]
TONES = {"vulnerable": "risk", "concentrated_allied": "ally", "open": "doubt"}


@dataclass(frozen=True, slots=True)
class Seen:
    """One chain for one home of the mapping."""

    ask: Ask
    home: str
    row: Row
    steps: dict[str, Row]
    graph: ChainGraph
    register: dict[str, tuple[int, int]]

    @property
    def chain(self) -> str:
        """The chain's id."""
        return str(self.row["chain"])

    @property
    def title(self) -> str:
        """The chain's name."""
        return self.ask.voice.name(self.row)

    @property
    def materials(self) -> tuple[str, ...]:
        """Materials of the chain's goods, in the order of its steps."""
        return tuple(dict.fromkeys(m for s in self.steps.values() for m in s["materials"] or ()))

    def name(self, product: str) -> str:
        """A product's name; also of one that only an analyst's own chain knows."""
        if product in self.steps:
            return self.ask.voice.name(self.steps[product])
        return name("product", product, self.ask.lang)

    def step_url(self, product: str, **query: object) -> str:
        """The address of a step for this home."""
        return self.ask.url(f"chains/{self.chain}/{product}", **kept(self.ask, self.home), **query)

    def step(self, product: str | None, small: str = "") -> Cell:
        """A product's name, leading to its step where it is one of the chain's."""
        if product is None:
            return plain(None, "–")
        href = self.step_url(product) if product in self.steps else ""
        return Cell(self.name(product), product, href=href, small=small)

    def plants(self, product: str) -> tuple[int, int]:
        """Norwegian plants of a product in the mapping's register: at work, and planned."""
        return self.register.get(product, (0, 0))


def seen(ask: Ask) -> Seen:
    """The chain that the address names. Raises :class:`UnknownName`."""
    home = home_of(ask)
    row = chain_row(ask.saved, ask.ids["chain"], home)
    steps = {
        r["product"]: r for r in ask.saved.own("chain_steps", home) if r["chain"] == row["chain"]
    }
    return Seen(ask, home, row, steps, saved_graph(ask.saved, row["chain"]), register(ask.saved))


def register(saved: Saved) -> dict[str, tuple[int, int]]:
    """Norwegian plants by product, at work and planned, whatever home is looked from."""
    at_work: dict[str, set[tuple[str, str]]] = {}
    planned: Counter[str] = Counter()
    for row in saved.rows("facilities"):
        if row["status"] in OPERATING:
            at_work.setdefault(row["product"], set()).add((row["producer"], row["place"]))
        elif row["status"] in PLANNED:
            planned[row["product"]] += 1
    products = {*at_work, *planned}
    return {p: (len(at_work.get(p, ())), planned[p]) for p in products}


def home_of(ask: Ask) -> str:
    """The home that the address asks for, the mapped one by default."""
    return ask.query.choice("home", ask.saved.homes, ask.saved.home)


def kept(ask: Ask, home: str) -> dict[str, str]:
    """The part of an address that keeps a home which is not the mapped one."""
    return {} if home == ask.saved.home else {"home": home}


def homes_form(ask: Ask, home: str) -> Form:
    """A form with the choice of home alone."""
    return Form("home-form", (fields.home(ask, home),), ask.say("Show"))


def verdict(ask: Ask, code: str, vocabulary: str = "chain_verdict") -> Tag:
    """A verdict as a label."""
    tone = {"not_met": "risk", "missed": "risk"}.get(code) or TONES.get(code, "plain")
    return Tag(words.word(vocabulary, code, ask.lang), tone)


def verdict_cell(ask: Ask, code: str, vocabulary: str = "chain_verdict") -> Cell:
    """A verdict in a table; the code goes to the twins."""
    return Cell("", code, tags=(verdict(ask, code, vocabulary),))


def country_cell(ask: Ask, row: Row, column: str) -> Cell:
    """A country that leads to its page, or why there is none."""
    iso3 = row[column]
    if not iso3:
        return plain(None, "–")
    if iso3 == ask.saved.home and iso3 not in by_key(Country):  # a bloc has no page of a country
        return plain(iso3, name("home", iso3, ask.lang))
    return cell(ask, row, column, href=ask.url(f"countries/{iso3}"))


def material_cell(ask: Ask, material: str) -> Cell:
    """A material that leads to its page."""
    text = name("material", material, ask.lang)
    return Cell(text, material, href=ask.url(f"materials/{material}"))


def bottleneck(row: Row) -> tuple[str, bool] | None:
    """The step to look at first: the bottleneck; else (False) what stands out in the world's supply."""
    if row["bottleneck_product"]:
        return row["bottleneck_product"], True
    if row["world_product"]:
        return row["world_product"], False
    return None
