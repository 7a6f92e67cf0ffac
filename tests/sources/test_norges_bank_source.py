"""Exchange rates as Norges Bank's service gives them: CSV with semicolons, and SDMX-JSON by hand."""

import json

import pytest
from faults import FAULTS, Case, check, rows, unique
from provider import Answer

from verdikart.core.errors import Problems
from verdikart.reference.figures import ExchangeRate
from verdikart.reference.load import load
from verdikart.sources.model import Ask
from verdikart.store.fetching import add, fetch
from verdikart.store.vintages import vintages

HEAD = (
    "FREQ;Frequency;BASE_CUR;Base Currency;QUOTE_CUR;Quote Currency;TENOR;Tenor;DECIMALS;CALCULATED;"
    "UNIT_MULT;Unit Multiplier;COLLECTION;Collection Indicator;TIME_PERIOD;OBS_VALUE\n"
)
ANNUAL = "/api/data/EXR/A..NOK.SP"


def line(frequency, currency, when, value, tens=0):
    units = {0: "Units", 2: "Hundreds"}[tens]
    return (
        f"{frequency};x;{currency};x;NOK;Norwegian krone;SP;Spot;4;true;{tens};{units};A;Average of "
        f"observations;{when};{value}\n"
    )


YEARS = HEAD + "".join(line("A", r.currency, r.year, r.nok_per_unit) for r in load(ExchangeRate))
YEARS += (
    line("A", "SEK", 2023, 99.53, 2) + line("A", "I44", 2023, 119.1) + line("A", "CHF", 2020, "NaN")
)
MONTHS = HEAD + line("M", "USD", "2023-01", 9.9153) + line("M", "SEK", "2023-02", 97.5, 2)
ALSO = {"/api/data/EXR/M..NOK.SP": Answer(MONTHS.encode(), kind="text/csv")}
CASE = Case(
    source_id="norges_bank", path=ANNUAL, good=Answer(YEARS.encode(), kind="text/csv"),
    column=b"UNIT_MULT", revise=(b"99.53", b"99.54"), table="rates", also=ALSO,
)  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_leaves_nothing_half(fault, provider, feed, client, place):
    check(fault, CASE, provider, feed, client, place)


def test_fetched_rates_have_the_columns_and_figures_of_the_built_in_table(
    provider, feed, client, place
):
    provider.on(ANNUAL, CASE.good)
    provider.on("/api/data/EXR/M..NOK.SP", ALSO["/api/data/EXR/M..NOK.SP"])
    with client(feed("norges_bank")) as one:
        found = fetch(one.feed, Ask(), place, one)
    names = [c.name for c in found.table("rates").columns]
    assert names[:2] == ["currency", "year"]
    assert {"nok_per_unit", "status", "source"} <= set(names)
    table = {(r[0], r[1]): dict(zip(names, r, strict=True)) for r in rows(found, "rates")}
    for rate in load(ExchangeRate):
        assert table[rate.currency, rate.year]["nok_per_unit"] == rate.nok_per_unit
    sek = table["SEK", 2023]
    assert sek["nok_per_unit"] == pytest.approx(0.9953, abs=1e-12)
    assert (sek["quoted"], sek["units"], sek["status_code"]) == (99.53, 100, "ok")
    assert table["CHF", 2020]["nok_per_unit"] is None
    assert table["CHF", 2020]["status_code"] == "missing"
    assert ("I44", 2023) not in table
    assert [(r[0], r[1], r[2], r[3]) for r in rows(found, "rates_monthly")] == [
        ("SEK", 2023, 2, 0.975), ("USD", 2023, 1, 9.9153)]  # fmt: skip
    assert unique(found, "rates")
    assert unique(found, "rates_monthly")
    assert "Left out: I44." in found.notes


def test_currencies_and_years_are_asked_for(provider, feed, client, place):
    for frequency, text in (("A", YEARS), ("M", MONTHS)):
        provider.on(
            f"/api/data/EXR/{frequency}.USD+XAU.NOK.SP", Answer(text.encode(), kind="text/csv")
        )
    with client(feed("norges_bank")) as one:
        found = fetch(
            one.feed, Ask(years=(2021, 2023, 2024, 2030), codes=("usd", "XAU")), place, one
        )
    assert {(r[0], r[1]) for r in rows(found, "rates")} == {
        ("USD", 2021),
        ("USD", 2023),
        ("USD", 2024),
    }
    query = next(a.query for a in provider.asked if a.path.endswith("XAU.NOK.SP"))
    assert (query["startPeriod"], query["endPeriod"], query["format"]) == (
        ["2021"],
        ["2030"],
        ["csv"],
    )
    assert "Norges Bank has no rate of XAU in these years." in found.notes
    assert "There is no yearly rate of 2030." in found.notes


def test_the_average_of_a_year_that_is_not_over_is_provisional(feed, place, tmp_path):
    path = tmp_path / "EXR.csv"
    path.write_text(HEAD + line("A", "USD", 2999, "10,5"))
    (row,) = rows(add(feed("norges_bank"), [path], Ask(), place), "rates")
    assert row[2:] == (10.5, "from the publisher, period not over", row[4], "provisional", 10.5, 1)


def test_sdmx_json_saved_by_hand(feed, place, tmp_path):
    values = {
        "FREQ": ["A"], "BASE_CUR": ["USD", "JPY"], "QUOTE_CUR": ["NOK"], "TENOR": ["SP"],
    }  # fmt: skip
    document = {"meta": {}, "data": {
        "dataSets": [{"series": {
            "0:0:0:0": {"attributes": [0, 0], "observations": {"0": ["10.5647"], "1": ["10.7"]}},
            "0:1:0:0": {"attributes": [0, 1], "observations": {"0": ["7.52"]}}}}],
        "structure": {
            "dimensions": {
                "series": [{"id": k, "values": [{"id": one} for one in v]} for k, v in values.items()],
                "observation": [{"id": "TIME_PERIOD", "values": [{"id": "2023"}, {"id": "2024"}]}]},
            "attributes": {"series": [{"id": "DECIMALS", "values": [{"id": "4"}]},
                                      {"id": "UNIT_MULT",
                                       "values": [{"id": "0"}, {"id": "2"}]}]}}}}  # fmt: skip
    path = tmp_path / "EXR.json"
    path.write_text(json.dumps(document))
    found = add(feed("norges_bank"), [path], Ask(), place)
    assert [(r[0], r[1], r[2]) for r in rows(found, "rates")] == [
        ("JPY", 2023, pytest.approx(0.0752)), ("USD", 2023, 10.5647), ("USD", 2024, 10.7)]  # fmt: skip


def test_every_fault_is_told_with_its_row(feed, place, tmp_path):
    path = tmp_path / "EXR.csv"
    path.write_text(
        HEAD + line("A", "USD", 2023, "ti") + line("A", "USD", "2023-01", 10)
        + line("A", "USD", 2022, 10).replace("NOK", "SEK")
    )  # fmt: skip
    with pytest.raises(Problems) as caught:
        add(feed("norges_bank"), [path], Ask(), place)
    told = str(caught.value)
    assert "row 2, column OBS_VALUE: is not a number (value 'ti')" in told
    assert "row 3, column TIME_PERIOD: is no period of frequency A (value '2023-01')" in told
    assert "row 4, column QUOTE_CUR: is not a rate in kroner (value 'SEK')" in told
    path.write_text(HEAD + line("A", "USD", 2023, 10) + line("A", "USD", 2023, 11))
    with pytest.raises(Problems, match=r"has two rates of USD 2023 \(value '10.0, 11.0'\)"):
        add(feed("norges_bank"), [path], Ask(), place)
    path.write_text(HEAD + line("B", "USD", "2023-05-05", 10))
    with pytest.raises(Problems, match="holds no yearly or monthly rate"):
        add(feed("norges_bank"), [path], Ask(), place)
    assert vintages(None, place) == []


def test_rates_of_a_chosen_vintage_count_before_the_embedded_ones(
    provider, feed, client, place, monkeypatch
):
    from verdikart.mapping import money

    provider.on(ANNUAL, Answer((HEAD + line("A", "USD", 2024, 10.75)).encode(), kind="text/csv"))
    provider.on("/api/data/EXR/M..NOK.SP", ALSO["/api/data/EXR/M..NOK.SP"])
    with client(feed("norges_bank")) as one:
        found = fetch(one.feed, Ask(), place, one)
    euro = money.money(1.0, "EUR", 2020)
    monkeypatch.setenv("VERDIKART_HOME", str(place.root))
    monkeypatch.setenv("VERDIKART_VINTAGES", found.id)
    money._rates.cache_clear()
    try:
        assert money.money(2.0, "USD", 2024).nok == 21.5
        assert money.money(2.0, "USD", 2024).rate_status.startswith("verified")
        assert money.money(1.0, "EUR", 2020) == euro
    finally:
        money._rates.cache_clear()
