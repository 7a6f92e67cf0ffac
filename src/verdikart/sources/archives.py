"""Reads zip and gzip archives, with a clear error where one is cut short or altered."""

from __future__ import annotations

import gzip
import re
import shutil
import zipfile
import zlib
from pathlib import Path

from verdikart.core.errors import Problem, Problems
from verdikart.sources.model import RawFile

# Beside what is cut: a way of packing that zipfile has not, and a password (RuntimeError).
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)


def members(file: RawFile, pattern: str, remedy: str) -> dict[str, re.Match[str]]:
    """Members whose own name (without folders) matches, by full name."""
    try:
        with zipfile.ZipFile(file.path) as archive:
            names = archive.namelist()
    except (*BROKEN, OSError) as error:
        raise Problems([_cut(file, str(error), remedy)]) from error
    found = {name: re.fullmatch(pattern, name.rpartition("/")[2]) for name in names}
    return {name: match for name, match in sorted(found.items()) if match}


def unpack(file: RawFile, member: str, folder: Path, remedy: str) -> Path:
    """Write one member into ``folder`` under its own name; its checksum is verified on the way."""
    target = folder / member.rpartition("/")[2]
    try:
        with (
            zipfile.ZipFile(file.path) as archive,
            archive.open(member) as packed,
            target.open("wb") as plain,
        ):
            shutil.copyfileobj(packed, plain, 1 << 20)
    except BROKEN as error:
        target.unlink(missing_ok=True)
        raise Problems([_cut(file, f"{member}: {error}", remedy)]) from error
    return target


def plain(file: RawFile, folder: Path, remedy: str) -> Path:
    """The file itself, or what is in it where it is packed with gzip."""
    with file.path.open("rb") as stream:
        if stream.read(2) != b"\x1f\x8b":
            return file.path
    target = folder / f"{file.sha256}.plain"
    try:
        with gzip.open(file.path) as packed, target.open("wb") as out:
            shutil.copyfileobj(packed, out, 1 << 20)
    except (gzip.BadGzipFile, zlib.error, EOFError) as error:
        target.unlink(missing_ok=True)
        raise Problems([_cut(file, str(error), remedy)]) from error
    return target


def _cut(file: RawFile, why: str, remedy: str) -> Problem:
    what = f"the archive is cut short, corrupt or packed in a way that cannot be read ({why})"
    return Problem(file.name, what, remedy=remedy)
