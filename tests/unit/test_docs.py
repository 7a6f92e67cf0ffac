"""The documentation matches the program: generated page, links, documented keys and options."""

from __future__ import annotations

import importlib.util
import os
import re
from pathlib import Path

import pytest
import typer.main
import yaml

from verdikart import __version__
from verdikart.cli.app import build
from verdikart.core.figure import MixId
from verdikart.indicators.verdict import FLAGS
from verdikart.mapping import catalogue
from verdikart.mapping.library import Library
from verdikart.mapping.questions import dependency_row, supply_mix

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("benchmarks/*.md")])
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
MANGANESE = MixId("NOR", 2024, "baci_hs92", "HS92:260200", "import")


def _text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def _anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", h.strip().lower()).replace(" ", "-") for h in headings}


def test_indicator_page_is_current():
    spec = importlib.util.spec_from_file_location("docs_generate", ROOT / "docs/generate.py")
    generate = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(generate)
    assert generate.PAGE.read_text(encoding="utf-8") == generate.page(), (
        "docs/indicators.md is stale: run python docs/generate.py"
    )


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_resolve(page):
    broken = []
    for target in LINK.findall(FENCE.sub("", page.read_text(encoding="utf-8"))):
        if target.startswith(("http://", "https://", "mailto:")):
            continue
        path, _, anchor = target.partition("#")
        found = (page.parent / path).resolve() if path else page
        if not found.exists() or (anchor and anchor not in _anchors(found)):
            broken.append(target)
    assert not broken


def test_decisions_are_listed_and_short():
    index = _text("docs/decisions/README.md")
    for page in (ROOT / "docs/decisions").glob("0*.md"):
        text = page.read_text(encoding="utf-8")
        assert f"({page.name})" in index
        assert len(text.splitlines()) <= 60
        for part in ("**Context.**", "**Decision.**", "**Consequences.**", "**Alternatives.**"):
            assert part in text, f"{page.name} lacks {part}"


def _documented(key: str, text: str) -> bool:
    base = re.sub(r"_(status|low|high|reason)$", "", key)
    return f"`{key}`" in text or f"`{base}`" in text


def test_json_keys_are_documented():
    text = _text("docs/cli.md")
    mix = supply_mix(Library(), MANGANESE)
    row = dependency_row(Library(), "NOR", 2024, "baci_hs92", "HS92:260200")
    keys = {*mix, *mix["suppliers"][0], *row}
    assert not [key for key in keys if not _documented(key, text)]


def _commands(group, name=""):
    for key, command in getattr(group, "commands", {}).items():
        yield f"{name} {key}".strip(), command
        yield from _commands(command, f"{name} {key}".strip())


def test_verbs_and_options_are_documented():
    text = _text("docs/cli.md")
    for name, command in _commands(typer.main.get_command(build())):
        assert f"verdikart {name}" in text or getattr(command, "commands", None), name
        for parameter in command.params:
            for option in (o for o in parameter.opts if o.startswith("--") and o != "--help"):
                assert option in text, f"{name} {option}"


def test_flags_are_documented():
    text = _text("docs/decisions/0010-verdicts.md")
    assert not [flag for flag in FLAGS if f"`{flag}`" not in text]


def test_years_named_in_the_pages_are_those_of_the_data():
    assert catalogue.source_years("baci_hs92")[-1] == 2024


def test_citation_fits_the_version():
    cited = yaml.safe_load(_text("CITATION.cff"))
    assert cited["version"] == __version__
    assert cited["cff-version"] == "1.2.0"
    assert cited["authors"] == [{"name": "verdikart contributors"}]


def test_ci_run_can_be_executed():
    assert os.access(ROOT / ".ci/run", os.X_OK)
