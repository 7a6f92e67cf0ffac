"""Whole commands, run as a user runs them: a process of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

COMMAND = [sys.executable, "-W", "error", "-c", "from verdikart.cli import main; main()"]


@dataclass
class Answer:
    """What a command left behind."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        assert self.code == 0, self.err
        return json.loads(self.out)


Run = Callable[..., Answer]


@pytest.fixture(scope="session")
def verdikart(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Run a command in an empty folder; ``cwd`` and ``env`` can be given."""
    empty = tmp_path_factory.mktemp("cwd")

    def run(*args: str, cwd: Path | None = None, env: dict[str, str] | None = None) -> Answer:
        done = subprocess.run(
            [*COMMAND, *args],
            cwd=cwd or empty,
            env={**os.environ, "VERDIKART_LANG": "en", **(env or {})},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        return Answer(done.returncode, done.stdout, done.stderr)

    return run


@pytest.fixture(scope="session")
def result(verdikart: Run, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """One mapping of Norway 2024, made once; the folder given to --out and the JSON answer."""
    out = tmp_path_factory.mktemp("map") / "result"
    answer = verdikart("map", "--year", "2024", "--out", str(out), "--format", "json")
    return out, answer.json()
