"""What tests of pages and of reports share: mappings made once a process."""

from __future__ import annotations

from pathlib import Path

import pytest

import verdikart.indicators  # noqa: F401 - registers the indicators
from verdikart.mapping import save
from verdikart.mapping.run import run


def pytest_terminal_summary(terminalreporter) -> None:
    """Say in a line that tests on Spark were left out, and why."""
    skipped = terminalreporter.stats.get("skipped", [])
    spark = [r for r in skipped if r.nodeid.startswith("tests/spark/")]
    reasons = [r.longrepr[2].removeprefix("Skipped: ") for r in spark]
    for reason in sorted(set(reasons)):
        left_out = reasons.count(reason)
        terminalreporter.write_line(f"Spark: {left_out} tests left out: {reason}")


@pytest.fixture(scope="session")
def saved_out(tmp_path_factory) -> Path:
    """A result folder with two mappings of Norway: 2023, and 2024 as the current one."""
    out = tmp_path_factory.mktemp("saved") / "result"
    for year in (2023, 2024):
        mapping = run("NOR", year)
        with save.result_folder(out, mapping) as folder:
            save.write_tables(mapping, folder)
    return out
