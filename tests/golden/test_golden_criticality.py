"""The EU assessment of 2023 recomputed: every row of the golden files, and what the Act makes of it.

``sr_recompute_2023.csv`` and ``ei_recompute_2023.csv`` were computed outside this package from the
published tables (doi:10.2873/725585); figures there have two decimals.
"""

from __future__ import annotations

import pytest
from tests.golden.conftest import table

import verdikart as vk
from verdikart.indicators.assessment import Choices, score_all
from verdikart.indicators.criticality import is_critical
from verdikart.mapping import eu_study
from verdikart.mapping.criticality import assess_home, material_rows, partial_importance
from verdikart.mapping.library import Library

SR = table("sr_recompute_2023.csv")
EI = table("ei_recompute_2023.csv")
NAMES = {"limestone": "limestone_lime"}  # the golden file's name → the study table's
HALF = 0.00501  # half a unit of the second decimal


@pytest.fixture(scope="module")
def scores():
    return score_all(eu_study.inputs(), eu_study.setting(), Choices())


@pytest.fixture(scope="module")
def rows():
    found = material_rows(assess_home(Library(), "EU27", draws=0))
    return {row["material_id"]: row for row in found}


def stage_of(scores, row):
    stages = scores[row["material_id"]].stages
    return next(s for s in stages if s.inputs.stage == row["stage"])


@pytest.mark.parametrize("row", SR, ids=lambda r: f"{r['material_id']}-{r['stage']}")
def test_supply_risk_of_every_row(scores, row):
    stage = stage_of(scores, row)
    assert stage.inputs.subject == scores[row["material_id"]].assessed
    assert stage.sr.value == pytest.approx(float(row["sr_recomputed"]), abs=HALF)
    assert stage.sr.low <= stage.sr.value <= stage.sr.high
    for column, held in (("hhi_wgit_global", stage.hhi_world), ("hhi_wgit_eu", stage.hhi_home)):
        # The golden file leaves out what the row's supply mode does not use.
        if row[column]:
            assert held.value == pytest.approx(float(row[column]), abs=0.0055), column


def test_64_of_86_stages_recompute_and_the_others_have_a_known_cause(rows):
    assert len(SR) == 86
    close = [r for r in SR if rows[r["material_id"]]["within_0_1"]]
    assert len(close) == 64
    assert {r["material_id"] for r in close} == {
        r["material_id"] for r in SR if r["within_0_1"] == "yes"
    }
    for row in SR:
        if row["within_0_1"] == "no":
            assert rows[row["material_id"]]["cause"], f"{row['material_id']}: no cause is named"


@pytest.mark.parametrize("row", EI, ids=lambda r: r["material_id"])
def test_economic_importance_of_every_row(row):
    name = NAMES.get(row["material_id"], row["material_id"])
    inputs = next(m for m in eu_study.inputs() if m.material == name)
    if name == "silica_sand":
        # The study prints no substitution index for it; the golden file takes 1.
        assert inputs.si_ei.value is None
        assert partial_importance(inputs, eu_study.setting()) is None
        return
    value = partial_importance(inputs, eu_study.setting())
    assert value == pytest.approx(float(row["ei_recomputed"]), abs=HALF)


def test_31_of_46_economic_importances_recompute(scores):
    counted = [r for r in EI if r["used_for_count"] == "yes"]
    assert len(counted) == 46
    close = 0
    for row in counted:
        score = scores[NAMES.get(row["material_id"], row["material_id"])]
        if score.ei.value is not None and not score.ei_given:
            close += abs(score.ei.value - float(row["ei_published"])) <= 0.1
    assert close == 31


def test_published_scores_give_32_of_70_and_the_34_of_annex_ii(rows):
    inside = {m for group in eu_study.members_of().values() for m in group}
    units = [row for name, row in rows.items() if name not in inside]
    assert len(units) == 70
    critical = {row["material_id"] for row in units if row["published_critical"]}
    assert len(critical) == 32
    listed = {row["material_id"] for row in units if row["annex_ii"]}
    # Annex II names hafnium to vanadium one by one and the rare earths and PGM as groups.
    assert listed - critical == {"copper", "nickel"}
    assert critical <= listed
    assert {rows[m]["critical_by"] for m in ("copper", "nickel")} == {"strategic"}
    assert all(rows[m]["annex_i"] for m in ("copper", "nickel"))


def test_the_two_flips_are_explained(rows):
    flips = {name: row for name, row in rows.items() if row["flips"]}
    assert set(flips) == {"coking_coal", "silver"}
    assert flips["coking_coal"]["supply_risk"] == pytest.approx(0.94, abs=HALF)
    assert flips["coking_coal"]["published_critical"] is True
    assert flips["silver"]["supply_risk"] == pytest.approx(1.00, abs=HALF)
    assert flips["silver"]["published_critical"] is False
    assert all(row["cause"] for row in flips.values())


@pytest.mark.parametrize(
    ("material", "expected"),
    [("magnesium", 4.09), ("tungsten", 1.20), ("niobium", 4.40), ("strontium", 2.55)],
)
def test_worked_examples_of_supply_risk(rows, material, expected):
    assert rows[material]["supply_risk"] == pytest.approx(expected, abs=HALF)


def test_worked_example_of_economic_importance(rows):
    assert rows["tungsten"]["economic_importance"] == pytest.approx(8.70, abs=HALF)


def test_groups_are_the_mean_of_their_members(scores):
    members = eu_study.members_of()["pgm"]
    mean = sum(scores[m].sr.value for m in members) / len(members)
    assert scores["pgm"].sr.value == pytest.approx(mean, rel=1e-12)
    published = eu_study.by_material()
    mean = sum(published[m].supply_risk for m in members) / len(members)
    assert published["pgm"].supply_risk == pytest.approx(mean, abs=0.06)


def test_the_public_functions_give_the_published_figures():
    risk = vk.criticality.supply_risk(4.667, 5.341, 1.0, 0.13, 0.94)
    assert risk == pytest.approx(4.09, abs=HALF)
    assert vk.criticality.supply_risk(4.584, None, None, 0, 0.96, "GS") == pytest.approx(4.40064)
    assert vk.criticality.supply_risk(None, 2.63, None, 0, 0.97, supply_used="EU") == pytest.approx(
        2.5511
    )
    # Concentrations weigh governance and trade: they are not held to 1.
    assert vk.criticality.supply_risk(12.0, 8.0, 1.0, 0.0, 1.0) == 10.0


def test_every_material_norway_trades_is_assessed():
    result = assess_home(Library(), "NOR", 2024, draws=0)
    held = {s.subject: m.material for m in result.inputs for s in m.stages}
    from verdikart.mapping.assess import assess

    library = Library()
    traded = [
        row
        for row in assess(library, "NOR", 2024)
        if row.basis == "own_imports" and row.evidence.mix.suppliers and row.stage != "scrap"
    ]
    assert len(traded) > 50
    for row in traded:
        assert row.subject in held, row.subject
    for material in {m for row in traded for m in row.materials}:
        assert material in result.scores


def test_thresholds_compare_at_one_decimal():
    assert is_critical(0.95, 2.75)
    assert not is_critical(0.949, 2.8)
    assert not is_critical(1.0, 2.749)
