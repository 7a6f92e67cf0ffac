"""verdikart map, show and explain on the embedded data."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import time
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.cli.conftest import COMMAND

TABLES = {
    "assessments", "chain_edges", "chain_exposure", "chain_exposure_lines", "chain_functions",
    "chain_horizons", "chain_roles", "chain_stages", "chain_steps", "chains",
    "circularity", "claims", "criticality", "diversification", "facilities",
    "criticality_eu", "criticality_inputs", "criticality_stages", "crosswalk",
    "figures", "findings", "gaps", "headline",
    "horizon_criteria", "horizon_differences", "inputs", "links",
    "list_overlap", "lists", "material_horizons", "materials",
    "markets", "method_agreement", "methods", "opportunities", "opportunity_factors",
    "positions", "reverse_dependency", "roles", "sector_exposure", "supply",
    "tracker", "tracker_summary", "trade_patterns",
}  # fmt: skip


EU27 = (
    "AUT BEL BGR CYP CZE DEU DNK ESP EST FIN FRA GRC HRV HUN "
    "IRL ITA LTU LUX LVA MLT NLD POL PRT ROU SVK SVN SWE"
)


def folder_of(out: Path) -> Path:
    return out / (out / "current").read_text().strip()


def test_the_result_folder_is_complete(result):
    out, answer = result
    folder = folder_of(out)
    assert folder.name == answer["content_hash"][:16]
    assert {p.stem for p in (folder / "tables").glob("*.parquet")} == TABLES
    assert {p.stem for p in (folder / "tables").glob("*.csv")} == TABLES
    assert not list(out.glob(".partial*"))
    page = (folder / "index.html").read_text(encoding="utf-8")
    assert 'lang="nb"' in page
    assert 'lang="en"' in page


def test_manifest_names_data_parameters_code_and_no_machine(result):
    out, _ = result
    text = (folder_of(out) / "manifest.json").read_text(encoding="utf-8")
    manifest = json.loads(text)
    assert manifest["home"] == "NOR"
    assert manifest["vintages"]["baci_hs92"].startswith("V202601")
    assert manifest["parameters"]["share_threshold"] == 0.65
    assert len(manifest["snapshot"]["baci_hs92.parquet"]) == 64
    assert str(out) not in text
    assert os.uname().nodename not in text


def test_the_content_hash_is_the_same_in_another_run(result, verdikart, tmp_path):
    _, first = result
    again = verdikart("map", "--year", "2024", "--out", str(tmp_path / "x"), "--format", "json")
    assert again.json()["content_hash"] == first["content_hash"]


def test_csv_and_parquet_hold_the_same_figures(result):
    folder = folder_of(result[0]) / "tables"
    with (folder / "figures.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["id"]: row for row in csv.DictReader(file)}
    table = pq.read_table(folder / "figures.parquet").to_pylist()
    assert len(rows) == len(table) > 5000
    for row in table[::97]:
        text = rows[row["id"]]["value"]
        assert (float(text) if text else None) == row["value"]
        assert rows[row["id"]]["status"] == row["status"]


def test_no_figure_without_a_value_is_called_ok(result):
    table = pq.read_table(folder_of(result[0]) / "tables" / "figures.parquet").to_pylist()
    for row in table:
        empty = row["value"] is None and row["text"] is None and row["flag"] is None
        assert empty == (row["status"] in ("missing", "not_computable")), row
        assert not (row["value"] == 0 and row["status"] == "missing"), row
        if row["status"] in ("missing", "not_computable"):
            assert row["reason"], row


def test_the_data_package_is_valid_by_its_own_validator(result):
    frictionless = pytest.importorskip("frictionless")
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        report = frictionless.validate(str(folder_of(result[0]) / "datapackage.json"))
    assert report.valid, report.flatten(["type", "note"])[:5]
    assert len(report.tasks) == len(TABLES)


def test_the_headline_counts_its_rows(result):
    _, answer = result
    head = next(row for row in answer["headline"] if row["home"] == "NOR")
    folder = folder_of(result[0]) / "tables"
    rows = [
        r for r in pq.read_table(folder / "assessments.parquet").to_pylist() if r["home"] == "NOR"
    ]
    judged = [
        r for r in rows if r["outcome"] not in ("not_computable", "not_imported", "bounds_only")
    ]
    over = [r for r in judged if r["top_share"] > 0.65]
    foreign = [r for r in over if "allied" not in r["flags"]]
    large = [r for r in foreign if r["value"] is not None and r["value"] >= 1_000_000]
    assert head["assessed"] == len(judged)
    assert head["over_65"] == len(over)
    assert head["not_allied"] == len(foreign)
    assert head["above_floor"] == len(large)
    assert head["not_computable"] + head["not_imported"] + head["assessed"] == len(rows)
    subjects = [r["subject"] for r in rows]
    assert len(subjects) == len(set(subjects)), "a code is counted twice"


def test_findings_are_ten_and_ten_with_consequence_action_and_both_languages(result):
    _, answer = result
    for kind in ("vulnerability", "position"):
        rows = [r for r in answer["findings"] if r["kind"] == kind]
        assert [r["rank"] for r in rows] == list(range(1, 11))
        for row in rows:
            assert row["at_stake_t"] is not None
            assert row["at_stake_nok"] > 0
            assert row["use"] in ("instruments", "allied_cooperation", "contingency")
            assert row["text_nb"] != row["text_en"]
    sharp = {r["subject"]: r["partner"] for r in answer["findings"] if r["kind"] == "vulnerability"}
    assert sharp["HS17:810411"] == "CHN"
    assert sharp["HS17:280469"] == "CHN"
    assert sharp["HS92:260200"] == "GAB"


def test_every_figure_id_that_map_prints_can_be_explained(result, verdikart):
    _, answer = result
    ids = [i for row in answer["findings"] for i in row["figures"]]
    cards = verdikart("explain", *ids, "--format", "json").json()
    saved = {
        row["id"]: row
        for row in pq.read_table(folder_of(result[0]) / "tables" / "figures.parquet").to_pylist()
    }
    for asked, card in zip(ids, cards, strict=True):
        figure = card["figure"]
        assert figure["id"] == asked
        held = saved[asked]
        value = held["value"] if held["value"] is not None else held["text"]
        assert figure["value"] == (value if isinstance(value, str) else pytest.approx(value))
        assert card["source_rows"]
        assert card["source"]["licence"]


def test_explain_goes_down_to_source_rows_that_give_the_value(verdikart):
    card = verdikart(
        "explain", "EU27/2022/baci_hs92/HS92:284690/import/hhi_value", "--format", "json"
    ).json()
    members = set(EU27.split())
    assert len(members) == 27
    assert {row["importer"] for row in card["source_rows"]} <= members
    totals: dict[str, int] = {}
    for row in card["source_rows"]:
        if row["exporter"] not in members:
            totals[row["exporter"]] = totals.get(row["exporter"], 0) + row["value"]
    whole = sum(totals.values())
    index = sum((v / whole) ** 2 for v in totals.values())
    assert card["figure"]["value"] == pytest.approx(0.234972, abs=1e-6)
    assert card["figure"]["value"] == pytest.approx(index, abs=1e-12)


def test_show_reads_the_saved_mapping_and_prints_ids_that_explain_takes(result, verdikart):
    out, _ = result
    seen = verdikart(
        "show", "material", "nickel", "manganese", "--mapping", str(out), "--format", "json"
    ).json()
    nickel, manganese = seen["results"]
    assert nickel["eu_strategic"] == "by_name"
    assert nickel["above_eu_thresholds"] is False
    ids = [row["figures"]["top_share"] for row in manganese["assessments"] if row["figures"]]
    assert "NOR/2024/baci_hs92/HS92:260200/import/top_share" in ids
    assert verdikart("explain", ids[0], "--format", "json").code == 0


@pytest.mark.parametrize(
    ("kind", "key", "expected"),
    [
        ("product", "nickel_matte", "HS17:7501"),
        ("country", "CHN", "Chin"),
        ("sector", "defence", "efence"),
    ],
)
def test_show_other_kinds(result, verdikart, kind, key, expected):
    answer = verdikart("show", kind, key, "--mapping", str(result[0]), "--format", "json")
    assert expected in answer.out


@pytest.mark.parametrize("lang", ["nb", "en"])
def test_tables_are_readable_in_both_languages(result, verdikart, lang):
    shown = verdikart("show", "material", "magnesium", "--mapping", str(result[0]), "--lang", lang)
    assert shown.code == 0, shown.err
    assert ("Kina" if lang == "nb" else "China") in shown.out


def test_another_home(verdikart, tmp_path):
    answer = verdikart(
        "map", "--home", "SWE", "--out", str(tmp_path / "o"), "--format", "json"
    ).json()
    assert answer["headline"][0]["home"] == "SWE"
    assert answer["headline"][0]["assessed"] > 30


def test_a_kill_in_the_middle_leaves_the_previous_result_whole(result, verdikart, tmp_path):
    out = tmp_path / "out"
    assert verdikart("map", "--out", str(out), "--format", "json").code == 0
    before = {p.relative_to(out): p.read_bytes() for p in out.rglob("*") if p.is_file()}
    killed_while_writing = 0
    for wait in (0.0, 0.05, 0.4):
        process = subprocess.Popen(
            [*COMMAND, "map", "--home", "NORDIC", "--out", str(out)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        # The partial folder appears when writing begins: kill then, a moment later, and late.
        deadline = time.monotonic() + 60
        while process.poll() is None and not list(out.glob(".partial-*")):
            assert time.monotonic() < deadline
            time.sleep(0.005)
        time.sleep(wait)
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
            process.wait()
            killed_while_writing += bool(list(out.glob(".partial-*")))
        # The old result is untouched, and whichever one the pointer names is complete.
        for path, content in before.items():
            if path != Path("current"):
                assert (out / path).read_bytes() == content, path
        now = folder_of(out)
        assert (now / "manifest.json").is_file()
        assert (now / "index.html").is_file()
        assert {p.stem for p in (now / "tables").glob("*.parquet")} == TABLES
    assert killed_while_writing >= 1, "no kill hit the writing"
    after = verdikart("map", "--out", str(out), "--format", "json")
    assert after.code == 0
    assert not list(out.glob(".partial-*")), "leftovers are cleared by the next run"


def test_an_unwritable_folder_is_named(verdikart, tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("x")
    answer = verdikart("map", "--out", str(blocked / "inside"))
    assert answer.code == 2
    assert "inside" in answer.err
    assert "--out" in answer.err
