"""Ways from goods, plants and chains on the pages of position to where they are treated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from verdikart.mapping.saved_chains import chains_of
from verdikart.reference.names import name
from verdikart.web.ask import Ask
from verdikart.web.blocks import Cell, Field
from verdikart.web.fields import carried, choice
from verdikart.web.values import cell

Row = dict[str, Any]
NAMED = 3  # names of a list that are written out
PER_PAGE = 8  # rows of a table on a page that has several
NORWAY = "NOR"  # the country of the plant register


def chain_of(ask: Ask) -> dict[str, str]:
    """Product → the chain that it belongs to most."""
    return {product: chains[0] for product, chains in chains_of(ask.saved).items()}


def step(
    ask: Ask, chains: dict[str, str], products: Sequence[str], materials: Sequence[str]
) -> str:
    """The page of the first product that is a step of a chain, else of the material."""
    for product in products:
        if product in chains:
            return ask.url(f"chains/{chains[product]}/{product}")
    return ask.url(f"materials/{materials[0]}") if materials else ""


def plant(ask: Ask, record: str) -> str:
    """The page of one record of the register."""
    return ask.url("position/register", id=record)


def plants(ask: Ask, records: Sequence[str], names: Sequence[str], product: str) -> Cell:
    """Plants by name: one leads to its record, several to the register of their product."""
    shown = list(dict.fromkeys(names))
    if not records:
        return Cell(ask.say("none in the register"), [])
    href = plant(ask, records[0])
    if len(records) > 1:
        href = ask.url("position/register", product=product)
    return Cell(_some(ask, shown), list(records), href=href)


def _some(ask: Ask, names: Sequence[str]) -> str:
    """The first names of a list, and how many more there are."""
    if len(names) <= NAMED + 1:
        return ", ".join(names)
    first = ", ".join(names[:NAMED])
    return ask.say("{names} and {count} more", names=first, count=len(names) - NAMED)


def members(ask: Ask, kind: str, ids: Sequence[str] | None) -> Cell:
    """Several things by name, in the page's language."""
    held = list(ids or ())
    return Cell(_some(ask, [name(kind, key, ask.lang) for key in held]) or "–", held)


def english(ask: Ask, row: Row, column: str, small: str = "") -> Cell:
    """A text of the register, which is in English; a gap where there is none."""
    found = cell(ask, row, column, why=False, small=small)
    return found if row[column] is None else replace(found, lang="en")


def amount(ask: Ask, row: Row, column: str) -> Cell:
    """Capacity or production with its card; a year is written in the page's language."""
    of = row.get(f"{column}_of") or ""
    found = cell(ask, row, column, small=of)
    return replace(found, text=found.text.replace("t/y", ask.say("t/y")))


def chosen(ask: Ask, key: str, options: dict[str, str], label: str) -> tuple[str, Field]:
    """A choice among values that there are, and its field; empty stands for all."""
    listed = sorted(options.items(), key=lambda item: item[1].casefold())
    field = choice(ask, key, label, dict(listed))
    return field.value, field


def inline(text: str) -> str:
    """A name as it stands in a sentence: small at its beginning unless that is an abbreviation."""
    return text[:1].lower() + text[1:] if text[1:2].islower() else text


def sentence(text: str) -> str:
    """A text with a capital at its beginning."""
    return text[:1].upper() + text[1:]


__all__ = [
    "NORWAY",
    "PER_PAGE",
    "amount",
    "carried",
    "chain_of",
    "chosen",
    "english",
    "inline",
    "members",
    "plant",
    "plants",
    "sentence",
    "step",
]
