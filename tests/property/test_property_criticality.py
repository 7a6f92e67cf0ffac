"""What must hold of the EU method whatever the inputs."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from verdikart.indicators.assessment import (
    Choices,
    MaterialInputs,
    Part,
    Range,
    Setting,
    StageInputs,
    Supply,
    Use,
    score,
    score_stage,
    weighted,
)
from verdikart.indicators.criticality import (
    bottleneck,
    economic_importance,
    hhi_weighted,
    reaches,
    shown,
    supply_risk,
)
from verdikart.indicators.ranking import kendall_tau, places, ranks

unit = st.floats(0, 1)
index = st.floats(0, 15)
COUNTRIES = ("CHN", "ZAF", "GAB", "NOR", "USA", "BRA")
GOVERNANCE = {"CHN": 5.7, "ZAF": 4.6, "GAB": 6.7, "NOR": 1.4, "USA": 2.7}
SETTING = Setting(GOVERNANCE, dict.fromkeys(GOVERNANCE, 0.4), {"C24": Range.exact(60.0)}, 100.0)


@given(index, index, unit, unit, unit, unit)
def test_recycling_and_substitution_lower_the_risk(world, home, reliance, low, high, factor):
    low, high = sorted((low, high))
    assert supply_risk(world, home, reliance, high, factor) <= supply_risk(
        world, home, reliance, low, factor
    )
    assert supply_risk(world, home, reliance, factor, low) <= supply_risk(
        world, home, reliance, factor, high
    )


@given(index, index, st.floats(0, 5), unit, unit, unit)
def test_concentration_raises_the_risk(world, home, more, reliance, recycled, factor):
    base = supply_risk(world, home, reliance, recycled, factor)
    assert supply_risk(world + more, home, reliance, recycled, factor) >= base - 1e-12
    assert supply_risk(world, home + more, reliance, recycled, factor) >= base - 1e-12


@given(index, index, unit, unit)
def test_the_unused_supply_is_ignored(world, home, recycled, factor):
    for unused in (None, 0.0, home):
        assert supply_risk(world, unused, None, recycled, factor, "GS") == supply_risk(
            world, 3.0, 0.5, recycled, factor, "GS"
        )
        assert supply_risk(unused, world, None, recycled, factor, "EU") == supply_risk(
            3.0, world, 0.5, recycled, factor, "EU"
        )
    # All imported: both count alike. Nothing imported: the home's own alone.
    both = supply_risk(world, home, 1.0, recycled, factor)
    assert abs(both - supply_risk(home, world, 1.0, recycled, factor)) < 1e-9
    assert supply_risk(None, home, 0.0, recycled, factor) == supply_risk(
        world, home, 0.0, recycled, factor
    )


@given(st.lists(st.tuples(st.floats(0, 0.3), st.floats(0, 10), st.floats(0.8, 1.5)), max_size=6))
def test_merging_two_suppliers_never_lowers_the_concentration(parts):
    whole = hhi_weighted(parts)
    if len(parts) > 1:
        (a, g, t), (b, h, u) = parts[:2]
        merged = [(a + b, max(g, h), max(t, u)), *parts[2:]]
        assert hhi_weighted(merged) >= whole - 1e-12


@given(st.dictionaries(st.sampled_from(["C20", "C24", "C28"]), st.floats(0, 0.33)), unit)
def test_economic_importance_is_linear_and_scale_free(shares, factor):
    added = {"C20": 132.0, "C24": 65.0, "C28": 204.0}
    base = economic_importance(shares, added, factor, 204.0)
    assert 0 <= base <= 10 + 1e-9
    in_other_units = {k: v * 1000 for k, v in added.items()}
    assert abs(base - economic_importance(shares, in_other_units, factor, 204_000.0)) < 1e-9
    ordered = list(shares)
    as_sequences = economic_importance(
        [shares[s] for s in ordered], [added[s] for s in ordered], factor, 204.0
    )
    assert abs(base - as_sequences) < 1e-12


@given(st.floats(0, 20))
def test_one_decimal_rounds_to_nearest(value):
    assert abs(shown(value) - value) <= 0.05 + 1e-6
    assert reaches(value, shown(value))


@st.composite
def supplies(draw):
    names = draw(st.lists(st.sampled_from(COUNTRIES), min_size=1, max_size=5, unique=True))
    weights = [draw(st.floats(0.01, 1)) for _ in names]
    whole = sum(weights) * draw(st.floats(1, 1.4))
    parts = tuple(
        Part(n, w / whole, draw(st.floats(0, 0.05)), draw(st.sampled_from([0.8, 1.0, 1.3])))
        for n, w in zip(names, weights, strict=True)
    )
    left = max(0.0, 1 - sum(p.share for p in parts))
    return Supply("case", parts, left, draw(st.booleans()) and draw(st.booleans()))


@st.composite
def ranges(draw, known=True):
    low, high = sorted((draw(unit), draw(unit)))
    value = draw(st.floats(low, high)) if known and draw(st.integers(0, 3)) else None
    return Range(value, low, high)


@st.composite
def stages(draw):
    return StageInputs(
        "case",
        "processing",
        "case",
        draw(st.sampled_from(["GS+EU", "GS", "EU"])),
        draw(st.none() | supplies()),
        tuple(draw(st.lists(supplies(), max_size=2))),
        draw(ranges()),
        draw(ranges()),
        draw(ranges()),
    )


@given(stages())
def test_a_value_lies_in_its_bounds_and_a_lacking_input_gives_none(stage):
    found = score_stage(stage, SETTING, Choices())
    assert found.sr.low <= found.sr.high + 1e-12
    assert (found.sr.value is None) == bool(found.missing)
    if found.sr.value is not None:
        assert found.sr.low - 1e-9 <= found.sr.value <= found.sr.high + 1e-9


@given(stages(), unit)
def test_more_certain_inputs_never_widen_the_bounds(stage, keep):
    def nearer(row: Range) -> Range:
        middle = row.value if row.value is not None else (row.low + row.high) / 2
        return Range(
            row.value, middle - keep * (middle - row.low), middle + keep * (row.high - middle)
        )

    def surer(supply: Supply | None) -> Supply | None:
        if supply is None:
            return None
        parts = tuple(replace(p, spread=p.spread * keep) for p in supply.parts)
        return replace(supply, parts=parts)

    narrow = replace(
        stage,
        world=surer(stage.world),
        home=tuple(s for h in stage.home[:1] if (s := surer(h))),
        import_reliance=nearer(stage.import_reliance),
        eol_rir=nearer(stage.eol_rir),
        si_sr=nearer(stage.si_sr),
    )
    error = {c: e * keep for c, e in SETTING.governance_error.items()}
    wide = score_stage(stage, SETTING, Choices()).sr
    tight = score_stage(narrow, replace(SETTING, governance_error=error), Choices()).sr
    assert tight.low >= wide.low - 1e-9
    assert tight.high <= wide.high + 1e-9


@given(supplies(), st.lists(st.floats(0, 1), min_size=5, max_size=5), st.floats(-1.6, 1.6))
def test_no_truth_inside_the_ranges_leaves_the_bounds(supply, where, error):
    """Shares within their half-widths, governance within its error, and the rest anyone's."""
    if supply.hidden:
        return
    bounds = weighted(supply, SETTING, Choices())
    truth = []
    for part, at in zip(supply.parts, where, strict=False):
        share = max(0.0, part.share + part.spread * (2 * at - 1))
        score_ = GOVERNANCE.get(part.iso3, 10 * at) + error * 0.4 * (part.iso3 in GOVERNANCE)
        truth.append((share, min(10.0, max(0.0, score_)), part.trade))
    whole = sum(share for share, _, _ in truth)
    if whole <= 1:  # more than everything is no truth
        assert bounds.low - 1e-9 <= hhi_weighted(truth) <= bounds.high + 1e-9


@given(st.lists(st.floats(0, 1), min_size=1, max_size=4))
def test_a_material_without_uses_has_no_importance(shares):
    lone = MaterialInputs("case", (), tuple(Use("C99", s) for s in shares), Range.exact(1.0))
    found = score(lone, SETTING, Choices())
    assert found.ei.value is None
    assert found.critical in (None, False)


@given(st.dictionaries(st.sampled_from("abcdefgh"), st.sampled_from([0.0, 1.0, 1.5, 2.0])))
def test_equal_values_get_equal_ranks_and_places(values):
    ranked, placed = ranks(values), places(values)
    for a, first in values.items():
        for b, second in values.items():
            assert (first == second) == (ranked[a] == ranked[b])
            assert (first > second) == (ranked[a] < ranked[b])
            assert (first > second) == (placed[a] > placed[b])


@given(st.dictionaries(st.sampled_from("abcdefgh"), st.floats(0, 10), min_size=2))
def test_kendall_tau_of_itself_is_one_and_of_its_reverse_minus_one(values):
    tau = kendall_tau(values, values)
    if len(set(values.values())) > 1:
        assert abs(tau - 1) < 1e-12
        assert abs(kendall_tau(values, {k: -v for k, v in values.items()}) + 1) < 1e-12
    else:
        assert tau is None


@given(st.dictionaries(st.sampled_from(["extraction", "processing"]), unit, min_size=1))
def test_the_stage_rule_takes_the_higher(scores):
    assert scores[bottleneck(scores)] == max(scores.values())
