"""Measures time and peak memory: python benchmarks/run.py [--runs 5] [--only NAME] [--json FILE].

Each run of a command is a new process; the first is a warm-up and is not counted. The median is
compared with the target. A target that is missed is reported, not an error; a command that fails is.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from statistics import median

import reports

VERDIKART = Path(sys.executable).with_name("verdikart")
RSS_UNIT = 1 if sys.platform == "darwin" else 1024  # ru_maxrss: bytes there, kilobytes elsewhere
LIBRARIES = ("verdikart", "duckdb", "narwhals", "numpy", "pyarrow")

# One country × one material in a running process. "fresh" forgets what was read before each question;
# "kept" asks a library that has read the home's year, as a mapping has.
WARM = """
import json, sys, time
from verdikart.core.figure import MixId
from verdikart.mapping import catalogue
from verdikart.mapping.library import Library
from verdikart.mapping.questions import supply_mix

codes = [c for c, years in catalogue.source_codes("baci_hs92").items() if 2024 in years]
codes = codes[:: max(1, len(codes) // 12)]
kept = Library()
if sys.argv[1] == "kept":
    kept.read_all(["NOR"], [2022, 2023, 2024])
    kept.read_all(["WORLD"], [2024])
times = []
for code in [codes[0], *codes]:
    question = MixId("NOR", 2024, "baci_hs92", f"HS92:{code}", "import")
    start = time.perf_counter()
    supply_mix(kept if sys.argv[1] == "kept" else Library(), question)
    times.append(time.perf_counter() - start)
print(json.dumps(times[1:]))
"""

# 10,000 draws over all materials and stages of the EU study and of Norway, the data loaded: every
# stage counts, not only the one that stands for its material.
MONTE_CARLO = """
import json, sys, time
from dataclasses import replace
import numpy as np
from verdikart.indicators.assessment import Choices, score_all
from verdikart.indicators.montecarlo import simulate
from verdikart.mapping import eu_study, home_inputs
from verdikart.mapping.library import Library

if sys.argv[1] == "study":
    materials, setting = eu_study.inputs(), eu_study.setting()
else:
    materials, setting = home_inputs.inputs(Library(), "NOR", 2024)
every = [replace(m, members=()) for m in materials if not m.stages]
every += [
    replace(m, material=f"{m.material} {s.subject}", stages=(s,), assessed=s.subject)
    for m in materials
    for s in m.stages
]
scores = score_all(every, setting, Choices())
start = time.perf_counter()
found = simulate(every, scores, setting, np.random.default_rng(1), draws=10_000)
assert len(found) > 90
print(json.dumps([time.perf_counter() - start]))
"""

# GeoPolRisk of all reporters and materials: "kept" with the year's data in memory, as for a second form.
GEOPOLRISK = """
import json, time
from verdikart.mapping.geopolrisk import scores

scores(2022)
times = []
for form in ("published", "corrected"):
    start = time.perf_counter()
    assert len(scores(2022, form=form)) > 11_000
    times.append(time.perf_counter() - start)
print(json.dumps(times))
"""
GEOPOLRISK_WHOLE = """
from verdikart.mapping.geopolrisk import scores

print(sum(row["score"] is not None for row in scores(2022, form="corrected")))
"""

# Look-through of every Norwegian industry over the whole network, the network loaded.
SECTORS = """
import json, time
from verdikart.mapping.sector_exposure import network, rows_of
from verdikart.reference.homes import home

network()
start = time.perf_counter()
assert len(rows_of(home("NOR"))) > 500
print(json.dumps([time.perf_counter() - start]))
"""

# Stage risk, bottleneck and verdict of every chain for four homes, their trade read: tables and texts.
STAGES = """
import json, time
from verdikart.mapping import chain_stage_rows, chain_view
from verdikart.mapping.chain_stages import judge_chains
from verdikart.mapping.chain_steps import Steps
from verdikart.mapping.library import Library

library, homes = Library(), ("NOR", "NORDIC", "EU27", "NATO")
for year in (2022, 2023, 2024):
    library.read_year([*homes, "WORLD"], year)
start = time.perf_counter()
for home in homes:
    steps = Steps(chain_view.view(home, 2024, library))
    assert len(chain_stage_rows.tables(steps, judge_chains(steps))["chains"]) > 40
print(json.dumps([time.perf_counter() - start]))
"""

# A made-up chain file of 1,000 edges: reading it and all checks.
LINT = """
import json, tempfile, time
from pathlib import Path
from verdikart.mapping.chain_lint import lint_file

lines = ["id: made_up", "name_en: Made up", "name_nb: Oppdiktet", "products:"]
lines += [
    f"  - {{id: good_{k}, stage: processing, name_en: Good {k}, name_nb: Vare {k}, traded: no}}"
    for k in range(501)
]
lines.append("edges:")
lines += [
    f"  - {{input: good_{k // 2}, output: good_{k // 2 + 1}, process: process {k}, coefficient: 1.5, "
    f"low: 1.2, high: 2.0, unit: t/t, relation: {'reagent' if k % 2 else 'main input'}}}"
    for k in range(1000)
]
with tempfile.TemporaryDirectory() as folder:
    file = Path(folder, "made_up.yaml")
    file.write_text("\\n".join(lines), encoding="utf-8")
    start = time.perf_counter()
    draft, findings = lint_file(file)
    seconds = time.perf_counter() - start
assert len(draft.edges) == 1000 and not findings, findings[:3]
print(json.dumps([seconds]))
"""

# Direct and look-through exposure along all chains for four homes, with reading.
CHAINS = """
import json, time
from verdikart.mapping.chain_view import view
from verdikart.mapping.exposure_rows import tables
from verdikart.mapping.library import Library

library = Library()
start = time.perf_counter()
for home in ("NOR", "NORDIC", "EU27", "NATO"):
    assert len(tables(view(home, library=library))["chain_exposure"]) > 300
print(json.dumps([time.perf_counter() - start]))
"""


class CommandFailed(Exception):
    """A measured command ended with an error; the message holds what it wrote."""


@dataclass(frozen=True, slots=True)
class Result:
    """One measure: seconds and, where a process was measured whole, peak memory in MB.

    ``processor``: seconds of processor time of whole processes, which other work on the machine
    changes less than the time on the clock.
    """

    name: str
    seconds: list[float]
    megabytes: list[float]
    target_s: float | None
    target_mb: float | None
    processor: list[float]

    @property
    def met(self) -> bool | None:
        """Whether the medians are within the targets; None where there is no target."""
        if self.target_s is None:
            return None
        slow = median(self.seconds) > self.target_s
        large = self.target_mb is not None and median(self.megabytes) > self.target_mb
        return not slow and not large


def whole(command: list[str]) -> tuple[float, float, float, bytes]:
    """Run a command as a new process: seconds, processor seconds, peak MB, its standard output."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        start = time.perf_counter()
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=err)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            err.seek(0)
            message = "\n".join(err.read().decode(errors="replace").strip().splitlines()[-5:])
            raise CommandFailed(f"failed ({process.returncode}): {' '.join(command)}\n{message}")
        out.seek(0)
        used = usage.ru_utime + usage.ru_stime
        return seconds, used, usage.ru_maxrss * RSS_UNIT / 1e6, out.read()


def repeated(
    name: str,
    command: list[str],
    runs: int,
    target_s: float | None,
    target_mb: float | None = None,
) -> Result:
    """Measure a command; ``{out}`` in it becomes a new folder for each run."""
    seconds, processor, megabytes = [], [], []
    for number in range(runs + 1):
        with tempfile.TemporaryDirectory() as folder:
            spent, used, peak, _ = whole([part.replace("{out}", folder) for part in command])
        if number:
            seconds.append(spent)
            processor.append(used)
            megabytes.append(peak)
    return Result(name, seconds, megabytes, target_s, target_mb, processor)


def warm(name: str, script: list[str], runs: int, target_s: float | None) -> Result:
    """Measure single questions inside running processes; the median of each process counts."""
    seconds = []
    for number in range(runs + 1):
        *_, out = whole([sys.executable, "-c", *script])
        if number:
            seconds.append(median(json.loads(out)))
    return Result(name, seconds, [], target_s, None, [])


def measures(runs: int, only: str | None) -> tuple[list[Result], list[str]]:
    """Take all measures, or those whose name begins with ``only``; return results and failures."""
    verdikart = str(VERDIKART)
    question = ["--home", "NOR", "--product", "HS92:260200", "--year", "2024", "--format", "json"]
    ahead = {
        "import verdikart": lambda n: repeated(
            n, [sys.executable, "-c", "import verdikart"], runs, 0.3
        ),
        "mix, whole process": lambda n: repeated(n, [verdikart, "mix", *question], runs, 0.9),
        "one question, fresh": lambda n: warm(n, [WARM, "fresh"], runs, 0.030),
        "one question, kept": lambda n: warm(n, [WARM, "kept"], runs, None),
        "monte carlo, EU study": lambda n: warm(n, [MONTE_CARLO, "study"], runs, 2.5),
        "monte carlo, Norway": lambda n: warm(n, [MONTE_CARLO, "norway"], runs, 2.5),
        "monte carlo, whole process": lambda n: repeated(
            n, [sys.executable, "-c", MONTE_CARLO, "study"], runs, 3.5, 500.0
        ),
        "criticality, whole process": lambda n: repeated(
            n, [verdikart, "criticality", "--home", "EU27", "--format", "json"], runs, None
        ),
        "geopolrisk, all pairs": lambda n: warm(n, [GEOPOLRISK], runs, 0.5),
        "geopolrisk, whole process": lambda n: repeated(
            n, [sys.executable, "-c", GEOPOLRISK_WHOLE], runs, 1.5
        ),
        "sector exposure, Norway": lambda n: warm(n, [SECTORS], runs, 2.0),
        "sector exposure, whole process": lambda n: repeated(
            n, [verdikart, "exposure", "--level", "sector", "--format", "json"], runs, 4.0, 1500.0
        ),
        "all chains × four homes": lambda n: warm(n, [STAGES], runs, 3.0),
        "lint 1,000 edges": lambda n: warm(n, [LINT], runs, 0.5),
        "chain exposure, four homes": lambda n: warm(n, [CHAINS], runs, 3.0),
        "map, whole process": lambda n: repeated(
            n, [verdikart, "map", "--out", "{out}"], runs, 8.0, 700.0
        ),
    }
    for report in reports.REPORTS:
        ahead[report.name] = lambda n, r=report: repeated(
            n, r.command(reports.mapping()), runs, r.target_s
        )
    chosen = {n: take for n, take in ahead.items() if only is None or n.startswith(only)}
    if not chosen:
        raise SystemExit(f"no measure begins with {only!r}; there are: {', '.join(ahead)}")
    results: list[Result] = []
    failures: list[str] = []
    for name, take in chosen.items():
        try:
            results.append(take(name))
        except CommandFailed as error:
            failures.append(f"{name}: {error}")
    return results, failures


def machine() -> dict[str, str]:
    """Describe what the measures were taken on."""
    info = Path("/proc/cpuinfo")
    models = [
        line.partition(":")[2].strip()
        for line in (info.read_text(encoding="utf-8").splitlines() if info.is_file() else [])
        if line.startswith("model name")
    ]
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return {
        "system": f"{platform.system()} {platform.machine()}",
        "processor": models[0] if models else platform.processor(),
        "cores": str(cores),
        "python": platform.python_version(),
        **{name: version(name) for name in LIBRARIES},
    }


def table(results: list[Result]) -> str:
    """Results as a Markdown table."""
    heads = ("measure", "median", "range", "processor", "peak memory", "target", "")
    lines = [f"| {' | '.join(heads)} |", "|---" * len(heads) + "|"]
    for result in results:
        peak = f"{median(result.megabytes):.0f} MB" if result.megabytes else "–"
        target = "–" if result.target_s is None else f"≤ {_time(result.target_s)}"
        if result.target_mb is not None:
            target += f", ≤ {result.target_mb:.0f} MB"
        verdict = {True: "met", False: "not met", None: ""}[result.met]
        span = f"{_time(min(result.seconds))}–{_time(max(result.seconds))}"
        used = _time(median(result.processor)) if result.processor else "–"
        cells = (result.name, _time(median(result.seconds)), span, used, peak, target, verdict)
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _time(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.2f} s"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--runs", type=int, default=5, help="counted runs of each (default 5)")
    parser.add_argument("--only", metavar="NAME", help="measures whose name begins so")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all runs to FILE")
    asked = parser.parse_args()
    if asked.runs < 1:
        parser.error("--runs must be at least 1")
    described = machine()
    results, failures = measures(asked.runs, asked.only)
    sys.stdout.write(", ".join(f"{k} {v}" for k, v in described.items()) + "\n\n")
    sys.stdout.write(table(results) + "\n")
    if asked.json:
        rows = [{**asdict(r), "median_s": median(r.seconds), "met": r.met} for r in results]
        content = {"machine": described, "runs": asked.runs, "results": rows}
        asked.json.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    if failures:
        raise SystemExit("\n".join(failures))


if __name__ == "__main__":
    main()
