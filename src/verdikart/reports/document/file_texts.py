"""Reads a finished file as a stranger would: every text and every number in it, with its place.

Nothing is taken on trust from how the file was written: chart data sheets, speaker notes, hidden
slides, alternative texts, properties, comments, attachments and files inside files are read too.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from xml.etree import ElementTree as ET

from verdikart.reports.document.places import places

ZIP: Final = b"PK\x03\x04"
XML: Final = (".xml", ".rels", ".svg", ".vml", ".xhtml", ".html", ".htm", ".rdf")
PLAIN: Final = (".txt", ".md", ".ttl", ".yaml", ".yml", ".css", "")
JSON: Final = (".json", ".jsonld", ".geojson")
# Pictures, sound, fonts and settings of printers: they hold no text of ours.
SILENT: Final = re.compile(
    r"\.(png|jpe?g|gif|tiff?|bmp|ico|emf|wmf|wdp|webp|mp[34]|m4[av]|wav|wma|avi|mov|wmv|"
    r"fntdata|odttf|ttf|otf|woff2?|bin)$"
)
# Elements whose texts run on into each other; all others stand on lines of their own.
INLINE: Final = frozenset(
    (
        *("r", "t", "ins", "del", "hyperlink", "smartTag", "sdt", "sdtContent", "fld", "fldSimple"),
        *("delText", "instrText", "span", "tspan", "a", "b", "i", "em", "strong", "sup", "sub"),
    )
)
BREAKS: Final = frozenset(("p", "br", "cr", "tab", "row", "tr", "tc", "li"))
# Attributes that readers or programs show as text, or that hold a number of the content.
SAID: Final = frozenset(
    (
        *(
            "descr",
            "title",
            "name",
            "alt",
            "tooltip",
            "prompt",
            "promptTitle",
            "error",
            "errorTitle",
        ),
        *("display", "location", "val", "value", "author", "initials", "subject", "label"),
        *("aria-label", "content"),
    )
)
CELL: Final = re.compile(rb"<c\b([^>]*)>(.*?)</c>", re.DOTALL)
HELD: Final = re.compile(rb"<(?:v|f)\b[^>]*>([^<]*)</(?:v|f)>")


class UnreadableError(ValueError):
    """A part of a file whose texts cannot be read, so that nobody knows what is in it."""


@dataclass(frozen=True, slots=True)
class Part:
    """What stands in one place of a file: its text, and its numbers where they are data."""

    place: str
    text: str
    numbers: tuple[float, ...] = ()


def parts(path: Path) -> Iterator[Part]:
    """Every part of a file or folder. Raises :class:`UnreadableError`."""
    if path.is_dir():
        for file in sorted(p for p in path.rglob("*") if p.is_file()):
            yield from read(file.relative_to(path).as_posix(), file.read_bytes())
    else:
        yield from read(path.name, path.read_bytes(), "")


def read(name: str, data: bytes, place: str | None = None) -> Iterator[Part]:
    """Every part of a file's bytes. ``place``: what stands for its name where it is told."""
    suffix = Path(name).suffix.lower()
    where = name if place is None else place
    if data[:4] == ZIP:
        yield from _archive(data, where)
    elif SILENT.search(name.lower()):
        return
    elif suffix == ".pdf":
        from verdikart.reports.document.pdf_texts import pdf

        for inside, text in pdf(data):
            yield Part(_within(where, inside), text)
            if inside.startswith("attachment "):
                yield from _attached(inside, text, where)
    elif suffix == ".parquet":
        yield _parquet(where, data)
    else:
        yield from _text(where, suffix, data)


def _within(outer: str, inner: str) -> str:
    return f"{outer}: {inner}" if outer and inner else outer or inner


def _attached(inside: str, text: str, where: str) -> Iterator[Part]:
    name = inside.removeprefix("attachment ")
    if Path(name).suffix.lower() in (*JSON, ".csv", *XML):
        yield from read(name, text.encode("utf-8"), _within(where, inside))


def _archive(data: bytes, where: str) -> Iterator[Part]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        known = places(archive)
        comment = archive.comment.decode("utf-8", "replace")
        yield Part(_within(where, "names of the files"), "\n".join([*archive.namelist(), comment]))
        for entry in archive.infolist():
            if not entry.is_dir():
                place = _within(where, known.get(entry.filename, entry.filename))
                yield from read(entry.filename, archive.read(entry), place)


def _text(where: str, suffix: str, data: bytes) -> Iterator[Part]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableError(where) from error
    if suffix in XML or data[:5] == b"<?xml":
        if b"<sheetData" in data:
            yield _sheet(where, data)
        else:
            yield Part(where, _xml(text))
    elif suffix in JSON:
        yield _walked(where, json.loads(text))
    elif suffix == ".csv":
        yield _csv(where, data, text)
    elif suffix in PLAIN or "\0" not in text:
        yield Part(where, text)
    else:
        raise UnreadableError(where)


def _local(name: object) -> str:
    return str(name).rpartition("}")[2]


def _xml(text: str) -> str:
    """XML as running text: a number that is cut into several runs is whole again."""
    try:
        root = ET.fromstring(text)  # noqa: S314 - a file that we wrote
    except ET.ParseError:
        return f"{re.sub(r'<[^>]*>', '', text)}\n{re.sub(r'<[^>]*>', ' ', text)}"
    said = [
        value
        for element in root.iter()
        for name, value in element.attrib.items()
        if _local(name) in SAID
    ]
    return "\n".join([_running(root), *said])


def _running(element: ET.Element) -> str:
    found = [element.text or ""]
    for child in element:
        text, name = _running(child), _local(child.tag)
        if name in BREAKS or (text and name not in INLINE):
            text = f"\n{text}\n"
        found += [text, child.tail or ""]
    return "".join(found)


def _sheet(where: str, data: bytes) -> Part:
    """A sheet of a workbook: its cells by pattern, since a tree of a million cells is slow.

    Texts stand in the table of shared strings; their cells hold numbers of rows in it.
    """
    numbers, texts = [], []
    for cell in CELL.finditer(data):
        if b't="s"' in cell[1]:
            continue
        for held in HELD.findall(cell[2]):
            try:
                numbers.append(float(held))
            except ValueError:
                texts.append(held.decode("utf-8"))
        if b't="inlineStr"' in cell[1]:
            texts.append(_xml(f"<x>{cell[2].decode('utf-8')}</x>"))
    start, end = data.index(b"<sheetData"), data.rfind(b"</sheetData>")
    if end > 0:
        data = data[:start] + data[end + len(b"</sheetData>") :]
    return Part(where, "\n".join([_xml(data.decode("utf-8")), *texts]), tuple(numbers))


def _walked(where: str, value: Any) -> Part:  # noqa: ANN401 - any JSON
    """A tree of plain values: its numbers, and its different texts."""
    numbers: list[float] = []
    texts: dict[str, None] = {}
    left = [value]
    while left:
        one = left.pop()
        if isinstance(one, dict):
            texts.update(dict.fromkeys(map(str, one)))
            left += one.values()
        elif isinstance(one, (list, tuple)):
            left += one
        elif isinstance(one, (int, float)) and not isinstance(one, bool):
            numbers.append(float(one))
        elif one is not None:
            texts[str(one)] = None
    return Part(where, "\n".join(texts), tuple(numbers))


def _parquet(where: str, data: bytes) -> Part:
    import pyarrow.parquet as pq

    table = pq.read_table(io.BytesIO(data))
    said = table.schema.metadata or {}
    return _columns(
        where,
        table,
        "\n".join(v.decode("utf-8", "replace") for k, v in said.items() if k != b"ARROW:schema"),
    )


def _columns(where: str, table: Any, said: str = "") -> Part:  # noqa: ANN401 - an Arrow table
    """A table by its columns: its numbers, and the different texts of each."""
    import pyarrow as pa

    numbers: list[float] = []
    texts = [said, *table.column_names]
    for column in table.columns:
        kind = column.type
        if pa.types.is_integer(kind) or pa.types.is_floating(kind):
            numbers += column.drop_null().to_pylist()
        elif not pa.types.is_boolean(kind) and not pa.types.is_null(kind):
            nested = pa.types.is_nested(kind)
            held = _walked(where, (column if nested else column.unique()).to_pylist())
            numbers += held.numbers
            texts.append(held.text)
    return Part(where, "\n".join(texts), tuple(numbers))


def _csv(where: str, data: bytes, text: str) -> Part:
    """A CSV file by its own rules: with semicolons, decimals have commas."""
    import pyarrow as pa
    from pyarrow import csv

    head = text.partition("\n")[0]
    norwegian = head.count(";") > head.count(",")
    try:
        table = csv.read_csv(
            io.BytesIO(data),
            parse_options=csv.ParseOptions(
                delimiter=";" if norwegian else ",", newlines_in_values=True
            ),
            convert_options=csv.ConvertOptions(decimal_point="," if norwegian else "."),
        )
    except pa.ArrowInvalid:
        return Part(where, text)
    return _columns(where, table)


__all__ = ["Part", "UnreadableError", "parts", "read"]
