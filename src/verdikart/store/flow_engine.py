"""Engines that run one set of expressions over a flow table, a year at a time.

Memory then does not grow with the number of years. The embedded DuckDB is the default; Apache Spark is
for tables that one machine cannot hold, and runs the same expressions.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from verdikart.core.errors import DataProblem, UsageProblem
from verdikart.store.flows import first_line, literal

if TYPE_CHECKING:
    import narwhals as nw

    from verdikart.store.spark_flows import SparkEngine

    Frame: TypeAlias = nw.LazyFrame[Any]
    # Flows, side tables by name, and who takes the steps (``stage``, ``keep``) → the result.
    Build: TypeAlias = Callable[[Frame, Mapping[str, Frame], Any], Frame]

# No dictionaries but for names: looking for them among amounts and shares takes a third of the writing.
RESULT = "FORMAT parquet, COMPRESSION snappy, DICTIONARY_SIZE_LIMIT 300"
MEMORY = "1GB"
EMBEDDED = "duckdb"
NUMBER, WHOLE, REAL, NAME = "SMALLINT", "BIGINT", "DOUBLE", "ENUM"
"""Types of columns of side tables. A name is one of a few texts."""


@dataclass(frozen=True, slots=True)
class Small:
    """A side table of a few hundred rows: column → type, and the rows."""

    types: Mapping[str, str]
    rows: Sequence[tuple[Any, ...]]


class Engine(Protocol):
    """What runs expressions over the flows of one year."""

    def run(
        self, build: Build, small: Mapping[str, Small], files: Sequence[Path], year: int, out: Path
    ) -> int:
        """Build the frame over the flows of a year, write its rows to a Parquet file, count them."""

    def unlisted(self, files: Sequence[Path], year: int, numbers: Sequence[int]) -> list[int]:
        """Numbers of exporters and importers that are not in ``numbers``."""

    def join(self, parts: Sequence[Path], out: Path) -> None:
        """Put the files of several years into one."""


class DuckEngine:
    """The embedded engine, with a limit on memory; what exceeds it goes to a folder that is removed.

    Expressions are turned into SQL once, over an empty table, and run for each year on a view of the
    same name: planning takes Python as long as it takes DuckDB to read a million rows.
    """

    def __init__(self, memory: str = MEMORY, threads: int | None = None) -> None:
        import tempfile

        import duckdb

        self._spill = Path(tempfile.gettempdir(), f"verdikart-{os.getpid()}")
        config = {
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "memory_limit": memory,
            "temp_directory": str(self._spill),
            "preserve_insertion_order": False,
            **({"threads": threads} if threads else {}),
        }
        try:
            self._con = duckdb.connect(":memory:", config=config)
        except duckdb.Error as error:
            raise UsageProblem(
                f"--memory {memory}: {first_line(error)}; write 500MB, 1GB, …"
            ) from None
        self._planned: Build | None = None
        self._steps: list[tuple[str, str, str]] = []  # view or table, name, SQL
        self._result = ""
        self._small: dict[str, Small] = {}

    def run(
        self, build: Build, small: Mapping[str, Small], files: Sequence[Path], year: int, out: Path
    ) -> int:
        """See :class:`Engine`. The file appears whole or not at all."""
        part = out.with_name(f".{out.name}.{os.getpid()}.part")
        with self._told(files, out):
            try:
                if self._planned != build:
                    self._plan(build, small)
                for name, table in small.items():
                    if self._small.get(name) != table:
                        self._fill(name, table)
                        self._small[name] = table
                self._point(files, year)
                for kind, name, query in self._steps:
                    if kind == "TABLE":
                        self._con.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {query}")
                copy = f"COPY ({self._result}) TO {literal(part)} ({RESULT})"
                [(count,)] = self._con.execute(copy).fetchall()
                part.replace(out)
            finally:
                part.unlink(missing_ok=True)
        return int(count)

    def unlisted(self, files: Sequence[Path], year: int, numbers: Sequence[int]) -> list[int]:
        """See :class:`Engine`."""
        self._point(files, year)
        listed = ", ".join(str(number) for number in numbers)
        query = f"""SELECT DISTINCT number FROM (SELECT coalesce(exporter, importer) AS number FROM flows
            GROUP BY GROUPING SETS ((exporter), (importer))) WHERE number NOT IN ({listed}) ORDER BY 1"""  # noqa: S608
        with self._told(files, None):
            return [number for (number,) in self._con.execute(query).fetchall()]

    def join(self, parts: Sequence[Path], out: Path) -> None:
        """Put the files of several years into one."""
        part = out.with_name(f".{out.name}.{os.getpid()}.part")
        with self._told(parts, out):
            try:
                self._con.execute(
                    f"COPY (FROM read_parquet({_list(parts)})) TO {literal(part)} ({RESULT})"
                )
                part.replace(out)
            finally:
                part.unlink(missing_ok=True)

    def close(self) -> None:
        """Close the connection and remove what was moved out of memory."""
        self._con.close()
        shutil.rmtree(self._spill, ignore_errors=True)

    def stage(self, name: str, frame: Frame) -> Frame:
        """A view when run; while planning an empty table, so that each step is planned by itself."""
        return self._step("VIEW", name, frame)

    def keep(self, name: str, frame: Frame) -> Frame:
        """A table that is filled once a run."""
        return self._step("TABLE", name, frame)

    def _step(self, kind: str, name: str, frame: Frame) -> Frame:
        query = frame.to_native().sql_query()
        self._steps.append((kind, name, query))
        self._con.execute(f"CREATE TEMP TABLE {name} AS {query}")
        return self._frame(name)

    def _frame(self, name: str) -> Frame:
        import narwhals as nw

        return nw.from_native(self._con.table(name))

    def _plan(self, build: Build, small: Mapping[str, Small]) -> None:
        """Turn expressions into SQL, step by step."""
        for kind, name, _ in reversed(self._steps):
            self._con.execute(f"DROP {kind} {name}")
        self._steps, self._small = [], {}
        for name, table in small.items():
            # Plain texts: each step of planning would read the words of an ENUM again.
            types = {c: "VARCHAR" if kind == NAME else kind for c, kind in table.types.items()}
            columns = ", ".join(f"{column} {kind}" for column, kind in types.items())
            self._con.execute(f"CREATE OR REPLACE TEMP TABLE {name} ({columns})")
        self._con.execute("DROP VIEW IF EXISTS flows")
        self._con.execute(
            "CREATE TEMP TABLE flows (code VARCHAR, exporter SMALLINT, importer SMALLINT, value BIGINT)"
        )
        result = build(self._frame("flows"), {name: self._frame(name) for name in small}, self)
        self._result = result.to_native().sql_query()
        for kind, name, query in self._steps:
            if kind == "VIEW":
                self._con.execute(f"DROP TABLE {name}")
                self._con.execute(f"CREATE TEMP VIEW {name} AS {query}")
        self._con.execute("DROP TABLE flows")
        self._planned = build

    def _fill(self, name: str, table: Small) -> None:
        """Make a side table. DuckDB joins and writes an ENUM several times faster than text."""
        cells = [list(column) for column in zip(*table.rows, strict=True)]
        types = dict(table.types)
        for i, (column, kind) in enumerate(table.types.items()):
            if kind == NAME:
                words = sorted({value for value in cells[i] if value is not None}) if cells else []
                types[column] = f"ENUM({', '.join(literal(word) for word in words or [''])})"
        columns = ", ".join(f"{column} {kind}" for column, kind in types.items())
        self._con.execute(f"CREATE OR REPLACE TEMP TABLE {name} ({columns})")
        if cells:
            lists = ", ".join("unnest(?)" for _ in cells)
            self._con.execute(f"INSERT INTO {name} SELECT {lists}", cells)

    def _point(self, files: Sequence[Path], year: int) -> None:
        """Let the name ``flows`` stand for the flows of a year."""
        with self._told(files, None):
            self._con.execute(
                f"""CREATE OR REPLACE TEMP VIEW flows AS
                SELECT code, exporter, importer, value_usd AS value
                FROM read_parquet({_list(files)}) WHERE year = {year}"""  # noqa: S608
            )

    @contextmanager
    def _told(self, files: Sequence[Path], out: Path | None) -> Iterator[None]:
        """Tell what the engine raises in one sentence with its remedy."""
        import duckdb

        try:
            yield
        except duckdb.OutOfMemoryException as error:
            text = str(error)
            if "temp" in text and "directory" in text and "max_temp" in text:
                raise DataProblem(
                    f"the disk of {self._spill.parent} has no room for what exceeds the memory limit; "
                    "set TMPDIR to a folder on another disk, or raise --memory"
                ) from error
            raise DataProblem(
                f"the memory limit is too small: {first_line(error)}; raise --memory"
            ) from error
        except (duckdb.Error, OSError) as error:
            text = str(error)
            if "No space left" in text:
                raise DataProblem(
                    f"the disk is full while writing {out or self._spill}; free some space; what was there "
                    "before is as it was"
                ) from error
            if isinstance(error, OSError) and not isinstance(error, duckdb.Error):
                raise
            if out is not None and ("Cannot open file" in text and str(out.parent) in text):
                raise DataProblem(f"{out} cannot be written: {first_line(error)}") from error
            names = ", ".join(str(f) for f in files[:3])
            raise DataProblem(
                f"{names} cannot be read: {first_line(error)}; make the file again"
            ) from error


class SparkRunner:
    """The same on Apache Spark: frames are planned anew for each year, kept ones stay in its memory."""

    def __init__(self, engine: SparkEngine) -> None:
        self._engine = engine
        self._kept: list[Any] = []

    def stage(self, name: str, frame: Frame) -> Frame:  # noqa: ARG002 - only a name
        """Nothing is needed: Spark plans a frame when it is asked for."""
        return frame

    def keep(self, name: str, frame: Frame) -> Frame:  # noqa: ARG002
        """Held in the memory of the workers until the run is done."""
        import narwhals as nw

        self._kept.append(frame.to_native().persist())
        return nw.from_native(self._kept[-1])

    def run(
        self, build: Build, small: Mapping[str, Small], files: Sequence[Path], year: int, out: Path
    ) -> int:
        """See :class:`Engine`."""
        import pyarrow.parquet as pq

        tables = {name: self._engine.small(_arrow(table)) for name, table in small.items()}
        flows = self._engine.flows(files, [year]).drop("year", "quantity")
        try:
            self._engine.write(build(flows, tables, self), out)
        finally:
            while self._kept:
                self._kept.pop().unpersist()
        return int(pq.read_metadata(out).num_rows)

    def unlisted(self, files: Sequence[Path], year: int, numbers: Sequence[int]) -> list[int]:
        """See :class:`Engine`."""
        flows = self._engine.flows(files, [year])
        found: set[int] = set()
        for side in ("exporter", "importer"):
            rows = self._engine.collect(flows.select(side).unique())
            found.update(rows.column(0).to_pylist())
        return sorted(found - set(numbers))

    def join(self, parts: Sequence[Path], out: Path) -> None:
        """Put the files of several years into one; they are here and small, so DuckDB does it."""
        engine = DuckEngine()
        try:
            engine.join(parts, out)
        finally:
            engine.close()


@contextmanager
def opened(engine: str, memory: str = MEMORY, threads: int | None = None) -> Iterator[Engine]:
    """Open an engine: ``duckdb``, an address of Spark, or a YAML file with address and settings.

    A file for the embedded engine has ``address: duckdb``, ``memory`` and ``threads``.
    """
    own = _embedded_file(engine)
    if own is not None:
        engine, memory, threads = EMBEDDED, own.get("memory", memory), own.get("threads", threads)
    if engine == EMBEDDED:
        embedded = DuckEngine(memory, threads)
        try:
            yield embedded
        finally:
            embedded.close()
        return
    from verdikart.store.spark import session
    from verdikart.store.spark_flows import SparkEngine
    from verdikart.store.spark_settings import settings

    chosen = settings(engine)
    with session(chosen.address, chosen.conf, chosen.wait) as spark:
        yield SparkRunner(SparkEngine(spark, chosen.address))


def _embedded_file(engine: str) -> dict[str, Any] | None:
    """Settings of a YAML file whose address is the embedded engine; None for anything else."""
    path = Path(engine)
    if path.suffix not in {".yaml", ".yml"} or not path.is_file():
        return None
    from verdikart.reference.load import parse_yaml

    content = parse_yaml(path.read_text(encoding="utf-8"))
    if not isinstance(content, dict) or content.get("address") != EMBEDDED:
        return None
    known = {"address": str, "memory": str, "threads": int}
    for key, value in content.items():
        if key not in known or not isinstance(value, known[key]):
            raise UsageProblem(
                f"engine file {engine}: {key}: {value!r}; with address duckdb it takes memory (as 2GB) and "
                "threads (a whole number)"
            )
    return content


def _arrow(table: Small) -> Any:  # noqa: ANN401 - a pyarrow table
    import pyarrow as pa

    kinds = {NUMBER: pa.int16(), WHOLE: pa.int64(), REAL: pa.float64(), NAME: pa.string()}
    columns = zip(*table.rows, strict=True) if table.rows else [()] * len(table.types)
    return pa.table(
        {
            name: pa.array(list(cells), kinds[kind])
            for (name, kind), cells in zip(table.types.items(), columns, strict=True)
        }
    )


def _list(paths: Sequence[Path]) -> str:
    return f"[{', '.join(literal(path) for path in paths)}]"
