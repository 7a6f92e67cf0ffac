"""Figures and their ids, the error tree, units, the registry."""

from __future__ import annotations

import pytest

import verdikart.indicators  # noqa: F401 (importing registers)
from verdikart.core.errors import (
    DataProblem,
    Problem,
    Problems,
    UnknownName,
    UsageProblem,
    VerdikartError,
    nearest,
)
from verdikart.core.figure import Answer, Figure, FigureId, MixId, Status
from verdikart.core.registry import REGISTRY, Indicator, Registry, Text
from verdikart.core.units import UNITS, convert

IDS = (
    "NOR/2024/baci_hs92/HS92:260200/import/hhi_value",
    "WORLD/2022/wmd/rare_earth_elements@extraction/production/top_share",
    "EU27/2024/baci_hs17/HS17:280469/import/supplier_share:NOR",
    "NATO_EX_NOR/1995/baci_hs92/HS92:760110/export/value",
)


@pytest.mark.parametrize("text", IDS)
def test_a_figure_id_is_its_question(text):
    assert str(FigureId.parse(text)) == text
    assert str(FigureId.parse(f"  {text}\n")) == text
    parsed = FigureId.parse(text)
    assert parsed == FigureId.parse(str(parsed))


def test_the_parts_of_a_figure_id():
    parsed = FigureId.parse(IDS[2])
    assert parsed.mix == MixId("EU27", 2024, "baci_hs17", "HS17:280469", "import")
    assert (parsed.indicator, parsed.argument) == ("supplier_share", "NOR")
    assert FigureId.parse(IDS[0]).argument is None
    assert parsed.mix.figure("value", "NOR").endswith("/import/value:NOR")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "NOR",
        "NOR/2024/a/b/c",
        "NOR/x/a/b/c/d",
        "NOR/2024/a//c/d",
        "NOR/2024/a/b/c/d/e",
        "/" * 5,
    ],
)
def test_what_is_no_figure_id_is_told_the_form(text):
    with pytest.raises(UsageProblem, match="HOME/YEAR/SOURCE/SUBJECT/FLOW/INDICATOR") as caught:
        FigureId.parse(text)
    assert repr(text) in str(caught.value)
    assert caught.value.exit_code == 2


def test_missing_is_never_zero():
    assert Answer.of(0).status is Status.ZERO
    assert Answer.of(0.0).status is Status.ZERO
    assert Answer.of(False).status is Status.OK
    assert Answer.of(0.1).status is Status.OK
    assert Answer.of(0, status=Status.ESTIMATED).status is Status.ESTIMATED
    nothing = Answer.none("no_flows", Status.MISSING)
    assert (nothing.value, nothing.status, nothing.reason) == (None, Status.MISSING, "no_flows")
    assert Answer.none("zero_denominator").status is Status.NOT_COMPUTABLE


@pytest.mark.parametrize(
    ("value", "number"), [(1, 1.0), (0.25, 0.25), ("CHN", None), (True, None), (None, None)]
)
def test_the_number_of_a_figure(value, number):
    assert Figure("x", value, "share", Status.OK).number == number


def test_inputs_of_an_answer_keep_their_order():
    answer = Answer.of(1, inputs={"b": 1, "a": 2})
    assert answer.inputs == (("b", 1), ("a", 2))


def test_exit_codes_of_the_error_tree():
    assert DataProblem("x").exit_code == 1
    assert UsageProblem("x").exit_code == 2
    assert UnknownName("home", "x", ()).exit_code == 2
    assert all(issubclass(e, VerdikartError) for e in (DataProblem, UsageProblem, Problems))


def test_an_unknown_name_says_what_was_asked_what_is_near_and_what_there_is():
    names = {"nickel": ("Nickel", "Nikkel"), "tin": ("Tin", "Tinn"), "zinc": ("Zinc", "Sink")}
    error = UnknownName("material", "nikkel", names, "3 ids")
    assert error.nearest[0] == "nickel"  # the id, found by its Norwegian name
    assert str(error) == "unknown material 'nikkel'; nearest: nickel; available: 3 ids"
    assert str(UnknownName("material", "qqqqqq", names)) == "unknown material 'qqqqqq'"


def test_nearest_takes_parts_and_any_case_and_keeps_to_the_count():
    names = {f"manganese_{x}": () for x in ("ore", "metal", "oxide", "dioxide", "sulphate", "slag")}
    assert nearest("MANGANESE_ORE", names)[0] == "manganese_ore"
    assert len(nearest("manganese", names)) == 5
    assert nearest("manganese", names, 2) == nearest("manganese", names)[:2]
    assert nearest("xyz", names) == []


def test_all_problems_are_reported_at_once():
    first = Problem("a.csv", "unknown code", 3, "code", "2602", "write six digits")
    second = Problem("b.csv", "no key")
    error = Problems([first, second])
    assert "2 problem(s)" in str(error)
    assert "a.csv, row 3, column code: unknown code (value '2602') — write six digits" in str(error)
    assert "b.csv: no key" in str(error)
    assert error.problems == (first, second)


@pytest.mark.parametrize(
    ("amount", "unit", "to", "expected"),
    [
        (3, "kt", "kg", 3_000_000.0),
        (1, "ct", "kg", 0.0002),
        (5, "ct", "kg", 0.001),
        (65, "percent", "share", 0.65),
        (2, "Mt", "t", 2_000_000.0),
        (0.1, "t", "kg", 100.0),
        (7, "USD", "USD", 7.0),
    ],
)
def test_units_convert_exactly(amount, unit, to, expected):
    assert convert(amount, unit, to) == pytest.approx(expected, rel=1e-15)


@pytest.mark.parametrize(
    ("unit", "to"),
    [("t", "USD"), ("EUR", "USD"), ("Mm3", "t"), ("share", "ratio"), ("index", "share")],
)
def test_unlike_units_are_refused(unit, to):
    with pytest.raises(UsageProblem, match="cannot convert") as caught:
        convert(1, unit, to)
    assert unit in str(caught.value)
    assert to in str(caught.value)


def test_an_unknown_unit_is_told_the_vocabulary():
    with pytest.raises(UsageProblem, match="unknown unit 'tonne'") as caught:
        convert(1, "tonne", "kg")
    assert all(unit in str(caught.value) for unit in UNITS)


def entry(name="share_of_x", unit="share"):
    text = Text("a", "b")
    return Indicator(name, text, text, "x", unit, "neutral", "here", Answer.none)


def test_an_indicator_is_registered_once():
    registry = Registry()
    registry.add(entry())
    with pytest.raises(ValueError, match="registered twice"):
        registry.add(entry())
    assert list(registry.indicators) == ["share_of_x"]


def test_a_unit_outside_the_vocabulary_is_refused():
    with pytest.raises(ValueError, match="'furlong' is not in the vocabulary"):
        Registry().add(entry(unit="furlong"))


def test_an_unknown_indicator_is_told_the_nearest_ids():
    with pytest.raises(UnknownName) as caught:
        REGISTRY.get("hhi")
    assert set(caught.value.nearest) >= {"hhi_value", "hhi_quantity"}
    assert "verdikart indicators" in str(caught.value)


def test_a_text_is_english_unless_bokmal_is_asked():
    text = Text("Value", "Verdi")
    assert (text.in_("nb"), text.in_("en"), text.in_("fr")) == ("Verdi", "Value", "Value")
