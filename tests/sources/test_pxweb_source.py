"""StatBank tables through PxWebApi v2 from a local service that answers as Statistics Norway's does."""

import json
from dataclasses import replace
from math import prod

import pytest
from faults import FAULTS, Case, check, rows, unique
from hypothesis import given
from hypothesis import strategies as st
from provider import Answer

from verdikart.core.errors import Problems, UnknownName, UsageProblem
from verdikart.sources.adapters.pxweb_plan import blocks
from verdikart.sources.adapters.pxweb_reader import period
from verdikart.sources.model import Ask, SourceProblem
from verdikart.store.fetching import add, fetch
from verdikart.store.vintages import vintages

GOODS = {
    "25041000_1988": "Naturlig grafitt i pulver eller flak, M1=kg, M2=nei (1988-)",
    "28046900_1988": "Silisium, M1=kg, M2=nei (1988-)",
    "81110010_1988": "Mangan, gammelt nummer, M1=kg (1988-2021)",
    "85411000_1988": "Dioder, M1=kg, M2=stk (1988-)",
    "99999999_1988": "Varer som ikke kan spesifiseres (1988-)",
}
LAND = {"CN": "Kina", "BR": "Brasil", "NA": "Namibia", "XX": "Uspesifisert"}
DIMENSIONS = {
    "Varekoder": GOODS,
    "ImpEks": {"1": "Import", "2": "Eksport"},
    "Land": LAND,
    "ContentsCode": {"Mengde1": "Mengde 1 (M1)", "Mengde2": "Mengde 2 (M2)", "Verdi": "Verdi (kr)"},
    "Tid": {year: year for year in ("2020", "2021", "2022", "2023")},
}
ENGLISH = {
    "ImpEks": {"1": "Imports", "2": "Exports"},
    "Land": {"CN": "China", "BR": "Brazil", "NA": "Namibia", "XX": "Unspecified"},
    "ContentsCode": {"Mengde1": "Quantity 1", "Mengde2": "Quantity 2", "Verdi": "Value (NOK)"},
}
UNITS = {"Mengde1": "kg", "Mengde2": "mengde", "Verdi": "kr"}
# (goods, flow, land, contents, year) → figure or mark; every other cell is 0.
CELLS = {
    ("25041000_1988", "1", "CN", "Verdi", "2023"): 12345678,
    ("25041000_1988", "1", "CN", "Mengde1", "2023"): 987654,
    ("28046900_1988", "2", "NA", "Verdi", "2023"): 55,
    ("28046900_1988", "2", "NA", "Mengde1", "2023"): ":",
    ("28046900_1988", "1", "BR", "Verdi", "2022"): ":",
    ("85411000_1988", "1", "CN", "Verdi", "2022"): 700,
    ("85411000_1988", "1", "CN", "Mengde2", "2022"): 4,
    ("81110010_1988", "1", "CN", "Verdi", "2020"): 9,
    ("99999999_1988", "1", "XX", "Verdi", "2023"): 4000000,
    ("25041000_1988", "2", "CN", "Verdi", "2023"): "..",
    ("25041000_1988", "2", "CN", "Mengde1", "2023"): ".",
}  # fmt: skip
UPDATED = "2026-05-15T06:00:00Z"
TABLE = "/api/pxwebapi/v2/tables/08801"
CONFIG = {"apiVersion": "2.3.2", "maxDataCells": 60, "maxCallsPerTimeWindow": 0, "timeWindow": 0,
          "defaultDataFormat": "json-stat2", "license": "https://www.ssb.no/en/diverse/lisens"}  # fmt: skip


def document(chosen=None, language="en", table="08801", updated=UPDATED, dimensions=DIMENSIONS):
    """Metadata, or data where categories are chosen."""
    use = {name: list((chosen or {}).get(name, texts)) for name, texts in dimensions.items()}
    out = {
        "version": "2.0", "class": "dataset", "label": f"{table}: Utenrikshandel", "updated": updated,
        "source": "Statistisk sentralbyrå", "note": ["Verdi 0 kan være fortrolig."],
        "role": {"time": ["Tid"], "metric": ["ContentsCode"]},
        "id": list(use), "size": [len(codes) for codes in use.values()], "dimension": {},
        "extension": {"px": {"tableid": table, "language": language, "decimals": 0}},
    }  # fmt: skip
    for name, codes in use.items():
        texts = dimensions[name] | (ENGLISH.get(name, {}) if language == "en" else {})
        category = {"index": {code: at for at, code in enumerate(codes)},
                    "label": {code: texts[code] for code in codes}}  # fmt: skip
        if name == "ContentsCode":
            category["unit"] = {code: {"base": UNITS[code], "decimals": 0} for code in codes}
        out["dimension"][name] = {"label": name.lower(), "category": category}
    if chosen is not None:
        cells = [()]
        for codes in use.values():
            cells = [(*cell, code) for cell in cells for code in codes]
        found = [CELLS.get(cell, 0) for cell in cells]
        out["value"] = [None if isinstance(one, str) else one for one in found]
        out["status"] = {str(at): one for at, one in enumerate(found) if isinstance(one, str)}
    return out


def answer(asked):
    """The data endpoint: a selection by GET or POST; above the budget it is refused."""
    if asked.method == "POST":
        chosen = {s["variableCode"]: s["valueCodes"] for s in asked.json()["selection"]}
    else:
        chosen = {name: asked.query[f"valueCodes[{name}]"][0].split(",") for name in DIMENSIONS}
    for name, codes in chosen.items():
        if codes == ["*"]:
            chosen[name] = list(DIMENSIONS[name])
        elif not set(codes) <= set(DIMENSIONS[name]):
            return refused("Non-existent value")
    if prod(map(len, chosen.values())) > CONFIG["maxDataCells"]:
        return refused("Too many cells selected")
    assert asked.query["outputFormat"] == ["json-stat2"]
    return Answer(
        json.dumps(document(chosen), ensure_ascii=False, indent=1).encode(), kind="application/json"
    )


def refused(title):
    body = {"type": "Parameter error", "title": title, "status": 400}
    return Answer(json.dumps(body).encode(), 400, kind="application/problem+json")


def metadata(asked):
    language = asked.query["lang"][0]
    return Answer(
        json.dumps(document(None, language), ensure_ascii=False).encode(), kind="application/json"
    )


ALSO = {
    "/api/pxwebapi/v2/config": Answer(json.dumps(CONFIG).encode(), kind="application/json"),
    f"{TABLE}/metadata": metadata,
}
CASE = Case(
    source_id="ssb_08801", path=f"{TABLE}/data", good=answer, column=b"Varekoder", table="trade",
    revise=(b"12345678", b"12345679"), ask=Ask(years=(2023,)), also=ALSO,
)  # fmt: skip


@pytest.fixture
def fetched(provider, feed, client, place):
    for path, found in ALSO.items():
        provider.on(path, found)
    provider.on(f"{TABLE}/data", answer)

    def _fetch(ask=None):
        with client(feed("ssb_08801")) as one:
            return fetch(one.feed, ask or Ask(), place, one)

    return _fetch


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_leaves_nothing_half(fault, provider, feed, client, place):
    check(fault, CASE, provider, feed, client, place)


def test_cells_keep_codes_texts_units_and_marks(fetched):
    found = fetched()
    assert found.release == UPDATED
    table = rows(found, "cells")
    # 81110010 has no meaning in 2022 and 2023, so it is not asked for there.
    assert len(table) == (5 + 5 + 4 + 4) * 2 * 4 * 3
    assert unique(found, "cells")
    names = [c.name for c in found.table("cells").columns]
    by_cell = {(r[0], r[3], r[6], r[9], r[12]): dict(zip(names, r, strict=True)) for r in table}
    one = by_cell["25041000_1988", "1", "CN", "Verdi", "2023"]
    assert (one["value"], one["unit"], one["status"], one["status_code"]) == (
        12345678.0,
        "kr",
        None,
        "ok",
    )
    assert (one["Land_en"], one["Land_nb"], one["year"], one["month"]) == (
        "China",
        "Kina",
        2023,
        None,
    )
    told = {key: (by_cell[key]["value"], by_cell[key]["status"], by_cell[key]["status_code"]) for key in (
        ("28046900_1988", "1", "BR", "Verdi", "2022"), ("25041000_1988", "2", "CN", "Verdi", "2023"),
        ("25041000_1988", "2", "CN", "Mengde1", "2023"),
        ("25041000_1988", "1", "BR", "Verdi", "2023"))}  # fmt: skip
    assert list(told.values()) == [
        (None, ":", "suppressed"), (None, "..", "missing"), (None, ".", "not_applicable"), (0.0, None, "zero"),
    ]  # fmt: skip


def test_goods_have_the_shape_of_trade(fetched):
    found = fetched(Ask(years=(2022, 2023)))
    assert unique(found, "trade")
    names = [c.name for c in found.table("trade").columns]
    table = [dict(zip(names, row, strict=True)) for row in rows(found, "trade")]
    by_code = {(r["code"], r["year"], r["partner_code"], r["flow"]): r for r in table}
    assert len(table) == 6  # rows that are zero throughout are only among the cells
    one = by_code["25041000", 2023, "CN", "import"]
    assert (one["value"], one["quantity_kg"], one["currency"], one["reporter"]) == (
        12345678,
        987654.0,
        "NOK",
        "NOR",
    )
    assert (one["partner"], one["hs6"], one["hs_nomenclature"], one["nomenclature"]) == (
        "CHN",
        "250410",
        "HS22",
        "NO8",
    )
    assert (one["code_valid_from"], one["supplementary_quantity"], one["confidentiality"]) == (
        1988,
        None,
        None,
    )
    hidden = by_code["28046900", 2022, "BR", "import"]
    assert (hidden["value"], hidden["status_code"], hidden["confidentiality"]) == (
        None,
        "suppressed",
        "suppressed",
    )
    namibia = by_code["28046900", 2023, "NA", "export"]
    assert (namibia["partner"], namibia["value"], namibia["quantity_kg"]) == ("NAM", 55, None)
    assert namibia["quantity_status"] == ":"
    pieces = by_code["85411000", 2022, "CN", "import"]
    assert (
        pieces["supplementary_quantity"],
        pieces["supplementary_unit"],
        pieces["quantity_kg"],
    ) == (4.0, "stk", 0.0)
    size = by_code["99999999", 2023, "XX", "import"]
    assert (size["value"], size["partner"], size["confidentiality"]) == (
        4000000,
        None,
        "sum_of_suppressed",
    )
    notes = " ".join(found.notes)
    assert "kept by the provider's code: XX" in notes
    assert "Not asked for: 2 of 4 periods, 2020 to 2021" in notes
    assert "Verdi 0 kan være fortrolig" in notes


def test_no_request_is_above_the_budget_and_long_ones_are_posted(fetched, provider, monkeypatch):
    monkeypatch.setattr("verdikart.sources.adapters.pxweb.LONGEST", 250)
    fetched()
    methods = {a.method for a in provider.asked if a.path.endswith("/data")}
    assert "POST" in methods  # the service refuses what is above its budget, so all were within


def test_codes_and_countries_are_chosen_from_the_metadata(fetched, provider):
    found = fetched(Ask(years=(2023,), codes=("2504", "999999"), countries=("CHN",)))
    assert {(r[0], r[6]) for r in rows(found, "cells")} == {
        ("25041000_1988", "CN"),
        ("99999999_1988", "CN"),
    }
    with pytest.raises(UnknownName, match="unknown code of Varekoder in table 08801 '7202'"):
        fetched(Ask(codes=("7202",)))
    with pytest.raises(UsageProblem, match="none of the years asked for; it has 2020 to 2023"):
        fetched(Ask(years=(1987,)))
    with pytest.raises(UsageProblem, match="present edition"):
        fetched(Ask(release="2025"))


def test_without_years_the_newest_that_a_fair_number_of_requests_give(fetched, monkeypatch):
    monkeypatch.setattr("verdikart.sources.adapters.pxweb_plan.MOST", 4)
    found = fetched()
    assert {r[12] for r in rows(found, "cells")} == {"2022", "2023"}
    assert any("Not asked for: 2 of 4 periods, 2020 to 2021" in note for note in found.notes)


def test_a_table_updated_between_requests_is_not_put_together(fetched, provider, place):
    first = replace(answer_of("2026-05-15T06:00:00Z"))
    provider.on(f"{TABLE}/data", first, answer_of("2026-06-15T06:00:00Z"))
    with pytest.raises(Problems, match=r"updated between the requests .*2026-06-15"):
        fetched()
    assert vintages(None, place) == []


def answer_of(updated):
    chosen = {name: list(texts) for name, texts in DIMENSIONS.items()}
    return Answer(json.dumps(document(chosen, updated=updated)).encode(), kind="application/json")


def test_what_the_service_refuses_is_told(fetched, provider):
    provider.on(f"{TABLE}/data", refused("Too many cells selected"))
    with pytest.raises(SourceProblem, match=r"400.*Too many cells selected.*data add"):
        fetched()
    provider.on(f"{TABLE}/metadata", Answer(b'{"variables": []}', kind="application/json"))
    with pytest.raises(
        SourceProblem, match=r"metadata of table 08801 are no JSON-stat 2.0.*data add"
    ):
        fetched()


def test_a_table_saved_by_hand_needs_no_metadata(feed, place, tmp_path):
    path = tmp_path / "08801_20261122.json"
    chosen = {name: list(texts) for name, texts in DIMENSIONS.items()}
    path.write_text(json.dumps(document(chosen, "no")))
    found = add(feed("ssb_08801"), [path], Ask(), place)
    assert len(rows(found, "trade")) == 7
    path.write_text(json.dumps(document(chosen, "en")))
    assert rows(add(feed("ssb_08801"), [path], Ask(), place), "trade") == rows(found, "trade")
    path.write_text(json.dumps(document(chosen, "no")))
    again = tmp_path / "again.json"
    again.write_text(json.dumps(document({**chosen, "Tid": ["2023"]}, "no")))
    with pytest.raises(
        Problems, match=r"again.json: has cells that are in 08801_20261122.json too"
    ):
        add(feed("ssb_08801"), [path, again], Ask(), place)
    path.write_text(json.dumps(document(chosen, table="08799")))
    again.write_text('{"class": "dataset", "id": ["Tid"], "size": [2], "dimension": {}}')
    (tmp_path / "08801.px").write_text('CHARSET="ANSI";')
    with pytest.raises(Problems) as caught:
        add(feed("ssb_08801"), [tmp_path], Ask(), place)
    assert "is table 08799, and ssb_08801 is 08801" in str(caught.value)
    assert "the dimension Tid is named in id and is not described" in str(caught.value)
    assert "08801.px: is neither JSON-stat nor CSV" in str(caught.value)


def test_a_table_of_other_dimensions_by_month(feed, place, tmp_path):
    path = tmp_path / "14091.json"
    months = {"2026M01": "2026M01", "2026M02": "2026M02"}
    dimensions = {
        "Produk2": {"1": "Vannkraft"},
        "ContentsCode": {"Verdi": "Elektrisk kraft"},
        "Tid": months,
    }
    path.write_text(json.dumps(document({}, "no", "14091", dimensions=dimensions)
                               | {"value": {"1": 12.5}, "status": {"0": "x"}}))  # fmt: skip
    found = add(feed("ssb_14091"), [path], Ask(), place)
    assert [(r[6], r[7], r[9], r[11], r[12], r[13]) for r in rows(found, "cells")] == [
        ("2026M01", 2026, 1, None, "x", "missing"), ("2026M02", 2026, 2, 12.5, None, "ok"),
    ]  # fmt: skip
    assert any("does not explain are kept: x" in note for note in found.notes)


@pytest.mark.parametrize(("code", "told"), [
    ("2023", (2023, None, None)), ("2023M05", (2023, None, 5)), ("2023K2", (2023, 2, None)),
    ("2023Q4", (2023, 4, None)), ("2023U12", (2023, None, None)), ("2021-2023", (None, None, None)),
])  # fmt: skip
def test_periods(code, told):
    assert period(code) == told


@given(
    sizes=st.lists(st.integers(1, 7), min_size=1, max_size=4),
    budget=st.integers(1, 60),
)
def test_blocks_are_the_whole_once_within_the_budget(sizes, budget):
    selection = {f"d{at}": [f"{at}-{n}" for n in range(size)] for at, size in enumerate(sizes)}
    found = blocks(selection, budget, "d0")
    seen = []
    for block in found:
        cells = [()]
        for codes in block.values():
            cells = [(*cell, code) for cell in cells for code in codes]
        assert 0 < len(cells) <= budget
        seen += cells
    assert len(seen) == len(set(seen)) == prod(sizes)
