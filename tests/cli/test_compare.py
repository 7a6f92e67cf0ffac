"""verdikart compare on real mappings: Norway 2023 and 2024, and 2024 with another parameter."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

CAUSES = ("period", "data", "method", "reference")
MEASURES = ("supply_risk", "economic_importance", "rank", "critical")


@pytest.fixture(scope="module")
def saved(verdikart, tmp_path_factory):
    """Three mappings in one folder; their content hashes by name."""
    out = tmp_path_factory.mktemp("compared") / "result"
    asked = {
        "2023": ("--year", "2023"),
        "2024": ("--year", "2024"),
        "weighed": ("--year", "2024", "--set", "world_weight=0.25"),
        "sweden": ("--home", "SWE", "--year", "2024"),
    }
    found = {}
    for name, options in asked.items():
        answer = verdikart("map", *options, "--out", str(out), "--format", "json").json()
        found[name] = answer["content_hash"]
    return out, found


def asks(verdikart, saved, a, b, *options):
    out, names = saved
    return verdikart("compare", names[a][:16], names[b][:16], "--mapping", str(out), *options)


def test_json_sums_and_names_what_differs(verdikart, saved):
    answer = asks(verdikart, saved, "2023", "2024", "--format", "json").json()
    assert (answer["home"], answer["identical"], answer["data_cause"]) == ("NOR", False, "period")
    assert (answer["a"]["year"], answer["b"]["year"]) == (2023, 2024)
    assert [d for d in answer["differences"] if d["kind"] == "year"] == [
        {"kind": "year", "name": "year", "a": 2023, "b": 2024, "cause": "period"}
    ]
    split = 0
    for row in answer["materials"]:
        for measure in MEASURES:
            parts = [row[f"{measure}_{cause}"] for cause in CAUSES]
            if None not in parts:
                split += 1
                assert sum(parts) == pytest.approx(row[f"{measure}_change"], abs=1e-12)
                assert parts[0] == pytest.approx(row[f"{measure}_change"], abs=1e-12)
            else:
                assert row[f"{measure}_reason"]
    assert split > 60
    assert [v["material_id"] for v in answer["verdicts"]] == [
        row["material_id"] for row in answer["materials"] if row["verdict_change"]
    ]
    assert "iron_ore" in {v["material_id"] for v in answer["verdicts"]}
    assert all(v["verdict_causes"] == ["period"] for v in answer["verdicts"])


def test_scores_are_those_of_the_mappings(verdikart, saved):
    out, names = saved
    answer = asks(verdikart, saved, "2023", "weighed", "--format", "json").json()
    assert any(row["supply_risk_method"] for row in answer["materials"])
    assert any(row["supply_risk_period"] for row in answer["materials"])
    for side, name in (("a", "2023"), ("b", "weighed")):
        table = pq.read_table(out / names[name][:16] / "tables" / "criticality.parquet")
        saved_rows = {row["material_id"]: row for row in table.to_pylist()}
        for row in answer["materials"]:
            if row[f"subject_{side}"] is None:
                continue
            for measure in ("supply_risk", "economic_importance"):
                was = saved_rows[row["material_id"]][measure]
                assert row[f"{measure}_{side}"] == was, (row["material_id"], measure)


def test_another_parameter_is_method_alone(verdikart, saved):
    answer = asks(verdikart, saved, "2024", "weighed", "--format", "json").json()
    told = {(d["kind"], d["name"]): (d["a"], d["b"]) for d in answer["differences"] if d["cause"]}
    assert told == {("choice", "world_weight"): (0.5, 0.25)}
    for row in answer["materials"]:
        assert row["supply_risk_method"] == row["supply_risk_change"]
        assert not any(row[f"supply_risk_{c}"] for c in ("period", "data", "reference"))
    assert any(row["supply_risk_change"] for row in answer["materials"])
    assert all(v["verdict_causes"] == ["method"] for v in answer["verdicts"])


def test_the_table_in_both_languages(verdikart, saved):
    english = asks(verdikart, saved, "2023", "weighed")
    assert english.code == 0, english.err
    for text in ("Year: 2023 → 2024", "world_weight: 0.5 → 0.25", "carried by", "Iron ore"):
        assert text in english.out
    norwegian = asks(verdikart, saved, "2023", "weighed", "--lang", "nb")
    for text in ("År: 2023 → 2024", "skyldes mest", "ny periode", "Jernmalm"):
        assert text in norwegian.out
    for text in ("carried by", "new period", "Year", "becomes"):
        assert text not in norwegian.out


def test_a_narrow_window_and_the_order_of_the_output(saved, monkeypatch):
    from verdikart.cli import compare_view as view
    from verdikart.mapping import compare

    out, names = saved
    a, b = (compare.read(compare.find(names[n][:16], out)) for n in ("2023", "weighed"))
    found = compare.compare(a, b)

    def shown(rows, width=80, lang="nb"):
        monkeypatch.setattr(view.console, "width", width)
        with view.console.capture() as held:
            view.print_comparison(found, rows, lang)
        return held.get()

    text = shown(found.materials)
    for word in ("blir kritisk", "Jernmalm", "Utelatt av plasshensyn: ", "endring"):
        assert word in text, word
    assert "referansetabeller" in text.partition("Utelatt av plasshensyn: ")[2]
    last = text.rindex("Inndata som skiller seg")
    assert last > text.index("Utelatt av plasshensyn")
    assert "•" not in text[last:]
    moved = [r for r in found.materials if view._moved(r, "supply_risk", "economic_importance")]
    quiet = {**moved[0], "rank_change": 1.0}
    for name in ("supply_risk_change", "economic_importance_change"):
        quiet[name] = 0.0
    one = shown([moved[0], quiet], lang="en")
    assert "1 more material only changes rank" in one
    assert "2 more materials only change rank" in shown(
        [moved[0], quiet, {**quiet, "rank": 0}], lang="en"
    )


def test_csv_and_parquet_hold_the_same_rows(verdikart, saved, tmp_path):
    rows = asks(verdikart, saved, "2023", "2024", "--format", "json").json()["materials"]
    text = asks(verdikart, saved, "2023", "2024", "--format", "csv")
    read = list(csv.DictReader(io.StringIO(text.out)))
    assert [row["material_id"] for row in read] == [row["material_id"] for row in rows]
    assert list(read[0]) == list(rows[0])
    target = tmp_path / "changes.parquet"
    done = asks(verdikart, saved, "2023", "2024", "-f", "parquet", "-o", str(target))
    assert done.code == 0, done.err
    table = pq.read_table(target).to_pylist()
    assert [row["supply_risk_period"] for row in table] == [
        row["supply_risk_period"] for row in rows
    ]


def test_one_material_and_one_unknown(verdikart, saved):
    answer = asks(
        verdikart, saved, "2023", "2024", "--material", "manganese", "--format", "json"
    ).json()
    assert [row["material_id"] for row in answer["materials"]] == ["manganese"]
    wrong = asks(verdikart, saved, "2023", "2024", "--material", "manganeese")
    assert (wrong.code, wrong.out) == (2, "")
    assert "nearest: manganese" in wrong.err


def test_identical_and_current(verdikart, saved):
    out, names = saved
    same = asks(verdikart, saved, "2024", "2024")
    assert same.code == 0
    assert "identical" in same.out
    answer = verdikart("compare", str(out), "current", "--mapping", str(out), "-f", "json").json()
    assert answer["identical"] is True
    assert answer["a"]["content_hash"] == names["sweden"]


def test_wrong_questions_and_missing_data(verdikart, saved, tmp_path):
    out, names = saved
    other = asks(verdikart, saved, "2024", "sweden")
    assert other.code == 2
    assert "verdikart map --home NOR --year 2024" in other.err
    unknown = verdikart("compare", "zz", "current", "--mapping", str(out))
    assert unknown.code == 2
    assert f"{names['2023'][:16]} (NOR 2023)" in unknown.err
    nothing = verdikart("compare", "current", "current", "--mapping", str(tmp_path))
    assert nothing.code == 1
    assert "verdikart map --out" in nothing.err
    language = asks(verdikart, saved, "2023", "2024", "--lang", "sv")
    assert language.code == 2
    bare = tmp_path / "bare"
    bare.mkdir()
    manifest = json.loads((out / names["2024"][:16] / "manifest.json").read_text())
    (bare / "manifest.json").write_text(json.dumps(manifest))
    lacking = verdikart("compare", str(bare), "current", "--mapping", str(out))
    assert lacking.code == 1
    assert "criticality_inputs" in lacking.err
    assert "verdikart map --home NOR --year 2024" in lacking.err


def test_help_has_examples(verdikart):
    answer = verdikart("compare", "--help")
    assert answer.code == 0
    assert answer.out.count("verdikart compare") >= 3


def test_every_key_is_documented(verdikart, saved):
    text = (Path(__file__).parents[2] / "docs" / "cli.md").read_text(encoding="utf-8")
    section = text.partition("\n## compare\n")[2].partition("\n## ")[0]
    answer = asks(verdikart, saved, "2023", "2024", "--format", "json").json()
    keys = {*answer, *answer["a"], *answer["differences"][0], *answer["verdicts"][0]}
    for key in answer["materials"][0]:
        base = next((m for m in MEASURES if key.startswith(f"{m}_")), None)
        keys |= {f"{base}_", key.removeprefix(f"{base}_")} if base else {key}
    keys = {"supply_risk_reason" if key == "reason" else key for key in keys}
    assert not [key for key in sorted(keys) if f"`{key}`" not in section]
