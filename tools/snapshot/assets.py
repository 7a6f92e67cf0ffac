"""``python -m tools.snapshot.assets``: the pinned scripts, styles and fonts that browsers load.

Two sets, each with its licences and an ``assets.json`` beside it, every file copied unchanged:

* the chart scripts of the HTML page. The ``build/*.min.js`` files are classic browser scripts
  (UMD): loaded in the order below in plain ``<script>`` tags they define ``vega``, ``vegaLite``
  and ``vegaEmbed``. The web application serves the same three files;
* what the web application loads besides: htmx, Digdir's Designsystemet (styles, theme and web
  components, a UMD bundle) and the Latin parts of the variable font Inter.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.snapshot.build import swap_in
from tools.snapshot.download import Package, Packages, SnapshotError, obtain, sha256_of

ROOT = Path(__file__).resolve().parents[2]
COMMAND = "python -m tools.snapshot.assets"


@dataclass(frozen=True)
class Asset:
    """One file of a package, the name it gets here, and the global name it defines if a script."""

    package: Package
    member: str
    file: str
    licence: str
    defines: str | None = None

    @property
    def licence_file(self) -> str:
        """The name of the package's licence among the assets."""
        return f"LICENSE-{self.package.name.rsplit('/', 1)[-1]}.txt"


def _npm(name: str, version: str, sha256: str) -> Package:
    file = name.removeprefix("@").replace("/", "-")  # as npm names the file of a scoped package
    return Package(name, version, "npm", f"{file}-{version}.tgz", sha256)


def _vega(name: str, version: str, sha256: str, defines: str) -> Asset:
    file = f"{name}.min.js"
    package = _npm(name, version, sha256)
    return Asset(package, f"package/build/{file}", file, "BSD-3-Clause", defines)


# Versions: those Altair 6.3 writes for (Vega-Lite 6.4.1 in its schema address, Vega 6, Embed 7).
CHARTS = (
    _vega(
        "vega",
        "6.4.0",
        "3521fb6ff68a94a40323954f0ba4484ba4014b157bfd37f89a3b063082320c42",
        "vega",
    ),
    _vega(
        "vega-lite",
        "6.4.1",
        "7226845c140626b2bf2dae3dd7372d6e2dbdf65380d857c70da8e487ca6cf15e",
        "vegaLite",
    ),
    _vega(
        "vega-embed",
        "7.3.0",
        "d9a958ced3240f0418df7d5e12e97dba6e63cecda15b8403e47a0db7eb6ea859",
        "vegaEmbed",
    ),
)

HTMX = _npm(
    "htmx.org", "2.0.11", "165a2655073e9e6e55e307a7c74e8ebcdb76afb7701f9c16cfd106a13add408e"
)
STYLES = _npm(
    "@digdir/designsystemet-css",
    "1.22.0",
    "0eeef1d967ee4f21e5e59f37c20666db8b66f20d93d4617907c4c4661f52298c",
)
COMPONENTS = _npm(
    "@digdir/designsystemet-web",
    "1.22.0",
    "cb54277d520202cd8ba90ec699666bf8d0016cf72ec0b8b7ff674eb76c717ec9",
)
INTER = _npm(
    "@fontsource-variable/inter",
    "5.3.0",
    "d26710dd38e7217484a1d47ee76c024977ec550548876f26d06ed1844af09a14",
)
WEB = (
    Asset(STYLES, "package/dist/theme/designsystemet.css", "designsystemet-theme.css", "MIT"),
    Asset(STYLES, "package/dist/src/index.css", "designsystemet.css", "MIT"),
    Asset(HTMX, "package/dist/htmx.min.js", "htmx.min.js", "0BSD", "htmx"),
    Asset(
        COMPONENTS, "package/dist/umd/index.js", "designsystemet-web.js", "MIT", "Designsystemet"
    ),
    Asset(INTER, "package/files/inter-latin-wght-normal.woff2", "inter-latin.woff2", "OFL-1.1"),
    Asset(
        INTER, "package/files/inter-latin-ext-wght-normal.woff2", "inter-latin-ext.woff2", "OFL-1.1"
    ),
)

# Where each set lies in the tree.
SETS = {
    Path("src/verdikart/reports/assets"): CHARTS,
    Path("src/verdikart/web/static/vendor"): WEB,
}


def write(assets: tuple[Asset, ...], packages: Packages, folder: Path) -> None:
    """Write a set's files, their licences and ``assets.json`` into an empty folder."""
    entries: list[dict[str, Any]] = []
    for asset in assets:
        content = packages.read(asset.package, asset.member)
        if asset in CHARTS and b"</script" in content.lower():
            raise SnapshotError(f"{asset.file} would end the tag it is placed in")
        (folder / asset.file).write_bytes(content)
        (folder / asset.licence_file).write_bytes(packages.read(asset.package, "package/LICENSE"))
        sha256 = sha256_of(folder / asset.file)
        entries.append(
            {
                "file": asset.file,
                **({"defines": asset.defines} if asset.defines else {}),
                "licence": asset.licence,
                "licence_file": asset.licence_file,
                "origin": packages.origin(asset.package, asset.member, sha256),
                "sha256": sha256,
                "bytes": len(content),
            }
        )
    content_text = json.dumps(
        {
            "schema_version": 1,
            "built_by": COMMAND,
            "load_order": [asset.file for asset in assets if asset.defines],
            "files": entries,
        },
        indent=1,
    )
    (folder / "assets.json").write_text(content_text + "\n", encoding="utf-8")


def main(arguments: list[str] | None = None) -> int:
    """Fetch, check and write both sets."""
    parser = argparse.ArgumentParser(prog=COMMAND, description=__doc__)
    parser.add_argument("--from", dest="given", type=Path, metavar="DIR")
    parser.add_argument("--to", type=Path, default=ROOT, metavar="DIR", help="root of the tree")
    options = parser.parse_args(arguments)

    def say(text: str) -> None:
        print(text, file=sys.stderr, flush=True)

    wanted = dict.fromkeys(asset.package for assets in SETS.values() for asset in assets)
    try:
        packages = obtain(wanted, ROOT / ".cache" / "packages", say, options.given)
        for folder, assets in SETS.items():
            with swap_in(options.to / folder) as fresh:
                write(assets, packages, fresh)
    except SnapshotError as problem:
        say(f"assets: {problem}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
