"""Fetches raw files: resumed, retried with back-off, within the provider's rate, keys never shown.

A file is written to ``<name>.part`` beside a note of what it is a part of (address, ETag). A later
try asks for the rest with ``Range`` and ``If-Range``; a provider that has a new version, or that
cannot give ranges, answers with the whole file and the part is thrown away.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypeVar
from urllib.parse import urlsplit, urlunsplit

from verdikart.core.version import VERSION
from verdikart.reference.feeds import Feed
from verdikart.sources.answers import (
    asked_wait,
    check_kind,
    digits,
    fits,
    plain,
    snippet,
)
from verdikart.sources.cache import keeping
from verdikart.sources.keys import guard, guarded, hidden
from verdikart.sources.model import Piece, SourceProblem

if TYPE_CHECKING:
    import httpx

T = TypeVar("T")
AGENT = f"verdikart/{VERSION}"
MIRROR = "VERDIKART_MIRROR"
LONGEST_WAIT = 120.0  # a provider that asks for more is told of, not waited for
Progress = Callable[[str, int, int | None], None]  # piece, bytes so far, bytes in all


@dataclass(frozen=True, slots=True)
class Fetched:
    """A file that came whole."""

    path: Path
    sha256: str
    bytes: int
    etag: str
    last_modified: str


class _Again(Exception):
    """A failure that a later try may mend. ``wait``: seconds that the provider asks for."""

    def __init__(self, why: str, wait: float | None = None) -> None:
        super().__init__(why)
        self.wait = wait


class Client:
    """Speaks with one provider. Use as a context manager.

    ``attempts`` counts tries of one request that brought no further byte: a transfer that is cut
    again and again goes on as long as each try adds something. ``cache``: a folder for answers that
    the provider lets one keep (metadata). Proxies come from the environment (``HTTPS_PROXY``).
    """

    def __init__(
        self,
        feed: Feed,
        *,
        offline: bool = False,
        cache: Path | None = None,
        attempts: int = 5,
        wait: float = 1.0,
        timeout: float = 60.0,
        progress: Progress | None = None,
        tell: Callable[[str, float], None] = lambda *_: None,
    ) -> None:
        if not all(find_spec(name) for name in ("httpx", "stamina", "hishel")):
            raise SourceProblem(
                'fetching needs more packages: `pip install "verdikart[fetch]"` (in a checkout: '
                "`make fetch`); files fetched by hand can be loaded with `verdikart data add`"
            )
        self.feed = feed
        self.offline = offline
        self._cache = cache
        self._attempts = attempts
        self._wait = wait
        self._timeout = timeout
        self._progress = progress
        self._tell = tell  # why a request is tried again, and after how many seconds
        self._last = 0.0
        self._http: httpx.Client | None = None
        self._kept: httpx.Client | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        for client in (self._http, self._kept):
            if client is not None:
                client.close()

    def get(self, piece: Piece, *, fresh: bool = False) -> bytes:
        """Return a small answer (metadata); kept between runs where the provider allows it.

        ``fresh``: ask again whatever is kept, as for the state of a job.
        """

        def ask() -> bytes:
            # What carries a key is never kept: the cache would hold the key.
            with self._stream(piece, {}, kept=not (fresh or piece.secret_headers)) as answer:
                return answer.read()

        body = self._trying(piece, ask)
        check_kind(piece, body[:512], self.feed)
        return body

    def rest(self, seconds: float) -> None:
        """Wait for a provider that is preparing an answer; longer or shorter with ``wait``."""
        time.sleep(seconds * self._wait)

    def size(self, piece: Piece) -> int | None:
        """Ask how large a file is, where the provider says so; None where it does not."""
        if piece.bytes is not None or piece.method != "GET":
            return piece.bytes
        return self.found(piece)[1]

    def found(self, piece: Piece) -> tuple[bool, int | None]:
        """Ask whether the provider has a file, and how large it is where the provider says so."""
        self._may_ask(piece)
        try:
            self._pause()
            answer = self._client().head(
                mirrored(piece.url),
                params=list(piece.params) or None,
                headers=self._headers(piece),
                extensions=guarded(piece, mirrored(piece.url)),
            )
        except _http_error() as error:
            if _unreachable(error):
                raise SourceProblem(
                    f"{self.feed.source_id}: {self.address(piece)} could not be reached "
                    f"({error}); check the network and HTTPS_PROXY, and run the same command again"
                ) from error
            return False, None
        length = answer.headers.get("content-length", "")
        here = answer.status_code < 400
        return here, int(length) if here and length.isdigit() else None

    def download(self, piece: Piece, folder: Path) -> Fetched:
        """Fetch a file into ``folder``; a part left there by an earlier try is gone on with."""
        part = folder / f"{piece.name}.part"
        note = folder / f"{piece.name}.part.json"
        headers = self._trying(
            piece, lambda: self._transfer(piece, part, note), lambda: _size_of(part)
        )
        with part.open("rb") as stream:
            check_kind(piece, stream.read(512), self.feed, (part, note))
            stream.seek(0)
            sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
        whole = folder / piece.name
        size = part.stat().st_size
        part.replace(whole)
        note.unlink(missing_ok=True)
        return Fetched(
            whole, sha256, size, headers.get("etag", ""), headers.get("last-modified", "")
        )

    def _transfer(self, piece: Piece, part: Path, note: Path) -> Mapping[str, str]:
        have = _size_of(part)
        told = _note_of(note)
        mark = told.get("etag") or told.get("last_modified")
        asked: dict[str, str] = {}
        if have and mark and told.get("address") == self.address(piece):
            asked = {"Range": f"bytes={have}-", "If-Range": mark}
        with self._stream(piece, asked) as answer:
            headers = answer.headers
            if answer.status_code == 416 and headers.get("content-range") == f"bytes */{have}":
                return {
                    "etag": told.get("etag", ""),
                    "last-modified": told.get("last_modified", ""),
                }  # all was here
            goes_on = answer.status_code == 206
            if answer.status_code == 416 or (goes_on and not fits(headers, have, told)):
                part.unlink(missing_ok=True)
                raise _Again("what is kept here is no part of the file that the provider has now")
            length = headers.get("content-length", "")
            total = int(length) + (have if goes_on else 0) if digits(length) else None
            with part.open("ab" if goes_on else "wb") as stream:
                # After the file was emptied: what an earlier answer left must not get this one's mark.
                note.write_text(json.dumps(self._note(piece, headers)), encoding="utf-8")
                done = have if goes_on else 0
                for chunk in answer.iter_raw() if plain(headers) else answer.iter_bytes():
                    stream.write(chunk)
                    done += len(chunk)
                    if self._progress is not None:
                        self._progress(piece.name, done, total)
            if plain(headers) and total is not None and done != total:
                raise _Again(f"cut after {done} of {total} bytes")
            return dict(headers)

    def _note(self, piece: Piece, headers: Mapping[str, str]) -> dict[str, str]:
        """What a part is a part of; without a mark where nothing can be resumed.

        A weak tag does not promise the same bytes, and ranges of a packed answer count other ones.
        """
        etag = headers.get("etag", "")
        whole = plain(headers)
        return {
            "address": self.address(piece),
            "etag": etag if whole and not etag.startswith("W/") else "",
            "last_modified": headers.get("last-modified", "") if whole else "",
        }

    def address(self, piece: Piece) -> str:
        """The address of a request as it may be shown: no user, no key."""
        split = urlsplit(piece.url)
        host = split.netloc.rpartition("@")[2]
        query = "&".join(f"{k}={v}" for k, v in piece.params)
        query = "&".join(text for text in (split.query, query) if text)
        return urlunsplit((split.scheme, host, split.path, query, ""))

    def _trying(
        self, piece: Piece, action: Callable[[], T], reached: Callable[[], int] = lambda: 0
    ) -> T:
        """Do ``action`` until it passes; the error of the last try becomes a SourceProblem."""
        import stamina

        def say(details: stamina.instrumentation.RetryDetails) -> None:
            self._tell(str(details.caused_by), details.wait_for)

        stamina.instrumentation.set_on_retry_hooks([say])
        self._may_ask(piece)
        had = -1
        while reached() > had:
            had = reached()
            try:
                for attempt in stamina.retry_context(
                    on=_backoff, attempts=self._attempts, timeout=None,
                    wait_initial=self._wait, wait_max=60.0, wait_jitter=self._wait,
                ):  # fmt: skip
                    with attempt, _lost_connections():
                        return action()
            except _Again as error:
                last = error
        raise SourceProblem(
            f"{self.feed.source_id}: {self.address(piece)} could not be fetched: "
            f"{hidden(piece, str(last))} "
            f"(tried {self._attempts} times); what came so far is kept: run the same command "
            "again to go on, or fetch the file in a browser and use `verdikart data add`"
        ) from last

    @contextmanager
    def _stream(
        self, piece: Piece, extra: Mapping[str, str], *, kept: bool = False
    ) -> Iterator[httpx.Response]:
        self._pause()
        client = self._keeping() if kept and self._cache else self._client()
        headers = {**self._headers(piece), **extra}
        if not kept:
            headers["Accept-Encoding"] = "identity"  # ranges count the bytes of the file itself
        with client.stream(
            piece.method,
            mirrored(piece.url),
            params=list(piece.params) or None,
            json=piece.body,
            headers=headers,
            extensions=guarded(piece, mirrored(piece.url)),
        ) as answer:
            self._judge(piece, answer, ranged="Range" in extra)
            yield answer

    def _judge(self, piece: Piece, answer: httpx.Response, *, ranged: bool) -> None:
        """Raise where an answer is not what was asked for; 206 and 416 answer a range alone."""
        status = answer.status_code
        if 200 <= status <= 203 or (ranged and status in (206, 416)) or status in piece.accept:
            return
        said = f"the provider answered {status} {answer.reason_phrase}".rstrip()
        if status in (408, 425, 429) or status >= 500:
            wait = asked_wait(answer.headers.get("retry-after", ""))
            if wait is not None and wait > LONGEST_WAIT:
                raise SourceProblem(
                    f"{self.feed.source_id}: {said} and asks to wait {wait:.0f} seconds; "
                    "run the same command again after that: what came so far is kept"
                )
            raise _Again(said, wait)
        remedy = {
            401: f"set the key in {self.feed.credentials or 'the environment'}",
            403: f"check the key in {self.feed.credentials}"
            if self.feed.credentials
            else "the address may need a browser: fetch it by hand and use `verdikart data add`",
            404: "the file or table has moved or does not exist; see `verdikart data sources`, or "
            "fetch it by hand and use `verdikart data add`",
        }.get(status, "see the provider's page, or fetch by hand and use `verdikart data add`")
        answer.read()
        if status == 403 and "quota" in answer.text.lower():
            remedy = "run the same command again after that: what came so far is kept"
        text = hidden(piece, snippet(answer.text))
        raise SourceProblem(f"{self.feed.source_id}: {self.address(piece)}: {said}{text}; {remedy}")

    def _may_ask(self, piece: Piece) -> None:
        if self.offline:
            raise SourceProblem(
                f"{self.feed.source_id}: {self.address(piece)} is not here and --offline forbids "
                "asking for it; leave --offline out, or use `verdikart data add` with a file"
            )

    def _pause(self) -> None:
        """Keep to the feed's rate: requests evenly spaced."""
        if self.feed.per_minute:
            wait = self._last + 60 / self.feed.per_minute - time.monotonic()
            if wait > 0:
                time.sleep(wait)
        self._last = time.monotonic()

    def _headers(self, piece: Piece) -> dict[str, str]:
        return {"User-Agent": AGENT, **piece.headers, **piece.secret_headers}

    def _client(self) -> httpx.Client:
        import httpx

        if self._http is None:
            self._http = httpx.Client(
                timeout=self._timeout, follow_redirects=True, event_hooks={"request": [guard]}
            )
        return self._http

    def _keeping(self) -> httpx.Client:
        if self._kept is None and self._cache is not None:
            self._kept = keeping(self._cache, self._timeout)
        return self._kept or self._client()


def mirrored(url: str) -> str:
    """Where to ask: the address itself, or the same host and path below ``VERDIKART_MIRROR``."""
    mirror = os.environ.get(MIRROR, "").rstrip("/")
    split = urlsplit(url)
    if not mirror or url.startswith(f"{mirror}/"):
        return url
    return f"{mirror}/{split.netloc}{split.path}" + (f"?{split.query}" if split.query else "")


@contextmanager
def _lost_connections() -> Iterator[None]:
    try:
        yield
    except _http_error() as error:
        raise _Again(str(error) or type(error).__name__) from error


def _http_error() -> type[Exception]:
    import httpx

    found: type[Exception] = httpx.RequestError
    return found


def _unreachable(error: Exception) -> bool:
    import httpx

    return isinstance(error, httpx.ConnectError | httpx.ConnectTimeout)


def _backoff(error: Exception) -> bool | float:
    if not isinstance(error, _Again):
        return False
    return True if error.wait is None else error.wait


def _size_of(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0


def _note_of(path: Path) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return found
    except (OSError, ValueError):
        return {}
