"""Starts the application: where it listens, which names it answers to, how it stops."""

from __future__ import annotations

import errno
import logging
import socket
import sys
from collections.abc import Sequence
from ipaddress import ip_address
from pathlib import Path

import uvicorn

from verdikart.core.errors import DataProblem, UsageProblem
from verdikart.web.app import create
from verdikart.web.connection import Connection
from verdikart.web.readers import Reader

KEEP_ALIVE = 15  # seconds that a connection may rest between requests
STOP_SECONDS = 5  # seconds that answers may still take when the server stops


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens. Raises with the remedy where the place cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=256)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise DataProblem(
                f"port {port} is taken by another program; choose another with --port "
                f"(--port 0 takes a free one)"
            ) from None
        if error.errno in (errno.EACCES, errno.EPERM):
            raise UsageProblem(f"port {port} may not be used; choose one from 1024 up") from None
        raise UsageProblem(
            f"{host!r} is no address of this machine ({error.strerror}); "
            "leave out --host for this machine alone"
        ) from None


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches an address."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def names(host: str, allowed: Sequence[str]) -> tuple[str, ...]:
    """The host names answered to: this machine's loopback ones, and those that the reader allows.

    Listening everywhere without a name allowed, they are the machine's own names and addresses.
    A page elsewhere that has its name point here is so refused.
    """
    found = ["127.0.0.1", "localhost", "[::1]"]
    if not is_loopback(host):
        everywhere = host in ("0.0.0.0", "::")  # noqa: S104 - compared, not listened to
        found += allowed or (own_names() if everywhere else [bracketed(host)])
    return tuple(dict.fromkeys([*found, *allowed]))


def own_names() -> list[str]:
    """The machine's names and the addresses that they stand for."""
    own = list(dict.fromkeys([socket.gethostname(), socket.getfqdn()]))
    try:
        addresses = {str(info[4][0]) for info in socket.getaddrinfo(own[0], None)}
    except OSError:
        addresses = set()
    return [*own, *sorted(map(bracketed, addresses))]


def bracketed(host: str) -> str:
    """A host as it stands in an address: IPv6 in brackets."""
    return f"[{host}]" if ":" in host else host


def serve(
    listening: socket.socket, out: Path, hosts: Sequence[str], reader: Reader, log: bool
) -> None:
    """Answer until stopped. ``log``: a line on standard error for every request."""
    access = logging.getLogger("verdikart.access")
    if log:
        lines = logging.StreamHandler(sys.stderr)
        lines.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
        access.addHandler(lines)
        access.setLevel(logging.INFO)
        access.propagate = False
    config = uvicorn.Config(
        create(out, hosts, reader),
        http=Connection,
        ws="none",
        log_config=None,
        log_level="error",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=KEEP_ALIVE,
        timeout_graceful_shutdown=STOP_SECONDS,
    )
    try:
        uvicorn.Server(config).run(sockets=[listening])
    except KeyboardInterrupt:
        return  # the way in which a server is stopped
