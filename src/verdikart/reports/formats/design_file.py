"""A design of a user's own, unpacked with care before a library opens it.

It may be anything under the name of an Office file: empty, encrypted, damaged, or made to unpack to
more than a machine holds.
"""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path
from typing import Final

from verdikart.core.errors import UsageProblem

MOST: Final = 300 * 2**20  # bytes that a design may unpack to; pictures and films are in it
OLD: Final = b"\xd0\xcf\x11\xe0"  # how a file before Office 2007 begins, and an encrypted one
LOCKED: Final = 0x01  # flag of an encrypted part
TYPES: Final = "[Content_Types].xml"


def unpacked(file: Path, program: str) -> dict[str, bytes]:
    """The parts of a design by name. ``program``: whose file it should be, as ``Word``.

    Raises :class:`UsageProblem` for what is not there, or is no whole Office file.
    """
    remedy = f"give a file that {program} has saved"
    try:
        if file.stat().st_size > MOST:
            raise UsageProblem(f"{file}: is too large for a design; {remedy}")
        data = file.read_bytes()
    except FileNotFoundError as error:
        raise UsageProblem(f"{file}: cannot be read: there is no such file; {remedy}") from error
    except OSError as error:
        raise UsageProblem(f"{file}: cannot be read ({error.strerror or error})") from error
    if not data:
        raise UsageProblem(f"{file}: is empty; {remedy}")
    try:
        parts = None if data.startswith(OLD) else _parts(file)
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, OSError) as error:
        # an unknown way of packing is a run-time error
        raise _unreadable(file, program, str(error)) from error
    if parts is None:
        raise UsageProblem(
            f"{file}: is encrypted, or in the format before Office 2007; open it in {program}, "
            "save it without a password in today's format, and give that"
        )
    if TYPES not in parts:
        raise _unreadable(file, program, f"it lacks {TYPES}")
    return parts


def _parts(file: Path) -> dict[str, bytes] | None:
    """The parts; None where one is encrypted."""
    with zipfile.ZipFile(file) as package:
        if sum(entry.file_size for entry in package.infolist()) > MOST:
            raise UsageProblem(
                f"{file}: unpacks to more than {MOST // 2**20} MB, too much for a design; "
                "take out pictures and films, or look where the file comes from"
            )
        if any(entry.flag_bits & LOCKED for entry in package.infolist()):
            return None
        # no part unpacks to more than it says
        return {entry.filename: package.read(entry) for entry in package.infolist()}


def _unreadable(file: Path, program: str, why: str) -> UsageProblem:
    return UsageProblem(
        f"{file}: cannot be read as a {program} file ({why}); open it in {program}, save it anew "
        "and give that"
    )


__all__ = ["TYPES", "unpacked"]
