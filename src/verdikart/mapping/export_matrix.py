"""Exports of every country by product, from a flow table: a source's vintage or files of one's own.

Countries are BACI's numbers. What compares countries over *all* products needs a whole table;
:func:`whole` is the test.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from verdikart.core.errors import DataProblem, UnknownName, UsageProblem
from verdikart.mapping.trade_sources import numbers_of
from verdikart.reference.countries import iso3_of_baci, unspecified
from verdikart.reference.homes import Home
from verdikart.reference.load import load
from verdikart.reference.nomenclature import HsCode
from verdikart.store import engine
from verdikart.store.flows import FlowTable, open_table
from verdikart.store.selection import ALL_CODES
from verdikart.store.snapshot import data_file
from verdikart.store.vintages import vintage, vintages

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

EXPORTERS = 25
"""Countries that must export: a whole year of BACI has some 225; fewer than this is an extract."""
NUMBERS = 1000  # BACI's country numbers are below


@dataclass(frozen=True, slots=True)
class Source:
    """A flow table, what it is called, and the nomenclature of its codes."""

    table: FlowTable
    name: str
    nomenclature: str

    def year(self, asked: int | None) -> int:
        """The year asked for, which must be there, or the latest."""
        chosen = self.table.years[-1] if asked is None else asked
        self.table.of(chosen)
        return chosen


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


def source_of(asked: str, flows: Path | None, nomenclature: str) -> Source:
    """The flow table of ``--flows`` (a file, a folder or a pattern), else of ``SOURCE[@VINTAGE]``.

    A source without a vintage named is its newest one, and the embedded extract where there is none.
    """
    revisions = sorted({revision for row in load(HsCode) for revision in row.revisions})
    if flows is not None:
        if nomenclature not in revisions:
            raise UnknownName("nomenclature", nomenclature, revisions, ", ".join(revisions))
        return Source(open_table(flows), str(flows), nomenclature)
    source_id, named, _ = asked.partition("@")
    revision = source_id.removeprefix("baci_").upper()
    if not source_id.startswith("baci_") or revision not in revisions:
        known = [f"baci_{name.lower()}" for name in revisions]
        raise UnknownName("source with flows of all products", asked, known, ", ".join(known))
    if named or vintages(source_id):
        found = vintage(asked)
        return Source(open_table(found.files("flows")), found.id, revision)
    if source_id == "baci_hs92":
        return Source(open_table(data_file("baci_hs92.parquet")), source_id, revision)
    raise UsageProblem(f"{source_id} is not here; `verdikart fetch {source_id}` gets it")


def exports(source: Source, year: int, home: Home) -> Exports:
    """Read one year. The members of a bloc are one exporter, and flows between them are left out.

    Eleven million rows take about a second.
    """
    import numpy as np

    from verdikart.indicators.complexity import dense

    own = [] if home.single else numbers_of(home, year)
    rows = _sums(source, year, own)
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


def _sums(source: Source, year: int, own: Sequence[int]) -> dict[str, NDArray[Any]]:
    import duckdb

    numbers = ", ".join(str(number) for number in own) or "NULL"
    query = f"""SELECT code, exporter,
            coalesce(exporter IN ({numbers}) AND importer IN ({numbers}), false) AS inner,
            sum(value_usd)::DOUBLE AS value
        FROM {engine.parquet(source.table.of(year))} WHERE year = ?
        GROUP BY ALL ORDER BY code, exporter"""  # noqa: S608 - numbers and paths of our own
    try:
        found: dict[str, NDArray[Any]] = engine.connection().execute(query, [year]).fetchnumpy()
    except duckdb.Error as error:
        raise DataProblem(
            f"{source.name} cannot be read ({str(error).splitlines()[0]}); make it again"
        ) from error
    return found


def known_codes(nomenclature: str) -> int:
    """How many six-digit codes a revision of the HS has."""
    return sum(nomenclature in row.revisions for row in load(HsCode))


def whole(found: Exports) -> bool:
    """Whether a table can be taken for all countries' trade in all products.

    At least 4,000 codes must have flows and 25 countries export.
    """
    return len(found.codes) >= ALL_CODES and found.countries >= EXPORTERS
