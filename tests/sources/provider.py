"""A local server that speaks as providers do, with the faults they have."""

import json
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from email.utils import formatdate
from hashlib import sha256
from http.server import BaseHTTPRequestHandler
from urllib.parse import parse_qs, urlsplit


@dataclass
class Answer:
    """What the server says. ``cut``: the connection is closed after so many bytes of the body."""

    body: bytes = b""
    status: int = 200
    headers: dict = field(default_factory=dict)
    kind: str = "application/octet-stream"
    cut: int | None = None
    stall: float = 0  # seconds of silence before it closes a connection that it cuts
    ranges: bool = True


@dataclass(frozen=True)
class Asked:
    """A request as it came."""

    method: str
    path: str
    query: dict
    headers: dict
    body: bytes

    def json(self):
        return json.loads(self.body)


class Provider:
    """Routes by path: an Answer, a list of them given one after another (the last stays), or a
    function of the request. Keeps what was asked."""

    def __init__(self):
        self.routes = {}
        self.asked: list[Asked] = []
        self._turn = defaultdict(int)

    def on(self, path: str, *answers: Answer | Callable[[Asked], Answer]):
        self.routes[path] = list(answers)
        self._turn[path] = 0

    def answer(self, asked: Asked) -> Answer:
        found = self.routes.get(asked.path)
        if found is None:
            return Answer(b"not here", 404, kind="text/plain")
        if asked.method == "HEAD":
            one = found[-1]
        else:
            one = found[min(self._turn[asked.path], len(found) - 1)]
            self._turn[asked.path] += 1
        return one if isinstance(one, Answer) else one(asked)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def _serve(self):
        split = urlsplit(self.path)
        length = int(self.headers.get("content-length") or 0)
        asked = Asked(
            self.command,
            split.path,
            parse_qs(split.query),
            dict(self.headers),
            self.rfile.read(length),
        )
        self.server.provider.asked.append(asked)
        answer = self.server.provider.answer(asked)
        body, status = answer.body, answer.status
        etag = f'"{sha256(body).hexdigest()[:16]}"'
        headers = {
            "Content-Type": answer.kind,
            "ETag": etag,
            "Last-Modified": formatdate(1760000000, usegmt=True),
        }
        wanted = self.headers.get("range", "")
        same = self.headers.get("if-range") in (None, etag)
        if wanted and status == 200 and answer.ranges and same:
            start = int(wanted.removeprefix("bytes=").rstrip("-"))
            if start >= len(body):
                status, headers["Content-Range"], body = 416, f"bytes */{len(body)}", b""
            else:
                headers["Content-Range"] = f"bytes {start}-{len(body) - 1}/{len(body)}"
                status, body = 206, body[start:]
        headers = {**headers, "Content-Length": str(len(body)), **answer.headers}
        self.send_response(status)
        for name, value in headers.items():
            if value is not None:  # one that an answer leaves out
                self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body if answer.cut is None else body[: answer.cut])
            if answer.cut is not None:
                self.wfile.flush()
                time.sleep(answer.stall)
                self.close_connection = True

    do_GET = do_HEAD = do_POST = _serve  # noqa: N815
