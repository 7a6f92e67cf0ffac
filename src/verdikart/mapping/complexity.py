"""Economic complexity of a year: countries, products, and what a home could make next.

The whole set is computed over every country and product of a flow table, so a table of part of the
trade gives no figures (``coverage_limited``). Method: ``docs/methods/complexity.md``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from verdikart.core.errors import UnknownName, UsageProblem
from verdikart.core.figure import Answer
from verdikart.indicators.complexity import Complexity, complexity
from verdikart.mapping.export_matrix import (
    Exports,
    Source,
    exports,
    known_codes,
    whole,
)
from verdikart.mapping.library import goods_of
from verdikart.mapping.questions import put
from verdikart.reference.countries import country
from verdikart.reference.homes import Home
from verdikart.reference.i18n import LANGS, number, translator
from verdikart.reference.load import by_key
from verdikart.reference.nomenclature import HsCode

if TYPE_CHECKING:
    from collections.abc import Sequence

Row = dict[str, Any]

LISTS = ("countries", "products", "opportunities", "left_out")
THRESHOLD = 1.0
"""RCA from which a country has an advantage (Balassa 1965; Atlas of Economic Complexity)."""
FLOOR = 1e9
"""USD a year of exports below which a country is left out: the Atlas of Economic Complexity (2014)."""
ORDERS = {"cog": True, "density": True, "pci": True, "distance": False}
"""What opportunities can be ordered by, and whether the largest come first."""
FORMULAS = {
    "rca": "(x_cp / x_c) / (x_p / x)",
    "diversity": "sum_p [RCA_cp >= t]",
    "ubiquity": "sum_c [RCA_cp >= t]",
    "proximity": "sum_c M_cp M_cq / max(k_p, k_q)",
    "density": "sum_q M_cq phi_pq / sum_q phi_pq",
    "distance": "1 - density",
    "eci": "second eigenvector of sum_p M_cp M_c'p / (k_c k_p), mean 0, standard deviation 1",
    "pci": "mean ECI of the countries with M_cp = 1, rescaled so that ECI_c is the mean PCI of what c has",
    "coi": "sum_p density_cp (1 - M_cp) PCI_p, mean 0, standard deviation 1",
    "cog": "(1 - M_cp) sum_q (1 - M_cq) phi_pq PCI_q / sum_r phi_qr",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A question: the home whose opportunities are wanted, and the two limits."""

    home: Home
    threshold: float = THRESHOLD
    floor: float = FLOOR
    order: str = "cog"


@dataclass(frozen=True, slots=True)
class _Set:
    """The matrix that was used with its result; ``names`` and ``codes`` are those kept."""

    asked: Asked
    nomenclature: str
    names: list[str]
    codes: list[str]
    by_country: list[float]
    by_product: list[float]
    values: list[list[float]]
    found: Complexity


def answer(
    source: Source, year: int | None, asked: Asked, product: str | None = None
) -> dict[str, Any]:
    """The whole answer: how it was made, ``countries``, ``products``, ``opportunities``, ``left_out``.

    ``product`` (``HS92:280461``) adds that product with its nearest ones. Where the table is not whole
    the status is ``not_computable``, reason ``coverage_limited``, and the lists are empty.
    """
    if asked.order not in ORDERS:
        raise UnknownName("order", asked.order, tuple(ORDERS), ", ".join(ORDERS))
    code = _code(product, source.nomenclature) if product else None
    chosen = source.year(year)
    read = exports(source, chosen, asked.home)
    result: dict[str, Any] = {
        "home": asked.home.home_id,
        "year": chosen,
        "source": source.name,
        "nomenclature": source.nomenclature,
        "status": "ok",
        "reason": None,
        "codes": len(read.codes),
        "codes_known": known_codes(source.nomenclature),
        "exporters": read.countries,
        "exports_usd": float(read.values.sum()),
        "unspecified_usd": read.unspecified,
        "inner_usd": read.inner,
        "threshold": asked.threshold,
        "country_floor_usd": asked.floor,
        "order": asked.order,
        "formulas": FORMULAS,
    }
    if not whole(read):
        refused = {"status": "not_computable", "reason": "coverage_limited"}
        return {**result, **refused, **_why(result), **{name: [] for name in LISTS}}
    made, left = _computed(read, source.nomenclature, asked)
    second, third = made.found.eigenvalues
    result |= {
        "reason": made.found.reason,
        "parts": made.found.parts,
        "eigenvalue_2": second,
        "eigenvalue_3": third,
    }
    result |= {
        "countries": _countries(made),
        "products": _products(made),
        "opportunities": _opportunities(made),
        "left_out": left,
    }
    if code:
        result["product"] = _product(made, code)
    return result


def _why(result: Row) -> Row:
    """Why a table of part of the trade gives nothing, and what would."""
    texts = {}
    for lang in LANGS:
        _ = translator(lang)
        texts[f"text_{lang}"] = _(
            "{source} has {codes} of some {known} codes of {nomenclature} and {exporters} exporters; economic "
            "complexity compares countries over all products. Get a whole year with `verdikart fetch "
            "baci_{revision}`, or `verdikart data add FILE --as baci_{revision}` for a file fetched by hand."
        ).format(
            source=result["source"],
            codes=number(result["codes"], lang, 0),
            known=number(result["codes_known"], lang, 0),
            nomenclature=result["nomenclature"],
            exporters=number(result["exporters"], lang, 0),
            revision=result["nomenclature"].lower(),
        )
    return texts


def _code(product: str, nomenclature: str) -> str:
    revision, _, code = product.rpartition(":")
    if not revision:
        raise UsageProblem(
            f"{product} is a code without its revision; write {nomenclature}:{product}"
        )
    if revision != nomenclature:
        raise UsageProblem(f"{product} is not of {nomenclature}, which the flows are in")
    known = by_key(HsCode).get(code)
    if known is None or nomenclature not in known.revisions:
        names = {c: (row.description,) for c, row in by_key(HsCode).items()
                 if nomenclature in row.revisions}  # fmt: skip
        raise UnknownName(f"{nomenclature} code", code, names, f"{len(names):,} six-digit codes")
    return code


def _computed(read: Exports, nomenclature: str, asked: Asked) -> tuple[_Set, list[Row]]:
    """The set over the countries above the floor, and who was left out and why."""
    import numpy as np

    home = asked.home.home_id
    totals = read.values.sum(axis=1)
    large = totals >= asked.floor
    own = dict(zip(read.exporters, totals.tolist(), strict=True)).get(home, 0.0)
    if own < asked.floor or own <= 0:
        raise UsageProblem(
            f"{home} exports {own / 1e6:,.0f} MUSD, below the floor of {asked.floor / 1e6:,.0f}; lower it "
            "with --country-floor"
            if own > 0
            else f"{home} exports nothing in these flows; ask for one of {', '.join(read.exporters)}"
        )
    values = read.values[large]
    found = complexity(values, asked.threshold)
    inside = [name for name, keep in zip(read.exporters, large.tolist(), strict=True) if keep]
    kept = values[np.ix_(found.countries, found.products)]
    made = _Set(
        asked,
        nomenclature,
        [inside[i] for i in found.countries.tolist()],
        [read.codes[j] for j in found.products.tolist()],
        kept.sum(axis=1).tolist(),
        kept.sum(axis=0).tolist(),
        kept.tolist(),
        found,
    )
    if home not in made.names:
        raise UsageProblem(f"{home} reaches an RCA of {asked.threshold} in no product")
    small = [(n, t, "below_country_floor") for n, t, keep
             in zip(read.exporters, totals.tolist(), large.tolist(), strict=True) if not keep]  # fmt: skip
    empty = [(inside[i], float(values[i].sum()), "no_advantage")
             for i in found.left_countries.tolist()]  # fmt: skip
    left: list[Row] = [
        {
            "kind": "country",
            "id": name,
            **_names(name, asked.home),
            "exports_usd": usd,
            "reason": why,
        }
        for name, usd, why in sorted(small + empty)
    ]
    return made, left + [
        {"kind": "product", "id": f"{nomenclature}:{read.codes[j]}", **_wording(read.codes[j]),
         "exports_usd": float(values[:, j].sum()), "reason": "no_advantage"}
        for j in found.left_products.tolist()
    ]  # fmt: skip


def _names(name: str, home: Home) -> Row:
    if name == home.home_id:
        return {"name_en": home.name_en, "name_nb": home.name_nb}
    row = country(name)
    return {"name_en": row.name_en, "name_nb": row.name_nb}


def _wording(code: str) -> Row:
    """A code's wording, which is English alone, and a name in bokmål where it is one of our products."""
    row = by_key(HsCode).get(code)
    return {"name_en": row.description if row else None}


def _figure(row: Row, name: str, value: float | None, reason: str | None) -> None:
    put(row, name, Answer.of(value) if value is not None else Answer.none(reason or "no_flows"))


def _ranks(values: Sequence[float]) -> list[int]:
    """Place from the largest, 1 first; equal values share the better place."""
    ordered = sorted(values, reverse=True)
    first = {value: place for place, value in reversed(list(enumerate(ordered, 1)))}
    return [first[value] for value in values]


def _countries(made: _Set) -> list[Row]:
    """One row a country, the highest ECI first; by name where there is none."""
    found, index = made.found, made.found.indices
    nothing: list[Any] = [None] * len(made.names)
    eci, coi, ranks = nothing, nothing, nothing
    if index:
        eci, coi, ranks = index.eci.tolist(), index.coi.tolist(), _ranks(index.eci.tolist())
    diversity = found.diversity.astype(int).tolist()
    rows: list[Row] = []
    for i, name in enumerate(made.names):
        row = {"iso3": name, **_names(name, made.asked.home), "rank": ranks[i]}
        _figure(row, "eci", eci[i], found.reason)
        _figure(row, "coi", coi[i], found.reason)
        row |= {"diversity": diversity[i], "exports_usd": made.by_country[i]}
        rows.append(row)
    return sorted(rows, key=lambda row: (row["rank"] or 0, row["iso3"]))


def _product_row(made: _Set, j: int) -> Row:
    index = made.found.indices
    subject = f"{made.nomenclature}:{made.codes[j]}"
    row = {
        "product": subject,
        **_wording(made.codes[j]),
        "products": [good.product_id for good in goods_of(subject)],
    }
    _figure(row, "pci", float(index.pci[j]) if index else None, made.found.reason)
    return row


def _products(made: _Set) -> list[Row]:
    """One row a product, the highest PCI first; by code where there is none."""
    index, ubiquity = made.found.indices, made.found.ubiquity.astype(int).tolist()
    order = range(len(made.codes))
    ranked = sorted(order, key=lambda j: -index.pci[j]) if index else order
    return [
        {**_product_row(made, j), "ubiquity": ubiquity[j], "world_exports_usd": made.by_product[j]}
        for j in ranked
    ]


def _home_row(made: _Set, i: int, j: int) -> Row:
    """A product as it stands to the home."""
    found, index = made.found, made.found.indices
    row = {"home": made.names[i], **_product_row(made, j)}
    for name, matrix in (("rca", found.rca), ("density", found.density)):
        _figure(row, name, float(matrix[i, j]), None)
    _figure(row, "distance", 1.0 - float(found.density[i, j]), None)
    _figure(row, "cog", float(index.cog[i, j]) if index else None, found.reason)
    row |= {"exports_usd": made.values[i][j], "world_exports_usd": made.by_product[j]}
    return row


def _opportunities(made: _Set) -> list[Row]:
    """Every product that the home has no advantage in, in the order asked for."""
    found = made.found
    i = made.names.index(made.asked.home.home_id)
    rows = [_home_row(made, i, j) for j in range(len(made.codes)) if not found.present[i, j]]
    key, largest = made.asked.order, ORDERS[made.asked.order]
    if any(row[key] is None for row in rows):
        key, largest = "density", True
    rows.sort(key=lambda row: ((-1 if largest else 1) * row[key], row["product"]))
    return rows


NEAREST = 25


def _product(made: _Set, code: str) -> Row:
    """One product: the home's row and the products nearest to it, with whether the home has them."""
    subject = f"{made.nomenclature}:{code}"
    if code not in made.codes:
        row: Row = {"product": subject, **_wording(code), "nearest": []}
        _figure(row, "rca", None, "no_flows")
        return row
    i, j = made.names.index(made.asked.home.home_id), made.codes.index(code)
    near = made.found.proximity[j]
    order = sorted((q for q in range(len(near)) if q != j), key=lambda q: (-near[q], q))[:NEAREST]
    return {
        **_home_row(made, i, j),
        "has": bool(made.found.present[i, j]),
        "ubiquity": int(made.found.ubiquity[j]),
        "nearest": [
            {"product": f"{made.nomenclature}:{made.codes[q]}", **_wording(made.codes[q]),
             "proximity": float(near[q]), "has": bool(made.found.present[i, q])}
            for q in order
        ],
    }  # fmt: skip
