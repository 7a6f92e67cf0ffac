"""Where a row about a good leads: its material's page, else its step in a chain."""

from __future__ import annotations

from typing import Any

from verdikart.web.ask import Ask

Row = dict[str, Any]


def good_url(ask: Ask, row: Row) -> str:
    """The page behind a row with materials and products; empty where there is none."""
    for material in row.get("materials") or ():
        return ask.url(f"materials/{material}")
    return step_url(ask, row.get("products") or ())


def step_url(ask: Ask, products: list[str] | tuple[str, ...]) -> str:
    """The first chain's step of the products, deep chains first; empty where no chain has them."""
    found = step_of(ask, products)
    return ask.url(f"chains/{found['chain']}/{found['product']}") if found else ""


def step_of(ask: Ask, products: list[str] | tuple[str, ...]) -> Row | None:
    """The home's row of ``chain_steps`` for the first of the products that a chain has."""
    wanted = set(products)
    rows = [r for r in ask.saved.own("chain_steps") if r["product"] in wanted]
    return min(rows, key=lambda r: (r["depth"] != "deep", r["chain"]), default=None)
