"""BACI as CEPII packs it, with the faults that such files come with."""

from importlib.resources import files

import pytest
from faults import FAULTS, Case, check, packed, rows, unique, zipped
from provider import Answer
from shared_data import DATA

from verdikart.core.errors import Problems
from verdikart.reference.entities import Country
from verdikart.reference.load import load
from verdikart.sources.model import Ask
from verdikart.store.fetching import add, fetch
from verdikart.store.vintages import vintages

HEAD = "t,i,j,k,v,q\n"
ROWS = "2023,579,752,10121,12.345,0.5\n2023,579,752,280469,1000.001,          NA\n"
PATH = "/DATA_DOWNLOAD/baci/data/BACI_HS92_V202601.zip"


def baci(rows=ROWS, year=2023, release="202601", hs="HS92", **more) -> bytes:
    return packed(
        {
            f"BACI_{hs}_Y{year}_V{release}.csv": HEAD + rows,
            f"product_codes_{hs}_V{release}.csv": 'code,description\n010121,"Horses: live, pure-bred"\n',
            f"country_codes_V{release}.csv": (
                "country_code,country_name,country_iso2,country_iso3\n516,Namibia,NA,NAM\n"
            ),
            "Readme.txt": "BACI",
            **more,
        }
    )


@pytest.fixture
def fetched(provider, feed, client, place):
    def _fetch(ask=None, **options):
        with client(feed("baci_hs92"), **options) as one:
            return fetch(one.feed, ask or Ask(), place, one)

    return _fetch


def test_an_edition_is_found_fetched_and_typed(provider, fetched, place):
    provider.on(PATH, Answer(baci()))
    found = fetched()
    assert found.id == "baci_hs92@V202601"
    assert rows(found, "flows") == [
        ("010121", 2023, 579, 752, 12345, 500),
        ("280469", 2023, 579, 752, 1000001, None),
    ]
    assert rows(found, "countries") == [(516, "Namibia", "NA", "NAM")]
    assert place.raw_file(found.raw[0].sha256, "zip").stat().st_size == found.raw[0].bytes


def test_an_edition_whose_size_is_not_told_is_found_too(provider, fetched):
    silent = {"Content-Length": None}
    provider.on(
        PATH, lambda asked: Answer(baci(), headers=silent if asked.method == "HEAD" else {})
    )
    assert fetched().id == "baci_hs92@V202601"


def test_a_connection_cut_in_the_middle_is_gone_on_with(provider, fetched):
    whole = baci(ROWS * 500)
    provider.on(PATH, Answer(whole, cut=len(whole) // 3), Answer(whole, cut=10), Answer(whole))
    fetched()
    ranges = [a.headers.get("Range") for a in provider.asked if a.method == "GET"]
    assert ranges == [None, f"bytes={len(whole) // 3}-", f"bytes={len(whole) // 3 + 10}-"]


MANY = ROWS + "".join(f"2023,579,{j},280469,{j}.5,1\n" for j in range(100, 400))
CASE = Case(
    "baci_hs92", PATH, Answer(baci(MANY)), b"t,i,j,k,v,q", (b"12.345", b"13.5"), "flows",
    told="the column q is missing", within=zipped, without=("encoding",),
)  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_leaves_nothing_half(fault, provider, feed, client, place):
    check(fault, CASE, provider, feed, client, place)


def test_faults_of_a_file_are_listed_with_their_rows(provider, feed, place, tmp_path):
    path = tmp_path / "BACI_HS92_Y2023_V202601.csv"
    path.write_text(HEAD + "2023,579,752,280469,1e3x,1\n2023,NOR,752,280469,5,1\n")
    with pytest.raises(Problems) as caught:
        add(feed("baci_hs92"), [path], Ask(), place)
    told = str(caught.value)
    assert "row 2, column v: not DECIMAL(18, 3) or empty (value '1e3x')" in told
    assert "row 3, column i: not SMALLINT or empty (value 'NOR')" in told
    path.write_text(HEAD.replace("v,q", "value,q") + ROWS)
    with pytest.raises(Problems, match=r"the column v is missing .*there are t, i, j, k, value, q"):
        add(feed("baci_hs92"), [path], Ask(), place)
    path.write_bytes((HEAD + ROWS).encode("utf-16"))
    with pytest.raises(Problems, match="the text is not utf-8"):
        add(feed("baci_hs92"), [path], Ask(), place)
    assert vintages(None, place) == []
    assert not any(p.is_file() for p in place.raw.rglob("*"))


TRADE = DATA / "trade"
YEARS = (1995, 2010, 2024)  # every year agrees, and takes ten times as long
beside = pytest.mark.skipif(not TRADE.is_dir(), reason="the extracts are not beside the repository")


def as_zip(folder, select, hs, release):
    """An extract as CEPII packs it: a CSV a year, thousand USD and tonnes, NA where unknown."""
    import duckdb

    duckdb.sql(
        "CREATE OR REPLACE TEMP TABLE told AS SELECT t, i, j, k, v::DECIMAL(18, 3) AS v, "
        "coalesce(printf('%12s', (q::DECIMAL(18, 3))::VARCHAR), '          NA') AS q "
        f"FROM ({select})"
    )
    files = {}
    for (year,) in duckdb.sql("SELECT DISTINCT t FROM told ORDER BY 1").fetchall():
        name = f"BACI_{hs}_Y{year}_V{release}.csv"
        duckdb.sql(f"COPY (FROM told WHERE t = {year}) TO '{folder / name}' (HEADER)")
        files[name] = (folder / name).read_bytes()
    path = folder / f"BACI_{hs}_V{release}.zip"
    path.write_bytes(packed(files))
    return path


def sums(where):
    import duckdb

    return duckdb.sql(
        "SELECT count(*), sum(value_usd), count(quantity_kg), sum(quantity_kg), count(DISTINCT code), "
        f"min(length(code)), count(DISTINCT year) FROM read_parquet({where})"
    ).fetchall()


def paths(vintage):
    return [str(f) for f in vintage.files("flows")]


@beside
def test_every_product_of_two_exporters_comes_back_from_baci_s_own_form(feed, place, tmp_path):
    import duckdb

    source = TRADE / "baci_hs92_v202301_ALLPRODUCTS_sample_ZAF_AFG_2021.parquet"
    # Its codes are integers, so those of chapters 1–9 have lost their zero.
    path = as_zip(tmp_path, f"FROM '{source}'", "HS92", "202301")
    found = add(feed("baci_hs92"), [path], Ask(), place)
    assert found.name == "V202301"
    kg = duckdb.sql(f"SELECT sum(round(q * 1000))::BIGINT FROM '{source}'").fetchall()[0][0]
    assert sums(paths(found)) == [(71192, 69369988138, 68886, kg, 4422, 6, 1)]
    assert unique(found, "flows")


@beside
def test_the_embedded_flows_are_what_the_loader_makes_of_the_extract(feed, place, tmp_path):
    import duckdb

    source = TRADE / "baci_hs92_74codes_1995_2024.parquet"
    path = as_zip(
        tmp_path,
        f"SELECT year AS t, exporter AS i, importer AS j, hs92 AS k, value_kusd AS v, qty_t AS q "
        f"FROM '{source}' WHERE year IN {YEARS}",
        "HS92",
        "202601",
    )
    found = add(feed("baci_hs92"), [path], Ask(), place)
    assert [f.file for f in found.table("flows").files] == [f"flows-{y}.parquet" for y in YEARS]
    embedded = files("verdikart.store") / "data" / "baci_hs92.parquet"
    both = f"'{embedded}'", f"{paths(found)}"
    for one, other in (both, both[::-1]):
        assert not duckdb.sql(
            f"SELECT * FROM read_parquet({one}) WHERE year IN {YEARS} "
            f"EXCEPT SELECT * FROM read_parquet({other}) LIMIT 3"
        ).fetchall()
    assert len(rows(found, "flows")) == found.table("flows").rows > 90_000


@beside
def test_thirty_codes_of_another_revision_come_back(feed, place, tmp_path):
    import duckdb

    numbers = {row.iso3: row.baci_code for row in load(Country) if row.baci_code is not None}
    numbers["S19"] = numbers["TWN"]  # as CEPII writes it
    duckdb.sql("CREATE OR REPLACE TEMP TABLE numbers (iso3 VARCHAR, number SMALLINT)")
    for pair in numbers.items():
        duckdb.sql(f"INSERT INTO numbers VALUES {pair}")
    source = TRADE / "baci_hs17_v202601_30codes_2024.parquet"
    path = as_zip(
        tmp_path,
        "SELECT year AS t, x.number AS i, m.number AS j, hs6 AS k, value_kusd AS v, qty_t AS q "
        f"FROM '{source}' JOIN numbers x ON x.iso3 = exporter JOIN numbers m ON m.iso3 = importer",
        "HS17",
        "202601",
    )
    with pytest.raises(Problems, match=r"is of HS17, and baci_hs92 is HS92 — add it as baci_hs17"):
        add(feed("baci_hs92"), [path], Ask(), place)
    found = add(feed("baci_hs17"), [path], Ask(), place)
    whole = duckdb.sql(
        f"SELECT count(*), sum(round(value_kusd * 1000))::BIGINT FROM '{source}'"
    ).fetchall()
    assert [row[:2] for row in sums(paths(found))] == whole
    norway = duckdb.sql(
        f"SELECT sum(value_usd) FROM read_parquet({paths(found)}) WHERE exporter = 579 AND code = '750210'"
    ).fetchall()
    assert norway[0][0] == pytest.approx(2.147e9, abs=5e5)  # the figure of the extract's own notes
