"""An analyst's inputs, over the study's own: what is given back changes nothing, what is wrong
is refused whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from verdikart.core.errors import Problem, Problems
from verdikart.indicators.assessment import COMPLETE, Choices, Supply, score_all
from verdikart.mapping import analyst, eu_study
from verdikart.mapping.analyst import Edits, apply, read
from verdikart.mapping.analyst_file import INPUTS
from verdikart.mapping.sandbox import sandbox

EU = Choices()
HEADER = "material,stage,input,key,value\n"
Row = tuple[str, str, str, str, str]


@cache
def known():
    return analyst.known(eu_study.inputs(), eu_study.setting())


@cache
def base():
    return score_all(eu_study.inputs(), eu_study.setting(), EU)


def edits_of(rows) -> Edits:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "own.csv"
        path.write_text(HEADER + "".join(",".join(row) + "\n" for row in rows), encoding="utf-8")
        return read(path, known())


def _shares(material: str, stage: str, name: str, supply: Supply) -> Iterator[Row]:
    yield from ((material, stage, name, p.iso3, repr(p.share)) for p in supply.parts)
    if supply.residual:
        yield material, stage, name, "rest", repr(supply.residual)


@cache
def own() -> tuple[tuple[Row, ...], ...]:
    """The study's own values, as the rows that would say them; a set of shares is one block."""
    blocks: list[tuple[Row, ...]] = []
    for m in eu_study.inputs():
        if m.members:
            continue
        if m.si_ei.value is not None:
            blocks.append(((m.material, "", "si_ei", "", repr(m.si_ei.value)),))
        sectors = [u.sector for u in m.uses]
        whole = sum(u.share for u in m.uses if u.sector)
        if COMPLETE[0] <= whole <= COMPLETE[1] and None not in sectors:
            by: dict[str, float] = {}
            for use in m.uses:
                by[str(use.sector)] = by.get(str(use.sector), 0.0) + use.share
            rows = ((m.material, "", "use_share", k, repr(v)) for k, v in by.items())
            blocks.append(tuple(rows))
        for s in m.stages:
            head = (m.material, s.stage)
            blocks.append(((*head, "supply_used", "", s.supply_used),))
            for name in ("import_reliance", "eol_rir", "si_sr"):
                value = getattr(s, name).value
                if value is not None:
                    blocks.append(((*head, name, "", repr(value)),))
            if s.world:
                blocks.append(tuple(_shares(*head, "world_share", s.world)))
            if s.home:
                blocks.append(tuple(_shares(*head, "home_share", s.home[0])))
    setting = eu_study.setting()
    blocks += [(("", "", "value_added", k, repr(v.value)),) for k, v in setting.value_added.items()]
    blocks += [(("", "", "governance", k, repr(v)),) for k, v in setting.governance.items()]
    blocks.append((("", "", "scale", "", repr(setting.scale)),))
    return tuple(blocks)


def same(edits: Edits) -> None:
    found = score_all(*apply(eu_study.inputs(), eu_study.setting(), edits), EU)
    for name, before in base().items():
        after = found[name]
        for one, other in ((before.sr, after.sr), (before.ei, after.ei)):
            if one.value is None:
                assert other.value is None
            else:
                assert abs(one.value - other.value) < 1e-12 * max(1.0, one.value)
        assert before.critical is after.critical
        assert before.assessed == after.assessed


def test_all_of_the_studys_own_values_given_back_change_no_score():
    blocks = own()
    assert len(blocks) > 700
    assert {row[2] for block in blocks for row in block} == set(INPUTS) - {"trade_parameter"}
    same(edits_of([row for block in blocks for row in block]))


@given(st.lists(st.sampled_from(range(10_000)), min_size=1, max_size=8, unique=True))
def test_any_of_the_studys_own_values_given_back_change_no_score(places):
    blocks = {place % len(own()) for place in places}
    same(edits_of([row for place in blocks for row in own()[place]]))


@given(
    st.sampled_from([m.material for m in eu_study.inputs() if m.stages]),
    st.floats(0, 1),
    st.floats(0, 1),
)
def test_more_recycling_and_better_substitutes_never_raise_supply_risk(material, one, other):
    low, high = sorted((one, other))
    assume(high > low)
    for name, falls in (("eol_rir", True), ("si_sr", False)):
        scores = [
            score_all(
                *apply(
                    [m for m in eu_study.inputs() if m.material == material],
                    eu_study.setting(),
                    edits_of([(material, "", name, "", repr(value))]),
                ),
                EU,
            )[material].sr.value
            for value in (low, high)
        ]
        if None in scores:
            continue
        first, last = scores if falls else scores[::-1]
        assert first >= last - 1e-12


@given(
    st.sampled_from(["silver", "tungsten", "gold"]),
    st.floats(0, 1),
    st.sampled_from(["28", "-0.1", "nan", "inf", "many", "", "150 %"]),
    st.booleans(),
)
def test_one_fault_refuses_the_whole_file(material, good, bad, first):
    rows = [(material, "", "eol_rir", "", repr(good)), ("copper", "", "si_ei", "", bad)]
    with pytest.raises(Problems) as caught:
        edits_of(rows if first else rows[::-1])
    found = caught.value.problems
    assert [p.row for p in found] == [3 if first else 2]
    assert found[0].value == bad


@given(st.lists(st.text(max_size=40), max_size=6))
def test_no_text_breaks_the_reader_but_with_its_own_faults(lines):
    with TemporaryDirectory() as folder:
        path = Path(folder) / "own.csv"
        text = HEADER + "\n".join(lines)
        path.write_text(text, encoding="utf-8", errors="replace", newline="")
        found: tuple[Problem, ...] = ()
        edits = Edits()
        try:
            edits = read(path, known())
        except Problems as problems:
            found = problems.problems
    assert not edits.edits
    assert all(p.message and p.remedy and p.file for p in found)


@settings(max_examples=20)
@given(st.floats(0.1, 6), st.floats(0.5, 9), st.floats(0, 1), st.booleans(), st.booleans())
def test_what_moves_is_what_differs(sr, ei, weight, governance, recycling):
    changed = Choices(sr, ei, weight, governance=governance, recycling=recycling)
    result = sandbox(eu_study.inputs(), eu_study.setting(), EU, changed)
    before, after = set(result.on_list("before")), set(result.on_list("after"))
    gained = set(result.moved("enters", "settles_on"))
    doubtful = set(result.undetermined("after"))
    assert gained == after - before
    assert set(result.moved("leaves")) == before - after - doubtful
    for row in result.rows:
        assert bool(row.move) is (row.before.critical is not row.after.critical)
        assert bool(row.causes) is bool(row.move)
        tip = row.tipping
        if tip.sr_threshold is not None and row.after.critical is not None:
            assert row.after.critical is (tip.sr_threshold >= sr - 1e-9)
