"""New mappings: the queue with a stand-in for the worker, the forms, the interface, one real run."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
import time

import httpx
import pytest
from tests.web.conftest import Server

from verdikart.core.errors import UnknownName
from verdikart.mapping.saved import Shelf
from verdikart.web import runs, tokens, wanted
from verdikart.web.faults import BusyError, ForbiddenError
from verdikart.web.runs import Queue

NORWAY = wanted.read({}, "en")
BEGIN = "import sys, json, time, os\nasked = json.loads(sys.stdin.readline())\n"
TOLD = 'print(json.dumps({"step": "read", "number": 0, "of": 2}), flush=True)\n'


def until(met, seconds=20.0):
    """Wait until something holds."""
    end = time.monotonic() + seconds
    while not met():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.02)


@pytest.fixture
def queue(tmp_path):
    """Makes queues whose worker is a few lines of Python; closes them."""
    made = []

    def make(lines, **more):
        command = (sys.executable, "-c", BEGIN + lines)
        made.append(Queue(tmp_path / "result", command=command, **more))
        return made[-1]

    yield make
    for one in made:
        one.close()


def ended(queue, run):
    until(lambda: queue.get(run.run_id).over)
    return queue.get(run.run_id)


def gone(pid):
    """Whether a process is no more, not even as a zombie of ours."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def test_a_run_tells_its_steps_and_its_result(queue):
    q = queue(TOLD + 'print(json.dumps({"result": asked["home"]}), flush=True)')
    done = ended(q, q.submit(NORWAY))
    assert (done.state, done.result, done.fraction) == ("done", "NOR", 1.0)
    assert [step for step, _ in done.steps] == ["read"]
    assert done.asked <= done.begun <= done.steps[0][1] <= done.ended


def test_what_the_mapping_says_is_why_it_failed_and_a_crash_says_so(queue):
    said = queue('print(json.dumps({"error": "no such year"}), flush=True)')
    assert ended(said, said.submit(NORWAY)).error == "no such year"
    crashed = queue("os._exit(3)")
    found = ended(crashed, crashed.submit(NORWAY))
    assert found.state == "failed"
    assert "without a result" in found.error
    garbled = queue('print("no json", flush=True)\ntime.sleep(60)')
    assert ended(garbled, garbled.submit(NORWAY)).state == "failed"


def test_cancel_ends_the_process_and_leaves_nothing(queue, tmp_path):
    lines = "os.makedirs(f\"{asked['out']}/.partial-{os.getpid()}/tables\")\n"
    q = queue(lines + TOLD + "time.sleep(60)")
    run = q.submit(NORWAY)
    until(lambda: q.get(run.run_id).steps)
    (left,) = (tmp_path / "result").iterdir()
    assert q.cancel(run.run_id).state == "cancelled"
    until(lambda: gone(int(left.name.rpartition("-")[2])))
    until(lambda: not left.exists())
    assert q.get(run.run_id).state == "cancelled"
    assert q.cancel(run.run_id).state == "cancelled"
    with pytest.raises(UnknownName):
        q.cancel("nothing")


def test_one_is_made_at_a_time_and_the_queue_is_bounded(queue):
    q = queue(TOLD + "time.sleep(60)", most=2)
    first = q.submit(NORWAY)
    until(lambda: q.get(first.run_id).state == "running")
    second, third = q.submit(NORWAY), q.submit(NORWAY)
    assert [q.place(run) for run in (first, second, third)] == [0, 2, 3]
    with pytest.raises(BusyError):
        q.submit(NORWAY)
    q.cancel(second.run_id)
    assert q.place(q.get(third.run_id)) == 2
    q.cancel(first.run_id)
    until(lambda: q.get(third.run_id).state == "running")


def test_closing_ends_what_runs_and_what_waits(queue):
    q = queue(
        'print(json.dumps({"step": str(os.getpid()), "number": 0, "of": 1}), flush=True)\ntime.sleep(60)'
    )
    run, other = q.submit(NORWAY), q.submit(NORWAY)
    until(lambda: q.get(run.run_id).steps)
    pid = int(q.get(run.run_id).steps[0][0])
    q.close()
    assert {q.get(r.run_id).state for r in (run, other)} == {"cancelled"}
    assert gone(pid)
    with pytest.raises(BusyError):
        q.submit(NORWAY)


def test_a_run_that_never_ends_is_stopped(queue, monkeypatch):
    monkeypatch.setattr(runs, "MOST_SECONDS", 0.3)
    q = queue("time.sleep(60)")
    assert "longer than" in ended(q, q.submit(NORWAY)).error


def test_runs_that_are_over_are_forgotten_in_the_end(queue, monkeypatch):
    monkeypatch.setattr(runs, "MOST_KEPT", 3)
    q = queue('print(json.dumps({"result": "x"}), flush=True)')
    for _ in range(5):
        ended(q, q.submit(NORWAY))
    q.submit(NORWAY)
    assert len(q.runs()) <= 4


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"home": "Atlantis"}, "home"),
        ({"home": "WORLD"}, "home"),
        ({"home": "SUN", "year": "2024"}, "home"),
        ({"home": "x" * 90}, "home"),
        ({"year": "1800"}, "year"),
        ({"year": "２０２４"}, "year"),
        ({"share_threshold": "2"}, "share_threshold"),
        ({"share_threshold": "nan"}, "share_threshold"),
        ({"persistence_years": "1e9"}, "persistence_years"),
        ({"persistence_years": "2.5"}, "persistence_years"),
        ({"recycling": "perhaps"}, "recycling"),
        ({"supply": "all of it"}, "supply"),
    ],
)
def test_what_cannot_be_mapped_is_told_by_its_field(given, field):
    with pytest.raises(wanted.WantedError) as told:
        wanted.read(given, "nb")
    assert list(told.value.faults) == [field]


def test_what_is_asked_holds_only_what_differs_from_the_defaults():
    given = {name: str(value) for name, value in wanted.defaults().items()}
    assert wanted.read(given, "nb").changes == ()
    changed = given | {"share_threshold": "0,5", "recycling": "0", "make_current": "1"}
    found = wanted.read(changed, "nb")
    assert found.changes == ("share_threshold=0.5", "recycling=no")
    assert found.make_current
    assert set(wanted.BOUNDS) == {
        name for name, value in wanted.defaults().items() if not isinstance(value, (bool, str))
    }


def test_a_token_fits_its_cookie_and_its_own_site_alone():
    who, header = tokens.visitor({})
    assert "HttpOnly" in header
    assert "SameSite=Strict" in header
    cookies, here = {tokens.COOKIE: who}, {"host": "localhost:1", "origin": "http://localhost:1"}
    assert tokens.visitor(cookies) == (who, "")
    tokens.check(here, cookies, tokens.token(who))
    other, _ = tokens.visitor({tokens.COOKIE: "<script>"})
    for headers, held, given in (
        (here, cookies, ""),
        (here, cookies, tokens.token(other)),
        (here, {}, tokens.token("")),
        ({"host": "localhost:1", "origin": "http://evil"}, cookies, tokens.token(who)),
        ({"host": "localhost:1", "origin": "null"}, cookies, tokens.token(who)),
        ({"host": "localhost:1", "sec-fetch-site": "cross-site"}, cookies, tokens.token(who)),
    ):
        with pytest.raises(ForbiddenError):
            tokens.check(headers, held, given)


@pytest.fixture
def fresh(tmp_path):
    """A server without any mapping, whose worker waits; its client and application."""
    from verdikart.web.app import create

    app = create(tmp_path / "none")
    app.state.web.queue.command = (sys.executable, "-c", BEGIN + TOLD + "time.sleep(60)")
    with Server(app) as server, httpx.Client(base_url=server.address, timeout=60) as client:
        yield client


def form_token(client, path="/en/current/runs"):
    return re.search(r'name="form_token" value="(\w+)"', client.get(path).text).group(1)


def test_without_a_mapping_the_way_on_leads_to_a_run(fresh):
    told = fresh.get("/nb/current")
    assert told.status_code == 503
    assert 'href="/nb/current/runs"' in told.text
    page = fresh.get("/en/current/runs")
    assert page.status_code == 200
    assert "Norway" in page.text
    assert "set-cookie" not in told.headers
    sent = fresh.post(
        "/en/current/runs", data={"home": "SWE", "form_token": form_token(fresh), "floor": ""}
    )
    assert sent.status_code == 303
    run = fresh.get(sent.headers["location"])
    assert "Sweden 2024" in run.text
    assert 'hx-trigger="every 1s"' in run.text
    assert "Cancel" in run.text
    token = form_token(fresh, sent.headers["location"])
    over = fresh.post(sent.headers["location"] + "/cancel", data={"form_token": token})
    assert over.status_code == 303
    shown = fresh.get(over.headers["location"]).text
    assert "cancelled" in shown
    assert "hx-trigger" not in shown
    assert fresh.get("/en/current/runs/nothing").status_code == 404


def test_a_form_with_faults_comes_back_as_it_was_typed(fresh):
    given = {"home": "SWE", "share_threshold": "1,7", "form_token": form_token(fresh)}
    told = fresh.post("/en/current/runs", data=given)
    assert told.status_code == 400
    assert 'value="1,7"' in told.text
    assert "Write a number from 0 to 1." in told.text
    assert re.search(r'value="SWE" selected', told.text)
    assert fresh.get("/api/v1/runs").json()["runs"] == []


def test_the_interface_starts_follows_and_stops(fresh):
    asked = {
        "home": "FIN",
        "year": 2023,
        "parameters": {"share_threshold": 0.5, "recycling": False},
    }
    sent = fresh.post("/api/v1/runs", json=asked)
    assert sent.status_code == 202
    where = sent.headers["location"]
    assert sent.json()["changes"] == ["share_threshold=0.5", "recycling=no"]
    until(lambda: fresh.get(where).json()["state"] == "running")
    assert fresh.get("/api/v1/runs").json()["runs"][0]["id"] == sent.json()["id"]
    assert fresh.delete(where).json()["state"] == "cancelled"
    for body, status in (
        ({"home": "Atlantis"}, 400),
        ({"parameters": {"nonsense": 1}}, 404),
        ({"year": "soon"}, 422),
        ({"unknown": 1}, 422),
    ):
        assert fresh.post("/api/v1/runs", json=body).status_code == status, body
    for headers in ({"origin": "http://evil.example"}, {"sec-fetch-site": "cross-site"}):
        assert fresh.post("/api/v1/runs", json={}, headers=headers).status_code == 403
    plain = fresh.post("/api/v1/runs", content="{}", headers={"content-type": "text/plain"})
    assert plain.status_code in (415, 422)


def test_a_full_queue_is_told_as_such(fresh):
    answers = [fresh.post("/api/v1/runs", json={}) for _ in range(13)]
    assert [a.status_code for a in answers][-1] == 429
    assert answers[-1].json()["error"]["code"] == "busy"


def test_a_reader_who_may_not_map_is_told_so(saved_out):
    from verdikart.web.app import create
    from verdikart.web.readers import READONLY

    app = create(saved_out, reader=READONLY)
    with Server(app) as server, httpx.Client(base_url=server.address, timeout=60) as client:
        page = client.get("/en/current/runs")
        assert "No new mappings from here" in page.text
        assert "<form class" not in page.text.partition("<main")[2].partition("</main>")[0]
        assert client.post("/api/v1/runs", json={}).status_code == 403
        assert client.post("/en/current/runs", data={}).status_code == 403
        assert "set-cookie" not in page.headers


def test_a_real_run_lies_beside_the_current_mapping(saved_out, client):
    before = Shelf(saved_out).open("current").name
    asked = {"home": "NOR", "year": 2024, "parameters": {"share_threshold": 0.5}}
    where = client.post("/api/v1/runs", json=asked).headers["location"]
    until(lambda: client.get(where).json()["ended"], 240)
    run = client.get(where).json()
    assert run["state"] == "done", run
    shelf = Shelf(saved_out)
    assert shelf.open("current").name == before
    made = shelf.open(run["result"])
    assert made.parameters["share_threshold"] == 0.5
    assert len(made.rows("assessments")) == len(shelf.open(before).rows("assessments"))
    page = client.get(f"/nb/current/runs/{run['id']}").text
    assert f"/nb/{run['result']}" in page
    assert f"a={before}&amp;b={run['result']}" in page
    manifest = json.loads((saved_out / run["result"] / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["home"] == "NOR"
    assert not list(saved_out.glob(".partial-*"))
    shutil.rmtree(saved_out / run["result"])  # the folder is every test's
