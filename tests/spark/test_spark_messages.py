"""What goes wrong before Spark runs, in words; nothing here needs Java or pyspark to be installed."""

from __future__ import annotations

import builtins
import socket

import pytest

from verdikart.core.errors import DataProblem, UsageProblem
from verdikart.store.spark import session
from verdikart.store.spark_settings import settings


def _open(address: str, wait: float = 2) -> None:
    with session(address, wait=wait):
        pytest.fail("nobody should answer")


@pytest.fixture
def pyspark(monkeypatch):
    pytest.importorskip("pyspark", reason="pyspark is not installed (make .venv/.spark)")


def test_without_pyspark_the_extra_is_named(monkeypatch):
    real = builtins.__import__

    def refuse(name, *args, **kwargs):
        if name.partition(".")[0] == "pyspark":
            raise ImportError(name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", refuse)
    with pytest.raises(UsageProblem, match=r'pip install "verdikart\[spark\]"'):
        _open("local[2]")


@pytest.mark.parametrize("home", ["/no/java", None])
def test_without_java_the_package_is_named(pyspark, monkeypatch, home):
    monkeypatch.setenv("PATH", "/no/path")
    if home:
        monkeypatch.setenv("JAVA_HOME", home)
    else:
        monkeypatch.delenv("JAVA_HOME", raising=False)
    with pytest.raises(UsageProblem, match=f"openjdk-17-jre-headless.*{home or 'no `java`'}"):
        _open("local[2]")


@pytest.mark.parametrize(
    ("scheme", "what", "usual"), [("spark", "master", 7077), ("sc", "Spark Connect server", 15002)]
)
def test_an_address_where_nobody_listens_is_told_at_once(pyspark, scheme, what, usual):
    with socket.socket() as probe:  # bound, but it does not listen
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        with pytest.raises(DataProblem) as caught:
            _open(f"{scheme}://127.0.0.1:{port}")
    message = str(caught.value)
    assert f"no {what} answers at {scheme}://127.0.0.1:{port} within 2 s" in message
    assert f"listens on port {usual} unless set otherwise" in message


def test_a_port_that_is_none_is_told(pyspark):
    with pytest.raises(UsageProblem, match="'x' is no port"):
        _open("spark://127.0.0.1:x")


@pytest.mark.parametrize("address", ["local[2]", "local[*]", "spark://a:7077,b:7077", "sc://host"])
def test_addresses(address):
    assert settings(address).address == address


@pytest.mark.parametrize("text", ["duckdb", "http://host", "local[x]", "spark://", "engine.json"])
def test_what_is_no_address_lists_the_forms(text):
    with pytest.raises(UsageProblem, match=r"local\[2\], spark://host:7077, sc://host:15002"):
        settings(text)


def test_an_engine_file(tmp_path):
    path = tmp_path / "engine.yaml"
    path.write_text(
        "address: spark://host:7077\nwait: 90\n"
        "conf:\n  spark.executor.memory: 8g\n  spark.speculation: true\n  spark.task.cpus: 2\n"
    )
    read = settings(str(path))
    assert (read.address, read.wait) == ("spark://host:7077", 90.0)
    assert read.conf == {
        "spark.executor.memory": "8g",
        "spark.speculation": "true",
        "spark.task.cpus": "2",
    }


def test_all_faults_of_an_engine_file_are_told_at_once(tmp_path):
    path = tmp_path / "engine.yaml"
    path.write_text("adress: spark://host:7077\nwait: -1\nconf:\n  memory: 8g\n")
    with pytest.raises(UsageProblem) as caught:
        settings(str(path))
    for part in ("adress", "address None", "spark.executor.memory", "wait -1"):
        assert part in str(caught.value)
    for content in ("just text", "a: [", ""):
        path.write_text(content)
        with pytest.raises(UsageProblem, match=r"engine\.yaml"):
            settings(str(path))
    with pytest.raises(UsageProblem, match="does not exist"):
        settings(str(tmp_path / "other.yaml"))
