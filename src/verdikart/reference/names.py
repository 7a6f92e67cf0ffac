"""The name behind an id, whatever kind of thing it names."""

from __future__ import annotations

from functools import lru_cache

from verdikart.reference import countries
from verdikart.reference.entities import Material, Product, Stage, StrategicSector
from verdikart.reference.homes import home
from verdikart.reference.load import by_key
from verdikart.reference.value_chains import Chain

RECORDS = {
    "material": Material,
    "product": Product,
    "stage": Stage,
    "sector": StrategicSector,
    "chain": Chain,
}
KINDS = frozenset((*RECORDS, "country", "home"))


@lru_cache(maxsize=8192)  # an id may be any text that a reader writes
def name(kind: str, key: str, lang: str) -> str:
    """The name of an id of one of :data:`KINDS`; the id itself where no table knows it."""
    if kind == "country":
        return countries.name(key, lang)
    if kind == "home":
        return home(key).name(lang) if key != "WORLD" else {"nb": "verden"}.get(lang, "the world")
    found = by_key(RECORDS[kind]).get(key)
    return str(found.name(lang)) if found else key
