"""The table of criticality inputs: nothing is lost on the way out and back, and layers are right."""

from __future__ import annotations

from dataclasses import fields, replace

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from verdikart.core.errors import DataProblem
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
from verdikart.mapping import eu_study, home_inputs
from verdikart.mapping.inputs_table import COLUMNS, Inputs, rebuild, rows
from verdikart.mapping.library import Library
from verdikart.mapping.save import arrow, columns

NUMBER = st.floats(0, 1)
NAME = st.text("ABCabc123_@:", min_size=1, max_size=6)
ORIGIN = st.sampled_from(["published", "own", "assumed", "borrowed_eu", "unknown", "analyst"])


def whole(kind, **parts):
    """A strategy for a record that leaves none of its fields at a default."""
    assert set(parts) == {item.name for item in fields(kind)}, f"the table lacks some of {kind}"
    return st.builds(kind, **parts)


def some(strategy, most=3):
    return st.lists(strategy, max_size=most).map(tuple)


RANGE = whole(Range, value=st.none() | NUMBER, low=NUMBER, high=NUMBER, origin=ORIGIN)
PART = whole(Part, iso3=NAME, share=NUMBER, spread=NUMBER, trade=NUMBER, preferential=st.booleans())
SUPPLY = whole(
    Supply,
    mix=st.sampled_from(
        ["NOR/2024/baci_hs92/HS92:1/import", "WORLD/2020/eu_crm_2023/a@b/supply", "x"]
    ),
    parts=some(PART),
    residual=NUMBER,
    hidden=st.booleans(),
    measure=st.sampled_from(["quantity", "value", "published"]),
)


@st.composite
def material(draw):
    name = draw(NAME)
    stage = whole(
        StageInputs,
        material=st.just(name),
        stage=NAME,
        subject=NAME,
        supply_used=st.sampled_from(["GS+EU", "GS", "EU"]),
        world=st.none() | SUPPLY,
        home=some(SUPPLY),
        import_reliance=RANGE,
        eol_rir=RANGE,
        si_sr=RANGE,
        net_exporter=st.booleans(),
        feed_for=some(NAME),
        notes=some(NAME),
    )
    use = whole(Use, sector=st.none() | NAME, share=NUMBER, spread=NUMBER)
    return draw(
        whole(
            MaterialInputs,
            material=st.just(name),
            stages=some(stage),
            uses=some(use),
            si_ei=RANGE,
            members=some(NAME),
            assessed=st.none() | NAME,
            given_ei=st.none() | RANGE,
            notes=some(NAME),
        )
    )


SCORES = st.dictionaries(NAME, NUMBER, max_size=4)
SETTING = whole(
    Setting,
    governance=SCORES,
    governance_error=SCORES,
    value_added=st.dictionaries(NAME, RANGE, max_size=3),
    scale=NUMBER,
    scale_bounds=st.none() | st.tuples(NUMBER, NUMBER),
)
FLAGS = ("governance", "trade_parameter", "recycling", "substitution")
CHOICES = whole(
    Choices,
    supply=st.sampled_from(["as_assessed", "GS", "EU"]),
    **dict.fromkeys(("sr_threshold", "ei_threshold", "world_weight", "preferential"), NUMBER),
    **dict.fromkeys(FLAGS, st.booleans()),
)


@given(st.lists(material(), max_size=4), SETTING, CHOICES, st.integers(1995, 2030))
def test_any_inputs_come_back_equal(materials, setting, choices, year):
    table = rows("NOR", year, materials, setting, choices)
    assert rebuild(table) == Inputs("NOR", year, tuple(materials), setting, choices)
    assert all(tuple(row) == COLUMNS for row in table)
    # And through Arrow, as a mapping is saved.
    assert rebuild(arrow(columns(table)).to_pylist()) == rebuild(table)


@pytest.fixture(scope="module")
def study():
    return eu_study.inputs(), eu_study.setting()


@pytest.fixture(scope="module")
def norway():
    return home_inputs.inputs(Library(), "NOR", 2024)


@pytest.mark.parametrize("which", ["study", "norway"])
def test_whole_homes_come_back_equal_from_the_saved_file(which, request, tmp_path):
    materials, setting = request.getfixturevalue(which)
    table = rows("NOR", 2024, materials, setting, Choices())
    pq.write_table(arrow(columns(table)), tmp_path / "t.parquet")
    back = rebuild(pq.read_table(tmp_path / "t.parquet").to_pylist())
    assert back == Inputs("NOR", 2024, materials, setting, Choices())
    again = score_all(back.materials, back.setting, back.choices)
    assert again == score_all(materials, setting, Choices())
    assert len(again) > 40


def layers(table):
    found = {}
    for row in table:
        found.setdefault(row["input"], set()).add(row["layer"])
    return found


def test_layers_of_the_study_are_tables_of_the_package(study):
    found = layers(rows("EU27", 2020, *study, Choices()))
    assert found.pop("choice") == found.pop("mapping") == {"choice"}
    # The few import reliances and indices that are not printed have no other layer either.
    assert set().union(*found.values()) == {"reference"}


def test_layers_of_a_home_with_its_own_trade(norway):
    found = layers(rows("NOR", 2024, *norway, Choices()))
    assert found["home_share"] == found["home_supply"] == {"data"}
    assert found["value_added"] == found["scale"] == {"data"}
    for name in ("use_share", "governance", "eol_rir", "si_sr", "si_ei", "assessed"):
        assert found[name] == {"reference"}, name
    # Subjects without imports of their own stand on the study's world supply alone.
    assert found["supply_used"] == {"data", "reference"}


def test_what_an_analyst_sets_is_a_choice(study):
    materials, setting = study
    stage = replace(materials[0].stages[0], eol_rir=Range.exact(0.5, "analyst"))
    edited = replace(materials[0], stages=(stage,))
    table = rows("EU27", 2020, [edited], setting, Choices())
    assert [row["layer"] for row in table if row["input"] == "eol_rir"] == ["choice"]


def test_production_statistics_are_data_and_published_shares_are_not(study):
    materials, setting = study
    antimony = next(m for m in materials if m.material == "antimony")
    supply = replace(antimony.stages[0].world, mix="WORLD/2023/wmd/antimony@extraction/production")
    stage = replace(antimony.stages[0], world=supply)
    edited = replace(antimony, stages=(stage, antimony.stages[1]))
    table = rows("EU27", 2020, [edited], setting, Choices())
    found = {row["mix"]: row["layer"] for row in table if row["input"] == "world_share"}
    assert found.pop(supply.mix) == "data"
    assert set(found.values()) == {"reference"}
    assert {row["year"] for row in table if row["mix"] == supply.mix} == {2023}


def broken(table, change):
    table = [dict(row) for row in table]
    change(table)
    return table


CHANGES = {
    "a stage's row before its stage": lambda t: t.insert(
        0, t.pop(next(i for i, r in enumerate(t) if r["input"] == "eol_rir"))
    ),
    "the mapping's row away": lambda t: t.pop(0),
    "a share of another supply": lambda t: next(r for r in t if r["input"] == "world_share").update(
        mix="other"
    ),
    "an index away": lambda t: t.pop(next(i for i, r in enumerate(t) if r["input"] == "si_ei")),
    "an unknown origin": lambda t: next(r for r in t if r["input"] == "eol_rir").update(origin="?"),
    "a choice of a later version": lambda t: t[1].update(key="sharpness"),
    "a stage under another material": lambda t: next(
        r for r in t if r["input"] == "supply_used"
    ).update(material_id="other"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_table_out_of_order_is_a_clear_error(study, change):
    table = rows("EU27", 2020, *study, Choices())
    with pytest.raises(DataProblem, match=r"criticality_inputs: .*run 'verdikart map' anew"):
        rebuild(broken(table, change))


def test_a_choice_that_an_older_table_lacks_has_its_default(study):
    table = rows("EU27", 2020, *study, Choices(world_weight=0.25, recycling=False))
    older = [row for row in table if row["key"] != "recycling"]
    assert rebuild(older).choices == Choices(world_weight=0.25)
