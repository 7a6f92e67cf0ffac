"""Every indicator has a readable case: given rows, arithmetic by hand, the expected answer.

A case file names its indicator and source. ``given`` describes the evidence; ``expect`` is the
whole answer: a bound or a reason that is not expected must not be there. Numbers may be written as
a fraction, ``"38/100"``.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
import yaml

import verdikart.indicators  # noqa: F401 (importing registers)
from verdikart.core.figure import MixId
from verdikart.core.registry import REGISTRY
from verdikart.indicators.assessment import (
    Choices,
    MaterialInputs,
    Part,
    Range,
    Setting,
    StageInputs,
    Supply,
    Use,
    score,
)
from verdikart.indicators.evidence import Evidence, ExportTotals, Parameters, Quantity
from verdikart.indicators.mix import Mix, Supplier, ordered
from verdikart.reference.load import load
from verdikart.reference.texts import reason_text

CASES = Path(__file__).parent / "cases"
FILES = sorted(CASES.glob("*.yaml"))
EVIDENCE = {
    "suppliers", "unspecified", "intra", "measure", "caveats", "exports", "world", "production",
    "trade_basis", "allies", "bloc", "governance", "producers", "earlier", "single_home",
    "all_products", "parameters", "material",
}  # fmt: skip
STATUSES = {"ok", "missing", "zero", "suppressed", "estimated", "not_computable"}


def rows(given: dict | None) -> list[Supplier]:
    return [
        Supplier(
            iso3,
            row.get("value"),
            row.get("share", row.get("kg")),
            row.get("without_kg", 0),
        )
        for iso3, row in (given or {}).items()
    ]


def mix_of(given: dict, year: int = 2024) -> Mix:
    """``measure``: trade (value and kg, the default), production (kg) or published (per cent)."""
    measure = given.get("measure", "trade")
    inside = given.get("intra")
    return Mix(
        MixId("NOR", year, "case", "HS92:000000", "import"),
        ordered(rows(given.get("suppliers")), "value" if measure == "trade" else "quantity"),
        tuple(rows(given.get("unspecified"))),
        rows({"INTRA": inside})[0] if inside else None,
        "USD" if measure == "trade" else None,
        "percent" if measure == "published" else "kg",
        100.0 if measure == "published" else None,
        "",
        tuple(given.get("caveats", ())),
    )


def evidence_of(given: dict) -> Evidence:
    unknown = set(given) - EVIDENCE
    assert not unknown, f"unknown keys in 'given': {unknown}"
    production = given.get("production")
    totals = given.get("all_products")
    return Evidence(
        mix_of(given),
        exports=mix_of(given["exports"]) if "exports" in given else None,
        world=mix_of(given["world"]) if "world" in given else None,
        production=(
            Quantity(
                float(production["t"]),
                "t",
                production.get("basis", "gross"),
                "case",
                production.get("estimated", False),
            )
            if production
            else None
        ),
        trade_basis=given.get("trade_basis", "gross"),
        allies=frozenset(given.get("allies", ())),
        bloc=frozenset(given.get("bloc", ())),
        governance=given.get("governance", {}),
        producers=frozenset(given.get("producers", ())),
        earlier=tuple(mix_of(m, 2023 - i) for i, m in enumerate(given.get("earlier", ()))),
        single_home=given.get("single_home", True),
        all_products=ExportTotals(**totals) if totals else None,
        parameters=Parameters(**given.get("parameters", {})),
    )


def supply_of(rows: dict | None) -> Supply | None:
    """Shares as country: [share, trade parameter]; a third number is the share's half-width."""
    if rows is None:
        return None
    parts = tuple(
        Part(iso3, share, rest[0] if rest else 0.0, trade)
        for iso3, (share, trade, *rest) in rows.items()
    )
    return Supply("case", parts)


def range_of(value: float | list | None) -> Range:
    """A number, [value, low, high, origin], or nothing for an unknown input."""
    if value is None:
        return Range.unknown()
    return Range(*value) if isinstance(value, list) else Range.exact(value)


def scored(known: Evidence, given: dict) -> Evidence:
    """Evidence of a material scored by the EU method."""
    stage = StageInputs(
        "case",
        "processing",
        "case",
        given.get("supply_used", "GS+EU"),
        supply_of(given.get("world")),
        tuple(s for s in [supply_of(given.get("home"))] if s),
        range_of(given.get("import_reliance")),
        range_of(given.get("eol_rir")),
        range_of(given.get("si_sr")),
    )
    uses = tuple(Use(sector, share) for sector, share in given.get("uses", {}).items())
    added = {sector: Range.exact(v) for sector, v in given.get("value_added", {}).items()}
    setting = Setting(given.get("governance", {}), {}, added, given.get("scale", 1.0))
    material = MaterialInputs("case", (stage,), uses, range_of(given.get("si_ei")))
    result = score(material, setting, Choices())
    # Only the EU's own figures are not borrowed.
    identity = replace(known.mix.id, home=given.get("seen_from", "EU27"))
    return replace(known, mix=replace(known.mix, id=identity), score=result, stage=result.stages[0])


def number(value):
    return float(Fraction(value)) if isinstance(value, str) and value[:1].isdigit() else value


def _all() -> list:
    found = []
    for path in FILES:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        found += [
            pytest.param(content["indicator"], case, id=f"{path.stem}-{i}-{case['what'][:40]}")
            for i, case in enumerate(content["cases"], start=1)
        ]
    return found


@pytest.mark.parametrize(("indicator_id", "case"), _all())
def test_case(indicator_id, case):
    entry = REGISTRY.get(indicator_id)
    known = evidence_of(case["given"])
    if "material" in case["given"]:
        known = scored(known, case["given"]["material"])
    answer = entry.compute(known, case["argument"]) if "argument" in case else entry.compute(known)
    expected = case["expect"]
    assert str(answer.status) == expected["status"]
    assert answer.reason == expected.get("reason")
    tolerance = case.get("tolerance", 1e-12)
    for key in ("value", "low", "high"):
        wanted, got = number(expected.get(key)), getattr(answer, key)
        if isinstance(wanted, float):
            assert got == pytest.approx(wanted, abs=tolerance, rel=1e-12), key
        else:
            assert got == wanted, key
            assert isinstance(got, bool) == isinstance(wanted, bool), key


def test_every_indicator_has_a_case_and_every_case_an_indicator():
    named = [yaml.safe_load(path.read_text(encoding="utf-8"))["indicator"] for path in FILES]
    assert sorted(named) == sorted(REGISTRY.indicators)
    assert [path.stem for path in FILES] == named


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_case_file_is_complete(path):
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert set(content) == {"indicator", "source", "cases"}
    assert len(content["source"]) > 10
    assert len(content["cases"]) >= 2
    statuses = {case["expect"]["status"] for case in content["cases"]}
    assert statuses <= STATUSES
    assert len(statuses) > 1, "show at least one case that is not plain"
    for case in content["cases"]:
        assert set(case) <= {"what", "given", "by_hand", "argument", "expect", "tolerance"}
        assert case["what"]
        assert case["by_hand"], "write the arithmetic out"
        assert set(case["expect"]) <= {"value", "status", "reason", "low", "high"}
        assert "value" in case["expect"]


@pytest.mark.parametrize("indicator_id", REGISTRY.indicators)
def test_both_languages(indicator_id):
    entry = REGISTRY.get(indicator_id)
    texts = {"name": entry.name, "definition": entry.definition}
    texts |= {f"caveat {i}": text for i, text in enumerate(entry.caveats)}
    for what, text in texts.items():
        assert text.en.strip(), what
        assert text.nb.strip(), what
        if " " in text.en:
            assert text.nb != text.en, what
    for what, text in texts.items():
        if what != "name":
            assert text.en.endswith("."), what
            assert text.nb.endswith("."), what
    assert entry.formula
    assert entry.source


def test_every_expected_reason_is_in_the_reasons_table():
    for path in FILES:
        for case in yaml.safe_load(path.read_text(encoding="utf-8"))["cases"]:
            reason = case["expect"].get("reason")
            if reason:
                for lang in ("en", "nb"):
                    assert len(reason_text(reason, lang)) > len(reason), reason


def test_thresholds_name_their_source():
    for entry in REGISTRY.indicators.values():
        for threshold in entry.thresholds:
            assert threshold.source, entry.id
            assert threshold.value > 0


def test_the_tables_load():
    """A guard that the reference layer is there: the cases above use none of it but reasons."""
    from verdikart.reference.entities import Material

    assert len(load(Material)) == 114
