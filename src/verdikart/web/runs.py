"""New mappings: a queue, a process for each, what they tell, and how they are stopped.

The states are ``queued``, ``running``, ``done``, ``failed`` and ``cancelled``. A mapping is written
beside the results and moved into its place when it is whole, so that one that is stopped at any
moment leaves nothing.
"""

from __future__ import annotations

import json
import logging
import secrets
import subprocess
import sys
import time
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from threading import Condition, Thread, Timer
from typing import Any, Literal

from verdikart.core.errors import UnknownName
from verdikart.mapping.save import sweep
from verdikart.web.faults import BusyError
from verdikart.web.wanted import Wanted

LOG = logging.getLogger("verdikart.web")
MOST_WAITING = 10
MOST_KEPT = 50  # runs that are over and still told of
MOST_SECONDS = 900.0
# -P: the folder that the server was started in is no place to import from.
COMMAND = (sys.executable, "-P", "-m", "verdikart.web.worker")

State = Literal["queued", "running", "done", "failed", "cancelled"]
OVER: tuple[State, ...] = ("done", "failed", "cancelled")


@dataclass(slots=True)
class Run:
    """A mapping that was asked for. Times are seconds since 1970; ``steps``: name and beginning.

    ``result``: the name of the saved mapping; ``error``: why there is none.
    """

    run_id: str
    wanted: Wanted
    asked: float
    state: State = "queued"
    begun: float | None = None
    ended: float | None = None
    steps: list[tuple[str, float]] = field(default_factory=list)
    of: int = 0
    result: str = ""
    error: str = ""

    @property
    def over(self) -> bool:
        """Whether nothing more happens to it."""
        return self.state in OVER

    @property
    def fraction(self) -> float:
        """How many of its steps are behind it."""
        if self.state == "done":
            return 1.0
        return (len(self.steps) - 1) / self.of if self.of else 0.0

    @property
    def seconds(self) -> float | None:
        """How long it has run, or ran."""
        if self.begun is None:
            return None
        return (self.ended or time.time()) - self.begun


class Queue:
    """The runs of a server; ``workers`` mappings are made at a time.

    Threads may share it. What it hands out are copies: a run as it stood at that moment.
    """

    def __init__(
        self,
        out: Path,
        workers: int = 1,
        command: tuple[str, ...] = COMMAND,
        most: int = MOST_WAITING,
    ) -> None:
        self.out = out.absolute()
        self.workers, self.command, self.most = workers, command, most
        self._runs: dict[str, Run] = {}
        self._waiting: list[Run] = []
        self._processes: dict[str, subprocess.Popen[str]] = {}
        self._threads: list[Thread] = []
        self._changed = Condition()
        self._closed = False

    def submit(self, wanted: Wanted) -> Run:
        """Put a mapping into the queue. Raises :class:`BusyError` where the queue is full."""
        with self._changed:
            if self._closed or len(self._waiting) >= self.most:
                raise BusyError(
                    f"{len(self._waiting)} mappings are waiting already; try again when one is done"
                )
            run = Run(secrets.token_hex(6), wanted, time.time())
            self._runs[run.run_id] = run
            self._waiting.append(run)
            self._forget()
            if len(self._threads) < self.workers:
                thread = Thread(target=self._work, daemon=True, name="mapping")
                self._threads.append(thread)
                thread.start()
            self._changed.notify()
            return _copy(run)

    def runs(self) -> list[Run]:
        """Every run, the newest first."""
        with self._changed:
            return [_copy(run) for run in reversed(self._runs.values())]

    def get(self, run_id: str) -> Run:
        """A run. Raises :class:`UnknownName`."""
        with self._changed:
            return _copy(self._known(run_id))

    def _known(self, run_id: str) -> Run:
        if run_id not in self._runs:
            raise UnknownName("run", run_id[:40], list(self._runs))
        return self._runs[run_id]

    def place(self, run: Run) -> int:
        """How many mappings come before a waiting one, and itself; 0 where it does not wait."""
        with self._changed:
            waiting = [other.run_id for other in self._waiting]
            if run.state != "queued" or run.run_id not in waiting:
                return 0
            return len(self._processes) + waiting.index(run.run_id) + 1

    def cancel(self, run_id: str) -> Run:
        """Take a run out of the queue, or stop it; one that is over stays as it is."""
        with self._changed:
            run = self._known(run_id)
            if not run.over:
                run.state, run.ended = "cancelled", time.time()
                self._waiting = [other for other in self._waiting if other is not run]
                if process := self._processes.get(run_id):
                    process.kill()
            return _copy(run)

    def close(self) -> None:
        """Stop every run, and the threads with them."""
        with self._changed:
            self._closed = True
            for run in self._runs.values():
                self.cancel(run.run_id)
            self._changed.notify_all()
        for thread in self._threads:
            thread.join(5)

    def _forget(self) -> None:
        over = [run.run_id for run in self._runs.values() if run.over]
        for run_id in over[: max(0, len(over) - MOST_KEPT)]:
            del self._runs[run_id]

    def _work(self) -> None:
        """Make one mapping after another."""
        while True:
            with self._changed:
                while not self._waiting and not self._closed:
                    self._changed.wait()
                if self._closed:
                    return
                run = self._waiting.pop(0)
                run.state, run.begun = "running", time.time()
                try:
                    process = self._start()
                except OSError:
                    LOG.exception("a mapping could not be started")
                    self._end(run, "failed", error="the mapping could not be started")
                    continue
                self._processes[run.run_id] = process
            self._follow(run, process)

    def _start(self) -> subprocess.Popen[str]:
        return subprocess.Popen(  # noqa: S603 - the command is this program's own
            self.command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
            start_new_session=True,  # Ctrl-C is for the server, which ends its workers
        )

    def _follow(self, run: Run, process: subprocess.Popen[str]) -> None:
        """Ask the process, hear it out, and wait for its end."""
        limit = Timer(MOST_SECONDS, process.kill)
        limit.daemon = True
        limit.start()
        try:
            assert process.stdin is not None  # noqa: S101 - both are pipes
            assert process.stdout is not None  # noqa: S101
            process.stdin.write(json.dumps({"out": str(self.out), **asdict(run.wanted)}) + "\n")
            process.stdin.flush()
            for line in process.stdout:
                self._hear(run, line)
        except (OSError, ValueError):
            LOG.exception("the mapping %s was not heard out", run.run_id)
        finally:
            limit.cancel()
            process.kill()
            process.communicate()
            with self._changed:
                del self._processes[run.run_id]
            self._end(run, "failed", error=_silent(run))
            sweep(self.out)

    def _hear(self, run: Run, line: str) -> None:
        said: dict[str, Any] = json.loads(line)
        if "result" in said:
            self._end(run, "done", result=said["result"])
        elif "error" in said:
            self._end(run, "failed", error=said["error"])
        else:
            with self._changed:
                run.of = said["of"]
                run.steps.append((said["step"], time.time()))

    def _end(self, run: Run, state: State, result: str = "", error: str = "") -> None:
        """The end of a run; the first one told counts."""
        with self._changed:
            if not run.over:
                run.state, run.result, run.error = state, result, error
                run.ended = time.time()


def _copy(run: Run) -> Run:
    return replace(run, steps=list(run.steps))


def _silent(run: Run) -> str:
    """Why a run that said nothing of its end has none."""
    if run.seconds is not None and run.seconds >= MOST_SECONDS:
        return f"it took longer than {MOST_SECONDS / 60:.0f} minutes and was stopped"
    return "it ended without a result; the server's own output says why"


__all__ = ["MOST_WAITING", "OVER", "Queue", "Run", "State"]
