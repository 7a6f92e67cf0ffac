"""The running text of a note or a deck as it stands in the file, paragraph by paragraph."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final
from xml.etree import ElementTree as ET

EDITED: Final = (".docx", ".pptx")  # what people go on writing in
WORD: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
DRAWING: Final = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
TEXTS: Final = re.compile(
    r"(word/(document|footnotes|endnotes)|ppt/(slides|notesSlides)/\w+?\d+)\.xml$"
)
LIKE: Final = 0.6  # share of a sentence's words that another must have to be that sentence, edited


def paragraphs(path: Path) -> list[str]:
    """Paragraphs of a Word or PowerPoint file, without the raised marks of its notes."""
    found = []
    with zipfile.ZipFile(path) as file:
        for name in sorted(n for n in file.namelist() if TEXTS.match(n)):
            root = ET.fromstring(file.read(name))  # noqa: S314 - no entities are resolved
            for tag, read in ((WORD, _of_word), (DRAWING, _of_drawing)):
                found += [read(paragraph) for paragraph in root.iter(f"{tag}p")]
    return [text for text in map(one_line, found) if text]


def _of_word(paragraph: ET.Element) -> str:
    texts = []
    for run in paragraph.iter(f"{WORD}r"):
        raised = run.find(f"{WORD}rPr/{WORD}vertAlign")
        if raised is None or raised.get(f"{WORD}val") != "superscript":
            texts += [t.text or "" for t in run if t.tag == f"{WORD}t"]
    return "".join(texts)


def _of_drawing(paragraph: ET.Element) -> str:
    texts = []
    for run in paragraph.iter(f"{DRAWING}r"):
        properties = run.find(f"{DRAWING}rPr")
        raised = properties is not None and int(properties.get("baseline") or 0) > 0
        texts += [] if raised else [t.text or "" for t in run.iter(f"{DRAWING}t")]
    return "".join(texts)


def one_line(text: str) -> str:
    """A text with single plain blanks, for comparing."""
    return " ".join(text.split())


def whole(found: Sequence[str]) -> str:
    """All paragraphs as one text to look for a sentence in."""
    return "\n".join(found)


def like(sentence: str, found: Sequence[str]) -> str:
    """The paragraph that a sentence has become; empty where none is like it."""
    wanted = set(re.findall(r"\w+", sentence.casefold()))
    if not wanted:
        return ""

    def alike(text: str) -> float:
        return len(wanted & set(re.findall(r"\w+", text.casefold()))) / len(wanted)

    best = max(found, key=alike, default="")
    return best if alike(best) >= LIKE else ""


__all__ = ["EDITED", "like", "one_line", "paragraphs", "whole"]
