"""Where a part of an Office file is seen: ``slide 4, speaker notes`` for ``notesSlide4.xml``."""

from __future__ import annotations

import posixpath
import zipfile
from typing import Final
from xml.etree import ElementTree as ET

REL: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
MAIN: Final = ("ppt/presentation.xml", "xl/workbook.xml")
# Beginning of a part's name → what a reader calls it.
KINDS: Final = {
    "ppt/notesSlides/": "speaker notes",
    "ppt/charts/": "chart",
    "ppt/embeddings/": "data sheet of a chart",
    "ppt/comments/": "comments",
    "ppt/slideLayouts/": "layout of slides",
    "ppt/slideMasters/": "master of slides",
    "ppt/notesMasters/": "master of notes",
    "word/document": "text",
    "word/comments": "comments",
    "word/footnotes": "footnotes",
    "word/endnotes": "endnotes",
    "word/header": "header",
    "word/footer": "footer",
    "word/charts/": "chart",
    "word/embeddings/": "data sheet of a chart",
    "xl/sharedStrings": "texts of cells",
    "xl/comments": "comments",
    "xl/charts/": "chart",
    "docProps/": "file properties",
    "customXml/": "record of figures",
}


def places(archive: zipfile.ZipFile) -> dict[str, str]:
    """Part of an Office file → where it is seen; empty for another archive."""
    names = set(archive.namelist())
    if "[Content_Types].xml" not in names:
        return {}
    links = _links(archive, names)
    owners = {target: source for source, held in links.items() for target in held.values()}
    named = _listed(archive, names, links)
    return {name: _place(name, named, owners) for name in names}


def _links(archive: zipfile.ZipFile, names: set[str]) -> dict[str, dict[str, str]]:
    """Part → id of a relation → the part that it leads to."""
    found: dict[str, dict[str, str]] = {}
    for name in sorted(names):
        folder, base = posixpath.split(name)
        if base.endswith(".rels") and posixpath.basename(folder) == "_rels":
            source = posixpath.join(posixpath.dirname(folder), base.removesuffix(".rels"))
            at = posixpath.dirname(source)
            found[source] = {
                relation.get("Id", ""): posixpath.normpath(
                    posixpath.join("/" + at, relation.get("Target", ""))
                ).lstrip("/")
                for relation in ET.fromstring(archive.read(name))  # noqa: S314 - our own file
                if not _upwards(source, relation)
            }
    return found


def _upwards(source: str, relation: ET.Element) -> bool:
    """Whether a relation leads from notes or a layout back to what they are of."""
    target = relation.get("Target", "")
    return "notesSlides/" in source and "notesSlide" not in target and "/slides/" in target


def _listed(
    archive: zipfile.ZipFile, names: set[str], links: dict[str, dict[str, str]]
) -> dict[str, str]:
    """Slides by their number and sheets by their name, in the order that readers see."""
    found: dict[str, str] = {}
    for main in MAIN:
        if main not in names:
            continue
        root = ET.fromstring(archive.read(main))  # noqa: S314 - our own file
        entries = [e for e in root.iter() if e.tag.rpartition("}")[2] in ("sldId", "sheet")]
        for number, entry in enumerate(entries, start=1):
            part = links.get(main, {}).get(entry.get(REL, ""), "")
            if main.startswith("ppt"):
                hidden = part in names and b' show="0"' in archive.read(part)[:4000]
                found[part] = f"slide {number}{' (hidden)' if hidden else ''}"
            else:
                hidden = entry.get("state", "visible") != "visible"
                found[part] = f"sheet {entry.get('name')}{' (hidden)' if hidden else ''}"
    return found


def _place(name: str, named: dict[str, str], owners: dict[str, str]) -> str:
    kind = next((said for start, said in KINDS.items() if name.startswith(start)), "")
    at, seen = name, set()
    while at not in named and at in owners and at not in seen:
        seen.add(at)
        at = owners[at]
    owner = named.get(at, "")
    if owner and at != name:
        return f"{owner}, {kind or posixpath.basename(name)}"
    return owner or kind or name


__all__ = ["places"]
