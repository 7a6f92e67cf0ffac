"""verdikart production, run whole."""

import csv
import io


def test_statistics_side_by_side(verdikart, tmp_path):
    env = {"VERDIKART_HOME": str(tmp_path)}
    found = verdikart("production", "nickel", "--year", "2024", "--format", "json", env=env).json()
    assert [s["stage"] for s in found["stages"]] == ["extraction", "processing"]
    assert found["stages"][0]["countries"][0]["iso3"] == "IDN"
    table = verdikart("production", "nickel", "--lang", "nb", "--top", "3", env=env)
    assert "nikkelinnhold i malm" in table.out
    assert "Indonesia" in table.out
    assert "3 av" in table.out
    text = verdikart("production", "nickel", "--format", "csv", env=env).out
    rows = list(csv.DictReader(io.StringIO(text)))
    assert rows[0]["stage"] == "extraction"
    assert float(rows[0]["wmd_t"]) == 2300000


def test_wrong_questions_and_a_missing_edition(verdikart, tmp_path):
    env = {"VERDIKART_HOME": str(tmp_path)}
    none = verdikart("production", env=env)
    assert (none.code, "name a material" in none.err) == (2, True)
    lost = verdikart("production", "--world-output", env=env)
    assert (lost.code, "verdikart fetch bgs" in lost.err) == (1, True)
