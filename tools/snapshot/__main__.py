"""``python -m tools.snapshot``: rebuild the embedded data, byte for byte.

Everything is written to a new folder beside the old one and swapped in at the end, so a build
that fails leaves the data as they were.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from tools.snapshot.build import DATA, build_into, swap_in
from tools.snapshot.download import DATA_PACKAGES, SnapshotError, obtain

ROOT = Path(__file__).resolve().parents[2]


def main(arguments: list[str] | None = None) -> int:
    """Build and swap in; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tools.snapshot", description=__doc__)
    parser.add_argument(
        "--from",
        dest="given",
        type=Path,
        metavar="DIR",
        help="use the packages in DIR and fetch nothing",
    )
    parser.add_argument(
        "--to",
        type=Path,
        default=ROOT / DATA,
        metavar="DIR",
        help="write here (default: %(default)s)",
    )
    options = parser.parse_args(arguments)
    started = time.monotonic()

    def say(text: str) -> None:
        print(f"[{time.monotonic() - started:5.1f} s] {text}", file=sys.stderr, flush=True)

    try:
        packages = obtain(DATA_PACKAGES, ROOT / ".cache" / "packages", say, options.given)
        with swap_in(options.to) as fresh:
            manifest = build_into(fresh, packages, say)
    except SnapshotError as problem:
        print(f"snapshot: {problem}", file=sys.stderr)
        return 1
    for entry in manifest["files"]:
        rows = "" if entry["rows"] is None else f"{entry['rows']:>10,} rows"
        say(f"{entry['file']:<26} {entry['bytes']:>10,} bytes {rows:>15}  {entry['sha256'][:12]}…")
    say(f"{sum(entry['bytes'] for entry in manifest['files']):,} bytes in {options.to}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
