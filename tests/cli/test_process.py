"""The command as a process: it ends at once, and nothing it had to say is lost."""

from __future__ import annotations

import subprocess
import sys

import pytest

COMMAND = "from verdikart.cli import command; command()"


def run(code: str, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code, *words], capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(
    "words", [["--version"], ["lists", "-f", "json"], ["mix", "no-such-code"], ["--nothing"]]
)
def test_answers_and_exit_codes_are_those_of_the_whole_interpreter(words: list[str]) -> None:
    at_once, slowly = run(COMMAND, *words), run(COMMAND.replace("command", "main"), *words)
    assert (at_once.returncode, at_once.stdout, at_once.stderr) == (
        slowly.returncode,
        slowly.stdout,
        slowly.stderr,
    )
    assert at_once.stdout or at_once.stderr


def test_what_is_registered_for_the_end_is_done() -> None:
    code = f"import atexit; atexit.register(lambda: print('done')); {COMMAND}"
    assert run(code, "--version").stdout.endswith("\ndone\n")


def test_a_thread_at_work_is_waited_for() -> None:
    code = (
        "import threading, time\n"
        "threading.Thread(target=lambda: (time.sleep(3), print('written'))).start()\n" + COMMAND
    )
    assert run(code, "--version").stdout.endswith("\nwritten\n")


def test_a_fault_of_the_program_is_a_traceback() -> None:
    code = f"import verdikart.cli as cli; cli.main = lambda: 1 / 0; {COMMAND}"
    done = run(code)
    assert done.returncode == 1
    assert "ZeroDivisionError" in done.stderr
