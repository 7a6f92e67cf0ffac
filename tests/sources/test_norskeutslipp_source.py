"""Plants and emissions: the map service, the site's Excel exports in a session, lists saved by hand."""

import csv
import io
import json
from pathlib import Path

import pytest
from faults import FAULTS, Case, check, rows, unique, zipped
from openpyxl import Workbook
from provider import Answer, Asked

from verdikart.core.errors import Problems, UsageProblem
from verdikart.sources.model import Ask, SourceProblem
from verdikart.store.fetching import add, fetch
from verdikart.store.vintages import vintages

LISTED = Path(__file__).parents[3] / "shared/data/norway/norskeutslipp_landbased_facilities.csv"
MAP = "/arcgis/rest/services/industri/MapServer/0/query"
PAGE = "/no/Komponenter/Utslipp/Klimagasser-CO2-ekvivalenter/"
EXPORT = "/Templates/NorskeUtslipp/Pages/exportTableData.aspx"
HEAD = ["Anleggsnavn", "Fylke", "Kommune", "NACE Kode", "År", "Årlig utslipp til luft",
        "Grunnlagsverdi for luft", "Årlig utslipp til vann", "Grunnlagsverdi for vann", "Enhet",
        "AnleggId", "Org.nr."]  # fmt: skip
SHEET = [
    ["Klimagasser - CO2-ekvivalenter"],
    [],
    HEAD,
    ["Elkem Bremanger", "Vestland", "Bremanger", "24.101", 2023, "219 854,5", "Målt",
     None, None, "tonn", 5100, 911382008],
    ["Elkem Bremanger", "Vestland", "Bremanger", "24.101", "2022", 230123.25, "Estimert",
     None, None, "tonn", 5100, 911382008],
    ["Boliden Odda", "Vestland", "Ullensvang", "24.430", 2023, "IT", None, 0, "Målt", "kg", 5200, 911177870],
]  # fmt: skip
FACILITY = {
    "anlegg_id": 5447, "navn": "Yara Porsgrunn", "bransje": "20.150 - Gjødsel", "driftsstatus": "Aktiv",
    "anleggstype": "Landbasert", "forurensningsmyndighet": "Miljødirektoratet", "siste_rapportering_aar": 2023,
    "har_utslipp_luft": 1, "har_utslipp_vann": 0, "faktaark": "https://www.norskeutslipp.no/x?CompanyID=5447",
}  # fmt: skip
PLANTS = [
    {**FACILITY, "anlegg_id": 10_000 + at, "navn": f"Anlegg nr. {at}"} for at in range(1_200)
] + [FACILITY]


def book(sheet=SHEET, name="Utslipp", **more):
    out = Workbook()
    out.active.title = name
    for row in sheet:
        out.active.append(row)
    for title, lines in more.items():
        extra = out.create_sheet(title)
        for row in lines:
            extra.append(row)
    packed = io.BytesIO()
    out.save(packed)
    return packed.getvalue()


def layer(plants):
    def answer(asked):
        if asked.query.get("returnCountOnly") == ["true"]:
            return Answer(json.dumps({"count": len(plants)}).encode(), kind="application/json")
        at, size = (int(asked.query[name][0]) for name in ("resultOffset", "resultRecordCount"))
        body = {
            "objectIdFieldName": "objectid", "exceededTransferLimit": at + size < len(plants),
            "fields": [{"name": name, "type": "esriFieldTypeString"} for name in FACILITY],
            "features": [{"attributes": one} for one in plants[at : at + size]],
        }  # fmt: skip
        return Answer(
            json.dumps(body, ensure_ascii=False, indent=1).encode(), kind="application/json"
        )

    return answer


def session(body):
    """The export answers within a session, and with the start page outside one."""

    def answer(asked):
        if "ASP.NET_SessionId=abc" not in asked.headers.get("Cookie", ""):
            return Answer(b"<!DOCTYPE html><title>Norske utslipp</title>", kind="text/html")
        return Answer(
            body, kind="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        )

    return answer


STARTED = Answer(b"<!DOCTYPE html><title>CO2</title>", kind="text/html",
                 headers={"Set-Cookie": "ASP.NET_SessionId=abc; path=/"})  # fmt: skip
CASES = {
    "export": Case(
        source_id="norske_utslipp", path=EXPORT, good=session(book()), column=b"Enhet",
        revise=(b"230123.25", b"230123.75"), table="emissions", within=zipped,
        also={MAP: layer(PLANTS[:3]), PAGE: STARTED},
    ),
    "map": Case(
        source_id="norske_utslipp", path=MAP, good=layer(PLANTS[:30]), column=b"anlegg_id",
        revise=(b"Anlegg nr. 7", b"Anlegget 7."), table="facilities",
        also={EXPORT: session(book()), PAGE: STARTED},
    ),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("case", CASES)
def test_a_fault_leaves_nothing_half(case, fault, provider, feed, client, place):
    check(fault, CASES[case], provider, feed, client, place)


@pytest.fixture
def fetched(provider, feed, client, place, tmp_path):
    def _fetch(ask=None, plants=PLANTS, body=None):
        provider.on(MAP, layer(plants))
        provider.on(PAGE, STARTED)
        provider.on(EXPORT, session(body or book()))
        # With a place for answers that are kept, as the program has one.
        with client(feed("norske_utslipp"), cache=tmp_path / "cache") as one:
            return fetch(one.feed, ask or Ask(), place, one)

    return _fetch


def table(vintage, name):
    names = [c.name for c in vintage.table(name).columns]
    return [dict(zip(names, row, strict=True)) for row in rows(vintage, name)]


def test_facilities_come_by_pages_and_emissions_in_a_session(fetched):
    found = fetched()
    facilities = {r["facility_id"]: r for r in table(found, "facilities")}
    assert len(facilities) == 1_201
    yara = facilities["5447"]
    assert (yara["name"], yara["reports_air"], yara["reports_water"], yara["last_reported"]) == (
        "Yara Porsgrunn", True, False, 2023)  # fmt: skip
    emissions = {(r["facility"], r["year"], r["medium"]): r for r in table(found, "emissions")}
    assert len(emissions) == 4
    assert unique(found, "emissions")
    one = emissions["Elkem Bremanger", 2023, "air"]
    assert (one["amount"], one["unit"], one["amount_kg"], one["status_code"]) == (
        219854.5,
        "tonn",
        219854500.0,
        "ok",
    )
    assert (one["component"], one["facility_id"], one["orgnr"], one["nace"]) == (
        "Klimagasser-CO2-ekvivalenter", "5100", "911382008", "24.101")  # fmt: skip
    assert emissions["Elkem Bremanger", 2022, "air"]["status_code"] == "estimated"
    gone = emissions["Boliden Odda", 2023, "air"]
    assert (gone["amount"], gone["status"], gone["status_code"]) == (None, "IT", "missing")
    zero = emissions["Boliden Odda", 2023, "water"]
    assert (zero["amount"], zero["amount_kg"], zero["status_code"]) == (0.0, 0.0, "zero")


def test_years_are_chosen_and_other_components_are_by_hand(fetched):
    found = fetched(Ask(years=(2022, 2019)))
    assert {r["year"] for r in table(found, "emissions")} == {2022}
    assert "There are no emissions of 2019." in found.notes
    with pytest.raises(
        UsageProblem, match=r"1166 \(Klimagasser.*save its table as Excel.*data add"
    ):
        fetched(Ask(codes=("999",)))


def test_a_map_service_that_has_changed_is_told(fetched, provider, place):
    body = {"error": {"code": 400, "message": "Invalid field"}}
    with pytest.raises(SourceProblem, match=r"does not say how many.*data add"):
        provider_says(provider, fetched, body)
    with pytest.raises(Problems, match=r"the column anlegg_id is missing \(nearest: anleggid"):
        fetched(plants=[{"anleggid" if k == "anlegg_id" else k: v for k, v in FACILITY.items()}])
    assert vintages(None, place) == []


def provider_says(provider, fetched, body):
    routes = provider.on
    said = Answer(json.dumps(body).encode(), kind="application/json")
    provider.on = lambda path, *answers: routes(path, *((said,) if path == MAP else answers))
    try:
        fetched()
    finally:
        provider.on = routes


def test_a_page_of_the_map_that_is_missing_is_told(feed, place, tmp_path):
    asked = Asked("GET", MAP, {"resultOffset": ["0"], "resultRecordCount": ["1000"]}, {}, b"")
    (tmp_path / "industri-00.json").write_bytes(layer(PLANTS)(asked).body)
    with pytest.raises(
        Problems, match=r"industri-00.json: says that more facilities follow.*data add"
    ):
        add(feed("norske_utslipp"), [tmp_path / "industri-00.json"], Ask(), place)


def test_the_export_of_one_facility_has_its_components_in_rows(feed, place, tmp_path):
    path = tmp_path / "Anleggseksport.xlsx"
    path.write_bytes(book(
        [["Hammerfest LNG"], ["År", "Komponent", "Årlig utslipp til luft", "Enhet"],
         [2023, "CO2-ekvivalent", 0.91, "1000 tonn"], [2023, "Nitrogenoksider", "12,5", "tonn"]],
        Produksjonsvolum=[["Hammerfest LNG"], ["År", "Rammekrav", "Mengde"], [2023, "LNG", 5]],
    ))  # fmt: skip
    found = add(feed("norske_utslipp"), [path], Ask(), place)
    assert [
        (r["facility"], r["component"], r["amount"], r["amount_kg"])
        for r in table(found, "emissions")
    ] == [
        ("Hammerfest LNG", "CO2-ekvivalent", 0.91, 910000.0),
        ("Hammerfest LNG", "Nitrogenoksider", 12.5, 12500.0),
    ]
    assert any("Produksjonsvolum holds neither" in note for note in found.notes)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "windows-1252"])
def test_a_csv_of_emissions_with_norwegian_numbers(encoding, feed, place, tmp_path):
    path = tmp_path / "Kobber.csv"
    out = io.StringIO()
    line = [
        "Verket på Ørland",
        "Trøndelag",
        "Ørland",
        "24.440",
        "2023",
        "",
        "",
        "1\u00a0234,5",
        "Målt",
    ]
    csv.writer(out, delimiter=";").writerows([HEAD, [*line, "kg", "7", ""]])
    path.write_bytes(out.getvalue().encode(encoding))
    (one,) = table(add(feed("norske_utslipp"), [path], Ask(), place), "emissions")
    assert (one["facility"], one["component"], one["medium"], one["amount"]) == (
        "Verket på Ørland", "Kobber", "water", 1234.5)  # fmt: skip


def test_faults_of_an_export_are_listed(feed, place, tmp_path):
    path = tmp_path / "Kobber.xlsx"

    def told(*lines, head=HEAD):
        path.write_bytes(book([["Kobber"], head, *lines]))
        with pytest.raises(Problems) as caught:
            add(feed("norske_utslipp"), [path], Ask(), place)
        assert vintages(None, place) == []
        return str(caught.value)

    good = SHEET[3]
    message = told([*good[:4], "i fjor", *good[5:]], [*good[:5], "12 34", *good[6:]])
    assert "row 3, column År: is no year (value 'i fjor')" in message
    assert "row 4, column Årlig utslipp til luft: is no amount (value '12 34')" in message
    assert "there twice with different content" in told(good, [*good[:5], 1, *good[6:]])
    assert "the column Enhet is missing" in told(
        good, head=[h.replace("Enhet", "Måleenhet") for h in HEAD]
    )
    path.write_bytes(book([["ikke", "noe"], ["kjent", "her"]]))
    with pytest.raises(Problems, match=r"has no heading that is known.*data add"):
        add(feed("norske_utslipp"), [path], Ask(), place)


@pytest.mark.skipif(
    not LISTED.exists(), reason="the list of 1,222 facilities is not on this machine"
)
def test_1222_real_facilities_as_the_site_lists_them(feed, place):
    found = add(feed("norske_utslipp"), [LISTED], Ask(), place)
    facilities = table(found, "facilities")
    assert len(facilities) == 1_222
    assert unique(found, "facilities")
    assert sum(one["activity"] == "Metallurgisk industri" for one in facilities) == 47
    assert {one["sector"] for one in facilities} == {"Landbasert"}
    assert not [t for t in found.tables if t.name == "emissions"]
