"""Eurostat Comext: structure, keys, queued extractions, flags, groups, and a real extract."""

import pytest
import sdmx_files as sdmx
from faults import FAULTS, Case, check, unique
from provider import Answer
from shared_data import DATA

from verdikart.core.errors import Problems, UnknownName
from verdikart.sources.model import Ask, SourceProblem
from verdikart.store.fetching import add, fetch, planned
from verdikart.store.vintages import vintages

BASE = "/eurostat/api/comext/dissemination"
DIMENSIONS = ["freq", "reporter", "partner", "product", "flow", "indicators"]
REPORTERS = ["AT", "DE", "EL", "EU27_2020", "EA20"]
PRODUCTS = ["75021000", "750210", "28046900", "2814S522", "TOTAL"]
POSITIONS = {
    "freq": ["A", "M"],
    "reporter": REPORTERS,
    "partner": ["NO", "CN", "NA", "QZ", "XI", "WORLD", "EXT_EU27_2020"],
    "product": PRODUCTS,
    "flow": ["1", "2", "3"],
    "indicators": ["QUANTITY_IN_100KG", "SUPPLEMENTARY_QUANTITY", "VALUE_IN_EUROS"],
}
KEY = f"{BASE}/sdmx/2.1/data/DS-045409"
ASK = Ask(years=(2024,), codes=("75021000",), countries=("DEU",))
PATH = f"{KEY}/A.DE..75021000.1+2."
EXTRACT = DATA / "trade/eurostat_comext_cn8_eu27_imports_66codes_2022_2024.parquet"


def observed(
    period, reporter, partner, product, flow, value, kg=None, more=None, freq="A", mark=()
):
    pairs = zip(POSITIONS["indicators"], (kg, more, value), strict=True)
    return [
        (freq, reporter, partner, product, flow, name, period, "" if v is None else v, *mark)
        for name, v in pairs
        if v is not None or mark
    ]


TOLD = [
    *observed("2024", "DE", "NO", "75021000", "1", "1000.5", "12.34"),
    *observed("2024", "DE", "NA", "75021000", "1", "20", "1"),
    *observed("2024", "DE", "QZ", "75021000", "1", "300"),
    *observed("2024", "DE", "WORLD", "75021000", "1", "1320.5", "13.34"),
    *observed("2024", "DE", "EXT_EU27_2020", "75021000", "1", "1320.5"),
    *observed("2024", "DE", "NO", "75021000", "2", "7", None, "3"),
]


def described(dimensions=DIMENSIONS, positions=POSITIONS):
    at = f"{BASE}/sdmx/2.1"
    return {
        f"{at}/dataflow/ESTAT/DS-045409/1.0": sdmx.dataflow("DS-045409", dimensions),
        f"{at}/contentconstraint/ESTAT/DS-045409/1.0": sdmx.constraint("DS-045409", positions),
    }


def csv(rows, marks=(), **more) -> bytes:
    return sdmx.sdmx_csv("DS-045409", DIMENSIONS, rows, marks, **more)


@pytest.fixture
def serve(provider):
    for path, answer in described().items():
        provider.on(path, answer)
    return provider


@pytest.fixture
def fetched(serve, feed, client, place):
    def _fetch(ask=ASK, source="comext_full"):
        with client(feed(source)) as one:
            return fetch(one.feed, ask, place, one)

    return _fetch


def table(vintage, name, *columns):
    import duckdb

    files = [str(f) for f in vintage.files(name)]
    return duckdb.sql(
        f"SELECT {', '.join(columns)} FROM read_parquet({files}) ORDER BY ALL"
    ).fetchall()


def test_groups_are_no_partners_and_quantities_are_in_kg(serve, fetched):
    serve.on(PATH, Answer(csv(TOLD)))
    found = fetched()
    assert found.name == "2026-09-15"
    assert [dict(a.query)["startPeriod"] for a in serve.asked if a.path == PATH] == [["2024"]]
    assert table(
        found, "trade", "flow", "partner", "partner_kind", "value::DOUBLE", "quantity_kg::DOUBLE",
        "quantity_status_code", "nomenclature", "code_kind",
    ) == [
        ("export", "NOR", "country", 7, None, "missing", "CN2024", "cn8"),
        ("import", "NAM", "country", 20, 100, "ok", "CN2024", "cn8"),
        ("import", "NOR", "country", 1000.5, 1234, "ok", "CN2024", "cn8"),
        ("import", "_899", "confidential", 300, None, "missing", "CN2024", "cn8"),
    ]  # fmt: skip
    assert table(found, "totals", "partner_code", "value::DOUBLE") == [
        ("EXT_EU27_2020", 1320.5), ("WORLD", 1320.5),
    ]  # fmt: skip
    assert table(found, "trade", "supplementary_quantity::DOUBLE")[0] == (3,)
    assert all(unique(found, t.name) for t in found.tables)


def test_flags_and_confidentiality_are_kept_and_a_hidden_figure_is_none(feed, place, tmp_path):
    rows = [
        *observed("2024-03", "EL", "XI", "75021000", "1", "0", freq="M", mark=("", "C"))[2:],
        *observed("2024-03", "EL", "NO", "75021000", "1", "5", freq="M", mark=("p", "F"))[2:],
        *observed("2024-03", "EL", "CN", "75021000", "1", "", freq="M", mark=("z", ""))[2:],
        *observed("2024-12", "EL", "CN", "2814S522", "1", "6", freq="M", mark=("e", ""))[2:],
        *observed("2024-12", "EL", "CN", "750210XX", "1", "0", freq="M", mark=("", ""))[2:],
        *observed("2024-12", "EU27_2020", "CN", "75021000", "1", "6", freq="M", mark=("", ""))[2:],
    ]
    path = tmp_path / "estat_ds-045409_en.csv"
    path.write_bytes(csv(rows, ("OBS_FLAG", "CONF_STATUS")))
    found = add(feed("comext_monthly"), [path], Ask(), place)
    assert table(
        found, "trade", "period", "year", "month", "reporter", "partner", "code_kind",
        "value::DOUBLE", "status", "status_code", "confidentiality",
    ) == [
        ("2024-03", 2024, 3, "GRC", "CHN", "cn8", None, "z", "not_applicable", None),
        ("2024-03", 2024, 3, "GRC", "GBR", "cn8", None, None, "suppressed", "C"),
        ("2024-03", 2024, 3, "GRC", "NOR", "cn8", 5, "p", "provisional", "F"),
        ("2024-12", 2024, 12, "GRC", "CHN", "confidential", 6, "e", "estimated", None),
        ("2024-12", 2024, 12, "GRC", "CHN", "residual", 0, None, "zero", None),
    ]  # fmt: skip
    assert table(found, "totals", "reporter_code", "value::DOUBLE") == [("EU27_2020", 6)]


def test_a_queued_extraction_is_waited_for(serve, fetched):
    serve.on(PATH, sdmx.queued())
    at = f"{BASE}/1.0/async"
    states = [sdmx.state(name) for name in ("SUBMITTED", "PROCESSING", "AVAILABLE")]
    serve.on(f"{at}/status/{sdmx.JOB}", *states)
    serve.on(f"{at}/data/{sdmx.JOB}", Answer(csv(TOLD)))
    found = fetched()
    assert found.table("trade").rows == 4
    assert found.raw[0].address.endswith(
        "/DS-045409/A.DE..75021000.1+2.?startPeriod=2024&endPeriod=2024&format=SDMX-CSV&compressed=false"
    )
    last = [a.path for a in serve.asked][-4:]
    assert last == [f"{at}/status/{sdmx.JOB}"] * 3 + [f"{at}/data/{sdmx.JOB}"]


def test_a_queued_extraction_that_expired_says_what_to_do(serve, fetched, place):
    serve.on(PATH, sdmx.queued())
    serve.on(f"{BASE}/1.0/async/status/{sdmx.JOB}", sdmx.state("EXPIRED"))
    with pytest.raises(SourceProblem, match=r"is EXPIRED; run the same command again later"):
        fetched()
    assert vintages(None, place) == []


def test_an_extraction_that_is_too_big_is_told_with_the_remedy(serve, fetched):
    text = "EXTRACTION_TOO_BIG: The requested extraction is too big, estimated 7644780 rows"
    serve.on(PATH, sdmx.fault("413", text))
    with pytest.raises(Problems, match=r"estimated 7644780 rows — ask for fewer codes"):
        fetched()
    serve.on(PATH, sdmx.fault("413", text, 413))
    with pytest.raises(SourceProblem, match="EXTRACTION_TOO_BIG"):
        fetched()


def test_a_chunk_with_nothing_in_it_is_empty_and_no_fault(serve, fetched):
    ask = Ask(years=(2023, 2024), codes=("75021000",), countries=("DEU",))

    def answer(asked):
        nothing = sdmx.fault("100", "NO_RESULTS: The query did not return any results.", 404)
        return nothing if asked.query["startPeriod"] == ["2023"] else Answer(csv(TOLD))

    serve.on(PATH, answer)
    found = fetched(ask)
    assert [f.file for f in found.table("trade").files] == ["trade-2024.parquet"]
    assert any("answer: 2023" in note for note in found.notes)


def test_requests_are_split_below_what_is_answered_at_once(provider, feed, client, place):
    codes = [f"{n:08}" for n in range(28000000, 28000040)]
    positions = {**POSITIONS, "product": codes, "partner": [f"P{n}" for n in range(282)]}
    for path, answer in described(positions=positions).items():
        provider.on(path, answer)
    with client(feed("comext_full")) as one:
        found = planned(one.feed, Ask(years=(2023, 2024), codes=tuple(codes)), place, one)
        cells = []
        for plan in found:
            key = plan.piece.url.rpartition("/")[2].split(".")
            cells.append(len(key[1].split("+")) * len(key[3].split("+")) * 282 * 2 * 3)
        assert max(cells) <= 500_000
        assert sum(cells) == 2 * 4 * 40 * 282 * 2 * 3  # EA20 is not asked for
        assert found[0].piece.name == "DS-045409-A-2023-001.csv"
    with client(feed("comext_monthly")) as one:
        found = planned(one.feed, Ask(years=(2024,), codes=tuple(codes[:1])), place, one)
        assert dict(found[0].piece.params)["endPeriod"] == "2024-12"
        assert found[0].piece.url.rpartition("/")[2].startswith("M.")


def test_codes_that_the_data_set_lacks_are_told_before_anything_is_asked_for(fetched):
    with pytest.raises(UnknownName, match=r"code of Comext '75021001'; nearest: 75021000"):
        fetched(Ask(years=(2024,), codes=("75021001",)))
    with pytest.raises(UnknownName, match=r"reporter of Comext 'NOR'"):
        fetched(Ask(years=(2024,), codes=("75021000",), countries=("NOR",)))


def test_a_dimension_that_is_renamed_is_told(serve, fetched):
    gone = [d if d != "partner" else "counterpart" for d in DIMENSIONS]
    for path, answer in described(gone).items():
        serve.on(path, answer)
    with pytest.raises(
        SourceProblem, match=r"no dimension partner any more .*counterpart.*data add"
    ):
        fetched()
    serve.on(f"{BASE}/sdmx/2.1/dataflow/ESTAT/DS-045409/1.0", sdmx.message("<s:Dataflows/>"))
    with pytest.raises(
        SourceProblem, match=r"the description of DS-045409 cannot be read.*data add"
    ):
        fetched()


def test_two_editions_in_one_load_are_told(feed, place, tmp_path):
    for name, value in (("a.csv", "1000.5"), ("b.csv", "1001.5")):
        (tmp_path / name).write_bytes(csv(observed("2024", "DE", "NO", "75021000", "1", value)))
    with pytest.raises(
        Problems, match=r"two different figures of A DE NO 75021000 1 VALUE_IN_EUROS 2024"
    ):
        add(feed("comext_full"), [tmp_path], Ask(), place)


MANY = [
    row
    for n in range(40)
    for row in observed(
        "2024", "DE", f"A{chr(65 + n % 26)}", "75021000", str(1 + n // 26), f"{n}1.5"
    )
]
CASE = Case(
    "comext_full", PATH, Answer(csv(MANY)), b"partner", (b"111.5", b"112.5"), "trade", ask=ASK,
    also=described(),
)  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_leaves_nothing_half(fault, provider, feed, client, place):
    check(fault, CASE, provider, feed, client, place)


@pytest.mark.skipif(
    not EXTRACT.is_file(), reason="the extract of Comext is not beside the repository"
)
def test_a_real_extract_comes_back_with_its_rows_and_totals(feed, place, tmp_path):
    import duckdb

    path = tmp_path / "comext.csv"
    # The extract lost the partner NA (Namibia) as a null.
    duckdb.sql(
        f"""COPY (SELECT 'ESTAT:DS-045409(1.0)' AS DATAFLOW, '15/09/26 11:00:00' AS "LAST UPDATE",
            'A' AS freq, DECLARANT_ISO AS reporter, coalesce(PARTNER_ISO, 'NA') AS partner,
            PRODUCT_NC AS product, FLOW AS flow, 'VALUE_IN_EUROS' AS indicators, PERIOD AS TIME_PERIOD,
            VALUE_IN_EUROS::DECIMAL(20, 3) AS OBS_VALUE FROM '{EXTRACT}') TO '{path}' (HEADER)"""
    )
    found = add(feed("comext_full"), [path], Ask(), place)
    assert found.table("trade").rows == 26538
    assert table(
        found, "trade", "sum(value)", "count(*) FILTER (reporter IS NULL OR partner IS NULL)"
    ) == (duckdb.sql(f"SELECT sum(VALUE_IN_EUROS::DECIMAL(20, 3)), 0 FROM '{EXTRACT}'").fetchall())
    assert table(found, "trade", "DISTINCT nomenclature") == [("CN2022",), ("CN2023",), ("CN2024",)]
    assert not any("no list" in note for note in found.notes)
    assert unique(found, "trade")
    # The share that the extract's own notes give: 55.6 % of what comes from outside the Union.
    silicon = table(
        found, "trade", "partner", "value::DOUBLE", "code = '28046900' AND year = 2024"
    )  # fmt: skip
    members = {reporter for (reporter,) in table(found, "trade", "DISTINCT reporter")}
    assert len(members) == 27
    outside = [(p, v) for p, v, wanted in silicon if wanted and p not in members]
    norway = sum(v for p, v in outside if p == "NOR")
    assert norway / sum(v for _, v in outside) == pytest.approx(0.556, abs=0.0005)
