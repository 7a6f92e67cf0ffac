"""What the mapping must show on the data, computed a second way: plain CSV and SQL."""

from __future__ import annotations

import csv
from collections import Counter
from fractions import Fraction
from importlib.resources import files

import duckdb
import pytest

from verdikart.mapping.claims import claim_rows
from verdikart.mapping.library import Library

TABLES = files("verdikart.reference") / "tables"
DATA = files("verdikart.store") / "data"
IMPORTS = {
    "HS17:810411": ("CHN", "CHN"),  # magnesium
    "HS17:280469": ("CHN", "CHN"),  # silicon
    "HS17:260200": ("GAB", "ZAF"),  # manganese ore: value and tonnes disagree
    "HS17:270112": ("COL", "COL"),  # bituminous coal
    "HS17:251010": ("MAR", "MAR"),  # unground phosphate rock
}
UNION = ("HS17:280469", "HS17:750210")
STATED = {  # the numbers: source, subject, denominator → share
    ("comext_cn8", "CN8:28046900", "extra"): 0.556,
    ("baci_hs17", "HS17:280469", "extra"): 0.483,
    ("comext_cn8", "CN8:28046900", "all"): 0.313,
    ("baci_hs17", "HS17:750210", "extra"): 0.423,
    ("comext_cn8", "CN8:75021000", "extra"): 0.328,
}


def read(name):
    with (TABLES / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def regional():
    return read("regional_trade.csv")


def partners(rows, region, subject, year, column="value"):
    """Imports by partner, straight from the table."""
    nomenclature, code = subject.split(":")
    found = Counter()
    for r in rows:
        asked = (r["region"], r["flow"], r["nomenclature"], r["code"], r["year"])
        if asked == (region, "import", nomenclature, code, str(year)) and r[column]:
            found[r["partner"]] += int(r[column])
    return found


@pytest.fixture(scope="module")
def norway(mixes):
    return mixes(tuple(IMPORTS), "--home", "NOR", "--year", "2024", "--source", "baci_hs17")


@pytest.mark.parametrize("subject", IMPORTS)
def test_norways_imports_2024(norway, regional, subject):
    mix = norway[subject]
    values = partners(regional, "NOR", subject, 2024)
    kilograms = partners(regional, "NOR", subject, 2024, "quantity_kg")
    assert len(values) >= 4
    assert mix["total_value"] == sum(values.values())
    assert mix["total_quantity_t"] == pytest.approx(sum(kilograms.values()) / 1000)
    assert {s["iso3"]: s["value"] for s in mix["suppliers"]} == dict(values)
    by_value, by_mass = IMPORTS[subject]
    assert mix["top_supplier"] == values.most_common(1)[0][0] == by_value
    assert mix["top_supplier_quantity"] == kilograms.most_common(1)[0][0] == by_mass
    total = sum(values.values())
    index = sum(Fraction(v, total) ** 2 for v in values.values())
    assert mix["hhi_value"] == pytest.approx(float(index), abs=1e-12)
    assert mix["top_share"] == pytest.approx(values[by_value] / total, abs=1e-12)


def test_bituminous_coal_is_not_called_coking_coal_by_the_product(command):
    """HS 270112 into Norway is mainly a reductant: the good is bituminous coal."""
    rows = {r["product_id"]: r for r in read("products.csv")}
    assert "ituminous" in rows["coking_coal"]["name_en"]


def test_manganese_ore_2022_from_the_bilateral_flows(mixes):
    """Gabon first by value, South Africa by tonnes, in plain SQL on the embedded file."""
    rows = duckdb.sql(
        f"SELECT exporter, sum(value_usd), sum(quantity_kg) FROM '{DATA / 'baci_hs92.parquet'}' "
        "WHERE code = '260200' AND year = 2022 AND importer = 579 GROUP BY exporter"
    ).fetchall()
    mix = mixes(("HS92:260200",), "--home", "NOR", "--year", "2022")["HS92:260200"]
    gabon, south_africa = 266, 710
    assert max(rows, key=lambda r: r[1])[0] == gabon
    assert max(rows, key=lambda r: r[2] or 0)[0] == south_africa
    assert (mix["top_supplier"], mix["top_supplier_quantity"]) == ("GAB", "ZAF")
    assert mix["total_value"] == sum(r[1] for r in rows)
    assert mix["total_quantity_t"] == pytest.approx(sum(r[2] or 0 for r in rows) / 1000)


def test_phosphate_rock_is_a_suspected_suppression(norway, command):
    mix = norway["HS17:251010"]
    assert mix["top_share"] == pytest.approx(0.9998, abs=0.0001)
    for name in ("hhi_value", "top_share", "cr3", "hhi_governance", "ally_share"):
        assert mix[f"{name}_status"] == "suppressed", name
        assert mix[f"{name}_reason"] == "suspected_suppression"
        assert mix[f"{name}_low"] <= mix[name] <= mix[f"{name}_high"]
        assert mix[f"{name}_low"] < mix[f"{name}_high"]
    assert "confidential" in mix["flags"]
    assert "suspected_suppression" in [c["id"] for c in mix["caveats"]]
    rows = command("dependency", "--home", "NOR", "--year", "2024", "--source", "baci_hs17")
    row = next(r for r in rows if r["product"] == "HS17:251010")
    assert row["outcome"] == "bounds_only"
    others = [r for r in rows if r["product"] in IMPORTS and r is not row]
    assert {r["outcome"] for r in others} == {"vulnerable"}


def test_china_703_per_cent_of_rare_earth_mining():
    """The country rows, not the printed total."""
    rows = duckdb.sql(
        f"SELECT iso3, sum(quantity) FROM '{DATA / 'wmd.parquet'}' "
        "WHERE series = 'Rare Earths (REO)' AND year = 2022 GROUP BY iso3"
    ).fetchall()
    china = dict(rows)["CHN"] / sum(amount or 0 for _, amount in rows)
    assert china == pytest.approx(0.703, abs=0.0005)


@pytest.fixture(scope="module")
def union(mixes):
    found = {}
    for source, subjects in (
        ("baci_hs17", UNION),
        ("comext_cn8", ("CN8:28046900", "CN8:75021000")),
    ):
        asked = mixes(subjects, "--home", "EU27", "--year", "2024", "--source", source)
        found |= {(source, subject): mix for subject, mix in asked.items()}
    return found


@pytest.mark.parametrize("key", STATED)
def test_norways_share_of_eu_supply(union, regional, key):
    source, subject, denominator = key
    values = partners(regional, "EU27", subject, 2024)
    inside = values.pop("EU27_INTRA", 0)
    mix = union[source, subject]
    own = next(s for s in mix["suppliers"] if s["iso3"] == "NOR")
    if denominator == "extra":
        second = values["NOR"] / sum(values.values())
        found = own["value_share"]
    else:
        assert inside > 0
        second = values["NOR"] / (sum(values.values()) + inside)
        found = own["value"] / (mix["total_value"] + mix["intra_value"])
    assert found == pytest.approx(second, abs=1e-12)
    assert found == pytest.approx(STATED[key], abs=0.0006)
    assert "EU27_INTRA" not in [s["iso3"] for s in mix["suppliers"]]


def test_norway_in_the_eu_study(command):
    rows = command(
        "mix", "--material=silicon_metal", "--stage=processing", "--source=eu_crm_2023",
        "--home=EU27",
    )  # fmt: skip
    own = next(s for s in rows["suppliers"] if s["iso3"] == "NOR")
    printed = [
        r
        for r in read("published_shares.csv")
        if (r["material_id"], r["stage"], r["scope"], r["iso3"])
        == ("silicon_metal", "processing", "eu_sourcing", "NOR")
    ]
    assert [float(r["share_pct"]) for r in printed] == [33.0]
    assert own["quantity_share"] == pytest.approx(0.33)


def test_four_seed_claims_beside_every_denominator(regional):
    """INC-08: four versions of Norway's part, each with what the data say of it."""
    rows = claim_rows(Library(), 2024)
    silicon = [r for r in rows if r["material"] == "silicon_metal"]
    documents = {r["document"] for r in read("claims.csv")}
    assert len(documents) == 4
    assert {r["document"] for r in silicon} == documents
    claimed = {(r["document"], r["claimed_low"], r["claimed_high"]) for r in silicon}
    assert claimed == {
        ("prosess21_input_2025", 0.3, 0.4),
        ("prosess21_mandate", 0.4, 0.4),
        ("mineral_strategy_2023", 0.35, 0.35),
        ("prosess21_status_2024", 0.3, None),
    }
    for document in documents:
        shares = {
            (r["source"], r["figure"].split("/")[-1].split(":")[0]): r["share"]
            for r in silicon
            if r["document"] == document
        }
        expected = {
            ("comext_cn8", "supplier_share"): 0.556,
            ("baci_hs17", "supplier_share"): 0.483,
            ("comext_cn8", "supplier_share_all"): 0.313,
            ("eu_crm_2023", "supplier_share"): 0.33,
        }
        for key, share in expected.items():
            assert shares[key] == pytest.approx(share, abs=0.0006), key
    nickel = {
        (r["source"], r["figure"].split("/")[-1]): r["share"]
        for r in rows
        if r["material"] == "nickel"
    }
    assert nickel["baci_hs17", "supplier_share:NOR"] == pytest.approx(0.423, abs=0.0006)
    assert nickel["comext_cn8", "supplier_share:NOR"] == pytest.approx(0.327, abs=0.0006)


def test_a_claim_without_data_says_so():
    rows = [r for r in claim_rows(Library(), 2024) if r["claim"] == "C01"]
    assert [(r["share"], r["share_status"], r["share_reason"]) for r in rows] == [
        (None, "not_computable", "not_in_embedded_data")
    ]
