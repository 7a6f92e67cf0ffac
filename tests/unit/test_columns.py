"""The dictionary of columns fits the tables of a mapping, both ways, and its kinds fit the cells."""

from __future__ import annotations

import importlib.util
from datetime import date
from pathlib import Path

import pytest

import verdikart.indicators  # noqa: F401 - registers the indicators
from verdikart.core.errors import UnknownName
from verdikart.core.registry import REGISTRY
from verdikart.mapping.bindings import FLOWS, PARTNERS
from verdikart.mapping.run import run
from verdikart.mapping.save import all_tables
from verdikart.reference.columns import Column, base, describe
from verdikart.reference.entities import (
    Country,
    Group,
    Material,
    Product,
    Reason,
    Source,
    Stage,
    StrategicSector,
    Word,
)
from verdikart.reference.load import by_key, load
from verdikart.reference.value_chains import Chain, Facility
from verdikart.reports.values import WITH_UNIT

NEAR = 1e-9
NUMBERS = {
    "share",
    "index",
    "score",
    "ratio",
    "usd",
    "nok",
    "tonnes",
    "amount",
    "percent",
    "count",
    "rank",
    "year",
    "years",
    "number",
}
WHOLE = {"count", "rank", "year"}
HOMES = {"EU27", "NORDIC", "NATO", "EEA", "WORLD", "NORDIC_EX_NOR", "NATO_EX_NOR"}
# A share that an aggregate of sales can push outside 0–1, as its definition says.
SIGNED = {"*.hidden"}


@pytest.fixture(scope="module")
def tables():
    return all_tables(run("NOR", 2024))


def _known() -> dict[str, set[str]]:
    countries = {c.iso3 for c in load(Country)}
    groups = set(by_key(Group))
    return {
        "country": countries,
        "home": countries | groups | HOMES,
        "group": groups,
        "material": set(by_key(Material)),
        "product": set(by_key(Product)),
        "chain": set(by_key(Chain)),
        "stage": set(by_key(Stage)),
        "sector": set(by_key(StrategicSector)),
        "plant": {f.record_id for f in load(Facility)},
        "source": set(by_key(Source)),
        "reason": set(by_key(Reason)),
    }


def _columns(rows):
    return dict.fromkeys(name for row in rows for name in row)


def test_every_column_is_described(tables):
    lacking = set()
    for table, rows in tables.items():
        names = _columns(rows)
        for name in ("", *names):
            try:
                describe(table, base(table, name, names)[0] if name else "")
            except UnknownName:
                lacking.add(f"{table}.{name}")
    assert not lacking


def test_every_description_has_a_column(tables):
    used = set()
    for table, rows in tables.items():
        names = _columns(rows)
        stems = {base(table, name, names)[0] for name in names}
        used |= {describe(table, stem).column_key for stem in ("", *stems)}
    computed = {
        key
        for key in by_key(Column)
        if key.startswith((f"{FLOWS}.", f"{PARTNERS}.", "own_figures."))
    }
    assert not set(by_key(Column)) - used - computed


def test_definitions_stand_in_one_place():
    words = {w.vocabulary for w in load(Word)}
    kinds = {w.term for w in load(Word) if w.vocabulary == "column_kind"}
    for row in load(Column):
        registered = row.indicator in REGISTRY.indicators
        assert registered or not row.indicator, row.column_key
        told = row.definition("en") and row.definition("nb")
        assert bool(told) != registered, f"{row.column_key}: definition here or in the registry"
        assert {row.kind, row.items} <= kinds | {""}, row.column_key
        assert not row.vocabulary or row.vocabulary in words, row.column_key
        assert (row.kind == "list") == bool(row.items), row.column_key
        if row.kind != "country":
            assert bool(row.vocabulary) == ("word" in (row.kind, row.items)), row.column_key
        assert row.column_key == f"{row.table or '*'}.{row.column}"
        assert row.unit_column == "" or row.kind in WITH_UNIT


def test_units_stand_in_the_row(tables):
    lacking = []
    for table, rows in tables.items():
        names = _columns(rows)
        for name in names:
            found = describe(table, base(table, name, names)[0])
            if found.unit_column and found.unit_column not in names:
                lacking.append(f"{table}.{name}: {found.unit_column}")
    assert not lacking


def _fits(found: Column, value: object, known: dict[str, set[str]], words: dict) -> bool:
    kind = found.kind
    if kind in NUMBERS:
        number = isinstance(value, (int, float)) and not isinstance(value, bool)
        if not number:
            return False
        if kind == "share" and found.column_key not in SIGNED:
            return -NEAR <= value <= 1 + NEAR
        if kind == "year":
            return isinstance(value, int) and 1900 < value < 2100
        if kind in ("usd", "nok", "tonnes", "years", "count"):
            return value >= -NEAR and (kind not in WHOLE or isinstance(value, int))
        return kind != "rank" or (isinstance(value, int) and value >= 1)
    if kind == "flag":
        return isinstance(value, bool)
    if kind == "list":
        return isinstance(value, (list, tuple)) and all(
            _member(found.items, found.vocabulary, item, known, words) for item in value
        )
    if kind == "names":
        return isinstance(value, (list, tuple))
    return _member(kind, found.vocabulary, value, known, words)


def _member(kind, vocabulary, value, known, words) -> bool:
    if kind == "share":
        return isinstance(value, float) and -NEAR <= value <= 1 + NEAR
    if kind == "word":
        return value in words[vocabulary]
    if kind == "country" and vocabulary:
        # Beside countries: the home itself, and rest rows written in capitals.
        return value in known["home"] or value.lower() in words[vocabulary]
    if kind in known:
        return value in known[kind]
    if kind in ("figure", "mix"):
        return isinstance(value, str) and value.count("/") == (5 if kind == "figure" else 4)
    return isinstance(value, (str, dict)) or (kind == "date" and isinstance(value, date))


def test_kinds_fit_the_cells(tables):
    known = _known()
    words: dict[str, set[str]] = {}
    for word in load(Word):
        words.setdefault(word.vocabulary, set()).add(word.term)
    wrong: dict[str, object] = {}
    for table, rows in tables.items():
        names = _columns(rows)
        for name in names:
            stem, suffix = base(table, name, names)
            found = describe(table, stem)
            if suffix not in ("", "low", "high"):
                continue
            for row in rows:
                value = row.get(name)
                if value in (None, "", [], ()):
                    continue
                if not _fits(found, value, known, words):
                    wrong.setdefault(f"{table}.{name}: {found.kind} {found.vocabulary}", value)
    assert not wrong


def test_lookup():
    assert describe("assessments", "top_share").indicator == "top_share"
    assert describe("trade_patterns", "share").kind == "share"
    assert describe("chains", "bottleneck").kind == "text"
    assert describe("chain_steps", "bottleneck").kind == "flag"
    assert base("assessments", "top_share_low", {"top_share"}) == ("top_share", "low")
    assert base("assessments", "name_nb", {"name_en", "name_nb"}) == ("name", "nb")
    assert base("chain_steps", "lead_years_low", ()) == ("lead_years_low", "")
    with pytest.raises(UnknownName, match=r"part_at_risk"):
        describe("chains", "part_at_riks")


def test_table_page_is_current(tables):
    file = Path(__file__).parents[2] / "docs/column_tables.py"
    spec = importlib.util.spec_from_file_location("docs_column_tables", file)
    pages = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(pages)
    wanted = pages.page({name: _columns(rows) for name, rows in tables.items()})
    assert pages.PAGE.read_text(encoding="utf-8") == wanted, (
        "docs/tables.md is stale: run python docs/generate.py"
    )
