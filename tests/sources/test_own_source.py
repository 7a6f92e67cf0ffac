"""Tables of one's own: CSV, JSON-stat, SDMX-CSV and Frictionless, and every fault told at once."""

import json

import pytest
from baci_files import rows

from verdikart.core.errors import DataProblem, Problems
from verdikart.sources.model import Ask
from verdikart.store.fetching import add_own, rebuild
from verdikart.store.vintages import vintages

YAML = """
id: own_stocks
title: {en: Emergency stocks, nb: Beredskapslagre}
provider: Departementet
licence: Not for publication
format: csv
csv: {separator: ";", decimal: ","}
columns:
  Råvare: {is: material, codes: {Ni: nickel}}
  Land: {is: country, as: iso2}
  År: {is: year}
  Lager: {is: figure, id: stock, name: {en: Stock, nb: Lager}, unit: t,
          missing: [".."], suppressed: [":"]}
  Merknad: {is: note}
"""
CSV = (
    "Råvare;Land;År;Lager;Merknad\nNi;NO;2024;1 234,5;to lagre\nkobolt;SE;2024;:;\n"
    "cobalt;NO;2024;..;\nNi;SE;2024;0;\n"
)


@pytest.fixture
def put(tmp_path, place):
    """Write a description and files, and add them."""

    def _put(yaml, **files):
        folder = tmp_path / "own"
        folder.mkdir(exist_ok=True)
        for old in folder.iterdir():
            old.unlink()
        about = tmp_path / "own.yaml"
        about.write_text(yaml, encoding="utf-8")
        for name, content in files.items():
            name = name.replace("__", ".")
            data = content if isinstance(content, bytes) else content.encode()
            (folder / name).write_bytes(data)
        return add_own(about, [folder], Ask(), place)

    return _put


def figures(made):
    named = [c.name for c in made.table("figures").columns]
    return [dict(zip(named, row, strict=True)) for row in rows(made, "figures")]


def test_a_table_in_norwegian_form_becomes_figures(put, place):
    made = put(YAML, stocks__csv=CSV)
    told = {
        (f["material"], f["country"]): (f["value"], f["status_code"], f["unit"])
        for f in figures(made)
    }
    assert told == {
        ("nickel", "NOR"): (1234.5, "ok", "t"),
        ("cobalt", "SWE"): (None, "suppressed", "t"),
        ("cobalt", "NOR"): (None, "missing", "t"),
        ("nickel", "SWE"): (0, "zero", "t"),
    }
    assert made.source_id == "own_stocks"
    assert {r.name for r in made.raw} == {"own.yaml", "stocks.csv"}
    assert figures(rebuild(made.id, place)) == figures(made)


def test_every_fault_of_the_data_is_told_at_once(put, place):
    bad = (
        "Råvare;Land;År;Lager;Merknad\nnikkle;NO;2024;1;\nNi;XX;2024;1;\nNi;NO;24;1;\n"
        "Ni;NO;2023;1.5t;\nNi;DK;2024;1;\nNi;DK;2024;2;\n"
    )
    with pytest.raises(Problems) as caught:
        put(YAML, stocks__csv=bad)
    told = str(caught.value)
    for part in (
        "row 2, column Råvare: is no material (value 'nikkle') — nearest: nickel",
        "row 3, column Land: is no country as iso2 (value 'XX')",
        "row 4, column År: is no year (value '24')",
        "row 5, column Lager: is no number (value '1.5t')",
        "row 7: is of the same thing as row 6",
    ):
        assert part in told, told
    assert len(caught.value.problems) == 5
    assert vintages(None, place) == []


def test_every_fault_of_a_description_is_told_at_once(put):
    bad = """
id: stocks
title: {en: x}
provider: P
format: xls
columns:
  A: {is: materiel}
  B: {is: code, nomenclature: HS93}
  C: {is: figure, unit: ton, name: {en: a, nb: b}, sise: 1}
"""
    with pytest.raises(Problems) as caught:
        put(bad, x__csv="A,B,C\n")
    told = str(caught.value)
    for part in ("own_ and small letters", "lacks a language", "licence: is missing", "is no format",
                 "is no kind of column", "is no nomenclature", "is no unit", "sise: is no field"):  # fmt: skip
        assert part in told, part


def test_a_column_that_is_not_there_names_the_nearest(put):
    with pytest.raises(
        Problems, match=r"column Lager: the column is not in the file.*nearest: Lager_t"
    ):
        put(YAML, stocks__csv=CSV.replace("Lager;", "Lager_t;", 1))


def test_another_encoding_is_told_and_can_be_named(put):
    with pytest.raises(Problems, match="is not utf-8 text"):
        put(YAML, stocks__csv=CSV.encode("latin-1"))
    said = YAML.replace('decimal: ","', 'decimal: ",", encoding: latin-1')
    assert put(said, stocks__csv=CSV.encode("latin-1")).table("figures").rows == 4


STAT = {
    "version": "2.0", "class": "dataset", "label": "x", "id": ["Land", "År"], "size": [2, 2],
    "dimension": {
        "Land": {"category": {"index": {"NO": 0, "SE": 1}}},
        "År": {"category": {"index": ["2023", "2024"]}},
    },
    "value": [1.5, None, 0, 4], "status": {"1": ":"},
}  # fmt: skip
STAT_YAML = """
id: own_power
title: {en: Power, nb: Kraft}
provider: NVE
licence: NLOD
format: json-stat
columns:
  Land: {is: country, as: iso2}
  År: {is: year}
  value: {is: figure, id: power, name: {en: Power, nb: Kraft}, unit: count, suppressed: [":"]}
"""


@pytest.mark.parametrize(
    ("old", "new", "part"),
    [
        ("provider: Departementet", "provider: [a, b]", "provider: is no text"),
        ("Emergency stocks", "[a]", "title.en: is no text"),
        ("{is: year}", "{is: year}\n  Land: {is: note}", "Land stands twice"),
        ('separator: ";"', "separator: ;;", "csv.separator: is no separator"),
        ('decimal: ","', "decimal: x", "csv.decimal: is no decimal mark"),
        ("format: csv", "format: json-stat", "is of delimited text alone"),
        ('missing: [".."]', "missing: [[a]]", "missing: is no list of texts"),
        ("  Land", "\tLand", "is not valid YAML"),
    ],
)
def test_odd_values_of_a_description_are_told(put, old, new, part):
    with pytest.raises(Problems) as caught:
        put(YAML.replace(old, new), stocks__csv=CSV)
    assert part in str(caught.value)


def test_words_that_yaml_takes_for_truth_or_numbers_stay_words(put):
    yaml = YAML.replace("as: iso2", "codes: {NO: NOR, SE: SWE, 01: DNK}")
    made = put(yaml, stocks__csv=CSV + "Ni;01;2024;1;\n")
    assert {f["country"] for f in figures(made)} == {"NOR", "SWE", "DNK"}


@pytest.mark.parametrize("wrong", ["1.5", "1_000", "12.34,5", "1 23", "²"])
def test_a_number_in_another_notation_is_a_fault_and_never_another_number(put, wrong):
    with pytest.raises(Problems, match="is no number"):
        put(YAML, stocks__csv=f"Råvare;Land;År;Lager;Merknad\nNi;NO;2024;{wrong};\n")


def test_numbers_and_blanks_as_norwegian_tables_have_them(put):
    text = (
        "Råvare;Land;År;Lager;Merknad\nNi;NO;2021;1.234,5;\nNi;NO;2022;−1 234 567;\nNi;NO;2023;;\n"
    )
    made = put(YAML, stocks__csv=text.replace("\n", "\r"))
    told = {f["year"]: (f["value"], f["status_code"]) for f in figures(made)}
    assert told == {2021: (1234.5, "ok"), 2022: (-1234567, "ok"), 2023: (None, "missing")}


@pytest.mark.parametrize(
    ("text", "part"),
    [
        (
            "Råvare;Land;År;Lager;Lager\nNi;NO;2024;1;2\n",
            "column Lager: stands twice in the header",
        ),
        (CSV + 'Ni;DK;2024;1;"to lagre\n', "unexpected end of data"),
        (CSV.replace("2024", "²²²²"), "is no year"),
        (CSV.replace("2024", "2024AB"), "is no year"),
        ("", "has fewer than two columns"),
        (CSV.splitlines()[0], "stocks.csv: holds no rows — "),
    ],
)
def test_odd_files_are_told(put, text, part):
    with pytest.raises(Problems) as caught:
        put(YAML, stocks__csv=text)
    assert part in str(caught.value)


@pytest.mark.parametrize(
    "change",
    [{"id": None}, {"size": [2]}, {"size": ["2", "2"]}, {"dimension": {}}, {"value": 5},
     {"value": {"x": 1}}, {"value": {"9": 1}}],
)  # fmt: skip
def test_json_stat_built_wrongly_is_told(put, change):
    with pytest.raises(Problems, match="is not built as format: json-stat is"):
        put(STAT_YAML, power__json=json.dumps({**STAT, **change}))


def test_sparse_json_stat_keeps_marks_without_a_value(put):
    sparse = {**STAT, "size": [2, 2], "value": {"3": 4}, "status": {"1": ":"}}
    made = put(STAT_YAML, power__json=json.dumps(sparse))
    told = {(f["country"], f["year"]): (f["value"], f["status_code"]) for f in figures(made)}
    assert told == {("NOR", 2024): (None, "suppressed"), ("SWE", 2024): (4, "ok")}


def test_a_resource_with_another_decimal_mark_is_told(put):
    schema = {"fields": [{"name": "v", "decimalChar": ","}]}
    package = {"resources": [{"name": "a", "path": "a.csv", "schema": schema}]}
    yaml = STAT_YAML.replace("json-stat", "frictionless").replace("value: {", "v: {")
    with pytest.raises(Problems, match=r"has the decimal mark , — write csv: \{decimal: ','\}"):
        put(yaml, datapackage__json=json.dumps(package), a__csv='Land,År,v\nNO,2023,"1,5"\n')
    with pytest.raises(Problems, match="is not built as format: frictionless is"):
        put(yaml, datapackage__json=json.dumps({"resources": ["a"]}), a__csv="x,y\n")


def test_json_stat_with_marks(put):
    made = put(STAT_YAML, power__json=json.dumps(STAT))
    told = {(f["country"], f["year"]): (f["value"], f["status_code"]) for f in figures(made)}
    assert told == {
        ("NOR", 2023): (1.5, "ok"), ("NOR", 2024): (None, "suppressed"),
        ("SWE", 2023): (0, "zero"), ("SWE", 2024): (4, "ok"),
    }  # fmt: skip
    with pytest.raises(Problems, match="has 3 values, and size says 4"):
        put(STAT_YAML, power__json=json.dumps({**STAT, "value": [1, 2, 3]}))
    with pytest.raises(Problems, match="not whole JSON"):
        put(STAT_YAML, power__json=json.dumps(STAT)[:-20])
    with pytest.raises(Problems, match="is no JSON-stat dataset"):
        put(STAT_YAML, power__json="{}")


def test_sdmx_csv_with_its_observation_status(put):
    yaml = STAT_YAML.replace("json-stat", "sdmx-csv").replace("value: {", "OBS_VALUE: {")
    yaml = (
        yaml.replace("Land:", "GEO:")
        .replace("År:", "TIME_PERIOD:")
        .replace('suppressed: [":"]', "suppressed: [C], status: OBS_STATUS")
    )
    made = put(
        yaml,
        power__csv=(
            "STRUCTURE,STRUCTURE_ID,GEO,TIME_PERIOD,OBS_VALUE,OBS_STATUS\n"
            "dataflow,X:Y(1.0),NO,2023,1.5,A\ndataflow,X:Y(1.0),EL,2024-03,,C\n"
        ),
    )
    told = {
        f["country"]: (f["value"], f["status_code"], f["status"], f["year"]) for f in figures(made)
    }
    assert told == {"NOR": (1.5, "ok", "A", 2023), "GRC": (None, "suppressed", "C", 2024)}


def test_a_resource_of_a_data_package(put):
    package = {
        "resources": [
            {"name": "a", "path": "a.csv", "dialect": {"delimiter": ";"},
             "schema": {"missingValues": ["", "-"]}},
            {"name": "b", "path": "b.csv"},
        ]
    }  # fmt: skip
    yaml = STAT_YAML.replace("json-stat", "frictionless").replace("value: {", "v: {")
    files = {
        "datapackage__json": json.dumps(package),
        "a__csv": "Land;År;v\nNO;2023;-\nSE;2023;7\n",
    }
    with pytest.raises(Problems, match=r"which resource is not clear.*a, b"):
        put(yaml, **files)
    made = put(yaml + "resource: a\n", **files)
    assert {f["country"]: (f["value"], f["status_code"]) for f in figures(made)} == {
        "NOR": (None, "missing"),
        "SWE": (7, "ok"),
    }
    with pytest.raises(Problems, match=r"its file b\.csv is not among those added"):
        put(yaml + "resource: b\n", **files)


def test_a_code_of_another_revision_is_told(put):
    yaml = STAT_YAML.replace("json-stat", "csv").replace("value: {", "v: {")
    yaml = yaml.replace("  Land:", "  K: {is: code, nomenclature: HS92}\n  Land:")
    with pytest.raises(Problems, match=r"is no code of HS92 \(value '854142'\)"):
        put(yaml, x__csv="K,Land,År,v\n854142,NO,2023,1\n")


def test_a_description_that_is_not_there(tmp_path, place):
    with pytest.raises(DataProblem, match=r"nowhere\.yaml: cannot be read"):
        add_own(tmp_path / "nowhere.yaml", [], Ask(), place)
