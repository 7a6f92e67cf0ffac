"""The public commands, each run once a session as a new process."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

HERE = Path(__file__).parent


@cache
def answer(*words: str):
    """What a command prints as JSON; a failure shows its message."""
    done = subprocess.run(
        [sys.executable, "-c", "from verdikart.cli import main; main()", *words, "--format=json"],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        encoding="utf-8",
    )
    assert done.returncode == 0, f"verdikart {' '.join(words)}: {done.stderr}"
    return json.loads(done.stdout)


@pytest.fixture(scope="session")
def command():
    """Call as ``command("mix", "--home", "NOR", ...)``."""
    return answer


@pytest.fixture(scope="session")
def mixes(command):
    """Several mixes of one question in one process, by subject."""

    def ask(subjects: tuple[str, ...], *words: str):
        named = [f"--product={s}" for s in subjects]
        found = command("mix", *named, *words)
        rows = found["mixes"] if len(subjects) > 1 else [found]
        return {row["subject"]: row for row in rows}

    return ask


def table(name: str) -> list[dict[str, str]]:
    """A golden CSV file."""
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="session")
def headline():
    """Golden headline numbers by id."""
    return {row["id"]: row for row in table("headline_numbers.csv")}


@pytest.fixture(scope="session")
def dependency_rows():
    """Golden dependency rows by home, then code."""
    found: dict[str, dict[str, dict[str, str]]] = {}
    for row in table("dependency_baci_hs92_2022.csv"):
        found.setdefault(row["reporter"], {})[f"HS92:{row['hs92']}"] = row
    return found
