"""verdikart serve as a user starts it: a process of its own, stopped by a signal."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request

import pytest

COMMAND = [sys.executable, "-W", "error", "-c", "from verdikart.cli import main; main()", "serve"]
START_SECONDS = 20  # the benchmark measures; this only ends a test that would wait for ever


@pytest.fixture
def started(tmp_path):
    """Starts the server; gives the process, the line it printed, and seconds to that line."""
    processes = []

    def start(*args):
        process = subprocess.Popen(
            [*COMMAND, "--port", "0", "--out", str(tmp_path / "result"), *args],
            env={**os.environ, "VERDIKART_LANG": "en"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        processes.append(process)
        line = process.stdout.readline()
        return process, line

    yield start
    for process in processes:
        process.kill()
        process.communicate()


def fetch(address):
    """Status and text of a page; the first answer may take as long as the start."""
    request = urllib.request.Request(address, headers={"Accept": "text/html"})
    try:
        with urllib.request.urlopen(request, timeout=START_SECONDS) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def test_it_says_where_answers_without_a_mapping_and_stops_on_ctrl_c(started):
    process, line = started("--log")
    address = re.search(r"http://127\.0\.0\.1:\d+/en/current", line).group()
    status, text = fetch(address)
    assert status == 503
    assert 'href="/en/current/runs"' in text
    fetch(address + "/materials?q=a-secret-word")
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=START_SECONDS)
    assert process.returncode == 0, err
    assert "GET /en/current/materials 503" in err
    assert "a-secret-word" not in out + err
    assert "WARNING" not in err


def test_a_port_that_is_taken_names_the_remedy(verdikart):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        answer = verdikart("serve", "--port", str(taken.getsockname()[1]))
    assert answer.code == 1
    assert "choose another with --port" in answer.err


def test_other_than_loopback_warns_and_answers_to_the_names_allowed(started):
    process, line = started("--host", "0.0.0.0", "--allow-host", "maps.example.no", "--lang", "nb")
    port = int(re.search(r":(\d+)/nb/", line).group(1))
    answers = {}
    for name in ("maps.example.no", "127.0.0.1", "evil.example", socket.gethostname()):
        with socket.create_connection(("127.0.0.1", port), START_SECONDS) as there:
            there.sendall(f"GET /api/v1/nothing HTTP/1.1\r\nHost: {name}:{port}\r\n\r\n".encode())
            answers[name] = int(there.recv(4096).split()[1])
    assert answers == {
        "maps.example.no": 404,
        "127.0.0.1": 404,
        "evil.example": 421,
        socket.gethostname(): 421,
    }
    process.terminate()
    _, err = process.communicate(timeout=START_SECONDS)
    assert "ADVARSEL" in err
    assert "maps.example.no" in err


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (("--host", "no.such.host.invalid"), 2, "no address of this machine"),
        (("--out", "."), 2, "--out"),
        (("--lang", "sv"), 2, "unknown language"),
    ],
)
def test_what_cannot_be_is_said_before_anything_starts(verdikart, args, code, said):
    begun = time.monotonic()
    answer = verdikart("serve", *args)
    assert answer.code == code
    assert said in answer.err
    assert time.monotonic() - begun < START_SECONDS
