"""One mapping in a process of its own: asked on standard input, telling its steps on standard output.

``python -m verdikart.web.worker`` reads one line of JSON (``out`` and the fields of
:class:`~verdikart.web.wanted.Wanted`) and writes a line for each step and one for the end. It ends
as soon as its input is closed: no worker outlives its server.
"""

from __future__ import annotations

import gc
import json
import os
import sys
import threading
from pathlib import Path
from typing import Any

from verdikart.core.errors import VerdikartError

NICE = 10  # readers of pages come first


def main() -> None:
    """Make the mapping that is asked for."""
    asked = json.loads(sys.stdin.readline())
    threading.Thread(target=_end_with_server, daemon=True).start()
    if hasattr(os, "nice"):
        os.nice(NICE)
    # A mapping makes millions of small objects and no cycles worth a search.
    gc.disable()
    try:
        from verdikart.reports.result import make

        _, folder = make(
            Path(asked["out"]),
            asked["home"],
            asked["year"],
            asked["changes"],
            asked["lang"],
            lambda step, number, of: _tell(step=step, number=number, of=of),
            make_current=asked["make_current"],
        )
    except VerdikartError as error:
        _tell(error=str(error))
    except OSError as error:
        _tell(error=f"the result cannot be written: {error.strerror or 'input/output error'}")
    else:
        _tell(result=folder.name)


def _tell(**said: Any) -> None:  # noqa: ANN401 - any JSON value
    sys.stdout.write(json.dumps(said) + "\n")
    sys.stdout.flush()


def _end_with_server() -> None:
    """Wait for the end of the input, which comes when the server lets go or is no more."""
    sys.stdin.read()
    os._exit(1)


if __name__ == "__main__":
    main()
