"""The pages say what the data say: cells, their cards, the saved tables and the text of each agree."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import islice
from urllib.parse import unquote

import pyarrow.parquet as pq
import pytest
from tests.web.addresses import EXAMPLES, at

from verdikart.mapping import cards
from verdikart.mapping.saved import Saved, Shelf
from verdikart.reports import values
from verdikart.reports.voice import Voice

# One page of each kind that has figures with a card.
PAGES = [paths[0] for kind, paths in EXAMPLES.items() if paths and kind not in ("why", "runs")]
CARDS = 6  # cards opened for each page; the tables are held against every cell
CITED = re.compile(r"verdikart \S+, mapping (\w{16}) \(NOR 202[34]\): (\S+) = .*\. CC BY 4\.0\.")
NUMBER = re.compile(r"([<>]?)(-?\d+(?:,\d+)?)(%?)")


def cells(part: object) -> Iterator[dict]:
    """Every cell of a page's twin that has a card."""
    if isinstance(part, dict):
        if part.get("why"):
            yield part
        for inner in part.values():
            yield from cells(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from cells(inner)


def whys(client, path):
    stem, _, query = path.partition("?")
    answer = client.get(at("nb", f"{stem or 'index'}.json") + (f"?{query}" if query else ""))
    assert answer.status_code == 200
    return [cell for cell in cells(answer.json()["sections"]) if "status" in cell]


def reference(cell) -> tuple[str, str]:
    """The mapping of a cell's card, and what the card is of."""
    where, _, name = unquote(cell["why"]).partition("/why/")
    return where.rpartition("/")[2], name


@pytest.fixture(scope="module")
def saved(saved_out):
    """Rows of a mapping's table, read from its file."""

    @cache
    def rows(mapping, table):
        return pq.read_table(saved_out / mapping / "tables" / f"{table}.parquet").to_pylist()

    return rows


@pytest.fixture(scope="module")
def figures(saved):
    """A mapping's figures by id."""
    return cache(lambda mapping: {row["id"]: row for row in saved(mapping, "figures")})


def kept(saved, figures, mapping, name):
    """Value and status of a figure or a table's cell as saved; None where no figure was."""
    if name.count("/") >= 5:
        row = figures(mapping).get(name)
        if row is None:
            return None
        held = [row[part] for part in ("value", "text", "flag") if row[part] is not None]
        return (held or [None])[0], row["status"]
    table, number, column = name.split("/")
    row = saved(mapping, table)[int(number)]
    value = row[column] if column in row else row[f"{column}_nb"]
    return value, row.get(f"{column}_status") or ("missing" if value is None else "ok")


@pytest.mark.parametrize("path", PAGES)
def test_a_cell_is_the_saved_value_and_its_text_says_it(client, saved, figures, path):
    for cell in whys(client, path):
        name = reference(cell)
        value, status = cell["value"], cell["status"]
        if (held := kept(saved, figures, *name)) is not None and value is not None:
            assert (value, status) == held, name
        if value is None:
            assert status not in ("ok", "zero"), name
            assert not NUMBER.fullmatch(plain(cell["text"])), name
        elif isinstance(value, (int, float)) and not isinstance(value, bool):
            assert says(plain(cell["text"]), value, cell.get("unit", "")), (name, cell)
            if status == "zero":
                assert value == 0, name


def plain(text: str) -> str:
    return text.replace("\u00a0", "").replace("−", "-").replace("≈", "").strip()


def says(text: str, value: float, unit: str) -> bool:
    """Whether a text is the value: as per cent, in millions or as it stands, to its last digit."""
    met = NUMBER.search(text)
    if met is None:
        return False
    sign, shown = met[1], float(met[2].replace(",", "."))
    last = 10.0 ** -len(met[2].partition(",")[2])
    if unit == "share" and not met[3]:
        return False
    scales = (100,) if met[3] else (1e-6, 1) if unit in ("USD", "NOK", "EUR") else (1,)
    # From 100 on an amount is rounded to three digits, so the last one shown may stand for more.
    room = max(last / 2 * 1.001, abs(shown) * 0.005 if abs(shown) >= 100 else 0)
    return any(
        value * scale < shown
        if sign == "<"
        else value * scale > shown
        if sign == ">"
        else abs(value * scale - shown) <= room and (shown != 0 or value == 0)
        for scale in scales
    ) or (bool(met[3]) and abs(value - shown) <= room)


@pytest.mark.parametrize("path", PAGES)
def test_a_card_opens_and_holds_the_cells_value(client, path):
    # One of each column or indicator, and of these a few.
    found = {reference(cell)[1].rpartition("/")[2]: cell for cell in whys(client, path)}
    step = max(1, len(found) // CARDS)
    for cell in list(found.values())[::step][:CARDS]:
        answer = client.get(f"{cell['why']}.json")
        assert answer.status_code == 200, cell
        card = answer.json()
        blocks = [block for section in card["sections"] for block in section["blocks"]]
        facts = next(block for block in blocks if block["kind"] == "facts")["items"]
        told = facts[0]
        assert told["term"] == "Verdi"
        assert told["value"] == cell["value"], cell
        assert told["status"] == cell["status"], cell
        again = next(b for b in blocks if b["kind"] == "data" and "citation" in b["data"])["data"]
        assert CITED.fullmatch(again["citation"]).groups() == reference(cell)
        assert again["recompute"][0].startswith("verdikart ")
        assert card["sources"] or any(f["term"] == "Kilde" for f in facts)
        assert_filled(blocks, told["value"])


def assert_filled(blocks, value):
    """The formula with its inputs gives the value, where it is arithmetic."""
    facts = [item for b in blocks if b["kind"] == "facts" for item in b["items"]]
    for item in facts:
        if item["term"].startswith("Med inndata") and value is not None:
            assert computed(item["text"].rpartition(" = ")[0]) == pytest.approx(value, rel=1e-6)


def computed(text: str) -> float:
    """What an arithmetic of digits and signs gives."""
    sum_of = text.replace("²", "**2").replace("−", "-")
    assert re.fullmatch(r"[\d\s.e+*/()-]+", sum_of), sum_of
    return float(eval(sum_of))


@pytest.mark.parametrize("indicator", sorted(cards.FILLED))
def test_a_formula_with_its_inputs_gives_the_figure(saved_out, indicator):
    mapping = Shelf(saved_out).open("current")
    known = (
        row
        for row in mapping.rows("figures")
        if row["indicator"].partition(":")[0] == indicator and row["value"] is not None
    )
    for row in islice(known, 3):
        card = cards.figure_card(mapping, row["id"], "nb")
        assert card["figure"]["value"] == pytest.approx(row["value"])
        if card["filled"]:
            assert computed(card["filled"]) == pytest.approx(row["value"], rel=1e-6), row["id"]


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0.908, "share", "90,8\u00a0%"),
        (0.003, "t/t", "0,003 t/t"),
        (1.92, "t/t", "1,92 t/t"),
        (99.97, "t", "100 t"),
        (1234567.8, "USD", "1\u00a0234\u00a0568 USD"),
        (2.0, "years", "2 år"),
        (0.0, "t", "0 t"),
    ],
)
def test_an_amount_is_written_by_its_unit(value, unit, text):
    about = values.describe("figures", "value")
    assert values.written(value, about, {"unit": unit}, Voice("nb")) == text


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (1200.5, "t", "1\u00a0200,5\u00a0t"),
        (1200.0, "t", "1\u00a0200\u00a0t"),
        (0.00002, "Mt", "0,00002\u00a0Mt"),
        (-3.25, "", "-3,25"),
        (0.1234, "share", "12,34\u00a0%"),
        (12.5, "percent", "12,5\u00a0%"),
        (0.5, "share", "50\u00a0%"),
        (3.0, "count", "3"),
        (2.5, "years", "2,5\u00a0år"),
        (1e16, "t", "10\u00a0000\u00a0000\u00a0000\u00a0000\u00a0000\u00a0t"),
    ],
)
def test_an_amount_of_an_own_table_keeps_its_decimals(value, unit, text):
    about = values.describe("own_figures", "own_value")
    assert values.written(value, about, {"unit": unit}, Voice("nb")) == text


@pytest.mark.parametrize(
    ("value", "kind", "text"),
    [
        (0.0003, "index", "<0,001"),
        (-0.0003, "index", ">-0,001"),
        (-5e-5, "share", ">-0,1\u00a0%"),
        (1e-9, "score", "<0,01"),
        (0.0, "index", "0,000"),
        (-1e3, "usd", ">-0,1"),
    ],
)
def test_what_is_not_zero_is_never_written_as_zero(value, kind, text):
    assert plain(values.WRITERS[kind](Voice("nb"), value, None)) == plain(text)


def test_hidden_exposure_of_a_country_with_nothing_behind_it_is_no_zero(saved, saved_out):
    mapping = (saved_out / "current").read_text(encoding="utf-8").strip()
    rows = [r for r in saved(mapping, "chain_exposure") if r["hidden_status"] == "zero"]
    assert rows
    assert all(row["hidden"] == 0 for row in rows)


def test_every_link_inside_leads_to_a_page_and_to_a_part_of_it(client):
    ids = {}

    def parts(path):
        if path not in ids:
            answer = client.get(path)
            assert answer.status_code in (200, 303, 308), path
            ids[path] = set(re.findall(r'\sid="([^"]*)"', answer.text))
        return ids[path]

    for path in ("", "data", "position", "countries", "chains/nickel", "materials/magnesium"):
        text = client.get(at("nb", path)).text
        for link in re.findall(r'href="(/nb/current[^"?]*#[^"]+)"', text):
            page, _, part = link.partition("#")
            assert part in parts(page), (path, link)


def test_a_card_of_other_parameters_says_how_they_were_set(saved_out):
    """``explain`` knows the usual parameters only, so the mapping's own command stands beside it."""
    mapping = Shelf(saved_out).open("current")
    figure = "NOR/2024/baci_hs92/HS92:260200/import/persistent"
    usual = cards.figure_card(mapping, figure, "en")
    assert usual["figure"]["value"] is True
    assert not any("verdikart map" in line for line in usual["recompute"])
    stricter = {**mapping.parameters, "hhi_threshold": 0.9, "recycling": False}
    other = Saved(mapping.folder, {**mapping.manifest, "parameters": stricter})
    card = cards.figure_card(other, figure, "en")
    assert card["figure"]["value"] is False
    command = "verdikart map --home NOR --year 2024 --set hhi_threshold=0.9 --set recycling=no"
    assert command in card["recompute"]
