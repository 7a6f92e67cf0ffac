"""Exports of every country by product, from a flow table: a source's vintage or files of one's own.

A flow table has the columns ``code``, ``year``, ``exporter``, ``importer`` (BACI's country numbers) and
``value_usd``. What compares countries over *all* products needs a whole one; :func:`whole` is the test.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from verdikart.core.errors import DataProblem, UnknownName, UsageProblem
from verdikart.mapping import catalogue
from verdikart.mapping.trade_sources import numbers_of
from verdikart.reference.countries import iso3_of_baci, unspecified
from verdikart.reference.homes import Home
from verdikart.reference.load import load
from verdikart.reference.nomenclature import HsCode
from verdikart.store import engine
from verdikart.store.snapshot import data_file
from verdikart.store.vintages import vintage, vintages

if TYPE_CHECKING:
    import duckdb
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

CODES = 0.8
"""Part of a nomenclature's codes that must have flows: a whole year of BACI has some 95 %."""
EXPORTERS = 25
"""Countries that must export: a whole year of BACI has some 225; fewer than this is an extract."""
NUMBERS = 1000  # BACI's country numbers are below
COLUMNS = ("code", "year", "exporter", "importer", "value_usd")


@dataclass(frozen=True, slots=True)
class FlowTable:
    """Files of flows, what they are called, and the nomenclature of their codes."""

    files: tuple[Path, ...]
    source: str
    nomenclature: str


@dataclass(frozen=True, slots=True)
class Exports:
    """Export values in USD: ``values[i, j]`` of ``exporters[i]`` and ``codes[j]``, both sorted.

    ``countries`` is the number of exporting countries, the members of a bloc among them;
    ``unspecified`` is the value of exporters that are no country, which are in no row; ``inner``
    that of the flows between the members of the home, where it is a bloc.
    """

    exporters: tuple[str, ...]
    codes: tuple[str, ...]
    values: Floats
    countries: int
    unspecified: float
    inner: float


def flow_table(source: str, flows: Path | None, nomenclature: str) -> FlowTable:
    """The files meant by ``--flows`` (a file, a folder or a pattern), else by ``SOURCE[@VINTAGE]``.

    A source without a vintage named is its newest one, and the embedded extract where there is none.
    """
    revisions = sorted({revision for row in load(HsCode) for revision in row.revisions})
    if flows is not None:
        if nomenclature not in revisions:
            raise UnknownName("nomenclature", nomenclature, revisions, ", ".join(revisions))
        return FlowTable(_files(flows), str(flows), nomenclature)
    source_id, named, _ = source.partition("@")
    revision = source_id.removeprefix("baci_").upper()
    if not source_id.startswith("baci_") or revision not in revisions:
        known = [f"baci_{name.lower()}" for name in revisions]
        raise UnknownName("source with flows of all products", source, known, ", ".join(known))
    if named or vintages(source_id):
        found = vintage(source)
        return FlowTable(tuple(found.files("flows")), found.id, revision)
    if source_id == "baci_hs92":
        return FlowTable((data_file("baci_hs92.parquet"),), source_id, revision)
    raise UsageProblem(f"{source_id} is not here; `verdikart fetch {source_id}` gets it")


def _files(asked: Path) -> tuple[Path, ...]:
    if asked.is_dir():
        found = sorted(asked.glob("*.parquet"))
    elif asked.is_file():
        found = [asked]
    else:
        found = sorted(asked.parent.glob(asked.name))
    if not found:
        raise UsageProblem(
            f"no flow table at {asked}: name a Parquet file, a folder of them, or a pattern in quotes"
        )
    return tuple(found)


def exports(table: FlowTable, year: int, home: Home) -> Exports:
    """Read one year. The members of a bloc are one exporter, and flows between them are left out.

    Raises ``DataProblem`` where the files are no flow table. Eleven million rows take about a second.
    """
    import numpy as np

    from verdikart.indicators.complexity import dense

    own = [] if home.single else numbers_of(home, year)
    rows = _sums(table, year, own)
    codes: list[str] = rows["code"].tolist()
    starts = np.flatnonzero(np.array([a != b for a, b in zip(codes, ["", *codes], strict=False)]))
    column = np.searchsorted(starts, np.arange(len(codes)), side="right") - 1
    members, nowhere = set(own), unspecified()
    single = {number: iso3_of_baci(number) for number in np.unique(rows["exporter"]).tolist()}
    names = {n: home.home_id if n in members else name for n, name in single.items()}
    exporters = sorted({name for name in names.values() if name not in nowhere})
    place = np.full(NUMBERS, -1)
    for number, name in names.items():
        if name not in nowhere:
            place[number] = exporters.index(name)
    row, value = place[rows["exporter"]], rows["value"]
    outside = ~rows["inner"]
    counted = outside & (row >= 0)
    return Exports(
        tuple(exporters),
        tuple(codes[at] for at in starts.tolist()),
        dense(row[counted], column[counted], value[counted], (len(exporters), len(starts))),
        len({*single.values()} - nowhere),
        float(value[outside & (row < 0)].sum()),
        float(value[~outside].sum()),
    )


def _sums(table: FlowTable, year: int, own: Sequence[int]) -> dict[str, NDArray[Any]]:
    numbers = ", ".join(str(number) for number in own) or "NULL"
    query = f"""SELECT code, exporter,
            coalesce(exporter IN ({numbers}) AND importer IN ({numbers}), false) AS inner,
            sum(value_usd)::DOUBLE AS value
        FROM {{flows}} WHERE year = {year} GROUP BY ALL ORDER BY code, exporter"""  # noqa: S608
    found: dict[str, NDArray[Any]] = _asked(table, query).fetchnumpy()
    return found


def year_of(table: FlowTable, asked: int | None) -> int:
    """The year asked for, or the latest. Raises ``UsageProblem`` with the years there are."""
    rows = _asked(table, "SELECT DISTINCT year FROM {flows} ORDER BY year").fetchall()
    years = tuple(int(year) for (year,) in rows)
    if not years or (asked is not None and asked not in years):
        held = catalogue.span(years) or "none"
        raise UsageProblem(f"year {asked} is not in {table.source}; available: {held}")
    return years[-1] if asked is None else asked


def _asked(table: FlowTable, query: str) -> duckdb.DuckDBPyConnection:
    """Run SQL over the table's files, which must have its columns."""
    import duckdb

    files = ", ".join("'" + str(path).replace("'", "''") + "'" for path in table.files)
    flows = f"read_parquet([{files}], union_by_name = true)"
    connection = engine.connection()
    try:
        present = [name for name, *_ in connection.execute(f"DESCRIBE FROM {flows}").fetchall()]
        if lacking := [name for name in COLUMNS if name not in present]:
            raise DataProblem(
                f"{table.source} is no flow table: it lacks {', '.join(lacking)}; it has "
                f"{', '.join(present)}"
            )
        return connection.execute(query.format(flows=flows))
    except duckdb.Error as error:
        raise DataProblem(
            f"{table.source} cannot be read ({str(error).splitlines()[0]}); make it again"
        ) from error


def known_codes(nomenclature: str) -> int:
    """How many six-digit codes a revision of the HS has."""
    return sum(nomenclature in row.revisions for row in load(HsCode))


def whole(found: Exports, nomenclature: str) -> bool:
    """Whether a table can be taken for all countries' trade in all products.

    At least 80 % of the nomenclature's codes and 25 countries must export.
    """
    return len(found.codes) >= CODES * known_codes(nomenclature) and found.countries >= EXPORTERS
