"""Words of documents that readers would stumble over: licences, signs, axes, vintages."""

from __future__ import annotations

import pytest

from verdikart.reports import words
from verdikart.reports.content.change_sides import signed
from verdikart.reports.document.model import Chart
from verdikart.reports.voice import Voice


def test_licences_and_vintages_are_in_the_language_of_the_document(document):
    licences = {s.source_id: s.licence for s in document("whole", lang="nb").sources}
    assert licences["wmd"] == "gjenbruk med kildehenvisning"
    assert licences["icio_2022"] == "OECDs vilkår for bruk"
    assert licences["eu_crm_2023"] == "CC-BY-4.0"
    assert words.vintage("2025 edition", "nb") == "2025-utgaven"
    assert words.vintage("2025 edition", "en") == "2025 edition"


@pytest.mark.parametrize(
    ("change", "said"),
    [(0.0, "0"), (0.001, "+0,00"), (-0.001, "−0,00"), (0.036, "+0,04"), (-1.5, "−1,50")],
)
def test_a_small_change_has_one_sign(change, said):
    assert signed(change, Voice("nb"), 2) == said


def test_counts_are_an_axis_of_counts(document):
    charts = [
        block
        for section in document("homes", lang="nb").sections
        for block in section.blocks
        if isinstance(block, Chart) and block.unit == "count"
    ]
    assert charts
    assert {chart.axis for chart in charts} == {"Antall"}
