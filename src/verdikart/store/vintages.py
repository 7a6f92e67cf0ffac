"""Vintages: typed tables of one edition of a source, beside those of its other editions.

A vintage is a folder that is written once, under another name, and renamed when it is whole. Its
manifest says what it was made of (raw files by hash), by which reader, and what was corrected.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from verdikart.core.errors import DataProblem, UnknownName
from verdikart.sources import notes
from verdikart.sources.notes import Note
from verdikart.store.depot import HALF, JOURNAL, Depot, depot
from verdikart.store.snapshot import CheckResult, sha256_of

MANIFEST = "manifest.json"
SCHEMA_VERSION = 2
LOCK = "data.lock.json"
OLD = ".old-"  # begins the name of a vintage that is being made anew


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
    """One edition of a source. ``retrieved``: ISO date; ``loaded``: ISO time when it was first loaded."""

    source_id: str
    name: str
    release: str
    loaded: str
    retrieved: str
    code_version: str
    asked: Mapping[str, Any]
    raw: tuple[RawEntry, ...]
    tables: tuple[TableEntry, ...]
    notes: tuple[Note, ...]
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
    """Every vintage here (of one source), by source and from the newest to the oldest.

    The newest is the one retrieved last; of one day, the one loaded last. Raises DataProblem where
    one of them cannot be read.
    """
    found, damaged = survey(place or depot(), source_id)
    for problem in damaged.values():
        raise problem
    return found


def survey(
    place: Depot, source_id: str | None = None
) -> tuple[list[Vintage], dict[Path, DataProblem]]:
    """:func:`vintages` that can be read, and the folders of those that cannot, with the reason."""
    found, damaged = [], {}
    for folder in folders(place, source_id):
        try:
            found.append(read(folder))
        except DataProblem as problem:
            if folder.is_dir():  # else another process has dropped it since it was listed
                damaged[folder] = problem
    found.sort(key=lambda v: (v.retrieved, v.loaded, v.name), reverse=True)
    return sorted(found, key=lambda v: v.source_id), damaged


def folders(place: Depot, source_id: str | None = None) -> list[Path]:
    """The folders of vintages (of one source), readable or not."""
    found = sorted(path for path in place.vintages.glob("*/[!.]*") if path.is_dir())
    return [path for path in found if source_id in (None, path.parent.name)]


def vintage(asked: str, place: Depot | None = None) -> Vintage:
    """``SOURCE@NAME``, or ``SOURCE`` for its newest. Unknown names list what is here."""
    where = place or depot()
    source_id, named, name = asked.partition("@")
    for item in vintages(source_id, where):
        if not named or item.name == name:
            return item
    raise _unknown(asked, where)


def _id(folder: Path) -> str:
    return f"{folder.parent.name}@{folder.name}"


def _unknown(asked: str, place: Depot) -> UnknownName:
    every = [_id(folder) for folder in folders(place)]
    remedy = f"`verdikart fetch {asked.partition('@')[0] or 'SOURCE'}` gets one"
    return UnknownName("vintage", asked, every, f"{', '.join(every) or 'none yet'}; {remedy}")


def read(folder: Path) -> Vintage:
    """Read the manifest of a vintage's folder. Raises DataProblem where it is missing or corrupt."""
    path = folder / MANIFEST
    again = f"drop the vintage with `verdikart data drop {_id(folder)}` and load it again"
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if content["schema_version"] != SCHEMA_VERSION:
            raise DataProblem(
                f"{path} is of another version of the program (schema version "
                f"{content['schema_version']}, this one reads {SCHEMA_VERSION}); use that version, or {again}"
            )
        return _vintage(content, folder)
    except FileNotFoundError:
        raise DataProblem(f"{path} is missing; {again}") from None
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise DataProblem(f"{path} is corrupt ({error}); {again}") from error


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
        notes=tuple(notes.read(item) for item in content["notes"]),
        corrections=tuple(Correction(**item) for item in content["corrections"]),
        folder=folder,
    )


def write(vintage: Vintage, folder: Path) -> None:
    """Write the manifest into a folder that is not yet the vintage's own."""
    content = asdict(replace(vintage, notes=()))
    del content["folder"]
    content["notes"] = [notes.kept(note) for note in vintage.notes]
    text = json.dumps({"schema_version": SCHEMA_VERSION, **content}, ensure_ascii=False, indent=1)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")


def present(asked: str, place: Depot) -> Path:
    """The folder of ``SOURCE@NAME``, readable or not."""
    for folder in folders(place):
        if _id(folder) == asked:
            return folder
    raise _unknown(asked, place)


def drop(asked: str, place: Depot | None = None) -> int:
    """Delete a vintage, readable or not, and the raw files that nothing else needs; return bytes freed."""
    where = place or depot()
    with where.changing():
        folder = present(asked, where)
        freed = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
        # Gone under its name at once, then in pieces: a kill leaves nothing half there.
        folder.rename(folder.with_name(f"{HALF}dropped-{folder.name}"))
        freed += sweep(where)
        write_lock(where)
    return freed


def sweep(place: Depot, spare: Collection[str] = ()) -> int:
    """Remove what killed processes left, and raw files that neither a vintage nor a fetch needs.

    ``spare``: hashes of raw files that a vintage is about to be made of. Call with the lock held.
    Returns the bytes of the raw files. None of them is removed while a manifest or a journal cannot
    be read: nobody knows what it needs.
    """
    for old in place.vintages.glob(f"*/{OLD}*"):
        # A rebuild was killed between putting the old one away and the new one in its place.
        made = old.with_name(old.name.removeprefix(OLD))
        if made.exists():
            shutil.rmtree(old, ignore_errors=True)
        else:
            old.rename(made)
    for left in (*place.vintages.glob(f"*/{HALF}*"), *place.raw.glob(f"*/{HALF}*")):
        shutil.rmtree(left, ignore_errors=True)
    # Listed before the journals are read: a fetch notes a file first and puts it here after.
    raw = [path for path in place.raw.glob("*/*") if path.is_file()]
    try:
        needed = {*spare} | {entry.sha256 for one in vintages(None, place) for entry in one.raw}
        for journal in place.parts.glob(f"*/{JOURNAL}"):
            needed |= {
                e["sha256"] for e in json.loads(journal.read_text(encoding="utf-8")).values()
            }
    except (DataProblem, OSError, ValueError, LookupError, TypeError, AttributeError):
        return 0
    gone = [path for path in raw if path.name not in needed and path.name[0] != "."]
    freed = sum(path.stat().st_size for path in gone)
    for path in gone:
        path.unlink(missing_ok=True)
    return freed


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
        for v in _readable(place)
    ]  # fmt: skip
    beside = place.root / f"{LOCK}.new"
    beside.write_text(json.dumps(entries, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    beside.replace(place.root / LOCK)


def _readable(place: Depot) -> Iterator[Vintage]:
    for folder in folders(place):
        with suppress(DataProblem):
            yield read(folder)


def verify(
    place: Depot | None = None, progress: Callable[[str], None] = lambda _: None
) -> list[CheckResult]:
    """Check every file of every vintage, typed and raw, against its hash."""
    where = place or depot()
    results = []
    for folder in folders(where):
        progress(_id(folder))
        try:
            one = read(folder)
        except DataProblem as error:
            results.append(CheckResult(f"{_id(folder)}/{MANIFEST}", "corrupt", remedy=str(error)))
            continue
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
