"""verdikart complexity: over a whole made-up year, and refused over an extract."""

from __future__ import annotations

import csv
import io

import pytest

from tests.flow_tables import whole_year


@pytest.fixture(scope="module")
def flows(tmp_path_factory):
    folder = tmp_path_factory.mktemp("flows")
    whole_year(folder / "flows-2024.parquet")
    return folder


def test_a_home_in_a_whole_year(verdikart, flows):
    answer = verdikart("complexity", "--flows", str(flows), "--format", "json").json()
    assert (answer["status"], answer["reason"], answer["year"]) == ("ok", None, 2024)
    assert (answer["codes"], answer["exporters"]) == (4197, 31)
    assert [(r["id"], r["reason"]) for r in answer["left_out"]] == [("AND", "below_country_floor")]
    assert answer["unspecified_usd"] == 1_000_000
    countries = answer["countries"]
    assert len(countries) == 30
    assert [row["rank"] for row in countries] == sorted(row["rank"] for row in countries)
    assert sum(row["eci"] for row in countries) == pytest.approx(0, abs=1e-9)
    own = next(row for row in countries if row["iso3"] == "NOR")
    assert own["rank"] <= 3  # it was made the most able
    gains = [row["cog"] for row in answer["opportunities"]]
    assert gains == sorted(gains, reverse=True)
    assert all(row["rca"] < 1 for row in answer["opportunities"])
    assert len(answer["opportunities"]) + own["diversity"] == len(answer["products"])
    near = answer["opportunities"][0]
    assert near["distance"] == pytest.approx(1 - near["density"])


def test_one_product_with_its_nearest(verdikart, flows):
    asked = ("complexity", "--flows", str(flows), "--product", "HS92:280461", "--lang", "nb")
    text = verdikart(*asked, "--top", "3").out
    assert "ikke fortrinn" in text
    assert "Nærmeste varer" in text
    rows = list(csv.DictReader(io.StringIO(verdikart(*asked, "--format", "csv").out)))
    assert rows[0]["product"] == "HS92:280461"
    assert float(rows[0]["rca"]) == 0
    assert rows[0]["rca_status"] == "zero"


def test_a_bloc_is_one_exporter_without_its_inner_trade(verdikart, flows):
    asked = ("complexity", "--flows", str(flows), "--home", "EU27", "--by", "density")
    answer = verdikart(*asked, "--format", "json").json()
    names = {row["iso3"] for row in answer["countries"]}
    assert "EU27" in names
    assert not {"DEU", "FRA", "SWE"} & names
    assert answer["inner_usd"] > 0
    nearness = [row["density"] for row in answer["opportunities"]]
    assert nearness == sorted(nearness, reverse=True)


def test_the_embedded_extract_is_refused_with_the_remedy(verdikart, tmp_path):
    home = {"VERDIKART_HOME": str(tmp_path)}
    answer = verdikart("complexity", "--format", "json", env=home).json()
    assert (answer["status"], answer["reason"]) == ("not_computable", "coverage_limited")
    assert answer["codes"] < 100
    assert not answer["countries"]
    text = verdikart("complexity", env=home).out
    assert "verdikart fetch baci_hs92" in text


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--country-floor", "1e9"), "--country-floor"),
        (("--product", "HS92:999999"), "unknown HS92 code"),
        (("--by", "profit"), "cog, density, pci, distance"),
    ],
)
def test_wrong_questions(verdikart, flows, options, says):
    answer = verdikart("complexity", "--flows", str(flows), *options)
    assert answer.code == 2
    assert says in answer.err


def test_a_code_without_its_revision_is_refused(verdikart):
    answer = verdikart("complexity", "--product", "280461")
    assert answer.code == 2
    assert "write HS92:280461" in answer.err
