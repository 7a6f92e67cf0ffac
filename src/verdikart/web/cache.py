"""Answers kept in memory, compressed once. A saved mapping never changes, so neither does its page."""

from __future__ import annotations

import gzip
import hashlib
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from threading import Lock

MOST_BYTES = 48 * 1024 * 1024
SMALL = 1000  # bytes below which compressing gains nothing


@dataclass(frozen=True, slots=True)
class Held:
    """An answer: status, kind, its bytes plain and compressed, and the tag that names them."""

    status: int
    kind: str
    body: bytes
    packed: bytes | None
    etag: str
    headers: tuple[tuple[str, str], ...] = ()


def hold(
    status: int, kind: str, text: str | bytes, headers: tuple[tuple[str, str], ...] = ()
) -> Held:
    """Make an answer of a text."""
    body = text.encode() if isinstance(text, str) else text
    packed = gzip.compress(body, 6, mtime=0) if len(body) > SMALL else None
    etag = hashlib.sha256(body).hexdigest()[:20]
    return Held(status, kind, body, packed, f'"{etag}"', headers)


class Kept:
    """The most recently asked answers, up to a number of bytes. Threads may share it."""

    def __init__(self, most: int = MOST_BYTES) -> None:
        self.most = most
        self._size = 0
        self._held: OrderedDict[Hashable, Held] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable) -> Held | None:
        """The answer to a question, or None."""
        with self._lock:
            found = self._held.get(key)
            if found is not None:
                self._held.move_to_end(key)
            return found

    def put(self, key: Hashable, held: Held) -> None:
        """Keep an answer; the longest unasked ones make room."""
        with self._lock:
            if key in self._held:
                self._size -= _size(self._held.pop(key))
            self._held[key] = held
            self._size += _size(held)
            while self._size > self.most and self._held:
                self._size -= _size(self._held.popitem(last=False)[1])


def _size(held: Held) -> int:
    return len(held.body) + len(held.packed or b"") + 500
