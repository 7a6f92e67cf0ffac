"""Texts of reason and note codes in both languages."""

from __future__ import annotations

from verdikart.core.errors import DataProblem
from verdikart.reference.entities import Note, Reason
from verdikart.reference.load import by_key


def reason_text(code: str, lang: str) -> str:
    """The sentence behind a reason or note code. Raises :class:`DataProblem` for an unknown one."""
    found = by_key(Reason).get(code) or by_key(Note).get(code)
    if found is None:
        raise DataProblem(f"no text for the reason {code!r}: add it to tables/reasons.csv")
    return str(found.text_nb if lang == "nb" else found.text_en)
