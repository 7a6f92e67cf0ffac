"""The published form gives the figures of geopolrisk-py 2.0.1 for Norway 2022, to 1e-9.

The table was written by that package (`gprs_calc([2022], ["Norway"], all 53 materials)`) from the
same data; the figures for the EU are from a run of it with the 27 members as a region.
"""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from verdikart.mapping.geopolrisk import scores

COLUMNS = {
    "score": "GeoPolRisk Score",
    "hhi": "HHI",
    "import_risk": "Import Risk",
    "price": "Price",
    "characterization_factor": "GeoPolRisk Characterization Factor [eq. Kg-Cu/Kg]",
}
EXACT = 1e-9


@pytest.fixture(scope="module")
def golden():
    path = Path(__file__).with_name("geopolrisk_norway_2022.csv")
    with path.open(encoding="utf-8", newline="") as stream:
        return {row["Raw Material"]: row for row in csv.DictReader(stream)}


@pytest.fixture(scope="module")
def norway():
    return {row["name"]: row for row in scores(2022, ["NOR"])}


def test_every_material_is_answered(golden, norway):
    assert len(golden) == 53
    assert set(norway) == set(golden)


@pytest.mark.parametrize("column", COLUMNS)
def test_norway(golden, norway, column):
    wrong = {
        name: (norway[name][column], row[COLUMNS[column]])
        for name, row in golden.items()
        if norway[name][column] != pytest.approx(float(row[COLUMNS[column]]), rel=EXACT, abs=EXACT)
    }
    assert wrong == {}


def test_zeros_without_data_are_marked(golden, norway):
    zeros = {name for name, row in golden.items() if float(row[COLUMNS["score"]]) == 0}
    assert zeros == {"Asbestos", "Germanium", "Uranium", "Zirconium"}
    marked = {name for name, row in norway.items() if "published_form_zero" in row["caveats"]}
    assert marked == zeros


@pytest.mark.parametrize(
    ("name", "published", "outside"),
    [("Cobalt", 0.153, 0.241), ("Aluminium", 0.115, 0.139), ("Iron", 0.088, 0.098)],
)
def test_eu_with_and_without_its_inner_trade(name, published, outside):
    asked = (2022, ["EU27"], [name])
    assert scores(*asked)[0]["score"] == pytest.approx(published, abs=5e-4)
    without = scores(*asked, differences=["intra_bloc_left_out"])
    assert without[0]["score"] == pytest.approx(outside, abs=5e-4)


def test_all_importers_are_answered_for_all_materials():
    assert len(scores(2022)) == 218 * 53
