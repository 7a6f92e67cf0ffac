"""The chains of a saved mapping as graphs, from its own tables.

What was mapped is what is drawn: an analyst's own chains are there, and a later package changes
nothing. Sources, materials and notes of an edge, which no graph needs, are not taken along.
"""

from __future__ import annotations

from typing import Any
from weakref import WeakKeyDictionary

from verdikart.chains.graph import ChainGraph
from verdikart.core.errors import UnknownName
from verdikart.mapping.saved import Saved
from verdikart.reference.entities import Product
from verdikart.reference.value_chains import Chain, ChainEdge

Row = dict[str, Any]
# Graphs are made once a mapping, and go with it.
_HELD: WeakKeyDictionary[Saved, dict[str, ChainGraph]] = WeakKeyDictionary()


_OF_PRODUCTS: WeakKeyDictionary[Saved, dict[str, tuple[str, ...]]] = WeakKeyDictionary()


def saved_graph(saved: Saved, chain_id: str) -> ChainGraph:
    """A chain of the mapping by id. Raises :class:`UnknownName` with the nearest ids."""
    held = _HELD.setdefault(saved, {})
    if chain_id not in held:
        held[chain_id] = _graph(saved, chain_row(saved, chain_id))
    return held[chain_id]


def chain_row(saved: Saved, chain_id: str, home: str | None = None) -> Row:
    """A chain's row for a home of the mapping, the mapped one by default. Raises as above."""
    rows = {row["chain"]: row for row in saved.own("chains", home)}
    if chain_id not in rows:
        names = {c: (r["name_en"], r["name_nb"]) for c, r in rows.items()}
        raise UnknownName("chain", chain_id, names, ", ".join(names) or "none in this mapping")
    return rows[chain_id]


def chains_of(saved: Saved) -> dict[str, tuple[str, ...]]:
    """The chains that each product is a step of, the one that it belongs to most first.

    That is the chain of the product's own material or name (nickel for refined nickel, silicon for
    silicon metal), then deep chains, then the order of the mapping.
    """
    if saved not in _OF_PRODUCTS:
        found: dict[str, list[tuple[bool, bool, int, str]]] = {}
        for number, row in enumerate(saved.own("chain_steps")):
            names = (row["product"], *(row["materials"] or ()))
            own = any(f"{name}_".startswith(f"{row['chain']}_") for name in names)
            place = (not own, row["depth"] != "deep", number, str(row["chain"]))
            found.setdefault(row["product"], []).append(place)
        _OF_PRODUCTS[saved] = {
            product: tuple(chain for *_, chain in sorted(places))
            for product, places in found.items()
        }
    return _OF_PRODUCTS[saved]


def _graph(saved: Saved, row: Row) -> ChainGraph:
    chain_id = row["chain"]
    edges = (r for r in saved.rows("chain_edges") if r["chain"] == chain_id)
    steps = (r for r in saved.own("chain_steps") if r["chain"] == chain_id)
    return ChainGraph(
        Chain(
            chain_id,
            row["name_en"],
            row["name_nb"],
            row["depth"],
            row["cross_cutting"],
            why_en="",
            why_nb="",
        ),
        tuple(map(_edge, edges)),
        {
            r["product"]: Product(r["product"], r["stage"], r["name_en"], r["name_nb"])
            for r in steps
        },
    )


def _edge(row: Row) -> ChainEdge:
    return ChainEdge(
        edge_id=row["edge"],
        input_product=row["input"],
        output_product=row["output"],
        input_materials=(),
        output_materials=(),
        process=row["process"] or "",
        relation=row["relation"],
        choice=row["choice"] or "",
        route=row["route"] or "",
        route_share=row["route_share"],
        route_low=row["route_share_low"],
        route_high=row["route_share_high"],
        route_source="",
        coefficient=row["coefficient"],
        coef_low=row["coefficient_low"],
        coef_high=row["coefficient_high"],
        coef_unit=row["unit"] or "",
        coef_meaning=row["meaning"] or "",
        coef_basis=row["basis"] or "",
        companion_note="",
        link_confidence="",
        coef_confidence=row["confidence"] or "",
        source=row["source"] or "",
    )
