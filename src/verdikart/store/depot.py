"""The folder where fetched data lie: raw bytes by hash, vintages, parts of what is being fetched.

::

    raw/ab/ab12…            raw files, named by their sha256, never written twice
    vintages/SOURCE/NAME/   manifest.json and the typed tables of one edition
    parts/SOURCE/           what a fetch has so far, with journal.json: the raw files it has kept
    data.lock.json          every vintage with the hashes of its raw files
    .lock                   taken by whoever changes any of this
"""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from verdikart.core.errors import DataProblem

OVERRIDE = "VERDIKART_HOME"
WAIT = 600.0
HALF = ".new-"  # begins the names of folders that are not finished
JOURNAL = "journal.json"


class Depot:
    """One such folder; made when something is first written to it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.raw = root / "raw"
        self.vintages = root / "vintages"
        self.parts = root / "parts"
        self._held = False

    @contextmanager
    def changing(self, wait: float = WAIT) -> Iterator[None]:
        """Hold the folder's lock; another process that changes it is waited for.

        May be entered again by who holds it, but not by another thread through the same object. What
        the disk refuses meanwhile is told with its remedy.
        """
        if self._held:
            yield
            return
        from filelock import FileLock, Timeout

        with writing(self.root):
            self.root.mkdir(parents=True, exist_ok=True)
            lock = FileLock(self.root / ".lock", timeout=wait)
            try:
                lock.acquire()
            except Timeout:
                raise DataProblem(
                    f"another verdikart has been changing {self.root} for {wait:.0f} seconds; wait "
                    "for it, or end it and run the command again"
                ) from None
            self._held = True
            try:
                yield
            finally:
                self._held = False
                lock.release()

    def keep(self, path: Path, sha256: str) -> Path:
        """Move a file to its place among the raw files; one that is there already is left as it is."""
        place = self.raw_path(sha256)
        if not place.is_file():
            place.parent.mkdir(parents=True, exist_ok=True)
            beside = place.with_name(f".{sha256}.{os.getpid()}")
            with writing(place, beside):
                # Across file systems a move is a copy, which may be cut: so to a name beside first.
                shutil.move(path, beside)
                beside.chmod(0o444)
                beside.replace(place)
        elif path != place:
            path.unlink(missing_ok=True)
        return place

    def raw_path(self, sha256: str) -> Path:
        """Where the raw file of a hash lies, or would lie."""
        return self.raw / sha256[:2] / sha256

    def raw_file(self, sha256: str, name: str) -> Path:
        """The raw file of a hash, after reading it through: it must be what its name says."""
        path = self.raw_path(sha256)
        if not path.is_file():
            raise DataProblem(
                f"raw file {name} ({sha256}) is missing from {self.raw}; fetch it again"
            )
        with path.open("rb") as stream:
            actual = hashlib.file_digest(stream, "sha256").hexdigest()
        if actual != sha256:
            raise DataProblem(
                f"raw file {name} is corrupt: sha256 {actual} instead of {sha256}; delete {path} and "
                "fetch it again"
            )
        return path

    @contextmanager
    def workplace(self, near: Path) -> Iterator[Path]:
        """A folder beside ``near`` that is gone afterwards, whatever happens short of a kill."""
        with writing(near):
            near.parent.mkdir(parents=True, exist_ok=True)
            folder = Path(tempfile.mkdtemp(prefix=HALF, dir=near.parent))
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def depot() -> Depot:
    """The user's folder; ``VERDIKART_HOME`` overrides the system's place for application data."""
    given = os.environ.get(OVERRIDE)
    if given:
        return Depot(Path(given).expanduser())
    from platformdirs import user_data_path

    return Depot(user_data_path("verdikart", appauthor=False))


@contextmanager
def writing(place: Path, *remove: Path) -> Iterator[None]:
    """Turn what the system says of a full or closed disk into an error with its remedy.

    ``remove`` are files that are half-written when it happens.
    """
    try:
        yield
    except OSError as error:
        for path in remove:
            path.unlink(missing_ok=True)
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DataProblem(
                f"the disk is full while writing {place}; free some space, or set {OVERRIDE} to a "
                "folder on another disk; everything that was here before is as it was"
            ) from error
        if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
            raise DataProblem(
                f"{place} cannot be written ({error.strerror}); set {OVERRIDE} to a folder that can"
            ) from error
        raise
