"""Flow tables on Apache Spark: the same lazy frames as on the embedded engine, on as many machines.

Expressions are Narwhals; rows go in and out as Arrow. No Python function runs inside Spark, so workers
need neither Python nor this package.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from verdikart.store.spark import session, told
from verdikart.store.spark_settings import Settings

if TYPE_CHECKING:
    import narwhals as nw
    import pyarrow as pa
    from pyspark.sql import DataFrame, SparkSession

# The columns of a flow table, as the files and as the expressions name them. Quantities may be missing.
COLUMNS = {
    "code": "code",
    "year": "year",
    "exporter": "exporter",
    "importer": "importer",
    "value_usd": "value",
    "quantity_kg": "quantity",
}


@dataclass(frozen=True, slots=True)
class SparkEngine:
    """Runs expressions over flow tables in a Spark session, of whatever kind it is."""

    spark: SparkSession
    address: str

    def flows(
        self, paths: Sequence[str | Path], years: Sequence[int] | None = None
    ) -> nw.LazyFrame[Any]:
        """The flows in Parquet files, folders or globs: code, year, exporter, importer, value, quantity."""
        import narwhals as nw

        with told(self.address):
            table = self.spark.read.parquet(*(_seen_by_spark(path) for path in paths))
            if years is not None:
                # Spark's own words: these reach the footers, so other years' row groups are not read.
                table = table.where(f"year IN ({', '.join(str(int(year)) for year in years)})")
            there = [name for name in COLUMNS if name in table.columns or name != "quantity_kg"]
            frame = nw.from_native(table.select(*there).withColumnsRenamed(COLUMNS))
            if "quantity_kg" in there:
                return frame
            return frame.with_columns(quantity=nw.lit(None, dtype=nw.Int64))

    def small(self, rows: pa.Table) -> nw.LazyFrame[Any]:
        """A side table of a few thousand rows; every worker gets all of it."""
        import narwhals as nw

        with told(self.address):
            return nw.from_native(self.spark.createDataFrame(rows).hint("broadcast"))

    def collect(self, frame: nw.LazyFrame[Any]) -> pa.Table:
        """Run a frame and bring its rows here."""
        with told(self.address):
            table: pa.Table = _native(frame).toArrow()
            return table

    def write(self, frame: nw.LazyFrame[Any], path: str | Path) -> None:
        """Run a frame and write its rows as Parquet (zstd).

        A path on this machine becomes one file here, whole or not at all: a worker's own disk is no
        place for a result. An address such as ``s3a://…`` becomes a folder that the workers write.
        """
        if "://" in str(path):
            with told(self.address):
                writer = _native(frame).write.mode("overwrite").option("compression", "zstd")
                writer.parquet(str(path))
            return
        import pyarrow.parquet as pq

        rows = self.collect(frame)
        part = Path(f"{path}.part")
        try:
            pq.write_table(rows, part, compression="zstd")
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)


@contextmanager
def spark_engine(settings: Settings) -> Iterator[SparkEngine]:
    """Open Spark as ``settings`` say, and stop what was started at the end."""
    with session(settings.address, settings.conf, settings.wait) as spark:
        yield SparkEngine(spark, settings.address)


def _native(frame: nw.LazyFrame[Any]) -> DataFrame:
    native: DataFrame = frame.to_native()
    return native


def _seen_by_spark(path: str | Path) -> str:
    """Spark takes a bare path for one of the cluster's own file system, which need not be this one."""
    text = str(path)
    return text if "://" in text else f"file://{Path(text).absolute()}"
