"""The embedded data: whole, as their manifest says, and free of the traps of their carrier."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from verdikart.core.errors import DataProblem, UnknownName
from verdikart.store import snapshot

FILES = {
    "baci_hs92.parquet": 1_264_888,
    "baci_products.parquet": 5_022,
    "countries-50m.json": None,
    "icio_2022_flows.parquet": 1_145_517,
    "icio_2022_vectors.parquet": 4_000,
    "wgi_pv.parquet": 5_616,
    "wmd.parquet": 13_678,
    "wmd_totals.parquet": 455,
}


def one(query: str) -> tuple:
    with duckdb.connect() as connection:
        row = connection.execute(query.replace("@", f"{snapshot.data_dir().as_posix()}/"))
        return row.fetchone()


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "data"
    shutil.copytree(snapshot.data_dir(), folder)
    monkeypatch.setenv(snapshot.OVERRIDE, str(folder))
    return folder


def test_manifest_lists_exactly_the_files_and_their_rows() -> None:
    assert {item.file: item.rows for item in snapshot.manifest().files} == FILES


def test_manifest_is_complete_and_free_of_places_and_clocks() -> None:
    for item in snapshot.manifest().files:
        assert set(item.title) == set(item.caveats) == {"en", "nb"}
        assert item.licence
        assert item.attribution
        assert item.cleaning
        assert item.retrieved == "2026-11-22"
        assert len(item.sha256) == len(item.origin.member_sha256) == 64
    text = (snapshot.data_dir() / "manifest.json").read_text(encoding="utf-8")
    assert "/tmp" not in text
    assert "/work" not in text
    assert "://" not in text


def test_verify_finds_all_well_and_reports_progress() -> None:
    seen: list[str] = []
    results = snapshot.verify(lambda number, total, file: seen.append(f"{number}/{total} {file}"))
    assert [result.status for result in results] == ["ok"] * len(FILES)
    assert seen[0] == "1/8 baci_hs92.parquet"


def test_size_fits_the_package() -> None:
    sizes = [item.bytes for item in snapshot.manifest().files]
    assert sum(sizes) < 16_000_000
    assert max(sizes) < 12_000_000


def test_altered_file_is_named_with_hash_and_remedy(copy: Path) -> None:
    path = copy / "wmd.parquet"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(content)
    (bad,) = [result for result in snapshot.verify() if not result.ok]
    assert (bad.file, bad.status) == ("wmd.parquet", "corrupt")
    assert bad.expected_sha256 == snapshot.entry("wmd.parquet").sha256 != bad.actual_sha256
    assert "make snapshot" in bad.remedy


def test_missing_unexpected_and_short_files(copy: Path) -> None:
    (copy / "wgi_pv.parquet").unlink()
    (copy / "extra.parquet").write_bytes(b"")
    (copy / ".DS_Store").write_bytes(b"")
    (copy / "wmd.parquet").write_bytes(b"PAR1")
    found = {result.file: result.status for result in snapshot.verify() if not result.ok}
    assert found == {
        "wgi_pv.parquet": "missing",
        "extra.parquet": "unexpected",
        "wmd.parquet": "corrupt",
    }
    for name, word in (("wgi_pv.parquet", "is missing"), ("wmd.parquet", "is corrupt: 4 bytes")):
        with pytest.raises(DataProblem, match=word) as caught:
            snapshot.data_file(name)
        assert snapshot.entry(name).sha256 in str(caught.value)
        assert "make snapshot" in str(caught.value)


def test_remedy_of_an_installed_package(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    installed = tmp_path / "lib" / "python" / "verdikart" / "store" / "snapshot.py"
    monkeypatch.setattr(snapshot, "__file__", str(installed))
    assert "pip install --force-reinstall verdikart" in snapshot.remedy()


def test_one_altered_byte_is_found_before_use(copy: Path) -> None:
    name = "baci_hs92.parquet"
    snapshot.data_file(name)
    content = bytearray((copy / name).read_bytes())
    content[100_000] ^= 1
    (copy / name).write_bytes(content)
    with pytest.raises(DataProblem, match="is corrupt: sha256") as caught:
        snapshot.data_file(name)
    assert snapshot.entry(name).sha256 in str(caught.value)
    assert "make snapshot" in str(caught.value)


@pytest.mark.parametrize(
    "read",
    [lambda path: one(f"SELECT sum(value_usd) FROM '{path.as_posix()}'"), pq.read_table],
    ids=["duckdb", "pyarrow"],
)
def test_corruption_met_in_use_gives_the_same_error(
    copy: Path, read: Callable[[Path], object]
) -> None:
    name = "baci_hs92.parquet"
    path = copy / name
    content = path.read_bytes()
    path.write_bytes(content[:-4000] + bytes(3992) + content[-8:])
    with pytest.raises(DataProblem, match="is corrupt: sha256") as caught, snapshot.reading(name):
        read(path)
    assert snapshot.entry(name).sha256 in str(caught.value)
    assert "make snapshot" in str(caught.value)


def test_file_that_vanishes_in_use(copy: Path) -> None:
    (copy / "wmd.parquet").unlink()
    with pytest.raises(DataProblem, match="is missing"), snapshot.reading("wmd.parquet"):
        one("SELECT 1 FROM '@wmd.parquet'")


def test_fault_of_the_query_passes_through_over_a_sound_file() -> None:
    with pytest.raises(duckdb.BinderException), snapshot.reading("wmd.parquet"):
        one("SELECT no_such_column FROM '@wmd.parquet'")
    with pytest.raises(DataProblem, match="own"), snapshot.reading("wmd.parquet"):
        raise DataProblem("own")


def test_unknown_file_names_the_nearest() -> None:
    with pytest.raises(UnknownName, match=r"nearest: wmd\.parquet"):
        snapshot.data_file("wdm.parquet")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "is missing"),
        ("{", "is corrupt"),
        ('{"schema_version": 1}', "is corrupt"),
        ('{"schema_version": 99}', "schema version 99"),
    ],
)
def test_manifest_itself_missing_corrupt_or_foreign(
    copy: Path, content: str | None, message: str
) -> None:
    if content is None:
        (copy / "manifest.json").unlink()
    else:
        (copy / "manifest.json").write_text(content)
    with pytest.raises(DataProblem, match=message):
        snapshot.manifest()


def test_columns_are_as_the_manifest_says() -> None:
    for item in snapshot.manifest().files:
        if item.file.endswith(".parquet"):
            schema = pq.read_schema(snapshot.data_file(item.file))
            assert [(column.name, column.type) for column in item.columns] == [
                (field.name, str(field.type)) for field in schema
            ]


# --- the traps of the carrier -------------------------------------------------------------------


def test_trade_sums_are_exact_integers() -> None:
    query = "SELECT sum(value_usd), sum(quantity_kg), max(value_usd), min(value_usd) FROM '@{}'"
    assert one(query.format("baci_hs92.parquet")) == (
        48_987_650_482_057,
        154_525_245_749_225,
        117_725_040_106,
        1,
    )
    query = """SELECT sum(value_usd) FILTER (exporter = 579), sum(value_usd) FILTER (importer = 579)
    FROM '@baci_hs92.parquet' WHERE year = 2024"""
    assert one(query) == (103_146_712_255, 2_517_376_090)


def test_no_null_quantity_became_zero() -> None:
    query = """SELECT count(*) - count(quantity_kg), count(*) FILTER (quantity_kg = 0)
    FROM '@baci_hs92.parquet'"""
    assert one(query) == (61_682, 0)
    query = """SELECT count(*) - count(quantity), count(*) FILTER (quantity = 0) > 0
    FROM '@wmd.parquet'"""
    assert one(query) == (271, True)


def test_codes_are_six_characters_and_years_complete() -> None:
    query = """SELECT min(length(code)), max(length(code)), count(DISTINCT code), min(year),
    max(year), count(DISTINCT year) FROM '@baci_hs92.parquet'"""
    assert one(query) == (6, 6, 74, 1995, 2024, 30)
    query = "SELECT count(*), count(*) FILTER (has_flows) FROM '@baci_products.parquet'"
    assert one(query) == (5_022, 74)
    assert one("SELECT has_flows FROM '@baci_products.parquet' WHERE code = '9999AA'") == (False,)


def test_flows_are_sorted_and_a_code_filter_prunes() -> None:
    table = pq.read_table(snapshot.data_file("baci_hs92.parquet"))
    order = [(name, "ascending") for name in ("code", "year", "importer", "exporter")]
    assert table.sort_by(order).equals(table)
    metadata = pq.read_metadata(snapshot.data_file("baci_hs92.parquet"))
    spans = [metadata.row_group(g).column(0).statistics for g in range(metadata.num_row_groups)]
    assert sum(span.min <= "284690" <= span.max for span in spans) <= 3 < len(spans)


def test_rare_earth_share_with_and_without_the_stale_total() -> None:
    query = """SELECT round(sum(quantity) FILTER (iso3 = 'CHN') / sum(quantity), 6),
    round(sum(quantity) FILTER (iso3 = 'CHN') / (SELECT printed_total FROM '@wmd_totals.parquet'
    WHERE series = 'Rare Earths (REO)' AND year = 2022), 6)
    FROM '@wmd.parquet' WHERE series = 'Rare Earths (REO)' AND year = 2022"""
    assert one(query) == (0.703124, 0.707459)


def test_production_has_no_totals_and_sound_codes() -> None:
    query = """SELECT count(*) FILTER (country ILIKE '%total%' OR iso3 = 'DELETE'),
    count(*) FILTER (NOT regexp_full_match(iso3, '[A-Z]{3}')),
    count(DISTINCT iso3), count(DISTINCT country), count(DISTINCT series)
    FROM '@wmd.parquet'"""
    assert one(query) == (0, 0, 167, 167, 65)
    query = """SELECT list(DISTINCT iso3 ORDER BY iso3) FROM '@wmd.parquet'
    WHERE country IN ('Guyana', 'French Guiana', 'Kosovo', 'Taiwan', 'Türkiye')"""
    assert one(query) == (["GUF", "GUY", "TUR", "TWN", "XKX"],)
    query = "SELECT list(DISTINCT unit ORDER BY unit), list(DISTINCT origin ORDER BY origin) FROM"
    assert one(f"{query} '@wmd.parquet'") == (
        ["Mm3", "ct", "kg", "t"],
        ["estimated", "provisional", "reported"],
    )


def test_governance_keeps_ranks_and_scores_apart() -> None:
    query = """SELECT count(*) FILTER (rank IS NOT NULL AND year >= 2023),
    count(*) FILTER (score IS NOT NULL AND year < 2023),
    max(abs(65.89439 + 17.0816 * estimate - score)) < 1e-4,
    count(DISTINCT iso3), count(*) FILTER (isnan(estimate)) FROM '@wgi_pv.parquet'"""
    assert one(query) == (0, 0, True, 216, 0)
    query = "SELECT round(estimate, 3) FROM '@wgi_pv.parquet' WHERE iso3 = 'NOR' AND year = 2024"
    assert one(query) == (0.903,)


def test_governance_of_the_two_guyanas() -> None:
    query = """SELECT list(estimate ORDER BY year) FROM '@wgi_pv.parquet'
    WHERE iso3 = '{}' AND year >= 2022"""
    french, guyana = one(query.format("GUF"))[0], one(query.format("GUY"))[0]
    assert french == [0.3314664661884308, None, None]
    assert guyana[0] == 0.02706216275691986
    assert None not in guyana


def test_input_output_adds_up() -> None:
    query = """SELECT round(sum(output_musd) / 1e6, 1), round(sum(value_added_musd)
    FILTER (country = 'NOR') / 1e3), count(*) FILTER (input_capped),
    max(abs(output_musd - intermediate_sales_musd - final_and_other_use_musd)) < 1e-3
    FROM '@icio_2022_vectors.parquet'"""
    assert one(query) == (192.4, 552.0, 2, True)
    query = """SELECT count(*), round(min(value_musd), 4), round(sum(value_musd::DOUBLE)
    / (SELECT sum(intermediate_sales_musd) FROM '@icio_2022_vectors.parquet'), 4)
    FROM '@icio_2022_flows.parquet'"""
    assert one(query) == (1_145_517, 0.5, 0.9967)
    query = """SELECT round(value_musd) FROM '@icio_2022_flows.parquet' WHERE origin_country = 'CAN'
    AND origin_sector = 'C24B' AND dest_country = 'NOR' AND dest_sector = 'C24B'"""
    assert one(query) == (1216.0,)


def test_outlines_hold_norway_by_its_iso_number() -> None:
    topology = json.loads(snapshot.data_file("countries-50m.json").read_text(encoding="utf-8"))
    shapes = topology["objects"]["countries"]["geometries"]
    (norway,) = [shape for shape in shapes if shape.get("id") == "578"]
    assert norway["properties"]["name"] == "Norway"


def test_pyarrow_is_the_one_the_bytes_were_written_with() -> None:
    assert snapshot.manifest().built_with == {"pyarrow": pa.__version__}
