"""Exports by country and product from a flow table, and when a table is whole."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from verdikart.core.errors import UnknownName, UsageProblem
from verdikart.mapping import export_matrix
from verdikart.mapping.export_matrix import exports, source_of, whole
from verdikart.reference.homes import home

EXTRACT = (
    Path(__file__).parents[3]
    / "shared/data/trade/baci_hs92_v202301_ALLPRODUCTS_sample_ZAF_AFG_2021.parquet"
)
# Sweden to Norway and Norway to Sweden, Norway to the United States, China to Norway; 899 is no country.
ROWS = [
    ("010111", 2023, 752, 579, 5),
    ("010111", 2023, 579, 752, 7),
    ("010111", 2023, 579, 842, 11),
    ("020110", 2023, 579, 842, 13),
    ("020110", 2023, 156, 579, 17),
    ("020110", 2023, 899, 579, 19),
    ("020110", 2022, 156, 579, 23),
]


@pytest.fixture
def table(tmp_path):
    names = ("code", "year", "exporter", "importer", "value_usd")
    path = tmp_path / "it's flows.parquet"
    pq.write_table(pa.table(dict(zip(names, zip(*ROWS, strict=True), strict=True))), path)
    return source_of("baci_hs92", path, "HS92")


def test_one_year_by_country_and_code(table):
    found = exports(table, 2023, home("NOR"))
    assert found.exporters == ("CHN", "NOR", "SWE")
    assert found.codes == ("010111", "020110")
    assert found.values.tolist() == [[0, 17], [18, 13], [5, 0]]
    assert (found.unspecified, found.inner) == (19, 0)
    assert not whole(found)


def test_members_of_a_bloc_are_one(table):
    found = exports(table, 2023, home("NORDIC"))
    assert found.exporters == ("CHN", "NORDIC")
    assert found.values.tolist() == [[0, 17], [11, 13]]
    assert found.inner == 12


def test_years(table):
    assert table.year(None) == 2023
    assert table.year(2022) == 2022
    with pytest.raises(UsageProblem, match="available: 2022–2023"):
        table.year(2020)


def test_names_that_are_wrong(tmp_path, monkeypatch):
    monkeypatch.setenv("VERDIKART_HOME", str(tmp_path))
    with pytest.raises(UnknownName, match="baci_hs17"):
        source_of("wmd", None, "HS92")
    with pytest.raises(UsageProblem, match="verdikart fetch baci_hs17"):
        source_of("baci_hs17", None, "HS92")
    with pytest.raises(UnknownName, match="unknown vintage"):
        source_of("baci_hs92@V000000", None, "HS92")


@pytest.mark.skipif(not EXTRACT.is_file(), reason="the shared files are not here")
def test_all_products_of_two_exporters_are_not_the_world(tmp_path):
    import duckdb

    path = tmp_path / "flows.parquet"
    duckdb.sql(
        "COPY (SELECT lpad(k::VARCHAR, 6, '0') AS code, t AS year, i AS exporter, j AS importer, "
        f"round(v * 1000)::BIGINT AS value_usd FROM '{EXTRACT}') TO '{path}' (FORMAT parquet)"
    )
    found = exports(source_of("", path, "HS92"), 2021, home("ZAF"))
    assert len(found.codes) > 4_000
    assert not whole(found)


def test_a_fetched_vintage_is_taken_before_the_embedded_extract(table, monkeypatch):
    class Fetched:
        id = "baci_hs92@V202601"

        def files(self, name):
            assert name == "flows"
            return list(table.table.of(2023))

    monkeypatch.setattr(export_matrix, "vintages", lambda _source: [])
    assert source_of("baci_hs92", None, "HS92").name == "baci_hs92"
    monkeypatch.setattr(export_matrix, "vintages", lambda _source: [Fetched()])
    monkeypatch.setattr(export_matrix, "vintage", lambda _asked: Fetched())
    found = source_of("baci_hs92", None, "HS96")
    assert (found.name, found.nomenclature) == ("baci_hs92@V202601", "HS92")
    assert found.year(None) == 2023
