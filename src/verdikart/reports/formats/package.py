"""A data package: tables as CSV, Norwegian CSV and Parquet, cubes as JSON-stat, and what they are.

The same document and mapping give the same bytes: no clock, no machine, files in a fixed order.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from verdikart.mapping.audience import Marks
from verdikart.mapping.saved import Saved
from verdikart.reference.i18n import LANGS
from verdikart.reports.document.datasets import datasets
from verdikart.reports.document.model import Document
from verdikart.reports.formats import package_dcat as dcat
from verdikart.reports.formats import package_papers as papers
from verdikart.reports.formats.package_extras import extras
from verdikart.reports.formats.package_jsonstat import cubes
from verdikart.reports.formats.package_schema import File, descriptor
from verdikart.reports.formats.package_tables import (
    Sheet,
    norwegian_csv,
    parquet,
    plain_csv,
    sheets,
)
from verdikart.reports.voice import Voice

README: Final = {"nb": "LESMEG.md", "en": "README.md"}
EPOCH: Final = (1980, 1, 1, 0, 0, 0)  # the first moment that a zip can name


def write(
    document: Document, target: Path, saved: Saved, marks: Marks, _design: Path | None
) -> None:
    """Write the package to ``target``: a zip where the name ends so, else a folder."""
    made = files(document, saved, marks)
    if target.suffix.lower() == ".zip":
        _zip(target, made)
        return
    for file in made:
        path = target / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.data)


def files(document: Document, saved: Saved, marks: Marks) -> list[File]:
    """Every file of the package, those about it first."""
    own = list(sheets(datasets(document, saved, marks)))
    held = [*own, *sheets(extras(document, own), (sheet.name for sheet in own))]
    data = [*_tables(held, document), *_cubes(document, saved, held)]
    name = papers.name(document)
    titles = {lang: papers.title(document, lang) for lang in LANGS}
    told = {lang: papers.summary(document, lang) for lang in LANGS}
    words = {lang: papers.keywords(lang) for lang in LANGS}
    lang = document.about.lang
    described = descriptor(document, name, titles[lang], told[lang], words[lang], data)
    linked = dcat.description(document, name, titles, told, words, data)
    return [
        File(README[lang], papers.readme(document, data).encode()),
        File("CITATION.cff", papers.cff(document, name).encode()),
        File("datapackage.json", _json(described, indent=2)),
        File("dcat.jsonld", _json(linked, indent=2)),
        *data,
    ]


def _tables(held: Sequence[Sheet], document: Document) -> Iterator[File]:
    voice = Voice(document.about.lang)
    for sheet in held:
        name, title = sheet.name, sheet.dataset.title
        yield File(f"csv/{name}.csv", plain_csv(sheet), "csv", name, title, sheet)
        told = voice.say("{title} (Norwegian CSV)", title=title)
        yield File(f"csv-nb/{name}.csv", norwegian_csv(sheet), "csv-nb", f"{name}.nb", told, sheet)
        told = voice.say("{title} (Parquet)", title=title)
        path = f"parquet/{name}.parquet"
        yield File(path, parquet(sheet), "parquet", f"{name}.parquet", told, sheet)


def _cubes(document: Document, saved: Saved, held: Sequence[Sheet]) -> Iterator[File]:
    voice = Voice(document.about.lang)
    for sheet, cube in cubes(document, saved, held):
        told = voice.say("{title} (JSON-stat)", title=sheet.dataset.title)
        path = f"json-stat/{sheet.name}.json"
        yield File(path, _json(cube), "json-stat", f"{sheet.name}.json-stat", told, sheet)


def _json(held: dict[str, Any], indent: int | None = None) -> bytes:
    between = None if indent else (",", ":")
    text = json.dumps(held, ensure_ascii=False, allow_nan=False, indent=indent, separators=between)
    return f"{text}\n".encode()


def _zip(target: Path, made: Sequence[File]) -> None:
    with zipfile.ZipFile(target, "w") as archive:
        for file in sorted(made, key=lambda f: f.path):
            entry = zipfile.ZipInfo(file.path, EPOCH)
            entry.external_attr = 0o644 << 16
            packed = file.kind != "parquet"  # which is compressed already
            entry.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
            archive.writestr(entry, file.data)


__all__ = ["files", "write"]
