"""Codes and amounts from one nomenclature to another: tables, steps, faults, intervals, families."""

from __future__ import annotations

import csv
import hashlib
from collections import Counter
from fractions import Fraction
from pathlib import Path

import pytest

from verdikart.core.errors import DataProblem, Problems, UnknownName, UsageProblem
from verdikart.indicators.conversion import (
    UNATTRIBUTED,
    Amount,
    Chain,
    Step,
    apportion,
    checked,
    convert,
    families,
    weigh,
)
from verdikart.mapping import conversion, editions, nomenclature
from verdikart.mapping.conversion_table import Table, convert_file, reference_amounts
from verdikart.mapping.nomenclature import Assumptions, assumptions
from verdikart.reference.entities import ProductCode
from verdikart.reference.load import load, meta
from verdikart.reference.nomenclature import CnChange, HsCode, HsIndustry, HsRelation, NaceClass

EQUAL, PRINCIPAL = Assumptions(), Assumptions("principal")
SHARED = Path(__file__).parents[3] / "shared/data/classifications"
HALF = Fraction(1, 2)


def weights(source, code, target, assumed=EQUAL):
    return dict(nomenclature.chain(source, target, assumed).weights((source, code)))


# The published tables


def test_one_to_one_codes_by_pair_are_those_published():
    found = Counter(r.newer for r in load(HsRelation) if r.kind == "1:1")
    assert found == {
        "HS96": 4570,
        "HS02": 4744,
        "HS07": 4471,
        "HS12": 4785,
        "HS17": 4743,  # published: 4,744 and 4,097 with 999999, goods not specified
        "HS22": 4096,
    }


def test_every_code_of_a_relation_is_listed_in_its_revision():
    held = {(n, row.code) for row in load(HsCode) for n in row.revisions}
    named = {p for r in load(HsRelation) for p in ((r.newer, r.new_code), (r.older, r.old_code))}
    assert named == held
    assert all(row.description for row in load(HsCode))


@pytest.mark.parametrize(
    ("revision", "file"),
    [("HS92", "HS92_V202401b"), ("HS17", "HS17_V202301"), ("HS22", "HS22_V202501")],
)
def test_codes_are_those_of_the_product_lists_of_baci(revision, file):
    path = SHARED / f"baci_product_codes_{file}.csv"
    if not path.is_file():
        pytest.skip("the larger files are not here")
    with path.open(encoding="utf-8-sig", newline="") as stream:
        listed = {row["code"].zfill(6) for row in csv.DictReader(stream)}
    ours = {row.code for row in load(HsCode) if revision in row.revisions}
    pooled = {"271000"} if revision != "HS92" else set()  # BACI adds 2710 up from HS 2002 on
    assert listed - ours - {"999999", "9999AA"} == pooled
    assert {code for code in ours - listed if not code.startswith("2710")} == set()


def test_tables_name_the_hashes_of_what_they_were_made_of():
    for table in ("hs_relations", "hs_codes", "cn_changes", "hs_industries", "nace_classes"):
        inputs = meta(table)["inputs"]
        assert inputs
        for name, digest in inputs.items():
            for place in (
                SHARED / name,
                Path(editions.__file__).parents[1] / "reference/tables" / name,
            ):
                if place.is_file():
                    assert hashlib.sha256(place.read_bytes()).hexdigest() == digest, name


def test_changes_of_the_cn_never_name_a_code_that_is_not_there():
    lives = editions.lives()
    for row in load(CnChange):
        assert any(a <= row.year - 1 <= (b or 9999) for a, b in lives[row.old_code]), row
        assert any(a <= row.year <= (b or 9999) for a, b in lives[row.new_code]), row
    assert editions.cn_years() == (1988, 2025)


def test_industries_of_metals_are_those_of_eurostats_table():
    by_code = {}
    for row in load(HsIndustry):
        by_code.setdefault(row.code, []).append(row)
    for code, nace in {
        "720221": "24.10",
        "760110": "24.42",
        "280469": "20.13",
        "260300": "07.29",
    }.items():
        assert [(r.nace, r.basis) for r in by_code[code]] == [(nace, "cn_cpa")]
    classes = {row.nace for row in load(NaceClass)}
    assert {row.nace for row in load(HsIndustry)} == classes


# Weights and amounts


def test_weights_by_method():
    pairs = [("s", "a", True), ("s", "b", False)]
    assert weigh(pairs) == {"s": {"a": HALF, "b": HALF}}
    assert weigh(pairs, "principal") == {"s": {"a": 1, "b": 0}}
    assert weigh(pairs, reference={"a": 1, "b": 3}) == {
        "s": {"a": Fraction(1, 4), "b": Fraction(3, 4)}
    }
    assert weigh(pairs, reference={"c": 5}) == {"s": {"a": HALF, "b": HALF}}
    assert weigh([("s", "a", False), ("s", "b", False)], "principal") == {
        "s": {"a": HALF, "b": HALF}
    }


def test_parts_are_whole_and_sum_to_the_amount():
    thirds = {c: Fraction(1, 3) for c in "abc"}
    assert apportion(10, thirds) == {"a": 4, "b": 3, "c": 3}
    assert apportion(-10, thirds) == {"a": -4, "b": -3, "c": -3}
    assert apportion(0, thirds) == {"a": 0, "b": 0, "c": 0}
    with pytest.raises(ValueError, match="sum to"):
        apportion(1, {"a": HALF})


def test_an_interval_spans_what_a_figure_can_be():
    step = Step(
        "A",
        "B",
        lambda code: weigh([("x", "t", False), ("x", "u", False), ("y", "t", False)]).get(code, {}),
    )
    chain = Chain((step,), "A")
    t, u = convert([(("A", "x"), [10]), (("A", "y"), [5])], chain)
    assert (t.code, t.amounts[0]) == (("B", "t"), Amount(10, 5, 15))
    assert (u.code, u.amounts[0]) == (("B", "u"), Amount(5, 0, 10))
    assert not t.certain
    (lost,) = convert([(("A", "z"), [7])], chain)
    assert (lost.code, lost.amounts[0].value) == (("B", UNATTRIBUTED), 7)


def test_an_unknown_amount_is_never_zero():
    step = Step("A", "B", lambda code: {"t": Fraction(1)})
    chain = Chain((step,), "A")
    (found,) = convert([(("A", "x"), [None])], chain)
    assert found.amounts[0] == Amount(None, None, None, 1)
    (found,) = convert([(("A", "x"), [None]), (("A", "y"), [3])], chain)
    assert found.amounts[0] == Amount(3, 3, None, 1)


def test_a_code_without_revision_is_refused():
    with pytest.raises(UsageProblem, match="without its revision"):
        checked("811292")
    with pytest.raises(UsageProblem, match="begins"):
        nomenclature.chain("HS92", "HS96", EQUAL).weights(("HS17", "811292"))


def test_families_are_named_by_the_first_code_of_the_span():
    links = [(("A", "2"), ("B", "2")), (("A", "1"), ("B", "2")), (("A", "9"), ("B", "9"))]
    found = families(links, ("A", "B"), [("B", "7")])
    assert [f.family_id for f in found] == ["A-B/A:1", "A-B/A:9", "A-B/B:7"]
    assert found[0].codes == (("A", "1"), ("A", "2"), ("B", "2"))


# Real codes


def test_gallium_and_germanium_through_the_revisions():
    assert set(weights("HS92", "811291", "HS22")) == {
        "811231",
        "811241",
        "811251",
        "811252",
        "811292",
    }
    assert weights("HS22", "811292", "HS02") == {
        c: Fraction(1, 3) for c in ("811230", "811240", "811292")
    }
    assert weights("HS22", "811292", "HS02", PRINCIPAL)["811292"] == 1
    # What a join on the number would lose: germanium of HS 2002 is nowhere in HS 2007.
    assert "811230" not in weights("HS02", "811230", "HS07")


def test_principal_keeps_portable_computers_out_of_the_waste():
    equal, principal = (
        weights("HS17", "847130", "HS22"),
        weights("HS17", "847130", "HS22", PRINCIPAL),
    )
    assert equal.keys() == principal.keys()
    assert equal["847130"] == Fraction(1, 7)
    assert principal["847130"] == 1


def test_reference_flows_weigh_the_step_into_their_edition():
    assumed = Assumptions(reference={("HS22", "811231"): 1, ("HS22", "811292"): 3})
    found = weights("HS17", "811292", "HS22", assumed)
    assert found == {"811231": Fraction(1, 4), "811241": 0, "811292": Fraction(3, 4)}


@pytest.mark.parametrize(
    ("source", "code", "target", "found"),
    [
        ("CN2003", "72022110", "CN2004", {"72022100": 1}),
        ("CN2004", "72022100", "CN2003", {"72022110": HALF, "72022190": HALF}),
        ("CN1996", "72022900", "CN1997", {"72022910": HALF, "72022990": HALF}),
        ("CN2022", "76011000", "CN2023", {"76011010": HALF, "76011090": HALF}),
        ("CN2024", "28046900", "HS22", {"280469": 1}),
        ("CN2000", "28046900", "NACE2", {"20.13": 1}),
        ("CN2024", "28046900", "ISIC4", {"2011": 1}),
        ("CN2024", "76011090", "CPA", {"24.42.11": 1}),
        ("CN2024", "85051110", "NACE2", {"25.99": 1}),
        ("CN2024", "99500000", "NACE2", {UNATTRIBUTED: 1}),
        ("HS22", "810294", "NACE2", {"24.45": 1}),
        ("HS07", "291636", "HS12", {UNATTRIBUTED: 1}),
    ],
)
def test_known_conversions(source, code, target, found):
    assert weights(source, code, target) == found


@pytest.mark.parametrize(
    ("item", "said"),
    [
        (("HS17", "811230"), ("HS92, HS96, HS02", "nearest valid revision: HS02")),
        (("HS96", "811292"), ("is not valid", "HS02")),
        (("HS22", "282579"), ("no code of any revision", "282570")),
        (("HS92", "10111"), ("no code of HS92", "010111")),
        (("HS92", "28046900"), ("no code of HS92", "CN2024")),
        (("CN2024", "72022110"), ("1988–2003", "CN2003")),
        (("CN2024", "81123000"), ("811230", "HS02")),
    ],
)
def test_a_faulty_code_names_where_it_is_valid(item, said):
    fault = editions.fault(item)
    assert fault
    for part in said:
        assert part in " ".join(fault)


def test_editions():
    assert editions.edition("hs", 2013) == "HS12"
    assert editions.edition("CN8", 2013) == "CN2013"
    assert editions.parse_years("2012-2024") == (2012, 2024)
    for text, year in (("HS", None), ("CN2040", None), ("HS99", None), ("HS", 1950)):
        with pytest.raises(UsageProblem):
            editions.edition(text, year)
    with pytest.raises(UsageProblem, match="cannot be read"):
        editions.parse_years("now")
    for source, target in (("HS22", "CN2024"), ("NACE2", "HS22"), ("HS22", "CPA")):
        with pytest.raises(UsageProblem):
            nomenclature.route(source, target)
    with pytest.raises(UnknownName, match="principal"):
        assumptions("best", None, None, 2021)


def test_a_family_says_what_belongs_together():
    found = nomenclature.family_of(("CN2012", "76012010"), "CN2012", "CN2024")
    assert found.family_id == "CN2012-CN2024/CN2012:76012010"
    assert {code for _, code in found.codes} == {
        "76012010", "76012091", "76012099", "76012020", "76012080", "76012030", "76012040",
    }  # fmt: skip
    alone = nomenclature.family_of(("CN2012", "75021000"), "CN2012", "CN2024")
    assert alone.codes == (("CN2012", "75021000"),)
    silicon = nomenclature.family_of(("HS22", "280469"), "HS92", "HS22")
    assert silicon.family_id == "HS92-HS22/HS92:280469"
    assert len(silicon.codes) == 7


# One code and tables


def test_a_code_is_explained_step_by_step():
    found = conversion.explain("811230", "HS02", "HS22", EQUAL)
    assert [t["code"] for t in found["targets"]] == [
        "811231",
        "811239",
        "811241",
        "811249",
        "811292",
        "811299",
    ]
    assert {s["kind"] for s in found["steps"]} <= {"1:1", "1:n", "n:1", "n:n"}
    assert found["text_en"].startswith("HS02:811230 is divided among 6 codes of HS22.")
    assert found["text_nb"].startswith("HS02:811230 er delt på 6 koder i HS22.")
    assert all((t["weight_low"], t["weight_high"]) == (0, 1) for t in found["targets"])
    same = conversion.explain("280469", "HS92", "HS22", EQUAL)
    assert not same["converted"]
    assert same["text_en"] == "HS92:280469 is unchanged in HS22."
    with pytest.raises(UsageProblem, match="nearest valid revision: HS02"):
        conversion.explain("811230", "HS17", "HS22", EQUAL)
    derived = conversion.explain("85051110", "CN2024", "NACE2", EQUAL)
    assert [s["basis"] for s in derived["steps"]] == ["published", "cpc_cpa"]
    official = conversion.explain("72022100", "CN2024", "NACE2", EQUAL)
    assert [s["basis"] for s in official["steps"]] == ["cn_cpa"]


FLOWS = """year,exporter,code,value,quantity_t
2010,NOR,811292,1001,1.25
2010,NOR,811230,50,
2010,CHN,720221,77,3
"""


def file(tmp_path, text, name="flows.csv"):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_table_keeps_its_totals_and_its_keys(tmp_path):
    rows, faults = convert_file(file(tmp_path, FLOWS), Table("HS02", "HS22"), EQUAL)
    assert not faults
    assert sum(r["value"] for r in rows) == 1128
    assert sum(r["quantity_t"] or 0 for r in rows) == pytest.approx(4.25, abs=1e-12)
    same = next(r for r in rows if r["exporter"] == "CHN")
    assert (same["code"], same["value_status"], same["converted"]) == ("720221", "ok", False)
    split = next(r for r in rows if r["code"] == "811292")
    assert (split["value_low"], split["value_high"]) == (0, 1051)
    assert split["converted"]
    assert split["steps"] == "HS02>HS07>HS12>HS17>HS22"
    assert split["quantity_t_status"] == "estimated"
    assert split["quantity_t_high"] is None
    only = next(r for r in rows if r["code"] == "811299")
    assert (only["quantity_t"], only["quantity_t_status"]) == (None, "missing")


def test_families_add_up_without_weights(tmp_path):
    rows, _ = convert_file(file(tmp_path, FLOWS), Table("HS02", "HS22", families=True), EQUAL)
    assert [(r["family"], r["value"], r["value_status"]) for r in rows] == [
        ("HS02-HS22/HS02:811230", 1051, "ok"),
        ("HS02-HS22/HS02:720221", 77, "ok"),
    ]


def test_trade_is_attributed_to_industries_with_a_row_for_the_rest(tmp_path):
    text = "year,code,value\n2005,28046900,10\n2005,99500000,4\n2005,76011000,6\n"
    rows, _ = convert_file(file(tmp_path, text), Table("CN8", "NACE2"), EQUAL)
    assert [(r["code"], r["value"], r["attributed"]) for r in rows] == [
        (None, 4, False),
        ("20.13", 10, True),
        ("24.42", 6, True),
    ]


def test_every_faulty_row_is_told_at_once(tmp_path):
    text = "nomenclature,code,value\nHS17,811230,1\nHS17,280469,x\nHS99,280469,1\n,10121,1\n"
    with pytest.raises(Problems) as told:
        convert_file(file(tmp_path, text), Table("HS17", "HS22"), EQUAL)
    assert [(p.row, p.column) for p in told.value.problems] == [
        (3, "value"),
        (2, "code"),
        (4, "nomenclature"),
        (5, "code"),
    ]
    good = "code,value\n811230,1\n280469,2\n"
    rows, faults = convert_file(file(tmp_path, good), Table("HS17", "HS22", keep_going=True), EQUAL)
    assert [f.row for f in faults] == [2]
    assert {(r["code"], r["value"]) for r in rows} == {(None, 1), ("280469", 2)}
    with pytest.raises(DataProblem, match="--measure"):
        convert_file(file(tmp_path, "code,usd\n280469,1\n"), Table("HS17", "HS22"), EQUAL)
    rows, _ = convert_file(
        file(tmp_path, "k;v\n280469;1\n"), Table("HS17", "HS22", code="k", measures=("v",)), EQUAL
    )
    assert rows[0]["v"] == 1


def test_parquet_is_read_as_csv_is(tmp_path):
    import pyarrow as pa
    import pyarrow.parquet as pq

    path = tmp_path / "flows.parquet"
    pq.write_table(pa.table({"code": ["811292"], "year": [2018], "value_usd": [90]}), path)
    rows, _ = convert_file(path, Table("HS", "HS22"), EQUAL)
    assert [(r["code"], r["value_usd"]) for r in rows] == [
        ("811231", 30),
        ("811241", 30),
        ("811292", 30),
    ]


def test_reference_file_and_a_cn_cpa_table_of_the_users_own(tmp_path):
    flows = "nomenclature,code,value\nHS22,811292,3.5\nHS22,811292,1\n"
    assert reference_amounts(file(tmp_path, flows)) == {("HS22", "811292"): 4500}
    with pytest.raises(Problems, match="nearest valid revision"):
        reference_amounts(file(tmp_path, "nomenclature,code,value\nHS17,811230,1\n"))
    table = file(tmp_path, "cn_prefix,cpa\n8505,27.90.99\n", "cpa.csv")
    assumed = Assumptions(cpa=table, cpa_year=2024)
    assert weights("CN2024", "85051110", "NACE2", assumed) == {"27.90": 1}
    bad = file(tmp_path, "cn_prefix,cpa\nx,27.90.99\n85,?\n", "bad.csv")
    with pytest.raises(Problems) as told:
        weights("CN2021", "85051110", "CPA", Assumptions(cpa=bad))
    assert [p.row for p in told.value.problems] == [2, 3]


# Products


def test_every_product_with_codes_has_them_in_every_revision():
    held = {}
    for row in load(ProductCode):
        held.setdefault(row.product_id, set()).add(row.nomenclature)
    assert {
        p: set(editions.revisions()) - found for p, found in held.items() if len(found) < 7
    } == {}


def test_codes_between_the_mapped_revisions_follow_from_them():
    found = {(r.product_id, r.nomenclature): r for r in load(ProductCode)}
    assert found["germanium_metal", "HS02"].code == "811230"
    assert found["germanium_metal", "HS07"].code == "811292"
    assert found["molybdenum_unwrought", "HS96"].code == "810291"
    assert found["molybdenum_unwrought", "HS96"].scope == "shared"
    for product in ("molybdenum_oxide", "molybdenum_powder", "molybdenum_unwrought"):
        assert found[product, "HS22"].scope == "exact"
