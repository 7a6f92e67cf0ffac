"""What no reader would send: every answer is a 4xx in the one shape, and the server goes on."""

from __future__ import annotations

import json
import re
import shutil
import socket
import sys
import time

import httpx
import pytest
from tests.web.conftest import Server

from verdikart.web import connection, guard

SECURE = {
    "content-security-policy": "default-src 'none'",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
}
# Nothing of these stands in any answer: files of the machine, its paths, the program's insides.
NEVER = re.compile(
    r"root:.:0:0|Traceback|site-packages|File \"|/home/|/root/|/tmp/|\[build-system\]|"
    r"manifest\.json|BEGIN [A-Z ]*PRIVATE|PYTHONPATH|(?<!\d)49(?!\d).{0,3}=",
)
TRAVERSAL = (
    "/../../../../etc/passwd",
    "/nb/../../etc/passwd",
    "/static/../app.py",
    "/static/aaaaaaaaaaaa/../../app.py",
    "/static/aaaaaaaaaaaa/site.css",
    "/static/%2e%2e/%2e%2e/app.py",
    "/static/aaaaaaaaaaaa/..%2f..%2fapp.py",
    "/static//etc/passwd",
    "/nb/current/../../../../etc/passwd",
    "/nb/current/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
    "/nb/current/..%2f..%2f..%2fetc%2fpasswd",
    "/nb/current/%252e%252e%252f%252e%252e%252fetc%252fpasswd",
    "/nb/current/..%5c..%5c..%5cwindows%5cwin.ini",
    "/nb/current/....//....//etc/passwd",
    "/nb/current/%c0%ae%c0%ae/%c0%ae%c0%ae/etc/passwd",
    "/nb/current//etc/passwd",
    "/nb/%2fetc%2fpasswd",
    "/nb/..%2f..%2fetc",
    "/nb/../current",
    "/nb/.partial-1/materials",
    "/nb/current/materials/..%2f..%2f..%2fpyproject.toml",
    "/nb/current/materials/%2e%2e%2fcurrent.json",
    "/nb/current/materials/magnesium%00.json",
    "/nb/current/data/..%2f..%2fmanifest",
    "/nb/current/data/..%2ftables%2fassessments.csv",
    "/nb/current/data//etc/passwd.csv",
    "/nb/current/why/../../../etc/passwd",
    "/nb/current/why/assessments/../../etc/passwd",
    "/nb/current/why/file:///etc/passwd",
    "/nb/current/chains/..%2f..%2fnickel",
    "/api/v1/mappings/..%2f..%2fetc/tables",
    "/api/v1/mappings/%2e%2e/tables/assessments",
    "/api/v1/mappings/current/tables/..%2f..%2fmanifest",
    "/api/v1/figures/..%2f..%2f..%2fetc%2fpasswd",
)
INJECTION = (
    "/nb/current/materials/{{7*7}}",
    "/nb/current/materials/%7B%7B7*7%7D%7D",
    "/nb/current/materials/${7*7}",
    "/nb/current/materials/%7B%25%20for%20x%20in%20().__class__.__mro__%20%25%7D",
    "/nb/current/chains/{{config.items()}}",
    "/nb/current/countries/'%20OR%20'1'='1",
    "/nb/current/countries/NOR;DROP%20TABLE%20assessments",
    "/nb/current/materials/1%20UNION%20SELECT%20*%20FROM%20read_csv('/etc/passwd')",
    "/nb/current/sectors/$(cat%20/etc/passwd)",
    "/nb/current/sectors/`id`",
    "/nb/current/materials/<script>alert(1)</script>",
    "/nb/current/materials/%22%3E%3Cimg%20src=x%20onerror=alert(1)%3E",
    "/nb/current/why/%3Csvg%20onload=alert(1)%3E/1/2",
    "/nb/current/terms/__import__('os').system('id')",
    "/nb/current/materials/%F0%9F%92%A3",
    "/nb/current/materials/%E2%80%AEmuisengam",
    "/nb/current/materials/a%CC%81%CC%81%CC%81%CC%81",
    "/xx/current",
    "/nb/none/materials",
    "/nb/ffffffffffffffff",
    "/<script>/current",
    "/nb/current/materials?sector=nothing",
    "/nb/current/materials?sort=__class__",
    "/nb/current/materials?page=-1",
    "/nb/current/materials?page=NaN",
    "/nb/current/materials?page=1e999",
    "/nb/current/materials?q=" + "a" * 3000,
    "/nb/current/materials?page=99999999999999999999999",
    "/nb/current/materials.csv?table=../../etc/passwd",
    "/nb/current/materials.json?sort=';--",
    "/nb/current/opportunities?" + "&".join(f"x{n}=1" for n in range(1500)),
    "/nb/current/materials/" + "a" * 3900,
    "/api/v1/mappings/current/tables/assessments?where=home:'%20OR%201=1--&limit=-1",
    "/api/v1/mappings/current/tables/assessments?limit=1e9",
    "/api/v1/mappings/current/tables/assessments?sort={{7*7}}",
)


@pytest.fixture(scope="module")
def served(saved_out, tmp_path_factory):
    """A server of its own, with the connection of ``verdikart serve`` and shorter waits."""
    from verdikart.web.app import create

    old = connection.HEAD_SECONDS, connection.BODY_SECONDS, guard.BODY_SECONDS
    connection.HEAD_SECONDS, connection.BODY_SECONDS, guard.BODY_SECONDS = 1.0, 3.0, 1.0
    app = create(saved_out)
    app.state.web.queue.command = (sys.executable, "-c", "import time; time.sleep(60)")
    with Server(app, http=connection.Connection) as server:
        yield server
    connection.HEAD_SECONDS, connection.BODY_SECONDS, guard.BODY_SECONDS = old


def raw(served, data, seconds=8.0):
    """Send bytes as they are; the answer's status, headers and body, and how long it took."""
    port = int(served.address.rpartition(":")[2])
    begun = time.monotonic()
    with socket.create_connection(("127.0.0.1", port), seconds) as there:
        there.settimeout(seconds)
        parts = data if isinstance(data, list) else [data]
        found = b""
        try:
            for part in parts:
                if isinstance(part, float):
                    time.sleep(part)
                else:
                    there.sendall(part)
            while more := there.recv(65536):
                found += more
        except (ConnectionResetError, BrokenPipeError):
            pass
    head, _, body = found.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    status = int(lines[0].split()[1]) if lines[0] else 0
    headers = {k.casefold(): v for k, _, v in (line.partition(": ") for line in lines[1:])}
    return status, headers, body.decode("utf-8", "replace"), time.monotonic() - begun


def asked(served, target, method="GET", headers="", body=b"", host="127.0.0.1"):
    """A request written by hand, its target as it is."""
    text = f"{method} {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{headers}"
    length = f"Content-Length: {len(body)}\r\n" if body else ""
    return raw(served, f"{text}{length}\r\n".encode("utf-8", "surrogateescape") + body)


def check(answer, statuses=range(400, 500), target=""):
    """An answer is a refusal in the one shape, with its headers and nothing of the insides."""
    status, headers, body, _ = answer
    assert status in statuses, (status, body[:300])
    for name, start in SECURE.items():
        assert headers.get(name, "").startswith(start), (name, headers)
    assert "server" not in headers
    shown = body.replace(target, "")
    assert not NEVER.search(shown), NEVER.search(shown)
    if headers["content-type"].startswith("application/json"):
        error = json.loads(body)["error"]
        assert error["status"] == status
        assert error["code"]
        assert error["message"]
    else:
        assert headers["content-type"] == "text/html; charset=utf-8"
        assert "<h1" in body
        assert "<script>alert" not in body
        assert "onerror=alert(1)>" not in body


def answers(served):
    """The server still answers."""
    assert httpx.get(f"{served.address}/api/v1/health", timeout=20).status_code == 200


@pytest.mark.parametrize("target", [*TRAVERSAL, *INJECTION])
def test_an_address_that_no_page_has(served, target):
    found = asked(served, target)
    check(found)
    # What a template would make of 7*7. Ids of mappings hold any two digits, and stand in links.
    shown = re.sub(r"[0-9a-f]{8,16}", "", found[2].replace(target, ""))
    assert "49" not in shown.partition("<main")[2].partition("Status")[0]


# Pages that such an address asks of in earnest: they answer, and say nothing but what they have.
HARMLESS = (
    "/nb/current/materials?q={{7*7}}",
    "/nb/current/materials?q=%3Cscript%3Ealert(1)%3C/script%3E",
    "/nb/current/search?q=%3Cimg%20src=x%20onerror=alert(1)%3E",
    "/nb/current/search?q='%20OR%201=1--",
    "/nb/current/search?q=%F0%9F%92%A3%E2%80%AE%CC%81%00".replace("%00", ""),
    "/nb/current/materials?q=%0d%0aSet-Cookie:%20a=b",
    "/nb/current/materials?q=%ff%fe",
    "/nb/current/materials?q=%",
    "/nb/current/materials?q=%zz",
    "/nb/current/materials?" + "q=a&" * 500,
)


@pytest.mark.parametrize("target", HARMLESS)
def test_a_question_that_would_be_code_stays_text(served, target):
    status, headers, body, _ = asked(served, target)
    assert status in (200, 400), body[:300]
    assert "set-cookie" not in headers
    assert headers["content-security-policy"].startswith("default-src 'none'")
    assert "<script>alert" not in body
    assert "<img src=x" not in body
    assert not NEVER.search(body)


FORM = "Content-Type: application/x-www-form-urlencoded\r\n"
JSON = "Content-Type: application/json\r\n"
SENT = {
    "put": ("/nb/current", "PUT", "", b""),
    "delete": ("/nb/current/materials", "DELETE", "", b""),
    "post to a page": ("/nb/current/materials", "POST", FORM, b"a=b"),
    "patch": ("/api/v1/health", "PATCH", JSON, b"{}"),
    "trace": ("/nb/current", "TRACE", "", b""),
    "options": ("/nb/current", "OPTIONS", "Origin: http://evil.example\r\n", b""),
    "form without a token": ("/nb/current/runs", "POST", FORM, b"home=NOR"),
    "form with a wrong token": (
        "/nb/current/runs",
        "POST",
        FORM + "Cookie: verdikart-form=" + "0" * 32 + "\r\n",
        b"home=NOR&form_token=" + b"0" * 64,
    ),
    "form from another site": (
        "/nb/current/runs",
        "POST",
        FORM + "Origin: http://evil.example\r\n",
        b"home=NOR",
    ),
    "form without origin": ("/nb/current/runs", "POST", FORM + "Origin: null\r\n", b"home=NOR"),
    "cancel without a token": ("/nb/current/runs/aaaaaaaaaaaa/cancel", "POST", FORM, b""),
    "form as json": ("/nb/current/runs", "POST", JSON, b"{}"),
    "form as files": (
        "/nb/current/runs",
        "POST",
        "Content-Type: multipart/form-data; boundary=x\r\n",
        b'--x\r\nContent-Disposition: form-data; name="a"; filename="../../x"\r\n\r\nb\r\n--x--\r\n',
    ),
    "json as text": ("/api/v1/runs", "POST", "Content-Type: text/plain\r\n", b"{}"),
    "json as form": ("/api/v1/runs", "POST", FORM, b"{}"),
    "no json": ("/api/v1/runs", "POST", JSON, b"{"),
    "json that is a list": ("/api/v1/runs", "POST", JSON, b"[" * 1000 + b"]" * 1000),
    "json nested deep": ("/api/v1/runs", "POST", JSON, b'{"a":' * 9000 + b"1" + b"}" * 9000),
    "json with huge numbers": ("/api/v1/runs", "POST", JSON, b'{"year":' + b"9" * 6000 + b"}"),
    "json with infinity": (
        "/api/v1/runs",
        "POST",
        JSON,
        b'{"parameters":{"share_threshold":1e999}}',
    ),
    "json with nan": ("/api/v1/runs", "POST", JSON, b'{"parameters":{"share_threshold":NaN}}'),
    "json in bad utf-8": ("/api/v1/runs", "POST", JSON, b'{"home":"\xff\xfe"}'),
    "json with a path": ("/api/v1/runs", "POST", JSON, b'{"home":"../../etc/passwd"}'),
    "json with an option": ("/api/v1/runs", "POST", JSON, b'{"home":"--output=/etc/x"}'),
    "json with more": ("/api/v1/runs", "POST", JSON, b'{"out":"/etc","homes_file":"/etc/passwd"}'),
    "json from another site": (
        "/api/v1/runs",
        "POST",
        JSON + "Sec-Fetch-Site: cross-site\r\n",
        b"{}",
    ),
    "a body too large": ("/api/v1/runs", "POST", JSON, b'"' + b"a" * (guard.MOST_BODY + 1)),
    "many fields": ("/nb/current/runs", "POST", FORM, b"&".join(b"a%d=1" % n for n in range(500))),
    "a long field": ("/nb/current/runs", "POST", FORM, b"home=" + b"A" * 5000),
}


@pytest.mark.parametrize("name", SENT)
def test_what_may_not_be_sent(served, name):
    target, method, headers, body = SENT[name]
    check(asked(served, target, method, headers, body))
    assert httpx.get(f"{served.address}/api/v1/runs").json()["runs"] == []


HOSTS = (
    "evil.example",
    "evil.example:80",
    "127.0.0.1.evil.example",
    "localhost.",
    "",
    "0.0.0.0",
    "[::]",
)


@pytest.mark.parametrize("host", HOSTS)
def test_a_host_that_is_not_this_one(served, host):
    check(asked(served, "/nb/current", host=host), {400, 421})


RAW = {
    "no http": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
    "garbage": b"\x00" * 200 + b"\r\n\r\n",
    "no host": b"GET /nb/current HTTP/1.1\r\nConnection: close\r\n\r\n",
    "two hosts": b"GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil\r\nConnection: close\r\n\r\n",
    "two lengths": (
        b"POST /api/v1/runs HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n"
        b"Content-Length: 3\r\n\r\n{}"
    ),
    "length and chunks": (
        b"POST /api/v1/runs HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    ),
    "length that is no number": (
        b"POST /api/v1/runs HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n"
    ),
    "newline in a header": (
        b"GET / HTTP/1.1\r\nHost: localhost\r\nX: a\nSet-Cookie\x00: b\r\nConnection: close\r\n\r\n"
    ),
    "bytes that are no text": b"GET /nb/\xff\xfe HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
    "many headers": b"GET / HTTP/1.1\r\nHost: localhost\r\n"
    + b"".join(b"X-%d: a\r\n" % n for n in range(6000))
    + b"\r\n",
    "a long header": b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"a" * 300_000 + b"\r\n\r\n",
    "a long address": b"GET /nb/" + b"a" * 300_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "chunks too large": (
        b"POST /api/v1/runs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n"
        + (b"2710\r\n" + b"a" * 10_000 + b"\r\n") * 8
        + b"0\r\n\r\n"
    ),
    "an absolute address": (
        b"GET http://evil.example/etc/passwd HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    ),
    "connect": b"CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443\r\n\r\n",
}


@pytest.mark.parametrize("name", RAW)
def test_bytes_that_no_browser_sends(served, name):
    check(raw(served, RAW[name]))
    answers(served)


SLOW = {
    "nothing": [b"", 0.1],
    "half a head": [b"GET / HTTP/1.1\r\nHost: local"],
    "a head a byte at a time": [b"GET / HTTP/1.1\r\n", *[b"X: a\r\n", 0.4] * 6],
    "a body that never comes": [
        b"POST /api/v1/runs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        b"Content-Length: 100\r\n\r\n{"
    ],
    "a body that nobody reads": [
        b"POST /nb/current HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n",
        *[b"a", 0.4] * 9,
    ],
}


@pytest.mark.parametrize("name", SLOW)
def test_who_is_slow_is_let_go(served, name):
    status, headers, body, seconds = raw(served, SLOW[name], 12.0)
    assert seconds < 9
    assert status in (0, 405, 408), body
    if status:
        check((status, headers, body, seconds))
    answers(served)


def test_many_slow_readers_keep_nobody_out(served):
    port = int(served.address.rpartition(":")[2])
    held = [socket.create_connection(("127.0.0.1", port), 5) for _ in range(150)]
    for one in held:
        one.sendall(b"GET / HTTP/1.1\r\nX: ")
    begun = time.monotonic()
    answers(served)
    assert time.monotonic() - begun < 5
    for one in held:
        one.close()


@pytest.mark.parametrize(
    "path",
    ["/nb/current", "/nb/current/nothing", "/api/v1/health", "/api/v1/nothing", "/static/x/y", "/"],
)
def test_head_is_get_without_its_body_and_every_answer_is_dressed(served, path):
    with httpx.Client(base_url=served.address, timeout=60) as client:
        whole, head = client.get(path), client.head(path)
        assert (whole.status_code, head.content) == (head.status_code, b"")
        for answer in (whole, head):
            assert answer.headers["content-security-policy"].startswith("default-src 'none'")
            assert "server" not in answer.headers
        if tag := whole.headers.get("etag"):
            same = client.get(path, headers={"if-none-match": tag})
            assert (same.status_code, same.content) == (304, b"")
            assert same.headers["x-content-type-options"] == "nosniff"


def test_an_error_nobody_foresaw_tells_nothing(served, monkeypatch):
    from verdikart.web import app

    def fail(*_args):
        raise RuntimeError("a secret at /root/secret")

    monkeypatch.setattr(app.render, "page", fail)
    status, headers, body, _ = asked(served, "/nb/current/terms?x=1")
    assert status == 500
    assert "secret" not in body
    assert "internal" in body
    assert headers["x-frame-options"] == "DENY"


@pytest.fixture
def shaken(saved_out, tmp_path):
    """A server over a copy of the mappings that a test may harm; its folder and its client."""
    from verdikart.web.app import create

    out = tmp_path / "result"
    shutil.copytree(saved_out, out)
    with Server(create(out)) as server, httpx.Client(base_url=server.address, timeout=60) as client:
        yield out, client


def unavailable(answer):
    assert answer.status_code == 503
    assert "/current/runs" in answer.text
    assert not NEVER.search(answer.text)
    assert answer.headers["x-frame-options"] == "DENY"


def test_a_mapping_removed_or_broken_while_it_is_served(shaken):
    out, client = shaken
    name = (out / "current").read_text().strip()
    other = next(p.name for p in out.iterdir() if p.is_dir() and p.name != name)
    assert client.get("/nb/current/materials").status_code == 200
    shutil.rmtree(out / name)
    unavailable(client.get("/nb/current/materials"))
    assert client.get(f"/nb/{name}/materials").status_code == 404
    assert f"/nb/{other}" in client.get("/nb/current").text
    assert client.get(f"/nb/{other}/materials").status_code == 200
    assert client.get("/api/v1/mappings/current").status_code == 503
    assert client.get("/nb/current/runs").status_code == 200

    tables = out / other / "tables"
    (out / "current").write_text(other + "\n")
    cut = tables / "positions.parquet"
    cut.write_bytes(cut.read_bytes()[:100])
    unavailable(client.get("/nb/current/position"))
    (out / other / "manifest.json").write_text('{"home": "NOR", "ye')
    unavailable(client.get("/nb/current/materials"))
    page = client.get("/nb/current/runs")
    assert page.status_code == 200
    assert other in page.text
    assert "<h1" in client.get("/nb/current").text
    (out / "current").write_text("../../etc\n")
    unavailable(client.get("/nb/current"))
    (out / "current").write_bytes(b"\xff\xfe\x00")
    unavailable(client.get("/nb/current"))
    shutil.rmtree(out)
    unavailable(client.get("/nb/current"))


def test_a_manifest_without_its_tables(shaken):
    out, client = shaken
    name = (out / "current").read_text().strip()
    shutil.rmtree(out / name / "tables")
    unavailable(client.get("/nb/current/materials"))
    answer = client.get("/api/v1/mappings/current/tables/assessments")
    assert answer.status_code == 503
    assert answer.json()["error"]["code"] == "mapping_unavailable"
