"""The tables that ship: counts, sources, languages, and facts others build on."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
from collections import Counter
from datetime import date

import pytest
from babel import Locale

from verdikart.core.errors import Problems, UnknownName
from verdikart.reference import load as loading
from verdikart.reference.entities import (
    CodeValidity,
    Country,
    ListEntry,
    Material,
    MaterialList,
    MaterialTechnology,
    Product,
    ProductCode,
    Reason,
    Source,
    Term,
)
from verdikart.reference.figures import Claim, ExchangeRate, PublishedShare, RegionalTrade
from verdikart.reference.load import by_key, load, meta, parse, path
from verdikart.reference.records import TABLES
from verdikart.reference.value_chains import ChainEdge, Facility, TradeMeasure


@pytest.mark.parametrize(
    ("record", "count"),
    [
        (Material, 114),
        (MaterialList, 19),
        (ListEntry, 441),
        (Facility, 122),
        (PublishedShare, 3468),
        (RegionalTrade, 11296),
        (MaterialTechnology, 579),
        (TradeMeasure, 16),
    ],
)
def test_row_counts(record, count):
    assert len(load(record)) == count


@pytest.mark.parametrize(
    ("record", "least"), [(Product, 334), (ProductCode, 1735), (ChainEdge, 352 - 12)]
)
def test_tables_of_the_chains_only_grow(record, least):
    # A few edges of the first compilation were shortcuts of others and are gone.
    assert len(load(record)) >= least


def test_list_items_are_counted_as_printed():
    items = Counter(row.list_id for row in load(ListEntry))
    assert items["EU_CRMA_ANNEX_II"] == 34
    assert items["EU_CRMA_ANNEX_I"] == 17
    assert items["NATO_DCRM_2024"] == 12
    assert set(items) == {row.list_id for row in load(MaterialList)}


def test_every_list_states_its_own_purpose():
    for column in ("purpose_en", "purpose_nb"):
        assert len({getattr(row, column) for row in load(MaterialList)}) == 19
    assert by_key(MaterialList)["NATO_DCRM_2024"].kind == "defence"
    assert by_key(MaterialList)["EU_CRMA_ANNEX_II"].published == date(2024, 5, 3)


def test_every_supplement_has_a_reason_and_a_source_in_both_languages():
    supplements = [row for row in load(Material) if row.norwegian_supplement]
    assert len(supplements) == 19
    for row in supplements:
        assert row.supplement_reason_en
        assert row.supplement_reason_nb
        assert row.supplement_source
    listed = {e.material_id for e in load(ListEntry) if e.list_id.startswith(("EU_CRMA", "NATO"))}
    assert not listed & {row.material_id for row in supplements}


@pytest.mark.parametrize("table", TABLES)
def test_every_table_names_its_source_licence_and_titles(table):
    about = meta(table)
    for field in ("source", "licence", "vintage", "key"):
        assert about[field], field
    for field in ("title", "description"):
        assert about[field]["en"]
        assert about[field]["nb"]
        assert about[field]["en"] != about[field]["nb"] or field == "title"


@pytest.mark.parametrize("table", TABLES)
def test_every_name_is_in_both_languages(table):
    translated = set(meta(table).get("translated", ()))
    for column in loading.columns(TABLES[table]):
        name, _, lang = column.rpartition("_")
        if lang == "nb":
            # A text that not every row has is there in both languages or in neither.
            pairs = [
                (getattr(r, f"{name}_en"), getattr(r, f"{name}_nb")) for r in load(TABLES[table])
            ]
            assert name in translated or all(bool(en) == bool(nb) for en, nb in pairs), column


def test_unverified_marks_are_kept():
    assert {r.status for r in load(ExchangeRate) if r.year == 2024} == {"memory, unverified"}
    marked = [r for r in load(MaterialTechnology) if r.confidence == "memory, unverified"]
    assert len(marked) == 370
    by_memory = [
        r for r in load(ChainEdge) if r.coefficient is not None and r.coef_basis == "memory"
    ]
    assert len(by_memory) > 100
    assert {r.coef_confidence for r in by_memory} == {"memory, unverified"}
    entries = [r for r in load(ListEntry) if r.list_id == "UK_2024_FULL_UNVERIFIED"]
    assert {r.status for r in entries} == {"memory, unverified"}


def test_country_names_are_those_of_cldr():
    for lang in ("en", "nb"):
        names = Locale(lang).territories
        for row in load(Country):
            if row.iso2:
                assert row.name(lang) == names[row.iso2], row.iso3


def test_trade_rows_are_whole_numbers_and_keep_missing_apart_from_zero():
    rows = load(RegionalTrade)
    assert all(isinstance(row.value, int) for row in rows)
    missing = [row for row in rows if row.quantity_kg is None]
    assert len(missing) == 3676
    assert {row.source for row in rows} <= set(by_key(Source))
    assert sum(bool(row.note_code) for row in rows) == 70


def test_claims_hold_four_versions_that_differ():
    assert len({row.document for row in load(Claim)}) == 4
    assert all(row.low_pct <= (row.high_pct or 100) for row in load(Claim))


def test_same_number_in_two_revisions_is_told_apart():
    codes = by_key(CodeValidity)
    assert not codes["854143"].exists_in("HS17")
    assert codes["854143"].exists_in("HS22")
    assert not codes["854143"].exists_in("CN8")


@pytest.mark.parametrize(
    "reason", ["no_flows", "unlike_bases", "suspected_transit", "world_partial", "no_intra_known"]
)
def test_reasons_are_sentences(reason):
    row = by_key(Reason)[reason]
    assert row.text_en.endswith(".")
    assert row.text_nb.endswith(".")


def test_glossary_terms_name_a_source_or_say_own_term():
    assert by_key(Term)["apparent_consumption"].term_nb == "tilsynelatende forbruk"
    assert by_key(Term)["supply_mix"].term_nb == "leverandørfordeling"
    assert all(row.source for row in load(Term))


def test_records_are_frozen_compare_and_print():
    zinc = by_key(Material)["zinc"]
    assert zinc.name("nb") == "Sink"
    assert zinc == dataclasses.replace(zinc)
    assert hash(zinc) == hash(dataclasses.replace(zinc))
    assert zinc != dataclasses.replace(zinc, note="other")
    assert zinc != "zinc"
    assert repr(zinc).startswith("Material(material_id='zinc', ")
    with pytest.raises(dataclasses.FrozenInstanceError):
        zinc.note = "x"


def test_every_fault_of_a_file_is_reported_with_row_column_value_and_remedy():
    text = (
        "iso3,mean_six,scaled_0_10,period,source\nNOR,x,1.0,p,s\nSWE,1,,p,s\nDNK,1\nFIN,1,2,p,s\n"
    )
    known = next(r for name, r in TABLES.items() if name == "governance_wgi")
    rows, problems = parse(known, text.splitlines(keepends=True), "g.csv")
    assert [(number, row.iso3) for number, row in rows] == [(5, "FIN")]
    assert [(p.row, p.column, p.value) for p in problems] == [
        (2, "mean_six", "x"),
        (3, "scaled_0_10", ""),
        (4, None, None),
    ]
    assert all(p.remedy for p in problems)


def test_missing_and_unknown_columns_are_reported():
    rows, problems = parse(Product, ["product_id,stage,name_en,extra\n"], "p.csv")
    assert rows == []
    assert {p.column for p in problems} == {"name_nb", "extra"}


def test_a_damaged_table_raises_all_problems(monkeypatch, tmp_path):
    (tmp_path / "notes.csv").write_text("note_code,text_en\n", encoding="utf-8")
    monkeypatch.setattr(loading, "path", lambda table: tmp_path / f"{table}.csv")
    loading._load.cache_clear()
    note = TABLES["notes"]
    with pytest.raises(Problems, match="text_nb"):
        load(note)
    monkeypatch.undo()
    loading._load.cache_clear()
    assert len(load(note)) == 3


def test_unknown_tables_are_named():
    with pytest.raises(UnknownName, match="materials"):
        path("material")
    with pytest.raises(UnknownName):
        path("../tables/materials")


def test_import_reads_no_table_and_no_yaml():
    code = (
        "import sys, verdikart.reference.homes, verdikart.reference.countries as c, "
        "verdikart.reference.load as l; "
        "assert 'yaml' not in sys.modules and 'babel' not in sys.modules; "
        "assert l._load.cache_info().currsize == 0"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
