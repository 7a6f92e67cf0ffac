"""Measures the web application: start, fifty readers, saturation, bytes, memory.

``python benchmarks/web.py --out FOLDER`` measures the mappings saved there (see ``verdikart map``).
The server is a process of its own, as ``verdikart serve`` starts it; the readers are this one.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import json
import os
import random
import re
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import quote

READERS = 50
SECONDS = 30
SATURATED = 10  # seconds
WORKERS = 8  # connections of the saturated run
MOST = 150  # addresses
COMMAND = (sys.executable, "-c", "from verdikart.cli import main; main()", "serve", "--port", "0")
LISTS = ("", "materials", "chains", "sectors", "countries", "position", "position/register")
LISTS += ("opportunities", "sandbox", "data", "terms", "about", "search?q=magnesium")
LISTS += ("opportunities/planner", "about/accessibility", "data/assessments")
# Section of an address → how many of its pages are read.
PARTS = (("materials", 14), ("chains", 12), ("countries", 10), ("sectors", 6), ("terms", 6))


def start(out: Path) -> tuple[subprocess.Popen[str], str, float]:
    """Start a server; the process, its address, and seconds to the whole of its first page."""
    begun = time.perf_counter()
    process = subprocess.Popen([*COMMAND, "--out", str(out)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    line = process.stdout.readline()
    found = re.search(r"http://[\d.]+:\d+", line)
    assert found, line
    fetch(found.group() + "/nb/current")
    return process, found.group(), time.perf_counter() - begun


def fetch(address: str, kind: str = "gzip") -> tuple[bytes, Any]:
    """The bytes of an answer as they are sent, and its headers."""
    request = urllib.request.Request(address, headers={"accept-encoding": kind})
    with urllib.request.urlopen(request, timeout=60) as answer:
        return answer.read(), answer.headers


def read(address: str) -> str:
    """A page as text."""
    return gzip.decompress(fetch(address)[0]).decode()


def addresses(base: str) -> list[str]:
    """Addresses of every kind of page, in both languages, some of them twins and cards."""
    found = [f"/nb/current/{path}".rstrip("/") for path in LISTS]
    for section, count in PARTS:
        html = read(f"{base}/nb/current/{section}")
        ids = re.findall(rf'href="(/nb/current/{section}/[^"?#]+)"', html)
        found += list(dict.fromkeys(ids))[:count]
    chain = next(path for path in found if "/chains/" in path)
    found += list(dict.fromkeys(re.findall(rf'href="({chain}/[^"?#]+)"', read(base + chain))))[:6]
    cards = re.findall(r'class="why" href="([^"]+)"', read(f"{base}/nb/current/materials"))
    found += [quote(card, safe="/:@?=&%") for card in dict.fromkeys(cards)][:8]
    found += [
        f"{path}.{kind}" for path in found[1:8] for kind in ("json", "csv") if "?" not in path
    ]
    both = found + [path.replace("/nb/", "/en/", 1) for path in found]
    return random.Random(1).sample(both, min(MOST, len(both)))


async def ask(pool: Any, path: str, took: list[float], faults: list[str]) -> None:  # noqa: ANN401
    """One page: how long it took, or what went wrong."""
    reader, writer = pool
    begun = time.perf_counter()
    writer.write(
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: gzip\r\n\r\n".encode()
    )
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").casefold()
    length = re.search(r"content-length: (\d+)", head)
    await reader.readexactly(int(length.group(1)) if length else 0)
    took.append(time.perf_counter() - begun)
    if not head.startswith("http/1.1 200"):
        faults.append(f"{path}: {head[:40]}")


async def readers(port: int, paths: list[str]) -> tuple[list[float], list[str]]:
    """Fifty readers, each asking one page a second."""
    took: list[float] = []
    faults: list[str] = []

    async def one(number: int) -> None:
        chance = random.Random(number)
        await asyncio.sleep(chance.random())
        pool = await asyncio.open_connection("127.0.0.1", port)
        begun = time.perf_counter()
        for turn in range(SECONDS):
            await ask(pool, chance.choice(paths), took, faults)
            await asyncio.sleep(max(0.0, begun + turn + 1 - time.perf_counter()))
        pool[1].close()

    done = await asyncio.gather(*(one(n) for n in range(READERS)), return_exceptions=True)
    faults += [repr(error) for error in done if error is not None]
    return took, faults


async def saturated(port: int, paths: list[str]) -> tuple[float, list[str]]:
    """As fast as a few connections can: pages a second."""
    took: list[float] = []
    faults: list[str] = []
    end = time.perf_counter() + SATURATED

    async def one(number: int) -> None:
        chance = random.Random(1000 + number)
        pool = await asyncio.open_connection("127.0.0.1", port)
        while time.perf_counter() < end:
            await ask(pool, chance.choice(paths), took, faults)
        pool[1].close()

    done = await asyncio.gather(*(one(n) for n in range(WORKERS)), return_exceptions=True)
    faults += [repr(error) for error in done if error is not None]
    return len(took) / SATURATED, faults


def weight(base: str, path: str, held: set[str]) -> int:
    """Bytes sent for a page and for those of its files that the browser does not hold yet."""
    body = fetch(base + path)[0]
    html = gzip.decompress(body).decode()
    total = len(body)
    styles = [a for a in re.findall(r'(?:src|href)="(/static/[^"]+)"', html) if a not in held]
    for asset in dict.fromkeys(styles):
        sent = fetch(base + asset)[0]
        total += len(sent)
        held.add(asset)
    return total


def first_time(base: str, path: str) -> float:
    """Seconds to a page that nobody has asked for since the server started, but for a few."""
    begun = time.perf_counter()
    fetch(base + path)
    return time.perf_counter() - begun


def cpu(pid: int) -> float:
    """Seconds of processor time that a process has used; a busy machine changes it less."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory(pid: int) -> int:
    """Resident bytes of a process now."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def measure(out: Path) -> dict[str, Any]:
    """Every measure, in seconds and bytes."""
    starts, used = [], []
    for _ in range(3):
        process, base, seconds = start(out)
        starts.append(seconds)
        used.append(cpu(process.pid))
        process.terminate()
        process.wait()
    process, base, _ = start(out)
    try:
        held: set[str] = set()
        first = weight(base, "/nb/current", held)
        later = {
            path: weight(base, path, held)
            for path in ("/nb/current/materials", "/nb/current/chains")
        }
        paths = addresses(base)
        cold = sorted(first_time(base, path) for path in paths)
        took, faults = asyncio.run(readers(int(base.rpartition(":")[2]), paths))
        rate, more = asyncio.run(saturated(int(base.rpartition(":")[2]), paths))
        took.sort()
        return {
            "addresses": len(paths),
            "start_seconds": median(starts),
            "start_processor_seconds": median(used),
            "first_load_bytes": first,
            "later_load_bytes": max(later.values()),
            "first_asked_median_seconds": median(cold),
            "first_asked_p95_seconds": cold[int(0.95 * len(cold))],
            "requests": len(took),
            "median_seconds": median(took),
            "p95_seconds": took[int(0.95 * len(took))],
            "worst_seconds": took[-1],
            "errors": faults[:10] + more[:10],
            "pages_a_second": rate,
            "memory_bytes": memory(process.pid),
        }
    finally:
        process.terminate()
        process.wait()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="result folder to serve")
    print(json.dumps(measure(parser.parse_args().out), indent=2))


if __name__ == "__main__":
    main()
