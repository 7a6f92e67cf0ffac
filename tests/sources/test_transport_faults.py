"""Servers that answer oddly: other ranges than were asked for, packed, elsewhere, with the key in words."""

import gzip
import json
from hashlib import sha256

import pytest
from provider import Answer

from verdikart.sources.keys import key_of
from verdikart.sources.model import Piece, SourceProblem

OLD, NEW = b"a" * 6000, b"b" * 6000
TAG = f'"{sha256(NEW).hexdigest()[:16]}"'


@pytest.fixture
def fetched(provider, feed, client, tmp_path):
    """A function: the bytes of a download, with a part of an earlier try beside it."""

    def _fetched(*answers, part=None, tag=TAG, **piece):
        provider.on("/f", *answers)
        url = f"{provider.base}/f"
        if part is not None:
            (tmp_path / "f.part").write_bytes(part)
            note = {"address": url, "etag": tag, "last_modified": ""}
            (tmp_path / "f.part.json").write_text(json.dumps(note))
        with client(feed("baci_hs92")) as one:
            return one.download(Piece("f", url, **piece), tmp_path).path.read_bytes()

    return _fetched


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Range": "bytes 1000-5999/6000", "ETag": TAG},  # begins elsewhere
        {"Content-Range": "bytes 2000-5999/6000", "ETag": '"other"'},  # of another file
        {"ETag": TAG},  # does not say where it begins
    ],
)
def test_a_range_that_does_not_fit_is_never_put_to_the_part(fetched, headers):
    def wrong(asked):
        return Answer(NEW[2000:], 206, headers) if "Range" in asked.headers else Answer(NEW)

    assert fetched(wrong, part=OLD[:2000]) == NEW


def test_a_part_that_was_whole_is_not_fetched_again(provider, fetched):
    assert fetched(Answer(NEW), part=NEW) == NEW
    assert [a.headers.get("Range") for a in provider.asked] == ["bytes=6000-"]


def test_a_packed_answer_is_never_resumed(provider, fetched):
    text = b"".join(sha256(bytes([n % 256, n // 256])).digest() for n in range(2000))
    whole = Answer(gzip.compress(text), headers={"Content-Encoding": "gzip"})
    cut = Answer(whole.body, headers=whole.headers, cut=30000)
    assert fetched(cut, whole) == text
    assert [a.headers.get("Range") for a in provider.asked] == [None, None]


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (Answer(b"", 304), "answered 304"),
        (Answer(b"", 204), "answered 204"),
        (Answer(b"x", 206), "answered 206"),
        (Answer(b"moved", 302), "answered 302"),
        (Answer(b"", 302, {"Location": "/f"}), "redirects"),
        (Answer(b"no gzip", headers={"Content-Encoding": "gzip"}), "decompressing"),
    ],
)
def test_what_is_no_answer_is_told(fetched, answer, told):
    with pytest.raises(SourceProblem, match=told):
        fetched(answer)


def test_a_key_does_not_follow_a_redirect_to_another_host(provider, fetched):
    port = provider.base.rpartition(":")[2]
    provider.on("/g", Answer(NEW))
    moved = Answer(b"", 302, {"Location": f"http://localhost:{port}/g"})
    assert fetched(moved, secret_headers={"X-Key": "s3cret"}) == NEW
    assert [a.headers.get("X-Key") for a in provider.asked] == ["s3cret", None]


def test_a_key_that_the_provider_repeats_is_not_shown(fetched):
    with pytest.raises(SourceProblem) as caught:
        fetched(Answer(b"invalid key s3cret", 401), secret_headers={"X-Key": "Bearer s3cret"})
    assert "s3cret" not in str(caught.value)
    assert "invalid key" in str(caught.value)


@pytest.mark.parametrize("key", ["s3c\nret", "s3crét"])
def test_a_key_that_cannot_be_one_is_told_and_not_shown(feed, monkeypatch, key):
    monkeypatch.setenv("VK_TEST_KEY", key)
    with pytest.raises(SourceProblem, match="the key in VK_TEST_KEY holds") as caught:
        key_of(feed("baci_hs92", credentials="VK_TEST_KEY"))
    assert key not in str(caught.value)


def test_a_provider_out_of_reach_is_told_as_such(feed, client):
    away = feed("baci_hs92", endpoint="http://127.0.0.1:9")
    with client(away) as one, pytest.raises(SourceProblem, match="could not be reached"):
        one.size(Piece("f", "http://127.0.0.1:9/f"))
