"""The living note: a document held against its own mapping, a later one, and after editing."""

from __future__ import annotations

import json
import shutil
import zipfile
from itertools import count
from pathlib import Path

import pytest

from verdikart.core.errors import DataProblem, UsageProblem
from verdikart.mapping.audience import Mark, Marks
from verdikart.mapping.bindings import parse, resolve
from verdikart.mapping.causes import causes
from verdikart.mapping.saved import Saved
from verdikart.reports.content import catalogue
from verdikart.reports.document import record
from verdikart.reports.document.again import again
from verdikart.reports.document.check import check
from verdikart.reports.document.draft import Draft
from verdikart.reports.produce import produce

MATERIAL = "manganese"


@pytest.fixture(scope="module")
def earlier(shelf) -> Saved:
    """The mapping of 2023, which the signed-off documents are made from."""
    return shelf.open(next(e.name for e in shelf.entries() if e.year == 2023))


@pytest.fixture(scope="module")
def signed(tmp_path_factory, shelf, earlier):
    """Writes a signed-off document of 2023: ``signed("note", ".docx", lang="nb")``."""
    numbers = count()

    def write(
        product="note", suffix=".docx", template="material", about=(MATERIAL,), **more
    ) -> Path:
        marks = Marks(earlier, tuple(more.pop("marks", ())))
        draft = Draft(earlier, more.pop("lang", "nb"), marks=marks, signed="Kari, 2024", **more)
        made = catalogue.build(draft, template, about, shelf)
        out = tmp_path_factory.mktemp("signed") / f"{next(numbers)}{suffix}"
        return produce(made, product, out, earlier, marks)

    return write


@pytest.mark.parametrize("lang", ["nb", "en"])
@pytest.mark.parametrize("template", ["whole", "material"])
def test_every_figure_is_written_again_in_its_own_way(shelf, earlier, template, lang):
    """Else a check would take another way of writing for a figure that moved."""
    about = (MATERIAL,) if template == "material" else ()
    made = record.record(catalogue.build(Draft(earlier, lang), template, about, shelf))
    figures = [f for s in made["statements"] for f in s["figures"]]
    figures += [c for t in made["tables"] for c in t["cells"]]
    assert len(figures) > 50
    for held in figures:
        binding = parse(held["figure"])
        found = resolve(earlier, binding)
        row = found.row or {binding.column: found.value}
        assert again(held, row, binding.column, lang) == held["text"], held


@pytest.mark.parametrize(
    ("product", "suffix"),
    [("note", ".docx"), ("note", ".pdf"), ("slides", ".pptx"), ("workbook", ".xlsx")],
)
def test_nothing_has_moved_against_its_own_mapping(signed, earlier, product, suffix):
    found = check(signed(product, suffix), earlier.folder)
    assert found.sentences
    assert set(found.outcomes) == {"same"}
    assert not found.moved
    assert not found.edited


@pytest.fixture(scope="module")
def moved(signed, saved):
    return check(signed(), saved.folder)


def test_a_later_year_moves_sentences_by_how_much_and_why(moved, saved, earlier):
    assert moved.earlier
    sentence = next(s for s in moved.moved if "Gabon" in s.text and s.reads)
    share = next(f for f in sentence.figures if parse(f.figure).column == "top_share")
    ends = [
        next(r for r in side.own("assessments") if r["subject"] == "HS92:260200")
        for side in (earlier, saved)
    ]
    then, now = (row["top_share"] for row in ends)
    assert (share.then_value, share.now_value) == (then, now)
    assert share.outcome == "moved"
    assert share.measure == "points"
    assert share.difference == pytest.approx(100 * (now - then))
    assert share.then in sentence.text
    assert share.now in sentence.now
    assert [(c.kind, c.then, c.now) for c in share.why] == [("period", 2023, 2024)]
    assert share.inputs.partner == "GAB"
    assert share.inputs.then[0] / share.inputs.then[1] == pytest.approx(then)
    assert share.inputs.now[0] / share.inputs.now[1] == pytest.approx(now)
    value = next(f for f in sentence.figures if parse(f.figure).column == "value_nok")
    assert value.measure == "percent"
    assert value.difference == pytest.approx(
        100 * (ends[1]["value_nok"] / ends[0]["value_nok"] - 1)
    )


def test_a_figure_is_put_where_it_stood_and_nowhere_else(signed, saved):
    """A count of 5 is no part of 65 %."""
    path = signed()
    count = len(saved.rows("findings"))
    told = {"value": 5, "text": "5", "status": "ok", "low": None, "high": None, "withheld": False}
    text = "More than 65 %, 5 of 15 findings."
    statement = {"text": text, "kind": "computed", "owner": "x", "use": "", "figures": []}
    statement["figures"] = [{"figure": "findings?#*", "at": 16, **told}]
    record.embed(path, {**record.read(path), "statements": [statement]})
    found = check(path, saved.folder)
    assert found.sentences[0].now == f"More than 65 %, {count} of 15 findings."
    assert found.sentences[0].reads


def test_digits_that_are_not_written_are_told_apart(moved):
    figures = [f for s in moved.sentences for f in s.figures]
    figures += [cell.figure for table in moved.tables for cell in table.cells]
    for figure in figures:
        if figure.outcome == "digits":
            assert figure.then == figure.now
            assert not figure.seen
        if figure.outcome in ("moved", "status"):
            assert figure.then != figure.now
    assert {"moved", "digits"} <= {figure.outcome for figure in figures}


def test_the_parts_of_a_score_sum_to_its_change(signed, saved):
    found = check(signed(about=("magnesium",)), saved.folder)
    score = next(
        f for s in found.moved for f in s.figures if f.figure.endswith("#supply_risk") and f.parts
    )
    assert sum(score.parts.values()) == pytest.approx(score.difference)


def test_what_is_no_longer_there_is_gone_or_seen_through_another_code(signed, saved):
    found = check(signed(about=("silicon_metal",)), saved.folder)
    figures = [f for s in found.sentences for f in s.figures]
    figures += [cell.figure for table in found.tables for cell in table.cells]
    gone = [f for f in figures if f.outcome == "gone"]
    assert gone
    assert all(f.now == "" and f.now_value is None for f in gone)
    lost = [s for s in found.moved if any(f.outcome == "gone" for f in s.figures) and s.reads]
    assert all(s.lost for s in lost)
    assert any(f.elsewhere for f in gone)


def test_a_change_between_two_mappings_keeps_the_earlier_one(signed, shelf, saved, tmp_path):
    made = catalogue.build(Draft(saved, "en"), "change", (), shelf)
    out = produce(made, "note", tmp_path / "change.docx", saved, Marks(saved))
    found = check(out, saved.folder)
    assert set(found.outcomes) == {"same", "fixed"}


def test_sentences_edited_by_hand_are_told(signed, earlier, saved):
    from docx import Document

    path = signed()
    file = Document(str(path))
    texts = [s["text"] for s in record.read(path)["statements"] if s["in_file"]]
    assert len(texts) >= 3
    edited, removed = (_paragraph(file, text) for text in (texts[0], texts[1]))
    for run in edited.runs[1:]:
        run.text = ""
    edited.runs[0].text = texts[0].replace(" ", "  ", 1) + " Dette er lagt til."
    removed._element.getparent().remove(removed._element)
    file.save(str(path))
    found = check(path, earlier.folder)
    assert set(found.outcomes) == {"same"}
    places = {s.text: s.place for s in found.sentences}
    assert places[texts[0]] == "as_written"  # a sentence with more words after it stands
    assert places[texts[1]] in ("edited", "taken_out")
    assert found.edited
    assert not found.moved
    _paragraph(file, texts[2]).runs[0].text = "Omtrent halvparten, skrevet for hånd; "
    file.save(str(path))
    later = check(path, saved.folder)
    sentence = next(s for s in later.sentences if s.text == texts[2])
    assert sentence.place in ("edited", "taken_out")


def _paragraph(file, text):
    wanted = " ".join(text.split())
    return next(p for p in file.paragraphs if wanted in " ".join(p.text.split()))


def test_marked_figures_are_not_told_by_a_check(signed, saved, earlier):
    row = next(r for r in earlier.own("assessments") if r["subject"] == "HS92:260200" and r["mix"])
    path = signed(marks=[Mark(f"{row['mix']}/top_share", "internal")])
    found = check(path, saved.folder)
    now = next(r for r in saved.own("assessments") if r["subject"] == "HS92:260200")
    held = [f for s in found.sentences for f in s.figures if f.outcome == "withheld"]
    assert held
    assert all(f.now == "" and f.now_value is None for f in held)
    values = [f.now_value for s in found.sentences for f in s.figures]
    assert now["top_share"] not in values


# Why


def test_only_causes_that_can_touch_a_figure_are_named(saved):
    states = {
        **{f"vintage:{k}": str(v) for k, v in saved.manifest["vintages"].items()},
        **{f"parameter:{k}": str(v) for k, v in saved.manifest["parameters"].items()},
        **{f"snapshot:{k}": str(v) for k, v in saved.manifest["snapshot"].items()},
        **{f"reference:{k}": str(v) for k, v in saved.manifest["reference"].items()},
    }
    made = {"year": saved.year, "version": saved.manifest["code"]["version"], "states": states}
    row = next(r for r in saved.own("assessments") if r["source"] == "baci_hs92")

    def named(column, table="assessments", of=row, **other):
        held = {**made, "states": {**states, **other.pop("states", {})}, **other}
        return {(c.kind, c.name) for c in causes(held, saved, table, column, of)}

    assert named("top_share") == set()
    assert named("top_share", year=2019) == {("period", "")}
    assert named("top_share", version="0.0.9") == {("code", "")}
    old = {"vintage:baci_hs92": "V202501", "vintage:icio_2022": "2024", "vintage:wmd": "2025"}
    assert named("top_share", states=old) == {("data", "baci_hs92")}
    assert named("top_share", states={"snapshot:baci_hs92.parquet": "0"}) == {("data", "baci_hs92")}
    limits = {"parameter:share_threshold": "0.5", "parameter:sr_threshold": "0.8"}
    assert named("top_share", states=limits) == set()
    assert named("outcome", states=limits) == {("parameter", "share_threshold")}
    score = saved.own("criticality")[0]
    assert named("verdict", "criticality", score, states=limits) == {("parameter", "sr_threshold")}
    assert named("supply_risk", "criticality", score, states=limits) == set()
    tables = {f"reference:{name}": "0" for name in ("glossary", "exchange_rates", "product_codes")}
    assert named("top_share", states=tables) == {("reference", "product_codes")}
    assert ("reference", "exchange_rates") in named("value_nok", states=tables)
    plant = saved.rows("facilities")[0]
    old = {"year": 2019, "states": {"reference:facilities": "0", "vintage:baci_hs92": "V1"}}
    assert named("status", "facilities", plant, **old) == {("reference", "facilities")}


# Files


def test_the_record_is_read_from_what_word_and_powerpoint_write(signed, tmp_path):
    from docx import Document
    from pptx import Presentation

    path = signed()
    before = record.read(path)
    Document(str(path)).save(str(tmp_path / "again.docx"))
    assert record.read(tmp_path / "again.docx") == before
    path = signed("slides", ".pptx")
    before = record.read(path)
    Presentation(str(path)).save(str(tmp_path / "again.pptx"))
    assert record.read(tmp_path / "again.pptx") == before
    with zipfile.ZipFile(path) as file:
        assert file.testzip() is None
        assert len(file.namelist()) == len(set(file.namelist()))


def test_a_template_keeps_its_own_xml_parts(signed):
    path = signed()
    held = record.read(path)
    own = "<other xmlns='urn:theirs'>54</other>"
    with zipfile.ZipFile(path, "a") as file:
        file.writestr("customXml/item2.xml", own)
    record.embed(path, {**held, "title": "new"})
    assert record.read(path)["title"] == "new"
    with zipfile.ZipFile(path) as file:
        assert file.read("customXml/item2.xml").decode() == own
        types = file.read("[Content_Types].xml")
        links = file.read("word/_rels/document.xml.rels")
    assert b'Extension="xml"' in types
    assert links.count(b"customXml/item1.xml") == 1


def test_files_that_cannot_be_checked_are_told_apart(signed, saved, tmp_path, monkeypatch):
    import xlsxwriter

    plain = tmp_path / "plain.xlsx"
    with xlsxwriter.Workbook(str(plain)) as book:
        book.add_worksheet()
    with pytest.raises(UsageProblem, match=r"holds no figures of verdikart.*LibreOffice"):
        record.read(plain)
    with pytest.raises(UsageProblem, match="no such file"):
        record.read(tmp_path / "none.docx")
    with pytest.raises(UsageProblem, match=r"ends in \.docx, \.pptx, \.xlsx or \.pdf"):
        record.read(tmp_path / "a.odt")
    path = signed()
    damaged = tmp_path / "damaged.docx"
    damaged.write_bytes(path.read_bytes()[:4000])
    with pytest.raises(DataProblem, match="damaged"):
        record.read(damaged)
    (tmp_path / "damaged.pdf").write_bytes(b"%PDF-1.7 nothing")
    with pytest.raises(DataProblem, match="damaged"):
        record.read(tmp_path / "damaged.pdf")
    held = record.read(path)
    record.embed(path, {**held, "schema": 99})
    with pytest.raises(DataProblem, match="another version"):
        record.read(path)
    record.embed(path, {**held, "home": "SWE"})
    with pytest.raises(UsageProblem, match="is of SWE"):
        check(path, saved.folder)


def test_a_mapping_of_another_version_is_refused(signed, saved, tmp_path):
    other = tmp_path / saved.name
    shutil.copytree(saved.folder, other)
    manifest = json.loads((other / "manifest.json").read_text("utf-8"))
    manifest["code"]["version"] = "0.0.1"
    (other / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    with pytest.raises(DataProblem, match=r"0\.0\.1"):
        check(signed(), other)


def test_without_the_mapping_it_was_made_from_less_is_told(signed, saved, tmp_path):
    shutil.copytree(saved.folder, tmp_path / saved.name)
    found = check(signed(), tmp_path / saved.name)
    assert not found.earlier
    assert found.moved
    figures = [f for s in found.moved for f in s.figures]
    assert not any(f.inputs or f.parts for f in figures)
    assert any(f.why for f in figures)
