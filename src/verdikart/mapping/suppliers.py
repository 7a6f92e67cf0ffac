"""Who could supply a good: plants that make it, then plants one step away in a chain.

A plant one step away makes what goes into the good, or something of it: it works with the same
matter and could adapt. Whether it would pay is not answered here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from verdikart.chains.graph import KINDS
from verdikart.mapping import catalogue, register
from verdikart.mapping.chain_graphs import graphs
from verdikart.mapping.library import ENDED, OPERATING
from verdikart.reference.entities import Product
from verdikart.reference.load import by_key
from verdikart.reference.value_chains import ChainEdge, Facility

Row = dict[str, Any]
# Relations along which a plant one step away works with the same matter.
NEAR = ("main", "recycling", "joint", "by_product")


@dataclass(frozen=True, slots=True)
class Match:
    """A plant that makes what is wanted (``makes``), its input or something of it."""

    plant: Facility
    how: str
    edge: ChainEdge | None
    reason_en: str
    reason_nb: str


def match(
    product: str | None = None,
    material: str | None = None,
    process: str | None = None,
    minimum: float | None = None,
    certificate: str | None = None,
) -> list[Match]:
    """Who could supply a good: its makers, then plants one step away, each with the reason.

    ``minimum``: least capacity, in the plants' own unit; a plant of unknown capacity stays, and the
    reason says so. A process or certificate must be on record. Raises :class:`UnknownName`.
    """
    if product:
        catalogue.check_product(product)
        wanted: tuple[str, ...] = (product,)
    elif material:
        catalogue.check_material(material)
        wanted = tuple(
            dict.fromkeys(
                p.product_id for p in register.plants() if register.of_material(p, material)
            )
        )
    else:
        wanted = tuple(dict.fromkeys(p.product_id for p in register.plants()))
    found = [_makes(plant) for good in wanted for plant in register.of_product(good)]
    if product:
        makers = {m.plant.record_id for m in found}
        found += [m for m in _near(product) if m.plant.record_id not in makers]
    kept = [
        m
        for m in found
        if (process is None or _has_process(m.plant, process))
        and (certificate is None or register.says(m.plant.certificates, certificate))
        and (minimum is None or (_most(m.plant) or minimum) >= minimum)
    ]
    if minimum is not None:
        kept = [_size_said(m) for m in kept]
    order = {"makes": 0, "input": 1, "made_from": 2}
    return sorted(
        kept,
        key=lambda m: (
            order[m.how],
            m.plant.status not in OPERATING,
            m.plant.status in ENDED,
            -(_most(m.plant) or 0.0),
            m.plant.record_id,
        ),
    )


def _has_process(plant: Facility, asked: str) -> bool:
    return any(
        p == asked or register.says(register.term("process", p), asked) for p in plant.processes
    )


def _most(plant: Facility) -> float | None:
    """The most a plant is known to make: its capacity, else the upper or the lower bound."""
    known = (plant.capacity, plant.capacity_high, plant.capacity_low)
    return next((amount for amount in known if amount is not None), None)


def _makes(plant: Facility) -> Match:
    product = by_key(Product)[plant.product_id]
    en, nb = register.term("facility_status", plant.status)
    return Match(
        plant,
        "makes",
        None,
        f"its product is {product.name_en} ({en})",
        f"produktet er {product.name_nb} ({nb})",
    )


def _near(product_id: str) -> list[Match]:
    """Plants whose product goes into the wanted one, or is made from it, in one step."""
    good = by_key(Product)
    wanted = good[product_id]
    found: dict[str, Match] = {}
    for edge in (e for g in graphs().values() for e in g.edges):
        if KINDS[edge.relation] not in NEAR:
            continue
        if edge.output_product == product_id:
            other, how = edge.input_product, "input"
            words = ("goes into", "går inn i")
        elif edge.input_product == product_id:
            other, how = edge.output_product, "made_from"
            words = ("is made from", "lages av")
        else:
            continue
        for plant in register.of_product(other):
            found.setdefault(
                plant.record_id,
                Match(
                    plant,
                    how,
                    edge,
                    f"{good[other].name_en} {words[0]} {wanted.name_en}",
                    f"{good[other].name_nb} {words[1]} {wanted.name_nb}",
                ),
            )
    return list(found.values())


def _size_said(found: Match) -> Match:
    if _most(found.plant) is not None:
        return found
    return Match(
        found.plant,
        found.how,
        found.edge,
        f"{found.reason_en}; capacity not known",
        f"{found.reason_nb}; kapasiteten er ikke kjent",
    )


def rows(found: Iterable[Match]) -> list[Row]:
    """Matches as flat records: the reason first, then the row of the register."""
    return [
        {
            "match": m.how,
            "edge": m.edge.edge_id if m.edge else None,
            "edge_process": m.edge.process if m.edge else None,
            "reason_en": m.reason_en,
            "reason_nb": m.reason_nb,
            **register.row(m.plant),
        }
        for m in found
    ]
