"""The files a page needs, each under an address that holds its hash, read once and kept.

Only what stands in this module's list is served: no address is ever turned into a path.
"""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

HERE = Path(__file__).parent
STATIC = HERE / "static"
VENDOR = STATIC / "vendor"
REPORTS = HERE.parent / "reports"
PREFIX = "/static/"
KINDS = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".woff2": "font/woff2",
    ".svg": "image/svg+xml",
}


@dataclass(frozen=True)
class Asset:
    """One file: its bytes and its kind."""

    body: bytes
    kind: str

    @cached_property
    def packed(self) -> bytes | None:
        """The same compressed, when it is first asked for; None where that gains nothing."""
        return None if self.kind.startswith("font/") else gzip.compress(self.body, 9, mtime=0)


@cache
def files() -> dict[str, tuple[Path, ...]]:
    """The files by the name they are served under; a name may join several."""
    return {
        "site.css": (
            REPORTS / "templates" / "palette.css",
            REPORTS / "templates" / "drawing.css",
            STATIC / "site.css",
        ),
        "site.js": (STATIC / "site.js",),
        "search.js": (STATIC / "search.js",),
        "charts.js": (STATIC / "charts.js",),
        "chain.js": (STATIC / "chain.js",),
        "favicon.svg": (STATIC / "favicon.svg",),
        **{p.name: (p,) for p in sorted((REPORTS / "assets").glob("*.js"))},
        **{p.name: (p,) for p in sorted(VENDOR.glob("*")) if p.suffix in KINDS},
    }


@cache
def _held() -> dict[str, tuple[str, Asset]]:
    """Name → address and file. Fonts come first, for the style sheet names their addresses."""
    found: dict[str, tuple[str, Asset]] = {}
    for name, paths in sorted(files().items(), key=lambda item: not item[0].endswith(".woff2")):
        body = b"\n".join(path.read_bytes() for path in paths)
        if name == "site.css":
            for font in (n for n in found if n.endswith(".woff2")):
                body = body.replace(f'url("{font}")'.encode(), f'url("{found[font][0]}")'.encode())
        kind = KINDS[paths[0].suffix]
        digest = hashlib.sha256(body).hexdigest()[:12]
        found[name] = (f"{PREFIX}{digest}/{name}", Asset(body, kind))
    return found


def address(name: str) -> str:
    """The address of a file, with its hash, so that a browser may keep it for good."""
    return _held()[name][0]


@cache
def by_address() -> dict[str, Asset]:
    """Every file by its address."""
    return dict(_held().values())
