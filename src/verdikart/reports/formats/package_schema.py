"""``datapackage.json``: the Frictionless description of every file of a data package.

Nothing in it depends on the clock or the machine, so the same mapping gives the same bytes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from verdikart.mapping.bindings import KEYS
from verdikart.reports.document.datasets import WHOLE
from verdikart.reports.document.model import Document
from verdikart.reports.formats.package_tables import BAR, Column, Sheet

Row = dict[str, Any]
STATUSES: Final = ("ok", "zero", "estimated", "missing", "suppressed", "not_computable")
LICENCE: Final = {
    "name": "CC-BY-4.0",
    "title": "Creative Commons Attribution 4.0 International",
    "path": "https://creativecommons.org/licenses/by/4.0/",
}

# Table and columns → table and columns that name its rows. Kept where it holds of the data.
REFERENCES: Final = (
    ("links", ("material",), "materials", ("material",)),
    ("list_overlap", ("list",), "lists", ("list",)),
    ("chain_stages", ("home", "chain"), "chains", ("home", "chain")),
    ("chain_steps", ("home", "chain"), "chains", ("home", "chain")),
    ("chain_edges", ("chain",), "chains", ("chain",)),
    ("chain_roles", ("chain",), "chains", ("chain",)),
    ("chain_functions", ("chain",), "chains", ("chain",)),
    ("chain_horizons", ("chain",), "chains", ("chain",)),
    ("chain_exposure", ("chain_id",), "chains", ("chain",)),
    ("chain_exposure_lines", ("chain_id",), "chains", ("chain",)),
    ("opportunities", ("chain_id",), "chains", ("chain",)),
    ("criticality", ("material_id",), "materials", ("material",)),
    ("criticality_stages", ("material_id",), "materials", ("material",)),
    ("tracker", ("material_id",), "materials", ("material",)),
    ("circularity", ("material_id",), "materials", ("material",)),
    ("facilities", ("material",), "materials", ("material",)),
    ("methods", ("material_id",), "materials", ("material",)),
    ("material_horizons", ("material",), "materials", ("material",)),
)


@dataclass(frozen=True, slots=True)
class File:
    """A file of the package; ``kind`` is csv, csv-nb, parquet, json-stat or empty for papers."""

    path: str
    data: bytes
    kind: str = ""
    name: str = ""
    title: str = ""
    sheet: Sheet | None = None

    @property
    def sha256(self) -> str:
        """Hash of the bytes."""
        return hashlib.sha256(self.data).hexdigest()


MEDIA: Final = {
    "csv": ("csv", "text/csv"),
    "csv-nb": ("csv", "text/csv"),
    "parquet": ("parquet", "application/vnd.apache.parquet"),
    "json-stat": ("json", "application/json"),
}


def descriptor(
    document: Document,
    name: str,
    title: str,
    description: str,
    keywords: Sequence[str],
    files: Sequence[File],
) -> Row:
    """The data package's descriptor. The order of its resources is that of the files."""
    # A document's tables may be called as the mapping's are, and have other columns.
    whole = document.about.template == WHOLE
    sheets = {f.sheet.dataset.name: f.sheet for f in files if whole and f.sheet is not None}
    return {
        "profile": "data-package",
        "name": name,
        "id": f"urn:verdikart:package:{name}",
        "title": title,
        "description": description,
        "version": document.about.version,
        "licenses": [LICENCE],
        "contributors": [{"title": "verdikart contributors", "role": "author"}],
        "keywords": list(keywords),
        "sources": [
            {
                "title": line.title,
                "path": line.address,
                "version": line.vintage,
                "licence": line.licence,
                "licencePath": line.licence_url,
                "citation": line.citation,
            }
            for line in document.sources
        ],
        "language": document.about.lang,
        "mapping": document.about.mapping,
        "audience": document.about.audience,
        "scope": [{"title": term, "value": text} for term, text in document.scope],
        "notes": [{"number": note.number, "text": note.text} for note in document.notes],
        "resources": [_resource(file, sheets) for file in files],
    }


def _resource(file: File, sheets: dict[str, Sheet]) -> Row:
    form, media = MEDIA[file.kind]
    tabular = file.kind in ("csv", "csv-nb")
    made: Row = {
        "name": file.name,
        "path": file.path,
        "profile": "tabular-data-resource" if tabular else "data-resource",
        "title": file.title,
        "format": form,
        "mediatype": media,
        "bytes": len(file.data),
        "hash": f"sha256:{file.sha256}",
    }
    if file.sheet is not None and file.sheet.dataset.definition:
        made["description"] = file.sheet.dataset.definition
    if file.sheet is not None and file.sheet.dataset.notes:
        made["notes"] = list(file.sheet.dataset.notes)
    if not tabular:
        # A reader of tables needs nothing but the file itself; the hash is what is checked.
        return {**made, "type": "file"}
    made["encoding"] = "utf-8"
    made["dialect"] = {"delimiter": ";" if file.kind == "csv-nb" else ",", "header": True}
    if file.sheet is not None:
        made["schema"] = _schema(file.sheet, sheets, norwegian=file.kind == "csv-nb")
    return made


def _schema(sheet: Sheet, sheets: dict[str, Sheet], *, norwegian: bool) -> Row:
    key = primary_key(sheet) if sheets else ()
    fields = [_field(column, column.field.key in key, norwegian) for column in sheet.columns]
    made: Row = {"fields": fields, "missingValues": [""]}
    if key:
        made["primaryKey"] = list(key)
    if not norwegian:
        links = [
            _link(sheet, own, table, theirs, sheets)
            for name, own, table, theirs in REFERENCES
            if name == sheet.dataset.name
        ]
        held = [link for link in links if link]
        if held:
            made["foreignKeys"] = held
    return made


def _field(column: Column, required: bool, norwegian: bool) -> Row:
    field = column.field
    made: Row = {"name": field.key, "type": column.type, "title": field.title}
    if column.type == "list":
        # Not every reader knows lists: the cell is a text, and says what is between its parts.
        made |= {"type": "string", "listSeparator": BAR}
    if field.definition:
        made["description"] = field.definition
    if field.formula:
        made["formula"] = field.formula
    if field.unit:
        made["unit"] = field.unit
    if column.type == "number" and norwegian:
        made["decimalChar"] = ","
    if column.type == "boolean":
        made |= {"trueValues": ["true"], "falseValues": ["false"]}
    constraints: Row = {}
    if required:
        constraints["required"] = True
    if field.part == "status":
        constraints["enum"] = list(STATUSES)
    elif column.type == "integer" and field.kind in ("count", "rank"):
        constraints["minimum"] = 0 if field.kind == "count" else 1
    if constraints:
        made["constraints"] = constraints
    return made


def primary_key(sheet: Sheet) -> tuple[str, ...]:
    """Columns that tell the rows apart; none where one of them has an empty cell."""
    names = KEYS.get(sheet.dataset.name, ())
    columns = [sheet.by_key.get(name) for name in names]
    if not names or not sheet.dataset.rows:
        return ()
    if any(c is None or c.type == "list" or None in c.values or "" in c.values for c in columns):
        return ()
    return names if len(set(_rows(sheet, names))) == len(sheet.dataset.rows) else ()


def _link(
    sheet: Sheet,
    own: tuple[str, ...],
    table: str,
    theirs: tuple[str, ...],
    sheets: dict[str, Sheet],
) -> Row | None:
    """A reference to another table, where every row of this one has its fellow there."""
    other = sheets.get(table)
    if other is None or not all(name in sheet.by_key for name in own):
        return None
    if not set(_rows(sheet, own)) <= set(_rows(other, theirs)):
        return None
    return {"fields": list(own), "reference": {"resource": other.name, "fields": list(theirs)}}


def _rows(sheet: Sheet, names: Iterable[str]) -> Iterable[tuple[Any, ...]]:
    return zip(*(sheet.by_key[name].values for name in names), strict=True)


__all__ = ["LICENCE", "MEDIA", "STATUSES", "File", "descriptor", "primary_key"]
