"""Measures the screening of trade at any size against a bare scan and pandas.

``python benchmarks/scale.py --flows DIR [--runs 5] [--only NAME] [--pandas PYTHON] [--write]``; ``DIR``
holds the years 2000–2024 of ``benchmarks/synthetic.py``, or some of them: what needs more is left out and
said. Each run is a process of its own, started anew; the first is a warm-up. Runs of the screening and of
the scan take turns, so that what else the machine does falls on both. ``--pandas`` names a Python that has
pandas; ``--write`` stores the table in ``docs/benchmarks/scale.md``.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from run import VERDIKART, CommandFailed, machine, whole

PAGE = Path(__file__).parents[1] / "docs/benchmarks/scale.md"
BLOCS = ("EU27", "NATO", "NORDIC")
GROWTH = 1.3  # of the time a row takes, from the smallest to the largest table

# The columns that a screening reads, decoded and nothing more. Prints the seconds of the scan alone.
SCAN = """
import sys, time, duckdb
con = duckdb.connect()
start = time.perf_counter()
for file in sys.argv[1:]:
    con.execute("SELECT max(length(code)), sum(exporter::INT), sum(importer::INT), sum(value_usd::DOUBLE) "
                "FROM read_parquet(?)", [file]).fetchall()
print(time.perf_counter() - start)
"""

# The concentration set of countries and blocs as one would write it in pandas, Parquet to Parquet.
PANDAS = """
import json, sys
import numpy as np
import pandas as pd
file, out, side = sys.argv[1:]
with open(side) as stream:
    side = json.load(stream)
name, country = {int(k): v for k, v in side["names"].items()}, set(side["countries"])
flows = pd.read_parquet(file, columns=["code", "exporter", "importer", "value_usd"])

def figures(rows):
    total = rows.groupby(["home", "code"], sort=False)["value_usd"].sum().rename("imports_usd")
    known = rows[rows["exporter"].isin(country)]
    known = known.assign(square=known["value_usd"].astype("float64") ** 2)
    by = known.groupby(["home", "code"], sort=False)
    one = by.agg(whole=("value_usd", "sum"), squares=("square", "sum"), first=("value_usd", "max"),
                 suppliers=("value_usd", "size"))
    top = known.merge(one["first"], left_on=["home", "code"], right_index=True)
    top = top[top["value_usd"] == top["first"]].assign(top_supplier=lambda r: r["exporter"].map(name))
    one["top_supplier"] = top.groupby(["home", "code"], sort=False)["top_supplier"].min()
    one["hhi_value"] = one["squares"] / one["whole"].astype("float64") ** 2
    one["top_share"] = one["first"] / one["whole"]
    return pd.concat([total, one.drop(columns=["whole", "first"])], axis=1).reset_index()

found = [figures(flows[flows["importer"].isin(country)].rename(columns={"importer": "home"}))]
found[0]["home"] = found[0]["home"].map(name)
for bloc, members in side["blocs"].items():
    theirs = flows[flows["importer"].isin(members) & ~flows["exporter"].isin(members)]
    theirs = theirs.groupby(["code", "exporter"], sort=False)["value_usd"].sum().reset_index()
    found.append(figures(theirs.assign(home=bloc)))
pd.concat(found).to_parquet(out, compression="snappy")
"""

SAME = """SELECT count(*) FILTER (a.home IS NULL OR b.home IS NULL OR a.imports_usd <> b.imports_usd
    OR a.top_supplier IS DISTINCT FROM b.top_supplier
    OR abs(coalesce(a.hhi_value, -1) - coalesce(b.hhi_value, -1)) > 1e-9
    OR abs(coalesce(a.top_share, -1) - coalesce(b.top_share, -1)) > 1e-9), count(*)
    FROM '{ours}' a FULL JOIN '{theirs}' b USING (home, code)"""


@dataclass(frozen=True, slots=True)
class Case:
    """A screening to be measured, with its targets: seconds and MB of the whole process."""

    name: str
    years: tuple[int, ...]
    options: tuple[str, ...]
    target_s: float | None
    target_mb: float | None


CASES = (
    Case("1 year", (2024,), (), 1.2, 400.0),
    Case("10 years", tuple(range(2015, 2025)), (), 8.0, 600.0),
    Case("25 years, limit 1 GB", tuple(range(2000, 2025)), ("--memory", "1GB"), 22.0, None),
    Case("1 year, full set", (2024,), ("--full",), 2.5, None),
)


@dataclass(frozen=True, slots=True)
class Taken:
    """Medians of one case: seconds, seconds of processor, MB; of the scan beside it; the rows read."""

    case: Case
    rows: int
    seconds: float
    spread: tuple[float, float]
    processor: float
    megabytes: float
    scan: float
    scan_processor: float


def command(case: Case, flows: Path, out: str) -> list[str]:
    """The verb as a user gives it."""
    blocs = [part for bloc in BLOCS for part in ("--bloc", bloc)]
    years = f"{case.years[0]}-{case.years[-1]}"
    asked = ["--flows", str(flows), "--years", years, *blocs, *case.options, "--out", out]
    return [str(VERDIKART), "screen", *asked]


def take(case: Case, flows: Path, runs: int) -> Taken:
    """Measure one case; the scan is run after each screening."""
    import pyarrow.parquet as pq

    files = [flows / f"flows-{year}.parquet" for year in case.years]
    rows = sum(pq.read_metadata(file).num_rows for file in files)
    ours, theirs = [], []
    for number in range(runs + 1):
        with tempfile.TemporaryDirectory() as folder:
            target = f"{folder}/out.parquet" if len(files) == 1 else f"{folder}/out"
            found = whole(command(case, flows, target))
        beside = whole([sys.executable, "-c", SCAN, *map(str, files)])
        if number:
            ours.append(found)
            theirs.append((float(beside[3]), beside[1]))
        sys.stderr.write(f"{case.name}: {found[0]:.2f} s, processor {found[1]:.2f} s\n")
    seconds = [found[0] for found in ours]
    return Taken(
        case,
        rows,
        median(seconds),
        (min(seconds), max(seconds)),
        median(found[1] for found in ours),
        median(found[2] for found in ours),
        median(scan for scan, _ in theirs),
        median(used for _, used in theirs),
    )


def report(taken: list[Taken]) -> list[str]:
    """The measures as lines of Markdown."""
    heads = (
        "table", "rows", "whole process", "range", "processor", "peak memory", "bare scan", "× scan",
        "per million rows", "target", "",
    )  # fmt: skip
    lines = [f"| {' | '.join(heads)} |", "|---" * len(heads) + "|"]
    for one in taken:
        case = one.case
        targets = [f"≤ {case.target_s:g} s" if case.target_s else ""]
        targets.append(f"≤ {case.target_mb:g} MB" if case.target_mb else "")
        met = (case.target_s is None or one.seconds <= case.target_s) and (
            case.target_mb is None or one.megabytes <= case.target_mb
        )
        cells = (
            case.name, f"{one.rows / 1e6:.1f} M", f"{one.seconds:.2f} s",
            f"{one.spread[0]:.2f}–{one.spread[1]:.2f} s", f"{one.processor:.2f} s", f"{one.megabytes:.0f} MB",
            f"{one.scan:.2f} s", f"{one.seconds / one.scan:.1f}", f"{one.seconds / one.rows * 1e9:.0f} ms",
            ", ".join(filter(None, targets)), "met" if met else "not met",
        )  # fmt: skip
        lines.append(f"| {' | '.join(cells)} |")
    plain = [one for one in taken if "--full" not in one.case.options]
    if len(plain) > 1:
        first, last = plain[0], plain[-1]
        growth = (last.seconds / last.rows) / (first.seconds / first.rows)
        verdict = "met" if growth <= GROWTH else "not met"
        lines += ["", f"Time per row, {last.case.name} over {first.case.name}: {growth:.2f} "
                  f"(target ≤ {GROWTH}, {verdict})."]  # fmt: skip
    return lines


def against_pandas(flows: Path, python: str, runs: int) -> list[str]:
    """One year by pandas: the same numbers, and the ratios of time and memory."""
    import duckdb

    from verdikart.mapping.trade_sources import numbers_of
    from verdikart.reference.entities import Country
    from verdikart.reference.homes import home
    from verdikart.reference.load import load

    listed = [c for c in load(Country) if c.baci_code and c.kind != "unspecified"]
    side = {
        "names": {c.baci_code: c.iso3 for c in listed},
        "countries": [c.baci_code for c in listed],
        "blocs": {bloc: numbers_of(home(bloc), 2024) for bloc in BLOCS},
    }
    case, file = CASES[0], flows / "flows-2024.parquet"
    with tempfile.TemporaryDirectory() as folder:
        said, ours, theirs = (Path(folder, name) for name in ("side.json", "ours", "theirs"))
        said.write_text(json.dumps(side), encoding="utf-8")
        one, other = [], []
        mine = command(case, flows, f"{ours}.parquet")
        yours = [python, "-c", PANDAS, str(file), f"{theirs}.parquet", str(said)]
        for number in range(runs + 1):
            pair = whole(mine), whole(yours)
            if number:
                one.append(pair[0])
                other.append(pair[1])
        query = SAME.format(ours=f"{ours}.parquet", theirs=f"{theirs}.parquet")
        differ, rows = duckdb.sql(query).fetchall()[0]
    version = whole([python, "-c", "import pandas; print(pandas.__version__)"])[3].decode().strip()
    heads = ("1 year, concentration set", "whole process", "processor", "peak memory")
    lines = [f"| {' | '.join(heads)} |", "|---" * len(heads) + "|"]
    medians = [[median(run[i] for run in runs_) for i in range(3)] for runs_ in (one, other)]
    for name, (s, p, mb) in zip(("verdikart", f"pandas {version}"), medians, strict=True):
        lines.append(f"| {name} | {s:.2f} s | {p:.2f} s | {mb:.0f} MB |")
    s, p, mb = (theirs_ / ours_ for ours_, theirs_ in zip(*medians, strict=True))
    lines.append(f"| pandas over verdikart | {s:.1f} × | {p:.1f} × | {mb:.1f} × |")
    what = "all equal" if differ == 0 else f"{differ:,} DIFFER"
    return [
        *lines,
        "",
        f"{rows:,} rows compared (HHI and top share to 10⁻⁹, imports and top supplier): {what}.",
    ]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--flows", type=Path, required=True, help="folder of synthetic.py")
    parser.add_argument("--runs", type=int, default=5, help="counted runs of each (default 5)")
    parser.add_argument("--only", metavar="NAME", help="cases whose name begins so")
    parser.add_argument("--pandas", metavar="PYTHON", help="a Python that has pandas and pyarrow")
    parser.add_argument("--write", action="store_true", help=f"store the table in {PAGE.name}")
    asked = parser.parse_args()
    there = {int(p.stem[-4:]) for p in asked.flows.glob("flows-*.parquet")}
    taken: list[Taken] = []
    notes: list[str] = []
    for case in CASES:
        if asked.only and not case.name.startswith(asked.only):
            continue
        if not there.issuperset(case.years):
            notes.append(f"Left out, because the folder lacks its years: {case.name}.")
            continue
        try:
            taken.append(take(case, asked.flows, asked.runs))
        except CommandFailed as error:
            notes.append(f"{case.name}: {error}")
    lines = [", ".join(f"{k} {v}" for k, v in machine().items()), "", *report(taken), *notes]
    if asked.pandas:
        lines += ["", *against_pandas(asked.flows, asked.pandas, asked.runs)]
    text = "\n".join(lines) + "\n"
    sys.stdout.write(text)
    if asked.write:
        PAGE.parent.mkdir(exist_ok=True)
        head = (
            "# Screening at scale, measured\n\n"
            "Written by `benchmarks/scale.py`; what is measured, and on which data: [scale](../scale.md).\n\n"
        )
        PAGE.write_text(head + text, encoding="utf-8")


if __name__ == "__main__":
    main()
