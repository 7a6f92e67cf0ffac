"""BACI as CEPII packs it, with the faults that such files come with."""

import pytest
from faults import FAULTS, Case, check, packed, rows, zipped
from provider import Answer

from verdikart.core.errors import Problems
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
