"""Saved mappings as they lie on disk: which there are, and the rows of their tables.

Nothing is computed: what is shown is what was saved. A name from outside is only ever looked up
among the folders that there are, so that no text of a reader becomes a path.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from threading import RLock
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

import verdikart.indicators  # noqa: F401 - registers the indicators, which cards and terms name
from verdikart.core.errors import DataProblem, UnknownName
from verdikart.core.version import VERSION
from verdikart.mapping.save import POINTER, SCHEMA

Row = dict[str, Any]
AT = "@"  # key under which a row carries its own address, ``table/number``
HELD = 3  # mappings whose rows are kept in memory
NEEDED = ("content_hash", "home", "year", "code", "vintages", "parameters", "tables")


class GoneError(DataProblem):
    """A mapping that was there is there no more, or only in part."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A saved mapping on the shelf; ``when`` is its folder's time in seconds, for order alone."""

    name: str
    home: str
    year: int
    version: str
    when: float
    is_current: bool


@dataclass(eq=False)
class Saved:
    """One saved mapping: its manifest, and its tables, each read when it is first asked for."""

    folder: Path
    manifest: Row
    _tables: dict[str, list[Row]] = field(default_factory=dict, repr=False)
    _lock: RLock = field(default_factory=RLock, repr=False)

    @property
    def name(self) -> str:
        """The 16 digits of the content hash that name the folder."""
        return self.folder.name

    @property
    def home(self) -> str:
        """The home that was mapped."""
        return str(self.manifest["home"])

    @property
    def year(self) -> int:
        """The year that was mapped."""
        return int(self.manifest["year"])

    @property
    def parameters(self) -> Row:
        """Parameters and choices by name."""
        return dict(self.manifest["parameters"])

    @property
    def table_names(self) -> tuple[str, ...]:
        """Tables of the mapping, in the order of its manifest."""
        return tuple(self.manifest["tables"])

    @cached_property
    def homes(self) -> tuple[str, ...]:
        """Homes with assessments in this mapping, the mapped one first."""
        return tuple(dict.fromkeys([self.home, *(r["home"] for r in self.rows("assessments"))]))

    def rows(self, table: str) -> list[Row]:
        """Rows of a table, each with its address under ``@``; none where the mapping lacks it.

        The rows are shared: whoever changes one changes it for everybody. Raises
        :class:`GoneError` where the manifest names the table and the file is not readable.
        """
        if table not in self.manifest["tables"]:
            return []
        with self._lock:
            if table not in self._tables:
                self._tables[table] = self._read(table)
            return self._tables[table]

    def own(self, table: str, home: str | None = None) -> list[Row]:
        """Rows of a table on one home: the mapped one unless another is named."""
        wanted = home or self.home
        return [row for row in self.rows(table) if row["home"] == wanted]

    def row(self, table: str, number: int) -> Row:
        """One row by its number. Raises :class:`UnknownName` where there is none."""
        rows = self.rows(table)
        if not 0 <= number < len(rows):
            raise UnknownName("row", f"{table}/{number}", (), f"rows 0 to {len(rows) - 1}")
        return rows[number]

    def columns(self, table: str) -> tuple[str, ...]:
        """Names of a table's columns. Raises :class:`UnknownName` for a table it has not."""
        if table not in self.manifest["tables"]:
            raise UnknownName("table", table, self.table_names, ", ".join(self.table_names))
        rows = self.rows(table)
        return tuple(name for name in rows[0] if name != AT) if rows else ()

    def _read(self, table: str) -> list[Row]:
        path = self.folder / "tables" / f"{table}.parquet"
        try:
            # Not read_table: it imports a quarter of a second of what is not needed here.
            with pq.ParquetFile(path) as file:
                rows: list[Row] = file.read().to_pylist()
        except (OSError, pa.ArrowInvalid) as error:
            raise GoneError(
                f"the mapping {self.name} can no longer be read (table {table}); "
                "it was moved, removed or left half-written. Run 'verdikart map' anew"
            ) from error
        for number, row in enumerate(rows):
            row[AT] = f"{table}/{number}"
        return rows


def nothing() -> Saved:
    """What stands for a mapping where none has been made: it has no name, no year and no rows."""
    manifest = {"home": "NOR", "year": 0, "vintages": {}, "parameters": {}, "tables": {}}
    return Saved(Path(), manifest)


class Shelf:
    """The saved mappings of one result folder. Threads may share it."""

    def __init__(self, out: Path) -> None:
        self.out = out
        self._held: OrderedDict[str, Saved] = OrderedDict()
        self._manifests: dict[str, tuple[float, Row | None]] = {}
        self._lock = RLock()

    def entries(self) -> list[Entry]:
        """Every whole mapping, the current one first, then the newest."""
        chosen = self._pointed()
        found = []
        for folder in self._folders():
            when, manifest = self._manifest(folder)
            if manifest is None:
                continue
            found.append(
                Entry(
                    folder.name,
                    str(manifest["home"]),
                    int(manifest["year"]),
                    str(manifest["code"]["version"]),
                    when,
                    folder.name == chosen,
                )
            )
        return sorted(found, key=lambda e: (not e.is_current, -e.when, e.name))

    def broken(self) -> list[str]:
        """Folders that look like mappings but have no whole manifest."""
        return [f.name for f in self._folders() if self._manifest(f)[1] is None]

    @property
    def version(self) -> str:
        """A text that changes whenever a mapping comes, goes or becomes the current one."""
        return ";".join(f"{e.name}{'*' if e.is_current else ''}" for e in self.entries())

    def open(self, token: str) -> Saved:
        """The mapping of this name, or the current one for ``current``.

        Raises :class:`UnknownName` for a name that is not there and :class:`GoneError` where the
        current one is missing or not whole.
        """
        names = {e.name: e for e in self.entries()}
        if token == POINTER:
            token = self._pointed()
            if token not in names:
                if not token:
                    raise GoneError("no mapping has been made yet; run 'verdikart map'")
                raise GoneError(f"the current mapping {token} is not there or not whole")
        elif token not in names:
            listed = ", ".join(f"{e.name} ({e.home} {e.year})" for e in names.values())
            raise UnknownName("mapping", token, list(names), listed or "none")
        with self._lock:
            if token not in self._held:
                folder = self.out / token
                _, manifest = self._manifest(folder)
                if manifest is None:
                    raise GoneError(f"the mapping {token} is not there or not whole")
                self._held[token] = Saved(folder, manifest)
            self._held.move_to_end(token)
            while len(self._held) > HELD:
                self._held.popitem(last=False)
            return self._held[token]

    def _folders(self) -> list[Path]:
        try:
            return sorted(p for p in self.out.iterdir() if _named_by_hash(p.name) and p.is_dir())
        except OSError:
            return []

    def _pointed(self) -> str:
        try:
            return (self.out / POINTER).read_text(encoding="utf-8").strip()
        except (OSError, ValueError):  # not there, or no text
            return ""

    def _manifest(self, folder: Path) -> tuple[float, Row | None]:
        """The file's time, and the manifest, read again only when that has changed.

        None for a manifest that is not whole.
        """
        path = folder / "manifest.json"
        with self._lock:
            try:
                when = path.stat().st_mtime
            except OSError:
                self._manifests.pop(folder.name, None)
                self._held.pop(folder.name, None)
                return 0.0, None
            known = self._manifests.get(folder.name)
            if known is None or known[0] != when:
                self._manifests[folder.name] = known = (when, _read_manifest(path))
            return known


def at(folder: Path) -> Saved:
    """The mapping in a folder, whatever its name.

    Raises :class:`GoneError` where it is not whole, and :class:`DataProblem` where another version
    of the program made it, whose tables may hold something else.
    """
    manifest = _read_manifest(folder / "manifest.json")
    if manifest is None:
        raise GoneError(f"{folder}: holds no whole mapping; make one with 'verdikart map'")
    version = manifest["code"]["version"]
    if version != VERSION or manifest.get("schema") != SCHEMA:
        raise DataProblem(
            f"{folder}: was made by verdikart {version}, and this is {VERSION}; "
            "run 'verdikart map' anew and use that result"
        )
    return Saved(folder, manifest)


def _named_by_hash(name: str) -> bool:
    return len(name) == 16 and all(digit in "0123456789abcdef" for digit in name)


def _read_manifest(path: Path) -> Row | None:
    try:
        read: Row = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if not isinstance(read, dict) or not all(name in read for name in NEEDED):
        return None
    return read


def only(rows: Sequence[Row], **wanted: object) -> list[Row]:
    """Rows whose columns have these values."""
    return [row for row in rows if all(row[name] == value for name, value in wanted.items())]


__all__ = ["AT", "Entry", "GoneError", "Saved", "Shelf", "at", "nothing", "only"]
