"""What the page of a material says of a row of an own table."""

from __future__ import annotations

from types import SimpleNamespace

from verdikart.web.pages.material_own import _said


def test_a_code_stands_beside_its_nomenclature_and_a_good_has_its_name() -> None:
    seen = SimpleNamespace(ask=SimpleNamespace(lang="nb"))
    row = dict.fromkeys(("product", "nomenclature", "code", "other", "mark", "note"))
    row |= {"product": "nickel_ore", "nomenclature": "HS92", "code": "260400", "mark": ":"}
    good, *rest = _said(seen, row).split("; ")
    assert rest == ["HS92 260400", ":"]
    assert "ikkel" in good
    assert good != "nickel_ore"
