"""A material's goods among saved rows: order, what a group or member lends, parts of a mix."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from verdikart.mapping.material_rows import chains_of, parts, stages
from verdikart.reference.i18n import translations

PAGES = Path(__file__).parents[2] / "src" / "verdikart" / "web" / "pages"

MATERIALS = [
    {"material": "earths", "parent": None},
    {"material": "light", "parent": "earths"},
    {"material": "cerium", "parent": "light"},
    {"material": "zinc", "parent": None},
]


def row(subject, outcome, materials, sharpness=0.0, share=None):
    return {
        "subject": subject,
        "outcome": outcome,
        "materials": materials,
        "sharpness": sharpness,
        "other_top_share": share,
    }


def test_the_worst_stage_is_first_and_money_at_stake_breaks_ties():
    rows = [
        row("a", "not_concentrated", ["zinc"], 9e9),
        row("b", "vulnerable", ["zinc"], 10.0),
        row("c", "vulnerable", ["zinc"], 20.0),
        row("d", "not_computable", ["zinc"]),
    ]
    found = stages(rows, MATERIALS, {})["zinc"]
    assert [r["subject"] for r in found.rows] == ["c", "b", "a", "d"]
    assert [r["subject"] for r in found.seen] == ["c", "b", "a"]
    assert found.through == ()


def test_a_blind_material_is_told_of_by_members_then_by_its_nearest_group():
    rows = [row("x", "vulnerable", ["light"]), row("y", "not_computable", ["cerium"])]
    found = stages(rows, MATERIALS, {})
    assert found["cerium"].through == ("light",)
    assert [r["subject"] for r in found["cerium"].rows] == ["x", "y"]
    assert found["earths"].through == ("light",)
    assert found["light"].through == ()
    assert found["zinc"].rows == ()


def test_an_item_that_spells_out_its_members_is_told_of_by_them():
    found = stages([row("x", "small", ["cerium"])], MATERIALS, {"zinc": ["cerium"]})
    assert found["zinc"].through == ("cerium",)


def test_parts_name_the_largest_and_keep_allies_apart():
    mix = [
        {"partner": p, "value_share": s, "part": "identified"}
        for p, s in (("CHN", 0.5), ("SWE", 0.2), ("DEU", 0.15), ("IND", 0.1), ("BRA", 0.05))
    ]
    mix.append({"partner": "XXX", "value_share": 0.4, "part": "unspecified"})
    found = parts(mix, {"SWE", "DEU"}, most=2)
    assert [(p.partner, p.allied, p.count) for p in found] == [
        ("CHN", False, 1),
        (None, False, 2),
        ("SWE", True, 1),
        (None, True, 1),
    ]
    assert sum(p.share for p in found) == pytest.approx(1)


def test_chains_of_a_material_are_named_once():
    steps = [
        {"chain": "zinc", "materials": ["zinc"]},
        {"chain": "zinc", "materials": ["zinc", "cerium"]},
        {"chain": "steel", "materials": ["zinc"]},
    ]
    assert chains_of(steps) == {"zinc": ("zinc", "steel"), "cerium": ("zinc",)}


def test_every_sentence_of_the_pages_has_a_bokmaal_text():
    catalogue = translations("nb")
    said = set()
    for file in sorted(PAGES.glob("material*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                if name == "say":
                    said.add(node.args[0].value)
    assert len(said) > 150
    assert [text for text in sorted(said) if not catalogue.get(text)] == []
