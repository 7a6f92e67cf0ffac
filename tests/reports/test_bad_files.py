"""Files that are not what their names say, a full disk, an interruption: told, and nothing half-written."""

from __future__ import annotations

import io
import os
import resource
import zipfile

import docx
import pytest
from pptx import Presentation

from verdikart.core.errors import DataProblem, UsageProblem
from verdikart.mapping.audience import Marks
from verdikart.reports.document import check, record
from verdikart.reports.formats import design_file
from verdikart.reports.produce import produce

PRODUCTS = {
    "n.pptx": "slides",
    "n.docx": "note",
    "n.pdf": "note",
    "n.xlsx": "workbook",
    "n.zip": "package",
}
GOOD = b"the good file of before"
MACROS = {
    ".pptx": (
        b"openxmlformats-officedocument.presentationml.presentation.main",
        b"ms-powerpoint.presentation.macroEnabled.main",
    ),
    ".docx": (
        b"openxmlformats-officedocument.wordprocessingml.document.main",
        b"ms-word.document.macroEnabled.main",
    ),
}


@pytest.fixture(scope="module")
def nickel(document):
    return document("material", ["nickel"])


def _office(suffix):
    held = io.BytesIO()
    (Presentation() if suffix == ".pptx" else docx.Document()).save(held)
    return held.getvalue()


def _changed(data, change):
    """An archive whose parts a function has changed; a part that becomes None is left out."""
    held = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(held, "w") as new:
        for name in old.namelist():
            part = change(name, old.read(name))
            if part is not None:
                new.writestr(name, part)
    return held.getvalue()


def _locked(data):
    """An archive that says that its parts are encrypted."""
    made = bytearray(data)
    for sign, flag in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        at = made.find(sign)
        while at >= 0:
            made[at + flag] |= 1
            at = made.find(sign, at + 4)
    return bytes(made)


FAULTS = {
    "empty": (lambda _: b"", "is empty"),
    "text": (lambda _: b"hello", "cannot be read as a"),
    "encrypted": (lambda _: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "is encrypted"),
    "locked": (lambda s: _locked(_office(s)), "is encrypted"),
    "cut": (lambda s: _office(s)[:9000], "cannot be read as a"),
    "damaged": (lambda s: _office(s)[:2000] + b"\0\0\0\0" + _office(s)[2004:], "cannot be read as a"),
    "untyped": (
        lambda s: _changed(_office(s), lambda n, d: None if n.startswith("[") else d),
        r"lacks \[Content_Types",
    ),
    "macros": (lambda s: _changed(_office(s), lambda _, d: d.replace(*MACROS[s])), "macros"),
    "other": (lambda s: _office({".pptx": ".docx", ".docx": ".pptx"}[s]), "holds no"),
    "torn": (
        lambda s: _changed(_office(s), lambda n, d: b"<a/>" if n.endswith("theme1.xml") else d[:-5]),
        "cannot be read as a",
    ),
}  # fmt: skip


@pytest.mark.parametrize("suffix", [".pptx", ".docx"])
@pytest.mark.parametrize("fault", FAULTS)
def test_a_design_that_is_something_else_is_told(nickel, saved, tmp_path, suffix, fault):
    make, words = FAULTS[fault]
    design = tmp_path / f"design{suffix}"
    design.write_bytes(make(suffix))
    out = tmp_path / f"out{suffix}"
    out.write_bytes(GOOD)
    product = PRODUCTS[f"n{suffix}"]
    with pytest.raises(UsageProblem, match=words) as caught:
        produce(nickel, product, out, saved, Marks(saved), design)
    assert str(design) in str(caught.value)
    assert "object at 0x" not in str(caught.value)
    assert out.read_bytes() == GOOD
    assert {p.name for p in tmp_path.iterdir()} == {design.name, out.name}


@pytest.mark.parametrize("suffix", [".pptx", ".docx"])
def test_a_design_that_unpacks_to_too_much_is_not_unpacked(tmp_path, monkeypatch, suffix):
    monkeypatch.setattr(design_file, "MOST", 100_000)
    path = tmp_path / f"bomb{suffix}"
    path.write_bytes(_changed(_office(suffix), lambda _, d: d))
    small = io.BytesIO()
    with zipfile.ZipFile(small, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("[Content_Types].xml", "")
        file.writestr("x.xml", bytes(200_000))
    path.write_bytes(small.getvalue())
    with pytest.raises(UsageProblem, match="unpacks to more than"):
        design_file.unpacked(path, "Word")


def test_a_design_that_fails_while_it_is_used_is_told(nickel, saved, tmp_path, monkeypatch):
    from verdikart.reports.formats import slides_deck

    def fails(*_, **__):
        raise ValueError("invalid literal")

    monkeypatch.setattr(slides_deck.Deck, "finish", fails)
    design = tmp_path / "design.pptx"
    design.write_bytes(_office(".pptx"))
    with pytest.raises(UsageProblem, match="no slides can be made with it"):
        produce(nickel, "slides", tmp_path / "n.pptx", saved, Marks(saved), design)
    with pytest.raises(ValueError, match="invalid literal"):  # without a design the fault is ours
        produce(nickel, "slides", tmp_path / "n.pptx", saved, Marks(saved))
    assert [p.name for p in tmp_path.iterdir()] == ["design.pptx"]


@pytest.mark.parametrize("name", PRODUCTS)
def test_a_full_disk_leaves_the_file_of_before(nickel, saved, tmp_path, name):
    out = tmp_path / name
    out.write_bytes(GOOD)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (15_000, before[1]))
    try:
        with pytest.raises(UsageProblem, match="cannot be written"):
            produce(nickel, PRODUCTS[name], out, saved, Marks(saved))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert out.read_bytes() == GOOD
    assert [p.name for p in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("place", ["write", "record", "read"])
def test_an_interruption_leaves_the_file_of_before(nickel, saved, tmp_path, monkeypatch, place):
    out = tmp_path / "n.docx"
    out.write_bytes(GOOD)

    def stop(*_, **__):
        raise KeyboardInterrupt

    target = {
        "write": "verdikart.reports.formats.docx.docx_ends.annex",
        "record": "verdikart.reports.document.record._carry",
        "read": "verdikart.reports.document.leaks.scan",
    }[place]
    monkeypatch.setattr(target, stop)
    with pytest.raises(KeyboardInterrupt):
        produce(nickel, "note", out, saved, Marks(saved))
    assert out.read_bytes() == GOOD
    assert os.listdir(tmp_path) == ["n.docx"]  # noqa: PTH208 - hidden ones too


@pytest.mark.parametrize("name", ["n.pptx", "n.docx", "n.pdf", "n.xlsx"])
def test_a_damaged_document_is_told_when_it_is_checked(nickel, saved, saved_out, tmp_path, name):
    path = produce(nickel, PRODUCTS[name], tmp_path / name, saved, Marks(saved))
    data = path.read_bytes()
    for damaged in (b"", data[: len(data) // 2], b"\xd0\xcf\x11\xe0" + bytes(600)):
        path.write_bytes(damaged)
        with pytest.raises(DataProblem, match="cannot be read"):
            record.read(path)
    if name != "n.pdf":
        path.write_bytes(_locked(data))
        with pytest.raises(DataProblem, match="cannot be read"):
            record.read(path)
    if name in ("n.pptx", "n.docx"):
        text = {"n.pptx": "ppt/slides/slide2.xml", "n.docx": "word/document.xml"}[name]
        path.write_bytes(_changed(data, lambda n, d: d[:-9] if n == text else d))
        with pytest.raises(DataProblem, match="cannot be read"):
            check.check(path, saved_out / saved.name)
