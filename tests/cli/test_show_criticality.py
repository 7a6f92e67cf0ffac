"""verdikart show material: the home's criticality, the EU's, the methods and the two horizons."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from verdikart.reference.texts import reason_text

CLI = Path(__file__).parents[2] / "docs" / "cli.md"
KEYS = ("criticality", "criticality_eu", "methods", "horizons", "material_kind")


@pytest.fixture
def folder(result):
    return str(result[0])


def test_json_holds_both_assessments_the_methods_and_the_horizons(folder, verdikart):
    asked = ("show", "material", "manganese", "dysprosium", "--mapping", folder, "-f", "json")
    manganese, dysprosium = verdikart(*asked).json()["results"]
    assert manganese["criticality"]["home"] == "NOR"
    assert manganese["criticality_eu"]["home"] == "EU27"
    assert manganese["criticality_eu"]["published_supply_risk"] == 1.2
    assert manganese["methods"]["eu2023"] == manganese["criticality"]["supply_risk"]
    assert len(manganese["horizons"]["criteria"]) == 10
    assert {c["object"] for c in manganese["horizons"]["criteria"]} == {"manganese"}
    assert dysprosium["kind"] == "material"
    assert dysprosium["material_kind"] == "member"
    assert dysprosium["criticality"] is None
    assert dysprosium["criticality_eu"]["verdict"] == "critical"


def test_the_keys_are_documented():
    section = re.split(r"^## ", CLI.read_text(encoding="utf-8"), flags=re.MULTILINE)
    show = next(text for text in section if text.startswith("show\n"))
    assert not [key for key in KEYS if f"`{key}`" not in show]


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        (
            "nb",
            ("Kritikalitet, Norge: kritisk", "SR 1,51", "rangintervall", "Langsiktig betydning"),
        ),
        (
            "en",
            ("Criticality, Norway: critical", "SR 1.51", "rank interval", "Long-term importance"),
        ),
    ],
)
def test_the_lines_stand_in_both_languages_with_the_period(folder, verdikart, lang, words):
    shown = verdikart("show", "material", "manganese", "--mapping", folder, "--lang", lang)
    assert shown.code == 0, shown.err
    text = " ".join(shown.out.split())
    assert not [word for word in words if word not in text]
    assert reason_text("trade_parameter_2016_2020", lang) in text
    assert "GeoPolRisk" in text


def test_what_is_not_assessed_is_said(folder, verdikart):
    shown = verdikart("show", "material", "dysprosium", "--mapping", folder, "--lang", "nb")
    assert shown.code == 0, shown.err
    assert "Kritikalitet, Norge: ikke vurdert" in shown.out
