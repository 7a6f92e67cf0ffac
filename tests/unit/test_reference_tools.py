"""The tool that keeps country names up to date finds nothing to change."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from verdikart.reference.load import path

TOOL = Path(__file__).parents[2] / "tools/reference/countries.py"


def test_country_names_are_up_to_date():
    spec = importlib.util.spec_from_file_location("countries_tool", TOOL)
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    text = path("countries").read_text(encoding="utf-8")
    assert tool.renamed(text) == text
    assert "Norge" not in text.replace(",Norge,", ",x,").split("\n")[0]
    assert tool.renamed(text.replace(",Norge,", ",Noreg,")) == text
