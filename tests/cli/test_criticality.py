"""verdikart criticality, run whole."""

from __future__ import annotations

import csv
import io
import json
import re

import pyarrow.parquet as pq
import pytest

from verdikart.cli import criticality_tables as tables
from verdikart.cli.criticality import METHOD_IDS
from verdikart.cli.fitting import Column, fitted

STUDY = ["criticality", "--home", "EU27", "--draws", "500"]
HOME = ["criticality", "--home", "NOR", "--year", "2024"]
NORWAY = [*HOME, "--draws", "500"]


def test_the_study_as_json(verdikart):
    rows = {r["material_id"]: r for r in verdikart(*STUDY, "--format", "json").json()}
    assert len(rows) == 90
    assert round(rows["tungsten"]["supply_risk"], 2) == 1.20
    assert round(rows["tungsten"]["economic_importance"], 2) == 8.70
    assert rows["tungsten"]["verdict"] == "critical"
    assert sum(bool(r["within_0_1"]) for r in rows.values() if r["stage"]) == 64
    assert {name for name, r in rows.items() if r["flips"]} == {"coking_coal", "silver"}
    for row in rows.values():
        for name in ("supply_risk", "economic_importance"):
            assert row[f"{name}_status"]
            assert f"{name}_low" in row
        assert 0 <= row["chance_critical"] <= 1
        assert row["sureness"] in ("clear", "borderline", "undetermined")


def test_the_same_seed_gives_the_same_answer(verdikart):
    asked = [*NORWAY, "--material", "manganese", "--format", "json"]
    first, again = verdikart(*asked).json(), verdikart(*asked).json()
    other = verdikart(*asked, "--seed", "7").json()
    assert first == again
    assert first[0]["sr_p50"] != other[0]["sr_p50"]
    assert first[0]["supply_risk"] == other[0]["supply_risk"]
    assert verdikart(*asked, "--draws", "0").json()[0]["chance_critical"] is None


def test_norway_as_a_table_in_both_languages(verdikart):
    english = verdikart(*NORWAY).out
    norwegian = verdikart(*NORWAY, "--lang", "nb").out
    assert "net exporter" in english
    assert "nettoeksportør" in norwegian
    assert "before the export controls" in english
    assert "før eksportkontrollen" in norwegian
    assert "borrowed" not in norwegian
    assert "1,51" in norwegian
    assert "1.51" in english


def test_stages_name_the_feed_and_what_is_not_known(verdikart):
    rows = verdikart(*NORWAY, "--stages", "--format", "json").json()
    matte = next(r for r in rows if r["subject"] == "nickel_matte")
    assert matte["feed_for"] == ["nickel_refined"]
    assert matte["supply_risk"] is None
    assert matte["supply_risk_reason"] == "missing_world_supply"
    assert sum(r["assessed"] for r in rows) == len({r["material_id"] for r in rows})


def test_every_method_beside_another(verdikart):
    found = verdikart(*HOME, "--method", "all", "--format", "json").json()
    assert {"rows", "agreement"} == set(found)
    tungsten = next(r for r in found["rows"] if r["material_id"] == "tungsten")
    for method in ("eu_published", "eu2023", "geopolrisk", "cdi", "geodep", "production", "lists"):
        assert f"{method}_rank" in tungsten
        assert f"{method}_verdict" in tungsten
    table = verdikart(*HOME, "--method", "all", "--lang", "nb").out
    assert "Kendall" in table
    assert "uenigheten" in table


def test_geopolrisk_whole(verdikart):
    asked = ["criticality", "--method", "geopolrisk", "--year", "2022"]
    rows = verdikart(*asked, "--home", "NOR", "--format", "json").json()
    assert len(rows) == 53
    rhodium = next(r for r in rows if r["name"] == "Rhodium")
    assert rhodium["score"] == pytest.approx(0.37131094327137687, rel=1e-9)
    every = verdikart(*asked, "--home", "ALL", "--format", "csv").out
    assert len(every.splitlines()) > 11_000
    norwegian = verdikart(*asked, "--lang", "nb").out
    for word in ("import-", "GeoPolRisk, publisert form", "Sjeldne jordarter", "Kvikksølv"):
        assert word in norwegian, word
    for word in ("published", "published_form_zero", "Mercury"):
        assert word not in norwegian, word


def test_csv_and_parquet_hold_the_same(verdikart, tmp_path):
    text = verdikart(*STUDY, "--format", "csv").out
    rows = list(csv.DictReader(io.StringIO(text)))
    file = tmp_path / "study.parquet"
    verdikart(*STUDY, "--format", "parquet", "--output", str(file))
    held = pq.read_table(file).to_pylist()
    assert [r["material_id"] for r in rows] == [r["material_id"] for r in held]
    lone = next(r for r in rows if r["material_id"] == "silica_sand")
    assert lone["supply_risk"] == ""  # missing is empty, never 0


@pytest.mark.parametrize(
    ("words", "says", "code"),
    [
        (["--home", "NORWAY"], "unknown home 'NORWAY'", 2),
        (["--method", "eu2030"], "unknown method 'eu2030'; nearest: eu2023", 2),
        (["--material", "mangan"], "nearest: manganese", 2),
        (["--home", "NOR", "--basis", "study"], "the study is of EU27", 2),
        (["--home", "EU27", "--year", "2024"], "leave --year out", 2),
        (["--year", "1980"], "year 1980 is not in baci_hs92", 2),
        (["--method", "geopolrisk", "--year", "2010"], "2018", 2),
        (["--method", "cdi", "--stages"], "cdi does not use --stages", 2),
        (["--method", "all", "--draws", "9", "--seed", "1"], "not use --draws, --seed", 2),
        (["--method", "lists", "--inputs", "own.csv"], "does not use --inputs", 2),
        (["--method", "geopolrisk", "--basis", "trade"], "does not use --basis", 2),
        (["--inputs", "nowhere.csv"], "nowhere.csv", 1),
    ],
)
def test_a_wrong_question_says_what_is_available(verdikart, words, says, code):
    answer = verdikart("criticality", *words)
    assert says in answer.err
    assert answer.code == code
    assert answer.out == ""
    assert "Traceback" not in answer.err


def test_own_inputs_change_the_score_and_all_faults_are_told_at_once(verdikart, tmp_path):
    own = tmp_path / "own.csv"
    own.write_text(
        "material,stage,input,key,value\nmanganese,extraction,eol_rir,,50 %\n", encoding="utf-8"
    )
    asked = [*NORWAY, "--material", "manganese", "--draws", "0", "--format", "json"]
    before = verdikart(*asked).json()[0]
    after = verdikart(*asked, "--inputs", str(own)).json()[0]
    assert after["eol_rir"] == 0.5
    assert after["supply_risk"] == pytest.approx(before["supply_risk"] * 0.5 / 0.91, rel=1e-9)
    bad = tmp_path / "bad.csv"
    bad.write_text(
        "material,stage,input,key,value\n"
        "manganese,extraction,eol_rir,,28\n"
        "manganese,extraction,home_share,GAB,0.6\n"
        "manganese,extraction,home_share,ZAF,0.6\n"
        ",,value_added,C24,-5\n"
        "tungsten,,use_share,Z99,1\n",
        encoding="utf-8",
    )
    answer = verdikart(*asked, "--inputs", str(bad))
    assert answer.code == 1
    assert answer.out == ""
    for says in ("row 2", "row 5", "row 6", "Z99", "1.2", "28"):
        assert says in answer.err, says
    assert "bad.csv" in answer.err


def test_a_mapping_holds_the_tables_and_its_figures_explain(result, verdikart):
    out, answer = result
    tables = answer["tables"]
    for name in (
        "criticality", "criticality_stages", "criticality_eu", "criticality_inputs", "methods",
        "method_agreement", "crosswalk", "material_horizons", "chain_horizons",
        "horizon_criteria", "horizon_differences",
    ):  # fmt: skip
        assert tables[name] > 0, name
    folder = out / (out / "current").read_text(encoding="utf-8").strip()
    row = next(
        r
        for r in pq.read_table(folder / "tables" / "criticality.parquet").to_pylist()
        if r["material_id"] == "manganese"
    )
    card = verdikart("explain", row["figure"], "--format", "json").json()
    assert card["figure"]["value"] == pytest.approx(row["supply_risk"], rel=1e-12)
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["parameters"]["sr_threshold"] == 1.0


@pytest.fixture
def narrow(monkeypatch):
    """Print a table into a window of so many columns; the text."""

    def render(width, show, *args):
        monkeypatch.setattr(tables.console, "width", width)
        with tables.console.capture() as held:
            show(*args)
        text = held.get()
        assert max(len(line) for line in text.splitlines()) <= width
        return text

    return render


@pytest.mark.parametrize("width", [60, 80, 100])
def test_a_narrow_window_keeps_material_and_verdict(verdikart, narrow, width):
    rows = verdikart(*NORWAY, "--format", "json").json()
    english = narrow(width, tables.materials_table, rows, "en")
    assert "Magnesium" in english
    assert "critical" in english
    assert "--format csv shows them" in english.replace(" \n", " ").replace("\n", " ")
    norwegian = narrow(width, tables.materials_table, rows, "nb")
    for word in ("råvare", "vurdering", "uavklart", "Utelatt av plasshensyn: ", "Jernmalm"):
        assert word in norwegian, word
    wide = narrow(150, tables.materials_table, rows, "nb")
    assert "Utelatt" not in wide
    assert "( ) sjanse" in wide
    assert "verden " in wide
    feed = next(r for r in rows if r["material_id"] == "nickel")
    assert "innsatsen: Nikkelmatte – [" in narrow(150, tables.materials_table, [feed], "nb")


@pytest.mark.parametrize("width", [80, 100])
def test_the_other_tables_fit_too(verdikart, narrow, width):
    found = verdikart(*HOME, "--method", "all", "--format", "json").json()
    shown = (found["rows"], found["agreement"], "NOR")
    text = narrow(width, tables.methods_table, *shown, "en")
    assert "Light rare earth" in text
    assert "GPR corr." in text
    assert "Left out for want of room: " in text
    stages = verdikart(*NORWAY, "--stages", "--format", "json").json()
    text = narrow(width, tables.stages_table, stages, "nb")
    assert "● Mangan" in text
    assert "Utvinning" in text
    scores = verdikart(*HOME[:3], "--method", "geopolrisk_corrected", "--format", "json").json()
    text = narrow(width, tables.geopolrisk_table, scores, "nb")
    assert "Vismut" in text
    assert "forbehold" in text


def test_columns_that_went_come_back_where_there_is_room():
    columns = [
        Column("name", ["a b c"], 3),
        Column("small", ["1"], drop=1),
        Column("large", ["1" * 30], drop=2),
    ]
    assert [c.heading for c, _width in fitted(columns, 60)] == ["name", "small", "large"]
    assert [c.heading for c, _width in fitted(columns, 38)] == ["name", "small"]
    assert [c.heading for c, _width in fitted(columns, 10)] == ["name"]


@pytest.mark.parametrize("method", ["geopolrisk", "cdi", "eu2023", "all"])
def test_a_material_that_a_method_lacks_is_said_so(verdikart, method):
    asked = [*HOME[:3], "--method", method, "--material", "erbium"]
    answer = verdikart(*asked)
    assert answer.code == 0
    assert "does not cover: Erbium." in answer.out
    assert "tungsten" in answer.out.partition("Materials that it covers: ")[2]
    norwegian = verdikart(*asked, "--material", "tungsten", "--lang", "nb").out
    assert "dekker ikke: Erbium." in norwegian
    assert "Wolfram" in norwegian
    assert "Materialer den dekker" not in norwegian


def test_one_method_is_in_its_own_order(verdikart):
    text = verdikart(*HOME, "--method", "lists").out
    ranks = [int(n) for n in re.findall(r" (\d+) [●○]", text)]
    assert len(ranks) > 40
    assert ranks == sorted(ranks)
    assert "trade parameter" not in text
    assert "trade parameter" in verdikart(*HOME, "--method", "eu_published").out


def test_words_of_one_language(verdikart):
    asked = [*STUDY, "--material", "tungsten"]
    norwegian, english = verdikart(*asked, "--lang", "nb").out, verdikart(*asked).out
    assert "EU27 · EU-studien fra 2023 (2016–2020), beregnet på nytt" in norwegian
    assert "EU27 · EU study of 2023 (2016–2020), recomputed" in english
    assert "HHI verden (HHI_GS): 4,18" in norwegian
    assert "recycling (EOL-RIR): 0.42" in english
    for key in ("supply_used", "hhi_global", "eol_rir", "supply that"):
        assert key not in norwegian
    assert "⚑ verdict differs" in verdikart(*STUDY).out


def test_the_help_names_every_method_and_the_draws_have_a_limit(verdikart):
    from verdikart.mapping.methods import METHODS

    assert set(METHOD_IDS) == set(METHODS)
    text = verdikart("criticality", "--help").out
    assert all(name in text for name in METHOD_IDS)
    many = verdikart("criticality", "--draws", "200001")
    assert many.code == 2
    assert "200000" in many.err
