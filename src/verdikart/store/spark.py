"""Apache Spark: a session on this machine, on a standalone cluster, or through Spark Connect.

Spark is an extra (``pip install "verdikart[spark]"``). Whatever goes wrong is told in plain words with
its remedy; what Spark itself writes goes to a log of its own, never to the terminal, and nothing is left
in the working directory.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from verdikart.core.errors import DataProblem, UsageProblem
from verdikart.store.spark_settings import WAIT, is_address

if TYPE_CHECKING:
    from py4j.clientserver import ClientServer
    from pyspark import SparkConf, SparkContext
    from pyspark.sql import SparkSession

JAVA = (
    "Spark needs Java 17 or later: install openjdk-17-jre-headless (Debian, Ubuntu) or another JRE, "
    "and set JAVA_HOME if `java` is not on the path"
)
PORTS = {"spark": 7077, "sc": 15002}

# Settings of a session: they hold on a server of Spark Connect too.
SQL = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "true",  # an overflow is an error, not a wrong number
    "spark.sql.adaptive.enabled": "true",
    "spark.sql.execution.arrow.pyspark.enabled": "true",
}
DRIVER = {
    "spark.app.name": "verdikart",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.catalogImplementation": "in-memory",  # no metastore
}
HERE = {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}


@contextmanager
def session(
    address: str, conf: Mapping[str, str] | None = None, wait: float = WAIT
) -> Iterator[SparkSession]:
    """Start Spark or connect to it; at the end everything started here is stopped.

    ``address``: ``local[2]``, ``spark://host:port`` or ``sc://host:port``. ``conf`` comes on top of the
    settings made here. Raises UsageProblem without Java or the extra, DataProblem if nobody answers.
    """
    if not is_address(address):
        raise UsageProblem(f"{address!r} is no address of Spark")
    try:
        import pyspark  # noqa: F401
    except ImportError as error:
        raise UsageProblem(
            'Spark needs the package pyspark; install it with: pip install "verdikart[spark]"'
        ) from error
    if not address.startswith("local"):
        _reachable(address, wait)
    every = {**SQL, **(conf or {})}
    remote = address.startswith("sc://")
    with _connected(address, every) if remote else _driven(address, every, wait) as spark:
        yield spark


@contextmanager
def told(address: str) -> Iterator[None]:
    """Tell what Spark raises in one sentence, with a remedy where there is a usual one."""
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    try:
        yield
    except (PySparkException, Py4JError, ConnectionError) as error:
        raise DataProblem(f"Spark at {address}: {_sentence(error)}{_remedy(str(error))}") from error


def _sentence(error: Exception) -> str:
    """The first line of a message, and the innermost cause if the message holds a Java trace."""
    text = str(error)
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not lines:
        return type(error).__name__
    causes = [line.removeprefix("Caused by: ") for line in lines if line.startswith("Caused by: ")]
    first = lines[0]
    if first.startswith("An error occurred while calling") and len(lines) > 1:
        first = lines[1].lstrip(": ")
    return first if not causes or causes[-1] in first else f"{first} ({causes[-1]})"


def _remedy(message: str) -> str:
    if re.search(r"PATH_NOT_FOUND|FILE_NOT_EXIST|FileNotFound|does not exist", message):
        return "; the driver and every worker must see the files under the same path: use storage they share"
    if re.search(r"OutOfMemory|Java heap space|exceeding memory", message):
        return "; set spark.executor.memory (on local[…]: spark.driver.memory) higher in an engine file"
    if "maxResultSize" in message:
        return "; set spark.driver.maxResultSize higher in an engine file, or ask for fewer years"
    return ""


def _reachable(address: str, wait: float) -> None:
    """Raise unless someone accepts a connection: Spark itself would try for minutes."""
    scheme, _, rest = address.partition("://")
    failures = []
    for host_port in re.split(r"[/;]", rest)[0].split(","):
        host, _, port = host_port.rpartition(":") if ":" in host_port else (host_port, "", "")
        try:
            number = int(port or PORTS[scheme])
        except ValueError:
            raise UsageProblem(f"{address}: {port!r} is no port") from None
        try:
            socket.create_connection((host.strip("[]"), number), timeout=wait).close()
        except OSError as error:
            failures.append(f"{host}:{number} {error.strerror or error}")
        else:
            return
    what = "master" if scheme == "spark" else "Spark Connect server"
    raise DataProblem(
        f"no {what} answers at {address} within {wait:g} s ({'; '.join(failures)}); start it, or check the "
        f"address (a {what} listens on port {PORTS[scheme]} unless set otherwise) and the firewall"
    )


@contextmanager
def _connected(address: str, conf: Mapping[str, str]) -> Iterator[SparkSession]:
    """Through Spark Connect: the server has the driver, here is only a client (no Java)."""
    try:
        from pyspark.sql.connect.session import SparkSession
    except ImportError as error:
        raise UsageProblem(
            f'Spark Connect needs more packages ({error}); install them with: pip install "verdikart[spark]"'
        ) from error
    with told(address):
        # Not through pyspark.sql.SparkSession: it allows one kind of session in a process.
        spark = SparkSession.Builder().config(map=dict(conf)).remote(address).create()
        _ = spark.version  # the first question that is really asked
    try:
        yield spark
    finally:
        spark.stop()


@contextmanager
def _driven(address: str, conf: Mapping[str, str], wait: float) -> Iterator[SparkSession]:
    """With the driver in a JVM below this process."""
    from pyspark import SparkConf, SparkContext
    from pyspark.sql import SparkSession

    _java()
    if SparkContext._active_spark_context is not None:
        raise UsageProblem("this process runs Spark already; stop that session first")
    here = address.startswith("local") or re.match(r"spark://(127\.|localhost)", address)
    with TemporaryDirectory(prefix="verdikart-spark-") as folder:
        places = {"spark.sql.warehouse.dir": f"{folder}/warehouse"}
        memory = {"spark.driver.memory": "2g"} if address.startswith("local") else {}
        every = {**DRIVER, **(HERE if here else {}), **memory, **places, **conf}
        every["spark.master"] = address
        asked = SparkConf(loadDefaults=False).setAll(list(every.items()))
        gateway = _launched(asked, Path(folder, "driver.log"))
        try:
            interrupted = signal.getsignal(signal.SIGINT)
            with told(address):
                context = SparkContext(conf=asked, gateway=gateway)
            if threading.current_thread() is threading.main_thread():
                # Spark's own handler would stay when Spark is gone; the blocks here end its jobs too.
                signal.signal(signal.SIGINT, interrupted)
            try:
                if address.startswith("spark://"):
                    _await_executor(context, address, every, wait)
                spark = SparkSession(context)
                if "spark.sql.shuffle.partitions" not in every:
                    # Two for each core; adaptive execution joins the small ones.
                    parts = max(4, 2 * context.defaultParallelism)
                    spark.conf.set("spark.sql.shuffle.partitions", str(parts))
                yield spark
            finally:
                with suppress(Exception):  # a cluster that went away cannot be told
                    SparkSession(context).stop()
        finally:
            _end(gateway)


def _launched(conf: SparkConf, log: Path) -> ClientServer:
    """Start the JVM. Interrupted, we wait until it is up: before that nobody could end it."""
    from concurrent.futures import ThreadPoolExecutor

    from pyspark.errors import PySparkRuntimeError
    from pyspark.java_gateway import launch_gateway

    with log.open("wb") as out, ThreadPoolExecutor(1) as pool:
        start = pool.submit(launch_gateway, conf, {"stdout": out, "stderr": out})
        try:
            return start.result()
        except PySparkRuntimeError as error:
            raise DataProblem(f"Spark did not start: {_last_words(log)}; {JAVA}") from error
        except KeyboardInterrupt:
            _end(start.result())
            raise


def _java() -> None:
    home = os.environ.get("JAVA_HOME")
    if not (shutil.which("java", path=f"{home}/bin") if home else shutil.which("java")):
        where = f"not in JAVA_HOME={home}" if home else "no `java` on the path"
        raise UsageProblem(f"{JAVA} ({where})")


def _last_words(log: Path) -> str:
    lines = [line.strip() for line in log.read_text(errors="replace").splitlines() if line.strip()]
    return " / ".join(lines[-3:]) or "its log is empty"


def _await_executor(
    context: SparkContext, address: str, conf: Mapping[str, str], wait: float
) -> None:
    """Raise unless a worker takes us in: Spark would wait without end for one with room enough."""
    if conf.get("spark.dynamicAllocation.enabled") == "true":
        return  # executors come with the first job
    running = context._jsc.sc()
    deadline = time.monotonic() + wait
    while running.getExecutorMemoryStatus().size() < 2:  # the driver is one of them
        if running.isStopped() or time.monotonic() > deadline:
            memory = running.conf().get("spark.executor.memory", "1g")
            raise DataProblem(
                f"the master at {address} answers, but no worker took the work within {wait:g} s; each "
                f"executor wants {memory} of memory and a core: start a worker, end other applications, or "
                "set spark.executor.memory lower in an engine file"
            )
        time.sleep(0.1)


def _end(gateway: ClientServer) -> None:
    """End the JVM: first by closing what it listens to, then for good."""
    from subprocess import TimeoutExpired

    from pyspark import SparkContext

    with suppress(Exception):  # the JVM may be gone already
        gateway.shutdown()
    process = gateway.proc
    process.stdin.close()
    try:
        with suppress(TimeoutExpired):
            process.wait(timeout=20)
    finally:
        process.kill()  # nothing happens if it has ended
        process.wait()
    # Else the next session of this process would speak to the JVM that has ended.
    SparkContext._gateway = SparkContext._jvm = None
