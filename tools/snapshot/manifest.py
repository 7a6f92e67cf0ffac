"""What every built file says about itself: one entry of ``manifest.json``."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from tools.snapshot.download import sha256_of

SCHEMA_VERSION = 1
# A constant, never the clock: the same packages must give the same bytes on every day.
RETRIEVED = "2026-11-22"
ZSTD_LEVEL = 19


@dataclass(frozen=True)
class Source:
    """Licence, citation and caveats shared by the files of one source."""

    source_id: str
    licence: str
    licence_text: str
    licence_evidence: str
    attribution: str
    vintage: str
    caveats: Mapping[str, str]


@dataclass(frozen=True)
class Built:
    """One finished data file and all that the manifest says about it."""

    file: str
    source: Source
    title: Mapping[str, str]
    origin: Mapping[str, str]
    rows: int | None
    coverage: Mapping[str, Any]
    cleaning: Sequence[str]
    schema: pa.Schema | None = None
    units: Mapping[str, str] = field(default_factory=dict)

    def entry(self, folder: Path) -> dict[str, Any]:
        """Return the manifest entry of the file as it now stands in ``folder``."""
        path = folder / self.file
        columns = [
            {"name": item.name, "type": str(item.type), "unit": self.units.get(item.name)}
            for item in (self.schema or ())
        ]
        return {
            "file": self.file,
            "source_id": self.source.source_id,
            "title": dict(self.title),
            "licence": self.source.licence,
            "licence_text": self.source.licence_text,
            "licence_evidence": self.source.licence_evidence,
            "attribution": self.source.attribution,
            "vintage": self.source.vintage,
            "retrieved": RETRIEVED,
            "origin": dict(self.origin),
            "sha256": sha256_of(path),
            "bytes": path.stat().st_size,
            "rows": self.rows,
            "columns": columns,
            "coverage": dict(self.coverage),
            "cleaning": list(self.cleaning),
            "caveats": dict(self.source.caveats),
        }


def write_parquet(
    table: pa.Table,
    path: Path,
    *,
    row_group_size: int = 1 << 20,
    dictionary: Sequence[str] = (),
    encodings: Mapping[str, str] | None = None,
) -> None:
    """Write with every setting that shapes the bytes fixed, so that a rebuild is identical."""
    pq.write_table(
        table,
        path,
        version="2.6",
        data_page_version="1.0",
        compression="zstd",
        compression_level=ZSTD_LEVEL,
        use_dictionary=list(dictionary) or False,
        column_encoding=dict(encodings) if encodings else None,
        row_group_size=row_group_size,
        write_statistics=True,
        store_schema=True,
    )


def write_manifest(built: Sequence[Built], folder: Path) -> dict[str, Any]:
    """Write ``manifest.json`` for the files in ``folder`` and return it."""
    content = {
        "schema_version": SCHEMA_VERSION,
        "built_by": "python -m tools.snapshot",
        "built_with": {"pyarrow": pa.__version__},
        "files": [item.entry(folder) for item in sorted(built, key=lambda item: item.file)],
    }
    text = json.dumps(content, ensure_ascii=False, indent=1) + "\n"
    (folder / "manifest.json").write_text(text, encoding="utf-8", newline="\n")
    return content


def clean_text(text: str) -> str:
    """Trim padding and undo UTF-8 that was once read as cp1252 (``TÃ¼rkiye``)."""
    trimmed = " ".join(text.split())
    if "Ã" not in trimmed and "â€" not in trimmed:
        return trimmed
    try:
        return trimmed.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return trimmed
