"""The register of Norwegian plants, mines, deposits and projects: its rows, filters and search.

A search forgives case, accents and small typing errors.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache
from typing import Any

from verdikart.chains.graph import ChainGraph
from verdikart.core.errors import UnknownName
from verdikart.mapping import catalogue
from verdikart.mapping.chain_graphs import DEEP, check_chain, graphs
from verdikart.mapping.library import ENDED, materials_of, works
from verdikart.mapping.lists import related
from verdikart.reference import countries
from verdikart.reference.entities import Material, Product, Stage, Word
from verdikart.reference.load import by_key, load
from verdikart.reference.value_chains import Facility

Row = dict[str, Any]
PLANNED = ("project", "construction", "exploration", "built")
# Letters that Unicode does not take apart, and the spellings used where they cannot be typed.
LETTERS = str.maketrans({"ø": "o", "æ": "ae", "đ": "d", "ł": "l", "’": "'"})
TYPED = (("aa", "a"), ("oe", "o"))
# Two words count as the same where this much of them agrees; short ones must be spelled right.
ALIKE, SHORTEST = 0.8, 4
# What a word counts inside another word, and in a text beside the names; above any likeness that
# is no match.
WITHIN, ELSEWHERE = 0.98, 0.96


@dataclass(frozen=True, slots=True)
class Filters:
    """What rows of the register must satisfy; an empty filter lets every row through."""

    search: str | None = None
    product: str | None = None
    material: str | None = None
    chain: str | None = None
    stage: str | None = None
    region: str | None = None
    status: str | None = None
    owner: str | None = None
    kind: str | None = None


@cache
def plants() -> tuple[Facility, ...]:
    """Every row of the register."""
    return tuple(load(Facility))


@cache
def _by_product() -> dict[str, tuple[Facility, ...]]:
    found: dict[str, list[Facility]] = {}
    for plant in plants():
        found.setdefault(plant.product_id, []).append(plant)
    return {product: tuple(rows) for product, rows in found.items()}


def of_product(product_id: str) -> tuple[Facility, ...]:
    """Rows of one product, whatever their status."""
    return _by_product().get(product_id, ())


def working(product_id: str, year: int) -> tuple[Facility, ...]:
    """Norwegian plants of a product that work in a year."""
    return tuple(p for p in of_product(product_id) if works(p, year))


def planned(product_id: str) -> tuple[Facility, ...]:
    """Norwegian projects and deposits of a product."""
    return tuple(p for p in of_product(product_id) if p.status in PLANNED)


def origins(product_id: str, feed_id: str, year: int) -> list[str]:
    """Countries that the register names for a feed: of a product's plants whose first feed it is."""
    rows = (p for p in working(product_id, year) if p.feeds and p.feeds[0] == feed_id)
    return list(dict.fromkeys(c for plant in rows for c in plant.feed_countries))


def state(rows: Iterable[Facility], year: int) -> str:
    """What plants together amount to: ``operating``, ``project``, ``closed`` or ``none``."""
    held = tuple(rows)
    if any(works(p, year) for p in held):
        return "operating"
    if any(p.status in PLANNED for p in held):
        return "project"
    if any(p.status in ENDED for p in held):
        return "closed"
    return "unknown" if held else "none"


def fold(text: str) -> str:
    """A text without case, accents and Norwegian letters: ``Årdal`` and ``Aardal`` become alike."""
    plain = unicodedata.normalize("NFKD", text.casefold().translate(LETTERS))
    plain = "".join(c if c.isalnum() else " " for c in plain if not unicodedata.combining(c))
    for typed, letter in TYPED:
        plain = plain.replace(typed, letter)
    return " ".join(plain.split())


def find(filters: Filters) -> list[Facility]:
    """Rows that satisfy every filter. Raises :class:`UnknownName` for ids no table knows."""
    if filters.product:
        catalogue.check_product(filters.product)
    if filters.material:
        catalogue.check_material(filters.material)
    graph = check_chain(filters.chain) if filters.chain else None
    for name in ("stage", "status", "kind"):
        if (asked := getattr(filters, name)) is not None:
            known = sorted({getattr(p, name) for p in plants()})
            if asked not in known:
                raise UnknownName(name, asked, known, ", ".join(known))
    region = _region(filters.region)
    in_chain = {p.product_id for p in graph.nodes} if graph else None
    rows = [
        p
        for p in plants()
        if (filters.product is None or p.product_id == filters.product)
        and (filters.material is None or of_material(p, filters.material))
        and (in_chain is None or p.product_id in in_chain)
        and (region is None or region in p.region.split(" / "))
        and all(
            getattr(filters, name) in (None, getattr(p, name))
            for name in ("stage", "status", "kind")
        )
        and (filters.owner is None or says((p.owner_group, p.owner), filters.owner))
    ]
    return _searched(rows, filters.search) if filters.search else rows


def _region(asked: str | None) -> str | None:
    if asked is None:
        return None
    names = {part for p in plants() for part in p.region.split(" / ") if part}
    for name in names:
        if fold(name) == fold(asked):
            return name
    raise UnknownName("region", asked, sorted(names), ", ".join(sorted(names)))


def of_material(plant: Facility, material_id: str) -> bool:
    """Whether a plant's product is a form of a material, of its group or of a member of it."""
    kin = {plant.material_id, *materials_of(plant.product_id)}
    return any(related(m, material_id) for m in kin)


def says(texts: Iterable[str], asked: str) -> bool:
    """Whether every word asked for is among the words of some texts, typing errors forgiven."""
    held = _split(texts)
    return all(_nearness(token, held) > 0 for token in fold(asked).split())


def _searched(rows: Sequence[Facility], asked: str) -> list[Facility]:
    """Rows that hold every word asked for, names before notes; misspelt ones where none does."""
    tokens = fold(asked).split()
    found = []
    for place, plant in enumerate(rows):
        names, texts = _words(plant.record_id)
        near = [max(_nearness(t, names), ELSEWHERE * _nearness(t, texts)) for t in tokens]
        if near and all(near):
            found.append((min(near), sum(near), -place, plant))
    spelt = [f for f in found if f[0] >= ELSEWHERE * WITHIN]
    best = sorted(spelt or found, key=lambda f: f[1:3], reverse=True)
    return [plant for *_, plant in best]


def _nearness(token: str, held: Sequence[str]) -> float:
    """How well a word is found: 1 at the start of one, less within one, else its likeness; 0 not."""
    if any(word.startswith(token) for word in held):
        return 1.0
    if len(token) < SHORTEST:
        return 0.0
    if any(token in word for word in held):
        return WITHIN
    matcher = SequenceMatcher(b=token, autojunk=False)
    best = 0.0
    for word in held:
        if len(word) >= SHORTEST and abs(len(word) - len(token)) <= 2:
            matcher.set_seq1(word)
            if matcher.quick_ratio() >= ALIKE:
                best = max(best, matcher.ratio())
    return best if best >= ALIKE else 0.0


@cache
def _words(record_id: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Words of a row's names, and of its other texts: materials, processes, certificates, notes."""
    plant = by_key(Facility)[record_id]
    product, material = by_key(Product)[plant.product_id], by_key(Material)[plant.material_id]
    names = [plant.record_id, plant.producer, plant.owner, plant.owner_group, plant.place]
    names += [plant.region, product.product_id, product.name_en, product.name_nb]
    texts = [material.material_id, material.name_en, material.name_nb]
    texts += [word for v, t in _terms(plant) for word in term(v, t)]
    texts += [*plant.certificates, plant.input_origin, plant.note]
    return _split(names), _split(texts)


def _split(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(fold(" ".join(texts)).split()))


def _terms(plant: Facility) -> list[tuple[str, str]]:
    return [("process", p) for p in plant.processes] + [("facility_kind", plant.kind)]


@cache
def _vocabulary() -> dict[tuple[str, str], tuple[str, str]]:
    return {(w.vocabulary, w.term): (w.name_en, w.name_nb) for w in load(Word)}


def term(vocabulary: str, name: str) -> tuple[str, str]:
    """A term of a vocabulary in English and bokmål; the term itself where none is on record."""
    return _vocabulary().get((vocabulary, name), (name, name))


def chains_of(products: Iterable[str], within: Mapping[str, ChainGraph] | None = None) -> Row:
    """``chains`` that some products are in, and ``depth``: deep where one of them is, null outside.

    ``within``: the chains looked at, default the package's own.
    """
    held = graphs() if within is None else within
    wanted = tuple(products)
    found = [c for c, g in held.items() if any(g.into(p) or g.out_of(p) for p in wanted)]
    depths = {held[c].chain.depth for c in found}
    depth = DEEP if DEEP in depths else next(iter(depths), None)
    return {"chains": found, "depth": depth}


def rows(found: Iterable[Facility]) -> list[Row]:
    """Rows of the register as flat records in both languages."""
    return [row(plant) for plant in found]


def row(plant: Facility) -> Row:
    """One row of the register; unknown is null, and a figure has its status beside it."""
    product, material = by_key(Product)[plant.product_id], by_key(Material)[plant.material_id]
    stage = by_key(Stage)[plant.stage]
    result: Row = {
        "record_id": plant.record_id,
        "producer": plant.producer,
        "product": plant.product_id,
        "name_en": product.name_en,
        "name_nb": product.name_nb,
        "material": plant.material_id,
        "material_en": material.name_en,
        "material_nb": material.name_nb,
        **chains_of((plant.product_id,)),
        "stage": plant.stage,
        "stage_en": stage.name_en,
        "stage_nb": stage.name_nb,
    }
    for field, vocabulary in (
        ("kind", "facility_kind"),
        ("status", "facility_status"),
        ("sourcing", "sourcing"),
        ("capacity_class", "capacity_class"),
        ("unfc", "unfc"),
    ):
        held = getattr(plant, field) or None
        result[field] = held
        result[f"{field}_en"], result[f"{field}_nb"] = (
            term(vocabulary, held) if held else (None, None)
        )
    for field in ("status_date", "status_note", "owner", "owner_group", "headquarters"):
        result[field] = getattr(plant, field) or None
    head = plant.headquarters
    result |= {
        "headquarters_en": countries.name(head, "en") if head else None,
        "headquarters_nb": countries.name(head, "nb") if head else None,
        "as_of": plant.as_of.isoformat() if plant.as_of else None,
        "place": plant.place,
        "region": plant.region or None,
        "latitude": plant.latitude,
        "longitude": plant.longitude,
        "coordinate_source": plant.coordinate_source or None,
        "capacity": plant.capacity,
        "capacity_status": "ok" if plant.capacity is not None else "missing",
        "capacity_low": plant.capacity_low,
        "capacity_high": plant.capacity_high,
        "capacity_unit": plant.capacity_unit or None,
        "capacity_of": plant.capacity_of or None,
        "production": plant.production,
        "production_status": "ok" if plant.production is not None else "missing",
        "production_unit": plant.production_unit or None,
        "production_period": plant.production_period or None,
        "processes": list(plant.processes),
        "processes_en": [term("process", p)[0] for p in plant.processes],
        "processes_nb": [term("process", p)[1] for p in plant.processes],
        "certificates": list(plant.certificates),
        "feeds": list(plant.feeds),
        "feeds_en": [by_key(Product)[f].name_en for f in plant.feeds],
        "feeds_nb": [by_key(Product)[f].name_nb for f in plant.feeds],
        "feed_countries": list(plant.feed_countries),
        "input_origin": plant.input_origin or None,
        "resource": plant.resource or None,
        "source": plant.source,
        "confidence": plant.confidence,
        "note": plant.note or None,
    }
    return result
