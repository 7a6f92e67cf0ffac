"""Economic complexity of 230 countries × 5,000 products.

``python benchmarks/complexity.py [--peer-python PATH] [--runs 5]``. All of it (RCA, proximity, density, ECI,
PCI, outlook and gain) on a made-up matrix: exports by a power law in country and product, the more able making
what asks for more, so that M is nested as it is in truth. Each run is a new process that reads the matrix from
a file; the median of five is compared with the target. PATH is the Python of a separate environment with
``ecomplexity`` 0.5.3 and pandas 2, which is run once over the same matrix with its defaults, and once more
without its check of log-supermodularity; every number is compared.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from statistics import median

import numpy as np
from run import machine, repeated, table, whole

TARGET_S, TARGET_MB = 3.0, 1000.0
OURS = """
import sys
import numpy as np
from verdikart.indicators.complexity import complexity

found = complexity(np.load(sys.argv[1]))
if len(sys.argv) > 2:
    index = found.indices
    np.savez(sys.argv[2], countries=found.countries, products=found.products, rca=found.rca,
             mcp=found.present, density=found.density, eci=index.eci, pci=index.pci, coi=index.coi,
             cog=index.cog)
"""
# What a user of the package writes: a frame of the rows above zero in, a frame of figures out.
PEER = """
import sys
import numpy as np, pandas as pd
from ecomplexity import ecomplexity

values = np.load(sys.argv[1])
c, p = np.nonzero(values)
rows = pd.DataFrame({"time": 2024, "loc": c, "prod": p, "val": values[c, p]})
names = {"time": "time", "loc": "loc", "prod": "prod", "val": "val"}
found = ecomplexity(rows, names, check_logsupermodularity=sys.argv[2] == "check", verbose=False)
if len(sys.argv) > 3:
    found.sort_values(["loc", "prod"]).to_pickle(sys.argv[3])
"""
COMPARE = """
import json, sys
import numpy as np, pandas as pd

ours, found = np.load(sys.argv[1]), pd.read_pickle(sys.argv[2])
gaps = {}
for name in ("rca", "mcp", "density", "cog", "eci", "coi", "pci"):
    theirs = found.pivot(index="loc", columns="prod", values=name)
    theirs = theirs.loc[ours["countries"], ours["products"]].to_numpy(float)
    mine = ours[name]
    if mine.ndim == 1:
        mine = np.broadcast_to(mine[:, None] if name in ("eci", "coi") else mine, theirs.shape)
    assert not np.isnan(theirs).any(), name
    gaps[name] = float((abs(mine - theirs) / np.maximum(1, abs(theirs))).max())
print(json.dumps(gaps))
"""


def made_up(countries: int, products: int, seed: int) -> np.ndarray:
    """Export values in USD, country × product; some 30 % of the cells are above zero."""
    rng = np.random.default_rng(seed)
    ability, need = rng.random(countries), rng.random(products)
    makes = 1 / (1 + np.exp(-8 * (ability[:, None] - need - 0.15)))
    size = 1 / (1 + rng.permutation(countries))[:, None] ** 1.1
    market = np.exp(rng.normal(0, 1.5, products))
    values = size * market * (rng.pareto(1.2, (countries, products)) + 0.1) * 1e9
    return np.where(rng.random((countries, products)) < makes, np.rint(values), 0.0)


def main() -> None:
    """Measure, compare, print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--runs", type=int, default=5, help="counted runs of verdikart (default 5)")
    parser.add_argument("--peer-python", help="Python of an environment with ecomplexity")
    parser.add_argument("--size", default="230x5000", help="COUNTRIESxPRODUCTS (default 230x5000)")
    parser.add_argument("--seed", type=int, default=11)
    asked = parser.parse_args()
    countries, products = (int(n) for n in asked.size.split("x"))
    with tempfile.TemporaryDirectory() as folder:
        values, mine = Path(folder, "values.npy"), Path(folder, "ours.npz")
        np.save(values, made_up(countries, products, asked.seed))
        name = f"complexity, {countries} × {products:,}"
        command = [sys.executable, "-c", OURS, str(values)]
        ours = repeated(name, command, asked.runs, TARGET_S, TARGET_MB)
        sys.stdout.write(", ".join(f"{k} {v}" for k, v in machine().items()) + "\n\n")
        sys.stdout.write(table([ours]) + "\n")
        if not asked.peer_python:
            return
        whole([*command, str(mine)])
        theirs = Path(folder, "peer.pkl")
        peer = [asked.peer_python, "-c", PEER, str(values)]
        runs = {
            "ecomplexity 0.5.3, defaults": whole([*peer, "check"]),
            "ecomplexity 0.5.3, without its check": whole([*peer, "no", str(theirs)]),
        }
        gaps = whole([asked.peer_python, "-c", COMPARE, str(mine), str(theirs)])[3].decode()
    time, used, peak = (median(x) for x in (ours.seconds, ours.processor, ours.megabytes))
    sys.stdout.write(
        "\n| program | time | processor | peak memory | times ours: time, processor, memory |\n"
        "|---|---|---|---|---|\n"
        f"| verdikart | {time:.2f} s | {used:.2f} s | {peak:.0f} MB | |\n"
    )
    for label, (seconds, processor, megabytes, _) in runs.items():
        sys.stdout.write(
            f"| {label} | {seconds:.1f} s | {processor:.1f} s | {megabytes:.0f} MB "
            f"| {seconds / time:.0f}, {processor / used:.0f}, {megabytes / peak:.1f} |\n"
        )
    sys.stdout.write(f"\nlargest difference: {gaps}")


if __name__ == "__main__":
    main()
