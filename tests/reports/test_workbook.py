"""The workbook read back from its XML: exact numbers, words, sheets that a reader can work in."""

from __future__ import annotations

import re
import zipfile
from functools import cached_property, lru_cache
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from verdikart.core.errors import UsageProblem
from verdikart.mapping.audience import Mark, Marks
from verdikart.mapping.saved import AT
from verdikart.reference.i18n import LANGS
from verdikart.reports.document.draft import Draft
from verdikart.reports.document.model import Cell, Column, Section
from verdikart.reports.formats import workbook
from verdikart.reports.produce import produce

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
HEAD, DATA = 3, 4  # rows of headings and of the first data, from 1
FRONT = {"nb": "Om", "en": "About"}
DEFINED = {"nb": "Definisjoner", "en": "Definitions"}


class Sheet:
    """One sheet's cells: row → column's letters → value, a float for a number, else text."""

    def __init__(self, data: bytes, strings: list[str]) -> None:
        self.xml, self.strings = data, strings

    @cached_property
    def rows(self) -> dict[int, dict[str, float | str]]:
        found: dict[int, dict[str, float | str]] = {}
        for cell in ET.fromstring(self.xml).iter(f"{MAIN}c"):
            value = cell.find(f"{MAIN}v")
            if value is None:
                continue
            letters, row = re.fullmatch(r"([A-Z]+)(\d+)", cell.get("r")).groups()
            text = value.text or ""
            held = self.strings[int(text)] if cell.get("t") == "s" else float(text)
            found.setdefault(int(row), {})[letters] = held
        return found

    @cached_property
    def headings(self) -> dict[str, str]:
        """Column's letters → heading; read without the thousands of rows below."""
        found = re.findall(rb'<c r="([A-Z]+)%d"[^>]*t="s"><v>(\d+)<' % HEAD, self.xml)
        return {letters.decode(): self.strings[int(place)] for letters, place in found}

    def column(self, letters: str, count: int) -> list[float | str | None]:
        return [self.rows.get(DATA + n, {}).get(letters) for n in range(count)]

    def listed(self) -> list[list[float | str]]:
        """Data rows as lists, in the order of the headings."""
        return [
            [row.get(letters, "") for letters in self.headings]
            for number, row in sorted(self.rows.items())
            if number >= DATA
        ]


class Book:
    """A workbook's sheets by name."""

    def __init__(self, path: Path) -> None:
        self.archive = zipfile.ZipFile(path)
        shared = ET.fromstring(self.archive.read("xl/sharedStrings.xml"))
        strings = ["".join(t.text or "" for t in si.iter(f"{MAIN}t")) for si in shared]
        names = [s.get("name") for s in ET.fromstring(self.read("xl/workbook.xml"))[3]]
        self.sheets = {
            name: Sheet(self.read(f"xl/worksheets/sheet{place}.xml"), strings)
            for place, name in enumerate(names, start=1)
        }

    def read(self, part: str) -> bytes:
        return self.archive.read(part)


@pytest.fixture(scope="module")
def book(document, saved, tmp_path_factory):
    """Makes a workbook and reads it: ``book("whole", lang="nb")``; each is made once."""
    folder = tmp_path_factory.mktemp("books")

    @lru_cache
    def make(template: str, about: tuple[str, ...] = (), lang: str = "nb") -> Book:
        out = folder / f"{template}-{lang}.xlsx"
        made = document(template, about, lang=lang)
        return Book(produce(made, "workbook", out, saved, Marks(saved)))

    return make


def _keys(held: Book, lang: str, sheet: str) -> dict[str, str]:
    """Key in the data package → heading, for a sheet, from the sheet of definitions."""
    return {row[5]: row[1] for row in held.sheets[DEFINED[lang]].listed() if row[0] == sheet}


@pytest.mark.parametrize("lang", LANGS)
def test_every_number_of_the_mapping_stands_exactly_and_every_gap_is_empty(book, saved, lang):
    held = book("whole", lang=lang)
    tables = {
        "assessments": {"nb": "Vurderinger", "en": "Assessments"},
        "supply": {"nb": "Leverandørfordelinger", "en": "Supply mixes"},
        "findings": {"nb": "Funn", "en": "Findings"},
        "chain_steps": {"nb": "Trinn i verdikjedene", "en": "Steps of chains"},
    }
    for table, names in tables.items():
        sheet, rows = held.sheets[names[lang]], saved.rows(table)
        places = {heading: letters for letters, heading in sheet.headings.items()}
        compared = 0
        for key, heading in _keys(held, lang, names[lang]).items():
            values = [row[key] for row in rows]
            numbers = [v for v in values if v is not None]
            if numbers and all(type(v) in (int, float) for v in numbers):
                assert sheet.column(places[heading], len(rows)) == values, (table, key)
                compared += 1
        assert compared >= 4, table


def test_words_are_of_the_language_and_lead_back_to_their_codes(book, saved):
    held = book("whole", lang="nb")
    sheet = held.sheets["Vurderinger"]
    keys = _keys(held, "nb", "Vurderinger")
    places = {heading: letters for letters, heading in sheet.headings.items()}
    rows = saved.rows("assessments")
    coded = {(row[0], row[1]): row[2] for row in held.sheets["Koder"].listed()}
    outcomes = sheet.column(places[keys["outcome"]], len(rows))
    assert "konsentrert, alliert leverandør" in outcomes or "sårbar" in outcomes
    words = {word: code for (_, word), code in coded.items()}
    for written, row in zip(outcomes, rows, strict=True):
        assert words.get(written, written) == row["outcome"]
    suppliers = sheet.column(places[keys["top_supplier"]], len(rows))
    assert "Kina" in suppliers
    assert "CHN" not in suppliers
    for other in ("name_en", "name_nb"):
        assert (other in keys) == (other == "name_nb")


@pytest.mark.parametrize(
    ("template", "about"), [("whole", ()), ("material", ("nickel",)), ("partner", ("CHN",))]
)
@pytest.mark.parametrize("lang", LANGS)
def test_sheets_can_be_worked_in(book, template, about, lang):
    held = book(template, about, lang)
    names = list(held.sheets)
    assert names[0] == FRONT[lang]
    assert len({name.casefold() for name in names}) == len(names)
    assert all(len(name) <= 31 for name in names)
    linked = held.read("xl/worksheets/sheet1.xml").decode()
    for name in names[1:]:
        assert f"location=\"'{name.replace('&', '&amp;')}'!A1\"" in linked
    defined = {(row[0], row[1]): row[2] for row in held.sheets[DEFINED[lang]].listed()}
    data = {sheet for sheet, _ in defined if sheet}
    assert len(data) >= 4
    for name, sheet in held.sheets.items():
        assert b"mergeCell" not in sheet.xml
        assert b"<f>" not in sheet.xml
        if name in data:
            assert b'state="frozen"' in sheet.xml
            assert b"<autoFilter" in sheet.xml
            assert b'orientation="landscape"' in sheet.xml
            assert len(set(sheet.headings.values())) == len(sheet.headings)
            assert all(defined[name, heading] for heading in sheet.headings.values()), name


@pytest.mark.parametrize("lang", LANGS)
def test_sources_have_licence_release_and_hash_and_scope_stands_first(book, lang):
    held = book("whole", lang=lang)
    sources = held.sheets[{"nb": "Kilder", "en": "Sources"}[lang]].listed()
    assert sources
    for row in sources:
        assert row[3]
        assert row[4]
        assert re.search(r"\b[0-9a-f]{64}\b", str(row[9])), row[0]
    told = [cell for row in held.sheets[FRONT[lang]].rows.values() for cell in row.values()]
    assert any(re.fullmatch(r"[0-9a-f]{64}|[0-9a-f]{63}", str(cell)) for cell in told)
    properties = held.read("docProps/core.xml").decode()
    assert "<dc:creator>verdikart</dc:creator>" in properties


def test_statements_stand_with_the_raw_values_of_their_figures(book, document):
    held, made = book("whole", lang="nb"), document("whole", lang="nb")
    said = held.sheets["Utsagn"].listed()
    assert [row[2] for row in said] == [s.text for s in made.statements]
    assert all(row[3] and row[4] for row in said)
    bound = held.sheets["Tall bak utsagnene"].listed()
    figures = [f for s in made.statements for f in s.figures]
    assert [row[7] for row in bound] == [str(f.binding) for f in figures]
    for row, figure in zip(bound, figures, strict=True):
        if isinstance(figure.raw, (int, float)) and not isinstance(figure.raw, bool):
            assert row[2] == figure.raw


def test_charts_are_native_and_drawn_from_the_numbers_beside_them(book, document):
    held, made = book("material", ("nickel",)), document("material", ["nickel"], lang="nb")
    charts = [block for block in made.blocks if hasattr(block, "chart_id")]
    parts = [name for name in held.archive.namelist() if name.startswith("xl/charts/chart")]
    assert len(parts) == len(charts) > 0
    values = {cell for row in held.sheets["Diagrammer"].rows.values() for cell in row.values()}
    for chart in charts:
        assert {v for series in chart.series for v in series.values if v is not None} <= values
    assert all(chart.alt in held.read("xl/drawings/drawing1.xml").decode() for chart in charts)


def test_text_that_looks_like_a_formula_or_an_address_stays_text(saved, tmp_path):
    draft = Draft(saved, "nb")
    texts = ("=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "https://example.org", "\t=2", "007")
    table = draft.table(
        "t", "=HYPERLINK()", [Column("c", "=Kolonne")], [[Cell(t, t)] for t in texts]
    )
    made = draft.finish("material", ("nickel",), "=1", "=2", [Section("s", "=3", (table,))])
    held = Book(produce(made, "workbook", tmp_path / "x.xlsx", saved, Marks(saved)))
    sheet = held.sheets["=HYPERLINK()"]
    assert [row[0] for row in sheet.listed()] == list(texts)
    assert b"<f>" not in sheet.xml
    assert sheet.xml.count(b"<hyperlink ") == 1  # the way back
    assert b'quotePrefix="1"' in held.read("xl/styles.xml")


@pytest.mark.parametrize("lang", LANGS)
def test_what_is_hard_to_set_has_a_sheet_for_every_table(hard, saved, tmp_path, lang):
    made = hard(lang)
    held = Book(produce(made, "workbook", tmp_path / "x.xlsx", saved, Marks(saved)))
    tables = list(made.tables)
    sheets = list(held.sheets.values())[-len(tables) :]
    for table, sheet in zip(tables, sheets, strict=True):
        assert sheet.rows[1]["A"] == table.title
        if table.rows:
            assert len(sheet.listed()) == len(table.rows)
        else:
            assert sheet.listed()[0][0] == table.empty


def test_what_is_withheld_is_in_no_part_of_the_file(document, saved, tmp_path):
    row = next(r for r in saved.own("assessments") if r["subject"] == "HS92:260200" and r["mix"])
    marks = (Mark(f"{row['mix']}/top_share", "internal"),)
    made = document("whole", lang="nb", marks=marks)
    held = Book(produce(made, "workbook", tmp_path / "x.xlsx", saved, Marks(saved, marks)))
    secret = repr(row["top_share"]).encode()
    assert not any(secret in held.read(name) for name in held.archive.namelist())
    place = int(row[AT].rpartition("/")[2])
    sheet = held.sheets["Vurderinger"]
    keys = _keys(held, "nb", "Vurderinger")
    letters = {heading: letter for letter, heading in sheet.headings.items()}
    assert letters[keys["top_share"]] not in sheet.rows[DATA + place]
    assert sheet.rows[DATA + place][letters[keys["top_share_status"]]] == "skjult"


def test_the_same_document_is_the_same_file(document, saved, tmp_path):
    made = document("material", ["nickel"], lang="en")
    for name in ("a.xlsx", "b.xlsx"):
        workbook.write(made, tmp_path / name, saved, Marks(saved), None)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_a_place_that_cannot_be_written_is_named_and_left_as_it_was(document, saved, tmp_path):
    made = document("material", ["nickel"])
    with pytest.raises(UsageProblem, match="does not exist"):
        produce(made, "workbook", tmp_path / "no" / "x.xlsx", saved, Marks(saved))
    with pytest.raises(OSError, match=r"x\.xlsx"):
        workbook.write(made, tmp_path / "no" / "x.xlsx", saved, Marks(saved), None)
    assert list(tmp_path.iterdir()) == []


def test_libreoffice_opens_it(document, saved, office, tmp_path):
    made = document("material", ["nickel"], lang="nb")
    out = produce(made, "workbook", tmp_path / "nikkel.xlsx", saved, Marks(saved))
    assert len(office(out)) >= 10
