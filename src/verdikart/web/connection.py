"""One connection of a reader: how long a request may take to arrive, and how large its head may be.

uvicorn waits without end for a head that never ends, and for a body that nobody reads; a few
hundred such connections would keep everybody else out.
"""

from __future__ import annotations

import json
from asyncio import TimerHandle, Transport
from collections.abc import Callable

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from verdikart.web.guard import HEADERS, MOST_HEAD

HEAD_SECONDS = 10.0
BODY_SECONDS = 15.0  # the guard tells of a slow body before this; here it is cut off
MOST_OPEN = 400  # connections at a time
PHRASES = {400: "Bad Request", 408: "Request Timeout", 431: "Request Header Fields Too Large"}


class Connection(HttpToolsProtocol):
    """uvicorn's connection with a deadline on each part of a request."""

    deadline: TimerHandle | None = None
    head_size = 0
    in_head = True

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        """Begin to wait for a request; one connection too many is closed at once."""
        super().connection_made(transport)
        if len(self.connections) > MOST_OPEN:
            transport.close()
        else:
            self._within(HEAD_SECONDS, self._head_late)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the deadline."""
        self._cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on. Every byte of a head counts, and so does the time since its first."""
        if self.deadline is None:
            self._within(HEAD_SECONDS, self._head_late)
        self.head_size += len(data)
        super().data_received(data)
        if self.in_head and self.head_size > MOST_HEAD and not self.transport.is_closing():
            self._refuse(431, f"the head of the request is larger than {MOST_HEAD // 1024} kB")

    def on_headers_complete(self) -> None:
        """The head is there: now the body has its time."""
        self.in_head = False
        self._within(BODY_SECONDS, self._body_late)
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """All of the request is there."""
        self._cancel()
        self.in_head, self.head_size = True, 0
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - uvicorn's own words
        """What is no HTTP is answered in the one shape too."""
        self._refuse(400, "the request is not HTTP as this server reads it")

    def _within(self, seconds: float, late: Callable[[], None]) -> None:
        self._cancel()
        self.deadline = self.loop.call_later(seconds, late)

    def _cancel(self) -> None:
        if self.deadline is not None:
            self.deadline.cancel()
            self.deadline = None

    def _head_late(self) -> None:
        self.deadline = None
        if self.cycle is not None and not self.cycle.response_complete:
            return  # an earlier request of the connection is still being answered
        if self.head_size:
            self._refuse(408, "the request was not sent within ten seconds")
        else:
            self.transport.close()

    def _body_late(self) -> None:
        self.deadline = None
        self.transport.close()

    def _refuse(self, status: int, text: str) -> None:
        """Answer with the one error shape, outside the application, and close."""
        body = json.dumps({"error": {"status": status, "code": "refused", "message": text}})
        head = [
            f"HTTP/1.1 {status} {PHRASES[status]}".encode(),
            b"content-type: application/json",
            f"content-length: {len(body)}".encode(),
            b"connection: close",
            *(name + b": " + value for name, value in HEADERS),
        ]
        self.transport.write(b"\r\n".join([*head, b"", body.encode()]))
        self.transport.close()
