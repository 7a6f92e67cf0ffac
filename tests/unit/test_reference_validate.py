"""Every kind of fault is found in a corrupted copy of the tables, and many at once."""

from __future__ import annotations

import shutil

import pytest

from verdikart.reference.load import path
from verdikart.reference.validate import validate


@pytest.fixture(scope="module")
def pristine(tmp_path_factory):
    copy = tmp_path_factory.mktemp("reference") / "tables"
    shutil.copytree(path("materials").parent, copy)
    return copy


@pytest.fixture
def tables(pristine, tmp_path):
    copy = tmp_path / "tables"
    shutil.copytree(pristine, copy)
    return copy


def edit(tables, name, old, new):
    file = tables / name
    text = file.read_bytes().decode("utf-8")
    assert old in text, f"{old!r} is not in {name}"
    file.write_bytes(text.replace(old, new, 1).encode("utf-8"))


def test_the_tables_are_sound():
    assert [str(problem) for problem in validate()] == []


CORRUPTIONS = {
    "meta missing": ("stages.meta.yaml", None, None, "description is missing"),
    "meta broken": ("stages.meta.yaml", "title:", "title: [", "is not valid YAML"),
    "meta no mapping": ("stages.meta.yaml", "", "- 1\n#", "is not valid YAML"),
    "licence missing": ("stages.meta.yaml", "licence:", "license:", "field is missing"),
    "title untranslated": ("stages.meta.yaml", "nb: Ledd i", "nn: Ledd i", "text is missing"),
    "meta unknown column": ("stages.meta.yaml", "- stage_id", "- stage", "key names no column"),
    "meta unknown target": (
        "products.meta.yaml",
        "stages.stage_id",
        "stages.id",
        "foreign key points to no column",
    ),
    "meta unknown period": (
        "group_members.meta.yaml",
        "from: from_year",
        "from: start",
        "period names no column",
    ),
    "table missing": ("stages.csv", None, None, "table is missing"),
    "column missing": ("stages.csv", "name_nb", "name_nn", "column is missing"),
    "column unknown": ("stages.csv", "name_nb", "name_nn", "column is not known"),
    "number": ("stages.csv", "processing,2,", "processing,two,", "cannot be read"),
    "flag": (
        "materials.csv",
        "zinc,Zinc,Sink,material,,yes",
        "zinc,Zinc,Sink,material,,1",
        "cannot",
    ),
    "cells": ("stages.csv", "processing,2,", "processing,2,x,", "row has 5 cells"),
    "key twice": ("stages.csv", "processing,2", "extraction,2", "key stands in row"),
    "order": ("stages.csv", "component,4", "zomponent,4", "is out of order"),
    "foreign key": ("products.csv", "bauxite,extraction", "bauxite,extracting", "is not in stages"),
    "tuple key": (
        "chain_edges.csv",
        ",alumina,aluminium,",
        ",alumina,aluminum,",
        "is not in materials",
    ),
    "allowed": (
        "materials.csv",
        "zinc,Zinc,Sink,material",
        "zinc,Zinc,Sink,metal",
        "not an allowed",
    ),
    "translation": ("materials.csv", "zinc,Zinc,Sink", "zinc,Zinc,", "translation is missing"),
    "period order": ("group_members.csv", "EU,GBR,1973,2019", "EU,GBR,1973,1960", "ends before"),
    "period overlap": (
        "group_members.csv",
        "EU,GBR,1973,2019,\n",
        "EU,GBR,1973,2019,\nEU,GBR,2015,,\n",
        "period overlaps with row",
    ),
    "list validity": (
        "lists.csv",
        "2020-09-03,2020-09-03,2024-05-22",
        "2020-09-03,2020-09-03,",
        "begins before what it replaces has ended (open)",
    ),
    "no nomenclature": (
        "product_codes.csv",
        "alumina,HS92,",
        "alumina,,",
        "code has no nomenclature",
    ),
    "nomenclature": (
        "product_codes.csv",
        "alumina,HS92,",
        "alumina,HS93,",
        "is not in nomenclatures",
    ),
    "code digits": ("product_codes.csv", "alumina,HS92,281820", "alumina,HS92,28182", "is no code"),
    "code unknown": (
        "product_codes.csv",
        "alumina,HS92,281820",
        "alumina,HS92,281829",
        "no revision",
    ),
    "code revision": (
        "product_codes.csv",
        "alumina,HS92,281820",
        "alumina,HS92,854143",
        "code does not exist in HS92",
    ),
    "heading": ("trade_headings_2024.csv", "HS17,7202", "HS17,7299", "heading is not in HS17"),
    "CN8 digits": ("regional_trade.csv", "CN8,25041000", "CN8,250410", "is no code of CN8"),
    "validity": ("code_validity.csv", "250310,yes", "250310,no", "code is not in this revision"),
    "country": ("governance_wgi.csv", "NOR,", "NXR,", "is not in countries"),
    "partner": ("regional_trade.csv", "EU27_INTRA", "EU28_INTRA", "is not in countries"),
    "byte order mark": ("stages.csv", "stage_id", "\ufeffstage_id", "byte order mark"),
    "line ends": ("stages.csv", "\n", "\r\n", "CRLF"),
}


@pytest.mark.parametrize("case", CORRUPTIONS)
def test_each_corruption_is_found(tables, case):
    name, old, new, text = CORRUPTIONS[case]
    if old is None:
        (tables / name).unlink()
    else:
        edit(tables, name, old, new)
    found = [problem for problem in validate(tables) if text in problem.message]
    assert found, [str(problem) for problem in validate(tables)]
    assert found[0].file == name or name.endswith(".yaml")
    assert found[0].remedy


def test_several_corruptions_are_reported_at_once(tables):
    for name, old, new, _ in (CORRUPTIONS[c] for c in ("translation", "code unknown", "country")):
        edit(tables, name, old, new)
    (tables / "extra.csv").write_text("a\n", encoding="utf-8")
    (tables / "notes.csv").write_bytes(b"note_code,text_en,text_nb\na,\xff,b\n")
    messages = " / ".join(str(problem) for problem in validate(tables))
    for text in (
        "materials.csv, row",
        "translation is missing",
        "281829",
        "'NXR'",
        "extra.csv: is no table",
        "notes.csv, row 2: is not UTF-8",
    ):
        assert text in messages


def test_a_problem_says_where_what_and_how_to_mend_it(tables):
    edit(tables, "products.csv", "bauxite,extraction", "bauxite,extracting")
    (problem,) = validate(tables)
    assert problem.file == "products.csv"
    assert problem.column == "stage"
    assert problem.value == "extracting"
    assert problem.remedy == "nearest: extraction"
    lines = (tables / "products.csv").read_text(encoding="utf-8").splitlines()
    assert lines[problem.row - 1].startswith("bauxite,")


def test_meta_that_is_a_list_is_reported(tables):
    (tables / "stages.meta.yaml").write_text("- a\n", encoding="utf-8")
    assert any(problem.message == "is no mapping" for problem in validate(tables))
