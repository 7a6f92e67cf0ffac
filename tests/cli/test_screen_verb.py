"""verdikart screen, as a user runs it on the embedded flows."""

from __future__ import annotations


def test_a_table_names_products(verdikart):
    shown = verdikart("screen", "--top", "1", "--lang", "nb")
    assert shown.code == 0, shown.err
    assert "HS92:261400 Titanmalm" in shown.out
    assert "90,098" in shown.out


def test_a_file_that_is_not_parquet_and_a_year_that_is_not_there(verdikart, tmp_path):
    wrong = verdikart("screen", "--out", "all.csv", cwd=tmp_path)
    assert (wrong.code, "ends with .parquet" in wrong.err) == (2, True)
    assert not (tmp_path / "all.csv").exists()
    late = verdikart("screen", "--years", "2030")
    assert (late.code, "available: 1995–2024" in late.err) == (2, True)
