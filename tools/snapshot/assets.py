"""``python -m tools.snapshot.assets``: the pinned scripts that draw the charts in the HTML page.

The ``build/*.min.js`` files are classic browser scripts (UMD): loaded in the order below in plain
``<script>`` tags they define ``vega``, ``vegaLite`` and ``vegaEmbed``. They are copied unchanged.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.snapshot.build import swap_in
from tools.snapshot.download import Package, SnapshotError, obtain, sha256_of

ROOT = Path(__file__).resolve().parents[2]
ASSETS = Path("src/verdikart/reports/assets")


@dataclass(frozen=True)
class Script:
    """One script of a package, and the global name it defines in the browser."""

    package: Package
    member: str
    defines: str

    @property
    def file(self) -> str:
        """The file's name among the assets."""
        return self.member.rsplit("/", 1)[-1]


def _npm(name: str, version: str, sha256: str) -> Package:
    return Package(name, version, "npm", f"{name}-{version}.tgz", sha256)


# Versions: those Altair 6.3 writes for (Vega-Lite 6.4.1 in its schema address, Vega 6, Embed 7).
SCRIPTS = (
    Script(
        _npm("vega", "6.4.0", "3521fb6ff68a94a40323954f0ba4484ba4014b157bfd37f89a3b063082320c42"),
        "package/build/vega.min.js",
        "vega",
    ),
    Script(
        _npm(
            "vega-lite", "6.4.1", "7226845c140626b2bf2dae3dd7372d6e2dbdf65380d857c70da8e487ca6cf15e"
        ),
        "package/build/vega-lite.min.js",
        "vegaLite",
    ),
    Script(
        _npm(
            "vega-embed",
            "7.3.0",
            "d9a958ced3240f0418df7d5e12e97dba6e63cecda15b8403e47a0db7eb6ea859",
        ),
        "package/build/vega-embed.min.js",
        "vegaEmbed",
    ),
)


def main(arguments: list[str] | None = None) -> int:
    """Fetch, check and write the scripts, their licences and ``assets.json``."""
    parser = argparse.ArgumentParser(prog="python -m tools.snapshot.assets", description=__doc__)
    parser.add_argument("--from", dest="given", type=Path, metavar="DIR")
    parser.add_argument("--to", type=Path, default=ROOT / ASSETS, metavar="DIR")
    options = parser.parse_args(arguments)

    def say(text: str) -> None:
        print(text, file=sys.stderr, flush=True)

    try:
        packages = obtain(
            [script.package for script in SCRIPTS], ROOT / ".cache" / "packages", say, options.given
        )
        with swap_in(options.to) as fresh:
            entries: list[dict[str, Any]] = []
            for script in SCRIPTS:
                content = packages.read(script.package, script.member)
                licence = f"LICENSE-{script.package.name}.txt"
                if b"</script" in content.lower():
                    raise SnapshotError(f"{script.file} would end the tag it is placed in")
                (fresh / script.file).write_bytes(content)
                (fresh / licence).write_bytes(packages.read(script.package, "package/LICENSE"))
                sha256 = sha256_of(fresh / script.file)
                entries.append(
                    {
                        "file": script.file,
                        "defines": script.defines,
                        "licence": "BSD-3-Clause",
                        "licence_file": licence,
                        "origin": packages.origin(script.package, script.member, sha256),
                        "sha256": sha256,
                        "bytes": len(content),
                    }
                )
            content_text = json.dumps(
                {
                    "schema_version": 1,
                    "built_by": "python -m tools.snapshot.assets",
                    "load_order": [script.file for script in SCRIPTS],
                    "files": entries,
                },
                indent=1,
            )
            (fresh / "assets.json").write_text(content_text + "\n", encoding="utf-8")
    except SnapshotError as problem:
        say(f"assets: {problem}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
