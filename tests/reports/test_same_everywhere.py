"""The same figure read back out of slides, note, PDF, workbook, data package and page.

Each file is read as a stranger reads it, through its text, tables and charts; what is expected is
read from the saved tables, and nothing goes through the document that the files were made of.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from dataclasses import replace
from html.parser import HTMLParser

import docx
import pyarrow.parquet as pq
import pytest
from pptx import Presentation
from pypdf import PdfReader
from starlette.testclient import TestClient
from tests.reports.test_slides import book as chart_book
from tests.reports.test_workbook import Book

from verdikart.mapping.audience import Marks
from verdikart.reference.i18n import LANGS
from verdikart.reports.produce import produce
from verdikart.web.app import create

# Parts of the whole report that hold the figures; a PDF of all of it takes too long for a test.
READ = ("short", "vulnerabilities", "positions", "criticality")
NUMBER = r"([<>]?\d[\d.,]*?)"
WORDS = r"[^.]{,90}?"

# A sentence with {name} where a figure stands, and … for words that may be others.
SENTENCES = {
    "nb": (
        "Av de {assessed} varene…kommer {over_65} med mer enn 65",
        "manganmalm og -konsentrat: {ore_share} %…Gabon, {ore_t} tonn til {ore_nok} mrd. kr",
        "raffinert nikkel, ulegert: Norge leverer {nickel_share} %…{nickel_t} tonn til {nickel_nok} mrd. kr",
        "lette sjeldne jordarter…forsyningsrisiko, {risk} (intervall {risk_low}–{risk_high})",
        "EUs metode: {critical} av {materials} råvarer",
    ),
    "en": (
        "Of the {assessed} goods…in 2024, {over_65} come for more than 65%",
        "manganese ores and concentrates: {ore_share}%…Gabon, {ore_t} tonnes worth NOK {ore_nok} billion",
        "refined nickel, unwrought, not alloyed: Norway delivers {nickel_share}%…{nickel_t} tonnes worth "
        "NOK {nickel_nok} billion",
        "light rare earth elements…supply risk, {risk} (interval {risk_low}–{risk_high})",
        "EU’s method: {critical} of {materials} materials",
    ),
}
SCALE = {"ore_share": 100, "nickel_share": 100, "ore_nok": 1e-9, "nickel_nok": 1e-9}
ROUGH = {"ore_t": 3, "nickel_t": 3}  # figures of a mass in a sentence
ORE = {"nb": "Manganmalm og -konsentrat", "en": "Manganese ores and concentrates"}
NICKEL = {"nb": "Raffinert nikkel, ulegert", "en": "Refined nickel, unwrought, not alloyed"}
EARTHS = {"nb": "Lette sjeldne jordarter", "en": "Light rare earth elements"}


@pytest.fixture(scope="module")
def truth(saved_out):
    """The figures as the saved tables of the current mapping hold them."""
    folder = saved_out / (saved_out / "current").read_text().strip() / "tables"

    def one(table, **where):
        rows = pq.read_table(folder / f"{table}.parquet").to_pylist()
        found = [r for r in rows if all(r[k] == v for k, v in where.items())]
        assert len(found) == 1, (table, where)
        return found[0]

    ore = one("findings", kind="vulnerability", subject="HS92:260200")
    nickel = one("findings", kind="position", rank=1)
    assert nickel["products"] == ["nickel_refined"] or "nickel" in nickel["materials"]
    earths = one("criticality", home="NOR", material_id="lree")
    heads = one("headline", home="NOR")
    imports = one("assessments", home="NOR", subject="HS92:260200", basis="own_imports")
    assert imports["top_supplier"] == "GAB"
    judged = pq.read_table(folder / "criticality.parquet").to_pylist()
    verdicts = [r["verdict"] for r in judged if r["home"] == "NOR"]
    return {
        "assessed": heads["assessed"],
        "over_65": heads["over_65"],
        "ore_share": imports["top_share"],
        "ore_t": ore["at_stake_t"],
        "ore_nok": ore["at_stake_nok"],
        "nickel_share": nickel["partner_share"],
        "nickel_t": nickel["at_stake_t"],
        "nickel_nok": nickel["at_stake_nok"],
        "risk": earths["supply_risk"],
        "risk_low": earths["supply_risk_low"],
        "risk_high": earths["supply_risk_high"],
        "critical": verdicts.count("critical"),
        "materials": len(verdicts),
        "imports_nok": imports["value_nok"],
    }


@pytest.fixture(scope="module")
def made(document, saved, tmp_path_factory):
    """Writes the report in a language: ``made("slides", "nb", ".pptx") -> path``."""
    folder = tmp_path_factory.mktemp("same")
    built = {lang: document("whole", lang=lang) for lang in LANGS}

    def make(product, lang, suffix):
        held = built[lang]
        if product != "workbook":
            held = replace(held, sections=tuple(s for s in held.sections if s.section_id in READ))
            assert len(held.sections) == len(READ)
        return produce(held, product, folder / f"{lang}{suffix}", saved, Marks(saved))

    return make


def squashed(text: str) -> str:
    """A text without what lines, pages and hyphenation put into it."""
    return re.sub(r"[\s\u00ad\u200b\u2060-]", "", text)


def parsed(text: str, lang: str) -> tuple[float, float]:
    """A printed number, and half of its last digit's worth."""
    plain = re.sub(r"[\s%]", "", text)
    plain = plain.replace(",", ".") if lang == "nb" else plain.replace(",", "")
    return float(plain), 0.5 * 10.0 ** -len(plain.partition(".")[2])


def says(text: str, lang: str, truth) -> None:
    """Every sentence stands in the text, with the saved figures as near as it prints them."""
    plain = squashed(text)
    read = {}
    for sentence in SENTENCES[lang]:
        parts = re.split(r"\{(\w+)\}", sentence)
        names = parts[1::2]
        pattern = "".join(
            NUMBER if place % 2 else re.escape(squashed(part)).replace("…", WORDS)
            for place, part in enumerate(parts)
        )
        found = set(re.findall(pattern, plain))
        assert len(found) == 1, (sentence, found)
        read.update(zip(names, next(iter(found)), strict=True))
    for name, printed in read.items():
        value, half = parsed(printed, lang)
        wanted = truth[name] * SCALE.get(name, 1)
        if name in ROUGH:
            half = 0.5 * 10.0 ** (len(str(int(wanted))) - ROUGH[name])
        assert value == pytest.approx(wanted, abs=half * 1.0001), (name, printed, wanted)


def cell(tables, name, heading, lang) -> list[tuple[float, float]]:
    """The numbers under a heading in the rows that begin with a name, over all tables."""
    found = []
    for table in tables:
        heads = [" ".join(h.split()) for h in table[0]]
        for place, head in enumerate(heads):
            if head.casefold().startswith(heading.casefold()):
                found += [
                    parsed(m.group(), lang)
                    for row in table[1:]
                    if re.sub(r"^\d+\. ", "", row[0]).startswith(name)
                    and (m := re.match(r"[\d\s.,]+\d", row[place].partition("\n")[0]))
                ]
    return found


def agree(found, wanted) -> None:
    """At least one number was found, and every one is the wanted one as near as it is printed."""
    assert found
    for value, half in found:
        assert value == pytest.approx(wanted, abs=half * 1.0001)


@pytest.mark.parametrize("lang", LANGS)
def test_slides(made, truth, lang):
    deck = Presentation(made("slides", lang, ".pptx"))
    shapes = [shape for slide in deck.slides for shape in slide.shapes]
    text = " ".join(s.text_frame.text for s in shapes if s.has_text_frame)
    says(text, lang, truth)
    tables = [[[c.text for c in row.cells] for row in s.table.rows] for s in shapes if s.has_table]
    risk = {"nb": "Forsyningsrisiko", "en": "Supply risk"}[lang]
    agree(cell(tables, EARTHS[lang], risk, lang), truth["risk"])
    bars = [s.chart for s in shapes if s.has_chart and s.chart.chart_type.name.startswith("BAR")]
    drawn = [row for chart in bars for row in chart_book(chart)[1:]]
    for name, share in ((ORE, "ore_share"), (NICKEL, "nickel_share")):
        shares = [row[1] for row in drawn if str(row[0]).startswith(f"{name[lang]} (")]
        assert shares == [pytest.approx(truth[share], rel=1e-14)]  # Excel keeps 15 digits


@pytest.mark.parametrize("lang", LANGS)
def test_word_note(made, truth, lang):
    word = docx.Document(made("note", lang, ".docx"))
    says(" ".join(p.text for p in word.paragraphs), lang, truth)
    tables = [
        [[c.text.replace("\u200b", "") for c in row.cells] for row in table.rows]
        for table in word.tables
    ]
    share = {"nb": "Andel fra største leverandør", "en": "Share of the largest supplier"}[lang]
    agree(cell(tables, ORE[lang], share, lang), truth["ore_share"] * 100)
    value = {"nb": "Verdi i kroner", "en": "Value in NOK"}[lang]
    agree(cell(tables, ORE[lang], value, lang), truth["imports_nok"] / 1e6)
    delivered = {"nb": "NATO uten Norge", "en": "NATO without Norway"}[lang]
    agree(cell(tables, NICKEL[lang], delivered, lang), truth["nickel_share"] * 100)
    risk = {"nb": "Forsyningsrisiko", "en": "Supply risk"}[lang]
    agree(cell(tables, EARTHS[lang], risk, lang), truth["risk"])


@pytest.mark.parametrize("lang", LANGS)
def test_pdf_note(made, truth, lang):
    pages = PdfReader(made("note", lang, ".pdf")).pages
    text = " ".join(page.extract_text() for page in pages)
    says(text, lang, truth)


def test_workbook(made, truth):
    """Numbers stand as they are, whatever the language; one of the two will do."""
    lang = "nb"
    sheets = Book(made("workbook", lang, ".xlsx")).sheets
    said = " ".join(str(c) for row in sheets["Utsagn"].rows.values() for c in row.values())
    says(said, lang, truth)
    for name, label, wanted in (
        ("Hovedtall", "Norge", ("assessed", "over_65")),
        ("Vurderinger", ORE[lang], ("ore_share", "imports_nok")),
        ("Funn", "Gabon", ("ore_t", "ore_nok")),
        ("Funn", "NATO uten Norge", ("nickel_share", "nickel_t", "nickel_nok")),
        ("Kritikalitet for hjemmet", EARTHS[lang], ("risk", "risk_low", "risk_high")),
    ):
        rows = [list(row.values()) for row in sheets[name].rows.values()]
        held = {v for row in rows if label in row for v in row if isinstance(v, float)}
        assert {truth[key] for key in wanted} <= held, (name, wanted)


def test_data_package(made, truth):
    """The plain twin of each Parquet file: the number that a spreadsheet reads is the saved one."""
    with zipfile.ZipFile(made("package", "nb", ".zip")) as held:
        names = {n.rpartition("/")[2]: n for n in held.namelist()}

        def read(table, **where):
            text = held.read(names[f"{table}.csv"]).decode("utf-8-sig")
            rows = csv.DictReader(io.StringIO(text))
            return next(r for r in rows if all(r[k] == v for k, v in where.items()))

        ore = read("assessments", home="NOR", subject="HS92:260200", basis="own_imports")
        assert float(ore["top_share"]) == truth["ore_share"]
        assert float(ore["value_nok"]) == truth["imports_nok"]
        earths = read("criticality", home="NOR", material_id="lree")
        assert float(earths["supply_risk"]) == truth["risk"]
        assert int(read("headline", home="NOR")["over_65"]) == truth["over_65"]


class Page(HTMLParser):
    """The text of a page and its tables, as rows of texts."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tables, self.text, self.cell, self.hidden = [], "", False, 0
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.hidden += tag in ("script", "style") or (tag == "span" and ("class", "vh") in attrs)
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("td", "th"):
            self.tables[-1][-1].append("")
            self.cell = True

    def handle_endtag(self, tag):
        if self.hidden and tag in ("script", "style", "span"):
            self.hidden -= 1
        elif tag in ("td", "th"):
            self.cell = False

    def handle_data(self, data):
        if not self.hidden:
            self.text += f" {data}"
            if self.cell:
                self.tables[-1][-1][-1] += data


@pytest.fixture(scope="module")
def web(saved_out):
    """Reads a page of the web application over the same mapping."""
    client = TestClient(create(saved_out))

    def read(lang, path):
        answer = client.get(f"/{lang}/current{path}")
        assert answer.status_code == 200
        return Page(answer.text)

    return read


@pytest.mark.parametrize("lang", LANGS)
def test_page(web, truth, lang):
    first = web(lang, "")
    assert "Entry(" not in first.text  # the list of mappings says what they are of
    text = squashed(first.text)
    before, after = {
        "nb": ("varer og ledd vurdert", "over 65 % fra ett land"),
        "en": ("goods and stages judged", "over 65% from one country"),
    }[lang]
    count = re.search(re.escape(squashed(before)) + r"(\d+)" + re.escape(squashed(after)), text)
    assert int(count.group(1)) == truth["assessed"]
    share = {"nb": "Motpartens andel", "en": "Partner's share"}[lang]
    agree(cell(first.tables, ORE[lang], share, lang), truth["ore_share"] * 100)
    agree(cell(first.tables, NICKEL[lang], share, lang), truth["nickel_share"] * 100)
    worth = {"nb": "På spill i kroner", "en": "At stake in NOK"}[lang]
    agree(cell(first.tables, ORE[lang], worth, lang), truth["ore_nok"] / 1e6)
    shown = squashed(web(lang, "/materials/lree").text)
    name = {"nb": "Forsyningsrisiko(EUsmetode)", "en": "Supplyrisk(EUmethod)"}[lang]
    found = re.search(re.escape(name) + r"≈(\d+[.,]\d\d)(\d+[.,]\d\d)–(\d+[.,]\d\d)", shown)
    for printed, key in zip(found.groups(), ("risk", "risk_low", "risk_high"), strict=True):
        agree([parsed(printed, lang)], truth[key])
