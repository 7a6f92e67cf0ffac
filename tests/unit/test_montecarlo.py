"""How sure a verdict is: what is drawn, what is shared between draws, what the words mean."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from verdikart.indicators.assessment import (
    Choices,
    MaterialInputs,
    Part,
    Range,
    Setting,
    StageInputs,
    Supply,
    Use,
    score_all,
)
from verdikart.indicators.montecarlo import Spread, simulate, word
from verdikart.mapping import eu_study

DATA_ONLY = Spread(choices=False)
NOTHING = Spread(data=False, choices=False)
GOVERNANCE = {"CHN": 6.0, "NOR": 1.0, "GAB": 7.0}
SETTING = Setting(GOVERNANCE, {"CHN": 0.5, "GAB": 0.5}, {"C24": Range.exact(80.0)}, 100.0)


def material(name="one", share=0.8, spread=0.02, eol=0.1, **changes):
    supply = Supply("mix", (Part("CHN", share, spread), Part("GAB", 1 - share, spread)))
    stage = StageInputs(
        name,
        "processing",
        f"{name}@processing",
        "GS+EU",
        supply,
        (supply,),
        Range.exact(1.0),
        Range.printed(eol, 0.01),
        Range.exact(1.0),
    )
    base = MaterialInputs(name, (stage,), (Use("C24", 1.0),), Range.exact(1.0))
    return replace(base, **changes)


def draw(materials, spread=DATA_ONLY, draws=2000, seed=1, setting=SETTING, choices=None):
    chosen = choices or Choices()
    points = score_all(materials, setting, chosen)
    rng = np.random.default_rng(seed)
    return simulate(materials, points, setting, rng, chosen, spread, draws), points


def test_the_same_seed_gives_the_same_draws():
    first, _ = draw([material()])
    again, _ = draw([material()])
    other, _ = draw([material()], seed=2)
    assert first == again
    assert first["one"].sr != other["one"].sr


def test_without_doubt_every_draw_is_the_point():
    found, points = draw([material()], NOTHING, draws=50)
    assert found["one"].sr == pytest.approx([points["one"].sr.value] * 3, rel=1e-12)
    assert found["one"].ei == pytest.approx([8.0] * 3, rel=1e-12)
    assert found["one"].rank == (1, 1, 1)
    assert found["one"].chance_critical in (0.0, 1.0)


def test_the_middle_of_the_draws_is_near_the_point_and_inside_the_bounds():
    found, points = draw([material()], draws=4000)
    low, middle, high = found["one"].sr
    point = points["one"].sr
    assert point.low < low < middle < high < point.high
    assert middle == pytest.approx(point.value, rel=0.02)


def test_a_chance_counts_draws_at_one_decimal():
    supply = Supply("mix", (Part("CHN", 1.0),))
    near = material()
    stage = replace(near.stages[0], world=supply, home=(supply,), eol_rir=Range.exact(0.0))
    near = replace(near, stages=(replace(stage, import_reliance=Range.exact(0.0)),))
    setting = replace(SETTING, governance={"CHN": 0.95}, governance_error={"CHN": 0.2})
    found, _ = draw([near], draws=8000, setting=setting)
    # 0.95 shows as 1.0, so half of a symmetric error reaches the threshold.
    assert found["one"].chance_sr == pytest.approx(0.5, abs=0.03)
    surer = replace(SETTING, governance={"CHN": 0.95}, governance_error={"CHN": 0.001})
    shown, _ = draw([near], NOTHING, draws=100, setting=surer)
    assert shown["one"].chance_sr == 1.0


def test_less_doubt_never_widens_the_study():
    """Halving every spread narrows every interval of the real study."""
    materials = eu_study.inputs()

    def half(row: Range) -> Range:
        if row.value is None:
            return row
        return Range(row.value, (row.value + row.low) / 2, (row.value + row.high) / 2, row.origin)

    def surer(supply):
        if supply is None:
            return None
        parts = tuple(replace(p, spread=p.spread / 2) for p in supply.parts)
        return replace(supply, parts=parts, residual=supply.residual / 2)

    narrower = [
        replace(
            m,
            stages=tuple(
                replace(
                    s,
                    world=surer(s.world),
                    home=tuple(surer(h) for h in s.home),
                    import_reliance=half(s.import_reliance),
                    eol_rir=half(s.eol_rir),
                    si_sr=half(s.si_sr),
                )
                for s in m.stages
            ),
        )
        for m in materials
    ]
    setting = eu_study.setting()
    tight = replace(
        setting, governance_error={c: e / 2 for c, e in setting.governance_error.items()}
    )
    wide, _ = draw(materials, setting=setting, draws=3000)
    narrow, _ = draw(narrower, setting=tight, draws=3000)
    compared = 0
    for name, row in wide.items():
        before, after = row.sr[2] - row.sr[0], narrow[name].sr[2] - narrow[name].sr[0]
        if before > 0.02 and not any(
            r.value is None
            for m in materials
            if m.material == name
            for s in m.stages
            for r in (s.import_reliance, s.eol_rir, s.si_sr)
        ):
            assert after < before, name
            compared += 1
    assert compared > 60


def test_equal_inputs_rank_alike_in_every_draw():
    found, _ = draw([material("a"), material("b"), material("c", share=0.5)])
    assert found["a"].sr == found["b"].sr
    assert found["a"].rank == found["b"].rank == (1, 1, 1)
    assert found["c"].rank == (3, 3, 3)  # two are ahead


def test_a_countrys_governance_is_one_in_a_draw():
    """Two materials from the same country keep their order whatever its governance is."""
    found, _ = draw([material("a", share=0.80, spread=0.0), material("b", share=0.78, spread=0.0)])
    assert found["a"].rank == (1, 1, 1)
    assert found["b"].rank == (2, 2, 2)
    assert found["a"].sr[0] < found["b"].sr[2]  # though their intervals overlap


def test_an_unknown_input_is_drawn_from_its_range_and_leaves_the_verdict_open():
    open_ = material()
    stage = replace(open_.stages[0], eol_rir=Range.unknown(), world=None)
    found, points = draw([replace(open_, stages=(stage,))], draws=4000)
    assert points["one"].missing == ("world_supply", "eol_rir")
    assert found["one"].sr[0] < 0.3
    assert found["one"].sr[2] > 4
    assert found["one"].word == "undetermined"


def test_words():
    _, points = draw([material()])
    known = replace(points["one"], critical=True)
    assert [word(c, known) for c in (0.0, 0.05, 0.5, 0.94, 0.95, 1.0)] == [
        "clear",
        "clear",
        "borderline",
        "borderline",
        "clear",
        "clear",
    ]
    assert word(0.99, replace(known, critical=None)) == "undetermined"


def test_a_group_is_the_mean_of_its_members_and_ranks_in_their_stead():
    rows = [
        material("a"),
        material("b", share=0.5),
        material("alone", share=0.6),
        MaterialInputs("group", members=("a", "b")),
    ]
    found, points = draw(rows, NOTHING, draws=20)
    assert points["group"].sr.value == pytest.approx(
        (points["a"].sr.value + points["b"].sr.value) / 2
    )
    assert found["group"].sr[1] == pytest.approx(points["group"].sr.value)
    assert found["a"].rank is None
    assert {found["group"].rank[1], found["alone"].rank[1]} == {1, 2}


def test_choices_widen_what_data_leave_certain():
    certain = material(spread=0.0)
    setting = replace(SETTING, governance_error={})
    stage = certain.stages[0]
    other = Supply("other", (Part("NOR", 1.0),))
    certain = replace(certain, stages=(replace(stage, home=(other,), eol_rir=Range.exact(0.1)),))
    fixed, _ = draw([certain], DATA_ONLY, draws=500, setting=setting)
    free, _ = draw([certain], Spread(), draws=500, setting=setting)
    assert fixed["one"].sr[0] == pytest.approx(fixed["one"].sr[2])
    assert free["one"].sr[2] - free["one"].sr[0] > 0.1


def test_hidden_flows_are_anything():
    hidden = Supply("mix", (Part("CHN", 1.0),), hidden=True)
    stage = replace(material().stages[0], supply_used="EU", home=(hidden,), eol_rir=Range.exact(0))
    found, points = draw([replace(material(), stages=(stage,))], draws=4000)
    assert points["one"].sr.value is None
    assert found["one"].sr[0] == pytest.approx(0.5, abs=0.2)
    assert found["one"].sr[2] == pytest.approx(9.5, abs=0.2)


def test_a_published_importance_stands_in_for_uses_that_are_not_printed():
    given = replace(material(), uses=(), given_ei=Range(3.0, 2.95, 3.05))
    found, points = draw([given])
    assert points["one"].ei.value == 3.0
    assert points["one"].ei_given
    assert 2.95 <= found["one"].ei[0] < found["one"].ei[2] <= 3.05
