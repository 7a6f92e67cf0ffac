"""Parameters of a mapping written as NAME=VALUE."""

from __future__ import annotations

import pytest

from verdikart.core.errors import UsageProblem
from verdikart.indicators.assessment import Choices
from verdikart.indicators.evidence import Parameters
from verdikart.mapping.settings import settings


def test_nothing_set_is_the_default():
    assert settings([]) == (Parameters(), Choices())


def test_each_kind_of_value():
    limits, choices = settings(
        ["share_threshold=0.5", "floor=200000", "cdi3_exports=extra", "recycling=no", "supply=GS"]
    )
    assert limits == Parameters(share_threshold=0.5, floor=200_000, cdi3_exports="extra")
    assert choices == Choices(recycling=False, supply="GS")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("sr_treshold=2", "nearest: sr_threshold"),
        ("sr_threshold", "write NAME=VALUE"),
        ("sr_threshold=", "write NAME=VALUE"),
        ("sr_threshold=high", "write a number with a decimal point"),
        ("sr_threshold=-1", "write a number from 0"),
        ("sr_threshold=inf", "write a number from 0"),
        ("floor=1.5", "write a whole number"),
        ("recycling=maybe", "write yes or no"),
        ("supply=NO", "available: as_assessed, GS, EU"),
        ("bloc=EEA", "unknown parameter 'bloc'"),
    ],
)
def test_what_cannot_be_set_says_why(text, says):
    with pytest.raises(UsageProblem, match=says):
        settings([text])
