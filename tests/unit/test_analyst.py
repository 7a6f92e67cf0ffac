"""An analyst's own inputs: what a file may say, every fault at once, nothing half-applied."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from verdikart.core.errors import DataProblem, Problem, Problems, UsageProblem
from verdikart.indicators.assessment import Choices, score_all
from verdikart.mapping import analyst, eu_study
from verdikart.mapping.analyst import Edits, apply, read
from verdikart.mapping.analyst_file import parse_sets
from verdikart.mapping.analyst_numbers import NotNumber, number

HEADER = "material,stage,input,key,value\n"
EXAMPLE = Path(__file__).parents[2] / "docs/examples/own_inputs.csv"


@pytest.fixture(scope="module")
def study():
    return eu_study.inputs(), eu_study.setting()


@pytest.fixture(scope="module")
def known(study):
    return analyst.known(*study)


@pytest.fixture
def file(tmp_path):
    def write(rows: str, header: str = HEADER, encoding: str = "utf-8") -> Path:
        path = tmp_path / "own.csv"
        path.write_bytes((header + rows).encode(encoding))
        return path

    return write


def faults(path, known) -> tuple[Problem, ...]:
    with pytest.raises(Problems) as caught:
        read(path, known)
    return caught.value.problems


def changed(study, edits):
    materials, setting = apply(*study, edits)
    return {m.material: m for m in materials}, setting


def test_every_input_arrives_where_it_belongs(study, known, file):
    path = file(
        "magnesium,processing,world_share,CHN,0.9\n"
        "magnesium,processing,world_share,NOR,0.06\n"
        "magnesium,processing,world_share,rest,0.04\n"
        "magnesium,processing,home_share,CHN,70 %\n"
        "magnesium,processing,home_share,DEU,30 %\n"
        "magnesium,,import_reliance,,0.8\n"
        "magnesium,,eol_rir,,28 %\n"
        "magnesium,processing,si_sr,,0.5\n"
        "magnesium,,si_ei,,0.6\n"
        "magnesium,processing,supply_used,,GS\n"
        "magnesium,,use_share,C24,0.4\n"
        "magnesium,,use_share,C29,0.6\n"
        "magnesium,processing,trade_parameter,NOR,1.2\n"
        ",,value_added,C24,70000\n"
        ",,scale,,200000\n"
        ",,governance,CHN,4.5\n"
    )
    found, setting = changed(study, read(path, known))
    row = found["magnesium"]
    stage = row.stages[0]
    assert [(p.iso3, p.share, p.spread) for p in stage.world.parts] == [
        ("CHN", 0.9, 0.0),
        ("NOR", 0.06, 0.0),
    ]
    assert stage.world.residual == pytest.approx(0.04)
    assert stage.world.measure == "analyst"
    assert stage.world.parts[1].trade == 1.2
    # A member of the home's trade area keeps the preferential parameter, others their own.
    assert [(p.iso3, p.preferential) for p in stage.home[0].parts] == [
        ("CHN", False),
        ("DEU", True),
    ]
    for given, value in (
        (stage.import_reliance, 0.8),
        (stage.eol_rir, 0.28),
        (stage.si_sr, 0.5),
        (row.si_ei, 0.6),
        (setting.value_added["C24"], 70000.0),
    ):
        assert (given.value, given.low, given.high) == (value, value, value)
        assert given.origin == "analyst"
    assert stage.supply_used == "GS"
    assert [(u.sector, u.share) for u in row.uses] == [("C24", 0.4), ("C29", 0.6)]
    assert (setting.scale, setting.governance["CHN"]) == (200000.0, 4.5)
    assert setting.governance_error["CHN"] == 0.0
    untouched = {m.material: m for m in study[0]}
    assert all(found[name] is untouched[name] for name in found if name != "magnesium")


def test_recycling_without_a_stage_is_of_every_stage_and_reliance_of_one(study, known, file):
    path = file("tungsten,,eol_rir,,0.5\ntungsten,extraction,import_reliance,,0.1\n")
    row = changed(study, read(path, known))[0]["tungsten"]
    before = next(m for m in study[0] if m.material == "tungsten")
    assert [s.eol_rir.value for s in row.stages] == [0.5, 0.5]
    assert [s.import_reliance.value for s in row.stages] == [
        0.1,
        before.stages[1].import_reliance.value,
    ]


def test_a_file_with_semicolons_has_decimal_commas(study, known, file):
    header = "material;stage;input;key;value\r\n"
    path = file("silver;;eol_rir;;0,19\r\n;;scale;;200 000,5\r\n", "\ufeff" + header)
    found, setting = changed(study, read(path, known))
    assert found["silver"].stages[0].eol_rir.value == 0.19
    assert setting.scale == 200000.5


def test_an_empty_file_changes_nothing(study, known, file):
    edits = read(file("\n\n"), known)
    assert edits.edits == ()
    materials, setting = apply(*study, edits)
    assert materials == study[0]
    assert setting is study[1]


def test_eight_faults_are_reported_at_once_with_row_column_value_and_remedy(study, known, file):
    path = file(
        "magnesium,processing,home_share,CHN,0.6\n"  # 2, 3: sum 0.9
        "magnesium,processing,home_share,ISR,0.3\n"
        "silver,,eol_rir,,28\n"  # 4: per cent meant
        ",,value_added,C24,-5\n"  # 5: negative
        "tungsten,,use_share,C99,1.0\n"  # 6: no such sector
        "magnesum,,eol_rir,,0.1\n"  # 7: no such material
        "coking_coal,extraction,trade_parameter,CHN,3\n"  # 8: outside
        "gallium,extraction,import_reliance,,0.5\n"  # 9: no data for the stage
        "cobalt,,si_ei,,nan\n"  # 10: not finite
    )
    found = faults(path, known)
    assert [p.row for p in found] == [2, 4, 5, 6, 7, 8, 9, 10]
    by_row = {p.row: p for p in found}
    assert all(p.file == "own.csv" and p.remedy and p.column and p.value for p in found)
    assert "rows 2, 3" in by_row[2].message
    assert by_row[2].value == "sum 0.9"
    assert "0.28 or 28 %" in by_row[4].remedy
    assert "negative" in by_row[5].message
    assert by_row[6].column == "key"
    assert "C29" in by_row[6].remedy
    assert "magnesium" in by_row[7].remedy
    assert "0.5" in by_row[8].remedy
    assert "2" in by_row[8].remedy
    assert "processing" in by_row[9].remedy
    assert "finite" in by_row[10].message


@pytest.mark.parametrize(
    ("row", "column", "words"),
    [
        ("silver,,eol_rirr,,0.1", "input", ["eol_rir"]),
        ("silver,,eol_rir,,", "value", ["missing"]),
        ("silver,,eol_rir,,many", "value", ["number"]),
        ("silver,,eol_rir,,-0.1", "value", ["negative"]),
        ("silver,,eol_rir,,150 %", "value", ["100 %"]),
        ("silver,,eol_rir,,inf", "value", ["finite"]),
        ("silver,,eol_rir,,1e999", "value", ["finite"]),
        ("silver,,eol_rir,CHN,0.1", "key", ["empty"]),
        ("silver,,si_ei,,0.1\nsilver,,si_ei,,0.2", None, ["row 2"]),
        ("tungsten,,eol_rir,,0.1\ntungsten,extraction,eol_rir,,0.2", None, ["row 2"]),
        ("tungsten,,import_reliance,,0.1", "stage", ["extraction, processing"]),
        ("silver,extraction,si_ei,,0.1", "stage", ["empty"]),
        ("silver,,supply_used,,both", "value", ["GS+EU"]),
        ("silver,,world_share,Kina,1", "key", ["CHN"]),
        ("silver,,world_share,MXC,1", "key", ["MEX"]),
        ("silver,,world_share,_899,1", "key", ["ISO3"]),
        ("hree,,si_ei,,0.5", "material", ["dysprosium"]),
        ("silver,,scale,,1", "material", ["empty"]),
        (",,scale,,0", "value", ["above 0"]),
        (",,scale,,5 %", "value", ["per cent"]),
        (",,governance,CHN,11", "value", ["0–10"]),
        (",,governance,XYZ,1", "key", ["country"]),
        ("silver,,trade_parameter,NOR,1.1", "key", ["MEX"]),
        ("silver,,trade_parameter,MEX,0.4", "value", ["0.5–2"]),
        ("silver,,eol_rir,,0,1", None, ["6 cells", ";"]),
        ('silver,,eol_rir,,"0,1"', "value", ["point"]),
        ('silver,,eol_rir,,"0.1', None, ["CSV"]),
    ],
)
def test_each_fault_says_where_and_how_to_mend_it(known, file, row, column, words):
    found = faults(file(row + "\n"), known)
    assert len(found) == 1, found
    assert found[0].column == column
    assert found[0].remedy
    assert found[0].row is not None
    for word in words:
        assert word in str(found[0]), str(found[0])


@pytest.mark.parametrize(
    ("header", "column"),
    [
        ("material,stage,input,value\n", "key"),
        ("material,stage,input,key,value,valeu\n", "valeu"),
        ("material,stage,input,key,value,key\n", "key"),
    ],
)
def test_a_faulty_header_is_a_fault_of_row_1(known, file, header, column):
    found = faults(file("silver,,eol_rir,,0.1\n", header), known)
    assert [(p.row, p.column) for p in found] == [(1, column)]


def test_a_file_without_a_header_lacks_every_column(known, file):
    assert len(faults(file("", ""), known)) == 5


def test_a_note_may_stand_beside_a_row(known, file):
    path = file("silver,,eol_rir,,0.1,why\n", HEADER.replace("value", "value,note"))
    assert len(read(path, known).edits) == 1


def test_files_that_cannot_be_read(known, file, tmp_path):
    with pytest.raises(DataProblem, match=r"none\.csv: cannot be read"):
        read(tmp_path / "none.csv", known)
    with pytest.raises(DataProblem, match="UTF-8"):
        read(file("sølv,,eol_rir,,0.1\n", encoding="latin-1"), known)


def test_shares_within_rounding_are_taken_as_given(study, known, file):
    path = file("silver,,world_share,MEX,0.60\nsilver,,world_share,PER,0.39\n")
    row = changed(study, read(path, known))[0]["silver"]
    assert [p.share for p in row.stages[0].world.parts] == [0.6, 0.39]


def test_a_trade_parameter_may_be_of_a_supplier_given_in_the_same_file(study, known, file):
    path = file("silver,,trade_parameter,NOR,1.3\nsilver,,world_share,NOR,1\n")
    row = changed(study, read(path, known))[0]["silver"]
    assert [(p.iso3, p.trade) for p in row.stages[0].world.parts] == [("NOR", 1.3)]


def test_a_trade_parameter_given_for_a_member_of_the_area_is_no_longer_the_preferential(
    study, known
):
    edits = parse_sets(["strontium.trade_parameter.ESP=1.6"], known)
    scores = [
        score_all(*inputs, Choices())["strontium"].sr.value
        for inputs in (study, apply(*study, edits))
    ]
    # Spain supplies 99 %, inside the area at 0.8.
    assert scores[1] == pytest.approx(2 * scores[0], rel=1e-3)


def test_a_published_ei_follows_the_substitution_index(study, known):
    before = score_all(*study, Choices())["lithium"].ei.value
    index = next(m for m in study[0] if m.material == "lithium").si_ei.value
    edits = parse_sets([f"lithium.si_ei={index / 2!r}"], known)
    after = score_all(*apply(*study, edits), Choices())["lithium"].ei.value
    assert after == pytest.approx(before / 2)


def test_sets_on_the_command_line(study, known):
    texts = [
        "silver.eol_rir=19%",
        "tungsten@processing.trade_parameter.CHN=1.2",
        "governance.CHN=4",
        "scale=200000",
    ]
    edits = parse_sets(texts, known)
    assert [e.name for e in edits.edits] == [
        "silver.eol_rir",
        "tungsten@processing.trade_parameter.CHN",
        "governance.CHN",
        "scale",
    ]
    assert changed(study, edits)[1].scale == 200000


def test_faulty_sets_are_a_wrong_question_and_all_told(known):
    with pytest.raises(UsageProblem) as caught:
        parse_sets(["silver.eol_rir=28", "silver", "slver.eol_rir=0.1", "silver.a.b.c=1"], known)
    text = str(caught.value)
    assert "4 problem(s)" in text
    for word in ("28 %", "MATERIAL.INPUT=VALUE", "'slver'", "row 4"):
        assert word in text


def test_the_second_of_two_sets_of_shares_replaces_the_first(study, known, file):
    first = read(file("silver,,world_share,MEX,1\nsilver,,eol_rir,,0.2\n"), known)
    second = parse_sets(["silver.world_share.PER=1", "silver.eol_rir=0.3"], known)
    row = changed(study, first + second)[0]["silver"]
    assert [p.iso3 for p in row.stages[0].world.parts] == ["PER"]
    assert row.stages[0].eol_rir.value == 0.3
    assert first + Edits() == first


def test_one_change_is_a_set_of_shares_or_another_row(known):
    texts = ["silver.world_share.MEX=0.5", "silver.world_share.PER=0.5", "tungsten.eol_rir=0.5"]
    atoms = parse_sets(texts, known).atoms()
    assert [[e.row for e in atom.edits] for atom in atoms] == [[1, 2], [3]]


def test_more_recycling_means_less_supply_risk(study, known):
    before = score_all(*study, Choices())["tungsten"].sr.value
    after = score_all(*apply(*study, parse_sets(["tungsten.eol_rir=0.71"], known)), Choices())
    assert after["tungsten"].sr.value == pytest.approx(before / 2)
    assert after["silver"].sr == score_all(*study, Choices())["silver"].sr


def test_the_example_of_the_documentation_is_valid(known):
    assert len(read(EXAMPLE, known).edits) == 13


@pytest.mark.parametrize(
    ("text", "comma", "value"),
    [
        ("28 %", False, 0.28),
        ("28%", True, 0.28),
        ("0,28", True, 0.28),
        ("0.28", True, 0.28),
        (".5", False, 0.5),
        ("1e-1", False, 0.1),
        ("12 345", False, 12345.0),
        ("12\u00a0345,5", True, 12345.5),
    ],
)
def test_numbers_as_people_write_them(text, comma, value):
    assert number(text, comma=comma, fraction=True) == pytest.approx(value)


@pytest.mark.parametrize(
    ("text", "comma"),
    [("204.200", True), ("1_0", False), ("NaN", True), ("0x1", False), ("1 2", False), ("%", True)],
)
def test_what_is_no_number_is_not_guessed_at(text, comma):
    with pytest.raises(NotNumber):
        number(text, comma=comma, fraction=True)


def test_a_home_without_a_supply_can_be_given_one(study, known):
    cobalt = next(m for m in study[0] if m.material == "cobalt")
    assert cobalt.stages[0].home == ()
    edits = parse_sets(["cobalt@extraction.home_share.COD=1"], known)
    row = changed(study, edits)[0]["cobalt"]
    mine = next(p for p in cobalt.stages[0].world.parts if p.iso3 == "COD")
    assert row.stages[0].home[0].parts == (replace(mine, share=1.0, spread=0.0),)
