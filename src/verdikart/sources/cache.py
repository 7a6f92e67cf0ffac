"""Answers about data (not the data) that providers let one keep, in a database that may be lost."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import httpx


def keeping(folder: Path, timeout: float) -> httpx.Client | None:
    """A client that keeps answers in ``folder``; None where that cannot be written.

    A database that is spoilt is begun anew.
    """
    from hishel import SqliteStorage
    from hishel.httpx import CacheClient

    path = folder / "http.sqlite"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not _sound(path):
            path.unlink()
    except OSError:
        return None
    storage = SqliteStorage(database_path=path)
    found: httpx.Client = CacheClient(storage=storage, timeout=timeout, follow_redirects=True)
    return found


def _sound(path: Path) -> bool:
    """Whether a file is a database, or not there yet."""
    import sqlite3

    con = sqlite3.connect(path)
    try:
        con.execute("PRAGMA schema_version").fetchall()
    except sqlite3.DatabaseError:
        return False
    finally:
        con.close()
    return True
