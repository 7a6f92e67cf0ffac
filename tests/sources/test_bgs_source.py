"""World Mineral Statistics in pages of GeoJSON; groups and their parts are not added twice."""

import duckdb
import pytest
from bgs_pages import REAL, collection, feature, real, served
from faults import FAULTS, Case, check, rows, unique

from verdikart.core.errors import Problems
from verdikart.sources.model import Ask, SourceProblem
from verdikart.store.fetching import add, fetch

PATH = "/collections/world-mineral-statistics/items"
ROWS = [
    feature("cobalt, mine", "Congo, Democratic Republic", 2021, 93011, code="COD",
            unit="tonnes (metal content)"),
    feature("cobalt, mine", "Congo", 2021, "12.5", code="COD"),
    feature("cobalt, mine", "Kosovo", 2021, 0, code="1A0"),
    feature("cobalt, mine", "Norway", 2021, "", code="NOR",
            data_precision_description="Figures not available"),
    feature("ferro-alloys", "China", 2021, 34755000.0, "Ferro-alloys", "CHN"),
    feature("ferro-alloys", "China", 2021, 2610000.0, "Silicon metal", "CHN",
            concat_figure_notes_text="Estimates."),
    feature("ferro-alloys", "China", 2021, 4000000.0, "Ferro-silicon", "CHN"),
    feature("ferro-alloys", "Australia", 2021, 270.0, "Ferro-manganese & ferro-silico-manganese", "AUS"),
    feature("ferro-alloys", "Australia", 2021, 100.0, "Ferro-manganese", "AUS"),
    feature("gold, mine", "Sweden", 2020, 7000.0, code="SWE", unit="kilograms (metal content)"),
]  # fmt: skip

CASE = Case(
    "bgs",
    PATH,
    served(ROWS),
    column=b"country_trans",
    revise=(b"93011", b"93012"),
    table="production",
)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_leaves_nothing_half(fault, provider, feed, client, place):
    check(fault, CASE, provider, feed, client, place)


def test_pages_marks_units_and_parts(provider, feed, client, place, monkeypatch):
    monkeypatch.setattr("verdikart.sources.adapters.bgs.LIMIT", 3)
    provider.on(PATH, served(ROWS))
    with client(feed("bgs")) as one:
        found = fetch(one.feed, Ask(), place, one)
    assert len(found.raw) == 4
    assert found.name == "2020-2021"
    assert unique(found, "production")
    got = {(r[0], r[1], r[2]): r[5:13] for r in rows(found, "production")}
    assert got["cobalt, mine", "", "Congo, Democratic Republic"] == (
        "COD", "COD", 93011.0, 93011.0, "content", None, "", "ok")  # fmt: skip
    assert got["cobalt, mine", "", "Congo"][:3] == ("COG", "COD", 12.5)
    assert got["cobalt, mine", "", "Kosovo"] == (
        "XKX", "1A0", 0.0, 0.0, "gross", None, "", "zero")  # fmt: skip
    assert got["cobalt, mine", "", "Norway"][2:] == (
        None, None, "gross", None, "Figures not available", "missing")  # fmt: skip
    assert got["gold, mine", "", "Sweden"][2:5] == (7000.0, 7.0, "content")
    parts = {key[1:]: row[5] for key, row in got.items() if key[0] == "ferro-alloys"}
    assert parts == {
        ("Ferro-alloys", "China"): None,
        ("Silicon metal", "China"): None,
        ("Ferro-silicon", "China"): "Ferro-alloys",
        ("Ferro-manganese & ferro-silico-manganese", "Australia"): None,
        ("Ferro-manganese", "Australia"): "Ferro-manganese & ferro-silico-manganese",
    }
    assert got["ferro-alloys", "Silicon metal", "China"][7] == "estimated"


def test_only_what_is_asked_for(provider, feed, client, place):
    provider.on(PATH, served(ROWS))
    with client(feed("bgs")) as one:
        found = fetch(one.feed, Ask(codes=("cobalt, mine",)), place, one)
        assert {r[0] for r in rows(found, "production")} == {"cobalt, mine"}
        with pytest.raises(SourceProblem, match="names of the BGS"):
            fetch(one.feed, Ask(codes=("unobtainium",)), place, one)


def test_a_lost_page_and_wrong_figures_are_told(feed, place, tmp_path):
    (tmp_path / "production_000000.json").write_bytes(collection(ROWS[:3], matched=10))
    with pytest.raises(Problems, match="the pages hold 3 of 10 rows"):
        add(feed("bgs"), [tmp_path], Ask(), place)
    wrong = [
        feature("a", "Norway", "n.d.", 1),
        feature("a", "Norway", 2020, "x"),
        {"type": "Feature"},
    ]
    (tmp_path / "production_000000.json").write_bytes(collection(wrong))
    with pytest.raises(Problems) as caught:
        add(feed("bgs"), [tmp_path], Ask(), place)
    told = str(caught.value)
    assert "row 1, column year: not a year (value 'n.d.-01-01T00:00:00Z')" in told
    assert "row 2, column quantity: not a number (value 'x')" in told
    assert "row 3: a feature has no properties" in told


@pytest.mark.skipif(not REAL.is_file(), reason="the extract of fourteen groups is not here")
def test_the_extract_of_fourteen_groups(feed, place, tmp_path):
    features = real("year >= 2017")
    for start in range(0, len(features), 1000):
        page = collection(features[start : start + 1000], len(features))
        (tmp_path / f"production_{start:06}.json").write_bytes(page)
    found = add(feed("bgs"), [tmp_path], Ask(), place)
    assert unique(found, "production")
    assert found.table("production").rows == len(features)
    assert not any("no country known" in note for note in found.notes)
    production = str(found.files("production")[0])

    def total(commodity, year=2021, more="true"):
        query = (
            f"SELECT sum(tonnes) FROM '{production}' WHERE commodity = '{commodity}' AND year = {year} "
            f"AND within IS NULL AND {more}"
        )
        return duckdb.sql(query).fetchall()[0][0]

    assert total("cobalt, refined", 2023, "iso3 = 'NOR'") == 3464
    assert total("nickel, smelter/refinery", 2023, "iso3 = 'NOR'") == 95013
    assert total("ferro-alloys", 2023, "iso3 = 'NOR'") == 1048000
    assert total("platinum group metals, mine") == pytest.approx(470.389)
    content = total("lithium minerals", more="measured = 'content'")
    assert content == pytest.approx(118342, abs=1)
    assert total("lithium minerals") > 20 * content
