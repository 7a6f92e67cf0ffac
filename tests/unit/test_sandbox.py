"""The sandbox: who enters and leaves, why, and what would flip the others."""

from __future__ import annotations

from dataclasses import replace

import pytest

from verdikart.core.errors import UsageProblem
from verdikart.indicators.assessment import Choices, Part, Range, Supply, score_all
from verdikart.indicators.criticality import reaches, shown
from verdikart.mapping import analyst, eu_study
from verdikart.mapping.analyst import Edits, apply
from verdikart.mapping.analyst_file import parse_sets
from verdikart.mapping.lists import CRITICAL, coverage
from verdikart.mapping.sandbox import Printed, released, sandbox, steps, sweep
from verdikart.mapping.tipping import cut, moved

EU = Choices()


@pytest.fixture(scope="module")
def study():
    return eu_study.inputs(), eu_study.setting()


@pytest.fixture(scope="module")
def known(study):
    return analyst.known(*study)


@pytest.fixture(scope="module")
def printed():
    rows = eu_study.by_material()
    return Printed(
        {k: r.economic_importance for k, r in rows.items()},
        {k: r.supply_risk for k, r in rows.items()},
    )


def row(result, material):
    return next(r for r in result.rows if r.material == material)


def test_published_scores_give_the_list_of_the_study(study, printed):
    result = sandbox(*study, EU, EU, printed=printed)
    on = set(result.on_list("after"))
    assert result.units == 70
    assert len(on) == 32
    units = {r.material for r in result.rows if r.member_of is None}
    named = {u for u in units if coverage(u, CRITICAL) in ("by_name", "by_group")}
    assert len(named) == 34
    assert named - on == {"copper", "nickel"}
    assert not on - named
    assert not result.undetermined("after")


def test_recomputed_scores_with_published_ei_differ_in_two_materials(study, printed):
    on = set(sandbox(*study, EU, EU, printed=printed).on_list("after"))
    mixed = sandbox(*study, EU, EU, printed=replace(printed, sr=None))
    assert on - set(mixed.on_list("after")) == {"coking_coal"}
    assert set(mixed.on_list("after")) - on == {"silver"}
    assert mixed.scores == "published_ei"


def test_nothing_changed_moves_nothing(study):
    result = sandbox(*study, EU, EU, Edits())
    assert result.changes == ()
    assert not [r for r in result.rows if r.move or r.causes]
    assert result.on_list("before") == result.on_list("after")
    plain = score_all(*study, EU)
    assert all(r.before.sr == plain[r.material].sr for r in result.rows)


def test_a_threshold_of_two_leaves_exactly_those_that_show_two_or_more(study, printed):
    result = sandbox(*study, EU, replace(EU, sr_threshold=2.0), printed=printed)
    wanted = {
        r.material
        for r in result.rows
        if r.member_of is None and printed.sr[r.material] >= 2.0 and printed.ei[r.material] >= 2.8
    }
    assert set(result.on_list("after")) == wanted
    assert 0 < len(wanted) < 32
    left = set(result.moved("leaves"))
    assert left == set(result.on_list("before")) - wanted
    assert {row(result, m).causes for m in left} == {("sr_threshold",)}
    recomputed = sandbox(*study, EU, replace(EU, sr_threshold=2.0))
    for r in recomputed.rows:
        if r.after.critical:
            assert shown(r.after.sr.value) >= 2.0


def test_the_change_that_did_it_is_named(study, known):
    edits = parse_sets(["silver.eol_rir=0.19", "tungsten.eol_rir=0.43"], known)
    result = sandbox(*study, EU, replace(EU, recycling=True, world_weight=0.45), edits)
    silver = row(result, "silver")
    assert (silver.move, silver.causes, silver.together) == ("leaves", ("silver.eol_rir",), False)
    assert row(result, "tungsten").move is None
    assert [c.name for c in result.changes] == [
        "world_weight",
        "silver.eol_rir",
        "tungsten.eol_rir",
    ]
    assert (result.changes[1].before, result.changes[1].after) == (0.04, 0.19)
    assert (result.changes[1].file, result.changes[1].row) == ("--set", 1)


def test_changes_that_only_do_it_together_are_named_together(study, known):
    # Tungsten needs 54 % recycling, or an index of 0.76; halfway on both does it, neither alone.
    edits = parse_sets(["tungsten.eol_rir=0.50", "tungsten.si_sr=0.85", "governance.NOR=1"], known)
    tungsten = row(sandbox(*study, EU, EU, edits), "tungsten")
    assert tungsten.move == "leaves"
    assert tungsten.together
    assert tungsten.causes == ("tungsten.eol_rir", "tungsten.si_sr")


def test_lists_are_shown_beside_the_result(study):
    result = sandbox(*study, EU, EU, None, {"A": ["silver"], "B": {"silver", "tungsten"}})
    assert row(result, "silver").lists == ("A", "B")
    assert row(result, "tungsten").lists == ("B",)


def test_members_of_groups_are_rows_but_no_units(study, known):
    edits = parse_sets([f"{m}.si_sr=0.1" for m in eu_study.members_of()["pgm"]], known)
    result = sandbox(*study, EU, EU, edits)
    assert row(result, "platinum").member_of == "pgm"
    assert "platinum" not in result.moved("leaves")
    assert "pgm" in result.moved("leaves")
    assert row(result, "pgm").together
    members = [row(result, m).after.sr.value for m in eu_study.members_of()["pgm"]]
    assert row(result, "pgm").after.sr.value == pytest.approx(sum(members) / len(members))


def test_published_scores_answer_to_thresholds_alone(study, printed, known):
    with pytest.raises(UsageProblem, match="recycling"):
        sandbox(*study, EU, replace(EU, recycling=False), printed=printed)
    edits = parse_sets(["silver.eol_rir=0.1"], known)
    with pytest.raises(UsageProblem, match=r"silver\.eol_rir"):
        sandbox(*study, EU, EU, edits, printed=printed)
    with pytest.raises(UsageProblem, match="scale"):
        sandbox(*study, EU, EU, parse_sets(["scale=1e5"], known), printed=Printed(printed.ei))


@pytest.mark.parametrize(
    ("threshold", "least"), [(1.0, 0.95), (2.0, 1.95), (0.97, 0.95), (1.01, 1.05), (0.0, -0.05)]
)
def test_the_least_score_that_reaches_a_threshold(threshold, least):
    assert cut(threshold) == pytest.approx(least)
    assert reaches(cut(threshold), threshold)
    assert not reaches(cut(threshold) - 1e-6, threshold)


def test_thresholds_flip_where_they_are_said_to(study):
    result = sandbox(*study, EU, EU)
    tried = 0
    groups = eu_study.members_of()
    for r in result.rows:
        if r.material in groups:
            continue
        for name in ("sr_threshold", "ei_threshold"):
            flip = getattr(r.tipping, name)
            if flip is None:
                continue
            at, above = (
                row(sandbox([m for m in study[0] if m.material == r.material], study[1], EU,
                            replace(EU, **{name: flip + more})), r.material).after.critical
                for more in (0.0, 0.1)
            )  # fmt: skip
            assert (at, above) == (True, False), (r.material, name)
            tried += 1
    assert tried > 60


def test_coking_coal_and_copper_have_the_thresholds_that_can_be_read_off(study, printed):
    result = sandbox(*study, EU, EU, printed=printed)
    coal, copper = row(result, "coking_coal").tipping, row(result, "copper").tipping
    assert (coal.sr_distance, coal.sr_threshold, coal.ei_threshold) == (0.0, 1.0, 3.1)
    # Copper's supply risk keeps it off at any EI threshold.
    assert (copper.sr_distance, copper.sr_threshold, copper.ei_threshold) == (-0.9, 0.1, None)


def test_magnesium_leaves_only_with_recycling_or_substitution_far_from_today(study):
    levers = row(sandbox(*study, EU, EU), "magnesium").tipping.levers
    # 4.09 falls to 0.95 where recycling is 1 − 0.95 / (5.004 · 0.94).
    assert levers["eol_rir"].tipping == pytest.approx(1 - 0.95 / (5.004 * 0.94), abs=2e-4)
    assert levers["si_sr"].tipping == pytest.approx(0.95 / (5.004 * 0.87), abs=2e-4)
    for name in ("import_reliance", "top_world_share", "top_home_share"):
        assert levers[name].tipping is None
        assert levers[name].value > 0.9


@pytest.mark.parametrize("name", ["eol_rir", "si_sr", "import_reliance"])
@pytest.mark.parametrize("threshold", [1.0, 0.6, 2.0])
def test_an_input_crosses_where_it_is_said_to(study, known, name, threshold):
    choices = replace(EU, sr_threshold=threshold)
    materials = released(*study, EU)
    tried = 0
    for r in sandbox(*study, EU, choices).rows:
        lever = r.tipping.levers.get(name)
        if lever is None or lever.tipping is None or not 1e-4 < lever.tipping < 1 - 1e-4:
            continue
        at = r.after.assessed if name == "import_reliance" else r.material
        sides = []
        for value in (lever.tipping - 1e-5, lever.tipping + 1e-5):
            edits = parse_sets([f"{at}.{name}={value:.12f}"], known)
            found = score_all(*apply(materials, study[1], edits), choices)[r.material]
            sides.append(reaches(found.sr.value, threshold))
        assert sides[0] is not sides[1], (r.material, lever)
        tried += 1
    assert tried > 2


def test_an_input_without_a_tipping_point_never_crosses(study):
    materials, setting = released(*study, EU), study[1]
    inputs = {m.material: m for m in materials}
    for r in sandbox(*study, EU, EU).rows:
        for name, lever in r.tipping.levers.items():
            if lever.tipping is not None or lever.value is None:
                continue
            for value in (0.0, 0.25, 0.5, 0.75, 1.0):
                changed = moved(inputs[r.material], r.after.assessed, name, value)
                found = score_all([changed], setting, EU)[r.material].sr.value
                now = reaches(r.after.sr.value, 1.0)
                if found is None:
                    continue  # a supply comes into play that is not known
                if name.startswith("top_") and value > 0.9:
                    continue  # shares that lack a few per cent by rounding reach no further
                assert reaches(found, 1.0) is now, (r.material, name, value)


def _made(world: float, index: float = 1.0) -> tuple:
    base = next(m for m in eu_study.inputs() if m.material == "silver")
    parts = (Part("AAA", world), Part("BBB", 0.75 * (1 - world)), Part("CCC", 0.25 * (1 - world)))
    stage = replace(
        base.stages[0],
        world=Supply("", parts),
        home=(),
        supply_used="GS",
        eol_rir=Range.exact(0.0),
        si_sr=Range.exact(index),
    )
    setting = replace(
        eu_study.setting(), governance={"AAA": 5.0, "BBB": 2.0, "CCC": 2.0}, governance_error={}
    )
    return replace(base, stages=(stage,), assessed=None), setting


def test_the_share_of_the_largest_supplier_solved_by_hand():
    # 5·x² + 2·(0.75² + 0.25²)·(1 − x)² = 0.95 → 6.25·x² − 2.5·x + 0.3 = 0 → x = 0.2 ± …
    material, setting = _made(0.6)
    result = sandbox([material], setting, EU, EU)
    lever = result.rows[0].tipping.levers["top_world_share"]
    root = (2.5 + (2.5**2 - 4 * 6.25 * 0.3) ** 0.5) / 12.5 if 2.5**2 > 7.5 else None
    assert root is None
    assert (lever.value, lever.tipping, lever.supplier) == (0.6, None, "AAA")
    low, setting = _made(0.6, 0.5)
    lever = sandbox([low], setting, EU, EU).rows[0].tipping.levers["top_world_share"]
    # 6.25·x² − 2.5·x + 1.25 = 1.9 → x = 0.2 + √(0.04 + 0.104)
    assert lever.tipping == pytest.approx(0.2 + 0.144**0.5)


def test_a_sweep_is_a_falling_curve_that_agrees_with_the_thresholds(study, printed):
    result = sandbox(*study, EU, EU, printed=printed)
    curve = sweep(result, "sr", steps(0.5, 2.0, 0.1))
    assert [p.threshold for p in curve] == [round(0.5 + i / 10, 1) for i in range(16)]
    counts = [len(p.materials) for p in curve]
    assert counts == sorted(counts, reverse=True)
    by = {p.threshold: p for p in curve}
    assert len(by[1.0].materials) == 32
    other = sandbox(*study, EU, replace(EU, sr_threshold=1.7), printed=printed)
    assert by[1.7].materials == other.on_list("after")
    ei = sweep(result, "ei", [2.8, 11.0])
    assert [len(p.materials) for p in ei] == [32, 0]


@pytest.mark.parametrize(
    "asked", [(2.0, 1.0, 0.1), (0.5, 2.0, 0.0), (0.5, 2.0, -1), (-1, 2, 1), (0, 11, 1),
              (0.0, 10.0, 1e-6), (float("nan"), 1.0, 0.1), (0.0, 1.0, float("nan"))],
)  # fmt: skip
def test_a_sweep_that_cannot_be_made_is_refused(asked):
    with pytest.raises(UsageProblem, match="sweep"):
        steps(*asked)


def test_a_change_of_inputs_can_move_the_bottleneck(study, known):
    # Tungsten is judged at processing; with an ideal home supply there, extraction takes over.
    edits = parse_sets(
        ["tungsten@processing.supply_used=EU", "tungsten@processing.home_share.AUT=0.1",
         "tungsten@processing.home_share.rest=0.9"],
        known,
    )  # fmt: skip
    tungsten = row(sandbox(*study, EU, EU, edits), "tungsten")
    assert tungsten.before.assessed == "tungsten@processing"
    assert tungsten.after.assessed == "tungsten@extraction"
    # Where the study's own stage is not the higher one recomputed, it stays.
    assert row(sandbox(*study, EU, EU), "chromium").after.assessed == "chromium@extraction"
