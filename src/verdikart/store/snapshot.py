"""The embedded data files: where they lie, what they say of themselves, whether they are whole.

Nothing heavy is imported here. A file that is missing, cut short or altered is always reported
the same way: its name, the hash it should have, and the command that mends it.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from verdikart.core.errors import DataProblem, UnknownName, VerdikartError

MANIFEST = "manifest.json"
SCHEMA_VERSION = 1
OVERRIDE = "VERDIKART_DATA_DIR"

Status = Literal["ok", "missing", "corrupt", "unexpected"]
Progress = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a data file; ``unit`` is None where there is none to state."""

    name: str
    type: str
    unit: str | None


@dataclass(frozen=True, slots=True)
class Origin:
    """The package and the member a file was taken from, with the hashes of both."""

    package: str
    version: str
    registry: str
    package_sha256: str
    member: str
    member_sha256: str


@dataclass(frozen=True, slots=True)
class Entry:
    """What the manifest says of one data file. Titles and caveats are by language (en, nb)."""

    file: str
    source_id: str
    title: Mapping[str, str]
    licence: str
    licence_text: str
    licence_evidence: str
    attribution: str
    vintage: str
    retrieved: str
    origin: Origin
    sha256: str
    bytes: int
    rows: int | None
    columns: tuple[Column, ...]
    coverage: Mapping[str, Any]
    cleaning: tuple[str, ...]
    caveats: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Manifest:
    """The embedded data as a whole."""

    schema_version: int
    built_by: str
    built_with: Mapping[str, str]
    files: tuple[Entry, ...]

    def entry(self, file: str) -> Entry:
        """Return the entry of a file; an unknown name lists the nearest."""
        for item in self.files:
            if item.file == file:
                return item
        raise UnknownName("data file", file, [item.file for item in self.files])


@dataclass(frozen=True, slots=True)
class CheckResult:
    """The outcome for one file of :func:`verify`."""

    file: str
    status: Status
    message: str = ""
    expected_sha256: str | None = None
    actual_sha256: str | None = None
    remedy: str = ""

    @property
    def ok(self) -> bool:
        """Whether the file is as the manifest says."""
        return self.status == "ok"


def data_dir() -> Path:
    """Return the folder of the embedded data; ``VERDIKART_DATA_DIR`` overrides it."""
    given = os.environ.get(OVERRIDE)
    if given:
        return Path(given)
    from importlib.resources import files

    return Path(str(files("verdikart.store"))) / "data"


def remedy() -> str:
    """Return the command that restores the data where this package runs from."""
    root = Path(__file__).resolve().parents[3]
    if (root / "tools" / "snapshot").is_dir() and (root / "Makefile").is_file():
        return "run `make snapshot`"
    return "run `pip install --force-reinstall verdikart`"


def embedded() -> Manifest:
    """Return the manifest of the embedded data, read once for each folder."""
    return _load(data_dir())


def manifest() -> Manifest:
    """Return what is said of the data in use: the embedded, and vintages chosen in their place."""
    if not os.environ.get("VERDIKART_VINTAGES"):
        return embedded()
    from verdikart.store.selection import swaps

    plain, found = embedded(), swaps()
    files = tuple(found[e.file].entry if e.file in found else e for e in plain.files)
    return replace(plain, files=files)


def entry(file: str) -> Entry:
    """Return what the manifest says of one file."""
    return manifest().entry(file)


def data_file(name: str) -> Path:
    """Return the path of an embedded file after checking that it is there and is the one described.

    The hash is taken once for each state of the file (5-20 ms for the largest). Size alone would
    not do: an altered page of a Parquet file can decode to other numbers without any error.
    """
    expected = embedded().entry(name)
    path = data_dir() / name
    try:
        state = path.stat()
    except FileNotFoundError:
        raise _problem(expected, "is missing") from None
    if state.st_size != expected.bytes:
        raise _problem(expected, f"is corrupt: {state.st_size} bytes instead of {expected.bytes}")
    actual = _hash_of_state(path, state.st_size, state.st_mtime_ns)
    if actual != expected.sha256:
        raise _problem(expected, f"is corrupt: sha256 {actual}")
    return path


@contextmanager
def reading(name: str) -> Iterator[None]:
    """Turn an error of the engine while ``name`` is read into the error that names the remedy.

    Only where the file's hash is wrong: an error over a sound file is a fault of the query and
    passes through unchanged.
    """
    try:
        yield
    except VerdikartError:
        raise
    except Exception as error:
        expected = entry(name)
        path = data_dir() / name
        if not path.is_file():
            raise _problem(expected, "is missing") from error
        actual = sha256_of(path)
        if actual != expected.sha256:
            raise _problem(expected, f"is corrupt: sha256 {actual}") from error
        raise


def verify(progress: Progress | None = None) -> list[CheckResult]:
    """Check every file in full: hash, readable Parquet, rows and columns; and none too many.

    ``progress`` is called before each file with its number, the number of files and its name.
    """
    listed = embedded().files
    results: list[CheckResult] = []
    for number, expected in enumerate(listed, 1):
        if progress is not None:
            progress(number, len(listed), expected.file)
        results.append(_check(expected))
    known = {MANIFEST, *(item.file for item in listed)}
    # Desktop litter and editors' hidden files do no harm.
    results += [
        CheckResult(path.name, "unexpected", "not in the manifest", remedy=remedy())
        for path in sorted(data_dir().iterdir())
        if path.name not in known and not path.name.startswith((".", "__"))
    ]
    return results


def sha256_of(path: Path) -> str:
    """Return the hex digest of a file without holding it in memory."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


@lru_cache(maxsize=64)
def _hash_of_state(path: Path, size: int, mtime_ns: int) -> str:  # noqa: ARG001 - cache key
    return sha256_of(path)


def _check(expected: Entry) -> CheckResult:
    path = data_dir() / expected.file
    if not path.is_file():
        return CheckResult(
            expected.file, "missing", "file not found", expected.sha256, None, remedy()
        )
    actual = sha256_of(path)
    message = ""
    if actual != expected.sha256:
        message = f"the hash differs ({path.stat().st_size} of {expected.bytes} bytes)"
    elif path.suffix == ".parquet":
        message = _check_parquet(path, expected)
    if message:
        return CheckResult(expected.file, "corrupt", message, expected.sha256, actual, remedy())
    return CheckResult(expected.file, "ok", "", expected.sha256, actual)


def _check_parquet(path: Path, expected: Entry) -> str:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as file:
            rows, names = file.metadata.num_rows, list(file.schema_arrow.names)
    except (pa.ArrowException, OSError) as error:
        return f"not readable as Parquet: {error}"
    if rows != expected.rows:
        return f"{rows} rows instead of {expected.rows}"
    if names != [column.name for column in expected.columns]:
        return f"columns {', '.join(names)}"
    return ""


def _problem(expected: Entry, what: str) -> DataProblem:
    return DataProblem(
        f"embedded data file {expected.file} {what} "
        f"(expected sha256 {expected.sha256}, {expected.bytes} bytes); {remedy()}"
    )


@lru_cache(maxsize=8)
def _load(folder: Path) -> Manifest:
    path = folder / MANIFEST
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if content["schema_version"] != SCHEMA_VERSION:
            raise DataProblem(
                f"{MANIFEST} of the embedded data has schema version "
                f"{content['schema_version']}, this program reads {SCHEMA_VERSION}; {remedy()}"
            )
        return Manifest(
            schema_version=content["schema_version"],
            built_by=content["built_by"],
            built_with=content["built_with"],
            files=tuple(_entry(item) for item in content["files"]),
        )
    except FileNotFoundError:
        raise DataProblem(f"{MANIFEST} of the embedded data is missing; {remedy()}") from None
    except (ValueError, KeyError, TypeError) as error:
        raise DataProblem(
            f"{MANIFEST} of the embedded data is corrupt ({error}); {remedy()}"
        ) from error


def _entry(item: dict[str, Any]) -> Entry:
    return Entry(
        **{
            **item,
            "origin": Origin(**item["origin"]),
            "columns": tuple(Column(**column) for column in item["columns"]),
            "cleaning": tuple(item["cleaning"]),
        }
    )
