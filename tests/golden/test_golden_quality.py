"""Published numbers on what trade statistics tell differently or hide."""

from __future__ import annotations

import pytest

from verdikart.indicators.mirror import Limits
from verdikart.mapping import quality_hidden, quality_mirror
from verdikart.mapping.library import Library
from verdikart.mapping.quality_rows import question


@pytest.fixture(scope="module")
def union():
    asked = question(Library(), "EU27", 2024)
    rows = quality_mirror.product_rows(asked, quality_mirror.two_sources(asked, Limits()))
    return {(r["code"], r["first_source"], r["second_source"]): r for r in rows}


@pytest.mark.parametrize(
    ("code", "baci", "comext"),
    [("HS17:750210", 42.3, 32.8), ("HS17:280469", 48.3, 55.6)],
)
def test_norway_share_of_the_unions_imports_by_two_sources(union, code, baci, comext):
    row = union[code, "baci_hs17", "comext_cn8"]
    assert (row["top_first"], row["top_second"]) == ("NOR", "NOR")
    assert 100 * row["share_first"] == pytest.approx(baci, abs=0.05)
    # Comext's nickel is 32.75 per cent, printed as 32.7 and as 32.8.
    assert 100 * row["share_second"] == pytest.approx(comext, abs=0.06)


def test_morocco_has_the_phosphate_on_paper():
    asked = question(Library(), "NOR", 2024, codes=("HS17:251010",))
    mix = asked.library.find(next(iter(_ids(asked))))
    assert 100 * mix.suppliers[0].value / mix.total("value") == pytest.approx(99.98, abs=0.005)
    row = next(r for r in quality_hidden.rows(asked, any_year=True) if r["code"] == "HS17:251010")
    assert (row["kind"], row["hides"]) == ("suspected_suppression", "partner")


def _ids(asked):
    from verdikart.core.figure import MixId

    for subject in asked.subjects:
        yield MixId(asked.home, asked.year, asked.source, subject, asked.flow)
