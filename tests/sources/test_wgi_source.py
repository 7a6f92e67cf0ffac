"""Governance indicators from the World Bank's interface, its workbook and its CSV."""

import json
from pathlib import Path

import duckdb
import pytest
from faults import FAULTS, Case, check, packed, rows, unique
from provider import Answer
from shared_data import DATA
from workbooks import book

from verdikart.core.errors import Problems
from verdikart.sources.model import Ask, SourceProblem
from verdikart.store.fetching import add, fetch
from verdikart.store.vintages import vintages

EMBEDDED = Path("src/verdikart/store/data/wgi_pv.parquet")
LIST = "/v2/indicator"
NAMES = {
    "GOV_WGI_PV.EST": "Political Stability: Governance estimate (approx. -2.5 to +2.5)",
    "GOV_WGI_PV.SE": "Political Stability: Standard error",
    "GOV_WGI_PV.SC": "Political Stability: Governance score (0-100)",
    "GOV_WGI_RL.EST": "Rule of Law: Governance estimate (approx. -2.5 to +2.5)",
}
PV = "/v2/country/all/indicator/GOV_WGI_PV.EST"


def entry(code, iso3, name, year, value):
    return {
        "indicator": {"id": code, "value": NAMES.get(code, code)},
        "country": {"id": iso3[:2], "value": name},
        "countryiso3code": iso3,
        "date": str(year),
        "value": value,
        "unit": "",
        "obs_status": "",
        "decimal": 1,
    }


def figures(code, base):
    return [
        entry(code, "NOR", "Norway", 2024, base),
        entry(code, "NOR", "Norway", 2023, base + 0.125),
        entry(code, "XKX", "Kosovo", 2024, None),
        entry(code, "EAS", "East Asia & Pacific", 2024, 0.5),
    ]


def pages(found, width=2):
    """A route of the interface: pages of ``width``, however many are asked for."""

    def answer(asked):
        per_page = 1 if asked.query["per_page"] == ["1"] else width
        page = int(asked.query["page"][0])
        assert asked.query["source"] == ["3"]
        head = {
            "page": page,
            "pages": -(-len(found) // per_page),
            "per_page": per_page,
            "total": len(found),
            "sourceid": "3",
            "lastupdated": "2025-11-05",
        }
        text = json.dumps([head, found[(page - 1) * per_page : page * per_page]], indent=0)
        return Answer(text.encode(), kind="application/json")

    return answer


def listed(codes=NAMES):
    items = [{"id": code, "name": NAMES.get(code, code)} for code in [*codes, "XX.OTHER"]]
    text = json.dumps([{"page": 1, "pages": 1, "total": len(items)}, items])
    return Answer(text.encode(), kind="application/json")


def small(monkeypatch):
    monkeypatch.setattr("verdikart.sources.adapters.wgi.PER_PAGE", 2)


def one_indicator(asked):
    return pages(figures("GOV_WGI_PV.EST", 0.75), 1000)(asked)


CASE = Case(
    "wgi_pv",
    PV,
    one_indicator,
    column=b"countryiso3code",
    revise=(b"0.875", b"0.885"),
    table="wgi",
    also={LIST: listed(["GOV_WGI_PV.EST"])},
)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_leaves_nothing_half(fault, provider, feed, client, place):
    check(fault, CASE, provider, feed, client, place)


def test_pages_of_six_dimensions_become_one_table(provider, feed, client, place, monkeypatch):
    small(monkeypatch)
    provider.on(LIST, listed())
    for number, code in enumerate(NAMES):
        provider.on(f"/v2/country/all/indicator/{code}", pages(figures(code, number + 0.5)))
    with client(feed("wgi_pv")) as one:
        found = fetch(one.feed, Ask(), place, one)
    assert found.release == "2025-11-05"
    assert unique(found, "wgi")
    none = (None,) * 9
    assert rows(found, "wgi") == [
        ("NOR", 2023, "PV", "Norway", "NOR", 0.625, 1.625, *none[:4], 2.625, None, None, "ok"),
        ("NOR", 2023, "RL", "Norway", "NOR", 3.625, *none[:8], "ok"),
        ("NOR", 2024, "PV", "Norway", "NOR", 0.5, 1.5, *none[:4], 2.5, None, None, "ok"),
        ("NOR", 2024, "RL", "Norway", "NOR", 3.5, *none[:8], "ok"),
        ("XKX", 2024, "PV", "Kosovo", "XKX", *none, "missing"),
        ("XKX", 2024, "RL", "Kosovo", "XKX", *none, "missing"),
    ]
    assert [r[:4] for r in rows(found, "wgi_pv")] == [
        ("NOR", 2023, "Norway", 0.625),
        ("NOR", 2024, "Norway", 0.5),
        ("XKX", 2024, "Kosovo", None),
    ]
    described = duckdb.sql(f"DESCRIBE SELECT * FROM '{EMBEDDED}'").fetchall()
    own = duckdb.sql(f"DESCRIBE SELECT * FROM '{found.files('wgi_pv')[0]}'").fetchall()
    assert [c[:2] for c in own] == [c[:2] for c in described]


def test_an_archived_indicator_is_told(provider, feed, client, place):
    gone = (
        '[{"message":[{"id":"175","key":"Invalid format","value":"The indicator was not found"}]}]'
    )
    provider.on(LIST, listed(["GOV_WGI_PV.EST"]))
    provider.on(PV, Answer(gone.encode(), kind="application/json"))
    with client(feed("wgi_pv")) as one, pytest.raises(SourceProblem, match="was not found"):
        fetch(one.feed, Ask(), place, one)
    provider.on(LIST, listed([]))
    with client(feed("wgi_pv")) as one, pytest.raises(SourceProblem, match="data add"):
        fetch(one.feed, Ask(), place, one)


def test_the_workbook_the_csv_and_the_pages_agree(feed, place, tmp_path):
    head = ["Economy (name)", "Economy (code)", "Year",
            "Governance estimate (approx. -2.5 to +2.5)", "Standard error"]  # fmt: skip
    sheets = {
        d: [head, ["Norway", "NOR", 2024, 0.5, 0.25], ["Kosovo", "XKX", 2024, None, None]]
        for d in ("va", "pv", "ge", "rq", "rl", "cc")
    }
    path = tmp_path / "wgidataset-2025.xlsx"
    path.write_bytes(book(sheets))
    first = add(feed("wgi_pv"), [path], Ask(), place)
    lines = ["Country Name,Country Code,Indicator Name,Indicator Code,2024"]
    for d in ("VA", "PV", "GE", "RQ", "RL", "CC"):
        for code, name, value, error in (
            ("NOR", "Norway", "0.5", "0.25"),
            ("XKX", "Kosovo", "", ""),
        ):
            lines += [
                f"{name},{code},x,GOV_WGI_{d}.EST,{value}",
                f"{name},{code},x,{d}.STD.ERR,{error}",
            ]
    path = tmp_path / "WGI_CSV.zip"
    path.write_bytes(packed({"WGICSV.csv": "\n".join(lines) + "\n", "WGICountry.csv": "x\n"}))
    second = add(feed("wgi_pv"), [path], Ask(), place)
    assert rows(first, "wgi") == rows(second, "wgi")
    assert len(rows(first, "wgi")) == 12
    path.write_bytes(packed({"readme.txt": "x"}))
    with pytest.raises(Problems, match=r"holds no WGICSV\.csv"):
        add(feed("wgi_pv"), [path], Ask(), place)
    sheets["pv"][0] = ["Economy (name)", "Economy (code)", "Yr", "Estimate"]
    del sheets["cc"]
    path = tmp_path / "wgidataset.xlsx"
    path.write_bytes(book(sheets))
    with pytest.raises(Problems) as caught:
        add(feed("wgi_pv"), [path], Ask(), place)
    assert "the sheet cc is missing" in str(caught.value)
    assert "the column Year, Governance estimate is missing" in str(caught.value)
    assert len(vintages("wgi_pv", place)) == 2


def test_a_lost_page_is_told(feed, place, tmp_path):
    head = {"page": 2, "pages": 3, "per_page": 2, "total": 5, "lastupdated": "2025-11-05"}
    path = tmp_path / "GOV_WGI_PV.EST_2.json"
    path.write_text(json.dumps([head, figures("GOV_WGI_PV.EST", 0.5)]))
    with pytest.raises(Problems, match=r"GOV_WGI_PV\.EST: page 1, 3 of 3 is missing"):
        add(feed("wgi_pv"), [path], Ask(), place)


@pytest.mark.skipif(
    not (DATA / "governance/wgi_political_stability_1996_2024_long.parquet").is_file(),
    reason="the figures of political stability are not here",
)
def test_embedded_political_stability_comes_out_as_it_went_in(feed, place, tmp_path):
    """The embedded figures as pages of the interface, to 2022 under the old codes, back again."""
    named = [c[0] for c in duckdb.sql(f"DESCRIBE SELECT * FROM '{EMBEDDED}'").fetchall()]
    found = duckdb.sql(f"SELECT * FROM '{EMBEDDED}' WHERE year IN (2002, 2022, 2024)").fetchall()
    codes = ["PV.EST", "PV.STD.ERR", "PV.NO.SRC", "PV.PER.RNK", "PV.PER.RNK.LOWER", "PV.PER.RNK.UPPER",
             "GOV_WGI_PV.SC", "GOV_WGI_PV.SC.LB", "GOV_WGI_PV.SC.UB"]  # fmt: skip
    for at, code in enumerate(codes, 3):
        items = [entry(code, r[0], r[2], r[1], r[at]) for r in found]
        head = {"page": 1, "pages": 1, "total": len(items), "lastupdated": "2025-11-05"}
        (tmp_path / f"{code}_1.json").write_text(json.dumps([head, items]))
    made = add(feed("wgi_pv"), [tmp_path], Ask(), place)
    back = rows(made, "wgi_pv")
    assert named[3] == "estimate"
    assert sorted(back) == sorted(found)
