"""One chain of a mapping as its document sees it: its row, its steps, and names for its goods."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from verdikart.mapping import saved_chains
from verdikart.reference import homes, names
from verdikart.reference.figures import Document
from verdikart.reference.load import load
from verdikart.reports import values, words
from verdikart.reports.document.draft import Draft
from verdikart.reports.document.model import Cell, Figure

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Seen:
    """A chain for the mapped home. ``steps``: its goods in the order of the mapping."""

    draft: Draft
    row: Row
    steps: dict[str, Row]

    @property
    def chain(self) -> str:
        """The chain's id."""
        return str(self.row["chain"])

    @property
    def title(self) -> str:
        """The chain's name."""
        return self.draft.voice.name(self.row)

    @property
    def home(self) -> str:
        """The mapped home's name."""
        return names.name("home", self.draft.saved.home, self.draft.lang)

    @property
    def norwegian(self) -> bool:
        """Whether the home is Norway or has it inside, so that what is done there is its own."""
        saved = self.draft.saved
        return "NOR" in homes.home(saved.home).members(saved.year)

    @property
    def materials(self) -> tuple[str, ...]:
        """Materials of the chain's goods."""
        return tuple(dict.fromkeys(m for s in self.steps.values() for m in s["materials"] or ()))

    def name(self, product: str | None) -> str:
        """A good's name; a dash for none. Also of one that only an analyst's own chain knows."""
        if product is None:
            return "–"
        if product in self.steps:
            return self.draft.voice.name(self.steps[product])
        return names.name("product", product, self.draft.lang)

    def step(self, product: str | None) -> Cell:
        """A good as a table's cell, with its stage beneath."""
        row = self.steps.get(product or "")
        small = words.stage(row["stage"], self.draft.lang) if row else ""
        return Cell(self.name(product), product, small=small)

    def listed(self, products: Iterable[str] | None, most: int = 3) -> Cell:
        """Several goods as a cell: the first by name, and how many more."""
        held = list(products or ())
        text = "; ".join(map(self.name, held[:most])) or "–"
        if len(held) > most:
            text = self.draft.say(
                "{names}; and {count} more",
                names=text,
                count=self.draft.voice.number(len(held) - most),
            )
        return Cell(text, held or None)

    def of(self, table: str) -> list[Row]:
        """Rows of a table that has a column ``chain``, of the mapped home where it has homes."""
        rows = self.draft.saved.rows(table)
        home = self.draft.saved.home
        return [r for r in rows if r["chain"] == self.chain and r.get("home", home) == home]


def seen(draft: Draft, chain_id: str) -> Seen:
    """A chain of the mapping. Raises :class:`UnknownName`."""
    row = saved_chains.chain_row(draft.saved, chain_id)
    steps = {r["product"]: r for r in draft.saved.own("chain_steps") if r["chain"] == chain_id}
    return Seen(draft, row, steps)


def worded(draft: Draft, row: Row, column: str, text: str) -> Cell:
    """A row's cell written in words of its own, bound like any other."""
    figure = draft.figure(row, column, text=text)
    return Cell(figure.text, figure.raw, figure.status, "", figure)


def basis(draft: Draft, source: str, confidence: str) -> Cell:
    """What a record of the reference tables rests on: how sure it is, and the source where named.

    Sources that are no document are notes in one language, and stay with the data.
    """
    documents = [
        d.name_nb if draft.lang == "nb" and d.name_nb else d.name_en
        for d in load(Document)
        if d.document in source
    ]
    text = words.confidence(confidence, draft.lang)
    return Cell(text, source, small=", ".join(documents))


def ranged(draft: Draft, row: Row, column: str, decimals: int | None = None) -> Figure:
    """A figure with its interval in the text: ``0.89 (0.37–1.59)``, or the interval alone."""
    held = draft.figure(row, column, decimals=decimals)
    if held.withheld or held.low == held.high:
        return held
    about = draft.about(row, column)
    span = values.interval(held.low, held.high, about, row, draft.voice, decimals)
    text = span if held.raw is None else f"{held.text} ({span})"
    return draft.figure(row, column, text=text)


def bounded(draft: Draft, row: Row, column: str, decimals: int | None = None) -> Cell:
    """A cell with its interval in the text; one that has no value is written as its interval."""
    figure = ranged(draft, row, column, decimals)
    return Cell(figure.text, figure.raw, figure.status, "", figure)
