"""The same expressions on the embedded engine and on Spark: the same results."""

from __future__ import annotations

import math
import signal
from pathlib import Path

import duckdb
import narwhals as nw
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from verdikart.core.errors import DataProblem
from verdikart.indicators.trade import home_trade, world_trade
from verdikart.mapping.screen import question, screen
from verdikart.store.flow_engine import Engine, SparkRunner, opened
from verdikart.store.snapshot import data_file
from verdikart.store.spark_flows import COLUMNS

EU = [56, 251, 276, 528, 757]  # some members stand for all


@pytest.fixture(scope="module")
def flows(tmp_path_factory) -> Path:
    """Two years of the embedded flows, and made-up codes with what is rare in them.

    Ties, unknown quantities, areas not specified (899), trade inside a bloc, sums beyond 2⁵³.
    """
    path = tmp_path_factory.mktemp("flows") / "flows.parquet"
    rows = [
        ("990101", 2024, 156, 579, 500, 10),
        ("990101", 2024, 276, 579, 500, None),
        ("990101", 2024, 899, 579, 500, None),
        ("990101", 2024, 276, 251, 700, 7),
        ("990101", 2024, 156, 251, 700, None),
        ("990101", 2024, 156, 276, 700, None),
        ("990202", 2024, 579, 276, 1, None),
        ("990202", 2024, 842, 276, 8_000_000_000_000_001, 9_007_199_254_740_993),
        ("990202", 2024, 842, 251, 6, 1),
        ("990202", 2024, 842, 643, 8_000_000_000_000_000, None),
        ("990202", 2023, 842, 251, 3, 0),
    ]
    columns = dict(zip(COLUMNS, zip(*rows, strict=True), strict=True))
    types = [pa.string(), *[pa.int16()] * 3, *[pa.int64()] * 2]
    real = pq.read_table(data_file("baci_hs92.parquet"), filters=[("year", ">=", 2023)])
    made_up = pa.table(columns, schema=pa.schema(list(zip(COLUMNS, types, strict=True))))
    pq.write_table(
        pa.concat_tables([real.select(list(COLUMNS)).cast(made_up.schema), made_up]), path
    )
    return path


def embedded(path: Path) -> nw.LazyFrame:
    named = ", ".join(f"{old} AS {new}" for old, new in COLUMNS.items())
    return nw.from_native(duckdb.sql(f"SELECT {named} FROM read_parquet('{path}')"))


def rows(table: pa.Table, keys: list[str]) -> list[dict]:
    return sorted(table.to_pylist(), key=lambda row: [str(row[key]) for key in keys])


def assert_equal(one: pa.Table, other: pa.Table, keys: list[str]) -> None:
    assert one.column_names == other.column_names
    assert one.num_rows == other.num_rows > 0
    for left, right in zip(rows(one, keys), rows(other, keys), strict=True):
        for name, value in left.items():
            if isinstance(value, float) and isinstance(right[name], float):
                assert math.isclose(value, right[name], rel_tol=1e-9), (name, left, right)
            else:
                assert value == right[name], (name, left, right)


QUESTIONS = {
    "a country's imports": lambda flows: home_trade(flows, {2023: [579], 2024: [579]}, "import"),
    "a bloc's imports": lambda flows: home_trade(flows, {2023: EU[:4], 2024: EU}, "import"),
    "a bloc's exports": lambda flows: home_trade(flows, {2024: EU}, "export"),
    "the world": lambda flows: world_trade(flows, [2023, 2024]),
}
KEYS = ["code", "year", "partner", "intra"]


@pytest.mark.parametrize("question", QUESTIONS)
def test_trade_sums_are_equal(spark, flows, question):
    ask = QUESTIONS[question]
    here = ask(embedded(flows)).to_native().to_arrow_table()
    assert None in here["quantity"].to_pylist()
    assert_equal(spark.collect(ask(spark.flows([flows], [2023, 2024]))), here, KEYS)


def screened(flows: Path, full: bool, engine: Engine, out: Path) -> pa.Table:
    asked = question(flows, "", "HS92", "2024", ["EU27", "NORDIC"], full=full)
    screen(asked, engine, out)
    return pq.read_table(out)


@pytest.mark.parametrize(
    ("full", "kind"), [(True, "spark"), (False, "connect")], ids=["full", "concentration, Connect"]
)
def test_screening_is_equal(request, flows, tmp_path, full, kind):
    engine = request.getfixturevalue(kind)
    with opened("duckdb") as duck:
        here = screened(flows, full, duck, tmp_path / "here.parquet")
    there = screened(flows, full, SparkRunner(engine), tmp_path / "there.parquet")
    assert {"EU27", "NORDIC", "NOR"} <= set(here["home"].to_pylist())
    assert {"990101", "990202", "260200"} <= set(here["code"].to_pylist())
    assert_equal(there, here, ["home", "code"])


def test_spark_connect_gives_the_same(connect, flows):
    assert type(connect.spark).__module__ == "pyspark.sql.connect.session"
    ask = QUESTIONS["a bloc's imports"]
    here = ask(embedded(flows)).to_native().to_arrow_table()
    assert_equal(connect.collect(ask(connect.flows([flows]))), here, KEYS)


def test_side_tables_join(spark, connect, flows):
    sizes = pa.table({"partner": pa.array([156, 276], pa.int16()), "weight": [0.25, None]})
    for engine in (spark, connect):
        frame = world_trade(engine.flows([flows], [2024]), [2024])
        joined = engine.collect(frame.join(engine.small(sizes), on="partner", how="inner"))
        assert {(r["partner"], r["weight"]) for r in joined.to_pylist()} == {
            (156, 0.25),
            (276, None),
        }


def test_a_result_is_one_file_here_or_a_folder_of_the_workers(spark, flows, tmp_path):
    frame = world_trade(spark.flows([flows]), [2024])
    expected = world_trade(embedded(flows), [2024]).to_native().to_arrow_table()
    spark.write(frame, tmp_path / "one.parquet")
    spark.write(frame, f"file://{tmp_path}/many")
    for path in (tmp_path / "one.parquet", tmp_path / "many"):
        assert_equal(pq.read_table(path), expected, KEYS)
    assert [path.name for path in sorted(tmp_path.iterdir())] == ["many", "one.parquet"]


def test_a_sum_beyond_64_bits_is_an_error_and_not_a_number(spark, tmp_path):
    path = tmp_path / "huge.parquet"
    columns = {
        "code": pa.array(["010101"] * 2),
        "year": pa.array([2024] * 2, pa.int16()),
        "exporter": pa.array([156] * 2, pa.int16()),
        "importer": pa.array([579, 752], pa.int16()),
        "value_usd": pa.array([2**63 - 1] * 2),
        "quantity_kg": pa.array([None, 1], pa.int64()),
    }
    pq.write_table(pa.table(columns), path)
    with pytest.raises(DataProblem, match=r"Spark at local\[2\]: .*overflow"):
        spark.collect(world_trade(spark.flows([path]), [2024]))


def test_a_missing_file_is_named_with_its_remedy(spark, connect):
    for engine in (spark, connect):
        with pytest.raises(DataProblem, match=r"/no/flows\.parquet.*storage they share"):
            engine.collect(engine.flows(["/no/flows.parquet"]))


def test_nothing_is_left_in_the_working_directory_nor_among_the_handlers(spark, connect):
    assert list(Path.cwd().iterdir()) == []
    assert getattr(signal.getsignal(signal.SIGINT), "__module__", "") != "pyspark.core.context"
