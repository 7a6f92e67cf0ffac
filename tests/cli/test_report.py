"""verdikart report as a user runs it: every product, the check of a document, and bad input."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile

import pytest

MATERIAL = ("--template", "material", "--about", "nickel")
GOOD = b"the good file of before"
COMMAND = [sys.executable, "-c", "from verdikart.cli import main; main()"]


@pytest.fixture(scope="module")
def report(verdikart, saved_out):
    """``report(product, *options, out=…)`` on the mappings of Norway 2023 and 2024."""

    def run(*args, mapping=saved_out, **more):
        return verdikart("report", *args, "--mapping", str(mapping), **more)

    return run


@pytest.mark.parametrize(
    ("product", "name", "begins"),
    [
        ("note", "Nikkel, notat.docx", b"PK"),
        ("note", "note.pdf", b"%PDF"),
        ("slides", "slides.pptx", b"PK"),
        ("workbook", "book.xlsx", b"PK"),
        ("package", "package.zip", b"PK"),
    ],
)
def test_every_product_is_written(report, tmp_path, product, name, begins):
    out = tmp_path / name
    answer = report(product, *MATERIAL, "--lang", "nb", "--sign", "Kari", "--out", str(out))
    assert answer.code == 0, answer.err
    assert answer.out == f"{out}\n"
    assert out.read_bytes().startswith(begins)
    assert [p.name for p in tmp_path.iterdir()] == [name]


def test_a_package_may_be_a_folder_and_is_renewed(report, tmp_path):
    out = tmp_path / "package"
    for _ in range(2):
        answer = report("package", *MATERIAL, "--out", str(out))
        assert answer.code == 0, answer.err
        assert (out / "datapackage.json").is_file()
    assert [p.name for p in tmp_path.iterdir()] == ["package"]
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine")
    answer = report("package", *MATERIAL, "--out", str(tmp_path / "full"))
    assert answer.code == 2
    assert "holds other files" in answer.err
    assert (tmp_path / "full" / "mine.txt").read_text() == "mine"


@pytest.mark.parametrize(
    ("product", "name", "options", "code", "words"),
    [
        ("note", "a.docx", ["--template", "materials"], 2, ["'materials'", "material"]),
        (
            "note",
            "a.docx",
            ["--template", "material", "--about", "nikel"],
            2,
            ["'nikel'", "nickel"],
        ),
        ("note", "a.docx", ["--template", "material"], 2, ["--about"]),
        ("note", "a.docx", [*MATERIAL, "--about", "cobalt"], 2, ["1 --about at most"]),
        ("note", "a.docx", ["--about", "nickel"], 2, ["drop --about"]),
        ("note", "a.docx", [*MATERIAL, "--audience", "everyone"], 2, ["'everyone'", "public"]),
        ("note", "a.odt", MATERIAL, 2, ["a.odt", ".docx or .pdf"]),
        ("slides", "a.docx", MATERIAL, 2, [".pptx"]),
        ("note", "none/a.docx", MATERIAL, 2, ["does not exist"]),
        ("note", "a.docx", [*MATERIAL, "--lang", "de"], 2, ["'de'", "nb, en"]),
        ("note", "a.docx", ["--template", "change", "--about", "ffff"], 2, ["'ffff'", "NOR 2023"]),
        ("slides", "a.pptx", [*MATERIAL, "--design", "broken.pptx"], 2, ["broken.pptx"]),
        ("note", "a.docx", [*MATERIAL, "--marks", "none.csv"], 2, ["none.csv"]),
        (
            "note",
            "a.docx",
            [*MATERIAL, "--marks", "marks.csv"],
            1,
            ["row 2", "row 3", "names nothing"],
        ),
    ],
)
def test_bad_input_is_told_and_leaves_all_as_it_was(
    report, tmp_path, product, name, options, code, words
):
    (tmp_path / "broken.pptx").write_bytes(b"no slides")
    (tmp_path / "marks.csv").write_text(
        "figure,level\nNOR/2024/baci_hs92/HS92:260200/import/top_share,secret\n"
        "assessments?subject=HS92:999999#top_share,group\n"
    )
    before = {p.name for p in tmp_path.iterdir()}
    out = tmp_path / name
    if out.parent == tmp_path:
        out.write_bytes(GOOD)
        before.add(name)
    answer = report(product, *options, "--out", name, cwd=tmp_path)
    assert answer.code == code, answer.err
    assert "Traceback" not in answer.err
    for word in words:
        assert word in answer.err
    assert {p.name for p in tmp_path.iterdir()} == before
    assert not out.is_file() or out.read_bytes() == GOOD


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_place_that_may_not_be_written_to(report, tmp_path):
    tmp_path.chmod(0o500)
    answer = report("note", *MATERIAL, "--out", str(tmp_path / "a.docx"))
    tmp_path.chmod(0o700)
    assert answer.code == 2
    assert "may not be written to" in answer.err


def test_a_folder_of_that_name(report, tmp_path):
    (tmp_path / "a.docx").mkdir()
    answer = report("note", *MATERIAL, "--out", str(tmp_path / "a.docx"))
    assert answer.code == 2
    assert "a folder has that name" in answer.err


@pytest.mark.parametrize("fault", ["older", "cut", "half", "none"])
def test_mappings_that_cannot_be_used(report, saved_out, tmp_path, fault):
    current = saved_out / (saved_out / "current").read_text().strip()
    made = tmp_path / current.name
    if fault != "none":
        shutil.copytree(current, made)
    path = made / "manifest.json"
    if fault == "older":
        manifest = json.loads(path.read_text("utf-8"))
        manifest["code"]["version"] = "0.0.1"
        path.write_text(json.dumps(manifest), "utf-8")
    elif fault == "cut":
        path.write_text(path.read_text("utf-8")[:200], "utf-8")
    elif fault == "half":
        (made / "tables" / "assessments.parquet").unlink()
    answer = report("note", *MATERIAL, "--out", "a.docx", mapping=made, cwd=tmp_path)
    assert answer.code == (2 if fault == "none" else 1), answer.err
    assert "verdikart map" in answer.err
    assert "Traceback" not in answer.err
    assert not [p for p in tmp_path.iterdir() if p != made]


def test_marks_withhold_and_a_change_is_between_two(report, saved_out, tmp_path):
    marks = tmp_path / "marks.csv"
    marks.write_text(
        "figure,level,reason\n"
        "assessments?home=NOR&subject=HS92:260200&basis=own_imports#top_share,internal,by agreement\n"
        "NOR/2023/baci_hs92/HS92:260200/import/top_share,group,of the year before\n"
    )
    for audience, there in (("public", False), ("internal", True)):
        out = tmp_path / f"{audience}.docx"
        options = ("--audience", audience, "--marks", str(marks), "--lang", "nb")
        about = ("--template", "material", "--about", "manganese")
        answer = report("note", *about, *options, "--out", str(out))
        assert answer.code == 0, answer.err
        with zipfile.ZipFile(out) as file:
            text = file.read("word/document.xml").decode()
        assert ("54,6" in text) is there
    out = tmp_path / "change.docx"
    answer = report("note", "--template", "change", "--marks", str(marks), "--out", str(out))
    assert answer.code == 0, answer.err
    assert out.is_file()


# Check


@pytest.fixture(scope="module")
def signed(report, saved_out, tmp_path_factory):
    """A signed-off note of 2023."""
    current = (saved_out / "current").read_text().strip()
    earlier = next(p for p in saved_out.iterdir() if p.is_dir() and p.name != current)
    out = tmp_path_factory.mktemp("signed") / "note.docx"
    options = (
        "--template",
        "material",
        "--about",
        "manganese",
        "--sign",
        "Kari",
        "--out",
        str(out),
    )
    assert report("note", *options, mapping=earlier).code == 0
    return out, earlier.name


def test_check_tells_what_moved_in_every_format(report, signed):
    path, earlier = signed
    answer = report("check", str(path), "--format", "json").json()
    assert answer["made_from"]["mapping"] == earlier
    assert (answer["made_from"]["year"], answer["against"]["year"]) == (2023, 2024)
    assert "Kari" in answer["signed"]
    assert answer["figures"]["moved"] > 10
    sentence = next(s for s in answer["moved"] if "Gabon" in s["text"])
    share = next(f for f in sentence["figures"] if f["figure"].endswith("#top_share"))
    assert share["measure"] == "points"
    assert share["then"] in sentence["text"]
    assert share["now"] in sentence["now"]
    assert [c["kind"] for c in share["causes"]] == ["period"]
    assert share["inputs"]["partner"] == "GAB"
    assert not any(t["moved_cells"] for t in answer["tables"])
    assert any(t["moved"] for t in answer["tables"])
    everything = report("check", str(path), "--format", "json", "--all").json()
    assert all(len(t["moved_cells"]) >= t["moved"] for t in everything["tables"])
    rows = list(csv.DictReader(io.StringIO(report("check", str(path), "--format", "csv").out)))
    assert len(rows) == sum(len(s["figures"]) for s in answer["moved"])
    assert {"text", "text_now", "figure", "then", "now", "difference", "causes"} <= set(rows[0])


def test_check_in_words_in_both_languages(report, signed):
    path, earlier = signed
    for lang, words in (
        (
            "nb",
            [
                "Setninger som ville lydt annerledes",
                "prosentpoeng",
                "Hvorfor: ny periode",
                "Godkjent av",
            ],
        ),
        (
            "en",
            [
                "Sentences that would read otherwise",
                "percentage points",
                "Why: new period",
                "Signed off by",
            ],
        ),
    ):
        answer = report("check", str(path), "--lang", lang, "--strict")
        assert answer.code == 3
        for word in words[:3]:
            assert word in answer.out
        answer = report("check", str(path), "--against", earlier[:6], "--lang", lang, "--strict")
        assert answer.code == 0
        assert {"nb": "har flyttet seg.", "en": "has moved."}[lang] in answer.out


def test_what_cannot_be_checked(report, signed, tmp_path):
    path, _ = signed
    plain = tmp_path / "plain.docx"
    shutil.copy(path, plain)
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(plain, "w") as new:
        for entry in old.infolist():
            if not entry.filename.startswith("customXml/"):
                new.writestr(entry, old.read(entry))
    (tmp_path / "cut.docx").write_bytes(path.read_bytes()[:5000])
    for name, code, word in (
        ("plain.docx", 2, "holds no figures of verdikart"),
        ("cut.docx", 1, "damaged"),
        ("none.docx", 2, "no such file"),
        ("plain.odt", 2, ".docx, .pptx, .xlsx or .pdf"),
    ):
        answer = report("check", str(tmp_path / name))
        assert answer.code == code, answer.err
        assert word in answer.err
    answer = report("check", str(path), "--against", "ffff")
    assert answer.code == 2
    assert "NOR 2024" in answer.err


def test_a_document_of_another_home_is_refused(verdikart, saved_out, signed, tmp_path):
    path, _ = signed
    name = (saved_out / "current").read_text().strip()
    shutil.copytree(saved_out / name, tmp_path / name)
    manifest = json.loads((tmp_path / name / "manifest.json").read_text("utf-8"))
    (tmp_path / name / "manifest.json").write_text(json.dumps({**manifest, "home": "SWE"}), "utf-8")
    answer = verdikart("report", "check", str(path), "--against", str(tmp_path / name))
    assert answer.code == 2
    assert "is of NOR" in answer.err
    assert "of SWE" in answer.err


def test_an_interruption_is_told_and_leaves_the_file_of_before(saved_out, tmp_path):
    out, design = tmp_path / "a.pptx", tmp_path / "design.pptx"
    out.write_bytes(GOOD)
    os.mkfifo(design)  # the command waits where it reads this, in the middle of writing
    asked = ["report", "slides", *MATERIAL, "--design", str(design), "--out", str(out)]
    asked = [*COMMAND, *asked, "--mapping", str(saved_out)]
    with subprocess.Popen(
        asked, stderr=subprocess.PIPE, text=True, preexec_fn=_interruptible
    ) as process:
        pipe = _opened_by_reader(design)
        # An interruption between its opening and its reading would be told to nobody.
        time.sleep(1)
        process.send_signal(signal.SIGINT)
        try:
            said = process.communicate(timeout=60)[1]
        finally:
            process.kill()
            os.close(pipe)
    assert process.returncode == 130
    assert "stopped; the previous result is whole" in said
    assert "Traceback" not in said
    assert out.read_bytes() == GOOD
    assert {p.name for p in tmp_path.iterdir()} == {"a.pptx", "design.pptx"}


def _interruptible():
    """Shells start what runs in the background deaf to interruptions, and children inherit it."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def _opened_by_reader(pipe):
    """A pipe opened for writing as soon as somebody reads it."""
    for _ in range(600):
        try:
            return os.open(pipe, os.O_WRONLY | os.O_NONBLOCK)
        except OSError:  # nobody reads it yet
            time.sleep(0.1)
    raise AssertionError("nobody reads the pipe")
