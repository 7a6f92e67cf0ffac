"""The data release of the Mineral Commodity Summaries, in its own encoding and with its marks."""

import gzip
import json

import pytest
from faults import FAULTS, Case, check, rows, unique
from provider import Answer
from shared_data import DATA

from verdikart.core.errors import Problems
from verdikart.reference.figures import UsgsFigure
from verdikart.reference.load import load
from verdikart.sources.model import Ask, SourceProblem
from verdikart.store.fetching import add, fetch
from verdikart.store.vintages import vintages

SHARED = DATA / "production"
REAL = SHARED / "usgs_mcs2026_commodities_data.csv.gz"
WIDE = SHARED / "usgs_mcs2025_world_data.csv"
ITEM = "/catalog/item/696a75d5d4be0228872d3bf8"
FILE = "/catalog/file/get/696a75d5d4be0228872d3bf8"
HEAD = (
    "MCS chapter,Section,Commodity,Country,Statistics,Statistics_detail,Unit,Year,Value,Notes,"
    "Is critical mineral 2025,Other notes\n"
)
SALIENT = "Salient Statistics—United States"


def line(commodity, country, statistic, detail, year, value, notes="", unit="metric tons"):
    return (
        f'{commodity.upper()},{SALIENT},{commodity},{country},{statistic},"{detail}",{unit},{year},'
        f'"{value}","{notes}",Yes,"(Data in metric tons)"\n'
    )


LINES = [
    line(
        "Cobalt", "Congo (Kinshasa)", "Production", "Mine production", 2024, "220,000", "Estimated."
    ),
    line("Cobalt", "United States", "Production", "Mine production", 2024, "W"),
    line("Cobalt", "World total", "Production", "Mine production: rounded", 2024, "302,000"),
    line("Cobalt", "Türkiye", "Production", "Mine production", 2024, "—"),
    line("Cobalt", "United States", "Net import reliance", "Net", 2024, ">50", unit="percent"),
    line("Cobalt", "United States", "Stock", "Stocks", 2024, ""),
    line("Cobalt", "Norway", "Import sources 2021-2024", "All", "2021–24", "18", unit="percent"),
    line("Gold", "United States", "Net import reliance", "Net", 2024, "E", unit="percent"),
    line("Iodine", "China", "Production", "Range", 2024, "50–300"),
    line("Mica", "United States", "Import", "Imports", 2024, "5"),
    line("Mica", "United States", "Import", "Imports", 2024, "7"),
]
TEXT = (HEAD + "".join(LINES)).encode("cp1252")


def item(asked):
    files = [
        {"name": "MCS2026_Fig1.csv", "url": "http://elsewhere.invalid/fig1", "size": 1},
        {"name": "MCS2026_Commodities_Data.csv", "url": f"http://{asked.headers['Host']}{FILE}"},
    ]
    return Answer(json.dumps({"id": "696a", "files": files}).encode(), kind="application/json")


CASE = Case(
    "usgs_2026",
    FILE,
    Answer(TEXT),
    column=b"Statistics_detail",
    revise=(b"220,000", b"221,000"),
    table="figures",
    also={ITEM: item},
    without=("encoding",),  # cp1252 is tried below
)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_leaves_nothing_half(fault, provider, feed, client, place):
    check(fault, CASE, provider, feed, client, place)


def test_marks_bounds_ranges_and_estimates(provider, feed, client, place):
    provider.on(ITEM, item)
    provider.on(FILE, Answer(TEXT))
    with client(feed("usgs_2026")) as one:
        found = fetch(one.feed, Ask(), place, one)
    assert found.id == "usgs_2026@MCS2026"
    assert unique(found, "figures")
    got = {(r[0], r[4], r[2], r[7]): r[6:15] for r in rows(found, "figures")}
    years = ("2024", 1)
    assert got["Cobalt", "Congo (Kinshasa)", "Production", 1] == (
        *years, "COD", 2024, 220000.0, None, None, "e", "estimated")  # fmt: skip
    assert got["Cobalt", "United States", "Production", 1] == (
        *years, "USA", 2024, None, None, None, "W", "suppressed")  # fmt: skip
    assert got["Cobalt", "World total", "Production", 1][2:5] == (None, 2024, 302000.0)
    assert got["Cobalt", "Türkiye", "Production", 1][2:] == (
        "TUR",
        2024,
        0.0,
        None,
        None,
        "—",
        "zero",
    )
    assert got["Cobalt", "United States", "Net import reliance", 1][4:] == (
        None, 50.0, None, ">50", "missing")  # fmt: skip
    assert got["Cobalt", "United States", "Stock", 1][4:] == (None, None, None, "", "missing")
    assert got["Cobalt", "Norway", "Import sources 2021-2024", 1][:4] == ("2021–24", 1, "NOR", None)
    assert got["Gold", "United States", "Net import reliance", 1][4:] == (
        None, None, None, "E", "not_applicable")  # fmt: skip
    assert got["Iodine", "China", "Production", 1][4:7] == (None, 50.0, 300.0)
    assert [got["Mica", "United States", "Import", n][4] for n in (1, 2)] == [5.0, 7.0]


def test_a_release_without_the_file_and_a_closed_door_are_told(provider, feed, client, place):
    provider.on(ITEM, Answer(b'{"files": [{"name": "other.csv"}]}', kind="application/json"))
    with client(feed("usgs_2026")) as one, pytest.raises(SourceProblem, match=r"it has other\.csv"):
        fetch(one.feed, Ask(), place, one)
    provider.on(ITEM, Answer(b"<html>Just a moment...</html>", 403, kind="text/html"))
    with client(feed("usgs_2026")) as one, pytest.raises(SourceProblem, match="data add"):
        fetch(one.feed, Ask(), place, one)


def test_either_encoding_is_read_and_another_is_told(feed, place, tmp_path):
    path = tmp_path / "MCS2026_Commodities_Data.csv"
    path.write_bytes(TEXT)
    first = add(feed("usgs_2026"), [path], Ask(), place)
    path.write_bytes(TEXT.decode("cp1252").encode("utf-8-sig"))
    second = add(feed("usgs_2026"), [path], Ask(), place)
    assert rows(first, "figures") == rows(second, "figures")
    path.write_bytes(TEXT.decode("cp1252").encode("utf-16"))
    with pytest.raises(
        Problems, match=r"the column MCS chapter is missing|neither utf-8 nor cp1252"
    ):
        add(feed("usgs_2026"), [path], Ask(), place)
    path.write_bytes(TEXT[:-40])
    with pytest.raises(Problems, match=r"row 12: .* may be cut short"):
        add(feed("usgs_2026"), [path], Ask(), place)
    assert len(vintages("usgs_2026", place)) == 2


@pytest.mark.skipif(not REAL.is_file(), reason="the release of 2026 is not here")
def test_the_release_of_2026_agrees_with_what_is_embedded(feed, place, tmp_path):
    path = tmp_path / "MCS2026_Commodities_Data.csv"
    path.write_bytes(gzip.decompress(REAL.read_bytes()).decode().encode("cp1252"))
    found = add(feed("usgs_2026"), [path], Ask(), place)
    assert found.table("figures").rows == 8886
    assert unique(found, "figures")
    assert any("Mica (Natural)" in note for note in found.notes)
    own = {(r[0], r[2], r[3], r[8], r[6], r[5]): r[10:15] for r in rows(found, "figures") if r[8]}
    compared = 0
    for row in load(UsgsFigure):
        key = (row.commodity, row.statistic, row.detail, row.iso3, row.period, row.unit)
        if (
            row.statistic == "Production"
            and row.status in ("ok", "estimated", "zero")
            and key in own
        ):
            assert own[key][0] == row.value, key
            compared += 1
    assert compared > 1000


@pytest.mark.skipif(not WIDE.is_file(), reason="the world file of 2025 is not here")
def test_the_wide_world_file_of_2025(feed, place):
    found = add(feed("usgs_2025"), [WIDE], Ask(), place)
    assert unique(found, "figures")
    got = {(r[0], r[2], r[3], r[4], r[6]): r[8:15] for r in rows(found, "figures")}
    mine = "Mine production, cobalt content, estimated"
    assert got["Cobalt", "Production", mine, "World total (rounded)", "2023"][:3] == (
        None, 2023, 238000.0)  # fmt: skip
    reo = "Mine production, rare-earth-oxide equivalent"
    assert got["Rare earths", "Production", reo, "World total (rounded)", "2024"][2:] == (
        390000.0, None, None, "e", "estimated")  # fmt: skip
    statuses = {r[14] for r in rows(found, "figures")}
    assert statuses == {"ok", "estimated", "missing", "suppressed"}
    assert "Germanium" in {r[0] for r in rows(found, "figures")}
