"""The record inside a written document: which figures its sentences and tables are bound to.

Office files carry it as a custom XML part, which word processors keep when the text is edited; a PDF
carries it as an attached file. With it a signed-off document can be held against a later mapping.
"""

from __future__ import annotations

import json
import os
import struct
import zipfile
import zlib
from collections.abc import Iterator
from copy import copy
from itertools import count
from pathlib import Path
from typing import IO, Any, Final, cast
from xml.etree import ElementTree as ET

from verdikart.core.errors import DataProblem, UsageProblem
from verdikart.reports.document.model import Document, Figure, Statement
from verdikart.reports.document.paragraphs import EDITED, one_line, paragraphs, whole

Row = dict[str, Any]
SCHEMA: Final = 1
NAMESPACE: Final = "urn:verdikart:record:1"
PART: Final = "customXml/item{number}.xml"
# Office keeps a part of others that has an id of its own: {8-4-4-4-12}, always the same one here.
ITEM: Final = "{8B0B6E32-5D4C-4E0B-9C57-56454B415254}"
PROPERTIES: Final = "customXml/itemProps{number}.xml"
PROPERTIES_TYPE: Final = "application/vnd.openxmlformats-officedocument.customXmlProperties+xml"
STORE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/customXml"
ATTACHED: Final = "verdikart-record.json"
RELATION: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/customXml"
RELATIONS: Final = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPES: Final = "http://schemas.openxmlformats.org/package/2006/content-types"
NAME_LENGTH: Final = 26  # where a packed part's header has the lengths of its name and extra field
MOST: Final = 200 * 2**20  # bytes that a part may unpack to; a record has less than ten million
# What reading a damaged Office file raises; an encrypted part or an unknown packing is a run-time error.
UNREADABLE: Final = (
    OSError, zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, ValueError, ET.ParseError,
)  # fmt: skip
SIZES_BEHIND: Final = 0x08  # flag of a packed part whose sizes stand behind it
MAIN: Final = {
    ".docx": "word/_rels/document.xml.rels",
    ".pptx": "ppt/_rels/presentation.xml.rels",
    ".xlsx": "xl/_rels/workbook.xml.rels",
}


def record(document: Document) -> Row:
    """What a document says and which figures it says it of; withheld figures hold no value."""
    about = document.about
    return {
        "schema": SCHEMA,
        "title": document.title,
        "template": about.template,
        "about": list(about.about),
        "lang": about.lang,
        "audience": about.audience,
        "home": about.home,
        "year": about.year,
        "mapping": about.mapping,
        "version": about.version,
        "owner": about.owner,
        "signed": about.signed,
        "states": dict(about.states),
        "statements": [
            {
                "text": statement.text,
                "kind": statement.kind,
                "owner": statement.owner,
                "use": statement.use,
                "figures": [*_runs(statement), *map(_figure, statement.bound)],
            }
            for statement in document.statements
            if statement.figures
        ],
        "tables": [
            {
                "id": table.table_id,
                "title": table.title,
                "cells": [
                    {"row": row[0].text, "column": column.title, **_figure(cell.figure)}
                    for row in table.rows
                    for column, cell in zip(table.columns, row, strict=True)
                    if cell.figure is not None
                ],
            }
            for table in document.tables
        ],
    }


def _runs(statement: Statement) -> Iterator[Row]:
    """The figures that stand in a statement's text, each with where it begins."""
    at = 0
    for run in statement.runs:
        if isinstance(run, Figure):
            yield {"at": at, **_figure(run)}
        at += len(str(run))


def _figure(figure: Figure) -> Row:
    return {
        "figure": str(figure.binding),
        "value": figure.raw,
        "text": figure.text,
        "status": figure.status,
        "withheld": figure.withheld,
        "low": figure.low,
        "high": figure.high,
    }


def embed(path: Path, held: Row) -> None:
    """Put a record into an Office file, in the place of one that is there.

    Of notes and slides it says too which statements stand in the file word by word (``in_file``),
    so that what is edited later can be told from what was left out or cut.
    """
    main = MAIN[path.suffix.lower()]
    if path.suffix.lower() in EDITED:
        text = whole(paragraphs(path))
        said = [{**s, "in_file": one_line(s["text"]) in text} for s in held["statements"]]
        held = {**held, "statements": said}
    root = ET.Element(f"{{{NAMESPACE}}}record")
    root.text = json.dumps(held, ensure_ascii=False, sort_keys=True)
    part = b"<?xml version='1.0' encoding='UTF-8'?>\n" + ET.tostring(root, encoding="utf-8")
    beside = path.with_name(f"{path.name}.record")
    try:
        with (
            zipfile.ZipFile(path) as old,
            zipfile.ZipFile(beside, "w", zipfile.ZIP_DEFLATED) as new,
        ):
            number = _number(old)
            ours = _parts(number, part)
            for entry in old.infolist():
                if entry.filename == main:
                    data = _related(old.read(entry), PART.format(number=number))
                    new.writestr(entry, data, zipfile.ZIP_DEFLATED)
                elif entry.filename == "[Content_Types].xml":
                    data = _typed(old.read(entry), PROPERTIES.format(number=number))
                    new.writestr(entry, data, zipfile.ZIP_DEFLATED)
                elif entry.filename not in ours:
                    _carry(entry, old, new)
            for name, data in ours.items():
                new.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
        os.replace(beside, path)  # noqa: PTH105 - one step on every system
    finally:
        beside.unlink(missing_ok=True)


def _number(file: zipfile.ZipFile) -> int:
    """The record's own number, else the first free one: a template may hold XML parts of others."""
    names = set(file.namelist())
    for number in count(1):
        name = PART.format(number=number)
        if name in names:
            if _of_record(file.read(name)) is not None:
                return number
        elif PROPERTIES.format(number=number) not in names:
            return number
    raise AssertionError


def _parts(number: int, record: bytes) -> dict[str, bytes]:
    """The record's part, and what tells Office that it is one to keep."""
    properties = PROPERTIES.format(number=number)
    head = b'<?xml version="1.0" encoding="UTF-8" standalone="no"?>\n'
    store = (
        f'<ds:datastoreItem xmlns:ds="{STORE}" ds:itemID="{ITEM}"><ds:schemaRefs>'
        f'<ds:schemaRef ds:uri="{NAMESPACE}"/></ds:schemaRefs></ds:datastoreItem>'
    )
    relation = (
        f'<Relationships xmlns="{RELATIONS}"><Relationship Id="rId1" Type="{RELATION}Props" '
        f'Target="{properties.rpartition("/")[2]}"/></Relationships>'
    )
    return {
        PART.format(number=number): record,
        f"customXml/_rels/item{number}.xml.rels": head + relation.encode(),
        properties: head + store.encode(),
    }


def _carry(entry: zipfile.ZipInfo, old: zipfile.ZipFile, new: zipfile.ZipFile) -> None:
    """Take a part over as it is packed: a workbook's parts take a second to pack again."""
    source, target = cast("IO[bytes]", old.fp), cast("IO[bytes]", new.fp)  # both are open
    source.seek(entry.header_offset + NAME_LENGTH)
    name, extra = struct.unpack("<HH", source.read(4))
    source.seek(name + extra, os.SEEK_CUR)
    packed = source.read(entry.compress_size)
    kept = copy(entry)
    kept.flag_bits &= ~SIZES_BEHIND
    target.seek(new.start_dir)
    kept.header_offset = target.tell()
    target.write(kept.FileHeader())
    target.write(packed)
    new.start_dir = target.tell()
    new.filelist.append(kept)
    new.NameToInfo[kept.filename] = kept


def _related(data: bytes, place: str) -> bytes:
    ET.register_namespace("", RELATIONS)
    root = ET.fromstring(data)  # noqa: S314 - written by ourselves a moment ago
    if not any(child.get("Target", "").endswith(place) for child in root):
        given = {"Id": "rIdVerdikart", "Type": RELATION, "Target": f"../{place}"}
        ET.SubElement(root, f"{{{RELATIONS}}}Relationship", given)
    return b"<?xml version='1.0' encoding='UTF-8' standalone='yes'?>\n" + ET.tostring(root)


def _typed(data: bytes, properties: str) -> bytes:
    ET.register_namespace("", TYPES)
    root = ET.fromstring(data)  # noqa: S314 - as above
    if not any(child.get("Extension") == "xml" for child in root):
        given = {"Extension": "xml", "ContentType": "application/xml"}
        root.insert(0, ET.Element(f"{{{TYPES}}}Default", given))
    if not any(child.get("PartName") == f"/{properties}" for child in root):
        given = {"PartName": f"/{properties}", "ContentType": PROPERTIES_TYPE}
        ET.SubElement(root, f"{{{TYPES}}}Override", given)
    return b"<?xml version='1.0' encoding='UTF-8' standalone='yes'?>\n" + ET.tostring(root)


def read(path: Path) -> Row:
    """The record of a written document.

    Raises :class:`UsageProblem` for a file that is not there, of another kind or without a record,
    and :class:`DataProblem` for one that is damaged or of another version.
    """
    suffix = path.suffix.lower()
    if suffix not in (*MAIN, ".pdf"):
        raise UsageProblem(
            f"{path}: not a document; give a file that ends in .docx, .pptx, .xlsx or .pdf"
        )
    if not path.is_file():
        raise UsageProblem(f"{path}: there is no such file")
    try:
        text = _attached(path) if suffix == ".pdf" else _embedded(path)
        held = None if text is None else json.loads(text)
    except UNREADABLE as error:
        raise damaged(path, error) from error
    if held is None:
        raise UsageProblem(
            f"{path}: holds no figures of verdikart. Either 'verdikart report' did not make it, or it was "
            "printed, exported, or saved by a program that drops what it does not know, as some "
            "web services do. Word, PowerPoint, Excel and LibreOffice keep the figures; check the file as "
            "it was made"
        )
    if not isinstance(held, dict) or held.get("schema") != SCHEMA:
        raise DataProblem(
            f"{path}: was made by another version of verdikart; make the document anew"
        )
    return held


def damaged(path: Path, error: Exception) -> DataProblem:
    """What to say of a document that cannot be read."""
    return DataProblem(
        f"{path}: cannot be read ({str(error) or type(error).__name__}); it is damaged or has another "
        "format than its name says. Take it from where it was signed off"
    )


def _embedded(path: Path) -> str | None:
    with zipfile.ZipFile(path) as file:
        if max((entry.file_size for entry in file.infolist()), default=0) > MOST:
            raise ValueError(f"a part of it unpacks to more than {MOST // 2**20} MB")
        for name in file.namelist():
            if name.startswith("customXml/item") and name.endswith(".xml"):
                found = _of_record(file.read(name))
                if found is not None:
                    return found
    return None


def _of_record(data: bytes) -> str | None:
    """The text of a record's part; None for a part of somebody else's."""
    if NAMESPACE.encode() not in data:
        return None
    root = ET.fromstring(data)  # noqa: S314 - no entities are resolved
    return (root.text or "") if root.tag == f"{{{NAMESPACE}}}record" else None


def _attached(path: Path) -> str | None:
    from pypdf import PdfReader

    try:
        held = PdfReader(path).attachments
        return bytes(held[ATTACHED][0]).decode("utf-8") if ATTACHED in held else None
    except Exception as error:  # a damaged object may fail anywhere in the library
        raise ValueError(str(error)) from error


__all__ = ["ATTACHED", "UNREADABLE", "damaged", "embed", "read", "record"]
