"""The public library: small, lazy, and the same answers as the commands."""

from __future__ import annotations

import doctest
import subprocess
import sys

import pytest

import verdikart as vk


def test_importing_the_package_loads_nothing_heavy():
    code = (
        "import sys, verdikart; "
        "heavy = {'duckdb', 'narwhals', 'pyarrow', 'typer', 'altair', 'babel', 'yaml'}; "
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_every_public_name_is_there():
    for name in vk.__all__:
        assert getattr(vk, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'mapp'"):
        vk.mapp  # noqa: B018


def test_the_example_in_the_docstring():
    assert doctest.testmod(vk).failed == 0


def test_one_library_serves_several_questions():
    library = vk.Library()
    first = vk.mix("NOR", "HS92:260200", 2022, library=library)
    again = vk.mix("NOR", "HS92:260200", 2022, library=library)
    assert first == again
    card = vk.explain(first["figures"]["hhi_value"], library=library)
    assert card["figure"]["value"] == first["hhi_value"]


def test_parameters_change_the_flags_and_nothing_else():
    plain = {row["product"]: row for row in vk.dependency("NOR", 2022)}
    strict = vk.dependency("NOR", 2022, parameters=vk.Parameters(share_threshold=0.5))
    gained = 0
    for row in strict:
        before = plain[row["product"]]
        assert row["top_share"] == before["top_share"]
        gained += "over_65_imports" in row["flags"] and "over_65_imports" not in before["flags"]
    assert gained > 0


def test_errors_are_of_one_family():
    with pytest.raises(vk.VerdikartError, match="NOR"):
        vk.mix("NRO", "HS92:260200", 2022)


def test_the_version_is_the_projects():
    import tomllib
    from pathlib import Path

    text = (Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8")
    assert tomllib.loads(text)["project"]["version"] == vk.__version__


def test_criticality_in_a_notebook(tmp_path):
    rows = {r["material_id"]: r for r in vk.criticality.assess("EU27", draws=0)}
    assert round(rows["tungsten"]["supply_risk"], 2) == 1.20
    found = vk.criticality.sandbox(changed=vk.criticality.Choices(sr_threshold=1.2))
    assert set(found["leaves"]) == {"arsenic", "fluorspar", "silver"}
    assert found["enters"] == []
    edited = vk.criticality.sandbox(sets=["silver.eol_rir=19%"])
    assert edited["leaves"] == ["silver"]
    with pytest.raises(vk.VerdikartError, match="make one with 'verdikart map"):
        vk.criticality.compare("current", "current", tmp_path)
    lone = vk.criticality.geopolrisk(2022, ["NOR"], ["cobalt"])
    assert len(lone) == 1
    assert lone[0]["score"] == pytest.approx(0.17027503137526872, rel=1e-9)
