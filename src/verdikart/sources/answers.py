"""What a provider's answer is: of the kind asked for, resumable, how long to wait, what may be shown."""

from __future__ import annotations

import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from html import unescape
from pathlib import Path
from re import sub

from verdikart.reference.entities import Source
from verdikart.reference.feeds import Feed
from verdikart.reference.load import by_key
from verdikart.sources.keys import hidden
from verdikart.sources.model import Piece, SourceProblem


def page_of(feed: Feed) -> str:
    """The provider's page for people."""
    return by_key(Source)[feed.source_id].address


def check_kind(piece: Piece, head: bytes, feed: Feed, remove: tuple[Path, ...] = ()) -> None:
    """Raise where the first bytes are not of the kind asked for, such as a page of HTML."""
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:64].lower()
    html = start.startswith((b"<!doctype html", b"<html")) and piece.kind != "html"
    wrong = {
        "zip": not head.startswith(b"PK"),
        "xlsx": not head.startswith(b"PK"),
        "xls": not head.startswith(b"\xd0\xcf\x11\xe0"),
        "json": not start.startswith((b"{", b"[")),
        "xml": not start.startswith(b"<"),
        "csv": not head or head.startswith(b"PK"),
        "html": False,
        "any": False,
    }[piece.kind]
    if not (html or wrong):
        return
    for path in remove:
        path.unlink(missing_ok=True)
    what = "a web page" if html else "something else" if head else "nothing"
    raise SourceProblem(
        f"{feed.source_id}: {piece.name}: {piece.kind} was asked for and {what} came"
        f"{'' if head.startswith(b'PK') else hidden(piece, snippet(head.decode('utf-8', 'replace')))}; the "
        "address may have moved or want a person to agree to something: fetch the file in a browser "
        f"from {page_of(feed)} and use `verdikart data add FILE --as {feed.source_id}`"
    )


def fits(headers: Mapping[str, str], have: int, told: Mapping[str, str]) -> bool:
    """Whether a partial answer begins where the part ends, and is of the same file."""
    etag = headers.get("etag", "")
    same = not (etag and told.get("etag")) or etag == told["etag"]
    return same and headers.get("content-range", "").startswith(f"bytes {have}-")


def plain(headers: Mapping[str, str]) -> bool:
    """Whether the bytes of an answer are those of the file, not packed for the way."""
    return headers.get("content-encoding", "identity") == "identity"


def digits(text: str) -> bool:
    """Whether a header is a whole number."""
    return text.isascii() and text.isdigit()


def asked_wait(text: str) -> float | None:
    """Seconds of a Retry-After header, which gives seconds or a date."""
    if not text:
        return None
    if digits(text):
        return float(text)
    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - time.time())
    except ValueError:
        return None


def snippet(text: str) -> str:
    """The first words of a page, in brackets."""
    plain = " ".join(unescape(sub(r"<[^>]*>", " ", text)).split())[:160]
    return f" ({plain})" if plain else ""
