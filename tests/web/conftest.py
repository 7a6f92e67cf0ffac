"""A real server over saved mappings, and a real browser before it."""

from __future__ import annotations

import shutil
import socket
import threading
import time

import httpx
import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


class Server:
    """uvicorn in a thread of its own, as ``verdikart serve`` starts it."""

    def __init__(self, app, **more) -> None:
        import uvicorn

        quiet = {"log_level": "error", "access_log": False, "server_header": False, "ws": "none"}
        config = uvicorn.Config(app, **quiet, **more)
        self.socket = socket.socket()
        self.socket.bind(("127.0.0.1", 0))
        self.server = uvicorn.Server(config)
        self.thread = threading.Thread(
            target=self.server.run, kwargs={"sockets": [self.socket]}, daemon=True
        )
        self.address = f"http://127.0.0.1:{self.socket.getsockname()[1]}"

    def __enter__(self):
        self.thread.start()
        until = time.monotonic() + 20
        while not self.server.started:
            assert time.monotonic() < until, "the server did not start"
            time.sleep(0.02)
        return self

    def __exit__(self, *_args) -> None:
        self.server.should_exit = True
        self.thread.join(10)
        self.socket.close()


@pytest.fixture(scope="session")
def address(saved_out):
    """The address of a server over the two mappings."""
    from verdikart.web.app import create

    with Server(create(saved_out)) as server:
        yield server.address


@pytest.fixture(scope="session")
def client(address):
    """A client of that server; it follows no redirects."""
    with httpx.Client(base_url=address, timeout=60) as found:
        yield found


@pytest.fixture(scope="session")
def browser():
    """Debian's Chromium; tests that need it say that they were left out where it is not found."""
    if CHROMIUM is None:
        pytest.skip("chromium is not installed")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        found = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-background-networking", "--disable-gpu"],
        )
        yield found
        found.close()


@pytest.fixture
def visit(browser, address):
    """Opens a page of the server; keeps what the browser asked for and complained about."""
    contexts = []

    def _open(path, width=1280, scripts=True, scheme="light", height=900):
        context = browser.new_context(
            viewport={"width": width, "height": height},
            java_script_enabled=scripts,
            color_scheme=scheme,
            base_url=address,
        )
        contexts.append(context)
        tab = context.new_page()
        tab.asked, tab.said = [], []
        tab.on("request", lambda request: tab.asked.append(request.url))
        tab.on("console", lambda message: tab.said.append(message.text))
        tab.on("pageerror", lambda error: tab.said.append(str(error)))
        tab.goto(address + path)
        tab.wait_for_load_state("load")
        return tab

    yield _open
    for context in contexts:
        context.close()
