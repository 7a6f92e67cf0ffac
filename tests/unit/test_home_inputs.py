"""Any home's own inputs: what is its own, what is borrowed and says so, what is not known."""

from __future__ import annotations

import pytest

from verdikart.core.errors import UsageProblem
from verdikart.indicators.assessment import Choices, score_all
from verdikart.mapping import eu_study, home_inputs, industries
from verdikart.mapping.criticality import (
    assess_home,
    figure_id,
    material_rows,
    stage_rows,
    verdict_of,
)
from verdikart.mapping.explain import explain
from verdikart.mapping.library import Library
from verdikart.reference.homes import home


@pytest.fixture(scope="module")
def library():
    return Library()


@pytest.fixture(scope="module")
def norway(library):
    return assess_home(library, "NOR", 2024, draws=0)


@pytest.fixture(scope="module")
def stages(norway):
    return {(m.material, s.subject): s for m in norway.inputs for s in m.stages}


def test_manganese_ore_by_hand(library, norway, stages):
    """Σ share² × governance × t of the import mix by tonnes, suppliers in the EEA at 0.8."""
    from verdikart.core.figure import MixId

    mix = library.mix(MixId("NOR", 2024, "baci_hs92", "HS92:260200", "import"))
    whole = sum(s.quantity for s in mix.suppliers)
    assert {s.iso3 for s in mix.suppliers[:2]} == {"GAB", "ZAF"}
    inside = home_inputs.area(home("NOR"), 2024)
    by_hand = sum(
        (s.quantity / whole) ** 2
        * eu_study.setting().governance[s.iso3]
        * (0.8 if s.iso3 in inside else 1.0)
        for s in mix.suppliers
    )
    stage = stages["manganese", "HS92:260200"]
    score = norway.scores["manganese"]
    assert score.assessed == "HS92:260200"
    assert score.stage.hhi_home.value == pytest.approx(by_hand, rel=1e-9)
    study = eu_study.by_material()["manganese"]
    world = score.stage.hhi_world.value
    assert world == pytest.approx(study.hhi_wgit_global_recomputed, abs=0.006)
    expected = (world / 2 + by_hand / 2) * (1 - 0.09) * 1.0
    assert score.sr.value == pytest.approx(expected, rel=1e-9)
    assert stage.import_reliance.value == 1.0
    assert set(stage.feed_for) == {"ferromanganese_hc", "silicomanganese"}


def test_no_eu_value_stands_in_silence(stages):
    assert len(stages) > 80
    for key, stage in stages.items():
        for row in (stage.eol_rir, stage.si_sr):
            assert row.origin in ("borrowed_eu", "unknown"), key
        assert stage.import_reliance.origin in ("own", "assumed", "unknown"), key
        if stage.eol_rir.origin == "borrowed_eu":
            assert stage.eol_rir.low == 0.0
            assert stage.eol_rir.high == min(1.0, max(2 * stage.eol_rir.value, 0.1))


def test_every_borrowed_score_says_so(norway):
    rows = [r for r in stage_rows(norway) if r["supply_risk"] is not None]
    assert len(rows) > 30
    for row in rows:
        assert row["supply_risk_status"] == "estimated"
        assert row["supply_risk_reason"] == "borrowed_eu_inputs"
        assert set(row["borrowed"]) == {"eol_rir", "si_sr"}
        assert row["supply_risk_low"] < row["supply_risk"] < row["supply_risk_high"]


def test_a_score_that_lacks_an_input_names_it_and_gives_an_interval(norway):
    open_ = [r for r in stage_rows(norway) if r["supply_risk"] is None]
    assert open_
    for row in open_:
        assert row["missing"]
        assert row["supply_risk_status"] == "not_computable"
        assert row["supply_risk_low"] < row["supply_risk_high"]


def test_refined_nickel_is_a_net_export_and_shows_its_feed(norway, stages):
    stage = stages["nickel", "HS17:750210"]
    assert stage.net_exporter
    assert stage.import_reliance.value == 0.0
    row = next(r for r in material_rows(norway) if r["material_id"] == "nickel")
    assert row["verdict"] == "net_exporter"
    assert row["feed"] == ["nickel_matte"]
    assert row["feed_supply_risk"] == [""]
    silicon = next(r for r in material_rows(norway) if r["material_id"] == "silicon_metal")
    assert set(silicon["feed"]) == {"quartz_lump", "quartzite"}
    matte = stages["nickel", "nickel_matte"]
    assert matte.feed_for == ("nickel_refined",)
    assert "not_in_embedded_data" in matte.notes


def test_exports_without_a_maker_are_no_net_export(stages):
    """Norway exports some lithium hydroxide and makes none: re-export, not a position."""
    assert not stages["lithium", "HS92:282520"].net_exporter
    assert stages["lithium", "HS92:282520"].import_reliance.value is None


def test_alumina_is_assessed_on_world_production_alone(norway, stages):
    stage = stages["aluminium", "alumina"]
    assert stage.feed_for == ("primary_aluminium",)
    assert "world_supply_usgs" in stage.notes
    row = next(r for r in stage_rows(norway) if r["subject"] == "alumina")
    assert row["supply_risk"] is None
    assert row["supply_risk_world_only"] == pytest.approx(1.28, abs=0.02)


def test_world_supply_alone_is_no_score_of_the_home(library):
    """2010: silicon's code is not embedded; the world's supply says nothing of Norway's own."""
    earlier = assess_home(library, "NOR", 2010, draws=0)
    row = next(r for r in material_rows(earlier) if r["material_id"] == "silicon_metal")
    assert row["supply_risk"] is None
    assert row["missing"] == ["home_supply", "import_reliance"]
    assert row["verdict"] == "undetermined"
    assert row["figure"] is None
    assert row["supply_risk_world_only"] == pytest.approx(3.26, abs=0.01)


def test_withheld_flows_give_no_score(stages, norway):
    stage = stages["phosphate_rock", "HS17:251010"]
    assert stage.home[0].hidden
    score = next(
        s for s in norway.scores["phosphate_rock"].stages if s.inputs.subject == "HS17:251010"
    )
    assert score.sr.value is None
    assert score.sr.high > 9


def test_trade_area_and_its_sensitivity(norway, stages):
    nor, usa = home("NOR"), home("USA")
    assert {"NOR", "ISL", "LIE", "DEU", "SWE"} <= home_inputs.area(nor, 2024)
    assert "GBR" not in home_inputs.area(nor, 2024)
    assert home_inputs.area(usa, 2024) == {"USA"}
    # The Union is its own trade area, as its study prints; an alliance is none.
    assert "NOR" not in home_inputs.area(home("EU27"), 2024)
    assert home_inputs.area(home("SWE"), 2024) == home_inputs.area(home("EU27"), 2024) - {
        "EU27"
    } | {"SWE"}
    assert "NOR" in home_inputs.area(home("NORDIC"), 2024)
    assert home_inputs.area(home("NATO"), 2024) == {"NATO"}
    spain = next(p for p in stages["fluorspar", "HS92:252922"].home[0].parts if p.iso3 == "ESP")
    assert spain.preferential
    china = next(p for p in stages["magnesium", "HS17:810411"].home[0].parts if p.iso3 == "CHN")
    assert not china.preferential
    row = next(r for r in material_rows(norway) if r["material_id"] == "feldspar")
    assert row["supply_risk_without_preference"] > row["supply_risk"] * 1.2


def test_published_trade_parameters_of_eu_members_are_the_eus(library):
    """From the United States, Germany is an ordinary supplier: 1.0, not the printed 0.8."""
    found, _ = home_inputs.inputs(library, "USA", 2024)
    supplies = [s for m in found for stage in m.stages for s in (*stage.home, stage.world) if s]
    assert supplies
    for supply in supplies:
        for part in supply.parts:
            assert part.trade >= 1.0
            assert part.preferential == (part.iso3 == "USA")


def test_industries_of_norway(norway):
    added = industries.value_added(("NOR",))
    # OECD ICIO 2022, million dollars: iron and steel 499.36, other metals 2 608.75.
    assert added["C24"].value == pytest.approx(499.3551 + 2608.7536, abs=1e-3)
    assert added["C24"].width == 0
    assert added["C28"].value == pytest.approx(2203.4309, abs=1e-3)
    assert added["C10"].low == 0
    assert added["C10"].high == pytest.approx(5692.8878, abs=1e-3)
    assert norway.setting.scale == pytest.approx(5692.8878 * 0.8157, rel=1e-6)
    assert industries.lacking_members(home("NATO"), 2024) == ("ALB", "MKD", "MNE")


def test_end_uses_are_the_eus_and_importance_says_so(norway):
    rows = [r for r in material_rows(norway) if r["economic_importance"] is not None]
    assert rows
    assert {r["economic_importance_status"] for r in rows} == {"estimated"}
    manganese = next(r for r in rows if r["material_id"] == "manganese")
    uses = {}
    for use in eu_study.uses("manganese"):
        uses[use.sector] = uses.get(use.sector, 0) + use.share
    added = industries.value_added(("NOR",))
    by_hand = sum(share * added[s].value for s, share in uses.items() if s)
    by_hand *= eu_study.by_material()["manganese"].si_ei * 10 / norway.setting.scale
    assert manganese["economic_importance"] == pytest.approx(by_hand, rel=1e-9)


def test_shares_of_each_supply_add_up(stages):
    for key, stage in stages.items():
        for supply in (*stage.home, *((stage.world,) if stage.world else ())):
            whole = sum(p.share for p in supply.parts) + supply.residual
            # Published shares are used as printed and can pass 100 by rounding.
            assert whole == pytest.approx(1, abs=0.06), (key, supply.mix)


def test_every_stage_with_a_supply_explains_to_the_same_score(library, norway):
    asked = 0
    for score in norway.scores.values():
        for stage in score.stages[:2]:
            name = figure_id(norway, stage)
            if name is None:
                continue
            if asked % 7 == 0:
                card = explain(library, name)
                value = stage.sr.value
                expected = None if value is None else pytest.approx(value, rel=1e-12)
                assert card["figure"]["value"] == expected
                assert card["figure"]["low"] == pytest.approx(stage.sr.low, rel=1e-12)
            asked += 1
    assert asked > 40


def test_blocs_and_the_eu_seen_from_its_own_trade(library):
    for name in ("NORDIC", "NATO", "EU27"):
        result = assess_home(library, name, 2024, basis="trade", draws=0)
        assert len(result.scores) > 30
        known = [s for s in result.scores.values() if s.sr.value is not None]
        assert len(known) > 5
        for score in result.scores.values():
            for stage in score.stages:
                assert stage.sr.high <= 15
    for score in assess_home(library, "EU27", 2024, basis="trade", draws=0).scores.values():
        for stage in score.stages:
            assert stage.inputs.eol_rir.origin != "borrowed_eu"


def test_questions_that_cannot_be_asked(library):
    with pytest.raises(UsageProblem, match="the study is of EU27"):
        assess_home(library, "NOR", basis="study")
    with pytest.raises(UsageProblem, match="2016–2020"):
        assess_home(library, "EU27", 2024)
    with pytest.raises(UsageProblem, match="the world is no home"):
        assess_home(library, "WORLD")
    with pytest.raises(UsageProblem, match="unknown basis 'stud'"):
        assess_home(library, "EU27", basis="stud")
    with pytest.raises(UsageProblem, match="has no trade assessment of magnesium"):
        explain(library, "NOR/2024/baci_hs92/HS92:260200/import/supply_risk:magnesium")


def test_net_exporters_are_never_called_critical(norway):
    exporters = [s for s in norway.scores.values() if verdict_of(s) == "net_exporter"]
    assert {"nickel", "silicon_metal"} <= {s.material for s in exporters}
    for score in exporters:
        assert score.stage.inputs.net_exporter


def test_scoring_again_with_the_same_inputs_gives_the_same(norway):
    assert score_all(norway.inputs, norway.setting, Choices()) == norway.scores
