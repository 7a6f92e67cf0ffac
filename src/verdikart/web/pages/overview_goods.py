"""Where a row about a good leads: its material's page, else its step in a chain."""

from __future__ import annotations

from typing import Any

from verdikart.mapping.saved import only
from verdikart.mapping.saved_chains import chains_of
from verdikart.web.ask import Ask

Row = dict[str, Any]


def good_url(ask: Ask, row: Row) -> str:
    """The page behind a row with materials and products; empty where there is none."""
    for material in row.get("materials") or ():
        return ask.url(f"materials/{material}")
    return step_url(ask, row.get("products") or ())


def step_url(ask: Ask, products: list[str] | tuple[str, ...]) -> str:
    """The products' step in the chain that they belong to most; empty where no chain has them."""
    found = step_of(ask, products)
    return ask.url(f"chains/{found['chain']}/{found['product']}") if found else ""


def step_of(ask: Ask, products: list[str] | tuple[str, ...]) -> Row | None:
    """The home's row of ``chain_steps`` for the first of the products that is a step of a chain."""
    chains = chains_of(ask.saved)
    for product in products:
        for chain in chains.get(product, ())[:1]:
            rows = only(ask.saved.own("chain_steps"), product=product, chain=chain)
            return rows[0]
    return None
