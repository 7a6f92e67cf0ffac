"""verdikart sandbox as a user runs it."""

from __future__ import annotations

import csv
import io
import re
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "docs/examples/own_inputs.csv"
RUN = ["sandbox", "--format", "json"]


def test_the_json_contract_is_documented(verdikart):
    answer = verdikart(*RUN, "--sr-threshold", "1.2", "--sweep", "sr:1:2:0.5").json()
    text = (ROOT / "docs/cli.md").read_text(encoding="utf-8")
    section = text.split("\n## sandbox\n")[1].split("\n## ")[0]
    keys = {*answer, *answer["counts"], *answer["changes"][0], *answer["sweep"][0]}
    keys |= {*answer["materials"][0], *answer["choices_after"]}
    base = {re.sub(r"_(low|high)$", "", key) for key in keys}
    assert not [key for key in sorted(base) if f"`{key}`" not in section]
    assert answer["home"] == "EU27"
    assert answer["year"] == 2023
    assert len(answer["materials"]) == 90
    assert answer["changes"] == [
        {"name": "sr_threshold", "before": 1.0, "after": 1.2, "file": None, "row": None}
    ]
    by = {row["material"]: row for row in answer["materials"]}
    assert by["magnesium"]["lists"] == ["EU_CRMA_ANNEX_II", "EU_CRMA_ANNEX_I"]
    assert by["magnesium"]["top_home"] == "CHN"
    assert by["platinum"]["member_of"] == "pgm"
    assert answer["leaves"] == [
        m for m in by if by[m]["move"] == "leaves" and not by[m]["member_of"]
    ]


def test_the_published_scores_give_32_of_70(verdikart):
    answer = verdikart(*RUN, "--published").json()
    assert answer["counts"] == {
        "units": 70, "before": 32, "after": 32, "undetermined_before": 0, "undetermined_after": 0,
    }  # fmt: skip
    assert answer["scores"] == "published"
    on = {r["material"] for r in answer["materials"] if r["critical_after"] and not r["member_of"]}
    units = {r["material"]: r for r in answer["materials"] if not r["member_of"]}
    listed = {m for m, row in units.items() if "EU_CRMA_ANNEX_II" in row["lists"]}
    assert listed - on == {"copper", "nickel"}


def test_the_summary_is_one_line_in_both_languages(verdikart):
    args = ["sandbox", "--published", "--sr-threshold", "0.9"]
    first = verdikart(*args).out.splitlines()[0]
    assert re.match(r"EU27 2023: 2 enter: Natural rubber, Tin \(32 → 34 of 70 on the list\)", first)
    norsk = verdikart(*args, "--lang", "nb").out
    assert norsk.startswith("EU27 2023: 2 kommer inn: Naturgummi, Tinn (32 → 34 av 70 på listen)")
    for word in ("terskel for forsyningsrisiko 1 → 0,9", "økonomisk", "betydning", "Nærmest å snu"):
        assert word in norsk
    for word in ("supply", "threshold", "enters", "material "):
        assert word not in norsk


def test_recycling_and_its_tipping_point_on_the_terminal(verdikart):
    args = ["sandbox", "--set", "tungsten.eol_rir=60%", "--material", "tungsten"]
    answer = verdikart(*args)
    assert answer.code == 0
    assert "1 leaves: Tungsten" in answer.out
    assert re.search(r"recycling +60\.0% +54\.1%", answer.out)
    assert re.search(r"gjenvinning +60,0\s% +54,1\s%", verdikart(*args, "--lang", "nb").out)


def test_a_file_of_ones_own(verdikart):
    answer = verdikart(*RUN, "--inputs", str(EXAMPLE)).json()
    by = {row["material"]: row for row in answer["materials"]}
    assert by["coking_coal"]["move"] == "enters"
    assert any("coking_coal@extraction" in cause for cause in by["coking_coal"]["causes"])
    assert by["silver"]["causes"] == ["silver.eol_rir"]
    assert by["magnesium"]["sr_after"] < by["magnesium"]["sr_before"]
    assert {c["file"] for c in answer["changes"]} == {"own_inputs.csv"}
    # What the file does not name stays as it was.
    assert by["gallium"]["sr_after"] == by["gallium"]["sr_before"]


def test_eight_faults_of_a_file_in_one_go_and_nothing_is_answered(verdikart, tmp_path):
    file = tmp_path / "bad.csv"
    file.write_text(
        "material,stage,input,key,value\n"
        "magnesium,processing,home_share,CHN,0.6\n"
        "silver,,eol_rir,,28\n"
        ",,value_added,C24,-5\n"
        "tungsten,,use_share,C99,1.0\n"
        "magnesum,,eol_rir,,0.1\n"
        "coking_coal,extraction,trade_parameter,CHN,3\n"
        "gallium,extraction,import_reliance,,0.5\n"
        "cobalt,,si_ei,,nan\n",
        encoding="utf-8",
    )
    answer = verdikart("sandbox", "--inputs", str(file))
    assert answer.code == 1
    assert not answer.out
    assert "8 problem(s)" in answer.err
    for row in range(2, 10):
        assert f"bad.csv, row {row}," in answer.err
    assert "Traceback" not in answer.err


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["--home", "EU28"], ["'EU28'", "EU27"]),
        (["--home", "WORLD"], ["--home"]),
        (["--home", "NOR", "--year", "1990"], ["1990", "1995–2024"]),
        (["--home", "NOR", "--published"], ["EU27"]),
        (["--published", "--no-recycling"], ["recycling", "thresholds"]),
        (["--published", "--published-ei"], ["one of them"]),
        (["--published-ei", "--no-substitution"], ["EI"]),
        (["--material", "tungstn"], ["'tungstn'", "tungsten"]),
        (["--set", "tungsten.eol_rir=28"], ["0.28 or 28 %"]),
        (["--set", "tungsten.eol=0.1"], ["eol_rir"]),
        (["--sweep", "sr:1:2"], ["sr:0.5:2.0:0.1"]),
        (["--sweep", "sr:2:1:0.1"], ["FROM ≤ TO"]),
        (["--sr-threshold", "nan", "--world-weight", "2"], ["--sr-threshold", "--world-weight"]),
        (["--preferential", "0"], ["0.5 to 2"]),
        (["--sr-threshold", "one"], ["--sr-threshold"]),
        (["--lang", "sv"], ["nb, en"]),
    ],
)
def test_a_wrong_question_is_answered_with_the_remedy(verdikart, args, words):
    answer = verdikart("sandbox", *args)
    assert answer.code == 2
    assert not answer.out
    assert "Traceback" not in answer.err
    for word in words:
        assert word in answer.err


def test_a_missing_file_is_a_data_problem(verdikart):
    answer = verdikart("sandbox", "--inputs", "nowhere.csv")
    assert answer.code == 1
    assert "nowhere.csv" in answer.err


def test_every_format_holds_the_same_rows(verdikart, tmp_path):
    args = ["sandbox", "--no-governance"]
    rows = verdikart(*args, "--format", "json").json()["materials"]
    table = list(csv.DictReader(io.StringIO(verdikart(*args, "--format", "csv").out)))
    file = tmp_path / "rows.parquet"
    assert verdikart(*args, "--format", "parquet", "--output", str(file)).code == 0
    parquet = pq.read_table(file).to_pylist()
    assert [r["material"] for r in rows] == [r["material"] for r in table]
    assert [r["material"] for r in rows] == [r["material"] for r in parquet]
    for one, two in zip(rows, parquet, strict=True):
        assert one["sr_after"] == two["sr_after"]


def test_the_sweep_is_a_curve_in_csv(verdikart):
    args = ["sandbox", "--published", "--sweep", "sr:0.5:2.0:0.1", "--format", "csv"]
    rows = list(csv.DictReader(io.StringIO(verdikart(*args).out)))
    assert [float(r["threshold"]) for r in rows] == [round(0.5 + i / 10, 1) for i in range(16)]
    assert next(r["count"] for r in rows if float(r["threshold"]) == 1.0) == "32"
    assert all(len(r["materials"].split(";")) == int(r["count"]) for r in rows)


def test_another_home_has_its_own_inputs(verdikart):
    answer = verdikart(*RUN, "--home", "NOR", "--year", "2022", "--no-recycling").json()
    assert (answer["home"], answer["year"]) == ("NOR", 2022)
    assert answer["counts"]["units"] > 30
    before = {r["material"]: r["sr_before"] for r in answer["materials"]}
    after = {r["material"]: r["sr_after"] for r in answer["materials"]}
    known = [m for m, value in before.items() if value is not None]
    assert known
    assert all(after[m] >= before[m] - 1e-12 for m in known)


def test_numpy_is_not_imported():
    code = (
        "import sys; sys.argv = ['verdikart', 'sandbox', '--no-recycling', '--format', 'json']\n"
        "from verdikart.cli import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "assert 'numpy' not in sys.modules"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()[-500:]


@pytest.mark.parametrize("lang", ["nb", "en"])
def test_a_narrow_window_breaks_no_number(monkeypatch, lang):
    from verdikart.cli import sandbox_view as view
    from verdikart.indicators.assessment import Choices
    from verdikart.mapping import eu_study, sandbox

    changed = Choices(sr_threshold=1.2)
    result = sandbox.sandbox(list(eu_study.inputs()), eu_study.setting(), Choices(), changed)
    monkeypatch.setattr(view.console, "width", 80)
    with view.console.capture() as held:
        view.show(result, lang, "EU27", 2023)
    text = held.get()
    nearest = text[text.index("Nærmest" if lang == "nb" else "Nearest") :]
    assert max(len(line) for line in nearest.splitlines()) <= 80
    line = next(line for line in nearest.splitlines() if re.match(r" (Tungsten|Wolfram) ", line))
    assert re.search(r" 8[.,]70 +8[.,]7 ", line)
