"""World Mining Data's table 6.4, rebuilt from its figures, with the traps it has."""

from pathlib import Path

import duckdb
import pytest
from faults import FAULTS, Case, check, rows, unique
from provider import Answer
from shared_data import DATA
from workbooks import book, page, within

from verdikart.core.errors import Problems
from verdikart.sources.model import Ask
from verdikart.store.fetching import add, fetch
from verdikart.store.vintages import vintages

REAL = DATA / "production/world_mining_data_2018_2024_long.parquet"
EMBEDDED = Path("src/verdikart/store/data")
PAGE = "/"
AT = (
    "/dam/jcr:ed3d811d/6.4.%20Production_of_Mineral_Raw_Materials_of_individual_Countries_by_"
    "Minerals.xlsx"
)
HERE = AT.replace("%20", " ")  # as the server takes it
HEAD = ["Country", "unit", "2023", "2024", "data source"]


def wmd(rows, head=HEAD, name="Rare Earths (REO)"):
    gold = [["Gold"], HEAD, ["Sweden", "kg", 7001, 6999.5, "p"], ["Total", "kg", 7001, 6999.5, "r"]]
    return book({name: [[name], head, *rows], "Gold": gold})


ROWS = [
    ["Australia", "metr. t", 19000, 20001, "r"],
    ["Total", "metr. t", 259000, 290001, "nan"],
    ["China", "metr. t", 240000, 270000, "e"],
    ["Korea, North", "metr. t", None, 0, None],
    [None, None, None, None, None],
    ["CÃ´te dâ€™Ivoire", "metr. t", 1, 2, "r"],
]
CASE = Case(
    "wmd",
    AT,
    Answer(wmd(ROWS)),
    column=b"data source",
    revise=(b"<v>20001</v>", b"<v>20002</v>"),
    table="wmd",
    also={PAGE: Answer(page(AT), kind="text/html")},
    within=within,
)


@pytest.fixture
def served(feed):
    """The feed at its page: the address's query is not part of the local one."""
    return lambda source: feed(source, endpoint=feed(source).endpoint + PAGE)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_leaves_nothing_half(fault, provider, served, client, place):
    check(fault, CASE, provider, served, client, place)


def test_totals_apart_units_letters_and_names(provider, served, client, place):
    provider.on(PAGE, Answer(page(AT), kind="text/html"))
    provider.on(AT, Answer(wmd(ROWS)))
    with client(served("wmd")) as one:
        found = fetch(one.feed, Ask(), place, one)
    assert found.name == "2023-2024"
    assert unique(found, "wmd")
    assert rows(found, "wmd") == [
        ("Gold", 2023, "SWE", "Sweden", 7001.0, "kg", "provisional"),
        ("Gold", 2024, "SWE", "Sweden", 6999.5, "kg", "provisional"),
        ("Rare Earths (REO)", 2023, "AUS", "Australia", 19000.0, "t", "reported"),
        ("Rare Earths (REO)", 2023, "CHN", "China", 240000.0, "t", "estimated"),
        ("Rare Earths (REO)", 2023, "CIV", "Côte d’Ivoire", 1.0, "t", "reported"),
        ("Rare Earths (REO)", 2023, "PRK", "Korea, North", None, "t", None),
        ("Rare Earths (REO)", 2024, "AUS", "Australia", 20001.0, "t", "reported"),
        ("Rare Earths (REO)", 2024, "CHN", "China", 270000.0, "t", "estimated"),
        ("Rare Earths (REO)", 2024, "CIV", "Côte d’Ivoire", 2.0, "t", "reported"),
        ("Rare Earths (REO)", 2024, "PRK", "Korea, North", 0.0, "t", None),
    ]
    assert rows(found, "wmd_totals")[2:] == [
        ("Rare Earths (REO)", 2023, 259000.0, "t"),
        ("Rare Earths (REO)", 2024, 290001.0, "t"),
    ]


def test_every_fault_is_listed(feed, place, tmp_path):
    path = tmp_path / "6.4. Production_of_Mineral_Raw_Materials_by_Minerals.xlsx"
    wrong = [
        ["Australia", "stones", 1, 2, "r"],
        ["China", "kg", "a lot", 2, "q"],
        ["Chile", "kg", 1, 1, "r"],
        ["Chile", "kg", 1, 1, "r"],
    ]
    path.write_bytes(wmd(wrong))
    with pytest.raises(Problems) as caught:
        add(feed("wmd"), [path], Ask(), place)
    told = str(caught.value)
    assert "row 3, column unit: not a unit known here (value 'stones')" in told
    assert "row 4, column data source: not one of r, e, p (value 'q')" in told
    assert "row 4, column 2023: not a number (value 'a lot')" in told
    assert "Rare Earths (REO) · Chile stands twice" in told
    path.write_bytes(wmd(ROWS, ["Nation", *HEAD[1:]]))
    with pytest.raises(Problems, match=r"sheet Rare Earths \(REO\): the column Country is missing"):
        add(feed("wmd"), [path], Ask(), place)
    assert vintages(None, place) == []


@pytest.mark.skipif(not REAL.is_file(), reason="the figures of 2018-2024 are not here")
def test_the_workbook_of_2018_to_2024_gives_the_embedded_tables(feed, place, tmp_path):
    sheets: dict[str, dict] = {}
    years = range(2018, 2025)
    for mineral, country, unit, source, year, value in duckdb.sql(
        f"SELECT mineral, country, unit, data_source, year, value FROM '{REAL}'"
    ).fetchall():
        row = sheets.setdefault(mineral, {}).setdefault((country, unit, source), {})
        row[year] = value
    head = ["Country", "unit", *map(str, years), "data source"]
    made = {
        mineral: [
            [mineral],
            head,
            *([c, u, *(values.get(y) for y in years), s] for (c, u, s), values in found.items()),
        ]
        for mineral, found in sheets.items()
    }
    path = tmp_path / "6.4. Production_of_Mineral_Raw_Materials_by_Minerals.xlsx"
    path.write_bytes(book(made))
    found = add(feed("wmd"), [path], Ask(), place)
    assert not any("no country known" in note for note in found.notes)
    for name, figure in (("wmd", "quantity"), ("wmd_totals", "printed_total")):
        # A workbook keeps sixteen digits of a number.
        cut = f"SELECT * REPLACE (round({figure}, 6) AS {figure}) FROM"
        own = f"{cut} '{found.files(name)[0]}'"
        embedded = f"{cut} '{EMBEDDED / name}.parquet'"
        for one, other in ((own, embedded), (embedded, own)):
            assert duckdb.sql(f"{one} EXCEPT ALL {other}").fetchall() == []
