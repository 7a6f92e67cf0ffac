"""`verdikart convert`, run as a user runs it."""

from __future__ import annotations

import csv

FLOWS = "exporter,code,value\nNOR,811292,90\nNOR,811230,10\n"


def test_a_code_in_both_languages_and_as_json(verdikart):
    found = verdikart(
        "convert", "811291", "--from", "HS92", "--to", "HS22", "--format", "json"
    ).json()
    assert sum(t["weight"] for t in found["targets"]) == 1
    assert found["family"]["family"] == "HS92-HS22/HS92:811230"
    shown = verdikart(
        "convert", "72022100", "--from", "CN2024", "--to-industry", "NACE2", "--lang", "nb"
    )
    assert shown.code == 0
    assert "CN2024:72022100 hører til NACE2:24.10." in shown.out
    assert "tabellen CN–CPA" in shown.out


def test_a_table_and_its_faulty_rows(verdikart, tmp_path):
    (tmp_path / "flows.csv").write_text(FLOWS, encoding="utf-8")
    asked = ("convert", "flows.csv", "--to", "HS22", "--format", "csv")
    made = verdikart(*asked, "--from", "HS02", "--output", "new.csv", cwd=tmp_path)
    assert made.code == 0, made.err
    with (tmp_path / "new.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert sum(int(row["value"]) for row in rows) == 100
    assert {"value_low", "value_high", "converted", "steps"} <= rows[0].keys()
    refused = verdikart(*asked, "--from", "HS17", cwd=tmp_path)
    assert refused.code == 1
    assert "row 3, column code" in refused.err
    assert "nearest valid revision: HS02" in refused.err
    shown = verdikart("convert", "flows.csv", "--from", "HS02", "--to", "HS22", cwd=tmp_path)
    assert "HS02>HS07>HS12>HS17>HS22" in shown.out
    kept = verdikart(*asked, "--from", "HS17", "--keep-going", cwd=tmp_path)
    assert kept.code == 0
    assert "nearest valid revision" in kept.err


def test_a_question_that_cannot_be_asked_is_refused(verdikart):
    for wrong in (["--to", "HS22", "--to-industry", "NACE2"], [], ["--to", "CN2024"]):
        refused = verdikart("convert", "280469", "--from", "HS92", *wrong)
        assert refused.code == 2
        assert "Traceback" not in refused.err


def test_a_code_that_keeps_its_number_and_takes_in_others_is_not_called_unchanged(verdikart):
    # Germanium (811230) and vanadium (811240) were put into 811292 by HS 2007.
    asked = ("convert", "HS02:811292", "--from", "HS02", "--to", "HS07", "--format", "json")
    assert verdikart(*asked).json()["text_en"] == (
        "All of HS02:811292 goes into HS07:811292, which holds goods of other codes too."
    )
    same = verdikart("convert", "280461", "--from", "HS92", "--to", "HS22", "--format", "json")
    assert same.json()["text_en"] == "HS92:280461 is unchanged in HS22."
    lost = verdikart("convert", "none.csv", "--from", "HS92", "--to", "HS22")
    assert (lost.code, "check the name" in lost.err) == (1, True)
