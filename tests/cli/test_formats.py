"""Each verb in each format; the JSON contract."""

from __future__ import annotations

import csv
import io
import math

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

MIX = ["mix", "--home", "NOR", "--product", "HS92:260200", "--year", "2022"]
SUPPLIER = {
    "iso3", "name", "value", "value_unit", "quantity_t", "value_share", "quantity_share", "alignment",
}  # fmt: skip


def test_mix_contract(verdikart):
    answer = verdikart(*MIX, "--format", "json").json()
    for key in ("hhi_value", "hhi_quantity", "top_share", "top_share_quantity"):
        assert isinstance(answer[key], float)
        assert answer[f"{key}_status"]
    assert answer["top_supplier"] == "GAB"
    assert answer["top_supplier_quantity"] == "ZAF"
    assert all(set(s) == SUPPLIER for s in answer["suppliers"])
    values = [s["value"] for s in answer["suppliers"]]
    assert values == sorted(values, reverse=True)
    assert math.fsum(s["value_share"] for s in answer["suppliers"]) == pytest.approx(1, abs=1e-12)


def test_taiwan_is_twn(verdikart):
    answer = verdikart(
        "mix", "--home", "NOR", "--product", "HS92:283691", "--year", "2022", "--format", "json"
    ).json()
    assert answer["top_supplier"] == "TWN"


def test_dependency_contract(verdikart):
    rows = verdikart("dependency", "--home", "NOR", "--year", "2022", "--format", "json").json()
    assert len(rows) == 71
    wanted = {
        "product", "hhi_value", "hhi_quantity", "top_supplier", "top_share", "cdi2", "cdi3",
        "imports_value", "value_unit", "flags",
    }  # fmt: skip
    assert all(wanted <= set(row) for row in rows)
    assert {row["cdi2"] for row in rows if row["imports_value"]} == {1.0}
    empty = [row for row in rows if row["imports_value"] is None]
    assert len(empty) == 5
    assert {row["hhi_value_status"] for row in empty} == {"missing"}


def test_a_bloc_and_a_denominator_change_cdi(verdikart):
    plain = verdikart("dependency", "--year", "2022", "--format", "json").json()
    eea = verdikart("dependency", "--year", "2022", "--bloc", "EEA", "--format", "json").json()
    by_code = {row["product"]: row for row in eea}
    zinc = next(row for row in plain if row["product"] == "HS92:260800")
    assert by_code["HS92:260800"]["cdi2"] < zinc["cdi2"] == 1.0


@pytest.mark.parametrize(
    "args",
    [
        MIX,
        ["mix", "--material", "cobalt", "--stage", "extraction", "--source", "wmd"],
        ["mix", "--material", "silicon_metal", "--stage", "processing", "--source", "eu_crm_2023",
         "--home", "EU27"],
        ["dependency", "--home", "EU27", "--year", "2022"],
        ["explain", "NOR/2024/baci_hs92/HS92:260200/import/hhi_value"],
        ["lists"],
        ["lists", "--overlap"],
        ["lists", "--materials"],
        ["lists", "diff", "US_USGS_2022", "US_USGS_2025"],
        ["indicators"],
        ["data", "list", "--tables"],
        ["data", "verify"],
    ],
    ids=lambda args: " ".join(args[:3]),
)  # fmt: skip
def test_all_formats(verdikart, args, tmp_path):
    as_json = verdikart(*args, "--format", "json")
    assert as_json.json()
    for lang in ("nb", "en"):
        table = verdikart(*args, "--lang", lang)
        assert table.code == 0, table.err
        assert len(table.out) > 100
    text = verdikart(*args, "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(text.out)))
    assert rows
    file = tmp_path / "rows.parquet"
    assert verdikart(*args, "--format", "parquet", "--output", str(file)).code == 0
    table = pq.read_table(file)
    assert isinstance(table, pa.Table)
    assert table.num_rows == len(rows)


@pytest.mark.parametrize(
    "verb", ["map", "show", "mix", "dependency", "explain", "lists", "indicators", "data"]
)
def test_every_verb_has_help_with_an_example(verdikart, verb):
    answer = verdikart(verb, "--help")
    assert answer.code == 0
    if verb != "data":
        assert f"verdikart {verb}" in answer.out
    assert verdikart("data", "list", "--help").code == 0


def test_no_arguments_print_the_verbs(verdikart):
    answer = verdikart()
    assert "mix" in answer.out + answer.err
