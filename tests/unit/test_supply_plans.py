"""Plans on the embedded trade turn to countries that have the good to give."""

from __future__ import annotations

import pytest

from verdikart.core.figure import MixId
from verdikart.mapping.chain_view import view
from verdikart.mapping.supply_plans import Question, answer
from verdikart.reference.countries import iso3_of_baci
from verdikart.store import engine


@pytest.fixture(scope="module")
def norway():
    return view("NOR", 2024)


@pytest.mark.parametrize("code", ["260112", "261400", "280530"])
def test_what_only_passes_through_a_country_is_not_its_to_give(norway, code):
    found = answer(norway, MixId("NOR", 2024, "baci_hs92", f"HS92:{code}", "import"), Question())
    assert found.plan is not None
    net = {}
    for _, _, exporter, importer, value, _ in engine.code_flows(code, 2024, 2024):
        net[exporter] = net.get(exporter, 0) + value
        net[importer] = net.get(importer, 0) - value
    by_iso3 = {iso3_of_baci(number): amount for number, amount in net.items()}
    present = {s.name for s in found.problem.sources if s.present > 0}
    for move in found.plan.moves:
        assert move.to in present or by_iso3[move.to] > 0, (code, move)


def test_where_re_exports_cannot_be_told_the_plan_says_so(norway):
    found = answer(norway, MixId("NOR", 2024, "baci_hs17", "HS17:280469", "import"), Question())
    assert "re_exports_unknown" in found.notes
