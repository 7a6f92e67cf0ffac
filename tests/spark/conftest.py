"""One Spark for all tests here: a driver in local mode that serves Spark Connect too."""

from __future__ import annotations

import importlib.util
import os
import shutil
import socket
from collections.abc import Iterator

import pytest

from verdikart.store.spark_flows import SparkEngine, spark_engine
from verdikart.store.spark_settings import Settings

JAVA = shutil.which(
    "java", path=f"{os.environ['JAVA_HOME']}/bin" if "JAVA_HOME" in os.environ else None
)
PYSPARK = importlib.util.find_spec("pyspark")
LEFT_OUT = (
    "Java is not installed (openjdk-17-jre-headless)"
    if JAVA is None
    else "pyspark is not installed (make .venv/.spark)"
    if PYSPARK is None
    else ""
)


@pytest.fixture(scope="session")
def ports() -> dict[str, int]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return {"connect": probe.getsockname()[1]}


@pytest.fixture(scope="session")
def spark(ports, tmp_path_factory) -> Iterator[SparkEngine]:
    if LEFT_OUT:
        pytest.skip(LEFT_OUT)
    conf = {
        "spark.driver.memory": "1g",
        # A short life: the first compiler is enough.
        "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
        "spark.sql.shuffle.partitions": "2",
        "spark.plugins": "org.apache.spark.sql.connect.SparkConnectPlugin",
        "spark.connect.grpc.binding.address": "127.0.0.1",
        "spark.connect.grpc.binding.port": str(ports["connect"]),
    }
    with pytest.MonkeyPatch.context() as patch:
        # There is no such Python: whoever asked Spark to run a Python function would fail.
        patch.setenv("PYSPARK_PYTHON", "/no/python")
        patch.chdir(tmp_path_factory.mktemp("spark"))
        with spark_engine(Settings("local[2]", conf)) as engine:
            yield engine


@pytest.fixture(scope="session")
def connect(spark, ports) -> Iterator[SparkEngine]:
    with spark_engine(Settings(f"sc://127.0.0.1:{ports['connect']}")) as engine:
        yield engine
