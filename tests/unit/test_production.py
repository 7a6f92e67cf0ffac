"""Statistics of production side by side, with a BGS edition that was fetched and without."""

import sys
from pathlib import Path

import pytest

from verdikart.core.errors import DataProblem, UnknownName, UsageProblem
from verdikart.mapping.production import production
from verdikart.mapping.world_output import world_output
from verdikart.reference.load import load
from verdikart.reference.production import ProductionMatch, WorldOutput
from verdikart.sources.model import Ask
from verdikart.store.depot import Depot
from verdikart.store.fetching import add, feed_of

sys.path.insert(0, str(Path(__file__).parents[1] / "sources"))
from bgs_pages import EDITION, REAL, collection, edition, feature, real


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.setenv("VERDIKART_HOME", str(tmp_path / "home"))
    return Depot(tmp_path / "home")


@pytest.fixture
def bgs(place, tmp_path):
    """A function: the features as a vintage of the BGS."""

    def _bgs(features):
        path = tmp_path / "production_000000.json"
        path.write_bytes(collection(features))
        return add(feed_of("bgs"), [path], Ask(), place)

    return _bgs


def stage(found, name):
    return next(s for s in found["stages"] if s["stage"] == name)


def source(found, name, kind):
    return next(s for s in stage(found, name)["sources"] if s["statistic"] == kind)


@pytest.mark.parametrize("material", ["rare_earth_elements", "cobalt", "aluminium", "nickel"])
def test_the_embedded_statistics_stand_side_by_side(place, material):
    found = production(material)
    assert found["year"] == 2024
    mine = stage(found, "extraction")
    assert [s["status"] for s in mine["sources"]] == ["ok", "ok", "not_loaded"]
    assert "verdikart fetch bgs" in mine["sources"][2]["text_nb"]
    assert mine["notes"]
    assert {n["aspect"] for n in mine["notes"] if not n["all_materials"]} & {"basis", "scope"}
    assert all(
        row["bgs_t"] is None and row["bgs_t_status"] == "missing" for row in mine["countries"]
    )


def test_figures_differences_and_what_is_not_compared(place):
    found = production("rare_earth_elements", 2024)
    china = stage(found, "extraction")["countries"][0]
    assert (china["iso3"], china["wmd_t"], china["usgs_t"]) == ("CHN", 270000.0, 270000.0)
    assert (china["usgs_t_status"], china["difference_t"], china["difference_t_status"]) == (
        "estimated", 0.0, "zero")  # fmt: skip
    assert source(found, "extraction", "wmd")["world_t"] == 398008
    assert source(found, "extraction", "wmd")["printed_t"] == 398008
    bauxite = stage(production("aluminium", 2024), "extraction")
    assert all(row["difference_t"] is None for row in bauxite["countries"])
    assert bauxite["differences"][0]["ratio"] is None
    metal = stage(production("aluminium", 2024), "processing")
    norway = next(row for row in metal["countries"] if row["iso3"] == "NOR")
    assert norway["wmd_t"] == 1332882
    assert norway["usgs_t"] == pytest.approx(1.3e6, rel=0.05)
    gap = abs(norway["wmd_t"] - norway["usgs_t"])
    assert norway["difference_t"] == gap
    assert norway["difference_share"] == gap / max(norway["wmd_t"], norway["usgs_t"])


def test_an_edition_of_the_bgs_is_read_where_it_is_loaded(bgs):
    made = bgs([
        feature("cobalt, refined", "Norway", 2023, 3464, code="NOR"),
        feature("cobalt, mine", "Congo, Democratic Republic", 2023, 175000, code="COD",
                concat_figure_notes_text="Estimates."),
        feature("cobalt, mine", "Congo", 2023, 12, code="COD"),
    ])  # fmt: skip
    found = production("cobalt")
    assert found["year"] == 2024, "two statistics have 2024, and two 2023: the newer counts"
    assert source(found, "extraction", "bgs")["text_en"] == "has 2023–2023, not 2024"
    found = production("cobalt", 2023)
    assert source(found, "extraction", "bgs")["vintage"] == made.id
    congo = stage(found, "extraction")["countries"][0]
    assert (congo["iso3"], congo["bgs_t"], congo["bgs_t_status"]) == ("COD", 175000.0, "estimated")
    assert congo["difference_t"] == abs(congo["wmd_t"] - 175000)
    assert source(found, "extraction", "usgs")["status"] == "not_loaded"
    refined = stage(found, "processing")
    assert [s["status"] for s in refined["sources"]] == ["no_series", "no_series", "ok"]
    assert refined["countries"] == [
        {
            "iso3": "NOR", "name_en": "Norway", "name_nb": "Norge",
            "wmd_t": None, "wmd_t_status": "missing", "usgs_t": None, "usgs_t_status": "missing",
            "bgs_t": 3464.0, "bgs_t_status": "ok", "difference_t": None,
            "difference_t_status": "missing", "difference_share": None,
            "difference_share_status": "missing",
        }
    ]  # fmt: skip


def test_what_cannot_be_asked_names_what_can(place):
    with pytest.raises(UnknownName, match="cobalt"):
        production("kobolt")
    with pytest.raises(UsageProblem, match=r"no series that are matched.*nickel"):
        production("helium")
    with pytest.raises(UsageProblem, match="no statistic of cobalt has 1850; they have 2018–2025"):
        production("cobalt", 1850)
    with pytest.raises(UnknownName, match="bgs@none"):
        production("cobalt", asked=["bgs@none"])
    with pytest.raises(DataProblem, match="verdikart fetch bgs"):
        world_output()


def test_every_embedded_series_is_there(place):
    """A name that no series has would read as a statistic without the material."""
    for row in load(ProductionMatch):
        if row.source in ("wmd", "usgs_2026"):
            from verdikart.mapping.production_figures import reading

            kind = "usgs" if row.source == "usgs_2026" else "wmd"
            found = reading(row, kind, 2024, {})
            assert found.total, (row.material_id, row.stage, row.source)


def test_the_printed_figure_adds_up():
    """210.7 Mt beside iron ore, 2,394.8 kt of technology and precious metals, iron 93.7 per cent."""
    sums = {
        part: sum(row.tonnes for row in load(WorldOutput) if row.part == part)
        for part in ("iron", "industrial", "technology")
    }
    assert sums["technology"] == 2_394_800
    assert sums["industrial"] + 2_400_000 == 210_700_000
    share = sums["iron"] / sum(sums.values())
    assert round(share, 3) == 0.937
    for row in load(WorldOutput):
        number, unit = row.printed.replace(",", ".").split()
        assert row.tonnes == pytest.approx(float(number) * {"MT": 1e6, "KT": 1e3}[unit])


@pytest.mark.skipif(
    not (REAL.is_file() and EDITION.is_file()), reason="the extracts of the BGS are not here"
)
def test_figure_3_1_is_rebuilt_where_the_series_reach(bgs):
    """Most of the figure from the edition 2012–2021; lithium, antimony and platinum metals from a later one."""
    later = ("lithium minerals", "antimony, mine", "platinum group metals, mine")
    names = ", ".join(f"'{name}'" for name in later)
    features = real(f"year = 2021 AND bgs_commodity_trans IN ({names})")
    features += [f for f in edition() if f["properties"]["bgs_commodity_trans"] not in later]
    bgs(features)
    found = world_output()
    assert found["gaps"] == ["titanium", "zirconium"]
    reasons = {row["entry"]: row["rebuilt_t_reason"] for row in found["entries"]}
    assert (reasons["titanium"], reasons["zirconium"]) == ("basis_unknown", "series_not_in_edition")
    rebuilt = {row["entry"]: row["rebuilt_t"] for row in found["entries"]}
    off = {
        row["entry"]
        for row in found["entries"]
        if row["rebuilt_t"] is not None and not _prints_as(row["rebuilt_t"], row["printed"])
    }
    # Revised since, or by a little: lithium 118, antimony 100, cobalt 131, tin 256 kt.
    assert off == {"lithium", "antimony", "cobalt", "tin"}
    assert rebuilt["lithium"] == pytest.approx(118_342, abs=1)
    assert rebuilt["iron_ore"] == pytest.approx(3.108153e9, rel=1e-6)
    iron, industrial, technology = found["sums"]
    assert (iron["reached"], industrial["reached"], technology["reached"]) == (1, 7, 12)
    assert industrial["rebuilt_t"] == pytest.approx(industrial["printed_of_reached_t"], rel=0.003)
    assert technology["rebuilt_t"] == pytest.approx(2_394_800, rel=0.005)
    others = industrial["filled_t"] + technology["filled_t"]
    assert others == pytest.approx(210.7e6, rel=0.003)
    assert round(found["iron_share_rebuilt"], 3) == 0.937
    assert round(found["iron_share_printed"], 3) == 0.937


def _prints_as(tonnes, printed):
    number, unit = printed.split()
    decimals = len(number.partition(",")[2])
    scaled = tonnes / {"MT": 1e6, "KT": 1e3}[unit]
    return f"{scaled:.{decimals}f}" == number.replace(",", ".")
