"""Mixes and evidence on the embedded data, against plain CSV and SQL."""

from __future__ import annotations

import csv
from importlib.resources import files

import duckdb
import pytest

from verdikart.core.figure import FigureId, MixId
from verdikart.mapping import catalogue, questions, stage_sources
from verdikart.mapping.library import Library

TABLES = files("verdikart.reference") / "tables"
FLOWS = str(files("verdikart.store") / "data" / "baci_hs92.parquet")


def read(name):
    with (TABLES / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def library():
    return Library()


def members(group, year):
    """BACI's numbers of a group's members, from the plain tables; historic aggregates apart."""
    current = {
        r["iso3"]
        for r in read("group_members.csv")
        if r["group_id"] == group
        and (not r["from_year"] or int(r["from_year"]) <= year)
        and (not r["to_year"] or year <= int(r["to_year"]))
    }
    return [
        int(r["baci_code"])
        for r in read("countries.csv")
        if r["iso3"] in current and r["baci_code"]
    ]


@pytest.mark.parametrize(
    ("group", "year"), [("NATO", 2022), ("NATO", 2023), ("NATO", 2024), ("EU", 2019), ("EU", 2020)]
)
def test_dated_blocs_against_sql(library, group, year):
    numbers = members(group, year)
    inside = ", ".join(str(n) for n in numbers)
    rows = duckdb.sql(
        f"SELECT code, sum(value_usd) FILTER (exporter NOT IN ({inside})), "
        f"sum(value_usd) FILTER (exporter IN ({inside})) FROM '{FLOWS}' "
        f"WHERE year = {year} AND importer IN ({inside}) GROUP BY code"
    ).fetchall()
    library.read_all([group], [year])
    assert len(rows) > 60
    for code, outside, intra in rows:
        mix = library.mix(MixId(group, year, "baci_hs92", f"HS92:{code}", "import"))
        assert mix.total("value") == outside, code
        assert (mix.intra.value if mix.intra else None) == intra, code


@pytest.mark.parametrize(
    ("home", "year", "iso3", "outside"),
    [
        ("NATO", 2022, "FIN", True),
        ("NATO", 2023, "FIN", False),
        ("NATO", 2023, "SWE", True),
        ("NATO", 2024, "SWE", False),
        ("EU", 2019, "GBR", False),
        ("EU", 2020, "GBR", True),
        ("EU27", 2019, "GBR", True),
        ("NORDIC", 2024, "ISL", False),
        ("NORDIC3", 2024, "DNK", True),
        ("NATO_EX_NOR", 2024, "NOR", True),
    ],
)
def test_who_is_a_supplier_follows_the_dates(library, home, year, iso3, outside):
    library.read_all([home], [year])
    found = {
        s.iso3
        for code in catalogue.source_codes("baci_hs92")
        for s in library.mix(MixId(home, year, "baci_hs92", f"HS92:{code}", "import")).suppliers
    }
    assert (iso3 in found) == outside


@pytest.mark.parametrize("year", [1995, 2012, 2024])
def test_a_dependency_row_for_every_code_with_flows(year):
    codes = duckdb.sql(f"SELECT DISTINCT code FROM '{FLOWS}' WHERE year = {year}").fetchall()
    rows = questions.dependency(Library(), "ISL", year)
    assert sorted(r["product"] for r in rows) == sorted(f"HS92:{code}" for (code,) in codes)
    bought = duckdb.sql(
        f"SELECT DISTINCT code FROM '{FLOWS}' WHERE year = {year} AND importer = 352"
    ).fetchall()
    assert {r["product"] for r in rows if r["hhi_value"] is not None} == {
        f"HS92:{code}" for (code,) in bought
    }


def test_one_code_alone_equals_the_code_in_a_pass_over_all(library):
    library.read_all(["EU27"], [2022])
    identity = MixId("EU27", 2022, "baci_hs92", "HS92:284690", "import")
    assert Library().mix(identity) == library.mix(identity)


def test_a_bloc_without_norway_counts_norway_among_the_partners(library):
    """NATO_EX_NOR of the regional source is derived; the bilateral source gives it directly."""
    derived = library.mix(MixId("NATO_EX_NOR", 2024, "baci_hs17", "HS17:750210", "import"))
    table = [
        r
        for r in read("regional_trade.csv")
        if (r["nomenclature"], r["code"], r["year"]) == ("HS17", "750210", "2024")
    ]
    nato = {r["iso3"] for r in read("group_members.csv") if r["group_id"] == "NATO"}
    sold = sum(
        int(r["value"])
        for r in table
        if (r["region"], r["flow"]) == ("NOR", "export") and r["partner"] in nato
    )
    assert derived.supplier("NOR").value == sold
    bought = {
        region: {
            r["partner"]: int(r["value"])
            for r in table
            if (r["region"], r["flow"]) == (region, "import")
        }
        for region in ("NATO", "NOR")
    }
    for supplier in derived.suppliers:
        if supplier.iso3 != "NOR":
            whole = bought["NATO"][supplier.iso3]
            assert supplier.value == whole - bought["NOR"].get(supplier.iso3, 0)
    assert not {s.iso3 for s in derived.suppliers} & (nato - {"NOR"})


def test_published_shares_are_used_as_printed(library):
    mix = library.mix(MixId("EU27", 2020, "eu_crm_2023", "tungsten@extraction", "supply"))
    printed = {
        r["iso3"]: float(r["share_pct"])
        for r in read("published_shares.csv")
        if (r["material_id"], r["stage"], r["scope"]) == ("tungsten", "extraction", "eu_sourcing")
        and r["share_pct"] and r["below"].lower() != "true"
    }  # fmt: skip
    assert {s.iso3: s.quantity for s in mix.suppliers if s.quantity is not None} == printed
    assert mix.amounts("quantity").residual == pytest.approx(100 - sum(printed.values()))
    assert mix.amounts("quantity").residual > 20


def test_shares_that_exceed_the_whole_say_so(library):
    mix = library.mix(MixId("EU27", 2020, "eu_crm_2023", "cerium@processing", "supply"))
    # China 85, Malaysia 11, Russia 2, India 2, Viet Nam 1, Norway 0.1, as printed
    assert sum(s.quantity or 0 for s in mix.suppliers) == pytest.approx(101.1)
    assert "shares_exceed_total" in mix.caveats
    assert mix.amounts("quantity").residual == 0


def test_eu_rows_that_repeat_the_world_are_marked(library):
    """Known faults of the study's appendix: EU rows that are the world's in whole per cents."""
    marked = {
        s
        for s in stage_sources.subjects("eu_crm_2023", "EU27")
        if "repeats_world" in library.mix(MixId("EU27", 2020, "eu_crm_2023", s, "supply")).caveats
    }
    known = ("tantalum@extraction", "germanium@processing")
    rare = ("cerium", "lanthanum", "samarium", "praseodymium", "neodymium")
    assert marked == {*known, *(f"{m}@processing" for m in rare)}


def test_magnesium_by_the_study_and_by_its_own_printed_index(library):
    """The 2023 study: HHI_WGI of world magnesium processing 4.67, of which China 4.659 (t = 1)."""
    identity = MixId("WORLD", 2020, "eu_crm_2023", "magnesium@processing", "supply")
    assert library.mix(identity).supplier("CHN").quantity == pytest.approx(90.6)
    answer = library.answer(FigureId(identity, "hhi_governance"))
    assert answer.value == pytest.approx(4.667, abs=0.01)


def test_a_figure_says_its_unit(library):
    units = {
        "value": "USD", "quantity": "kg", "unit_value": "USD/t", "hhi_value": "index",
        "top_supplier": "country", "cdi3": "ratio",
    }  # fmt: skip
    identity = MixId("NOR", 2024, "baci_hs92", "HS92:260200", "import")
    for name, unit in units.items():
        figure = library.figure(FigureId(identity, name))
        assert figure.unit == unit
        assert figure.id == f"{identity}/{name}"
    study = MixId("EU27", 2020, "eu_crm_2023", "nickel@processing", "supply")
    assert library.figure(FigureId(study, "quantity")).unit == "percent"


def test_taiwan_is_a_supplier_and_has_a_name(library):
    """BACI's 490, other Asia not specified."""
    mix = library.mix(MixId("NOR", 2022, "baci_hs92", "HS92:283691", "import"))
    assert mix.suppliers[0].iso3 == "TWN"
    exporter, _ = duckdb.sql(
        f"SELECT exporter, sum(value_usd) AS v FROM '{FLOWS}' WHERE year = 2022 AND importer = 579 "
        "AND code = '283691' GROUP BY exporter ORDER BY v DESC LIMIT 1"
    ).fetchall()[0]
    assert exporter == 490
