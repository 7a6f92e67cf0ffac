"""Fetches that are killed, raced, starved of disk or forbidden; vintages added, compared, dropped."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest
from baci_files import HEAD, PATH, ROWS, baci, packed, rows
from provider import Answer

from verdikart.core.errors import DataProblem, Problems, UnknownName, UsageProblem
from verdikart.reference.feeds import DataCorrection
from verdikart.sources.keys import key_of
from verdikart.sources.model import Ask, SourceProblem
from verdikart.store import load as loading
from verdikart.store.corrections import apply
from verdikart.store.diff import diff
from verdikart.store.fetching import add, fetch, planned, rebuild
from verdikart.store.vintages import drop, verify, vintage, vintages

FETCH = """
import sys, dataclasses
from pathlib import Path
from verdikart.reference.feeds import Feed
from verdikart.reference.load import by_key
from verdikart.sources.model import Ask
from verdikart.sources.transport import Client
from verdikart.store.depot import Depot
from verdikart.store.fetching import fetch
base, home = sys.argv[1:3]
feed = by_key(Feed)["baci_hs92"]
feed = dataclasses.replace(feed, endpoint=base + "/DATA_DOWNLOAD/baci/data", per_minute=None)
with Client(feed, wait=0.01) as client:
    print(fetch(feed, Ask(), Depot(Path(home)), client).id)
"""


def run(provider, place):
    return subprocess.Popen(
        [sys.executable, "-c", FETCH, provider.base, str(place.root)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def added(feed, place, tmp_path, text=ROWS, release="202601", **ask):
    folder = tmp_path / f"in-{release}-{len(text)}"
    folder.mkdir(exist_ok=True)
    path = folder / f"BACI_HS92_V{release}.zip"
    path.write_bytes(baci(text, release=release))
    return add(feed("baci_hs92"), [path], Ask(**ask), place)


def test_a_killed_fetch_goes_on_where_it_was(provider, place):
    whole = baci(ROWS + "".join(f"2023,{n % 900},752,{n:06d},{n}.5,1\n" for n in range(1, 60000)))
    half = len(whole) // 2

    def stuck(_):
        # The server sends half and then nothing, until the process is killed.
        return Answer(whole, headers={"Content-Length": str(len(whole))}, cut=half, stall=30)

    provider.on(PATH, stuck, Answer(whole))
    process = run(provider, place)
    part = place.parts / "baci_hs92" / "BACI_HS92_V202601.zip.part"
    deadline = time.monotonic() + 20
    while not (part.is_file() and part.stat().st_size >= half) and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    process.stderr.close()
    assert vintages(None, place) == []
    out, err = run(provider, place).communicate(timeout=60)
    assert out.strip() == "baci_hs92@V202601", err
    assert provider.asked[-1].headers["Range"] == f"bytes={half}-"
    assert vintage("baci_hs92", place).table("flows").rows == 60001


def test_a_killed_load_leaves_nothing_and_is_done_anew(feed, place, tmp_path, monkeypatch):
    first = added(feed, place, tmp_path)
    whole = loading._tables

    def killed(*arguments):
        whole(*arguments)
        os.kill(os.getpid(), signal.SIGKILL)

    child = os.fork()
    if not child:
        monkeypatch.setattr(loading, "_tables", killed)
        added(feed, place, tmp_path, ROWS + "2023,36,40,10121,1,1\n")
        os._exit(0)
    assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL
    assert [v.id for v in vintages(None, place)] == [first.id]
    second = added(feed, place, tmp_path, ROWS + "2023,36,40,10121,1,1\n")
    assert len(rows(second)) == 3
    assert list(place.vintages.glob("*/.new-*")) == []
    assert rows(first) == rows(vintage(first.id, place))


def test_two_processes_that_load_at_once_both_find_the_vintage(provider, feed, place, tmp_path):
    import multiprocessing

    inputs = []
    for number in range(2):
        folder = tmp_path / str(number)
        folder.mkdir()
        path = folder / "BACI_HS92_V202601.zip"
        path.write_bytes(baci(ROWS + f"2023,36,40,10121,{number + 1},1\n"))
        inputs.append(path)
    context = multiprocessing.get_context("fork")
    workers = [
        context.Process(target=add, args=(feed("baci_hs92"), [path], Ask(), place))
        for path in inputs
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
        assert worker.exitcode == 0
    found = vintages("baci_hs92", place)
    assert len(found) == 2
    assert {rows(v)[0][4] for v in found} == {1000, 2000}
    locked = json.loads((place.root / "data.lock.json").read_text())
    assert {entry["vintage"] for entry in locked} == {v.id for v in found}


def test_a_full_disk_is_told_and_leaves_what_was(feed, tmp_path):
    from verdikart.store.depot import Depot

    mount = tmp_path / "small"
    mount.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(mount)], capture_output=True
    )
    if made.returncode:
        pytest.skip("a small file system to fill cannot be mounted here (needs root)")
    try:
        place = Depot(mount / "depot")
        first = added(feed, place, tmp_path)
        many = "".join(
            f"2023,{n % 900},{n * 7 % 900},{n * 2654435761 % 10**6:06d},{n * 7919 % 10**8}.5,{n}\n"
            for n in range(60000)
        )
        with pytest.raises(DataProblem, match="the disk is full"):
            added(feed, place, tmp_path, many)
        assert [v.id for v in vintages(None, place)] == [first.id]
        assert rows(vintage(first.id, place)) == rows(first)
    finally:
        subprocess.run(["umount", "-l", str(mount)], check=True)


def test_nothing_is_asked_offline_and_what_is_here_is_used(provider, feed, client, place):
    with (
        client(feed("baci_hs92"), offline=True) as one,
        pytest.raises(SourceProblem, match="offline"),
    ):
        fetch(one.feed, Ask(), place, one)
    assert provider.asked == []


def test_a_plan_says_sizes_and_fetches_nothing(provider, feed, client, place):
    whole = baci()
    provider.on(PATH, Answer(whole))
    with client(feed("baci_hs92")) as one:
        (plan,) = planned(one.feed, Ask(), place, one)
    assert (plan.bytes, plan.here) == (len(whole), False)
    assert {a.method for a in provider.asked} == {"HEAD"}


def test_a_rate_is_kept(provider, feed, client):
    from verdikart.sources.model import Piece

    provider.on("/x", Answer(b"{}"))
    with client(feed("baci_hs92", per_minute=600)) as one:
        start = time.monotonic()
        for _ in range(4):
            one.get(Piece("x", f"{provider.base}/x", "json"))
    assert time.monotonic() - start >= 0.3


def test_a_wait_longer_than_sensible_is_told(provider, feed, client, place):
    provider.on(PATH, Answer(b"", 429, {"Retry-After": "86400"}))
    provider.routes[PATH].append(Answer(baci()))
    with client(feed("baci_hs92")) as one, pytest.raises(SourceProblem, match="wait 86400 seconds"):
        fetch(one.feed, Ask(), place, one)


def test_a_key_comes_from_the_environment_and_stays_out_of_everything(
    provider, feed, client, monkeypatch, caplog
):
    from verdikart.sources.model import Piece

    asking = feed("baci_hs92", credentials="VK_TEST_KEY", key_optional=False)
    monkeypatch.delenv("VK_TEST_KEY", raising=False)
    with pytest.raises(SourceProblem, match="set VK_TEST_KEY in the environment"):
        key_of(asking)
    monkeypatch.setenv("VK_TEST_KEY", "s3cret")
    provider.on("/k", Answer(b"no", 401))
    piece = Piece("k", f"{provider.base}/k", "json", secret_headers={"X-Key": key_of(asking)})
    caplog.set_level("DEBUG")
    with client(asking) as one, pytest.raises(SourceProblem) as caught:
        one.get(piece)
    assert provider.asked[-1].headers["X-Key"] == "s3cret"
    assert "s3cret" not in str(caught.value) + repr(piece) + caplog.text


def test_a_resumed_file_that_changed_is_fetched_whole(provider, feed, client, tmp_path):
    from verdikart.sources.model import Piece

    old, new = b"a" * 5000, b"b" * 4000
    # The server gives 3,000 bytes and then none, however often it is asked.
    provider.on("/f", Answer(old, cut=3000), Answer(old, cut=0))
    piece = Piece("f", f"{provider.base}/f")
    with client(feed("baci_hs92"), attempts=1) as one:
        with pytest.raises(SourceProblem, match="what came so far is kept"):
            one.download(piece, tmp_path)
        provider.on("/f", Answer(new))
        got = one.download(piece, tmp_path)
    assert got.path.read_bytes() == new


def test_vintages_are_compared(feed, place, tmp_path):
    before = added(feed, place, tmp_path, release="202501")
    changed = ROWS.replace("12.345", "20") + "2023,36,40,10129,1,1\n"
    after = added(feed, place, tmp_path, changed)
    found = diff(before, after, table="flows")[0]
    assert (found.added, found.removed, found.revised, found.unchanged) == (1, 0, 1, 1)
    assert found.sum_after - found.sum_before == 20000 - 12345 + 1000
    moved = {(m.by, m.value): m.change for m in found.moved}
    assert moved["code", "010121"] == 20000 - 12345
    assert moved["code", "010129"] == 1000
    assert ("code", "280469") not in moved
    assert moved["exporter", "36"] == 1000
    same = diff(before, before, table="flows")[0]
    assert (same.added, same.removed, same.revised, same.moved) == (0, 0, 0, ())


def test_years_that_one_vintage_lacks_count_as_added(feed, place, tmp_path):
    before = added(feed, place, tmp_path, release="202501")
    path = tmp_path / "BACI_HS92_V202601.zip"
    path.write_bytes(
        packed(
            {
                "BACI_HS92_Y2023_V202601.csv": HEAD + ROWS,
                "BACI_HS92_Y2024_V202601.csv": HEAD + ROWS.replace("2023", "2024"),
            }
        )
    )
    after = add(feed("baci_hs92"), [path], Ask(), place)
    found = diff(before, after, table="flows")[0]
    assert (found.added, found.unchanged, found.only) == (2, 2, ("part 2024",))
    with pytest.raises(UsageProblem, match="has no measure mass"):
        diff(before, after, table="flows", measure="mass")


def test_a_vintage_dropped_takes_its_raw_files_unless_another_needs_them(feed, place, tmp_path):
    all_years = added(feed, place, tmp_path)
    one_code = added(feed, place, tmp_path, codes=("280469",))
    assert one_code.id != all_years.id
    assert one_code.raw[0].sha256 == all_years.raw[0].sha256
    drop(all_years.id, place)
    assert place.raw_file(one_code.raw[0].sha256, "zip").is_file()
    drop(one_code.id, place)
    assert not any(p.is_file() for p in place.raw.rglob("*"))
    with pytest.raises(UnknownName, match="none yet"):
        vintage("baci_hs92", place)


def test_a_raw_file_cannot_be_changed_unseen(feed, place, tmp_path):
    made = added(feed, place, tmp_path)
    path = place.raw_path(made.raw[0].sha256)
    assert not path.stat().st_mode & 0o222
    path.chmod(0o644)
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    with pytest.raises(DataProblem, match="corrupt: sha256"):
        rebuild(made.id, place)
    assert [r.file for r in verify(place) if not r.ok] == [f"{made.id}, raw {made.raw[0].name}"]
    assert rows(vintage(made.id, place)) == rows(made)
    table = made.files("flows")[0]
    table.chmod(0o644)
    table.write_bytes(table.read_bytes()[:-1])
    with pytest.raises(DataProblem, match="data rebuild"):
        made.files("flows")
    assert {r.status for r in verify(place)} == {"ok", "corrupt"}


def correction(**changes):
    row = {
        "source_id": "x", "table_name": "t", "row": ("code=1",), "column": "v", "before": "5",
        "after": "6", "reason": "misprint", "until": None, "evidence": "",
    }  # fmt: skip
    return DataCorrection(**{**row, **changes})


def test_a_correction_is_made_while_it_matches_and_has_not_ended():
    from datetime import date

    import duckdb

    con = duckdb.connect()
    query = "SELECT '1' AS code, 5 AS v UNION ALL SELECT '2', 7"
    day = date(2026, 1, 1)

    def corrected(*corrections):
        found, made = apply("x", "t", query, con, corrections, day)
        return sorted(con.sql(f"SELECT code, v::INT FROM ({found})").fetchall()), made

    done, made = corrected(correction(), correction(row=("code=9",)))
    assert done == [("1", 6), ("2", 7)]
    assert [c.reason for c in made] == ["misprint"]
    assert corrected(correction(after=""))[0] == [("1", None), ("2", 7)]
    assert corrected(correction(until=date(2025, 12, 31)))[0] == [("1", 5), ("2", 7)]
    with pytest.raises(Problems, match="no longer '4'"):
        corrected(correction(before="4"))


def test_a_rebuilt_vintage_is_in_the_place_of_the_old(feed, place, tmp_path):
    made = added(feed, place, tmp_path)
    again = rebuild(made.id, place)
    assert again.id == made.id
    assert rows(again) == rows(made)
    assert [v.id for v in vintages(None, place)] == [made.id]


def test_a_table_says_its_columns_and_units(feed, place, tmp_path):
    made = added(feed, place, tmp_path)
    assert made.table("flows").keys() == ["code", "year", "exporter", "importer"]
    assert {c.name: c.unit for c in made.table("flows").columns if c.unit} == {
        "value_usd": "USD",
        "quantity_kg": "kg",
    }
