"""A real cluster of Apache Spark on this machine: python benchmarks/spark_cluster.py [--data DIR].

Starts one master and two workers (standalone, on loopback, from the pyspark package), asks the same of the
embedded engine and of the cluster through the command line, compares the results at 1e-9, and prints a table
in Markdown. Who did what is read from what Spark itself kept: the master's list of workers, and the log of
events of each application. All processes started here are stopped at the end, whatever happens; nothing is
left but what ``--keep DIR`` asks for. Without ``--data`` a year is made up (``synthetic.py``, ``--rows``).
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import synthetic
import yaml

MASTER = "org.apache.spark.deploy.master.Master"
WORKER = "org.apache.spark.deploy.worker.Worker"
UI = re.compile(r"and started at (http://[\w.]+:\d+)")
ADDRESS = re.compile(r"Starting Spark master at (spark://127\.0\.0\.1:\d+)")
PATIENCE = 180  # seconds for a JVM to come up on a busy machine


@dataclass(frozen=True)
class Cluster:
    """A running cluster: where to reach it, and its master's page."""

    address: str
    page: str

    def state(self) -> dict:
        """What the master says of itself: workers, running and ended applications."""
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(f"{self.page}/json/", timeout=10) as answer:
            state: dict = json.load(answer)
        return state


def spark_class() -> Path:
    """The script of the pyspark package that starts any of Spark's own programs."""
    import pyspark

    return Path(pyspark.__file__).parent / "bin" / "spark-class"


def environment(folder: Path) -> dict[str, str]:
    """What the cluster's processes see: Java and a shell, but no Python, and not this package."""
    java = Path(shutil.which("java") or f"{os.environ['JAVA_HOME']}/bin/java").resolve()
    bare = folder / "bin"
    bare.mkdir()
    for tool in ("bash", "dirname", "env", "ps", "tty", "uname"):
        found = shutil.which(tool)
        if found:
            (bare / tool).symlink_to(found)
    (bare / "java").symlink_to(java)
    return {
        "PATH": str(bare),
        "JAVA_HOME": str(java.parents[1]),
        "PYSPARK_PYTHON": "/no/python",
        "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_LOCAL_DIRS": str(folder / "scratch"),
        "SPARK_DAEMON_MEMORY": "256m",
        "SPARK_MASTER_OPTS": "-Dspark.master.rest.enabled=false",  # it would take a fixed port
        "LANG": os.environ.get("LANG", "C.UTF-8"),
    }


@contextmanager
def started(
    command: list[str], log: Path, env: dict[str, str], ready: re.Pattern[str]
) -> Iterator[str]:
    """Run a program until the block ends; give what ``ready`` finds in its log."""
    with log.open("wb") as out:
        process = subprocess.Popen(
            command,
            stdout=out,
            stderr=out,
            stdin=subprocess.DEVNULL,
            env=env,
            start_new_session=True,
        )
    try:
        deadline = time.monotonic() + PATIENCE
        while not (found := ready.search(log.read_text(errors="replace"))):
            if process.poll() is not None or time.monotonic() > deadline:
                raise SystemExit(
                    f"{command[1]} did not start:\n{log.read_text(errors='replace')[-2000:]}"
                )
            time.sleep(0.1)
        yield found[1]
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(
                process.pid, signal.SIGKILL
            )  # its own session: an executor it left behind too
            process.wait()


@contextmanager
def cluster(
    folder: Path, workers: int = 2, cores: int = 1, memory: str = "1g"
) -> Iterator[Cluster]:
    """Start a master and its workers on ports that the system chooses."""
    env = environment(folder)
    own = [str(spark_class())]
    common = ["--host", "127.0.0.1", "--port", "0", "--webui-port", "0"]
    with ExitStack() as running:
        log = folder / "master.log"
        page = running.enter_context(started([*own, MASTER, *common], log, env, UI))
        found = ADDRESS.search(log.read_text())
        assert found, log.read_text()
        here = Cluster(found[1], page)
        for number in range(1, workers + 1):
            place = [
                "--cores",
                str(cores),
                "--memory",
                memory,
                "--work-dir",
                str(folder / f"worker{number}"),
            ]
            command = [*own, WORKER, *common, *place, here.address]
            registered = re.compile(r"(Successfully registered) with master")
            running.enter_context(started(command, folder / f"worker{number}.log", env, registered))
        yield here


@dataclass(frozen=True)
class Run:
    """One question asked of one engine: what was written, how long it took."""

    rows: int
    seconds: float
    out: Path


def screen(engine: str, data: Path, years: str, full: bool, out: Path) -> Run:
    """Ask through the command line, as a user does; the driver's JVM counts into the time."""
    command = [sys.executable, "-c", "from verdikart.cli import main; main()", "screen"]
    command += ["--flows", str(data), "--years", years, "--bloc", "EU27", "--bloc", "NORDIC"]
    command += ["--engine", engine, "--out", str(out), *(["--full"] if full else [])]
    start = time.perf_counter()
    # No Python on the workers: a function of ours that Spark were to run there would fail.
    env = {**os.environ, "PYSPARK_PYTHON": "/no/python"}
    with (out.with_suffix(".log")).open("w+") as log:
        asked = subprocess.Popen(command, env=env, stdout=log, stderr=log, start_new_session=True)
        try:
            code = asked.wait()
        finally:
            if asked.poll() is None:
                os.killpg(asked.pid, signal.SIGKILL)  # with the driver's JVM
                asked.wait()
        seconds = time.perf_counter() - start
        if code:
            raise SystemExit(f"{' '.join(command[3:])}\n{Path(log.name).read_text()}")
    return Run(pq.ParquetFile(out).metadata.num_rows, seconds, out)


def differences(one: Path, other: Path) -> tuple[int, float]:
    """Cells that differ by more than 1e-9 (numbers) or at all (the rest), and the largest relative gap."""
    described = duckdb.sql(f"DESCRIBE FROM '{one}'").fetchall()
    if described != duckdb.sql(f"DESCRIBE FROM '{other}'").fetchall():
        raise SystemExit(f"{one} and {other} have other columns")
    gaps = []
    for name, kind, *_ in described:
        gap = (
            f"abs(a.{name} - b.{name}) / greatest(abs(a.{name}), abs(b.{name}))"
            if kind == "DOUBLE"
            else "2"
        )
        same = f"a.{name} IS NOT DISTINCT FROM b.{name}"
        # A cell that is missing on one side alone is as far off as can be.
        gaps.append(f"CASE WHEN {same} THEN 0 ELSE coalesce({gap}, 2) END")
    query = f"""SELECT unnest([{", ".join(gaps)}]) AS gap
        FROM '{one}' a FULL JOIN '{other}' b ON (a.home, a.year, a.code) = (b.home, b.year, b.code)"""
    found = duckdb.sql(f"SELECT count(*) FILTER (gap > 1e-9), max(gap) FROM ({query})").fetchall()
    return int(found[0][0]), float(found[0][1])


@dataclass(frozen=True)
class Account:
    """What an executor did, by the application's log of events."""

    executor: str
    tasks: int
    records: int


def accounts(events: Path) -> tuple[list[Account], int]:
    """Tasks and records read by executor, and how many plans hold a step in Python."""
    tasks: dict[str, list[int]] = {}
    python = 0
    for line in events.read_text().splitlines():
        event = json.loads(line)
        kind = event["Event"].rpartition(".")[2]
        if kind == "SparkListenerTaskEnd":
            done = tasks.setdefault(event["Task Info"]["Executor ID"], [])
            done.append(event["Task Metrics"]["Input Metrics"]["Records Read"])
        elif kind.startswith("SparkListenerSQL"):
            python += bool(
                re.search(r"Python|Pandas|MapInArrow", event.get("physicalPlanDescription", ""))
            )
    return [Account(name, len(read), sum(read)) for name, read in sorted(tasks.items())], python


def compare(here: Cluster, data: Path, years: str, folder: Path) -> bool:
    """Ask both engines for both sets and print what came; tell whether all is equal."""
    state = here.state()
    alive = [w for w in state["workers"] if w["state"] == "ALIVE"]
    cores, memory = sum(w["cores"] for w in alive), sum(w["memory"] for w in alive)
    print(f"Cluster: {len(alive)} workers, {cores} cores and {memory} MB in all.\n")
    print(
        "| set | engine | s | rows | tasks (rows read) by executor | steps in Python | cells that differ |"
    )
    print("|---|---|---|---|---|---|---|")
    equal = True
    for full in (False, True):
        name = "full" if full else "concentration"
        events = folder / f"events-{name}"
        events.mkdir()
        conf = {
            "spark.executor.memory": "1g",
            "spark.driver.memory": "1g",
            "spark.eventLog.enabled": True,
            "spark.eventLog.rolling.enabled": False,
            "spark.eventLog.compress": False,
            "spark.eventLog.dir": f"file:{events}",
        }
        file = folder / f"engine-{name}.yaml"
        file.write_text(yaml.safe_dump({"address": here.address, "wait": PATIENCE, "conf": conf}))
        embedded = screen("duckdb", data, years, full, folder / f"{name}-duckdb.parquet")
        spark = screen(str(file), data, years, full, folder / f"{name}-spark.parquet")
        wrong, widest = differences(embedded.out, spark.out)
        did, python = accounts(next(events.iterdir()))
        work = "; ".join(f"{d.executor}: {d.tasks} ({d.records:,})" for d in did)
        print(f"| {name} | DuckDB | {embedded.seconds:.1f} | {embedded.rows:,} | – | – | – |")
        told = f"{wrong} (largest relative gap {widest:.0e})"
        print(
            f"| {name} | Spark | {spark.seconds:.1f} | {spark.rows:,} | {work} | {python} | {told} |",
            flush=True,
        )
        equal = equal and not wrong and len(did) == len(alive) and not python
    ended = [app["state"] for app in here.state()["completedapps"]]
    print(f"\nApplications that ended: {', '.join(ended)}.")
    return equal


def main() -> None:
    """Start the cluster, compare, stop it; exit 1 unless both engines agree and all workers worked."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, help="flow table: a file, a folder or a pattern")
    parser.add_argument("--years", default="2024")
    parser.add_argument("--rows", type=int, default=1_000_000, help="of each year that is made up")
    parser.add_argument(
        "--keep", type=Path, help="folder for logs and results (default: none kept)"
    )
    asked = parser.parse_args()
    # Ended like this the blocks below still stop what they started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with ExitStack() as running:
        temporary = running.enter_context(tempfile.TemporaryDirectory(prefix="verdikart-cluster-"))
        folder = asked.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        folder = folder.resolve()
        data = asked.data
        if data is None:
            data = folder / "flows"
            made_up(data, asked.years, asked.rows)
        here = running.enter_context(cluster(folder))
        if not compare(here, data.resolve(), asked.years, folder):
            sys.exit("the engines do not agree, or a worker did nothing")


def made_up(folder: Path, years: str, rows: int) -> None:
    """Write years shaped like BACI."""
    folder.mkdir(exist_ok=True)
    world = synthetic.world(seed=7)
    first, _, last = years.partition("-")
    for year in range(int(first), int(last or first) + 1):
        table = synthetic.draw(world, 7, year, rows)
        synthetic.write(table, folder / f"flows-{year}.parquet")
        print(f"{year}: {len(table):,} rows made up", file=sys.stderr)


if __name__ == "__main__":
    main()
