"""Flow tables, the engines that screen them, and what happens when something is wrong with either."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from verdikart.core.errors import DataProblem, UnknownName, UsageProblem
from verdikart.indicators.screening import STATES
from verdikart.mapping.screen import Asked, question, rows_of, screen
from verdikart.reference.entities import Reason
from verdikart.reference.homes import home
from verdikart.reference.load import load
from verdikart.store.flow_engine import DuckEngine, opened
from verdikart.store.flows import PARQUET, open_table

# Norway buys ore from Gabon and Ghana alike, and from nobody knows where; the Nordic countries trade.
ROWS = [
    ("260200", 2023, 266, 579, 400, 4),
    ("260200", 2024, 288, 579, 300, 3),
    ("260200", 2024, 266, 579, 300, None),
    ("260200", 2024, 899, 579, 200, 2),
    ("260200", 2024, 579, 752, 50, 1),
    ("260200", 2024, 266, 752, 700, 1),
    ("720211", 2024, 579, 276, 900, 9),
]
COLUMNS = (
    "code VARCHAR, year SMALLINT, exporter SMALLINT, importer SMALLINT, value_usd BIGINT, "
    "quantity_kg BIGINT"
)


def write(path: Path, rows: list[tuple[object, ...]], columns: str = COLUMNS) -> Path:
    with duckdb.connect() as con:
        con.execute(f"CREATE TABLE f ({columns})")
        for row in rows:
            con.execute(f"INSERT INTO f VALUES ({', '.join('?' * len(row))})", row)
        con.execute(f"COPY f TO '{path}' ({PARQUET})")
    return path


@pytest.fixture
def flows(tmp_path: Path) -> Path:
    folder = tmp_path / "flows"
    folder.mkdir()
    for year in (2023, 2024):
        write(folder / f"flows-{year}.parquet", [row for row in ROWS if row[1] == year])
    return folder


def read(path: Path) -> dict[tuple[str, str, int], dict[str, object]]:
    with duckdb.connect() as con:
        found = con.execute(f"FROM '{path}'")
        keys = [column[0] for column in found.description]
        rows = [dict(zip(keys, row, strict=True)) for row in found.fetchall()]
    return {(row["home"], row["code"], row["year"]): row for row in rows}


def test_rows_say_where_they_are_from_and_ties_go_to_the_first_country(
    flows: Path, tmp_path: Path
) -> None:
    asked = question(flows, "", "HS92", "2023-2024", ["NORDIC"])
    out = tmp_path / "out.parquet"
    with opened("duckdb") as engine:
        screen(asked, engine, out)
    found = read(out)
    assert set(found) == {
        ("NOR", "260200", 2023),
        ("NOR", "260200", 2024),
        ("SWE", "260200", 2024),
        ("DEU", "720211", 2024),
        ("NORDIC", "260200", 2023),
        ("NORDIC", "260200", 2024),
    }
    norway = found["NOR", "260200", 2024]
    assert norway["source"] == str(flows)
    assert norway["nomenclature"] == "HS92"
    assert norway["imports_usd"] == 800
    assert norway["unspecified_usd"] == 200
    assert norway["top_supplier"] == "GAB"  # as much as Ghana, which has the higher number
    assert norway["hhi_value"] == 0.5
    assert norway["hhi_value_low"] == pytest.approx(180_000 / 800**2)
    assert norway["hhi_value_high"] == pytest.approx((500**2 + 300**2) / 800**2)
    assert norway["hhi_value_reason"] == "unspecified_partners"
    # The 50 from Norway to Sweden stay inside; the suppliers of both are added before squaring.
    nordic = found["NORDIC", "260200", 2024]
    assert nordic["imports_usd"] == 1500
    assert nordic["hhi_value"] == pytest.approx((1000**2 + 300**2) / 1300**2)


def test_the_largest_amounts_keep_their_supplier(flows: Path, tmp_path: Path) -> None:
    """Beyond 2⁵³ / 1024 the packed key is no longer a float64."""
    huge = 8_999_999_999_999_999
    rows = [("270900", 2024, exporter, 579, huge - i, 1) for i, exporter in enumerate((682, 842))]
    write(flows / "flows-oil.parquet", rows)
    asked = question(flows, "", "HS92", "2024", [])
    with opened("duckdb") as engine:
        screen(asked, engine, tmp_path / "out.parquet")
    row = read(tmp_path / "out.parquet")["NOR", "270900", 2024]
    assert (row["top_supplier"], row["imports_usd"]) == ("SAU", 2 * huge - 1)
    assert row["top_share"] == pytest.approx(0.5)


def test_a_folder_gets_a_file_a_year_and_progress_is_told(flows: Path, tmp_path: Path) -> None:
    told: list[tuple[int, int, int]] = []
    asked = question(flows, "", "HS92", "2023-2024", [])
    with opened("duckdb") as engine:
        files, count = screen(asked, engine, tmp_path / "out", lambda *step: told.append(step))
    assert [file.name for file in files] == ["screen-2023.parquet", "screen-2024.parquet"]
    assert sorted((tmp_path / "out").iterdir()) == sorted(files)  # nothing beside them
    assert told == [(1, 2, 2023), (2, 2, 2024)]
    assert count == 4


def test_rows_of_a_home_are_those_above_the_floor(flows: Path) -> None:
    asked = question(flows, "", "HS92", None, [])
    with opened("duckdb") as engine:
        assert [r["home"] for r in rows_of(asked, engine, "NOR", 800, lambda *_: None)] == ["NOR"]
        assert rows_of(asked, engine, "NOR", 801, lambda *_: None) == []


@pytest.mark.parametrize(
    ("columns", "row", "said"),
    [
        (COLUMNS.replace("exporter", "origin"), ROWS[0], "column exporter is missing"),
        (COLUMNS.replace("value_usd BIGINT", "value_usd DOUBLE"), ROWS[0], "value_usd is DOUBLE"),
        (COLUMNS.replace("code VARCHAR", "code INTEGER"), ROWS[0], "code is INTEGER and must be a text"),
        (COLUMNS, ("260200", 2024, 266, 579, -5, 1), "negative value"),
        (COLUMNS, None, "holds no flows"),
    ],
)  # fmt: skip
def test_files_that_are_no_flow_table_are_told_apart(
    tmp_path: Path, columns: str, row: tuple[object, ...] | None, said: str
) -> None:
    file = write(tmp_path / "flows.parquet", [row] if row else [], columns)
    with pytest.raises(DataProblem, match=said):
        open_table(file)


def test_a_file_cut_short_is_named(flows: Path) -> None:
    file = flows / "flows-2024.parquet"
    file.write_bytes(file.read_bytes()[:200])
    with pytest.raises(DataProblem, match=r"flows-2024.*make the file again"):
        open_table(flows)


def test_damage_inside_a_file_leaves_the_earlier_result(flows: Path, tmp_path: Path) -> None:
    asked = question(flows, "", "HS92", "2024", [])
    out = tmp_path / "out.parquet"
    out.write_text("the earlier result", encoding="utf-8")
    file = flows / "flows-2024.parquet"
    raw = bytearray(file.read_bytes())
    raw[4:60] = b"\xff" * 56
    file.write_bytes(bytes(raw))
    with opened("duckdb") as engine, pytest.raises(DataProblem, match="make the file again"):
        screen(asked, engine, out)
    assert out.read_text(encoding="utf-8") == "the earlier result"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["flows", "out.parquet"]


def test_unknown_years_groups_countries_and_engines_are_told(flows: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageProblem, match="no flows of 1999; available: 2023–2024"):
        question(flows, "", "HS92", "1999-2024", [])
    with pytest.raises(UsageProblem, match="write 2024, 2015-2024"):
        question(flows, "", "HS92", "last", [])
    with pytest.raises(UnknownName, match="NORDIC"):
        question(flows, "", "HS92", None, ["NORDICS"])
    with pytest.raises(UsageProblem, match="all countries are screened"):
        question(flows, "", "HS92", None, ["NOR"])
    with pytest.raises(UnknownName, match="HS92"):
        question(flows, "", "HS91", None, [])
    with pytest.raises(UsageProblem, match="no flow table at"):
        question(tmp_path / "nothing", "", "HS92", None, [])
    with pytest.raises(UsageProblem, match="--memory much"):
        DuckEngine("much")
    write(flows / "flows-2025.parquet", [("260200", 2025, 10, 579, 5, 1)])
    asked = question(flows, "", "HS92", "2025", [])
    with opened("duckdb") as engine, pytest.raises(DataProblem, match="numbers 10 in 2025"):
        screen(asked, engine, tmp_path / "out.parquet")


def test_a_small_limit_of_memory_is_told(flows: Path, tmp_path: Path) -> None:
    asked = question(flows, "", "HS92", "2024", [])
    with opened("duckdb", memory="1MB") as engine, pytest.raises(DataProblem, match="--memory"):
        screen(asked, engine, tmp_path / "out.parquet")
    assert not list(tmp_path.glob("*out*"))


def test_settings_of_the_embedded_engine_come_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "engine.yaml"
    file.write_text("address: duckdb\nmemory: 200MB\nthreads: 1\n", encoding="utf-8")
    with opened(str(file)) as engine:
        assert isinstance(engine, DuckEngine)
    file.write_text("address: duckdb\nmemory: 200\n", encoding="utf-8")
    with pytest.raises(UsageProblem, match="memory: 200"), opened(str(file)):
        pass


def test_one_plan_serves_years_with_other_members(flows: Path, tmp_path: Path) -> None:
    """The Union is dated: Croatia (191) belongs to it from 2013 on."""
    for year in (2012, 2013):
        write(flows / f"flows-{year}.parquet", [("260200", year, 266, 191, 500, 1)])
    asked = Asked(open_table(flows), "x", "HS92", (2012, 2013), (home("EU"),))
    with opened("duckdb") as engine:
        screen(asked, engine, tmp_path / "out.parquet")
    assert [key for key in sorted(read(tmp_path / "out.parquet")) if key[0] == "EU"] == [
        ("EU", "260200", 2013)
    ]


def test_every_reason_has_a_text() -> None:
    known = {row.reason for row in load(Reason)}
    assert {reason for _, reason in STATES if reason} <= known


def test_a_negative_value_that_footers_do_not_tell_counts_for_nobody(tmp_path: Path) -> None:
    """Without notes of the least value a file is taken on trust; blocs then must not differ from members."""
    rows = [("260200", 2024, 266, 579, 10, 1), ("260200", 2024, 266, 752, -4, 1)]
    sound, silent = write(tmp_path / "sound.parquet", rows[:1]), tmp_path / "silent.parquet"
    columns = ("code", "year", "exporter", "importer", "value_usd", "quantity_kg")
    table = pa.table(dict(zip(columns, map(list, zip(*rows, strict=True)), strict=True)))
    pq.write_table(table, silent, write_statistics=False)
    found = []
    for path in (sound, silent):
        asked = question(path, "", "HS92", "2024", ["NORDIC"], full=True)
        out = tmp_path / f"{path.stem}-out.parquet"
        with opened("duckdb") as engine:
            screen(asked, engine, out)
        found.append({key: row["imports_usd"] for key, row in read(out).items()})
    assert found[0] == found[1]
    assert found[1]["NORDIC", "260200", 2024] == 10
