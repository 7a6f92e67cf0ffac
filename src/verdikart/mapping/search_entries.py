"""What can be found by searching: every thing with a page, by its names in both languages.

Ids come from the reference tables and from the saved mapping; nothing here knows how a query is
matched (:mod:`verdikart.mapping.search`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

import verdikart.indicators  # noqa: F401 - registers the indicators
from verdikart.core.registry import REGISTRY
from verdikart.mapping.saved import Row, Saved
from verdikart.mapping.saved_chains import chains_of
from verdikart.reference.columns import describe
from verdikart.reference.entities import (
    CodeValidity,
    Country,
    ListEntry,
    Material,
    Named,
    Product,
    ProductCode,
    ProductMaterial,
    Sector,
    StrategicSector,
    Technology,
    Term,
)
from verdikart.reference.load import by_key, load
from verdikart.reference.value_chains import Chain

KINDS = (
    "material",
    "product",
    "code",
    "country",
    "chain",
    "sector",
    "technology",
    "plant",
    "owner",
    "term",
    "table",
    "page",
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A thing that can be found: its name and a line on it in one language, and its page.

    ``names`` are all it may be asked by, ``codes`` the digits of a trade code; ``query`` belongs
    to the address.
    """

    kind: str
    key: str
    name: str
    detail: str
    path: str
    names: tuple[str, ...]
    query: tuple[tuple[str, str], ...] = ()
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pages:
    """Pages of the application itself: text in each language and path."""

    items: tuple[tuple[str, str, str], ...] = field(default=())


def entries(saved: Saved, lang: str, pages: Pages) -> list[Entry]:
    """Everything that can be found in a mapping, with names as ``lang`` writes them."""
    return [*_reference(lang), *_of_mapping(saved, lang), *_pages(pages, lang)]


@cache
def _reference(lang: str) -> tuple[Entry, ...]:
    """What the reference tables hold; the same for every mapping."""
    return (
        *_materials(lang),
        *_countries(lang),
        *_chains(lang),
        *_sectors(lang),
        *_technologies(lang),
        *_terms(lang),
    )


def _both(record: Named, *more: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys((record.name_en, record.name_nb, *more)))


def _other(record: Named, lang: str) -> str:
    """The name in the other language, where it differs."""
    other = record.name("en" if lang == "nb" else "nb")
    return other if other != record.name(lang) else ""


def _joined(*parts: str) -> str:
    return " · ".join(part for part in parts if part)


def _materials(lang: str) -> Iterator[Entry]:
    printed = defaultdict(list)
    for entry in load(ListEntry):
        printed[entry.material_id].append(entry.as_printed)
    for row in load(Material):
        key = row.material_id
        yield Entry(
            "material",
            key,
            row.name(lang),
            _other(row, lang),
            f"materials/{key}",
            _both(row, key, *printed[key]),
        )


def product_path(product_id: str, chains: Mapping[str, Sequence[str]]) -> str:
    """The page of a product: its step of a chain, else the material it is of; may be empty."""
    held = chains.get(product_id)
    if held:
        return f"chains/{held[0]}/{product_id}"
    materials = [row.material_id for row in _forms().get(product_id, ())]
    return f"materials/{materials[0]}" if materials else ""


@cache
def _forms() -> dict[str, list[ProductMaterial]]:
    found = defaultdict(list)
    for row in load(ProductMaterial):
        found[row.product_id].append(row)
    return found


def _products(saved: Saved, lang: str) -> Iterator[Entry]:
    named, chains = by_key(Chain), chains_of(saved)
    for row in load(Product):
        path = product_path(row.product_id, chains)
        if not path:
            continue
        held = [named[c].name(lang) for c in chains.get(row.product_id, ())[:3] if c in named]
        yield Entry(
            "product",
            row.product_id,
            row.name(lang),
            _joined(_other(row, lang), ", ".join(held)),
            path,
            _both(row, row.product_id),
        )


def _codes(saved: Saved, lang: str) -> Iterator[Entry]:
    chains = chains_of(saved)
    products, described = by_key(Product), by_key(CodeValidity)
    meant: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for row in load(ProductCode):
        meant[row.code][row.product_id].add(row.nomenclature)
    for code, named in sorted(meant.items()):
        known = [p for p in named if product_path(p, chains)]
        if not known:
            continue
        editions = sorted({n for names in named.values() for n in names})
        about = described.get(code)
        yield Entry(
            "code",
            code,
            f"{code[:4]}.{code[4:]}" if len(code) == 6 else code,
            _joined(", ".join(products[p].name(lang) for p in known), ", ".join(editions)),
            product_path(known[0], chains),
            (about.description_last,) if about else (),
            codes=(code,),
        )


def _countries(lang: str) -> Iterator[Entry]:
    for row in load(Country):
        yield Entry(
            "country",
            row.iso3,
            row.name(lang),
            _joined(_other(row, lang), row.iso3),
            f"countries/{row.iso3}",
            _both(row, row.iso3, *([row.iso2] if row.iso2 else [])),
        )


def _chains(lang: str) -> Iterator[Entry]:
    for row in load(Chain):
        key = row.chain_id
        yield Entry(
            "chain", key, row.name(lang), _other(row, lang), f"chains/{key}", _both(row, key)
        )


def _sectors(lang: str) -> Iterator[Entry]:
    parts = defaultdict(list)
    for part in load(Sector):
        parts[part.strategic_sector].append(part)
    for row in load(StrategicSector):
        key = row.strategic_sector
        inner = [name for part in parts[key] for name in _both(part, part.sector_id)]
        detail = ", ".join(part.name(lang) for part in parts[key])
        yield Entry(
            "sector", key, row.name(lang), detail, f"sectors/{key}", _both(row, key, *inner)
        )


def _technologies(lang: str) -> Iterator[Entry]:
    for row in load(Technology):
        key = row.technology_id
        yield Entry(
            "technology",
            key,
            row.name(lang),
            _other(row, lang),
            "sectors",
            _both(row, key),
            (("technology", key),),
        )


def _terms(lang: str) -> Iterator[Entry]:
    for entry in REGISTRY.indicators.values():
        texts = (entry.name.nb, entry.name.en)
        name, other = texts if lang == "nb" else texts[::-1]
        yield Entry("term", entry.id, name, other, f"terms/{entry.id}", (name, other, entry.id))
    for term in load(Term):
        name, other = (term.term_nb, term.term_en)[:: 1 if lang == "nb" else -1]
        definition = term.definition_nb if lang == "nb" else term.definition_en
        yield Entry(
            "term",
            term.term_id,
            name,
            _shortened(definition),
            "terms",
            (name, other, term.term_id),
            (("q", name),),
        )


def _shortened(text: str, most: int = 110) -> str:
    return text if len(text) <= most else f"{text[:most].rpartition(' ')[0]} …"


def _of_mapping(saved: Saved, lang: str) -> Iterator[Entry]:
    yield from _products(saved, lang)
    yield from _codes(saved, lang)
    yield from _register(saved, lang)
    for table in saved.table_names:
        about = describe(table, "")
        yield Entry(
            "table",
            table,
            about.name(lang),
            _shortened(about.definition(lang)),
            f"data/{table}",
            (about.name_en, about.name_nb, table),
        )


def _register(saved: Saved, lang: str) -> Iterator[Entry]:
    """Plants and who owns them, each once, to be found in the register."""
    plants: dict[str, list[Row]] = defaultdict(list)
    owners: dict[str, list[Row]] = defaultdict(list)
    for row in saved.rows("facilities"):
        plants[row["producer"]].append(row)
        for owner in dict.fromkeys((row["owner_group"], row["owner"])):
            if owner:
                owners[owner].append(row)
    for name, rows in sorted(plants.items()):
        places = _each(r["place"] for r in rows)
        ids = [r["record_id"] for r in rows]
        yield Entry(
            "plant",
            ids[0],
            name,
            _joined(", ".join(places), ", ".join(_each(r[f"name_{lang}"] for r in rows))),
            "position/register",
            (name, *places, *ids),
            (("id", ids[0]) if len(ids) == 1 else ("search", name),),
        )
    for name, rows in sorted(owners.items()):
        detail = _shortened(", ".join(_each(r["producer"] for r in rows)))
        query = (("search", name),)
        yield Entry("owner", name, name, detail, "position/register", (name,), query)


def _each(names: Iterable[str | None]) -> Sequence[str]:
    return list(dict.fromkeys(name for name in names if name))


def _pages(pages: Pages, lang: str) -> Iterator[Entry]:
    for nb, en, path in pages.items:
        name, other = (nb, en) if lang == "nb" else (en, nb)
        yield Entry("page", path or "overview", name, "", path, (name, other))
