"""What stands before every request: host, size and time limits, headers, and the access log.

Plain ASGI, so that it holds for every route, file and error alike.
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any

from starlette.exceptions import HTTPException

LOG = logging.getLogger("verdikart.access")
Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

MOST_ADDRESS = 4096  # characters of path and query
MOST_HEAD = 32 * 1024  # bytes of all headers
MOST_BODY = 64 * 1024  # bytes
BODY_SECONDS = 10.0
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
HEADERS = (
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), interest-cohort=()"),
)


class Guard:
    """Refuses what no page needs, before anything else sees it. ``hosts``: names answered to."""

    def __init__(self, app: App, hosts: Iterable[str]) -> None:
        self.app = app
        self.hosts = frozenset(h.casefold() for h in hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = time.perf_counter()
        answered = {"status": 0}

        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                answered["status"] = message["status"]
                held = {name for name, _ in message["headers"]}
                message["headers"] = [
                    *((n, v) for n, v in message["headers"] if n != b"server"),
                    *((n, v) for n, v in HEADERS if n not in held),
                ]
            await send(message)

        refusal = self._refusal(scope)
        try:
            if refusal:
                await refuse(dressed, *refusal)
            else:
                await self.app(scope, _limited(receive), dressed)
        finally:
            # The path alone: a query may hold what its reader would not have in a log.
            LOG.info(
                "%s %s %s %.1f ms",
                scope["method"],
                scope["path"][:200].encode("ascii", "backslashreplace").decode(),
                answered["status"],
                1000 * (time.perf_counter() - started),
            )

    def _refusal(self, scope: Scope) -> tuple[int, str] | None:
        headers = dict(scope["headers"])
        if sum(len(name) + len(value) for name, value in scope["headers"]) > MOST_HEAD:
            return 431, f"the head of the request is larger than {MOST_HEAD // 1024} kB"
        if sum(name == b"host" for name, _ in scope["headers"]) > 1:
            return 400, "the request names two hosts"
        host = headers.get(b"host", b"").decode("latin-1").casefold()
        name = host.rpartition(":")[0] if not host.endswith("]") and ":" in host else host
        if "*" not in self.hosts and name not in self.hosts:
            return 421, "this server does not answer to that host name; see 'serve --help'"
        raw = scope.get("raw_path") or scope["path"].encode()
        if len(raw) + len(scope["query_string"]) > MOST_ADDRESS:
            return 414, f"the address is longer than {MOST_ADDRESS} characters"
        if b"%00" in raw or "\x00" in scope["path"]:
            return 400, "the address holds a character that no name has"
        length = headers.get(b"content-length", b"0")
        if not length.isdigit():
            return 400, "the length of the request is no number"
        if int(length) > MOST_BODY:
            return 413, f"the request is larger than {MOST_BODY // 1024} kB"
        return None


def _limited(receive: Receive) -> Receive:
    """Read a body with a limit on its size and on the time that all of it takes."""
    size, until = 0, time.monotonic() + BODY_SECONDS
    done = False

    async def read() -> Message:
        nonlocal size, done
        if done:  # waiting for the reader to go away has no limit
            return await receive()
        try:
            message = await asyncio.wait_for(receive(), max(0.01, until - time.monotonic()))
        except TimeoutError:
            raise _stop(408, "the request was not sent within ten seconds") from None
        size += len(message.get("body", b""))
        done = not message.get("more_body", False)
        if size > MOST_BODY:
            raise _stop(413, f"the request is larger than {MOST_BODY // 1024} kB")
        return message

    return read


def _stop(status: int, text: str) -> HTTPException:
    """Ends the reading of a body, and the connection with it."""
    return HTTPException(status, text, {"connection": "close"})


async def refuse(send: Send, status: int, text: str) -> None:
    """Answer with the one error shape."""
    body = json.dumps({"error": {"status": status, "code": "refused", "message": text}}).encode()
    head = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    if status == 413:
        head.append((b"connection", b"close"))
    await send({"type": "http.response.start", "status": status, "headers": head})
    await send({"type": "http.response.body", "body": body})
