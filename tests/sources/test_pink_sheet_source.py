"""The World Bank's workbook of commodity prices, as it is published and with its faults."""

import pytest
from faults import FAULTS, Case, check, rows, unique
from provider import Answer
from shared_data import DATA
from workbooks import book, page, within

from verdikart.core.errors import Problems
from verdikart.sources.model import Ask, SourceProblem
from verdikart.store.fetching import add, fetch
from verdikart.store.vintages import vintages

REAL = DATA / "prices/worldbank_pink_sheet_monthly_2026-06.xlsx"
PAGE = "/en/research/commodity-markets"
AT = "/en/doc/74e8-0050012026/related/CMO-Historical-Data-Monthly.xlsx"


def pink(*months, updated="Updated on June 02, 2026", units=("($/bbl)", "($/mt)", "(cents/sheet)")):
    return book(
        {
            "AFOSHEET": [],
            "Monthly Prices": [
                ["World Bank Commodity Price Data (The Pink Sheet)"],
                ["monthly prices in nominal US dollars, 1960 to present"],
                ["(monthly series are available only in nominal US dollars)"],
                [updated],
                [None, "Crude oil, average", "Aluminum ** ", "Plywood"],
                [None, *units],
                *(months or [["1960M01", 1.63, 511.47, "…"], ["1960M02", 0, "...", 96.5]]),
            ],
        }
    )


CASE = Case(
    "pink_sheet",
    AT,
    Answer(pink()),
    column=b"($/mt)",
    told="has no unit in brackets",
    revise=(b"511.47", b"512.47"),
    table="prices",
    also={PAGE: Answer(page(AT), kind="text/html")},
    within=within,
)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_leaves_nothing_half(fault, provider, feed, client, place):
    check(fault, CASE, provider, feed, client, place)


def test_prices_months_units_and_months_without_a_price(provider, feed, client, place):
    provider.on(PAGE, Answer(page(AT), kind="text/html"))
    provider.on(AT, Answer(pink()))
    with client(feed("pink_sheet")) as one:
        found = fetch(one.feed, Ask(), place, one)
    assert found.id == "pink_sheet@2026-06-02"
    assert rows(found, "prices") == [
        ("Aluminum", "1960-01", 1960, 511.47, "$/mt", "Aluminum **", "", "ok"),
        ("Aluminum", "1960-02", 1960, None, "$/mt", "Aluminum **", "...", "missing"),
        ("Crude oil, average", "1960-01", 1960, 1.63, "$/bbl", "Crude oil, average", "", "ok"),
        ("Crude oil, average", "1960-02", 1960, 0.0, "$/bbl", "Crude oil, average", "", "zero"),
        ("Plywood", "1960-01", 1960, None, "cents/sheet", "Plywood", "…", "missing"),
        ("Plywood", "1960-02", 1960, 96.5, "cents/sheet", "Plywood", "", "ok"),
    ]


def test_a_page_without_the_link_is_told(provider, feed, client, place):
    provider.on(PAGE, Answer(page("/moved.xlsx"), kind="text/html"))
    with client(feed("pink_sheet")) as one, pytest.raises(SourceProblem, match="data add"):
        fetch(one.feed, Ask(), place, one)


def test_every_fault_is_listed(feed, place, tmp_path):
    path = tmp_path / "CMO-Historical-Data-Monthly.xlsx"
    path.write_bytes(pink(["1960M01", "n/a", 1, 2], ["1960M13x", 1, 1, 1], ["1960M01", 1, 1, 1]))
    with pytest.raises(Problems) as caught:
        add(feed("pink_sheet"), [path], Ask(), place)
    told = str(caught.value)
    assert "row 7, column Crude oil, average: not a price (value 'n/a')" in told
    assert "row 8, column A: not a month such as 1960M01 (value '1960M13x')" in told
    assert "Aluminum · 1960-01 stands twice" in told
    path.write_bytes(book({"Monthly Indices": [["x"]]}))
    with pytest.raises(Problems, match=r"the sheet Monthly Prices is missing .*Monthly Indices"):
        add(feed("pink_sheet"), [path], Ask(), place)
    assert vintages(None, place) == []


@pytest.mark.skipif(not REAL.is_file(), reason="the workbook of June 2026 is not here")
def test_the_workbook_of_june_2026(feed, place):
    found = add(feed("pink_sheet"), [REAL], Ask(years=(2025, 2026)), place)
    assert found.release == "2026-06-02"
    assert unique(found, "prices")
    prices = {(r[0], r[1]): r[3:] for r in rows(found, "prices")}
    assert len({series for series, _ in prices}) == 71
    assert len(prices) == 71 * 17
    assert prices["Aluminum", "2026-05"][1:3] == ("$/mt", "Aluminum")
    assert prices["Beef", "2025-01"][2] == "Beef **"
