"""Vintages: typed tables of one edition of a source, beside those of its other editions.

A vintage is a folder that is written once, under another name, and renamed when it is whole. Its
manifest says what it was made of (raw files by hash), by which reader, and what was corrected.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from verdikart.core.errors import DataProblem, UnknownName
from verdikart.store.depot import Depot, depot
from verdikart.store.snapshot import CheckResult, sha256_of

MANIFEST = "manifest.json"
SCHEMA_VERSION = 1
LOCK = "data.lock.json"


@dataclass(frozen=True, slots=True)
class RawEntry:
    """One raw file that a vintage was made of."""

    name: str
    address: str
    sha256: str
    bytes: int
    retrieved: str
    last_modified: str


@dataclass(frozen=True, slots=True)
class TableColumn:
    """A column: ``role`` is key (names the row), measure (a figure) or note."""

    name: str
    type: str
    role: str
    unit: str | None


@dataclass(frozen=True, slots=True)
class FileEntry:
    """One Parquet file of a table."""

    file: str
    rows: int
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class TableEntry:
    """One typed table; its files lie in the vintage's folder and are parts of it by year, if many."""

    name: str
    rows: int
    columns: tuple[TableColumn, ...]
    files: tuple[FileEntry, ...]

    def keys(self) -> list[str]:
        """Names of the columns that name a row."""
        return [c.name for c in self.columns if c.role == "key"]

    def measures(self) -> list[str]:
        """Names of the columns that are figures."""
        return [c.name for c in self.columns if c.role == "measure"]


@dataclass(frozen=True, slots=True)
class Correction:
    """A correction that was made when the vintage was loaded."""

    table: str
    row: str
    column: str
    before: str
    after: str
    reason: str
    until: str


@dataclass(frozen=True, slots=True)
class Vintage:
    """One edition of a source."""

    source_id: str
    name: str
    release: str
    loaded: str
    retrieved: str
    code_version: str
    asked: Mapping[str, Any]
    raw: tuple[RawEntry, ...]
    tables: tuple[TableEntry, ...]
    notes: tuple[str, ...]
    corrections: tuple[Correction, ...]
    folder: Path

    @property
    def id(self) -> str:
        """``SOURCE@NAME``, as commands take and manifests name it."""
        return f"{self.source_id}@{self.name}"

    def table(self, name: str) -> TableEntry:
        """Return a table; an unknown name lists the nearest."""
        for table in self.tables:
            if table.name == name:
                return table
        raise UnknownName(f"table of {self.id}", name, [t.name for t in self.tables])

    def files(self, table: str) -> list[Path]:
        """The Parquet files of a table, each checked to be there with its size."""
        found = []
        for entry in self.table(table).files:
            path = self.folder / entry.file
            if not path.is_file() or path.stat().st_size != entry.bytes:
                raise DataProblem(
                    f"{self.id}: {entry.file} is missing or cut short; "
                    f"`verdikart data rebuild {self.id}` makes it again from the raw files"
                )
            found.append(path)
        return found


def vintages(source_id: str | None = None, place: Depot | None = None) -> list[Vintage]:
    """Every vintage here (of one source), by source and from the newest to the oldest."""
    root = (place or depot()).vintages
    folders = root.glob(f"{source_id or '*'}/[!.]*/{MANIFEST}") if root.is_dir() else ()
    found = [read(path.parent) for path in folders]
    found.sort(key=lambda v: (v.retrieved, v.loaded), reverse=True)
    return sorted(found, key=lambda v: v.source_id)


def vintage(asked: str, place: Depot | None = None) -> Vintage:
    """``SOURCE@NAME``, or ``SOURCE`` for its newest. Unknown names list what is here."""
    source_id, _, name = asked.partition("@")
    found = vintages(source_id, place)
    for item in found:
        if name in ("", item.name):
            return item
    every = [v.id for v in vintages(None, place)]
    raise UnknownName(
        "vintage", asked, every, f"{', '.join(every) or 'none yet'}; `verdikart fetch {source_id}` gets one"
    )  # fmt: skip


def read(folder: Path) -> Vintage:
    """Read the manifest of a vintage's folder."""
    path = folder / MANIFEST
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if content["schema_version"] != SCHEMA_VERSION:
            raise DataProblem(
                f"{path} has schema version {content['schema_version']}, this program reads "
                f"{SCHEMA_VERSION}; `verdikart data rebuild {content['source_id']}@{folder.name}`"
            )
        return _vintage(content, folder)
    except (ValueError, KeyError, TypeError) as error:
        raise DataProblem(
            f"{path} is corrupt ({error}); drop the vintage with `verdikart data drop "
            f"{folder.parent.name}@{folder.name}` and load it again"
        ) from error


def _vintage(content: dict[str, Any], folder: Path) -> Vintage:
    return Vintage(
        source_id=content["source_id"],
        name=content["name"],
        release=content["release"],
        loaded=content["loaded"],
        retrieved=content["retrieved"],
        code_version=content["code_version"],
        asked=content["asked"],
        raw=tuple(RawEntry(**item) for item in content["raw"]),
        tables=tuple(
            TableEntry(
                item["name"],
                item["rows"],
                tuple(TableColumn(**column) for column in item["columns"]),
                tuple(FileEntry(**file) for file in item["files"]),
            )
            for item in content["tables"]
        ),
        notes=tuple(content["notes"]),
        corrections=tuple(Correction(**item) for item in content["corrections"]),
        folder=folder,
    )


def write(vintage: Vintage, folder: Path) -> None:
    """Write the manifest into a folder that is not yet the vintage's own."""
    content = asdict(vintage)
    del content["folder"]
    text = json.dumps({"schema_version": SCHEMA_VERSION, **content}, ensure_ascii=False, indent=1)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")


def drop(asked: str, place: Depot | None = None) -> tuple[Vintage, int]:
    """Delete a vintage and the raw files that no other one needs; return it and the bytes freed."""
    where = place or depot()
    with where.changing():
        if "@" not in asked:
            raise UnknownName("vintage", asked, [v.id for v in vintages(None, where)])
        found = vintage(asked, where)
        freed = sum(f.bytes for t in found.tables for f in t.files)
        # Gone under its name at once, then in pieces: a kill leaves nothing half there.
        away = found.folder.with_name(f".new-dropped-{found.name}")
        found.folder.rename(away)
        shutil.rmtree(away, ignore_errors=True)
        freed += sum(raw.bytes for raw in found.raw)
        kept = where.forget(raw.sha256 for raw in found.raw)
        freed -= sum(raw.bytes for raw in found.raw if raw.sha256 in kept)
        write_lock(where)
    return found, freed


def write_lock(place: Depot) -> None:
    """Write the lock file: what would have to be fetched, with hashes, to have the same vintages."""
    entries = [
        {
            "vintage": v.id,
            "release": v.release,
            "asked": dict(v.asked),
            "raw": [{"name": r.name, "address": r.address, "sha256": r.sha256, "bytes": r.bytes}
                    for r in v.raw],
        }
        for v in vintages(None, place)
    ]  # fmt: skip
    beside = place.root / f"{LOCK}.new"
    beside.write_text(json.dumps(entries, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    beside.replace(place.root / LOCK)


def verify(
    place: Depot | None = None, progress: Callable[[str], None] = lambda _: None
) -> list[CheckResult]:
    """Check every file of every vintage, typed and raw, against its hash."""
    where = place or depot()
    results = []
    for one in vintages(None, where):
        progress(one.id)
        remedy = f"run `verdikart data rebuild {one.id}`"
        results += [
            _checked(f"{one.id}/{file.file}", one.folder / file.file, file.sha256, remedy)
            for table in one.tables
            for file in table.files
        ]
        again = f"fetch it again: `verdikart fetch {one.source_id}`"
        results += [
            _checked(f"{one.id}, raw {raw.name}", where.raw_path(raw.sha256), raw.sha256, again)
            for raw in one.raw
        ]
    return results


def _checked(name: str, path: Path, expected: str, remedy: str) -> CheckResult:
    if not path.is_file():
        return CheckResult(name, "missing", "file not found", expected, None, remedy)
    actual = sha256_of(path)
    if actual != expected:
        return CheckResult(name, "corrupt", "the hash differs", expected, actual, remedy)
    return CheckResult(name, "ok", "", expected, actual)
