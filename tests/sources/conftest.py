"""A provider on this machine, a depot of its own, feeds and clients that speak with it."""

import threading
from contextlib import contextmanager
from dataclasses import replace
from http.server import ThreadingHTTPServer
from urllib.parse import urlsplit

import pytest
from provider import Handler, Provider

from verdikart.reference.feeds import Feed
from verdikart.reference.load import by_key
from verdikart.sources.transport import Client
from verdikart.store.depot import Depot


@pytest.fixture
def provider():
    """A provider on this machine; ``provider.base`` is its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.provider = found = Provider()
    found.base = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield found
    server.shutdown()
    server.server_close()


@pytest.fixture
def place(tmp_path):
    return Depot(tmp_path / "depot")


@pytest.fixture
def feed(provider):
    """A function: the feed of a source, as registered but at the local server and without a rate."""

    def _feed(source_id: str, **changes) -> Feed:
        found = by_key(Feed)[source_id]
        base = urlsplit(found.endpoint).path.rstrip("/")
        archive = urlsplit(found.archive_address).path.rstrip("/")
        at = {
            "endpoint": provider.base + base,
            "archive_address": provider.base + archive if found.archive_address else "",
            "per_minute": None,
        }
        return replace(found, **{**at, **changes})

    return _feed


@pytest.fixture
def client():
    """A function: a client of a feed that waits next to nothing between tries."""

    @contextmanager
    def _client(feed: Feed, **options):
        with Client(feed, **{"wait": 0.001, "attempts": 3, "timeout": 5.0, **options}) as found:
            yield found

    return _client
