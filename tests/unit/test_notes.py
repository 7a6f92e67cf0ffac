"""Notes of loading: kept with their parts, said in the reader's language."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verdikart.core.errors import DataProblem
from verdikart.sources.notes import Note, Quote, kept, read
from verdikart.store import vintages


@given(codes=st.text(max_size=20), own=st.text(max_size=20), norwegian=st.text(max_size=20))
def test_a_note_comes_back_from_json_as_it_was(codes: str, own: str, norwegian: str) -> None:
    for note in (Note("Left out: {codes}.", codes=codes), Quote(own, norwegian), Quote(own)):
        again = read(json.loads(json.dumps(kept(note))))
        assert type(again) is type(note)
        assert (again, again.said("en"), again.said("nb")) == (note, note, note.said("nb"))
    assert Note("Left out: {codes}.", codes=codes).said("nb") == f"Utelatt: {codes}."
    assert Quote(own, norwegian).said("nb") == (norwegian or own)


def written(folder: Path, *told: Note) -> vintages.Vintage:
    """A vintage of no tables with these notes, its manifest in the folder."""
    day = "2026-01-01"
    one = vintages.Vintage(
        "norges_bank", "a", "", f"{day}T00:00:00", day, "1", {}, (), (), told, (), folder
    )  # fmt: skip
    vintages.write(one, folder)
    return one


def test_a_vintage_keeps_its_notes_in_both_languages(tmp_path: Path) -> None:
    rate = Note("There is no yearly rate of {years}.", years="2030")
    one = written(tmp_path, rate, Quote("Title", "Tittel"))
    again = vintages.read(tmp_path)
    assert [note.said("nb") for note in again.notes] == [
        "Det finnes ingen årskurs for 2030.",
        "Tittel",
    ]
    assert again == one


def test_a_note_that_cannot_be_read_is_told_with_the_remedy(tmp_path: Path) -> None:
    written(tmp_path)
    path = tmp_path / vintages.MANIFEST
    path.write_text(path.read_text().replace('"notes": []', '"notes": ["Left out"]'))
    with pytest.raises(DataProblem, match="data drop"):
        vintages.read(tmp_path)
