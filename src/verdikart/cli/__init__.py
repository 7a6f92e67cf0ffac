"""The command line: one file per verb."""

from __future__ import annotations

import atexit
import gc
import os
import sys
import threading
from typing import NoReturn

STOPPED = 130  # by SIGINT, as shells have it


def command() -> NoReturn:
    """Run :func:`main` as a process of its own, and end it without taking it apart piece by piece.

    Collecting every module and object at the end takes Python up to half a second.
    """
    code: str | int | None = 0
    try:
        main()
    except SystemExit as end:
        code = end.code
    if threading.active_count() > 1 or isinstance(code, str):
        sys.exit(code)
    atexit._run_exitfuncs()
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except BrokenPipeError:  # who reads has had enough
        code = 0
    os._exit(code or 0)


def main() -> None:
    """Run the command line; an expected error is printed without a traceback."""
    # Answers are many small tuples and no cycles: collecting as often as by default costs a
    # quarter of a short command's time.
    gc.set_threshold(200_000, 50, 50)
    from verdikart.core.errors import VerdikartError

    try:
        from verdikart.cli.app import build

        build(sys.argv[1] if len(sys.argv) > 1 else None)()
    except VerdikartError as error:
        sys.stderr.write(f"verdikart: {error}\n")
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        _stopped()
    except SystemExit as end:  # typer turns an interruption into this, without a word
        if end.code == STOPPED:
            _stopped()
        raise
    except BrokenPipeError:
        sys.exit(0)
    except OSError as error:
        # A file the user named, as with --output and --svg, that cannot be written.
        named = f"{error.filename}: " if error.filename else ""
        sys.stderr.write(f"verdikart: {named}{error.strerror or error}\n")
        sys.exit(1)


def _stopped() -> NoReturn:
    sys.stderr.write("verdikart: stopped; the previous result is whole\n")
    sys.exit(STOPPED)
