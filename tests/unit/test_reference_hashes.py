"""A mapping names the reference tables it was made with."""

from __future__ import annotations

from verdikart.mapping import save
from verdikart.reference import load
from verdikart.reference.records import TABLES


def test_every_table_has_a_hash_that_moves_with_an_edit_and_not_with_order(tmp_path, monkeypatch):
    held = save.reference_hashes()
    assert set(held) == set(TABLES)
    assert len(set(held.values())) == len(TABLES)
    source = load.path("eu_assessment_2023").read_text(encoding="utf-8")
    head, *rows = source.splitlines()
    edits = {
        "reordered": "\r\n".join([head, *reversed(rows)]) + "\r\n",
        "edited": source.replace("tungsten", "wolfram", 1),
    }
    for what, text in edits.items():
        file = tmp_path / f"{what}.csv"
        file.write_bytes(text.encode())
        monkeypatch.setattr(
            save,
            "reference_path",
            lambda name, file=file: file if name == "eu_assessment_2023" else load.path(name),
        )
        again = save.reference_hashes.__wrapped__()
        differ = {name for name in held if again[name] != held[name]}
        assert differ == ({"eu_assessment_2023"} if what == "edited" else set()), what
