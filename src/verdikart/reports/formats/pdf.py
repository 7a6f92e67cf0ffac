"""A note as PDF, set by Typst: tagged by PDF/UA-1, with bookmarks, and its record attached.

The template reads the document as data from memory. No file is read besides the template, no font
beside those that Typst carries with it, and nothing from a network.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final, Literal

from verdikart.core.errors import UsageProblem
from verdikart.mapping.audience import Marks
from verdikart.mapping.saved import Saved
from verdikart.reports.document.model import Document
from verdikart.reports.document.record import record
from verdikart.reports.formats.pdf_data import Setter
from verdikart.reports.formats.pdf_rows import headed

TEMPLATE: Final = Path(__file__).with_name("note.typ")
# A letter that the note's fonts lack is looked for among those installed; one that none has leaves a
# tagged file that PDF/UA would not pass, rather than no file.
TRIES: Final[tuple[tuple[Literal["ua-1", "1.7"], bool], ...]] = (
    ("ua-1", True),
    ("ua-1", False),
    ("1.7", False),
)
NO_LETTER: Final = "could not be displayed"


def write(
    document: Document, target: Path, saved: Saved, marks: Marks, design: Path | None = None
) -> None:
    """Write a document as a PDF note. Raises :class:`UsageProblem` where a design is given."""
    del saved, marks  # the document holds all that is shown
    if design is not None:
        raise UsageProblem(
            f"{design}: a design applies to slides (.pptx) and notes in Word (.docx); leave out "
            "--design for a PDF, or end --out in .docx"
        )
    held = {
        "data": json.dumps(Setter(document).data(), ensure_ascii=False),
        "record": json.dumps(record(document), ensure_ascii=False, sort_keys=True),
    }
    target.write_bytes(headed(_compile(held)))


def _compile(held: dict[str, str]) -> bytes:
    import typst

    template = TEMPLATE.read_bytes()
    for standard, own_fonts in TRIES:
        try:
            return bytes(
                typst.compile(
                    template,
                    ignore_system_fonts=own_fonts,
                    sys_inputs=held,
                    pdf_standards=[standard],
                    timestamp=0,  # the same document is the same file
                )
            )
        except typst.TypstError as error:
            if NO_LETTER not in str(error.message):
                raise
    raise AssertionError("a file without a standard asks for no letters")


__all__ = ["write"]
