"""The reports on a whole mapping as commands to be measured, each a process of its own.

``python benchmarks/reports.py [--mapping FOLDER] [--runs 5]`` measures them alone; ``run.py`` takes them
with the rest. Without a folder a mapping of Norway is made first, which is not counted.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

VERDIKART = Path(sys.executable).with_name("verdikart")


@dataclass(frozen=True, slots=True)
class Report:
    """A report to be written, and the target in seconds for the whole command."""

    name: str
    product: str
    file: str
    target_s: float | None

    def command(self, mapping: Path) -> list[str]:
        """The command; ``{out}`` becomes a new folder for each run."""
        asked = ["--mapping", str(mapping), "--lang", "nb", "--out", f"{{out}}/{self.file}"]
        return [str(VERDIKART), "report", self.product, *asked]


REPORTS = (
    Report("report: deck", "slides", "mapping.pptx", 10.0),
    Report("report: note, PDF", "note", "mapping.pdf", 10.0),
    Report("report: note, DOCX", "note", "mapping.docx", None),
    Report("report: workbook", "workbook", "mapping.xlsx", 5.0),
    Report("report: package", "package", "mapping.zip", None),
)


_KEPT: list[tempfile.TemporaryDirectory[str]] = []  # until the process ends


@cache
def mapping() -> Path:
    """A mapping of Norway, made once; its folder goes with the process."""
    holder = tempfile.TemporaryDirectory()
    _KEPT.append(holder)
    subprocess.run(
        [str(VERDIKART), "map", "--out", holder.name], check=True, stdout=subprocess.DEVNULL
    )
    folder = Path(holder.name)
    return folder / (folder / "current").read_text(encoding="utf-8").strip()


def main() -> None:
    """Measure the reports and print."""
    from run import CommandFailed, machine, repeated, table

    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--runs", type=int, default=5, help="counted runs of each (default 5)")
    parser.add_argument("--mapping", type=Path, help="folder of a saved mapping")
    asked = parser.parse_args()
    source = asked.mapping or mapping()
    results, failures = [], []
    for report in REPORTS:
        try:
            command = report.command(source)
            results.append(repeated(report.name, command, asked.runs, report.target_s))
        except CommandFailed as error:
            failures.append(f"{report.name}: {error}")
    sys.stdout.write(", ".join(f"{k} {v}" for k, v in machine().items()) + "\n\n")
    sys.stdout.write(table(results) + "\n")
    if failures:
        raise SystemExit("\n".join(failures))


if __name__ == "__main__":
    main()
