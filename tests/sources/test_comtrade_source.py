"""UN Comtrade: the API with a key and without, its limits, and its bulk files."""

import gzip
import json

import pytest
from faults import FAULTS, Case, check, plain, unique
from provider import Answer

from verdikart.core.errors import Problems, UsageProblem
from verdikart.sources.model import Ask, SourceProblem
from verdikart.store.fetching import add, fetch, planned

DATA, PREVIEW = "/data/v1/get/C/A/HS", "/public/v1/preview/C/A/HS"
KEY = "0123456789abcdef0123456789abcdef"
ASK = Ask(years=(2023,), codes=("750210",), countries=("NOR", "IND", "USA"))


def row(reporter, flow, partner, value, **more):
    """A row with the names and types of the API's own, descriptions left out as it does."""
    found = {
        "typeCode": "C", "freqCode": "A", "refPeriodId": 20230101, "refYear": 2023, "refMonth": 52,
        "period": "2023", "reporterCode": reporter, "reporterISO": None, "reporterDesc": None,
        "flowCode": flow, "flowDesc": None, "partnerCode": partner, "partnerISO": None,
        "partnerDesc": None, "partner2Code": 0, "partner2ISO": None, "partner2Desc": None,
        "classificationCode": "H6", "classificationSearchCode": "HS",
        "isOriginalClassification": True, "cmdCode": "750210", "cmdDesc": None, "aggrLevel": 6,
        "isLeaf": True, "customsCode": "C00", "customsDesc": None, "mosCode": "0", "motCode": 0,
        "motDesc": None, "qtyUnitCode": 8, "qtyUnitAbbr": None, "qty": 1000.0,
        "isQtyEstimated": False, "altQtyUnitCode": -1, "altQtyUnitAbbr": None, "altQty": 0.0,
        "isAltQtyEstimated": False, "netWgt": 1000.0, "isNetWgtEstimated": False, "grossWgt": 0.0,
        "isGrossWgtEstimated": False, "cifvalue": value if flow == "M" else None,
        "fobvalue": value if flow != "M" else None, "primaryValue": value,
        "legacyEstimationFlag": 0, "isReported": True, "isAggregate": False,
    }  # fmt: skip
    return {**found, **more}


def body(*data) -> bytes:
    return json.dumps(
        {"elapsedTime": "0.42 secs", "count": len(data), "data": data, "error": ""}
    ).encode()


TOLD = [
    row(579, "X", 0, 2000.5),  # the world
    row(579, "X", 842, 1500.25),
    row(579, "X", 842, 1500.25, motCode=2100),  # by sea: within the row above
    row(579, "X", 899, 500.25, netWgt=0.0, qty=0.0, qtyUnitCode=-1, isNetWgtEstimated=True),
    row(842, "M", 579, 1600.0, isNetWgtEstimated=True),
    row(842, "M", 97, 9000.0),  # the European Union as one
    row(842, "M", 490, 7.0, cifvalue=None, fobvalue=7.0),
    row(699, "RX", 842, 3.0, isReported=False, isAggregate=True),
    row(699, "M", 472, 4.0, classificationCode="H5"),
]


@pytest.fixture
def fetched(provider, feed, client, place, monkeypatch):
    def _fetch(ask=ASK, key=KEY, source="comtrade"):
        monkeypatch.setenv("COMTRADE_API_KEY", key)
        with client(feed(source)) as one:
            return fetch(one.feed, ask, place, one)

    return _fetch


def table(vintage, name, *columns):
    import duckdb

    files = [str(f) for f in vintage.files(name)]
    return duckdb.sql(
        f"SELECT {', '.join(columns)} FROM read_parquet({files}) ORDER BY ALL"
    ).fetchall()


def test_reports_of_both_sides_are_told_apart_and_groups_are_no_partners(provider, fetched):
    provider.on(DATA, Answer(body(*TOLD)))
    found = fetched()
    asked = provider.asked[0].query
    assert (asked["period"], asked["motCode"], asked["maxRecords"]) == (["2023"], ["0"], ["100000"])
    assert asked["reporterCode"] == ["579,699,842"]
    assert table(
        found, "reports", "exporter", "importer", "reporter_side", "value", "valuation",
        "quantity_kg", "nomenclature",
    ) == [
        ("NOR", "USA", "exporter", 1500, "FOB", 1000, "HS22"),
        ("NOR", "USA", "importer", 1600, "CIF", 1000, "HS22"),
        ("NOR", "_899", "exporter", 500, "FOB", None, "HS22"),
        ("TWN", "USA", "importer", 7, "FOB", 1000, "HS22"),
        ("_899", "IND", "importer", 4, "CIF", 1000, "HS17"),
    ]  # fmt: skip
    assert table(found, "totals", "partner_code", "value::DOUBLE") == [("0", 2000.5), ("97", 9000)]
    assert table(found, "trade", "count(*)", "sum(value)::DOUBLE") == [(6, 3614.5)]
    assert ("IND", "re-export", True) in table(found, "trade", "reporter", "flow", "is_aggregate")
    assert tuple(
        s for (s,) in table(found, "trade", "DISTINCT quantity_status_code") if s != "ok"
    ) == ("estimated", "missing")
    assert all(unique(found, t.name) for t in found.tables)
    assert any("472" in note for note in found.notes)


def test_the_key_goes_with_the_request_and_nowhere_else(provider, fetched, place):
    provider.on(DATA, Answer(body(*TOLD)))
    fetched()
    assert provider.asked[0].headers["Ocp-Apim-Subscription-Key"] == KEY
    kept = [p for p in place.root.rglob("*") if p.is_file()]
    assert kept
    assert not any(KEY.encode() in p.read_bytes() for p in kept)


def test_without_a_key_the_preview_is_asked_one_flow_a_time(provider, fetched):
    def preview(asked):
        flow = asked.query["flowCode"][0]
        return Answer(
            body(*[r for r in TOLD if r["flowCode"] == flow and r["reporterCode"] == 579])
        )

    provider.on(PREVIEW, preview)
    found = fetched(Ask(years=(2023,), codes=("750210",), countries=("NOR",)), key="")
    assert [a.query["flowCode"][0] for a in provider.asked] == ["M", "X", "RX"]
    assert table(found, "reports", "count(*)") == [(2,)]


def test_requests_stay_below_the_row_limit_whatever_partners_there_are(
    provider, feed, client, place, monkeypatch
):
    monkeypatch.setenv("COMTRADE_API_KEY", KEY)
    codes = tuple(f"{n:06}" for n in range(280000, 280300))
    with client(feed("comtrade")) as one:
        ask = Ask(years=(2022, 2023), codes=codes, countries=("NOR", "SWE"))
        plan = planned(one.feed, ask, place, one)
        pieces = [dict(p.piece.params) for p in plan]
        cells = [
            len(p["reporterCode"].split(",")) * len(p["cmdCode"].split(",")) * 3 for p in pieces
        ]
        assert max(cells) * 260 <= 100_000
        assert sum(cells) == 2 * 2 * 300 * 3
        every = Ask(years=tuple(range(2000, 2024)), codes=codes, countries=("NOR",) * 200)
        with pytest.raises(UsageProblem, match=r"takes 500 a day .*--codes"):
            planned(one.feed, every, place, one)
    assert not provider.asked


@pytest.mark.parametrize(
    ("name", "count"), [("comtrade-preview-2023-0001.json", 500), ("by-hand.json", 500)]
)
def test_an_answer_that_reached_the_limit_is_refused(name, count, feed, place, tmp_path):
    path = tmp_path / name
    path.write_bytes(body(*[row(579, "X", n, 1.0) for n in range(1, count + 1)]))
    with pytest.raises(Problems, match=r"holds 500 rows, at which .* rows are missing"):
        add(feed("comtrade"), [path], Ask(), place)
    kept = tmp_path / "comtrade-data-2023-0001.json"
    kept.write_bytes(path.read_bytes())
    assert add(feed("comtrade"), [kept], Ask(), place).table("trade").rows > 400


def test_a_spent_quota_says_when_to_go_on(provider, fetched):
    provider.on(
        DATA,
        Answer(
            b'{"statusCode":403,"message":"Out of call volume quota. '
            b'Quota will be replenished in 05:12:31."}',
            403,
            kind="application/json",
        ),
    )
    with pytest.raises(SourceProblem, match=r"replenished in 05:12:31.*same command again"):
        fetched()


@pytest.mark.parametrize(
    "answer",
    [
        b'{"error":"Maximum number of periods for preview is 1","data":null}',
        b'{"statusCode":401,"message":"Access denied due to invalid subscription key"}',
    ],
)
def test_an_error_with_status_200_is_told(provider, fetched, answer):
    provider.on(DATA, Answer(answer))
    with pytest.raises(Problems, match=r"the provider answered: (Maximum|Access)"):
        fetched()


def test_every_reporter_is_asked_for_where_none_is_named(
    provider, feed, client, place, monkeypatch
):
    monkeypatch.setenv("COMTRADE_API_KEY", KEY)
    listed = [
        {"reporterCode": 579, "isGroup": False},
        {"reporterCode": 97, "isGroup": True},
        {"reporterCode": 280, "isGroup": False, "entryExpiredDate": "1990-12-31T00:00:00"},
    ]
    path = "/files/v1/app/reference/Reporters.json"
    provider.on(path, Answer(json.dumps({"results": listed}).encode()))
    with client(feed("comtrade")) as one:
        plan = planned(one.feed, Ask(years=(2023,), codes=("750210",)), place, one)
        assert [dict(p.piece.params)["reporterCode"] for p in plan] == ["579"]
        provider.on(path, Answer(b'{"items": []}'))
        with pytest.raises(SourceProblem, match=r"list 'results'.*data add"):
            planned(one.feed, Ask(years=(2023,), codes=("750210",)), place, one)


def bulk(*data) -> bytes:
    names = [name for name in data[0] if not name.endswith(("Desc", "ISO", "Abbr"))]
    lines = ["\t".join(names)]
    lines += ["\t".join("" if r[n] is None else str(r[n]) for n in names) for r in data]
    return gzip.compress("\n".join([*lines, ""]).encode(), mtime=0)


def test_bulk_files_are_those_of_the_list_and_only_of_the_provider(provider, fetched):
    item = {
        "reporterCode": 579, "period": 2023, "classificationCode": "H6", "fileSize": 400,
        "fileUrl": f"{provider.base}/bulk/v1/file/579/9276b93",
    }  # fmt: skip
    provider.on("/bulk/v1/get/C/A/HS", Answer(json.dumps({"count": 1, "data": [item]}).encode()))
    provider.on("/bulk/v1/file/579/9276b93", Answer(bulk(*TOLD)))
    found = fetched(source="comtrade_bulk")
    assert found.raw[0].name == "COMTRADE-FINAL-CA5792023H6.gz"
    assert table(found, "trade", "count(*)", "sum(value)::DOUBLE") == [(6, 3614.5)]
    provider.on("/bulk/v1/file/579/9276b93", Answer(bulk(*TOLD, row(579, "X", 4, 1))[:-30]))
    with pytest.raises(Problems, match=r"CA5792023H6.gz: the archive is cut short"):
        fetched(Ask(years=(2023,)), source="comtrade_bulk")
    item["fileUrl"] = "https://elsewhere.example/file"
    provider.on("/bulk/v1/get/C/A/HS", Answer(json.dumps({"data": [item]}).encode()))
    with pytest.raises(SourceProblem, match="the key is not sent there"):
        fetched(Ask(years=(2023,), countries=("SWE",)), source="comtrade_bulk")


CASE = Case(
    "comtrade", DATA, Answer(body(*TOLD, *[row(579, "X", n, 9.5) for n in range(1, 90)])),
    b"partnerCode", (b"1500.25", b"1600.25"), "reports", ask=ASK,
    within=plain,
)  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_leaves_nothing_half(fault, provider, feed, client, place, monkeypatch):
    monkeypatch.setenv("COMTRADE_API_KEY", KEY)
    check(fault, CASE, provider, feed, client, place)
