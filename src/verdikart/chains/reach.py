"""What a home needs in a chain: the ends it makes or uses, and everything upstream of them.

A by-product needs one of its hosts where nothing else makes it; scrap adds to a supply and is no
need unless it is a route of a choice. What leaves the chain is no end: by-products that nothing in
it is made of, and users outside it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from verdikart.chains.graph import KINDS, ChainGraph, Need, Route, needs
from verdikart.indicators.assessment import Range

BESIDE = ("by_product", "recycling")
HOSTS = "host"  # the choice among hosts of a by-product
WHOLE = Range.exact(1.0)
Needs = dict[str, tuple[Need, ...]]  # product → needs, inputs before what is made of them


@dataclass(frozen=True, slots=True)
class Entry:
    """Whether a home makes a product and whether it imports it above the floor; None: not known."""

    made: bool | None
    taken_in: bool | None

    @property
    def entered(self) -> bool | None:
        """Whether the home has any part in the step."""
        if self.made or self.taken_in:
            return True
        return False if self.made is False and self.taken_in is False else None


@dataclass(frozen=True, slots=True)
class Reach:
    """What a home needs in a chain: sure and possible ends, all upstream of them (``needed``), and
    what of it the home itself can take in (``direct``); the rest comes through its suppliers.
    """

    needs: Needs
    sure: frozenset[str]
    possible: frozenset[str]
    needed: frozenset[str]
    direct: frozenset[str]


def necessary(graph: ChainGraph, feeds: Mapping[str, Collection[str]] | None = None) -> Needs:
    """What every product cannot be made without, inputs before what is made of them.

    What is only ever a by- or co-product needs one of its hosts. ``feeds``: what the home's plants
    of a product are fed with; of a choice, the routes that it names are the home's.
    """
    found = {}
    for product in graph.nodes:
        into = graph.into(product.product_id)
        kept = [edge for edge in into if edge.choice or KINDS[edge.relation] not in BESIDE]
        hosts = [edge for edge in into if KINDS[edge.relation] == "by_product"]
        rows = needs(kept)
        if not kept and hosts:
            share = WHOLE if len(hosts) == 1 else Range.unknown()
            rows = (Need(HOSTS, tuple(Route(h.input_product, share, (h,)) for h in hosts)),)
        fed = (feeds or {}).get(product.product_id)
        found[product.product_id] = tuple(_fed(need, fed) for need in rows) if fed else rows
    return found


def _fed(need: Need, fed: Collection[str]) -> Need:
    """A need with only the routes that what is fed in belongs to; as it is where none does."""
    used = [r for r in need.routes if any(e.input_product in fed for e in r.edges)]
    if not used or len(used) == len(need.routes):
        return need
    share = WHOLE if len(used) == 1 else Range.unknown()
    return Need(need.choice, tuple(Route(r.name, share, r.edges) for r in used))


@cache
def consumed(graph: ChainGraph) -> frozenset[str]:
    """Products that something in the chain is made of, by whatever route."""
    out = aside(graph)
    return frozenset(
        item for p, rows in necessary(graph).items() if p not in out for item in inputs(rows)
    )


@cache
def aside(graph: ChainGraph) -> frozenset[str]:
    """Products that nothing in the chain is necessarily made of, and that are no aim of it either.

    Scrap that adds to a supply and hosts of what is no aim; users outside the chain, which its goods go
    into as a reagent, alloying metal or the like; and by-products, unless it makes nothing else.
    """
    relations = {p.product_id: {e.relation for e in graph.into(p.product_id)} for p in graph.nodes}
    needed = {
        item
        for product, rows in necessary(graph).items()
        if relations[product] != {"by-product output"}
        for item in inputs(rows)
    }
    loose = {p: found for p, found in relations.items() if p not in needed}
    users = {p for p, found in loose.items() if found and not any(map(_carries, found))}
    beside = {p for p, found in loose.items() if found == {"by-product output"}}
    feeding = {p for p in loose if graph.out_of(p)}
    made = {p for p, found in relations.items() if found} - users - beside
    return frozenset(users | feeding | beside) if made else frozenset(users)


def _carries(relation: str) -> bool:
    """Whether what goes in is the matter of the product or a part of it."""
    return relation == "component" or KINDS[relation] in ("main", *BESIDE)


def reach_of(
    needed: Needs,
    entries: Mapping[str, Entry],
    out: Collection[str] = (),
    used: Collection[str] = (),
    consumed: Collection[str] = (),
) -> Reach:
    """Ends and needs of a home; what is ``out`` is no end.

    Sure ends are entered steps with no entered step downstream: what is upstream of them is a means
    to them. Possible ends are all steps that may be entered, and imports for other chains: what is
    ``consumed`` in this one by some route, but by no step of the home's, or ``used`` for what the
    home makes in some chain, but nothing of it in this one. A step is direct where it is an end, or
    where the home makes, or may make, something of it.
    """
    consumers: dict[str, set[str]] = {}
    for product, rows in needed.items():
        for item in inputs(rows) if product not in out else ():
            consumers.setdefault(item, set()).add(product)
    below: set[str] = set()  # has an entered step downstream
    for product in reversed(needed):
        after = consumers.get(product, set())
        if any(entries[c].entered or c in below for c in after):
            below.add(product)
    inside = [p for p in needed if p not in out]
    last = frozenset(p for p in inside if entries[p].entered and p not in below)
    idle = {
        p
        for p in last
        if p in consumed and all(entries[c].entered is False for c in consumers.get(p, ()))
    }
    spent = {p for p in last if p in used and p in consumers}
    elsewhere = frozenset(p for p in idle | spent if not entries[p].made)
    sure = last - elsewhere
    possible = elsewhere | {p for p in inside if entries[p].entered is None}
    closure = upstream(needed, sure | possible)
    direct = frozenset(
        p
        for p in closure
        if p in last
        or any(c in closure and entries[c].made is not False for c in consumers.get(p, ()))
    )
    return Reach(needed, sure, possible, closure, direct)


def inputs(rows: Sequence[Need]) -> list[str]:
    """Products that some needs are met with."""
    return [edge.input_product for need in rows for route in need.routes for edge in route.edges]


def upstream(needed: Needs, ends: Collection[str]) -> frozenset[str]:
    """The ends and everything they are made of."""
    found: set[str] = set()
    waiting = [*ends]
    while waiting:
        product = waiting.pop()
        if product not in found:
            found.add(product)
            waiting += inputs(needed[product])
    return frozenset(found)
