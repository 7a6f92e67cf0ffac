"""Eurostat Prodcom: units and marks among the figures, cells that are withheld, the Union's totals."""

import pytest
import sdmx_files as sdmx
from faults import FAULTS, Case, check, unique
from provider import Answer

from verdikart.core.errors import Problems
from verdikart.sources.model import Ask
from verdikart.store.fetching import add, fetch

BASE = "/eurostat/api/comext/dissemination/sdmx/2.1"
DIMENSIONS = ["freq", "reporter", "product", "indicators"]
INDICATORS = ["PRODVAL", "PVALFLAG", "PVALBASE", "EXPVAL", "IMPVAL", "PRODQNT", "QNTUNIT", "PQNTFLAG",
              "PQNTBASE", "EXPQNT", "IMPQNT"]  # fmt: skip
POSITIONS = {
    "freq": ["A"],
    "reporter": ["DE", "NO", "EU27_2020"],
    "product": ["24453025", "20131180"],
    "indicators": INDICATORS,
}
ASK = Ask(years=(2023,))
PATH = f"{BASE}/data/DS-059358/A.DE+NO+EU27_2020.24453025+20131180."


def told(reporter, product, **values):
    return [("A", reporter, product, name, "2023", v) for name, v in values.items()]


TOLD = [
    *told("DE", "24453025", PRODVAL="1000", PRODQNT="50", QNTUNIT="kg", EXPVAL="7", IMPQNT="3"),
    *told("NO", "24453025", PRODVAL="0", PVALFLAG=":C", PRODQNT="", PQNTFLAG=":C", QNTUNIT="kg"),
    *told("NO", "20131180", PRODVAL="0", PRODQNT="9", PQNTFLAG=":E", QNTUNIT="p/st"),
    *told("DE", "20131180", PVALFLAG=":", PQNTFLAG="-"),
    *told("EU27_2020", "24453025", PRODVAL="3000", PVALFLAG=":R", PVALBASE="1000"),
]
ALSO = {
    f"{BASE}/dataflow/ESTAT/DS-059358/1.0": sdmx.dataflow("DS-059358", DIMENSIONS),
    f"{BASE}/contentconstraint/ESTAT/DS-059358/1.0": sdmx.constraint("DS-059358", POSITIONS),
}


def csv(rows) -> bytes:
    return sdmx.sdmx_csv("DS-059358", DIMENSIONS, rows)


def table(vintage, name, *columns):
    import duckdb

    files = [str(f) for f in vintage.files(name)]
    return duckdb.sql(
        f"SELECT {', '.join(columns)} FROM read_parquet({files}) ORDER BY ALL"
    ).fetchall()


def test_marks_and_units_are_gathered_and_a_withheld_cell_is_no_zero(provider, feed, client, place):
    for path, answer in ALSO.items():
        provider.on(path, answer)
    provider.on(PATH, Answer(csv(TOLD)))
    with client(feed("prodcom")) as one:
        found = fetch(one.feed, ASK, place, one)
    assert table(
        found, "production", "code", "reporter", "value::DOUBLE", "status", "status_code",
        "quantity::DOUBLE", "quantity_unit", "quantity_kg::DOUBLE", "quantity_status_code",
    ) == [
        ("20131180", "DEU", None, ":", "missing", None, None, None, "not_applicable"),
        ("20131180", "NOR", 0, None, "zero", 9, "p/st", None, "estimated"),
        ("24453025", "DEU", 1000, None, "ok", 50, "kg", 50, "ok"),
        ("24453025", "NOR", None, ":C", "suppressed", None, "kg", None, "suppressed"),
    ]  # fmt: skip
    assert table(
        found, "totals", "reporter_code", "value::INT", "status_code", "rounded_to::INT"
    ) == [("EU27_2020", 3000, "ok", 1000)]
    assert table(found, "production", "max(export_value)::INT", "max(import_quantity)::INT") == [
        (7, 3)
    ]
    assert table(found, "production", "DISTINCT nomenclature") == [("PRODCOM2023",)]
    assert all(unique(found, t.name) for t in found.tables)


def test_a_figure_that_is_no_number_is_told(feed, place, tmp_path):
    path = tmp_path / "estat_ds-059358.csv"
    path.write_bytes(
        csv([*TOLD, *told("DE", "24453026", PRODVAL="12,5 million".replace(",", ";"))])
    )
    with pytest.raises(
        Problems, match=r"PRODVAL of DE 24453026 2023 is no number \(value '12;5 million'"
    ):
        add(feed("prodcom"), [path], Ask(), place)


CASE = Case(
    "prodcom", PATH,
    Answer(csv([*TOLD, *[r for n in range(30) for r in told("DE", f"2013{n:04}", PRODVAL="77.5")]])),
    b"indicators", (b"1000", b"1100"), "production", ask=ASK, also=ALSO,
)  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_leaves_nothing_half(fault, provider, feed, client, place):
    check(fault, CASE, provider, feed, client, place)
