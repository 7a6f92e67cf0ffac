"""Marks on figures: what they cover, and what a marked number is known by."""

from __future__ import annotations

import pytest

from verdikart.core.errors import Problems, UsageProblem
from verdikart.mapping.audience import Mark, Marks
from verdikart.mapping.bindings import bind
from verdikart.mapping.forms import Forms, says, telling
from verdikart.mapping.marks_file import read_marks
from verdikart.mapping.saved import AT, Shelf

SHARE = 0.5460288773254881
KRONER = 1598353924.3595998


@pytest.fixture(scope="module")
def shelf(saved_out):
    return Shelf(saved_out)


@pytest.fixture(scope="module")
def saved(shelf):
    return shelf.open("current")


@pytest.fixture(scope="module")
def row(saved):
    """Manganese ore: a vulnerable good with a finding, in a chain, in several tables."""
    return next(r for r in saved.own("assessments") if r["subject"] == "HS92:260200" and r["mix"])


@pytest.mark.parametrize(
    "text",
    [
        "54,6\u00a0% av importen",
        "come from Gabon (54.6%).",
        "53,5–54,6 %",
        "0.5460288773254881",
        "0,5460288773254881",
        "[1,0.546028877325,3]",
        "54.60288773254881",
        "share 0.54602888",
        "5.460288773254881e-01",
    ],
)
def test_a_share_is_known_in_every_form(text):
    assert Forms([(SHARE, "share")]).find(text)


@pytest.mark.parametrize(
    "text",
    [
        "1\u00a0598 mill. kr",
        "NOK 1,598 million",
        "1598353924.3595998",
        "1598353924",
        "1.5983539243595998e+09",
        "1,598,353,924",
    ],
)
def test_an_amount_is_known_in_every_form(text):
    assert Forms([(KRONER, "value")]).find(text)


@pytest.mark.parametrize(
    "text",
    [
        "HS92:546028",
        "154,6 %",
        "54,61 %",
        "54.6 of something",
        "2024 and 54 and 6 %",
        "sha256 5460288773254881afe0",
        "0.5460",
    ],
)
def test_what_only_looks_alike_is_no_alarm(text):
    assert Forms([(SHARE, "share")]).find(text) is None


def test_short_and_round_numbers_say_too_little():
    for value in (1, 0.0, 1.0, 0.65, 0.5, 7, 2024, 20_000, True, None, float("nan"), "54,6 %"):
        assert not telling(value), value
    for value in (SHARE, KRONER, 38657.21, 260_217):
        assert telling(value), value


def test_numbers_of_data_are_known_in_other_units():
    forms = Forms([(SHARE, "share"), (KRONER, "value")])
    assert forms.equal([1.0, 2.0, 54.60288773254881]) == "share"
    assert forms.equal([KRONER / 1e6]) == "value"
    assert forms.equal([0.5460, 1598.0, 54.6]) is None
    assert forms.equal([]) is None


def test_a_text_about_a_number_says_it_however_short():
    assert says("nummer 1, 1,6 mrd. kr", KRONER)
    assert says("Rank 7 of 9", 7)
    assert not says("Rank 7 of 9", 3)


def test_a_figure_is_marked_wherever_its_number_stands(saved, row):
    marks = Marks(saved, (Mark(f"{row['mix']}/top_share", "internal"),))
    assert marks.level(row, "top_share") == "internal"
    assert marks.level(row, "hhi_value") == "public"
    assert marks.level(row, "name_nb") == "public"
    for table, column in (("supply", "value_share"), ("chain_steps", "top_other_share")):
        same = [r for r in saved.rows(table) if r[column] == row["top_share"]]
        assert same
        assert all(marks.level(r, column) == "internal" for r in same)
    finding = next(r for r in saved.rows("findings") if r["subject"] == row["subject"])
    assert marks.level(finding, "partner_share") == "internal"
    for column in ("text_nb", "text_en"):
        assert marks.level(finding, column) == "internal"
    inputs = [r for r in saved.rows("horizon_criteria") if row["top_share"] in _values(r["inputs"])]
    assert inputs
    assert all(marks.level(r, "inputs") == "internal" for r in inputs)


def _values(held):
    return list(held.values()) if isinstance(held, dict) else []


def test_a_whole_row_is_marked_but_for_what_it_is_of(saved, row):
    marks = Marks(saved, (Mark(str(bind(saved, row, "*")), "group"),))
    open_ = {c for c in row if c != AT and marks.level(row, c) == "public"}
    assert {"home", "subject", "name_nb", "products", "mix"} <= open_
    assert not open_ & {"top_share", "top_supplier", "value_nok", "outcome", "hhi_value"}
    same = next(r for r in saved.rows("inputs") if r["subject"] == row["subject"])
    assert marks.level(same, "value_nok") == "group"


def test_a_text_marked_in_one_language_is_marked_in_both(saved):
    finding = saved.rows("findings")[0]
    marks = Marks(saved, (Mark(str(bind(saved, finding, "text_nb")), "group"),))
    assert marks.level(finding, "text_en") == "group"
    assert marks.forms("public").find(f"… {finding['text_en']} …")
    assert not marks.forms("group")


def test_bounds_go_with_their_figure(saved):
    scored = next(r for r in saved.own("criticality") if r["supply_risk_low"] is not None)
    marks = Marks(saved, (Mark(str(bind(saved, scored, "supply_risk")), "internal"),))
    assert marks.level(scored, "supply_risk_low") == "internal"
    assert marks.level(scored, "hhi_global") == "public"


def test_marks_hold_for_a_mapping_beside(saved, shelf, row):
    earlier = shelf.open(next(e.name for e in shelf.entries() if e.year == 2023))
    marks = Marks(saved, (Mark(str(bind(saved, row, "top_share")), "internal"),))
    beside = marks.on(earlier)
    then = next(r for r in earlier.own("assessments") if r["subject"] == row["subject"])
    assert then["top_share"] != row["top_share"]
    assert beside.level(then, "top_share") == "internal"
    assert marks.forms("public").find(repr(then["top_share"]))


def test_a_file_of_marks_is_read_with_all_its_faults(tmp_path, saved, row):
    path = tmp_path / "marks.csv"
    figure = f"{row['mix']}/top_share"
    path.write_text(f"\ufefffigure,level,reason\n{figure},group,by agreement\n", "utf-8")
    assert read_marks(path, [saved]) == (Mark(figure, "group", "by agreement"),)
    path.write_text(
        "figure,level,reason\n"
        f"{figure},secret,\n"
        "assesments?home=NOR#top_share,group,\n"
        "what,group,\n"
        f"{figure.replace('260200', '260299')},group,\n"
        "assessments?home=NOR&subject=HS92:260200#top_shar,group,\n"
        "assessments?home=NOR&subject=HS92:999999#top_share,group,\n",
        "utf-8",
    )
    with pytest.raises(Problems) as caught:
        read_marks(path, [saved])
    told = [(p.row, p.column) for p in caught.value.problems]
    assert told == [(2, "level"), *((row, "figure") for row in range(3, 8))]
    text = str(caught.value)
    for said in ("write one of public", "tables: assessments", "nearest", "top_share", "no row of"):
        assert said in text
    path.write_text("figure;level\n", "utf-8")
    with pytest.raises(Problems, match="column figure is missing"):
        read_marks(path, [saved])
    with pytest.raises(UsageProblem, match="cannot be read"):
        read_marks(tmp_path / "none.csv", [saved])


def test_a_mark_of_an_earlier_mapping_is_found_there(tmp_path, saved, shelf):
    earlier = shelf.open(next(e.name for e in shelf.entries() if e.year == 2023))
    figure = "NOR/2023/baci_hs92/HS92:260200/import/top_share"
    path = tmp_path / "marks.csv"
    path.write_text(f"figure,level\n{figure},group\n", "utf-8")
    with pytest.raises(Problems, match="names nothing"):
        read_marks(path, [saved])
    assert read_marks(path, [saved, earlier]) == (Mark(figure, "group"),)
