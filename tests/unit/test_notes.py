"""Notes of loading: kept with their parts, said in the reader's language."""

from __future__ import annotations

import json
from dataclasses import replace

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


def test_a_vintage_keeps_its_notes_in_both_languages(tmp_path) -> None:
    told = (Note("There is no yearly rate of {years}.", years="2030"), Quote("Title", "Tittel"))
    one = vintages.Vintage(
        "norges_bank",
        "a",
        "",
        "2026-01-01T00:00:00",
        "2026-01-01",
        "1",
        {},
        (),
        (),
        told,
        (),
        tmp_path,
    )
    vintages.write(one, tmp_path)
    again = vintages.read(tmp_path)
    assert [note.said("nb") for note in again.notes] == [
        "Det finnes ingen årskurs for 2030.",
        "Tittel",
    ]
    assert again == replace(one, notes=again.notes)


def test_a_note_that_cannot_be_read_is_told_with_the_remedy(tmp_path) -> None:
    one = vintages.Vintage(
        "norges_bank",
        "a",
        "",
        "2026-01-01T00:00:00",
        "2026-01-01",
        "1",
        {},
        (),
        (),
        (),
        (),
        tmp_path,
    )
    vintages.write(one, tmp_path)
    path = tmp_path / vintages.MANIFEST
    path.write_text(path.read_text().replace('"notes": []', '"notes": ["Left out"]'))
    with pytest.raises(DataProblem, match="data drop"):
        vintages.read(tmp_path)
