"""The OECD's matrix, cut down to a few countries and sectors, with the faults of such files."""

from pathlib import Path

import duckdb
import pytest
from faults import FAULTS, Case, check, packed, rows, unique, zipped
from provider import Answer
from shared_data import DATA

from verdikart.core.errors import Problems, UsageProblem
from verdikart.sources.model import Ask
from verdikart.store.fetching import add, fetch

SHARED = DATA / "io/oecd_icio2025_2022_Z_norway_rows_and_cols.parquet"
EMBEDDED = Path("src/verdikart/store/data")
AT = "/files/STI-PIE/ICIO/2025/2016-2022_SML.zip"
NODES = ["NOR_B07", "NOR_C24B", "SWE_C24B", "ROW_C24B"]
DEMAND = ["NOR_HFCE", "SWE_GFCF", "ROW_HFCE"]


def matrix(flows, demand, taxes, output, nodes=NODES, columns=DEMAND):
    """The text of a matrix; value added is what makes a column add up."""
    lines = [",".join(["V1", *nodes, *columns, "OUT"])]
    for node, row, use in zip(nodes, flows, demand, strict=True):
        lines.append(",".join(map(str, [node, *row, *use, output[nodes.index(node)]])))
    blank = [0] * (len(columns) + 1)
    lines.append(",".join(map(str, ["TLS", *taxes, *blank])))
    added = [
        round(out - tax - sum(row[at] for row in flows), 6)
        for at, (out, tax) in enumerate(zip(output, taxes, strict=True))
    ]
    lines.append(",".join(map(str, ["VA", *added, *blank])))
    lines.append(",".join(map(str, ["OUT", *output, *blank])))
    return "\n".join(lines) + "\n"


TEXT = matrix(
    [[1, 12.34567, 0.4, 3], [0, 20, 30.25, 1], [0.5, 0.49, 5, 2], [0.25, 4, 6, 9]],
    [[1, 2, 3], [4, 5, 6], [7, 8, 9], [0, 0, 0]],
    [0.125, 1, 2, 3],
    [100, 200, 300, 400],
)
CASE = Case(
    "icio_2022",
    AT,
    Answer(packed({"2021_SML.csv": TEXT, "2022_SML.csv": TEXT})),
    column=b"OUT",
    revise=(b"12.34567", b"13.34567"),
    table="icio_2022_flows",
    within=zipped,
)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_leaves_nothing_half(fault, provider, feed, client, place):
    check(fault, CASE, provider, feed, client, place)


def test_flows_vectors_and_final_demand(provider, feed, client, place):
    provider.on(AT, CASE.good)
    with client(feed("icio_2022")) as one:
        found = fetch(one.feed, Ask(), place, one)
    assert found.name == "edition-2025"
    names = ["flows", "vectors", "primary", "final"]
    assert [t.name for t in found.tables] == [f"icio_2022_{name}" for name in names]
    assert all(unique(found, t.name) for t in found.tables)
    flows = {r[:4]: r[4] for r in rows(found, "icio_2022_flows")}
    assert flows == {
        ("NOR", "B07", "NOR", "B07"): 1.0,
        ("NOR", "B07", "NOR", "C24B"): pytest.approx(12.3457, abs=1e-6),
        ("NOR", "C24B", "NOR", "C24B"): 20.0,
        ("NOR", "C24B", "SWE", "C24B"): 30.25,
        ("SWE", "C24B", "NOR", "B07"): 0.5,
        ("SWE", "C24B", "SWE", "C24B"): 5.0,
    }
    metals = "Manufacture of basic precious and other non-ferrous metals"
    assert rows(found, "icio_2022_vectors")[1] == (
        "NOR", "C24B", metals, 200.0, 32.8357, 167.1643, 50.25, 149.75, False)  # fmt: skip
    assert rows(found, "icio_2022_primary")[1] == ("NOR", "C24B", 162.1643, 1.0, 4.0)
    assert ("SWE", "C24B", "NOR", "HFCE", 7.0) in rows(found, "icio_2022_final")
    for name in ("flows", "vectors"):
        embedded = f"DESCRIBE SELECT * FROM '{EMBEDDED}/icio_2022_{name}.parquet'"
        own = f"DESCRIBE SELECT * FROM '{found.files(f'icio_2022_{name}')[0]}'"
        described = [[c[:2] for c in duckdb.sql(q).fetchall()] for q in (embedded, own)]
        assert described[0] == described[1]


def test_years_and_faults_are_told(provider, feed, client, place, tmp_path):
    with (
        client(feed("icio_2022")) as one,
        pytest.raises(UsageProblem, match="has 1995–2022, not 2030"),
    ):
        fetch(one.feed, Ask(years=(2030,)), place, one)
    path = tmp_path / "2022_SML.csv"
    path.write_text(TEXT.replace("30.25", "a lot").replace("\nVA,", "\nXX,"))
    with pytest.raises(Problems) as caught:
        add(feed("icio_2022"), [path], Ask(), place)
    assert "row 3, column SWE_C24B: not a number (value 'a lot')" in str(caught.value)
    assert "the row VA is missing" in str(caught.value)
    with pytest.raises(UsageProblem, match="have no 2019; they have 2022"):
        add(feed("icio_2022"), [path], Ask(years=(2019,)), place)
    path.write_text("".join(TEXT.splitlines(keepends=True)[:3]))
    with pytest.raises(Problems, match="1 of 3 rows are missing: the file may be cut short"):
        add(feed("icio_2022"), [path], Ask(), place)


@pytest.mark.skipif(not SHARED.is_file(), reason="the Norwegian rows and columns are not here")
def test_the_norwegian_cells_come_back_as_they_are_embedded(feed, place, tmp_path):
    """Norway's own cells of 2022 as a matrix of one country; flows of half a million and more agree."""
    cells = duckdb.sql(
        f"SELECT seller_s, buyer_s, value_musd FROM '{SHARED}' WHERE seller_c = 'NOR' AND buyer_c = 'NOR'"
    ).fetchall()
    vectors = f"{EMBEDDED}/icio_2022_vectors.parquet"
    output = dict(
        duckdb.sql(f"SELECT sector, output_musd FROM '{vectors}' WHERE country = 'NOR'").fetchall()
    )
    sectors = sorted(output)
    found = {(s, b): v for s, b, v in cells}
    flows = [[found.get((s, b), 0.0) for b in sectors] for s in sectors]
    text = matrix(
        flows, [[1.5]] * len(sectors), [0.0] * len(sectors), [output[s] for s in sectors],
        [f"NOR_{s}" for s in sectors], ["NOR_HFCE"],
    )  # fmt: skip
    path = tmp_path / "2022_SML.csv"
    path.write_text(text)
    made = add(feed("icio_2022"), [path], Ask(), place)
    own = rows(made, "icio_2022_flows")
    embedded = duckdb.sql(
        f"SELECT * FROM '{EMBEDDED}/icio_2022_flows.parquet' "
        "WHERE origin_country = 'NOR' AND dest_country = 'NOR' ORDER BY ALL"
    ).fetchall()
    assert own == embedded
    named = duckdb.sql(
        f"SELECT sector, sector_name, output_musd FROM '{vectors}' WHERE country = 'NOR' ORDER BY 1"
    ).fetchall()
    assert [r[1:4] for r in rows(made, "icio_2022_vectors")] == named
