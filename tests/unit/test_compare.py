"""What changed between two mappings: mixes of A and B, parts of each cause, verdicts, errors."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import combinations, permutations
from pathlib import Path

import pytest

from verdikart.core.errors import DataProblem, UnknownName, UsageProblem
from verdikart.indicators.assessment import (
    SMALL,
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
from verdikart.indicators.evidence import Parameters
from verdikart.indicators.shapley import TOLERANCE
from verdikart.mapping import attribution, eu_study, home_inputs, save
from verdikart.mapping.attribution import MEASURES
from verdikart.mapping.combine import CAUSES, OTHER_PERIOD, OTHER_VINTAGE, Combiner, Side
from verdikart.mapping.compare import check_materials, compare, find, read
from verdikart.mapping.inputs_table import TABLE, Inputs, rebuild, rows
from verdikart.mapping.library import Library
from verdikart.mapping.lists import standings
from verdikart.mapping.run import Mapping

PAGE = Path(__file__).parents[2] / "docs" / "methods" / "compare.md"
EXACT = Range.exact
EVERY = [frozenset(s) for size in range(5) for s in combinations(CAUSES, size)]


def put(out, inputs, *, vintage=None, code=None, known=None, limits=None):
    """Save inputs as a mapping of their own; other data or code by an edit of its manifest."""
    names = standings() if known is None else known
    tables = {
        TABLE: rows(inputs.home, inputs.year, inputs.materials, inputs.setting, inputs.choices),
        "materials": [{"material": name} for name in names],
    }
    limits = limits or Parameters()
    mapping = Mapping(inputs.home, inputs.year, limits, tables, {}, {}, {"baci_hs92": "V1"})
    with save.result_folder(out, mapping) as folder:
        save.write_tables(mapping, folder)
    folder = save.current(out)
    if vintage or code:
        described = json.loads((folder / "manifest.json").read_text())
        if vintage:
            described["vintages"]["baci_hs92"] = vintage
            described["snapshot"]["baci_hs92.parquet"] = vintage.ljust(64, "0")
        if code:
            described["code"]["version"] = code
        name = f"{len(list(out.iterdir())):02d}{described['content_hash'][2:]}"
        described["content_hash"] = name
        (folder / "manifest.json").write_text(json.dumps(described))
        folder = folder.rename(out / name[:16])
    return read(folder)


def row_of(found, material):
    return next(row for row in found.materials if row["material_id"] == material)


def parts(row, measure="supply_risk"):
    return {cause: row[f"{measure}_{cause}"] for cause in CAUSES}


def carriers(found, measure="supply_risk"):
    """Causes with a part other than nothing in any material."""
    return {c for row in found.materials for c, part in parts(row, measure).items() if part}


def with_stage(inputs, material, **changes):
    """One material's stages with some of their inputs changed."""
    edited = [
        replace(m, stages=tuple(replace(stage, **changes) for stage in m.stages))
        if m.material == material
        else m
        for m in inputs.materials
    ]
    return replace(inputs, materials=tuple(edited))


def bought(year, *shares, **more):
    """A home's supply: (country, share) pairs, the rest of no weight."""
    made = tuple(Part(iso3, share) for iso3, share in shares)
    return Supply(f"NOR/{year}/baci_hs92/HS92:1/import", made, **more)


def simple(name, *home, **changes):
    """A material with one traded stage that counts the home's sourcing alone."""
    stage = StageInputs(
        name,
        "processing",
        f"HS92:{name}",
        "EU",
        None,
        home,
        EXACT(1.0, "own"),
        EXACT(0.2),
        EXACT(1.0),
    )
    return MaterialInputs(
        name, (replace(stage, **changes),), (Use("C24", 1.0),), EXACT(1.0), assessed=None
    )


def little(year, materials, governance=6.0, **choices):
    setting = Setting({"CHN": governance, "ZAF": 4.0}, {}, {"C24": EXACT(50.0, "own")}, 100.0)
    return Inputs("NOR", year, tuple(materials), setting, Choices(**choices))


@pytest.fixture(scope="module")
def norway():
    library = Library()
    return {
        year: Inputs("NOR", year, *home_inputs.inputs(library, "NOR", year), Choices())
        for year in (2023, 2024)
    }


@pytest.fixture(scope="module")
def study():
    return Inputs("EU27", 2020, eu_study.inputs(), eu_study.setting(), Choices())


# The worked example of docs/methods/compare.md.
BEFORE = little(2023, [simple("tin", bought(2023, ("CHN", 0.5)))])
AFTER = little(
    2024,
    [simple("tin", bought(2024, ("CHN", 0.7)), bought(2023, ("CHN", 0.6)))],
    governance=5.0,
    recycling=False,
)


def test_the_worked_example_splits_over_all_four_causes(tmp_path):
    found = compare(put(tmp_path, BEFORE), put(tmp_path, AFTER, vintage="V2"))
    row = row_of(found, "tin")
    assert row["supply_risk_a"] == pytest.approx(0.5**2 * 6 * 0.8) == pytest.approx(1.2)
    assert row["supply_risk_b"] == pytest.approx(0.7**2 * 5) == pytest.approx(2.45)
    share2 = {"": 0.25, "d": 0.36, "p": 0.49, "dp": 0.49}  # vintage 1 does not hold 2024
    expected = dict.fromkeys(CAUSES, 0.0)
    # By the definition, over the 24 orders.

    def worth(done):
        held = share2[("d" if "data" in done else "") + ("p" if "period" in done else "")]
        return held * (5 if "reference" in done else 6) * (1 if "method" in done else 0.8)

    for order in permutations(CAUSES):
        for place, cause in enumerate(order):
            gain = worth(order[: place + 1]) - worth(order[:place])
            expected[cause] += gain / 24
    assert parts(row) == pytest.approx(expected)
    assert all(abs(part) > 0.1 for part in expected.values())
    assert row["notes"] == sorted([OTHER_PERIOD, OTHER_VINTAGE])
    text = PAGE.read_text(encoding="utf-8")
    for cause, part in expected.items():
        assert f"| `{cause}` | {part:+.4f} |".replace("-", "−") in text
    assert row["verdict_change"] is None
    assert row["critical_a"] is row["critical_b"] is True


def edited_norway(norway):
    """Norway 2024 with every layer changed: the B of the hardest comparison."""
    base = norway[2024]
    materials = []
    for place, material in enumerate(base.materials):
        stages = []
        for stage in material.stages:
            home = tuple(
                replace(
                    supply,
                    parts=tuple(
                        replace(p, share=p.share * 0.9, trade=p.trade + 0.1 * (place % 2))
                        for p in supply.parts
                    ),
                )
                for supply in stage.home
            )
            recycled = EXACT(0.3, "analyst" if place % 5 == 0 else "borrowed_eu")
            stages.append(replace(stage, home=home, eol_rir=recycled))
        # One material in three loses its last stage, and some their uses.
        kept = stages[:-1] if place % 3 == 0 and len(stages) > 1 else stages
        uses = () if place % 7 == 0 else material.uses
        materials.append(replace(material, stages=tuple(kept), uses=uses))
    governance = {k: min(10.0, v + 0.5) for k, v in base.setting.governance.items()}
    added = {k: EXACT((v.value or 0.0) * 1.1, "own") for k, v in base.setting.value_added.items()}
    setting = replace(base.setting, governance=governance, value_added=added, scale=90_000.0)
    return replace(
        base,
        materials=tuple(materials[2:]),
        setting=setting,
        choices=Choices(preferential=1.0, world_weight=0.4),
    )


@pytest.mark.parametrize("revised", [True, False])
@pytest.mark.parametrize("recoded", [True, False])
@pytest.mark.parametrize("years", [(2023, 2024), (2024, 2024), (2024, 2023)])
def test_the_first_and_last_mix_are_the_two_mappings_themselves(norway, years, revised, recoded):
    one = norway[years[0]]
    other = replace(edited_norway(norway), year=years[1])
    only = dict.fromkeys(
        {m.material for m in one.materials} ^ {m.material for m in other.materials}, "reference"
    )
    combiner = Combiner(Side(one), Side(other), revised, recoded, only)
    for subset, side in ((frozenset(), one), (frozenset(CAUSES), other)):
        mixed = combiner.combine(subset)
        scored = score_all(mixed.materials, mixed.setting, mixed.choices)
        direct = score_all(side.materials, side.setting, side.choices)
        assert scored.keys() == direct.keys()
        for name, score in direct.items():
            assert scored[name].sr == score.sr, name
            assert scored[name].ei == score.ei, name
            assert scored[name].critical == score.critical, name


@pytest.mark.parametrize("vintage", [None, "V2"])
@pytest.mark.parametrize("years", [(2023, 2024), (2024, 2024), (2024, 2023)])
def test_parts_sum_to_the_change_and_turn_sign_the_other_way(norway, tmp_path, years, vintage):
    other = replace(edited_norway(norway), year=years[1])
    a, b = put(tmp_path, norway[years[0]]), put(tmp_path, other, vintage=vintage)
    there, back = compare(a, b), compare(b, a)
    split = 0
    for row in there.materials:
        turned = row_of(back, row["material_id"])
        for measure in MEASURES:
            found = parts(row, measure)
            change = row[f"{measure}_change"]
            if None in found.values():
                assert row[f"{measure}_reason"], row["material_id"]
                assert set(found.values()) == {None}
                continue
            split += bool(change)
            largest = max(abs(row[f"{measure}_{side}"]) for side in "ab")
            # Combinations in between can lie higher than both ends.
            assert sum(found.values()) == pytest.approx(change, abs=TOLERANCE * 16 * (1 + largest))
            for cause, part in found.items():
                assert turned[f"{measure}_{cause}"] == pytest.approx(-part, abs=1e-12)
    assert split > 40


def test_causes_left_out_as_equal_are_null_players(norway, tmp_path):
    """The answer is the one that all 16 mixes give."""
    changed = replace(norway[2024], choices=Choices(world_weight=0.3))
    a, b = put(tmp_path, norway[2023]), put(tmp_path, changed)
    combiner = Combiner(Side(a.inputs), Side(b.inputs), revised=False, recoded=False)
    combiner.only = dict.fromkeys(
        {m.material for m in a.inputs.materials} ^ {m.material for m in b.inputs.materials},
        "period",
    )
    full = {row["material_id"]: row for row in attribution.rows(combiner, CAUSES)}
    for row in compare(a, b).materials:
        for measure in MEASURES:
            near = pytest.approx(parts(full[row["material_id"]], measure), abs=1e-12)
            assert parts(row, measure) == near


def test_two_years_of_the_same_data_differ_by_the_period_alone(norway, tmp_path):
    found = compare(put(tmp_path, norway[2023]), put(tmp_path, norway[2024]))
    for measure in MEASURES:
        assert carriers(found, measure) <= {"period"}
    assert carriers(found) == {"period"}
    assert found.data_cause == "period"
    assert {row["kind"] for row in found.differences if row["cause"]} == {"year", "input"}
    assert {row["cause"] for row in found.differences} == {"period", None}
    assert not [note for row in found.materials for note in row["notes"]]


def doubled(inputs, factor=0.5):
    """All purchases with their shares shrunk: a revision of the trade data."""
    materials = []
    for material in inputs.materials:
        stages = tuple(
            replace(
                stage,
                home=tuple(
                    replace(h, parts=tuple(replace(p, share=p.share * factor) for p in h.parts))
                    for h in stage.home
                ),
            )
            for stage in material.stages
        )
        materials.append(replace(material, stages=stages))
    return replace(inputs, materials=tuple(materials))


def test_each_cause_alone_carries_all_of_its_change(norway, study, tmp_path):
    base = norway[2024]
    governed = {k: v / 2 for k, v in study.setting.governance.items()}
    cases = {
        "data": (base, doubled(base), {"vintage": "V2"}),
        "method": (base, replace(base, choices=Choices(trade_parameter=False)), {}),
        "reference": (
            study,
            replace(study, setting=replace(study.setting, governance=governed)),
            {},
        ),
    }
    for cause, (one, other, how) in cases.items():
        found = compare(put(tmp_path, one), put(tmp_path, other, **how))
        assert carriers(found) == {cause}, cause
        assert found.data_cause == ("data" if cause == "data" else "reference")


def test_other_figures_from_the_same_data_are_the_code_s_or_else_the_tables(norway, tmp_path):
    base = norway[2024]
    a = put(tmp_path, base)
    coded = compare(a, put(tmp_path, doubled(base), code="9.9"))
    assert carriers(coded) == {"method"}
    assert {"kind": "code", "name": "version", "a": "0.1.0", "b": "9.9", "cause": "method"} in (
        coded.differences
    )
    tabled = compare(a, put(tmp_path, doubled(base)))
    assert carriers(tabled) == {"reference"}


def test_one_edit_of_a_table_moves_its_material_and_the_group_it_is_in(study, tmp_path):
    group = next(m for m in study.materials if m.members)
    member = group.members[0]
    edited = with_stage(study, member, eol_rir=EXACT(0.99))
    found = compare(put(tmp_path, study), put(tmp_path, edited))
    moved = {row["material_id"] for row in found.materials if row["supply_risk_change"]}
    assert moved == {member, group.material}
    row = row_of(found, group.material)
    alone = row_of(found, member)
    # A group is the mean of its members, so it moves by the member's part of it.
    share = alone["supply_risk_reference"] / len(group.members)
    assert row["supply_risk_reference"] == pytest.approx(share)
    assert row["rank_reason"] is None
    assert alone["rank_reason"] == "not_ranked"
    (told,) = [d for d in found.differences if d["kind"] == "input"]
    assert told == {"kind": "input", "name": "eol_rir", "a": 2, "b": 2, "cause": "reference"}


def test_an_analyst_s_own_input_is_method(study, tmp_path):
    edited = with_stage(study, "antimony", eol_rir=EXACT(0.9, "analyst"))
    found = compare(put(tmp_path, study), put(tmp_path, edited))
    assert carriers(found) == {"method"}
    assert carriers(compare(put(tmp_path, edited), put(tmp_path, study))) == {"method"}


def test_a_trade_parameter_is_a_table_s_also_beside_revised_data(tmp_path):
    """Shares halve by a revision (a quarter of the risk); the parameter doubles by an edit."""

    def tin(share, trade):
        supply = replace(bought(2024), parts=(Part("CHN", share, trade=trade),))
        return little(2024, [simple("tin", supply)])

    found = compare(
        put(tmp_path, tin(0.8, 1.0)),
        put(tmp_path, tin(0.4, 2.0), vintage="V2"),
    )
    row = row_of(found, "tin")
    one = 0.64 * 6 * 0.8
    assert row["supply_risk_change"] == pytest.approx(one / 2 - one)
    # Data: mean of −3/4 at the old parameter and −3/4 of twice as much at the new one.
    assert row["supply_risk_data"] == pytest.approx(-one * (0.75 + 1.5) / 2)
    assert row["supply_risk_reference"] == pytest.approx(one * (1 + 0.25) / 2)
    names = {d["name"]: d["cause"] for d in found.differences if d["kind"] == "input"}
    assert names == {"home_share": "data", "trade_parameter": "reference"}


def test_a_home_s_own_production_is_the_period_s(tmp_path):
    """B's entry of 2023 is beside B's production; A's production of 2023 takes its place."""
    a = little(2023, [simple("tin", bought(2023, ("NOR", 0.5), ("CHN", 0.5)))])
    b = little(
        2024, [simple("tin", bought(2024, ("CHN", 1.0)), bought(2023, ("CHN", 0.8), ("ZAF", 0.2)))]
    )
    combiner = Combiner(Side(a), Side(b), revised=True, recoded=False)
    (tin,) = combiner.combine(frozenset({"data"})).materials
    shares = {p.iso3: p.share for p in tin.stages[0].home[0].parts}
    assert shares == pytest.approx({"NOR": 0.5, "CHN": 0.4, "ZAF": 0.1})


def test_a_vintage_that_holds_the_period_without_a_flow_has_no_such_stage():
    """Other goods show that B's vintage reaches back to 2023; tin has no supply there in it."""
    a = little(
        2023,
        [simple("tin", bought(2023, ("CHN", 0.5))), simple("zinc", bought(2023, ("CHN", 1.0)))],
    )
    b = little(
        2024,
        [
            simple("tin", bought(2024, ("CHN", 0.7))),
            simple("zinc", bought(2024, ("CHN", 1.0)), bought(2023, ("CHN", 1.0))),
        ],
    )
    combiner = Combiner(Side(a), Side(b), revised=True, recoded=False)
    tin, zinc = combiner.combine(frozenset({"data"})).materials
    assert tin.stages == ()
    assert zinc.stages[0].home == (bought(2023, ("CHN", 1.0)),)


def test_a_mix_without_a_score_gives_no_parts_and_says_so(tmp_path):
    a = little(
        2023,
        [simple("tin", bought(2023, ("CHN", 0.5))), simple("zinc", bought(2023, ("CHN", 1.0)))],
    )
    b = little(
        2024,
        [
            simple("tin", bought(2024, ("CHN", 0.9))),
            simple("zinc", bought(2024, ("CHN", 1.0)), bought(2023, ("CHN", 1.0))),
        ],
    )
    found = compare(put(tmp_path, a), put(tmp_path, b, vintage="V2"))
    row = row_of(found, "tin")
    assert row["supply_risk_change"] == pytest.approx((0.81 - 0.25) * 4.8)
    assert row["supply_risk_reason"] == "no_value_between"
    assert set(parts(row).values()) == {None}
    assert row_of(found, "zinc")["supply_risk_reason"] is None
    # Its rank would be among others in that mix, so it has none.
    assert row["rank_reason"] == "not_ranked"
    assert row_of(found, "zinc")["rank_a"] == 1.0


def test_a_floor_that_makes_a_flow_small_is_method(tmp_path):
    """The note of a small flow stands among the data and decides which stage is assessed."""
    small = simple("tin", bought(2024, ("CHN", 0.9)), notes=(SMALL,))
    large = replace(small, stages=(replace(small.stages[0], notes=()),))
    # Net exports come before small flows and after large ones.
    foil = simple("tin", bought(2024, ("CHN", 0.6))).stages[0]
    other = replace(foil, subject="HS92:foil", net_exporter=True)
    a, b = (little(2024, [replace(m, stages=(*m.stages, other))]) for m in (large, small))
    found = compare(put(tmp_path, a), put(tmp_path, b, limits=Parameters(floor=10**9)))
    row = row_of(found, "tin")
    assert (row["subject_a"], row["subject_b"]) == ("HS92:tin", "HS92:foil")
    assert carriers(found) == {"method"}
    told = [(d["kind"], d["name"], d["cause"]) for d in found.differences if d["cause"]]
    assert told == [("parameter", "floor", "method"), ("input", "stage_note", "method")]


def test_the_trade_area_is_dated_and_goes_with_the_period(tmp_path):
    """A supplier leaves the area between two years; no table was edited."""

    def tin(year, inside):
        part = Part("CHN", 0.5, trade=1.2, preferential=inside)
        supply = replace(bought(year), parts=(part,))
        return little(year, [simple("tin", supply)])

    a = put(tmp_path, tin(2023, True))
    found = compare(a, put(tmp_path, tin(2024, False)))
    assert parts(row_of(found, "tin")) == {
        "period": pytest.approx(1.2 * (1.2 - 0.8)),
        "data": 0.0,
        "method": 0.0,
        "reference": 0.0,
    }
    told = [(d["name"], d["cause"]) for d in found.differences if d["name"] == "preferential"]
    assert told == [("preferential", "period")]
    # Within one year it can only be an edit.
    found = compare(a, put(tmp_path, tin(2023, False)))
    assert carriers(found) == {"reference"}


def test_published_supply_that_stands_in_for_trade_goes_with_the_data(tmp_path):
    world = Supply("WORLD/2020/eu_crm_2023/tin@processing/supply", (Part("CHN", 0.9),))
    traded = simple("tin", bought(2024, ("CHN", 0.5)))
    stage = replace(
        traded.stages[0], subject="tin@processing", supply_used="GS", world=world, home=()
    )
    published = replace(traded, stages=(stage,))
    a, b = (put(tmp_path, little(2024, [traded])), put(tmp_path, little(2024, [published])))
    assert carriers(compare(a, b)) == {"reference"}
    b = put(tmp_path, little(2024, [published]), vintage="V2")
    found = compare(a, b)
    assert carriers(found) == {"data"}
    assert [(d["name"], d["a"], d["b"], d["cause"]) for d in found.differences[-1:]] == [
        ("stage", 1, 1, "data")
    ]
    # Added beside the same trade, it is a table's.
    both = replace(traded, stages=(*traded.stages, stage))
    found = compare(a, put(tmp_path, little(2024, [both]), vintage="V2"))
    assert [(d["name"], d["a"], d["b"], d["cause"]) for d in found.differences[-1:]] == [
        ("stage", 0, 1, "reference")
    ]


def test_a_vintage_that_does_not_reach_back_takes_the_other_s_period(tmp_path):
    a = little(2018, [simple("tin", bought(2018, ("CHN", 0.5)))])
    b = little(2024, [simple("tin", bought(2024, ("CHN", 0.7)), bought(2023, ("CHN", 0.6)))])
    found = compare(put(tmp_path, a), put(tmp_path, b, vintage="V2"))
    row = row_of(found, "tin")
    assert row["notes"] == [OTHER_VINTAGE]
    assert parts(row) == {
        "period": pytest.approx((0.49 - 0.25) * 4.8),
        "data": 0.0,
        "method": 0.0,
        "reference": 0.0,
    }


def test_a_source_that_lags_a_year_is_matched_by_its_lag():
    """The mapping of 2024 stands on 2023, so its entry for the mapping of 2023 is that of 2022."""
    a = little(2023, [simple("tin", bought(2022, ("CHN", 0.5)))])
    b = little(2024, [simple("tin", bought(2023, ("CHN", 0.7)), bought(2022, ("CHN", 0.6)))])
    combiner = Combiner(Side(a), Side(b), revised=True, recoded=False)
    (tin,) = combiner.combine(frozenset({"data"})).materials
    assert tin.stages[0].home == (bought(2022, ("CHN", 0.6)),)


def test_value_added_and_production_statistics_are_data(tmp_path):
    def tin(added, share):
        world = Supply("WORLD/2023/wmd/tin@processing/production", (Part("CHN", share),))
        material = simple("tin", bought(2024, ("CHN", 0.5)), supply_used="GS", world=world)
        inputs = little(2024, [material])
        setting = replace(inputs.setting, value_added={"C24": EXACT(added, "own")})
        return replace(inputs, setting=setting)

    found = compare(put(tmp_path, tin(50.0, 0.5)), put(tmp_path, tin(60.0, 0.6), vintage="V2"))
    assert carriers(found) == carriers(found, "economic_importance") == {"data"}
    assert row_of(found, "tin")["economic_importance_data"] == pytest.approx(1.0)


def test_the_ends_are_whole_where_a_supplier_is_judged_unlike_in_two_stages(tmp_path):
    def home(share, inside):
        part = Part("ZAF", share, preferential=inside)
        tin = replace(bought(2024, ("CHN", 0.5)), parts=(Part("CHN", 0.5), part))
        zinc = replace(bought(2024), parts=(Part("ZAF", 0.5, preferential=True),))
        few = simple("tin", bought(2024, ("CHN", 0.5))) if share == 0 else simple("tin", tin)
        return little(2024, [few, simple("zinc", zinc)])

    b = home(0.4, False)
    found = compare(put(tmp_path, home(0, False)), put(tmp_path, b, vintage="V2"))
    direct = score_all(b.materials, b.setting, b.choices)
    assert row_of(found, "tin")["supply_risk_b"] == direct["tin"].sr.value


def test_verdicts_that_change_name_the_cause_that_carries_most(tmp_path):
    def home(tin, zinc, lead, reliance, governance):
        return little(
            2024,
            [
                simple("tin", bought(2024, ("CHN", tin))),
                simple("zinc", bought(2024, ("CHN", zinc))),
                simple("lead", bought(2024, ("CHN", lead))),
                simple(
                    "cobalt",
                    bought(2024, ("CHN", 0.5)),
                    supply_used="GS+EU",
                    import_reliance=reliance,
                    world=Supply("WORLD/2020/eu_crm_2023/x@y/supply", (Part("CHN", 0.1),)),
                ),
            ],
            governance=governance,
        )

    a = home(0.3, 0.6, 0.9, EXACT(0.0, "own"), 6.0)
    b = home(0.7, 0.3, 0.9, Range.unknown(), 6.1)
    found = compare(put(tmp_path, a), put(tmp_path, b, vintage="V2"))
    told = {r["material_id"]: (r["verdict_change"], r["verdict_causes"]) for r in found.verdicts}
    assert told == {
        "tin": ("enters", ["data"]),
        "zinc": ("leaves", ["data"]),
        "cobalt": ("becomes_undetermined", ["data"]),
    }
    cobalt = row_of(found, "cobalt")
    assert (cobalt["critical_a"], cobalt["critical_b"]) == (True, None)
    assert cobalt["critical_change"] is None
    assert cobalt["critical_reason"] == "no_value"
    assert parts(row_of(found, "tin"), "critical") == {
        "period": 0.0,
        "data": 1.0,
        "method": 0.0,
        "reference": 0.0,
    }
    back = compare(found.b, found.a)
    assert row_of(back, "cobalt")["verdict_change"] == "becomes_determined"
    # Verdicts come first, then the others.
    assert [bool(r["verdict_change"]) for r in found.materials] == [True, True, True, False]


def test_causes_that_carry_a_verdict_alike_are_both_named(tmp_path):
    """Neither the revision nor the table alone makes it critical; together they do."""
    a = little(2024, [simple("tin", bought(2024, ("CHN", 0.40)))], governance=5.0)
    b = little(2024, [simple("tin", bought(2024, ("CHN", 0.45)))], governance=6.5)
    found = compare(put(tmp_path, a), put(tmp_path, b, vintage="V2"))
    row = row_of(found, "tin")
    assert row["verdict_change"] == "enters"
    assert row["verdict_causes"] == ["data", "reference"]
    assert parts(row, "critical") == {
        "period": 0.0,
        "data": 0.5,
        "method": 0.0,
        "reference": 0.5,
    }


def test_equal_scores_share_a_rank_and_ranks_are_among_the_same(tmp_path):
    def home(*shares, extra=()):
        materials = [
            simple(name, bought(2024, ("CHN", share)))
            for name, share in zip(("tin", "zinc", "lead"), shares, strict=True)
        ]
        return little(2024, [*materials, *extra])

    more = simple("cobalt", bought(2024, ("CHN", 1.0)))
    a, b = home(0.5, 0.5, 0.4), home(0.5, 0.6, 0.4, extra=[more])
    found = compare(put(tmp_path, a), put(tmp_path, b, vintage="V2"))
    ranks = {r["material_id"]: (r["rank_a"], r["rank_b"]) for r in found.materials if r["rank_a"]}
    assert ranks == {"tin": (1.0, 2.0), "zinc": (1.0, 1.0), "lead": (3.0, 3.0)}
    assert row_of(found, "tin")["rank_data"] == 1.0


def test_a_material_in_one_mapping_only_is_listed_with_its_cause(tmp_path):
    tin, zinc = (simple(n, bought(2024, ("CHN", 0.9))) for n in ("tin", "zinc"))
    both, one = little(2024, [tin, zinc]), little(2024, [tin])
    before = little(2023, [simple("tin", bought(2023, ("CHN", 0.9)))])
    cases = (
        (put(tmp_path, one), put(tmp_path, both), "reference"),
        (put(tmp_path, one), put(tmp_path, both, vintage="V2"), "data"),
        (put(tmp_path, one), put(tmp_path, both, code="9"), "method"),
        (put(tmp_path, before), put(tmp_path, both), "period"),
        # The table of materials did not have it at all.
        (put(tmp_path, before, known=["tin"]), put(tmp_path, both), "reference"),
    )
    for a, b, cause in cases:
        row = row_of(compare(a, b), "zinc")
        assert (row["change"], row["change_causes"]) == ("added", [cause])
        assert row["supply_risk_a"] is None
        assert row["supply_risk_b"] == pytest.approx(0.81 * 6 * 0.8)
        assert row["supply_risk_reason"] == "in_one_mapping"
        assert set(parts(row).values()) == {None}
        assert (row["verdict_change"], row["verdict_causes"]) == ("enters", [cause])
    row = row_of(compare(cases[0][1], cases[0][0]), "zinc")
    assert (row["change"], row["verdict_change"]) == ("removed", "leaves")


def test_a_stage_that_stands_in_for_trade_goes_with_the_period(norway, tmp_path):
    """Silicon is bought by a code that the data have for 2024 only; 2023 has the world's supply,
    which is no score of Norway's: its verdict is open then, and the new period settles it.
    """
    found = compare(put(tmp_path, norway[2023]), put(tmp_path, norway[2024]))
    row = row_of(found, "silicon_metal")
    assert (row["subject_a"], row["subject_b"]) == ("silicon_metal@processing", "HS17:280469")
    assert row["supply_risk_a"] is None
    assert row["supply_risk_reason"] == "no_value"
    assert row["verdict_change"] == "becomes_determined"
    assert row["verdict_causes"] == ["period"]


def test_the_manifests_differences_open_the_answer(norway, tmp_path):
    a = put(tmp_path, norway[2024])
    changed = replace(norway[2024], choices=Choices(sr_threshold=3.0))
    found = compare(a, put(tmp_path, changed, vintage="V2", code="9.9"))
    told = [(d["kind"], d["name"], d["a"], d["b"], d["cause"]) for d in found.differences]
    assert told == [
        ("code", "version", "0.1.0", "9.9", "method"),
        ("vintage", "baci_hs92", "V1", "V2", "data"),
        ("data_file", "baci_hs92.parquet", told[2][2], "V20000000000", "data"),
        ("choice", "sr_threshold", 1.0, 3.0, "method"),
        ("table", TABLE, told[4][2], told[4][3], None),
    ]
    assert len(told[2][2]) == 12
    assert carriers(found) == set()
    assert {c for r in found.verdicts for c in r["verdict_causes"]} == {"method"}
    assert found.verdicts


def test_a_mapping_compared_with_itself_is_identical(norway, tmp_path):
    a = put(tmp_path, norway[2024])
    found = compare(a, a)
    assert found.identical
    assert found.differences == found.verdicts == []
    assert all(not row["supply_risk_change"] for row in found.materials)
    other = compare(a, put(tmp_path, norway[2024], vintage="V2"))
    assert not other.identical
    assert carriers(other) == set()


def test_two_homes_cannot_be_compared(norway, study, tmp_path):
    a, b = put(tmp_path, norway[2024]), put(tmp_path, study)
    with pytest.raises(UsageProblem, match=r"NOR and .* of EU27.*verdikart map --home NOR"):
        compare(a, b)


def test_mappings_are_found_by_path_hash_and_pointer(tmp_path, monkeypatch):
    one, two = put(tmp_path, BEFORE), put(tmp_path, AFTER)
    assert find("current", tmp_path) == two.folder
    assert find(str(tmp_path), Path("elsewhere")) == two.folder
    assert find(str(one.folder), Path("elsewhere")) == one.folder
    assert find(one.name[:12], tmp_path) == one.folder
    with pytest.raises(UnknownName, match=rf"unknown mapping 'zz'.*{one.name} \(NOR 2023\)"):
        find("zz", tmp_path)
    with pytest.raises(UnknownName, match=r"available: none in .*; make one with 'verdikart map"):
        find("zz", tmp_path / "nothing")
    with pytest.raises(UnknownName):
        find("", tmp_path)
    with pytest.raises(DataProblem, match="no mapping in"):
        find("current", tmp_path / "nothing")
    two.folder.rename(tmp_path / f"{one.name[:4]}aaaa")
    with pytest.raises(UsageProblem, match=r"begins several mappings.*give more digits"):
        find(one.name[:4], tmp_path)


def test_a_mapping_that_cannot_be_read_says_how_to_mend_it(tmp_path):
    saved = put(tmp_path, BEFORE)
    (saved.folder / "tables" / f"{TABLE}.parquet").rename(tmp_path / "away")
    with pytest.raises(DataProblem, match=rf"no table {TABLE}.*verdikart map --home NOR --year"):
        read(saved.folder)
    (saved.folder / "tables" / f"{TABLE}.parquet").write_bytes(b"PAR1")
    with pytest.raises(DataProblem, match="cannot be read"):
        read(saved.folder)
    (saved.folder / "manifest.json").write_text('{"home": "NOR"}')
    with pytest.raises(DataProblem, match=r"manifest.json: cannot be read \(a key is lacking\)"):
        read(saved.folder)


def test_materials_asked_for_must_be_in_one_of_the_mappings(norway, tmp_path):
    found = compare(put(tmp_path, norway[2023]), put(tmp_path, norway[2024]))
    assert check_materials(found, ["cobalt"]) == {"cobalt"}
    with pytest.raises(UnknownName, match="nearest: cobalt"):
        check_materials(found, ["koboltt"])


def test_saved_tables_come_back_as_they_went(norway, tmp_path):
    saved = put(tmp_path, norway[2024])
    assert saved.inputs == norway[2024] == rebuild(saved.rows)
