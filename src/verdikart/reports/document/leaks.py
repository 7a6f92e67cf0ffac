"""The leak check: no figure above the audience in a document, nor anywhere in the file written.

First the document is checked as an object, then the finished file is read as a stranger would:
every part of it, chart data sheets, speaker notes, alternative texts, hidden slides and properties
included. A file that fails is not published.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from xml.etree import ElementTree as ET

from verdikart.core.errors import DataProblem
from verdikart.mapping.audience import Level, Marks, above
from verdikart.mapping.saved import Saved
from verdikart.reference.i18n import LANGS, number, percent
from verdikart.reports.document.model import Document

DIGITS: Final = 3  # a text of fewer digits says too little to be known again
ARCHIVES: Final = (".zip", ".docx", ".pptx", ".xlsx")


class LeakError(DataProblem):
    """A figure is above the audience of the document; nothing was written."""


@dataclass(frozen=True, slots=True)
class Secret:
    """A figure that must not be in a file: its name, its level, and the forms it would take."""

    figure: str
    level: Level
    forms: tuple[str, ...]


def secrets(saved: Saved, marks: Marks, document: Document) -> tuple[Secret, ...]:
    """Every marked number above a document's audience, with the texts it is known by.

    A form that a figure of the document has too, by right, gives nothing away and is left out.
    """
    del saved  # the marks know their mapping
    allowed = {figure.text for figure in document.figures if not figure.withheld}
    found = []
    for value, level, name in marks.values:
        if above(level, document.about.audience):
            forms = tuple(f for f in dict.fromkeys(_forms(value)) if f not in allowed)
            found.append(Secret(name, level, forms))
    return tuple(found)


def _forms(value: float) -> Iterator[str]:
    """A number as files and texts write it."""
    yield repr(value)
    yield f"{value:.12g}"
    yield f"{value:.6g}"
    whole = float(value).is_integer()
    if whole:
        yield str(int(value))
    for lang in LANGS:
        if 0 < abs(value) < 1:
            yield percent(value, lang)
        for decimals in (0,) if whole else (1, 2, 3):
            text = number(value, lang, decimals)
            if sum(c.isdigit() for c in text) > DIGITS:
                yield text


def check(document: Document, held: Iterable[Secret]) -> None:
    """Look for secrets in the document. Raises :class:`LeakError` naming figure and place."""
    wanted = tuple(held)
    for figure in document.figures:
        if above(figure.level, document.about.audience) and not figure.withheld:
            raise _leak(str(figure.binding), figure.level, "a figure of the document")
    for place, text in _texts(document):
        _look(text, wanted, place)


def _texts(document: Document) -> Iterator[tuple[str, str]]:
    """Every text of a document with where it stands."""
    yield "title", f"{document.title}\n{document.subtitle}"
    for number_, statement in enumerate(document.statements, start=1):
        yield f"statement {number_}", statement.text
    for note in document.notes:
        yield f"note {note.number}", note.text
    for table in document.tables:
        cells = (f"{cell.text}\t{cell.raw}\t{cell.small}" for row in table.rows for cell in row)
        yield f"table {table.table_id}", "\n".join(cells)
    for block in document.blocks:
        alt = getattr(block, "alt", "")
        if alt:
            yield f"alternative text of {block.title}", alt  # type: ignore[union-attr]


def scan(path: Path, held: Iterable[Secret]) -> None:
    """Look for secrets in a written file or folder. Raises :class:`LeakError`."""
    wanted = tuple(held)
    if not wanted:
        return
    for name, text in _parts(path):
        _look(text, wanted, name)


def _look(text: str, wanted: Iterable[Secret], place: str) -> None:
    for secret in wanted:
        for form in secret.forms:
            if re.search(rf"(?<![\d.,]){re.escape(form)}(?![\d])", text):
                raise _leak(secret.figure, secret.level, place)


def _leak(figure: str, level: Level, place: str) -> LeakError:
    return LeakError(
        f"{figure} is for {level} alone and would stand in: {place}. Nothing was written; choose "
        f"--audience {level}, or mark the figures that repeat it"
    )


def _parts(path: Path) -> Iterator[tuple[str, str]]:
    """Every part of a file as text."""
    if path.is_dir():
        for file in sorted(p for p in path.rglob("*") if p.is_file()):
            yield from _read(file.relative_to(path).as_posix(), file.read_bytes())
    else:
        yield from _read(path.name, path.read_bytes())


def _read(name: str, data: bytes) -> Iterator[tuple[str, str]]:
    suffix = Path(name).suffix.lower()
    if suffix in ARCHIVES or data[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for part in archive.namelist():
                for inner, text in _read(part, archive.read(part)):
                    yield inner if inner == part else f"{part}: {inner}", text
    elif suffix == ".pdf":
        yield from _pdf(data)
    elif suffix == ".parquet":
        import pyarrow.parquet as pq

        table = pq.read_table(io.BytesIO(data))
        yield (
            name,
            "\n".join(str(value) for column in table.columns for value in column.to_pylist()),
        )
    else:
        text = data.decode("utf-8", errors="replace")
        yield name, f"{text}\n{_plain(text)}" if suffix in (".xml", ".rels", ".svg") else text


def _plain(text: str) -> str:
    """XML as running text, a paragraph a line: a number may be cut into several elements."""
    try:
        root = ET.fromstring(text)  # noqa: S314 - our own file
    except ET.ParseError:
        return ""
    lines = [
        "".join(paragraph.itertext())
        for paragraph in root.iter()
        if paragraph.tag.rpartition("}")[2] in ("p", "si", "v", "t", "record")
    ]
    lines += [value for element in root.iter() for value in element.attrib.values()]
    return "\n".join(lines)


def _pdf(data: bytes) -> Iterator[tuple[str, str]]:
    from pypdf import PdfReader

    reader = PdfReader(io.BytesIO(data))
    for place, page in enumerate(reader.pages, start=1):
        yield f"page {place}", page.extract_text()
    yield "properties", "\n".join(map(str, (reader.metadata or {}).values()))
    for name, held in reader.attachments.items():
        for part in held:
            yield name, bytes(part).decode("utf-8", errors="replace")


__all__ = ["LeakError", "Secret", "check", "scan", "secrets"]
