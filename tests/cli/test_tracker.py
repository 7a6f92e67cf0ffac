"""verdikart tracker, as a user runs it."""

from __future__ import annotations

import csv
import io

CHAIN = ("tracker", "--chain", "magnesium", "--home", "EU27", "--home", "NOR")


def test_json_has_a_row_for_each_benchmark(verdikart):
    rows = verdikart(*CHAIN, "--format", "json").json()
    assert {row["home"] for row in rows} == {"EU27", "NOR"}
    assert {row["benchmark"] for row in rows} >= {"processing", "recycling", "single_country"}
    china = next(
        row for row in rows
        if row["home"] == "EU27" and row["material_id"] == "magnesium"
        and row["benchmark"] == "single_country" and row["stage"] == "processing"
    )  # fmt: skip
    assert (china["supplier"], china["verdict"], china["standing"]) == ("CHN", "not_met", "binding")
    assert all(row["strategic"] for row in rows)


def test_table_in_bokmaal_names_what_it_is_to_norway(verdikart):
    answer = verdikart(*CHAIN, "--lang", "nb")
    assert answer.code == 0, answer.err
    assert "tilsvarende mål" in answer.out
    assert "ikke nådd" in answer.out
    assert "(dyp)" in answer.out


def test_levers_as_csv(verdikart):
    answer = verdikart(*CHAIN[:3], "--home", "EU27", "--levers", "--format", "csv")
    assert answer.code == 0, answer.err
    rows = list(csv.DictReader(io.StringIO(answer.out)))
    magnesium = [r for r in rows if r["material_id"] == "magnesium" and r["lever"] == "raise_rate"]
    assert float(magnesium[0]["dependency_after"]) < float(magnesium[0]["dependency_before"])


def test_an_unknown_stage_ends_with_2_and_the_stages(verdikart):
    answer = verdikart(*CHAIN, "--stage", "smelting")
    assert answer.code == 2
    assert "processing" in answer.err
