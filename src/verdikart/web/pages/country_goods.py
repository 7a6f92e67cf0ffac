"""Goods in tables of countries and sectors: their names, their pages, and what they are worth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from verdikart.mapping.saved_chains import chains_of
from verdikart.mapping.search_entries import product_path
from verdikart.reports import words
from verdikart.web.ask import Ask
from verdikart.web.blocks import Cell, Column
from verdikart.web.values import cell, head

Row = dict[str, Any]


class Goods:
    """The goods of a mapping by subject, with the page of each."""

    def __init__(self, ask: Ask) -> None:
        self.ask = ask
        self.chains = chains_of(ask.saved)
        rows = ask.saved.rows("assessments")
        self.known = {row["subject"]: row for row in reversed(rows)}
        self.known |= {row["subject"]: row for row in ask.saved.own("assessments")}

    def text(self, subject: str) -> str:
        """The good's name; the subject itself where the mapping has none."""
        row = self.known.get(subject)
        return self.ask.voice.name(row) if row else subject

    def href(self, products: Sequence[str] | None) -> str:
        """The page of the first product."""
        path = product_path(products[0], self.chains) if products else ""
        return self.ask.url(path) if path else ""

    def name(self, subject: str) -> Cell:
        """The good as the first cell of a row: its name, its page and its code."""
        row = self.known.get(subject)
        href = self.href(row["products"]) if row else ""
        return Cell(self.text(subject), subject, href=href, small=self.code(subject))

    def code(self, subject: str) -> str:
        """The good's trade code; of one that has none, the stage of its material."""
        _, _, stage = subject.partition("@")
        return words.stage(stage, self.ask.lang) if stage else subject

    def verdict(self, subject: str) -> Cell:
        """What the good's supply is judged as, for the mapped home."""
        row = self.known.get(subject)
        if row is None or row["home"] != self.ask.saved.home:
            return Cell(self.ask.say("not assessed"), None, "missing")
        return verdict(self.ask, row)

    def of_product(self, product_id: str, name: str, small: str = "") -> Cell:
        """A product by its own name."""
        return Cell(name, product_id, href=self.href([product_id]), small=small)


def verdict(ask: Ask, row: Row) -> Cell:
    """An assessment's outcome as a label."""
    return Cell("", row["outcome"], tags=(words.outcome(row["outcome"], ask.lang),))


def unit(rows: Sequence[Row]) -> str:
    """The currency that most rows are in; empty where there are none."""
    units = [row["value_unit"] for row in rows if row["value_unit"]]
    return max(units, key=units.count) if units else ""


def money_head(ask: Ask, rows: Sequence[Row]) -> Column:
    """The heading of :func:`money`."""
    found = head(ask, "supply", "value")
    return replace(found, unit=ask.say("{unit} million", unit=unit(rows) or "USD"))


def money(ask: Ask, row: Row, main: str) -> Cell:
    """A flow's value in millions, with its currency where that is not the table's."""
    found = cell(ask, row, "value")
    if row["value"] is None:
        return found
    text = ask.voice.millions(row["value"])
    return replace(found, text=text if row["value_unit"] == main else f"{text} {row['value_unit']}")
