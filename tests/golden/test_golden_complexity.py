"""The complexity set gives the figures of ecomplexity 0.5.3 to 1e-9 on a made-up matrix.

Forty countries and 120 products, drawn with a seed; one country exports nothing, and two products
have no exporter. The package gives those rows no figures; here they are left out by name.
"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from verdikart.indicators.complexity import complexity

EXACT = 1e-9


def _rows(name):
    path = Path(__file__).with_name(f"ecomplexity_{name}.csv")
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.fixture(scope="module")
def found():
    rows = _rows("values")
    products = [name for name in rows[0] if name != "country"]
    values = np.array([[float(row[p]) for p in products] for row in rows])
    result = complexity(values)
    countries = [row["country"] for row in rows]
    return result, [countries[i] for i in result.countries], [products[i] for i in result.products]


def close(value):
    return pytest.approx(float(value), rel=EXACT, abs=EXACT)


def test_countries(found):
    result, countries, _ = found
    rows = {row["c"]: row for row in _rows("countries")}
    assert sorted(rows) == countries
    assert len(countries) == 39
    for i, name in enumerate(countries):
        assert result.diversity[i] == float(rows[name]["diversity"])
        assert result.indices.eci[i] == close(rows[name]["eci"])
        assert result.indices.coi[i] == close(rows[name]["coi"])


def test_products(found):
    result, _, products = found
    rows = {row["p"]: row for row in _rows("products")}
    assert sorted(rows) == products
    assert len(products) == 118
    for i, name in enumerate(products):
        assert result.ubiquity[i] == float(rows[name]["ubiquity"])
        assert result.indices.pci[i] == close(rows[name]["pci"])


def test_cells(found):
    result, countries, products = found
    rows = _rows("cells")
    assert len(rows) == 5 * 118
    for row in rows:
        at = countries.index(row["c"]), products.index(row["p"])
        assert result.rca[at] == close(row["rca"])
        assert result.present[at] == float(row["mcp"])
        assert result.density[at] == close(row["density"])
        assert result.indices.cog[at] == close(row["cog"])


def test_proximity(found):
    result, _, products = found
    rows = _rows("proximity")
    assert len(rows) == 3 * 118
    for row in rows:
        at = products.index(row["p_1"]), products.index(row["p_2"])
        assert result.proximity[at] == close(row["proximity"])
