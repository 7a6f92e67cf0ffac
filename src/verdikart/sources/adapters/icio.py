"""OECD Inter-Country Input-Output tables: a zip for some years, in it one matrix a year.

``2022_SML.csv``: rows and columns are ``COUNTRY_SECTOR``; further columns are final demand
(``NOR_HFCE``, NPISH, GGFC, GFCF, INVNT, DPABR) and ``OUT``; further rows are ``TLS`` (taxes less
subsidies on intermediate inputs), ``VA`` and ``OUT``. Million current USD. A matrix of 4,050 rows is
read row by row, so that only the flows that are kept are in memory.

The tables have the columns of those embedded. Like them, they leave the rest of the world (ROW) out of
the network, so that its deliveries are in no flow, and cells under half a million USD.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import nullcontext, suppress
from dataclasses import dataclass, field
from io import TextIOWrapper
from math import fsum
from pathlib import Path
from typing import TYPE_CHECKING, Self
from zipfile import BadZipFile, ZipFile
from zlib import error as ZlibError  # noqa: N812

from verdikart.core.errors import Problem, Problems, UsageProblem
from verdikart.reference.feeds import Feed
from verdikart.sources.adapters.icio_sectors import SECTORS
from verdikart.sources.archives import members
from verdikart.sources.model import Ask, Column, Loaded, Piece, RawFile, Table, Workbench
from verdikart.sources.notes import Note
from verdikart.sources.tabular import table
from verdikart.sources.transport import Client

if TYPE_CHECKING:
    from numpy import float64
    from numpy.typing import NDArray

SPANS = ((1995, 2000), (2001, 2005), (2006, 2010), (2011, 2015), (2016, 2022))
YEAR = 2022
MEMBER = r"(\d{4})_SML\.csv"
DEMAND = ("HFCE", "NPISH", "GGFC", "GFCF", "INVNT", "DPABR")
REST = "ROW"
SMALLEST_MUSD = 0.5
DECIMALS = 4  # as printed
NODE = re.compile(r"([A-Z]{3}|[A-Z]{2}\d)_(\w+)")
FLOWS = (
    Column("origin_country", "VARCHAR", "key"),
    Column("origin_sector", "VARCHAR", "key"),
    Column("dest_country", "VARCHAR", "key"),
    Column("dest_sector", "VARCHAR", "key"),
    Column("value_musd", "FLOAT", "measure", "million USD"),
)
VECTORS = (
    Column("country", "VARCHAR", "key"),
    Column("sector", "VARCHAR", "key"),
    Column("sector_name", "VARCHAR"),
    Column("output_musd", "DOUBLE", "measure", "million USD"),
    Column("intermediate_inputs_musd", "DOUBLE", "measure", "million USD"),
    Column("value_added_musd", "DOUBLE", "measure", "million USD"),
    Column("intermediate_sales_musd", "DOUBLE", "measure", "million USD"),
    Column("final_and_other_use_musd", "DOUBLE", "measure", "million USD"),
    Column("input_capped", "BOOLEAN"),
)
FLOW_ORDER = ("dest_country", "dest_sector", "origin_country", "origin_sector")
FINAL_ORDER = ("dest_country", "category", "origin_country", "origin_sector")
PRIMARY = (
    Column("country", "VARCHAR", "key"),
    Column("sector", "VARCHAR", "key"),
    Column("value_added_musd", "DOUBLE", "measure", "million USD"),
    Column("taxes_less_subsidies_musd", "DOUBLE", "measure", "million USD"),
    Column("from_rest_of_world_musd", "DOUBLE", "measure", "million USD"),
)
FINAL = (
    Column("origin_country", "VARCHAR", "key"),
    Column("origin_sector", "VARCHAR", "key"),
    Column("dest_country", "VARCHAR", "key"),
    Column("category", "VARCHAR", "key"),
    Column("value_musd", "DOUBLE", "measure", "million USD"),
)


def plan(feed: Feed, ask: Ask, client: Client) -> Sequence[Piece]:  # noqa: ARG001
    """The zips that hold the years asked for."""
    wanted = ask.years or (YEAR,)
    spans = [span for span in SPANS if any(span[0] <= year <= span[1] for year in wanted)]
    beyond = [year for year in wanted if not SPANS[0][0] <= year <= SPANS[-1][1]]
    if beyond:
        raise UsageProblem(
            f"{feed.source_id}: the edition of {feed.option} has {SPANS[0][0]}–{SPANS[-1][1]}, not "
            f"{', '.join(map(str, beyond))}"
        )
    names = [f"{first}-{last}_SML.zip" for first, last in spans]
    return [Piece(name, f"{feed.endpoint}/{name}", "zip") for name in names]


def read(feed: Feed, files: Sequence[RawFile], ask: Ask, bench: Workbench) -> Loaded:
    """Flows, vectors and final demand of each year asked for."""
    remedy = f"fetch it again: `verdikart fetch {feed.source_id}`"
    found: dict[int, tuple[RawFile, str]] = {}
    for file in files:
        if named := re.fullmatch(MEMBER, file.name):
            found[int(named[1])] = (file, "")
        elif file.name.endswith(".zip"):
            for member, match in members(file, MEMBER, remedy).items():
                found[int(match[1])] = (file, member)
    if not found:
        raise Problems([Problem(f.name, "holds no matrix such as 2022_SML.csv", remedy=remedy)
                        for f in files])  # fmt: skip
    wanted = ask.years or ((YEAR,) if YEAR in found else tuple(found)[-1:])
    lost = sorted(set(wanted) - set(found))
    if lost:
        raise UsageProblem(
            f"{feed.source_id}: the files have no {', '.join(map(str, lost))}; they have "
            f"{', '.join(map(str, sorted(found)))}"
        )
    tables: dict[str, Table] = {}
    for year in sorted(wanted):
        file, member = found[year]
        tables |= _year(year, file, member, bench, remedy)
    return Loaded(
        tables,
        f"edition-{feed.option}",
        (
            Note(
                "Cells under {least} million USD are left out of the flows, not of the vectors.",
                least=SMALLEST_MUSD,
            ),
            Note(
                "The rest of the world is no node: final_and_other_use_musd holds final demand and sales "
                "to it, and value_added_musd of the vectors is all that is not bought in the network; "
                "value added, taxes and deliveries of the rest of the world stand apart in icio_*_primary."
            ),
        ),
    )


@dataclass(slots=True)
class _Matrix:
    """What is kept of a matrix while it is read."""

    nodes: list[tuple[str, str]] = field(default_factory=list)
    sales: dict[tuple[str, str], float] = field(default_factory=dict)
    output: dict[tuple[str, str], float] = field(default_factory=dict)
    bought: list[float] = field(default_factory=list)  # of the network, by node
    rest: dict[str, list[float]] = field(default_factory=dict)  # what is no delivery of a node
    problems: list[Problem] = field(default_factory=list)


def _year(year: int, file: RawFile, member: str, bench: Workbench, remedy: str) -> dict[str, Table]:
    name = member or file.name
    matrix = _Matrix()
    files = {name: bench.folder / f"{name}-{year}.arrow" for name in ("flows", "final")}
    try:
        with ZipFile(file.path) if member else nullcontext() as archive:
            stream = archive.open(member) if archive else file.path.open("rb")
            with TextIOWrapper(stream, encoding="utf-8-sig", newline="") as text:
                _read(csv.reader(text), matrix, files, name, remedy)
    except (BadZipFile, ZlibError, EOFError) as error:
        raise Problems([Problem(file.name, f"the archive is cut short or corrupt ({name}: {error})",
                                remedy=remedy)]) from error  # fmt: skip
    except UnicodeDecodeError as error:
        raise Problems([Problem(name, f"the text is not utf-8 (byte {error.object[error.start]:#04x})",
                                remedy=remedy)]) from error  # fmt: skip
    if matrix.problems:
        raise Problems(matrix.problems)
    import pyarrow as pa

    for kept, path in files.items():
        with pa.memory_map(str(path)) as mapped:
            bench.con.register(f"{kept}_{year}", pa.ipc.open_file(mapped).read_all())
    vectors, primary = [], []
    for at, (country, sector) in enumerate(matrix.nodes):
        node = (country, sector)
        out, bought, sold = matrix.output[node], matrix.bought[at], matrix.sales[node]
        numbers = (out, bought, out - bought, sold, out - sold)
        name_of = SECTORS.get(sector, sector)
        vectors.append((*node, name_of, *(round(n, DECIMALS) for n in numbers), False))
        primary.append(
            (*node, *(round(matrix.rest[row][at], DECIMALS) for row in ("VA", "TLS", REST)))
        )
    return {
        f"icio_{year}_flows": Table(FLOWS, [("", f"SELECT * FROM flows_{year}")], FLOW_ORDER),  # noqa: S608
        f"icio_{year}_vectors": table(bench, f"vectors_{year}", VECTORS, vectors, ("country", "sector")),
        f"icio_{year}_primary": table(bench, f"primary_{year}", PRIMARY, primary, ("country", "sector")),
        f"icio_{year}_final": Table(FINAL, [("", f"SELECT * FROM final_{year}")], FINAL_ORDER),  # noqa: S608
    }  # fmt: skip


def _read(
    rows: Iterator[list[str]], matrix: _Matrix, files: Mapping[str, Path], name: str, remedy: str
) -> None:
    """Read a matrix row by row; flows and final demand go to Arrow files, a batch a row."""
    import numpy as np

    header = next(rows, [])
    columns = [_node(label) for label in header[1:]]
    demand = [at for at, node in enumerate(columns) if node and node[1] in DEMAND]
    nodes = [at for at, node in enumerate(columns) if node and at not in demand and node[0] != REST]
    matrix.nodes = [node for at in nodes if (node := columns[at])]
    if not nodes or "OUT" not in header or not demand:
        lost = "OUT" if nodes and demand else "NOR_HFCE" if nodes else "NOR_A01"
        matrix.problems.append(
            Problem(name, f"has no columns such as {lost} (the header begins {', '.join(header[:4])})", 1,
                    remedy=remedy)
        )  # fmt: skip
        return
    out_at = header.index("OUT") - 1
    bought = np.zeros(len(nodes))
    rest = np.zeros(len(nodes))
    users = [node for at in demand if (node := columns[at])]
    with (
        _Batches(files["flows"], FLOWS, matrix.nodes, SMALLEST_MUSD) as flows,
        _Batches(files["final"], FINAL, users, None) as final,
    ):
        for row_number, row in enumerate(rows, 2):
            if len(row) != len(header):
                matrix.problems.append(
                    Problem(name, f"{len(row)} cells where {len(header)} are: the file may be cut short",
                            row_number, remedy=remedy)
                )  # fmt: skip
                return
            values = _numbers(row, row_number, header, name, remedy, matrix.problems)
            node = _node(row[0])
            here = np.array([values[at] for at in nodes])
            if node is None:
                matrix.rest[row[0]] = here.tolist()
            elif node[0] == REST:
                rest += here
            else:
                bought += here
                flows.write(node, here)
                final.write(node, np.array([values[at] for at in demand]))
                matrix.sales[node] = fsum(here)
                matrix.output[node] = values[out_at]
    matrix.bought, matrix.rest[REST] = bought.tolist(), rest.tolist()
    faults = [f"the row {row} is missing" for row in ("VA", "TLS", "OUT") if row not in matrix.rest]
    if short := len(set(matrix.nodes) - set(matrix.output)):
        faults.append(f"{short} of {len(nodes)} rows are missing")
    if faults:
        what = f"{'; '.join(faults)}: the file may be cut short"
        matrix.problems.append(Problem(name, what, remedy=remedy))


def _node(label: str) -> tuple[str, str] | None:
    found = NODE.fullmatch(label.strip())
    return (found[1], found[2]) if found else None


class _Batches:
    """An Arrow file of cells: who delivers, to whom, how much; those of at least ``smallest``, or not 0."""

    def __init__(
        self,
        path: Path,
        columns: Sequence[Column],
        to: Sequence[tuple[str, str]],
        smallest: float | None,
    ) -> None:
        import pyarrow as pa

        types = {"FLOAT": pa.float32(), "DOUBLE": pa.float64(), "VARCHAR": pa.string()}
        self._schema = pa.schema([(c.name, types[c.type]) for c in columns])
        self._to = [pa.array(texts) for texts in zip(*to, strict=True)]
        self._smallest = smallest
        self._sink = pa.OSFile(str(path), "wb")
        self._writer = pa.ipc.new_file(self._sink, self._schema)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._writer.close()
        self._sink.close()

    def write(self, node: tuple[str, str], values: NDArray[float64]) -> None:
        """Keep the cells of a row."""
        import pyarrow as pa

        kept = pa.array(values != 0 if self._smallest is None else values >= self._smallest)
        figures = pa.array(values.round(DECIMALS)).filter(kept).cast(self._schema.types[-1])
        parts = [pa.repeat(pa.scalar(text), len(figures)) for text in node]
        parts += [part.filter(kept) for part in self._to]
        self._writer.write_batch(pa.record_batch([*parts, figures], schema=self._schema))


def _numbers(
    row: list[str],
    row_number: int,
    header: list[str],
    name: str,
    remedy: str,
    problems: list[Problem],
) -> list[float]:
    """The figures of a row; one that is none is a fault and reads as 0."""
    with suppress(ValueError):
        return list(map(float, row[1:]))
    values = []
    for label, cell in zip(header[1:], row[1:], strict=True):
        try:
            values.append(float(cell or 0))
        except ValueError:
            values.append(0.0)
            if len(problems) < 20:
                problems.append(Problem(name, "not a number", row_number, label, cell, remedy))
    return values
