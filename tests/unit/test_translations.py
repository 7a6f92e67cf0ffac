"""Everything a user sees exists in bokmål and English."""

from __future__ import annotations

import ast
import re
import string
from pathlib import Path

import pytest

from verdikart.core.registry import REGISTRY
from verdikart.reference.i18n import catalogue_paths, number, percent, translations

SRC = Path(__file__).parents[2] / "src" / "verdikart"
# The plant table's headings are translated from a list of column names.
NAMES = {"producer", "product", "place", "capacity", "status", "confidence"}


IN_TEMPLATES = re.compile(r"""\b_\((?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')""")
SAYS = ("_", "say", "statement", "Note")  # functions and methods that take a message


def messages() -> dict[str, str]:
    """Every message id in the code and the templates, with the file it stands in."""
    found = {}
    for file in sorted(SRC.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and node.args):
                continue
            function, first = node.func, node.args[0]
            named = getattr(function, "id", "") or getattr(function, "attr", "")
            direct = isinstance(function, ast.Call) and (
                getattr(function.func, "id", "") == "translator"
            )
            text = first.value if isinstance(first, ast.Constant) else None
            if (named in SAYS or direct) and isinstance(text, str):
                found[text] = file.name
    for file in sorted(SRC.rglob("*.j2")):
        for double, single in IN_TEMPLATES.findall(file.read_text(encoding="utf-8")):
            found[double or single] = file.name
    return found


def fields(text: str) -> set[str]:
    """The placeholders of a message."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_every_message_has_a_bokmaal_text_with_the_same_placeholders():
    catalogue = translations("nb")
    found = messages()
    assert len(found) > 80
    missing = {m: f for m, f in found.items() if not catalogue.get(m)}
    assert not missing
    differ = [m for m in found if fields(m) != fields(catalogue[m])]
    assert not differ


def test_a_message_is_translated_in_one_way():
    from babel.messages.pofile import read_po

    found: dict[str, set[str]] = {}
    for path in catalogue_paths("nb"):
        with path.open(encoding="utf-8") as file:
            for entry in read_po(file):
                if entry.id:
                    found.setdefault(str(entry.id), set()).add(str(entry.string))
    assert not {message: texts for message, texts in found.items() if len(texts) > 1}


def test_headings_made_from_column_names_are_translated():
    assert set(translations("nb")) >= NAMES


def test_every_indicator_has_both_languages():
    import verdikart.indicators  # noqa: F401

    for entry in REGISTRY.indicators.values():
        for text in (entry.name, entry.definition, *entry.caveats):
            assert text.en, entry.id
            assert text.nb, entry.id
        assert entry.definition.en != entry.definition.nb, entry.id


@pytest.mark.parametrize(
    ("value", "nb", "en"),
    [
        (1234567.891, "1\u00a0234\u00a0567,89", "1,234,567.89"),
        (0.5, "0,50", "0.50"),
        (-1200, "-1\u00a0200,00", "-1,200.00"),
    ],
)
def test_numbers_follow_the_locale(value, nb, en):
    assert number(value, "nb", 2) == nb
    assert number(value, "en", 2) == en


def test_shares_follow_the_locale_and_are_never_rounded_up_to_all():
    assert percent(0.65, "nb", 0) == "65\u00a0%"
    assert percent(0.65, "en", 0) == "65%"
    assert percent(0.99976, "nb") == ">99,9\u00a0%"
    assert percent(1.0, "nb") == "100,0\u00a0%"
    assert percent(None, "nb") == "–"
