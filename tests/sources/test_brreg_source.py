"""The register of entities from a local service that answers in its HAL pages, and from its download."""

import csv
import gzip
import io
import json
from pathlib import Path

import pytest
from faults import FAULTS, Case, check, rows, unique
from provider import Answer

from verdikart.core.errors import Problems, UsageProblem
from verdikart.sources.model import Ask, SourceProblem
from verdikart.store.fetching import add, fetch
from verdikart.store.vintages import vintages

COMPANIES = (
    Path(__file__).parents[3] / "shared/data/norway/brreg_105_industrial_companies_by_nace.csv"
)
PATH = "/enhetsregisteret/api/enheter"
FORMS = {"Aksjeselskap": "AS", "Norskregistrert utenlandsk foretak": "NUF", "Allmennaksjeselskap": "ASA",
         "Stiftelse": "STI", "Enkeltpersonforetak": "ENK", "Interkommunalt selskap": "IKS"}  # fmt: skip


def number(eight):
    """A nine-digit number with its check digit, or None where the eight digits have none."""
    weighted = sum(w * int(d) for w, d in zip((3, 2, 7, 6, 5, 4, 3, 2), eight, strict=True))
    last = (11 - weighted % 11) % 11
    return None if last == 10 else f"{eight}{last}"


def entity(orgnr, name="VERKET AS", nace="24.421", employees=None, known=True, **more):
    out = {
        "organisasjonsnummer": orgnr, "navn": name,
        "organisasjonsform": {"kode": "AS", "beskrivelse": "Aksjeselskap", "_links": {"self": {"href": "x"}}},
        "registreringsdatoEnhetsregisteret": "1995-03-12", "registrertIMvaregisteret": True,
        "naeringskode1": {"kode": nace, "beskrivelse": "Produksjon av primæraluminium"},
        "harRegistrertAntallAnsatte": known,
        "forretningsadresse": {"land": "Norge", "landkode": "NO", "postnummer": "6600",
                               "poststed": "SUNNDALSØRA",
                               "adresse": ["Industriveien 1"], "kommune": "SUNNDAL", "kommunenummer": "1563"},
        "konkurs": False, "underAvvikling": False, "_links": {"self": {"href": "x"}}, **more,
    }  # fmt: skip
    if employees is not None:
        out["antallAnsatte"] = employees
    return out


NUMBERS = [n for at in range(93494900, 93497700) if (n := number(str(at)))][:2_400]
MANY = [entity(n, employees=5 + at) for at, n in enumerate(NUMBERS)]
MANY[0] = entity(
    NUMBERS[0], name="HYDRO ÅRDAL", employees=None, overordnetEnhet=NUMBERS[9], erIKonsern=True
)
MANY[1] = entity(NUMBERS[1], known=False)


def page(entities, kind="enheter"):
    """The answers of a search: a page of what is found."""

    def answer(asked):
        size, at = int(asked.query.get("size", ["20"])[0]), int(asked.query.get("page", ["0"])[0])
        if (at + 1) * size > 10_000:
            return Answer(
                b'{"status": 400, "feilmelding": "for mange"}', 400, kind="application/json"
            )
        body = {
            "_links": {"self": {"href": "x"}},
            "page": {
                "size": size,
                "totalElements": len(entities),
                "totalPages": -(-len(entities) // size),
                "number": at,
            },
        }
        if found := entities[at * size : (at + 1) * size]:
            body = {"_embedded": {kind: found}, **body}
        return Answer(
            json.dumps(body, indent=0).encode(), kind="application/hal+json;charset=UTF-8"
        )

    return answer


CASE = Case(
    source_id="brreg", path=PATH, good=page(MANY[:30]), column=b"organisasjonsnummer",
    revise=(b"HYDRO", b"NORSK"), table="companies", ask=Ask(codes=("24.42",)),
)  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_leaves_nothing_half(fault, provider, feed, client, place):
    check(fault, CASE, provider, feed, client, place)


@pytest.fixture
def fetched(provider, feed, client, place):
    def _fetch(answer, *codes, source="brreg"):
        provider.on(PATH if source == "brreg" else PATH.replace("enheter", "underenheter"), answer)
        with client(feed(source)) as one:
            return fetch(one.feed, Ask(codes=codes), place, one)

    return _fetch


def table(vintage):
    names = [c.name for c in vintage.table("companies").columns]
    return {r[0]: dict(zip(names, r, strict=True)) for r in rows(vintage, "companies")}


def test_pages_are_put_together_and_what_is_withheld_is_said(fetched, provider):
    found = fetched(page(MANY), "24.42")
    companies = table(found)
    assert len(companies) == 2_400
    assert unique(found, "companies")
    assert {a.query["page"][0] for a in provider.asked} == {"0", "1", "2"}
    few, none, plain = (companies[n] for n in NUMBERS[:3])
    assert (few["employees"], few["employees_low"], few["employees_high"], few["status_code"]) == (
        None,
        1,
        4,
        "suppressed",
    )
    assert (none["employees"], none["employees_low"], none["status_code"], none["employees_registered"]) == (
        None, None, "missing", False)  # fmt: skip
    assert (plain["employees"], plain["employees_low"], plain["status_code"]) == (7, 7, "ok")
    assert (few["name"], few["parent_orgnr"], few["in_group"]) == ("HYDRO ÅRDAL", NUMBERS[9], True)
    assert (plain["nace1"], plain["municipality_code"], plain["municipality"], plain["country"]) == (
        "24.421", "1563", "SUNNDAL", "NO")  # fmt: skip
    assert (str(plain["registered"]), plain["form"], plain["bankrupt"]) == (
        "1995-03-12",
        "AS",
        False,
    )


def test_establishments_have_their_own_addresses(fetched):
    one = entity(NUMBERS[0], employees=50, overordnetEnhet=NUMBERS[1])
    one["beliggenhetsadresse"] = one.pop("forretningsadresse")
    (found,) = table(
        fetched(page([one], "underenheter"), "24.42", source="brreg_underenheter")
    ).values()
    assert (found["municipality"], found["parent_orgnr"], found["employees"]) == (
        "SUNNDAL",
        NUMBERS[1],
        50,
    )


def test_what_a_search_cannot_give_is_told(fetched, feed, client, place):
    with pytest.raises(
        UsageProblem, match=r"no entity has the industry code 24.99.*SN2007 to SN2025"
    ):
        fetched(page([]), "24.99")
    with pytest.raises(UsageProblem, match="24 has 10100 entities and a search gives 10000"):
        fetched(page([{}] * 10_100), "24")
    with pytest.raises(SourceProblem, match=r"no number of entities.*data add"):
        fetched(Answer(b'{"links": []}', kind="application/json"), "24.42")
    with client(feed("brreg")) as one, pytest.raises(UsageProblem, match="registered today"):
        fetch(one.feed, Ask(years=(2020,)), place, one)


def test_a_register_that_changed_between_pages_is_not_put_together(fetched, place):
    def shifting(asked):
        return page(MANY if asked.query["page"] == ["0"] else MANY[5:])(asked)

    with pytest.raises(
        Problems, match=r"search for 24.42: 2395 entities came of 2400.*fetch it again"
    ):
        fetched(shifting, "24.42")
    assert vintages(None, place) == []


def download(entities, separator=","):
    def flat(one, before=""):
        for name, value in one.items():
            if isinstance(value, dict):
                yield from flat(value, f"{before}{name}.")
            else:
                yield (
                    before + name,
                    {True: "true", False: "false"}.get(value, value)
                    if isinstance(value, bool)
                    else value,
                )

    lines = [dict(flat(one)) for one in entities]
    names = sorted({name for one in lines for name in one if "_links" not in name})
    out = io.StringIO()
    writer = csv.DictWriter(
        out, names, delimiter=separator, quoting=csv.QUOTE_ALL, extrasaction="ignore"
    )
    writer.writeheader()
    writer.writerows(lines)
    return out.getvalue().encode()


@pytest.mark.parametrize("separator", [",", ";"])
def test_the_whole_register_is_a_gzipped_csv(separator, provider, feed, client, place):
    provider.on(
        f"{PATH}/lastned/csv",
        Answer(gzip.compress(download(MANY[:50], separator)), kind="application/gzip"),
    )
    with client(feed("brreg")) as one:
        found = fetch(one.feed, Ask(), place, one)
    companies = table(found)
    assert len(companies) == 50
    assert companies[NUMBERS[0]]["status_code"] == "suppressed"
    assert companies[NUMBERS[0]]["name"] == "HYDRO ÅRDAL"
    assert companies[NUMBERS[1]]["employees_registered"] is False


def test_faults_of_files_added_by_hand(feed, place, tmp_path):
    path = tmp_path / "enheter_alle.csv"

    def told(content):
        path.write_bytes(content)
        with pytest.raises(Problems) as caught:
            add(feed("brreg"), [path], Ask(), place)
        assert vintages(None, place) == []
        return str(caught.value)

    good = download(MANY[:5])
    changed = good.replace(NUMBERS[3].encode(), b"9.34949E+08").replace(
        NUMBERS[4].encode(), b"934949000"
    )
    message = told(changed)
    assert "is no organisation number" in message
    assert "9.34949E+08" in message
    assert "934949000" in message
    assert "the column naeringskode1.kode is missing" in told(
        good.replace(b"naeringskode1.kode", b"nace")
    )
    assert "cut short or corrupt" in told(gzip.compress(good)[:200])
    assert "holds no page of enheter (there are feil)" in told(b'{"feil": 1}')
    assert "no entity has harRegistrertAntallAnsatte" in told(
        json.dumps([{k: v for k, v in MANY[0].items() if k[0] != "h"}]).encode()
    )


@pytest.mark.skipif(
    not COMPANIES.exists(), reason="the list of 105 companies is not on this machine"
)
def test_105_real_companies_in_the_registers_form(fetched):
    with COMPANIES.open(encoding="utf-8") as text:
        listed = list(csv.DictReader(text))
    entities = {}
    for one in listed:
        employees = int(float(one["employees"])) if one["employees"] else None
        entities.setdefault(one["org_number"], entity(
            one["org_number"], one["name"], one["nace_code"], employees,
            registreringsdatoEnhetsregisteret=one["registration_date"], hjemmeside=one["website"] or None,
            organisasjonsform={"kode": FORMS[one["organizational_form"]],
                               "beskrivelse": one["organizational_form"]},
            forretningsadresse={"kommune": one["municipality"], "poststed": one["postal_place"]}))  # fmt: skip
    found = fetched(page(list(entities.values())), "24")
    companies = table(found)
    assert len(companies) == len(entities) == 100
    assert companies["934949145"]["name"] == "HEIDELBERG MATERIALS SEMENT NORGE AS"
    assert companies["934949145"]["employees"] == 394
    assert companies["995837978"]["form"] == "NUF"
    assert companies["910963074"]["name"] == "AS VÅGSØY FERDIGBETONG"
