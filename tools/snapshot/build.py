"""Runs the recipes and swaps the finished folder in."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tools.snapshot import atlas, baci, icio, wgi, wmd
from tools.snapshot.download import Packages, Say
from tools.snapshot.manifest import Built, write_manifest

DATA = Path("src/verdikart/store/data")
RECIPES = (baci, wmd, wgi, icio, atlas)


def build_into(folder: Path, packages: Packages, say: Say) -> dict[str, Any]:
    """Write every data file and the manifest to ``folder``; return the manifest."""
    built: list[Built] = []
    for number, recipe in enumerate(RECIPES, 1):
        say(f"step {number} of {len(RECIPES)}")
        built += recipe.build(packages, folder, say)
    return write_manifest(built, folder)


@contextmanager
def swap_in(target: Path) -> Iterator[Path]:
    """Yield a new folder beside ``target`` that takes its place when the block succeeds."""
    target.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    fresh, old = work / "new", work / "old"
    fresh.mkdir()
    try:
        yield fresh
        if target.exists():
            target.rename(old)
        try:
            fresh.rename(target)
        except OSError:
            if old.exists():
                old.rename(target)
            raise
    finally:
        shutil.rmtree(work, ignore_errors=True)
