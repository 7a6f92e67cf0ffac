"""A document as a Word note: real styles, captions, cross-references and numbered notes."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

from verdikart.mapping.audience import Marks
from verdikart.mapping.saved import Saved
from verdikart.reports.document.datasets import WHOLE
from verdikart.reports.document.model import Document
from verdikart.reports.formats import docx_ends
from verdikart.reports.formats.docx_base import LANGUAGE, opened
from verdikart.reports.formats.docx_sections import section
from verdikart.reports.formats.docx_sheet import Sheet

EPOCH = (1980, 1, 1, 0, 0, 0)


def write(
    document: Document, target: Path, saved: Saved, marks: Marks, design: Path | None
) -> None:
    """Write a document to ``target``, in the looks of a Word file or template where one is given.

    Raises :class:`verdikart.core.errors.UsageProblem` for a design that cannot be used.
    """
    del saved, marks  # the document holds all that a note says
    base = opened(design, document.about.lang)
    _write(Sheet(base, document))
    _properties(base.word, document)
    held = io.BytesIO()
    base.word.save(held)
    _timeless(held, target)


def _write(sheet: Sheet) -> None:
    """Everything, in reading order."""
    whole = sheet.document.about.template == WHOLE
    docx_ends.front(sheet)
    if whole:
        docx_ends.contents(sheet)
    for place, part in enumerate(sheet.document.sections):
        section(sheet, part, place, new_page=whole and place == 0)
    docx_ends.annex(sheet)
    docx_ends.notes(sheet)
    docx_ends.terms(sheet)
    docx_ends.sources(sheet)
    sheet.pages.close()


def _properties(word: Any, document: Document) -> None:  # noqa: ANN401 - python-docx has no types
    """Title, subject and language; no name of a person, no time."""
    root = word.core_properties._element  # the only way to leave times out
    for child in list(root):
        root.remove(child)
    about = document.about
    known = word.core_properties
    known.title = document.title[:255]
    known.subject = document.subtitle[:255]
    known.author = "verdikart"
    known.keywords = ", ".join(("verdikart", about.template, *about.about, about.mapping[:8]))[:255]
    known.comments = document.footer[:255]
    known.language = LANGUAGE[about.lang]


def _timeless(held: io.BytesIO, target: Path) -> None:
    """Put the parts into the file with one fixed time: the same document gives the same bytes."""
    with (
        zipfile.ZipFile(held) as made,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as file,
    ):
        for name in made.namelist():
            entry = zipfile.ZipInfo(name, EPOCH)
            file.writestr(entry, made.read(name), zipfile.ZIP_DEFLATED)


__all__ = ["write"]
