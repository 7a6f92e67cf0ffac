"""The work shared with open peers: equal numbers, time and memory beside each other.

``python benchmarks/peers.py --peer-python PATH [--runs 5] [--year 2022]``. PATH is the Python of a
separate environment with ``geopolrisk-py`` 2.0.1 (Python 3.11, pandas 2): the peer is no dependency, and
is run once, since it takes minutes. It writes to ``Documents/geopolrisk`` of the home folder, which is a
temporary one here. Both answer the same: GeoPolRisk of every importer × raw material of a year from
BACI HS92, World Mining Data and political stability, each from the copy of the data it ships with.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from run import machine, whole

OURS = """
import json, sys
from verdikart.mapping.geopolrisk import scores

rows = scores(int(sys.argv[1]))
keep = ("home", "name", "score", "hhi", "import_risk", "price", "characterization_factor")
with open(sys.argv[2], "w", encoding="utf-8") as stream:
    json.dump([[row[k] for k in keep] for row in rows], stream)
"""
# Countries by number. A country that the peer does not know would end its run, so it is left out and
# told; a fault inside ends its loop without a word, so its rows are counted below.
PEER = """
import json, sys
from geopolrisk.assessment.database import databases
from geopolrisk.assessment.main import gprs_calc

known = set(databases.production["Country_ISO"]["ISO"].astype(int))
named = set(databases.regionslist)
table = databases.production["Country_ISO"]
names = dict(zip(table["ISO"].astype(int), table["Country"]))
asked = json.loads(sys.argv[2])
usable = [n for n in asked if n in known and names[n] in named]
materials = databases.production["HS Code Map"]["Reference ID"].tolist()
found = gprs_calc([int(sys.argv[1])], usable, materials)
number = {name: n for n, name in names.items() if n in usable}
columns = ["Country [Economic Entity]", "Raw Material", "GeoPolRisk Score", "HHI", "Import Risk",
           "Price", "GeoPolRisk Characterization Factor [eq. Kg-Cu/Kg]"]
rows = [[number[row[0]], *row[1:]] for row in found[columns].values.tolist()]
with open(sys.argv[3], "w", encoding="utf-8") as stream:
    json.dump({"usable": usable, "materials": len(materials), "rows": rows}, stream)
"""
COLUMNS = ("score", "HHI", "import risk", "price", "factor")


@dataclass(frozen=True, slots=True)
class Run:
    """Seconds on the clock, seconds of processor time and peak MB of a whole process."""

    seconds: float
    processor: float
    megabytes: float


def taken(command: list[str], runs: int) -> Run:
    """Medians of whole processes; with more than one run a first one is not counted."""
    found = [whole(command)[:3] for _ in range(runs + (runs > 1))][runs > 1 :]
    return Run(*(median(column) for column in zip(*found, strict=True)))


def table(work: str, ours: Run, name: str, peer: Run, equal: str) -> str:
    """Two rows of a Markdown table with the ratios."""
    lines = [
        "| work | program | time | processor | peak memory | numbers |",
        "|---|---|---|---|---|---|",
        f"| {work} | verdikart | {ours.seconds:.2f} s | {ours.processor:.2f} s "
        f"| {ours.megabytes:.0f} MB | |",
        f"| | {name} | {peer.seconds:.1f} s | {peer.processor:.1f} s | {peer.megabytes:.0f} MB "
        f"| {equal} |",
        f"| | ratio | {peer.seconds / ours.seconds:.0f} × | {peer.processor / ours.processor:.0f} × "
        f"| {peer.megabytes / ours.megabytes:.1f} × | |",
    ]
    return "\n".join(lines)


def apart(ours: list[list[object]], peer: list[list[object]]) -> tuple[int, dict[str, float], list]:
    """Pairs compared, the largest difference of each column and the pairs that differ beyond 1e-9."""
    theirs = {(row[0], row[1]): row[2:] for row in peer}
    largest = dict.fromkeys(COLUMNS, 0.0)
    differ, compared = [], 0
    for home, name, *mine in ours:
        other = theirs.get((home, name))
        if other is None:
            continue
        compared += 1
        gaps = [abs(a - b) / max(1.0, abs(b)) for a, b in zip(mine, other, strict=True)]
        largest = {c: max(largest[c], g) for c, g in zip(COLUMNS, gaps, strict=True)}
        if max(gaps) > 1e-9:
            differ.append((home, name, mine, other))
    return compared, largest, differ


def main() -> None:
    """Measure both, compare every number, print."""
    from verdikart.mapping.geopolrisk_inputs import importers
    from verdikart.mapping.trade_sources import numbers_of
    from verdikart.reference.homes import home

    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--peer-python", required=True, help="Python of the peer's environment")
    parser.add_argument("--runs", type=int, default=5, help="counted runs of verdikart (default 5)")
    parser.add_argument("--year", type=int, default=2022)
    asked = parser.parse_args()
    homes = {number: h for h in importers(asked.year) for number in numbers_of(home(h), asked.year)}
    with tempfile.TemporaryDirectory() as folder:
        mine, theirs = Path(folder, "ours.json"), Path(folder, "peer.json")
        own = taken([sys.executable, "-c", OURS, str(asked.year), str(mine)], asked.runs)
        os.environ["HOME"] = folder
        question = [str(asked.year), json.dumps(sorted(homes)), str(theirs)]
        peer = taken([asked.peer_python, "-c", PEER, *question], 1)
        ours = json.loads(mine.read_text(encoding="utf-8"))
        found = json.loads(theirs.read_text(encoding="utf-8"))
    rows = [[homes[number], *rest] for number, *rest in found["rows"]]
    compared, largest, differ = apart(ours, rows)
    asked_pairs = len(found["usable"]) * found["materials"]
    sys.stdout.write(", ".join(f"{k} {v}" for k, v in machine().items()) + "\n\n")
    equal = f"{compared - len(differ):,} of {compared:,} pairs equal to 1e-9"
    work = f"GeoPolRisk {asked.year}, {len(set(homes.values()))} importers × 53 raw materials"
    sys.stdout.write(table(work, own, "geopolrisk-py 2.0.1", peer, equal) + "\n\n")
    sys.stdout.write(f"peer asked {asked_pairs:,} pairs, answered {len(rows):,}; ")
    sys.stdout.write(f"left out, unknown to it: {sorted(set(homes) - set(found['usable']))}\n")
    sys.stdout.write("largest difference: " + ", ".join(f"{k} {v:.1e}" for k, v in largest.items()))
    sys.stdout.write("\n")
    for place, name, own_row, other in differ:
        sys.stdout.write(f"differs: {place} {name}: ours {own_row}, peer {other}\n")


if __name__ == "__main__":
    main()
