"""The screening of all importers and products, as a command."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from .conftest import Run


def test_screen_of_norway_is_that_of_the_dependency_verb(verdikart: Run) -> None:
    found = verdikart("screen", "--home", "NOR", "--full", "--floor", "0", "-f", "json").json()
    rows = verdikart("dependency", "--home", "NOR", "-f", "json").json()
    expected = {r["product"].removeprefix("HS92:"): r for r in rows if r["imports_value"]}
    assert {row["code"] for row in found} == set(expected)
    for row in found:
        other = expected[row["code"]]
        assert (row["home"], row["year"], row["source"]) == ("NOR", 2024, "baci_hs92")
        for name in ("hhi_value", "top_share", "cdi1", "cdi2", "cdi3"):
            near = None if other[name] is None else pytest.approx(other[name], rel=1e-9)
            assert row[name] == near, (row["code"], name)
        assert row["top_supplier"] == other["top_supplier"]
        assert row["over_65_imports"] == (other["top_share"] > 0.65)
        assert (row["rca"], row["rca_reason"]) == (None, "coverage_limited")
    assert found == sorted(found, key=lambda r: -r["hhi_value"])


def test_screen_writes_every_home_and_prints_in_both_languages(
    verdikart: Run, tmp_path: Path
) -> None:
    out = tmp_path / "all.parquet"
    done = verdikart("screen", "--years", "2023-2024", "--bloc", "EU27", "--out", str(out))
    assert done.code == 0, done.err
    homes, years, rows = duckdb.sql(
        f"SELECT count(DISTINCT home), count(DISTINCT year), count(*) FROM '{out}'"
    ).fetchall()[0]
    assert (homes > 200, years) == (True, 2)
    assert done.out == f"{rows} rows written to {out}\n"
    table = verdikart("screen", "--home", "EU27", "--top", "3", "--lang", "nb")
    assert "leverandører" in table.out
    assert "3 av " in table.out
    wrong = verdikart("screen", "--flows", str(out))
    assert wrong.code == 1
    assert "column exporter is missing" in wrong.err
