"""Raw files → a vintage: read by the source's adapter, corrected, written, and only then shown."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from verdikart.core.errors import DataProblem, VerdikartError
from verdikart.core.sql import text_literal
from verdikart.core.version import VERSION
from verdikart.reference.feeds import Feed
from verdikart.sources.model import Adapter, Ask, Loaded, RawFile, Table, Workbench
from verdikart.store.corrections import apply
from verdikart.store.depot import Depot
from verdikart.store.vintages import (
    OLD,
    Correction,
    FileEntry,
    RawEntry,
    TableColumn,
    TableEntry,
    Vintage,
    sweep,
    vintages,
    write,
    write_lock,
)

if TYPE_CHECKING:
    import duckdb

Step = Callable[[str], None]
MEMORY = "2GB"


def adapter_of(feed: Feed) -> Adapter:
    """The module that reads a feed."""
    found: Adapter = import_module(f"verdikart.sources.adapters.{feed.adapter}")
    return found


def load(
    feed: Feed,
    raw: Sequence[RawFile],
    ask: Ask,
    place: Depot,
    *,
    retrieved: str,
    step: Step = lambda _: None,
    again: bool = False,
) -> Vintage:
    """Make a vintage of raw files that are in the depot.

    The same files loaded before, with the same question, give the vintage that is there; ``again``
    makes it anew. Raises Problems with every fault of the files; nothing is left of a vintage that
    could not be finished, and the earlier ones stay.
    """
    with place.changing():
        sweep(place, [file.sha256 for file in raw])
        missing = [file.name for file in raw if not file.path.is_file()]
        if missing:  # dropped by another process since they were fetched
            raise DataProblem(f"{', '.join(missing)}: no longer here; run the same command again")
        there = _same(feed, raw, ask, place)
        if there is not None and not again:
            return there
        home = place.vintages / feed.source_id / "any"
        with place.workplace(home) as folder:
            work = folder / ".work"
            work.mkdir()
            con = _connection(work)
            try:
                step("read")
                loaded = adapter_of(feed).read(feed, raw, ask, Workbench(con, work))
                step("write")
                tables, corrections = _tables(feed, loaded, folder, con)
            except VerdikartError:
                raise
            except Exception as error:
                raise _told(feed, error, place) from error
            finally:
                con.close()
            shutil.rmtree(work)
            name = there.name if there else _name(feed, loaded.release, raw, ask, retrieved, place)
            made = Vintage(
                source_id=feed.source_id,
                name=name,
                release=loaded.release,
                loaded=there.loaded if there else datetime.now(UTC).isoformat(),
                retrieved=retrieved,
                code_version=VERSION,
                asked=asked(ask),
                raw=tuple(
                    RawEntry(r.name, r.address, r.sha256, r.bytes, r.retrieved, r.last_modified)
                    for r in raw
                ),
                tables=tables,
                notes=loaded.notes,
                corrections=corrections,
                folder=place.vintages / feed.source_id / name,
            )
            write(made, folder)
            folder.chmod(0o755)
            if there is not None:
                there.folder.rename(there.folder.with_name(f"{OLD}{name}"))
            folder.rename(made.folder)
            sweep(place)
        write_lock(place)
        return made


def _same(feed: Feed, raw: Sequence[RawFile], ask: Ask, place: Depot) -> Vintage | None:
    wanted = sorted(r.sha256 for r in raw)
    for found in vintages(feed.source_id, place):
        if sorted(r.sha256 for r in found.raw) == wanted and found.asked == asked(ask):
            return found
    return None


def asked(ask: Ask) -> dict[str, Any]:
    """A question as manifests keep it."""
    return {name: list(v) if isinstance(v, tuple) else v for name, v in asdict(ask).items()}


def _name(
    feed: Feed, release: str, raw: Sequence[RawFile], ask: Ask, retrieved: str, place: Depot
) -> str:
    """The provider's edition, else the day; with a hash of files and question where that is taken."""
    told = json.dumps([sorted(r.sha256 for r in raw), asked(ask)])
    content = hashlib.sha256(told.encode()).hexdigest()[:8]
    plain = re.sub(r"[^\w.+-]+", "-", release).strip("-.")
    name = plain or f"{retrieved}-{content}"
    taken = (place.vintages / feed.source_id / name).exists()
    return f"{name}+{content}" if taken else name


def _connection(work: Path) -> duckdb.DuckDBPyConnection:
    import duckdb

    return duckdb.connect(
        ":memory:",
        config={
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "memory_limit": MEMORY,
            "temp_directory": str(work / "spill"),
        },
    )


def _tables(
    feed: Feed, loaded: Loaded, folder: Path, con: duckdb.DuckDBPyConnection
) -> tuple[tuple[TableEntry, ...], tuple[Correction, ...]]:
    entries: list[TableEntry] = []
    corrections: list[Correction] = []
    for name, table in loaded.tables.items():
        entry, made = _written(feed, name, table, folder, con)
        corrections += made
        if not entry.rows:
            raise DataProblem(
                f"{feed.source_id}: the files hold no row of the table {name}; check years, codes and "
                "countries that were asked for"
            )
        entries.append(entry)
    return tuple(entries), tuple(corrections)


def _written(
    feed: Feed, name: str, table: Table, folder: Path, con: duckdb.DuckDBPyConnection
) -> tuple[TableEntry, list[Correction]]:
    columns = ", ".join(f'CAST("{c.name}" AS {c.type}) AS "{c.name}"' for c in table.columns)
    order = f" ORDER BY {', '.join(table.order)}" if table.order else ""
    import pyarrow.parquet as pq

    files: list[FileEntry] = []
    corrections: list[Correction] = []
    for label, query in table.parts:
        corrected, made = apply(feed.source_id, name, query, con)
        corrections += made
        path = folder / (f"{name}-{label}.parquet" if label else f"{name}.parquet")
        # Encodings of the newer version are decoded in 0.6 of the time.
        con.execute(
            f"COPY (SELECT {columns} FROM ({corrected}){order}) TO {text_literal(path)} "  # noqa: S608
            "(FORMAT parquet, COMPRESSION zstd, PARQUET_VERSION v2, ROW_GROUP_SIZE 262144)"
        )
        with path.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        rows = pq.read_metadata(path).num_rows
        files.append(FileEntry(path.name, rows, path.stat().st_size, digest))
    entry = TableEntry(
        name,
        sum(file.rows for file in files),
        tuple(TableColumn(c.name, c.type, c.role, c.unit) for c in table.columns),
        tuple(files),
    )
    return entry, corrections


def _told(feed: Feed, error: Exception, place: Depot) -> Exception:
    """An engine's error as one with a remedy; a fault of the program passes through."""
    text = str(error)
    if any(sign in text for sign in ("No space left", "ENOSPC", "max_temp_directory_size")):
        return DataProblem(
            f"{feed.source_id}: the disk is full; free some space or set VERDIKART_HOME to a folder on "
            f"another disk; what was in {place.root} before is as it was"
        )
    return error
